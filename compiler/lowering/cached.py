"""Kernels in the cache: what tells one from another, and where its symbol and its object file are."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from graphc.runtime.codecache import CodeCache
from graphc.runtime.processor import package_version
from graphc.runtime.program import KernelCode
from graphc.runtime.version import VERSION

from . import target


@cache
def identity() -> str:
    """Everything besides a kernel's own source that its machine code depends on."""
    digest = hashlib.sha256()
    for part in (VERSION, target.cpu_name(), target.cpu_features()):
        digest.update(part.encode() + b"\0")
    digest.update(package_version("llvmlite") + b"\0" + package_version("numba"))
    digest.update(f"{sys.version_info[:2]}".encode())
    here = Path(__file__).parent
    runtime = find_spec("graphc.runtime")  # found, not imported: its front end would import Numba
    assert runtime is not None
    assert runtime.origin is not None
    of_runtime = [Path(runtime.origin).with_name(name) for name in ("frontend.py", "ranges.py", "layout.py")]
    of_compiler = [here / name for name in ("numba_cpu.py", "linking.py", "machine.py", "blocks.py")]
    for path in [*of_runtime, *of_compiler, *sorted((here / "intrinsics").glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compiled_before(name: str, key: str, cache: CodeCache) -> KernelCode | None:
    """A kernel that is in the cache under ``key``."""
    found = stored(key, cache)
    return None if found is None else KernelCode(name, *found)


def stored(key: str, cache: CodeCache) -> tuple[str, bytes] | None:
    """Symbol and object file of a kernel in the cache."""
    code, meta = cache.get(key, ".o"), cache.get(key, ".json")
    return None if code is None or meta is None else (json.loads(meta)["symbol"], code)
