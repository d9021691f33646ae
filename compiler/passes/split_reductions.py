"""Reductions over several axes become two: along rows, which run in parallel, then over the rows' results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from graphc.compiler.ir import Graph, Node, Value
from graphc.runtime.types import Shapelike, TensorType, dim_product

_REDUCTIONS = frozenset({"sum", "prod", "max", "min"})


@dataclass(frozen=True)
class SplitReductions:
    """Reduce trailing axes first, then the rest.

    A reduction is split when it removes the last axis and at least one other, and the operand is big: it has a named
    dimension, or at least ``smallest`` elements. What stays for the second step is the shortest run of leading axes
    with a named dimension or at least ``rows`` elements in all, so that there is work for every thread. The order of
    additions depends on the shape alone, never on the number of threads.

    Attributes:
        smallest: elements below which one loop is as good.
        rows: results of the first step worth running in parallel.
    """

    name: ClassVar[str] = "split_reductions"
    smallest: int = 4096
    rows: int = 64

    def run(self, graph: Graph) -> Graph:
        """The graph with big reductions in two steps; the same graph when there is none."""
        if not any(self.first_axes(node.op.name, node.operands, node.attrs.get("axes", ())) for node in graph.nodes):
            return graph

        def visit(node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
            axes: tuple[int, ...] = node.attrs.get("axes", ())
            first = self.first_axes(node.op.name, operands, axes)
            if not first:
                return None
            rest = tuple(axis for axis in axes if axis not in first)
            hint = node.results[0].hint
            rows = node.op(operands[0], axes=first, hint=f"{hint}_rows")
            return [node.op(rows, axes=rest, hint=hint)]

        return graph.rebuild(visit)

    def first_axes(self, op: str, operands: Sequence[Value], axes: tuple[int, ...]) -> tuple[int, ...]:
        """The axes to reduce in the first step; none when the reduction stays whole."""
        if op not in _REDUCTIONS or len(axes) < 2:
            return ()
        operand = operands[0].type
        if operand.rank - 1 not in axes or not self.big(operand):
            return ()
        for count in range(1, operand.rank):
            first = tuple(axis for axis in axes if axis >= count)
            enough = self.many(dim_product(operand.shape[:count]))
            if dim_product(operand.shape[axis] for axis in first) == 1:
                return ()
            if len(first) < len(axes) and enough:
                return first
        return ()

    def big(self, operand: TensorType) -> bool:
        """True when two loops beat one."""
        return not isinstance(operand.size, int) or operand.size >= self.smallest

    def many(self, rows: Shapelike) -> bool:
        """True when there are rows enough for all threads."""
        return not isinstance(rows, int) or rows >= self.rows
