"""The periods that a figure can speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from csc_returns.history import History
from csc_returns.indicators.dates import months_later
from csc_returns.specification import period_of, year_of

PeriodKind = Literal["year", "quarter", "rolling", "snapshot"]

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


def snapshot(day: dt.date) -> Period:
    """From the 1 April before a day to that day."""
    return Period(period_of(year_of(day))[0], day, "snapshot")


def latest_year(history: History) -> str:
    """The collection year of the latest return.

    Raises:
        ValueError: there is none.
    """
    last = history.covered["last_day"].max()
    if not isinstance(last, dt.date):
        raise ValueError("No return was read whose collection year is known.")
    return year_of(last)
