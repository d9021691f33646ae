"""The data set that comes with graphc."""

from __future__ import annotations

import zipfile
from importlib.resources import files
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.runtime.errors import DataError

Images: TypeAlias = npt.NDArray[np.float32]
Labels: TypeAlias = npt.NDArray[np.int64]
Split: TypeAlias = tuple[Images, Labels]

_NAME: Final = "digits.npz"
_COUNT: Final = 1797
_TEST: Final = _COUNT // 5  # a fifth is held out: 359 images
_LARGEST: Final = 16  # a pixel counts the set points of a 4x4 block


def digits() -> tuple[Split, Split]:
    """Handwritten digits, 8 by 8 pixels: 1,438 to train with and 359 held out.

    The order of the images was shuffled once and lies in the file, so that the split is the same everywhere. The same
    writers occur in both parts.

    Returns:
        ``(images, labels), (test_images, test_labels)``: images f32 ``[n, 64]`` in [0, 1], row by row from the top
        left; labels i64 ``[n]`` from 0 to 9.

    Raises:
        DataError: the file of this installation is missing or damaged.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository
    (1998), DOI 10.24432/C50P49, its test set; licence CC BY 4.0.
    """
    pixels, labels = _read()
    images = (pixels.reshape(_COUNT, 64) / np.float32(_LARGEST)).astype(np.float32)
    targets = labels.astype(np.int64)
    return (images[:-_TEST], targets[:-_TEST]), (images[-_TEST:], targets[-_TEST:])


def _read() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    place = files(__package__).joinpath(_NAME)
    try:
        with place.open("rb") as stream, np.load(stream, allow_pickle=False) as parts:
            images, labels = parts["images"], parts["labels"]
    except FileNotFoundError:
        raise DataError(f"digits: {place} is missing; graphc is not installed completely") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"digits: {place} is damaged: {error}") from error
    _check(images, (_COUNT, 8, 8), _LARGEST, f"images of {place}")
    _check(labels, (_COUNT,), 9, f"labels of {place}")
    return images, labels


def _check(array: npt.NDArray[Any], shape: tuple[int, ...], largest: int, what: str) -> None:
    if array.dtype != np.uint8 or array.shape != shape:
        raise DataError(f"digits: {what}: expected u8 {list(shape)}, got {array.dtype} {list(array.shape)}")
    if array.max() > largest:
        raise DataError(f"digits: {what}: expected values up to {largest}, got {array.max()}")
