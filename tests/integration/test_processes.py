"""Several processes and one cache: warm starts, races, fork, damage, disks that cannot be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc.runtime import CacheWarning, CodeCache, current_cache, elf, set_cache_directory

# Trains a little, and tells what it did in one line of JSON.
SCRIPT = """
import hashlib, json, sys
import numpy as np
import graphc as gr
from graphc import nn, optim

def run():
    gr.manual_seed(1)
    x, y = gr.input("x", "f32[batch, 12]"), gr.input("y", "i64[batch]")
    net = nn.Sequential(nn.Linear(12, 40), nn.ReLU(), nn.Dropout(0.2), nn.Linear(40, 3))
    loss = nn.CrossEntropyLoss()(net(x), y)
    opt = optim.Adam(net.parameters(), lr=0.01)
    train = gr.compile([x, y], loss, opt.minimize(loss), seed=2)
    rng = np.random.default_rng(0)
    xs, ys = rng.normal(size=(100, 12)).astype(np.float32), rng.integers(0, 3, 100)
    digest = hashlib.sha256(train.run_epoch(xs, ys, batch_size=32, shuffle=True, seed=4).tobytes())
    digest.update(train(xs, ys).tobytes())
    for name, value in net.state_dict().items():
        digest.update(value.tobytes())
    return digest.hexdigest()

print(json.dumps({"digest": run(), "numba": "numba" in sys.modules, "llvmlite": "llvmlite" in sys.modules}))
"""


def start(cache: Path, script: str = SCRIPT, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error::UserWarning", "-c", script],
        env={**os.environ, "XDG_CACHE_HOME": str(cache), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


def test_races_and_warm_starts(tmp_path: Path) -> None:
    """Two processes fill one empty cache at once; a third finds everything there."""
    racers = [start(tmp_path), start(tmp_path)]
    first, second = (finish(racer) for racer in racers)
    assert first["numba"]
    assert first["digest"] == second["digest"]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.o")}
    assert before
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()], "temporary files are left"
    warm = finish(start(tmp_path))
    assert warm == {"digest": first["digest"], "numba": False, "llvmlite": not elf.can_load()}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.o")} == before


FORKED = """
import json, os, sys
import numpy as np
import graphc as gr

gr_threads = int(os.environ["THREADS"])
from graphc.runtime import set_num_threads
set_num_threads(gr_threads)

x = gr.input("x", "f32[batch, 300]")
program = gr.compile([x], (gr.exp(x) + 1).sum(axis=1))
values = np.linspace(-1, 1, 300 * 200, dtype=np.float32).reshape(200, 300)
expected = program(values)

def child():
    same = np.array_equal(program(values), expected)
    other = gr.compile([x], (gr.exp(x) + float(os.getpid() % 2)).sum(axis=1))
    return same and np.isfinite(other(values)).all()

children = []
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        try:
            good = child()
        finally:
            os._exit(0 if good else 1)
    children.append(pid)
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
print(json.dumps({"codes": codes, "same": bool(np.array_equal(program(values), expected))}))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_fork_after_compiling_runs_and_compiles(tmp_path: Path, threads: str) -> None:
    assert finish(start(tmp_path, FORKED, THREADS=threads)) == {"codes": [0, 0, 0], "same": True}


# Damage ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path) -> Any:
    """An empty cache for this test alone."""
    before = current_cache().directory
    yield set_cache_directory(tmp_path / "cache")
    set_cache_directory(before)


def exponential(shift: float) -> tuple[Any, Any]:
    x = gr.input("x", "f32[n]")
    program = gr.compile([x], gr.exp(x) + shift)
    return program, program(np.array([0.0, 1.0], np.float32))


@pytest.mark.parametrize("suffix", [".o", ".json"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "replaced"])
def test_a_corrupt_file_is_made_again(fresh: CodeCache, suffix: str, damage: str) -> None:
    _, expected = exponential(0.25)
    paths = [entry.path for entry in fresh.entries() if entry.suffix == suffix and "exp" in entry.key]
    assert len(paths) == 1
    content = paths[0].read_bytes()
    middle = len(content) // 3
    flipped = content[:middle] + bytes([content[middle] ^ 64]) + content[middle + 1 :]
    spoiled = {"cut": content[:-7], "flipped": flipped, "empty": b"", "replaced": b"\x7fELF" + bytes(2000)}[damage]
    paths[0].write_bytes(spoiled)
    with pytest.warns(CacheWarning, match=r"^cache: .* is damaged and is made again$"):
        _, again = exponential(0.25)
    np.testing.assert_array_equal(again, expected)
    assert paths[0].stat().st_size > 100
    np.testing.assert_array_equal(exponential(0.25)[1], expected)


def test_files_that_vanish_are_made_again(fresh: CodeCache) -> None:
    program, expected = exponential(0.5)
    assert fresh.clear() > 0
    np.testing.assert_array_equal(program(np.array([0.0, 1.0], np.float32)), expected)
    assert "exp" in program.ir("python")
    assert "define" in program.ir("llvm")  # made again
    assert "exp" in program.ir("asm")
    np.testing.assert_array_equal(exponential(0.5)[1], expected)


def test_a_directory_that_cannot_be_written_is_one_warning(fresh: CodeCache, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the directory should be")
    set_cache_directory(tmp_path / "taken")
    with pytest.warns(
        CacheWarning, match=r"^cache: cannot write to .*taken .*compiled code will not outlive"
    ) as caught:
        _, result = exponential(0.75)
    assert len(caught) == 1
    np.testing.assert_allclose(result, np.exp([0.0, 1.0]) + 0.75, rtol=1e-6)
    np.testing.assert_allclose(exponential(1.75)[1], np.exp([0.0, 1.0]) + 1.75, rtol=1e-6)  # and no second warning


FULL = """
import json, resource, signal, warnings
import numpy as np
import graphc as gr

x = gr.input("x", "f32[n]")
program = gr.compile([x], gr.exp(x) + 1)
values = np.zeros(3, np.float32)
program(values)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
warnings.simplefilter("ignore")
try:
    gr.compile([x], gr.exp(x) + 2)
    message = ""
except gr.CompileError as error:
    message = str(error)
same = gr.compile([x], gr.exp(x) + 1)  # in the cache: needs no room
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
room = gr.compile([x], gr.exp(x) + 2)
print(json.dumps({"message": message, "values": [float(p(values)[0]) for p in (program, same, room)]}))
"""


def test_no_room_anywhere_is_an_error_until_there_is_some(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    told = finish(start(tmp_path, FULL))
    # Several threads store kernels: either place may be the one that fails last.
    assert told["message"].startswith(f"cache: can write neither to {tmp_path / 'graphc'} ")
    assert " nor to " in told["message"]
    assert "(File too large)" in told["message"]
    assert told["message"].endswith(": compiling needs a place for its files")
    assert told["values"] == [2.0, 2.0, 3.0]
