"""Random numbers from a counter-based generator: the same in every mode, on every target, for any thread count."""

from __future__ import annotations

from graphc.compiler.ir import Array, NotDifferentiable, Op, Routine, Scalar, Value
from graphc.runtime.errors import DTypeError
from graphc.runtime.types import DType, Shape, TensorType

from .base import NO_CUDA


def _rng_type(rng: TensorType) -> TensorType:
    if rng.dtype is not DType.i64 or rng.shape != (2,):
        raise DTypeError(f"expected {{0}} to be i64[2] (seed, step), got {rng}")
    return rng


def _uniform_type(rng: TensorType, *, node: int, shape: Shape, dtype: DType = DType.f32) -> TensorType:
    _rng_type(rng)
    return TensorType(dtype, tuple(shape))


def _uniform_reference(rng: Array, *, node: int, shape: tuple[int, ...], dtype: DType = DType.f32) -> Array:
    from .philox import uniform_reference

    return uniform_reference(int(rng[0]), int(rng[1]), node, shape).astype(dtype.numpy)


UNIFORM = Op(
    name="uniform",
    type_rule=_uniform_type,
    grad_rule=NotDifferentiable("random numbers depend on a counter"),
    reference=_uniform_reference,
    lower_cpu=Scalar("uniform({0}, {1}, {node}, {2})", ("uniform",)),
    lower_cuda=NO_CUDA,
    foldable=False,
)
ADVANCE_RNG = Op(
    name="advance_rng",
    type_rule=_rng_type,
    grad_rule=NotDifferentiable("a counter is a whole number"),
    reference=lambda rng: rng + (0, 1),
    lower_cpu=Routine("advance_rng"),
    lower_cuda=NO_CUDA,
    foldable=False,
)


def uniform(rng: Value, *, node: int, shape: Shape, dtype: DType = DType.f32) -> Value:
    """Numbers in [0, 1) by Philox (Salmon et al., 2011), keyed by seed, step, ``node`` and the element's number."""
    return UNIFORM(rng, node=node, shape=tuple(shape), dtype=dtype)  # type: ignore[no-any-return]


def advance_rng(rng: Value) -> Value:
    """(seed, step + 1)."""
    return ADVANCE_RNG(rng)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (UNIFORM, ADVANCE_RNG)
