"""Operators with gradient rules of their own become the simpler ones they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from graphc.compiler.ir import Decompose as DecomposeLowering
from graphc.compiler.ir import Graph, Node, Value

from .base import keep_names

ROUNDS = 32  # a bound on how deep operators may be made of others


@dataclass(frozen=True)
class Decompose:
    """Expand every operator whose CPU lowering is a decomposition, until none is left.

    Comes after differentiation: ``log_softmax`` has a better gradient than its parts.
    """

    name: ClassVar[str] = "decompose"

    def run(self, graph: Graph) -> Graph:
        """The graph in operators that have code."""
        for _ in range(ROUNDS):
            if not any(isinstance(node.op.lower_cpu, DecomposeLowering) for node in graph.nodes):
                break
            graph = graph.rebuild(_expand)
        return graph


def _expand(node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
    if not isinstance(node.op.lower_cpu, DecomposeLowering):
        return None
    expanded = node.op.lower_cpu.expand(*operands, **node.attrs)
    results: tuple[Value, ...] = expanded if isinstance(expanded, tuple) else (expanded,)
    keep_names(node, results, operands)
    return results
