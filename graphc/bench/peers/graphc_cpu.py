"""graphc itself."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

import graphc as gr
from graphc import nn, optim
from graphc.runtime import set_cache_directory, set_num_threads

from ..protocol import Setting
from ..witness import digest
from ..workloads import Arrays, Workload


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Declare and compile."""
    set_cache_directory(setting.cache)
    set_num_threads(setting.threads)
    if workload.kind == "product":
        return _product(arrays)
    if workload.kind == "blend":
        return _blend(arrays)
    return _network(workload, arrays)


class Stepper:
    """A program and what it is fed. ``result`` is the state that a step leaves, if that is what counts."""

    def __init__(self, program: Any, feeds: tuple[Any, ...], result: Any = None, batch: int | None = None) -> None:
        self.program = program
        self.feeds = feeds
        self.result = result
        self.batch = batch

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        if self.batch is not None:
            losses: list[float] = self.program.run_epoch(*self.feeds, batch_size=self.batch).tolist()
            return losses
        computed = self.program(*self.feeds)
        if self.result is not None:
            return digest(self.result.numpy())
        numbers: list[float] = np.asarray(computed).reshape(-1).tolist()
        return numbers

    def steps(self, count: int) -> None:
        """Some steps."""
        program, feeds = self.program, self.feeds
        if self.batch is not None:
            for _ in itertools.repeat(None, count):
                program.run_epoch(*feeds, batch_size=self.batch)
        elif len(feeds) == 1:
            (x,) = feeds
            for _ in itertools.repeat(None, count):
                program(x)
        else:
            x, y = feeds
            for _ in itertools.repeat(None, count):
                program(x, y)


def _network(workload: Workload, arrays: Arrays) -> Stepper:
    layers: list[nn.Module] = []
    for i, (weight, bias) in enumerate(zip(arrays.weights, arrays.biases, strict=True)):
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.load_state_dict({"weight": weight, "bias": bias})
        layers.append(layer)
        if i < len(arrays.weights) - 1:
            layers += [nn.BatchNorm1d(len(bias))] if workload.norm else []
            layers.append(nn.ReLU() if workload.activation == "relu" else nn.GELU())
            layers += [nn.Dropout(workload.dropout)] if workload.dropout else []
    net = nn.Sequential(*layers)
    x = gr.input("x", f"f32[batch, {workload.widths[0]}]")
    logits = net(x)
    if workload.kind == "predict":
        return Stepper(gr.compile(inputs=[x], outputs=logits), (arrays.x,))
    y = gr.input("y", "i64[batch]")
    loss = nn.CrossEntropyLoss()(logits, y)
    make = optim.SGD if workload.optimizer == "sgd" else optim.Adam
    optimizer = make(net.parameters(), lr=workload.lr)
    program = gr.compile(inputs=[x, y], outputs=loss, updates=optimizer.minimize(loss))
    return Stepper(program, (arrays.x, arrays.y), batch=workload.batch if workload.kind == "epoch" else None)


def _product(arrays: Arrays) -> Stepper:
    left, right = arrays.weights
    (m, k), n = left.shape, right.shape[1]
    a, b = gr.input("a", f"f32[{m}, {k}]"), gr.input("b", f"f32[{k}, {n}]")
    c = gr.state(np.zeros((m, n), np.float32), "c")
    return Stepper(gr.compile(inputs=[a, b], outputs=None, updates=[(c, a @ b)]), (left, right), result=c)


def _blend(arrays: Arrays) -> Stepper:
    (start,) = arrays.weights
    x = gr.input("x", f"f32[{len(start)}]")
    state = gr.state(start, "s")
    program = gr.compile(inputs=[x], outputs=None, updates=[(state, 0.75 * state + 0.25 * x)])
    return Stepper(program, (arrays.x,), result=state)
