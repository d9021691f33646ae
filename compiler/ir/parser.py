"""Reads graphs back from text.

    graph   := "graph" "@"name "(" [leaf ("," leaf)*] ")" "{" node* "return" [operands] update* "}"
    leaf    := ["param" | "state" | "const"] "%"name ":" type
    node    := "%"name ":" type ("," "%"name ":" type)* "=" operator ["@"kernel] "(" [operands] ")" ["{" attrs "}"]
    update  := "update" "%"name "<-" operand
    operand := "%"name | number
    type    := dtype "[" [dimension ("," dimension)*] "]"

A comment runs from ``#`` to the end of the line; one of the form ``# train.py:9 [encoder.0]`` is kept as the node's
location. Attributes that are not written have the type rule's defaults.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import NamedTuple

from graphc.runtime.errors import DeclarationError
from graphc.runtime.types import DType, TensorType

from .attributes import REQUIRED, exact, signature
from .core import Graph, Leaf, LeafKind, Node, Value
from .expressions import read_attrs, read_number, starts_number
from .lexer import Token, Tokens
from .op import CONSTANT, Attr, Attrs, Op
from .verifier import count_problem, infer, name_operands

_KINDS: Mapping[str, LeafKind] = {"param": "param", "state": "state", "const": "const"}


def parse_graph(text: str, ops: Mapping[str, Op], *, file: str = "text") -> Graph:
    """Read one graph. The types of every line are checked against the type rules.

    Args:
        text: what :func:`print_graph` writes.
        ops: operators by name.
        file: the text's name in errors.

    Raises:
        ParseError: with file, line and column, and a caret under the place.
    """
    tokens = Tokens(text, file)
    graph = read_graph(tokens, ops)
    if tokens.next.kind != "end":
        tokens.unexpected("the end of the text after the graph")
    return graph


def read_graph(tokens: Tokens, ops: Mapping[str, Op], kernels: Mapping[str, object] | None = None) -> Graph:
    """Read a graph from the tokens; ``kernels`` are those that ``fused @name`` may call."""
    return _GraphReader(tokens, ops, kernels or {}).read()


class _Result(NamedTuple):
    name: str
    type: TensorType
    name_token: Token
    type_token: Token


class _GraphReader:
    def __init__(self, tokens: Tokens, ops: Mapping[str, Op], kernels: Mapping[str, object]) -> None:
        self.tokens = tokens
        self.ops = ops
        self.kernels = kernels
        self.values: dict[str, Value] = {}
        self.nodes: list[Node] = []

    def read(self) -> Graph:
        tokens = self.tokens
        tokens.expect("graph")
        name = tokens.expect_kind("symbol", "a name such as @train").text[1:]
        leaves = self._leaves()
        tokens.expect("{")
        while tokens.next.kind == "value":
            self._node()
        if not tokens.accept("return"):
            tokens.unexpected_here("a node such as %h: f32[8] = exp(%x), or 'return'")
        outputs: list[Value] = []
        if tokens.next.text not in ("}", "update"):
            outputs.append(self._operand())
            while tokens.accept(","):
                outputs.append(self._operand())
        updates: list[tuple[Leaf, Value]] = []
        while tokens.accept("update"):
            updates.append(self._update({leaf for leaf, _ in updates}))
        if not tokens.accept("}"):
            tokens.unexpected_here("'update' or '}' after 'return'")
        inputs = tuple(leaf for leaf in leaves if leaf.kind == "input")
        states = tuple(leaf for leaf in leaves if leaf.kind != "input")
        return Graph(name, inputs, states, tuple(self.nodes), tuple(outputs), tuple(updates))

    def _leaves(self) -> list[Leaf]:
        tokens = self.tokens
        leaves: list[Leaf] = []
        tokens.expect("(")
        while not tokens.accept(")"):
            kind = _KINDS[tokens.take().text] if tokens.next.text in _KINDS else "input"
            token = tokens.expect_kind("value", "a parameter such as %x: f32[8], or ')'")
            tokens.expect(":")
            leaf = Leaf(kind, tokens.type(), token.text[1:])
            leaf.loc = tokens.location(tokens.line_of(token.start))
            self._define(token, leaf)
            leaves.append(leaf)
            if tokens.next.text != ")":
                tokens.expect(",", ")")
        return leaves

    def _define(self, token: Token, value: Value) -> None:
        if self.values.setdefault(token.text, value) is not value:
            self.tokens.fail(f"{token.text} is defined twice", token)

    def _operand(self) -> Value:
        tokens = self.tokens
        token = tokens.next
        if token.kind == "value":
            tokens.take()
            value = self.values.get(token.text)
            if value is None:
                tokens.fail(f"{token.text} is not defined above", token)
            return value
        if not starts_number(tokens):
            tokens.unexpected("an operand: a name such as %x, or a number")
        number, dtype = read_number(tokens).typed
        attrs = {"value": number, "dtype": dtype, "shape": ()}
        node = Node(
            CONSTANT, (), attrs, types=(TensorType(dtype, ()),), loc=tokens.location(tokens.line_of(token.start))
        )
        self.nodes.append(node)
        return node.results[0]

    def _node(self) -> None:
        tokens = self.tokens
        results = [self._result()]
        while tokens.accept(","):
            results.append(self._result())
        tokens.expect("=")
        op_token = tokens.expect_kind("word", "the name of an operator")
        op = self.ops.get(op_token.text)
        if op is None:
            close = difflib.get_close_matches(op_token.text, self.ops, 1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            tokens.fail(f"no operator is called '{op_token.text}'{hint}", op_token)
        attrs: dict[str, Attr] = {}
        if tokens.next.kind == "symbol":
            attrs["kernel"] = self._kernel()
        tokens.expect("(")
        operands: list[Value] = []
        operand_tokens: list[str] = []
        if not tokens.accept(")"):
            while True:
                operand_tokens.append(tokens.next.text)
                operands.append(self._operand())
                if tokens.expect(",", ")").text == ")":
                    break
        problem = count_problem(signature(op).operands, len(operands))
        if problem is not None:
            tokens.fail(f"{op.name}: {problem}", op_token)
        attrs = self._attrs(op, op_token, attrs, results)
        types = tuple(r.type for r in results)
        loc = tokens.location(tokens.line_of(tokens.peek(-1).start))
        node = Node(op, tuple(operands), attrs, hints=[r.name for r in results], types=types, loc=loc)
        try:
            self._check_types(op_token, infer(node), results)
        except DeclarationError as error:
            tokens.fail(f"{op.name}: {name_operands(str(error), operand_tokens)}", op_token)
        self.nodes.append(node)
        for result, value in zip(results, node.results, strict=True):
            self._define(result.name_token, value)

    def _result(self) -> _Result:
        tokens = self.tokens
        name = tokens.expect_kind("value", "a result such as %h: f32[8]")
        tokens.expect(":")
        token = tokens.next
        return _Result(name.text[1:], tokens.type(), name, token)

    def _kernel(self) -> object:
        token = self.tokens.take()
        kernel = self.kernels.get(token.text[1:])
        if kernel is None:
            self.tokens.fail(f"no kernel {token.text} in this text", token)
        return kernel

    def _attrs(self, op: Op, op_token: Token, given: Attrs, results: list[_Result]) -> dict[str, Attr]:
        """The written attributes, what the result's type tells, and defaults, in the order of the type rule."""
        tokens = self.tokens
        rule = signature(op)
        attrs = dict(given)
        for key, (token, value) in read_attrs(tokens).items():
            if key not in rule.defaults and not rule.any_attribute:
                accepted = ", ".join(k for k in rule.defaults if k != "kernel") or "none"
                tokens.fail(f"{op.name}: no attribute '{key}'; it has: {accepted}", token)
            attrs[key] = value
        for key, default in rule.defaults.items():
            if key in attrs:
                continue
            if key in ("shape", "dtype") and len(results) == 1:
                attrs[key] = results[0].type.shape if key == "shape" else results[0].type.dtype
            elif default is REQUIRED:
                tokens.fail(f"{op.name}: attribute '{key}' is missing", op_token)
            else:
                attrs[key] = default
        if op is CONSTANT:
            attrs["value"] = _held(attrs["value"], attrs["dtype"])
        return {key: attrs[key] for key in [*rule.defaults, *(k for k in attrs if k not in rule.defaults)]}

    def _check_types(self, op_token: Token, given: tuple[TensorType, ...], results: list[_Result]) -> None:
        op = op_token.text
        if len(given) != len(results):
            self.tokens.fail(f"{op}: gives {len(given)} results, the line names {len(results)}", op_token)
        for wanted, result in zip(given, results, strict=True):
            if wanted != result.type:
                self.tokens.fail(f"{op}: gives {wanted}, the line says {result.type}", result.type_token)

    def _update(self, seen: set[Leaf]) -> tuple[Leaf, Value]:
        tokens = self.tokens
        token = tokens.expect_kind("value", "a param or state")
        leaf = self.values.get(token.text)
        if not isinstance(leaf, Leaf) or leaf.kind not in ("param", "state"):
            tokens.fail(f"expected a param or state of the header, got {token.text}", token)
        if leaf in seen:
            tokens.fail(f"{token.text} is updated twice", token)
        tokens.expect("<-")
        place = tokens.next
        value = self._operand()
        if value.type != leaf.type:
            tokens.fail(f"update of {token.text}: expected {leaf.type}, got {value.type}", place)
        return leaf, value


def _held(value: Attr, dtype: DType) -> Attr:
    """The numbers of a constant as its element type holds them."""
    if isinstance(value, tuple):
        return tuple(_held(v, dtype) for v in value)
    return exact(value, dtype) if dtype.is_float and isinstance(value, int | float) else value
