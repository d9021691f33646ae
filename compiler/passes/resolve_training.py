"""``training=`` is a property of a program: this pass makes dropout and batch normalisation what they are in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Node, Value, constant, explain
from graphc.runtime.errors import CompileError, ShapeError
from graphc.runtime.types import DType, Shapelike, dim_product

from .matching import size_value, spread


@dataclass(frozen=True)
class ResolveTraining:
    """Spell out dropout and batch normalisation for training or for evaluation.

    Training: dropout multiplies with ``where(uniform >= p, 1/(1-p), 0)``, a small graph of its own that is computed
    again in the backward pass and never stored; batch normalisation uses the statistics of the batch and updates the
    running ones (a layer applied twice updates them twice, in order). Evaluation: dropout is nothing and batch
    normalisation scales and shifts by the running statistics. Random nodes have the numbers of their streams in order
    of appearance, so the same graph has the same masks.

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
        used: one of them draws from ``rng``.
    """

    training: bool
    rng: Leaf | None
    kept: frozenset[Value]
    updated: frozenset[Leaf]
    current: dict[Leaf, Value] = field(default_factory=dict)
    drawn: int = 0
    used: bool = False

    def visit(self, node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
        """The replacement of one node."""
        if node.op is ops.DROPOUT:
            return [self.separate(node, operands[0], self.dropout(node, operands[0]))]
        if node.op is ops.BATCH_NORM:
            return [self.separate(node, operands[0], self.batch_norm(node, operands))]
        if node.op is ops.UNIFORM:
            stream = self.stream(operands[0])
            if operands[1].literal is not None:  # a computed number is its author's own
                return node.clone((operands[0], stream)).results
        return None

    def updates(self) -> Iterable[tuple[Leaf, Value]]:
        """What the program writes back besides the graph's own updates."""
        if self.used and self.rng is not None and self.rng not in self.updated:
            yield self.rng, ops.advance_rng(self.rng)
        yield from self.current.items()

    def stream(self, rng: Value) -> Value:
        """The stream of the next random node, which draws from ``rng``."""
        self.used = self.used or rng is self.rng
        self.drawn += 1
        return constant(self.drawn - 1, DType.i64)

    def separate(self, node: Node, x: Value, y: Value) -> Value:
        """``y``, as a value of its own where it would be ``x`` and something is differentiated by it."""
        if y is x and node.results[0] in self.kept:
            y = ops.reshape(x, shape=x.type.shape)
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
        random = ops.uniform(self.rng, self.stream(self.rng), shape=x.type.shape, dtype=DType.f32)
        keep = ops.ge(random, constant(p, DType.f32))
        mask = ops.where(keep, constant(1 / (1 - p), x.dtype), constant(0, x.dtype))
        mask.hint = f"{node.results[0].hint}_mask"
        return ops.mul(x, mask)

    def batch_norm(self, node: Node, operands: tuple[Value, ...]) -> Value:
        """Normalise over all axes but one, then scale and shift."""
        layer = _BatchNorm.of(node, operands)
        if layer.running and not self.training:
            return layer.normalised(*layer.running[:2], centre=False)
        mean, variance = layer.statistics()
        if self.training:
            self.track(layer, mean, variance)
        return layer.normalised(mean, variance, centre=True)

    def track(self, layer: _BatchNorm, mean: Value, variance: Value) -> None:
        """Update the running statistics that are leaves; anything else is a value nobody can write to."""
        batch = (mean, layer.unbiased(variance))
        leaves = [v for v in layer.running if isinstance(v, Leaf)]
        if len(leaves) != 3:
            return
        *statistics, tracked = leaves
        count = ops.add(self.current.get(tracked, tracked), 1)
        for leaf, found in zip(statistics, batch, strict=True):
            old, new = self.current.get(leaf, leaf), _to(found, leaf.dtype)
            if layer.momentum is None:
                blend = ops.add(old, ops.div(ops.sub(new, old), _to(count, leaf.dtype)))
            else:
                blend = ops.add(ops.mul(old, 1 - layer.momentum), ops.mul(new, layer.momentum))
            self.current[leaf] = blend
        self.current[tracked] = count


@dataclass(frozen=True)
class _BatchNorm:
    """One batch_norm node, its operands told apart.

    Attributes:
        node: the node.
        x: what is normalised, as f32 when it is bf16.
        affine: weight and bias, or nothing.
        running: mean, variance and number of batches, or nothing.
    """

    node: Node
    x: Value
    affine: tuple[Value, ...]
    running: tuple[Value, ...]

    @staticmethod
    def of(node: Node, operands: tuple[Value, ...]) -> _BatchNorm:
        x, *rest = operands
        count = 2 if node.attrs["affine"] else 0
        work = DType.f32 if x.dtype is DType.bf16 else x.dtype
        affine = tuple(_to(v, work) for v in rest[:count])
        return _BatchNorm(node, _to(x, work), affine, tuple(rest[count:]))

    @property
    def momentum(self) -> float | None:
        """Weight of the new batch in the running statistics; None is their plain mean."""
        momentum: float | None = self.node.attrs["momentum"]
        return momentum

    @property
    def axis(self) -> int:
        """The axis of the channels."""
        axis: int = self.node.attrs.get("axis", 1)
        return axis

    @property
    def others(self) -> tuple[int, ...]:
        """The axes statistics are taken over."""
        return tuple(axis for axis in range(self.x.type.rank) if axis != self.axis)

    @property
    def count(self) -> Shapelike:
        """Values a channel."""
        return dim_product(self.x.type.shape[axis] for axis in self.others)

    def statistics(self) -> tuple[Value, Value]:
        """Mean and (biased) variance of the batch: the mean of squared differences, which cancels no digits."""
        if self.count == 1:
            channels = self.x.type.shape[self.axis]
            message = f"expected more than 1 value per channel in training, got 1 for each of {channels} in {{0}}"
            raise ShapeError(explain("batch_norm", message, self.node.operands[:1], self.node.loc))
        hint = self.node.results[0].hint
        mean = self.mean(self.x, f"{hint}_mean")
        return mean, self.mean(ops.square(ops.sub(self.x, self.spread(mean))), f"{hint}_var")

    def mean(self, x: Value, hint: str) -> Value:
        """The mean of every channel."""
        mean = ops.div(ops.sum(x, axes=self.others), size_value(self.count, x))
        mean.hint = hint
        return mean

    def unbiased(self, variance: Value) -> Value:
        """The variance of what the batch is a sample of: n / (n - 1) times that of the batch."""
        if isinstance(self.count, int):
            return ops.mul(variance, self.count / (self.count - 1))
        n = size_value(self.count, variance)
        return ops.mul(variance, ops.div(n, ops.sub(n, 1)))

    def spread(self, channels: Value) -> Value:
        """A value of every channel over the shape of x."""
        return ops.broadcast(channels, shape=self.x.type.shape, axes=(self.axis,))

    def normalised(self, mean: Value, variance: Value, *, centre: bool) -> Value:
        """``(x - mean) / sqrt(variance + eps) * weight + bias``.

        Without ``centre`` it is one product and one sum an element, ``x * scale + (bias - mean * scale)``.
        """
        mean, variance = _to(mean, self.x.dtype), _to(variance, self.x.dtype)
        scale = ops.rsqrt(ops.add(variance, self.node.attrs["eps"]))
        if self.affine:
            scale = ops.mul(scale, self.affine[0])
        if centre:
            y = ops.mul(ops.sub(self.x, self.spread(mean)), self.spread(scale))
            y = ops.add(y, self.spread(self.affine[1])) if self.affine else y
        else:
            offset = ops.mul(mean, scale)
            shift = ops.sub(self.affine[1], offset) if self.affine else ops.neg(offset)
            y = ops.add(ops.mul(self.x, self.spread(scale)), self.spread(shift))
        return _to(y, self.node.results[0].dtype)


def _to(value: Value, dtype: DType) -> Value:
    return value if value.dtype is dtype else ops.cast(value, dtype=dtype)
