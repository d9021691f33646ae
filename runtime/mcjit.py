"""Object files into memory by LLVM's own loader: for systems that :mod:`.elf` does not know."""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cache
from typing import Any

import llvmlite.binding as llvm

_PYTHON = ("PyLong_AsSsize_t", "PyLong_FromSsize_t", "PyEval_SaveThread", "PyEval_RestoreThread")
_ENGINES: list[Any] = []  # they own the code, and live as long as the process: a plan may hold any address


@cache
def _ready() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name in _PYTHON:
        llvm.add_symbol(name, ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value)


def load(object_code: bytes, symbols: Iterable[str]) -> dict[str, int]:
    """Put one object file into memory for good: the address of each symbol that it defines."""
    _ready()
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(object_code))
    engine.finalize_object()
    _ENGINES.append(engine)
    addresses = {symbol: int(engine.get_function_address(symbol)) for symbol in symbols}
    return {symbol: address for symbol, address in addresses.items() if address}
