"""Questions about kernels, loop nests and dense shapes that writing source asks."""

from __future__ import annotations

from collections.abc import Sequence

from graphc.compiler import kernel as k
from graphc.runtime.errors import LoweringError
from graphc.runtime.types import DType, Shape, Shapelike

from . import expressions as e


def split_prologue(body: Sequence[k.Statement]) -> tuple[tuple[k.Statement, ...], tuple[k.Statement, ...]]:
    """Scalar statements before the first loop, and the rest."""
    first = next((i for i, s in enumerate(body) if isinstance(s, k.For | k.Contract)), len(body))
    return tuple(body[:first]), tuple(body[first:])


def perfect_nest(body: Sequence[k.Statement]) -> tuple[list[k.For], tuple[k.Statement, ...]] | None:
    """Loops around one body without loops of its own, and that body; None for any other nest."""
    loops: list[k.For] = []
    while len(body) == 1 and isinstance(body[0], k.For) and body[0].kind != "lanes":
        loops.append(body[0])
        body = body[0].body
    if not loops or any(isinstance(s, k.For | k.Contract) for s in body):
        return None
    return loops, tuple(body)


def flat_terms(loops: Sequence[k.For]) -> dict[str, Shapelike]:
    """The element number of a nest's position, as a factor for each axis."""
    terms: dict[str, Shapelike] = {}
    stride: Shapelike = 1
    for loop in reversed(loops):
        terms[loop.axis] = stride
        stride = stride * loop.extent
    return terms


def is_flat(kernel: k.Kernel) -> bool:
    """True for an element-wise nest whose every access is at the loop position itself: one long loop serves."""
    if isinstance(kernel.body, k.Call):
        return False
    _, rest = split_prologue(kernel.body)
    nest = perfect_nest(rest)
    if nest is None:
        return False
    loops, inner = nest
    space = tuple(f.extent for f in loops)
    full = tuple(k.Index.axis(f.axis) for f in loops)
    flat = flat_terms(loops)
    if len(loops) < 2:
        return False
    for s in inner:
        match s:
            case k.Load() | k.Store():
                if s.indices and not any(i.terms for i in s.indices):
                    continue  # one place for all, such as a generator's state
                if s.indices and (s.indices != full or kernel.by_name[s.buffer].type.shape != space):
                    return False
                if isinstance(s, k.Load) and s.fill is not None:
                    return False
            case k.Position():
                if dict(s.index.terms) != flat or s.index.constant != 0:
                    return False
            case k.Compute():
                pass
            case _:
                return False
    return True


def has_lanes(loop: k.For) -> bool:
    """Whether loops over the lanes of this one's chunks are inside it."""
    inner = (f for f in k.walk(loop.body) if isinstance(f, k.For))
    return any(f.kind == "lanes" and f.axis == loop.axis for f in inner)


def dense_strides(shape: Shape) -> list[Shapelike]:
    """Distance in elements from one index to the next along each axis of a dense array."""
    strides: list[Shapelike] = []
    step: Shapelike = 1
    for extent in reversed(shape):
        strides.insert(0, step)
        step = step * extent
    return strides


def shape_tuple(shape: Shape) -> str:
    """A shape as the source of a tuple."""
    inside = ", ".join(e.dim(d) for d in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def ceil_div(extent: Shapelike, by: int) -> str:
    """The number of parts of size ``by`` that an extent has, as source."""
    if isinstance(extent, int):
        return str(-(-extent // by))
    return f"(({e.dim(extent)} + {by - 1}) // {by})"


def refuse_bf16(kernel: k.Kernel) -> None:
    """LoweringError for arithmetic on bf16; moving its elements is no arithmetic."""
    named = [f"%{b.name}: {b.type}" for b in kernel.buffers if b.type.dtype is DType.bf16]
    statements = [] if isinstance(kernel.body, k.Call) else list(k.walk(kernel.body))
    named += [f"%{s.name}: bf16" for s in statements if isinstance(s, k.Compute) and s.dtype is DType.bf16]
    moves = bool(statements) and all(isinstance(s, k.For | k.Load | k.Store | k.Position) for s in statements)
    if named and not moves:
        raise LoweringError(f"{kernel.ops[0]}: bf16 has no CPU code yet ({named[0]} in kernel {kernel.name}); use f32")
