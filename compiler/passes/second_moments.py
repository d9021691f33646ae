"""Variances of products' results: recognised before clusters grow, combined from what the products leave of them.

A variance is written as the mean of squared differences from the mean, which loses no digits, but needs the mean
before it can begin. The product makes the moments of each block about the block's own mean instead, and these are
joined by the formula of Chan, Golub and LeVeque (1983).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from graphc.compiler import kernel as k
from graphc.compiler.ir import Graph, Node, Scalar, Value, View
from graphc.compiler.ops.fused import SECOND_MOMENT
from graphc.runtime.types import DType

from .clusters import EXPENSIVE, is_product
from .positions import Position

COUNT, MEAN, SQUARES = range(k.MOMENT_FIELDS)
_NEAR = 8  # most operators between a product and a reduction of its result


def recognise(graph: Graph, without: Collection[Node]) -> tuple[Graph, dict[Node, Node]]:
    """``sum(square(sub(x, mean(x)))) -> second_moment(x)``, over the rows of a matrix that comes from a product.

    Args:
        graph: before clusters grow.
        without: reductions to leave alone.

    Returns:
        the graph, and for each new node the reduction it stands for.
    """
    matches = {node for node in graph.nodes if node not in without and _operand(node) is not None}
    made: dict[Node, Node] = {}
    if not matches:
        return graph, made

    def visit(node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
        if node not in matches:
            return None
        x = operands[0].node.operands[0].node.operands[0]  # type: ignore[union-attr]
        new = Node(SECOND_MOMENT, (x,), dict(node.attrs), hints=[node.results[0].hint], loc=node.loc)
        made[new] = node
        return new.results

    return graph.rebuild(visit), made


def _operand(node: Node) -> Value | None:
    """The matrix whose second moment along its rows a node is; None for any other node."""
    square = node.operands[0].node if _is_column_sum(node) else None
    away = square.operands[0].node if square is not None and square.op.name == "square" else None
    if away is None or away.op.name != "sub":
        return None
    x, means = away.operands
    spread = means.node
    if spread is None or spread.op.name != "broadcast" or tuple(spread.attrs["axes"]) != (1,):
        return None
    return x if _is_mean(spread.operands[0], x) and _from_product(x) else None


def _is_column_sum(node: Node) -> bool:
    if node.op.name != "sum" or tuple(node.attrs["axes"]) != (0,):
        return False
    return node.operands[0].type.rank == 2 and node.results[0].dtype.is_float


def _is_mean(mean: Value, x: Value) -> bool:
    """True for ``sum(x) / rows``, also where it is written as a product."""
    if mean.node is None or mean.node.op.name not in ("div", "mul"):
        return False
    total, by = mean.node.operands
    if total.node is None or not _is_column_sum(total.node) or total.node.operands[0] is not x:
        return False
    rows = x.type.shape[0]
    if mean.node.op.name == "div" and by.node is not None and by.node.op.name == "dim_size":
        return bool(by.node.attrs["dim"] == rows)
    if by.literal is None or not isinstance(rows, int):
        return False
    factor = float(by.literal) if mean.node.op.name == "mul" else 1 / float(by.literal)
    return math.isclose(factor * rows, 1, rel_tol=1e-6)


def _from_product(x: Value) -> bool:
    stack, seen = [x], set[Node]()
    while stack and len(seen) < _NEAR:
        node = stack.pop().node
        if node is None or node in seen:
            continue
        if is_product(node):
            return True
        seen.add(node)
        if isinstance(node.op.lower_cpu, Scalar | View) and node.op.name not in EXPENSIVE:
            stack.extend(node.operands)
    return False


def join_moments(
    second: str, dtype: DType, lane: Position, part: Sequence[str], rows: tuple[str, str], fresh: Callable[[str], str]
) -> list[k.Statement]:
    """Join the moments of one part to those of the parts before it, in rows of accumulators.

    Args:
        second: the row of second moments.
        dtype: element type.
        lane: position in the rows.
        part: names of the part's moments.
        rows: rows of how many values there were, and of their mean.
        fresh: makes names.
    """
    statements: list[k.Statement] = []

    def load(row: str) -> str:
        name = fresh(f"{row}_before")
        statements.append(k.Load(name, dtype, row, lane))
        return name

    def compute(wish: str, op: str, *arguments: k.Argument) -> str:
        name = fresh(wish)
        statements.append(k.Compute(name, dtype, op, arguments))
        return name

    count, mean = (load(row) for row in rows)
    joined = compute("joined", "add", count, part[COUNT])
    # A part without values comes after those with some, or all are empty.
    share = compute("share", "div", part[COUNT], compute("least", "maximum", joined, 1.0))
    apart = compute("apart", "sub", part[MEAN], mean)
    moved = compute("moved", "mul", apart, share)
    between = compute("between", "mul", compute("weighted", "mul", moved, count), apart)
    statements += [
        k.Store(rows[0], lane, joined),
        k.Store(rows[1], lane, compute("mean", "add", mean, moved)),
        k.Accumulate(second, "add", compute("more", "add", part[SQUARES], between), lane),
    ]
    return statements
