"""Loads that go across rows: blocks of the matrix are turned through registers before they are needed.

Where lanes run over ``j`` and the loop around them over ``i``, a load of ``x[j, i]`` takes one number from each of many
rows. So some ``i`` at a time, what all lanes need is brought into a small array, transposed, and read along its rows.
"""

from __future__ import annotations

from graphc.compiler import kernel as k
from graphc.runtime.types import DType

TURNED = 16  # positions of the outer loop at a time: the numbers of a vector, or some vectors
_MOST = 16 * 1024  # bytes of such an array, which stays in the first-level cache
_FEW = 8  # lanes, or positions, that are not worth it


def turned_loads(kernel: k.Kernel, loop: k.For, chunk: int) -> list[k.Load]:
    """Loads of a serial loop around lanes, each lane's from a row of its own, of memory that the kernel only reads.

    Args:
        kernel: it.
        loop: the serial loop.
        chunk: most lanes there are.
    """
    if len(loop.body) != 1 or not isinstance(loop.body[0], k.For) or loop.body[0].kind != "lanes":
        return []
    if chunk < _FEW or (isinstance(loop.extent, int) and loop.extent < _FEW):
        return []
    (lanes,) = loop.body
    across = (k.Index.axis(lanes.axis), k.Index.axis(loop.axis))

    def goes_across(s: k.Statement) -> bool:
        if not isinstance(s, k.Load) or s.indices != across or s.fill is not None:
            return False
        buffer = kernel.by_name.get(s.buffer)
        size = TURNED * chunk * s.dtype.itemsize
        return buffer is not None and buffer.mode == "in" and s.dtype in _MOVED and size <= _MOST

    return [s for s in lanes.body if isinstance(s, k.Load) and goes_across(s)]


_MOVED = (DType.f32, DType.f64, DType.i32, DType.i64)
