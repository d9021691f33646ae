"""Small matrix products against NumPy in float64, with NaN around every operand, and when they are chosen."""

import importlib.util
import math

import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler import kernel as k
from graphc.compiler import ops
from graphc.compiler.ir import Graph
from graphc.compiler.lowering import products
from graphc.compiler.lowering.blocks import Blocks
from graphc.compiler.lowering.intrinsics import scratch, small, small_product, view
from graphc.compiler.lowering.machine import Machine, host
from graphc.runtime.types import Dim, DType

from ...compiled import Run, feed, leaf

MACHINES = [host(), Machine(64, 32, "avx512"), Machine(32, 16, "avx2"), Machine(16, 32, "neon"), Machine(16, 16, "sse")]
KINDS = {"f32": np.float32, "f64": np.float64}
# form, columns, depth (rows for the outer forms), whether B lies along k
SHAPES = [
    ("rows", 16, 4, False),
    ("rows", 16, 4, True),
    ("rows", 3, 2, True),
    ("rows", 1, 1, False),
    ("rows", 10, 3, False),
    ("rows", 33, 1, True),
    ("strips", 16, 2, False),
    ("strips", 65, 3, False),
    ("strips", 130, 1, False),
    ("strips", 67, 6, False),
    ("dots", 3, 16, True),
    ("dots", 1, 9, True),
    ("dots", 2, 33, True),
    ("dots", 4, 19, True),
    ("outer", 16, 3, False),
    ("outer", 5, 1, False),
    ("outer", 33, 2, False),
    ("outer_turned", 4, 16, False),
    ("outer_turned", 3, 10, False),
    ("outer_turned", 1, 33, False),
]


@pytest.fixture(scope="session")
def compiled(native, tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    made = {}

    def make(form, cols, other, along_k, dtype, machine):
        name = f"small_{form}_{cols}_{other}_{along_k}_{dtype}_{machine.name.replace('-', '_')}_{machine.vector_bytes}"
        if name not in made:
            outer = form.startswith("outer")
            rows, depth = (other, "table[4]") if outer else ("table[4]", other)
            a = f"a, 5, {'1, table[5]' if outer else 'table[5], 1'}"
            b = f"b, 7, 1, {other}" if along_k else f"b, 7, {cols}, 1"
            height = other if outer else 40
            strip = machine.strip(other) * machine.lanes(dtype) or 1
            width, count = (math.ceil(cols / strip) * strip, "table[8]") if form == "strips" else (cols, cols)
            path = folder / f"{name}.py"
            path.write_text(f"""
from graphc.compiler.lowering.intrinsics import scratch, small_product, view

def kernel(table, thread, threads):
    a = view(table, 1, "{dtype}", (table[6],))
    b = view(table, 2, "{dtype}", (table[7],))
    c = view(table, 3, "{dtype}", ({height}, {cols}))
    acc = scratch("{dtype}", ({height}, {width}))
    for i in range({height}):
        for j in range({cols}):
            acc[i, j] = c[i, j]
    small_product("{form}", acc, {a}, {b}, {rows}, {count}, {depth})
    for i in range({height}):
        for j in range({cols}):
            c[i, j] = acc[i, j]
""")
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            made[name] = native(module.kernel)
        return made[name]

    return make


def _hidden(values, before):
    """``values`` in a row after ``before`` NaNs, with more behind."""
    return np.concatenate([np.full(before, np.nan), values.ravel(), np.full(40, np.nan)]).astype(values.dtype)


def _product(kernel, rng, form, kind, cols, other, along_k, size):
    """C as the kernel leaves it, and what is right."""
    outer = form.startswith("outer")
    rows, depth = (other, size) if outer else (size, other)
    a, b = rng.standard_normal((rows, depth)).astype(kind), rng.standard_normal((depth, cols)).astype(kind)
    inner = rows if outer else depth
    wide = np.full((depth if outer else rows, inner + 2), np.nan, kind)
    wide[:, :inner] = a.T if outer else a
    left, right = _hidden(wide, 5), _hidden(b.T if along_k else b, 7)
    c = np.full((other if outer else 40, cols), 7.5, kind)
    kernel(left, right, c, size, inner + 2, left.size, right.size, cols)
    expected = np.full(c.shape, 7.5)
    expected[:rows] = a.astype(float) @ b.astype(float)
    return c, expected, depth


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: f"{m.name}{m.vector_bytes}")
@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize(("form", "cols", "other", "along_k"), SHAPES)
def test_small_products(compiled, monkeypatch, form, cols, other, along_k, dtype, machine):
    if form == "strips" and not machine.strip(other):
        pytest.skip("less than two vectors of columns fit")
    monkeypatch.setattr(small, "host", lambda name: machine)
    kernel = compiled(form, cols, other, along_k, dtype, machine)
    rng = np.random.default_rng(cols * 100 + other)
    for size in (1, 2, 7, 8, 15, 16, 31, 33, 40):
        c, expected, depth = _product(kernel, rng, form, KINDS[dtype], cols, other, along_k, size)
        tolerance = (1e-6 if dtype == "f32" else 5e-15) * (4 + np.sqrt(depth)) * 3
        np.testing.assert_allclose(c, expected, rtol=0, atol=tolerance)


def test_a_row_has_the_same_bits_wherever_it_is(compiled):
    kernel = compiled("dots", 3, 16, True, "f32", host())
    rng = np.random.default_rng(0)
    row, b = rng.standard_normal(16).astype(np.float32), rng.standard_normal((3, 16)).astype(np.float32)
    right = _hidden(b, 7)
    left = _hidden(np.tile(row, (37, 1)), 5)
    c = np.zeros((40, 3), np.float32)
    kernel(left, right, c, 37, 16, left.size, right.size)
    assert (c[:37] == c[0]).all()


def _unknown_width(table, thread, threads):
    a = view(table, 1, "f32", (16,))
    acc = scratch("f32", (4, 4))
    small_product("rows", acc, a, 0, 4, 1, a, 0, 4, 1, 4, table[2], 4)


def test_sizes_that_a_form_needs_must_be_known(native):
    with pytest.raises(TypingError, match="small_product: form rows cannot have sizes and strides"):
        native(_unknown_width)


def contract(m, n, depth, a=("i", "k"), b=("k", "j")):
    axis = k.Index.axis
    left, right = ("a", tuple(map(axis, a))), ("b", tuple(map(axis, b)))
    return k.Contract((), ("i", m), ("j", n), ("k", depth), left, right, "acc", DType.f32, ())


@pytest.mark.parametrize(
    ("contract", "form"),
    [
        (contract(Dim.named("batch"), 16, 4, b=("j", "k")), "rows"),
        (contract(Dim.named("batch"), 16, 3), "rows"),
        (contract(Dim.named("batch"), 3, 16, b=("j", "k")), "dots"),
        (contract(16, 4, Dim.named("batch"), a=("k", "i")), "outer_turned"),
        (contract(3, 16, Dim.named("batch"), a=("k", "i")), "outer"),
        (contract(Dim.named("batch"), 16, 16, b=("j", "k")), None),  # B does not fit in registers
        (contract(16, 16, Dim.named("batch"), a=("k", "i")), None),  # nor does C
        (contract(64, 100, 3), "strips"),
        (contract(Dim.named("batch"), 33, 6), "strips"),
        (contract(64, 100, 7), None),  # only one vector of columns fits
        (contract(64, 100, 3, b=("j", "k")), None),
        (contract(64, Dim.named("batch"), 3), None),
        (contract(16, 4, Dim.named("batch")), None),  # rows of A are not side by side
        (contract(4, Dim.named("batch"), 3), None),
    ],
)
def test_when_a_small_form_is_chosen(monkeypatch, contract, form):
    monkeypatch.setattr(products, "host", lambda name: Machine(32, 16, "avx2"))
    assert products.small_form(contract, products.blocks_for(contract)) == form


def test_a_product_of_several_blocks_has_no_small_form():
    assert products.small_form(contract(64, 16, 2), Blocks(64, 8)) is None


@pytest.mark.parametrize("m", [1, 5, 455, "n"])
@pytest.mark.parametrize(("depth", "n"), [(1, 300), (2, 403), (3, 65), (5, 700), (13, 100), (14, 33)])
def test_few_terms_and_many_columns(m, depth, n):
    """Whatever the processor, and with an epilogue: a bias, and a mask of the result."""
    a, b, bias = leaf("a", f"f32[{m}, {depth}]"), leaf("b", f"f32[{depth}, {n}]"), leaf("bias", f"f32[{n}]")
    product = ops.matmul(a, b)
    shifted = ops.add(product, ops.broadcast(bias, shape=product.type.shape, axes=(1,)))
    run = Run(Graph.reach("thin", [a, b, bias], [shifted, ops.gt(shifted, 0.5)]))
    for rows in (1, 64, 129) if m == "n" else (m,):
        arrays = feed([a, b, bias], seed=depth, n=rows)
        expected, _ = run.expected(*arrays, promote=False)
        actual, above = run(*arrays)
        np.testing.assert_allclose(actual, expected[0], rtol=0, atol=depth * 1e-6)  # few terms of about 1
        np.testing.assert_array_equal(above, actual > np.float32(0.5))
