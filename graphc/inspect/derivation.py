"""``program.explain``: how a gradient was derived, from the loss back, rule by rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphc.compiler.autodiff import Contribution, trace
from graphc.compiler.compiled import Compiled
from graphc.compiler.ir import Node, Value, node_text
from graphc.compiler.ops import ADD
from graphc.compiler.passes import ResolveTraining, run_passes
from graphc.runtime.errors import DeclarationError

from .provenance import Line, line_of

WIDTH = 100  # where source lines stand, as in printed graphs


@dataclass(frozen=True)
class Step:
    """One use of a gradient rule: what one forward operator does with the gradient of its result.

    Attributes:
        operator: of the forward graph.
        forward: its line of IR.
        line: the user's.
        arrives: names of the gradients that come in.
        backward: the lines of IR its rule adds for the operand on the path.
        gives: name of the gradient that goes out.
        of: name of the operand it belongs to.
        keeps: forward values that the rule reads, with their types: they stay in memory until then.
        sums: lines of IR that add up what several operators give the operand; at the last of them.
    """

    operator: str
    forward: str
    line: Line | None
    arrives: tuple[str, ...]
    backward: tuple[str, ...]
    gives: str
    of: str
    keeps: tuple[tuple[str, str], ...]
    sums: tuple[str, ...]


@dataclass(frozen=True)
class Derivation:
    """The derivation of one gradient. ``print`` shows it.

    Attributes:
        name: of the value that is differentiated by.
        type: its type, as text.
        loss: name of what is differentiated.
        gradient: name of the gradient in the stage "backward".
        path: values from the loss back to ``name``; one path where there are several.
        steps: uses of gradient rules on all paths, in order of computation.
        others: names of other values that are differentiated by it.
    """

    name: str
    type: str
    loss: str
    gradient: str
    path: tuple[str, ...]
    steps: tuple[Step, ...]
    others: tuple[str, ...] = ()

    @property
    def keeps(self) -> tuple[tuple[str, str], ...]:
        """Forward values that the derivation reads, with their types, each once."""
        return tuple(dict.fromkeys(kept for step in self.steps for kept in step.keeps))

    def __str__(self) -> str:
        lines = [
            f"gradient of %{self.loss} by %{self.name}: {self.type}",
            "",
            *_folded([f"%{name}" for name in self.path], "  ", " ← "),
            "",
        ]
        for number, step in enumerate(self.steps, 1):
            where = f"# {step.line}" if step.line else ""
            head = f"{number:>3}  {step.forward}"
            lines.append(f"{head:<{WIDTH}}  {where}".rstrip())
            arrives = _names(step.arrives)
            if step.backward:
                lines.append(f"     the rule of {step.operator} makes %{step.gives} of {arrives}")
                lines += [f"       {text}" for text in step.backward]
            else:
                lines.append(f"     the rule of {step.operator} hands {arrives} on to %{step.of} as it is")
            if step.keeps:
                kept = ", ".join(f"%{name}: {type}" for name, type in step.keeps)
                lines.append(f"     keeps {kept}")
            if step.sums:
                lines.append(f"     gradients that arrive at %{step.of} are added up")
                lines += [f"       {text}" for text in step.sums]
            lines.append("")
        kept = ", ".join(f"%{name}" for name, _ in self.keeps) or "none"
        lines.append(f"%{self.gradient} is the gradient; of the forward pass it needs {kept}")
        if self.others:
            also = ", ".join(f"%{name} (of={name!r})" for name in self.others)
            lines.append(f"differentiated by %{self.name} too: {also}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "type": self.type,
            "loss": self.loss,
            "gradient": self.gradient,
            "path": list(self.path),
            "steps": [
                {
                    "operator": step.operator,
                    "forward": step.forward,
                    "line": str(step.line) if step.line else None,
                    "arrives": list(step.arrives),
                    "backward": list(step.backward),
                    "gives": step.gives,
                    "of": step.of,
                    "keeps": [f"{name}: {type}" for name, type in step.keeps],
                    "sums": list(step.sums),
                }
                for step in self.steps
            ],
        }


def _folded(words: Sequence[str], indent: str, separator: str) -> list[str]:
    lines: list[str] = []
    line = indent + words[0]
    for word in words[1:]:
        if len(line) + len(separator) + len(word) > WIDTH:
            lines.append(line)
            line = f"{indent}  {separator.strip()} {word}"
        else:
            line += separator + word
    return [*lines, line]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"%{name}" for name in names) or "1.0"


class Deriver:
    """Everything that is known of a program's derivatives: made once, asked for many gradients."""

    def __init__(self, compiled: Compiled, resolve: ResolveTraining) -> None:
        self.graph, self.found = trace(run_passes(compiled.graphs["declared"], [resolve]))
        self.names = self._name_all()

    def _name_all(self) -> dict[Value, str]:
        """The names of the stage "backward"; other unique ones for what no output or update needs in the end."""
        names = dict(self.graph.names)
        taken = set(names.values())
        for use in self.found:
            for value in (*use.node.operands, *use.node.results, *use.cotangents, use.part, *use.wrt):
                if value is None or value in names or value.literal is not None:
                    continue
                numbered = (f"{value.hint}_{i}" for i in itertools.count(1))
                names[value] = next(name for name in itertools.chain([value.hint], numbered) if name not in taken)
                taken.add(names[value])
        return names

    def explain(self, name: str, of: str | None = None) -> Derivation:
        """The derivation of the gradient by the value of this name; ``d_0.weight`` and ``0.weight.grad`` mean it too.

        Args:
            name: of a parameter, or of another value a gradient was asked for.
            of: what is differentiated, where there are several; the last that was declared when None.

        Raises:
            DeclarationError: nothing is differentiated by it.
        """
        wanted = name.removeprefix("%").removeprefix("d_").removesuffix(".grad")
        parts = [c for c in self.found if c.operand in c.wrt and self._name(c.operand) == wanted]
        losses = list(dict.fromkeys(self._name(c.y) for c in parts))
        if not parts:
            known = ", ".join(sorted(self.targets)) or "nothing"
            raise DeclarationError(f"explain: nothing is differentiated by {name!r}; gradients are taken by: {known}")
        loss = losses[-1] if of is None else of.removeprefix("%")
        if loss not in losses:
            raise DeclarationError(f"explain: {of!r} is not differentiated by {name!r}; expected {', '.join(losses)}")
        part = next(c for c in parts if self._name(c.y) == loss)
        others = tuple(other for other in losses if other != loss)
        return _Walk(self, [c for c in self.found if c.y is part.y]).derivation(part.y, part.operand, others)

    @property
    def targets(self) -> list[str]:
        """Names of everything a gradient is taken by."""
        return list(dict.fromkeys(self._name(value) for use in self.found for value in use.wrt))

    def _name(self, value: Value) -> str:
        return self.names.get(value, value.hint)


class _Walk:
    """One reverse accumulation, from the loss back."""

    def __init__(self, known: Deriver, uses: Sequence[Contribution]) -> None:
        self.names, self.users, self.uses = known.names, known.graph.users, uses
        self.newest = max(use.node.serial for use in uses)
        self.parts: dict[Value, list[Contribution]] = {}
        for use in uses:
            self.parts.setdefault(use.operand, []).append(use)

    def derivation(self, y: Value, target: Value, others: tuple[str, ...]) -> Derivation:
        needed = {target}
        for use in reversed(self.uses):  # the loss's operators come first
            if use.operand in needed:
                needed.update(use.node.results)
        sums = self._sums(target)
        return Derivation(
            name=self._name(target),
            type=str(target.type),
            loss=self._name(y),
            gradient=self._name(sums[-1].results[0] if sums else self.parts[target][0].part),
            path=tuple(map(self._name, self._path(y, target))),
            steps=tuple(self._step(use) for use in self.uses if use.operand in needed),
            others=others,
        )

    def _name(self, value: Value) -> str:
        return self.names.get(value, value.hint)

    def _path(self, y: Value, target: Value) -> list[Value]:
        """A way from the loss to the target, along the first operators that lead there."""
        path = [target]
        while path[-1] is not y:
            use = self.parts[path[-1]][0]
            path.append(next(r for r, g in zip(use.node.results, use.cotangents, strict=True) if g is not None))
        return path[::-1]

    def _sums(self, value: Value) -> list[Node]:
        """The nodes that add up what arrives at a value, in order."""
        parts = self.parts[value]
        found: list[Node] = []
        total = parts[0].part
        for use in parts[1:]:
            pair = (total, use.part)
            node = next((n for n in self.users.get(total, ()) if n.op is ADD and n.operands == pair), None)
            if node is None:
                break
            found.append(node)
            total = node.results[0]
        return found

    def _step(self, use: Contribution) -> Step:
        arrived = [g for g in use.cotangents if g is not None]
        made, kept = self._made(use, arrived)
        last = self.parts[use.operand][-1] is use
        return Step(
            operator=use.node.op.name,
            forward=node_text(use.node, self.names),
            line=line_of(use.node.loc),
            arrives=tuple(self._name(g) for g in arrived if g.literal is None),
            backward=tuple(node_text(node, self.names) for node in made),
            gives=self._name(use.part),
            of=self._name(use.operand),
            keeps=tuple((self._name(v), str(v.type)) for v in kept),
            sums=tuple(node_text(node, self.names) for node in self._sums(use.operand)) if last else (),
        )

    def _made(self, use: Contribution, arrived: Sequence[Value]) -> tuple[list[Node], list[Value]]:
        """Nodes that the rule added for this operand, and the forward values they read.

        What is newer than the newest forward node is the rule's own; everything it meets that is older was computed
        by the forward pass.
        """
        made: dict[Node, None] = {}
        kept: dict[Value, None] = {}
        stack = [use.part]
        while stack:
            value = stack.pop()
            if value in arrived or value.literal is not None:
                continue
            node = value.node
            if node is None or node.serial <= self.newest:
                kept[value] = None
            elif node not in made:
                made[node] = None
                stack.extend(node.operands)
        return sorted(made, key=lambda n: n.serial), list(kept)
