"""Unaccompanied asylum seeking children (UASC), this year and last.

XML returns send the indicator ``Header.UASC``; for CSV it is derived. Where a year's Header is not given, its UASC table tells.
"""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import LAST
from csc_returns.validation.rules.ssda903.shared.values import any_filled

#: Text of the indicator of a child who is UASC, and of one who is not.
YES, NO = "1", "0"


def uasc_flag(header: pl.LazyFrame, uasc: pl.LazyFrame) -> pl.LazyFrame:
    """Header rows in their order with the column UASC: "1" if the child has a row in the UASC table, else "0".

    Args:
        header: rows with ``child``.
        uasc: rows of the UASC table of the same year, with ``child``.
    """
    children = uasc.select("child", pl.lit(YES).alias("UASC")).unique("child")
    return header.join(children, on="child", how="left", maintain_order="left").with_columns(
        pl.col("UASC").fill_null(NO)
    )


def indicator_known(data: ReturnData, suffix: str = "") -> bool:
    """Whether a year says who is UASC: its Header has the indicator (sent or derived), or it has no Header and a UASC table.

    Args:
        data: the return.
        suffix: "" for this year, "_last" for last year.
    """
    if f"Header{suffix}" in data.present:
        return not data.lacks(f"Header{suffix}", "UASC")
    return f"UASC{suffix}" in data.present


def ever_uasc(data: ReturnData) -> pl.LazyFrame:
    """Children who are UASC this year or were last year: column ``child``, one row each.

    By the indicator of a year's Header; without a Header by a UASC row with anything but CHILD filled in.
    """
    return pl.concat([_uasc_children(data, ""), _uasc_children(data, LAST)]).unique()


def _uasc_children(data: ReturnData, suffix: str) -> pl.LazyFrame:
    if f"Header{suffix}" in data.present:
        return data[f"Header{suffix}"].filter(pl.col("UASC") == YES).select("child")
    return data[f"UASC{suffix}"].filter(any_filled("SEX", "DOB", "DUC")).select("child")


def indicators(data: ReturnData) -> pl.LazyFrame:
    """The indicator of each child this year: columns ``child`` and ``uasc`` (text as sent, or "1" or "0"), one row a child.

    By Header; without a Header "1" for a UASC row with anything but CHILD and DOB filled in, else "0". A child whom the year does
    not know is not in it.
    """
    return _indicators(data, "")


def last_years_indicators(data: ReturnData) -> pl.LazyFrame:
    """The same of last year's return: columns ``child`` and ``uasc_before``."""
    return _indicators(data, LAST).rename({"uasc": "uasc_before"})


def indicator_rows(data: ReturnData) -> pl.LazyFrame:
    """The rows that say who is UASC this year: ``child``, ``row`` (row number) and ``uasc`` (text as sent, or "1" or "0").

    Rows of Header; without a Header those of the UASC table, "1" for one with anything but CHILD and DOB filled in, else "0".
    """
    return _indicator_rows(data, "")


def last_years_indicator_rows(data: ReturnData) -> pl.LazyFrame:
    """The same of last year's return: columns ``child``, ``row_before`` and ``uasc_before``."""
    return _indicator_rows(data, LAST).rename({"row": "row_before", "uasc": "uasc_before"})


def _indicator_rows(data: ReturnData, suffix: str) -> pl.LazyFrame:
    if f"Header{suffix}" in data.present:
        return data[f"Header{suffix}"].select(
            "child", pl.col(f"Header{suffix}").alias("row"), pl.col("UASC").alias("uasc")
        )
    entered = pl.when(any_filled("SEX", "DUC")).then(pl.lit(YES)).otherwise(pl.lit(NO))
    # UASC is the column of row numbers here: this table has no item of that name.
    return data[f"UASC{suffix}"].select("child", pl.col(f"UASC{suffix}").alias("row"), entered.alias("uasc"))


def _indicators(data: ReturnData, suffix: str) -> pl.LazyFrame:
    by_child = _indicator_rows(data, suffix).group_by("child", maintain_order=True)
    return by_child.agg(pl.first("uasc") if f"Header{suffix}" in data.present else pl.max("uasc"))


def uasc_in_both_years(data: ReturnData) -> pl.LazyFrame:
    """Each row of this year's UASC table beside last year's of the same child, if any, and the indicators of both years.

    Columns of the UASC table (row number ``UASC``), last year's ``UASC_last`` (row number), ``DUC_UASC_last``,
    ``DUC_sent_UASC_last`` and ``DOB_UASC_last``, and the indicators ``uasc`` and ``uasc_before``. Last year's are null for a
    child without a row in last year's UASC table, the indicator included.
    """
    pairs = data.join("UASC", f"UASC{LAST}", on="child")
    pairs = pairs.join(data.shared(last_years_indicators), on="child", how="left")
    both = pl.concat([pairs, data.lacking("UASC", f"UASC{LAST}", on="child")], how="diagonal")
    return both.join(data.shared(indicators), on="child", how="left")
