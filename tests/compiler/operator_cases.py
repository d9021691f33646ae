"""Graphs that cover the table of operators: ``CASES`` by name, each a function that makes one.

Cases hold many operators each, because a kernel takes a tenth of a second to compile.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Scalar, Value
from graphc.runtime.types import Dim, DType

from ..compiled import feed, leaf, numbers

FLOATS = ("f32", "f64")
TYPES = ("f32", "f64", "i32", "i64", "bool")
N = Dim.named("n")


@dataclass
class Case:
    """Values over inputs, with arrays to try."""

    inputs: list[Leaf]
    values: list[Value]
    feeds: list[list[Any]] = field(default_factory=list)

    @property
    def graph(self) -> Graph:
        return Graph.reach("case", self.inputs, self.values)


CASES: dict[str, Callable[[], Case]] = {}


def case(name: str, *arguments: Any) -> Callable[[Callable[..., Case]], Callable[..., Case]]:
    """Register a case under a name, with arguments for the function that makes it."""

    def register(make: Callable[..., Case]) -> Callable[..., Case]:
        CASES[name] = lambda: make(*arguments)
        return make

    return register


def for_each(name: str, *options: tuple[Any, ...]) -> Callable[[Callable[..., Case]], Callable[..., Case]]:
    """Register a case for every combination of options."""

    def register(make: Callable[..., Case]) -> Callable[..., Case]:
        for arguments in itertools.product(*options):
            case(f"{name}-{'-'.join(map(str, arguments))}", *arguments)(make)
        return make

    return register


def _feeds(inputs: list[Leaf], sizes: tuple[int, ...]) -> list[list[Any]]:
    return [feed(inputs, seed=n, n=n) for n in sizes]


# Element by element -------------------------------------------------------------------------------------------------

SCALARS = sorted(op.name for op in ops.OPS.values() if isinstance(op.lower_cpu, Scalar))
ELSEWHERE = {"constant", "dim_size", "uniform", "cast", "where"}


def elementwise_values(x: Value, y: Value, names: list[str]) -> list[Value]:
    values = []
    for name in names:
        record = ops.OPS[name]
        operands = (x, y) if "{1}" in record.lower_cpu.expression else (x,)  # type: ignore[union-attr]
        values.append(record(*operands, hint=name))
    return values


def allows(name: str, dtype: DType) -> bool:
    x = Leaf("input", leaf("x", "f32[n]").type.with_dtype(dtype), "x")
    try:
        elementwise_values(x, x, [name])
    except Exception:
        return False
    return True


@case("elementwise")
def _everything() -> Case:
    inputs = [leaf("x", "f32[n]"), leaf("b", "bool[n]")]
    names = [name for name in SCALARS if name not in ELSEWHERE]
    values = []
    for name in names:
        x = inputs[0] if allows(name, DType.f32) else inputs[1]
        values += elementwise_values(x, x, [name])
    return Case(inputs, [*values, ops.where(inputs[1], inputs[0], 1.0)])


@for_each("cast", TYPES)
def _cast(source: str) -> Case:
    x = leaf("x", f"{source}[n]")
    y = ops.where(ops.eq(x, x), x, x)
    values = [ops.cast(y, dtype=DType.of(target)) for target in TYPES]
    numbers_ = {"bool": [True, False]}.get(source, [0, 1, -1, 2, -7, 100, 2**31 - 1])
    array = np.array(numbers_).astype(x.dtype.numpy)
    if x.dtype.is_float:
        array = np.array([0.0, -0.0, 1.5, -1.5, 2.99, -2.99, 1e9, 16777217.0]).astype(x.dtype.numpy)
    return Case([x], values, [[array]])


@case("integer_division_by_zero_and_overflow")
def _division() -> Case:
    inputs, values, arrays = [], [], []
    for dtype in ("i32", "i64"):
        x, y = leaf(f"x{dtype}", f"{dtype}[n]"), leaf(f"y{dtype}", f"{dtype}[n]")
        low, high = np.iinfo(x.dtype.numpy).min, np.iinfo(x.dtype.numpy).max
        inputs += [x, y]
        values += [
            ops.remainder(x, y),
            ops.mul(x, y),
            ops.abs(x),
            ops.neg(x),
            ops.add(x, y),
            ops.sub(x, y),
            ops.square(x),
        ]
        arrays += [
            np.array([low, low, high, 5, -5, 0, 7, -7], x.dtype.numpy),
            np.array([-1, 0, 2, 0, 3, 5, -3, -3], y.dtype.numpy),
        ]
    return Case(inputs, values, [arrays])


SHAPES = (
    ("", ""),
    ("n", ""),
    ("n", "n"),
    ("n, 3", "n, 3"),
    ("3, n", "3, n"),
    ("5, 65", "5, 65"),
    ("2, n, 17", "2, n, 17"),
    ("n, 2*n", "n, 2*n"),
    ("n, 3, 1, 5", ""),
    ("2, 3, n, 4", "2, 3, n, 4"),
)


@for_each("shapes", FLOATS, tuple(range(len(SHAPES))))
def _shapes(dtype: str, which: int) -> Case:
    first, second = SHAPES[which]
    x, y = leaf("x", f"{dtype}[{first}]"), leaf("y", f"{dtype}[{second}]")
    h = ops.mul(ops.add(x, y), ops.tanh(x))
    values = [
        h,
        ops.where(ops.lt(h, x), ops.cast(ops.gt(h, 0.0), dtype=x.dtype), ops.div(h, ops.add(ops.square(h), 1.0))),
    ]
    sizes = (1, 3, 17, 65) if "n" in first else (1,)
    return Case([x, y], values, _feeds([x, y], sizes))


@for_each("scalars_of_rank_0", FLOATS)
def _splat(dtype: str) -> Case:
    x, s, lr = leaf("x", f"{dtype}[n, 3]"), leaf("s", f"{dtype}[]"), leaf("lr", f"{dtype}[]")
    step = ops.mul(lr, ops.add(s, 2.0))
    values = [ops.mul(x, step), step, ops.where(ops.gt(s, 0.0), x, step), ops.neg(ops.mul(s, ops.sum(x, axes=(0, 1))))]
    return Case([x, s, lr], values, _feeds([x, s, lr], (1, 5)))


# Reductions ---------------------------------------------------------------------------------------------------------


def _subsets(rank: int) -> list[tuple[int, ...]]:
    return [s for count in range(1, rank + 1) for s in itertools.combinations(range(rank), count)]


REDUCED: tuple[tuple[str, str, list[tuple[int, ...]]], ...] = (
    ("f32", "", [()]),
    ("f32", "n", _subsets(1)),
    ("f32", "n, 65", _subsets(2)),
    ("f32", "3, n, 17", _subsets(3)),
    ("f32", "2, n, 3, 5", [(1,), (0, 2), (1, 3), (1, 2, 3), (0, 1, 3)]),
    ("f32", "1, 70, 1", [(0,), (1,), (2,), (0, 2)]),
    ("f64", "n, 17", _subsets(2)),
    ("f64", "65, 2, 3", [(0,), (0, 2), (0, 1, 2)]),
    ("i32", "n, 5", [(0,), (1,)]),
    ("i64", "4, n, 3", [(1,), (1, 2)]),
)


@for_each("reduction", tuple(range(len(REDUCED))))
def _reduction(which: int) -> Case:
    dtype, dims, subsets = REDUCED[which]
    x = leaf("x", f"{dtype}[{dims}]")
    y = ops.add(x, 1)
    values = []
    for axes in subsets:
        values += [ops.sum(y, axes=axes), ops.max(y, axes=axes), ops.min(y, axes=axes)]
        signs = ops.sub(ops.mul(ops.sign(y), 2), 1)
        near_one = ops.sub(ops.mul(ops.tanh(y), 0.1), 1.0) if x.dtype.is_float else signs
        values.append(ops.prod(near_one, axes=axes))
    return Case([x], values, _feeds([x], (1, 3, 17, 70) if "n" in dims else (1,)))


@for_each("reductions_at_special_values", FLOATS)
def _reduction_special(dtype: str) -> Case:
    x = leaf("x", f"{dtype}[n, 5]")
    values = [op(x, axes=axes) for op in (ops.sum, ops.prod, ops.max, ops.min) for axes in ((0,), (1,), (0, 1))]
    inf, nan = np.inf, np.nan
    rows = [[1, inf, 2, 3, 4], [nan, 1, 2, 3, 4], [-inf, 0, 0, -0.0, 1], [inf, -inf, 1, 1, 1], [1, 2, 3, 4, nan]]
    arrays = [np.array(rows, x.dtype.numpy), np.array(rows[:1], x.dtype.numpy), np.full((3, 5), -inf, x.dtype.numpy)]
    return Case([x], values, [[a] for a in arrays])


@for_each("search", ("f32", "i64"))
def _search(dtype: str) -> Case:
    inputs = [leaf(f"x{r}", f"{dtype}[{dims}]") for r, dims in enumerate(("n", "n, 7", "3, n, 5"))]
    values = [op(x, axis=a) for x in inputs for a in range(x.type.rank) for op in (ops.argmax, ops.argmin, ops.cumsum)]
    feeds = _feeds(inputs, (1, 4, 33))
    if dtype.startswith("f"):
        for x in feeds[1]:
            x.reshape(-1)[::5] = np.nan  # the first one wins
        feeds[1] = [np.round(x) for x in feeds[1]]
    return Case(inputs, [v for v in values if v.op != "cumsum"], feeds)


@for_each("running_sum", ("f32", "f64", "i32"))
def _cumsum(dtype: str) -> Case:
    inputs = [leaf(f"x{r}", f"{dtype}[{dims}]") for r, dims in enumerate(("n", "n, 7", "3, n, 5"))]
    values = [ops.cumsum(x, axis=a) for x in inputs for a in range(x.type.rank)]
    return Case(inputs, values, _feeds(inputs, (1, 4, 33)))


# Moving elements ----------------------------------------------------------------------------------------------------


@for_each("moves", ("f32", "i64", "bool"))
def _moves(dtype: str) -> Case:
    x, v, w = leaf("x", f"{dtype}[n, 3, 4]"), leaf("v", f"{dtype}[5]"), leaf("w", f"{dtype}[n, 3]")
    values = [
        ops.broadcast(v, shape=(2, 5), axes=(1,)),
        ops.broadcast(v, shape=(5, N), axes=(0,)),
        ops.broadcast(w, shape=(N, 2, 3, 2), axes=(0, 2)),
        ops.reshape(x, shape=(N * 12,)),
        ops.reshape(x, shape=(N, 12)),
        ops.reshape(x, shape=(1, N, 1, 12)),
        ops.reshape(ops.permute_dims(x, axes=(2, 0, 1)), shape=(4, N * 3)),
        ops.slice(x, start=(0, 1, 1), stop=(N, 3, 4), step=(1, 1, 2)),
        ops.slice(x, start=(0, 2, 0), stop=(N, 3, 0), step=(1, 1, 1)) if dtype == "f32" else ops.flip(v, axis=0),
        ops.flip(x, axis=0),
        ops.flip(x, axis=2),
        ops.stop_gradient(x),
    ]
    if dtype != "bool":
        fill = 2 if dtype in ("i32", "i64") else 1.5
        values += [
            ops.pad(x, low=(0, 1, 2), high=(3, 0, 1), value=fill),
            ops.pad(w, low=(1, 0), high=(0, N), value=fill),
            ops.pad(v, low=(2,), high=(2,), value=fill),
        ]
    return Case([x, v, w], values, _feeds([x, v, w], (1, 3, 17)))


@case("moves_without_elements_left")
def _empty() -> Case:
    x = leaf("x", "f32[n, 4]")
    nothing = ops.slice(x, start=(0, 2), stop=(N, 2), step=(1, 1))
    values = [nothing, ops.concat(nothing, x, axis=1), ops.sum(nothing, axes=(1,)), ops.max(nothing, axes=(1,))]
    values += [ops.pad(nothing, low=(0, 1), high=(0, 1), value=3.0), ops.sum(nothing, axes=(0,))]
    return Case([x], values, _feeds([x], (1, 3)))


TRANSPOSED = ("n, 3", "65, 17", "n, 70", "2, n, 5", "n, 2, 3, 4")


@for_each("transposes", TRANSPOSED)
def _transposes(dims: str) -> Case:
    x = leaf("x", f"f32[{dims}]")
    orders = list(itertools.permutations(range(x.type.rank)))[:: 1 if x.type.rank < 4 else 5]
    values = [ops.permute_dims(x, axes=order) for order in orders]
    values += [ops.permute_dims(ops.mul(x, 2.0), axes=orders[-1]), ops.mul(x, 2.0)]
    return Case([x], values, _feeds([x], (1, 3, 17) if "n" in dims else (1,)))


@for_each("joins", ("f32", "bool"))
def _concat(dtype: str) -> Case:
    x, y, z = leaf("x", f"{dtype}[n, 3]"), leaf("y", f"{dtype}[n, 5]"), leaf("z", f"{dtype}[4, 3]")
    u = leaf("u", f"{dtype}[2, n, 3]")
    values = [
        ops.concat(x, y, x, axis=1),
        ops.concat(x, z, axis=0),
        ops.concat(x, axis=0),
        ops.concat(u, u, axis=1),
        ops.concat(u, u, axis=0),
        ops.concat(u, u, u, axis=2),
    ]
    return Case([x, y, z, u], values, _feeds([x, y, z, u], (1, 3, 17)))


# Indices ------------------------------------------------------------------------------------------------------------


@for_each("gathers", ("f32", "i32", "bool"))
def _gathers(dtype: str) -> Case:
    x, u = leaf("x", f"{dtype}[7, 5]"), leaf("u", f"{dtype}[2, 7, n]")
    i, j, s = leaf("i", "i64[n]"), leaf("j", "i64[2, 3]"), leaf("s", "i64[]")
    a, b = leaf("a", "i64[7, 4]"), leaf("b", "i64[n, 5]")
    rows, picks, one = (ops.check_index(v, size=7) for v in (i, j, s))
    along, down = ops.check_index(a, size=5), ops.check_index(b, size=7)
    values = [
        ops.take(x, rows, axis=0),
        ops.take(x, picks, axis=0),
        ops.take(x, one, axis=0),
        ops.take(ops.permute_dims(x, axes=(1, 0)), rows, axis=1),
        ops.take(u, picks, axis=1),
        ops.take_along(x, along, axis=1),
        ops.take_along(x, down, axis=0),
    ]
    inputs = [x, u, i, j, s, a, b]
    return Case(inputs, values, _index_feeds(inputs, {"a": 5}))


@for_each("scatters", ("f32", "i64"))
def _scatters(dtype: str) -> Case:
    g, h, k = leaf("g", f"{dtype}[n, 33]"), leaf("h", f"{dtype}[2, 2, 3]"), leaf("k", f"{dtype}[5, 2, 3, 2]")
    i, j = leaf("i", "i64[n]"), leaf("j", "i64[2, 3]")
    a, b = leaf("a", "i64[n, 33]"), leaf("b", "i64[2, 2, 3]")
    rows, picks, down = ops.check_index(i, size=7), ops.check_index(j, size=7), ops.check_index(a, size=7)
    deep = ops.check_index(b, size=7)
    values = [
        ops.take_grad(g, rows, axis=0, size=7),
        ops.take_grad(ops.permute_dims(g, axes=(1, 0)), rows, axis=1, size=7),
        ops.take_grad(k, picks, axis=1, size=7),
        ops.take_along_grad(g, down, axis=0, size=7),
        ops.take_along_grad(g, down, axis=1, size=7),
        ops.take_along_grad(h, deep, axis=1, size=N + 6),
    ]
    inputs = [g, h, k, i, j, a, b]
    return Case(inputs, values, _index_feeds(inputs, {}))


def _index_feeds(inputs: list[Leaf], sizes: dict[str, int]) -> list[list[Any]]:
    feeds = _feeds(inputs, (1, 3, 17))
    for arrays in feeds:
        for n, x in enumerate(inputs):
            if x.hint in "ijsab" and x.dtype is DType.i64:
                arrays[n] = np.abs(arrays[n]) % sizes.get(x.hint, 7)
    return feeds


# Products -----------------------------------------------------------------------------------------------------------

PRODUCTS = (
    ("f32", "n", "17", "65"),
    ("f32", "65", "n", "3"),
    ("f32", "3", "70", "n"),
    ("f32", "1", "1", "1"),
    ("f32", "64", "64", "64"),
    ("f64", "n", "17", "33"),
)


@for_each("product", PRODUCTS)
def _product(what: tuple[str, str, str, str]) -> Case:
    dtype, m, n, k = what
    inputs, values = [], []
    for flip_a, flip_b in itertools.product((False, True), repeat=2):
        a = leaf(f"a{flip_a:d}{flip_b:d}", f"{dtype}[{k}, {m}]" if flip_a else f"{dtype}[{m}, {k}]")
        b = leaf(f"b{flip_a:d}{flip_b:d}", f"{dtype}[{n}, {k}]" if flip_b else f"{dtype}[{k}, {n}]")
        inputs += [a, b]
        values.append(ops.matmul(a, b, transpose_a=flip_a, transpose_b=flip_b))
    return Case(inputs, values, _feeds(inputs, (1, 3, 17, 70) if "n" in (m, n, k) else (1,)))


@for_each("batched_product", FLOATS)
def _batched(dtype: str) -> Case:
    a, b, c = leaf("a", f"{dtype}[n, 2, 5, 7]"), leaf("b", f"{dtype}[n, 2, 7, 9]"), leaf("c", f"{dtype}[n, 2, 9, 5]")
    y = ops.matmul(a, b)
    z = ops.matmul(y, c)
    values = [y, ops.mul(z, 2.0), ops.matmul(c, a, transpose_a=False), ops.matmul(a, a, transpose_b=True)]
    return Case([a, b, c], values, _feeds([a, b, c], (1, 3)))


# Values from attributes, random numbers -----------------------------------------------------------------------------


@for_each("from_attributes", ("f32", "f64", "i32"))
def _creation(dtype: str) -> Case:
    kind = DType.of(dtype)
    x = leaf("x", f"{dtype}[n]")
    values = [
        ops.iota(shape=(N,), axis=0, dtype=kind),
        ops.iota(shape=(2, N, 3), axis=1, dtype=kind),
        ops.iota(shape=(2, N, 3), axis=2, dtype=kind),
        ops.dim_size(N * 2 + 1, dtype=kind),
        ops.dim_size(N * N, dtype=kind),
        ops.add(x, ops.dim_size(N, dtype=kind)),
        ops.constant(3, dtype=kind),
        ops.constant((1, 2, -3, 4, 5, 6), dtype=kind, shape=(2, 3)),
        ops.add(
            ops.broadcast(x, shape=(N, 2), axes=(0,)),
            ops.broadcast(ops.constant((7, -8), dtype=kind, shape=(2,)), shape=(N, 2), axes=(1,)),
        ),
    ]
    return Case([x], values, _feeds([x], (1, 3, 17)))


@case("booleans_from_attributes")
def _booleans() -> Case:
    x = leaf("x", "bool[n]")
    values = [
        ops.logical_and(x, ops.constant(True, dtype=DType.bool)),
        ops.constant((True, False), dtype=DType.bool, shape=(2,)),
    ]
    return Case([x], [*values, ops.constant(False, dtype=DType.bool)], _feeds([x], (3,)))


@for_each("random", FLOATS)
def _random(dtype: str) -> Case:
    rng = leaf("rng", "i64[2]")
    x = leaf("x", f"{dtype}[n, 33]")
    values = [
        ops.uniform(rng, 0, shape=(N, 33), dtype=DType.of(dtype)),
        ops.uniform(rng, 1, shape=(3, N, 5), dtype=DType.of(dtype)),
        ops.mul(x, ops.uniform(rng, 0, shape=(N, 33), dtype=DType.of(dtype))),
        ops.permute_dims(ops.uniform(rng, 0, shape=(N, 33), dtype=DType.of(dtype)), axes=(1, 0)),
        ops.advance_rng(rng),
    ]
    feeds = _feeds([rng, x], (1, 3, 17))
    for arrays, start in zip(feeds, ([0, 0], [123456789012345, 7], [-5, 2**40]), strict=True):
        arrays[0] = np.array(start, np.int64)
    return Case([rng, x], values, feeds)


# Of networks --------------------------------------------------------------------------------------------------------


@for_each("of_networks", FLOATS, ("n, 10", "n, 3, 5"))
def _networks(dtype: str, dims: str) -> Case:
    x = leaf("x", f"{dtype}[{dims}]")
    values = [ops.gelu(x), ops.gelu(x, approximate="tanh")]
    for axis in range(x.type.rank):
        values += [ops.softmax(x, axis=axis), ops.log_softmax(x, axis=axis), ops.logsumexp(x, axis=axis)]
    feeds = _feeds([x], (1, 3, 17))
    feeds.append([numbers(str(x.type), 5, n=3) * 100])
    return Case([x], values, feeds)


@case("derivative_and_normalisation")
def _derivative() -> Case:
    x, w, b = leaf("x", "f32[n, 4]"), leaf("w", "f32[4]"), leaf("b", "f32[4]")
    y = ops.batch_norm(x, w, b, eps=1e-5, momentum=0.1, affine=True, track=False)
    z = ops.custom_vjp(ops.square(ops.dropout(y, p=0.5)), [y], lambda g, out, v: (ops.mul(g, v),))
    grads = ops.vjp(z, ops.cos(x), [x, w, b])
    return Case([x, w, b], [z, *grads], _feeds([x, w, b], (17, 65)))


ODD = ("table", "exp", "lambda")


@for_each("dimensions_with_odd_names", ODD)
def _odd(name: str) -> Case:
    x, i = leaf("x", f"f32[{name}, 3]"), leaf("i", f"i64[{name}]")
    dim = x.type.shape[0]
    values = [
        ops.cumsum(ops.exp(x), axis=0),
        ops.take_grad(x, ops.check_index(i, size=3), axis=0, size=5),
        ops.sum(ops.mul(x, ops.dim_size(dim, dtype=DType.f32)), axes=(1,)),
        ops.matmul(x, x, transpose_a=True),
    ]
    return Case([x, i], values, [[numbers("f32[17, 3]"), np.arange(17) % 3]])
