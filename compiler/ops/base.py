"""Short forms for the operator records that fill most of the table, and the checks that type rules share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from graphc.compiler.ir import (
    REALS,
    Array,
    Attr,
    Domain,
    GradRule,
    NotDifferentiable,
    NotLowered,
    Op,
    Reduction,
    Reference,
    Scalar,
    TypeRule,
    Value,
)
from graphc.runtime.errors import DTypeError, ShapeError
from graphc.runtime.types import DType, Shape, TensorType

Axes: TypeAlias = tuple[int, ...]
Operand: TypeAlias = Value | float | int | bool
"""A value, or a number that becomes a constant of the other operands' element type."""

FLOATS = (DType.f32, DType.f64, DType.bf16)
INTEGERS = (DType.i32, DType.i64)
NUMBERS = (*FLOATS, *INTEGERS)

NO_CUDA = NotLowered("the CUDA target is not written yet")
PIECEWISE_CONSTANT = NotDifferentiable("it is piecewise constant")


def apply(op: Op, *operands: Operand, **attrs: Attr) -> Value:
    """The single result of a new node."""
    result: Value = op(*operands, **attrs)
    return result


# Checks; {0} and {1} in their messages stand for the operands' names ------------------------------------------------


def require_dtype(type: TensorType, allowed: Sequence[DType], operand: int = 0) -> None:
    """DTypeError unless the operand's element type is among ``allowed``."""
    require_one_of(type.dtype, allowed, f" ({{{operand}}})")


def require_one_of(dtype: DType, allowed: Sequence[DType], whose: str = "") -> None:
    """DTypeError unless the element type is among ``allowed``."""
    if dtype not in allowed:
        *most, last = map(str, allowed)
        names = f"{', '.join(most)} or {last}" if most else last
        raise DTypeError(f"expected {names}, got {dtype}{whose}")


def require_axis(type: TensorType, axis: int, operand: int = 0) -> None:
    """ShapeError unless the operand has the axis."""
    if not 0 <= axis < type.rank:
        raise ShapeError(f"axis {axis} is out of range for rank {type.rank} ({{{operand}}})")


def require_sorted(axes: Sequence[int], rank: int, whose: str) -> None:
    """ShapeError unless axes are sorted, different and within the rank."""
    if list(axes) != sorted(set(axes)) or any(not 0 <= axis < rank for axis in axes):
        raise ShapeError(f"expected axes in rising order within rank {rank} of {whose}, got {list(axes)}")


def require_one_each(type: TensorType, **lists: Sequence[object]) -> None:
    """ShapeError unless every list has one entry for each axis of the operand."""
    for name, entries in lists.items():
        if len(entries) != type.rank:
            raise ShapeError(f"expected {name} to have {type.rank} entries, the rank of {{0}}, got {len(entries)}")


def same_dtype(types: Sequence[TensorType], start: int = 0) -> DType:
    """The one element type of the operands from ``start`` on; DTypeError names two that differ."""
    dtype = types[start].dtype
    for i, type in enumerate(types[start:], start):
        if type.dtype is not dtype:
            raise DTypeError(f"element types differ: {dtype} ({{{start}}}) and {type.dtype} ({{{i}}})")
    return dtype


def common_shape(types: Sequence[TensorType]) -> Shape:
    """The one shape of the operands that are not scalars; ShapeError names the first two that differ."""
    shape: Shape = ()
    first = 0
    for i, type in enumerate(types):
        if not shape:
            shape, first = type.shape, i
        elif type.shape:
            require_same_shape(shape, type.shape, first, i)
    return shape


def require_same_shape(a: Shape, b: Shape, first: int = 0, second: int = 1, skip: int | None = None) -> None:
    """ShapeError unless two operands have the same rank and the same dimensions, ``skip`` apart."""
    if len(a) != len(b):
        raise ShapeError(f"ranks differ: {len(a)} ({{{first}}}) and {len(b)} ({{{second}}})")
    for axis, (m, n) in enumerate(zip(a, b, strict=True)):
        if m != n and axis != skip:
            raise ShapeError(
                f"dimensions differ: {m} (axis {axis} of {{{first}}}) and {n} (axis {axis} of {{{second}}})"
            )


def shape_text(shape: Shape) -> str:
    """``[batch, 784]``."""
    return f"[{', '.join(map(str, shape))}]"


# Records ------------------------------------------------------------------------------------------------------------


def elementwise(
    name: str,
    expression: str,
    reference: Reference,
    grad: GradRule | NotDifferentiable,
    *,
    arity: int = 1,
    imports: Sequence[str] = (),
    allowed: Sequence[DType] = FLOATS,
    result: DType | None = None,
    domain: Domain | tuple[Domain, ...] = REALS,
    commutative: bool = False,
) -> Op:
    """An operator whose lowering is one scalar expression.

    Operands have one element type and one shape, scalars of rank 0 apart, which are splatted.

    Args:
        name: name in IR text.
        expression: Python source with ``{0}``, ``{1}`` for the operands' elements.
        reference: NumPy meaning; its result is converted to the element type of the operands.
        grad: gradient rule.
        arity: number of operands, 1 or 2.
        imports: intrinsics the expression uses.
        allowed: element types of the operands.
        result: element type of the result where it is not that of the operands.
        domain: where the derivative check samples.
        commutative: operands may be exchanged.
    """

    def infer(*types: TensorType) -> TensorType:
        dtype = same_dtype(types)
        require_dtype(types[0], allowed)
        return TensorType(result or dtype, common_shape(types))

    # Rules with a fixed number of operands: the parser and the verifier read it from the signature.
    def unary(x: TensorType) -> TensorType:
        return infer(x)

    def binary(a: TensorType, b: TensorType) -> TensorType:
        return infer(a, b)

    rules: dict[int, TypeRule] = {1: unary, 2: binary}
    scalar = Scalar(expression, tuple(imports))
    return Op(
        name=name,
        type_rule=rules[arity],
        grad_rule=grad,
        reference=preserving(reference, result),
        lower_cpu=scalar,
        lower_cuda=scalar,
        domain=domain,
        commutative=commutative,
    )


def preserving(reference: Reference, result: DType | None = None) -> Reference:
    """The reference with results of its first operand's element type, or ``result``; bf16 is computed in f32."""

    def typed(*arrays: Array, **attrs: Attr) -> Array:
        dtype = arrays[0].dtype
        wide = [a.astype(np.float32) if a.dtype == DType.bf16.numpy else a for a in arrays]
        return np.asarray(reference(*wide, **attrs)).astype(result.numpy if result else dtype, copy=False)

    return typed


def comparison(name: str, symbol: str, reference: Reference, *, commutative: bool = False) -> Op:
    """A comparison: booleans, with derivative zero."""
    return elementwise(
        name,
        f"{{0}} {symbol} {{1}}",
        reference,
        PIECEWISE_CONSTANT,
        arity=2,
        allowed=(*NUMBERS, DType.bool),
        result=DType.bool,
        commutative=commutative,
    )


def reduction(
    name: str,
    combine: str,
    initial: Callable[[DType], float | int | bool],
    reference: Callable[..., Any],
    grad: GradRule | NotDifferentiable,
) -> Op:
    """A reduction over the attribute ``axes``, which disappear from the shape."""

    def type_rule(x: TensorType, *, axes: Axes) -> TensorType:
        require_dtype(x, NUMBERS)
        require_sorted(axes, x.rank, "{0}")
        return x.with_shape(d for axis, d in enumerate(x.shape) if axis not in axes)

    def reduce(x: Array, *, axes: Axes) -> Any:
        return reference(x, axis=axes, initial=initial(DType.of(x.dtype)))

    return Op(
        name=name,
        type_rule=type_rule,
        grad_rule=grad,
        reference=preserving(reduce),
        lower_cpu=Reduction(combine, initial),
        lower_cuda=NO_CUDA,
    )


def kept_axes(rank: int, axes: Sequence[int]) -> Axes:
    """The axes of a rank that are not among ``axes``."""
    return tuple(axis for axis in range(rank) if axis not in axes)
