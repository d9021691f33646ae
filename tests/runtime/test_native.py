from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from graphc.runtime import native as module
from graphc.runtime.loader import load_object

FRESH = """
import sys
from graphc.runtime import set_cache_directory
from graphc.runtime.native import native
set_cache_directory(sys.argv[1])
print(sorted(native().addresses), "numba" in sys.modules)
"""


def functions(text: str) -> set[str]:
    return set(re.findall(r"^define .*@(\w+)\(", text, re.MULTILINE))


def test_the_text_is_made_from_its_sources() -> None:
    (first, *_) = module.TEXT.read_text(encoding="utf-8").splitlines()
    assert module.sources_digest() in first, "run python -m graphc.runtime.native_text"


def test_the_text_holds_nothing_of_one_machine_or_version() -> None:
    text = module.TEXT.read_text(encoding="utf-8")
    for word in ("target ", "attributes", "x86", "numba", "Numba", "captures", "nocapture", "!", "#", "lifetime", "<"):
        assert word not in text, word
    assert text == module.TEXT.read_bytes().decode("ascii")


def test_the_text_is_what_lowering_gives() -> None:
    from graphc.runtime.native_text import text

    # Instructions and their order may differ between versions of Numba and LLVM.
    assert functions(text()) == functions(module.TEXT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64", "arm64", "riscv64"])
def test_every_kind_of_processor_has_its_way_to_pause(architecture: str) -> None:
    made = llvm.parse_assembly(module.with_pause(module.TEXT.read_text(encoding="utf-8"), architecture))
    made.verify()
    assert not made.get_function("graphc_pause").is_declaration


def test_a_first_start_does_not_import_numba(tmp_path: Path) -> None:
    code = FRESH.replace("import sys\n", f"import sys\nsys.path[:] = {sys.path!r}\n", 1)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['epoch_body', 'next_task', 'step_body'] False\n"
    assert done.stderr == ""


def test_sources_that_have_changed_are_lowered_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    text = module.TEXT.read_text(encoding="utf-8")
    lowered: list[str] = []
    monkeypatch.setattr(module, "_lowered_anew", lambda: lowered.append("anew") or text)
    assert load_object(module.build(), ["graphc_enter"])["graphc_enter"]
    assert lowered == []
    monkeypatch.setattr(module, "sources_digest", lambda: "0" * 32)
    assert load_object(module.build(), ["graphc_enter"])["graphc_enter"]
    assert lowered == ["anew"]


def test_a_text_that_llvm_cannot_read_is_lowered_anew_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "native.ll"
    path.write_text(f"; made from sources {module.sources_digest()} by the future\ndefine wider than before")
    digest = module.sources_digest()
    monkeypatch.setattr(module, "sources_digest", lambda: digest)
    monkeypatch.setattr(module, "TEXT", path)
    with pytest.warns(UserWarning, match="LLVM cannot read .*native.ll, its sources are compiled instead"):
        assert load_object(module.build(), ["graphc_enter"])["graphc_enter"]
