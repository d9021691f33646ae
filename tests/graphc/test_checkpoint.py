"""Checkpoints: written whole, loaded whole, and a resumed run continues bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim

DATA = np.random.default_rng(2).normal(size=(48, 6)).astype(np.float32)
LABELS = (DATA[:, 0] > 0).astype(np.int64)


class Training:
    """A run with everything that has state: moments, batch-norm statistics, dropout, a schedule."""

    def __init__(self, seed: int) -> None:
        gr.manual_seed(seed)
        x, y = gr.input("x", "f32[batch, 6]"), gr.input("y", "i64[batch]")
        self.model = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
        loss = nn.CrossEntropyLoss()(self.model(x), y)
        self.optimizer = optim.Adam(self.model.parameters(), lr=0.05, amsgrad=True)
        self.scheduler = optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=7)
        self.program = gr.compile([x, y], loss, self.optimizer.minimize(loss), seed=seed)

    def parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("model", "optimizer", "program", "scheduler")}

    def epoch(self, number: int) -> np.ndarray:
        losses = self.program.run_epoch(DATA, LABELS, batch_size=16, shuffle=True, seed=number)
        self.scheduler.step()
        return np.asarray(losses)


def test_a_resumed_run_continues_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    first = Training(1)
    first.epoch(0)
    first.epoch(1)
    gr.save(path, **first.parts(), extra={"epoch": 2})
    expected = [first.epoch(2), first.epoch(3)]
    second = Training(99)
    second.epoch(5)
    assert gr.load(path, **second.parts()) == {"epoch": 2}
    for i, losses in enumerate(expected):
        np.testing.assert_array_equal(second.epoch(2 + i), losses)
    for name, value in first.model.state_dict().items():
        np.testing.assert_array_equal(second.model.state_dict()[name], value)
    assert second.optimizer.lr == first.optimizer.lr
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_plain_names_are_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    net = nn.Linear(3, 2)
    gr.save(path, net.state_dict())
    import safetensors.numpy

    assert set(safetensors.numpy.load_file(path)) == {"weight", "bias"}
    again = nn.Linear(3, 2)
    gr.load(path, model=again)
    np.testing.assert_array_equal(again.weight.numpy(), net.weight.numpy())
    arrays = gr.load(path)
    np.testing.assert_array_equal(arrays["bias"], net.state_dict()["bias"])
    arrays["bias"][...] = 0  # a copy, not a map of the file


def test_weights_from_torch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Linear(3, 2)
    from safetensors.torch import save_file

    save_file(theirs.state_dict(), tmp_path / "torch.safetensors")
    ours = nn.Linear(3, 2)
    gr.load(tmp_path / "torch.safetensors", model=ours)
    np.testing.assert_array_equal(ours.weight.numpy(), theirs.weight.detach().numpy())


def test_bf16_comes_back(tmp_path: Path) -> None:
    net = nn.Linear(3, 2, dtype="bf16")
    gr.save(tmp_path / "n", model=net)
    again = nn.Linear(3, 2, dtype="bf16")
    gr.load(tmp_path / "n", model=again)
    np.testing.assert_array_equal(again.weight.numpy(), net.weight.numpy())


@pytest.mark.parametrize("damage", ["short", "garbage", "empty", "missing"])
def test_a_damaged_file_changes_nothing(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "run.safetensors"
    run = Training(1)
    gr.save(path, **run.parts())
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({"short": whole[:-10], "garbage": b"x" * 200, "empty": b""}[damage])
    other = Training(2)
    before = other.model.state_dict()
    with pytest.raises(gr.CheckpointError) as caught:
        gr.load(path, **other.parts())
    text = {"missing": "no such file"}.get(damage, "no readable safetensors file: ")
    assert str(caught.value).startswith(f"load: {path}: {text}")
    for name, value in before.items():
        np.testing.assert_array_equal(other.model.state_dict()[name], value)


def test_nothing_is_half_loaded(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    run = Training(1)
    run.epoch(0)
    gr.save(path, **run.parts())
    other = Training(2)
    group = optim.Adam([{"params": [p]} for p in other.model.parameters()], amsgrad=True)
    before = other.model.state_dict()
    with pytest.raises(gr.CheckpointError) as caught:
        gr.load(path, model=other.model, optimizer=group)
    assert str(caught.value) == (
        f"load: {path}: optimizer: load_state_dict: Adam does not match\n  expected 6 parameter groups, got 1"
    )
    for name, value in before.items():
        np.testing.assert_array_equal(other.model.state_dict()[name], value)


def test_messages(tmp_path: Path) -> None:
    path = tmp_path / "a"
    net = nn.Linear(2, 2)
    gr.save(path, model=net)
    cases: list[tuple[Any, str]] = [
        (lambda: gr.load(path, optimizer=optim.SGD(net.parameters())), f"load: {path}: holds no optimizer, only model"),
        (lambda: gr.load(path, model=nn.Linear(2, 3)), f"load: {path}: model: load_state_dict: Linear does not match"),
        (lambda: gr.save(path), f"save: {path}: nothing to save"),
        (lambda: gr.save(path, {}, model=net), f"save: {path}: expected arrays by name or model, got both"),
        (lambda: gr.save(path, model=net, extra={"a": object()}), f"save: {path}: extra cannot be written as JSON"),
        (
            lambda: gr.save(tmp_path / "no" / "a", model=net),
            f"save: {tmp_path / 'no' / 'a'}: No such file or directory",
        ),
    ]
    for act, text in cases:
        with pytest.raises(gr.CheckpointError) as caught:
            act()
        assert str(caught.value).startswith(text)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    net = nn.Linear(2, 2)
    gr.save(path, model=net)
    old = path.read_bytes()

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(gr.CheckpointError, match="No space left on device"):
        gr.save(path, model=net, extra={"more": 1})
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_the_random_state_of_a_program(tmp_path: Path) -> None:
    x = gr.input("x", "f32[50]")
    program = gr.compile([x], nn.functional.dropout(x, 0.5), training=True, seed=4)
    ones = np.ones(50, np.float32)
    program(ones)
    gr.save(tmp_path / "p", program=program)
    expected = program(ones)
    gr.load(tmp_path / "p", program=program)
    np.testing.assert_array_equal(program(ones), expected)
    with pytest.raises(gr.CheckpointError, match=r"expected \{'rng': i64\[2\]\}, got seed"):
        program.load_state_dict({"seed": np.zeros(2)})
