"""Benchmarks: graphc next to its peers and to what the machine can do.

``graphc bench``, or ``python -m graphc.bench``. Every system runs in a process of its own; results are compared with
float64 before anything is timed; then all step in turn, so that what disturbs one disturbs all. Nothing here imports
Numba; only the process that measures graphc does, and only while it compiles.

From the bottom: ``workloads`` (what is measured, as data), ``witness`` (the right results), ``protocol`` (what a
system has to offer), ``peers`` (one module a system), ``worker`` and ``process`` (the two ends of a pipe), ``systems``
(who takes part), ``contest`` (one workload), ``installed`` (sizes), ``tables``, ``command``.
"""

from .command import SUMMARY as SUMMARY
from .command import configure as configure
from .command import main as main
from .command import run as run
from .contest import Conditions as Conditions
from .contest import Report as Report
from .contest import Result as Result
from .contest import Setup as Setup
from .contest import contest as contest
from .contest import set_up as set_up
from .contest import time_alone as time_alone
from .installed import installed_sizes as installed_sizes
from .systems import Interpreter as Interpreter
from .systems import interpreter as interpreter
from .systems import own_interpreter as own_interpreter
from .workloads import WORKLOADS as WORKLOADS
from .workloads import Workload as Workload
from .workloads import chosen as chosen

__all__ = [
    "SUMMARY",
    "WORKLOADS",
    "Conditions",
    "Interpreter",
    "Report",
    "Result",
    "Setup",
    "Workload",
    "chosen",
    "configure",
    "contest",
    "installed_sizes",
    "interpreter",
    "main",
    "own_interpreter",
    "run",
    "set_up",
    "time_alone",
]
