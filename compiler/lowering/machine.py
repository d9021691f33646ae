"""What matrix-product kernels need to know of the processor. Imports no Numba, so a warm start may ask it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from graphc.runtime.processor import processor

FAR = 6144  # rows this many bytes apart cost so many page walks that they are copied
SPARE = 4  # registers that small products leave for sums and numbers of A
_STRIP = 4  # vectors of a strip: enough sums at a time
REUSED = 24  # rows that read a block of B often enough for it to be packed
REUSED_FAR = 4  # the same where its rows are far apart: in a copy they are read from end to end
REUSED_ALIASED = 6  # the same where they share few places in the nearest cache
PAGE = 4096  # rows a multiple of this apart share few places in the caches


@dataclass(frozen=True)
class Machine:
    """Vector registers of a processor.

    Attributes:
        vector_bytes: width of one.
        registers: how many there are.
        name: LLVM's name of the processor.
        fused: whether it multiplies and adds in one instruction, rounding once.
    """

    vector_bytes: int
    registers: int
    name: str
    fused: bool = True

    def lanes(self, dtype: str) -> int:
        """Numbers of type "f32" or "f64" in one register."""
        return self.vector_bytes // (8 if dtype == "f64" else 4)

    @property
    def low_tiles(self) -> bool:
        """Whether registers are few: tiles are low then, and B is read twice as often."""
        return self.registers < 32

    def packs(self, rows: int, row_bytes: int | None) -> bool:
        """Whether a product copies blocks of B: where tiles are low, or rows of B play badly with the caches.

        Args:
            rows: of a block of the result: each of them reads the copy.
            row_bytes: from one row of B to the next, None where only known at run time.
        """
        if rows < REUSED:
            if row_bytes is None:
                return False
            aliased = self.low_tiles and row_bytes % (PAGE // 2) == 0
            return rows >= (REUSED_FAR if row_bytes >= FAR else REUSED_ALIASED if aliased else REUSED)
        return self.low_tiles or (row_bytes is not None and self.far(row_bytes))

    def far(self, row_bytes: int) -> bool:
        """Whether rows this many bytes apart cost a page walk each, or share few places in the caches."""
        return row_bytes >= FAR or row_bytes % PAGE == 0

    @property
    def panel_depth(self) -> int:
        """k of a packed panel of B: it stays in the first-level cache while all rows pass over it."""
        return 384 if self.low_tiles else 192

    def strip(self, terms: int) -> int:
        """Vectors of columns of B that stay in registers, for sums of so few terms; 0 where less than two would fit."""
        fit = (self.registers - SPARE) // max(terms, 1)
        return min(fit, _STRIP) if fit > 1 else 0

    def tile_rows(self, vectors: int) -> int:
        """Most rows of a register tile ``vectors`` wide: accumulators, one row of B and one number of A must fit."""
        return (self.registers - vectors - 1) // vectors


# Vector sets of processors other than this one that code may be made for, by LLVM's names.
_AVX512 = frozenset(
    [
        "skylake-avx512",
        "cascadelake",
        "cooperlake",
        "icelake-client",
        "icelake-server",
        "sapphirerapids",
        "znver4",
        "znver5",
    ]
)
_AVX2 = frozenset(["haswell", "broadwell", "skylake", "alderlake", "znver1", "znver2", "znver3", "x86-64-v3"])


def requested_cpu() -> str | None:
    """The processor that ``NUMBA_CPU_NAME``, Numba's own setting, asks code to be made for; None for this one."""
    name = os.environ.get("NUMBA_CPU_NAME", "")
    return None if name in {"", "host", processor().name} else name


@cache
def host(cpu_name: str | None = None) -> Machine:
    """This machine, or the one called ``cpu_name``; one that is not known counts as the plainest of its kind."""
    here = processor().name
    if processor().triple.partition("-")[0] in {"arm64", "aarch64"}:
        return Machine(16, 32, cpu_name or here)
    other = cpu_name if cpu_name not in {None, "", here} else None

    def has(feature: str) -> bool:
        return other is None and processor().has(feature)

    if other in _AVX512 or has("avx512f"):
        return Machine(64, 32, other or here)
    if other in _AVX2 or (has("avx2") and has("fma")):
        return Machine(32, 16, other or here)
    return Machine(16, 16, other or here, fused=has("fma"))
