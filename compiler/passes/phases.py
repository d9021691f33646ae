"""Order of the passes a kernel with reductions makes over its reduced axes."""

from __future__ import annotations

from collections.abc import Sequence

from graphc.compiler.ir import Node, Reduction, Value, View
from graphc.runtime.types import Shapelike

from .clusters import EXPENSIVE, Cluster

STASH_LIMIT = 4096  # elements of a row that may be kept between two passes over it
STASH_ROOM = 128 * 1024  # bytes of the stack that all such rows of a kernel may take


class Phases:
    """Which reductions, stores and outer values of a cluster belong to which pass."""

    def __init__(self, cluster: Cluster, outputs: Sequence[Value]) -> None:
        self.cluster = cluster
        self.names: dict[Value, str] = {}
        self.ready: dict[Value, int] = {}  # outer values: number of passes they need; full values: pass they can run in
        for node in cluster.nodes:
            phase = max((self.ready.get(o, 0) for o in node.operands), default=0)
            is_reduction = isinstance(node.op.lower_cpu, Reduction)
            self.ready[node.results[0]] = phase + 1 if is_reduction else phase
        self._reductions = [n for n in cluster.nodes if isinstance(n.op.lower_cpu, Reduction)]
        full = [v for v in outputs if v.node is not None and cluster.levels[v.node] == "full"]
        self.outer_outputs = [v for v in outputs if v not in full]
        self._stores = full
        last = max([self.ready[n.results[0]] - 1 for n in self._reductions] + [self.ready[v] for v in full], default=0)
        self.count = last + 1

    def reductions(self, phase: int) -> list[Node]:
        """Reductions that run in a pass."""
        return [n for n in self._reductions if self.ready[n.results[0]] == phase + 1]

    def stores(self, phase: int) -> list[Value]:
        """Full values stored in a pass."""
        return [v for v in self._stores if self.ready[v] == phase]

    def derived(self, phase: int) -> list[Value]:
        """Outer values that become known after a pass and that full members of later passes broadcast back."""
        found: list[Value] = []
        for node in self.cluster.nodes:
            value = node.results[0]
            if isinstance(node.op.lower_cpu, Reduction | View) or self.cluster.levels[node] != "outer":
                continue
            if self.ready[value] == phase + 1 and any(
                isinstance(u.op.lower_cpu, View) and value in u.operands for u in self.cluster.nodes
            ):
                found.append(value)
        return found

    def _needed(self, phase: int) -> set[Value]:
        """Full values computed in a pass, when nothing is kept from earlier ones."""
        stack = [n.operands[0] for n in self.reductions(phase)] + list(self.stores(phase))
        seen: set[Value] = set()
        while stack:
            value = stack.pop()
            if value in seen or value.node is None or value.node not in self.cluster.levels:
                continue
            if self.cluster.levels[value.node] != "full" or isinstance(value.node.op.lower_cpu, Reduction):
                continue
            seen.add(value)
            if not isinstance(value.node.op.lower_cpu, View):
                stack.extend(value.node.operands)
        return seen

    def kept_rows(self, row: Shapelike) -> list[tuple[Value, int]]:
        """Full values to keep between passes over rows of this length, with the pass that computes them first."""
        if not isinstance(row, int) or row > STASH_LIMIT or len(self.cluster.reduced) != 1:
            return []
        kept: list[tuple[Value, int]] = []
        room = STASH_ROOM
        for value, phase in self.expensive_again():
            room -= row * value.dtype.itemsize
            if room < 0:
                break
            kept.append((value, phase))
        return kept

    def expensive_again(self) -> list[tuple[Value, int]]:
        """Full values worth keeping between passes, with the pass that computes them first."""
        first: dict[Value, int] = {}
        again: dict[Value, int] = {}
        for phase in range(self.count):
            for value in sorted(self._needed(phase), key=lambda v: v.node.serial if v.node else 0):
                if value.node is None or value.node.op.name not in EXPENSIVE:
                    continue
                if value in first:
                    again[value] = first[value]
                first.setdefault(value, phase)
        # A value used only through another kept one needs no place of its own.
        kept = dict(again)
        for value in again:
            users = [n for n in self.cluster.nodes if value in n.operands]
            if users and all(u.results[0] in kept for u in users):
                del kept[value]
        return list(kept.items())
