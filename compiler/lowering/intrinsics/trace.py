"""Writes arithmetic as formulas: operators on :class:`Real` and :class:`Whole` emit LLVM instructions one by one.

Every floating-point instruction carries the flag ``contract`` and no other (a product and a sum may become one fused
multiply-add), so that sums are never reordered: compensated arithmetic stays what it says, whatever fast-math set the
kernel around it is compiled with. A product that must be rounded on its own is a :meth:`Real.rounded_product`.
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped, attr-defined"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from llvmlite import ir
from numba import config

from ..machine import host

_CONTRACT = ("contract",)
_ALONE = ("afn",)  # means nothing on a product, but keeps numba from adding its own flags


@dataclass(frozen=True)
class Format:
    """A binary floating-point format.

    Attributes:
        name: "f32" or "f64", which also names constants.
        bits: its width.
        mantissa: stored bits of the significand.
        bias: bias of the exponent.
        suffix: as in ``llvm.sqrt.f32``.
    """

    name: str
    bits: int
    mantissa: int
    bias: int

    @property
    def real(self) -> Any:
        """LLVM's type of its values."""
        return ir.FloatType() if self.bits == 32 else ir.DoubleType()

    @property
    def whole(self) -> Any:
        """LLVM's type of the integers of its width."""
        return ir.IntType(self.bits)

    @property
    def infinity_bits(self) -> int:
        """Bits of +infinity."""
        return ((1 << (self.bits - 1 - self.mantissa)) - 1) << self.mantissa

    @property
    def sign_bit(self) -> int:
        """The sign's bit, as a signed integer."""
        return int(-(1 << (self.bits - 1)))

    @property
    def tiniest_normal(self) -> float:
        """The least positive normal number."""
        return float(2.0 ** (1 - self.bias))

    @property
    def rounder(self) -> float:
        """1.5 * 2**mantissa: adding it rounds to an integer, found in the low bits of the sum."""
        return 1.5 * 2.0**self.mantissa

    @property
    def rounder_bits(self) -> int:
        """Bits of :attr:`rounder`."""
        return ((self.bias + self.mantissa) << self.mantissa) | (1 << (self.mantissa - 1))


F32 = Format("f32", 32, 23, 127)
F64 = Format("f64", 64, 52, 1023)


class Truth:
    """A condition."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.builder, self.builder.and_(self.value, other.value))

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.builder, self.builder.or_(self.value, other.value))

    def __invert__(self) -> Truth:
        return Truth(self.builder, self.builder.not_(self.value))


class Whole:
    """An integer of the width of a format."""

    def __init__(self, builder: Any, value: Any, format: Format) -> None:
        self.builder = builder
        self.value = value
        self.format = format

    def _made(self, value: Any) -> Whole:
        return Whole(self.builder, value, self.format)

    def _operand(self, other: Whole | int) -> Any:
        return self.format.whole(other) if isinstance(other, int) else other.value

    def __add__(self, other: Whole | int) -> Whole:
        return self._made(self.builder.add(self.value, self._operand(other)))

    def __sub__(self, other: Whole | int) -> Whole:
        return self._made(self.builder.sub(self.value, self._operand(other)))

    def __rsub__(self, other: int) -> Whole:
        return self._made(self.builder.sub(self._operand(other), self.value))

    def __and__(self, other: Whole | int) -> Whole:
        return self._made(self.builder.and_(self.value, self._operand(other)))

    def __xor__(self, other: Whole | int) -> Whole:
        return self._made(self.builder.xor(self.value, self._operand(other)))

    def __lshift__(self, count: int) -> Whole:
        return self._made(self.builder.shl(self.value, self._operand(count)))

    def __rshift__(self, count: int) -> Whole:
        """Arithmetic shift: keeps the sign."""
        return self._made(self.builder.ashr(self.value, self._operand(count)))

    def __lt__(self, other: Whole | int) -> Truth:
        return Truth(self.builder, self.builder.icmp_signed("<", self.value, self._operand(other)))

    def __gt__(self, other: Whole | int) -> Truth:
        return Truth(self.builder, self.builder.icmp_signed(">", self.value, self._operand(other)))

    def equals(self, other: Whole | int) -> Truth:
        """Equality."""
        return Truth(self.builder, self.builder.icmp_signed("==", self.value, self._operand(other)))

    def at_most(self, high: int) -> Whole:
        """The lesser of it and ``high``."""
        return self._made(self.builder.select((self < high).value, self.value, self._operand(high)))

    @property
    def as_real(self) -> Real:
        """The number that has these bits."""
        return Real(self.builder, self.builder.bitcast(self.value, self.format.real), self.format)

    def to_real(self) -> Real:
        """The same number as a Real, for small ones; arithmetic that every machine has vectors for."""
        return (self + self.format.rounder_bits).as_real - self.format.rounder

    def power_of_two(self) -> Real:
        """2 to this power, which must be the exponent of a normal number."""
        return ((self + self.format.bias) << self.format.mantissa).as_real


class Real:
    """A floating-point number."""

    def __init__(self, builder: Any, value: Any, format: Format) -> None:
        self.builder = builder
        self.value = value
        self.format = format

    def _made(self, value: Any) -> Real:
        return Real(self.builder, value, self.format)

    def _operand(self, other: Number) -> Any:
        return other.value if isinstance(other, Real) else self.format.real(float(other))

    def constant(self, value: float) -> Real:
        """A number of the same format."""
        return self._made(self._operand(value))

    def __add__(self, other: Number) -> Real:
        return self._made(self.builder.fadd(self.value, self._operand(other), flags=_CONTRACT))

    def __radd__(self, other: float) -> Real:
        return self._made(self.builder.fadd(self._operand(other), self.value, flags=_CONTRACT))

    def __sub__(self, other: Number) -> Real:
        return self._made(self.builder.fsub(self.value, self._operand(other), flags=_CONTRACT))

    def __rsub__(self, other: float) -> Real:
        return self._made(self.builder.fsub(self._operand(other), self.value, flags=_CONTRACT))

    def __mul__(self, other: Number) -> Real:
        return self._made(self.builder.fmul(self.value, self._operand(other), flags=_CONTRACT))

    def __rmul__(self, other: float) -> Real:
        return self._made(self.builder.fmul(self._operand(other), self.value, flags=_CONTRACT))

    def __truediv__(self, other: Number) -> Real:
        return self._made(self.builder.fdiv(self.value, self._operand(other), flags=_CONTRACT))

    def __rtruediv__(self, other: float) -> Real:
        return self._made(self.builder.fdiv(self._operand(other), self.value, flags=_CONTRACT))

    def __neg__(self) -> Real:
        return self._made(self.builder.fneg(self.value))

    def __abs__(self) -> Real:
        return self.call("fabs")

    def _compared(self, operator: str, other: Number) -> Truth:
        value = self.builder.fcmp_ordered(operator, self.value, self._operand(other), flags=_CONTRACT)
        return Truth(self.builder, value)

    def __lt__(self, other: Number) -> Truth:
        return self._compared("<", other)

    def __gt__(self, other: Number) -> Truth:
        return self._compared(">", other)

    def __ge__(self, other: Number) -> Truth:
        return self._compared(">=", other)

    def equals(self, other: Number) -> Truth:
        """Equality; false for NaN."""
        return self._compared("==", other)

    def rounded_product(self, other: Number) -> Real:
        """The product, rounded: never fused with a later sum."""
        return self._made(self.builder.fmul(self.value, self._operand(other), flags=_ALONE))

    def call(self, name: str, *others: Number) -> Real:
        """``llvm.<name>(self, ...)``, a function of numbers of one format."""
        operands = [self.value, *map(self._operand, others)]
        kind = ir.FunctionType(self.format.real, [self.format.real] * len(operands))
        function = declared(self.builder.module, f"llvm.{name}.{self.format.name}", kind)
        return self._made(self.builder.call(function, operands))

    @property
    def bits(self) -> Whole:
        """Its bits as an integer."""
        return Whole(self.builder, self.builder.bitcast(self.value, self.format.whole), self.format)

    def at_least(self, low: float) -> Real:
        """The greater of it and ``low``; NaN stays."""
        return where(self < low, self.constant(low), self)

    def at_most(self, high: float) -> Real:
        """The lesser of it and ``high``; NaN stays."""
        return where(self > high, self.constant(high), self)

    def nearest(self) -> tuple[Real, Whole]:
        """The nearest integer, as a Real and a Whole, for numbers below 2**(mantissa - 1)."""
        shifted = self + self.format.rounder
        return shifted - self.format.rounder, shifted.bits - self.format.rounder_bits

    def polynomial(self, coefficients: Sequence[float]) -> Real:
        """``c[0] + c[1] x + c[2] x^2 + ...`` by Horner's rule."""
        total = self.constant(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = total * self + coefficient
        return total

    def widened(self) -> Real:
        """It as an f64."""
        return Real(self.builder, self.builder.fpext(self.value, F64.real), F64)

    def narrowed(self) -> Real:
        """It as an f32, rounded."""
        return Real(self.builder, self.builder.fptrunc(self.value, F32.real), F32)


Number: TypeAlias = "Real | float"


def where(condition: Truth, then: Real, otherwise: Real) -> Real:
    """One of two numbers, both computed."""
    return Real(then.builder, then.builder.select(condition.value, then.value, otherwise.value), then.format)


def fma(a: Real, b: Number, c: Number) -> Real:
    """``a * b + c``, rounded once; for finite numbers, and below an ulp, where the machine has no such instruction."""
    if _fuses():
        return a.call("fma", b, c)
    product, low = exact_product(a, b)
    total, rest = exact_sum(product, c if isinstance(c, Real) else a.constant(c))
    return total + (rest + low)


def exact_product(a: Real, b: Number) -> tuple[Real, Real]:
    """``(p, e)`` with ``p + e = a * b`` exactly, p the rounded product."""
    product = a.rounded_product(b)
    if _fuses():
        return product, a.call("fma", b, -product)
    other = b if isinstance(b, Real) else a.constant(b)
    if a.format is F32:
        return product, (a.widened() * other.widened() - product.widened()).narrowed()
    (high, low), (other_high, other_low) = _halves(a), _halves(other)
    return product, ((high * other_high - product) + high * other_low + low * other_high) + low * other_low


def _fuses() -> bool:
    """Whether the machine multiplies and adds in one; LLVM would quietly round twice where it does not."""
    return host(config.CPU_NAME).fused


def _halves(x: Real) -> tuple[Real, Real]:
    """An f64 as a sum of two numbers of at most 26 bits, whose products are exact (Dekker and Veltkamp)."""
    shifted = x.rounded_product(2.0**27 + 1.0)
    high = shifted - (shifted - x)
    return high, x - high


def exact_sum(a: Real, b: Real) -> tuple[Real, Real]:
    """``(s, e)`` with ``s + e = a + b`` exactly, s the rounded sum (Knuth's two-sum)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def declared(module: Any, name: str, kind: Any) -> Any:
    """The function ``name`` of a module, declared where it is not yet."""
    found = module.globals.get(name)
    return found if found is not None else ir.Function(module, kind, name)
