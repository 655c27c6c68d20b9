"""Small histories of looked-after children and care leavers, and the figures of one indicator on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

import csc_returns as cr
from csc_returns.history import History

D = dt.date

#: The collection year of the tables: its edges and the days beside them.
BEFORE, START, NEXT = D(2024, 3, 31), D(2024, 4, 1), D(2024, 4, 2)
ALMOST, END, BEHIND = D(2025, 3, 30), D(2025, 3, 31), D(2025, 4, 1)
LONG_AGO, MIDDLE = D(2020, 1, 1), D(2024, 9, 9)
#: Eleven on the last day of the year.
BORN = D(2013, 6, 1)
#: What the returns cover.
FIRST, LAST = D(2016, 4, 1), D(2026, 3, 31)


def episode(
    child: int, start: dt.date = LONG_AGO, end: dt.date | None = None, reason: str | None = None, **more: object
):
    """An episode of care; it begins care and is one of a full care order unless it says otherwise."""
    return {
        "child": child, "start_date": start, "new_episode_reason": "S", "legal_status": "C2", "placement": "U6",
        "end_date": end, "end_reason": reason, **more,
    }  # fmt: skip


def short_break(child: int, start: dt.date, end: dt.date | None, status: str = "V4"):
    return episode(child, start, end, "E4A", legal_status=status)


def history(
    born: Mapping[int, dt.date | None] | None = None,
    la: Mapping[int, str] | None = None,
    authorities: Sequence[str] = ("301",),
    first: dt.date = FIRST,
    last: dt.date = LAST,
    **frames: list[dict[str, object]],
) -> History:
    """Rows by frame. Children are of 301 and born on BORN unless it is said otherwise."""
    named = {row["child"] for rows in frames.values() for row in rows} | set(born or ())
    children = [
        {"child": child, "la": (la or {}).get(child, "301"), "birth_date": (born or {}).get(child, BORN)}
        for child in sorted(named)
    ]
    covered = [{"la": one, "collection": "ssda903", "first_day": first, "last_day": last} for one in authorities]
    return History.from_rows({"children": children, **frames}, covered)


def figures(found: History, name: str, variant: str | None = None, **asked: object) -> pl.DataFrame:
    """Rows of one variant; of the year 2024-25 unless something else is asked."""
    when = asked if {"year", "as_at", "period"} & set(asked) else {"year": "2024-25", **asked}
    rows = cr.indicators(
        found, [name], variants=[f"{name}:{variant}"] if variant else None, **{"by": [], "small_denominator": 0, **when}
    )
    return rows.filter(pl.col("variant") == (variant or "default"))


def total(found: History, name: str, variant: str | None = None, **asked: object) -> dict[str, object]:
    (row,) = figures(found, name, variant, **asked).filter(pl.col("breakdown") == "total").rows(named=True)
    return row


def counts(found: History, name: str, variant: str | None = None, **asked: object) -> tuple[object, object]:
    row = total(found, name, variant, **asked)
    return row["numerator"], row["denominator"]


def beside(found: History, name: str, breakdown: str, variant: str | None = None, **asked: object) -> dict[str, float]:
    rows = figures(found, name, variant, **asked).filter(pl.col("breakdown") == breakdown)
    return dict(rows.select("category", "numerator").rows())
