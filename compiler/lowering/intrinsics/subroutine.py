"""Functions that kernels call: each is written once in a process, whatever the number of kernels that call it.

A subroutine is described by a name, which says all that its body depends on, and by its arguments. Kernels only declare
it; what they call is linked in when they are compiled (:mod:`graphc.compiler.lowering.linking`).
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from llvmlite import ir

from .micro import BYTES, I64
from .trace import declared

_PREFIX = "graphc_"
_KINDS = {"p": BYTES, "i": I64}

_written: dict[str, Any] = {}  # the module of each, by the function's name


def _declared(module: Any, name: str, arguments: str) -> Any:
    """The function in ``module``. It reads and writes what its arguments point to, and nothing else."""
    function = declared(module, name, ir.FunctionType(ir.VoidType(), [_KINDS[letter] for letter in arguments]))
    for attribute in ("noinline", "nounwind", "argmemonly"):
        function.attributes.add(attribute)
    for argument in function.args:
        if argument.type == BYTES:
            _kept_by_nobody(argument)
    return function


def _kept_by_nobody(pointer: Any) -> None:
    """A call leaves no copy of it behind, so that what it points to stays apart from all else in the caller."""
    try:
        pointer.add_attribute("captures(none)")
    except ValueError:  # its name before LLVM 21
        pointer.add_attribute("nocapture")


def subroutine(describe: Callable[..., tuple[str, str]]) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Decorates ``write(builder, *key)``, which writes a body, up to its return.

    What becomes of it is called like that by whoever writes a call, and answers with the function to call.

    Args:
        describe: ``describe(*key)`` is what the body depends on, in one word, and its arguments: "p" for a pointer to
            bytes and "i" for an i64 each.
    """

    def decorate(write: Callable[..., None]) -> Callable[..., Any]:
        @wraps(write)
        def function(builder: Any, *key: Any) -> Any:
            word, arguments = describe(*key)
            name = _PREFIX + word
            if name not in _written:
                module = ir.Module(name)
                body = _declared(module, name, arguments)
                body.attributes.add("optsize")  # unrolled, loops over k would need more registers than there are
                inside = ir.IRBuilder(body.append_basic_block("entry"))
                write(inside, *key)
                inside.ret_void()
                _written[name] = module  # not before: a body that was interrupted is written again
            return _declared(builder.module, name, arguments)

        return function

    return decorate


def is_subroutine(name: str) -> bool:
    """Whether a function of this name has been written."""
    return name in _written


def module_of(name: str) -> Any:
    """llvmlite's module that holds a subroutine."""
    return _written[name]
