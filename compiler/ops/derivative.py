"""Derivatives as nodes: declared here, expanded by the autodiff pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from graphc.compiler.ir import Array, ByPass, NotDifferentiable, Op, Value
from graphc.runtime.errors import LoweringError
from graphc.runtime.types import TensorType

from .base import apply, require_same_shape, same_dtype

Rule: TypeAlias = Callable[..., "tuple[Value | None, ...]"]


def _vjp_type(y: TensorType, g: TensorType, *wrt: TensorType) -> tuple[TensorType, ...]:
    same_dtype((y, g))
    require_same_shape(y.shape, g.shape)
    return wrt


def _no_reference(*arrays: Array, **attrs: Any) -> Any:
    raise LoweringError("vjp: it has no value before the autodiff pass has run")


VJP = Op(
    name="vjp",
    type_rule=_vjp_type,
    grad_rule=NotDifferentiable("inner derivatives are expanded first", blocks=True),
    reference=_no_reference,
    lower_cpu=ByPass("autodiff"),
    lower_cuda=ByPass("autodiff"),
    foldable=False,
)
CUSTOM_VJP = Op(
    name="custom_vjp",
    type_rule=lambda y, *inputs, rule: y,
    grad_rule=lambda g, result, y, *inputs, rule: (None, *rule(g, y, *inputs)),
    reference=lambda y, *inputs, rule: y,
    lower_cpu=ByPass("autodiff"),
    lower_cuda=ByPass("autodiff"),
    foldable=False,
)

FAMILY = (VJP, CUSTOM_VJP)


def vjp(y: Value, g: Value, wrt: Sequence[Value]) -> tuple[Value, ...]:
    """The products of the cotangent ``g`` of ``y`` with the derivatives of ``y`` by each ``wrt``."""
    results = VJP(y, g, *wrt)
    return (results,) if isinstance(results, Value) else tuple(results)


def custom_vjp(y: Value, inputs: Sequence[Value], rule: Rule) -> Value:
    """``y``, with ``rule(g, y, *inputs)`` for the gradients of the inputs, one or None each."""
    return apply(CUSTOM_VJP, y, *inputs, rule=rule)
