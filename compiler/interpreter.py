"""The reference interpreter: a graph's meaning in NumPy, one operator after another. The oracle of all tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphc.runtime.errors import DeclarationError, FeedError, VerifyError
from graphc.runtime.types import Dim, DType

from .ir import Array, Attr, Graph, Leaf, Node, Value, explain


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
        graph: at any stage before fusion, without ``vjp`` nodes. Dropout and batch normalisation mean what they do in
            evaluation.
        feeds: arrays by printed name, or in the order of the inputs; converted to the declared element types.
        states: arrays by printed name of param, state and const leaves; those with storage need none.
        dims: values of named dimensions that no input shows.
        promote: compute in float64 whatever is declared as a float.

    Returns:
        The outputs in order, and the new value of every updated state by printed name. Nothing is written.

    Raises:
        FeedError: a missing array, one of another shape, or a dimension nothing tells.
        IndexRangeError: an index that ``check_index`` finds outside its table.
        LoweringError: a ``vjp`` node; the autodiff pass must come first.
        ShapeError: sizes of this run do not fit together.
    """
    names = graph.names
    given = feeds if isinstance(feeds, Mapping) else dict(zip((names[v] for v in graph.inputs), feeds, strict=True))
    arrays: dict[Leaf, Array] = {}
    for leaf in graph.inputs:
        if names[leaf] not in given:
            raise FeedError(f"evaluate: input '{names[leaf]}' is missing, expected {leaf.type}")
        arrays[leaf] = np.asarray(given[names[leaf]])
    for leaf in graph.states:
        source = (states or {}).get(names[leaf], leaf.storage.array if leaf.storage is not None else None)
        if source is None:
            raise FeedError(f"evaluate: {leaf.kind} '{names[leaf]}' is missing, expected {leaf.type}")
        arrays[leaf] = np.asarray(source)
    known = _infer_dims(arrays, dims or {})
    values: dict[Value, Array] = {}
    for leaf, array in arrays.items():
        _check_shape(leaf, names[leaf], array, known)
        values[leaf] = array.astype(_numpy(leaf.dtype, promote))
    for node in graph.nodes:
        results = apply_reference(node, [values[v] for v in node.operands], known, promote=promote)
        values.update(zip(node.results, results, strict=True))
    updates = {names[leaf]: values[value] for leaf, value in graph.updates}
    return [values[v] for v in graph.outputs], updates


def apply_reference(
    node: Node, operands: Sequence[Array], dims: Mapping[str, int], *, promote: bool = False
) -> tuple[Array, ...]:
    """Results of one node by its operator's reference."""
    # Random numbers are drawn in their own type: as f64 they would be others.
    wide = promote and node.op.name != "uniform"
    attrs = {key: _concrete(attr, dims, wide) for key, attr in node.attrs.items()}
    try:
        with np.errstate(all="ignore"):
            results = node.op.reference(*operands, **attrs)
    except DeclarationError as error:  # sizes that only a run knows do not fit together
        raise type(error)(explain(node.op.name, str(error), node.operands, node.loc)) from None
    listed = results if isinstance(results, tuple) else (results,)
    out: list[Array] = []
    for value, result in zip(listed, node.results, strict=True):
        array = np.asarray(value).astype(_numpy(result.dtype, promote), copy=False)
        shape = result.type.concrete(dims)
        if array.shape != shape:
            raise VerifyError(
                f"{node.op.name}: the reference gives shape {list(array.shape)}, the type rule {list(shape)}"
            )
        out.append(array)
    return tuple(out)


def _infer_dims(arrays: Mapping[Leaf, Array], dims: Mapping[str, int]) -> dict[str, int]:
    """Values of named dimensions, from the axes that show them plainly (``batch``, not ``4*batch``)."""
    known = dict(dims)
    for leaf, array in arrays.items():
        for size, dim in zip(array.shape, leaf.type.shape, strict=False):
            if isinstance(dim, Dim) and dim == Dim.named(next(iter(dim.names))):
                known.setdefault(str(dim), size)
    return known


def _check_shape(leaf: Leaf, name: str, array: Array, dims: Mapping[str, int]) -> None:
    missing = sorted(leaf.type.names - dims.keys())
    if missing:
        raise FeedError(f"evaluate: '{name}' is {leaf.type}, and nothing tells the dimension {', '.join(missing)}")
    if array.shape != leaf.type.concrete(dims):
        raise FeedError(f"evaluate: '{name}' expects {leaf.type}, got shape {list(array.shape)}")


def _numpy(dtype: DType, promote: bool) -> np.dtype[Any]:
    return np.dtype(np.float64) if promote and dtype.is_float else dtype.numpy


def _concrete(attr: Attr, dims: Mapping[str, int], promote: bool) -> Attr:
    """An attribute with dimensions as numbers, and float types as f64 when everything is promoted."""
    if isinstance(attr, Dim):
        return attr.evaluate(dims)
    if isinstance(attr, tuple):
        return tuple(_concrete(part, dims, promote) for part in attr)
    return DType.f64 if promote and isinstance(attr, DType) and attr.is_float else attr
