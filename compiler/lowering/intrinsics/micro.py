"""What matrix products are written with: numbers and vectors of LLVM, memory, masks, loops that carry values."""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from .trace import F32, F64, Format, declared

I1, I8, I32, I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
BYTES = I8.as_pointer()


def integer(value: int) -> Any:
    """An i64 constant."""
    return ir.Constant(I64, value)


@dataclass(frozen=True)
class Element:
    """Element type and vectors of a product.

    Attributes:
        format: f32 or f64.
        lanes: numbers in a vector register.
    """

    format: Format
    lanes: int

    @property
    def name(self) -> str:
        """As in names of subroutines: ``f32x8``."""
        return f"{self.format.name}x{self.lanes}"

    @property
    def size(self) -> int:
        """Bytes of a number."""
        return self.format.bits // 8

    @property
    def scalar(self) -> Any:
        """LLVM's type of a number."""
        return self.format.real

    @property
    def vector(self) -> Any:
        """LLVM's type of a vector."""
        return ir.VectorType(self.scalar, self.lanes)

    @property
    def zero(self) -> Any:
        """A vector of zeros."""
        return ir.Constant(self.vector, [self.scalar(0.0)] * self.lanes)

    @property
    def suffix(self) -> str:
        """As in ``llvm.fma.v16f32``."""
        return f"v{self.lanes}{self.format.name}"


def element(dtype: str, lanes: int) -> Element:
    """The element type "f32" or "f64" in vectors of ``lanes``."""
    return Element(F64 if dtype == "f64" else F32, lanes)


def move(builder: Any, pointer: Any, offset: Any) -> Any:
    """``pointer`` (to bytes) moved on by ``offset`` bytes."""
    return builder.gep(pointer, [offset], inbounds=True)


def load(builder: Any, pointer: Any, kind: Any, size: int) -> Any:
    """A number or a vector at ``pointer``, aligned as its elements are."""
    return builder.load(builder.bitcast(pointer, kind.as_pointer()), align=size)


def store(builder: Any, value: Any, pointer: Any, size: int) -> None:
    """The reverse of :func:`load`."""
    builder.store(value, builder.bitcast(pointer, value.type.as_pointer()), align=size)


def copy(builder: Any, e: Element, source: Any, target: Any, vectors: int) -> None:
    """Copies so many vectors that lie one after the other."""
    for v in range(vectors):
        offset = integer(v * e.lanes * e.size)
        store(
            builder,
            load(builder, move(builder, source, offset), e.vector, e.size),
            move(builder, target, offset),
            e.size,
        )


def copy_few(builder: Any, e: Element, source: Any, target: Any, count: int) -> None:
    """Copies ``count`` numbers in vectors; what lies behind the target's, up to a vector less one number, is lost."""
    for first in range(0, count, e.lanes):
        offset, few = integer(first * e.size), mask_below(builder, e, integer(count - first))
        line = masked_load(builder, e, move(builder, source, offset), few)
        store(builder, line, move(builder, target, offset), e.size)


def prefetch(builder: Any, pointer: Any) -> None:
    """Asks for the line at ``pointer``, which need not be memory of ours, to be brought near."""
    kind = ir.FunctionType(ir.VoidType(), [BYTES, I32, I32, I32])
    builder.call(declared(builder.module, "llvm.prefetch.p0", kind), [pointer, I32(0), I32(3), I32(1)])


def splat(builder: Any, value: Any, kind: Any) -> Any:
    """A vector that holds ``value`` in every lane."""
    undefined = ir.Constant(kind, ir.Undefined)
    zeros = ir.Constant(ir.VectorType(I32, kind.count), None)
    return builder.shuffle_vector(builder.insert_element(undefined, value, I32(0)), undefined, zeros)


def multiply_add(builder: Any, e: Element, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z`` on vectors, fused where the machine can."""
    kind = ir.FunctionType(e.vector, [e.vector] * 3)
    return builder.call(declared(builder.module, f"llvm.fmuladd.{e.suffix}", kind), [x, y, z])


def mask_below(builder: Any, e: Element, count: Any) -> Any:
    """A mask of the lanes below ``count`` (i64)."""
    kind = ir.VectorType(I32, e.lanes)
    numbers = ir.Constant(kind, [I32(lane) for lane in range(e.lanes)])
    return builder.icmp_signed("<", numbers, splat(builder, builder.trunc(count, I32), kind))


def masked_load(builder: Any, e: Element, pointer: Any, mask: Any) -> Any:
    """The vector at ``pointer``, 0 in lanes that are off, whose memory is not touched."""
    kind = ir.FunctionType(e.vector, [e.vector.as_pointer(), I32, mask.type, e.vector])
    function = declared(builder.module, f"llvm.masked.load.{e.suffix}.p0", kind)
    return builder.call(function, [builder.bitcast(pointer, e.vector.as_pointer()), I32(e.size), mask, e.zero])


def masked_store(builder: Any, e: Element, value: Any, pointer: Any, mask: Any) -> None:
    """Stores the lanes that are on."""
    kind = ir.FunctionType(ir.VoidType(), [e.vector, e.vector.as_pointer(), I32, mask.type])
    function = declared(builder.module, f"llvm.masked.store.{e.suffix}.p0", kind)
    builder.call(function, [value, builder.bitcast(pointer, e.vector.as_pointer()), I32(e.size), mask])


class Loop:
    """``for i in range(0, stop, step)`` with values carried from turn to turn; runs at least once.

    Attributes:
        index: the counter.
        carried: the carried values; set :attr:`following` before the loop's end.
    """

    def __init__(self, index: Any, carried: list[Any]) -> None:
        self.index = index
        self.carried = carried
        self.following: list[Any] = []


@contextmanager
def counted(builder: Any, stop: Any, initial: list[Any], step: int = 1) -> Iterator[Loop]:
    """A :class:`Loop` whose body is written inside the ``with``; its :attr:`~Loop.carried` are results afterwards."""
    before = builder.block
    body = builder.append_basic_block("turn")
    after = builder.append_basic_block("after")
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(I64, "k")
    index.add_incoming(integer(0), before)
    carried = []
    for value in initial:
        phi = builder.phi(value.type)
        phi.add_incoming(value, before)
        carried.append(phi)
    loop = Loop(index, carried)
    yield loop
    advanced = builder.add(index, integer(step), flags=["nsw"])
    index.add_incoming(advanced, builder.block)
    for phi, value in zip(carried, loop.following, strict=True):
        phi.add_incoming(value, builder.block)
    builder.cbranch(builder.icmp_signed("<", advanced, stop), body, after)
    builder.position_at_end(after)
    loop.carried = loop.following
