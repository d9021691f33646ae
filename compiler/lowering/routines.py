"""Library routines: operators whose kernel is written by hand rather than grown by fusion.

A routine is a function of a :class:`~graphc.compiler.lowering.sites.Site` that writes the kernel's body. Parameters
are the operator's operands, then its results. Work is shared out in a way that does not depend on the thread count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from graphc.runtime.types import Shape, Shapelike, dim_product

from . import expressions as e

if TYPE_CHECKING:
    from .sites import Site


def _split(shape: Shape, axis: int) -> tuple[str, str, str]:
    """Elements before, along and after an axis, as source."""
    before: Shapelike = dim_product(shape[:axis])
    after: Shapelike = dim_product(shape[axis + 1 :])
    return e.operand(before), e.operand(shape[axis]), e.operand(after)


def _axis(site: Site) -> int:
    axis: Any = site.attrs["axis"]
    return int(axis)


def concat(site: Site) -> None:
    """Operands one after another along an axis."""
    *parts, out = site.names
    axis = _axis(site)
    before, total, after = _split(site.shape(len(parts)), axis)
    o, r, start = site.locals("o", "r", "start")
    site.lines(f"for {o} in range({site.piece(before)}):")
    site.lines(f"    {start} = {o} * {total} * {after}")
    for p, part in enumerate(parts):
        run = e.operand(dim_product(site.shape(p)[axis:]))
        site.lines(f"    for {r} in range({run}):")
        site.lines(f"        {out}[{start} + {r}] = {part}[{o} * {run} + {r}]")
        site.lines(f"    {start} += {run}")


def _arg(better: str) -> Callable[[Site], None]:
    def write(site: Site) -> None:
        x, out = site.names
        before, along, after = _split(site.shape(0), _axis(site))
        row, o, c, a, value, best, position = site.locals("row", "o", "c", "a", "value", "best", "position")
        site.lines(f"""
for {row} in range({site.piece(f"{before} * {after}")}):
    {o} = {row} // {after}
    {c} = {row} % {after}
    {best} = {x}[{o} * {along} * {after} + {c}]
    {position} = 0
    for {a} in range(1, {along}):
        {value} = {x}[({o} * {along} + {a}) * {after} + {c}]
        if {value} {better} {best} or ({value} != {value} and {best} == {best}):
            {best} = {value}
            {position} = {a}
    {out}[{row}] = {position}
""")

    write.__doc__ = f"Position of the first element that is {better} all others; the first NaN wins, as in NumPy."
    return write


def cumsum(site: Site) -> None:
    """Running sum along an axis."""
    x, out = site.names
    before, along, after = _split(site.shape(0), _axis(site))
    row, o, c, a, total, at = site.locals("row", "o", "c", "a", "total", "at")
    site.lines(f"""
for {row} in range({site.piece(f"{before} * {after}")}):
    {o} = {row} // {after}
    {c} = {row} % {after}
    {total} = {site.number(0, 0)}
    for {a} in range({along}):
        {at} = ({o} * {along} + {a}) * {after} + {c}
        {total} += {x}[{at}]
        {out}[{at}] = {total}
""")


def take_grad(site: Site) -> None:
    """Scatter-add of rows: ``out[..., index[n], ...] += g[..., n, ...]``, always in the order of ``n``."""
    g, index, out = site.names
    before, along, after = _split(site.shape(2), _axis(site))
    count = e.operand(dim_product(site.shape(1)))
    o, c, c0, c1, a, row = site.locals("o", "c", "c0", "c1", "a", "row")
    # A thread owns a band of columns of the result, so that sums have one order for any thread count.
    piece = site.piece(after, 16)
    site.lines(f"""
for {o} in range({before}):
    for {c0} in range({piece}, 16):
        {c1} = minimum({c0} + 16, {after})
        for {a} in range({along}):
            for {c} in range({c0}, {c1}):
                {out}[({o} * {along} + {a}) * {after} + {c}] = {site.number(0, 2)}
        for {row} in range({count}):
            {a} = {index}[{row}]
            for {c} in range({c0}, {c1}):
                {out}[({o} * {along} + {a}) * {after} + {c}] += {g}[({o} * {count} + {row}) * {after} + {c}]
""")


def take_along_grad(site: Site) -> None:
    """Scatter-add of single elements along an axis."""
    g, index, out = site.names
    axis = _axis(site)
    before, along, after = _split(site.shape(2), axis)
    picks = e.operand(site.shape(1)[axis])
    row, o, c, a, pick = site.locals("row", "o", "c", "a", "pick")
    site.lines(f"""
for {row} in range({site.piece(f"{before} * {after}")}):
    {o} = {row} // {after}
    {c} = {row} % {after}
    for {a} in range({along}):
        {out}[({o} * {along} + {a}) * {after} + {c}] = {site.number(0, 2)}
    for {pick} in range({picks}):
        {a} = {index}[({o} * {picks} + {pick}) * {after} + {c}]
        {out}[({o} * {along} + {a}) * {after} + {c}] += {g}[({o} * {picks} + {pick}) * {after} + {c}]
""")


def check_index(site: Site) -> None:
    """Reports the first index outside 0 <= index < size (or equal to ``ignore``) through the status block."""
    index, _ = site.names
    size: Any = site.attrs["size"]
    ignore: Any = site.attrs.get("ignore")
    position, value = site.locals("position", "value")
    allowed = f" and {value} != {ignore}" if ignore is not None else ""
    site.use("report_index")
    site.lines(f"""
if thread == 0:
    for {position} in range({e.dim(dim_product(site.shape(0)))}):
        {value} = {index}[{position}]
        if ({value} < 0 or {value} >= {e.dim(size)}){allowed}:
            report_index(table, {position}, {value})
            break
""")


def advance_rng(site: Site) -> None:
    """(seed, step) -> (seed, step + 1)."""
    rng, out = site.names
    site.lines(f"""
if thread == 0:
    {out}[0] = {rng}[0]
    {out}[1] = {rng}[1] + 1
""")


ROUTINES: Mapping[str, Callable[[Site], None]] = MappingProxyType(
    {
        "concat": concat,
        "argmax": _arg(">"),
        "argmin": _arg("<"),
        "cumsum": cumsum,
        "take_grad": take_grad,
        "take_along_grad": take_along_grad,
        "check_index": check_index,
        "advance_rng": advance_rng,
    }
)
