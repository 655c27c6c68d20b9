"""Items that begin in a year: before it, and where an authority sent none of them, there is no figure, and not 0."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from csc_returns.history import History
from csc_returns.indicators import run

BEGUN = dt.date(2026, 5, 5)


def total(pre_proceedings, year, name="pre-proceedings-children"):
    history = History.from_rows(
        {
            "children": [{"child": 0, "la": "301", "birth_date": dt.date(2026, 6, 1)}, {"child": 1, "la": "302"}],
            "pre_proceedings": pre_proceedings,
        },
        [
            {"la": la, "collection": "cin", "first_day": dt.date(2025, 4, 1), "last_day": dt.date(2027, 3, 31)}
            for la in ("301", "302")
        ],
    )
    found = run.indicators(history, [name], year=year, by=[]).filter(pl.col("breakdown") == "total")
    return {row["la_code"]: row for row in found.iter_rows(named=True)}


def test_only_an_authority_that_sent_the_items_has_a_figure():
    found = total([{"child": 0, "referral": 0, "start_date": BEGUN}], "2026-27")
    assert found["301"]["value"] == 1
    assert found["302"]["value"] is None
    assert found["302"]["note"] == "not computed: the returns tell of no pre proceedings at all"


@pytest.mark.parametrize("name", ["pre-proceedings-children", "fgdm-offered", "pre-proceedings-duration"])
def test_before_the_first_year_there_is_no_figure(name):
    found = total([{"child": 0, "referral": 0, "start_date": dt.date(2026, 2, 1)}], "2025-26", name)
    assert found["301"]["value"] is None
    assert found["301"]["numerator"] is None
    assert found["301"]["note"] == "not computed: collected from 2026-27"


def test_a_part_of_a_count_has_no_denominator():
    gone = {
        "referral": 0,
        "child": 0,
        "referral_date": dt.date(2026, 1, 1),
        "closure_date": BEGUN,
        "closure_reason": "RC5",
    }
    moved_in = {"referral": 1, "child": 1, "referral_date": BEGUN, "conference_date": BEGUN}
    history = History.from_rows(
        {"children": [{"child": 0, "la": "301"}, {"child": 1, "la": "301"}], "referrals": [gone, moved_in]},
        [{"la": "301", "collection": "cin", "first_day": dt.date(2025, 4, 1), "last_day": dt.date(2027, 3, 31)}],
    )
    found = run.indicators(history, ["cin-transfers-out"], year="2026-27", by=[])
    shown = {
        (row["breakdown"], row["category"]): (row["numerator"], row["denominator"])
        for row in found.iter_rows(named=True)
    }
    assert shown == {
        ("total", "total"): (1, None),
        ("moves", "looked after, care passed on"): (0, None),
        ("moves", "conference after moving in"): (1, None),
    }
