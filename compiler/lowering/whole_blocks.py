"""What needs all values of a product's block at once, after its epilogue: stores across the result, and moments.

The values are kept in small arrays of the block's size, the first of them in place of the product's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graphc.compiler import kernel as k
from graphc.runtime.types import DType

from . import expressions as e
from .tasks import Side
from .writer import Writer

_TURNED = (DType.f32, DType.f64)  # what ``transpose_block`` takes of what products make


def is_moments(s: k.Statement) -> bool:
    """True for partial results that are moments."""
    return isinstance(s, k.Partial) and s.combine == k.MOMENTS


def initial_places(s: k.Partial) -> list[str]:
    """Where one part's partial results begin, as the beginnings of indices."""
    return [f"{field}, " for field in range(k.MOMENT_FIELDS)] if is_moments(s) else [""]


@dataclass(frozen=True)
class Whole:
    """Statements of an epilogue that need a block's values all at once, and the arrays for that.

    Attributes:
        product: the product.
        statements: these statements.
        tiles: an array for each value they need.
        rooms: for each buffer of moments arrays for means, for second moments, and for the block turned.
        width: columns of the arrays.
    """

    product: k.Contract
    statements: list[k.Store | k.Partial]
    width: int
    tiles: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @staticmethod
    def of(product: k.Contract, width: int) -> Whole:
        """The statements of a product."""
        sides = (k.Index.axis(product.cols[0]), k.Index.axis(product.rows[0]))
        found: list[k.Store | k.Partial] = []
        for s in product.epilogue:
            across = isinstance(s, k.Store) and s.indices == sides and isinstance(s.value, str)
            fits = across and not product.batch and product.dtype in _TURNED
            if fits or is_moments(s):
                assert isinstance(s, k.Store | k.Partial)
                found.append(s)
        return Whole(product, found, width)

    def begin(self, writer: Writer, block: str, rows: int) -> None:
        """Write the arrays, before all tasks; ``block`` is the product's own."""
        dtype = self.product.dtype
        writer.imports |= {"scratch", "transpose_block"} if self.statements else set()
        for value in dict.fromkeys(str(s.value) for s in self.statements):
            self.tiles[value] = e.identifier(f"{value}_tile", writer.taken) if self.tiles else block
            if len(self.tiles) > 1:
                writer.line(f'{self.tiles[value]} = scratch("{dtype}", ({rows}, {self.width}))')
        for s in self.statements:
            if isinstance(s, k.Store):
                continue
            mean, second, turned = (e.identifier(f"{s.buffer}_{n}", writer.taken) for n in ("mean", "second", "turned"))
            self.rooms[s.buffer] = mean, second, turned
            down = s.over == self.product.rows[0]
            for name in (mean, second):
                writer.line(f'{name} = scratch("{dtype}", ({self.width if down else rows},))')
            if not down:
                writer.line(f'{turned} = scratch("{dtype}", ({self.width}, {rows}))')

    def keep(self, writer: Writer, row: str, col: str) -> None:
        """Write what keeps the values of one position of the block."""
        for value, tile in self.tiles.items():
            if value != self.product.result or len(self.tiles) > 1:
                writer.line(f"{tile}[{row}, {col}] = {writer.scalars[value]}")

    def finish(self, writer: Writer, rows: Side, cols: Side, width: str) -> None:
        """Write what is done with the values of a block of ``rows`` and ``cols``, with ``width`` columns."""
        for s in self.statements:
            buffer, tile = writer.buffers[s.buffer], self.tiles[str(s.value)]
            source = f"{tile}, 0, {self.width}, {rows.size}, {width}"
            if isinstance(s, k.Store):
                height = e.factor(self.product.rows[1])
                writer.line(f"transpose_block({buffer}, {cols.start} * {height} + {rows.start}, {height}, {source})")
            elif s.over == self.product.rows[0]:
                self._moments(writer, s, tile, rows.size, (cols.start, width))
            else:
                turned = self.rooms[s.buffer][2]
                writer.line(f"transpose_block({turned}, 0, {rows.most}, {source})")
                self._moments(writer, s, turned, width, (rows.start, rows.size))

    def _moments(self, writer: Writer, s: k.Partial, values: str, size: str, kept: tuple[str, str]) -> None:
        """Find the moments of each column of ``values``, and join them to those of the part.

        The first row is taken off all others before they are added up: where the mean is large beside the deviation,
        that is exact, and what is left has all its digits.
        """
        mean, second, _ = self.rooms[s.buffer]
        start, width = kept
        row, at, count, apart, share, opaque = (
            e.identifier(n, writer.taken) for n in ("row", "at", "count", "apart", "share", "width")
        )
        dtype = writer.cast(self.product.dtype)
        parts = [
            f"{writer.buffers[s.buffer]}[{writer.part}, {field}, {start} + {at}]" for field in range(k.MOMENT_FIELDS)
        ]
        writer.imports.add("opaque")  # a short loop of known length is unrolled before it becomes vectors
        across, value = f"for {at} in range({opaque}):", f"({values}[{row}, {at}] - {values}[0, {at}])"
        lines = [
            f"{opaque} = opaque({width})",
            f"{count} = {dtype}({size})",
            across,
            f"    {mean}[{at}] = {dtype}(0.0)",
            f"    {second}[{at}] = {dtype}(0.0)",
            f"for {row} in range(1, {size}):",
            f"    {across}",
            f"        {mean}[{at}] = {mean}[{at}] + {value}",
            across,
            f"    {mean}[{at}] = {mean}[{at}] / {count}",
            f"for {row} in range({size}):",
            f"    {across}",
            f"        {apart} = {value} - {mean}[{at}]",
            f"        {second}[{at}] = {second}[{at}] + {apart} * {apart}",
            across,
            f"    {share} = {count} / ({parts[0]} + {count})",
            f"    {apart} = ({values}[0, {at}] - {parts[1]}) + {mean}[{at}]",
            f"    {parts[2]} = {parts[2]} + ({second}[{at}] + {apart} * {apart} * {parts[0]} * {share})",
            f"    {parts[1]} = {parts[1]} + {apart} * {share}",
            f"    {parts[0]} = {parts[0]} + {count}",
        ]
        for line in lines:
            writer.line(line)
