"""Helpers for the slow second computation of the CIN rules: plain lists of dicts and loops, nothing of csc_returns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

Row = Mapping[str, str | None]
Tables = Mapping[str, list[dict[str, str | None]]]
Cell = tuple[str | None, int | None, str | None]
Cells = set[Cell]

#: What a rule that fires once for the whole return reports.
WHOLE_RETURN: Cell = (None, None, None)


class Window(NamedTuple):
    """First and last day of the collection year, and its name ("2025-26")."""

    start: dt.date
    end: dt.date
    year: str


OracleRule = Callable[[Tables, Window], Cells]


def words(line: str) -> list[str]:
    """The words of a text, for short code lists."""
    return line.split()


#: England and Wales, from gov.uk/bank-holidays.
BANK_HOLIDAYS = {
    dt.date.fromisoformat(day)
    for day in words("""
    2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
    2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
    2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
    2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
    2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
    2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
    2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
    """)
}


def text(row: Row, item: str) -> str | None:
    """The text as sent, or None where the item is absent, empty or only white space."""
    value = row.get(item)
    return None if value is None or value.strip() == "" else value


def parse_date(value: str | None) -> dt.date | None:
    """YYYY-MM-DD (white space around it allowed) as a date; anything else is None."""
    if value is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        return None
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        return None


def date(row: Row, item: str) -> dt.date | None:
    """The date in an item, None when it is missing or no date."""
    return parse_date(row.get(item))


def rows(tables: Tables, name: str) -> Iterator[tuple[int, Row]]:
    """Row number and row of a table; nothing when the table is not there."""
    return enumerate(tables.get(name, []))


def same_child(a: Row, b: Row) -> bool:
    """Equal LAchildID; two missing ones are equal."""
    return text(a, "LAchildID") == text(b, "LAchildID")


def same_episode(a: Row, b: Row) -> bool:
    """Equal LAchildID and CINdetailsID; two missing ones are equal."""
    return same_child(a, b) and text(a, "CINdetailsID") == text(b, "CINdetailsID")


def same_assessment(a: Row, b: Row) -> bool:
    """Equal LAchildID, CINdetailsID and AssessmentID."""
    return same_episode(a, b) and text(a, "AssessmentID") == text(b, "AssessmentID")


def same_plan(a: Row, b: Row) -> bool:
    """Equal LAchildID, CINdetailsID and CPPID."""
    return same_episode(a, b) and text(a, "CPPID") == text(b, "CPPID")


def factors_of(tables: Tables, assessment: Row) -> list[str]:
    """The factor entries of an assessment (blank ones are none)."""
    entries = []
    for _, row in rows(tables, "AssessmentFactorsList"):
        factor = text(row, "AssessmentFactors")
        if same_assessment(row, assessment) and factor is not None:
            entries.append(factor)
    return entries


def cells(table: str, row: int, *items: str) -> Cells:
    """The cells of one row."""
    return {(table, row, item) for item in items}


def in_window(day: dt.date, window: Window) -> bool:
    """Both ends belong to the collection year."""
    return window.start <= day <= window.end


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day of another year; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 2, 28)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day number some months later, or the last day of that month if it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    number = day.day
    while True:
        try:
            return dt.date(year, month, number)
        except ValueError:
            number -= 1


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday and no bank holiday."""
    return day.isoweekday() <= 5 and day not in BANK_HOLIDAYS


def working_days_before(day: dt.date, number: int) -> dt.date:
    """Walk back one calendar day at a time; the Nth working day met is the result (the day itself is not counted)."""
    while number > 0:
        day = day - dt.timedelta(days=1)
        if is_working_day(day):
            number -= 1
    return day


def window_of(tables: Tables, year: str) -> Window:
    """From the header's reference date, else from the collection year."""
    end = None
    for _, row in rows(tables, "Header"):
        end = end or date(row, "ReferenceDate")
    if end is None:
        end = dt.date(int(year[:4]) + 1, 3, 31)
    start = add_years(end, -1) + dt.timedelta(days=1)
    return Window(start, end, year)
