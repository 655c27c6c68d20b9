"""Reads a return from CSV files, one a table, in one streaming pass each.

A table is known by its columns, whatever its file is called. Nothing is thrown away: cells of columns that the specification
does not have, and cells behind the last column, are kept in ``Return.unplaced`` as elements of the row. The file
``unplaced.csv``, which ``csv_writer`` writes, gives back what XML can say and a table cannot.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import BinaryIO, Protocol, cast
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from csc_returns.extracts.csv_columns import (
    END,
    LONGEST_CELL,
    UNPLACED_COLUMNS,
    Columns,
    Lines,
    TooLong,
    normal,
    recognise,
)
from csc_returns.extracts.encoding import Decoded, sniff_encoding
from csc_returns.extracts.returns import NESTED_CHILD, ROW_FILE, ROW_PLACE, UNPLACED, Return, Unusable, position
from csc_returns.remarks import Remark
from csc_returns.specification import Specification, Table

#: Rows of the wrong length are remarked on one by one up to this many, then counted.
_MOST_REMARKS = 100

_BATCH = 20_000

_WHOLE = r"^\s*([+-]?\d{1,18})(?:\.0+)?\s*$"
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


@dataclass
class CsvTable:
    """One table (``name``) as a file gave it; ``unplaced`` holds what found no column. Of ``unplaced.csv``, the name is ""."""

    name: str
    values: pl.DataFrame
    places: pl.DataFrame
    remarks: list[Remark] = field(default_factory=list)
    unplaced: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNPLACED))


class _TableReader:
    """One pass over one file. Use ``read_table``."""

    def __init__(self, file: str, columns: Columns, title_line: int, specification: Specification) -> None:
        self.file = file
        self.columns = columns
        self.name = columns.table.name if columns.table else ""
        self.remarks: list[Remark] = []
        self.unplaced: list[tuple[str | None, int | None, str, int | None, str, int]] = []
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.count = 0
        self.batches: list[pl.DataFrame] = []
        self.wrong_length = 0
        table = columns.table
        self.path = "/".join(
            [*table.path, table.row_element] if table and table.row_element else table.path if table else ()
        )
        parts = [part for other, item in specification.items() for part in (*other.path, *item.path)]
        self.elements = {part.lower() for part in (*parts, *specification.variants)}
        self._remark_on_titles(title_line)

    def _remark_on_titles(self, line: int) -> None:
        for at, title in enumerate(self.columns.titles):
            column = self.columns.known.get(at)
            if column is None and title.strip():
                again = normal(title) in map(normal, self.columns.known.values())
                reason = "stands twice; the first is read" if again else "is not in the specification"
                self.remark("CSC115", f"column {_short(title)} of {self.name or 'unplaced.csv'} {reason}", line)
            elif column is not None and title != column:
                self.remark("CSC117", f"column {_short(title)} is spelled {column} in the specification", line)

    def remark(self, code: str, message: str, line: int, row: int | None = None, column: str | None = None) -> None:
        """One remark at its line."""
        table = self.name if self.name and row is not None else None
        self.remarks.append(Remark(code, message, self.file, line, table=table, row=row, field=column))

    def add(self, cells: list[str], line: int) -> None:
        """One row."""
        width = len(self.columns.titles)
        if len(cells) != width:
            self.wrong_length += 1
            if self.wrong_length <= _MOST_REMARKS:
                message = f"the row has {len(cells):,} cells, the title line {width:,}"
                self.remark("CSC116", message, line, self.count)
            for at in range(width, len(cells)):
                self.keep(at, cells[at], line)
            cells = cells[:width] + [""] * (width - len(cells))
        for at in self.columns.unknown:
            self.keep(at, cells[at], line)
        self.rows.append(cells)
        self.lines.append(line)
        self.count += 1
        if len(self.rows) == _BATCH:
            self.batch()

    def keep(self, at: int, cell: str, line: int) -> None:
        """Keep a cell that has no column of the table, as an element of the row."""
        if not cell:
            return
        title = self.columns.titles[at].strip() if at < len(self.columns.titles) else ""
        if _XML_NAME.fullmatch(title) and title.lower() not in self.elements and title.lower() != "column":
            xml = f"<{title}>{escape(cell)}</{title}>"
        elif title:
            xml = f"<column name={quoteattr(title)}>{escape(cell)}</column>"
        else:
            xml = f'<column number="{at + 1}">{escape(cell)}</column>'
        self.unplaced.append((self.name or None, self.count if self.name else None, self.path, None, xml, line))

    def batch(self) -> None:
        """Turn the rows that are held into a frame."""
        cells = list(zip(*self.rows, strict=True))
        series = [pl.Series(column, cells[at] if cells else [], pl.String) for at, column in self.columns.known.items()]
        frame = pl.DataFrame(series).with_columns(pl.when(pl.all() != "").then(pl.all()))
        self.batches.append(frame.with_columns(pl.Series(ROW_PLACE, self.lines, pl.Int64)))
        self.rows, self.lines = [], []

    def result(self) -> CsvTable:
        """The table as far as it was read."""
        if self.wrong_length > _MOST_REMARKS:
            message = f"{self.wrong_length:,} rows have more or fewer cells than the title line"
            self.remark("CSC116", message, self.remarks[0].line or 1)
        self.batch()
        values = pl.concat(self.batches)
        places = values.select(pl.col(ROW_PLACE) * position(1, 0) + 1, pl.lit(self.file).alias(ROW_FILE))
        table = self.columns.table
        numbers = [] if table is None else [key for key in (*table.keys, NESTED_CHILD) if key not in _text_keys(table)]
        for key in [*numbers, *(["row", "child"] if table is None else [])]:
            if key in values.columns:
                values = self._numbered(values, key)
        unplaced = pl.DataFrame(self.unplaced, schema=UNPLACED, orient="row")
        if table is None:
            kept = values.select(*UNPLACED_COLUMNS, pl.col(ROW_PLACE).alias("line"))
            return CsvTable("", kept, places, self.remarks, unplaced)
        if NESTED_CHILD in values.columns and unplaced.height:
            unplaced = unplaced.with_columns(values[NESTED_CHILD].gather(unplaced["row"]).alias("child"))
        columns = [*table.columns, *([NESTED_CHILD] if NESTED_CHILD in values.columns else [])]
        missing = [
            pl.lit(None, pl.Int64 if name in numbers else pl.String).alias(name)
            for name in columns
            if name not in values.columns
        ]
        return CsvTable(self.name, values.with_columns(missing).select(columns), places, self.remarks, unplaced)

    def _numbered(self, values: pl.DataFrame, key: str) -> pl.DataFrame:
        """A running number as a number; what is none is kept as sent."""
        text = values[key]
        number = text.str.extract(_WHOLE).str.strip_prefix("+").cast(pl.Int64)
        for row in (text.is_not_null() & number.is_null()).arg_true():
            line = values[ROW_PLACE][row]
            self.remark("CSC204", f"{key} is no whole number: the row is read without it", line, row, key)
            name = quoteattr(key)
            xml = f"<column name={name}>{escape(text[row])}</column>"
            self.unplaced.append((self.name or None, row if self.name else None, self.path, None, xml, line))
        return values.with_columns(number.alias(key))


def _text_keys(table: Table) -> set[str]:
    """The child's identifier, the one key that is no running number; and keys that are items of the table."""
    return {*table.keys[:1], *table.items}


def _short(text: str, limit: int = 60) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else f"{one_line[:limit]}..."


class _Rows(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class _Rejoined(io.RawIOBase):
    """A stream with its first bytes, which were looked at, put back."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self.first = first
        self.rest = rest

    def read(self, size: int = -1) -> bytes:
        first, self.first = self.first, b""
        return first or self.rest.read(size)


def read_table(file: str, data: BinaryIO, specification: Specification) -> CsvTable:
    """Read one table.

    Args:
        file: its name, for remarks, and to tell tables apart that the columns leave open.
        data: its bytes, read once.
        specification: ``whole_specification`` of the collection.

    Raises:
        Unusable: nothing of it could be read; the remark says why.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))  # kept by Python for the whole process
    first = data.read(4096)
    encoding = sniff_encoding(first).shown
    decoded = Decoded(cast(BinaryIO, _Rejoined(first, data)), encoding or "utf-8")
    table = _read(file, Lines(iter(decoded)), specification)
    if decoded.bad_bytes:
        told = encoding or "utf-8"
        message = f"{decoded.bad_bytes:,} bytes are not {told.upper()}, the first here; they were read as Windows-1252"
        table.remarks.append(Remark("CSC011" if encoding else "CSC114", message, file, decoded.bad_byte_line))
    if decoded.bad_characters:
        message = f"{decoded.bad_characters:,} NUL or control characters, the first here"
        table.remarks.append(Remark("CSC012", message, file, decoded.bad_character_line))
    return table


def _read(file: str, lines: Lines, specification: Specification) -> CsvTable:
    feed = iter(lines)
    line = 0
    title = ""
    try:
        while not title.strip():
            title = next(feed)
            line += 1
    except TooLong:
        raise Unusable(_too_long(file, line + 1)) from None
    if title == END:
        raise Unusable(Remark("CSC003", "the file is empty", file))
    columns = recognise(file, title, specification)
    if columns is None:
        raise Unusable(Remark("CSC005", "the first line does not name the columns of a table", file, line))
    reader = _TableReader(file, columns, line, specification)
    lines.held.clear()
    trouble = _read_rows(reader, lines, csv.reader(feed, delimiter=columns.delimiter), line + 1)
    if trouble and not reader.count:
        raise Unusable(trouble)
    if trouble:
        reader.remarks.append(trouble)
    return reader.result()


def _read_rows(reader: _TableReader, lines: Lines, rows: _Rows, first: int) -> Remark | None:
    """Read to the end (None) or to what stops it."""
    width = len(reader.columns.titles)
    without_keys = reader.columns.table is not None and not reader.columns.table.keys
    start = first
    try:
        for cells in rows:
            if cells and cells[-1].endswith(END):
                return _open_quote(reader.file, cells, start) if lines.held else None
            blank = not any(cells) or (len(cells) == 1 < width and not cells[0].strip())
            # A row of blank cells is left by a spreadsheet; but a header may be there and say nothing.
            if not blank or (without_keys and len(cells) == width):
                reader.add(cells, start)
            start = first + rows.line_num
            lines.held.clear()
    except TooLong:
        return _too_long(reader.file, first + rows.line_num)
    except csv.Error:  # a value longer than the limit
        if len(lines.held) < 2:
            return _too_long(reader.file, start)
        return _open_quote(
            reader.file, next(csv.reader(lines.held[:-1], delimiter=reader.columns.delimiter), [""]), start
        )
    return None


def _too_long(file: str, line: int) -> Remark:
    return Remark("CSC014", f"a line longer than {LONGEST_CELL:,} characters: reading stopped", file, line)


def _open_quote(file: str, cells: list[str], start: int) -> Remark:
    """The quote that begins the last of ``cells`` is never closed."""
    line = start + len(re.findall("\r\n|\n|\r", "\0".join(cells[:-1])))
    return Remark("CSC025", "the quote that opens in this line is not closed; reading stopped at its row", file, line)


def read_tables(path: str, files: list[tuple[str, Callable[[], BinaryIO]]], specification: Specification) -> Return:
    """Read the files of one set and put them together as a return, its year left open.

    Args:
        path: the folder or zip file, for remarks.
        files: name and opener of each file.
        specification: ``whole_specification`` of the collection.

    Raises:
        Unusable: none of the files could be read.
    """
    remarks: list[Remark] = []
    refused: list[Remark] = []
    parts: dict[str, list[CsvTable]] = {}
    for file, opener in files:
        try:
            with opener() as data:
                part = read_table(file, data, specification)
        except Unusable as unusable:
            refused.append(unusable.remark)
            continue
        known = parts.setdefault(part.name, [])
        if known and part.name:
            message = f"{part.name} stands in another file too: the rows were put together, those of this file behind"
            remarks.append(Remark("CSC023", message, file))
        known.append(part)
    if not set(parts) - {""}:
        raise Unusable(refused[0] if refused else Remark("CSC004", "there is no table of a return here", path))
    for remark in refused:
        if remark.code == "CSC005":
            name = PurePath(remark.file or path).name
            message = f"{name} is no table of the {specification.title} and was left aside"
            remarks.append(Remark("CSC118", message, remark.file))
        else:
            remarks.append(remark)
    whole = {name: _appended(parts[name]) for name in [*specification.tables, ""] if name in parts}
    unplaced = [table.unplaced for table in whole.values()]
    tables = {name: table.values for name, table in whole.items() if name}
    if "" in whole:
        tables, kept = _restored(tables, whole[""].values, specification)
        unplaced.append(kept)
    header = (
        tables["Header"]["LEA"].drop_nulls().str.strip_chars() if "Header" in tables else pl.Series([], dtype=pl.String)
    )
    return Return(
        path=path,
        collection=specification.collection,
        year=None,
        local_authority=next((code for code in header if code), None),
        tables=tables,
        places={name: table.places for name, table in whole.items() if name},
        remarks=[*(remark for table in whole.values() for remark in table.remarks), *remarks],
        unplaced=pl.concat(unplaced),
        medium="csv",
    )


def _appended(parts: list[CsvTable]) -> CsvTable:
    """The rows of several files of one table, one file behind the other."""
    remarks: list[Remark] = []
    unplaced: list[pl.DataFrame] = []
    above = 0
    for part in parts:
        remarks += [replace(remark, row=None if remark.row is None else remark.row + above) for remark in part.remarks]
        unplaced.append(part.unplaced.with_columns(pl.col("row") + above))
        above += part.values.height
    return CsvTable(
        parts[0].name,
        pl.concat([part.values for part in parts], how="diagonal"),
        pl.concat([part.places for part in parts]),
        remarks,
        pl.concat(unplaced),
    )


def _restored(
    tables: dict[str, pl.DataFrame], kept: pl.DataFrame, specification: Specification
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Make cells empty that ``unplaced.csv`` says are there but empty; what else it holds stays unplaced."""
    named = kept["xml"].fill_null("").str.extract(r"^<([^<>/\s]+)/>$")
    empty = kept.with_columns(named.alias("column"), pl.int_range(pl.len()).alias("at")).drop_nulls(
        ["column", "table", "row"]
    )
    done: list[int] = []
    for (name, item), cells in empty.group_by("table", "column"):
        frame = tables.get(str(name))
        if frame is None or item not in specification.tables[str(name)].columns or frame.schema[str(item)] != pl.String:
            continue
        rows = pl.int_range(pl.len()).is_in(cells["row"].implode())
        column = pl.col(str(item))
        tables = tables | {str(name): frame.with_columns(pl.when(rows).then(column.fill_null("")).otherwise(column))}
        done += cells["at"].to_list()
    rest = kept.filter(~pl.int_range(pl.len()).is_in(done), pl.col("xml").is_not_null())
    return tables, rest.select(pl.col(name).cast(dtype) for name, dtype in UNPLACED.items())
