"""Modules: parts, names, walking, state, initial values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(4, 3)
        self.blocks = nn.ModuleList(nn.Linear(3, 3) for _ in range(2))
        self.scale = nn.Parameter([1.0, 2.0, 3.0])
        self.register_buffer("seen", gr.state("i64[]"))
        self.register_buffer("cache", gr.state("f32[2]"), persistent=False)

    def forward(self, x: gr.Tensor) -> gr.Tensor:
        x = nn.functional.relu(self.fc1(x))
        for block in self.blocks:
            x = block(x)
        return x * self.scale


def test_parts_are_found_by_attribute() -> None:
    net = Net()
    names = ["scale", "fc1.weight", "fc1.bias", "blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "blocks.1.bias"]
    assert [n for n, _ in net.named_parameters()] == names
    assert [n for n, _ in net.named_modules()] == ["", "fc1", "blocks", "blocks.0", "blocks.1"]
    assert [n for n, _ in net.named_buffers()] == ["seen", "cache"]
    assert list(net.state_dict()) == ["scale", "seen", *names[1:]]
    assert list(net.children()) == [net.fc1, net.blocks]
    assert net.blocks[-1] is list(net.blocks)[1]
    assert len(net.blocks) == 2


def test_nodes_and_parameters_carry_the_layers_path() -> None:
    net = Net()
    y = net(gr.input("x", "f32[batch, 4]"))
    text = str(_graph(y))
    assert "param %blocks.1.weight: f32[3, 3]" in text
    assert "%fc1: f32[batch, 3] = add(" in text
    assert "%blocks.0.linear: f32[batch, 3]" in text
    assert "[blocks.1]" in text
    assert "in Net.forward" in str(y.value.loc and y.value.loc.where)


def _graph(*outputs: gr.Tensor) -> Any:
    from graphc.compile import declare

    inputs = [gr.Tensor(leaf) for leaf in _leaves(outputs)]
    return declare(inputs, list(outputs))[0]


def _leaves(outputs: tuple[gr.Tensor, ...]) -> list[Any]:
    from graphc.compiler.ir import reachable

    return [leaf for leaf in reachable([t.value for t in outputs])[1] if leaf.kind == "input"]


def test_a_name_of_the_users_own_stays() -> None:
    layer = nn.Linear(2, 2)
    layer.weight.named("mine")
    x = gr.input("x", "f32[2]")
    y = nn.Sequential(layer)(x).named("result")
    assert (layer.weight.name, y.name) == ("mine", "result")
    assert gr.name(y, "other") is y
    with pytest.raises(gr.DeclarationError, match="input %x is fed by its name"):
        x.named("z")


def test_shared_layers_have_one_set_of_parameters() -> None:
    shared = nn.Linear(2, 2)
    net = nn.Sequential(shared, nn.ReLU(), shared)
    assert len(list(net.parameters())) == 2
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    net.load_state_dict(net.state_dict())


def test_reassignment_and_removal() -> None:
    net: Any = Net()
    net.fc1 = nn.Identity()
    assert not any(n.startswith("fc1") for n, _ in net.named_parameters())
    net.scale = None
    assert net.scale is None
    assert "scale" not in net.state_dict()
    del net.blocks
    with pytest.raises(AttributeError, match="Net has no attribute 'blocks'"):
        _ = net.blocks
    with pytest.raises(gr.DeclarationError, match="Net: the name 'forward' is taken"):
        net.register_buffer("forward", gr.state("i64[]"))
    net.note = "text"
    assert net.note == "text"


def test_load_checks_before_it_changes() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    before = net.state_dict()
    wrong = {**{k: v + 1 for k, v in before.items()}, "1.bias": np.zeros(5, np.float32)}
    with pytest.raises(gr.CheckpointError, match=r"1\.bias: expected f32\[2\], got shape \[5\]"):
        net.load_state_dict(wrong)
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    del wrong["1.bias"]
    with pytest.raises(gr.CheckpointError, match=r"missing: 1\.bias f32\[2\]"):
        net.load_state_dict(wrong)
    net.load_state_dict({**wrong, "more": np.zeros(1)}, strict=False)
    np.testing.assert_array_equal(net.state_dict()["0.bias"], wrong["0.bias"])
    with pytest.raises(gr.CheckpointError, match=r"0\.bias: expected f32\[2\], got dtype int64"):
        net.load_state_dict({"0.bias": np.zeros(2, np.int64)}, strict=False)


def test_state_is_copied() -> None:
    layer = nn.Linear(2, 2)
    layer.state_dict()["bias"][...] = 7
    layer.weight.numpy()[...] = 7
    assert not (layer.weight.numpy() == 7).any()
    assert not (layer.state_dict()["bias"] == 7).any()
    layer.weight.assign(3)
    assert (layer.weight.numpy() == 3).all()


def test_containers() -> None:
    stack = nn.Sequential({"first": nn.Linear(2, 3), "second": nn.ReLU()})
    assert list(stack.state_dict()) == ["first.weight", "first.bias"]
    assert [type(m) for m in nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Identity())[1:]] == [nn.Tanh, nn.Identity]
    assert len(nn.Sequential().append(nn.ReLU())) == 1
    table = nn.ModuleDict({"a": nn.ReLU()})
    table["b"] = nn.Tanh()
    assert (list(table), "b" in table, len(table)) == (["a", "b"], True, 2)
    with pytest.raises(IndexError, match="Sequential has 1 modules, no position 3"):
        nn.Sequential(nn.ReLU())[3]


def test_initial_values_repeat_from_a_seed() -> None:
    def weights(seed: int) -> np.ndarray:
        gr.manual_seed(seed)
        return np.asarray(nn.Linear(100, 50).weight.numpy())

    np.testing.assert_array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))
    assert np.abs(weights(1)).max() <= 0.1


BIG = (400, 300)


@pytest.mark.parametrize(
    ("name", "options", "deviation"),
    [
        ("uniform_", {"a": -1.0, "b": 1.0}, 1 / np.sqrt(3)),
        ("normal_", {"std": 0.3}, 0.3),
        ("trunc_normal_", {"std": 1.0}, 0.8796),
        ("xavier_uniform_", {}, np.sqrt(2 / 700)),
        ("xavier_normal_", {"gain": 2.0}, 2 * np.sqrt(2 / 700)),
        ("kaiming_uniform_", {"nonlinearity": "relu"}, np.sqrt(2 / 300)),
        ("kaiming_normal_", {"mode": "fan_out", "a": 0.5}, np.sqrt(2 / 1.25 / 400)),
    ],
)
def test_initial_distributions(name: str, options: dict[str, Any], deviation: float) -> None:
    gr.manual_seed(3)
    tensor = nn.Parameter(np.zeros(BIG))
    assert getattr(nn.init, name)(tensor, **options) is tensor
    # 120,000 samples: the deviation is known to 0.3 %, the mean to 0.3 % of it
    np.testing.assert_allclose(tensor.numpy().std(), deviation, rtol=0.01)
    assert abs(tensor.numpy().mean()) < 0.01 * deviation


def test_other_initial_values() -> None:
    matrix = nn.Parameter(np.zeros((3, 5)))
    np.testing.assert_allclose(nn.init.orthogonal_(matrix).numpy() @ matrix.numpy().T, np.eye(3), atol=1e-12)
    np.testing.assert_array_equal(nn.init.eye_(matrix).numpy(), np.eye(3, 5))
    assert (nn.init.constant_(matrix, 2.5).numpy() == 2.5).all()
    assert nn.init.calculate_gain("tanh") == 5 / 3
    with pytest.raises(gr.ShapeError, match="expected at least two axes to count connections"):
        nn.init.xavier_normal_(nn.Parameter(np.zeros(3)))


def test_tensors_print_in_one_notation() -> None:
    x = gr.input("x", "f32[batch, 3]")
    assert repr(x).startswith("Tensor %x: f32[batch, 3] input (test_module.py:")
    assert repr(x.relu()).startswith("Tensor %relu: f32[batch, 3] = relu (test_module.py:")
    assert repr(nn.Linear(3, 2).weight).startswith("Parameter %param: f32[2, 3] (test_module.py:")
    assert (x.ndim, x.dtype, str(x.size), x.name) == (2, gr.f32, "3*batch", "x")
