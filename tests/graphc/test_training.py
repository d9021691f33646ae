"""fit and evaluate: metrics, what is printed, callbacks, schedules, data of several kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim

RNG = np.random.default_rng(4)
X = RNG.normal(size=(330, 5)).astype(np.float32)
Y = (X @ np.array([1, -2, 0.5, 0, 1], np.float32) > 0).astype(np.int64)
Data = tuple[np.ndarray, np.ndarray]


class Setup:
    def __init__(self, lr: float = 0.1) -> None:
        gr.manual_seed(0)
        x, y = gr.input("x", "f32[batch, 5]"), gr.input("y", "i64[batch]")
        self.net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 2))
        logits = self.net(x)
        loss = nn.CrossEntropyLoss()(logits, y)
        accuracy = (logits.argmax(1) == y).astype("f32").mean()
        self.optimizer = optim.SGD(self.net.parameters(), lr=lr)
        self.train = gr.compile([x, y], loss, self.optimizer.minimize(loss))
        self.check = gr.compile([x, y], {"loss": loss, "accuracy": accuracy})
        self.predict = gr.compile([x], logits)


def test_fit_learns_and_records() -> None:
    s = Setup()
    history = gr.fit(s.train, (X, Y), epochs=6, batch_size=32, validate=(s.check, (X, Y)), progress=False)
    assert list(history) == ["loss", "val_loss", "val_accuracy"]
    assert len(history["loss"]) == 6
    assert history["loss"][-1] < history["loss"][0] / 2
    assert history["val_accuracy"][-1] > 0.9
    assert history.stopped == ""
    assert repr(history).startswith("<history of 6 epochs: loss ")
    with pytest.raises(KeyError, match="no metric 'acc'; there are loss, val_loss, val_accuracy"):
        history["acc"]


def test_the_recorded_loss_is_the_mean_over_rows() -> None:
    s = Setup(lr=0.0)
    history = gr.fit(s.train, (X, Y), batch_size=32, progress=False)
    whole = float(s.check(X, Y)["loss"])
    np.testing.assert_allclose(history["loss"], [whole], rtol=1e-5)
    np.testing.assert_allclose(gr.evaluate(s.check, (X, Y), batch_size=100)["loss"], whole, rtol=1e-5)


def test_evaluate_scores_against_labels() -> None:
    s = Setup()
    found = gr.evaluate(s.predict, (X, Y), batch_size=100)
    np.testing.assert_allclose(found["accuracy"], gr.evaluate(s.check, (X, Y))["accuracy"], rtol=1e-6)


def test_quickstart_lines(capsys: pytest.CaptureFixture[str]) -> None:
    s = Setup()
    gr.fit(s.train, (X, Y), epochs=2, batch_size=3, validate=(s.check, (X, Y)), progress="quickstart")
    out = capsys.readouterr().out
    number = r"\d\.\d{6}"
    epoch = (
        rf"-------------------------------\nloss: {number}  \[    3/  330\]\nloss: {number}  \[  303/  330\]\n"
        rf"Test Error: \n Accuracy: \d\d\.\d%, Avg loss: {number} \n\n"
    )
    assert re.fullmatch(rf"Epoch 1\n{epoch}Epoch 2\n{epoch}Done!\n", out), out


def test_plain_lines_and_bar(capsys: pytest.CaptureFixture[str]) -> None:
    s = Setup()
    gr.fit(s.train, (X, Y), epochs=2, progress=None)
    captured = capsys.readouterr()
    assert re.fullmatch(r"epoch 1/2: loss [\d.]+, [\d.]+ s\nepoch 2/2: loss [\d.]+, [\d.]+ s\n", captured.out)
    gr.fit(s.train, (X, Y), epochs=1, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "epoch 1/1: 100%" in captured.err
    gr.fit(s.train, (X, Y), epochs=1, progress=False)
    assert capsys.readouterr() == ("", "")


def test_batches_from_anything() -> None:
    class Loader:
        def __iter__(self) -> Iterator[list[np.ndarray]]:
            for i in range(0, 330, 32):
                yield [X[i : i + 32], Y[i : i + 32]]

    states = []
    data: list[Any] = [(X, Y), Loader(), {"y": Y, "x": X}]
    for given in data:
        s = Setup()
        losses = gr.fit(s.train, given, epochs=2, batch_size=32, shuffle=False, progress=False)["loss"]
        states.append((s.net.state_dict()["0.weight"], losses))
    for weight, losses in states[1:]:
        np.testing.assert_array_equal(weight, states[0][0])
        np.testing.assert_allclose(losses, states[0][1], rtol=1e-6)


def test_torch_loader() -> None:
    torch = pytest.importorskip("torch")
    s = Setup()
    tensors: Any = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    loader: Any = torch.utils.data.DataLoader(tensors, batch_size=64)
    history = gr.fit(s.train, loader, epochs=2, progress=False)
    assert history["loss"][1] < history["loss"][0]


def test_shuffled_the_same_in_both_loops() -> None:
    weights = []
    for interval in ("epoch", "step"):
        s = Setup()
        schedule = optim.lr_scheduler.LambdaLR(s.optimizer, lambda step: 1.0)
        gr.fit(s.train, (X, Y), epochs=2, seed=5, scheduler=schedule, scheduler_interval=interval, progress=False)
        weights.append(s.net.state_dict()["0.weight"])
        assert schedule.last_epoch == (2 if interval == "epoch" else 12)
    np.testing.assert_array_equal(weights[0], weights[1])


def test_early_stopping_goes_back_to_the_best() -> None:
    s = Setup()
    values = iter([3.0, 2.0, 2.5, 2.6, 1.0])
    kept: list[np.ndarray] = []

    def validate() -> Mapping[str, float]:
        kept.append(s.net.state_dict()["0.weight"])
        return {"loss": next(values)}

    stopping = gr.EarlyStopping(patience=2, restore_best=True)
    history = gr.fit(s.train, (X, Y), epochs=9, validate=validate, callbacks=[stopping], progress=False)
    assert len(history["loss"]) == 4
    assert history.stopped == "val_loss has not become better for 2 epochs"
    np.testing.assert_array_equal(s.net.state_dict()["0.weight"], kept[1])
    with pytest.raises(gr.DeclarationError, match="EarlyStopping: no metric 'val_loss'; there are loss"):
        gr.fit(s.train, (X, Y), callbacks=[gr.EarlyStopping()], progress=False)


def test_checkpoints_resume_a_fit(tmp_path: Path) -> None:
    def run(s: Setup, epochs: int, start: int = 0, path: str = "{epoch}.st") -> list[float]:
        saving = gr.Checkpoint(tmp_path / path, model=s.net, optimizer=s.optimizer)
        return gr.fit(s.train, (X, Y), epochs=epochs, start_epoch=start, callbacks=[saving], progress=False)["loss"]

    whole = run(Setup(), 4)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.st", "2.st", "3.st", "4.st"]
    s = Setup(lr=0.3)
    extra = gr.load(tmp_path / "2.st", model=s.net, optimizer=s.optimizer, program=s.train)
    assert extra["epoch"] == 2
    assert run(s, 4, start=extra["epoch"], path="again-{epoch}.st") == whole[2:]


def test_the_best_checkpoint_only(tmp_path: Path) -> None:
    s = Setup()
    values = iter([3.0, 2.0, 2.5])
    saving = gr.Checkpoint(tmp_path / "{epoch}-{val_loss:.1f}", model=s.net, best_only=True)
    gr.fit(s.train, (X, Y), epochs=3, validate=lambda: {"loss": next(values)}, callbacks=[saving], progress=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1-3.0", "2-2.0"]


def test_interruption_closes_and_is_raised_again() -> None:
    s = Setup()
    seen: list[str] = []

    class Interrupt(gr.Callback):
        def on_epoch_begin(self, run: Any, epoch: int) -> None:
            seen.append(f"begin {epoch}")
            if epoch == 1:
                raise KeyboardInterrupt

        def on_train_end(self, run: Any) -> None:
            seen.append("end")

    with pytest.raises(KeyboardInterrupt):
        gr.fit(s.train, (X, Y), epochs=3, callbacks=[Interrupt()], progress=False)
    assert seen == ["begin 0", "begin 1", "end"]


def test_a_plateau_schedule_takes_the_validation_loss() -> None:
    s = Setup()
    schedule = optim.lr_scheduler.ReduceLROnPlateau(s.optimizer, patience=0, factor=0.5)
    gr.fit(s.train, (X, Y), epochs=3, validate=lambda: {"loss": 1.0}, scheduler=schedule, progress=False)
    assert s.optimizer.lr == 0.1 * 0.25


def test_messages() -> None:
    s = Setup()
    cases: list[tuple[Any, type[Exception], str]] = [
        (
            lambda: gr.fit(s.check, (X, Y)),
            gr.DeclarationError,
            "fit: program 'program' updates nothing; compile it with updates=opt.minimize(loss)",
        ),
        (
            lambda: gr.fit(s.train, (X, Y[:-1]), progress=False),
            gr.FeedError,
            "data for program 'train': expected as many rows in each array, got [330, 5], [329]",
        ),
        (
            lambda: gr.fit(s.train, {"x": X}, progress=False),
            gr.FeedError,
            "data for program 'train': expected x, y, got x",
        ),
        (
            lambda: gr.fit(s.train, (X, Y), progress="loud"),
            gr.DeclarationError,
            "fit: expected progress None, True, False or 'quickstart', got 'loud'",
        ),
        (
            lambda: gr.fit(s.train, (X, Y), scheduler_interval="batch"),
            gr.DeclarationError,
            "fit: expected scheduler_interval 'epoch' or 'step', got 'batch'",
        ),
        (lambda: gr.fit(s.train, iter([]), progress=False), gr.FeedError, "fit: the data hold no batch"),
    ]
    for act, kind, text in cases:
        with pytest.raises(kind) as caught:
            act()
        assert str(caught.value) == text
