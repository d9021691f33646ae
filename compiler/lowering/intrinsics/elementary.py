"""Elementary functions, as formulas over :class:`~.trace.Real`."""

from __future__ import annotations

from .trace import Real, Truth, where


def sqrt(x: Real) -> Real:
    """Square root."""
    return x.call("sqrt")


def rsqrt(x: Real) -> Real:
    """``1 / sqrt(x)``."""
    return 1.0 / x.call("sqrt")


def floor(x: Real) -> Real:
    """Greatest integer that is not above x."""
    return x.call("floor")


def ceil(x: Real) -> Real:
    """Least integer that is not below x."""
    return x.call("ceil")


def rounded(x: Real) -> Real:
    """Nearest integer, ties to even."""
    return x.call("roundeven")


def absolute(x: Real) -> Real:
    """Absolute value."""
    return abs(x)


def sign(x: Real) -> Real:
    """-1, 0 or 1; NaN stays."""
    one = x.constant(1.0)
    return where(x > 0.0, one, where(x < 0.0, -one, x))


def relu(x: Real) -> Real:
    """``max(x, 0)``; NaN stays."""
    return x.at_least(0.0)


def maximum(x: Real, y: Real) -> Real:
    """The greater; NaN if one is NaN."""
    return x.call("maximum", y)


def minimum(x: Real, y: Real) -> Real:
    """The lesser; NaN if one is NaN."""
    return x.call("minimum", y)


def fma(x: Real, y: Real, z: Real) -> Real:
    """``x * y + z``, rounded once where the processor can."""
    return x.call("fma", y, z)


def isnan(x: Real) -> Truth:
    """Whether x is NaN: a test of its bits, which no fast-math flag removes."""
    return (x.bits & ~x.format.sign_bit) > x.format.infinity_bits


def isfinite(x: Real) -> Truth:
    """Whether x is neither infinite nor NaN: a test of its bits."""
    return (x.bits & ~x.format.sign_bit) < x.format.infinity_bits
