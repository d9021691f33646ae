"""Compiles a kernel function as the compiler does, and calls it with arrays."""

import ctypes
import platform
import re

import numpy as np
import pytest
from numba.core import cpu, types
from numba.core.compiler import Flags, compile_extra
from numba.core.registry import cpu_target


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
        cpu_target.typing_context.refresh()
        cpu_target.target_context.refresh()
        flags = Flags()
        flags.no_cpython_wrapper = True
        flags.nrt = False
        flags.error_model = "numpy"
        flags.fastmath = cpu.FastMathOptions({"reassoc", "contract", "arcp", "afn", "nsz"})
        arguments = (types.CPointer(types.intp), types.intp, types.intp)
        contexts = cpu_target.typing_context, cpu_target.target_context
        result = compile_extra(*contexts, function, arguments, types.void, flags, {})
        self.library = result.library
        address = self.library.get_pointer_to_function(result.fndesc.llvm_cfunc_wrapper_name)
        prototype = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t)
        self.function = prototype(address)

    def __call__(self, *operands, thread=0, threads=1):
        # The last word says where counters of tasks are: nowhere.
        words = [0] + [o.ctypes.data if isinstance(o, np.ndarray) else o for o in operands] + [0]
        table = np.array(words, dtype=np.int64)
        self.function(table.ctypes.data, thread, threads)

    @property
    def llvm(self):
        return self.library.get_llvm_str()

    @property
    def asm(self):
        return self.library.get_asm_str()

    @property
    def calls(self):
        """The call instructions of the kernel itself; its C wrapper has one."""
        found, function = [], ""
        for line in self.asm.splitlines():
            label = re.match(r"([^\s.#][^\s]*):", line)
            function = label.group(1) if label else function
            if "cfunc." not in function and re.match(r"\s+(callq?|blr?)\s", line):
                found.append(line.strip())
        return found


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
    features = cpu_target.target_context.codegen()._tm_features
    if "+avx512f" in features:
        return "zmm"
    return "ymm" if "+avx," in features else "xmm" if platform.machine() in {"x86_64", "AMD64"} else "v0."
