"""Positions: one index over loop axes for each axis of a value."""

from __future__ import annotations

from typing import TypeAlias

from graphc.compiler import kernel as k
from graphc.compiler.ir import Affine
from graphc.runtime.types import Shape, Shapelike

Position: TypeAlias = tuple[k.Index, ...]


def compose(affine: Affine, at: Position) -> k.Index:
    """The affine index over result axes, as an index over loop axes."""
    terms: dict[str, Shapelike] = {}
    constant: Shapelike = affine.constant
    value: str | None = None
    for axis, factor in affine.terms:
        source = at[axis]
        for name, inner in source.terms:
            terms[name] = terms.get(name, 0) + inner * factor
        constant = constant + source.constant * factor
        if source.value is not None:
            # A gathered index is read plainly.
            assert factor == 1
            assert value is None
            value = source.value
    return k.Index(tuple((n, f) for n, f in terms.items() if f != 0), constant, value)


def flat_index(at: Position, shape: Shape) -> k.Index:
    """The element number of a position in a dense array of ``shape``."""
    terms: dict[str, Shapelike] = {}
    constant: Shapelike = 0
    stride: Shapelike = 1
    for index, extent in reversed(list(zip(at, shape, strict=True))):
        for name, factor in index.terms:
            terms[name] = terms.get(name, 0) + factor * stride
        constant = constant + index.constant * stride
        stride = stride * extent
    return k.Index(tuple((n, f) for n, f in terms.items() if f != 0), constant)
