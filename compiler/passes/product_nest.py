"""From a cluster around a matrix product to a kernel: factors, perhaps computed; the sum; what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphc.compiler import kernel as k
from graphc.compiler.ir import Node, Value
from graphc.runtime.types import Shapelike

from .clusters import Cluster, Part, reduction_of
from .nest import NestBuilder
from .positions import Position
from .scopes import Scope
from .turns import turns_of


class ProductBuilder(NestBuilder):
    """Builds the kernel of a cluster with a product."""

    def _body(self) -> list[k.Statement]:
        node = self.cluster.product
        assert node is not None
        space = self.cluster.space
        *batch, rows, cols = zip(self.axes, space, strict=True)
        a, b = node.operands
        transpose_a, transpose_b = bool(node.attrs.get("transpose_a")), bool(node.attrs.get("transpose_b"))
        depth: tuple[str, Shapelike] = ("k" if "k" not in self.axes else "kk", a.type.shape[-2 if transpose_a else -1])
        *lead, i, j, d = (k.Index.axis(name) for name in (*self.axes, depth[0]))
        a_factor = self._factor(a, (*lead, d, i) if transpose_a else (*lead, i, d))
        b_factor = self._factor(b, (*lead, j, d) if transpose_b else (*lead, d, j))
        self.computed[node] = None
        value = node.results[0]
        result = self._fresh("acc")
        scope = self._scope(self.axes)
        scope.known[value, self._full()] = result
        turns = turns_of(self.cluster, self.out_names)
        parts = {part.value for part in self.cluster.makes.values()}
        for out in self.outputs:
            if out not in turns and out not in parts:
                self._store(out, self._full()[::-1] if out in self.cluster.across else self._full(), scope)
        for reduction, part in self.cluster.makes.items():
            self._reduce_tile(reduction, part, scope)
        scope.statements += self._turned(turns)
        epilogue = tuple(scope.statements)
        return [k.Contract(tuple(batch), rows, cols, depth, a_factor, b_factor, result, value.dtype, epilogue)]

    def _factor(self, operand: Value, at: Position) -> k.Factor:
        """Where the product reads an operand, or how it computes it."""
        if operand not in self.cluster.computes:
            return self._input(operand), at
        scope = self._scope([axis for index in at for axis, _ in index.terms])
        value = self._emit(operand, at, scope)
        assert isinstance(value, str)
        body = tuple(s for s in scope.statements if isinstance(s, k.Load | k.Position | k.Compute))
        assert len(body) == len(scope.statements)
        return k.Prologue(body, value)

    def _reduce_tile(self, node: Node, part: Part, scope: Scope) -> None:
        """Partial results of another cluster's reduction, from each value as it is made."""
        lowering = reduction_of(node)
        position = self._full()[::-1] if part.turned else self._full()
        argument = self._emit(node.operands[0], position, scope)
        self.computed[node] = None
        kept, initial = k.Index.axis(self.axes[1 - part.axis]), lowering.initial(part.value.dtype)
        buffer, over = self.out_names[part.value], self.axes[part.axis]
        scope.statements.append(k.Partial(lowering.combine, buffer, kept, argument, over, initial))


def builder(cluster: Cluster, outputs: Sequence[Value], name_of: Callable[[Value], str]) -> NestBuilder:
    """What builds the kernel of a cluster of any kind; arguments as :class:`NestBuilder`'s."""
    kind = NestBuilder if cluster.product is None else ProductBuilder
    return kind(cluster, outputs, name_of)
