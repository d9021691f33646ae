"""graphc: declare a network as a static graph, compile it, train it, see every stage."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from graphc.compiler import parse as parse
from graphc.runtime.errors import BusyError as BusyError
from graphc.runtime.errors import CheckpointError as CheckpointError
from graphc.runtime.errors import CompileError as CompileError
from graphc.runtime.errors import DataError as DataError
from graphc.runtime.errors import DeclarationError as DeclarationError
from graphc.runtime.errors import DeviceError as DeviceError
from graphc.runtime.errors import DTypeError as DTypeError
from graphc.runtime.errors import FeedError as FeedError
from graphc.runtime.errors import GraphcError as GraphcError
from graphc.runtime.errors import IndexRangeError as IndexRangeError
from graphc.runtime.errors import LoweringError as LoweringError
from graphc.runtime.errors import NoGradientError as NoGradientError
from graphc.runtime.errors import NonFiniteError as NonFiniteError
from graphc.runtime.errors import ParseError as ParseError
from graphc.runtime.errors import RunError as RunError
from graphc.runtime.errors import ShapeError as ShapeError
from graphc.runtime.errors import VerifyError as VerifyError
from graphc.runtime.threads import get_num_threads as get_num_threads
from graphc.runtime.threads import set_num_threads as set_num_threads
from graphc.runtime.types import Dim as Dim
from graphc.runtime.types import DType as DType
from graphc.runtime.types import TensorType as TensorType
from graphc.runtime.version import VERSION as _VERSION

from . import data as data
from . import nn as nn
from . import optim as optim
from .callbacks import Callback as Callback
from .callbacks import Checkpoint as Checkpoint
from .callbacks import EarlyStopping as EarlyStopping
from .callbacks import History as History
from .checkpoint import load as load
from .checkpoint import save as save
from .clipping import clip_by_norm as clip_by_norm
from .clipping import clip_by_value as clip_by_value
from .clipping import global_norm as global_norm
from .compile import compile as compile
from .declare import constant as constant
from .declare import input as input
from .declare import name as name
from .declare import parameter as parameter
from .declare import state as state
from .derivative import custom_vjp as custom_vjp
from .derivative import grad as grad
from .derivative import hessian as hessian
from .derivative import jacobian as jacobian
from .derivative import jvp as jvp
from .derivative import stop_gradient as stop_gradient
from .derivative import vjp as vjp
from .functions import abs as abs
from .functions import add as add
from .functions import all as all
from .functions import any as any
from .functions import arange as arange
from .functions import argmax as argmax
from .functions import argmin as argmin
from .functions import astype as astype
from .functions import broadcast_to as broadcast_to
from .functions import ceil as ceil
from .functions import check_index as check_index
from .functions import clip as clip
from .functions import concat as concat
from .functions import cos as cos
from .functions import cosh as cosh
from .functions import cumulative_sum as cumulative_sum
from .functions import divide as divide
from .functions import equal as equal
from .functions import erf as erf
from .functions import exp as exp
from .functions import expand_dims as expand_dims
from .functions import expm1 as expm1
from .functions import eye as eye
from .functions import flatten as flatten
from .functions import flip as flip
from .functions import floor as floor
from .functions import floor_divide as floor_divide
from .functions import full as full
from .functions import full_like as full_like
from .functions import greater as greater
from .functions import greater_equal as greater_equal
from .functions import isfinite as isfinite
from .functions import isinf as isinf
from .functions import isnan as isnan
from .functions import less as less
from .functions import less_equal as less_equal
from .functions import linspace as linspace
from .functions import log as log
from .functions import log1p as log1p
from .functions import log2 as log2
from .functions import log10 as log10
from .functions import log_softmax as log_softmax
from .functions import logical_and as logical_and
from .functions import logical_not as logical_not
from .functions import logical_or as logical_or
from .functions import logical_xor as logical_xor
from .functions import logsumexp as logsumexp
from .functions import matmul as matmul
from .functions import matrix_transpose as matrix_transpose
from .functions import max as max
from .functions import maximum as maximum
from .functions import mean as mean
from .functions import min as min
from .functions import minimum as minimum
from .functions import moveaxis as moveaxis
from .functions import multiply as multiply
from .functions import negative as negative
from .functions import not_equal as not_equal
from .functions import one_hot as one_hot
from .functions import ones as ones
from .functions import ones_like as ones_like
from .functions import outer as outer
from .functions import pad as pad
from .functions import permute_dims as permute_dims
from .functions import positive as positive
from .functions import pow as pow
from .functions import prod as prod
from .functions import reciprocal as reciprocal
from .functions import remainder as remainder
from .functions import reshape as reshape
from .functions import round as round
from .functions import rsqrt as rsqrt
from .functions import sigmoid as sigmoid
from .functions import sign as sign
from .functions import sin as sin
from .functions import sinh as sinh
from .functions import softmax as softmax
from .functions import split as split
from .functions import sqrt as sqrt
from .functions import square as square
from .functions import squeeze as squeeze
from .functions import stack as stack
from .functions import std as std
from .functions import subtract as subtract
from .functions import sum as sum
from .functions import take as take
from .functions import take_along_axis as take_along_axis
from .functions import tan as tan
from .functions import tanh as tanh
from .functions import tril as tril
from .functions import triu as triu
from .functions import trunc as trunc
from .functions import var as var
from .functions import vecdot as vecdot
from .functions import vector_norm as vector_norm
from .functions import where as where
from .functions import zeros as zeros
from .functions import zeros_like as zeros_like
from .program import CompiledFunction as CompiledFunction
from .random import manual_seed as manual_seed
from .tensor import Tensor as Tensor
from .training import evaluate as evaluate
from .training import fit as fit
from .variables import Parameter as Parameter
from .variables import State as State

if _TYPE_CHECKING:
    from .inspect import MachineLimits as MachineLimits
    from .inspect import Profile as Profile
    from .inspect import machine_limits as machine_limits

__version__ = _VERSION


def __getattr__(name: str) -> _Any:
    """What looks inside programs brings the whole compiler; a program that was compiled before runs without."""
    if name == "inspect" or name in __all__:
        inspecting = _import_module(f"{__name__}.inspect")
        globals()[name] = inspecting if name == "inspect" else getattr(inspecting, name)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


f32 = DType.f32
f64 = DType.f64
bf16 = DType.bf16
i32 = DType.i32
i64 = DType.i64

__all__ = [
    "BusyError",
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "CompileError",
    "CompiledFunction",
    "DType",
    "DTypeError",
    "DataError",
    "DeclarationError",
    "DeviceError",
    "Dim",
    "EarlyStopping",
    "FeedError",
    "GraphcError",
    "History",
    "IndexRangeError",
    "LoweringError",
    "MachineLimits",
    "NoGradientError",
    "NonFiniteError",
    "Parameter",
    "ParseError",
    "Profile",
    "RunError",
    "ShapeError",
    "State",
    "Tensor",
    "TensorType",
    "VerifyError",
    "__version__",
    "abs",
    "add",
    "all",
    "any",
    "arange",
    "argmax",
    "argmin",
    "astype",
    "bf16",
    "broadcast_to",
    "ceil",
    "check_index",
    "clip",
    "clip_by_norm",
    "clip_by_value",
    "compile",
    "concat",
    "constant",
    "cos",
    "cosh",
    "cumulative_sum",
    "custom_vjp",
    "data",
    "divide",
    "equal",
    "erf",
    "evaluate",
    "exp",
    "expand_dims",
    "expm1",
    "eye",
    "f32",
    "f64",
    "fit",
    "flatten",
    "flip",
    "floor",
    "floor_divide",
    "full",
    "full_like",
    "get_num_threads",
    "global_norm",
    "grad",
    "greater",
    "greater_equal",
    "hessian",
    "i32",
    "i64",
    "input",
    "isfinite",
    "isinf",
    "isnan",
    "jacobian",
    "jvp",
    "less",
    "less_equal",
    "linspace",
    "load",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "logsumexp",
    "machine_limits",
    "manual_seed",
    "matmul",
    "matrix_transpose",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "moveaxis",
    "multiply",
    "name",
    "negative",
    "nn",
    "not_equal",
    "one_hot",
    "ones",
    "ones_like",
    "optim",
    "outer",
    "pad",
    "parameter",
    "parse",
    "permute_dims",
    "positive",
    "pow",
    "prod",
    "reciprocal",
    "remainder",
    "reshape",
    "round",
    "rsqrt",
    "save",
    "set_num_threads",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "state",
    "std",
    "stop_gradient",
    "subtract",
    "sum",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tril",
    "triu",
    "trunc",
    "var",
    "vecdot",
    "vector_norm",
    "vjp",
    "where",
    "zeros",
    "zeros_like",
]
