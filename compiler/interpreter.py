"""The reference interpreter: a graph's meaning in NumPy, one operator after another. The oracle of all tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from graphc.runtime.errors import FeedError, LoweringError
from graphc.runtime.types import Dim, DType, evaluate_dim

from .ir import Array, Attr, ByPass, Graph, Leaf, Node, Value


def evaluate(
    graph: Graph,
    feeds: Mapping[str, Any] | Sequence[Any],
    states: Mapping[str, Any] | None = None,
    dims: Mapping[str, int] | None = None,
    *,
    promote: bool = False,
) -> tuple[list[Array], dict[str, Array]]:
    """Run a graph with the operators' NumPy references.

    Args:
        graph: at any stage before fusion, without ``vjp`` nodes.
        feeds: arrays by input name, or in the order of the inputs.
        states: arrays by printed name of param, state and const leaves; those with storage need none.
        dims: values of named dimensions that no input shows.
        promote: compute floating-point values in float64 throughout.

    Returns:
        The outputs in order, and the new value of every updated state by printed name. Nothing is written.

    Raises:
        FeedError: a missing array, or one of another shape.
        LoweringError: an operator that a pass must expand first.
    """
    names = graph.names
    values: dict[Value, Array] = {}
    given = feeds if isinstance(feeds, Mapping) else dict(zip((names[v] for v in graph.inputs), feeds, strict=True))
    known = dict(dims or {})
    for leaf in graph.inputs:
        if names[leaf] not in given:
            raise FeedError(f"evaluate: input '{names[leaf]}' is missing")
        values[leaf] = _bind(leaf, given[names[leaf]], known, promote)
    for leaf in graph.states:
        source = (states or {}).get(names[leaf])
        if source is None and leaf.storage is not None:
            source = leaf.storage.array
        if source is None:
            raise FeedError(f"evaluate: state '{names[leaf]}' is missing")
        values[leaf] = _bind(leaf, source, known, promote)
    for node in graph.nodes:
        results = apply_reference(node, [values[v] for v in node.operands], known, promote=promote)
        values.update(zip(node.results, results, strict=True))
    updates = {names[leaf]: values[value] for leaf, value in graph.updates}
    return [values[v] for v in graph.outputs], updates


def apply_reference(
    node: Node, operands: Sequence[Array], dims: Mapping[str, int], *, promote: bool = False
) -> tuple[Array, ...]:
    """Results of one node by its operator's reference."""
    lowering = node.op.lower_cpu
    if isinstance(lowering, ByPass) and lowering.name == "autodiff" and node.op.name == "vjp":
        raise LoweringError("evaluate: 'vjp' has no value before the autodiff pass has run")
    attrs = {key: _concrete(attr, dims) for key, attr in node.attrs.items()}
    with np.errstate(all="ignore"):
        results = node.op.reference(*operands, **attrs)
    listed = results if isinstance(results, tuple) else (results,)
    out: list[Array] = []
    for value, result in zip(listed, node.results, strict=True):
        dtype = np.dtype(np.float64) if promote and result.dtype.is_float else result.dtype.numpy
        array = np.asarray(value).astype(dtype, copy=False)
        # A rank-0 operand is splatted over the others; when all are rank 0 the result is too.
        shape = result.type.concrete(dims)
        out.append(array if array.shape == shape else np.broadcast_to(array, shape))
    return tuple(out)


def _bind(leaf: Leaf, source: Any, dims: dict[str, int], promote: bool) -> Array:
    dtype = np.dtype(np.float64) if promote and leaf.dtype.is_float else leaf.dtype.numpy
    array = np.asarray(source).astype(dtype, copy=False)
    if array.ndim != leaf.type.rank:
        raise FeedError(f"evaluate: '{leaf.hint}' expects {leaf.type}, got shape {list(array.shape)}")
    for have, want in zip(array.shape, leaf.type.shape, strict=True):
        if isinstance(want, Dim) and len(want.terms) == 1 and str(want).isidentifier():
            dims.setdefault(str(want), have)
        if evaluate_dim(want, dims) != have:
            raise FeedError(f"evaluate: '{leaf.hint}' expects {leaf.type}, got shape {list(array.shape)}")
    return array


def _concrete(attr: Attr, dims: Mapping[str, int]) -> Attr:
    if isinstance(attr, Dim):
        return attr.evaluate(dims)
    if isinstance(attr, tuple):
        return tuple(_concrete(part, dims) for part in attr)
    if isinstance(attr, DType):
        return attr
    return attr
