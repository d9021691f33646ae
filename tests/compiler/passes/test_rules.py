"""Every law: what it makes of one example, and that the example still means the same."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pytest

from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, print_graph
from graphc.compiler.passes import CANONICAL_RULES, Canonicalize, Rewrite
from graphc.compiler.text import parse

RULES = {rule.name: rule for rule in CANONICAL_RULES}
HEADER = (
    "graph @g(%x: f32[batch, 4], %y: f32[batch, 4], %a: f32[4], %s: f32[], %t: f32[], %b: bool[batch, 4], "
    "%k: i32[batch, 4], %q: f32[4, 5], %p: bf16[batch, 4], %i: i64[batch]) {"
)


class Example(NamedTuple):
    rule: str
    before: str
    after: str


F = "f32[batch, 4]"
MEAN = (
    "%t1: f32[batch] = sum(%x) {axes=[1]}; %u: f32[batch] = mul(%t1, 0.25); "
    f"%v: {F} = broadcast(%u) {{axes=[0]}}; %c: {F} = sub(%x, %v)"
)
EXAMPLES = (
    Example("add_zero", f"%r: {F} = add(%x, 0.0)", "%x"),
    Example("add_itself", f"%r: {F} = add(%x, %x)", f"%r: {F} = mul(%x, 2.0)"),
    Example("subtract_zero", f"%r: {F} = sub(%x, 0.0)", "%x"),
    Example("zero_minus", f"%r: {F} = sub(0.0, %x)", f"%r: {F} = neg(%x)"),
    Example("multiply_by_one", f"%r: {F} = mul(%x, 1.0)", "%x"),
    Example("multiply_by_minus_one", f"%r: {F} = mul(%x, -1.0)", f"%r: {F} = neg(%x)"),
    Example("multiply_by_zero", f"%r: {F} = mul(%x, 0.0)", f"%r: {F} = mul(%x, 0.0)"),  # x may be NaN or infinite
    Example("multiply_by_zero", "%r: i32[batch, 4] = mul(%k, 0i32)", "%r: i32[batch, 4] = broadcast(0i32) {axes=[]}"),
    Example(
        "multiply_by_zero",
        f"%m: {F} = where(%b, 2.0, 0.0); %r: {F} = mul(%m, 0.0)",
        f"%r: {F} = broadcast(0.0) {{axes=[]}}",
    ),
    Example("multiply_by_zero", f"%m: {F} = cast(%b); %r: {F} = mul(%m, 0.0)", f"%r: {F} = broadcast(0.0) {{axes=[]}}"),
    Example("divide_by_one", f"%r: {F} = div(%x, 1.0)", "%x"),
    Example("divide_by_power_of_two", f"%r: {F} = div(%x, 8.0)", f"%r: {F} = mul(%x, 0.125)"),
    Example("divide_by_power_of_two", f"%r: {F} = div(%x, 10.0)", f"%r: {F} = div(%x, 10.0)"),  # 0.1 is not exact
    Example("twice_is_nothing", f"%n: {F} = neg(%x); %r: {F} = neg(%n)", "%x"),
    Example("twice_is_nothing", "%n: bool[batch, 4] = logical_not(%b); %r: bool[batch, 4] = logical_not(%n)", "%b"),
    Example("negate_difference", f"%n: {F} = sub(%x, %y); %r: {F} = neg(%n)", f"%r: {F} = sub(%y, %x)"),
    Example("negate_product", f"%n: {F} = mul(%x, 3.0); %r: {F} = neg(%n)", f"%r: {F} = mul(%x, -3.0)"),
    Example("add_negated", f"%n: {F} = neg(%y); %r: {F} = add(%x, %n)", f"%r: {F} = sub(%x, %y)"),
    Example("add_negated", f"%n: {F} = neg(%y); %r: {F} = add(%n, %x)", f"%r: {F} = sub(%x, %y)"),
    Example("subtract_negated", f"%n: {F} = neg(%y); %r: {F} = sub(%x, %n)", f"%r: {F} = add(%x, %y)"),
    Example(
        "negations_cancel",
        f"%n: {F} = neg(%x); %m: {F} = neg(%y); %r: {F} = div(%n, %m)",
        f"%r: {F} = div(%x, %y)",
    ),
    Example("negated_constant", f"%n: {F} = neg(%x); %r: {F} = div(%n, 3.0)", f"%r: {F} = div(%x, -3.0)"),
    Example("combine_factors", f"%n: {F} = mul(%x, 3.0); %r: {F} = mul(%n, 0.5)", f"%r: {F} = mul(%x, 1.5)"),
    Example(
        "combine_factors",  # 1e-40 is no ordinary f32
        f"%n: {F} = mul(%x, 1e-20); %r: {F} = mul(%n, 1e-20)",
        f"%n: {F} = mul(%x, 1e-20); %r: {F} = mul(%n, 1e-20)",
    ),
    Example(
        "combine_scalars",
        f"%n: {F} = mul(%x, %s); %r: {F} = mul(0.5, %n)",
        f"%mul: f32[] = mul(%s, 0.5); %r: {F} = mul(%x, %mul)",
    ),
    Example(
        "scale_before_broadcast",
        f"%n: {F} = mul(%x, 2.0); %m: {F} = broadcast(%a) {{axes=[1]}}; %r: {F} = mul(%m, %n)",
        f"%mul: f32[4] = mul(%a, 2.0); %broadcast: {F} = broadcast(%mul) {{axes=[1]}}; %r: {F} = mul(%x, %broadcast)",
    ),
    Example("multiply_quotient", f"%n: {F} = div(3.0, %x); %r: {F} = mul(%n, 2.0)", f"%r: {F} = div(6.0, %x)"),
    Example("multiply_quotient", f"%n: {F} = reciprocal(%x); %r: {F} = mul(%n, 2.0)", f"%r: {F} = div(2.0, %x)"),
    Example("combine_terms", f"%n: {F} = add(%x, 3.0); %r: {F} = sub(%n, 0.5)", f"%r: {F} = add(%x, 2.5)"),
    Example("multiply_by_itself", f"%r: {F} = mul(%x, %x)", f"%r: {F} = square(%x)"),
    Example("power_by_number", f"%r: {F} = pow(%x, 1.0)", "%x"),
    Example("power_by_number", f"%r: {F} = pow(%x, 2.0)", f"%r: {F} = square(%x)"),
    Example("power_by_number", f"%r: {F} = pow(%x, 3.0)", f"%square: {F} = square(%x); %r: {F} = mul(%square, %x)"),
    Example("power_by_number", f"%r: {F} = pow(%x, -1.0)", f"%r: {F} = reciprocal(%x)"),
    Example("power_by_number", f"%r: {F} = pow(%x, 0.5)", f"%r: {F} = sqrt(%x)"),
    Example("power_by_number", f"%r: {F} = pow(%x, -0.5)", f"%r: {F} = rsqrt(%x)"),
    Example("power_zero", f"%r: {F} = pow(%x, 0.0)", f"%r: {F} = broadcast(1.0) {{axes=[]}}"),
    Example("reciprocal_root", f"%n: {F} = sqrt(%x); %r: {F} = reciprocal(%n)", f"%r: {F} = rsqrt(%x)"),
    Example("one_over", f"%r: {F} = div(1.0, %x)", f"%r: {F} = reciprocal(%x)"),
    Example("reciprocal_twice", f"%n: {F} = rsqrt(%x); %r: {F} = reciprocal(%n)", f"%r: {F} = sqrt(%x)"),
    Example("same_operands", f"%r: {F} = maximum(%x, %x)", "%x"),
    Example("broadcast_nothing", f"%r: {F} = broadcast(%x) {{axes=[0, 1]}}", "%x"),
    Example(
        "broadcast_twice",
        f"%n: {F} = broadcast(%a) {{axes=[1]}}; %r: f32[batch, 3, 4] = broadcast(%n) {{axes=[0, 2]}}",
        "%r: f32[batch, 3, 4] = broadcast(%a) {axes=[2]}",
    ),
    Example(
        "broadcast_reshaped",
        "%n: f32[1, 4] = reshape(%a); %r: f32[batch, 1, 4] = broadcast(%n) {axes=[1, 2]}",
        "%r: f32[batch, 1, 4] = broadcast(%a) {axes=[2]}",
    ),
    Example(
        "reshape_broadcast",
        f"%n: {F} = broadcast(%s) {{axes=[]}}; %r: f32[4*batch] = reshape(%n)",
        "%r: f32[4*batch] = broadcast(%s) {axes=[]}",
    ),
    Example(
        "permute_broadcast",
        f"%n: {F} = broadcast(%a) {{axes=[1]}}; %r: f32[4, batch] = permute_dims(%n) {{axes=[1, 0]}}",
        "%r: f32[4, batch] = broadcast(%a) {axes=[0]}",
    ),
    Example(
        "slice_broadcast",
        f"%n: {F} = broadcast(%s) {{axes=[]}}; "
        "%r: f32[batch, 2] = slice(%n) {start=[0, 1], stop=[batch, 3], step=[1, 1]}",
        "%r: f32[batch, 2] = broadcast(%s) {axes=[]}",
    ),
    Example("reshape_nothing", f"%r: {F} = reshape(%x)", "%x"),
    Example(
        "reshape_twice",
        "%n: f32[4*batch] = reshape(%x); %r: f32[2, 2*batch] = reshape(%n)",
        "%r: f32[2, 2*batch] = reshape(%x)",
    ),
    Example("permute_nothing", f"%r: {F} = permute_dims(%x) {{axes=[0, 1]}}", "%x"),
    Example(
        "permute_twice",
        f"%n: f32[4, batch] = permute_dims(%x) {{axes=[1, 0]}}; %r: {F} = permute_dims(%n) {{axes=[1, 0]}}",
        f"%r: {F} = permute_dims(%x) {{axes=[0, 1]}}",
    ),
    Example(
        "permute_in_product",
        "%n: f32[5, 4] = permute_dims(%q) {axes=[1, 0]}; %r: f32[batch, 5] = matmul(%x, %n) {transpose_b=true}",
        "%r: f32[batch, 5] = matmul(%x, %q)",
    ),
    Example("slice_everything", f"%r: {F} = slice(%x) {{start=[0, 0], stop=[batch, 4], step=[1, 1]}}", "%x"),
    Example("pad_nothing", f"%r: {F} = pad(%x) {{low=[0, 0], high=[0, 0], value=0.0}}", "%x"),
    Example("concat_one", f"%r: {F} = concat(%x) {{axis=0}}", "%x"),
    Example("cast_nothing", f"%r: {F} = cast(%x)", "%x"),
    Example(
        "cast_twice", "%n: f32[batch, 4] = cast(%p); %r: bf16[batch, 4] = cast(%n)", "%r: bf16[batch, 4] = cast(%p)"
    ),
    Example(
        "cast_twice",  # the middle type loses digits
        f"%n: bf16[batch, 4] = cast(%x); %r: {F} = cast(%n)",
        f"%n: bf16[batch, 4] = cast(%x); %r: {F} = cast(%n)",
    ),
    Example("known_size", "%r: f32[] = dim_size() {dim=4}", "%r: f32[] = constant() {value=4.0}"),
    Example("stopped", f"%r: {F} = stop_gradient(%x)", "%x"),
    Example(
        "reduce_nothing",
        "%n: f32[batch, 1, 4] = reshape(%x); %r: f32[batch, 4] = sum(%n) {axes=[1]}",
        "%n: f32[batch, 1, 4] = reshape(%x); %r: f32[batch, 4] = reshape(%n)",
    ),
    Example(
        "reshape_after",
        "%m: f32[4*batch] = reshape(%x); %n: f32[4*batch] = reshape(%y); %r: f32[4*batch] = add(%m, %n)",
        f"%add: {F} = add(%x, %y); %r: f32[4*batch] = reshape(%add)",
    ),
    Example("compute_numbers", "%r: f32[] = add(2.0, 3.0)", "%r: f32[] = constant() {value=5.0}"),
    Example("constant_last", f"%r: {F} = add(2.0, %x)", f"%r: {F} = add(%x, 2.0)"),
    Example("splat_scalar", f"%n: {F} = broadcast(%s) {{axes=[]}}; %r: {F} = mul(%x, %n)", f"%r: {F} = mul(%x, %s)"),
    Example(
        "splat_scalar",
        f"%n: {F} = broadcast(%s) {{axes=[]}}; %r: {F} = mul(%n, %t)",
        f"%mul: f32[] = mul(%s, %t); %r: {F} = broadcast(%mul) {{axes=[]}}",
    ),
    Example(
        "compute_before_broadcast",
        f"%n: {F} = broadcast(%a) {{axes=[1]}}; %r: {F} = mul(%n, %s)",
        f"%mul: f32[4] = mul(%a, %s); %r: {F} = broadcast(%mul) {{axes=[1]}}",
    ),
    Example("choose_known", f"%r: {F} = where(true, %x, %y)", "%x"),
    Example("choose_known", f"%r: {F} = where(false, %x, %y)", "%y"),
    Example("choose_same", f"%r: {F} = where(%b, %x, %x)", "%x"),
    Example(
        "choose_negated",
        f"%n: bool[batch, 4] = logical_not(%b); %r: {F} = where(%n, %x, %y)",
        f"%r: {F} = where(%b, %y, %x)",
    ),
    Example(
        "choose_twice", f"%n: {F} = where(%b, %x, %y); %r: {F} = where(%b, %n, 0.0)", f"%r: {F} = where(%b, %x, 0.0)"
    ),
    Example(
        "choose_twice", f"%n: {F} = where(%b, %x, %y); %r: {F} = where(%b, 0.0, %n)", f"%r: {F} = where(%b, 0.0, %y)"
    ),
    Example(
        "negate_equality",
        "%n: bool[batch, 4] = eq(%x, %y); %r: bool[batch, 4] = logical_not(%n)",
        "%r: bool[batch, 4] = ne(%x, %y)",
    ),
    Example("and_known", "%r: bool[batch, 4] = logical_and(%b, true)", "%b"),
    Example(
        "and_known", "%r: bool[batch, 4] = logical_and(%b, false)", "%r: bool[batch, 4] = broadcast(false) {axes=[]}"
    ),
    Example("or_known", "%r: bool[batch, 4] = logical_or(%b, false)", "%b"),
    Example("apply_twice", f"%n: {F} = relu(%x); %r: {F} = relu(%n)", f"%n: {F} = relu(%x); return %n"),
    Example(
        "sum_broadcast",
        f"%n: {F} = broadcast(%a) {{axes=[1]}}; %r: f32[4] = sum(%n) {{axes=[0]}}",
        "%dim_size: f32[] = dim_size() {dim=batch}; %r: f32[4] = mul(%a, %dim_size)",
    ),
    Example(
        "sum_broadcast",
        f"%n: {F} = broadcast(%s) {{axes=[]}}; %r: f32[batch] = sum(%n) {{axes=[1]}}",
        "%mul: f32[] = mul(%s, 4.0); %r: f32[batch] = broadcast(%mul) {axes=[]}",
    ),
    Example("extreme_broadcast", f"%n: {F} = broadcast(%a) {{axes=[1]}}; %r: f32[4] = max(%n) {{axes=[0]}}", "%a"),
    Example(
        "sum_scaled",
        f"%n: {F} = div(%x, %s); %r: f32[batch] = sum(%n) {{axes=[1]}}",
        "%sum: f32[batch] = sum(%x) {axes=[1]}; %r: f32[batch] = div(%sum, %s)",
    ),
    Example(
        "sum_scaled",
        f"%n: {F} = broadcast(%a) {{axes=[1]}}; %m: {F} = mul(%n, %x); %r: f32[4] = sum(%m) {{axes=[0]}}",
        "%sum: f32[4] = sum(%x) {axes=[0]}; %r: f32[4] = mul(%sum, %a)",
    ),
    Example(
        "sum_centred",
        f"{MEAN}; %m: {F} = mul(%c, 3.0); %r: f32[batch] = sum(%m) {{axes=[1]}}",
        "%r: f32[batch] = broadcast(0.0) {axes=[]}",
    ),
    Example(
        "sum_centred",
        "%t1: f32[4] = sum(%x) {axes=[0]}; %size: f32[] = dim_size() {dim=batch}; %u: f32[4] = div(%t1, %size); "
        f"%v: {F} = broadcast(%u) {{axes=[1]}}; %c: {F} = sub(%x, %v); %r: f32[4] = sum(%c) {{axes=[0]}}",
        "%r: f32[4] = broadcast(0.0) {axes=[]}",
    ),
    Example(
        "sum_with_centred",
        f"{MEAN}; %m: {F} = div(%c, %s); %n: {F} = add(%m, %y); %r: f32[batch] = sum(%n) {{axes=[1]}}",
        "%r: f32[batch] = sum(%y) {axes=[1]}",
    ),
    Example(  # the sum is over other axes than the mean
        "sum_centred",
        f"{MEAN}; %r: f32[4] = sum(%c) {{axes=[0]}}",
        f"{MEAN}; %r: f32[4] = sum(%c) {{axes=[0]}}",
    ),
    Example(
        "sum_negated",
        f"%n: {F} = neg(%x); %r: f32[batch] = sum(%n) {{axes=[1]}}",
        "%sum: f32[batch] = sum(%x) {axes=[1]}; %r: f32[batch] = neg(%sum)",
    ),
    Example(
        "sum_one_hot",
        "%c: i64[batch] = check_index(%i) {size=4}; %l: i64[batch, 4] = broadcast(%c) {axes=[0]}; "
        "%o: i64[batch, 4] = iota() {axis=1}; %h: bool[batch, 4] = eq(%o, %l); "
        f"%w: {F} = where(%h, %s, 0.0); %r: f32[batch] = sum(%w) {{axes=[1]}}",
        "%r: f32[batch] = broadcast(%s) {axes=[]}",
    ),
    Example(
        "sum_one_hot",
        "%c: i64[batch] = check_index(%i) {size=4, ignore=-100}; %l: i64[batch, 4] = broadcast(%c) {axes=[0]}; "
        "%o: i64[batch, 4] = iota() {axis=1}; %h: bool[batch, 4] = eq(%o, %l); "
        f"%w: {F} = where(%h, %s, 0.0); %r: f32[batch] = sum(%w) {{axes=[1]}}",
        "%c: i64[batch] = check_index(%i) {size=4, ignore=-100}; %ne: bool[batch] = ne(%c, -100); "
        "%r: f32[batch] = where(%ne, %s, 0.0)",
    ),
    Example(
        "exp_log_softmax",
        f"%n: {F} = log_softmax(%x) {{axis=1}}; %r: {F} = exp(%n)",
        f"%r: {F} = softmax(%x) {{axis=1}}",
    ),
    Example(
        "log_softmax_of_softmax",
        f"%n: {F} = softmax(%x) {{axis=1}}; %r: {F} = log(%n)",
        f"%r: {F} = log_softmax(%x) {{axis=1}}",
    ),
)


def build(body: str) -> Graph:
    lines = "".join(f"  {line.strip()}\n" for line in body.split(";"))
    return parse(f"{HEADER}\n{lines}  return %r\n}}")


def body(graph: Graph) -> str:
    """The lines of the text, and the result when it is no line of its own."""
    *lines, last, _ = print_graph(graph, locations=False).partition("{\n")[2].splitlines()
    result = last.strip().removeprefix("return ")
    shown = [line.strip() for line in lines]
    if not shown:
        return result
    return "; ".join(shown if result == "%r" else [*shown, f"return {result}"])


def arrays(graph: Graph) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    made = []
    for leaf in graph.inputs:
        shape = leaf.type.concrete({"batch": 3})
        array = rng.uniform(0.5, 2.0, size=shape) if leaf.dtype.is_float else rng.integers(0, 2, size=shape)
        made.append(np.asarray(array).astype(leaf.dtype.numpy))
    return made


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.rule)
def test_law(example: Example) -> None:
    before = build(example.before)
    after = Canonicalize((RULES[example.rule],)).run(before)
    assert body(after) == example.after
    expected, _ = evaluate(before, arrays(before))
    actual, _ = evaluate(after, arrays(before))
    np.testing.assert_allclose(  # f32, computed in another order
        actual[0].astype(np.float64), expected[0].astype(np.float64), rtol=1e-5, atol=1e-5
    )


def test_every_law_has_an_example() -> None:
    assert set(RULES) == {example.rule for example in EXAMPLES}


@pytest.mark.parametrize("rule", CANONICAL_RULES, ids=lambda r: r.name)
def test_laws_read_as_laws(rule: Rewrite) -> None:
    assert re.match(r"\w+\(.*\)( \{.*\})? -> ", rule.law), rule.law
    assert rule.ops
