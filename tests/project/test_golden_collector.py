"""Golden files never become right by themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = "# RUN: dce\ngraph @g(%x: f32[8]) {\n  %dead: f32[8] = exp(%x)\n  return %x\n}\n"
RESULT = "# ---\ngraph @g(%x: f32[8]) {\n  return %x\n}\n"


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    shutil.copy(Path(__file__).parents[1] / "conftest.py", tmp_path)
    (tmp_path / "golden").mkdir()
    return tmp_path / "golden" / "case.ir"


def run(golden: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(golden)]
    done = subprocess.run(command, cwd=golden.parents[1], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_new_file_is_updated_and_fails_once(golden: Path) -> None:
    golden.write_text(TOP)
    code, output = run(golden, "--update-golden")
    assert code == 1
    assert "case.ir was updated; review the difference and run again" in output
    assert golden.read_text() == TOP + RESULT
    assert run(golden)[0] == 0


def test_a_difference_is_shown(golden: Path) -> None:
    golden.write_text(TOP + RESULT.replace("return %x", "return %dead"))
    code, output = run(golden)
    assert code == 1
    assert "-  return %dead\n+  return %x\n" in output
    assert "return %dead" in golden.read_text()
