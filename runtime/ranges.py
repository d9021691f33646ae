"""``range`` in code that is lowered here: a counter that goes up, and nothing else.

Numba's own counts the turns beforehand, by a division, looks at the sign of the step and can raise; that is 60 lines of
LLVM IR a loop, which are read and simplified away again. Steps are positive here.
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, allow-subclassing-any
# mypy: disable-error-code="import-untyped, name-defined"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import alloca_once
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate
from numba.extending import models, register_model

_WORD = ir.IntType(64)
_FIELDS = [
    ("counter", types.EphemeralPointer(types.intp)),
    *((name, types.intp) for name in ("start", "length", "step")),
]


class Range(types.SimpleIterableType):
    """Numbers from a start, in steps, below a stop."""

    def __init__(self) -> None:
        super().__init__("Range", RangeIterator())


class RangeIterator(types.SimpleIteratorType):
    """Where a loop is."""

    def __init__(self) -> None:
        super().__init__("RangeIterator", types.intp)


@register_model(Range)
class _RangeModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [(name, types.intp) for name in ("start", "stop", "step")])


@register_model(RangeIterator)
class _RangeIteratorModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _FIELDS)


class RangeTemplate(AbstractTemplate):
    """``range`` of one to three integers."""

    key = "graphc.range"

    def generic(self, args: Any, kws: Any) -> Any:
        """All of them as i64."""
        if kws or not 1 <= len(args) <= 3 or not all(isinstance(kind, types.Integer) for kind in args):
            return None
        return Range()(*[types.int64] * len(args))


def struct(context: Any, builder: Any, kind: Any, fields: list[Any]) -> Any:
    """A value of a type whose model is a struct, without a detour through memory."""
    value = ir.Constant(context.get_value_type(kind), ir.Undefined)
    for position, field in enumerate(fields):
        value = builder.insert_value(value, field, position)
    return value


@lower_builtin(RangeTemplate.key, types.VarArg(types.int64))
def _range(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    fields = [_WORD(0), *args] if len(args) == 1 else list(args)
    return struct(context, builder, signature.return_type, [*fields, _WORD(1)][:3])


@lower_builtin("getiter", Range)
def _begin(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    start, stop, step = (builder.extract_value(args[0], field) for field in range(3))
    counter = alloca_once(builder, _WORD)
    builder.store(_WORD(0), counter)
    # Counted from 0, so that LLVM sees how long a loop from j0 to j0 + 16 is, and does not prepare for a longer one.
    length = builder.sub(stop, start, flags=["nsw"])
    return struct(context, builder, signature.return_type, [counter, start, length, step])


@lower_builtin("iternext", RangeIterator)
def _next(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    counter, start, length, step = (builder.extract_value(args[0], field) for field in range(4))
    done = builder.load(counter)
    builder.store(builder.add(done, step, flags=["nsw"]), counter)
    here = builder.add(start, done, flags=["nsw"])
    return struct(context, builder, signature.return_type, [here, builder.icmp_signed("<", done, length)])
