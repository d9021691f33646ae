import pytest

from graphc.compiler.ir import Graph, Leaf, Node, Value, parse_graph, verify_graph
from graphc.compiler.ops import OPS
from graphc.runtime.errors import VerifyError
from graphc.runtime.types import TensorType

TEXT = """\
graph @g(%x: f32[8], param %w: f32[8]) {
  %a: f32[8] = exp(%x)
  %b: f32[8] = mul(%a, %w)
  %c: f32[8] = add(%b, 0.5)
  return %c
  update %w <- %b
}"""


def graph() -> Graph:
    return parse_graph(TEXT, OPS)


def message(broken: Graph, after: str | None = None) -> str:
    with pytest.raises(VerifyError) as caught:
        verify_graph(broken, after=after)
    return str(caught.value)


def changed(
    *,
    inputs: tuple[Leaf, ...] | None = None,
    states: tuple[Leaf, ...] | None = None,
    nodes: tuple[Node, ...] | None = None,
    outputs: tuple[Value, ...] | None = None,
    updates: tuple[tuple[Leaf, Value], ...] | None = None,
    base: Graph | None = None,
) -> Graph:
    g = base or graph()
    return Graph(
        "g",
        g.inputs if inputs is None else inputs,
        g.states if states is None else states,
        g.nodes if nodes is None else nodes,
        g.outputs if outputs is None else outputs,
        g.updates if updates is None else updates,
    )


def test_a_good_graph_passes() -> None:
    verify_graph(graph())


def test_use_before_definition() -> None:
    g = graph()
    a, b, *rest = g.nodes
    assert message(changed(base=g, nodes=(b, a, *rest)), "fuse") == (
        """\
after pass 'fuse': %a is used before it is defined
  1 | graph @g(%x: f32[8], param %w: f32[8]) {
  2 |   %b: f32[8] = mul(%a, %w)
    |                    ^^
  3 |   %a: f32[8] = exp(%x)
  4 |   %c: f32[8] = add(%b, 0.5)"""
    )


def test_an_operand_from_nowhere() -> None:
    g = graph()
    assert message(changed(base=g, nodes=g.nodes[1:])) == (
        """\
%a is not defined in this graph
  1 | graph @g(%x: f32[8], param %w: f32[8]) {
  2 |   %b: f32[8] = mul(%a, %w)
    |                    ^^
  3 |   %c: f32[8] = add(%b, 0.5)
  4 |   return %c"""
    )


def test_a_wrong_type() -> None:
    g = graph()
    node = Node(OPS["exp"], (g.inputs[0],), {}, hint="a", types=(TensorType.parse("f32[9]"),))
    assert message(changed(base=g, nodes=(node,), outputs=node.results, updates=())) == (
        """\
exp: the type rule gives f32[8], the line says f32[9]
  1 | graph @g(%x: f32[8], param %w: f32[8]) {
  2 |   %a: f32[9] = exp(%x)
    |       ^^^^^^
  3 |   return %a
  4 | }"""
    )


def test_an_unknown_attribute() -> None:
    g = graph()
    node = Node(OPS["reshape"], g.inputs, {"shape": (8,), "fast": True}, hint="a", types=(g.inputs[0].type,))
    text = message(changed(base=g, nodes=(node,), outputs=node.results, updates=()))
    assert text.startswith("reshape: no attribute 'fast' (= true); it has: shape\n")
    assert "  2 |   %a: f32[8] = reshape(%x) {fast=true}\n    |                ^^^^^^^\n" in text


def test_an_operand_too_many() -> None:
    g = graph()
    node = Node(OPS["reshape"], g.inputs * 2, {"shape": (8,)}, hint="a", types=(g.inputs[0].type,))
    text = message(changed(base=g, nodes=(node,), outputs=node.results, updates=()))
    assert text.startswith("reshape: expected 1 operand, got 2\n")


def test_an_output_from_nowhere() -> None:
    g = graph()
    text = message(changed(base=g, nodes=g.nodes[:2]))
    assert text.startswith("output %c is not defined in this graph\n")
    assert "  4 |   return %c\n    |          ^^" in text


def test_updates() -> None:
    g = graph()
    leaf, value = g.states[0], g.outputs[0]
    other = parse_graph("graph @h(param %w: f32[9]) {\n  return\n}", OPS).states[0]
    wrong = "update of %w: expected f32[9], got f32[8]\n"
    assert message(changed(base=g, states=(leaf, other), updates=((other, value),))).startswith(wrong)
    twice = changed(base=g, updates=((leaf, value), (leaf, value)))
    assert message(twice).startswith("update of %w: it is updated twice\n")
    alien = changed(base=g, updates=((g.inputs[0], value),))
    assert message(alien).startswith("update of %x: expected a param or state of this graph, got an input\n")


def test_leaves() -> None:
    g = graph()
    assert message(changed(base=g, inputs=(*g.inputs, *g.inputs))) == "%x is listed twice in the header"
    assert message(changed(base=g, states=(*g.states, *g.inputs))).startswith("%x is listed twice")
    assert message(changed(base=g, inputs=(*g.inputs, *g.states), states=())) == "%w is a param among the inputs"


def test_names() -> None:
    leaf = Leaf("input", TensorType.parse("f32[8]"), "my input")
    with pytest.raises(VerifyError, match=r"name: expected letters, digits, '_' and '\.', got 'my input'"):
        verify_graph(Graph("g", (leaf,), (), (), (leaf,)))
    with pytest.raises(VerifyError, match="graph name: expected letters"):
        verify_graph(Graph("my graph", (), (), (), ()))
