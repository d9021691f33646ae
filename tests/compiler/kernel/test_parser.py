import pytest

from graphc.compiler.kernel import parse_kernel
from graphc.runtime.errors import ParseError

TEXT = """\
kernel @top(%x: f32[batch, 10]) -> (%m: f32[batch]) {
  parallel i in batch by 16 {
    %top: f32 = accumulator maximum -inf
    for j in 10 {
      %l: f32 = load %x[i, j]
      accumulate maximum %top <- %l
    }
    store %m[i] <- %top
  }
}"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            " -> ",
            " ",
            """\
top.ir:1:33: expected '->', got '('
  1 | kernel @top(%x: f32[batch, 10]) (%m: f32[batch]) {
    |                                 ^""",
        ),
        (
            "by 16",
            "by 0",
            """\
top.ir:2:26: expected a positive whole number of positions a chunk, got 0
  2 |   parallel i in batch by 0 {
    |                          ^""",
        ),
        (
            "[i, j]",
            "[i*j, j]",
            """\
top.ir:5:27: expected one axis a term; an index is a sum of axes times whole numbers
  5 |       %l: f32 = load %x[i*j, j]
    |                           ^""",
        ),
        (
            "accumulate maximum",
            "acumulate maximum",
            """\
top.ir:6:7: expected a statement or '}', got 'acumulate'
  6 |       acumulate maximum %top <- %l
    |       ^^^^^^^^^""",
        ),
        (
            "%l: f32",
            "%l: f23",
            """\
top.ir:5:11: expected one of f32, f64, bf16, i32, i64, bool, got 'f23'
  5 |       %l: f23 = load %x[i, j]
    |           ^^^""",
        ),
        (
            "maximum -inf",
            "maximum",
            """\
top.ir:3:36: expected a number, got the end of the line
  3 |     %top: f32 = accumulator maximum
    |                                    ^""",
        ),
        (
            "%m: f32[batch]",
            "%x: f32[batch]",
            """\
top.ir:1:37: %x is defined twice
  1 | kernel @top(%x: f32[batch, 10]) -> (%x: f32[batch]) {
    |                                     ^^""",
        ),
        (
            "    store %m[i] <- %top\n  }\n}",
            "",
            """\
top.ir:7:6: expected a statement or '}', got the end of the text
  7 |     }
    |      ^""",
        ),
    ],
)
def test_errors_point_at_the_place(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ParseError) as caught:
        parse_kernel(TEXT.replace(old, new, 1), file="top.ir")
    assert str(caught.value) == message


def test_a_product_needs_three_axes() -> None:
    with pytest.raises(ParseError, match="product: expected at least 3 axes"):
        parse_kernel("kernel @p() -> () {\n  product i in 3, j in 4 {\n  }\n}")


def test_a_prologue_stores_nothing() -> None:
    text = """\
kernel @p(%x: f32[3, 4], %w: f32[4, 5]) -> (%y: f32[3, 5]) {
  product i in 3, j in 5, k in 4 {
    left {
      store %y[i, k] <- 0.0
    }
    %acc: f32 = sum %z * %w[k, j]
  }
}"""
    with pytest.raises(ParseError) as caught:
        parse_kernel(text, file="p.ir")
    assert (
        str(caught.value)
        == """\
p.ir:4:7: left: expected loads, positions and operators only
  4 |       store %y[i, k] <- 0.0
    |       ^^^^^"""
    )
