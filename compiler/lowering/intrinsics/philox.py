"""Random numbers for generated kernels: the same bits as :mod:`graphc.compiler.ops.philox`, which describes them."""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from ...ops.philox import KEY_STEP, MIX_1, MIX_2, MIX_STEP, MULTIPLIER, ROUNDS

_I32, _I64 = ir.IntType(32), ir.IntType(64)
_F32, _F64 = ir.FloatType(), ir.DoubleType()
_WORD = _I64(0xFFFFFFFF)
_EXACT = ("contract",)  # products with powers of two


def _mix(builder: Any, parts: list[Any]) -> Any:
    """64 bits from (seed, step, stream); does not depend on the element, so LLVM moves it out of the loop."""
    mixed: Any = _I64(0)
    for part in parts:
        z = builder.add(builder.xor(mixed, part), _I64(MIX_STEP))
        z = builder.mul(builder.xor(z, builder.lshr(z, _I64(30))), _I64(MIX_1))
        z = builder.mul(builder.xor(z, builder.lshr(z, _I64(27))), _I64(MIX_2))
        mixed = builder.xor(z, builder.lshr(z, _I64(31)))
    return mixed


def _block(builder: Any, seed: Any, step: Any, stream: Any, index: Any) -> tuple[Any, Any]:
    """Both words of an element's block, in i64."""
    mixed = _mix(builder, [seed, step, stream])
    upper = builder.lshr(mixed, _I64(32))
    left = builder.and_(index, _WORD)
    right = builder.xor(builder.lshr(index, _I64(32)), upper)
    for turn in range(ROUNDS):
        key = builder.and_(builder.add(mixed, _I64(turn * KEY_STEP)), _WORD)
        product = builder.mul(left, _I64(MULTIPLIER))
        left = builder.xor(builder.lshr(product, _I64(32)), builder.xor(right, key))
        right = builder.and_(product, _WORD)
    return left, right


def _longs(context: Any, builder: Any, signature: Any, args: Any) -> list[Any]:
    return [context.cast(builder, v, t, types.int64) for v, t in zip(args, signature.args, strict=True)]


def _check(name: str, *arguments: Any) -> None:
    if not all(isinstance(argument, types.Integer) for argument in arguments):
        raise TypingError(f"{name}: expects four integers, got {', '.join(map(str, arguments))}")


@intrinsic
def uniform(typingctx: Any, seed: Any, step: Any, stream: Any, index: Any) -> Any:
    """``uniform(seed, step, stream, index) -> f32`` in [0, 1), a multiple of 2^-24; all arguments are integers."""
    _check("uniform", seed, step, stream, index)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        left, _ = _block(builder, *_longs(context, builder, signature, args))
        number = builder.sitofp(builder.trunc(builder.lshr(left, _I64(8)), _I32), _F32)
        return builder.fmul(number, _F32(2.0**-24), flags=_EXACT)

    return types.float32(seed, step, stream, index), codegen


@intrinsic
def uniform_f64(typingctx: Any, seed: Any, step: Any, stream: Any, index: Any) -> Any:
    """``uniform_f64(seed, step, stream, index) -> f64`` in [0, 1), a multiple of 2^-53; all arguments are integers."""
    _check("uniform_f64", seed, step, stream, index)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        left, right = _block(builder, *_longs(context, builder, signature, args))
        upper = builder.uitofp(builder.trunc(left, _I32), _F64)
        lower = builder.uitofp(builder.trunc(builder.lshr(right, _I64(11)), _I32), _F64)
        scaled = [builder.fmul(upper, _F64(2.0**-32), flags=_EXACT), builder.fmul(lower, _F64(2.0**-53), flags=_EXACT)]
        return builder.fadd(*scaled, flags=_EXACT)

    return types.float64(seed, step, stream, index), codegen
