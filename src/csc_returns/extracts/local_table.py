"""Small tables that people make by hand, such as a population or a list of their own: as forgiving as a reader can be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from csc_returns.extracts.csv_columns import DELIMITERS, normal
from csc_returns.extracts.encoding import text_encoding

#: The title line of a file stands within so many bytes.
_HEAD = 1 << 16


@dataclass(frozen=True)
class LocalTable:
    """A table as text: no spaces around values, blank is null, rows without any value are gone.

    ``name`` is how messages call it. Titles are in small letters, with ``_`` for spaces and hyphens; ``_row`` counts as a
    spreadsheet does, the titles being row 1.
    """

    name: str
    rows: pl.DataFrame

    def title(self, *names: str) -> str | None:
        """The first of some titles that the table has."""
        return next((name for name in names if name in self.rows.columns), None)

    def refuse(self, wrong: pl.Expr, column: str, reason: str, *, of_child: bool = False) -> None:
        """Refuse the table where an expression is true of a row.

        Args:
            wrong: the expression.
            column: what it is about.
            reason: what is wrong, or what to do.
            of_child: the value tells of a child, and has no place in a message.

        Raises:
            ValueError: it is; the message names the first such row and its value.
        """
        found = self.rows.filter(wrong)
        if not found.is_empty():
            row, value = found["_row"][0], found[column][0]
            shown = "nothing" if value is None else "a value" if of_child else repr(value)
            raise ValueError(f"{self.name}: row {row} has {shown} as {column}: {reason}.")


def local_table(given: str | Path | pl.DataFrame, option: str) -> LocalTable:
    """Take a table, or read a CSV file: with commas, semicolons, tabs or bars, in any usual encoding.

    Args:
        given: the table or the path of the file.
        option: what it was given as, for messages.

    Raises:
        ValueError: the file cannot be read, or two columns have the same title.
    """
    table, name = (
        (given, option) if isinstance(given, pl.DataFrame) else (_read(Path(given), option), f"{option} {given}")
    )
    titles = [normal(title) for title in table.columns]
    if twice := [title for title in titles if titles.count(title) > 1]:
        raise ValueError(f"{name}: two columns are called {twice[0]}.")
    rows = table.select(
        pl.col(old).cast(pl.String).str.strip_chars().replace("", None).alias(new)
        for old, new in zip(table.columns, titles, strict=True)
    )
    rows = rows.with_row_index("_row", offset=2).filter(~pl.all_horizontal(pl.exclude("_row").is_null()))
    return LocalTable(name, rows)


def _read(path: Path, option: str) -> pl.DataFrame:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            encoding = text_encoding(head)
            text = (head + file.read())[len(encoding.mark) :].decode(encoding.name, errors="replace")
        titles = text.partition("\n")[0]
        separator = max(DELIMITERS, key=titles.count)
        return pl.read_csv(text.encode(), infer_schema=False, separator=separator, truncate_ragged_lines=True)
    except OSError as error:
        raise ValueError(f"{option} {path} cannot be read ({error.strerror or type(error).__name__}).") from None
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{option} {path} cannot be read as a CSV table ({type(error).__name__}).") from None
