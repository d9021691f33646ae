"""sin, cos and tan, as formulas over :class:`~.trace.Real`.

``x = n pi/2 + r`` (Cody and Waite) with pi/2 as a sum of three f64 numbers. Fused multiply-adds make every step but the
last exact, so r is right to well below an ulp as long as n is an exact f64 with a few bits to spare: for
``|x| < 2^45``. Beyond that r loses its bits, and results are merely numbers between -1 and 1. f32 numbers are computed
in f64, with shorter polynomials. For fits and their bounds see :mod:`.exponential`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .trace import F32, Real, Whole, exact_product, exact_sum, fma, where

_HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)
_TWO_OVER_PI = 0.6366197723675814


@dataclass(frozen=True)
class _Series:
    """sin r = r + r^3 S(r^2), cos r = 1 - r^2 / 2 + r^4 C(r^2) on |r| <= 0.787."""

    sine: tuple[float, ...]
    cosine: tuple[float, ...]


_FULL = _Series(
    sine=(  # 2^-62.9
        -0.16666666666666666,
        0.008333333333333099,
        -0.0001984126984105483,
        2.7557319128174942e-06,
        -2.5052085723170468e-08,
        1.605622271232419e-10,
        -7.483837262206724e-13,
    ),
    cosine=(  # 2^-68.6
        0.041666666666666664,
        -0.001388888888888844,
        2.480158730125142e-05,
        -2.755731909696091e-07,
        2.0876730930429195e-09,
        -1.1467919985760622e-11,
        4.6413978568544914e-14,
    ),
)
_SHORT = _Series(
    sine=(-0.16666666640366862, 0.00833332925516185, -0.00019839296305231986, 2.717969414349464e-06),  # 2^-37.5
    cosine=(0.04166666661871519, -0.0013888883433960482, 2.479944284947903e-05, -2.7204332566793057e-07),  # 2^-42.9
)


def _sine_and_cosine(x: Real, series: _Series) -> tuple[Real, Real, Whole]:
    """``(sin r, cos r, n)`` for an f64."""
    n, quadrant = (x * _TWO_OVER_PI).nearest()
    high = fma(-n, _HALF_PI[0], x)
    product, product_low = exact_product(n, _HALF_PI[1])
    r, low = exact_sum(high, -product)
    low = fma(-n, _HALF_PI[2], low - product_low)
    r = r.at_least(-1.0).at_most(1.0)  # matters, as below, only where x is beyond reach
    z = r * r
    half = 0.5 * z
    sine = r + (r * z * z.polynomial(series.sine) + low * (1.0 - half))
    top = 1.0 - half
    cosine = top + (((1.0 - top) - half) + (z * z * z.polynomial(series.cosine) - r * low))
    return sine, cosine, quadrant


def _turned(x: Real, quarter: int) -> Real:
    """sin(x + quarter * pi/2)."""
    sine, cosine, quadrant = _sine_and_cosine(x.widened(), _SHORT) if x.format is F32 else _sine_and_cosine(x, _FULL)
    quadrant = quadrant + quarter
    value = where((quadrant & 1).equals(0), sine, cosine)
    value = (value.bits ^ ((quadrant & 2) << 62)).as_real
    value = value.at_least(-1.0).at_most(1.0)
    return value.narrowed() if x.format is F32 else value


def sin(x: Real) -> Real:
    """Sine of x in radians."""
    # Keeps -0, which the sums lose.
    return where(abs(x) < 2.0 ** (-x.format.mantissa // 2 - 2), x, _turned(x, 0))


def cos(x: Real) -> Real:
    """Cosine of x in radians."""
    return _turned(x, 1)


def tan(x: Real) -> Real:
    """Tangent of x in radians."""
    sine, cosine, quadrant = _sine_and_cosine(x.widened(), _SHORT) if x.format is F32 else _sine_and_cosine(x, _FULL)
    even = (quadrant & 1).equals(0)
    value = where(even, sine, -cosine) / where(even, cosine, sine)
    value = value.narrowed() if x.format is F32 else value
    return where(abs(x) < 2.0 ** (-x.format.mantissa // 2 - 2), x, value)
