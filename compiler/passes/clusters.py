"""Which nodes share a kernel: clusters grown from consumers to producers, judged by what may share one loop nest.

A cluster iterates over a space of axes, some of which may be reduced. Members live on one of two levels: the full
space, or the outer level, which is the space without the reduced axes. Reductions lead from the full level to the
outer one, broadcasts lead back. That covers element-wise chains, softmax, normalisations, cross-entropy with its
gradient, bias gradients with the update that uses them, and epilogues of matrix products. A product's epilogue may also
begin a reduction of another cluster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graphc.compiler.ir import (
    CONSTANT,
    Gather,
    IndexValue,
    Node,
    Product,
    Reduction,
    Scalar,
    Value,
    View,
)
from graphc.runtime.types import Shape, Shapelike

Level: TypeAlias = Literal["full", "outer"]

# Operators whose recomputation costs more than reading their result back from the first cache levels.
EXPENSIVE = frozenset(
    [
        "exp",
        "expm1",
        "log",
        "log1p",
        "sin",
        "cos",
        "tan",
        "tanh",
        "sigmoid",
        "softplus",
        "erf",
        "pow",
        "gelu",
        "uniform",
    ]
)


def is_view(node: Node) -> bool:
    """True for nodes that only move elements and can be read through."""
    return isinstance(node.op.lower_cpu, View)


def is_fusible(node: Node) -> bool:
    """True for nodes that can be part of a generated loop nest."""
    return isinstance(node.op.lower_cpu, Scalar | View | IndexValue | Reduction | Gather)


def is_product(node: Node) -> bool:
    """True for matrix products."""
    return isinstance(node.op.lower_cpu, Product)


def reads_memory(node: Node) -> bool:
    """True for nodes that read operands at other places than they write: these come from memory."""
    filled = isinstance(node.op.lower_cpu, View) and node.op.lower_cpu.fill is not None
    return filled or isinstance(node.op.lower_cpu, Gather) or is_product(node)


def is_free(node: Node) -> bool:
    """True for nodes copied into every reader: views, positions, constants, scalars of rank 0."""
    if isinstance(node.op.lower_cpu, View | IndexValue) or node.op is CONSTANT:
        return True
    return isinstance(node.op.lower_cpu, Scalar) and not node.results[0].type.shape


@dataclass(frozen=True)
class Part:
    """Partial results of a reduction: made by a product's epilogue, combined in the cluster that holds the reduction.

    Attributes:
        value: the partial results, a row each; of moments three: how many values, their mean, their second moment.
        turned: whether what is reduced is the transpose of the product's result.
        axis: the axis of the product's space that is reduced.
    """

    value: Value
    turned: bool
    axis: int


@dataclass(eq=False)
class Cluster:
    """Nodes that become one kernel.

    Attributes:
        space: full iteration space.
        reduced: axes of the space that reductions remove.
        levels: member nodes and the level they live on.
        product: the matrix product at its heart, if any.
        turned: transposes that are made by a second, permuted store of a member's value.
        makes: reductions of other clusters that this one's product makes partial results of.
        combines: members whose partial results a product makes.
        computes: operands of the product that its kernel computes block by block, and that are stored nowhere.
        across: values of the product's kernel that have the transposed shape of its result.
    """

    space: Shape
    reduced: tuple[int, ...] = ()
    levels: dict[Node, Level] = field(default_factory=dict)
    product: Node | None = None
    turned: set[Node] = field(default_factory=set)
    makes: dict[Node, Part] = field(default_factory=dict)
    combines: dict[Node, Part] = field(default_factory=dict)
    computes: dict[Value, None] = field(default_factory=dict)
    across: set[Value] = field(default_factory=set)

    @property
    def outer(self) -> Shape:
        """The space without the reduced axes."""
        return tuple(d for a, d in enumerate(self.space) if a not in self.reduced)

    @property
    def outer_axes(self) -> tuple[int, ...]:
        """Axes that are not reduced."""
        return tuple(a for a in range(len(self.space)) if a not in self.reduced)

    @property
    def nodes(self) -> list[Node]:
        """Members in topological order."""
        return sorted(self.levels, key=lambda n: n.serial)


@dataclass(frozen=True)
class Refusal:
    """Why a producer was not fused into a consumer; kept for people to read."""

    producer: str
    consumer: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """Whether a value that other kernels need is stored or computed again; kept for people to read.

    Attributes:
        again: True when each kernel that needs it computes it.
        storing: what storing it costs, in bytes.
        recomputing: what computing it again costs, in bytes.
        why: what decided where bytes did not; else "".
    """

    again: bool
    storing: Shapelike
    recomputing: Shapelike
    why: str = ""


def reduction_axes(node: Node) -> tuple[int, ...]:
    """Axes a reduction removes, sorted."""
    axes: tuple[int, ...] = node.attrs["axes"]
    return tuple(sorted(axes))


def is_reduction(node: Node) -> bool:
    """True for sums, products, maxima and minima over axes."""
    return isinstance(node.op.lower_cpu, Reduction)


def reduction_of(node: Node) -> Reduction:
    """How a reduction combines."""
    assert isinstance(node.op.lower_cpu, Reduction)
    return node.op.lower_cpu


def broadcasts_outer(view: Node, cluster: Cluster) -> bool:
    """True when the view spreads a value of the cluster's outer space along its reduced axes."""
    if view.op.name != "broadcast" or view.results[0].type.shape != cluster.space:
        return False
    return tuple(view.attrs["axes"]) == cluster.outer_axes and view.operands[0].type.shape == cluster.outer
