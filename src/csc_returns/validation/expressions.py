"""Expressions that many rules share. Blank is null; a comparison with a blank never flags unless it says so."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.specification import bank_holidays
from csc_returns.validation.data import ReturnData


def is_yes(column: str, any_case: bool = False) -> pl.Expr:
    """True where a yes/no item is yes (1 or true), false where it is no, blank or anything else."""
    return _is_flag(column, ["1", "true"], any_case)


def is_no(column: str, any_case: bool = False) -> pl.Expr:
    """True where a yes/no item is no (0 or false), false where it is yes, blank or anything else."""
    return _is_flag(column, ["0", "false"], any_case)


def _is_flag(column: str, texts: list[str], any_case: bool) -> pl.Expr:
    value = pl.col(column).str.to_lowercase() if any_case else pl.col(column)
    return value.is_in(texts).fill_null(False)


def outside_window(column: str, data: ReturnData) -> pl.Expr:
    """A date before the first or after the last day of the collection window; both days are inside."""
    return (pl.col(column) < data.start) | (pl.col(column) > data.end)


def inside_window(column: str, data: ReturnData) -> pl.Expr:
    """A date within the collection window, both its days included."""
    return pl.col(column).is_between(data.start, data.end, closed="both")


def sharing(rows: pl.LazyFrame, table: str, *columns: str) -> pl.LazyFrame:
    """Rows that have the same values in the columns as another row, null like null: each group is one finding."""
    return rows.filter(pl.len().over(columns) > 1).with_columns(finding=pl.col(table).min().over(columns))


def starts_during(
    start: str, other_start: str, other_end: str, while_open: pl.Expr, *, last_day_counts: bool = True
) -> pl.Expr:
    """One spell starts while another runs.

    Args:
        start: start of the spell that comes second.
        other_start: first day of the spell that was running; starting on that day counts.
        other_end: its last day; blank while it is open.
        while_open: where the other is open: whether the start still counts as during it.
        last_day_counts: whether starting on the very day the other ends counts.
    """
    end = pl.col(other_end)
    before_end = pl.col(start) <= end if last_day_counts else pl.col(start) < end
    return (pl.col(start) >= pl.col(other_start)) & pl.when(end.is_null()).then(while_open).otherwise(before_end)


def working_days_before(date: dt.date, days: int) -> dt.date:
    """The date so many working days earlier: Monday to Friday, not a bank holiday of England and Wales.

    Walks back a day at a time and counts working days; the last one counted is the answer. Outside the years of which bank
    holidays are held, every Monday to Friday counts.
    """
    holidays = bank_holidays()
    while days and date > dt.date.min:
        date -= dt.timedelta(days=1)
        if date.weekday() < 5 and date not in holidays:
            days -= 1
    return date
