"""Graph passes: frozen dataclasses with a pure ``run``. Their order is in ``compiler.pipeline``."""

from .assign_layouts import AssignLayouts as AssignLayouts
from .base import Pass as Pass
from .base import Rewrite as Rewrite
from .base import rewrite as rewrite
from .base import rewrite_greedily as rewrite_greedily
from .base import run_passes as run_passes
from .canonicalize import CANONICAL_RULES as CANONICAL_RULES
from .canonicalize import Canonicalize as Canonicalize
from .clusters import Choice as Choice
from .clusters import Cluster as Cluster
from .clusters import Part as Part
from .clusters import is_free as is_free
from .clusters import is_product as is_product
from .cse import CSE as CSE
from .dce import DCE as DCE
from .decompose import Decompose as Decompose
from .fold_constants import FoldConstants as FoldConstants
from .fuse import Fuse as Fuse
from .fuse import Trace as Trace
from .resolve_training import ResolveTraining as ResolveTraining
from .split_reductions import SplitReductions as SplitReductions
from .update_in_place import UpdateInPlace as UpdateInPlace
