"""One step of a program: the quick path of a call, the careful path, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import layout as at
from .binding import Array, Binder, Binding
from .errors import IndexRangeError, RunError
from .feed import as_array, input_specs, order_arguments, solve_dims
from .native import native
from .program import STATUS_INDEX_RANGE, Program
from .storage import Storage
from .threads import GATE, busy_error, current_pool, settle
from .types import Dim, evaluate_dim

_BINDINGS = 64  # sets of dimensions kept ready; the oldest goes

Place = Callable[[str, int], tuple[int, str]]


class Stepper:
    """Runs single steps; the part of an executor that everything else builds on.

    Args:
        program: what to run.
        states: storage of each STATE buffer by name, shared with whoever else holds it.

    Raises:
        RunError: a state has no storage, or storage of another type.
    """

    def __init__(self, program: Program, states: Mapping[str, Storage]) -> None:
        self.program = program
        self.specs = input_specs(program)
        self.native = native()
        self.binder = Binder(program, states)
        self.step_seconds: float | None = None  # what an epoch's step took last time
        self._call = self.native.call
        self._bindings: dict[tuple[int, ...], Binding] = {}
        self._generation = -1
        self._last: Binding | None = None
        self._step = 0  # address of the step record of the last call; 0 for none
        self._getters: list[Callable[[], Any]] = []
        self._plain = not any(self.binder.input_of(index) is not None for index in program.outputs)

    def __call__(self, *args: object, **named: object) -> list[Array]:
        """Run one step.

        Args:
            *args: inputs by position.
            **named: inputs by name.

        Returns:
            Fresh arrays in the order of the program's outputs; a NumPy scalar for rank 0.

        Raises:
            FeedError: wrong arguments; nothing ran.
            IndexRangeError: an index outside its table; no state was changed.
            BusyError: called from inside a run, by a callback or a signal handler.
        """
        return self.step(args, named)

    def step(self, args: tuple[object, ...], named: Mapping[str, object]) -> list[Array]:
        """Run one step; as a call, for a caller that has the arguments as a tuple and a mapping already."""
        if named:
            args = tuple(order_arguments(self.program.name, self.specs, args, named))
        gate = GATE
        with gate.lock:
            if gate.busy:
                raise busy_error()
            try:
                gate.busy = True
                if self._step and self._generation == gate.generation:
                    answer = self._call(self._step, args)
                else:
                    answer = at.ANSWER_MISMATCH
                if answer:
                    args = self._run_carefully(args, answer)
                if not self._plain:
                    return self._results(args)
                if len(self._getters) == 1:
                    return [self._getters[0]()]
                return [get() for get in self._getters]
            except BaseException:
                settle()
                raise
            finally:
                gate.busy = False

    def _run_carefully(self, args: tuple[object, ...], answer: int) -> tuple[object, ...]:
        """What the quick path left: convert and bind, wake the pool, report. Returns the arrays that were used."""
        if answer == at.ANSWER_MISMATCH:
            arrays = self.convert(args)
            self.run(self.prepare(arrays))
            return tuple(arrays)
        self._complete(answer)
        return args

    def convert(self, args: Sequence[object]) -> list[Array]:
        """Arguments as arrays of the declared element types."""
        if len(args) != len(self.specs):
            args = order_arguments(self.program.name, self.specs, args, {})
        return [as_array(spec, value) for spec, value in zip(self.specs, args, strict=True)]

    def prepare(self, arrays: Sequence[Array]) -> Binding:
        """The binding for these inputs, which it points at; the caller keeps them alive and holds the gate."""
        (binding,) = self.bindings(solve_dims(self.program, self.specs, [array.shape for array in arrays]))
        self._last, self._step, self._getters = binding, binding.address, binding.getters
        binding.set_sources(arrays)
        return binding

    def run(self, binding: Binding) -> None:
        """One step with the inputs that ``prepare`` noted."""
        self._complete(self.native.enter(binding.address, 0))

    def _complete(self, answer: int) -> None:
        if answer == at.ANSWER_WAKE:
            pool = current_pool()
            assert pool is not None
            pool.wake_and_finish()
            answer = int(self.binder.status[0])
        if answer:
            raise self.failure(self._last.dims if self._last else {})

    def _results(self, args: Sequence[object]) -> list[Array]:
        """Results where some outputs are inputs: those are copied from the arguments."""
        assert self._last is not None
        fresh = iter(self._getters)
        results: list[Any] = []
        for index in self.program.outputs:
            position = self.binder.input_of(index)
            if position is None:
                results.append(next(fresh)())
                continue
            source = args[position]
            assert isinstance(source, np.ndarray)
            results.append(source.reshape(self.program.buffers[index].type.concrete(self._last.dims)).copy()[()])
        return results

    def bindings(self, *wanted: dict[str, int]) -> list[Binding]:
        """Bindings for sets of dimensions, all usable together. The caller holds the gate."""
        keys = [tuple(dims[name] for name in self.program.dims) for dims in wanted]
        if self._generation == GATE.generation and all(key in self._bindings for key in keys):
            return [self._bindings[key] for key in keys]
        moved = [self.binder.reserve(dims) for dims in wanted]
        if any(moved) or self._generation != GATE.generation:
            self._bindings.clear()
            self._step, self._last = 0, None
            self._generation = GATE.generation
        pool = current_pool()
        found: list[Binding] = []
        for key, dims in zip(keys, wanted, strict=True):
            binding = self._bindings.get(key)
            if binding is None:
                binding = self.binder.bind(
                    dims,
                    threads=pool.threads if pool else 1,
                    control=pool.address if pool else 0,
                    body=self.native.addresses["step_body"],
                    next_task=self.native.addresses["next_task"],
                )
                if len(self._bindings) >= _BINDINGS:
                    del self._bindings[next(iter(self._bindings))]
                self._bindings[key] = binding
            found.append(binding)
        return found

    def failure(self, dims: Mapping[str, int], place: Place | None = None) -> RunError:
        """The error that the status block tells of; clears it.

        Args:
            dims: dimensions of the step that failed.
            place: for an epoch: from an input's name and a row of the batch to the row of the array and a note.
        """
        code, launch_index, position, value = (int(word) for word in self.binder.status[:4])
        self.binder.status[:] = 0
        launch = self.program.launches[launch_index]
        check = launch.check
        if code != STATUS_INDEX_RANGE or check is None:
            return RunError(f"program {self.program.name!r}: {launch.label or launch.kernel} stopped with code {code}")
        kind = "input" if any(spec.name == check.source for spec in self.specs) else "value"
        shape = self.program.buffers[launch.buffers[0]].type.concrete(dims) if launch.buffers else ()
        where, note = "", ""
        if shape:
            row, *inside = (int(i) for i in np.unravel_index(position, shape))
            if place is not None:
                row, note = place(check.source, row)
            where = f" at row {row}" if not inside else f" at [{', '.join(map(str, (row, *inside)))}]"
        allowed = f"0 <= index < {evaluate_dim(check.size, dims)}"
        if isinstance(check.size, Dim):
            allowed += f" ({check.size})"
        if check.ignore is not None:
            allowed += f", or {check.ignore}"
        lines = [f"{kind} {check.source!r}: index {value}{where} is out of range: expected {allowed}"]
        if check.origin:
            lines.append(f"  at {check.origin}")
        if note:
            lines.append(f"  {note}")
        return IndexRangeError("\n".join(lines))
