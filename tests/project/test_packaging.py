"""The shape of the repository: what is packaged, how large files are, what they are called, what is public."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
import types
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("graphc", "compiler", "runtime")
LONGEST = 500  # lines
VAGUE = {"common", "helper", "helpers", "misc", "util", "utils"}
PUBLIC = ("graphc", "graphc.data", "graphc.nn", "graphc.optim", "graphc.optim.lr_scheduler", "graphc.runtime")


def modules() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def import_name(folder: Path) -> str:
    parts = folder.relative_to(ROOT).parts
    return ".".join(parts if parts[0] == "graphc" else ("graphc", *parts))


def test_every_package_is_listed_and_sorted():
    found = sorted(import_name(path.parent) for path in modules() if path.name == "__init__.py")
    assert settings()["packages"] == found


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in modules()}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_data_files_are_packaged():
    listed = settings()["package-data"]["graphc.data"]
    there = sorted(path.name for path in (ROOT / "graphc/data").iterdir() if path.is_file() and path.suffix != ".py")
    assert sorted(listed) == there


def test_typed_marker_on_every_floor():
    assert all((ROOT / floor / "py.typed").exists() for floor in FLOORS)


def test_no_module_is_too_long():
    files = [*modules(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "examples").rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_has_a_vague_name():
    named = [path for path in modules() if path.stem.lstrip("_") in VAGUE or path.parent.name in VAGUE]
    assert named == []


def test_tests_are_no_packages():
    # With tests/compiler/__init__.py, the name of a test package could stand before the package under test.
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_listed(name: str):
    # Their order is held by ruff (RUF022).
    module = importlib.import_module(name)
    public = module.__all__
    assert len(set(public)) == len(public)
    assert [each for each in public if not hasattr(module, each)] == []
    visible = {each for each, value in vars(module).items() if not each.startswith("_") and not is_module(value)}
    assert visible == {each for each in public if not each.startswith("_") and not is_module(getattr(module, each))}


def is_module(value: object) -> bool:
    return isinstance(value, types.ModuleType)


def test_importing_graphc_does_not_import_numba(tmp_path: Path):
    # Numba takes most of a second; a program whose kernels are in the cache never needs it.
    code = "import sys, graphc; print(*(name for name in sys.modules if name.split('.')[0] in ('numba', 'torch')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_version_is_the_distribution_s():
    """It stands in a module, too: reading it from the distribution would take part of every start."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert importlib.import_module("graphc").__version__ == project["version"]
