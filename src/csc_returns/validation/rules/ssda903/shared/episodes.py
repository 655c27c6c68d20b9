"""Episodes, and rows of other tables with dates, in order inside a child.

Order is by child, then date, then place in the file. Rows without a readable date come last, unless asked for otherwise. Rows
without CHILD belong to nobody and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import LAST
from csc_returns.validation.rules.ssda903.shared.groups import STARTED
from csc_returns.validation.rules.ssda903.shared.values import differ

#: Items that ``ordered`` repeats from the episode before and the episode after.
NEIGHBOUR_ITEMS = (
    "DECOM",
    "RNE",
    "LS",
    "CIN",
    "PLACE",
    "PLACE_PROVIDER",
    "DEC",
    "REC",
    "REASON_PLACE_CHANGE",
    "HOME_POST",
    "PL_POST",
    "URN",
)

#: Items that ``ordered`` repeats from the episode before the one before.
SECOND_NEIGHBOUR_ITEMS = ("PLACE", "PL_POST")

# -- any table ---------------------------------------------------------------------------------------------------------


def in_order(rows: pl.LazyFrame, table: str, *dates: str, undated_first: bool = False) -> pl.LazyFrame:
    """Rows sorted by child, dates and place in the file; rows without CHILD left out.

    Args:
        rows: of a table, with its row numbers.
        table: name of the column of row numbers.
        dates: columns to sort by, the most important first.
        undated_first: rows without a date come before the dated ones of their child, not after them.
    """
    return rows.filter(pl.col("CHILD").is_not_null()).sort(
        "child", *dates, table, nulls_last=[False, *([not undated_first] * len(dates)), False]
    )


def previous(column: str, steps: int = 1) -> pl.Expr:
    """The column of the row before (or so many steps before) in a frame that is in order; null where the child has none."""
    return pl.when(pl.col("child") == pl.col("child").shift(steps)).then(pl.col(column).shift(steps))


def following(column: str) -> pl.Expr:
    """The column of the row after in a frame that is in order; null where the child has none."""
    return pl.when(pl.col("child") == pl.col("child").shift(-1)).then(pl.col(column).shift(-1))


def with_previous(rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """Rows in order, with each column of the row before in ``<column>_previous``.

    Name the table's own column as well: its ``_previous`` is null only on the first row of a child.
    """
    return rows.with_columns(previous(column).alias(f"{column}_previous") for column in columns)


def with_following(rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """Rows in order, with each column of the row after in ``<column>_next``; the table's own is null only on the last row."""
    return rows.with_columns(following(column).alias(f"{column}_next") for column in columns)


def earliest(rows: pl.LazyFrame, table: str, date: str, per: Iterable[str] = ("child",)) -> pl.LazyFrame:
    """The row with the earliest readable date of each child, the first in the file of several; undated rows left out.

    Args:
        rows: of a table, already narrowed to those that count.
        table: name of the column of row numbers.
        date: column of the date.
        per: columns that make a group: the child, or a period of care within it.
    """
    dated = rows.filter(pl.col("CHILD").is_not_null() & pl.col(date).is_not_null())
    return dated.sort(date, table).unique(list(per), keep="first", maintain_order=True)


def latest(rows: pl.LazyFrame, table: str, date: str, tie: Literal["first", "last"] = "first") -> pl.LazyFrame:
    """The row with the latest readable date of each child; undated rows left out.

    Args:
        rows: of a table, already narrowed to those that count.
        table: name of the column of row numbers.
        date: column of the date.
        tie: which one in the file, of several with that date.
    """
    dated = rows.filter(pl.col("CHILD").is_not_null() & pl.col(date).is_not_null())
    newest_first = dated.sort(date, table, descending=[True, tie == "last"])
    return newest_first.unique("child", keep="first", maintain_order=True)


def final(rows: pl.LazyFrame, table: str, date: str, *, undated_first: bool = False) -> pl.LazyFrame:
    """The last row of each child in order, the last in the file of several.

    An undated row is the final one if there is any, or only where all are undated (``undated_first``).
    """
    return in_order(rows, table, date, undated_first=undated_first).unique("child", keep="last", maintain_order=True)


def initial(rows: pl.LazyFrame, table: str, date: str) -> pl.LazyFrame:
    """The first row of each child in order, the first in the file of several; an undated row only where all are undated."""
    return in_order(rows, table, date).unique("child", keep="first", maintain_order=True)


# -- episodes ----------------------------------------------------------------------------------------------------------


def ordered(data: ReturnData) -> pl.LazyFrame:
    """Episodes of this year in order by DECOM, with their neighbours; ask for it with ``data.shared(ordered)``.

    Beside the columns of Episodes it has, for each of ``NEIGHBOUR_ITEMS`` and for the row number ``Episodes``,
    ``<item>_previous`` and ``<item>_next`` (``Episodes_previous`` is null only on the child's first row, ``Episodes_next`` only
    on the last), and ``PLACE_second_previous``, ``PL_POST_second_previous`` and ``Episodes_second_previous`` of the episode two
    before. ``period`` numbers the periods of care by RNE: one begins at the child's first row and at each RNE of S.
    """
    rows = in_order(data["Episodes"], "Episodes", "DECOM")
    columns = ("Episodes", *NEIGHBOUR_ITEMS)
    rows = with_following(with_previous(rows, *columns), *columns)
    starts = pl.col("Episodes_previous").is_null() | (pl.col("RNE") == STARTED).fill_null(False)
    return rows.with_columns(
        *(
            previous(column, steps=2).alias(f"{column}_second_previous")
            for column in ("Episodes", *SECOND_NEIGHBOUR_ITEMS)
        ),
        starts.cum_sum().alias("period"),
    )


def first_episodes(data: ReturnData) -> pl.LazyFrame:
    """Each child's episode with the earliest readable DECOM of this year's return, the first in the file of several."""
    return earliest(data["Episodes"], "Episodes", "DECOM")


def latest_episodes(data: ReturnData) -> pl.LazyFrame:
    """Each child's episode with the latest readable DECOM of this year's return, the first in the file of several."""
    return latest(data["Episodes"], "Episodes", "DECOM")


def latest_episodes_last_in_file(data: ReturnData) -> pl.LazyFrame:
    """Each child's episode with the latest readable DECOM of this year's return, the last in the file of several."""
    return latest(data["Episodes"], "Episodes", "DECOM", tie="last")


def last_years_final_episodes(data: ReturnData) -> pl.LazyFrame:
    """Each child's episode with the latest readable DECOM of last year's return, the first in the file of several."""
    return latest(data[f"Episodes{LAST}"], f"Episodes{LAST}", "DECOM")


def first_beside_last_years_final(data: ReturnData) -> pl.LazyFrame:
    """The first episode of each child this year beside last year's final one; children of one year alone are left out.

    Columns of ``first_episodes``, those of ``last_years_final_episodes`` with ``_Episodes_last`` behind their names, and the row
    number ``Episodes_last``.
    """
    return data.shared(first_episodes).join(
        data.shared(last_years_final_episodes), on="child", how="inner", suffix=f"_Episodes{LAST}"
    )


def carried_over(data: ReturnData) -> pl.LazyFrame:
    """The pairs of ``first_beside_last_years_final`` in which last year's episode has no end that can be read."""
    return data.shared(first_beside_last_years_final).filter(pl.col(f"DEC_Episodes{LAST}").is_null())


def changed_since_last_year(data: ReturnData, item: str) -> pl.LazyFrame:
    """The pairs of ``carried_over`` in which the two years say different things of an item; blank equals blank."""
    return carried_over(data).filter(differ(item, f"{item}_Episodes{LAST}"))


def episodes_with_header(data: ReturnData) -> pl.LazyFrame:
    """Each episode beside each Header row of its child; episodes without one are left out.

    Columns of Episodes, and of Header its row number ``Header`` and what Episodes has not (DOB, SEX, MOTHER, UPN, ...).
    """
    return data.join("Episodes", "Header", on="child")


def episodes_with_adoption(data: ReturnData) -> pl.LazyFrame:
    """Each episode beside each AD1 row (``AD1``) of its child; episodes without one are left out."""
    return data.join("Episodes", "AD1", on="child")


def episodes_with_decision(data: ReturnData) -> pl.LazyFrame:
    """Each episode beside each decision for adoption (``PlacedAdoption``) of its child; episodes without one are left out."""
    return data.join("Episodes", "PlacedAdoption", on="child")
