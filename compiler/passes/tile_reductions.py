"""Reductions of a matrix product's result along its rows or columns, begun where each block is still in cache.

A bias gradient, or the mean of a batch norm, is a reduction over the batch of what a product has just made. The
product's epilogue combines the values of its blocks to a few partial results; the kernel of the reduction combines
those, and no longer reads the whole result. Decided after clusters have grown: which kernel computes what stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphc.compiler.ir import Leaf, Node, Scalar, Value, View
from graphc.compiler.kernel import MOMENT_FIELDS
from graphc.compiler.ops.fused import SECOND_MOMENT
from graphc.runtime.types import TensorType

from .clustering import Clustering
from .clusters import EXPENSIVE, Cluster, Part, reduction_of
from .phases import Phases

COMBINES = frozenset({"add", "maximum", "minimum"})
CHEAP = 3  # most operators that a product's epilogue repeats for a reduction
LEAST = 16  # positions that each partial result stands for, where their number is known: about the smallest block


@dataclass(frozen=True)
class _Source:
    """Where the operand of a reduction comes from.

    Attributes:
        maker: the cluster whose product makes it.
        turned: whether it is the transpose of what that makes.
        axis: the axis of that cluster's space that is reduced.
        cone: operators between what the cluster makes and the operand.
    """

    maker: Cluster
    turned: bool
    axis: int
    cone: tuple[Node, ...]


def reduce_in_tiles(clustering: Clustering, parts: int) -> None:
    """Let products make partial results of reductions that other clusters would begin by reading the products' results.

    Changes the clusters. What a pass has stored besides, of what moments are made of, the product stores. How many
    partial results there are is fixed here, because the shapes of values must not depend on the machine; blocks do, and
    there may be any number of them.

    Args:
        clustering: grown clusters.
        parts: most partial results of a reduction, and their number where the extent is known at run time only.
    """
    for cluster in sorted(clustering.clusters, key=lambda c: not any(n.op is SECOND_MOMENT for n in c.levels)):
        found: dict[Node, _Source] = {}
        for node in _first_pass(clustering, cluster):
            source = _source(clustering, node, cluster)
            if source is None:
                break  # the pass is made for this one, so for all
            found[node] = source
        else:
            stored = Phases(cluster, clustering.stored(cluster)).stores(0) if found else []
            makers = [_maker_of(value, found) for value in stored]
            if found and None not in makers and _agree(list(found.values())):
                extent = cluster.space[cluster.reduced[0]]
                count = min(parts, extent // LEAST) if isinstance(extent, int) else parts
                for node, source in sorted(found.items(), key=lambda item: item[0].op is not SECOND_MOMENT):
                    _take(node, cluster, source, count)
                for value, source in zip(stored, makers, strict=True):
                    assert value.node is not None
                    assert source is not None
                    clustering.home[value.node] = source.maker
                    if source.turned:
                        source.maker.across.add(value)


def _first_pass(clustering: Clustering, cluster: Cluster) -> list[Node]:
    """The reductions of the cluster's first pass over its space; none when there is no gain in doing without it."""
    if cluster.product or len(cluster.space) != 2 or len(cluster.reduced) != 1:
        return []
    extent = cluster.space[cluster.reduced[0]]
    if isinstance(extent, int) and extent < LEAST:
        return []
    phases = Phases(cluster, clustering.stored(cluster))
    nodes = phases.reductions(0)
    moments = any(node.op is SECOND_MOMENT for node in nodes)
    if moments and cluster.reduced != (0,):
        return []
    # Several passes along a row find it in cache, so that one of them costs little.
    if (phases.stores(0) and not moments) or (cluster.reduced == (1,) and phases.count > 1):
        return []
    fit = all(n.op is SECOND_MOMENT or reduction_of(n).combine in COMBINES for n in nodes)
    fit = fit and all(n.results[0].dtype.is_float for n in nodes)
    return nodes if fit else []


def _source(clustering: Clustering, node: Node, cluster: Cluster) -> _Source | None:
    """Where the operand of a reduction comes from, if that is one product and a few cheap operators after it."""
    makers: dict[tuple[Cluster, bool], None] = {}
    cone: dict[Node, None] = {}
    stack = [(node.operands[0], False)]
    while stack:
        value, turned = stack.pop()
        member = value.node
        if value.literal is not None or member in cone:
            continue
        if member is None or member not in cluster.levels:
            maker = clustering.home.get(member) if member is not None else None
            if maker is None or maker.product is None or len(maker.space) != 2 or value.type.rank != 2:
                return None
            makers[maker, turned != (member in maker.turned or value in maker.across)] = None
        elif member.op.name == "permute_dims" and tuple(member.attrs["axes"]) == (1, 0):
            cone[member] = None
            stack.append((member.operands[0], not turned))
        elif member.op.name == "broadcast" and isinstance(member.operands[0], Leaf):
            cone[member] = None  # what is there before the step begins makes no kernel wait for another
        elif isinstance(member.op.lower_cpu, Scalar) and member.op.name not in EXPENSIVE and value.type.rank == 2:
            cone[member] = None
            stack += [(operand, turned) for operand in member.operands]
        else:
            return None
    operators = [member for member in cone if not isinstance(member.op.lower_cpu, View)]
    if len(makers) != 1 or len(operators) > CHEAP:
        return None
    ((maker, turned),) = makers
    if len(maker.levels) + len(cone) > clustering.max_nodes:
        return None
    axis = cluster.reduced[0]
    return _Source(maker, turned, 1 - axis if turned else axis, tuple(cone))


def _agree(sources: Sequence[_Source]) -> bool:
    """True when each product would reduce along one axis only: its blocks are dealt out along that."""
    axes: dict[Cluster, set[int]] = {}
    for source in sources:
        known = axes.setdefault(source.maker, {part.axis for part in source.maker.makes.values()})
        known.add(source.axis)
    return all(len(known) == 1 for known in axes.values())


def _maker_of(value: Value, found: Mapping[Node, _Source]) -> _Source | None:
    """Where a value comes from that is stored in the pass: it is what one of the reductions takes."""
    return next((source for node, source in found.items() if value in node.operands), None)


def _take(node: Node, cluster: Cluster, source: _Source, parts: int) -> None:
    (result,) = node.results
    for other, known in source.maker.makes.items():
        if other.op is SECOND_MOMENT and node.op.name == "sum" and other.operands == node.operands:
            cluster.combines[node] = known  # the mean is there already
            return
    fields = (MOMENT_FIELDS,) if node.op is SECOND_MOMENT else ()
    type = TensorType(result.dtype, (parts, *fields, *result.type.shape))
    part = Part(Value(type, f"{result.hint}_parts", None, 0, result.loc), source.turned, source.axis)
    for member in source.cone:
        source.maker.levels.setdefault(member, "full")
    source.maker.makes[node] = cluster.combines[node] = part
