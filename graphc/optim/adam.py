"""Adam and AdamW."""

from __future__ import annotations

from collections.abc import Mapping

from ..functions import maximum
from ..tensor import Tensor
from ..variables import Parameter, State
from .optimizer import Optimizer, ParamGroup, ParamsLike, zeros_beside


class Adam(Optimizer):
    """Steps of the size of the learning rate, by running moments of the gradient (Kingma and Ba 2014).

    ``m <- b1 m + (1-b1) g``, ``v <- b2 v + (1-b2) g^2``,
    ``w <- w - lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)``.

    Args:
        params: parameters, or groups with options of their own.
        lr: learning rate.
        betas: what the moments keep at each step.
        eps: added to the root of the second moment.
        weight_decay: factor of the parameter that is added to its gradient.
        amsgrad: divide by the largest second moment so far (Reddi et al. 2018).
        maximize: climb instead.
    """

    decoupled = False

    def __init__(
        self,
        params: ParamsLike,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": tuple(betas),
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
            },
        )

    @property
    def betas(self) -> tuple[float, float]:
        """Both (of the first group). Setting them sets all groups."""
        value: tuple[float, float] = self._get("betas")
        return value

    @betas.setter
    def betas(self, value: tuple[float, float]) -> None:
        self._set("betas", tuple(value))

    @property
    def counts_steps(self) -> bool:
        """The corrections of the moments depend on the step."""
        return True

    def new_states(self, parameter: Parameter, group: ParamGroup) -> dict[str, State]:
        """``exp_avg``, ``exp_avg_sq`` and, with amsgrad, ``max_exp_avg_sq``."""
        names = ["exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if group["amsgrad"] else [])]
        return {name: zeros_beside(parameter) for name in names}

    def step(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor], group: ParamGroup, count: Tensor
    ) -> dict[str, Tensor]:
        """One step."""
        dtype = parameter.dtype
        lr, beta1, beta2 = group.value("lr"), group.value("betas"), group.value("betas", 1)
        if group["maximize"]:
            gradient = -gradient
        if group.has("weight_decay"):
            if self.decoupled:
                parameter = parameter * (1.0 - lr * group.value("weight_decay")).astype(dtype)
            else:
                gradient = gradient + group.value("weight_decay").astype(dtype) * parameter
        mean = states["exp_avg"] + (gradient - states["exp_avg"]) * (1.0 - beta1).astype(dtype)
        square = states["exp_avg_sq"] * beta2.astype(dtype) + gradient.square() * (1.0 - beta2).astype(dtype)
        new = {"exp_avg": mean, "exp_avg_sq": square}
        if group["amsgrad"]:
            square = new["max_exp_avg_sq"] = maximum(states["max_exp_avg_sq"], square)
        step_size = (lr / (1.0 - beta1**count)).astype(dtype)
        root = (1.0 - beta2**count).sqrt().astype(dtype)
        new["param"] = parameter - step_size * mean / (square.sqrt() / root + group.value("eps").astype(dtype))
        return new


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: ``w <- w - lr * weight_decay * w`` (Loshchilov and Hutter 2017).

    Args:
        params: parameters, or groups with options of their own.
        lr: learning rate.
        betas: what the moments keep at each step.
        eps: added to the root of the second moment.
        weight_decay: share of the parameter, times ``lr``, that each step takes away.
        amsgrad: divide by the largest second moment so far.
        maximize: climb instead.
    """

    decoupled = True

    def __init__(
        self,
        params: ParamsLike,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
