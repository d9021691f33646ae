"""``program.profile``: where a step's time goes, launch by launch, against what the machine can do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphc.compiler.compiled import Compiled
from graphc.runtime.profiling import StepTimes
from graphc.runtime.types import DType

from .kernels import KernelTable, kernel_table, moved
from .machine import MachineLimits, machine_limits
from .provenance import Line, Provenance, lines_text, provenance
from .tables import Column, Table, bar, number, quantity

BAR: Final = 10  # characters
SHORTEST: Final = 0.3e-6  # seconds; below, the clock says more about itself than about the launch
BUSY: Final = 1.5  # median of a step over its fastest
IMPLAUSIBLE: Final = 1.08  # of the roofline: the machine was busy when its limits were measured


@dataclass(frozen=True)
class KernelTime:
    """One launch of a step.

    Attributes:
        index: its place in the step.
        kernel: name of its kernel.
        makes: names of the values it computes.
        lines: the user's lines they come from.
        seconds: median time.
        share: of the sum over all launches.
        flops: floating-point operations.
        read: bytes read.
        written: bytes written.
        bound: the least seconds this machine needs for that (the roofline).
        compute_bound: whether computing, not moving bytes, sets the bound.
        threads: how many take part.
        vector_width: bits; 0 for scalar code.
        calls: functions its code calls.
        spills: vector registers saved to the stack inside loops.
    """

    index: int
    kernel: str
    makes: tuple[str, ...]
    lines: tuple[Line, ...]
    seconds: float
    share: float
    flops: int
    read: int
    written: int
    bound: float
    compute_bound: bool
    threads: int
    vector_width: int
    calls: tuple[str, ...]
    spills: int

    @property
    def label(self) -> str:
        """What the launch does."""
        return self.kernel

    @property
    def bytes(self) -> int:
        """Bytes read and written."""
        return self.read + self.written

    @property
    def gflops(self) -> float:
        """GFLOP/s."""
        return self.flops / self.seconds / 1e9 if self.seconds else 0.0

    @property
    def gbytes(self) -> float:
        """GB/s."""
        return self.bytes / self.seconds / 1e9 if self.seconds else 0.0

    @property
    def fraction(self) -> float | None:
        """Of the roofline: 1.0 is as fast as the machine can. None where the time is too short to say."""
        return self.bound / self.seconds if self.seconds >= SHORTEST else None


class Profile(Sequence[KernelTime]):
    """Times of all launches of a step, in order. ``print`` gives a table.

    Attributes:
        program: its name.
        dims: values of the named dimensions.
        step: median seconds of whole steps.
        fastest: seconds of the fastest step.
        limits: the machine's, which fractions refer to.
    """

    def __init__(self, program: str, lines: Sequence[KernelTime], times: StepTimes, limits: MachineLimits) -> None:
        self.program, self.dims, self.limits = program, dict(times.dims), limits
        self.step, self.fastest = times.step, times.fastest
        self._lines = tuple(lines)

    def __getitem__(self, index: Any) -> Any:
        return self._lines[index]

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[KernelTime]:
        return iter(self._lines)

    @property
    def seconds(self) -> float:
        """Sum of all launches, each timed alone."""
        return sum(line.seconds for line in self)

    @property
    def overhead(self) -> float:
        """What a whole step takes beyond that; negative where launches gain from following one another."""
        return self.step - self.seconds

    def by_kernel(self) -> dict[str, float]:
        """Seconds of a step by kernel, the longest first."""
        found: dict[str, float] = {}
        for line in self:
            found[line.kernel] = found.get(line.kernel, 0.0) + line.seconds
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def table(self) -> Table:
        """The table behind ``print`` and ``_repr_html_``."""
        rows = [_row(line) for line in self]
        flops, moved = sum(line.flops for line in self), sum(line.bytes for line in self)
        seconds = self.seconds or 1.0
        bound = sum(line.bound for line in self)
        rows.append(
            (
                "",
                "all launches",
                "",
                "",
                f"{self.seconds * 1e6:.1f}",
                "100%",
                "",
                quantity(flops),
                quantity(moved),
                f"{flops / seconds / 1e9:.1f}",
                f"{moved / seconds / 1e9:.1f}",
                f"{bound / seconds:.0%}",
                *[""] * 4,
            )
        )
        columns = (
            Column("#", right=True),
            Column("kernel", least=26, tail=9),
            Column("makes", least=10, rank=1),
            Column("lines", least=12, rank=3),
            Column("µs", right=True),
            Column("share", right=True),
            Column("", rank=2),
            Column("FLOPs", right=True, rank=4),
            Column("bytes", right=True, rank=4),
            Column("GFLOP/s", right=True),
            Column("GB/s", right=True),
            Column("of limit", right=True),
            Column("thr", right=True),
            Column("vec", right=True),
            Column("calls", rank=3),
            Column("spills", right=True, rank=3),
        )
        dims = ", ".join(f"{name}={value}" for name, value in self.dims.items())
        return Table(columns, tuple(rows), f"profile of {self.program}" + (f" ({dims})" if dims else ""), self._notes())

    def _notes(self) -> tuple[str, ...]:
        share = abs(self.overhead) / self.step if self.step else 0.0
        cause = (
            "barriers, launches, the call and its checks"
            if self.overhead >= 0
            else "launches find more in the caches when they follow one another"
        )
        more = f"{'+' if self.overhead >= 0 else '-'}{abs(self.overhead) * 1e6:.1f} µs ({share:.1%})"
        busy: tuple[str, ...] = ()
        if self.step > BUSY * self.fastest:
            busy = (f"this machine is busy with something else: the fastest step took {self.fastest * 1e6:.1f} µs",)
        peak, limits = self.limits.flops, self.limits
        return (
            "",
            f"a whole step takes {self.step * 1e6:.1f} µs: {more}: {cause}",
            *busy,
            f"of limit: of the time this machine ({limits.cpu}, {limits.vector_bits}-bit, {limits.threads} threads, "
            f"{peak[1] / 1e9:.0f} GFLOP/s f32, {_last(limits):.0f} GB/s from memory)",
            "  needs at least; c: computing sets the limit, m: memory or the cache that the bytes fit in",
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "program": self.program,
            "dims": self.dims,
            "step_seconds": self.step,
            "fastest_step_seconds": self.fastest,
            "launch_seconds": self.seconds,
            "overhead_seconds": self.overhead,
            "machine": self.limits.to_json(),
            "launches": [
                {
                    "index": line.index,
                    "kernel": line.kernel,
                    "makes": list(line.makes),
                    "lines": [str(text) for text in line.lines],
                    "seconds": line.seconds,
                    "share": line.share,
                    "flops": line.flops,
                    "bytes_read": line.read,
                    "bytes_written": line.written,
                    "gflops": line.gflops,
                    "gbytes": line.gbytes,
                    "bound_seconds": line.bound,
                    "bound_by": "compute" if line.compute_bound else "memory",
                    "roofline": line.fraction,
                    "threads": line.threads,
                    "vector_width": line.vector_width,
                    "calls": list(line.calls),
                    "spills": line.spills,
                }
                for line in self
            ],
        }

    def json(self) -> str:
        """:meth:`to_json` as text."""
        return json.dumps(self.to_json(), indent=2)

    def __str__(self) -> str:
        return self.table().text()

    def __repr__(self) -> str:
        return f"<profile of {self.program}: {len(self)} launches, {self.step * 1e6:.1f} µs a step>"

    def _repr_html_(self) -> str:
        return self.table().html()


def _row(line: KernelTime) -> tuple[str, ...]:
    fraction = line.fraction
    return (
        str(line.index),
        line.kernel,
        " ".join(f"%{name}" for name in line.makes),
        lines_text(line.lines),
        f"{line.seconds * 1e6:.1f}",
        f"{line.share:.1%}",
        bar(line.share, BAR),
        quantity(line.flops),
        quantity(line.bytes),
        f"{line.gflops:.1f}",
        f"{line.gbytes:.1f}",
        "-" if fraction is None else f"{fraction:.0%} {'c' if line.compute_bound else 'm'}",
        str(line.threads),
        str(line.vector_width) if line.vector_width else "scalar",
        " ".join(line.calls) or "-",
        str(line.spills),
    )


def _last(limits: MachineLimits) -> float:
    return limits.read[1][-1][1] / 1e9


def make_profile(
    compiled: Compiled,
    times: StepTimes,
    *,
    known: Provenance | None = None,
    kernels: KernelTable | None = None,
    limits: MachineLimits | None = None,
) -> Profile:
    """Join measured times with what is known of the kernels and of the machine.

    Where a launch beats the machine's limits by far these were measured on a busy machine, and are measured again.
    """
    known = known or provenance(compiled)
    kernels = kernels or kernel_table(compiled, known)
    given = limits
    limits = limits or machine_limits()
    lines = _lines(compiled, times, known, kernels, limits)
    if given is None and any((line.fraction or 0.0) > IMPLAUSIBLE for line in lines):
        limits = machine_limits(refresh=True)
        lines = _lines(compiled, times, known, kernels, limits)
    return Profile(compiled.program.name, lines, times, limits)


def _lines(
    compiled: Compiled, times: StepTimes, known: Provenance, kernels: KernelTable, limits: MachineLimits
) -> list[KernelTime]:
    total = sum(times.launches) or 1.0
    names = compiled.graphs["fused"].names
    updated = {value: leaf for leaf, value in compiled.graphs["fused"].updates}
    dims = dict(times.dims)
    lines: list[KernelTime] = []
    for index, node in enumerate(compiled.plan.nodes):
        kernel = node.attrs["kernel"]
        info = kernels[kernel.name]
        read, written = (number(size, dims) for size in moved(kernel))
        flops, threads = number(info.flops, dims), times.threads[index]
        dtype = DType.f64 if all(r.dtype is DType.f64 for r in node.results) else DType.f32
        lines.append(
            KernelTime(
                index=index,
                kernel=kernel.name,
                makes=tuple(names[updated.get(v, v)] for v in node.results),
                lines=known.origins[node].lines,
                seconds=times.launches[index],
                share=times.launches[index] / total,
                flops=flops,
                read=read,
                written=written,
                bound=limits.bound(flops, read, written, threads, dtype),
                compute_bound=flops / limits.peak(threads, dtype) >= limits.bound(flops, read, written, threads, dtype),
                threads=threads,
                vector_width=info.vector_width,
                calls=info.calls,
                spills=info.spills,
            )
        )
    return lines
