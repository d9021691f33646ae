"""The compiler: graphs in, programs out. See ``pipeline`` for the order of things."""

from .pipeline import STAGES as STAGES
from .pipeline import Compiled as Compiled
from .pipeline import Stage as Stage
from .pipeline import compile_graph as compile_graph
from .text import parse as parse
from .text import print_stage as print_stage
from .text import verify as verify
