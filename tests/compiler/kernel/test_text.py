import math

import pytest

from graphc.compiler.kernel import (
    Accumulate,
    Accumulator,
    Buffer,
    Call,
    Compute,
    Contract,
    For,
    Index,
    Kernel,
    Load,
    Partial,
    Position,
    Prologue,
    Scratch,
    Store,
    Turn,
    index_text,
    parse_kernel,
    print_kernel,
)
from graphc.runtime.types import Dim, DType, Shapelike, TensorType

BATCH = Dim.named("batch")
ROW, COL = Index.axis("i"), Index.axis("j")
F32 = DType.f32


def tensor(name: str, text: str, mode: str = "in") -> Buffer:
    return Buffer(name, TensorType.parse(text), mode)  # type: ignore[arg-type]


LOOPS = Kernel(
    "row_top_7c1e",
    (
        tensor("x", "f32[batch, 10]"),
        tensor("w", "f32[10]", "inout"),
        tensor("k", "i64[batch]"),
        tensor("m", "f32[batch]", "out"),
    ),
    (
        For(
            "i",
            BATCH,
            (
                Scratch("row", TensorType.parse("f32[64]")),
                Accumulator("top", F32, "maximum", -math.inf),
                For("j", 10, (Load("l", F32, "x", (ROW, COL)), Accumulate("top", "maximum", "l"))),
                For("i", BATCH, (Accumulate("row", "add", 1.0, (Index(),)),), "lanes"),
                Load("at", DType.i64, "k", (ROW,)),
                Load("g", F32, "x", (ROW, Index((), -1, "at")), 0.0),
                Position("p", Index((("i", 10),), 3)),
                Compute("n", DType.i64, "dim_size", (), (("dim", BATCH),)),
                Compute("z", F32, "where", (True, "g", float("0.10000000149011612"))),
                Compute("q", F32, "add", ("z", 0.1)),
                Store("m", (Index((("i", -1),), BATCH - 1),), "q"),
                Store("w", (Index(),), 2.0),
            ),
            "parallel",
            16,
        ),
    ),
    ("max", "add"),
    ("w", "m"),
)
LOOPS_TEXT = """\
kernel @row_top_7c1e(%x: f32[batch, 10], inout %w: f32[10], %k: i64[batch]) -> (%w, %m: f32[batch]) {
  # ops: max, add
  parallel i in batch by 16 {
    %row: f32[64] = scratch
    %top: f32 = accumulator maximum -inf
    for j in 10 {
      %l: f32 = load %x[i, j]
      accumulate maximum %top <- %l
    }
    lanes i in batch {
      accumulate add %row[0] <- 1.0
    }
    %at: i64 = load %k[i]
    %g: f32 = load %x[i, %at - 1] else 0.0
    %p: i64 = index 10*i + 3
    %n: i64 = dim_size() {dim=batch}
    %z: f32 = where(true, %g, 0.1)
    %q: f32 = add(%z, 0.1f64)
    store %m[batch - 1 - i] <- %q
    store %w[0] <- 2.0
  }
}"""
PRODUCT = Kernel(
    "linear_relu_3f2a",
    (tensor("x", "f32[4, batch, 784]"), tensor("w", "f32[512, 784]"), tensor("y", "f32[4, batch, 512]", "out")),
    (
        Contract(
            (("b", 4),),
            ("i", BATCH),
            ("j", 512),
            ("k", 784),
            ("x", (Index.axis("b"), ROW, Index.axis("k"))),
            ("w", (COL, Index.axis("k"))),
            "acc",
            F32,
            (Compute("r", F32, "relu", ("acc",)), Store("y", (Index.axis("b"), ROW, COL), "r")),
        ),
    ),
)
PRODUCT_TEXT = """\
kernel @linear_relu_3f2a(%x: f32[4, batch, 784], %w: f32[512, 784]) -> (%y: f32[4, batch, 512]) {
  product b in 4, i in batch, j in 512, k in 784 {
    %acc: f32 = sum %x[b, i, k] * %w[j, k]
    %r: f32 = relu(%acc)
    store %y[b, i, j] <- %r
  }
}"""
CALL = Kernel(
    "take_grad_1b2c",
    (tensor("g", "f32[batch, 8]"), tensor("idx", "i64[batch]"), tensor("out", "f32[100, 8]", "out")),
    Call("take_grad", ("g", "idx", "out"), (("axis", 0), ("size", BATCH * 4), ("mode", "clip"), ("eps", 0.5))),
)
CALL_TEXT = """\
kernel @take_grad_1b2c(%g: f32[batch, 8], %idx: i64[batch]) -> (%out: f32[100, 8]) {
  call take_grad(%g, %idx, %out) {axis=0, size=4*batch, mode="clip", eps=0.5}
}"""
OUT = (tensor("y", "f32[8, 6]", "out"), tensor("t", "f32[6, 8]", "out"))
TURN = Kernel(
    "matmul_5e6f",
    (
        tensor("x", "f32[8, 4]"),
        tensor("w", "f32[4, 6]"),
        tensor("y", "f32[8, 6]", "out"),
        tensor("t", "f32[6, 8]", "out"),
    ),
    (
        Contract(
            (),
            ("i", 8),
            ("j", 6),
            ("k", 4),
            ("x", (ROW, Index.axis("k"))),
            ("w", (Index.axis("k"), COL)),
            "acc",
            F32,
            (Store("y", (ROW, COL), "acc"), Turn("t", "y")),
        ),
    ),
)
TURN_TEXT = """\
kernel @matmul_5e6f(%x: f32[8, 4], %w: f32[4, 6]) -> (%y: f32[8, 6], %t: f32[6, 8]) {
  product i in 8, j in 6, k in 4 {
    %acc: f32 = sum %x[i, k] * %w[k, j]
    store %y[i, j] <- %acc
    transpose %t <- %y
  }
}"""
PARTIAL = Kernel(
    "matmul_max_9a0b",
    (
        tensor("x", "f32[batch, 4]"),
        tensor("w", "f32[4, 6]"),
        tensor("t", "f32[8, 6]", "out"),
        tensor("s", "f32[8, 6]", "out"),
        tensor("m", "f32[8, 3, 6]", "out"),
    ),
    (
        Contract(
            (),
            ("i", BATCH),
            ("j", 6),
            ("k", 4),
            ("x", (ROW, Index.axis("k"))),
            ("w", (Index.axis("k"), COL)),
            "acc",
            F32,
            (
                Partial("maximum", "t", COL, "acc", "i", -math.inf),
                Partial("add", "s", COL, 0.5, "i", 0.0),
                Partial("moments", "m", COL, "acc", "i", 0.0),
            ),
        ),
    ),
)
PARTIAL_TEXT = """\
kernel @matmul_max_9a0b(%x: f32[batch, 4], %w: f32[4, 6]) -> (%t: f32[8, 6], %s: f32[8, 6], %m: f32[8, 3, 6]) {
  product i in batch, j in 6, k in 4 {
    %acc: f32 = sum %x[i, k] * %w[k, j]
    partial maximum %t[j] <- %acc over i from -inf
    partial add %s[j] <- 0.5 over i from 0.0
    partial moments %m[j] <- %acc over i from 0.0
  }
}"""
PROLOGUE = Kernel(
    "sub_relu_matmul_1a2b",
    (
        tensor("x", "f32[batch, 4]"),
        tensor("m", "f32[4]"),
        tensor("w", "f32[4, 6]"),
        tensor("y", "f32[batch, 6]", "out"),
    ),
    (
        Contract(
            (),
            ("i", BATCH),
            ("j", 6),
            ("k", 4),
            Prologue(
                (
                    Load("x_", F32, "x", (ROW, Index.axis("k"))),
                    Load("m_", F32, "m", (Index.axis("k"),)),
                    Compute("z", F32, "sub", ("x_", "m_")),
                ),
                "z",
            ),
            Prologue(
                (
                    Load("w_", F32, "w", (Index.axis("k"), COL)),
                    Position("p", Index.axis("k")),
                    Compute("v", F32, "relu", ("w_",)),
                ),
                "v",
            ),
            "acc",
            F32,
            (Store("y", (ROW, COL), "acc"),),
        ),
    ),
)
PROLOGUE_TEXT = """\
kernel @sub_relu_matmul_1a2b(%x: f32[batch, 4], %m: f32[4], %w: f32[4, 6]) -> (%y: f32[batch, 6]) {
  product i in batch, j in 6, k in 4 {
    left {
      %x_: f32 = load %x[i, k]
      %m_: f32 = load %m[k]
      %z: f32 = sub(%x_, %m_)
    }
    right {
      %w_: f32 = load %w[k, j]
      %p: i64 = index k
      %v: f32 = relu(%w_)
    }
    %acc: f32 = sum %z * %v
    store %y[i, j] <- %acc
  }
}"""
ALL = [
    (PROLOGUE, PROLOGUE_TEXT),
    (PARTIAL, PARTIAL_TEXT),
    (TURN, TURN_TEXT),
    (LOOPS, LOOPS_TEXT),
    (PRODUCT, PRODUCT_TEXT),
    (CALL, CALL_TEXT),
]


@pytest.mark.parametrize(("kernel", "text"), ALL, ids=["prologue", "partial", "turn", "loops", "product", "call"])
def test_every_statement_prints_and_reads_back(kernel: Kernel, text: str) -> None:
    assert print_kernel(kernel) == text
    assert str(kernel) == text
    assert parse_kernel(text) == kernel


def test_a_long_header_takes_one_line_a_buffer() -> None:
    buffers = (*(tensor(f"operand_{i}", "f32[batch, 512]") for i in range(4)), tensor("y", "f32[batch, 512]", "out"))
    kernel = Kernel("wide", buffers, ())
    text = (
        "kernel @wide(\n"
        + "".join(f"  %operand_{i}: f32[batch, 512],\n" for i in range(4))
        + ") -> (%y: f32[batch, 512]) {\n}"
    )
    assert print_kernel(kernel) == text
    assert parse_kernel(text) == kernel
    many = Kernel("wide", tuple(tensor(f"result_{i}", "f32[batch, 512]", "out") for i in range(5)), ())
    text = "kernel @wide(\n) -> (\n" + "".join(f"  %result_{i}: f32[batch, 512],\n" for i in range(5)) + ") {\n}"
    assert print_kernel(many) == text
    assert parse_kernel(text) == many


def test_a_long_list_of_operators_is_wrapped() -> None:
    kernel = Kernel("long", (), (), tuple(f"operator_{i}" for i in range(20)))
    lines = print_kernel(kernel).splitlines()
    assert all(len(line) <= 120 for line in lines)
    assert sum(line.startswith("  # ops: operator_") for line in lines) == 3
    assert parse_kernel(print_kernel(kernel)) == kernel


@pytest.mark.parametrize(
    ("terms", "constant", "value", "text"),
    [
        ((), 0, None, "0"),
        ((("i", 1),), 0, None, "i"),
        ((("i", 2), ("j", 1)), 3, None, "2*i + j + 3"),
        ((("i", -1),), BATCH - 1, None, "batch - 1 - i"),
        ((("i", -1),), 0, None, "-i"),
        ((("i", 1),), 1 - BATCH, None, "i - batch + 1"),
        ((("i", BATCH - 1),), 0, None, "(batch - 1)*i"),
        ((("i", BATCH / 2), ("j", -2)), -4, "k", "batch/2*i - 2*j + %k - 4"),
        ((("i", -1 * BATCH),), 0, None, "-batch*i"),
        ((), BATCH, "k", "%k + batch"),
        ((("i", 0),), 0, None, "0*i"),
    ],
)
def test_index_text(
    terms: tuple[tuple[str, Shapelike], ...], constant: Shapelike, value: str | None, text: str
) -> None:
    index = Index(terms, constant, value)
    assert index_text(index) == text
    kernel = Kernel("k", (), (For("i", 4, (For("j", 4, (Position("k", index),)),)),))
    assert parse_kernel(print_kernel(kernel)) == kernel


def test_names_of_a_prologue_do_not_tell_kernels_apart() -> None:
    renamed = PROLOGUE_TEXT.replace("%z", "%other").replace("%x_", "%element").replace("k in 4", "d in 4")
    renamed = renamed.replace(", k]", ", d]").replace("[k", "[d").replace("index k", "index d")
    assert parse_kernel(renamed).digest == PROLOGUE.digest
    assert parse_kernel(PROLOGUE_TEXT.replace("sub(", "add(")).digest != PROLOGUE.digest
