"""Python text for the small things of generated kernels: names, numbers, dimensions, indices."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Mapping
from fractions import Fraction

from graphc.compiler.kernel import Index, Number
from graphc.runtime.types import Dim, DType, Shapelike

# Names generated source uses for itself, all intrinsics among them; user names step aside.
RESERVED = frozenset(
    (
        "table thread threads range f32 f64 i32 i64 inf nan view View scratch window opaque share tasks uniform "
        "uniform_f64 report_index block_product block_product_add small_product transpose_block abs ceil cos erf exp "
        "expm1 floor fma isfinite isnan log log1p maximum minimum pow relu round rsqrt sigmoid sign sin softplus sqrt "
        "tan tanh bf16_to_f32 f32_to_bf16"
    ).split()
)


def is_reserved(name: str) -> bool:
    """True for names that generated source needs, and for Python's own words."""
    return name in RESERVED or keyword.iskeyword(name)


def dimension(name: str) -> str:
    """The variable that holds a named dimension: its name, with one more ``_`` where that is reserved."""
    return f"{name}_" if is_reserved(name.rstrip("_")) else name


def identifier(name: str, taken: set[str]) -> str:
    """A Python identifier for an IR name, unique among ``taken``, which it joins."""
    wish = re.sub(r"\W", "_", name) or "_"
    if wish[0].isdigit():
        wish = f"p{wish}"
    if is_reserved(wish):
        wish += "_"
    unique, count = wish, 1
    while unique in taken:
        unique = f"{wish}_{count}"
        count += 1
    taken.add(unique)
    return unique


def number(value: Number, dtype: DType) -> str:
    """A literal of exactly the element type: Numba must not widen an f32 expression to f64."""
    if dtype is DType.bool:
        return str(bool(value))
    if dtype is DType.i64:
        return str(int(value))
    if dtype is DType.i32:
        return f"i32({int(value)})"
    text = repr(float(value)) if math.isfinite(value) else str(float(value))
    if dtype is DType.f64:
        return f"({text})" if text.startswith("-") else text
    return f"f32({text})"


def dim(value: Shapelike) -> str:
    """A dimension as integer arithmetic over the kernel's dimension variables."""
    if not isinstance(value, Dim):
        return str(value)
    below: dict[str, int] = {}
    for mono, _ in value.terms:
        for name, power in mono:
            if power < 0:
                below[name] = max(below.get(name, 0), -power)
    denominator = math.lcm(*(c.denominator for _, c in value.terms))
    parts: list[str] = []
    for mono, coefficient in value.terms:
        factors: list[str] = []
        scale: Fraction = coefficient * denominator
        powers = dict(mono)
        for name in sorted(set(powers) | set(below)):
            power = powers.get(name, 0) + below.get(name, 0)
            factors += [dimension(name)] * power
        if scale != 1 or not factors:
            factors.insert(0, str(int(scale)))
        parts.append(" * ".join(factors))
    text = " + ".join(parts)
    divisors = [dimension(name) for name, power in sorted(below.items()) for _ in range(power)]
    if denominator != 1:
        divisors.append(str(denominator))
    if divisors:
        return f"(({text}) // ({' * '.join(divisors)}))"
    return f"({text})" if len(parts) > 1 else text


def factor(value: Shapelike) -> str:
    """A dimension as a factor in a product."""
    text = dim(value)
    return f"({text})" if " + " in text and not text.startswith("(") else text


def operand(value: Shapelike) -> str:
    """A dimension as an operand of any operator, ``//`` and ``%`` included."""
    text = dim(value)
    return f"({text})" if " " in text and not text.startswith("(") else text


def index(value: Index, axes: Mapping[str, str], scalars: Mapping[str, str]) -> str:
    """An index expression over loop variables."""
    parts: list[str] = []
    for axis, times in value.terms:
        name = axes[axis]
        if times == 1:
            parts.append(f"+ {name}")
        elif times == -1:
            parts.append(f"- {name}")
        elif isinstance(times, int) and times < 0:
            parts.append(f"- {-times} * {name}")
        else:
            parts.append(f"+ {factor(times)} * {name}")
    if value.value is not None:
        parts.append(f"+ {scalars[value.value]}")
    if value.constant != 0 or not parts:
        if isinstance(value.constant, int) and value.constant < 0:
            parts.append(f"- {-value.constant}")
        else:
            parts.append(f"+ {dim(value.constant)}")
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else f"-{text[2:]}"
