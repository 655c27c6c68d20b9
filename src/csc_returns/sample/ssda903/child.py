"""The career of one invented child in care: who it is, its periods of care, and what happened in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from csc_returns.sample.dice import Dice, Shares
from csc_returns.sample.ssda903.care import Life, Place, birthday, calm, days_after
from csc_returns.sample.ssda903.setting import Setting

#: What a child of this year's return is, with shares.
KINDS = Shares(
    {
        "stays": 47, "joins": 17, "joins and leaves": 5, "leaves": 10, "leaves at 18": 4.5, "left last year": 5.5,
        "returns": 2, "adopted": 2.5, "to be adopted": 2.5, "no longer to be adopted": 1, "short breaks": 2.5,
        "short breaks agreed once": 0.5,
    }
)  # fmt: skip

#: The first children are one of each kind, so that even a small sample shows most.
FIRST = ("stays", "joins", "leaves", "leaves at 18", "adopted", "stays", "left last year", "short breaks", "to be adopted",
         "joins", "returns", "joins and leaves")  # fmt: skip

_REASONS = Shares({"E4A": 48, "E4B": 16, "E13": 16, "E8": 15, "E3": 3, "E2": 0.5, "E16": 1})

#: Couples and single people who adopt: their number, sex and legal status.
_ADOPTERS = (
    ("2", "MF", "L11"), ("2", "MF", "L11"), ("2", "MF", "L3"), ("2", "MM", "L12"), ("2", "FF", "L2"), ("2", "FF", "L4"),
    ("1", "F1", "L0"), ("1", "M1", "L0"),
)  # fmt: skip

ASYLUM_SHARE = 0.25
_MOTHERS = 0.03


@dataclass(slots=True)
class Worker:
    """The time in which one social worker had the child."""

    number: str
    began: dt.date
    ended: dt.date | None
    reason: str


@dataclass(slots=True)
class Adoption:
    """The way to adopters: the decision, its reversal, and the match."""

    decided: dt.date
    reversed: dt.date | None = None
    reason: str | None = None
    matched: dt.date | None = None
    by_carer: bool = False
    couple: tuple[str, str, str] = ("2", "MF", "L11")


@dataclass(slots=True)
class Career:
    """All that is known of a child, whatever the year of a return."""

    number: int
    identifier: str
    girl: bool
    life: Life
    left: dt.date | None = None
    short_breaks: bool = False
    ethnicity: str = "WBRI"
    unknown_upn: str | None = None
    first_child: dt.date | None = None
    adoption: Adoption | None = None
    earlier_order: tuple[str, str, str] | None = None
    missing: list[tuple[str, dt.date, dt.date | None]] = field(default_factory=list)
    reviews: list[dt.date] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    liberty: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)

    @property
    def born(self) -> dt.date:
        """Birth date."""
        return self.life.born


def career(setting: Setting, dice: Dice, number: int, *, only_before: bool = False) -> Career:
    """The career of child ``number``; ``only_before``: of a child who left for good before this year."""
    kind = dice.share(KINDS)
    if number <= len(FIRST):
        kind = FIRST[number - 1]
    if only_before:
        kind = "gone"
    made = _Maker(setting, dice, kind).career(number, f"INV{number:06d}{'X' if only_before else ''}")
    _around(setting, dice, made, kind)
    return made


class _Maker:
    """Makes the periods of care of one kind of child."""

    def __init__(self, setting: Setting, dice: Dice, kind: str) -> None:
        self.setting, self.dice, self.kind = setting, dice, kind
        self.left: dt.date | None = None
        self.adoption: Adoption | None = None

    def career(self, number: int, identifier: str) -> Career:
        dice = self.dice
        age = self._age()
        asylum = (
            age >= 15
            and self.kind in {"stays", "joins", "leaves at 18", "left last year"}
            and dice.chance(ASYLUM_SHARE)
        )
        # Births fall between 3 April and 21 March, so that no birthday is near the turn of a year.
        born = days_after(dt.date(self.setting.end.year - age - 1, 4, 3), dice.number(0, 352))
        if (born.month, born.day) == (2, 29):
            born = days_after(born, 1)
        self.life = Life(self.setting, dice, born, asylum)
        self.life.home = dice.pick(self.setting.places.homes)
        self.life.need = dice.share(self.setting.needs) if not asylum else "N8"
        {
            "adopted": self._adopted,
            "to be adopted": self._to_be_adopted,
            "no longer to be adopted": self._not_to_be_adopted,
            "short breaks": self._short_breaks,
            "short breaks agreed once": self._agreed_once,
            "returns": self._returns,
        }.get(self.kind, self._period)()
        return Career(
            number, identifier, (not asylum and dice.chance(0.46)) or (asylum and dice.chance(0.06)), self.life, self.left,
            self.kind.startswith("short"), adoption=self.adoption,
        )  # fmt: skip

    def _age(self) -> int:
        """Age at the end of the year."""
        ages = {"leaves at 18": (18, 18), "returns": (5, 16), "leaves": (2, 16), "gone": (2, 16)}
        if self.kind == "left last year":
            return 19 if self.dice.chance(0.6) else 17
        if "adopted" in self.kind:
            return 3
        if self.kind.startswith("short"):
            return self.dice.number(6, 16)
        if self.kind in ages:
            return self.dice.number(*ages[self.kind])
        return 17 - self.dice.small(0, 16 if self.kind == "joins and leaves" else 17)

    # -- ordinary periods ----------------------------------------------------------------------------------------------

    def _in_year(self, years_before: int = 0, first: int = 0, last: int = 352) -> dt.date:
        """A day between 3 April and 21 March."""
        return days_after(dt.date(self.setting.start.year - years_before, 4, 3), self.dice.number(first, last))

    def _period(self) -> None:
        setting, dice, born = self.setting, self.dice, self.life.born
        before = calm(days_after(dt.date(setting.start.year, 3, 10), -dice.small(0, 2200)))
        if self.kind == "joins":
            first: dt.date = self._in_year()
        elif self.kind == "joins and leaves":
            first = self._in_year(0, 0, 200)
            self.left = calm(days_after(first, dice.number(15, 120)))
        elif self.kind == "leaves":
            first, self.left = before, self._in_year()
        elif self.kind == "leaves at 18":
            first, self.left = before, birthday(born, 18)
        elif self.kind in {"left last year", "gone"}:
            self.left = self._in_year(1, 20)
            if self.kind == "left last year" and (born.year + 18) <= self.left.year:
                self.left = birthday(born, 18)
            if self.kind == "left last year":
                self.left = max(self.left, days_after(birthday(born, 16), 3))
            first = calm(days_after(self.left, -dice.number(150, 1400)))
        else:
            first = before
        earliest = birthday(born, 12) if self.life.asylum else born
        if first < earliest:
            first = calm(days_after(earliest, dice.number(0, 30)))
            if first > days_after(self.left or setting.end, -20):
                first = earliest
        if self.kind == "left last year":
            # One episode: care leavers need 13 weeks in the episodes of this year's return and last year's.
            legal = dice.pick(["V2", "C2"])
            self.life.start(first, legal, self.life.somewhere(first, legal))
        else:
            self.life.live(first, self.left, setting.end)
        if self.left:
            self.life.leave(self.left, self._reason_ended(self.left))

    def _returns(self) -> None:
        """Went home last year or this one, and came back into care this year."""
        left = self._in_year(0, 0, 60) if self.dice.chance(0.5) else self._in_year(1, 100)
        first = calm(days_after(left, -self.dice.number(100, 700)))
        self.life.live(first, left, left)
        self.life.leave(left, self.dice.pick(["E4A", "E4A", "E4B", "E13"]))
        self.life.need = self.dice.share(self.setting.needs)
        again = self._in_year(0, 120, 330)
        self.life.live(again, None, self.setting.end)

    def _reason_ended(self, day: dt.date) -> str:
        dice, last = self.dice, self.life.episodes[-1]
        age, foster = self.life.age(day), last.place.code.startswith("U")
        if last.legal == "J1":
            return "E9" if last.place.code == "R5" else "E14"
        if age >= 18:
            return dice.pick(["E17", "E17", "E5", "E6", "E8"] if foster else ["E5", "E5", "E6", "E7", "E8"])
        if self.kind == "left last year":
            return dice.pick(["E4A", "E4B", "E5", "E6", "E8"])
        former, other = self.setting.guardianship[:2], self.setting.guardianship[2:]
        point = dice.number(1, 100)
        if point <= 25 and age < 16:
            return dice.pick(former if foster else other)
        if point <= 35:
            return "E41" if last.legal != "V2" else "E13"
        return dice.share(_REASONS)

    # -- adoption ------------------------------------------------------------------------------------------------------

    def _towards_adoption(self, first: dt.date, decided: dt.date, ordered: dt.date) -> None:
        """In care, and under a placement order: the child is born not long before it comes into care."""
        life, dice = self.life, self.dice
        born = days_after(first, -dice.number(0, 500))
        life.born = born if (born.month, born.day) != (2, 29) else days_after(born, -1)
        life.start(first, "C1", life.foster("U5" if dice.chance(0.4) else "U6"))
        care = calm(days_after(first, (ordered - first).days // 2))
        if dice.chance(0.4) and first < care < ordered:
            life.change(care, "L", legal="C2")
        life.change(ordered, "L", legal="E1")
        self.adoption = Adoption(decided)

    def _place(self, placed: dt.date) -> None:
        """Placed for adoption: with the carer who has the child, or with others."""
        life, adoption = self.life, self.adoption
        assert adoption is not None
        old = life.episodes[-1].place
        adoption.by_carer = old.code == "U5"
        if adoption.by_carer:
            life.change(placed, "T", place=Place("A5", old.provider, old.postcode, old.urn), why="PLACE")
        else:
            place = life.foster("A6")
            while place.postcode == old.postcode:
                place = life.foster("A6")
            if self.dice.chance(0.3):
                place.urn = "XXXXXXX"
            life.change(placed, "P", place=place, why="CARPL")

    def _adopted(self) -> None:
        dice = self.dice
        self.left = self._in_year()
        placed = calm(days_after(self.left, -dice.number(110, 260)))
        ordered = calm(days_after(placed, -dice.number(60, 200)))
        decided = days_after(ordered, -dice.number(5, 60))
        self._towards_adoption(calm(days_after(decided, -dice.number(120, 300))), decided, ordered)
        self._place(placed)
        self.life.leave(self.left, dice.pick(["E11", "E12"]))
        adoption = self.adoption
        assert adoption is not None
        adoption.matched = days_after(decided, dice.number(0, (placed - decided).days))
        adoption.couple = dice.pick(_ADOPTERS)

    def _to_be_adopted(self) -> None:
        first = calm(days_after(self.setting.end, -self.dice.number(330, 800)))
        decided = days_after(first, self.dice.number(110, 200))
        ordered = calm(days_after(decided, self.dice.number(5, 60)))
        self._towards_adoption(first, decided, ordered)
        placed = calm(days_after(ordered, self.dice.number(60, 200)))
        if self.dice.chance(0.7):
            self._place(placed)

    def _not_to_be_adopted(self) -> None:
        first = calm(days_after(self.setting.start, -self.dice.number(260, 600)))
        decided = days_after(first, self.dice.number(110, 160))
        ordered = calm(days_after(decided, self.dice.number(5, 50)))
        back = max(self._in_year(), calm(days_after(ordered, 40)))
        self._towards_adoption(first, decided, ordered)
        adoption = self.adoption
        assert adoption is not None
        adoption.reversed, adoption.reason = back, self.dice.pick(["RD1", "RD2", "RD3", "RD4"])
        self.life.change(back, "L", legal="C2")

    # -- short breaks --------------------------------------------------------------------------------------------------

    def _short_breaks(self) -> None:
        """Days away from home under an agreement, each of them its own period of care."""
        dice = self.dice
        since = 1 if dice.chance(0.5) else 0
        day = self._in_year(since, 0, 150)
        where = Place("R1", dice.pick(["PR4", "PR5"]), None, None)
        for _ in range(dice.number(2, 7) * (since + 1)):
            if day > days_after(self.setting.end, -30):
                return
            if day.month != 3:
                self.life.start(day, "V3", where)
                self.life.leave(days_after(day, dice.number(1, 6)), "E4A")
            day = calm(days_after(day, dice.number(28, 45)))
        if since and self.life.episodes[-1].began < self.setting.start:
            self.life.start(self._in_year(), "V3", where)
            self.life.leave(days_after(self.life.episodes[-1].began, 2), "E4A")

    def _agreed_once(self) -> None:
        day = calm(days_after(self.setting.end, -self.dice.number(60, 800)))
        self.life.start(day, "V4", Place("R1", "PR5", None, None))


# -- what happens beside the episodes ----------------------------------------------------------------------------------


def _around(setting: Setting, dice: Dice, made: Career, kind: str) -> None:
    """Reviews, social workers, times missing and all else that goes with the periods of care."""
    life, born = made.life, made.born
    made.ethnicity = dice.share(setting.ethnicities) if not life.asylum else dice.pick(["BAFR", "AOTH", "OOTH", "WOTH"])
    if life.asylum:
        made.unknown_upn = "UN3" if dice.chance(0.4) else None
    elif dice.chance(0.02):
        made.unknown_upn = "UN2"
    if made.short_breaks:
        made.earlier_order = ("Z1", "", "")
        return
    made.earlier_order = _earlier_order(dice, made)
    _workers(setting, dice, made)
    _reviews(setting, dice, made)
    if life.age(setting.end) >= 12:
        _go_missing(setting, dice, made)
    one_period = kind in {"stays", "joins", "leaves", "leaves at 18"}
    if made.girl and one_period and life.age(setting.end) >= 16 and dice.chance(_MOTHERS * 3):
        last = made.left or setting.end
        made.first_child = days_after(birthday(born, 15), dice.number(0, (last - birthday(born, 15)).days))
    if setting.has("DoLo"):
        _deprive(setting, dice, made)


def _earlier_order(dice: Dice, made: Career) -> tuple[str, str, str]:
    first = made.life.episodes[0].began
    spare = (first - made.born).days - 800
    if spare < 0 or made.life.asylum or dice.chance(0.93):
        return ("Z1", "", "")
    day = days_after(made.born, 60 + dice.number(0, spare))
    form = dice.pick([f"{day:%d/%m/%Y}", f"{day:%d/%m/%Y}", f"zz/{day:%m/%Y}", f"zz/zz/{day:%Y}"])
    return (dice.pick(["P1", "P2", "P2", "P3"]), dice.pick(["302", "380", "825", "999", "WAL"]), form)


def _workers(setting: Setting, dice: Dice, made: Career) -> None:
    """One social worker after the other, from the first day on; the last one stays, also when the child has left care."""
    episodes = made.life.episodes
    early = calm(days_after(setting.start_before, -dice.number(60, 600)))
    day = max(episodes[0].began, early)
    starts = sorted(one.began for one in episodes if one.reason_new == "S" and one.began > day)
    last = made.left or setting.end
    reason = "FCONTA" if day == episodes[0].began else "TSPROC"
    while True:
        then = calm(days_after(day, dice.number(100, 700)))
        again = next((start for start in starts if start > day), None)
        if again and then > days_after(again, -10):
            then = again
        number = f"SW{dice.number(1000, 9999) + 10_000 * (len(made.workers) + 1)}"
        made.workers.append(Worker(number, day, None, reason))
        if then > days_after(last, -10) and then != again:
            return
        made.workers[-1].ended, day = then, then
        reason = (
            "FCONTA" if then == again else dice.share(setting.worker_reasons) if setting.has("SWEpisodes") else "OTHERS"
        )


def _reviews(setting: Setting, dice: Dice, made: Career) -> None:
    last = made.left or setting.end
    for episode in made.life.episodes:
        if episode.reason_new == "S":
            day = days_after(episode.began, 20)
            later = (one for one in made.life.episodes if one.began >= episode.began)
            end = next((one.ended for one in later if one.ended and one.reason_ended != "X1"), last)
            step = 80
            while day < end:
                if day >= setting.start_before:
                    made.reviews.append(day)
                day, step = days_after(day, step + dice.number(0, 10)), 170


def _go_missing(setting: Setting, dice: Dice, made: Career) -> None:
    """A few days each, within one episode."""
    often = dice.chance(0.22)
    for episode in made.life.episodes:
        first = max(days_after(episode.began, 2), setting.start_before)
        ends = episode.ended or setting.end
        days = dice.small(1, 8)
        if often and dice.chance(0.7) and (ends - first).days > days + 4:
            start = days_after(first, dice.number(0, (ends - first).days - days - 2))
            open_still = episode.ended is None and days_after(start, days + 12) > setting.end
            made.missing.append((dice.pick("MMMA"), start, None if open_still else days_after(start, days)))


def _deprive(setting: Setting, dice: Dice, made: Career) -> None:
    """A deprivation of liberty order where a teenager lives in a children's home."""
    for episode in made.life.episodes:
        first = max(days_after(episode.began, 1), setting.start)
        ends = episode.ended or setting.end
        suits = episode.place.code in {"K2", "Z12", "Z13"}
        if suits and (ends - first).days > 30 and dice.chance(0.15):
            start = days_after(first, dice.number(0, 10))
            made.liberty.append((start, days_after(start, dice.number(5, 19))))
