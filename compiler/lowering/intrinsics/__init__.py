"""Intrinsics: the functions that generated kernels call. Each emits LLVM IR directly into its caller."""

from .bf16 import bf16_to_f32, f32_to_bf16
from .memory import View, scratch, view
from .product import block_product

__all__ = ["View", "bf16_to_f32", "block_product", "f32_to_bf16", "scratch", "view"]
