"""``program.kernels``: every generated kernel at every level, with what it computes, moves and became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphc.compiler import kernel as k
from graphc.compiler.compiled import Compiled
from graphc.compiler.lowering.codegen import CompiledKernel
from graphc.compiler.lowering.plan import flops, traffic
from graphc.runtime.types import Shapelike

from .assembly import AssemblyFacts, facts_of
from .provenance import Line, Provenance, lines_text, provenance
from .tables import Column, Table, escape, expression, number


@dataclass(frozen=True)
class KernelInfo:
    """One generated kernel. ``print`` gives a card, ``.source``, ``.ir``, ``.llvm`` and ``.asm`` the whole texts.

    Attributes:
        name: content-derived, such as ``matmul_add_relu_1318198b``.
        operators: the graph operators it was fused from.
        lines: the user's lines they come from.
        launches: which launches of a step run it.
        makes: names of the values it computes, over all launches.
        buffers: its parameters, with type and direction.
        flops: floating-point operations of one launch, a formula of the named dimensions; a multiply-add counts two.
        bytes: bytes it reads and writes, each buffer counted once a direction.
        written: how many of those are written.
    """

    name: str
    operators: tuple[str, ...]
    lines: tuple[Line, ...]
    launches: tuple[int, ...]
    makes: tuple[str, ...]
    buffers: tuple[k.Buffer, ...]
    flops: Shapelike
    bytes: Shapelike
    written: Shapelike
    compiled: CompiledKernel = field(repr=False)

    @property
    def ir(self) -> str:
        """Kernel IR: loops, loads, operators, stores."""
        return str(self.compiled.kernel)

    @property
    def source(self) -> str:
        """The generated Python."""
        return self.compiled.source.text

    @property
    def llvm(self) -> str:
        """LLVM IR, optimised."""
        return self.compiled.llvm

    @property
    def asm(self) -> str:
        """Assembly for this machine."""
        return self.compiled.asm

    @cached_property
    def facts(self) -> AssemblyFacts:
        """What the assembly shows: vector width, calls that are left, spilled registers."""
        return facts_of(self.compiled)

    @property
    def vector_width(self) -> int:
        """Bits of the vectors it computes with; 0 for scalar code."""
        return self.facts.width

    @property
    def calls(self) -> tuple[str, ...]:
        """Functions its machine code calls, such as ``memset``."""
        return self.facts.calls

    @property
    def spills(self) -> int:
        """Stores and loads of vector registers to the stack inside loops, as LLVM's comments count them."""
        return self.facts.spills

    def cost(self, **dims: int) -> tuple[int, int]:
        """FLOPs and bytes of one launch for these dimensions."""
        return number(self.flops, dims), number(self.bytes, dims)

    def __str__(self) -> str:
        facts = self.facts
        times = "once" if len(self.launches) == 1 else f"{len(self.launches)} times"
        calls = f"; calls {', '.join(facts.calls)}" if facts.calls else "; no calls"
        spills = f"; {facts.spills} vector spills in loops" if facts.spills else "; no vector spills in loops"
        width = f"{facts.width}-bit vectors" if facts.width else "scalar"
        rows = [
            ("operators", ", ".join(self.operators) or "copy"),
            ("lines", lines_text(self.lines) or "none"),
            ("launched", f"{times} a step: {', '.join(f'#{i}' for i in self.launches)}"),
            ("makes", ", ".join(f"%{name}" for name in self.makes)),
            ("computes", f"{expression(self.flops)} FLOPs"),
            ("moves", f"{expression(self.bytes)} bytes, of which {expression(self.written)} are written"),
            ("machine code", f"{width}{calls}{spills}; {facts.instructions} instructions"),
        ]
        width_of_names = max((len(b.name) + 1 for b in self.buffers), default=0)
        buffers = [f"    {f'%{b.name}':<{width_of_names}}  {b.mode:<5}  {b.type}" for b in self.buffers]
        card = [f"kernel {self.name}", *(f"  {label:<14}{text}" for label, text in rows)]
        return "\n".join([*card, "  buffers", *buffers])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


class KernelTable(Mapping[str, KernelInfo]):
    """Kernels by name, in order of first launch; a part of a name that fits one kernel is enough.

    ``print`` gives a table.
    """

    def __init__(self, kernels: Mapping[str, KernelInfo]) -> None:
        self._kernels = dict(kernels)

    def __getitem__(self, name: str | int) -> KernelInfo:
        if isinstance(name, int):
            return list(self._kernels.values())[name]
        if name in self._kernels:
            return self._kernels[name]
        found = [full for full in self._kernels if name in full]
        if len(found) == 1:
            return self._kernels[found[0]]
        raise KeyError(f"{name!r} fits {len(found)} kernels of: {', '.join(self._kernels)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._kernels)

    def __len__(self) -> int:
        return len(self._kernels)

    def table(self) -> Table:
        """The table behind ``print`` and ``_repr_html_``."""
        rows = []
        for info in self.values():
            facts = info.facts
            rows.append(
                (
                    info.name,
                    " ".join(f"#{i}" for i in info.launches),
                    lines_text(info.lines),
                    expression(info.flops),
                    expression(info.bytes),
                    facts.vectors,
                    " ".join(facts.calls) or "-",
                    str(facts.spills),
                )
            )
        columns = (
            Column("kernel", least=24, tail=9),
            Column("launches", least=10, rank=2),
            Column("lines", least=14, rank=3),
            Column("FLOPs", right=True),
            Column("bytes", right=True),
            Column("vectors", right=True),
            Column("calls", rank=1),
            Column("spills", right=True, rank=1),
        )
        count = len(self)
        return Table(columns, tuple(rows), f"{count} kernel{'' if count == 1 else 's'}")

    def to_json(self) -> list[dict[str, Any]]:
        """Plain data."""
        return [
            {
                "name": info.name,
                "operators": list(info.operators),
                "lines": [str(line) for line in info.lines],
                "launches": list(info.launches),
                "makes": list(info.makes),
                "buffers": [{"name": b.name, "type": str(b.type), "mode": b.mode} for b in info.buffers],
                "flops": str(info.flops),
                "bytes": str(info.bytes),
                "vector_width": info.vector_width,
                "calls": list(info.calls),
                "spills": info.spills,
            }
            for info in self.values()
        ]

    def __str__(self) -> str:
        return self.table().text()

    def __repr__(self) -> str:
        return f"<{len(self)} kernels: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        return self.table().html()


def kernel_table(compiled: Compiled, known: Provenance | None = None) -> KernelTable:
    """The kernels of a compiled graph."""
    known = known or provenance(compiled)
    names = compiled.graphs["fused"].names
    updated = {value: leaf for leaf, value in compiled.graphs["fused"].updates}
    infos: dict[str, KernelInfo] = {}
    launches: dict[str, list[int]] = {}
    lines: dict[str, dict[Line, None]] = {}
    makes: dict[str, dict[str, None]] = {}
    for index, node in enumerate(compiled.plan.nodes):
        name = node.attrs["kernel"].name
        launches.setdefault(name, []).append(index)
        lines.setdefault(name, {}).update(dict.fromkeys(known.origins[node].lines))
        makes.setdefault(name, {}).update(dict.fromkeys(names[updated.get(v, v)] for v in node.results))
    for name, compiled_kernel in compiled.kernels.items():
        kernel = compiled_kernel.kernel
        infos[name] = KernelInfo(
            name=name,
            operators=kernel.ops,
            lines=tuple(lines[name]),
            launches=tuple(launches[name]),
            makes=tuple(makes[name]),
            buffers=kernel.buffers,
            flops=flops(kernel),
            bytes=moved(kernel)[0] + moved(kernel)[1],
            written=moved(kernel)[1],
            compiled=compiled_kernel,
        )
    return KernelTable(infos)


def moved(kernel: k.Kernel) -> tuple[Shapelike, Shapelike]:
    """Bytes a launch reads and writes; a check of an index only reads it."""
    written: Shapelike = 0
    for buffer in kernel.written:
        written = written + buffer.type.nbytes
    if isinstance(kernel.body, k.Call) and kernel.body.routine == "check_index":
        return traffic(kernel) - written, 0
    return traffic(kernel) - written, written
