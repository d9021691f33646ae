"""Derivatives as graph nodes: ``grad``, ``vjp``, ``jvp``, ``jacobian``, ``hessian`` and rules of one's own.

All declare nodes; what they give is differentiable again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeAlias, overload

from graphc.compiler import ops
from graphc.compiler.autodiff import check_differentiable
from graphc.compiler.ir import Node, Value, constant, explain, here
from graphc.runtime.errors import DeclarationError, ShapeError

from .broadcasting import broadcast_value, fail_shape
from .functions import stack
from .tensor import Tensor


def _many(wrt: Tensor | Sequence[Tensor]) -> list[Tensor]:
    tensors = [wrt] if isinstance(wrt, Tensor) else list(wrt)
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise DeclarationError(f"grad: expected tensors to differentiate by, got {type(tensor).__name__}")
    return tensors


def _vjp(y: Value, g: Value, wrt: Sequence[Value]) -> list[Tensor]:
    if not wrt:
        return []
    check_differentiable(y, wrt)
    node = Node(ops.VJP, (y, g, *wrt), {}, hints=[f"d_{v.hint}" for v in wrt])
    return [Tensor(result) for result in node.results]


@overload
def grad(y: Tensor, wrt: Tensor) -> Tensor: ...
@overload
def grad(y: Tensor, wrt: Sequence[Tensor]) -> list[Tensor]: ...
def grad(y: Tensor, wrt: Tensor | Sequence[Tensor]) -> Tensor | list[Tensor]:
    """The gradient of a scalar.

    Args:
        y: rank-0 floating-point tensor.
        wrt: by what: a tensor, or a sequence of them. They may be parameters, inputs or anything ``y`` is made of.

    Returns:
        A tensor of the same type for each ``wrt``: one, or a list in the same order. Differentiable again.

    Raises:
        ShapeError: ``y`` is no scalar.
        NoGradientError: ``y`` does not depend on a ``wrt``, or an operator on the path has no derivative.
    """
    tensors = _many(wrt)
    if not isinstance(y, Tensor):
        raise DeclarationError(f"grad: expected a tensor to differentiate, got {type(y).__name__}")
    if y.ndim:
        raise fail_shape(
            "grad",
            f"expected a scalar, got {y.type} (%{y.name}); use .sum() or .mean(), or gr.vjp, gr.jacobian",
            y.value,
        )
    check_differentiable(y.value, [t.value for t in tensors])
    results = _vjp(y.value, constant(1, y.dtype), [t.value for t in tensors])
    return results[0] if isinstance(wrt, Tensor) else results


@overload
def vjp(y: Tensor, wrt: Tensor, g: Tensor) -> Tensor: ...
@overload
def vjp(y: Tensor, wrt: Sequence[Tensor], g: Tensor) -> list[Tensor]: ...
def vjp(y: Tensor, wrt: Tensor | Sequence[Tensor], g: Tensor) -> Tensor | list[Tensor]:
    """The vector-Jacobian product ``g . dy/dwrt``, by one backward pass.

    Args:
        y: floating-point tensor of any shape.
        wrt: by what.
        g: the vector, of the type of ``y``.
    """
    _same_type("vjp", g, y)
    results = _vjp(y.value, g.value, [t.value for t in _many(wrt)])
    return results[0] if isinstance(wrt, Tensor) else results


def jvp(y: Tensor, wrt: Tensor | Sequence[Tensor], tangent: Tensor | Sequence[Tensor]) -> Tensor:
    """The Jacobian-vector product ``dy/dwrt . tangent``: the derivative of ``y`` along a direction.

    The vector-Jacobian product is linear in its vector, and differentiating it by that vector gives this one.

    Args:
        y: floating-point tensor of any shape.
        wrt: by what.
        tangent: the direction, a tensor of the type of each ``wrt``.
    """
    variables, tangents = _many(wrt), _many(tangent)
    if len(variables) != len(tangents):
        raise DeclarationError(f"jvp: expected {len(variables)} tangents, one for each wrt, got {len(tangents)}")
    for variable, direction in zip(variables, tangents, strict=True):
        _same_type("jvp", direction, variable)
    dummy = _filled(y.value, 0)
    along: Tensor | None = None
    for back, direction in zip(_vjp(y.value, dummy, [v.value for v in variables]), tangents, strict=True):
        part = (back * direction).sum()
        along = part if along is None else along + part
    if along is None:
        raise DeclarationError("jvp: expected at least one tensor to differentiate by, got none")
    return _vjp(along.value, constant(1, y.dtype), [dummy])[0]


def jacobian(y: Tensor, wrt: Tensor) -> Tensor:
    """All first derivatives: shape ``[*y.shape, *wrt.shape]``. The shape of ``y`` must be known.

    One backward pass is declared for each element of ``y``.
    """
    size = y.size
    if not isinstance(size, int):
        raise fail_shape("jacobian", f"expected known sizes, got {y.type} (%{y.name})", y.value)
    flat = y.reshape(size)
    rows = [_vjp(flat[i].value, constant(1, y.dtype), [wrt.value])[0] for i in range(size)]
    return stack(rows).reshape((*y.shape, *wrt.shape))


def hessian(y: Tensor, wrt: Tensor) -> Tensor:
    """All second derivatives of a scalar: shape ``[*wrt.shape, *wrt.shape]``, which must be known."""
    return jacobian(grad(y, wrt), wrt)


def stop_gradient(x: Tensor) -> Tensor:
    """The same value, through which no gradient flows."""
    return Tensor(ops.stop_gradient(x.value))


Backward: TypeAlias = Callable[..., "Tensor | Sequence[Tensor | None] | None"]


def custom_vjp(backward: Backward) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Give a function a derivative of one's own::

        def backward(g, y, x):
            return g * (x.abs() < 1)  # the gradient for x


        @gr.custom_vjp(backward)
        def hard(x):
            return gr.sign(x)

    Args:
        backward: ``backward(g, y, *tensors)`` gives a gradient for each tensor argument, or None for zero, where ``g``
            is the gradient of the result ``y``. It is made of graph functions, and differentiable again.

    Returns:
        A decorator for functions that take tensors by position (anything else by keyword) and give one tensor.
    """

    def decorate(forward: Callable[..., Tensor]) -> Callable[..., Tensor]:
        @functools.wraps(forward)
        def apply(*inputs: Tensor, **options: object) -> Tensor:
            wrong = [type(given).__name__ for given in inputs if not isinstance(given, Tensor)]
            if wrong:
                what = f"expected tensors by position, got {wrong[0]}; give it by keyword"
                raise DeclarationError(f"custom_vjp: {forward.__name__}: {what}")
            values = [t.value for t in inputs]
            y = forward(*inputs, **options)
            rule = functools.partial(_pull_back, backward)
            rule(_filled(y.value, 0), y.value, *values)  # so that a wrong gradient is told here, not when compiling
            return Tensor(ops.custom_vjp(y.value, values, rule))

        return apply

    return decorate


def _pull_back(backward: Backward, g: Value, y: Value, *inputs: Value) -> tuple[Value | None, ...]:
    """The user's rule over values, its results checked."""
    results = backward(Tensor(g), Tensor(y), *(Tensor(v) for v in inputs))
    gradients = [results] if isinstance(results, Tensor) or results is None else list(results)
    name = getattr(backward, "__name__", "backward")
    if len(gradients) != len(inputs):
        raise DeclarationError(
            f"custom_vjp: {name}: expected {len(inputs)} gradients, one for each tensor, got {len(gradients)}"
        )
    for gradient, value in zip(gradients, inputs, strict=True):
        if gradient is not None and gradient.type != value.type:
            raise fail_shape(
                "custom_vjp", f"{name}: expected a gradient {value.type} for %{value.hint}, got {gradient.type}", value
            )
    return tuple(gradient if gradient is None else gradient.value for gradient in gradients)


def _filled(like: Value, number: float) -> Value:
    zero = constant(number, like.dtype)
    # Always a node of its own, also for a scalar: it is something to differentiate by.
    return ops.reshape(zero, shape=()) if not like.type.rank else broadcast_value(zero, like.type.shape)


def _same_type(op: str, given: Tensor, wanted: Tensor) -> None:
    if given.type != wanted.type:
        message = f"expected {wanted.type} as for %{wanted.name}, got {given.type} (%{given.name})"
        raise ShapeError(explain(op, message, [given.value, wanted.value], here()))
