"""What the author of a routine sees of the kernel that is being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphc.compiler import kernel as k
from graphc.runtime.types import DType, Shape

from . import expressions as e
from .writer import Writer


@dataclass(frozen=True)
class Site:
    """What a routine's author sees: parameters, attributes, and a way to write lines."""

    writer: Writer
    call: k.Call

    @property
    def attrs(self) -> Mapping[str, object]:
        """Attributes of the operator."""
        return dict(self.call.attrs)

    @property
    def names(self) -> list[str]:
        """Variables of the parameters, operands first."""
        return [self.writer.buffers[b] for b in self.call.buffers]

    def shape(self, parameter: int) -> Shape:
        """Shape of a parameter."""
        return self.writer.kernel.by_name[self.call.buffers[parameter]].type.shape

    def dtype(self, parameter: int) -> DType:
        """Element type of a parameter."""
        return self.writer.kernel.by_name[self.call.buffers[parameter]].type.dtype

    def locals(self, *wishes: str) -> list[str]:
        """Variables of the routine's own, different from those of dimensions and parameters."""
        return [e.identifier(wish, self.writer.taken) for wish in wishes]

    def lines(self, text: str) -> None:
        """Write lines of source, indented relative to the function's body."""
        for line in text.splitlines():
            if line.strip():
                self.writer.line(line.rstrip())

    def number(self, value: k.Number, parameter: int) -> str:
        """A literal of a parameter's element type."""
        return self.writer.number(value, self.dtype(parameter))

    def cast(self, dtype: DType) -> str:
        """The name of a conversion to an element type."""
        return self.writer.cast(dtype)

    def piece(self, extent: str, unit: int = 1) -> str:
        """First and last-plus-one of this thread's positions, whole multiples of ``unit``; writes a line."""
        return self.writer.piece(extent, unit)

    def use(self, *intrinsics: str) -> None:
        """Import intrinsics."""
        self.writer.imports |= set(intrinsics)
