"""Which matrices a kernel stores as transposes of others: a block at a time is turned through registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphc.compiler import kernel as k
from graphc.compiler.ir import Value
from graphc.runtime.types import DType

from .clusters import Cluster

TURNED = (DType.f32, DType.f64, DType.i32, DType.i64)  # element types the transpose is made for


def turns_of(cluster: Cluster, names: Mapping[Value, str]) -> dict[Value, k.Turn]:
    """Matrices among the outputs, which have ``names``, that are transposes of other outputs."""
    found: dict[Value, k.Turn] = {}
    for value in names:
        if value.node not in cluster.turned or value.dtype not in TURNED:
            continue
        if tuple(value.node.attrs["axes"]) == (1, 0):
            source = value.node.operands[0]
            if source in names:
                found[value] = k.Turn(names[value], names[source])
    return found


def only_transposes(cluster: Cluster, outputs: Sequence[Value]) -> bool:
    """True for a cluster that only transposes a matrix from memory."""
    if len(outputs) != 1 or outputs[0].dtype not in TURNED:
        return False
    node = outputs[0].node
    if node is None or node.op.name != "permute_dims" or tuple(node.attrs["axes"]) != (1, 0):
        return False
    return node.operands[0].node not in cluster.levels
