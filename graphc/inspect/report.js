"use strict";
// The page: three panes and a drawer over one set of data, kept in step by one selection.
(async function () {
  const packed = document.getElementById("data").textContent.trim();
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = JSON.parse(await new Response(stream).text());

  const byId = (id) => document.getElementById(id);
  const panes = { source: byId("source"), graph: byId("graph"), kernel: byId("kernel"), drawer: byId("drawer") };
  const state = { step: data.steps.length - 1, diff: false, launch: -1, place: -1, line: -1, level: "ir", tab: "launches", gradient: 0 };
  const hottest = data.profile ? Math.max(...data.profile.launches.map((l) => l.share), 1e-9) : 1;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick") element.onclick = value;
      else if (key === "style") element.style.cssText = value;
      else if (value !== undefined && value !== false) element.setAttribute(key, value);
    }
    element.append(...children.filter((c) => c !== null && c !== undefined));
    return element;
  }

  // Colours of code ----------------------------------------------------------------------------------------------
  const rules = {
    ir: /(#.*$)|(%[\w.]+)|(@[\w.]+)|\b([fib](?:f?\d+|ool)\[[^\]]*\])|\b(graph|kernel|return|update|param|state|const|parallel|for|lanes|product|load|store|accumulate|accumulator|scratch|index|in|by|inout|call|transpose)\b|(?<![\w.])(-?\d[\w.+-]*)|\b(\w+)(?=[ (@])/gm,
    python: /(#.*$)|()()()\b(def|return|for|in|range|if|else|elif|while|and|or|not|from|import|as|class|with|lambda|None|True|False)\b|(?<![\w.])(-?\d[\w.]*)|\b(\w+)(?=\()|("[^"]*"|'[^']*')/gm,
    asm: /([#;].*$|^\S+:)|([%@][\w.$]+)|()()\b(define|ret|br|load|store|call|phi|getelementptr|void|ptr|float|double)\b|(?<![\w.%])(-?\$?\d[\w.]*)|^\s+(\w+)/gm,
  };
  const classes = ["c", "n", "t", "t", "w", "d", "o", "s"];
  function paint(text, rule) {
    const out = [];
    let last = 0;
    for (const match of text.matchAll(rules[rule])) {
      const group = match.slice(1).findIndex((g) => g);
      if (group < 0) continue;
      const piece = match[group + 1];
      const start = match.index + match[0].indexOf(piece);
      if (start < last) continue;
      out.push(text.slice(last, start), make("span", { class: classes[group] }, piece));
      last = start + piece.length;
    }
    out.push(text.slice(last));
    return out;
  }

  // Links ----------------------------------------------------------------------------------------------------------
  const launchesAt = data.places.map((_, place) =>
    data.launches.flatMap((launch, i) => (launch.lines.includes(place) ? [i] : [])));
  const share = (launch) => (data.profile ? data.profile.launches[launch].share : 0);
  const hottestOf = (launches) => launches.reduce((best, l) => (best < 0 || share(l) > share(best) ? l : best), -1);
  const heat = (value) => (data.profile && value ? `--h:${(0.12 + 0.88 * Math.min(1, value / hottest)).toFixed(2)}` : "");
  const placeName = (place) => `${data.places[place].file.split(/[\\/]/).pop()}:${data.places[place].line}`;

  function select(change) {
    Object.assign(state, { launch: -1, place: -1, line: -1 }, change);
    if (state.launch < 0 && state.line >= 0) state.launch = hottestOf(data.steps[state.step].lines[state.line][2]);
    if (state.launch < 0 && state.place >= 0) state.launch = hottestOf(launchesAt[state.place]);
    drawKernel();
    drawDrawer();
    mark();
    remember();
  }

  function chosen() {
    // Which launches and places are meant by the selection, and which only come with it.
    if (state.place >= 0) return { launches: new Set(launchesAt[state.place]), places: new Set([state.place]) };
    if (state.line >= 0) {
      const [, place, launches] = data.steps[state.step].lines[state.line];
      return { launches: new Set(launches), places: new Set(place >= 0 ? [place] : []) };
    }
    if (state.launch >= 0) return { launches: new Set([state.launch]), places: new Set(data.launches[state.launch].lines) };
    return { launches: new Set(), places: new Set() };
  }

  function mark() {
    const { launches, places } = chosen();
    for (const row of panes.source.querySelectorAll(".row.link")) row.classList.toggle("on", places.has(+row.dataset.place));
    let first = null;
    for (const row of panes.graph.querySelectorAll(".row[data-line]")) {
      const [, place, of] = data.steps[state.step].lines[+row.dataset.line];
      const exact = state.line >= 0 ? +row.dataset.line === state.line : state.place >= 0 ? place === state.place : of.some((l) => launches.has(l));
      row.classList.toggle("on", exact);
      row.classList.toggle("near", !exact && of.some((l) => launches.has(l)));
      if (exact && !first) first = row;
    }
    for (const row of document.querySelectorAll("#drawer tr[data-launch]")) {
      row.classList.toggle("on", +row.dataset.launch === state.launch);
      row.classList.toggle("near", +row.dataset.launch !== state.launch && launches.has(+row.dataset.launch));
    }
    const touched = new Set([...launches].flatMap((l) => data.launches[l].buffers));
    for (const box of document.querySelectorAll("svg.lives rect[data-buffer]")) {
      box.classList.toggle("on", touched.has(box.dataset.buffer));
      box.classList.toggle("off", touched.size > 0 && !touched.has(box.dataset.buffer));
    }
    reveal(state.diff ? panes.graph.querySelector(".row.add, .row.cut") || first : first);
    reveal(panes.source.querySelector(".row.on"));
    reveal(document.querySelector("#drawer tr.on"));
  }

  function reveal(row) {
    if (!row) return;
    const box = row.closest(".scroll");
    const top = row.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    if (top < box.scrollTop + 20 || top > box.scrollTop + box.clientHeight - 40) box.scrollTop = top - box.clientHeight / 3;
  }

  // Panes ------------------------------------------------------------------------------------------------------------
  function drawHead() {
    byId("head").append(
      make("b", {}, "graphc"),
      make("span", { class: "code" }, ...paint(data.signature, "ir")),
      make("span", { class: "facts" }, ...data.facts.map((f) => make("span", { class: "chip" }, f))));
  }

  function drawSteps() {
    const bar = byId("steps");
    bar.replaceChildren();
    data.steps.forEach((step, i) => {
      const before = i ? data.steps[i - 1].lines.map((l) => l[0]).join() : "";
      const same = i > 0 && before === step.lines.map((l) => l[0]).join();
      if (i) bar.append(make("i", {}, "›"));
      const classes = [step.stage ? "stage" : "", same ? "same" : "", i === state.step ? "on" : ""].join(" ");
      bar.append(make("button", { class: classes, title: step.note + (same ? " (changed nothing)" : ""), onclick: () => show(i) }, step.name));
    });
    const box = make("input", { type: "checkbox" });
    box.checked = state.diff;
    box.onchange = () => { state.diff = box.checked; drawGraph(); mark(); remember(); };
    bar.append(make("label", {}, box, " difference to the step before"));
  }

  function show(step) {
    state.step = Math.max(0, Math.min(data.steps.length - 1, step));
    if (state.line >= 0) state.line = -1;
    drawSteps();
    drawGraph();
    mark();
    remember();
  }

  function drawSource() {
    const box = panes.source.querySelector(".scroll");
    const numbers = new Map(data.places.map((p, i) => [p.file + ":" + p.line, i]));
    for (const file of data.files) {
      box.append(make("div", { class: "filename" }, file.name + (file.missing ? " (not found)" : "")));
      let last = 0;
      for (const [number, text] of file.lines) {
        if (number > last + 1 && last) box.append(make("div", { class: "gap" }, "⋯"));
        last = number;
        const place = numbers.get(file.path + ":" + number);
        const linked = place !== undefined;
        const sum = linked ? launchesAt[place].reduce((a, l) => a + share(l), 0) : 0;
        box.append(make("div", {
          class: "row code" + (linked ? " link" : ""), "data-place": place, style: heat(Math.min(sum, hottest)),
          title: linked && data.profile ? `${(100 * sum).toFixed(1)}% of the step` : undefined,
          onclick: linked ? () => select({ place }) : undefined,
        }, make("span", { class: "heat" }), make("span", { class: "no" }, String(number)), make("span", {}, ...paint(text, "python"))));
      }
    }
  }

  function drawGraph() {
    const step = data.steps[state.step];
    const before = state.step ? data.steps[state.step - 1] : null;
    panes.graph.querySelector("h2").replaceChildren(make("span", { class: "title fixed" }, step.name), make("span", { class: "note", title: step.note }, step.note));
    const rows = state.diff && before
      ? compare(before.lines.map((l) => l[0]), step.lines.map((l) => l[0]))
      : step.lines.map((_, i) => ["", i]);
    const box = panes.graph.querySelector(".scroll");
    box.replaceChildren(...rows.map(([kind, index]) => {
      const [text, place, launches] = (kind === "cut" ? before : step).lines[index];
      const hot = launches.reduce((a, l) => Math.max(a, share(l)), 0);
      const link = kind !== "cut" && (place >= 0 || launches.length > 0);
      const scope = step.lines[index] && kind !== "cut" ? step.lines[index][4] : "";
      const where = place >= 0 ? `${placeName(place)}${scope ? ` [${scope}]` : ""}` : "";
      return make("div", {
        class: `row code ${kind} ${link ? "link" : ""}`, "data-line": kind === "cut" ? undefined : index, title: where, style: heat(hot),
        onclick: link ? () => select({ line: index }) : undefined,
      },
      make("span", { class: "heat" }),
      make("span", { class: "tag" }, launches.length > 3 ? `#${launches[0]}…` : launches.map((l) => `#${l}`).join(" ")),
      make("span", {}, ...paint(data.pool[text], "ir")));
    }));
  }

  function compare(a, b) {
    // The longest common subsequence of two lists of line numbers, ends that agree taken off first.
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start++;
    let end = 0;
    while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    const m = a.length - start - end, n = b.length - start - end;
    const rows = [];
    for (let i = 0; i < start; i++) rows.push(["", i]);
    if (m * n > 4e6) {
      for (let i = 0; i < m; i++) rows.push(["cut", start + i]);
      for (let j = 0; j < n; j++) rows.push(["add", start + j]);
    } else {
      const best = new Uint32Array((m + 1) * (n + 1));
      for (let i = m - 1; i >= 0; i--) for (let j = n - 1; j >= 0; j--) {
        best[i * (n + 1) + j] = a[start + i] === b[start + j]
          ? best[(i + 1) * (n + 1) + j + 1] + 1
          : Math.max(best[(i + 1) * (n + 1) + j], best[i * (n + 1) + j + 1]);
      }
      let i = 0, j = 0;
      while (i < m || j < n) {
        if (i < m && j < n && a[start + i] === b[start + j]) { rows.push(["", start + j]); i++; j++; }
        else if (i < m && (j === n || best[(i + 1) * (n + 1) + j] >= best[i * (n + 1) + j + 1])) rows.push(["cut", start + i++]);
        else rows.push(["add", start + j++]);
      }
    }
    for (let i = 0; i < end; i++) rows.push(["", b.length - end + i]);
    return rows;
  }

  const MANY_OPS = 14;
  const levels = { ir: "Kernel IR", python: "Python", llvm: "LLVM", asm: "Assembly" };
  function drawKernel() {
    const head = panes.kernel.querySelector("h2"), card = panes.kernel.querySelector(".card"), box = panes.kernel.querySelector(".scroll");
    if (state.launch < 0) {
      head.replaceChildren(make("span", { class: "title" }, "Kernel"));
      card.replaceChildren(make("div", { class: "note" }, "Click a line of your program, a node of the graph, or a launch below."));
      box.replaceChildren();
      return;
    }
    const launch = data.launches[state.launch], kernel = data.kernels[launch.kernel];
    const step = (by) => () => select({ launch: (state.launch + by + data.launches.length) % data.launches.length });
    const tabs = Object.entries(levels).filter(([key]) => kernel[key]).map(([key, label]) =>
      make("button", { class: key === state.level ? "on" : "", onclick: () => { state.level = key; drawKernel(); remember(); } }, label));
    head.replaceChildren(
      make("button", { onclick: step(-1), title: "the launch before" }, "‹"), make("span", {}, `#${state.launch}`),
      make("button", { onclick: step(1), title: "the next launch" }, "›"), make("span", { class: "tabs" }, ...tabs));
    const names = kernel.ops.length > MANY_OPS ? [...kernel.ops.slice(0, 6), `${kernel.ops.length - 12} more`, ...kernel.ops.slice(-6)] : kernel.ops;
    const ops = names.flatMap((op, i) => (i ? [make("span", {}, " → "), op] : [op]));
    const number = (value, unit) => make("span", {}, make("b", {}, value), ` ${unit}`);
    const time = data.profile ? data.profile.launches[state.launch] : null;
    const numbers = [
      number(kernel.flops, "FLOPs"), number(kernel.bytes, "bytes"),
      number(kernel.vectors ? `${kernel.vectors}-bit` : "scalar", kernel.vectors ? "vectors" : "code"),
      kernel.calls.length ? number(kernel.calls.join(", "), "called") : null,
      kernel.spills ? number(kernel.spills, "vector spills in loops") : null,
    ];
    if (time) numbers.push(number(time.us.toFixed(1), "µs"), number(time.gflops.toFixed(1), "GFLOP/s"),
      time.limit === null ? null : number(`${(100 * time.limit).toFixed(0)}%`, `of the ${time.by} limit`));
    card.replaceChildren(
      make("div", { class: "code t" }, "@" + launch.kernel),
      make("div", { class: "ops code", title: kernel.ops.join(" → ") }, ...ops),
      make("div", { class: "code" }, ...paint(launch.makes.map((m) => "%" + m).join(", "), "ir"), make("span", { class: "c" }, launch.where.length ? "   # " + launch.where.join(", ") : "")),
      make("div", { class: "numbers" }, ...numbers.filter(Boolean)));
    const level = kernel[state.level] ? state.level : "ir";
    const rule = level === "llvm" || level === "asm" ? "asm" : level;
    const lines = kernel[level].split("\n");
    box.replaceChildren();
    let at = 0;
    (function more() { // long texts are drawn in parts, so that the page never waits for them
      if (data.kernels[data.launches[state.launch]?.kernel] !== kernel || box.dataset.level !== level) return;
      box.append(...lines.slice(at, at + 400).map((text, i) =>
        make("div", { class: "row code" }, make("span", { class: "no" }, String(at + i + 1)), make("span", {}, ...paint(text, rule)))));
      at += 400;
      if (at < lines.length) requestAnimationFrame(more);
    }).call(box.dataset.level = level);
  }

  // Drawer ---------------------------------------------------------------------------------------------------------
  const tabs = {
    launches: ["Launches", drawLaunches],
    memory: ["Memory", drawMemory],
    fusion: ["Fusion", drawFusion],
    gradients: ["Gradients", drawGradients],
  };

  function drawDrawer() {
    const nav = panes.drawer.querySelector("nav"), box = panes.drawer.querySelector(".scroll");
    const top = box.dataset.tab === state.tab ? box.scrollTop : 0;
    box.dataset.tab = state.tab;
    const usable = Object.entries(tabs).filter(([key]) => (key !== "memory" || data.memory) && (key !== "gradients" || data.gradients.length));
    nav.replaceChildren(...usable.map(([key, [label]]) =>
      make("button", { class: key === state.tab ? "on" : "", onclick: () => { state.tab = key; drawDrawer(); mark(); remember(); } }, label)));
    box.replaceChildren();
    tabs[state.tab][1](box, nav);
    box.scrollTop = top;
  }

  function table(titles, rows) {
    const head = make("tr", {}, ...titles.map((t) => make("th", { class: t.startsWith(">") ? "r" : "" }, t.replace(/^>/, ""))));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  }

  function drawLaunches(box, nav) {
    const p = data.profile;
    const titles = [">#", "kernel", "makes", "your lines", ...(p ? [">µs", "share", ">GFLOP/s", ">GB/s", ">of limit", ">threads"] : [">FLOPs", ">bytes"]), ">vectors", "calls", ">spills"];
    const rows = data.launches.map((launch, i) => {
      const kernel = data.kernels[launch.kernel], t = p && p.launches[i];
      const cell = (text, c) => make("td", { class: c || "" }, text);
      const meter = t && make("td", {}, make("span", { class: "track" }, make("span", { class: "meter", style: `width:${(100 * t.share / hottest).toFixed(1)}%` })), ` ${(100 * t.share).toFixed(1)}%`);
      const numbers = t
        ? [cell(t.us.toFixed(1), "r"), meter, cell(t.gflops.toFixed(1), "r"), cell(t.gbytes.toFixed(1), "r"), cell(t.limit === null ? "–" : `${(100 * t.limit).toFixed(0)}% ${t.by}`, "r"), cell(String(t.threads), "r")]
        : [cell(kernel.flops, "r"), cell(kernel.bytes, "r")];
      return make("tr", { class: `link ${launch.barrier ? "barrier" : ""}`, "data-launch": i, onclick: () => select({ launch: i }), title: launch.barrier ? "all threads meet before this launch" : undefined },
        cell(String(i), "r"), cell(launch.kernel, "m"), make("td", { class: "m n" }, launch.makes.map((m) => "%" + m).join(" ")), cell(launch.where.join(", ")),
        ...numbers, cell(kernel.vectors ? String(kernel.vectors) : "scalar", "r"), cell(kernel.calls.join(" ") || "–"), cell(String(kernel.spills), "r"));
    });
    box.append(table(titles, rows));
    if (p) {
      box.append(make("div", { class: "notes" }, ...p.notes.flatMap((n) => [n, make("br")])));
      nav.append(make("span", { class: "note" }, `${p.dims}: ${(p.step * 1e6).toFixed(1)} µs a step, ${(p.seconds * 1e6).toFixed(1)} µs in launches`));
    }
  }

  function drawMemory(box, nav) {
    const picture = make("div");
    picture.innerHTML = data.memory.svg; // made by graphc itself, names in it escaped
    for (const rect of picture.querySelectorAll("rect[data-buffer]")) {
      const maker = data.launches.findIndex((l) => l.makes.includes(rect.dataset.buffer) || l.buffers.includes(rect.dataset.buffer));
      if (maker >= 0) rect.onclick = () => select({ launch: maker });
    }
    const rows = data.memory.totals.map(([label, size]) => make("tr", {}, make("td", {}, label), make("td", { class: "r" }, size)));
    box.append(make("div", { class: "split" }, picture, make("table", {}, make("tbody", {}, ...rows))));
    nav.append(make("span", { class: "note" }, `${data.memory.dims}: launches to the right, places in the arena upwards, the line is what is alive`));
  }

  function drawFusion(box, nav) {
    const stored = data.fusion.filter((e) => e[6]), inside = data.fusion.length - stored.length;
    const rows = stored.map(([value, type, producer, consumers, from, to, rule, written, read]) =>
      make("tr", { class: "link", "data-launch": to, onclick: () => select({ launch: to }) },
        make("td", { class: "m n" }, "%" + value), make("td", { class: "m t" }, type), make("td", { class: "m o" }, producer),
        make("td", {}, `${from === null ? "" : "#" + from} → #${to}`), make("td", { class: "r" }, written || "–"), make("td", { class: "r" }, read), make("td", {}, rule)));
    box.append(table(["value", "type", "made by", "launches", ">bytes written", ">bytes read", "why it goes through memory"], rows));
    if (data.decisions.length) {
      const decided = data.decisions.map(([value, type, what, storing, again, why]) =>
        make("tr", {}, make("td", { class: "m n" }, value), make("td", { class: "m t" }, type), make("td", {}, what),
          make("td", { class: "r" }, storing), make("td", { class: "r" }, again), make("td", {}, why)));
      box.append(table(["value", "type", "stored or computed again", ">bytes to store", ">bytes to compute again", "why"], decided));
    }
    nav.append(make("span", { class: "note" }, `${inside} of ${data.fusion.length} edges between operators stay in registers; these go through memory`));
  }

  function drawGradients(box) {
    const g = data.gradients[state.gradient];
    const list = data.gradients.map((d, i) =>
      make("button", { class: "code" + (i === state.gradient ? " on" : ""), onclick: () => { state.gradient = i; drawDrawer(); remember(); } }, "%" + d.name));
    const body = [make("div", { class: "code" }, ...paint(g.path.map((v) => "%" + v).join(" ← "), "ir"))];
    for (const s of g.steps) {
      body.push(make("div", { class: "code fwd" }, ...paint(s.forward, "ir"), s.line ? `   # ${s.line}` : ""));
      const lines = s.backward.length ? s.backward : [`%${s.gives}, handed on as it is`];
      for (const line of [...lines, ...s.sums]) body.push(make("div", { class: "code bwd" }, ...paint(line, "ir")));
      if (s.keeps.length) body.push(make("div", { class: "code keep" }, `keeps ${s.keeps.map((k) => "%" + k).join(", ")}`));
    }
    box.append(make("div", { class: "deriv" }, make("div", { class: "list" }, ...list), make("div", { class: "body" }, ...body)));
  }

  // The address holds the selection, so that a view can be linked to --------------------------------------------------
  function remember() {
    const parts = [["stage", data.steps[state.step].name], ["step", state.step]];
    if (state.place >= 0) parts.push(["line", placeName(state.place)]);
    else if (state.line >= 0) parts.push(["node", state.line]);
    else if (state.launch >= 0) parts.push(["launch", state.launch]);
    if (state.level !== "ir") parts.push(["level", state.level]);
    if (state.tab !== "launches") parts.push(["tab", state.tab]);
    if (state.diff) parts.push(["diff", 1]);
    history.replaceState(null, "", "#" + parts.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&"));
  }

  function recall() {
    const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const stage = data.steps.findIndex((s) => s.name === given.stage);
    if (stage >= 0) state.step = stage;
    if (given.step in data.steps) state.step = +given.step;
    if (given.level in levels) state.level = given.level;
    if (given.tab in tabs) state.tab = given.tab;
    state.diff = given.diff === "1";
    const kernel = data.launches.findIndex((l) => given.kernel && l.kernel.includes(given.kernel));
    const change = {};
    if (given.line) change.place = data.places.findIndex((_, i) => placeName(i) === given.line || String(data.places[i].line) === given.line);
    else if (given.node in data.steps[state.step].lines) change.line = +given.node;
    else if (kernel >= 0) change.launch = kernel;
    else if (given.launch in data.launches) change.launch = +given.launch;
    else change.launch = data.profile ? data.profile.launches.reduce((best, l, i, all) => (l.share > all[best].share ? i : best), 0) : data.launches.length - 1;
    drawSteps();
    drawGraph();
    select(change);
  }

  drawHead();
  drawSource();
  recall();
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
    if (event.key === "ArrowLeft") show(state.step - 1);
    else if (event.key === "ArrowRight") show(state.step + 1);
    else if (event.key === "d") { state.diff = !state.diff; drawSteps(); drawGraph(); mark(); remember(); }
    else return;
    event.preventDefault();
  });
})();
