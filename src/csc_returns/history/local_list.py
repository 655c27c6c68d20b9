"""Pre-proceedings of a local list, for the years before the census asked for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from csc_returns.extracts.dates import iso_date, uk_date
from csc_returns.extracts.local_table import LocalTable, local_table
from csc_returns.extracts.returns import folded
from csc_returns.history.model import FRAMES, History
from csc_returns.specification import authority_number

_OPTION = "--pre-proceedings"

_CHILD, _BORN, _STARTED, _ENDED, _OUTCOME = "child_id", "dob_or_expected_dob", "started", "ended", "outcome"


def with_pre_proceedings(history: History, given: str | Path | pl.DataFrame) -> History:
    """The history with the pre-proceedings of a list beside those of its returns.

    A child of the returns is known by its identifier; another one becomes a child of the authority, unborn while the date in the
    list lies behind the day on which the pre-proceedings began.

    Args:
        history: of returns.
        given: table, or CSV file of one, with ``child_id``, ``dob_or_expected_dob``, ``started``, ``ended`` and ``outcome`` (the
            last two perhaps blank), and ``la_code`` where the returns are of several authorities. Days are written 2025-04-01 or
            01/04/2025.

    Raises:
        ValueError: the file cannot be read, lacks a column, names no authority of the returns, or has a day that is none.
    """
    table = local_table(given, _OPTION)
    if lacking := [name for name in (_CHILD, _BORN, _STARTED, _ENDED, _OUTCOME) if table.title(name) is None]:
        raise ValueError(f"{table.name}: the table needs the column {lacking[0]}.")
    table = LocalTable(table.name, table.rows.with_columns(_authorities(table, history).alias("la")))
    table.refuse(pl.col(_CHILD).is_null(), _CHILD, "a row needs its child")
    table.refuse(pl.col(_STARTED).is_null(), _STARTED, "pre-proceedings need the day on which they began")
    days = {name: pl.coalesce(iso_date(pl.col(name)), uk_date(pl.col(name))) for name in (_BORN, _STARTED, _ENDED)}
    for name, day in days.items():
        table.refuse(
            pl.col(name).is_not_null() & day.is_null(), name, "write a day as 2025-04-01 or 01/04/2025", of_child=True
        )
    listed = table.rows.select(
        "la", folded(pl.col(_CHILD)).alias(_CHILD), _OUTCOME, *(day.alias(name) for name, day in days.items())
    )
    children = history.frames["children"]
    known = children.select("la", folded(pl.col("child_id")).alias(_CHILD), "child")
    listed = listed.join(known, on=["la", _CHILD], how="left", maintain_order="left")
    unknown = listed.filter(pl.col("child").is_null())
    first = int(str(children["child"].max() if children.height else -1)) + 1
    numbers = unknown.select("la", _CHILD).unique().sort("la", _CHILD).with_row_index("_new", offset=first)
    new = (
        unknown.sort("la", _CHILD, _STARTED)
        .unique(["la", _CHILD], keep="first", maintain_order=True)
        .join(numbers, on=["la", _CHILD])
        .select(
            pl.col("_new").cast(pl.Int64).alias("child"),
            "la",
            pl.col(_CHILD).alias("child_id"),
            # Expected or not: ahead of it the child is unborn.
            pl.col(_BORN).alias("birth_date"),
        )
    )
    events = listed.join(numbers, on=["la", _CHILD], how="left", maintain_order="left").select(
        pl.coalesce("child", pl.col("_new").cast(pl.Int64)).alias("child"),
        pl.col(_STARTED).alias("start_date"),
        pl.col(_ENDED).alias("decision_date"),
        pl.col(_OUTCOME).alias("outcome"),
    )
    name = "pre_proceedings"
    frames = dict(history.frames)
    frames["children"] = pl.concat([children, new], how="diagonal").select(FRAMES["children"].keys())
    frames[name] = pl.concat([frames[name], events], how="diagonal").select(FRAMES[name].keys())
    return replace(history, frames=frames, local_lists=history.local_lists | {name})


def _authorities(table: LocalTable, history: History) -> pl.Series:
    """The authority of each row.

    Raises:
        ValueError: the list does not say it and the returns are of several, or it names another one.
    """
    title = table.title("la_code", "la")
    if title is None:
        if len(history.authorities) != 1:
            raise ValueError(
                f"{table.name}: the returns are of several authorities: the table needs the column la_code."
            )
        return pl.Series([history.authorities[0]] * table.rows.height, dtype=pl.String)
    numbers = {code: authority_number(code) or code for code in table.rows[title].drop_nulls().unique()}
    found = table.rows[title].replace(numbers)
    table.refuse(
        pl.lit(~found.is_in(history.authorities).fill_null(value=False)), title, "no return is of this authority"
    )
    return found
