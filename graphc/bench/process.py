"""The parent's end of a worker process."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from .systems import Interpreter, System, environment
from .workloads import Workload

_WORKER: Final = Path(__file__).with_name("worker.py")


class WorkerError(Exception):
    """A system could not do what it was asked; the message is the last line of what it said."""


class Worker:
    """A system in a process of its own; a context manager that ends it."""

    def __init__(self, system: System, home: Interpreter, cache: Path, threads: int, tuned: bool) -> None:
        self.system = system
        self.cache = cache
        self.threads = threads
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 # closed by __exit__
        self._process = subprocess.Popen(
            [home.path, str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env=environment(system, cache, threads, tuned),
        )

    def load(self, workload: Workload) -> dict[str, Any]:
        """Import the system and make the workload ready; see :mod:`graphc.bench.worker` for this and the others."""
        found: dict[str, Any] = self.ask(
            "load", module=self.system.module, workload=workload.plain(), cache=str(self.cache), threads=self.threads
        )
        return found

    def run(self, steps: int, warm: int = 0) -> float:
        """Seconds of some steps."""
        return float(self.ask("run", steps=steps, warm=warm))

    def ask(self, what: str, **arguments: Any) -> Any:
        """Send a request, wait for the answer. WorkerError where none comes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            raise WorkerError(self._last_words())
        return json.loads(answer)

    def _last_words(self) -> str:
        code = self._process.wait()
        self._said.seek(0)
        lines = [line for line in self._said.read().decode(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else f"its process ended with code {code}"

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if kind is not None:
            self._process.kill()
        try:
            self._process.stdin.close()
        except OSError:
            self._process.kill()  # it has ended already, with words unread
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._said.close()
