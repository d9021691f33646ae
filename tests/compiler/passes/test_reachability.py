from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphc as gr
from graphc.compile import declare
from graphc.compiler.passes.clustering import Clustering
from graphc.compiler.passes.reachability import Reachability
from graphc.compiler.pipeline import run_pipeline


def walk(edges: dict[int, set[int]], start: int) -> set[int]:
    seen, stack = {start}, [start]
    while stack:
        for other in edges[stack.pop()] - seen:
            seen.add(other)
            stack.append(other)
    return seen


@given(st.data())
def test_answers_are_those_of_a_search(data: st.DataObject) -> None:
    edges: dict[int, set[int]] = {}
    known: Reachability[int] = Reachability()
    for step in range(data.draw(st.integers(2, 25))):
        things = sorted(edges)
        action = data.draw(st.sampled_from(["new", "more", "unite"])) if len(things) > 1 else "new"
        if action == "new":
            after = data.draw(st.sets(st.sampled_from(things), max_size=3)) if things else set()
            edges[step] = set(after)
            known.add(step, after)
            continue
        a, b = data.draw(st.permutations(things))[:2]
        if a in walk(edges, b) or (action == "unite" and b in walk(edges, a)):
            continue  # no cycles
        if action == "more":
            edges[a].add(b)
            known.add(a, [b])
        else:
            edges[a] |= edges.pop(b)
            for others in edges.values():
                if b in others:
                    others.remove(b)
                    others.add(a)
            known.unite(a, b)
    for a in edges:
        for b in edges:
            assert known.reaches([a], b) == (b in walk(edges, a)), (a, b, edges)


def test_work_grows_with_the_graph_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    original, asked = Clustering._readers_of, 0

    def count(self: Clustering, node: object) -> object:
        nonlocal asked
        asked += 1
        return original(self, node)  # type: ignore[arg-type]

    monkeypatch.setattr(Clustering, "_readers_of", count)
    counts = []
    for layers in (20, 80):
        x = gr.input("x", "f32[batch, 8]")
        net = gr.nn.Sequential(*(m for _ in range(layers) for m in (gr.nn.Linear(8, 8), gr.nn.ReLU())))
        updates = gr.optim.SGD(net.parameters(), lr=0.1).minimize(gr.sum(net(x)))
        graph, _ = declare([x], [], updates, None)
        asked = 0
        run_pipeline(graph, training=True)
        counts.append(asked)
    assert counts[1] < 4.5 * counts[0]
