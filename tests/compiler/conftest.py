"""Compiled code of these tests goes to a directory of their own; none leaves another number of threads behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphc.runtime import current_cache, get_num_threads, set_cache_directory, set_num_threads


@pytest.fixture(scope="session", autouse=True)
def cache_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    before = current_cache().directory
    directory = tmp_path_factory.mktemp("compiled")
    set_cache_directory(directory)
    yield directory
    set_cache_directory(before)


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = get_num_threads()
    yield
    set_num_threads(before)
