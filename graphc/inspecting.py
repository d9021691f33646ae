"""What ``graphc inspect`` shows: the programs of a Python file, or a graph read from its text."""

from __future__ import annotations

import argparse
import contextlib
import runpy
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from graphc.compiler.compiled import STAGES, Compiled
from graphc.compiler.ir import Graph, Leaf
from graphc.compiler.lowering.codegen import compile_kernels
from graphc.compiler.lowering.plan import plan
from graphc.compiler.ops import OPS
from graphc.compiler.pipeline import Work, run_pipeline
from graphc.compiler.text import kernels_of, parse, print_stage
from graphc.runtime.codecache import current_cache
from graphc.runtime.errors import DeclarationError
from graphc.runtime.storage import Storage
from graphc.runtime.types import TensorType

from .inspect.feeds import example_feeds
from .inspect.report import dims_for
from .program import CompiledFunction

GRAPH_STAGES = STAGES[:4]
KERNEL_STAGES = ("fused", "python", "llvm", "asm")


@dataclass(frozen=True)
class Subject:
    """One program that can be looked into.

    Attributes:
        name: the variable that holds it, or the graph's name.
        graph: as declared, or as read.
        training: whether passes see it as training.
        program: the compiled program when it comes from Python.
    """

    name: str
    graph: Graph
    training: bool
    program: CompiledFunction | None = None

    @cached_property
    def is_fused(self) -> bool:
        """True for text of the stage "fused", which has no earlier stages."""
        return bool(kernels_of(self.graph))

    @cached_property
    def graphs(self) -> Mapping[str, Graph]:
        """The graph after each graph stage; compiles nothing."""
        if self.program is not None:
            return self.program.compiled.graphs
        if self.is_fused:
            return {"fused": self.graph}
        rng = Leaf("state", TensorType.parse("i64[2]"), "rng", Storage(TensorType.parse("i64[2]"), np.array([0, 0])))
        return run_pipeline(self.graph, training=self.training, rng=rng)

    @cached_property
    def compiled(self) -> Compiled:
        """Everything below the graph stages."""
        if self.program is not None:
            return self.program.compiled
        planned = plan(self.graphs["fused"])
        kernels = compile_kernels(list(planned.kernels.values()), OPS, current_cache())
        work = Work(self.graphs, planned, kernels)
        return Compiled(work.program, lambda: work)

    def text(self, stage: str) -> str:
        """A whole stage."""
        if stage in GRAPH_STAGES:
            if stage not in self.graphs:
                raise DeclarationError(f"inspect: this text is of stage 'fused'; '{stage}' comes before it")
            return print_stage(self.graphs[stage])
        return str(self.compiled.stages[stage])

    def kernel_names(self) -> list[str]:
        """Names of the generated kernels, in order of first launch."""
        return list(kernels_of(self.graphs["fused"]))

    def kernel(self, wanted: str) -> str:
        """The one kernel whose name is ``wanted``, begins with it or contains it."""
        names = self.kernel_names()
        for found in (
            [n for n in names if n == wanted],
            [n for n in names if n.startswith(wanted)],
            [n for n in names if wanted in n],
        ):
            if len(found) == 1:
                return found[0]
            if found:
                raise DeclarationError(f"inspect: kernel {wanted!r} could be any of: {', '.join(found)}")
        raise DeclarationError(f"inspect: no kernel {wanted!r} in {self.name}; there are: {', '.join(names) or 'none'}")

    def kernel_text(self, wanted: str, stage: str) -> tuple[str, str]:
        """The name and the text of one kernel, at one of the stages that show kernels."""
        if stage not in KERNEL_STAGES:
            raise DeclarationError(f"inspect: kernels are shown at {', '.join(KERNEL_STAGES)}, got stage {stage!r}")
        name = self.kernel(wanted)
        if stage == "fused":
            return name, str(kernels_of(self.graphs["fused"])[name])
        kernel = self.compiled.kernels[name]
        return name, kernel.source.text if stage == "python" else kernel.llvm if stage == "llvm" else kernel.asm

    def summary(self) -> dict[str, object]:
        """What a listing shows."""
        return {
            "name": self.name,
            "inputs": {leaf.hint: str(leaf.type) for leaf in self.graph.inputs},
            "outputs": [str(v.type) for v in self.graph.outputs],
            "updates": len(self.graph.updates),
            "training": self.training,
            "kernels": self.kernel_names(),
        }


def split_target(target: str) -> tuple[Path, str | None]:
    """``FILE`` or ``FILE:NAME``."""
    file, colon, name = target.rpartition(":")
    if colon and name.isidentifier() and Path(file).suffix:
        return Path(file), name
    return Path(target), None


def load(path: Path) -> dict[str, Subject]:
    """Every program of a file, by variable name; the one graph of an IR text file, by its own name.

    A Python file is run with its folder on the import path, not as ``__main__``; what it prints goes to stderr.
    """
    if path.suffix != ".py":
        graph = parse(path.read_text(encoding="utf-8"), file=str(path))
        return {graph.name: Subject(graph.name, graph, bool(graph.updates))}
    sys.path.insert(0, str(path.resolve().parent))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            names = runpy.run_path(str(path), run_name=path.stem)
    finally:
        sys.path.pop(0)
    return {
        name: Subject(name, value.compiled.graphs["declared"], value.training, value)
        for name, value in names.items()
        if isinstance(value, CompiledFunction)
    }


def pick(subjects: Mapping[str, Subject], name: str | None, path: Path) -> Subject | None:
    """The program called ``name``; without a name the only one there is, or None where there are several."""
    if not subjects:
        raise DeclarationError(f"inspect: no compiled program at module level in {path}")
    if name is None:
        return next(iter(subjects.values())) if len(subjects) == 1 else None
    if name not in subjects:
        raise DeclarationError(f"inspect: no program {name!r} in {path}; there are: {', '.join(subjects)}")
    return subjects[name]


def wants_view(args: argparse.Namespace) -> bool:
    """Whether something other than the text of a stage is asked for."""
    return bool(args.kernels or args.profile or args.memory or args.explain is not None or args.report)


def view(subject: Subject, args: argparse.Namespace) -> tuple[dict[str, Any], str] | None:
    """What ``--kernels``, ``--profile``, ``--memory``, ``--explain`` or ``--report`` shows, as data and as text."""
    if not wants_view(args):
        return None
    program = subject.program
    if program is None:
        raise DeclarationError("inspect: this is text; only the programs of a Python file have kernels that can be run")
    given = read_dims(args.dims, program.compiled.program.dims)
    dims = dims_for(given, program.compiled.program.dims)
    if args.kernels:
        return {"kernels": program.kernels.to_json()}, str(program.kernels)
    if args.memory:
        memory = program.memory(**dims)
        return {"memory": memory.to_json()}, str(memory)
    if args.profile:
        profile = program.profile(*example_feeds(program.compiled, dims))
        return {"profile": profile.to_json()}, str(profile)
    if args.explain is not None:
        why = program.explain(args.explain) if args.explain else program.explain_fusion(**given)
        return {"explanation": why.to_json()}, str(why)
    measured = program.profile(*example_feeds(program.compiled, dims)) if given else None
    path = program.report(args.report, profile=measured, **dims)
    return {"report": str(path), "bytes": path.stat().st_size}, f"{path}: {path.stat().st_size / 1000:.0f} kB"


def read_dims(text: str, known: Sequence[str]) -> dict[str, int]:
    """``batch=64,seq=128``."""
    dims: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if name.strip() not in known or not value.strip().isdecimal() or int(value) < 1:
            names = ", ".join(known) or "none"
            raise DeclarationError(
                f"inspect: expected --dims NAME=N with a positive N, got {part!r}; dimensions: {names}"
            )
        dims[name.strip()] = int(value)
    return dims
