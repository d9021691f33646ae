"""Object code to addresses, without Numba."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graphc.runtime import RunError, load_kernels, load_object
from graphc.runtime.native import native_key


def test_a_kernel_is_loaded_once(kit) -> None:
    first = load_kernels(kit.codes)
    assert set(first) == set(kit.codes)
    assert all(first.values())
    assert load_kernels(kit.codes) == first


def test_a_missing_symbol_is_named(kit) -> None:
    with pytest.raises(RunError, match="loader: the object file does not define nowhere"):
        load_object(kit.codes["nothing"].object_code, ["nowhere"])


def test_a_warm_start_never_imports_numba(kit) -> None:
    script = """
import sys
from graphc.runtime.native import native
native()
print("numba" in sys.modules)
"""
    kit.executor()  # the native object is in the cache now
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_native_key_is_stable() -> None:
    assert native_key() == native_key()
    assert native_key().startswith("native_")
