"""log, log1p, softplus and pow, as formulas over :class:`~.trace.Real`.

``x = 2^e (1 + f)`` with ``1 + f`` between sqrt(1/2) and sqrt(2). Where s appears it is ``f / (2 + f)``, so that
``log(1 + f) = 2 atanh(s)``. For fits and their bounds see :mod:`.exponential`.
"""

from __future__ import annotations

import math

from .exponential import CONSTANTS, _exp_of_negative, _scaled
from .trace import F32, F64, Real, Whole, exact_product, fma, where

_SQRT_HALF_BITS = {F32: 0x3F3504F3, F64: 0x3FE6A09E667F3BCD}

# f32: log(1 + f) = f - f^2 / 2 + f^3 P(f): 2^-30.3
_DIRECT = (
    0.33333313,
    -0.25000012,
    0.20002073,
    -0.16667855,
    0.14220233,
    -0.12408196,
    0.118862025,
    -0.11660669,
    0.067330286,
)
# f64: 2 atanh(s) = 2 s + s^3 R(s^2): 2^-66.6
_ATANH = (
    0.6666666666666666,
    0.40000000000004887,
    0.2857142856942581,
    0.22222222604693684,
    0.18181778532221068,
    0.15386981486345283,
    0.13252305245243903,
    0.13233426245682609,
)
# The same, for f32 results computed in f64: 2^-44.9
_ATANH_SHORT = (
    0.6666666667580035,
    0.39999995622421464,
    0.2857210906268725,
    0.2217619391179517,
    0.19584060873070355,
)
# 2 atanh(s) = 2 s + 2/3 s^3 + s^5 R2(s^2): 2^-73.5
_ATANH_TAIL = (
    0.3999999999999998,
    0.28571428571443785,
    0.22222222217809234,
    0.18181818841277003,
    0.15384558622226674,
    0.13336256993917137,
    0.11675931271165925,
    0.11980526906416133,
)
# 2^t = 1 + t E(t) on |t| <= 1/2, for f32 results: 2^-40.2
_EXP2_SHORT = (
    0.693147180548193,
    0.24022650698114095,
    0.05550410935350639,
    0.00961812861555772,
    0.0013333454776501593,
    0.00015403825676328392,
    1.5309179065708054e-05,
    1.3178924196599808e-06,
)
# The same in full: 2^-57.4
_EXP2 = (
    0.6931471805599453,
    0.2402265069591013,
    0.0555041086648223,
    0.009618129107594372,
    0.0013333558146371223,
    0.00015403530456848655,
    1.5252733814499827e-05,
    1.3215435393639593e-06,
    1.0178083157095443e-07,
    7.0737668052614215e-09,
    4.45047913274695e-10,
)
_INVERSE_LN2 = (1.4426950408889634, 2.0355273740931033e-17)
_TWO_THIRDS = (0.6666666666666666, 3.700743415417188e-17)


def _split(x: Real) -> tuple[Whole, Real]:
    """``(e, 1 + f)`` of a positive normal number."""
    e = (x.bits - _SQRT_HALF_BITS[x.format]) >> x.format.mantissa
    return e, (x.bits - (e << x.format.mantissa)).as_real


def _normalized(x: Real) -> tuple[Real, Real]:
    """``(y, k)`` with ``y = x * 2^-k`` normal for every positive x."""
    f = x.format
    tiny = x < f.tiniest_normal
    k = where(tiny, x.constant(-f.mantissa - 1), x.constant(0.0))
    return where(tiny, x * 2.0 ** (f.mantissa + 1), x), k


def _log_of_split(e: Real, f: Real) -> Real:
    """``e ln 2 + log(1 + f)``."""
    c = CONSTANTS[f.format]
    half_square = 0.5 * f * f
    if f.format is F32:
        tail = f * f * f * f.polynomial(_DIRECT) + e * c.ln2_low
        return e * c.ln2_high + (f + (tail - half_square))
    s = f / (2.0 + f)
    z = s * s
    tail = s * (half_square + z * z.polynomial(_ATANH)) + e * c.ln2_low
    return e * c.ln2_high + (f + (tail - half_square))


def _with_limits(result: Real, x: Real) -> Real:
    """``result`` where x is positive and finite; else the logarithm's value at 0, infinity, NaN, negative numbers."""
    finite = where(x < math.inf, result, x)
    return where(x > 0.0, finite, where(x.equals(0.0), x.constant(-math.inf), x.constant(math.nan)))


def log(x: Real) -> Real:
    """Natural logarithm."""
    normal, k = _normalized(x)
    e, m = _split(normal)
    return _with_limits(_log_of_split(e.to_real() + k, m - 1.0), x)


def log1p(x: Real) -> Real:
    """``log(1 + x)``, accurate near 0."""
    u = 1.0 + x
    part = u - x
    lost = (1.0 - part) + (x - (u - part))  # u + lost = 1 + x exactly
    e, m = _split(u)
    # 2^-e; where e is so large that it has no normal form, ``lost`` does not count.
    capped = e.at_most(x.format.bias - 1)
    f = (m - 1.0) + lost * ((0 - capped).power_of_two())
    result = _with_limits(_log_of_split(e.to_real(), f), u)
    return where(abs(x) < 2.0 ** (-x.format.mantissa - 1), x, result)


def softplus(x: Real) -> Real:
    """``log(1 + exp(x))``, as ``max(x, 0) + log1p(exp(-|x|))``."""
    return x.at_least(0.0) + log1p(_exp_of_negative(-abs(x)))


def pow(x: Real, y: Real) -> Real:
    """x to the power y, with C's rules for zeros, infinities, NaN and negative x."""
    size, zero, nan, one = _power(abs(x), y), x.constant(0.0), x.constant(math.nan), x.constant(1.0)
    half = y.rounded_product(0.5)
    whole = y.call("roundeven").equals(y)
    odd = whole & ~half.call("roundeven").equals(half)
    result = where((x.bits < 0) & odd, -size, size)
    result = where((x < zero) & (x > -math.inf) & y.equals(y) & ~whole, nan, result)
    return where(y.equals(0.0) | x.equals(1.0), one, result)


def _power(a: Real, y: Real) -> Real:
    """``a^y`` for a >= 0 (or NaN)."""
    return _power_short(a, y) if a.format is F32 else _power_long(a, y)


def _limited_log2(value: Real, a: Real) -> Real:
    """``log2(a)`` with its value at 0, infinity and NaN."""
    return where(a < math.inf, where(a.equals(0.0), a.constant(-math.inf), value), a)


def _times(y: Real, logarithm: Real) -> Real:
    """``y * logarithm``, 0 where the logarithm is 0 even for infinite y."""
    return where(logarithm.equals(0.0), where(y.equals(y), y.constant(0.0), y), y.rounded_product(logarithm))


def _power_short(a: Real, y: Real) -> Real:
    """In f64, with polynomials just good enough for an f32 result."""
    wide = a.widened()
    e, m = _split(wide)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    log2 = e.to_real() + (2.0 * s + s * z * z.polynomial(_ATANH_SHORT)) * _INVERSE_LN2[0]
    t = _times(y.widened(), _limited_log2(log2, wide)).at_least(-160.0).at_most(130.0)
    n, exponent = t.nearest()
    r = t - n
    return ((1.0 + r * r.polynomial(_EXP2_SHORT)) * exponent.power_of_two()).narrowed()


def _power_long(a: Real, y: Real) -> Real:
    """The logarithm and its product with y carry about 20 bits beyond f64: high + low."""
    normal, k = _normalized(a)
    e, m = _split(normal)
    exponent = e.to_real() + k
    # s = f / d, d = 2 + f
    f = m - 1.0
    d = 2.0 + f
    d_low = f - (d - 2.0)
    s = f / d
    s_low = (fma(-s, d, f) - s * d_low) / d
    # log(1 + f) = 2 s + s (2/3 z + z^2 R2(z)),  z = s^2
    z, z_low = exact_product(s, s)
    z_low = z_low + 2.0 * s * s_low
    t, t_low = exact_product(z, _TWO_THIRDS[0])
    t_low = t_low + z * _TWO_THIRDS[1] + z_low * _TWO_THIRDS[0]
    w = (z * z).rounded_product(z.polynomial(_ATANH_TAIL))
    u = t + w
    u_low = ((t - u) + w) + t_low
    v, v_low = exact_product(s, u)
    v_low = v_low + s * u_low + s_low * u
    twice = s + s
    high = twice + v
    low = ((twice - high) + v) + (v_low + 2.0 * s_low)
    # log2(a) = exponent + (high + low) / ln 2
    p, p_low = exact_product(high, _INVERSE_LN2[0])
    p_low = p_low + high * _INVERSE_LN2[1] + low * _INVERSE_LN2[0]
    log2 = exponent + p
    log2_low = ((exponent - log2) + p) + p_low
    # t = y log2(a)
    log2 = _limited_log2(log2, a)
    t = _times(y, log2)
    t_low = fma(y, log2, -t) + y * log2_low
    t_low = where((abs(t) < 1100.0) & ~log2.equals(0.0), t_low, t.constant(0.0))
    t = t.at_least(-1100.0).at_most(1100.0)
    n, whole = t.nearest()
    r = (t - n) + t_low
    return _scaled(1.0 + r * r.polynomial(_EXP2), whole)
