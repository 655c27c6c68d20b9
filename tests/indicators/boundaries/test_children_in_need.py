"""Children in need, and those found not in need, at the days, ages and blanks on which each figure turns."""

from __future__ import annotations

import polars as pl
import pytest
from indicators.small_histories import (
    BEFORE,
    BEHIND,
    CLOSED,
    END,
    JUNE,
    START,
    D,
    beside,
    counts,
    episode,
    figures,
    history,
    numerator,
    numerators,
    referral,
    total,
    within,
)
from support.small_returns import census

from csc_returns.history import History, build_history
from csc_returns.indicators import run

# -- found not in need --------------------------------------------------------------------------------------------------


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
        (referral(15, JUNE, CLOSED, "RC8", conference_date="2024-06-20"), {}),
        (referral(16, JUNE, CLOSED, "RC8"), {"enquiries": [{"start_date": JUNE}]}),
        (referral(17, JUNE, CLOSED, "RC9"), {"enquiries": [{}]}),
        (referral(18, JUNE, CLOSED, "RC8"), {"cin_plans": [{"start_date": JUNE}]}),
        (referral(19, JUNE, CLOSED, "RC8"), {"protection_plans": [{"start_date": JUNE}]}),
        # Closed behind the year: when its return was made, the case was open.
        (referral(20, "2025-03-01", "2025-04-01", "RC8"), {}),
    ]
    outside = [
        (referral(30, "2024-03-31", CLOSED, "RC8"), {}),
        (referral(31, "2025-04-01", "2025-05-01", "RC8"), {}),
    ]
    return yes, no, outside


def of_cases(cases, **more) -> History:
    frames = {name: [] for name in ("assessments", "enquiries", "cin_plans", "protection_plans")}
    for case, held in cases:
        for name, rows in ({"assessments": [{}]} | held).items():
            frames[name] += [within(case, **row) for row in rows]
    # An enquiry of another case of the same child, or of another child, is no enquiry of this case.
    elsewhere = referral(0, "2023-01-01", "2023-02-01", "RC7")
    frames["enquiries"] += [within(elsewhere, start_date="2023-01-02")]
    return history(last="2026-03-31", referrals=[case for case, _ in cases] + [elsewhere], **frames, **more)


def test_assessed_and_not_in_need():
    yes, no, outside = found_not_in_need()
    held = of_cases(yes + no + outside)
    assert counts(held, "referrals-not-in-need") == (5, 16)
    assert counts(held, "referrals-not-in-need", "include_rc9=false") == (4, 16)
    # 20 is the one that the year after tells of, where its referral does not count.
    assert counts(held, "referrals-not-in-need", year="2025-26") == (1, 1)


@pytest.mark.parametrize("at", range(16))
def test_each_case_by_itself(at):
    yes, no, _ = found_not_in_need()
    assert counts(of_cases([(yes + no)[at]]), "referrals-not-in-need") == (at < len(yes), 1)


def test_several_assessments_do_not_multiply_a_referral():
    case = referral(0, JUNE, CLOSED, "RC8")
    assert counts(of_cases([(case, {"assessments": [{}, {}, {}]})]), "referrals-not-in-need") == (1, 1)


def test_two_referrals_of_a_day_are_not_in_need_if_one_was_found_so_and_none_became_one():
    first, second, nothing = (referral(0, JUNE, CLOSED, "RC8"), referral(0, JUNE, CLOSED, "RC7"),
                              referral(0, JUNE, no_further_action=True))  # fmt: skip
    assert counts(of_cases([(first, {}), (second, {})]), "referrals-not-in-need") == (0, 1)
    assert counts(of_cases([(first, {}), (nothing, {"assessments": []})]), "referrals-not-in-need") == (1, 1)


def test_a_quarter_counts_what_its_collection_year_tells_and_a_snapshot_what_its_day_does():
    cases = [
        (referral(0, "2024-06-30", "2024-07-01", "RC8"), {}),
        (referral(1, "2025-03-01", "2025-04-01", "RC8"), {}),
    ]
    held = of_cases(cases)
    quarters = figures(held, "referrals-not-in-need", period="quarter").select("numerator", "denominator").rows()
    assert quarters == [(1, 1), (0, 0), (0, 0), (0, 1)]
    assert counts(held, "referrals-not-in-need", as_at=D(2024, 6, 30)) == (0, 1)
    assert counts(held, "referrals-not-in-need", as_at=D(2024, 7, 1)) == (1, 1)


# -- in need -----------------------------------------------------------------------------------------------------------

NEED = "cin-rate-31-march"

#: Case (with the child it is of) → in need on 31 March 2025.
ON_THE_DAY = {
    "referred on the day": ({}, referral(0, END), 1),
    "referred the day after": ({}, referral(0, "2025-04-01"), 0),
    "closed on the day": ({}, referral(0, JUNE, END, "RC7"), 0),
    "closed the day after": ({}, referral(0, JUNE, "2025-04-01", "RC7"), 1),
    "referred and closed on the day": ({}, referral(0, END, END, "RC7"), 0),
    "closed before it was referred": ({}, referral(0, END, "2024-04-01", "RC7"), 0),
    "no further action": ({}, referral(0, JUNE, no_further_action=True), 0),
    "not known whether there was action": ({}, referral(0, JUNE, no_further_action=None), 1),
    "died on the day": ({"death_date": END}, referral(0, JUNE), 0),
    "died before": ({"death_date": D(2024, 6, 2)}, referral(0, JUNE), 0),
    "died the day after": ({"death_date": D(2025, 4, 1)}, referral(0, JUNE), 1),
    "unborn": ({"expected_birth_date": D(2025, 6, 1)}, referral(0, JUNE), 1),
    "born after the referral": ({"birth_date": D(2025, 5, 1)}, referral(0, JUNE), 1),
    "18 on the day": ({"birth_date": D(2007, 3, 31)}, referral(0, JUNE), 1),
    "open for ten years": ({}, referral(0, "2015-01-01"), 1),
}


@pytest.mark.parametrize("name", ON_THE_DAY)
def test_in_need_on_the_day(name):
    child, case, wanted = ON_THE_DAY[name]
    held = history(last="2026-03-31", children=[{"child": 0, **child}], referrals=[case])
    assert numerator(held, NEED) == wanted
    assert counts(held, "cin-demographic-profile") == (wanted, wanted)
    assert total(held, "cin-duration-2-years-plus")["denominator"] == wanted


def test_two_open_cases_of_a_child_are_one_of_which_the_later_tells():
    cases = [referral(0, "2022-01-01", primary_need="N1"), referral(0, "2025-01-01", primary_need="N2"),
             referral(0, "2025-02-01", "2025-03-01", "RC7", primary_need="N3")]  # fmt: skip
    held = history(referrals=cases)
    assert numerator(held, NEED) == 1
    assert beside(held, NEED, "primary_need") == {"N2": 1}
    assert counts(held, "cin-duration-2-years-plus") == (0, 1)


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
        assert numerator(held, NEED, f"max_age={years}") == wanted, years


def test_18_is_reached_on_1_march_by_who_was_born_on_29_february():
    held = history(
        last="2026-03-31", children=[{"child": 0, "birth_date": D(2008, 2, 29)}], referrals=[referral(0, JUNE)]
    )
    shown = [numerator(held, NEED, "max_age=17", as_at=day) for day in (D(2026, 2, 28), D(2026, 3, 1))]
    assert shown == [1, 0]
    bands = [beside(held, NEED, "age_band", as_at=day) for day in (D(2026, 2, 28), D(2026, 3, 1))]
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
    assert numerator(of_cases(out + here), NEED) == 6
    assert numerator(of_cases(out), NEED) == 0


def test_what_is_closed_later_was_open_on_the_day():
    # Found not in need in the year after, or in the quarter after: on the day nobody knew.
    cases = [(referral(0, "2025-03-01", "2025-04-20", "RC8"), {}), (referral(1, JUNE, CLOSED, "RC9"), {})]
    held = of_cases(cases)
    assert numerator(held, NEED) == 1
    assert total(held, "cin-duration-2-years-plus")["denominator"] == 1
    assert counts(held, "cin-demographic-profile") == (1, 1)
    quarters = numerators(held, NEED, period="quarter")
    assert quarters == [1, 0, 0, 1]
    assert [numerator(held, NEED, as_at=day) for day in (D(2024, 7, 31), CLOSED)] == [1, 0]


def test_a_later_return_changes_no_figure_of_the_year_before():
    def of_year(year, closed, reason, done):
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
        return census(year, **tables)

    first = of_year("2024-25", None, None, None)
    second = of_year("2025-26", "2025-04-20", "RC8", "2025-04-19")
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
    whole = one.filter(pl.col("breakdown") == "total")
    assert whole.select("indicator", "numerator").rows() == [
        ("cin-rate-31-march", 1), ("cin-rate-31-march", 0), ("cin-demographic-profile", 1), ("cin-duration-2-years-plus", 0),
        ("referrals-not-in-need", 0), ("referrals-rate", 1), ("assessments-completed", 0),
    ]  # fmt: skip
    # And the event of two returns is one.
    after = [numerator([first, second], name, year="2025-26") for name in ("assessments-completed", "referrals-rate")]
    assert after == [1, 0]


def test_children_looked_after_can_be_left_out():
    episodes = [
        episode(0, JUNE), episode(1, JUNE, END, "E4A"), episode(2, JUNE, BEHIND, "E4A"), episode(3, JUNE, status="V3"),
        episode(4, JUNE, status="V4"),
    ]  # fmt: skip
    held = history(referrals=[referral(child, JUNE) for child in range(6)], episodes=episodes)
    assert numerator(held, NEED) == 6
    # 0 and 2 are looked after on the day; 1 no more; short breaks are not.
    assert numerator(held, NEED, "include_looked_after=false") == 4
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
    assessments += [within(cases[6], start_date="2025-04-01")]
    held = history(referrals=cases, assessments=assessments)
    assert numerator(held, NEED) == 7
    # Nothing yet (0, 6), completed on the day (2), one of two completed (4).
    assert numerator(held, NEED, "include_awaiting_assessment=false") == 4
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
    held = history(last="2026-03-31", referrals=[referral(0, "2016-01-01", referred, "RC7"), referral(0, referred)])
    assert counts(held, "cin-duration-2-years-plus", as_at=day) == (wanted, 1)


def test_two_years_by_quarter():
    held = history(referrals=[referral(0, "2022-06-30"), referral(1, "2022-07-01")])
    assert numerators(held, "cin-duration-2-years-plus", period="quarter") == [1, 2, 2, 2]


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
    found = figures(held, "cin-demographic-profile", by=None)
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
        referral(0, JUNE, START, "RC5"), referral(1, JUNE, END, "RC5"), referral(1, JUNE, "2024-09-01", "RC5"),
        # Not in the year, not taken on, another reason, no day.
        referral(2, JUNE, "2024-03-31", "RC5"), referral(3, JUNE, "2025-04-01", "RC5"),
        referral(4, JUNE, CLOSED, "RC5", no_further_action=True), referral(5, JUNE, CLOSED, "RC7"),
        referral(6, JUNE, None, "RC5"),
    ]  # fmt: skip
    came = [
        referral(10, JUNE, conference_date=START), referral(11, JUNE, conference_date=END),
        referral(12, JUNE, conference_date="2024-03-31"), referral(13, JUNE, conference_date="2025-04-01"),
        # The same conference with the enquiry too: our own; and recorded with two referrals: one.
        referral(14, JUNE, conference_date=CLOSED),
        referral(15, JUNE, conference_date=CLOSED), referral(15, "2024-07-01", conference_date=CLOSED),
    ]  # fmt: skip
    enquiries = [within(came[4], start_date=JUNE, conference_date=CLOSED)]
    episodes = [
        episode(20, "2023-01-01", START, "E3"), episode(21, JUNE, END, "E3"), episode(22, "2023-01-01", BEFORE, "E3"),
        episode(23, JUNE, BEHIND, "E3"), episode(24, JUNE, CLOSED, "E4A"), episode(25, JUNE, CLOSED, "E3", status="V4"),
        # The last ending of the year tells: back, and home.
        episode(26, JUNE, "2024-07-01", "E3"), episode(26, CLOSED, "2024-09-01", "E4A"),
        # Handed over, and in care again at the end of the year.
        episode(27, JUNE, "2024-07-01", "E3"), episode(27, CLOSED),
        # One child in all three.
        episode(0, JUNE, "2024-07-01", "E3"),
    ]  # fmt: skip
    last = D(2026, 3, 31)
    held = history(last=last, referrals=out + came, enquiries=enquiries, episodes=episodes)
    assert counts(held, "cin-transfers-out") == (3, None)
    assert beside(held, "cin-transfers-out", "moves") == {
        "looked after, care passed on": 4, "conference after moving in": 3,
    }  # fmt: skip
    assert numerators(held, "cin-transfers-out", period="quarter") == [1, 1, 0, 1]
    blind = history(last=last, referrals=out, collections=("cin",))
    assert "are not seen" in total(blind, "cin-transfers-out")["note"]
