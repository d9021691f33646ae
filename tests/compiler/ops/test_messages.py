"""The whole text of what type rules say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from graphc.compiler import ops
from graphc.compiler.ir import Leaf, Loc, Value, at
from graphc.runtime.errors import DeclarationError, DTypeError, ShapeError
from graphc.runtime.types import Dim, DType, TensorType

B = Dim.named("batch")
Build = Callable[..., Value | tuple[Value, ...]]


def leaves(*types: str) -> list[Leaf]:
    return [Leaf("input", TensorType.parse(t), "abcdef"[i]) for i, t in enumerate(types)]


def message(error: type[DeclarationError], build: Build, *types: str) -> str:
    with at(Loc("train.py", 31, "Net.forward")), pytest.raises(error) as caught:
        build(*leaves(*types))
    assert type(caught.value) is error
    return str(caught.value)


def test_the_whole_message_has_operands_and_place() -> None:
    with at(Loc("train.py", 11)):
        x = Leaf("input", TensorType.parse("f32[batch, 784]"), "x")
    with at(Loc("train.py", 14)):
        w = Leaf("param", TensorType.parse("f32[10, 128]"), "fc2.weight")
    with at(Loc("train.py", 31, "Net.forward")), pytest.raises(ShapeError) as caught:
        ops.matmul(x, w, transpose_b=True)
    assert str(caught.value) == (
        "matmul: inner dimensions differ: 784 (axis 1 of %x) and 128 (axis 1 of %fc2.weight)\n"
        "  %x:           f32[batch, 784]  input, train.py:11\n"
        "  %fc2.weight:  f32[10, 128]     parameter, train.py:14\n"
        "  at train.py:31, in Net.forward"
    )


def slice_of(start: Any, stop: Any, step: Any = 1) -> Build:
    return lambda x: ops.slice(x, start=(start,), stop=(stop,), step=(step,))


def batch_norm(**attrs: Any) -> Build:
    return lambda *values: ops.batch_norm(
        *values, **({"eps": 1e-5, "momentum": 0.1, "affine": True, "track": False} | attrs)
    )


SHAPES: list[tuple[str, Build, tuple[str, ...]]] = [
    ("add: dimensions differ: 3 (axis 1 of %a) and 4 (axis 1 of %b)", ops.add, ("f32[2, 3]", "f32[2, 4]")),
    ("add: dimensions differ: batch (axis 0 of %a) and time (axis 0 of %b)", ops.add, ("f32[batch]", "f32[time]")),
    ("mul: ranks differ: 2 (%a) and 1 (%b)", ops.mul, ("f32[2, 3]", "f32[3]")),
    ("where: dimensions differ: 2 (axis 0 of %a) and 3 (axis 0 of %c)", ops.where, ("bool[2]", "f32[]", "f32[3]")),
    ("matmul: expected one rank of at least 2, got 2 (%a) and 3 (%b)", ops.matmul, ("f32[2, 3]", "f32[1, 3, 2]")),
    ("matmul: expected one rank of at least 2, got 1 (%a) and 1 (%b)", ops.matmul, ("f32[3]", "f32[3]")),
    (
        "matmul: leading dimensions differ: 4 (axis 0 of %a) and 5 (axis 0 of %b)",
        ops.matmul,
        ("f32[4, 2, 3]", "f32[5, 3, 2]"),
    ),
    (
        "sum: expected axes in rising order within rank 2 of %a, got [1, 0]",
        lambda x: ops.sum(x, axes=(1, 0)),
        ("f32[2, 3]",),
    ),
    (
        "max: expected axes in rising order within rank 2 of %a, got [2]",
        lambda x: ops.max(x, axes=(2,)),
        ("f32[2, 3]",),
    ),
    ("argmax: axis 2 is out of range for rank 2 (%a)", lambda x: ops.argmax(x, axis=2), ("f32[2, 3]",)),
    ("cumsum: axis -1 is out of range for rank 1 (%a)", lambda x: ops.cumsum(x, axis=-1), ("f32[2]",)),
    ("softmax: axis 1 is out of range for rank 1 (%a)", lambda x: ops.softmax(x, axis=1), ("f32[2]",)),
    ("logsumexp: axis 0 is out of range for rank 0 (%a)", lambda x: ops.logsumexp(x, axis=0), ("f32[]",)),
    ("reshape: sizes differ: 6 (%a) and 8 ([2, 4])", lambda x: ops.reshape(x, shape=(2, 4)), ("f32[2, 3]",)),
    ("reshape: sizes differ: 3*batch (%a) and 6 ([6])", lambda x: ops.reshape(x, shape=(6,)), ("f32[batch, 3]",)),
    (
        "permute_dims: expected an order of the 2 axes of %a, got [0, 0]",
        lambda x: ops.permute_dims(x, axes=(0, 0)),
        ("f32[2, 3]",),
    ),
    (
        "broadcast: dimensions differ: 3 (axis 0 of %a) and 4 (axis 1 of the result)",
        lambda x: ops.broadcast(x, shape=(2, 4), axes=(1,)),
        ("f32[3]",),
    ),
    (
        "broadcast: expected axes to have 2 entries, the rank of %a, got 1",
        lambda x: ops.broadcast(x, shape=(2, 3), axes=(1,)),
        ("f32[2, 3]",),
    ),
    (
        "slice: expected bounds within 0 to 4, got 2 to 5 by 1 (axis 0 of %a)",
        slice_of(2, 5),
        ("f32[4]",),
    ),
    ("slice: a step cannot be 0: 0 to 4 by 0 (axis 0 of %a)", slice_of(0, 4, 0), ("f32[4]",)),
    (
        "slice: expected known bounds or a step of 1 or -1, got 0 to batch by 2 (axis 0 of %a)",
        slice_of(0, B, 2),
        ("f32[batch]",),
    ),
    (
        "slice: expected start to have 2 entries, the rank of %a, got 1",
        slice_of(0, 4),
        ("f32[4, 4]",),
    ),
    (
        "pad: expected padding of at least 0, got 0 and -1 (axis 0 of %a)",
        lambda x: ops.pad(x, low=(0,), high=(-1,)),
        ("f32[4]",),
    ),
    (
        "concat: dimensions differ: 3 (axis 1 of %a) and 4 (axis 1 of %c)",
        lambda *xs: ops.concat(*xs, axis=0),
        ("f32[2, 3]", "f32[1, 3]", "f32[2, 4]"),
    ),
    ("concat: expected at least one operand, got none", lambda: ops.concat(axis=0), ()),
    ("iota: axis 1 is out of range for the shape [4]", lambda: ops.iota(shape=(4,), axis=1), ()),
    ("take: axis 2 is out of range for rank 2 (%a)", lambda x, i: ops.take(x, i, axis=2), ("f32[2, 3]", "i64[2]")),
    (
        "take_along: dimensions differ: 2 (axis 0 of %a) and 5 (axis 0 of %b)",
        lambda x, i: ops.take_along(x, i, axis=1),
        ("f32[2, 3]", "i64[5, 1]"),
    ),
    (
        "take_grad: expected the dimensions of %a from axis 0 on to begin with those of %b, [3], got [2, 3]",
        lambda g, i: ops.take_grad(g, i, axis=0, size=9),
        ("f32[2, 3]", "i64[3]"),
    ),
    ("batch_norm: expected a rank of at least 2, got 1 (%a)", batch_norm(affine=False), ("f32[4]",)),
    ("batch_norm: expected 2 operands after %a (weight, bias), got 1", batch_norm(), ("f32[4, 3]", "f32[3]")),
    (
        "batch_norm: channels differ: 3 (axis 1 of %a) and 4 (axis 0 of %c)",
        batch_norm(),
        ("f32[4, 3]", "f32[3]", "f32[4]"),
    ),
    (
        "vjp: dimensions differ: 2 (axis 0 of %a) and 3 (axis 0 of %b)",
        lambda y, g: ops.vjp(y, g, [y]),
        ("f32[2]", "f32[3]"),
    ),
]
DTYPES: list[tuple[str, Build, tuple[str, ...]]] = [
    ("add: element types differ: f32 (%a) and f64 (%b)", ops.add, ("f32[2]", "f64[2]")),
    ("where: element types differ: f32 (%b) and i64 (%c)", ops.where, ("bool[2]", "f32[2]", "i64[2]")),
    ("where: expected bool, got f32 (%a)", ops.where, ("f32[2]", "f32[2]", "f32[2]")),
    ("exp: expected f32, f64 or bf16, got i64 (%a)", ops.exp, ("i64[2]",)),
    ("neg: expected f32, f64, bf16, i32 or i64, got bool (%a)", ops.neg, ("bool[2]",)),
    ("logical_and: expected bool, got f32 (%a)", ops.logical_and, ("f32[2]", "f32[2]")),
    ("matmul: element types differ: f32 (%a) and bf16 (%b)", ops.matmul, ("f32[2, 2]", "bf16[2, 2]")),
    ("matmul: expected f32, f64 or bf16, got i64 (%a)", ops.matmul, ("i64[2, 2]", "i64[2, 2]")),
    ("sum: expected f32, f64, bf16, i32 or i64, got bool (%a)", lambda x: ops.sum(x, axes=(0,)), ("bool[2]",)),
    ("take: expected i32 or i64, got f32 (%b)", lambda x, i: ops.take(x, i, axis=0), ("f32[3]", "f32[2]")),
    ("check_index: expected i32 or i64, got f32 (%a)", lambda i: ops.check_index(i, size=3), ("f32[3]",)),
    (
        "uniform: expected a random state i64[2] of seed and step, got i64[3] (%a)",
        lambda rng: ops.uniform(rng, 0, shape=(2,)),
        ("i64[3]",),
    ),
    (
        "uniform: expected the number of a stream, i64[], got i64[2] (%b)",
        lambda rng, stream: ops.uniform(rng, stream, shape=(2,)),
        ("i64[2]", "i64[2]"),
    ),
    (
        "uniform: expected f32 or f64, got i64",
        lambda rng: ops.uniform(rng, 0, shape=(2,), dtype=DType.i64),
        ("i64[2]",),
    ),
    ("iota: expected f32, f64, bf16, i32 or i64, got bool", lambda: ops.iota(shape=(2,), axis=0, dtype=DType.bool), ()),
    ("cast: expected an element type, got 'f32'", lambda x: ops.CAST(x, dtype="f32"), ("f64[2]",)),
]
OTHERS: list[tuple[str, Build, tuple[str, ...]]] = [
    (
        "gelu: expected approximate to be 'none' or 'tanh', got 'fast'",
        lambda x: ops.gelu(x, approximate="fast"),
        ("f32[2]",),
    ),
    ("dropout: expected a probability between 0 and 1, got 1.5", lambda x: ops.dropout(x, p=1.5), ("f32[2]",)),
]


@pytest.mark.parametrize(
    ("error", "text", "build", "types"),
    [
        pytest.param(error, *row, id=re.sub(r"\W+", "-", row[0])[:60])
        for error, rows in ((ShapeError, SHAPES), (DTypeError, DTYPES), (DeclarationError, OTHERS))
        for row in rows
    ],
)
def test_first_line(error: type[DeclarationError], text: str, build: Build, types: tuple[str, ...]) -> None:
    first, *rest = message(error, build, *types).splitlines()
    assert first == text
    assert rest[-1] == "  at train.py:31, in Net.forward"
    assert len(rest) == 1 + len(types)


def test_numbers_beside_whole_tensors_must_be_whole() -> None:
    (x,) = leaves("i64[2]")
    with pytest.raises(DTypeError, match=r"^expected a whole number beside i64 operands, got 0.5$"):
        ops.add(x, 0.5)


def test_scalars_are_splatted_and_named_dimensions_kept() -> None:
    x, s = leaves("f32[batch, 3]", "f32[]")
    for value in (ops.add(x, s), ops.add(s, x), ops.mul(x, 2), ops.where(ops.gt(x, 0.0), s, x)):
        assert str(value.type) == "f32[batch, 3]"
    assert str(ops.add(s, 1.0).type) == "f32[]"
    assert str(ops.concat(x, x, axis=0).type) == "f32[2*batch, 3]"
    assert str(ops.matmul(x, x, transpose_b=True).type) == "f32[batch, batch]"
    assert str(ops.pad(x, low=(1, 0), high=(B, 0)).type) == "f32[2*batch + 1, 3]"
    assert str(ops.slice(x, start=(1, 0), stop=(B, 3), step=(1, 1)).type) == "f32[batch - 1, 3]"
    assert str(ops.flip(x, axis=0).type) == "f32[batch, 3]"
