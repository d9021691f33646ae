from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc.compiler import compiled
from graphc.compiler.lowering import codegen, numba_cpu
from graphc.runtime import crew
from graphc.runtime.codecache import CodeCache
from graphc.runtime.crew import CrewWarning, Request
from graphc.runtime.errors import LoweringError

X = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An empty cache, one member, and a list of the kernels that this process compiles."""
    built: list[str] = []

    def build(source: Any, key: str, cache: CodeCache) -> tuple[str, bytes]:
        built.append(source.name)
        return original(source, key, cache)

    original = codegen._build
    monkeypatch.setattr(codegen, "_build", build)
    monkeypatch.setattr(codegen, "KERNELS_A_MEMBER", 1)
    monkeypatch.setattr(crew, "available_cores", lambda: 2)
    monkeypatch.setattr(compiled, "current_cache", lambda: CodeCache(tmp_path))
    return built


def share_first(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Request], Request]) -> None:
    """This process begins only when the member has answered once; ``answer`` may change what it is asked."""
    answered = threading.Event()
    share, take = codegen._Work._share, codegen._Work._take

    def shared(work: Any, request: Request) -> None:
        def ask(*words: str) -> str | None:
            try:
                return answer(request)(*words)
            finally:
                answered.set()

        share(work, ask)

    def taken(work: Any) -> Any:
        assert answered.wait(timeout=120)
        return take(work)

    monkeypatch.setattr(codegen._Work, "_share", shared)
    monkeypatch.setattr(codegen._Work, "_take", taken)


def two_kernels() -> tuple[Any, list[Any]]:
    x = gr.input("x", "f32[3, 4]")
    program = gr.compile([x], [gr.sum(gr.exp(x), axis=0), gr.sum(gr.sin(x), axis=1)])
    return program, [np.exp(X).sum(0), np.sin(X).sum(1)]


def test_another_process_compiles_kernels(here: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    share_first(monkeypatch, lambda request: request)
    program, expected = two_kernels()
    assert len(program.kernels) == 2
    assert len(here) < 2
    for got, wanted in zip(program(X), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)
    assert str(program.stages["llvm"]).count("define void") == 2


def test_what_another_process_cannot_compile_is_compiled_here_and_said(
    here: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    share_first(monkeypatch, lambda request: lambda *words: request("os:abort"))
    with pytest.warns(CrewWarning, match=r"could not compile a kernel, this one did: .* status -6"):
        program, expected = two_kernels()
    assert len(here) == 2
    for got, wanted in zip(program(X), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)


def test_an_error_in_a_kernel_is_raised_here(here: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    share_first(monkeypatch, lambda request: lambda *words: request("builtins:int", "no number"))

    def refuse(name: str, path: Path) -> Any:
        raise LoweringError(f"kernel {name}: no")

    monkeypatch.setattr(numba_cpu, "compile_kernel", refuse)
    with pytest.raises(LoweringError, match=r"kernel .*: no"):
        two_kernels()


# Standard streams closed, a daemon process that may have no children of multiprocessing's, a fork after compiling.
CIRCUMSTANCES = """
import os, sys
for number in (0, 1):
    os.close(number)
import multiprocessing
import numpy as np
import graphc as gr
from graphc.runtime import crew
from graphc.compiler.lowering import codegen
crew.available_cores = lambda: 2
codegen.KERNELS_A_MEMBER = 1

def work(function):
    x = gr.input("x", "f32[3, 4]")
    program = gr.compile([x], [gr.sum(function(x), axis=0), gr.sum(gr.cos(function(x)), axis=1)])
    assert np.isfinite(program(np.ones((3, 4), np.float32))[0]).all()

gr.runtime.set_cache_directory(sys.argv[1])
work(gr.exp)
for function in (gr.exp, gr.sin):
    process = multiprocessing.get_context("fork").Process(target=work, args=(function,), daemon=True)
    process.start()
    process.join(240)
    assert process.exitcode == 0
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_it_works_without_streams_in_daemons_and_after_fork(tmp_path: Path) -> None:
    code = CIRCUMSTANCES
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], stderr=subprocess.PIPE, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
