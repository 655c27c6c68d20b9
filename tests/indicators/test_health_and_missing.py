"""What the second computation does not see of health, missing children and social workers: notes, quarters, snapshots."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import csc_returns as cr
from csc_returns.history import History

D = dt.date

YEAR_END = D(2025, 3, 31)


def history(children=1, last=YEAR_END, **frames) -> History:
    """Children in care since 2020, with a relative, and rows of other frames."""
    episodes = [
        {"child": at, "start_date": D(2020, 1, 1), "new_episode_reason": "S", "legal_status": "C2", "placement": "U1"}
        for at in range(children)
    ]
    born = [{"child": at, "la": "301", "birth_date": D(2013, 6, 1)} for at in range(children)]
    covered = [{"la": "301", "collection": "ssda903", "first_day": D(2020, 4, 1), "last_day": last}]
    return History.from_rows({"children": born, "episodes": episodes, **frames}, covered)


def totals(found: History, name: str, **asked):
    rows = cr.indicators(found, [name], by=[], small_denominator=0, **{"year": "2024-25"} | asked)
    return rows.filter(pl.col("breakdown") == "total").rows(named=True)


def test_nobody_missing_in_any_return_is_0_and_in_doubt():
    (row,) = totals(history(3), "cla-missing")
    assert (row["numerator"], row["denominator"]) == (0, 3)
    assert row["note"] == "3 looked after and nobody missing in any return: was the table sent?"
    (row,) = totals(history(3), "cla-missing-family-network")
    assert row["numerator"] == 0 and "was the table sent" in row["note"]
    # Long ago is enough to know that the table is sent.
    (row,) = totals(history(3, missing=[{"child": 0, "kind": "M", "start_date": D(2020, 5, 1), "end_date": D(2020, 5, 2)}]),
                    "cla-missing")  # fmt: skip
    assert (row["numerator"], row["note"]) == (0, None)


def test_missing_in_quarters():
    missing = [
        {"child": 0, "kind": "M", "start_date": D(2024, 6, 30), "end_date": D(2024, 7, 1)},
        {"child": 1, "kind": "M", "start_date": D(2025, 3, 31), "end_date": None},
    ]
    found = history(2, missing=missing)
    assert [row["numerator"] for row in totals(found, "cla-missing", period="quarter")] == [1, 1, 0, 1]
    # A quarter has no last six months: it stays as it is.
    narrow = totals(found, "cla-missing", period="quarter", variants=["cla-missing:window_months=6"])
    assert [row["numerator"] for row in narrow if row["variant"] != "default"] == [1, 1, 0, 1]
    assert [row["numerator"] for row in totals(found, "cla-missing-family-network", period="quarter")] == [1, 0, 0, 1]


def test_social_workers_over_the_twelve_months_before_a_day():
    workers = [
        {"child": 0, "worker": f"SW{at}", "start_date": D(2024, 1, 1), "end_date": ended}
        for at, ended in enumerate([D(2024, 6, 30), D(2024, 7, 1), D(2024, 9, 1), None])
    ]
    found = history(social_workers=workers)
    (row,) = totals(found, "cla-3plus-social-workers", as_at=D(2025, 6, 30), year=None)
    assert row["numerator"] is None  # the returns end before
    (row,) = totals(
        history(social_workers=workers[:3], last=D(2025, 6, 30)), "cla-3plus-social-workers", as_at=D(2025, 6, 30)
    )
    assert (row["numerator"], row["denominator"]) == (0, 1)
    (row,) = totals(
        history(social_workers=workers, last=D(2025, 6, 30)), "cla-3plus-social-workers", as_at=D(2025, 6, 30)
    )
    assert (row["numerator"], row["denominator"]) == (1, 1)


def test_no_social_workers_at_all_is_no_figure():
    (row,) = totals(history(), "cla-3plus-social-workers")
    assert row["numerator"] is None and row["note"].startswith("not computed")
    (row,) = totals(history(social_workers=[]), "cla-social-worker-change-reasons", year="2022-23")
    assert "collected from 2023-24" in row["note"]


def test_health_of_a_child_without_a_row():
    told = {"child": 0, "year_end": D(2025, 3, 31), "sdq_score": 41, "teeth_check": "1"}
    found = history(2, outcomes=[told])
    (row,) = totals(found, "cla-dental-check")
    assert (row["numerator"], row["denominator"]) == (1, 2)
    assert row["note"] == "1 without an answer, counted as no"
    (row,) = totals(found, "cla-sdq-completed")
    assert (row["numerator"], row["denominator"]) == (0, 2)
    assert "1 with a score that is not taken" in row["note"] and "1 without a row of OC2" in row["note"]
    with pytest.raises(ValueError, match="once a year"):
        totals(found, "cla-dental-check", period="rolling")


def test_orders_of_children_out_of_care_are_named():
    orders = [
        {"child": at, "start_date": day, "end_date": D(2027, 3, 31)}
        for at, day in ((0, D(2026, 5, 1)), (0, D(2026, 5, 2)), (1, D(2026, 5, 1)))
    ]
    found = history(2, last=D(2027, 3, 31), deprivations_of_liberty=orders)
    gone = found.frames["episodes"].with_columns(
        pl.when(pl.col("child") == 1).then(D(2021, 1, 1)).alias("end_date"),
        pl.when(pl.col("child") == 1).then(pl.lit("E4A")).alias("end_reason"),
    )
    found = History({**found.frames, "episodes": gone}, found.covered)
    rows = totals(found, "cla-deprivation-of-liberty", year="2026-27",
                  variants=[f"cla-deprivation-of-liberty:measure={name}" for name in ("orders", "open_31_march")])  # fmt: skip
    assert {row["variant"]: row["numerator"] for row in rows} == {
        "default": 1, "measure=orders": 2, "measure=open_31_march": 0
    }  # fmt: skip
    notes = {row["variant"]: row["note"] for row in rows}
    assert notes["default"] == "1 left out: the child was not looked after in the period"
    assert notes["measure=open_31_march"] is None
    (row,) = totals(history(last=D(2027, 3, 31)), "cla-deprivation-of-liberty", year="2026-27")
    assert row["numerator"] == 0 and "was the table sent" in row["note"]
