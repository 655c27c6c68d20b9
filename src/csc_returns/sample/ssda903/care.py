"""Periods of care: how a child comes into care, moves, and leaves, one episode after the other."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field

from csc_returns.sample.dice import Dice, Shares
from csc_returns.sample.ssda903.places import Provider
from csc_returns.sample.ssda903.setting import Setting

#: Nothing that begins or ends a period happens in the days around the turn of the year: windows of days in which records
#: must meet (five days for social workers, a week for missing pupil numbers) then never reach across it.
_LAST_CALM, _FIRST_CALM = (3, 23), (4, 3)

_STARTS = Shares({"V2": 34, "C1": 34, "C2": 6, "L1": 10, "L2": 6, "J1": 0})
_STARTS_OF_TEENAGERS = Shares({"V2": 60, "C1": 20, "C2": 3, "L1": 8, "L2": 2, "J1": 5})
_PLACES_OF_CHILDREN = Shares({"U": 88, "P1": 5, "R3": 0, "K2": 3, "S1": 1, "Z": 0.7, "W": 1.5, "R2": 0.5})
_PLACES_OF_BABIES = Shares({"U": 92, "P1": 3, "R3": 4, "W": 0.5, "R2": 0.5})
_PLACES_OF_TEENAGERS = Shares(
    {"U": 66, "P1": 4, "K1": 1, "K2": 17, "S1": 2, "Z": 1.5, "W": 1.5, "R1": 2, "R2": 1, "H": 10, "P3": 0.4}
)
_FOSTER = Shares({"U1": 9, "U2": 1, "U3": 14, "U4": 26, "U5": 2, "U6": 48})
_TEMPORARY = Shares({"T0": 2, "T1": 3, "T2": 1, "T3": 2, "T4": 3})
_LONGEST_TEMPORARY = {"T0": 20, "T1": 20, "T2": 20, "T3": 20, "T4": 7}
_WITHOUT_NUMBER = {"R1": "PR4", "R2": "PR3", "R5": "PR3", "P3": "PR4", "H5": "PR4"}


def calm(day: dt.date) -> dt.date:
    """The day, or the first calm one after the turn of the year."""
    if _LAST_CALM < (day.month, day.day) < _FIRST_CALM:
        return dt.date(day.year, *_FIRST_CALM)
    return day


def days_after(day: dt.date, days: int) -> dt.date:
    """The day so many days later."""
    return day + dt.timedelta(days=days)


def birthday(born: dt.date, age: int) -> dt.date:
    """The birthday; samples have no births on 29 February."""
    return dt.date(born.year + age, born.month, born.day)


@dataclass(slots=True)
class Place:
    """Where a child lives, and with whom."""

    code: str
    provider: str | None
    postcode: str | None
    urn: str | None


@dataclass(slots=True)
class Episode:
    """One episode of care."""

    began: dt.date
    reason_new: str
    legal: str
    place: Place
    ended: dt.date | None = None
    reason_ended: str | None = None
    reason_moved: str | None = None
    need: str = "N1"
    home: str | None = None


@dataclass(slots=True)
class Life:
    """What the episodes of a child depend on."""

    setting: Setting
    dice: Dice
    born: dt.date
    asylum: bool = False
    home: str | None = None
    need: str = "N1"
    episodes: list[Episode] = field(default_factory=list)
    temporary: int = 0

    def age(self, day: dt.date) -> int:
        """Age in years."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def start(self, day: dt.date, legal: str, place: Place) -> None:
        """Begin a period of care."""
        self._add(Episode(day, "S", legal, place))

    def change(
        self, day: dt.date, new: str, *, legal: str | None = None, place: Place | None = None, why: str | None = None
    ) -> None:
        """End the last episode and go on with another."""
        last = self.episodes[-1]
        last.ended, last.reason_ended, last.reason_moved = day, "X1", why
        self._add(Episode(day, new, legal or last.legal, place or last.place))

    def leave(self, day: dt.date, reason: str) -> None:
        """End the period of care."""
        self.episodes[-1].ended, self.episodes[-1].reason_ended = day, reason

    def _add(self, episode: Episode) -> None:
        episode.need = self.need
        episode.home = None if self.asylum or episode.legal in {"V3", "V4"} else self.home
        self.episodes.append(episode)

    # -- placements ----------------------------------------------------------------------------------------------------

    def at(self, code: str, provider: Provider) -> Place:
        """A placement with a provider of the register: in its building, or in a household it found."""
        map_ = self.setting.places
        post = self.dice.pick(map_.households) if code[0] in "UA" else provider.postcode
        return Place(code, provider.provider, post, provider.urn)

    def foster(self, code: str | None = None) -> Place:
        """A foster placement."""
        code = code or self.dice.share(_FOSTER)
        return self.at(code, self.dice.pick(self.setting.places.of_place[code]))

    def somewhere(self, day: dt.date, legal: str) -> Place:
        """A placement that suits the child's age and legal status on a day."""
        age, dice, map_ = self.age(day), self.dice, self.setting.places
        shares = _PLACES_OF_TEENAGERS if age >= 12 else _PLACES_OF_CHILDREN if age >= 7 else _PLACES_OF_BABIES
        kind = dice.share(shares)
        if legal == "J1" and dice.chance(0.3):
            kind = "R5"
        if kind == "P1" and legal in {"C1", "C2"} and self.home and not self.asylum:
            return Place("P1", "PR0", self.home, None)
        if kind == "W":
            return Place("U6", "PR4", dice.pick(map_.welsh), None)
        if kind == "Z":
            return Place(dice.pick(self.setting.other_places), None, dice.pick(map_.settings), None)
        if kind == "H" and age >= 16 and self.setting.semi_independent == "H5":
            kind = "H5"
        if kind == "H" and age >= 16 and self.setting.semi_independent and day > dt.date(2024, 4, 2):
            kind = "K3"
        if kind in {"P3", "H5"} and age < 16:
            kind = "U"
        if kind in _WITHOUT_NUMBER:
            return Place(kind, _WITHOUT_NUMBER[kind], dice.pick(map_.settings), None)
        if kind in {"K1", "K2", "K3", "R3", "S1"}:
            return self.at(kind, dice.pick(map_.of_place[kind]))
        return self.foster()

    # -- a period of care ----------------------------------------------------------------------------------------------

    def live(self, first: dt.date, last: dt.date | None, until: dt.date) -> None:
        """A period of care from ``first``: moves and changes of status up to ``last``, the day of leaving, or ``until``."""
        dice, age = self.dice, self.age(first)
        legal = dice.share(_STARTS_OF_TEENAGERS if age >= 12 else _STARTS)
        if self.asylum:
            legal = "V2"
        limit = days_after(last or until, -12)
        urgent = legal in {"L1", "L2"}
        if urgent and (first.month == 3 or days_after(first, 30) > limit):
            legal, urgent = "V2", False
        self.start(first, legal, self.somewhere(first, legal))
        day = first
        if urgent:
            day = days_after(first, dice.number(1, 3) if legal == "L1" else dice.number(4, 15))
            self.change(day, "L", legal="C1" if dice.chance(0.8) else "V2")
        while True:
            gap = dice.number(25, 330) if day > days_after(until, -760) else dice.number(200, 1000)
            day = calm(days_after(day, gap))
            if day >= limit:
                return
            day = self._move(day, limit)

    def _move(self, day: dt.date, limit: dt.date) -> dt.date:
        """One change on a day; the day on which all is settled."""
        dice, old = self.dice, self.episodes[-1]
        legal = {"C1": "C2", "V2": "C1"}.get(old.legal) if dice.chance(0.45) and not self.asylum else None
        if legal is None and dice.chance(0.12) and day.month not in (3, 4) and self.temporary < 2:
            return self._away(day, limit)
        if legal and dice.chance(0.8):
            self.change(day, "L", legal=legal)
            return day
        if old.place.code in {"U6", "U3"} and old.place.urn and dice.chance(0.25):
            place = Place(
                {"U6": "U4", "U3": "U1"}[old.place.code], old.place.provider, old.place.postcode, old.place.urn
            )
            self.change(day, "U" if legal else "T", legal=legal, place=place, why="PLACE")
            return day
        place = self.somewhere(day, legal or old.legal)
        if (place.code, place.postcode) != (old.place.code, old.place.postcode):
            custody = old.legal == "J1" and place.code == "R5"
            why = "CUSTOD" if custody and self.setting.year >= "2018-19" else dice.share(self.setting.reasons)
            self.change(day, "B" if legal else "P", legal=legal, place=place, why=why)
        return day

    def _away(self, day: dt.date, limit: dt.date) -> dt.date:
        """A short stay elsewhere, and back to where the child was."""
        code = self.dice.share(_TEMPORARY)
        back = days_after(day, self.dice.number(2, _LONGEST_TEMPORARY[code]))
        if back >= limit:
            return day
        old = self.episodes[-1].place
        where = self.dice.pick([one for one in self.setting.places.households[:40] if one != old.postcode])
        self.change(day, "P", place=Place(code, None, where, None))
        self.change(back, "P", place=old)
        self.temporary += 1
        return back


@functools.cache
def written(day: dt.date) -> str:
    """A date as the return has it."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"
