"""One workload in all systems: set-up cold and warm, results compared, then all step in turn."""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from . import witness
from .process import Worker, WorkerError
from .systems import MACHINE, SYSTEMS, Interpreter, System
from .workloads import Workload, arrays_of

CHECKED: Final = 3  # calls whose results are compared before anything is timed; one of an epoch
TURNS: Final = 20
FEWEST_TURNS: Final = 5
STARTS: Final = 3
_LONG_START: Final = 8.0  # seconds of a cold start that is not repeated, such as torch.compile's
_CALM: Final = 0.025  # seconds between turns; PyTorch's threads look for work for 10 to 20 ms after the last one


@dataclass(frozen=True)
class Setup:
    """Seconds of a new process.

    Attributes:
        total: from its start to the first result, interpreter and test data included.
        imported: of that, importing the system.
        ready: of that, building, compiling and the first step.
    """

    total: float
    imported: float
    ready: float

    @property
    def seconds(self) -> float:
        """From import to first result."""
        return self.imported + self.ready


@dataclass
class Result:
    """What was found of one system; None and empty where nothing was.

    Attributes:
        system: its name.
        version: of its package.
        cold: set-up with an empty cache, the median of several.
        warm: set-up with the cache that a cold one left, the median of several.
        cold_starts: seconds of each.
        warm_starts: the same of those.
        difference: largest relative difference of its results to float64.
        turns: seconds a step, one a turn.
        steps: of a turn.
        peak: bytes of the process at most, set-up warm.
        added: of that, above what was there after importing the system and making the data.
        note: why it was not timed.
    """

    system: str
    version: str | None = None
    cold: Setup | None = None
    warm: Setup | None = None
    cold_starts: list[float] = field(default_factory=list)
    warm_starts: list[float] = field(default_factory=list)
    difference: float | None = None
    turns: list[float] = field(default_factory=list)
    steps: int = 0
    peak: int = 0
    added: int = 0
    note: str = ""

    @property
    def median(self) -> float:
        """Seconds a step; NaN when it was not timed."""
        return statistics.median(self.turns) if self.turns else math.nan

    @property
    def least(self) -> float:
        """Seconds a step in the fastest turn; NaN when it was not timed."""
        return min(self.turns, default=math.nan)


@dataclass
class Report:
    """A workload's results, graphc's first.

    Attributes:
        workload: what was measured.
        results: one a system.
        limit: what the machine reached in its fastest turn: FLOP a second, or bytes a second for a blend.
    """

    workload: Workload
    results: list[Result]
    limit: float = math.nan

    @property
    def timed(self) -> list[Result]:
        """Those with times."""
        return [result for result in self.results if result.turns]

    @property
    def best_peer(self) -> Result | None:
        """The fastest besides graphc."""
        return min((r for r in self.timed if r.system != "graphc"), key=lambda r: r.median, default=None)

    @property
    def ratio(self) -> float:
        """Graphc's median in the best peer's; NaN when either is missing."""
        best = self.best_peer
        own = next((r.median for r in self.timed if r.system == "graphc"), math.nan)
        return own / best.median if best is not None else math.nan

    def fraction(self, result: Result) -> float:
        """Of the machine's limit that a system reaches, counting only work that nobody can avoid."""
        work = self.workload.flops or self.workload.traffic
        return work / result.median / self.limit

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        rows = [{**asdict(r), "median": r.median, "least": r.least, "fraction": self.fraction(r)} for r in self.results]
        best = self.best_peer
        return {
            "workload": self.workload.plain(),
            "flops": self.workload.flops,
            "traffic": self.workload.traffic,
            "limit": self.limit,
            "best_peer": best.system if best is not None else None,
            "ratio": self.ratio,
            "results": rows,
        }


@dataclass(frozen=True)
class Conditions:
    """How to measure.

    Attributes:
        homes: where each system runs.
        threads: for each system.
        seconds: of timing, for each system.
        say: told what is going on.
        starts: of each system, cold and warm; one where a cold one takes very long.
    """

    homes: dict[str, Interpreter]
    threads: int
    seconds: float
    say: Callable[[str], None]
    starts: int = STARTS


def contest(workload: Workload, conditions: Conditions) -> Report:
    """Measure one workload."""
    taking_part = [s for s in SYSTEMS if s.name in workload.systems and s.name in conditions.homes]
    results = {s.name: Result(s.name, conditions.homes[s.name].packages.get(s.needs)) for s in taking_part}
    report = Report(workload, list(results.values()))
    right = witness.outcomes(workload.comparable, arrays_of(workload.comparable), _calls(workload))
    with tempfile.TemporaryDirectory(prefix="graphc-bench-") as directory, ExitStack() as stack:
        ready: list[tuple[Result | None, Worker]] = []
        if not workload.quick:
            _start_all(taking_part, workload, results, Path(directory), right, conditions)
        for system in taking_part:
            result, cache = results[system.name], _cache(Path(directory), system, 0)
            if result.note:
                continue
            try:
                conditions.say(f"{workload.name}: {system.name} for timing")
                worker = stack.enter_context(_worker(system, cache, conditions, tuned=True))
                setup = _load(worker, workload)[0]
                if workload.quick:
                    result.cold = setup
                    _check(worker, workload, result, right)
                ready.append((result, worker))
            except WorkerError as error:
                result.note = str(error)
        machine = stack.enter_context(_worker(MACHINE, Path(directory), conditions, tuned=True))
        machine.load(workload)
        (work,) = machine.ask("outcome")
        ready.append((None, machine))
        conditions.say(f"{workload.name}: timing")
        report.limit = work / min(_race(ready, conditions.seconds))
    for result in report.results:
        result.turns = [seconds / workload.epoch_steps for seconds in result.turns]
    return report


def set_up(workload: Workload, home: Interpreter, threads: int, cache: Path, name: str = "graphc") -> Setup:
    """Time a new process until its first result; ``cache`` decides whether it is cold or warm."""
    system = next(s for s in SYSTEMS if s.name == name)
    with Worker(system, home, cache, threads, tuned=False) as worker:
        return _load(worker, workload)[0]


def time_alone(workload: Workload, home: Interpreter, threads: int, cache: Path, name: str = "graphc") -> list[float]:
    """Seconds a step of one system with nobody beside it, a number for each turn."""
    system = next(s for s in SYSTEMS if s.name == name)
    with Worker(system, home, cache, threads, tuned=False) as worker:
        _load(worker, workload)
        steps = max(1, round(0.05 / _per_step(worker)))
        return [worker.run(steps, warm=1) / steps / workload.epoch_steps for _ in range(TURNS)]


def _start_all(
    systems: Sequence[System],
    workload: Workload,
    results: dict[str, Result],
    directory: Path,
    right: list[list[float]],
    conditions: Conditions,
) -> None:
    """Start them in turn, so that what disturbs one start of a system seldom disturbs all; medians count."""
    setups: dict[str, list[tuple[Setup, Setup]]] = {system.name: [] for system in systems}
    for turn in range(conditions.starts):
        for system in systems:
            result = results[system.name]
            if result.note or any(cold.seconds > _LONG_START for cold, _ in setups[system.name]):
                continue
            try:
                cache = _cache(directory, system, turn)
                setups[system.name].append(_set_up(system, workload, result, cache, right, conditions))
            except WorkerError as error:
                result.note = str(error)
    for name, found in setups.items():
        if found:
            colds, warms = zip(*found, strict=True)
            results[name].cold, results[name].warm = _median(colds), _median(warms)
            results[name].cold_starts = [setup.seconds for setup in colds]
            results[name].warm_starts = [setup.seconds for setup in warms]


def _median(setups: Sequence[Setup]) -> Setup:
    return sorted(setups, key=lambda setup: setup.seconds)[(len(setups) - 1) // 2]


def _cache(directory: Path, system: System, turn: int) -> Path:
    """Where a system keeps what it compiled; made where it is not there."""
    path = directory / f"{system.name}-{turn}"
    path.mkdir(exist_ok=True)
    return path


def _set_up(
    system: System, workload: Workload, result: Result, cache: Path, right: list[list[float]], conditions: Conditions
) -> tuple[Setup, Setup]:
    """A cold start and a warm one; results are compared, memory is measured."""
    conditions.say(f"{workload.name}: {system.name} cold")
    with _worker(system, cache, conditions, tuned=False) as worker:
        cold = _load(worker, workload)[0]
        _check(worker, workload, result, right)
    conditions.say(f"{workload.name}: {system.name} warm")
    with _worker(system, cache, conditions, tuned=False) as worker:
        warm, before = _load(worker, workload)
        worker.run(_calls(workload))
        result.peak = worker.ask("memory")["peak"]
        result.added = result.peak - before
    return cold, warm


def _calls(workload: Workload) -> int:
    return 1 if workload.kind == "epoch" else CHECKED


def _worker(system: System, cache: Path, conditions: Conditions, tuned: bool) -> Worker:
    home = conditions.homes.get(system.name, conditions.homes["graphc"])
    return Worker(system, home, cache, conditions.threads, tuned)


def _load(worker: Worker, workload: Workload) -> tuple[Setup, int]:
    """The set-up, and bytes in memory before it; the process has only just been started."""
    start = time.perf_counter()
    found = worker.load(workload)
    total = time.perf_counter() - start
    return Setup(total, found["import"], found["ready"]), found["before"]["now"]


def _check(worker: Worker, workload: Workload, result: Result, right: list[list[float]]) -> None:
    result.difference = witness.difference(worker.ask("check", count=len(right)), right)
    if not result.difference <= workload.tolerance:
        raise WorkerError(
            f"WRONG: differs from float64 by {result.difference:.1e}, allowed is {workload.tolerance:.0e}"
        )


def _race(ready: list[tuple[Result | None, Worker]], seconds: float) -> list[float]:
    """Let all take turns until each has had its seconds; fills the results in, and gives the machine's turns."""
    machine: list[float] = []
    alive: list[tuple[Result | None, Worker, int]] = []
    for result, worker in ready:
        try:
            alive.append((result, worker, max(1, round(seconds / TURNS / _per_step(worker)))))
        except WorkerError as error:
            _leave_out(result, error)
    start = time.perf_counter()
    for turn in range(TURNS):
        if turn >= FEWEST_TURNS and time.perf_counter() - start > 2 * (seconds + turn * _CALM) * len(alive):
            break
        for result, worker, steps in alive[turn % len(alive) :] + alive[: turn % len(alive)]:
            time.sleep(_CALM)
            # Steps before a turn bring caches and sleeping threads back; a long one does that within itself.
            warm = math.ceil(steps / 4) if steps > 1 else 0
            try:
                took = worker.run(steps, warm=warm) / steps
            except WorkerError as error:
                _leave_out(result, error)
                alive.remove((result, worker, steps))
                continue
            if result is None:
                machine.append(took)
            else:
                result.turns.append(took)
                result.steps = steps
    return machine


def _leave_out(result: Result | None, error: WorkerError) -> None:
    if result is None:
        raise error  # without the machine's limit nothing can be said
    result.turns = []
    result.note = str(error)


def _per_step(worker: Worker) -> float:
    once = worker.run(1, warm=1)
    count = min(1000, int(0.01 / max(once, 1e-7)))
    return worker.run(count) / count if count > 1 else once
