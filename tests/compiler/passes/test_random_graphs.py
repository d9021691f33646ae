"""Every pass keeps the meaning of random graphs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, print_graph, verify_graph
from graphc.compiler.passes import (
    CSE,
    DCE,
    Canonicalize,
    Decompose,
    FoldConstants,
    Pass,
    SplitReductions,
    run_passes,
)

from ...strategies import feeds, graphs

ALL = (
    Canonicalize(),
    CSE(),
    Decompose(),
    Canonicalize(),
    FoldConstants(),
    CSE(),
    DCE(),
    SplitReductions(smallest=8, rows=2),
)


def assert_same(graph: Graph, other: Graph, **dims: Any) -> None:
    """Equal results in float64. Merged constants are rounded to the element type of the graph: hence 1e-4."""
    for batch in (1, 3):
        arrays = feeds(graph, batch=batch)
        expected, _ = evaluate(graph, arrays, promote=True)
        actual, _ = evaluate(other, arrays, promote=True)
        for a, b in zip(actual, expected, strict=True):
            assert a.dtype == b.dtype
            scale = np.max(np.abs(b), initial=1.0)
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4 * scale, err_msg=f"{graph}\n{other}")


@pytest.mark.parametrize("step", [*dict.fromkeys(ALL)], ids=lambda step: step.name)
@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_each_pass_keeps_the_meaning(step: Pass, graph: Graph) -> None:
    result = step.run(graph)
    verify_graph(result, after=step.name)
    assert_same(graph, result)


@settings(max_examples=100, deadline=None)
@given(graph=graphs(min_nodes=4, max_nodes=20))
def test_all_passes_keep_the_meaning(graph: Graph) -> None:
    assert_same(graph, run_passes(graph, ALL, verify=True))


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_canonicalize_and_cse_are_idempotent(graph: Graph) -> None:
    once = Canonicalize().run(graph)
    assert Canonicalize().run(once) is once
    merged = CSE().run(graph)
    assert CSE().run(merged) is merged


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_passes_are_pure(graph: Graph) -> None:
    before = print_graph(graph)
    run_passes(graph, ALL)
    assert print_graph(graph) == before


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_passes_are_deterministic(graph: Graph) -> None:
    assert print_graph(run_passes(graph, ALL)) == print_graph(run_passes(graph, ALL))
