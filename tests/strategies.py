"""Random well-typed graphs, drawn from the table of operators, and arrays to run them with.

``graphs()`` is a Hypothesis strategy; ``feeds(graph, seed=0, batch=3)`` gives arrays for its inputs. Values stay
moderate: operands of operators that grow fast are squeezed first. Operators that jump (``floor``, ``gt``, ``argmax``)
read inputs only, so that results that may differ in the last digit are never compared across a jump.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from graphc.compiler import ops
from graphc.compiler.ir import Domain, Graph, Leaf, Op, Scalar, Value, constant
from graphc.runtime.storage import Storage
from graphc.runtime.types import Dim, DType, Shape, Shapelike, TensorType, dim_product

T = TypeVar("T")

SIZES = (2, 3, 4)
NUMBERS = (0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 1.5)
GROWING = {"square", "exp", "expm1", "prod", "tan", "pow", "reciprocal"}
JUMPING = {"floor", "ceil", "round", "sign", "isnan", "isfinite"}
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
NOT_DRAWN = {"cast", "where", "constant", "dim_size", "uniform", "remainder", "logical_not"}

UNARY = sorted(
    op.name
    for op in ops.OPS.values()
    if isinstance(op.lower_cpu, Scalar) and op.name not in NOT_DRAWN and "{1}" not in op.lower_cpu.expression
)
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")


@dataclass
class Pool:
    """What a graph under construction has."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    dtype: DType
    jumps: bool
    batch: Shapelike
    leaves: list[Leaf] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def one_of(self, choices: Sequence[T]) -> T:
        chosen: T = self.draw(st.sampled_from(choices))
        return chosen

    def value(self, rank: int = 0) -> Value:
        """A value of at least this rank."""
        return self.one_of([v for v in reversed(self.values) if v.type.rank >= rank])

    def sharp(self) -> Value:
        return self.one_of([v for v in self.leaves if v.dtype is self.dtype])

    def fitting(self, x: Value) -> Value:
        """A second operand for x: a number, rank 0, or the same shape."""
        if self.draw(st.booleans()):
            return constant(self.one_of(NUMBERS), self.dtype)
        return self.one_of([v for v in reversed(self.values) if v.type == x.type or not v.type.shape])


def squeezed(x: Value) -> Value:
    return x if x.op in ("tanh", "sigmoid") else ops.tanh(x)


def inside(x: Value, domain: Domain) -> Value:
    """x, moved into a domain that is not all numbers."""
    if domain.low >= 0:
        return ops.add(ops.mul(ops.sigmoid(x), domain.high - domain.low), domain.low)
    return ops.mul(ops.tanh(x), domain.high * 0.9) if domain.high < 2 else x


def domain_of(op: Op, index: int) -> Domain:
    return op.domain[index] if isinstance(op.domain, tuple) else op.domain


def unary(pool: Pool) -> Value:
    op = ops.OPS[pool.one_of([name for name in UNARY if pool.jumps or name not in JUMPING])]
    x = pool.sharp() if op.name in JUMPING else pool.value()
    if op.name in GROWING:
        x = squeezed(x)
    x = inside(x, domain_of(op, 0))
    value: Value = op(x)
    return ops.cast(value, dtype=pool.dtype) if value.dtype is DType.bool else value


def binary(pool: Pool) -> Value:
    op = ops.OPS[pool.one_of(BINARY)]
    x = pool.value()
    y = pool.fitting(x)
    if op.name == "div":
        y = inside(y, domain_of(op, 1)) if y.literal is None or y.literal == 0 else y
    elif op.name == "mul":
        y = squeezed(y) if y.literal is None else y
    elif op.name == "pow":
        x = inside(x, domain_of(op, 0))
        y = squeezed(y) if y.literal is None else y
    value: Value = op(y, x) if op.commutative and pool.draw(st.booleans()) else op(x, y)
    return value


def choice(pool: Pool) -> Value:
    a = pool.sharp()
    condition = ops.OPS[pool.one_of(COMPARISONS)](a, constant(pool.one_of(NUMBERS), pool.dtype))
    if pool.draw(st.booleans()):
        condition = ops.logical_not(condition)
    same = [v for v in pool.values if v.type.shape in (a.type.shape, ())]
    return ops.where(condition, pool.one_of(same), constant(pool.one_of(NUMBERS), pool.dtype))


def reduction(pool: Pool) -> Value:
    x = pool.value(1)
    op = ops.OPS[pool.one_of(("sum", "max", "min", "prod", "sum"))]
    axes = pool.draw(st.sets(st.integers(0, x.type.rank - 1), min_size=1))
    value: Value = op(squeezed(x) if op.name in GROWING else x, axes=tuple(sorted(axes)))
    return value


def spread(pool: Pool) -> Value:
    x = pool.value()
    place = pool.draw(st.integers(0, x.type.rank))
    size = pool.one_of((*SIZES, pool.batch))
    shape = (*x.type.shape[:place], size, *x.type.shape[place:])
    return ops.broadcast(x, shape=shape, axes=tuple(a for a in range(len(shape)) if a != place))


def reshaped(pool: Pool) -> Value:
    x = pool.value(1)
    shape = x.type.shape
    shapes: list[Shape] = [(*shape, 1), (1, *shape), (dim_product(shape),), shape]
    shapes += [(*shape[:i], shape[i] * shape[i + 1], *shape[i + 2 :]) for i in range(len(shape) - 1)]
    shapes += [(*shape[:i], *shape[i + 1 :]) for i, d in enumerate(shape) if d == 1]
    return ops.reshape(x, shape=pool.one_of([s for s in shapes if len(s) <= 4]))


def permuted(pool: Pool) -> Value:
    x = pool.value(1)
    return ops.permute_dims(x, axes=tuple(pool.draw(st.permutations(range(x.type.rank)))))


def sliced(pool: Pool) -> Value:
    x = pool.value(1)
    start, stop = [0] * x.type.rank, list(x.type.shape)
    axis = pool.draw(st.integers(0, x.type.rank - 1))
    size = x.type.shape[axis]
    kind = pool.one_of(("all", "part", "flip"))
    if kind == "flip":
        return ops.flip(x, axis=axis)
    if kind == "part" and isinstance(size, int) and size > 1:
        start[axis] = pool.draw(st.integers(0, size - 1))
        stop[axis] = pool.draw(st.integers(start[axis] + 1, size))
    return ops.slice(x, start=tuple(start), stop=tuple(stop), step=(1,) * x.type.rank)


def padded(pool: Pool) -> Value:
    x = pool.value(1)
    low = tuple(pool.draw(st.integers(0, 1)) for _ in x.type.shape)
    return ops.pad(x, low=low, high=low[::-1], value=pool.one_of(NUMBERS))


def joined(pool: Pool) -> Value:
    x = pool.value(1)
    same = [v for v in pool.values if v.type == x.type]
    return ops.concat(x, pool.one_of(same), axis=pool.draw(st.integers(0, x.type.rank - 1)))


def normalised(pool: Pool) -> Value:
    x = pool.value(1)
    op = ops.OPS[pool.one_of(("softmax", "log_softmax", "logsumexp", "cumsum"))]
    value: Value = op(x, axis=pool.draw(st.integers(0, x.type.rank - 1)))
    return value


def product(pool: Pool) -> Value:
    a = pool.value(2)
    leading, (m, k) = a.type.shape[:-2], a.type.shape[-2:]
    flip_a, flip_b = pool.draw(st.booleans()), pool.draw(st.booleans())
    inner = m if flip_a else k
    place = -1 if flip_b else -2
    others = [v for v in pool.values if v.type.rank == a.type.rank and v.type.shape[:-2] == leading]
    others = [v for v in others if v.type.shape[place] == inner]
    b = pool.one_of(others) if others else a
    if not others:  # a with itself always fits one way
        flip_b = not flip_a
    return ops.matmul(squeezed(a), squeezed(b), transpose_a=flip_a, transpose_b=flip_b)


def gathered(pool: Pool) -> Value:
    x = pool.value(1)
    axes = [axis for axis, d in enumerate(x.type.shape) if isinstance(d, int) and d >= 2]
    index = next((leaf for leaf in pool.leaves if leaf.dtype is DType.i64), None)
    if not axes or index is None or x.type.rank > 3:
        return ops.neg(x)
    axis = pool.one_of(axes)
    return ops.take(x, ops.check_index(index, size=x.type.shape[axis]), axis=axis)


def masked(pool: Pool) -> Value:
    """One element a row, chosen by a label: what cross-entropy is made of."""
    x = pool.value(2)
    index = next((leaf for leaf in pool.leaves if leaf.dtype is DType.i64), None)
    last = x.type.shape[-1]
    if index is None or x.type.shape[0] != index.type.shape[0] or not isinstance(last, int) or last < 2:
        return ops.abs(x)
    places = ops.iota(shape=x.type.shape, axis=x.type.rank - 1)
    labels = ops.check_index(index, size=x.type.shape[-1])
    hit = ops.eq(places, ops.broadcast(labels, shape=x.type.shape, axes=(0,)))
    return ops.where(hit, pool.one_of((x, constant(2.0, pool.dtype))), constant(0.0, pool.dtype))


def scalar(pool: Pool) -> Value:
    size = ops.dim_size(pool.one_of((pool.batch, pool.batch * 2, 3)), dtype=pool.dtype)
    return pool.one_of((size, constant(pool.one_of(NUMBERS), pool.dtype)))


def stopped(pool: Pool) -> Value:
    return ops.stop_gradient(pool.value())


MOST = (unary, unary, binary, binary, binary, reduction, reduction, spread, reshaped, permuted, sliced, padded)
STEPS = (*MOST, joined, normalised, product, product, gathered, masked, scalar, choice, stopped)


@st.composite
def graphs(
    draw: Any,
    *,
    min_nodes: int = 1,
    max_nodes: int = 8,
    dtypes: Sequence[DType] = (DType.f32, DType.f64),
    jumps: bool = True,
    loss: bool = False,
) -> Graph:
    """Well-typed graphs over inputs ``x: [batch, n]``, ``v: [n]``, ``i: i64[batch]`` and a parameter ``w: [n, m]``.

    Args:
        draw: given by Hypothesis.
        min_nodes: smallest number of drawn operators.
        max_nodes: largest number of them.
        dtypes: element types; one is used for the whole graph.
        jumps: draw operators that jump, such as floor, and stop_gradient (unless for a loss).
        loss: the one output is a scalar that depends on x, v and w; else up to three values.
    """
    dtype = draw(st.sampled_from(list(dtypes)))
    n, m = draw(st.sampled_from(SIZES)), draw(st.sampled_from(SIZES))
    batch: Shapelike = draw(st.sampled_from((Dim.named("batch"), 3)))
    types: dict[str, Shape] = {"x": (batch, n), "v": (n,), "i": (batch,)}
    inputs = [Leaf("input", TensorType(DType.i64 if k == "i" else dtype, s), k) for k, s in types.items()]
    weight = TensorType(dtype, (n, m))
    numbers = np.random.default_rng(n * 10 + m).normal(size=(n, m)).astype(dtype.numpy)
    leaves = [*inputs, Leaf("param", weight, "w", Storage(weight, numbers))]
    pool = Pool(draw, dtype, jumps, batch, leaves, [v for v in leaves if v.dtype is dtype])
    steps = STEPS if jumps and not loss else tuple(s for s in STEPS if s is not stopped)
    for _ in range(draw(st.integers(min_nodes, max_nodes))):
        value = draw(st.sampled_from(steps))(pool)
        if value.type.rank <= 4 and small(value.type):
            pool.values.append(value)
    if loss:
        total = sum_all(pool.values[-1])
        for value in (*pool.values[:3], *pool.values[3:][-2:]):
            total = ops.add(total, ops.mul(sum_all(ops.tanh(value)), 0.5))
        total.hint = "loss"
        return Graph.reach("drawn", inputs, [total])
    made = pool.values[3:] or pool.values
    return Graph.reach("drawn", inputs, made[-draw(st.integers(1, 3)) :])


def sum_all(value: Value) -> Value:
    return ops.sum(value, axes=tuple(range(value.type.rank))) if value.type.rank else value


def small(type: TensorType) -> bool:
    return type.names <= {"batch"} and math.prod(type.concrete({"batch": 3})) <= 2000


def feeds(graph: Graph, *, seed: int = 0, batch: int = 3) -> list[np.ndarray[Any, Any]]:
    """Arrays for the inputs: normal numbers, indices 0 and 1."""
    arrays = []
    for leaf in graph.inputs:
        rng = np.random.default_rng(zlib.crc32(leaf.hint.encode()) + seed)
        shape = leaf.type.concrete({"batch": batch})
        array = rng.integers(0, 2, size=shape) if leaf.dtype.is_integer else rng.normal(size=shape)
        arrays.append(array.astype(leaf.dtype.numpy))
    return arrays
