"""Golden files: ``tests/golden/**/*.ir`` hold the input of some passes and the text that must come out.

    # RUN: canonicalize,dce
    # What this shows, in a line or two.
    graph @g(%x: f32[8]) { ... }
    # ---
    graph @g(%x: f32[8]) { ... }

The passes run in order, the result is verified after each, printed, compared with the lower half, and read back. A
pass may have options, ``fuse{enabled=false}``; ``pipeline`` stands for every pass of a training program down to the
fused stage; with no passes the text is only read and printed. ``--update-golden`` rewrites the lower halves, and the
run still fails: review the difference, then run again.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

SEPARATOR = "# ---\n"
LOCATION = re.compile(r"# \S+:\d+")
STEP = re.compile(r"(\w+)(\{[^}]*\})?")


# The folder graphc/ at the root of the repository must not shadow the installed package, here (`python -m pytest`) and
# in the Python processes that tests start.
ROOT = Path(__file__).parents[1]
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != ROOT]
os.environ["PYTHONSAFEPATH"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the lower halves of golden files, and fail")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".ir" and "golden" in file_path.parts:
        return GoldenFile.from_parent(parent, path=file_path)
    return None


class GoldenMismatchError(Exception):
    """The output differs from the golden text."""


class GoldenFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield GoldenItem.from_parent(self, name=self.path.stem)


class GoldenItem(pytest.Item):
    def runtest(self) -> None:
        source = self.path.read_text(encoding="utf-8")
        top, separator, expected = source.partition(SEPARATOR)
        actual = self.run_passes(top)
        if actual == expected.rstrip("\n"):
            return
        if self.config.getoption("--update-golden"):
            self.path.write_text(f"{top.rstrip()}\n{SEPARATOR}{actual}\n", encoding="utf-8")
            raise GoldenMismatchError(f"{self.path.name} was updated; review the difference and run again")
        if not separator:
            raise GoldenMismatchError(f"{self.path.name} has no lower half yet; run with --update-golden")
        lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "golden", "actual", lineterm="")
        raise GoldenMismatchError("\n".join(lines))

    def run_passes(self, top: str) -> str:
        from graphc.compiler.ir import TextLoc, at
        from graphc.compiler.text import parse, print_stage, verify

        first, _, rest = top.partition("\n")
        if not first.startswith("# RUN:"):
            raise GoldenMismatchError(
                f"{self.path.name}: expected '# RUN: pass, pass' in the first line, got {first!r}"
            )
        graph = parse(top, file=self.path.name)
        verify(graph)
        with at(TextLoc(self.path.name, 1)):  # for nodes that replace no other, such as the next random state
            for step in make_passes(first.removeprefix("# RUN:")):
                graph = step.run(graph)
                verify(graph, after=step.name)
        text = print_stage(graph, locations=bool(LOCATION.search(rest)))
        assert print_stage(parse(text, file=self.path.name)) == text, "the result does not read back as it was printed"
        return text

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, GoldenMismatchError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"golden {self.path.name}"


def make_passes(text: str) -> Iterator[Any]:
    """``canonicalize, fuse{enabled=false}`` as passes."""
    from graphc.compiler.ir import Leaf, Tokens, read_attrs
    from graphc.compiler.pipeline import passes
    from graphc.runtime.types import TensorType

    known = {cls.name: cls for cls in pass_classes()}
    for name, options in STEP.findall(text):
        if name == "pipeline":
            rng = Leaf("state", TensorType.parse("i64[2]"), "rng")
            yield from (step for sequence in passes(training=True, rng=rng).values() for step in sequence)
            continue
        if name not in known:
            raise GoldenMismatchError(f"no pass is called '{name}'; there are: {', '.join(sorted(known))}")
        attrs = {key: value for key, (_, value) in read_attrs(Tokens(options)).items()}
        yield known[name](**attrs)


def pass_classes() -> Iterable[Any]:
    from graphc.compiler import autodiff, passes

    for module in (passes, autodiff):
        for cls in vars(module).values():
            if dataclasses.is_dataclass(cls) and isinstance(getattr(cls, "name", None), str):
                yield cls
