"""The generator that initialises parameters: the one process-wide source of randomness in graphc.

Compiled programs do not use it; each has a counter-based generator of its own, see ``gr.compile(seed=...)``.
"""

from __future__ import annotations

import numpy as np

_current = [np.random.default_rng()]


def manual_seed(seed: int) -> None:
    """Make the initial values of parameters created from now on repeatable."""
    _current[0] = np.random.default_rng(seed)


def generator() -> np.random.Generator:
    """The generator used for initial values."""
    return _current[0]
