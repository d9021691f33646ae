"""The process of one system: answers a line of JSON with a line of JSON until its input ends.

Run as a file, by any Python that has NumPy and the system: graphc need not be installed for it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import types
from pathlib import Path
from typing import Any


def main() -> None:
    """Serve."""
    # What a system prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    package = _package()
    server = _Server(package)
    for line in sys.stdin:
        request = json.loads(line)
        answer = getattr(server, request.pop("do"))(**request)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _package() -> str:
    """Give the package around this file a name of its own, so that graphc is not imported with it; the name."""
    here = Path(__file__).resolve().parent
    sys.path[:] = [path for path in sys.path if Path(path).resolve() != here]
    name = "graphc_bench"
    package = types.ModuleType(name)
    package.__path__ = [str(here)]
    sys.modules[name] = package
    return name


class _Server:
    """What a process can be asked, by the names of its methods."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.stepper: Any = None

    def load(self, module: str, workload: dict[str, Any], cache: str, threads: int) -> dict[str, Any]:
        """Import a system and make it ready, with seconds of: its import, the rest until its first result."""
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
        start = time.perf_counter()
        self.peer = importlib.import_module(f"{self.package}.peers.{module}")
        imported = time.perf_counter() - start
        self.workloads = importlib.import_module(f"{self.package}.workloads")
        protocol = importlib.import_module(f"{self.package}.protocol")
        self.setting = protocol.Setting(threads, Path(cache))
        self.workload = self.workloads.workload_of(workload)
        arrays = self.workloads.arrays_of(self.workload)
        before = memory()
        start = time.perf_counter()
        self.stepper = self.peer.prepare(self.workload, arrays, self.setting)
        self.stepper.steps(1)
        ready = time.perf_counter() - start
        return {"import": imported, "ready": ready, "before": before}

    def check(self, count: int) -> list[list[float]]:
        """Results of the first ``count`` calls of the comparable workload."""
        comparable = self.workload.comparable
        stepper = self.peer.prepare(comparable, self.workloads.arrays_of(comparable), self.setting)
        return [stepper.outcome() for _ in range(count)]

    def run(self, steps: int, warm: int) -> float:
        """Seconds of ``steps`` steps, after ``warm`` that are not counted."""
        if warm:
            self.stepper.steps(warm)
        start = time.perf_counter()
        self.stepper.steps(steps)
        return time.perf_counter() - start

    def outcome(self) -> list[float]:
        """The result of one more step."""
        numbers: list[float] = self.stepper.outcome()
        return numbers

    def memory(self) -> dict[str, int]:
        """See :func:`memory`."""
        return memory()


def memory() -> dict[str, int]:
    """Bytes of this process in memory: now, and at most so far; 0 where the system does not tell."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return {"now": 0, "peak": 0}
    kib = {
        line.split(":")[0]: int(line.split()[1]) for line in text.splitlines() if line.startswith(("VmHWM", "VmRSS"))
    }
    return {"now": 1024 * kib["VmRSS"], "peak": 1024 * kib["VmHWM"]}


if __name__ == "__main__":
    main()
