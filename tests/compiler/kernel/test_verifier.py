import pytest

from graphc.compiler.kernel import parse_kernel, verify_kernel
from graphc.compiler.ops import OPS
from graphc.runtime.errors import VerifyError

TEXT = """\
kernel @k(%x: f32[batch, 10], inout %w: f32[10], %y: i64[batch]) -> (%w, %m: f32[batch]) {
  parallel i in batch by 16 {
    %row: f32[16] = scratch
    %top: f32 = accumulator maximum -inf
    for j in 10 {
      %l: f32 = load %x[i, j]
      accumulate maximum %top <- %l
    }
    lanes i in batch {
      %q: f32 = load %x[i - 1, 0] else 0.0
      store %row[0] <- %q
    }
    %at: i64 = load %y[i]
    %t: f32 = load %x[i, %at]
    %z: f32 = add(%t, %top)
    store %m[i] <- %z
    accumulate add %w[%at] <- 1.0
  }
  product r in batch, c in 10, d in 10 {
    %acc: f32 = sum %x[r, d] * %x[d, c]
    accumulate add %w[c] <- %acc
  }
}"""
PARTIAL = """\
kernel @k(%x: f32[batch, 4], %w: f32[4, 6], %b: f32[3, 4, 5]) -> (%s: f32[8, 6], %t: f32[8, 6], %r: f32[batch]) {
  product i in batch, j in 6, k in 4 {
    %acc: f32 = sum %x[i, k] * %w[k, j]
    partial add %s[j] <- %acc over i from 0.0
    partial maximum %t[j] <- %acc over i from -inf
  }
  product n in 3, i in 4, j in 4, k in 5 {
    %more: f32 = sum %b[n, i, k] * %b[n, j, k]
    store %r[i] <- %more
  }
}"""
PROLOGUE = """\
kernel @k(%x: f32[batch, 4], %m: f32[4], %w: f32[4, 6]) -> (%y: f32[batch, 6]) {
  product i in batch, j in 6, k in 4 {
    left {
      %x_: f32 = load %x[i, k]
      %m_: f32 = load %m[k]
      %z: f32 = sub(%x_, %m_)
    }
    right {
      %w_: f32 = load %w[k, j]
      %v: f32 = relu(%w_)
    }
    %acc: f32 = sum %z * %v
    store %y[i, j] <- %acc
  }
}"""


def test_a_good_kernel_passes() -> None:
    verify_kernel(parse_kernel(TEXT), OPS)


def test_the_line_is_quoted() -> None:
    with pytest.raises(VerifyError) as caught:
        verify_kernel(parse_kernel(TEXT.replace("add(%t, ", "add(%s, ")), OPS)
    assert str(caught.value) == (
        """\
kernel @k: %s is not defined here
  13 |     %at: i64 = load %y[i]
  14 |     %t: f32 = load %x[i, %at]
  15 |     %z: f32 = add(%s, %top)
     |                   ^^
  16 |     store %m[i] <- %z
  17 |     accumulate add %w[%at] <- 1.0"""
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("%x[i, j]", "%x[i]", "%x: expected 2 indices, got 1"),
        ("%l: f32 = load %x", "%l: f64 = load %x", "%x holds f32, the line says f64"),
        ("%top <- %l", "%m <- %l", "%m is no accumulator in scope"),
        ("accumulate maximum %top", "accumulate add %top", "%top accumulates by maximum, got 'add'"),
        ("accumulator maximum", "accumulator average", "expected one of add, mul, maximum, minimum, got 'average'"),
        ("lanes i", "lanes k", "lanes k: expected a parallel loop over k around it"),
        ("for j", "for i", "axis i is already in scope"),
        ("store %m[i] <- %z", "store %x[i, 0] <- %z", "%x is an input and cannot be written"),
        ("store %m[i] <- %z", "store %m[i] <- %at", "%m holds f32, %at is i64"),
        ("store %m[i] <- %z", "store %n[i] <- %z", "%n is no buffer of this kernel"),
        ("store %m[i] <- %z", "store %m[i] <- %l", "%l is not defined here"),
        ("store %m[i] <- %z", "store %m[%z] <- %z", "%z: expected an integer index, got f32"),
        ("%z: f32 = add(%t", "%z: f32 = sum_up(%t", "no operator is called 'sum_up'"),
        ("%z: f32 = add(%t, %top)", "%z: f32 = matmul(%t, %top)", "'matmul' is no scalar operator"),
        ("add(%t, ", "add(%x, ", "%x is a buffer, not a scalar"),
        ("%t: f32 = load", "%top: f32 = load", "%top is defined twice"),
        ("product r in batch", "product c in batch", "axis c is already in scope"),
        ("%row: f32[16]", "%row: f32[batch]", "%row: expected known dimensions, got f32[batch]"),
        ("for j in 10", "for batch in 10", "batch is both an axis and a dimension"),
        ("-> (%w, ", "-> (", "expected every written parameter once among the results"),
    ],
)
def test_broken_rules(old: str, new: str, message: str) -> None:
    broken(TEXT, old, new, message)


def test_prologues_pass() -> None:
    verify_kernel(parse_kernel(PROLOGUE), OPS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("load %x[i, k]", "load %x[j, k]", "axis j is not in scope"),
        ("load %w[k, j]", "load %w[i, j]", "axis i is not in scope"),
        ("load %m[k]", "load %m[k, k]", "%m: expected 1 indices, got 2"),
        ("relu(%w_)", "relu(%z)", "%z is not defined here"),
        ("sum %z", "sum %x_", "%x_: expected the last value of the factor's block"),
        ("store %y[i, j] <- %acc", "store %y[i, j] <- %z", "%z is not defined here"),
        ("%v: f32 = relu(%w_)", "%v: f64 = relu(%w_)", "%v is f64, the product is f32"),
        ("%acc: f32 = sum", "%z: f32 = sum", "%z is defined twice"),
    ],
)
def test_broken_prologues(old: str, new: str, message: str) -> None:
    broken(PROLOGUE, old, new, message)


def test_partial_results_pass() -> None:
    verify_kernel(parse_kernel(PARTIAL), OPS)
    moments = PARTIAL.replace("%s: f32[8, 6]", "%s: f32[8, 3, 6]").replace("partial add", "partial moments")
    verify_kernel(parse_kernel(moments), OPS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("partial add", "partial average", "expected one of add, mul, maximum, minimum, got 'average'"),
        ("over i from 0.0", "over k from 0.0", "over k: expected i or j, the rows or the columns of the product"),
        ("%s[j] <- %acc over", "%s[i] <- %acc over", "%s: expected the index j, the product's other axis"),
        ("%s[j] <-", "%s[2*j] <-", "%s: expected the index j, the product's other axis"),
        (
            "%s[j] <- %acc over i",
            "%s[i] <- %acc over j",
            "over j: expected one axis for all partial results of a product, got i too",
        ),
        ("%t: f32[8, 6]", "%t: f32[4, 6]", "%s: expected as many rows as %t has"),
        ("%s: f32[8, 6]", "%s: f32[batch, 6]", "%s: expected a matrix with a known number of rows, got f32[batch, 6]"),
        ("%s[j] <-", "%w[j] <-", "%w is an input and cannot be written"),
        (
            "partial add",
            "partial moments",
            "%s: expected floats [parts, 3, columns] that begin with 0, got f32[8, 6]",
        ),
        ("%s: f32[8, 6]", "%s: f32[8, 3, 6]", "%s: expected a matrix with a known number of rows, got f32[8, 3, 6]"),
        ("%s: f32[8, 6]", "%s: f64[8, 6]", "%s holds f64, %acc is f32"),
        (
            "store %r[i] <- %more",
            "partial add %s[j] <- %more over i from 0.0",
            "%s: expected a partial result in the epilogue of a product of two matrices",
        ),
        (
            "  product n",
            "  partial add %s[0] <- 1.0 over i from 0.0\n  product n",
            "%s: expected a partial result in the epilogue of a product of two matrices",
        ),
        (
            "partial add %s[j] <- %acc over i from 0.0",
            "for l in 2 {\n partial add %s[j] <- %acc over i from 0.0\n }",
            "%s: expected a partial result in the epilogue of a product of two matrices",
        ),
    ],
)
def test_broken_rules_of_partial_results(old: str, new: str, message: str) -> None:
    broken(PARTIAL, old, new, message)


def broken(text: str, old: str, new: str, message: str) -> None:
    assert old in text
    with pytest.raises(VerifyError) as caught:
        verify_kernel(parse_kernel(text.replace(old, new, 1)), OPS)
    assert str(caught.value).partition("\n")[0] == f"kernel @k: {message}"


def test_a_routine_names_buffers_of_the_kernel() -> None:
    with pytest.raises(VerifyError, match="kernel @t: %h is no buffer of this kernel"):
        verify_kernel(parse_kernel("kernel @t(%g: f32[8]) -> (%y: f32[8]) {\n  call copy(%h, %y)\n}"), OPS)
