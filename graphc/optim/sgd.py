"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Mapping

from graphc.runtime.errors import DeclarationError

from ..functions import where
from ..tensor import Tensor
from ..variables import Parameter, State
from .optimizer import Optimizer, ParamGroup, ParamsLike, zeros_beside


class SGD(Optimizer):
    """``w <- w - lr * g``, with momentum ``v <- momentum * v + (1 - dampening) * g`` and ``w <- w - lr * v``.

    As in torch, the first step sets ``v = g`` whatever the dampening (Sutskever et al. 2013 for Nesterov's form).

    Args:
        params: parameters, or groups with options of their own.
        lr: learning rate.
        momentum: share of the last step that is kept.
        dampening: share of the gradient that momentum leaves out.
        weight_decay: factor of the parameter that is added to its gradient.
        nesterov: step along ``g + momentum * v``.
        maximize: climb instead.
    """

    def __init__(
        self,
        params: ParamsLike,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise DeclarationError(f"SGD: nesterov needs momentum > 0 and dampening 0, got {momentum} and {dampening}")
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
        )

    @property
    def counts_steps(self) -> bool:
        """Only dampening treats the first step in its own way."""
        return any(group.has("momentum") and group.has("dampening") for group in self.param_groups)

    @property
    def momentum(self) -> float:
        """Momentum (of the first group). Setting it sets all groups."""
        value: float = self._get("momentum")
        return value

    @momentum.setter
    def momentum(self, value: float) -> None:
        self._set("momentum", value)

    def new_states(self, parameter: Parameter, group: ParamGroup) -> dict[str, State]:
        """``momentum_buffer`` when there is momentum."""
        return {"momentum_buffer": zeros_beside(parameter)} if group.has("momentum") else {}

    def step(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor], group: ParamGroup, count: Tensor
    ) -> dict[str, Tensor]:
        """One step."""
        dtype = parameter.dtype
        new: dict[str, Tensor] = {}
        direction = -gradient if group["maximize"] else gradient
        if group.has("weight_decay"):
            direction = direction + group.value("weight_decay").astype(dtype) * parameter
        if group.has("momentum"):
            momentum = group.value("momentum").astype(dtype)
            if group.has("dampening"):
                damped = direction * (1.0 - group.value("dampening")).astype(dtype)
                velocity = where(count == 1.0, direction, momentum * states["momentum_buffer"] + damped)
            else:
                velocity = momentum * states["momentum_buffer"] + direction
            new["momentum_buffer"] = velocity
            direction = direction + momentum * velocity if group["nesterov"] else velocity
        new["param"] = parameter - group.value("lr").astype(dtype) * direction
        return new
