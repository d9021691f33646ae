"""This machine's processor, as LLVM calls it. Asked once for each kind of machine, and then read from the cache."""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from .codecache import current_cache

_SUFFIX = ".json"
_INFORMATION = Path("/proc/cpuinfo")
# What tells processors apart there; other lines change from one moment to the next.
_TELLING = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")


@dataclass(frozen=True)
class Processor:
    """What code is made for.

    Attributes:
        triple: of the system, such as ``x86_64-unknown-linux-gnu``.
        name: LLVM's name, such as ``znver5``.
        features: LLVM's list of what it can do, such as ``+avx2,-avx512f``.
    """

    triple: str
    name: str
    features: str

    def has(self, feature: str) -> bool:
        """Whether it can do something, by LLVM's word for it."""
        return f"+{feature}" in self.features.split(",")


@functools.cache
def processor() -> Processor:
    """The processor this process runs on. LLVM is imported only if its answer is not in the cache."""
    key, cache = _key(), current_cache()
    stored = cache.get(key, _SUFFIX) if key else None
    if stored is not None:
        return Processor(**json.loads(stored))
    import llvmlite.binding as llvm  # noqa: PLC0415 - 55 MB that a start from the cache does without

    found = Processor(
        llvm.get_default_triple(), str(llvm.get_host_cpu_name()), str(llvm.get_host_cpu_features().flatten())
    )
    if key:
        cache.put(key, _SUFFIX, json.dumps(asdict(found)).encode())
    return found


def _key() -> str:
    """What LLVM's answer depends on, in one word; "" where that cannot be told."""
    try:
        lines = _INFORMATION.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    except OSError:
        return ""
    pairs = [line.partition(":") for line in lines]
    known = {name.strip(): value.strip() for name, _, value in pairs}
    if any(name not in known for name in _TELLING):
        return ""
    digest = hashlib.sha256("\0".join(known[name] for name in _TELLING).encode())
    digest.update(package_version("llvmlite"))
    return f"processor_{digest.hexdigest()[:32]}"


def package_version(name: str) -> bytes:
    """What tells versions of a package apart: a file of its own, which takes less time than its distribution's."""
    spec = find_spec(name)
    try:
        return Path(spec.origin).with_name("_version.py").read_bytes()  # type: ignore[union-attr, arg-type]
    except (AttributeError, TypeError, OSError):
        from importlib.metadata import version  # noqa: PLC0415 - takes as long as a twentieth of a start

        return version(name).encode()
