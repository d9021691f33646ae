"""``program.report(path)``: one HTML file with everything, from the user's line to the machine code, linked both ways.

The page is a template with its style and script inside; the data is one compressed block that the script unpacks. It
loads nothing from anywhere.
"""

from __future__ import annotations

import base64
import json
import linecache
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import PurePath
from typing import Any, Final

from graphc.compiler.compiled import Compiled
from graphc.compiler.ir import Graph, Leaf, Node, Value, graph_lines
from graphc.compiler.ops.fused import FUSED
from graphc.compiler.passes import Pass, run_passes
from graphc.compiler.pipeline import passes
from graphc.runtime.errors import DeclarationError

from .derivation import Deriver
from .fusion import FusionReport
from .kernels import KernelInfo, KernelTable
from .memory import Memory
from .profile import Profile
from .provenance import Line, Provenance, line_of
from .tables import byte_text, escape, expression, quantity

AROUND: Final = 12  # lines of a long file shown around those that matter
WHOLE: Final = 400  # files up to this many lines are shown whole
MOST_GRADIENTS: Final = 24
MOST_CODE: Final = 900_000  # characters of LLVM IR and assembly of all kernels together, before compression

_DULL = re.compile(r", !\w[\w.]* !\d+|, align \d+")

Key = tuple[str, str, int, str]


@dataclass
class Places:
    """The user's lines, numbered as they are met."""

    numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def number(self, line: Line) -> int:
        """The number of a line."""
        return self.numbers.setdefault((line.file, line.line), len(self.numbers))


@dataclass(frozen=True)
class Contents:
    """What goes into a report.

    Attributes:
        signature: one line about the program.
        facts: short texts for its head.
        compiled: what the compiler made.
        training: what dropout and batch norm mean in it.
        rng: the random state.
        provenance: which nodes and lines each kernel call comes from.
        kernels: all kernels.
        fusion: all edges.
        deriver: derivations of gradients.
        memory: for some dimensions; None where there is none.
        profile: measured times; None where there are none.
    """

    signature: str
    facts: tuple[str, ...]
    compiled: Compiled
    training: bool
    rng: Leaf
    provenance: Provenance
    kernels: KernelTable
    fusion: FusionReport
    deriver: Deriver
    memory: Memory | None
    profile: Profile | None


def write_page(contents: Contents) -> str:
    """The whole HTML page."""
    data = json.dumps(gather(contents), ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(data.encode(), 9)).decode()
    folder = files("graphc.inspect")
    page = folder.joinpath("report.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": escape(f"graphc: {contents.compiled.program.name}"),
        "STYLE": folder.joinpath("report.css").read_text(encoding="utf-8"),
        "SCRIPT": folder.joinpath("report.js").read_text(encoding="utf-8"),
        "DATA": packed,
    }
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def gather(contents: Contents) -> dict[str, Any]:
    """The data of the page."""
    places = Places()
    links = _Links(contents, places)
    steps = _steps(contents, links)
    launches = [_launch(contents, links, index) for index in range(len(contents.compiled.plan.nodes))]
    return {
        "name": contents.compiled.program.name,
        "signature": contents.signature,
        "facts": list(contents.facts),
        "steps": steps,
        "pool": links.pool,
        "launches": launches,
        "kernels": _kernels(contents.kernels),
        "memory": _memory(contents.memory),
        "profile": _profile(contents.profile),
        "fusion": [_edge(contents.fusion, edge) for edge in contents.fusion.edges],
        "decisions": [d.row(expression) for d in contents.fusion.decisions],
        "gradients": _gradients(contents.deriver),
        "places": [{"file": file, "line": line} for file, line in places.numbers],
        "files": _files(places),
    }


class _Links:
    """Which launches a line of any graph belongs to: exact where nodes are known, by name and place elsewhere."""

    def __init__(self, contents: Contents, places: Places) -> None:
        self.places = places
        self.pool: list[str] = []
        self._numbers: dict[str, int] = {}
        launch = {node: index for index, node in enumerate(contents.compiled.plan.nodes)}
        self.exact: dict[Node, list[int]] = {}
        self.by_key: dict[Key, set[int]] = {}
        self.declared = self._declarations(contents.compiled.graphs["declared"])
        for call in contents.provenance.calls:
            if call not in launch:
                continue
            for node in (call, *contents.provenance.origins[call].nodes):
                self.exact.setdefault(node, []).append(launch[call])
                for result in node.results:
                    self.by_key.setdefault(_key(result, node), set()).add(launch[call])

    @staticmethod
    def _declarations(graph: Graph) -> dict[str, dict[Line, None]]:
        """Lines on which the parameters of a layer were declared, by the layer's path."""
        found: dict[str, dict[Line, None]] = {}
        for leaf in graph.states:
            line = line_of(leaf.loc)
            if line is not None and "." in leaf.hint:
                found.setdefault(leaf.hint.rpartition(".")[0], {})[line] = None
        return found

    def text(self, text: str) -> int:
        """The number of a text in the pool."""
        if text not in self._numbers:
            self._numbers[text] = len(self.pool)
            self.pool.append(text)
        return self._numbers[text]

    def launches(self, node: Node) -> list[int]:
        """Launches that compute a node, or the value that it stands for."""
        if node in self.exact:
            return sorted(set(self.exact[node]))
        found: set[int] = set()
        for result in node.results:
            found |= self.by_key.get(_key(result, node), set())
        return sorted(found)

    def lines(self, lines: Iterable[Line]) -> list[int]:
        """Numbers of lines, and of those that declared the parameters of their layers."""
        numbers: dict[int, None] = {}
        for line in lines:
            numbers[self.places.number(line)] = None
            for declared in self.declared.get(line.scope, ()):
                numbers[self.places.number(declared)] = None
        return list(numbers)


def _key(value: Value, node: Node) -> Key:
    line = line_of(node.loc)
    hint = value.hint.removesuffix("_t")  # layouts turn a value around and keep its name
    return (hint, *(("", 0, "") if line is None else (line.file, line.line, line.scope)))


def _steps(contents: Contents, links: _Links) -> list[dict[str, Any]]:
    """Every pass with the graph after it; the last one of a stage carries the stage's name."""
    known = contents.compiled.graphs
    graph = known["declared"]
    found = [_step("declared", "as you wrote it", True, graph, links)]
    for stage, sequence in passes(training=contents.training, rng=contents.rng).items():
        for step in sequence[:-1]:
            graph = run_passes(graph, [step])
            found.append(_step(step.name, _summary(step), False, graph, links))
        graph = known[stage]
        found.append(_step(stage, f"{sequence[-1].name}: {_summary(sequence[-1])}", True, graph, links))
    return found


def _step(name: str, note: str, is_stage: bool, graph: Graph, links: _Links) -> dict[str, Any]:
    return {"name": name, "note": note, "stage": is_stage, "lines": list(_graph(graph, links))}


def _summary(step: Pass) -> str:
    return (type(step).__doc__ or "").strip().partition("\n")[0].replace("``", "`")


def _graph(graph: Graph, links: _Links) -> Iterator[list[Any]]:
    """Each line as [text, line of the user's program, launches, is it a kernel call]."""
    for line in graph_lines(graph):
        where = line_of(line.loc)
        subject = line.subject
        launches = links.launches(subject) if isinstance(subject, Node) else []
        scope = where.scope if where else ""
        place = links.places.number(where) if where else -1
        yield [links.text(line.text), place, launches, int(isinstance(subject, Node) and subject.op is FUSED), scope]


def _launch(contents: Contents, links: _Links, index: int) -> dict[str, Any]:
    node = contents.compiled.plan.nodes[index]
    launch = contents.compiled.program.launches[index]
    names = contents.compiled.graphs["fused"].names
    updated = {value: leaf for leaf, value in contents.compiled.graphs["fused"].updates}
    lines = contents.provenance.origins[node].lines
    return {
        "kernel": node.attrs["kernel"].name,
        "makes": [names[updated.get(v, v)] for v in node.results],
        "reads": [names[v] for v in node.operands if v in names],
        "lines": links.lines(lines),
        "where": [str(line) for line in lines],
        "barrier": launch.barrier and index > 0,
        "buffers": [contents.compiled.program.buffers[b].name for b in launch.buffers],
    }


def _kernels(kernels: KernelTable) -> dict[str, Any]:
    budget = MOST_CODE
    found: dict[str, Any] = {}
    for info in kernels.values():
        facts = info.facts
        low = {"llvm": _tidy_llvm(info), "asm": _tidy_asm(info)} if budget > 0 else {}
        budget -= sum(map(len, low.values()))
        found[info.name] = {
            "ops": list(info.operators),
            "ir": info.ir,
            "python": info.source,
            **low,
            "flops": expression(info.flops),
            "bytes": expression(info.bytes),
            "vectors": facts.width,
            "calls": list(facts.calls),
            "spills": facts.spills,
            "instructions": facts.instructions,
            "launches": list(info.launches),
        }
    return found


def _tidy_asm(info: KernelInfo) -> str:
    """Without directives that place and align code; they say nothing about it."""
    dull = (".file", ".section", ".globl", ".p2align", ".type", ".size", ".text", ".cfi", ".ident", ".addrsig")
    lines = (line for line in info.asm.splitlines() if not line.strip().startswith(dull))
    return _plain_name("\n".join(line.expandtabs(8) for line in lines), info)


def _plain_name(text: str, info: KernelInfo) -> str:
    """Numba's long name of the compiled function holds the kernel's own."""
    return re.sub(rf'"?_ZN\w*{re.escape(info.name)}[\w.$]*"?', f"{info.name}.body", text)


def _tidy_llvm(info: KernelInfo) -> str:
    """Only functions: attributes, metadata and declarations are left out."""
    kept: list[str] = []
    inside = False
    for line in info.llvm.splitlines():
        inside = inside or line.startswith("define")
        if inside:
            kept.append(_DULL.sub("", line))
        if line == "}":
            inside = False
            kept.append("")
    return _plain_name("\n".join(kept), info)


def _memory(memory: Memory | None) -> dict[str, Any] | None:
    if memory is None:
        return None
    totals = [
        ("parameters", memory.parameters),
        ("other state", memory.other_state),
        ("constants", memory.constants),
        ("inputs", memory.inputs),
        ("arena", memory.arena),
        ("activations kept for the backward pass", memory.saved),
        ("alive at once, at most", memory.lower_bound),
        ("if nothing shared a place", memory.unshared),
        ("peak", memory.peak),
    ]
    return {
        "dims": ", ".join(f"{name}={value}" for name, value in memory.dims.items()),
        "totals": [[label, byte_text(size)] for label, size in totals if size],
        "svg": memory.svg(),
        "lines": [
            [line.name, line.type, byte_text(line.bytes), line.first, line.last, line.offset] for line in memory.lines
        ],
    }


def _profile(profile: Profile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    return {
        "dims": ", ".join(f"{name}={value}" for name, value in profile.dims.items()),
        "step": profile.step,
        "seconds": profile.seconds,
        "notes": [note for note in profile.table().notes if note],
        "launches": [
            {
                "us": round(line.seconds * 1e6, 2),
                "share": round(line.share, 4),
                "flops": quantity(line.flops),
                "bytes": quantity(line.bytes),
                "gflops": round(line.gflops, 1),
                "gbytes": round(line.gbytes, 1),
                "limit": None if line.fraction is None else round(line.fraction, 3),
                "by": "compute" if line.compute_bound else "memory",
                "threads": line.threads,
            }
            for line in profile
        ],
    }


def _edge(report: FusionReport, edge: Any) -> list[Any]:
    sizes = [expression(size) if size else "" for size in (edge.written, edge.read)]
    return [edge.value, edge.type, edge.producer, list(edge.consumers), edge.source, edge.target, edge.rule, *sizes]


def _gradients(deriver: Deriver) -> list[dict[str, Any]]:
    names = deriver.targets[:MOST_GRADIENTS]
    found: list[dict[str, Any]] = []
    for name in names:
        try:
            found.append(deriver.explain(name).to_json())
        except DeclarationError:
            continue  # asked for, and zero: nothing was derived
    return found


def _files(places: Places) -> list[dict[str, Any]]:
    """The files of the user's program, long ones only around the lines that matter."""
    wanted: dict[str, set[int]] = {}
    for file, line in places.numbers:
        wanted.setdefault(file, set()).add(line)
    found: list[dict[str, Any]] = []
    for file, lines in wanted.items():
        text = [line.rstrip("\n") for line in linecache.getlines(file)]
        near = {n for line in lines for n in range(line - AROUND, line + AROUND + 1)}
        kept = [n for n in range(1, len(text) + 1) if len(text) <= WHOLE or n in near]
        found.append(
            {"path": file, "name": PurePath(file).name, "lines": [[n, text[n - 1]] for n in kept], "missing": not text}
        )
    return found


def dims_for(given: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    """Values for all named dimensions: those that were given, 64 for the others."""
    return {name: given.get(name, 64) for name in names}
