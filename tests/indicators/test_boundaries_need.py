"""Referrals, assessments, factors and children in need at their boundaries.

Small histories, each row of which counts or does not.
"""

from __future__ import annotations

import datetime as dt
from itertools import count

import polars as pl
import pytest

from csc_returns.history import History, build_history, one_return
from csc_returns.indicators import run

D = dt.date
START, END = D(2024, 4, 1), D(2025, 3, 31)

#: From this day on there are returns, where a test says nothing else.
BEGIN = D(2020, 4, 1)


def covered(first, last, authorities, collections):
    return [
        {"la": la, "collection": name, "first_day": first, "last_day": last}
        for la in authorities
        for name in collections
    ]


def history(first=BEGIN, last=END, authorities=("301",), collections=("cin", "ssda903"), **frames) -> History:
    """Children that no row of ``children`` names are of the authority 301."""
    told = {row["child"]: row for row in frames.pop("children", [])}
    every = {row["child"] for rows in frames.values() for row in rows} | set(told)
    frames["children"] = [{"la": "301", **told.get(child, {"child": child})} for child in sorted(every)]
    return History.from_rows(frames, covered(first, last, authorities, collections))


def figures(held: History, name: str, chosen: str = "", **options) -> pl.DataFrame:
    """Rows of the variant ``chosen`` (else of the default) of 2024-25, or of what the options say."""
    options = {"year": "2024-25"} | options
    found = run.indicators(
        held, [name], variants=[f"{name}:{chosen}"] if chosen else (), small_denominator=0, **options
    )
    wanted = next((label for label in found["variant"].unique() if label != "default"), "default")
    assert not chosen or wanted != "default"
    return found.filter(pl.col("variant") == wanted)


def total(held: History, name: str, chosen: str = "", **options):
    return figures(held, name, chosen, by=[], **options).filter(pl.col("breakdown") == "total").row(0, named=True)


def counted(held: History, name: str, chosen: str = "", **options):
    row = total(held, name, chosen, **options)
    return row["numerator"], row["denominator"]


def categories(held: History, name: str, breakdown: str, **options) -> dict[str, float]:
    found = figures(held, name, **options).filter(pl.col("breakdown") == breakdown)
    return dict(found.select("category", "numerator").rows())


_numbers = count()


def referral(child: int, day: dt.date, closed: dt.date | None = None, reason: str | None = None, **more):
    number = next(_numbers)
    return {
        "referral": number, "child": child, "referral_date": day, "closure_date": closed, "closure_reason": reason,
        "no_further_action": False, **more,
    }  # fmt: skip


def within(case, **more):
    """Something of a case: an assessment, enquiry or plan."""
    return {"referral": case["referral"], "child": case["child"], **more}


# -- re-referrals ------------------------------------------------------------------------------------------------------

NAME = "re-referrals-12m"
LEAP, MAY = D(2024, 2, 29), D(2023, 5, 10)

#: What a referral was before, the day of the later one, and the variants with which it counts: 1 yes, 0 no.
AGAIN = {
    "the day before 12 months": (referral(0, MAY), D(2024, 5, 9), {"": 1, "boundary=exclusive": 1}),
    "12 months to the day": (
        referral(0, MAY),
        D(2024, 5, 10),
        # 29 February 2024 lies between: 366 days.
        {"": 1, "boundary=exclusive": 0, "month_arithmetic=days_365": 0, "window_months=6": 0, "window_months=24": 1},
    ),
    "a day more": (referral(0, MAY), D(2024, 5, 11), {"": 0, "window_months=24": 1, "window_months=none": 1}),
    "29 February, 12 months": (
        referral(0, LEAP),
        D(2025, 2, 28),
        {"": 1, "boundary=exclusive": 0, "month_arithmetic=days_365": 1},
    ),
    "29 February, a day more": (referral(0, LEAP), D(2025, 3, 1), {"": 0}),
    "the last day of August and 6 months": (referral(0, D(2024, 8, 31)), D(2025, 2, 28), {"window_months=6": 1}),
    "6 months and a day": (referral(0, D(2024, 8, 31)), D(2025, 3, 1), {"window_months=6": 0, "": 1}),
    "24 months to the day": (referral(0, D(2022, 6, 1)), D(2024, 6, 1), {"": 0, "window_months=24": 1}),
    "24 months and a day": (
        referral(0, D(2022, 6, 1)),
        D(2024, 6, 2),
        {"window_months=24": 0, "window_months=none": 1},
    ),
    "the same day": (referral(0, D(2024, 6, 1)), D(2024, 6, 1), {"": 0, "same_day=keep": 0, "window_months=none": 0}),
    "later is not before": (referral(0, D(2025, 4, 1)), D(2024, 6, 1), {"": 0, "window_months=none": 0}),
    "first day of the year, a day after": (referral(0, D(2024, 3, 31)), START, {"": 1}),
    "last day of the year": (referral(0, END.replace(year=2024)), END, {"": 1, "boundary=exclusive": 0}),
    "no further action before": (
        referral(0, MAY, no_further_action=True),
        D(2024, 5, 10),
        {"": 1, "prior_must_be_accepted=true": 0, "numerator_excludes_nfa=true": 1},
    ),
    "not known whether there was action": (
        referral(0, MAY, no_further_action=None),
        D(2024, 5, 10),
        {"": 1, "prior_must_be_accepted=true": 1},
    ),
    "moved to another authority before": (referral(0, MAY, D(2023, 7, 1), "RC5"), D(2024, 5, 10), {"": 1}),
    "12 months after the closure": (
        referral(0, D(2022, 1, 1), D(2023, 6, 1), "RC7"),
        D(2024, 6, 1),
        {"": 0, "clock=previous_closure": 1, "clock=previous_closure,boundary=exclusive": 0},
    ),
    "a day more after the closure": (
        referral(0, D(2023, 6, 1), D(2023, 6, 1), "RC8"),
        D(2024, 6, 2),
        {"clock=previous_closure": 0},
    ),
    "still open for years": (referral(0, D(2020, 1, 1)), D(2024, 6, 1), {"": 0, "clock=previous_closure": 1}),
    "no further action ends on its day": (
        referral(0, MAY, no_further_action=True),
        D(2024, 5, 11),
        {"clock=previous_closure": 0, "clock=previous_closure,window_months=24": 1},
    ),
    "no further action, to the day": (
        referral(0, MAY, no_further_action=True),
        D(2024, 5, 10),
        {"clock=previous_closure": 1, "clock=previous_closure,prior_must_be_accepted=true": 0},
    ),
}


@pytest.mark.parametrize("name", AGAIN)
def test_re_referral(name):
    before, day, wanted = AGAIN[name]
    # The same of another child of the authority and of one of another authority must add nothing.
    other = [referral(1, before["referral_date"]), referral(2, before["referral_date"])]
    held = history(
        authorities=("301", "302"), referrals=[before, referral(0, day), *other], children=[{"child": 2, "la": "302"}]
    )
    for chosen, again in wanted.items():
        assert total(held, NAME, chosen)["numerator"] == again, chosen


def test_the_number_of_referrals_before_does_not_matter():
    days = [D(2023, 12, 1), D(2024, 2, 1), D(2024, 6, 1), D(2024, 6, 1), D(2024, 9, 1)]
    held = history(referrals=[referral(0, day) for day in days] + [referral(1, D(2024, 6, 1))])
    assert counted(held, NAME) == (2, 3)
    assert counted(held, NAME, "same_day=keep") == (3, 4)
    assert counted(held, NAME, "count=children") == (1, 2)


def test_a_re_referral_without_action_counts_unless_left_out():
    held = history(referrals=[referral(0, D(2024, 1, 1)), referral(0, D(2024, 6, 1), no_further_action=True)])
    assert counted(held, NAME) == (1, 1)
    assert counted(held, NAME, "numerator_excludes_nfa=true") == (0, 1)


def test_two_referrals_of_a_day_lead_nowhere_only_if_both_do():
    def held(*actions):
        return history(
            referrals=[referral(0, D(2024, 1, 1))]
            + [referral(0, D(2024, 6, 1), no_further_action=none) for none in actions]
        )

    for actions, again in {(True, True): 0, (True, False): 1, (True, None): 1, (None, None): 1, (None,): 1}.items():
        assert counted(held(*actions), NAME, "numerator_excludes_nfa=true") == (again, 1), actions


def test_children_are_placed_by_their_first_re_referral():
    # First seen at 9 without an earlier referral, again at 10.
    held = history(
        children=[{"child": 0, "birth_date": D(2014, 9, 1)}],
        referrals=[referral(0, D(2024, 5, 1)), referral(0, D(2024, 9, 1)), referral(0, D(2024, 10, 1))],
    )
    found = figures(held, NAME, "count=children").filter(pl.col("breakdown") == "age_band")
    assert found.select("category", "numerator", "denominator").rows() == [("10-15", 1, 1)]


def test_a_referral_while_a_case_is_open_counts_and_is_said():
    cases = [
        referral(0, D(2024, 1, 1)), referral(0, D(2024, 6, 1)),
        # Closed on the day, a day before, never taken on: none is open.
        referral(1, D(2024, 1, 1), D(2024, 6, 1), "RC7"), referral(1, D(2024, 6, 1)),
        referral(2, D(2024, 1, 1), D(2024, 5, 31), "RC7"), referral(2, D(2024, 6, 1)),
        referral(3, D(2024, 1, 1), no_further_action=True), referral(3, D(2024, 6, 1)),
        # Open, though a later one was closed; and two of them in the year.
        referral(4, D(2023, 12, 1), D(2025, 1, 1), "RC7"), referral(4, D(2024, 1, 1), D(2024, 2, 1), "RC7"),
        referral(4, D(2024, 6, 1), D(2024, 6, 30), "RC7"), referral(4, D(2024, 12, 31)),
    ]  # fmt: skip
    row = total(history(referrals=cases), NAME)
    assert (row["numerator"], row["denominator"]) == (6, 6)
    assert row["note"] == "3 made while an earlier case was open"
    assert total(history(referrals=cases), NAME, "count=children")["note"] == "2 made while an earlier case was open"
    assert total(history(referrals=cases[2:8]), NAME)["note"] is None


@pytest.mark.parametrize(
    ("chosen", "start", "said"),
    [
        ("", D(2023, 4, 1), False),
        ("", D(2023, 4, 2), True),
        ("window_months=6", D(2023, 10, 1), False),
        ("window_months=6", D(2023, 10, 2), True),
        ("window_months=24", D(2022, 4, 1), False),
        ("window_months=24", D(2023, 4, 1), True),
        ("window_months=none", D(2023, 4, 1), True),
    ],
)
def test_returns_that_begin_late_are_said(chosen, start, said):
    note = total(history(first=start, referrals=[referral(0, D(2024, 6, 1))]), NAME, chosen)["note"]
    assert ("undercounted" in (note or "")) is said


def test_each_quarter_and_rolling_year_looks_back_from_its_own_days():
    # 30 June 2023 is 12 months before the end of the first quarter, and too far for the second.
    cases = [referral(0, D(2023, 6, 30)), referral(0, D(2024, 6, 30)), referral(1, D(2023, 6, 30)),
             referral(1, D(2024, 7, 1)), referral(2, D(2024, 9, 30)), referral(2, D(2024, 10, 1))]  # fmt: skip
    held = history(referrals=cases)
    quarters = figures(held, NAME, by=[], period="quarter").select("numerator", "denominator").rows()
    assert quarters == [(1, 1), (0, 2), (1, 1), (0, 0)]
    rolling = figures(held, NAME, by=[], period="rolling").select("numerator", "denominator").rows()
    # From 1 July 2023, the two of 30 June 2023 are no longer in it.
    assert rolling == [(1, 1), (1, 3), (2, 4), (2, 4)]
    assert counted(held, NAME, as_at=D(2024, 6, 30)) == (1, 1)
    assert counted(held, NAME, as_at=D(2024, 6, 29)) == (0, 0)


# -- referrals ---------------------------------------------------------------------------------------------------------


def test_referrals_of_the_period():
    days = [D(2024, 3, 31), START, D(2024, 4, 1), D(2024, 6, 30), D(2024, 7, 1), END, D(2025, 4, 1)]
    held = history(last=D(2026, 3, 31), referrals=[referral(at, day) for at, day in enumerate(days)] + [
        # Twice on one day is one; on another day, or of another child, another.
        referral(9, END), referral(9, END), referral(9, D(2025, 3, 30)), referral(8, END, no_further_action=True),
    ])  # fmt: skip
    row = total(held, "referrals-rate", population=20_000)
    assert (row["numerator"], row["denominator"], row["value"], row["unit"]) == (8, 20_000, 4.0, "rate_per_10000")
    shown = total(held, "referrals-rate", "show=count", population=20_000)
    assert (shown["numerator"], shown["denominator"], shown["value"], shown["unit"]) == (8, None, 8, "count")
    quarters = figures(held, "referrals-rate", by=[], period="quarter")["numerator"].to_list()
    assert quarters == [3, 1, 0, 4]
    assert total(held, "referrals-rate", as_at=D(2024, 6, 29))["numerator"] == 2


def test_age_is_told_on_the_day_of_the_referral():
    born = {
        0: {"birth_date": D(2006, 6, 1)},
        1: {"birth_date": D(2006, 6, 2)},
        2: {"birth_date": D(2024, 6, 1)},
        3: {"birth_date": D(2024, 6, 2)},
        4: {"expected_birth_date": D(2024, 12, 1)},
        5: {},
        6: {"birth_date": D(2023, 6, 1)},
    }
    held = history(
        children=[{"child": child, **row} for child, row in born.items()],
        referrals=[referral(child, D(2024, 6, 1)) for child in born],
    )
    shown = {"unborn": 2, "under 1": 1, "1-4": 1, "16-17": 1, "18+": 1, "not known": 1}
    for name in ("referrals-rate", "re-referrals-12m", "referrals-nfa"):
        found = figures(held, name).filter(pl.col("breakdown") == "age_band")
        column = "numerator" if name == "referrals-rate" else "denominator"
        assert dict(found.select("category", column).rows()) == shown, name


def test_sources_in_their_groups():
    codes = {
        "individual": ["1A", "1B", "1C", "1D"], "school": ["2A"], "education service": ["2B"],
        "health service": ["3A", "3B", "3C", "3D", "3E", "3F"], "housing": ["4"],
        "local authority service": ["5A", "5B", "5C", "5D"], "police": ["6"], "other legal agency": ["7"], "other": ["8"],
        "anonymous": ["9"], "not known": ["10", None, "3", "11"],
    }  # fmt: skip
    every = [code for some in codes.values() for code in some]
    held = history(
        referrals=[referral(at, D(2024, 6, 1), referral_source=code) for at, code in enumerate(every)]
        # Of two on one day, the first that names a source; and one of another year.
        + [referral(99, D(2024, 6, 1)), referral(99, D(2024, 6, 1), referral_source="6")]
        + [referral(99, D(2025, 4, 1), referral_source="6")]
    )
    wanted = {name: len(some) for name, some in codes.items()} | {"police": 2}
    assert categories(held, "referral-source", "referral_source") == wanted
    found = figures(held, "referral-source")
    police = found.filter((pl.col("breakdown") == "referral_source") & (pl.col("category") == "police"))
    assert police.select("denominator", "value").row(0) == (26, 7.7)


def test_no_further_action():
    cases = [
        referral(0, START, no_further_action=True), referral(1, END, no_further_action=True),
        referral(2, START), referral(3, START, no_further_action=None),
        referral(4, START, no_further_action=True), referral(4, START, no_further_action=True),
        referral(5, START, no_further_action=True), referral(5, START),
        referral(6, START, no_further_action=True), referral(6, START, no_further_action=None),
        referral(7, D(2025, 4, 1), no_further_action=True), referral(8, D(2024, 3, 31), no_further_action=True),
    ]  # fmt: skip
    assert counted(history(last=D(2026, 3, 31), referrals=cases), "referrals-nfa") == (3, 7)


JUNE, CLOSED = D(2024, 6, 1), D(2024, 8, 1)


def found_not_in_need():
    """Cases with what hangs on them, and whether they were found not in need."""
    yes = [
        (referral(0, JUNE, CLOSED, "RC8"), {}),
        (referral(1, JUNE, CLOSED, "RC9"), {}),
        (referral(2, START, END, "RC8"), {}),
        # No first day of the assessment, and no day of closure: still assessed, and closed for that reason.
        (referral(3, JUNE, None, "RC8"), {}),
        (referral(4, JUNE, CLOSED, "RC8", no_further_action=None), {}),
    ]
    no = [
        (referral(10, JUNE, CLOSED, "RC8"), {"assessments": []}),
        (referral(11, JUNE, CLOSED, "RC7"), {}),
        (referral(12, JUNE, CLOSED, None), {}),
        (referral(13, JUNE), {}),
        (referral(14, JUNE, CLOSED, "RC8", no_further_action=True), {}),
        (referral(15, JUNE, CLOSED, "RC8", conference_date=D(2024, 6, 20)), {}),
        (referral(16, JUNE, CLOSED, "RC8"), {"enquiries": [{"start_date": JUNE}]}),
        (referral(17, JUNE, CLOSED, "RC9"), {"enquiries": [{}]}),
        (referral(18, JUNE, CLOSED, "RC8"), {"cin_plans": [{"start_date": JUNE}]}),
        (referral(19, JUNE, CLOSED, "RC8"), {"protection_plans": [{"start_date": JUNE}]}),
        # Closed behind the year: when its return was made, the case was open.
        (referral(20, D(2025, 3, 1), D(2025, 4, 1), "RC8"), {}),
    ]
    outside = [
        (referral(30, D(2024, 3, 31), CLOSED, "RC8"), {}),
        (referral(31, D(2025, 4, 1), D(2025, 5, 1), "RC8"), {}),
    ]
    return yes, no, outside


def of_cases(cases, **more) -> History:
    frames = {name: [] for name in ("assessments", "enquiries", "cin_plans", "protection_plans")}
    for case, held in cases:
        for name, rows in ({"assessments": [{}]} | held).items():
            frames[name] += [within(case, **row) for row in rows]
    # An enquiry of another case of the same child, or of another child, is no enquiry of this case.
    elsewhere = referral(0, D(2023, 1, 1), D(2023, 2, 1), "RC7")
    frames["enquiries"] += [within(elsewhere, start_date=D(2023, 1, 2))]
    return history(last=D(2026, 3, 31), referrals=[case for case, _ in cases] + [elsewhere], **frames, **more)


def test_assessed_and_not_in_need():
    yes, no, outside = found_not_in_need()
    held = of_cases(yes + no + outside)
    assert counted(held, "referrals-not-in-need") == (5, 16)
    assert counted(held, "referrals-not-in-need", "include_rc9=false") == (4, 16)
    # 20 is the one that the year after tells of, where its referral does not count.
    assert counted(held, "referrals-not-in-need", year="2025-26") == (1, 1)


@pytest.mark.parametrize("at", range(16))
def test_each_case_by_itself(at):
    yes, no, _ = found_not_in_need()
    assert counted(of_cases([(yes + no)[at]]), "referrals-not-in-need") == (at < len(yes), 1)


def test_several_assessments_do_not_multiply_a_referral():
    case = referral(0, JUNE, CLOSED, "RC8")
    assert counted(of_cases([(case, {"assessments": [{}, {}, {}]})]), "referrals-not-in-need") == (1, 1)


def test_two_referrals_of_a_day_are_not_in_need_if_one_was_found_so_and_none_became_one():
    first, second, nothing = (referral(0, JUNE, CLOSED, "RC8"), referral(0, JUNE, CLOSED, "RC7"),
                              referral(0, JUNE, no_further_action=True))  # fmt: skip
    assert counted(of_cases([(first, {}), (second, {})]), "referrals-not-in-need") == (0, 1)
    assert counted(of_cases([(first, {}), (nothing, {"assessments": []})]), "referrals-not-in-need") == (1, 1)


def test_a_quarter_counts_what_its_collection_year_tells_and_a_snapshot_what_its_day_does():
    cases = [
        (referral(0, D(2024, 6, 30), D(2024, 7, 1), "RC8"), {}),
        (referral(1, D(2025, 3, 1), D(2025, 4, 1), "RC8"), {}),
    ]
    held = of_cases(cases)
    quarters = figures(held, "referrals-not-in-need", by=[], period="quarter").select("numerator", "denominator").rows()
    assert quarters == [(1, 1), (0, 0), (0, 0), (0, 1)]
    assert counted(held, "referrals-not-in-need", as_at=D(2024, 6, 30)) == (0, 1)
    assert counted(held, "referrals-not-in-need", as_at=D(2024, 7, 1)) == (1, 1)


# -- children in need --------------------------------------------------------------------------------------------------

NEED = "cin-rate-31-march"

#: Case (with the child it is of) → in need on 31 March 2025.
ON_THE_DAY = {
    "referred on the day": ({}, referral(0, END), 1),
    "referred the day after": ({}, referral(0, D(2025, 4, 1)), 0),
    "closed on the day": ({}, referral(0, JUNE, END, "RC7"), 0),
    "closed the day after": ({}, referral(0, JUNE, D(2025, 4, 1), "RC7"), 1),
    "referred and closed on the day": ({}, referral(0, END, END, "RC7"), 0),
    "closed before it was referred": ({}, referral(0, END, D(2024, 4, 1), "RC7"), 0),
    "no further action": ({}, referral(0, JUNE, no_further_action=True), 0),
    "not known whether there was action": ({}, referral(0, JUNE, no_further_action=None), 1),
    "died on the day": ({"death_date": END}, referral(0, JUNE), 0),
    "died before": ({"death_date": D(2024, 6, 2)}, referral(0, JUNE), 0),
    "died the day after": ({"death_date": D(2025, 4, 1)}, referral(0, JUNE), 1),
    "unborn": ({"expected_birth_date": D(2025, 6, 1)}, referral(0, JUNE), 1),
    "born after the referral": ({"birth_date": D(2025, 5, 1)}, referral(0, JUNE), 1),
    "18 on the day": ({"birth_date": D(2007, 3, 31)}, referral(0, JUNE), 1),
    "open for ten years": ({}, referral(0, D(2015, 1, 1)), 1),
}


@pytest.mark.parametrize("name", ON_THE_DAY)
def test_in_need_on_the_day(name):
    child, case, wanted = ON_THE_DAY[name]
    held = history(last=D(2026, 3, 31), children=[{"child": 0, **child}], referrals=[case])
    assert total(held, NEED)["numerator"] == wanted
    assert counted(held, "cin-demographic-profile") == (wanted, wanted)
    assert total(held, "cin-duration-2-years-plus")["denominator"] == wanted


def test_two_open_cases_of_a_child_are_one_of_which_the_later_tells():
    cases = [referral(0, D(2022, 1, 1), primary_need="N1"), referral(0, D(2025, 1, 1), primary_need="N2"),
             referral(0, D(2025, 2, 1), D(2025, 3, 1), "RC7", primary_need="N3")]  # fmt: skip
    held = history(referrals=cases)
    assert total(held, NEED)["numerator"] == 1
    assert categories(held, NEED, "primary_need") == {"N2": 1}
    assert counted(held, "cin-duration-2-years-plus") == (0, 1)


@pytest.mark.parametrize(
    ("born", "counts"),
    [
        ({"birth_date": D(2007, 4, 1)}, {17: 1, 24: 1}),
        ({"birth_date": D(2007, 3, 31)}, {17: 0, 24: 1}),
        ({"birth_date": D(2000, 4, 1)}, {17: 0, 24: 1}),
        ({"birth_date": D(2000, 3, 31)}, {17: 0, 24: 0}),
        ({"expected_birth_date": D(2025, 6, 1)}, {17: 1, 24: 1}),
        ({"birth_date": D(2025, 6, 1)}, {17: 1, 24: 1}),
        ({}, {17: 1, 24: 1}),
    ],
)
def test_greatest_age(born, counts):
    held = history(children=[{"child": 0, **born}], referrals=[referral(0, JUNE)])
    for years, wanted in counts.items():
        assert total(held, NEED, f"max_age={years}")["numerator"] == wanted, years


def test_18_is_reached_on_1_march_by_who_was_born_on_29_february():
    held = history(
        last=D(2026, 3, 31), children=[{"child": 0, "birth_date": D(2008, 2, 29)}], referrals=[referral(0, JUNE)]
    )
    shown = [total(held, NEED, "max_age=17", as_at=day)["numerator"] for day in (D(2026, 2, 28), D(2026, 3, 1))]
    assert shown == [1, 0]
    bands = [categories(held, NEED, "age_band", as_at=day) for day in (D(2026, 2, 28), D(2026, 3, 1))]
    assert bands == [{"16-17": 1}, {"18+": 1}]


def test_those_found_not_in_need_are_not_and_with_an_enquiry_or_plan_they_are():
    # Without a day of closure all of them would be open.
    def case(child, reason="RC8", **more):
        return referral(child, JUNE, None, reason, **more)

    out = [(case(0), {}), (case(1, "RC9"), {})]
    here = [
        (case(10), {"assessments": []}), (case(11, "RC7"), {}), (case(12, conference_date=JUNE), {}),
        (case(13), {"enquiries": [{"start_date": JUNE}]}), (case(14), {"cin_plans": [{"start_date": JUNE}]}),
        (case(15), {"protection_plans": [{"start_date": JUNE}]}),
    ]  # fmt: skip
    assert total(of_cases(out + here), NEED)["numerator"] == 6
    assert total(of_cases(out), NEED)["numerator"] == 0


def test_what_is_closed_later_was_open_on_the_day():
    # Found not in need in the year after, or in the quarter after: on the day nobody knew.
    cases = [(referral(0, D(2025, 3, 1), D(2025, 4, 20), "RC8"), {}), (referral(1, JUNE, CLOSED, "RC9"), {})]
    held = of_cases(cases)
    assert total(held, NEED)["numerator"] == 1
    assert total(held, "cin-duration-2-years-plus")["denominator"] == 1
    assert counted(held, "cin-demographic-profile") == (1, 1)
    quarters = figures(held, NEED, by=[], period="quarter")["numerator"].to_list()
    assert quarters == [1, 0, 0, 1]
    assert [total(held, NEED, as_at=day)["numerator"] for day in (D(2024, 7, 31), CLOSED)] == [1, 0]


def test_a_later_return_changes_no_figure_of_the_year_before():
    def census(year, closed, reason, done):
        key = {"LAchildID": "A", "CINdetailsID": 1}
        details = {
            "CINreferralDate": "2025-03-10",
            "CINclosureDate": closed,
            "ReasonForClosure": reason,
            "ReferralNFA": "0",
        }
        tables = {
            "ChildIdentifiers": [{"LAchildID": "A", "PersonBirthDate": "2015-05-05"}],
            "CINdetails": [{**key, **details}],
            "Assessments": [
                {**key, "AssessmentID": 1, "AssessmentActualStartDate": "2025-03-11", "AssessmentAuthorisationDate": done}
            ],
        }  # fmt: skip
        made = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
        return one_return(made, "cin", year, "301", path=year)

    first = census("2024-25", None, None, None)
    second = census("2025-26", "2025-04-20", "RC8", "2025-04-19")
    names = ["cin-rate-31-march", "cin-demographic-profile", "cin-duration-2-years-plus", "referrals-not-in-need",
             "referrals-rate", "assessments-completed"]  # fmt: skip
    one, both = (
        run.indicators(
            build_history(returns), names, year="2024-25", by=[], small_denominator=0,
            variants=["include_awaiting_assessment=false"],
        )
        for returns in ([first], [first, second])
    )  # fmt: skip
    # The notes differ: neither sees the year before, but that is not told of what lies behind.
    assert both.drop("note").equals(one.drop("note"))
    assert one.select("indicator", "numerator").rows() == [
        ("cin-rate-31-march", 1), ("cin-rate-31-march", 0), ("cin-demographic-profile", 1), ("cin-duration-2-years-plus", 0),
        ("referrals-not-in-need", 0), ("referrals-rate", 1), ("assessments-completed", 0),
    ]  # fmt: skip
    # And the event of two returns is one.
    after = run.indicators(
        build_history([first, second]), ["assessments-completed", "referrals-rate"], year="2025-26", by=[]
    )
    assert after["numerator"].to_list() == [1, 0]


def test_children_looked_after_can_be_left_out():
    def care(child, ended=None, status="C2"):
        return {"child": child, "start_date": JUNE, "new_episode_reason": "S", "legal_status": status, "placement": "U6",
                "end_date": ended, "end_reason": "E4A" if ended else None}  # fmt: skip

    episodes = [care(0), care(1, END), care(2, D(2025, 4, 1)), care(3, status="V3"), care(4, status="V4")]
    held = history(referrals=[referral(child, JUNE) for child in range(6)], episodes=episodes)
    assert total(held, NEED)["numerator"] == 6
    # 0 and 2 are looked after on the day; 1 no more; short breaks are not.
    assert total(held, NEED, "include_looked_after=false")["numerator"] == 4
    blind = history(referrals=[referral(0, JUNE)], collections=("cin",))
    assert total(blind, NEED)["note"] == "no population: count only"
    assert "are not told apart" in total(blind, NEED, "include_looked_after=false")["note"]


def test_cases_that_await_their_assessment_can_be_left_out():
    cases = [referral(child, JUNE) for child in range(7)]
    done = [(), (None,), (END,), (D(2025, 4, 1),), (D(2023, 1, 1), None), (None, None)]
    assessments = [
        within(case, start_date=JUNE, completed_date=day)
        for case, some in zip(cases, done, strict=False)
        for day in some
    ]
    # Begun behind the day: as if there were none yet.
    assessments += [within(cases[6], start_date=D(2025, 4, 1))]
    held = history(referrals=cases, assessments=assessments)
    assert total(held, NEED)["numerator"] == 7
    # Nothing yet (0, 6), completed on the day (2), one of two completed (4).
    assert total(held, NEED, "include_awaiting_assessment=false")["numerator"] == 4
    late = history(first=START, referrals=cases, assessments=assessments)
    assert "completed before are not seen" in total(late, NEED, "include_awaiting_assessment=false")["note"]
    assert total(late, NEED)["note"] == "no population: count only"


@pytest.mark.parametrize(
    ("referred", "day", "wanted"),
    [
        (D(2023, 3, 31), END, 1),
        (D(2023, 4, 1), END, 0),
        (D(2024, 2, 29), D(2026, 2, 27), 0),
        (D(2024, 2, 29), D(2026, 2, 28), 1),
        (D(2022, 6, 30), D(2024, 6, 29), 0),
        (D(2022, 6, 30), D(2024, 6, 30), 1),
    ],
)
def test_two_years_to_the_day(referred, day, wanted):
    # An earlier case of years, closed on the day of the referral, adds nothing.
    held = history(last=D(2026, 3, 31), referrals=[referral(0, D(2016, 1, 1), referred, "RC7"), referral(0, referred)])
    assert counted(held, "cin-duration-2-years-plus", as_at=day) == (wanted, 1)


def test_two_years_by_quarter():
    held = history(referrals=[referral(0, D(2022, 6, 30)), referral(1, D(2022, 7, 1))])
    quarters = figures(held, "cin-duration-2-years-plus", by=[], period="quarter")
    assert quarters["numerator"].to_list() == [1, 2, 2, 2]


def test_the_profile_is_of_those_whose_category_is_known():
    people = [
        {"sex": "M", "ethnicity": "WBRI", "disabled": True, "birth_date": D(2024, 3, 31)},
        {"sex": "M", "ethnicity": "CHNE", "disabled": False, "birth_date": D(2024, 4, 1)},
        {"sex": "F", "ethnicity": "REFU", "birth_date": D(2007, 3, 31)},
        {"sex": None, "ethnicity": "NOBT", "birth_date": D(2025, 4, 1)},
        {"sex": None, "ethnicity": None, "expected_birth_date": D(2025, 6, 1)},
        {"sex": "F", "ethnicity": "MOTH"},
    ]
    held = history(
        children=[{"child": child, **row} for child, row in enumerate(people)],
        referrals=[referral(child, JUNE) for child in range(6)],
    )
    found = figures(held, "cin-demographic-profile")
    shown = {
        name: {row[0]: row[1:] for row in found.filter(pl.col("breakdown") == name)
               .select("category", "numerator", "denominator", "value").rows()}
        for name in ("sex", "ethnicity_major", "disability", "age_band")
    }  # fmt: skip
    assert shown["sex"] == {"male": (2, 4, 50.0), "female": (2, 4, 50.0), "not known": (2, None, None)}
    assert shown["ethnicity_major"] == {
        "White": (1, 3, 33.3), "Mixed": (1, 3, 33.3), "Asian": (1, 3, 33.3), "not known": (3, None, None),
    }  # fmt: skip
    # No disability entered is none, of an unborn child too.
    assert shown["disability"] == {"disabled": (1, 6, 16.7), "not disabled": (5, 6, 83.3)}
    assert shown["age_band"] == {
        "unborn": (2, 5, 40.0), "under 1": (1, 5, 20.0), "1-4": (1, 5, 20.0), "18+": (1, 5, 20.0), "not known": (1, None, None),
    }  # fmt: skip


def test_moves_to_and_from_other_authorities():
    out = [
        referral(0, JUNE, START, "RC5"), referral(1, JUNE, END, "RC5"), referral(1, JUNE, D(2024, 9, 1), "RC5"),
        # Not in the year, not taken on, another reason, no day.
        referral(2, JUNE, D(2024, 3, 31), "RC5"), referral(3, JUNE, D(2025, 4, 1), "RC5"),
        referral(4, JUNE, CLOSED, "RC5", no_further_action=True), referral(5, JUNE, CLOSED, "RC7"),
        referral(6, JUNE, None, "RC5"),
    ]  # fmt: skip
    came = [
        referral(10, JUNE, conference_date=START), referral(11, JUNE, conference_date=END),
        referral(12, JUNE, conference_date=D(2024, 3, 31)), referral(13, JUNE, conference_date=D(2025, 4, 1)),
        # The same conference with the enquiry too: our own; and recorded with two referrals: one.
        referral(14, JUNE, conference_date=CLOSED),
        referral(15, JUNE, conference_date=CLOSED), referral(15, D(2024, 7, 1), conference_date=CLOSED),
    ]  # fmt: skip
    enquiries = [within(came[4], start_date=JUNE, conference_date=CLOSED)]

    def care(child, ended, reason, began=JUNE, status="C2"):
        return {"child": child, "start_date": began, "new_episode_reason": "S", "legal_status": status, "placement": "U6",
                "end_date": ended, "end_reason": reason}  # fmt: skip

    episodes = [
        care(20, START, "E3", D(2023, 1, 1)), care(21, END, "E3"), care(22, D(2024, 3, 31), "E3", D(2023, 1, 1)),
        care(23, D(2025, 4, 1), "E3"), care(24, CLOSED, "E4A"), care(25, CLOSED, "E3", status="V4"),
        # The last ending of the year tells: back, and home.
        care(26, D(2024, 7, 1), "E3"), care(26, D(2024, 9, 1), "E4A", D(2024, 8, 1)),
        # Handed over, and in care again at the end of the year.
        care(27, D(2024, 7, 1), "E3"), care(27, None, None, D(2024, 8, 1)),
        # One child in all three.
        care(0, D(2024, 7, 1), "E3"),
    ]  # fmt: skip
    last = D(2026, 3, 31)
    held = history(last=last, referrals=out + came, enquiries=enquiries, episodes=episodes)
    assert counted(held, "cin-transfers-out") == (3, None)
    assert categories(held, "cin-transfers-out", "moves") == {
        "looked after, care passed on": 4, "conference after moving in": 3,
    }  # fmt: skip
    quarters = figures(held, "cin-transfers-out", by=[], period="quarter").filter(pl.col("breakdown") == "total")
    assert quarters["numerator"].to_list() == [1, 1, 0, 1]
    blind = history(last=last, referrals=out, collections=("cin",))
    assert "are not seen" in total(blind, "cin-transfers-out")["note"]


# -- assessments -------------------------------------------------------------------------------------------------------


def test_assessments_of_the_period():
    case, none = referral(0, D(2024, 1, 1)), referral(1, D(2024, 1, 1), no_further_action=True)
    days = [D(2024, 3, 31), START, D(2024, 6, 30), D(2024, 7, 1), END, D(2025, 4, 1), None]
    held = history(
        referrals=[case, none],
        # Twice on a day are two; so is one of a referral without further action.
        assessments=[within(case, completed_date=day) for day in (*days, END)] + [within(none, completed_date=END)],
    )
    row = total(held, "assessments-completed")
    assert (row["numerator"], row["denominator"], row["value"]) == (6, None, 6)
    assert figures(held, "assessments-completed", by=[], period="quarter")["numerator"].to_list() == [2, 1, 0, 3]


def test_an_assessment_whose_referral_cannot_be_read_still_counts():
    case = referral(0, JUNE, primary_need="N1", referral_source="6")
    held = history(
        referrals=[case],
        assessments=[within(case, completed_date=END), {"referral": None, "child": 1, "completed_date": END}],
    )
    assert total(held, "assessments-completed")["numerator"] == 2
    assert categories(held, "assessments-completed", "primary_need") == {"N1": 1, "not known": 1}
    assert counted(held, "assessments-within-45-days", "clock_start=referral") == (0, 2)


@pytest.mark.parametrize(
    ("began", "done", "wanted"),
    [
        # May 2024 has two bank holidays, 6 and 27.
        (D(2024, 5, 1), D(2024, 7, 5), 1),
        (D(2024, 5, 1), D(2024, 7, 8), 0),
        # Saturdays and Sundays add none: the 45th day is the Friday.
        (D(2024, 5, 1), D(2024, 7, 6), 1),
        (D(2024, 5, 1), D(2024, 7, 7), 1),
        # From a Saturday the first day is Monday.
        (D(2024, 6, 1), D(2024, 8, 2), 1),
        (D(2024, 6, 1), D(2024, 8, 5), 0),
        # Christmas, Boxing Day and New Year.
        (D(2024, 12, 2), D(2025, 2, 6), 1),
        (D(2024, 12, 2), D(2025, 2, 7), 0),
        (D(2024, 6, 3), D(2024, 6, 3), 1),
        (None, D(2024, 6, 3), 0),
        (D(2024, 6, 4), D(2024, 6, 3), 1),
    ],
)
def test_45_working_days(began, done, wanted):
    case = referral(0, D(2022, 1, 1))
    held = history(referrals=[case], assessments=[within(case, start_date=began, completed_date=done)])
    assert counted(held, "assessments-within-45-days") == (wanted, 1)
    # From the referral it is long.
    assert counted(held, "assessments-within-45-days", "clock_start=referral") == (0, 1)


def test_the_clock_may_run_from_the_referral():
    case = referral(0, D(2024, 5, 1))
    held = history(
        referrals=[case],
        assessments=[within(case, start_date=D(2024, 6, 20), completed_date=day) for day in (D(2024, 7, 5), D(2024, 7, 8))],
    )  # fmt: skip
    assert counted(held, "assessments-within-45-days") == (2, 2)
    assert counted(held, "assessments-within-45-days", "clock_start=referral") == (1, 2)


def test_assessments_that_cannot_be_told_are_said():
    case = referral(0, D(2024, 5, 1))
    days = [(None, JUNE), (D(2024, 6, 4), JUNE), (D(2024, 6, 5), JUNE), (JUNE, JUNE)]
    held = history(
        referrals=[case], assessments=[within(case, start_date=began, completed_date=done) for began, done in days]
    )
    assert total(held, "assessments-within-45-days")["note"] == (
        "2 in time were authorised before the day from which to count; 1 without the day from which to count"
    )


# -- factors -----------------------------------------------------------------------------------------------------------

NEGLECT = "factor-rate-neglect"


def of_factors(*rows, referrals, **more) -> History:
    """Rows: referral, day of completion, factors."""
    assessments, factors = [], []
    for case, done, listed in rows:
        number = next(_numbers)
        assessments.append(within(case, assessment=number, completed_date=done))
        factors += [within(case, assessment=number, factor=factor) for factor in listed]
    return history(referrals=referrals, assessments=assessments, factors=factors, **more)


def test_factors_once_an_episode():
    cases = [referral(0, D(2024, 1, 1)), referral(0, D(2024, 11, 1)), *(referral(at, D(2024, 1, 1)) for at in range(1, 8)),
             referral(8, D(2024, 1, 1), no_further_action=True), referral(9, D(2024, 1, 1), no_further_action=None)]  # fmt: skip
    held = of_factors(
        (cases[0], JUNE, ["16A", "3A", "7A"]), (cases[0], CLOSED, ["16A"]), (cases[0], END, ["16A"]), (cases[1], END, ["16A"]),
        (cases[2], START, ["16A", "17A"]), (cases[3], END, ["7A"]),
        # Before and behind the year, not authorised, none found, none listed, without further action, not known whether.
        (cases[4], D(2024, 3, 31), ["16A"]), (cases[5], D(2025, 4, 1), ["16A"]), (cases[6], None, ["16A"]),
        (cases[7], JUNE, ["21"]), (cases[8], JUNE, []), (cases[9], JUNE, ["16A", "7A"]), (cases[10], JUNE, ["16A"]),
        # Another assessment of the year without it, and one with it of another year: the episode does not have it in the year.
        (cases[4], JUNE, ["3A"]),
        referrals=cases,
    )  # fmt: skip
    row = total(held, NEGLECT, population=20_000)
    assert (row["numerator"], row["denominator"], row["value"]) == (4, 20_000, 2)
    assert total(held, NEGLECT, "unit=children")["numerator"] == 3
    # Any factor: 21 is one, an assessment without a list is none.
    assert counted(held, NEGLECT, "show_share_of_assessed=true") == (4, 7)
    assert counted(held, NEGLECT, "show_share_of_assessed=true,unit=children") == (3, 6)
    assert total(held, "factor-rate-domestic-abuse-child")["numerator"] == 2
    assert total(held, "factor-rate-emotional-abuse")["numerator"] == 1
    assert total(held, "young-carer-factor-rate")["numerator"] == 2
    quarters = figures(held, NEGLECT, by=[], period="quarter")["numerator"].to_list()
    # An episode counts in each quarter that lists it.
    assert quarters == [3, 1, 0, 2]


def test_a_factor_is_not_taken_for_one_that_begins_alike():
    cases = [referral(at, JUNE) for at in range(4)]
    held = of_factors(*((case, END, [code]) for case, code in zip(cases, ("3A", "3B", "3C", "13A"), strict=True)),
                      referrals=cases)  # fmt: skip
    for name in ("domestic-abuse-child", "domestic-abuse-parent", "domestic-abuse-person", "gangs"):
        assert total(held, f"factor-rate-{name}")["numerator"] == 1, name


def test_the_age_is_that_of_the_first_assessment_that_lists_the_factor():
    case = referral(0, D(2024, 1, 1))
    held = of_factors(
        (case, D(2024, 5, 1), ["3A"]), (case, D(2024, 9, 1), ["16A"]), (case, END, ["16A"]),
        referrals=[case], children=[{"child": 0, "birth_date": D(2006, 9, 1)}],
    )  # fmt: skip
    assert categories(held, NEGLECT, "age_band") == {"18+": 1}
    assert categories(held, "factor-rate-domestic-abuse-child", "age_band") == {"16-17": 1}


@pytest.mark.parametrize(
    ("name", "code", "year"),
    [
        ("physical-abuse-child-on-child", "18B", 2020),
        ("physical-abuse-adult-on-child", "18C", 2020),
        ("sexual-abuse-child-on-child", "19B", 2020),
        ("sexual-abuse-adult-on-child", "19C", 2020),
        ("child-criminal-exploitation", "24A", 2021),
    ],
)
def test_a_factor_that_was_not_collected_yet_has_no_figure(name, code, year):
    case = referral(0, D(2018, 5, 1))
    held = of_factors((case, D(year, 4, 1), [code]), referrals=[case], first=D(2018, 4, 1))
    first = f"{year}-{year % 100 + 1}"
    assert total(held, f"factor-rate-{name}", year=first)["numerator"] == 1
    before = total(held, f"factor-rate-{name}", year=f"{year - 1}-{year % 100}")
    assert (before["numerator"], before["note"]) == (None, f"not computed: collected from {first}")
    # One that is as old as the rest was collected then.
    assert total(held, "factor-rate-gangs", year=f"{year - 1}-{year % 100}")["numerator"] == 0


def test_factors_that_run_out_say_so():
    case = referral(0, JUNE)
    held = of_factors((case, END, ["18A", "19A"]), referrals=[case])
    for name in ("factor-rate-physical-abuse-unknown", "factor-rate-sexual-abuse-unknown"):
        row = total(held, name)
        assert row["numerator"] == 1
        assert "it runs out" in row["note"]


# -- all of them -------------------------------------------------------------------------------------------------------

EVERY = ("re-referrals-12m", "referrals-rate", "referral-source", "referrals-nfa", "referrals-not-in-need", NEED,
         "cin-duration-2-years-plus", "cin-demographic-profile", "cin-transfers-out", "assessments-completed",
         "assessments-within-45-days", "young-carer-factor-rate", NEGLECT)  # fmt: skip


def busy(child: int):
    """Rows of a child in whom each of the indicators finds something."""
    cases = [
        referral(child, D(2023, 9, 1), D(2024, 2, 1), "RC7"), referral(child, JUNE, D(2024, 7, 1), "RC8"),
        referral(child, D(2024, 9, 1), D(2024, 12, 1), "RC5"), referral(child, D(2025, 1, 1), no_further_action=True),
        referral(child, D(2025, 2, 1)),
    ]  # fmt: skip
    done = [within(case, assessment=next(_numbers), start_date=JUNE, completed_date=D(2024, 6, 20)) for case in cases]
    factors = [{**row, "factor": code} for row in done for code in ("16A", "7A")]
    for row in factors:
        del row["start_date"], row["completed_date"]
    return {"referrals": cases, "assessments": done, "factors": factors}


@pytest.mark.parametrize("name", EVERY)
def test_nothing_of_one_authority_is_in_the_figure_of_another(name):
    # The same identifier in both: two children.
    same = [{"child": 0, "la": "301", "child_id": "A"}, {"child": 1, "la": "302", "child_id": "A"},
            {"child": 2, "la": "303", "child_id": "A"}]  # fmt: skip
    mine, theirs = busy(0), busy(1)
    # Of 302 there is a little more; of 303 nothing but the last case.
    theirs["referrals"] += [referral(1, D(2024, 5, 1))]
    theirs = {frame: rows + mine[frame] for frame, rows in theirs.items()}
    theirs["referrals"] += [referral(2, D(2025, 2, 1))]
    authorities = ("301", "302", "303")
    together = figures(history(children=same, authorities=authorities, **theirs), name)
    alone = figures(history(children=same[:1], authorities=("301",), **mine), name)
    assert together.filter(pl.col("la_code") == "301").equals(alone)
    found = alone.filter(pl.col("breakdown") == "total").row(0, named=True)
    assert found["numerator"] or found["denominator"], "nothing that could leak"


@pytest.mark.parametrize("name", EVERY)
def test_without_a_return_there_is_no_figure(name):
    row = total(history(first=D(2023, 4, 1), last=D(2025, 3, 30), **busy(0)), name)
    assert row["numerator"] is None
    assert row["note"].startswith("not computed: no children in need census from 2024-04-01 to 2025-03-31")


@pytest.mark.parametrize("name", EVERY)
def test_nobody_is_a_figure_of_nothing(name):
    row = total(history(), name)
    assert row["numerator"] == 0
    assert row["value"] == (0 if row["unit"] == "count" else None)
