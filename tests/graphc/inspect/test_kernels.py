"""program.kernels, and what assembly is read for."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc.compiler.ir import CONSTANT
from graphc.inspect.assembly import analyse
from graphc.inspect.kernels import moved
from graphc.inspect.provenance import Line, lines_text, provenance


def test_kernels_stand_in_order_of_their_first_launch(trained: Any) -> None:
    kernels = trained.program.kernels
    plan = trained.program.compiled.plan
    assert list(kernels) == list(dict.fromkeys(node.attrs["kernel"].name for node in plan.nodes))
    assert sorted(i for info in kernels.values() for i in info.launches) == list(range(len(plan.nodes)))
    assert kernels[0] is next(iter(kernels.values()))


def test_a_kernel_shows_every_level(trained: Any) -> None:
    info = next(info for info in trained.program.kernels.values() if "relu" in info.operators)
    assert info.ir.startswith(f"kernel @{info.name}(")
    assert f"def {info.name}(table, thread, threads):" in info.source
    assert "define" in info.llvm
    assert info.name in info.asm
    assert {"matmul", "add", "relu"} <= set(info.operators)
    assert any(line.scope == "0" for line in info.lines)
    assert all(line.file == str(trained_file()) for line in info.lines)


def trained_file() -> str:
    return __file__.replace("test_kernels.py", "conftest.py")


def test_part_of_a_name_is_enough_when_it_fits_one_kernel(trained: Any) -> None:
    kernels = trained.program.kernels
    name = list(kernels)[-1]
    assert kernels[name[-8:]] is kernels[name]
    with pytest.raises(KeyError, match="fits 0 kernels of"):
        kernels["no such"]
    with pytest.raises(KeyError, match=rf"fits {len(kernels)} kernels of"):
        kernels["_"]


def test_costs_are_formulas_and_numbers() -> None:
    x, w = gr.input("x", "f32[n, 16]"), gr.parameter("f32[16, 8]", name="w")
    program = gr.compile([x], x @ w)
    product = next(info for info in program.kernels.values() if "matmul" in info.operators)
    assert product.cost(n=10) == (2 * 10 * 16 * 8, 4 * (10 * 16 + 16 * 8 + 10 * 8))
    assert str(product.flops) == "256*n"
    assert "computes      256*n FLOPs" in str(product)


def test_every_operator_is_found_again_in_a_kernel_that_draws_random_numbers() -> None:
    x = gr.input("x", "f32[n, 8]")
    y = gr.nn.functional.dropout(gr.tanh(gr.nn.functional.dropout(x, 0.5)), 0.5)
    compiled = gr.compile([x], y, training=True).compiled
    found = provenance(compiled)
    operators = [node for node in compiled.graphs["simplified"].nodes if node.op is not CONSTANT]
    assert [node for node in found.simplified.values() if node.op is not CONSTANT] == operators
    drawn = next(origin for call, origin in found.origins.items() if "tanh" in call.attrs["kernel"].ops)
    assert {node.op.name for node in drawn.nodes} >= {"tanh", "uniform", "ge", "where", "mul"}


def test_an_index_check_writes_nothing(trained: Any) -> None:
    check = trained.program.kernels["check_index"]
    read, written = moved(check.compiled.kernel)
    assert (str(read), written) == ("8*batch", 0)


@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_table_fits(trained: Any, width: int) -> None:
    lines = trained.program.kernels.table().text(width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(name[-8:] in line for name, line in zip(trained.program.kernels, lines[4:], strict=True))


def test_kernels_as_html_and_data(trained: Any) -> None:
    kernels = trained.program.kernels
    assert kernels._repr_html_().count("<tr>") == len(kernels) + 1
    data = json.loads(json.dumps(kernels.to_json()))
    assert [row["name"] for row in data] == list(kernels)
    assert repr(kernels).startswith(f"<{len(kernels)} kernels: ")
    assert "<pre>kernel " in kernels[0]._repr_html_()


def test_vectors_are_found_in_real_code() -> None:
    x = gr.input("x", "f32[n]")
    program = gr.compile([x], gr.sqrt(x * 2.0 + 1.0) / (x + 3.0))
    (info,) = program.kernels.values()
    assert info.vector_width >= 128
    assert info.facts.packed > 0
    np.testing.assert_array_equal(info.facts.libm, ())


LOOPS = """\
kernel:                                 # @kernel
# %bb.0:
\tpushq\t%rbx
\tvmovaps\t%xmm0, 32(%rsp)                # 16-byte Spill
\tvaddps\t%zmm1, %zmm2, %zmm3
.LBB0_1:                                # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_2 Depth 2
\tvaddss\t%xmm1, %xmm2, %xmm3
\tmovabsq\t$expf@GOT, %rcx
\tcallq\t*(%rax,%rcx)
.LBB0_2:                                #   Parent Loop BB0_1 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
\tvfmadd231ps\t(%rax), %ymm1, %ymm2
\tvfmadd231ps\t(%rbx), %ymm1, %ymm3
\tvmovups\t64(%rsp), %ymm4                # 32-byte Reload
\tmovq\t8(%rsp), %rdi                     # 8-byte Reload
\tjne\t.LBB0_2
# %bb.3:                                #   in Loop: Header=BB0_1 Depth=1
\tvmovups\t%zmm0, 64(%rsp)                # 64-byte Spill
\tjne\t.LBB0_1
# %bb.4:
\tretq
"""


def test_the_deepest_loop_decides() -> None:
    facts = analyse(LOOPS)
    assert facts.width == 256
    assert (facts.packed, facts.scalar) == (3, 1)
    assert facts.calls == ("expf",)
    assert facts.libm == ("expf",)
    assert facts.spills == 2  # the saved pointer is no vector, the one before the loop runs once
    assert facts.instructions == 14


def test_moves_count_where_nothing_is_computed() -> None:
    facts = analyse("f:\n# %bb.0:\n\tvmovups\t(%rdi), %zmm0\n\tvmovups\t%zmm0, (%rsi)\n\tretq\n")
    assert (facts.width, facts.packed, facts.scalar) == (512, 0, 0)
    assert facts.vectors == "512"
    assert analyse("f:\n\tretq\n").vectors == "scalar"


def test_arm_code_is_read_too() -> None:
    text = "f:\n\tfmla\tv0.4s, v1.4s, v2.4s\n\tfmla\tv0.4s, v1.4s, v3.4s\n\tfadd\ts0, s1, s2\n\tbl\ttanhf\n\tret\n"
    facts = analyse(text)
    assert (facts.width, facts.packed, facts.scalar, facts.calls) == (128, 2, 1, ("tanhf",))


def test_lines_are_gathered() -> None:
    lines = [Line("/a/net.py", 13, "", "0"), Line("/a/net.py", 13, "", "1"), Line("/a/net.py", 15), Line("/b/m.py", 2)]
    assert lines_text(lines) == "net.py:13 [0, 1], :15, m.py:2"
    assert str(lines[0]) == "net.py:13 [0]"
