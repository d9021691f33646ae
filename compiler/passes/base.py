"""What a pass is, how passes are run, and the driver for local rewrites.

A rewrite is a function over one node; the first line of its docstring is its law::

    @rewrite("mul")
    def multiply_by_one(node: Node) -> Value | None:
        \"\"\"mul(x, 1) -> x\"\"\"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeAlias

from graphc.compiler.ir import Graph, Node, Value, verify_graph

SWEEPS = 64  # a bound for rules that undo each other; real graphs settle in two to five sweeps
STEPS = 64  # the same, for one node

Replacement: TypeAlias = "Value | Sequence[Value] | None"
"""What stands for the results of a node: one value, one for each result, or None to leave the node."""


class Pass(Protocol):
    """A named, pure transformation of a graph; a frozen dataclass whose fields are its options."""

    name: ClassVar[str]

    def run(self, graph: Graph) -> Graph:
        """The transformed graph; ``graph`` itself stays as it is."""
        ...


@dataclass(frozen=True)
class Rewrite:
    """A local rewrite.

    Attributes:
        name: name of the function.
        law: the first line of its docstring, such as ``mul(x, 1) -> x``.
        ops: names of the operators it looks at.
        apply: gives the replacement of a node's results, or None.
    """

    name: str
    law: str
    ops: tuple[str, ...]
    apply: Callable[[Node], Replacement] = field(repr=False)

    def __call__(self, node: Node) -> Replacement:
        """The replacement of the node's results, or None."""
        return self.apply(node)


def rewrite(*ops: str) -> Callable[[Callable[[Node], Replacement]], Rewrite]:
    """Make a function a :class:`Rewrite` of nodes of these operators."""

    def attach(function: Callable[[Node], Replacement]) -> Rewrite:
        law = (function.__doc__ or "").strip().partition("\n")[0]
        if "->" not in law:
            raise TypeError(f"{function.__name__}: expected a law such as 'mul(x, 1) -> x' in the docstring")
        return Rewrite(function.__name__, law, ops, function)

    return attach


def run_passes(
    graph: Graph,
    passes: Iterable[Pass],
    verify: bool = False,
    observe: Callable[[Pass, Graph], None] | None = None,
) -> Graph:
    """Run the passes in order.

    Args:
        graph: where to start.
        passes: what to run.
        verify: check the graph after every pass; VerifyError names the pass.
        observe: called with every pass and its result.
    """
    for each in passes:
        graph = each.run(graph)
        if verify:
            verify_graph(graph, after=each.name)
        if observe is not None:
            observe(each, graph)
    return graph


def rewrite_greedily(graph: Graph, rules: Sequence[Rewrite]) -> Graph:
    """Apply the rules to every node until none applies; the same graph when none applies at all.

    Nodes are visited from operands to users, so a chain settles in one sweep. A replacement has exactly the type of
    what it replaces, and takes its name when it is new.
    """
    table: dict[str, list[Rewrite]] = {}
    for rule in rules:
        for op in rule.ops:
            table.setdefault(op, []).append(rule)
    for _ in range(SWEEPS):
        swept = _sweep(graph, table)
        if swept is None:
            break
        graph = swept
    return graph


def _sweep(graph: Graph, table: Mapping[str, Sequence[Rewrite]]) -> Graph | None:
    changed = False

    def visit(node: Node, operands: tuple[Value, ...]) -> Sequence[Value]:
        nonlocal changed
        # Up to the first change the nodes are those of the graph; later ones are copied, so that order is kept.
        copy = node.clone(operands) if changed else node
        results = _settle(copy, table)
        changed = changed or results is not copy.results
        return results

    swept = graph.rebuild(visit)
    return swept if changed else None


def _settle(node: Node, table: Mapping[str, Sequence[Rewrite]]) -> Sequence[Value]:
    """Rewrite one node, and what replaces it when that is new, until no rule applies."""
    first, results = node, node.results
    for _ in range(STEPS):
        replacement = _apply(node, table)
        if replacement is None:
            break
        results = replacement
        source = results[0].node
        if source is None or source.serial <= first.serial or source.results != results:
            break
        node = source
    keep_names(first, results, first.operands)
    return results


def keep_names(node: Node, results: Sequence[Value], operands: Sequence[Value]) -> None:
    """Give results that were made after all operands, for this node, the names they stand for."""
    newest = max((v.node.serial for v in operands if v.node is not None), default=-1)
    for old, new in zip(node.results, results, strict=True):
        if new.node is not None and new.node.serial > newest:
            new.hint = old.hint


def _apply(node: Node, table: Mapping[str, Sequence[Rewrite]]) -> tuple[Value, ...] | None:
    for rule in table.get(node.op.name, ()):
        replacement = rule(node)
        if replacement is None:
            continue
        results = (replacement,) if isinstance(replacement, Value) else tuple(replacement)
        for old, new in zip(node.results, results, strict=True):
            if old.type != new.type:
                raise TypeError(f"rewrite {rule.name}: expected {old.type} for {node!r}, got {new.type}")
        return results
    return None
