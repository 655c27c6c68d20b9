"""Referrals and re-referrals at their boundaries: small histories, each row of which counts or does not."""

from __future__ import annotations

import polars as pl
import pytest
from indicators.small_histories import (
    END,
    START,
    D,
    beside,
    counts,
    figures,
    history,
    numerator,
    numerators,
    referral,
    total,
)

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
    "the last day of August and 6 months": (referral(0, "2024-08-31"), D(2025, 2, 28), {"window_months=6": 1}),
    "6 months and a day": (referral(0, "2024-08-31"), D(2025, 3, 1), {"window_months=6": 0, "": 1}),
    "24 months to the day": (referral(0, "2022-06-01"), D(2024, 6, 1), {"": 0, "window_months=24": 1}),
    "24 months and a day": (
        referral(0, "2022-06-01"),
        D(2024, 6, 2),
        {"window_months=24": 0, "window_months=none": 1},
    ),
    "the same day": (referral(0, "2024-06-01"), D(2024, 6, 1), {"": 0, "same_day=keep": 0, "window_months=none": 0}),
    "later is not before": (referral(0, "2025-04-01"), D(2024, 6, 1), {"": 0, "window_months=none": 0}),
    "first day of the year, a day after": (referral(0, "2024-03-31"), START, {"": 1}),
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
    "moved to another authority before": (referral(0, MAY, "2023-07-01", "RC5"), D(2024, 5, 10), {"": 1}),
    "12 months after the closure": (
        referral(0, "2022-01-01", "2023-06-01", "RC7"),
        D(2024, 6, 1),
        {"": 0, "clock=previous_closure": 1, "clock=previous_closure,boundary=exclusive": 0},
    ),
    "a day more after the closure": (
        referral(0, "2023-06-01", "2023-06-01", "RC8"),
        D(2024, 6, 2),
        {"clock=previous_closure": 0},
    ),
    "still open for years": (referral(0, "2020-01-01"), D(2024, 6, 1), {"": 0, "clock=previous_closure": 1}),
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
        assert numerator(held, NAME, chosen) == again, chosen


def test_the_number_of_referrals_before_does_not_matter():
    days = [D(2023, 12, 1), D(2024, 2, 1), D(2024, 6, 1), D(2024, 6, 1), D(2024, 9, 1)]
    held = history(referrals=[referral(0, day) for day in days] + [referral(1, "2024-06-01")])
    assert counts(held, NAME) == (2, 3)
    assert counts(held, NAME, "same_day=keep") == (3, 4)
    assert counts(held, NAME, "count=children") == (1, 2)


def test_a_re_referral_without_action_counts_unless_left_out():
    held = history(referrals=[referral(0, "2024-01-01"), referral(0, "2024-06-01", no_further_action=True)])
    assert counts(held, NAME) == (1, 1)
    assert counts(held, NAME, "numerator_excludes_nfa=true") == (0, 1)


def test_two_referrals_of_a_day_lead_nowhere_only_if_both_do():
    def held(*actions):
        return history(
            referrals=[referral(0, "2024-01-01")]
            + [referral(0, "2024-06-01", no_further_action=none) for none in actions]
        )

    for actions, again in {(True, True): 0, (True, False): 1, (True, None): 1, (None, None): 1, (None,): 1}.items():
        assert counts(held(*actions), NAME, "numerator_excludes_nfa=true") == (again, 1), actions


def test_children_are_placed_by_their_first_re_referral():
    # First seen at 9 without an earlier referral, again at 10.
    held = history(
        children=[{"child": 0, "birth_date": D(2014, 9, 1)}],
        referrals=[referral(0, "2024-05-01"), referral(0, "2024-09-01"), referral(0, "2024-10-01")],
    )
    found = figures(held, NAME, "count=children", by=None).filter(pl.col("breakdown") == "age_band")
    assert found.select("category", "numerator", "denominator").rows() == [("10-15", 1, 1)]


def test_a_referral_while_a_case_is_open_counts_and_is_said():
    cases = [
        referral(0, "2024-01-01"), referral(0, "2024-06-01"),
        # Closed on the day, a day before, never taken on: none is open.
        referral(1, "2024-01-01", "2024-06-01", "RC7"), referral(1, "2024-06-01"),
        referral(2, "2024-01-01", "2024-05-31", "RC7"), referral(2, "2024-06-01"),
        referral(3, "2024-01-01", no_further_action=True), referral(3, "2024-06-01"),
        # Open, though a later one was closed; and two of them in the year.
        referral(4, "2023-12-01", "2025-01-01", "RC7"), referral(4, "2024-01-01", "2024-02-01", "RC7"),
        referral(4, "2024-06-01", "2024-06-30", "RC7"), referral(4, "2024-12-31"),
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
    note = total(history(first=start, referrals=[referral(0, "2024-06-01")]), NAME, chosen)["note"]
    assert ("undercounted" in (note or "")) is said


def test_each_quarter_and_rolling_year_looks_back_from_its_own_days():
    # 30 June 2023 is 12 months before the end of the first quarter, and too far for the second.
    cases = [referral(0, "2023-06-30"), referral(0, "2024-06-30"), referral(1, "2023-06-30"),
             referral(1, "2024-07-01"), referral(2, "2024-09-30"), referral(2, "2024-10-01")]  # fmt: skip
    held = history(referrals=cases)
    quarters = figures(held, NAME, period="quarter").select("numerator", "denominator").rows()
    assert quarters == [(1, 1), (0, 2), (1, 1), (0, 0)]
    rolling = figures(held, NAME, period="rolling").select("numerator", "denominator").rows()
    # From 1 July 2023, the two of 30 June 2023 are no longer in it.
    assert rolling == [(1, 1), (1, 3), (2, 4), (2, 4)]
    assert counts(held, NAME, as_at=D(2024, 6, 30)) == (1, 1)
    assert counts(held, NAME, as_at=D(2024, 6, 29)) == (0, 0)


# -- referrals ---------------------------------------------------------------------------------------------------------


def test_referrals_of_the_period():
    days = [D(2024, 3, 31), START, D(2024, 4, 1), D(2024, 6, 30), D(2024, 7, 1), END, D(2025, 4, 1)]
    held = history(last="2026-03-31", referrals=[referral(at, day) for at, day in enumerate(days)] + [
        # Twice on one day is one; on another day, or of another child, another.
        referral(9, END), referral(9, END), referral(9, "2025-03-30"), referral(8, END, no_further_action=True),
    ])  # fmt: skip
    row = total(held, "referrals-rate", population=20_000)
    assert (row["numerator"], row["denominator"], row["value"], row["unit"]) == (8, 20_000, 4.0, "rate_per_10000")
    shown = total(held, "referrals-rate", "show=count", population=20_000)
    assert (shown["numerator"], shown["denominator"], shown["value"], shown["unit"]) == (8, None, 8, "count")
    quarters = numerators(held, "referrals-rate", period="quarter")
    assert quarters == [3, 1, 0, 4]
    assert numerator(held, "referrals-rate", as_at=D(2024, 6, 29)) == 2


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
        referrals=[referral(child, "2024-06-01") for child in born],
    )
    shown = {"unborn": 2, "under 1": 1, "1-4": 1, "16-17": 1, "18+": 1, "not known": 1}
    for name in ("referrals-rate", "re-referrals-12m", "referrals-nfa"):
        found = figures(held, name, by=None).filter(pl.col("breakdown") == "age_band")
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
        referrals=[referral(at, "2024-06-01", referral_source=code) for at, code in enumerate(every)]
        # Of two on one day, the first that names a source; and one of another year.
        + [referral(99, "2024-06-01"), referral(99, "2024-06-01", referral_source="6")]
        + [referral(99, "2025-04-01", referral_source="6")]
    )
    wanted = {name: len(some) for name, some in codes.items()} | {"police": 2}
    assert beside(held, "referral-source", "referral_source") == wanted
    found = figures(held, "referral-source", by=None)
    police = found.filter((pl.col("breakdown") == "referral_source") & (pl.col("category") == "police"))
    assert police.select("denominator", "value").row(0) == (26, 7.7)


def test_no_further_action():
    cases = [
        referral(0, START, no_further_action=True), referral(1, END, no_further_action=True),
        referral(2, START), referral(3, START, no_further_action=None),
        referral(4, START, no_further_action=True), referral(4, START, no_further_action=True),
        referral(5, START, no_further_action=True), referral(5, START),
        referral(6, START, no_further_action=True), referral(6, START, no_further_action=None),
        referral(7, "2025-04-01", no_further_action=True), referral(8, "2024-03-31", no_further_action=True),
    ]  # fmt: skip
    assert counts(history(last="2026-03-31", referrals=cases), "referrals-nfa") == (3, 7)
