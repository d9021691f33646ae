"""One panel of columns of a block, all rows, as a subroutine: tiles, which copy operands in passing."""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numba.core.cgutils import for_range_slice

from .form import Form
from .micro import I64, integer, move
from .packing import pack_panels, pack_rows
from .subroutine import subroutine
from .tile import Tile, micro_kernel

UNROLL = 4  # k to a turn of the loop of most tiles where they are low


@dataclass(frozen=True)
class Strip:
    """One panel of columns, all rows: calls micro-kernels.

    Where a block copies its operands by tiles, the first tile of a panel leaves a copy of B for those below, and the
    tiles of the first panel leave copies of A for those to the right. Where rows of B play badly with the caches, the
    first tile of all copies all of it; columns left over are copied by themselves. An A that plays badly with them has
    been copied before.
    """

    form: Form
    vectors: int
    masked: bool

    @property
    def name(self) -> str:
        """Tells strips from each other."""
        form = self.form
        copies = f"_copies_{form.tiles_copy_a + form.a_at_once:d}{form.copies_b:d}{form.b_at_once:d}"
        suffix = f"{'_masked' * self.masked}{copies * form.by_tiles}"
        return f"strip_{form.strip_name}_{self.vectors}{suffix}"

    @property
    def arguments(self) -> str:
        """Kinds of the arguments of :func:`strip_function`."""
        return "pipiipiiii" + "i" * self.masked + "ppii" * self.form.by_tiles

    def tile(self, height: int, copies_b: bool) -> Tile:
        """A tile that reads A where it lies; most of them read a copy of B."""
        often = not copies_b and height == self.form.heights[0] and self.form.by_tiles
        kind = Tile(self.form.e, height, self.vectors, self.masked, unroll=UNROLL if often else 1)
        if not copies_b:
            return replace(kind, b=self.form.asks)
        return replace(kind, b="copies_all" if self.form.b_at_once and not self.masked else "copies")


@subroutine(lambda strip: (strip.name, strip.arguments))
def strip_function(builder: Any, strip: Strip) -> None:
    """Arguments as the micro-kernel's, with rows before the column count.

    A block that copies by tiles adds the places of copies of A and of B, whether this panel is the first (i64), and
    how many panels its first tile copies.
    """
    form, e = strip.form, strip.form.e
    c, c_row, a, a_row, a_col, b, b_row, depth, accumulate, rows, *more = builder.function.args
    count = [more.pop(0)] if strip.masked else []
    place_a, place_b, first, panels = more if form.by_tiles else [None] * 4

    def tile(i: Any, height: int, to_a: Any, from_b: tuple[Any, Any], to_b: Any) -> None:
        """One tile, from row ``i`` on."""
        kind = strip.tile(height, to_b is not None)
        to, source = move(builder, c, builder.mul(i, c_row)), move(builder, a, builder.mul(i, a_row))
        ends = [[x] if x is not None else [] for x in (to_a, to_b)]
        if kind.b == "copies_all":
            ends[1].append(panels)

        def call(kind: Tile, source: Any, ends: list[Any]) -> None:
            arguments = [to, c_row, source, a_row, a_col, *from_b, depth, accumulate, *count, *ends]
            builder.call(micro_kernel(builder, kind), arguments)

        if form.a_at_once:
            kind, source = replace(kind, a="copied"), to_a
        if to_a is None or form.a_at_once:
            call(kind, source, ends[1])
            return
        with builder.if_else(builder.icmp_signed("!=", first, integer(0))) as (copies, copied):
            with copies:
                call(replace(kind, a="copies", unroll=1), source, ends[0] + ends[1])
            with copied:
                call(replace(kind, a="copied"), to_a, ends[1])

    def of_a(i: Any) -> Any:
        """Where the copy of A's rows from ``i`` on is."""
        return move(builder, place_a, builder.mul(i, form.row_of_a(builder, depth)))

    done: Any = integer(0)
    if form.copies_b:
        wide, height = integer(strip.vectors * e.lanes * e.size), form.heights[0]
        enough, zero = builder.icmp_signed(">=", rows, integer(height)), integer(0)
        copies = builder.icmp_signed(">", panels, zero)
        with builder.if_then(builder.and_(copies, enough)):
            tile(zero, height, of_a(zero) if form.tiles_copy_a else None, (b, b_row), place_b)
        with builder.if_then(builder.and_(copies, builder.not_(enough))):
            _pack(builder, strip, [place_b, wide, b, b_row], depth, count, panels)
        done = builder.select(builder.and_(copies, enough), integer(height), zero)
        b, b_row = place_b, wide
    for height in form.heights:
        left = builder.sub(rows, done)
        end = builder.add(done, builder.mul(builder.sdiv(left, integer(height)), integer(height)))
        with for_range_slice(builder, done, end, integer(height), I64) as (i, _):
            tile(i, height, of_a(i) if form.tiles_copy_a else None, (b, b_row), None)
        done = end


def _pack(builder: Any, strip: Strip, places: list[Any], depth: Any, count: list[Any], panels: Any) -> None:
    """Copies of B where there are not enough rows for a tile that makes them."""
    e, (target, row, *source) = strip.form.e, places
    if strip.masked:
        builder.call(pack_rows(builder, e), [*places, count[0], depth])
        return
    width = builder.mul(panels, integer(strip.vectors * e.lanes))
    arguments = [target, builder.mul(depth, row), row, *source, width, depth]
    builder.call(pack_panels(builder, e, strip.vectors), arguments)
