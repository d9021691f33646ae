"""How many processors this process may use."""

from __future__ import annotations

import os
from pathlib import Path


def available_cores() -> int:
    """Processors this process may use: its affinity, and the quota of its control group if there is one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        cores = min(cores, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass  # no control group of the second version, or no limit ("max")
    return max(1, cores)
