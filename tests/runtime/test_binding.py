"""Which barriers of a plan are kept."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graphc.runtime import IndexCheck, Launch
from graphc.runtime import layout as at
from graphc.runtime.binding import array_layout_is_known, launch_flags

PARALLEL, BARRIER, CHECK = at.FLAG_PARALLEL, at.FLAG_BARRIER, at.FLAG_CHECK
_CHECK = IndexCheck("y", 10, None, "")


def _launches(barriers: list[bool], checks: list[bool] | None = None) -> list[Launch]:
    checks = checks or [False] * len(barriers)
    return [Launch("k", (), barrier=b, check=_CHECK if c else None) for b, c in zip(barriers, checks, strict=True)]


def test_serial_launches_meet_nobody() -> None:
    assert launch_flags(_launches([True] * 4), [False] * 4) == [0, 0, 0, 0]


def test_parallel_launches_meet() -> None:
    assert launch_flags(_launches([True, True, False, True]), [True] * 4) == [
        PARALLEL,
        PARALLEL | BARRIER,
        PARALLEL,
        PARALLEL | BARRIER,
    ]


def test_a_barrier_left_out_is_made_up_for() -> None:
    # The third launch may rely on the barrier before the second, where only thread 0 had run.
    flags = launch_flags(_launches([True, True, False]), [False, False, True])
    assert flags == [0, 0, PARALLEL | BARRIER]


def test_everybody_learns_of_a_failed_check() -> None:
    flags = launch_flags(_launches([True, False], [True, False]), [False, True])
    assert flags == [CHECK, PARALLEL | BARRIER]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
@settings(max_examples=400, deadline=None)
def test_kept_barriers_order_everything_that_was_asked(launches: list[tuple[bool, bool]]) -> None:
    parallel = [p for _, p in launches]
    flags = launch_flags(_launches([b for b, _ in launches]), parallel)
    group, groups = 0, []
    for index, (barrier, _) in enumerate(launches):
        group += barrier and index > 0
        groups.append(group)
    for late in range(len(launches)):
        for early in range(late):
            if groups[early] == groups[late]:
                continue
            both_on_thread_0 = not parallel[early] and not parallel[late]
            met = any(flags[k] & BARRIER for k in range(early + 1, late + 1))
            assert both_on_thread_0 or met


def test_the_quick_path_knows_this_interpreter() -> None:
    assert array_layout_is_known()
