"""A cache of compiled code that starts empty, and a small network to train."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim
from graphc.runtime import current_cache, get_num_threads, set_cache_directory, set_num_threads


@pytest.fixture(scope="session", autouse=True)
def cache_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    before = current_cache().directory
    directory = tmp_path_factory.mktemp("compiled")
    set_cache_directory(directory)
    yield directory
    set_cache_directory(before)


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    before = get_num_threads()
    yield set_num_threads
    set_num_threads(before)


@dataclass
class Job:
    """A network with everything that training needs."""

    net: nn.Module
    optimizer: Any
    train: Any
    test: Any
    inputs: list[gr.Tensor] = field(default_factory=list)

    def state(self) -> dict[str, np.ndarray]:
        """Parameters, buffers, moments, and the random state."""
        found = {f"net.{name}": value for name, value in self.net.state_dict().items()}
        found["rng"] = self.train.rng.numpy()
        found.update({f"moment.{n}": s.array.copy() for n, s in enumerate(self.train.updated_storages())})
        return found


def classifier(features: int = 20, hidden: int = 96, seed: int = 3, optimizer: str = "AdamW", **options: Any) -> Job:
    """Two layers with batch normalisation and dropout, five classes."""
    gr.manual_seed(seed)
    x, y = gr.input("x", f"f32[batch, {features}]"), gr.input("y", "i64[batch]")
    net = nn.Sequential(
        nn.Linear(features, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.3), nn.Linear(hidden, 5)
    )
    loss = nn.CrossEntropyLoss()(net(x), y)
    opt = getattr(optim, optimizer)(net.parameters(), lr=0.01)
    train = gr.compile([x, y], loss, opt.minimize(loss, **options), seed=seed)
    test = gr.compile([x, y], loss, name="test")
    return Job(net, opt, train, test, [x, y])


def data(rows: int = 200, features: int = 20) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, features)).astype(np.float32)
    return x, (x[:, :5] + 0.3 * rng.normal(size=(rows, 5))).argmax(axis=1)
