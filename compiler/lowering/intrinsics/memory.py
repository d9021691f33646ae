"""Views over buffers and scratch arrays for generated kernels.

``view`` and ``scratch`` give a kernel its operands as arrays of a type of our own, :class:`View`. It differs from
``numba.types.Array`` in two ways, and both decide whether a loop vectorises:

- indices are taken as they are: no negative-index wraparound, hence no select on every access;
- every load and store tells LLVM which slot it touches (type-based alias metadata, one type a slot), so loops over any
  number of buffers need no run-time overlap checks. An in-place kernel, two slots with one address, stays right where
  each stored element depends, through its value, on the element it overwrites, and that is loaded once.

numba and llvmlite carry no type information: ``Any`` stands for their objects in this package.
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, allow-subclassing-any, disable-error-code="import-untyped"

from __future__ import annotations

import math
import operator
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import unpack_tuple
from numba.core.errors import TypingError
from numba.core.imputils import lower_builtin
from numba.extending import intrinsic, models, register_model
from numba.np.arrayobj import make_array, populate_array

ALIGNMENT = 64  # bytes; the runtime aligns every buffer so, and scratch arrays are too

ELEMENT_TYPES: dict[str, Any] = {
    "f32": types.float32,
    "f64": types.float64,
    "bf16": types.uint16,
    "i32": types.int32,
    "i64": types.int64,
    "bool": types.boolean,
}


class View(types.Array):
    """A C-contiguous array over one slot of the kernel's table, or over scratch memory.

    Attributes:
        slot: name of the memory, different for memories that do not overlap; "" when unknown.
        extents: the shape when all of it is known at compile time, else None.
    """

    def __init__(self, dtype: Any, ndim: int, slot: str, extents: tuple[int, ...] | None = None) -> None:
        self.slot = slot
        self.extents = extents
        super().__init__(dtype, ndim, "C", name=f"View({dtype}, {ndim}, {slot!r}, {extents})")

    @property
    def key(self) -> Any:
        """What makes two view types equal."""
        return self.dtype, self.ndim, self.slot, self.extents


register_model(View)(models.ArrayModel)


def _element_type(dtype: Any) -> Any:
    name = getattr(dtype, "literal_value", None)
    if name not in ELEMENT_TYPES:
        raise TypingError(f"view: dtype must be one of {', '.join(ELEMENT_TYPES)}, got {name or dtype}")
    return ELEMENT_TYPES[name]


def _extents(shape: Any) -> Any:
    values = tuple(getattr(extent, "literal_value", None) for extent in shape)
    return None if None in values else values


def _build(context: Any, builder: Any, array_type: Any, data: Any, extents: list[Any]) -> Any:
    """The array value over ``data``."""
    size = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
    strides: list[Any] = []
    step = context.get_constant(types.intp, size)
    for extent in reversed(extents):
        strides.insert(0, step)
        step = builder.mul(step, extent, flags=["nsw"])
    array = make_array(array_type)(context, builder)
    itemsize = context.get_constant(types.intp, size)
    populate_array(array, data=data, shape=extents, strides=strides, itemsize=itemsize, meminfo=None, parent=None)
    return array._getvalue()  # noqa: SLF001 - the only way to take the value of numba's struct proxies


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
    extents = _extents(shape)
    number = getattr(slot, "literal_value", None)
    array_type = View(_element_type(dtype), len(shape), "" if number is None else f"slot {number}", extents)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        table_value, slot_value, _, shape_value = args
        position = context.cast(builder, slot_value, signature.args[1], types.intp)
        address = builder.load(builder.gep(table_value, [position]))
        # The table never changes while a kernel runs: lets LLVM forget stores when it reads an address.
        address.set_metadata("invariant.load", builder.module.add_metadata([]))
        data = builder.inttoptr(address, context.get_data_type(array_type.dtype).as_pointer())
        values = unpack_tuple(builder, shape_value)
        dims = [context.cast(builder, v, t, types.intp) for v, t in zip(values, signature.args[3], strict=True)]
        return _build(context, builder, array_type, data, dims)

    return array_type(table, slot, dtype, shape), codegen


@intrinsic(prefer_literal=True)
def scratch(typingctx: Any, dtype: Any, shape: Any) -> Any:
    """``scratch("f32", (64, 64))``: an uninitialised array on the stack, 64-byte aligned, one for each place of call.

    Args:
        typingctx: numba's.
        dtype: as for :func:`view`.
        shape: tuple of literal integers.
    """
    extents = _extents(shape)
    if extents is None:
        raise TypingError("scratch: every extent must be a literal integer")
    array_type = View(_element_type(dtype), len(extents), "scratch", extents)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        element = context.get_data_type(array_type.dtype)
        memory = stack(builder, element, math.prod(extents))
        dims = [context.get_constant(types.intp, extent) for extent in extents]
        return _build(context, builder, array_type, memory, dims)

    return array_type(dtype, shape), codegen


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


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index_types: Any, indices: Any) -> Any:
    """Address of one element; indices are trusted."""
    if len(indices) != array_type.ndim:
        raise NotImplementedError("a view is indexed by all its axes at once")
    fields = make_array(array_type)(context, builder, array)
    offset = ir.Constant(ir.IntType(64), 0)
    for extent, kind, index in zip(unpack_tuple(builder, fields.shape), index_types, indices, strict=True):
        position = context.cast(builder, index, kind, types.intp)
        offset = builder.add(builder.mul(offset, extent, flags=["nsw"]), position, flags=["nsw"])
    return builder.gep(fields.data, [offset], inbounds=True)


def _load(context: Any, builder: Any, array_type: Any, array: Any, index_types: Any, indices: Any) -> Any:
    loaded = builder.load(_pointer(context, builder, array_type, array, index_types, indices))
    _tag(builder, loaded, array_type.slot)
    return context.data_model_manager[array_type.dtype].from_data(builder, loaded)


def _store(
    context: Any, builder: Any, array_type: Any, array: Any, index_types: Any, indices: Any, value_type: Any, value: Any
) -> None:
    element = context.cast(builder, value, value_type, array_type.dtype)
    data = context.data_model_manager[array_type.dtype].as_data(builder, element)
    stored = builder.store(data, _pointer(context, builder, array_type, array, index_types, indices))
    _tag(builder, stored, array_type.slot)


@lower_builtin(operator.getitem, View, types.Integer)
def _load_vector(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array_type, index_type = signature.args
    return _load(context, builder, array_type, args[0], [index_type], [args[1]])


@lower_builtin(operator.getitem, View, types.BaseTuple)
def _load_tuple(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array_type, index_type = signature.args
    return _load(context, builder, array_type, args[0], list(index_type), unpack_tuple(builder, args[1]))


@lower_builtin(operator.setitem, View, types.Integer, types.Any)
def _store_vector(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array_type, index_type, value_type = signature.args
    _store(context, builder, array_type, args[0], [index_type], [args[1]], value_type, args[2])
    return context.get_dummy_value()


@lower_builtin(operator.setitem, View, types.BaseTuple, types.Any)
def _store_tuple(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array_type, index_type, value_type = signature.args
    indices = unpack_tuple(builder, args[1])
    _store(context, builder, array_type, args[0], list(index_type), indices, value_type, args[2])
    return context.get_dummy_value()
