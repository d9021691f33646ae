"""The rules every kernel keeps: names and axes in scope, ranks and element types that fit, buffer modes respected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NoReturn

from graphc.compiler.ir import Op, Scalar, excerpt
from graphc.runtime.errors import VerifyError
from graphc.runtime.types import DType

from .core import (
    MOMENT_FIELDS,
    MOMENTS,
    Accumulate,
    Accumulator,
    Argument,
    Buffer,
    Call,
    Compute,
    Contract,
    For,
    Index,
    Kernel,
    Load,
    Partial,
    Position,
    Prologue,
    Scratch,
    Statement,
    Store,
    Turn,
)
from .text import kernel_lines

COMBINE: Final = ("add", "mul", "maximum", "minimum")
_NOT_SCALAR: Final = frozenset({"dim_size", "uniform"})  # computed per element although they have no scalar expression
CONTEXT: Final = 2  # lines quoted before and after the offending one


def verify_kernel(kernel: Kernel, ops: Mapping[str, Op]) -> None:
    """Raise VerifyError, with the offending line, when the kernel breaks a rule.

    Args:
        kernel: what to check.
        ops: operators by name.
    """
    _Check(kernel, ops).run()


class _Check:
    def __init__(self, kernel: Kernel, ops: Mapping[str, Op]) -> None:
        self.kernel = kernel
        self.ops = ops
        self.buffers = kernel.by_name
        self.scalars: dict[str, DType] = {}
        self.accumulators: dict[str, Accumulator] = {}
        self.scratch: dict[str, Scratch] = {}
        self.axes: dict[str, str] = {}  # axis -> kind of its loop
        self.defined: set[str] = set(self.buffers)
        self.epilogue: Contract | None = None  # the product whose epilogue is being checked
        self.count = 0  # statements met, which finds the line of the present one

    def fail(self, message: str) -> NoReturn:
        raise VerifyError(f"kernel @{self.kernel.name}: {message}{self.quote(message) if self.count else ''}")

    def quote(self, message: str) -> str:
        """The present line with its neighbours; points at the name the message begins with, else at the whole line."""
        lines = list(kernel_lines(self.kernel))
        number = [i for i, line in enumerate(lines, 1) if line.statement is not None][self.count - 1]
        text = lines[number - 1].text
        name = re.match(r"%[\w.]+", message)
        found = name and re.search(re.escape(name[0]) + r"(?![\w.])", text)
        start, end = found.span() if found else (len(text) - len(text.lstrip()), len(text))
        return "\n" + excerpt([line.text for line in lines], number, start + 1, end - start, CONTEXT)

    def run(self) -> None:
        if len(self.buffers) != len(self.kernel.buffers):
            self.fail("two buffers have the same name")
        modes = [b.mode for b in self.kernel.buffers]
        if "out" in modes and set(modes[modes.index("out") :]) != {"out"}:
            self.fail("expected the parameters that are read before those that are only written")
        written = sorted(b.name for b in self.kernel.buffers if b.mode != "in")
        if self.kernel.results and sorted(self.kernel.results) != written:
            self.fail("expected every written parameter once among the results")
        if isinstance(self.kernel.body, Call):
            self.count = 1
            for name in self.kernel.body.buffers:
                if name not in self.buffers:
                    self.fail(f"%{name} is no buffer of this kernel")
        else:
            self.body(self.kernel.body)

    @contextmanager
    def inside(self, axes: Mapping[str, str]) -> Iterator[None]:
        """A scope with more axes; what is defined in it ends with it."""
        saved = self.scalars, self.accumulators, self.scratch, self.axes
        self.scalars, self.accumulators = dict(self.scalars), dict(self.accumulators)
        self.scratch, self.axes = dict(self.scratch), {**self.axes, **axes}
        yield
        self.scalars, self.accumulators, self.scratch, self.axes = saved

    def body(self, statements: tuple[Statement, ...]) -> None:
        for s in statements:
            self.count += 1
            self.statement(s)

    def statement(self, s: Statement) -> None:
        match s:
            case Load():
                self.load(s)
            case Position():
                self.index(s.index)
                self.define(s.name, DType.i64)
            case Compute():
                self.compute(s)
            case Accumulator():
                self.combine(s.combine)
                self.define(s.name, s.dtype)
                self.accumulators[s.name] = s
            case Accumulate():
                self.accumulate(s)
            case Partial():
                self.partial(s)
            case Store():
                self.store(s)
            case Turn():
                self.turn(s)
            case Scratch():
                self.local(s)
            case For():
                self.loop(s)
            case Contract():
                self.product(s)

    def local(self, s: Scratch) -> None:
        if s.type.names:
            self.fail(f"%{s.name}: expected known dimensions, got {s.type}")
        self.unique(s.name)
        self.scratch[s.name] = s

    def unique(self, name: str) -> None:
        if name in self.defined:
            self.fail(f"%{name} is defined twice")
        self.defined.add(name)

    def define(self, name: str, dtype: DType) -> None:
        self.unique(name)
        self.scalars[name] = dtype

    def combine(self, combine: str) -> None:
        if combine not in COMBINE:
            self.fail(f"expected one of {', '.join(COMBINE)}, got '{combine}'")

    def index(self, index: Index) -> None:
        for axis, _ in index.terms:
            if axis not in self.axes:
                self.fail(f"axis {axis} is not in scope")
        if index.value is not None:
            dtype = self.scalar(index.value)
            if not dtype.is_integer:
                self.fail(f"%{index.value}: expected an integer index, got {dtype}")

    def indices(self, name: str, rank: int, indices: tuple[Index, ...]) -> None:
        if len(indices) != rank:
            self.fail(f"%{name}: expected {rank} indices, got {len(indices)}")
        for index in indices:
            self.index(index)

    def scalar(self, name: str) -> DType:
        if name not in self.scalars:
            what = "is a buffer, not a scalar" if name in self.buffers else "is not defined here"
            self.fail(f"%{name} {what}")
        return self.scalars[name]

    def argument(self, argument: Argument) -> DType | None:
        """Its element type; None for a literal, which takes that of its place."""
        return self.scalar(argument) if isinstance(argument, str) else None

    def memory(self, name: str, writing: bool) -> Buffer | Scratch:
        if name in self.scratch:
            return self.scratch[name]
        buffer = self.buffers.get(name)
        if buffer is None:
            self.fail(f"%{name} is no buffer of this kernel")
        if writing and buffer.mode == "in":
            self.fail(f"%{name} is an input and cannot be written")
        return buffer

    def load(self, s: Load) -> None:
        memory = self.memory(s.buffer, writing=False)
        self.indices(s.buffer, memory.type.rank, s.indices)
        if memory.type.dtype is not s.dtype:
            self.fail(f"%{s.buffer} holds {memory.type.dtype}, the line says {s.dtype}")
        self.define(s.name, s.dtype)

    def compute(self, s: Compute) -> None:
        op = self.ops.get(s.op)
        if op is None:
            self.fail(f"no operator is called '{s.op}'")
        if not isinstance(op.lower_cpu, Scalar) and s.op not in _NOT_SCALAR:
            self.fail(f"'{s.op}' is no scalar operator")
        for argument in s.arguments:
            self.argument(argument)
        self.define(s.name, s.dtype)

    def written(self, target: str, dtype: DType, value: Argument) -> None:
        given = self.argument(value)
        if given is not None and given is not dtype:
            self.fail(f"%{target} holds {dtype}, %{value} is {given}")

    def accumulate(self, s: Accumulate) -> None:
        self.combine(s.combine)
        if s.indices is None:
            accumulator = self.accumulators.get(s.target)
            if accumulator is None:
                self.fail(f"%{s.target} is no accumulator in scope")
            if accumulator.combine != s.combine:
                self.fail(f"%{s.target} accumulates by {accumulator.combine}, got '{s.combine}'")
            self.written(s.target, accumulator.dtype, s.value)
            return
        memory = self.memory(s.target, writing=True)
        self.indices(s.target, memory.type.rank, s.indices)
        self.written(s.target, memory.type.dtype, s.value)

    def partial(self, s: Partial) -> None:
        if s.combine != MOMENTS:
            self.combine(s.combine)
        product = self.epilogue
        if product is None or product.batch or all(x is not s for x in product.epilogue):
            self.fail(f"%{s.buffer}: expected a partial result in the epilogue of a product of two matrices")
        sides = [product.rows[0], product.cols[0]]
        if s.over not in sides:
            self.fail(f"over {s.over}: expected {' or '.join(sides)}, the rows or the columns of the product")
        other = sides[1 - sides.index(s.over)]
        if s.index != Index.axis(other):
            self.fail(f"%{s.buffer}: expected the index {other}, the product's other axis")
        memory = self.memory(s.buffer, writing=True)
        known, *fields, _ = memory.type.shape if memory.type.rank > 1 else (0, 0)
        if s.combine == MOMENTS and (fields != [MOMENT_FIELDS] or not memory.type.dtype.is_float or s.initial != 0):
            self.fail(f"%{s.buffer}: expected floats [parts, 3, columns] that begin with 0, got {memory.type}")
        if (fields and s.combine != MOMENTS) or not isinstance(known, int) or known < 1:
            self.fail(f"%{s.buffer}: expected a matrix with a known number of rows, got {memory.type}")
        for x in product.epilogue:
            if isinstance(x, Partial) and x.over != s.over:
                self.fail(f"over {s.over}: expected one axis for all partial results of a product, got {x.over} too")
            if isinstance(x, Partial) and self.memory(x.buffer, writing=True).type.shape[0] != memory.type.shape[0]:
                self.fail(f"%{s.buffer}: expected as many rows as %{x.buffer} has")
        self.written(s.buffer, memory.type.dtype, s.value)

    def store(self, s: Store) -> None:
        memory = self.memory(s.buffer, writing=True)
        self.indices(s.buffer, memory.type.rank, s.indices)
        self.written(s.buffer, memory.type.dtype, s.value)

    def turn(self, s: Turn) -> None:
        target, source = self.memory(s.target, writing=True), self.memory(s.source, writing=False)
        if target.type.shape != source.type.shape[::-1] or source.type.rank != 2:
            self.fail(f"%{s.target}: expected the transpose of {source.type}, got {target.type}")
        if target.type.dtype is not source.type.dtype:
            self.fail(f"%{s.target} holds {target.type.dtype}, %{s.source} is {source.type.dtype}")

    def loop(self, s: For) -> None:
        enclosing = self.axes.get(s.axis)
        if s.kind == "lanes":
            if enclosing != "parallel":
                self.fail(f"lanes {s.axis}: expected a parallel loop over {s.axis} around it")
        else:
            self.new_axis(s.axis)
        if s.chunk < 1 or (s.chunk != 1 and s.kind == "serial"):
            self.fail(f"chunk: expected a positive number, on parallel and lanes loops only, got {s.chunk}")
        with self.inside({s.axis: s.kind}):
            self.body(s.body)

    def new_axis(self, axis: str) -> None:
        if axis in self.axes:
            self.fail(f"axis {axis} is already in scope")
        if axis in self.kernel.dims:
            self.fail(f"{axis} is both an axis and a dimension")

    def product(self, s: Contract) -> None:
        outer: dict[str, str] = {}
        for axis, _ in (*s.batch, s.rows, s.cols, s.depth):
            self.new_axis(axis)
            if axis in outer:
                self.fail(f"axis {axis} is already in scope")
            outer[axis] = "product"
        for factor, other in ((s.a, s.cols[0]), (s.b, s.rows[0])):
            if isinstance(factor, Prologue):
                with self.inside({axis: kind for axis, kind in outer.items() if axis != other}):
                    self.prologue(s, factor)
                continue
            with self.inside(outer):
                memory = self.memory(factor[0], writing=False)
                self.indices(factor[0], memory.type.rank, factor[1])
        del outer[s.depth[0]]  # summed away before the epilogue
        with self.inside(outer):
            self.define(s.result, s.dtype)
            self.epilogue = s
            self.body(s.epilogue)
            self.epilogue = None

    def prologue(self, s: Contract, prologue: Prologue) -> None:
        self.body(prologue.body)
        if not prologue.body or prologue.body[-1].name != prologue.value:
            self.fail(f"%{prologue.value}: expected the last value of the factor's block")
        dtype = self.scalar(prologue.value)
        if dtype is not s.dtype:
            self.fail(f"%{prologue.value} is {dtype}, the product is {s.dtype}")
