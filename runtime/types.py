"""Element types, dimensions and tensor types, with one notation everywhere: ``f32[batch, 784]``.

A dimension is an ``int`` (known when compiling) or a :class:`Dim`: a polynomial over named dimensions
whose values are known at every call, such as ``batch``, ``4*batch`` or ``batch*heads/2``.
"""

from __future__ import annotations

import builtins
import enum
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

import ml_dtypes
import numpy as np

from .errors import DeclarationError, DTypeError, ShapeError


class DType(enum.Enum):
    """Element type of a tensor. The value is the name used in IR text."""

    f32 = "f32"
    f64 = "f64"
    bf16 = "bf16"
    i32 = "i32"
    i64 = "i64"
    bool = "bool"

    @property
    def numpy(self) -> np.dtype[np.generic]:
        """The NumPy dtype that stores it."""
        return _NUMPY[self]

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return self.numpy.itemsize

    @property
    def is_float(self) -> builtins.bool:
        """True for types that can carry a gradient."""
        return self in (DType.f32, DType.f64, DType.bf16)

    @property
    def is_integer(self) -> builtins.bool:
        """True for i32 and i64."""
        return self in (DType.i32, DType.i64)

    @classmethod
    def of(cls, spec: object) -> DType:
        """The DType named by ``"f32"``, a DType, or a NumPy dtype; DTypeError otherwise."""
        if isinstance(spec, DType):
            return spec
        if isinstance(spec, str) and spec in cls.__members__:
            return cls[spec]
        try:
            wanted = np.dtype(spec)  # type: ignore[call-overload]
        except TypeError:
            wanted = None
        for dtype, numpy in _NUMPY.items():
            if wanted is not None and wanted == numpy:
                return dtype
        raise DTypeError(f"dtype: expected one of {', '.join(cls.__members__)}, got {spec!r}")

    def __str__(self) -> str:
        return self.value

    __repr__ = __str__


_NUMPY: dict[DType, np.dtype[np.generic]] = {
    DType.f32: np.dtype(np.float32),
    DType.f64: np.dtype(np.float64),
    DType.bf16: np.dtype(ml_dtypes.bfloat16),
    DType.i32: np.dtype(np.int32),
    DType.i64: np.dtype(np.int64),
    DType.bool: np.dtype(np.bool_),
}

# A monomial is a sorted tuple of (name, power), powers may be negative; a polynomial maps monomials to
# rational coefficients. Canonical form makes equality structural.
_Monomial: TypeAlias = tuple[tuple[str, int], ...]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

USUAL_EXTENT: Final = 64
"""What estimates assume of a named dimension."""


@dataclass(frozen=True)
class Dim:
    """A dimension known at run time: a polynomial over named dimensions, in canonical form.

    Build one with ``Dim.named("batch")`` and arithmetic; results that are constant come back as ``int``.
    """

    terms: tuple[tuple[_Monomial, Fraction], ...]

    @staticmethod
    def named(name: str) -> Dim:
        """The dimension called ``name``."""
        if not _NAME.fullmatch(name):
            raise DeclarationError(f"dimension name: expected an identifier, got {name!r}")
        return Dim(((((name, 1),), Fraction(1)),))

    @property
    def names(self) -> frozenset[str]:
        """The named dimensions it depends on."""
        return frozenset(name for mono, _ in self.terms for name, _ in mono)

    @cached_property
    def sole_name(self) -> str | None:
        """Its name where it is nothing but one, as nearly all dimensions are; else None."""
        if len(self.terms) != 1 or self.terms[0][1] != 1 or len(self.terms[0][0]) != 1:
            return None
        ((name, power),) = self.terms[0][0]
        return name if power == 1 else None

    @cached_property
    def usual(self) -> float:
        """Its value where every name has its usual extent."""
        return float(sum(c * Fraction(USUAL_EXTENT) ** sum(power for _, power in mono) for mono, c in self.terms))

    def evaluate(self, dims: Mapping[str, int]) -> int:
        """Its value where every name has one; ShapeError when that is no whole number."""
        if self.sole_name is not None:
            return int(dims[self.sole_name])
        total = Fraction(0)
        for mono, coefficient in self.terms:
            factor = coefficient
            for name, power in mono:
                factor *= Fraction(dims[name]) ** power
            total += factor
        if total.denominator != 1:
            values = ", ".join(f"{n}={dims[n]}" for n in sorted(self.names))
            raise ShapeError(f"dimension {self}: not a whole number for {values}")
        return int(total)

    def __add__(self, other: Shapelike) -> Shapelike:
        return _sum(_terms(self), _terms(other))

    def __radd__(self, other: int) -> Shapelike:
        return _sum(_terms(other), _terms(self))

    def __sub__(self, other: Shapelike) -> Shapelike:
        return _sum(_terms(self), _scale(_terms(other), Fraction(-1)))

    def __rsub__(self, other: int) -> Shapelike:
        return _sum(_terms(other), _scale(_terms(self), Fraction(-1)))

    def __mul__(self, other: Shapelike) -> Shapelike:
        return _product(_terms(self), _terms(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Shapelike) -> Shapelike:
        """Exact division; the divisor is one term. Whether it is whole is checked at run time."""
        divisor = _terms(other)
        if len(divisor) != 1:
            raise ShapeError(f"dimension {self}: can be divided by a product only, got {other}")
        ((mono, coefficient),) = divisor.items()
        inverse = {tuple((n, -p) for n, p in mono): 1 / coefficient}
        return _product(_terms(self), inverse)

    __floordiv__ = __truediv__

    def __rtruediv__(self, other: int) -> Shapelike:
        return Dim(tuple(sorted(_terms(other).items()))) / self

    __rfloordiv__ = __rtruediv__

    def __str__(self) -> str:
        parts: list[str] = []
        for mono, coefficient in self.terms:
            sign = "-" if coefficient < 0 else "+"
            text = _monomial_text(mono, abs(coefficient))
            parts.append(f" {sign} {text}" if parts else f"-{text}" if sign == "-" else text)
        return "".join(parts)

    __repr__ = __str__


Shapelike: TypeAlias = int | Dim
Shape: TypeAlias = tuple[Shapelike, ...]


def _monomial_text(mono: _Monomial, coefficient: Fraction) -> str:
    above = [str(coefficient.numerator)] if coefficient.numerator != 1 or not any(p > 0 for _, p in mono) else []
    below = [str(coefficient.denominator)] if coefficient.denominator != 1 else []
    for name, power in mono:
        (above if power > 0 else below).extend([name] * abs(power))
    return "*".join(above) + "".join(f"/{d}" for d in below)


def _terms(value: Shapelike) -> dict[_Monomial, Fraction]:
    if isinstance(value, Dim):
        return dict(value.terms)
    return {(): Fraction(int(value))} if value else {}


def _build(terms: Mapping[_Monomial, Fraction]) -> Shapelike:
    kept = {mono: c for mono, c in terms.items() if c}
    if not kept:
        return 0
    if set(kept) == {()} and kept[()].denominator == 1:
        return int(kept[()])
    # Terms with names come first (``batch - 1``), in alphabetical order.
    return Dim(tuple(sorted(kept.items(), key=lambda item: (not item[0], item[0]))))


def _scale(terms: Mapping[_Monomial, Fraction], factor: Fraction) -> dict[_Monomial, Fraction]:
    return {mono: c * factor for mono, c in terms.items()}


def _sum(a: Mapping[_Monomial, Fraction], b: Mapping[_Monomial, Fraction]) -> Shapelike:
    total = dict(a)
    for mono, c in b.items():
        total[mono] = total.get(mono, Fraction(0)) + c
    return _build(total)


def _product(a: Mapping[_Monomial, Fraction], b: Mapping[_Monomial, Fraction]) -> Shapelike:
    total: dict[_Monomial, Fraction] = {}
    for mono_a, ca in a.items():
        for mono_b, cb in b.items():
            powers = dict(mono_a)
            for name, power in mono_b:
                powers[name] = powers.get(name, 0) + power
            mono = tuple(sorted((n, p) for n, p in powers.items() if p))
            total[mono] = total.get(mono, Fraction(0)) + ca * cb
    return _build(total)


def dim_product(dims: Iterable[Shapelike]) -> Shapelike:
    """Product of dimensions; 1 for none."""
    return math.prod(dims, start=1)


def evaluate_dim(dim: Shapelike, dims: Mapping[str, int]) -> int:
    """The value of a dimension, named or not."""
    return dim.evaluate(dims) if isinstance(dim, Dim) else dim


def usual(size: Shapelike) -> float:
    """A size where every named dimension has its usual extent; it need not be a whole number."""
    return size.usual if isinstance(size, Dim) else float(size)


def parse_dim(text: str) -> Shapelike:
    """Read ``784``, ``batch``, ``2*batch/heads`` or ``batch - 1`` back; what ``str`` writes."""
    tokens = re.findall(r"[A-Za-z_][A-Za-z0-9_]*|\d+|\S", text)
    position = 0

    def fail() -> ShapeError:
        return ShapeError(f"dimension: expected numbers and names with + - * /, got {text.strip()!r}")

    def atom() -> Shapelike:
        nonlocal position
        if position >= len(tokens):
            raise fail()
        token = tokens[position]
        position += 1
        if token.isdigit():
            return int(token)
        if _NAME.fullmatch(token):
            return Dim.named(token)
        raise fail()

    def term() -> Shapelike:
        nonlocal position
        value = atom()
        while position < len(tokens) and tokens[position] in "*/":
            operator = tokens[position]
            position += 1
            other = atom()
            if operator == "*":
                value = value * other
            else:
                value = _product(_terms(value), _terms(1)) if other == 1 else _divide(value, other)
        return value

    negative = bool(tokens) and tokens[0] == "-"
    position += negative
    total = term()
    if negative:
        total = -1 * total
    while position < len(tokens):
        operator = tokens[position]
        if operator not in "+-":
            raise fail()
        position += 1
        other = term()
        total = total + other if operator == "+" else total - other
    return total


def _divide(value: Shapelike, other: Shapelike) -> Shapelike:
    if isinstance(value, Dim):
        return value / other
    if isinstance(other, Dim):
        return value / other
    return _build({(): Fraction(value, other)}) if value % other == 0 else Dim((((), Fraction(value, other)),))


_TYPE = re.compile(r"\s*([a-z]+[0-9]*)\s*\[([^\]]*)\]\s*")


@dataclass(frozen=True)
class TensorType:
    """Element type and shape of a tensor, written ``f32[batch, 784]``; a scalar is ``f32[]``."""

    dtype: DType
    shape: Shape

    @staticmethod
    def parse(text: str) -> TensorType:
        """Read ``f32[batch, 784]``; DTypeError or ShapeError says what is wrong."""
        match = _TYPE.fullmatch(text)
        if match is None:
            raise DeclarationError(f"type: expected something like 'f32[batch, 784]', got {text!r}")
        dtype = DType.of(match[1])
        inside = match[2].strip()
        shape = tuple(parse_dim(part) for part in inside.split(",")) if inside else ()
        if any(isinstance(d, int) and d < 0 for d in shape):
            raise ShapeError(f"type: dimensions cannot be negative, got {text!r}")
        return TensorType(dtype, shape)

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @cached_property
    def size(self) -> Shapelike:
        """Number of elements."""
        return dim_product(self.shape)

    @property
    def nbytes(self) -> Shapelike:
        """Bytes, stored densely."""
        return self.size * self.dtype.itemsize

    @cached_property
    def names(self) -> frozenset[str]:
        """Named dimensions in the shape."""
        return frozenset().union(*(d.names for d in self.shape if isinstance(d, Dim)))

    def concrete(self, dims: Mapping[str, int]) -> tuple[int, ...]:
        """The shape with named dimensions replaced by their values."""
        return tuple(evaluate_dim(d, dims) for d in self.shape)

    def with_shape(self, shape: Iterable[Shapelike]) -> TensorType:
        """Same element type, another shape."""
        return TensorType(self.dtype, tuple(shape))

    def with_dtype(self, dtype: DType) -> TensorType:
        """Same shape, another element type."""
        return TensorType(dtype, self.shape)

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    __repr__ = __str__
