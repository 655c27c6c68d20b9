"""Missing children, social workers and liberty: the days and values on which each figure turns."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.small_histories import (
    BEFORE,
    BEHIND,
    END,
    LONG_AGO,
    MIDDLE,
    START,
    D,
    beside,
    by_authority,
    counts,
    episode,
    figures,
    history,
    numerators,
    short_break,
    total,
)

import csc_returns as cr

# -- missing -----------------------------------------------------------------------------------------------------------


def gone(child: int, start: dt.date, end: dt.date | None, kind: str | None = "M"):
    return {"child": child, "kind": kind, "start_date": start, "end_date": end}


#: Missing from, to → whether it touches the year, and its last six months.
MISSING = {
    (D(2023, 1, 1), BEFORE): (0, 0),
    (D(2023, 1, 1), START): (1, 0),
    (START, START): (1, 0),
    (D(2024, 5, 1), D(2024, 9, 30)): (1, 0),
    (D(2024, 5, 1), D(2024, 10, 1)): (1, 1),
    (D(2023, 1, 1), None): (1, 1),
    (END, END): (1, 1),
    (END, None): (1, 1),
    (BEHIND, None): (0, 0),
}


@pytest.mark.parametrize(("span", "met"), MISSING.items(), ids=str)
def test_being_missing_at_the_edges(span, met):
    found = history(episodes=[episode(0)], missing=[gone(0, *span)])
    year, half = met
    assert counts(found, "cla-missing") == (year, 1)
    assert counts(found, "cla-missing", "window_months=6") == (half, 1)
    assert counts(found, "cla-missing", "show=episodes")[0] == year


def test_kinds_of_being_missing_and_how_often():
    spells = [
        gone(0, MIDDLE, MIDDLE), gone(0, "2024-09-10", "2024-09-11"), gone(0, MIDDLE, MIDDLE, "A"),
        # The same row twice is one time; one that came back on another day is another.
        gone(0, MIDDLE, MIDDLE), gone(0, MIDDLE, "2024-09-12"),
        gone(1, MIDDLE, None, "A"), gone(2, MIDDLE, None, None), gone(3, MIDDLE, None),
    ]  # fmt: skip
    # The fourth was looked after before the year only, the fifth is never missing.
    episodes = [episode(0), episode(1), episode(2), episode(3, end=BEFORE, end_reason="E4A"), episode(4)]
    found = history(episodes=episodes, missing=spells)
    assert counts(found, "cla-missing") == (1, 4)
    assert counts(found, "cla-missing", "type=A") == (2, 4)
    assert counts(found, "cla-missing", "type=M_or_A") == (2, 4)
    assert counts(found, "cla-missing", "show=episodes") == (3, None)
    assert counts(found, "cla-missing", "type=M_or_A,show=episodes") == (5, None)


LOOKED_AFTER_IN_THE_YEAR = {
    "to the first day": (1, [episode(0, end=START, end_reason="E4A")]),
    "to the day before": (0, [episode(0, end=BEFORE, end_reason="E4A")]),
    "from the last day": (1, [episode(0, END)]),
    "from the day after": (0, [episode(0, BEHIND)]),
    "short breaks": (0, [short_break(0, "2024-05-01", "2024-06-01")]),
    "two episodes": (1, [episode(0, end=MIDDLE, end_reason="X1"), episode(0, MIDDLE, reason="P")]),
    "two times in care": (1, [episode(0, end="2024-06-06", end_reason="E4A"), episode(0, MIDDLE)]),
}


@pytest.mark.parametrize(("counted", "episodes"), LOOKED_AFTER_IN_THE_YEAR.values(), ids=LOOKED_AFTER_IN_THE_YEAR)
def test_who_is_looked_after_in_the_year(counted, episodes):
    order = {"child": 0, "start_date": MIDDLE, "end_date": None}
    found = history(episodes=episodes, missing=[gone(0, MIDDLE, None)], deprivations_of_liberty=[order])
    assert counts(found, "cla-missing") == (counted, counted)
    assert beside(found, "cla-entering-custody", "looked after in the period").get("children", 0) == counted


def test_the_six_months_narrow_those_looked_after_too():
    episodes = [
        episode(0, end="2024-09-30", end_reason="E4A"),
        episode(1, end="2024-10-01", end_reason="E4A"),
        episode(2),
    ]
    found = history(episodes=episodes, missing=[gone(child, "2024-09-01", "2024-10-01") for child in range(3)])
    assert counts(found, "cla-missing") == (3, 3)
    assert counts(found, "cla-missing", "window_months=6") == (2, 2)


def test_missing_in_a_snapshot_ends_with_its_day():
    found = history(episodes=[episode(0)], missing=[gone(0, "2024-07-01", None)])
    assert counts(found, "cla-missing", as_at=D(2024, 6, 30)) == (0, 1)
    assert counts(found, "cla-missing", as_at=D(2024, 7, 1)) == (1, 1)
    # Twelve months to 30 June 2025, and the quarter of it.
    assert [row["numerator"] for row in figures(found, "cla-missing", period="rolling").rows(named=True)] == [
        0, 1, 1, 1,
    ]  # fmt: skip


#: Episodes, the day on which the child goes missing → whether it was in the family network, and ever lived there in the year.
NETWORK = {
    "with a relative": (1, 1, [episode(0, place="U3")], MIDDLE),
    "with parents": (1, 1, [episode(0, place="P1")], MIDDLE),
    "with other carers": (0, 0, [episode(0, place="U4")], MIDDLE),
    "in hospital, from a relative's": (
        0, 1, [episode(0, end=MIDDLE, end_reason="X1", place="U1"), episode(0, MIDDLE, reason="P", place="T1")],
        MIDDLE,
    ),
    "the day of the move to a relative": (
        1, 1, [episode(0, end=MIDDLE, end_reason="X1"), episode(0, MIDDLE, reason="P", place="U2")], MIDDLE,
    ),
    "the day before the move to a relative": (
        0, 1, [episode(0, end=MIDDLE, end_reason="X1"), episode(0, MIDDLE, reason="P", place="U2")], D(2024, 9, 8),
    ),
    "the day of the move from a relative": (
        0, 1, [episode(0, end=MIDDLE, end_reason="X1", place="U2"), episode(0, MIDDLE, reason="P")], MIDDLE,
    ),
    "the day on which care ends": (0, 1, [episode(0, end=MIDDLE, end_reason="E4A", place="U1")], MIDDLE),
    "the day before care ends": (1, 1, [episode(0, end=MIDDLE, end_reason="E4A", place="U1")], D(2024, 9, 8)),
    "the first day of the year": (1, 1, [episode(0, place="U1")], START),
    "the day before the year": (0, 1, [episode(0, place="U1")], BEFORE),
    "the last day of the year": (1, 1, [episode(0, place="U1")], END),
    "the day behind the year": (0, 1, [episode(0, place="U1")], BEHIND),
    "in a short break": (0, 0, [short_break(0, LONG_AGO, None, place="U1")], MIDDLE),
    "with a relative until the year began": (
        0, 1, [episode(0, end=START, end_reason="X1", place="U1"), episode(0, START, reason="P")], MIDDLE,
    ),
    "with a relative until before the year": (
        0, 0, [episode(0, end=BEFORE, end_reason="X1", place="U1"), episode(0, BEFORE, reason="P")], MIDDLE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("met", "lived", "episodes", "day"), NETWORK.values(), ids=NETWORK)
def test_missing_from_the_family_network(met, lived, episodes, day):
    found = history(episodes=episodes, missing=[gone(0, day, None), gone(0, day, None), gone(0, MIDDLE, MIDDLE, "A")])
    name = "cla-missing-family-network"
    assert counts(found, name) == (met, None)
    shown = beside(found, name, "family network")
    assert (shown.get("times missing", 0), shown.get("children", 0)) == (met, lived)


def test_missing_of_one_authority_is_not_that_of_another():
    found = history(
        la={1: "302"}, authorities=["301", "302"], episodes=[episode(0, place="U1"), episode(1, place="U1")],
        missing=[gone(1, MIDDLE, None), gone(1, END, None)],
    )  # fmt: skip
    for name in ("cla-missing", "cla-missing-family-network"):
        assert by_authority(found, name) == {"301": 0, "302": 1}
        notes = by_authority(found, name, "note")
        assert "was the table sent" in notes["301"]
        assert "was the table sent" not in (notes["302"] or "")


# -- social workers ----------------------------------------------------------------------------------------------------


def worker(child: int, number: str | None, start: dt.date, end: dt.date | None = None, reason: str | None = None):
    return {"child": child, "worker": number, "start_date": start, "end_date": end, "reason": reason}


THREE = [("SW1", START, MIDDLE), ("SW2", MIDDLE, END)]

WORKERS = {
    "a third": (1, 1, [("SW3", MIDDLE, None)]),
    "one who came back": (0, 0, [("SW1", END, None)]),
    "a third until the first day": (1, 1, [("SW3", LONG_AGO, START)]),
    "a third until the day before": (0, 0, [("SW3", LONG_AGO, BEFORE)]),
    "a third from the last day": (1, 1, [("SW3", END, None)]),
    "a third from the day after": (0, 0, [("SW3", BEHIND, None)]),
    "a third for a day": (1, 1, [("SW3", MIDDLE, MIDDLE)]),
    "one without registration": (1, 0, [("XX3", MIDDLE, None)]),
    "one without a number": (0, 0, [(None, MIDDLE, None)]),
    "the second again": (0, 0, [("SW2", MIDDLE, END)]),
    "nobody else": (0, 0, []),
}


@pytest.mark.parametrize(("met", "registered", "rows"), WORKERS.values(), ids=WORKERS)
def test_three_social_workers(met, registered, rows):
    found = history(episodes=[episode(0)], social_workers=[worker(0, *row) for row in (*THREE, *rows)])
    assert counts(found, "cla-3plus-social-workers") == (met, 1)
    assert counts(found, "cla-3plus-social-workers", "unknown_ids=ignore") == (registered, 1)


AT_THE_END = {
    "in care": (1, [episode(0)]),
    "from the last day": (1, [episode(0, END)]),
    "to the last day": (0, [episode(0, end=END, end_reason="E4A")]),
    "to the day after": (1, [episode(0, end=BEHIND, end_reason="E4A")]),
    "from the day after": (0, [episode(0, BEHIND)]),
    "a short break": (0, [short_break(0, START, None)]),
    "moved on the last day": (1, [episode(0, end=END, end_reason="X1"), episode(0, END, reason="P")]),
    "overlapping episodes": (1, [episode(0), episode(0, MIDDLE, reason="P")]),
}


@pytest.mark.parametrize(("counted", "episodes"), AT_THE_END.values(), ids=AT_THE_END)
def test_who_is_looked_after_on_the_last_day(counted, episodes):
    rows = [worker(0, f"SW{at}", MIDDLE, None, "LEFTRL") for at in range(3)]
    placed = [{**one, "location": "OUT", "distance": 3.0, "placement": "K3"} for one in episodes]
    found = history(born={0: D(2008, 6, 6)}, episodes=placed, social_workers=rows)
    for name in ("cla-3plus-social-workers", "cla-placed-outside-la", "cla-16-17-supported-accommodation"):
        assert counts(found, name) == (counted, counted), name
    assert counts(found, "cla-aged-16-17")[0] == counted
    assert counts(found, "cla-average-distance")[1] == counted
    assert counts(found, "cla-social-worker-change-reasons")[1] == 3 * counted


def test_twelve_months_to_a_day_begin_in_the_year_before():
    rows = [
        worker(0, "SW1", "2024-01-01", "2024-07-01"),
        worker(0, "SW2", "2024-07-01", MIDDLE),
        worker(0, "SW3", MIDDLE),
    ]
    asked = {"as_at": D(2025, 6, 30)}
    name = "cla-3plus-social-workers"
    whole = history(last="2026-03-31", episodes=[episode(0)], social_workers=rows)
    assert counts(whole, name, **asked) == (1, 1)
    assert total(whole, name, **asked)["note"] is None
    # The return of 2025-26 alone does not hold those who had gone before it.
    part = history(first=BEHIND, last="2026-03-31", episodes=[episode(0)], social_workers=rows[2:])
    assert counts(part, name, **asked) == (0, 1)
    assert "1 looked after, whose social workers of all the twelve months" in total(part, name, **asked)["note"]
    # Nor does any return from before they were collected.
    early = history(episodes=[episode(0)], social_workers=rows[:1])
    assert "undercounted" in total(early, name, as_at=D(2024, 3, 30))["note"]
    assert total(early, name, as_at=BEFORE)["note"] is None


def test_three_social_workers_of_a_quarter_are_refused():
    with pytest.raises(ValueError, match="too short"):
        cr.indicators(history(episodes=[episode(0)]), ["cla-3plus-social-workers"], period="quarter", year="2024-25")


def test_reasons_for_a_change_of_social_worker():
    rows = [
        worker(0, "SW1", START, None, "LEFTRL"), worker(0, "SW2", END, END, "FCONTA"), worker(0, "SW2", MIDDLE, None, "LEFTRL"),
        worker(0, "SW3", BEFORE, None, "MANAGE"), worker(0, "SW3", BEHIND, None, "MANAGE"),
        worker(0, "SW4", MIDDLE, None, None), worker(0, "SW5", MIDDLE, None, "SWLAZY"),
        # Without a number it is a change still; the same row twice is one.
        worker(0, None, MIDDLE, None, "SWDIED"), worker(0, None, MIDDLE, None, "SWDIED"),
        worker(1, "SW6", MIDDLE, None, "OTHERS"),
    ]  # fmt: skip
    found = history(episodes=[episode(0), episode(1, end=END, end_reason="E4A")], social_workers=rows)
    name = "cla-social-worker-change-reasons"
    assert counts(found, name) == (4, 4)
    assert beside(found, name, "reason") == {"LEFTRL": 2, "FCONTA": 1, "SWDIED": 1}
    assert total(found, name)["note"] == "2 left out: without a valid reason"
    quarters = figures(found, name, period="quarter").filter(pl.col("breakdown") == "total")
    assert quarters["denominator"].to_list() == [1, 3, 0, 1]


def test_an_authority_without_social_workers_has_no_figure():
    found = history(
        la={1: "302"}, authorities=["301", "302"], episodes=[episode(0), episode(1)],
        social_workers=[worker(1, f"SW{at}", MIDDLE) for at in range(3)],
    )  # fmt: skip
    assert by_authority(found, "cla-3plus-social-workers", "value") == {"301": None, "302": 100}


# -- deprivation of liberty --------------------------------------------------------------------------------------------

#: Order from, to → in force at any time in 2026-27, and on its last day.
ORDERS = {
    (D(2026, 1, 10), D(2026, 3, 31)): (0, 0),
    (D(2026, 1, 10), D(2026, 4, 1)): (1, 0),
    (D(2026, 1, 10), None): (1, 1),
    (D(2026, 4, 1), D(2026, 4, 1)): (1, 0),
    (D(2026, 5, 1), D(2027, 3, 30)): (1, 0),
    (D(2026, 5, 1), D(2027, 3, 31)): (1, 0),
    (D(2026, 5, 1), D(2027, 4, 1)): (1, 1),
    (D(2027, 3, 31), None): (1, 1),
    (D(2027, 4, 1), None): (0, 0),
}


def held(child: int, start: dt.date, end: dt.date | None):
    return {"child": child, "start_date": start, "end_date": end}


@pytest.mark.parametrize(("span", "met"), ORDERS.items(), ids=str)
def test_orders_at_the_edges(span, met):
    found = history(last="2027-03-31", episodes=[episode(0)], deprivations_of_liberty=[held(0, *span)])
    name, (year, last_day) = "cla-deprivation-of-liberty", met
    assert counts(found, name, year="2026-27") == (year, None)
    assert counts(found, name, "measure=orders", year="2026-27")[0] == year
    assert counts(found, name, "measure=open_31_march", year="2026-27")[0] == last_day
    assert beside(found, name, "looked after in the period", year="2026-27") == {"children": 1}


def test_several_orders_of_a_child():
    spans = [(D(2026, 5, 1), D(2026, 6, 1)), (D(2026, 6, 1), None), (D(2026, 6, 1), None)]
    orders = [held(0, *span) for span in spans] + [held(2, *spans[0])]
    episodes = [
        episode(0, end="2026-09-09", end_reason="X1"),
        episode(0, "2026-09-09", reason="P"),
        episode(1),
    ]
    episodes += [episode(2, end="2026-03-31", end_reason="E4A")]
    found = history(last="2027-03-31", episodes=episodes, deprivations_of_liberty=orders)
    name = "cla-deprivation-of-liberty"
    assert counts(found, name, year="2026-27")[0] == 1
    # The same row twice is one order.
    assert counts(found, name, "measure=orders", year="2026-27")[0] == 2
    assert beside(found, name, "looked after in the period", "measure=orders", year="2026-27") == {"children": 2}
    assert total(found, name, year="2026-27")["note"].startswith("1 left out: the child was not looked after")
    assert numerators(found, name, "measure=orders", period="quarter", year="2026-27") == [2, 1, 1, 1]


def test_orders_before_they_are_collected_are_no_figure():
    row = total(
        history(episodes=[episode(0)], deprivations_of_liberty=[held(0, MIDDLE, None)]), "cla-deprivation-of-liberty"
    )
    assert row["value"] is None
    assert "collected from 2026-27" in row["note"]
