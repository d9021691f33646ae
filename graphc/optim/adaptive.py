"""RMSprop and Adagrad."""

from __future__ import annotations

from collections.abc import Mapping

from ..tensor import Tensor
from ..variables import Parameter, State
from .optimizer import Optimizer, ParamGroup, ParamsLike, zeros_beside


class RMSprop(Optimizer):
    """Gradients divided by the root of their running mean square (Hinton 2012; centred: Graves 2013).

    Args:
        params: parameters, or groups with options of their own.
        lr: learning rate.
        alpha: what the mean square keeps at each step.
        eps: added to the root.
        weight_decay: factor of the parameter that is added to its gradient.
        momentum: share of the last step that is kept.
        centered: divide by the standard deviation instead.
        maximize: climb instead.
    """

    def __init__(
        self,
        params: ParamsLike,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "alpha": alpha,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "centered": centered,
                "maximize": maximize,
            },
        )

    @property
    def momentum(self) -> float:
        """Momentum (of the first group). Setting it sets all groups."""
        value: float = self._get("momentum")
        return value

    @momentum.setter
    def momentum(self, value: float) -> None:
        self._set("momentum", value)

    @property
    def counts_steps(self) -> bool:
        """The count changes nothing here, but torch keeps one."""
        return True

    def new_states(self, parameter: Parameter, group: ParamGroup) -> dict[str, State]:
        """``square_avg``, with momentum ``momentum_buffer``, centred ``grad_avg``."""
        names = ["square_avg"]
        names += ["momentum_buffer"] if group.has("momentum") else []
        names += ["grad_avg"] if group["centered"] else []
        return {name: zeros_beside(parameter) for name in names}

    def step(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor], group: ParamGroup, count: Tensor
    ) -> dict[str, Tensor]:
        """One step."""
        dtype = parameter.dtype
        alpha = group.value("alpha").astype(dtype)
        rest = (1.0 - group.value("alpha")).astype(dtype)
        if group["maximize"]:
            gradient = -gradient
        if group.has("weight_decay"):
            gradient = gradient + group.value("weight_decay").astype(dtype) * parameter
        square = states["square_avg"] * alpha + gradient.square() * rest
        new = {"square_avg": square}
        spread = square
        if group["centered"]:
            mean = new["grad_avg"] = states["grad_avg"] + (gradient - states["grad_avg"]) * rest
            spread = square - mean.square()
        direction = gradient / (spread.sqrt() + group.value("eps").astype(dtype))
        if group.has("momentum"):
            direction = states["momentum_buffer"] * group.value("momentum").astype(dtype) + direction
            new["momentum_buffer"] = direction
        new["param"] = parameter - group.value("lr").astype(dtype) * direction
        return new


class Adagrad(Optimizer):
    """Gradients divided by the root of the sum of all their squares (Duchi et al. 2011).

    Args:
        params: parameters, or groups with options of their own.
        lr: learning rate.
        lr_decay: the rate of step t is ``lr / (1 + (t - 1) * lr_decay)``.
        weight_decay: factor of the parameter that is added to its gradient.
        initial_accumulator_value: where the sums start.
        eps: added to the root.
        maximize: climb instead.
    """

    def __init__(
        self,
        params: ParamsLike,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "eps": eps,
                "maximize": maximize,
            },
        )

    @property
    def counts_steps(self) -> bool:
        """The rate depends on the step, when it decays."""
        return True

    def new_states(self, parameter: Parameter, group: ParamGroup) -> dict[str, State]:
        """``sum``."""
        return {"sum": zeros_beside(parameter, group["initial_accumulator_value"])}

    def step(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor], group: ParamGroup, count: Tensor
    ) -> dict[str, Tensor]:
        """One step."""
        dtype = parameter.dtype
        if group["maximize"]:
            gradient = -gradient
        if group.has("weight_decay"):
            gradient = gradient + group.value("weight_decay").astype(dtype) * parameter
        rate = group.value("lr")
        if group.has("lr_decay"):
            rate = rate / (1.0 + (count - 1.0) * group.value("lr_decay"))
        total = states["sum"] + gradient.square()
        step = gradient / (total.sqrt() + group.value("eps").astype(dtype))
        return {"sum": total, "param": parameter - rate.astype(dtype) * step}
