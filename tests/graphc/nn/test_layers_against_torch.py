"""Every layer and activation: forward and all gradients equal PyTorch's in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn

torch = pytest.importorskip("torch")
F = torch.nn.functional

RTOL = 1e-9  # both sides compute in float64; erf and exp differ in the last bits

ACTIVATIONS: list[tuple[str, dict[str, Any]]] = [
    ("ReLU", {}),
    ("ReLU6", {}),
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("GELU", {}),
    ("GELU", {"approximate": "tanh"}),
    ("SiLU", {}),
    ("Mish", {}),
    ("Softplus", {}),
    ("Softplus", {"beta": 2.0, "threshold": 3.0}),
    ("Softsign", {}),
    ("LogSigmoid", {}),
    ("LeakyReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.3}),
    ("ELU", {"alpha": 1.7}),
    ("CELU", {"alpha": 1.7}),
    ("SELU", {}),
    ("Hardtanh", {"min_val": -0.5, "max_val": 2.0}),
    ("Hardsigmoid", {}),
    ("Hardswish", {}),
    ("Softmax", {"dim": 1}),
    ("Softmin", {"dim": 0}),
    ("LogSoftmax", {"dim": -1}),
    ("GLU", {}),
    ("Flatten", {}),
    ("Identity", {}),
]


def compare(
    run: Any, ours: nn.Module, theirs: Any, *arrays: np.ndarray, training: bool = False, rtol: float = RTOL
) -> None:
    """Value, gradients by every float input and every parameter, weighted so that no direction is special."""
    theirs = theirs.double()
    ours.load_state_dict(theirs.state_dict())
    theirs.train(training)
    inputs = [
        gr.input(f"x{i}", f"{gr.DType.of(a.dtype)}[{', '.join(map(str, a.shape))}]") for i, a in enumerate(arrays)
    ]
    tensors = [torch.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    y, expected = ours(*inputs), theirs(*tensors)
    assert y.shape == tuple(expected.shape)
    weight = np.random.default_rng(7).normal(size=tuple(expected.shape))
    (expected * torch.tensor(weight)).sum().backward()
    wrt = [t for t in inputs if t.dtype.is_float] + list(ours.parameters())
    gradients = gr.grad((y * weight).sum(), wrt)
    outputs = run([y, *gradients], dict(zip(inputs, arrays, strict=True)), training)
    np.testing.assert_allclose(outputs[0], expected.detach().numpy(), rtol=rtol, atol=1e-12)
    references = [t.grad for t in tensors if t.requires_grad] + [p.grad for p in theirs.parameters()]
    for got, reference in zip(outputs[1:], references, strict=True):
        np.testing.assert_allclose(got, reference.numpy(), rtol=rtol, atol=1e-12)


@pytest.mark.parametrize(("name", "options"), ACTIVATIONS, ids=lambda p: p if isinstance(p, str) else "")
def test_activations(run: Any, name: str, options: dict[str, Any], rng: np.random.Generator) -> None:
    x = rng.normal(size=(5, 6)) * 3
    rough = name in ("CELU", "Hardsigmoid", "Hardswish")  # torch rounds 1/alpha and 1/6 to float32 there
    compare(run, getattr(nn, name)(**options), getattr(torch.nn, name)(**options), x, rtol=1e-6 if rough else RTOL)


@pytest.mark.parametrize("name", ["ELU", "CELU", "SELU", "Softplus", "SiLU", "Mish", "GELU", "LogSigmoid"])
def test_activations_are_finite_far_out(run: Any, name: str) -> None:
    x = np.array([[-1000.0, -80.0, 80.0, 1000.0]])
    compare(run, getattr(nn, name)(), getattr(torch.nn, name)(), x)


def test_prelu(run: Any, rng: np.random.Generator) -> None:
    compare(run, nn.PReLU(3, dtype="f64"), torch.nn.PReLU(3), rng.normal(size=(4, 3, 5)))
    compare(run, nn.PReLU(dtype="f64"), torch.nn.PReLU(), rng.normal(size=(4, 3)))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("lead", [(), (4,), (2, 3)])
def test_linear(run: Any, bias: bool, lead: tuple[int, ...], rng: np.random.Generator) -> None:
    x = rng.normal(size=(*lead, 5))
    compare(run, nn.Linear(5, 7, bias=bias, dtype="f64"), torch.nn.Linear(5, 7, bias=bias), x)


def test_bilinear(run: Any, rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(4, 5))
    compare(run, nn.Bilinear(3, 5, 2, dtype="f64"), torch.nn.Bilinear(3, 5, 2), a, b)


@pytest.mark.parametrize("shape", [(6,), (3, 6)])
@pytest.mark.parametrize("affine", [True, False])
def test_layer_norm(run: Any, shape: tuple[int, ...], affine: bool, rng: np.random.Generator) -> None:
    ours = nn.LayerNorm(shape, elementwise_affine=affine, dtype="f64")
    theirs = torch.nn.LayerNorm(shape, elementwise_affine=affine)
    compare(run, ours, theirs, rng.normal(size=(2, 3, 6)))


def test_rms_norm(run: Any, rng: np.random.Generator) -> None:
    compare(run, nn.RMSNorm(6, eps=1e-5, dtype="f64"), torch.nn.RMSNorm(6, eps=1e-5), rng.normal(size=(2, 3, 6)))
    compare(run, nn.RMSNorm(6, dtype="f64"), torch.nn.RMSNorm(6), rng.normal(size=(2, 6)))


@pytest.mark.parametrize("padding", [None, 2])
def test_embedding(run: Any, padding: int | None, rng: np.random.Generator) -> None:
    ours = nn.Embedding(7, 3, padding_idx=padding, dtype="f64")
    theirs = torch.nn.Embedding(7, 3, padding_idx=padding)
    compare(run, ours, theirs, rng.integers(0, 7, size=(4, 5)))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize(
    ("name", "shape"), [("BatchNorm1d", (5, 3)), ("BatchNorm1d", (5, 3, 4)), ("BatchNorm2d", (2, 3, 4, 5))]
)
def test_batch_norm(
    run: Any, name: str, shape: tuple[int, ...], affine: bool, training: bool, rng: np.random.Generator
) -> None:
    ours = getattr(nn, name)(3, affine=affine, dtype="f64")
    compare(run, ours, getattr(torch.nn, name)(3, affine=affine), rng.normal(size=shape) * 2 + 1, training=training)


@pytest.mark.parametrize("momentum", [0.1, None])
def test_batch_norm_statistics(program_of: Any, momentum: float | None, rng: np.random.Generator) -> None:
    ours = nn.BatchNorm1d(3, momentum=momentum, dtype="f64")
    theirs = torch.nn.BatchNorm1d(3, momentum=momentum).double()
    x = gr.input("x", "f64[batch, 3]")
    program = program_of([x], ours(x), training=True)
    for _ in range(3):
        batch = rng.normal(size=(6, 3)) * 3 - 1
        np.testing.assert_allclose(program(batch), theirs(torch.tensor(batch)).detach().numpy(), rtol=RTOL)
    for name, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], value.numpy(), rtol=RTOL, err_msg=name)


def test_attention(run: Any, rng: np.random.Generator) -> None:
    arrays = [rng.normal(size=(2, 3, n, 8)) for n in (5, 5, 5)]
    mask = rng.random((5, 5)) > 0.3
    mask[:, 0] = True
    tensors = [torch.tensor(a) for a in arrays]
    inputs = [gr.input(n, "f64[2, 3, 5, 8]") for n in "qkv"]
    feeds = dict(zip(inputs, arrays, strict=True))
    ours: Any = nn.functional.scaled_dot_product_attention
    theirs = F.scaled_dot_product_attention
    np.testing.assert_allclose(run(ours(*inputs), feeds), theirs(*tensors).numpy(), rtol=RTOL)
    causal = theirs(*tensors, is_causal=True).numpy()
    np.testing.assert_allclose(run(ours(*inputs, is_causal=True), feeds), causal, rtol=RTOL)
    masked = theirs(*tensors, attn_mask=torch.tensor(mask)).numpy()
    np.testing.assert_allclose(run(ours(*inputs, attn_mask=gr.constant(mask)), feeds), masked, rtol=RTOL)


def test_functions_without_layers(run: Any, rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    x, y = gr.input("x", "f64[4, 5]"), gr.input("y", "f64[4, 5]")
    ta, tb = torch.tensor(a), torch.tensor(b)
    pairs = [
        (nn.functional.normalize(x), F.normalize(ta)),
        (nn.functional.cosine_similarity(x, y), F.cosine_similarity(ta, tb)),
        (gr.logsumexp(x, axis=(0, 1)) + y.sum() * 0, torch.logsumexp(ta, (0, 1))),
        (gr.cumulative_sum(x, axis=1) + y * 0, torch.cumsum(ta, 1)),
        (gr.var(x * y, axis=0, correction=1), torch.var(ta * tb, 0)),
    ]
    for got, expected in zip(run([p[0] for p in pairs], {x: a, y: b}), [p[1] for p in pairs], strict=True):
        np.testing.assert_allclose(got, expected.numpy(), rtol=RTOL)


def test_modules_print_and_are_named_as_in_torch() -> None:
    def build(n: Any) -> Any:
        return n.Sequential(
            n.Flatten(),
            n.Linear(784, 512),
            n.ReLU(),
            n.BatchNorm1d(512),
            n.Dropout(0.2),
            n.Sequential(n.LayerNorm(512), n.LeakyReLU(0.1), n.Embedding(3, 4, padding_idx=1), n.Softmax(dim=1)),
            n.ModuleList([n.Linear(512, 10, bias=False), n.Tanh()]),
        )

    ours, theirs = build(nn), build(torch.nn)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [a.shape for a in ours.state_dict().values()] == [tuple(t.shape) for t in theirs.state_dict().values()]
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    # Newer versions of torch print ``bias=`` of normalisations too.
    assert repr(ours).replace(", bias=True, track", ", track").replace(
        "affine=True, bias=True)", "affine=True)"
    ) == repr(theirs).replace(", bias=True, track", ", track").replace("affine=True, bias=True)", "affine=True)")
