"""The machine that code is generated for."""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Any

from graphc.runtime.processor import processor

from .machine import requested_cpu


@cache
def cpu_name() -> str:
    """LLVM's name of the processor code is made for, such as ``znver5``."""
    return requested_cpu() or processor().name


@cache
def cpu_features() -> str:
    """LLVM's feature string of this processor; "" when code is made for another one, whose name says it all."""
    return "" if requested_cpu() else processor().features


@cache
def target_machine() -> Any:
    """LLVM's code generator for this processor."""
    import llvmlite.binding as llvm  # noqa: PLC0415 - a start from the cache does without

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    triple = llvm.Target.from_default_triple()
    return triple.create_target_machine(cpu=cpu_name(), features=cpu_features(), opt=3, reloc="pic")


def object_code(llvm_ir: str) -> bytes:
    """A module as a relocatable object file, not optimised."""
    import llvmlite.binding as llvm  # noqa: PLC0415 - a start from the cache does without

    return bytes(target_machine().emit_object(llvm.parse_assembly(llvm_ir)))


def assembly(llvm_ir: str, *, comments: bool = False) -> str:
    """Assembly text of a module; with LLVM's comments on loops and spilled registers, if wanted."""
    import llvmlite.binding as llvm  # noqa: PLC0415 - a start from the cache does without

    machine = target_machine()
    machine.set_asm_verbosity(comments)
    try:
        return str(machine.emit_assembly(llvm.parse_assembly(llvm_ir)))
    finally:
        machine.set_asm_verbosity(False)
