"""Reads kernels back from text.

The grammar, where "…" stands for more of the same::

    kernel    := "kernel" "@"name "(" [["inout"] buffer, …] ")" "->" "(" [result, …] ")" "{" (statement* | call) "}"
    result    := buffer | "%"name of an "inout" buffer
    buffer    := "%"name ":" type
    statement := ("for" | "parallel" | "lanes") axis "in" extent ["by" chunk] "{" statement* "}"
               | "product" axis "in" extent, … "{" ["left" "{" statement* "}"] ["right" "{" statement* "}"]
                                               "%"name ":" dtype "=" "sum" factor "*" factor statement* "}"
               | "accumulate" combine "%"name ["[" index, … "]"] "<-" argument
               | "partial" combine "%"name "[" index "]" "<-" argument "over" axis "from" number
               | "store" access "<-" argument
               | "transpose" "%"name "<-" "%"name
               | "%"name ":" type "=" "scratch"
               | "%"name ":" dtype "=" ("load" access ["else" number] | "index" index | "accumulator" combine number
                                        | operator "(" argument, … ")" ["{" attrs "}"])
    access    := "%"name "[" index, … "]"
    factor    := access | "%"name of the last value of the block of that side
    call      := "call" routine "(" "%"name, … ")" ["{" attrs "}"]

A comment ``# ops: matmul, relu`` is kept as the list of operators the kernel computes.
"""

from __future__ import annotations

from typing import Literal

from graphc.compiler.ir import Tokens, exact, read_attrs, read_dim, read_linear, read_number
from graphc.runtime.types import DType, Shapelike

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
from .text import OPS_COMMENT


def parse_kernel(text: str, *, file: str = "text") -> Kernel:
    """Read one kernel.

    Args:
        text: what :func:`print_kernel` writes.
        file: the text's name in errors.

    Raises:
        ParseError: with file, line and column, and a caret under the place.
    """
    tokens = Tokens(text, file)
    kernel = read_kernel(tokens)
    if tokens.next.kind != "end":
        tokens.unexpected_here("the end of the text after the kernel")
    return kernel


def read_kernel(tokens: Tokens) -> Kernel:
    """Read a kernel from the tokens."""
    return _KernelReader(tokens).read()


class _KernelReader:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.axes: list[str] = []
        self.types: dict[str, DType] = {}

    def read(self) -> Kernel:
        tokens = self.tokens
        tokens.expect("kernel")
        name = tokens.expect_kind("symbol", "a name such as @add_7c1e")
        buffers = self._parameters()
        tokens.expect("->")
        results = self._results(buffers)
        opened = tokens.line_of(tokens.expect("{").start)
        body: tuple[Statement, ...] | Call
        if tokens.next.text == "call":
            body = self._call()
            tokens.expect("}")
        else:
            body = self._body()
        closed = tokens.line_of(tokens.peek(-1).start)
        comments = (tokens.comments.get(line, "") for line in range(opened, closed + 1))
        ops = " ".join(c.removeprefix(OPS_COMMENT) for c in comments if c.startswith(OPS_COMMENT))
        # Without "inout" parameters the order of the results is that of the buffers, which needs no list.
        order = tuple(results) if any(b.mode == "inout" for b in buffers) else ()
        return Kernel(name.text[1:], tuple(buffers), body, tuple(ops.replace(",", " ").split()), order)

    def _parameters(self) -> list[Buffer]:
        tokens = self.tokens
        buffers: list[Buffer] = []
        tokens.expect("(")
        while not tokens.accept(")"):
            buffers.append(self._buffer("inout" if tokens.accept("inout") else "in"))
            if tokens.next.text != ")":
                tokens.expect(",", ")")
        return buffers

    def _results(self, buffers: list[Buffer]) -> list[str]:
        """Names of the results in order; new buffers are appended to ``buffers``."""
        tokens = self.tokens
        results: list[str] = []
        in_place = {b.name for b in buffers if b.mode == "inout"}
        tokens.expect("(")
        while not tokens.accept(")"):
            if tokens.next.text[1:] in in_place:
                results.append(self._name())
            else:
                buffers.append(self._buffer("out"))
                results.append(buffers[-1].name)
            if tokens.next.text != ")":
                tokens.expect(",", ")")
        return results

    def _buffer(self, mode: Literal["in", "out", "inout"]) -> Buffer:
        token = self.tokens.expect_kind("value", "a buffer such as %x: f32[8], or ')'")
        self.tokens.expect(":")
        buffer = Buffer(token.text[1:], self.tokens.type(), mode)
        if buffer.name in self.types:
            self.tokens.fail(f"{token.text} is defined twice", token)
        self.types[buffer.name] = buffer.type.dtype
        return buffer

    def _call(self) -> Call:
        tokens = self.tokens
        tokens.expect("call")
        routine = tokens.expect_kind("word", "the name of a routine").text
        tokens.expect("(")
        buffers: list[str] = []
        while not tokens.accept(")"):
            buffers.append(self._name())
            if tokens.next.text != ")":
                tokens.expect(",", ")")
        return Call(routine, tuple(buffers), tuple((key, value) for key, (_, value) in read_attrs(tokens).items()))

    def _name(self) -> str:
        return self.tokens.expect_kind("value", "a name such as %x").text[1:]

    def _body(self) -> tuple[Statement, ...]:
        """Statements up to the closing brace, which is consumed."""
        statements: list[Statement] = []
        while not self.tokens.accept("}"):
            statements.append(self._statement())
        return tuple(statements)

    def _statement(self) -> Statement:
        tokens = self.tokens
        if tokens.next.kind == "value":
            return self._definition()
        match tokens.next.text:
            case "for" | "parallel" | "lanes":
                return self._loop()
            case "product":
                return self._product()
            case "accumulate":
                return self._accumulate()
            case "partial":
                return self._partial()
        if tokens.accept("transpose"):
            target = self._name()
            tokens.expect("<-")
            return Turn(target, self._name())
        if not tokens.accept("store"):
            tokens.unexpected_here("a statement or '}'")
        buffer, indices = self._access()
        tokens.expect("<-")
        return Store(buffer, indices, self._argument(self._type_of(buffer)))

    def _type_of(self, name: str) -> DType:
        return self.types.get(name, DType.f32)

    def _loop(self) -> For:
        tokens = self.tokens
        word = tokens.take().text
        kind: Literal["serial", "parallel", "lanes"] = (
            "parallel" if word == "parallel" else "lanes" if word == "lanes" else "serial"
        )
        axis, extent = self._axis()
        chunk = 1
        if tokens.accept("by"):
            token = tokens.next
            number = read_number(tokens, "the number of positions a chunk")
            if number.dtype is not None or type(number.value) is not int or number.value < 1:
                tokens.fail(f"expected a positive whole number of positions a chunk, got {token.text}", token)
            chunk = number.value
        tokens.expect("{")
        self.axes.append(axis)
        body = self._body()
        self.axes.pop()
        return For(axis, extent, body, kind, chunk)

    def _axis(self) -> tuple[str, Shapelike]:
        axis = self.tokens.expect_kind("word", "the name of an axis").text
        self.tokens.expect("in")
        return axis, read_dim(self.tokens)

    def _product(self) -> Contract:
        tokens = self.tokens
        start = tokens.take()
        axes = [self._axis()]
        while tokens.accept(","):
            axes.append(self._axis())
        tokens.expect("{")
        if len(axes) < 3:
            tokens.fail(f"product: expected at least 3 axes (rows, columns, depth), got {len(axes)}", start)
        self.axes += [axis for axis, _ in axes]
        left, right = self._prologue("left"), self._prologue("right")
        result = self._name()
        tokens.expect(":")
        dtype = self._dtype()
        tokens.expect("=")
        tokens.expect("sum")
        a = self._factor(left)
        tokens.expect("*")
        b = self._factor(right)
        self.types[result] = dtype
        del self.axes[-1]  # the depth is summed away before the epilogue
        epilogue = self._body()
        del self.axes[len(self.axes) - len(axes) + 1 :]
        return Contract(tuple(axes[:-3]), axes[-3], axes[-2], axes[-1], a, b, result, dtype, epilogue)

    def _prologue(self, side: str) -> tuple[Load | Position | Compute, ...] | None:
        """The statements of a factor that is computed; None where it is read from memory."""
        tokens = self.tokens
        if not tokens.accept(side):
            return None
        tokens.expect("{")
        body: list[Load | Position | Compute] = []
        while not tokens.accept("}"):
            token = tokens.next
            statement = self._statement()
            if not isinstance(statement, Load | Position | Compute):
                tokens.fail(f"{side}: expected loads, positions and operators only", token)
            body.append(statement)
        return tuple(body)

    def _factor(self, body: tuple[Load | Position | Compute, ...] | None) -> Factor:
        return self._access() if body is None else Prologue(body, self._name())

    def _accumulate(self) -> Accumulate:
        tokens = self.tokens
        tokens.take()
        combine = tokens.expect_kind("word", "a combining operator such as add").text
        target = self._name()
        indices = self._indices() if tokens.next.text == "[" else None
        tokens.expect("<-")
        return Accumulate(target, combine, self._argument(self._type_of(target)), indices)

    def _partial(self) -> Partial:
        tokens = self.tokens
        tokens.take()
        combine = tokens.expect_kind("word", "a combining operator such as add").text
        buffer = self._name()
        tokens.expect("[")
        index = self._index()
        tokens.expect("]")
        tokens.expect("<-")
        dtype = self._type_of(buffer)
        value = self._argument(dtype)
        tokens.expect("over")
        over = tokens.expect_kind("word", "the name of an axis").text
        tokens.expect("from")
        return Partial(combine, buffer, index, value, over, self._number(dtype))

    def _dtype(self) -> DType:
        token = self.tokens.expect_kind("word", "an element type such as f32")
        if token.text not in DType.__members__:
            self.tokens.fail(f"expected one of {', '.join(DType.__members__)}, got {token.text!r}", token)
        return DType[token.text]

    def _definition(self) -> Statement:
        tokens = self.tokens
        name = self._name()
        tokens.expect(":")
        if tokens.next.kind == "type":
            array = tokens.type()
            tokens.expect("=")
            tokens.expect("scratch")
            self.types[name] = array.dtype
            return Scratch(name, array)
        dtype = self._dtype()
        self.types[name] = dtype
        tokens.expect("=")
        word = tokens.expect_kind("word", "load, index, accumulator or the name of an operator")
        match word.text:
            case "load":
                buffer, indices = self._access()
                return Load(name, dtype, buffer, indices, self._number(dtype) if tokens.accept("else") else None)
            case "index":
                if dtype is not DType.i64:
                    tokens.fail(f"an index is i64, the line says {dtype}", word)
                return Position(name, self._index())
            case "accumulator":
                combine = tokens.expect_kind("word", "a combining operator such as add").text
                return Accumulator(name, dtype, combine, self._number(dtype))
        return self._compute(name, dtype, word.text)

    def _compute(self, name: str, dtype: DType, op: str) -> Compute:
        tokens = self.tokens
        tokens.expect("(")
        arguments: list[Argument] = []
        if not tokens.accept(")"):
            arguments.append(self._argument(dtype))
            while tokens.expect(",", ")").text == ",":
                arguments.append(self._argument(dtype))
        return Compute(name, dtype, op, tuple(arguments), tuple((k, v) for k, (_, v) in read_attrs(tokens).items()))

    def _argument(self, dtype: DType) -> Argument:
        if self.tokens.next.kind == "value":
            return self._name()
        return self._number(dtype, "a name such as %x, or a number")

    def _number(self, dtype: DType, what: str = "a number") -> Number:
        """A literal in a line of this element type."""
        number = read_number(self.tokens, what)
        if number.dtype is None and type(number.value) is float:
            return exact(number.value, dtype if dtype.is_float else DType.f32)
        return number.value

    def _access(self) -> tuple[str, tuple[Index, ...]]:
        return self._name(), self._indices()

    def _indices(self) -> tuple[Index, ...]:
        tokens = self.tokens
        tokens.expect("[")
        if tokens.accept("]"):
            return ()
        indices = [self._index()]
        while tokens.expect(",", "]").text == ",":
            indices.append(self._index())
        return tuple(indices)

    def _index(self) -> Index:
        return Index(*read_linear(self.tokens, frozenset(self.axes)))
