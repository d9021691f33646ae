"""Module: layers and networks as in torch.nn, with its ``state_dict`` names and shapes."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.compiler.ir import scope
from graphc.runtime.errors import CheckpointError, DeclarationError
from graphc.runtime.types import DType

from ..tensor import Tensor
from ..variables import Parameter, State, Variable

StateDict: TypeAlias = dict[str, npt.NDArray[Any]]

_paths: contextvars.ContextVar[Mapping[int, str] | None] = contextvars.ContextVar("paths", default=None)


class Module:
    """A layer or a network. Subclasses create parts in ``__init__`` and declare the computation in ``forward``.

    Parameters, buffers and submodules are found by being assigned to attributes, and are named by them::

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1 = nn.Linear(784, 128)
                self.fc2 = nn.Linear(128, 10)

            def forward(self, x):
                return self.fc2(nn.functional.relu(self.fc1(x)))

    Unlike in torch a module has no training mode: ``training=`` belongs to the compiled program.
    """

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, State | None]
    _modules: dict[str, Module | None]
    transient: set[str]

    def __init__(self) -> None:
        for table in ("_parameters", "_buffers", "_modules"):
            object.__setattr__(self, table, {})
        object.__setattr__(self, "transient", set())

    # Parts

    def __setattr__(self, name: str, part: object) -> None:
        if "_modules" not in self.__dict__:
            if isinstance(part, Variable | Module):
                raise DeclarationError(
                    f"{type(self).__name__}: call super().__init__() before assigning {name!r} in __init__"
                )
            object.__setattr__(self, name, part)
            return
        tables: dict[type, dict[str, Any]] = {
            Parameter: self._parameters,
            State: self._buffers,
            Module: self._modules,
        }
        if part is None:  # the name keeps its kind
            for table in tables.values():
                if name in table:
                    table[name] = None
                    return
        for table in tables.values():
            table.pop(name, None)
        for kind, table in tables.items():
            if isinstance(part, kind):
                self.__dict__.pop(name, None)
                table[name] = part
                return
        object.__setattr__(self, name, part)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            for table in ("_parameters", "_buffers", "_modules"):
                if name in self.__dict__.get(table, ()):
                    return self.__dict__[table][name]
            if name in ("train", "eval"):
                raise AttributeError(
                    f"a module has no {name}(): training belongs to the program; write gr.compile(..., training=False)",
                    name=name,
                    obj=self,
                )
            if "_modules" not in self.__dict__:
                raise AttributeError(f"{type(self).__name__}: call super().__init__() first in __init__")
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        for table in (self._parameters, self._buffers, self._modules):
            if name in table:
                del table[name]
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """A parameter under a name; None reserves the name for a parameter that is left out."""
        _check_name(self, name)
        self._parameters[name] = parameter

    def register_buffer(self, name: str, buffer: State | None, persistent: bool = True) -> None:
        """A state that is saved with the parameters (unless not ``persistent``) but not trained."""
        _check_name(self, name)
        self._buffers[name] = buffer
        if not persistent:
            self.transient.add(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """A submodule under a name."""
        _check_name(self, name)
        self._modules[name] = module

    add_module = register_module

    # Application

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Declare the computation; subclasses define it."""
        raise NotImplementedError(f"{type(self).__name__} defines no forward()")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Declare the computation of :meth:`forward`; nodes carry the path of the layer they belong to."""
        paths = _paths.get()
        outermost = paths is None or id(self) not in paths
        if paths is None or outermost:
            paths = {id(module): path for path, module in self.named_modules()}
            for path, variable in (*self.named_parameters(), *self.named_buffers()):
                if not variable.named_by_user:
                    variable.value.hint = path
        path = paths[id(self)]
        token = _paths.set(paths)
        try:
            with scope(path):
                result = self.forward(*args, **kwargs)
        finally:
            _paths.reset(token)
        if isinstance(result, Tensor) and path:
            self._name_result(result, path)
        return result

    def _name_result(self, result: Tensor, path: str) -> None:
        """A result without a name of its own is called by the layer's path."""
        node, kind = result.value.node, type(self).__name__.lower()
        if node is not None and result.value.hint.replace("_", "") in (node.op.name.replace("_", ""), kind):
            result.value.hint = f"{path}.{kind}" if path.rpartition(".")[2].isdigit() else path

    # Walking

    def own_parameters(self) -> Mapping[str, Parameter | None]:
        """Parameters of this module alone, by attribute; None where one is left out."""
        return self._parameters

    def own_buffers(self) -> Mapping[str, State | None]:
        """Buffers of this module alone, by attribute."""
        return self._buffers

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Names and direct submodules."""
        yield from ((name, module) for name, module in self._modules.items() if module is not None)

    def children(self) -> Iterator[Module]:
        """Direct submodules."""
        yield from (module for _, module in self.named_children())

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """Paths and modules, this one first, each module once, or (not ``remove_duplicate``) by each of its paths."""
        stack: list[tuple[str, Module]] = [(prefix, self)]
        seen: set[int] = set()
        while stack:
            path, module = stack.pop()
            if remove_duplicate and id(module) in seen:
                continue
            seen.add(id(module))
            yield path, module
            inner = [(f"{path}.{name}" if path else name, child) for name, child in module.named_children()]
            stack.extend(reversed(inner))

    def modules(self) -> Iterator[Module]:
        """This module and all below."""
        yield from (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """Paths such as ``encoder.0.weight`` and parameters, each parameter once."""
        seen: set[int] = set()
        for path, module in self.named_modules(prefix):
            for name, parameter in module.own_parameters().items():
                if parameter is not None and id(parameter) not in seen:
                    seen.add(id(parameter))
                    yield f"{path}.{name}" if path else name, parameter

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, each once: what an optimiser takes."""
        yield from (parameter for _, parameter in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, State]]:
        """Paths and states that are not trained, each once."""
        seen: set[int] = set()
        for path, module in self.named_modules(prefix):
            for name, buffer in module.own_buffers().items():
                if buffer is not None and id(buffer) not in seen:
                    seen.add(id(buffer))
                    yield f"{path}.{name}" if path else name, buffer

    def buffers(self) -> Iterator[State]:
        """All states that are not trained."""
        yield from (buffer for _, buffer in self.named_buffers())

    def apply(self, function: Any) -> Module:
        """Call ``function`` with every module, submodules first, as for initialisation."""
        for module in reversed(list(self.modules())):
            function(module)
        return self

    # Saving

    def saved(self) -> Iterator[tuple[str, Variable]]:
        """Names and variables of :meth:`state_dict`: shared ones under each of their names, as in torch."""
        for path, module in self.named_modules(remove_duplicate=False):
            before = f"{path}." if path else ""
            yield from ((before + name, p) for name, p in module.own_parameters().items() if p is not None)
            for name, buffer in module.own_buffers().items():
                if buffer is not None and name not in module.transient:
                    yield before + name, buffer

    def state_dict(self) -> StateDict:
        """Copies of all parameters and persistent buffers under torch's names, in torch's order."""
        return {name: variable.numpy() for name, variable in self.saved()}

    def load_state_dict(self, state_dict: Mapping[str, npt.ArrayLike], strict: bool = True) -> None:
        """Overwrite parameters and buffers with arrays (NumPy, or anything with ``__array__`` such as CPU tensors).

        Everything is checked before anything is changed.

        Args:
            state_dict: arrays by name.
            strict: False leaves missing ones alone and skips unknown ones.

        Raises:
            CheckpointError: missing or unknown names, another shape or kind of element; it lists all of them.
        """
        wanted = dict(self.saved())
        problems: list[str] = []
        if strict:
            problems += [
                f"missing: {name} {variable.type}" for name, variable in wanted.items() if name not in state_dict
            ]
            problems += [f"unknown: {name}" for name in state_dict if name not in wanted]
        found: list[tuple[Variable, npt.NDArray[Any]]] = []
        for name, variable in wanted.items():
            if name in state_dict:
                array, problem = fit_array(variable, state_dict[name])
                if array is None:
                    problems.append(f"{name}: {problem}")
                else:
                    found.append((variable, array))
        if problems:
            listed = "\n  ".join(problems)
            raise CheckpointError(f"load_state_dict: {type(self).__name__} does not match\n  {listed}")
        for variable, array in found:
            variable.assign(array)

    # Printing

    def extra_repr(self) -> str:
        """What stands between the parentheses of ``repr``."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {_indent(repr(child))}" for name, child in self.named_children()]
        extra = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({extra})"
        body = "\n  ".join(([extra] if extra else []) + lines)
        return f"{type(self).__name__}(\n  {body}\n)"

    def __bool__(self) -> bool:
        return True


def _indent(text: str) -> str:
    return text.replace("\n", "\n  ")


def _check_name(module: Module, name: str) -> None:
    if not name or "." in name:
        raise DeclarationError(f"{type(module).__name__}: expected a name without dots, got {name!r}")
    if name in module.__dict__ or hasattr(type(module), name):
        raise DeclarationError(f"{type(module).__name__}: the name {name!r} is taken")


def fit_array(variable: Variable, given: Any) -> tuple[npt.NDArray[Any] | None, str]:
    """An array that can be assigned to a variable, or None and what is wrong with it."""
    if hasattr(given, "detach") and not isinstance(given, np.ndarray):
        given = given.detach()  # a torch tensor that requires a gradient refuses __array__ otherwise
    try:
        array = np.asarray(given)
    except Exception as error:  # any array library may refuse in its own way
        return None, f"expected an array, got {type(given).__name__} ({error})"
    if array.shape != variable.storage.array.shape:
        return None, f"expected {variable.type}, got shape {list(array.shape)}"
    target = variable.dtype
    kinds = "fV" if target.is_float else "b" if target is DType.bool else "iu"
    if array.dtype.kind not in kinds:
        return None, f"expected {variable.type}, got dtype {array.dtype}"
    return array, ""
