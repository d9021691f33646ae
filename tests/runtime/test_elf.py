"""Object files into memory without LLVM: what is written where, what is refused, and that it cannot be changed."""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from graphc.runtime import RunError, elf, load_object, loader

pytestmark = pytest.mark.skipif(not elf.can_load(), reason="objects of this system are loaded by LLVM")

# Constants in read-only data, calls of functions here and elsewhere, an address taken.
TEXT = """
@primes = private unnamed_addr constant [4 x i64] [i64 2, i64 3, i64 5, i64 7], align 64
declare double @ldexp(double, i32)
declare ptr @memcpy(ptr, ptr, i64)
define internal i64 @square(i64 %x) noinline { %y = mul i64 %x, %x
  ret i64 %y }
define i64 @prime_squared(i64 %n) { %p = getelementptr i64, ptr @primes, i64 %n
  %x = load i64, ptr %p
  %y = call i64 @square(i64 %x)
  ret i64 %y }
define double @scaled(double %x) { %y = call double @ldexp(double %x, i32 3)
  %z = fadd double %y, 0x3FB999999999999A
  ret double %z }
define ptr @where_memcpy_is() { ret ptr @memcpy }
define ptr @where_square_is() { ret ptr @square }
"""


def assembled(text: str, model: str = "jitdefault", reloc: str = "pic") -> bytes:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(codemodel=model, reloc=reloc)
    return bytes(machine.emit_object(llvm.parse_assembly(text)))


def kinds(code: bytes) -> set[int]:
    return {r.kind for r in elf.read(code).relocations}


@pytest.mark.parametrize("model", ["small", "medium", "large", "jitdefault"])
def test_every_code_model_runs(model: str) -> None:
    code = assembled(TEXT, model)
    found = load_object(code, ["prime_squared", "scaled", "where_memcpy_is", "where_square_is"])
    prime_squared = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(found["prime_squared"])
    assert [prime_squared(n) for n in range(4)] == [4, 9, 25, 49]
    scaled = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(found["scaled"])
    assert scaled(1.5) == math.ldexp(1.5, 3) + 0.1
    copy = ctypes.CFUNCTYPE(ctypes.c_size_t)(found["where_memcpy_is"])()
    assert copy == ctypes.cast(ctypes.pythonapi.memcpy, ctypes.c_void_p).value
    square = ctypes.CFUNCTYPE(ctypes.c_size_t)(found["where_square_is"])()
    assert ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(square)(12) == 144


def test_the_models_cover_near_and_far_addresses() -> None:
    assert {2, 4} <= kinds(assembled(TEXT, "small"))
    assert {25, 27, 29} <= kinds(assembled(TEXT, "large"))
    assert kinds(assembled(TEXT, "small")) & {9, 41, 42}


def test_objects_share_one_memory_that_nobody_can_write() -> None:
    codes = [assembled(f"define i64 @f{n}() {{ ret i64 {n} }}") for n in range(3)]
    found = elf.load([elf.read(code) for code in codes], pytest.fail)
    addresses = [symbols[f"f{n}"] for n, symbols in enumerate(found)]
    assert [ctypes.CFUNCTYPE(ctypes.c_int64)(a)() for a in addresses] == [0, 1, 2]
    lines = [line.split() for line in Path("/proc/self/maps").read_text().splitlines()]
    spans = [(*(int(end, 16) for end in line[0].split("-")), line[1]) for line in lines]
    homes = {span for span in spans for address in addresses if span[0] <= address < span[1]}
    assert len(homes) == 1
    assert homes.pop()[2] == "r-xp"
    assert all(address % 64 == 0 for address in addresses)


def test_a_name_that_is_nowhere_is_told() -> None:
    code = assembled("declare void @no_such_name()\ndefine void @f() { call void @no_such_name()\n ret void }")
    with pytest.raises(RunError, match="loader: the object file needs no_such_name"):
        load_object(code, ["f"])


def test_kernels_keep_nothing_to_themselves() -> None:
    with pytest.raises(RunError, match=r"loader: section \S+ is to be written to"):
        elf.read(assembled("@count = global i64 1\ndefine ptr @f() { ret ptr @count }"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda code: b"", "expected an ELF object"),
        (lambda code: b"\x7fELF\x01\x01" + code[6:], "expected an ELF object"),
        (lambda code: code[:16] + b"\x02\x00" + code[18:], "got type 2 for machine 62"),
        (lambda code: code[:18] + b"\xb7\x00" + code[20:], "got type 1 for machine 183"),
        (lambda code: code[:-80], "this object file is damaged"),
        (lambda code: code[:300], "this object file is damaged"),
    ],
)
def test_what_is_no_object_is_refused(change: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(RunError, match=message):
        elf.read(change(assembled(TEXT)))


def test_an_unknown_relocation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    code = assembled(TEXT, "small")
    monkeypatch.setattr(elf, "_KINDS", {k: v for k, v in elf._KINDS.items() if k != 2})
    with pytest.raises(RunError, match=r"loader: relocation 2 of .* is not known"):
        load_object(code, ["scaled"])


def test_an_address_too_far_away_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    code = assembled(TEXT, "small")
    monkeypatch.setitem(elf._KINDS, 4, ("<i", "symbol", "here"))  # a call without a jump on the way
    with pytest.raises(RunError, match=r"loader: (ldexp|memcpy|square) is too far away for relocation 4"):
        elf.load([elf.read(code)], lambda name: 1 << 60)


def test_llvm_loads_where_this_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elf, "can_load", lambda: False)
    found = load_object(assembled(TEXT), ["prime_squared"])
    assert ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(found["prime_squared"])(3) == 49
    with pytest.raises(RunError, match="does not define nowhere"):
        load_object(assembled(TEXT), ["nowhere"])
    assert "graphc.runtime.mcjit" in sys.modules
    assert loader.elf is elf
