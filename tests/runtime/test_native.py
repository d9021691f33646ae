from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphc.runtime import native as module
from graphc.runtime.codecache import CodeCache
from graphc.runtime.cores import available_cores
from graphc.runtime.crew import Crew, CrewWarning, Task

# The parent cannot build: only what the other process has left in the cache can serve it.
AHEAD = """
import sys
from graphc.runtime import set_cache_directory
from graphc.runtime.crew import Crew
from graphc.runtime.native import build_ahead, native
set_cache_directory(sys.argv[1])
sys.modules["graphc.runtime.native_build"] = None
crew = Crew()
build_ahead(crew)
crew.dismiss()
print(sorted(native().addresses), "numba" in sys.modules)
"""


def test_another_process_builds_the_native_object(tmp_path: Path) -> None:
    if available_cores() < 2:
        pytest.skip("with one core everything is built in one process")
    code = AHEAD.replace("import sys\n", f"import sys\nsys.path[:] = {sys.path!r}\n", 1)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['epoch_body', 'next_task', 'step_body'] False\n"
    assert done.stderr == ""
    (entry,) = CodeCache(tmp_path).entries()
    assert entry.key == module.native_key()


def test_another_process_is_asked_only_when_the_object_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, crew = CodeCache(tmp_path), Crew()
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(module, "current_cache", lambda: cache)
    monkeypatch.setattr(module._Ahead, "task", None)
    monkeypatch.setattr(crew, "ask", lambda *request: asked.append(request))
    module.build_ahead(crew)
    assert asked == [("graphc.runtime.native:build_into", str(tmp_path))]
    cache.put(module.native_key(), ".o", b"machine code")
    module.build_ahead(crew)
    assert len(asked) == 1


def test_what_another_process_cannot_build_is_built_here_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = Task()
    task.finish("no luck")
    cache = CodeCache(tmp_path)
    monkeypatch.setattr(module, "current_cache", lambda: cache)
    monkeypatch.setattr(module._Ahead, "task", task)
    with pytest.warns(CrewWarning, match="could not build the native object, this one did: no luck"):
        assert module.native.__wrapped__().addresses
