"""Inputs to try a program with: random numbers, and whole numbers that every index check of the program accepts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from graphc.compiler.compiled import Compiled
from graphc.runtime.arena import buffer_owner
from graphc.runtime.types import DType, evaluate_dim


def example_feeds(compiled: Compiled, dims: Mapping[str, int], seed: int = 0) -> list[npt.NDArray[np.generic]]:
    """One array for each input.

    Floats are normal, booleans are coin flips, whole numbers lie below the smallest table they are an index of (below 2
    where nothing checks them).
    """
    program = compiled.program
    rng = np.random.default_rng(seed)
    sizes: dict[int, int] = {}
    for launch in program.launches:
        if launch.check is not None:
            owner = buffer_owner(program, launch.buffers[0])
            sizes[owner] = min(sizes.get(owner, 1 << 30), evaluate_dim(launch.check.size, dims))
    feeds: list[npt.NDArray[np.generic]] = []
    for index in program.inputs:
        type = program.buffers[index].type
        shape = type.concrete(dims)
        if type.dtype is DType.bool or type.dtype.is_integer:
            limit = 2 if type.dtype is DType.bool else max(1, sizes.get(buffer_owner(program, index), 2))
            feeds.append(rng.integers(0, limit, shape).astype(type.dtype.numpy))
        else:
            feeds.append(rng.standard_normal(shape).astype(type.dtype.numpy))
    return feeds
