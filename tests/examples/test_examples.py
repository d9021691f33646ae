"""Every example runs, shortened, and says what it promises."""

from __future__ import annotations

import gzip
import importlib.util
import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from safetensors.numpy import load_file

import graphc as gr

FOLDER = Path(__file__).parents[2] / "examples"


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"examples_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_described_and_tested():
    names = {path.name for path in FOLDER.glob("*.py")}
    assert names == {"digits.py", "inspect_ir.py", "lecture.py", "mnist.py"}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"]({name})" in readme for name in names)


def test_digits_reach_what_is_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    digits = example("digits")
    file = tmp_path / "digits.safetensors"
    reached = digits.main(["--epochs", "15", "--save", str(file)])
    text = capsys.readouterr().out
    assert reached >= digits.PROMISED
    assert text.count("Test Error: \n Accuracy: ") == 15
    assert "Done!" in text
    assert f"Held out: 359 images, {reached:.1%} right (promised: 97%): as promised" in text
    assert sorted(load_file(file)) == ["0.bias", "0.weight", "2.bias", "2.weight", "4.bias", "4.weight"]


def test_digits_show_a_stage(capsys: pytest.CaptureFixture[str]):
    digits = example("digits")
    x = gr.input("x", "f32[n]")
    assert tuple(digits.STAGES) == tuple(gr.compile(x, x + 1).stages)
    digits.main(["--epochs", "1", "--show-ir"])
    text = capsys.readouterr().out
    assert text.startswith("graph @train(")
    assert "kernel @" in text
    assert "Predicted: " in text


def write_idx(path: Path, array: np.ndarray) -> None:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    content = header + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content, compresslevel=1) if path.suffix == ".gz" else content)


def write_mnist(folder: Path, part: str, count: int, suffix: str = "") -> None:
    # A class is a bright row: easy to learn.
    labels = np.arange(count) % 10
    images = np.random.default_rng(0).integers(0, 60, (count, 28, 28))
    images[np.arange(count), 2 * labels] = 250
    write_idx(folder / f"{part}-images-idx3-ubyte{suffix}", images)
    write_idx(folder / f"{part}-labels-idx1-ubyte{suffix}", labels)


def test_mnist_splits_the_test_files_where_they_are_all_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write_mnist(tmp_path, "t10k", 2500, ".gz")
    assert example("mnist").main(["--data", str(tmp_path), "--epochs", "2"]) > 0.9
    assert capsys.readouterr().out.startswith("1000 images to train with, 1500 to test with\n")


def test_mnist_takes_the_train_files_and_plain_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write_mnist(tmp_path, "train", 640, ".gz")
    write_mnist(tmp_path, "t10k", 100)
    example("mnist").main(["--data", str(tmp_path), "--epochs", "1", "--limit", "500"])
    assert capsys.readouterr().out.startswith("500 images to train with, 100 to test with\n")


def test_mnist_says_what_is_wrong(tmp_path: Path):
    mnist = example("mnist")

    def problem() -> str:
        with pytest.raises(SystemExit) as caught:
            mnist.main(["--data", str(tmp_path)])
        return str(caught.value).replace(str(tmp_path), "DIR")

    images = tmp_path / "t10k-images-idx3-ubyte"
    assert problem() == (
        f"mnist: DIR holds neither {images.name} nor {images.name}.gz; with internet, --download fetches them"
    )
    write_mnist(tmp_path, "t10k", 100)
    assert problem() == "mnist: expected more than 1500 images to split DIR into two parts, got 100"
    write_mnist(tmp_path, "train", 64)
    whole = images.read_bytes()
    images.write_bytes(whole[:-7])
    assert problem() == (
        f"mnist: idx: DIR/{images.name}: truncated: expected 78400 bytes of uint8 [100, 28, 28], got 78393"
    )
    images.write_bytes((tmp_path / "t10k-labels-idx1-ubyte").read_bytes())
    assert problem() == "mnist: t10k images in DIR: expected u8 [n, 28, 28], got uint8 [100]"
    images.write_bytes(whole)
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", np.arange(99))
    assert problem() == "mnist: t10k labels in DIR: expected u8 [100], got uint8 [99]"
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", np.arange(100))
    assert problem() == "mnist: t10k labels in DIR: expected 0 to 9, got 99"


def test_mnist_download_checks_what_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mnist = example("mnist")
    source = tmp_path / "source"
    source.mkdir()
    (source / "train-images-idx3-ubyte.gz").write_bytes(b"no such data")
    monkeypatch.setattr(mnist, "HOME", source.as_uri() + "/")
    target = tmp_path / "target"
    with pytest.raises(SystemExit) as caught:
        mnist.main(["--data", str(target), "--download"])
    assert "expected a file with MD5 f68b3c2dcbeaaa9fbdd348bbdeb94873, got " in str(caught.value)
    assert list(target.iterdir()) == []


def test_lecture_sections(capsys: pytest.CaptureFixture[str]):
    example("lecture").main(["neuron", "network", "errors", "chain_rule", "one_layer", "sgd"])
    text = capsys.readouterr().out
    assert "f = relu             z = 4.500000" in text
    assert "%d_f: f64[] = sub(%f, %y)\n    %d_z1: f64[] = mul(%d_f, %w9)\n    %d_w1: f64[] = mul(%d_z1, %x1)" in text
    assert "compiled -0.637000000, delta * w9 * x1 = -0.637000000" in text
    assert "binary cross-entropy with logits         1.004345645, by the formula 1.004345645" in text


def test_lecture_with_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("matplotlib")
    example("lecture").main(
        ["activations", "curve", "sgd", "dropout", "batch_norm", "--fast", "--plots", str(tmp_path)]
    )
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert pictures == ["activations.png", "batch_norm.png", "curve.png", "dropout.png", "sgd.png"]
    assert capsys.readouterr().out.count("picture: ") == 5


def test_lecture_knows_its_sections(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        example("lecture").main(["biology"])
    assert "no section biology; there are neuron, " in capsys.readouterr().err


def test_inspect_ir_shows_every_stage(capsys: pytest.CaptureFixture[str]):
    inspect_ir = example("inspect_ir")
    inspect_ir.main([])
    text = capsys.readouterr().out
    titles = [line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("=== ")]
    assert titles == list(inspect_ir.SENTENCES) == list(inspect_ir.program().stages)
    inspect_ir.main(["--stages", "declared", "--lines", "0"])
    whole = capsys.readouterr().out
    assert "vjp(" in whole
    assert "... cut" not in whole
