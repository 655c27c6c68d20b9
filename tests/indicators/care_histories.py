"""Histories of a few rows of children looked after, written shortly, and the figures of one indicator on them."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.history import History
from csc_returns.indicators import run

#: The year asked about is 2024-25, with a return of the year before.
COVERED = ("2023-04-01", "2025-03-31")


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def row(child: int, **values):
    """A row of a frame; texts that look like dates are dates."""
    dates = {name for name in values if name.endswith(("date", "year_end"))}
    return {"child": child, **{name: day(value) if name in dates else value for name, value in values.items()}}


def episode(child, start, reason="S", place="U6", end=None, ended=None, status="C2", **more):
    return row(
        child, start_date=start, new_episode_reason=reason, placement=place, end_date=end, end_reason=ended,
        legal_status=status, **more,
    )  # fmt: skip


def history(*episodes, covered=COVERED, born="2012-05-05", children=(), las=None, **frames) -> History:
    """Authority 301, but for the children that ``las`` gives to another; ``children`` have values of their own."""
    las = las or {}
    frames["episodes"] = list(episodes)
    told = {one["child"]: one for one in children}
    named = sorted({one["child"] for rows in frames.values() for one in rows} | set(told))
    frames["children"] = [
        {"birth_date": day(born), "la": las.get(child, "301"), "child": child} | told.get(child, {}) for child in named
    ]
    first, last = map(day, covered)
    return History.from_rows(
        frames,
        [
            {"la": la, "collection": name, "first_day": first, "last_day": last}
            for la in sorted({"301", *las.values()})
            for name in ("cin", "ssda903")
        ],
    )


def figures(made: History, name: str, choice: str | None = None, la: str = "301", **options) -> pl.DataFrame:
    options = {"year": "2024-25", "by": []} | options
    found = run.indicators(made, [name], variants=[f"{name}:{choice}"] if choice else None, **options)
    found = found.filter(found["la_code"] == la)
    return found.filter(found["variant"] != "default") if choice else found


def figure(made: History, name: str, choice: str | None = None, **options) -> dict[str, object]:
    return figures(made, name, choice, **options).row(0, named=True)


def notes(found) -> list[str]:
    """What is said beside a figure, but for its being one of few children."""
    return [text for text in (found["note"] or "").split("; ") if text and "denominator under" not in text]


def of(made: History, name: str, choice: str | None = None, **options) -> tuple[object, object]:
    """Numerator and denominator."""
    found = figure(made, name, choice, **options)
    return found["numerator"], found["denominator"]


def count(made: History, name: str, choice: str | None = None, **options) -> object:
    return figure(made, name, choice, **options)["numerator"]


def shown(found: pl.DataFrame, breakdown: str) -> dict[str, float]:
    return dict(found.filter(found["breakdown"] == breakdown).select("category", "numerator").rows())


def story(child, *steps, **more):
    """Episodes in turn, each "day reason place [provider [postcode]]"; a dot is a blank, and the last one goes on."""
    told = [[None if word == "." else word for word in step.split(" ")] for step in steps]
    ends = [each[0] for each in told[1:]] + [None]
    return [
        episode(
            child, start, reason, place, end, end and "X1", urn=where[0] if where else None,
            placement_postcode=where[1] if len(where) > 1 else None, **more,
        )
        for (start, reason, place, *where), end in zip(told, ends, strict=True)
    ]  # fmt: skip
