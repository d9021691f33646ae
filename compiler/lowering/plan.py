"""From a fused graph to a runtime program: buffers, their lives, launches, barriers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphc.compiler import kernel as k
from graphc.compiler.ir import Graph, Leaf, Node, SameMemory, Value
from graphc.compiler.ops.fused import FUSED
from graphc.runtime.errors import DeclarationError, LoweringError
from graphc.runtime.program import BufferSpec, IndexCheck, KernelCode, Launch, Program, Role
from graphc.runtime.types import Dim, Shapelike, dim_product


@dataclass(frozen=True)
class Plan:
    """A program without its machine code.

    Attributes:
        program: buffers and launches; ``kernels`` is empty.
        kernels: kernel IR by name.
        nodes: the graph node of each launch.
    """

    program: Program
    kernels: Mapping[str, k.Kernel]
    nodes: tuple[Node, ...]

    def with_code(self, code: Mapping[str, KernelCode]) -> Program:
        """The program with machine code for its kernels."""
        return replace(self.program, kernels=code)


def plan(graph: Graph) -> Plan:
    """Give every value of a fused graph a buffer and every kernel call a launch.

    The graph's order is the order of execution. Raises LoweringError when a node is neither a kernel call nor a view.
    """
    return _Planner(graph).plan()


class _Planner:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.specs: list[BufferSpec] = []
        self.buffer: dict[Value, int] = {}
        self.launches: list[Launch] = []
        self.nodes: list[Node] = []
        self.kernels: dict[str, k.Kernel] = {}
        self.written_by: dict[Value, Leaf] = {value: leaf for leaf, value in graph.updates}
        self.roots = {_root(v) for v in graph.outputs}

    def plan(self) -> Plan:
        graph = self.graph
        _check_dims(graph)
        for leaf in graph.inputs:
            self._new(leaf, Role.INPUT)
        for leaf in graph.states:
            self._new(leaf, Role.STATE)
        for node in _checks_first(graph.nodes):
            if isinstance(node.op.lower_cpu, SameMemory):
                self._new(node.results[0], self._role_of(node.operands[0]), alias=self.buffer[node.operands[0]])
            elif node.op is FUSED:
                self._launch(node)
            else:
                raise LoweringError(f"'{node.op.name}' reached the planner; it should be part of a kernel")
        launches = _with_barriers(self.launches, self.specs, [n.attrs["kernel"] for n in self.nodes])
        program = Program(
            name=graph.name,
            buffers=tuple(_with_lives(self.specs, launches)),
            launches=tuple(launches),
            inputs=tuple(self.buffer[leaf] for leaf in graph.inputs),
            outputs=tuple(self.buffer[v] for v in graph.outputs),
            dims=graph.dims,
            kernels={},
        )
        return Plan(program, dict(self.kernels), tuple(self.nodes))

    def _role_of(self, value: Value) -> Role:
        return self.specs[self.buffer[value]].role

    def _new(self, value: Value, role: Role, alias: int | None = None) -> int:
        self.buffer[value] = len(self.specs)
        self.specs.append(BufferSpec(self.graph.names.get(value, value.hint), value.type, role, alias=alias))
        return self.buffer[value]

    def _launch(self, node: Node) -> None:
        kernel: k.Kernel = node.attrs["kernel"]
        self.kernels[kernel.name] = kernel
        check = None
        if isinstance(kernel.body, k.Call) and kernel.body.routine == "check_index":
            # The checked index is the index itself; the launch only looks.
            source = node.operands[0]
            self._new(node.results[0], self._role_of(source), alias=self.buffer[source])
            check = self._index_check(node, kernel.body)
        else:
            for result in node.results:
                leaf = self.written_by.get(result)
                if leaf is not None:
                    self.buffer[result] = self.buffer[leaf]
                else:
                    self._new(result, Role.OUTPUT if result in self.roots else Role.TEMP)
        read = dict(zip((b.name for b in kernel.read), node.operands, strict=True))
        written = dict(zip((b.name for b in kernel.written), node.results, strict=True))
        values = [read.get(b.name) or written[b.name] for b in kernel.buffers]
        launch = Launch(
            kernel=kernel.name,
            buffers=tuple(self.buffer[v] for v in values),
            dims=tuple(Dim.named(d) for d in kernel.dims),
            work=work(kernel),
            label=kernel.name,
            check=check,
        )
        self.launches.append(launch)
        self.nodes.append(node)

    def _index_check(self, node: Node, call: k.Call) -> IndexCheck:
        attrs = dict(call.attrs)
        source = _root(node.operands[0])
        size, ignore = attrs["size"], attrs.get("ignore")
        assert isinstance(size, int | Dim)
        assert ignore is None or isinstance(ignore, int)
        name = self.graph.names.get(source, source.hint)
        return IndexCheck(name, size, ignore, node.loc.where if node.loc else "")


def _root(value: Value) -> Value:
    while value.node is not None and _is_view(value.node):
        value = value.node.operands[0]
    return value


def _is_view(node: Node) -> bool:
    if isinstance(node.op.lower_cpu, SameMemory):
        return True
    body = node.attrs["kernel"].body if node.op is FUSED else None
    return isinstance(body, k.Call) and body.routine == "check_index"


def _check_dims(graph: Graph) -> None:
    known = set(graph.dims)
    for value in [*graph.outputs, *(r for n in graph.nodes for r in n.results)]:
        unknown = value.type.names - known
        if unknown:
            of = f"'{min(unknown)}' of %{value.hint}: {value.type}"
            raise DeclarationError(f"compile: named dimension {of} is not a dimension of any input")


def _checks_first(nodes: tuple[Node, ...]) -> list[Node]:
    """Nodes with everything an index check needs moved to the front, so that no state is written before a check."""
    needed: set[Node] = set()
    stack = [n for n in nodes if n.op is FUSED and not isinstance(n.op.lower_cpu, SameMemory) and _is_view(n)]
    while stack:
        node = stack.pop()
        if node not in needed:
            needed.add(node)
            stack.extend(v.node for v in node.operands if v.node is not None)
    return [n for n in nodes if n in needed] + [n for n in nodes if n not in needed]


def work(kernel: k.Kernel) -> Shapelike:
    """Rough number of scalar operations of a kernel; what decides whether threads are worth their wake-up."""
    if isinstance(kernel.body, k.Call):
        if kernel.body.routine in ("check_index", "advance_rng"):
            return 1
        return dim_product(kernel.buffers[-1].type.shape) * 4
    return work_of(kernel.body, kernel)


def work_of(body: Sequence[k.Statement], kernel: k.Kernel | None = None) -> Shapelike:
    """The same of some statements; of a kernel, where matrices are turned outside of products."""
    total: Shapelike = 0
    stack: list[tuple[k.Statement, Shapelike]] = [(s, 1) for s in body]
    while stack:
        statement, times = stack.pop()
        if isinstance(statement, k.For):
            # A lanes loop covers the chunk its parallel loop has already been counted for.
            inner = times if statement.kind == "lanes" else times * statement.extent
            stack.extend((s, inner) for s in statement.body)
        elif isinstance(statement, k.Contract):
            elements = times * dim_product(e for _, e in (*statement.batch, statement.rows, statement.cols))
            total = total + elements * _sixteenth(statement.depth[1]) + times * _reading(statement)
            stack.extend((s, elements) for s in statement.epilogue if not isinstance(s, k.Turn))
            stack.extend((s, times * size) for s, size in _computed(statement))
        elif isinstance(statement, k.Turn):
            assert kernel is not None
            total = total + times * kernel.by_name[statement.source].type.shape[1]
        elif isinstance(statement, k.Compute):
            total = total + times * (8 if statement.op in _HEAVY else 1)
        else:
            total = total + times
    return total


_HEAVY = frozenset(
    ["exp", "log", "log1p", "expm1", "tanh", "erf", "sigmoid", "softplus", "pow", "sin", "cos", "uniform"]
)


def _computed(product: k.Contract) -> Iterator[tuple[k.Statement, Shapelike]]:
    """Statements of the product's prologues, each with the elements of its factor: once, however often they run."""
    for factor, lines in ((product.a, product.rows), (product.b, product.cols)):
        if isinstance(factor, k.Prologue):
            size = dim_product(extent for _, extent in (*product.batch, lines, product.depth))
            yield from ((s, size) for s in factor.body)


def _reading(product: k.Contract) -> int:
    """What it costs to read both factors once, where their sizes are known: most of a product of few rows."""
    # A number comes from the third-level cache in the time of about two multiply-adds in tiles, see below.
    batch = [extent for _, extent in product.batch]
    sizes = (dim_product([*batch, lines[1], product.depth[1]]) for lines in (product.rows, product.cols))
    return sum(size // 8 for size in sizes if isinstance(size, int))


def _sixteenth(depth: Shapelike) -> Shapelike:
    # A fused multiply-add of a product costs about a sixteenth of a scalar operation of an ordinary loop.
    return max(1, depth // 16) if isinstance(depth, int) else depth


def flops(kernel: k.Kernel) -> Shapelike:
    """Floating-point operations: two for each multiply-add of a product, one for each scalar operator."""
    if isinstance(kernel.body, k.Call):
        return 0
    total: Shapelike = 0
    stack: list[tuple[k.Statement, Shapelike]] = [(s, 1) for s in kernel.body]
    while stack:
        statement, times = stack.pop()
        if isinstance(statement, k.For):
            inner = times if statement.kind == "lanes" else times * statement.extent
            stack.extend((s, inner) for s in statement.body)
        elif isinstance(statement, k.Contract):
            elements = times * dim_product(e for _, e in (*statement.batch, statement.rows, statement.cols))
            total = total + elements * statement.depth[1] * 2
            stack.extend((s, elements) for s in statement.epilogue)
            stack.extend((s, times * size) for s, size in _computed(statement))
        elif isinstance(statement, k.Compute | k.Accumulate | k.Partial):
            total = total + times
    return total


def traffic(kernel: k.Kernel) -> Shapelike:
    """Bytes of the buffers a kernel reads and writes, each counted once a direction."""
    total: Shapelike = 0
    for buffer in kernel.buffers:
        total = total + buffer.type.nbytes * (2 if buffer.mode == "inout" else 1)
    return total


def base_of(specs: list[BufferSpec], index: int) -> int:
    """The buffer whose memory a buffer is."""
    alias = specs[index].alias
    while alias is not None:
        index, alias = alias, specs[alias].alias
    return index


def _with_barriers(launches: list[Launch], specs: list[BufferSpec], kernels: list[k.Kernel]) -> list[Launch]:
    """A barrier only where a launch touches what one since the last barrier has written, or writes what it read."""
    out: list[Launch] = []
    read: set[int] = set()
    written: set[int] = set()
    checked = False
    for launch, kernel in zip(launches, kernels, strict=True):
        reads = {base_of(specs, b) for b, p in zip(launch.buffers, kernel.buffers, strict=True) if p.mode != "out"}
        writes = {base_of(specs, b) for b, p in zip(launch.buffers, kernel.buffers, strict=True) if p.mode != "in"}
        state = any(specs[b].role is Role.STATE for b in writes)
        if launch.check is not None:
            writes = set()
        conflict = bool(reads & written or writes & written or writes & read)
        barrier = conflict or (checked and state)
        if barrier:
            read, written, checked = set(), set(), False
        read |= reads
        written |= writes
        checked = checked or launch.check is not None
        out.append(replace(launch, barrier=barrier))
    return out


def _with_lives(specs: list[BufferSpec], launches: list[Launch]) -> list[BufferSpec]:
    """First and last launch of every temporary, widened to whole groups of launches that run without a barrier."""
    group: list[tuple[int, int]] = []
    start = 0
    starts = [i for i, launch in enumerate(launches) if i == 0 or launch.barrier]
    for n, start in enumerate(starts):
        stop = (starts[n + 1] if n + 1 < len(starts) else len(launches)) - 1
        group += [(start, stop)] * (stop - start + 1)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, launch in enumerate(launches):
        for b in launch.buffers:
            base = base_of(specs, b)
            first[base] = min(first.get(base, group[i][0]), group[i][0])
            last[base] = max(last.get(base, group[i][1]), group[i][1])
    out: list[BufferSpec] = []
    for index, spec in enumerate(specs):
        base = base_of(specs, index)
        out.append(replace(spec, first=first.get(base, 0), last=last.get(base, 0)))
    return out
