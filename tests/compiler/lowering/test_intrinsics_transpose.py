"""Transposition through registers."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler.lowering.intrinsics import transpose_block, view


def _f32(table, thread, threads):
    y = view(table, 1, "f32", (table[9],))
    x = view(table, 2, "f32", (table[10],))
    transpose_block(y, table[3], table[4], x, table[5], table[6], table[7], table[8])


def _f64(table, thread, threads):
    y = view(table, 1, "f64", (table[9],))
    x = view(table, 2, "f64", (table[10],))
    transpose_block(y, table[3], table[4], x, table[5], table[6], table[7], table[8])


def _i32(table, thread, threads):
    y = view(table, 1, "i32", (table[9],))
    x = view(table, 2, "i32", (table[10],))
    transpose_block(y, table[3], table[4], x, table[5], table[6], table[7], table[8])


def _i64(table, thread, threads):
    y = view(table, 1, "i64", (table[9],))
    x = view(table, 2, "i64", (table[10],))
    transpose_block(y, table[3], table[4], x, table[5], table[6], table[7], table[8])


def _mixed(table, thread, threads):
    y = view(table, 1, "f32", (4,))
    x = view(table, 2, "f64", (4,))
    transpose_block(y, 0, 2, x, 0, 2, 2, 2)


@pytest.mark.parametrize(
    ("kernel", "dtype"), [(_f32, np.float32), (_f64, np.float64), (_i32, np.int32), (_i64, np.int64)]
)
def test_any_shape(native, kernel, dtype):
    rng = np.random.default_rng(0)
    shapes = [(1, 1), (16, 16), (64, 64), (1, 70), (70, 1)]
    shapes += [tuple(int(n) for n in rng.integers(1, 75, 2)) for _ in range(60)]
    for rows, cols in shapes:
        pads = [int(n) for n in rng.integers(0, 5, 4)]
        x_row, y_row = cols + pads[0], rows + pads[1]
        x = rng.integers(-(2**30), 2**30, pads[2] + rows * x_row).astype(dtype)
        y = np.full(pads[3] + cols * y_row + 20, 77, dtype)
        native(kernel)(y, x, pads[3], y_row, pads[2], x_row, rows, cols, y.size, x.size)
        expected = np.full_like(y, 77)
        target = expected[pads[3] : pads[3] + cols * y_row].reshape(cols, y_row)
        target[:, :rows] = x[pads[2] :].reshape(rows, x_row)[:, :cols].T
        np.testing.assert_array_equal(y, expected, err_msg=f"{rows} x {cols}")


def test_bits_of_integers_survive(native):
    # A signalling NaN's bits, were they floating-point numbers.
    x = np.full(256, 0x7F800001, np.int32)
    y = np.zeros(256, np.int32)
    native(_i32)(y, x, 0, 16, 0, 16, 16, 16, 256, 256)
    np.testing.assert_array_equal(x, y)


def test_mixed_types_are_refused(native):
    with pytest.raises(TypingError, match="two views of one dtype"):
        native(_mixed)
