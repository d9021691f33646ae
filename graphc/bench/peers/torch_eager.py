"""PyTorch, eager, in the forms that are fastest on a CPU: fused optimisers, results into memory that is there."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from ..protocol import Setting
from ..witness import digest
from ..workloads import Arrays, Workload


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Build the network."""
    return build(workload, arrays, setting, lambda function: function)


def build(
    workload: Workload, arrays: Arrays, setting: Setting, compiled: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Stepper:
    """Build, with ``compiled`` applied to what can be compiled."""
    torch.set_num_threads(setting.threads)
    torch.manual_seed(0)
    if workload.kind == "product":
        return _product(arrays)
    if workload.kind == "blend":
        return _blend(arrays, compiled)
    net = network(workload, arrays)
    x = torch.from_numpy(arrays.x)
    if workload.kind == "predict":
        forward = compiled(net.eval())
        return Stepper(lambda: forward(x), lambda logits: logits.reshape(-1).tolist(), gradients=False)
    y = torch.from_numpy(arrays.y)
    make = torch.optim.SGD if workload.optimizer == "sgd" else torch.optim.Adam
    optimizer = make(net.parameters(), lr=workload.lr, fused=True)
    criterion = nn.CrossEntropyLoss()
    objective = compiled(lambda x, y: criterion(net(x), y))

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = objective(x, y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    if workload.kind == "train":
        return Stepper(lambda: step(x, y), lambda loss: [loss.item()])
    batches = [(x[i : i + workload.batch], y[i : i + workload.batch]) for i in range(0, len(x), workload.batch)]
    return Stepper(lambda: [step(*batch) for batch in batches], lambda losses: torch.stack(losses).tolist())


class Stepper:
    """A step as a function, and how to read what it computes."""

    def __init__(self, step: Callable[[], Any], read: Callable[[Any], list[float]], gradients: bool = True) -> None:
        self.step = step
        self.read = read
        self.gradients = gradients

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        with torch.inference_mode(not self.gradients):
            return self.read(self.step())

    def steps(self, count: int) -> None:
        """Some steps."""
        step = self.step
        with torch.inference_mode(not self.gradients):
            for _ in itertools.repeat(None, count):
                step()


def network(workload: Workload, arrays: Arrays) -> Any:
    """The network, in training mode."""
    layers: list[Any] = []
    for i, (weight, bias) in enumerate(zip(arrays.weights, arrays.biases, strict=True)):
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        layers.append(layer)
        if i < len(arrays.weights) - 1:
            layers += [nn.BatchNorm1d(len(bias))] if workload.norm else []
            layers.append(nn.ReLU() if workload.activation == "relu" else nn.GELU())
            layers += [nn.Dropout(workload.dropout)] if workload.dropout else []
    return nn.Sequential(*layers)


def _product(arrays: Arrays) -> Stepper:
    a, b = (torch.from_numpy(factor) for factor in arrays.weights)
    c = torch.zeros(a.shape[0], b.shape[1])
    return Stepper(lambda: torch.mm(a, b, out=c), lambda c: digest(c.numpy()), gradients=False)


def _blend(arrays: Arrays, compiled: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Stepper:
    state, x = torch.from_numpy(arrays.weights[0]), torch.from_numpy(arrays.x)
    step = compiled(lambda state, x: state.mul_(0.75).add_(x, alpha=0.25))
    return Stepper(lambda: step(state, x), lambda state: digest(state.numpy()), gradients=False)
