"""Object code to addresses: loading compiled programs imports neither Numba nor, on Linux, LLVM."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterable, Mapping, Sequence

from . import elf
from .errors import RunError
from .program import KernelCode


class _Loaded:
    """What is in memory, by the names of kernels."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.addresses: dict[str, int] = {}

    def unlock(self) -> None:
        """In a forked child nobody will release what another thread held."""
        self.lock = threading.Lock()


_LOADED = _Loaded()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_LOADED.unlock)


def load_object(object_code: bytes, symbols: Iterable[str]) -> dict[str, int]:
    """Load one object file for good: the address of each symbol. RunError for a symbol it lacks."""
    with _LOADED.lock:
        return _load([(object_code, tuple(symbols))])[0]


def load_kernels(kernels: Mapping[str, KernelCode]) -> dict[str, int]:
    """Address of every kernel by its key; one loaded before, under the same name, is not loaded again."""
    with _LOADED.lock:
        new = {code.name: code for code in kernels.values() if code.name not in _LOADED.addresses}
        found = _load([(code.object_code, (code.symbol,)) for code in new.values()])
        for code, addresses in zip(new.values(), found, strict=True):
            _LOADED.addresses[code.name] = addresses[code.symbol]
        return {key: _LOADED.addresses[code.name] for key, code in kernels.items()}


def _load(objects: Sequence[tuple[bytes, tuple[str, ...]]]) -> list[dict[str, int]]:
    if not objects:
        return []
    if elf.can_load():
        found = elf.load([elf.read(code) for code, _ in objects], _address)
    else:
        from . import mcjit  # noqa: PLC0415 - importing LLVM is what others are spared

        found = [mcjit.load(code, symbols) for code, symbols in objects]
    for (_, symbols), addresses in zip(objects, found, strict=True):
        missing = [symbol for symbol in symbols if symbol not in addresses]
        if missing:
            raise RunError(f"loader: the object file does not define {', '.join(missing)}")
    return found


def _address(name: str) -> int:
    """Address of a function of Python, or of the libraries that it is linked with: copying, filling, mathematics."""
    try:
        found = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
    except AttributeError:
        found = None
    if not found:
        raise RunError(f"loader: the object file needs {name}, which is nowhere in this process")
    return found
