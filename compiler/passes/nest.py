"""From a cluster of nodes to a kernel: the loop nest, its accumulators, its phases, its stores.

Values are pulled: emitting a store emits the value at the store's position, which emits its operands at the positions
where they are read. A scope remembers what it has already computed, so each value is computed once a scope.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from graphc.compiler import kernel as k
from graphc.compiler.ir import CONSTANT, Gather, IndexValue, Node, Scalar, Value, View
from graphc.compiler.ops.fused import SECOND_MOMENT
from graphc.runtime.types import dim_product

from .clusters import Cluster, Part, reduction_of
from .phases import Phases
from .positions import Position, compose, flat_index
from .scopes import Scope, after_reduction
from .second_moments import join_moments
from .turns import only_transposes, turns_of

LANES = 64  # columns a chunk of a column-wise reduction covers: one cache line of bf16 up to four vectors of f32
ROWS = 4  # least rows a chunk of a parallel row loop covers
CHUNK = 4096  # elements a chunk of an element-wise loop covers, about
TURN_ROWS = 16  # rows a chunk covers that ends with a transpose: one square of registers, and it stays in cache
AXIS_NAMES = "ijlmnopqr"
PART_AXIS = "part"  # over the partial results of a matrix product; kernels that have it have two axes


class NestBuilder:
    """Builds the kernel of one cluster; of one without a product, unless a subclass says otherwise.

    Args:
        cluster: the nodes.
        outputs: values of the cluster that are stored, in order.
        name_of: printable names of graph values.
    """

    def __init__(self, cluster: Cluster, outputs: Sequence[Value], name_of: Callable[[Value], str]) -> None:
        self.cluster = cluster
        self.outputs = list(outputs)
        self.name_of = name_of
        self.taken: set[str] = set()
        self.inputs: dict[Value, str] = {}
        self.out_names: dict[Value, str] = {}
        self.axes = [AXIS_NAMES[a] if a < len(AXIS_NAMES) else f"a{a}" for a in range(len(cluster.space))]
        self.prologue = Scope()  # what depends on no axis: learning rates, a generator's state
        self.after_reduction = after_reduction(cluster)
        # Nodes that really take part, in the order of the code: nothing else may tell equal kernels apart.
        self.computed: dict[Node, None] = {}
        self.stash: dict[Value, tuple[str, int]] = {}  # scratch name and the phase that fills it
        for value in self.outputs:
            self.out_names[value] = self._fresh(name_of(value))

    def build(self) -> k.Kernel:
        """The kernel; its buffers are the inputs in order of first use, then the outputs."""
        body = self._body()
        body = [*self.prologue.statements, *body]
        buffers = [k.Buffer(name, value.type, "in") for value, name in self.inputs.items()]
        buffers += [k.Buffer(self.out_names[v], v.type, "out") for v in self.outputs]
        return k.Kernel("", tuple(buffers), tuple(body), tuple(node.op.name for node in self.computed)).named()

    def _body(self) -> list[k.Statement]:
        """The loops, without what is read before them."""
        if not self.cluster.reduced:
            return self._pointwise()
        if self.cluster.space and (len(self.cluster.space) - 1) in self.cluster.reduced:
            return self._rows()
        return self._columns()

    # Names ----------------------------------------------------------------------------------------------------------

    def _fresh(self, wish: str) -> str:
        name = wish
        count = itertools.count(1)
        while name in self.taken:
            name = f"{wish}_{next(count)}"
        self.taken.add(name)
        return name

    def _input(self, value: Value) -> str:
        if value not in self.inputs:
            self.inputs[value] = self._fresh(self.name_of(value))
        return self.inputs[value]

    # Shapes of nests ------------------------------------------------------------------------------------------------

    def _full(self) -> Position:
        return tuple(k.Index.axis(a) for a in self.axes)

    def _outer(self) -> Position:
        return tuple(k.Index.axis(self.axes[a]) for a in self.cluster.outer_axes)

    def _loops(self, axes: Sequence[int], body: Sequence[k.Statement], parallel: bool) -> list[k.Statement]:
        """Nested loops over the axes, the first of them parallel if asked."""
        statements = list(body)
        space = self.cluster.space
        for order, axis in reversed(list(enumerate(axes))):
            if parallel and order == 0:
                inner = dim_product(space[a] for a in range(len(space)) if a != axis)
                rows = max(ROWS, CHUNK // max(1, inner)) if isinstance(inner, int) else ROWS
                loop = k.For(self.axes[axis], space[axis], tuple(statements), "parallel", rows)
            else:
                loop = k.For(self.axes[axis], space[axis], tuple(statements))
            statements = [loop]
        return statements

    def _pointwise(self) -> list[k.Statement]:
        if only_transposes(self.cluster, self.outputs):
            return self._transpose()
        turns = turns_of(self.cluster, self.out_names)
        scope = self._scope(self.axes)
        for value in self.outputs:
            if value not in turns:
                self._store(value, self._full(), scope)
        if not turns:
            return self._loops(range(len(self.cluster.space)), scope.statements, parallel=True)
        columns = k.For(self.axes[1], self.cluster.space[1], tuple(scope.statements))
        rows = k.For(self.axes[0], self.cluster.space[0], (columns,), "lanes", TURN_ROWS)
        return [k.For(self.axes[0], self.cluster.space[0], (rows, *self._turned(turns)), "parallel", TURN_ROWS)]

    def _turned(self, turns: Mapping[Value, k.Turn]) -> Iterator[k.Turn]:
        for value, turn in turns.items():
            assert value.node is not None
            self.computed[value.node] = None
            yield turn

    def _transpose(self) -> list[k.Statement]:
        (value,) = self.outputs
        assert value.node is not None
        self.computed[value.node] = None
        source = value.node.operands[0]
        turn = k.Turn(self.out_names[value], self._input(source))
        return [k.For(self.axes[0], source.type.shape[0], (turn,), "parallel", TURN_ROWS)]

    def _rows(self) -> list[k.Statement]:
        """Reductions along the last axis: one accumulator a row, one pass over the row a phase."""
        phases = Phases(self.cluster, self.outputs)
        reduced_axes = list(self.cluster.reduced)
        outer = self._scope([self.axes[a] for a in self.cluster.outer_axes])
        self._plan_stash(phases, outer)
        for phase in range(phases.count):
            inner = Scope(outer, frozenset(self.axes[a] for a in self.cluster.reduced))
            parts = Scope(outer, frozenset({PART_AXIS}))
            reductions = phases.reductions(phase)
            for node in reductions:
                value = node.results[0]
                lowering = reduction_of(node)
                name = self._fresh(self.name_of(value))
                outer.statements.append(
                    k.Accumulator(name, value.dtype, lowering.combine, lowering.initial(value.dtype))
                )
                scope, source = self._reduced(node, inner, parts, phase)
                scope.statements.append(k.Accumulate(name, lowering.combine, source))
                phases.names[value] = name
            for value in phases.stores(phase):
                self._store(value, self._full(), inner, phase)
            self._fill_stash(phase, inner)
            if parts.statements:
                outer.statements.append(self._over_parts(parts.statements))
            if inner.statements:
                outer.statements += self._loops(reduced_axes, inner.statements, parallel=False)
            for node in reductions:
                outer.known[node.results[0], self._outer()] = phases.names[node.results[0]]
        for value in phases.outer_outputs:
            self._store(value, self._outer(), outer)
        return self._loops(self.cluster.outer_axes, outer.statements, parallel=True)

    def _columns(self) -> list[k.Statement]:
        """Reductions that keep the last axis: a row of accumulators a chunk of columns."""
        phases = Phases(self.cluster, self.outputs)
        body: list[k.Statement] = []
        totals: dict[Value, str] = {}  # scratch rows that later passes read
        for phase in range(phases.count):
            start, parts, inner = self._scope(self.axes), self._scope(self.axes), self._scope(self.axes)
            if phase > 0:
                self._read_totals(totals, inner)
            made: dict[Value, str] = {}
            for node in phases.reductions(phase):
                made[node.results[0]] = self._column(node, start, body)
                if node.op is SECOND_MOMENT:
                    self._join(node, made[node.results[0]], start, parts, body)
                    continue
                scope, source = self._reduced(node, inner, parts, phase)
                combine = reduction_of(node).combine
                scope.statements.append(k.Accumulate(made[node.results[0]], combine, source, self._lane()))
            for value in phases.stores(phase):
                self._store(value, self._full(), inner, phase)
            if start.statements:
                body.append(self._lanes(start))
            if parts.statements:
                body.append(self._over_parts([self._lanes(parts)]))
            if inner.statements:
                body += self._loops(self.cluster.reduced, [self._lanes(inner)], parallel=False)
            totals.update(made)
            self._derive_totals(phases.derived(phase), totals, body)
        if phases.outer_outputs:
            final = self._scope(self.axes)
            self._read_totals(totals, final)
            for value in phases.outer_outputs:
                self._store(value, self._outer(), final)
            body.append(self._lanes(final))
        last = len(self.axes) - 1
        nest = self._loops([a for a in self.cluster.outer_axes if a != last], body, parallel=False)
        return [k.For(self.axes[last], self.cluster.space[last], tuple(nest), "parallel", LANES)]

    def _lanes(self, scope: Scope) -> k.Statement:
        return k.For(self.axes[-1], self.cluster.space[-1], tuple(scope.statements), "lanes", LANES)

    def _lane(self) -> Position:
        return (k.Index.axis(self.axes[-1]),)

    def _read_totals(self, totals: dict[Value, str], scope: Scope) -> None:
        for value, name in totals.items():
            read = self._fresh(f"{name}_total")
            scope.statements.append(k.Load(read, value.dtype, name, self._lane()))
            scope.known[value, self._outer()] = read

    def _reduced(self, node: Node, inner: Scope, parts: Scope, phase: int) -> tuple[Scope, k.Argument]:
        """What a reduction combines, and where: its operand, or partial results that a product has made of it."""
        part = self.cluster.combines.get(node)
        if part is None:
            made = inner, self._emit(node.operands[0], self._full(), inner, phase)
        elif part.value.type.rank > 2:
            made = parts, self._total(part, parts)
        else:
            made = parts, self._load(part.value, (k.Index.axis(PART_AXIS), *self._outer()), parts)
        self.computed[node] = None
        return made

    def _moments(self, part: Part, scope: Scope, fields: int = k.MOMENT_FIELDS) -> list[str]:
        """The first moments of one part."""
        places = [(k.Index.axis(PART_AXIS), k.Index((), field), *self._outer()) for field in range(fields)]
        return [str(self._emit(part.value, at, scope)) for at in places]

    def _total(self, part: Part, scope: Scope) -> str:
        """The sum of a part's values."""
        count, mean = self._moments(part, scope, fields=2)
        name = self._fresh("total")
        scope.statements.append(k.Compute(name, part.value.dtype, "mul", (count, mean)))
        return name

    def _join(self, node: Node, second: str, start: Scope, parts: Scope, body: list[k.Statement]) -> None:
        """A second moment, from the moments of the parts."""
        part, (value,) = self.cluster.combines[node], node.results
        rows = self._fresh("count"), self._fresh("mean")
        for row in rows:
            body.append(k.Scratch(row, value.type.with_shape((LANES,))))
            start.statements.append(k.Store(row, self._lane(), 0.0))
        moments = self._moments(part, parts)
        parts.statements += join_moments(second, value.dtype, self._lane(), moments, rows, self._fresh)
        self.computed[node] = None

    def _over_parts(self, body: Sequence[k.Statement]) -> k.For:
        (count,) = {part.value.type.shape[0] for part in self.cluster.combines.values()}
        return k.For(PART_AXIS, count, tuple(body))

    def _column(self, node: Node, start: Scope, body: list[k.Statement]) -> str:
        """A row of accumulators for one reduction; its name."""
        value = node.results[0]
        name = self._fresh(self.name_of(value))
        body.append(k.Scratch(name, value.type.with_shape((LANES,))))
        start.statements.append(k.Store(name, self._lane(), reduction_of(node).initial(value.dtype)))
        return name

    def _derive_totals(self, derived: Sequence[Value], totals: dict[Value, str], body: list[k.Statement]) -> None:
        """Compute what later passes need of the totals (1 / deviation) once a column, not once an element."""
        if not derived:
            return
        after = self._scope(self.axes)
        self._read_totals(totals, after)
        for value in derived:
            name = self._fresh(self.name_of(value))
            body.append(k.Scratch(name, value.type.with_shape((LANES,))))
            argument = self._emit(value, self._outer(), after)
            after.statements.append(k.Store(name, self._lane(), argument))
            totals[value] = name
        body.append(self._lanes(after))

    # Values ---------------------------------------------------------------------------------------------------------

    def _store(self, value: Value, position: Position, scope: Scope, phase: int = 0) -> None:
        if value.node is not None and value.node in self.cluster.turned:
            # The view itself is only another order of the store.
            source, axes = value.node.operands[0], value.node.attrs["axes"]
            argument = self._emit(source, position, scope, phase)
            self.computed[value.node] = None
            position = tuple(position[a] for a in axes)
        else:
            argument = self._emit(value, position, scope, phase)
        scope.statements.append(k.Store(self.out_names[value], position, argument))

    def _plan_stash(self, phases: Phases, outer: Scope) -> None:
        row = dim_product(self.cluster.space[a] for a in self.cluster.reduced)
        for value, phase in phases.kept_rows(row):
            name = self._fresh(f"{self.name_of(value)}_row")
            self.stash[value] = (name, phase)
            outer.statements.append(k.Scratch(name, value.type.with_shape((row,))))

    def _fill_stash(self, phase: int, inner: Scope) -> None:
        at = (k.Index.axis(self.axes[self.cluster.reduced[0]]),)
        for value, (name, filled) in self.stash.items():
            if filled == phase:
                argument = self._emit(value, self._full(), inner, phase)
                inner.statements.append(k.Store(name, at, argument))

    def _emit(self, value: Value, position: Position, scope: Scope, phase: int = 0) -> k.Argument:
        """The scalar that holds ``value`` at ``position``; iterative, so that long chains compile."""
        pending: list[tuple[Value, Position, Scope]] = [(value, position, scope)]
        while pending:
            current, at, wanted = pending[-1]
            home = self._home(wanted, current, at)
            if home.find((current, at)) is not None:
                pending.pop()
                continue
            needed = [o for o in self._operands(current, at, phase) if home.find(o) is None]
            if needed:
                pending.extend((*o, home) for o in reversed(needed))
                continue
            home.known[current, at] = self._statement(current, at, home, phase)
            pending.pop()
        found = scope.find((value, position))
        assert found is not None
        return found

    def _scope(self, axes: Sequence[str]) -> Scope:
        return Scope(self.prologue, frozenset(axes))

    def _home(self, scope: Scope, value: Value, at: Position) -> Scope:
        """The outermost scope where a value at a position is always the same: it is computed once there."""
        while scope.parent is not None:
            moves = any(i.value is not None or any(axis in scope.axes for axis, _ in i.terms) for i in at)
            if moves or (scope.parent is self.prologue and value in self.after_reduction):
                break
            scope = scope.parent
        return scope

    def _inside(self, value: Value) -> Node | None:
        """The node to compute here for a value, or None when it is read from memory."""
        node = value.node
        if node is None or node not in self.cluster.levels:
            return None
        return node

    def _stashed(self, value: Value, at: Position, phase: int) -> bool:
        return value in self.stash and self.stash[value][1] < phase and at == self._full()

    def _operands(self, value: Value, at: Position, phase: int) -> list[tuple[Value, Position]]:
        node = self._inside(value)
        if node is None or node.op is CONSTANT or self._stashed(value, at, phase):
            return []
        match node.op.lower_cpu:
            case Scalar():
                if node.op.name == "uniform":
                    return []
                return [(o, at if o.type.shape else ()) for o in node.operands]
            case View():
                mapped = self._map_view(node, at)
                if node.op.lower_cpu.fill is not None:
                    return []
                return [(node.operands[0], mapped)]
            case _:
                return []

    def _map_view(self, node: Node, at: Position) -> Position:
        lowering = node.op.lower_cpu
        assert isinstance(lowering, View)
        affine = lowering.index(node.operands[0].type, node.results[0].type, **node.attrs)
        return tuple(compose(a, at) for a in affine)

    def _statement(self, value: Value, at: Position, scope: Scope, phase: int) -> k.Argument:
        """Emit what computes or loads ``value`` at a position, its operands being there."""
        node = self._inside(value)
        if node is None:
            if value.literal is not None:
                return value.literal
            return self._load(value, at, scope)
        self.computed[node] = None
        if node.op is CONSTANT:
            return value.literal if value.literal is not None else self._load(value, at, scope)
        name = self._fresh(self.name_of(value) if value not in self.out_names else f"{self.name_of(value)}_")
        if self._stashed(value, at, phase):
            index = (k.Index.axis(self.axes[self.cluster.reduced[0]]),)
            scope.statements.append(k.Load(name, value.dtype, self.stash[value][0], index))
            return name
        match node.op.lower_cpu:
            case View(fill=fill):
                self.taken.discard(name)
                if fill is not None:
                    return self._load(node.operands[0], self._map_view(node, at), scope, node.attrs[fill], value)
                known = scope.find((node.operands[0], self._map_view(node, at)))
                assert known is not None
                return known
            case IndexValue():
                return self._iota(node, at, name, scope)
            case Gather(along=along):
                return self._gather(node, at, name, scope, along=along)
            case Scalar() if node.op.name == "uniform":
                return self._uniform(node, at, name, scope)
            case Scalar():
                arguments = []
                for o in node.operands:
                    found = scope.find((o, at if o.type.shape else ()))
                    assert found is not None
                    arguments.append(found)
                attrs = tuple((key, v) for key, v in sorted(node.attrs.items()) if key != "dtype")
                scope.statements.append(k.Compute(name, value.dtype, node.op.name, tuple(arguments), attrs))
                return name
            case _:
                raise AssertionError(f"{node.op.name} cannot be computed inside a nest")

    def _load(
        self, value: Value, at: Position, scope: Scope, fill: k.Number | None = None, shown: Value | None = None
    ) -> str:
        buffer = self.out_names.get(value) or self._input(value)
        name = self._fresh(f"{self.name_of(shown or value)}_")
        scope.statements.append(k.Load(name, value.dtype, buffer, at, fill))
        return name

    def _load_once(self, value: Value, element: int, scope: Scope) -> k.Argument:
        """One element of a vector, read before the loops."""
        at = (k.Index((), element),)
        home = self._home(scope, value, at)
        if (value, at) not in home.known:
            home.known[value, at] = self._load(value, at, home)
        return home.known[value, at]

    def _iota(self, node: Node, at: Position, name: str, scope: Scope) -> str:
        index = at[node.attrs["axis"]]
        dtype = node.results[0].dtype
        if dtype.is_integer and dtype.itemsize == 8:
            scope.statements.append(k.Position(name, index))
            return name
        position = self._fresh(f"{name}position")
        scope.statements.append(k.Position(position, index))
        scope.statements.append(k.Compute(name, dtype, "cast", (position,)))
        return name

    def _gather(self, node: Node, at: Position, name: str, scope: Scope, *, along: bool) -> str:
        table, indices = node.operands
        axis: int = node.attrs["axis"]
        width = 1 if along else indices.type.rank
        where = at if along else at[axis : axis + width]
        key = self._load(indices, where, scope)
        position = (*at[:axis], k.Index((), 0, key), *at[axis + width :])
        scope.statements.append(k.Load(name, table.dtype, self._input(table), position))
        return name

    def _uniform(self, node: Node, at: Position, name: str, scope: Scope) -> str:
        rng, stream = node.operands
        seed, step = self._load_once(rng, 0, scope), self._load_once(rng, 1, scope)
        key = (seed, step, self._emit(stream, (), scope))
        shape = node.results[0].type.shape
        position = self._fresh(f"{name}element")
        scope.statements.append(k.Position(position, flat_index(at, shape)))
        scope.statements.append(k.Compute(name, node.results[0].dtype, "uniform", (*key, position)))
        return name
