"""Dead code: what no output and no update depends on is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from graphc.compiler.ir import Graph


@dataclass(frozen=True)
class DCE:
    """Keep what outputs and updates reach; drop states nobody reads and updates that write back what was there.

    Declared inputs stay, used or not: they are the signature of the program. Every pass drops what it makes
    unreachable, so this one matters for graphs built by hand or read from text.
    """

    name: ClassVar[str] = "dce"

    def run(self, graph: Graph) -> Graph:
        """The graph without dead nodes, states and updates."""
        updates = tuple((leaf, value) for leaf, value in graph.updates if value is not leaf)
        live = Graph.reach(graph.name, graph.inputs, graph.outputs, updates, graph.states)
        same = (live.nodes, live.states, live.updates) == (graph.nodes, graph.states, graph.updates)
        return graph if same else live
