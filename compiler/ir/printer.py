"""Graphs as text: typed SSA, one node a line, the user's names, source lines in a column at the right.

    graph @train(%x: f32[batch, 784], %y: i64[batch], param %0.weight: f32[512, 784]) {
      %h: f32[batch, 512] = matmul(%x, %0.weight) {transpose_b=true}  # train.py:9 [0]
      return %h
      update %0.weight <- %w
    }

Rank-0 constants stand as literals among the operands. An attribute is left out when it has the default of the type
rule, and when it only repeats the result's type (``shape`` and ``dtype``). What is printed, the parser reads back.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .attributes import REQUIRED, equal, format_attr, format_literal, shortest, signature
from .core import Graph, Leaf, Loc, Node, TextLoc, Value
from .op import CONSTANT, Attr

WIDTH: Final = 120  # a longer header takes one line a parameter
COLUMN: Final = 100  # comments stand to the left of this column, except after lines longer than that


@dataclass(frozen=True)
class Line:
    """One line of printed IR.

    Attributes:
        text: without the comment.
        loc: shown as its comment.
        subject: the node, leaf or (for ``return`` and ``update``) pair it shows.
    """

    text: str
    loc: Loc | None = None
    subject: object = None


def print_graph(graph: Graph, *, locations: bool = True, kernels: Iterable[object] = ()) -> str:
    """The graph as text.

    Args:
        graph: any graph, at any stage.
        locations: with source lines as comments.
        kernels: printed after it, each by ``str``.
    """
    text = join(graph_lines(graph), locations)
    return "\n".join([text, *(f"\n{str(kernel).rstrip()}" for kernel in kernels)])


def join(lines: Iterable[Line], locations: bool = True) -> str:
    """Lines as one text, comments aligned."""
    lines = list(lines)
    if not locations:
        return "\n".join(line.text for line in lines)
    fitting = (len(line.text) for line in lines if line.loc is not None and len(line.text) + 2 <= COLUMN)
    column = max(fitting, default=0) + 2
    return "\n".join(_with_comment(line, column) for line in lines)


def _with_comment(line: Line, column: int) -> str:
    if line.loc is None or isinstance(line.loc, TextLoc):
        return line.text
    scope = f" [{line.loc.scope}]" if line.loc.scope else ""
    return f"{line.text:<{column - 2}}  # {line.loc}{scope}"


def printed_names(graph: Graph) -> dict[Value, str]:
    """The names of :attr:`Graph.names`, and of the literals that need a line: outputs and new values of leaves."""
    names = dict(graph.names)
    unnamed = dict.fromkeys(
        v for v in itertools.chain(graph.outputs, (value for _, value in graph.updates)) if v not in names
    )
    taken = set(names.values()) if unnamed else set()
    for value in unnamed:
        name = next(n for n in itertools.chain([value.hint], _numbered(value.hint)) if n not in taken)
        taken.add(name)
        names[value] = name
    return names


def _numbered(hint: str) -> Iterator[str]:
    return (f"{hint}_{i}" for i in itertools.count(1))


def graph_lines(graph: Graph) -> list[Line]:
    """Every line of the graph, in order; also of graphs that break rules."""
    names = printed_names(graph)
    lines = _header(graph, names)
    for node in graph.nodes:
        if any(r in names for r in node.results) or not node.results:
            lines.append(Line(f"  {node_text(node, names)}", node.loc, node))
    outputs = ", ".join(f"%{names.get(v, v.hint)}" for v in graph.outputs)
    lines.append(Line(f"  return {outputs}".rstrip(), None, graph.outputs))
    for pair in graph.updates:
        leaf, value = pair
        text = f"  update %{names.get(leaf, leaf.hint)} <- %{names.get(value, value.hint)}"
        lines.append(Line(text, None, pair))
    lines.append(Line("}"))
    return lines


def _header(graph: Graph, names: Mapping[Value, str]) -> list[Line]:
    leaves = [*graph.inputs, *graph.states]
    parameters = [_parameter(leaf, names) for leaf in leaves]
    header = f"graph @{graph.name}({', '.join(parameters)}) {{"
    if len(header) <= WIDTH:
        return [Line(header)]
    rows = (Line(f"  {text},", leaf.loc, leaf) for text, leaf in zip(parameters, leaves, strict=True))
    return [Line(f"graph @{graph.name}("), *rows, Line(") {")]


def _parameter(leaf: Leaf, names: Mapping[Value, str]) -> str:
    kind = "" if leaf.kind == "input" else f"{leaf.kind} "
    return f"{kind}%{names[leaf]}: {leaf.type}"


def node_text(node: Node, names: Mapping[Value, str]) -> str:
    """``%a: f32[8] = add(%x, 0.5)``."""
    results = ", ".join(f"%{names.get(r, r.hint)}: {r.type}" for r in node.results)
    operands = ", ".join(operand_text(v, names) for v in node.operands)
    kernel = node.attrs.get("kernel")
    called = f" @{kernel.name}" if kernel is not None else ""
    attrs = ", ".join(f"{key}={text}" for key, text in shown_attrs(node))
    return f"{results} = {node.op.name}{called}({operands})" + (f" {{{attrs}}}" if attrs else "")


def operand_text(value: Value, names: Mapping[Value, str]) -> str:
    """``%name``, or the number of a literal."""
    number = value.literal
    if number is not None:
        return format_literal(number, value.dtype)
    return f"%{names.get(value, value.hint)}"


def shown_attrs(node: Node) -> Iterator[tuple[str, str]]:
    """The attributes that are printed, in the order of the type rule, with their text."""
    defaults = signature(node.op).defaults
    keys = [k for k in defaults if k in node.attrs] + [k for k in node.attrs if k not in defaults]
    for key in keys:
        value = node.attrs[key]
        default = defaults.get(key, REQUIRED)
        if key == "kernel" or (default is not REQUIRED and equal(value, default)) or repeats_type(node, key, value):
            continue
        yield key, _constant_text(node, value) if node.op is CONSTANT else format_attr(value)


def repeats_type(node: Node, key: str, value: Attr) -> bool:
    """True for a ``shape`` or ``dtype`` that the type of the one result shows already."""
    if len(node.results) != 1 or key not in ("shape", "dtype"):
        return False
    result = node.results[0].type
    return bool(value == (result.shape if key == "shape" else result.dtype))


def _constant_text(node: Node, value: Attr) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_constant_text(node, v) for v in value)}]"
    dtype = node.results[0].dtype
    return shortest(value, dtype) if dtype.is_float else format_attr(value)
