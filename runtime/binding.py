"""A program bound to values of its named dimensions: the table, the plan and the step record native code walks."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import layout as at
from .arena import ArenaPlan, assign_offsets, buffer_owner
from .errors import RunError
from .loader import load_kernels
from .program import STATUS_WORDS, Launch, Program, Role
from .storage import Storage, aligned_empty
from .types import Dim, Shapelike, evaluate_dim

Words = npt.NDArray[np.int64]
Array = npt.NDArray[np.generic]

# Below this many scalar operations a launch is done sooner by one thread than by several that must meet, and fetch from
# each other what the launch before has made. In steps of networks 40,000 is no better, 80,000 a fifth worse (32 x 128).
SMALL_LAUNCH = 20_000

# From this many on, a thread that has done its tasks goes on with those of others: one may be kept from running.
DEALT_LAUNCH = 500_000

_PLANS = 256  # sets of dimensions whose offsets are remembered


def new_words(*shape: int) -> Words:
    """Zeroed 64-bit words that start a cache line."""
    words: Words = aligned_empty(shape, np.dtype(np.int64)).view(np.int64)
    words[...] = 0
    return words


def address_of(array: Array) -> int:
    """Address of the first byte."""
    return int(array.ctypes.data)


@functools.cache
def array_layout_is_known() -> bool:
    """Whether NumPy arrays and tuples look in memory as ``enter`` expects; else each call is checked in Python."""
    probe = np.zeros((2, 3), np.float32)
    pair = (probe, probe)
    head, items = object.__basicsize__, tuple.__basicsize__
    word = ctypes.c_int64.from_address
    array = id(probe) + head
    dimensions = word(array + 16).value
    return (
        word(id(pair) + head).value == 2
        and word(id(pair) + items).value == id(probe)
        and word(id(probe) + head - 8).value == id(np.ndarray)
        and word(array).value == address_of(probe)
        and ctypes.c_int32.from_address(array + 8).value == 2
        and (word(dimensions).value, word(dimensions + 8).value) == (2, 3)
        and word(array + 40).value == id(probe.dtype)
        and ctypes.c_int32.from_address(array + 48).value == probe.flags.num
    )


def launch_flags(launches: Sequence[Launch], parallel: Sequence[bool]) -> list[int]:
    """Flags of each launch: only barriers that somebody has to wait at are kept.

    Serial launches all run on thread 0, in order, so a barrier between two of them costs nothing; it is made up
    for at the next parallel launch.
    """
    flags: list[int] = []
    ran = False  # something ran since all threads last met
    others = False  # something ran on other threads since then
    owed = False  # a barrier was left out
    for launch, spread in zip(launches, parallel, strict=True):
        wanted = launch.barrier or (spread and owed)
        meet = wanted and (ran if spread else others)
        if meet:
            ran = others = owed = False
        elif launch.barrier and ran:
            owed = True
        if launch.check is not None:
            owed = True  # the next launch of all threads must know what the check found
        ran = True
        others = others or spread
        flags.append(
            (at.FLAG_PARALLEL if spread else 0)
            | (at.FLAG_BARRIER if meet else 0)
            | (at.FLAG_CHECK if launch.check is not None else 0)
        )
    return flags


@dataclass
class Binding:
    """Everything a step needs for one set of dimensions.

    Attributes:
        dims: values of the named dimensions.
        plan: launch records, one a row.
        step: the step record.
        inputs: input records, one a row.
        threads: 1, or the number of threads of the pool.
        outputs: the places results are copied from after a step, in the program's order; None for an input.
        getters: make a fresh result from each output.
        keep: memory whose addresses are in the records.
    """

    dims: dict[str, int]
    plan: Words
    step: Words
    inputs: Words
    threads: int
    outputs: list[Array | None]
    getters: list[Callable[[], object]]
    keep: list[object]

    @functools.cached_property
    def address(self) -> int:
        """Address of the step record."""
        return address_of(self.step)

    def set_sources(self, arrays: Sequence[Array]) -> None:
        """Note where the inputs are; the caller keeps them alive."""
        for record, array in zip(self.inputs, arrays, strict=True):
            record[at.INPUT_SOURCE] = address_of(array)


class Binder:
    """Makes bindings of one program; owns its arena, which grows to the largest dimensions seen.

    Args:
        program: what to run.
        states: storage of each STATE buffer by name.
    """

    def __init__(self, program: Program, states: Mapping[str, Storage]) -> None:
        self.program = program
        self.status = new_words(STATUS_WORDS)
        self.owners = [buffer_owner(program, index) for index in range(len(program.buffers))]
        self.storages = self._find_states(states)
        self._kernels = load_kernels(program.kernels)
        self._arena: Array = aligned_empty((0,), np.dtype(np.uint8))
        self._plans: dict[tuple[int, ...], ArenaPlan] = {}
        self._inputs = {index: position for position, index in enumerate(program.inputs)}

        # The table as lists: slots that hold addresses, dimensions to evaluate, and addresses of counters.
        self._windows: list[int] = []
        self._counter_slots: list[int] = []
        self._buffer_slots: list[tuple[int, int]] = []
        self._dim_slots: list[tuple[int, Shapelike]] = []
        slot = 0
        for launch in program.launches:
            self._windows.append(slot)
            self._buffer_slots.extend((slot + 1 + i, buffer) for i, buffer in enumerate(launch.buffers))
            slot += 1 + len(launch.buffers)
            self._dim_slots.extend((slot + i, dim) for i, dim in enumerate(launch.dims))
            slot += len(launch.dims)
            self._counter_slots.append(slot)
            slot += 1
            slot += -slot % 8  # no two launches share a cache line
        self._slots = slot

    def _find_states(self, states: Mapping[str, Storage]) -> dict[int, Storage]:
        found: dict[int, Storage] = {}
        for index, buffer in enumerate(self.program.buffers):
            if buffer.role is not Role.STATE or buffer.alias is not None:
                continue
            storage = states.get(buffer.name)
            if storage is None:
                raise RunError(f"program {self.program.name!r}: no storage for state {buffer.name!r}")
            if storage.type != buffer.type:
                raise RunError(
                    f"program {self.program.name!r}: state {buffer.name!r} is {buffer.type}, its storage {storage.type}"
                )
            found[index] = storage
        return found

    def input_of(self, index: int) -> int | None:
        """Position of the input whose memory buffer ``index`` is; None for other buffers."""
        return self._inputs.get(self.owners[index])

    def arena_plan(self, dims: Mapping[str, int]) -> ArenaPlan:
        """Offsets for these dimensions."""
        key = tuple(dims[name] for name in self.program.dims)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _PLANS:
                del self._plans[next(iter(self._plans))]
            plan = self._plans[key] = assign_offsets(self.program, dims)
        return plan

    def reserve(self, dims: Mapping[str, int]) -> bool:
        """Make the arena large enough; True when it moved, so that older bindings are of no use."""
        needed = self.arena_plan(dims).total
        if needed <= self._arena.nbytes:
            return False
        self._arena = aligned_empty((needed,), np.dtype(np.uint8))
        self._arena[:] = 0  # touch the pages now, once
        return True

    def bind(self, dims: dict[str, int], threads: int, control: int, body: int, next_task: int) -> Binding:
        """A binding for these dimensions, after :meth:`reserve`.

        Args:
            dims: values of all named dimensions.
            threads: threads of the pool.
            control: address of the pool's control block; 0 for one thread.
            body: address of ``step_body``.
            next_task: address of ``next_task``.
        """
        program = self.program
        values: dict[Dim, int] = {}

        def value(dim: Shapelike) -> int:
            if not isinstance(dim, Dim):
                return dim
            if dim not in values:
                values[dim] = evaluate_dim(dim, dims)
            return values[dim]

        addresses = self._addresses(dims)
        table = new_words(self._slots)
        table[self._windows] = address_of(self.status)
        for slot, index in self._buffer_slots:
            table[slot] = addresses[index]
        for slot, dim in self._dim_slots:
            table[slot] = value(dim)

        # A check reports the first bad position, so one thread looks.
        parallel = [
            threads > 1 and launch.check is None and value(launch.work) >= SMALL_LAUNCH for launch in program.launches
        ]
        plan = new_words(max(len(program.launches), 1), at.LAUNCH_WORDS)
        start = address_of(table)
        flags = launch_flags(program.launches, parallel)
        for index, launch in enumerate(program.launches):
            plan[index] = (self._kernels[launch.kernel], start + 8 * self._windows[index], flags[index], index)

        dealt = [
            slot
            for slot, launch, spread in zip(self._counter_slots, program.launches, parallel, strict=True)
            if spread and value(launch.work) >= DEALT_LAUNCH
        ]
        counters = new_words(len(dealt), threads, at.LINE)
        counters[:, 0, at.TASKS_FUNCTION] = next_task
        table[dealt] = [address_of(lines) for lines in counters]

        inputs, kept = self._input_records(dims, table)
        used = threads if any(parallel) else 1
        step = new_words(at.STEP_WORDS)
        step[at.STEP_PLAN] = address_of(plan)
        step[at.STEP_LAUNCHES] = len(program.launches)
        step[at.STEP_THREADS] = used
        step[at.STEP_STATUS] = address_of(self.status)
        step[at.STEP_CONTROL] = control if used > 1 else 0
        step[at.STEP_BODY] = body
        step[at.STEP_INPUTS] = address_of(inputs)
        step[at.STEP_INPUT_COUNT] = len(program.inputs)
        step[at.STEP_OBJECT_HEAD] = object.__basicsize__
        step[at.STEP_TUPLE_HEAD] = tuple.__basicsize__
        outputs = [self._view(index, dims) for index in program.outputs]
        return Binding(
            dims=dims,
            plan=plan,
            step=step,
            inputs=inputs,
            threads=used,
            outputs=outputs,
            getters=[_getter(view) for view in outputs if view is not None],
            keep=[table, counters, kept, self._arena],
        )

    def _addresses(self, dims: Mapping[str, int]) -> list[int]:
        """Address of every buffer; 0 for inputs, which each call sets."""
        offsets = self.arena_plan(dims).offsets
        arena = address_of(self._arena)
        return [
            self.storages[owner].address
            if owner in self.storages
            else arena + offsets[index]
            if index in offsets
            else 0
            for index, owner in enumerate(self.owners)
        ]

    def _input_records(self, dims: Mapping[str, int], table: Words) -> tuple[Words, list[object]]:
        program = self.program
        records = new_words(max(len(program.inputs), 1), at.INPUT_WORDS)
        kept: list[object] = []
        start = address_of(table)
        slots: list[list[int]] = [[] for _ in program.inputs]
        for slot, index in self._buffer_slots:
            position = self.input_of(index)
            if position is not None:
                slots[position].append(start + 8 * slot)
        known = array_layout_is_known()
        for record, index, places in zip(records, program.inputs, slots, strict=False):
            type = program.buffers[index].type
            shape = np.array(type.concrete(dims), np.int64)
            where = np.array(places, np.int64)
            record[at.INPUT_CLASS] = id(np.ndarray) if known else 0
            record[at.INPUT_DTYPE] = id(type.dtype.numpy)
            record[at.INPUT_RANK] = len(shape)
            record[at.INPUT_SHAPE] = address_of(shape)
            record[at.INPUT_SLOTS] = address_of(where)
            record[at.INPUT_SLOT_COUNT] = len(where)
            kept += [shape, where, type.dtype.numpy]
        return records[: len(program.inputs)], kept

    def _view(self, index: int, dims: Mapping[str, int]) -> Array | None:
        """The memory of a buffer as an array of its type; None for an input."""
        if self.input_of(index) is not None:
            return None
        owner = self.owners[index]
        type = self.program.buffers[index].type
        shape = type.concrete(dims)
        if owner in self.storages:
            return self.storages[owner].array.reshape(shape)
        start = self.arena_plan(dims).offsets[index]
        count = int(np.prod(shape, dtype=np.int64)) * type.dtype.itemsize
        return self._arena[start : start + count].view(type.dtype.numpy).reshape(shape)


def _getter(view: Array) -> Callable[[], object]:
    """A fresh array, or a scalar for rank 0."""
    return view.copy if view.ndim else functools.partial(view.__getitem__, ())
