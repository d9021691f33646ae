"""Growing clusters over a graph, from consumers to producers.

Every node is offered to the clusters that read it, last node first. It joins one whose space and levels it fits, unless
another reader would then have to run before itself; otherwise it starts a cluster of its own and its result is stored.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphc.compiler.ir import Gather, Graph, Node, Reduction, Scalar, Value
from graphc.runtime.types import Shape

from .clusters import (
    EXPENSIVE,
    Cluster,
    Level,
    Refusal,
    broadcasts_outer,
    is_free,
    is_fusible,
    is_product,
    is_reduction,
    is_view,
    reads_memory,
    reduction_axes,
)
from .reachability import Reachability


def _visiting_order(graph: Graph) -> list[Node]:
    """Readers before what they read, and what is soon complete first.

    Long chains wait for their short side branches: a sum of many terms then has its terms in the kernel with it,
    where the creation order would fill kernels with additions alone.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    for root in [*graph.outputs, *(v for _, v in graph.updates)]:
        stack = [(root.node, False)] if root.node is not None else []
        while stack:
            node, complete = stack.pop()
            if complete:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                sources = {o.node for o in node.operands if o.node is not None} - seen
                stack.extend((source, False) for source in sorted(sources, key=lambda n: n.serial))
    return order[::-1]


class Clustering:
    """Grows clusters over one graph; see the module docstring for the rules."""

    def __init__(self, graph: Graph, max_nodes: int) -> None:
        self.graph = graph
        self.max_nodes = max_nodes
        self.clusters: dict[Cluster, None] = {}
        self.home: dict[Node, Cluster] = {}
        self.readers: dict[Node, set[Cluster]] = {}  # clusters that hold a (copied) reader of a node
        self.refusals: list[Refusal] = []
        self.reasons: dict[tuple[Node, Cluster], str] = {}  # why a node does not live in a cluster that reads it
        self.merged: dict[Cluster, Cluster] = {}  # clusters that are part of others now
        self.later: Reachability[Cluster | Node] = Reachability()  # what reads what, clusters and nodes outside them
        self.materialized: set[Value] = set()
        external = [*graph.outputs, *(v for _, v in graph.updates)]
        self.external_results = frozenset(external)  # stored because somebody outside the graph wants them
        self.external: set[Value] = set(external)

    def grow(self) -> None:
        """Visit every node after its readers and give it a home."""
        for node in _visiting_order(self.graph):
            if is_product(node) or is_fusible(node):
                self._visit(node)
            else:
                self.later.add(node, self._readers_of(node))
                for operand in node.operands:
                    self.external.add(operand)
        self._read_turned()
        self._recompute()

    def stored(self, cluster: Cluster) -> list[Value]:
        """Values of the cluster's members that go to memory, in order."""
        made = [n.results[0] for n in cluster.nodes if self.home.get(n) is cluster]
        return [v for v in made if v in self.external or v in self.materialized]

    def _read_turned(self) -> None:
        """A transpose that is stored beside its source is read as it lies, not through the source."""
        for home in self.clusters:
            for node in home.turned:
                if self.home.get(node.operands[0].node) is home:  # type: ignore[arg-type]
                    for reader in self.readers.get(node, set()) - {home}:
                        reader.levels.pop(node, None)

    def _recompute(self) -> None:
        """Compute a value again in each reader, rather than store it, where that is cheaper.

        That is so when it takes a few cheap operators from at most one large tensor that exists anyway (a ReLU mask),
        and always when random numbers make it (a dropout mask).
        """
        for value in sorted(self.materialized - self.external, key=lambda v: v.node.serial if v.node else -1):
            node = value.node
            if node is None or node not in self.home:
                continue
            cone = self._cone(node)
            if cone is None:
                continue
            home = self.home[node]
            for reader in [c for c in self.readers.get(node, ()) if c is not home]:
                for member in cone:
                    reader.levels.setdefault(member, "full")
                    self._add(member, reader, reader.levels[member])
            self.materialized.discard(value)

    def _cone(self, node: Node) -> list[Node] | None:
        """The nodes to repeat in a reader of ``node``, or None when it is better to store its result."""
        home = self.home[node]
        if home.product is node or not isinstance(node.op.lower_cpu, Scalar):
            return None
        cone: dict[Node, None] = {}
        sources: set[Value] = set()
        stack = [node]
        while stack:
            member = stack.pop()
            if isinstance(member.op.lower_cpu, Reduction | Gather) or is_product(member):
                return None
            cone[member] = None
            for operand in member.operands:
                inside = operand.node is not None and operand.node in home.levels and operand not in self.materialized
                if inside and operand.node not in cone:
                    stack.append(operand.node)  # type: ignore[arg-type]
                elif not inside and operand.type.shape and operand.literal is None:
                    sources.add(operand)
        names = [m.op.name for m in cone if not is_free(m)]
        large = [v for v in sources if v.type.rank >= 2 or v.type.shape == node.results[0].type.shape]
        if home.reduced:  # a mask there has nothing to do with the reductions; anything else may have
            alone = not large and all(home.levels[m] == "full" for m in cone if not is_free(m))
            return list(cone) if "uniform" in names and alone else None
        if "uniform" in names:
            return list(cone)
        cheap = len(names) <= 3 and not EXPENSIVE.intersection(names)
        return list(cone) if cheap and len(large) <= 1 else None

    def _visit(self, node: Node) -> None:
        value = node.results[0]
        clusters = self._reading_clusters(node)
        if value.literal is not None and value not in self.external:
            return
        if is_free(node):
            for cluster in clusters:
                self._copy_into(node, cluster)
            if value in self.external:
                self._new_home(node)
            return
        outside = value in self.external
        joined = self._choose(node, clusters)
        if joined is None:
            joined = self._new_home(node)
        else:
            self._join(node, joined)
        if outside or any(c is not joined for c in self.readers.get(node, ())):
            self.materialized.add(value)

    def _reading_clusters(self, node: Node) -> list[Cluster]:
        return sorted(self.readers.get(node, ()), key=lambda c: max(n.serial for n in c.levels), reverse=True)

    def _new_home(self, node: Node) -> Cluster:
        cluster = Cluster(space=self._native_space(node))
        if isinstance(node.op.lower_cpu, Reduction):
            cluster.reduced = reduction_axes(node)
        self.clusters[cluster] = None
        if is_product(node):
            cluster.product = node
        self._settle(node, cluster)
        self.materialized.add(node.results[0])
        self._add(node, cluster, "outer" if cluster.reduced else "full")
        return cluster

    def _settle(self, node: Node, cluster: Cluster) -> None:
        """Compute the node in the cluster. All that read it have been visited: they run no earlier."""
        self.home[node] = cluster
        self.later.add(cluster, self._readers_of(node))

    @staticmethod
    def _native_space(node: Node) -> Shape:
        if isinstance(node.op.lower_cpu, Reduction):
            return node.operands[0].type.shape
        return node.results[0].type.shape

    def _add(self, node: Node, cluster: Cluster, level: Level) -> None:
        cluster.levels[node] = level
        fixed = reads_memory(node)
        for operand in node.operands:
            if operand.node is not None:
                self.readers.setdefault(operand.node, set()).add(cluster)
            if fixed:
                self.external.add(operand)  # products, gathers and padding read from memory

    def _copy_into(self, node: Node, cluster: Cluster) -> None:
        level = self._free_level(node, cluster)
        cluster.levels.setdefault(node, level)
        self._add(node, cluster, level)

    def _free_level(self, node: Node, cluster: Cluster) -> Level:
        if not cluster.reduced or node.results[0].type.shape != cluster.outer:
            return "full"
        users = [u for u in self.graph.users[node.results[0]] if u in cluster.levels and not is_reduction(u)]
        levels = {cluster.levels[u] for u in users}
        return "outer" if levels == {"outer"} else "full"

    def _join(self, node: Node, cluster: Cluster) -> None:
        self._settle(node, cluster)
        if is_product(node):
            cluster.product = node
            level: Level = "full"
        elif isinstance(node.op.lower_cpu, Reduction):
            axes = reduction_axes(node)
            if not cluster.reduced:
                if self._is_lift(node, cluster):
                    for member in cluster.levels:
                        cluster.levels[member] = "outer"
                    cluster.space = node.operands[0].type.shape
                cluster.reduced = axes
            level = "outer"
        else:
            level = self._level_for(node, cluster) or "full"
        self._add(node, cluster, level)

    # Compatibility --------------------------------------------------------------------------------------------------

    def _choose(self, node: Node, clusters: list[Cluster]) -> Cluster | None:
        self._turn_around(node, clusters)
        self._split_rows(node, clusters)
        fitting = [c for c in clusters if self._fits(node, c)]
        if not fitting:
            return None
        if self._belongs_to_producers(node, fitting):
            for cluster in fitting:
                self.refuse(node, cluster, "it is stored anyway and stays with its producers")
            return None
        chosen = fitting[0]
        for other in fitting[1:]:
            chosen = self._merge(chosen, other) or chosen
        for candidate in [chosen, *[c for c in fitting if c in self.clusters and c is not chosen]]:
            rest = [r for r in self._readers_of(node) if r is not candidate]
            if not self.later.reaches(rest, candidate):
                return candidate
            self.refuse(node, candidate, "another reader of it must run before this kernel")
        return None

    def _belongs_to_producers(self, node: Node, fitting: list[Cluster]) -> bool:
        """True when the value must be stored anyway and its producers gain more from it than its readers.

        A scalar total with several readers starts a kernel of its own, so that it is ready for all of them. A stored
        value whose chain starts at a product or at a reduction over other axes goes with those: that saves writing and
        reading an intermediate, where joining a reader saves one read.
        """
        value = node.results[0]
        readers = list(self._readers_of(node))
        if is_reduction(node):
            return not value.type.shape and len(readers) > 1
        if is_product(node) or (value not in self.external and len(readers) == 1):
            return False
        reduced = {c.reduced for c in fitting if c.reduced and self._level_for(node, c) == "full"}
        if not reduced or len(reduced) < len({c.reduced for c in fitting}):
            return False
        return any(self._starts_elsewhere(node, axes) for axes in reduced)

    def _starts_elsewhere(self, node: Node, reduced: tuple[int, ...], limit: int = 64) -> bool:
        """True when the element-wise chain above the node meets a product, or a reduction over other axes."""
        shape = node.results[0].type.shape
        stack, seen = [node], {node}
        while stack and len(seen) < limit:
            for operand in stack.pop().operands:
                source = operand.node
                if source is None or source in seen:
                    continue
                seen.add(source)
                if is_product(source) and operand.type.shape == shape and len(self.graph.users[operand]) == 1:
                    return True
                if is_reduction(source):
                    if source.operands[0].type.shape == shape and reduction_axes(source) != reduced:
                        return True
                elif is_fusible(source):
                    stack.append(source)
        return False

    def _turn_around(self, node: Node, clusters: list[Cluster]) -> None:
        """A cluster that only stores the transpose of this node's value may store it from the node's own kernel."""
        if isinstance(node.op.lower_cpu, Reduction | Gather):
            return
        for cluster in clusters:
            (only, *more) = cluster.levels
            if more or only.op.name != "permute_dims" or cluster.reduced or only in cluster.turned:
                continue
            if self.home.get(only) is cluster and only.operands[0] is node.results[0]:
                cluster.space = node.results[0].type.shape
                cluster.turned.add(only)

    def _split_rows(self, node: Node, clusters: list[Cluster]) -> None:
        """Give an element-wise cluster an outer level when it spreads this node's values along its last axes.

        They are then computed once a row, and a reduction that makes them can join.
        """
        if is_product(node) or isinstance(node.op.lower_cpu, Gather):
            return
        shape = node.results[0].type.shape
        for cluster in clusters:
            trailing = tuple(range(len(shape), len(cluster.space)))
            if cluster.reduced or cluster.product or cluster.turned or not shape or not trailing:
                continue
            trial = Cluster(cluster.space, trailing, cluster.levels)
            readers = [u for u in self.graph.users[node.results[0]] if u in cluster.levels]
            if not all(is_view(u) and broadcasts_outer(u, trial) for u in readers):
                continue
            if not any(self._starts_elsewhere(m, trailing) for m in cluster.levels if not is_free(m)):
                cluster.reduced = trailing

    def _fits(self, node: Node, cluster: Cluster) -> bool:
        reason = self._reason(node, cluster)
        if reason:
            self.refuse(node, cluster, reason)
        return not reason

    def _reason(self, node: Node, cluster: Cluster) -> str:
        """Why the node cannot live in the cluster; "" when it can."""
        if len(cluster.levels) >= self.max_nodes:
            return f"the kernel already has {self.max_nodes} operators"
        if is_product(node):
            if cluster.product is not None:
                return "the kernel already has a product"
            if cluster.reduced:
                return "a product's epilogue reduces to partial results only"
            if cluster.space != node.results[0].type.shape or not self._read_plainly(node, cluster):
                return "the product is read in another order than it is made"
            return ""
        if isinstance(node.op.lower_cpu, Reduction):
            return self._reduction_reason(node, cluster)
        return "" if self._level_for(node, cluster) else "shapes differ: it would be computed more than once"

    def _reduction_reason(self, node: Node, cluster: Cluster) -> str:
        shape, axes = node.operands[0].type.shape, reduction_axes(node)
        if cluster.product is not None:
            return "a product's epilogue reduces to partial results only"
        if cluster.reduced:
            if cluster.space != shape or cluster.reduced != axes:
                return "it reduces other axes than the kernel does"
            return "" if self._read_at_outer(node, cluster) else "the reduced value is read in another order"
        if self._is_lift(node, cluster):
            return ""
        if cluster.space != shape:
            return "the kernel iterates over another space"
        trial = Cluster(cluster.space, axes, cluster.levels)
        return "" if self._read_at_outer(node, trial) else "the reduced value is read in another order"

    def _is_lift(self, node: Node, cluster: Cluster) -> bool:
        """True when the cluster works element by element on the reduction's result."""
        return (
            not cluster.reduced
            and cluster.product is None
            and cluster.space == node.results[0].type.shape
            and self._read_plainly(node, cluster)
            and not any(isinstance(m.op.lower_cpu, Gather) for m in cluster.levels)
        )

    def _read_plainly(self, node: Node, cluster: Cluster) -> bool:
        """True when every reader in the cluster uses the value at its own position."""
        shape = node.results[0].type.shape
        users = [u for u in self.graph.users[node.results[0]] if u in cluster.levels and u not in cluster.turned]
        moving = any(is_view(u) or reads_memory(u) or is_reduction(u) for u in users)
        return not moving and all(u.results[0].type.shape == shape for u in users)

    def _read_at_outer(self, node: Node, cluster: Cluster) -> bool:
        """True when every reader is on the outer level, or broadcasts the value back along the reduced axes."""
        for user in self.graph.users[node.results[0]]:
            if user not in cluster.levels:
                continue
            if is_reduction(user) or reads_memory(user):
                return False
            if is_view(user):
                if not broadcasts_outer(user, cluster):
                    return False
            elif cluster.levels[user] != "outer" and (node.results[0].type.shape or cluster.outer):
                return False
        return True

    def _level_for(self, node: Node, cluster: Cluster) -> Level | None:
        """The level on which the cluster's readers want an element-wise (or gathering) node, None if they cannot."""
        shape = node.results[0].type.shape
        wanted: set[Level] = set()
        for user in self.graph.users[node.results[0]]:
            if user not in cluster.levels:
                continue
            if reads_memory(user):
                return None
            if is_reduction(user) or user in cluster.turned:
                wanted.add("full")
            elif is_view(user):
                if cluster.reduced and broadcasts_outer(user, cluster):
                    wanted.add("outer")
                else:
                    return None
            else:
                wanted.add(cluster.levels[user])
        if wanted == {"full"}:
            return "full" if shape == cluster.space else None
        if wanted == {"outer"} and cluster.reduced:
            return "outer" if shape == cluster.outer else None
        return None

    # Order ----------------------------------------------------------------------------------------------------------

    def _readers_of(self, node: Node) -> Iterator[Cluster | Node]:
        """Everything that reads a node's results: clusters, and nodes outside all clusters."""
        yield from self.readers.get(node, ())
        for result in node.results:
            for user in self.graph.users.get(result, ()):
                if not is_fusible(user) and not is_product(user):
                    yield user

    def _merge(self, a: Cluster, b: Cluster) -> Cluster | None:
        """One cluster of two that read the same value over the same space, when neither needs the other."""
        if a is b:
            return a
        agree = a.reduced == b.reduced or not a.reduced or not b.reduced
        same = a.space == b.space and agree and not (a.product and b.product)
        if not same or len(a.levels) + len(b.levels) > self.max_nodes:
            return None
        if (a.product or b.product) and (a.reduced or b.reduced):
            return None
        if self.later.reaches([a], b) or self.later.reaches([b], a):
            return None
        for node, level in b.levels.items():
            a.levels.setdefault(node, level)
            if self.home.get(node) is b:
                self.home[node] = a
        for operand in {operand.node for node in b.levels for operand in node.operands if operand.node is not None}:
            self.readers[operand].discard(b)
            self.readers[operand].add(a)
        self.merged[b] = a
        self.later.unite(a, b)
        a.product = a.product or b.product
        a.reduced = a.reduced or b.reduced
        a.turned |= b.turned
        del self.clusters[b]
        return a

    def refuse(self, node: Node, cluster: Cluster, reason: str) -> None:
        """Note why the node does not live in the cluster."""
        name = self.graph.names.get(node.results[0], node.results[0].hint)
        last = cluster.nodes[-1].results[0]
        self.refusals.append(Refusal(name, self.graph.names.get(last, last.hint), reason))
        self.reasons.setdefault((node, cluster), reason)
