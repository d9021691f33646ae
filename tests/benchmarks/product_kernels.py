"""Speed of generated matrix products on one thread: GFLOP/s, share of the machine's peak, and NumPy next to it.

Run ``python tests/benchmarks/product_kernels.py``. Every result is checked before it is timed.
"""

import argparse
import ctypes
import time

import numpy as np
from numba.core import cpu, types
from numba.core.compiler import Flags, compile_extra
from numba.core.registry import cpu_target

from graphc.bench.peers.machine import arithmetic
from graphc.compiler.lowering.intrinsics import block_product, scratch, view
from graphc.compiler.lowering.machine import host

SHAPES = [
    (64, 784, 512),
    (64, 512, 512),
    (64, 512, 10),
    (256, 784, 512),
    (256, 512, 512),
    (512, 64, 784),
    (512, 256, 512),
    (1, 512, 512),
    (512, 512, 1),
    (1024, 128, 384),
    (1032, 1032, 1032),
    (2048, 2048, 2048),
]


def nn(table, thread, threads):
    m = table[4]
    k = table[5]
    n = table[6]
    a = view(table, 1, "f32", (m, k))
    b = view(table, 2, "f32", (k, n))
    c = view(table, 3, "f32", (m, n))
    acc = scratch("f32", (64, 64))
    for i0 in range(0, m, 64):
        rows = min(64, m - i0)
        for j0 in range(0, n, 64):
            cols = min(64, n - j0)
            block_product(acc, a, i0 * k, k, 1, b, j0, n, 1, rows, cols, k)
            for i in range(rows):
                for j in range(cols):
                    c[i0 + i, j0 + j] = acc[i, j]


def nt(table, thread, threads):
    m = table[4]
    k = table[5]
    n = table[6]
    a = view(table, 1, "f32", (m, k))
    b = view(table, 2, "f32", (n, k))
    c = view(table, 3, "f32", (m, n))
    acc = scratch("f32", (64, 64))
    for i0 in range(0, m, 64):
        rows = min(64, m - i0)
        for j0 in range(0, n, 64):
            cols = min(64, n - j0)
            block_product(acc, a, i0 * k, k, 1, b, j0 * k, 1, k, rows, cols, k)
            for i in range(rows):
                for j in range(cols):
                    c[i0 + i, j0 + j] = acc[i, j]


def tn(table, thread, threads):
    m = table[4]
    k = table[5]
    n = table[6]
    a = view(table, 1, "f32", (k, m))
    b = view(table, 2, "f32", (k, n))
    c = view(table, 3, "f32", (m, n))
    acc = scratch("f32", (64, 64))
    for i0 in range(0, m, 64):
        rows = min(64, m - i0)
        for j0 in range(0, n, 64):
            cols = min(64, n - j0)
            block_product(acc, a, i0, 1, m, b, j0, n, 1, rows, cols, k)
            for i in range(rows):
                for j in range(cols):
                    c[i0 + i, j0 + j] = acc[i, j]


def triad(table, thread, threads):
    n = table[4]
    a = view(table, 1, "f32", (n,))
    b = view(table, 2, "f32", (n,))
    c = view(table, 3, "f32", (n,))
    for i in range(n):
        a[i] = b[i] + np.float32(3) * c[i]


def compiled(function):
    """Compile a kernel as the compiler does; a function of arrays and integers, and the seconds it took."""
    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()
    flags = Flags()
    flags.no_cpython_wrapper = True
    flags.nrt = False
    flags.error_model = "numpy"
    flags.fastmath = cpu.FastMathOptions({"reassoc", "contract", "arcp", "afn", "nsz"})
    arguments = (types.CPointer(types.intp), types.intp, types.intp)
    contexts = cpu_target.typing_context, cpu_target.target_context
    start = time.perf_counter()
    result = compile_extra(*contexts, function, arguments, types.void, flags, {})
    seconds = time.perf_counter() - start
    address = result.library.get_pointer_to_function(result.fndesc.llvm_cfunc_wrapper_name)
    entry = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t)(address)

    def call(*operands):
        words = [0] + [o.ctypes.data if isinstance(o, np.ndarray) else o for o in operands]
        entry(np.array(words, dtype=np.int64).ctypes.data, 0, 1)

    call.library = result.library
    return call, seconds


def fastest(function, *arguments, rounds=5, **keywords):
    """Seconds of one call, the best of some rounds of about 20 ms each."""
    start = time.perf_counter()
    function(*arguments, **keywords)
    once = time.perf_counter() - start
    repeats = max(1, int(0.02 / max(once, 1e-7)))
    best = once
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            function(*arguments, **keywords)
        best = min(best, (time.perf_counter() - start) / repeats)
    return best


def fma_peak():
    """GFLOP/s of independent f32 fused multiply-adds on registers, one thread."""
    stepper = arithmetic(1)
    return stepper.work / fastest(stepper.run, 0, rounds=3) / 1e9


def triad_bandwidth():
    """GB/s of ``a = b + 3 c`` over 128 MB arrays, one thread."""
    call, _ = compiled(triad)
    n = 1 << 25
    a, b, c = np.zeros(n, np.float32), np.ones(n, np.float32), np.ones(n, np.float32)
    call(a, b, c, n)
    assert (a == 4).all()
    return 12 * n / fastest(call, a, b, c, n) / 1e9


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-bandwidth", action="store_true", help="skip the triad, which needs 400 MB")
    options = parser.parse_args()
    print(f"{host()}")
    if not options.no_bandwidth:
        print(f"triad {triad_bandwidth():.0f} GB/s")
    kernels = {kernel.__name__: compiled(kernel) for kernel in (nn, nt, tn)}
    print("compile " + ", ".join(f"{name} {seconds:.2f} s" for name, (_, seconds) in kernels.items()))
    print(f"{'m x k x n':>18} {'peak':>6} " + "".join(f"{name:>14}" for name in kernels) + f"{'NumPy':>10}")
    rng = np.random.default_rng(0)
    for m, k, n in SHAPES:
        a, b = rng.standard_normal((m, k), np.float32), rng.standard_normal((k, n), np.float32)
        c = np.zeros((m, n), np.float32)
        right = a.astype(float) @ b
        flops = 2e-9 * m * k * n
        peak = fma_peak()
        cells = []
        for name, (call, _) in kernels.items():
            left = a.T.copy() if name == "tn" else a
            other = b.T.copy() if name == "nt" else b
            c[:] = np.nan
            call(left, other, c, m, k, n)
            np.testing.assert_allclose(c, right, rtol=0, atol=1e-5 * np.sqrt(k) + 1e-5)
            speed = flops / fastest(call, left, other, c, m, k, n)
            cells.append(f"{speed:8.1f} {speed / peak:4.0%}")
        numpy = flops / fastest(np.matmul, a, b, out=c)
        print(f"{m:5} x {k:4} x {n:4} {peak:6.0f} " + "".join(f"{cell:>14}" for cell in cells) + f"{numpy:10.1f}")


if __name__ == "__main__":
    main()
