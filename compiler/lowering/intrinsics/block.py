"""One block of a matrix product as subroutines: panels, tiles, packing.

A block is computed panel by panel: two vectors of columns of B at a time (then single vectors, the last one masked),
all rows of A against each panel in tiles of registers (:mod:`.tile`). B is read where it lies when its columns are
contiguous and its rows near each other; otherwise each panel is packed first (:mod:`.packing`), transposed in registers
where k is contiguous. A is copied only where its strides play badly with the caches. Low tiles copy operands in passing
(:mod:`.strip`); where there are many rows, a group of them passes over all panels before the next one. Deep products go
in blocks of k, so that a panel stays in cache while all rows pass over it.

All of these are subroutines (:mod:`.subroutine`).
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from llvmlite import ir
from numba.core.cgutils import for_range, for_range_slice

from ..machine import FAR, PAGE
from .dots import few_columns
from .form import FEW, Form
from .memory import ALIGNMENT
from .micro import BYTES, I1, I8, I64, Element, integer, move, store
from .packing import pack_any, pack_panels, pack_rows, pack_tiles, pack_transposed
from .strip import UNROLL, Strip, strip_function
from .subroutine import subroutine

NEAR = 256  # columns this many bytes apart, each read for a few numbers, waste caches
SPREAD = 256 * 1024  # rows of A over more memory than this are not found in the second-level cache when they are needed


def _room(builder: Any, size: int) -> Any:
    """Pointer to ``size`` bytes on the stack."""
    room = builder.alloca(ir.ArrayType(I8, size))
    room.align = ALIGNMENT
    return builder.bitcast(room, BYTES)


def _lesser(builder: Any, x: Any, y: Any) -> Any:
    return builder.select(builder.icmp_signed("<", x, y), x, y)


def _greater(builder: Any, x: Any, y: Any) -> Any:
    return builder.select(builder.icmp_signed(">", x, y), x, y)


class _CopyOfA:
    """A block of A, copied for one block of k where its strides ask for it."""

    def __init__(self, builder: Any, form: Form, a_row: Any, a_col: Any, rows: Any, packs: Any) -> None:
        self.builder, self.form, self.rows = builder, form, rows
        self.strides = (a_row, a_col)
        self.place = None
        if not form.copies_a:
            return
        e = form.e
        if form.tiles_copy_a:
            self.place = _room(builder, form.group * (form.most_depth + e.lanes) * e.size)
            return
        enough = builder.icmp_signed(">", rows, integer(FEW))
        self.turns = form.a == "columns" and form.packing == "always"
        if form.a == "rows" or self.turns:
            row = (form.most_depth + e.lanes) * e.size
            self.place = _room(builder, (form.most_rows + e.lanes * self.turns) * row)
            self.copied_strides = (integer(row), integer(e.size))
        else:
            row = (form.most_rows + e.lanes) * e.size
            self.place = _room(builder, form.most_depth * row)
            self.copied_strides = (integer(e.size), integer(row))
        if self.turns:
            asked = builder.icmp_signed(">=", a_col, integer(NEAR))
        elif form.a == "rows":
            asked = builder.icmp_signed("==", builder.and_(a_row, integer(PAGE - 1)), integer(0))
            spread = builder.icmp_signed(">=", builder.mul(a_row, rows), integer(SPREAD))
            asked = builder.or_(asked, builder.and_(packs, spread))
        else:
            asked = builder.icmp_signed(">=", a_col, integer(FAR))
        self.asked = builder.and_(enough, asked)

    def prepare(self, start: Any, rows: Any, depth: Any) -> None:
        """Copy a group of rows for the tiles."""
        if self.form.a_at_once:
            e, row = self.form.e, self.form.row_of_a(self.builder, depth)
            arguments = [self.place, row, start, self.strides[1], rows, depth]
            self.builder.call(pack_tiles(self.builder, e, self.form.heights), arguments)

    def read(self, start: Any, depth: Any) -> tuple[Any, Any, Any]:
        """Pointer and strides of the block that begins at ``start``."""
        builder, form = self.builder, self.form
        if not form.copies_a or form.tiles_copy_a:
            return (start, *self.strides)
        e = form.e
        row, col = self.copied_strides
        with builder.if_then(self.asked):
            if self.turns:
                builder.call(pack_transposed(builder, e), [self.place, row, start, self.strides[1], depth, self.rows])
            elif form.a == "rows":
                builder.call(pack_rows(builder, e), [self.place, row, start, self.strides[0], depth, self.rows])
            else:
                builder.call(pack_rows(builder, e), [self.place, col, start, self.strides[1], self.rows, depth])
        pairs = zip((self.place, row, col), (start, *self.strides), strict=True)
        pointer, row, col = (builder.select(self.asked, copied, given) for copied, given in pairs)
        return pointer, row, col


class _PanelOfB:
    """Panels of B, packed where needed."""

    def __init__(self, builder: Any, form: Form, b_row: Any, b_col: Any) -> None:
        self.builder, self.form, self.b_row, self.b_col = builder, form, b_row, b_col
        row = form.vectors * form.e.lanes * form.e.size
        self.whole = form.packing in ("far", "always") and form.b == "rows"
        width = form.most_cols // (row // form.e.size) + 2 if self.whole or form.keeps_b else 1
        self.place = _room(builder, width * form.most_depth * row + form.e.lanes * row)
        self.row = integer(row)
        self.far = builder.icmp_signed(">=", b_row, integer(FAR))
        aliases = builder.icmp_signed("==", builder.and_(b_row, integer(PAGE - 1)), integer(0))
        self.packs = {"never": I1(0), "far": builder.or_(self.far, aliases)}.get(form.packing, I1(1))

    def prepare(self, start: Any, cols: Any, depth: Any) -> None:
        """Pack all panels of a block."""
        builder, e = self.builder, self.form.e
        if not self.whole:
            return
        self.panel = builder.mul(depth, self.row)
        arguments = [self.place, self.panel, self.row, start, self.b_row, cols, depth]
        with builder.if_then(self.packs):
            builder.call(pack_panels(builder, e, self.form.vectors), arguments)

    def copy(self, j: Any, depth: Any) -> Any:
        """Where the copy of the panel of columns from ``j`` on is."""
        if not self.form.keeps_b:
            return self.place
        builder, wide = self.builder, integer(self.form.vectors * self.form.e.lanes)
        return move(builder, self.place, builder.mul(builder.mul(builder.sdiv(j, wide), depth), self.row))

    def read(self, start: Any, width: Any, depth: Any, j: Any, again: Any) -> tuple[Any, Any]:
        """Pointer and row stride of the panel that begins at ``start``, which is packed unless it was before."""
        builder, e = self.builder, self.form.e
        if self.whole:
            wide = integer(self.form.vectors * e.lanes)
            number, within = builder.sdiv(j, wide), builder.srem(j, wide)
            place = builder.add(builder.mul(number, self.panel), builder.mul(within, integer(e.size)))
            packed = move(builder, self.place, place)
            return builder.select(self.packs, packed, start), builder.select(self.packs, self.row, self.b_row)
        if self.form.copies_b:
            return start, self.b_row
        place = self.copy(j, depth)
        target = [place, self.row, start]
        if self.form.b != "rows":
            with builder.if_then(builder.not_(again)):
                if self.form.b == "columns":
                    builder.call(pack_transposed(builder, e), [*target, self.b_col, width, depth])
                else:
                    builder.call(pack_any(builder, e), [*target, self.b_row, self.b_col, width, depth])
            return place, self.row
        with builder.if_then(self.far):
            builder.call(pack_rows(builder, e), [*target, self.b_row, width, depth])
        return builder.select(self.far, self.place, start), builder.select(self.far, self.row, self.b_row)


class _Tail:
    """The last columns, each as dot products with all rows of A."""

    def __init__(self, builder: Any, form: Form, b_row: Any) -> None:
        self.builder, self.form, self.b_row = builder, form, b_row
        self.column = form.most_depth * form.e.size
        if form.tail:
            self.place = _room(builder, sum(form.tail) * self.column)

    def add(self, c: Any, c_row: Any, a: Any, a_row: Any, b: Any, rows: Any, depth: Any, adds: Any) -> None:
        """C's columns from ``c`` on, of B's from ``b`` on, for one block of k."""
        if not self.form.tail:
            return
        builder, e, column = self.builder, self.form.e, integer(self.column)
        all_columns = integer(sum(self.form.tail))
        packing = [self.place, column, b, integer(e.size), self.b_row, depth, all_columns]
        builder.call(pack_any(builder, e), packing)
        first = 0
        for count in self.form.tail:
            to, y = move(builder, c, integer(first * e.size)), move(builder, self.place, integer(first * self.column))
            builder.call(
                few_columns(builder, self.form.full, count), [to, c_row, a, a_row, y, column, rows, depth, adds]
            )
            first += count


@subroutine(lambda form: (f"block_{form.name}", "pipiipiiiiii"))
def block_function(builder: Any, form: Form) -> None:
    """The whole block.

    Arguments: c, c_row, a, a_row, a_col, b, b_row, b_col (bytes), rows, cols, depth, accumulate (0 overwrites C).
    """
    e = form.e
    c, c_row, a, a_row, a_col, b, b_row, b_col, rows, every, depth, accumulate = builder.function.args
    cols = builder.sub(every, integer(sum(form.tail)))
    zero, one, size, group = integer(0), integer(1), integer(e.size), integer(form.group)
    panel_of_b = _PanelOfB(builder, form, b_row, b_col)
    copy_of_a = _CopyOfA(builder, form, a_row, a_col, rows, panel_of_b.packs)
    tail = _Tail(builder, form, b_row)
    most = builder.select(panel_of_b.packs, integer(form.packed_depth), integer(form.depth))
    # Blocks of k of nearly equal depth.
    parts = _greater(builder, builder.sdiv(builder.add(depth, builder.sub(most, one)), most), one)
    part = _greater(builder, builder.sdiv(builder.add(depth, builder.sub(parts, one)), parts), one)
    if form.by_tiles:
        part = builder.and_(builder.add(part, integer(UNROLL - 1)), integer(-UNROLL))
    with for_range_slice(builder, zero, depth, part, I64) as (k, _):
        here = _lesser(builder, part, builder.sub(depth, k))
        left, left_row, left_col = copy_of_a.read(move(builder, a, builder.mul(k, a_col)), here)
        b_here = move(builder, b, builder.mul(k, b_row))
        adds = builder.or_(k, accumulate)
        panel_of_b.prepare(b_here, cols, here)
        last, of_b = move(builder, c, builder.mul(cols, size)), move(builder, b_here, builder.mul(cols, b_col))
        tail.add(last, c_row, left, left_row, of_b, rows, here, adds)

        def panel(j: Any, vectors: int, count: Any = None, i: Any = zero) -> None:
            width, again = integer(vectors * e.lanes) if count is None else count, builder.icmp_signed(">", i, zero)
            right, right_row = panel_of_b.read(move(builder, b_here, builder.mul(j, b_col)), width, here, j, again)
            to = move(builder, move(builder, c, builder.mul(i, c_row)), builder.mul(j, size))
            down, count_down = (
                move(builder, left, builder.mul(i, left_row)),
                _lesser(builder, group, builder.sub(rows, i)),
            )
            arguments = [to, c_row, down, left_row, left_col, right, right_row, here, adds, count_down]
            arguments += [] if count is None else [count]
            if form.by_tiles:
                first = builder.icmp_signed("==", j, zero)
                place = panel_of_b.copy(j, here)
                panels = one
                if form.b_at_once and count is None:
                    panels = builder.select(first, builder.sdiv(cols, width), zero)
                panels = builder.select(again, zero, panels)
                arguments += [copy_of_a.place or place, place, builder.zext(first, I64), panels]
            builder.call(strip_function(builder, Strip(form, vectors, count is not None)), arguments)

        with for_range_slice(builder, zero, rows, group, I64) as (i, _):
            copy_of_a.prepare(
                move(builder, left, builder.mul(i, left_row)), _lesser(builder, group, builder.sub(rows, i)), here
            )
            _each_panel(builder, form, cols, partial(panel, i=i))
    nothing = builder.and_(builder.icmp_signed("<=", depth, zero), builder.icmp_signed("==", accumulate, zero))
    with builder.if_then(nothing):
        _clear(builder, e, c, c_row, rows, every)


def _each_panel(builder: Any, form: Form, cols: Any, panel: Callable[..., None]) -> None:
    """Calls ``panel(first column, vectors)`` for all of ``cols`` columns, ``panel(..., count)`` where one is masked."""
    done: Any = integer(0)
    if form.vectors > 1 or not form.rest:
        width = integer(form.vectors * form.e.lanes)
        done = builder.sub(cols, builder.srem(cols, width))
        with for_range_slice(builder, integer(0), done, width, I64) as (j, _):
            panel(j, form.vectors)
    if form.vectors == 2 and form.rest and form.pairs:
        rest = builder.sub(cols, done)
        with builder.if_else(builder.icmp_signed(">", rest, integer(form.e.lanes))) as (two, fewer):
            with two:
                panel(done, 2, rest)
            with fewer, builder.if_then(builder.icmp_signed(">", rest, integer(0))):
                panel(done, 1, rest)
    elif form.rest:
        width = integer(form.e.lanes)
        with for_range_slice(builder, done, cols, width, I64) as (j, _):
            panel(j, 1, _lesser(builder, width, builder.sub(cols, j)))


def _clear(builder: Any, e: Element, c: Any, c_row: Any, rows: Any, cols: Any) -> None:
    """C of sums without terms."""
    with for_range(builder, rows) as i:
        line = move(builder, c, builder.mul(c_row, i.index))
        with for_range(builder, cols) as j:
            store(builder, e.scalar(0.0), move(builder, line, builder.mul(j.index, integer(e.size))), e.size)
