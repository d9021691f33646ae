from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphc.runtime import native as module
from graphc.runtime.codecache import CodeCache

# The parent cannot build: only what the other process has left in the cache can serve it.
AHEAD = """
import sys
from graphc.runtime import set_cache_directory
from graphc.runtime.native import build_ahead, native
set_cache_directory(sys.argv[1])
sys.modules["graphc.runtime.native_build"] = None
build_ahead()
build_ahead()
print(sorted(native().addresses), "numba" in sys.modules)
"""


def test_another_process_builds_the_native_object(tmp_path: Path) -> None:
    if module.available_cores() < 2:
        pytest.skip("with one core everything is built in one process")
    code = AHEAD.replace("import sys\n", f"import sys\nsys.path[:] = {sys.path!r}\n", 1)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['enter', 'epoch_body', 'finish', 'launch', 'step_body', 'worker'] False\n"
    assert done.stderr == ""
    (entry,) = CodeCache(tmp_path).entries()
    assert entry.key == module.native_key()


def test_a_process_is_started_only_when_the_object_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, started = CodeCache(tmp_path), []
    monkeypatch.setattr(module, "current_cache", lambda: cache)
    monkeypatch.setattr(module._helper, "start", started.append)
    module.build_ahead()
    assert started == [tmp_path]
    cache.put(module.native_key(), ".o", b"machine code")
    module.build_ahead()
    assert started == [tmp_path]


def test_where_no_process_can_be_started_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(module.subprocess, "Popen", refuse)
    helper = module._Helper()
    helper.start(tmp_path)
    helper.wait()
    helper.end()
    assert helper.process is None
