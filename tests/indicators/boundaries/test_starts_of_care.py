"""Children who start to be looked after: the days, codes and blanks on which each definition turns."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.small_histories import (
    counts,
    episode,
    figures,
    history,
    notes,
    numerator,
    numerators,
    row,
    shown,
    total,
)

# -- starts ------------------------------------------------------------------------------------------------------------

STARTS = {
    "the first day of the year": (episode(0, "2024-04-01"), 1),
    "the last day": (episode(0, "2025-03-31"), 1),
    "the day before the year": (episode(0, "2024-03-31"), 0),
    "the day behind it": (episode(0, "2025-04-01"), 0),
    "29 February is of the year before": (episode(0, "2024-02-29"), 0),
    "a short break": (episode(0, "2024-06-01", status="V3"), 0),
    "another short break": (episode(0, "2024-06-01", status="V4"), 0),
    "another placement is no start": (episode(0, "2024-06-01", reason="P"), 0),
    "no reason for the episode": (episode(0, "2024-06-01", reason=None), 0),
    "started and ceased on one day": (episode(0, "2024-06-01", "2024-06-01", "E4A"), 1),
}


@pytest.mark.parametrize("name", STARTS)
def test_starts(name):
    rows, number = STARTS[name]
    assert numerator(history(rows), "cla-starting-rate") == number


def test_a_child_starts_once_a_year_and_once_in_each_authority():
    made = history(
        episode(0, "2024-05-01", "2024-06-01", "E4A"), episode(0, "2024-08-01"),
        episode(1, "2024-05-01"), la={1: "302"},
        children=[row(0, child_id="X", la="301"), row(1, child_id="X", la="302")],
    )  # fmt: skip
    assert [numerator(made, "cla-starting-rate", la=la) for la in ("301", "302")] == [1, 1]


def test_each_quarter_has_its_starts_and_a_day_has_those_since_1_april():
    made = history(
        episode(0, "2024-04-01"), episode(1, "2024-06-30"), episode(2, "2024-07-01"), episode(3, "2025-03-31")
    )
    assert numerators(made, "cla-starting-rate", period="quarter") == [2, 1, 0, 1]
    assert numerators(made, "cla-starting-rate", period="rolling") == [2, 3, 3, 4]
    assert numerator(made, "cla-starting-rate", as_at=dt.date(2024, 7, 1)) == 3


AGES = {
    "2014-06-01": "10-15",  # ten on the day
    "2014-06-02": "beside",
    "2008-06-01": "16 and over",  # sixteen on the day
    "2008-06-02": "10-15",
    "2024-06-02": "beside",  # born behind the start
    None: "beside",
}


def test_ages_on_the_first_day():
    starts = [episode(child, "2024-06-01") for child in range(len(AGES))]
    born = [row(child, birth_date=text, la="301") for child, text in enumerate(AGES)]
    found = figures(history(*starts, children=born), "cla-starting-adolescent")
    assert found.select("numerator", "denominator").row(0) == (2, 6)
    assert shown(found, "age") == {"16 and over": 1}


@pytest.mark.parametrize(
    ("born", "start", "number"),
    [
        ("2008-02-29", "2024-02-28", 0),
        ("2008-02-29", "2024-02-29", 1),
        ("2007-02-28", "2023-02-28", 1),
        ("2008-02-29", "2025-02-28", 1),
    ],
)
def test_children_turn_16_on_their_birthday(born, start, number):
    made = history(episode(0, start), first="2022-04-01", last="2025-03-31", born=born)
    years = [numerator(made, "cla-starting-adolescent", "ages=16-17", year=f"20{at}-{at + 1}") for at in (22, 23, 24)]
    assert sum(years) == number


@pytest.mark.parametrize(("start", "number"), [("2025-02-28", 0), ("2025-03-01", 1)])
def test_a_child_of_29_february_is_a_year_older_on_1_march(start, number):
    assert counts(history(episode(0, start), born="2012-02-29"), "cla-starting-adolescent", "ages=13-17") == (number, 1)


def test_section_20_narrows_those_who_count_and_not_the_others():
    made = history(episode(0, "2024-06-01", status="V2"), episode(1, "2024-06-01", status="C1"), born="2008-01-01")
    assert counts(made, "cla-starting-adolescent", "ages=16-17,legal_status=V2") == (1, 2)


ORDERS = {
    "a court order": (episode(0, "2024-06-01", status="C1"), {"10-15": 1}),
    "police protection": (episode(0, "2024-06-01", status="L2"), {"10-15": 1}),
    "by agreement": (episode(0, "2024-06-01", status="V2"), {}),
    "a freeing order": (episode(0, "2024-06-01", status="D1"), {}),
    "youth justice": (episode(0, "2024-06-01", status="J1"), {}),
}


@pytest.mark.parametrize("name", ORDERS)
def test_orders_with_which_care_starts(name):
    rows, shares = ORDERS[name]
    assert shown(figures(history(rows), "cla-starting-court-order-by-age"), "age_band") == shares


def test_an_order_that_came_later_in_the_same_care_is_none_at_the_start():
    made = history(
        episode(0, "2024-06-01", "2024-07-01", "X1", status="V2"),
        episode(0, "2024-07-01", reason="L", status="C1"),
    )
    assert counts(made, "cla-starting-court-order-by-age") == (0, 0)


@pytest.mark.parametrize(
    ("born", "band"),
    [("2024-02-29", "under 1"), ("2024-02-28", "1-4"), ("2020-02-28", "5-9"), ("2009-02-28", "16 and over"), (None, "not known")],
)  # fmt: skip
def test_age_bands_end_on_birthdays(born, band):
    made = history(episode(0, "2025-02-28", status="C1"), children=[row(0, birth_date=born, la="301")])
    assert shown(figures(made, "cla-starting-court-order-by-age"), "age_band") == {band: 1}


BEFORE = {
    # when the earlier care ended, when the new one started, and which of 12, 24 months, any time it counts for
    "exactly twelve months": ("2023-08-31", "2024-08-31", (1, 1, 1)),
    "a day longer": ("2023-08-30", "2024-08-31", (0, 1, 1)),
    "29 February and twelve months": ("2024-02-29", "2025-02-28", (1, 1, 1)),
    "29 February and a day more": ("2024-02-29", "2025-03-01", (0, 1, 1)),
    "exactly 24 months": ("2022-08-31", "2024-08-31", (0, 1, 1)),
    "longer": ("2022-08-30", "2024-08-31", (0, 0, 1)),
    "the same day": ("2024-08-31", "2024-08-31", (1, 1, 1)),
    "it overlaps": ("2024-09-01", "2024-08-31", (0, 0, 0)),
}


@pytest.mark.parametrize("name", BEFORE)
def test_looked_after_before(name):
    ended, began, numbers = BEFORE[name]
    made = history(episode(0, "2020-01-01", ended, "E4A"), episode(0, began))
    found = [
        numerator(made, "cla-re-entry", f"lookback_months={months}" if months != 12 else None)
        for months in (12, 24, "none")
    ]
    assert tuple(found) == numbers


def test_short_breaks_other_authorities_and_other_children_are_no_care_before():
    made = history(
        episode(0, "2024-01-01", "2024-01-03", "E4A", status="V4"), episode(0, "2024-06-01"),
        episode(1, "2024-01-01", "2024-02-01", "E3"), episode(2, "2024-06-01"), la={1: "302"},
        children=[row(1, child_id="X", la="302"), row(2, child_id="X", la="301")],
    )  # fmt: skip
    assert counts(made, "cla-re-entry") == (0, 2)


def test_without_the_year_before_earlier_care_is_undercounted_and_that_is_said():
    note = total(history(episode(0, "2024-06-01"), first="2024-04-01", last="2025-03-31"), "cla-re-entry")["note"]
    assert "undercounted, earlier care is not seen" in note
    assert notes(total(history(episode(0, "2024-06-01")), "cla-re-entry")) == []


ASSESSED = {
    # start of care 2024-10-01: completed, factors, lookback, and what it gives
    "exactly six months": ("2024-04-01", ["13A"], None, (1, 1)),
    "a day longer": ("2024-03-31", ["13A"], None, (0, 0)),
    "within twelve months": ("2024-03-31", ["13A"], "lookback_months=12", (1, 1)),
    "not within three": ("2024-06-30", ["13A"], "lookback_months=3", (0, 0)),
    "exactly three": ("2024-07-01", ["24A"], "lookback_months=3", (1, 1)),
    "the first day": ("2024-10-01", ["10A"], None, (1, 1)),
    "the day behind": ("2024-10-02", ["10A"], None, (0, 0)),
    "no such factor": ("2024-09-01", ["3B"], None, (0, 1)),
    "no factor at all": ("2024-09-01", [], None, (0, 1)),
    "several such factors": ("2024-09-01", ["10A", "11A", "3B"], None, (1, 1)),
    "not completed": (None, ["10A"], None, (0, 0)),
}


@pytest.mark.parametrize("name", ASSESSED)
def test_assessments_before_care(name):
    done, factors, choice, numbers = ASSESSED[name]
    made = history(
        episode(0, "2024-10-01"),
        assessments=[row(0, assessment=0, referral=0, start_date="2024-03-01", completed_date=done)],
        factors=[row(0, assessment=0, referral=0, factor=factor) for factor in factors],
    )
    assert counts(made, "cla-starting-extra-familial-factor", choice) == numbers


def test_one_of_several_assessments_is_enough_and_the_child_counts_once():
    made = history(
        episode(0, "2024-10-01"),
        assessments=[
            row(0, assessment=at, referral=0, start_date="2024-03-01", completed_date=f"2024-0{5 + at}-01")
            for at in range(3)
        ],
        factors=[row(0, assessment=0, referral=0, factor="12A"), row(0, assessment=2, referral=0, factor="11A")],
    )
    assert counts(made, "cla-starting-extra-familial-factor") == (1, 1)


# -- unaccompanied asylum-seeking children -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ceased", "started", "open_", "ever"),
    [
        (None, 1, 1, 1),
        ("2024-06-01", 0, 0, 1),  # on the day of the start
        ("2024-06-02", 1, 0, 1),
        ("2025-03-31", 1, 0, 1),
        ("2025-04-01", 1, 1, 1),
    ],
)
def test_when_the_status_ends(ceased, started, open_, ever):
    made = history(episode(0, "2024-06-01"), episode(1, "2024-06-01"), uasc=[row(0, ceased_date=ceased)])
    assert numerator(made, "cla-starting-uasc-rate") == started
    assert numerator(made, "cla-uasc-rate-31-march") == open_
    assert numerator(made, "cla-starting-uasc-rate", "uasc_status=ever") == ever
    assert numerator(made, "cla-uasc-rate-31-march", "uasc_status=ever") == ever
    assert numerator(made, "cla-starting-rate", "exclude_uasc=true") == 2 - started
    assert numerator(made, "cla-rate-31-march", "exclude_uasc=true") == 2 - open_


@pytest.mark.parametrize("rows", [(None, "2024-05-01"), ("2024-05-01", None), (None, None)])
def test_a_child_who_stands_twice_in_the_table_is_one_child_whose_status_lasts_longest(rows):
    made = history(episode(0, "2024-06-01"), uasc=[row(0, ceased_date=ceased) for ceased in rows])
    for name in ("cla-starting-rate", "cla-rate-31-march", "cla-starting-uasc-rate", "cla-uasc-rate-31-march"):
        assert numerator(made, name) == 1, name
    assert numerator(made, "cla-starting-rate", "exclude_uasc=true") == 0
    assert counts(made, "cla-starting-adolescent") == (1, 1)
