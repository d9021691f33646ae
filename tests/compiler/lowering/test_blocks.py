"""Block sizes of matrix products."""

import math
import re

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.ir import Graph
from graphc.compiler.lowering.blocks import Blocks, choose_blocks
from graphc.compiler.lowering.machine import Machine, host
from graphc.runtime import get_num_threads, set_num_threads
from graphc.runtime.binding import SMALL_LAUNCH
from graphc.runtime.types import evaluate_dim

from ...compiled import Run, feed, leaf

AVX512, AVX2, NEON = Machine(64, 32, "avx512"), Machine(32, 16, "avx2"), Machine(16, 32, "neon")


@pytest.mark.parametrize("machine", [AVX512, AVX2, NEON, host()])
@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("flags", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("in_place", [False, True])
def test_blocks_fit(machine, dtype, flags, in_place):
    for m in (None, 1, 2, 3, 10, 64, 97, 512, 5000):
        for n in (None, 1, 3, 10, 16, 65, 512, 784, 4999):
            for k in (None, 1, 64, 1000):
                blocks = choose_blocks(m, n, k, dtype, machine, *flags, in_place=in_place)
                packs = machine.packs(m or 64, n * (4 if dtype == "f32" else 8) if n and flags[1] else None)
                most_rows = most = 128
                if packs:
                    most_rows, most = ((768, 416) if in_place else (384, 192)) if machine.low_tiles else (256, 256)
                    most_rows, most = (most_rows, most) if dtype == "f32" else (most_rows // 2, most // 2)
                thin = (m or 64) <= 3 or n == 1  # these may be linear combinations of long rows
                long = 32 * 1024 // (4 if dtype == "f32" else 8)
                usual = 64 if not blocks.few else 384 if machine.low_tiles and m is None else 128
                assert 1 <= blocks.rows <= min(m or (long if thin else usual), long if thin else max(most_rows, usual))
                assert 1 <= blocks.cols <= min(n or (long if thin else usual), long if thin else max(most, usual))
                assert blocks.few in (0, 64)
                assert not blocks.few or (k is not None and (m is None) != (n is None))


def test_a_batch_of_64_has_work_for_several_threads():
    blocks = choose_blocks(None, 512, 784, "f32", AVX512)
    assert blocks.few == 64
    assert 512 // blocks.cols >= 4


def test_one_row_is_shared_among_the_threads_of_a_run():
    assert choose_blocks(1, 5000, 784, "f32", AVX2) == Blocks(1, 5000, shared=True)
    assert choose_blocks(1, 5000, 784, "f64", AVX2) == Blocks(1, 4096, shared=True)
    assert choose_blocks(5000, 1, 784, "f32", AVX2, a_contiguous_k=False) == Blocks(5000, 1, shared=True)
    assert choose_blocks(1, 30, 7, "f32", AVX2, alone=True) == Blocks(1, 30)
    assert not choose_blocks(1, 5000, 784, "f32", AVX2, b_contiguous_n=False).shared  # dot products


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
@pytest.mark.parametrize(("m", "n"), [(1, 701), (3, 192), (1, 9000), (700, 1)])
def test_shared_blocks_give_the_same_bits_for_any_number_of_threads(m, n, threads):
    rng = np.random.default_rng(9)
    a = leaf("a", f"f32[{m}, 600]" if n > 1 else f"f32[600, {m}]")
    b = leaf("b", f"f32[600, {n}]")
    left = a if n > 1 else ops.permute_dims(a, axes=(1, 0))
    product = ops.matmul(left, b)
    run = Run(Graph.reach("shared", [a, b], [product, ops.tanh(ops.add(product, 1.0))]))
    text = "\n".join(kernel.source.text for kernel in run.compiled.kernels.values())
    assert f"{'cols' if n > 1 else 'rows'}_most = minimum(" in text
    values = [rng.standard_normal(x.type.shape).astype(np.float32) for x in (a, b)]
    before = get_num_threads()
    try:
        set_num_threads(1)
        alone = [x.copy() for x in run(*values)]
        set_num_threads(threads)
        several = run(*values)
    finally:
        set_num_threads(before)
    for one, other in zip(alone, several, strict=True):
        np.testing.assert_array_equal(one, other)
    exact = (values[0] if n > 1 else values[0].T).astype(float) @ values[1]
    np.testing.assert_allclose(alone[0], exact, rtol=0, atol=2e-4)  # 600 terms of about 1, added eight at a time


def test_tiny_products_are_one_task():
    assert choose_blocks(3, 16, 4, "f32", AVX512) == Blocks(3, 16)


def test_large_products_have_large_blocks():
    blocks = choose_blocks(2048, 2048, 2048, "f32", AVX512)
    assert blocks.rows >= 96
    assert blocks.cols >= 96


def test_tiles_fit_the_registers():
    for machine in (AVX512, AVX2, NEON):
        for vectors in (1, 2, 4):
            rows = machine.tile_rows(vectors)
            assert rows * vectors + vectors + 1 <= machine.registers
            assert (rows + 1) * vectors + vectors + 1 > machine.registers


@pytest.mark.parametrize("machine", [AVX512, AVX2, NEON])
def test_many_rows_go_in_larger_blocks_where_the_other_operand_is_large(machine):
    assert choose_blocks(None, 2048, 2048, "f32", machine).few == 64
    assert choose_blocks(None, 2048, 2048, "f32", machine).rows == (384 if machine.low_tiles else 128)
    assert choose_blocks(2048, None, 2048, "f32", machine).few == 64
    assert choose_blocks(2048, None, 2048, "f32", machine).cols == 128
    assert choose_blocks(None, 128, 128, "f32", machine).few == 0
    assert choose_blocks(None, None, 4096, "f32", machine).few == 0
    assert choose_blocks(2048, 2048, None, "f32", machine).few == 0


def test_large_operands_whatever_the_batch():
    """Blocks of 64 or of 128 rows or columns, B packed where a run finds its rows far apart, partial sums of both."""
    wide, x, back = leaf("wide", "f32[700, 600]"), leaf("x", "f32[600, n]"), leaf("back", "f32[n, 700]")
    product = ops.matmul(wide, x)
    gradient = ops.where(ops.gt(back, 0.0), ops.permute_dims(product, axes=(1, 0)), 0.0)
    shared = ops.matmul(gradient, wide)
    graph = Graph.reach("many", [wide, x, back], [product, shared, ops.sum(shared, axes=(0,))])
    run = Run(graph)
    text = "\n".join(kernel.source.text for kernel in run.compiled.kernels.values())
    assert "cols_most = 64 if n < 512 else 128" in text
    assert f"rows_most = 64 if n < 512 else {384 if host().low_tiles else 128}" in text
    assert "_parts" in text
    for n in (1, 3, 63, 64, 65, 511, 512, 513, 700, 1024):
        arrays = feed(graph.inputs, seed=n, n=n)
        expected, _ = run.expected(*arrays)
        for actual, e in zip(run(*arrays), expected, strict=True):
            # Three sums of up to 1024 terms each, one after the other: roundings grow with their square roots, if that.
            np.testing.assert_allclose(actual, e, rtol=0, atol=3 * 32 * 6e-8 * np.abs(e).max())


@pytest.mark.parametrize(
    ("m", "depth", "n", "several"), [(64, 64, 64, True), (7, 890, 34, False), (100, 128, 24, True)]
)
def test_only_products_that_several_threads_share_are_divided_for_them(m, depth, n, several):
    a, b = leaf("a", f"f32[{m}, {depth}]"), leaf("b", f"f32[{depth}, {n}]")
    run = Run(Graph.reach("product", [a, b], [ops.matmul(a, b)]))
    (launch,) = run.compiled.program.launches
    assert (launch.work >= SMALL_LAUNCH) == several
    (kernel,) = run.compiled.kernels.values()
    (tiles,) = re.findall(r"tiles = (.*)", kernel.source.text)
    factors = [int(x) for x in tiles.split(" * ")]
    assert (math.prod(factors) > 1) == several


@pytest.mark.parametrize("rows", ["1", "n"])
@pytest.mark.parametrize(("features", "several"), [(512, True), (128, False)])
def test_a_layer_for_one_example_is_shared_out_where_it_reads_much(rows, features, several):
    x, w = leaf("x", f"f32[{rows}, {features}]"), leaf("w", f"f32[{features}, {features}]")
    run = Run(Graph.reach("layer", [x, w], [ops.matmul(x, ops.permute_dims(w, axes=(1, 0)))]))
    (launch,) = (x for x in run.compiled.program.launches if "matmul" in x.kernel)
    assert (evaluate_dim(launch.work, {"n": 1}) >= SMALL_LAUNCH) == several


def test_which_few_rows_copy_a_matrix_first() -> None:
    """Rows of B far apart from 4 on; half a page apart, or multiples of that, with low tiles from 6 on; all from 24."""
    low, high = Machine(32, 16, "avx2"), Machine(64, 32, "avx512")
    for rows, row_bytes, copied in (
        (3, 8000, False),
        (4, 8000, True),
        (5, 2048, False),
        (6, 2048, True),
        (23, 4096, True),
        (23, 5000, False),
        (23, None, False),
        (24, 5000, True),
    ):
        assert low.packs(rows, row_bytes) == copied, (rows, row_bytes)
    assert not high.packs(23, 2048)
    assert not high.packs(23, 4096)
    assert high.packs(24, 4096)
