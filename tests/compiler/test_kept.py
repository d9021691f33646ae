"""Programs kept between processes: found where the graph is the same, and nowhere else; nothing looks different."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim
from graphc.compiler import compiled, kept, ops
from graphc.compiler.ir import Graph, Leaf, Loc, constant
from graphc.compiler.kept import digest_of
from graphc.runtime import CodeCache, set_cache_directory
from graphc.runtime.codecache import current_cache


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CodeCache]:
    """A cache of the test's own."""
    before = current_cache().directory
    set_cache_directory(tmp_path)
    yield current_cache()
    set_cache_directory(before)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the graphs that went through the passes."""
    names: list[str] = []
    original = compiled._make

    def make(where: Loc | None, graph: Graph, **options: Any) -> Any:
        names.append(graph.name)
        return original(where, graph, **options)

    monkeypatch.setattr(compiled, "_make", make)
    return names


def train(p: float = 0.2, **options: Any) -> gr.CompiledFunction:
    gr.manual_seed(3)
    x, y = gr.input("x", "f32[batch, 6]"), gr.input("y", "i64[batch]")
    net = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.GELU(), nn.Dropout(p), nn.Linear(8, 3))
    loss = nn.CrossEntropyLoss()(net(x), y)
    return gr.compile([x, y], loss, optim.Adam(net.parameters(), lr=0.1).minimize(loss), seed=5, **options)


def steps(program: gr.CompiledFunction) -> list[float]:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 6)).astype(np.float32), rng.integers(0, 3, 20)
    return [float(program(x, y)) for _ in range(4)]


def test_the_second_of_two_equal_graphs_needs_no_pass(store: CodeCache, made: list[str]) -> None:
    first = train()
    losses, changed = steps(first), [s.array.copy() for s in first.updated_storages()]
    assert made == ["train"]
    second = train()
    assert made == ["train"]
    assert second.compiled.program == first.compiled.program
    assert steps(second) == losses
    assert len(changed) == len(second.updated_storages()) > 10
    for before, storage in zip(changed, second.updated_storages(), strict=True):
        np.testing.assert_array_equal(before, storage.array)


def test_looking_inside_makes_the_stages_then(store: CodeCache, made: list[str]) -> None:
    first, second = train(), train()
    assert made == ["train"]
    assert repr(second) == repr(first)
    assert made == ["train"]
    for stage in compiled.STAGES:
        assert second.ir(stage) == first.ir(stage), stage
    assert made == ["train", "train"]
    assert list(second.kernels) == list(first.kernels)
    assert "matmul" in str(second.profile(np.zeros((4, 6), np.float32), np.zeros(4, np.int64), repeats=2))
    assert made == ["train", "train"]


def test_what_passes_add_carries_the_line_of_the_compilation(store: CodeCache) -> None:
    """The step of the random state is nobody's declaration."""
    first, second = train(), train()
    lines = [line for line in second.ir("backward").splitlines() if "= advance_rng" in line]
    assert len(lines) == 1
    assert "# test_kept.py:" in lines[0]
    assert second.ir("backward") == first.ir("backward")


@pytest.mark.parametrize("change", [{"p": 0.3}, {"training": False}, {"name": "other"}])
def test_another_graph_is_compiled(store: CodeCache, made: list[str], change: dict[str, Any]) -> None:
    train()
    train(**change)
    assert len(made) == 2


def test_debugging_checks_every_pass_again(store: CodeCache, made: list[str]) -> None:
    train(debug=True)
    train(debug=True)
    assert len(made) == 2


def test_a_kernel_that_is_gone_is_made_again(store: CodeCache, made: list[str]) -> None:
    losses = steps(train())
    objects = [entry.path for entry in store.entries() if entry.suffix == ".o"]
    objects[len(objects) // 2].unlink()
    assert steps(train()) == losses
    assert len(made) == 2


def test_constants_come_back(store: CodeCache, made: list[str]) -> None:
    table, row = np.arange(12, dtype=np.float64).reshape(3, 4), np.array([1.0, 2.0, 3.0, 4.0])

    def build() -> gr.CompiledFunction:
        x = gr.input("x", "f64[3, 4]")
        return gr.compile([x], gr.cumulative_sum(x * gr.constant(table), axis=0) + gr.constant(row))

    x = np.random.default_rng(0).normal(size=(3, 4))
    first, second = build(), build()
    assert made == ["program"]
    np.testing.assert_array_equal(second(x), first(x))
    np.testing.assert_allclose(second(x), np.cumsum(x * table, axis=0) + row, rtol=1e-14)


def test_other_values_of_the_same_constant_are_other_programs(store: CodeCache) -> None:
    def scaled(by: list[float]) -> Any:
        x = gr.input("x", "f64[2]")
        return gr.compile([x], x * gr.constant(by, dtype="f64"))(np.ones(2))

    np.testing.assert_array_equal(scaled([2.0, 3.0]), [2.0, 3.0])
    np.testing.assert_array_equal(scaled([5.0, 3.0]), [5.0, 3.0])
    np.testing.assert_array_equal(scaled([2.0, 3.0]), [2.0, 3.0])


def test_a_message_names_the_line_of_this_declaration(store: CodeCache, made: list[str]) -> None:
    """The line is part of the program: a graph declared elsewhere is another one."""

    def message(program: gr.CompiledFunction) -> str:
        with pytest.raises(gr.IndexRangeError) as caught:
            program(np.array([9]))
        return str(caught.value)

    table = gr.constant(np.eye(3), dtype="f64")
    x = gr.input("x", "i64[1]")
    first = gr.compile([x], gr.take(table, x, axis=0))
    second = gr.compile([x], gr.take(table, x, axis=0))
    assert len(made) == 2
    assert message(first) != message(second)


def test_what_cannot_be_told_in_words_is_not_kept(store: CodeCache, made: list[str]) -> None:
    def build(factor: float) -> gr.CompiledFunction:
        x = gr.input("x", "f64[3]")

        @gr.custom_vjp(lambda g, y, v: g * factor)
        def doubled(v: gr.Tensor) -> gr.Tensor:
            return v + v

        return gr.compile([x], gr.grad(gr.sum(doubled(x)), x))

    np.testing.assert_array_equal(build(7.0)(np.ones(3)), [7.0, 7.0, 7.0])
    np.testing.assert_array_equal(build(9.0)(np.ones(3)), [9.0, 9.0, 9.0])


def _digests(build: Callable[[], Graph]) -> set[str | None]:
    return {digest_of(build(), None, (True, True)) for _ in range(2)}


def test_a_digest_depends_on_everything(store: CodeCache) -> None:
    def graph(type: str = "f32[4]", hint: str = "x", literal: float = 1.0, twice: int = 1, swap: bool = False) -> Graph:
        x = Leaf("input", gr.TensorType.parse(type), hint)
        y = Leaf("state", gr.TensorType.parse(type), "y")
        a, b = (y, x) if swap else (x, y)
        value = ops.sub(a, b)
        value = ops.mul(value, ops.broadcast(constant(literal, x.dtype), shape=x.type.shape, axes=()))
        return Graph.reach("g", [x], [value] * twice)

    # One line declares all of them, so that lines tell nothing apart.
    changes = ({"type": "f64[4]"}, {"hint": "z"}, {"literal": 2.0}, {"literal": -0.0}, {"literal": 0.0}, {"twice": 2})
    variants: list[dict[str, Any]] = [{}, *changes, {"swap": True}]
    seen = [_digests(lambda v=v: graph(**v)) for v in variants]  # type: ignore[misc]
    assert all(len(pair) == 1 and None not in pair for pair in seen)
    assert len(set().union(*seen)) == len(variants)
    base = graph()
    assert digest_of(base, None, (True, True)) != digest_of(base, None, (False, True))


def test_a_digest_depends_on_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Leaf("input", gr.TensorType.parse("f32[4]"), "x")
    graph = Graph.reach("g", [x], [x])
    before = digest_of(graph, None, ())
    monkeypatch.setattr(kept, "_sources", lambda: b"another compiler")
    assert digest_of(graph, None, ()) != before
