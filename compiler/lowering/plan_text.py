"""The planned stage as text: launches in order, and where every buffer lives and how long."""

from __future__ import annotations

from graphc.runtime.program import Role

from .plan import Plan, base_of

_BAR = "#"


def print_plan(plan: Plan) -> str:
    """Launches with their buffers and barriers, then buffers with their owners and lives."""
    program = plan.program
    names = [b.name for b in program.buffers]
    lines = [f"program @{program.name}({', '.join(program.dims)}) {{"]
    width = max((len(f"launch {i}") for i in range(len(program.launches))), default=0)
    calls = [f"{launch.kernel}({', '.join(f'%{names[b]}' for b in launch.buffers)})" for launch in program.launches]
    for i, (launch, call) in enumerate(zip(program.launches, calls, strict=True)):
        if launch.barrier and i:
            lines.append("  ---- barrier ----")
        check = f"    # stops the step unless 0 <= %{launch.check.source} < {launch.check.size}" if launch.check else ""
        lines.append(f"  {f'launch {i}':<{width}}  {call}{check}")
    lines.append("}")
    lines.append("buffers {")
    name_width = max((len(n) + 1 for n in names), default=0)
    type_width = max((len(str(b.type)) for b in program.buffers), default=0)
    for index, spec in enumerate(program.buffers):
        left = f"  {f'%{spec.name}':<{name_width}}  {spec.type!s:<{type_width}}  {spec.role.value:<6}"
        if spec.alias is not None:
            right = f"  same memory as %{names[base_of(list(program.buffers), index)]}"
        elif spec.role is Role.TEMP:
            right = f"  {_life(spec.first, spec.last, len(program.launches))}  {spec.type.nbytes} bytes"
        else:
            right = f"  {spec.type.nbytes} bytes"
        lines.append((left + right).rstrip())
    lines.append("}")
    return "\n".join(lines) + "\n"


def _life(first: int, last: int, count: int) -> str:
    """A picture of the launches during which a temporary is alive."""
    if count > 64:
        return f"launches {first}-{last}"
    return "".join(_BAR if first <= i <= last else "." for i in range(count))
