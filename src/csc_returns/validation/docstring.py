"""A rule's docstring: documentation, and examples that are run as tests.

The form::

    Child protection plan ends on a day before it starts.          ← title, one line

    Why that is wrong, in plain words.                              ← detail, any number of paragraphs

    Fix: what to do about it.                                       ← may run over several lines

    Example:                                                        ← or "Example in 2022-23:" for another year
        | ChildProtectionPlans | CPPstartDate | CPPendDate   |
        |                      | 2025-05-02 * | 2025-05-01 * |
        | same day             | 2025-05-02   | 2025-05-02   |

Each block of lines with bars is a table: its name, then its columns; below, rows. The first cell of a row is a remark for the
reader. A ``*`` behind a value marks a cell that the rule points at; an empty cell is blank; a column that is a list holds its
values in one cell, parted by commas. Several tables in one example are one return, and what goes with it: ``Episodes_last`` is a
table of the return of the year before, ``providers`` and ``postcodes`` are reference data, ``local_authority`` has one cell, the
code of the sender. A rule about the whole return has no cells to mark: its examples are headed ``Example (flagged):`` or
``Example (not flagged):``.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"^Example(?: in (?P<year>\d{4}-\d{2}))?(?: \((?P<verdict>flagged|not flagged)\))?:$")


@dataclass
class ExampleTable:
    """One table of an example: rows of cells (None is blank), the marked cells as (row, column), a remark a row."""

    name: str
    columns: list[str]
    rows: list[list[str | None]] = field(default_factory=list)
    marked: set[tuple[int, str]] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Example:
    """A small return, what is flagged in it, and the year whose rules are meant (None: the newest of the version)."""

    year: str | None
    flagged: bool | None
    tables: list[ExampleTable] = field(default_factory=list)


@dataclass
class RuleText:
    """The parts of a rule's docstring."""

    title: str
    detail: str
    fix: str
    examples: list[Example]


def parse(docstring: str) -> RuleText:
    """The parts of a rule's docstring.

    Raises:
        ValueError: a part is missing or a table is not well formed; the message says which.
    """
    lines = inspect.cleandoc(docstring).splitlines()
    title = lines[0].strip() if lines else ""
    prose: list[str] = []
    examples: list[Example] = []
    table: ExampleTable | None = None
    for line in lines[1:]:
        text = line.strip()
        if heading := _HEADING.match(text):
            verdict = heading["verdict"]
            examples.append(Example(heading["year"], None if verdict is None else verdict == "flagged"))
            table = None
        elif text.startswith("|"):
            if not examples:
                raise ValueError(f"{title}: a table stands before the first 'Example:' line")
            cells = [cell.strip() for cell in text.strip("|").split("|")]
            if table is None:
                table = ExampleTable(cells[0], cells[1:])
                examples[-1].tables.append(table)
            else:
                _add_row(table, cells)
        elif not examples:
            prose.append(text)
        else:
            table = None
    detail, _, fix = "\n".join(prose).partition("Fix:")
    if not (title and fix.strip() and examples):
        raise ValueError(f"{title or 'a rule'}: needs a title, a 'Fix:' paragraph and an 'Example:'")
    return RuleText(title, _paragraphs(detail), _paragraphs(fix), examples)


def _add_row(table: ExampleTable, cells: list[str]) -> None:
    if len(cells) != len(table.columns) + 1:
        raise ValueError(
            f"{table.name}: row {' | '.join(cells)!r} has {len(cells) - 1} cells, the table {len(table.columns)}"
        )
    row: list[str | None] = []
    for column, cell in zip(table.columns, cells[1:], strict=True):
        if cell.endswith("*"):
            table.marked.add((len(table.rows), column))
        row.append(cell.removesuffix("*").strip() or None)
    table.rows.append(row)
    table.remarks.append(cells[0])


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip())
