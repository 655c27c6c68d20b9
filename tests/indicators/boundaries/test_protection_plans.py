"""Protection plans: how many, how long, reviewed in time, and repeated."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.side_by_side import check, each_alone, note, of_all
from indicators.small_histories import (
    assessed,
    child,
    figures,
    plan,
    referral,
    review,
    totals,
)

# -- plans -------------------------------------------------------------------------------------------------------------


def test_on_a_plan_on_the_last_day():
    cases = {
        "began on the day": (1, [plan(0, "2025-03-31")]),
        "began behind it": (0, [plan(0, "2025-04-01")]),
        "ended on the day": (0, [plan(0, "2024-01-10", "2025-03-31")]),
        "ended behind it": (1, [plan(0, "2024-01-10", "2025-04-01")]),
        "two open": (1, [plan(0, "2024-01-10"), plan(0, "2024-02-10")]),
        "brother and sister": (2, [plan(0, "2024-01-10"), plan(1, "2024-01-10")]),
        "unborn": (1, [child(0, None, expected_birth_date="2025-06-01"), plan(0, "2025-02-01")]),
        "grown up": (1, [child(0, "2006-01-01"), plan(0, "2024-01-10")]),
    }
    check("cpp-rate-31-march", cases)
    every = of_all(cases)
    third = totals(every, "cpp-rate-31-march", period="quarter")[16:24]
    assert [row["numerator"] for row in third] == [0, 0, 1, 1, 1, 2, 0, 1]
    shown = figures(every, "cpp-rate-31-march", by=["age_band"]).filter(pl.col("breakdown") == "age_band")
    ages = {(row["la_code"], row["category"]) for row in shown.to_dicts()}
    assert {("006", "unborn"), ("007", "18+")} <= ages


def test_the_category_of_abuse_is_that_of_the_day():
    one = each_alone([[plan(0, "2024-05-01", initial_category="NEG", latest_category="EMO")]])
    for name, category in {"cpp-starting-rate": "NEG", "cpp-rate-31-march": "EMO"}.items():
        shown = figures(one, name, by=["category_of_abuse"])
        assert shown.filter(pl.col("breakdown") == "category_of_abuse")["category"].to_list() == [category]


def test_two_years_or_more_on_the_last_day():
    cases = {
        "two years to the day": ((1, 1), [plan(0, "2023-03-31")]),
        "a day less": ((0, 1), [plan(0, "2023-04-01")]),
        "the latest of two": ((0, 1), [plan(0, "2021-01-01"), plan(0, "2024-01-01")]),
        "ended on the day": ((0, 0), [plan(0, "2021-01-01", "2025-03-31")]),
    }
    check("cpp-2-years-plus", cases)
    # From 31 March 2023 to 31 March 2025 there are 731 days.
    check("cpp-2-years-plus", {
        "730 days": ((1, 1), [plan(0, "2023-04-01")]), "729": ((0, 1), [plan(0, "2023-04-02")]),
    }, "length_rule=days_730")  # fmt: skip
    quarter = [plan(0, "2022-06-30")]
    assert [row["numerator"] for row in totals(each_alone([quarter]), "cpp-2-years-plus", period="quarter")] == [1] * 4
    assert totals(each_alone([quarter]), "cpp-2-years-plus", as_at=dt.date(2024, 6, 29))[0]["numerator"] == 0
    ended = {"ended": ((1, 1), [plan(0, "2022-06-10", "2024-06-10")]), "open": ((0, 0), [plan(0, "2021-01-01")])}
    check("cpp-2-years-plus", ended, "basis=ceased_in_year")


def test_two_years_or_more_at_the_end():
    cases = {
        "two years to the day": ((1, 1), [plan(0, "2022-06-10", "2024-06-10")]),
        "a day less": ((0, 1), [plan(0, "2022-06-11", "2024-06-10")]),
        "ended on the first day": ((1, 1), [plan(0, "2020-06-11", "2024-04-01")]),
        "ended before": ((0, 0), [plan(0, "2020-06-11", "2024-03-31")]),
        "ended on the last day": ((0, 1), [plan(0, "2024-06-11", "2025-03-31")]),
        "open": ((0, 0), [plan(0, "2020-06-11")]),
        "two of one child": ((1, 2), [plan(0, "2020-06-11", "2024-05-01"), plan(0, "2024-06-11", "2025-03-31")]),
    }
    check("cpp-2-years-plus-ceased", cases)
    leap = {"from 29 February": ((1, 1), [plan(0, "2020-02-29", "2022-02-28")])}
    check("cpp-2-years-plus-ceased", leap, year="2021-22")
    by_days = {
        "729 days": ((0, 1), [plan(0, "2022-06-11", "2024-06-09")]),
        "730": ((1, 1), [plan(0, "2022-06-11", "2024-06-10")]),
    }
    check("cpp-2-years-plus-ceased", by_days, "length_rule=days_730")


def test_lengths_of_open_plans():
    days = {
        "2025-03-31": "up to 3 months", "2024-12-31": "up to 3 months", "2024-12-30": "over 3 to 6 months",
        "2024-10-01": "over 3 to 6 months", "2024-09-30": "over 6 months to under 1 year",
        "2024-04-01": "over 6 months to under 1 year", "2024-03-31": "1 to under 2 years", "2023-04-01": "1 to under 2 years",
        "2023-03-31": "2 years or more",
    }  # fmt: skip
    found = figures(each_alone([[plan(0, day)] for day in days]), "cpp-duration-at-31-march")
    shown = found.filter(pl.col("breakdown") == "plan_length_band").sort("la_code")
    assert shown["category"].to_list() == list(days.values())
    # On 28 February 2025: three months from 30 November end on that day, and a year from 29 February 2024.
    days = {"2024-11-30": "up to 3 months", "2024-11-27": "over 3 to 6 months", "2024-02-29": "1 to under 2 years"}
    found = figures(
        each_alone([[plan(0, day)] for day in days]), "cpp-duration-at-31-march", as_at=dt.date(2025, 2, 28)
    )
    shown = found.filter(pl.col("breakdown") == "plan_length_band").sort("la_code")
    assert shown["category"].to_list() == list(days.values())


def test_reviews_in_time():
    cases = {
        "three months to the day, then six": ((1, 1), [plan(0, "2024-06-10"), review(0, "2024-09-10"), review(0, "2025-03-10")]),
        "first a day late": ((0, 1), [plan(0, "2024-06-10"), review(0, "2024-09-11"), review(0, "2025-03-10")]),
        "second a day late": ((0, 1), [plan(0, "2024-06-10"), review(0, "2024-09-10"), review(0, "2025-03-11")]),
        "second not due yet": ((1, 1), [plan(0, "2024-07-01"), review(0, "2024-10-01")]),
        "second due on the last day": ((0, 1), [plan(0, "2024-06-30"), review(0, "2024-09-30")]),
        "held on the last day": ((1, 1), [plan(0, "2024-06-30"), review(0, "2024-09-30"), review(0, "2025-03-30")]),
        "first due on the last day": ((0, 1), [plan(0, "2024-12-31")]),
        "first held on the last day": ((1, 1), [plan(0, "2024-12-31"), review(0, "2025-03-31")]),
        "open less than three months": ((0, 0), [plan(0, "2025-01-01")]),
        "from 31 August": ((1, 1), [plan(0, "2024-05-31"), review(0, "2024-08-31"), review(0, "2025-02-28")]),
        "from 31 August, a day late": ((0, 1), [plan(0, "2024-05-31"), review(0, "2024-08-31"), review(0, "2025-03-01")]),
        "from 30 November": ((1, 1), [plan(0, "2024-11-30"), review(0, "2025-02-28")]),
        "only before the plan": ((0, 1), [plan(0, "2024-06-10"), review(0, "2024-06-09")]),
        "only behind the last day": ((0, 1), [plan(0, "2024-12-31"), review(0, "2025-04-01")]),
        "the same review twice": ((1, 1), [plan(0, "2024-11-10"), review(0, "2025-01-10"), review(0, "2025-01-10")]),
        "reviews of the plan before": (
            (0, 1), [plan(0, "2023-06-10", "2024-06-01"), plan(0, "2024-09-10"), review(0, "2024-10-10")],
        ),
        "ended": ((0, 0), [plan(0, "2024-06-10", "2025-03-31"), review(0, "2024-09-10"), review(0, "2025-03-10")]),
    }  # fmt: skip
    check("cpp-reviews-on-time", cases)
    one = each_alone([[plan(0, "2024-06-10"), review(0, "2024-09-10")]])
    rows = totals(one, "cpp-reviews-on-time", period="quarter")
    assert [(row["numerator"], row["denominator"]) for row in rows] == [(0, 0), (1, 1), (1, 1), (0, 1)]


def test_harm_outside_the_home():
    cases = {
        "one": ((1, 1), [plan(0, "2024-06-01"), *assessed(0, "2024-05-01", "11A", "3B")]),
        "another factor": ((0, 1), [plan(0, "2024-06-01"), *assessed(0, "2024-05-01", "3B", "18B", "19B")]),
        "completed on the last day": ((1, 1), [plan(0, "2024-06-01"), *assessed(0, "2025-03-31", "10A")]),
        "completed behind it": ((0, 1), [plan(0, "2024-06-01"), *assessed(0, "2025-04-01", "10A")]),
        "not completed": ((0, 1), [plan(0, "2024-06-01"), *assessed(0, None, "10A")]),
        "years before": ((1, 1), [plan(0, "2024-06-01"), *assessed(0, "2022-05-01", "24A")]),
        "another episode": ((0, 1), [plan(0, "2024-06-01"), *assessed(0, "2024-05-01", "12A", referral=1)]),
        "twice": (
            (1, 1),
            [plan(0, "2024-06-01"), *assessed(0, "2024-05-01", "12A"), *assessed(0, "2024-07-01", "13A")],
        ),
        "no plan": ((0, 0), assessed(0, "2024-05-01", "12A")),
        "plan without an episode": ((0, 1), [plan(0, "2024-06-01", referral=None), *assessed(0, "2024-05-01", "12A")]),
    }
    check("cpp-extra-familial-factor", cases)
    peers = {"by another child": ((1, 1), [plan(0, "2024-06-01"), *assessed(0, "2024-05-01", "18B")])}
    check("cpp-extra-familial-factor", peers, "factor_set=18B+19B")


# -- repeat plans ------------------------------------------------------------------------------------------------------


def test_second_or_subsequent_plans():
    first = plan(0, "2023-01-10", "2024-05-31", previous_plans=0)
    cases = {
        "one before": ((1, 1), [plan(0, "2024-06-01", previous_plans=1)]),
        "none before": ((0, 1), [plan(0, "2024-06-01", previous_plans=0)]),
        "blank": ((0, 1), [plan(0, "2024-06-01", previous_plans=None)]),
        "seen in the returns only": ((0, 1), [first, plan(0, "2024-06-01", previous_plans=0)]),
        "moved in": ((0, 1), [referral(0, conference_date="2024-06-01"), plan(0, "2024-06-01", previous_plans=0)]),
        "first and second in a year": ((1, 2), [plan(0, "2024-04-01", "2024-05-01", previous_plans=0),
                                               plan(0, "2025-03-31", previous_plans=1)]),
        "not of the year": ((0, 0), [plan(0, "2024-03-31", previous_plans=1)]),
    }  # fmt: skip
    rows = check("cpp-second-or-subsequent", cases)
    assert [bool(row["note"]) for row in rows] == [False, False, True, False, False, False, False]
    assert rows[2]["note"] == "1 without a number of previous plans (rule 8730)"


def test_plans_seen_in_the_returns():
    def after(ended, began, child=0):
        return [plan(0, "2020-01-10", ended, previous_plans=0), plan(child, began, previous_plans=0)]

    name = "cpp-second-or-subsequent"
    check(name, {
        "long ago": ((1, 1), after("2020-06-01", "2024-06-01")),
        "its number alone": ((0, 1), [plan(0, "2024-06-01", previous_plans=4)]),
        "same day": ((0, 2), [plan(0, "2024-06-01"), plan(0, "2024-06-01")]),
        "another child's": ((0, 1), after("2020-06-01", "2024-06-01", child=1)),
    }, "evidence=returns")  # fmt: skip
    check(name, {
        "exactly 12 months": ((1, 1), after("2023-06-10", "2024-06-10")),
        "a day more": ((0, 1), after("2023-06-09", "2024-06-10")),
        "not ended": ((0, 1), after(None, "2024-06-10")),
        "29 February": ((1, 1), after("2024-02-29", "2025-02-28")),
        "29 February, a day more": ((0, 1), after("2024-02-29", "2025-03-01")),
    }, "evidence=returns,window_months=12")  # fmt: skip
    check(name, {
        "by its number": ((1, 1), [plan(0, "2024-06-01", previous_plans=1)]),
        "by the returns": ((1, 1), after("2023-06-10", "2024-06-10")),
        "by neither": ((0, 1), after("2023-06-09", "2024-06-10")),
    }, "evidence=either,window_months=12")  # fmt: skip
    assert "undercounted" in note(name, after("2023-06-10", "2024-06-10"), "evidence=returns", first="2024-04-01")
    assert "undercounted" not in note(name, after("2023-06-10", "2024-06-10"), first="2024-04-01")


def test_a_window_for_plans_told_by_their_number_is_said_to_do_nothing():
    case = [plan(0, "2024-06-01", previous_plans=1)]
    assert "window_months needs evidence=returns" in note("cpp-second-or-subsequent", case, "window_months=12")
    assert not note("cpp-second-or-subsequent", case, "evidence=returns,window_months=12")


def test_plans_that_go_on_are_one_and_said():
    def again(began):
        return [plan(0, "2023-01-10", "2024-05-31"), plan(0, began, previous_plans=1)]

    rows = check("cpp-second-or-subsequent", {
        "the same day": ((0, 0), again("2024-05-31")),
        "the next day": ((0, 0), again("2024-06-01")),
        "two days behind": ((1, 1), again("2024-06-02")),
    }, "merge_gap_days=1")  # fmt: skip
    said = "1 left out: the plan goes on from one that ended the day before or on the day"
    assert [said in (row["note"] or "") for row in rows] == [True, True, False]
    check("cpp-second-or-subsequent", {"the next day": ((1, 1), again("2024-06-01"))})


def test_repeats_within_two_years():
    def after(ended, began="2024-08-01", child=0):
        return [plan(0, "2020-05-01", ended, previous_plans=0), plan(child, began, previous_plans=1)]

    name = "cpp-repeat-within-24m"
    cases = {
        "24 months to the day": ((1, 1), after("2022-08-01")),
        "a day more": ((0, 1), after("2022-07-31")),
        "the next day": ((1, 1), after("2024-07-31")),
        "the same day": ((1, 1), after("2024-08-01")),
        "ended behind the start": ((0, 1), after("2024-08-02")),
        "not ended": ((0, 1), after(None)),
        "elsewhere": ((0, 1), [plan(0, "2024-08-01", previous_plans=1)]),
        "first and repeat in a year": ((1, 2), [plan(0, "2024-04-01", "2024-05-01"), plan(0, "2024-06-01")]),
        "another child's": ((0, 1), after("2024-07-31", child=1)),
    }
    rows = check(name, cases)
    assert rows[6]["note"] == "1 with an earlier plan that is not in the returns"
    leap = {
        "28 February": ((1, 1), after("2022-02-28", "2024-02-28")),
        "29 February": ((0, 1), after("2022-02-28", "2024-02-29")),
    }
    check(name, leap, year="2023-24")
    check(name, {"6 months": ((1, 1), after("2024-02-29", "2024-08-29")), "more": ((0, 1), after("2024-02-29", "2024-08-30"))},
          "window_months=6")  # fmt: skip


@pytest.mark.parametrize(("months", "enough", "short"), [(6, "2023-10-01", "2023-10-02"), (12, "2023-04-01", "2023-04-02"),
                                                          (24, "2022-04-01", "2022-04-02")])  # fmt: skip
def test_repeats_are_undercounted_only_where_the_returns_begin_too_late(months, enough, short):
    chosen = None if months == 24 else f"window_months={months}"
    case = [plan(0, "2024-08-01", previous_plans=0)]
    assert "undercounted" not in note("cpp-repeat-within-24m", case, chosen, first=enough)
    assert "undercounted" in note("cpp-repeat-within-24m", case, chosen, first=short)
