"""A return as it was read: its tables, where each row and cell stands in the files, and what the reader remarked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polars as pl

from csc_returns.remarks import BROKEN_OFF, OWN, Remark

if TYPE_CHECKING:
    from csc_returns.extracts.dates import DateForms

#: Column in which a reader numbers the child of a row from 0: links the rows of a child that has no identifier.
NESTED_CHILD = "_child"

#: In ``places`` frames: position of the row itself, and its file. Positions hold line and column in one number.
ROW_PLACE = "_row"
ROW_FILE = "_file"

_COLUMN_BITS = 32

#: What could not be placed in a table, kept as sent: ``table`` and ``row`` of the row that it stood in (null outside any),
#: ``path`` of the element that it stood in, number of the ``child``, and the ``xml`` or text itself.
UNPLACED = pl.Schema(
    {
        "table": pl.String(),
        "row": pl.Int64(),
        "path": pl.String(),
        "child": pl.Int64(),
        "xml": pl.String(),
        "line": pl.Int64(),
    }
)


def position(line: int, column: int) -> int:
    """Line and column (from 1) as one number."""
    return line << _COLUMN_BITS | column


def line_of(packed: pl.Expr) -> pl.Expr:
    """The line of a position."""
    return packed // (1 << _COLUMN_BITS)


def column_of(packed: pl.Expr) -> pl.Expr:
    """The column of a position; null where only the line is known."""
    column = packed % (1 << _COLUMN_BITS)
    return pl.when(column > 0).then(column)


def folded(identifier: pl.Expr) -> pl.Expr:
    """An identifier as identifiers are compared where small letters mean the same as capitals."""
    return identifier.str.strip_chars().str.to_uppercase()


def escaped(text: pl.Expr) -> pl.Expr:
    """Text with the three characters replaced that XML takes for markup."""
    return text.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])


@dataclass
class Return:
    """One return.

    ``tables`` hold text as it was sent (null: absent; empty text: present and empty), the derived keys, and ``_child``, the
    running number of the child in the file. ``places`` hold, for the same rows, positions: ``_row``, ``_file`` and, for XML, one
    a field. ``date_form`` is the form that the dates of the file, or of some of its columns, share where it is not that of the
    specification. ``in_part`` are the tables of which a CSV file breaks off or could not be read, ``lacking`` the columns that
    the CSV files of a table do not have, with the first file and the line of its titles.
    """

    path: str
    collection: str
    year: str | None
    local_authority: str | None
    tables: dict[str, pl.DataFrame]
    places: dict[str, pl.DataFrame]
    remarks: list[Remark] = field(default_factory=list)
    unplaced: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNPLACED))
    medium: Literal["xml", "csv"] = "xml"
    date_form: DateForms | None = None
    in_part: frozenset[str] = frozenset()
    lacking: dict[str, tuple[list[str], str, int]] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether the files could be used as they should be: nothing was remarked that means exit status 2."""
        return not any(OWN[remark.code].unusable for remark in self.remarks)

    @property
    def whole(self) -> bool:
        """Whether the files were read to their end."""
        return bool(self.tables) and not any(remark.code in BROKEN_OFF for remark in self.remarks)


class Unusable(Exception):  # noqa: N818 - said to people as a finding, not as an error of ours
    """An input that cannot be read; carries the remark to show."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.message)
        self.remark = remark
