"""The rows of a plain CSV file, all at once.

Plain is a file in which every line is a row of as many cells as there are columns, in UTF-8, without control characters, and
with quotes only around whole cells. ``csv_reader`` reads every other file row by row; both give the same.
"""

from __future__ import annotations

import io
import re

import polars as pl

#: Lines longer than this are left to ``csv_reader``, which has a limit.
_LONGEST_LINE = 1 << 20

#: Characters that something has damaged the file with, as bytes of UTF-8.
_CONTROL = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def is_plain(data: bytes) -> bool:
    """Whether a file may be plain: UTF-8 without control characters, lines that end in LF or CRLF."""
    if data.count(b"\r") != data.count(b"\r\n") or len(data.translate(None, _CONTROL)) != len(data):
        return False
    if any(mark in data for mark in _NO_CHARACTERS):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def plain_rows(data: bytes, width: int, delimiter: str, line: int) -> tuple[pl.DataFrame, pl.Series] | None:
    """Cells (columns named by their number, from 0) and the line of each row; None where the rows are not plain.

    Rows without a value are left out, as in ``csv_reader``.

    Args:
        data: the lines below the titles, of a file that ``is_plain``.
        width: cells of a row.
        delimiter: between cells.
        line: number of the first line.
    """
    if width < 2:
        return None
    data = data.replace(b"\r\n", b"\n")
    if not data.strip():
        return pl.DataFrame(schema={str(at): pl.String for at in range(width)}), pl.Series("line", [], pl.Int64)
    quoted = b'"' in data
    frame = pl.DataFrame({"text": [data.decode("utf-8")]}).select(pl.col("text").str.split("\n").explode())
    text = pl.col("text")
    number = text.str.count_matches(delimiter, literal=True)
    blank = (text.str.strip_chars(delimiter) == "") | ((number == 0) & (text.str.strip_chars() == ""))
    fits = number == width - 1
    if quoted:
        mark = re.escape(delimiter)
        cell = f'(?:"[^"]*"|[^"{mark}]*)'
        fits = text.str.contains(f"^{cell}(?:{mark}{cell}){{{width - 1}}}$")
        blank |= text.str.contains(f'^(?:"")?(?:{mark}(?:"")?)*$')
    judged = frame.select(blank=blank, fits=fits, long=text.str.len_bytes() > _LONGEST_LINE)
    if judged["long"].any() or not (judged["blank"] | judged["fits"]).all():
        return None
    rows = ~judged["blank"]
    lines = pl.int_range(line, line + frame.height, eager=True).filter(rows).alias("line")
    if not rows[: len(rows) - 1].all() or not (rows[-1] or data.endswith(b"\n")):  # an empty last line does no harm
        data = "\n".join(frame["text"].filter(rows)).encode()
    if not len(lines):
        return pl.DataFrame(schema={str(at): pl.String for at in range(width)}), lines
    cells = pl.read_csv(
        io.BytesIO(data),
        has_header=False,
        separator=delimiter,
        quote_char='"' if quoted else None,
        schema={str(at): pl.String for at in range(width)},
    )
    return (cells, lines) if cells.height == len(lines) else None
