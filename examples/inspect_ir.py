"""From a network of three lines to its machine code, stage by stage.

python examples/inspect_ir.py                     every stage, the long ones cut
python examples/inspect_ir.py --stages fused asm  some of them
python examples/inspect_ir.py --lines 0           nothing cut
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import graphc as gr
from graphc import nn, optim

SENTENCES = {
    "declared": "What you wrote, one operator a line, with the place in your file; `vjp` asks for gradients.",
    "backward": "The chain rule has replaced `vjp` by operators; %d_x is the gradient of %x.",
    "simplified": "Laws of algebra have removed what is not needed, and softmax has become exponentials and sums.",
    "fused": "Operators that can share a pass over memory have become kernels, written out below the graph as loops.",
    "planned": "Every value has a place in one block of memory, and the step is a list of kernel calls.",
    "python": "Each kernel is a Python function in a file of its own, which Numba compiles; here is one of them.",
    "llvm": "The same kernel in LLVM's language after its optimiser, from the first product of vectors.",
    "asm": "The same kernel as the machine code of this processor, from the same place.",
}


def program() -> gr.CompiledFunction:
    """A training step of a small network; nothing is special about it."""
    gr.manual_seed(0)
    x, y = gr.input("x", "f32[batch, 4]"), gr.input("y", "i64[batch]")

    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    loss = nn.CrossEntropyLoss()(net(x), y)
    updates = optim.SGD(net.parameters(), lr=0.1).minimize(loss)

    return gr.compile(inputs=[x, y], outputs=loss, updates=updates, name="train")


def text(train: gr.CompiledFunction, stage: str) -> str:
    """A stage of the whole program, or of its first matrix product where every kernel has a text of its own."""
    if stage not in ("python", "llvm", "asm"):
        return train.ir(stage)
    kernel = next(kernel for name, kernel in train.kernels.items() if name.startswith("matmul"))
    return str({"python": kernel.source, "llvm": kernel.llvm, "asm": kernel.asm}[stage])


def first_product(stage: str, lines: Sequence[str]) -> int:
    """Where the first product of vectors stands, and a little before; the beginning where there is none."""
    signs = {"llvm": ("fmul", "fma"), "asm": ("fmadd", "fmla")}.get(stage, ())
    found = (
        n for n, line in enumerate(lines) if any(s in line for s in signs) and (stage == "asm" or "x float>" in line)
    )
    return max(next(found, 0) - 5, 0)


def main(argv: Sequence[str] | None = None) -> None:
    """Print the stages."""
    parser = argparse.ArgumentParser(description="Show every stage from a network to its machine code.")
    parser.add_argument("--stages", nargs="+", choices=SENTENCES, default=list(SENTENCES), metavar="STAGE")
    parser.add_argument("--lines", type=int, default=40, help="cut a stage after so many lines; 0 cuts nothing (40)")
    args = parser.parse_args(argv)

    train = program()
    for name in args.stages:
        print(f"=== {name}: {SENTENCES[name]}\n")
        lines = text(train, name).splitlines()
        start = first_product(name, lines) if args.lines else 0
        shown = lines[start : start + args.lines] if args.lines else lines
        print("\n".join(shown))
        if len(shown) < len(lines):
            print(f"... cut; --stages {name} --lines 0 shows all {len(lines)} lines")
        print()
    print(train)


if __name__ == "__main__":
    main()
