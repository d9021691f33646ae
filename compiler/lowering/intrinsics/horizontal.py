"""Sums along vectors, of several vectors at a time: shuffles shared between them."""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir

from .micro import I32, Element
from .trace import declared

FOUR = 4  # vectors that are summed together


def pick(builder: Any, first: Any, second: Any, lanes: Sequence[int]) -> Any:
    """``lanes`` of two vectors put one after another; -1 for a lane that does not matter."""
    mask = [I32(lane) if lane >= 0 else ir.Constant(I32, ir.Undefined) for lane in lanes]
    return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(I32, len(lanes)), mask))


def halve(builder: Any, first: Any, second: Any, e: Element, group: int) -> Any:
    """Sums of neighbours of two vectors, in ``group`` lanes at a time: those of the first, those of the second."""
    evens: list[int] = []
    for start in range(0, e.lanes, group):
        for offset in (0, e.lanes):
            evens += range(offset + start, offset + start + group, 2)
    odds = [lane + 1 for lane in evens]
    return builder.fadd(pick(builder, first, second, evens), pick(builder, first, second, odds))


def sums_of_four(builder: Any, e: Element, vectors: Sequence[Any]) -> list[Any]:
    """The sum of each of four vectors of at least four lanes."""
    first, second = (halve(builder, vectors[i], vectors[i + 1], e, FOUR) for i in (0, 2))
    both = halve(builder, first, second, e, FOUR)
    parts = [pick(builder, both, both, range(start, start + FOUR)) for start in range(0, e.lanes, FOUR)]
    while len(parts) > 1:
        parts = [builder.fadd(x, y) for x, y in zip(parts[::2], parts[1::2], strict=True)]
    return [builder.extract_element(parts[0], I32(i)) for i in range(FOUR)]


def sum_of_one(builder: Any, e: Element, vector: Any) -> Any:
    """The sum of a vector."""
    kind = ir.FunctionType(e.scalar, [e.scalar, e.vector])
    reduce = declared(builder.module, f"llvm.vector.reduce.fadd.{e.suffix}", kind)
    return builder.call(reduce, [e.scalar(0.0), vector], fastmath=("reassoc",))
