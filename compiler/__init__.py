"""The compiler: graphs in, programs out. See ``pipeline`` for the order of things."""

from .compiled import STAGES as STAGES
from .compiled import Compiled as Compiled
from .compiled import Stage as Stage
from .compiled import compile_graph as compile_graph
from .text import parse as parse
from .text import print_stage as print_stage
from .text import verify as verify
