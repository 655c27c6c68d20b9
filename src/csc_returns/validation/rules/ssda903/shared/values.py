"""Filled and blank, equal and different: what a rule means when it says so.

A date that cannot be read is blank where dates are compared and filled where the rule asks whether something was entered.
``filled`` asks the text as it was sent; a plain ``pl.col(item).is_not_null()`` asks the date.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import polars as pl

from csc_returns.extracts.dates import uk_date, with_known_parts
from csc_returns.specification import whole_specification
from csc_returns.validation.data import SENT


@functools.cache
def _dates() -> frozenset[str]:
    """Names of the items that are dates, in any table."""
    tables = whole_specification("ssda903").tables.values()
    return frozenset(item.name for table in tables for item in table.items.values() if item.type == "date")


# -- filled and blank --------------------------------------------------------------------------------------------------


def filled(item: str, suffix: str = "") -> pl.Expr:
    """Something was entered, readable or not.

    Args:
        item: name of an item of the return.
        suffix: what a join has put behind the column's name, such as ``_Episodes_last`` or ``_other``.
    """
    column = f"{item}{SENT}{suffix}" if item in _dates() else f"{item}{suffix}"
    return pl.col(column).is_not_null()


def blank(item: str, suffix: str = "") -> pl.Expr:
    """Nothing was entered: the opposite of ``filled``."""
    return ~filled(item, suffix)


def any_filled(*items: str, suffix: str = "") -> pl.Expr:
    """At least one of the items is filled."""
    return pl.any_horizontal(filled(item, suffix) for item in items)


def all_filled(*items: str, suffix: str = "") -> pl.Expr:
    """Every one of the items is filled."""
    return pl.all_horizontal(filled(item, suffix) for item in items)


def any_blank(*items: str, suffix: str = "") -> pl.Expr:
    """At least one of the items is blank."""
    return ~all_filled(*items, suffix=suffix)


def none_filled(*items: str, suffix: str = "") -> pl.Expr:
    """All the items are blank."""
    return ~any_filled(*items, suffix=suffix)


# -- codes -------------------------------------------------------------------------------------------------------------


def one_of(column: str, codes: Iterable[str]) -> pl.Expr:
    """The value is one of the codes; false where it is blank."""
    return pl.col(column).is_in(list(codes)).fill_null(False)


def none_of(column: str, codes: Iterable[str]) -> pl.Expr:
    """The value is none of the codes; true where it is blank. For "filled and none of", add ``filled``."""
    return ~one_of(column, codes)


def number(column: str) -> pl.Expr:
    """The text as a number ("1", "1.0" and "01" are 1); null where it is blank or no number."""
    return pl.col(column).cast(pl.Float64, strict=False)


# -- equal and different -----------------------------------------------------------------------------------------------


def same(left: str, right: str) -> pl.Expr:
    """Equal, blank and blank included; never null."""
    return pl.col(left).eq_missing(pl.col(right))


def differ(left: str, right: str) -> pl.Expr:
    """Not equal, where blank equals blank and differs from any value; never null."""
    return pl.col(left).ne_missing(pl.col(right))


def same_and_filled(left: str, right: str) -> pl.Expr:
    """Equal and not blank; never null."""
    return (pl.col(left) == pl.col(right)).fill_null(False)


def differ_or_blank(left: str, right: str) -> pl.Expr:
    """Not equal, where a blank on either side, or on both, counts as different; never null."""
    return ~same_and_filled(left, right)


def same_date(left: str, right: str, suffix: str = "") -> pl.Expr:
    """Two date items are filled and equal: the same day however it is written, or the same text; never null.

    Args:
        left: name of a date item.
        right: name of the other one, which may be the same.
        suffix: what a join has put behind the other's name, such as ``_PlacedAdoption_last``.
    """
    same_day = same_and_filled(left, f"{right}{suffix}")
    return same_day | same_and_filled(f"{left}{SENT}", f"{right}{SENT}{suffix}")


# -- dates with unknown parts ------------------------------------------------------------------------------------------


def partial_date(column: str) -> pl.Expr:
    """DD/MM/YYYY text in which ZZ stands for an unknown day or month and ZZZZ for an unknown year, as the first date it can be.

    An unknown day or month is read as 01 and an unknown year as 2000. Null where the text is blank or no such date, as with a
    year of two characters.
    """
    return uk_date(with_known_parts(pl.col(column)))


def partial_date_end(column: str) -> pl.Expr:
    """The same text as the last date it can be: the month's end for an unknown day.

    For an unknown month it is a year on from the first date, less a day, whether or not the day is known.
    """
    first = partial_date(column)
    return (
        pl.when(pl.col(column).str.contains(r"/ZZ/"))
        .then(first.dt.offset_by("1y").dt.offset_by("-1d"))
        .when(pl.col(column).str.starts_with("ZZ/"))
        .then(first.dt.month_end())
        .otherwise(first)
    )
