from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

import graphc as gr
from graphc.data import idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def packed(array: np.ndarray) -> bytes:
    code = CODES[array.dtype.str[1:]]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


GOOD = packed(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize("dtype", sorted(CODES))
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 2, 2, 2), (0, 28, 28)])
@pytest.mark.parametrize("compressed", [False, True])
def test_what_was_written_is_read(tmp_path: Path, dtype: str, shape: tuple[int, ...], compressed: bool):
    array = (np.arange(np.prod(shape, dtype=int)) - 3).astype(dtype).reshape(shape)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(packed(array)) if compressed else packed(array))
    found = idx(path)
    assert found.dtype == array.dtype
    assert found.dtype.isnative
    assert found.flags.writeable
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected a header of at least 4 bytes, got 0"),
        (GOOD[:3], "expected a header of at least 4 bytes, got 3"),
        (b"PK\x03\x04abc", "not an IDX file: expected it to begin with 00 00, got 50 4b"),
        (b"\0\0\x0a\x01", "unknown element type 0a; expected one of 08, 09, 0b, 0c, 0d, 0e"),
        (b"\0\0\x08\x00", "expected a rank of at least 1, got 0"),
        (GOOD[:10], "truncated header: expected 12 bytes for rank 2, got 10"),
        (GOOD[:-1], "truncated: expected 6 bytes of uint8 [2, 3], got 5"),
        (GOOD + b"xy", "2 bytes too long: expected 6 bytes of uint8 [2, 3], got 8"),
        (b"\0\0\x08\x46" + b"\0\0\0\1" * 70 + b"a", "no array can have shape [1, 1, 1"),
        (b"\0\0\x0e\x02" + b"\xff" * 8, "truncated: expected 147573952520956936200 bytes of float64"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_what_is_wrong_is_said(tmp_path: Path, content: bytes, message: str, compressed: bool):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises(gr.DataError) as caught:
        idx(str(path))
    assert str(caught.value).startswith(f"idx: {path}: {message}")


@pytest.mark.parametrize("keep", [2, 8, -12, -4])
def test_truncated_gzip_file(tmp_path: Path, keep: int):
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(GOOD * 10)[:keep])
    with pytest.raises(gr.DataError, match="truncated or damaged gzip file"):
        idx(path)


def test_missing_file_is_an_ordinary_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        idx(tmp_path / "nothing")
