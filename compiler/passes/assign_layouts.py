"""Which activations live transposed, so that every large product reads both operands along contiguous memory.

The product kernels vectorise along the columns of their second operand and of the result, and read the first operand
with any strides. ``x @ w.T`` with a row-major weight therefore wants to be computed as ``(w @ x.T).T``: the weight is
the first operand, as it lies in memory, and only the (small) activation changes its layout. The transposes this makes
are moved through element-wise operators until they meet another one, or become a second, transposed store of the
kernel that makes the value. Where one value is made of several transposed ones that nothing else needs, it is made
before it is transposed: one is stored then, not all of them. All of it is visible as ``permute_dims`` in the IR.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import ClassVar

from graphc.compiler.ir import Graph, IndexValue, Node, Product, Reduction, Scalar, Value
from graphc.compiler.ops import broadcast, iota, matmul, permute_dims

SWAP = (1, 0)


@dataclass(frozen=True)
class AssignLayouts:
    """Compute ``x @ w.T`` as ``(w @ x.T).T`` and carry the transposes to where they cost nothing.

    Attributes:
        least: products with fewer multiply-adds per row than this stay as they are; their operands sit in cache anyway.
    """

    name: ClassVar[str] = "assign_layouts"
    least: int = 4096

    def run(self, graph: Graph) -> Graph:
        """The graph with transposed activations where they help.

        A graph without updates stays as it is: in inference a batch may be a single row, and ``x @ w.T`` is then a set
        of dot products along memory, which a transposed product is not.
        """
        if not graph.updates:
            return graph
        swapped = graph.rebuild(self._swap)
        turned = _carried(swapped, _worth_turning(swapped))
        return _carried(turned, _worth_joining(turned))

    def _swap(self, node: Node, operands: tuple[Value, ...]) -> list[Value] | None:
        if not isinstance(node.op.lower_cpu, Product):
            return None
        if not node.attrs.get("transpose_b") or node.attrs.get("transpose_a"):
            return None
        x, w = operands
        if x.type.rank != 2 or not _is_weight(w) or not _is_large(w, self.least):
            return None
        turned = _transposed(x)
        product: Value = matmul(w, turned)
        product.hint = f"{node.results[0].hint}_t"
        result: Value = permute_dims(product, axes=SWAP)
        result.hint = node.results[0].hint
        return [result]


def _carried(graph: Graph, through: Set[Node]) -> Graph:
    """The graph with transposes moved from the operands of some nodes to their results."""
    if not through:
        return graph

    def sink(node: Node, operands: tuple[Value, ...]) -> list[Value] | None:
        if _is_turned(node.results[0]) and _is_turned(operands[0]):
            return [_source(operands[0])]
        return _sink(node, operands) if node in through else None

    return graph.rebuild(sink)


def _is_weight(w: Value) -> bool:
    return w.node is None and w.op in ("param", "const", "input", "state") and not w.type.names


def _is_large(w: Value, least: int) -> bool:
    size = w.type.size
    return isinstance(size, int) and size >= least


def _transposed(x: Value) -> Value:
    """x.T, without stacking two transposes."""
    if x.node is not None and x.node.op.name == "permute_dims" and tuple(x.node.attrs["axes"]) == SWAP:
        return x.node.operands[0]
    turned: Value = permute_dims(x, axes=SWAP)
    turned.hint = f"{x.hint}_t"
    return turned


def _is_turned(value: Value) -> bool:
    node = value.node
    return node is not None and node.op.name == "permute_dims" and tuple(node.attrs["axes"]) == SWAP


def _turns_free(value: Value) -> bool:
    """True for operands that can be made in the other layout without moving memory."""
    if not value.type.shape:
        return True
    node = value.node
    return node is not None and (node.op.name == "broadcast" or isinstance(node.op.lower_cpu, IndexValue))


def _source(turned: Value) -> Value:
    assert turned.node is not None
    return turned.node.operands[0]


def _turnable(graph: Graph) -> set[Node]:
    """Element-wise nodes of matrices that are transposed, all of them, or turn for free."""
    turnable: set[Node] = set()
    for node in graph.nodes:
        if not isinstance(node.op.lower_cpu, Scalar) or node.results[0].type.rank != 2 or node.op.name == "uniform":
            continue
        shaped = [v for v in node.operands if v.type.shape]
        turned = [_is_turned(v) or v.node in turnable for v in shaped]
        if any(turned) and all(t or _turns_free(v) for t, v in zip(turned, shaped, strict=True)):
            turnable.add(node)
    return turnable


def _is_reduced(graph: Graph, node: Node) -> bool:
    return any(isinstance(u.op.lower_cpu, Reduction) for u in graph.users.get(node.results[0], ()))


def _worth_turning(graph: Graph) -> set[Node]:
    """Element-wise nodes between a transposed product and a place that wants their result transposed again."""
    turnable = _turnable(graph)
    wanted: set[Node] = set()
    for node in reversed(graph.nodes):
        if node not in turnable or _is_reduced(graph, node):
            continue
        if any(u in wanted or _is_turned(u.results[0]) for u in graph.users.get(node.results[0], ())):
            wanted.add(node)
    return wanted


def _worth_joining(graph: Graph) -> set[Node]:
    """Element-wise nodes that make one value of several transposed ones, where that one takes fewer bytes.

    The derivative of a GELU is made of two: it is then computed beside them, and stored instead of them.
    """
    turnable = _turnable(graph)
    results = {*graph.outputs, *(value for _, value in graph.updates)}
    wanted: set[Node] = set()
    for node in graph.nodes:
        users = graph.users.get(node.results[0], ())
        if node not in turnable or not users or all(u in turnable for u in users):
            continue
        between, views = _since_turned(node, turnable)
        inside = [n.results[0] for n in (*between, *views) if n is not node]
        if any(v in results or not between.issuperset(graph.users[v]) for v in inside):
            continue
        sources = {_source(view.results[0]): view for view in views}
        before = sum(_bytes(graph, source, view, source in results) for source, view in sources.items())
        joins = len(sources) > 1 and 2 * node.results[0].dtype.itemsize < before
        if joins and not any(_is_reduced(graph, n) for n in between):
            wanted |= between
    return wanted


def _since_turned(node: Node, turnable: set[Node], most: int = 64) -> tuple[set[Node], set[Node]]:
    """The turnable nodes that make a node's result of transposed values, and the transposes; none where it is far."""
    between, views = {node}, set[Node]()
    stack = [node]
    while stack and len(between) <= most:
        for operand in stack.pop().operands:
            source = operand.node
            if source is not None and _is_turned(operand):
                views.add(source)
            elif source in turnable and source not in between:
                between.add(source)
                stack.append(source)
    return between, set() if stack else views


def _bytes(graph: Graph, source: Value, view: Node, stored: bool) -> int:
    """Bytes of an element that are moved for its transpose: read, and written, unless that is done for others."""
    others = (u for u in graph.users[source] if u is not view)
    stored = stored or source.node is None or not all(isinstance(u.op.lower_cpu, Scalar) for u in others)
    return source.dtype.itemsize * (1 if stored else 2)


def _sink(node: Node, operands: tuple[Value, ...]) -> list[Value] | None:
    """f(x.T, ...) -> f(x, ...).T, where the other operands turn for free."""
    shaped = [v for v in operands if v.type.shape]
    if not any(_is_turned(v) for v in shaped) or not all(_is_turned(v) or _turns_free(v) for v in shaped):
        return None
    inner_operands = tuple(_turn(v) for v in operands)
    inside = Node(node.op, inner_operands, node.attrs, hint=f"{node.results[0].hint}_t", loc=node.loc).results[0]
    result: Value = permute_dims(inside, axes=SWAP)
    result.hint = node.results[0].hint
    return [result]


def _turn(value: Value) -> Value:
    """The transposed value of an operand for which :func:`_is_turned` or :func:`_turns_free` holds."""
    node = value.node
    if not value.type.shape or node is None:
        return value
    if _is_turned(value):
        return node.operands[0]
    shape = (value.type.shape[1], value.type.shape[0])
    turned: Value
    if node.op.name == "broadcast":
        axes = tuple(1 - a for a in node.attrs["axes"])
        if len(axes) == 2:
            source: Value = permute_dims(node.operands[0], axes=SWAP)
            turned = broadcast(source, shape=shape, axes=tuple(sorted(axes)))
        else:
            turned = broadcast(node.operands[0], shape=shape, axes=axes)
    else:
        turned = iota(shape=shape, axis=1 - node.attrs["axis"], dtype=value.dtype)
    turned.hint = f"{value.hint}_t"
    return turned
