"""Python's cycle collector while something is compiled."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARE = 20_000  # more objects than were freed since; Python's own number is 700, and more in later versions


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the cycle collector look less often.

    Compiling makes many objects that stay, graphs and Numba's types, and the collector goes through all of them again
    and again: a fifth of the time for 700 layers. It still looks often enough: that takes 5% more memory.
    """
    before = gc.get_threshold()
    often = 0 < before[0] < _RARE  # 0: somebody has switched it off
    if often:
        gc.set_threshold(_RARE, *before[1:])
    try:
        yield
    finally:
        if often and gc.get_threshold() == (_RARE, *before[1:]):  # nobody else has set it meanwhile
            gc.set_threshold(*before)
