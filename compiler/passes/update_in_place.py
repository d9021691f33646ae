"""State updates write to the state's own memory, when nothing reads the old value later."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from graphc.compiler import kernel as k
from graphc.compiler.ir import Graph, Leaf, Node, SameMemory, Value
from graphc.compiler.ops.fused import FUSED


@dataclass(frozen=True)
class UpdateInPlace:
    """Order the graph so that every reader of a state runs before the kernel that overwrites it.

    A kernel that reads the state only at the element it writes gets it as one "inout" parameter. Where a reader must
    run later (two states that swap values), or a check of indices needs the new value, that goes to memory of its own
    and is copied at the end.
    """

    name: ClassVar[str] = "update_in_place"

    def run(self, graph: Graph) -> Graph:
        """The graph in its final order; every update's value is made by a kernel that may write to the state."""
        return _rewrite(graph, *self.arrange(graph))

    def arrange(self, graph: Graph) -> tuple[list[Node], dict[Leaf, Value]]:
        """The final order of the nodes, and the updates that are copied at the end."""
        edges: dict[Node, set[Node]] = {}  # node -> nodes that must run before it, beyond data
        followers = {n: {u for r in n.results for u in graph.users.get(r, ())} for n in graph.nodes}
        late: list[tuple[Leaf, Value]] = []
        early = _before_checks(graph)
        for leaf, value in graph.updates:
            writer = value.node
            assert writer is not None
            readers = _memory_readers(graph, leaf)
            readers.discard(writer)
            own = leaf not in writer.operands or _reads_elementwise(writer, leaf, value)
            own = own and writer.op is FUSED and writer not in early
            if own and not _reaches(writer, readers, followers):
                edges.setdefault(writer, set()).update(readers)
                for reader in readers:
                    followers[reader].add(writer)
            else:
                late.append((leaf, value))
        return _order(graph, edges), dict(late)


def _reaches(start: Node, targets: set[Node], followers: Mapping[Node, set[Node]]) -> bool:
    """True when one of ``targets`` runs after ``start`` in any order."""
    stack, seen = [start] if targets else [], {start}
    while stack:
        for follower in followers[stack.pop()] - seen:
            if follower in targets:
                return True
            seen.add(follower)
            stack.append(follower)
    return False


def _before_checks(graph: Graph) -> set[Node]:
    """Kernels that a check of indices waits for: the step may still fail after them, so they may change no state."""
    found: set[Node] = set()
    stack = [n for n in graph.nodes if n.op is FUSED and _is_check(n)]
    while stack:
        node = stack.pop()
        for operand in node.operands:
            if operand.node is not None and operand.node not in found:
                found.add(operand.node)
                stack.append(operand.node)
    return found


def _is_check(node: Node) -> bool:
    body = node.attrs["kernel"].body
    return isinstance(body, k.Call) and body.routine == "check_index"


def _memory_readers(graph: Graph, leaf: Leaf) -> set[Node]:
    """Kernels that read the leaf's memory, directly or through a reshape."""
    readers: set[Node] = set()
    stack: list[Value] = [leaf]
    while stack:
        for user in graph.users.get(stack.pop(), ()):
            if isinstance(user.op.lower_cpu, SameMemory):
                stack.extend(user.results)
            else:
                readers.add(user)
    return readers


def _reads_elementwise(writer: Node, leaf: Leaf, value: Value) -> bool:
    """True when the kernel reads the leaf only at the element of ``value`` it stores in the same iteration."""
    kernel: k.Kernel = writer.attrs["kernel"]
    if isinstance(kernel.body, k.Call):
        return kernel.body.routine == "advance_rng"
    inputs = [b for b in kernel.buffers if b.mode == "in"]
    outputs = [b for b in kernel.buffers if b.mode != "in"]
    positions = [i for i, v in enumerate(writer.operands) if v is leaf]
    if len(positions) != 1 or len(inputs) != len(writer.operands):
        return False
    source, target = inputs[positions[0]].name, outputs[value.index].name
    stores = {s.indices for s in k.walk(kernel.body) if isinstance(s, k.Store) and s.buffer == target}
    loads = [s for s in k.walk(kernel.body) if isinstance(s, k.Load) and s.buffer == source]
    factors = any(isinstance(s, k.Contract) and source in dict(s.read) for s in k.walk(kernel.body))
    # One load only: a second one, in a later pass over the data, would read the new value.
    plain = all(s.indices in stores and s.fill is None for s in loads)
    return len(stores) == 1 and len(loads) <= 1 and plain and not factors


def _order(graph: Graph, edges: Mapping[Node, set[Node]]) -> list[Node]:
    """A topological order that honours the extra edges, close to the given one."""
    position = {n: i for i, n in enumerate(graph.nodes)}
    waiting: dict[Node, int] = {}
    followers: dict[Node, list[Node]] = {}
    for node in graph.nodes:
        before = {v.node for v in node.operands if v.node is not None} | edges.get(node, set())
        waiting[node] = len(before)
        for b in before:
            followers.setdefault(b, []).append(node)
    heap = [position[n] for n in graph.nodes if waiting[n] == 0]
    heapq.heapify(heap)
    order: list[Node] = []
    while heap:
        node = graph.nodes[heapq.heappop(heap)]
        order.append(node)
        for follower in followers.get(node, ()):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(heap, position[follower])
    assert len(order) == len(graph.nodes), "the extra edges make a cycle"
    return order


def _rewrite(graph: Graph, order: list[Node], late: dict[Leaf, Value]) -> Graph:
    by_value: dict[Value, Leaf] = {v: leaf for leaf, v in graph.updates if leaf not in late}
    new: dict[Value, Value] = {}
    for node in order:
        operands = tuple(new.get(v, v) for v in node.operands)
        in_place = [(by_value[r], r) for r in node.results if r in by_value and by_value[r] in node.operands]
        clone = node.clone(operands, _merge_parameters(node, in_place) if in_place else None)
        new.update(zip(node.results, clone.results, strict=True))
    copies = {leaf: _copy(new[value], leaf) for leaf, value in late.items()}
    updates = [(leaf, copies.get(leaf) or new[value]) for leaf, value in graph.updates]
    outputs = [new.get(v, v) for v in graph.outputs]
    return Graph.reach(graph.name, graph.inputs, outputs, updates, graph.states)


def _merge_parameters(node: Node, in_place: list[tuple[Leaf, Value]]) -> dict[str, k.Kernel]:
    """The kernel with each updated state as one "inout" parameter in the place of the "out" one."""
    kernel: k.Kernel = node.attrs["kernel"]
    if isinstance(kernel.body, k.Call):
        return {"kernel": kernel}
    inputs = [b for b in kernel.buffers if b.mode == "in"]
    outputs = [b for b in kernel.buffers if b.mode != "in"]
    renamed: dict[str, str] = {}
    shared: set[str] = set()
    for leaf, value in in_place:
        source = inputs[node.operands.index(leaf)].name
        renamed[outputs[value.index].name] = source
        shared.add(source)
    # Operands keep their order: an "inout" parameter stands where the operand stood; results follow their own order.
    buffers = [replace(b, mode="inout") if b.name in shared else b for b in inputs]
    buffers += [b for b in outputs if b.name not in renamed]
    body = tuple(_rename_stores(s, renamed) for s in kernel.body)
    order = tuple(renamed.get(b.name, b.name) for b in outputs)
    return {"kernel": replace(k.Kernel("", tuple(buffers), body, kernel.ops, order).named())}


def _rename_stores(statement: k.Statement, renamed: dict[str, str]) -> k.Statement:
    match statement:
        case k.Store() if statement.buffer in renamed:
            return replace(statement, buffer=renamed[statement.buffer])
        case k.Load() if statement.buffer in renamed:
            return replace(statement, buffer=renamed[statement.buffer])
        case k.Turn():
            return k.Turn(
                renamed.get(statement.target, statement.target), renamed.get(statement.source, statement.source)
            )
        case k.For():
            return replace(statement, body=tuple(_rename_stores(s, renamed) for s in statement.body))
        case k.Contract():
            return replace(statement, epilogue=tuple(_rename_stores(s, renamed) for s in statement.epilogue))
        case _:
            return statement


def _copy(value: Value, leaf: Leaf) -> Value:
    """A kernel that copies a value; it runs last and writes to the leaf's memory."""
    axes = [f"i{a}" for a in range(value.type.rank)]
    at = tuple(k.Index.axis(a) for a in axes)
    body: tuple[k.Statement, ...] = (k.Load("v", value.dtype, "x", at), k.Store("y", at, "v"))
    for order, (axis, extent) in reversed(list(enumerate(zip(axes, value.type.shape, strict=True)))):
        body = (k.For(axis, extent, body, "parallel" if order == 0 else "serial", 64 if order == 0 else 1),)
    buffers = (k.Buffer("x", value.type, "in"), k.Buffer("y", value.type, "out"))
    kernel = k.Kernel("", buffers, body, ("copy",)).named()
    return Node(FUSED, (value,), {"kernel": kernel}, hint=leaf.hint, types=(value.type,), loc=value.loc).results[0]
