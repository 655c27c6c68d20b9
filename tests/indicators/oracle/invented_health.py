"""Invented children in care near the days and ages on which definitions of health, missing children and social workers turn."""

from __future__ import annotations

import datetime as dt

from indicators.oracle.invented import AUTHORITIES, END, START, Inventor, any_child
from indicators.oracle.registry import plus_days

#: 3, 4 and 5, 16 and 17 on 31 March 2025, about the birthday.
_BORN = [
    dt.date(2021, 4, 1), dt.date(2020, 4, 1), dt.date(2020, 3, 31), dt.date(2020, 2, 29), dt.date(2021, 3, 31),
    dt.date(2012, 2, 29), dt.date(2008, 4, 1), dt.date(2008, 3, 31), dt.date(2008, 2, 29), dt.date(2015, 6, 6), None,
]  # fmt: skip
_BEFORE, _NEXT, _BEHIND = plus_days(START, -1), plus_days(START, 1), plus_days(END, 1)
_ALMOST = plus_days(END, -1)
#: About the middle of the year, where its last six months begin.
_MIDDLE = [dt.date(2024, 9, 30), dt.date(2024, 10, 1)]
_EARLY = [dt.date(2023, 5, 5), _BEFORE, _BEFORE, START, START]
_SPELLS = [*_EARLY, _NEXT, *_MIDDLE, _ALMOST, END, END, _BEHIND]


def care_and_health(it: Inventor) -> None:
    """Children behind those that there are."""
    first = len(it.rows["children"])
    for child in range(first, first + 16 * len(AUTHORITIES)):
        any_child(it, child)
        it.rows["children"][-1]["birth_date"] = it.one(*_BORN)
        _care(it, child)
        _outcomes(it, child)
        for kind, frame in (("M", "missing"), ("A", "missing"), (None, "deprivations_of_liberty")):
            for began, ended in _spans(it, it.dice.choice([0, 0, 1, 1, 2])):
                it.add(frame, child=child, start_date=began, end_date=ended, **({"kind": kind} if kind else {}))
        for began, ended in _spans(it, it.dice.choice([0, 1, 2, 3, 3, 4, 5])):
            it.add(
                "social_workers", child=child, worker=it.one("SW1", "SW2", "SW3", "XX1", "XX2", None), start_date=began,
                end_date=ended, reason=it.one("MANAGE", "LEFTRL", "TSPROC", "SWDIED", "OTHERS", "FCONTA", "ELSE", None),
            )  # fmt: skip


def _spans(it: Inventor, number: int) -> list[tuple[dt.date, dt.date | None]]:
    """Starts that differ, each with an end on the day or later, or with none."""
    found = []
    for began in sorted(set(it.dice.sample(_SPELLS, number))):
        ends = [day for day in _SPELLS if day >= began]
        found.append((began, it.dice.choice([None, *ends])))
    return found


def _care(it: Inventor, child: int) -> None:
    """One or two episodes, of which the first may be a short break or begin or end on a day that matters."""
    if it.maybe(0.05):
        return
    began = it.one(dt.date(2022, 1, 1), _BEFORE, START, START, _NEXT, END)
    moved = it.one(None, START, *_MIDDLE, _ALMOST, END)
    moved = moved if moved and moved > began else None
    ended = it.one(None, None, None, _BEFORE, START, _MIDDLE[1], _ALMOST, END, END, _BEHIND)
    ended = ended if ended and ended > (moved or began) else None
    short = it.maybe(0.08)
    spans = [(began, moved), (moved, ended)] if moved else [(began, ended)]
    for at, (start, end) in enumerate(spans):
        goes_on = moved is not None and at == 0
        first_of_care = at == 0 or (short and at == 1)
        it.episode(
            child, start, new_episode_reason=it.one("S", "S", "S", "P") if first_of_care else "P",
            legal_status=it.one("V3", "V4") if short and at == 0 else it.one("C1", "C2", "V2"),
            placement=it.one("U1", "U2", "U3", "P1", "U6", "K2", "T1"), end_date=end,
            end_reason=None if end is None else it.one("X1", "X1", "X1", "E11") if goes_on else it.one("E4A", "E12", "E12", None),
        )  # fmt: skip


def _outcomes(it: Inventor, child: int) -> None:
    for year in (2024, 2025, 2026):
        if it.maybe(0.15):
            continue
        flags = ("health_check", "immunisations", "teeth_check", "health_assessment", "substance_misuse")
        it.add(
            "outcomes", child=child, year_end=dt.date(year, 3, 31),
            sdq_score=it.one(None, 0, 1, 13, 14, 16, 17, 18, 39, 40, 41, -1),
            sdq_reason=it.one(None, None, None, None, "SDQ1", "SDQ5"), convicted=None, intervention_received=None,
            intervention_offered=None, **{flag: it.one("0", "1", "1", None) for flag in flags},
        )  # fmt: skip
