"""Row loops with few columns, and other short loops: what is written, what it computes, that it is vectorised."""

import importlib.util

import numpy as np
import pytest

from graphc.compiler.kernel import For, parse_kernel
from graphc.compiler.lowering import products
from graphc.compiler.lowering.blocks import Blocks
from graphc.compiler.lowering.machine import Machine
from graphc.compiler.lowering.rows import COLUMNS, has_few_columns, narrow_loads
from graphc.compiler.lowering.source import generate
from graphc.compiler.ops import OPS

from .test_intrinsics_small import contract

PICK = """\
kernel @pick(%x: f32[rows, {columns}], %label: i64[rows]) -> (%largest: f32[rows], %picked: f32[rows, {columns}]) {{
  parallel i in rows by 100 {{
    %max: f32 = accumulator maximum -inf
    for j in {columns} {{
      %a: f32 = load %x[i, j]
      accumulate maximum %max <- %a
    }}
    %l: i64 = load %label[i]
    %known: bool = ne(%l, -100)
    %unit: f32 = where(%known, 1.0, 0.0)
    for j in {columns} {{
      %iota: i64 = index j
      %eq: bool = eq(%iota, %l)
      %b: f32 = load %x[i, j]
      %e: f32 = exp(%b)
      %chosen: f32 = where(%eq, %e, %unit)
      store %picked[i, j] <- %chosen
    }}
    store %largest[i] <- %max
  }}
}}"""
COLUMN_SUMS = """\
kernel @sums(%x: f32[rows, {columns}]) -> (%total: f32[{columns}]) {{
  parallel j in {columns} by 64 {{
    %sum: f32[64] = scratch
    lanes j in {columns} by 64 {{
      store %sum[j] <- 0.0
    }}
    for i in rows {{
      lanes j in {columns} by 64 {{
        %a: f32 = load %x[i, j]
        accumulate add %sum[j] <- %a
      }}
    }}
    lanes j in {columns} by 64 {{
      %s: f32 = load %sum[j]
      store %total[j] <- %s
    }}
  }}
}}"""


@pytest.fixture(scope="session")
def built(native, tmp_path_factory):
    """Source of a kernel, and its machine code."""
    folder = tmp_path_factory.mktemp("rows")
    made = {}

    def build(text):
        if text not in made:
            kernel = parse_kernel(text)
            source = generate(kernel, OPS, "test").text
            name = f"{kernel.name}_{len(made)}"
            path = folder / f"{name}.py"
            path.write_text(source)
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            made[text] = source, native(getattr(module, kernel.name))
        return made[text]

    return build


@pytest.mark.parametrize("columns", [1, 3, COLUMNS, COLUMNS + 1])
@pytest.mark.parametrize("rows", [1, 8, 31, 100, 257])
def test_picked_columns(built, rows, columns):
    _, kernel = built(PICK.format(columns=columns))
    rng = np.random.default_rng(rows)
    x = rng.standard_normal((rows, columns)).astype(np.float32)
    label = rng.integers(0, columns, rows)
    label[rng.random(rows) < 0.3] = -100
    # Numbers of more than 32 bits, whose lower halves are those of columns and of -100, are neither.
    for odd in (2**32, 2**32 + 1, -(2**32), 2**32 - 100, 2**63 - 1, -(2**63)):
        label[rng.integers(0, rows)] = odd
    expected = np.broadcast_to((label != -100)[:, None], x.shape).astype(np.float32)
    expected = np.where(label[:, None] == np.arange(columns), np.exp(x), expected)
    results = []
    for threads in (1, 2, 3):
        largest, picked = np.full(rows, np.nan, np.float32), np.full(x.shape, np.nan, np.float32)
        for thread in range(threads):
            kernel(x, label, largest, picked, rows, thread=thread, threads=threads)
        np.testing.assert_array_equal(largest, x.max(1))
        np.testing.assert_allclose(picked, expected, rtol=1e-6)
        results.append(picked)
    for other in results[1:]:
        np.testing.assert_array_equal(results[0], other)


def test_few_columns_are_written_out_and_vectors_go_across_rows(built, vector_register):
    source, kernel = built(PICK.format(columns=3))
    assert "for j in" not in source
    assert 'l_32 = scratch("i32", (100,))' in source
    assert vector_register in kernel.asm
    source, _ = built(PICK.format(columns=COLUMNS + 1))
    assert "for j in" in source
    assert "i32" not in source


def _row_loop(text):
    kernel = parse_kernel(text)
    (loop,) = (s for s in kernel.body if isinstance(s, For))
    return kernel, loop


def test_only_numbers_that_are_compared_with_columns_are_narrowed():
    text = PICK.format(columns=3)
    assert [load.name for load in narrow_loads(*_row_loop(text))] == ["l"]
    for old, new in (
        ("ne(%l, -100)", "ne(%l, 4294967196)"),  # a number of more than 32 bits
        ("ne(%l, -100)", "gt(%l, -100)"),
        ("%iota: i64 = index j", "%iota: i64 = index i"),  # a number of a row may have more
        ("%iota: i64 = index j", "%iota: i64 = add(%l, 1)"),
        ("eq(%iota, %l)", "eq(%l, %l)"),
        ("load %x[i, j]\n      %e", "load %x[%l, j]\n      %e"),
        ("load %label[i]", "load %label[i + 1] else 0"),
    ):
        assert old in text
        assert narrow_loads(*_row_loop(text.replace(old, new))) == [], new
    written = text.replace("%label: i64", "inout %label: i64").replace(") -> (", ") -> (%label, ")
    assert narrow_loads(*_row_loop(written)) == []


def test_long_bodies_are_not_written_out():
    text = PICK.format(columns=4)
    _, loop = _row_loop(text)
    assert has_few_columns(loop)
    more = "\n".join(f"%b{n}: f32 = load %x[i, j]" for n in range(60))
    _, loop = _row_loop(text.replace("%e: f32", f"{more}\n%e: f32"))
    assert not has_few_columns(loop)
    _, loop = _row_loop(text.replace("for j in 4", "for j in rows"))
    assert not has_few_columns(loop)


@pytest.mark.parametrize("columns", [1, 3, 7, 8, 16, 33, 64, 65])
def test_column_sums(built, columns):
    source, kernel = built(COLUMN_SUMS.format(columns=columns))
    assert ("if thread == 0:" in source) == (columns <= 64)
    assert ("opaque" in source) == (8 <= columns <= 64)
    x = np.random.default_rng(0).integers(-9, 9, (37, columns)).astype(np.float32)
    for threads in (1, 2, 3):
        total = np.full(columns, np.nan, np.float32)
        for thread in range(threads):
            kernel(x, total, 37, thread=thread, threads=threads)
        np.testing.assert_array_equal(total, x.sum(0))


def test_widths_that_llvm_would_unroll_are_hidden(monkeypatch):
    monkeypatch.setattr(products, "host", lambda name: Machine(32, 16, "avx2"))
    for width, hidden in ((4, False), (8, True), (16, True), (32, True), (64, False)):
        assert products.hides_width(contract(64, width, 64), Blocks(64, width)) == hidden
    assert not products.hides_width(contract(64, 40, 64), Blocks(64, 16))  # the last block is narrower
