from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.autodiff import Autodiff
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import CONSTANT, Graph, Leaf, Node, Value, constant, print_graph
from graphc.compiler.passes import (
    CSE,
    DCE,
    Canonicalize,
    Decompose,
    FoldConstants,
    Pass,
    SplitReductions,
    rewrite,
    rewrite_greedily,
    run_passes,
)
from graphc.compiler.text import parse
from graphc.runtime.errors import IndexRangeError, VerifyError
from graphc.runtime.types import DType, TensorType

SIMPLIFY = (
    Canonicalize(),
    CSE(),
    Decompose(),
    Canonicalize(),
    FoldConstants(),
    CSE(),
    DCE(),
    SplitReductions(),
)


def leaf(name: str, text: str, kind: Any = "input") -> Leaf:
    return Leaf(kind, TensorType.parse(text), name)


def text(graph: Graph) -> str:
    return print_graph(graph, locations=False)


def names(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes if node.results[0].literal is None]


# driver -------------------------------------------------------------------------------------------------------------


def test_a_law_is_required() -> None:
    with pytest.raises(TypeError, match="expected a law such as"):

        @rewrite("add")
        def nothing(node: Node) -> Value | None:
            """Does nothing."""


def test_a_rewrite_keeps_the_type() -> None:
    @rewrite("sin")
    def wrong(node: Node) -> Value | None:
        """sin(x) -> sum(x)"""
        return ops.sum(node.operands[0], axes=(0,))

    x = leaf("x", "f32[4]")
    with pytest.raises(TypeError, match=r"rewrite wrong: expected f32\[4\] for %sin = sin\(%x\), got f32\[\]"):
        rewrite_greedily(Graph.reach("g", [x], [ops.sin(x)]), (wrong,))


def test_rules_that_undo_each_other_end() -> None:
    @rewrite("sin")
    def there(node: Node) -> Value | None:
        """sin(x) -> cos(x)"""
        return ops.cos(node.operands[0])

    @rewrite("cos")
    def back(node: Node) -> Value | None:
        """cos(x) -> sin(x)"""
        return ops.sin(node.operands[0])

    x = leaf("x", "f32[4]")
    assert len(rewrite_greedily(Graph.reach("g", [x], [ops.sin(x)]), (there, back)).nodes) == 1


def test_new_nodes_take_the_name_and_the_place() -> None:
    graph = parse("graph @g(%x: f32[4]) {\n  %h: f32[4] = pow(%x, 2.0)\n  return %h\n}")
    (node,) = (n for n in Canonicalize().run(graph).nodes if n.op.name == "square")
    assert node.results[0].hint == "h"
    assert node.loc == graph.outputs[0].loc


def test_verification_names_the_pass() -> None:
    class Breaks:
        name: ClassVar[str] = "breaks"

        def run(self, graph: Graph) -> Graph:
            return Graph(graph.name, graph.inputs, graph.states, graph.nodes[1:], graph.outputs)

    x = leaf("x", "f32[4]")
    seen: list[tuple[str, int]] = []

    def observe(step: Pass, graph: Graph) -> None:
        seen.append((step.name, len(graph.nodes)))

    with pytest.raises(VerifyError, match="after pass 'breaks'"):
        run_passes(Graph.reach("g", [x], [ops.sin(ops.cos(x))]), (CSE(), Breaks()), verify=True, observe=observe)
    assert seen == [("cse", 2)]


def test_a_long_chain_takes_one_sweep() -> None:
    x = leaf("x", "f32[4]")
    h: Value = x
    for _ in range(10_000):
        h = ops.mul(ops.neg(ops.neg(h)), 1.0)
    assert Canonicalize().run(Graph.reach("g", [x], [h])).outputs == (x,)


# cse ----------------------------------------------------------------------------------------------------------------


def test_cse_sees_through_order_and_keeps_the_first_name() -> None:
    x, y = leaf("x", "f32[4]"), leaf("y", "f32[4]")
    first = ops.add(x, y)
    first.hint = "first"
    graph = CSE().run(Graph.reach("g", [x, y], [ops.sub(first, ops.add(y, x)), ops.sub(y, x), ops.sub(x, y)]))
    assert text(graph) == (
        "graph @g(%x: f32[4], %y: f32[4]) {\n"
        "  %first: f32[4] = add(%x, %y)\n"
        "  %sub: f32[4] = sub(%first, %first)\n"
        "  %sub_1: f32[4] = sub(%y, %x)\n"
        "  %sub_2: f32[4] = sub(%x, %y)\n"
        "  return %sub, %sub_1, %sub_2\n"
        "}"
    )


@pytest.mark.parametrize(("a", "b"), [(0.0, -0.0), (1.0, 2.0)])
def test_cse_tells_numbers_apart(a: float, b: float) -> None:
    x = leaf("x", "f32[4]")
    outputs = [ops.div(x, constant(a, DType.f32)), ops.div(x, constant(b, DType.f32))]
    graph = Graph.reach("g", [x], outputs)
    assert CSE().run(graph) is graph


def test_cse_tells_types_apart() -> None:
    graph = Graph.reach("g", [], [constant(1, DType.i64), constant(1, DType.i32), constant(1.0, DType.f32)])
    assert CSE().run(graph) is graph


def test_cse_merges_the_same_random_numbers_only() -> None:
    rng = leaf("rng", "i64[2]", "state")
    outputs = [ops.uniform(rng, n, shape=(4,)) for n in (0, 0, 1)]
    graph = CSE().run(Graph.reach("g", [], outputs))
    assert graph.outputs[0] is graph.outputs[1]
    assert graph.outputs[0] is not graph.outputs[2]


# constants ----------------------------------------------------------------------------------------------------------


def test_constants_are_folded() -> None:
    c = ops.constant((1.0, 2.0, 3.0), dtype=DType.f32, shape=(3,))
    y = ops.mul(ops.sum(ops.square(c), axes=(0,)), 0.5)
    graph = FoldConstants().run(Graph.reach("g", [], [y]))
    assert graph.outputs[0].literal == 7.0
    assert len(graph.nodes) == 1


def test_big_results_are_computed() -> None:
    graph = Graph.reach("g", [], [ops.exp(ops.constant((0.0,) * 65, dtype=DType.f32, shape=(65,)))])
    assert FoldConstants().run(graph) is graph
    assert FoldConstants(limit=65).run(graph) is not graph


def test_what_depends_on_the_run_is_not_folded() -> None:
    index = ops.check_index(constant(9, DType.i64), size=3)
    graph = run_passes(Graph.reach("g", [], [index]), (*SIMPLIFY, FoldConstants()))
    with pytest.raises(IndexRangeError):
        evaluate(graph, [])


def test_checks_survive_simplification() -> None:
    i, s = leaf("i", "i64[batch]"), leaf("s", "f32[batch, 3]")
    checked = ops.broadcast(ops.check_index(i, size=3), shape=s.type.shape, axes=(0,))
    hit = ops.eq(ops.iota(shape=s.type.shape, axis=1), checked)
    y = ops.sum(ops.where(hit, s, 0.0), axes=(0, 1))
    (d,) = ops.vjp(y, constant(1, DType.f32), [s])
    graph = run_passes(Graph.reach("g", [i, s], [y, d]), (Autodiff(), *SIMPLIFY), verify=True)
    with pytest.raises(IndexRangeError):
        evaluate(graph, [np.array([0, 5]), np.zeros((2, 3), np.float32)])


# dead code, decomposition -------------------------------------------------------------------------------------------


def test_dead_code_goes_and_inputs_stay() -> None:
    graph = parse(
        "graph @g(%x: f32[4], %unused: f32[4], param %w: f32[4]) {\n"
        "  %dead: f32[4] = add(%x, %w)\n  %y: f32[4] = exp(%x)\n  return %y\n}"
    )
    assert text(DCE().run(graph)) == ("graph @g(%x: f32[4], %unused: f32[4]) {\n  %y: f32[4] = exp(%x)\n  return %y\n}")


def test_updates_that_change_nothing_go() -> None:
    x, w = leaf("x", "f32[4]"), leaf("w", "f32[4]", "param")
    graph = DCE().run(Graph.reach("g", [x], [ops.exp(x)], [(w, w)]))
    assert graph.updates == ()
    assert graph.states == ()


def test_decomposition_keeps_the_name() -> None:
    x = leaf("x", "f32[4, 3]")
    y = ops.gelu(ops.softmax(x, axis=1))
    y.hint = "activation"
    graph = Decompose().run(Graph.reach("g", [x], [y]))
    assert graph.outputs[0].hint == "activation"
    assert not {"softmax", "gelu"} & set(names(graph))


# reductions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "axes", "first", "rest"),
    [
        ("batch, 10", (0, 1), (1,), (0,)),
        ("batch, 3, 8, 8", (0, 2, 3), (2, 3), (0,)),
        ("2, 64, 64", (0, 1, 2), (2,), (0, 1)),  # two rows are too few
        ("batch, 10", (0,), None, None),
        ("batch, 10", (1,), None, None),
        ("8, 8", (0, 1), None, None),  # small
        ("batch, 1", (0, 1), None, None),  # nothing in a row
        ("64, 64, 3", (0, 1), None, None),  # rows stay
    ],
)
def test_reductions_are_split(
    shape: str, axes: tuple[int, ...], first: tuple[int, ...] | None, rest: tuple[int, ...] | None
) -> None:
    x = leaf("x", f"f32[{shape}]")
    y = ops.sum(x, axes=axes)
    y.hint = "total"
    graph = Graph.reach("g", [x], [y])
    split = SplitReductions().run(graph)
    if first is None:
        assert split is graph
        return
    rows, total = split.nodes
    assert (rows.attrs["axes"], total.attrs["axes"]) == (first, rest)
    assert (rows.results[0].hint, total.results[0].hint) == ("total_rows", "total")


# a whole network ----------------------------------------------------------------------------------------------------


def perceptron(ignore: int | None) -> Graph:
    x, labels = leaf("x", "f32[batch, 784]"), leaf("y", "i64[batch]")
    shapes = {"w1": "f32[512, 784]", "b1": "f32[512]", "w2": "f32[10, 512]", "b2": "f32[10]"}
    w1, b1, w2, b2 = (leaf(name, shape, "param") for name, shape in shapes.items())

    def linear(x: Value, w: Value, b: Value) -> Value:
        h = ops.matmul(x, w, transpose_b=True)
        return ops.add(h, ops.broadcast(b, shape=h.type.shape, axes=(1,)))

    logits = linear(ops.relu(linear(x, w1, b1)), w2, b2)
    scores = ops.log_softmax(logits, axis=1)
    checked = ops.check_index(labels, size=10, ignore=ignore)
    hit = ops.eq(ops.iota(shape=scores.type.shape, axis=1), ops.broadcast(checked, shape=scores.type.shape, axes=(0,)))
    picked = ops.neg(ops.sum(ops.where(hit, scores, 0.0), axes=(1,)))
    loss = ops.div(ops.sum(picked, axes=(0,)), ops.dim_size(x.type.shape[0], dtype=DType.f32))
    gradients = ops.vjp(loss, constant(1, DType.f32), [w1, b1, w2, b2])
    return Graph.reach("mlp", [x, labels], [loss, *gradients])


@pytest.mark.parametrize("ignore", [None, -100])
def test_cross_entropy_of_a_perceptron_is_minimal(ignore: int | None) -> None:
    simple = run_passes(perceptron(ignore), (Autodiff(), *SIMPLIFY), verify=True)
    expected = {
        "matmul": 2 + 3,  # forward; backward without the gradient of x
        "relu": 1, "gt": 1,
        "exp": 1, "log": 1, "max": 1, "reciprocal": 1, "dim_size": 1,
        "sum": 1 + 2 + 2,  # of exp; of the losses; the biases
        "iota": 1, "check_index": 1, "eq": 1,
        "neg": 2, "div": 2, "mul": 1, "add": 2,
        "sub": 2 + 1,  # logits - max - log(sum); softmax - one-hot
        "where": 1 + 1 + 1,  # the scores of the labels; relu's gradient; one-hot
        "broadcast": 2 + 4,  # biases; max, log, labels, sum
    }  # fmt: skip
    if ignore is not None:  # one-hot rows of zeros, and no softmax for them
        expected |= {"ne": 1, "where": 4, "broadcast": 7}
    assert Counter(names(simple)) == expected, text(simple)


def test_cross_entropy_gradient_is_softmax_minus_one_hot() -> None:
    graph = run_passes(perceptron(None), (Autodiff(), *SIMPLIFY), verify=True)
    rng = np.random.default_rng(0)
    shapes = {v.hint: v.type.concrete({}) for v in graph.states}
    states = {name: rng.normal(scale=0.05, size=shape).astype(np.float32) for name, shape in shapes.items()}
    x, y = rng.normal(size=(6, 784)).astype(np.float32), rng.integers(0, 10, size=6)
    (loss, d_w1, d_b1, d_w2, d_b2), _ = evaluate(graph, [x, y], states, promote=True)
    pre = x @ states["w1"].T.astype(np.float64) + states["b1"]
    h = np.maximum(pre, 0)
    logits = h @ states["w2"].T.astype(np.float64) + states["b2"]
    e = np.exp(logits - logits.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    assert loss == pytest.approx(-np.log(p[range(6), y]).mean(), rel=1e-9)
    d = (p - np.eye(10)[y]) / 6
    d_h = d @ states["w2"] * (pre > 0)
    for actual, wanted in ((d_w2, d.T @ h), (d_b2, d.sum(0)), (d_w1, d_h.T @ x), (d_b1, d_h.sum(0))):
        np.testing.assert_allclose(actual, wanted, rtol=1e-7, atol=1e-9)  # float64, other order of sums


def test_constants_never_stand_first() -> None:
    graph = run_passes(perceptron(None), (Autodiff(), *SIMPLIFY))
    for node in graph.nodes:
        if node.op.commutative:
            assert node.operands[0].node is None or node.operands[0].node.op is not CONSTANT
