"""What may be passed to a program, and the whole text of every refusal."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from graphc.runtime import BufferSpec, FeedError, Program, Role, TensorType
from graphc.runtime.feed import InputSpec, as_array, input_specs, order_arguments, solve_dims


def _spec(text: str) -> InputSpec:
    return InputSpec("x", TensorType.parse(text))


def _program(*types: str, dims: tuple[str, ...] = ("batch",)) -> Program:
    names = "xyz"
    buffers = tuple(BufferSpec(n, TensorType.parse(t), Role.INPUT) for n, t in zip(names, types, strict=False))
    return Program("net", buffers, (), tuple(range(len(types))), (), dims, {})


def _refusal(action: Any, *args: Any) -> str:
    with pytest.raises(FeedError) as caught:
        action(*args)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("f32[]", 3, np.float32(3)),
        ("f32[]", 0.1, np.float32(0.1)),
        ("f32[]", np.float64(0.1), np.float32(0.1)),
        ("f32[]", float("inf"), np.float32("inf")),
        ("f64[2]", [1, 2.5], np.array([1, 2.5])),
        ("f64[2]", np.ones(2, np.float32), np.ones(2)),
        ("f32[2]", np.ones(2, np.float16), np.ones(2, np.float32)),
        ("i64[2]", np.ones(2, np.int32), np.ones(2, np.int64)),
        ("i64[2]", np.ones(2, np.uint8), np.ones(2, np.int64)),
        ("i32[2]", (1, 2), np.array([1, 2], np.int32)),
        ("bool[2]", [True, False], np.array([True, False])),
        ("f32[2]", np.ones(2, ">f4"), np.ones(2, np.float32)),
        ("bf16[1]", np.ones(1, ml_dtypes.bfloat16), np.ones(1, ml_dtypes.bfloat16)),
        ("bf16[]", 1.5, np.array(1.5, ml_dtypes.bfloat16)),
    ],
)
def test_lossless_conversions(text: str, value: Any, expected: Any) -> None:
    array = as_array(_spec(text), value)
    assert array.dtype == _spec(text).type.dtype.numpy
    np.testing.assert_array_equal(array, expected)


def test_good_arrays_are_not_copied() -> None:
    array = np.ones((2, 3), np.float32)
    assert as_array(_spec("f32[2, 3]"), array) is array
    strided = np.ones((3, 2), np.float32).T
    copied = as_array(_spec("f32[2, 3]"), strided)
    assert copied.flags.c_contiguous
    assert not np.shares_memory(copied, strided)


class _Strange:
    pass


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        ("f32[batch, 784]", np.zeros((32, 784)), "input 'x' expects f32[batch, 784], got f64[32, 784]"),
        ("f32[batch]", np.zeros(3, np.int64), "input 'x' expects f32[batch], got i64[3]"),
        ("f32[batch]", np.zeros(3, np.complex64), "input 'x' expects f32[batch], got complex64[3]"),
        ("i32[batch]", np.zeros(3, np.int64), "input 'x' expects i32[batch], got i64[3]"),
        ("i64[batch]", np.zeros(3, np.uint64), "input 'x' expects i64[batch], got uint64[3]"),
        ("i64[batch]", np.zeros(3, bool), "input 'x' expects i64[batch], got bool[3]"),
        ("i64[batch]", np.zeros(3), "input 'x' expects i64[batch], got f64[3]"),
        ("bool[batch]", np.zeros(3, np.uint8), "input 'x' expects bool[batch], got uint8[3]"),
        ("bf16[1]", np.zeros(1, np.float32), "input 'x' expects bf16[1], got f32[1]"),
        ("f32[batch]", np.array([None]), "input 'x' expects f32[batch], got object[1]"),
        ("f32[batch]", np.array(["a"]), "input 'x' expects f32[batch], got <U1[1]"),
        ("f32[batch]", None, "input 'x' expects f32[batch], got None"),
        ("f32[batch]", "text", "input 'x' expects f32[batch], got 'text'"),
        ("i64[]", 2.5, "input 'x' expects i64[], got 2.5"),
        ("i64[]", True, "input 'x' expects i64[], got True"),
        ("f32[]", True, "input 'x' expects f32[], got True"),
        ("i32[]", 2**40, "input 'x' expects i32[], got 1099511627776, which i32 cannot hold"),
        ("i32[1]", [2**40], "input 'x' expects i32[1], got values that i32 cannot hold"),
        ("f32[]", 2**24 + 1, "input 'x' expects f32[], got 16777217, which f32 cannot hold"),
        ("f32[]", 1e300, "input 'x' expects f32[], got 1e+300, which f32 cannot hold"),
        ("i64[2]", [1.5, 2.0], "input 'x' expects i64[2], got a list with shape [2] of float64"),
        ("f32[2]", ["a", "b"], "input 'x' expects f32[2], got a list with shape [2] of <U1"),
        ("f32[2]", [None, 1], "input 'x' expects f32[2], got a list with shape [2] of object"),
        ("f32[2]", {1, 2}, "input 'x' expects f32[2], got set; pass a NumPy array"),
        (
            "f32[1]",
            np.ma.masked_array(np.zeros(1, np.float32), mask=[True]),
            "input 'x' expects f32[1], got a masked array; fill it first: array.filled(...)",
        ),
    ],
)
def test_what_is_refused(text: str, value: Any, message: str) -> None:
    assert _refusal(as_array, _spec(text), value) == message


def test_a_ragged_list_is_refused() -> None:
    message = _refusal(as_array, _spec("f32[2, 2]"), [[1.0, 2.0], [3.0]])
    assert message.startswith("input 'x' expects f32[2, 2], got list that is no array: ")


def test_an_unknown_kind_of_object_is_named() -> None:
    message = _refusal(as_array, _spec("f32[2]"), _Strange())
    assert message == f"input 'x' expects f32[2], got {__name__}._Strange; pass a NumPy array"


def test_names_and_positions() -> None:
    specs = input_specs(_program("f32[batch]", "i64[batch]"))
    assert order_arguments("net", specs, (1,), {"y": 2}) == [1, 2]
    assert order_arguments("net", specs, (), {"y": 2, "x": 1}) == [1, 2]
    refuse = [
        _refusal(order_arguments, "net", specs, args, named)
        for args, named in (
            ((1, 2, 3), {}),
            ((1,), {"x": 2}),
            ((1,), {}),
            ((), {}),
            ((1, 2), {"z": 3}),
        )
    ]
    assert refuse == [
        "program 'net' takes 2 inputs, got 3: expected x, y",
        "input 'x' is given twice, by position and by name",
        "program 'net': missing input 'y': expected x, y",
        "program 'net': missing inputs 'x', 'y': expected x, y",
        "program 'net' has no input 'z': expected x, y",
    ]


def test_dims_are_solved() -> None:
    program = _program("f32[2*batch, seq]", "i64[batch]", "f32[seq - 1]", dims=("batch", "seq"))
    assert solve_dims(program, input_specs(program), [(6, 5), (3,), (4,)]) == {"batch": 3, "seq": 5}


@pytest.mark.parametrize(
    ("types", "shapes", "message"),
    [
        (["f32[batch, 784]"], [(32, 28)], "input 'x' expects f32[batch, 784], got f32[32, 28]"),
        (["f32[batch, 784]"], [(784,)], "input 'x' expects f32[batch, 784], got f32[784]"),
        (
            ["f32[batch, 4]", "i64[batch]"],
            [(64, 4), (32,)],
            "dimension 'batch' is 64 in input 'x' (axis 0) but 32 in input 'y' (axis 0)",
        ),
        (["f32[batch]"], [(0,)], "dimension 'batch' is 0 in input 'x' (axis 0): an empty batch has no result"),
        (
            ["f32[batch]", "f32[2*batch]"],
            [(3,), (7,)],
            "input 'y': axis 0 must have size 2*batch = 6 (batch=3), got 7",
        ),
        (["f32[2*batch]"], [(7,)], "program 'net': no input determines dimension 'batch'"),
        (
            ["f32[batch]", "f32[batch*batch]"],
            [(3,), (8,)],
            "input 'y': axis 0 must have size batch*batch = 9 (batch=3), got 8",
        ),
    ],
)
def test_dims_that_do_not_fit(types: list[str], shapes: list[tuple[int, ...]], message: str) -> None:
    program = _program(*types)
    assert _refusal(solve_dims, program, input_specs(program), shapes) == message
