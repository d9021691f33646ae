"""Runs graphs compiled, beside the reference interpreter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphc.compiler import ops
from graphc.compiler.compiled import Compiled, compile_graph
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.runtime import Executor
from graphc.runtime.storage import Storage
from graphc.runtime.types import DType, TensorType

EPSILON = {DType.f32: 2.0**-23, DType.f64: 2.0**-52}


def leaf(name: str, type: str) -> Leaf:
    """An input: ``leaf("x", "f32[batch, 3]")``."""
    return Leaf("input", TensorType.parse(type), name)


def graph(inputs: Sequence[Leaf], *outputs: Value, updates: Any = ()) -> Graph:
    """A graph of these inputs and results."""
    return Graph.reach("g", inputs, outputs, updates)


def turn(x: Value) -> Value:
    """The transpose of a matrix."""
    return ops.permute_dims(x, axes=(1, 0))


def along(v: Value, x: Value, *axes: int) -> Value:
    """v repeated to the shape of x; its axes become ``axes`` of x."""
    return ops.broadcast(v, shape=x.type.shape, axes=axes)


def state(name: str, value: Any, kind: Any = "param") -> Leaf:
    """A leaf with memory of its own that holds ``value``."""
    array = np.asarray(value)
    type = TensorType(DType.of(array.dtype), array.shape)
    return Leaf(kind, type, name, Storage(type, array.copy()))


class Run:
    """A compiled graph, ready to run."""

    def __init__(self, graph: Graph, *, training: bool = False, rng: Leaf | None = None, fuse: bool = True) -> None:
        self.compiled: Compiled = compile_graph(graph, training=training, rng=rng, fuse=fuse, debug=True)
        self.reference = self.compiled.graphs["backward"]
        self.executor = Executor(self.compiled.program, self.compiled.states)

    def __call__(self, *arrays: Any) -> list[Any]:
        return self.executor(*arrays)

    @property
    def kernels(self) -> int:
        """How many launches a step has that compute something."""
        return len(self.compiled.program.launches)

    def expected(self, *arrays: Any, promote: bool = True) -> tuple[list[Any], dict[str, Any]]:
        """What the references of the operators give, and the new values of states."""
        with np.errstate(all="ignore"):
            outputs, updates = evaluate(self.reference, arrays, promote=promote)
        return outputs, {name: value.copy() for name, value in updates.items()}

    def values(self) -> dict[str, Any]:
        """Values of the states that are updated, by name."""
        names = self.reference.names
        return {names[leaf]: leaf.storage.array.copy() for leaf, _ in self.reference.updates if leaf.storage}


def check(graph: Graph, *feeds: Sequence[Any], fuse: bool = True, tolerance: float = 50.0, **options: Any) -> Run:
    """Compile, run with each feed, compare outputs and states with the references in f64."""
    run = Run(graph, fuse=fuse, **options)
    for arrays in feeds:
        expected, updated = run.expected(*arrays)
        actual = run(*arrays)
        for value, a, e in zip(graph.outputs, actual, expected, strict=True):
            close(a, e, tolerance, f"%{value.hint}: {value.type} = {value.node}\n{run.compiled.stages['fused']}")
        for name, a in run.values().items():
            close(a, updated[name], tolerance, f"state {name}\n{run.compiled.stages['fused']}")
    return run


def close(actual: Any, expected: Any, tolerance: float = 50.0, message: str = "") -> None:
    """Equal but for ``tolerance`` units in the last place of the largest number; exactly for whole numbers."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, message
    if actual.dtype.kind != "f":
        np.testing.assert_array_equal(actual, expected, err_msg=message)
        return
    largest = float(np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)))
    unit = float(np.finfo(actual.dtype).eps) * tolerance
    with np.errstate(all="ignore"):
        wanted = expected.astype(actual.dtype)
    np.testing.assert_allclose(actual, wanted, rtol=unit, atol=unit * largest, err_msg=message)


def ulps(actual: Any, expected: Any, units: float, message: str = "") -> None:
    """Within ``units`` in the last place of each number; infinities and NaN the same, the sign of a zero is free."""
    assert actual.shape == expected.shape, message
    assert actual.dtype == expected.dtype, message
    if actual.dtype.kind != "f" or units == 0:
        np.testing.assert_array_equal(actual, expected, err_msg=message)
        return
    tiny = float(np.finfo(actual.dtype).tiny)
    rtol = units * float(np.finfo(actual.dtype).eps)
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=tiny, err_msg=message)


def numbers(type: str, seed: int = 0, **dims: int) -> Any:
    """Normal numbers, small whole numbers, or coin flips for ``f32[batch, 3]``."""
    parsed = TensorType.parse(type)
    shape = parsed.concrete(dims)
    rng = np.random.default_rng(seed + 7 * math.prod(shape) + len(shape))
    if parsed.dtype is DType.bool:
        return rng.integers(0, 2, size=shape).astype(np.bool_)
    if parsed.dtype.is_integer:
        return rng.integers(-9, 10, size=shape).astype(parsed.dtype.numpy)
    return rng.normal(size=shape).astype(parsed.dtype.numpy)


def feed(inputs: Sequence[Leaf], seed: int = 0, **dims: int) -> list[Any]:
    """Arrays for input leaves."""
    return [numbers(str(x.type), seed + n, **dims) for n, x in enumerate(inputs)]


def same_bits(a: Any, b: Any) -> None:
    """Equal to the last bit."""
    for x, y in zip(_arrays(a), _arrays(b), strict=True):
        assert (x.dtype, x.shape) == (y.dtype, y.shape)
        np.testing.assert_array_equal(np.frombuffer(x.tobytes(), np.uint8), np.frombuffer(y.tobytes(), np.uint8))


def _arrays(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [np.asarray(value[key]) for key in sorted(value)]
    return [np.asarray(v) for v in (value if isinstance(value, list | tuple) else [value])]
