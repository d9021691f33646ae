"""Single steps: right results from any memory, nothing overwritten, errors that leave states alone."""

from __future__ import annotations

import numpy as np
import pytest

from graphc.runtime import Executor, FeedError, IndexRangeError, Launch, Role, RunError, Storage, TensorType

START = np.array([1.0, 2.0, -1.0, 0.5], np.float32)


def _data(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, 4)).astype(np.float32), random.integers(0, 10, rows)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("work", [0, 10**9])
def test_a_step(kit, threads, count: int, work: int) -> None:
    threads(count)
    executor, weights = kit.executor(work)
    x, y = _data(33)
    s, h = executor(x, y)
    np.testing.assert_array_equal(h, x * START)
    np.testing.assert_allclose(s, (x * START).sum(), rtol=1e-5)
    np.testing.assert_allclose(weights.array, START + s / 1024, rtol=1e-6)
    assert isinstance(s, np.float32)
    assert isinstance(h, np.ndarray)


def test_names_positions_and_conversions_agree(kit) -> None:
    x, y = _data(5)
    calls = [
        lambda f: f(x, y),
        lambda f: f(x=x, y=y),
        lambda f: f(x, y=y),
        lambda f: f(x.tolist(), y.tolist()),
        lambda f: f(np.asfortranarray(x), y.astype(np.int32)),
        lambda f: f(np.repeat(x, 2, axis=0)[::2], y[::-1][::-1]),
    ]
    results = [call(kit.executor()[0]) for call in calls]
    for s, h in results[1:]:
        assert s == results[0][0]
        np.testing.assert_array_equal(h, results[0][1])


def test_memory_at_any_address(kit, threads) -> None:
    threads(2)
    executor, _ = kit.executor()
    for rows in (1, 7, 64, 1000):
        for offset in (0, 1, 4, 60):
            raw = np.zeros(rows * 16 + 128, np.uint8)
            start = -raw.ctypes.data % 64 + offset
            x = raw[start : start + rows * 16].view(np.float32).reshape(rows, 4)
            source, y = _data(rows)
            x[...] = source
            weights = executor.binder.storages[2].array.copy()
            np.testing.assert_array_equal(executor(x, y)[1], source * weights)


def test_inputs_may_be_read_only_and_are_never_written(kit) -> None:
    x, y = _data(6)
    x.flags.writeable = y.flags.writeable = False
    before = x.copy()
    kit.executor()[0](x, y)
    np.testing.assert_array_equal(x, before)


def test_results_are_never_overwritten(kit) -> None:
    executor, _ = kit.executor()
    first = executor(*_data(8, seed=1))
    kept = first[0].copy(), first[1].copy()
    second = executor(*_data(8, seed=2))
    assert not np.shares_memory(first[1], second[1])
    assert first[0] == kept[0]
    np.testing.assert_array_equal(first[1], kept[1])
    second[1][...] = 0
    np.testing.assert_array_equal(first[1], kept[1])


def test_any_batch_in_any_order(kit) -> None:
    executor, weights = kit.executor()
    for rows in (3, 100, 3, 1, 5000, 100, *range(1, 80), 3):
        x, y = _data(rows)
        before = weights.array.copy()
        np.testing.assert_array_equal(executor(x, y)[1], x * before)


def test_a_bad_index_stops_everything(kit, threads) -> None:
    for count in (1, 2):
        threads(count)
        executor, weights = kit.executor()
        x, y = _data(9)
        y[4], y[6], y[7] = -100, 10, -1
        with pytest.raises(IndexRangeError) as caught:
            executor(x, y)
        assert str(caught.value) == (
            "input 'y': index 10 at row 6 is out of range: expected 0 <= index < 10, or -100\n  at train.py:12"
        )
        np.testing.assert_array_equal(weights.array, START)
        y[6] = y[7] = 0
        np.testing.assert_array_equal(executor(x, y)[1], x * START)


def test_wrong_arguments_change_nothing(kit) -> None:
    executor, weights = kit.executor()
    x, y = _data(4)
    executor(x, y)
    after = weights.array.copy()
    for args in ((x,), (x, y, y), (x.astype(np.float64), y), (x, y[:3]), (x[:, :3], y), (x[0], y), (x[:0], y[:0])):
        with pytest.raises(FeedError):
            executor(*args)
        np.testing.assert_array_equal(weights.array, after)
    with pytest.raises(FeedError, match="input 'x' expects f32\\[batch, 4\\], got f64\\[4, 4\\]"):
        executor(x.astype(np.float64), y)


def test_states_must_be_there_and_fit(kit) -> None:
    with pytest.raises(RunError, match=r"^program 'train': no storage for state 'w'$"):
        Executor(kit.train(), {})
    with pytest.raises(RunError, match=r"^program 'train': state 'w' is f32\[4\], its storage f32\[5\]$"):
        Executor(kit.train(), {"w": Storage(TensorType.parse("f32[5]"))})


def test_two_programs_share_a_state(kit) -> None:
    weights = Storage(TensorType.parse("f32[4]"), START)
    one, two = Executor(kit.train(), {"w": weights}), Executor(kit.train(), {"w": weights})
    x, y = _data(4)
    one(x, y)
    changed = weights.array.copy()
    np.testing.assert_array_equal(two(x, y)[1], x * changed)


def test_outputs_of_every_role(kit) -> None:
    program = kit.program(
        [
            ("a", "i64[4]", Role.INPUT),
            ("t", "i64[4]", Role.TEMP),
            ("s", "i64[4]", Role.STATE),
        ],
        [Launch("neighbours", (0, 1), (4,)), Launch("copy_words", (1, 2), (4,))],
        ("a",),
        ("s", "a", "t"),
        dims=(),
    )
    state = Storage(TensorType.parse("i64[4]"))
    executor = Executor(program, {"s": state})
    a = np.array([1, 2, 3, 4])
    s, echoed, t = executor(a)
    expected = kit.ring_reference(a, 1)
    np.testing.assert_array_equal(s, expected)
    np.testing.assert_array_equal(t, expected)
    np.testing.assert_array_equal(echoed, a)
    assert not np.shares_memory(echoed, a)
    assert not np.shares_memory(s, state.array)
    assert executor([1, 2, 3, 4])[1].tolist() == [1, 2, 3, 4]


def test_a_program_without_inputs_or_launches(kit) -> None:
    program = kit.program([("s", "i64[2]", Role.STATE)], [], (), ("s",), dims=())
    executor = Executor(program, {"s": Storage(TensorType.parse("i64[2]"), [3, 4])})
    assert executor()[0].tolist() == [3, 4]
    with pytest.raises(FeedError, match=r"^program 'test' takes 0 inputs, got 1: expected no inputs$"):
        executor(np.zeros(2))


def test_a_profile_puts_states_back(kit, threads) -> None:
    threads(2)
    executor, weights = kit.executor()
    times = executor.profile(*_data(50), repeats=3)
    assert len(times) == 4
    assert all(seconds >= 0 for seconds in times)
    np.testing.assert_array_equal(weights.array, START)
    x, y = _data(50)
    y[3] = 10
    with pytest.raises(IndexRangeError):
        executor.profile(x, y)
    np.testing.assert_array_equal(weights.array, START)


@pytest.mark.parametrize(
    ("dims", "message"),
    [
        ({}, "memory: missing dimension 'batch': expected batch"),
        ({"batch": 0}, "memory: dimension 'batch' must be a positive whole number, got 0"),
        ({"batch": 1, "seq": 2}, "memory: program 'train' has no dimension 'seq': expected batch"),
    ],
)
def test_memory_of_wrong_dims(kit, dims: dict[str, int], message: str) -> None:
    with pytest.raises(FeedError) as caught:
        kit.executor()[0].memory(**dims)
    assert str(caught.value) == message
