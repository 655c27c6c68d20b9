"""What the second computation does not see of health, missing children and social workers: notes, quarters, snapshots."""

from __future__ import annotations

import pytest
from indicators.small_histories import (
    END,
    D,
    counts,
    episode,
    figures,
    history,
    notes,
    numerator,
    numerators,
    row,
    total,
)

from csc_returns.history import History


def in_care(children: int = 1, **more: object) -> History:
    """Children in care since 2020, with a relative, and rows of other frames."""
    return history(*(episode(child, place="U1") for child in range(children)), **more)


def test_nobody_missing_in_any_return_is_0_and_in_doubt():
    found = total(in_care(3), "cla-missing")
    assert (found["numerator"], found["denominator"]) == (0, 3)
    assert found["note"] == "3 looked after and nobody missing in any return: was the table sent?"
    found = total(in_care(3), "cla-missing-family-network")
    assert found["numerator"] == 0
    assert "was the table sent" in found["note"]
    # Long ago is enough to know that the table is sent.
    found = total(in_care(3, missing=[row(0, kind="M", start_date="2020-05-01", end_date="2020-05-02")]), "cla-missing")
    assert (found["numerator"], found["note"]) == (0, None)


def test_missing_in_quarters():
    found = in_care(
        2,
        missing=[
            row(0, kind="M", start_date="2024-06-30", end_date="2024-07-01"),
            row(1, kind="M", start_date=END, end_date=None),
        ],
    )
    assert numerators(found, "cla-missing", period="quarter") == [1, 1, 0, 1]
    # A quarter has no last six months: it stays as it is.
    assert numerators(found, "cla-missing", "window_months=6", period="quarter") == [1, 1, 0, 1]
    assert numerators(found, "cla-missing-family-network", period="quarter") == [1, 0, 0, 1]


def test_social_workers_over_the_twelve_months_before_a_day():
    name, day = "cla-3plus-social-workers", D(2025, 6, 30)
    workers = [
        row(0, worker=f"SW{at}", start_date="2024-01-01", end_date=ended)
        for at, ended in enumerate(["2024-06-30", "2024-07-01", "2024-09-01", None])
    ]
    # The returns end before the day.
    assert numerator(in_care(social_workers=workers), name, as_at=day) is None
    assert counts(in_care(social_workers=workers[:3], last=day), name, as_at=day) == (0, 1)
    assert counts(in_care(social_workers=workers, last=day), name, as_at=day) == (1, 1)


def test_no_social_workers_at_all_is_no_figure():
    found = total(in_care(), "cla-3plus-social-workers")
    assert found["numerator"] is None
    assert found["note"].startswith("not computed")
    found = total(in_care(social_workers=[]), "cla-social-worker-change-reasons", year="2022-23")
    assert "collected from 2023-24" in found["note"]


def test_health_of_a_child_without_a_row():
    held = in_care(2, outcomes=[row(0, year_end=END, sdq_score=41, teeth_check="1")])
    found = total(held, "cla-dental-check")
    assert (found["numerator"], found["denominator"]) == (1, 2)
    assert found["note"] == "1 without an answer, counted as no"
    found = total(held, "cla-sdq-completed")
    assert (found["numerator"], found["denominator"]) == (0, 2)
    assert "1 with a score that is not taken" in found["note"]
    assert "1 without a row of OC2" in found["note"]
    with pytest.raises(ValueError, match="once a year"):
        figures(held, "cla-dental-check", period="rolling")


def test_orders_of_children_out_of_care_are_named():
    name = "cla-deprivation-of-liberty"
    asked = {"year": "2026-27"}
    covered = {"last": "2027-03-31"}
    orders = [
        row(child, start_date=day, end_date="2027-03-31")
        for child, day in ((0, "2026-05-01"), (0, "2026-05-02"), (1, "2026-05-01"))
    ]
    held = history(
        episode(0), episode(1, end="2021-01-01", end_reason="E4A"), deprivations_of_liberty=orders, **covered
    )
    assert numerator(held, name, **asked) == 1
    assert numerator(held, name, "measure=orders", **asked) == 2
    assert numerator(held, name, "measure=open_31_march", **asked) == 0
    assert notes(total(held, name, **asked)) == ["1 left out: the child was not looked after in the period"]
    assert notes(total(held, name, "measure=open_31_march", **asked)) == []
    found = total(in_care(**covered), name, **asked)
    assert found["numerator"] == 0
    assert "was the table sent" in found["note"]
