"""The IDX format, in which MNIST and Fashion-MNIST are published."""

from __future__ import annotations

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graphc.runtime.errors import DataError

_GZIP: Final = b"\x1f\x8b"
_TYPES: Final = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(path: str | os.PathLike[str]) -> npt.NDArray[Any]:
    """The array in an IDX file, plain or compressed with gzip (told by its content, not by its name).

    The format: two zero bytes, a byte for the element type, a byte for the rank, the size of each axis as a big-endian
    32-bit number, then the elements in C order, big-endian.

    Args:
        path: the file, such as ``train-images-idx3-ubyte.gz``.

    Returns:
        An array of its own, in the machine's byte order: u8, i8, i16, i32, f32 or f64, of any rank from 1.

    Raises:
        DataError: the file is no IDX file, is damaged, too short, or goes on after the last element. The message names
            the file and both numbers.
        OSError: the file cannot be opened.
    """
    name = Path(path)
    data = _content(name)
    if len(data) < 4:
        raise DataError(f"idx: {name}: expected a header of at least 4 bytes, got {len(data)}")
    if data[:2] != b"\x00\x00":
        raise DataError(f"idx: {name}: not an IDX file: expected it to begin with 00 00, got {data[:2].hex(' ')}")
    code, rank = data[2], data[3]
    if code not in _TYPES:
        known = ", ".join(f"{each:02x}" for each in _TYPES)
        raise DataError(f"idx: {name}: unknown element type {code:02x}; expected one of {known}")
    if rank == 0:
        raise DataError(f"idx: {name}: expected a rank of at least 1, got 0")
    start = 4 + 4 * rank
    if len(data) < start:
        raise DataError(f"idx: {name}: truncated header: expected {start} bytes for rank {rank}, got {len(data)}")
    shape = [int.from_bytes(data[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(rank)]
    dtype = np.dtype(_TYPES[code])
    expected, got = math.prod(shape) * dtype.itemsize, len(data) - start
    if got != expected:
        problem = "truncated" if got < expected else f"{got - expected} bytes too long"
        raise DataError(f"idx: {name}: {problem}: expected {expected} bytes of {dtype.name} {shape}, got {got}")
    try:
        array = np.frombuffer(data, dtype, offset=start).reshape(shape)
    except ValueError as error:  # more axes than NumPy has, or an empty array that is too wide for it
        raise DataError(f"idx: {name}: no array can have shape {shape}: {error}") from error
    return array.astype(dtype.newbyteorder("="))


def _content(name: Path) -> bytes:
    """All bytes of the file, unpacked."""
    data = name.read_bytes()
    if data[:2] != _GZIP:
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"idx: {name}: truncated or damaged gzip file ({len(data)} bytes): {error}") from error
