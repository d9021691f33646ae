"""``training=`` is a property of a program: this pass makes dropout and batch normalisation what they are in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Node, Value, constant, explain
from graphc.runtime.errors import CompileError, ShapeError
from graphc.runtime.types import DType, dim_product

from .matching import spread
from .rules_reduce import size_value, without


@dataclass(frozen=True)
class ResolveTraining:
    """Spell out dropout and batch normalisation for training or for evaluation.

    Training: dropout multiplies with ``where(uniform >= p, 1/(1-p), 0)``, a small graph of its own that is computed
    again in the backward pass and never stored; batch normalisation uses the statistics of the batch and updates the
    running ones (a layer applied twice updates them twice, in order). Evaluation: dropout is nothing and batch
    normalisation scales and shifts by the running statistics. Random nodes are numbered in order of appearance, so
    the same graph has the same masks.

    A batch with one value a channel has no variance: ShapeError where sizes are known; for a named dimension that
    is 1 in a call, the running variance becomes NaN.

    Attributes:
        training: which of the two.
        rng: the random state (seed, step); advanced by one step where random numbers are drawn.
    """

    name: ClassVar[str] = "resolve_training"
    training: bool
    rng: Leaf | None = None

    def run(self, graph: Graph) -> Graph:
        """The graph without dropout and batch_norm."""
        if not any(node.op in (ops.DROPOUT, ops.BATCH_NORM, ops.UNIFORM) for node in graph.nodes):
            return graph
        wrt = (v for node in graph.nodes if node.op is ops.VJP for v in node.operands[2:])
        resolver = _Resolver(self.training, self.rng, frozenset(wrt), frozenset(leaf for leaf, _ in graph.updates))
        return graph.rebuild(resolver.visit, resolver.updates)


@dataclass
class _Resolver:
    """What one run collects.

    Attributes:
        training: which of the two.
        rng: the random state.
        kept: values something is differentiated by; they stay values of their own.
        updated: leaves the graph updates already.
        current: the newest value of every running statistic.
        drawn: random nodes so far.
    """

    training: bool
    rng: Leaf | None
    kept: frozenset[Value]
    updated: frozenset[Leaf]
    current: dict[Leaf, Value] = field(default_factory=dict)
    drawn: int = 0

    def visit(self, node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
        """The replacement of one node."""
        if node.op is ops.DROPOUT:
            return [self.separate(node, operands[0], self.dropout(node, operands[0]))]
        if node.op is ops.BATCH_NORM:
            return [self.batch_norm(node, operands)]
        if node.op is ops.UNIFORM:
            return node.clone(operands, {**node.attrs, "node": self.number()}).results
        return None

    def updates(self) -> Iterable[tuple[Leaf, Value]]:
        """What the program writes back besides the graph's own updates."""
        if self.drawn and self.rng is not None and self.rng not in self.updated:
            yield self.rng, ops.ADVANCE_RNG(self.rng, hint=self.rng.hint)
        yield from self.current.items()

    def number(self) -> int:
        """The number of the next random node."""
        self.drawn += 1
        return self.drawn - 1

    def separate(self, node: Node, x: Value, y: Value) -> Value:
        """``y``, as a value of its own where it would be ``x`` and something is differentiated by it."""
        if y is x and node.results[0] in self.kept:
            y = ops.RESHAPE(x, shape=x.type.shape)
        if y is not x:
            y.hint = node.results[0].hint
        return y

    def dropout(self, node: Node, x: Value) -> Value:
        """Each element is zero with probability p, else divided by 1 - p."""
        p: float = node.attrs["p"]
        if not self.training or p == 0:
            return x
        if p == 1:
            return spread(constant(0, x.dtype), x.type.shape)
        if self.rng is None:
            raise CompileError(explain("dropout", "expected a random state for training, got none", (x,), node.loc))
        # f32 numbers for every element type, so that f64 and bf16 copies of a network drop the same elements.
        attrs = {"node": self.number(), "shape": x.type.shape, "dtype": DType.f32}
        keep = ops.GE(ops.UNIFORM(self.rng, **attrs), constant(p, DType.f32))
        mask = ops.where(keep, constant(1 / (1 - p), x.dtype), constant(0, x.dtype))
        mask.hint = f"{node.results[0].hint}_mask"
        return ops.mul(x, mask)
