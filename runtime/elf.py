"""Object files into memory, without LLVM: relocatable ELF for x86-64, as LLVM writes it for kernels.

Loading is little work: sections are copied one after the other, and numbers in them become addresses. Leaving it to
LLVM's loader costs every process 55 MB of its library and a fifth of the time that a start from the cache takes.

Names of relocations, and the letters in their formulas: System V ABI, AMD64 supplement, section 4.4.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .errors import RunError

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little-endian
_RELOCATABLE, _X86_64 = 1, 62  # e_type, e_machine
_RELOCATIONS = 4  # sh_type
_NO_BITS = 8
_WRITE, _ALLOCATE = 1, 2  # sh_flags
_SYMBOLS = 2
_UNDEFINED = 0  # st_shndx
_TABLE = "_GLOBAL_OFFSET_TABLE_"
_UNWINDING = ".eh_frame"  # kernels raise nothing

_ENTRY = 8  # bytes of an entry of the table of addresses
_JUMP = b"\xff\x25\x00\x00\x00\x00"  # jmp [rip], and the address behind it
_JUMP_SIZE = 16
_ALIGNED = 64

_READ_WRITE = mmap.PROT_READ | mmap.PROT_WRITE if hasattr(mmap, "PROT_READ") else 0
_READ_RUN = mmap.PROT_READ | mmap.PROT_EXEC if hasattr(mmap, "PROT_EXEC") else 0

# By type: the form of the number that is written, what it points to, and what it is counted from. "entry" is where the
# symbol's address is kept in the table of addresses, "jump" is code that goes there, if the symbol is not ours.
_KINDS: dict[int, tuple[str, str, str]] = {
    1: ("<Q", "symbol", "zero"),  # R_X86_64_64
    2: ("<i", "symbol", "here"),  # PC32
    4: ("<i", "jump", "here"),  # PLT32
    9: ("<i", "entry", "here"),  # GOTPCREL
    24: ("<q", "symbol", "here"),  # PC64
    25: ("<q", "symbol", "table"),  # GOTOFF64
    26: ("<i", "table", "here"),  # GOTPC32
    27: ("<q", "entry", "table"),  # GOT64
    29: ("<q", "table", "here"),  # GOTPC64
    31: ("<q", "jump", "table"),  # PLTOFF64
    41: ("<i", "entry", "here"),  # GOTPCRELX
    42: ("<i", "entry", "here"),  # REX_GOTPCRELX
}


@dataclass(frozen=True)
class _Section:
    name: str
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    align: int

    @property
    def loaded(self) -> bool:
        return bool(self.flags & _ALLOCATE) and self.size > 0 and self.name != _UNWINDING


@dataclass(frozen=True)
class _Symbol:
    name: str
    section: int
    value: int


@dataclass(frozen=True)
class _Relocation:
    section: int
    offset: int
    kind: int
    symbol: _Symbol
    addend: int

    @property
    def outside(self) -> bool:
        """Whether the symbol is somebody else's."""
        return self.symbol.section == _UNDEFINED and self.symbol.name != _TABLE

    @property
    def target(self) -> str:
        """What the number points to."""
        return _KINDS[self.kind][1] if self.kind in _KINDS else ""


@dataclass(frozen=True)
class ObjectFile:
    """An object file, as far as loading needs it.

    Attributes:
        data: the file.
        sections: all of them, by number.
        symbols: what is defined, by name.
        relocations: of sections that are loaded.
    """

    data: bytes
    sections: tuple[_Section, ...]
    symbols: Mapping[str, _Symbol]
    relocations: tuple[_Relocation, ...]


def can_load() -> bool:
    """Whether this is a system whose object files are of this kind."""
    return sys.platform == "linux" and os.uname().machine == "x86_64" and sys.maxsize > 2**32


def read(data: bytes) -> ObjectFile:
    """Parse an object file; RunError where it is none of this kind, or needs what kernels never do."""
    if len(data) < _HEADER.size or not data.startswith(_MAGIC):
        raise RunError("loader: expected an ELF object of 64 bits")
    _, kind, machine, _, _, _, start, _, _, _, _, size, count, names = _HEADER.unpack_from(data)
    if (kind, machine, size) != (_RELOCATABLE, _X86_64, _SECTION.size):
        raise RunError(f"loader: expected a relocatable object for x86-64, got type {kind} for machine {machine}")
    try:
        raw = [_SECTION.unpack_from(data, start + i * size) for i in range(count)]
        sections = tuple(_section(data, fields, raw[names][4]) for fields in raw)
        return _parsed(data, sections)
    except (struct.error, IndexError, ValueError) as error:
        raise RunError(f"loader: this object file is damaged: {error}") from None


def _text(data: bytes, start: int) -> str:
    return data[start : data.index(b"\0", start)].decode()


def _section(data: bytes, fields: tuple[int, ...], names: int) -> _Section:
    name, kind, flags, _, offset, size, link, info, align, _ = fields
    return _Section(_text(data, names + name), kind, flags, offset, size, link, info, align)


def _parsed(data: bytes, sections: tuple[_Section, ...]) -> ObjectFile:
    for section in sections:
        if section.loaded and section.flags & _WRITE:
            raise RunError(f"loader: section {section.name} is to be written to: kernels keep nothing to themselves")
    symbols: dict[str, _Symbol] = {}
    relocations: list[_Relocation] = []
    for section in sections:
        if section.kind != _RELOCATIONS or not sections[section.info].loaded:
            continue
        table = sections[section.link]
        for place in range(section.offset, section.offset + section.size, _RELOCATION.size):
            offset, info, addend = _RELOCATION.unpack_from(data, place)
            symbol = _symbol(data, sections, table, info >> 32)
            relocations.append(_Relocation(section.info, offset, info & 0xFFFFFFFF, symbol, addend))
    for table in sections:
        if table.kind == _SYMBOLS:
            for number in range(1, table.size // _SYMBOL.size):
                symbol = _symbol(data, sections, table, number)
                if symbol.name and symbol.section != _UNDEFINED:
                    symbols[symbol.name] = symbol
    return ObjectFile(data, sections, symbols, tuple(relocations))


def _symbol(data: bytes, sections: tuple[_Section, ...], table: _Section, number: int) -> _Symbol:
    name, _, _, section, value, _ = _SYMBOL.unpack_from(data, table.offset + number * _SYMBOL.size)
    return _Symbol(_text(data, sections[table.link].offset + name) if name else "", section, value)


class _Image:
    """Objects as they come to lie in memory: the table of addresses, jumps, then sections."""

    def __init__(self, objects: Sequence[ObjectFile], find: Callable[[str], int]) -> None:
        self.objects, self.find = objects, find
        self.entries: dict[tuple[int, _Symbol], int] = {}
        self.jumps: dict[str, int] = {}
        self.starts: list[dict[int, int]] = []  # of each object: of its sections, by number
        self.size = 0
        for number, file in enumerate(objects):
            for r in file.relocations:
                if r.target == "entry" and self._key(number, r.symbol) not in self.entries:
                    self.entries[self._key(number, r.symbol)] = self._take(_ENTRY, _ENTRY)
                elif r.target == "jump" and r.outside and r.symbol.name not in self.jumps:
                    self.jumps[r.symbol.name] = self._take(_JUMP_SIZE, _JUMP_SIZE)
        for file in objects:
            loaded = [(i, s) for i, s in enumerate(file.sections) if s.loaded]
            self.starts.append({i: self._take(s.size, max(_ALIGNED, s.align)) for i, s in loaded})
        self.base = _reserve(self.size)
        self.bytes = bytearray(self.size)

    @staticmethod
    def _key(number: int, symbol: _Symbol) -> tuple[int, _Symbol]:
        return (0 if symbol.section == _UNDEFINED else number, symbol)

    def _take(self, size: int, align: int) -> int:
        start = -(-self.size // align) * align
        self.size = start + size
        return start

    def address(self, number: int, symbol: _Symbol) -> int:
        """Where a symbol of an object is."""
        if symbol.name == _TABLE:
            return self.base
        if symbol.section == _UNDEFINED:
            return self.find(symbol.name)
        start = self.starts[number].get(symbol.section)
        if start is None:
            raise RunError(f"loader: {symbol.name or 'a symbol'} is in no section that is loaded")
        return self.base + start + symbol.value

    def write(self) -> None:
        """Everything to its place."""
        for (number, symbol), place in self.entries.items():
            struct.pack_into("<Q", self.bytes, place, self.address(number, symbol))
        for name, place in self.jumps.items():
            self.bytes[place : place + len(_JUMP)] = _JUMP
            struct.pack_into("<Q", self.bytes, place + len(_JUMP), self.find(name))
        for number, file in enumerate(self.objects):
            for section, start in self.starts[number].items():
                s = file.sections[section]
                if s.kind != _NO_BITS:
                    self.bytes[start : start + s.size] = file.data[s.offset : s.offset + s.size]
            for r in file.relocations:
                self._relocate(number, r)
        _fill(self.base, self.bytes)

    def _relocate(self, number: int, r: _Relocation) -> None:
        name = r.symbol.name or "a section"
        if r.kind not in _KINDS:
            raise RunError(f"loader: relocation {r.kind} of {name} is not known")
        form, target, origin = _KINDS[r.kind]
        place = self.starts[number][r.section] + r.offset
        if target == "entry":
            goal = self.base + self.entries[self._key(number, r.symbol)]
        elif target == "jump" and r.outside:
            goal = self.base + self.jumps[r.symbol.name]
        else:
            goal = self.base if target == "table" else self.address(number, r.symbol)
        value = goal + r.addend - {"zero": 0, "here": self.base + place, "table": self.base}[origin]
        try:
            struct.pack_into(form, self.bytes, place, value)
        except struct.error:
            raise RunError(f"loader: {name} is too far away for relocation {r.kind}") from None


def load(objects: Sequence[ObjectFile], find: Callable[[str], int]) -> list[dict[str, int]]:
    """Put objects into memory for good, next to each other, where they can be run and no longer written to.

    Args:
        objects: what to load.
        find: the address of a name that none of them defines.

    Returns:
        Of each object the address of every symbol that it defines.

    Raises:
        RunError: for a kind of relocation that is not known, or memory that the system does not give.
    """
    image = _Image(objects, find)
    image.write()
    return [
        {name: image.address(number, symbol) for name, symbol in file.symbols.items() if symbol.section in starts}
        for number, (file, starts) in enumerate(zip(objects, image.starts, strict=True))
    ]


def _system() -> ctypes.CDLL:
    system = ctypes.CDLL(None, use_errno=True)
    system.mmap.restype = ctypes.c_void_p
    word, number = ctypes.c_size_t, ctypes.c_int
    system.mmap.argtypes = [ctypes.c_void_p, word, number, number, number, ctypes.c_longlong]
    system.mprotect.argtypes = [ctypes.c_void_p, word, number]
    return system


def _reserve(size: int) -> int:
    """Memory that is never given back: a plan may hold any address, and threads may be in it when the process ends."""
    found = _system().mmap(None, max(size, 1), _READ_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    if found is None or found == ctypes.c_void_p(-1).value:
        raise RunError(f"loader: no memory for {size} bytes of code: {os.strerror(ctypes.get_errno())}")
    return int(found)


def _fill(base: int, image: bytearray) -> None:
    ctypes.memmove(base, bytes(image), len(image))
    if _system().mprotect(base, max(len(image), 1), _READ_RUN) != 0:
        why = os.strerror(ctypes.get_errno())
        raise RunError(f"loader: the system does not let this process run code that it has made: {why}")
