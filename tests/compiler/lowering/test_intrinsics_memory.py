"""Views, scratch arrays and bf16 conversions."""

import ml_dtypes
import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler.lowering.intrinsics import bf16_to_f32, f32_to_bf16, minimum, opaque, scratch, view


def _six_buffers(table, thread, threads):
    n = table[7]
    a = view(table, 1, "f32", (n, 784))
    b = view(table, 2, "f32", (n, 784))
    c = view(table, 3, "f32", (n, 784))
    d = view(table, 4, "f32", (n, 784))
    e = view(table, 5, "f32", (n, 784))
    f = view(table, 6, "f32", (n, 784))
    for i in range(n):
        for j in range(784):
            e[i, j] = a[i, j] * b[i, j] + c[i, j] * d[i, j]
            f[i, j] = a[i, j] - d[i, j]


def _blocked(table, thread, threads):
    n = table[3]
    x = view(table, 1, "f64", (n, 100))
    y = view(table, 2, "f64", (n, 100))
    width = opaque(32)
    for i0 in range(0, n, 4):
        for j0 in range(0, 100, width):
            for i in range(i0, minimum(i0 + 4, n)):
                for j in range(j0, minimum(j0 + width, 100)):
                    y[i, j] = x[i, j] + x[i, j]


def _kinds(table, thread, threads):
    n = table[5]
    mask = view(table, 1, "bool", (n,))
    whole = view(table, 2, "i64", (n,))
    small = view(table, 3, "i32", (n,))
    total = view(table, 4, "f64", ())
    for i in range(n):
        if mask[i]:
            total[()] = total[()] + whole[i]
        mask[i] = small[i] > whole[i]


def _transpose(table, thread, threads):
    x = view(table, 1, "f32", (8, 16))
    y = view(table, 2, "f32", (16, 8))
    block = scratch("f32", (16, 8))
    for i in range(8):
        for j in range(16):
            block[j, i] = x[i, j]
    for i in range(16):
        for j in range(8):
            y[i, j] = block[i, j]


def _halves(table, thread, threads):
    n = table[5]
    x = view(table, 1, "bf16", (n,))
    y = view(table, 2, "f32", (n,))
    z = view(table, 3, "f32", (n,))
    w = view(table, 4, "bf16", (n,))
    for i in range(n):
        y[i] = bf16_to_f32(x[i])
    for i in range(n):
        w[i] = f32_to_bf16(z[i])


def _wrong_dtype(table, thread, threads):
    view(table, 1, "f16", (4,))


def _wrong_scratch(table, thread, threads):
    scratch("f32", (table[1],))


def test_loop_over_six_buffers_vectorises_without_overlap_checks(native, vector_register):
    kernel = native(_six_buffers)
    arrays = [np.random.default_rng(i).standard_normal((3, 784), np.float32) for i in range(6)]
    kernel(*arrays, 3)
    a, b, c, d, e, f = arrays
    np.testing.assert_allclose(e, a * b + c * d, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(f, a - d)
    assert vector_register in kernel.asm
    assert "found.conflict" not in kernel.llvm


def test_loop_works_in_place(native):
    kernel = native(_blocked)
    x = np.arange(700.0).reshape(7, 100)
    kernel(x, x, 7)
    np.testing.assert_array_equal(x, 2 * np.arange(700.0).reshape(7, 100))


def test_blocked_loop_vectorises(native, vector_register):
    kernel = native(_blocked)
    x = np.random.default_rng(0).standard_normal((7, 100))
    y = np.zeros_like(x)
    kernel(x, y, 7)
    np.testing.assert_array_equal(y, x + x)
    assert vector_register in kernel.asm


def test_element_types(native):
    rng = np.random.default_rng(0)
    mask, whole = rng.random(33) < 0.5, rng.integers(-9, 9, 33)
    small, total = rng.integers(-9, 9, 33, dtype=np.int32), np.zeros(())
    before = mask.copy()
    native(_kinds)(mask, whole, small, total, 33)
    assert total == whole[before].sum()
    np.testing.assert_array_equal(mask, small > whole)


def _constant_bounds(table, thread, threads):
    x = view(table, 1, "f32", (16, 16))
    y = view(table, 2, "f32", (16, 16))
    n = opaque(16)
    for i in range(n):
        for j in range(n):
            y[i, j] = x[j, i]


def test_opaque_bounds_keep_loops(native):
    kernel = native(_constant_bounds)
    x, y = np.arange(256, dtype=np.float32).reshape(16, 16), np.zeros((16, 16), np.float32)
    kernel(x, y)
    np.testing.assert_array_equal(y, x.T)
    assert len(kernel.asm.splitlines()) < 700


def test_scratch(native):
    x, y = np.arange(128, dtype=np.float32).reshape(8, 16), np.zeros((16, 8), np.float32)
    native(_transpose)(x, y)
    np.testing.assert_array_equal(y, x.T)


def test_bf16_round_to_nearest_even(native):
    every = np.arange(1 << 16, dtype=np.uint16)
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 1 << 32, 1 << 16, dtype=np.uint32)
    bits[: 1 << 15] = bits[: 1 << 15] & 0xFFFF0000 | 0x8000  # ties
    bits[:4] = 0x7F800001, 0xFFFFFFFF, 0x7F7FFFFF, 0x80000000
    f32 = bits.view(np.float32)
    widened, narrowed = np.zeros(1 << 16, np.float32), np.zeros(1 << 16, np.uint16)
    native(_halves)(every, widened, f32, narrowed, 1 << 16)
    np.testing.assert_array_equal(widened.view(np.uint32), every.astype(np.uint32) << 16)
    with np.errstate(invalid="ignore"):
        expected = f32.astype(ml_dtypes.bfloat16).view(np.uint16)
    is_nan = np.isnan(f32)
    np.testing.assert_array_equal(narrowed[~is_nan], expected[~is_nan])
    assert np.isnan(narrowed[is_nan].view(ml_dtypes.bfloat16).astype(np.float32)).all()


@pytest.mark.parametrize(
    ("kernel", "message"), [(_wrong_dtype, "dtype must be one of"), (_wrong_scratch, "literal integer")]
)
def test_misuse_is_told(native, kernel, message):
    with pytest.raises(TypingError, match=message):
        native(kernel)
