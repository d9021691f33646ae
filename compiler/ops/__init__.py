"""The table of operators: one record each, in families. ``OPS`` is the whole of it.

``ops.EXP`` is a record, ``ops.exp`` the function that makes a node of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graphc.compiler.ir import CONSTANT as CONSTANT
from graphc.compiler.ir import Op

from . import derivative as _derivative
from . import elementwise as _elementwise
from . import indexing as _indexing
from . import linalg as _linalg
from . import nn as _nn
from . import random as _random
from . import reduce as _reduce
from . import shape as _shape
from .derivative import CUSTOM_VJP as CUSTOM_VJP
from .derivative import VJP as VJP
from .derivative import custom_vjp as custom_vjp
from .derivative import vjp as vjp
from .elementwise import ABS as ABS
from .elementwise import ADD as ADD
from .elementwise import CAST as CAST
from .elementwise import CEIL as CEIL
from .elementwise import COS as COS
from .elementwise import DIV as DIV
from .elementwise import EQ as EQ
from .elementwise import ERF as ERF
from .elementwise import EXP as EXP
from .elementwise import EXPM1 as EXPM1
from .elementwise import FLOOR as FLOOR
from .elementwise import GE as GE
from .elementwise import GELU as GELU
from .elementwise import GT as GT
from .elementwise import ISFINITE as ISFINITE
from .elementwise import ISNAN as ISNAN
from .elementwise import LE as LE
from .elementwise import LOG as LOG
from .elementwise import LOG1P as LOG1P
from .elementwise import LOGICAL_AND as LOGICAL_AND
from .elementwise import LOGICAL_NOT as LOGICAL_NOT
from .elementwise import LOGICAL_OR as LOGICAL_OR
from .elementwise import LOGICAL_XOR as LOGICAL_XOR
from .elementwise import LT as LT
from .elementwise import MAXIMUM as MAXIMUM
from .elementwise import MINIMUM as MINIMUM
from .elementwise import MUL as MUL
from .elementwise import NE as NE
from .elementwise import NEG as NEG
from .elementwise import POW as POW
from .elementwise import RECIPROCAL as RECIPROCAL
from .elementwise import RELU as RELU
from .elementwise import REMAINDER as REMAINDER
from .elementwise import ROUND as ROUND
from .elementwise import RSQRT as RSQRT
from .elementwise import SIGMOID as SIGMOID
from .elementwise import SIGN as SIGN
from .elementwise import SIN as SIN
from .elementwise import SOFTPLUS as SOFTPLUS
from .elementwise import SQRT as SQRT
from .elementwise import SQUARE as SQUARE
from .elementwise import STOP_GRADIENT as STOP_GRADIENT
from .elementwise import SUB as SUB
from .elementwise import TAN as TAN
from .elementwise import TANH as TANH
from .elementwise import WHERE as WHERE
from .elementwise import abs as abs
from .elementwise import add as add
from .elementwise import cast as cast
from .elementwise import ceil as ceil
from .elementwise import cos as cos
from .elementwise import div as div
from .elementwise import eq as eq
from .elementwise import erf as erf
from .elementwise import exp as exp
from .elementwise import expm1 as expm1
from .elementwise import floor as floor
from .elementwise import ge as ge
from .elementwise import gelu as gelu
from .elementwise import gt as gt
from .elementwise import isfinite as isfinite
from .elementwise import isnan as isnan
from .elementwise import le as le
from .elementwise import log as log
from .elementwise import log1p as log1p
from .elementwise import logical_and as logical_and
from .elementwise import logical_not as logical_not
from .elementwise import logical_or as logical_or
from .elementwise import logical_xor as logical_xor
from .elementwise import lt as lt
from .elementwise import maximum as maximum
from .elementwise import minimum as minimum
from .elementwise import mul as mul
from .elementwise import ne as ne
from .elementwise import neg as neg
from .elementwise import pow as pow
from .elementwise import reciprocal as reciprocal
from .elementwise import relu as relu
from .elementwise import remainder as remainder
from .elementwise import round as round
from .elementwise import rsqrt as rsqrt
from .elementwise import sigmoid as sigmoid
from .elementwise import sign as sign
from .elementwise import sin as sin
from .elementwise import softplus as softplus
from .elementwise import sqrt as sqrt
from .elementwise import square as square
from .elementwise import stop_gradient as stop_gradient
from .elementwise import sub as sub
from .elementwise import tan as tan
from .elementwise import tanh as tanh
from .elementwise import where as where
from .fused import FUSED as FUSED
from .indexing import CHECK_INDEX as CHECK_INDEX
from .indexing import TAKE as TAKE
from .indexing import TAKE_ALONG as TAKE_ALONG
from .indexing import TAKE_ALONG_GRAD as TAKE_ALONG_GRAD
from .indexing import TAKE_GRAD as TAKE_GRAD
from .indexing import check_index as check_index
from .indexing import take as take
from .indexing import take_along as take_along
from .indexing import take_along_grad as take_along_grad
from .indexing import take_grad as take_grad
from .linalg import MATMUL as MATMUL
from .linalg import matmul as matmul
from .nn import BATCH_NORM as BATCH_NORM
from .nn import DROPOUT as DROPOUT
from .nn import LOGSUMEXP as LOGSUMEXP
from .nn import LOG_SOFTMAX as LOG_SOFTMAX
from .nn import SOFTMAX as SOFTMAX
from .nn import batch_norm as batch_norm
from .nn import dropout as dropout
from .nn import log_softmax as log_softmax
from .nn import logsumexp as logsumexp
from .nn import softmax as softmax
from .random import ADVANCE_RNG as ADVANCE_RNG
from .random import UNIFORM as UNIFORM
from .random import advance_rng as advance_rng
from .random import uniform as uniform
from .reduce import ARGMAX as ARGMAX
from .reduce import ARGMIN as ARGMIN
from .reduce import CUMSUM as CUMSUM
from .reduce import MAX as MAX
from .reduce import MIN as MIN
from .reduce import PROD as PROD
from .reduce import SUM as SUM
from .reduce import argmax as argmax
from .reduce import argmin as argmin
from .reduce import cumsum as cumsum
from .reduce import max as max
from .reduce import min as min
from .reduce import prod as prod
from .reduce import sum as sum
from .shape import BROADCAST as BROADCAST
from .shape import CONCAT as CONCAT
from .shape import DIM_SIZE as DIM_SIZE
from .shape import IOTA as IOTA
from .shape import PAD as PAD
from .shape import PERMUTE_DIMS as PERMUTE_DIMS
from .shape import RESHAPE as RESHAPE
from .shape import SLICE as SLICE
from .shape import broadcast as broadcast
from .shape import concat as concat
from .shape import constant as constant
from .shape import dim_size as dim_size
from .shape import flip as flip
from .shape import iota as iota
from .shape import pad as pad
from .shape import permute_dims as permute_dims
from .shape import reshape as reshape
from .shape import slice as slice

_FAMILIES = (_elementwise, _reduce, _shape, _indexing, _linalg, _random, _nn, _derivative)

OPS: Mapping[str, Op] = MappingProxyType(
    {op.name: op for op in (CONSTANT, FUSED, *(op for family in _FAMILIES for op in family.FAMILY))}
)
"""Every operator by name."""
