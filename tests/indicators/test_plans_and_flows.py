"""Plans, starts and ends of care: long follow-ups against their oracles, and what is said beside a figure."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.oracle.invented import AUTHORITIES, LAST, invent
from indicators.oracle.registry import ORACLES
from indicators.test_oracle import choices, history, rows_of, the_same

from csc_returns.history import History
from csc_returns.indicators import run
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
    engine = Engine(history(rows, LAST), population=population_of(None, list(AUTHORITIES)))
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


def of_one_authority(covered_from=dt.date(2023, 4, 1), **frames) -> History:
    covered = [
        {"la": "301", "collection": name, "first_day": covered_from, "last_day": dt.date(2025, 3, 31)}
        for name in ("cin", "ssda903")
    ]
    frames["children"] = [
        {"child": child, "la": "301", "birth_date": dt.date(2012, 5, 5)}
        for child in sorted({row["child"] for rows in frames.values() for row in rows if "child" in row})
    ]
    return History.from_rows(frames, covered)


def shown(found, breakdown: str) -> dict[str, float]:
    rows = found.filter(found["breakdown"] == breakdown)
    return dict(rows.select("category", "numerator").rows())


def total(history: History, name: str, **options):
    return run.indicators(history, [name], year="2024-25", by=[], small_denominator=0, **options).row(0, named=True)


def plan(number: int, began: dt.date, ended: dt.date | None = None):
    return {"plan": number, "referral": number, "child": number, "start_date": began, "end_date": ended}


def review(number: int, day: dt.date):
    return {"plan": number, "child": number, "review_date": day}


def test_reviews_are_due_up_to_the_last_day():
    plans = of_one_authority(
        protection_plans=[plan(number, dt.date(2024, 6, 10)) for number in range(4)]
        + [plan(4, dt.date(2024, 12, 31)), plan(5, dt.date(2025, 1, 1)), plan(6, dt.date(2024, 12, 31))],
        plan_reviews=[
            review(0, dt.date(2024, 9, 10)), review(0, dt.date(2025, 3, 10)),
            # A day late, first and second; and the second never held.
            review(1, dt.date(2024, 9, 11)), review(1, dt.date(2025, 3, 10)),
            review(2, dt.date(2024, 9, 10)), review(2, dt.date(2025, 3, 11)),
            review(3, dt.date(2024, 9, 10)),
            review(4, dt.date(2025, 3, 31)),
        ],
    )  # fmt: skip
    row = total(plans, "cpp-reviews-on-time")
    assert (row["numerator"], row["denominator"]) == (2, 6)
    assert row["note"] is None


def test_reviews_before_the_returns_are_not_seen_and_said():
    plans = of_one_authority(
        protection_plans=[plan(0, dt.date(2022, 6, 10))], plan_reviews=[review(0, dt.date(2025, 1, 10))]
    )
    row = total(plans, "cpp-reviews-on-time")
    assert (row["numerator"], row["denominator"]) == (0, 1)
    assert row["note"] == "1 counted as late began before the returns, where reviews are not seen"


def test_a_return_of_one_year_lacks_earlier_reviews():
    plans = of_one_authority(dt.date(2024, 4, 1), protection_plans=[plan(0, dt.date(2024, 6, 10))])
    assert "reviews of the year before are not seen" in total(plans, "cpp-reviews-on-time")["note"]


def test_lengths_are_shown_in_their_order():
    days = [
        dt.date(2025, 1, 1), dt.date(2024, 12, 31), dt.date(2024, 12, 30), dt.date(2024, 9, 30), dt.date(2024, 9, 29),
        dt.date(2024, 4, 1), dt.date(2024, 3, 31), dt.date(2023, 4, 1), dt.date(2023, 3, 31), dt.date(2020, 1, 1),
    ]  # fmt: skip
    history = of_one_authority(protection_plans=[plan(number, day) for number, day in enumerate(days)])
    found = shown(run.indicators(history, ["cpp-duration-at-31-march"], year="2024-25", by=[]), "plan_length_band")
    # 30 September and six months is 30 March: a plan that began then has lasted longer on 31 March.
    assert [*found.items()] == [*zip(LENGTH_BANDS, [2, 1, 3, 2, 2], strict=True)]


def episode(child: int, began: dt.date, ended: dt.date | None, reason: str | None, **more):
    return {
        "child": child, "start_date": began, "new_episode_reason": "S", "legal_status": "C1", "placement": "U6",
        "end_date": ended, "end_reason": reason, **more,
    }  # fmt: skip


def test_each_order_and_reason_is_shown_beside_the_figure():
    reasons = ["E11", "E12", "E41", "E45", "E46", "E47", "E48", "E4A", "E4B", "E13"]
    ends = [episode(child, dt.date(2024, 1, 1), dt.date(2025, 3, 31), reason) for child, reason in enumerate(reasons)]
    history = of_one_authority(episodes=ends)
    found = run.indicators(
        history, ["cla-ceased-out-of-care-orders", "reunification-rate"], year="2024-25", by=[],
        variants=["cla-ceased-out-of-care-orders:sgo_split=former_foster_carer"],
    )  # fmt: skip
    orders = found.filter((found["indicator"] == "cla-ceased-out-of-care-orders") & (found["variant"] == "default"))
    assert shown(orders, "total") == {"total": 7}
    assert shown(orders, "order") == {"adoption": 2, "child arrangements": 1, "special guardianship": 4}
    assert shown(found.filter(found["variant"] != "default"), "total") == {"total": 5}
    home = found.filter(found["indicator"] == "reunification-rate")
    assert shown(home, "total") == {"total": 2}
    assert shown(home, "reason") == {"E4A": 1, "E4B": 1, "E13": 1}


def test_ages_are_shown_in_their_order():
    starts = [episode(child, dt.date(2024, 6, 1), None, None) for child in range(2)]
    history = of_one_authority(episodes=starts)
    found = run.indicators(
        history, ["cla-starting-court-order-by-age", "cla-starting-adolescent"], year="2024-25", by=[]
    )
    assert shown(found, "age_band") == {"10-15": 2}
    assert shown(found, "age") == {"16 and over": 0}


def test_adoption_months_and_who_is_left_out():
    adopted = [episode(child, dt.date(2023, 5, 1), dt.date(2024, 12, 1), "E12") for child in range(4)]
    history = of_one_authority(
        episodes=adopted,
        adoptions=[
            {"child": 0, "decision_date": dt.date(2023, 6, 10), "match_date": dt.date(2024, 6, 10)},
            {"child": 1, "decision_date": dt.date(2024, 6, 10), "match_date": dt.date(2024, 6, 10)},
            {"child": 2, "decision_date": dt.date(2024, 6, 11), "match_date": dt.date(2024, 6, 10)},
        ],
        # The decision was reversed, and taken again.
        adoption_decisions=[
            {"child": 0, "decision_date": dt.date(2023, 6, 10), "end_date": dt.date(2023, 9, 1)},
            {"child": 0, "decision_date": dt.date(2023, 12, 10)},
            {"child": 0, "decision_date": dt.date(2024, 7, 1)},
        ],
    )
    row = total(history, "adoption-decision-to-match-months")
    assert (row["value"], row["denominator"], row["unit"]) == (6, 2, "months")
    assert "1 left out: no date of decision or of matching" in row["note"]
    assert "1 left out: the decision came behind the matching (rule 333)" in row["note"]
    name = "adoption-decision-to-match-months"
    other = run.indicators(
        history, [name], year="2024-25", by=[],
        variants=[f"{name}:decision_date=PlacedAdoption.DATE_PLACED,statistic=median"],
    ).row(-1, named=True)  # fmt: skip
    assert (other["value"], other["denominator"], other["unit"]) == (6, 1, "months_median")


def test_going_home_is_not_followed_past_the_returns():
    home = [episode(0, dt.date(2023, 5, 1), dt.date(2024, 6, 1), "E4A")]
    row = total(of_one_authority(episodes=home), "reunification-re-entry")
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 0, None)
    assert "1 left out: the months behind the end of care run past the returns" in row["note"]


def test_a_place_in_another_collection_is_needed():
    starts = [episode(0, dt.date(2024, 6, 1), None, None)]
    covered = [
        {"la": "301", "collection": "ssda903", "first_day": dt.date(2024, 4, 1), "last_day": dt.date(2025, 3, 31)}
    ]
    history = History.from_rows({"children": [{"child": 0, "la": "301"}], "episodes": starts}, covered)
    row = total(history, "cla-starting-extra-familial-factor")
    assert row["value"] is None
    assert row["note"].startswith("not computed: no children in need census")
