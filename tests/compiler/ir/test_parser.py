from pathlib import Path

import pytest

from graphc.compiler.ir import Graph, Loc, TextLoc, parse_graph, print_graph, verify_graph
from graphc.compiler.ops import OPS
from graphc.runtime.errors import ParseError

MLP = """\
graph @go(%x: f32[batch, 64], %y: i64[batch], param %0.weight: f32[10, 64], state %lr: f32[], const %t: f32[10]) {
  %h0: f32[batch, 10] = matmul(%x, %0.weight) {transpose_b=true}  # train.py:9 [encoder.0]
  %t_rows: f32[batch, 10] = broadcast(%t) {axes=[1]}
  %h1: f32[batch, 10] = add(%h0, %t_rows)                         # train.py:10
  %a: f32[batch, 10] = mul(%h1, 0.1)
  %s: f32[10] = sum(%a) {axes=[0]}
  %c: f32[3] = constant() {value=[1.0, 2.5, 1e-05]}
  %w: f32[10, 64] = mul(%0.weight, %lr)
  return %s, %c, %y
  update %0.weight <- %w
}"""


def parse(text: str) -> Graph:
    return parse_graph(text, OPS, file="/models/mlp.ir")


def test_prints_back_as_it_was_read() -> None:
    graph = parse(MLP)
    verify_graph(graph)
    assert print_graph(graph) == MLP


def test_comments_are_locations() -> None:
    graph = parse(MLP)
    assert graph.nodes[0].loc == Loc("train.py", 9, "", "encoder.0")
    assert graph.nodes[1].loc == TextLoc("/models/mlp.ir", 3)
    assert "#" not in print_graph(graph, locations=False)


def test_free_form_text_is_accepted() -> None:
    graph = parse("# a note\n\ngraph @g (%x:f32[ 8 ],) { # another\n %y:f32[8]=add( %x ,\n   2.0) return %y }")
    assert print_graph(graph) == "graph @g(%x: f32[8]) {\n  %y: f32[8] = add(%x, 2.0)\n  return %y\n}"


def test_a_long_header_takes_one_line_a_parameter() -> None:
    leaves = ["%images: f32[batch, 28, 28]", *(f"param %{i}.weight: f32[512, 512]" for i in range(4))]
    text = "graph @g(\n" + "".join(f"  {leaf},\n" for leaf in leaves) + ") {\n  return %images\n}"
    graph = parse(text)
    assert print_graph(graph) == text
    located = text.replace("%images: f32[batch, 28, 28],", "%images: f32[batch, 28, 28],     # a.py:3")
    assert print_graph(parse(located)) == located


def test_what_is_never_used_is_kept() -> None:
    text = "graph @g(%x: f32[8], param %w: f32[8]) {\n  %dead: f32[8] = exp(%x)\n  return\n}"
    assert print_graph(parse(text)) == text


def test_a_constant_that_is_an_output_gets_a_line() -> None:
    text = "graph @g(state %n: i64[]) {\n  %one: i64[] = constant() {value=1}\n  return %one\n  update %n <- %one\n}"
    assert print_graph(parse(text)) == text
    short = text.replace("  %one: i64[] = constant() {value=1}\n", "").replace("%one", "1")
    assert "%constant: i64[] = constant() {value=1}" in print_graph(parse(short))


def test_a_named_scalar_constant_prints_as_a_literal() -> None:
    text = (
        "graph @g(%x: f32[8]) {\n  %half: f32[] = constant() {value=0.5}\n  %y: f32[8] = mul(%x, %half)\n  return %y\n}"
    )
    assert "  %y: f32[8] = mul(%x, 0.5)\n" in print_graph(parse(text))


@pytest.mark.parametrize(
    "literal", ["0.5", "1e-05", "inf", "-inf", "nan", "3", "-3", "true", "2.0f64", "3i32", "1.0bf16"]
)
def test_literals(literal: str) -> None:
    dtype = {"3": "i64", "-3": "i64", "true": "bool", "2.0f64": "f64", "3i32": "i32", "1.0bf16": "bf16"}.get(
        literal, "f32"
    )
    text = f"graph @g(%x: {dtype}[8]) {{\n  %y: bool[8] = eq(%x, {literal})\n  return %y\n}}"
    assert print_graph(parse(text)) == text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "add(%h0, %t_rows)",
            "add(%h0 {axes=[0]}",
            """\
mlp.ir:4:33: expected ',' or ')', got '{'
  4 |   %h1: f32[batch, 10] = add(%h0 {axes=[0]}                         # train.py:10
    |                                 ^""",
        ),
        (
            "mul(%h1, 0.1)",
            "mul(%h1, 0.1",
            """\
mlp.ir:5:36: expected ',' or ')', got the end of the line
  5 |   %a: f32[batch, 10] = mul(%h1, 0.1
    |                                    ^""",
        ),
        (
            "= matmul(",
            "= matmull(",
            """\
mlp.ir:2:25: no operator is called 'matmull'; did you mean 'matmul'?
  2 |   %h0: f32[batch, 10] = matmull(%x, %0.weight) {transpose_b=true}  # train.py:9 [encoder.0]
    |                         ^^^^^^^""",
        ),
        (
            "{transpose_b=true}",
            "{transpse_b=true}",
            """\
mlp.ir:2:48: matmul: no attribute 'transpse_b'; it has: transpose_a, transpose_b
  2 |   %h0: f32[batch, 10] = matmul(%x, %0.weight) {transpse_b=true}  # train.py:9 [encoder.0]
    |                                                ^^^^^^^^^^""",
        ),
        (
            "sum(%a) {axes=[0]}",
            "sum(%a)",
            """\
mlp.ir:6:17: sum: attribute 'axes' is missing
  6 |   %s: f32[10] = sum(%a)
    |                 ^^^""",
        ),
        (
            "%a: f32[batch, 10]",
            "%a: f32[batch, 12]",
            """\
mlp.ir:5:7: mul: gives f32[batch, 10], the line says f32[batch, 12]
  5 |   %a: f32[batch, 12] = mul(%h1, 0.1)
    |       ^^^^^^^^^^^^^^""",
        ),
        (
            "mul(%h1, 0.1)",
            "mul(%h2, 0.1)",
            """\
mlp.ir:5:28: %h2 is not defined above
  5 |   %a: f32[batch, 10] = mul(%h2, 0.1)
    |                            ^^^""",
        ),
        (
            "mul(%h1, 0.1)",
            "mul(%h1)",
            """\
mlp.ir:5:24: mul: expected 2 operands, got 1
  5 |   %a: f32[batch, 10] = mul(%h1)
    |                        ^^^""",
        ),
        (
            "%s: f32[10]",
            "%a: f32[10]",
            """\
mlp.ir:6:3: %a is defined twice
  6 |   %a: f32[10] = sum(%a) {axes=[0]}
    |   ^^""",
        ),
        (
            "%y: i64[batch]",
            "%y: i46[batch]",
            """\
mlp.ir:1:35: expected a type such as f32[batch, 784], got 'i46'
  1 | graph @go(%x: f32[batch, 64], %y: i46[batch], param %0.weight: f32[10, 64], state %lr: f32[], const %t: f32[10]) {
    |                                   ^^^""",
        ),
        (
            "%y: i64[batch]",
            "%y: i64[-3]",
            """\
mlp.ir:1:35: type: dimensions cannot be negative, got 'i64[-3]'
  1 | graph @go(%x: f32[batch, 64], %y: i64[-3], param %0.weight: f32[10, 64], state %lr: f32[], const %t: f32[10]) {
    |                                   ^^^^^^^""",
        ),
        (
            "return",
            "retrun",
            """\
mlp.ir:9:3: expected a node such as %h: f32[8] = exp(%x), or 'return', got 'retrun'
  9 |   retrun %s, %c, %y
    |   ^^^^^^""",
        ),
        (
            "update %0.weight <- %w",
            "update %x <- %w",
            """\
mlp.ir:10:10: expected a param or state of the header, got %x
  10 |   update %x <- %w
     |          ^^""",
        ),
        (
            "update %0.weight <- %w",
            "update %0.weight <- %s",
            """\
mlp.ir:10:23: update of %0.weight: expected f32[10, 64], got f32[10]
  10 |   update %0.weight <- %s
     |                       ^^""",
        ),
        (
            "value=[1.0, 2.5, 1e-05]",
            "value=<function f>",
            """\
mlp.ir:7:34: a function or an object was printed here; it cannot be read back from text
  7 |   %c: f32[3] = constant() {value=<function f>}
    |                                  ^""",
        ),
        (
            "update %0.weight <- %w\n}",
            "update %0.weight <- %w\n",
            """\
mlp.ir:10:25: expected 'update' or '}' after 'return', got the end of the text
  10 |   update %0.weight <- %w
     |                         ^""",
        ),
        (
            "mul(%h1, 0.1)",
            "mul(%h1, 0.1i32)",
            """\
mlp.ir:5:33: expected a number of type i32, got '0.1i32'
  5 |   %a: f32[batch, 10] = mul(%h1, 0.1i32)
    |                                 ^^^^^^""",
        ),
    ],
)
def test_errors_point_at_the_place(old: str, new: str, message: str) -> None:
    assert old in MLP
    with pytest.raises(ParseError) as caught:
        parse(MLP.replace(old, new, 1))
    assert str(caught.value) == message


def test_a_type_rule_that_refuses_names_the_operands() -> None:
    text = "graph @g(%x: f32[4, 8], %w: f32[4, 8]) {\n  %h: f32[4, 8] = matmul(%x, %w)\n  return %h\n}"
    with pytest.raises(ParseError, match=r"text:2:19: matmul: .*8.*%x.*4.*%w"):
        parse_graph(text, OPS)


def test_ten_thousand_nodes() -> None:
    lines = [f"  %v{i}: f32[8] = add(%v{i - 1}, 0.5)  # train.py:{i}" for i in range(1, 10_001)]
    text = "\n".join(["graph @g(%v0: f32[8]) {", *lines, "  return %v10000", "}"])
    graph = parse(text)
    verify_graph(graph)
    assert parse(print_graph(graph)).nodes[-1].loc == Loc("train.py", 10_000)


def test_a_file_is_named_by_its_last_part(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"^net\.ir:1:1: expected 'graph', got 'grph'"):
        parse_graph("grph", OPS, file=str(tmp_path / "net.ir"))
