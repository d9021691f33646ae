"""How work is shared out to threads: contiguous pieces of loops, and tasks that whoever is free goes on with."""

# mypy: allow-untyped-calls, allow-untyped-decorators, allow-subclassing-any
# mypy: disable-error-code="import-untyped, name-defined"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import alloca_once
from numba.core.errors import TypingError
from numba.core.imputils import lower_builtin
from numba.extending import intrinsic, models, register_model

from graphc.runtime import layout as at
from graphc.runtime.ranges import struct

_WORD = ir.IntType(64)


@intrinsic
def share(typingctx: Any, extent: Any, unit: Any, threads: Any) -> Any:
    """``share(extent, unit, threads)``: positions in one thread's piece, a multiple of ``unit`` unless it is all.

    Thread t has the positions from ``t * share`` up to ``(t + 1) * share``, as far as there are so many: memory is read
    from end to end. Which whole units a piece has depends on the number of threads; what is in a unit does not.
    """
    if not all(isinstance(kind, types.Integer) for kind in (extent, unit, threads)):
        raise TypingError(f"share: expects three integers, got {extent}, {unit}, {threads}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        extent, unit, threads = _words(context, builder, signature.args, args)
        alone = builder.icmp_signed("==", threads, _WORD(1))
        before = builder.block
        with builder.if_then(builder.not_(alone), likely=False):  # dividing takes longer than many a small loop
            several = builder.block
            group = builder.mul(unit, threads, flags=["nsw"])
            groups = builder.udiv(builder.add(extent, builder.sub(group, _WORD(1)), flags=["nsw"]), group)
            divided = builder.mul(groups, unit, flags=["nsw"])
        result = builder.phi(_WORD)
        result.add_incoming(extent, before)
        result.add_incoming(divided, several)
        return result

    return types.int64(extent, unit, threads), codegen


def _words(context: Any, builder: Any, kinds: Any, args: Any) -> list[Any]:
    return [context.cast(builder, a, kind, types.int64) for a, kind in zip(args, kinds, strict=True)]


class Tasks(types.SimpleIterableType):
    """What ``tasks`` gives: something to iterate over."""

    def __init__(self) -> None:
        super().__init__("Tasks", TasksIterator())


class TasksIterator(types.SimpleIteratorType):
    """One thread's way through tasks."""

    def __init__(self) -> None:
        super().__init__("TasksIterator", types.intp)


_FIELDS = [(name, types.intp) for name in ("counters", "count", "thread", "threads")]


@register_model(Tasks)
class _TasksModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _FIELDS)


@register_model(TasksIterator)
class _TasksIteratorModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [*_FIELDS, ("last", types.EphemeralPointer(types.intp))])


@intrinsic
def tasks(typingctx: Any, table: Any, slot: Any, count: Any, thread: Any, threads: Any) -> Any:
    """Something to iterate over: a thread's tasks, of ``count`` that all threads have.

    Thread t has tasks t, t + threads, ... . Where ``table[slot]`` is the address of counters (see
    :mod:`graphc.runtime.layout`), a thread that has done its own goes on with those that others have not begun: one
    that another process keeps from running holds up no more than the task it is at.
    """
    if not all(isinstance(kind, types.Integer) for kind in (slot, count, thread, threads)):
        raise TypingError(f"tasks: expects integers, got {slot}, {count}, {thread}, {threads}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        slot, *words = _words(context, builder, signature.args[1:], args[1:])
        counters = builder.load(builder.gep(args[0], [slot]))
        return struct(context, builder, signature.return_type, [counters, *words])

    return Tasks()(table, slot, count, thread, threads), codegen


@lower_builtin("getiter", Tasks)
def _begin(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    counters, count, thread, threads = (builder.extract_value(args[0], field) for field in range(4))
    last = alloca_once(builder, _WORD)
    builder.store(builder.sub(thread, threads), last)
    return struct(context, builder, signature.return_type, [counters, count, thread, threads, last])


@lower_builtin("iternext", TasksIterator)
def _next(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    counters, count, thread, threads, place_of_last = (builder.extract_value(args[0], field) for field in range(5))
    last = builder.load(place_of_last)
    apart = builder.icmp_signed("==", counters, _WORD(0))
    before = builder.block
    following = builder.add(last, threads, flags=["nsw"])
    with builder.if_then(builder.not_(apart)):
        together = builder.block
        place = builder.add(counters, _WORD(at.TASKS_FUNCTION * at.WORD))
        next_task = builder.load(builder.inttoptr(place, _WORD.as_pointer()))
        kind = ir.FunctionType(_WORD, [_WORD] * 5).as_pointer()
        arguments = [counters, last, count, thread, threads]
        found = builder.call(builder.inttoptr(next_task, kind), arguments)
    task = builder.phi(_WORD)
    task.add_incoming(following, before)
    task.add_incoming(found, together)
    builder.store(task, place_of_last)
    return struct(context, builder, signature.return_type, [task, builder.icmp_signed("<", task, count)])
