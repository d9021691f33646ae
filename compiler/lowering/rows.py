"""Row loops with few columns, such as a softmax over three classes: vectors go across rows instead of along them.

A loop over three columns fills no vector. Written out, it leaves one long body for each row, and LLVM computes as many
rows at a time as a vector has lanes - where no 64-bit number halves that: labels, which are only compared with the
numbers of columns, are read as 32-bit numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphc.compiler import kernel as k
from graphc.runtime.types import DType

COLUMNS = 8  # most columns: LLVM reads rows this far apart as vectors, but no further
_STATEMENTS = 200  # most of them written out: beyond, compiling takes long
NARROW = 2**31 - 1  # numbers beyond are read as this one, which no column is compared with


def has_few_columns(loop: k.For) -> bool:
    """Whether the loops inside a row loop are few and short enough to be written out."""
    columns = [s for s in k.walk(loop.body) if isinstance(s, k.For)]
    if not columns or any(isinstance(s, k.Contract | k.Turn) for s in k.walk(loop.body)):
        return False
    short = all(c.kind == "serial" and isinstance(c.extent, int) and c.extent <= COLUMNS for c in columns)
    return short and _written_out(loop.body) <= _STATEMENTS


def _written_out(body: tuple[k.Statement, ...]) -> int:
    """Statements when loops of known length are written out."""
    count = 0
    for s in body:
        inside = _written_out(s.body) if isinstance(s, k.For) else 1
        count += inside * s.extent if isinstance(s, k.For) and isinstance(s.extent, int) else inside
    return count


def narrow_loads(kernel: k.Kernel, loop: k.For) -> list[k.Load]:
    """Loads of whole numbers, one a row, that are only compared with known small numbers and numbers of columns."""
    statements = list(k.walk(loop.body))
    columns = {s.axis for s in statements if isinstance(s, k.For)}
    positions = (s for s in statements if isinstance(s, k.Position))
    small = {s.name for s in positions if all(axis in columns for axis, _ in s.index.terms)}
    loads = {s.name: s for s in statements if isinstance(s, k.Load) and _is_label(kernel, loop, s)}
    for statement in statements:
        if not (isinstance(statement, k.Compute) and _compares(statement, small)):
            for name in _reads(statement):
                loads.pop(name, None)
    return list(loads.values())


def _is_label(kernel: k.Kernel, loop: k.For, s: k.Load) -> bool:
    """Whether a load reads one whole number a row, from memory that nothing changes meanwhile."""
    row = (k.Index.axis(loop.axis),)
    return s.dtype is DType.i64 and s.indices == row and s.fill is None and kernel.by_name[s.buffer].mode == "in"


def _compares(s: k.Compute, small: set[str]) -> bool:
    """Whether all but one argument of a comparison are small numbers."""
    if s.op not in ("eq", "ne"):
        return False
    plain = [a in small if isinstance(a, str) else abs(a) < NARROW for a in s.arguments]
    return sum(plain) == 1


def _reads(s: k.Statement) -> Iterator[str]:
    """Scalars that a statement reads."""
    if isinstance(s, k.Compute):
        yield from (a for a in s.arguments if isinstance(a, str))
    if isinstance(s, k.Store | k.Accumulate) and isinstance(s.value, str):
        yield s.value
    if isinstance(s, k.Load | k.Store | k.Accumulate):
        yield from (index.value for index in s.indices or () if index.value is not None)
    if isinstance(s, k.Position) and s.index.value is not None:
        yield s.index.value
