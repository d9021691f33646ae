"""Subroutines of kernels as optimised LLVM modules: made once in a process, linked into each kernel that calls them."""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from numba.core import fastmathpass
from numba.core.cpu_options import FastMathOptions

from .intrinsics.subroutine import is_subroutine, module_of

_TIDY = "simplify_cfg", "instruction_combine", "simplify_cfg"  # little is left to do: bodies are written as they run

_optimised: dict[tuple[str, Any], bytes] = {}  # bitcode, by name and target machine


def _calls(module: Any) -> list[str]:
    """The subroutines that a module only declares."""
    return [f.name for f in module.functions if f.is_declaration and is_subroutine(f.name)]


def _run(module: Any, machine: Any, *names: str) -> None:
    """LLVM's passes of these names."""
    passes = llvm.create_new_module_pass_manager()
    for name in names:
        getattr(passes, f"add_{name}_pass")()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1)))


def _bitcode(name: str, machine: Any, fastmath: frozenset[str]) -> bytes:
    """A subroutine, optimised."""
    key = name, machine
    if key not in _optimised:
        written = module_of(name)
        fastmathpass.rewrite_module(written, FastMathOptions(set(fastmath)))
        module = llvm.parse_assembly(str(written))
        # A loop whose condition is at its end is seen to end after one turn where it does.
        _run(module, machine, "sroa", *_TIDY, "loop_rotate")
        _optimised[key] = module.as_bitcode()
    return _optimised[key]


def link_subroutines(module: Any, machine: Any, fastmath: frozenset[str]) -> None:
    """Add all subroutines that ``module`` calls, and those that they call, as functions of its own.

    Args:
        module: an optimised module.
        machine: what code is made for.
        fastmath: flags of floating-point instructions that have none of their own.
    """
    linked = []
    while names := _calls(module):
        for name in names:
            module.link_in(llvm.parse_bitcode(_bitcode(name, machine, fastmath)))
            linked.append(name)
    for name in linked:
        module.get_function(name).linkage = "internal"
    if linked:
        # What all calls in this kernel agree on, such as strides that are known, becomes part of the subroutines.
        _run(module, machine, "ipsccp", "dead_arg_elimination", *_TIDY, "global_dead_code_eliminate")
