"""What comes after what in a growing graph of things, each question answered at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Reachability(Generic[T]):
    """Things with edges to those that come after them; edges are added and things united, never removed.

    Each thing has a bit, and a number that holds the bits of all that come after it: Python's integers unite thousands
    of them at a stroke. A search would walk a deep network's whole way to the loss and back for every value of it.
    """

    def __init__(self) -> None:
        self._bits: dict[T, int] = {}  # several where things were united
        self._after: dict[T, int] = {}
        self._before: dict[T, set[T]] = {}  # from where edges come
        self._parts: dict[T, T] = {}  # what became part of what
        self._count = 0

    def add(self, thing: T, after: Iterable[T]) -> None:
        """Let ``after``, all of them added before, come after ``thing``."""
        self._note(thing)
        found = 0
        for other in after:
            if other is not thing:
                found |= self._bits[other] | self._after[other]
                self._before[other].add(thing)
        self._spread(thing, found)

    def unite(self, whole: T, part: T) -> None:
        """Make ``part`` a part of ``whole``; neither comes after the other."""
        self._bits[whole] |= self._bits.pop(part)
        self._before[whole] |= self._before.pop(part)
        self._parts[part] = whole
        after = self._after.pop(part) | self._after[whole]
        self._after[whole] = after
        for thing in self._before[whole]:
            self._spread(self._now(thing), after)

    def reaches(self, start: Iterable[T], target: T) -> bool:
        """True when ``target`` is one of ``start`` or comes after one of them."""
        bits = self._bits[target]
        return any(thing is target or self._after[thing] & bits for thing in start)

    def _note(self, thing: T) -> None:
        if thing not in self._bits:
            self._bits[thing] = 1 << self._count
            self._after[thing] = 0
            self._before[thing] = set()
            self._count += 1

    def _now(self, thing: T) -> T:
        while thing in self._parts:
            thing = self._parts[thing]
        return thing

    def _spread(self, thing: T, after: int) -> None:
        """What comes after a thing comes after all that come before it."""
        stack = [thing]
        while stack:
            thing = stack.pop()
            known = self._after[thing]
            if known | after != known:
                self._after[thing] = known | after
                stack.extend(self._now(before) for before in self._before[thing])
