"""Epochs: the same as a loop of calls, stoppable, and honest about bad rows."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from graphc.runtime import BusyError, Executor, FeedError, IndexRangeError, Launch, Role, Storage, TensorType
from graphc.runtime import layout as at


def _data(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, 4)).astype(np.float32), random.integers(0, 10, rows)


def _loop(executor, x, y, batch: int, order) -> tuple[np.ndarray, np.ndarray]:
    parts = [executor(x[rows], y[rows]) for rows in np.split(order, range(batch, len(order), batch))]
    return np.array([s for s, _ in parts]), np.concatenate([h for _, h in parts])


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("work", [0, 10**9])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(("rows", "batch"), [(64, 16), (70, 16), (5, 16), (1, 1), (333, 7)])
def test_an_epoch_is_a_loop_of_calls(kit, threads, count, work, shuffle, rows, batch) -> None:
    threads(count)
    x, y = _data(rows)
    order = np.random.Generator(np.random.PCG64(3)).permutation(rows) if shuffle else np.arange(rows)
    (one, w_one), (two, w_two) = kit.executor(work), kit.executor(work)
    losses, h = _loop(one, x, y, batch, order)
    losses2, h2 = two.run_epoch([x, y], batch, shuffle=shuffle, seed=3)
    assert losses2.shape == (-(-rows // batch),)
    np.testing.assert_array_equal(losses, losses2)
    np.testing.assert_array_equal(h, h2)
    np.testing.assert_array_equal(w_one.array, w_two.array)


def test_by_name_drop_last_and_steps(kit) -> None:
    x, y = _data(70)
    assert kit.executor()[0].run_epoch({"y": y, "x": x}, 16)[0].shape == (5,)
    losses, h = kit.executor()[0].run_epoch([x, y], 16, drop_last=True)
    assert (losses.shape, h.shape) == ((4,), (64, 4))
    losses, h = kit.executor()[0].run_epoch([x, y], 16, steps=3)
    assert (losses.shape, h.shape) == ((3,), (48, 4))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("start", [0, 1, 3])
def test_rows_at_any_address(kit, shuffle, start) -> None:
    x, y = _data(64)
    memory = Storage(TensorType.parse("f32[260]")).array
    moved = memory[start : start + 256].reshape(64, 4)
    moved[...] = x
    expected = kit.executor()[0].run_epoch([x, y], 16, shuffle=shuffle, seed=3)
    results = kit.executor()[0].run_epoch([moved, y], 16, shuffle=shuffle, seed=3)
    np.testing.assert_array_equal(results[1], expected[1])


def test_inputs_are_not_copied(kit) -> None:
    executor, _ = kit.executor()
    x, y = _data(64)
    memory = Storage(TensorType.parse("f32[257]")).array
    moved = memory[1:].reshape(64, 4)  # 4 bytes behind a cache line
    moved[...] = x
    executor(moved, y)
    (binding,) = executor._bindings.values()
    record = binding.inputs[0]
    slots = (ctypes.c_int64 * int(record[at.INPUT_SLOT_COUNT])).from_address(int(record[at.INPUT_SLOTS]))
    assert len(slots) > 0
    for slot in slots:
        assert ctypes.c_int64.from_address(int(slot)).value == moved.ctypes.data


def test_seeds_give_other_orders(kit) -> None:
    x, y = _data(50)
    runs = [kit.executor()[0].run_epoch([x, y], 50, shuffle=True, seed=seed)[1].tobytes() for seed in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]


def test_widened_and_strided_data(kit) -> None:
    x, y = _data(40)
    expected = kit.executor()[0].run_epoch([x, y], 16, shuffle=True)
    wide = np.zeros((40, 8), np.float32)
    wide[:, ::2] = x
    results = kit.executor()[0].run_epoch([wide[:, ::2], y.astype(np.int32)], 16, shuffle=True)
    np.testing.assert_array_equal(results[1], expected[1])


def _ring_epoch(kit, batched: bool, lead: str = "batch"):
    """r = neighbours of each row's four numbers... of a whole batch, plus an input that stays the same."""
    size = TensorType.parse(f"i64[{lead}, 4]").size
    return kit.program(
        [
            ("a", f"i64[{lead}, 4]", Role.INPUT),
            ("k", "i64[4]", Role.INPUT),
            ("r", f"i64[{lead}, 4]" if batched else f"i64[4*{lead}]", Role.OUTPUT),
            ("k2", "i64[4]", Role.OUTPUT),
        ],
        [Launch("neighbours", (0, 2), (size,), work=10**9), Launch("copy_words", (1, 3), (4,))],
        ("a", "k"),
        ("r", "k2", "a", "k"),
        dims=("batch",) if lead == "batch" else (),
    )


@pytest.mark.parametrize("count", [1, 2])
def test_constant_inputs_and_echoed_inputs(kit, threads, count: int) -> None:
    threads(count)
    executor = Executor(_ring_epoch(kit, batched=True), {})
    a, k = np.arange(40).reshape(10, 4), np.arange(4)
    r, k2, echoed, echoed_k = executor.run_epoch([a, k], 4, shuffle=True, seed=1)
    order = np.random.Generator(np.random.PCG64(1)).permutation(10)
    parts = [kit.ring_reference(a[rows].reshape(-1), 1).reshape(-1, 4) for rows in np.split(order, [4, 8])]
    np.testing.assert_array_equal(r, np.concatenate(parts))
    np.testing.assert_array_equal(k2, [k] * 3)
    np.testing.assert_array_equal(echoed_k, [k] * 3)
    np.testing.assert_array_equal(echoed, a[order])


def test_outputs_whose_shape_depends_on_the_batch(kit) -> None:
    executor = Executor(_ring_epoch(kit, batched=False), {})
    a, k = np.arange(40).reshape(10, 4), np.arange(4)
    assert executor.run_epoch([a, k], 5)[0].shape == (2, 20)
    with pytest.raises(FeedError) as caught:
        executor.run_epoch([a, k], 4)
    assert str(caught.value) == (
        "run_epoch: output 'r' has another shape in the last batch, of 2 examples instead of 4; pass drop_last=True"
    )


def test_a_constant_batch_size(kit) -> None:
    executor = Executor(_ring_epoch(kit, batched=True, lead="3"), {})
    a, k = np.arange(40).reshape(10, 4), np.arange(4)
    assert executor.run_epoch([a, k], 3, drop_last=True)[0].shape == (3, 3, 4)
    assert executor.run_epoch([a[:9], k], 3)[0].shape == (3, 3, 4)
    with pytest.raises(FeedError, match=r"^run_epoch: 10 examples are no whole number of batches of 3, which is a "):
        executor.run_epoch([a, k], 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 0}, "run_epoch: batch_size must be a whole number of at least 1, got 0"),
        ({"batch_size": 2.0}, "run_epoch: batch_size must be a whole number of at least 1, got 2.0"),
        ({"seed": -1, "shuffle": True}, "run_epoch: seed must be a whole number of at least 0, got -1"),
        ({"steps": 6}, "run_epoch: steps is 6, but 40 examples make 5 batches of 8"),
        ({"steps": 0}, "run_epoch: steps must be a whole number of at least 1, got 0"),
        ({"batch_size": 41, "drop_last": True}, "run_epoch: batch_size is 41, but there are only 40 examples"),
        ({"arrays": [np.zeros((40, 4), np.float32)]}, "program 'train': missing input 'y': expected x, y"),
        (
            {"arrays": [np.zeros((40, 4), np.float32), np.zeros(39, np.int64)]},
            "dimension 'batch' is 40 in input 'x' (axis 0) but 39 in input 'y' (axis 0)",
        ),
        (
            {"arrays": [np.zeros((40, 5), np.float32), np.zeros(40, np.int64)]},
            "input 'x' expects f32[batch, 4], got f32[40, 5]",
        ),
        (
            {"arrays": [np.zeros((0, 4), np.float32), np.zeros(0, np.int64)]},
            "dimension 'batch' is 0 in input 'x' (axis 0): an empty batch has no result",
        ),
    ],
)
def test_wrong_arguments(kit, change: dict, message: str) -> None:
    x, y = _data(40)
    with pytest.raises(FeedError) as caught:
        kit.executor()[0].run_epoch(**{"arrays": [x, y], "batch_size": 8, **change})
    assert str(caught.value) == message


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("shuffle", [False, True])
def test_a_bad_row_is_told_in_the_callers_rows(kit, threads, count: int, shuffle: bool) -> None:
    threads(count)
    x, y = _data(40)
    order = np.random.Generator(np.random.PCG64(0)).permutation(40) if shuffle else np.arange(40)
    bad = int(order[19])
    y[bad] = 11
    executor, weights = kit.executor()
    with pytest.raises(IndexRangeError) as caught:
        executor.run_epoch([x, y], 8, shuffle=shuffle)
    assert str(caught.value) == (
        f"input 'y': index 11 at row {bad} is out of range: expected 0 <= index < 10, or -100\n"
        "  at train.py:12\n"
        "  in step 2 of the epoch, row 3 of its batch; the 2 steps before it stay applied"
    )
    other, expected = kit.executor()
    for rows in (order[:8], order[8:16]):
        other(x[rows], y[rows])
    np.testing.assert_array_equal(weights.array, expected.array)
    y[bad] = 0
    executor.run_epoch([x, y], 8)


def _slow(kit, rounds: int = 200_000) -> Executor:
    program = kit.program(
        [("a", "i64[batch]", Role.INPUT), ("s", "i64[1]", Role.STATE), ("r", "i64[batch]", Role.OUTPUT)],
        [
            Launch("copy_words", (0, 2), (TensorType.parse("i64[batch]").size,)),
            Launch("delay", (1,), (rounds,)),
        ],
        ("a",),
        ("r", "s"),
    )
    return Executor(program, {"s": Storage(TensorType.parse("i64[1]"), 1)})


def test_progress_is_reported_in_this_thread(kit) -> None:
    executor = _slow(kit)
    seen: list[tuple[int, int, int]] = []
    results = executor.run_epoch(
        [np.arange(1500)], 3, on_progress=lambda done, outputs: seen.append((done, *map(len, outputs)))
    )
    assert seen[-1] == (500, 1500, 500)
    assert all(rows == 3 * done == 3 * states for done, rows, states in seen)
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    np.testing.assert_array_equal(results[0], np.arange(1500))


def test_what_progress_raises_stops_the_epoch(kit) -> None:
    executor = _slow(kit)

    def stop(done: int, outputs: list) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        executor.run_epoch([np.arange(10**6)], 1, on_progress=stop)
    np.testing.assert_array_equal(executor(np.arange(3))[0], np.arange(3))


def test_progress_cannot_run_programs(kit) -> None:
    executor = _slow(kit)
    with pytest.raises(BusyError, match="a callback or a signal handler has called another"):
        executor.run_epoch([np.arange(10**6)], 1, on_progress=lambda done, outputs: executor(np.arange(3)))


_INTERRUPTED = """
import importlib.util, os, signal, sys, threading, time
import numpy as np
spec = importlib.util.spec_from_file_location("kit", sys.argv[1])
kit_module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit_module)
from graphc.runtime import set_num_threads
set_num_threads(2)
executor, weights = kit_module.Kit().executor()
x, y = np.ones((4000000, 4), np.float32), np.zeros(4000000, np.int64)
twin, expected = kit_module.Kit().executor()
executor(x[:1], y[:1]); twin(x[:1], y[:1])
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    while True:
        before = weights.array.copy()
        executor.run_epoch([x, y], 1)
except KeyboardInterrupt:
    pass
state = weights.array.copy()
time.sleep(0.05)
assert np.array_equal(state, weights.array), "still running"
expected.array[...] = before
steps = 0
while not np.array_equal(expected.array, state):
    twin(x[:1], y[:1])
    steps += 1
    assert steps <= 4000000
executor(x[:1], y[:1])
print("interrupted between steps")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_stops_between_steps() -> None:
    conftest = Path(__file__).with_name("conftest.py")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(_INTERRUPTED), str(conftest)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted between steps\n", "")
