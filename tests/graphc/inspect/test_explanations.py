"""program.explain_fusion, program.explain, program.memory."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn


def squares() -> tuple[gr.Tensor, gr.Tensor, gr.Tensor]:
    x, w = gr.input("x", "f32[n, 5]"), gr.parameter("f32[5, 3]", name="w")
    h = gr.tanh(x @ w)
    return x, w, gr.sum(h * h)


# Fusion


def test_every_edge_is_fused_or_has_a_rule(trained: Any) -> None:
    report = trained.program.explain_fusion()
    assert report.edges
    for edge in report.edges:
        assert edge.fused == (edge.rule == "")
        assert edge.fused == (edge.read == 0)
        assert 0 <= edge.target < len(report.kernels)


def test_known_edges(trained: Any) -> None:
    report = trained.program.explain_fusion(batch=32)
    assert report.is_fused("0.linear", "1.relu")
    report.assert_fused("0.linear", "1.relu")
    with pytest.raises(AssertionError, match=r"%1.relu goes .* to %d_2.weight: a product reads .* \(.* KiB a step\)"):
        report.assert_fused("1.relu", "d_2.weight")
    product = report.between("1.relu", "d_2.weight")
    assert product.rule == "a product reads its operands many times over"
    assert str(product.read) == "32*batch"
    with pytest.raises(gr.DeclarationError, match="no edge from 'a' to 'b'; values: "):
        report.between("a", "b")


def test_a_reduction_that_a_product_begins_takes_partial_results_through_memory(trained: Any) -> None:
    report = trained.program.explain_fusion()
    report.assert_fused("d_0.linear", "d_0.bias")
    parts = report.between("d_0.bias_parts", "d_0.bias")
    assert parts.rule == "the product's kernel leaves partial results"
    assert (parts.type, parts.bytes) == ("f32[8, 8]", 2 * 8 * 8 * 4)
    assert report.between("d_0.linear", "d_0.weight").source == parts.source
    assert "sum" in report.kernels[parts.source][1]
    assert "sum" in report.kernels[parts.target][1]


def test_an_operand_that_its_product_computes_takes_no_memory() -> None:
    x, mean = gr.input("x", "f32[n, 40]"), gr.input("mean", "f32[40]")
    w, v = gr.parameter("f32[40, 30]", name="w"), gr.parameter("f32[40, 30]", name="v")
    centred = x - mean
    alone = gr.compile(inputs=[x, mean], outputs=centred @ w)
    report = alone.explain_fusion(n=8)
    assert not report.stored
    assert len(report.kernels) == 1
    assert alone.memory(n=8).arena == 8 * 30 * 4
    twice = gr.compile(inputs=[x, mean], outputs=(centred @ w, centred @ v)).explain_fusion(n=8)
    assert {edge.rule for edge in twice.stored} == {"it is stored anyway, for another reader"}
    result = gr.compile(inputs=[x, mean], outputs=(centred @ w, centred)).explain_fusion(n=8)
    assert [edge.rule for edge in result.stored] == ["it is a result, and stored anyway"]


def test_a_value_is_written_once_however_many_read_it(trained: Any) -> None:
    report = trained.program.explain_fusion()
    for value in {edge.value for edge in report.stored}:
        assert sum(edge.written != 0 for edge in report.stored if edge.value == value) <= 1


def test_a_chain_of_elementwise_operators_goes_through_no_memory() -> None:
    x = gr.input("x", "f32[n]")
    report = gr.compile([x], gr.exp(x * 2.0) + 1.0).explain_fusion()
    assert not report.stored
    assert "multiply" not in str(report)
    assert "mul → exp → add" in str(report)
    assert "through memory" not in str(report)


def test_fusion_as_text_html_and_data(trained: Any) -> None:
    formulas, numbers = trained.program.explain_fusion(), trained.program.explain_fusion(batch=64)
    assert "*batch" in formulas.table().text(120)
    assert "KiB" in numbers.table().text(120)
    assert "together" in str(numbers)
    assert max(map(len, numbers.table().text(100).splitlines())) <= 100
    assert "<table>" in formulas._repr_html_()
    assert len(json.loads(json.dumps(formulas.to_json()))["edges"]) == len(formulas.edges)


@pytest.fixture(scope="module")
def two_sums() -> Any:
    """Two values, one cheap and one not, that two kernels need; both kernels read what they are made of."""
    x = gr.input("x", "f32[n, 64]")
    cheap, dear = gr.abs(x), gr.exp(x)
    return gr.compile([x], [gr.sum(cheap * x + dear * x, axis=1), gr.max(cheap - x - dear, axis=0)])


def test_what_is_stored_and_what_is_computed_again(two_sums: Any) -> None:
    report = two_sums.explain_fusion()
    cheap, dear = report.decision("abs"), report.decision("exp")
    assert (cheap.again, str(cheap.storing), str(cheap.recomputing), cheap.why) == (True, "512*n", "64*n", "")
    assert (dear.again, str(dear.storing), str(dear.recomputing), dear.why) == (False, "512*n", "2048*n", "")
    assert [edge.value for edge in report.stored if edge.value in ("abs", "exp")] == ["exp"]
    with pytest.raises(gr.DeclarationError, match="no choice about 'sum'; values with one: abs, exp"):
        report.decision("sum")


def test_both_costs_can_be_printed(two_sums: Any) -> None:
    text = two_sums.explain_fusion(n=256).text(120)
    assert "stored or computed again" in text
    assert re.search(r"^%abs +f32\[n, 64\] +computed again +128.0 KiB +16.0 KiB$", text, re.MULTILINE)
    assert re.search(r"^%exp +f32\[n, 64\] +stored +128.0 KiB +512.0 KiB$", text, re.MULTILINE)
    formulas = two_sums.explain_fusion()
    assert "2048*n" in str(formulas)
    assert formulas._repr_html_().count("<table>") == 2
    assert [d["value"] for d in json.loads(json.dumps(formulas.to_json()))["decisions"]] == ["abs", "exp"]


def test_random_masks_are_computed_again_whatever_they_cost() -> None:
    x = gr.input("x", "f32[n, 64]")
    dropped = nn.Dropout(0.5)(x)
    loss = gr.sum(gr.sum(dropped * dropped, axis=1)) + gr.sum(gr.max(dropped, axis=0))
    program = gr.compile([x], [loss, gr.grad(loss, x)], training=True)
    decisions = [d for d in program.explain_fusion().decisions if d.why]
    assert decisions
    assert {(d.again, d.why) for d in decisions} == {(True, "random numbers are never stored")}


# Gradients


def test_a_derivation_leads_from_the_loss_to_the_weight(trained: Any) -> None:
    why = trained.program.explain("0.weight")
    assert why.path[0] == why.loss == "cross_entropy"
    assert why.path[-1] == "0.weight"
    assert why.gradient == "d_0.weight"
    operators = [step.operator for step in why.steps]
    assert operators.index("log_softmax") < operators.index("relu") < len(operators) - 1
    last = why.steps[-1]
    assert last.operator == "matmul"
    assert last.keeps == (("x", "f32[batch, 6]"),)
    assert last.backward[-1].startswith("%d_0.weight: f32[8, 6] = matmul(")
    assert last.line is not None
    assert last.line.scope == "0"


def test_names_and_lines_are_those_of_the_backward_stage(trained: Any) -> None:
    text = trained.program.ir("backward")
    for name in ("0.weight", "2.bias"):
        for step in trained.program.explain(name).steps:
            assert step.forward in text
            assert all(line in text for line in (*step.backward, *step.sums))


def test_the_text_of_a_derivation() -> None:
    x, w, loss = squares()
    program = gr.compile([x], {"loss": loss, "d": gr.grad(loss, w)})
    text = str(program.explain("w"))
    assert text.splitlines()[0] == f"gradient of %{loss.name} by %w: f32[5, 3]"
    assert "the rule of tanh makes %d_" in text
    assert "are added up" in text
    assert "# test_explanations.py:" in text
    assert text.splitlines()[-1].startswith("%d_w is the gradient; of the forward pass it needs %")
    assert str(program.explain("d_w")) == str(program.explain("w.grad")) == text
    json.dumps(program.explain("w").to_json())


def test_second_derivatives_are_explained_as_well() -> None:
    x, w, loss = squares()
    (first,) = gr.grad(loss, [w])
    norm = gr.sum(first * first)
    program = gr.compile([x], gr.grad(norm, w))
    outer, inner = program.explain("w"), program.explain("w", of=loss.name)
    assert outer.loss != inner.loss == loss.name
    assert len(outer.steps) > len(inner.steps)
    assert outer.others == (inner.loss,)
    assert f"differentiated by %w too: %{inner.loss}" in str(outer)
    with pytest.raises(gr.DeclarationError, match="'nothing' is not differentiated by 'w'"):
        program.explain("w", of="nothing")


def test_asking_for_what_has_no_gradient(trained: Any) -> None:
    with pytest.raises(
        gr.DeclarationError, match=r"by 'x'; gradients are taken by: 0.bias, 0.weight, 2.bias, 2.weight"
    ):
        trained.program.explain("x")
    x = gr.input("x", "f32[n]")
    with pytest.raises(gr.DeclarationError, match="gradients are taken by: nothing"):
        gr.compile([x], x + 1.0).explain("x")


# Memory


def test_memory_adds_up(trained: Any) -> None:
    memory = trained.program.memory(batch=64)
    weights = 4 * (6 * 8 + 8 + 8 * 3 + 3)
    assert memory.parameters == weights
    assert memory.other_state >= weights  # momentum
    assert memory.states == memory.parameters + memory.other_state + memory.constants
    assert memory.peak == memory.states + memory.inputs + memory.arena
    assert memory.lower_bound <= memory.arena <= memory.unshared
    assert max(memory.alive) <= memory.arena
    assert memory.saved + memory.workspace == memory.arena
    assert memory.saved >= 4 * 64 * 8  # the hidden layer
    assert memory.fits(memory.peak)
    assert not memory.fits(memory.peak - 1)
    json.dumps(memory.to_json())


def test_the_picture_of_lives(trained: Any) -> None:
    memory = trained.program.memory(batch=64)
    text = memory.text(120)
    launches = len(trained.program.compiled.program.launches)
    for line in memory.lines:
        (row,) = [r for r in text.splitlines() if r.startswith(f"%{line.name} ")]
        assert row.rstrip().endswith("·" * (launches - 1 - line.last) or "█")
        assert row.count("█") == line.last - line.first + 1
    assert text.startswith("memory of step (batch=64)\n  parameters ")
    svg = memory.svg()
    assert svg.count("<rect") == len(memory.lines)
    assert svg in memory._repr_html_()


def test_a_program_without_updates_saves_nothing() -> None:
    x, w, _ = squares()
    memory = gr.compile([x], gr.tanh(x @ w) @ np.ones((3, 2), np.float32)).memory(n=10)
    assert memory.saved == 0
    assert memory.other_state == 0
    assert memory.constants == 24
    assert "activations" not in str(memory)
