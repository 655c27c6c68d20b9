"""Indicators of protection at their boundaries: the first and last day of each window, blanks, repeats and several returns.

Each case is an authority of its own, and all cases of a test are one history: so nothing of one may leak into another.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import polars as pl
import pytest

from csc_returns.history import History, build_history, one_return
from csc_returns.history.model import FRAMES
from csc_returns.indicators import run

#: The year of most cases, and what the returns cover unless a test says otherwise.
YEAR = "2024-25"
FROM, TO = "2020-04-01", "2025-03-31"

Row = tuple[str, dict[str, object]]


def _row(frame: str, **values: object) -> Row:
    """A row of a frame; dates are text. Child and referral are number 0 of their case unless said otherwise."""
    known = FRAMES[frame]
    given = {"child": 0} | ({"referral": 0} if "referral" in known and frame != "plan_reviews" else {}) | values
    dates = {
        key: dt.date.fromisoformat(str(value)) for key, value in given.items() if value and known[key] == pl.Date()
    }
    return frame, given | dates


def child(born: str | None = "2012-05-05", **values: object) -> Row:
    return _row("children", birth_date=born, **values)


def referral(day: str = "2023-10-01", **values: object) -> Row:
    return _row("referrals", **{"referral_date": day, "no_further_action": False} | values)


def closed(day: str, reason: str | None, **values: object) -> Row:
    return referral(closure_date=day, closure_reason=reason, **values)


def enquiry(day: str | None, held: str | None = None, **values: object) -> Row:
    return _row("enquiries", start_date=day, conference_date=held, **values)


def plan(began: str, ended: str | None = None, **values: object) -> Row:
    return _row("protection_plans", start_date=began, end_date=ended, **values)


def review(day: str, number: int = 0) -> Row:
    return _row("plan_reviews", plan=number, review_date=day)


def support(began: str, ended: str | None = None, **values: object) -> Row:
    """A child in need plan."""
    return _row("cin_plans", start_date=began, end_date=ended, **values)


def care(began: str, ended: str | None = None, reason: str | None = None, **values: object) -> Row:
    usual = {"new_episode_reason": "S", "legal_status": "C2", "placement": "U6"}
    return _row("episodes", **{"start_date": began, "end_date": ended, "end_reason": reason} | usual | values)


def proceedings(began: str | None, **values: object) -> Row:
    return _row("pre_proceedings", start_date=began, **values)


def history(cases, first: str = FROM, last: str = TO, collections=("cin", "ssda903")) -> History:
    """One authority a case, from 000 on. Numbers of a case are its own; those of plans and enquiries follow their order."""
    rows: dict[str, list[dict[str, object]]] = {}
    for at, case in enumerate(cases):
        events = list(case)
        named = {row["child"] for frame, row in events if frame == "children"}
        events += [child(child=one) for one in {row["child"] for _, row in events} - named]
        count = {"protection_plans": 0, "enquiries": 0}
        for frame, row in events:
            numbered = dict(row)
            own = {"protection_plans": "plan", "enquiries": "enquiry"}.get(frame)
            if own:
                numbered.setdefault(own, count[frame])
                count[frame] += 1
            for key in ("child", "referral", "plan", "enquiry", "assessment"):
                if numbered.get(key) is not None:
                    numbered[key] = 100 * at + numbered[key]
            if frame == "children":
                numbered["la"] = f"{at:03}"
            rows.setdefault(frame, []).append(numbered)
    covered = [
        {"la": f"{at:03}", "collection": name, "first_day": dt.date.fromisoformat(first), "last_day": dt.date.fromisoformat(last)}
        for at in range(len(cases))
        for name in collections
    ]  # fmt: skip
    return History.from_rows(rows, covered)


def measured(name: str, of: History, chosen: str | None = None, by=(), **when) -> pl.DataFrame:
    """The figures of one indicator by default, or as ``chosen`` (text of a variant) says."""
    when = when or {"year": YEAR}
    found = run.indicators(
        of, [name], variants=[f"{name}:{chosen}"] if chosen else (), by=list(by), small_denominator=0, **when
    )
    return found.filter((pl.col("variant") == "default") if chosen is None else (pl.col("variant") != "default"))


def totals(name: str, of: History, chosen: str | None = None, **when) -> list[dict[str, object]]:
    found = measured(name, of, chosen, **when).filter(pl.col("breakdown") == "total")
    return found.sort("period_start", "la_code").to_dicts()


def check(
    name: str, cases, chosen: str | None = None, first: str = FROM, last: str = TO, **when
) -> list[dict[str, object]]:
    """Each case (words → numerator, or numerator and denominator; and its rows) gives the figure that it should."""
    rows = totals(name, history([case for _, case in cases.values()], first, last), chosen, **when)
    assert len(rows) == len(cases)
    for (words, (wanted, _)), row in zip(cases.items(), rows, strict=True):
        got = row["numerator"] if not isinstance(wanted, tuple) else (row["numerator"], row["denominator"])
        assert got == wanted, (words, row)
    return rows


def note(name: str, case, chosen: str | None = None, first: str = FROM, last: str = TO, **options) -> str:
    return totals(name, history([case], first, last, **options), chosen)[0]["note"] or ""


#: Something of almost every frame in one authority: it must change nothing for the others.
BUSY = [
    referral("2024-04-01"), enquiry("2024-04-02", "2024-04-20"), plan("2024-04-20", "2024-05-20", previous_plans=3),
    support("2024-05-20"), care("2024-06-01", "2024-07-01", "E45"), plan("2024-05-20"),
]  # fmt: skip


# -- how many ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "event"), [("s47-rate", enquiry), ("cpp-starting-rate", plan)])
def test_events_of_the_period(name, event):
    cases = {
        "first day": (1, [event("2024-04-01")]),
        "last day": (1, [event("2025-03-31")]),
        "the day before": (0, [event("2024-03-31")]),
        "the day behind": (0, [event("2025-04-01")]),
        "two of one child": (2, [event("2024-06-01"), event("2024-09-01")]),
        "two of one child and day": (2, [event("2024-06-01"), event("2024-06-01")]),
        "nothing": (0, [referral()]),
    }
    check(name, cases)
    quarters = totals(name, history([case for _, case in cases.values()]), period="quarter", year=YEAR)
    by_quarter = [[row["numerator"] for row in quarters[at : at + 7]] for at in range(0, 28, 7)]
    assert by_quarter == [[1, 0, 0, 0, 1, 2, 0], [0, 0, 0, 0, 1, 0, 0], [0] * 7, [0, 1, 0, 0, 0, 0, 0]]
    as_at = totals(name, history([case for _, case in cases.values()]), as_at=dt.date(2024, 6, 1))
    assert [row["numerator"] for row in as_at] == [1, 0, 0, 0, 1, 2, 0]


def test_an_enquiry_without_a_start_is_none():
    check("s47-rate", {"blank": (0, [enquiry(None)]), "blank, with a conference": (0, [enquiry(None, "2024-06-01")])})


def test_conferences_count_once_wherever_they_stand():
    cases = {
        "first day, of an enquiry before": (1, [enquiry("2024-03-20", "2024-04-01")]),
        "last day": (1, [enquiry("2025-03-20", "2025-03-31")]),
        "the day behind": (0, [enquiry("2025-03-20", "2025-04-01")]),
        "moved in": (1, [referral("2024-05-01", conference_date="2024-05-10")]),
        "with both": (1, [referral("2024-05-01", conference_date="2024-05-10"), enquiry("2024-05-02", "2024-05-10")]),
        "with two enquiries": (1, [enquiry("2024-05-02", "2024-05-10"), enquiry("2024-05-03", "2024-05-10")]),
        "brother and sister on a day": (2, [enquiry("2024-05-02", "2024-05-10"), enquiry("2024-05-02", "2024-05-10", child=1)]),
        "none held": (0, [enquiry("2024-05-02")]),
    }  # fmt: skip
    check("icpc-rate", cases)


def test_conferences_set_beside_enquiries():
    cases = {
        "none of either": ((0, 0), [referral()]),
        "a conference of an enquiry before": ((1, 0), [enquiry("2024-03-31", "2024-04-01")]),
        "an enquiry whose conference is behind": ((0, 1), [enquiry("2025-03-31", "2025-04-01")]),
        "moved in": ((1, 1), [enquiry("2024-06-01"), referral(conference_date="2024-06-10")]),
    }
    rows = check("icpc-per-s47", cases)
    assert rows[1]["value"] is None
    assert rows[3]["value"] == 100


def test_an_enquiry_and_its_own_conference():
    cases = {
        "on the last day of the window": ((1, 1), [enquiry("2024-06-01", "2024-07-31")]),
        "a day late": ((0, 1), [enquiry("2024-06-01", "2024-08-01")]),
        "same day": ((1, 1), [enquiry("2024-06-01", "2024-06-01")]),
        "the window ends with the returns": ((0, 1), [enquiry("2025-01-30")]),
        "the window ends a day behind them": ((0, 0), [enquiry("2025-01-31", "2025-02-01")]),
        "moved in": ((0, 0), [referral(conference_date="2024-06-10")]),
    }
    rows = check("icpc-per-s47", cases, "method=linked")
    assert "1 left out: the days for a conference run past the returns" in rows[4]["note"]
    # 29 February 2024 lies in the fifteen days.
    short = {
        "in time": ((1, 1), [enquiry("2024-02-20", "2024-03-06")]),
        "late": ((0, 1), [enquiry("2024-02-20", "2024-03-07")]),
    }
    check("icpc-per-s47", short, "method=linked,link_window_days=15", year="2023-24")


def test_fifteen_working_days():
    cases = {
        "fifteen": ((1, 1), [enquiry("2024-06-03", "2024-06-24")]),
        "sixteen": ((0, 1), [enquiry("2024-06-03", "2024-06-25")]),
        "fifteen over two bank holidays": ((1, 1), [enquiry("2024-05-03", "2024-05-28")]),
        "sixteen over two bank holidays": ((0, 1), [enquiry("2024-05-03", "2024-05-29")]),
        "same day": ((1, 1), [enquiry("2024-06-03", "2024-06-03")]),
        "from a Saturday": ((1, 1), [enquiry("2024-06-01", "2024-06-21")]),
        "from a Saturday, late": ((0, 1), [enquiry("2024-06-01", "2024-06-24")]),
        "held on the first day of the year": ((1, 1), [enquiry("2024-03-25", "2024-04-01")]),
        "held behind the year": ((0, 0), [enquiry("2025-03-25", "2025-04-01")]),
        "moved in": ((0, 0), [referral(conference_date="2024-06-10")]),
        "with two enquiries: the later": ((1, 1), [enquiry("2024-05-01", "2024-06-25"), enquiry("2024-06-20", "2024-06-25")]),
        "no start": ((0, 1), [enquiry(None, "2024-06-10")]),
    }  # fmt: skip
    rows = check("icpc-within-15-days", cases)
    assert rows[-1]["note"] == "1 without the day on which the enquiry began"
    bands = measured("icpc-within-15-days", history([case for _, case in cases.values()]))
    late = bands.filter((pl.col("category") == "16-20") & (pl.col("numerator") > 0))["la_code"].to_list()
    assert late == ["001", "003", "006"]
    target = {
        "on the day aimed at": ((1, 1), [enquiry("2024-06-03", "2024-07-25", conference_target="2024-07-25")]),
        "a day behind it": ((0, 1), [enquiry("2024-06-03", "2024-06-10", conference_target="2024-06-09")]),
        "no target, fifteen": ((1, 1), [enquiry("2024-06-03", "2024-06-24")]),
        "no target, sixteen": ((0, 1), [enquiry("2024-06-03", "2024-06-25")]),
    }
    check("icpc-within-15-days", target, "clock_start=target_date")


# -- what came before and after an enquiry -----------------------------------------------------------------------------


def test_enquiries_that_led_to_a_plan():
    cases = {
        "on the day": ((1, 1), [enquiry("2024-06-01"), plan("2024-06-01")]),
        "sixty days": ((1, 1), [enquiry("2024-06-01"), plan("2024-07-31")]),
        "sixty-one": ((0, 1), [enquiry("2024-06-01"), plan("2024-08-01")]),
        "the day before, and ended that day": ((0, 1), [enquiry("2024-06-02"), plan("2024-06-01", "2024-06-02")]),
        "45 days from the conference": ((1, 1), [enquiry("2024-06-01", "2024-07-20"), plan("2024-09-03")]),
        "46": ((0, 1), [enquiry("2024-06-01", "2024-07-20"), plan("2024-09-04")]),
        "before a late conference": ((0, 1), [enquiry("2024-06-01", "2024-08-20"), plan("2024-08-19")]),
        "plan open": ((0, 0), [plan("2024-05-31"), enquiry("2024-06-01"), plan("2024-06-20")]),
        "plan open, ends the day behind": ((0, 0), [plan("2024-05-01", "2024-06-02"), enquiry("2024-06-01"), plan("2024-06-20")]),
        "two enquiries, one plan": ((1, 2), [enquiry("2024-06-01"), enquiry("2024-06-10"), plan("2024-06-20")]),
        "two enquiries, two plans": ((2, 2), [enquiry("2024-06-01"), plan("2024-06-05", "2024-06-08"), enquiry("2024-06-10"),
                                             plan("2024-06-20")]),
        "another child's plan": ((0, 1), [enquiry("2024-06-01"), plan("2024-06-20", child=1)]),
        "window ends with the returns": ((0, 1), [enquiry("2025-01-30")]),
        "a day behind them": ((0, 0), [enquiry("2025-01-31"), plan("2025-02-01")]),
        "conference's window behind them": ((0, 0), [enquiry("2025-01-01", "2025-02-15"), plan("2025-02-15")]),
        "the same enquiry twice": ((1, 2), [enquiry("2024-06-01"), enquiry("2024-06-01"), plan("2024-06-20")]),
    }  # fmt: skip
    check("s47-to-cpp", cases)
    check("s47-to-cpp", {
        "earlier one gets it": ((1, 2), [enquiry("2024-06-01"), enquiry("2024-06-10"), plan("2024-06-20")]),
        "the earlier one is not of the year": ((0, 1), [enquiry("2024-03-20"), enquiry("2024-04-10"), plan("2024-04-20")]),
    }, "two_enquiries=first")  # fmt: skip
    check("s47-to-cpp", {
        "plan open, none follows": ((0, 1), [plan("2024-05-31"), enquiry("2024-06-01")]),
        "plan open, one follows": ((1, 1), [plan("2024-05-31", "2024-06-10"), enquiry("2024-06-01"), plan("2024-06-20")]),
    }, "open_plan=keep")  # fmt: skip
    check("s47-to-cpp", {
        "thirty": ((1, 1), [enquiry("2024-06-01"), plan("2024-07-01")]),
        "thirty-one": ((0, 1), [enquiry("2024-06-01"), plan("2024-07-02")]),
    }, "window_days=30")  # fmt: skip


def test_the_first_enquiry_may_be_in_a_return_that_is_not_there():
    case = [enquiry("2024-04-10"), plan("2024-04-20")]
    assert "enquiries from before the returns" in note("s47-to-cpp", case, "two_enquiries=first", first="2024-04-01")
    assert "enquiries from before the returns" not in note("s47-to-cpp", case, first="2024-04-01")
    assert "enquiries from before the returns" not in note(
        "s47-to-cpp", case, "two_enquiries=first", first="2023-04-01"
    )


def test_enquiries_that_needed_no_conference():
    def marked(mark, *more, held=None):
        return [enquiry("2024-06-01", held, conference_not_required=mark), *more]

    cases = {
        "not needed": ((1, 1), marked(True)),
        "needed and held": ((0, 1), marked(False, held="2024-06-10")),
        "needed, not held": ((0, 1), marked(False)),
        "blank": ((0, 1), marked(None)),
    }
    check("s47-no-further-action", cases)
    parts = measured("s47-no-further-action", history([case for _, case in cases.values()]))
    undecided = parts.filter(pl.col("category") == "undecided").sort("la_code")
    assert undecided.select("numerator", "denominator").rows() == [(0, 1), (0, 1), (1, 1), (1, 1)]
    check("s47-no-further-action", {
        "45 days": ((1, 1), marked(True, closed("2024-07-16", "RC8"))),
        "46 days": ((0, 1), marked(True, closed("2024-07-17", "RC8"))),
        "on the day, RC9": ((1, 1), marked(True, closed("2024-06-01", "RC9"))),
        "the day before": ((0, 1), marked(True, closed("2024-05-31", "RC8"))),
        "for another reason": ((0, 1), marked(True, closed("2024-06-20", "RC7"))),
        "no reason": ((0, 1), marked(True, closed("2024-06-20", None))),
        "still open": ((0, 1), marked(True, referral())),
        "another referral": ((0, 1), marked(True, referral(), closed("2024-06-20", "RC8", referral=1))),
    }, "nfa=no_conference_and_episode_closed_rc8")  # fmt: skip


def test_enquiries_after_a_referral_without_one():
    now = [referral("2024-06-01"), enquiry("2024-06-10")]

    def before(day, *more, number=1):
        return [*now, referral(day, referral=number), *more]

    cases = {
        "twelve months": ((1, 1), before("2023-06-10")),
        "a day more": ((0, 0), before("2023-06-09")),
        "with an enquiry then": ((0, 1), before("2023-06-10", enquiry("2023-06-20", referral=1))),
        "with an enquiry without a day": ((0, 1), before("2023-06-10", enquiry(None, referral=1))),
        "one with and one without": ((0, 1), [*before("2023-07-10", enquiry("2023-07-20", referral=1)),
                                             referral("2023-09-10", referral=2)]),
        "an older one with is out of the window": ((1, 1), [*before("2023-05-10", enquiry("2023-05-20", referral=1)),
                                                           referral("2023-09-10", referral=2)]),
        "only its own": ((0, 0), now),
        "another of the same day": ((0, 0), before("2024-06-01")),
        "behind its own": ((0, 0), before("2024-06-05")),
        "another child's": ((0, 0), [*now, referral("2023-09-10", referral=1, child=1)]),
        "29 February": ((1, 1), [referral("2025-02-27"), enquiry("2025-02-28"), referral("2024-02-29", referral=1)]),
        "29 February, a day more": ((0, 0), [referral("2025-02-27"), enquiry("2025-03-01"), referral("2024-02-29", referral=1)]),
        "two enquiries of a referral": ((2, 2), [*before("2023-09-10"), enquiry("2024-07-01")]),
    }  # fmt: skip
    check("s47-after-referral-without-s47", cases)
    longer = {"24 months": ((1, 1), before("2022-06-10")), "a day more": ((0, 0), before("2022-06-09"))}
    check("s47-after-referral-without-s47", longer, "window_months=24")
    assert "undercounted" in note("s47-after-referral-without-s47", now, first="2024-04-01")
    assert "undercounted" not in note("s47-after-referral-without-s47", now, first="2023-04-01")
    assert "undercounted" in note("s47-after-referral-without-s47", now, "window_months=24", first="2023-04-01")


def test_days_from_referral_to_enquiry():
    cases = {
        "same day": [referral("2024-06-01"), enquiry("2024-06-01")],
        "a month": [referral("2024-06-01"), enquiry("2024-07-01")],
        "over 29 February": [referral("2024-02-28"), enquiry("2024-04-01")],
        "of another referral": [
            referral("2024-05-01"),
            referral("2024-06-01", referral=1),
            enquiry("2024-06-11", referral=1),
        ],
        "half a day is one more": [referral("2024-06-01"), enquiry("2024-06-03"), enquiry("2024-06-04")],
        "no referral": [enquiry("2024-06-01")],
        "not of the year": [referral("2024-03-01"), enquiry("2024-03-31")],
    }
    rows = totals("s47-time-from-referral", history(cases.values()))
    assert [row["value"] for row in rows] == [0, 30, 33, 10, 3, None, None]
    assert [row["denominator"] for row in rows] == [1, 1, 1, 1, 2, 0, 0]
    plans = [
        [referral("2024-05-01"), support("2024-05-11"), support("2024-05-21"), enquiry("2024-06-01")],
        [referral("2024-05-01"), support("2024-06-02"), enquiry("2024-06-01")],
        [referral("2024-05-01"), support("2024-06-01"), enquiry("2024-06-01")],
        [referral("2024-05-01"), support("2024-05-11", referral=1), enquiry("2024-06-01")],
    ]
    rows = totals("s47-time-from-referral", history(plans), "from=cin_plan_start")
    assert [row["value"] for row in rows] == [21, None, 0, None]


# -- plans -------------------------------------------------------------------------------------------------------------


def test_on_a_plan_on_the_last_day():
    cases = {
        "began on the day": (1, [plan("2025-03-31")]),
        "began behind it": (0, [plan("2025-04-01")]),
        "ended on the day": (0, [plan("2024-01-10", "2025-03-31")]),
        "ended behind it": (1, [plan("2024-01-10", "2025-04-01")]),
        "two open": (1, [plan("2024-01-10"), plan("2024-02-10")]),
        "brother and sister": (2, [plan("2024-01-10"), plan("2024-01-10", child=1)]),
        "unborn": (1, [child(None, expected_birth_date="2025-06-01"), plan("2025-02-01")]),
        "grown up": (1, [child("2006-01-01"), plan("2024-01-10")]),
    }
    check("cpp-rate-31-march", cases)
    every = history([case for _, case in cases.values()])
    third = totals("cpp-rate-31-march", every, period="quarter", year=YEAR)[16:24]
    assert [row["numerator"] for row in third] == [0, 0, 1, 1, 1, 2, 0, 1]
    shown = measured("cpp-rate-31-march", every, by=["age_band"]).filter(pl.col("breakdown") == "age_band")
    ages = {(row["la_code"], row["category"]) for row in shown.to_dicts()}
    assert {("006", "unborn"), ("007", "18+")} <= ages


def test_the_category_of_abuse_is_that_of_the_day():
    one = history([[plan("2024-05-01", initial_category="NEG", latest_category="EMO")]])
    for name, category in {"cpp-starting-rate": "NEG", "cpp-rate-31-march": "EMO"}.items():
        shown = measured(name, one, by=["category_of_abuse"])
        assert shown.filter(pl.col("breakdown") == "category_of_abuse")["category"].to_list() == [category]


def test_two_years_or_more_on_the_last_day():
    cases = {
        "two years to the day": ((1, 1), [plan("2023-03-31")]),
        "a day less": ((0, 1), [plan("2023-04-01")]),
        "the latest of two": ((0, 1), [plan("2021-01-01"), plan("2024-01-01")]),
        "ended on the day": ((0, 0), [plan("2021-01-01", "2025-03-31")]),
    }
    check("cpp-2-years-plus", cases)
    # From 31 March 2023 to 31 March 2025 there are 731 days.
    check("cpp-2-years-plus", {
        "730 days": ((1, 1), [plan("2023-04-01")]), "729": ((0, 1), [plan("2023-04-02")]),
    }, "length_rule=days_730")  # fmt: skip
    quarter = [plan("2022-06-30")]
    assert [
        row["numerator"] for row in totals("cpp-2-years-plus", history([quarter]), period="quarter", year=YEAR)
    ] == [1] * 4
    assert totals("cpp-2-years-plus", history([quarter]), as_at=dt.date(2024, 6, 29))[0]["numerator"] == 0
    ended = {"ended": ((1, 1), [plan("2022-06-10", "2024-06-10")]), "open": ((0, 0), [plan("2021-01-01")])}
    check("cpp-2-years-plus", ended, "basis=ceased_in_year")


def test_two_years_or_more_at_the_end():
    cases = {
        "two years to the day": ((1, 1), [plan("2022-06-10", "2024-06-10")]),
        "a day less": ((0, 1), [plan("2022-06-11", "2024-06-10")]),
        "ended on the first day": ((1, 1), [plan("2020-06-11", "2024-04-01")]),
        "ended before": ((0, 0), [plan("2020-06-11", "2024-03-31")]),
        "ended on the last day": ((0, 1), [plan("2024-06-11", "2025-03-31")]),
        "open": ((0, 0), [plan("2020-06-11")]),
        "two of one child": ((1, 2), [plan("2020-06-11", "2024-05-01"), plan("2024-06-11", "2025-03-31")]),
    }
    check("cpp-2-years-plus-ceased", cases)
    leap = {"from 29 February": ((1, 1), [plan("2020-02-29", "2022-02-28")])}
    check("cpp-2-years-plus-ceased", leap, year="2021-22")
    check("cpp-2-years-plus-ceased", {"729 days": ((0, 1), [plan("2022-06-11", "2024-06-09")]),
                                      "730": ((1, 1), [plan("2022-06-11", "2024-06-10")])}, "length_rule=days_730")  # fmt: skip


def test_lengths_of_open_plans():
    days = {
        "2025-03-31": "up to 3 months", "2024-12-31": "up to 3 months", "2024-12-30": "over 3 to 6 months",
        "2024-10-01": "over 3 to 6 months", "2024-09-30": "over 6 months to under 1 year",
        "2024-04-01": "over 6 months to under 1 year", "2024-03-31": "1 to under 2 years", "2023-04-01": "1 to under 2 years",
        "2023-03-31": "2 years or more",
    }  # fmt: skip
    found = measured("cpp-duration-at-31-march", history([[plan(day)] for day in days]))
    shown = found.filter(pl.col("breakdown") == "plan_length_band").sort("la_code")
    assert shown["category"].to_list() == list(days.values())
    # On 28 February 2025: three months from 30 November end on that day, and a year from 29 February 2024.
    days = {"2024-11-30": "up to 3 months", "2024-11-27": "over 3 to 6 months", "2024-02-29": "1 to under 2 years"}
    found = measured("cpp-duration-at-31-march", history([[plan(day)] for day in days]), as_at=dt.date(2025, 2, 28))
    shown = found.filter(pl.col("breakdown") == "plan_length_band").sort("la_code")
    assert shown["category"].to_list() == list(days.values())


def test_reviews_in_time():
    cases = {
        "three months to the day, then six": ((1, 1), [plan("2024-06-10"), review("2024-09-10"), review("2025-03-10")]),
        "first a day late": ((0, 1), [plan("2024-06-10"), review("2024-09-11"), review("2025-03-10")]),
        "second a day late": ((0, 1), [plan("2024-06-10"), review("2024-09-10"), review("2025-03-11")]),
        "second not due yet": ((1, 1), [plan("2024-07-01"), review("2024-10-01")]),
        "second due on the last day": ((0, 1), [plan("2024-06-30"), review("2024-09-30")]),
        "held on the last day": ((1, 1), [plan("2024-06-30"), review("2024-09-30"), review("2025-03-30")]),
        "first due on the last day": ((0, 1), [plan("2024-12-31")]),
        "first held on the last day": ((1, 1), [plan("2024-12-31"), review("2025-03-31")]),
        "open less than three months": ((0, 0), [plan("2025-01-01")]),
        "from 31 August": ((1, 1), [plan("2024-05-31"), review("2024-08-31"), review("2025-02-28")]),
        "from 31 August, a day late": ((0, 1), [plan("2024-05-31"), review("2024-08-31"), review("2025-03-01")]),
        "from 30 November": ((1, 1), [plan("2024-11-30"), review("2025-02-28")]),
        "only before the plan": ((0, 1), [plan("2024-06-10"), review("2024-06-09")]),
        "only behind the last day": ((0, 1), [plan("2024-12-31"), review("2025-04-01")]),
        "the same review twice": ((1, 1), [plan("2024-11-10"), review("2025-01-10"), review("2025-01-10")]),
        "reviews of the plan before": ((0, 1), [plan("2023-06-10", "2024-06-01"), plan("2024-09-10"), review("2024-10-10")]),
        "ended": ((0, 0), [plan("2024-06-10", "2025-03-31"), review("2024-09-10"), review("2025-03-10")]),
    }  # fmt: skip
    check("cpp-reviews-on-time", cases)
    one = history([[plan("2024-06-10"), review("2024-09-10")]])
    rows = totals("cpp-reviews-on-time", one, period="quarter", year=YEAR)
    assert [(row["numerator"], row["denominator"]) for row in rows] == [(0, 0), (1, 1), (1, 1), (0, 1)]


def test_harm_outside_the_home():
    def assessed(day, *factors, number=0, **values):
        rows = [_row("assessments", assessment=number, start_date="2024-04-01", completed_date=day, **values)]
        return rows + [_row("factors", assessment=number, factor=factor, **values) for factor in factors]

    cases = {
        "one": ((1, 1), [plan("2024-06-01"), *assessed("2024-05-01", "11A", "3B")]),
        "another factor": ((0, 1), [plan("2024-06-01"), *assessed("2024-05-01", "3B", "18B", "19B")]),
        "completed on the last day": ((1, 1), [plan("2024-06-01"), *assessed("2025-03-31", "10A")]),
        "completed behind it": ((0, 1), [plan("2024-06-01"), *assessed("2025-04-01", "10A")]),
        "not completed": ((0, 1), [plan("2024-06-01"), *assessed(None, "10A")]),
        "years before": ((1, 1), [plan("2024-06-01"), *assessed("2022-05-01", "24A")]),
        "another episode": ((0, 1), [plan("2024-06-01"), *assessed("2024-05-01", "12A", referral=1)]),
        "twice": (
            (1, 1),
            [plan("2024-06-01"), *assessed("2024-05-01", "12A"), *assessed("2024-07-01", "13A", number=1)],
        ),
        "no plan": ((0, 0), assessed("2024-05-01", "12A")),
        "plan without an episode": ((0, 1), [plan("2024-06-01", referral=None), *assessed("2024-05-01", "12A")]),
    }
    check("cpp-extra-familial-factor", cases)
    peers = {"by another child": ((1, 1), [plan("2024-06-01"), *assessed("2024-05-01", "18B")])}
    check("cpp-extra-familial-factor", peers, "factor_set=18B+19B")


# -- repeat plans ------------------------------------------------------------------------------------------------------


def test_second_or_subsequent_plans():
    first = plan("2023-01-10", "2024-05-31", previous_plans=0)
    cases = {
        "one before": ((1, 1), [plan("2024-06-01", previous_plans=1)]),
        "none before": ((0, 1), [plan("2024-06-01", previous_plans=0)]),
        "blank": ((0, 1), [plan("2024-06-01", previous_plans=None)]),
        "seen in the returns only": ((0, 1), [first, plan("2024-06-01", previous_plans=0)]),
        "moved in": ((0, 1), [referral(conference_date="2024-06-01"), plan("2024-06-01", previous_plans=0)]),
        "first and second in a year": ((1, 2), [plan("2024-04-01", "2024-05-01", previous_plans=0),
                                               plan("2025-03-31", previous_plans=1)]),
        "not of the year": ((0, 0), [plan("2024-03-31", previous_plans=1)]),
    }  # fmt: skip
    rows = check("cpp-second-or-subsequent", cases)
    assert [bool(row["note"]) for row in rows] == [False, False, True, False, False, False, False]
    assert rows[2]["note"] == "1 without a number of previous plans (rule 8730)"


def test_plans_seen_in_the_returns():
    def after(ended, began, **values):
        return [plan("2020-01-10", ended, previous_plans=0), plan(began, previous_plans=0, **values)]

    name = "cpp-second-or-subsequent"
    check(name, {
        "long ago": ((1, 1), after("2020-06-01", "2024-06-01")),
        "its number alone": ((0, 1), [plan("2024-06-01", previous_plans=4)]),
        "same day": ((0, 2), [plan("2024-06-01"), plan("2024-06-01")]),
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
        "by its number": ((1, 1), [plan("2024-06-01", previous_plans=1)]),
        "by the returns": ((1, 1), after("2023-06-10", "2024-06-10")),
        "by neither": ((0, 1), after("2023-06-09", "2024-06-10")),
    }, "evidence=either,window_months=12")  # fmt: skip
    assert "undercounted" in note(name, after("2023-06-10", "2024-06-10"), "evidence=returns", first="2024-04-01")
    assert "undercounted" not in note(name, after("2023-06-10", "2024-06-10"), first="2024-04-01")


def test_a_window_for_plans_told_by_their_number_is_said_to_do_nothing():
    case = [plan("2024-06-01", previous_plans=1)]
    assert "window_months needs evidence=returns" in note("cpp-second-or-subsequent", case, "window_months=12")
    assert not note("cpp-second-or-subsequent", case, "evidence=returns,window_months=12")


def test_plans_that_go_on_are_one_and_said():
    def again(began):
        return [plan("2023-01-10", "2024-05-31"), plan(began, previous_plans=1)]

    rows = check("cpp-second-or-subsequent", {
        "the same day": ((0, 0), again("2024-05-31")),
        "the next day": ((0, 0), again("2024-06-01")),
        "two days behind": ((1, 1), again("2024-06-02")),
    }, "merge_gap_days=1")  # fmt: skip
    said = "1 left out: the plan goes on from one that ended the day before or on the day"
    assert [said in (row["note"] or "") for row in rows] == [True, True, False]
    check("cpp-second-or-subsequent", {"the next day": ((1, 1), again("2024-06-01"))})


def test_repeats_within_two_years():
    def after(ended, began="2024-08-01", **values):
        return [plan("2020-05-01", ended, previous_plans=0), plan(began, previous_plans=1, **values)]

    name = "cpp-repeat-within-24m"
    cases = {
        "24 months to the day": ((1, 1), after("2022-08-01")),
        "a day more": ((0, 1), after("2022-07-31")),
        "the next day": ((1, 1), after("2024-07-31")),
        "the same day": ((1, 1), after("2024-08-01")),
        "ended behind the start": ((0, 1), after("2024-08-02")),
        "not ended": ((0, 1), after(None)),
        "elsewhere": ((0, 1), [plan("2024-08-01", previous_plans=1)]),
        "first and repeat in a year": ((1, 2), [plan("2024-04-01", "2024-05-01"), plan("2024-06-01")]),
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
    case = [plan("2024-08-01", previous_plans=0)]
    assert "undercounted" not in note("cpp-repeat-within-24m", case, chosen, first=enough)
    assert "undercounted" in note("cpp-repeat-within-24m", case, chosen, first=short)


# -- where plans go ----------------------------------------------------------------------------------------------------

ENDED = plan("2023-11-01", "2024-06-10")

#: What came → the destination of a plan that ended on 10 June 2024.
DESTINATIONS = {
    "nothing": ([referral()], "open_no_plan"),
    "no referral known": ([], "open_no_plan"),
    "plan on the day": ([plan("2024-06-10")], "new_cpp"),
    "plan the next day": ([plan("2024-06-11")], "new_cpp"),
    "plan two days behind": ([plan("2024-06-12")], "open_no_plan"),
    "another child's plan": ([plan("2024-06-10", child=1)], "open_no_plan"),
    "looked after before, going on": ([care("2024-01-01")], "looked_after"),
    "looked after until the day": ([care("2024-01-01", "2024-06-10", "E4A")], "open_no_plan"),
    "looked after until the day behind": ([care("2024-01-01", "2024-06-11", "E4A")], "looked_after"),
    "care starts 28 days behind": ([care("2024-07-08")], "looked_after"),
    "care starts 29 days behind": ([care("2024-07-09")], "open_no_plan"),
    "short breaks going on": ([care("2024-01-01", legal_status="V3")], "open_no_plan"),
    "short breaks start": ([care("2024-06-12", legal_status="V4")], "open_no_plan"),
    "died in the window": ([child(death_date="2024-07-08")], "died"),
    "died behind the window": ([child(death_date="2024-07-09")], "open_no_plan"),
    "closed for death": ([closed("2024-06-10", "RC2")], "died"),
    "closed RC5, 28 days": ([closed("2024-07-08", "RC5")], "transferred"),
    "closed RC5, 29 days": ([closed("2024-07-09", "RC5")], "open_no_plan"),
    "closed RC1": ([closed("2024-06-20", "RC1")], "permanence_order"),
    "closed RC3": ([closed("2024-06-20", "RC3")], "permanence_order"),
    "closed RC4": ([closed("2024-06-20", "RC4")], "permanence_order"),
    "18 on the day, closed RC6": ([child("2006-06-10"), closed("2024-06-10", "RC6")], "aged_out"),
    "18 the next day, closed RC6": ([child("2006-06-11"), closed("2024-06-11", "RC6")], "closed"),
    "18, closed RC8": ([child("2006-06-10"), closed("2024-06-10", "RC8")], "closed"),
    "18, open": ([child("2006-06-10"), referral()], "open_no_plan"),
    "child in need plan on the day": ([support("2024-06-10")], "cin_plan"),
    "child in need plan 28 days behind": ([support("2024-07-08")], "cin_plan"),
    "child in need plan 29 days behind": ([support("2024-07-09")], "open_no_plan"),
    "child in need plan before": ([support("2024-06-09")], "open_no_plan"),
    "closed RC9": ([closed("2024-06-20", "RC9")], "early_help"),
    "closed RC7 on the day": ([closed("2024-06-10", "RC7")], "closed"),
    "closed RC8": ([closed("2024-06-20", "RC8")], "closed"),
    "closed without a reason": ([closed("2024-06-20", None)], "closed_other"),
    "closed before the plan ended": ([closed("2024-06-09", "RC7")], "closed_other"),
    "another case closed": ([referral(), closed("2024-06-20", "RC5", referral=1)], "open_no_plan"),
    "plan and care": ([plan("2024-06-11"), care("2024-06-11")], "new_cpp"),
    "care and death": ([care("2024-06-11"), child(death_date="2024-06-20")], "looked_after"),
    "child in need plan, then closed RC5": ([support("2024-06-10"), closed("2024-06-20", "RC5")], "transferred"),
    "child in need plan, then closed RC7": ([support("2024-06-10"), closed("2024-06-20", "RC7")], "cin_plan"),
    "18 with a child in need plan, closed RC7": ([child("2006-06-10"), support("2024-06-10"), closed("2024-06-20", "RC7")],
                                                "aged_out"),
}  # fmt: skip


def destinations(found: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Authority → destination → plans."""
    rows = found.filter(pl.col("breakdown") == "destination")
    return {
        key: dict(some.select("category", "numerator").rows())
        for (key,), some in rows.partition_by("la_code", as_dict=True).items()
    }


def test_where_a_plan_goes():
    found = measured("cpp-deescalation-destination", history([[ENDED, *rows] for rows, _ in DESTINATIONS.values()]))
    shown = destinations(found)
    for at, (words, (_, wanted)) in enumerate(DESTINATIONS.items()):
        assert shown[f"{at:03}"] == {wanted: 1}, words
    whole = found.filter(pl.col("breakdown") == "total").sort("la_code")
    lower = [wanted in ("cin_plan", "early_help", "closed", "open_no_plan") for _, wanted in DESTINATIONS.values()]
    assert whole["numerator"].to_list() == lower
    assert whole["denominator"].to_list() == [1] * len(lower)


def test_a_plan_of_one_day_is_not_the_one_that_follows_it():
    cases = [
        [plan("2024-06-10", "2024-06-10")],
        [plan("2024-06-10", "2024-06-10"), plan("2024-06-10")],
    ]
    assert destinations(measured("cpp-deescalation-destination", history(cases))) == {
        "000": {"open_no_plan": 1},
        "001": {"new_cpp": 1},
    }
    cases = [
        [support("2024-06-10", "2024-06-10")],
        [support("2024-06-10", "2024-06-10"), support("2024-06-10")],
        [support("2024-06-10", "2024-06-10"), plan("2024-06-10")],
        [support("2024-01-10", "2024-06-10"), plan("2024-06-11")],
        [support("2024-01-10", "2024-03-31")],
        [ENDED, support("2024-06-10", "2024-06-20")],
    ]
    found = measured("cpp-deescalation-destination", history(cases), "plan_types=cp_and_cin")
    assert destinations(found) == {
        "000": {"open_no_plan": 1},
        "001": {"cin_plan": 1},
        "002": {"new_cpp": 1},
        "003": {"new_cpp": 1},
        "005": {"cin_plan": 1, "open_no_plan": 1},
    }


def test_the_window_behind_a_plan_must_be_over():
    cases = {
        "over with the last day": ((1, 1), [plan("2023-11-01", "2025-03-03")]),
        "a day more": ((0, 0), [plan("2023-11-01", "2025-03-04"), support("2025-03-04")]),
        "the last day": ((0, 0), [plan("2023-11-01", "2025-03-31")]),
        "ended before the year": ((0, 0), [plan("2023-11-01", "2024-03-31")]),
        "ended on its first day": ((1, 1), [plan("2023-11-01", "2024-04-01")]),
    }
    rows = check("cpp-deescalation-destination", cases)
    assert ["1 left out: the days behind" in (row["note"] or "") for row in rows] == [False, True, True, False, False]
    longer = {words: case if words != "the last day" else ((1, 1), case[1]) for words, case in cases.items()}
    longer["a day more"] = ((1, 1), longer["a day more"][1])
    check("cpp-deescalation-destination", longer, last="2025-04-28")
    check("cpp-deescalation-destination", {
        "same day only": ((1, 1), [plan("2023-11-01", "2025-03-31"), support("2025-03-31")]),
        "restart is one whatever the window": ((0, 1), [ENDED, plan("2024-06-11")]),
        "care a day behind is none": ((1, 1), [ENDED, care("2024-06-11")]),
    }, "destination_window_days=0")  # fmt: skip
    narrow = {"step down": ((1, 1), [ENDED, support("2024-06-10")]), "open": ((0, 1), [ENDED])}
    check("cpp-deescalation-destination", narrow, "de_escalated_categories=cin_plan")


def test_children_looked_after_who_are_not_seen_are_said():
    name, case = "cpp-deescalation-destination", [ENDED, care("2024-06-11")]
    assert destinations(measured(name, history([case]), "link_903=none")) == {"000": {"open_no_plan": 1}}
    assert "1 not looked for among children looked after" in note(name, case, "link_903=none")
    assert "children who became looked after are not seen" in note(name, case, collections=("cin",))
    late = [plan("2023-11-01", "2025-03-10")]
    of = history([late], last="2025-04-30")
    short = pl.col("last_day").clip(upper_bound=dt.date(2025, 3, 31))
    covered = of.covered.with_columns(
        pl.when(pl.col("collection") == "ssda903").then(short).otherwise("last_day").alias("last_day")
    )
    (row,) = totals(name, History(of.frames, covered))
    assert "1 with days behind the plan that run past the return of children looked after" in row["note"]
    assert totals(name, of)[0]["note"] is None


#: What came → whether a plan that ended on 10 June 2023 and de-escalated counts as sustained, and counts.
SUSTAINED = {
    "nothing": ([referral()], (1, 1)),
    "plan 12 months behind": ([plan("2024-06-10")], (0, 1)),
    "plan a day more": ([plan("2024-06-11")], (1, 1)),
    "enquiry on the day": ([enquiry("2023-06-10")], (1, 1)),
    "enquiry the day behind": ([enquiry("2023-06-11")], (0, 1)),
    "enquiry 12 months behind": ([enquiry("2024-06-10")], (0, 1)),
    "enquiry of before": ([enquiry("2023-06-01")], (1, 1)),
    "enquiry without a day": ([enquiry(None)], (1, 1)),
    "two enquiries and a plan": ([enquiry("2023-09-01"), enquiry("2023-10-01"), plan("2023-10-10")], (0, 1)),
    "care": ([care("2024-01-15")], (0, 1)),
    "short breaks": ([care("2024-01-15", legal_status="V3")], (1, 1)),
    "referral": ([referral("2023-12-01", referral=1)], (1, 1)),
    "another child's plan": ([plan("2023-12-01", child=1)], (1, 1)),
    "died 12 months behind": ([child(death_date="2024-06-10")], (0, 0)),
    "died a day more": ([child(death_date="2024-06-11")], (1, 1)),
    "18 in that time": ([child("2006-06-10")], (0, 0)),
    "18 a day more": ([child("2006-06-11")], (1, 1)),
    "18 on the day it ended": ([child("2005-06-10")], (1, 1)),
    "moved away": ([referral(), referral("2023-12-01", referral=1, closure_date="2024-02-01", closure_reason="RC5")], (0, 0)),
    "adopted": ([referral("2023-12-01", referral=1, closure_date="2024-06-10", closure_reason="RC1")], (0, 0)),
    "adopted a day more": ([referral("2023-12-01", referral=1, closure_date="2024-06-11", closure_reason="RC1")], (1, 1)),
    "adopted from care": ([care("2023-08-01", "2024-02-01", "E12")], (0, 0)),
    "came back, then turned 18": ([enquiry("2023-09-01"), child("2005-12-01")], (0, 0)),
    "new plan at once": ([plan("2023-06-11")], (0, 0)),
}  # fmt: skip


def test_whether_the_child_comes_back():
    ended = plan("2022-11-01", "2023-06-10")
    cases = {words: (wanted, [ended, *rows]) for words, (rows, wanted) in SUSTAINED.items()}
    rows = check("cpp-deescalation-sustained", cases, year="2023-24")
    notes = {words: row["note"] or "" for words, row in zip(cases, rows, strict=True)}
    gone = [words for words, text in notes.items() if "1 left out: the child died" in text]
    assert gone == ["died 12 months behind", "18 in that time", "moved away", "adopted", "adopted from care",
                    "came back, then turned 18"]  # fmt: skip
    cases = {
        "any referral": ((0, 1), [ended, referral("2023-12-01", referral=1, no_further_action=True)]),
        "enquiry": ((1, 1), [ended, enquiry("2023-09-01")]),
        "on the day": ((1, 1), [ended, referral("2023-06-10", referral=1)]),
    }
    check("cpp-deescalation-sustained", cases, "events=any_referral", year="2023-24")
    cases["any referral"] = ((1, 1), cases["any referral"][1])
    check("cpp-deescalation-sustained", cases, "events=accepted_referral", year="2023-24")


def test_the_months_behind_a_plan_must_be_over():
    def ended(day):
        return [plan("2022-11-01", day)]

    cases = {
        "over with the last day": ((1, 1), ended("2024-03-31")),
        "from 29 February": ((0, 1), [*ended("2024-02-29"), enquiry("2025-02-28")]),
        "from 29 February, a day more": ((1, 1), [*ended("2024-02-29"), enquiry("2025-03-01")]),
    }
    check("cpp-deescalation-sustained", cases, year="2023-24")
    rows = check(
        "cpp-deescalation-sustained", {"a day more": ((0, 0), ended("2024-03-31"))}, last="2025-03-30", year="2023-24"
    )
    assert "1 left out: the months behind the plan run past the returns" in rows[0]["note"]


@pytest.mark.parametrize(("months", "last"), [(6, "2024-09-30"), (12, "2025-03-31"), (24, "2026-03-31")])
def test_only_what_is_followed_is_asked_for(months, last):
    case = [plan("2022-11-01", "2023-06-10")]
    chosen = None if months == 12 else f"follow_up_months={months}"
    of = history([case], last=last)
    (row,) = totals("cpp-deescalation-sustained", of, chosen, year="2023-24")
    assert (row["numerator"], row["denominator"], row["note"]) == (1, 1, None)
    earlier = (dt.date.fromisoformat(last) - dt.timedelta(days=1)).isoformat()
    (row,) = totals("cpp-deescalation-sustained", history([case], last=earlier), chosen, year="2023-24")
    assert f"plans without {months} months behind them are left out" in row["note"]
    assert "children who became looked after are not seen" in row["note"]


def test_each_event_is_shown_beside_the_figure():
    case = [plan("2022-11-01", "2023-06-10"), enquiry("2023-09-01"), enquiry("2023-10-01"), plan("2023-10-10")]
    found = measured("cpp-deescalation-sustained", history([case]), year="2023-24")
    events = found.filter(pl.col("breakdown") == "event").select("category", "numerator", "denominator").rows()
    assert events == [("new_cpp", 1, 1), ("s47", 1, 1), ("looked_after", 0, 1)]
    found = measured("cpp-deescalation-sustained", history([case]), "report_each_event=false", year="2023-24")
    assert "event" not in found["breakdown"].to_list()


def test_what_follows_a_plan_is_not_asked_of_a_quarter():
    with pytest.raises(ValueError, match="12 months ahead"):
        totals("cpp-deescalation-sustained", history([[ENDED]]), period="quarter", year=YEAR)


def test_children_who_left_care_to_family():
    def left(*more, day="2022-06-10", reason="E45", began="2021-01-01"):
        return [care(began, day, reason), *more]

    cases = {
        "nothing": ((0, 1), left()),
        "enquiry 24 months behind": ((1, 1), left(enquiry("2024-06-10"))),
        "enquiry a day more": ((0, 1), left(enquiry("2024-06-11"))),
        "plan on the day": ((0, 1), left(plan("2022-06-10"))),
        "plan the day behind": ((1, 1), left(plan("2022-06-11"))),
        "both": ((1, 1), left(enquiry("2022-07-01"), enquiry("2022-08-01"), plan("2022-08-11"))),
        "enquiry without a day": ((0, 1), left(enquiry(None))),
        "another child's": ((0, 1), left(plan("2022-08-11", child=1))),
        "E41": ((1, 1), left(plan("2022-08-11"), reason="E41")),
        "E47": ((1, 1), left(plan("2022-08-11"), reason="E47")),
        "E46 is to a stranger": ((0, 0), left(plan("2022-08-11"), reason="E46")),
        "first day": ((0, 1), left(day="2022-04-01")),
        "last day": ((0, 1), left(day="2023-03-31")),
        "the day before": ((0, 0), left(day="2022-03-31")),
        "left again, home": ((0, 0), left(care("2022-08-01", "2022-09-01", "E4A"), plan("2022-10-01"))),
        "left twice": ((0, 1), left(care("2022-08-01", "2022-09-01", "E41"), plan("2022-07-01"))),
        "short breaks": ((0, 0), [care("2021-01-01", "2022-06-10", "E45", legal_status="V3"), plan("2022-08-11")]),
    }  # fmt: skip
    name = "family-order-later-child-protection"
    rows = check(name, cases, year="2022-23")
    assert all("only seen while the family lives" in row["note"] for row in rows)
    rows = check(
        name, {"not over": ((0, 0), left(plan("2022-07-01"), day="2023-03-31"))}, last="2025-03-30", year="2022-23"
    )
    assert "1 left out" in rows[0]["note"]
    assert "children without 24 months behind them" in rows[0]["note"]
    check(name, {"leap": ((1, 1), left(plan("2025-02-28"), day="2024-02-29")),
                 "leap, a day more": ((0, 1), left(plan("2025-03-01"), day="2024-02-29"))},
          "follow_up_months=12", year="2023-24")  # fmt: skip


# -- pre-proceedings ---------------------------------------------------------------------------------------------------

IN_27 = {"first": "2026-04-01", "last": "2027-03-31", "year": "2026-27"}


def test_letters_that_offered_a_meeting():
    def letter(day, offer, began="2026-04-20", **values):
        return proceedings(began, letter_before_care_date=day, meeting_offered=offer, **values)

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
        return proceedings(began, meeting_offered=offer, meeting_held=held)

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
    began = proceedings("2026-05-01")
    bands = {
        "born the day behind": ([child("2026-05-02"), began], "unborn"),
        "expected": ([child(None, expected_birth_date="2026-06-10"), began], "unborn"),
        "expected before, not born": ([child(None, expected_birth_date="2026-04-10"), began], "unborn"),
        "born on the day": ([child("2026-05-01"), began], "0"),
        "one": ([child("2025-05-01"), began], "1-4"),
        "a day short of one": ([child("2025-05-02"), began], "0"),
        "sixteen": ([child("2010-05-01"), began], "16-17"),
        "eighteen": ([child("2008-05-01"), began], "18+"),
        "not known": ([child(None), began], "not known"),
    }
    of = history([rows for rows, _ in bands.values()], "2026-04-01", "2027-03-31")
    found = measured("pre-proceedings-children", of, year="2026-27").filter(pl.col("breakdown") == "age_band")
    assert found.sort("la_code")["category"].to_list() == [band for _, band in bands.values()]
    two = measured("pre-proceedings-children", of, "age_bands=under 1 incl. unborn | 1-17", year="2026-27")
    two = two.filter(pl.col("breakdown") == "age_band").sort("la_code")
    young, older = "under 1 incl. unborn", "1-17"
    assert two["category"].to_list() == [young] * 4 + [older, young, older, "18+", "not known"]


def test_children_in_pre_proceedings_by_measure():
    cases = {
        "first and last day": [proceedings("2026-04-01"), proceedings("2027-03-31")],
        "before": [proceedings("2026-03-31")],
        "decided on the last day": [proceedings("2026-05-01", decision_date="2027-03-31")],
        "decided behind it": [proceedings("2026-05-01", decision_date="2027-04-01")],
        "court": [proceedings("2026-05-01", court_date="2026-04-30")],
        "case closed": [closed("2026-09-01", "RC7"), proceedings("2026-05-01")],
        "letter in the year": [proceedings("2026-03-01", letter_before_care_date="2026-04-01")],
        "letter behind it": [proceedings("2027-03-01", letter_before_care_date="2027-04-01")],
        "the first end counts": [proceedings("2026-02-01", decision_date="2026-03-31", court_date="2026-05-01")],
        "behind the year": [proceedings("2027-04-01")],
    }
    of = history(cases.values(), "2026-04-01", "2027-03-31")
    wanted = {
        None: [2, 0, 1, 1, 1, 1, 0, 1, 0, 0],
        "measure=active_at_date": [1, 1, 0, 1, 0, 0, 1, 1, 0, 0],
        "measure=ended": [0, 0, 1, 0, 1, 1, 0, 0, 0, 0],
        "start_event=LBPSentDate": [0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    }
    for chosen, numbers in wanted.items():
        rows = totals("pre-proceedings-children", of, chosen, year="2026-27")
        assert [row["value"] for row in rows] == numbers, chosen
    quarters = totals("pre-proceedings-children", of, "measure=active_at_date", period="quarter", year="2026-27")
    assert [row["value"] for row in quarters[10:20]] == [1, 1, 1, 1, 0, 0, 1, 0, 0, 0], "on 30 September"


def test_pre_proceedings_that_did_not_go_to_court():
    def decided(day, court=None, **values):
        return [proceedings("2026-04-02", decision_date=day, court_date=court, **values)]

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
    of = history(
        [[*decided("2026-06-10", outcome="A"), proceedings("2026-05-01", decision_date="2026-06-10")]],
        "2026-04-01",
        "2027-03-31",
    )
    found = measured("pre-proceedings-diverted", of, "evidence=outcome_code", year="2026-27")
    outcomes = found.filter(pl.col("breakdown") == "outcome").select("category", "value").rows()
    assert outcomes == [("A", 50), ("not recorded", 50)]


def test_weeks_of_pre_proceedings():
    cases = {
        "same day": [proceedings("2026-05-01", decision_date="2026-05-01")],
        "sixteen weeks": [proceedings("2026-05-01", decision_date="2026-08-21")],
        "half a week upwards": [proceedings("2026-05-01", decision_date="2026-05-04"),
                                proceedings("2026-05-02", decision_date="2026-05-06")],
        "median and mean": [proceedings(f"2026-05-0{day}", decision_date=ended)
                            for day, ended in ((1, "2026-05-08"), (2, "2026-05-16"), (3, "2026-08-02"))],
        "begun before the year": [proceedings("2026-03-25", decision_date="2026-04-01")],
        "decided behind it": [proceedings("2027-03-25", decision_date="2027-04-01")],
        "court alone": [proceedings("2026-05-01", court_date="2026-05-15")],
        "open": [proceedings("2026-05-01")],
    }  # fmt: skip
    of = history(cases.values(), "2026-04-01", "2027-03-31")
    rows = totals("pre-proceedings-duration", of, year="2026-27")
    assert [row["value"] for row in rows] == [0, 16, 1, 2, 1, None, None, None]
    mean = totals("pre-proceedings-duration", of, "statistic=mean", year="2026-27")[3]
    assert mean["value"] == round(Fraction(1 + 2 + 13, 3))
    court = totals("pre-proceedings-duration", of, "to=court_application", year="2026-27")
    assert [row["value"] for row in court] == [None] * 6 + [2, None]


def test_pre_proceedings_are_not_computed_of_months_before_they_were_collected():
    of = history([[proceedings("2026-04-20", letter_before_care_date="2026-05-01")]], "2025-04-01", "2027-03-31")
    rolling = totals("fgdm-offered", of, period="rolling", year="2026-27")
    assert [row["denominator"] for row in rolling] == [None, None, None, 1]
    quarters = totals("fgdm-offered", of, period="quarter", year="2026-27")
    assert [row["denominator"] for row in quarters] == [1, 0, 0, 0]


# -- whole returns -----------------------------------------------------------------------------------------------------


def test_a_busy_authority_changes_no_figure_of_a_quiet_one():
    names = ["s47-to-cpp", "cpp-second-or-subsequent", "cpp-deescalation-destination", "cpp-reviews-on-time",
             "s47-after-referral-without-s47", "icpc-per-s47", "cpp-extra-familial-factor"]  # fmt: skip
    quiet = [referral("2024-06-01"), enquiry("2024-06-02"), plan("2024-06-10", previous_plans=0), ENDED]
    for name in names:
        alone = totals(name, history([quiet]))[0]
        beside = totals(name, history([quiet, BUSY]))[0]
        assert alone == beside, name


def test_plans_that_vanished_from_the_returns_did_not_end_on_a_day():
    gone = plan("2020-05-01", "2024-04-01", vanished=True)
    for name in ("cpp-2-years-plus-ceased", "cpp-deescalation-destination", "cpp-deescalation-sustained"):
        check(name, {"vanished": ((0, 0), [gone])}, last="2026-03-31")
    support_gone = {"vanished": ((0, 0), [support("2020-05-01", "2024-04-01", vanished=True)])}
    check("cpp-deescalation-destination", support_gone, "plan_types=cp_and_cin")
    check("cpp-rate-31-march", {"vanished": (0, [gone])})
    check("cpp-repeat-within-24m", {"vanished": ((0, 1), [gone, plan("2024-06-01")])})
    check("cpp-second-or-subsequent", {"vanished": ((1, 1), [gone, plan("2024-06-01")])}, "evidence=returns")
    case = referral(closure_date="2026-04-01", vanished=True)
    of = history([[case, proceedings("2026-03-01")]], "2026-04-01", "2027-03-31")
    for measure in ("active_at_date", "ended"):
        assert totals("pre-proceedings-children", of, f"measure={measure}", year="2026-27")[0]["value"] == 0


def census(year: str, la: str, *, child: str = "A", **tables):
    """A return of one case of one child."""
    key = {"LAchildID": child, "CINdetailsID": 0}
    frames = {
        name: pl.DataFrame([key | row for row in some], infer_schema_length=None) for name, some in tables.items()
    }
    return one_return(frames, "cin", year, la, path=f"{la}-{year}")


def test_two_returns_that_tell_of_the_same_events():
    case = {"CINreferralDate": "2024-03-01", "ReferralNFA": "0", "DateOfInitialCPC": None}
    asked = {"S47ActualStartDate": "2024-03-20", "ICPCnotRequired": "0"}
    began = {"CPPID": "1", "CPPstartDate": "2024-03-30", "NumberOfPreviousCPP": "0"}
    first = census("2023-24", "301", CINdetails=[case], Section47=[asked | {"DateOfInitialCPC": None}],
                   ChildProtectionPlans=[began | {"CPPendDate": None}])  # fmt: skip
    second = census(
        "2024-25", "301", CINdetails=[case], Section47=[asked | {"DateOfInitialCPC": "2024-04-02"}],
        ChildProtectionPlans=[began | {"CPPendDate": "2024-06-10"},
                              {"CPPID": "2", "CPPstartDate": "2024-06-11", "CPPendDate": None, "NumberOfPreviousCPP": "1"}],
    )  # fmt: skip
    # The same identifier in another authority is another child, whose plan goes on.
    other = census("2024-25", "302", CINdetails=[case], ChildProtectionPlans=[began | {"CPPendDate": None}])
    wanted = {
        "s47-rate": (0, None), "icpc-rate": (1, None), "icpc-per-s47": (1, 0), "icpc-within-15-days": (1, 1),
        "cpp-starting-rate": (1, None), "cpp-rate-31-march": (1, None), "cpp-second-or-subsequent": (1, 1),
        "cpp-repeat-within-24m": (1, 1), "cpp-2-years-plus-ceased": (0, 1), "cpp-deescalation-destination": (0, 1),
    }  # fmt: skip
    for order in ([first, second, other], [other, second, first]):
        of = build_history(order)
        for name, figure in wanted.items():
            row = totals(name, of)[0]
            assert (row["numerator"], row["denominator"]) == figure, name
        before = totals("s47-to-cpp", of, year="2023-24")[0]
        assert (before["numerator"], before["denominator"]) == (1, 1)
        elsewhere = totals("cpp-rate-31-march", of)[1]
        assert (elsewhere["la_code"], elsewhere["numerator"]) == ("302", 1)


@pytest.mark.parametrize("name", ["s47-rate", "icpc-rate", "icpc-per-s47", "icpc-within-15-days", "s47-to-cpp"])
def test_an_enquiry_with_a_date_that_cannot_be_read_is_counted_beside_the_figure(name):
    odd = census("2024-25", "301", CINdetails=[{"CINreferralDate": "2024-05-01", "ReferralNFA": "0"}],
                 Section47=[{"S47ActualStartDate": "2024-13-20"}, {"S47ActualStartDate": "2024-05-20"}])  # fmt: skip
    assert totals(name, build_history([odd]))[0]["rows_left_out"] == 1
