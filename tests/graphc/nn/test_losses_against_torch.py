"""Every loss with its options: value and gradient equal PyTorch's in float64."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn

torch = pytest.importorskip("torch")

RTOL = 1e-9
REDUCTIONS = ("none", "mean", "sum")
rng = np.random.default_rng(3)
LOGITS, TARGETS = rng.normal(size=(6, 4)) * 3, rng.normal(size=(6, 4)) * 3
UNIT, PROBABILITIES = rng.random((6, 4)), rng.random((6, 4))
ROWS = PROBABILITIES / PROBABILITIES.sum(1, keepdims=True)
LABELS = np.array([0, 3, 2, 2, 1, 3])
SOME_IGNORED = np.array([0, -100, 2, 2, -100, 3])
IMAGES, IMAGE_LABELS = rng.normal(size=(2, 4, 3, 5)), rng.integers(0, 4, (2, 3, 5))
CLASS_WEIGHT = np.array([0.5, 2.0, 1.0, 0.1])


def cases() -> Iterator[Any]:
    for reduction in REDUCTIONS:
        for name in ("L1Loss", "MSELoss", "SmoothL1Loss", "HuberLoss"):
            yield name, {"reduction": reduction}, LOGITS, TARGETS
        yield "SmoothL1Loss", {"reduction": reduction, "beta": 0.3}, LOGITS, TARGETS
        yield "SmoothL1Loss", {"reduction": reduction, "beta": 0.0}, LOGITS, TARGETS
        yield "HuberLoss", {"reduction": reduction, "delta": 2.5}, LOGITS, TARGETS
        yield "BCELoss", {"reduction": reduction}, UNIT, PROBABILITIES
        yield "BCELoss", {"reduction": reduction, "weight": CLASS_WEIGHT}, UNIT, PROBABILITIES
        for options in ({}, {"weight": CLASS_WEIGHT}, {"pos_weight": CLASS_WEIGHT}):
            yield "BCEWithLogitsLoss", {"reduction": reduction, **options}, LOGITS, PROBABILITIES
        yield "KLDivLoss", {"reduction": reduction}, np.log(UNIT), ROWS
        yield "KLDivLoss", {"reduction": reduction, "log_target": True}, np.log(UNIT), np.log(ROWS)
        for weight in (None, CLASS_WEIGHT):
            for smoothing in (0.0, 0.15):
                shared = {"reduction": reduction, "weight": weight, "label_smoothing": smoothing}
                yield "CrossEntropyLoss", shared, LOGITS, LABELS
                yield "CrossEntropyLoss", shared, LOGITS, SOME_IGNORED
                yield "CrossEntropyLoss", {**shared, "ignore_index": 2}, LOGITS, LABELS
                yield "CrossEntropyLoss", shared, LOGITS, ROWS
                yield "CrossEntropyLoss", shared, IMAGES, IMAGE_LABELS
                yield "CrossEntropyLoss", shared, LOGITS[0], np.array(2)
                yield "CrossEntropyLoss", shared, LOGITS[0], ROWS[0]
            yield "NLLLoss", {"reduction": reduction, "weight": weight}, np.log(ROWS), SOME_IGNORED
            yield "NLLLoss", {"reduction": reduction, "weight": weight, "ignore_index": 3}, np.log(ROWS), LABELS
            yield "NLLLoss", {"reduction": reduction, "weight": weight}, IMAGES, IMAGE_LABELS
    yield "KLDivLoss", {"reduction": "batchmean"}, np.log(UNIT), ROWS


def _name(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype.kind}{value.ndim}"
    if isinstance(value, dict):
        return "-".join(f"{k}={'given' if isinstance(v, np.ndarray) else v}" for k, v in value.items())
    return str(value)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")  # torch advises batchmean
@pytest.mark.parametrize(("name", "options", "x", "y"), list(cases()), ids=_name)
def test_loss(run: Any, name: str, options: dict[str, Any], x: np.ndarray, y: np.ndarray) -> None:
    given = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    tensor = torch.tensor(x, requires_grad=True)
    expected = getattr(torch.nn, name)(**given)(tensor, torch.tensor(y))
    weight = np.random.default_rng(1).normal(size=tuple(expected.shape))
    (expected * torch.tensor(weight)).sum().backward()

    inputs = [gr.input(n, f"{gr.DType.of(a.dtype)}[{', '.join(map(str, a.shape))}]") for n, a in (("x", x), ("y", y))]
    loss = getattr(nn, name)(**options)(*inputs)
    gradient = gr.grad((loss * weight).sum(), inputs[0])
    value, slope = run([loss, gradient], dict(zip(inputs, (x, y), strict=True)))
    np.testing.assert_allclose(value, expected.detach().numpy(), rtol=RTOL, atol=1e-12)
    np.testing.assert_allclose(slope, tensor.grad.numpy(), rtol=RTOL, atol=1e-12)


@pytest.mark.parametrize("size", [30.0, 1000.0])
def test_logits_far_out_stay_exact(run: Any, size: float) -> None:
    x = np.array([[-size, size], [size, -size], [0.0, size]])
    y = np.array([[0.0, 1.0], [0.0, 0.3], [1.0, 0.0]])
    a, b = gr.input("a", "f64[3, 2]"), gr.input("b", "f64[3, 2]")
    expected = torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(x), torch.tensor(y), reduction="none")
    got = run(nn.functional.binary_cross_entropy_with_logits(a, b, reduction="none"), {a: x, b: y})
    np.testing.assert_allclose(got, expected.numpy(), rtol=1e-9)
    labels = gr.input("labels", "i64[3]")
    expected = torch.nn.functional.cross_entropy(torch.tensor(x), torch.tensor([0, 1, 0]), reduction="none")
    got = run(nn.functional.cross_entropy(a, labels, reduction="none"), {a: x, labels: np.array([0, 1, 0])})
    np.testing.assert_allclose(got, expected.numpy(), rtol=1e-9)


def test_bce_is_cut_off_at_certainty(run: Any) -> None:
    x, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    a, b = gr.input("a", "f64[4]"), gr.input("b", "f64[4]")
    loss = nn.functional.binary_cross_entropy(a, b, reduction="none")
    value, slope = run([loss, gr.grad(loss.sum(), a)], {a: x, b: y})
    np.testing.assert_array_equal(value, [100, 100, 0, 0])
    assert np.isfinite(slope).all()


def test_batch_of_named_size(run: Any) -> None:
    x, y = gr.input("x", "f64[batch, 4]"), gr.input("y", "i64[batch]")
    loss = nn.CrossEntropyLoss()(x, y)
    expected = torch.nn.functional.cross_entropy(torch.tensor(LOGITS), torch.tensor(LABELS))
    np.testing.assert_allclose(run(loss, {x: LOGITS, y: LABELS}), expected.numpy(), rtol=RTOL)
    assert loss.name == "cross_entropy"


def test_labels_of_i32(run: Any) -> None:
    x, y = gr.input("x", "f64[6, 4]"), gr.input("y", "i32[6]")
    expected = torch.nn.functional.cross_entropy(torch.tensor(LOGITS), torch.tensor(SOME_IGNORED))
    np.testing.assert_allclose(run(nn.CrossEntropyLoss()(x, y), {x: LOGITS, y: SOME_IGNORED}), expected, rtol=RTOL)


def test_a_label_outside_the_classes_is_an_error(run: Any) -> None:
    x, y = gr.input("x", "f64[6, 4]"), gr.input("y", "i64[6]")
    with pytest.raises(gr.IndexRangeError):
        run(nn.CrossEntropyLoss()(x, y), {x: LOGITS, y: LABELS + 1})
