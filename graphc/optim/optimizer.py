"""What optimisers share: parameter groups with run-time options, states, updates, saving.

An optimiser declares updates: ``minimize(loss)`` gives pairs (state, new value) for ``gr.compile(updates=...)``, so
that forward, backward and update are one program. Options such as ``lr`` are f64 states, read at every step: changing
one never compiles anything. Scalars are computed in f64 as torch does, and rounded to the parameter's type where they
meet it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np

from graphc.compiler.ir import here, reachable
from graphc.runtime.errors import CheckpointError, DeclarationError, NoGradientError
from graphc.runtime.types import TensorType

from ..clipping import clip_by_norm, clip_by_value
from ..derivative import grad
from ..nn.module import fit_array
from ..tensor import Tensor
from ..variables import Parameter, State, Variable

Update: TypeAlias = tuple[Tensor, Tensor]
ParamsLike: TypeAlias = "Iterable[Parameter] | Iterable[tuple[str, Parameter]] | Iterable[Mapping[str, Any]]"
Option: TypeAlias = "float | bool | tuple[float, ...]"


class ParamGroup(MutableMapping[str, Any]):
    """The options of some parameters; numbers can be read and written like those of torch's ``param_groups``.

    Attributes:
        params: the parameters.
    """

    def __init__(self, params: Sequence[Parameter], options: Mapping[str, Option], optimizer: Optimizer) -> None:
        self.params = list(params)
        self._optimizer = optimizer
        self._fixed: dict[str, Option] = {}
        self._states: dict[str, tuple[State, ...]] = {}
        self._absent: set[str] = set()
        for name, value in options.items():
            optimizer.check_option(name, value)
            if name in optimizer.flags:
                self._fixed[name] = value
                continue
            values = tuple(value) if isinstance(value, tuple | list) else (value,)
            self._states[name] = tuple(State(np.float64(v), name) for v in values)
            if name in optimizer.structural and values == (0.0,) * len(values):
                self._absent.add(name)

    def value(self, name: str, index: int = 0) -> Tensor:
        """An option as a rank-0 f64 tensor."""
        return self._states[name][index]

    def states(self) -> Iterator[State]:
        """All options that are read at run time."""
        for states in self._states.values():
            yield from states

    def has(self, name: str) -> bool:
        """Whether an option takes part in the updates: a zero at construction leaves its terms out."""
        return bool(self._fixed[name]) if name in self._fixed else name not in self._absent

    def __getitem__(self, name: str) -> Any:
        if name == "params":
            return self.params
        if name in self._fixed:
            return self._fixed[name]
        numbers = tuple(float(s.storage.array) for s in self._states[name])
        return numbers if name in self._optimizer.tuples else numbers[0]

    def __setitem__(self, name: str, value: Any) -> None:
        kind = type(self._optimizer).__name__
        if name in self._fixed:
            if value != self._fixed[name]:
                raise DeclarationError(f"{kind}: {name} shapes the compiled update; make a new optimiser to change it")
            return
        if name not in self._states:
            raise DeclarationError(f"{kind}: no option {name!r}; there are {', '.join(self)}")
        self._optimizer.check_option(name, value)
        values = value if isinstance(value, tuple | list) else (value,)
        if name in self._absent and any(values):
            raise DeclarationError(
                f"{kind}: {name} was 0 when the optimiser was made, so its updates have no such term; "
                f"start with a number other than 0 to change it later"
            )
        for state, number in zip(self._states[name], values, strict=True):
            state.assign(np.float64(number))

    def __delitem__(self, name: str) -> None:
        raise DeclarationError(f"{type(self._optimizer).__name__}: an option cannot be removed")

    def __iter__(self) -> Iterator[str]:
        yield "params"
        yield from self._states
        yield from self._fixed

    def __len__(self) -> int:
        return 1 + len(self._states) + len(self._fixed)

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{name!r}: {self[name]!r}' for name in self if name != 'params')}}}"


class Optimizer:
    """Base of optimisers; a subclass says which states a parameter has and how a step changes them.

    Attributes:
        param_groups: groups of parameters with their options.
        states: for each parameter its states by torch's names.
        structural: options whose terms are left out when they start as 0.
        tuples: options that are pairs.
        flags: options that are True or False.
    """

    structural: ClassVar[frozenset[str]] = frozenset({"weight_decay", "momentum", "dampening", "lr_decay"})
    tuples: ClassVar[frozenset[str]] = frozenset({"betas"})
    flags: ClassVar[frozenset[str]] = frozenset({"nesterov", "maximize", "amsgrad", "centered"})

    def __init__(self, params: ParamsLike, defaults: Mapping[str, Option]) -> None:
        self.defaults = dict(defaults)
        self.param_groups: list[ParamGroup] = []
        self.states: dict[Parameter, dict[str, State]] = {}
        self.step_count = State(np.int64(0), "step")
        if isinstance(params, Tensor):
            raise DeclarationError(f"{type(self).__name__}: expected a list of parameters, got one tensor")
        for options in _grouped(type(self).__name__, params):
            self.add_param_group(options)
        if not any(group.params for group in self.param_groups):
            raise DeclarationError(f"{type(self).__name__}: no parameters to optimise; is an iterator used twice?")

    def add_param_group(self, options: Mapping[str, Any]) -> None:
        """More parameters, with options of their own: ``{"params": [...], "lr": 0.1}``."""
        kind = type(self).__name__
        given = options["params"]
        params: list[Parameter] = []
        for each in [given] if isinstance(given, Tensor) else given:
            parameter = each[1] if isinstance(each, tuple) else each
            if not isinstance(parameter, Parameter):
                what = repr(parameter) if isinstance(parameter, Tensor) else type(parameter).__name__
                raise DeclarationError(f"{kind}: expected parameters, got {what}")
            if not parameter.dtype.is_float:
                raise DeclarationError(f"{kind}: expected floating-point parameters, got {parameter!r}")
            if parameter in self.states:
                raise DeclarationError(f"{kind}: {parameter!r} is given twice")
            self.states[parameter] = {}
            params.append(parameter)
        unknown = set(options) - set(self.defaults) - {"params"}
        if unknown:
            raise DeclarationError(f"{kind}: no option {min(unknown)!r}; there are {', '.join(self.defaults)}")
        group = ParamGroup(params, {**self.defaults, **{k: v for k, v in options.items() if k != "params"}}, self)
        self.param_groups.append(group)
        for parameter in params:
            self.states[parameter] = self.new_states(parameter, group)

    # What a subclass defines

    @property
    def counts_steps(self) -> bool:
        """Whether the step number takes part in the updates."""
        return False

    def check_option(self, name: str, value: Any) -> None:
        """ValueError naming the option when its value makes no sense."""
        if name in self.flags:
            if not isinstance(value, bool):
                raise DeclarationError(f"{type(self).__name__}: expected {name} to be True or False, got {value!r}")
            return
        values = value if name in self.tuples and isinstance(value, tuple | list) else (value,)
        if name in self.tuples and len(values) != 2:
            raise DeclarationError(f"{type(self).__name__}: expected two numbers as {name}, got {value!r}")
        for number in values:
            try:
                good = not isinstance(number, bool) and math.isfinite(number) and number >= 0
            except TypeError:
                good = False
            if not good:
                raise DeclarationError(f"{type(self).__name__}: expected {name} >= 0, got {value!r}")
            if (name in ("betas", "alpha") and number > 1) or (name == "betas" and number == 1):
                raise DeclarationError(f"{type(self).__name__}: expected {name} below 1, got {value!r}")

    def new_states(self, parameter: Parameter, group: ParamGroup) -> dict[str, State]:
        """States of a parameter, by torch's names."""
        raise NotImplementedError

    def step(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor], group: ParamGroup, count: Tensor
    ) -> dict[str, Tensor]:
        """New values of the states and, as ``"param"``, of the parameter; ``count`` numbers the step from 1, in f64."""
        raise NotImplementedError

    # Declaring updates

    def minimize(
        self, loss: Tensor, *, clip_grad_norm: float | None = None, clip_grad_value: float | None = None
    ) -> list[Update]:
        """The updates of one step that lowers ``loss``.

        Args:
            loss: rank-0 floating-point tensor.
            clip_grad_norm: scale all gradients together so that their norm is at most this.
            clip_grad_value: limit every element of the gradients to plus or minus this, first.

        Returns:
            Pairs (state, new value) for ``gr.compile(updates=...)``.

        Raises:
            ShapeError: the loss is no scalar.
            NoGradientError: a parameter the loss does not depend on, or a path without a derivative.
        """
        params = list(self.states)
        leaves = set(reachable([loss.value])[1])
        for parameter in params:
            if parameter.value not in leaves:
                origin = f", declared at {parameter.value.loc.where}" if parameter.value.loc else ""
                place = here()
                raise NoGradientError(
                    f"minimize: %{loss.name} does not depend on parameter %{parameter.name}: {parameter.type}{origin}"
                    + (f"\n  at {place.where}" if place else "")
                )
        gradients = grad(loss, params)
        if clip_grad_value is not None:
            gradients = clip_by_value(gradients, clip_grad_value)
        if clip_grad_norm is not None:
            gradients = clip_by_norm(gradients, clip_grad_norm)
        return self.updates(gradients)

    def updates(self, gradients: Sequence[Tensor]) -> list[Update]:
        """The updates of one step with given gradients, in the order of the parameters."""
        params = list(self.states)
        if len(gradients) != len(params):
            raise DeclarationError(
                f"{type(self).__name__}: expected {len(params)} gradients, one for each parameter, got {len(gradients)}"
            )
        by_param = dict(zip(params, gradients, strict=True))
        pairs: list[Update] = []
        count = (self.step_count + 1).named("step.new")
        for group in self.param_groups:
            for parameter in group.params:
                gradient = by_param[parameter]
                if gradient.type != parameter.type:
                    what = f"gradient {gradient.type} for parameter %{parameter.name}: {parameter.type}"
                    raise DeclarationError(f"{type(self).__name__}: {what}")
                states = self.states[parameter]
                for name, state in states.items():
                    state.value.hint = f"{parameter.name}.{name}"
                new = self.step(parameter, gradient, states, group, count.astype("f64"))
                pairs.append((parameter, new.pop("param").named(f"{parameter.name}.new")))
                pairs.extend((states[name], value) for name, value in new.items())
        if self.counts_steps:
            pairs.append((self.step_count, count))
        return pairs

    # Options of all groups

    def _get(self, name: str) -> Any:
        return self.param_groups[0][name]

    def _set(self, name: str, value: Any) -> None:
        for group in self.param_groups:
            self.check_option(name, value)
            group[name] = value

    @property
    def lr(self) -> float:
        """Learning rate (of the first group). Setting it sets all groups, at run time."""
        rate: float = self._get("lr")
        return rate

    @lr.setter
    def lr(self, value: float) -> None:
        self._set("lr", value)

    @property
    def weight_decay(self) -> float:
        """Weight decay (of the first group). Setting it sets all groups."""
        decay: float = self._get("weight_decay")
        return decay

    @weight_decay.setter
    def weight_decay(self, value: float) -> None:
        self._set("weight_decay", value)

    # Saving

    def state_dict(self) -> dict[str, Any]:
        """The states and options in torch's layout: ``{"state": {0: {...}}, "param_groups": [...]}``."""
        state: dict[int, dict[str, Any]] = {}
        index: dict[Parameter, int] = {p: i for i, p in enumerate(self.states)}
        for parameter, states in self.states.items():
            entry: dict[str, Any] = {}
            if self.counts_steps:
                entry["step"] = self.step_count.numpy()
            entry.update((name, s.numpy()) for name, s in states.items())
            if entry:
                state[index[parameter]] = entry
        groups = [
            {**{n: g[n] for n in g if n != "params"}, "params": [index[p] for p in g.params]} for g in self.param_groups
        ]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore what :meth:`state_dict` gave, or that of torch's optimiser of the same kind. Checked first.

        Raises:
            CheckpointError: other groups, parameters, states or shapes; it lists all of them.
        """
        assignments, options, problems = self._matched(state_dict)
        if problems:
            raise CheckpointError(
                "load_state_dict: " + f"{type(self).__name__} does not match\n  " + "\n  ".join(problems)
            )
        for variable, array in assignments:
            variable.assign(array)
        for group, name, value in options:
            group[name] = value

    def _matched(
        self, state_dict: Mapping[str, Any]
    ) -> tuple[list[tuple[Variable, Any]], list[tuple[ParamGroup, str, Any]], list[str]]:
        assignments: list[tuple[Variable, Any]] = []
        options: list[tuple[ParamGroup, str, Any]] = []
        problems: list[str] = []
        groups = state_dict.get("param_groups", [])
        if len(groups) != len(self.param_groups):
            return [], [], [f"expected {len(self.param_groups)} parameter groups, got {len(groups)}"]
        for i, (given, group) in enumerate(zip(groups, self.param_groups, strict=True)):
            if len(given["params"]) != len(group.params):
                problems.append(f"group {i}: expected {len(group.params)} parameters, got {len(given['params'])}")
                continue
            for key, parameter in zip(given["params"], group.params, strict=True):
                self._match_states(state_dict.get("state", {}), key, parameter, assignments, problems)
            named = {name: given[name] for name in group if name != "params" and name in given}
            options.extend((group, n, tuple(v) if isinstance(v, list) else v) for n, v in named.items())
        steps = {int(np.asarray(s["step"])) for s in state_dict.get("state", {}).values() if "step" in s}
        if self.counts_steps and len(steps) <= 1:
            # torch's SGD keeps no count; all that matters there is whether there was a first step
            started = any(value is not None for s in state_dict.get("state", {}).values() for value in s.values())
            assignments.append((self.step_count, np.int64(steps.pop() if steps else started)))
        elif len(steps) > 1:
            problems.append(f"expected one step count for all parameters, got {sorted(steps)}")
        for group, name, value in options:
            problems.extend(_option_problem(group, name, value))
        return assignments, options, problems

    def _match_states(
        self,
        given: Mapping[Any, Mapping[str, Any]],
        key: int,
        parameter: Parameter,
        assignments: list[tuple[Variable, Any]],
        problems: list[str],
    ) -> None:
        entry = given.get(key, given.get(str(key), {}))
        for name, state in self.states[parameter].items():
            if entry.get(name) is None:
                if entry or (self.counts_steps and given):
                    problems.append(f"missing: {name} of %{parameter.name}")
                else:  # before the first step torch keeps no states
                    assignments.append((state, np.zeros(state.storage.array.shape, state.storage.array.dtype)))
                continue
            array, problem = fit_array(state, entry[name])
            if array is None:
                problems.append(f"{name} of %{parameter.name}: {problem}")
            else:
                assignments.append((state, array))

    def __repr__(self) -> str:
        lines = [f"  group {i}: {len(g.params)} parameters, {g!r}" for i, g in enumerate(self.param_groups)]
        return "\n".join([f"{type(self).__name__}(", *lines, ")"])


def _option_problem(group: ParamGroup, name: str, value: Any) -> list[str]:
    before = group[name]
    try:
        group[name] = value
    except DeclarationError as error:
        return [str(error)]
    group[name] = before
    return []


def _grouped(kind: str, params: ParamsLike) -> list[Mapping[str, Any]]:
    given = list(params)
    if not given:
        raise DeclarationError(f"{kind}: no parameters to optimise; is an iterator used twice?")
    if isinstance(given[0], Mapping):
        for group in given:
            if not isinstance(group, Mapping) or "params" not in group:
                raise DeclarationError(f"{kind}: expected groups such as {{'params': [...], 'lr': 0.1}}, got {group!r}")
        return given  # type: ignore[return-value]
    return [{"params": given}]


def zeros_beside(parameter: Parameter, fill: float = 0.0) -> State:
    """A state of a parameter's type."""
    state = State(TensorType(parameter.dtype, parameter.shape))
    if fill:
        state.assign(fill)
    return state
