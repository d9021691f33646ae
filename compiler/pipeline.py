"""The pipeline: which passes run, in which order, and what comes out. Everything about order is on this screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graphc.runtime.codecache import CodeCache
from graphc.runtime.collector import rare_collections
from graphc.runtime.crew import Crew
from graphc.runtime.program import Program

from .autodiff import Autodiff
from .ir import Graph, Leaf
from .kernel import Kernel
from .lowering.codegen import CompiledKernel, Progress, compile_kernels
from .lowering.plan import Plan, plan
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


def passes(*, training: bool, rng: Leaf | None = None, fuse: bool = True) -> dict[str, tuple[Pass, ...]]:
    """The passes that lead to each graph stage, in order."""
    fusing = FUSE if fuse else (Fuse(enabled=False), UpdateInPlace())
    return {"backward": (ResolveTraining(training, rng), *BACKWARD), "simplified": SIMPLIFY, "fused": fusing}


@dataclass(frozen=True)
class Work:
    """What was made on the way from a declared graph to a program.

    Attributes:
        graphs: the graph after each graph stage: declared, backward, simplified, fused.
        plan: buffers and launches.
        kernels: compiled kernels by name, in order of first launch.
    """

    graphs: Mapping[str, Graph]
    plan: Plan
    kernels: Mapping[str, CompiledKernel]

    @property
    def program(self) -> Program:
        """What the runtime executes."""
        return self.plan.with_code({name: compiled.code for name, compiled in self.kernels.items()})

    @property
    def state_leaves(self) -> dict[str, Leaf]:
        """The leaf behind every state, by its buffer's name."""
        graph = self.graphs["fused"]
        return {graph.names[leaf]: leaf for leaf in graph.states}

    @property
    def updated(self) -> tuple[Leaf, ...]:
        """The leaves that a call changes."""
        return tuple(leaf for leaf, _ in self.graphs["backward"].updates)


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


def make_program(
    graph: Graph,
    *,
    training: bool,
    rng: Leaf | None,
    fuse: bool,
    cache: CodeCache,
    debug: bool = False,
    progress: Progress | None = None,
) -> Work:
    """All of it: passes, planner, kernels. Arguments as of :func:`~graphc.compiler.compiled.compile_graph`."""
    crew = Crew()
    try:
        with rare_collections():
            graphs = run_pipeline(graph, training=training, rng=rng, fuse=fuse, verify=debug)
            planned = plan(graphs["fused"])
            kernels = compile_kernels(list(planned.kernels.values()), OPS, cache, progress, crew)
    finally:
        crew.dismiss()
    return Work(graphs, planned, kernels)
