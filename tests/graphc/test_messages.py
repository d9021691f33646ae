"""Typical mistakes: the whole text of what the user is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim

PLACE = re.compile(r"test_messages\.py:\d+(, in [\w.<>]+)?")


def message(kind: type[Exception], act: Callable[[], Any]) -> str:
    """The text of an error, with places in this file as ``HERE`` and trailing blanks removed."""
    with pytest.raises(kind) as caught:
        act()
    assert type(caught.value) is kind
    lines = [PLACE.sub("HERE", line).rstrip() for line in str(caught.value).splitlines()]
    return "\n".join(lines)


def lines(*parts: str) -> str:
    return "\n".join(parts)


X = gr.input("x", "f32[batch, 784]")
Y = gr.input("y", "i64[batch]")
W = gr.parameter(np.zeros((10, 128), np.float32), "fc2.weight")


def test_linear_of_another_size() -> None:
    assert message(gr.ShapeError, lambda: nn.functional.linear(X, W)) == lines(
        "matmul: inner dimensions differ: 784 (axis 1 of %x) and 128 (axis 1 of %fc2.weight)",
        "  %x:           f32[batch, 784]  input, HERE",
        "  %fc2.weight:  f32[10, 128]     parameter, HERE",
        "  at HERE",
    )


def test_shapes_that_do_not_broadcast() -> None:
    assert message(gr.ShapeError, lambda: X + W) == lines(
        "add: shapes do not broadcast: batch (axis 0 of %x) and 10 (axis 0 of %fc2.weight)",
        "  %x:           f32[batch, 784]  input, HERE",
        "  %fc2.weight:  f32[10, 128]     parameter, HERE",
        "  at HERE",
    )
    assert message(gr.ShapeError, lambda: X * gr.input("w", "f32[time, 784]")).splitlines()[0] == (
        "mul: shapes do not broadcast: batch (axis 0 of %x) and time (axis 0 of %w)"
    )


def test_element_types_that_differ() -> None:
    z = gr.input("z", "f64[784]")
    assert message(gr.DTypeError, lambda: X + z) == lines(
        "add: element types differ: f32 (%x) and f64 (%z); convert one, for example %z with .astype('f32')",
        "  %x:  f32[batch, 784]  input, HERE",
        "  %z:  f64[784]         input, HERE",
        "  at HERE",
    )
    assert message(gr.DTypeError, lambda: Y + 0.5) == lines(
        "add: expected a whole number beside i64 (%y), got 0.5", "  %y:  i64[batch]  input, HERE", "  at HERE"
    )
    assert message(gr.DTypeError, lambda: Y / 2) == lines(
        "div: expected floating-point elements, got i64; convert with .astype('f32') or use //",
        "  %y:  i64[batch]  input, HERE",
        "  at HERE",
    )
    assert message(gr.DTypeError, lambda: X.__add__([1.0])) == (  # type: ignore[operator]
        "add: expected a tensor, a number or a NumPy array, got list"
    )
    assert message(gr.DTypeError, lambda: gr.mean(Y)).splitlines()[0] == (
        "mean: expected floating-point elements, got i64[batch] (%y)"
    )


def test_a_tensor_has_no_value_yet() -> None:
    rest = ["  %x:  f32[batch, 784]  input, HERE", "  at HERE"]
    about = "{0} is a node of a static graph; it has no value until a program runs."
    for act, what, advice in [
        (lambda: bool(X), "bool", "Use gr.where(condition, a, b) to choose by value, & | ~ to combine conditions."),
        (lambda: len(X), "len", "Its sizes are in .shape; gr.sum over ones counts at run time."),
        (lambda: list(X), "iter", "Use x[i] for i in range(n), or an operation over a whole axis."),
        (lambda: np.asarray(X), "array", "Compile it: gr.compile(inputs=[...], outputs=x)(...) gives a NumPy array."),
        (lambda: float(X), "float", "Compile it: gr.compile(inputs=[...], outputs=x)(...) gives its number."),
        (lambda: int(X), "int", "Compile it: gr.compile(inputs=[...], outputs=x)(...) gives its number."),
        (lambda: range(X), "index", "As a position in a tensor, write table[x]; in a shape, use a named dimension."),
        (lambda: X.__setitem__(0, 1), "setitem", "Tensors never change: use gr.where(mask, new, x) or gr.concat."),
    ]:
        assert message(gr.DeclarationError, act) == lines(f"{what}: {about.format('%x')} {advice}", *rest)


def test_torch_habits_are_answered() -> None:
    with pytest.raises(AttributeError) as caught:
        X.sum().backward()  # type: ignore[attr-defined]
    assert str(caught.value) == (
        "a Tensor has no attribute 'backward': gradients are nodes of the graph: use gr.grad(loss, wrt), "
        "or compile(..., updates=opt.minimize(loss))"
    )
    with pytest.raises(AttributeError) as caught:
        nn.ReLU().eval()  # type: ignore[attr-defined]
    assert str(caught.value) == (
        "a module has no eval(): training belongs to the program; write gr.compile(..., training=False)"
    )
    assert not hasattr(X, "item")


def test_indexing() -> None:
    x = gr.input("x", "f32[3, 4]")
    rest = ["  %x:  f32[3, 4]  input, HERE", "  at HERE"]
    for act, kind, text in [
        (lambda: x[3], gr.ShapeError, "index: 3 is out of range for axis 0 of %x with size 3"),
        (lambda: x[0, 1, 2], gr.ShapeError, "index: 3 indices for f32[3, 4] of rank 2"),
        (lambda: x["a"], gr.DTypeError, "index: expected ints, slices, None, ... or a tensor of ints, got 'a'"),
        (
            lambda: x[x > 0],
            gr.DTypeError,
            "index: a mask would give a shape that depends on the data; use gr.where(mask, x, 0)",
        ),
        (lambda: x[[0, 5]], gr.ShapeError, "index: 5 is out of range for axis 0 of %x with size 3"),
    ]:
        assert message(kind, act) == lines(text, *rest)
    assert message(gr.ShapeError, lambda: X[::2]).splitlines()[0] == (
        "slice: a step of 2 over the named dimension batch has no known length"
    )


def test_shapes() -> None:
    rest = ["  %x:  f32[batch, 784]  input, HERE", "  at HERE"]
    for act, text in [
        (lambda: X.reshape(-1, 5), None),
        (lambda: X.reshape(10, 10), "reshape: 784*batch elements of %x do not fit [10, 10] with 100"),
        (lambda: X.reshape(-1, -1), "reshape: only one size may be -1, got [-1, -1]"),
        (lambda: X.sum(2), "sum: axis 2 is out of range for f32[batch, 784] of rank 2"),
        (lambda: X.sum((0, 0)), "sum: axes (0, 0) name the same axis twice"),
        (lambda: X.squeeze(1), "squeeze: axis 1 of %x has size 784, not 1"),
        (lambda: X.permute(0, 0), "permute_dims: axes (0, 0) are no permutation of the 2 axes"),
        (
            lambda: X.expand(3, 784),
            "broadcast_to: size batch (axis 0 of %x) does not stretch to 3 (axis 0 of [3, 784])",
        ),
    ]:
        if text is not None:
            assert message(gr.ShapeError, act) == lines(text, *rest)
    assert str(X.reshape(-1, 28, 28).type) == "f32[batch, 28, 28]"
    assert str(X.reshape(X.shape[0] * 2, 392).type) == "f32[2*batch, 392]"


def test_losses() -> None:
    logits = gr.input("logits", "f32[batch, 10]")
    column = gr.input("column", "f32[batch, 1]")
    target = gr.input("target", "f32[batch]")
    labels = gr.input("labels", "i64[batch, 1]")
    assert message(gr.ShapeError, lambda: nn.MSELoss()(column, target)) == lines(
        "mse_loss: shapes differ: f32[batch, 1] (%column) and f32[batch] (%target); "
        "%column has an axis of size 1 too many: use .squeeze() or .reshape()",
        "  %column:  f32[batch, 1]  input, HERE",
        "  %target:  f32[batch]     input, HERE",
        "  at HERE",
    )
    assert message(gr.ShapeError, lambda: nn.CrossEntropyLoss()(logits, labels)).splitlines()[0] == (
        "cross_entropy: expected labels [batch] for logits f32[batch, 10], got i64[batch, 1] (%labels); "
        "use %labels.squeeze(1)"
    )
    assert message(gr.DTypeError, lambda: nn.CrossEntropyLoss()(logits, target)).splitlines()[0] == (
        "cross_entropy: expected whole-number labels i64[batch] or probabilities f32[batch, 10], "
        "got f32[batch] (%target)"
    )
    with pytest.raises(ValueError, match="MSELoss: expected reduction 'none', 'mean', 'sum', got 'avg'"):
        nn.MSELoss(reduction="avg")


def test_gradients() -> None:
    h = gr.input("h", "f32[4]")
    assert message(gr.ShapeError, lambda: gr.grad(h * 2, h)) == lines(
        "grad: expected a scalar, got f32[4] (%mul); use .sum() or .mean(), or gr.vjp, gr.jacobian",
        "  %mul:  f32[4]  mul, HERE",
        "  at HERE",
    )
    assert message(gr.NoGradientError, lambda: gr.grad(h.sum(), gr.input("other", "f32[4]"))) == lines(
        "grad: cannot differentiate %sum with respect to %other: it does not depend on it", "  at HERE"
    )
    assert message(gr.NoGradientError, lambda: gr.grad(h.argmax().astype("f32"), h)).startswith(
        "grad: cannot differentiate %cast with respect to %h: argmax on the path has no derivative ("
    )


def test_optimisers() -> None:
    used, unused = gr.parameter(np.zeros(3), "used"), gr.parameter(np.zeros(3), "unused")
    loss = used.sum()
    assert message(gr.NoGradientError, lambda: optim.SGD([used, unused]).minimize(loss)) == lines(
        "minimize: %sum does not depend on parameter %unused: f64[3], declared at HERE", "  at HERE"
    )
    for act, text in [
        (lambda: optim.SGD([]), "SGD: no parameters to optimise; is an iterator used twice?"),
        (lambda: optim.SGD(used), "SGD: expected a list of parameters, got one tensor"),
        (lambda: optim.SGD([used], lr=float("nan")), "SGD: expected lr >= 0, got nan"),
        (lambda: optim.SGD([used], lr=-1), "SGD: expected lr >= 0, got -1"),
        (lambda: optim.Adam([used], betas=(0.9, 1.0)), "Adam: expected betas below 1, got (0.9, 1.0)"),
        (lambda: optim.SGD([{"params": [used], "speed": 3}]), None),
        (lambda: optim.SGD([used], nesterov=True), "SGD: nesterov needs momentum > 0 and dampening 0, got 0.0 and 0.0"),
    ]:
        if text is None:
            assert message(gr.DeclarationError, act).startswith("SGD: no option 'speed'; there are lr, momentum,")
        else:
            assert message(gr.DeclarationError, act) == text
    optimizer = optim.SGD([used], lr=0.1)

    def set_lr() -> None:
        optimizer.lr = float("nan")

    def set_decay() -> None:
        optimizer.weight_decay = 0.1

    assert message(gr.DeclarationError, set_lr) == "SGD: expected lr >= 0, got nan"
    assert optimizer.lr == 0.1
    assert message(gr.DeclarationError, set_decay) == (
        "SGD: weight_decay was 0 when the optimiser was made, so its updates have no such term; "
        "start with a number other than 0 to change it later"
    )
    assert message(gr.DeclarationError, lambda: optim.SGD([used, used])).startswith("SGD: Parameter %used: f64[3]")


def test_programs() -> None:
    x, other = gr.input("x", "f32[batch]"), gr.input("x", "f32[batch]")
    state = gr.state("f32[3]", "s")
    for act, text in [
        (lambda: gr.compile([x, x], x * 2), "compile: input %x is listed twice"),
        (lambda: gr.compile([x, other], x + other), "compile: two inputs have the name 'x'"),
        (lambda: gr.compile([x * 2], x), "compile: input %mul is computed; only tensors of gr.input can be fed"),
        (lambda: gr.compile([state], state), "compile: input %s is a state; only tensors of gr.input can be fed"),
        (lambda: gr.compile([], x), "compile: input %x: f32[batch] is needed but not listed in inputs"),
        (lambda: gr.compile([x], None), "compile: nothing to compute: expected outputs or updates"),
        (lambda: gr.compile([x], [x, 3]), "compile: expected tensors as outputs, got int"),  # type: ignore[list-item]
        (
            lambda: gr.compile([x], None, [(x * 1, x)]),
            "compile: %mul cannot be updated: expected a parameter or a state",
        ),
        (lambda: gr.compile([x], None, [(state, x)]), "compile: update of %s: expected f32[3], got f32[batch] (%x)"),
        (lambda: gr.compile([x], None, [(state, state), (state, state)]), "compile: %s is updated twice"),
        (lambda: gr.compile([x], x, target="gpu"), "compile: expected target 'cpu' or 'cuda', got 'gpu'"),
    ]:
        assert message(gr.DeclarationError, act).splitlines()[0] == text


def test_modules() -> None:
    class Late(nn.Module):
        def __init__(self) -> None:
            self.fc = nn.Linear(2, 2)

    assert message(gr.DeclarationError, Late) == "Late: call super().__init__() before assigning 'fc' in __init__"
    assert message(gr.DeclarationError, lambda: nn.Linear(0, 3)) == "Linear: expected in_features >= 1, got 0"
    assert message(gr.DeclarationError, lambda: nn.Sequential(nn.functional.relu)) == (  # type: ignore[arg-type]
        "Sequential: expected modules, got function; functions have module forms, such as nn.ReLU() for relu"
    )
    assert message(
        gr.CheckpointError, lambda: nn.Linear(2, 3).load_state_dict({"weight": np.zeros((2, 3)), "bais": np.zeros(3)})
    ) == lines(
        "load_state_dict: Linear does not match",
        "  missing: bias f32[3]",
        "  unknown: bais",
        "  weight: expected f32[3, 2], got shape [2, 3]",
    )
    assert message(gr.ShapeError, lambda: nn.BatchNorm1d(3)(gr.input("x", "f32[batch, 4]"))).splitlines()[0] == (
        "BatchNorm1d: expected [batch, features] or [batch, features, length] with 3 features (axis 1), "
        "got f32[batch, 4] (%x)"
    )


def test_declarations() -> None:
    assert message(gr.DeclarationError, lambda: gr.input("my x", "f32[3]")) == (
        "input: expected an identifier as name, got 'my x'"
    )
    assert message(gr.DeclarationError, lambda: gr.input("x", "float32(3)")) == (
        "type: expected something like 'f32[batch, 784]', got 'float32(3)'"
    )
    assert message(gr.DTypeError, lambda: gr.constant(np.zeros(3, np.complex64))).startswith("dtype: expected one of")
    p = gr.parameter(np.zeros((2, 3)), "p")
    assert message(gr.ShapeError, lambda: p.assign(np.zeros(2))) == "%p: assign: expected f64[2, 3], got shape [2]"
