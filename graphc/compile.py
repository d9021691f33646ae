"""``gr.compile``: from tensors to a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from graphc.compiler.compiled import compile_graph
from graphc.compiler.ir import Graph, Leaf, Value, explain, here
from graphc.runtime.errors import DeclarationError

from .program import CompiledFunction, Outputs, Structure
from .progress import CompileProgress
from .tensor import Tensor
from .variables import State

Updates: TypeAlias = Iterable[tuple[Tensor, Tensor]] | Mapping[Any, Tensor]
"""Pairs (state or parameter, new value), or a mapping of them."""


def compile(
    inputs: Tensor | Sequence[Tensor],
    outputs: Structure,
    updates: Updates = (),
    *,
    target: str = "cpu",
    training: bool | None = None,
    seed: int = 0,
    debug: bool = False,
    name: str | None = None,
) -> CompiledFunction:
    """Compile everything the outputs and updates need into one program.

    Args:
        inputs: what a call feeds, in the order of its arguments; tensors of :func:`graphc.input`. One that nothing
            uses is allowed, and still fed.
        outputs: a tensor, a sequence or a mapping of tensors: what a call returns, in the same structure.
        updates: pairs (state or parameter, new value), such as ``optimizer.minimize(loss)`` gives. All are computed
            from the values before the step.
        target: ``"cpu"``.
        training: what dropout and batch norm mean; by default True when there are updates.
        seed: for the program's own random numbers (dropout).
        debug: check the graph after every pass.
        name: for messages and IR text.

    Raises:
        DeclarationError: an input that is none, is listed twice, has the name of another, or is missing; an update of
            something that is no state, of another type, or twice.
        CompileError: no derivative along a path, or no code for the target.
    """
    graph, structure = declare(inputs, outputs, updates, name)
    if target not in ("cpu", "cuda"):
        raise DeclarationError(f"compile: expected target 'cpu' or 'cuda', got {target!r}")
    training = bool(graph.updates) if training is None else bool(training)
    rng = State(np.array([seed, 0], np.int64), "rng")
    assert isinstance(rng.value, Leaf)
    with CompileProgress() as progress:
        compiled = compile_graph(graph, training=training, rng=rng.value, target=target, debug=debug, progress=progress)
    tensors = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    return CompiledFunction(graph.name, tensors, structure, compiled, training, rng, target)


def declare(
    inputs: Tensor | Sequence[Tensor],
    outputs: Structure,
    updates: Updates = (),
    name: str | None = None,
) -> tuple[Graph, Outputs]:
    """The checked graph of :func:`compile`, before any pass."""
    structure = Outputs.of(outputs)
    pairs = _updates(updates)
    leaves = _inputs([inputs] if isinstance(inputs, Tensor) else list(inputs))
    if not structure.tensors and not pairs:
        raise DeclarationError("compile: nothing to compute: expected outputs or updates")
    if name is None:
        name = "train" if pairs else "program"
    return Graph.reach(name, leaves, [t.value for t in structure.tensors], pairs), structure


def _inputs(tensors: Sequence[Tensor]) -> list[Leaf]:
    leaves: list[Leaf] = []
    names: dict[str, Leaf] = {}
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise DeclarationError(f"compile: expected tensors as inputs, got {type(tensor).__name__}")
        leaf = tensor.value
        if not isinstance(leaf, Leaf) or leaf.kind != "input":
            what = "is computed" if not isinstance(leaf, Leaf) else f"is a {leaf.kind}"
            raise DeclarationError(
                explain("compile", f"input %{leaf.hint} {what}; only tensors of gr.input can be fed", [leaf], here())
            )
        if leaf in leaves:
            raise DeclarationError(explain("compile", f"input %{leaf.hint} is listed twice", [leaf], here()))
        if leaf.hint in names:
            both = [names[leaf.hint], leaf]
            raise DeclarationError(explain("compile", f"two inputs have the name {leaf.hint!r}", both, here()))
        names[leaf.hint] = leaf
        leaves.append(leaf)
    return leaves


def _updates(updates: Updates) -> list[tuple[Leaf, Value]]:
    pairs: list[tuple[Leaf, Value]] = []
    given = list(updates.items()) if isinstance(updates, Mapping) else list(updates)
    seen: set[Leaf] = set()
    for pair in given:
        if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(t, Tensor) for t in pair)):
            raise DeclarationError(f"compile: expected pairs (state, new value) as updates, got {pair!r}")
        state, new = pair
        leaf = state.value
        if not isinstance(leaf, Leaf) or leaf.kind not in ("param", "state"):
            what = explain(
                "compile", f"%{leaf.hint} cannot be updated: expected a parameter or a state", [leaf], here()
            )
            raise DeclarationError(what)
        if leaf.type != new.type:
            message = f"update of %{leaf.hint}: expected {leaf.type}, got {new.type} (%{new.name})"
            raise DeclarationError(explain("compile", message, [leaf, new.value], here()))
        if leaf in seen:
            raise DeclarationError(explain("compile", f"%{leaf.hint} is updated twice", [leaf], here()))
        seen.add(leaf)
        if new.value.node is not None and new.name == new.value.op:
            new.value.hint = f"{leaf.hint}.new"  # better than the name of the last operator
        pairs.append((leaf, new.value))
    return pairs
