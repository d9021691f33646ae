"""How blocks of a matrix product are dealt out to tasks, as lines of source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphc.runtime.types import Shapelike

from . import expressions as e
from .blocks import MANY, SHARE
from .nests import ceil_div

_TOGETHER = 4  # rows of blocks that pass over the columns together, where there are many


@dataclass(frozen=True)
class Side:
    """Rows or columns of a product, cut into blocks.

    Attributes:
        extent: how many there are.
        most: most of them in one block.
        start: variable of the first one of a block.
        variable: variable of how many a block has, where that differs.
        choice: variable of the most in a block, where a run chooses it; else "".
        few: what it chooses instead of ``most`` for a small extent; 0 to give each thread one block if it can.
    """

    extent: Shapelike
    most: int
    start: str
    variable: str
    choice: str = ""
    few: int = 0

    @property
    def whole(self) -> bool:
        """True when all blocks have the same size."""
        return not self.choice and isinstance(self.extent, int) and self.extent % self.most == 0

    @property
    def block(self) -> str:
        """Most of them in one block, as source."""
        return self.choice or str(self.most)

    @property
    def count(self) -> str:
        """Number of blocks."""
        if self.choice:
            return f"(({e.dim(self.extent)} + {self.choice} - 1) // {self.choice})"
        return ceil_div(self.extent, self.most)

    @property
    def size(self) -> str:
        """Size of the present block: a number where all have the same, which makes less code."""
        return self.block if self.whole else self.variable

    def choose(self) -> list[str]:
        """Lines that choose the size of blocks, before all tasks."""
        if not self.choice:
            return []
        if self.few:
            return [f"{self.choice} = {self.few} if {e.operand(self.extent)} < {MANY} else {self.most}"]
        each = f"({e.dim(self.extent)} + {SHARE} * threads - 1) // ({SHARE} * threads) * {SHARE}"
        return [f"{self.choice} = minimum({self.most}, {each})"]

    def measure(self) -> list[str]:
        """Lines that find the size of the present block."""
        return [] if self.whole else [f"{self.variable} = minimum({self.block}, {e.dim(self.extent)} - {self.start})"]


def block_tasks(names: Mapping[str, str], rows: Side, cols: Side, batch: list[tuple[str, Shapelike]]) -> list[str]:
    """One block of the result a task: the loop over tasks, and the lines at the beginning of its body.

    Args:
        names: variables called ``tile`` and ``tiles``, and the ``slot`` of the table that has the launch's counters.
        rows: rows of the result.
        cols: columns of the result.
        batch: variable and extent of each axis before them.
    """
    tile, across, down = names["tile"], cols.count, rows.count
    tiles = " * ".join([*(e.factor(extent) for _, extent in batch), down, across])
    if batch:
        body = [f"{cols.start} = {tile} % {across} * {cols.block}"]
        body.append(f"{rows.start} = {tile} // {across} % {down} * {rows.block}")
        below = f"({across} * {down})"
        for axis, extent in reversed(batch):
            body.append(f"{axis} = {tile} // {below} % {e.operand(extent)}")
            below = f"({below} * {e.factor(extent)})"
    elif isinstance(rows.extent, int) and isinstance(cols.extent, int) and 2 * _TOGETHER * rows.most <= rows.extent:
        # Some rows of blocks go through the columns together: each column of blocks, which may come from memory, is
        # read for all of them at once.
        full = -(-rows.extent // rows.most)
        last = full % _TOGETHER or _TOGETHER
        first, height = f"{tile} // ({_TOGETHER} * {across}) * {_TOGETHER}", str(_TOGETHER)
        if last != _TOGETHER:
            height = f"({_TOGETHER} if {tile} < {(full - last)} * {across} else {last})"
        within = f"{tile} % ({_TOGETHER} * {across})"
        body = [f"{rows.start} = ({first} + {within} % {height}) * {rows.block}"]
        body.append(f"{cols.start} = {within} // {height} * {cols.block}")
    else:
        body = [f"{cols.start} = {tile} % {across} * {cols.block}", f"{rows.start} = {tile} // {across} * {rows.block}"]
    body += [*rows.measure(), *cols.measure()]
    return [*rows.choose(), *cols.choose(), *_task_loop(names, tiles), *(f"    {line}" for line in body)]


def part_tasks(names: Mapping[str, str], kept: Side, reduced: Side, parts: int, initial: list[str]) -> list[str]:
    """One part of one row or column of blocks a task: two loops, over tasks and over the blocks of each.

    Blocks are dealt out to parts in turn, so the number of parts bounds that of partial results, and how many blocks
    there are may be known at run time only.

    Args:
        names: variables called ``tile``, ``tiles`` and ``part``, and the ``slot`` of the table that has the launch's
            counters.
        kept: the side that is not reduced.
        reduced: the side whose blocks are dealt out.
        parts: number of parts.
        initial: lines that fill this task's piece of the partial results.
    """
    tile, part = names["tile"], names["part"]
    body = [f"{part} = {tile} // {kept.count}", f"{kept.start} = {tile} % {kept.count} * {kept.block}"]
    body += [*kept.measure(), *initial]
    step = f"{parts} * {reduced.block}" if reduced.choice else parts * reduced.most
    body.append(f"for {reduced.start} in range({part} * {reduced.block}, {e.dim(reduced.extent)}, {step}):")
    body += [f"    {line}" for line in reduced.measure()]
    choices = [*kept.choose(), *reduced.choose()]
    return [*choices, *_task_loop(names, f"{parts} * {kept.count}"), *(f"    {line}" for line in body)]


def _task_loop(names: Mapping[str, str], count: str) -> list[str]:
    tiles = names["tiles"]
    loop = f"for {names['tile']} in tasks(table, {names['slot']}, {tiles}, thread, threads):"
    return [f"{tiles} = {count}", loop]
