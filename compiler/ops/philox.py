"""Counter-based random numbers: Philox-2x32-7, in NumPy.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011): with seven rounds, the fewest
that its authors call Crush-resistant, it passes all of BigCrush and costs two thirds of the ten-round form. A block
maps a key of 32 bits and a counter of two words to two random words. Each element of a tensor is a block of its own:

- (seed, step, stream) are mixed to 64 bits;
- the key is their lower half; the counter is (lower half of the element's number, its upper half ^ the mix's);
- an f32 takes the upper 24 bits of the first word; an f64 all of it and the upper 21 bits of the second.

The generated kernels compute the same bits (``lowering/intrinsics/philox.py``).
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

ROUNDS = 7
MULTIPLIER = 0xD256D193
KEY_STEP = 0x9E3779B9
# Mixing: the finaliser of SplitMix64 (Steele, Lea and Flood 2014; constants by Stafford).
MIX_STEP = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB

_WORD = 0xFFFFFFFF
_LONG = 0xFFFFFFFFFFFFFFFF


def mix(seed: int, step: int, stream: int) -> int:
    """64 bits for a stream at a step; arguments count modulo 2^64."""
    mixed = 0
    for part in (seed, step, stream):
        z = ((mixed ^ (part & _LONG)) + MIX_STEP) & _LONG
        z = ((z ^ (z >> 30)) * MIX_1) & _LONG
        z = ((z ^ (z >> 27)) * MIX_2) & _LONG
        mixed = z ^ (z >> 31)
    return mixed


def philox(
    key: int, first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64], rounds: int = ROUNDS
) -> tuple[Any, Any]:
    """Blocks of Philox-2x32.

    Args:
        key: 32 bits.
        first: first words of the counters, in uint64.
        second: second words.
        rounds: number of rounds.

    Returns:
        Both words of the blocks, in uint64.
    """
    left, right = first, second
    for _ in range(rounds):
        product = left * np.uint64(MULTIPLIER)
        left = (product >> np.uint64(32)) ^ right ^ np.uint64(key)
        right = product & np.uint64(_WORD)
        key = (key + KEY_STEP) & _WORD
    return left, right


def uniform_reference(
    seed: int, step: int, stream: int, shape: tuple[int, ...], dtype: Literal["f32", "f64"] = "f32"
) -> npt.NDArray[Any]:
    """Uniform numbers in [0, 1), the same bits that kernels compute.

    Args:
        seed: the user's seed.
        step: number of the step.
        stream: number of the random operator in its graph.
        shape: shape of the result; elements are numbered in C order.
        dtype: "f32", multiples of 2^-24, or "f64", multiples of 2^-53.
    """
    mixed = mix(seed, step, stream)
    index = np.arange(math.prod(shape), dtype=np.uint64)
    upper = (index >> np.uint64(32)) ^ np.uint64(mixed >> 32)
    numbers: npt.NDArray[Any]
    left, right = philox(mixed & _WORD, index & np.uint64(_WORD), upper)
    if dtype == "f32":
        numbers = (left >> np.uint64(8)).astype(np.float32) * np.float32(2.0**-24)
    else:
        numbers = ((left << np.uint64(21)) | (right >> np.uint64(11))).astype(np.float64) * 2.0**-53
    return numbers.reshape(shape)
