"""Derivatives as nodes: declared here, expanded by the autodiff pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphc.compiler.ir import Array, ByPass, NotDifferentiable, Op, Value
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import TensorType

from .base import same_dtype


def _vjp_type(y: TensorType, g: TensorType, *wrt: TensorType) -> tuple[TensorType, ...]:
    same_dtype((y, g))
    if y.shape != g.shape:
        raise ShapeError(f"the cotangent {{1}} should have the type {y} of {{0}}, got {g}")
    return wrt


def _not_evaluable(*arrays: Array, **attrs: Any) -> Any:
    raise NotImplementedError("a vjp has no meaning of its own: run the autodiff pass first")


VJP = Op(
    name="vjp",
    type_rule=_vjp_type,
    grad_rule=NotDifferentiable("inner derivatives are expanded first", blocks=True),
    reference=_not_evaluable,
    lower_cpu=ByPass("autodiff"),
    lower_cuda=ByPass("autodiff"),
    foldable=False,
)
CUSTOM_VJP = Op(
    name="custom_vjp",
    type_rule=lambda y, *inputs, rule: y,
    grad_rule=lambda g, y, inner, *inputs, rule: (None, *rule(g, inner, *inputs)),
    reference=lambda y, *inputs, rule: y,
    lower_cpu=ByPass("autodiff"),
    lower_cuda=ByPass("autodiff"),
    foldable=False,
)


def vjp(y: Value, g: Value, wrt: Sequence[Value]) -> tuple[Value, ...]:
    """The cotangents of ``wrt`` for the cotangent ``g`` of ``y``."""
    results = VJP(y, g, *wrt)
    return (results,) if isinstance(results, Value) else results


def custom_vjp(y: Value, inputs: Sequence[Value], rule: Callable[..., tuple[Value | None, ...]]) -> Value:
    """``y``, whose cotangents for ``inputs`` are ``rule(g, y, *inputs)``."""
    return CUSTOM_VJP(y, *inputs, rule=rule)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (VJP, CUSTOM_VJP)
