"""Accuracy, special values and vectorisation of scalar mathematics.

Measured largest errors in ulp, f32 (all 2^32 numbers) and f64 (samples): see ``LIMITS``, which are rounded up.
"""

import importlib.util
import math
from fractions import Fraction

import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler.lowering.intrinsics import trace
from graphc.compiler.lowering.machine import Machine

CHUNK = 1 << 21

# name -> (largest error in f32, in f64), in ulp
LIMITS = {
    "exp": (1.0, 1.0),
    "expm1": (1.45, 1.9),
    "sigmoid": (1.7, 1.7),
    "tanh": (1.4, 1.5),
    "erf": (1.2, 2.0),
    "log": (0.8, 0.9),
    "log1p": (1.4, 1.5),
    "softplus": (1.7, 1.7),
    "sin": (0.51, 0.8),
    "cos": (0.51, 0.8),
    "tan": (0.51, 2.3),
    "sqrt": (0.5, 0.51),
    "rsqrt": (1.5, 1.6),
}
EXACT = ("floor", "ceil", "round", "abs", "sign", "relu")


def _sigmoid(x):
    e = np.exp(-abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


REFERENCES = {
    "sigmoid": _sigmoid,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-abs(x))),
    "erf": np.vectorize(math.erf, otypes=[float]),
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "round": np.rint,
    "relu": lambda x: np.maximum(x, 0),
}


def _reference(name):
    return REFERENCES.get(name) or getattr(np, name)


def _special(dtype):
    info = np.finfo(dtype)
    values = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.25, 88.8, 104.0, 709.9, 1e30, np.inf, info.max, info.tiny]
    values += [info.smallest_subnormal, 100 * info.smallest_subnormal, info.eps, 2.0**24, 2.0**24 + 2, 2.0**53]
    array = np.array(values, dtype)
    return np.concatenate([array, -array, np.array([np.nan], dtype)])


def _errors(got, wide):
    """Errors in ulp of the format of ``got``; infinite where only one is NaN or infinite."""
    info = np.finfo(got.dtype)
    want = wide.astype(got.dtype)
    _, exponent = np.frexp(wide)
    ulp = np.ldexp(np.ones_like(wide), np.maximum(exponent - 1, info.minexp) - info.nmant)
    errors = np.abs(got - wide) / ulp
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    # A result next to the overflow threshold may round to either side.
    brink = np.isinf(want) & (np.abs(got) == info.max) | np.isinf(got) & (np.abs(want) == info.max)
    odd = ~np.isfinite(want) | ~np.isfinite(got)
    return np.where(odd, np.where(same, 0, np.where(brink & (got * wide > 0), 1, np.inf)), errors).astype(float)


@pytest.fixture(scope="session")
def function(native, tmp_path_factory):
    """Compiles ``y[i] = name(x[i])`` and gives it as a function of arrays."""
    folder = tmp_path_factory.mktemp("kernels")
    made = {}

    def make(name, dtype, count=1, result=None, variant=""):
        if (name, dtype, variant) in made:
            return made[name, dtype, variant]
        operands = "abc"[:count]
        lines = [
            f"from graphc.compiler.lowering.intrinsics import view, {name} as function",
            "def kernel(table, thread, threads):",
            f"    n = table[{count + 2}]",
            *[f'    {v} = view(table, {i + 1}, "{dtype}", (n,))' for i, v in enumerate(operands)],
            f'    y = view(table, {count + 1}, "{result or dtype}", (n,))',
            "    for i in range(n):",
            f"        y[i] = function({', '.join(f'{v}[i]' for v in operands)})",
        ]
        path = folder / f"{name}_{dtype}{variant}.py"
        path.write_text("\n".join(lines))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        kernel = native(module.kernel)

        def call(*arrays):
            out = np.empty_like(arrays[0], dtype=bool if result == "bool" else None)
            kernel(*arrays, out, len(out))
            return out

        call.kernel = kernel
        made[name, dtype, variant] = call
        return call

    return make


def _check(function, name, x, limit, reach=None):
    if reach is not None:
        x = x[~(np.abs(x) >= reach) | np.isinf(x)]
        if not len(x):
            return
    got = function(x)
    with np.errstate(all="ignore"):
        wide = _reference(name)(x.astype(np.float64 if x.dtype == np.float32 else np.longdouble))
        errors = _errors(got, wide)
    worst = np.argmax(errors)
    assert errors[worst] <= limit, (name, x[worst], got[worst], wide[worst], errors[worst])
    zeros = (wide == 0) & (got == 0)
    if name not in {"relu", "sign"}:
        np.testing.assert_array_equal(np.signbit(got[zeros]), np.signbit(wide[zeros]))


def _f32_samples(count):
    """Numbers with bit patterns strided over all of them, jittered, in chunks."""
    rng = np.random.default_rng(7)
    stride = (1 << 32) // count
    for start in range(0, count, CHUNK):
        steps = np.arange(start, min(start + CHUNK, count), dtype=np.uint64) * stride
        yield (steps + rng.integers(0, stride, len(steps), dtype=np.uint64)).astype(np.uint32).view(np.float32)


def _reach(name):
    return 2.0**45 if name in ("sin", "cos", "tan") else None


@pytest.mark.parametrize("name", LIMITS)
def test_f32_error_over_all_bit_patterns(function, name):
    call = function(name, "f32")
    for x in _f32_samples(1 << (20 if name == "erf" else 24)):
        _check(call, name, x, LIMITS[name][0], _reach(name))
    _check(call, name, _special(np.float32), LIMITS[name][0], _reach(name))


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exact_functions(function, name, dtype):
    call = function(name, "f32" if dtype == np.float32 else "f64")
    rng = np.random.default_rng(0)
    ties = np.arange(-1000, 1000) / 4
    x = np.concatenate([_special(dtype), ties.astype(dtype), (rng.standard_normal(10_000) * 1e3).astype(dtype)])
    _check(call, name, x, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in LIMITS if name != "erf"])
def test_f32_error_exhaustively(function, name):
    for x in _f32_samples(1 << 32):
        _check(function(name, "f32"), name, x, min(2.0, LIMITS[name][0]), _reach(name))


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 63, reason="needs an extended format as reference")
@pytest.mark.parametrize("name", LIMITS)
def test_f64_error(function, name):
    rng = np.random.default_rng(3)
    n = 1 << 16
    bits = rng.integers(0, 1 << 64, n, dtype=np.uint64).view(np.float64)
    ordinary = rng.standard_normal(n) * np.exp(rng.uniform(-3, 5, n))
    wide = rng.uniform(-800, 800, n)
    x = np.concatenate([bits, ordinary, wide, _special(np.float64)])
    _check(function(name, "f64"), name, x, LIMITS[name][1], _reach(name))


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_f64_near_multiples_of_half_pi(function, name):
    half_pi = Fraction("1.57079632679489661923132169163975144209858469968755291")
    k = np.arange(1, 200_001, 171)
    x = k * (np.pi / 2)
    got = function(name, "f64")(x)
    # x = k pi/2 - distance, and distance is tiny
    distance = np.array([float(int(i) * half_pi - Fraction(float(v))) for i, v in zip(k, x, strict=True)])
    signs = {"sin": (-1, 0, 1, 0), "cos": (0, 1, 0, -1), "tan": (-1, 0, -1, 0)}[name]
    sign = np.array(signs)[k % 4]
    use = (sign != 0) & (np.abs(distance) < 1e-9)
    assert use.sum() > 100
    np.testing.assert_allclose(got[use], (sign * distance)[use], rtol=3e-16)


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("name", ["sin", "cos", "tan", "log1p", "pow"])
def test_without_fused_multiply_adds(function, monkeypatch, name, dtype):
    """What fused multiply-adds make exact stays so where they are put together from halves of numbers."""
    monkeypatch.setattr(trace, "host", lambda name: Machine(16, 16, "plain", fused=False))
    kind, wider = (np.float32, np.float64) if dtype == "f32" else (np.float64, np.longdouble)
    if wider is np.longdouble and np.finfo(wider).nmant < 63:
        pytest.skip("needs an extended format as reference")
    rng = np.random.default_rng(4)
    x = np.exp(rng.uniform(-20, 30, 1 << 15)).astype(kind)
    arrays = (x, rng.uniform(-10, 10, len(x)).astype(kind)) if name == "pow" else (x,)
    got = function(name, dtype, len(arrays), variant="_plain")(*arrays)
    with np.errstate(all="ignore"):
        errors = _errors(got, getattr(np, "power" if name == "pow" else name)(*(a.astype(wider) for a in arrays)))
    assert errors.max() <= {**LIMITS, "pow": (1.0, 1.0)}[name][dtype == "f64"]


@pytest.mark.parametrize("name", ["sin", "cos"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_trigonometry_stays_in_range_beyond_its_reach(function, name, dtype):
    x = (10.0 ** np.linspace(14, np.log10(np.finfo(dtype).max) - 0.01, 1000)).astype(dtype)
    y = function(name, "f32" if dtype == np.float32 else "f64")(np.concatenate([x, -x]))
    assert (np.abs(y) <= 1).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pow(function, dtype):
    rng = np.random.default_rng(5)
    n = 1 << 17
    near_one = 1 + rng.standard_normal(n) * 10 ** rng.uniform(-7, -1, n)
    pairs = [
        (np.exp(rng.uniform(-20, 20, n)), rng.uniform(-40, 40, n)),
        (near_one, rng.standard_normal(n) * 10 ** rng.uniform(0, 6, n)),
        (-np.exp(rng.uniform(-5, 5, n)), rng.integers(-30, 30, n)),
    ]
    special = np.concatenate([_special(dtype), np.array([2.0**53 - 1, -(2.0**24) - 1, 1e38], dtype)])
    pairs.append(tuple(axis.ravel() for axis in np.meshgrid(special, special)))
    call = function("pow", "f32" if dtype == np.float32 else "f64", 2)
    for bases, exponents in pairs:
        x, y = bases.astype(dtype), exponents.astype(dtype)
        got = call(x, y)
        with np.errstate(all="ignore"):
            wide = np.power(x.astype(np.longdouble), y.astype(np.longdouble))
            errors = _errors(got, wide)
            zeros = wide.astype(dtype) == 0
        worst = np.argmax(errors)
        assert errors[worst] <= 1.0, (x[worst], y[worst], got[worst], wide[worst])
        np.testing.assert_array_equal(np.signbit(got[zeros]), np.signbit(wide[zeros]))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
@pytest.mark.parametrize("dtype", ["f32", "f64", "i32", "i64"])
def test_maximum_and_minimum(function, name, dtype):
    kind = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64}[dtype]
    values = (
        _special(kind) if dtype[0] == "f" else np.array([0, 1, -1, 5, np.iinfo(kind).max, np.iinfo(kind).min], kind)
    )
    x, y = (axis.ravel().copy() for axis in np.meshgrid(values, values))
    np.testing.assert_array_equal(function(name, dtype, 2)(x, y), getattr(np, name)(x, y))


@pytest.mark.parametrize("name", ["abs", "sign"])
@pytest.mark.parametrize("dtype", ["i32", "i64"])
def test_integers(function, name, dtype):
    kind = np.int32 if dtype == "i32" else np.int64
    x = np.array([0, 1, -1, 7, -7, np.iinfo(kind).max, np.iinfo(kind).min + 1], kind)
    np.testing.assert_array_equal(function(name, dtype)(x), getattr(np, name)(x))


@pytest.mark.parametrize("name", ["isnan", "isfinite"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tests_survive_fast_math(function, name, dtype):
    x = _special(dtype)
    got = function(name, "f32" if dtype == np.float32 else "f64", result="bool")(x)
    np.testing.assert_array_equal(got, getattr(np, name)(x))


def test_fma_rounds_once(function):
    x = np.array([1 + 2.0**-12, 3.0], np.float32)
    got = function("fma", "f32", 3)(x, x, -(x * x))
    np.testing.assert_array_equal(got, [2.0**-24, 0.0])


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("name", [*LIMITS, *EXACT, "pow", "maximum", "minimum"])
def test_loops_are_vectorised_and_call_nothing(function, vector_register, name, dtype):
    count = 2 if name in ("pow", "maximum", "minimum") else 1
    kernel = function(name, dtype, count).kernel
    assert vector_register in kernel.asm
    assert kernel.calls == []


def test_wrong_types_are_refused(function):
    with pytest.raises(TypingError, match="exp: expects f32 or f64, got int64"):
        function("exp", "i64")
