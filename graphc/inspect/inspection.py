"""Everything that can be asked about one compiled program, made when it is asked for and kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from graphc.compiler.compiled import Compiled
from graphc.compiler.ir import Leaf
from graphc.compiler.lowering.target import cpu_name
from graphc.compiler.passes import ResolveTraining
from graphc.runtime.executor import Executor

from .derivation import Derivation, Deriver
from .fusion import FusionReport, explain_fusion
from .kernels import KernelTable, kernel_table
from .memory import Memory, describe_memory
from .profile import Profile, make_profile
from .provenance import Provenance, lines_text, provenance
from .report import Contents, dims_for, write_page
from .tables import Column, Table, expression, number, quantity


class Inspection:
    """The looking-glass of one program.

    Attributes:
        compiled: what the compiler made.
        executor: what runs it.
        training: what dropout and batch norm mean in it.
        rng: the random state dropout draws from.
    """

    def __init__(self, compiled: Compiled, executor: Executor, training: bool, rng: Leaf) -> None:
        self.compiled, self.executor, self.training, self.rng = compiled, executor, training, rng

    @cached_property
    def provenance(self) -> Provenance:
        """Which nodes and lines each kernel call comes from."""
        return provenance(self.compiled)

    @cached_property
    def kernels(self) -> KernelTable:
        """Every generated kernel."""
        return kernel_table(self.compiled, self.provenance)

    @cached_property
    def deriver(self) -> Deriver:
        """Derivations of gradients."""
        return Deriver(self.compiled, ResolveTraining(self.training, self.rng))

    def profile(self, args: tuple[Any, ...], named: Mapping[str, Any], repeats: int) -> Profile:
        """Times of a step and its launches."""
        times = self.executor.measure(*args, repeats=repeats, **named)
        return make_profile(self.compiled, times, known=self.provenance, kernels=self.kernels)

    def explain(self, name: str, of: str | None = None) -> Derivation:
        """The derivation of one gradient."""
        return self.deriver.explain(name, of)

    def explain_fusion(self, dims: Mapping[str, int]) -> FusionReport:
        """Why values stay in registers, or do not."""
        return explain_fusion(self.compiled, dims, self.provenance)

    @property
    def signature(self) -> str:
        """``train(%x: f32[batch, 784]) -> %loss: f32[]``."""
        graph = self.compiled.graphs["declared"]
        inputs = ", ".join(f"%{leaf.hint}: {leaf.type}" for leaf in graph.inputs)
        outputs = ", ".join(f"%{graph.names.get(v, v.hint)}: {v.type}" for v in graph.outputs)
        return f"@{graph.name}({inputs}) -> {outputs or 'nothing'}"

    def facts(self, profile: Profile | None = None) -> tuple[str, ...]:
        """Short texts: mode, sizes, machine, time."""
        graph, kernels, launches = self.compiled.graphs["fused"], len(self.kernels), len(self.compiled.plan.nodes)
        count = sum(number(leaf.type.size, {}) for leaf in graph.states if leaf.kind == "param")
        facts = [
            "training" if self.training else "evaluation",
            f"{quantity(count)} parameters",
            f"{launches} launches of {kernels} kernels",
            cpu_name(),
        ]
        if profile is not None:
            facts += [f"{name}={value}" for name, value in profile.dims.items()]
            facts.append(f"{profile.step * 1e6:.1f} µs a step")
        return tuple(facts)

    def summary(self) -> str:
        """A compact table of the launches as HTML, for notebooks."""
        columns = (
            Column("#", right=True),
            Column("kernel"),
            Column("makes"),
            Column("lines"),
            Column("FLOPs", right=True),
            Column("bytes", right=True),
        )
        names = self.compiled.graphs["fused"].names
        updated = {value: leaf for leaf, value in self.compiled.graphs["fused"].updates}
        rows: list[tuple[str, ...]] = []
        for index, node in enumerate(self.compiled.plan.nodes):
            info = self.kernels[node.attrs["kernel"].name]
            makes = " ".join(f"%{names[updated.get(v, v)]}" for v in node.results)
            lines = lines_text(self.provenance.origins[node].lines)
            rows.append((str(index), info.name, makes, lines, expression(info.flops), expression(info.bytes)))
        return Table(columns, tuple(rows), self.signature, (", ".join(self.facts()),)).html()

    def report(self, profile: Profile | None, dims: Mapping[str, int]) -> str:
        """The page of :func:`graphc.inspect.report.write_page`."""
        known = dims_for({**(profile.dims if profile else {}), **dims}, self.compiled.program.dims)
        return write_page(
            Contents(
                signature=self.signature,
                facts=self.facts(profile),
                compiled=self.compiled,
                training=self.training,
                rng=self.rng,
                provenance=self.provenance,
                kernels=self.kernels,
                fusion=self.explain_fusion({}),
                deriver=self.deriver,
                memory=self.memory(known),
                profile=profile,
            )
        )

    def memory(self, dims: Mapping[str, int]) -> Memory:
        """All memory for these dimensions."""
        return describe_memory(self.compiled, self.executor.memory(**dims))
