from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from graphc.bench import Workload
from graphc.bench.protocol import Setting
from graphc.bench.witness import difference, digest, outcomes
from graphc.bench.workloads import arrays_of

SMALL = {
    "sgd": Workload("sgd", "test", "", "train", 12, (7, 9, 5), lr=0.3),
    "adam": Workload("adam", "test", "", "train", 12, (7, 9, 8, 5), "gelu", norm=True, optimizer="adam", lr=0.01),
    "epoch": Workload("epoch", "test", "", "epoch", 4, (7, 9, 5), epoch_steps=3),
    "predict": Workload("predict", "test", "", "predict", 2, (7, 9, 5)),
    "product": Workload("product", "test", "", "product", 6, (5, 8)),
    "blend": Workload("blend", "test", "", "blend", 1, (8192,)),
}


@pytest.mark.parametrize("name", SMALL)
def test_pytorch_has_the_same_results(name: str, tmp_path: Path):
    torch = pytest.importorskip("torch")
    from graphc.bench.peers import torch_eager

    workload = SMALL[name]
    threads = torch.get_num_threads()
    try:
        stepper = torch_eager.prepare(workload, arrays_of(workload), Setting(threads, tmp_path))
        found = [stepper.outcome() for _ in range(4)]
    finally:
        torch.set_num_threads(threads)
    assert difference(found, outcomes(workload, arrays_of(workload), 4)) < 1e-5


def test_training_lowers_the_loss():
    (first,), *_, (last,) = outcomes(SMALL["adam"], arrays_of(SMALL["adam"]), 60)
    assert last < 0.5 * first


def test_a_digest_shows_every_wrong_element():
    right = np.ones((40, 3), np.float32)
    for i in range(40):
        wrong = right.copy()
        wrong[i, 1] += 1
        assert difference([digest(wrong)], [digest(right)]) > 1e-3


def test_a_difference_is_relative_to_the_largest_number_of_a_call():
    assert difference([[1.0, 202.0], [0.5]], [[2.0, 200.0], [0.5]]) == pytest.approx(0.01)
    assert difference([[1.0]], [[1.0, 2.0]]) == math.inf
    assert difference([[math.nan]], [[1.0]]) == math.inf
