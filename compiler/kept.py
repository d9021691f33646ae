"""Programs kept between processes: what passes and planner made of a declared graph, found again by its digest.

A later process that declares the same graph needs none of them to run it. What they made on the way is made again when
somebody asks for it.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graphc.runtime.codecache import CacheWarning, CodeCache
from graphc.runtime.errors import CompileError
from graphc.runtime.program import KernelCode, Program, Role
from graphc.runtime.storage import Storage
from graphc.runtime.types import Dim, DType, TensorType

from .ir import Attr, Graph, Leaf, Value
from .lowering.cached import compiled_before, identity
from .ops import OPS

if TYPE_CHECKING:
    from .pipeline import Work

_SUFFIX = ".program"
_ALONE = (bool, int, float, str, type(None), DType, Dim, np.bool_, np.integer, np.floating)


@dataclass(frozen=True)
class _Record:
    """What is kept of a compiled graph.

    Attributes:
        program: without the kernels' code.
        kernels: keys of the kernels in the cache, by name.
        states: for each state's buffer which of the graph's leaves it is.
        constants: types and bytes of those that no leaf of the graph is.
        updated: which of the graph's leaves a call changes.
    """

    program: Program
    kernels: Mapping[str, str]
    states: Mapping[str, int]
    constants: Mapping[str, tuple[TensorType, bytes]]
    updated: tuple[int, ...]


@dataclass(frozen=True)
class Kept:
    """A program that was compiled before, ready to run.

    Attributes:
        program: what the runtime executes.
        states: storage of every state, by its buffer's name.
        updated: the leaves a call changes.
    """

    program: Program
    states: Mapping[str, Storage]
    updated: tuple[Leaf, ...]


@cache
def _sources() -> bytes:
    """Digest of the sources that decide what becomes of a graph."""
    digest = hashlib.sha256(identity().encode())
    compiler = Path(__file__).parent
    for folder in (compiler, compiler.with_name("runtime")):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


def digest_of(graph: Graph, rng: Leaf | None, options: Sequence[object]) -> str | None:
    """A word for all that decides what becomes of a graph; None where an attribute cannot be told in words.

    Args:
        graph: as declared.
        rng: the random state.
        options: of the compilation, with exact texts.
    """
    words: list[str] = [graph.name, repr(options)]
    try:
        words += _words(graph, rng)
    except _NoWordError:
        return None
    return f"program_{hashlib.sha256(_sources() + repr(words).encode()).hexdigest()[:24]}"


class _NoWordError(Exception):
    pass


def _words(graph: Graph, rng: Leaf | None) -> Iterator[str]:
    number: dict[Value, int] = {}
    for leaf in (*graph.inputs, *_leaves(graph, rng)):
        number[leaf] = len(number)
        yield f"{leaf.kind} {leaf.hint} {leaf.type}"
    for node in graph.nodes:
        if OPS.get(node.op.name) is not node.op:
            raise _NoWordError
        for result in node.results:
            number[result] = len(number)
        results = ",".join(f"{r.hint} {r.type}" for r in node.results)
        attributes = ",".join(f"{name}={_word(value)}" for name, value in node.attrs.items())
        where = node.loc.where if node.loc else ""
        yield f"{results}={node.op.name}{[number[v] for v in node.operands]}{{{attributes}}}{where}"
    yield f"{[number[v] for v in graph.outputs]}{[(number[leaf], number[v]) for leaf, v in graph.updates]}"


def _word(value: Attr) -> str:
    if isinstance(value, _ALONE):
        return f"{type(value).__name__}:{value!r}"
    if isinstance(value, tuple):
        return f"({','.join(map(_word, value))})"
    raise _NoWordError


def _leaves(graph: Graph, rng: Leaf | None) -> tuple[Leaf, ...]:
    """States in an order that does not depend on anything but the graph."""
    return graph.states if rng is None or rng in graph.states else (*graph.states, rng)


def keep(digest: str, cache: CodeCache, graph: Graph, rng: Leaf | None, work: Work) -> None:
    """Keep what a graph became. A :class:`~graphc.runtime.codecache.CacheWarning` says where there is no room at all.

    Args:
        digest: of the graph.
        cache: where to.
        graph: as declared.
        rng: the random state.
        work: what was made of it.
    """
    place = {leaf: index for index, leaf in enumerate(_leaves(graph, rng))}
    bound, constants = {}, {}
    for name, leaf in work.state_leaves.items():
        if leaf in place:
            bound[name] = place[leaf]
        else:
            assert leaf.storage is not None
            constants[name] = leaf.type, leaf.storage.array.tobytes()
    kernels = {name: kernel.key for name, kernel in work.kernels.items()}
    updated = tuple(place[leaf] for leaf in work.updated)
    record = _Record(work.plan.program, kernels, bound, constants, updated)
    try:
        cache.put(digest, _SUFFIX, pickle.dumps(record))
    except CompileError as error:  # the program is whole without
        warnings.warn(f"{error}\n  the next start compiles {graph.name} again", CacheWarning, stacklevel=2)


def find(digest: str, cache: CodeCache, graph: Graph, rng: Leaf | None) -> Kept | None:
    """What was kept of a graph; None where that, or one of the kernels it needs, is not in the cache."""
    data = cache.get(digest, _SUFFIX)
    if data is None:
        return None
    record: _Record = pickle.loads(data)  # trusted as the machine code beside it is
    code: dict[str, KernelCode] = {}
    for name, key in record.kernels.items():
        found = compiled_before(name, key, cache)
        if found is None:
            return None
        code[name] = found
    leaves = _leaves(graph, rng)
    states: dict[str, Storage] = {}
    for name, index in record.states.items():
        storage = leaves[index].storage
        if storage is None:
            return None  # parsed text: the way through the passes says what is missing
        states[name] = storage
    for name, (type, content) in record.constants.items():
        shape = type.concrete({})
        states[name] = Storage(type, np.frombuffer(content, type.dtype.numpy).reshape(shape))
    assert all(b.name in states for b in record.program.buffers if b.role is Role.STATE and b.alias is None)
    return Kept(replace(record.program, kernels=code), states, tuple(leaves[i] for i in record.updated))
