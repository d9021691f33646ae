"""What the machine itself can do: fused multiply-adds on registers, or an update of memory in place, on all threads.

It steps in turn with the systems, so that what disturbs them disturbs their limit too.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir

from graphc.compiler.lowering.machine import host
from graphc.compiler.lowering.target import cpu_features, cpu_name

from ..protocol import Setting
from ..workloads import F32, Arrays, Workload

_TURNS = 100_000
_I64, _F32 = ir.IntType(64), ir.FloatType()


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Compile the loop that shows the limit of this workload."""
    if workload.traffic:
        return _memory(workload, setting.threads)
    return arithmetic(setting.threads)


class Stepper:
    """One loop, on several threads at once; ``work`` is what a step does, in FLOP or bytes."""

    def __init__(self, run: Callable[[int], object], threads: int, work: float) -> None:
        self.run = run
        self.work = work
        self.pool = ThreadPoolExecutor(threads)
        self.threads = range(threads)

    def outcome(self) -> list[float]:
        """One step; the work of it."""
        self.steps(1)
        return [self.work]

    def steps(self, count: int) -> None:
        """Some steps."""

        def many(thread: int) -> None:
            for _ in itertools.repeat(None, count):
                self.run(thread)

        list(self.pool.map(many, self.threads))


def arithmetic(threads: int) -> Stepper:
    """Independent f32 multiply-adds on registers, fused where the processor can: the fastest of some loops."""
    machine = host(cpu_name())
    choices = (10, 12, 14) if machine.low_tiles else (12, 16, 20, 24)
    found = []
    for chains in choices:  # how many independent sums hide the latency differs between processors
        module, builder, (count, start) = _function("peak", [_I64, _F32], _F32)
        lanes = machine.lanes("f32")
        x = _splat(builder, start, lanes)
        vector = x.type
        fma = ir.Function(module, ir.FunctionType(vector, [vector] * 3), f"llvm.fmuladd.v{lanes}f32")
        head, (body, after) = builder.block, (builder.append_basic_block(), builder.append_basic_block())
        builder.branch(body)
        builder.position_at_end(body)
        index = builder.phi(_I64)
        index.add_incoming(_I64(0), head)
        sums = [builder.phi(vector) for _ in range(chains)]
        following = [builder.call(fma, [x, x, total]) for total in sums]
        for i, (total, value) in enumerate(zip(sums, following, strict=True)):
            total.add_incoming(ir.Constant(vector, [_F32(float(i))] * lanes), head)
            total.add_incoming(value, body)
        _loop(builder, index, count, body, after, 1)
        # The sums after the last turn: those before it would have to be kept beside them, in registers there are not.
        result = following[0]
        for value in following[1:]:
            result = builder.fadd(result, value)
        builder.ret(builder.extract_element(result, ir.IntType(32)(0)))
        peak = _compiled(module, "peak", ctypes.c_float, ctypes.c_int64, ctypes.c_float)
        stepper = Stepper(_alike(peak, _TURNS, 0.5), threads, 2.0 * lanes * chains * _TURNS * threads)
        found.append((_rate(stepper), stepper))
    return max(found, key=lambda pair: pair[0])[1]


def _memory(workload: Workload, threads: int) -> Stepper:
    """``s = a s + x`` in place: both arrays are read and one is written, and no line is fetched only to be lost."""
    size = workload.widths[0]
    lanes = host(cpu_name()).lanes("f32")
    module, builder, (s, x, count) = _function("update", [_I64, _I64, _I64], ir.VoidType())
    head, (body, after) = builder.block, (builder.append_basic_block(), builder.append_basic_block())
    half = _splat(builder, _F32(0.5), lanes)
    pointer = half.type.as_pointer()
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(_I64)
    index.add_incoming(_I64(0), head)
    offset = builder.mul(index, _I64(4))
    place, other = (builder.inttoptr(builder.add(base, offset), pointer) for base in (s, x))
    value = builder.fadd(builder.fmul(builder.load(place, align=64), half), builder.load(other, align=64))
    builder.store(value, place, align=64)
    _loop(builder, index, count, body, after, lanes)
    builder.ret_void()
    update = _compiled(module, "update", None, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)
    share = size // threads // 64 * 64
    state, other_array = _aligned(size), _aligned(size)

    def run(thread: int) -> object:
        start = 4 * share * thread
        return update(state.ctypes.data + start, other_array.ctypes.data + start, share)

    return Stepper(run, threads, 12.0 * share * threads)


def _alike(function: Callable[..., Any], *arguments: float) -> Callable[[int], object]:
    """The same call on every thread."""
    return lambda thread: function(*arguments)


def _function(name: str, arguments: list[Any], result: Any) -> tuple[Any, Any, Any]:
    module = ir.Module(name)
    function = ir.Function(module, ir.FunctionType(result, arguments), name)
    return module, ir.IRBuilder(function.append_basic_block()), function.args


def _splat(builder: Any, value: Any, lanes: int) -> Any:
    undefined = ir.Constant(ir.VectorType(_F32, lanes), ir.Undefined)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), None)
    return builder.shuffle_vector(builder.insert_element(undefined, value, ir.IntType(32)(0)), undefined, zeros)


def _loop(builder: Any, index: Any, count: Any, body: Any, after: Any, step: int) -> None:
    following = builder.add(index, _I64(step))
    index.add_incoming(following, body)
    builder.cbranch(builder.icmp_signed("<", following, count), body, after)
    builder.position_at_end(after)


def _compiled(module: Any, name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    triple = llvm.Target.from_default_triple()
    target = triple.create_target_machine(cpu=cpu_name(), features=cpu_features(), opt=2)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(str(module)), target)
    engine.finalize_object()
    loaded: Any = ctypes.CFUNCTYPE(result, *arguments)(engine.get_function_address(name))
    loaded.engine = engine  # holds the code
    function: Callable[..., Any] = loaded
    return function


def _rate(stepper: Stepper) -> float:
    best = 0.0
    for _ in range(3):
        start = perf_counter()
        stepper.steps(1)
        best = max(best, stepper.work / (perf_counter() - start))
    return best


def _aligned(size: int) -> F32:
    room = np.zeros(4 * size + 64, np.uint8)
    start = -room.ctypes.data % 64
    return room[start : start + 4 * size].view(np.float32)
