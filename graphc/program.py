"""A compiled program, as users hold it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from graphc.compiler.compiled import Compiled, Stage
from graphc.compiler.ir import Leaf
from graphc.runtime.errors import CheckpointError, DeclarationError
from graphc.runtime.executor import Executor
from graphc.runtime.storage import Storage

from .tensor import Array, Tensor
from .variables import State

if TYPE_CHECKING:
    from .inspect import Derivation, FusionReport, Inspection, KernelTable, Memory, Profile

Structure: TypeAlias = "Tensor | Sequence[Tensor] | Mapping[str, Tensor] | None"


@dataclass(frozen=True)
class Outputs:
    """The structure the user gave outputs in: one tensor, a sequence, or a mapping."""

    tensors: tuple[Tensor, ...]
    keys: tuple[str, ...] | None = None
    single: bool = False

    @staticmethod
    def of(given: Structure) -> Outputs:
        """Read a structure; DeclarationError for anything but tensors."""
        if given is None:
            return Outputs(())
        if isinstance(given, Tensor):
            return Outputs((given,), single=True)
        keys = None
        if isinstance(given, Mapping):
            keys, values = tuple(given), tuple(given.values())
        elif isinstance(given, list | tuple):
            values = tuple(given)
        else:
            raise DeclarationError(f"compile: expected tensors as outputs, got {type(given).__name__}")
        for value in values:
            if not isinstance(value, Tensor):
                raise DeclarationError(f"compile: expected tensors as outputs, got {type(value).__name__}")
        return Outputs(values, keys)

    def rebuild(self, arrays: Sequence[Any]) -> Any:
        """Arrays in the structure of the tensors."""
        if self.single:
            return arrays[0]
        if self.keys is not None:
            return dict(zip(self.keys, arrays, strict=True))
        return tuple(arrays)

    @property
    def names(self) -> tuple[str, ...]:
        """What to call each output: keys of a mapping, else names of the tensors."""
        return self.keys if self.keys is not None else tuple(t.name for t in self.tensors)


class CompiledFunction:
    """A compiled program: call it, run epochs, look inside. Made by :func:`graphc.compile`.

    Attributes:
        name: for messages and IR text.
        inputs: the declared inputs, in the order of arguments.
        training: what dropout and batch norm mean in it.
        compiled: everything the compiler made.
    """

    def __init__(
        self,
        name: str,
        inputs: Sequence[Tensor],
        outputs: Outputs,
        compiled: Compiled,
        training: bool,
        rng: State,
        target: str,
    ) -> None:
        self.name = name
        self.inputs = tuple(inputs)
        self.outputs = outputs
        self.training = training
        self.target = target
        self.compiled = compiled
        self._rng = rng
        self._executor = Executor(compiled.program, compiled.states)
        self._step = self._executor.step
        self._single = outputs.single

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Run one step.

        Args:
            *args: arrays for the inputs, by position.
            **named: arrays for the inputs, by name.

        Returns:
            The outputs in the structure they were declared in; fresh arrays, NumPy scalars for rank 0.

        Raises:
            FeedError: missing, unknown or unfitting arguments; nothing has run.
            IndexRangeError: a label or index outside its table; no state has changed.
        """
        results = self._step(args, named)
        return results[0] if self._single else self.outputs.rebuild(results)

    def run_epoch(
        self,
        *arrays: Any,
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        on_progress: Callable[[int, list[Any]], None] | None = None,
        **named: Any,
    ) -> Any:
        """Run one step for every batch of a data set, in native code.

        Args:
            *arrays: whole data sets for the inputs, rows along the first axis.
            batch_size: rows of a step; the last one may have fewer.
            shuffle: take the rows in an order drawn from ``seed``.
            seed: see ``shuffle``; give another one for each epoch.
            drop_last: leave out a last batch with fewer rows.
            on_progress: called now and then with the number of steps taken and their outputs so far.
            **named: data sets by input name.

        Returns:
            The outputs of every step, stacked, in the structure they were declared in.
        """
        feeds: Any = (
            arrays if not named else {**dict(zip((t.name for t in self.inputs), arrays, strict=False)), **named}
        )
        results = self._executor.run_epoch(
            feeds, batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last, on_progress=on_progress
        )
        return self.outputs.rebuild(results)

    # Looking inside

    @property
    def stages(self) -> Mapping[str, Stage]:
        """Every stage by name, in order: declared, backward, simplified, fused, planned, python, llvm, asm."""
        return self.compiled.stages

    def ir(self, stage: str = "fused") -> str:
        """The text of a stage."""
        if stage not in self.stages:
            raise DeclarationError(f"ir: expected a stage among {', '.join(self.stages)}, got {stage!r}")
        return str(self.stages[stage])

    @property
    def kernels(self) -> KernelTable:
        """Generated kernels by name (a part of it is enough), in order of first launch; ``print`` gives a table."""
        return self._inspection.kernels

    def memory(self, **dims: int) -> Memory:
        """All memory used when the named dimensions have these values, and a picture of when what is alive."""
        return self._inspection.memory(dims)

    def profile(self, *args: Any, repeats: int = 20, **named: Any) -> Profile:
        """Where a step's time goes, against what this machine can do; states are put back afterwards.

        Args:
            *args: inputs by position, as in a call.
            repeats: steps to take the median of.
            **named: inputs by name.
        """
        return self._inspection.profile(args, named, repeats)

    def explain_fusion(self, **dims: int) -> FusionReport:
        """Every producer and its readers: in one kernel, or the rule that kept them apart and the bytes it costs.

        Also values that might have been stored or computed again, with what was decided and both costs.
        Bytes are formulas of the named dimensions, numbers when ``dims`` gives their values.
        """
        return self._inspection.explain_fusion(dims)

    def explain(self, name: str, of: str | None = None) -> Derivation:
        """How the gradient by the parameter ``name``, such as ``"0.weight"``, was derived: rule by rule.

        Args:
            name: of a parameter, or of another tensor a gradient was taken by.
            of: what is differentiated, where there are several.
        """
        return self._inspection.explain(name, of)

    def report(self, path: str | os.PathLike[str], *, profile: Profile | None = None, **dims: int) -> Path:
        """Write one HTML file that links your lines, every pass, the kernels, their code, memory and time.

        It needs no network and nothing beside it.

        Args:
            path: of the file.
            profile: what :meth:`profile` gave, to colour everything by time.
            **dims: values of named dimensions for the picture of memory; those of the profile, else 64.

        Returns:
            The path.
        """
        path = Path(path)
        path.write_text(self._inspection.report(profile, dims), encoding="utf-8")
        return path

    @cached_property
    def _inspection(self) -> Inspection:
        from .inspect import Inspection  # noqa: PLC0415 - it brings the whole compiler, which a warm start does without

        assert isinstance(self._rng.value, Leaf)
        return Inspection(self.compiled, self._executor, self.training, self._rng.value)

    # State of its own

    @property
    def updates_state(self) -> bool:
        """Whether a call changes anything."""
        return bool(self.compiled.updated)

    def updated_storages(self) -> list[Storage]:
        """The memory a call changes: parameters, moments, batch-norm statistics, the random state."""
        return [leaf.storage for leaf in self.compiled.updated if leaf.storage is not None]

    @property
    def rng(self) -> State:
        """The random state ``i64[2]``: seed, and steps that drew random numbers."""
        return self._rng

    def manual_seed(self, seed: int) -> None:
        """Start the random numbers of dropout again from a seed."""
        self._rng.assign(np.array([seed, 0], np.int64))

    def state_dict(self) -> dict[str, Array]:
        """What the program owns: its random state. Parameters and moments belong to modules and optimisers."""
        return {"rng": self._rng.numpy()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore what :meth:`state_dict` gave."""
        rng = np.asarray(state_dict.get("rng", ()))
        if set(state_dict) != {"rng"} or rng.shape != (2,) or rng.dtype.kind not in "iu":
            raise CheckpointError(
                f"load_state_dict: expected {{'rng': i64[2]}}, got {', '.join(state_dict) or 'nothing'}"
            )
        self._rng.assign(rng.astype(np.int64))

    def __repr__(self) -> str:
        inputs = ", ".join(f"{t.name}: {t.type}" for t in self.inputs)
        outputs = ", ".join(f"{n}: {t.type}" for n, t in zip(self.outputs.names, self.outputs.tensors, strict=True))
        kernels = len(self.compiled.program.kernels)
        mode = "training" if self.training else "evaluation"
        return f"<program {self.name}({inputs}) -> ({outputs}), {mode}, {self.target}, {kernels} kernels>"

    def _repr_html_(self) -> str:
        return self._inspection.summary()
