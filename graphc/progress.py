"""Compilation made visible: one line on a terminal while kernels are compiled, when that takes a while."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

PATIENCE = 1.0  # seconds of silence before the line appears


class CompileProgress:
    """``graphc: compiling kernel 5 of 14: matmul_add_relu_1318198b``, on one line that is wiped at the end.

    Shown after a second of compiling, and only where the stream is a terminal.

    Args:
        stream: where to write; standard error when None.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._started = time.perf_counter()
        self._width = 0

    def __call__(self, name: str, number: int, count: int) -> None:
        """Kernel ``number`` (from 0) of ``count`` is about to be compiled."""
        if self._stream.isatty() and time.perf_counter() - self._started > PATIENCE:
            self._show(f"graphc: compiling kernel {number + 1} of {count}: {name}")

    def _show(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the line, whatever happened."""
        if self._width:
            self._show("")
            self._stream.write("\r")
            self._stream.flush()
