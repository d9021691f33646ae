"""Register-tiled micro-kernels of the matrix product, as LLVM functions.

A micro-kernel computes a tile of ``rows`` x ``vectors * lanes`` numbers of C. All of the tile lives in vector registers
while k runs: for each k it loads one row of B (``vectors`` loads), and for each row of A broadcasts one number and does
``vectors`` fused multiply-adds. B and C are read and written along their contiguous axis; A has any two strides, so it
and its transpose cost the same. Nothing outside the operands is touched: every tile has as many rows as there are, and
the ``masked`` form has one vector whose upper lanes may be switched off.
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from numba.core.cgutils import for_range

from .micro import (
    Element,
    copy,
    copy_few,
    counted,
    integer,
    load,
    mask_below,
    masked_load,
    masked_store,
    move,
    multiply_add,
    prefetch,
    splat,
    store,
)
from .subroutine import subroutine

_LATER = 16  # rows of B that are asked for before they are read where they lie
_SOON = 8  # rows of B that are asked for before they are copied
_SOON_ALL = 4  # the same of rows that are copied from end to end: those a page apart share few places in the cache
_GROUP = 3  # rows reached from one pointer: p, p + s and p + 2 s are all one addressing mode on x86


@dataclass(frozen=True)
class Tile:
    """A register tile, and what its micro-kernel does with operands besides multiplying them.

    Copies cost little between multiply-adds, and what the next tile or panel will copy is asked for meanwhile.

    Attributes:
        e: element type and lanes.
        rows: of C.
        vectors: of columns of C.
        masked: whether the last vector may hold fewer columns.
        a: ``copies`` reads an A whose columns are contiguous and leaves a copy, ``copied`` reads such a copy: ``rows``
            numbers for each k, one k after the other.
        b: ``asks`` reads a B where it lies, each row asked for before it is needed: rows that are no neighbours are not
            looked ahead for. ``asks_right`` asks for the same row of the next panel, too, which would come from memory
            a line at a time otherwise. ``copies`` leaves rows of B in a panel, ``vectors`` vectors for each k, and asks
            for those of the next panel; ``copies_all`` leaves those of the panels to the right as well, one panel after
            the other: a row is read from end to end.
        unroll: k to a turn of the loop. What counts and jumps takes a place among the instructions of a cycle, which
            low tiles feel where another thread runs on the same core.
    """

    e: Element
    rows: int
    vectors: int
    masked: bool = False
    a: Literal["reads", "copies", "copied"] = "reads"
    b: Literal["reads", "asks", "asks_right", "copies", "copies_all"] = "reads"
    unroll: int = 1

    @property
    def name(self) -> str:
        """Tells micro-kernels from each other."""
        shape = f"{self.e.name}_{self.rows}x{self.vectors}"
        a, b = (f"_{side}_{what}" * (what != "reads") for side, what in (("a", self.a), ("b", self.b)))
        return f"tile_{shape}{'_masked' * self.masked}{a}{b}{f'_by_{self.unroll}' * (self.unroll > 1)}"

    @property
    def arguments(self) -> str:
        """Kinds of the micro-kernel's arguments."""
        places = (self.a == "copies") + self.copies_b
        return "pipiipiii" + "i" * self.masked + "p" * places + "i" * (self.b == "copies_all")

    @property
    def copies_b(self) -> bool:
        """Whether B is copied."""
        return self.b in ("copies", "copies_all")

    @property
    def row_of_b(self) -> int:
        """Bytes of a row of B in a panel."""
        return self.vectors * self.e.lanes * self.e.size

    @property
    def column_of_a(self) -> int:
        """Bytes of a column of A in a copy."""
        return self.rows * self.e.size


class _Operands:
    """Rows of A and a row of B, for one k after the other; makes copies of them where the tile does.

    Attributes:
        pointers: where they are at first.
        steps: how far each pointer goes from one k to the next.
        more: how many panels to the right are copied, and how far apart their copies are; None for none.
    """

    more: tuple[Any, Any] | None = None

    def __init__(self, builder: Any, tile: Tile, a: Any, a_row: Any, a_col: Any, b: Any, b_row: Any, to: list[Any]):
        self.builder, self.tile, self.b_row = builder, tile, b_row
        rows, size = tile.rows, tile.e.size
        self.group = rows if tile.a == "copied" else _GROUP
        if tile.a == "copied":
            a_row, a_col = integer(size), integer(tile.column_of_a)
        self.apart = [builder.mul(a_row, integer(i)) for i in range(self.group)]
        starts = [move(builder, a, builder.mul(a_row, integer(first))) for first in range(0, rows, self.group)]
        self.copy_of_a = 1 + len(starts)
        self.pointers = [b, *starts, *to]
        self.steps = [b_row] + [a_col] * len(starts)
        self.steps += [integer(tile.column_of_a)] * (tile.a == "copies") + [integer(tile.row_of_b)] * tile.copies_b

    def next(self, places: list[Any]) -> list[Any]:
        """The pointers of the k that follows."""
        return [move(self.builder, *pair) for pair in zip(places, self.steps, strict=True)]

    def row(self, places: list[Any], mask: Any) -> list[Any]:
        """Vectors of a row of B, of which the last one may be masked."""
        builder, tile, e = self.builder, self.tile, self.tile.e
        found = []
        for v in range(tile.vectors):
            offset = integer(v * e.size * e.lanes)
            place = move(builder, places[0], offset)
            masked = tile.masked and v == tile.vectors - 1
            found.append(masked_load(builder, e, place, mask) if masked else load(builder, place, e.vector, e.size))
            if tile.copies_b:
                store(builder, found[-1], move(builder, places[-1], offset), e.size)
        if tile.b in ("asks", "asks_right"):
            self._ask(places[0], _LATER)
        if tile.b == "asks_right":
            self._ask(move(builder, places[0], integer(tile.row_of_b)), _LATER)
        if tile.b == "copies":
            self._ask(places[0], _SOON)
            prefetch(builder, move(builder, places[0], integer(2 * tile.row_of_b - 1)))
        elif self.more is not None:
            self._ask(places[0], _SOON_ALL)
            self._row_to_the_right(places, *self.more)
        return found

    def _ask(self, place: Any, rows: int) -> None:
        """For the row of this panel that is ``rows`` below: its last line, which is in no panel to the left."""
        builder = self.builder
        soon = move(builder, place, builder.mul(self.b_row, integer(rows)))
        prefetch(builder, move(builder, soon, integer(self.tile.row_of_b - 1)))

    def _row_to_the_right(self, places: list[Any], panels: Any, apart: Any) -> None:
        """Copies the same row of so many more panels, whose copies are ``apart`` bytes from each other."""
        builder, e, wide = self.builder, self.tile.e, integer(self.tile.row_of_b)
        with for_range(builder, panels) as p:
            number = builder.add(p.index, integer(1))
            source = move(builder, places[0], builder.mul(number, wide))
            target = move(builder, places[-1], builder.mul(number, apart))
            copy(builder, e, source, target, self.tile.vectors)
            self._ask(source, _SOON_ALL)

    def column(self, places: list[Any]) -> None:
        """Copies numbers of A where they are contiguous, in vectors; the end of these is written over by the next."""
        builder, tile, e = self.builder, self.tile, self.tile.e
        if tile.a != "copies":
            return
        copy_few(builder, e, places[1], places[self.copy_of_a], tile.rows)
        prefetch(builder, move(builder, places[1], integer(2 * tile.column_of_a - 1)))

    def number(self, places: list[Any], i: int) -> Any:
        """Row ``i`` of A's, in every lane of a vector."""
        builder, e = self.builder, self.tile.e
        place = places[1 + i // self.group]
        if i % self.group:
            place = move(builder, place, self.apart[i % self.group])
        return splat(builder, load(builder, place, e.scalar, e.size), e.vector)


def _turns(builder: Any, count: Any, state: list[Any], steps: list[Callable[[list[Any]], list[Any]]]) -> list[Any]:
    """What ``steps`` make of ``state`` in ``count`` turns, which may be none."""
    before = builder.block
    with builder.if_then(builder.icmp_signed(">", count, integer(0))):
        with counted(builder, count, state) as loop:
            following = loop.carried
            for step in steps:
                following = step(following)
            loop.following = following
        through = builder.block
    found = []
    for old, new in zip(state, loop.carried, strict=True):
        found.append(builder.phi(new.type))
        found[-1].add_incoming(old, before)
        found[-1].add_incoming(new, through)
    return found


@subroutine(lambda tile: (tile.name, tile.arguments))
def micro_kernel(builder: Any, tile: Tile) -> None:
    """The micro-kernel of a tile.

    Its arguments, pointers to bytes and i64 in bytes unless said otherwise: c, c_row, a, a_row, a_col, b, b_row,
    depth (a count, at least 1), accumulate (i64: add to C rather than overwrite it); where ``masked``: the number
    of columns, of which the last vector may hold some; where A is copied, and where B is: the place of the copy; where
    all of B is: how many panels are copied.
    """
    e, rows, vectors = tile.e, tile.rows, tile.vectors
    c, c_row, a, a_row, a_col, b, b_row, depth, accumulate, *more = builder.function.args
    last = vectors - 1 if tile.masked else vectors  # the vector that is masked
    mask = mask_below(builder, e, builder.sub(more.pop(0), integer(last * e.lanes))) if tile.masked else None
    step = integer(e.size * e.lanes)
    for i in range(rows):
        prefetch(builder, move(builder, c, builder.mul(c_row, integer(i))) if i else c)
    panels = more.pop() if tile.b == "copies_all" else None
    operands = _Operands(builder, tile, a, a_row, a_col, b, b_row, more)
    if panels is not None:
        operands.more = builder.sub(panels, integer(1)), builder.mul(depth, integer(tile.row_of_b))

    def terms(state: list[Any]) -> list[Any]:
        """The state, pointers and sums, after one more k."""
        places, sums = state[: -rows * vectors], state[-rows * vectors :]
        row_of_b = operands.row(places, mask)
        operands.column(places)
        following = []
        for i in range(rows):
            factor = operands.number(places, i)
            following += [multiply_add(builder, e, factor, row_of_b[v], sums[i * vectors + v]) for v in range(vectors)]
        return [*operands.next(places), *following]

    state = [*operands.pointers, *[e.zero] * (rows * vectors)]
    if tile.unroll > 1:
        state = _turns(builder, builder.sdiv(depth, integer(tile.unroll)), state, [terms] * tile.unroll)
        state = _turns(builder, builder.srem(depth, integer(tile.unroll)), state, [terms])
    else:
        with counted(builder, depth, state) as loop:
            loop.following = terms(loop.carried)
        state = loop.carried
    totals = state[-rows * vectors :]

    def write(add: bool) -> None:
        for i in range(rows):
            place = move(builder, c, builder.mul(c_row, integer(i))) if i else c
            for v in range(vectors):
                value = totals[i * vectors + v]
                if v == last:
                    value = builder.fadd(value, masked_load(builder, e, place, mask)) if add else value
                    masked_store(builder, e, value, place, mask)
                else:
                    value = builder.fadd(value, load(builder, place, e.vector, e.size)) if add else value
                    store(builder, value, place, e.size)
                place = move(builder, place, step)

    with builder.if_else(builder.icmp_signed("!=", accumulate, integer(0))) as (adding, setting):
        with adding:
            write(True)
        with setting:
            write(False)
