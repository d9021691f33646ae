"""Kernel IR to Python source: same names, same order, plain loops that read like hand-written Numba."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphc.compiler import kernel as k
from graphc.compiler.ir import Op, Scalar
from graphc.runtime.errors import LoweringError
from graphc.runtime.types import DType, Shapelike, dim_product

from . import expressions as e
from .blocks import Blocks
from .nests import has_lanes, is_flat, perfect_nest, refuse_bf16, shape_tuple, split_prologue
from .panels import panel_depth, panel_of
from .products import Start, blocks_for, factor, hides_width, in_place, small_form
from .routines import ROUTINES
from .rows import NARROW, has_few_columns, narrow_loads
from .sites import Site
from .tasks import Side, block_tasks, part_tasks
from .turned import TURNED, turned_buffers, turned_loads
from .whole_blocks import Whole, initial_places
from .writer import Writer

FLAT_UNIT = 64  # elements of a flattened loop: pieces that threads get are multiples, so they end with cache lines
SHORT_LANES = 8  # fewer lanes are best unrolled; more must not show their number, or they are unrolled too

_COMBINE = {"add": "{0} + {1}", "mul": "{0} * {1}", "maximum": "maximum({0}, {1})", "minimum": "minimum({0}, {1})"}


@dataclass(frozen=True)
class Source:
    """Python source of one kernel.

    Attributes:
        name: the function's name.
        text: the whole module.
        dims: named dimensions the function reads from its table, in order.
    """

    name: str
    text: str
    dims: tuple[str, ...]


def generate(kernel: k.Kernel, ops: Mapping[str, Op], version: str) -> Source:
    """The Python module of one kernel.

    Raises:
        LoweringError: an operator without a scalar expression.
    """
    refuse_bf16(kernel)
    writer = _Writer(kernel, ops)
    body = writer.function()
    header = [f'"""graphc {version}, kernel {kernel.name}: {", ".join(dict.fromkeys(kernel.ops)) or "copy"}."""', ""]
    if writer.numpy:
        header.append(f"from numpy import {', '.join(f'{n} as {a}' for a, n in sorted(writer.numpy.items()))}")
    if writer.math:
        header.append(f"from math import {', '.join(sorted(writer.math))}")
    header += [f"from graphc.compiler.lowering.intrinsics import {', '.join(sorted(writer.imports))}", "", ""]
    return Source(kernel.name, "\n".join([*header, *body, ""]), kernel.dims)


class _Writer(Writer):
    """Writes one function."""

    def function(self) -> list[str]:
        """The function's lines."""
        self.taken |= {e.dimension(d) for d in self.kernel.dims}
        self.line(f"def {self.kernel.name}(table, thread, threads):")
        self.depth += 1
        first = 1 + len(self.kernel.buffers)
        for offset, dim in enumerate(self.kernel.dims):
            self.line(f"{e.dimension(dim)} = table[{first + offset}]")
        body = self.kernel.body
        flat = isinstance(body, k.Call) or is_flat(self.kernel)  # routines address their buffers by element number
        for slot, buffer in enumerate(self.kernel.buffers, start=1):
            self.view(buffer, slot, flat)
        if isinstance(body, k.Call):
            self._call(body)
        elif flat:
            self._flat_nest(body)
        else:
            self.block(body)
        return self.lines

    # Statements -----------------------------------------------------------------------------------------------------

    def block(self, body: Sequence[k.Statement]) -> None:
        """All statements of a body."""
        for statement in body:
            self.statement(statement)

    def statement(self, s: k.Statement) -> None:
        """One statement."""
        match s:
            case k.Load():
                self._load(s)
            case k.Position():
                text = self.flat if self.flat is not None else e.index(s.index, self.axes, self.scalars)
                self.line(f"{self.scalar(s.name, DType.i64)} = {text}")
            case k.Compute():
                text = self._compute(s)
                self.line(f"{self.scalar(s.name, s.dtype)} = {text}")
            case k.Accumulator():
                self.line(f"{self.scalar(s.name, s.dtype)} = {self.number(s.initial, s.dtype)}")
            case k.Accumulate():
                self._accumulate(s)
            case k.Partial():
                at = f"{self.part}, {e.index(s.index, self.axes, self.scalars)}"
                self._combine(s.combine, s.buffer, f"{self.buffers[s.buffer]}[{at}]", s.value)
            case k.Store():
                text = self.argument(s.value, self.dtypes[s.buffer])
                self.line(f"{self.element(s.buffer, s.indices)} = {text}")
            case k.Scratch():
                self.imports.add("scratch")
                name = e.identifier(s.name, self.taken)
                self.buffers[s.name] = name
                self.dtypes[s.name] = s.type.dtype
                self.scratches.setdefault(s.name, self.lanes_start)
                self.line(f'{name} = scratch("{s.type.dtype}", {shape_tuple(s.type.shape)})')
            case k.Turn():
                self._turn(s, self.lanes_start, "0", f"{self.lanes_stop} - {self.lanes_start}", None)
            case k.For():
                self._loop(s)
            case k.Contract():
                self._contract(s)

    def _load(self, s: k.Load) -> None:
        if s.buffer in self.turned:
            (name, start), (i, j) = self.turned[s.buffer], (e.index(x, self.axes, self.scalars) for x in s.indices)
            element = f"{name}[{j} - {start}, {i}]"
        else:
            element = self.kept.get(s.name) or self.element(s.buffer, s.indices)
        if s.fill is not None:
            inside = self._inside(s)
            if inside:
                element = f"{element} if {inside} else {self.number(s.fill, s.dtype)}"
        self.line(f"{self.scalar(s.name, s.dtype)} = {element}")

    def _inside(self, s: k.Load) -> str:
        shape = self.kernel.by_name[s.buffer].type.shape
        tests = []
        for index, extent in zip(s.indices, shape, strict=True):
            text = e.index(index, self.axes, self.scalars)
            tests.append(f"0 <= {text} < {e.dim(extent)}")
        return " and ".join(tests)

    def _compute(self, s: k.Compute) -> str:
        if s.op == "dim_size":
            attrs = dict(s.attrs)
            return f"{self.cast(s.dtype)}({e.dim(attrs['dim'])})"
        known = [self.dtypes[a] for a in s.arguments if isinstance(a, str)]
        dtype = next((d for d in known if d is not DType.bool), s.dtype)
        arguments = [self.argument(a, dtype) for a in s.arguments]
        if s.op == "cast":
            return self._cast(s, arguments[0], dtype)
        if s.op == "uniform" and s.dtype is DType.f64:  # whole numbers as arguments: they do not show the type
            self.imports.add("uniform_f64")
            return f"uniform_f64({', '.join(arguments)})"
        op = self.ops.get(s.op)
        if op is None or not isinstance(op.lower_cpu, Scalar):
            raise LoweringError(f"kernel {self.kernel.name}: operator '{s.op}' has no scalar expression")
        self.imports |= set(op.lower_cpu.imports)
        texts = {name: repr(value) for name, value in s.attrs}
        if "{dtype}" in op.lower_cpu.expression:
            texts["dtype"] = self.cast(dtype)
        text = op.lower_cpu.expression.format(*arguments, **texts)
        if s.dtype is DType.i32:
            return f"{self.cast(DType.i32)}({text})"
        return text

    def _cast(self, s: k.Compute, argument: str, source: DType) -> str:
        if s.dtype is DType.bool:
            return f"{argument} != {self.number(0, source)}"
        return f"{self.cast(s.dtype)}({argument})"

    def _accumulate(self, s: k.Accumulate) -> None:
        target = self.scalars[s.target] if s.indices is None else self.element(s.target, s.indices)
        self._combine(s.combine, s.target, target, s.value)

    def _combine(self, combine: str, name: str, target: str, value: k.Argument) -> None:
        dtype = self.dtypes[name]
        if combine in ("maximum", "minimum"):
            self.imports.add(combine)
        text = _COMBINE[combine].format(target, self.argument(value, dtype))
        if dtype is DType.i32:
            text = f"{self.cast(dtype)}({text})"
        self.line(f"{target} = {text}")

    # Loops ----------------------------------------------------------------------------------------------------------

    def _loop(self, s: k.For) -> None:
        extent = e.dim(s.extent)
        turns = any(isinstance(x, k.Turn) for x in s.body)
        if s.kind == "serial" and self.written_out and isinstance(s.extent, int) and s.extent > 0:
            for position in range(s.extent):
                self.axes[s.axis] = str(position)
                self.block(s.body)
            del self.axes[s.axis]
        elif s.kind == "serial":
            with_axis = self.axes.get(s.axis) or self.axis(s.axis)
            turned = turned_loads(self.kernel, s, self.chunk) if self.lanes_stop else []
            bounds = self._turn_first(s, turned) if turned else extent
            self.line(f"for {with_axis} in range({bounds}):")
            self._indented(s.body)
            self.depth -= bool(turned)
        elif s.kind == "lanes":
            with_axis = self.axes.get(s.axis) or self.axis(s.axis)
            bounds = f"{self.lanes_start}, {self.lanes_stop}" if self.lanes_start else self.lanes_stop
            self.line(f"for {with_axis} in range({bounds}):")
            self._indented(s.body)
        elif isinstance(s.extent, int) and s.extent <= s.chunk and has_lanes(s) and not turns:
            self._one_chunk(s, s.extent)
        else:
            start = e.identifier(f"{s.axis}0", self.taken)
            stop = e.identifier(f"{s.axis}1", self.taken)
            self.line(f"for {start} in range({self.piece(extent, s.chunk)}, {s.chunk}):")
            self.depth += 1
            self.line(f"{stop} = minimum({start} + {s.chunk}, {extent})")
            if has_lanes(s) or turns:
                self.lanes_start, self.lanes_stop, self.chunk = start, stop, s.chunk
                self.block(s.body)
                self.lanes_start = self.lanes_stop = ""
            else:
                self._rows(s, start, stop)
            self.depth -= 1

    def _turn_first(self, s: k.For, loads: Sequence[k.Load]) -> str:
        """Begin a loop that turns some positions' numbers at a time; the bounds of the loop over these."""
        axis, lanes = self.axes[s.axis], s.body[0]
        assert isinstance(lanes, k.For)
        lane, first = self.axes.get(lanes.axis) or self.axis(lanes.axis), self.lanes_start or "0"
        start, stop = (e.identifier(f"{s.axis}{n}", self.taken) for n in (0, 1))
        self.imports |= {"scratch", "transpose_block"}
        names = [e.identifier(f"{load.name}_turned", self.taken) for load in loads]
        for load, name in zip(loads, names, strict=True):
            self.line(f'{name} = scratch("{load.dtype}", ({TURNED}, {self.chunk}))')
            self.kept[load.name] = f"{name}[{axis} - {start}, {lane} - {first}]"
        self.line(f"for {start} in range(0, {e.dim(s.extent)}, {TURNED}):")
        self.depth += 1
        self.line(f"{stop} = minimum({start} + {TURNED}, {e.dim(s.extent)})")
        for load, name in zip(loads, names, strict=True):
            row = e.factor(self.kernel.by_name[load.buffer].type.shape[1])
            source = f"{self.buffers[load.buffer]}, {first} * {row} + {start}, {row}"
            counts = f"{self.lanes_stop} - {first}, {stop} - {start}"
            self.line(f"transpose_block({name}, 0, {self.chunk}, {source}, {counts})")
        return f"{start}, {stop}"

    def _rows(self, s: k.For, start: str, stop: str) -> None:
        """The rows of a chunk; with few columns, those are written out."""
        self.written_out = has_few_columns(s)
        row = self.axis(s.axis)
        for load in narrow_loads(self.kernel, s) if self.written_out else ():
            name = e.identifier(f"{load.name}_32", self.taken)
            number = f"minimum(maximum({self.element(load.buffer, load.indices)}, {-NARROW}), {NARROW})"
            self.imports |= {"maximum", "scratch"}
            self.line(f'{name} = scratch("i32", ({s.chunk},))')
            self.line(f"for {row} in range({start}, {stop}):")
            self.line(f"    {name}[{row} - {start}] = {self.cast(DType.i32)}({number})")
            self.kept[load.name] = f"{name}[{row} - {start}]"
        for buffer in () if self.written_out else turned_buffers(self.kernel, s):
            name, (height, width) = e.identifier(f"{buffer.name}_turned", self.taken), buffer.type.shape
            self.imports |= {"scratch", "transpose_block"}
            self.line(f'{name} = scratch("{buffer.type.dtype}", ({s.chunk}, {height}))')
            counts = f"{e.factor(width)}, {height}, {stop} - {start}"
            self.line(f"transpose_block({name}, 0, {height}, {self.buffers[buffer.name]}, {start}, {counts})")
            self.turned[buffer.name] = (name, start)
        self.line(f"for {row} in range({start}, {stop}):")
        self._indented(s.body)
        self.written_out = False
        self.turned.clear()

    def _one_chunk(self, s: k.For, extent: int) -> None:
        """A loop of a single chunk, whose lanes are all there are."""
        self.lanes_stop, self.chunk = str(extent), extent
        if extent >= SHORT_LANES:
            self.imports.add("opaque")
            self.lanes_stop = e.identifier(f"{s.axis}1", self.taken)
            self.line(f"{self.lanes_stop} = opaque({extent})")
        self.line("if thread == 0:")
        self._indented(s.body)
        self.lanes_stop = ""

    def _indented(self, body: Sequence[k.Statement]) -> None:
        self.depth += 1
        self.block(body)
        self.depth -= 1

    # Flattening -----------------------------------------------------------------------------------------------------

    def _flat_nest(self, body: Sequence[k.Statement]) -> None:
        prologue, rest = split_prologue(body)
        self.block(prologue)
        nest = perfect_nest(rest)
        assert nest is not None
        loops, inner = nest
        size = e.dim(dim_product(f.extent for f in loops))
        position, count = (e.identifier(n, self.taken) for n in ("e", "size"))
        self.line(f"{count} = {size}")
        self.line(f"for {position} in range({self.piece(count, FLAT_UNIT)}):")
        self.flat = position
        self._indented(inner)
        self.flat = None

    # Products and routines ------------------------------------------------------------------------------------------

    def _contract(self, s: k.Contract) -> None:
        tile = blocks_for(s)
        partials = [x for x in s.epilogue if isinstance(x, k.Partial)]
        wished = ["tile", "tiles", f"{s.rows[0]}0", f"{s.cols[0]}0", "rows", "cols"] + ["part"] * bool(partials)
        names = {n: e.identifier(n, self.taken) for n in wished}
        names["slot"] = str(1 + len(self.kernel.buffers) + len(self.kernel.dims))  # after all else in the window
        shared = tile.shared and not partials  # how many parts there are may not depend on threads
        rows = self._side(s.rows, tile.rows, tile.few, shared and tile.cols == 1, names, "rows")
        cols = self._side(s.cols, tile.cols, tile.few, shared and tile.cols > 1, names, "cols")
        block = e.identifier(f"{s.result}_tile", self.taken)
        store, outside = in_place(s, tile), self.depth
        if store is None:
            self.imports.add("scratch")
            self.line(f'{block} = scratch("{s.dtype}", ({tile.rows}, {tile.cols}))')
        whole = Whole.of(s, tile.cols)
        whole.begin(self, block, tile.rows)
        self._tasks(s, partials, names, rows, cols)
        down, across = (s.rows[0], rows.start), (s.cols[0], cols.start)
        if store is not None:
            self.imports.add("window")
            place = self._factor((store.buffer, store.indices), down, across)
            self.line(f"{block} = window({place}, {tile.rows}, {tile.cols})")
        self._sum(s, tile, block, rows, cols)
        width = cols.size
        if store is None and hides_width(s, tile):
            self.imports.add("opaque")
            width = names["cols"]
            self.line(f"{width} = opaque({cols.size})")
        if store is None:
            self._epilogue(s, block, rows, cols, width, whole)
            whole.finish(self, rows, cols, width)
        for x in s.epilogue:
            if isinstance(x, k.Turn):
                self._turn(x, rows.start, cols.start, rows.size, width)
        self.depth = outside

    def _sum(self, s: k.Contract, tile: Blocks, block: str, rows: Side, cols: Side) -> None:
        """One block of the result; where factors are computed, in pieces of as many k as their panels have."""
        (axis, extent), outside = s.depth, self.depth
        small = small_form(s, tile)
        call = "block_product(" if small is None else f'small_product("{small}", '
        first, depth = None, e.dim(extent)
        sides = {s.rows[0]: rows, s.cols[0]: cols}
        if s.prologues:
            piece = self._pieces(s.depth, panel_depth(s, tile))
            first, depth = (piece.start, piece.size) if piece.start else (None, depth)
            sides[axis] = piece
        a, b = (
            self._factor(factor, *ends) if not isinstance(factor, k.Prologue) else self._panel(s, factor, tile, sides)
            for factor, ends in (
                (s.a, ((s.rows[0], rows.start), (axis, first))),
                (s.b, ((axis, first), (s.cols[0], cols.start))),
            )
        )
        arguments = f"{block}, {a}, {b}, {rows.size}, {cols.size}, {depth})"
        self.imports.add(call.partition("(")[0])
        if first is None:
            self.line(f"{call}{arguments}")
        else:
            self.imports.add("block_product_add")
            self.line(f"if {first} == 0:")
            self.line(f"    {call}{arguments}")
            self.line("else:")
            self.line(f"    block_product_add({arguments}")
        self.depth = outside

    def _pieces(self, depth: tuple[str, Shapelike], most: int) -> Side:
        """The loop over pieces of k; without one, where a single piece is all there is, a side without a start."""
        axis, extent = depth
        if extent == most:
            return Side(extent, most, "", "")
        start, terms = (e.identifier(name, self.taken) for name in (f"{axis}0", "terms"))
        piece = Side(extent, most, start, terms)
        # Without any k a piece of no terms makes the zeros.
        stop = e.dim(extent) if isinstance(extent, int) else f"maximum({e.dim(extent)}, 1)"
        self.imports |= set() if isinstance(extent, int) else {"maximum"}
        self.line(f"for {piece.start} in range(0, {stop}, {most}):")
        self.depth += 1
        for line in piece.measure():
            self.line(line)
        return piece

    def _panel(self, s: k.Contract, prologue: k.Prologue, tile: Blocks, sides: Mapping[str, Side]) -> str:
        """Compute a piece of a factor; where it is then, as products take it."""
        panel = panel_of(s, prologue, tile)
        name = e.identifier(f"{prologue.value}_panel", self.taken)
        self.imports |= {"scratch", "opaque"}
        self.line(f'{name} = scratch("{s.dtype}", {shape_tuple(panel.shape)})')
        place: list[str] = []
        outside = self.depth
        for axis in panel.axes:
            side, position = sides[axis], self.axis(axis)
            # A length that LLVM sees is unrolled before it looks for vectors.
            size = f"opaque({side.size})" if side.size.isdigit() else side.size
            place.append(f"{position} - {side.start}" if side.start else position)
            self.line(f"for {position} in range({f'{side.start}, {side.start} + ' if side.start else ''}{size}):")
            self.depth += 1
        self.block(prologue.body)
        self.line(f"{name}[{', '.join(place)}] = {self.scalars[prologue.value]}")
        self.depth = outside
        down, across = (s.rows[0], s.depth[0]) if prologue is s.a else (s.depth[0], s.cols[0])
        return panel.place(name, down, across)

    def _tasks(
        self, s: k.Contract, partials: Sequence[k.Partial], names: Mapping[str, str], rows: Side, cols: Side
    ) -> None:
        """The loops over tasks and what is in one, whose body follows."""
        self.imports.add("tasks")
        if partials:
            self.part = names["part"]
            over_rows = partials[0].over == s.rows[0]
            kept, reduced, axis = (cols, rows, s.cols[0]) if over_rows else (rows, cols, s.rows[0])
            initial = self._initial_parts(partials, kept, self.axis(axis))
            lines = part_tasks(names, kept, reduced, self._parts(partials[0]), initial)
        else:
            lines = block_tasks(names, rows, cols, [(self.axis(axis), extent) for axis, extent in s.batch])
        self.lines += ["    " * self.depth + line for line in lines]
        self.depth += 2 if partials else 1

    def _epilogue(self, s: k.Contract, block: str, rows: Side, cols: Side, width: str, whole: Whole) -> None:
        """What is done with each number of a block."""
        i, j = (self.axes.get(axis) or self.axis(axis) for axis in (s.rows[0], s.cols[0]))
        result = self.scalar(s.result, s.dtype)
        self.line(f"for {i} in range({rows.start}, {rows.start} + {rows.size}):")
        self.depth += 1
        self.line(f"for {j} in range({cols.start}, {cols.start} + {width}):")
        self.depth += 1
        self.line(f"{result} = {block}[{i} - {rows.start}, {j} - {cols.start}]")
        self.block([x for x in s.epilogue if not isinstance(x, k.Turn) and x not in whole.statements])
        whole.keep(self, f"{i} - {rows.start}", f"{j} - {cols.start}")
        self.depth -= 2

    def _side(
        self, loop: tuple[str, Shapelike], most: int, few: int, shared: bool, names: Mapping[str, str], size: str
    ) -> Side:
        axis, extent = loop
        if not shared and (not few or isinstance(extent, int)):
            return Side(extent, most, names[f"{axis}0"], names[size])
        return Side(extent, most, names[f"{axis}0"], names[size], e.identifier(f"{size}_most", self.taken), few)

    def _parts(self, s: k.Partial) -> int:
        parts = self.kernel.by_name[s.buffer].type.shape[0]
        assert isinstance(parts, int)
        return parts

    def _initial_parts(self, partials: Sequence[k.Partial], kept: Side, axis: str) -> list[str]:
        """Lines that give the partial results of one task their initial values."""
        lines = [f"for {axis} in range({kept.start}, {kept.start} + {kept.size}):"]
        for s in partials:
            number = self.number(s.initial, self.dtypes[s.buffer])
            places = (f"{self.part}, {place}{axis}" for place in initial_places(s))
            lines += [f"    {self.buffers[s.buffer]}[{place}] = {number}" for place in places]
        return lines

    def _turn(self, s: k.Turn, row0: str, col0: str, rows: str, cols: str | None) -> None:
        """Transpose a block of ``source`` that starts at (row0, col0); all columns when ``cols`` is None."""
        self.imports.add("transpose_block")
        down, across = self.kernel.by_name[s.source].type.shape
        m, n = e.factor(down), e.factor(across)
        start = f"{row0}" if col0 == "0" else f"{col0} * {m} + {row0}"
        begin = f"{row0} * {n}" if col0 == "0" else f"{row0} * {n} + {col0}"
        target, source = self.buffers[s.target], self.buffers[s.source]
        self.line(f"transpose_block({target}, {start}, {m}, {source}, {begin}, {n}, {rows}, {cols or n})")

    def _factor(self, source: tuple[str, tuple[k.Index, ...]], down: Start, across: Start) -> str:
        name, indices = source
        return f"{self.buffers[name]}, {factor(self.kernel.by_name[name].type.shape, indices, self.axes, down, across)}"

    def _call(self, call: k.Call) -> None:
        routine = ROUTINES.get(call.routine)
        if routine is None:
            raise LoweringError(f"no CPU lowering for routine '{call.routine}': not written yet")
        routine(Site(self, call))
