"""Loads that go across rows: blocks of the matrix are turned through registers before they are needed.

Where lanes run over ``j`` and the loop around them over ``i``, a load of ``x[j, i]`` takes one number from each of many
rows. So some ``i`` at a time, what all lanes need is brought into a small array, transposed, and read along its rows.
Iterations over rows ``i`` whose inner loops read ``x[j, i]``, such as a softmax of a transposed matrix, get theirs too.
"""

from __future__ import annotations

from graphc.compiler import kernel as k
from graphc.runtime.types import DType

_MOVED = (DType.f32, DType.f64, DType.i32, DType.i64)  # what ``transpose_block`` takes

TURNED = 16  # positions of the outer loop at a time: the numbers of a vector, or some vectors
_MOST = 16 * 1024  # bytes of such an array, which stays in the first-level cache
_MOST_ROWS = 256 * 1024  # the same of whole rows, in the second-level cache
_FEW = 8  # lanes, or positions, that are not worth it


def turned_loads(kernel: k.Kernel, loop: k.For, chunk: int) -> list[k.Load]:
    """Loads of a serial loop around lanes, each lane's from a row of its own, of memory that the kernel only reads.

    Args:
        kernel: it.
        loop: the serial loop.
        chunk: most lanes there are.
    """
    lanes = loop.body[0] if len(loop.body) == 1 else None
    if not isinstance(lanes, k.For) or lanes.kind != "lanes":
        return []
    if chunk < _FEW or (isinstance(loop.extent, int) and loop.extent < _FEW):
        return []
    across = (k.Index.axis(lanes.axis), k.Index.axis(loop.axis))

    def goes_across(s: k.Statement) -> bool:
        if not isinstance(s, k.Load) or s.indices != across or s.fill is not None:
            return False
        buffer = kernel.by_name.get(s.buffer)
        size = TURNED * chunk * s.dtype.itemsize
        return buffer is not None and buffer.mode == "in" and s.dtype in _MOVED and size <= _MOST

    return [s for s in lanes.body if isinstance(s, k.Load) and goes_across(s)]


def turned_buffers(kernel: k.Kernel, loop: k.For) -> list[k.Buffer]:
    """Matrices that a kernel only reads, whole columns of them: one in each iteration of a parallel loop over rows.

    Their first dimension is known; a chunk of columns becomes an array of ``(chunk, first dimension)``.
    """
    row = k.Index.axis(loop.axis)
    found: dict[str, bool] = {}
    extents = {f.axis: f.extent for f in k.walk(loop.body) if isinstance(f, k.For)}
    for s in k.walk(loop.body):
        if isinstance(s, k.Load) and s.buffer in kernel.by_name:
            height = kernel.by_name[s.buffer].type.shape[:1]
            down = (k.Index.axis(axis) for axis, extent in extents.items() if (extent,) == height)
            fits = len(s.indices) == 2 and s.indices[0] in down and s.indices[1] == row and s.fill is None
            found[s.buffer] = found.get(s.buffer, True) and fits

    def is_small(buffer: k.Buffer) -> bool:
        height, size = buffer.type.shape[0], loop.chunk * buffer.type.dtype.itemsize
        return isinstance(height, int) and height >= _FEW and height * size <= _MOST_ROWS

    fitting = (kernel.by_name[name] for name, fits in found.items() if fits)
    return [b for b in fitting if b.mode == "in" and b.type.dtype in _MOVED and is_small(b)]
