"""Comparisons and logic: element-wise operators with boolean results."""

from __future__ import annotations

import numpy as np

from graphc.compiler.ir import NotDifferentiable, Op, Reference, Value
from graphc.runtime.types import DType

from .base import PIECEWISE_CONSTANT, Operand, apply, comparison, elementwise

EQ = comparison("eq", "==", np.equal, commutative=True)
NE = comparison("ne", "!=", np.not_equal, commutative=True)
LT = comparison("lt", "<", np.less)
LE = comparison("le", "<=", np.less_equal)
GT = comparison("gt", ">", np.greater)
GE = comparison("ge", ">=", np.greater_equal)


def _logical(name: str, expression: str, reference: Reference, arity: int) -> Op:
    return elementwise(
        name,
        expression,
        reference,
        NotDifferentiable("booleans have no derivative"),
        arity=arity,
        allowed=(DType.bool,),
        result=DType.bool,
        commutative=arity == 2,
    )


LOGICAL_NOT = _logical("logical_not", "not {0}", np.logical_not, 1)
LOGICAL_AND = _logical("logical_and", "{0} & {1}", np.logical_and, 2)
LOGICAL_OR = _logical("logical_or", "{0} | {1}", np.logical_or, 2)
LOGICAL_XOR = _logical("logical_xor", "{0} ^ {1}", np.logical_xor, 2)


ISNAN = elementwise("isnan", "isnan({0})", np.isnan, PIECEWISE_CONSTANT, imports=("isnan",), result=DType.bool)
ISFINITE = elementwise(
    "isfinite", "isfinite({0})", np.isfinite, PIECEWISE_CONSTANT, imports=("isfinite",), result=DType.bool
)

FAMILY = (EQ, NE, LT, LE, GT, GE, LOGICAL_NOT, LOGICAL_AND, LOGICAL_OR, LOGICAL_XOR, ISNAN, ISFINITE)


def eq(a: Operand, b: Operand) -> Value:
    """``a == b``."""
    return apply(EQ, a, b)


def ne(a: Operand, b: Operand) -> Value:
    """``a != b``."""
    return apply(NE, a, b)


def lt(a: Operand, b: Operand) -> Value:
    """``a < b``."""
    return apply(LT, a, b)


def le(a: Operand, b: Operand) -> Value:
    """``a <= b``."""
    return apply(LE, a, b)


def gt(a: Operand, b: Operand) -> Value:
    """``a > b``."""
    return apply(GT, a, b)


def ge(a: Operand, b: Operand) -> Value:
    """``a >= b``."""
    return apply(GE, a, b)


def logical_not(x: Operand) -> Value:
    """True where x is false."""
    return apply(LOGICAL_NOT, x)


def logical_and(a: Operand, b: Operand) -> Value:
    """True where both are true."""
    return apply(LOGICAL_AND, a, b)


def logical_or(a: Operand, b: Operand) -> Value:
    """True where either is true."""
    return apply(LOGICAL_OR, a, b)


def logical_xor(a: Operand, b: Operand) -> Value:
    """True where exactly one is true."""
    return apply(LOGICAL_XOR, a, b)


def isnan(x: Operand) -> Value:
    """True where x is NaN."""
    return apply(ISNAN, x)


def isfinite(x: Operand) -> Value:
    """True where x is neither NaN nor infinite."""
    return apply(ISFINITE, x)
