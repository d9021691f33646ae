"""Bad input on the way through ``gr.compile``: the right result or a clear error, and no state touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim

from ..compiled import same_bits
from .conftest import Job, classifier, data

X, Y = data(32)


@pytest.fixture(scope="module")
def job() -> Job:
    made = classifier()
    made.train(X, Y)
    return made


def refused(job: Job, error: type[Exception], text: str, act: Callable[[], Any]) -> None:
    """``act`` fails with exactly this text and changes nothing; the program still works."""
    before = job.state()
    with pytest.raises(error) as caught:
        act()
    assert re.sub(r"conftest\.py:\d+", "conftest.py:LINE", str(caught.value)) == text
    same_bits(job.state(), before)


def spoiled(value: int) -> np.ndarray:
    labels = Y.copy()
    labels[17] = value
    return labels


ARGUMENTS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("width", lambda f: f(X[:, :19], Y), "input 'x' expects f32[batch, 20], got f32[32, 19]"),
    ("rank", lambda f: f(X[0], Y), "input 'x' expects f32[batch, 20], got f32[20]"),
    ("order", lambda f: f(X.T, Y), "input 'x' expects f32[batch, 20], got f32[20, 32]"),
    ("wider type", lambda f: f(X.astype(np.float64), Y), "input 'x' expects f32[batch, 20], got f64[32, 20]"),
    ("whole numbers", lambda f: f(X.astype(np.int32), Y), "input 'x' expects f32[batch, 20], got i32[32, 20]"),
    ("objects", lambda f: f(X.astype(object), Y), "input 'x' expects f32[batch, 20], got object[32, 20]"),
    ("float labels", lambda f: f(X, Y.astype(np.float32)), "input 'y' expects i64[batch], got f32[32]"),
    ("one-hot labels", lambda f: f(X, np.eye(5, dtype=np.int64)[Y]), "input 'y' expects i64[batch], got i64[32, 5]"),
    ("missing", lambda f: f(X), "program 'train': missing input 'y': expected x, y"),
    ("nothing", lambda f: f(), "program 'train': missing inputs 'x', 'y': expected x, y"),
    ("unknown", lambda f: f(x=X, labels=Y), "program 'train' has no input 'labels': expected x, y"),
    ("twice", lambda f: f(X, Y, x=X), "input 'x' is given twice, by position and by name"),
    ("too many", lambda f: f(X, Y, Y), "program 'train' takes 2 inputs, got 3: expected x, y"),
    ("none", lambda f: f(None, Y), "input 'x' expects f32[batch, 20], got None"),
    ("text", lambda f: f("x", Y), "input 'x' expects f32[batch, 20], got 'x'"),
    (
        "tensor",
        lambda f: f(gr.ones((32, 20)), Y),
        "input 'x' expects f32[batch, 20], got graphc.tensor.Tensor; pass a NumPy array",
    ),
    (
        "empty batch",
        lambda f: f(X[:0], Y[:0]),
        "dimension 'batch' is 0 in input 'x' (axis 0): an empty batch has no result",
    ),
    (
        "batches that disagree",
        lambda f: f(X, Y[:31]),
        "dimension 'batch' is 32 in input 'x' (axis 0) but 31 in input 'y' (axis 0)",
    ),
]


@pytest.mark.parametrize(("call", "text"), [case[1:] for case in ARGUMENTS], ids=[case[0] for case in ARGUMENTS])
def test_arguments_of_a_call(job: Job, call: Callable[[Any], Any], text: str) -> None:
    refused(job, gr.FeedError, text, lambda: call(job.train))


@pytest.mark.parametrize("name", ["width", "wider type", "missing", "unknown", "empty batch", "batches that disagree"])
def test_arguments_of_an_epoch(job: Job, name: str) -> None:
    call, text = next(case[1:] for case in ARGUMENTS if case[0] == name)
    refused(job, gr.FeedError, text, lambda: call(lambda *a, **k: job.train.run_epoch(*a, **k, batch_size=8)))


@pytest.mark.parametrize("value", [5, -1, -101, 2**40])
def test_a_label_out_of_range(job: Job, value: int) -> None:
    text = (
        f"input 'y': index {value} at row 17 is out of range: expected 0 <= index < 5, or -100\n"
        "  at conftest.py:LINE, in classifier"
    )
    refused(job, gr.IndexRangeError, text, lambda: job.train(X, spoiled(value)))


def test_a_label_out_of_range_in_an_epoch_leaves_the_steps_before_it() -> None:
    epoch, steps = classifier(), classifier()
    with pytest.raises(gr.IndexRangeError) as caught:
        epoch.train.run_epoch(X, spoiled(5), batch_size=8)
    assert re.sub(r"conftest\.py:\d+", "conftest.py:LINE", str(caught.value)) == (
        "input 'y': index 5 at row 17 is out of range: expected 0 <= index < 5, or -100\n"
        "  at conftest.py:LINE, in classifier\n"
        "  in step 2 of the epoch, row 1 of its batch; the 2 steps before it stay applied"
    )
    for start in (0, 8):
        steps.train(X[start : start + 8], Y[start : start + 8])
    same_bits(epoch.state(), steps.state())


@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -0.1, None, "fast", True])
def test_a_learning_rate_that_is_none(job: Job, rate: Any) -> None:
    def act() -> None:
        job.optimizer.lr = rate

    refused(job, gr.DeclarationError, f"AdamW: expected lr >= 0, got {rate!r}", act)
    assert job.optimizer.lr == 0.01


@pytest.mark.parametrize("batch_size", [0, -1, 2.5, True, None])
def test_a_batch_size_that_is_none(job: Job, batch_size: Any) -> None:
    text = f"run_epoch: batch_size must be a whole number of at least 1, got {batch_size!r}"
    refused(job, gr.FeedError, text, lambda: job.train.run_epoch(X, Y, batch_size=batch_size))


def test_a_disconnected_parameter_is_named() -> None:
    x = gr.input("x", "f32[batch, 3]")
    used, unused = nn.Linear(3, 2), gr.parameter(np.ones(4, np.float32), "unused")
    loss = used(x).sum()
    opt = optim.SGD([*used.parameters(), unused], lr=0.1)
    with pytest.raises(gr.NoGradientError) as caught:
        gr.compile([x], loss, opt.minimize(loss))
    where = "test_bad_input.py:LINE, in test_a_disconnected_parameter_is_named"
    assert re.sub(r"py:\d+", "py:LINE", str(caught.value)) == (
        f"minimize: %sum does not depend on parameter %unused: f32[4], declared at {where}\n  at {where}"
    )
    same_bits(unused.numpy(), np.ones(4, np.float32))


# What is unusual and right --------------------------------------------------------------------------------------------


def unusual() -> dict[str, tuple[Any, Any]]:
    read_only = X.copy()
    read_only.flags.writeable = False
    wide = np.zeros((64, 40), np.float32)
    wide[::2, ::2] = X
    shifted = np.frombuffer(b"\0" + X.tobytes(), np.uint8)[1:].view(np.uint8).tobytes()
    unaligned = np.frombuffer(b"\0" * 3 + shifted, np.uint8)[3:].view(np.float32).reshape(X.shape)
    repeated = np.broadcast_to(np.float32(0.5), X.shape)
    return {
        "read-only": (read_only, Y),
        "columns first": (np.asfortranarray(X), Y),
        "strided": (wide[::2, ::2], np.repeat(Y, 2)[::2]),
        "reversed": (X[::-1].copy()[::-1], Y[::-1].copy()[::-1]),
        "unaligned": (unaligned, Y),
        "repeated without memory": (repeated, Y),
        "other byte order": (X.astype(">f4"), Y.astype(">i8")),
        "narrower types": (X.astype(np.float16), Y.astype(np.int8)),
        "lists": (X.tolist(), Y.tolist()),
        "a subclass": (X.view(np.recarray), Y),
    }


@pytest.mark.parametrize("name", list(unusual()))
def test_unusual_arrays_give_the_usual_result(name: str) -> None:
    x, y = unusual()[name]
    before = np.array(x)
    plain = np.ascontiguousarray(np.asarray(x), dtype=np.float32), np.ascontiguousarray(y, dtype=np.int64)
    one, other = classifier(), classifier()
    same_bits(one.train(x, y), other.train(*plain))
    if not isinstance(x, list):
        same_bits(one.train.run_epoch(x, y, batch_size=12), other.train.run_epoch(*plain, batch_size=12))
    same_bits(one.state(), other.state())
    np.testing.assert_array_equal(np.array(x), before)


def test_an_input_is_never_written_and_never_kept() -> None:
    x = gr.input("x", "f32[batch, 20]")
    program = gr.compile([x], {"same": x, "double": x * 2})
    given = X.copy()
    results = program(given)
    same_bits(given, X)
    given[...] = 7
    same_bits(results["same"], X)
    same_bits(results["double"], X * 2)


def test_numbers_that_are_none_pass_through() -> None:
    """NaN and infinity in the data are no error: they come out where they should."""
    x = gr.input("x", "f32[batch, 3]")
    program = gr.compile(
        [x], [gr.max(x, axis=1), x.sum(axis=1), nn.functional.relu(x), nn.functional.softmax(x, dim=1)]
    )
    values = np.array([[1, np.nan, 2], [np.inf, 0, 1], [-np.inf, 0, 1]], np.float32)
    top, total, relu, shares = program(values)
    np.testing.assert_array_equal(top, [np.nan, np.inf, 1])
    np.testing.assert_array_equal(total, [np.nan, np.inf, -np.inf])
    np.testing.assert_array_equal(relu, [[1, np.nan, 2], [np.inf, 0, 1], [0, 0, 1]])
    assert np.isnan(shares[0]).all()
    np.testing.assert_allclose(shares[2], [0, 1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-6)


# Checkpoints ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "header", "missing"])
def test_a_corrupt_checkpoint_changes_nothing(job: Job, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "run.safetensors"
    gr.save(path, model=job.net, optimizer=job.optimizer, program=job.train)
    content = path.read_bytes()
    spoil = {"cut": content[:-100], "empty": b"", "text": b"no checkpoint at all", "header": b"\xff" * 8 + content[8:]}
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(spoil[damage])
    job.train(X, Y)
    before = job.state()
    with pytest.raises(gr.CheckpointError, match=f"^load: {re.escape(str(path))}: "):
        gr.load(path, model=job.net, optimizer=job.optimizer, program=job.train)
    same_bits(job.state(), before)


# Graphs of many nodes -------------------------------------------------------------------------------------------------


def test_a_chain_of_ten_thousand_nodes() -> None:
    x = gr.input("x", "f32[batch, 8]")
    y = x
    for step in range(10_000):
        y = gr.tanh(y) if step % 2 else y * 1.25 + 0.125
    program = gr.compile([x], y)
    assert len(program.compiled.graphs["declared"].nodes) >= 10_000
    values = np.linspace(-1, 1, 24, dtype=np.float32).reshape(3, 8)
    expected = values.astype(np.float64)
    for step in range(10_000):
        expected = np.tanh(expected) if step % 2 else expected * 1.25 + 0.125
    np.testing.assert_allclose(program(values), expected, rtol=1e-4)


def test_a_network_of_many_layers_trains() -> None:
    gr.manual_seed(0)
    x = gr.input("x", "f32[batch, 8]")
    net = nn.Sequential(*(nn.Sequential(nn.Linear(8, 8), nn.Tanh()) for _ in range(300)))
    loss = (net(x) ** 2).mean()
    opt = optim.SGD(net.parameters(), lr=0.1)
    train = gr.compile([x], loss, opt.minimize(loss))
    assert len(train.compiled.graphs["backward"].nodes) > 3_000
    assert len(train.kernels) < 20  # equal layers share their kernels
    losses = [float(train(X[:, :8])) for _ in range(5)]
    assert losses == sorted(losses, reverse=True)


def test_a_wide_graph_keeps_terms_with_their_sum() -> None:
    x = gr.input("x", "f32[batch, 8]")
    terms = [gr.exp(x * (n / 100)) for n in range(200)]
    program = gr.compile([x], sum(terms[1:], terms[0]))
    assert len(program.compiled.program.launches) < 12
    expected = sum(np.exp(X[:, :8].astype(np.float64) * (n / 100)) for n in range(200))
    np.testing.assert_allclose(program(X[:, :8]), expected, rtol=1e-5)
