"""``program.explain_fusion``: every producer and its readers: in one kernel, or the rule that kept them apart.

Where a value might have been stored or computed again in its readers, both costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphc.compiler.compiled import Compiled
from graphc.compiler.ir import Gather, Graph, Node, Routine, SameMemory, Value, View
from graphc.compiler.passes import Cluster, Part, is_free, is_product
from graphc.runtime.errors import DeclarationError
from graphc.runtime.types import Shapelike

from .provenance import Provenance, provenance
from .recomputation import Decision, decision_table, decisions
from .tables import Column, Table, byte_text, expression, number


@dataclass(frozen=True)
class Edge:
    """A value that one operator makes and others read.

    Attributes:
        value: its name in the simplified graph.
        type: its type, as text.
        producer: the operator that makes it.
        consumers: names of the values that are made from it.
        source: index of the launch that makes it; None where it is computed in each reader.
        target: index of the launch that reads it.
        fused: True when it stays in registers, or in a thread's own small array.
        rule: why it was stored; "" for a fused edge.
        read: bytes read because it is stored.
        written: bytes written because it is stored; counted at the first reader, and 0 for outputs and updates, which
            are written anyway.
    """

    value: str
    type: str
    producer: str
    consumers: tuple[str, ...]
    source: int | None
    target: int
    fused: bool
    rule: str
    read: Shapelike
    written: Shapelike

    @property
    def bytes(self) -> Shapelike:
        """What keeping the two apart costs."""
        return self.read + self.written


@dataclass(frozen=True)
class FusionReport:
    """All edges of a program's simplified graph. ``print`` shows them, the stored ones with their rule and cost.

    Attributes:
        program: its name.
        edges: in order of the graph.
        kernels: name and operators of each launch.
        decisions: values that were stored or computed again, where that was a question.
        dims: values of named dimensions, for costs as numbers; empty for formulas.
    """

    program: str
    edges: tuple[Edge, ...]
    kernels: tuple[tuple[str, tuple[str, ...]], ...]
    decisions: tuple[Decision, ...]
    dims: Mapping[str, int]

    @property
    def stored(self) -> tuple[Edge, ...]:
        """Edges through memory."""
        return tuple(edge for edge in self.edges if not edge.fused)

    def between(self, producer: str, consumer: str) -> Edge:
        """The edge from one value to another.

        Raises:
            DeclarationError: no such edge.
        """
        for edge in self.edges:
            if edge.value == producer and consumer in edge.consumers:
                return edge
        known = sorted({edge.value for edge in self.edges})
        raise DeclarationError(f"explain_fusion: no edge from {producer!r} to {consumer!r}; values: {', '.join(known)}")

    def decision(self, value: str) -> Decision:
        """What was decided on a value.

        Raises:
            DeclarationError: there was no choice: it stays in its kernel, must be stored, or cannot be repeated.
        """
        for decision in self.decisions:
            if decision.value == value:
                return decision
        known = ", ".join(sorted(d.value for d in self.decisions)) or "none"
        raise DeclarationError(f"explain_fusion: no choice about {value!r}; values with one: {known}")

    def is_fused(self, producer: str, consumer: str) -> bool:
        """Whether a value reaches another without going through memory."""
        return self.between(producer, consumer).fused

    def assert_fused(self, producer: str, consumer: str) -> None:
        """For tests of networks: AssertionError, with the rule and the bytes, when a value goes through memory."""
        edge = self.between(producer, consumer)
        if not edge.fused:
            cost = f"{edge.rule} ({self._size(edge.bytes)} a step)"
            raise AssertionError(f"%{producer} goes through memory on its way to %{consumer}: {cost}")

    def table(self) -> Table:
        """The edges through memory."""
        rows = [
            (
                f"%{edge.value}",
                edge.type,
                f"#{edge.source} → #{edge.target}" if edge.source is not None else f"→ #{edge.target}",
                self._size(edge.written),
                self._size(edge.read),
                edge.rule,
            )
            for edge in self.stored
        ]
        columns = (
            Column("value", least=12),
            Column("type", rank=1),
            Column("launches"),
            Column("written", right=True),
            Column("read", right=True),
            Column("because", least=44),
        )
        total: Shapelike = 0
        for edge in self.stored:
            total = total + edge.bytes
        return Table(columns, tuple(rows), "through memory", ("", f"together {self._size(total)} a step"))

    def text(self, width: int | None = None) -> str:
        """Kernels with what was fused into them, what goes through memory, what was stored or computed again."""
        fused, operators = len(self.edges) - len(self.stored), sum(len(ops) for _, ops in self.kernels)
        dims = ", ".join(f"{name}={value}" for name, value in self.dims.items())
        lines = [
            f"fusion of {self.program}" + (f" ({dims})" if dims else ""),
            f"{operators} operators in {len(self.kernels)} launches; {fused} of {len(self.edges)} edges inside one",
            "",
        ]
        index_width = len(f"#{len(self.kernels) - 1}")
        name_width = max((len(name) for name, _ in self.kernels), default=0)
        for index, (name, ops) in enumerate(self.kernels):
            lines.append(f"{f'#{index}':>{index_width}}  {name:<{name_width}}  {_chain(ops)}".rstrip())
        return "\n".join([*lines, *(line for table in self._tables() for line in ("", table.text(width)))])

    def _tables(self) -> list[Table]:
        tables = [self.table()] if self.stored else []
        return [*tables, decision_table(self.decisions, self._size)] if self.decisions else tables

    def _size(self, size: Shapelike) -> str:
        if self.dims or isinstance(size, int):
            count = number(size, dict(self.dims))
            return byte_text(count) if count else "-"
        return expression(size)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "program": self.program,
            "dims": dict(self.dims),
            "edges": [
                {
                    "value": edge.value,
                    "type": edge.type,
                    "producer": edge.producer,
                    "consumers": list(edge.consumers),
                    "from": edge.source,
                    "to": edge.target,
                    "fused": edge.fused,
                    "rule": edge.rule,
                    "read": str(edge.read),
                    "written": str(edge.written),
                }
                for edge in self.edges
            ],
            "decisions": [decision.to_json() for decision in self.decisions],
        }

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return "".join(table.html() for table in self._tables())


def _chain(ops: tuple[str, ...]) -> str:
    """``matmul → add → relu``; the middle of a long one is counted."""
    if len(ops) > 9:
        ops = (*ops[:4], f"{len(ops) - 8} more", *ops[-4:])
    return " → ".join(ops)


def explain_fusion(compiled: Compiled, dims: Mapping[str, int], known: Provenance | None = None) -> FusionReport:
    """Every edge of the graph that was fused."""
    known = known or provenance(compiled)
    launch = {node: index for index, node in enumerate(compiled.plan.nodes)}
    kernels = tuple((node.attrs["kernel"].name, node.attrs["kernel"].ops) for node in compiled.plan.nodes)
    edges = tuple(_Edges(known, launch).all())
    return FusionReport(compiled.program.name, edges, kernels, decisions(known.trace), dict(dims))


class _Edges:
    def __init__(self, known: Provenance, launch: Mapping[Node, int]) -> None:
        self.clustering = known.trace.clustering
        self.graph: Graph = known.trace.prepared
        self.launch: dict[Cluster | Node, int] = {
            m: launch[call] for call, m in known.members.items() if call in launch
        }
        self.inside: dict[Node, list[Cluster]] = {}
        self.makers: dict[Part, int] = {}  # launches that make partial results of reductions
        for cluster, index in self.launch.items():
            if isinstance(cluster, Cluster):
                self.makers.update(dict.fromkeys(cluster.makes.values(), index))
                for node in cluster.levels:
                    self.inside.setdefault(node, []).append(cluster)
        self.reasons = {(n, self._final(c)): reason for (n, c), reason in self.clustering.reasons.items()}

    def _final(self, cluster: Cluster) -> Cluster:
        while cluster in self.clustering.merged:
            cluster = self.clustering.merged[cluster]
        return cluster

    def all(self) -> Iterator[Edge]:
        for node in self.graph.nodes:
            if node.results[0].literal is not None or self._passes_on(node):
                continue
            for value in node.results:
                yield from self._of(node, value)

    def _of(self, node: Node, value: Value) -> Iterator[Edge]:
        readers: dict[Cluster | Node, dict[str, Node]] = {}
        for user, path in self._users(value):
            for place in self._homes(user):
                name = self.graph.names.get(user.results[0], user.results[0].hint)
                part = place.combines.get(user) if isinstance(place, Cluster) else None
                if part is None:
                    readers.setdefault(place, {}).setdefault(name, path)
                else:
                    yield from self._of_part(node, value, name, part, self.launch[place])
        written = 0 if value in self.clustering.external_results else value.type.nbytes
        home = self.clustering.home.get(node)
        source = self.launch.get(home if home is not None else node)
        for reader, consumers in readers.items():
            inside = isinstance(reader, Cluster) and node in reader.levels
            rule = "" if inside else self._rule(node, reader, list(consumers.values()))
            yield Edge(
                value=self.graph.names.get(value, value.hint),
                type=str(value.type),
                producer=node.op.name,
                consumers=tuple(consumers),
                source=source,
                target=self.launch[reader],
                fused=inside,
                rule=rule,
                read=0 if inside else value.type.nbytes,
                written=0 if inside else written,
            )
            if not inside:
                written = 0

    def _of_part(self, node: Node, value: Value, consumer: str, part: Part, target: int) -> Iterator[Edge]:
        """A reduction that is begun in a product's kernel: the value stays there, the partial results are stored."""
        name, type, maker = self.graph.names.get(value, value.hint), part.value.type, self.makers[part]
        yield Edge(name, str(value.type), node.op.name, (consumer,), maker, maker, True, "", 0, 0)
        yield Edge(
            value=f"{consumer}_parts",
            type=str(type),
            producer=node.op.name,
            consumers=(consumer,),
            source=maker,
            target=target,
            fused=False,
            rule="the product's kernel leaves partial results",
            read=type.nbytes,
            written=type.nbytes,
        )

    def _users(self, value: Value) -> Iterator[tuple[Node, Node]]:
        """Operators that use the value, through views and reshapes, each with the node that reads it directly."""
        stack = [(user, user) for user in self.graph.users.get(value, ())]
        seen = {user for user, _ in stack}
        while stack:
            user, first = stack.pop()
            if not self._passes_on(user):
                yield user, first
                continue
            for result in user.results:
                for following in self.graph.users.get(result, ()):
                    if following not in seen:
                        seen.add(following)
                        stack.append((following, first))

    def _passes_on(self, node: Node) -> bool:
        """Views, reshapes and positions, unless they are stored: a kernel of their own, or beside their source."""
        free = is_free(node) or isinstance(node.op.lower_cpu, SameMemory)
        return free and node not in self.clustering.home

    def _homes(self, user: Node) -> list[Cluster | Node]:
        if user in self.launch:
            return [user]
        return [cluster for cluster in self.inside.get(user, ()) if cluster in self.launch]

    def _rule(self, node: Node, reader: Cluster | Node, direct: list[Node]) -> str:
        if isinstance(node.op.lower_cpu, Routine):
            return f"{node.op.name} is a routine of its own"
        if isinstance(reader, Node):
            return f"{reader.op.name} is a routine of its own"
        if any(is_product(user) for user in direct):
            return self.reasons.get((node, reader), "a product reads its operands many times over")
        if any(isinstance(user.op.lower_cpu, SameMemory) for user in direct):
            return "a reshape is another view of stored memory"
        home = self.clustering.home.get(node)
        if home is not None and node in home.turned:
            return "its kernel stores it both ways, for this reader"
        reason = self.reasons.get((node, reader))
        if reason:
            return reason
        if any(isinstance(user.op.lower_cpu, Gather | View) for user in direct):
            return "it is read at other places than it is made"
        others = (user for value in node.results for user, _ in self._users(value))
        if home is not None and any(user in home.levels for user in others):
            return "it is made in the kernel of another reader, and stored for this one"
        return "another reader of it must run before this kernel"
