import pytest

from graphc.compiler.ir import verify_graph
from graphc.compiler.text import kernels_of, parse, print_stage, verify
from graphc.runtime.errors import ParseError, VerifyError

FUSED = """\
graph @g(%x: f32[8], param %w: f32[8]) {
  %y: f32[8], %w_new: f32[8] = fused @twice_1a2b(%x, %w)  # net.py:3
  return %y
  update %w <- %w_new
}

kernel @twice_1a2b(%x: f32[8], inout %w: f32[8]) -> (%y: f32[8], %w) {
  # ops: add, mul
  for i in 8 {
    %a: f32 = load %x[i]
    %b: f32 = load %w[i]
    %c: f32 = add(%a, %b)
    %d: f32 = mul(%c, 2.0)
    store %y[i] <- %c
    store %w[i] <- %d
  }
}"""


def test_a_fused_stage_reads_back() -> None:
    graph = parse(FUSED)
    verify(graph)
    assert print_stage(graph) == FUSED
    assert list(kernels_of(graph)) == ["twice_1a2b"]
    assert kernels_of(graph)["twice_1a2b"].ops == ("add", "mul")


def test_kernels_may_come_first() -> None:
    graph, _, kernel = FUSED.partition("\n\n")
    assert print_stage(parse(f"{kernel}\n{graph}")) == FUSED


def test_a_missing_kernel_is_an_error() -> None:
    with pytest.raises(ParseError) as caught:
        parse(FUSED.replace("fused @twice_1a2b", "fused @thrice"), file="net.ir")
    assert str(caught.value) == (
        """\
net.ir:2:38: no kernel @thrice in this text
  2 |   %y: f32[8], %w_new: f32[8] = fused @thrice(%x, %w)  # net.py:3
    |                                      ^^^^^^^"""
    )


def test_results_must_fit_the_kernel() -> None:
    with pytest.raises(ParseError, match=r"text:2:36: fused: gives 2 results, the line names 1"):
        parse(FUSED.replace("%y: f32[8], %w_new: f32[8] =", "%w_new: f32[8]                 ="))


def test_operands_must_fit_the_kernel() -> None:
    graph = parse(FUSED.replace("graph @g(%x: f32[8]", "graph @g(%x: f32[9]"))
    with pytest.raises(VerifyError, match=r"fused @twice_1a2b: expected f32\[8\] for %x, got f32\[9\] \(%x\)"):
        verify(graph)


def test_a_broken_kernel_is_found() -> None:
    graph = parse(FUSED.replace("add(%a, %b)", "add(%a, %q)"))
    verify_graph(graph)
    with pytest.raises(VerifyError, match="kernel @twice_1a2b: %q is not defined here"):
        verify(graph)
