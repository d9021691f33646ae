"""README and continuous integration tell the same commands, and they can be found by a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no section {title!r}"
    return found[1]


@pytest.mark.parametrize("title", ["Run it", "Test it"])
def test_a_section_has_one_block_with_one_command(title: str):
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", section(title), re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks] == ["sh"]
    assert len(blocks[0][1].strip().splitlines()) == 1


def test_continuous_integration_runs_the_readme_command():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "## Test it" in script
    assert ".ci/run" in (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")


def test_files_named_in_the_documentation_exist():
    pages = [ROOT / "README.md", *(ROOT / ".github").rglob("*.md"), ROOT / "examples/README.md"]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ]
    assert [
        (str(page.relative_to(ROOT)), target)
        for page, target in links
        if "://" not in target and not (page.parent / target).exists()
    ] == []
