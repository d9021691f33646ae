"""Every number of threads gives the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.ir import Graph
from graphc.runtime import set_num_threads
from graphc.runtime.binding import SMALL_LAUNCH
from graphc.runtime.types import DType, evaluate_dim

from ...compiled import Run, feed, leaf, same_bits
from ..operator_cases import CASES
from ..passes.test_fuse_patterns import PATTERNS

THREADS = (1, 2, 3)
ROWS = 1009  # enough for launches of several chunks, and a tail


def arrays(graph: Graph) -> list[Any]:
    given = feed(graph.inputs, seed=3, n=ROWS)
    for n, x in enumerate(graph.inputs):
        if x.dtype is DType.i64:
            given[n] = np.abs(given[n]) % 7
    return given


def results(graph: Graph, count: int) -> list[Any]:
    """Outputs and states of two steps."""
    set_num_threads(count)
    run = Run(graph, training=any(x.kind == "state" for x in graph.states))
    if "n" in graph.dims:
        work = [evaluate_dim(launch.work, {"n": ROWS}) for launch in run.compiled.program.launches]
        assert max(work) >= SMALL_LAUNCH, "too little work to be shared out"
    given = arrays(graph)
    first = [np.array(a) for a in run(*given)]
    return [*first, *run(*given), *run.values().values()]


@pytest.mark.parametrize("name", [name for name in PATTERNS if "n" in PATTERNS[name]()[0].dims])
def test_patterns(name: str) -> None:
    one, *more = (results(PATTERNS[name]()[0], count) for count in THREADS)
    for other in more:
        same_bits(one, other)


@pytest.mark.parametrize(
    "name", ["search-f32", "running_sum-f32", "joins-f32", "scatters-f32", "transposes-n, 70", "reduction-3"]
)
def test_operators(name: str) -> None:
    one, *more = (results(CASES[name]().graph, count) for count in THREADS)
    for other in more:
        same_bits(one, other)


def test_a_transposition_alone_is_shared_out_by_its_elements() -> None:
    x = leaf("x", "f32[n, 784]")
    compiled = Run(Graph.reach("turned", [x], [ops.permute_dims(x, axes=(1, 0))])).compiled
    (launch,) = compiled.program.launches
    assert evaluate_dim(launch.work, {"n": 64}) == 64 * 784
