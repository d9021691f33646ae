"""The format of what the runtime executes: plain frozen data, produced by a compiler it knows nothing of.

A program is a list of buffers and a list of launches. A launch calls one kernel, machine code of the form
``void kernel(int64* table, int64 thread, int64 threads)``, over a window of the table::

    slot 0          address of the status block, int64[STATUS_WORDS]
    slots 1 .. B    addresses of the launch's buffers
    the rest        values of the launch's dimensions, int64

Buffers are dense, C-ordered and 64-byte aligned; a bool takes one byte, a scalar is one element.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from .types import Shapelike, TensorType

STATUS_WORDS = 8  # [code, launch, flat position, value, ...]; code 0 means that all is well
STATUS_INDEX_RANGE = 1


class Role(enum.Enum):
    """Who owns a buffer's memory."""

    INPUT = "input"  # the caller's array, or a staging buffer inside run_epoch
    STATE = "state"  # a Storage that outlives the program: parameter, moment, statistic, counter, constant
    TEMP = "temp"  # a place in the arena
    OUTPUT = "output"  # memory of its own, copied out after each call


@dataclass(frozen=True)
class BufferSpec:
    """One buffer of a program.

    Attributes:
        name: unique in the program; a STATE is bound to storage by it.
        type: element type and shape, which may hold named dimensions.
        role: who owns the memory.
        first: index of the first launch that touches it (TEMP only).
        last: index of the last launch that touches it (TEMP only).
        alias: index of the buffer whose memory this one is, seen with another shape; None for its own memory.
    """

    name: str
    type: TensorType
    role: Role
    first: int = 0
    last: int = 0
    alias: int | None = None


@dataclass(frozen=True)
class IndexCheck:
    """What a checking launch tells the user when it finds a bad index.

    Attributes:
        source: name of the input (or value) whose elements are indices.
        size: valid indices are 0 <= i < size.
        ignore: one more value that is allowed, or None.
        origin: file:line of the declaration that uses the index.
    """

    source: str
    size: Shapelike
    ignore: int | None
    origin: str


@dataclass(frozen=True)
class Launch:
    """One call of a kernel.

    Attributes:
        kernel: key into ``Program.kernels``.
        buffers: indices into ``Program.buffers``, in the order of the kernel's parameters.
        dims: values handed to the kernel after the addresses.
        barrier: every thread must have finished every earlier launch before this one starts.
        work: rough number of scalar operations; small launches run on one thread.
        label: what a profile calls it.
        check: set for a launch that only checks indices; the step stops when it finds a bad one.
    """

    kernel: str
    buffers: tuple[int, ...]
    dims: tuple[Shapelike, ...] = ()
    barrier: bool = True
    work: Shapelike = 0
    label: str = ""
    check: IndexCheck | None = None


@dataclass(frozen=True)
class KernelCode:
    """Machine code of one kernel.

    Attributes:
        name: content-addressed name.
        symbol: its symbol in the object file.
        object_code: a relocatable object file for this machine.
    """

    name: str
    symbol: str
    object_code: bytes = field(repr=False)


@dataclass(frozen=True)
class Program:
    """Everything the executor needs for one step.

    Attributes:
        name: for messages and profiles.
        buffers: all buffers; launches, inputs and outputs refer to them by index.
        launches: in execution order. No launch that writes a STATE comes before a check.
        inputs: buffer indices in the order of the call's arguments.
        outputs: buffer indices of the results, of any role; an output that is a STATE or INPUT buffer is copied
            after the step, so the compiler makes it a copy where the value before an update is meant.
        dims: named dimensions, each determined by some input's shape.
        kernels: code by kernel name.
    """

    name: str
    buffers: tuple[BufferSpec, ...]
    launches: tuple[Launch, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    dims: tuple[str, ...]
    kernels: Mapping[str, KernelCode]
