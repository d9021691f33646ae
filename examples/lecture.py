"""A first lecture on deep learning, as running code, section by section.

    python examples/lecture.py                   all sections, in about twenty seconds
    python examples/lecture.py chain_rule sgd    some of them
    python examples/lecture.py --plots DIR       with pictures; needs matplotlib (pip install 'graphc[examples]')

Every claim is computed, and checked against a formula written in NumPy where there is one.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import graphc as gr
from graphc import nn, optim
from graphc.data import digits
from graphc.nn import functional as F

Array = npt.NDArray[Any]
Activation = Callable[[gr.Tensor], gr.Tensor]

ACTIVATIONS: Mapping[str, Activation] = {
    "sigmoid": F.sigmoid,
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu, tanh form": lambda x: F.gelu(x, approximate="tanh"),
}


class Album:
    """Where pictures go; without a folder none are made."""

    def __init__(self, folder: Path | None, fast: bool = False) -> None:
        self.folder = folder
        self.fast = fast  # fewer steps: for a quick look, and for tests

    def steps(self, wanted: int) -> int:
        """How many training steps to take."""
        return max(wanted // 20, 2) if self.fast else wanted

    @contextmanager
    def picture(self, name: str, columns: int = 1) -> Iterator[Any]:
        """Axes to draw on, saved as ``name.png`` afterwards; None when there is no folder."""
        if self.folder is None:
            yield None
            return
        from matplotlib.figure import Figure

        figure = Figure(figsize=(5.5 * columns, 4), layout="constrained")
        yield figure.subplots(1, columns)
        path = self.folder / f"{name}.png"
        figure.savefig(path, dpi=110)
        print(f"  picture: {path}")


def neuron(album: Album) -> None:
    """A neuron: z = f(sum_i w_i x_i)."""
    x = gr.input("x", "f32[3]")
    w = gr.parameter([0.5, -1.0, 2.0], name="w")
    weighted = gr.sum(w * x)
    values = np.array([1.0, 2.0, 3.0], np.float32)
    print("  w = [0.5, -1, 2], x = [1, 2, 3], so sum_i w_i x_i = 4.5")
    for name, f in ACTIVATIONS.items():
        z = gr.compile(inputs=[x], outputs=f(weighted))(values)
        print(f"  f = {name:<16} z = {z:.6f}")


def activations(album: Album) -> None:
    """Activations and their derivatives: sigmoid, ReLU, GELU."""
    print("  GELU is x * Phi(x), the number times the share of the normal distribution below it.")
    print("  (The lecture's slide has a misprint here. Phi(x) alone would rise from 0 to 1, as a sigmoid does.)")
    x = gr.input("x", "f64[points]")
    at = np.linspace(-4, 4, 401)
    phi = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in at])
    formulas = {
        "sigmoid": 1 / (1 + np.exp(-at)),
        "relu": np.maximum(at, 0),
        "gelu": at * phi,
        "gelu, tanh form": 0.5 * at * (1 + np.tanh(math.sqrt(2 / math.pi) * (at + 0.044715 * at**3))),
    }
    with album.picture("activations", columns=2) as axes:
        for name, f in ACTIVATIONS.items():
            y = f(x)
            value, slope = gr.compile(inputs=[x], outputs=[y, gr.grad(y.sum(), x)])(at)
            wrong = np.abs(value - formulas[name]).max()
            numeric = np.abs(np.gradient(value, at) - slope)[np.abs(at) > 0.05].max()
            print(f"  {name:<16} is off its formula by {wrong:.0e}, its derivative off differences by {numeric:.0e}")
            if axes is not None:
                axes[0].plot(at, value, label=name, linestyle="--" if "tanh" in name else "-")
                axes[1].plot(at, slope, label=name, linestyle="--" if "tanh" in name else "-")
        if axes is not None:
            axes[0].set_title("activations")
            axes[1].set_title("their derivatives")
            axes[0].legend()
    close = np.abs(formulas["gelu"] - formulas["gelu, tanh form"]).max()
    print(f"  The two forms of GELU differ by {close:.4f} at most.")


def network(album: Album) -> None:
    """A layer is a set of neurons; a network is a stack of layers."""
    gr.manual_seed(0)
    x = gr.input("x", "f32[batch, 4]")
    layer = nn.Linear(4, 3)
    stack = nn.Sequential(layer, nn.ReLU(), nn.Linear(3, 2))
    print("  " + repr(stack).replace("\n", "\n  "))
    shapes = {name: list(array.shape) for name, array in stack.state_dict().items()}
    print(f"  parameters: {shapes}, {sum(math.prod(s) for s in shapes.values())} numbers in all")
    rows = np.arange(8, dtype=np.float32).reshape(2, 4)
    ours = gr.compile(inputs=[x], outputs=layer(x))(rows)
    weights, biases = layer.state_dict().values()
    by_hand = np.array([[w @ row + b for w, b in zip(weights, biases, strict=True)] for row in rows])
    print(f"  Three neurons one by one and the layer differ by {np.abs(ours - by_hand).max():.0e}.")


def curve(album: Album) -> None:
    """Universal approximation: one hidden layer, with enough neurons, fits any curve."""
    at = np.linspace(-3, 3, 256, dtype=np.float32)[:, None]
    target = np.sin(2 * at) + 0.4 * np.sign(at) * np.cos(5 * at)
    x, y = gr.input("x", "f32[points, 1]"), gr.input("y", "f32[points, 1]")
    print("  sin 2x + 0.4 sign(x) cos 5x, with a jump at 0; hidden neurons and root of the mean squared error:")
    with album.picture("curve", columns=2) as axes:
        for hidden in (2, 8, 32, 128):
            gr.manual_seed(1)
            first = nn.Linear(1, hidden)
            spread(first)
            net = nn.Sequential(first, nn.Tanh(), nn.Linear(hidden, 1))
            loss = nn.MSELoss()(net(x), y)
            opt = optim.Adam(net.parameters(), lr=0.005)
            train = gr.compile(inputs=[x, y], outputs=loss, updates=opt.minimize(loss))
            steps = album.steps(2000)
            losses = [float(train(at, target)) for _ in range(steps)]
            fitted = gr.compile(inputs=[x], outputs=net(x))(at)
            error = float(np.sqrt(np.mean((fitted - target) ** 2)))
            print(f"  {hidden:>5}  {error:.4f}  after {steps} steps")
            if axes is not None:
                axes[0].plot(at, fitted, label=f"{hidden} neurons")
                axes[1].semilogy(losses, label=f"{hidden} neurons")
        if axes is not None:
            axes[0].plot(at, target, "k:")
            axes[0].set_title("the curve (dotted) and its approximations")
            axes[1].set(title="mean squared error", xlabel="step")
            axes[1].legend(loc="center left", bbox_to_anchor=(1, 0.5))


def spread(layer: nn.Linear) -> None:
    """Put the steep places of the hidden neurons all over the interval [-3, 3]."""
    weight = 4 * layer.weight.numpy()
    places = np.linspace(-3, 3, layer.out_features, dtype=np.float32)
    layer.load_state_dict({"weight": weight, "bias": weight[:, 0] * places})


def errors(album: Album) -> None:
    """Error functions: absolute, squared, binary cross-entropy, cross-entropy."""
    f, y = gr.input("f", "f64[n]"), gr.input("y", "f64[n]")
    label = gr.input("label", "i64[n]")
    given, truth = np.array([2.5, -0.3, 0.8]), np.array([1.0, 0.0, 1.0])
    s = 1 / (1 + np.exp(-given))
    rows, labels = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]]), np.array([0, 1])
    softmax = np.exp(rows) / np.exp(rows).sum(axis=1, keepdims=True)
    cases: list[tuple[str, gr.Tensor, float]] = [
        ("absolute error, sum |y - f|", F.l1_loss(f, y, reduction="sum"), np.abs(truth - given).sum()),
        ("squared error, 1/2 sum (y - f)^2", 0.5 * gr.sum((y - f) ** 2), 0.5 * ((truth - given) ** 2).sum()),
        (
            "binary cross-entropy with logits",
            F.binary_cross_entropy_with_logits(f, y, reduction="sum"),
            -(truth * np.log(s) + (1 - truth) * np.log(1 - s)).sum(),
        ),
    ]
    for name, tensor, formula in cases:
        report(name, float(gr.compile(inputs=[f, y], outputs=tensor)(given, truth)), formula)
    logits = gr.input("logits", "f64[n, 3]")
    entropy = gr.compile(inputs=[logits, label], outputs=F.cross_entropy(logits, label))(rows, labels)
    report("cross-entropy with whole-number labels", float(entropy), -np.log(softmax[[0, 1], labels]).mean())
    print("  Binary cross-entropy is -sum [y log s + (1-y) log(1-s)]: a plus between its two terms.")
    print("  (The lecture's slide prints a minus there, which would push every target of 0 the wrong way.)")
    extreme = gr.compile(inputs=[f, y], outputs=F.binary_cross_entropy_with_logits(f, y, reduction="none"))
    print(
        f"  It is taken of logits so that nothing overflows: f = [1000, -1000], y = [0, 1] gives "
        f"{extreme(np.array([1000.0, -1000.0]), np.array([0.0, 1.0]))}"
    )


def report(name: str, ours: float, formula: float) -> None:
    """One line: what graphc computes and what NumPy does."""
    print(f"  {name:<40} {ours:.9f}, by the formula {formula:.9f}")


def chain_rule(album: Album) -> None:
    """Back-propagation is the chain rule: dE/dw1 = delta * w9 * x1."""
    xs = [gr.input(f"x{i}", "f64[]") for i in range(1, 5)]
    y = gr.input("y", "f64[]")
    start = np.array([0.3, -0.2, 0.5, 0.1, -0.4, 0.6, 0.2, -0.1, 0.7, -0.5])
    w = [gr.parameter(value, f"w{i}") for i, value in enumerate(start, 1)]
    z1 = (w[0] * xs[0] + w[1] * xs[1] + w[2] * xs[2] + w[3] * xs[3]).named("z1")
    z2 = (w[4] * xs[0] + w[5] * xs[1] + w[6] * xs[2] + w[7] * xs[3]).named("z2")
    f = (w[8] * z1 + w[9] * z2).named("f")
    error = (0.5 * (y - f) ** 2).named("E")
    print("  Two layers: z1 = w1 x1 + w2 x2 + w3 x3 + w4 x4, z2 likewise with w5..w8, f = w9 z1 + w10 z2;")
    print("  E = 1/2 (y - f)^2. The compiler's gradient of E by w1, simplified, as it stands in the program:")
    program = gr.compile(inputs=[*xs, y], outputs=[error, gr.grad(error, w[0])], name="chain")
    for line in program.ir("simplified").splitlines():
        if line.lstrip().startswith("%d_"):
            print("    " + line.partition("#")[0].strip())
    print("  Read it backwards: %d_w1 = (f - y) * w9 * x1 = delta * w9 * x1.")
    point, target, step = np.array([1.0, 2.0, -1.0, 0.5]), 0.25, 1e-6
    value, ours = program(*point, target)
    hidden = [start[:4] @ point, start[4:8] @ point]
    delta = start[8] * hidden[0] + start[9] * hidden[1] - target
    w[0].assign(start[0] + step)
    above = program(*point, target)[0]
    w[0].assign(start[0] - step)
    below = program(*point, target)[0]
    print(
        f"  E = {value:.6f}; compiled {ours:.9f}, delta * w9 * x1 = {delta * start[8] * point[0]:.9f}, "
        f"by differences {(above - below) / (2 * step):.9f}"
    )


def one_layer(album: Album) -> None:
    """Gradients of one layer: x = ones(5), w (5, 3), b (3), binary cross-entropy with logits."""
    rng = np.random.default_rng(0)
    x, y = gr.input("x", "f32[5]"), gr.input("y", "f32[3]")
    w = gr.parameter(rng.standard_normal((5, 3)).astype(np.float32), "w")
    b = gr.parameter(rng.standard_normal(3).astype(np.float32), "b")
    z = x @ w + b
    loss = F.binary_cross_entropy_with_logits(z, y)
    program = gr.compile(inputs=[x, y], outputs=[loss, *gr.grad(loss, [w, b])])
    ones, zeros = np.ones(5, np.float32), np.zeros(3, np.float32)
    value, d_w, d_b = program(ones, zeros)
    with np.printoptions(precision=4, suppress=True):
        print(f"  E = {value:.4f}")
        print("  dE/dw =\n    " + str(d_w).replace("\n", "\n    "))
        print(f"  dE/db = {d_b}")
    logits = ones @ w.numpy() + b.numpy()
    by_hand = (1 / (1 + np.exp(-logits)) - zeros) / 3
    print(
        "  In closed form dE/db = (sigmoid(z) - y) / 3 and dE/dw = x dE/db^T; the largest differences are "
        f"{np.abs(d_b - by_hand).max():.0e} and {np.abs(d_w - np.outer(ones, by_hand)).max():.0e}."
    )


def sgd(album: Album) -> None:
    """Stochastic gradient descent by hand, v = lr * grad E_B(w); w <- w - v, and by optim.SGD."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((256, 4)).astype(np.float32)
    targets = (images @ np.array([1.0, -2.0, 0.5, 3.0], np.float32) + 0.1 * rng.standard_normal(256)).astype(np.float32)
    x, y = gr.input("x", "f32[batch, 4]"), gr.input("y", "f32[batch]")
    ours, theirs = gr.parameter(np.zeros(4, np.float32), "w"), gr.parameter(np.zeros(4, np.float32), "w")
    lr = 0.05

    loss = 0.5 * gr.mean((y - x @ ours) ** 2)
    gradient = gr.compile(inputs=[x, y], outputs=[loss, gr.grad(loss, ours)])
    loss = 0.5 * gr.mean((y - x @ theirs) ** 2)
    step = gr.compile(inputs=[x, y], outputs=loss, updates=optim.SGD([theirs], lr=lr).minimize(loss))

    losses = []
    for start in [*range(0, 256, 16)] * 5:
        batch = images[start : start + 16], targets[start : start + 16]
        value, g = gradient(*batch)
        v = np.float32(lr) * g
        ours.assign(ours.numpy() - v)
        step(*batch)
        losses.append(float(value))
    print(f"  after {len(losses)} steps on batches of 16 the error went from {losses[0]:.3f} to {losses[-1]:.3f}")
    print(
        f"  w by hand {ours.numpy().round(4)}, by optim.SGD {theirs.numpy().round(4)}, "
        f"largest difference {np.abs(ours.numpy() - theirs.numpy()).max():.0e}"
    )
    print("  the data were made with w = [1, -2, 0.5, 3]")
    with album.picture("sgd") as axes:
        if axes is not None:
            axes.semilogy(losses)
            axes.set(title="error of each batch", xlabel="step")


def dropout(album: Album) -> None:
    """Dropout: neurons are switched off at random while training, and the network overfits less."""
    x = gr.input("x", "f32[n]")
    dropped = nn.Dropout(0.25)(x)
    training = gr.compile(inputs=[x], outputs=dropped, training=True, seed=1)
    ones = np.ones(100_000, np.float32)
    once = training(ones)
    print(
        f"  p = 0.25 on ones: {np.mean(once == 0):.1%} are 0, the others {once.max():.4f}, the mean {once.mean():.3f}"
    )
    print(
        f"  another step draws another mask: {np.mean(once != training(ones)):.0%} differ; "
        f"outside training nothing happens: {np.array_equal(gr.compile(inputs=[x], outputs=dropped)(ones), ones)}"
    )

    (images, labels), test = digits()
    rng = np.random.default_rng(0)
    noisy = labels[:600].copy()
    wrong = rng.random(600) < 0.3
    noisy[wrong] = rng.integers(0, 10, wrong.sum())
    print(
        "  600 digits to learn from, the labels of three in ten drawn at random; a network that learns these by heart:"
    )
    histories = {}
    for p in (0.0, 0.5):
        gr.manual_seed(0)
        net = nn.Sequential(
            nn.Linear(64, 256),
            nn.ReLU(),
            nn.Dropout(p),
            nn.Linear(256, 256),
            nn.ReLU(),
            nn.Dropout(p),
            nn.Linear(256, 10),
        )
        histories[p] = classify(net, (images[:600], noisy), test, epochs=album.steps(40))
        last = histories[p].epochs[-1]
        print(f"  p = {p}: training loss {last['loss']:.3f}, {tested(last)}")
    with album.picture("dropout", columns=2) as axes:
        if axes is not None:
            axes[0].imshow(once[:1024].reshape(32, 32), cmap="gray")
            axes[0].set(title="ones after dropout with p = 0.25", xticks=[], yticks=[])
            for p, history in histories.items():
                axes[1].plot(history["val_loss"], label=f"p = {p}")
            axes[1].set(title="test loss, trained with wrong labels", xlabel="epoch")
            axes[1].xaxis.get_major_locator().set_params(integer=True)
            axes[1].legend()


def batch_norm(album: Album) -> None:
    """Batch normalisation: every feature with mean 0 and variance 1 over the batch; deep networks learn."""
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((4096, 3)) * [0.1, 1, 20] + [5, 0, -40]).astype(np.float32)
    x = gr.input("x", "f32[batch, 3]")
    norm = nn.BatchNorm1d(3)
    out = gr.compile(inputs=[x], outputs=norm(x), training=True)(rows)
    print(f"  before: means {rows.mean(axis=0).round(1)}, deviations {rows.std(axis=0).round(1)}")
    print(f"  after:  means {np.abs(out.mean(axis=0)).round(1)}, deviations {out.std(axis=0).round(2)}")

    train, test = digits()
    histories = {}
    for normalised in (False, True):
        gr.manual_seed(0)
        layers: list[nn.Module] = []
        for inputs in (64, *[64] * 7):
            layers += [nn.Linear(inputs, 64), *([nn.BatchNorm1d(64)] if normalised else []), nn.Sigmoid()]
        histories[normalised] = classify(nn.Sequential(*layers, nn.Linear(64, 10)), train, test, epochs=album.steps(20))
        last = histories[normalised].epochs[-1]
        how = "with" if normalised else "without"
        print(f"  eight sigmoid layers {how} batch norm: {tested(last)}")
    with album.picture("batch_norm", columns=2) as axes:
        if axes is not None:
            axes[0].boxplot([*rows.T, *out.T], tick_labels=["x0", "x1", "x2", "y0", "y1", "y2"], showfliers=False)
            axes[0].set(title="features before (x) and after (y)")
            for normalised, history in histories.items():
                axes[1].plot(history["val_loss"], label="with batch norm" if normalised else "without")
            axes[1].set(title="test loss of eight sigmoid layers", xlabel="epoch")
            axes[1].xaxis.get_major_locator().set_params(integer=True)
            axes[1].legend()


def classify(net: nn.Module, train: tuple[Array, Array], test: tuple[Array, Array], epochs: int) -> gr.History:
    """Train a classifier of digits and look at the test set after each epoch."""
    x, y = gr.input("x", "f32[batch, 64]"), gr.input("y", "i64[batch]")
    logits = net(x)
    loss = nn.CrossEntropyLoss()(logits, y)
    accuracy = (logits.argmax(axis=1) == y).astype("f32").mean()
    opt = optim.Adam(net.parameters(), lr=3e-3)
    step = gr.compile(inputs=[x, y], outputs=loss, updates=opt.minimize(loss))
    check = gr.compile(inputs=[x, y], outputs={"loss": loss, "accuracy": accuracy})
    return gr.fit(step, train, epochs=epochs, batch_size=50, validate=(check, test), progress=False)


def tested(metrics: Mapping[str, float]) -> str:
    """What the test set says."""
    return f"test loss {metrics['val_loss']:.3f}, {metrics['val_accuracy']:.1%} right"


SECTIONS = (neuron, activations, network, curve, errors, chain_rule, one_layer, sgd, dropout, batch_norm)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the lecture."""
    names = {section.__name__: section for section in SECTIONS}
    parser = argparse.ArgumentParser(description="A first lecture on deep learning, as running code.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"any of {', '.join(names)}; all by default")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write pictures there; needs matplotlib")
    parser.add_argument("--fast", action="store_true", help="a twentieth of the training: only to see that it runs")
    args = parser.parse_args(argv)
    if unknown := [name for name in args.sections if name not in names]:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(names)}")
    if args.plots is not None:
        args.plots.mkdir(parents=True, exist_ok=True)
    album = Album(args.plots, args.fast)
    for number, name in enumerate(args.sections or names, 1):
        print(f"{number}. {names[name].__doc__}")
        names[name](album)
        print()


if __name__ == "__main__":
    main()
