"""``program.memory``: all the memory of a step before it runs: who needs it, when, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from graphc.compiler.compiled import Compiled
from graphc.compiler.ir import Graph, Node
from graphc.compiler.ops.fused import FUSED
from graphc.runtime.arena import MemoryLine, MemoryReport
from graphc.runtime.program import Role
from graphc.runtime.types import evaluate_dim

from .tables import Column, Table, byte_text, escape

PICTURE: Final = 48  # characters; more launches than that share a character
ALIVE: Final = "█"
DEAD: Final = "·"


@dataclass(frozen=True)
class Memory(MemoryReport):
    """All the memory a program uses for given dimensions. ``print`` shows it with a picture of lives.

    Attributes:
        launches: how many launches a step has.
        parameters: bytes of parameters.
        other_state: bytes of optimiser moments, statistics, counters and learning rates.
        constants: bytes of constant arrays, and of the numbers of random streams.
        saved: bytes of activations: made by the forward pass, read by the backward pass.
        alive: bytes of the arena in use at each launch.
    """

    launches: int
    parameters: int
    other_state: int
    constants: int
    saved: int
    alive: tuple[int, ...]

    @property
    def peak(self) -> int:
        """Everything together: states, inputs, arena."""
        return self.states + self.inputs + self.arena

    @property
    def workspace(self) -> int:
        """The part of the arena that is not saved activations."""
        return max(0, self.arena - self.saved)

    def fits(self, bytes: int) -> bool:
        """Whether a step needs no more than so many bytes."""
        return self.peak <= bytes

    def table(self) -> Table:
        """Every buffer of the arena, with a picture of its life: one character a launch."""
        rows = [
            (
                f"%{line.name}",
                line.type,
                byte_text(line.bytes),
                f"{line.offset}",
                f"{line.first}..{line.last}",
                picture(line, self.launches),
            )
            for line in self.lines
        ]
        columns = (
            Column("buffer", least=12),
            Column("type", rank=2),
            Column("size", right=True),
            Column("at", right=True, rank=3),
            Column("launches", rank=1),
            Column("alive"),
        )
        return Table(columns, tuple(rows))

    def text(self, width: int | None = None) -> str:
        """Totals, then the table."""
        dims = ", ".join(f"{name}={value}" for name, value in self.dims.items())
        excess = self.arena / self.lower_bound - 1 if self.lower_bound else 0.0
        rows = [
            ("parameters", self.parameters, ""),
            ("other state", self.other_state, "moments, statistics, counters, learning rates"),
            ("constants", self.constants, "arrays, numbers of random streams"),
            ("inputs", self.inputs, ""),
            ("arena", self.arena, f"{excess:.1%} above the {byte_text(self.lower_bound)} that are alive at once"),
            ("  activations", self.saved, "made by the forward pass, read by the backward pass"),
            (
                "  workspace",
                self.workspace,
                f"{byte_text(self.unshared)} would be needed if no buffers shared a place",
            ),
            ("peak", self.peak, "parameters, states, constants, inputs and arena"),
        ]
        lines = [f"memory of {self.program}" + (f" ({dims})" if dims else "")]
        lines += [f"  {label:<14}{byte_text(size):>11}   {note}".rstrip() for label, size, note in rows if size]
        return "\n".join([*lines, "", self.table().text(width)]) if self.lines else "\n".join(lines)

    def svg(self, width: int = 1080, height: int = 220) -> str:
        """The arena over a step as a picture: launches to the right, offsets upwards, a rectangle a buffer."""
        count, top = max(self.launches, 1), max(self.arena, 1)
        left, bottom = 76, 22
        x = (width - left - 8) / count
        y = (height - bottom - 8) / top
        parts = [
            f'<svg class="lives" viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMin meet" role="img" '
            'style="font:11px ui-monospace,monospace" aria-label="lives of buffers in the arena">'
        ]
        for step in range(5):
            at = height - bottom - step / 4 * top * y
            parts.append(
                f'<line x1="{left}" x2="{width - 8}" y1="{at:.1f}" y2="{at:.1f}" stroke="currentColor" opacity=".15"/>'
                f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end" fill="currentColor" opacity=".7">'
                f"{byte_text(step / 4 * top)}</text>"
            )
        every = max(1, round(count / 16))
        parts += [
            f'<text x="{left + (launch + 0.5) * x:.1f}" y="{height - 6}" text-anchor="middle" fill="currentColor" '
            f'opacity=".7">#{launch}</text>'
            for launch in range(0, count, every)
        ]
        parts += [_rectangle(line, i, (left, height - bottom), (x, y)) for i, line in enumerate(self.lines)]
        steps = " ".join(
            f"{left + (i + d) * x:.1f},{height - bottom - size * y:.1f}"
            for i, size in enumerate(self.alive)
            for d in (0, 1)
        )
        parts.append(f'<polyline points="{steps}" fill="none" stroke="currentColor" stroke-width="1.5" opacity=".8"/>')
        return "".join([*parts, "</svg>"])

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "peak": self.peak, "workspace": self.workspace}

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text(DEFAULT))}</pre>{self.svg()}"


DEFAULT: Final = 110


def _rectangle(line: MemoryLine, index: int, origin: tuple[float, float], scale: tuple[float, float]) -> str:
    left, bottom = origin[0] + line.first * scale[0], origin[1] - line.offset * scale[1]
    width, height = (line.last - line.first + 1) * scale[0], max(line.bytes * scale[1], 1.0)
    hue = index * 137 % 360  # the golden angle: neighbours differ
    name = escape(f"%{line.name}")
    title = f"{name}: {escape(line.type)}, {byte_text(line.bytes)}, launches {line.first} to {line.last}"
    shape = (
        f'<rect data-buffer="{escape(line.name)}" x="{left:.1f}" y="{bottom - height:.1f}" '
        f'width="{max(width - 1, 1):.1f}" height="{height:.1f}" '
        f'rx="2" fill="hsl({hue} 55% 55%)" fill-opacity=".55"><title>{title}</title></rect>'
    )
    if height >= 12 and width >= 7 * len(name):
        shape += f'<text x="{left + 4:.1f}" y="{bottom - height / 2 + 4:.1f}" fill="currentColor">{name}</text>'
    return shape


def picture(line: MemoryLine, launches: int) -> str:
    """A buffer's life, one character a launch; several launches a character in long programs."""
    width = min(launches, PICTURE)
    if not width:
        return ""
    first, last = line.first * width // launches, line.last * width // launches
    return "".join(ALIVE if first <= i <= last else DEAD for i in range(width))


def describe_memory(compiled: Compiled, report: MemoryReport) -> Memory:
    """The runtime's report with what the compiler knows: what is a parameter, what the backward pass needs."""
    graph = compiled.graphs["fused"]
    dims = dict(report.dims)

    def held(*kinds: str) -> int:
        return sum(evaluate_dim(leaf.type.nbytes, dims) for leaf in graph.states if leaf.kind in kinds)

    saved = _saved(graph)
    temporaries = [b for b in compiled.program.buffers if b.role is Role.TEMP and b.alias is None]
    launches = len(compiled.program.launches)
    alive = [0] * launches
    for line in report.lines:
        for launch in range(line.first, min(line.last + 1, launches)):
            alive[launch] += line.bytes
    known: dict[str, Any] = {field.name: getattr(report, field.name) for field in fields(MemoryReport)}
    return Memory(
        **known,
        launches=launches,
        parameters=held("param"),
        other_state=held("state"),
        constants=held("const"),
        saved=sum(evaluate_dim(b.type.nbytes, dims) for b in temporaries if b.name in saved),
        alive=tuple(alive),
    )


def _saved(graph: Graph) -> Mapping[str, Node]:
    """Names of values made by the forward pass and read by the backward pass: what only updates need."""
    forward: set[Node] = set()
    stack = [value.node for value in graph.outputs]
    while stack:
        node = stack.pop()
        if node is not None and node not in forward:
            forward.add(node)
            stack.extend(value.node for value in node.operands)
    return {
        graph.names[result]: node
        for node in graph.nodes
        if node in forward and node.op is FUSED
        for result in node.results
        if any(user not in forward for user in graph.users.get(result, ()))
    }
