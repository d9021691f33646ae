"""The operator record: everything graphc knows about an operator, in one place.

Adding an operator means writing one such record in ``compiler/ops``; forgetting a facet is a type error,
and a facet that does not exist is said aloud with :class:`NotDifferentiable` or :class:`NotLowered`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.runtime.types import DType, Shapelike, TensorType

if TYPE_CHECKING:
    from .core import Value

Attr: TypeAlias = Any  # int, float, bool, str, None, DType, Dim, a tuple of these, or a Kernel
Attrs: TypeAlias = Mapping[str, Attr]
Array: TypeAlias = npt.NDArray[Any]

TypeRule: TypeAlias = Callable[..., "TensorType | tuple[TensorType, ...]"]
"""``(*operand_types, **attrs) -> type`` (a tuple for several results); raises ShapeError or DTypeError whose
message may say ``{0}``, ``{1}``… for the operands' names."""

GradRule: TypeAlias = Callable[..., "tuple[Value | None, ...]"]
"""``(g, y, *operands, **attrs) -> one Value or None per operand``: the vector-Jacobian product. ``g`` is the
cotangent of the result ``y``. For operators with several results both are tuples, entries of ``g`` may be None."""

Reference: TypeAlias = Callable[..., Any]
"""``(*arrays, **attrs) -> array``: the meaning, in NumPy. Named dimensions in attrs arrive as ints."""


@dataclass(frozen=True)
class NotDifferentiable:
    """States that an operator has no useful derivative, and why.

    ``blocks`` tells whether differentiating through it is an error (``argmax``) or gives zero (``floor``, ``eq``).
    """

    why: str
    blocks: bool = False


@dataclass(frozen=True)
class NotLowered:
    """States that an operator has no code for a target, and why."""

    why: str


@dataclass(frozen=True)
class Scalar:
    """Lowering of an element-wise operator: one expression over its operands' elements; what makes it fusible.

    Attributes:
        expression: Python source with ``{0}``, ``{1}``… for operand elements and ``{name}`` for attributes.
        imports: names the expression uses from the intrinsics.
    """

    expression: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reduction:
    """Lowering of a reduction over the attribute ``axes``: a combining operator and its neutral element.

    Attributes:
        combine: ``add``, ``mul``, ``maximum``, ``minimum``, or ``moments`` (which exists as partial results only).
        initial: neutral element, as a function of the dtype.
    """

    combine: str
    initial: Callable[[DType], float | int | bool]


@dataclass(frozen=True)
class Affine:
    """An index: a constant plus whole multiples of result axes: ``axis 1``, ``2*axis0 + 3``, ``n - 1 - axis0``."""

    terms: tuple[tuple[int, int], ...] = ()  # (axis of the result, factor)
    constant: Shapelike = 0

    @staticmethod
    def axis(axis: int, factor: int = 1, constant: Shapelike = 0) -> Affine:
        """``factor * axis + constant``."""
        return Affine(((axis, factor),), constant)


@dataclass(frozen=True)
class View:
    """Lowering of an operator that only moves elements: where each result element is read.

    Attributes:
        index: ``(operand_type, result_type, **attrs) -> one Affine per operand axis``.
        fill: name of the attribute with the value of elements outside the operand (``pad``), or None.
    """

    index: Callable[..., tuple[Affine, ...]]
    fill: str | None = None


@dataclass(frozen=True)
class IndexValue:
    """Lowering of ``iota``: the element is the position along the attribute ``axis``."""


@dataclass(frozen=True)
class SameMemory:
    """Lowering of an operator whose result is its first operand's memory under another shape or name."""


@dataclass(frozen=True)
class Gather:
    """Lowering of an operator that reads its first operand at positions held by its second.

    ``along`` is False for ``take`` (rows of a table), True for ``take_along`` (one element a row).
    """

    along: bool = False


@dataclass(frozen=True)
class Product:
    """Lowering of a contraction by the generated product kernels."""


@dataclass(frozen=True)
class Decompose:
    """An operator with a gradient rule of its own that is expanded into simpler ones after differentiation.

    Attributes:
        expand: ``(*operands, **attrs) -> Value`` (or a tuple).
    """

    expand: Callable[..., Any]


@dataclass(frozen=True)
class ByPass:
    """An operator that exists only until the named pass has run (``vjp`` until autodiff)."""

    name: str


@dataclass(frozen=True)
class Routine:
    """Lowering by a kernel of its own, built by ``compiler.lowering.routines`` under this name; never fused."""

    name: str


Lowering: TypeAlias = (
    Scalar | Reduction | View | IndexValue | SameMemory | Gather | Product | Decompose | ByPass | Routine | NotLowered
)


@dataclass(frozen=True)
class Domain:
    """Where a derivative check samples operands: an interval without the points where there is a kink."""

    low: float = -2.0
    high: float = 2.0
    kinks: tuple[float, ...] = ()
    integers: bool = False


REALS = Domain()
POSITIVE = Domain(0.3, 3.0)
NONZERO = Domain(-2.0, 2.0, (0.0,))
UNIT = Domain(-0.9, 0.9)


@dataclass(frozen=True, kw_only=True)
class Op:
    """Everything graphc knows about an operator.

    Attributes:
        name: name in IR text.
        type_rule: types of the results from those of the operands.
        grad_rule: vector-Jacobian product, or why there is none.
        reference: NumPy meaning: test oracle, constant folder, debug interpreter.
        lower_cpu: how CPU code is made.
        lower_cuda: how CUDA code is made.
        domain: where the derivative check samples; one for all operands, or one each.
        commutative: operands may be exchanged.
        foldable: False for operators whose result depends on more than operands and attributes.
    """

    name: str
    type_rule: TypeRule
    grad_rule: GradRule | NotDifferentiable
    reference: Reference = field(repr=False)
    lower_cpu: Lowering
    lower_cuda: Lowering
    domain: Domain | tuple[Domain, ...] = REALS
    commutative: bool = False
    foldable: bool = True

    @property
    def elementwise(self) -> bool:
        """True when the CPU lowering is a scalar expression."""
        return isinstance(self.lower_cpu, Scalar)

    def __call__(self, *operands: Value | float | bool, hint: str | None = None, **attrs: Attr) -> Any:
        """Append a node; the result Value, or a tuple of them. Python numbers become constants."""
        from .core import Node, as_values  # noqa: PLC0415 - nodes hold records; the record itself needs none

        node = Node(self, as_values(operands), attrs, hint=hint)
        return node.results[0] if len(node.results) == 1 else node.results

    def __repr__(self) -> str:
        return f"Op({self.name})"


def _constant_type(*, value: Attr, dtype: DType, shape: tuple[int, ...]) -> TensorType:
    return TensorType(dtype, shape)


def _constant_reference(*, value: Attr, dtype: DType, shape: tuple[int, ...]) -> Array:
    return np.array(value, dtype=dtype.numpy).reshape(shape)


CONSTANT = Op(
    name="constant",
    type_rule=_constant_type,
    grad_rule=lambda g, y, **attrs: (),
    reference=_constant_reference,
    lower_cpu=Scalar("{value}"),
    lower_cuda=Scalar("{value}"),
)
"""A small constant: ``value`` is a Python number, or a flat tuple of them for ``shape`` other than ()."""
