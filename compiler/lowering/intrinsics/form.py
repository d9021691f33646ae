"""What is known of a block of a matrix product when it is compiled: its tiles, panels and copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..machine import REUSED
from .micro import Element, integer

FEW = 3  # rows that do not pay for a copy of A
AGAIN = 3  # panels that do not pay for a copy of A that tiles make
_UNGROUPED = 768  # bytes of so many rows' numbers: these and a panel of B are found in the second-level cache
_GROUP = 384  # the same of rows that do not fill it where there are more
_FEW_SUMS = 4  # rows of a tile two vectors wide whose sums wait for each other

Layout: TypeAlias = Literal["rows", "columns", "any"]
Packing: TypeAlias = Literal["never", "far", "always", "tiles"]


@dataclass(frozen=True)
class Form:
    """What is known of a block when it is compiled.

    Attributes:
        e: element type and lanes of tiles.
        full: the same of everything else: all that a vector holds.
        heights: heights of register tiles, greatest first.
        vectors: width of panels in vectors.
        rest: whether there may be columns left over, for which panels are masked.
        a: whether rows of A are contiguous, or its columns.
        b: the same of B.
        most_rows: most rows of a block.
        most_cols: most columns of a block.
        packing: whether all panels of B are packed before rows pass over them: whatever its strides, or where a run
            finds its rows far from each other, or never; or whether tiles copy B, and A, while they compute.
        packed_depth: most k of a packed panel.
        far_a: whether columns of A, where those are contiguous, are known to play badly with the caches.
        far_b: the same of rows of B.
        aliased_b: whether rows of B are known to share few places in the nearest cache: too few to be asked for ahead.
        large_b: whether B is known to be so large that it comes from memory.
        tail: the last columns, in groups, where they are few and A's rows are contiguous: dot products instead of a
            masked panel.
        pairs: whether two vectors of columns left over share a tile, of which the second is masked. Where tiles are
            high enough to keep the multipliers busy with one vector, that is code for nothing.
    """

    e: Element
    full: Element
    heights: tuple[int, ...]
    vectors: int
    rest: bool
    a: Layout
    b: Layout
    most_rows: int
    most_cols: int
    packing: Packing
    packed_depth: int
    far_a: bool = False
    far_b: bool = False
    tail: tuple[int, ...] = ()
    pairs: bool = True
    large_b: bool = False
    aliased_b: bool = False

    @property
    def depth(self) -> int:
        """Most k of a panel that is not packed: a copy of A takes at most 216 KB of stack then."""
        row = self.most_rows * self.e.size
        return 512 if row <= 256 else 256 if row <= 512 else 128

    @property
    def most_depth(self) -> int:
        """Most k of any panel. Where tiles copy both operands that takes up to 840 KB of stack, 790 with the result."""
        unpacked = 0 if self.packing in ("always", "tiles") else self.depth
        packed = 0 if self.packing == "never" else self.packed_depth
        return max(unpacked, packed)

    @property
    def group(self) -> int:
        """Rows that pass over all panels before the next ones do, which may be fewer: whole tiles."""
        most = self.most_rows
        if self.by_tiles and most * self.e.size > _UNGROUPED:
            most = _GROUP // self.e.size // self.heights[0] * self.heights[0]
        return most

    @property
    def grouped(self) -> bool:
        """Whether there may be more than one such group."""
        return self.most_rows > self.group

    @property
    def by_tiles(self) -> bool:
        """Whether tiles copy operands."""
        return self.packing == "tiles"

    @property
    def copies_a(self) -> bool:
        """Whether A may be copied."""
        if self.by_tiles:
            return self.a == "columns" and self.most_cols > AGAIN * self.vectors * self.e.lanes
        return self.a != "any" and self.most_rows > FEW

    @property
    def tiles_copy_a(self) -> bool:
        """Whether tiles do it."""
        return self.by_tiles and self.copies_a

    @property
    def a_at_once(self) -> bool:
        """Whether all of a group of rows is copied before."""
        return self.tiles_copy_a and self.far_a

    @property
    def copies_b(self) -> bool:
        """Whether tiles copy B; where its rows are not contiguous it is packed before."""
        return self.by_tiles and self.b == "rows"

    @property
    def b_at_once(self) -> bool:
        """Whether the first tile copies all panels of B."""
        return self.copies_b and self.far_b

    @property
    def asks(self) -> Literal["reads", "asks", "asks_right"]:
        """How tiles read a B that is not copied: where few rows read it, each of its own rows is waited for."""
        if self.b != "rows" or self.aliased_b or self.packing not in ("never", "far") or self.most_rows >= REUSED:
            return "reads"
        return "asks_right" if self.large_b else "asks"

    @property
    def keeps_b(self) -> bool:
        """Whether all panels of B have a place for their copies, not one for another."""
        return self.b_at_once or self.grouped

    def row_of_a(self, builder: Any, depth: Any) -> Any:
        """Bytes from the copy of a row of A to that of the next, which tiles share out among their rows."""
        room = self.e.lanes if self.a_at_once else 0
        return builder.mul(builder.add(depth, integer(room)), integer(self.e.size))

    @property
    def strip_name(self) -> str:
        """Tells strips from each other."""
        heights = "_".join(map(str, self.heights))
        return f"{self.e.name}_{heights}{f'_{self.asks}' * (self.asks != 'reads')}"

    @property
    def name(self) -> str:
        """All that a block depends on."""
        widths = f"{self.vectors}{'_pairs' if self.pairs else ''}{'_rest' if self.rest else ''}"
        size = f"{self.most_rows}x{self.most_cols}"
        packing = f"{self.packing}{'_far_a' * self.far_a}{'_far_b' * self.far_b}"
        rest = f"{self.packed_depth}_{self.full.name}_tail_{sum(self.tail)}_in_{len(self.tail)}"
        return f"{self.strip_name}_by_{widths}_{self.a}_{self.b}_{size}_{packing}_{rest}"


def tile_heights(rows: int, exact: bool, most: int) -> tuple[int, ...]:
    """Heights of register tiles for blocks of at most ``rows`` rows.

    Args:
        rows: most rows of a block.
        exact: whether every block has that many.
        most: greatest height of a tile.
    """

    def cost(height: int) -> float:
        # A tile costs its height, a little to start, and more where few sums must wait for each other.
        rest = rows % height
        last = max(rest, _FEW_SUMS) + 0.5 if exact else rest // 4 * 5.5 + rest % 4 * 3.0
        return (rows // height) * (height + 0.5) + (last if rest else 0.0)

    height = min(range(min(rows, most), 0, -1), key=cost)
    if not exact:
        return tuple(sorted({height, min(4, height), 1}, reverse=True))
    return (height, rows % height) if rows % height else (height,)
