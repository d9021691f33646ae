"""What runs a compiled program: single steps, whole epochs, profiles and memory reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .arena import MemoryReport, memory_report
from .binding import Array
from .epoch import Epoch, run_epoch
from .errors import FeedError
from .feed import order_arguments
from .profiling import StepTimes, measure_step
from .program import Role
from .stepper import Stepper


class Executor(Stepper):
    """A program ready to run, with its states bound and its memory planned.

    Call it to run a step. One run at a time in the process: calls from several Python threads wait for each other.
    """

    def run_epoch(
        self,
        arrays: Sequence[object] | Mapping[str, object],
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        on_progress: Callable[[int, list[Array]], object] | None = None,
        steps: int | None = None,
    ) -> list[Array]:
        """Run a step for every batch of a data set, in one native call with the GIL released.

        The batch dimension is the named dimension that leads the first input that has one; inputs that it leads are
        cut into batches, the others are the same in each step. Where no input has a named leading dimension,
        inputs whose leading size is ``batch_size`` are cut, and ``batch_size`` must divide the examples.

        Ctrl-C stops after the current step, with every state as that step left it.

        Args:
            arrays: the whole data set, by position or by name.
            batch_size: rows of a batch; the last one may have fewer.
            shuffle: take rows in an order drawn from ``seed``, a new one for each seed.
            seed: of the order.
            drop_last: leave out a last batch of fewer rows.
            on_progress: called in this thread some ten times a second with the number of finished steps and
                what they returned; what it raises stops the epoch after the current step.
            steps: stop after this many steps; all of them when None.

        Returns:
            Each output of all steps: ``(steps, ...)``, or joined along the batch dimension, in the order the rows
            were taken, where that leads the output's shape.

        Raises:
            FeedError: wrong arguments; nothing ran.
            IndexRangeError: an index outside its table; the steps before stay applied.
            BusyError: called from inside a run.
        """
        return run_epoch(self, Epoch(arrays, batch_size, shuffle, seed, drop_last, on_progress, steps))

    def profile(self, *args: object, repeats: int = 20, **named: object) -> list[float]:
        """Median seconds of each launch over ``repeats`` steps; states are put back afterwards."""
        return list(self.measure(*args, repeats=repeats, **named).launches)

    def measure(self, *args: object, repeats: int = 20, **named: object) -> StepTimes:
        """Times of a step and of each of its launches; states are put back afterwards."""
        arrays = self.convert(order_arguments(self.program.name, self.specs, args, named))
        return measure_step(self, arrays, repeats)

    def memory(self, **dims: int) -> MemoryReport:
        """All memory used when the named dimensions have these values.

        Raises:
            FeedError: a dimension is missing, unknown, or not a positive whole number.
        """
        known = self.program.dims
        for name in known:
            if name not in dims:
                raise FeedError(f"memory: missing dimension {name!r}: expected {', '.join(known)}")
        for name, value in dims.items():
            if name not in known:
                raise FeedError(
                    f"memory: program {self.program.name!r} has no dimension {name!r}: "
                    f"expected {', '.join(known) or 'none'}"
                )
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise FeedError(f"memory: dimension {name!r} must be a positive whole number, got {value!r}")
        return memory_report(self.program, dims, self.binder.arena_plan(dims))

    def __repr__(self) -> str:
        inputs = ", ".join(f"{spec.name}: {spec.type}" for spec in self.specs)
        states = sum(b.role is Role.STATE and b.alias is None for b in self.program.buffers)
        return f"Executor({self.program.name}({inputs}), {len(self.program.launches)} launches, {states} states)"
