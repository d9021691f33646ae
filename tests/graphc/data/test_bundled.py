from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import graphc as gr
from graphc.data import bundled, digits


def test_digits_are_split_into_four_fifths_and_one():
    (images, labels), (test_images, test_labels) = digits()
    assert images.shape == (1438, 64)
    assert test_images.shape == (359, 64)
    assert labels.shape == (1438,)
    assert test_labels.shape == (359,)
    assert images.dtype == test_images.dtype == np.float32
    assert labels.dtype == test_labels.dtype == np.int64


def test_digits_have_every_class_in_both_parts_and_values_from_0_to_1():
    for images, labels in digits():
        assert images.min() == 0
        assert images.max() == 1
        counts = np.bincount(labels, minlength=10)
        assert len(counts) == 10
        assert counts.min() >= 25


def test_digits_are_the_published_ones():
    (images, labels), (test_images, test_labels) = digits()
    everything = np.concatenate([labels, test_labels])
    assert np.bincount(everything).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert round(float(np.concatenate([images, test_images]).sum(dtype=np.float64)) * 16) == 561718


def test_each_call_gives_arrays_of_its_own():
    (first, _), _ = digits()
    first[...] = 7
    (second, _), _ = digits()
    assert second.max() == 1


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bundled, "files", lambda package: tmp_path)
    return tmp_path


def test_missing_file(folder: Path):
    with pytest.raises(gr.DataError) as caught:
        digits()
    assert str(caught.value) == f"digits: {folder / 'digits.npz'} is missing; graphc is not installed completely"


def test_damaged_file(folder: Path):
    whole = (Path(bundled.__file__).parent / "digits.npz").read_bytes()
    for content in (b"", b"PK", b"\x93NUMPY", whole[:20000], whole[:-10], whole[:5000] + b"\0" * 900 + whole[5900:]):
        (folder / "digits.npz").write_bytes(content)
        with pytest.raises(gr.DataError, match=r"digits: .*npz is damaged: "):
            digits()


def test_wrong_shape_type_and_values(folder: Path):
    images, labels = np.zeros((1797, 8, 8), np.uint8), np.zeros(1797, np.uint8)

    def problem(images: np.ndarray, labels: np.ndarray) -> str:
        np.savez(folder / "digits.npz", images=images, labels=labels)
        with pytest.raises(gr.DataError) as caught:
            digits()
        return str(caught.value).replace(str(folder), "F")

    assert (
        problem(images[1:], labels)
        == "digits: images of F/digits.npz: expected u8 [1797, 8, 8], got uint8 [1796, 8, 8]"
    )
    assert problem(images, labels.astype(int)) == "digits: labels of F/digits.npz: expected u8 [1797], got int64 [1797]"
    assert problem(images + 17, labels) == "digits: images of F/digits.npz: expected values up to 16, got 17"
    assert problem(images, labels + 10) == "digits: labels of F/digits.npz: expected values up to 9, got 10"
