"""Train the lecture's network, 784-512-512-10, on MNIST (or Fashion-MNIST) in IDX files.

    python examples/mnist.py --data DIR
    python examples/mnist.py --data DIR --download       fetch the files first (12 MB); needs internet

DIR holds the published files, compressed or not: train-images-idx3-ubyte(.gz), train-labels-idx1-ubyte(.gz),
t10k-images-idx3-ubyte(.gz), t10k-labels-idx1-ubyte(.gz). With the train files it trains on all 60,000 images and tests
on the 10,000; where only the t10k files lie, it trains on 8,500 of them and tests on the other 1,500.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import graphc as gr
from graphc import nn, optim
from graphc.data import idx

Arrays = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]

HOME = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MD5 = {  # of the four files as published
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
HELD_OUT = 1500  # of the t10k images, where they are all there is


def main(argv: Sequence[str] | None = None) -> float:
    """Run the example; returns the accuracy on the test images."""
    parser = argparse.ArgumentParser(description="Train the lecture's network on MNIST.")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the IDX files")
    parser.add_argument("--download", action="store_true", help="fetch files that are not there")
    parser.add_argument("--epochs", type=int, default=10, help="how often to go through the images (10)")
    parser.add_argument("--limit", type=int, help="use only so many training images")
    args = parser.parse_args(argv)
    try:
        if args.download:
            download(args.data)
        (images, labels), (test_images, test_labels) = load(args.data)
    except (gr.GraphcError, OSError) as error:
        sys.exit(f"mnist: {error}")
    images, labels = images[: args.limit], labels[: args.limit]
    print(f"{len(labels)} images to train with, {len(test_labels)} to test with")

    gr.manual_seed(0)
    x = gr.input("x", "f32[batch, 784]")
    y = gr.input("y", "i64[batch]")
    net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    logits = net(x)
    loss = nn.CrossEntropyLoss()(logits, y)
    accuracy = (logits.argmax(axis=1) == y).astype("f32").mean()
    opt = optim.Adam(net.parameters(), lr=1e-3)
    schedule = optim.lr_scheduler.CosineAnnealingLR(opt, T_max=max(args.epochs, 1))
    train = gr.compile(inputs=[x, y], outputs=loss, updates=opt.minimize(loss), name="train")
    test = gr.compile(inputs=[x, y], outputs={"loss": loss, "accuracy": accuracy}, name="test")

    data = (test_images, test_labels)
    gr.fit(
        train,
        (images, labels),
        epochs=args.epochs,
        batch_size=64,
        validate=(test, data),
        progress="quickstart",
        scheduler=schedule,
    )
    reached = gr.evaluate(test, data)["accuracy"]
    print(f"{reached:.1%} of {len(test_labels)} test images right")
    return reached


def load(folder: Path) -> tuple[Arrays, Arrays]:
    """``(images, labels), (test_images, test_labels)`` from the files in a folder."""
    test = pair(folder, "t10k")
    if find(folder, "train-images-idx3-ubyte") is not None:
        return pair(folder, "train"), test
    images, labels = test
    if len(labels) <= HELD_OUT:
        raise gr.DataError(f"expected more than {HELD_OUT} images to split {folder} into two parts, got {len(labels)}")
    return (images[:-HELD_OUT], labels[:-HELD_OUT]), (images[-HELD_OUT:], labels[-HELD_OUT:])


def pair(folder: Path, part: str) -> Arrays:
    """Images f32 ``[n, 784]`` in [0, 1] and labels i64 ``[n]``, checked."""
    images = read(folder, f"{part}-images-idx3-ubyte")
    labels = read(folder, f"{part}-labels-idx1-ubyte")
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28):
        raise gr.DataError(f"{part} images in {folder}: expected u8 [n, 28, 28], got {describe(images)}")
    if labels.dtype != np.uint8 or labels.shape != (len(images),):
        raise gr.DataError(f"{part} labels in {folder}: expected u8 [{len(images)}], got {describe(labels)}")
    if len(labels) and labels.max() > 9:
        raise gr.DataError(f"{part} labels in {folder}: expected 0 to 9, got {labels.max()}")
    return images.reshape(-1, 784).astype(np.float32) / np.float32(255), labels.astype(np.int64)


def read(folder: Path, name: str) -> npt.NDArray[np.uint8]:
    """The array of a file, compressed or not."""
    path = find(folder, name)
    if path is None:
        raise gr.DataError(f"{folder} holds neither {name} nor {name}.gz; with internet, --download fetches them")
    return idx(path)


def find(folder: Path, name: str) -> Path | None:
    """The file, compressed or not, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def describe(array: npt.NDArray[np.uint8]) -> str:
    """Element type and shape."""
    return f"{array.dtype} {list(array.shape)}"


def download(folder: Path) -> None:
    """Fetch the files that are not there, check them, and only then give them their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, expected in MD5.items():
        if find(folder, name.removesuffix(".gz")) is not None:
            continue
        print(f"fetching {HOME}{name}")
        try:
            with urllib.request.urlopen(HOME + name, timeout=60) as response:
                content = response.read()
        except urllib.error.URLError as error:
            raise gr.DataError(f"{HOME}{name} cannot be fetched: {error.reason}") from error
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if found != expected:
            raise gr.DataError(f"{HOME}{name}: expected a file with MD5 {expected}, got {found}")
        gzip.decompress(content)
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(folder / name)


if __name__ == "__main__":
    main()
