"""What this machine can do: multiply-adds and bytes a second, measured once and kept on disk."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from graphc.compiler.lowering.machine import host
from graphc.compiler.lowering.probes import UNROLL, fma_probe, lanes, read_probe, triad_probe
from graphc.compiler.lowering.target import cpu_features, cpu_name
from graphc.runtime.codecache import CodeCache, current_cache
from graphc.runtime.executor import Executor
from graphc.runtime.program import BufferSpec, KernelCode, Launch, Program, Role
from graphc.runtime.storage import Storage
from graphc.runtime.threads import get_num_threads
from graphc.runtime.types import DType, TensorType

Curve = tuple[tuple[int, float], ...]
"""(bytes that are touched, bytes a second), by growing size."""

VERSION: Final = 1  # of the method; a new one measures again
CACHED_SIZES: Final = (24 << 10, 160 << 10, 640 << 10, 2560 << 10, 10 << 20)
SMALLEST_LARGE: Final = 64 << 20
LARGEST: Final = 192 << 20
ROUNDS: Final = 5
FMA_TURNS: Final = 40_000


@dataclass(frozen=True)
class MachineLimits:
    """Measured limits of this machine, for one thread and for all.

    Attributes:
        cpu: LLVM's name of the processor.
        vector_bits: width of its vector registers.
        threads: what "all" means.
        flops: f32 operations a second on one thread and on all; a multiply-add counts two.
        triad: bytes a second of ``a = b + 3 c`` by the bytes it touches, on one thread and on all.
        read: the same for reading alone.
        seconds: what measuring took.
    """

    cpu: str
    vector_bits: int
    threads: int
    flops: tuple[float, float]
    triad: tuple[Curve, Curve]
    read: tuple[Curve, Curve]
    seconds: float

    def peak(self, threads: int = 1, dtype: DType = DType.f32) -> float:
        """Operations a second on one thread (1) or on all (any other number); f64 has half of f32."""
        return self.flops[threads > 1] / (2 if dtype is DType.f64 else 1)

    def bandwidth(self, touched: int, written: int, threads: int = 1) -> float:
        """Bytes a second for a kernel that touches so many bytes, some of them written.

        It depends on which cache the bytes fit in, and on the share that is written: the triad writes a third.
        """
        spread = threads > 1
        triad, read = _at(self.triad[spread], touched), _at(self.read[spread], touched)
        share = min(1.0, 3 * written / touched) if touched else 0.0
        return read + (triad - read) * share

    def bound(self, flops: int, read: int, written: int, threads: int = 1, dtype: DType = DType.f32) -> float:
        """The least seconds for this work: the longer of computing alone and moving bytes alone (the roofline)."""
        touched = read + written
        moving = touched / self.bandwidth(touched, written, threads) if touched else 0.0
        return max(flops / self.peak(threads, dtype), moving)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    def __str__(self) -> str:
        every = f"{self.threads} threads"
        lines = [f"{self.cpu}, {self.vector_bits}-bit vectors, measured in {self.seconds:.2f} s"]
        columns = ("1 thread", *([every] if self.threads > 1 else []))
        lines.append(f"{'':<28}" + "".join(f"{column:>12}" for column in columns))

        def row(label: str, values: Sequence[float], unit: str) -> str:
            return f"{label:<28}" + "".join(f"{value:>12.1f}" for value in values[: len(columns)]) + f"  {unit}"

        lines.append(row("f32 multiply-adds", [f / 1e9 for f in self.flops], "GFLOP/s"))
        for name, curves in (("a = b + 3 c", self.triad), ("reading", self.read)):
            for i, (size, _) in enumerate(curves[0]):
                lines.append(row(f"{name}, {_size(size)}", [curve[i][1] / 1e9 for curve in curves], "GB/s"))
        return "\n".join(lines)


def _size(count: int) -> str:
    return f"{count >> 10} KiB" if count < 1 << 20 else f"{count / (1 << 20):.3g} MiB"


def _at(curve: Curve, size: int) -> float:
    """Value of a curve at a size, straight between its points on a logarithmic axis."""
    if size <= curve[0][0]:
        return curve[0][1]
    for (a, low), (b, high) in itertools.pairwise(curve):
        if size <= b:
            return low + (high - low) * math.log(size / a) / math.log(b / a)
    return curve[-1][1]


def machine_limits(*, refresh: bool = False, cache: CodeCache | None = None) -> MachineLimits:
    """The limits of this machine at the present number of threads; measured the first time, in about half a second.

    Other work on the machine can only make it look slower, so the best of all measurements counts.

    Args:
        refresh: measure again, for instance when something else kept the machine busy.
        cache: where they are kept; the process's cache when None.
    """
    cache = cache or current_cache()
    threads = get_num_threads()
    identity = f"{VERSION} {cpu_name()} {cpu_features()} {threads}"
    key = f"machine_{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    stored = cache.get(key, ".json")
    known = None if stored is None else _from_json(json.loads(stored))
    if known is not None and not refresh:
        return known
    limits = _best_of(_measure(threads), known)
    cache.put(key, ".json", json.dumps(limits.to_json()).encode())
    return limits


def _from_json(data: dict[str, Any]) -> MachineLimits:
    def curves(pair: list[list[list[float]]]) -> tuple[Curve, Curve]:
        one, every = (tuple((int(size), float(rate)) for size, rate in curve) for curve in pair)
        return one, every

    one, every = data["flops"]
    read, triad = curves(data["read"]), curves(data["triad"])
    return MachineLimits(**{**data, "flops": (one, every), "triad": triad, "read": read})


def _best_of(new: MachineLimits, old: MachineLimits | None) -> MachineLimits:
    """The better of two measurements at each point.

    All threads do at least what one does, and a small size at least what a large one does.
    """
    old = old or new

    def curve(*curves: Curve) -> Curve:
        rates = [max(c[i][1] for c in curves) for i in range(len(curves[0]))]
        return tuple((size, max(rates[i:])) for i, (size, _) in enumerate(curves[0]))

    def both(a: tuple[Curve, Curve], b: tuple[Curve, Curve]) -> tuple[Curve, Curve]:
        return curve(a[0], b[0]), curve(*a, *b)

    one = max(new.flops[0], old.flops[0])
    every = max(one, new.flops[1], old.flops[1])
    return replace(new, flops=(one, every), triad=both(new.triad, old.triad), read=both(new.read, old.read))


def _measure(threads: int) -> MachineLimits:
    start = time.perf_counter()
    largest = min(LARGEST, max(SMALLEST_LARGE, 2 * _last_cache()))
    sizes = (*CACHED_SIZES, largest)
    storage = Storage(TensorType(DType.f32, (largest // 4 + 4096,)))
    triad, read = (
        tuple(tuple(_stream(probe, storage, arrays, size, count) for size in sizes) for count in (1, threads))
        for probe, arrays in ((triad_probe(), 3), (read_probe(), 1))
    )
    one, every = (max(_fma(storage, chains, count) for chains in _chains()) for count in (1, threads))
    return MachineLimits(
        cpu=cpu_name(),
        vector_bits=32 * lanes(),
        threads=threads,
        flops=(one, every),
        triad=(triad[0], triad[1]),
        read=(read[0], read[1]),
        seconds=time.perf_counter() - start,
    )


def _chains() -> tuple[int, ...]:
    """Enough independent sums to hide the latency of a multiply-add, few enough to stay in registers."""
    return (12, 16, 20) if host(cpu_name()).registers == 32 else (10, 12, 14)


def _last_cache() -> int:
    """Bytes of the largest cache of this processor; 0 where the system does not say."""
    found = 0
    for path in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"):
        text = path.read_text(encoding="ascii").strip()
        unit = {"K": 10, "M": 20}.get(text[-1:], 0)
        found = max(found, int(text.rstrip("KM")) << unit)
    return found


def _stream(probe: KernelCode, storage: Storage, arrays: int, size: int, threads: int) -> tuple[int, float]:
    grain = threads * lanes() * UNROLL
    numbers = max(grain, size // (4 * arrays) // grain * grain)
    touched = 4 * arrays * numbers
    times = max(1, (24 << 20) * threads // touched)
    return size, touched * times / _best(_runner(probe, storage, numbers, times, threads))


def _fma(storage: Storage, chains: int, threads: int) -> float:
    work = 2 * lanes() * chains * FMA_TURNS * threads
    return work / _best(_runner(fma_probe(chains), storage, FMA_TURNS, 1, threads))


def _runner(probe: KernelCode, storage: Storage, size: int, times: int, threads: int) -> Callable[[], object]:
    """A program of one launch of a probe, on one thread or on all."""
    work = 1 << 40 if threads > 1 else 0
    program = Program(
        name=probe.name,
        buffers=(BufferSpec("place", storage.type, Role.STATE),),
        launches=(Launch(probe.name, (0,), (size, times), work=work),),
        inputs=(),
        outputs=(),
        dims=(),
        kernels={probe.name: probe},
    )
    return Executor(program, {"place": storage})


def _best(run: Callable[[], object]) -> float:
    """Least seconds of some runs; the first one, which wakes threads and fills caches, does not count."""
    run()
    best = math.inf
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best
