"""Common subexpressions: nodes that must compute the same are made one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from graphc.compiler.ir import Attr, Graph, Node, Value


@dataclass(frozen=True)
class CSE:
    """Merge nodes with the same operator, operands and attributes; the first one's name and place stay.

    Operands of commutative operators may stand in either order. ``uniform`` nodes with the same state and stream are
    the same numbers, so they merge too. A ``check_index`` merges only with the same check of the same index.
    """

    name: ClassVar[str] = "cse"

    def run(self, graph: Graph) -> Graph:
        """The graph with each expression once; the same graph when nothing merges."""
        first: dict[Hashable, Node] = {}
        numbers: dict[Value, int] = {}
        same: dict[Node, Node] = {}
        for node in graph.nodes:
            key = _key(node, [numbers.setdefault(v, len(numbers)) for v in node.operands])
            earlier = node if key is None else first.setdefault(key, node)
            if earlier is not node:
                same[node] = earlier
                for mine, theirs in zip(node.results, earlier.results, strict=True):
                    numbers[mine] = numbers.setdefault(theirs, len(numbers))
        if not same:
            return graph
        made: dict[Node, Sequence[Value]] = {}

        def visit(node: Node, operands: tuple[Value, ...]) -> Sequence[Value]:
            made[node] = made[same[node]] if node in same else node.clone(operands).results
            return made[node]

        return graph.rebuild(visit)


def _key(node: Node, operands: list[int]) -> Hashable | None:
    if node.op.commutative:
        operands = sorted(operands)
    attrs = tuple((name, attr_key(value)) for name, value in sorted(node.attrs.items()))
    key = (node.op.name, tuple(operands), attrs, tuple(r.type for r in node.results))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def attr_key(attr: Attr) -> Hashable:
    """A key that tells apart what ``==`` does not: ``1``, ``1.0`` and ``True``, ``0.0`` and ``-0.0``. NaN is itself."""
    if isinstance(attr, tuple):
        return tuple(attr_key(part) for part in attr)
    if isinstance(attr, bool | int | float):
        return (type(attr).__name__, repr(attr))
    key: Hashable = attr
    return key
