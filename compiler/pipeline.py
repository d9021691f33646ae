"""The pipeline: which passes run, in which order, and what comes out. Everything about order is on this screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final

from graphc.runtime.codecache import CodeCache, current_cache
from graphc.runtime.collector import rare_collections
from graphc.runtime.crew import Crew
from graphc.runtime.errors import LoweringError
from graphc.runtime.program import Program
from graphc.runtime.storage import Storage

from . import kept
from .autodiff import Autodiff
from .ir import Graph, Leaf, print_graph
from .kept import Kept
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


class Compiled:
    """A compiled graph. Where its program was found in the cache, everything else is made when it is asked for.

    Attributes:
        program: what the runtime executes.
    """

    def __init__(self, program: Program, work: Work | Callable[[], Work], kept: Kept | None = None) -> None:
        self.program = program
        self._kept = kept
        self._make = work if callable(work) else lambda: work

    @cached_property
    def work(self) -> Work:
        """Everything that was made on the way."""
        return self._make()

    @property
    def graphs(self) -> Mapping[str, Graph]:
        """The graph after each graph stage: declared, backward, simplified, fused."""
        return self.work.graphs

    @property
    def plan(self) -> Plan:
        """Buffers and launches."""
        return self.work.plan

    @property
    def kernels(self) -> Mapping[str, CompiledKernel]:
        """Compiled kernels by name, in order of first launch."""
        return self.work.kernels

    @property
    def states(self) -> Mapping[str, Storage]:
        """Storage of every state, by its buffer's name."""
        if self._kept is not None:
            return self._kept.states
        found: dict[str, Storage] = {}
        for name, leaf in self.work.state_leaves.items():
            if leaf.storage is None:
                raise LoweringError(f"compile: state %{leaf.hint} has no storage; parsed text must be bound first")
            found[name] = leaf.storage
        return found

    @property
    def updated(self) -> tuple[Leaf, ...]:
        """The leaves that a call changes."""
        return self.work.updated if self._kept is None else self._kept.updated

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
    cache = cache or current_cache()
    digest = None if debug else kept.digest_of(graph, rng, (training, fuse))
    known = None if digest is None else kept.find(digest, cache, graph, rng)
    work = partial(_work, graph, training, rng, fuse, debug, cache)
    if known is not None:
        return Compiled(known.program, work, known)
    done = work(progress)
    if digest is not None:
        keys = {name: kernel.key for name, kernel in done.kernels.items()}
        kept.keep(digest, cache, graph, rng, done.program, keys, done.state_leaves.items(), done.updated)
    return Compiled(done.program, done)


def _work(
    graph: Graph,
    training: bool,
    rng: Leaf | None,
    fuse: bool,
    debug: bool,
    cache: CodeCache,
    progress: Progress | None = None,
) -> Work:
    crew = Crew()
    try:
        with rare_collections():
            graphs = run_pipeline(graph, training=training, rng=rng, fuse=fuse, verify=debug)
            planned = plan(graphs["fused"])
            kernels = compile_kernels(list(planned.kernels.values()), OPS, cache, progress, crew)
    finally:
        crew.dismiss()
    return Work(graphs, planned, kernels)
