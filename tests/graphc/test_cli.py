import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphc.cli import main
from graphc.runtime.codecache import CodeCache, current_cache, set_cache_directory

SCRIPT = """\
import graphc as gr

print("a script may print")
x = gr.input("x", "f32[n, 4]")
w = gr.parameter("f32[4]", name="w")
loss = gr.sum(gr.exp(x * w))
predict = gr.compile([x], loss)
train = gr.compile([x], loss, updates=[(w, w - 0.5 * gr.grad(loss, w))], name="fit")
other = 3
"""
GRAPH = """\
graph @double(%x: f32[n]) {
  %y: f32[n] = mul(%x, 2.0)
  %z: f32[n] = add(%y, 1.0)
  return %z
}
"""


@pytest.fixture(autouse=True, scope="module")
def private_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = current_cache().directory
    set_cache_directory(tmp_path_factory.mktemp("cache"))
    yield
    set_cache_directory(before)


@pytest.fixture
def own_cache(tmp_path: Path) -> Iterator[CodeCache]:
    before = current_cache().directory
    yield set_cache_directory(tmp_path / "own")
    set_cache_directory(before)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scripts") / "net.py"
    path.write_text(SCRIPT)
    path.with_name("empty.py").write_text("")
    return path


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    path = tmp_path / "double.ir"
    path.write_text(GRAPH)
    return path


def test_inspect_lists_programs(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(script)]) == 0
    out, err = capsys.readouterr()
    assert "a script may print" in err
    predict, train, blank, hint = out.splitlines()
    assert predict.startswith("predict  (x: f32[n, 4]) -> (f32[]), ")
    assert train.startswith("train    (x: f32[n, 4]) -> (f32[]), 1 updates, ")
    assert blank == ""
    assert hint.startswith(f"graphc inspect {script}:predict --stage declared|backward")


def test_inspect_a_stage(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", f"{script}:train", "--stage", "declared"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("graph @fit(%x: f32[n, 4], param %w: f32[4]")
    assert "# net.py:6" in text
    assert main(["inspect", f"{script}:train"]) == 0
    assert "fused @" in capsys.readouterr().out


def test_inspect_one_kernel(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(script), "--json"]) == 0
    listing = json.loads(capsys.readouterr().out)
    kernel = listing["programs"][0]["kernels"][0]
    assert main(["inspect", f"{script}:predict", "--kernel", kernel[:-2], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kernel"] == kernel
    assert found["text"].startswith(f"kernel @{kernel}(")
    for stage, part in (("python", f"def {kernel}("), ("llvm", "define"), ("asm", kernel)):
        assert main(["inspect", f"{script}:predict", "--kernel", kernel, "--stage", stage]) == 0
        assert part in capsys.readouterr().out


def test_inspect_ir_text(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(graph), "--stage", "declared"]) == 0
    assert capsys.readouterr().out == GRAPH
    assert main(["inspect", str(graph)]) == 0
    fused = capsys.readouterr().out
    assert "fused @mul_add_" in fused
    again = graph.with_name("fused.ir")
    again.write_text(fused)
    assert main(["inspect", str(again)]) == 0
    assert capsys.readouterr().out == fused
    assert main(["inspect", str(again), "--stage", "python"]) == 0
    assert "def mul_add_" in capsys.readouterr().out
    assert main(["inspect", str(again), "--stage", "backward"]) == 1
    assert "this text is of stage 'fused'; 'backward' comes before it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["net.py:nothing"], 1, "inspect: no program 'nothing' in"),
        (["net.py", "--stage", "fused"], 2, "graphc: say which program: "),
        (["net.py:train", "--kernel", "softmax"], 1, "inspect: no kernel 'softmax' in train; there are: "),
        (["net.py:train", "--kernel", "", "--stage", "planned"], 1, "inspect: kernels are shown at fused, python"),
        (["missing.py"], 1, "missing.py"),
        (["empty.py"], 1, "inspect: no compiled program at module level in "),
    ],
)
def test_inspect_says_what_is_wrong(
    script: Path, arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, *rest = arguments
    assert main(["inspect", str(script.parent / file), *rest]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_a_parse_error_names_the_file(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph.write_text(GRAPH.replace("mul(", "mull("))
    assert main(["inspect", str(graph)]) == 1
    assert capsys.readouterr().err == (
        """\
ParseError: double.ir:2:16: no operator is called 'mull'; did you mean 'mul'?
  2 |   %y: f32[n] = mull(%x, 2.0)
    |                ^^^^
"""
    )


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["self_test"]["ok"] is True
    assert found["cpu"]["vector_bits"] in (64, 128, 256, 512)
    assert found["cache"]["writable"] is True
    assert found["versions"]["numpy"]
    assert main(["doctor"]) == 0
    assert "self test  ok" in capsys.readouterr().out


def test_cache(capsys: pytest.CaptureFixture[str], own_cache: CodeCache) -> None:
    own_cache.put("key", ".o", b"data")
    own_cache.put("other", ".py", b"data")
    assert main(["cache", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {file["key"] for file in found["files"]} == {"key", "other"}
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.startswith(f"{found['directory']}: {found['entries']} files, ")
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"removed 2 files from {own_cache.directory}\n"
    assert main(["cache", "size", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == 0


def test_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["passes"]) == 0
    plain = capsys.readouterr().out
    assert plain.startswith("backward:\n")
    assert "  canonicalize " in plain
    assert " -> " not in plain
    assert main(["passes", "--rules"]) == 0
    laws = [line.strip() for line in capsys.readouterr().out.splitlines() if " -> " in line]
    assert "mul(x, 1) -> x" in laws
    assert len(laws) == len(set(laws))


def test_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["inspect"])
    assert caught.value.code == 2


def test_the_module_runs() -> None:
    done = subprocess.run([sys.executable, "-m", "graphc", "passes"], capture_output=True, text=True, check=True)
    assert "fuse" in done.stdout
