"""Scalar mathematics for generated kernels: intrinsics in plain arithmetic, which LLVM vectorises with the loop around.

The formulas live in :mod:`.exponential`, :mod:`.logarithm` and :mod:`.trigonometry`. All follow IEEE 754 and C at
infinities, NaN, denormals and signed zeros. Measured errors, in ulp, are in the tests of this module.
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from . import elementary, exponential, logarithm, trigonometry
from .trace import F32, F64, Real, declared

_FORMATS: dict[Any, Any] = {types.float32: F32, types.float64: F64}
_INTEGERS = (types.int32, types.int64)


def _reals(builder: Any, kind: Any, args: Any) -> list[Real]:
    return [Real(builder, value, _FORMATS[kind]) for value in args]


def _refuse(name: str, expected: str, found: tuple[Any, ...]) -> None:
    raise TypingError(f"{name}: expects {expected}, got {', '.join(map(str, found))}")


def _function(name: str, formula: Callable[..., Real], integer: Callable[..., Any] | None = None) -> Any:
    """An intrinsic of one argument: f32 or f64, and i32 or i64 where ``integer`` writes it for them."""

    def typing(typingctx: Any, x: Any) -> Any:
        if x in _INTEGERS and integer is not None:
            return x(x), lambda context, builder, signature, args: integer(builder, args[0])
        if x not in _FORMATS:
            _refuse(name, "f32 or f64", (x,))
        return x(x), lambda context, builder, signature, args: formula(*_reals(builder, x, args)).value

    return _intrinsic(name, typing, formula)


def _function_of_two(name: str, formula: Callable[..., Real], integer: Callable[..., Any] | None = None) -> Any:
    """An intrinsic of two arguments of one type."""

    def typing(typingctx: Any, x: Any, y: Any) -> Any:
        if x == y and x in _INTEGERS and integer is not None:
            return x(x, y), lambda context, builder, signature, args: integer(builder, *args)
        if x != y or x not in _FORMATS:
            _refuse(name, "two f32 or two f64", (x, y))
        return x(x, y), lambda context, builder, signature, args: formula(*_reals(builder, x, args)).value

    return _intrinsic(name, typing, formula)


def _test(name: str, formula: Callable[[Real], Any]) -> Any:
    """An intrinsic from f32 or f64 to bool."""

    def typing(typingctx: Any, x: Any) -> Any:
        if x not in _FORMATS:
            _refuse(name, "f32 or f64", (x,))
        return types.boolean(x), lambda context, builder, signature, args: formula(*_reals(builder, x, args)).value

    return _intrinsic(name, typing, formula)


def _intrinsic(name: str, typing: Any, formula: Any) -> Any:
    typing.__name__ = typing.__qualname__ = name
    typing.__doc__ = formula.__doc__
    return intrinsic(typing)


def _integer_call(name: str, *more: Any) -> Callable[..., Any]:
    def write(builder: Any, *values: Any) -> Any:
        kinds = [value.type for value in values] + [value.type for value in more]
        kind = ir.FunctionType(values[0].type, kinds)
        return builder.call(declared(builder.module, f"llvm.{name}.i{values[0].type.width}", kind), [*values, *more])

    return write


def _integer_sign(builder: Any, x: Any) -> Any:
    positive = builder.zext(builder.icmp_signed(">", x, x.type(0)), x.type)
    return builder.or_(builder.ashr(x, x.type(x.type.width - 1)), positive)


@intrinsic
def fma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z``, rounded once."""
    if not x == y == z or x not in _FORMATS:
        _refuse("fma", "three f32 or three f64", (x, y, z))
    return x(x, y, z), lambda context, builder, signature, args: elementary.fma(*_reals(builder, x, args)).value


_BIT = ir.IntType(1)

abs = _function("abs", elementary.absolute, _integer_call("abs", _BIT(0)))
sign = _function("sign", elementary.sign, _integer_sign)
floor = _function("floor", elementary.floor)
ceil = _function("ceil", elementary.ceil)
round = _function("round", elementary.rounded)
sqrt = _function("sqrt", elementary.sqrt)
rsqrt = _function("rsqrt", elementary.rsqrt)
relu = _function("relu", elementary.relu)
exp = _function("exp", exponential.exp)
expm1 = _function("expm1", exponential.expm1)
sigmoid = _function("sigmoid", exponential.sigmoid)
tanh = _function("tanh", exponential.tanh)
erf = _function("erf", exponential.erf)
log = _function("log", logarithm.log)
log1p = _function("log1p", logarithm.log1p)
softplus = _function("softplus", logarithm.softplus)
sin = _function("sin", trigonometry.sin)
cos = _function("cos", trigonometry.cos)
tan = _function("tan", trigonometry.tan)
pow = _function_of_two("pow", logarithm.pow)
maximum = _function_of_two("maximum", elementary.maximum, _integer_call("smax"))
minimum = _function_of_two("minimum", elementary.minimum, _integer_call("smin"))
isnan = _test("isnan", elementary.isnan)
isfinite = _test("isfinite", elementary.isfinite)
