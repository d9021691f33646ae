"""Where temporaries live: liveness to offsets in one block of memory, and the report on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .program import Program, Role
from .storage import ALIGNMENT
from .types import evaluate_dim

_GOOD_ENOUGH = 1.02  # of the lower bound: no further order is tried
_SEARCH = 4_000  # placements spent on shuffled orders where no plain order is good enough


@dataclass(frozen=True)
class Interval:
    """Memory that must exist from launch ``first`` to launch ``last``, both included."""

    size: int
    first: int
    last: int


@dataclass(frozen=True)
class ArenaPlan:
    """Places of a program's temporaries and outputs for known dimensions.

    Attributes:
        offsets: byte offset by buffer index, for every TEMP and OUTPUT buffer and the aliases of one.
        intervals: liveness by index of the buffer that owns the memory.
        total: bytes of the arena.
        lower_bound: most bytes alive at once; no arena can be smaller.
    """

    offsets: Mapping[int, int]
    intervals: Mapping[int, Interval]
    total: int
    lower_bound: int


@dataclass(frozen=True)
class MemoryLine:
    """One buffer in a report.

    Attributes:
        name: the buffer's name.
        type: element type and shape, as declared.
        role: ``temp`` or ``output``.
        bytes: its size.
        first: first launch that needs it.
        last: last launch that needs it.
        offset: its place in the arena.
    """

    name: str
    type: str
    role: str
    bytes: int
    first: int
    last: int
    offset: int


@dataclass(frozen=True)
class MemoryReport:
    """All the memory a program uses for given dimensions.

    Attributes:
        program: the program's name.
        dims: values of the named dimensions.
        states: bytes of state, shared with other programs.
        inputs: bytes of one set of inputs (a copy of them is held where the caller's lie badly, and in epochs).
        arena: bytes of the arena: temporaries and outputs.
        lower_bound: most bytes of the arena alive at once.
        unshared: what the arena would take if nothing shared a place.
        lines: every buffer in the arena, by first launch.
    """

    program: str
    dims: Mapping[str, int]
    states: int
    inputs: int
    arena: int
    lower_bound: int
    unshared: int
    lines: tuple[MemoryLine, ...]

    def __str__(self) -> str:
        dims = ", ".join(f"{name}={value}" for name, value in self.dims.items())
        bounds = f"at least {_bytes(self.lower_bound)} are alive at once; {_bytes(self.unshared)} without sharing"
        rows = [
            f"memory of {self.program}" + (f" ({dims})" if dims else ""),
            f"  states        {_bytes(self.states):>12}",
            f"  inputs        {_bytes(self.inputs):>12}",
            f"  arena         {_bytes(self.arena):>12}   {bounds}",
        ]
        if self.lines:
            width = max(len("buffer"), *(len(line.name) for line in self.lines))
            kind = max(len("type"), *(len(line.type) for line in self.lines))
            rows.append(f"  {'buffer':<{width}}  {'type':<{kind}}  {'role':<6}  {'bytes':>12}  launches   offset")
            rows.extend(
                f"  {line.name:<{width}}  {line.type:<{kind}}  {line.role:<6}  {_bytes(line.bytes):>12}"
                f"  {f'{line.first}..{line.last}':<9}  {line.offset}"
                for line in self.lines
            )
        return "\n".join(rows)


def _bytes(count: int) -> str:
    value = float(count)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.2f} GiB"


def buffer_owner(program: Program, index: int) -> int:
    """The buffer whose memory buffer ``index`` is, following aliases."""
    alias = program.buffers[index].alias
    while alias is not None:
        index = alias
        alias = program.buffers[index].alias
    return index


def live_intervals(program: Program, dims: Mapping[str, int]) -> dict[int, Interval]:
    """Liveness of every buffer that owns memory in the arena, by index.

    Launches without a barrier between them run at the same time, so lives end where such a group ends.
    """
    starts: list[int] = []  # first launch of each launch's group
    for index, launch in enumerate(program.launches):
        starts.append(index if launch.barrier or index == 0 else starts[-1])
    final = max(len(program.launches) - 1, 0)
    ends = [final] * len(starts)
    for index in range(len(starts) - 2, -1, -1):
        ends[index] = ends[index + 1] if starts[index + 1] == starts[index] else index

    results = {buffer_owner(program, index) for index in program.outputs}
    found: dict[int, Interval] = {}
    for index, buffer in enumerate(program.buffers):
        owner = buffer_owner(program, index)
        role = program.buffers[owner].role
        if role not in (Role.TEMP, Role.OUTPUT):
            continue
        size = -(-evaluate_dim(buffer.type.nbytes, dims) // ALIGNMENT) * ALIGNMENT
        if role is Role.OUTPUT:
            interval = Interval(size, 0, final)
        else:
            first = starts[min(buffer.first, final)] if starts else 0
            last = final if owner in results or not ends else ends[min(buffer.last, final)]
            interval = Interval(size, first, last)
        known = found.get(owner, interval)
        found[owner] = Interval(
            max(known.size, interval.size), min(known.first, interval.first), max(known.last, interval.last)
        )
    return found


def assign_offsets(program: Program, dims: Mapping[str, int]) -> ArenaPlan:
    """Give every temporary and output a place so that no two that live at once overlap; 64-byte aligned."""
    intervals = live_intervals(program, dims)
    owners = list(intervals)
    offsets, total, bound = place([intervals[owner] for owner in owners])
    by_owner = dict(zip(owners, offsets, strict=True))
    every = {
        index: by_owner[owner]
        for index in range(len(program.buffers))
        if (owner := buffer_owner(program, index)) in by_owner
    }
    return ArenaPlan(every, intervals, total, bound)


def place(intervals: Sequence[Interval]) -> tuple[list[int], int, int]:
    """Offsets of intervals, the bytes they take together, and the lower bound of that.

    Best fit, largest first. Where that is not within 2% of the bound other orders are tried, then small
    random changes of the best one (the same in every run).
    """
    count = len(intervals)
    size = np.array([i.size for i in intervals], np.int64)
    first = np.array([i.first for i in intervals], np.int64)
    last = np.array([i.last for i in intervals], np.int64)
    bound = _most_alive(size, first, last)
    orders = (
        np.lexsort((first, -size)),
        np.lexsort((-size, -(last - first))),
        np.lexsort((-size, first)),
        np.lexsort((first, -size * (last - first + 1))),
    )
    best: npt.NDArray[np.int64] = np.zeros(count, np.int64)
    best_order, best_total = orders[0], -1
    random = np.random.Generator(np.random.PCG64(0))
    for attempt in range(len(orders) + _SEARCH // max(count, 1)):
        # Adding noise to the ranks moves each interval a little in the order.
        order = (
            orders[attempt]
            if attempt < len(orders)
            else best_order[np.argsort(np.arange(count) + random.normal(scale=1 + count / 16, size=count))]
        )
        offsets = _best_fit(order, size, first, last)
        total = int((offsets + size).max(initial=0))
        if best_total < 0 or total < best_total:
            best, best_order, best_total = offsets, order, total
        if best_total <= bound * _GOOD_ENOUGH:
            break
    return [int(offset) for offset in best], best_total, bound


def _most_alive(size: npt.NDArray[np.int64], first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> int:
    change = np.zeros(int(last.max(initial=0)) + 2, np.int64)
    np.add.at(change, first, size)
    np.add.at(change, last + 1, -size)
    return int(np.cumsum(change).max(initial=0))


def _best_fit(
    order: npt.NDArray[np.int64],
    size: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Place one after another into the tightest gap between those already placed that live at the same time."""
    count = len(order)
    offsets = np.zeros(count, np.int64)
    # Placed intervals in the order of placing, so that the search is over arrays.
    begun, ended, low, high = (np.zeros(count, np.int64) for _ in range(4))
    for placed, index in enumerate(order):
        together = (begun[:placed] <= last[index]) & (ended[:placed] >= first[index])
        lows, highs = low[:placed][together], high[:placed][together]
        by_offset = np.argsort(lows, kind="stable")
        lows = lows[by_offset]
        tops = np.concatenate(([0], np.maximum.accumulate(highs[by_offset])))  # ends of the gaps' lower neighbours
        gaps = lows - tops[:-1]
        fits = np.flatnonzero(gaps >= size[index])
        offset = tops[fits[np.argmin(gaps[fits])]] if len(fits) else tops[-1]
        offsets[index] = offset
        begun[placed], ended[placed] = first[index], last[index]
        low[placed], high[placed] = offset, offset + size[index]
    return offsets


def memory_report(program: Program, dims: Mapping[str, int], plan: ArenaPlan) -> MemoryReport:
    """Describe ``plan``, made for ``dims``."""

    def held(role: Role) -> int:
        return sum(
            evaluate_dim(buffer.type.nbytes, dims)
            for buffer in program.buffers
            if buffer.role is role and buffer.alias is None
        )

    lines = [
        MemoryLine(
            name=program.buffers[index].name,
            type=str(program.buffers[index].type),
            role=program.buffers[index].role.value,
            bytes=evaluate_dim(program.buffers[index].type.nbytes, dims),
            first=interval.first,
            last=interval.last,
            offset=plan.offsets[index],
        )
        for index, interval in plan.intervals.items()
    ]
    lines.sort(key=lambda line: (line.first, line.offset))
    return MemoryReport(
        program=program.name,
        dims=dict(dims),
        states=held(Role.STATE),
        inputs=held(Role.INPUT),
        arena=plan.total,
        lower_bound=plan.lower_bound,
        unshared=sum(interval.size for interval in plan.intervals.values()),
        lines=tuple(lines),
    )
