"""Children of 16 and 17, and custody: the days and codes on which each figure turns."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.small_histories import (
    BEFORE,
    BEHIND,
    BORN,
    END,
    LONG_AGO,
    MIDDLE,
    START,
    D,
    beside,
    counts,
    episode,
    history,
    numerators,
    total,
)

# -- sixteen and seventeen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "counted"),
    [
        (D(2009, 3, 31), 1), (D(2009, 4, 1), 0), (D(2007, 4, 1), 1), (D(2007, 3, 31), 0), (D(2008, 2, 29), 1), (None, 0),
    ],
    ids=str,
)  # fmt: skip
def test_sixteen_and_seventeen(born, counted):
    found = history(born={0: born, 1: BORN}, episodes=[episode(0, place="K3"), episode(1, place="K3")])
    assert counts(found, "cla-aged-16-17") == (counted, None)
    assert beside(found, "cla-aged-16-17", "looked after on the day") == {"children": 2}
    assert counts(found, "cla-16-17-supported-accommodation") == (counted, counted)


def test_age_and_placement_are_those_of_the_day_asked_for():
    born = {0: D(2008, 7, 1)}
    episodes = [
        episode(0, end="2024-07-01", end_reason="X1"),
        episode(0, "2024-07-01", place="K3", reason="P"),
    ]
    found = history(born=born, episodes=episodes)
    name = "cla-16-17-supported-accommodation"
    assert counts(found, name, as_at=D(2024, 6, 30)) == (0, 0)
    assert counts(found, name, as_at=D(2024, 7, 1)) == (1, 1)
    assert numerators(found, "cla-aged-16-17", period="quarter") == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("place", "met"), [("K3", 1), ("H5", 1), ("P2", 1), ("K2", 0), ("U6", 0), ("T0", 0), ("P3", 0)]
)
def test_supported_accommodation(place, met):
    found = history(born={0: D(2008, 6, 6)}, episodes=[episode(0, place=place)])
    assert counts(found, "cla-16-17-supported-accommodation") == (met, 1)
    row = total(found, "cla-16-17-supported-accommodation", "show=count")
    assert (row["numerator"], row["denominator"], row["unit"]) == (met, None, "count")


# -- custody -----------------------------------------------------------------------------------------------------------


def then(
    day: dt.date, *, before: str = "C2", after: str = "C2", reason: str = "P", place: str = "R5", why: str | None = None
):
    """Care elsewhere, and from a day on in another placement."""
    return [
        episode(0, "2019-01-01", day, "X1", status=before, change_reason=why),
        episode(0, day, reason=reason, status=after, place=place),
    ]


CUSTODY = {
    "sentenced on the first day": ("sentence", [episode(0, end=START, end_reason="E9")]),
    "sentenced the day before": (None, [episode(0, end=BEFORE, end_reason="E9")]),
    "sentenced on the last day": ("sentence", [episode(0, end=END, end_reason="E9")]),
    "sentenced the day after": (None, [episode(0, end=BEHIND, end_reason="E9")]),
    "went home": (None, [episode(0, end=MIDDLE, end_reason="E4A")]),
    "sentenced from a remand": (None, [episode(0, end=MIDDLE, end_reason="E9", status="J1")]),
    "sentenced from a remand, in care before": (
        "sentence", [*then(LONG_AGO, after="J1", reason="L", place="U6")[:1],
                     episode(0, LONG_AGO, MIDDLE, "E9", reason="L", status="J1")],
    ),
    "in care once before, and remanded later": (
        None, [episode(0, "2019-01-01", "2019-02-02", "E4A"), episode(0, end=MIDDLE, end_reason="E9", status="J1")],
    ),
    "placed on the first day": ("placed", then(START)),
    "placed the day before": (None, then(BEFORE)),
    "placed on the last day": ("placed", then(END)),
    "placed the day after": (None, then(BEHIND)),
    "placed on remand, in care before": ("placed", then(MIDDLE, after="J1", reason="B")),
    "placed, on remand all the time": (None, then(MIDDLE, before="J1", after="J1")),
    "care begins in custody": (None, [episode(0, MIDDLE, place="R5")]),
    "legal status changes in custody": (None, [
        episode(0, "2019-01-01", LONG_AGO, "X1"), episode(0, LONG_AGO, MIDDLE, "X1", place="R5", reason="P"),
        episode(0, MIDDLE, place="R5", reason="L", status="C1"),
    ]),
    "a secure home": (None, then(MIDDLE, place="K1")),
    "moved because of custody": ("moved", then(MIDDLE, place="K1", why="CUSTOD")),
    "moved because of custody, the day before": (None, then(BEFORE, place="K1", why="CUSTOD")),
    "moved because of custody, the last day": ("moved", then(END, place="K1", why="CUSTOD")),
    "moved because of custody, on remand": (None, then(MIDDLE, before="J1", after="J1", place="K1", why="CUSTOD")),
    "moved for another reason": (None, then(MIDDLE, place="K1", why="CARPL")),
    "a short break that ends so": (None, [episode(0, START, MIDDLE, "E9", status="V4")]),
}  # fmt: skip

EVENTS = {
    "sentence": "care ended with a custodial sentence",
    "moved": "placement changed because of custody",
    "placed": "placed in custody",
}


@pytest.mark.parametrize(("event", "episodes"), CUSTODY.values(), ids=CUSTODY)
def test_entering_custody(event, episodes):
    found = history(born={0: D(2009, 1, 1)}, episodes=episodes)
    assert counts(found, "cla-entering-custody") == (int(event is not None), None)
    shown = beside(found, "cla-entering-custody", "event")
    assert {name for name, number in shown.items() if number} == ({EVENTS[event]} if event else set())


@pytest.mark.parametrize(
    ("born", "counted"),
    [(D(2014, 9, 9), 1), (D(2014, 9, 10), 0), (D(2009, 1, 1), 1), (None, 1)],
    ids=str,
)
def test_nobody_under_ten_moves_because_of_custody(born, counted):
    found = history(born={0: born}, episodes=then(MIDDLE, place="K1", why="CUSTOD"))
    assert counts(found, "cla-entering-custody")[0] == counted


def test_two_events_of_a_child_are_one_child():
    episodes = [*then(START, why="CUSTOD")[:1], episode(0, START, END, "E9", reason="P", place="R5")]
    found = history(born={0: D(2009, 1, 1)}, episodes=episodes)
    assert counts(found, "cla-entering-custody")[0] == 1
    assert beside(found, "cla-entering-custody", "event") == dict.fromkeys(EVENTS.values(), 1)
    assert numerators(found, "cla-entering-custody", period="quarter") == [1, 0, 0, 1]
