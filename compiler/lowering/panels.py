"""Where products keep what they compute of their factors: a panel of some k at a time, in a thread's own memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graphc.compiler.kernel import Contract, Factor, Load, Prologue
from graphc.runtime.types import DType

from .blocks import Blocks

ROOM: Final = 64 * 1024  # bytes of all panels of a product: they stay in a second-level cache
_LEAST = 16  # k of a panel, in blocks however large
_WHOLE = 16  # k of panels are multiples of this, where they are not all


@dataclass(frozen=True)
class Panel:
    """A factor's piece of some rows (or columns) and some k.

    Attributes:
        axes: outer and inner axis of the panel as it lies.
        shape: most positions along them.
    """

    axes: tuple[str, str]
    shape: tuple[int, int]

    def place(self, name: str, down: str, across: str) -> str:
        """``array, start, stride of the first axis, stride of the second``, as products take a factor."""
        stride = {self.axes[0]: self.shape[1], self.axes[1]: 1}
        return f"{name}, 0, {stride[down]}, {stride[across]}"


def last_axis(product: Contract, factor: Factor) -> str | None:
    """The axis along which a factor is contiguous; None where there is none."""
    if not isinstance(factor, Prologue):
        terms = factor[1][-1].terms
        return terms[0][0] if len(terms) == 1 and terms[0][1] == 1 else None
    return _axes(product, factor)[1]


def _axes(product: Contract, prologue: Prologue) -> tuple[str, str]:
    """Outer and inner axis of a panel: it lies as most of its large sources do, so that loops over it are vectors."""
    own, depth = (product.rows[0] if prologue is product.a else product.cols[0]), product.depth[0]
    votes = {own: 0, depth: 0}
    for s in prologue.body:
        if isinstance(s, Load) and len(s.indices) > 1:
            for axis in [axis for axis, times in s.indices[-1].terms if times == 1 and axis in votes]:
                votes[axis] += 1
    # Rows of the right factor are best contiguous; the left one may lie as it likes.
    inner = depth if votes[depth] > votes[own] or (votes[depth] == votes[own] and prologue is product.a) else own
    return (own, depth) if inner == depth else (depth, own)


def panel_depth(product: Contract, tile: Blocks) -> int:
    """How many k a panel has."""
    size = 8 if product.dtype is DType.f64 else 4
    lines = sum(tile.rows if p is product.a else tile.cols for p in product.prologues)
    most = max(_LEAST, ROOM // (size * lines) // _WHOLE * _WHOLE)
    depth = product.depth[1]
    if not isinstance(depth, int):
        return most
    pieces = -(-depth // most)
    return depth if pieces == 1 else -(-depth // pieces // _WHOLE) * _WHOLE


def panel_of(product: Contract, prologue: Prologue, tile: Blocks) -> Panel:
    """The panel of a factor, in blocks of at most so many rows and columns."""
    axes, depth = _axes(product, prologue), panel_depth(product, tile)
    lines = tile.rows if prologue is product.a else tile.cols
    return Panel(axes, (lines, depth) if axes[1] == product.depth[0] else (depth, lines))
