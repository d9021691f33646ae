"""Compiled programs: structure of outputs, updates, shared state, dropout and batch norm, epochs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim


def test_outputs_come_back_in_their_structure() -> None:
    x = gr.input("x", "f32[n]")
    one = gr.compile(x, x * 2)(np.ones(3, np.float32))
    assert isinstance(one, np.ndarray)
    np.testing.assert_array_equal(one, [2, 2, 2])
    several = gr.compile([x], [x * 2, x.sum()])(np.ones(3, np.float32))
    assert isinstance(several, tuple)
    assert several[1] == 3
    named = gr.compile([x], {"double": x * 2, "all": x.sum()})(x=np.ones(3, np.float32))
    assert list(named) == ["double", "all"]


def test_results_are_never_overwritten() -> None:
    x = gr.input("x", "f32[3]")
    program = gr.compile([x], x + 1)
    first = program(np.zeros(3, np.float32))
    program(np.full(3, 7, np.float32))
    np.testing.assert_array_equal(first, [1, 1, 1])


def test_updates_use_the_values_before_the_step() -> None:
    a, b = gr.state(np.float32(1), "a"), gr.state(np.float32(2), "b")
    swap = gr.compile([], None, {a: b, b: a + 0})
    assert swap() == ()
    assert float(a.numpy()) == 2
    assert float(b.numpy()) == 1
    count = gr.state("i64[]", "count")
    step = gr.compile([], count, [(count, count + 1)])
    assert [int(step()) for _ in range(3)] == [0, 1, 2]
    assert step.updates_state
    assert not gr.compile([], count).updates_state


def test_an_unused_input_is_still_fed() -> None:
    x, y = gr.input("x", "f32[2]"), gr.input("y", "f32[2]")
    program = gr.compile([x, y], x * 2)
    np.testing.assert_array_equal(program(np.ones(2, np.float32), np.ones(2, np.float32)), [2, 2])
    with pytest.raises(gr.FeedError, match="missing input 'y'"):
        program(np.ones(2, np.float32))


def net() -> nn.Sequential:
    gr.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))


def declared() -> tuple[nn.Sequential, gr.Tensor, gr.Tensor, gr.Tensor]:
    model = net()
    x, y = gr.input("x", "f32[batch, 6]"), gr.input("y", "i64[batch]")
    return model, x, y, nn.CrossEntropyLoss()(model(x), y)


def data(rows: int = 64) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, 6)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int64) + (x[:, 1] > 0.5)


@pytest.mark.parametrize("name", ["SGD", "AdamW", "RMSprop", "Adagrad"])
def test_the_compiled_program_equals_the_references(reference: Any, name: str) -> None:
    results: list[dict[str, np.ndarray]] = []
    for make in (gr.compile, reference):
        model, x, y, loss = declared()
        # The gradient of a bias before a batch normalisation is 0: dividing its rounding errors by their size, as
        # the adaptive optimisers do, would compare noise.
        chosen = [p for key, p in model.named_parameters() if key != "0.bias"]
        optimizer = getattr(optim, name)(chosen, lr=0.01, weight_decay=0.1)
        train = make([x, y], loss, optimizer.minimize(loss, clip_grad_norm=1.0))
        losses = [float(train(*data())) for _ in range(3)]
        assert losses[0] != losses[1]
        results.append({**model.state_dict(), "losses": np.array(losses)})
    for key, value in results[1].items():
        # f32: sums are made in another order
        np.testing.assert_allclose(results[0][key], value, rtol=1e-4, atol=1e-5, err_msg=key)


def test_programs_share_parameters_and_resolve_training() -> None:
    model, x, y, loss = declared()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    train = gr.compile([x, y], loss, optimizer.minimize(loss), seed=3)
    evaluate = gr.compile([x, y], loss)
    assert (train.training, evaluate.training) == (True, False)
    before = float(evaluate(*data()))
    assert float(evaluate(*data())) == before  # no dropout, nothing moves
    for _ in range(60):
        train(*data())
    assert float(evaluate(*data())) < before / 2
    assert int(model.state_dict()["1.num_batches_tracked"]) == 60
    assert "rng" in str(train.ir("backward"))


def test_dropout_repeats_from_a_seed() -> None:
    x = gr.input("x", "f32[100]")
    y = nn.functional.dropout(x, 0.25)
    program = gr.compile([x], y, training=True, seed=7)
    ones = np.ones(100, np.float32)
    first, second = program(ones), program(ones)
    assert not np.array_equal(first, second)
    assert set(np.unique(first)) == {0, np.float32(1 / 0.75)}
    program.manual_seed(7)
    np.testing.assert_array_equal(program(ones), first)
    np.testing.assert_array_equal(gr.compile([x], y, training=True, seed=7)(ones), first)
    assert not np.array_equal(gr.compile([x], y, training=True, seed=8)(ones), first)
    np.testing.assert_array_equal(gr.compile([x], y)(ones), ones)


def test_dropout_masks_stay_what_they_are() -> None:
    x = gr.input("x", "f32[n, 4]")
    first, second = nn.Dropout(0.5), nn.Dropout(0.25)
    program = gr.compile([x], [first(x), second(x), first(x)], training=True, seed=5)
    ones = np.ones((6, 4), np.float32)
    kept = [[np.packbits(mask != 0).tolist() for mask in program(ones)] for _ in range(2)]
    assert kept == [
        [[183, 174, 105], [221, 253, 253], [145, 75, 193]],
        [[255, 45, 58], [221, 246, 243], [130, 207, 28]],
    ]


def test_an_epoch_equals_its_steps() -> None:
    xs, ys = data(70)
    states = []
    for native in (True, False):
        model, x, y, loss = declared()
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        train = gr.compile([x, y], loss, optimizer.minimize(loss))
        if native:
            losses = train.run_epoch(xs, ys, batch_size=16)
        else:
            losses = np.array([train(xs[i : i + 16], ys[i : i + 16]) for i in range(0, 70, 16)])
        assert losses.shape == (5,)
        states.append({**model.state_dict(), "losses": losses})
    for name in states[0]:
        np.testing.assert_array_equal(states[0][name], states[1][name], err_msg=name)


def test_options_are_run_time_values() -> None:
    model, x, y, loss = declared()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    train = gr.compile([x, y], loss, optimizer.minimize(loss))
    optimizer.lr = 0.0
    before = model.state_dict()
    train(*data())
    np.testing.assert_array_equal(model.state_dict()["0.weight"], before["0.weight"])
    optimizer.lr = 1e-2
    train(*data())
    assert not np.array_equal(model.state_dict()["0.weight"], before["0.weight"])


def test_looking_inside() -> None:
    model, x, y, loss = declared()
    train = gr.compile([x, y], loss, optim.SGD(model.parameters(), lr=0.1).minimize(loss), name="step")
    assert list(train.stages) == ["declared", "backward", "simplified", "fused", "planned", "python", "llvm", "asm"]
    assert train.ir("declared").startswith("graph @step(")
    assert "param %0.weight: f32[16, 6]" in train.ir("declared")
    with pytest.raises(gr.DeclarationError, match="ir: expected a stage among declared, backward"):
        train.ir("optimised")
    assert len(train.kernels) >= 1
    assert repr(train).startswith(
        "<program step(x: f32[batch, 6], y: i64[batch]) -> (cross_entropy: f32[]), training, cpu, "
    )
    before = model.state_dict()
    profile = train.profile(*data(), repeats=2)
    assert len(profile) == len(train.compiled.program.launches)
    assert abs(sum(line.share for line in profile) - 1) < 1e-6 or profile.seconds == 0
    assert "a whole step takes" in str(profile)
    np.testing.assert_array_equal(model.state_dict()["0.weight"], before["0.weight"])
    assert str(train.memory(batch=64)).startswith("memory of step (batch=64)")


def test_a_label_outside_the_classes_names_the_row() -> None:
    model, x, y, loss = declared()
    train = gr.compile([x, y], loss, optim.SGD(model.parameters(), lr=0.1).minimize(loss))
    xs, ys = data()
    ys[17] = 3
    before = model.state_dict()
    with pytest.raises(gr.IndexRangeError, match="input 'y': index 3 at row 17 is out of range"):
        train(xs, ys)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
