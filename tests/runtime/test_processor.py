"""What this processor is called: asked once, then read from the cache."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from graphc.runtime import set_cache_directory
from graphc.runtime.processor import Processor, package_version, processor

MODULE = sys.modules["graphc.runtime.processor"]


def test_it_is_what_llvm_says() -> None:
    features = llvm.get_host_cpu_features()
    here = processor()
    assert (here.triple, here.name) == (llvm.get_default_triple(), llvm.get_host_cpu_name())
    assert here.features == features.flatten()
    assert all(here.has(name) == known for name, known in features.items())


def test_it_is_read_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = MODULE._key()
    if not key:
        pytest.skip("this system does not say what its processor is")
    cache = set_cache_directory(tmp_path)
    other = Processor("x-y-z", "another", "+this,-that")
    cache.put(key, ".json", json.dumps(vars(other)).encode())
    assert processor.__wrapped__() == other
    monkeypatch.setattr(MODULE, "_INFORMATION", tmp_path / "nowhere")
    assert processor.__wrapped__().name == llvm.get_host_cpu_name()


@pytest.mark.parametrize("change", ["flags: fpu sse2", "model name: Another"])
def test_another_processor_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    lines = ["vendor_id\t: A", "cpu family\t: 1", "model\t: 2", "model name\t: B", "stepping\t: 0", "cpu MHz\t: 1.5"]
    monkeypatch.setattr(MODULE, "_INFORMATION", tmp_path / "cpuinfo")

    def key(*more: str) -> str:
        (tmp_path / "cpuinfo").write_text("\n".join([*lines, *more]) + "\n\nvendor_id: second\n")
        return str(MODULE._key())

    assert key() == ""  # without flags nothing is certain
    first = key("flags\t: fpu")
    assert key("flags\t: fpu", "cpu MHz\t: 2.0") == first
    assert key("flags\t: fpu", change) != first


def test_versions_are_told_apart() -> None:
    assert package_version("llvmlite") != package_version("numba")
    assert package_version("pytest")


def test_a_start_from_the_cache_imports_no_llvm(kit) -> None:
    script = """
import sys, graphc
from graphc.runtime.native import native
native()
print([name for name in ("numba", "llvmlite", "tqdm") if name in sys.modules])
"""
    kit.executor()
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ("[]\n" if MODULE._key() else "['llvmlite']\n")
