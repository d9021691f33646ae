"""Kernels as text: loop nests in braces, one statement a line.

    kernel @softmax_7c1e(%x: f32[batch, 10]) -> (%m: f32[batch]) {
      parallel i in batch by 16 {
        %top: f32 = accumulator maximum -inf
        for j in 10 {
          %l: f32 = load %x[i, j]
          accumulate maximum %top <- %l
        }
        store %m[i] <- %top
      }
    }

The factors of a product that are computed come first, as blocks called ``left`` and ``right``; the sum names their
last values, as in ``sum %z * %w[k, j]``.

Parameters take the operands of the fused node, results are its results; one written in place is a parameter marked
``inout`` whose name stands among the results. A literal is a number of the line's element type; one that this type
cannot hold exactly carries ``f64``.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graphc.compiler.ir import exact, format_attr, shortest
from graphc.runtime.types import Dim, DType, Shapelike

from .core import (
    Accumulate,
    Accumulator,
    Argument,
    Buffer,
    Call,
    Compute,
    Contract,
    Factor,
    For,
    Index,
    Kernel,
    Load,
    Number,
    Partial,
    Position,
    Prologue,
    Scratch,
    Statement,
    Store,
    Turn,
)

WIDTH: Final = 120  # a longer header takes one line a buffer
OPS_COMMENT: Final = "# ops: "


@dataclass(frozen=True)
class Line:
    """One line of a printed kernel and the statement it begins, None for headers and closing braces."""

    text: str
    statement: Statement | Call | None = None


def print_kernel(kernel: Kernel) -> str:
    """The kernel as text."""
    return "\n".join(line.text for line in kernel_lines(kernel))


def kernel_lines(kernel: Kernel) -> Iterator[Line]:
    """Every line of the kernel, in order; also of kernels that break rules."""
    yield from _header(kernel)
    if kernel.ops:
        wrapped = textwrap.wrap(", ".join(kernel.ops), WIDTH - len(OPS_COMMENT) - 2, break_on_hyphens=False)
        yield from (Line(f"  {OPS_COMMENT}{part}") for part in wrapped)
    if isinstance(kernel.body, Call):
        yield Line(f"  {_call(kernel.body)}", kernel.body)
    else:
        types = {b.name: b.type.dtype for b in kernel.buffers}
        yield from _Body(types).lines(kernel.body, 1)
    yield Line("}")


def _header(kernel: Kernel) -> Iterator[Line]:
    taken = [_parameter(b) for b in kernel.read]
    given = [f"%{b.name}" if b.mode == "inout" else _parameter(b) for b in kernel.written]
    header = f"kernel @{kernel.name}({', '.join(taken)}) -> ({', '.join(given)}) {{"
    if len(header) <= WIDTH:
        yield Line(header)
        return
    yield Line(f"kernel @{kernel.name}(")
    yield from (Line(f"  {text},") for text in taken)
    footer = f") -> ({', '.join(given)}) {{"
    if len(footer) <= WIDTH:
        yield Line(footer)
        return
    yield Line(") -> (")
    yield from (Line(f"  {text},") for text in given)
    yield Line(") {")


def _parameter(buffer: Buffer) -> str:
    return f"{'inout ' if buffer.mode == 'inout' else ''}%{buffer.name}: {buffer.type}"


def _call(call: Call) -> str:
    attrs = ", ".join(f"{key}={format_attr(value)}" for key, value in call.attrs)
    return f"call {call.routine}({', '.join(f'%{b}' for b in call.buffers)})" + (f" {{{attrs}}}" if attrs else "")


def number_text(value: Number, dtype: DType) -> str:
    """A literal in a line of this element type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    held = dtype if dtype.is_float else DType.f32
    return shortest(value, held) if math.isnan(value) or exact(value, held) == value else f"{value!r}f64"


class _Body:
    """Prints statements; knows the element type of every name met so far, for stores and accumulations."""

    def __init__(self, types: dict[str, DType]) -> None:
        self.types = types

    def lines(self, body: tuple[Statement, ...], depth: int) -> Iterator[Line]:
        """The statements and what they enclose."""
        for s in body:
            self._define(s)
            text = self._text(s)
            yield Line("  " * depth + text, s)
            if isinstance(s, Contract):
                for side, factor in (("left", s.a), ("right", s.b)):
                    if isinstance(factor, Prologue):
                        yield Line("  " * (depth + 1) + f"{side} {{")
                        yield from self.lines(factor.body, depth + 2)
                        yield Line("  " * (depth + 1) + "}")
                a, b = _factor(s.a), _factor(s.b)
                yield Line("  " * (depth + 1) + f"%{s.result}: {s.dtype} = sum {a} * {b}")
            if isinstance(s, For | Contract):
                yield from self.lines(s.body if isinstance(s, For) else s.epilogue, depth + 1)
                yield Line("  " * depth + "}")

    def _define(self, s: Statement) -> None:
        match s:
            case Load() | Compute() | Accumulator():
                self.types[s.name] = s.dtype
            case Position():
                self.types[s.name] = DType.i64
            case Scratch():
                self.types[s.name] = s.type.dtype
            case Contract():
                self.types[s.result] = s.dtype

    def _text(self, s: Statement) -> str:
        match s:
            case Load():
                fill = "" if s.fill is None else f" else {number_text(s.fill, s.dtype)}"
                return f"%{s.name}: {s.dtype} = load %{s.buffer}[{_indices(s.indices)}]{fill}"
            case Position():
                return f"%{s.name}: i64 = index {index_text(s.index)}"
            case Compute():
                attrs = ", ".join(f"{key}={format_attr(value)}" for key, value in s.attrs)
                arguments = ", ".join(_argument(a, s.dtype) for a in s.arguments)
                return f"%{s.name}: {s.dtype} = {s.op}({arguments})" + (f" {{{attrs}}}" if attrs else "")
            case Accumulator():
                return f"%{s.name}: {s.dtype} = accumulator {s.combine} {number_text(s.initial, s.dtype)}"
            case Accumulate():
                place = "" if s.indices is None else f"[{_indices(s.indices)}]"
                return f"accumulate {s.combine} %{s.target}{place} <- {self._value(s.value, s.target)}"
            case Partial():
                place, value = f"%{s.buffer}[{index_text(s.index)}]", self._value(s.value, s.buffer)
                initial = self._value(s.initial, s.buffer)
                return f"partial {s.combine} {place} <- {value} over {s.over} from {initial}"
            case Store():
                return f"store %{s.buffer}[{_indices(s.indices)}] <- {self._value(s.value, s.buffer)}"
            case Turn():
                return f"transpose %{s.target} <- %{s.source}"
            case Scratch():
                return f"%{s.name}: {s.type} = scratch"
            case For():
                word = "for" if s.kind == "serial" else s.kind
                by = f" by {s.chunk}" if s.chunk != 1 else ""
                return f"{word} {s.axis} in {s.extent}{by} {{"
            case Contract():
                axes = (*s.batch, s.rows, s.cols, s.depth)
                return f"product {', '.join(f'{axis} in {extent}' for axis, extent in axes)} {{"

    def _value(self, value: Argument, target: str) -> str:
        return _argument(value, self.types.get(target, DType.f32))


def _argument(argument: Argument, dtype: DType) -> str:
    return f"%{argument}" if isinstance(argument, str) else number_text(argument, dtype)


def _factor(factor: Factor) -> str:
    if isinstance(factor, Prologue):
        return f"%{factor.value}"
    return f"%{factor[0]}[{_indices(factor[1])}]"


def _indices(indices: tuple[Index, ...]) -> str:
    return ", ".join(map(index_text, indices))


def index_text(index: Index) -> str:
    """``2*i + 3``, ``batch - 1 - i``, ``i + %k``: no leading minus where another order avoids it."""
    terms = [_term(axis, factor) for axis, factor in index.terms]
    if index.value is not None:
        terms.append(("+", f"%{index.value}"))
    constant = [_signed(index.constant)] if index.constant != 0 or not terms else []
    leads = terms and terms[0][0] == "-" and constant
    parts = [*constant, *terms] if leads else [*terms, *constant]
    first_sign, first = parts[0]
    return ("-" if first_sign == "-" else "") + first + "".join(f" {sign} {text}" for sign, text in parts[1:])


def _signed(value: Shapelike) -> tuple[str, str]:
    text = str(value)
    return ("-", text[1:]) if text.startswith("-") else ("+", text)


def _term(axis: str, factor: Shapelike) -> tuple[str, str]:
    if isinstance(factor, Dim) and len(factor.terms) > 1:
        return "+", f"({factor})*{axis}"
    sign, text = _signed(factor)
    return sign, axis if text == "1" else f"{text}*{axis}"
