"""The native object: found in the cache or built once, loaded, and its functions as Python callables."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .codecache import current_cache
from .loader import load_object
from .processor import package_version, processor

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
TEXT = Path(__file__).with_name("native.ll")
_SUFFIX = ".o"
_SOURCES = (
    "layout.py",
    "frontend.py",
    "ranges.py",
    "native.py",
    "native_intrinsics.py",
    "native_functions.py",
    "native_text.py",
)
# The hint that makes spinning cheap for the other hardware thread, and its declaration, by the first part of a triple.
_HINTS = {
    "x86_64": ("call void @llvm.x86.sse2.pause()", "declare void @llvm.x86.sse2.pause()"),
    "aarch64": ("call void @llvm.aarch64.hint(i32 1)", "declare void @llvm.aarch64.hint(i32)"),
    "arm64": ("call void @llvm.aarch64.hint(i32 1)", "declare void @llvm.aarch64.hint(i32)"),
}
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


def sources_digest() -> str:
    """Of everything that ``native.ll`` is made from."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:32]


def build() -> bytes:
    """The native object, for this processor.

    Its functions are lowered anew, which takes a second, where ``native.ll`` is not what its sources give (somebody is
    working on them) or this LLVM cannot read it.
    """
    text = TEXT.read_text(encoding="utf-8")
    if not _is_current(text):
        return _emit(_lowered_anew())
    try:
        return _emit(text)
    except RuntimeError as error:
        warnings.warn(f"runtime: LLVM cannot read {TEXT}, its sources are compiled instead: {error}", stacklevel=2)
        return _emit(_lowered_anew())


def _is_current(text: str) -> bool:
    return f"sources {sources_digest()} " in text.partition("\n")[0]


def _lowered_anew() -> str:
    from .native_text import text  # noqa: PLC0415 - importing Numba is what the file saves

    return text()


def _emit(text: str) -> bytes:
    import llvmlite.binding as llvm  # noqa: PLC0415 - a start from the cache does without

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=processor().name, features=processor().features, opt=3, reloc="pic")
    module = llvm.parse_assembly(with_pause(text, target.triple.partition("-")[0]))
    module.triple = target.triple
    module.data_layout = str(machine.target_data)
    return bytes(machine.emit_object(module))


def with_pause(text: str, architecture: str) -> str:
    """The module with the one function that differs between kinds of processors."""
    hint, declaration = _HINTS.get(architecture, ("fence seq_cst", ""))
    pause = f"define internal void @graphc_pause() {{\n  {hint}\n  ret void\n}}"
    return text.replace("declare void @graphc_pause()", f"{declaration}\n{pause}")


_prepared: dict[str, bytes] = {}  # by key
_preparing: list[threading.Thread] = []


def prepare() -> None:
    """Begin to build the native object, if it has to be, while this thread does something else."""
    if native.cache_info().currsize or _preparing:
        return
    key = native_key()
    if current_cache().get(key, _SUFFIX) is not None or not _is_current(text := TEXT.read_text(encoding="utf-8")):
        return

    def make() -> None:
        with suppress(RuntimeError):  # LLVM cannot read it: whoever needs it will see
            _prepared[key] = _emit(text)

    thread = threading.Thread(target=make, name="graphc native", daemon=True)
    with suppress(RuntimeError):  # no more threads
        thread.start()
        _preparing.append(thread)


@functools.cache
def native() -> Native:
    """The process's native object. Builds it when the cache has none for this machine and these versions."""
    key, cache = native_key(), current_cache()
    code = cache.get(key, _SUFFIX)
    if code is None:
        for thread in _preparing:
            thread.join()
        code = _prepared.pop(key, None) or build()
        cache.put(key, _SUFFIX, code)
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
    """What the native object depends on, in one word: its text and sources, LLVM's version, processor, platform."""
    digest = hashlib.sha256(TEXT.read_bytes())
    here = processor()
    for part in (sources_digest(), here.triple, here.name, here.features):
        digest.update(b"\0" + part.encode())
    digest.update(package_version("llvmlite"))
    return f"native_{digest.hexdigest()[:32]}"
