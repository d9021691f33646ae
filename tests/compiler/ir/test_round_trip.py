"""What is printed reads back, at every stage of random graphs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from graphc.compiler.ir import Graph, Leaf, Value, constant, parse_graph, print_graph
from graphc.compiler.ops import OPS, vjp
from graphc.compiler.pipeline import run_pipeline
from graphc.compiler.text import parse, print_stage, verify

from ...strategies import graphs


@settings(max_examples=100, deadline=None)
@given(graph=graphs(max_nodes=20))
def test_a_graph_reads_back(graph: Graph) -> None:
    for locations in (True, False):
        text = print_graph(graph, locations=locations)
        assert print_graph(parse_graph(text, OPS)) == text


@settings(max_examples=30, deadline=None)
@given(graph=graphs(max_nodes=10))
def test_what_is_read_means_the_same(graph: Graph) -> None:
    read = parse_graph(print_graph(graph), OPS)
    kept = [n for n in read.nodes if n.op.name != "constant"]
    declared = [n for n in graph.nodes if n.op.name != "constant"]
    assert [n.op for n in kept] == [n.op for n in declared]
    assert [n.attrs for n in kept] == [n.attrs for n in declared]
    assert [r.type for n in kept for r in n.results] == [r.type for n in declared for r in n.results]
    assert [v.literal for v in literals(read)] == [v.literal for v in literals(graph)]


def literals(graph: Graph) -> list[Value]:
    return [v for n in graph.nodes for v in n.operands if v.literal is not None]


@settings(max_examples=40, deadline=None)
@given(graph=graphs(max_nodes=8, loss=True))
def test_every_stage_of_training_reads_back(graph: Graph) -> None:
    (loss,) = graph.outputs
    weight = next(leaf for leaf in graph.states if leaf.kind == "param")
    (slope,) = vjp(loss, constant(1.0, loss.dtype), (weight,))
    assert_stages_read_back(updating(graph, weight, OPS["sub"](weight, slope)))


@settings(max_examples=40, deadline=None)
@given(graph=graphs(max_nodes=12))
def test_every_stage_of_evaluation_reads_back(graph: Graph) -> None:
    assert_stages_read_back(graph)


def updating(graph: Graph, leaf: Leaf, value: Any) -> Graph:
    return Graph.reach("train", graph.inputs, graph.outputs, [(leaf, value)])


def assert_stages_read_back(graph: Graph) -> None:
    for name, stage in run_pipeline(graph, training=True, verify=True).items():
        verify(stage, after=name)
        text = print_stage(stage)
        read = parse(text)
        verify(read, after=f"parsing {name}")
        assert print_stage(read) == text


@pytest.mark.parametrize("fuse", [True, False], ids=["fused", "unfused"])
def test_a_stage_that_was_read_goes_on_as_the_graph_itself(fuse: bool) -> None:
    text = """\
graph @g(%x: f32[batch, 10], param %w: f32[10]) {
  %r: f32[batch, 10] = broadcast(%w) {axes=[1]}  # net.py:3
  %z: f32[batch, 10] = add(%x, %r)               # net.py:3
  %p: f32[batch, 10] = softmax(%z) {axis=1}      # net.py:4
  return %p
}"""
    stages = run_pipeline(parse(text), training=False, fuse=fuse)
    again = run_pipeline(parse(print_stage(stages["simplified"])), training=False, fuse=fuse)
    assert print_stage(again["fused"]) == print_stage(stages["fused"])
