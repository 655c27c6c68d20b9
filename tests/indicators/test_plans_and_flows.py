"""Plans, starts and ends of care: long follow-ups against their oracles, and what is said beside a figure."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.oracle.invented import AUTHORITIES, LAST, invent
from indicators.oracle.registry import ORACLES
from indicators.small_histories import episode, figures, history, numerator, plan, review, row, shown, total
from indicators.test_oracle import choices, rows_of, the_same
from indicators.test_oracle import history as invented

from csc_returns.indicators.dates import LENGTH_BANDS
from csc_returns.indicators.engine import Engine, Job
from csc_returns.indicators.indicator import all_indicators
from csc_returns.indicators.periods import Period
from csc_returns.indicators.population import population_of

#: A year that has three more behind it.
START, END = dt.date(2022, 4, 1), dt.date(2023, 3, 31)


@pytest.mark.parametrize("name", ["family-order-later-child-protection", "reunification-re-entry"])
def test_long_follow_up(name):
    rows = invent(seed=1)
    indicator = all_indicators()[name]
    engine = Engine(invented(rows, LAST), population=population_of(None, list(AUTHORITIES)))
    found = engine.measures([Job(indicator, chosen, Period(START, END)) for chosen in choices(indicator)], [])
    figures = {(row["variant"], row["la_code"]): row for row in found.iter_rows(named=True)}
    for chosen in choices(indicator):
        met = whole = 0
        for la in AUTHORITIES:
            answer = ORACLES[name](rows_of(rows, lambda row, la=la: row["la"] == la), START, END, LAST, **chosen)
            row = figures[indicator.label(chosen), la]
            assert the_same(answer, row, row["unit"]), (la, chosen, answer, row)
            met, whole = met + answer.numerator, whole + answer.denominator
        # One reason for leaving by itself may have no child; all of them together have some at each length.
        if chosen.get("codes") == indicator.defaults.get("codes"):
            assert 0 < met < whole, chosen


def test_reviews_are_due_up_to_the_last_day():
    plans = history(
        protection_plans=[plan(number, "2024-06-10") for number in range(4)]
        + [plan(4, "2024-12-31"), plan(5, "2025-01-01"), plan(6, "2024-12-31")],
        plan_reviews=[
            review(0, "2024-09-10"), review(0, "2025-03-10"),
            # A day late, first and second; and the second never held.
            review(1, "2024-09-11"), review(1, "2025-03-10"),
            review(2, "2024-09-10"), review(2, "2025-03-11"),
            review(3, "2024-09-10"),
            review(4, "2025-03-31"),
        ],
    )  # fmt: skip
    found = total(plans, "cpp-reviews-on-time")
    assert (found["numerator"], found["denominator"]) == (2, 6)
    assert found["note"] is None


def test_reviews_before_the_returns_are_not_seen_and_said():
    plans = history(
        first="2023-04-01", protection_plans=[plan(0, "2022-06-10")], plan_reviews=[review(0, "2025-01-10")]
    )
    found = total(plans, "cpp-reviews-on-time")
    assert (found["numerator"], found["denominator"]) == (0, 1)
    assert found["note"] == "1 counted as late began before the returns, where reviews are not seen"


def test_a_return_of_one_year_lacks_earlier_reviews():
    plans = history(first="2024-04-01", protection_plans=[plan(0, "2024-06-10")])
    assert "reviews of the year before are not seen" in total(plans, "cpp-reviews-on-time")["note"]


def test_lengths_are_shown_in_their_order():
    days = [
        "2025-01-01", "2024-12-31", "2024-12-30", "2024-09-30", "2024-09-29",
        "2024-04-01", "2024-03-31", "2023-04-01", "2023-03-31", "2020-01-01",
    ]  # fmt: skip
    held = history(protection_plans=[plan(number, day) for number, day in enumerate(days)])
    found = shown(figures(held, "cpp-duration-at-31-march"), "plan_length_band")
    # 30 September and six months is 30 March: a plan that began then has lasted longer on 31 March.
    assert [*found.items()] == [*zip(LENGTH_BANDS, [2, 1, 3, 2, 2], strict=True)]


def test_each_order_and_reason_is_shown_beside_the_figure():
    reasons = ["E11", "E12", "E41", "E45", "E46", "E47", "E48", "E4A", "E4B", "E13"]
    ends = [episode(child, "2024-01-01", "2025-03-31", reason) for child, reason in enumerate(reasons)]
    held = history(*ends)
    orders = figures(held, "cla-ceased-out-of-care-orders")
    assert shown(orders, "total") == {"total": 7}
    assert shown(orders, "order") == {"adoption": 2, "child arrangements": 1, "special guardianship": 4}
    assert numerator(held, "cla-ceased-out-of-care-orders", "sgo_split=former_foster_carer") == 5
    home = figures(held, "reunification-rate")
    assert shown(home, "total") == {"total": 2}
    assert shown(home, "reason") == {"E4A": 1, "E4B": 1, "E13": 1}


def test_ages_are_shown_in_their_order():
    held = history(*(episode(child, "2024-06-01") for child in range(2)))
    assert shown(figures(held, "cla-starting-court-order-by-age"), "age_band") == {"10-15": 2}
    assert shown(figures(held, "cla-starting-adolescent"), "age") == {"16 and over": 0}


def test_adoption_months_and_who_is_left_out():
    adopted = [episode(child, "2023-05-01", "2024-12-01", "E12") for child in range(4)]
    held = history(
        episodes=adopted,
        adoptions=[
            row(0, decision_date="2023-06-10", match_date="2024-06-10"),
            row(1, decision_date="2024-06-10", match_date="2024-06-10"),
            row(2, decision_date="2024-06-11", match_date="2024-06-10"),
        ],
        # The decision was reversed, and taken again.
        adoption_decisions=[
            row(0, decision_date="2023-06-10", end_date="2023-09-01"),
            row(0, decision_date="2023-12-10"),
            row(0, decision_date="2024-07-01"),
        ],
    )
    name = "adoption-decision-to-match-months"
    found = total(held, name)
    assert (found["value"], found["denominator"], found["unit"]) == (6, 2, "months")
    assert "1 left out: no date of decision or of matching" in found["note"]
    assert "1 left out: the decision came behind the matching (rule 333)" in found["note"]
    other = total(held, name, "decision_date=PlacedAdoption.DATE_PLACED,statistic=median")
    assert (other["value"], other["denominator"], other["unit"]) == (6, 1, "months_median")


def test_going_home_is_not_followed_past_the_returns():
    found = total(history(episode(0, "2023-05-01", "2024-06-01", "E4A")), "reunification-re-entry")
    assert (found["numerator"], found["denominator"], found["value"]) == (0, 0, None)
    assert "1 left out: the months behind the end of care run past the returns" in found["note"]


def test_a_place_in_another_collection_is_needed():
    held = history(episode(0, "2024-06-01"), first="2024-04-01", collections=["ssda903"])
    found = total(held, "cla-starting-extra-familial-factor")
    assert found["value"] is None
    assert found["note"].startswith("not computed: no children in need census")
