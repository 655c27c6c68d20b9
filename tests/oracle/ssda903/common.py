"""Helpers for the slow second computation of the SSDA903 rules: plain lists of dicts and loops, nothing of csc_returns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

Row = Mapping[str, str | None]
Tables = Mapping[str, list[dict[str, str | None]]]
Cell = tuple[str, int, str]
Cells = set[Cell]

RESPITE = ("V3", "V4")


class Window(NamedTuple):
    """First and last day of the collection year, and its name ("2025-26")."""

    start: dt.date
    end: dt.date
    year: str


class Reference(NamedTuple):
    """Rows of the provider register and the postcode directory (None: not given), and the code of the sender."""

    providers: list[dict[str, str | None]] | None = None
    postcodes: list[dict[str, str | None]] | None = None
    local_authority: str | None = None


#: The cells a rule locates in a return; last year's tables stand in ``tables`` as "Episodes_last" and so on.
OracleRule = Callable[[Tables, Window, Reference], Cells]


def window_of(year: str) -> Window:
    """1 April to 31 March."""
    first = int(year[:4])
    return Window(dt.date(first, 4, 1), dt.date(first + 1, 3, 31), year)


def words(line: str) -> list[str]:
    """The words of a text, for short code lists."""
    return line.split()


def text(row: Row, item: str) -> str | None:
    """The text in capitals, or None where the item is absent or empty."""
    value = row.get(item)
    return None if value is None or value == "" else value.upper()


def filled(row: Row, *items: str) -> bool:
    """At least one of the items holds something, readable or not."""
    return any(text(row, item) is not None for item in items)


def parse_date(value: str | None) -> dt.date | None:
    """DD/MM/YYYY, day and month of one or two digits, as a date; anything else is None."""
    if value is None or not re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", value):
        return None
    day, month, year = value.split("/")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def date(row: Row, item: str) -> dt.date | None:
    """The date in an item, None when it is blank or no date."""
    return parse_date(text(row, item))


def unreadable(row: Row, item: str) -> bool:
    """Something is there and it is no date."""
    return filled(row, item) and date(row, item) is None


def number(value: str | None) -> float | None:
    """The text as a number, None where it is none (white space around it is allowed)."""
    form = r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(E[+-]?[0-9]+)?\s*"
    return None if value is None or not re.fullmatch(form, value, re.IGNORECASE) else float(value)


def rows(tables: Tables, name: str) -> Iterator[tuple[int, Row]]:
    """Row number and row of a table; nothing when the table is not there."""
    return enumerate(tables.get(name, []))


def cells(table: str, row: int, *items: str) -> Cells:
    """The cells of one row."""
    return {(table, row, item) for item in items}


def same_child(a: Row, b: Row) -> bool:
    """Equal CHILD; a row without CHILD belongs to nobody."""
    return text(a, "CHILD") is not None and text(a, "CHILD") == text(b, "CHILD")


def rows_of(tables: Tables, name: str, row: Row) -> list[tuple[int, Row]]:
    """The rows of a table that belong to the child of another row, in file order."""
    child = text(row, "CHILD")
    return [
        (place, other) for place, other in rows(tables, name) if child is not None and text(other, "CHILD") == child
    ]


def children(tables: Tables, name: str) -> list[list[tuple[int, Row]]]:
    """The rows of a table, child by child in file order; each row without CHILD is a child of its own."""
    groups: dict[str, list[tuple[int, Row]]] = {}
    for place, row in rows(tables, name):
        child = text(row, "CHILD")
        groups.setdefault(f"child {child}" if child is not None else f"row {place}", []).append((place, row))
    return list(groups.values())


def in_order(group: list[tuple[int, Row]], item: str = "DECOM") -> list[tuple[int, Row]]:
    """By a date; equal dates in file order, rows without a readable date last."""
    return sorted(group, key=lambda entry: (date(entry[1], item) or dt.date.max, entry[0]))


def episodes_of(tables: Tables, row: Row, table: str = "Episodes") -> list[tuple[int, Row]]:
    """The episodes of the child of a row, by DECOM."""
    return in_order(rows_of(tables, table, row))


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day of another year; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 2, 28)


def birthday(row: Row, age: int, item: str = "DOB") -> dt.date | None:
    """The day on which somebody reaches an age, None without a readable date of birth."""
    born = date(row, item)
    return None if born is None else add_years(born, age)


def earliest(group: list[tuple[int, Row]], item: str = "DECOM") -> tuple[int, Row] | None:
    """The row with the smallest readable date, of equal ones the first in the file; None when no date is readable."""
    best: tuple[dt.date, tuple[int, Row]] | None = None
    for entry in group:
        day = date(entry[1], item)
        if day is not None and (best is None or day < best[0]):
            best = (day, entry)
    return None if best is None else best[1]


def latest(group: list[tuple[int, Row]], item: str = "DECOM") -> tuple[int, Row] | None:
    """The row with the largest readable date, of equal ones the first in the file; None when no date is readable."""
    best: tuple[dt.date, tuple[int, Row]] | None = None
    for entry in group:
        day = date(entry[1], item)
        if day is not None and (best is None or day > best[0]):
            best = (day, entry)
    return None if best is None else best[1]


def partial_date(value: str | None) -> dt.date | None:
    """D/M/YYYY with ZZ for an unknown day or month and ZZZZ for an unknown year: read as 01, 01 and 2000; None otherwise."""
    if value is None or value.count("/") != 2:
        return None
    day, month, year = value.split("/")
    known = ["01" if day == "ZZ" else day, "01" if month == "ZZ" else month, "2000" if year == "ZZZZ" else year]
    return parse_date("/".join(known))
