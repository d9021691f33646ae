"""Results for people: tables in a terminal and in Markdown, both from the plain data that ``--json`` keeps."""

from __future__ import annotations

import math
from typing import Any

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))
_HEAD = ["system", "median", "best", "to graphc", "of limit", "speed", "cold", "warm", "memory", "added", "differs"]


def time_text(seconds: float | None) -> str:
    """Three digits and a unit: ``1.23 ms``; a dash for nothing."""
    if seconds is None or math.isnan(seconds):
        return "-"
    scale, unit = next(((s, u) for s, u in _UNITS if seconds >= s), _UNITS[-1])
    value = seconds / scale
    digits = 0 if value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {unit}"


def head_text(report: dict[str, Any]) -> str:
    """Where and how it was measured."""
    machine, settings = report["machine"], report["settings"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, {machine['system']}",
        f"{settings['threads']} threads for each system, {settings['seconds']:g} s of timing each, medians of up to "
        f"{settings['starts']} starts, {report['date']}",
        f"load before: {machine['load_before']} (a quiet machine has 0)",
    ]
    return "\n".join(lines + [f"note: {note}" for note in report["notes"]])


def workload_text(entry: dict[str, Any]) -> str:
    """One workload with a line for each system."""
    workload = entry["workload"]
    title = f"{workload['name']}: {workload['summary']}"
    return "\n".join([title, *(f"  {line}" for line in _aligned([_HEAD, *_rows(entry)])), *_verdict(entry), ""])


def products_text(entries: list[dict[str, Any]]) -> str:
    """All products in one table: speeds of all systems."""
    return "\n".join(_aligned(_products(entries)))


def sizes_text(sizes: list[dict[str, Any]]) -> str:
    """Installed sizes."""
    rows = [["installed", "size", "largest parts"], *_sizes(sizes)]
    return "\n".join(_aligned(rows, left=(0, 2)))


def summary_text(entries: list[dict[str, Any]]) -> str:
    """A line for each workload: graphc and the best peer."""
    return "\n".join(_aligned(_summary(entries), left=(0, 3)))


def markdown(report: dict[str, Any]) -> str:
    """The whole report as a page."""
    networks = [entry for entry in report["workloads"] if entry["workload"]["kind"] != "product"]
    products = [entry for entry in report["workloads"] if entry["workload"]["kind"] == "product"]
    parts = [f"# Benchmarks of {report['date'][:10]}, graphc {report['graphc']}", *head_text(report).split("\n")]
    if networks:
        parts += ["## graphc and the best peer", _piped(_summary(networks), left=(0, 3))]
    for entry in networks:
        workload = entry["workload"]
        parts += [f"## {workload['name']}", f"{workload['summary']}.", _piped([_HEAD, *_rows(entry)])]
        parts += [line.strip() for line in _verdict(entry)]
    if products:
        parts += ["## Products of matrices", "GFLOP/s, median.", _piped(_products(products))]
    if report["installed"]:
        rows = [["installed", "size", "largest parts"], *_sizes(report["installed"])]
        parts += ["## Installed size, with everything required", _piped(rows, left=(0, 2))]
    return "\n\n".join(parts) + "\n"


def _rows(entry: dict[str, Any]) -> list[list[str]]:
    own = next((r["median"] for r in entry["results"] if r["system"] == "graphc"), None)
    rows = []
    for r in entry["results"]:
        ratio = f"{_three(r['median'] / own)} x" if own and r["median"] else "-"
        rows.append(
            [
                r["system"],
                time_text(r["median"]),
                time_text(r["least"]),
                ratio,
                f"{r['fraction']:.0%}" if r["fraction"] else "-",
                _speed(entry, r["median"]),
                _setup_text(r["cold"]),
                _setup_text(r["warm"]),
                f"{r['peak'] / 1e6:.0f} MB" if r["peak"] else "-",
                f"{r['added'] / 1e6:+.0f} MB" if r["peak"] else "-",
                f"{r['difference']:.0e}" if r["difference"] is not None else "-",
            ]
        )
    return rows


def _verdict(entry: dict[str, Any]) -> list[str]:
    workload = entry["workload"]
    lines = [f"  {r['system']}: not timed: {r['note']}" for r in entry["results"] if r["note"]]
    own = next((r["median"] for r in entry["results"] if r["system"] == "graphc"), None)
    if entry["ratio"] is not None:
        aim = f" (aim {workload['aim']:g})" if workload["aim"] else ""
        lines.append(f"  graphc takes {entry['ratio']:.2f}{aim} of the time of the best peer, {entry['best_peer']}")
    if workload["aim_seconds"] and own:
        lines.append(f"  a step takes {time_text(own)} (aim {time_text(workload['aim_seconds'])})")
    if entry["limit"]:
        lines.append(f"  the machine's limit, measured in turn: {_limit(entry)}")
    return lines


def _limit(entry: dict[str, Any]) -> str:
    what = "GB/s to memory" if entry["traffic"] else "GFLOP/s of f32 multiply-adds"
    return f"{entry['limit'] / 1e9:.0f} {what}"


def _speed(entry: dict[str, Any], median: float | None) -> str:
    if not median:
        return "-"
    unit = "GB/s" if entry["traffic"] else "GFLOP/s"
    return f"{_three(((entry['traffic'] or entry['flops']) / median) / 1e9)} {unit}"


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.3g}"


def _setup_text(setup: dict[str, float] | None) -> str:
    return "-" if setup is None else f"{setup['imported'] + setup['ready']:.2f} s"


def _summary(entries: list[dict[str, Any]]) -> list[list[str]]:
    rows = [["workload", "graphc", "best peer", "", "ratio", "aim", "of limit", "cold", "warm"]]
    for entry in entries:
        results = {r["system"]: r for r in entry["results"]}
        own, best, workload = results.get("graphc"), results.get(entry["best_peer"]), entry["workload"]
        aim = f"{workload['aim']:g}" if workload["aim"] else time_text(workload["aim_seconds"] or None)
        rows.append(
            [
                workload["name"],
                time_text(own and own["median"]),
                time_text(best and best["median"]),
                entry["best_peer"] or "-",
                f"{entry['ratio']:.2f}" if entry["ratio"] is not None else "-",
                aim,
                f"{own['fraction']:.0%}" if own and own["fraction"] else "-",
                _setup_text(own and own["cold"]),
                _setup_text(own and own["warm"]),
            ]
        )
    return rows


def _products(entries: list[dict[str, Any]]) -> list[list[str]]:
    systems = list(dict.fromkeys(r["system"] for entry in entries for r in entry["results"]))
    rows = [["M x K x N", "form", *systems, "of limit", "to best peer"]]
    for entry in entries:
        workload = entry["workload"]
        results = {r["system"]: r for r in entry["results"]}
        speeds = [
            _three(entry["flops"] / results[s]["median"] / 1e9) if s in results and results[s]["median"] else "-"
            for s in systems
        ]
        shape = " x ".join(str(size) for size in (workload["batch"], *workload["widths"]))
        own = results.get("graphc")
        fraction = f"{own['fraction']:.0%}" if own and own["fraction"] else "-"
        ratio = f"{1 / entry['ratio']:.2f}" if entry["ratio"] else "-"
        rows.append([shape, workload["summary"].partition(":")[0], *speeds, fraction, ratio])
    return rows


def _sizes(sizes: list[dict[str, Any]]) -> list[list[str]]:
    rows = []
    for entry in sizes:
        largest = sorted(entry["packages"].items(), key=lambda pair: -pair[1])[:4]
        parts = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in largest)
        rows.append([entry["system"], f"{entry['bytes'] / 1e6:.0f} MB", parts])
    return rows


def _aligned(rows: list[list[str]], left: tuple[int, ...] = (0,)) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            f"{c:<{w}}" if i in left else f"{c:>{w}}" for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _piped(rows: list[list[str]], left: tuple[int, ...] = (0,)) -> str:
    rule = ["---" if i in left else "---:" for i in range(len(rows[0]))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))
