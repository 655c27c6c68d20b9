"""The lines of a CSV file, and what its title line says: which table it is, and which cell is which column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from csc_returns.extracts.returns import NESTED_CHILD, UNPLACED
from csc_returns.specification import Specification, Table

#: Columns of ``unplaced.csv``.
UNPLACED_COLUMNS = [name for name in UNPLACED.names() if name != "line"]

#: A line, or the value behind one quote, that is longer than this ends the reading.
LONGEST_CELL = 1 << 24

#: Fed behind the last line, to see whether a quote is still open there. ``Decoded`` lets no such character through.
END = "\ufffe"

_DELIMITERS = ",;\t|"


class TooLong(Exception):  # noqa: N818 - said to people as a remark, not as an error of ours
    """A line without an end."""


class Lines:
    """The physical lines of a file, ends included, for ``csv.reader``; ``held`` are those of the row being read."""

    def __init__(self, text: Iterator[str]) -> None:
        self.text = text
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        pieces: list[str] = []
        for chunk in self.text:
            pieces.append(chunk)
            if "\n" in chunk or "\r" in chunk:
                lines = list(io.StringIO("".join(pieces), newline=""))
                # A line that lacks its end goes on in the next chunk; so may a CR, which can be half of a CRLF.
                pieces = [] if lines[-1].endswith("\n") else [lines.pop()]
                for line in lines:
                    yield self._next(line)
            if sum(map(len, pieces)) > LONGEST_CELL:
                raise TooLong
        for line in io.StringIO("".join(pieces), newline=""):
            yield self._next(line)
        yield END

    def _next(self, line: str) -> str:
        self.held.append(line)
        return line


@dataclass
class Columns:
    """What the title line says: ``known`` maps cells to columns of the table, ``unknown`` are the places of all others."""

    table: Table | None
    delimiter: str
    titles: list[str]
    known: dict[int, str]
    unknown: list[int]


def normal(title: str) -> str:
    """A column name as names are compared."""
    return title.strip().lower()


def _columns_of(table: Table | None) -> list[str]:
    return [*table.columns, NESTED_CHILD] if table else UNPLACED_COLUMNS


def recognise(file: str, title_line: str, specification: Specification) -> Columns | None:
    """The table whose columns the title line names best, and the delimiter that shows it."""
    stem = PurePath(file).stem.lower()
    best: tuple[tuple[bool, int, bool, int], Table | None, str] | None = None
    for delimiter in _DELIMITERS:
        titles = {normal(title) for title in next(csv.reader([title_line], delimiter=delimiter), [])}
        if titles >= set(UNPLACED_COLUMNS):
            return _assign(None, delimiter, title_line, specification)
        for table in specification.tables.values():
            known = titles & _spellings(table, specification).keys()
            own = titles & {normal(item) for item in table.items if item not in table.keys}
            named = table.name.lower() in stem
            if not known or not (named or (own and len(known) > 1)):
                continue
            score = (bool(own), len(known), named, -len(table.columns))
            if best is None or score > best[0]:
                best = (score, table, delimiter)
    return _assign(best[1], best[2], title_line, specification) if best else None


def _spellings(table: Table | None, specification: Specification) -> dict[str, str]:
    """Normal spelling → column, other spellings that the specification lists included."""
    columns = _columns_of(table)
    others = {normal(other): name for other, name in specification.variants.items() if name in columns}
    return others | {normal(column): column for column in columns}


def _assign(table: Table | None, delimiter: str, title_line: str, specification: Specification) -> Columns:
    titles = next(csv.reader([title_line], delimiter=delimiter))
    spellings = _spellings(table, specification)
    known: dict[int, str] = {}
    for at, title in enumerate(titles):
        column = spellings.get(normal(title))
        if column and column not in known.values():
            known[at] = column
    return Columns(table, delimiter, titles, known, [at for at in range(len(titles)) if at not in known])
