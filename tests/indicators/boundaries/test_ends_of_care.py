"""Ends of care: the days, codes and blanks on which each definition turns."""

from __future__ import annotations

import pytest
from indicators.small_histories import counts, episode, figures, history, numerator, row, shown, total

ENDS = {
    "the first day of the year": (episode(0, "2023-06-01", "2024-04-01", "E41"), (1, 1)),
    "the last day": (episode(0, "2023-06-01", "2025-03-31", "E41"), (1, 1)),
    "the day before the year": (episode(0, "2023-06-01", "2024-03-31", "E41"), (0, 0)),
    "the day behind it": (episode(0, "2023-06-01", "2025-04-01", "E41"), (0, 0)),
    "no end of care": (episode(0, "2023-06-01", "2024-06-01", "X1"), (0, 0)),
    "no reason": (episode(0, "2023-06-01", "2024-06-01"), (0, 0)),
    "a reason without a day": (episode(0, "2023-06-01", end_reason="E41"), (0, 0)),
    "a short break": (episode(0, "2023-06-01", "2024-06-01", "E41", status="V4"), (0, 0)),
    "for another reason": (episode(0, "2023-06-01", "2024-06-01", "E4A"), (0, 1)),
}


@pytest.mark.parametrize("name", ENDS)
def test_ends(name):
    rows, numbers = ENDS[name]
    made = history(rows)
    assert counts(made, "cla-ceased-cao") == numbers
    assert numerator(made, "cla-ceasing-rate") == numbers[1]
    assert numerator(made, "cla-ceased-out-of-care-orders", "show=count") == numbers[0]
    assert numerator(made, "cla-ceased-out-of-care-orders", "show=rate_per_10000") == numbers[0]


def test_the_last_of_several_ends_counts_whatever_came_behind():
    made = history(
        # Home, back, and out on an order: the order. An order, back, and still there: the order.
        episode(0, "2023-06-01", "2024-05-01", "E4A"), episode(0, "2024-06-01", "2024-12-01", "E45"),
        episode(1, "2023-06-01", "2024-05-01", "E46"), episode(1, "2024-06-01"),
        # An order, and behind the year home.
        episode(2, "2023-06-01", "2024-05-01", "E11"), episode(2, "2024-06-01", "2025-05-01", "E4A"),
        # Episodes that overlap: the one that ended last, though it began first.
        episode(3, "2023-06-01", "2025-01-01", "E47"), episode(3, "2024-06-01", "2024-07-01", "E4B"),
    )  # fmt: skip
    assert counts(made, "cla-ceased-sgo") == (3, 4)
    assert counts(made, "cla-ceased-sgo", "carer_split=relative_or_friend") == (2, 4)
    assert counts(made, "cla-ceased-sgo", "carer_split=former_foster_carer") == (2, 4)
    assert counts(made, "cla-ceased-adopted") == (1, 4)
    assert counts(made, "reunification-rate") == (0, 4)
    assert counts(made, "cla-ceased-out-of-care-orders") == (4, 4)


def test_going_home_and_to_whom():
    reasons = ["E4A", "E4B", "E13", "E3"]
    made = history(*(episode(at, "2023-06-01", "2025-03-31", code) for at, code in enumerate(reasons)))
    assert counts(made, "reunification-rate") == (2, 4)
    assert counts(made, "reunification-rate", "codes=E4A+E4B+E13") == (3, 4)
    assert shown(figures(made, "reunification-rate"), "reason") == {"E4A": 1, "E4B": 1, "E13": 1}


BACK = {
    # went home, started again, born; what it gives when the returns go on to 2026-03-31
    "the same day": ("2024-08-31", "2024-08-31", None, (0, 1)),
    "the next day": ("2024-08-31", "2024-09-01", None, (1, 1)),
    "exactly twelve months": ("2024-08-31", "2025-08-31", None, (1, 1)),
    "a day more": ("2024-08-31", "2025-09-01", None, (0, 1)),
    "18 a day behind": ("2024-08-31", "2024-09-01", "2007-09-01", (1, 1)),
    "18 on the last day": ("2024-08-31", "2024-09-01", "2007-08-31", (0, 0)),
    "18 before": ("2024-08-31", "2024-09-01", "2007-01-01", (0, 0)),
    "never": ("2024-08-31", None, None, (0, 1)),
}


@pytest.mark.parametrize("name", BACK)
def test_coming_back(name):
    left, again, born, numbers = BACK[name]
    rows = [episode(0, "2023-06-01", left, "E13")] + [episode(0, again)] * bool(again)
    made = history(*rows, first="2023-04-01", last="2026-03-31", born=born or "2012-05-05")
    assert counts(made, "reunification-re-entry") == numbers


def test_29_february_and_twelve_months_and_short_breaks():
    def back(again, status="C2"):
        rows = episode(0, "2023-01-01", "2024-02-29", "E4A"), episode(0, again, status=status)
        return counts(history(*rows, first="2022-04-01", last="2026-03-31"), "reunification-re-entry", year="2023-24")

    assert back("2025-02-28") == (1, 1)
    assert back("2025-03-01") == (0, 1)
    assert back("2024-06-01", "V3") == (0, 1)


def test_those_who_went_home_are_followed_as_far_as_the_returns_go():
    left = [
        episode(0, "2023-06-01", "2024-09-30", "E4A"),
        episode(1, "2023-06-01", "2024-10-01", "E4A"),
    ]
    made = history(*left, first="2023-04-01", last="2025-03-31")
    found = total(made, "reunification-re-entry", "follow_up_months=6")
    assert (found["numerator"], found["denominator"]) == (0, 1)
    assert "1 left out: the months behind the end of care run past the returns" in found["note"]


MATCHES = {
    # decisions (AD1), match, months
    "twelve months": (["2023-06-10"], "2024-06-10", 12),
    "the same day": (["2024-06-10"], "2024-06-10", 0),
    "the latest one not behind the match": (["2023-06-10", "2024-03-10", "2024-06-11"], "2024-06-10", 3),
    "behind it": (["2024-06-11"], "2024-06-10", None),
    "no match": (["2024-06-11"], None, None),
}


@pytest.mark.parametrize("name", MATCHES)
def test_decision_and_match(name):
    decisions, match, months = MATCHES[name]
    made = history(
        episode(0, "2023-06-01", "2025-03-31", "E11"),
        adoptions=[row(0, decision_date=decision, match_date=match) for decision in decisions],
    )
    found = total(made, "adoption-decision-to-match-months")
    assert (found["value"], found["denominator"]) == (months, int(months is not None))


def test_only_those_adopted_in_the_year_have_a_time_to_their_match():
    rows = [("E12", "2024-04-01"), ("E12", "2024-03-31"), ("E4A", "2024-06-01")]
    made = history(
        *(episode(child, "2023-06-01", end, code) for child, (code, end) in enumerate(rows)),
        adoptions=[row(child, decision_date="2023-06-10", match_date="2023-12-10") for child in range(3)],
    )
    assert counts(made, "adoption-decision-to-match-months")[1] == 1
