import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphc.compiler.ir import REQUIRED, Tokens, exact, format_attr, format_literal, read_number, shortest, signature
from graphc.compiler.ir.attributes import equal
from graphc.compiler.ops import OPS
from graphc.runtime.types import Dim, DType

FLOATS = [DType.f32, DType.f64, DType.bf16]


@pytest.mark.parametrize(
    ("value", "dtype", "text"),
    [
        (0.5, DType.f32, "0.5"),
        (0.1, DType.f32, "0.1"),
        (1e-5, DType.f32, "1e-05"),
        (3.0, DType.f32, "3.0"),
        (1e16, DType.f32, "1e+16"),
        (-math.inf, DType.f32, "-inf"),
        (math.nan, DType.f32, "nan"),
        (-0.0, DType.f32, "-0.0"),
        (0.1, DType.f64, "0.1f64"),
        (math.inf, DType.f64, "inff64"),
        (1.0, DType.bf16, "1.0bf16"),
        (0.1, DType.bf16, "0.1bf16"),
        (3, DType.i64, "3"),
        (-3, DType.i32, "-3i32"),
        (True, DType.bool, "true"),
        (False, DType.bool, "false"),
    ],
)
def test_a_literal_has_one_text(value: float, dtype: DType, text: str) -> None:
    assert format_literal(value, dtype) == text
    number, read = read_number(Tokens(text)).typed
    assert read is dtype
    assert equal(number, exact(value, dtype) if dtype.is_float else value)


@given(st.floats(width=64), st.sampled_from(FLOATS))
def test_every_float_reads_back(value: float, dtype: DType) -> None:
    held = exact(value, dtype)
    number, read = read_number(Tokens(format_literal(held, dtype))).typed
    assert read is dtype
    assert isinstance(number, float)
    assert np.array(number).tobytes() == np.array(held).tobytes() or math.isnan(held)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_f32_text_is_the_shortest(value: float) -> None:
    assert shortest(value, DType.f32).removesuffix(".0") == str(np.float32(value)).removesuffix(".0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        (True, "true"),
        (2, "2"),
        (2.0, "2.0"),
        ('a "b"', '"a \\"b\\""'),
        (DType.f32, "f32"),
        (Dim.named("batch"), "batch"),
        ((1, Dim.named("batch"), (True, None)), "[1, batch, [true, none]]"),
        (np.float64(0.5), "0.5"),
        (np.int64(3), "3"),
        (format_attr, "<function format_attr>"),
        (object(), "<object>"),
    ],
)
def test_attribute_text(value: object, text: str) -> None:
    assert format_attr(value) == text


def test_equal_tells_types_apart() -> None:
    assert not equal(1, True)
    assert not equal(1, 1.0)
    assert not equal((1, 2), (1, 2.0))
    assert equal((1, math.nan), (1, math.nan))


def test_signature_of_a_type_rule() -> None:
    matmul = signature(OPS["matmul"])
    assert matmul.operands == (2, 2)
    assert list(matmul.defaults) == ["transpose_a", "transpose_b"]
    assert signature(OPS["sum"]).defaults["axes"] is REQUIRED
