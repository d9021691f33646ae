"""Values, nodes and graphs: typed SSA with the user's names and source lines.

Values and nodes are immutable and are shared freely between graphs; a pass returns a new graph.
"""

from __future__ import annotations

import contextvars
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from types import FrameType
from typing import Literal, TypeAlias

import numpy as np

from graphc.runtime.errors import DeclarationError, DTypeError
from graphc.runtime.storage import Storage
from graphc.runtime.types import DType, TensorType

from .op import CONSTANT, Attr, Attrs, Op

LeafKind: TypeAlias = Literal["input", "param", "state", "const"]
_serial = itertools.count()


@dataclass(frozen=True)
class Loc:
    """Where a value was declared.

    Attributes:
        file: path as Python gives it.
        line: line number, from 1.
        function: qualified name of the enclosing function, "" at module level.
        scope: path of the layer that was being applied, such as "encoder.0", or "".
    """

    file: str
    line: int
    function: str = ""
    scope: str = ""

    def __str__(self) -> str:
        return f"{PurePath(self.file).name}:{self.line}"

    @property
    def where(self) -> str:
        """``train.py:31, in Net.forward``."""
        return f"{self}, in {self.function}" if self.function else str(self)


class TextLoc(Loc):
    """A place in IR text that was read. Errors name it; printed graphs do not, so that text reads back as it was."""


_location: contextvars.ContextVar[Loc | None] = contextvars.ContextVar("location", default=None)
_scope: contextvars.ContextVar[str] = contextvars.ContextVar("scope", default="")


@contextmanager
def at(loc: Loc | None) -> Iterator[None]:
    """Nodes made inside carry ``loc``; how passes keep the source line of what they replace."""
    token = _location.set(loc)
    try:
        yield
    finally:
        _location.reset(token)


@contextmanager
def scope(path: str) -> Iterator[None]:
    """Nodes made inside belong to the layer ``path``."""
    token = _scope.set(path)
    try:
        yield
    finally:
        _scope.reset(token)


def here() -> Loc | None:
    """The location for a node made now: the one set by :func:`at`, else the innermost frame outside graphc."""
    fixed = _location.get()
    if fixed is not None:
        return fixed
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to a caller's frame
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module != "graphc" and not module.startswith("graphc."):
            code = frame.f_code
            function = "" if code.co_qualname == "<module>" else code.co_qualname.replace(".<locals>", "")
            return Loc(code.co_filename, frame.f_lineno, function, _scope.get())
        frame = frame.f_back
    return None


class Value:
    """A typed value: the result of a node, or a :class:`Leaf`. Compared by identity.

    Attributes:
        type: element type and shape.
        hint: the wished-for name; graphs make names unique when printing.
        node: what computes it, None for a leaf.
        index: which result of the node.
        loc: where it was declared.
    """

    __slots__ = ("__weakref__", "hint", "index", "loc", "node", "type")

    def __init__(self, type: TensorType, hint: str, node: Node | None, index: int, loc: Loc | None) -> None:
        self.type = type
        self.hint = hint
        self.node = node
        self.index = index
        self.loc = loc

    @property
    def dtype(self) -> DType:
        """Element type."""
        return self.type.dtype

    @property
    def op(self) -> str:
        """Name of the operator that makes it; the kind of a leaf."""
        return self.node.op.name if self.node is not None else "leaf"

    @property
    def literal(self) -> float | int | bool | None:
        """Its number when it is a rank-0 constant, else None."""
        if self.node is not None and self.node.op is CONSTANT and not self.type.shape:
            number: float | int | bool = self.node.attrs["value"]
            return number
        return None

    def __repr__(self) -> str:
        return f"%{self.hint}: {self.type}"


class Leaf(Value):
    """A value from outside the graph.

    Attributes:
        kind: "input" is fed at each call; "param" and "state" are bound to storage and may be updated; "const" is
            bound to storage and never changes.
        storage: the memory of a param, state or const; None in parsed text.
    """

    __slots__ = ("kind", "storage")

    def __init__(self, kind: LeafKind, type: TensorType, hint: str, storage: Storage | None = None) -> None:
        super().__init__(type, hint, None, 0, here())
        self.kind: LeafKind = kind
        self.storage = storage

    @property
    def op(self) -> str:
        """The kind: a leaf has no operator."""
        return self.kind


class Node:
    """One application of an operator. Immutable.

    Attributes:
        op: the operator record.
        operands: values read.
        attrs: compile-time attributes.
        results: values made.
        loc: where it was declared.
        serial: creation number; operands always have smaller ones, so it orders a graph.
    """

    __slots__ = ("attrs", "loc", "op", "operands", "results", "serial")

    def __init__(
        self,
        op: Op,
        operands: tuple[Value, ...],
        attrs: Attrs,
        *,
        hint: str | None = None,
        hints: Sequence[str] | None = None,
        types: tuple[TensorType, ...] | None = None,
        loc: Loc | None = None,
    ) -> None:
        self.op = op
        self.operands = operands
        self.attrs: Attrs = dict(attrs)
        self.loc = loc if loc is not None else here()
        self.serial = next(_serial)
        types = types if types is not None else self._infer()
        name = hint or op.name
        hints = hints or ([name] if len(types) == 1 else [f"{name}_{i}" for i in range(len(types))])
        self.results = tuple(Value(t, h, self, i, self.loc) for i, (t, h) in enumerate(zip(types, hints, strict=True)))

    def _infer(self) -> tuple[TensorType, ...]:
        try:
            types = self.op.type_rule(*(v.type for v in self.operands), **self.attrs)
        except DeclarationError as error:
            raise type(error)(explain(self.op.name, str(error), self.operands, self.loc)) from None
        return types if isinstance(types, tuple) else (types,)

    def clone(self, operands: tuple[Value, ...], attrs: Attrs | None = None) -> Node:
        """The same node over other operands of the same types, with the same names and location."""
        return Node(
            self.op,
            operands,
            self.attrs if attrs is None else attrs,
            hints=[r.hint for r in self.results],
            types=tuple(r.type for r in self.results),
            loc=self.loc,
        )

    def __repr__(self) -> str:
        results = ", ".join(f"%{r.hint}" for r in self.results)
        return f"{results} = {self.op.name}({', '.join(f'%{v.hint}' for v in self.operands)})"


_KIND_WORDS = {"input": "input", "param": "parameter", "state": "state", "const": "constant"}


def explain(op: str, message: str, operands: Sequence[Value], loc: Loc | None) -> str:
    """The full text of a declaration error: what, the operands with type and origin, where."""
    names = [f"%{v.hint}" for v in operands]
    for i, name in enumerate(names):
        message = message.replace(f"{{{i}}}", name)
    lines = [f"{op}: {message}"]
    shown = [v for v in dict.fromkeys(operands) if v.literal is None]
    width = max((len(v.hint) + 2 for v in shown), default=0)
    type_width = max((len(str(v.type)) for v in shown), default=0)
    for v in shown:
        kind = _KIND_WORDS.get(v.op, v.op)
        origin = f", {v.loc}" if v.loc else ""
        lines.append(f"  {f'%{v.hint}:':<{width}}  {v.type!s:<{type_width}}  {kind}{origin}")
    if loc is not None:
        lines.append(f"  at {loc.where}")
    return "\n".join(lines)


def constant(value: float | int | bool, dtype: DType) -> Value:
    """A rank-0 constant."""
    typed: float | int | bool
    if dtype is DType.bool:
        typed = bool(value)
    elif dtype.is_integer:
        typed = int(value)
    else:
        typed = float(np.asarray(value, dtype=dtype.numpy)) if dtype is not DType.f64 else float(value)
    return Node(CONSTANT, (), {"value": typed, "dtype": dtype, "shape": ()}).results[0]


def as_values(operands: Sequence[Value | float | bool]) -> tuple[Value, ...]:
    """Operands with Python numbers made constants of the other operands' element type."""
    values = [o for o in operands if isinstance(o, Value)]
    if len(values) == len(operands):
        return tuple(values)
    if not values:
        raise DTypeError("expected at least one tensor among the operands, got numbers only")
    dtype = next((v.dtype for v in values if v.dtype is not DType.bool), DType.bool)
    out: list[Value] = []
    for o in operands:
        if isinstance(o, Value):
            out.append(o)
        elif isinstance(o, float) and not dtype.is_float:
            raise DTypeError(f"expected a whole number beside {dtype} operands, got {o!r}")
        else:
            out.append(constant(o, dtype))
    return tuple(out)


@dataclass(frozen=True, eq=False)
class Graph:
    """A computation from leaves to outputs and state updates.

    Attributes:
        name: identifier.
        inputs: fed at each call, in order.
        states: param, state and const leaves.
        nodes: in topological order.
        outputs: results of a call.
        updates: (leaf, value) pairs written back after all reads.
    """

    name: str
    inputs: tuple[Leaf, ...]
    states: tuple[Leaf, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[Value, ...]
    updates: tuple[tuple[Leaf, Value], ...] = ()

    @staticmethod
    def reach(
        name: str,
        inputs: Iterable[Leaf],
        outputs: Iterable[Value],
        updates: Iterable[tuple[Leaf, Value]] = (),
        states: Iterable[Leaf] = (),
    ) -> Graph:
        """The graph of everything the outputs and updates reach.

        ``states`` gives leaves that keep their place in the order; others follow as they are met. An input leaf that
        is reached but not listed is a DeclarationError.
        """
        inputs, outputs, updates = tuple(inputs), tuple(outputs), tuple(updates)
        roots = [*outputs, *(v for _, v in updates)]
        nodes, leaves = reachable(roots)
        listed = set(inputs)
        for leaf in leaves:
            if leaf.kind == "input" and leaf not in listed:
                raise DeclarationError(
                    f"compile: input {leaf!r} is needed but not listed in inputs"
                    + (f"\n  declared at {leaf.loc.where}" if leaf.loc else "")
                )
        met = dict.fromkeys(leaf for leaf in leaves if leaf.kind != "input")
        met.update(dict.fromkeys(leaf for leaf, _ in updates))
        ordered = [leaf for leaf in dict.fromkeys(states) if leaf in met]
        ordered += [leaf for leaf in met if leaf not in set(ordered)]
        return Graph(name, inputs, tuple(ordered), tuple(nodes), outputs, updates)

    @cached_property
    def names(self) -> Mapping[Value, str]:
        """A unique printable name for every value: its hint, with a suffix only on collision."""
        taken: set[str] = set()
        counts: dict[str, Iterator[int]] = {}
        names: dict[Value, str] = {}
        literals = {n.results[0] for n in self.nodes if n.results[0].literal is not None}
        results = (r for n in self.nodes for r in n.results if r not in literals)
        for value in itertools.chain(self.inputs, self.states, results):
            name = value.hint
            while name in taken:
                name = f"{value.hint}_{next(counts.setdefault(value.hint, itertools.count(1)))}"
            taken.add(name)
            names[value] = name
        return names

    @cached_property
    def users(self) -> Mapping[Value, tuple[Node, ...]]:
        """The nodes that read each value, in order, each once."""
        users: dict[Value, dict[Node, None]] = {}
        for node in self.nodes:
            for operand in node.operands:
                users.setdefault(operand, {})[node] = None
        return {value: tuple(nodes) for value, nodes in users.items()}

    @property
    def dims(self) -> tuple[str, ...]:
        """Named dimensions of the inputs, sorted."""
        return tuple(sorted(frozenset().union(*(leaf.type.names for leaf in self.inputs))))

    def rebuild(
        self,
        visit: Callable[[Node, tuple[Value, ...]], Sequence[Value] | None],
        extra_updates: Callable[[], Iterable[tuple[Leaf, Value]]] = tuple,
    ) -> Graph:
        """A new graph made by visiting every node in order with its operands already replaced.

        ``visit(node, operands)`` returns the replacement of the node's results, or None to copy the node. What becomes
        unreachable is dropped. Nodes made inside carry the visited node's location.
        """
        new: dict[Value, Value] = {}
        for node in self.nodes:
            operands = tuple(new.get(v, v) for v in node.operands)
            with at(node.loc):
                replacement = visit(node, operands)
            if replacement is None:
                replacement = node.clone(operands).results
            new.update(zip(node.results, replacement, strict=True))
        outputs = [new.get(v, v) for v in self.outputs]
        updates = [(leaf, new.get(v, v)) for leaf, v in self.updates]
        return Graph.reach(self.name, self.inputs, outputs, [*updates, *extra_updates()], self.states)

    def __str__(self) -> str:
        from .printer import print_graph  # noqa: PLC0415 - the printer is above; only this convenience looks up at it

        return print_graph(self)


def reachable(roots: Iterable[Value]) -> tuple[list[Node], list[Leaf]]:
    """All nodes (in topological order) and leaves (in order of first use) that the roots depend on. Iterative."""
    seen: set[Node] = set()
    leaves: dict[Leaf, None] = {}
    stack: list[Value] = list(roots)
    for root in stack:
        if isinstance(root, Leaf):
            leaves[root] = None
    while stack:
        value = stack.pop()
        if value.node is not None and value.node not in seen:
            seen.add(value.node)
            stack.extend(value.node.operands)
    nodes = sorted(seen, key=lambda n: n.serial)
    ordered: dict[Leaf, None] = {}
    for node in nodes:
        for operand in node.operands:
            if isinstance(operand, Leaf):
                ordered[operand] = None
    ordered.update(leaves)
    return nodes, list(ordered)


def attr_dims(attr: Attr) -> Iterator[str]:
    """Named dimensions inside an attribute."""
    if isinstance(attr, tuple):
        for part in attr:
            yield from attr_dims(part)
    elif hasattr(attr, "names") and hasattr(attr, "evaluate"):
        yield from attr.names
