"""Learn to read handwritten digits: the lecture's network on the images that come with graphc.

    python examples/digits.py                    train, test, predict
    python examples/digits.py --show-ir          also print the fused program; or any other stage, --show-ir asm
    python examples/digits.py --save digits.safetensors

It needs no download and takes a few seconds. The network is a stack of three layers, 64-512-512-10, with ReLU
between them; the error is cross-entropy; the steps are stochastic gradient descent with momentum.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

import graphc as gr
from graphc import nn, optim
from graphc.data import digits

STAGES = ("declared", "backward", "simplified", "fused", "planned", "python", "llvm", "asm")
PROMISED = 0.97  # accuracy on the held-out fifth


def main(argv: Sequence[str] | None = None) -> float:
    """Run the example; returns the accuracy on the images held out."""
    parser = argparse.ArgumentParser(description="Train the lecture's network on the bundled digits.")
    parser.add_argument("--epochs", type=int, default=20, help="how often to go through the images (20)")
    parser.add_argument("--show-ir", nargs="?", const="fused", choices=STAGES, help="print a stage of the program")
    parser.add_argument("--save", metavar="FILE", help="write the weights as safetensors")
    args = parser.parse_args(argv)

    (images, labels), (test_images, test_labels) = digits()

    # Declare. Nothing is computed here: these lines make a graph.
    gr.manual_seed(0)
    x = gr.input("x", "f32[batch, 64]")
    y = gr.input("y", "i64[batch]")
    net = nn.Sequential(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    logits = net(x)
    loss = nn.CrossEntropyLoss()(logits, y)
    accuracy = (logits.argmax(axis=1) == y).astype("f32").mean()
    opt = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    schedule = optim.lr_scheduler.CosineAnnealingLR(opt, T_max=max(args.epochs, 1))

    # Compile. All three programs share the memory of the weights.
    train = gr.compile(inputs=[x, y], outputs=loss, updates=opt.minimize(loss), name="train")
    test = gr.compile(inputs=[x, y], outputs={"loss": loss, "accuracy": accuracy}, name="test")
    predict = gr.compile(inputs=[x], outputs=nn.functional.softmax(logits, dim=1), name="predict")
    if args.show_ir:
        print(train.ir(args.show_ir))

    # Run.
    gr.fit(
        train,
        (images, labels),
        epochs=args.epochs,
        batch_size=64,
        validate=(test, (test_images, test_labels)),
        progress="quickstart",
        scheduler=schedule,  # the learning rate is a run-time value: nothing is compiled again
    )

    picture, truth = test_images[:1], test_labels[0]
    probabilities = predict(picture)[0]
    print(f"\n{draw(picture[0])}\n")
    print(f"Predicted: {probabilities.argmax()} ({probabilities.max():.1%} sure), Actual: {truth}")

    reached = gr.evaluate(test, (test_images, test_labels))["accuracy"]
    verdict = "as promised" if reached >= PROMISED else "less than promised; train for more epochs"
    print(f"Held out: {len(test_labels)} images, {reached:.1%} right (promised: {PROMISED:.0%}): {verdict}")
    if args.save:
        gr.save(args.save, net.state_dict())
        print(f"Saved the weights to {args.save}")
    return reached


def draw(image: np.ndarray) -> str:
    """A picture of 8 by 8 pixels in [0, 1] as text."""
    shades = " .:-=+*#%@"
    levels = (image.reshape(8, 8) * (len(shades) - 1)).round().astype(int)
    return "\n".join("".join(shades[level] * 2 for level in row).rstrip() for row in levels)


if __name__ == "__main__":
    main()
