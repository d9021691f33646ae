"""Declared graphs to compiled ones; passes, planner and code generation are imported when there is work for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from graphc.runtime.codecache import CodeCache, current_cache
from graphc.runtime.errors import LoweringError
from graphc.runtime.program import Program
from graphc.runtime.storage import Storage

from . import kept
from .ir import Graph, Leaf, Loc, at, here, print_graph

if TYPE_CHECKING:
    from .lowering.codegen import CompiledKernel, Progress
    from .lowering.plan import Plan
    from .pipeline import Work

STAGES: Final = ("declared", "backward", "simplified", "fused", "planned", "python", "llvm", "asm")


class Compiled:
    """A compiled graph. Where its program was found in the cache, everything else is made when it is asked for.

    Attributes:
        program: what the runtime executes.
    """

    def __init__(self, program: Program, make: Callable[[], Work], found: kept.Kept | None = None) -> None:
        self.program = program
        self._kept = found
        self._make = make

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
        from .lowering.plan_text import print_plan  # noqa: PLC0415 - the compiler, which a warm start does without
        from .pipeline import used_kernels  # noqa: PLC0415

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
    digest = None if debug else kept.digest_of(graph, rng, (target, training, fuse))
    known = None if digest is None else kept.find(digest, cache, graph, rng)
    make = partial(_make, here(), graph, training=training, rng=rng, fuse=fuse, cache=cache)
    if known is not None:
        return Compiled(known.program, make, known)  # whoever looks inside sees everything, made then
    work = make(debug=debug, progress=progress)
    if digest is not None:
        kept.keep(digest, cache, graph, rng, work)
    return Compiled(work.program, lambda: work)


def _make(where: Loc | None, graph: Graph, **options: Any) -> Work:
    """Nodes of nobody's line carry ``where``: that of the call to compile, not of whoever looked first."""
    from .pipeline import make_program  # noqa: PLC0415 - passes, planner, code generation: a warm start does without

    with at(where):
        return make_program(graph, **options)
