"""Compiles a kernel function as the compiler does, and calls it with arrays."""

import ctypes
import platform
import re

import numpy as np
import pytest

from graphc.compiler.lowering import target
from graphc.compiler.lowering.numba_cpu import compile_function
from graphc.runtime import load_object


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; runs only when asked for with -m slow")


def pytest_collection_modifyitems(config, items):
    if not config.option.markexpr:
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow; run with -m slow"))


class Native:
    """A compiled kernel; calling it fills slots 1, 2, ... with addresses of arrays, or with integers."""

    def __init__(self, function):
        self.llvm, code = compile_function(function)
        name = function.__name__
        prototype = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t)
        self.function = prototype(load_object(code, [name])[name])

    def __call__(self, *operands, thread=0, threads=1):
        # The last word says where counters of tasks are: nowhere.
        words = [0] + [o.ctypes.data if isinstance(o, np.ndarray) else o for o in operands] + [0]
        table = np.array(words, dtype=np.int64)
        self.function(table.ctypes.data, thread, threads)

    @property
    def asm(self):
        return target.assembly(self.llvm)

    @property
    def calls(self):
        """The call instructions of the kernel itself and of its subroutines."""
        return [line.strip() for line in self.asm.splitlines() if re.match(r"\s+(callq?|blr?)\s", line)]


@pytest.fixture(scope="session")
def native():
    """Compiles kernels, each once."""
    compiled = {}

    def compile_once(function):
        if function not in compiled:
            compiled[function] = Native(function)
        return compiled[function]

    return compile_once


@pytest.fixture(scope="session")
def vector_register():
    """A word that the assembly of vectorised code holds on this machine."""
    features = target.cpu_features()
    if "+avx512f" in features:
        return "zmm"
    return "ymm" if "+avx," in features else "xmm" if platform.machine() in {"x86_64", "AMD64"} else "v0."
