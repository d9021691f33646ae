"""bf16: the upper half of an f32, stored as uint16."""

# mypy: allow-untyped-calls, allow-untyped-decorators, allow-subclassing-any, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

_I16, _I32, _F32 = ir.IntType(16), ir.IntType(32), ir.FloatType()


@intrinsic
def bf16_to_f32(typingctx: Any, x: Any) -> Any:
    """``bf16_to_f32(x: uint16) -> f32``, exact."""
    if x != types.uint16:
        raise TypingError(f"bf16_to_f32: expects uint16 (the bits of a bf16), got {x}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = builder.zext(args[0], _I32)
        return builder.bitcast(builder.shl(wide, _I32(16)), _F32)

    return types.float32(x), codegen


@intrinsic
def f32_to_bf16(typingctx: Any, x: Any) -> Any:
    """``f32_to_bf16(x: f32) -> uint16``, rounded to nearest, ties to even; a NaN stays a NaN of the same sign."""
    if x != types.float32:
        raise TypingError(f"f32_to_bf16: expects f32, got {x}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], _I32)
        upper = builder.lshr(bits, _I32(16))
        # Half an ulp, less one where the kept part is even: the carry does the rounding.
        bias = builder.add(builder.and_(upper, _I32(1)), _I32(0x7FFF))
        rounded = builder.lshr(builder.add(bits, bias), _I32(16))
        is_nan = builder.icmp_unsigned(">", builder.and_(bits, _I32(0x7FFFFFFF)), _I32(0x7F800000))
        quiet = builder.or_(upper, _I32(0x40))
        return builder.trunc(builder.select(is_nan, quiet, rounded), _I16)

    return types.uint16(x), codegen
