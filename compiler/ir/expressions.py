"""Reads the parts that both levels of IR text share: numbers, dimensions, index expressions, attributes."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final, NamedTuple

from graphc.runtime.errors import ShapeError
from graphc.runtime.types import Dim, DType, Shapelike, parse_dim

from .attributes import exact
from .lexer import Token, Tokens
from .op import Attr

_SUFFIXES: Final = tuple(sorted(DType.__members__, key=len, reverse=True))
_OPERATORS: Final = ("+", "-", "*", "/")


class Number(NamedTuple):
    """A number as written.

    Attributes:
        value: a bool, an int, or the float that a decimal stands for.
        dtype: the type its suffix names, or None.
        token: where it stands.
    """

    value: float | int | bool
    dtype: DType | None
    token: Token

    @property
    def typed(self) -> tuple[float | int | bool, DType]:
        """The value and element type of an operand; without a suffix these are f32, i64 and bool."""
        if self.dtype is not None:
            return self.value, self.dtype
        if isinstance(self.value, bool):
            return self.value, DType.bool
        if isinstance(self.value, int):
            return self.value, DType.i64
        return exact(self.value, DType.f32), DType.f32


class Linear(NamedTuple):
    """A sum: axes with their factors, a constant, and at most one scalar value.

    Attributes:
        terms: (axis, factor) pairs as written.
        constant: everything without an axis.
        value: name of the scalar, or None.
    """

    terms: tuple[tuple[str, Shapelike], ...]
    constant: Shapelike
    value: str | None


def starts_number(tokens: Tokens) -> bool:
    """True when a literal comes next."""
    token = tokens.next
    if token.text == "-" and token.kind == "mark":
        token = tokens.peek()
        return token.kind == "number"
    return token.kind == "number" or (token.kind == "word" and token.text in ("true", "false"))


def read_number(tokens: Tokens, what: str = "a number") -> Number:
    """A literal, with its sign."""
    if not starts_number(tokens):
        tokens.unexpected(what)
    negative = tokens.accept("-")
    token = tokens.take()
    if token.kind == "word":
        return Number(token.text == "true", None, token)
    suffix = next((s for s in _SUFFIXES if token.text.endswith(s)), "")
    digits = token.text.removesuffix(suffix)
    dtype = DType[suffix] if suffix else None
    whole = digits.isdigit()
    if dtype is DType.bool or (dtype is not None and dtype.is_integer and not whole):
        tokens.fail(f"expected a number of type {dtype}, got {token.text!r}", token)
    if whole and (dtype is None or dtype.is_integer):
        return Number(-int(digits) if negative else int(digits), dtype, token)
    value = -float(digits) if negative else float(digits)
    return Number(value if dtype is None else exact(value, dtype), dtype, token)


def read_dim(tokens: Tokens) -> Shapelike:
    """A dimension: ``784``, ``batch``, ``batch*heads/2``, ``batch - 1``."""
    return read_linear(tokens, ()).constant


def read_linear(tokens: Tokens, axes: Collection[str]) -> Linear:
    """An index expression: ``2*i + 3``, ``batch - 1 - i``, ``i + %k``; names that are no axes are dimensions."""
    terms: list[tuple[str, Shapelike]] = []
    constant: Shapelike = 0
    value: str | None = None
    negative = tokens.accept("-")
    while True:
        start = tokens.next
        factor, axis, scalar = _read_product(tokens, axes)
        factor = -1 * factor if negative else factor
        if scalar is not None:
            if value is not None or axis is not None or factor != 1:
                tokens.fail("expected one scalar value, added to the rest of the index", start)
            value = scalar
        elif axis is not None:
            terms.append((axis, factor))
        else:
            constant = constant + factor
        if tokens.accept("-"):
            negative = True
        elif tokens.accept("+"):
            negative = False
        else:
            return Linear(tuple(terms), constant, value)


def _read_product(tokens: Tokens, axes: Collection[str]) -> tuple[Shapelike, str | None, str | None]:
    """A product of integers and dimensions with at most one axis or one scalar value."""
    factor: Shapelike = 1
    axis: str | None = None
    value: str | None = None
    divide = False
    while True:
        token = tokens.next
        if token.kind == "value" and axes != ():
            value = tokens.take().text[1:]
        elif token.kind == "word" and token.text in axes:
            if axis is not None or divide:
                tokens.fail("expected one axis a term; an index is a sum of axes times whole numbers", token)
            axis = tokens.take().text
        else:
            factor = _times(tokens, factor, _read_atom(tokens), divide)
        if not tokens.accept("*", "/"):
            return factor, axis, value
        divide = tokens.peek(-1).text == "/"


def _times(tokens: Tokens, factor: Shapelike, other: Shapelike, divide: bool) -> Shapelike:
    if not divide:
        return factor * other
    token = tokens.peek(-1)
    if other == 0:
        tokens.fail("division by zero", token)
    if isinstance(factor, int) and isinstance(other, int):
        return parse_dim(f"{factor}/{other}")
    try:
        return factor // other  # exact: one of them is a dimension
    except ShapeError as error:
        tokens.fail(str(error), token)


def _read_atom(tokens: Tokens) -> Shapelike:
    token = tokens.next
    if token.kind == "number" and token.text.isdigit():
        return int(tokens.take().text)
    if token.kind == "word":
        return Dim.named(tokens.take().text)
    if not tokens.accept("("):
        tokens.unexpected("a whole number or the name of a dimension")
    inside = read_dim(tokens)
    tokens.expect(")")
    return inside


def read_attrs(tokens: Tokens) -> dict[str, tuple[Token, Attr]]:
    """``{key=value, …}``, or nothing: each value with the token of its key."""
    attrs: dict[str, tuple[Token, Attr]] = {}
    if not tokens.accept("{"):
        return attrs
    while True:
        key = tokens.expect_kind("word", "the name of an attribute")
        if key.text in attrs:
            tokens.fail(f"attribute {key.text!r} is given twice", key)
        tokens.expect("=")
        attrs[key.text] = (key, read_attr(tokens))
        if tokens.expect(",", "}").text == "}":
            return attrs


def read_attr(tokens: Tokens) -> Attr:
    """One attribute value."""
    token = tokens.next
    if token.text == "[":
        return _read_list(tokens)
    if token.kind == "string":
        return json.loads(tokens.take().text)
    if token.text == "<":
        tokens.fail("a function or an object was printed here; it cannot be read back from text", token)
    if starts_number(tokens):
        start = tokens.at
        number = read_number(tokens)
        if number.dtype is not None:
            tokens.fail("expected a number without a type in an attribute", number.token)
        if type(number.value) is not int or tokens.next.text not in _OPERATORS:
            return number.value
        tokens.at = start
    if token.kind == "word":
        if token.text == "none":
            tokens.take()
            return None
        if token.text in DType.__members__:
            return DType[tokens.take().text]
    elif token.kind != "number" and token.text not in ("-", "("):
        tokens.unexpected("a value: a number, true, false, none, a string, a dtype, a dimension or a list")
    return read_dim(tokens)


def _read_list(tokens: Tokens) -> tuple[Attr, ...]:
    tokens.expect("[")
    items: list[Attr] = []
    if tokens.accept("]"):
        return ()
    while True:
        items.append(read_attr(tokens))
        if tokens.expect(",", "]").text == "]":
            return tuple(items)
