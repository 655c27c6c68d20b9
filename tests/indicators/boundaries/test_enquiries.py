"""Enquiries and conferences at the first and last day of each window."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.side_by_side import check, each_alone, note, of_all
from indicators.small_histories import (
    closed,
    enquiry,
    figures,
    plan,
    referral,
    support,
    totals,
)

# -- how many ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "event"), [("s47-rate", enquiry), ("cpp-starting-rate", plan)])
def test_events_of_the_period(name, event):
    cases = {
        "first day": (1, [event(0, "2024-04-01")]),
        "last day": (1, [event(0, "2025-03-31")]),
        "the day before": (0, [event(0, "2024-03-31")]),
        "the day behind": (0, [event(0, "2025-04-01")]),
        "two of one child": (2, [event(0, "2024-06-01"), event(0, "2024-09-01")]),
        "two of one child and day": (2, [event(0, "2024-06-01"), event(0, "2024-06-01")]),
        "nothing": (0, [referral(0)]),
    }
    check(name, cases)
    quarters = totals(of_all(cases), name, period="quarter")
    by_quarter = [[row["numerator"] for row in quarters[at : at + 7]] for at in range(0, 28, 7)]
    assert by_quarter == [[1, 0, 0, 0, 1, 2, 0], [0, 0, 0, 0, 1, 0, 0], [0] * 7, [0, 1, 0, 0, 0, 0, 0]]
    as_at = totals(of_all(cases), name, as_at=dt.date(2024, 6, 1))
    assert [row["numerator"] for row in as_at] == [1, 0, 0, 0, 1, 2, 0]


def test_an_enquiry_without_a_start_is_none():
    check(
        "s47-rate",
        {"blank": (0, [enquiry(0, None)]), "blank, with a conference": (0, [enquiry(0, None, "2024-06-01")])},
    )


def test_conferences_count_once_wherever_they_stand():
    cases = {
        "first day, of an enquiry before": (1, [enquiry(0, "2024-03-20", "2024-04-01")]),
        "last day": (1, [enquiry(0, "2025-03-20", "2025-03-31")]),
        "the day behind": (0, [enquiry(0, "2025-03-20", "2025-04-01")]),
        "moved in": (1, [referral(0, "2024-05-01", conference_date="2024-05-10")]),
        "with both": (1, [referral(0, "2024-05-01", conference_date="2024-05-10"), enquiry(0, "2024-05-02", "2024-05-10")]),
        "with two enquiries": (1, [enquiry(0, "2024-05-02", "2024-05-10"), enquiry(0, "2024-05-03", "2024-05-10")]),
        "brother and sister on a day": (2, [enquiry(0, "2024-05-02", "2024-05-10"), enquiry(1, "2024-05-02", "2024-05-10")]),
        "none held": (0, [enquiry(0, "2024-05-02")]),
    }  # fmt: skip
    check("icpc-rate", cases)


def test_conferences_set_beside_enquiries():
    cases = {
        "none of either": ((0, 0), [referral(0)]),
        "a conference of an enquiry before": ((1, 0), [enquiry(0, "2024-03-31", "2024-04-01")]),
        "an enquiry whose conference is behind": ((0, 1), [enquiry(0, "2025-03-31", "2025-04-01")]),
        "moved in": ((1, 1), [enquiry(0, "2024-06-01"), referral(0, conference_date="2024-06-10")]),
    }
    rows = check("icpc-per-s47", cases)
    assert rows[1]["value"] is None
    assert rows[3]["value"] == 100


def test_an_enquiry_and_its_own_conference():
    cases = {
        "on the last day of the window": ((1, 1), [enquiry(0, "2024-06-01", "2024-07-31")]),
        "a day late": ((0, 1), [enquiry(0, "2024-06-01", "2024-08-01")]),
        "same day": ((1, 1), [enquiry(0, "2024-06-01", "2024-06-01")]),
        "the window ends with the returns": ((0, 1), [enquiry(0, "2025-01-30")]),
        "the window ends a day behind them": ((0, 0), [enquiry(0, "2025-01-31", "2025-02-01")]),
        "moved in": ((0, 0), [referral(0, conference_date="2024-06-10")]),
    }
    rows = check("icpc-per-s47", cases, "method=linked")
    assert "1 left out: the days for a conference run past the returns" in rows[4]["note"]
    # 29 February 2024 lies in the fifteen days.
    short = {
        "in time": ((1, 1), [enquiry(0, "2024-02-20", "2024-03-06")]),
        "late": ((0, 1), [enquiry(0, "2024-02-20", "2024-03-07")]),
    }
    check("icpc-per-s47", short, "method=linked,link_window_days=15", year="2023-24")


def test_fifteen_working_days():
    cases = {
        "fifteen": ((1, 1), [enquiry(0, "2024-06-03", "2024-06-24")]),
        "sixteen": ((0, 1), [enquiry(0, "2024-06-03", "2024-06-25")]),
        "fifteen over two bank holidays": ((1, 1), [enquiry(0, "2024-05-03", "2024-05-28")]),
        "sixteen over two bank holidays": ((0, 1), [enquiry(0, "2024-05-03", "2024-05-29")]),
        "same day": ((1, 1), [enquiry(0, "2024-06-03", "2024-06-03")]),
        "from a Saturday": ((1, 1), [enquiry(0, "2024-06-01", "2024-06-21")]),
        "from a Saturday, late": ((0, 1), [enquiry(0, "2024-06-01", "2024-06-24")]),
        "held on the first day of the year": ((1, 1), [enquiry(0, "2024-03-25", "2024-04-01")]),
        "held behind the year": ((0, 0), [enquiry(0, "2025-03-25", "2025-04-01")]),
        "moved in": ((0, 0), [referral(0, conference_date="2024-06-10")]),
        "with two enquiries: the later": (
            (1, 1), [enquiry(0, "2024-05-01", "2024-06-25"), enquiry(0, "2024-06-20", "2024-06-25")],
        ),
        "no start": ((0, 1), [enquiry(0, None, "2024-06-10")]),
    }  # fmt: skip
    rows = check("icpc-within-15-days", cases)
    assert rows[-1]["note"] == "1 without the day on which the enquiry began"
    bands = figures(of_all(cases), "icpc-within-15-days")
    late = bands.filter((pl.col("category") == "16-20") & (pl.col("numerator") > 0))["la_code"].to_list()
    assert late == ["001", "003", "006"]
    target = {
        "on the day aimed at": ((1, 1), [enquiry(0, "2024-06-03", "2024-07-25", conference_target="2024-07-25")]),
        "a day behind it": ((0, 1), [enquiry(0, "2024-06-03", "2024-06-10", conference_target="2024-06-09")]),
        "no target, fifteen": ((1, 1), [enquiry(0, "2024-06-03", "2024-06-24")]),
        "no target, sixteen": ((0, 1), [enquiry(0, "2024-06-03", "2024-06-25")]),
    }
    check("icpc-within-15-days", target, "clock_start=target_date")


# -- what came before and after an enquiry -----------------------------------------------------------------------------


def test_enquiries_that_led_to_a_plan():
    cases = {
        "on the day": ((1, 1), [enquiry(0, "2024-06-01"), plan(0, "2024-06-01")]),
        "sixty days": ((1, 1), [enquiry(0, "2024-06-01"), plan(0, "2024-07-31")]),
        "sixty-one": ((0, 1), [enquiry(0, "2024-06-01"), plan(0, "2024-08-01")]),
        "the day before, and ended that day": ((0, 1), [enquiry(0, "2024-06-02"), plan(0, "2024-06-01", "2024-06-02")]),
        "45 days from the conference": ((1, 1), [enquiry(0, "2024-06-01", "2024-07-20"), plan(0, "2024-09-03")]),
        "46": ((0, 1), [enquiry(0, "2024-06-01", "2024-07-20"), plan(0, "2024-09-04")]),
        "before a late conference": ((0, 1), [enquiry(0, "2024-06-01", "2024-08-20"), plan(0, "2024-08-19")]),
        "plan open": ((0, 0), [plan(0, "2024-05-31"), enquiry(0, "2024-06-01"), plan(0, "2024-06-20")]),
        "plan open, ends the day behind": (
            (0, 0), [plan(0, "2024-05-01", "2024-06-02"), enquiry(0, "2024-06-01"), plan(0, "2024-06-20")],
        ),
        "two enquiries, one plan": ((1, 2), [enquiry(0, "2024-06-01"), enquiry(0, "2024-06-10"), plan(0, "2024-06-20")]),
        "two enquiries, two plans": (
            (2, 2),
            [enquiry(0, "2024-06-01"), plan(0, "2024-06-05", "2024-06-08"), enquiry(0, "2024-06-10"), plan(0, "2024-06-20")],
        ),
        "another child's plan": ((0, 1), [enquiry(0, "2024-06-01"), plan(1, "2024-06-20")]),
        "window ends with the returns": ((0, 1), [enquiry(0, "2025-01-30")]),
        "a day behind them": ((0, 0), [enquiry(0, "2025-01-31"), plan(0, "2025-02-01")]),
        "conference's window behind them": ((0, 0), [enquiry(0, "2025-01-01", "2025-02-15"), plan(0, "2025-02-15")]),
        "the same enquiry twice": ((1, 2), [enquiry(0, "2024-06-01"), enquiry(0, "2024-06-01"), plan(0, "2024-06-20")]),
    }  # fmt: skip
    check("s47-to-cpp", cases)
    check("s47-to-cpp", {
        "earlier one gets it": ((1, 2), [enquiry(0, "2024-06-01"), enquiry(0, "2024-06-10"), plan(0, "2024-06-20")]),
        "the earlier one is not of the year": (
            (0, 1), [enquiry(0, "2024-03-20"), enquiry(0, "2024-04-10"), plan(0, "2024-04-20")],
        ),
    }, "two_enquiries=first")  # fmt: skip
    check("s47-to-cpp", {
        "plan open, none follows": ((0, 1), [plan(0, "2024-05-31"), enquiry(0, "2024-06-01")]),
        "plan open, one follows": (
            (1, 1), [plan(0, "2024-05-31", "2024-06-10"), enquiry(0, "2024-06-01"), plan(0, "2024-06-20")],
        ),
    }, "open_plan=keep")  # fmt: skip
    check("s47-to-cpp", {
        "thirty": ((1, 1), [enquiry(0, "2024-06-01"), plan(0, "2024-07-01")]),
        "thirty-one": ((0, 1), [enquiry(0, "2024-06-01"), plan(0, "2024-07-02")]),
    }, "window_days=30")  # fmt: skip


def test_the_first_enquiry_may_be_in_a_return_that_is_not_there():
    case = [enquiry(0, "2024-04-10"), plan(0, "2024-04-20")]
    assert "enquiries from before the returns" in note("s47-to-cpp", case, "two_enquiries=first", first="2024-04-01")
    assert "enquiries from before the returns" not in note("s47-to-cpp", case, first="2024-04-01")
    assert "enquiries from before the returns" not in note(
        "s47-to-cpp", case, "two_enquiries=first", first="2023-04-01"
    )


def test_enquiries_that_needed_no_conference():
    def marked(mark, *more, held=None):
        return [enquiry(0, "2024-06-01", held, conference_not_required=mark), *more]

    cases = {
        "not needed": ((1, 1), marked(True)),
        "needed and held": ((0, 1), marked(False, held="2024-06-10")),
        "needed, not held": ((0, 1), marked(False)),
        "blank": ((0, 1), marked(None)),
    }
    check("s47-no-further-action", cases)
    parts = figures(of_all(cases), "s47-no-further-action")
    undecided = parts.filter(pl.col("category") == "undecided").sort("la_code")
    assert undecided.select("numerator", "denominator").rows() == [(0, 1), (0, 1), (1, 1), (1, 1)]
    check("s47-no-further-action", {
        "45 days": ((1, 1), marked(True, closed(0, "2024-07-16", "RC8"))),
        "46 days": ((0, 1), marked(True, closed(0, "2024-07-17", "RC8"))),
        "on the day, RC9": ((1, 1), marked(True, closed(0, "2024-06-01", "RC9"))),
        "the day before": ((0, 1), marked(True, closed(0, "2024-05-31", "RC8"))),
        "for another reason": ((0, 1), marked(True, closed(0, "2024-06-20", "RC7"))),
        "no reason": ((0, 1), marked(True, closed(0, "2024-06-20", None))),
        "still open": ((0, 1), marked(True, referral(0))),
        "another referral": ((0, 1), marked(True, referral(0), closed(0, "2024-06-20", "RC8", referral=1))),
    }, "nfa=no_conference_and_episode_closed_rc8")  # fmt: skip


def test_enquiries_after_a_referral_without_one():
    now = [referral(0, "2024-06-01"), enquiry(0, "2024-06-10")]

    def before(day, *more, number=1):
        return [*now, referral(0, day, referral=number), *more]

    cases = {
        "twelve months": ((1, 1), before("2023-06-10")),
        "a day more": ((0, 0), before("2023-06-09")),
        "with an enquiry then": ((0, 1), before("2023-06-10", enquiry(0, "2023-06-20", referral=1))),
        "with an enquiry without a day": ((0, 1), before("2023-06-10", enquiry(0, None, referral=1))),
        "one with and one without": ((0, 1), [*before("2023-07-10", enquiry(0, "2023-07-20", referral=1)),
                                             referral(0, "2023-09-10", referral=2)]),
        "an older one with is out of the window": ((1, 1), [*before("2023-05-10", enquiry(0, "2023-05-20", referral=1)),
                                                           referral(0, "2023-09-10", referral=2)]),
        "only its own": ((0, 0), now),
        "another of the same day": ((0, 0), before("2024-06-01")),
        "behind its own": ((0, 0), before("2024-06-05")),
        "another child's": ((0, 0), [*now, referral(1, "2023-09-10", referral=1)]),
        "29 February": ((1, 1), [referral(0, "2025-02-27"), enquiry(0, "2025-02-28"), referral(0, "2024-02-29", referral=1)]),
        "29 February, a day more": (
            (0, 0), [referral(0, "2025-02-27"), enquiry(0, "2025-03-01"), referral(0, "2024-02-29", referral=1)],
        ),
        "two enquiries of a referral": ((2, 2), [*before("2023-09-10"), enquiry(0, "2024-07-01")]),
    }  # fmt: skip
    check("s47-after-referral-without-s47", cases)
    longer = {"24 months": ((1, 1), before("2022-06-10")), "a day more": ((0, 0), before("2022-06-09"))}
    check("s47-after-referral-without-s47", longer, "window_months=24")
    assert "undercounted" in note("s47-after-referral-without-s47", now, first="2024-04-01")
    assert "undercounted" not in note("s47-after-referral-without-s47", now, first="2023-04-01")
    assert "undercounted" in note("s47-after-referral-without-s47", now, "window_months=24", first="2023-04-01")


def test_days_from_referral_to_enquiry():
    cases = {
        "same day": [referral(0, "2024-06-01"), enquiry(0, "2024-06-01")],
        "a month": [referral(0, "2024-06-01"), enquiry(0, "2024-07-01")],
        "over 29 February": [referral(0, "2024-02-28"), enquiry(0, "2024-04-01")],
        "of another referral": [
            referral(0, "2024-05-01"),
            referral(0, "2024-06-01", referral=1),
            enquiry(0, "2024-06-11", referral=1),
        ],
        "half a day is one more": [referral(0, "2024-06-01"), enquiry(0, "2024-06-03"), enquiry(0, "2024-06-04")],
        "no referral": [enquiry(0, "2024-06-01")],
        "not of the year": [referral(0, "2024-03-01"), enquiry(0, "2024-03-31")],
    }
    rows = totals(each_alone(cases.values()), "s47-time-from-referral")
    assert [row["value"] for row in rows] == [0, 30, 33, 10, 3, None, None]
    assert [row["denominator"] for row in rows] == [1, 1, 1, 1, 2, 0, 0]
    plans = [
        [referral(0, "2024-05-01"), support(0, "2024-05-11"), support(0, "2024-05-21"), enquiry(0, "2024-06-01")],
        [referral(0, "2024-05-01"), support(0, "2024-06-02"), enquiry(0, "2024-06-01")],
        [referral(0, "2024-05-01"), support(0, "2024-06-01"), enquiry(0, "2024-06-01")],
        [referral(0, "2024-05-01"), support(0, "2024-05-11", referral=1), enquiry(0, "2024-06-01")],
    ]
    rows = totals(each_alone(plans), "s47-time-from-referral", "from=cin_plan_start")
    assert [row["value"] for row in rows] == [21, None, 0, None]
