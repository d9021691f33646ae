from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from graphc.runtime.collector import rare_collections


@pytest.fixture(autouse=True)
def threshold() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_collections_are_rare_inside_and_as_before_afterwards() -> None:
    gc.set_threshold(700, 10, 10)
    with rare_collections():
        assert gc.get_threshold()[0] > 10_000
        with rare_collections():
            assert gc.get_threshold()[0] > 10_000
        assert gc.get_threshold()[0] > 10_000
    assert gc.get_threshold() == (700, 10, 10)


def _fail() -> None:
    with rare_collections():
        raise KeyError


def test_an_error_puts_it_back() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(KeyError):
        _fail()
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("first", [0, 1_000_000])
def test_a_collector_that_looks_more_rarely_is_left_alone(first: int) -> None:
    gc.set_threshold(first, 10, 10)
    with rare_collections():
        assert gc.get_threshold()[0] == first
    assert gc.get_threshold()[0] == first


def test_what_somebody_sets_meanwhile_stays() -> None:
    gc.set_threshold(700, 10, 10)
    with rare_collections():
        gc.set_threshold(500, 5, 5)
    assert gc.get_threshold() == (500, 5, 5)
