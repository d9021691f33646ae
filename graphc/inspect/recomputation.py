"""What was decided on values that several kernels need: stored, or computed again in each of them, with both costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphc.compiler.passes import Trace
from graphc.runtime.types import USUAL_EXTENT, Shapelike

from .tables import Column, Table


@dataclass(frozen=True)
class Decision:
    """Whether a value that several kernels need is stored or computed again.

    Attributes:
        value: its name in the simplified graph.
        type: its type, as text.
        producer: the operator that makes it.
        again: True when each kernel that needs it computes it.
        storing: what storing it costs, in bytes: writing and reading it, and what only its own kernel does for it.
        recomputing: what computing it again costs, in bytes: what other kernels read for it, and the operators, as the
            bytes that memory moves meanwhile.
        why: what decided where these did not; else "".
    """

    value: str
    type: str
    producer: str
    again: bool
    storing: Shapelike
    recomputing: Shapelike
    why: str

    def row(self, size: Callable[[Shapelike], str]) -> tuple[str, ...]:
        """Cells of a table."""
        return (
            f"%{self.value}",
            self.type,
            "computed again" if self.again else "stored",
            size(self.storing),
            size(self.recomputing),
            self.why,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "value": self.value,
            "type": self.type,
            "producer": self.producer,
            "again": self.again,
            "storing": str(self.storing),
            "recomputing": str(self.recomputing),
            "why": self.why,
        }


def decisions(trace: Trace) -> tuple[Decision, ...]:
    """All of a fusion, in order of its graph."""
    graph, choices = trace.prepared, trace.clustering.choices
    made = [(value, node.op.name) for node in graph.nodes for value in node.results if value in choices]
    return tuple(
        Decision(graph.names[value], str(value.type), producer, c.again, c.storing, c.recomputing, c.why)
        for value, producer in made
        for c in [choices[value]]
    )


def decision_table(found: Sequence[Decision], size: Callable[[Shapelike], str]) -> Table:
    """A row each; ``size`` writes bytes."""
    columns = (
        Column("value", least=12),
        Column("type", rank=1),
        Column("decided"),
        Column("storing", right=True),
        Column("again", right=True),
        Column("because", least=12, rank=2),
    )
    note = f"bytes, operators among them; decided for named dimensions of {USUAL_EXTENT}"
    return Table(columns, tuple(d.row(size) for d in found), "stored or computed again", ("", note))
