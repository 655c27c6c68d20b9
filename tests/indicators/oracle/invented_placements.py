"""Invented children whose care goes on for years, in placements of every kind that begin and end on the edges of the time."""

from __future__ import annotations

import datetime as dt
import random

from indicators.oracle.invented import AUTHORITIES, END, START, Inventor, any_child
from indicators.oracle.registry import plus_days

#: Days about 24 and 30 months before the end of the period, and further back.
_LONG_AGO = [
    dt.date(2020, 2, 29),
    dt.date(2021, 5, 5),
    dt.date(2022, 9, 29),
    dt.date(2022, 9, 30),
    dt.date(2022, 10, 1),
]
_TWO_YEARS_AGO = [dt.date(2023, 1, 10), dt.date(2023, 3, 30), dt.date(2023, 3, 31), dt.date(2023, 4, 1)]
_OF_THE_YEAR = [dt.date(2024, 3, 31), START, dt.date(2024, 8, 31), dt.date(2025, 3, 30), END, dt.date(2025, 4, 1)]
_REASONS = ["CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "OTHER", "PLACE", None]

#: Of placements with parents.
_REASONS_AT_HOME = ["STAND", "APPRR", "CLOSE", "CREQO", "CHILD"]
#: About the 16th birthday, and younger.
_BORN = [
    dt.date(2009, 3, 30), dt.date(2009, 3, 31), dt.date(2009, 4, 1), dt.date(2012, 2, 29), dt.date(2016, 6, 6),
    dt.date(2018, 1, 1), dt.date(2019, 9, 9), None,
]  # fmt: skip

#: Placements in turn, each with the reason for its episode. S behind another is care that ends and begins again that day.
_STORIES = [
    "S U6", "S U6, P K2", "S K2, P U6, P A6", "S K2, P U6, T A5", "S U6, P A4, T U1", "S A6, P A6", "P U6, L U6, P T1",
    "S K1, P K1, P K1", "S U6, P K1, P R5", "S U6, P R5, L R5", "S P1, P K1", "S U4, P P1, P K2", "S P1, B P1, P U3",
    "S P1, P T1, P H5", "S P1, P T1, P P1", "S U6, P P1, S K2", "S P1, L P1, P U6", "S R2, P Z1, P P2", "S K2, S U6, P A6",
    "S U6, P A6, P T1", "S U1, P K1, P K1, P K1", "S K1, P K1, P K1, P K1", "S U6, P K2, P T0", "S Z1, P R2", "P U4",
    "S U6, P K2, P A4", "S K2, P U1, P A6", "S U3, P U6, P A6",
    "S U6, P A6, T U6", "S K2, P A3, T U3", "S U2, P A5, U U1", "S P1, P T2, P K2", "S P1, P T3, P U6", "S P1, P T4, P Z1",
    "S U6, P A4, P T2", "S K2, P A6, P T0", "S U1, P A3, P T1",
]  # fmt: skip


def placed_children(it: Inventor, seed: int) -> None:
    """Children behind those that there are, with dice of their own: what others draw does not change them."""
    dice, it.dice = it.dice, random.Random(seed)
    first = len(it.rows["children"])
    for child in range(first, first + 18 * len(AUTHORITIES)):
        any_child(it, child)
        _long_care(it, child, _STORIES[(child - first) % len(_STORIES)])
    _mistakes(it, first)
    it.dice = dice


def _mistakes(it: Inventor, first: int) -> None:
    """Episodes sent twice, without a reason for the new one, or with a provider that has no number."""
    for row in [row for row in it.rows["episodes"] if row["child"] >= first]:
        mistake = it.one(*[None] * 17, "urn", "reason", "twice")
        if mistake == "urn":
            row["urn"] = "XXXXXXX"
        elif mistake == "reason":
            row["new_episode_reason"] = None
        elif mistake == "twice":
            it.add("episodes", **row | {"episode": next(it.numbers["episode"])})


def _long_care(it: Inventor, child: int, told: str) -> None:
    """Care over years: moves about the days on which two years and two and a half are over, homes and ends of every kind."""
    it.rows["children"][-1]["birth_date"] = it.one(*_BORN)
    story = [step.split(" ") for step in told.split(", ")]
    later = [it.dice.choice(_OF_THE_YEAR) for _ in story[1:]]
    if later and it.maybe(0.7):
        later[0] = it.dice.choice(_TWO_YEARS_AGO)
    began = it.dice.choice(_LONG_AGO if later else [*_LONG_AGO, *_TWO_YEARS_AGO])
    days = [began, *sorted(later)]
    closing = it.one(None, None, None, END, plus_days(END, 1))
    ends = [*days[1:], closing if days[-1] < END else None]
    status, urn, address = it.one("C1", "C2", "C2", "E1", "V2"), "", {}
    for at, ((reason, place), start, end) in enumerate(zip(story, days, ends, strict=True)):
        goes_on = at + 1 < len(story) and story[at + 1][0] != "S"
        if reason in "SPB":
            # Back from a temporary placement the child finds the home as it was.
            urn = address.setdefault(place, f"LC{at}") if at and story[at - 1][1][0] == "T" else f"LC{at}"
            address[place] = urn
        else:
            status = it.one("C1", "C2", "E1") if reason == "L" else status
        it.episode(
            child, start, new_episode_reason=reason, legal_status=status, category_of_need=it.one("N1", "N3", None),
            placement=place, provider=it.one("PR0", "PR1", "PR2", "PR3", "PR4", "PR5", None), end_date=end,
            end_reason=None if end is None else "X1" if goes_on else it.one("E4A", "E45", "E11"),
            change_reason=it.one(*(_REASONS_AT_HOME if place == "P1" else _REASONS)) if goes_on else None,
            urn=urn, location=it.one("IN", "OUT", "OUT", "OUT", None),
            distance=it.one(None, 0.1, 7.5, 12.0, 33.3, 999.9),
        )  # fmt: skip
