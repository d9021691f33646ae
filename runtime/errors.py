"""Every error graphc raises on purpose, in one tree.

GraphcError
├── DeclarationError        the graph cannot be what was asked for
│   ├── ShapeError          shapes that do not fit together
│   └── DTypeError          element types that do not fit together
├── CompileError            the graph is fine, the compiler cannot go on
│   ├── ParseError          text that is not IR
│   ├── VerifyError         IR that breaks a rule
│   ├── NoGradientError     no derivative along a path
│   └── LoweringError       an operator without code for the target
├── RunError                a compiled program cannot run with what it was given
│   ├── FeedError           a wrong, missing or unknown argument
│   ├── IndexRangeError     a label or index outside its table
│   ├── NonFiniteError      NaN or infinity where it was asked to be found
│   ├── BusyError           a program called from inside a run, by a callback or a signal handler
│   └── DeviceError         the machine lacks what the target needs
├── CheckpointError         a file that cannot be loaded, or does not match
└── DataError               a data file that is damaged or not what it should be

Messages have one form: ``what: op: what is wrong, with both numbers``, then the operands with type and
origin, then the place in the user's code, then a hint only when it is certainly right.
"""

from __future__ import annotations


class GraphcError(Exception):
    """Base of all errors graphc raises on purpose."""


class DeclarationError(GraphcError, ValueError):
    """The declared graph cannot be what was asked for."""


class ShapeError(DeclarationError):
    """Shapes that do not fit together."""


class DTypeError(DeclarationError, TypeError):
    """Element types that do not fit together."""


class CompileError(GraphcError):
    """The compiler cannot go on."""


class ParseError(CompileError):
    """Text that is not IR; the message carries line, column and a caret."""


class VerifyError(CompileError):
    """IR that breaks a rule."""


class NoGradientError(CompileError):
    """There is no derivative along a path."""


class LoweringError(CompileError):
    """An operator has no code for the target."""


class RunError(GraphcError):
    """A compiled program cannot run with what it was given."""


class FeedError(RunError, ValueError):
    """A wrong, missing or unknown argument of a program."""


class IndexRangeError(RunError, IndexError):
    """A label or index outside its table."""


class NonFiniteError(RunError, ArithmeticError):
    """NaN or infinity where finding it was asked for."""


class BusyError(RunError):
    """A program is called from inside a run, by a callback or a signal handler."""


class DeviceError(RunError):
    """The machine lacks what the target needs."""


class CheckpointError(GraphcError):
    """A checkpoint that cannot be loaded, or does not match what it is loaded into."""


class DataError(GraphcError, ValueError):
    """A data file that is damaged or not what it should be."""
