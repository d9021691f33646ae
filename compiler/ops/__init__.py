"""The table of operators: one record each, in families. ``OPS`` is the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graphc.compiler.ir import CONSTANT, Op

from . import derivative as _derivative
from . import elementwise as _elementwise
from . import indexing as _indexing
from . import linalg as _linalg
from . import nn as _nn
from . import random as _random
from . import reduce as _reduce
from . import shape as _shape
from .derivative import vjp as vjp
from .derivative import custom_vjp as custom_vjp
from .elementwise import neg as neg
from .elementwise import exp as exp
from .elementwise import expm1 as expm1
from .elementwise import log as log
from .elementwise import log1p as log1p
from .elementwise import sqrt as sqrt
from .elementwise import rsqrt as rsqrt
from .elementwise import square as square
from .elementwise import reciprocal as reciprocal
from .elementwise import abs as abs
from .elementwise import sign as sign
from .elementwise import floor as floor
from .elementwise import ceil as ceil
from .elementwise import round as round
from .elementwise import sin as sin
from .elementwise import cos as cos
from .elementwise import tan as tan
from .elementwise import tanh as tanh
from .elementwise import sigmoid as sigmoid
from .elementwise import softplus as softplus
from .elementwise import erf as erf
from .elementwise import relu as relu
from .elementwise import isnan as isnan
from .elementwise import isfinite as isfinite
from .elementwise import logical_not as logical_not
from .elementwise import stop_gradient as stop_gradient
from .elementwise import add as add
from .elementwise import sub as sub
from .elementwise import mul as mul
from .elementwise import div as div
from .elementwise import pow as pow
from .elementwise import maximum as maximum
from .elementwise import minimum as minimum
from .elementwise import remainder as remainder
from .elementwise import eq as eq
from .elementwise import ne as ne
from .elementwise import lt as lt
from .elementwise import le as le
from .elementwise import gt as gt
from .elementwise import ge as ge
from .elementwise import logical_and as logical_and
from .elementwise import logical_or as logical_or
from .elementwise import logical_xor as logical_xor
from .elementwise import where as where
from .elementwise import cast as cast
from .elementwise import gelu as gelu
from .indexing import take as take
from .indexing import take_grad as take_grad
from .indexing import take_along as take_along
from .indexing import take_along_grad as take_along_grad
from .indexing import check_index as check_index
from .linalg import matmul as matmul
from .nn import softmax as softmax
from .nn import log_softmax as log_softmax
from .nn import logsumexp as logsumexp
from .nn import dropout as dropout
from .nn import batch_norm as batch_norm
from .random import uniform as uniform
from .random import advance_rng as advance_rng
from .reduce import sum as sum
from .reduce import prod as prod
from .reduce import max as max
from .reduce import min as min
from .reduce import argmax as argmax
from .reduce import argmin as argmin
from .reduce import cumsum as cumsum
from .shape import broadcast as broadcast
from .shape import reshape as reshape
from .shape import permute_dims as permute_dims
from .shape import slice as slice
from .shape import flip as flip
from .shape import pad as pad
from .shape import concat as concat
from .shape import iota as iota
from .shape import dim_size as dim_size
from .fused import FUSED as FUSED

_FAMILIES = (_elementwise, _reduce, _shape, _indexing, _linalg, _random, _nn, _derivative)

OPS: Mapping[str, Op] = MappingProxyType(
    {op.name: op for op in (CONSTANT, FUSED, *(op for family in _FAMILIES for op in family.FAMILY))}
)
"""Every operator by name."""
