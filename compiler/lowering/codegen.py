"""From kernel IR to machine code through the cache: a warm start reads object files and never imports Numba."""

from __future__ import annotations

import hashlib
import json
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from graphc.compiler import kernel as k
from graphc.compiler.ir import Op
from graphc.runtime.codecache import CodeCache
from graphc.runtime.program import KernelCode

from . import target
from .source import Source, generate

GRAPHC_VERSION = version("graphc")


@cache
def _identity() -> str:
    """Everything besides a kernel's own source that its machine code depends on."""
    digest = hashlib.sha256()
    for part in (GRAPHC_VERSION, version("numba"), version("llvmlite"), target.cpu_name(), target.cpu_features()):
        digest.update(part.encode() + b"\0")
    digest.update(f"{sys.version_info[:2]}".encode())
    here = Path(__file__).parent
    frontend = find_spec("graphc.runtime.frontend")  # found, not imported: that would import Numba
    assert frontend is not None
    assert frontend.origin is not None
    for path in [Path(frontend.origin), here / "numba_cpu.py", *sorted((here / "intrinsics").glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class CompiledKernel:
    """One kernel at every level below the graph.

    Attributes:
        kernel: kernel IR.
        source: Python source.
        code: machine code.
        cache: where its LLVM IR is kept.
        key: its key there.
    """

    kernel: k.Kernel
    source: Source
    code: KernelCode
    cache: CodeCache
    key: str

    @cached_property
    def llvm(self) -> str:
        """Optimised LLVM IR, as Numba left it."""
        stored = self.cache.get(self.key, ".llz")
        if stored is None:
            _build(self.source, self.key, self.cache)
            stored = self.cache.get(self.key, ".llz")
        assert stored is not None
        return zlib.decompress(stored).decode()

    @cached_property
    def asm(self) -> str:
        """Assembly for this machine."""
        return target.assembly(self.llvm)


Progress = Callable[[str, int, int], None]


def compile_kernels(
    kernels: Sequence[k.Kernel], ops: Mapping[str, Op], cache: CodeCache, progress: Progress | None = None
) -> dict[str, CompiledKernel]:
    """Machine code for kernels, from the cache where it is there.

    Args:
        kernels: kernel IR.
        ops: the operator table.
        cache: where objects are kept.
        progress: called with name, number and count before a kernel is compiled.
    """
    compiled: dict[str, CompiledKernel] = {}
    for number, kernel in enumerate(kernels):
        source = generate(kernel, ops, GRAPHC_VERSION)
        digest = hashlib.sha256(_identity().encode() + b"\0" + source.text.encode()).hexdigest()[:24]
        key = f"{source.name}_{digest}"
        stored, meta = cache.get(key, ".o"), cache.get(key, ".json")
        if stored is None or meta is None:
            if progress is not None:
                progress(kernel.name, number, len(kernels))
            symbol, stored = _build(source, key, cache)
        else:
            symbol = json.loads(meta)["symbol"]
        code = KernelCode(kernel.name, symbol, stored)
        compiled[kernel.name] = CompiledKernel(kernel, source, code, cache, key)
    return compiled


def _build(source: Source, key: str, cache: CodeCache) -> tuple[str, bytes]:
    """Write the source to its file, compile it, keep the results."""
    from .numba_cpu import compile_kernel  # noqa: PLC0415 - importing Numba is what a warm start saves

    started = time.perf_counter()
    path = cache.put(key, ".py", source.text.encode())
    symbol, llvm_ir, code = compile_kernel(source.name, path)
    meta = {"kernel": source.name, "symbol": symbol, "seconds": round(time.perf_counter() - started, 4)}
    cache.put(key, ".llz", zlib.compress(llvm_ir.encode(), 6))
    cache.put(key, ".json", json.dumps(meta).encode())
    cache.put(key, ".o", code)
    return symbol, code
