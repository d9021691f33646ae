"""The names that users type."""

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim


def test_every_public_name_is_there_once():
    assert len(set(gr.__all__)) == len(gr.__all__)
    for name in gr.__all__:
        assert hasattr(gr, name), name
    imported = {name for name in vars(gr) if not name.startswith("_")}
    folders = {"bench", "cli", "compiler", "functions", "inspect", "runtime"}  # and modules, which importing binds
    assert {n for n in imported - set(gr.__all__) - folders if not hasattr(vars(gr)[n], "__file__")} == set()


@pytest.fixture
def threads():
    before = gr.get_num_threads()
    yield
    gr.set_num_threads(before)


def test_the_number_of_threads_is_chosen_and_changes_no_bit(threads):
    rng = np.random.default_rng(0)
    images, labels = rng.standard_normal((64, 200)).astype("f4"), rng.integers(0, 10, 64)
    losses = []
    for count in (1, 2, 3):
        gr.set_num_threads(count)
        assert gr.get_num_threads() == count
        gr.manual_seed(0)
        x, y = gr.input("x", "f32[batch, 200]"), gr.input("y", "i64[batch]")
        net = nn.Sequential(nn.Linear(200, 300), nn.ReLU(), nn.Linear(300, 10))
        loss = nn.CrossEntropyLoss()(net(x), y)
        train = gr.compile(inputs=[x, y], outputs=loss, updates=optim.SGD(net.parameters(), lr=0.1).minimize(loss))
        losses.append([float(train(images, labels)) for _ in range(3)])
    assert losses[0] == losses[1] == losses[2]
    with pytest.raises(ValueError, match="set_num_threads: expected a positive whole number, got 0"):
        gr.set_num_threads(0)
