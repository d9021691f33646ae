"""The text of a function in the making: lines, variables, numbers, imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphc.compiler import kernel as k
from graphc.compiler.ir import Op
from graphc.runtime.types import DType, dim_product

from . import expressions as e
from .nests import shape_tuple

_CASTS = {
    DType.f32: ("f32", "float32"),
    DType.f64: ("f64", "float64"),
    DType.i32: ("i32", "int32"),
    DType.i64: ("i64", "int64"),
}


@dataclass
class Writer:
    """State of writing one function: its lines, and the variables that stand for the kernel's names."""

    kernel: k.Kernel
    ops: Mapping[str, Op]
    lines: list[str] = field(default_factory=list)
    depth: int = 0
    imports: set[str] = field(default_factory=lambda: {"minimum", "view"})
    numpy: dict[str, str] = field(default_factory=dict)
    math: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    scalars: dict[str, str] = field(default_factory=dict)
    buffers: dict[str, str] = field(default_factory=dict)
    axes: dict[str, str] = field(default_factory=dict)
    dtypes: dict[str, DType] = field(default_factory=dict)
    scratches: dict[str, str] = field(default_factory=dict)  # scratch name -> start of the lanes it is indexed from
    lanes_start: str = ""  # first and last-plus-one position of the chunk that lanes loops run over
    lanes_stop: str = ""
    part: str = ""  # which row of the partial results the present task of a product writes
    written_out: bool = False  # inside a row loop whose column loops are written out
    kept: dict[str, str] = field(default_factory=dict)  # load -> where its number was put beforehand
    turned: dict[str, tuple[str, str]] = field(default_factory=dict)  # matrix -> its turned rows, and the first one
    chunk: int = 0  # most positions of the chunk that lanes loops run over
    flat: str | None = None  # name of the flattened loop position, when the nest is flattened

    def line(self, text: str) -> None:
        """Add one line at the current depth."""
        self.lines.append(f"{'    ' * self.depth}{text}")

    def view(self, buffer: k.Buffer, slot: int, flat: bool) -> None:
        """The variable of a parameter; with one index for all its elements where the nest is flattened."""
        name = e.identifier(buffer.name, self.taken)
        self.buffers[buffer.name] = name
        self.dtypes[buffer.name] = buffer.type.dtype
        shape = buffer.type.shape
        if flat and buffer.type.rank > 1:
            shape = (dim_product(shape),)
        self.line(f'{name} = view(table, {slot}, "{buffer.type.dtype}", {shape_tuple(shape or (1,))})')

    # Numbers and names ----------------------------------------------------------------------------------------------

    def number(self, value: k.Number, dtype: DType) -> str:
        """A literal, with the imports it needs."""
        text = e.number(value, dtype)
        for word in ("inf", "nan"):
            if word in text:
                self.math.add(word)
        if text.startswith(("f32(", "i32(")):
            self.cast(dtype)
        return text

    def cast(self, dtype: DType) -> str:
        """The name of the NumPy scalar type that converts to ``dtype``."""
        short, long = _CASTS[dtype]
        self.numpy[short] = long
        return short

    def scalar(self, name: str, dtype: DType) -> str:
        """The variable of a new scalar value."""
        variable = e.identifier(name, self.taken)
        self.scalars[name] = variable
        self.dtypes[name] = dtype
        return variable

    def argument(self, argument: k.Argument, dtype: DType) -> str:
        """An argument of an operator, a literal having the given element type."""
        return self.scalars[argument] if isinstance(argument, str) else self.number(argument, dtype)

    def element(self, buffer: str, indices: Sequence[k.Index]) -> str:
        """``x[i, j]``."""
        if buffer in self.scratches:
            start = self.scratches[buffer]
            texts = [e.index(i, self.axes, self.scalars) for i in indices]
            return f"{self.buffers[buffer]}[{', '.join(f'{t} - {start}' if start else t for t in texts)}]"
        name = self.buffers[buffer]
        if not indices:
            return f"{name}[0]"
        if self.flat is not None and any(i.terms for i in indices):
            return f"{name}[{self.flat}]"
        return f"{name}[{', '.join(e.index(i, self.axes, self.scalars) for i in indices)}]"

    def axis(self, name: str) -> str:
        """The variable of a loop axis."""
        self.axes[name] = e.identifier(name, self.taken)
        return self.axes[name]

    def piece(self, extent: str, unit: int) -> str:
        """First and last-plus-one of this thread's positions in a loop, whole multiples of ``unit``; writes a line."""
        self.imports.add("share")
        piece = e.identifier("piece", self.taken)
        self.line(f"{piece} = share({extent}, {unit}, threads)")
        return f"thread * {piece}, minimum(thread * {piece} + {piece}, {extent})"
