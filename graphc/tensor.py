"""Tensor: an immutable node of a static graph, with NumPy's operators and methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.compiler import ops
from graphc.compiler.ir import Leaf, Value, explain, here
from graphc.runtime.errors import DeclarationError, DTypeError
from graphc.runtime.types import DType, Shape, Shapelike, TensorType

from . import indexing, products, reducing, shaping
from .broadcasting import Operand, constant_value, elementwise, fail_dtype, fail_shape, require_float
from .shaping import Axes, ShapeArg

Array: TypeAlias = npt.NDArray[Any]
TensorLike: TypeAlias = "Tensor | float | int | bool | Array | np.generic[Any]"

_KIND_WORDS = {"input": "input", "param": "parameter", "state": "state", "const": "constant"}
_TEACH = {
    "backward": "gradients are nodes of the graph: use gr.grad(loss, wrt), or compile(..., updates=opt.minimize(loss))",
    "item": "compile a program with this tensor among its outputs and read the array it returns",
    "numpy": "compile a program with this tensor among its outputs and read the array it returns",
    "tolist": "compile a program with this tensor among its outputs and read the array it returns",
    "grad": "use gr.grad(loss, wrt); a gradient is a tensor of the graph like any other",
    "requires_grad_": "every floating-point tensor can be differentiated; gr.grad(y, wrt) says by what",
    "cuda": "the target belongs to the program: gr.compile(..., target='cuda')",
    "cpu": "the target belongs to the program: gr.compile(..., target='cpu')",
}


def operand(op: str, x: object) -> Operand:
    """What an operator takes: a value for tensors and arrays, Python numbers as they are.

    Raises:
        DTypeError: anything else.
    """
    if isinstance(x, Tensor):
        return x.value
    if isinstance(x, np.generic):
        x = x.item()
    if isinstance(x, bool | int | float):
        return x
    if isinstance(x, np.ndarray):
        return constant_value(x)
    raise DTypeError(f"{op}: expected a tensor, a number or a NumPy array, got {type(x).__name__}")


def as_value(op: str, x: object) -> Value:
    """The value of a tensor; arrays become constants, numbers f32, i64 or bool ones."""
    value = operand(op, x)
    if isinstance(value, Value):
        return value
    return constant_value(np.asarray(value), DType.f32 if isinstance(value, float) else None)


class Tensor:
    """A node of a static graph: it has a type, a name and an origin, and a value only when a program runs.

    Operators and methods declare further nodes; nothing is computed. Shapes broadcast as in NumPy. Element types must
    be equal; Python numbers take the type of the tensor beside them.

    Attributes:
        value: the node in the intermediate representation.
    """

    __slots__ = ("value",)
    __array_ufunc__ = None  # NumPy arrays leave ``array + tensor`` to us
    value: Value

    def __init__(self, value: Value) -> None:
        self.value = value

    # What it is

    @property
    def type(self) -> TensorType:
        """Element type and shape."""
        return self.value.type

    @property
    def shape(self) -> Shape:
        """Sizes: ints and named dimensions, which can be given back to :meth:`reshape`."""
        return self.value.type.shape

    @property
    def dtype(self) -> DType:
        """Element type."""
        return self.value.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.value.type.rank

    @property
    def size(self) -> Shapelike:
        """Number of elements."""
        return self.value.type.size

    @property
    def name(self) -> str:
        """Name in IR text, without a suffix that makes it unique."""
        return self.value.hint

    def named(self, name: str) -> Self:
        """The same tensor, called ``name`` in IR text. Inputs keep the name they are fed by."""
        if isinstance(self.value, Leaf) and self.value.kind == "input" and name != self.value.hint:
            raise DeclarationError(
                f"named: input %{self.value.hint} is fed by its name; declare it as gr.input({name!r}, …)"
            )
        self.value.hint = name
        return self

    def __repr__(self) -> str:
        value = self.value
        origin = f" ({value.loc})" if value.loc else ""
        if isinstance(value, Leaf):
            return f"Tensor %{value.hint}: {value.type} {_KIND_WORDS[value.kind]}{origin}"
        return f"Tensor %{value.hint}: {value.type} = {value.op}{origin}"

    # What it is not

    def _no_value(self, what: str, advice: str) -> NoReturn:
        raise DeclarationError(
            explain(
                what,
                f"{{0}} is a node of a static graph; it has no value until a program runs. {advice}",
                [self.value],
                here(),
            )
        )

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  # it always raises
        self._no_value("bool", "Use gr.where(condition, a, b) to choose by value, & | ~ to combine conditions.")

    def __len__(self) -> NoReturn:  # noqa: PLE0303  # it always raises
        self._no_value("len", "Its sizes are in .shape; gr.sum over ones counts at run time.")

    def __iter__(self) -> NoReturn:
        self._no_value("iter", "Use x[i] for i in range(n), or an operation over a whole axis.")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        self._no_value("array", "Compile it: gr.compile(inputs=[...], outputs=x)(...) gives a NumPy array.")

    def __float__(self) -> NoReturn:
        self._no_value("float", "Compile it: gr.compile(inputs=[...], outputs=x)(...) gives its number.")

    def __int__(self) -> NoReturn:
        self._no_value("int", "Compile it: gr.compile(inputs=[...], outputs=x)(...) gives its number.")

    def __index__(self) -> NoReturn:  # noqa: PLE0305  # it always raises
        self._no_value("index", "As a position in a tensor, write table[x]; in a shape, use a named dimension.")

    def __setitem__(self, key: object, new: object) -> NoReturn:
        self._no_value("setitem", "Tensors never change: use gr.where(mask, new, x) or gr.concat.")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            advice = f": {_TEACH[name]}" if name in _TEACH else ""
            raise AttributeError(f"a {type(self).__name__} has no attribute {name!r}{advice}", name=name, obj=self)

    # Arithmetic

    def __hash__(self) -> int:
        return id(self)

    def __add__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("add", ops.add, self.value, operand("add", other)))

    def __radd__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("add", ops.add, operand("add", other), self.value))

    def __sub__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("sub", ops.sub, self.value, operand("sub", other)))

    def __rsub__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("sub", ops.sub, operand("sub", other), self.value))

    def __mul__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("mul", ops.mul, self.value, operand("mul", other)))

    def __rmul__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("mul", ops.mul, operand("mul", other), self.value))

    def __truediv__(self, other: TensorLike) -> Tensor:
        return Tensor(products.divide(self.value, operand("div", other)))

    def __rtruediv__(self, other: TensorLike) -> Tensor:
        return Tensor(products.divide(operand("div", other), self.value))

    def __floordiv__(self, other: TensorLike) -> Tensor:
        return Tensor(products.floor_divide(self.value, operand("floor_divide", other)))

    def __rfloordiv__(self, other: TensorLike) -> Tensor:
        return Tensor(products.floor_divide(operand("floor_divide", other), self.value))

    def __mod__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("remainder", ops.remainder, self.value, operand("remainder", other)))

    def __rmod__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("remainder", ops.remainder, operand("remainder", other), self.value))

    def __pow__(self, other: TensorLike) -> Tensor:
        return Tensor(products.power(self.value, operand("pow", other)))

    def __rpow__(self, other: TensorLike) -> Tensor:
        return Tensor(products.power(operand("pow", other), self.value))

    def __matmul__(self, other: TensorLike) -> Tensor:
        return Tensor(products.matmul(self.value, as_value("matmul", other)))

    def __rmatmul__(self, other: TensorLike) -> Tensor:
        return Tensor(products.matmul(as_value("matmul", other), self.value))

    def __neg__(self) -> Tensor:
        return Tensor(ops.neg(self.value))

    def __pos__(self) -> Tensor:
        return self

    def __abs__(self) -> Tensor:
        return Tensor(ops.abs(self.value))

    # Comparison and logic

    def __eq__(self, other: TensorLike) -> Tensor:  # type: ignore[override]  # elementwise, as in NumPy
        return Tensor(elementwise("eq", ops.eq, self.value, operand("eq", other)))

    def __ne__(self, other: TensorLike) -> Tensor:  # type: ignore[override]
        return Tensor(elementwise("ne", ops.ne, self.value, operand("ne", other)))

    def __lt__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("lt", ops.lt, self.value, operand("lt", other)))

    def __le__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("le", ops.le, self.value, operand("le", other)))

    def __gt__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("gt", ops.gt, self.value, operand("gt", other)))

    def __ge__(self, other: TensorLike) -> Tensor:
        return Tensor(elementwise("ge", ops.ge, self.value, operand("ge", other)))

    def __and__(self, other: TensorLike) -> Tensor:
        return Tensor(products.logical("logical_and", ops.logical_and, self.value, operand("logical_and", other)))

    def __rand__(self, other: TensorLike) -> Tensor:
        return Tensor(products.logical("logical_and", ops.logical_and, operand("logical_and", other), self.value))

    def __or__(self, other: TensorLike) -> Tensor:
        return Tensor(products.logical("logical_or", ops.logical_or, self.value, operand("logical_or", other)))

    def __ror__(self, other: TensorLike) -> Tensor:
        return Tensor(products.logical("logical_or", ops.logical_or, operand("logical_or", other), self.value))

    def __xor__(self, other: TensorLike) -> Tensor:
        return Tensor(products.logical("logical_xor", ops.logical_xor, self.value, operand("logical_xor", other)))

    def __rxor__(self, other: TensorLike) -> Tensor:
        return Tensor(products.logical("logical_xor", ops.logical_xor, operand("logical_xor", other), self.value))

    def __invert__(self) -> Tensor:
        if self.dtype is not DType.bool:
            raise fail_dtype("logical_not", f"expected bool, got {self.type} (%{self.name})", self.value)
        return Tensor(ops.logical_not(self.value))

    # Shape

    def __getitem__(self, key: object) -> Tensor:
        keys = key if isinstance(key, tuple) else (key,)
        parts = [np.asarray(k) if isinstance(k, list) else k for k in keys]
        parts = [k.value if isinstance(k, Tensor) else k.item() if isinstance(k, np.generic) else k for k in parts]
        return Tensor(indexing.index(self.value, parts))

    def reshape(self, *shape: ShapeArg | Sequence[ShapeArg]) -> Tensor:
        """Another shape over the same elements in C order; one size may be -1."""
        return Tensor(shaping.reshape(self.value, _sizes(shape)))

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Tensor:
        """Axes ``start_dim`` to ``end_dim`` as one."""
        return Tensor(shaping.flatten(self.value, start_dim, end_dim))

    def permute(self, *axes: int | Sequence[int]) -> Tensor:
        """Axes in another order."""
        return Tensor(shaping.permute(self.value, _sizes(axes)))

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        """Two axes exchanged."""
        return Tensor(shaping.swap(self.value, dim0, dim1))

    @property
    def T(self) -> Tensor:  # noqa: N802  # NumPy's name
        """A matrix transposed; ShapeError for another rank, see :attr:`mT`."""
        if self.ndim != 2:
            raise fail_shape("T", f"expected a matrix, got {self.type}; use .mT or .permute", self.value)
        return self.transpose(0, 1)

    @property
    def mT(self) -> Tensor:  # noqa: N802  # the array API's name
        """The last two axes exchanged."""
        return self.transpose(-2, -1)

    def squeeze(self, axis: Axes = None) -> Tensor:
        """Without axes of size 1."""
        return Tensor(shaping.squeeze(self.value, axis))

    def unsqueeze(self, axis: int) -> Tensor:
        """One more axis of size 1."""
        return Tensor(shaping.expand_dims(self.value, axis))

    def expand(self, *shape: ShapeArg | Sequence[ShapeArg]) -> Tensor:
        """Widened to a shape by broadcasting; -1 keeps a size."""
        return Tensor(shaping.broadcast_to(self.value, _sizes(shape)))

    # Reductions

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Sum of elements over the axes, all of them for None. bool and i32 are summed as i64."""
        return Tensor(reducing.total(self.value, axis, keepdims))

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Mean over the axes."""
        return Tensor(reducing.mean(self.value, axis, keepdims))

    def prod(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Product over the axes."""
        return Tensor(reducing.product(self.value, axis, keepdims))

    def max(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Maximum over the axes."""
        return Tensor(reducing.largest(self.value, axis, keepdims))

    def min(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Minimum over the axes."""
        return Tensor(reducing.smallest(self.value, axis, keepdims))

    def var(self, axis: Axes = None, correction: float = 0, keepdims: bool = False) -> Tensor:
        """Variance over the axes, divided by ``n - correction``."""
        return Tensor(reducing.variance(self.value, axis, correction, keepdims))

    def std(self, axis: Axes = None, correction: float = 0, keepdims: bool = False) -> Tensor:
        """Standard deviation over the axes."""
        return Tensor(ops.sqrt(reducing.variance(self.value, axis, correction, keepdims)))

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the first maximum, i64."""
        return Tensor(reducing.position("argmax", ops.argmax, self.value, axis, keepdims))

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the first minimum, i64."""
        return Tensor(reducing.position("argmin", ops.argmin, self.value, axis, keepdims))

    def any(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """True where some element is not zero."""
        return Tensor(reducing.anything(self.value, axis, keepdims))

    def all(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """True where no element is zero."""
        return Tensor(reducing.everything(self.value, axis, keepdims))

    # Element-wise

    def astype(self, dtype: DType | str | Any) -> Tensor:
        """Another element type; floats are truncated towards zero when they become whole numbers."""
        wanted = DType.of(dtype)
        return self if wanted is self.dtype else Tensor(ops.cast(self.value, dtype=wanted))

    def to(self, dtype: DType | str | Any) -> Tensor:
        """The same as :meth:`astype`."""
        return self.astype(dtype)

    def detach(self) -> Tensor:
        """The same value, through which no gradient flows."""
        return Tensor(ops.stop_gradient(self.value))

    def clip(self, min: TensorLike | None = None, max: TensorLike | None = None) -> Tensor:
        """Elements limited to ``min`` and ``max``; NaN stays."""
        value = self.value
        if min is not None:
            value = elementwise("clip", ops.maximum, value, operand("clip", min))
        if max is not None:
            value = elementwise("clip", ops.minimum, value, operand("clip", max))
        return Tensor(value)

    def exp(self) -> Tensor:
        """``e ** x``."""
        require_float("exp", self.value)
        return Tensor(ops.exp(self.value))

    def log(self) -> Tensor:
        """Natural logarithm."""
        require_float("log", self.value)
        return Tensor(ops.log(self.value))

    def sqrt(self) -> Tensor:
        """Square root."""
        require_float("sqrt", self.value)
        return Tensor(ops.sqrt(self.value))

    def square(self) -> Tensor:
        """``x * x``."""
        return Tensor(ops.square(self.value))

    def abs(self) -> Tensor:
        """Absolute value."""
        return Tensor(ops.abs(self.value))

    def tanh(self) -> Tensor:
        """Hyperbolic tangent."""
        require_float("tanh", self.value)
        return Tensor(ops.tanh(self.value))

    def sigmoid(self) -> Tensor:
        """``1 / (1 + exp(-x))``."""
        require_float("sigmoid", self.value)
        return Tensor(ops.sigmoid(self.value))

    def relu(self) -> Tensor:
        """``max(x, 0)``."""
        return Tensor(ops.relu(self.value))


def _sizes(given: Sequence[Any]) -> Sequence[Any]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    return given[0] if len(given) == 1 and isinstance(given[0], list | tuple) else given
