"""program.report: one page that needs nothing beside it, in which everything is linked."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

import graphc as gr
from graphc.cli import main


def unpack(page: str) -> Any:
    packed = re.search(r'id="data">([^<]*)<', page)
    assert packed is not None
    return json.loads(zlib.decompress(base64.b64decode(packed[1])))


@pytest.fixture(scope="module")
def page(trained: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "r.html"
    profile = trained.program.profile(*trained.feeds, repeats=1)
    assert trained.program.report(path, profile=profile) == path
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(page: str) -> Any:
    return unpack(page)


def test_the_page_is_small_and_loads_nothing(page: str) -> None:
    assert len(page.encode()) < 300_000
    assert "<!--" not in page
    outside = re.sub(r'id="data">[^<]*<', "", page)
    assert not re.search(r"https?://|\bsrc\s*=|@import|url\(|<link|fetch\(|XMLHttpRequest|import\(", outside)


def test_every_pass_is_there_and_stages_are_marked(data: Any, trained: Any) -> None:
    stages = [step for step in data["steps"] if step["stage"]]
    assert [step["name"] for step in stages] == ["declared", "backward", "simplified", "fused"]
    for step in stages:
        text = "\n".join(data["pool"][line[0]] for line in step["lines"])
        assert text == gr.compiler.ir.print_graph(trained.program.compiled.graphs[step["name"]], locations=False)
    assert len(data["steps"]) > 10


def test_values_stored_or_computed_again_are_listed(data: Any, trained: Any) -> None:
    decisions = trained.program.explain_fusion().decisions
    assert decisions
    assert [row[:2] for row in data["decisions"]] == [[f"%{d.value}", d.type] for d in decisions]


def test_lines_nodes_and_kernels_are_linked(data: Any, trained: Any) -> None:
    launches = data["launches"]
    assert all(launch["lines"] for launch in launches)
    for step in data["steps"]:
        if step["name"] in ("simplified", "fused"):
            computed = [line for line in step["lines"] if " = " in data["pool"][line[0]]]
            linked = [line for line in computed if line[2]]
            assert len(linked) == len(computed)
    fused = [line for line in data["steps"][-1]["lines"] if line[3]]
    assert sorted(index for line in fused for index in line[2]) == list(range(len(launches)))
    declared = {data["pool"][line[0]].split(":")[0].strip(): line[2] for line in data["steps"][0]["lines"]}
    (relu,) = declared["%1.relu"]
    assert "1.relu" in " ".join(launches[relu]["makes"])


def test_a_layer_is_linked_to_the_line_that_made_it(data: Any) -> None:
    (file,) = data["files"]
    text = dict(file["lines"])
    first = next(launch for launch in data["launches"] if any("1.relu" in name for name in launch["makes"]))
    assert any("nn.Linear(6, 8)" in text[data["places"][place]["line"]] for place in first["lines"])


def test_kernels_memory_profile_and_gradients_are_there(data: Any, trained: Any) -> None:
    for name, kernel in data["kernels"].items():
        assert kernel["ir"] == trained.program.kernels[name].ir
        assert kernel["python"] == trained.program.kernels[name].source
        assert f"{name}" in kernel["asm"]
        assert ".p2align" not in kernel["asm"]
    assert [row["name"] for row in data["gradients"]] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert len(data["profile"]["launches"]) == len(data["launches"])
    assert data["memory"]["dims"] == "batch=32"
    assert data["memory"]["svg"].startswith("<svg")


def test_a_report_without_a_profile_or_gradients(tmp_path: Path) -> None:
    x = gr.input("x", "f32[n, 4]")
    program = gr.compile([x], gr.softmax(x, axis=1))
    data = unpack(program.report(tmp_path / "p.html", n=7).read_text(encoding="utf-8"))
    assert data["profile"] is None
    assert data["gradients"] == []
    assert data["memory"]["dims"] == "n=7"


def test_a_name_cannot_break_the_page(tmp_path: Path) -> None:
    x = gr.input("x", "f32[n]")
    y = gr.name(x * 2.0, "a<b>&")
    page = gr.compile([x], y, name="<b>").report(tmp_path / "q.html").read_text(encoding="utf-8")
    assert "<title>graphc: &lt;b&gt;</title>" in page
    assert "a<b>" not in re.sub(r'id="data">[^<]*<', "", page)
    assert "a<b>" not in unpack(page)["memory"]["svg"]


def test_a_program_in_a_notebook(trained: Any) -> None:
    html = trained.program._repr_html_()
    assert "@step(%x: f32[batch, 6], %y: i64[batch])" in html
    assert html.count("<tr>") == len(trained.program.compiled.plan.nodes) + 1


SCRIPT = """\
import graphc as gr
x = gr.input("x", "f32[n, 4]")
w = gr.parameter("f32[4]", name="w")
loss = gr.sum(gr.exp(x * w))
train = gr.compile([x], loss, updates=[(w, w - 0.5 * gr.grad(loss, w))], name="fit")
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scripts") / "net.py"
    path.write_text(SCRIPT)
    return path


@pytest.mark.parametrize(
    ("options", "beginning"),
    [
        (["--kernels"], ""),
        (["--profile", "--dims", "n=3"], "profile of fit (n=3)"),
        (["--memory"], "memory of fit (n=64)"),
        (["--explain"], "fusion of fit"),
        (["--explain", "w"], "gradient of %sum by %w: f32[4]"),
    ],
)
def test_the_command_line(script: Path, options: list[str], beginning: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", f"{script}:train", *options]) == 0
    assert capsys.readouterr().out.startswith(beginning)
    assert main(["inspect", str(script), *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["program"] == "train"


def test_reports_from_the_command_line(script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.html"
    assert main(["inspect", str(script), "--report", str(target)]) == 0
    assert unpack(target.read_text(encoding="utf-8"))["profile"] is None
    assert main(["inspect", str(script), "--report", str(target), "--dims", "n=5", "--json"]) == 0
    assert unpack(target.read_text(encoding="utf-8"))["profile"]["dims"] == "n=5"
    assert "out.html" in capsys.readouterr().out


@pytest.mark.parametrize("dims", ["n=0", "m=3", "n", "n=x"])
def test_wrong_dims(script: Path, dims: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(script), "--profile", "--dims", dims]) == 1
    assert "expected --dims NAME=N with a positive N" in capsys.readouterr().err


def test_text_has_no_program_to_look_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "double.ir"
    path.write_text("graph @double(%x: f32[n]) {\n  %y: f32[n] = mul(%x, 2.0)\n  return %y\n}\n")
    assert main(["inspect", str(path), "--kernels"]) == 1
    assert "only the programs of a Python file" in capsys.readouterr().err
