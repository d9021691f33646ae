"""What a user waits for before anything is learnt, and what a step of the smallest network costs.

Run ``python tests/benchmarks/startup.py``. Every figure is from new processes with caches of their own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from graphc.bench import chosen, installed_sizes, own_interpreter, set_up, time_alone


@dataclass(frozen=True)
class Figure:
    """One measured number and the largest that it may be."""

    what: str
    value: float
    most: float
    unit: str

    def __str__(self) -> str:
        verdict = "ok" if self.value <= self.most else "TOO MUCH"
        return f"{self.what:<72} {self.value:8.2f} {self.unit:<2}  at most {self.most:g} {self.unit:<2}  {verdict}"


def figures(repeats: int, threads: int) -> Iterator[Figure]:
    """Measure, one by one."""
    home = own_interpreter()
    (lecture,), (tiny,) = chosen(["mlp_seed"]), chosen(["tiny_epoch"])
    cold, warm = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(set_up(lecture, home, threads, Path(cache)))
            warm.append(set_up(lecture, home, threads, Path(cache)))
    name = "784-512-512-10, training"
    yield Figure(f"{name}: compile and first loss, empty cache", statistics.median(s.ready for s in cold), 4.0, "s")
    yield Figure(f"{name}: import to first loss, full cache", statistics.median(s.seconds for s in warm), 0.8, "s")
    with tempfile.TemporaryDirectory() as cache:
        step = statistics.median(time_alone(tiny, home, threads, Path(cache)))
    yield Figure("4-16-3, batch 32, SGD: a step inside run_epoch", 1e6 * step, 5.0, "us")
    size = sum(installed_sizes(home, ["graphc"])["graphc"].values())
    yield Figure("installed, with everything that is required", size / 1e6, 300.0, "MB")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="cold and warm starts, of which the median counts (3)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures in FILE")
    options = parser.parse_args()
    found = []
    for figure in figures(options.repeats, options.threads):
        print(figure, flush=True)
        found.append(asdict(figure))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
