"""``small_product``: blocks of matrix products so small that the general machinery would cost more than the sums.

With few columns and few terms all of B fits in registers, and rows of A pass by it. The forms, chosen by
:func:`graphc.compiler.lowering.products.small_form`:

- "rows": columns of C lie along vectors; each row of C is a sum of rows of B times one number of A;
- "strips": the same for a few vectors of columns of a wide B at a time;
- "dots": k lies along vectors, for very few columns; horizontal sums of many rows are taken together;
- "outer": all of C is in registers while k runs; its columns lie along vectors, or its rows ("outer_turned").

Sums of a row of C are taken in the same order wherever the row is.
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped, attr-defined"

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from llvmlite import ir
from numba import config
from numba.core import types
from numba.core.cgutils import for_range_slice
from numba.core.errors import TypingError
from numba.extending import intrinsic

from ..machine import host
from .horizontal import halve, pick
from .memory import data_of, is_block, row_of
from .micro import (
    BYTES,
    I32,
    I64,
    Element,
    element,
    integer,
    load,
    mask_below,
    masked_load,
    masked_store,
    move,
    multiply_add,
    splat,
    store,
)

_QUARTER = 16  # bytes within which vectors are shuffled cheaply


@dataclass(frozen=True)
class _Operands:
    """Where everything is: pointers, strides in bytes, and sizes; ``depth`` only counts in the outer form."""

    c: Any
    c_row: Any
    a: Any
    a_row: Any
    a_col: Any
    b: Any
    b_row: Any
    b_col: Any
    rows: Any
    depth: Any


def _load_some(builder: Any, e: Element, pointer: Any, count: int) -> Any:
    """A vector whose first ``count`` numbers are at ``pointer`` and whose others are 0."""
    if count == e.lanes:
        return load(builder, pointer, e.vector, e.size)
    part = load(builder, pointer, ir.VectorType(e.scalar, count), e.size)
    nothing = ir.Constant(part.type, [e.scalar(0.0)] * count)
    return pick(builder, part, nothing, [lane if lane < count else count for lane in range(e.lanes)])


def _gather(builder: Any, e: Element, pointer: Any, stride: Any, start: int, count: int) -> Any:
    """The numbers ``start`` .. ``start + count`` of a line whose numbers are ``stride`` bytes apart."""
    vector = e.zero
    for lane in range(count):
        number = load(builder, _at(builder, pointer, stride, start + lane), e.scalar, e.size)
        vector = builder.insert_element(vector, number, I32(lane))
    return vector


def _store_some(builder: Any, e: Element, value: Any, pointer: Any, count: int) -> None:
    """Store the first ``count`` numbers of a vector."""
    if count < e.lanes:
        value = pick(builder, value, value, range(count))
    store(builder, value, pointer, e.size)


def _parts(e: Element, count: int) -> list[tuple[int, int]]:
    """Vectors that ``count`` numbers make: where each begins, and how many numbers it has."""
    return [(start, min(e.lanes, count - start)) for start in range(0, count, e.lanes)]


def _at(builder: Any, pointer: Any, stride: Any, times: int) -> Any:
    return move(builder, pointer, builder.mul(stride, integer(times)))


def _strips(builder: Any, e: Element, o: _Operands, cols: Any, known: int | None, depth: int, vectors: int) -> None:
    """Columns along vectors, a few vectors at a time."""
    width = vectors * e.lanes
    whole = builder.sub(cols, builder.srem(cols, integer(width)))

    def strip(j: Any, masks: list[Any]) -> None:
        here = move(builder, o.b, builder.mul(j, integer(e.size)))
        lines = []
        for k in range(depth):
            line = _at(builder, here, o.b_row, k)
            places = [move(builder, line, integer(start * e.size)) for start in range(0, width, e.lanes)]
            if masks:
                lines.append([masked_load(builder, e, p, mask) for p, mask in zip(places, masks, strict=True)])
            else:
                lines.append([load(builder, p, e.vector, e.size) for p in places])
        to = move(builder, o.c, builder.mul(j, integer(e.size)))
        _pass_by(builder, e, replace(o, c=to), lines, width, masks)

    with for_range_slice(builder, integer(0), whole, integer(width), I64) as (j, _):
        strip(j, [])
    if known is None or known % width:
        left = builder.sub(cols, whole)
        with builder.if_then(builder.icmp_signed(">", left, integer(0))):
            starts = range(0, width, e.lanes)
            strip(whole, [mask_below(builder, e, builder.sub(left, integer(start))) for start in starts])


def _rows(builder: Any, e: Element, o: _Operands, cols: int, depth: int, contiguous: bool) -> None:
    """Columns along vectors."""
    parts = _parts(e, cols)
    lines: list[list[Any]] = []
    for k in range(depth):
        line = _at(builder, o.b, o.b_row, k)
        if contiguous:
            lines.append([_load_some(builder, e, move(builder, line, integer(s * e.size)), n) for s, n in parts])
        else:
            lines.append([_gather(builder, e, line, o.b_col, s, n) for s, n in parts])
    _pass_by(builder, e, o, lines, cols, [])


def _pass_by(builder: Any, e: Element, o: _Operands, lines: list[list[Any]], cols: int, masks: list[Any]) -> None:
    """All rows of A against B in registers; ``masks`` of the vectors of C, if there are columns that are none."""
    parts = _parts(e, cols)
    with for_range_slice(builder, integer(0), o.rows, integer(1), I64) as (i, _):
        left = move(builder, o.a, builder.mul(i, o.a_row))
        sums = [e.zero] * len(parts)
        for k, line in enumerate(lines):
            number = load(builder, _at(builder, left, o.a_col, k), e.scalar, e.size)
            spread = splat(builder, number, e.vector)
            if k == 0:
                sums = [builder.fmul(spread, right) for right in line]
            else:
                sums = [multiply_add(builder, e, spread, right, s) for right, s in zip(line, sums, strict=True)]
        goal = move(builder, o.c, builder.mul(i, o.c_row))
        for number, (value, (start, count)) in enumerate(zip(sums, parts, strict=True)):
            place = move(builder, goal, integer(start * e.size))
            if masks:
                masked_store(builder, e, value, place, masks[number])
            else:
                _store_some(builder, e, value, place, count)


def _fold(builder: Any, first: Any, second: Any, e: Element, group: int) -> Any:
    """Sums of neighbouring groups of ``group`` lanes: those of the first vector, those of the second."""
    starts = range(0, 2 * e.lanes, 2 * group)
    evens = [start + lane for start in starts for lane in range(group)]
    odds = [lane + group for lane in evens]
    return builder.fadd(pick(builder, first, second, evens), pick(builder, first, second, odds))


def _totals(builder: Any, e: Element, vectors: list[Any]) -> Any:
    """The sum of each of as many vectors as there are lanes, in one vector."""
    group = min(_QUARTER // e.size, e.lanes)
    for combine in [halve] * int(math.log2(group)) + [_fold] * int(math.log2(e.lanes // group)):
        pairs = zip(vectors[::2], vectors[1::2], strict=True)
        vectors = [combine(builder, x, y, e, group) for x, y in pairs]
    (total,) = vectors
    return total


def _dots(builder: Any, e: Element, o: _Operands, cols: int, depth: int) -> None:
    """k along vectors."""
    parts = _parts(e, depth)

    def read(pointer: Any) -> list[Any]:
        return [_load_some(builder, e, move(builder, pointer, integer(s * e.size)), n) for s, n in parts]

    columns = [read(_at(builder, o.b, o.b_col, j)) for j in range(cols)]
    together = e.lanes // math.gcd(e.lanes, cols)

    def some(first: Any, count: int) -> None:
        products: list[Any] = []
        for r in range(count):
            left = read(move(builder, o.a, builder.mul(builder.add(first, integer(r)), o.a_row)))
            for column in columns:
                value = builder.fmul(left[0], column[0])
                for x, y in zip(left[1:], column[1:], strict=True):
                    value = multiply_add(builder, e, x, y, value)
                products.append(value)
        goal = move(builder, o.c, builder.mul(first, integer(cols * e.size)))
        for start, size in _parts(e, len(products)):
            chosen = products[start : start + size] + [e.zero] * (e.lanes - size)
            _store_some(builder, e, _totals(builder, e, chosen), move(builder, goal, integer(start * e.size)), size)

    whole = builder.sub(o.rows, builder.srem(o.rows, integer(together)))
    for begin, end, count in ((integer(0), whole, together), (whole, o.rows, 1)):
        with for_range_slice(builder, begin, end, integer(count), I64) as (i, _):
            some(i, count)


def _outer(builder: Any, e: Element, o: _Operands, rows: int, cols: int, turned: bool) -> None:
    """All of C in registers."""
    along, across = (rows, cols) if turned else (cols, rows)
    parts = _parts(e, along)
    sums = [[builder.alloca(e.vector) for _ in parts] for _ in range(across)]
    for place in (p for line in sums for p in line):
        builder.store(e.zero, place)
    with for_range_slice(builder, integer(0), o.depth, integer(1), I64) as (k, _):
        left, right = move(builder, o.a, builder.mul(k, o.a_col)), move(builder, o.b, builder.mul(k, o.b_row))
        if turned:
            left, right = right, left
        vectors = [_load_some(builder, e, move(builder, right, integer(s * e.size)), n) for s, n in parts]
        for number, line in enumerate(sums):
            one = load(builder, move(builder, left, integer(number * e.size)), e.scalar, e.size)
            spread = splat(builder, one, e.vector)
            for vector, place in zip(vectors, line, strict=True):
                builder.store(multiply_add(builder, e, spread, vector, builder.load(place)), place)
    for number, line in enumerate(sums):
        for place, (start, count) in zip(line, parts, strict=True):
            value = builder.load(place)
            if not turned:
                _store_some(builder, e, value, move(builder, o.c, integer((number * cols + start) * e.size)), count)
                continue
            for lane in range(count):
                to = move(builder, o.c, integer(((start + lane) * cols + number) * e.size))
                store(builder, builder.extract_element(value, I32(lane)), to, e.size)


# Arguments that each form needs to know, and those that must be 1.
_KNOWN: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "rows": ((11, 12), ()),
    "strips": ((12,), (9,)),
    "dots": ((11, 12), (5, 8)),
    "outer": ((10, 11), (4, 9)),
    "outer_turned": ((10, 11), (4, 9)),
}


@intrinsic(prefer_literal=True)
def small_product(
    typingctx: Any,
    form: Any,
    acc: Any,
    a: Any,
    a_start: Any,
    a_row: Any,
    a_col: Any,
    b: Any,
    b_start: Any,
    b_row: Any,
    b_col: Any,
    rows: Any,
    cols: Any,
    depth: Any,
) -> Any:
    """As ``block_product``, in a small form; ``acc`` has as many columns as the product, in strips at least as many.

    Args:
        typingctx: numba's.
        form: literal "rows", "strips", "dots", "outer" or "outer_turned".
        acc: scratch array, or window; but for strips its rows lie one after the other.
        a: view.
        a_start: integer.
        a_row: integer; the literal 1 in the outer form.
        a_col: integer; the literal 1 for dots.
        b: view.
        b_start: integer.
        b_row: integer.
        b_col: integer; the literal 1 in the outer form and in strips.
        rows: integer; a literal in the outer form.
        cols: literal integer; in strips any integer.
        depth: integer; a literal for rows, strips and dots.
    """
    kinds = (form, acc, a, a_start, a_row, a_col, b, b_start, b_row, b_col, rows, cols, depth)
    known: list[Any] = [getattr(kind, "literal_value", None) for kind in kinds]
    if not is_block(acc) or not acc.dtype == a.dtype == b.dtype:
        raise TypingError(f"small_product: acc must be a window or a 2-d array, of one dtype, got {acc}, {a}, {b}")
    dtype = "f64" if acc.dtype == types.float64 else "f32"
    sizes, ones = _KNOWN.get(str(known[0]), ((), ()))
    width = acc.extents[1]
    fits = sizes and all(known[i] is not None for i in sizes) and all(known[i] == 1 for i in ones)
    if not fits or (known[0] != "strips" and known[11] != width):
        raise TypingError(f"small_product: form {known[0]} cannot have sizes and strides {kinds[3:]}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # Here and not above: what is above Numba keeps for equal types, whatever the machine.
        e = element(dtype, host(config.CPU_NAME).lanes(dtype))

        def number(position: int, times: int = 1) -> Any:
            value = context.cast(builder, args[position], signature.args[position], types.intp)
            return builder.mul(value, integer(times))

        def data(position: int) -> Any:
            return builder.bitcast(data_of(builder, args[position]), BYTES)

        a_at, b_at = move(builder, data(2), number(3, e.size)), move(builder, data(6), number(7, e.size))
        a_row, a_col, b_row, b_col = (number(i, e.size) for i in (4, 5, 8, 9))
        c_row = builder.mul(row_of(builder, acc, args[1]), integer(e.size))
        o = _Operands(data(1), c_row, a_at, a_row, a_col, b_at, b_row, b_col, number(10), number(12))
        rows, cols, depth = known[10:]
        if known[0] == "rows":
            _rows(builder, e, o, cols, depth, contiguous=known[9] == 1)
        elif known[0] == "strips":
            strip = host(config.CPU_NAME).strip(depth)
            if not strip:  # steps of none would never end
                raise TypingError(f"small_product: {depth} terms leave no two vectors of B in registers")
            _strips(builder, e, o, number(11), cols, depth, strip)
        elif known[0] == "dots":
            _dots(builder, e, o, cols, depth)
        else:
            _outer(builder, e, o, rows, cols, turned=known[0] == "outer_turned")
        return context.get_dummy_value()

    return types.none(*kinds), codegen
