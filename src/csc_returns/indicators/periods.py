"""The periods that a figure can speak of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from csc_returns.history import History
from csc_returns.indicators.dates import months_later
from csc_returns.specification import period_of, year_ending, year_of

PeriodKind = Literal["year", "quarter", "rolling", "snapshot"]

#: No return is older.
_FIRST_YEAR = 1990

KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)


@dataclass(frozen=True, order=True)
class Period:
    """First and last day. Snapshots are of the last one; ``kind`` says which sort of period it is.

    A year is a collection year, a quarter three months of one, rolling is twelve months to the end of a quarter, and a snapshot
    runs from the 1 April before to any day.
    """

    start: dt.date
    end: dt.date
    kind: PeriodKind = "year"


def periods_of(kind: PeriodKind, year: str) -> Iterator[Period]:
    """The period or periods of a kind in a collection year.

    Raises:
        ValueError: not a kind of period, or one that is no part of a year.
    """
    start, end = period_of(year)
    if kind == "year":
        yield Period(start, end, kind)
    elif kind in {"quarter", "rolling"}:
        for number in range(4):
            first, last = months_later(start, 3 * number), months_later(start, 3 * number + 3) - dt.timedelta(days=1)
            yield Period(first if kind == "quarter" else months_later(last + dt.timedelta(days=1), -12), last, kind)
    else:
        raise ValueError(f"A period is year, quarter or rolling, not {kind!r}; a snapshot has a day.")


def between(first: dt.date, last: dt.date) -> Period:
    """The period of two days: a year, or twelve months, where it is one, else it counts as a part of a year like a quarter.

    Raises:
        ValueError: it ends before it begins.
    """
    if last < first:
        raise ValueError(f"The period from {first} to {last} ends before it begins.")
    twelve_months = months_later(first, 12) == last + dt.timedelta(days=1)
    kind: PeriodKind = "quarter" if not twelve_months else "year" if (first.month, first.day) == (4, 1) else "rolling"
    return Period(first, last, kind)


def snapshot(day: dt.date) -> Period:
    """From the 1 April before a day to that day.

    Raises:
        ValueError: a day so early that no return can tell of it.
    """
    if day.year < _FIRST_YEAR:
        raise ValueError(f"No return tells of {day}.")
    return Period(period_of(year_of(day))[0], day, "snapshot")


def year_of_text(text: str) -> str:
    """The collection year that a text names, such as 2025-26 or 2025/26.

    Raises:
        ValueError: it names none.
    """
    named = _YEAR.fullmatch(text.strip())
    if not named or (int(named[1]) + 1) % 100 != int(named[2]):
        raise ValueError(
            f"{text!r} is no collection year: write the year that begins and the year that ends, such as 2025-26."
        )
    return year_ending(int(named[1]) + 1)


def covered_year(history: History, text: str) -> str:
    """The collection year that a text names.

    Raises:
        ValueError: it names none, or one of which no return tells.
    """
    year = year_of_text(text)
    first, last = period_of(year)
    if history.covered.filter((pl.col("last_day") >= first) & (pl.col("first_day") <= last)).is_empty():
        there = sorted({year_of(day) for day in history.covered["last_day"]})
        raise ValueError(f"No return of {year} is among the inputs: they are of {', '.join(there)}.")
    return year


_YEAR = re.compile(r"(\d{4})[-/](?:\d\d)?(\d\d)")


def latest_year(history: History) -> str:
    """The collection year of the latest return.

    Raises:
        ValueError: there is none.
    """
    last = history.covered["last_day"].max()
    if not isinstance(last, dt.date):
        raise ValueError("No return was read whose collection year is known.")
    return year_of(last)
