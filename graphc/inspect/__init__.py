"""Looking into compiled programs: kernels, profiles, explanations, memory, reports."""

from .machine import MachineLimits as MachineLimits
from .machine import machine_limits as machine_limits
