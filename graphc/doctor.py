"""What ``graphc doctor`` finds out about this machine and this installation."""

from __future__ import annotations

import ctypes.util
import platform
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from graphc.compiler.compiled import compile_graph
from graphc.compiler.lowering.target import cpu_features, cpu_name
from graphc.runtime.codecache import CodeCache, current_cache
from graphc.runtime.cores import available_cores
from graphc.runtime.errors import GraphcError
from graphc.runtime.executor import Executor
from graphc.runtime.threads import get_num_threads

from .compile import declare
from .declare import input

NEEDED: Final = ("graphc", "numpy", "numba", "llvmlite", "ml_dtypes", "safetensors", "tqdm")
PEERS: Final = ("torch", "jax", "onnx", "matplotlib")
VECTOR_BITS: Final = (("avx512f", 512), ("avx", 256), ("sse2", 128), ("neon", 128))
SHOWN_FEATURES: Final = ("sse4.2", "avx", "fma", "f16c", "amx", "neon", "sve", "dotprod")


def examine() -> dict[str, Any]:
    """Everything, as plain data for ``--json``."""
    return {
        "versions": {"python": platform.python_version(), **{name: installed(name) for name in NEEDED}},
        "system": platform.platform(),
        "cpu": cpu(),
        "cache": cache(current_cache()),
        "peers": {name: installed(name) for name in PEERS},
        "self_test": self_test(),
        "cuda": {"missing": missing_for_cuda()},
    }


def installed(package: str) -> str | None:
    """Its version, None when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def cpu() -> dict[str, Any]:
    """The processor as code is generated for it."""
    have = [f.removeprefix("+") for f in cpu_features().split(",") if f.startswith("+")]
    return {
        "name": cpu_name(),
        "features": [f for f in have if f.startswith(SHOWN_FEATURES)],
        "vector_bits": next((bits for feature, bits in VECTOR_BITS if feature in have), 64),
        "cores": available_cores(),
        "threads": get_num_threads(),
    }


def cache(store: CodeCache) -> dict[str, Any]:
    """Where compiled code is kept, and whether it can be."""
    entries = store.entries()
    return {
        "directory": str(store.directory),
        "writable": writable(store),
        "entries": len(entries),
        "bytes": sum(entry.size for entry in entries),
    }


def writable(store: CodeCache) -> bool:
    """True when a file can be made in the cache's directory."""
    try:
        store.directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=store.directory, prefix="."):
            return True
    except OSError:
        return False


def self_test() -> dict[str, Any]:
    """Compile and run one kernel in a cache of its own, so that every part of the way is taken."""
    start = time.perf_counter()
    values = np.arange(1000, dtype=np.float32)
    try:
        with tempfile.TemporaryDirectory(prefix="graphc-doctor-") as directory:
            x = input("x", "f32[n]")
            graph, _ = declare([x], x * 2.0 + 1.0, name="doctor")
            compiled = compile_graph(graph, training=False, cache=CodeCache(directory))
            (result,) = Executor(compiled.program, {})(values)
    except (GraphcError, OSError) as error:
        return {"ok": False, "seconds": time.perf_counter() - start, "error": str(error)}
    seconds = time.perf_counter() - start
    if np.array_equal(result, values * 2.0 + 1.0):
        return {"ok": True, "seconds": seconds, "error": None}
    return {"ok": False, "seconds": seconds, "error": "2*x + 1 came out wrong"}


def missing_for_cuda() -> list[str]:
    """What keeps ``target="cuda"`` from working here."""
    missing = ["the CUDA target, which this version does not have yet"]
    if ctypes.util.find_library("cuda") is None and ctypes.util.find_library("nvcuda") is None:
        missing.append("an NVIDIA driver (libcuda)")
    if find_spec("numba_cuda") is None:
        missing.append("the package numba-cuda")
    return missing


def report(found: dict[str, Any]) -> str:
    """The findings for people."""
    cpu, cache, test = found["cpu"], found["cache"], found["self_test"]
    rows = [
        ("versions", _versions(found["versions"])),
        ("system", found["system"]),
        ("processor", f"{cpu['name']}, {cpu['vector_bits']}-bit vectors"),
        ("features", " ".join(cpu["features"])),
        ("threads", f"{cpu['threads']} of {cpu['cores']} cores"),
        ("cache", f"{cache['directory']} ({'writable' if cache['writable'] else 'NOT writable'})"),
        ("", f"{cache['entries']} files, {size_text(cache['bytes'])}"),
        ("peers", _versions(found["peers"])),
        ("self test", f"ok, {test['seconds']:.2f} s" if test["ok"] else f"FAILED: {test['error']}"),
        ("cuda", "; ".join(f"missing: {part}" for part in found["cuda"]["missing"]) or "ready"),
    ]
    return "\n".join(f"{label:<10} {text}".rstrip() for label, text in rows)


def _versions(versions: dict[str, str | None]) -> str:
    return ", ".join(f"{name} {number or 'not installed'}" for name, number in versions.items())


def size_text(count: int) -> str:
    """Bytes for people: ``0 B``, ``12.3 kB``, ``4.5 MB``."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
