from __future__ import annotations

import io

import pytest

from graphc import progress as module
from graphc.progress import CompileProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_quick_compilation_says_nothing() -> None:
    stream = Terminal()
    with CompileProgress(stream) as progress:
        progress("matmul_1", 0, 2)
    assert stream.getvalue() == ""


def test_a_long_one_names_its_kernels_and_wipes_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    stream = Terminal()
    with CompileProgress(stream) as progress:
        progress("matmul_add_relu_12345678", 0, 2)
        progress("sum_1", 1, 2)
    first = "graphc: compiling kernel 1 of 2: matmul_add_relu_12345678"
    second = "graphc: compiling kernel 2 of 2: sum_1"
    assert stream.getvalue() == "\r" + first + "\r" + second.ljust(len(first)) + "\r" + " " * len(second) + "\r"


def test_a_file_gets_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    stream = io.StringIO()
    with CompileProgress(stream) as progress:
        progress("matmul_1", 0, 2)
    assert stream.getvalue() == ""
