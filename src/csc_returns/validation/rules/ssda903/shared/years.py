"""Collection windows. ``data.start`` and ``data.end`` are this year's; ``expressions.inside_window`` tests dates against it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData, years_later


def last_years_window(data: ReturnData) -> tuple[dt.date, dt.date]:
    """First and last day of the collection window one year earlier."""
    return years_later(data.start, -1), years_later(data.end, -1)


def inside_last_years_window(column: str, data: ReturnData) -> pl.Expr:
    """A date within last year's collection window, both its days included; null where it is blank."""
    return pl.col(column).is_between(*last_years_window(data), closed="both")


def since_last_years_start(column: str, data: ReturnData) -> pl.Expr:
    """A date from the first day of last year's window to the last day of this year's, both included; null where it is blank."""
    return pl.col(column).is_between(last_years_window(data)[0], data.end, closed="both")
