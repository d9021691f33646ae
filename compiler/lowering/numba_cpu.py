"""Numba: from one generated module to optimised LLVM IR and an object file. The only module that compiles kernels.

Imported only when a kernel is not in the cache, because importing Numba takes a third of a second.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

import importlib.util
import json
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
from numba.core import types
from numba.core.errors import NumbaError

from graphc.runtime.codecache import CodeCache
from graphc.runtime.errors import LoweringError
from graphc.runtime.frontend import lower, optimize

from .linking import link_subroutines
from .target import target_machine

# Everything but nnan and ninf, which would make NaN checks vanish.
FASTMATH = frozenset({"reassoc", "contract", "arcp", "afn", "nsz"})
_ARGUMENTS = (types.CPointer(types.intp), types.intp, types.intp)


def load_function(name: str, path: Path) -> Any:
    """The generated function, imported from its file."""
    module_name = f"graphc_generated.{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return getattr(module, name)


def build(name: str, key: str, path: Path, cache: CodeCache) -> tuple[str, bytes]:
    """Compile the kernel in ``path`` and keep the results under ``key``; its symbol and its object file."""
    started = time.perf_counter()
    symbol, llvm_ir, code = compile_kernel(name, path)
    meta = {"kernel": name, "symbol": symbol, "seconds": round(time.perf_counter() - started, 4)}
    cache.put(key, ".llz", zlib.compress(llvm_ir.encode(), 6))
    cache.put(key, ".json", json.dumps(meta).encode())
    cache.put(key, ".o", code)
    return symbol, code


def build_into(name: str, key: str, path: str, directory: str) -> None:
    """:func:`build` as another process is asked for it."""
    build(name, key, Path(path), CodeCache(directory))


def compile_kernel(name: str, path: Path) -> tuple[str, str, bytes]:
    """Compile one kernel.

    Args:
        name: the function's name.
        path: the file that holds it.

    Returns:
        Its symbol, its optimised LLVM IR, and a relocatable object file for this machine.

    Raises:
        LoweringError: Numba rejects the source; this is a bug in a lowering, and the message shows where.
    """
    function = load_function(name, path)
    try:
        return name, *compile_function(function)
    except NumbaError as error:
        raise LoweringError(f"kernel {name}: Numba rejects the generated source {path}\n{error}") from error


def compile_function(function: Any) -> tuple[str, bytes]:
    """Optimised LLVM IR and object file of a function ``(table, thread, threads)``; its symbol is its name.

    Raises:
        NumbaError: it needs more than numbers, arrays and intrinsics.
    """
    lowered = lower(function, types.void, _ARGUMENTS, fastmath=FASTMATH)
    module = llvm.parse_assembly(lowered.text + _door(function.__name__, lowered.symbol))
    module.get_function(lowered.symbol).linkage = "internal"  # it becomes the door's body
    machine = target_machine()
    optimize(module, machine)
    link_subroutines(module, machine, FASTMATH)
    return str(module), machine.emit_object(module)


def _door(name: str, mangled: str) -> str:
    """A plain C function around the compiled one.

    Numba's own wrapper would bring in its exception machinery, and with it symbols that only an imported Numba has. A
    kernel raises nothing: the status it returns and the place for an exception are dropped.
    """
    return f"""
define void @{name}(ptr %table, i64 %thread, i64 %threads) {{
  %answer = alloca ptr
  %trouble = alloca ptr
  %status = call i32 @"{mangled}"(ptr %answer, ptr %trouble, ptr %table, i64 %thread, i64 %threads)
  ret void
}}
"""
