"""``graphc bench``: measure this machine, graphc and its peers."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import tables
from .contest import STARTS, Conditions, contest
from .installed import sizes_of
from .systems import SYSTEMS, homes, interpreter, own_interpreter
from .workloads import WORKLOADS, Workload, chosen

SUMMARY = "Measure graphc and installed peers: time, memory, set-up, distance to what the machine can do."
SIZE = "size"
"""What ``--workload`` takes besides names and groups of workloads: installed sizes."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    groups = ", ".join([*dict.fromkeys(w.group for w in WORKLOADS), SIZE])
    peers = ", ".join(s.name for s in SYSTEMS[1:])
    parser.add_argument(
        "--workload",
        nargs="+",
        default=[],
        metavar="NAME",
        help=f"what to measure: groups ({groups}) or names (see --list); everything by default",
    )
    parser.add_argument("--list", action="store_true", help="list the workloads and stop")
    parser.add_argument("--peers", metavar="A,B", help=f"among {peers}; all that are installed by default; none: ''")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PATH",
        help="another Python in which to look for peers that this one has not; may be given again",
    )
    parser.add_argument("--seconds", type=_positive, default=2.0, metavar="S", help="of timing for each system (2)")
    parser.add_argument(
        "--starts", type=_count, default=STARTS, metavar="N", help=f"cold and warm, of each system ({STARTS})"
    )
    parser.add_argument("--threads", type=int, default=min(2, _cores()), metavar="N", help="for each system (2)")
    parser.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="keep all figures in FILE; without one, print them"
    )
    parser.add_argument("--markdown", metavar="FILE", help="keep the tables in FILE")
    parser.add_argument("--note", action="append", default=[], metavar="TEXT", help="a remark to keep with the figures")


def run(args: argparse.Namespace) -> int:
    """Do it; the exit code."""
    if args.list:
        for workload in WORKLOADS:
            print(f"{workload.group:<12} {workload.name:<24} {workload.summary}")
        return 0
    names = [name for name in args.workload if name != SIZE]
    try:
        workloads = chosen(names) if names or not args.workload else ()
    except KeyError as error:
        return _usage(f"no workload or group {error}; graphc bench --list shows all")
    wanted = None if args.peers is None else [name.strip() for name in args.peers.split(",") if name.strip()]
    unknown = sorted(set(wanted or ()) - {s.name for s in SYSTEMS})
    if unknown:
        return _usage(f"no peer {unknown[0]!r}; known are {', '.join(s.name for s in SYSTEMS[1:])}")
    if not 1 <= args.threads <= _cores():
        return _usage(f"expected 1 to {_cores()} threads, got {args.threads}")
    try:
        pythons = [own_interpreter(), *(interpreter(path) for path in args.python)]
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return _usage(f"--python: {error}")
    places, missing = homes(pythons, wanted)
    _tell(missing)
    report: dict[str, Any] = {
        "graphc": version("graphc"),
        "date": dt.datetime.now().astimezone().isoformat(timespec="minutes"),
        "machine": machine(),
        "settings": {"threads": args.threads, "seconds": args.seconds, "starts": args.starts},
        "notes": [*args.note, *missing],
        "workloads": [],
        "installed": [],
    }
    sizes = not args.workload or SIZE in args.workload
    conditions = Conditions(places, args.threads, args.seconds, _progress, args.starts)
    try:
        for _ in _measure(report, workloads, conditions, sizes, quiet=args.json == "-"):
            _keep(report, args.json, args.markdown)  # a long run that is stopped leaves what it has
    except KeyboardInterrupt:
        _progress("")
        return 130
    if args.json == "-":
        print(json.dumps(report, indent=1))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command line of ``python -m graphc.bench``."""
    parser = argparse.ArgumentParser(prog="python -m graphc.bench", description=SUMMARY)
    configure(parser)
    return run(parser.parse_args(argv))


def _measure(
    report: dict[str, Any], workloads: Sequence[Workload], conditions: Conditions, sizes: bool, quiet: bool
) -> Iterator[None]:
    """Fill the report in, a part at each turn; tables are printed as they come unless ``quiet``."""

    def show(text: str) -> None:
        if not quiet:
            print(text, flush=True)

    show(tables.head_text(report) + "\n")
    entries = report["workloads"]
    for workload in workloads:
        entries.append(_finite(contest(workload, conditions).plain()))
        _progress("")
        report["machine"]["load_after"] = _load()
        if workload.kind != "product":
            show(tables.workload_text(entries[-1]))
        yield
    products = [entry for entry in entries if entry["workload"]["kind"] == "product"]
    others = [entry for entry in entries if entry["workload"]["kind"] != "product"]
    if products:
        show("products: GFLOP/s, median\n" + tables.products_text(products) + "\n")
    if len(others) > 1:
        show(tables.summary_text(others) + "\n")
    if sizes:
        report["installed"] = sizes_of(conditions.homes)
        show(tables.sizes_text(report["installed"]))
        yield


def _keep(report: dict[str, Any], json_file: str | None, markdown_file: str | None) -> None:
    if json_file not in (None, "-"):
        Path(json_file).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if markdown_file is not None:
        Path(markdown_file).write_text(tables.markdown(report), encoding="utf-8")


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cpu": _processor(),
        "cores": _cores(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": _load(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> float | None:
    """Processes that wanted a core in the last minute, on average: above 0 the machine was shared."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _finite(data: Any) -> Any:
    """The same with None for NaN and infinity, which JSON has not."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def _progress(text: str) -> None:
    """One line on a terminal's stderr that the next one replaces."""
    if sys.stderr.isatty():
        print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)


def _tell(lines: list[str]) -> None:
    for line in lines:
        print(f"graphc bench: {line}", file=sys.stderr)


def _usage(message: str) -> int:
    print(f"graphc bench: {message}", file=sys.stderr)
    return 2


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected seconds above 0, got {text}")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {text}")
    return value
