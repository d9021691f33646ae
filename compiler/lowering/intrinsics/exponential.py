"""exp and its relatives, as formulas over :class:`~.trace.Real`.

All start from ``x = n ln 2 + r`` with integer n and ``|r| <= ln 2 / 2`` (Cody and Waite: ln 2 = HI + LO, where HI has
so few bits that ``n * HI`` is exact) and ``expm1(r) = r + r^2 Q(r)``.

Every polynomial of this package was fitted by us: iteratively reweighted least squares (Lawson) at Chebyshev nodes in
50-digit arithmetic, minimising the error relative to the function itself; then coefficients were rounded to the format
one by one from the lowest, the remaining ones refitted each time. The bound next to each is the relative error of the
formula with the rounded coefficients, before rounding errors of evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass

from .trace import F32, F64, Format, Real, Whole, where

LOG2_E = 1.4426950408889634


@dataclass(frozen=True)
class _Constants:
    """Constants of one format.

    Attributes:
        low: exp is 0 below it.
        high: exp is infinite above it.
        saturated: expm1 is -1 below it.
        ln2_high: ln 2 to few bits.
        ln2_low: the rest.
        quotient: coefficients of Q.
    """

    low: float
    high: float
    saturated: float
    ln2_high: float
    ln2_low: float
    quotient: tuple[float, ...]


CONSTANTS: dict[Format, _Constants] = {
    F32: _Constants(
        low=-104.0,
        high=89.0,
        saturated=-20.0,
        ln2_high=0.693359375,  # 355 / 512
        ln2_low=-0.00021219444,
        # expm1(r) on |r| <= 0.3473: 2^-30.5
        quotient=(0.5, 0.16666664, 0.041666474, 0.008333912, 0.0013934071, 0.00019555277),
    ),
    F64: _Constants(
        low=-746.0,
        high=710.0,
        saturated=-40.0,
        ln2_high=0.6931471806019545,  # 32 bits
        ln2_low=-4.2009150726810846e-11,
        # expm1(r) on |r| <= 0.3473: 2^-61.5
        quotient=(
            0.5,
            0.16666666666666677,
            0.04166666666666661,
            0.008333333333321414,
            0.0013888888888923773,
            0.0001984126988669976,
            2.4801587237737843e-05,
            2.7557243601927046e-06,
            2.755735255114224e-07,
            2.510925981073489e-08,
            2.0889664227849685e-09,
        ),
    ),
}


def _reduced(x: Real) -> tuple[Whole, Real]:
    """``(n, expm1(r))`` where ``x = n ln 2 + r``."""
    c = CONSTANTS[x.format]
    n, exponent = (x * LOG2_E).nearest()
    r = x - n * c.ln2_high - n * c.ln2_low
    return exponent, r + r * r * r.polynomial(c.quotient)


def _scaled(x: Real, n: Whole) -> Real:
    """``x * 2^n`` in two steps, so that results may overflow or be denormal, rounded once."""
    half = n >> 1
    return x * half.power_of_two() * (n - half).power_of_two()


def exp(x: Real) -> Real:
    """e to the power x."""
    c = CONSTANTS[x.format]
    n, q = _reduced(x.at_least(c.low).at_most(c.high))
    return _scaled(1.0 + q, n)


def _exp_of_negative(x: Real) -> Real:
    """exp for x <= 0."""
    n, q = _reduced(x.at_least(CONSTANTS[x.format].low))
    return _scaled(1.0 + q, n)


def expm1(x: Real) -> Real:
    """``exp(x) - 1``, accurate near 0."""
    c = CONSTANTS[x.format]
    n, q = _reduced(x.at_least(c.saturated).at_most(c.high))
    scale = (n - 1).power_of_two()  # half of it: 2^n itself may overflow
    half = scale * q + (scale - 0.5)
    return where(abs(x) < 2.0**-x.format.mantissa, x, half + half)


def sigmoid(x: Real) -> Real:
    """``1 / (1 + exp(-x))``, as ``u / (u + 1 + q)`` with ``exp(-x) = (1 + q) / u`` and u a power of two.

    The denominator is rounded once, nothing overflows, and tiny results are rounded once.
    """
    c = CONSTANTS[x.format]
    n, q = _reduced((-x).at_least(c.saturated).at_most(-c.low))
    k = 0 - n
    half = k >> 1
    first, second = half.power_of_two(), (k - half).power_of_two()
    u = first * second
    total = u + 1.0
    lost = u.at_most(1.0) - (total - u.at_least(1.0))
    return first / (total + (q + lost)) * second


# tanh(x) = x + x^3 T(x^2) on |x| <= 0.55. f32: 2^-29.7, f64: 2^-60.6
_TANH_F32 = (-0.33333316, 0.13332556, -0.053849645, 0.02106201, -0.0062618963)
_TANH_F64 = (
    -0.333333333333333,
    0.1333333333332659,
    -0.05396825396374704,
    0.0218694883855327,
    -0.008863232596886723,
    0.003592091989891754,
    -0.001455542611460156,
    0.000588443608827654,
    -0.00023337951040649507,
    8.331371153446555e-05,
    -1.9493106739512585e-05,
)


def tanh(x: Real) -> Real:
    """Hyperbolic tangent: ``1 - 2 / (exp(2 |x|) + 1)`` away from 0."""
    size = abs(x)
    n, q = _reduced((size + size).at_most(-CONSTANTS[x.format].saturated))
    u = n.power_of_two()
    outer = 1.0 - 2.0 / (u + (1.0 + u * q))
    z = x * x
    inner = x + x * z * z.polynomial(_TANH_F32 if x.format is F32 else _TANH_F64)
    return where(size < 0.55, inner, outer).call("copysign", x)  # also keeps -0


# erf on |x| < split: x + x P(x^2); above it 1 - erfc(|x|).
# f32: P of degree 5 on |x| <= 0.84: 2^-27.3; erfc = exp(-R(x)), R of degree 6 on 0.84 .. 3.95: 2^-28.8 of erf.
_NEAR_F32 = (0.12837917, -0.37612593, 0.11282921, -0.026810192, 0.0050633666, -0.000638555)
_FAR_F32 = (9.389062e-05, 1.1281073, 0.636437, 0.10460127, -0.022556987, 0.0031277621, -0.00020472513)
# f64: P of degree 12 on |x| <= 1: 2^-56.4; erfc = exp(-x^2) T(t), t = (x - 2.5) / (x + 2.5), T of degree 12 on
# 1 .. 5.95: 2^-61.2 of erf.
_NEAR_F64 = (
    0.1283791670955126,
    -0.37612638903183876,
    0.1128379167095875,
    -0.0268661706456215,
    0.005223977629118049,
    -0.0008548327190999546,
    0.00012055337830838951,
    -1.4925739808860322e-05,
    1.6463108277888371e-06,
    -1.637086391388554e-07,
    1.4788065401639886e-08,
    -1.1836430833820133e-09,
    6.694645388813639e-11,
)
_FAR_F64 = (
    0.2108063640611437,
    -0.3717367339489772,
    0.2517131932171752,
    -0.12503305238169332,
    0.03992253909805273,
    -0.003993700593470056,
    -0.002642362684159144,
    0.0008759128443498132,
    0.00022826138250160285,
    -0.00012950771394004256,
    -3.578650699620976e-05,
    1.6713973185139223e-05,
    7.509557656049413e-06,
)


def erf(x: Real) -> Real:
    """The error function, ``2 / sqrt(pi) * integral of exp(-t^2) from 0 to x``."""
    if x.format is F32:
        size = abs(x).at_most(3.95)
        erfc = _exp_of_negative(-size.polynomial(_FAR_F32))
        near: tuple[float, ...] = _NEAR_F32
        split = 0.84
    else:
        size = abs(x).at_most(5.95)
        erfc = _exp_of_negative(-(size * size)) * ((size - 2.5) / (size + 2.5)).polynomial(_FAR_F64)
        near, split = _NEAR_F64, 1.0
    inner = x + x * (x * x).polynomial(near)
    return where(size < split, inner, (1.0 - erfc).call("copysign", x))
