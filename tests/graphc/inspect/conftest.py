"""One small training program, compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim
from graphc.runtime.codecache import current_cache, set_cache_directory


@dataclass(frozen=True)
class Trained:
    program: gr.CompiledFunction
    x: Any
    y: Any

    @property
    def feeds(self) -> tuple[Any, Any]:
        return self.x, self.y


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = current_cache().directory
    set_cache_directory(tmp_path_factory.mktemp("inspect-cache"))
    yield
    set_cache_directory(before)


@pytest.fixture(scope="session")
def trained(cache: None) -> Trained:
    gr.manual_seed(0)
    x, y = gr.input("x", "f32[batch, 6]"), gr.input("y", "i64[batch]")
    net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    loss = nn.CrossEntropyLoss()(net(x), y)
    program = gr.compile([x, y], loss, optim.SGD(net.parameters(), lr=0.1, momentum=0.9).minimize(loss), name="step")
    rng = np.random.default_rng(0)
    return Trained(program, rng.standard_normal((32, 6), np.float32), rng.integers(0, 3, 32))
