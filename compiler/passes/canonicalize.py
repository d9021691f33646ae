"""Canonicalization: local laws, applied until none applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from graphc.compiler.ir import Graph

from .base import Rewrite, rewrite_greedily
from .rules_arithmetic import ARITHMETIC_RULES
from .rules_elementwise import ELEMENTWISE_RULES
from .rules_reduce import REDUCE_RULES
from .rules_reshape import RESHAPE_RULES
from .rules_shape import SHAPE_RULES

CANONICAL_RULES: Final[tuple[Rewrite, ...]] = (
    *SHAPE_RULES,
    *ELEMENTWISE_RULES,
    *ARITHMETIC_RULES,
    *REDUCE_RULES,
    *RESHAPE_RULES,
)


@dataclass(frozen=True)
class Canonicalize:
    """Bring the graph into the form the later passes expect: no neutral operations, constants last and merged.

    Comes after differentiation only: a law may replace a value one differentiates by. It runs before and after
    Decompose, for laws about softmax and laws about its parts.

    Attributes:
        rules: the laws, tried in order.
    """

    name: ClassVar[str] = "canonicalize"
    rules: tuple[Rewrite, ...] = CANONICAL_RULES

    def run(self, graph: Graph) -> Graph:
        """The simplified graph; the same graph when no law applies."""
        return rewrite_greedily(graph, self.rules)
