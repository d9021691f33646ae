"""Kernel-level IR: loop nests with loads, scalar expressions, accumulators, products and stores."""

from .core import MOMENTS as MOMENTS
from .core import Accumulate as Accumulate
from .core import Accumulator as Accumulator
from .core import Argument as Argument
from .core import Buffer as Buffer
from .core import Call as Call
from .core import Compute as Compute
from .core import Contract as Contract
from .core import For as For
from .core import Index as Index
from .core import Kernel as Kernel
from .core import Load as Load
from .core import Number as Number
from .core import Partial as Partial
from .core import Position as Position
from .core import Scratch as Scratch
from .core import Statement as Statement
from .core import Store as Store
from .core import Turn as Turn
from .core import walk as walk
from .parser import parse_kernel as parse_kernel
from .parser import read_kernel as read_kernel
from .text import index_text as index_text
from .text import print_kernel as print_kernel
from .verifier import verify_kernel as verify_kernel
