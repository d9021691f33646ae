"""Hand-written kernels and programs for the runtime's tests, compiled as the compiler would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import pytest
from numba.core import types
from numba.extending import intrinsic

from graphc.runtime import (
    BufferSpec,
    Executor,
    IndexCheck,
    KernelCode,
    Launch,
    Program,
    Role,
    Storage,
    TensorType,
    get_num_threads,
    set_num_threads,
)
from graphc.runtime.frontend import lower, optimize
from graphc.runtime.native_intrinsics import least

BIG = 10**9  # work of a launch that is to run on every thread


def _pointer_intrinsic(element: Any) -> Any:
    @intrinsic
    def at(typingctx: Any, table: Any, slot: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            slot_value = context.cast(builder, args[1], signature.args[1], types.intp)
            address = builder.load(builder.gep(args[0], [slot_value]))
            return builder.inttoptr(address, context.get_data_type(element).as_pointer())

        return types.CPointer(element)(table, slot), generate

    return at


f32_at = _pointer_intrinsic(types.float32)
i64_at = _pointer_intrinsic(types.int64)


def multiply(table, thread, threads):
    """h[i, j] = x[i, j] * w[j]; slots: x, w, h, rows, columns."""
    x, w, h, rows, columns = f32_at(table, 1), f32_at(table, 2), f32_at(table, 3), table[4], table[5]
    share = (rows + threads - 1) // threads
    for i in range(share * thread, least(rows, share * thread + share)):
        for j in range(columns):
            h[i * columns + j] = x[i * columns + j] * w[j]


def total(table, thread, threads):
    """s = sum of h; slots: h, s, size."""
    if thread == 0:
        h, s = f32_at(table, 1), f32_at(table, 2)
        acc = np.float32(0)
        for i in range(table[3]):
            acc += h[i]
        s[0] = acc


def update(table, thread, threads):
    """w[j] += s / 1024; slots: w, s, columns."""
    if thread == 0:
        w, s = f32_at(table, 1), f32_at(table, 2)
        for j in range(table[3]):
            w[j] += s[0] * np.float32(0.0009765625)


def check(table, thread, threads):
    """Every y in [0, size) or -100; slots: y, count, size."""
    if thread == 0:
        status, y = i64_at(table, 0), i64_at(table, 1)
        for i in range(table[2]):
            if status[0] == 0 and y[i] != -100 and (y[i] < 0 or y[i] >= table[3]):
                status[2] = i
                status[3] = y[i]
                status[0] = 1


def neighbours(table, thread, threads):
    """b[i] = a[i] + 3 * a[i + 1] in a ring, modulo 1009; slots: a, b, size. Needs all of a."""
    a, b, size = i64_at(table, 1), i64_at(table, 2), table[3]
    share = (size + threads - 1) // threads
    for i in range(share * thread, least(size, share * thread + share)):
        b[i] = (a[i] + 3 * a[(i + 1) % size]) % 1009


def copy_words(table, thread, threads):
    """b = a; slots: a, b, size."""
    a, b, size = i64_at(table, 1), i64_at(table, 2), table[3]
    share = (size + threads - 1) // threads
    for i in range(share * thread, least(size, share * thread + share)):
        b[i] = a[i]


def delay(table, thread, threads):
    """Burn time; slots: a (kept as it is), rounds."""
    a = i64_at(table, 1)
    value = a[0]
    for i in range(table[2]):
        value = (value * 6364136223846793005 + i) & 0x7FFFFFFFFFFFFFFF
    if value == -1:
        a[0] = value


def nothing(table, thread, threads):
    """No slots."""


_FUNCTIONS: tuple[Callable[..., None], ...] = (
    multiply,
    total,
    update,
    check,
    neighbours,
    copy_words,
    delay,
    nothing,
)


def compile_kernels() -> dict[str, KernelCode]:
    """All kernels of this file, by name."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="pic"
    )
    codes = {}
    for function in _FUNCTIONS:
        name = f"test_{function.__name__}"
        lowered = lower(function, types.void, (types.CPointer(types.intp), types.intp, types.intp))
        module = llvm.parse_assembly(lowered.text + _DOOR.format(name=name, symbol=lowered.symbol))
        optimize(module, machine)
        codes[function.__name__] = KernelCode(name, name, machine.emit_object(module))
    return codes


_DOOR = """
define void @{name}(ptr %table, i64 %thread, i64 %threads) {{
  %answer = alloca ptr
  %trouble = alloca ptr
  %status = call i32 @"{symbol}"(ptr %answer, ptr %trouble, ptr %table, i64 %thread, i64 %threads)
  ret void
}}
"""


class Kit:
    """Builds programs out of the kernels above."""

    def __init__(self) -> None:
        self.codes = compile_kernels()

    def program(
        self,
        buffers: list[tuple[str, str, Role]],
        launches: list[Launch],
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
        dims: tuple[str, ...] = ("batch",),
        name: str = "test",
    ) -> Program:
        """A program whose temporaries live as its launches use them."""
        names = [buffer[0] for buffer in buffers]
        specs = []
        for index, (title, text, role) in enumerate(buffers):
            uses = [i for i, launch in enumerate(launches) if index in launch.buffers] or [0]
            specs.append(BufferSpec(title, TensorType.parse(text), role, min(uses), max(uses)))
        return Program(
            name,
            tuple(specs),
            tuple(launches),
            tuple(map(names.index, inputs)),
            tuple(map(names.index, outputs)),
            dims,
            self.codes,
        )

    def train(self, work: int = BIG) -> Program:
        """h = x * w; s = sum(h); w += s / 1024, with labels checked against 10. Outputs: s, h."""
        batch = TensorType.parse("f32[batch]").shape[0]
        origin = IndexCheck("y", 10, -100, "train.py:12")
        return self.program(
            [
                ("x", "f32[batch, 4]", Role.INPUT),
                ("y", "i64[batch]", Role.INPUT),
                ("w", "f32[4]", Role.STATE),
                ("h", "f32[batch, 4]", Role.OUTPUT),
                ("s", "f32[]", Role.OUTPUT),
            ],
            [
                Launch("check", (1,), (batch, 10), work=work, check=origin, label="check y"),
                Launch("multiply", (0, 2, 3), (batch, 4), work=work, label="multiply"),
                Launch("total", (3, 4), (4 * batch,), label="total"),
                Launch("update", (2, 4), (4,), label="update"),
            ],
            ("x", "y"),
            ("s", "h"),
            name="train",
        )

    def executor(self, work: int = BIG) -> tuple[Executor, Storage]:
        """The program above, ready to run, and its state."""
        weights = Storage(TensorType.parse("f32[4]"), [1.0, 2.0, -1.0, 0.5])
        return Executor(self.train(work), {"w": weights}), weights

    def ring(self, size: int, rounds: int) -> Program:
        """``rounds`` dependent launches over a ring of numbers; the last result is the output."""
        launches = [
            Launch("copy_words", (0, 1), (size,), work=BIG),
            *(Launch("neighbours", (1 + i % 2, 2 - i % 2), (size,), work=BIG if i % 5 else 0) for i in range(rounds)),
            Launch("copy_words", (1 + rounds % 2, 3), (size,), work=BIG),
        ]
        shape = f"i64[{size}]"
        return self.program(
            [("a", shape, Role.INPUT), ("p", shape, Role.TEMP), ("q", shape, Role.TEMP), ("r", shape, Role.OUTPUT)],
            launches,
            ("a",),
            ("r",),
            dims=(),
        )

    @staticmethod
    def ring_reference(a: np.ndarray, rounds: int) -> np.ndarray:
        """What ``ring`` computes."""
        for _ in range(rounds):
            a = (a + 3 * np.roll(a, -1)) % 1009
        return a


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Compiled kernels, and the programs made of them."""
    return Kit()


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    """Set the number of threads; put back afterwards."""
    before = get_num_threads()
    yield set_num_threads
    set_num_threads(before)
