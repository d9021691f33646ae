"""Operands of matrix products that the products compute themselves, a block at a time, and that are never stored.

Each block of a result reads all k of its rows and columns, so an operand is computed once for each block across the
other side. The rule is that there is one such block: sources are then read once, as before, and a write and a read of
the operand, and often a launch and a barrier, are saved. Two blocks compute everything twice, which mostly costs more
than that saves. Where the kernel that stored the operand runs for another result anyway, sources are read once more:
they may then be twice as large at most, and no operator expensive. Sums over a batch (gradients of weights) are left
out: their results are small, so that blocks are narrow pieces of the operand. Decided after clusters have grown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphc.compiler.ir import Node, Scalar, Value, View
from graphc.runtime.types import Shapelike, dim_product

from .clustering import Clustering
from .clusters import EXPENSIVE, Cluster, is_free

ACROSS = 128  # most rows, or columns, of the other side: lowering makes one block of so many
TASK = 64 * 64  # elements of a result that one task may make: threads are of little use
OFTEN = "a product reads its operands many times over"


@dataclass(frozen=True)
class _Chain:
    """What computes an operand: the nodes, and what they read from memory."""

    nodes: tuple[Node, ...]
    sources: tuple[Value, ...]

    @property
    def operators(self) -> list[str]:
        """Names of the operators that compute something for each element."""
        return [n.op.name for n in self.nodes if not is_free(n)]

    @property
    def bytes(self) -> int:
        """Bytes read for one element; vectors and scalars stay in the cache."""
        return sum(v.dtype.itemsize for v in self.sources if v.type.rank >= 2)


def compute_operands(clustering: Clustering) -> None:
    """Let products compute operands where that costs less than storing them. Changes the clusters.

    Args:
        clustering: grown clusters.
    """
    for cluster in clustering.clusters:
        product = cluster.product
        if product is None:
            continue
        *_, rows, cols = cluster.space
        for operand, other in zip(product.operands, (cols, rows), strict=True):
            if operand.node is None or operand.node not in clustering.home:
                continue
            chain = _chain(clustering, operand)
            reason = OFTEN if chain is None else _reason(clustering, cluster, operand, other, chain)
            if chain is None or reason:
                clustering.refuse(operand.node, cluster, reason)
                clustering.reasons[operand.node, cluster] = reason  # says more than why it is no part of the epilogue
                continue
            cluster.computes[operand] = None
            _move(clustering, cluster, clustering.home[operand.node], chain)


def _move(clustering: Clustering, cluster: Cluster, home: Cluster, chain: _Chain) -> None:
    """Let the product's cluster hold the chain, and the one that held it only what that still needs."""
    for node in chain.nodes:
        clustering.external.discard(node.results[0])
        clustering.materialized.discard(node.results[0])
    needed: set[Node] = set()
    stack = [value.node for value in clustering.stored(home)] + [*home.makes, *home.combines]
    while stack:
        member = stack.pop()
        if member is not None and member in home.levels and member not in needed:
            needed.add(member)
            stack += [operand.node for operand in member.operands]
    for node in chain.nodes:
        cluster.levels.setdefault(node, "full")
        if node not in needed:
            home.levels.pop(node)
            home.turned.discard(node)
            if clustering.home.get(node) is home:
                clustering.home[node] = cluster


def _chain(clustering: Clustering, operand: Value) -> _Chain | None:
    """What computes an operand from memory; None where that is more than element-wise operators."""
    assert operand.node is not None
    home = clustering.home[operand.node]
    nodes: dict[Node, None] = {}
    sources: dict[Value, None] = {}
    stack = [operand]
    while stack:
        value = stack.pop()
        node = value.node
        kept = value is not operand and _is_kept(clustering, value)
        if node is None or node not in home.levels or kept:
            if value.literal is None:
                sources[value] = None
            continue
        plain = isinstance(node.op.lower_cpu, Scalar) or is_free(node)
        if not plain or (isinstance(node.op.lower_cpu, View) and node.op.lower_cpu.fill is not None):
            return None
        if node not in nodes:
            nodes[node] = None
            stack += node.operands
    return _Chain(tuple(nodes), tuple(sources))


def _is_kept(clustering: Clustering, value: Value) -> bool:
    """Whether a value will be in memory, for others than the one that leads to it."""
    if value not in clustering.external and value not in clustering.materialized:
        return False
    return value in clustering.external_results or _uses(clustering.graph.users[value], value) > 1


def _reason(clustering: Clustering, cluster: Cluster, operand: Value, other: Shapelike, chain: _Chain) -> str:
    """Why the product should read the operand from memory; "" where it should compute it."""
    assert cluster.product is not None
    if operand in clustering.external_results:
        return "it is a result, and stored anyway"
    if _uses(clustering.graph.users[operand], operand) > 1:
        return "it is stored anyway, for another reader"
    if not chain.operators:
        return "it only moves elements, which the product would do many times over"
    if operand.type.rank != 2:
        return "only products of two matrices compute their operands"
    if len(cluster.levels) + len(chain.nodes) > clustering.max_nodes:
        return f"the kernel already has {clustering.max_nodes} operators"
    if not isinstance(other, int) or other > ACROSS:
        return OFTEN
    depth = cluster.product.operands[0].type.shape[-2 if cluster.product.attrs.get("transpose_a") else -1]
    if not isinstance(depth, int):
        return "the product sums over a dimension that is known at run time only, in few and narrow blocks"
    size = dim_product(cluster.space)
    others = [v for v in clustering.stored(clustering.home[chain.nodes[0]]) if v is not operand]
    if others and chain.bytes > 2 * operand.dtype.itemsize:
        return "it is smaller than what it is made of, which its kernel reads anyway"
    if others and EXPENSIVE.intersection(chain.operators):
        return f"its kernel runs anyway, and {min(EXPENSIVE.intersection(chain.operators))} would be computed twice"
    if cluster.computes and not (isinstance(size, int) and size <= TASK):
        return "the product computes its other operand, and would be a single task"
    return ""


def _uses(users: Iterable[Node], value: Value) -> int:
    return sum(user.operands.count(value) for user in users)
