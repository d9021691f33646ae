"""The few machine operations Numba has no word for, as intrinsics: raw memory, atomics, calls by address.

Imported only when the native code is lowered; addresses are plain 64-bit integers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_WORD = ir.IntType(64)
_HALF = ir.IntType(32)
_BYTE = ir.IntType(8)
_VOID = ir.VoidType()

_Emit = Callable[[Any, list[Any]], Any]


def _operation(name: str, arguments: int, emit: _Emit, result: Any = types.intp) -> Any:
    """An intrinsic over ``arguments`` integers; ``emit(builder, values)`` writes its code."""
    signature = result(*(types.intp,) * arguments)

    def generate(context: Any, builder: Any, called: Any, values: Any) -> Any:
        # Literals arrive with types of their own.
        words = [context.cast(builder, v, t, types.intp) for v, t in zip(values, called.args, strict=True)]
        answer = emit(builder, words)
        return context.get_dummy_value() if result is types.void else answer

    def one(typingctx: Any, a: Any) -> Any:
        return signature, generate

    def two(typingctx: Any, a: Any, b: Any) -> Any:
        return signature, generate

    def three(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
        return signature, generate

    def four(typingctx: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        return signature, generate

    def five(typingctx: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
        return signature, generate

    typer: Any = (one, two, three, four, five)[arguments - 1]
    typer.__name__ = name
    return intrinsic(typer)


def _pointer(builder: Any, address: Any, type: Any = _WORD) -> Any:
    return builder.inttoptr(address, type.as_pointer())


def _load(builder: Any, values: list[Any]) -> Any:
    return builder.load(_pointer(builder, values[0]))


def _store(builder: Any, values: list[Any]) -> Any:
    return builder.store(values[1], _pointer(builder, values[0]))


def _get(builder: Any, values: list[Any]) -> Any:
    return builder.load(builder.gep(_pointer(builder, values[0]), [values[1]]))


def _put(builder: Any, values: list[Any]) -> Any:
    return builder.store(values[2], builder.gep(_pointer(builder, values[0]), [values[1]]))


def _load_half(builder: Any, values: list[Any]) -> Any:
    return builder.zext(builder.load(_pointer(builder, values[0], _HALF)), _WORD)


def _store_half(builder: Any, values: list[Any]) -> Any:
    return builder.store(builder.trunc(values[1], _HALF), _pointer(builder, values[0], _HALF))


def _load_atomic(ordering: str) -> _Emit:
    return lambda builder, values: builder.load_atomic(_pointer(builder, values[0]), ordering, 8)


def _store_atomic(ordering: str) -> _Emit:
    return lambda builder, values: builder.store_atomic(values[1], _pointer(builder, values[0]), ordering, 8)


def _fetch_add(builder: Any, values: list[Any]) -> Any:
    return builder.atomic_rmw("add", _pointer(builder, values[0]), values[1], "acq_rel")


def _pause(builder: Any, values: list[Any]) -> Any:
    # A function of our own, which :mod:`.native` writes for the machine: see ``PAUSES`` there.
    module = builder.module
    found = module.globals.get("graphc_pause")
    builder.call(found or ir.Function(module, ir.FunctionType(_VOID, ()), "graphc_pause"), ())


def _copy(builder: Any, values: list[Any]) -> Any:
    target, source, count = values
    bytes_ = _BYTE.as_pointer()
    function = builder.module.declare_intrinsic("llvm.memcpy", [bytes_, bytes_, _WORD])
    ends = (_pointer(builder, target, _BYTE), _pointer(builder, source, _BYTE))
    builder.call(function, (*ends, count, ir.Constant(ir.IntType(1), 0)))


def _least(builder: Any, values: list[Any]) -> Any:
    return builder.select(builder.icmp_signed("<", values[0], values[1]), values[0], values[1])


def _call(builder: Any, values: list[Any]) -> Any:
    function, *arguments = values
    type = ir.FunctionType(_VOID, (_WORD,) * len(arguments))
    builder.call(builder.inttoptr(function, type.as_pointer()), arguments)


load = _operation("load", 1, _load)
store = _operation("store", 2, _store, types.void)
get = _operation("get", 2, _get)  # (record, word)
put = _operation("put", 3, _put, types.void)  # (record, word, value)
load_half = _operation("load_half", 1, _load_half)
store_half = _operation("store_half", 2, _store_half, types.void)
load_acquire = _operation("load_acquire", 1, _load_atomic("acquire"))
load_ordered = _operation("load_ordered", 1, _load_atomic("seq_cst"))
store_release = _operation("store_release", 2, _store_atomic("release"), types.void)
store_ordered = _operation("store_ordered", 2, _store_atomic("seq_cst"), types.void)
fetch_add = _operation("fetch_add", 2, _fetch_add)
pause = _operation("pause", 1, _pause, types.void)  # its argument only gives it a type
least = _operation("least", 2, _least)
copy = _operation("copy", 3, _copy, types.void)  # (target, source, bytes)
call_bare = _operation("call_bare", 1, _call, types.void)  # (function)
call_with = _operation("call_with", 2, _call, types.void)  # (function, argument)
call_kernel = _operation("call_kernel", 4, _call, types.void)  # (kernel, window, thread, threads)
call_job = _operation("call_job", 5, _call, types.void)  # (job, control, argument, thread, threads)
