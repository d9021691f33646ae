"""Blocks of matrix products against NumPy in float64, with guard zones around every operand."""

import importlib.util
import re

import numpy as np
import pytest
from numba import config
from numba.core.errors import TypingError

from graphc.compiler.lowering.intrinsics import block_product, product, scratch, view
from graphc.compiler.lowering.intrinsics.form import tile_heights
from graphc.compiler.lowering.machine import Machine

# slots: 1 a, 2 b, 3 c, 4 a_start, 5 a_row, 6 a_col, 7 b_start, 8 b_row, 9 b_col, 10 rows, 11 cols, 12 depth,
# 13 and 14 sizes of a and b
FORMS = {
    "any": "a, table[4], table[5], table[6], b, table[7], table[8], table[9]",
    "b_rows": "a, table[4], table[5], table[6], b, table[7], table[8], 1",
    "both_by_rows": "a, table[4], table[5], 1, b, table[7], table[8], 1",
    "b_columns": "a, table[4], table[5], table[6], b, table[7], 1, table[9]",
    "both_along_k": "a, table[4], table[5], 1, b, table[7], 1, table[9]",
    "a_transposed": "a, table[4], 1, table[6], b, table[7], table[8], 1",
}
FAR_FORMS = {
    "b_far": "a, table[4], table[5], table[6], b, table[7], 2048, 1",
    "a_transposed_b_far": "a, table[4], 1, table[6], b, table[7], 2048, 1",
    "both_far": "a, table[4], 1, 2048, b, table[7], 2048, 1",
}
NEAR_FORMS = {"b_near": "a, table[4], table[5], table[6], b, table[7], 1400, 1"}
BLOCKS = [(64, 64), (192, 72), (13, 10), (40, 2), (3, 33), (2, 700), (300, 1)]


@pytest.fixture(scope="session")
def block(native, tmp_path_factory):
    """Compiles ``acc <- c; block_product(acc, ...); c <- acc``."""
    folder = tmp_path_factory.mktemp("products")
    made = {}

    def make(form, dtype, rows, cols, exact=False, machine="", intrinsic="block_product", depth=0):
        name = f"{intrinsic}_{form}_{dtype}_{rows}_{cols}_{exact}{machine}{depth or ''}"
        if name not in made:
            path = folder / f"{name}.py"
            size = f"{rows}, {cols}" if exact else "table[10], table[11]"
            path.write_text(f"""
from graphc.compiler.lowering.intrinsics import {intrinsic}, scratch, view

def kernel(table, thread, threads):
    a = view(table, 1, "{dtype}", (table[13],))
    b = view(table, 2, "{dtype}", (table[14],))
    c = view(table, 3, "{dtype}", ({rows}, {cols}))
    acc = scratch("{dtype}", ({rows}, {cols}))
    for i in range({rows}):
        for j in range({cols}):
            acc[i, j] = c[i, j]
    {intrinsic}(acc, {(FORMS | FAR_FORMS | NEAR_FORMS)[form]}, {size}, {depth or "table[12]"})
    for i in range({rows}):
        for j in range({cols}):
            c[i, j] = acc[i, j]
""")
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            made[name] = native(module.kernel)
        return made[name]

    return make


class _Operand:
    """A matrix inside a larger memory of NaN."""

    def __init__(self, rng, dtype, shape, row_contiguous, free):
        rows, cols = shape
        pad = int(rng.integers(0, 4))
        inner = int(rng.integers(2, 4)) if free else 1
        self.start = int(rng.integers(0, 40))
        if row_contiguous:
            self.row, self.col = (cols * inner + pad), inner
        else:
            self.row, self.col = inner, (rows * inner + pad)
        self.memory = np.full(self.start + (rows - 1) * self.row + (cols - 1) * self.col + 41, np.nan, dtype)
        step = self.memory.itemsize
        strides = (self.row * step, self.col * step)
        self.matrix = np.lib.stride_tricks.as_strided(self.memory[self.start :], shape, strides)
        self.matrix[:] = rng.standard_normal(shape)


def _run(kernel, rng, form, kind, block_rows, block_cols, rows, cols, depth, adds=False):
    free = form == "any"
    a = _Operand(
        rng,
        kind,
        (rows, depth),
        form != "a_transposed" and bool(form in {"both_along_k", "both_by_rows"} or rng.random() < 0.5),
        free,
    )
    b = _Operand(rng, kind, (depth, cols), form in {"b_rows", "both_by_rows", "a_transposed"}, free)
    c = np.full((block_rows + 2, block_cols), 7.5, kind)
    inner = c[1:-1]
    before, memory = inner.copy(), (a.memory.copy(), b.memory.copy())
    sizes = len(a.memory), len(b.memory)
    kernel(a.memory, b.memory, inner, a.start, a.row, a.col, b.start, b.row, b.col, rows, cols, depth, *sizes)
    expected = before.astype(float)
    expected[:rows, :cols] = adds * expected[:rows, :cols] + a.matrix.astype(float) @ b.matrix.astype(float)
    # Sums in sequence: partial sums reach a few sqrt(depth), each of depth steps rounds one of them, and the errors add
    # like steps of a random walk, so their size grows with the depth.
    tolerance = np.finfo(kind).eps * (12 * (4 + np.sqrt(depth)) + 2 * depth)
    np.testing.assert_allclose(inner, expected, rtol=0, atol=tolerance, err_msg=f"{rows} x {depth} x {cols}")
    np.testing.assert_array_equal(np.delete(inner, np.s_[:rows], 0), np.delete(before, np.s_[:rows], 0))
    np.testing.assert_array_equal(inner[:, cols:], before[:, cols:])
    assert (c[[0, -1]] == 7.5).all()
    np.testing.assert_array_equal(a.memory, memory[0])
    np.testing.assert_array_equal(b.memory, memory[1])


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize(("rows", "cols"), BLOCKS)
@pytest.mark.parametrize("form", FORMS)
def test_any_shape(block, form, rows, cols, dtype):
    kernel = block(form, dtype, rows, cols)
    rng = np.random.default_rng(rows * 100 + cols)
    kind = np.float32 if dtype == "f32" else np.float64
    depths = [1, 2, 7, 15, 16, 17, 31, 64, 70, 131]
    for _ in range(40):
        shape = int(rng.integers(1, rows + 1)), int(rng.integers(1, cols + 1)), int(rng.choice(depths))
        _run(kernel, rng, form, kind, rows, cols, *shape)
    for depth in (511, 513, 1031):
        _run(kernel, rng, form, kind, rows, cols, rows, cols, depth)


@pytest.mark.parametrize("form", FORMS)
def test_every_small_shape(block, form):
    kernel = block(form, "f32", 64, 64)
    rng = np.random.default_rng(1)
    for rows in (1, 2, 3, 4, 5, 11, 12, 13, 14, 47, 63, 64):
        for cols in (1, 2, 15, 16, 17, 31, 32, 33, 48, 63, 64):
            _run(kernel, rng, form, np.float32, 64, 64, rows, cols, int(rng.integers(1, 40)))


@pytest.mark.parametrize(
    "machine", [Machine(64, 32, "avx512"), Machine(32, 16, "avx2"), Machine(16, 32, "neon"), Machine(16, 16, "sse")]
)
@pytest.mark.parametrize("form", FORMS)
def test_vectors_of_other_machines(block, monkeypatch, form, machine):
    monkeypatch.setattr(product, "host", lambda name: machine)
    rng = np.random.default_rng(2)
    for dtype, kind in (("f32", np.float32), ("f64", np.float64)):
        kernel = block(form, dtype, 30, 20, machine=machine.name)
        for _ in range(40):
            shape = int(rng.integers(1, 31)), int(rng.integers(1, 21)), int(rng.integers(1, 70))
            _run(kernel, rng, form, kind, 30, 20, *shape)


def test_rows_far_apart_are_copied(block):
    rng = np.random.default_rng(4)
    for form in ("b_rows", "both_by_rows", "a_transposed"):
        kernel = block(form, "f32", 64, 64)
        wide, tall = (
            rng.standard_normal((70, 2048)).astype(np.float32),
            rng.standard_normal((2048, 70)).astype(np.float32),
        )
        c = np.zeros((64, 64), np.float32)
        if form != "a_transposed":  # rows of A 8192 bytes apart
            kernel(wide, tall, c, 3, 2048, 1, 5, 70, 1, 50, 40, 1000, wide.size, tall.size)
            expected = wide[:50, 3:1003].astype(float) @ tall[:1000, 5:45]
        else:  # rows of A^T and of B 8192 bytes apart
            kernel(wide, wide, c, 3, 1, 2048, 5, 2048, 1, 50, 40, 70, wide.size, wide.size)
            expected = wide[:, 3:53].astype(float).T @ wide[:, 5:45]
        np.testing.assert_allclose(c[:50, :40], expected, rtol=0, atol=1e-3)
        assert (c[50:] == 0).all()
        assert (c[:, 40:] == 0).all()


@pytest.mark.parametrize(
    "machine", [Machine(64, 32, "avx512"), Machine(32, 16, "avx2"), Machine(16, 32, "neon"), Machine(16, 16, "sse")]
)
@pytest.mark.parametrize("most", [70, 200])
def test_rows_known_to_be_far_apart(block, monkeypatch, machine, most):
    monkeypatch.setattr(product, "host", lambda name: machine)
    assert machine.packs(64, 2048 * 4)
    assert machine.packs(4, 2048 * 4)  # then they are read from end to end
    assert not machine.packs(3, 2048 * 4)
    assert machine.packs(64, None) == machine.packs(64, 1024) == machine.low_tiles
    assert machine.packs(16, 4096) == machine.low_tiles
    rng = np.random.default_rng(5)
    kernels = [block(form, "f32", most, 130, machine=machine.name) for form in FAR_FORMS]
    wide = rng.standard_normal((600, 2048)).astype(np.float32)
    left = rng.standard_normal((most, 600)).astype(np.float32)
    turned = np.full((600, 2048), np.nan, np.float32)
    turned[:, :most] = left.T
    lefts = ((left, 600, 1), (np.ascontiguousarray(left.T), 1, most), (turned, 1, 2048))
    shapes = ((70, 130, 600), (70, 129, 193), (24, 65, 192), (23, 17, 191), (3, 130, 31), (1, 7, 600))
    for rows, cols, depth in (*shapes, (most, 130, 600), (most - 1, 50, 385)):
        expected = left[:rows, :depth].astype(float) @ wide[:depth, 9 : 9 + cols]
        for kernel, (a, *strides) in zip(kernels, lefts, strict=True):
            c = np.full((most, 130), 7.5, np.float32)
            kernel(a, wide, c, 0, *strides, 9, 2048, 1, rows, cols, depth, a.size, wide.size)
            np.testing.assert_allclose(c[:rows, :cols], expected, rtol=0, atol=1e-3)  # 600 terms of about 1
            assert (c[rows:] == 7.5).all()
            assert (c[:, cols:] == 7.5).all()


@pytest.mark.parametrize("machine", [Machine(32, 16, "avx2"), Machine(16, 16, "sse")])
@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("form", ["b_rows", "both_by_rows", "a_transposed", "b_columns", "any"])
def test_operands_that_low_tiles_copy_in_passing(block, monkeypatch, form, dtype, machine):
    """More rows than a tile and fewer, one panel and many, one block of k and several, with and without a rest."""
    monkeypatch.setattr(product, "host", lambda name: machine)
    rng = np.random.default_rng(7)
    kernel = block(form, dtype, 40, 70, machine=machine.name)
    kind = {"f32": np.float32, "f64": np.float64}[dtype]
    for rows in (1, 5, 6, 7, 11, 39, 40):
        for cols in (1, 8, 16, 17, 33, 70):
            for depth in (1, 3, 4, 7, int(rng.integers(385, 900))):
                _run(kernel, rng, form, kind, 40, 70, rows, cols, depth)


@pytest.mark.parametrize("machine", [Machine(32, 16, "avx2"), Machine(16, 16, "sse")])
@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("form", ["both_by_rows", "a_transposed", "b_columns", "any"])
def test_rows_of_low_tiles_go_in_groups(block, monkeypatch, form, dtype, machine):
    """Less than a group, whole groups, a rest of less than a tile; one panel, many and columns left over."""
    monkeypatch.setattr(product, "host", lambda name: machine)
    rng = np.random.default_rng(8)
    kernel = block(form, dtype, 250, 70, machine=machine.name)
    kind = {"f32": np.float32, "f64": np.float64}[dtype]
    for rows in (5, 48, 96, 97, 193, 250):
        for cols, depth in ((1, 30), (16, 385), (33, 7), (70, 401)):
            _run(kernel, rng, form, kind, 250, 70, rows, cols, depth)


@pytest.mark.parametrize("cols", [1, 5, 16, 17, 40, 96])
def test_one_row_gives_the_same_bits_at_any_address(block, cols):
    rng = np.random.default_rng(6)
    x = rng.standard_normal(37).astype(np.float32)
    matrix = rng.standard_normal((37, cols)).astype(np.float32)
    kernel = block("b_rows", "f32", 2, 700)
    results = []
    for start in range(20):  # elements: all distances to a cache line
        b = np.full(20 + 37 * 128, np.nan, np.float32)
        np.lib.stride_tricks.as_strided(b[start:], (37, cols), (512, 4))[:] = matrix
        c = np.full((2, 700), 7.5, np.float32)
        kernel(x, b, c, 0, 37, 1, start, 128, 1, 1, cols, 37, x.size, b.size)
        assert (c[1] == 7.5).all()
        assert (c[0, cols:] == 7.5).all()
        results.append(c[0, :cols].tobytes())
    assert len(set(results)) == 1
    # 37 terms of about 1, added in parts of 8
    np.testing.assert_allclose(np.frombuffer(results[0], np.float32), x.astype(float) @ matrix, rtol=0, atol=1e-5)


def test_literal_rows_and_columns(block):
    several = ((1, 40), (1, 64), (7, 4), (7, 8), (7, 16), (10, 24), (10, 32), (12, 64), (30, 33), (64, 64), (63, 128))
    for rows, cols in several:
        kernel = block("b_rows", "f32", rows, cols, exact=True)
        _run(kernel, np.random.default_rng(0), "b_rows", np.float32, rows, cols, rows, cols, 29)


@pytest.mark.parametrize(
    "machine", [Machine(64, 32, "avx512"), Machine(32, 16, "avx2"), Machine(16, 32, "neon"), Machine(16, 16, "sse")]
)
@pytest.mark.parametrize(
    ("rows", "cols", "depth"), [(63, 33, 65), (17, 19, 300), (64, 3, 195), (40, 66, 801), (322, 6, 103), (30, 42, 500)]
)
def test_a_few_columns_left_over(block, monkeypatch, rows, cols, depth, machine):
    """These are dot products; 801 terms are more than one block of k."""
    monkeypatch.setattr(product, "host", lambda name: machine)
    rng = np.random.default_rng(8)
    for dtype, kind in (("f32", np.float32), ("f64", np.float64)):
        for intrinsic in ("block_product", "block_product_add"):
            kernel = block("both_by_rows", dtype, rows, cols, True, machine.name, intrinsic, depth)
            adds = intrinsic == "block_product_add"
            _run(kernel, rng, "both_by_rows", kind, rows, cols, rows, cols, depth, adds)
    kernel = block("both_by_rows", "f32", rows, cols, True, machine.name, depth=depth)
    half = 2 if product._half(cols, machine.lanes("f32"), machine) else 1
    assert f"graphc_block_f32x{machine.lanes('f32') // half}_" in kernel.llvm
    assert f"_tail_{product._tail(rows, cols, depth, machine.lanes('f32'), machine)}_in_" in kernel.llvm


@pytest.mark.parametrize("rows", [4, 5, 12, 23])
@pytest.mark.parametrize(("depth", "how"), [(300, "asks"), (900, "asks_right")])
def test_few_rows_ask_for_a_matrix_that_they_read_where_it_lies(block, rows, depth, how):
    """Whose last columns these are: what is asked for beyond them is nobody's."""
    kernel = block("b_near", "f32", rows, 60, exact=True, depth=depth)
    assert re.search(rf"@graphc_tile_\w+_b_{how}\(", kernel.llvm)
    rng = np.random.default_rng(4)
    a, b = (rng.standard_normal(shape).astype(np.float32) for shape in ((rows, depth), (depth, 1400)))
    c = np.full((rows, 60), np.nan, np.float32)
    kernel(a, b, c, 0, depth, 1, 1340, 1400, 1, rows, 60, depth, a.size, b.size)
    # as in _run: errors of partial sums add like steps of a random walk
    tolerance = np.finfo(np.float32).eps * (12 * (4 + np.sqrt(depth)) + 2 * depth)
    np.testing.assert_allclose(c, a.astype(float) @ b[:, 1340:], rtol=0, atol=tolerance)


def test_when_columns_left_over_are_dot_products():
    wide, narrow = Machine(64, 32, "avx512"), Machine(32, 16, "avx2")
    for rows, cols, depth, machine, expected in (
        (63, 33, 65, wide, 1),
        (322, 6, 103, wide, 0),  # they take half a vector
        (322, 6, 103, narrow, 0),
        (64, 35, 512, narrow, 3),
        (64, 64, 512, wide, 0),
        (64, 42, 512, wide, 10),  # in two groups
        (64, 47, 512, wide, 0),  # nearly a vector
        (64, 33, 4, wide, 0),  # horizontal sums cost more than four terms
        (64, 36, 512, narrow, 0),  # half a vector
    ):
        assert product._tail(rows, cols, depth, machine.lanes("f32"), machine) == expected, (rows, cols, depth)


@pytest.mark.parametrize(("rows", "cols"), [(64, 64), (40, 2)])
@pytest.mark.parametrize("form", FORMS)
def test_adding_form(block, form, rows, cols):
    kernel = block(form, "f32", rows, cols, intrinsic="block_product_add")
    rng = np.random.default_rng(8)
    for _ in range(10):
        shape = int(rng.integers(1, rows + 1)), int(rng.integers(1, cols + 1)), int(rng.integers(1, 600))
        _run(kernel, rng, form, np.float32, rows, cols, *shape, adds=True)


def test_no_terms_give_zeros(block):
    c = np.full((64, 64), 7.5, np.float32)
    a = np.ones(4, np.float32)
    block("b_rows", "f32", 64, 64)(a, a, c, 0, 1, 1, 0, 1, 1, 5, 6, 0, 4, 4)
    assert (c[:5, :6] == 0).all()
    assert (c[5:] == 7.5).all()
    assert (c[:, 6:] == 7.5).all()


def test_tile_heights_cover_every_row():
    for most in (6, 14, 15):
        for rows in range(1, 130):
            heights = tile_heights(rows, False, most)
            assert heights[0] <= min(rows, most)
            assert heights[-1] == 1
            assert len(heights) <= 3
            rest = rows
            for height in tile_heights(rows, True, most):
                rest %= height
            assert rest == 0


def _mixed(table, thread, threads):
    a = view(table, 1, "f32", (16,))
    b = view(table, 2, "f64", (16,))
    acc = scratch("f32", (4, 4))
    block_product(acc, a, 0, 4, 1, b, 0, 4, 1, 4, 4, 4)


def test_mixed_types_are_refused(native):
    with pytest.raises(TypingError, match="dtypes must be one of f32, f64"):
        native(_mixed)


def test_wide_vectors_are_used(block, vector_register):
    lanes = product.host(config.CPU_NAME).lanes("f32")
    kernel = block("b_rows", "f32", 64, 64)
    assert f"graphc_tile_f32x{lanes}_" in kernel.llvm
    if lanes == 16:
        assert vector_register in kernel.asm
