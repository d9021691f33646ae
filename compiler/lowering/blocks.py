"""Sizes of the blocks that a matrix product is divided into: one block of the result is one task.

The choice minimises an estimate of the time, in cycles of a processor that starts one vector multiply-add a cycle,
averaged over some numbers of threads. It depends on the machine and the shape, never on the number of threads of a run,
so results do not either. Imports no Numba.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from .machine import Machine

_USUAL_BATCH = 64  # what is assumed of a run-time extent
_MOST = 128  # most rows or columns: more would need too much stack for packed operands
_ROOM = 64 * 1024  # most bytes of a block, on the stack and in a second-level cache
_LATENCY = 4.0  # cycles from one multiply-add to the next that uses it
_START = 300.0  # cycles to start a task
_SHARE = 1500.0  # cycles to share out more than one
_TILE = 1.0  # cycles a tile spends on each k besides its multiply-adds
_PACK = 0.45  # cycles to pack one number of B, transposed
_BYTES = 16.0  # a cycle, from the third-level cache, while computing
_NEAR = 512 * 1024  # operands of fewer bytes stay in the second-level cache
_THREADS = ((2, 0.5), (4, 0.3), (8, 0.2))  # how much each number of threads counts


@dataclass(frozen=True)
class Blocks:
    """Rows and columns of the result that one task computes."""

    rows: int
    cols: int


@cache
def choose_blocks(
    m: int | None,
    n: int | None,
    k: int | None,
    dtype: str,
    machine: Machine,
    a_contiguous_k: bool = True,
    b_contiguous_n: bool = True,
) -> Blocks:
    """Block sizes for ``C[m, n] = A[m, k] B[k, n]``.

    Args:
        m: rows of the result, None where known only at run time.
        n: columns of the result, or None.
        k: terms of each sum, or None.
        dtype: "f32" or "f64".
        machine: what the code runs on.
        a_contiguous_k: whether A is contiguous along k.
        b_contiguous_n: whether B is contiguous along n; if not it is packed.
    """
    lanes, size = machine.lanes(dtype), 8 if dtype == "f64" else 4
    down, across, depth = m or _USUAL_BATCH, n or _USUAL_BATCH, k or 256
    dots = a_contiguous_k and not b_contiguous_n  # thin blocks become dot products, with nothing to pack
    far = size * depth * (down + across) > _NEAR

    def time(rows: int, cols: int) -> float:
        wide, narrow = divmod(cols, 2 * lanes)
        strips = wide * _strip(rows, 2, machine) + math.ceil(narrow / lanes) * _strip(rows, 1, machine)
        per_k = strips
        if not b_contiguous_n and not (dots and rows <= 3):
            per_k += _PACK * cols * 16 / lanes
        if far:
            per_k += (rows + cols) * size / _BYTES
        block = per_k * depth + rows * cols / lanes * 2 + _START
        tasks = math.ceil(down / rows) * math.ceil(across / cols)
        shared = _SHARE if tasks > 1 else 0.0
        return sum(weight * t * (math.ceil(tasks / t) * block + shared) for t, weight in _THREADS)

    rows_options = _sizes(m, 1, 4) if m is not None else [_USUAL_BATCH]
    cols_options = _sizes(n, lanes, 2 * lanes) if n is not None else [_USUAL_BATCH]
    pairs = [(r, c) for r in rows_options for c in cols_options if r * c * size <= _ROOM]
    rows, cols = min(pairs, key=lambda pair: time(*pair))
    return Blocks(rows, cols)


def _sizes(extent: int, equal: int, unequal: int) -> list[int]:
    """Sizes that divide an extent into parts: equal multiples of ``equal``, or multiples of ``unequal`` and a rest."""
    found = {extent} if extent <= _MOST else set()
    for parts in range(2, max(3, math.ceil(extent / 16)) + 1):
        size = extent // parts if extent % (parts * equal) == 0 else math.ceil(extent / parts / unequal) * unequal
        if 0 < size <= min(_MOST, extent):
            found.add(size)
    return sorted(found)


def _strip(rows: int, vectors: int, machine: Machine) -> float:
    """Cycles a k that a panel of ``vectors`` takes over ``rows`` rows."""
    height = min(rows, machine.tile_rows(2), 16)
    tiles, rest = divmod(rows, height)
    cost = tiles * (max(height * vectors, _LATENCY) + _TILE)
    for less in (4, 1):
        count, rest = divmod(rest, less)
        cost += count * (max(less * vectors, _LATENCY) + _TILE)
    return cost
