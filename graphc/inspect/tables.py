"""Tables for people: aligned text of a given width, and small HTML for notebooks. Colours are the page's own."""

from __future__ import annotations

import html
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graphc.runtime.types import Dim, Shapelike, evaluate_dim

DEFAULT_WIDTH: Final = 120  # where there is no terminal
GAP: Final = 2
_APART: Final = "padding:0 .5em"  # of cells in HTML, which may be aligned towards each other
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: its heading.
        right: numbers are set to the right.
        least: characters a flexible column keeps at least; 0 for a column that is never cut.
        rank: columns of the highest rank are left out first when the table is too wide; 0 always stays.
        tail: characters kept at the end of a text that is cut.
    """

    title: str
    right: bool = False
    least: int = 0
    rank: int = 0
    tail: int = 0

    def fit(self, text: str, width: int) -> str:
        """The text in exactly ``width`` characters."""
        if len(text) > width:
            text = text[: width - 1 - self.tail] + "…" + text[len(text) - self.tail :]
        return f"{text:>{width}}" if self.right else f"{text:<{width}}"


@dataclass(frozen=True)
class Table:
    """Rows of texts under columns.

    Attributes:
        columns: from left to right.
        rows: each as long as ``columns``.
        heading: a line above it, or "".
        notes: lines below it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: str = ""
    notes: tuple[str, ...] = ()

    def text(self, width: int | None = None) -> str:
        """The table in at most ``width`` characters where its columns allow it; the terminal's width when None."""
        width = width or terminal_width()
        shown = list(range(len(self.columns)))
        widths = [max([len(c.title), *(len(row[i]) for row in self.rows)]) for i, c in enumerate(self.columns)]

        def least() -> int:
            cut = (min(widths[i], self.columns[i].least) if self.columns[i].least else widths[i] for i in shown)
            return sum(cut) + GAP * (len(shown) - 1)

        while least() > width:
            rank = max(self.columns[i].rank for i in shown)
            if rank == 0:
                break
            shown.remove(max(i for i in shown if self.columns[i].rank == rank))
        spare = width - sum(widths[i] for i in shown) - GAP * (len(shown) - 1)
        for i in shown:
            if spare < 0 and self.columns[i].least:
                cut = min(-spare, max(0, widths[i] - self.columns[i].least))
                widths[i] -= cut
                spare += cut

        def line(cells: Sequence[str]) -> str:
            parts = (self.columns[i].fit(cells[i], widths[i]) for i in shown)
            return (" " * GAP).join(parts).rstrip()

        ruler = "─" * (sum(widths[i] for i in shown) + GAP * (len(shown) - 1))
        head = [self.heading, ""] if self.heading else []
        body = [line(row) for row in self.rows]
        return "\n".join([*head, line([c.title for c in self.columns]), ruler, *body, *self.notes])

    def html(self) -> str:
        """The table as a fragment of HTML."""
        align = ["right" if c.right else "left" for c in self.columns]
        titles = zip(align, (escape(c.title) for c in self.columns), strict=True)
        head = "".join(f'<th style="text-align:{a};{_APART}">{title}</th>' for a, title in titles)
        rows = "".join(
            f"<tr>{''.join(_html_cell(cell, a) for cell, a in zip(row, align, strict=True))}</tr>" for row in self.rows
        )
        caption = f"<div><b>{escape(self.heading)}</b></div>" if self.heading else ""
        notes = "".join(f'<div style="opacity:.7">{escape(note.strip())}</div>' for note in self.notes if note)
        body = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div style="font-size:90%">{caption}{body}{notes}</div>'


def escape(text: str) -> str:
    """Text for HTML."""
    return html.escape(text, quote=True)


def _html_cell(text: str, align: str) -> str:
    return f'<td style="text-align:{align};white-space:pre;font-family:monospace;{_APART}">{escape(text)}</td>'


def terminal_width() -> int:
    """Columns of the terminal, :data:`DEFAULT_WIDTH` where there is none."""
    return shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns


def bar(share: float, width: int) -> str:
    """A horizontal bar in eighths of a character."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return (_BLOCKS[8] * full + (_BLOCKS[rest] if rest else "")).ljust(width)


def quantity(value: float) -> str:
    """Three digits and a unit: ``803k``, ``51.4M``, ``1.2G``."""
    for unit in ("", "k", "M", "G", "T"):
        if abs(value) < 999.5:
            digits = 0 if unit == "" and value == int(value) else max(0, 2 - len(str(int(abs(value)))) + 1)
            return f"{value:.{digits}f}{unit}"
        value /= 1000
    return f"{value:.0f}P"


def byte_text(count: float) -> str:
    """``4 B``, ``12.5 KiB``, ``2.6 MiB``."""
    value = float(count)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{count:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.2f} GiB"


def expression(value: Shapelike) -> str:
    """A number, or a formula of named dimensions with spaces taken out: ``1024*batch+4``."""
    return quantity(value) if isinstance(value, int) else str(value).replace(" ", "")


def number(value: Shapelike, dims: dict[str, int]) -> int:
    """The value for these dimensions."""
    return evaluate_dim(value, dims) if isinstance(value, Dim) else value
