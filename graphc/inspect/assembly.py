"""What stands in a kernel's assembly: width of the vectors it computes with, calls that are left, spilled registers.

LLVM writes comments beside its code that say which block belongs to which loop, how deep it lies, and which moves only
save a register. An instruction counts :data:`DEEPER` times as much as one in the loop around it; what is outside loops
counts once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Final

from graphc.compiler.lowering.codegen import CompiledKernel
from graphc.compiler.lowering.target import assembly

VERSION: Final = 1  # of the counting; facts are cached

_LABEL = re.compile(r"^([\w.$]+):")
_LOOP_HEADER = re.compile(r"=>\s*This (Inner )?Loop Header: Depth=(\d+)")
_IN_LOOP = re.compile(r"in Loop: Header=(\w+) Depth=(\d+)")
_SPILL = re.compile(r"(\d+)-byte (?:Folded )?(Spill|Reload)")
_COMMENT = re.compile(r"\s*(?:#|//).*$")
_GLOBAL = re.compile(r"\$?([A-Za-z_][\w.]*)@GOT\b|^\s+(?:callq?|bl)\s+([A-Za-z_][\w.]*)", re.MULTILINE)
_X86_FLOAT = re.compile(
    r"^v?(?:add|sub|mul|div|max|min|sqrt|cmp\w*|fn?m(?:add|sub)\w*|rcp\w*|rsqrt\w*|round|rndscale|"
    r"cvt\w*)(p[sd]|s[sd])$"
)
_X86_WIDTH = (("%zmm", 512), ("%ymm", 256), ("%xmm", 128))
_ARM_VECTOR = re.compile(r"\bv\d+\.(?:4s|2d|8h|16b)\b")
_ARM_FLOAT = re.compile(r"^f(?:add|sub|mul|div|mla|mls|madd|msub|nmadd|nmsub|max|min|maxnm|minnm|sqrt|abs|neg)$")

LIBM: Final = frozenset(
    f"{name}{suffix}"
    for name in (
        "exp expm1 exp2 log log1p log2 log10 sin cos tan tanh sinh cosh erf erfc pow fmod remainder fma sqrt cbrt "
        "atan atan2 asin acos floor ceil round rint trunc ldexp hypot tgamma lgamma"
    ).split()
    for suffix in ("", "f")
)


DEEPER: Final = 8  # a loop is taken to run eight times
SHARE: Final = 0.2  # of the weight of all arithmetic, for a width to be the kernel's


@dataclass(frozen=True)
class AssemblyFacts:
    """What was found in a kernel's assembly.

    Attributes:
        width: bits of the vectors it computes with: the widest that do at least a fifth of the arithmetic; of those it
            moves data with when it computes nothing; 0 where it is scalar.
        packed: arithmetic instructions on vectors.
        scalar: arithmetic instructions on single numbers.
        calls: functions outside the kernel that its code names, such as ``memset``.
        spills: stores and loads in loops that only save and restore a vector register (16 bytes or more).
        instructions: of the whole kernel.
    """

    width: int
    packed: int
    scalar: int
    calls: tuple[str, ...]
    spills: int
    instructions: int

    @property
    def libm(self) -> tuple[str, ...]:
        """The calls that are mathematics, and keep a loop from being vectorised."""
        return tuple(name for name in self.calls if name in LIBM)

    @property
    def vectors(self) -> str:
        """``512``, ``256``, ``128`` or ``scalar``."""
        return str(self.width) if self.width else "scalar"


def facts_of(kernel: CompiledKernel) -> AssemblyFacts:
    """The facts of a compiled kernel, from the cache if they are there."""
    suffix = f".facts{VERSION}.json"
    stored = kernel.cache.get(kernel.key, suffix)
    if stored is not None:
        data = json.loads(stored)
        return AssemblyFacts(**{**data, "calls": tuple(data["calls"])})
    facts = analyse(assembly(kernel.llvm, comments=True))
    kernel.cache.put(kernel.key, suffix, json.dumps(asdict(facts)).encode())
    return facts


@dataclass
class _Block:
    """Instructions between two labels, with their comments, and how many loops are around them."""

    name: str = ""
    depth: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How often it is taken to run."""
        return int(DEEPER**self.depth)


def analyse(text: str) -> AssemblyFacts:
    """The facts of commented assembly."""
    blocks = list(_blocks(text))
    weights: dict[int, int] = {}
    counts: dict[int, int] = {}
    moves: dict[int, int] = {}
    for block in blocks:
        for instruction, _ in block.lines:
            width = _arithmetic_width(instruction)
            if width is not None:
                weights[width] = weights.get(width, 0) + block.weight
                counts[width] = counts.get(width, 0) + 1
            moved = _vector_width(instruction)
            if moved:
                moves[moved] = moves.get(moved, 0) + block.weight
    return AssemblyFacts(
        width=_widest(weights if weights else moves),
        packed=sum(count for width, count in counts.items() if width),
        scalar=counts.get(0, 0),
        calls=_calls(text),
        spills=sum(_is_vector_spill(comment) for b in blocks if b.depth for _, comment in b.lines),
        instructions=sum(len(block.lines) for block in blocks),
    )


def _widest(weights: dict[int, int]) -> int:
    total = sum(weights.values())
    return max((width for width, weight in weights.items() if weight >= SHARE * total), default=0)


def _blocks(text: str) -> Iterator[_Block]:
    block = _Block()
    for line in text.splitlines():
        label = _LABEL.match(line)
        if label or line.startswith(("# %bb.", "// %bb.")):
            yield block
            block = _Block(label[1] if label else "")
        loop = _LOOP_HEADER.search(line) or _IN_LOOP.search(line)
        if loop:
            block.depth = int(loop[2])
        instruction = _COMMENT.sub("", line).strip()
        if instruction and not label and not instruction.startswith("."):
            block.lines.append((instruction, line))
    yield block


def _arithmetic_width(instruction: str) -> int | None:
    """Bits of the vectors it computes with, 0 for a single number, None when it is no floating-point arithmetic."""
    name, _, operands = instruction.replace("\t", " ").partition(" ")
    x86 = _X86_FLOAT.match(name)
    if x86:
        return _vector_width(operands) if x86[1] in ("ps", "pd") else 0
    if _ARM_FLOAT.match(name):
        return _vector_width(operands)
    return None


def _vector_width(text: str) -> int:
    if _ARM_VECTOR.search(text):
        return 128
    return next((bits for register, bits in _X86_WIDTH if register in text), 0)


def _is_vector_spill(comment: str) -> bool:
    found = _SPILL.search(comment)
    return found is not None and int(found[1]) >= 16


def _calls(text: str) -> tuple[str, ...]:
    """Names that are called, or looked up in the table of outside symbols, without the kernel's own."""
    own = {match[1] for match in re.finditer(r"^([\w.$]+):", text, re.MULTILINE)}
    named = {match[1] or match[2] for match in _GLOBAL.finditer(text)}
    return tuple(sorted(name for name in named - own if not name.startswith("_GLOBAL_OFFSET")))
