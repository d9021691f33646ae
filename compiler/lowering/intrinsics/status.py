"""How a kernel reports bad data: it writes to the status block and the runtime turns that into an error."""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from graphc.runtime.program import STATUS_INDEX_RANGE

_WORD = ir.IntType(64)


@intrinsic
def report_index(typingctx: Any, table: Any, position: Any, value: Any) -> Any:
    """``report_index(table, position, value)``: element ``position`` of an index operand holds a bad ``value``."""
    signature = types.void(table, position, value)

    def generate(context: Any, builder: Any, called: Any, args: Any) -> Any:
        table_, position_, value_ = args
        status = builder.inttoptr(builder.load(table_), _WORD.as_pointer())
        words = {
            2: context.cast(builder, position_, called.args[1], types.int64),
            3: context.cast(builder, value_, called.args[2], types.int64),
            0: _WORD(STATUS_INDEX_RANGE),  # last: the code says that the rest is there
        }
        for word, content in words.items():
            builder.store(content, builder.gep(status, [_WORD(word)]))
        return context.get_dummy_value()

    return signature, generate
