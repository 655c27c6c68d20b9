"""More young people for the invented histories: birthdays on the edges of the year, care that ends about them, and custody.

They have dice of their own, so that the other children stay as they are.
"""

from __future__ import annotations

import datetime as dt

from indicators.oracle.invented import AUTHORITIES, END, ETHNICITIES, START, Apart, Inventor
from indicators.oracle.registry import birthday, plus_days

_ACCOMMODATION = [f"{letter}{digit}" for letter in "BCDEGHKRSTUVWXYZ" for digit in "12"]
_ACTIVITIES = ["F1", "P1", "F2", "P2", "F3", "P3", "F4", "P4", "F5", "P5", "G4", "G5", "G6", "0", None]
_CONTACTS = ["YES", "YES", "YES", "NO", "NO", "REFU", "NREQ", "DIED", "RHOM", None]
_LAST_YEAR, _NEXT_YEAR = dt.date(2024, 3, 31), dt.date(2026, 3, 31)


class _Young(Apart):
    def about(self, day: dt.date) -> dt.date:
        return plus_days(day, self.one(-1, 0, 0, 0, 1))

    def child(self, born: dt.date | None, **more: object) -> int:
        number = super().child(born, sex=self.one("M", "F"), ethnicity=self.one(*ETHNICITIES), **more)
        if self.dice.random() < 0.15:
            self.it.add("uasc", child=number, ceased_date=self.one(None, START, END))
        return number

    def episode(self, child: int, start: dt.date, end: dt.date | None, place: str, **more: object) -> None:
        usual = {"urn": f"Y{self.dice.randrange(9)}", "distance": 1.5}
        self.it.episode(child, start, end_date=end, placement=place, **usual | more)

    def told(self, child: int, year_end: dt.date, places: list[str | None]) -> None:
        self.it.add(
            "care_leavers", child=child, year_end=year_end, in_touch=self.one(*_CONTACTS), activity=self.one(*_ACTIVITIES),
            accommodation=self.one(*places),
        )  # fmt: skip


def young_people(it: Inventor, first: int) -> None:
    """Adds them; ``first`` is the number before the first of them."""
    young = _Young(it, first, seed=17)
    each = {_leaver: 18, _stays_put: 6, _at_the_end_of_the_year: 8, _custody: 6, _all_year: 8}
    for add, number in each.items():
        for _ in range(number * len(AUTHORITIES)):
            add(young)


def _turning(young: _Young, years: int) -> dt.date:
    """A day of birth: that age is reached about an edge of the year, in it, or on 29 February."""
    day = young.one(plus_days(START, -1), START, START, dt.date(2024, 9, 9), END, END, plus_days(END, 1))
    leap = 2025 - years
    if leap % 4 == 0 and young.dice.random() < 0.5:
        return dt.date(leap, 2, 29)
    return day.replace(year=day.year - years)


def _leaver(young: _Young) -> None:
    """A care leaver of any age; care ended about the birthday, long before, by transfer, or was short breaks only."""
    years = young.one(17, 17, 18, 18, 19, 20, 21, 22, 25)
    born = _turning(young, years)
    child = young.child(born)
    day, kind = birthday(born, years), young.dice.random()
    ended = plus_days(young.about(day if years < 19 else birthday(born, 18)), 0 if kind < 0.6 else -300)
    breaks = kind > 0.9
    if young.dice.random() < 0.85:
        young.episode(
            child, plus_days(ended, -500), None if kind > 0.97 else ended, "U6" if breaks else young.one("U4", "K2", "H5"),
            legal_status="V4" if breaks else "C2", end_reason=None if kind > 0.97 else young.one("E8", "E8", "E17", "E4A", "E3"),
        )  # fmt: skip
    for year_end in (_LAST_YEAR, END, _NEXT_YEAR):
        if young.dice.random() < 0.85:
            young.told(child, year_end, [*_ACCOMMODATION, "0", None, "B", "Q1"])


def _stays_put(young: _Young) -> None:
    """Someone who left foster care, or another placement, about the 18th birthday."""
    born = _turning(young, young.one(18, 19, 20, 21))
    child, eighteen = young.child(born), birthday(born, 18)
    ended = young.about(eighteen)
    place = young.one("U1", "U3", "U4", "U6", "U6", "K2", "T1")
    reason = young.one("E17", "E17", "E8", "E5", "E3")
    if young.dice.random() < 0.1:
        # A new episode on the birthday: the care went on.
        young.episode(child, plus_days(ended, -400), eighteen, place, end_reason="X1")
        young.episode(child, eighteen, None, place, new_episode_reason="L", legal_status="V2")
    else:
        young.episode(child, plus_days(ended, -400), ended, place, end_reason=reason)
    for year_end in (_LAST_YEAR, END, _NEXT_YEAR):
        young.told(child, year_end, ["Z1", "Z1", "Z2", "B1", "D1", "0", None])


def _at_the_end_of_the_year(young: _Young) -> None:
    """Looked after about the last day of the year; 16 or 18 about that day."""
    born = young.one(dt.date(2009, 3, 31), dt.date(2009, 4, 1), dt.date(2007, 3, 31), dt.date(2007, 4, 1), dt.date(2008, 2, 29),
                     dt.date(2008, 6, 6), None)  # fmt: skip
    ended = young.one(None, None, END, plus_days(END, 1))
    place = young.one("K3", "H5", "P2", "U6", "T0")
    start = young.one(dt.date(2024, 6, 1), END, plus_days(END, 1))
    ended = ended if ended and ended > start else None
    young.episode(young.child(born), start, ended, place, end_reason="E4A" if ended else None)


def _custody(young: _Young) -> None:
    """Care, remand or both, and then custody about an edge of the year; CUSTOD about the tenth birthday too."""
    day = young.one(plus_days(START, -1), START, dt.date(2024, 10, 10), END, plus_days(END, 1))
    born = young.one(dt.date(2009, 7, 7), dt.date(2010, 1, 1), None, *(
        plus_days(day.replace(year=day.year - 10), days) for days in (-1, 0, 0, 1)))  # fmt: skip
    child = young.child(born)
    before = plus_days(day, -100)
    status, later = young.one(("C2", "C2"), ("V2", "J1"), ("J1", "J1"), ("J1", "C2"))
    how = young.one("ends", "placement", "placement", "change")
    start: dict[str, object] = {}
    if young.dice.random() < 0.3:
        # Care of another kind before.
        earlier = young.one("C2", "J1")
        young.episode(child, plus_days(before, -50), before, "U6", legal_status=earlier, end_reason="X1")
        start = {"new_episode_reason": young.one("B", "P")}
    if how == "ends":
        place = young.one("R5", "U6")
        young.episode(child, before, day, place, legal_status=status, end_reason="E9", **start)
        return
    young.episode(
        child, before, day, young.one("U6", "R5", "T1"), legal_status=status, end_reason="X1",
        change_reason="CUSTOD" if how == "change" else young.one("CARPL", None), **start,
    )  # fmt: skip
    young.episode(
        child, day, young.one(None, plus_days(day, 60)), young.one("R5", "R5", "K2"), legal_status=later,
        new_episode_reason=young.one("P", "P", "B", "L", "T"), end_reason=None,
    )  # fmt: skip
    last = young.it.rows["episodes"][-1]
    if last["end_date"] is not None:
        last["end_reason"] = young.one("E9", "E4A")


def _all_year(young: _Young) -> None:
    """Care that lasts the year, or begins, ends or pauses about its edges; 10 or 18 about its last day."""
    born = young.one(dt.date(2015, 3, 31), dt.date(2015, 4, 1), dt.date(2007, 3, 31), dt.date(2007, 4, 1), dt.date(2012, 2, 29),
                     dt.date(2010, 5, 5), None)  # fmt: skip
    child = young.child(born)
    start = young.one(dt.date(2023, 2, 2), dt.date(2024, 3, 31), START, START, plus_days(START, 1))
    ended = young.one(None, None, None, plus_days(END, -1), END, plus_days(END, 1))
    young.episode(child, start, ended, "U6", end_reason="E4A" if ended else None)
    if young.dice.random() < 0.2:
        # Care before, which ended on an edge of the year or well before it; a short break in it or before it.
        before = young.one(plus_days(START, -1), START, dt.date(2023, 1, 1))
        if before <= start:
            status = young.one("V4", "C1")
            young.episode(child, plus_days(before, -30), before, "U6", legal_status=status, end_reason="E4A")
    for year_end in (_LAST_YEAR, END):
        if young.dice.random() < 0.85:
            young.it.add(
                "outcomes", child=child, year_end=year_end, sdq_score=None, sdq_reason=None, convicted=young.one("0", "1", None),
                health_check=None, immunisations="1", teeth_check="1", health_assessment="1", substance_misuse="0",
                intervention_received=None, intervention_offered=None,
            )  # fmt: skip
