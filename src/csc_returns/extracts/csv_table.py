"""Reads one table of a return from a CSV file, in one pass.

A plain file is read by columns (``csv_plain``), any other row by row; what comes out is the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, cast

import polars as pl

from csc_returns.extracts.csv_columns import (
    END,
    LONGEST_CELL,
    UNPLACED_COLUMNS,
    Columns,
    Lines,
    TooLong,
    columns_of,
    normal,
    recognise,
)
from csc_returns.extracts.csv_plain import is_plain, plain_rows
from csc_returns.extracts.encoding import Decoded, text_encoding
from csc_returns.extracts.returns import (
    NESTED_CHILD,
    ROW_FILE,
    ROW_PLACE,
    UNPLACED,
    Unusable,
    escaped,
    position,
)
from csc_returns.extracts.xml_shared import extra_columns
from csc_returns.extracts.xml_text import escape, quoteattr
from csc_returns.remarks import Remark
from csc_returns.specification import Specification, Table

#: Rows of the wrong length are remarked on one by one up to this many, then counted.
_MOST_REMARKS = 100

_BATCH = 20_000

#: Columns that are spelled in another way are named up to this many.
_FEW_NAMES = 5

#: Larger files are read row by row in any case, so that they never stand in the memory as a whole.
LARGEST_PLAIN = 1 << 27

#: Lines with something in them among which the titles are looked for.
_LINES_ABOVE_TITLES = 20

_WHOLE = r"^\s*([+-]?\d{1,18})(?:\.0+)?\s*$"
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


@dataclass
class CsvTable:
    """One table (``name``) as a file gave it. Of ``unplaced.csv``, the name is "".

    ``unplaced`` holds what found no column, ``lacking`` the columns of the specification that the file does not have.
    """

    collection: str
    file: str
    name: str
    values: pl.DataFrame
    places: pl.DataFrame
    remarks: list[Remark] = field(default_factory=list)
    unplaced: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNPLACED))
    lacking: list[str] = field(default_factory=list)
    title_line: int = 1


class _TableReader:
    """One pass over one file. Use ``read_table``."""

    def __init__(self, file: str, columns: Columns, title_line: int) -> None:
        specification = columns.specification
        self.file = file
        self.columns = columns
        self.title_line = title_line
        self.name = columns.table.name if columns.table else ""
        self.remarks: list[Remark] = []
        self.unplaced: list[tuple[str | None, int | None, str, int | None, str, int]] = []
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.count = 0
        self.batches: list[pl.DataFrame] = []
        self.kept: list[pl.DataFrame] = []
        self.wrong_length = 0
        table = columns.table
        self.path = "/".join(
            [*table.path, table.row_element] if table and table.row_element else table.path if table else ()
        )
        parts = [part for other, item in specification.items() for part in (*other.path, *item.path)]
        self.elements = {part.lower() for part in (*parts, *specification.variants)}
        self._remark_on_titles(title_line)

    def _remark_on_titles(self, line: int) -> None:
        nameless = sum(not title.strip() for title in self.columns.titles)
        if nameless:
            number = "one column has" if nameless == 1 else f"{nameless:,} columns have"
            self.remark("CSC115", f"{number} no name in the title line of {self.name or 'unplaced.csv'}", line)
        key = self.columns.specification.child_key
        if self.columns.table and key in self.columns.table.keys and key not in self.columns.known.values():
            self.remark("CSC122", f"{self.name} has no column {key}, so its rows cannot be linked to a child", line)
        respelled: list[str] = []
        for at, title in enumerate(self.columns.titles):
            column = self.columns.known.get(at)
            if column is None and title.strip():
                again = normal(title) in map(normal, self.columns.known.values())
                reason = "stands twice; the first is read" if again else "is not in the specification"
                self.remark("CSC115", f"column {_short(title)} of {self.name or 'unplaced.csv'} {reason}", line)
            elif column is not None and title != column:
                respelled.append(
                    f"{column} has blanks around" if title.strip() == column else f"{_short(title)} for {column}"
                )
        if respelled:
            more = f", and {len(respelled) - _FEW_NAMES:,} more" if len(respelled) > _FEW_NAMES else ""
            names = f"{', '.join(respelled[:_FEW_NAMES])}{more}"
            self.remark("CSC117", f"columns not spelled as in the specification: {names}", line)

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
                number = "one cell" if len(cells) == 1 else f"{len(cells):,} cells"
                message = f"the row has {number}, the title line {width:,}"
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
        if cell:
            before, behind = self._element(at)
            row = self.count if self.name else None
            self.unplaced.append((self.name or None, row, self.path, None, f"{before}{escape(cell)}{behind}", line))

    def _element(self, at: int) -> tuple[str, str]:
        """The tags around a cell that has no column of the table."""
        title = self.columns.titles[at].strip() if at < len(self.columns.titles) else ""
        if _XML_NAME.fullmatch(title) and title.lower() not in self.elements and title.lower() != "column":
            return f"<{title}>", f"</{title}>"
        if title:
            return f"<column name={quoteattr(title)}>", "</column>"
        return f'<column number="{at + 1}">', "</column>"

    def add_all(self, cells: pl.DataFrame, lines: pl.Series) -> None:
        """All rows, when they are plain."""
        frame = cells.select(pl.col(str(at)).alias(column) for at, column in self.columns.known.items())
        frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
        self.batches.append(frame.with_columns(lines.cast(pl.Int64).alias(ROW_PLACE)))
        self.count = cells.height
        kept = []
        for at in self.columns.unknown:
            cell = pl.col(str(at))
            before, behind = self._element(at)
            filled = cells.with_row_index("row").with_columns(lines.alias("line")).filter(cell != "")
            kept.append(
                filled.select(
                    pl.lit(self.name or None, pl.String).alias("table"),
                    pl.when(pl.lit(bool(self.name))).then(pl.col("row").cast(pl.Int64)).alias("row"),
                    pl.lit(self.path).alias("path"),
                    pl.lit(None, pl.Int64).alias("child"),
                    pl.concat_str(pl.lit(before), escaped(cell), pl.lit(behind)).alias("xml"),
                    pl.col("line").cast(pl.Int64),
                )
            )
        if kept:
            self.kept.append(pl.concat(kept).sort("line", maintain_order=True))

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
        if self.rows or not self.batches:
            self.batch()
        values = pl.concat(self.batches)
        places = values.select(pl.col(ROW_PLACE) * position(1, 0) + 1, pl.lit(self.file).alias(ROW_FILE))
        table = self.columns.table
        numbers = [] if table is None else [key for key in (*table.keys, NESTED_CHILD) if key not in _text_keys(table)]
        for key in [*numbers, *(["row", "child"] if table is None else [])]:
            if key in values.columns:
                values = self._numbered(values, key)
        unplaced = pl.concat([pl.DataFrame(self.unplaced, schema=UNPLACED, orient="row"), *self.kept])
        collection = self.columns.specification.collection
        if table is None:
            kept = values.select(*UNPLACED_COLUMNS, pl.col(ROW_PLACE).alias("line"))
            return CsvTable(collection, self.file, "", kept, places, self.remarks, unplaced)
        if NESTED_CHILD in values.columns and unplaced.height:
            unplaced = unplaced.with_columns(values[NESTED_CHILD].gather(unplaced["row"]).alias("child"))
        # A column that rules would make says nothing where it is empty, unless XML has an element of that name.
        derived = {column.name for column in table.derived} - set(extra_columns(table, self.columns.specification))
        given = {name for name in values.columns if name not in derived or values[name].null_count() < values.height}
        columns = [
            name for name in columns_of(table, self.columns.specification) if name in table.columns or name in given
        ]
        missing = [
            pl.lit(None, pl.Int64 if name in numbers else pl.String).alias(name)
            for name in columns
            if name not in values.columns
        ]
        values = values.with_columns(missing).select(columns)
        lacking = [name for name in table.columns if name not in self.columns.known.values()]
        return CsvTable(
            collection, self.file, self.name, values, places, self.remarks, unplaced, lacking, self.title_line
        )

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
        self.first = io.BytesIO(first)
        self.rest = rest

    def read(self, size: int = -1) -> bytes:
        return self.first.read(size) or self.rest.read(size)


def read_table(file: str, data: BinaryIO, *specifications: Specification) -> CsvTable:
    """Read one table.

    Args:
        file: its name, for remarks, and to tell tables apart that the columns leave open.
        data: its bytes, read once.
        specifications: ``whole_specification`` of each collection that it may be of; the first wins where it fits several alike.

    Raises:
        Unusable: nothing of it could be read; the remark says why.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))  # kept by Python for the whole process
    pieces = []
    length = 0
    while length <= LARGEST_PLAIN and (piece := data.read(LARGEST_PLAIN + 1 - length)):
        pieces.append(piece)
        length += len(piece)
    first = b"".join(pieces)
    encoding = text_encoding(first[:4096])
    decoded = Decoded(cast(BinaryIO, _Rejoined(first, data)), encoding.shown or "utf-8")
    whole = length <= LARGEST_PLAIN and encoding.shown in {None, "utf-8"} and is_plain(first)
    plain = first.removeprefix(encoding.mark) if whole else None
    table = _read(file, Lines(iter(decoded)), specifications, plain)
    if decoded.bad_bytes:
        told = encoding.shown or "utf-8"
        message = f"{decoded.bad_bytes:,} bytes are not {told.upper()}, the first here; they were read as Windows-1252"
        table.remarks.append(Remark("CSC011" if encoding.shown else "CSC114", message, file, decoded.bad_byte_line))
    if decoded.bad_characters:
        some = decoded.bad_characters
        message = "one NUL or control character" if some == 1 else f"{some:,} NUL or control characters, the first here"
        table.remarks.append(Remark("CSC012", message, file, decoded.bad_character_line))
    return table


def _read(file: str, lines: Lines, specifications: Sequence[Specification], plain: bytes | None) -> CsvTable:
    """Read a table from its lines; ``plain`` holds the bytes of a file that may be plain."""
    feed = iter(lines)
    line = 0
    columns: Columns | None = None
    above: list[tuple[int, str]] = []
    try:
        while columns is None and len(above) < _LINES_ABOVE_TITLES:
            title = next(feed)
            if title == END:
                break
            line += 1
            if title.strip():
                found = recognise(file, title, specifications)
                # Below the first line the name of a column may be a value of a row: one alone shows nothing.
                if found and (not above or found.extract or len(found.known) > 1):
                    columns = found
                above.append((line, title))
    except TooLong:
        raise Unusable(_too_long(file, line + 1)) from None
    if not above:
        raise Unusable(Remark("CSC003", "the file is empty", file))
    if columns is None:
        raise Unusable(Remark("CSC005", "the first line does not name the columns of a table", file, above[0][0]))
    if columns.extract:
        message = (
            f"this is an extract that the national system gives back ({columns.extract}), and no table of a return"
        )
        raise Unusable(Remark("CSC005", message, file, line))
    reader = _TableReader(file, columns, line)
    _keep_above(reader, above[:-1])
    lines.held.clear()
    if plain is not None and columns.table is not None and columns.table.keys:
        rows = plain_rows(_behind(plain, line), len(columns.titles), columns.delimiter, line + 1)
        if rows:
            reader.add_all(*rows)
            return reader.result()
    trouble = _read_rows(reader, lines, csv.reader(feed, delimiter=columns.delimiter), line + 1)
    if trouble and not reader.count:
        raise Unusable(trouble)
    if trouble:
        reader.remarks.append(trouble)
    return reader.result()


def _behind(data: bytes, lines: int) -> bytes:
    """The bytes behind some lines."""
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
        if not at:
            return b""
    return data[at:]


def _keep_above(reader: _TableReader, above: list[tuple[int, str]]) -> None:
    """Keep the lines above the titles, and say so."""
    if not above:
        return
    words = "one line stands" if len(above) == 1 else f"{len(above):,} lines stand"
    reader.remark("CSC120", f"{words} above the column titles", above[0][0])
    root = reader.columns.specification.root
    reader.unplaced += [(None, None, root, None, escape(text.strip()), line) for line, text in above]


def _read_rows(reader: _TableReader, lines: Lines, rows: _Rows, first: int) -> Remark | None:
    """Read to the end (None) or to what stops it."""
    width = len(reader.columns.titles)
    without_keys = reader.columns.table is not None and not reader.columns.table.keys
    start = first
    try:
        for cells in rows:
            if cells and cells[-1].endswith(END):
                return _open_quote(reader, cells, start) if lines.held else None
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
        cells = next(csv.reader(lines.held[:-1], delimiter=reader.columns.delimiter), [""])
        return _open_quote(reader, cells, start)
    return None


def _too_long(file: str, line: int) -> Remark:
    return Remark("CSC014", f"a line longer than {LONGEST_CELL:,} characters: reading stopped", file, line)


def _open_quote(reader: _TableReader, cells: list[str], start: int) -> Remark:
    """The quote that begins the last of ``cells`` is never closed."""
    line = start + len(re.findall("\r\n|\n|\r", "\0".join(cells[:-1])))
    at = len(cells) - 1
    title = reader.columns.titles[at].strip() if at < len(reader.columns.titles) else ""
    column = f"column {title}" if title else f"cell {at + 1:,}"
    message = f"the quote that opens in this line, in {column}, is not closed; reading stopped at its row"
    return Remark("CSC025", message, reader.file, line)
