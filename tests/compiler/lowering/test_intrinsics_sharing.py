"""Pieces of loops for threads."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler.lowering.intrinsics import minimum, share, view


def _count(table, thread, threads):
    n = table[3]
    seen = view(table, 1, "i64", (n,))
    bounds = view(table, 2, "i64", (threads, 2))
    piece = share(n, table[4], threads)
    bounds[thread, 0] = thread * piece
    bounds[thread, 1] = minimum(thread * piece + piece, n)
    for i in range(thread * piece, minimum(thread * piece + piece, n)):
        seen[i] = seen[i] + 1


@pytest.mark.parametrize("threads", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("unit", [1, 16, 64])
@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 128, 1000, 4096])
def test_every_position_belongs_to_one_thread(native, n, unit, threads):
    kernel = native(_count)
    seen, bounds = np.zeros(n, np.int64), np.zeros((threads, 2), np.int64)
    for thread in range(threads):
        kernel(seen, bounds, n, unit, thread=thread, threads=threads)
    np.testing.assert_array_equal(seen, np.ones(n))
    starts = bounds[bounds[:, 0] < bounds[:, 1], 0]  # of those who have something to do
    assert np.all(starts % unit == 0), "a unit is divided between threads"
    most = max(int(stop - start) for start, stop in bounds)
    units = -(-n // unit)
    assert most <= -(-units // threads) * unit, "one thread has more than its share"


def _of_numbers(table, thread, threads):
    x = view(table, 1, "f32", (1,))
    x[0] = share(2.5, 1, threads)


def test_only_integers_are_shared(native):
    with pytest.raises(TypingError, match="share: expects three integers"):
        native(_of_numbers)
