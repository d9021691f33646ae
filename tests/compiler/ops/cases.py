"""Sample applications of every operator: the table that all tests of this folder run over."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphc.compiler.ir import Domain, Op
from graphc.compiler.ops import OPS
from graphc.runtime.types import Dim, DType, TensorType

B = Dim.named("batch")
DIMS = {"batch": 3}


@dataclass(frozen=True)
class Case:
    """One application.

    Attributes:
        op: name of the operator.
        operands: types; the element type ``f`` stands for the float type under test.
        attrs: attributes.
        torch: the same in PyTorch, over tensors in place of the operands, or None.
        integers: integer operands are drawn from this range, its end excluded.
    """

    op: str
    operands: tuple[str, ...] = ()
    attrs: dict[str, Any] = field(default_factory=dict)
    torch: Callable[..., Any] | None = None
    integers: tuple[int, int] = (-3, 4)

    @property
    def record(self) -> Op:
        return OPS[self.op]

    def __str__(self) -> str:
        attrs = "".join(f",{key}={value}" for key, value in self.attrs.items() if not callable(value))
        return f"{self.op}({','.join(self.operands)}{attrs})".replace(" ", "")

    def types(self, dtype: DType = DType.f64) -> tuple[TensorType, ...]:
        """Operand types with ``dtype`` for ``f``."""
        return tuple(TensorType.parse(t.replace("f[", f"{dtype}[", 1)) for t in self.operands)

    def arrays(self, dtype: DType = DType.f64, seed: int = 0) -> list[np.ndarray[Any, Any]]:
        """Operands within the operator's domain, away from kinks."""
        rng = np.random.default_rng([zlib.crc32(str(self).encode()), seed])
        arrays: list[np.ndarray[Any, Any]] = []
        for i, type in enumerate(self.types(dtype)):
            shape = type.concrete(DIMS)
            array: Any
            if type.dtype is DType.bool:
                array = rng.random(shape) < 0.5
            elif type.dtype.is_integer:
                array = rng.integers(*self.integers, shape)
            else:
                array = _within(self.domain(i), rng.random(shape))
            arrays.append(np.asarray(array).astype(type.dtype.numpy))
        return arrays

    def domain(self, operand: int) -> Domain:
        """Where an operand is drawn from."""
        domain = self.record.domain
        return domain[operand] if isinstance(domain, tuple) else domain


def _within(domain: Domain, unit: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    x = domain.low + (domain.high - domain.low) * unit
    for kink in domain.kinks:
        x = np.where(np.abs(x - kink) < 0.05, kink + 0.05, x)
    return np.asarray(x)


def _t(name: str) -> Callable[..., Any]:
    """The function of that name in ``torch``, looked up when it is called."""

    def call(*tensors: Any, **options: Any) -> Any:
        import torch

        function: Any = torch
        for part in name.split("."):
            function = getattr(function, part)
        return function(*tensors, **options)

    return call


def _slice(operand: str, start: Any, stop: Any, step: Any, torch: Callable[..., Any] | None = None) -> Case:
    return Case("slice", (operand,), {"start": start, "stop": stop, "step": step}, torch)


_UNARY = {
    "neg": "neg",
    "exp": "exp",
    "expm1": "expm1",
    "log": "log",
    "log1p": "log1p",
    "sqrt": "sqrt",
    "rsqrt": "rsqrt",
    "square": "square",
    "reciprocal": "reciprocal",
    "abs": "abs",
    "sign": "sign",
    "floor": "floor",
    "ceil": "ceil",
    "round": "round",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softplus": "nn.functional.softplus",
    "erf": "erf",
    "relu": "relu",
    "isnan": "isnan",
    "isfinite": "isfinite",
}
_BINARY = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "div",
    "pow": "pow",
    "maximum": "maximum",
    "minimum": "minimum",
    "remainder": "remainder",
    "eq": "eq",
    "ne": "ne",
    "lt": "lt",
    "le": "le",
    "gt": "gt",
    "ge": "ge",
}
_INTEGER = ("neg", "abs", "sign", "square", "add", "sub", "mul", "maximum", "minimum", "eq", "lt")
_LOGICAL = ("logical_and", "logical_or", "logical_xor")

ELEMENTWISE = (
    *(Case(name, ("f[batch, 4]",), torch=_t(twin)) for name, twin in _UNARY.items()),
    *(Case(name, ("f[batch, 4]", "f[batch, 4]"), torch=_t(twin)) for name, twin in _BINARY.items()),
    *(Case(name, ("f[2, 3]", "f[]"), torch=_t(twin)) for name, twin in _BINARY.items()),
    *(Case(name, ("f[]", "f[5]"), torch=_t(twin)) for name, twin in _BINARY.items()),
    *(Case(name, ("i64[5]",) * (2 if name in _BINARY else 1)) for name in _INTEGER),
    Case("remainder", ("i32[7]", "i32[7]"), integers=(1, 5)),
    Case("logical_not", ("bool[6]",), torch=_t("logical_not")),
    *(Case(name, ("bool[6]", "bool[6]"), torch=_t(name)) for name in _LOGICAL),
    Case("eq", ("bool[6]", "bool[6]"), torch=_t("eq")),
    Case("where", ("bool[2, 3]", "f[2, 3]", "f[2, 3]"), torch=_t("where")),
    Case("where", ("bool[4]", "f[]", "f[4]"), torch=_t("where")),
    Case("where", ("bool[4]", "f[4]", "f[]"), torch=_t("where")),
    Case("where", ("bool[4]", "i64[4]", "i64[]")),
    Case("gelu", ("f[3, 4]",), {"approximate": "none"}, torch=_t("nn.functional.gelu")),
    Case(
        "gelu",
        ("f[3, 4]",),
        {"approximate": "tanh"},
        torch=lambda x: _t("nn.functional.gelu")(x, approximate="tanh"),
    ),
    Case("cast", ("f[batch]",), {"dtype": DType.f64}),
    Case("cast", ("f[3]",), {"dtype": DType.i32}),
    Case("cast", ("f[3]",), {"dtype": DType.bool}),
    Case("cast", ("i64[3]",), {"dtype": DType.f32}),
    Case("cast", ("bool[3]",), {"dtype": DType.i64}),
    Case("stop_gradient", ("f[3]",)),
)

REDUCTIONS = (
    *(Case(name, ("f[batch, 4, 2]",), {"axes": ()}) for name in ("sum", "prod", "max", "min")),
    *(Case(name, ("f[batch, 4, 2]",), {"axes": (0, 2)}) for name in ("sum", "prod", "max", "min")),
    Case("sum", ("f[2, 3]",), {"axes": (1,)}, torch=lambda x: x.sum(1)),
    Case("sum", ("f[2, 3]",), {"axes": (0, 1)}, torch=lambda x: x.sum()),
    Case("sum", ("i64[2, 3]",), {"axes": (0,)}),
    Case("prod", ("f[2, 3]",), {"axes": (1,)}, torch=lambda x: x.prod(1)),
    Case("max", ("f[2, 3]",), {"axes": (0, 1)}, torch=lambda x: x.amax((0, 1))),
    Case("max", ("i32[2, 3]",), {"axes": (1,)}),
    Case("min", ("f[2, 3]",), {"axes": (1,)}, torch=lambda x: x.amin(1)),
    Case("argmax", ("f[batch, 4]",), {"axis": 1}, torch=lambda x: x.argmax(1)),
    Case("argmin", ("f[batch, 4]",), {"axis": 0}, torch=lambda x: x.argmin(0)),
    Case("cumsum", ("f[batch, 4]",), {"axis": 0}, torch=lambda x: x.cumsum(0)),
    Case("cumsum", ("f[2, 3, 2]",), {"axis": 1}, torch=lambda x: x.cumsum(1)),
    Case("cumsum", ("i64[4]",), {"axis": 0}),
)

SHAPES = (
    Case("broadcast", ("f[4]",), {"shape": (B, 4), "axes": (1,)}, torch=lambda x: x.expand(3, 4)),
    Case("broadcast", ("f[batch, 2]",), {"shape": (B, 4, 2), "axes": (0, 2)}),
    Case("broadcast", ("f[]",), {"shape": (2, 2), "axes": ()}, torch=lambda x: x.expand(2, 2)),
    Case("broadcast", ("i64[2]",), {"shape": (2,), "axes": (0,)}),
    Case("reshape", ("f[2, 6]",), {"shape": (3, 4)}, torch=lambda x: x.reshape(3, 4)),
    Case("reshape", ("f[batch, 2, 2]",), {"shape": (4 * B,)}),
    Case("reshape", ("f[1, 1]",), {"shape": ()}),
    Case("permute_dims", ("f[2, batch, 4]",), {"axes": (2, 0, 1)}, torch=lambda x: x.permute(2, 0, 1)),
    Case("permute_dims", ("bool[2, 3]",), {"axes": (1, 0)}, torch=lambda x: x.T),
    _slice("f[5, 6]", (1, 0), (4, 6), (1, 1), lambda x: x[1:4]),
    _slice("f[5, 6]", (1, 1), (5, 6), (2, 3), lambda x: x[1:5:2, 1:6:3]),
    _slice("f[5, 7]", (4, 5), (-1, 0), (-1, -2), lambda x: x.flip(0)[:, [5, 3, 1]]),
    _slice("f[5, 2]", (2, 0), (2, 2), (1, 1), lambda x: x[2:2]),
    _slice("f[5]", (1,), (1,), (2,)),
    _slice("f[batch, 2]", (1, 0), (B, 2), (1, 1), lambda x: x[1:]),
    _slice("f[batch, 2]", (B - 1, 0), (-1, 2), (-1, 1), lambda x: x.flip(0)),
    _slice("i64[6]", (0,), (6,), (4,), lambda x: x[::4]),
    Case(
        "pad",
        ("f[2, 3]",),
        {"low": (1, 0), "high": (0, 2), "value": 0.5},
        torch=lambda x: _t("nn.functional.pad")(x, (0, 2, 1, 0), value=0.5),
    ),
    Case("pad", ("f[batch]",), {"low": (B,), "high": (0,), "value": 0.0}),
    Case("pad", ("i64[3]",), {"low": (1,), "high": (1,), "value": -1}),
    Case("concat", ("f[2, 3]", "f[2, 1]", "f[2, 2]"), {"axis": 1}, torch=lambda *xs: _t("concat")(xs, 1)),
    Case("concat", ("f[batch, 2]", "f[4, 2]"), {"axis": 0}, torch=lambda *xs: _t("concat")(xs, 0)),
    Case("iota", (), {"shape": (2, B), "axis": 1, "dtype": DType.i64}),
    Case("iota", (), {"shape": (4,), "axis": 0, "dtype": DType.f32}, torch=lambda: _t("arange")(4.0)),
    Case("dim_size", (), {"dim": 2 * B, "dtype": DType.f32}),
    Case("constant", (), {"value": 1.5, "dtype": DType.f32, "shape": ()}),
    Case("constant", (), {"value": (1, 2, 3, 4), "dtype": DType.i32, "shape": (2, 2)}),
)

INDEXING = (
    Case("take", ("f[4, 3]", "i64[2]"), {"axis": 0}, torch=lambda x, i: x[i], integers=(0, 4)),
    Case("take", ("f[2, 4, 3]", "i64[batch, 2]"), {"axis": 1}, torch=lambda x, i: x[:, i], integers=(0, 4)),
    Case("take", ("f[4, 3]", "i32[]"), {"axis": 1}, torch=lambda x, i: x[:, i], integers=(0, 3)),
    Case("take_grad", ("f[2, 3]", "i64[2]"), {"axis": 0, "size": 4}, integers=(0, 4)),
    Case("take_grad", ("f[2, batch, 2, 3]", "i64[batch, 2]"), {"axis": 1, "size": 4}, integers=(0, 4)),
    Case("take_along", ("f[4, 3]", "i64[4, 2]"), {"axis": 1}, torch=lambda x, i: x.gather(1, i), integers=(0, 3)),
    Case(
        "take_along", ("f[4, batch]", "i64[2, batch]"), {"axis": 0}, torch=lambda x, i: x.gather(0, i), integers=(0, 4)
    ),
    Case("take_along_grad", ("f[4, 5]", "i64[4, 5]"), {"axis": 1, "size": 3}, integers=(0, 3)),
    Case("take_along_grad", ("f[batch, 2]", "i64[batch, 2]"), {"axis": 0, "size": 4}, integers=(0, 4)),
    Case("check_index", ("i64[5]",), {"size": 3, "ignore": None}, integers=(0, 3)),
    Case("check_index", ("i32[batch]",), {"size": 5, "ignore": -1}, integers=(-1, 5)),
)


def _matmul(a: str, b: str, transpose_a: bool, transpose_b: bool) -> Case:
    def twin(x: Any, y: Any) -> Any:
        return (x.mT if transpose_a else x) @ (y.mT if transpose_b else y)

    return Case("matmul", (a, b), {"transpose_a": transpose_a, "transpose_b": transpose_b}, twin)


LINALG = (
    _matmul("f[batch, 4]", "f[4, 2]", False, False),
    _matmul("f[batch, 4]", "f[2, 4]", False, True),
    _matmul("f[4, batch]", "f[4, 2]", True, False),
    _matmul("f[4, batch]", "f[2, 4]", True, True),
    _matmul("f[2, 3, 4]", "f[2, 5, 4]", False, True),
    _matmul("f[2, 2, 4, 3]", "f[2, 2, 4, 1]", True, False),
)

NETWORKS = (
    Case("softmax", ("f[batch, 4]",), {"axis": 1}, lambda x: x.softmax(1)),
    Case("softmax", ("f[2, 3, 2]",), {"axis": 1}, lambda x: x.softmax(1)),
    Case("log_softmax", ("f[batch, 4]",), {"axis": 0}, lambda x: x.log_softmax(0)),
    Case("log_softmax", ("f[2, 3, 2]",), {"axis": 1}, lambda x: x.log_softmax(1)),
    Case("logsumexp", ("f[batch, 4]",), {"axis": 0}, lambda x: x.logsumexp(0)),
    Case("logsumexp", ("f[2, 3, 2]",), {"axis": 2}, lambda x: x.logsumexp(2)),
    Case("dropout", ("f[batch, 4]",), {"p": 0.3, "node": 0}, lambda x: x),
    Case(
        "batch_norm",
        ("f[2, 3, 2]", "f[3]", "f[3]"),
        {"eps": 1e-5, "momentum": 0.1, "affine": True, "track": False},
        lambda x, w, b: _t("nn.functional.batch_norm")(x, None, None, w, b, training=True),
    ),
    Case(
        "batch_norm",
        ("f[batch, 3]", "f[3]", "f[3]", "i64[]"),
        {"eps": 25.0, "momentum": None, "affine": False, "track": True},
        lambda x, m, v, n: _t("nn.functional.batch_norm")(x, m.detach(), v.detach(), eps=25.0),
    ),
    Case("uniform", ("i64[2]", "i64[]"), {"shape": (B, 4), "dtype": DType.f32}, integers=(0, 9)),
    Case("uniform", ("i64[2]", "i64[]"), {"shape": (), "dtype": DType.f64}, integers=(0, 9)),
    Case("advance_rng", ("i64[2]",), integers=(0, 9)),
    Case("custom_vjp", ("f[3]", "f[3]"), {"rule": lambda g, y, x: (g,)}),
)

CASES = (*ELEMENTWISE, *REDUCTIONS, *SHAPES, *INDEXING, *LINALG, *NETWORKS)

WITHOUT_REFERENCE = {"vjp", "fused"}
"""Operators that exist only before or after graphs can be evaluated; they have tests of their own."""
