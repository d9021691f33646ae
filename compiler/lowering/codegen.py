"""From kernel IR to machine code through the cache: a warm start reads object files and never imports Numba."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphc.compiler import kernel as k
from graphc.compiler.ir import Op
from graphc.runtime.codecache import CodeCache
from graphc.runtime.crew import Crew, Request, warn_of
from graphc.runtime.native import prepare as prepare_native
from graphc.runtime.program import KernelCode
from graphc.runtime.version import VERSION

from . import target
from .cached import identity, stored
from .source import Source, generate

KERNELS_A_MEMBER = 8  # this process compiles about as many before a new one has started and imported Numba


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
    kernels: Sequence[k.Kernel],
    ops: Mapping[str, Op],
    cache: CodeCache,
    progress: Progress | None = None,
    crew: Crew | None = None,
) -> dict[str, CompiledKernel]:
    """Machine code for kernels, from the cache where it is there.

    Args:
        kernels: kernel IR.
        ops: the operator table.
        cache: where objects are kept.
        progress: called with name, number and count before a kernel is compiled by this process.
        crew: other processes that compile some of them, where there are many.
    """
    found: dict[str, tuple[Source, str, tuple[str, bytes] | None]] = {}
    for kernel in kernels:
        source = generate(kernel, ops, VERSION)
        digest = hashlib.sha256(identity().encode() + b"\0" + source.text.encode()).hexdigest()[:24]
        key = f"{source.name}_{digest}"
        found[kernel.name] = source, key, stored(key, cache)
    missing = [_Missing(name, source, key) for name, (source, key, known) in found.items() if known is None]
    if missing:
        prepare_native()  # a first start needs it, too, and LLVM makes it while this thread imports Numba
    built = _Work(missing, len(found), cache).do(progress, crew) if missing else {}
    compiled: dict[str, CompiledKernel] = {}
    for kernel in kernels:
        source, key, known = found[kernel.name]
        symbol, code = known or built[key]
        compiled[kernel.name] = CompiledKernel(kernel, source, KernelCode(kernel.name, symbol, code), cache, key)
    return compiled


def _build(source: Source, key: str, cache: CodeCache) -> tuple[str, bytes]:
    """Write the source to its file, compile it, keep the results."""
    from .numba_cpu import build  # noqa: PLC0415 - importing Numba is what a warm start saves

    return build(source.name, key, cache.put(key, ".py", source.text.encode()), cache)


@dataclass(frozen=True)
class _Missing:
    """A kernel that is not in the cache."""

    name: str
    source: Source
    key: str


class _Work:
    """Kernels to compile, shared by this thread and those that speak for other processes."""

    def __init__(self, missing: Sequence[_Missing], count: int, cache: CodeCache) -> None:
        # Long ones first, so that nobody is left with one at the end.
        self._todo = deque(sorted(missing, key=lambda m: len(m.source.text), reverse=True))
        self._count = count
        self._cache = cache
        self._away = 0
        self._trouble: str | None = None
        self._changed = threading.Condition()

    def do(self, progress: Progress | None, crew: Crew | None) -> dict[str, tuple[str, bytes]]:
        """Compile all of them; symbol and object file by key."""
        every = list(self._todo)
        built: dict[str, tuple[str, bytes]] = {}
        if crew is not None and self._cache.writable:
            crew.gather(len(every) // KERNELS_A_MEMBER)
            crew.enlist(self._share)
        try:
            while (item := self._take()) is not None:
                if progress is not None:
                    progress(item.name, self._count - len(self._todo) - 1, self._count)
                built[item.key] = _build(item.source, item.key, self._cache)
        finally:
            with self._changed:
                self._todo.clear()  # an error ends the sharing, too
        for item in every:
            if item.key not in built:
                built[item.key] = stored(item.key, self._cache) or _build(item.source, item.key, self._cache)
        if self._trouble is not None:
            warn_of(self._trouble, "compile a kernel")
        return built

    def _take(self) -> _Missing | None:
        """The next kernel for this thread; waits while one that is compiled elsewhere may come back."""
        with self._changed:
            self._changed.wait_for(lambda: self._todo or not self._away)
            return self._todo.popleft() if self._todo else None

    def _share(self, request: Request) -> None:
        """What the thread of another process does: hand it kernels one by one."""
        while True:
            with self._changed:
                if not self._todo:
                    return
                item = self._todo.popleft()
                self._away += 1
            trouble: str | None = "no answer"
            try:
                path = self._cache.put(item.key, ".py", item.source.text.encode())
                place = str(self._cache.directory)
                trouble = request(f"{__package__}.numba_cpu:build_into", item.source.name, item.key, str(path), place)
            finally:
                with self._changed:
                    self._away -= 1
                    if trouble is not None:
                        self._trouble = trouble
                        self._todo.append(item)
                    self._changed.notify_all()
            if trouble is not None:
                return
