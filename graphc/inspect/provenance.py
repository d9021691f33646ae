"""Who owns what: from each kernel call back to the operators it was fused from and the user's lines.

The compiler keeps names and lines in every graph, but not which nodes went into which kernel; that is found by fusing
the simplified graph once more, which gives the same kernels in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from graphc.compiler.compiled import Compiled
from graphc.compiler.ir import CONSTANT, Graph, Loc, Node, TextLoc
from graphc.compiler.ops.fused import FUSED
from graphc.compiler.passes import Cluster, Fuse, Trace, UpdateInPlace


@dataclass(frozen=True, order=True)
class Line:
    """A line of the user's program.

    Attributes:
        file: as Python gives it.
        line: from 1.
        function: the enclosing function, "" at module level.
        scope: the layer that was being applied, such as ``encoder.0``, or "".
    """

    file: str
    line: int
    function: str = ""
    scope: str = ""

    def __str__(self) -> str:
        scope = f" [{self.scope}]" if self.scope else ""
        return f"{PurePath(self.file).name}:{self.line}{scope}"


@dataclass(frozen=True)
class Origin:
    """What a kernel call was made of.

    Attributes:
        nodes: nodes of the simplified graph, in order; empty for copies that only exist to keep updates apart.
        lines: the user's lines they come from, each once.
    """

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


def line_of(loc: Loc | None) -> Line | None:
    """The user's line; None for text that was read and for what has no place."""
    if loc is None or isinstance(loc, TextLoc):
        return None
    return Line(loc.file, loc.line, loc.function, loc.scope)


def lines_of(nodes: Iterable[Node]) -> tuple[Line, ...]:
    """The lines of nodes, each once, in order."""
    found = (line_of(node.loc) for node in nodes)
    return tuple(dict.fromkeys(line for line in found if line is not None))


def lines_text(lines: Iterable[Line]) -> str:
    """``net.py:13 [0, 1], :15``: layers gathered by line, a file's name only where it changes."""
    layers: dict[tuple[str, int], list[str]] = {}
    for line in lines:
        known = layers.setdefault((line.file, line.line), [])
        known += [line.scope] if line.scope else []
    texts: list[str] = []
    last = ""
    for (file, number), scopes in layers.items():
        name = "" if file == last else PurePath(file).name
        texts.append(f"{name}:{number}" + (f" [{', '.join(scopes)}]" if scopes else ""))
        last = file
    return ", ".join(texts)


@dataclass(frozen=True)
class Provenance:
    """How the simplified graph became kernel calls.

    Attributes:
        trace: the fusion.
        calls: kernel calls of the fused graph, in its order.
        members: the cluster, or the one node, that each call stands for; none for copies made at the end.
        origins: the same as nodes of the simplified graph and lines.
        simplified: for each node of the graph that was fused, the node of the simplified graph it is a copy of.
    """

    trace: Trace
    calls: tuple[Node, ...]
    members: Mapping[Node, Cluster | Node]
    origins: Mapping[Node, Origin]
    simplified: Mapping[Node, Node]


def provenance(compiled: Compiled) -> Provenance:
    """Trace a compilation."""
    simplified, fused = compiled.graphs["simplified"], compiled.graphs["fused"]
    calls = tuple(node for node in fused.nodes if node.op is FUSED)
    trace, order = _fuse_again(simplified, Fuse())
    if [n.attrs["kernel"].ops for n in order] != [n.attrs["kernel"].ops for n in calls[: len(order)]]:
        trace, order = _fuse_again(simplified, Fuse(enabled=False))
    copies = _copies(simplified, trace.prepared)
    origins = {call: Origin((), lines_of([call])) for call in calls}
    members = {call: trace.members[node] for call, node in zip(calls, order, strict=False)}
    for call, member in members.items():
        nodes = tuple(copies.get(n, n) for n in ([member] if isinstance(member, Node) else member.nodes))
        origins[call] = Origin(nodes, lines_of(n for n in nodes if n.op is not CONSTANT) or lines_of([call]))
    return Provenance(trace, calls, members, origins, copies)


def _fuse_again(simplified: Graph, fuse: Fuse) -> tuple[Trace, list[Node]]:
    """The fusion, and its kernel calls in their final order."""
    trace = fuse.trace(simplified)
    return trace, [node for node in UpdateInPlace().arrange(trace.fused)[0] if node.op is FUSED]


def _copies(simplified: Graph, prepared: Graph) -> dict[Node, Node]:
    """Preparing for fusion drops constants that become leaves and appends copies; everything else keeps its order."""
    found: dict[Node, Node] = {}
    rest = iter(simplified.nodes)
    for new in prepared.nodes:
        old = next((n for n in rest if n.op is new.op and n.results[0].hint == new.results[0].hint), None)
        if old is None:
            break
        found[new] = old
    return found
