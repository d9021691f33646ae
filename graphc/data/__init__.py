"""Data to begin with: bundled digits, and a reader of IDX files (MNIST, Fashion-MNIST)."""

from .bundled import digits as digits
from .idx_files import idx as idx

__all__ = ["digits", "idx"]
