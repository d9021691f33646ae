"""Constant folding: what depends on constants only is computed now, by the operators' NumPy references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graphc.compiler.ir import CONSTANT, Array, Graph, Node, Value, attr_dims
from graphc.runtime.types import TensorType

# Checks must still fail when the program runs; a broadcast constant or a position serves rewrites better as it is.
_KEPT = frozenset({"constant", "broadcast", "iota", "check_index"})


@dataclass(frozen=True)
class FoldConstants:
    """Compute nodes whose operands are all constants.

    Attributes:
        limit: results with more elements stay computed at run time.
    """

    name: ClassVar[str] = "fold_constants"
    limit: int = 64

    def run(self, graph: Graph) -> Graph:
        """The graph with small constant results as constants; the same graph when there is none."""
        if not any(folds(node, node.operands, self.limit) for node in graph.nodes):
            return graph
        return graph.rebuild(
            lambda node, operands: [fold(node, operands)] if folds(node, operands, self.limit) else None
        )


def folds(node: Node, operands: Sequence[Value], limit: int) -> bool:
    """True when the node can be computed now and its result has at most ``limit`` elements."""
    if not node.op.foldable or node.op.name in _KEPT or len(node.results) != 1 or not operands:
        return False
    size = node.results[0].type.size
    return (
        isinstance(size, int)
        and size <= limit
        and not any(True for _ in attr_dims(tuple(node.attrs.values())))
        and all(v.node is not None and v.node.op is CONSTANT for v in operands)
    )


def fold(node: Node, operands: Sequence[Value]) -> Value:
    """The result of a node over constants, as a constant."""
    with np.errstate(all="ignore"):  # a folded 0/0 is as quiet as a computed one
        array = node.op.reference(*(_array(v) for v in operands), **node.attrs)
    return as_constant(array, node.results[0].type, node.results[0].hint)


def _array(value: Value) -> Array:
    assert value.node is not None
    array: Array = CONSTANT.reference(**value.node.attrs)
    return array


def as_constant(array: Array, type: TensorType, hint: str) -> Value:
    """A constant node holding the array."""
    flat = np.asarray(array, dtype=type.dtype.numpy).reshape(-1)
    convert = bool if type.dtype.value == "bool" else int if type.dtype.is_integer else float
    numbers = tuple(convert(x) for x in flat)
    attrs = {"value": numbers if type.shape else numbers[0], "dtype": type.dtype, "shape": type.shape}
    return Node(CONSTANT, (), attrs, hint=hint).results[0]
