"""Pre-proceedings at the days and blanks on which each figure turns."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from indicators.side_by_side import check, each_alone
from indicators.small_histories import child, closed, figures, proceedings, totals

IN_27 = {"first": "2026-04-01", "last": "2027-03-31", "year": "2026-27"}


def test_letters_that_offered_a_meeting():
    def letter(day, offer, began="2026-04-20", **values):
        return proceedings(0, began, letter_before_care_date=day, meeting_offered=offer, **values)

    cases = {
        "offer": ((1, 1), [letter("2026-05-01", True)]),
        "no offer": ((0, 1), [letter("2026-05-01", False)]),
        "blank": ((0, 1), [letter("2026-05-01", None)]),
        "no letter": ((0, 0), [letter(None, True)]),
        "first and last day": ((2, 2), [letter("2026-04-01", True, "2026-04-01"), letter("2027-03-31", True)]),
        "the days beside": ((0, 0), [letter("2026-03-31", True, "2026-03-31"), letter("2027-04-01", True)]),
        "begun before the year": ((1, 1), [letter("2026-05-01", True, "2026-01-10")]),
        "the same twice": ((1, 1), [letter("2026-05-01", True), letter("2026-05-01", True)]),
    }
    rows = check("fgdm-offered", cases, **IN_27)
    assert all("began in an earlier year may be missing" in row["note"] for row in rows)


def test_meetings_held_after_an_offer():
    def meeting(offer, held, began="2026-04-20"):
        return proceedings(0, began, meeting_offered=offer, meeting_held=held)

    cases = {
        "held": ((1, 1), [meeting(True, True)]),
        "not held": ((0, 1), [meeting(True, False)]),
        "not said": ((0, 0), [meeting(True, None)]),
        "held without an offer": ((0, 0), [meeting(False, True)]),
        "offer blank": ((0, 0), [meeting(None, True)]),
        "first and last day": ((2, 2), [meeting(True, True, "2026-04-01"), meeting(True, True, "2027-03-31")]),
        "the days beside": ((0, 0), [meeting(True, True, "2026-03-31"), meeting(True, True, "2027-04-01")]),
    }
    rows = check("fgdm-held", cases, **IN_27)
    assert "1 with an offer do not say whether the meeting was held" in rows[2]["note"]
    everyone = [1, 1, 1, 1, 1, 2, 0]
    every = {
        words: ((wanted[0], whole), case)
        for (words, (wanted, case)), whole in zip(cases.items(), everyone, strict=True)
    }
    check("fgdm-held", every, "denominator=all_episodes", **IN_27)


def test_children_in_pre_proceedings_by_age():
    began = proceedings(0, "2026-05-01")
    bands = {
        "born the day behind": ([child(0, "2026-05-02"), began], "unborn"),
        "expected": ([child(0, None, expected_birth_date="2026-06-10"), began], "unborn"),
        "expected before, not born": ([child(0, None, expected_birth_date="2026-04-10"), began], "unborn"),
        "born on the day": ([child(0, "2026-05-01"), began], "0"),
        "one": ([child(0, "2025-05-01"), began], "1-4"),
        "a day short of one": ([child(0, "2025-05-02"), began], "0"),
        "sixteen": ([child(0, "2010-05-01"), began], "16-17"),
        "eighteen": ([child(0, "2008-05-01"), began], "18+"),
        "not known": ([child(0, None), began], "not known"),
    }
    of = each_alone([rows for rows, _ in bands.values()], "2026-04-01", "2027-03-31")
    found = figures(of, "pre-proceedings-children", year="2026-27").filter(pl.col("breakdown") == "age_band")
    assert found.sort("la_code")["category"].to_list() == [band for _, band in bands.values()]
    two = figures(of, "pre-proceedings-children", "age_bands=under 1 incl. unborn | 1-17", year="2026-27")
    two = two.filter(pl.col("breakdown") == "age_band").sort("la_code")
    young, older = "under 1 incl. unborn", "1-17"
    assert two["category"].to_list() == [young] * 4 + [older, young, older, "18+", "not known"]


def test_children_in_pre_proceedings_by_measure():
    cases = {
        "first and last day": [proceedings(0, "2026-04-01"), proceedings(0, "2027-03-31")],
        "before": [proceedings(0, "2026-03-31")],
        "decided on the last day": [proceedings(0, "2026-05-01", decision_date="2027-03-31")],
        "decided behind it": [proceedings(0, "2026-05-01", decision_date="2027-04-01")],
        "court": [proceedings(0, "2026-05-01", court_date="2026-04-30")],
        "case closed": [closed(0, "2026-09-01", "RC7"), proceedings(0, "2026-05-01")],
        "letter in the year": [proceedings(0, "2026-03-01", letter_before_care_date="2026-04-01")],
        "letter behind it": [proceedings(0, "2027-03-01", letter_before_care_date="2027-04-01")],
        "the first end counts": [proceedings(0, "2026-02-01", decision_date="2026-03-31", court_date="2026-05-01")],
        "behind the year": [proceedings(0, "2027-04-01")],
    }
    of = each_alone(cases.values(), "2026-04-01", "2027-03-31")
    wanted = {
        None: [2, 0, 1, 1, 1, 1, 0, 1, 0, 0],
        "measure=active_at_date": [1, 1, 0, 1, 0, 0, 1, 1, 0, 0],
        "measure=ended": [0, 0, 1, 0, 1, 1, 0, 0, 0, 0],
        "start_event=LBPSentDate": [0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    }
    for chosen, numbers in wanted.items():
        rows = totals(of, "pre-proceedings-children", chosen, year="2026-27")
        assert [row["value"] for row in rows] == numbers, chosen
    quarters = totals(of, "pre-proceedings-children", "measure=active_at_date", period="quarter", year="2026-27")
    assert [row["value"] for row in quarters[10:20]] == [1, 1, 1, 1, 0, 0, 1, 0, 0, 0], "on 30 September"


def test_pre_proceedings_that_did_not_go_to_court():
    def decided(day, court=None, **values):
        return [proceedings(0, "2026-04-02", decision_date=day, court_date=court, **values)]

    cases = {
        "none": ((1, 1), decided("2026-06-10")),
        "three months to the day": ((0, 1), decided("2026-06-10", "2026-09-10")),
        "a day more": ((1, 1), decided("2026-06-10", "2026-09-11")),
        "before the decision": ((0, 1), decided("2026-06-10", "2026-06-01")),
        "from 30 November": ((0, 1), decided("2026-11-30", "2027-02-28")),
        "from 30 November, a day more": ((1, 1), decided("2026-11-30", "2027-03-01")),
        "first day": ((1, 1), decided("2026-04-01")),
        "before": ((0, 0), decided("2026-03-31")),
        "no decision": ((0, 0), decided(None, "2026-06-01")),
        "over with the returns": ((1, 1), decided("2026-12-31")),
        "past the returns": ((1, 1), decided("2027-01-01")),
    }
    rows = check("pre-proceedings-diverted", cases, **IN_27)
    assert ["may still go to court" in row["note"] for row in rows] == [False] * 10 + [True]
    same_day = {
        "same day": ((0, 1), decided("2026-06-10", "2026-06-10")),
        "next": ((1, 1), decided("2026-06-10", "2026-06-11")),
    }
    check("pre-proceedings-diverted", same_day, "follow_up_months=0", **IN_27)
    of = each_alone(
        [[*decided("2026-06-10", outcome="A"), proceedings(0, "2026-05-01", decision_date="2026-06-10")]],
        "2026-04-01",
        "2027-03-31",
    )
    found = figures(of, "pre-proceedings-diverted", "evidence=outcome_code", year="2026-27")
    outcomes = found.filter(pl.col("breakdown") == "outcome").select("category", "value").rows()
    assert outcomes == [("A", 50), ("not recorded", 50)]


def test_weeks_of_pre_proceedings():
    cases = {
        "same day": [proceedings(0, "2026-05-01", decision_date="2026-05-01")],
        "sixteen weeks": [proceedings(0, "2026-05-01", decision_date="2026-08-21")],
        "half a week upwards": [proceedings(0, "2026-05-01", decision_date="2026-05-04"),
                                proceedings(0, "2026-05-02", decision_date="2026-05-06")],
        "median and mean": [proceedings(0, f"2026-05-0{day}", decision_date=ended)
                            for day, ended in ((1, "2026-05-08"), (2, "2026-05-16"), (3, "2026-08-02"))],
        "begun before the year": [proceedings(0, "2026-03-25", decision_date="2026-04-01")],
        "decided behind it": [proceedings(0, "2027-03-25", decision_date="2027-04-01")],
        "court alone": [proceedings(0, "2026-05-01", court_date="2026-05-15")],
        "open": [proceedings(0, "2026-05-01")],
    }  # fmt: skip
    of = each_alone(cases.values(), "2026-04-01", "2027-03-31")
    rows = totals(of, "pre-proceedings-duration", year="2026-27")
    assert [row["value"] for row in rows] == [0, 16, 1, 2, 1, None, None, None]
    mean = totals(of, "pre-proceedings-duration", "statistic=mean", year="2026-27")[3]
    assert mean["value"] == round(Fraction(1 + 2 + 13, 3))
    court = totals(of, "pre-proceedings-duration", "to=court_application", year="2026-27")
    assert [row["value"] for row in court] == [None] * 6 + [2, None]


def test_pre_proceedings_are_not_computed_of_months_before_they_were_collected():
    of = each_alone([[proceedings(0, "2026-04-20", letter_before_care_date="2026-05-01")]], "2025-04-01", "2027-03-31")
    rolling = totals(of, "fgdm-offered", period="rolling", year="2026-27")
    assert [row["denominator"] for row in rolling] == [None, None, None, 1]
    quarters = totals(of, "fgdm-offered", period="quarter", year="2026-27")
    assert [row["denominator"] for row in quarters] == [1, 0, 0, 0]
