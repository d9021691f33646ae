"""Makes ``native.ll``, the runtime's native code as LLVM IR: ``python -m graphc.runtime.native_text`` writes it anew.

The file is part of the package, so that nobody waits for Numba before a first step. It holds for every 64-bit machine
whose LLVM reads it; its first line tells which sources it was made from.
"""

from __future__ import annotations

import re
from typing import Any

import llvmlite.binding as llvm

from .native import BUILTIN, BUILTINS, PREFIX, TEXT, sources_digest
from .native_functions import ENTRIES, LOWERED


def _door(name: str, function: Any, mangled: str) -> str:
    """LLVM text of a plain C function around a compiled one, whose own status is always "fine"."""
    count = function.__code__.co_argcount
    words = ", ".join(f"i64 %a{i}" for i in range(count))
    returns = function.__annotations__["return"] != "None"
    return f"""
declare i32 @"{mangled}"(ptr, ptr{", i64" * count})
define {"i64" if returns else "void"} @{PREFIX}{name}({words}) {{
  %answer = alloca i64
  %trouble = alloca ptr
  call i32 @"{mangled}"(ptr %answer, ptr %trouble, {words})
  {"%value = load i64, ptr %answer" if returns else ""}
  ret {"i64 %value" if returns else "void"}
}}
"""


_PYTHON_API = """
declare i64 @PyLong_AsSsize_t(ptr)
declare ptr @PyLong_FromSsize_t(i64)
declare ptr @PyEval_SaveThread()
declare void @PyEval_RestoreThread(ptr)
"""


def _builtin(name: str, entry: str, kinds: str, returns: bool) -> str:
    """LLVM text of a Python function (METH_FASTCALL) around the plain C function ``entry``; releases the GIL.

    Args:
        name: what to call it.
        entry: the C function.
        kinds: one letter an argument: "n" for a number, "o" for an object whose address is meant.
        returns: whether ``entry`` returns a word; otherwise the Python function returns 0.
    """
    lines = []
    for i, kind in enumerate(kinds):
        lines += [f"%p{i} = getelementptr ptr, ptr %given, i64 {i}", f"%o{i} = load ptr, ptr %p{i}"]
        read = f"ptrtoint ptr %o{i} to i64" if kind == "o" else f"call i64 @PyLong_AsSsize_t(ptr %o{i})"
        lines.append(f"%a{i} = {read}")
    words = ", ".join(f"i64 %a{i}" for i in range(len(kinds)))
    lines += ["%state = call ptr @PyEval_SaveThread()"]
    lines += [f"%value = call i64 @{PREFIX}{entry}({words})" if returns else f"call void @{PREFIX}{entry}({words})"]
    lines += ["call void @PyEval_RestoreThread(ptr %state)"]
    lines += [f"%result = call ptr @PyLong_FromSsize_t(i64 {'%value' if returns else '0'})", "ret ptr %result"]
    body = "\n  ".join(lines)
    # A wrong number of arguments is no user's mistake: null without an exception is Python's SystemError.
    return f"""
define ptr @{PREFIX}{BUILTIN}{name}(ptr %self, ptr %given, i64 %count) {{
  %right = icmp eq i64 %count, {len(kinds)}
  br i1 %right, label %go, label %no
no:
  ret ptr null
go:
  {body}
}}
"""


def text() -> str:
    """The whole module: functions PREFIX + a name in ``ENTRIES``, and PREFIX + BUILTIN + a name in ``BUILTINS``."""
    llvm.initialize_native_target()
    module = llvm.parse_assembly("")
    for lowered in LOWERED.values():
        module.link_in(llvm.parse_assembly(lowered.text))
    doors = [_door(name, function, LOWERED[function].symbol) for name, function in ENTRIES.items()]
    returning = {name for name, function in ENTRIES.items() if function.__annotations__["return"] != "None"}
    doors.append(_PYTHON_API)
    doors += [_builtin(name, entry, kinds, entry in returning) for name, (entry, kinds) in BUILTINS.items()]
    module.link_in(llvm.parse_assembly("\n".join(doors)))
    for lowered in LOWERED.values():
        module.get_function(lowered.symbol).linkage = "internal"
    _optimize(module)
    return f"; made from sources {sources_digest()} by graphc.runtime.native_text\n{_plain(str(module))}"


def _optimize(module: Any) -> None:
    """What does not depend on the processor: no vectors, no unrolling."""
    machine = llvm.Target.from_default_triple().create_target_machine(cpu="generic", opt=2)
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, options)
    first = llvm.create_new_module_pass_manager()
    first.add_sroa_pass()
    first.add_simplify_cfg_pass()
    first.run(module, builder)
    builder.getModulePassManager().run(module, builder)


# What only helps an optimiser, and differs between LLVM's versions: attributes, metadata, promises of instructions.
_ATTRIBUTES = (
    r"noalias|nonnull|noundef|nofree|immarg|readonly|readnone|writeonly|nocapture|captures\([^)]*\)|range\([^)]*\)"
    r"|dereferenceable\(\d+\)|local_unnamed_addr|unnamed_addr|nuw|nsw|nneg|disjoint|samesign|inbounds"
)
_OF_ONE_VERSION = (
    (rf"(?<=[ (])(?:{_ATTRIBUTES})(?: |(?=[,()\n]))", ""),
    (r"( #\d+|(, ![\w.]+ !\d+)+)(?=[ {]*\n)", ""),
    (r"(?m)^(target |source_filename|attributes |; |@_ZN08NumbaEnv|!).*\n", ""),
    (r"(?m)^.*@llvm\.lifetime\..*\n", ""),
    (r" +(?=\n)", ""),
    (r"\n{3,}", "\n\n"),
)


def _plain(given: str) -> str:
    """With short names, and without what belongs to one machine, one version of LLVM or to Numba."""
    for function, lowered in LOWERED.items():
        given = given.replace(lowered.symbol, function.__name__.strip("_"))
    for pattern, new in _OF_ONE_VERSION:
        given = re.sub(pattern, new, given)
    return given.strip() + "\n"


if __name__ == "__main__":
    TEXT.write_text(text(), encoding="utf-8")
