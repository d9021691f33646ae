"""Sizes of the blocks that a matrix product is divided into: one block of the result is one task.

The choice minimises an estimate of the time, in cycles of a processor that starts one vector multiply-add a cycle,
averaged over some numbers of threads. It depends on the machine and the shape, never on the number of threads of a run,
so results do not either. Imports no Numba.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from graphc.runtime.types import USUAL_EXTENT

from .machine import Machine

THIN = 3  # most rows, or columns, of a block that is not computed in tiles

SHARE = 64  # the parts of a side that threads share out among them are multiples of this

MANY = 512  # rows or columns known at run time only from which they go in larger blocks

_MANY_BATCH = 128  # of so many
_MANY_ROWS = 384  # of so many rows, which go in groups, where tiles are low: whole tiles of six
_OFTEN = 1024 * 1024  # bytes of the other operand beyond a second-level cache: larger blocks read it less often
_MOST = 128  # most rows or columns: more would need too much stack for packed operands
_MOST_PACKED = 192  # the same where tiles copy operands, which are read from afar once a block
_MOST_ROWS = 384  # the same of rows, which go in groups then
_MOST_IN_PLACE = 416  # the same of columns where the result needs no room, and twice as many rows
_MOST_PACKED_WIDE = 256  # the same with panels of wider vectors, which are less deep
_SERVED = 128  # rows or columns that one computation of the other operand serves
_TASKS = 4  # blocks along the side of an operand that is computed
_LONG = 32 * 1024  # most bytes of a row of linear combinations of rows: it stays in cache, and long rows are read well
_JUMP = 10.0  # cycles to begin another of these
_ROOM = 64 * 1024  # most bytes of a block, on the stack and in a second-level cache
_ROOM_PACKED = 320 * 1024
_ROOM_PACKED_WIDE = 256 * 1024
_LATENCY = 4.0  # cycles from one multiply-add to the next that uses it
_START = 300.0  # cycles to start a task
_SHARE = 1500.0  # cycles to share out more than one
_TILE = 1.0  # cycles a tile spends on each k besides its multiply-adds
_PACK = 0.45  # cycles to pack one number of B, transposed
_COPY = 4.0  # cycles to copy one vector of an operand
_AGAIN = 1.5  # cycles to add one vector of a block's sums to those of the k before
_MISS = 1.5  # cycles to read a vector of B that is not packed, again for each tile
_LINES = 128  # bytes of a row of B that is short enough not to need packing
_BYTES_PACKED = 8.0  # the next figure where two multiply-adds start in a cycle, so that each counts half
_BYTES = 16.0  # a cycle, from the third-level cache, while computing
_NEAR = 512 * 1024  # operands of fewer bytes stay in the second-level cache
_THREADS = ((2, 0.5), (4, 0.3), (8, 0.2))  # how much each number of threads counts
_ALONE = ((1, 1.0),)  # the same where a launch is too small to be shared out


@dataclass(frozen=True)
class Blocks:
    """Rows and columns of the result that one task computes.

    Attributes:
        rows: most rows.
        cols: most columns.
        few: where less than ``MANY`` rows, or columns, turn up of an extent known at run time only: most of these in a
            block. 0 where that makes no difference.
        shared: whether a run makes as many blocks of the longer side as it has threads, each as long as can be. Sums
            must not depend on where a block begins.
    """

    rows: int
    cols: int
    few: int = 0
    shared: bool = False


@cache
def choose_blocks(
    m: int | None,
    n: int | None,
    k: int | None,
    dtype: str,
    machine: Machine,
    a_contiguous_k: bool = True,
    b_contiguous_n: bool = True,
    alone: bool = False,
    in_place: bool = False,
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
        alone: whether it is too small for more than one thread.
        in_place: whether blocks of the result are made where they belong, and need no room of their own.
    """
    lanes, size = machine.lanes(dtype), 8 if dtype == "f64" else 4
    down, across, depth = m or USUAL_EXTENT, n or USUAL_EXTENT, k or 256
    threads = _ALONE if alone else _THREADS
    dots = a_contiguous_k and not b_contiguous_n  # thin blocks become dot products, with nothing to pack
    far = size * depth * (down + across) > _NEAR
    row_of_b = n * size if n is not None and b_contiguous_n else None
    packs = machine.packs(down, row_of_b)
    most_rows, most_cols, room = _limits(packs, in_place, size, machine)
    if m is not None and m <= THIN and b_contiguous_n and n != 1:  # linear combinations of rows of B
        long = _long(n, size)
        return Blocks(m, long, shared=long > SHARE and not alone)
    if n == 1 and not a_contiguous_k:  # of columns of A
        long = _long(m, size)
        return Blocks(long, n, shared=long > SHARE and not alone)

    def time(rows: int, cols: int) -> float:
        if rows <= THIN and b_contiguous_n:  # linear combinations of rows, with nothing to pack
            per_k = rows * cols / lanes + _JUMP
        else:
            wide, narrow = divmod(cols, 2 * lanes)
            exact = m is not None and m % rows == 0
            per_k = wide * _strip(rows, 2, exact, machine)
            if narrow:
                per_k += _strip(rows, math.ceil(narrow / lanes), exact, machine)
            if not b_contiguous_n and not (dots and rows <= THIN):
                per_k += _PACK * cols * 16 / lanes
            if machine.packs(rows, row_of_b):
                a_too = not a_contiguous_k or (far and not machine.low_tiles)
                per_k += _COPY * (cols + (rows if a_too else 0)) / lanes
            elif machine.low_tiles and across * size > _LINES:
                per_k += _MISS * math.ceil(rows / machine.tile_rows(2)) * cols / lanes
        if far:
            per_k += (rows + cols) * size / (_BYTES_PACKED if machine.low_tiles else _BYTES)
        sums = rows * cols / lanes
        block = per_k * depth + sums * 2 + (depth - 1) // machine.panel_depth * sums * _AGAIN + _START
        tasks = math.ceil(down / rows) * math.ceil(across / cols)
        shared = _SHARE if tasks > 1 else 0.0
        return sum(weight * t * (math.ceil(tasks / t) * block + shared) for t, weight in threads)

    height = machine.tile_rows(2) if machine.low_tiles else 4
    rows_options = _sizes(m, 1, height, most_rows) if m is not None else [USUAL_EXTENT]
    cols_options = _sizes(n, lanes, 2 * lanes, most_cols) if n is not None else [USUAL_EXTENT]
    pairs = [(r, c) for r in rows_options for c in cols_options if r * c * size <= room]
    rows, cols = min(pairs, key=lambda pair: time(*pair))
    many = _MANY_ROWS * 4 // size if packs and machine.low_tiles and m is None else _MANY_BATCH
    return _for_many(Blocks(rows, cols), m, n, k, size, room, many)


def computed_blocks(m: int | None, n: int | None, a: bool, b: bool, alone: bool) -> Blocks:
    """Block sizes for a product that computes A, or B, or both, for each block of the result.

    As few blocks as can be across the other side, for each computes everything again; several along its own, which are
    the tasks of threads.

    Args:
        m: rows of the result, None where known only at run time.
        n: columns of the result, or None.
        a: whether A is computed.
        b: whether B is.
        alone: whether it is too small for more than one thread.
    """
    few = USUAL_EXTENT // 2

    def most(extent: int | None, serves: bool, even: int) -> int:
        limit = _SERVED if serves else USUAL_EXTENT
        if extent is None:
            return limit
        if not serves and not alone:
            limit = min(limit, max(even, math.ceil(extent / _TASKS / even) * even))
        return extent if extent <= limit else math.ceil(extent / math.ceil(extent / limit) / even) * even

    return Blocks(most(m, b, 8), most(n, a, 16), few if m is None or n is None else 0)


def _limits(packs: bool, in_place: bool, size: int, machine: Machine) -> tuple[int, int, int]:
    """Most rows and columns of a block in tiles, and most bytes of it."""
    if not packs:
        return _MOST, _MOST, _ROOM
    if not machine.low_tiles:
        return _MOST_PACKED_WIDE * 4 // size, _MOST_PACKED_WIDE * 4 // size, _ROOM_PACKED_WIDE
    if in_place:
        return 2 * _MOST_ROWS * 4 // size, _MOST_IN_PLACE * 4 // size, 4 * _ROOM_PACKED
    return _MOST_ROWS * 4 // size, _MOST_PACKED * 4 // size, _ROOM_PACKED


def _long(extent: int | None, size: int) -> int:
    """Most numbers of a block that is a linear combination of rows."""
    most = _LONG // size
    return most if extent is None else min(extent, most)


def _for_many(blocks: Blocks, m: int | None, n: int | None, k: int | None, size: int, room: int, many: int) -> Blocks:
    """Blocks of ``many`` rows, or columns, where a run has many and the operand that all of them read is large."""
    known, fixed = (n, blocks.cols) if m is None else (m, blocks.rows)
    if (m is None) == (n is None) or known is None or k is None:
        return blocks
    if known * k * size <= _OFTEN or fixed * many * size > room:
        return blocks
    if m is None:
        return Blocks(many, blocks.cols, few=USUAL_EXTENT)
    return Blocks(blocks.rows, many, few=USUAL_EXTENT)


def _sizes(extent: int, equal: int, unequal: int, most: int) -> list[int]:
    """Sizes that divide an extent into parts: equal multiples of ``equal``, or multiples of ``unequal`` and a rest."""
    found = {extent} if extent <= most else set()
    for parts in range(2, max(3, math.ceil(extent / 16)) + 1):
        size = extent // parts if extent % (parts * equal) == 0 else math.ceil(extent / parts / unequal) * unequal
        if 0 < size <= min(most, extent):
            found.add(size)
    return sorted(found)


def _strip(rows: int, vectors: int, exact: bool, machine: Machine) -> float:
    """Cycles a k that a panel of ``vectors`` takes over ``rows`` rows; a rest has a tile of its own if ``exact``."""
    cost, rest = 0.0, rows
    latency = _LATENCY * (2 if machine.low_tiles else 1)  # two multiply-adds start in a cycle, and each counts half
    height = min(rows, machine.tile_rows(2), 16)
    for less in (height, rows % height) if exact else (height, 4, 1):
        count, rest = divmod(rest, less) if less else (0, rest)
        cost += count * (max(less * vectors, latency) + _TILE)
    return cost
