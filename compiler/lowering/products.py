"""Block sizes for generated matrix products."""

from __future__ import annotations

from dataclasses import dataclass

from graphc.compiler.kernel import Contract


@dataclass(frozen=True)
class Tile:
    """Rows and columns of the result that one task of a product computes."""

    rows: int
    cols: int


def tile_for(product: Contract) -> Tile:
    """Block of the result one task computes: big enough to amortise its set-up, small enough for two threads."""

    def side(extent: object, wish: int) -> int:
        return min(wish, max(1, extent)) if isinstance(extent, int) else wish

    return Tile(side(product.rows[1], 64), side(product.cols[1], 64))
