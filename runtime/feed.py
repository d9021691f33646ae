"""Arguments of a program: names, element types, shapes, and what named dimensions they imply."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .errors import FeedError
from .program import Program
from .types import Dim, DType, TensorType, evaluate_dim

Array = npt.NDArray[np.generic]


@dataclass(frozen=True)
class InputSpec:
    """One input of a program: its name and declared type."""

    name: str
    type: TensorType


def input_specs(program: Program) -> tuple[InputSpec, ...]:
    """Inputs in the order of a call's arguments."""
    return tuple(InputSpec(program.buffers[i].name, program.buffers[i].type) for i in program.inputs)


def order_arguments(
    program: str, specs: Sequence[InputSpec], args: Sequence[object], named: Mapping[str, object]
) -> list[object]:
    """Arguments by position, from positions and names. FeedError for missing, unknown and double ones."""
    names = [spec.name for spec in specs]
    expected = f"expected {', '.join(names)}" if names else "expected no inputs"
    if len(args) > len(names):
        raise FeedError(f"program {program!r} takes {len(names)} inputs, got {len(args)}: {expected}")
    given: dict[str, object] = dict(zip(names, args, strict=False))
    for name, value in named.items():
        if name not in names:
            raise FeedError(f"program {program!r} has no input {name!r}: {expected}")
        if name in given:
            raise FeedError(f"input {name!r} is given twice, by position and by name")
        given[name] = value
    missing = [name for name in names if name not in given]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise FeedError(f"program {program!r}: missing input{plural} {', '.join(map(repr, missing))}: {expected}")
    return [given[name] for name in names]


def as_array(spec: InputSpec, value: object) -> Array:
    """``value`` as an array of the declared element type, C-ordered; copied only where it must be.

    Arrays must have the declared type, or a narrower one of the same kind. Python numbers and lists are
    converted; whole numbers only where nothing is lost.

    Raises:
        FeedError: anything else.
    """
    if type(value) is np.ndarray and value.dtype == spec.type.dtype.numpy and value.flags.carray:
        return value  # as usual: nothing to do
    if isinstance(value, np.ma.MaskedArray):
        raise FeedError(
            f"input {spec.name!r} expects {spec.type}, got a masked array; fill it first: array.filled(...)"
        )
    if isinstance(value, np.ndarray):
        array = np.asarray(value)
        lossless = array.dtype.kind == spec.type.dtype.numpy.kind or _same_kind(array.dtype, spec.type.dtype)
        if array.dtype == object or not lossless or not np.can_cast(array.dtype, spec.type.dtype.numpy, "safe"):
            raise FeedError(f"input {spec.name!r} expects {spec.type}, got {describe(array)}")
    elif isinstance(value, bool | int | float | np.generic | list | tuple):
        array = _from_python(spec, value)
    elif value is None or isinstance(value, str | bytes):
        raise FeedError(f"input {spec.name!r} expects {spec.type}, got {value!r}")
    else:
        raise FeedError(f"input {spec.name!r} expects {spec.type}, got {_type_name(value)}; pass a NumPy array")
    return np.require(array, dtype=spec.type.dtype.numpy, requirements=("C", "A"))


def _same_kind(given: np.dtype[np.generic], declared: DType) -> bool:
    """Unsigned integers that fit count as integers."""
    return declared.is_integer and given.kind in "iu"


def _from_python(spec: InputSpec, value: object) -> Array:
    def refuse(why: str) -> FeedError:
        return FeedError(f"input {spec.name!r} expects {spec.type}, got {why}")

    try:
        source = np.asarray(value)
    except (ValueError, OverflowError) as error:
        raise refuse(f"{_type_name(value)} that is no array: {error}") from None
    declared = spec.type.dtype
    kind = source.dtype.kind
    allowed = "b" if declared is DType.bool else "iu" if declared.is_integer else "fiu"
    if source.size == 0 and isinstance(value, list | tuple):
        return source.astype(declared.numpy)  # an empty list has no type of its own
    if kind not in allowed and source.dtype != declared.numpy:
        raise refuse(
            f"{value!r}"
            if source.ndim == 0
            else f"a {_type_name(value)} with shape {list(source.shape)} of {source.dtype}"
        )
    with np.errstate(over="ignore"):
        array = source.astype(declared.numpy)
    if kind in "iu" and not np.array_equal(array.astype(object), source.astype(object)):
        raise refuse(
            f"{value!r}, which {declared} cannot hold" if source.ndim == 0 else f"values that {declared} cannot hold"
        )
    if kind == "f" and not np.array_equal(np.isfinite(array), np.isfinite(source)):
        raise refuse(
            f"{value!r}, which {declared} cannot hold" if source.ndim == 0 else f"values that {declared} cannot hold"
        )
    return array


def _type_name(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def describe(array: Array) -> str:
    """Element type and shape in our notation, or NumPy's name for types we do not have."""
    for dtype in DType:
        if dtype.numpy == array.dtype:
            return str(TensorType(dtype, array.shape))
    return f"{array.dtype}[{', '.join(map(str, array.shape))}]"


def solve_dims(program: Program, specs: Sequence[InputSpec], shapes: Sequence[tuple[int, ...]]) -> dict[str, int]:
    """Values of the named dimensions, from the shapes of all inputs; every axis is checked.

    Raises:
        FeedError: a wrong rank or size, dimensions that disagree, or a named dimension of size 0.
    """
    origin: dict[str, tuple[int, str]] = {}
    unsolved: list[tuple[InputSpec, int, Dim, int]] = []
    for spec, shape in zip(specs, shapes, strict=True):
        wrong = len(shape) != spec.type.rank or any(
            isinstance(dim, int) and dim != size for dim, size in zip(spec.type.shape, shape, strict=False)
        )
        if wrong:
            got = TensorType(spec.type.dtype, shape)
            raise FeedError(f"input {spec.name!r} expects {spec.type}, got {got}")
        for axis, (dim, size) in enumerate(zip(spec.type.shape, shape, strict=True)):
            if not isinstance(dim, Dim):
                continue
            solved = _solve(dim, size)
            if solved is None:
                unsolved.append((spec, axis, dim, size))
                continue
            name, value = solved
            where = f"in input {spec.name!r} (axis {axis})"
            if name in origin and origin[name][0] != value:
                before = origin[name]
                raise FeedError(f"dimension {name!r} is {before[0]} {before[1]} but {value} {where}")
            if value == 0:
                raise FeedError(f"dimension {name!r} is 0 {where}: an empty {name} has no result")
            origin.setdefault(name, (value, where))
    dims = {name: value for name, (value, _) in origin.items()}
    for spec, axis, dim, size in unsolved:
        if not dim.names <= dims.keys():
            continue
        wanted = Fraction(evaluate_dim(dim, dims))
        if wanted != size:
            values = ", ".join(f"{name}={dims[name]}" for name in sorted(dim.names))
            raise FeedError(f"input {spec.name!r}: axis {axis} must have size {dim} = {wanted} ({values}), got {size}")
    undetermined = [name for name in program.dims if name not in dims]
    if undetermined:
        raise FeedError(f"program {program.name!r}: no input determines dimension {undetermined[0]!r}")
    return {name: dims[name] for name in program.dims} if program.dims else dims


def _solve(dim: Dim, size: int) -> tuple[str, int] | None:
    """Name and value for ``dim == size`` where dim is ``a*name + c`` and that has a whole solution."""
    if dim.sole_name is not None:
        return dim.sole_name, size
    constant, factor, name = Fraction(0), Fraction(0), ""
    for mono, coefficient in dim.terms:
        if not mono:
            constant = coefficient
        elif name or len(mono) != 1 or mono[0][1] != 1:
            return None
        else:
            name, factor = mono[0][0], coefficient
    if not name:
        return None
    value = (size - constant) / factor
    return (name, operator.index(value.numerator)) if value.denominator == 1 and value >= 0 else None
