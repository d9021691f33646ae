"""Block sizes of matrix products."""

import pytest

from graphc.compiler.lowering.blocks import Blocks, choose_blocks
from graphc.compiler.lowering.machine import Machine, host

AVX512, AVX2, NEON = Machine(64, 32, "avx512"), Machine(32, 16, "avx2"), Machine(16, 32, "neon")


@pytest.mark.parametrize("machine", [AVX512, AVX2, NEON, host()])
@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("flags", [(True, True), (True, False), (False, True), (False, False)])
def test_blocks_fit(machine, dtype, flags):
    for m in (None, 1, 2, 3, 10, 64, 97, 512, 5000):
        for n in (None, 1, 3, 10, 16, 65, 512, 784, 4999):
            for k in (None, 1, 64, 1000):
                blocks = choose_blocks(m, n, k, dtype, machine, *flags)
                packs = machine.packs(n * (4 if dtype == "f32" else 8) if n and flags[1] else None)
                most = (192 if machine.low_tiles else 256) if packs and dtype == "f32" else 128
                thin = (m or 64) <= 3 or n == 1  # these may be linear combinations of long rows
                assert 1 <= blocks.rows <= min(m or 64, 2048 if thin else most)
                assert 1 <= blocks.cols <= min(n or 64, 2048 if thin else most)


def test_a_batch_of_64_has_work_for_several_threads():
    blocks = choose_blocks(None, 512, 784, "f32", AVX512)
    assert blocks.rows == 64
    assert 512 // blocks.cols >= 4


def test_tiny_products_are_one_task():
    assert choose_blocks(3, 16, 4, "f32", AVX512) == Blocks(3, 16)


def test_large_products_have_large_blocks():
    blocks = choose_blocks(2048, 2048, 2048, "f32", AVX512)
    assert blocks.rows >= 96
    assert blocks.cols >= 96


def test_tiles_fit_the_registers():
    for machine in (AVX512, AVX2, NEON):
        for vectors in (1, 2, 4):
            rows = machine.tile_rows(vectors)
            assert rows * vectors + vectors + 1 <= machine.registers
            assert (rows + 1) * vectors + vectors + 1 > machine.registers
