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


def _uniform_type(rng: TensorType, stream: TensorType, *, shape: Shape, dtype: DType = DType.f32) -> TensorType:
    _rng_type(rng)
    if stream != TensorType(DType.i64, ()):
        raise DTypeError(f"expected the number of a stream, i64[], got {stream} ({{1}})")
    require_one_of(dtype, (DType.f32, DType.f64))
    return TensorType(dtype, shape)


def _uniform_reference(rng: Array, stream: Array, *, shape: tuple[int, ...], dtype: DType = DType.f32) -> Array:
    return uniform_reference(int(rng[0]), int(rng[1]), int(stream), shape, "f64" if dtype is DType.f64 else "f32")


# Of the expression's operands, seed and step are the state's, and the number of the element is the code generator's.
UNIFORM = Op(
    name="uniform",
    type_rule=_uniform_type,
    grad_rule=NotDifferentiable("it does not depend on a float"),
    reference=_uniform_reference,
    lower_cpu=Scalar("uniform({0}, {1}, {2}, {3})", ("uniform",)),
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


def uniform(rng: Value, stream: Value | int, *, shape: Shape, dtype: DType = DType.f32) -> Value:
    """Numbers in [0, 1) by Philox, keyed by seed, step, ``stream`` and the number of the element.

    ``rng`` is an i64[2] state of seed and step. ``stream`` tells the random operators of a graph apart: an operand, not
    an attribute, so that equal layers have equal kernels.
    """
    return apply(UNIFORM, rng, stream, shape=tuple(shape), dtype=dtype)


def advance_rng(rng: Value) -> Value:
    """``(seed, step + 1)``: the state for the next step."""
    return apply(ADVANCE_RNG, rng)
