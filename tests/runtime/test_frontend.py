from __future__ import annotations

import subprocess
import sys

import llvmlite.binding as llvm
import pytest
from numba.core import types
from numba.core.errors import NumbaError

from graphc.runtime.frontend import lower, make_callable, optimize

WORD = types.intp


def twice(x: int) -> int:
    return x + x


def sums(x: int) -> int:
    total = 0
    for i in range(x):
        total += i
    return total


def calls(x: int) -> int:
    total = 0
    for i in range(x):
        total += twice(i)
    return total


def needs_more(x: int) -> int:
    return len([x, x])


def machine() -> object:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(opt=3)


def test_ir_is_as_it_was_written_and_nothing_is_linked_in() -> None:
    lowered = lower(sums, WORD, (WORD,))
    module = llvm.parse_assembly(lowered.text)
    assert [f.name for f in module.functions if not f.is_declaration] == [lowered.symbol]
    assert "NRT" not in lowered.text  # no reference counting
    assert "alloca" in lowered.text  # nobody has optimised it
    optimize(module, machine())
    assert "alloca" not in str(module)


def test_functions_call_each_other_once_they_are_linked() -> None:
    inner = lower(twice, WORD, (WORD,))
    make_callable(twice, inner)
    outer = lower(calls, WORD, (WORD,))
    module = llvm.parse_assembly(outer.text)
    assert module.get_function(inner.symbol).is_declaration
    module.link_in(llvm.parse_assembly(inner.text))
    module.get_function(inner.symbol).linkage = "internal"
    optimize(module, machine())
    assert " call " not in str(module.get_function(outer.symbol))


def test_what_is_not_an_intrinsic_is_refused() -> None:
    with pytest.raises(NumbaError):
        lower(needs_more, WORD, (WORD,))


# Numba keeps implementations in registries that all targets share: whose come first must not matter.
BESIDE_NUMBA = """
import numba
import numpy as np
from numba.core import types
from graphc.runtime.frontend import lower

def twice(x):
    return x + x

lower(twice, types.intp, (types.intp,))

@numba.njit
def much(a):
    words = [v for v in a]
    table = {1: 2.0}
    return a.sum() + a.max() + np.sort(a)[0] + len(words) + table[1] + min(a[0], a[1]) + a.mean()

print(much(np.arange(3.0)))
lower(twice, types.float32, (types.float32,))
"""


def test_numba_serves_its_other_users_as_before() -> None:
    done = subprocess.run([sys.executable, "-c", BESIDE_NUMBA], capture_output=True, text=True, check=False)
    assert done.stdout == "11.0\n", done.stderr
