"""The fuse pass: clusters become kernels, everything else becomes a routine call or a view of memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graphc.compiler import kernel as k
from graphc.compiler.ir import CONSTANT, Graph, Leaf, Node, Routine, SameMemory, Value
from graphc.compiler.ops import UNIFORM, broadcast
from graphc.compiler.ops.fused import FUSED
from graphc.runtime.errors import LoweringError
from graphc.runtime.storage import Storage

from .clustering import Clustering
from .clusters import Cluster, Refusal, is_fusible, is_product
from .product_nest import builder
from .prologues import compute_operands
from .recompute import store_or_recompute
from .second_moments import recognise
from .tile_reductions import reduce_in_tiles


@dataclass(frozen=True)
class Trace:
    """A fusion, for people to look into.

    Attributes:
        prepared: the graph that was fused: the given one without constant arrays, with copies where results need them.
        fused: the result.
        clustering: who lives where, and why.
        members: for each kernel call of ``fused`` what it was made of: a cluster of nodes of ``prepared``, or one node.
    """

    prepared: Graph
    fused: Graph
    clustering: Clustering
    members: Mapping[Node, Cluster | Node]


@dataclass(frozen=True)
class Fuse:
    """Gather nodes that can share one pass over memory into kernels.

    Attributes:
        max_nodes: most operators in a kernel; bounds compile time and register pressure.
        parts: most partial results that a product makes of a reduction of its result; 0 leaves reductions to kernels
            of their own.
        prologues: whether products may compute their operands.
        enabled: False gives every node a kernel of its own: the slow, obviously right version that tests compare with.
    """

    name: ClassVar[str] = "fuse"
    max_nodes: int = 96
    parts: int = 8
    prologues: bool = True
    enabled: bool = True

    def run(self, graph: Graph) -> Graph:
        """The graph with every node a kernel call or a view of memory."""
        prepared = _prepare(graph)
        clustering = self._cluster(prepared)
        return _outline(clustering.graph, clustering)

    def explain(self, graph: Graph) -> list[Refusal]:
        """Why producers stayed apart from their consumers."""
        return self.trace(graph).clustering.refusals

    def trace(self, graph: Graph) -> Trace:
        """What :meth:`run` does, with everything that is known on the way."""
        prepared = _prepare(graph)
        clustering = self._cluster(prepared)
        members: dict[Node, Cluster | Node] = {}
        graph = clustering.graph
        return Trace(graph, _outline(graph, clustering, members), clustering, members)

    def _cluster(self, prepared: Graph) -> Clustering:
        without: set[Node] = set()
        reduces = self.enabled and self.parts > 0
        while True:
            graph, moments = recognise(prepared, without) if reduces else (prepared, {})
            clustering = Clustering(graph, self.max_nodes if self.enabled else 1)
            clustering.grow()
            store_or_recompute(clustering)
            if reduces:
                reduce_in_tiles(clustering, self.parts)
            taken = {node for cluster in clustering.clusters for node in cluster.combines}
            left = {old for new, old in moments.items() if new not in taken}
            if not left:
                break
            without |= left  # no kernel of their own computes these: they stay as they were written
        if self.enabled and self.prologues:
            compute_operands(clustering)
        return clustering


def _identity(value: Value) -> Value:
    """A copy of a value in memory of its own."""
    copy: Value = broadcast(value, shape=value.type.shape, axes=tuple(range(value.type.rank)))
    copy.hint = value.hint
    return copy


def _leaf(constant: Node, hint: str) -> Leaf:
    type = constant.results[0].type
    value = np.array(constant.attrs["value"], dtype=type.dtype.numpy)
    return Leaf("const", type, hint, Storage(type, value.reshape(type.concrete({}))))


def _prepare(graph: Graph) -> Graph:
    """Constant arrays become leaves; results and updates that are nobody's to write become copies.

    The numbers of random streams become leaves too: layers that differ in nothing else then share their kernels.
    """

    def visit(node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
        if node.op is CONSTANT and node.results[0].type.shape:
            return [_leaf(node, node.results[0].hint)]
        if node.op is UNIFORM and operands[1].literal is not None:
            assert operands[1].node is not None
            return node.clone((operands[0], _leaf(operands[1].node, "stream"))).results
        return None

    graph = graph.rebuild(visit)
    updated = {leaf for leaf, _ in graph.updates}
    outputs = [_identity(v) if _root(v) in updated else v for v in graph.outputs]
    made: set[Value] = set()
    updates: list[tuple[Leaf, Value]] = []
    for leaf, value in graph.updates:
        own = value.node is not None and not _is_memory_view(value.node) and value not in made
        updates.append((leaf, value if own else _identity(value)))
        made.add(value)
    return Graph.reach(graph.name, graph.inputs, outputs, updates, graph.states)


def _is_memory_view(node: Node) -> bool:
    return isinstance(node.op.lower_cpu, SameMemory)


def _root(value: Value) -> Value:
    while value.node is not None and _is_memory_view(value.node):
        value = value.node.operands[0]
    return value


def _outline(graph: Graph, clustering: Clustering, members: dict[Node, Cluster | Node] | None = None) -> Graph:
    """Replace clusters by fused nodes, in an order in which everything is made before it is read.

    ``members`` is filled with what each fused node stands for.
    """
    stored: dict[Cluster, list[Value]] = {}
    for cluster in clustering.clusters:
        stored[cluster] = [*clustering.stored(cluster), *(part.value for part in cluster.makes.values())]
    kernels: dict[str, k.Kernel] = {}
    new: dict[Value, Value] = {}
    maker: dict[Value, Cluster | Node] = {v: c for c, values in stored.items() for v in values}
    items: list[Cluster | Node] = [c for c, values in stored.items() if values]
    for node in graph.nodes:
        if node not in clustering.home and not _inside_only(node, clustering):
            items.append(node)
            maker.update(dict.fromkeys(node.results, node))

    def name_of(value: Value) -> str:
        return graph.names.get(value, value.hint)

    builders = {c: builder(c, stored[c], name_of) for c in items if isinstance(c, Cluster)}
    built = {c: b.build() for c, b in builders.items()}
    read = {v for item in items for v in (builders[item].inputs if isinstance(item, Cluster) else item.operands)}
    for cluster in [c for c in builders if c.makes]:
        # A product whose result is only reduced need not store it.
        needed = [v for v in stored[cluster] if v in read or v in clustering.external_results]
        if needed != stored[cluster]:
            stored[cluster], builders[cluster] = needed, builder(cluster, needed, name_of)
            built[cluster] = builders[cluster].build()

    def reads(item: Cluster | Node) -> Iterable[Value]:
        return builders[item].inputs if isinstance(item, Cluster) else item.operands

    for item in _ordered(items, reads, maker):
        if isinstance(item, Cluster):
            operands = tuple(new.get(v, v) for v in builders[item].inputs)
            results, last = stored[item], item.nodes[-1]
            kernel = built[item]
        elif _is_memory_view(item):
            new[item.results[0]] = item.clone(tuple(new.get(v, v) for v in item.operands)).results[0]
            continue
        else:
            operands = tuple(new.get(v, v) for v in dict.fromkeys(item.operands))
            results, last = list(item.results), item
            kernel = _routine_kernel(item, graph)
        kernel = kernels.setdefault(kernel.name, kernel)
        hints = [v.hint for v in results]
        types = tuple(v.type for v in results)
        fused = Node(FUSED, operands, {"kernel": kernel}, hints=hints, types=types, loc=last.loc)
        if members is not None:
            members[fused] = item
        new.update(zip(results, fused.results, strict=True))
    outputs = [new.get(v, v) for v in graph.outputs]
    updates = [(leaf, new.get(v, v)) for leaf, v in graph.updates]
    return Graph.reach(graph.name, graph.inputs, outputs, updates, graph.states)


def _inside_only(node: Node, clustering: Clustering) -> bool:
    """True for free nodes that live only as copies inside clusters."""
    return is_fusible(node) or is_product(node)


def _routine_kernel(node: Node, graph: Graph) -> k.Kernel:
    lowering = node.op.lower_cpu
    if not isinstance(lowering, Routine):
        why = getattr(lowering, "why", f"it should have been expanded before fusion ({lowering})")
        where = f"\n  at {node.loc.where}" if node.loc else ""
        raise LoweringError(f"no CPU lowering for '{node.op.name}': {why}{where}")
    operands = list(dict.fromkeys(node.operands))
    names = {v: f"x{i}" for i, v in enumerate(operands)}
    buffers = [k.Buffer(names[v], v.type, "in") for v in operands]
    outs = [f"y{i}" if len(node.results) > 1 else "y" for i in range(len(node.results))]
    buffers += [k.Buffer(o, r.type, "out") for o, r in zip(outs, node.results, strict=True)]
    attrs = tuple(sorted(node.attrs.items()))
    call = k.Call(lowering.name, (*(names[v] for v in node.operands), *outs), attrs)
    return k.Kernel("", tuple(buffers), call, (node.op.name,)).named()


def _ordered(items: list[Cluster | Node], reads: object, maker: dict[Value, Cluster | Node]) -> list[Cluster | Node]:
    """Topological order, earliest declared first."""

    def priority(item: Cluster | Node) -> int:
        return max(n.serial for n in item.levels) if isinstance(item, Cluster) else item.serial

    waiting: dict[Cluster | Node, int] = {}
    followers: dict[Cluster | Node, list[Cluster | Node]] = {}
    for item in items:
        before = {maker[v] for v in reads(item) if v in maker and maker[v] is not item}  # type: ignore[operator]
        waiting[item] = len(before)
        for b in before:
            followers.setdefault(b, []).append(item)
    heap = [(priority(i), n, i) for n, i in enumerate(items) if waiting[i] == 0]
    heapq.heapify(heap)
    order: list[Cluster | Node] = []
    count = len(items)
    while heap:
        _, _, item = heapq.heappop(heap)
        order.append(item)
        for follower in followers.get(item, ()):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                count += 1
                heapq.heappush(heap, (priority(follower), count, follower))
    if len(order) != len(items):
        raise AssertionError("fusion made a cycle; this is a bug in compiler/passes/clustering.py")
    return order
