"""Where a kernel's scalars are computed: one scope a loop body, and the prologue outside all loops."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphc.compiler import kernel as k
from graphc.compiler.ir import Reduction, Value

from .clusters import Cluster
from .positions import Position


@dataclass
class Scope:
    """Statements of one loop body, with what has been computed in it.

    Attributes:
        parent: the enclosing scope; the kernel's prologue has none.
        axes: loop axes entered between the parent and this scope.
        statements: emitted so far.
        known: scalar names by (value, position).
    """

    parent: Scope | None = None
    axes: frozenset[str] = frozenset()
    statements: list[k.Statement] = field(default_factory=list)
    known: dict[tuple[Value, Position], k.Argument] = field(default_factory=dict)

    def find(self, key: tuple[Value, Position]) -> k.Argument | None:
        """The scalar computed here or outside for a value at a position."""
        scope: Scope | None = self
        while scope is not None:
            if key in scope.known:
                return scope.known[key]
            scope = scope.parent
        return None


def after_reduction(cluster: Cluster) -> set[Value]:
    """Results of reductions and products of the cluster, and what is computed from them."""
    found: set[Value] = set()
    for node in cluster.nodes:
        made_here = isinstance(node.op.lower_cpu, Reduction) or node is cluster.product
        if made_here or not found.isdisjoint(node.operands):
            found.update(node.results)
    return found
