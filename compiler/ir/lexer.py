"""Tokens of IR text, shared by the parsers of both levels, and errors that point at them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePath
from typing import Final, NamedTuple, NoReturn

from graphc.runtime.errors import DeclarationError, ParseError
from graphc.runtime.types import TensorType

from .core import Loc, TextLoc

_TOKEN: Final = re.compile(
    r"""
    [ \t\r\n]+
  | (?P<comment>\#[^\n]*)
  | (?P<value>%[\w.]+)
  | (?P<type>(?:f32|f64|bf16|i32|i64|bool)\[[^\]\n]*\])
  | (?P<number>(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|(?:inf|nan)(?=(?:f32|f64|bf16)?\b))(?:f32|f64|bf16|i32|i64|bool)?\b)
  | (?P<word>[^\W\d]\w*)
  | (?P<symbol>@[\w.]+)
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<mark>->|<-|[(){}\[\],:=*+/<>-])
  | (?P<unknown>.)
    """,
    re.VERBOSE,
)
_LOCATION: Final = re.compile(r"#\s*(\S[^:]*):(\d+)(?: \[([^\]]*)\])?\s*")


class Token(NamedTuple):
    """One token: its kind, its text and where it starts."""

    kind: str
    text: str
    start: int


def excerpt(lines: Sequence[str], line: int, column: int = 0, length: int = 1, context: int = 0) -> str:
    """Lines around ``line`` with their numbers, and a caret under ``column`` (both from 1; column 0 for none)."""
    first, last = max(1, line - context), min(len(lines), line + context)
    width = len(str(last))
    shown: list[str] = []
    for number in range(first, last + 1):
        shown.append(f"  {number:>{width}} | {lines[number - 1]}".rstrip())
        if number == line and column:
            shown.append(f"  {'':>{width}} | {' ' * (column - 1)}{'^' * max(1, length)}")
    return "\n".join(shown)


class Tokens:
    """A cursor over the tokens of a text.

    Attributes:
        text: all of it.
        file: its name in errors.
        items: the tokens, closed by one of kind "end".
        at: position of the next one.
        comments: the comment of a line, by line number.
    """

    def __init__(self, text: str, file: str = "text") -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.comments: dict[int, str] = {}
        self.items: list[Token] = []
        self._types: dict[str, TensorType] = {}
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup
            if kind == "comment":
                self.comments[self.line_of(match.start())] = match[0]
            elif kind is not None:
                self.items.append(Token(kind, match[0], match.start()))
        self.items.append(Token("end", "end of text", len(text.rstrip())))

    @cached_property
    def lines(self) -> list[str]:
        """The text in lines."""
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line_of(self, start: int) -> int:
        """The number of the line that holds this offset, from 1."""
        return bisect_right(self._starts, start)

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self.items[self.at]

    def peek(self, ahead: int = 1) -> Token:
        """A token further on."""
        return self.items[min(self.at + ahead, len(self.items) - 1)]

    def take(self) -> Token:
        """The next token, consumed."""
        token = self.items[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Consume the next token when it is one of these marks or words."""
        token = self.items[self.at]
        if token.text in texts and token.kind in ("mark", "word"):
            self.at += 1
            return True
        return False

    def expect(self, *texts: str) -> Token:
        """Consume one of these marks or words; ParseError otherwise."""
        token = self.items[self.at]
        if token.text not in texts or token.kind not in ("mark", "word"):
            self.unexpected(" or ".join(f"'{t}'" for t in texts))
        self.at += 1
        return token

    def expect_kind(self, kind: str, what: str) -> Token:
        """Consume a token of this kind; ParseError says that ``what`` was expected."""
        token = self.items[self.at]
        if token.kind != kind:
            self.unexpected(what)
        self.at += 1
        return token

    def type(self) -> TensorType:
        """Consume a tensor type."""
        token = self.expect_kind("type", "a type such as f32[batch, 784]")
        known = self._types.get(token.text)
        if known is None:
            try:
                known = self._types[token.text] = TensorType.parse(token.text)
            except DeclarationError as error:
                self.fail(str(error), token)
        return known

    def location(self, line: int) -> Loc:
        """The source line that the comment of a line tells, else the place in the text."""
        match = _LOCATION.fullmatch(self.comments.get(line, ""))
        if match is None:
            return TextLoc(self.file, line)
        return Loc(match[1], int(match[2]), "", match[3] or "")

    def unexpected(self, expected: str) -> NoReturn:
        """ParseError at the next token, or at the end of the line before when that one ends too early."""
        token, before = self.next, self.items[self.at - 1] if self.at else None
        if before is not None and self.line_of(before.start) < self.line_of(token.start):
            end = before.start + len(before.text)
            self.fail(f"expected {expected}, got the end of the line", Token("mark", " ", end))
        self.unexpected_here(expected)

    def unexpected_here(self, expected: str) -> NoReturn:
        """ParseError at the next token."""
        token = self.next
        got = "the end of the text" if token.kind == "end" else repr(token.text)
        self.fail(f"expected {expected}, got {got}", token)

    def fail(self, message: str, token: Token) -> NoReturn:
        """ParseError at a token."""
        line = self.line_of(token.start)
        column = token.start - self._starts[line - 1] + 1
        length = 1 if token.kind == "end" else len(token.text)
        where = f"{PurePath(self.file).name}:{line}:{column}"
        raise ParseError(f"{where}: {message}\n{excerpt(self.lines, line, column, length)}")
