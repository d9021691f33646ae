"""The rules every graph keeps: single assignment, definition before use, types that follow from the type rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from graphc.runtime.errors import DeclarationError, VerifyError
from graphc.runtime.types import TensorType

from .attributes import REQUIRED, format_attr, signature
from .core import Graph, Leaf, Node, Value
from .lexer import excerpt
from .printer import graph_lines, operand_text, printed_names

NAME: Final = re.compile(r"[\w.]+")
CONTEXT: Final = 2  # lines quoted before and after the offending one


class _Fault(NamedTuple):
    message: str
    subject: object = None  # what the quoted line shows
    token: str = ""  # what to point at in it


def verify_graph(graph: Graph, *, after: str | None = None) -> None:
    """Raise VerifyError, with the offending line, when the graph breaks a rule.

    Args:
        graph: what to check.
        after: name of the pass that made it.
    """
    fault = next(_faults(graph), None)
    if fault is None:
        return
    origin = f"after pass '{after}': " if after else ""
    quoted = _quote(graph, fault)
    raise VerifyError(f"{origin}{fault.message}" + (f"\n{quoted}" if quoted else ""))


def _quote(graph: Graph, fault: _Fault) -> str:
    lines = graph_lines(graph)
    number = next((i for i, line in enumerate(lines, 1) if line.subject is fault.subject), 0)
    if fault.subject is None or not number:
        return ""
    text = lines[number - 1].text
    # An operand may have the name of a result: look behind the "=" first.
    start = 0 if fault.token.endswith(":") else max(0, text.find(" = "))
    pattern = re.compile(re.escape(fault.token) + r"(?![\w.])")
    found = (pattern.search(text, start) or pattern.search(text)) if fault.token else None
    column = found.start() if found else len(text) - len(text.lstrip())
    length = len(fault.token.rstrip(":")) if found else len(text) - column
    return excerpt([line.text for line in lines], number, column + 1, length, CONTEXT)


def _faults(graph: Graph) -> Iterator[_Fault]:
    names = printed_names(graph)
    if not NAME.fullmatch(graph.name):
        yield _Fault(f"graph name: expected letters, digits, '_' and '.', got {graph.name!r}")
    yield from _leaf_faults(graph)
    for value, name in names.items():
        if not NAME.fullmatch(name):
            yield _Fault(f"name: expected letters, digits, '_' and '.', got {name!r}", value.node or value)
    defined: set[Value] = {*graph.inputs, *graph.states}
    everywhere = {r for node in graph.nodes for r in node.results}
    for node in graph.nodes:
        for operand in node.operands:
            if operand not in defined:
                text = operand_text(operand, names)
                problem = "is used before it is defined" if operand in everywhere else "is not defined in this graph"
                yield _Fault(f"{text} {problem}", node, text)
        yield from _node_faults(node)
        if not defined.isdisjoint(node.results):
            yield _Fault(f"%{names[node.results[0]]} is defined twice", node, f"%{names[node.results[0]]}:")
        defined.update(node.results)
    for value in graph.outputs:
        if value not in defined:
            text = f"%{names.get(value, value.hint)}"
            yield _Fault(f"output {text} is not defined in this graph", graph.outputs, text)
    yield from _update_faults(graph, defined)


def _leaf_faults(graph: Graph) -> Iterator[_Fault]:
    seen: set[Leaf] = set()
    for leaf in (*graph.inputs, *graph.states):
        if leaf in seen:
            yield _Fault(f"%{leaf.hint} is listed twice in the header", leaf)
        seen.add(leaf)
    for leaf in graph.inputs:
        if leaf.kind != "input":
            yield _Fault(f"%{leaf.hint} is {_kind(leaf)} among the inputs", leaf)
    for leaf in graph.states:
        if leaf.kind == "input":
            yield _Fault(f"%{leaf.hint} is an input among the states", leaf)


def _node_faults(node: Node) -> Iterator[_Fault]:
    """What is wrong with one node, apart from where its operands come from."""
    name = node.op.name
    problem = signature_problem(node)
    if problem is not None:
        yield _Fault(f"{name}: {problem}", node, name)
        return
    if any(r.node is not node or r.index != i for i, r in enumerate(node.results)):
        yield _Fault(f"{name}: a result belongs to another node", node)
    operands = [f"%{v.hint}" if v.literal is None else operand_text(v, {}) for v in node.operands]
    try:
        types = infer(node)
    except DeclarationError as error:
        yield _Fault(f"{name}: {name_operands(str(error), operands)}", node, name)
        return
    stated = tuple(r.type for r in node.results)
    if types != stated:
        gives, says = (", ".join(map(str, t)) for t in (types, stated))
        yield _Fault(
            f"{name}: the type rule gives {gives}, the line says {says}", node, f"{stated[0]}" if stated else ""
        )


def signature_problem(node: Node) -> str | None:
    """What is wrong with the number of operands or the names of attributes, or None."""
    rule = signature(node.op)
    problem = count_problem(rule.operands, len(node.operands))
    if problem is not None:
        return problem
    unknown = [k for k in node.attrs if k not in rule.defaults and not rule.any_attribute]
    if unknown:
        accepted = ", ".join(rule.defaults) or "none"
        return f"no attribute {unknown[0]!r} (= {format_attr(node.attrs[unknown[0]])}); it has: {accepted}"
    missing = [k for k, default in rule.defaults.items() if default is REQUIRED and k not in node.attrs]
    return f"attribute {missing[0]!r} is missing" if missing else None


def count_problem(bounds: tuple[int, int | None], count: int) -> str | None:
    """``expected 2 operands, got 3``, or None."""
    low, high = bounds
    if count >= low and (high is None or count <= high):
        return None
    wanted = f"{low}" if low == high else f"at least {low}" if high is None else f"{low} to {high}"
    return f"expected {wanted} operand{'' if wanted == '1' else 's'}, got {count}"


def infer(node: Node) -> tuple[TensorType, ...]:
    """The result types that the type rule gives; DeclarationError when it refuses."""
    types = node.op.type_rule(*(v.type for v in node.operands), **node.attrs)
    return types if isinstance(types, tuple) else (types,)


def name_operands(message: str, operands: list[str]) -> str:
    """A type rule's message with ``{0}``, ``{1}``… replaced by the operands."""
    for i, operand in enumerate(operands):
        message = message.replace(f"{{{i}}}", operand)
    return message


def _update_faults(graph: Graph, defined: set[Value]) -> Iterator[_Fault]:
    seen: set[Leaf] = set()
    for pair in graph.updates:
        leaf, value = pair
        if leaf not in graph.states or leaf.kind not in ("param", "state"):
            yield _Fault(f"update of %{leaf.hint}: expected a param or state of this graph, got {_kind(leaf)}", pair)
        if value not in defined:
            yield _Fault(f"update of %{leaf.hint}: %{value.hint} is not defined in this graph", pair, f"%{value.hint}")
        if leaf.type != value.type:
            yield _Fault(f"update of %{leaf.hint}: expected {leaf.type}, got {value.type}", pair)
        if leaf in seen:
            yield _Fault(f"update of %{leaf.hint}: it is updated twice", pair)
        seen.add(leaf)


def _kind(leaf: Leaf) -> str:
    return f"an {leaf.kind}" if leaf.kind == "input" else f"a {leaf.kind}"
