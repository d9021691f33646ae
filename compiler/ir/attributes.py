"""Numbers and attributes as IR text, and what a type rule says about the attributes of its operator.

A literal is read back exactly. ``f32``, ``i64`` and ``bool`` need no mark, the others carry their type::

    0.5   1e-05   -inf   nan        f32
    3                               i64
    true  false                     bool
    0.5f64   3i32   1.0bf16         the others
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from graphc.runtime.types import Dim, DType

from .op import Attr, Op

BARE: Final = frozenset({DType.f32, DType.i64, DType.bool})
"""Element types whose literals carry no suffix."""


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED: Final = _Required()
"""Stands for the default of an attribute that has none."""


@dataclass(frozen=True)
class Signature:
    """What a type rule accepts.

    Attributes:
        operands: the smallest and the largest number of operands; no largest one is None.
        defaults: attribute names in order, each with its default or REQUIRED.
        any_attribute: the rule takes attributes beyond those named.
    """

    operands: tuple[int, int | None]
    defaults: Mapping[str, Any]
    any_attribute: bool


def signature(op: Op) -> Signature:
    """What the operator's type rule accepts."""
    return _signature(op.type_rule)


@cache
def _signature(rule: Callable[..., Any]) -> Signature:
    low, high = 0, 0
    unlimited, any_attribute = False, False
    defaults: dict[str, Any] = {}
    for p in inspect.signature(rule).parameters.values():
        if p.kind is p.VAR_POSITIONAL:
            unlimited = True
        elif p.kind is p.VAR_KEYWORD:
            any_attribute = True
        elif p.kind is p.KEYWORD_ONLY:
            defaults[p.name] = REQUIRED if p.default is p.empty else p.default
        else:
            high += 1
            low += p.default is p.empty
    return Signature((low, None if unlimited else high), defaults, any_attribute)


def exact(value: float, dtype: DType) -> float:
    """The float nearest to ``value`` that the element type can hold."""
    if dtype is DType.f64 or not dtype.is_float:
        return float(value)
    with np.errstate(over="ignore"):
        return float(np.asarray(value, dtype=dtype.numpy))


def shortest(value: float, dtype: DType) -> str:
    """The shortest decimal that reads back as the same number of this float type; with ``.`` or ``e`` if finite."""
    value = exact(value, dtype)
    if dtype is DType.f32:
        text = str(np.float32(value))
    elif dtype is DType.bf16:
        rounded = (float(f"{value:.{digits}g}") for digits in range(1, 18))
        text = repr(next(r for r in rounded if _same(exact(r, dtype), value)))
    else:
        text = repr(value)
    return text if any(c in text for c in ".en") else f"{text}.0"


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def format_literal(value: float | bool, dtype: DType) -> str:
    """A number of a known element type, as an operand: ``0.5``, ``3``, ``true``, ``0.5f64``."""
    if dtype is DType.bool:
        return "true" if value else "false"
    text = shortest(value, dtype) if dtype.is_float else str(int(value))
    return text if dtype in BARE else f"{text}{dtype}"


def format_attr(value: Attr) -> str:
    """An attribute's value as text; functions and other objects print in angle brackets and cannot be read back."""
    if value is None:
        return "none"
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, DType | Dim):
        return str(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(format_attr, value))}]"
    name = getattr(value, "__qualname__", None)
    return f"<function {name}>" if callable(value) and name else f"<{type(value).__name__}>"


def equal(a: Attr, b: Attr) -> bool:
    """Equal with the same types: ``1``, ``1.0`` and ``True`` are three attributes."""
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return _same(a, b) if isinstance(a, float) else bool(a == b)
