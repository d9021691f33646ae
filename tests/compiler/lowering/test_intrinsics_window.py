"""Products that are written where they belong: rows lie apart in a larger memory, of which nothing else changes."""

import importlib.util

import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler.lowering import expressions, intrinsics
from graphc.compiler.lowering.intrinsics import view, window
from graphc.compiler.lowering.machine import host

KINDS = {"f32": np.float32, "f64": np.float64}
MOST = [(64, 64), (5, 40), (3, 130), (200, 7)]
GUARD = 7.5

# slots: 1 a, 2 b, 3 memory, 4 start, 5 row, 6 rows, 7 cols, 8 depth, 9 size of the memory
_KERNEL = """
from graphc.compiler.lowering.intrinsics import {call}, view, window

def kernel(table, thread, threads):
    a = view(table, 1, "{dtype}", (table[6], table[8]))
    b = view(table, 2, "{dtype}", (table[8], table[7]))
    memory = view(table, 3, "{dtype}", (table[9],))
    block = window(memory, table[4], table[5], 1, {rows}, {cols})
    {call}({form}block, a, 0, table[8], 1, b, 0, table[7], 1, table[6], table[7], {depth})
"""


@pytest.fixture(scope="session")
def written(native, tmp_path_factory):
    folder = tmp_path_factory.mktemp("windows")
    made = {}

    def make(call, form, dtype, rows, cols, depth):
        name = f"{call}_{dtype}_{rows}_{cols}_{depth.strip('table[]')}"
        if name not in made:
            path = folder / f"{name}.py"
            path.write_text(_KERNEL.format(call=call, form=form, dtype=dtype, rows=rows, cols=cols, depth=depth))
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            made[name] = native(module.kernel)
        return made[name]

    return make


def check(kernel, rng, kind, rows, cols, depth, adds):
    a, b = (rng.standard_normal(shape).astype(kind) for shape in ((rows, depth), (depth, cols)))
    start, row = int(rng.integers(0, 20)), cols + int(rng.integers(0, 9))
    memory = np.full(start + rows * row + 20, GUARD, kind)
    expected = memory.astype(float)
    inside = np.lib.stride_tricks.as_strided(expected[start:], (rows, cols), (row * 8, 8))
    inside[:] = adds * inside + a.astype(float) @ b.astype(float)
    kernel(a, b, memory, start, row, rows, cols, depth, len(memory))
    # As for blocks of their own: rounding errors of a sum of `depth` terms add like steps of a random walk.
    tolerance = np.finfo(kind).eps * (12 * (4 + np.sqrt(depth)) + 2 * depth) * (1 + adds * GUARD)
    np.testing.assert_allclose(memory, expected, rtol=0, atol=tolerance, err_msg=f"{rows} x {depth} x {cols}")
    outside = np.ones(len(memory), bool)
    np.lib.stride_tricks.as_strided(outside[start:], (rows, cols), (row, 1))[:] = False
    assert (memory[outside] == GUARD).all()


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize(("rows", "cols"), MOST)
@pytest.mark.parametrize("call", ["block_product", "block_product_add"])
def test_blocks(written, call, rows, cols, dtype):
    kernel = written(call, "", dtype, rows, cols, "table[8]")
    rng = np.random.default_rng(rows + cols)
    for _ in range(40):
        shape = int(rng.integers(1, rows + 1)), int(rng.integers(1, cols + 1)), int(rng.choice([1, 2, 9, 33, 300, 700]))
        check(kernel, rng, KINDS[dtype], *shape, call.endswith("add"))


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("depth", [1, 2, 5, 9])
def test_strips(written, depth, dtype):
    if not host().strip(depth):
        with pytest.raises(TypingError, match=f"small_product: {depth} terms leave no two vectors of B in registers"):
            written("small_product", '"strips", ', dtype, 40, 300, str(depth))
        return
    kernel = written("small_product", '"strips", ', dtype, 40, 300, str(depth))
    rng = np.random.default_rng(depth)
    for cols in (1, 15, 16, 17, 31, 47, 48, 64, 100, 129, 300):
        check(kernel, rng, KINDS[dtype], int(rng.integers(1, 40)), cols, depth, False)


def test_a_window_needs_a_view_and_rows_that_are_contiguous(native):
    def strided(table, thread, threads):
        window(view(table, 1, "f32", (100,)), 0, 10, 2, 4, 4)

    with pytest.raises(TypingError, match="window: expects a view, 1, and literal extents"):
        native(strided)


def test_names_of_intrinsics_are_not_given_to_what_users_name():
    assert expressions.RESERVED.issuperset(intrinsics.__all__)
