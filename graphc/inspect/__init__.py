"""Looking into compiled programs: kernels, profiles, explanations, memory, reports."""

from .derivation import Derivation as Derivation
from .derivation import Step as Step
from .fusion import Edge as Edge
from .fusion import FusionReport as FusionReport
from .inspection import Inspection as Inspection
from .kernels import KernelInfo as KernelInfo
from .kernels import KernelTable as KernelTable
from .machine import MachineLimits as MachineLimits
from .machine import machine_limits as machine_limits
from .memory import Memory as Memory
from .profile import KernelTime as KernelTime
from .profile import Profile as Profile
from .recomputation import Decision as Decision
