from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from graphc.bench import Report, Result, Setup, chosen, installed_sizes, own_interpreter, tables
from graphc.bench.contest import Conditions, _start_all, contest
from graphc.bench.process import Worker, WorkerError
from graphc.bench.systems import SYSTEMS, Interpreter, System, homes
from graphc.cli import main


@pytest.mark.slow
def test_a_short_run_leaves_figures_and_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    figures, page = tmp_path / "figures.json", tmp_path / "page.md"
    command = [
        "bench",
        "--workload",
        "tiny",
        "size",
        "--peers",
        "",
        "--seconds",
        "0.01",
        "--starts",
        "2",
        "--note",
        "a test",
    ]
    assert main([*command, "--json", str(figures), "--markdown", str(page)]) == 0
    report = json.loads(figures.read_text(encoding="utf-8"))
    (entry,) = report["workloads"]
    (own,) = entry["results"]
    assert own["system"] == "graphc"
    assert own["note"] == ""
    assert own["difference"] < 1e-4
    assert len(own["turns"]) >= 5
    assert own["cold"]["total"] > own["warm"]["total"] > 0
    assert len(own["cold_starts"]) == len(own["warm_starts"]) == 2
    assert entry["limit"] > 0
    assert entry["ratio"] is None
    assert report["notes"] == ["a test"]
    assert "tiny" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("# Benchmarks of 20")


def test_workloads_are_listed(capsys: pytest.CaptureFixture[str]):
    assert main(["bench", "--list"]) == 0
    assert "mlp_seed " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--workload", "nothing"], "no workload or group 'nothing'"),
        (["--peers", "jax,nobody"], "no peer 'nobody'"),
        (["--threads", "0"], "threads, got 0"),
        (["--python", "/no/such/python"], "--python: "),
    ],
)
def test_wrong_usage(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]):
    assert main(["bench", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_peer_runs_in_the_first_interpreter_that_has_it():
    nothing = {s.needs: None for s in SYSTEMS if s.needs}
    own, other = (
        Interpreter("own", {**nothing, "torch": "2"}),
        Interpreter("other", {**nothing, "torch": "1", "jax": "0"}),
    )
    found, missing = homes([own, other], ["torch", "jax", "pytensor"])
    assert {name: home.path for name, home in found.items()} == {"graphc": "own", "torch": "own", "jax": "other"}
    assert missing == ["pytensor is left out: pytensor is not installed for own, other"]


def test_a_system_that_fails_says_why(tmp_path: Path):
    (tiny,) = chosen(["tiny"])
    nobody = System("nobody", "no_such_module")
    with (
        Worker(nobody, own_interpreter(), tmp_path, 1, tuned=False) as worker,
        pytest.raises(WorkerError, match=r"ModuleNotFoundError.*no_such_module"),
    ):
        worker.load(tiny)


def test_wrong_results_are_not_timed(monkeypatch: pytest.MonkeyPatch):
    # NumPy multiplies; the right results are made wrong.
    (product,) = chosen(["product_8x8x8"])
    right = [[1.0] * 8] * 3
    monkeypatch.setattr("graphc.bench.witness.outcomes", lambda workload, arrays, count: right)
    home = own_interpreter()
    report = contest(product, Conditions({"graphc": home, "numpy": home}, 1, 0.001, lambda text: None))
    assert {r.system: r.turns for r in report.results} == {"graphc": [], "numpy": []}
    assert all(r.note.startswith("WRONG: differs from float64") for r in report.results)


def test_starts_are_repeated_in_turn_and_medians_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (seed,) = chosen(["mlp_seed"])
    systems = [SYSTEMS[0], System("slow", ""), System("wrong", "")]
    times = {"graphc": iter([3.0, 1.0, 2.0]), "slow": iter([60.0])}
    order: list[tuple[str, str]] = []

    def start(system: System, workload: Any, result: Result, cache: Path, *rest: Any) -> tuple[Setup, Setup]:
        order.append((system.name, cache.name))
        assert not list(cache.iterdir())
        (cache / "code").touch()
        if system.name == "wrong":
            raise WorkerError("WRONG")
        seconds = next(times[system.name])
        return Setup(seconds + 1, 0.0, seconds), Setup(1.0, 0.0, seconds / 10)

    monkeypatch.setattr(sys.modules[_start_all.__module__], "_set_up", start)
    results = {s.name: Result(s.name) for s in systems}
    _start_all(systems, seed, results, tmp_path, [], Conditions({}, 1, 0.1, print, starts=3))
    first = [("graphc", "graphc-0"), ("slow", "slow-0"), ("wrong", "wrong-0")]
    assert order == [*first, ("graphc", "graphc-1"), ("graphc", "graphc-2")]
    own, slow, wrong = results.values()
    assert own.cold == Setup(3.0, 0.0, 2.0)
    assert own.warm == Setup(1.0, 0.0, 0.2)
    assert (own.cold_starts, own.warm_starts) == ([3.0, 1.0, 2.0], [0.3, 0.1, 0.2])
    assert slow.cold_starts == [60.0]
    assert (wrong.cold, wrong.note) == (None, "WRONG")


def plain_report() -> dict[str, Any]:
    (seed,) = chosen(["mlp_seed"])
    setup = Setup(1.5, 0.25, 1.0)
    results = [
        Result("graphc", None, setup, setup, [], [], 1e-7, [2e-3, 1e-3, 3e-3], 5, 10**8, 10**7),
        Result("jax", "0.9", setup, setup, [], [], 1e-7, [5e-3, 4e-3, 6e-3], 5, 2 * 10**8, 10**7),
        Result("torch", "2", note="WRONG: differs"),
    ]
    return json.loads(json.dumps(Report(seed, results, limit=4e11).plain()).replace("NaN", "null"))


def test_a_table_for_people():
    entry = plain_report()
    text = tables.workload_text(entry)
    assert entry["ratio"] == 0.4
    assert "graphc takes 0.40 (aim 0.42) of the time of the best peer, jax" in text
    assert "torch: not timed: WRONG: differs" in text
    assert "2.00 ms  1.00 ms" in text
    assert "1.25 s" in text
    assert "100 MB" in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (1.234, "1.23 s"), (0.0999, "99.9 ms"), (3.21e-6, "3.21 us"), (2e-9, "2.00 ns"), (123.4, "123 s")],
)
def test_times_for_people(seconds: float | None, text: str):
    assert tables.time_text(seconds) == text


def test_installed_sizes_follow_requirements():
    (found,) = installed_sizes(Interpreter(sys.executable, {}), ["graphc"]).values()
    assert {"graphc", "numba", "llvmlite", "numpy", "safetensors"} <= set(found)
    assert "pytest" not in found  # an extra
    assert found["numpy"] > 10**7
