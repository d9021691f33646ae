"""Symbolic reverse differentiation: ``vjp`` nodes are expanded into the nodes that compute them.

``vjp(y, g, *wrt)`` stands for the products of the cotangent ``g`` with the derivatives of ``y`` by each ``wrt``. The
expansion walks the part of the graph between them once, from ``y`` back, asks every operator's gradient rule for its
contributions and adds up what arrives at each value. What comes out are ordinary nodes, so they can be differentiated
again: an outer ``vjp`` is expanded after the inner ones it depends on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar

from graphc.compiler import ops
from graphc.compiler.ir import ByPass, Graph, Node, NotDifferentiable, Value, at, constant, here, reachable
from graphc.runtime.errors import NoGradientError
from graphc.runtime.types import TensorType

PATH_ENDS = 4  # operators shown at each end of a long path


@dataclass(frozen=True)
class Autodiff:
    """Expand ``vjp`` nodes in order of creation; ``custom_vjp`` nodes become their first operand afterwards.

    Raises NoGradientError where there is no derivative.
    """

    name: ClassVar[str] = "autodiff"

    def run(self, graph: Graph) -> Graph:
        """The graph with derivatives spelled out."""
        if any(node.op is ops.VJP for node in graph.nodes):
            graph = graph.rebuild(_expand)
        if any(node.op is ops.CUSTOM_VJP for node in graph.nodes):
            graph = graph.rebuild(lambda node, operands: operands[:1] if node.op is ops.CUSTOM_VJP else None)
        return graph


def check_differentiable(y: Value, wrt: Sequence[Value]) -> None:
    """Raise NoGradientError, with the path, unless ``y`` has a derivative by every value of ``wrt``.

    Types and connections decide, so this can be asked as soon as ``y`` is declared. A derivative may be zero
    everywhere (``floor``, ``stop_gradient``); that is no error.
    """
    for value in (y, *wrt):
        if not value.dtype.is_float:
            what = "differentiate" if value is y else "differentiate with respect to"
            raise NoGradientError(_text(f"cannot {what} %{value.hint}: expected a float tensor, got {value.type}"))
    between = _Between.find(y, wrt)
    for value in wrt:
        if value is not y and value not in between.met:
            message = f"cannot differentiate %{y.hint} with respect to %{value.hint}: it does not depend on it"
            raise NoGradientError(_text(message))
    between.check()


def _expand(node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
    if node.op is not ops.VJP:
        return None
    y, g, *wrt = operands
    return gradients(y, g, wrt)


@dataclass(frozen=True)
class Contribution:
    """What one node of a forward graph adds to the gradient of one of its operands.

    Attributes:
        node: of the forward graph.
        cotangents: gradients of its results; None where nothing arrives.
        operand: which value the part belongs to.
        part: what its gradient rule gives.
        y: what is differentiated.
        wrt: by what.
    """

    node: Node
    cotangents: tuple[Value | None, ...]
    operand: Value
    part: Value
    y: Value
    wrt: tuple[Value, ...]


def trace(graph: Graph) -> tuple[Graph, list[Contribution]]:
    """What :meth:`Autodiff.run` does, before ``custom_vjp`` nodes are dropped, with every use of a gradient rule."""
    found: list[Contribution] = []

    def visit(node: Node, operands: tuple[Value, ...]) -> Sequence[Value] | None:
        if node.op is not ops.VJP:
            return None
        y, g, *wrt = operands
        return gradients(y, g, wrt, found)

    return graph.rebuild(visit), found


def gradients(y: Value, g: Value, wrt: Sequence[Value], found: list[Contribution] | None = None) -> tuple[Value, ...]:
    """Reverse accumulation from ``y``, whose cotangent is ``g``: one gradient for each ``wrt``.

    It is zeros where nothing arrives. NoGradientError where an operator blocks the path. ``found`` is extended by every
    use of a gradient rule.
    """
    between = _Between.find(y, wrt)
    between.check()
    arrived: dict[Value, list[Value]] = {y: [g]}
    totals: dict[Value, Value] = {}
    for node in between.backward:
        cotangents = [_total(result, arrived, totals) for result in node.results]
        if any(c is not None for c in cotangents):
            with at(node.loc):
                parts = _contribute(node, cotangents, between.active, arrived)
            if found is not None:
                found += [
                    Contribution(node, tuple(cotangents), operand, part, y, tuple(wrt)) for operand, part in parts
                ]
    reached = [(value, _total(value, arrived, totals)) for value in wrt]
    return tuple(zeros(value.type, f"d_{value.hint}") if total is None else total for value, total in reached)


def zeros(type: TensorType, hint: str) -> Value:
    """A broadcast constant 0."""
    zero = constant(0, type.dtype)
    if not type.shape:
        return zero
    value = ops.broadcast(zero, shape=type.shape, axes=())
    value.hint = hint
    return value


@dataclass(frozen=True)
class _Between:
    """The part of a graph between ``wrt`` and ``y``.

    Attributes:
        y: what is differentiated.
        wrt: by what.
        met: every value ``y`` depends on.
        active: values that depend on ``wrt``, ``wrt`` included.
        backward: nodes that make active values, users first.
    """

    y: Value
    wrt: tuple[Value, ...]
    met: frozenset[Value]
    active: frozenset[Value]
    backward: tuple[Node, ...]

    @staticmethod
    def find(y: Value, wrt: Sequence[Value]) -> _Between:
        nodes, leaves = reachable([y])
        active: set[Value] = set(wrt)
        on_path: list[Node] = []
        for node in nodes:
            if any(operand in active for operand in node.operands):
                on_path.append(node)
                active.update(node.results)
        met = frozenset((*leaves, *(r for node in nodes for r in node.results)))
        return _Between(y, tuple(wrt), met, frozenset(active), tuple(reversed(on_path)))

    def check(self) -> None:
        """NoGradientError when a cotangent would arrive at an operator that blocks it."""
        needed: dict[Value, Node | None] = {self.y: None}  # with the user that asks for it
        for node in self.backward:
            asked = next((r for r in node.results if r in needed), None)
            if asked is None:
                continue
            rule = node.op.grad_rule
            # What a later pass replaces (an inner vjp, dropout) is taken to have a derivative, and asked again then.
            if isinstance(rule, NotDifferentiable) and not isinstance(node.op.lower_cpu, ByPass):
                if rule.blocks:
                    raise NoGradientError(self.blocked(node, rule, asked, needed))
                continue
            for operand in _asks(node, asked):
                if operand in self.active:
                    needed.setdefault(operand, node)

    def blocked(self, node: Node, rule: NotDifferentiable, asked: Value, needed: Mapping[Value, Node | None]) -> str:
        """The whole message about a node without derivative."""
        start, before = self.path_to(node)
        after: list[str] = []
        user = needed[asked]
        while user is not None:
            after.append(user.op.name)
            user = needed[next(r for r in user.results if r in needed)]
        path = " -> ".join([f"%{start.hint}", *_ends(before), node.op.name, *_ends(after), f"%{self.y.hint}"])
        return _text(
            f"cannot differentiate %{self.y.hint} with respect to %{start.hint}: "
            f"{node.op.name} on the path has no derivative ({rule.why})",
            f"path: {path}",
            place=node,
        )

    def path_to(self, node: Node) -> tuple[Value, list[str]]:
        """The wrt value nearest to a node, and the operators on the way from it."""
        users: dict[Node, Node | None] = {node: None}
        queue = deque([node])
        while queue:
            current = queue.popleft()
            for operand in current.operands:
                if operand in self.wrt:
                    names: list[str] = []
                    step: Node | None = current
                    while step is not None and step is not node:
                        names.append(step.op.name)
                        step = users[step]
                    return operand, names
                source = operand.node
                if source is not None and operand in self.active and source not in users:
                    users[source] = current
                    queue.append(source)
        raise AssertionError("a node on the path depends on no wrt")


def _asks(node: Node, asked: Value) -> Iterator[Value]:
    """Operands a cotangent is handed to. Whole numbers take one only as far as an operator that blocks it.

    An index is not handed one: where it points to does not change smoothly, and its elements carry no derivative.
    """
    if node.op in _INDEXED:
        yield node.operands[0]
        return
    if node.op is ops.CUSTOM_VJP:
        yield from node.operands[1:]
        return
    through = node.op is ops.CAST or not asked.dtype.is_float
    for operand in node.operands:
        if operand.dtype.is_float or through:
            yield operand


_INDEXED = (ops.TAKE, ops.TAKE_GRAD, ops.TAKE_ALONG, ops.TAKE_ALONG_GRAD)


def _ends(names: Sequence[str]) -> list[str]:
    if len(names) <= 2 * PATH_ENDS:
        return list(names)
    return [*names[:PATH_ENDS], f"... {len(names) - 2 * PATH_ENDS} more ...", *names[-PATH_ENDS:]]


def _text(message: str, *lines: str, place: Node | None = None) -> str:
    loc = place.loc if place is not None else here()
    where = [f"  at {loc.where}"] if loc is not None else []
    return "\n".join([f"grad: {message}", *(f"  {line}" for line in lines), *where])


def _total(value: Value, arrived: Mapping[Value, list[Value]], totals: dict[Value, Value]) -> Value | None:
    """The sum of what arrived at a value, added up in order of arrival."""
    if value in totals:
        return totals[value]
    parts = arrived.get(value)
    if not parts:
        return None
    # An input was declared far from where it is used; the place that uses it says more.
    with at(value.loc if value.node is not None else parts[-1].loc):
        total = parts[0]
        for part in parts[1:]:
            total = ops.add(total, part)
            total.hint = f"d_{value.hint}"
    totals[value] = total
    return total


def _contribute(
    node: Node, cotangents: Sequence[Value | None], active: Set[Value], arrived: dict[Value, list[Value]]
) -> list[tuple[Value, Value]]:
    """Add what one node contributes to each of its operands; these pairs of operand and part."""
    parts: list[tuple[Value, Value]] = []
    known = [v for v in cotangents if v is not None and v.node is not None]
    newest = max([node.serial, *(v.node.serial for v in known if v.node is not None)])
    for operand, pulled in zip(node.operands, _pull_back(node, cotangents), strict=True):
        if pulled is None or operand not in active or not operand.dtype.is_float:
            continue
        part = _fit(pulled, operand)
        if part.node is not None and part.node.serial > newest:
            part.hint = f"d_{operand.hint}"
        arrived.setdefault(operand, []).append(part)
        parts.append((operand, part))
    return parts


def _pull_back(node: Node, cotangents: Sequence[Value | None]) -> Sequence[Value | None]:
    """What the node's gradient rule gives for each operand."""
    rule = node.op.grad_rule
    if isinstance(rule, NotDifferentiable):
        return [None] * len(node.operands)
    if len(node.results) == 1:
        return rule(cotangents[0], node.results[0], *node.operands, **node.attrs)
    return rule(tuple(cotangents), node.results, *node.operands, **node.attrs)


def _fit(part: Value, operand: Value) -> Value:
    """A contribution in the type of its operand: summed over all axes for a splatted scalar, cast back."""
    if part.type.shape and not operand.type.shape:
        part = ops.sum(part, axes=tuple(range(part.type.rank)))
    if part.dtype is not operand.dtype:
        part = ops.cast(part, dtype=operand.dtype)
    return part
