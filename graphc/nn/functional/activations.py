"""Activation functions, named as in torch.nn.functional."""

from __future__ import annotations

from graphc.compiler import ops

from ... import functions as fn
from ...broadcasting import fail_shape, require_float
from ...tensor import Tensor


def relu(input: Tensor) -> Tensor:
    """``max(x, 0)``."""
    return input.relu()


def sigmoid(input: Tensor) -> Tensor:
    """``1 / (1 + exp(-x))``."""
    return input.sigmoid()


def tanh(input: Tensor) -> Tensor:
    """Hyperbolic tangent."""
    return input.tanh()


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """``x * Phi(x)`` with the normal distribution function (Hendrycks and Gimpel 2016).

    Args:
        input: floating-point tensor.
        approximate: ``"none"`` for the exact form by erf, ``"tanh"`` for
            ``x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))``.
    """
    require_float("gelu", input.value)
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: expected approximate 'none' or 'tanh', got {approximate!r}")
    return Tensor(ops.gelu(input.value, approximate=approximate))


def softmax(input: Tensor, dim: int) -> Tensor:
    """``exp(x) / sum exp(x)`` along ``dim``."""
    return fn.softmax(input, dim)


def softmin(input: Tensor, dim: int) -> Tensor:
    """``softmax(-x)`` along ``dim``."""
    return fn.softmax(-input, dim)


def log_softmax(input: Tensor, dim: int) -> Tensor:
    """``x - logsumexp(x)`` along ``dim``."""
    return fn.log_softmax(input, dim)


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """``x`` where positive, else ``negative_slope * x``."""
    return fn.where(input > 0, input, input * negative_slope)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """``x`` where positive, else ``weight * x``; one weight, or one for each channel (axis 1)."""
    if weight.type.size != 1 and input.ndim > 2:
        weight = weight.reshape((-1, *[1] * (input.ndim - 2)))
    return fn.where(input > 0, input, input * weight)


def elu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """``x`` where positive, else ``alpha * (exp(x) - 1)`` (Clevert et al. 2015)."""
    return fn.where(input > 0, input, fn.expm1(fn.minimum(input, 0)) * alpha)


def selu(input: Tensor) -> Tensor:
    """ELU scaled so that activations normalise themselves (Klambauer et al. 2017)."""
    return elu(input, 1.6732632423543772) * 1.0507009873554805


def celu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """``max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))``."""
    return fn.where(input > 0, input, fn.expm1(fn.minimum(input, 0) / alpha) * alpha)


def silu(input: Tensor) -> Tensor:
    """``x * sigmoid(x)``."""
    return input * input.sigmoid()


def mish(input: Tensor) -> Tensor:
    """``x * tanh(softplus(x))``."""
    return input * softplus(input).tanh()


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """``log(1 + exp(beta * x)) / beta``; the identity where ``beta * x`` is above the threshold."""
    require_float("softplus", input.value)
    scaled = input if beta == 1.0 else input * beta
    soft = Tensor(ops.softplus(scaled.value))
    return fn.where(scaled > threshold, input, soft if beta == 1.0 else soft / beta)


def softsign(input: Tensor) -> Tensor:
    """``x / (1 + |x|)``."""
    return input / (input.abs() + 1)


def logsigmoid(input: Tensor) -> Tensor:
    """``log sigmoid(x)``."""
    require_float("logsigmoid", input.value)
    return -Tensor(ops.softplus((-input).value))


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """``x`` limited to ``[min_val, max_val]``."""
    if min_val >= max_val:
        raise ValueError(f"hardtanh: expected min_val < max_val, got {min_val} and {max_val}")
    return input.clip(min_val, max_val)


def relu6(input: Tensor) -> Tensor:
    """``min(max(x, 0), 6)``."""
    return input.clip(0, 6)


def hardsigmoid(input: Tensor) -> Tensor:
    """``relu6(x + 3) / 6``."""
    return relu6(input + 3) / 6


def hardswish(input: Tensor) -> Tensor:
    """``x * relu6(x + 3) / 6``."""
    return input * hardsigmoid(input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """``a * sigmoid(b)`` for the two halves of ``dim``."""
    size = input.shape[dim]
    if not isinstance(size, int) or size % 2:
        raise fail_shape("glu", f"expected an even known size, got {size} (axis {dim} of %{input.name})", input.value)
    a, b = fn.split(input, 2, dim)
    return a * b.sigmoid()


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """``x / max(|x|_p, eps)`` along ``dim``."""
    return input / fn.maximum(fn.vector_norm(input, dim, True, p), eps)
