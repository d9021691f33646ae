"""What a system that is measured has to offer, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .workloads import Arrays, Workload


@dataclass(frozen=True)
class Setting:
    """The conditions of a measurement.

    Attributes:
        threads: for computing.
        cache: a directory for compiled code; empty, or filled by a process before this one.
    """

    threads: int
    cache: Path


class Stepper(Protocol):
    """A workload, ready to run in one system."""

    def outcome(self) -> list[float]:
        """Take one step (one call of an epoch) and give what it computes.

        The loss of a training step; every loss of an epoch; the logits of a prediction; for a product or a blend
        :func:`graphc.bench.witness.digest` of the result.
        """

    def steps(self, count: int) -> None:
        """Take ``count`` steps (calls of an epoch); everything is computed when this returns."""


class Peer(Protocol):
    """A module of :mod:`graphc.bench.peers`. Importing it imports the system."""

    def prepare(self, workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
        """Build and compile, or leave that to the first step."""
