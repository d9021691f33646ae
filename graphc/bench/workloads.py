"""What is measured, as data: every workload, and the numbers that all systems start from. Needs NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Kind = Literal["train", "epoch", "predict", "product", "blend"]

TRAINERS: Final = ("graphc", "torch", "torch.compile", "jax")
SERVERS: Final = (*TRAINERS, "onnxruntime")
MULTIPLIERS: Final = ("graphc", "numpy", "torch", "jax")


@dataclass(frozen=True)
class Workload:
    """One thing to measure.

    Attributes:
        name: what ``--workload`` takes.
        group: ``--workload`` takes this too.
        summary: one line for people.
        kind: ``train`` is one call a step that gives the loss; ``epoch`` is one call for ``epoch_steps`` steps on
            rows of a data set; ``predict`` gives logits of one batch; ``product`` is ``C = A @ B``; ``blend`` is
            ``s = 0.75 s + 0.25 x``.
        batch: rows of a step; M of a product.
        widths: of the layers, the first is the input's; K and N of a product; the count of numbers of a blend.
        activation: between the layers.
        norm: batch normalisation before each activation.
        dropout: probability after each activation.
        optimizer: PyTorch's, with its defaults besides ``lr``.
        lr: learning rate.
        epoch_steps: steps of one call.
        systems: who is measured.
        aim: of graphc's time in the best peer's; 0 for none.
        aim_seconds: of a step; 0 for none.
        tolerance: largest relative difference of results to float64 that is accepted before anything is timed.
    """

    name: str
    group: str
    summary: str
    kind: Kind
    batch: int
    widths: tuple[int, ...]
    activation: Literal["relu", "gelu"] = "relu"
    norm: bool = False
    dropout: float = 0.0
    optimizer: Literal["sgd", "adam"] = "sgd"
    lr: float = 0.01
    epoch_steps: int = 1
    systems: tuple[str, ...] = TRAINERS
    aim: float = 0.0
    aim_seconds: float = 0.0
    tolerance: float = 1e-4

    @property
    def quick(self) -> bool:
        """One process a system does everything: of these there are many, and their set-up is not in question."""
        return self.kind == "product"

    @property
    def flops(self) -> int:
        """Floating-point operations of one step that any system has to do: products only, none where bytes count."""
        if self.kind == "blend":
            return 0
        if self.kind == "product":
            return 2 * self.batch * self.widths[0] * self.widths[1]
        layers = [2 * self.batch * a * b for a, b in zip(self.widths, self.widths[1:], strict=False)]
        # A layer's product comes three times in training: forward, its weights' gradient, its input's gradient; the
        # last is not needed for the first layer.
        return sum(layers) if self.kind == "predict" else 3 * sum(layers) - layers[0]

    @property
    def traffic(self) -> int:
        """Bytes of one step that have to cross to memory: 0 where data fit into caches."""
        return 12 * self.widths[0] if self.kind == "blend" else 0

    @property
    def comparable(self) -> Workload:
        """The same without randomness: results can be compared between systems."""
        return replace(self, dropout=0.0)

    def plain(self) -> dict[str, Any]:
        """For JSON; :func:`workload_of` is the inverse."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in vars(self).items()}


def workload_of(plain: dict[str, Any]) -> Workload:
    """The workload of :meth:`Workload.plain`."""
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items()}
    return Workload(**fields)


def _deep(depth: int) -> tuple[int, ...]:
    return (*(128,) * depth, 10)


def _products() -> tuple[Workload, ...]:
    shapes = {
        "square": [(1, 1, 1), (8, 8, 8), (64, 64, 64), (512, 512, 512), (1024, 1024, 1024), (4096, 4096, 4096)],
        "odd": [(3, 5, 7), (63, 65, 33), (255, 783, 511), (1001, 999, 1003)],
        "prime": [(17, 31, 13), (127, 257, 61), (509, 787, 521), (1031, 1033, 1039)],
        "batch 1": [(1, 784, 512), (1, 4096, 4096), (1, 509, 10)],
        "one column": [(512, 784, 1), (4096, 4096, 1)],
        "tall": [(4096, 64, 64), (4999, 512, 10), (4096, 1, 128)],
        "wide": [(64, 64, 4096), (10, 512, 4999), (128, 1, 4096)],
        "long": [(64, 4096, 64), (10, 4999, 10)],
        "layer": [(64, 784, 512), (64, 512, 512), (256, 784, 512), (512, 256, 784), (1024, 2048, 2048)],
    }
    return tuple(
        Workload(
            f"product_{m}x{k}x{n}",
            "products",
            f"{form}: [{m}, {k}] @ [{k}, {n}] into memory that is there",
            "product",
            m,
            (k, n),
            systems=MULTIPLIERS,
            tolerance=1e-5,
        )
        for form, some in shapes.items()
        for m, k, n in some
    )


_SEED: Final = (784, 512, 512, 10)
_TINY: Final = (4, 16, 3)

WORKLOADS: Final[tuple[Workload, ...]] = (
    Workload("mlp_seed", "networks", "784-512-512-10 ReLU, cross-entropy, SGD, batch 64", "train", 64, _SEED, aim=0.42),
    Workload("mlp_seed_256", "networks", "the same, batch 256", "train", 256, _SEED, aim=0.58),
    Workload(
        "mlp_bn",
        "networks",
        "784-(512 BN GELU dropout .5)x2-10, Adam, batch 256",
        "train",
        256,
        _SEED,
        activation="gelu",
        norm=True,
        dropout=0.5,
        optimizer="adam",
        lr=1e-3,
        aim=0.45,
        tolerance=2e-3,  # Adam's first steps are the signs of gradients, and some of these are rounding errors
    ),
    Workload(
        "tiny",
        "networks",
        "4-16-3 ReLU, SGD, batch 32, one call a step",
        "train",
        32,
        _TINY,
        systems=(*TRAINERS, "pytensor"),
        aim_seconds=4e-6,
    ),
    Workload(
        "tiny_epoch",
        "networks",
        "the same, 1000 steps a call (run_epoch, lax.scan), per step",
        "epoch",
        32,
        _TINY,
        epoch_steps=1000,
        systems=(*TRAINERS, "pytensor"),
        aim_seconds=1.5e-6,
    ),
    Workload(
        "predict_1", "networks", "784-512-512-10 ReLU, logits, batch 1", "predict", 1, _SEED, systems=SERVERS, aim=0.5
    ),
    Workload("mlp_wide", "networks", "4 layers of 2048, SGD, batch 1024", "train", 1024, (2048,) * 5, aim=0.6),
    Workload("mlp_deep", "networks", "32 layers of 128, SGD, batch 32", "train", 32, (128,) * 33, aim=0.6),
    *(
        Workload(
            f"depth_{depth}",
            "depths",
            f"{depth} layers of 128, SGD, batch 32",
            "train",
            32,
            _deep(depth),
            tolerance=1e-3,  # a unit near 0 may be on in f32 and off in f64, and depth carries that far
        )
        for depth in (2, 4, 8, 16, 32, 64)
    ),
    Workload(
        "blend",
        "elementwise",
        "s = 0.75 s + 0.25 x in place, 2^24 numbers: what memory allows",
        "blend",
        1,
        (1 << 24,),
        systems=("graphc", "numpy", "torch", "torch.compile", "jax"),
        tolerance=1e-6,
    ),
    *_products(),
)
"""Everything that can be measured, in the order of the report."""


def chosen(names: list[str]) -> tuple[Workload, ...]:
    """The workloads that names and groups stand for, all of them for no name; KeyError for an unknown one."""
    known = {w.name for w in WORKLOADS} | {w.group for w in WORKLOADS}
    for name in names:
        if name not in known:
            raise KeyError(name)
    return tuple(w for w in WORKLOADS if not names or w.name in names or w.group in names)


@dataclass(frozen=True)
class Arrays:
    """The same numbers for every system.

    Attributes:
        weights: one matrix ``(out, in)`` a layer, for a product the two factors, for a blend the state.
        biases: one a layer.
        x: rows of a data set.
        y: a label a row.
    """

    weights: tuple[F32, ...]
    biases: tuple[F32, ...]
    x: F32
    y: I64


def arrays_of(workload: Workload) -> Arrays:
    """Make the numbers; from raw bits, so that every version of NumPy makes the same."""
    bits = np.random.PCG64(7)

    def uniform(*shape: int, bound: float) -> F32:
        raw = (bits.random_raw(int(np.prod(shape))) >> np.uint64(40)).astype(np.float32)
        return ((raw * np.float32(2**-23) - np.float32(1)) * np.float32(bound)).reshape(shape)

    none = np.zeros(0, np.int64)
    if workload.kind == "product":
        k, n = workload.widths
        factors = uniform(workload.batch, k, bound=1.0), uniform(k, n, bound=1.0)
        return Arrays(factors, (), factors[0], none)
    if workload.kind == "blend":
        return Arrays((uniform(*workload.widths, bound=1.0),), (), uniform(*workload.widths, bound=1.0), none)
    pairs = list(zip(workload.widths, workload.widths[1:], strict=False))
    # He's bound keeps signals alive through 64 layers, so that losses say something about all of them.
    weights = tuple(uniform(b, a, bound=(6 / a) ** 0.5) for a, b in pairs)
    biases = tuple(uniform(b, bound=a**-0.5) for a, b in pairs)
    rows = workload.batch * workload.epoch_steps
    x = uniform(rows, workload.widths[0], bound=1.0)
    y = (bits.random_raw(rows) % np.uint64(workload.widths[-1])).astype(np.int64)
    return Arrays(weights, biases, x, y)
