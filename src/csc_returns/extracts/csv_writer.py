"""Writes a return as CSV files, one a table, from which ``csv_reader`` makes the same return again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from csc_returns.extracts.csv_columns import UNPLACED_COLUMNS, columns_of
from csc_returns.extracts.returns import NESTED_CHILD, Return, folded
from csc_returns.specification import Specification, Table, specification, whole_specification

_SLICE = 10_000


def write_csv(the_return: Return, folder: Path) -> list[Path]:
    """Write every table of a return's year, empty ones too, and tables and items of other years that hold something.

    Files are UTF-8 with a title line, keys first, ``_child`` (the number of the child in the file) last; it is left out where the
    identifiers of the children say as much. ``unplaced.csv`` holds what fits no column, and names the cells that are there but
    empty, which CSV cannot tell from absent ones.

    Cells are written exactly as sent, also where a spreadsheet would take one for a formula (=, +, -, @): these files are
    data for programs. Open them in a spreadsheet as text.

    Args:
        the_return: as it was read.
        folder: made if it does not exist; files of the same names are replaced.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = whole_specification(the_return.collection)
    of_year = specification(the_return.collection, the_return.year) if the_return.year else whole
    numbered = not _identified(the_return, whole)
    written: list[Path] = []
    empty: list[pl.DataFrame] = []
    for name, table in whole.tables.items():
        frame = the_return.tables.get(name)
        year = of_year.tables.get(name)
        if frame is None or (year is None and frame.is_empty()):
            continue
        columns = _columns(frame, table, year, columns_of(table, whole)[len(table.columns) : -1])
        shown = [column for column in columns if numbered or column != NESTED_CHILD]
        written.append(_write(folder / file_name(table), shown, frame.select(shown)))
        empty += _empty_cells(name, table, frame.select(columns))
    unplaced = pl.concat([the_return.unplaced.select(UNPLACED_COLUMNS), *empty])
    if unplaced.height:
        written.append(_write(folder / "unplaced.csv", UNPLACED_COLUMNS, unplaced))
    return written


def file_name(table: Table) -> str:
    """Name of the CSV file of a table."""
    return f"{table.file}.csv"


def _identified(the_return: Return, whole: Specification) -> bool:
    """Whether the identifiers say which rows belong to a child, and in what order the children come, without ``_child``.

    Only where no rows are numbered: such tables are made for this tool, the others are exchanged with other programs.
    """
    if any(table.number for table in whole.tables.values()):
        return False
    key = whole.child_key
    holder = next(table for table in whole.tables.values() if key in table.items and not table.items[key].shared)
    frames = [frame for frame in the_return.tables.values() if NESTED_CHILD in frame.columns]
    if holder.name not in the_return.tables or NESTED_CHILD not in the_return.tables[holder.name].columns:
        return True  # there is none to leave out
    held = the_return.tables[holder.name].select(NESTED_CHILD, key)
    rows = pl.concat([frame.select(NESTED_CHILD, key) for frame in frames])
    loose = the_return.unplaced.filter(pl.col("child").is_not_null() & pl.col("table").is_null())
    return (
        held[NESTED_CHILD].is_sorted()
        and not held[NESTED_CHILD].is_duplicated().any()
        and not held.select(folded(pl.col(key))).is_duplicated().any()
        and not (rows[key].fill_null("").str.strip_chars() == "").any()
        and rows.join(held, on=[NESTED_CHILD, key], how="anti").is_empty()
        and loose.is_empty()
    )


def _columns(frame: pl.DataFrame, table: Table, year: Table | None, extra: list[str]) -> list[str]:
    """Columns to write: those of the year, and others that hold something."""
    of_year = set(year.columns if year else ())
    columns = [
        name
        for name in table.columns
        if name in frame.columns and (name in of_year or frame[name].null_count() < frame.height)
    ]
    return [*columns, *(name for name in (*extra, NESTED_CHILD) if name in frame.columns)]


def _empty_cells(name: str, table: Table, frame: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The cells that are there but empty, as rows of ``unplaced.csv``."""
    child = (
        frame[NESTED_CHILD]
        if NESTED_CHILD in frame.columns
        else pl.Series(NESTED_CHILD, [None] * frame.height, pl.Int64)
    )
    for column in frame.columns:
        if frame.schema[column] != pl.String:
            continue
        rows = (frame[column] == "").arg_true().cast(pl.Int64)
        item = table.items.get(column)
        path = "/".join([*table.path, *(item.path if item else [column])])
        yield pl.DataFrame({"row": rows, "child": child.gather(rows)}).select(
            pl.lit(name).alias("table"),
            "row",
            pl.lit(path).alias("path"),
            pl.col("child").cast(pl.Int64),
            pl.lit(f"<{column}/>").alias("xml"),
        )


def _write(path: Path, columns: Sequence[str], frame: pl.DataFrame) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")  # ends of line inside a cell are then quoted, CR alone too
        writer.writerow(columns)
        for rows in frame.iter_slices(_SLICE):
            writer.writerows(rows.rows())
    return path
