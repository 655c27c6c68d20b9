"""Assessments and the factors they list: the days and codes on which each figure turns."""

from __future__ import annotations

import pytest
from indicators.small_histories import (
    CLOSED,
    END,
    JUNE,
    START,
    D,
    assessed,
    beside,
    counts,
    history,
    numerator,
    numerators,
    referral,
    total,
    within,
)

from csc_returns.history import History

# -- assessments -------------------------------------------------------------------------------------------------------


def test_assessments_of_the_period():
    case, none = referral(0, "2024-01-01"), referral(1, "2024-01-01", no_further_action=True)
    days = [D(2024, 3, 31), START, D(2024, 6, 30), D(2024, 7, 1), END, D(2025, 4, 1), None]
    held = history(
        referrals=[case, none],
        # Twice on a day are two; so is one of a referral without further action.
        assessments=[within(case, completed_date=day) for day in (*days, END)] + [within(none, completed_date=END)],
    )
    row = total(held, "assessments-completed")
    assert (row["numerator"], row["denominator"], row["value"]) == (6, None, 6)
    assert numerators(held, "assessments-completed", period="quarter") == [2, 1, 0, 3]


def test_an_assessment_whose_referral_cannot_be_read_still_counts():
    case = referral(0, JUNE, primary_need="N1", referral_source="6")
    held = history(
        referrals=[case],
        assessments=[within(case, completed_date=END), {"referral": None, "child": 1, "completed_date": END}],
    )
    assert numerator(held, "assessments-completed") == 2
    assert beside(held, "assessments-completed", "primary_need") == {"N1": 1, "not known": 1}
    assert counts(held, "assessments-within-45-days", "clock_start=referral") == (0, 2)


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
    case = referral(0, "2022-01-01")
    held = history(referrals=[case], assessments=[within(case, start_date=began, completed_date=done)])
    assert counts(held, "assessments-within-45-days") == (wanted, 1)
    # From the referral it is long.
    assert counts(held, "assessments-within-45-days", "clock_start=referral") == (0, 1)


def test_the_clock_may_run_from_the_referral():
    case = referral(0, "2024-05-01")
    held = history(
        referrals=[case],
        assessments=[within(case, start_date="2024-06-20", completed_date=day) for day in (D(2024, 7, 5), D(2024, 7, 8))],
    )  # fmt: skip
    assert counts(held, "assessments-within-45-days") == (2, 2)
    assert counts(held, "assessments-within-45-days", "clock_start=referral") == (1, 2)


def test_assessments_that_cannot_be_told_are_said():
    case = referral(0, "2024-05-01")
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
    listed = [
        one
        for case, done, factors in rows
        for one in assessed(case["child"], done, *factors, referral=case["referral"])
    ]
    return history(*listed, referrals=referrals, **more)


def test_factors_once_an_episode():
    cases = [referral(0, "2024-01-01"), referral(0, "2024-11-01"), *(referral(at, "2024-01-01") for at in range(1, 8)),
             referral(8, "2024-01-01", no_further_action=True), referral(9, "2024-01-01", no_further_action=None)]  # fmt: skip
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
    assert numerator(held, NEGLECT, "unit=children") == 3
    # Any factor: 21 is one, an assessment without a list is none.
    assert counts(held, NEGLECT, "show_share_of_assessed=true") == (4, 7)
    assert counts(held, NEGLECT, "show_share_of_assessed=true,unit=children") == (3, 6)
    assert numerator(held, "factor-rate-domestic-abuse-child") == 2
    assert numerator(held, "factor-rate-emotional-abuse") == 1
    assert numerator(held, "young-carer-factor-rate") == 2
    quarters = numerators(held, NEGLECT, period="quarter")
    # An episode counts in each quarter that lists it.
    assert quarters == [3, 1, 0, 2]


def test_a_factor_is_not_taken_for_one_that_begins_alike():
    cases = [referral(at, JUNE) for at in range(4)]
    held = of_factors(*((case, END, [code]) for case, code in zip(cases, ("3A", "3B", "3C", "13A"), strict=True)),
                      referrals=cases)  # fmt: skip
    for name in ("domestic-abuse-child", "domestic-abuse-parent", "domestic-abuse-person", "gangs"):
        assert numerator(held, f"factor-rate-{name}") == 1, name


def test_the_age_is_that_of_the_first_assessment_that_lists_the_factor():
    case = referral(0, "2024-01-01")
    held = of_factors(
        (case, D(2024, 5, 1), ["3A"]), (case, D(2024, 9, 1), ["16A"]), (case, END, ["16A"]),
        referrals=[case], children=[{"child": 0, "birth_date": D(2006, 9, 1)}],
    )  # fmt: skip
    assert beside(held, NEGLECT, "age_band") == {"18+": 1}
    assert beside(held, "factor-rate-domestic-abuse-child", "age_band") == {"16-17": 1}


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
    case = referral(0, "2018-05-01")
    held = of_factors((case, D(year, 4, 1), [code]), referrals=[case], first=D(2018, 4, 1))
    first = f"{year}-{year % 100 + 1}"
    assert numerator(held, f"factor-rate-{name}", year=first) == 1
    before = total(held, f"factor-rate-{name}", year=f"{year - 1}-{year % 100}")
    assert (before["numerator"], before["note"]) == (None, f"not computed: collected from {first}")
    # One that is as old as the rest was collected then.
    assert numerator(held, "factor-rate-gangs", year=f"{year - 1}-{year % 100}") == 0


def test_factors_that_run_out_say_so():
    case = referral(0, JUNE)
    held = of_factors((case, END, ["18A", "19A"]), referrals=[case])
    for name in ("factor-rate-physical-abuse-unknown", "factor-rate-sexual-abuse-unknown"):
        row = total(held, name)
        assert row["numerator"] == 1
        assert "it runs out" in row["note"]
