"""The lines of a CSV file, and what its title line says: which table it is, and which cell is which column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from csc_returns.extracts.practice import practice
from csc_returns.extracts.returns import NESTED_CHILD, UNPLACED
from csc_returns.extracts.xml_shared import extra_columns
from csc_returns.specification import Specification, Table

#: Columns of ``unplaced.csv``.
UNPLACED_COLUMNS = [name for name in UNPLACED.names() if name != "line"]

#: A line, or the value behind one quote, that is longer than this ends the reading.
LONGEST_CELL = 1 << 24

#: Fed behind the last line, to see whether a quote is still open there. ``Decoded`` lets no such character through.
END = "\ufffe"

#: What stands between the cells of a CSV file.
DELIMITERS = ",;\t|"

_BETWEEN_WORDS = re.compile(r"[\s-]+")


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
    """What the title line says: ``known`` maps cells to columns of the table, ``unknown`` are the places of all others.

    ``extract`` is the name of an extract of the national system, which looks like a table and is none.
    """

    specification: Specification
    table: Table | None
    delimiter: str
    titles: list[str]
    known: dict[int, str]
    unknown: list[int]
    extract: str | None = None


#: Sex and date of birth alone may be those of any table.
_FEWEST_OF_EXTRACT = 3

#: How well titles fit a table: own columns among them, how many columns, whether the file is named so, and not too large a table.
_Score = tuple[bool, int, bool, int]


def normal(title: str) -> str:
    """A column name as names are compared: small letters, and underscores where people write blanks or hyphens."""
    return _BETWEEN_WORDS.sub("_", title.strip().lower())


def columns_of(table: Table, specification: Specification) -> list[str]:
    """The columns that a table may have in a file, those that rules would otherwise make included."""
    derived = [column.name for column in table.derived]
    return [*table.columns, *dict.fromkeys([*extra_columns(table, specification), *derived]), NESTED_CHILD]


def recognise(file: str, title_line: str, specifications: Sequence[Specification]) -> Columns | None:
    """The table whose columns the title line names best, and the delimiter that shows it.

    Args:
        file: its name, which may settle what the columns leave open.
        title_line: the first line.
        specifications: of the collections; the first wins where columns fit several alike.
    """
    best: tuple[_Score, Columns] | None = None
    for delimiter in [mark for mark in DELIMITERS if mark in title_line] or [DELIMITERS[0]]:
        titles = next(csv.reader([title_line], delimiter=delimiter), [])
        names = {normal(title) for title in titles}
        if names >= set(UNPLACED_COLUMNS):
            return _assign(None, delimiter, titles, specifications[0])
        for specification in specifications:
            for found in _fitting(file, names, specification):
                if best is None or found[0] > best[0]:
                    best = (found[0], _assign(found[1], delimiter, titles, specification))
                    best[1].extract = found[2]
    return best[1] if best else None


def _fitting(
    file: str, names: set[str], specification: Specification
) -> Iterator[tuple[_Score, Table | None, str | None]]:
    """The tables and extracts of a collection that titles may be those of."""
    stem = PurePath(file).stem.lower()
    for table in specification.tables.values():
        known = names & _spellings(table, specification).keys()
        own = names & {normal(item) for item in table.items if item not in table.keys}
        named = table.name.lower() in stem or table.file.lower() in stem
        if known and (named or (own and len(known) > 1)):
            yield (bool(own), len(known), named, -len(table.columns)), table, None
    for extract, columns in practice(specification.collection).extracts.items():
        known = names & columns
        if len(known) >= _FEWEST_OF_EXTRACT:
            yield (True, len(known), extract.lower() in stem, -len(columns)), None, extract


def _spellings(table: Table | None, specification: Specification) -> dict[str, str]:
    """Normal spelling → column, other spellings that the specification lists and names of XML elements included."""
    if table is None:
        return {normal(column): column for column in UNPLACED_COLUMNS}
    columns = columns_of(table, specification)
    others = {normal(other): name for other, name in specification.variants.items() if name in columns}
    elements = {normal(item.element): name for name, item in table.items.items() if len(item.path) == 1}
    return elements | others | {normal(column): column for column in columns}


def _assign(table: Table | None, delimiter: str, titles: list[str], specification: Specification) -> Columns:
    spellings = _spellings(table, specification)
    known: dict[int, str] = {}
    for at, title in enumerate(titles):
        column = spellings.get(normal(title))
        if column and column not in known.values():
            known[at] = column
    return Columns(specification, table, delimiter, titles, known, [at for at in range(len(titles)) if at not in known])
