"""How positions of a loop are shared out to threads: one contiguous piece each, so memory is read from end to end."""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

_WORD = ir.IntType(64)


@intrinsic
def share(typingctx: Any, extent: Any, unit: Any, threads: Any) -> Any:
    """``share(extent, unit, threads)``: positions in one thread's piece, a multiple of ``unit`` unless it is all.

    Thread t has the positions from ``t * share`` up to ``(t + 1) * share``, as far as there are so many. Which whole
    units a piece has depends on the number of threads; what is in a unit does not.
    """
    if not all(isinstance(kind, types.Integer) for kind in (extent, unit, threads)):
        raise TypingError(f"share: expects three integers, got {extent}, {unit}, {threads}")

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        words = [context.cast(builder, a, kind, types.int64) for a, kind in zip(args, signature.args, strict=True)]
        extent, unit, threads = words
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
