"""The table of operators: one record each, in families. ``OPS`` is the whole of it.

``ops.EXP`` is a record, ``ops.exp`` the function that makes a node of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graphc.compiler.ir import CONSTANT as CONSTANT
from graphc.compiler.ir import Op

from . import activations as _activations
from . import compare as _compare
from . import creation as _creation
from . import derivative as _derivative
from . import elementwise as _elementwise
from . import indexing as _indexing
from . import linalg as _linalg
from . import nn as _nn
from . import random as _random
from . import reduce as _reduce
from . import shape as _shape
from . import transcendental as _transcendental
from .activations import GELU as GELU
from .activations import RELU as RELU
from .activations import SIGMOID as SIGMOID
from .activations import SOFTPLUS as SOFTPLUS
from .activations import gelu as gelu
from .activations import relu as relu
from .activations import sigmoid as sigmoid
from .activations import softplus as softplus
from .compare import EQ as EQ
from .compare import GE as GE
from .compare import GT as GT
from .compare import ISFINITE as ISFINITE
from .compare import ISNAN as ISNAN
from .compare import LE as LE
from .compare import LOGICAL_AND as LOGICAL_AND
from .compare import LOGICAL_NOT as LOGICAL_NOT
from .compare import LOGICAL_OR as LOGICAL_OR
from .compare import LOGICAL_XOR as LOGICAL_XOR
from .compare import LT as LT
from .compare import NE as NE
from .compare import eq as eq
from .compare import ge as ge
from .compare import gt as gt
from .compare import isfinite as isfinite
from .compare import isnan as isnan
from .compare import le as le
from .compare import logical_and as logical_and
from .compare import logical_not as logical_not
from .compare import logical_or as logical_or
from .compare import logical_xor as logical_xor
from .compare import lt as lt
from .compare import ne as ne
from .creation import DIM_SIZE as DIM_SIZE
from .creation import IOTA as IOTA
from .creation import constant as constant
from .creation import dim_size as dim_size
from .creation import iota as iota
from .derivative import CUSTOM_VJP as CUSTOM_VJP
from .derivative import VJP as VJP
from .derivative import custom_vjp as custom_vjp
from .derivative import vjp as vjp
from .elementwise import ABS as ABS
from .elementwise import ADD as ADD
from .elementwise import CAST as CAST
from .elementwise import CEIL as CEIL
from .elementwise import DIV as DIV
from .elementwise import FLOOR as FLOOR
from .elementwise import MAXIMUM as MAXIMUM
from .elementwise import MINIMUM as MINIMUM
from .elementwise import MUL as MUL
from .elementwise import NEG as NEG
from .elementwise import RECIPROCAL as RECIPROCAL
from .elementwise import REMAINDER as REMAINDER
from .elementwise import ROUND as ROUND
from .elementwise import SIGN as SIGN
from .elementwise import SQUARE as SQUARE
from .elementwise import STOP_GRADIENT as STOP_GRADIENT
from .elementwise import SUB as SUB
from .elementwise import WHERE as WHERE
from .elementwise import abs as abs
from .elementwise import add as add
from .elementwise import cast as cast
from .elementwise import ceil as ceil
from .elementwise import div as div
from .elementwise import floor as floor
from .elementwise import maximum as maximum
from .elementwise import minimum as minimum
from .elementwise import mul as mul
from .elementwise import neg as neg
from .elementwise import reciprocal as reciprocal
from .elementwise import remainder as remainder
from .elementwise import round as round
from .elementwise import sign as sign
from .elementwise import square as square
from .elementwise import stop_gradient as stop_gradient
from .elementwise import sub as sub
from .elementwise import where as where
from .fused import FUSED as FUSED
from .fused import SECOND_MOMENT as SECOND_MOMENT
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
from .nn import LOG_SOFTMAX as LOG_SOFTMAX
from .nn import LOGSUMEXP as LOGSUMEXP
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
from .shape import PAD as PAD
from .shape import PERMUTE_DIMS as PERMUTE_DIMS
from .shape import RESHAPE as RESHAPE
from .shape import SLICE as SLICE
from .shape import broadcast as broadcast
from .shape import concat as concat
from .shape import flip as flip
from .shape import pad as pad
from .shape import permute_dims as permute_dims
from .shape import reshape as reshape
from .shape import slice as slice
from .transcendental import COS as COS
from .transcendental import ERF as ERF
from .transcendental import EXP as EXP
from .transcendental import EXPM1 as EXPM1
from .transcendental import LOG as LOG
from .transcendental import LOG1P as LOG1P
from .transcendental import POW as POW
from .transcendental import RSQRT as RSQRT
from .transcendental import SIN as SIN
from .transcendental import SQRT as SQRT
from .transcendental import TAN as TAN
from .transcendental import TANH as TANH
from .transcendental import cos as cos
from .transcendental import erf as erf
from .transcendental import exp as exp
from .transcendental import expm1 as expm1
from .transcendental import log as log
from .transcendental import log1p as log1p
from .transcendental import pow as pow
from .transcendental import rsqrt as rsqrt
from .transcendental import sin as sin
from .transcendental import sqrt as sqrt
from .transcendental import tan as tan
from .transcendental import tanh as tanh

_FAMILIES = (
    _creation,
    _elementwise,
    _compare,
    _transcendental,
    _activations,
    _reduce,
    _shape,
    _indexing,
    _linalg,
    _random,
    _nn,
    _derivative,
)

OPS: Mapping[str, Op] = MappingProxyType(
    {op.name: op for op in (*(op for family in _FAMILIES for op in family.FAMILY), FUSED)}
)
"""Every operator by name."""
