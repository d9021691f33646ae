"""The scripts of tests/benchmarks are run by hand; here they are only imported, so that they cannot rot unseen."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_can_be_imported(name: str, monkeypatch: pytest.MonkeyPatch):
    spec = importlib.util.spec_from_file_location(f"benchmark_{Path(name).stem}", FOLDER / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module.__name__, module)  # dataclasses look there
    spec.loader.exec_module(module)
    assert callable(module.main)


def test_the_readme_names_all_scripts():
    assert sorted(set(re.findall(r"tests/benchmarks/(\w+\.py)", README))) == SCRIPTS
