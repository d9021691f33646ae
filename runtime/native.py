"""The native object: found in the cache or built once, loaded, and its functions as Python callables."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from .codecache import CodeCache, current_cache
from .crew import Crew, Task, warn_of
from .loader import load_object

PREFIX = "graphc_"
BUILTIN = "python_"
# Python functions of the native object: the entry each calls, and its arguments: numbers, or the address of an object.
BUILTINS = {
    "worker": ("worker", "nn"),
    "launch": ("launch", "nnn"),
    "finish": ("finish", "n"),
    "enter": ("enter", "nn"),
    "call": ("enter", "no"),
    "step_body": ("step_body", "nnnn"),
    "epoch_body": ("epoch_body", "nnnn"),
}
_ADDRESSES = ("step_body", "epoch_body", "next_task")
_SUFFIX = ".o"
_SOURCES = ("layout.py", "frontend.py", "native.py", "native_intrinsics.py", "native_build.py")
_PYTHON = ("PyLong_AsSsize_t", "PyLong_FromSsize_t", "PyEval_SaveThread", "PyEval_RestoreThread")
_METH_FASTCALL = 0x80


@dataclass(frozen=True)
class Native:
    """Entries of the native object. Calling one releases the GIL; arguments are addresses and numbers.

    Attributes:
        worker: ``(control, thread)``: 0 to sleep, 1 to end.
        launch: ``(control, job, argument)``: an answer of :mod:`.layout`.
        finish: ``(control)``: after a launch answered ANSWER_WAKE.
        enter: ``(step, 0)``: a status code or an answer; the sources of inputs have been noted.
        call: ``(step, arguments)``: the same with the tuple of a call's arguments.
        step_body: ``(control, step, thread, threads)``.
        epoch_body: ``(control, epoch, thread, threads)``.
        addresses: of what other native code calls, by name: the bodies, which are jobs, and what kernels call.
    """

    worker: Callable[[int, int], int]
    launch: Callable[[int, int, int], int]
    finish: Callable[[int], int]
    enter: Callable[[int, int], int]
    call: Callable[[int, tuple[object, ...]], int]
    step_body: Callable[[int, int, int, int], int]
    epoch_body: Callable[[int, int, int, int], int]
    addresses: dict[str, int]


class _Ahead:
    """The native object that a member of a crew builds for this process."""

    task: Task | None = None


def build_ahead(crew: Crew) -> None:
    """Have the native object built by another process, when the cache has none and there is a core to spare.

    :func:`native` waits for it, and builds the object itself when it is not there then.
    """
    cache = current_cache()
    if cache.writable and cache.get(native_key(), _SUFFIX) is None:
        _Ahead.task = crew.ask(f"{__name__}:build_into", str(cache.directory))


def build_into(directory: str) -> None:
    """Build the native object into the cache in ``directory``; what :func:`build_ahead` asks for."""
    from .native_build import build  # noqa: PLC0415 - importing Numba is what a warm start saves

    CodeCache(directory).put(native_key(), _SUFFIX, build())


@functools.cache
def native() -> Native:
    """The process's native object. Builds it when the cache has none for this machine and these versions."""
    key = native_key()
    cache = current_cache()
    code = cache.get(key, _SUFFIX)
    task = _Ahead.task
    if code is None and task is not None:
        task.wait()
        code = cache.get(key, _SUFFIX)
    if code is None:
        from .native_build import build  # noqa: PLC0415 - importing Numba is what a warm start saves

        code = build()
        cache.put(key, _SUFFIX, code)
        if task is not None and task.trouble is not None:
            warn_of(task.trouble, "build the native object")
    for name in _PYTHON:
        llvm.add_symbol(name, ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value)
    builtins = {name: f"{PREFIX}{BUILTIN}{name}" for name in BUILTINS}
    called = {name: PREFIX + name for name in _ADDRESSES}
    found = load_object(code, [*builtins.values(), *called.values()])
    functions: dict[str, Any] = {name: _python_function(name, found[symbol]) for name, symbol in builtins.items()}
    return Native(**functions, addresses={name: found[symbol] for name, symbol in called.items()})


class _MethodDef(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


_METHODS: list[_MethodDef] = []  # functions point at them for good


def _python_function(name: str, address: int) -> Any:
    """A built-in function of Python around machine code: a tenth of the cost of a call through ctypes."""
    _METHODS.append(_MethodDef(name.encode(), address, _METH_FASTCALL, None))
    new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    return new(("PyCFunction_NewEx", ctypes.pythonapi))(ctypes.addressof(_METHODS[-1]), None, None)


def native_key() -> str:
    """What the native object depends on, in one word: sources, versions, processor, platform."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for name in _SOURCES:
        digest.update((folder / name).read_bytes())
    for part in (
        *machine_fingerprint(),
        metadata.version("numba"),
        metadata.version("llvmlite"),
        f"{sys.version_info.major}.{sys.version_info.minor}",
    ):
        digest.update(b"\0" + part.encode())
    return f"native_{digest.hexdigest()[:32]}"


@functools.cache
def machine_fingerprint() -> tuple[str, str, str]:
    """Triple, processor name and features: object files made for one may crash on another."""
    return llvm.get_default_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
