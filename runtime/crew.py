"""Other processes that share the work of a compilation.

A member is this Python run anew with one loop: it reads requests from its standard input, a line each, and answers on
its standard output. It never sees the user's main module, so it works from scripts without a main guard, from ``-c``,
notebooks and daemon processes; it ends with its input, thus with whoever started it.

Members are a convenience: whoever asks must be able to do the same work, and does it where a member has failed. A real
error is then raised here, where its traceback means something; a failure of the member alone is a :class:`CrewWarning`.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from .collector import rare_collections
from .cores import available_cores

MOST = 7  # each takes some hundred megabytes, and a second until it is of use

# Packages are folders only: what their __init__ would import is not needed. Modules know where they are by themselves.
_PROGRAM = """
import sys
sys.path[:] = {path!r}
from importlib.util import find_spec, module_from_spec
for name in ("graphc", "graphc.compiler"):
    sys.modules[name] = module_from_spec(find_spec(name))
from graphc.runtime.crew import serve
serve()
"""


class CrewWarning(UserWarning):
    """A process that shares the work of compiling failed; the work was done without it."""


Request: TypeAlias = Callable[..., "str | None"]
"""``request("module:function", *arguments)``: what went wrong, None if nothing did."""


class _Member:
    """One process, and the thread here that talks to it."""

    def __init__(self) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
            )
        except OSError:
            self.errors.close()
            raise
        self.jobs: queue.SimpleQueue[Callable[[Request], None] | None] = queue.SimpleQueue()
        try:
            threading.Thread(target=self._run, name="graphc crew", daemon=True).start()
        except RuntimeError:  # no more threads
            self.end()
            raise

    def _run(self) -> None:
        for job in iter(self.jobs.get, None):
            job(self.request)
        process = self.process
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
        self.errors.close()

    def request(self, call: str, *arguments: str) -> str | None:
        """Ask the process to do something; blocks until it has."""
        try:
            self.process.stdin.write(json.dumps([call, *arguments]) + "\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
            answer = self.process.stdout.readline()  # type: ignore[union-attr]
        except (OSError, ValueError):
            answer = ""
        if answer:
            return json.loads(answer)  # type: ignore[no-any-return]
        status = self.process.wait()
        self.errors.seek(0)
        said = self.errors.read().decode(errors="replace").strip()
        return f"the process ended with status {status}" + (f":\n{said}" if said else "")

    def end(self) -> None:
        """Do not outlive this process."""
        if self.process.poll() is None:
            self.process.kill()


class Crew:
    """The members that help with one compilation. With one core, or where no process can be started, there are none."""

    def __init__(self) -> None:
        self._members: list[_Member] = []

    def gather(self, count: int) -> int:
        """Have ``count`` members, or as many as there are cores to spare; how many there are."""
        # Frozen applications have themselves as their interpreter.
        able = bool(sys.executable) and not getattr(sys, "frozen", False)
        count = min(count, available_cores() - 1, MOST) if able else 0
        while len(self._members) < count:
            try:
                member = _Member()
            except (OSError, RuntimeError):  # no more processes or threads: all is done here
                break
            self._members.append(member)
            _everyone.add(member)
        return len(self._members)

    def enlist(self, job: Callable[[Request], None]) -> None:
        """Have every member's thread call ``job`` once it has nothing else to do."""
        for member in self._members:
            member.jobs.put(job)

    def dismiss(self) -> None:
        """Members finish what they were given, then end."""
        for member in self._members:
            member.jobs.put(None)
        self._members.clear()


_everyone: weakref.WeakSet[_Member] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    for member in list(_everyone):
        member.end()


def _forget() -> None:
    """A forked process has no members: they are its parent's."""
    for member in list(_everyone):
        member.process.returncode = 0  # not ours to wait for
    _everyone.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def warn_of(trouble: str, work: str) -> None:
    """Say that members failed at ``work``, which succeeded here."""
    warnings.warn(f"compile: another process could not {work}, this one did: {trouble}", CrewWarning, stacklevel=3)


# --- the other side --------------------------------------------------------------------------------


def serve() -> None:
    """Do what comes in on standard input, a JSON list of a function and its arguments a line, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the one who asked decides
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anybody prints is no answer
    for line in sys.stdin:
        call, *arguments = json.loads(line)
        module, _, function = call.partition(":")
        try:
            with rare_collections():
                getattr(importlib.import_module(module), function)(*arguments)
            trouble = None
        except Exception:
            trouble = traceback.format_exc()
        print(json.dumps(trouble), file=answers, flush=True)
