"""Random numbers from a counter: the same in every mode, on every target, for any number of threads."""

from __future__ import annotations

import numpy as np

from graphc.compiler.ir import Array, NotDifferentiable, Op, Routine, Scalar, Value
from graphc.runtime.errors import DTypeError
from graphc.runtime.types import DType, Shape, TensorType

from .base import NO_CUDA, apply, require_one_of
from .philox import uniform_reference


def _rng_type(rng: TensorType) -> TensorType:
    if rng != TensorType(DType.i64, (2,)):
        raise DTypeError(f"expected a random state i64[2] of seed and step, got {rng} ({{0}})")
    return rng


def _uniform_type(rng: TensorType, *, node: int, shape: Shape, dtype: DType = DType.f32) -> TensorType:
    _rng_type(rng)
    require_one_of(dtype, (DType.f32, DType.f64))
    return TensorType(dtype, shape)


def _uniform_reference(rng: Array, *, node: int, shape: tuple[int, ...], dtype: DType = DType.f32) -> Array:
    return uniform_reference(int(rng[0]), int(rng[1]), node, shape, "f64" if dtype is DType.f64 else "f32")


# The third operand of the expression, the number of the element, is added by the code generator.
UNIFORM = Op(
    name="uniform",
    type_rule=_uniform_type,
    grad_rule=NotDifferentiable("it does not depend on a float"),
    reference=_uniform_reference,
    lower_cpu=Scalar("uniform({0}, {1}, {node}, {2})", ("uniform",)),
    lower_cuda=NO_CUDA,
    foldable=False,
)
ADVANCE_RNG = Op(
    name="advance_rng",
    type_rule=_rng_type,
    grad_rule=NotDifferentiable("a counter is a whole number"),
    reference=lambda rng: rng + np.array((0, 1)),
    lower_cpu=Routine("advance_rng"),
    lower_cuda=NO_CUDA,
    foldable=False,
)

FAMILY = (UNIFORM, ADVANCE_RNG)


def uniform(rng: Value, *, node: int, shape: Shape, dtype: DType = DType.f32) -> Value:
    """Numbers in [0, 1) by Philox, keyed by seed, step, ``node`` and the number of the element.

    ``node`` numbers the random operators of a graph; ``rng`` is an i64[2] state of seed and step.
    """
    return apply(UNIFORM, rng, node=node, shape=tuple(shape), dtype=dtype)


def advance_rng(rng: Value) -> Value:
    """``(seed, step + 1)``: the state for the next step."""
    return apply(ADVANCE_RNG, rng)
