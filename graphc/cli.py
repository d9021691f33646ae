"""The command ``graphc``: the Python API from a shell.

Every command prints plain text, or with ``--json`` one JSON value. Exit codes: 0 done, 1 graphc says no (the reason
is on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphc.compiler.compiled import STAGES
from graphc.compiler.passes import Pass
from graphc.compiler.pipeline import passes
from graphc.runtime.codecache import current_cache
from graphc.runtime.errors import GraphcError

from . import bench, doctor, inspecting


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: what is typed.
        summary: one line for ``--help``.
        configure: adds its arguments.
        run: does it; the exit code.
        own_json: it has an argument ``--json`` of its own.
    """

    name: str
    summary: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    own_json: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    parser = argparse.ArgumentParser(prog="graphc", description="Look into graphc: programs, passes, caches, machine.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.summary, description=command.summary)
        command.configure(sub)
        if not command.own_json:
            sub.add_argument("--json", action="store_true", help="print one JSON value instead of text")
        sub.set_defaults(run=command.run)
    args = parser.parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except GraphcError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"graphc: {error}", file=sys.stderr)
        return 1
    return code


def show(args: argparse.Namespace, data: Any, text: str) -> None:
    """Print the result in the form that was asked for."""
    print(json.dumps(data, indent=2, ensure_ascii=False) if args.json else text.rstrip("\n"))


# inspect


def _configure_inspect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="FILE[:NAME]",
        help="a Python file that compiles programs at module level, or a file of IR text; NAME is a variable",
    )
    parser.add_argument("--stage", choices=STAGES, help="what to show; fused if only a kernel or a NAME is given")
    parser.add_argument("--kernel", metavar="K", help="show one kernel: its name, or a part of it")
    views = parser.add_mutually_exclusive_group()
    views.add_argument(
        "--kernels", action="store_true", help="every kernel: lines, FLOPs, bytes, vectors, calls, spills"
    )
    views.add_argument("--profile", action="store_true", help="run it on random inputs and show where the time goes")
    views.add_argument("--memory", action="store_true", help="all memory of a step, before it runs")
    views.add_argument(
        "--explain",
        metavar="NAME",
        nargs="?",
        const="",
        help="how the gradient by NAME was derived; without NAME: what was fused, and what was not, and why",
    )
    views.add_argument(
        "--report", metavar="HTML", help="write one page with everything; with --dims also measured times"
    )
    parser.add_argument(
        "--dims", metavar="NAME=N,...", default="", help="sizes of named dimensions; 64 where not given"
    )


def _inspect(args: argparse.Namespace) -> int:
    path, name = inspecting.split_target(args.target)
    subjects = inspecting.load(path)
    subject = inspecting.pick(subjects, name, path)
    asked = name is not None or args.stage is not None or args.kernel is not None or inspecting.wants_view(args)
    if not asked and (subject is None or subject.program is not None):
        summaries = [s.summary() for s in subjects.values()]
        show(args, {"file": str(path), "programs": summaries}, _listing(path, summaries))
        return 0
    if subject is None:
        print(f"graphc: say which program: {path}:NAME, where NAME is one of: {', '.join(subjects)}", file=sys.stderr)
        return 2
    view = inspecting.view(subject, args)
    if view is not None:
        data, text = view
        show(args, {"file": str(path), "program": subject.name, **data}, text)
        return 0
    stage = args.stage or "fused"
    shown: dict[str, Any] = {"file": str(path), "program": subject.name, "stage": stage}
    if args.kernel is None:
        shown["text"] = subject.text(stage)
    else:
        shown["kernel"], shown["text"] = subject.kernel_text(args.kernel, stage)
    show(args, shown, shown["text"])
    return 0


def _listing(path: os.PathLike[str], summaries: list[dict[str, Any]]) -> str:
    width = max(len(s["name"]) for s in summaries)
    lines = []
    for s in summaries:
        inputs = ", ".join(f"{name}: {text}" for name, text in s["inputs"].items())
        updates = f", {s['updates']} updates" if s["updates"] else ""
        kernels = f"{len(s['kernels'])} kernel{'' if len(s['kernels']) == 1 else 's'}"
        lines.append(f"{s['name']:<{width}}  ({inputs}) -> ({', '.join(s['outputs'])}){updates}, {kernels}")
    return "\n".join([*lines, "", f"graphc inspect {path}:{summaries[0]['name']} --stage {'|'.join(STAGES)}"])


# doctor


def _doctor(args: argparse.Namespace) -> int:
    found = doctor.examine()
    show(args, found, doctor.report(found))
    return 0 if found["self_test"]["ok"] else 1


# cache


def _configure_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=("size", "list", "clear"), default="size", help="size by default")


def _cache(args: argparse.Namespace) -> int:
    store = current_cache()
    entries = store.entries()
    data: dict[str, Any] = {"directory": str(store.directory)}
    if args.action == "clear":
        removed = store.clear()
        show(args, {**data, "removed": removed}, f"removed {removed} files from {store.directory}")
        return 0
    total = sum(entry.size for entry in entries)
    data |= {"entries": len(entries), "bytes": total}
    text = f"{store.directory}: {len(entries)} files, {doctor.size_text(total)}"
    if args.action == "list":
        data["files"] = [{"key": e.key, "suffix": e.suffix, "bytes": e.size, "path": str(e.path)} for e in entries]
        text = "\n".join([f"{doctor.size_text(e.size):>9}  {e.key}{e.suffix}" for e in entries] + [text])
    show(args, data, text)
    return 0


# passes


def _configure_passes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", action="store_true", help="with the laws of every pass that rewrites by rules")


def _passes(args: argparse.Namespace) -> int:
    data: list[dict[str, Any]] = [
        {"stage": stage, "pass": step.name, "does": summary_of(step), **({"laws": laws_of(step)} if args.rules else {})}
        for stage, sequence in passes(training=True).items()
        for step in sequence
    ]
    lines: list[str] = []
    stage = ""
    explained: set[str] = set()
    for row in data:
        if row["stage"] != stage:
            stage = row["stage"]
            lines.append(f"{stage}:")
        lines.append(f"  {row['pass']:<18} {row['does']}")
        if row["pass"] not in explained:  # a pass that runs twice has its laws shown once
            lines += [f"      {law}" for law in row.get("laws", ())]
        explained.add(row["pass"])
    show(args, data, "\n".join(lines))
    return 0


def summary_of(step: Pass) -> str:
    """The first line of a pass's docstring."""
    return (type(step).__doc__ or "").strip().partition("\n")[0]


def laws_of(step: Pass) -> list[str]:
    """The laws a pass rewrites by."""
    return [rule.law for rule in getattr(step, "rules", ())]


def _configure_nothing(parser: argparse.ArgumentParser) -> None:
    del parser  # the command has no arguments of its own


COMMANDS: Final = (
    Command("inspect", "Show a program at any stage, or one of its kernels.", _configure_inspect, _inspect),
    Command("doctor", "Examine this machine and this installation.", _configure_nothing, _doctor),
    Command("bench", bench.SUMMARY, bench.configure, bench.run, own_json=True),
    Command("cache", "Show or clear the compiled code on disk.", _configure_cache, _cache),
    Command("passes", "List the passes of the compiler in order.", _configure_passes, _passes),
)
"""Every command, in the order of ``--help``. A new one is a line here."""
