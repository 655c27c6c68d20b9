"""Returns of several years, authorities and collections become one history."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from indicators.small_histories import episode, story
from indicators.small_histories import history as small_history
from support.small_returns import census, looked_after

from csc_returns.history import build_history
from csc_returns.history.care import periods_of_care, placement_spells


def cin(year: str, rows, la: str | None = "301", **tables):
    """A census of cases: the child, and what is said of the case."""
    details = [{"LAchildID": child, "CINdetailsID": number, **row} for number, (child, row) in enumerate(rows)]
    return census(year, la, CINdetails=details, **tables)


FIRST = cin("2023-24", [("A", {"CINreferralDate": "2024-02-01", "CINclosureDate": None, "ReferralNFA": "0"})])
SECOND = cin(
    "2024-25",
    [
        ("A", {"CINreferralDate": "2024-02-01", "CINclosureDate": "2024-06-01", "ReferralNFA": "0"}),
        ("A", {"CINreferralDate": "2024-09-01", "CINclosureDate": None, "ReferralNFA": "0"}),
    ],
)


def test_the_same_referral_of_two_years_is_one_and_the_later_return_says_how_it_ended():
    for order in itertools.permutations([FIRST, SECOND]):
        history = build_history(order)
        rows = history.frames["referrals"].select("referral_date", "closure_date").rows()
        assert rows == [(dt.date(2024, 2, 1), dt.date(2024, 6, 1)), (dt.date(2024, 9, 1), None)]
        assert history.contradictions.is_empty(), "an end that was filled in later is no contradiction"
        assert history.covered.height == 2


def test_a_contradiction_is_reported_and_the_later_return_wins():
    earlier = cin(
        "2023-24", [("A", {"CINreferralDate": "2024-02-01", "CINclosureDate": "2024-03-01", "ReferralNFA": "0"})]
    )
    history = build_history([SECOND, earlier])
    assert history.frames["referrals"]["closure_date"][0] == dt.date(2024, 6, 1)
    (row,) = history.contradictions.to_dicts()
    assert (row["child_id"], row["item"], row["earlier"], row["later"]) == (
        "A",
        "closure_date",
        "2024-03-01",
        "2024-06-01",
    )
    assert (row["earlier_return"], row["later_return"]) == (dt.date(2024, 3, 31), dt.date(2025, 3, 31))


def test_two_referrals_of_one_day_in_one_return_stay_two():
    row = {"CINreferralDate": "2024-09-01", "ReferralNFA": "0"}
    assert build_history([cin("2024-25", [("A", row), ("A", row)])]).frames["referrals"].height == 2


def test_the_same_identifier_in_two_authorities_is_two_children():
    history = build_history([SECOND, cin("2024-25", [("A", {"CINreferralDate": "2024-09-01"})], la="302")])
    assert history.frames["children"].select("la", "child_id").rows() == [("301", "A"), ("302", "A")]
    assert history.authorities == ["301", "302"]


def test_children_of_both_collections_are_linked_and_a_return_without_sender_belongs_to_the_only_one():
    care = looked_after(
        "2024-25", None, Episodes=[{"CHILD": "a", "DECOM": "01/05/2024", "RNE": "S", "LS": "C2", "PLACE": "U6"}]
    )
    history = build_history([SECOND, care])
    assert history.frames["children"].height == 1
    assert history.frames["episodes"]["child"].to_list() == [0]


def test_what_hangs_on_a_referral_of_two_returns_hangs_on_the_one():
    def with_assessment(year, completed, factors):
        key = {"LAchildID": "A", "CINdetailsID": 0, "AssessmentID": 0}
        return cin(
            year,
            [("A", {"CINreferralDate": "2024-03-20", "ReferralNFA": "0"})],
            Assessments=[{**key, "AssessmentActualStartDate": "2024-03-21", "AssessmentAuthorisationDate": completed}],
            AssessmentFactorsList=[{**key, "AssessmentFactors": factor} for factor in factors],
        )

    history = build_history(
        [with_assessment("2024-25", "2024-05-01", ["16A", "3A"]), with_assessment("2023-24", None, ["21"])]
    )
    assert history.frames["assessments"].select("referral", "completed_date").rows() == [(0, dt.date(2024, 5, 1))]
    assert history.frames["factors"]["factor"].to_list() == ["16A", "3A"], "the factors are those of the later return"


def test_rows_that_are_no_event_are_left_out_and_named():
    odd = cin(
        "2024-25",
        [
            ("A", {"CINreferralDate": "2024-13-01"}),
            ("B", {"CINreferralDate": None}),
            ("C", {"CINreferralDate": "2024-09-01"}),
        ],
    )
    history = build_history([odd])
    assert history.frames["referrals"].height == 1
    assert history.left_out.select("table", "row", "reason").rows() == [
        ("CINdetails", 0, "a date cannot be read"),
        ("CINdetails", 1, "a needed value is blank"),
    ]


def test_a_return_of_no_known_year_tells_nothing():
    odd = cin("2024-25", [("A", {"CINreferralDate": "2024-09-01"})])
    odd.year = None
    assert build_history([odd]).covered.is_empty()


CARE = {
    "goes on with X1": (story(1, "2024-01-01 S U6", "2024-02-01 L U6"), 1),
    "ended, and began again on the same day": (
        [episode(1, "2024-01-01", "2024-02-01", "E4A"), episode(1, "2024-02-01")],
        2,
    ),
    "began before the first return": (story(1, "2024-01-01 P U6"), 1),
}


@pytest.mark.parametrize(("rows", "number"), CARE.values(), ids=CARE)
def test_periods_of_care(rows, number):
    assert periods_of_care(small_history(*rows).episodes).collect().height == number


SPELLS = {
    "hospital and back": (
        story(1, "2024-01-01 S K2 A", "2024-02-01 P T1", "2024-02-09 P K2 A"),
        {"ignore": 1, "count": 3},
    ),
    "hospital and elsewhere": (
        story(1, "2024-01-01 S K2 A", "2024-02-01 P T1", "2024-02-09 P K2 B"),
        {"ignore": 2, "count": 3},
    ),
    "another legal status": (story(1, "2024-01-01 S U6 A", "2024-02-01 L U6 A"), {"ignore": 1, "count": 1}),
}


@pytest.mark.parametrize(("rows", "numbers"), SPELLS.values(), ids=SPELLS)
def test_placement_spells(rows, numbers):
    episodes = small_history(*rows).episodes
    for temporary, number in numbers.items():
        assert placement_spells(episodes, temporary=temporary).collect().height == number
