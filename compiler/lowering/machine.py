"""What matrix-product kernels need to know of the processor. Imports no Numba, so a warm start may ask it."""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm


@dataclass(frozen=True)
class Machine:
    """Vector registers of a processor.

    Attributes:
        vector_bytes: width of one.
        registers: how many there are.
        name: LLVM's name of the processor.
    """

    vector_bytes: int
    registers: int
    name: str

    def lanes(self, dtype: str) -> int:
        """Numbers of type "f32" or "f64" in one register."""
        return self.vector_bytes // (8 if dtype == "f64" else 4)

    def tile_rows(self, vectors: int) -> int:
        """Most rows of a register tile ``vectors`` wide: accumulators, one row of B and one number of A must fit."""
        return (self.registers - vectors - 1) // vectors


@cache
def host(cpu_name: str | None = None) -> Machine:
    """This machine, or the plainest one of its kind where code is made for another processor ``cpu_name``."""
    here = str(llvm.get_host_cpu_name())
    if platform.machine().lower() in {"arm64", "aarch64"}:
        return Machine(16, 32, cpu_name or here)
    features = llvm.get_host_cpu_features() if cpu_name in {None, "", here} else {}
    if features.get("avx512f"):
        return Machine(64, 32, here)
    if features.get("avx2") and features.get("fma"):
        return Machine(32, 16, here)
    return Machine(16, 16, cpu_name or here)
