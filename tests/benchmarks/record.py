"""Keep the results of the day: everything that ``graphc bench`` measures, as JSON and as a page, in ``results/``.

Run ``python tests/benchmarks/record.py``, with any argument of ``graphc bench`` besides the names of files. Code made
for another processor (``NUMBA_CPU_NAME=haswell``) is kept under a name that says so.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from graphc.bench import main as bench

RESULTS = Path(__file__).resolve().parent / "results"


def name_of_today() -> str:
    """The date, and the processor where code is not made for this one."""
    return "-".join(filter(None, [dt.datetime.now().astimezone().date().isoformat(), os.environ.get("NUMBA_CPU_NAME")]))


def main(arguments: Sequence[str]) -> int:
    """Measure and keep; the exit code."""
    RESULTS.mkdir(exist_ok=True)
    files = ["--json", str(RESULTS / f"{name_of_today()}.json"), "--markdown", str(RESULTS / f"{name_of_today()}.md")]
    return bench([*arguments, *files])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
