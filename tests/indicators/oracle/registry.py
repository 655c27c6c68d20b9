"""A second, slow computation of every indicator: plain Python on the rows of a history, nothing of csc_returns.

An oracle is a function of the rows of one authority (frame → list of dicts, columns as in the history), the first and last day of
the period and the last day that the returns cover, and takes the variants by name:

    @oracle("cla-rate-31-march")
    def looked_after(rows, start, end, covered, exclude_uasc, end_on_snapshot_counts):
        return Answer(numerator=...)
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass
class Answer:
    """Numerator and denominator (None where the unit has none), value of a mean or median, and counts by category.

    ``parts``: (breakdown, category) → numerator and denominator of what is shown beside the total.
    """

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    categories: dict[str, int] | None = None
    parts: dict[tuple[str, str], tuple[int, int | None]] | None = None


Oracle = Callable[..., Answer]

ORACLES: dict[str, Oracle] = {}


def oracle(*ids: str) -> Callable[[Oracle], Oracle]:
    def mark(function: Oracle) -> Oracle:
        for name in ids:
            assert name not in ORACLES, name
            ORACLES[name] = function
        return function

    return mark


# -- dates and care, written again here on purpose ----------------------------------------------------------------------


def plus_months(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def plus_days(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def birthday(born: dt.date, years: int) -> dt.date:
    """29 February: 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return dt.date(born.year + years, 3, 1)


def age_on(born: dt.date, day: dt.date) -> int:
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def half_up(number: Fraction, places: int = 0) -> float:
    """Rounded; a half goes away from zero."""
    scaled = abs(number) * 10**places
    whole = math.floor(scaled + Fraction(1, 2))
    return float(Fraction(whole if number >= 0 else -whole, 10**places))


def of_child(rows: Rows, frame: str, child: int) -> list[Row]:
    return [row for row in rows.get(frame, []) if row["child"] == child]


def child_row(rows: Rows, child: int) -> Row:
    return next(row for row in rows["children"] if row["child"] == child)


def children(rows: Rows) -> list[int]:
    return [row["child"] for row in rows["children"]]


def referral_row(rows: Rows, referral: int | None) -> Row | None:
    return next((row for row in rows["referrals"] if row["referral"] == referral), None)


def inside(day: dt.date | None, start: dt.date, end: dt.date) -> bool:
    return day is not None and start <= day <= end


def is_open(row: Row, day: dt.date, start: str = "start_date", end: str = "end_date") -> bool:
    return row[start] <= day and (row[end] is None or row[end] > day)


def care(rows: Rows, child: int) -> list[Row]:
    """Episodes of being looked after, short breaks left out, in order; what is told twice over is one episode."""
    found: list[Row] = []
    told = []
    for row in sorted(of_child(rows, "episodes", child), key=lambda row: row["episode"]):
        said = {name: value for name, value in row.items() if name != "episode"}
        if row["legal_status"] not in ("V3", "V4") and said not in told:
            found.append(row)
            told.append(said)
    return sorted(found, key=lambda row: (row["start_date"], row["end_date"] or dt.date.max))


def periods(rows: Rows, child: int) -> list[list[Row]]:
    """Episodes of care in lists, one a period of care."""
    found: list[list[Row]] = []
    for row in care(rows, child):
        ended = found and found[-1][-1]["end_reason"] not in (None, "X1")
        if not found or row["new_episode_reason"] == "S" or ended:
            found.append([])
        found[-1].append(row)
    return found


def period_of(rows: Rows, episode: Row) -> list[Row]:
    """The period of care to which an episode belongs."""
    return next(some for some in periods(rows, episode["child"]) if episode in some)


def looked_after_on(rows: Rows, child: int, day: dt.date) -> Row | None:
    found = [row for row in care(rows, child) if is_open(row, day)]
    return found[-1] if found else None
