"""Where protection plans lead, and whether the child comes back: windows, and what is asked first."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.side_by_side import check, each_alone, note
from indicators.small_histories import (
    child,
    closed,
    enquiry,
    episode,
    figures,
    plan,
    referral,
    support,
    totals,
)

from csc_returns.history import History

ENDED = plan(0, "2023-11-01", "2024-06-10")

#: What came → the destination of a plan that ended on 10 June 2024.
DESTINATIONS = {
    "nothing": ([referral(0)], "open_no_plan"),
    "no referral known": ([], "open_no_plan"),
    "plan on the day": ([plan(0, "2024-06-10")], "new_cpp"),
    "plan the next day": ([plan(0, "2024-06-11")], "new_cpp"),
    "plan two days behind": ([plan(0, "2024-06-12")], "open_no_plan"),
    "another child's plan": ([plan(1, "2024-06-10")], "open_no_plan"),
    "looked after before, going on": ([episode(0, "2024-01-01")], "looked_after"),
    "looked after until the day": ([episode(0, "2024-01-01", "2024-06-10", "E4A")], "open_no_plan"),
    "looked after until the day behind": ([episode(0, "2024-01-01", "2024-06-11", "E4A")], "looked_after"),
    "care starts 28 days behind": ([episode(0, "2024-07-08")], "looked_after"),
    "care starts 29 days behind": ([episode(0, "2024-07-09")], "open_no_plan"),
    "short breaks going on": ([episode(0, "2024-01-01", status="V3")], "open_no_plan"),
    "short breaks start": ([episode(0, "2024-06-12", status="V4")], "open_no_plan"),
    "died in the window": ([child(0, death_date="2024-07-08")], "died"),
    "died behind the window": ([child(0, death_date="2024-07-09")], "open_no_plan"),
    "closed for death": ([closed(0, "2024-06-10", "RC2")], "died"),
    "closed RC5, 28 days": ([closed(0, "2024-07-08", "RC5")], "transferred"),
    "closed RC5, 29 days": ([closed(0, "2024-07-09", "RC5")], "open_no_plan"),
    "closed RC1": ([closed(0, "2024-06-20", "RC1")], "permanence_order"),
    "closed RC3": ([closed(0, "2024-06-20", "RC3")], "permanence_order"),
    "closed RC4": ([closed(0, "2024-06-20", "RC4")], "permanence_order"),
    "18 on the day, closed RC6": ([child(0, "2006-06-10"), closed(0, "2024-06-10", "RC6")], "aged_out"),
    "18 the next day, closed RC6": ([child(0, "2006-06-11"), closed(0, "2024-06-11", "RC6")], "closed"),
    "18, closed RC8": ([child(0, "2006-06-10"), closed(0, "2024-06-10", "RC8")], "closed"),
    "18, open": ([child(0, "2006-06-10"), referral(0)], "open_no_plan"),
    "child in need plan on the day": ([support(0, "2024-06-10")], "cin_plan"),
    "child in need plan 28 days behind": ([support(0, "2024-07-08")], "cin_plan"),
    "child in need plan 29 days behind": ([support(0, "2024-07-09")], "open_no_plan"),
    "child in need plan before": ([support(0, "2024-06-09")], "open_no_plan"),
    "closed RC9": ([closed(0, "2024-06-20", "RC9")], "early_help"),
    "closed RC7 on the day": ([closed(0, "2024-06-10", "RC7")], "closed"),
    "closed RC8": ([closed(0, "2024-06-20", "RC8")], "closed"),
    "closed without a reason": ([closed(0, "2024-06-20", None)], "closed_other"),
    "closed before the plan ended": ([closed(0, "2024-06-09", "RC7")], "closed_other"),
    "another case closed": ([referral(0), closed(0, "2024-06-20", "RC5", referral=1)], "open_no_plan"),
    "plan and care": ([plan(0, "2024-06-11"), episode(0, "2024-06-11")], "new_cpp"),
    "care and death": ([episode(0, "2024-06-11"), child(0, death_date="2024-06-20")], "looked_after"),
    "child in need plan, then closed RC5": ([support(0, "2024-06-10"), closed(0, "2024-06-20", "RC5")], "transferred"),
    "child in need plan, then closed RC7": ([support(0, "2024-06-10"), closed(0, "2024-06-20", "RC7")], "cin_plan"),
    "18 with a child in need plan, closed RC7": (
        [child(0, "2006-06-10"), support(0, "2024-06-10"), closed(0, "2024-06-20", "RC7")], "aged_out",
    ),
}  # fmt: skip


def destinations(found: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Authority → destination → plans."""
    rows = found.filter(pl.col("breakdown") == "destination")
    return {
        key: dict(some.select("category", "numerator").rows())
        for (key,), some in rows.partition_by("la_code", as_dict=True).items()
    }


def test_where_a_plan_goes():
    found = figures(each_alone([[ENDED, *rows] for rows, _ in DESTINATIONS.values()]), "cpp-deescalation-destination")
    shown = destinations(found)
    for at, (words, (_, wanted)) in enumerate(DESTINATIONS.items()):
        assert shown[f"{at:03}"] == {wanted: 1}, words
    whole = found.filter(pl.col("breakdown") == "total").sort("la_code")
    lower = [wanted in ("cin_plan", "early_help", "closed", "open_no_plan") for _, wanted in DESTINATIONS.values()]
    assert whole["numerator"].to_list() == lower
    assert whole["denominator"].to_list() == [1] * len(lower)


def test_a_plan_of_one_day_is_not_the_one_that_follows_it():
    cases = [
        [plan(0, "2024-06-10", "2024-06-10")],
        [plan(0, "2024-06-10", "2024-06-10"), plan(0, "2024-06-10")],
    ]
    assert destinations(figures(each_alone(cases), "cpp-deescalation-destination")) == {
        "000": {"open_no_plan": 1},
        "001": {"new_cpp": 1},
    }
    cases = [
        [support(0, "2024-06-10", "2024-06-10")],
        [support(0, "2024-06-10", "2024-06-10"), support(0, "2024-06-10")],
        [support(0, "2024-06-10", "2024-06-10"), plan(0, "2024-06-10")],
        [support(0, "2024-01-10", "2024-06-10"), plan(0, "2024-06-11")],
        [support(0, "2024-01-10", "2024-03-31")],
        [ENDED, support(0, "2024-06-10", "2024-06-20")],
    ]
    found = figures(each_alone(cases), "cpp-deescalation-destination", "plan_types=cp_and_cin")
    assert destinations(found) == {
        "000": {"open_no_plan": 1},
        "001": {"cin_plan": 1},
        "002": {"new_cpp": 1},
        "003": {"new_cpp": 1},
        "005": {"cin_plan": 1, "open_no_plan": 1},
    }


def test_the_window_behind_a_plan_must_be_over():
    cases = {
        "over with the last day": ((1, 1), [plan(0, "2023-11-01", "2025-03-03")]),
        "a day more": ((0, 0), [plan(0, "2023-11-01", "2025-03-04"), support(0, "2025-03-04")]),
        "the last day": ((0, 0), [plan(0, "2023-11-01", "2025-03-31")]),
        "ended before the year": ((0, 0), [plan(0, "2023-11-01", "2024-03-31")]),
        "ended on its first day": ((1, 1), [plan(0, "2023-11-01", "2024-04-01")]),
    }
    rows = check("cpp-deescalation-destination", cases)
    assert ["1 left out: the days behind" in (row["note"] or "") for row in rows] == [False, True, True, False, False]
    longer = {words: case if words != "the last day" else ((1, 1), case[1]) for words, case in cases.items()}
    longer["a day more"] = ((1, 1), longer["a day more"][1])
    check("cpp-deescalation-destination", longer, last="2025-04-28")
    check("cpp-deescalation-destination", {
        "same day only": ((1, 1), [plan(0, "2023-11-01", "2025-03-31"), support(0, "2025-03-31")]),
        "restart is one whatever the window": ((0, 1), [ENDED, plan(0, "2024-06-11")]),
        "care a day behind is none": ((1, 1), [ENDED, episode(0, "2024-06-11")]),
    }, "destination_window_days=0")  # fmt: skip
    narrow = {"step down": ((1, 1), [ENDED, support(0, "2024-06-10")]), "open": ((0, 1), [ENDED])}
    check("cpp-deescalation-destination", narrow, "de_escalated_categories=cin_plan")


def test_children_looked_after_who_are_not_seen_are_said():
    name, case = "cpp-deescalation-destination", [ENDED, episode(0, "2024-06-11")]
    assert destinations(figures(each_alone([case]), name, "link_903=none")) == {"000": {"open_no_plan": 1}}
    assert "1 not looked for among children looked after" in note(name, case, "link_903=none")
    assert "children who became looked after are not seen" in note(name, case, collections=("cin",))
    late = [plan(0, "2023-11-01", "2025-03-10")]
    of = each_alone([late], last="2025-04-30")
    short = pl.col("last_day").clip(upper_bound=dt.date(2025, 3, 31))
    covered = of.covered.with_columns(
        pl.when(pl.col("collection") == "ssda903").then(short).otherwise("last_day").alias("last_day")
    )
    (row,) = totals(History(of.frames, covered), name)
    assert "1 with days behind the plan that run past the return of children looked after" in row["note"]
    assert totals(of, name)[0]["note"] is None


#: What came → whether a plan that ended on 10 June 2023 and de-escalated counts as sustained, and counts.
SUSTAINED = {
    "nothing": ([referral(0)], (1, 1)),
    "plan 12 months behind": ([plan(0, "2024-06-10")], (0, 1)),
    "plan a day more": ([plan(0, "2024-06-11")], (1, 1)),
    "enquiry on the day": ([enquiry(0, "2023-06-10")], (1, 1)),
    "enquiry the day behind": ([enquiry(0, "2023-06-11")], (0, 1)),
    "enquiry 12 months behind": ([enquiry(0, "2024-06-10")], (0, 1)),
    "enquiry of before": ([enquiry(0, "2023-06-01")], (1, 1)),
    "enquiry without a day": ([enquiry(0, None)], (1, 1)),
    "two enquiries and a plan": ([enquiry(0, "2023-09-01"), enquiry(0, "2023-10-01"), plan(0, "2023-10-10")], (0, 1)),
    "care": ([episode(0, "2024-01-15")], (0, 1)),
    "short breaks": ([episode(0, "2024-01-15", status="V3")], (1, 1)),
    "referral": ([referral(0, "2023-12-01", referral=1)], (1, 1)),
    "another child's plan": ([plan(1, "2023-12-01")], (1, 1)),
    "died 12 months behind": ([child(0, death_date="2024-06-10")], (0, 0)),
    "died a day more": ([child(0, death_date="2024-06-11")], (1, 1)),
    "18 in that time": ([child(0, "2006-06-10")], (0, 0)),
    "18 a day more": ([child(0, "2006-06-11")], (1, 1)),
    "18 on the day it ended": ([child(0, "2005-06-10")], (1, 1)),
    "moved away": ([referral(0), referral(0, "2023-12-01", referral=1, closed="2024-02-01", reason="RC5")], (0, 0)),
    "adopted": ([referral(0, "2023-12-01", referral=1, closed="2024-06-10", reason="RC1")], (0, 0)),
    "adopted a day more": ([referral(0, "2023-12-01", referral=1, closed="2024-06-11", reason="RC1")], (1, 1)),
    "adopted from care": ([episode(0, "2023-08-01", "2024-02-01", "E12")], (0, 0)),
    "came back, then turned 18": ([enquiry(0, "2023-09-01"), child(0, "2005-12-01")], (0, 0)),
    "new plan at once": ([plan(0, "2023-06-11")], (0, 0)),
}  # fmt: skip


def test_whether_the_child_comes_back():
    ended = plan(0, "2022-11-01", "2023-06-10")
    cases = {words: (wanted, [ended, *rows]) for words, (rows, wanted) in SUSTAINED.items()}
    rows = check("cpp-deescalation-sustained", cases, year="2023-24")
    notes = {words: row["note"] or "" for words, row in zip(cases, rows, strict=True)}
    gone = [words for words, text in notes.items() if "1 left out: the child died" in text]
    assert gone == ["died 12 months behind", "18 in that time", "moved away", "adopted", "adopted from care",
                    "came back, then turned 18"]  # fmt: skip
    cases = {
        "any referral": ((0, 1), [ended, referral(0, "2023-12-01", referral=1, no_further_action=True)]),
        "enquiry": ((1, 1), [ended, enquiry(0, "2023-09-01")]),
        "on the day": ((1, 1), [ended, referral(0, "2023-06-10", referral=1)]),
    }
    check("cpp-deescalation-sustained", cases, "events=any_referral", year="2023-24")
    cases["any referral"] = ((1, 1), cases["any referral"][1])
    check("cpp-deescalation-sustained", cases, "events=accepted_referral", year="2023-24")


def test_the_months_behind_a_plan_must_be_over():
    def ended(day):
        return [plan(0, "2022-11-01", day)]

    cases = {
        "over with the last day": ((1, 1), ended("2024-03-31")),
        "from 29 February": ((0, 1), [*ended("2024-02-29"), enquiry(0, "2025-02-28")]),
        "from 29 February, a day more": ((1, 1), [*ended("2024-02-29"), enquiry(0, "2025-03-01")]),
    }
    check("cpp-deescalation-sustained", cases, year="2023-24")
    rows = check(
        "cpp-deescalation-sustained", {"a day more": ((0, 0), ended("2024-03-31"))}, last="2025-03-30", year="2023-24"
    )
    assert "1 left out: the months behind the plan run past the returns" in rows[0]["note"]


@pytest.mark.parametrize(("months", "last"), [(6, "2024-09-30"), (12, "2025-03-31"), (24, "2026-03-31")])
def test_only_what_is_followed_is_asked_for(months, last):
    case = [plan(0, "2022-11-01", "2023-06-10")]
    chosen = None if months == 12 else f"follow_up_months={months}"
    of = each_alone([case], last=last)
    (row,) = totals(of, "cpp-deescalation-sustained", chosen, year="2023-24")
    assert (row["numerator"], row["denominator"], row["note"]) == (1, 1, None)
    earlier = (dt.date.fromisoformat(last) - dt.timedelta(days=1)).isoformat()
    (row,) = totals(each_alone([case], last=earlier), "cpp-deescalation-sustained", chosen, year="2023-24")
    assert f"plans without {months} months behind them are left out" in row["note"]
    assert "children who became looked after are not seen" in row["note"]


def test_each_event_is_shown_beside_the_figure():
    case = [
        plan(0, "2022-11-01", "2023-06-10"),
        enquiry(0, "2023-09-01"),
        enquiry(0, "2023-10-01"),
        plan(0, "2023-10-10"),
    ]
    found = figures(each_alone([case]), "cpp-deescalation-sustained", year="2023-24")
    events = found.filter(pl.col("breakdown") == "event").select("category", "numerator", "denominator").rows()
    assert events == [("new_cpp", 1, 1), ("s47", 1, 1), ("looked_after", 0, 1)]
    found = figures(each_alone([case]), "cpp-deescalation-sustained", "report_each_event=false", year="2023-24")
    assert "event" not in found["breakdown"].to_list()


def test_what_follows_a_plan_is_not_asked_of_a_quarter():
    with pytest.raises(ValueError, match="12 months ahead"):
        totals(each_alone([[ENDED]]), "cpp-deescalation-sustained", period="quarter")


def test_children_who_left_care_to_family():
    def left(*more, day="2022-06-10", reason="E45", began="2021-01-01"):
        return [episode(0, began, day, reason), *more]

    cases = {
        "nothing": ((0, 1), left()),
        "enquiry 24 months behind": ((1, 1), left(enquiry(0, "2024-06-10"))),
        "enquiry a day more": ((0, 1), left(enquiry(0, "2024-06-11"))),
        "plan on the day": ((0, 1), left(plan(0, "2022-06-10"))),
        "plan the day behind": ((1, 1), left(plan(0, "2022-06-11"))),
        "both": ((1, 1), left(enquiry(0, "2022-07-01"), enquiry(0, "2022-08-01"), plan(0, "2022-08-11"))),
        "enquiry without a day": ((0, 1), left(enquiry(0, None))),
        "another child's": ((0, 1), left(plan(1, "2022-08-11"))),
        "E41": ((1, 1), left(plan(0, "2022-08-11"), reason="E41")),
        "E47": ((1, 1), left(plan(0, "2022-08-11"), reason="E47")),
        "E46 is to a stranger": ((0, 0), left(plan(0, "2022-08-11"), reason="E46")),
        "first day": ((0, 1), left(day="2022-04-01")),
        "last day": ((0, 1), left(day="2023-03-31")),
        "the day before": ((0, 0), left(day="2022-03-31")),
        "left again, home": ((0, 0), left(episode(0, "2022-08-01", "2022-09-01", "E4A"), plan(0, "2022-10-01"))),
        "left twice": ((0, 1), left(episode(0, "2022-08-01", "2022-09-01", "E41"), plan(0, "2022-07-01"))),
        "short breaks": ((0, 0), [episode(0, "2021-01-01", "2022-06-10", "E45", status="V3"), plan(0, "2022-08-11")]),
    }  # fmt: skip
    name = "family-order-later-child-protection"
    rows = check(name, cases, year="2022-23")
    assert all("only seen while the family lives" in row["note"] for row in rows)
    rows = check(
        name, {"not over": ((0, 0), left(plan(0, "2022-07-01"), day="2023-03-31"))}, last="2025-03-30", year="2022-23"
    )
    assert "1 left out" in rows[0]["note"]
    assert "children without 24 months behind them" in rows[0]["note"]
    check(name, {"leap": ((1, 1), left(plan(0, "2025-02-28"), day="2024-02-29")),
                 "leap, a day more": ((0, 1), left(plan(0, "2025-03-01"), day="2024-02-29"))},
          "follow_up_months=12", year="2023-24")  # fmt: skip
