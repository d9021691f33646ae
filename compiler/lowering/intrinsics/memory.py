"""Views over buffers and scratch arrays for generated kernels.

``view`` and ``scratch`` give a kernel its operands as arrays of a type of our own, :class:`View`: a pointer, and those
extents that are known at run time only. It differs from ``numba.types.Array`` in three ways. Two decide whether a loop
vectorises:

- indices are taken as they are: no negative-index wraparound, hence no select on every access;
- every load and store tells LLVM which slot it touches (type-based alias metadata, one type a slot), so loops over any
  number of buffers need no run-time overlap checks. An in-place kernel, two slots with one address, stays right where
  each stored element depends, through its value, on the element it overwrites, and that is loaded once.

The third is that it takes a third of the code: an array of Numba's has seven fields, which go through memory at every
access until LLVM has seen that they need not.

numba and llvmlite carry no type information: ``Any`` stands for their objects in this package.
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, allow-subclassing-any, disable-error-code="import-untyped"

from __future__ import annotations

import math
import operator
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, models, register_model

from graphc.runtime.ranges import struct

ALIGNMENT = 64  # bytes; the runtime aligns every buffer so, and scratch arrays are too

ELEMENT_TYPES: dict[str, Any] = {
    "f32": types.float32,
    "f64": types.float64,
    "bf16": types.uint16,
    "i32": types.int32,
    "i64": types.int64,
    "bool": types.boolean,
}


class View(types.Type):
    """A C-contiguous array over one slot of the kernel's table, or over scratch memory.

    Attributes:
        dtype: Numba's type of an element.
        shape: extents, None for those known at run time only.
        slot: name of the memory, different for memories that do not overlap; "" when unknown.
    """

    def __init__(self, dtype: Any, shape: tuple[int | None, ...], slot: str) -> None:
        self.dtype = dtype
        self.shape = shape
        self.slot = slot
        super().__init__(name=f"View({dtype}, {shape}, {slot!r})")

    @property
    def key(self) -> Any:
        """What makes two view types equal."""
        return self.dtype, self.shape, self.slot

    @property
    def extents(self) -> tuple[int, ...] | None:
        """The shape when all of it is known at compile time, else None."""
        known = tuple(extent for extent in self.shape if extent is not None)
        return known if len(known) == len(self.shape) else None

    @property
    def carried(self) -> tuple[int, ...]:
        """Axes whose extents a value has beside the pointer: positions of elements depend on all but the first."""
        return tuple(axis for axis, extent in enumerate(self.shape) if axis > 0 and extent is None)


@register_model(View)
class _ViewModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        extents = [(f"extent_{axis}", types.intp) for axis in kind.carried]
        super().__init__(manager, kind, [("data", types.CPointer(kind.dtype)), *extents])


def _element_type(dtype: Any) -> Any:
    name = getattr(dtype, "literal_value", None)
    if name not in ELEMENT_TYPES:
        raise TypingError(f"view: dtype must be one of {', '.join(ELEMENT_TYPES)}, got {name or dtype}")
    return ELEMENT_TYPES[name]


def _shape(extents: Any) -> tuple[int | None, ...]:
    return tuple(getattr(extent, "literal_value", None) for extent in extents)


def _build(context: Any, builder: Any, kind: View, data: Any, extents: Any) -> Any:
    """The value of a view over ``data``; ``extents(axis)`` gives those that it carries."""
    return struct(context, builder, kind, [data, *(extents(axis) for axis in kind.carried)])


def data_of(builder: Any, value: Any) -> Any:
    """Pointer to the first element of a view, or of a window."""
    return builder.extract_value(value, 0)


@intrinsic(prefer_literal=True)
def view(typingctx: Any, table: Any, slot: Any, dtype: Any, shape: Any) -> Any:
    """``view(table, slot, "f32", (batch, 784))``: the C-contiguous array whose address is ``table[slot]``.

    Args:
        typingctx: numba's.
        table: CPointer(intp), the kernel's window.
        slot: position of the address; a literal lets LLVM know that slots do not overlap.
        dtype: literal "f32", "f64", "i32", "i64", "bool" (one byte) or "bf16" (seen as uint16).
        shape: tuple of integers, literal or not.
    """
    number = getattr(slot, "literal_value", None)
    kind = View(_element_type(dtype), _shape(shape), "" if number is None else f"slot {number}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        table_value, slot_value, _, shape_value = args
        position = context.cast(builder, slot_value, signature.args[1], types.intp)
        address = builder.load(builder.gep(table_value, [position]))
        # The table never changes while a kernel runs: lets LLVM forget stores when it reads an address.
        address.set_metadata("invariant.load", builder.module.add_metadata([]))
        data = builder.inttoptr(address, context.get_data_type(kind.dtype).as_pointer())

        def extent(axis: int) -> Any:
            return context.cast(builder, builder.extract_value(shape_value, axis), signature.args[3][axis], types.intp)

        return _build(context, builder, kind, data, extent)

    return kind(table, slot, dtype, shape), codegen


@intrinsic(prefer_literal=True)
def scratch(typingctx: Any, dtype: Any, shape: Any) -> Any:
    """``scratch("f32", (64, 64))``: an uninitialised array on the stack, 64-byte aligned, one for each place of call.

    Args:
        typingctx: numba's.
        dtype: as for :func:`view`.
        shape: tuple of literal integers.
    """
    kind = View(_element_type(dtype), _shape(shape), "scratch")
    extents = kind.extents
    if extents is None:
        raise TypingError("scratch: every extent must be a literal integer")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        memory = stack(builder, context.get_data_type(kind.dtype), math.prod(extents))
        return _build(context, builder, kind, memory, None)

    return kind(dtype, shape), codegen


class Window(types.Type):
    """A block of a matrix that lies in a view: rows are contiguous and some way apart.

    Attributes:
        dtype: Numba's type of an element.
        extents: most rows and columns.
    """

    def __init__(self, dtype: Any, extents: tuple[int, int]) -> None:
        self.dtype = dtype
        self.extents = extents
        super().__init__(name=f"Window({dtype}, {extents})")

    @property
    def key(self) -> Any:
        """What makes two window types equal."""
        return self.dtype, self.extents


@register_model(Window)
class _WindowModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("data", types.CPointer(kind.dtype)), ("row", types.intp)])


@intrinsic(prefer_literal=True)
def window(typingctx: Any, array: Any, start: Any, row: Any, col: Any, rows: Any, cols: Any) -> Any:
    """``window(c, i0 * n + j0, n, 1, 64, 64)``: the block of a matrix that begins at an element of a view.

    Args:
        typingctx: numba's.
        array: the view.
        start: flat position of the block's first element.
        row: elements from one row to the next.
        col: literal 1.
        rows: literal, most rows.
        cols: literal, most columns.
    """
    most_rows, most_cols = _shape((rows, cols))
    beside = getattr(col, "literal_value", None) == 1
    if not isinstance(array, View) or not beside or most_rows is None or most_cols is None:
        raise TypingError(f"window: expects a view, 1, and literal extents, got {array}, {col}, {rows}, {cols}")
    kind = Window(array.dtype, (most_rows, most_cols))

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start, row = (context.cast(builder, args[i], signature.args[i], types.intp) for i in (1, 2))
        data = builder.gep(data_of(builder, args[0]), [start], inbounds=True)
        return struct(context, builder, kind, [data, row])

    return kind(array, start, row, col, rows, cols), codegen


def is_block(kind: Any) -> bool:
    """Whether products can be written there: a window, or a scratch matrix."""
    return isinstance(kind, Window) or (isinstance(kind, View) and kind.extents is not None and len(kind.extents) == 2)


def row_of(builder: Any, kind: Any, value: Any) -> Any:
    """Elements from one row of a block to the next, i64."""
    return builder.extract_value(value, 1) if isinstance(kind, Window) else ir.Constant(ir.IntType(64), kind.extents[1])


@intrinsic
def opaque(typingctx: Any, value: Any) -> Any:
    """``opaque(64) -> i64``: the same integer, which LLVM cannot see.

    Loops with small constant bounds are unrolled whole before the vectoriser sees them, and nests of them take seconds
    to compile; loops with opaque bounds are vectorised.
    """
    if not isinstance(value, types.Integer):
        raise TypingError(f"opaque: expects an integer, got {value}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # The top bit of an address is 0, which the optimiser does not know. Every numba function has such an argument.
        address = builder.ptrtoint(builder.function.args[0], ir.IntType(64))
        nothing = builder.lshr(address, ir.IntType(64)(63))
        return builder.add(context.cast(builder, args[0], signature.args[0], types.int64), nothing, flags=["nsw"])

    return types.int64(value), codegen


def stack(builder: Any, element: Any, count: int) -> Any:
    """Pointer to ``count`` uninitialised elements, allocated once in the function's entry block."""
    with builder.goto_entry_block():
        memory = builder.alloca(ir.ArrayType(element, count))
        memory.align = ALIGNMENT
        return builder.bitcast(memory, element.as_pointer())


def _tag(builder: Any, instruction: Any, slot: str) -> None:
    """Says that ``instruction`` touches memory ``slot`` and no other slot."""
    if not slot:
        return
    module = builder.module
    root = module.add_metadata(["graphc memory"])
    kind = module.add_metadata([slot, root, ir.Constant(ir.IntType(64), 0)])
    instruction.set_metadata("tbaa", module.add_metadata([kind, kind, ir.Constant(ir.IntType(64), 0)]))


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        """An element of a view, at one position an axis."""
        array, index = args
        return array.dtype(array, index) if _fits(array, index) else None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        """What is stored is converted to the view's element type."""
        array, index, _ = args
        return types.none(array, index, array.dtype) if _fits(array, index) else None


def _fits(array: Any, index: Any) -> bool:
    """Whether these are a view and a position in it."""
    if not isinstance(array, View):
        return False
    positions: Any = index if isinstance(index, types.BaseTuple) else (index,)
    whole = all(isinstance(position, types.Integer) for position in positions)
    return whole and len(positions) == len(array.shape)


def _pointer(context: Any, builder: Any, kind: View, array: Any, index_type: Any, index: Any) -> Any:
    """Address of one element; indices are trusted."""
    several: Any = index_type if isinstance(index_type, types.BaseTuple) else None
    pairs = [(index, index_type)]
    if several is not None:
        pairs = [(builder.extract_value(index, axis), of_axis) for axis, of_axis in enumerate(several)]
    place = {axis: position for position, axis in enumerate(kind.carried, start=1)}
    offset: Any = ir.Constant(ir.IntType(64), 0)
    for axis, (value, of_axis) in enumerate(pairs):
        position = context.cast(builder, value, of_axis, types.intp)
        if axis == 0:
            offset = position
            continue
        known = kind.shape[axis]
        extent = builder.extract_value(array, place[axis]) if known is None else ir.Constant(position.type, known)
        offset = builder.add(builder.mul(offset, extent, flags=["nsw"]), position, flags=["nsw"])
    return builder.gep(data_of(builder, array), [offset], inbounds=True)


@lower_builtin(operator.getitem, View, types.Integer)
@lower_builtin(operator.getitem, View, types.BaseTuple)
def _load(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    kind, index_type = signature.args
    loaded = builder.load(_pointer(context, builder, kind, args[0], index_type, args[1]))
    _tag(builder, loaded, kind.slot)
    return context.data_model_manager[kind.dtype].from_data(builder, loaded)


@lower_builtin(operator.setitem, View, types.Integer, types.Any)
@lower_builtin(operator.setitem, View, types.BaseTuple, types.Any)
def _store(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    kind, index_type, value_type = signature.args
    element = context.cast(builder, args[2], value_type, kind.dtype)
    data = context.data_model_manager[kind.dtype].as_data(builder, element)
    stored = builder.store(data, _pointer(context, builder, kind, args[0], index_type, args[1]))
    _tag(builder, stored, kind.slot)
    return context.get_dummy_value()
