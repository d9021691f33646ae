"""Object code to addresses, by llvmlite alone: loading compiled programs never imports Numba."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping

import llvmlite.binding as llvm

from .errors import RunError
from .program import KernelCode


class _Loaded:
    """Engines own the code and live as long as the process, because a plan may hold any address."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.ready = False
        self.engines: list[llvm.ExecutionEngine] = []
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
        if not _LOADED.ready:
            llvm.initialize_native_target()
            llvm.initialize_native_asmprinter()
            _LOADED.ready = True
        machine = llvm.Target.from_default_triple().create_target_machine()
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        engine.add_object_file(llvm.ObjectFileRef.from_data(object_code))
        engine.finalize_object()
        addresses = {symbol: int(engine.get_function_address(symbol)) for symbol in symbols}
        missing = [symbol for symbol, address in addresses.items() if not address]
        if missing:
            raise RunError(f"loader: the object file does not define {', '.join(missing)}")
        _LOADED.engines.append(engine)
    return addresses


def load_kernels(kernels: Mapping[str, KernelCode]) -> dict[str, int]:
    """Address of every kernel by its key; one loaded before, under the same name, is not loaded again."""
    addresses: dict[str, int] = {}
    for key, code in kernels.items():
        address = _LOADED.addresses.get(code.name)
        if address is None:
            address = load_object(code.object_code, [code.symbol])[code.symbol]
            address = _LOADED.addresses.setdefault(code.name, address)
        addresses[key] = address
    return addresses
