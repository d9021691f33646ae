"""Modules that hold modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, overload

from graphc.runtime.errors import DeclarationError

from .module import Module


class _Numbered(Module):
    """Submodules named by their position, or by given names."""

    def _get(self, index: int) -> Module:
        names = list(self._modules)
        try:
            name = names[index]
        except IndexError:
            raise IndexError(f"{type(self).__name__} has {len(names)} modules, no position {index}") from None
        module = self._modules[name]
        assert module is not None
        return module

    def _add(self, module: Module) -> None:
        if not isinstance(module, Module):
            raise DeclarationError(
                f"{type(self).__name__}: expected modules, got {type(module).__name__}; "
                "functions have module forms, such as nn.ReLU() for relu"
            )
        self.register_module(str(len(self._modules)), module)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return self.children()


class Sequential(_Numbered):
    """Modules applied one after the other.

    Args:
        modules: modules, or one mapping of names to modules.
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        super().__init__()
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self.register_module(name, module)
        else:
            for each in modules:
                self._add(each)  # type: ignore[arg-type]  # checked there

    def forward(self, x: Any) -> Any:
        """Apply all modules."""
        for module in self.children():
            x = module(x)
        return x

    def append(self, module: Module) -> Sequential:
        """One more module at the end."""
        self._add(module)
        return self

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module | Sequential:
        if isinstance(index, slice):
            return Sequential(*list(self.children())[index])
        return self._get(index)


class ModuleList(_Numbered):
    """A list of modules, to be applied by the ``forward`` of the module that holds it."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    def append(self, module: Module) -> ModuleList:
        """One more module."""
        self._add(module)
        return self

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """More modules."""
        for module in modules:
            self._add(module)
        return self

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> ModuleList: ...
    def __getitem__(self, index: int | slice) -> Module | ModuleList:
        return ModuleList(list(self.children())[index]) if isinstance(index, slice) else self._get(index)


class ModuleDict(Module):
    """Modules by name, to be applied by the ``forward`` of the module that holds it."""

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        for name, module in (modules or {}).items():
            self[name] = module

    def __getitem__(self, name: str) -> Module:
        module = self._modules[name]
        assert module is not None
        return module

    def __setitem__(self, name: str, module: Module) -> None:
        self._modules.pop(name, None)
        self.register_module(name, module)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def keys(self) -> Iterable[str]:
        """Names."""
        return self._modules.keys()

    def items(self) -> Iterable[tuple[str, Module]]:
        """Names and modules."""
        return list(self.named_children())

    def values(self) -> Iterable[Module]:
        """Modules."""
        return list(self.children())
