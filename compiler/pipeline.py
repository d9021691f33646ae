"""The pipeline: which passes run, in which order, and what comes out. Everything about order is on this screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from graphc.runtime.codecache import CodeCache, current_cache
from graphc.runtime.collector import rare_collections
from graphc.runtime.crew import Crew
from graphc.runtime.errors import LoweringError
from graphc.runtime.program import Program
from graphc.runtime.storage import Storage

from .autodiff import Autodiff
from .ir import Graph, Leaf, print_graph
from .kernel import Kernel
from .lowering.codegen import CompiledKernel, Progress, compile_kernels
from .lowering.plan import Plan, plan
from .lowering.plan_text import print_plan
from .ops import OPS
from .passes import (
    CSE,
    DCE,
    AssignLayouts,
    Canonicalize,
    Decompose,
    FoldConstants,
    Fuse,
    Pass,
    ResolveTraining,
    SplitReductions,
    UpdateInPlace,
    run_passes,
)

BACKWARD: Final[tuple[Pass, ...]] = (Autodiff(),)
SIMPLIFY: Final[tuple[Pass, ...]] = (
    Canonicalize(),  # before Decompose, where softmax and log_softmax are still whole
    CSE(),
    Decompose(),
    Canonicalize(),
    FoldConstants(),
    CSE(),
    DCE(),
    AssignLayouts(),
    CSE(),
    SplitReductions(),
)
FUSE: Final[tuple[Pass, ...]] = (Fuse(), UpdateInPlace())

STAGES: Final = ("declared", "backward", "simplified", "fused", "planned", "python", "llvm", "asm")


def passes(*, training: bool, rng: Leaf | None = None, fuse: bool = True) -> dict[str, tuple[Pass, ...]]:
    """The passes that lead to each graph stage, in order."""
    fusing = FUSE if fuse else (Fuse(enabled=False), UpdateInPlace())
    return {"backward": (ResolveTraining(training, rng), *BACKWARD), "simplified": SIMPLIFY, "fused": fusing}


@dataclass(frozen=True)
class Compiled:
    """A compiled graph, with everything that was made on the way.

    Attributes:
        graphs: the graph after each graph stage: declared, backward, simplified, fused.
        plan: buffers and launches.
        kernels: compiled kernels by name, in order of first launch.
        program: what the runtime executes.
    """

    graphs: Mapping[str, Graph]
    plan: Plan
    kernels: Mapping[str, CompiledKernel]
    program: Program

    @property
    def states(self) -> dict[str, Storage]:
        """Storage of every state buffer, by buffer name."""
        graph = self.graphs["fused"]
        found: dict[str, Storage] = {}
        for leaf in graph.states:
            if leaf.storage is None:
                raise LoweringError(f"compile: state %{leaf.hint} has no storage; parsed text must be bound first")
            found[graph.names[leaf]] = leaf.storage
        return found

    @cached_property
    def stages(self) -> Mapping[str, Stage]:
        """Every stage by name, in order."""
        return {name: Stage(name, self) for name in STAGES}


@dataclass(frozen=True)
class Stage:
    """One stage of a compilation; ``str`` gives its text, made when it is asked for."""

    name: str
    compiled: Compiled = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The stage as text."""
        compiled = self.compiled
        if self.name in ("declared", "backward", "simplified"):
            return print_graph(compiled.graphs[self.name])
        if self.name == "fused":
            return print_graph(compiled.graphs["fused"], kernels=used_kernels(compiled.graphs["fused"]))
        if self.name == "planned":
            return print_plan(compiled.plan)
        return "\n\n".join(_level(c, self.name).rstrip("\n") for c in compiled.kernels.values()) + "\n"

    def __str__(self) -> str:
        return self.text


def _level(kernel: CompiledKernel, stage: str) -> str:
    if stage == "python":
        return kernel.source.text
    return kernel.llvm if stage == "llvm" else kernel.asm


def used_kernels(graph: Graph) -> list[Kernel]:
    """The kernels of a fused graph, each once, in order of first use."""
    return list({n.attrs["kernel"].name: n.attrs["kernel"] for n in graph.nodes if "kernel" in n.attrs}.values())


def run_pipeline(
    graph: Graph, *, training: bool, rng: Leaf | None = None, fuse: bool = True, verify: bool = False
) -> dict[str, Graph]:
    """The graph at every graph stage. With ``verify`` every pass's result is checked."""
    graphs = {"declared": graph}
    for stage, sequence in passes(training=training, rng=rng, fuse=fuse).items():
        graph = run_passes(graph, sequence, verify=verify)
        graphs[stage] = graph
    return graphs


def compile_graph(
    graph: Graph,
    *,
    training: bool,
    rng: Leaf | None = None,
    target: str = "cpu",
    debug: bool = False,
    fuse: bool = True,
    cache: CodeCache | None = None,
    progress: Progress | None = None,
) -> Compiled:
    """Compile a declared graph.

    Args:
        graph: as declared.
        training: what dropout and batch norm mean.
        rng: the i64[2] state (seed, step) that dropout draws from; needed when ``training`` and there is dropout.
        target: "cpu".
        debug: verify the graph after every pass.
        fuse: False compiles every operator on its own.
        cache: where machine code is kept; the process's cache when None.
        progress: called with name, number and count before a kernel that is not in the cache is compiled.

    Raises:
        CompileError: with the operator, the path or the place that stops it.
    """
    if target != "cpu":
        raise LoweringError(f"compile: target {target!r} is not written yet; expected 'cpu'")
    crew = Crew()
    try:
        with rare_collections():
            graphs = run_pipeline(graph, training=training, rng=rng, fuse=fuse, verify=debug)
            planned = plan(graphs["fused"])
            kernels = compile_kernels(list(planned.kernels.values()), OPS, cache or current_cache(), progress, crew)
    finally:
        crew.dismiss()
    program = planned.with_code({name: compiled.code for name, compiled in kernels.items()})
    return Compiled(graphs, planned, kernels, program)
