"""Whole stages as text: a graph, and after it the kernels that its fused nodes call."""

from __future__ import annotations

from collections.abc import Mapping

from graphc.runtime.errors import VerifyError

from .ir import CONSTANT, Graph, Node, Op, Tokens, print_graph, read_graph, verify_graph
from .kernel import Kernel, read_kernel, verify_kernel
from .ops import OPS
from .ops.fused import FUSED


def operators() -> Mapping[str, Op]:
    """Every operator that may stand in text, by name."""
    return {**OPS, CONSTANT.name: CONSTANT, FUSED.name: FUSED}


def kernels_of(graph: Graph) -> dict[str, Kernel]:
    """The kernels that a graph's fused nodes call, by name, in order of first call."""
    found = (node.attrs["kernel"] for node in graph.nodes if isinstance(node.attrs.get("kernel"), Kernel))
    return {kernel.name: kernel for kernel in found}


def print_stage(graph: Graph, *, locations: bool = True) -> str:
    """The graph and its kernels as text, which :func:`parse` reads back."""
    return print_graph(graph, locations=locations, kernels=kernels_of(graph).values())


def parse(text: str, *, file: str = "text") -> Graph:
    """Read a graph, at any stage, from its text; kernels after it are attached to the fused nodes that call them.

    Args:
        text: what :func:`print_stage` (and ``print`` of a graph) writes.
        file: the text's name in errors.

    Raises:
        ParseError: with file, line and column, and a caret under the place.
    """
    tokens = Tokens(text, file)
    kernels: dict[str, Kernel] = {}
    start = None
    while tokens.next.kind != "end":
        if tokens.next.text == "kernel":
            kernel = read_kernel(tokens)
            kernels[kernel.name] = kernel
        elif tokens.next.text == "graph" and start is None:
            start = tokens.at
            _skip_graph(tokens)
        else:
            tokens.unexpected_here("a graph" if start is None else "a kernel or the end of the text after the graph")
    tokens.at = start if start is not None else tokens.at
    return read_graph(tokens, operators(), kernels)


def _skip_graph(tokens: Tokens) -> None:
    """Go behind the closing brace; kernels must be known before the lines that call them are read."""
    depth = 0
    while tokens.next.kind != "end":
        token = tokens.take()
        depth += token.text == "{"
        if token.text == "}":
            depth -= 1
            if depth <= 0:
                return


def verify(graph: Graph, *, after: str | None = None) -> None:
    """Raise VerifyError when the graph, or a kernel that it calls, breaks a rule."""
    verify_graph(graph, after=after)
    for node in graph.nodes:
        kernel = node.attrs.get("kernel")
        if isinstance(kernel, Kernel):
            _verify_call(node, kernel)
    for kernel in kernels_of(graph).values():
        verify_kernel(kernel, OPS)


def _verify_call(node: Node, kernel: Kernel) -> None:
    called = f"{node.op.name} @{kernel.name}"
    if len(node.operands) != len(kernel.read):
        raise VerifyError(f"{called}: expected {len(kernel.read)} operands, got {len(node.operands)}")
    for buffer, operand in zip(kernel.read, node.operands, strict=True):
        if buffer.type != operand.type:
            raise VerifyError(
                f"{called}: expected {buffer.type} for %{buffer.name}, got {operand.type} (%{operand.hint})"
            )
