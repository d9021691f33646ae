"""Kernel-level IR: loop nests with loads, scalar expressions, accumulators, products and stores.

A kernel is what one launch runs. Its body is a tree of statements:

    statement := for | product | load | position | compute | accumulator | accumulate | partial | store
    for       := ("for" | "parallel") axis "in" extent ["by" chunk] "{" statement* "}"
    product   := "product" axis "in" extent "," axis "in" extent "," axis "in" extent "{" prologues "sum" epilogue "}"

Scalar values have single assignment and are named; buffers are the kernel's parameters. Every index is an affine
expression of loop axes, plus at most one scalar value read before (gathers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

from graphc.runtime.types import DType, Shapelike, TensorType

Number: TypeAlias = float | int | bool
Argument: TypeAlias = "str | Number"  # a scalar value's name, or a literal
MOMENTS = "moments"  # how a partial result keeps what a variance is made of:
MOMENT_FIELDS = 3  # how many values, their mean, the sum of squared differences from it


@dataclass(frozen=True)
class Buffer:
    """A parameter of a kernel.

    Attributes:
        name: unique in the kernel.
        type: element type and shape.
        mode: "in" is read, "out" is written, "inout" both (an update in place).
    """

    name: str
    type: TensorType
    mode: Literal["in", "out", "inout"]


@dataclass(frozen=True)
class Index:
    """Affine index: ``sum(factor * axis) + constant``, plus a scalar value for gathers.

    Attributes:
        terms: (axis name, factor) pairs.
        constant: added to it.
        value: name of an i64 scalar added to it, or None.
    """

    terms: tuple[tuple[str, Shapelike], ...] = ()
    constant: Shapelike = 0
    value: str | None = None

    @staticmethod
    def axis(name: str) -> Index:
        """The axis itself."""
        return Index(((name, 1),))


@dataclass(frozen=True)
class Load:
    """``%name: dtype = load %buffer[indices]``; with ``fill``, elements outside the buffer read as that number."""

    name: str
    dtype: DType
    buffer: str
    indices: tuple[Index, ...]
    fill: Number | None = None


@dataclass(frozen=True)
class Position:
    """``%name: i64 = index expression``: a loop position, or a flat element number, as a value."""

    name: str
    index: Index


@dataclass(frozen=True)
class Compute:
    """``%name: dtype = op(arguments) {attrs}``: one scalar operator of the operator table.

    ``cast`` takes its target from ``dtype``; ``dim_size`` has no argument and the attribute ``dim``;
    ``uniform`` takes seed, step, stream and element number.
    """

    name: str
    dtype: DType
    op: str
    arguments: tuple[Argument, ...]
    attrs: tuple[tuple[str, Shapelike], ...] = ()


@dataclass(frozen=True)
class Accumulator:
    """``%name: dtype = accumulator combine(initial)``: a scalar that changes; read by its name after its loop."""

    name: str
    dtype: DType
    combine: str
    initial: Number


@dataclass(frozen=True)
class Accumulate:
    """``accumulate combine %target <- %value``: into a scalar accumulator, or into ``%target[indices]``."""

    target: str
    combine: str
    value: Argument
    indices: tuple[Index, ...] | None = None


@dataclass(frozen=True)
class Partial:
    """``partial combine %buffer[index] <- value over axis from initial``: partial results of a reduction of a product.

    Stands in a product's epilogue. The blocks that the product's ``over`` axis is cut into are dealt out to the rows of
    ``buffer`` in turn. At ``index``, which is the product's other axis, a row combines the values of its blocks, in
    their order; a row without blocks holds the initial value. Combining the rows gives the reduction. ``moments`` has
    three rows for each partial result: how many values there are, their mean, the sum of squared differences from it.
    Those of a block are found about its own mean, and joined to those of the blocks before.

    Attributes:
        combine: operator, or ``moments``.
        buffer: matrix of as many rows as there are partial results, an axis of 3 after these for moments.
        index: position in a row.
        value: what is reduced.
        over: the axis that is reduced, rows or columns of the product.
        initial: neutral element of the operator.
    """

    combine: str
    buffer: str
    index: Index
    value: Argument
    over: str
    initial: Number


@dataclass(frozen=True)
class Store:
    """``store %buffer[indices] <- value``."""

    buffer: str
    indices: tuple[Index, ...]
    value: Argument


@dataclass(frozen=True)
class Turn:
    """``transpose %target <- %source``: copy what the enclosing block covers of a matrix, transposed.

    Stands at the end of the body of a parallel loop over the rows of ``source`` (then it covers the chunk's rows), or
    of a product's epilogue (then it covers the block of the result).
    """

    target: str
    source: str


@dataclass(frozen=True)
class Scratch:
    """``%name: type = scratch``: a small local array, private to a thread; all dimensions are ints."""

    name: str
    type: TensorType


@dataclass(frozen=True)
class For:
    """A loop. ``parallel`` loops are shared out in chunks of ``chunk`` positions, the same for any thread count.

    Attributes:
        axis: name of the position.
        extent: number of positions.
        body: statements.
        kind: "serial"; "parallel"; or "lanes", which runs over the positions of the chunk of the enclosing parallel
            loop of the same axis.
        chunk: positions a chunk (parallel loops).
    """

    axis: str
    extent: Shapelike
    body: tuple[Statement, ...]
    kind: Literal["serial", "parallel", "lanes"] = "serial"
    chunk: int = 1


@dataclass(frozen=True)
class Prologue:
    """A factor of a product that is computed where the product needs it, and never stored.

    Attributes:
        body: loads, positions and scalar operators for one element, over the factor's own axes.
        value: the scalar among them that is the element.
    """

    body: tuple[Load | Position | Compute, ...]
    value: str


Factor: TypeAlias = tuple[str, tuple[Index, ...]] | Prologue


@dataclass(frozen=True)
class Contract:
    """``product``: every element of a matrix product, handed to an epilogue.

    For each position of ``rows`` x ``cols`` (and of ``batch`` axes before them) the name ``result`` holds
    ``sum over depth of a[a_indices] * b[b_indices]``, and ``epilogue`` runs.

    Attributes:
        batch: (axis, extent) pairs of leading dimensions.
        rows: (axis, extent) of the result's rows.
        cols: (axis, extent) of the result's columns.
        depth: (axis, extent) of the contraction.
        a: buffer and indices over batch, rows and depth; or a prologue over these axes.
        b: buffer and indices over batch, depth and cols; or a prologue over these axes.
        result: scalar name.
        dtype: element type of the result.
        epilogue: statements for one element of the result.
    """

    batch: tuple[tuple[str, Shapelike], ...]
    rows: tuple[str, Shapelike]
    cols: tuple[str, Shapelike]
    depth: tuple[str, Shapelike]
    a: Factor
    b: Factor
    result: str
    dtype: DType
    epilogue: tuple[Statement, ...]

    @property
    def prologues(self) -> tuple[Prologue, ...]:
        """Factors that are computed, the left one first."""
        return tuple(factor for factor in (self.a, self.b) if isinstance(factor, Prologue))

    @property
    def read(self) -> tuple[tuple[str, tuple[Index, ...]], ...]:
        """Factors that are read from memory, the left one first."""
        return tuple(factor for factor in (self.a, self.b) if not isinstance(factor, Prologue))


Statement: TypeAlias = (
    Load | Position | Compute | Accumulator | Accumulate | Partial | Store | Turn | Scratch | For | Contract
)


@dataclass(frozen=True)
class Call:
    """``call routine(%buffers) {attrs}``: a kernel that is one library routine of the lowering.

    Attributes:
        routine: its name in ``compiler.lowering.routines``.
        buffers: parameter names in the routine's order.
        attrs: compile-time attributes.
    """

    routine: str
    buffers: tuple[str, ...]
    attrs: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Kernel:
    """One kernel.

    Attributes:
        name: derived from what it does and a hash of its canonical text.
        buffers: parameters, inputs first.
        body: statements, or one :class:`Call`.
        ops: names of the graph operators it computes, in order, for people.
        results: names of the written parameters in the order of the node's results; () for the parameters' order.
    """

    name: str
    buffers: tuple[Buffer, ...]
    body: tuple[Statement, ...] | Call
    ops: tuple[str, ...] = ()
    results: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[Buffer, ...]:
        """Parameters that take the node's operands, in order."""
        return tuple(b for b in self.buffers if b.mode != "out")

    @property
    def written(self) -> tuple[Buffer, ...]:
        """Parameters that hold the node's results, in order."""
        if self.results:
            return tuple(self.by_name[name] for name in self.results)
        return tuple(b for b in self.buffers if b.mode != "in")

    @cached_property
    def by_name(self) -> Mapping[str, Buffer]:
        """Parameters by name."""
        return {b.name: b for b in self.buffers}

    @cached_property
    def dims(self) -> tuple[str, ...]:
        """Named dimensions its code needs, sorted."""
        names: set[str] = set()
        for buffer in self.buffers:
            names |= buffer.type.names
        for value in _shapelikes(self.body):
            names |= getattr(value, "names", frozenset())
        return tuple(sorted(names))

    @cached_property
    def canonical(self) -> Kernel:
        """The same kernel with positional names: equal for kernels that differ only in names."""
        return canonicalize(self)

    @cached_property
    def digest(self) -> str:
        """Eight hexadecimal digits of its canonical form."""
        return hashlib.sha256(
            repr((self.canonical.buffers, self.canonical.body, self.canonical.results)).encode()
        ).hexdigest()[:8]

    def named(self) -> Kernel:
        """This kernel with its content-derived name: a summary of its operators and the digest."""
        words = list(dict.fromkeys(op for op in self.ops if op not in _SILENT)) or list(self.ops) or ["copy"]
        summary = "_".join(words[:4]) + (f"_x{len(words)}" if len(words) > 4 else "")
        return replace(self, name=f"{summary}_{self.digest}")

    def __str__(self) -> str:
        from .text import print_kernel  # noqa: PLC0415 - the printer is above; only this convenience looks up at it

        return print_kernel(self)


_SILENT = frozenset({"constant", "broadcast", "dim_size", "iota"})


def walk(body: tuple[Statement, ...]) -> Iterator[Statement]:
    """Every statement, outer before inner, in order."""
    for statement in body:
        yield statement
        if isinstance(statement, For):
            yield from walk(statement.body)
        elif isinstance(statement, Contract):
            for prologue in statement.prologues:
                yield from prologue.body
            yield from walk(statement.epilogue)


def _shapelikes(body: tuple[Statement, ...] | Call) -> Iterator[object]:
    if isinstance(body, Call):
        for _, attr in body.attrs:
            yield from attr if isinstance(attr, tuple) else (attr,)
        return
    for s in walk(body):
        if isinstance(s, For):
            yield s.extent
        elif isinstance(s, Contract):
            yield from (extent for _, extent in (*s.batch, s.rows, s.cols, s.depth))
            for index in (index for _, indices in s.read for index in indices):
                yield from _index_shapelikes(index)
        elif isinstance(s, Compute):
            yield from (value for _, value in s.attrs)
        elif isinstance(s, Position):
            yield from _index_shapelikes(s.index)
        elif isinstance(s, Load | Store) or (isinstance(s, Accumulate) and s.indices is not None):
            for index in s.indices or ():
                yield from _index_shapelikes(index)
        elif isinstance(s, Partial):
            yield from _index_shapelikes(s.index)


def _index_shapelikes(index: Index) -> Iterator[object]:
    yield index.constant
    yield from (factor for _, factor in index.terms)


class _Renamer:
    """Positional names for buffers, axes and scalars, in order of first definition."""

    def __init__(self, kernel: Kernel) -> None:
        self.names = {b.name: f"p{i}" for i, b in enumerate(kernel.buffers)}
        self.axes: dict[str, str] = {}

    def name(self, name: str) -> str:
        return self.names.setdefault(name, f"v{len(self.names)}")

    def axis(self, name: str) -> str:
        return self.axes.setdefault(name, f"i{len(self.axes)}")

    def argument(self, argument: Argument) -> Argument:
        return self.name(argument) if isinstance(argument, str) else argument

    def index(self, index: Index) -> Index:
        value = self.name(index.value) if index.value is not None else None
        return Index(tuple((self.axis(a), f) for a, f in index.terms), index.constant, value)

    def indices(self, indices: tuple[Index, ...]) -> tuple[Index, ...]:
        return tuple(self.index(i) for i in indices)

    def factor(self, factor: Factor) -> Factor:
        if not isinstance(factor, Prologue):
            return self.name(factor[0]), self.indices(factor[1])
        body = tuple(self.scalar(s) for s in factor.body)
        return Prologue(body, self.name(factor.value))

    def scalar(self, s: Load | Position | Compute) -> Load | Position | Compute:
        match s:
            case Load():
                buffer, indices = self.name(s.buffer), self.indices(s.indices)
                return replace(s, name=self.name(s.name), buffer=buffer, indices=indices)
            case Position():
                return Position(self.name(s.name), self.index(s.index))
            case Compute():
                arguments = tuple(self.argument(a) for a in s.arguments)
                return replace(s, name=self.name(s.name), arguments=arguments)

    def statement(self, s: Statement) -> Statement:
        match s:
            case Load() | Position() | Compute():
                return self.scalar(s)
            case Accumulator() | Scratch():
                return replace(s, name=self.name(s.name))
            case Accumulate():
                indices_ = None if s.indices is None else self.indices(s.indices)
                return replace(s, target=self.name(s.target), value=self.argument(s.value), indices=indices_)
            case Partial():
                buffer, at = self.name(s.buffer), self.index(s.index)
                return Partial(s.combine, buffer, at, self.argument(s.value), self.axis(s.over), s.initial)
            case Store():
                return Store(self.name(s.buffer), self.indices(s.indices), self.argument(s.value))
            case Turn():
                return Turn(self.name(s.target), self.name(s.source))
            case For():
                axis = self.axis(s.axis)
                return replace(s, axis=axis, body=tuple(self.statement(x) for x in s.body))
            case Contract():
                axes = [(self.axis(a), e) for a, e in (*s.batch, s.rows, s.cols, s.depth)]
                a, b = self.factor(s.a), self.factor(s.b)
                result = self.name(s.result)
                epilogue = tuple(self.statement(x) for x in s.epilogue)
                return Contract(tuple(axes[:-3]), axes[-3], axes[-2], axes[-1], a, b, result, s.dtype, epilogue)


def canonicalize(kernel: Kernel) -> Kernel:
    """Rename everything by position; what equal kernels have in common."""
    renamer = _Renamer(kernel)
    buffers = tuple(replace(b, name=renamer.name(b.name)) for b in kernel.buffers)
    body: tuple[Statement, ...] | Call
    if isinstance(kernel.body, Call):
        body = replace(kernel.body, buffers=tuple(renamer.name(b) for b in kernel.body.buffers))
    else:
        body = tuple(renamer.statement(s) for s in kernel.body)
    return Kernel("", buffers, body, (), tuple(renamer.name(r) for r in kernel.results))
