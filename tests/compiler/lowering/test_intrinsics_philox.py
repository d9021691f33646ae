"""Counter-based random numbers: published vectors, the NumPy twin, statistics."""

import numpy as np
import pytest

from graphc.compiler.lowering.intrinsics import uniform, uniform_f64, view
from graphc.compiler.ops.philox import mix, philox, uniform_reference


def _f32(table, thread, threads):
    n = table[2]
    y = view(table, 1, "f32", (n,))
    for i in range(n):
        y[i] = uniform(table[3], table[4], table[5], table[6] + i)


def _f64(table, thread, threads):
    n = table[2]
    y = view(table, 1, "f64", (n,))
    for i in range(n):
        y[i] = uniform_f64(table[3], table[4], table[5], table[6] + i)


@pytest.mark.parametrize(
    ("counter", "key", "rounds", "expected"),
    [
        ((0, 0), 0, 7, (0x257A3673, 0xCD26BE2A)),
        ((0xFFFFFFFF, 0xFFFFFFFF), 0xFFFFFFFF, 7, (0xAB302C4D, 0x3DC9D239)),
        ((0x243F6A88, 0x85A308D3), 0x13198A2E, 7, (0xBEDBBE6B, 0xE4C770B3)),
        ((0, 0), 0, 10, (0xFF1DAE59, 0x6CD10DF2)),
        ((0xFFFFFFFF, 0xFFFFFFFF), 0xFFFFFFFF, 10, (0x2C3F628B, 0xAB4FD7AD)),
        ((0x243F6A88, 0x85A308D3), 0x13198A2E, 10, (0xDD7CE038, 0xF62A4C12)),
    ],
)
def test_published_vectors(counter, key, rounds, expected):
    # Known answers of Philox-2x32 that its authors publish with Random123.
    words = philox(key, *(np.array([word], np.uint64) for word in counter), rounds)
    assert tuple(int(word[0]) for word in words) == expected


def test_numbers_stay_what_they_are():
    # A seed that a user has written down must give the same masks in every version.
    f32, f64 = uniform_reference(7, 3, 2, (4,)), uniform_reference(7, 3, 2, (4,), "f64")
    assert (f32 * 2**24).tolist() == [5944959, 4011625, 130864, 6703042]
    assert (f64 * 2**53).tolist() == [3191675876208689, 2153725169864937, 70257551783366, 3598668503049918]


@pytest.mark.parametrize("key", [(0, 0, 0), (1, 2, 3), (2**63 - 1, 10**12, 77), (-1, -5, 2**40)])
def test_kernels_compute_the_bits_of_the_reference(native, key):
    n = 1003
    f32, f64 = np.zeros(n, np.float32), np.zeros(n)
    native(_f32)(f32, n, *key, 0)
    native(_f64)(f64, n, *key, 0)
    np.testing.assert_array_equal(f32, uniform_reference(*key, (n,)))
    np.testing.assert_array_equal(f64, uniform_reference(*key, (n,), "f64"))


def test_elements_do_not_depend_on_where_a_loop_starts(native):
    whole, part = np.zeros(100, np.float32), np.zeros(40, np.float32)
    native(_f32)(whole, 100, 1, 2, 3, 0)
    native(_f32)(part, 40, 1, 2, 3, 60)
    np.testing.assert_array_equal(whole[60:], part)
    np.testing.assert_array_equal(uniform_reference(1, 2, 3, (10, 10)).ravel(), whole)


def test_elements_beyond_32_bits(native):
    low, high = np.zeros(64, np.float32), np.zeros(64, np.float32)
    native(_f32)(low, 64, 1, 2, 3, 0)
    native(_f32)(high, 64, 1, 2, 3, 1 << 32)
    assert (low != high).all()


def test_streams_differ():
    assert len({mix(*key) for key in np.ndindex(20, 20, 20)}) == 8000


def test_statistics():
    n = 1 << 20
    x = uniform_reference(3, 1, 4, (n,)).astype(float)
    assert x.min() >= 0
    assert x.max() < 1
    assert abs(x.mean() - 0.5) < 5 / np.sqrt(12 * n)
    counts = np.histogram(x, 256, (0, 1))[0]
    chi2 = ((counts - n / 256) ** 2 / (n / 256)).sum()
    assert abs(chi2 - 255) < 5 * np.sqrt(2 * 255)
    following = np.corrcoef(x[:-1], x[1:])[0, 1]
    next_step = np.corrcoef(x, uniform_reference(3, 2, 4, (n,)))[0, 1]
    next_stream = np.corrcoef(x, uniform_reference(3, 1, 5, (n,)))[0, 1]
    assert max(abs(following), abs(next_step), abs(next_stream)) < 5 / np.sqrt(n)


def test_loop_is_vectorised_and_calls_nothing(native, vector_register):
    for kernel in (native(_f32), native(_f64)):
        assert vector_register in kernel.asm
        assert kernel.calls == []
