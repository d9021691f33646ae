"""Numba's front end without its optimiser: a Python function becomes plain LLVM IR.

Imported only when something has to be compiled: importing this module imports Numba.

Numba optimises every function twice before anybody sees its IR, links its reference counting into it, and looks for
every operator among all that NumPy has. Generated code needs none of that. Here a function is typed and lowered by a
handful of Numba's passes, in contexts that know numbers, arrays and graphc's own intrinsics and nothing else; whoever
asked for the IR optimises it, once.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call"

from __future__ import annotations

import inspect
import operator
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numba.core import cgutils, codegen, fastmathpass, types
from numba.core.compiler import CompilerBase, Flags, compile_extra
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.cpu import CPUContext
from numba.core.cpu_options import FastMathOptions
from numba.core.descriptors import TargetDescriptor
from numba.core.dispatcher import Dispatcher
from numba.core.errors import TypingError
from numba.core.lowering import Lower
from numba.core.target_extension import CPU, dispatcher_registry, jit_registry, target_override, target_registry
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
)
from numba.core.typing.context import Context
from numba.core.typing.templates import make_concrete_template
from numba.core.typing.templates import signature as signature_of
from numba.core.untyped_passes import FixupArgs, TranslateByteCode
from numba.cpython import builtins, mathimpl, numbers, tupleobj  # noqa: F401

from .ranges import RangeTemplate

_NAME = "graphc"
_OPERATORS = frozenset(function for function in vars(operator).values() if inspect.isbuiltin(function))


class _Lower(Lower):
    """Variables of Numba's may own memory: each is zero at first, read before it changes, and zero again at its end."""

    def storevar(self, value: Any, name: str, argidx: int | None = None) -> None:
        """Ours only hold numbers."""
        del argidx
        self._alloca_var(name, self.typeof(name))
        if name in self._singly_assigned_vars and not self._disable_sroa_like_opt:
            self._blk_local_varmap[name] = value
        else:
            self.builder.store(value, self.getvar(name))

    def delvar(self, name: str) -> None:
        """One that ends in a block before it begins there has to live in memory; that is all there is to do."""
        if name not in self._blk_local_varmap:
            self._singly_assigned_vars.discard(name)

    def alloca_lltype(self, name: str, lltype: Any, datamodel: Any = None) -> Any:
        """A place for a variable, which nobody debugs."""
        del datamodel
        with self.builder.goto_entry_block():
            return self.builder.alloca(lltype, name=name)


@register_pass(mutates_CFG=True, analysis_only=False)
class _Lowering(NativeLowering):
    _name = "graphc_lowering"

    @property
    def lowering_class(self) -> Any:
        """What writes LLVM IR."""
        return _Lower


_PASSES: tuple[Any, ...] = (
    TranslateByteCode,
    FixupArgs,
    NopythonTypeInference,
    IRLegalization,
    _Lowering,
    NoPythonBackend,
)


class _Library(codegen.JITCodeLibrary):
    """Keeps what Numba writes as it was written."""

    def __init__(self, owner: Any, name: str) -> None:
        codegen.CodeLibrary.__init__(self, owner, name)
        self.text = ""

    def add_ir_module(self, ir_module: Any) -> None:
        """One module a function."""
        self.text += cgutils.normalize_ir_text(str(ir_module))

    def add_linking_library(self, library: Any) -> None:
        """Nothing is linked in: code calls intrinsics, and functions that are linked when all are there."""
        raise NotImplementedError(f"generated code may not need {library.name}: it is not an intrinsic of graphc")

    def finalize(self) -> None:
        """The text is all there is."""
        self._finalized = True


class _Codegen(codegen.JITCPUCodegen):
    _library_class = _Library


class _Typing(Context):
    """Types of numbers, arrays and intrinsics."""

    def init(self) -> None:
        """NumPy's scalar types convert; its functions stay unknown."""
        self._resolved: dict[tuple[Any, Any], Any] = {}
        for name in ("int32", "int64", "float32", "float64"):
            self.insert_global(getattr(np, name), types.NumberClass(getattr(types, name)))

    def load_additional_registries(self) -> None:
        """Numba's own registry is enough."""

    def insert_global(self, gv: Any, gty: Any) -> None:
        """What a global name stands for; ``range`` is our own."""
        super().insert_global(gv, types.Function(RangeTemplate) if gv is range else gty)

    def resolve_value_type(self, val: Any) -> Any:
        """The type of a global; Numba first asks what it is otherwise, and imports its lists for every class."""
        known = self._lookup_global(val)
        return super().resolve_value_type(val) if known is None else known

    def resolve_function_type(self, func: Any, args: Any, kws: Any) -> Any:
        """The signature of a call. Those of operators are looked for once: half of typing is the same additions."""
        if getattr(func, "typing_key", None) not in _OPERATORS:
            return super().resolve_function_type(func, args, kws)
        key = func, args
        if key not in self._resolved:
            self._resolved[key] = super().resolve_function_type(func, args, kws)
        return self._resolved[key]


class _Target(CPUContext):
    """Code for numbers, arrays and intrinsics."""

    def init(self) -> None:
        """Called by the constructor."""
        self.is32bit = sys.maxsize < 2**32
        self._internal_codegen = _Codegen(_NAME)

    def load_additional_registries(self) -> None:
        """Numba's own registry has the rest, filled by the imports above."""
        # What `//` and `%` of floating-point numbers are made of.
        self.install_registry(mathimpl.registry)

    def pair_first(self, builder: Any, value: Any, kind: Any) -> Any:
        """What an iterator gives; Numba takes it out of a copy in memory."""
        del kind
        return builder.extract_value(value, 0)

    def pair_second(self, builder: Any, value: Any, kind: Any) -> Any:
        """Whether it gave something."""
        del kind
        return builder.extract_value(value, 1)

    def post_lowering(self, mod: Any, library: Any) -> None:
        """Numba would link its reference counting in here."""
        del library
        if self.fastmath:
            fastmathpass.rewrite_module(mod, self.fastmath)


class _Compiler(CompilerBase):
    def define_pipelines(self) -> list[Any]:
        """The passes that generated code needs; Numba's other ones are for what people write."""
        manager = PassManager(_NAME)
        for step in _PASSES:
            manager.add_pass(step, step.name())
        manager.finalize()
        return [manager]


class _Kind(CPU):
    """Numba's word for a target; code for CPUs fits it."""


class _Descriptor(TargetDescriptor):
    @property
    def typing_context(self) -> Any:
        """Where types are looked up."""
        return _contexts()[0]

    @property
    def target_context(self) -> Any:
        """Where code is looked up."""
        return _contexts()[1]


class _Dispatcher(Dispatcher):
    """Never made: Numba finds a target's contexts through the class of its dispatchers."""

    targetdescr = _Descriptor(_NAME)


def _no_jit(*_: Any, **__: Any) -> Any:
    """Numba asks for a decorator before it knows whether an operator's implementation in Python fits."""

    def decorate(function: Any) -> Any:
        raise TypingError(f"generated code may not need {function.__qualname__}: it is not an intrinsic of graphc")

    return decorate


target_registry[_NAME] = _Kind
dispatcher_registry[_Kind] = _Dispatcher
jit_registry[_Kind] = _no_jit


@cache
def _contexts() -> tuple[Any, Any]:
    """Typing and target context, apart from those that the user's own Numba functions live in."""
    typing_context = _Typing()
    return typing_context, _Target(typing_context, _NAME)


def _flags(fastmath: frozenset[str]) -> Any:
    flags: Any = Flags()  # its fields are options made at run time
    flags.no_cpython_wrapper = True
    flags.no_cfunc_wrapper = True
    flags.nrt = False
    flags.error_model = "numpy"
    flags.boundscheck = False
    flags.no_compile = True  # LLVM IR is all we want
    flags.enable_pyobject = False
    if fastmath:
        flags.fastmath = FastMathOptions(set(fastmath))
    return flags


@dataclass(frozen=True)
class Lowered:
    """A function as LLVM IR.

    Attributes:
        text: the module, not optimised.
        symbol: the function's name in it. It takes places for an answer and an exception before its arguments.
        description: Numba's.
    """

    text: str
    symbol: str
    description: Any


def lower(function: Any, answer: Any, arguments: Sequence[Any], *, fastmath: frozenset[str] = frozenset()) -> Lowered:
    """LLVM IR of a function.

    Args:
        function: in the subset of Python that needs nothing but numbers, arrays and intrinsics.
        answer: Numba's type of what it returns.
        arguments: Numba's types of its arguments.
        fastmath: LLVM's flags on every operation that has none of its own.

    Raises:
        NumbaError: it is not in that subset, or types do not fit together.
    """
    typing_context, target_context = _contexts()
    flags = _flags(fastmath)
    with target_override(_NAME):  # otherwise Numba fills the contexts of its own target, too, which takes long
        made = compile_extra(
            typing_context, target_context, function, tuple(arguments), answer, flags, {}, pipeline_class=_Compiler
        )
    return Lowered(made.library.text, made.fndesc.mangled_name, made.fndesc)


def make_callable(function: Any, lowered: Lowered) -> None:
    """Let functions that are lowered later call ``function``; both modules must be linked in the end."""
    typing_context, target_context = _contexts()
    signature = signature_of(lowered.description.restype, *lowered.description.argtypes)
    template = make_concrete_template(function.__name__, key=function, signatures=[signature])
    typing_context.insert_user_function(function, template)
    target_context.insert_user_function(function, lowered.description)


def optimize(module: Any, machine: Any) -> None:
    """LLVM's -O3 with loop vectorisation, for this machine."""
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    options.slp_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    # Numba keeps every variable in memory. With variables in registers and loops rotated from the start, inlining and
    # unrolling see real sizes, and decide as they would for code of a C compiler.
    first = llvm.create_new_module_pass_manager()
    first.add_sroa_pass()
    first.add_simplify_cfg_pass()
    first.add_instruction_combine_pass()
    first.add_loop_rotate_pass()
    first.run(module, builder)
    builder.getModulePassManager().run(module, builder)
