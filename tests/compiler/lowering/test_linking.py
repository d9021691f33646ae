"""Subroutines: written once, whole, and part of every kernel that calls them."""

import re

import numpy as np
import pytest
from llvmlite import ir

from graphc.compiler.lowering.intrinsics import block_product, scratch, view
from graphc.compiler.lowering.intrinsics import subroutine as subroutines
from graphc.compiler.lowering.intrinsics.micro import element, integer
from graphc.compiler.lowering.intrinsics.packing import pack_rows
from graphc.compiler.lowering.intrinsics.subroutine import is_subroutine, module_of, subroutine

from .conftest import Native


class _Builder:
    """As much of a builder as a call's author needs."""

    def __init__(self, module):
        self.module = module


@pytest.fixture
def builder():
    return _Builder(ir.Module("caller"))


def _kernel(factor):
    def scaled(table, thread, threads):
        a = view(table, 1, "f32", (9, 9))
        c = view(table, 2, "f32", (9, 9))
        acc = scratch("f32", (9, 9))
        block_product(acc, a, 0, 9, 1, a, 0, 9, 1, 9, 9, 9)
        for i in range(9):
            for j in range(9):
                c[i, j] = factor * acc[i, j]

    return scaled


def test_two_kernels_share_what_is_written_and_work(monkeypatch):
    first = Native(_kernel(2.0))
    known = dict(subroutines._written)
    second = Native(_kernel(-1.0))
    assert subroutines._written == known
    a = np.random.default_rng(0).standard_normal((9, 9)).astype(np.float32)
    right = a.astype(float) @ a
    for kernel, factor in ((first, 2), (second, -1)):
        c = np.full((9, 9), np.nan, np.float32)
        kernel(a, c)
        # 9 terms of about 1
        np.testing.assert_allclose(c, factor * right, rtol=0, atol=1e-5)


def test_a_kernel_is_whole_and_exports_itself_alone():
    llvm = Native(_kernel(2.0)).llvm
    defined = re.findall(r"^define ([^@]*)@\"?([\w.]+)", llvm, re.MULTILINE)
    assert [name for kind, name in defined if "internal" not in kind] == ["scaled"]
    assert any(name.startswith("graphc_tile_") for _, name in defined)
    assert not re.search(r"^declare [^@]*@\"?graphc_", llvm, re.MULTILINE)


def test_a_name_says_all_that_a_body_depends_on(builder):
    """Two keys of one name would silently share the first one's body."""
    seen = {}
    for e in (element("f32", 8), element("f32", 4), element("f64", 4)):
        function = pack_rows(builder, e)
        assert seen.setdefault(function.name, e) == e
        assert is_subroutine(function.name)
        assert str(module_of(function.name)).count("define ") == 1
    assert len(seen) == 3


def test_a_body_that_was_interrupted_is_written_again(builder):
    attempts = []

    @subroutine(lambda: ("test_interrupted", "pi"))
    def fill(inside):
        attempts.append(inside)
        if len(attempts) == 1:
            raise KeyboardInterrupt
        inside.store(integer(7), inside.bitcast(inside.function.args[0], integer(0).type.as_pointer()))

    with pytest.raises(KeyboardInterrupt):
        fill(builder)
    assert not is_subroutine("graphc_test_interrupted")
    assert fill(builder).name == "graphc_test_interrupted"
    assert "store i64 7" in str(module_of("graphc_test_interrupted"))
    assert fill(builder) is fill(builder)
    assert len(attempts) == 2
