"""Intrinsics: the functions that generated kernels call. Each emits LLVM IR directly into its caller.

abs, pow and round take the place of Python's built-in functions in a module that imports them by name.
"""

from .bf16 import bf16_to_f32, f32_to_bf16
from .memory import View, opaque, scratch, view, window
from .philox import uniform, uniform_f64
from .product import block_product, block_product_add
from .sharing import share, tasks
from .small import small_product
from .status import report_index
from .transpose import transpose_block
from .vmath import (
    abs,
    ceil,
    cos,
    erf,
    exp,
    expm1,
    floor,
    fma,
    isfinite,
    isnan,
    log,
    log1p,
    maximum,
    minimum,
    pow,
    relu,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    tan,
    tanh,
)

__all__ = [
    "View",
    "abs",
    "bf16_to_f32",
    "block_product",
    "block_product_add",
    "ceil",
    "cos",
    "erf",
    "exp",
    "expm1",
    "f32_to_bf16",
    "floor",
    "fma",
    "isfinite",
    "isnan",
    "log",
    "log1p",
    "maximum",
    "minimum",
    "opaque",
    "pow",
    "relu",
    "report_index",
    "round",
    "rsqrt",
    "scratch",
    "share",
    "sigmoid",
    "sign",
    "sin",
    "small_product",
    "softplus",
    "sqrt",
    "tan",
    "tanh",
    "tasks",
    "transpose_block",
    "uniform",
    "uniform_f64",
    "view",
    "window",
]
