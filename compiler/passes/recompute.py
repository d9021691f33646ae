"""Store or recompute: whether a value that other kernels read is stored, or computed again in each of them.

Decided after clusters have grown, by an estimate of the bytes that either way moves. The *cone* of a value is the
operators that compute it from its *sources*, which are in memory.

- Storing a value costs its bytes once written and once read by each other kernel, and what its own kernel does for
  nothing else: reading sources, and the operators.
- Computing it again costs, in each kernel that needs it, the bytes of those sources that the kernel does not read
  anyway, and those operators that it does not compute anyway. Sources are leaves, stored values, and what the value's
  own kernel has once a row or column, such as results of reductions: that is then stored for the purpose, which counts
  too. A state that the step overwrites counts three times, since it is copied where kernels need it later.

A kernel that uses a part of the value (a slice) reads or computes that part; one that spreads it (a broadcast) reads it
once, but computes it for every element. Operators count as the bytes that memory moves meanwhile; :class:`Balance` has
the figures. Named dimensions have their usual extent.

There is no choice for outputs, updates, and what products, gathers and padding read: that is stored anyway; nor where a
cone has a product or a gather. Random numbers, and masks made of nothing else, are never stored. Ties go to computing
again, which takes less memory.

Values are judged in the order of the graph, so that it is known which of their sources are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final

from graphc.compiler.ir import Gather, IndexValue, Node, Scalar, Value
from graphc.runtime.types import DType, Shapelike, usual

from .clustering import Clustering
from .clusters import EXPENSIVE, Choice, Cluster, is_free, is_product, is_reduction, is_view, reads_memory

RANDOM: Final = "uniform"
DIVISIONS: Final = frozenset({"div", "reciprocal", "remainder", "rsqrt", "sqrt"})
AT_HAND: Final = 16 * 1024 * 1024  # bytes of a value that is still in a cache when it is read
LAUNCH: Final = 32 * 1024  # what a kernel costs that does nothing else: 0.15 microseconds
OVERWRITTEN: Final = 3  # times a source counts that the step overwrites: it may have to be copied


@dataclass(frozen=True)
class Balance:
    """What work on four bytes costs, in the bytes that one thread moves meanwhile; on eight it is twice that.

    Attributes:
        cheap: a vector instruction or two: 0.01 ns a number, in part while loads are waited for.
        division: a division or a root: 0.06 ns.
        function: an exponential, a logarithm, a random number, ...: 0.16 ns and more.
        across: reading down columns, where a transpose is read through: 0.06 ns and more.
        packing: making bytes of truth values to store them: 0.04 ns.
    """

    cheap: int
    division: int
    function: int
    across: int
    packing: int


NEAR: Final = Balance(cheap=1, division=12, function=32, across=12, packing=8)  # 200 bytes a ns, from caches
FAR: Final = Balance(cheap=1, division=3, function=8, across=3, packing=2)  # 40 bytes a ns, from memory


@dataclass(frozen=True)
class _Cone:
    """What computes a value.

    Attributes:
        nodes: its operators.
        made: sources that are stored only if the value is not.
        random: whether these are random numbers, or a mask made of nothing else.
    """

    nodes: Mapping[Node, None]
    made: tuple[Value, ...]
    random: bool


@dataclass(frozen=True)
class _Work:
    """What a kernel does for the values it stores: copied operators may be left unused."""

    computed: Set[Node]
    read: Set[Value]


def store_or_recompute(clustering: Clustering) -> None:
    """Let kernels compute values again that others would store for them, where that moves fewer bytes.

    Changes the clusters, and notes in ``clustering.choices`` what was decided where there was a choice.
    """
    judge = _Judge(clustering)
    stored = clustering.materialized - clustering.external
    for node in clustering.graph.nodes:
        for value in node.results:
            if value in stored and isinstance(node.op.lower_cpu, Scalar):
                judge.decide(value)


class _Judge:
    """Estimates both ways for one value at a time, with everything decided so far."""

    def __init__(self, clustering: Clustering) -> None:
        self.clustering = clustering
        self.graph = clustering.graph
        self.updated = {leaf for leaf, _ in clustering.graph.updates}

    def decide(self, value: Value) -> None:
        """Choose for a value that is stored for other kernels only, and do it."""
        assert value.node is not None
        cone = self._cone(value)
        if cone is None:
            return
        choice = self.clustering.choices[value] = self._choose(value, cone)
        if choice.again:
            for reader in self._readers(value):
                self.clustering.repeat(cone.nodes, reader)
            self.clustering.materialized.discard(value)
            self.clustering.materialized.update(cone.made)
            return
        reason = choice.why or f"computing it again costs {choice.recomputing} bytes, storing it {choice.storing}"
        for reader in sorted(self._readers(value), key=lambda c: c.nodes[-1].serial):
            self.clustering.refuse(value.node, reader, reason)

    def _readers(self, value: Value) -> list[Cluster]:
        assert value.node is not None
        home = self.clustering.home[value.node]
        return [c for c in self.clustering.readers.get(value.node, ()) if c is not home]

    def _cone(self, value: Value) -> _Cone | None:
        """What to repeat of the kernel that makes the value; None where that cannot be repeated."""
        assert value.node is not None
        home, stored = self.clustering.home[value.node], self.clustering.materialized
        each = home.levels[value.node] == "full"

        def is_made(node: Node) -> bool:
            """True for results of reductions, and what the kernel has once where it has many elements of the value."""
            own = self.clustering.home.get(node) is home
            return own and (is_reduction(node) or (each and home.levels[node] == "outer"))

        nodes: dict[Node, None] = {}
        sources: dict[Value, None] = {}
        made: dict[Value, None] = {}
        stack = [value.node]
        while stack:
            member = stack.pop()
            if is_product(member) or isinstance(member.op.lower_cpu, Gather):
                return None
            nodes[member] = None
            for operand in member.operands:
                source = operand.node
                if source is None or source not in home.levels or operand in stored:
                    sources[operand] = None
                elif is_made(source):
                    made[operand] = None
                elif source not in nodes:
                    stack.append(source)
        states = {operand for n in nodes if n.op.name == RANDOM for operand in n.operands}
        others = (v for v in (*sources, *made) if v not in states)
        random = bool(states) and all(v.type.rank < value.type.rank for v in others)
        return _Cone(nodes, tuple(made), random)

    def _choose(self, value: Value, cone: _Cone) -> Choice:
        clustering = self.clustering
        balance = NEAR if usual(value.type.nbytes) <= AT_HAND else FAR
        storing = self._cost_of_making(value, cone, balance)
        recomputing: Shapelike = sum(v.type.nbytes for v in cone.made)
        crowded = False
        for reader in self._readers(value):
            outputs = clustering.stored(reader)
            now, then = self._work(reader, outputs), self._work(reader, outputs, cone.nodes)
            if value not in now.read:
                continue
            elements = self._elements(value, now)
            storing += self._bytes([value], elements)
            recomputing += self._bytes(then.read - now.read, elements)
            recomputing += sum(_cost(n, balance) for n in then.computed - now.computed) * elements
            crowded = crowded or len(reader.levels.keys() | cone.nodes.keys()) > clustering.max_nodes
        if cone.random:
            return Choice(True, storing, recomputing, "random numbers are never stored")
        if crowded:
            why = f"a kernel that needs it would have more than {clustering.max_nodes} operators"
            return Choice(False, storing, recomputing, why)
        return Choice(usual(recomputing) <= usual(storing), storing, recomputing)

    def _cost_of_making(self, value: Value, cone: _Cone, balance: Balance) -> Shapelike:
        """What its own kernel spends on a value that is stored for others, and would not spend otherwise."""
        assert value.node is not None
        home = self.clustering.home[value.node]
        outputs = self.clustering.stored(home)
        others = [*(v for v in outputs if v is not value), *cone.made]
        work, rest = self._work(home, outputs), self._work(home, others)
        cost = value.type.nbytes + self._bytes(work.read - rest.read)
        cost += sum(_cost(n, balance) * n.results[0].type.size for n in work.computed - rest.computed)
        if value.dtype is DType.bool:
            cost += value.type.size * balance.packing
        return cost if others else cost + LAUNCH

    def _work(self, cluster: Cluster, outputs: Iterable[Value], copied: Mapping[Node, None] | None = None) -> _Work:
        """What the kernel does for the values, with some operators copied into it."""
        inside = cluster.levels.keys() | copied.keys() if copied else cluster.levels.keys()
        computed: set[Node] = set()
        read: set[Value] = set()
        stack = [value.node for value in outputs]
        while stack:
            node = stack.pop()
            if node is None or node in computed:
                continue
            computed.add(node)
            for operand in node.operands:
                if operand.node in inside and not reads_memory(node):
                    stack.append(operand.node)
                elif operand.literal is None:
                    read.add(operand)
        return _Work(computed, read)

    def _bytes(self, values: Iterable[Value], most: Shapelike | None = None) -> Shapelike:
        """Bytes to read values, ``most`` elements of each."""
        total: Shapelike = 0
        for value in values:
            size = value.type.size if most is None else min(value.type.size, most, key=usual)
            total += size * value.dtype.itemsize * (OVERWRITTEN if value in self.updated else 1)
        return total

    def _elements(self, value: Value, work: _Work) -> Shapelike:
        """How many elements of the value a kernel needs, each time it needs one counted."""
        found: list[Shapelike] = []
        stack = [value]
        while stack:
            seen = stack.pop()
            users = [user for user in self.graph.users.get(seen, ()) if user in work.computed]
            views = [user.results[0] for user in users if is_view(user)]
            stack += views
            if len(views) < len(users) or not users:
                found.append(seen.type.size)
        return max(found, key=usual)


def _cost(node: Node, balance: Balance) -> int:
    """What an operator costs on each element of its result."""
    if is_view(node):
        axes = node.attrs["axes"] if node.op.name == "permute_dims" else (0,)
        return balance.across if axes and axes[-1] != len(axes) - 1 else 0
    if is_free(node) and not isinstance(node.op.lower_cpu, IndexValue):
        return 0
    words = max(1, max(v.dtype.itemsize for v in (*node.operands, *node.results)) // 4)
    if node.op.name in DIVISIONS:
        return balance.division * words
    return (balance.function if node.op.name in EXPENSIVE else balance.cheap) * words
