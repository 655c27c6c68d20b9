"""Dates as the indicators count them.

Windows include both their days. Within N months of a day means up to the same day N months later, or the last day of a shorter
month. A birthday on 29 February falls on 1 March in other years here; the validation rules count 28 February
(``validation.rules.ssda903.shared.birthdays``).
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools

import polars as pl

from csc_returns.specification import bank_holidays


def add_months(date: pl.Expr, months: int) -> pl.Expr:
    """The same day some months later (earlier, below zero), or the last day of a shorter month."""
    return date.dt.offset_by(f"{months}mo")


@functools.lru_cache(maxsize=4096)
def months_later(date: dt.date, months: int) -> dt.date:
    """``add_months`` of one date."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def add_days(date: pl.Expr, days: int) -> pl.Expr:
    """The day some days later."""
    return date + pl.duration(days=days)


def age(on: pl.Expr | dt.date, birth_date: str = "birth_date") -> pl.Expr:
    """Completed years on a day; below zero before birth, null without a date of birth."""
    day, born = pl.lit(on) if isinstance(on, dt.date) else on, pl.col(birth_date)

    def digits(date: pl.Expr) -> pl.Expr:
        """20260331 for 31 March 2026: what lies between two such numbers has as many ten-thousands as there are birthdays."""
        return date.dt.year().cast(pl.Int64) * 10_000 + date.dt.month().cast(pl.Int64) * 100 + date.dt.day()

    return (digits(day) - digits(born)) // 10_000


def birthday_1_march(years: int, birth_date: str = "birth_date") -> pl.Expr:
    """The day on which a child reaches an age; 1 March for one born on 29 February where the year has none."""
    born = pl.col(birth_date)
    same_day = born.dt.offset_by(f"{years}y")
    return pl.when(same_day.dt.day() < born.dt.day()).then(same_day + pl.duration(days=1)).otherwise(same_day)


def open_on(
    day: dt.date | pl.Expr, start: str = "start_date", end: str = "end_date", *, last_day: bool = False
) -> pl.Expr:
    """The spell began on the day or before and goes on behind it.

    Args:
        day: of the snapshot.
        start: column of the first day.
        end: column of the last day, null while it is open.
        last_day: whether a spell that ends on the very day counts as open.
    """
    ends = pl.col(end) >= day if last_day else pl.col(end) > day
    return (pl.col(start) <= day) & (pl.col(end).is_null() | ends)


def active_in(first: dt.date, last: dt.date, start: str = "start_date", end: str = "end_date") -> pl.Expr:
    """The spell touches a time: it began on its last day or before, and ended on its first day or later, or not at all."""
    return (pl.col(start) <= last) & (pl.col(end).is_null() | (pl.col(end) >= first))


def working_days_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Working days from a day to another, the first being day 0: Monday to Friday, not a bank holiday of England and Wales.

    Null where one of the days is.
    """
    holidays = sorted(bank_holidays())
    # business_day_count takes the first day in and the last one out: both a day later, day 0 is out and the last day in.
    return pl.business_day_count(add_days(start, 1), add_days(end, 1), holidays=holidays)


def length_band(start: str, end: pl.Expr | dt.date) -> pl.Expr:
    """How long a spell had lasted on a day, in the bands of the published tables; see ``LENGTH_BANDS``."""
    day = pl.lit(end) if isinstance(end, dt.date) else end
    begun = pl.col(start)
    return (
        pl.when(day <= add_months(begun, 3))
        .then(pl.lit(LENGTH_BANDS[0]))
        .when(day <= add_months(begun, 6))
        .then(pl.lit(LENGTH_BANDS[1]))
        .when(day < add_months(begun, 12))
        .then(pl.lit(LENGTH_BANDS[2]))
        .when(day < add_months(begun, 24))
        .then(pl.lit(LENGTH_BANDS[3]))
        .when(day.is_not_null())
        .then(pl.lit(LENGTH_BANDS[4]))
    )


LENGTH_BANDS = (
    "up to 3 months",
    "over 3 to 6 months",
    "over 6 months to under 1 year",
    "1 to under 2 years",
    "2 years or more",
)
