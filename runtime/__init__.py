"""The ground floor: types, the program format and what executes it. Imports neither compiler nor graphc."""

from .arena import ArenaPlan as ArenaPlan
from .arena import MemoryLine as MemoryLine
from .arena import MemoryReport as MemoryReport
from .arena import assign_offsets as assign_offsets
from .codecache import CacheEntry as CacheEntry
from .codecache import CacheWarning as CacheWarning
from .codecache import CodeCache as CodeCache
from .codecache import current_cache as current_cache
from .codecache import default_directory as default_directory
from .codecache import set_cache_directory as set_cache_directory
from .cores import available_cores as available_cores
from .errors import BusyError as BusyError
from .errors import CheckpointError as CheckpointError
from .errors import CompileError as CompileError
from .errors import DataError as DataError
from .errors import DeclarationError as DeclarationError
from .errors import DeviceError as DeviceError
from .errors import DTypeError as DTypeError
from .errors import FeedError as FeedError
from .errors import GraphcError as GraphcError
from .errors import IndexRangeError as IndexRangeError
from .errors import LoweringError as LoweringError
from .errors import NoGradientError as NoGradientError
from .errors import NonFiniteError as NonFiniteError
from .errors import ParseError as ParseError
from .errors import RunError as RunError
from .errors import ShapeError as ShapeError
from .errors import VerifyError as VerifyError
from .executor import Executor as Executor
from .loader import load_kernels as load_kernels
from .loader import load_object as load_object
from .program import STATUS_INDEX_RANGE as STATUS_INDEX_RANGE
from .program import STATUS_WORDS as STATUS_WORDS
from .program import BufferSpec as BufferSpec
from .program import IndexCheck as IndexCheck
from .program import KernelCode as KernelCode
from .program import Launch as Launch
from .program import Program as Program
from .program import Role as Role
from .storage import ALIGNMENT as ALIGNMENT
from .storage import Storage as Storage
from .storage import aligned_empty as aligned_empty
from .threads import get_num_threads as get_num_threads
from .threads import set_num_threads as set_num_threads
from .types import Dim as Dim
from .types import DType as DType
from .types import Shape as Shape
from .types import Shapelike as Shapelike
from .types import TensorType as TensorType
from .types import dim_product as dim_product
from .types import evaluate_dim as evaluate_dim
from .types import parse_dim as parse_dim

__all__ = [
    "ALIGNMENT",
    "STATUS_INDEX_RANGE",
    "STATUS_WORDS",
    "ArenaPlan",
    "BufferSpec",
    "BusyError",
    "CacheEntry",
    "CacheWarning",
    "CheckpointError",
    "CodeCache",
    "CompileError",
    "DType",
    "DTypeError",
    "DataError",
    "DeclarationError",
    "DeviceError",
    "Dim",
    "Executor",
    "FeedError",
    "GraphcError",
    "IndexCheck",
    "IndexRangeError",
    "KernelCode",
    "Launch",
    "LoweringError",
    "MemoryLine",
    "MemoryReport",
    "NoGradientError",
    "NonFiniteError",
    "ParseError",
    "Program",
    "Role",
    "RunError",
    "Shape",
    "ShapeError",
    "Shapelike",
    "Storage",
    "TensorType",
    "VerifyError",
    "aligned_empty",
    "assign_offsets",
    "available_cores",
    "current_cache",
    "default_directory",
    "dim_product",
    "evaluate_dim",
    "get_num_threads",
    "load_kernels",
    "load_object",
    "parse_dim",
    "set_cache_directory",
    "set_num_threads",
]
