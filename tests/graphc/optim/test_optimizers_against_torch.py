"""Twenty steps of every optimiser and option equal PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim

torch = pytest.importorskip("torch")

CASES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.1, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "maximize": True}),
    ("AdamW", {"lr": 0.05}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.3, "amsgrad": True}),
    ("RMSprop", {}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-4, "weight_decay": 0.1}),
    ("RMSprop", {"momentum": 0.9, "centered": True}),
    ("RMSprop", {"maximize": True, "centered": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3}),
]


def pair(dtype: str) -> tuple[nn.Module, Any]:
    ours = nn.Sequential(nn.Linear(4, 5, dtype=dtype), nn.Tanh(), nn.Linear(5, 3, dtype=dtype))
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
    theirs = theirs.to(torch.float64 if dtype == "f64" else torch.float32)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def step_torch(net: Any, optimizer: Any, x: np.ndarray, y: np.ndarray, clip: float | None = None) -> float:
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(torch.tensor(x)), torch.tensor(y))
    loss.backward()
    if clip is not None:
        torch.nn.utils.clip_grad_norm_(net.parameters(), clip)
    optimizer.step()
    return float(loss.detach())


def program(program_of: Any, net: nn.Module, optimizer: optim.Optimizer, dtype: str, **options: Any) -> Any:
    x, y = gr.input("x", f"{dtype}[batch, 4]"), gr.input("y", f"{dtype}[batch, 3]")
    loss = nn.MSELoss()(net(x), y)
    return program_of([x, y], loss, optimizer.minimize(loss, **options))


def batches(count: int, dtype: str) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(11)
    kind = gr.DType.of(dtype).numpy
    return [(rng.normal(size=(6, 4)).astype(kind), rng.normal(size=(6, 3)).astype(kind)) for _ in range(count)]


def check(ours: nn.Module, theirs: Any, rtol: float) -> None:
    for name, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], value.numpy(), rtol=rtol, atol=rtol / 10, err_msg=name)


@pytest.mark.parametrize(("dtype", "rtol"), [("f64", 1e-9), ("f32", 1e-4)])
@pytest.mark.parametrize(("name", "options"), CASES, ids=lambda p: p if isinstance(p, str) else "-".join(p))
def test_twenty_steps(program_of: Any, name: str, options: dict[str, Any], dtype: str, rtol: float) -> None:
    ours, theirs = pair(dtype)
    optimizer = getattr(optim, name)(ours.parameters(), **options)
    expected = getattr(torch.optim, name)(theirs.parameters(), **options)
    train = program(program_of, ours, optimizer, dtype)
    for x, y in batches(20, dtype):
        # f32: sums are made in another order
        np.testing.assert_allclose(train(x, y), step_torch(theirs, expected, x, y), rtol=rtol)
    check(ours, theirs, rtol)


@pytest.mark.parametrize("name", ["SGD", "AdamW"])
def test_groups_with_options_of_their_own(program_of: Any, name: str) -> None:
    ours, theirs = pair("f64")
    shared = {"weight_decay": 0.1}

    def groups(net: Any) -> list[dict[str, Any]]:
        first, _, last = net
        return [
            {"params": list(first.parameters()), "lr": 0.1},
            {"params": list(last.parameters()), "weight_decay": 0.0},
        ]

    optimizer = getattr(optim, name)(groups(ours), lr=0.01, **shared)
    expected = getattr(torch.optim, name)(groups(theirs), lr=0.01, **shared)
    train = program(program_of, ours, optimizer, "f64")
    for i, (x, y) in enumerate(batches(8, "f64")):
        train(x, y)
        step_torch(theirs, expected, x, y)
        if i == 3:
            optimizer.param_groups[1]["lr"] = expected.param_groups[1]["lr"] = 0.2
    check(ours, theirs, 1e-9)


def test_options_change_without_compiling(program_of: Any) -> None:
    ours, theirs = pair("f64")
    optimizer = optim.Adam(ours.parameters(), lr=0.1, weight_decay=0.2)
    expected = torch.optim.Adam(theirs.parameters(), lr=0.1, weight_decay=0.2)
    train = program(program_of, ours, optimizer, "f64")
    for i, (x, y) in enumerate(batches(10, "f64")):
        if i == 5:
            optimizer.lr, optimizer.betas, optimizer.weight_decay = 0.01, (0.5, 0.6), 0.0
            expected.param_groups[0].update(lr=0.01, betas=(0.5, 0.6), weight_decay=0.0)
        train(x, y)
        step_torch(theirs, expected, x, y)
    assert (optimizer.lr, optimizer.betas, optimizer.weight_decay) == (0.01, (0.5, 0.6), 0.0)
    check(ours, theirs, 1e-9)


def test_clipping_of_the_norm(program_of: Any) -> None:
    ours, theirs = pair("f64")
    train = program(program_of, ours, optim.SGD(ours.parameters(), lr=0.5), "f64", clip_grad_norm=0.3)
    expected = torch.optim.SGD(theirs.parameters(), lr=0.5)
    for x, y in batches(10, "f64"):
        train(x, y)
        step_torch(theirs, expected, x, y, clip=0.3)
    check(ours, theirs, 1e-9)


def test_clipping_of_values(run: Any, rng: np.random.Generator) -> None:
    a, b = gr.constant(rng.normal(size=(3, 4))), gr.constant(rng.normal(size=(20,)))
    clipped = run(gr.clip_by_value([a, b], 0.5))
    assert max(np.abs(g).max() for g in clipped) == 0.5
    norms = run(
        [
            gr.global_norm(gr.clip_by_norm([a, b], 0.25, kind))
            if kind == 2.0
            else gr.max(gr.abs(gr.clip_by_norm([a, b], 0.25, kind)[1]))
            for kind in (2.0, float("inf"))
        ]
    )
    np.testing.assert_allclose(norms[0], 0.25, rtol=1e-5)
    assert norms[1] <= 0.25


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"lr": 0.1, "momentum": 0.9}),
        ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}),
        ("Adam", {"lr": 0.05, "amsgrad": True}),
        ("RMSprop", {"momentum": 0.9, "centered": True}),
        ("Adagrad", {"lr": 0.1, "lr_decay": 0.1}),
    ],
)
def test_state_moves_to_and_from_torch(program_of: Any, name: str, options: dict[str, Any]) -> None:
    ours, theirs = pair("f64")
    optimizer = getattr(optim, name)(ours.parameters(), **options)
    expected = getattr(torch.optim, name)(theirs.parameters(), **options)
    train = program(program_of, ours, optimizer, "f64")
    data = batches(12, "f64")
    for x, y in data[:4]:
        step_torch(theirs, expected, x, y)
    ours.load_state_dict(theirs.state_dict())
    optimizer.load_state_dict(expected.state_dict())
    for x, y in data[4:8]:
        train(x, y)
        step_torch(theirs, expected, x, y)
    check(ours, theirs, 1e-9)
    saved = optimizer.state_dict()
    back = expected.state_dict()
    for index, states in back["state"].items():
        for key, value in states.items():
            if value is not None:
                np.testing.assert_allclose(saved["state"][index][key], np.asarray(value), rtol=1e-9)
    again = getattr(optim, name)(ours.parameters(), **{**options, "lr": 7.0})
    again.load_state_dict(saved)
    assert again.lr == optimizer.lr


def test_two_programs_share_one_optimiser(program_of: Any) -> None:
    ours, _ = pair("f64")
    optimizer = optim.Adam(ours.parameters())
    first, second = program(program_of, ours, optimizer, "f64"), program(program_of, ours, optimizer, "f64")
    (x, y), *_ = batches(1, "f64")
    first(x, y)
    second(x, y)
    assert optimizer.step_count.numpy() == 2
