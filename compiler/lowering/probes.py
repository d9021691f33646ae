"""Kernels that find the limits of a machine: fused multiply-adds on registers, and streams through memory.

They are written in LLVM's language, not generated from kernel IR: nothing may stand between them and the processor.
Each has the form of every kernel, so that the runtime runs it on its own threads.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Final

from graphc.runtime.program import KernelCode

from .machine import host
from .target import cpu_name, object_code

UNROLL: Final = 4  # vectors a turn of a stream's loop

_START = """
define void @{name}(ptr %table, i64 %thread, i64 %threads) {{
entry:
  %slot1 = getelementptr i64, ptr %table, i64 1
  %slot2 = getelementptr i64, ptr %table, i64 2
  %slot3 = getelementptr i64, ptr %table, i64 3
  %base = load ptr, ptr %slot1
  %size = load i64, ptr %slot2
  %times = load i64, ptr %slot3
"""


def lanes() -> int:
    """f32 numbers in a vector register of the machine that code is made for."""
    return host(cpu_name()).lanes("f32")


@cache
def fma_probe(chains: int) -> KernelCode:
    """``size`` turns, ``times`` times, of one multiply-add on each of ``chains`` registers; slots: buffer, size, times.

    The buffer takes one vector for each thread.
    """
    vector = f"<{lanes()} x float>"
    name = f"fma_probe_{chains}"
    sums = range(chains)
    lines = [_START.format(name=name)]
    lines += [
        "  %turns = mul i64 %size, %times",
        f"  %place = getelementptr {vector}, ptr %base, i64 %thread",
        f"  %x = load {vector}, ptr %place",
        "  br label %loop",
        "loop:",
        "  %turn = phi i64 [ 0, %entry ], [ %next, %loop ]",
        *(f"  %s{i} = phi {vector} [ %x, %entry ], [ %t{i}, %loop ]" for i in sums),
        *(f"  %m{i} = fmul contract {vector} %x, %x\n  %t{i} = fadd contract {vector} %m{i}, %s{i}" for i in sums),
        "  %next = add i64 %turn, 1",
        "  %more = icmp slt i64 %next, %turns",
        "  br i1 %more, label %loop, label %end",
        "end:",
        f"  %u0 = fadd {vector} %t0, %t0",
        *(f"  %u{i} = fadd {vector} %u{i - 1}, %t{i}" for i in sums[1:]),
        f"  store {vector} %u{chains - 1}, ptr %place",
        "  ret void",
        "}",
    ]
    return _compile(name, lines)


@cache
def triad_probe() -> KernelCode:
    """``a = b + 3 c`` over three arrays of ``size`` numbers in one buffer, ``times`` times.

    The arrays lie ``size + 272`` numbers apart, so that they do not fall on the same lines of a cache. Every thread
    works on its own part; ``size`` is a multiple of threads * lanes * UNROLL.
    """
    vector = f"<{lanes()} x float>"
    three = ", ".join(["float 3.0"] * lanes())
    body = ["  %apart = add i64 %size, 272"]
    for k in range(UNROLL):
        body += [
            f"  %o{k} = add i64 %i, {k * lanes()}",
            f"  %ob{k} = add i64 %o{k}, %apart",
            f"  %oc{k} = add i64 %ob{k}, %apart",
            f"  %pa{k} = getelementptr float, ptr %base, i64 %o{k}",
            f"  %pb{k} = getelementptr float, ptr %base, i64 %ob{k}",
            f"  %pc{k} = getelementptr float, ptr %base, i64 %oc{k}",
            f"  %b{k} = load {vector}, ptr %pb{k}",
            f"  %c{k} = load {vector}, ptr %pc{k}",
            f"  %m{k} = fmul contract {vector} %c{k}, <{three}>",
            f"  %r{k} = fadd contract {vector} %m{k}, %b{k}",
            f"  store {vector} %r{k}, ptr %pa{k}",
        ]
    return _compile("triad_probe", _stream("triad_probe", [], body, []))


@cache
def read_probe() -> KernelCode:
    """The sum of ``size`` numbers, ``times`` times; threads and ``size`` as in :func:`triad_probe`.

    A thread's sum goes to the first vector of its part, as zeros plus what was there would be.
    """
    vector = f"<{lanes()} x float>"
    carried, body, after = [], [], []
    for k in range(UNROLL):
        carried.append((f"%s{k}", f"%t{k}", vector, "zeroinitializer"))
        body += [
            f"  %o{k} = add i64 %i, {k * lanes()}",
            f"  %p{k} = getelementptr float, ptr %base, i64 %o{k}",
            f"  %v{k} = load {vector}, ptr %p{k}",
            f"  %t{k} = fadd {vector} %s{k}, %v{k}",
        ]
    after = [f"  %u0 = fadd {vector} %t0, %t0"]
    after += [f"  %u{k} = fadd {vector} %u{k - 1}, %t{k}" for k in range(1, UNROLL)]
    # The store keeps the sum from being dropped; the buffer holds zeros, so it changes nothing.
    after += ["  %home = getelementptr float, ptr %base, i64 %first", f"  store {vector} %u{UNROLL - 1}, ptr %home"]
    return _compile("read_probe", _stream("read_probe", carried, body, after))


def _stream(name: str, carried: list[tuple[str, str, str, str]], body: list[str], after: list[str]) -> list[str]:
    """A loop over a thread's part of ``size`` numbers inside a loop of ``times`` rounds."""
    return [
        _START.format(name=name),
        "  %part = sdiv i64 %size, %threads",
        "  %first = mul i64 %part, %thread",
        "  %last = add i64 %first, %part",
        "  br label %round",
        "round:",
        "  %r = phi i64 [ 0, %entry ], [ %rnext, %rend ]",
        "  br label %loop",
        "loop:",
        "  %i = phi i64 [ %first, %round ], [ %inext, %loop ]",
        *(f"  {old} = phi {type} [ {start}, %round ], [ {new}, %loop ]" for old, new, type, start in carried),
        *body,
        f"  %inext = add i64 %i, {UNROLL * lanes()}",
        "  %imore = icmp slt i64 %inext, %last",
        "  br i1 %imore, label %loop, label %rend",
        "rend:",
        *after,
        "  %rnext = add i64 %r, 1",
        "  %rmore = icmp slt i64 %rnext, %times",
        "  br i1 %rmore, label %round, label %end",
        "end:",
        "  ret void",
        "}",
    ]


def _compile(name: str, lines: list[str]) -> KernelCode:
    return KernelCode(name, name, object_code("\n".join(lines)))
