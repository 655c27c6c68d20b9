"""Text for people: harmless, wrapped, in columns. Drawn in ASCII, which every terminal, pipe and encoding can show."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len, chop_cells

#: Between two columns.
_GAP = 2

#: No column is made narrower than this, however narrow the screen.
_NARROWEST = 8

#: Signs of a value that are shown.
_LONGEST = 1000

#: A text may be broken behind these.
_PIECES = re.compile(r"[^\s._/\\-]*[\s._/\\-]?")


def harmless(text: str) -> str:
    r"""The text with what does not print (escapes, line ends, direction marks) written out, such as ``\x1b``."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def shown(value: str | None) -> str:
    """A value as people see it.

    What is blank says so, spaces at its ends are made visible by quotes, and a very long one is cut, which it says.
    """
    if value is None:
        return "(blank)"
    text = harmless(value[:_LONGEST])
    text = f'"{text}"' if text != text.strip() or text in ("", "(blank)") else text
    left_out = len(value) - _LONGEST
    return f"{text} ... ({number(left_out, 'more character')})" if left_out > 0 else text


def number(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 error", "1,200 errors"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells.

    Breaks behind spaces and ``. _ / -`` where it can, else anywhere; loses nothing but the spaces that it breaks at.
    """
    if width_of(text) <= width:
        return [text]
    lines, line = [], ""
    for piece in _fitting(text, width):
        if line and width_of((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _fitting(text: str, width: int) -> Iterator[str]:
    for piece in _PIECES.findall(text):
        if width_of(piece.rstrip()) <= width:
            yield from [piece] if piece else []
        elif piece.isascii():
            yield from (piece[at : at + width] for at in range(0, len(piece), width))
        else:
            yield from chop_cells(piece, width)


def prose(text: str, width: int, *, first: str = "", indent: str | None = None) -> list[str]:
    """Paragraph of words within ``width``: ``first`` before the first line, ``indent`` (as wide) before the others.

    Words are broken only where one alone is too wide.
    """
    indent = " " * width_of(first) if indent is None else indent
    room = max(width - width_of(indent), _NARROWEST)
    lines, line, begun = [], first, False
    for word in [piece for whole in text.split() for piece in wrap(whole, room)]:
        longer = f"{line} {word}" if begun else line + word
        if width_of(longer) > width and line.strip():
            lines.append(line.rstrip())
            longer = indent + word
        line, begun = longer, True
    return [*lines, line]


def table(
    rows: Sequence[Sequence[str]],
    header: Sequence[str],
    width: int,
    *,
    indent: str = "  ",
    ragged: bool = False,
    below: Mapping[int, Sequence[str]] | None = None,
) -> list[str]:
    """Rows in columns under a ruled header, within ``width``: what does not fit is wrapped inside its column.

    Args:
        rows: cells, as many as ``header`` has.
        header: column names.
        width: of the whole line.
        indent: before each line.
        ragged: the last column is never wrapped, and may stand out.
        below: number of a row → remarks to stand below it.
    """
    widths = [max(width_of(row[at]) for row in (header, *rows)) for at in range(len(header))]
    room = width - width_of(indent) - _GAP * (len(widths) - 1)
    flexible = range(len(widths) - 1 if ragged else len(widths))
    while sum(widths) > room and flexible:
        widest = max(flexible, key=lambda at: widths[at])
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    lines = [*_row(header, widths, indent, ragged), *_row(["-" * wide for wide in widths], widths, indent, ragged)]
    for at, row in enumerate(rows):
        lines += _row(row, widths, indent, ragged)
        for remark in (below or {}).get(at, ()):
            lines += prose(remark, width, first=f"{indent}  > ")
    return lines


def least_width(columns: Sequence[Sequence[str]], indent: str = "  ") -> int:
    """The narrowest that ``table`` can make a table of these columns."""
    widths = [min(max(map(width_of, column)), _NARROWEST) for column in columns]
    return width_of(indent) + sum(widths) + _GAP * (len(widths) - 1)


def _row(cells: Sequence[str], widths: Sequence[int], indent: str, ragged: bool) -> list[str]:
    last = len(cells) - 1
    wrapped = [[cell] if ragged and at == last else wrap(cell, widths[at]) for at, cell in enumerate(cells)]
    if max(map(len, wrapped)) == 1:
        return [_line(cells, widths, indent)]
    depths = itertools.zip_longest(*wrapped, fillvalue="")
    return [_line(parts, widths, indent) for parts in depths]


def _line(parts: Sequence[str], widths: Sequence[int], indent: str) -> str:
    padded = [part + " " * (wide - width_of(part)) for part, wide in zip(parts, widths, strict=True)]
    return (indent + (" " * _GAP).join(padded)).rstrip()


def width_of(text: str) -> int:
    """Cells that a text takes on a screen: wide characters take two."""
    return len(text) if text.isascii() else cell_len(text)
