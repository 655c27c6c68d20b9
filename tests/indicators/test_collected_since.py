"""Items that begin in a year: before it, and where an authority sent none of them, there is no figure, and not 0."""

from __future__ import annotations

import pytest
from indicators.small_histories import Row, figures, history, proceedings, referral, totals

BEGUN = "2026-05-05"
COVERED = {"first": "2025-04-01", "last": "2027-03-31"}


def of_301_and_302(case: Row, year: str, name: str = "pre-proceedings-children"):
    """The figures of 301, which sent the case, and of 302, which sent none."""
    held = history(case, la={1: "302"}, born={0: "2026-06-01", 1: None}, **COVERED)
    return {row["la_code"]: row for row in totals(held, name, year=year)}


def test_only_an_authority_that_sent_the_items_has_a_figure():
    found = of_301_and_302(proceedings(0, BEGUN), "2026-27")
    assert found["301"]["value"] == 1
    assert found["302"]["value"] is None
    assert found["302"]["note"] == "not computed: the returns tell of no pre proceedings at all"


@pytest.mark.parametrize("name", ["pre-proceedings-children", "fgdm-offered", "pre-proceedings-duration"])
def test_before_the_first_year_there_is_no_figure(name):
    found = of_301_and_302(proceedings(0, "2026-02-01"), "2025-26", name)
    assert found["301"]["value"] is None
    assert found["301"]["numerator"] is None
    assert found["301"]["note"].removesuffix(" (before that from a local list: --pre-proceedings)") == (
        "not computed: collected from 2026-27"
    )


def test_a_part_of_a_count_has_no_denominator():
    held = history(
        referral(0, "2026-01-01", BEGUN, "RC5"), referral(1, BEGUN, no_further_action=None, conference_date=BEGUN), **COVERED
    )  # fmt: skip
    found = figures(held, "cin-transfers-out", year="2026-27").select(
        "breakdown", "category", "numerator", "denominator"
    )
    assert found.rows() == [
        ("total", "total", 1, None),
        ("moves", "looked after, care passed on", 0, None),
        ("moves", "conference after moving in", 1, None),
    ]
