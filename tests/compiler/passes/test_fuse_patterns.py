"""Fused equals unfused equals the references, for the patterns that networks are made of.

Each pattern says how many kernels it may take; more means that a fusion was lost.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Value
from graphc.runtime.types import Dim, DType

from ...compiled import Run, along, check, feed, graph, leaf, numbers, state

N = Dim.named("n")
Pattern: TypeAlias = tuple[Graph, int]
PATTERNS: dict[str, Callable[[], Pattern]] = {}


def pattern(make: Callable[[], Pattern]) -> Callable[[], Pattern]:
    PATTERNS[make.__name__.strip("_")] = make
    return make


def total(x: Value) -> Value:
    return ops.sum(x, axes=tuple(range(x.type.rank)))


def one() -> Value:
    return ops.constant(1.0, dtype=DType.f32)


# Rows ---------------------------------------------------------------------------------------------------------------


@pattern
def _softmax_with_gradient() -> Pattern:
    x, g = leaf("x", "f32[n, 37]"), leaf("g", "f32[n, 37]")
    y = ops.softmax(ops.mul(x, 3.0), axis=1)
    return graph([x, g], y, *ops.vjp(y, g, [x])), 1


@pattern
def _log_softmax_with_gradient() -> Pattern:
    x, g = leaf("x", "f32[n, 37]"), leaf("g", "f32[n, 37]")
    y = ops.log_softmax(x, axis=1)
    return graph([x, g], y, *ops.vjp(y, g, [x])), 1


@pattern
def _softmax_of_columns_and_middle_axes() -> Pattern:
    x, u = leaf("x", "f32[n, 37]"), leaf("u", "f32[2, n, 3, 5]")
    return graph([x, u], ops.softmax(x, axis=0), ops.softmax(u, axis=1), ops.log_softmax(u, axis=2)), 4


@pattern
def _wide_softmax() -> Pattern:
    """A row too long to keep on the stack between two passes."""
    x = leaf("x", "f32[n, 5003]")
    return graph([x], ops.softmax(x, axis=1)), 1


@pattern
def _cross_entropy_with_gradient() -> Pattern:
    x, y = leaf("x", "f32[n, 10]"), leaf("y", "i64[n]")
    labels = ops.check_index(y, size=10)
    hit = ops.eq(ops.iota(shape=x.type.shape, axis=1), along(labels, x, 0))
    rows = ops.neg(ops.sum(ops.where(hit, ops.log_softmax(x, axis=1), 0.0), axes=(1,)))
    loss = ops.div(total(rows), ops.dim_size(N, dtype=DType.f32))
    return graph([x, y], loss, *ops.vjp(loss, one(), [x])), 3


@pattern
def _cross_entropy_by_gather() -> Pattern:
    x, y = leaf("x", "f32[n, 10]"), leaf("y", "i64[n]")
    labels = ops.reshape(ops.check_index(y, size=10), shape=(N, 1))
    loss = ops.neg(total(ops.take_along(ops.log_softmax(x, axis=1), labels, axis=1)))
    return graph([x, y], loss, *ops.vjp(loss, one(), [x])), 5


@pattern
def _layer_norm_with_gradient() -> Pattern:
    x, g = leaf("x", "f32[n, 48]"), leaf("g", "f32[n, 48]")
    w, b = state("w", numbers("f32[48]", 1)), state("b", numbers("f32[48]", 2))
    centred = ops.sub(x, along(ops.div(ops.sum(x, axes=(1,)), 48.0), x, 0))
    variance = ops.div(ops.sum(ops.square(centred), axes=(1,)), 48.0)
    normal = ops.mul(centred, along(ops.rsqrt(ops.add(variance, 1e-5)), x, 0))
    y = ops.add(ops.mul(normal, along(w, x, 1)), along(b, x, 1))
    return graph([x, g], y, *ops.vjp(y, g, [x, w, b])), 4


@pattern
def _row_values_of_several_kinds() -> Pattern:
    x = leaf("x", "f32[n, 37]")
    top, low = ops.max(x, axes=(1,)), ops.min(x, axes=(1,))
    wide = ops.sub(top, low)
    scaled = ops.div(ops.sub(x, along(low, x, 0)), along(wide, x, 0))
    return graph([x], scaled, top, ops.sum(ops.square(scaled), axes=(1,)), ops.neg(wide)), 2


# Columns ------------------------------------------------------------------------------------------------------------


@pattern
def _batch_norm_training_with_gradient() -> Pattern:
    x, g = leaf("x", "f32[n, 70]"), leaf("g", "f32[n, 70]")
    w, b = state("w", numbers("f32[70]", 1)), state("b", numbers("f32[70]", 2))
    mean, var = state("mean", numbers("f32[70]", 3), "state"), state("var", numbers("f32[70]", 4) ** 2, "state")
    count = state("count", np.array(0, np.int64), "state")
    y = ops.batch_norm(x, w, b, mean, var, count, eps=1e-5, momentum=0.1, affine=True, track=True)
    return graph([x, g], y, *ops.vjp(y, g, [x, w, b])), 5


@pattern
def _batch_norm_over_images() -> Pattern:
    x, g = leaf("x", "f32[n, 3, 4, 5]"), leaf("g", "f32[n, 3, 4, 5]")
    w, b = state("w", numbers("f32[3]", 1)), state("b", numbers("f32[3]", 2))
    y = ops.batch_norm(x, w, b, eps=1e-5, momentum=0.1, affine=True, track=False)
    return graph([x, g], y, *ops.vjp(y, g, [x, w, b])), 7


@pattern
def _bias_gradients_with_update() -> Pattern:
    g = leaf("g", "f32[n, 70]")
    b, m = state("b", numbers("f32[70]", 1)), state("m", numbers("f32[70]", 2), "state")
    lr = leaf("lr", "f32[]")
    step = ops.add(ops.mul(m, 0.9), ops.sum(g, axes=(0,)))
    return graph([g, lr], updates=[(m, step), (b, ops.sub(b, ops.mul(lr, step)))]), 1


@pattern
def _column_and_row_sums_of_one_value() -> Pattern:
    x, y = leaf("x", "f32[n, 37]"), leaf("y", "f32[n, 37]")
    z = ops.tanh(ops.mul(x, y))
    return graph([x, y], ops.sum(z, axes=(0,)), ops.sum(z, axes=(1,)), ops.max(z, axes=(0,)), total(z), z), 4


# Products -----------------------------------------------------------------------------------------------------------


@pattern
def _linear_relu_with_gradient() -> Pattern:
    x, g = leaf("x", "f32[n, 33]"), leaf("g", "f32[n, 65]")
    w, b = state("w", numbers("f32[65, 33]", 1)), state("b", numbers("f32[65]", 2))
    h = ops.matmul(x, w, transpose_b=True)
    y = ops.relu(ops.add(h, along(b, h, 1)))
    return graph([x, g], y, *ops.vjp(y, g, [x, w, b])), 4


@pattern
def _bias_gradient_of_a_hidden_layer() -> Pattern:
    """The product that makes what the gradient sums leaves partial sums."""
    g, h, lr = leaf("g", "f32[n, 33]"), leaf("h", "f32[n, 65]"), leaf("lr", "f32[]")
    w, b = state("w", numbers("f32[33, 65]", 1)), state("b", numbers("f32[65]", 2))
    d = ops.where(ops.gt(h, 0.0), ops.matmul(g, w), 0.0)
    return graph([g, h, lr], d, updates=[(b, ops.sub(b, ops.mul(lr, ops.sum(d, axes=(0,)))))]), 2


@pattern
def _batch_norm_of_a_layer() -> Pattern:
    """The product is transposed, and the bias is added twice: for the partial sums, and where the result is read."""
    x = leaf("x", "f32[n, 33]")
    w, b = state("w", numbers("f32[65, 33]", 1)), state("b", numbers("f32[65]", 2))
    h = ops.permute_dims(ops.matmul(w, ops.permute_dims(x, axes=(1, 0))), axes=(1, 0))
    h = ops.add(h, along(b, h, 1))
    away = ops.sub(h, along(ops.div(ops.sum(h, axes=(0,)), ops.dim_size(N, dtype=DType.f32)), h, 1))
    return graph([x], away, ops.sum(ops.square(away), axes=(0,))), 3


@pattern
def _product_with_update_as_epilogue() -> Pattern:
    x, g, lr = leaf("x", "f32[n, 33]"), leaf("g", "f32[n, 65]"), leaf("lr", "f32[]")
    w = state("w", numbers("f32[65, 33]", 1))
    dw = ops.matmul(g, x, transpose_a=True)
    return graph([x, g, lr], updates=[(w, ops.sub(w, ops.mul(dw, lr)))]), 1


@pattern
def _dropout_after_a_product() -> Pattern:
    x = leaf("x", "f32[n, 33]")
    w, b, rng = state("w", numbers("f32[33, 65]", 1)), state("b", numbers("f32[65]", 2)), leaf("rng", "i64[2]")
    h = ops.matmul(x, w)
    h = ops.relu(ops.add(h, along(b, h, 1)))
    keep = ops.ge(ops.uniform(rng, 3, shape=h.type.shape), 0.25)
    y = ops.where(keep, ops.mul(h, 4 / 3), 0.0)
    return graph([x, rng], y, *ops.vjp(y, ops.square(y), [x, w, b])), 4


@pattern
def _dropout_beside_reductions() -> Pattern:
    x, rng, w = leaf("x", "f32[n, 33]"), leaf("rng", "i64[2]"), state("w", numbers("f32[33, 17]", 1))
    mask = ops.where(ops.ge(ops.uniform(rng, 0, shape=x.type.shape), 0.25), one(), 0.0)
    y = ops.matmul(ops.mul(ops.softmax(x, axis=1), mask), w)
    return graph([x, rng], y, *ops.vjp(y, ops.square(y), [x, w])), 5


@pattern
def _product_read_twice_and_transposed() -> Pattern:
    x, y = leaf("x", "f32[n, 17]"), leaf("y", "f32[17, 33]")
    h = ops.matmul(x, y)
    return graph(
        [x, y], h, ops.permute_dims(h, axes=(1, 0)), ops.sum(h, axes=(0,)), ops.sum(h, axes=(1,)), ops.exp(h)
    ), 3


@pattern
def _two_products_added() -> Pattern:
    x, y, z = leaf("x", "f32[n, 17]"), leaf("y", "f32[17, 33]"), leaf("z", "f32[n, 33]")
    s = ops.add(ops.matmul(x, y), ops.matmul(ops.mul(x, 2.0), y))
    return graph([x, y, z], ops.mul(s, z)), 3


@pattern
def _product_of_sliced_and_padded() -> Pattern:
    x = leaf("x", "f32[n, 17]")
    part = ops.slice(x, start=(0, 3), stop=(N, 11), step=(1, 2))
    wide = ops.pad(ops.mul(x, 2.0), low=(0, 1), high=(0, 2), value=1.5)
    return graph([x], ops.matmul(part, part, transpose_b=True), ops.matmul(wide, wide, transpose_a=True)), 5


@pattern
def _batched_product_with_row_softmax() -> Pattern:
    """Attention, in three ranks."""
    q, k, v = (leaf(name, "f32[n, 7, 8]") for name in "qkv")
    scores = ops.softmax(ops.mul(ops.matmul(q, k, transpose_b=True), 8**-0.5), axis=2)
    y = ops.matmul(scores, v)
    return graph([q, k, v], y, *ops.vjp(y, ops.cos(y), [q, k, v])), 8


# Moving elements ----------------------------------------------------------------------------------------------------


@pattern
def _transposes_between_operators() -> Pattern:
    x, y = leaf("x", "f32[n, 3, 5]"), leaf("y", "f32[5, n, 3]")
    t = ops.permute_dims(ops.exp(x), axes=(2, 0, 1))
    back = ops.permute_dims(ops.mul(t, y), axes=(1, 2, 0))
    return graph([x, y], t, back, ops.sum(t, axes=(0,)), ops.sum(t, axes=(2,)), ops.add(back, x)), 5


@pattern
def _broadcasts_from_every_side() -> Pattern:
    full = leaf("full", "f32[n, 3, 5]")
    values: list[Value] = []
    inputs = [full]
    for axes in [s for count in range(3) for s in itertools.combinations(range(3), count)]:
        dims = ["n", "3", "5"]
        v = leaf("v" + "".join(map(str, axes)), f"f32[{', '.join(dims[a] for a in axes)}]")
        inputs.append(v)
        values.append(ops.add(ops.mul(full, along(v, full, *axes)), along(ops.exp(v), full, *axes)))
    everything = values[0]
    for v in values[1:]:
        everything = ops.add(everything, v)
    return graph(inputs, everything, *ops.vjp(everything, ops.cos(full), inputs)), 13


@pattern
def _reshapes_between_operators() -> Pattern:
    x = leaf("x", "f32[n, 12]")
    u = ops.reshape(ops.exp(x), shape=(N, 3, 4))
    v = ops.reshape(ops.mul(ops.sum(u, axes=(1,)), 2.0), shape=(N * 4,))
    w = ops.add(ops.reshape(v, shape=(N, 4, 1)), 1.0)
    return graph([x], u, v, ops.max(w, axes=(0,)), ops.permute_dims(ops.reshape(u, shape=(3, N * 4)), axes=(1, 0))), 4


@pattern
def _padding_slicing_flipping() -> Pattern:
    x = leaf("x", "f32[n, 9]")
    wide = ops.pad(ops.tanh(x), low=(1, 2), high=(2, 0), value=-1.0)
    part = ops.slice(wide, start=(0, 1), stop=(N, 10), step=(1, 3))
    y = ops.add(ops.flip(part, axis=1), ops.flip(part, axis=0))
    return graph([x], y, wide, *ops.vjp(y, ops.square(y), [x])), 7


@pattern
def _gathers_and_scatters() -> Pattern:
    i, g = leaf("i", "i64[n]"), leaf("g", "f32[n, 33]")
    table = state("table", numbers("f32[10, 33]", 1))
    rows = ops.take(ops.mul(table, 2.0), ops.check_index(i, size=10), axis=0)
    y = ops.add(ops.tanh(rows), g)
    (dt,) = ops.vjp(y, g, [table])
    return graph([i, g], y, ops.sum(rows, axes=(1,)), updates=[(table, ops.sub(table, ops.mul(dt, 0.1)))]), 5


@pattern
def _joined_and_split() -> Pattern:
    x, y = leaf("x", "f32[n, 3]"), leaf("y", "f32[n, 4]")
    z = ops.concat(ops.exp(x), ops.mul(y, 2.0), axis=1)
    s = ops.mul(z, along(ops.sum(z, axes=(1,)), z, 0))
    return graph([x, y], z, s, *ops.vjp(s, ops.cos(s), [x, y])), 6


# Many outputs, many axes --------------------------------------------------------------------------------------------


@pattern
def _many_outputs_of_one_kernel() -> Pattern:
    x, y = leaf("x", "f32[n, 5]"), leaf("y", "f32[n, 5]")
    h = ops.exp(ops.mul(x, y))
    return graph(
        [x, y],
        h,
        ops.add(h, x),
        ops.gt(h, 1.0),
        ops.cast(ops.gt(h, 1.0), dtype=DType.f64),
        ops.cast(ops.gt(h, 2.0), dtype=DType.i32),
    ), 1


@pattern
def _reductions_over_middle_axes() -> Pattern:
    x, u = leaf("x", "f32[n, 7, 5]"), leaf("u", "f32[2, n, 3, 66]")
    mean = ops.div(ops.sum(x, axes=(1,)), 7.0)
    centred = ops.sub(x, along(mean, x, 0, 2))
    spread = ops.sum(ops.square(centred), axes=(0, 2))
    both = ops.max(u, axes=(1, 2))
    return graph([x, u], spread, mean, ops.mul(centred, along(spread, x, 1)), both, ops.sub(u, along(both, u, 0, 3))), 5


@pattern
def _full_reductions_of_large_tensors() -> Pattern:
    x, y = leaf("x", "f32[n, 1000]"), leaf("y", "f32[70001]")
    wide = ops.broadcast(y, shape=(3, 70001), axes=(1,))
    mean = ops.div(total(x), ops.dim_size(N * 1000, dtype=DType.f32))
    away = ops.sub(x, along(mean, x))
    return graph([x, y], mean, total(ops.square(away)), total(wide), ops.max(y, axes=(0,)), total(ops.tanh(x))), 9


@pattern
def _a_value_of_one_element() -> Pattern:
    x, y = leaf("x", "f32[1]"), leaf("y", "f32[1, 1]")
    s = ops.reshape(ops.sum(x, axes=(0,)), shape=(1, 1))
    return graph([x, y], ops.mul(s, y), total(ops.matmul(s, y)), ops.reshape(y, shape=())), 2


@pattern
def _a_norm_that_scales_everything() -> Pattern:
    """Gradient clipping: a total over several tensors goes back to all of them."""
    shapes = ("33, 17", "33", "5, 33", "5")
    params = [state(f"p{n}", numbers(f"f32[{s}]", n)) for n, s in enumerate(shapes)]
    grads = [leaf(f"g{n}", f"f32[{s}]") for n, s in enumerate(shapes)]
    norm = total(ops.square(grads[0]))
    for g in grads[1:]:
        norm = ops.add(norm, total(ops.square(g)))
    scale = ops.minimum(ops.div(1.0, ops.add(ops.sqrt(norm), 1e-6)), 1.0)
    updates = [(p, ops.sub(p, ops.mul(ops.mul(g, scale), 0.1))) for p, g in zip(params, grads, strict=True)]
    return graph(grads, norm, updates=updates), 9


@pattern
def _a_long_chain() -> Pattern:
    x = leaf("x", "f32[n, 5]")
    y: Value = x
    for step in range(120):
        y = ops.add(ops.mul(y, 0.99), 0.01 * (step % 3)) if step % 2 else ops.tanh(y)
    return graph([x], y, *ops.vjp(y, x, [x])), 5


# Every operator on its own: slow to compile, so for some only; random graphs do more.
UNFUSED = (
    "softmax_with_gradient",
    "layer_norm_with_gradient",
    "batch_norm_training_with_gradient",
    "linear_relu_with_gradient",
    "transposes_between_operators",
    "gathers_and_scatters",
    "joined_and_split",
    "reductions_over_middle_axes",
)


def compare(name: str, *, fuse: bool) -> Run:
    made, _ = PATTERNS[name]()
    training = any(x.kind == "state" for x in made.states)
    return check(made, *feeds(made), fuse=fuse, tolerance=200.0, training=training)


@pytest.mark.parametrize("name", PATTERNS)
def test_fused_pattern(name: str) -> None:
    run = compare(name, fuse=True)
    assert run.kernels <= PATTERNS[name]()[1], run.compiled.stages["fused"].text


def test_rows_that_are_kept_leave_room_on_the_stack() -> None:
    x = leaf("x", "f64[n, 4096]")
    rows = [ops.exp(ops.mul(x, 0.01 * n)) for n in range(1, 9)]
    sums = rows[0]
    for row in rows[1:]:
        sums = ops.add(sums, row)
    scale = along(ops.sum(sums, axes=(1,)), x, 0)
    y = rows[0]
    for row in rows[1:]:
        y = ops.add(y, ops.mul(row, scale))
    run = check(graph([x], y), [numbers("f64[n, 4096]", n=3)], tolerance=500.0)
    (kernel,) = run.compiled.kernels.values()
    assert kernel.source.text.count("scratch(") == 128 * 1024 // (4096 * 8)


@pytest.mark.parametrize("name", UNFUSED)
def test_unfused_pattern(name: str) -> None:
    run = compare(name, fuse=False)
    assert run.kernels > PATTERNS[name]()[1]


def feeds(made: Graph) -> list[list[Any]]:
    sizes = (2, 3, 17, 67) if "n" in made.dims else (1, 2)
    found = [feed(made.inputs, seed=n, n=n) for n in sizes]
    for arrays in found:
        for n, x in enumerate(made.inputs):
            if x.dtype is DType.i64:
                arrays[n] = np.abs(arrays[n])
    return found
