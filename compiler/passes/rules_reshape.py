"""Laws that move reshapes out of the way of fusion: through element-wise operators, towards each other."""

from __future__ import annotations

from graphc.compiler.ir import Node, Scalar, Value
from graphc.compiler.ops import OPS, reshape

from .base import Rewrite, rewrite
from .matching import made_by, operand

_ELEMENTWISE = tuple(sorted(name for name, op in OPS.items() if isinstance(op.lower_cpu, Scalar) and name != "uniform"))


@rewrite(*_ELEMENTWISE)
def reshape_after(node: Node) -> Value | None:
    """f(reshape(x), reshape(y)) -> reshape(f(x, y))"""
    shaped = [v for v in node.operands if v.type.shape]
    if not shaped or not all(made_by(v, "reshape") for v in shaped):
        return None
    sources = [operand(v) for v in shaped]
    shape = sources[0].type.shape
    if not shape or any(s.type.shape != shape for s in sources):
        return None
    inner = Node(node.op, tuple(operand(v) if v.type.shape else v for v in node.operands), node.attrs, loc=node.loc)
    return reshape(inner.results[0], shape=node.results[0].type.shape)


RESHAPE_RULES: tuple[Rewrite, ...] = (reshape_after,)
