"""The systems that are measured, as data: which module runs one, what it needs, which settings it is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class System:
    """One system.

    Attributes:
        name: what ``--peers`` takes.
        module: of :mod:`graphc.bench.peers`.
        needs: the package that has to be importable, empty for what graphc itself needs.
        settings: environment of its processes; ``{cache}`` and ``{threads}`` are filled in.
    """

    name: str
    module: str
    needs: str = ""
    settings: tuple[tuple[str, str], ...] = ()


SYSTEMS: Final[tuple[System, ...]] = (
    System("graphc", "graphc_cpu"),
    System("numpy", "numpy_blas", "numpy"),
    System("torch", "torch_eager", "torch"),
    System(
        "torch.compile",
        "torch_compile",
        "torch",
        (("TORCHINDUCTOR_CACHE_DIR", "{cache}"), ("TORCHINDUCTOR_FX_GRAPH_CACHE", "1")),
    ),
    System("jax", "jax_jit", "jax", (("JAX_PLATFORMS", "cpu"),)),
    System(
        "pytensor",
        "pytensor_numba",
        "pytensor",
        (("PYTENSOR_FLAGS", "floatX=float32,cxx=,base_compiledir={cache}"), ("NUMBA_CACHE_DIR", "{cache}")),
    ),
    System("onnxruntime", "onnx_runtime", "onnxruntime"),
)
"""Everybody; the machine itself, which shows the limit, is :data:`MACHINE`."""

MACHINE: Final = System("machine", "machine")

ALLOCATOR: Final = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "2000000000",
    "MALLOC_TOP_PAD_": "67108864",
}
"""For timing, glibc keeps memory once it has it: otherwise peers spend their time in page faults."""

# OpenBLAS's threads look for work for 2^26 turns after a product, 0.1 s, and take a core from whoever steps next.
_PATIENCE: Final = {"OPENBLAS_THREAD_TIMEOUT": "20"}

_THREADS: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def environment(system: System, cache: Path, threads: int, tuned: bool) -> dict[str, str]:
    """The environment of a process of ``system``."""
    given = {name: text.format(cache=cache, threads=threads) for name, text in system.settings}
    inherited = dict(os.environ)
    if system.needs:
        inherited.pop("NUMBA_CPU_NAME", None)  # limits graphc, and the machine with it, but not the peers
    return {**inherited, **dict.fromkeys(_THREADS, str(threads)), **_PATIENCE, **(ALLOCATOR if tuned else {}), **given}


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs systems.

    Attributes:
        path: of its executable.
        packages: version of each package that a system needs, None where it is not installed.
    """

    path: str
    packages: dict[str, str | None]


_LOOK = """
import importlib.metadata, importlib.util, json, sys
def look(name):
    try:
        return importlib.metadata.version(name) if importlib.util.find_spec(name) else None
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({name: look(name) for name in sys.argv[1:]}))
"""


def interpreter(path: str) -> Interpreter:
    """Ask a Python what it has. OSError or CalledProcessError where it is none."""
    needs = sorted({system.needs for system in SYSTEMS if system.needs})
    done = subprocess.run([path, "-c", _LOOK, *needs], capture_output=True, text=True, check=True, timeout=60)
    return Interpreter(path, json.loads(done.stdout))


def homes(given: list[Interpreter], wanted: list[str] | None) -> tuple[dict[str, Interpreter], list[str]]:
    """Where each system runs: in the first interpreter that has its package; and a line for each that is left out.

    Args:
        given: the first runs graphc.
        wanted: names of systems besides graphc, None for all.
    """
    found, missing = {"graphc": given[0]}, []
    for system in SYSTEMS[1:]:
        if wanted is not None and system.name not in wanted:
            continue
        have = [each for each in given if each.packages.get(system.needs)]
        if have:
            found[system.name] = have[0]
        else:
            where = ", ".join(each.path for each in given)
            missing.append(f"{system.name} is left out: {system.needs} is not installed for {where}")
    return found, missing


def own_interpreter() -> Interpreter:
    """The Python that runs this."""
    return interpreter(sys.executable)
