"""Short forms for the operator records that fill most of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.compiler.ir import (
    REALS,
    Array,
    Domain,
    GradRule,
    NotDifferentiable,
    NotLowered,
    Op,
    Reduction,
    Scalar,
    Value,
)
from graphc.runtime.errors import DTypeError, ShapeError
from graphc.runtime.types import DType, Shape, TensorType

NO_CUDA = NotLowered("the CUDA target is not written yet")
FLOATS = (DType.f32, DType.f64, DType.bf16)
NUMBERS = (*FLOATS, DType.i32, DType.i64)


def common_shape(types: Sequence[TensorType]) -> Shape:
    """The one shape of all operands that are not scalars; ShapeError names the first two that differ."""
    shape: Shape = ()
    first = 0
    for i, type in enumerate(types):
        if not type.shape:
            continue
        if not shape:
            shape, first = type.shape, i
        elif type.shape != shape:
            raise ShapeError(f"shapes differ: {_show(shape)} of {{{first}}} and {_show(type.shape)} of {{{i}}}")
    return shape


def _show(shape: Shape) -> str:
    return f"[{', '.join(map(str, shape))}]"


def same_dtype(types: Sequence[TensorType], start: int = 0) -> DType:
    """The one element type of operands ``start`` and later; DTypeError names two that differ."""
    dtype = types[start].dtype
    for i, type in enumerate(types[start:], start):
        if type.dtype is not dtype:
            raise DTypeError(f"element types differ: {dtype} of {{{start}}} and {type.dtype} of {{{i}}}")
    return dtype


def require_dtype(type: TensorType, allowed: Sequence[DType], operand: int = 0) -> None:
    """DTypeError unless the operand's element type is among ``allowed``."""
    if type.dtype not in allowed:
        names = ", ".join(str(d) for d in allowed)
        raise DTypeError(f"expected {{{operand}}} to be one of {names}, got {type.dtype}")


def elementwise(
    name: str,
    expression: str,
    reference: Callable[..., Any],
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
    """

    def type_rule(*types: TensorType, **attrs: Any) -> TensorType:
        if len(types) != arity:
            raise ShapeError(f"expected {arity} operands, got {len(types)}")
        dtype = same_dtype(types)
        require_dtype(types[0], allowed)
        return TensorType(result or dtype, common_shape(types))

    def typed_reference(*arrays: Array, **attrs: Any) -> Array:
        out = np.asarray(reference(*arrays, **attrs))
        return out if result is not None else out.astype(arrays[0].dtype, copy=False)

    scalar = Scalar(expression, tuple(imports))
    return Op(
        name=name,
        type_rule=type_rule,
        grad_rule=grad,
        reference=typed_reference,
        lower_cpu=scalar,
        lower_cuda=scalar,
        domain=domain,
        commutative=commutative,
    )


def comparison(name: str, symbol: str, reference: Callable[..., Any], *, commutative: bool = False) -> Op:
    """A comparison: booleans, with derivative zero."""
    return elementwise(
        name,
        f"{{0}} {symbol} {{1}}",
        reference,
        NotDifferentiable("a comparison is piecewise constant"),
        arity=2,
        allowed=(*NUMBERS, DType.bool),
        result=DType.bool,
        commutative=commutative,
    )


def check_axes(axes: Sequence[int], rank: int) -> None:
    """ShapeError unless axes are sorted, different and within the rank."""
    if list(axes) != sorted(set(axes)) or any(not 0 <= a < rank for a in axes):
        raise ShapeError(f"expected sorted different axes within rank {rank} of {{0}}, got {list(axes)}")


def reduction(
    name: str,
    combine: str,
    initial: Callable[[DType], float | int | bool],
    reference: Callable[..., Any],
    grad: GradRule | NotDifferentiable,
    *,
    domain: Domain = REALS,
) -> Op:
    """A reduction over the attribute ``axes``, which disappear from the shape."""

    def type_rule(x: TensorType, *, axes: tuple[int, ...]) -> TensorType:
        require_dtype(x, NUMBERS)
        check_axes(axes, x.rank)
        return x.with_shape(d for a, d in enumerate(x.shape) if a not in axes)

    def typed_reference(x: Array, *, axes: tuple[int, ...]) -> Array:
        if not axes:
            return x
        return np.asarray(reference(x, axis=axes)).astype(x.dtype, copy=False)

    return Op(
        name=name,
        type_rule=type_rule,
        grad_rule=grad,
        reference=typed_reference,
        lower_cpu=Reduction(combine, initial),
        lower_cuda=NO_CUDA,
        domain=domain,
    )


def kept_axes(rank: int, axes: Sequence[int]) -> tuple[int, ...]:
    """The axes of a rank that are not among ``axes``."""
    return tuple(a for a in range(rank) if a not in axes)


def is_float(*values: Value) -> bool:
    """True when all values can carry a gradient."""
    return all(v.dtype.is_float for v in values)
