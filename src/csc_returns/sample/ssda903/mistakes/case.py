"""What a mistake works on: the rows of one child, and ways to find something in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from csc_returns.sample.dice import Dice
from csc_returns.sample.ssda903.care import birthday, days_after, written
from csc_returns.sample.ssda903.project import Row, Rows
from csc_returns.sample.ssda903.setting import Setting

#: A row and its child → whether the row lends itself to a mistake.
Where = Callable[[Row, "Case"], bool]

#: A text, or what makes it of the row and its child.
Value = str | Callable[[Row, "Case"], str]


def day(text: str | None) -> dt.date | None:
    """A date of the return."""
    try:
        return dt.datetime.strptime(text or "", "%d/%m/%Y").date()
    except ValueError:
        return None


@dataclass
class Memory:
    """What is known of a child written before."""

    upn: str | None = None


@dataclass
class Case:
    """A child's rows that a mistake is to be made in; ``last`` are those of last year's return, if that is written too.

    ``beyond``: whether the return holds what it need not hold as well: columns that are made from others, and tables that
    came a year later.
    """

    rows: Rows
    last: Rows | None
    setting: Setting
    dice: Dice
    memory: Memory
    beyond: bool = False

    @property
    def header(self) -> Row:
        """Who the child is."""
        return self.rows["Header"][0]

    @property
    def episodes(self) -> list[Row]:
        """Episodes in the order of time."""
        return self.rows.get("Episodes", [])

    @property
    def born(self) -> dt.date:
        """Birth date; a mistake may have spoilt it in the header, so any table's will do."""
        found = (day(row.get("DOB")) for rows in self.rows.values() for row in rows)
        return next((one for one in found if one), self.setting.start)

    @property
    def person(self) -> Row:
        """Identifier and birth date, as they begin most rows."""
        return {"CHILD": self.header["CHILD"], "DOB": written(self.born)}

    @property
    def girl(self) -> bool:
        """Whether the child is a girl."""
        return self.header.get("SEX") == self.setting.sexes[1]

    @property
    def breaks_only(self) -> bool:
        """Whether all care was in short breaks."""
        return any(row["LS"] in {"V3", "V4"} for row in self.episodes)

    @property
    def all_year(self) -> bool:
        """Whether the child was in care all year."""
        return "OC2" in self.rows

    @property
    def from_before(self) -> bool:
        """Whether the first episode began before the year."""
        return bool(self.episodes) and self.began < self.setting.start

    @property
    def began(self) -> dt.date:
        """First day of the first episode; the first day of the year without one."""
        return (day(self.episodes[0].get("DECOM")) if self.episodes else None) or self.setting.start

    @property
    def ended(self) -> dt.date:
        """Last day of the last episode; the last day of the year without one."""
        return (day(self.episodes[-1].get("DEC")) if self.episodes else None) or self.setting.end

    @property
    def still_in_care(self) -> bool:
        """Whether the last episode is open."""
        return bool(self.episodes) and not self.episodes[-1].get("DEC")

    def birthday(self, age: int) -> dt.date:
        """The birthday."""
        born = self.born
        return birthday(born.replace(day=28) if (born.month, born.day) == (2, 29) else born, age)

    def aged(self, lowest: int, highest: int = 99) -> bool:
        """Whether the child's age at the end of the year is between two, both included."""
        return self.birthday(lowest) <= self.setting.end < self.birthday(highest + 1)

    def pairs(self) -> Iterator[tuple[Row, Row]]:
        """Each episode with the one after it."""
        return zip(self.episodes, self.episodes[1:], strict=False)

    def add(self, table: str, **items: str) -> bool:
        """Add a row."""
        self.rows.setdefault(table, []).append({**self.person, **items})
        return True

    def be_born(self, date: dt.date) -> bool:
        """Another birth date in all tables."""
        for rows in self.rows.values():
            for row in rows:
                if "DOB" in row:
                    row["DOB"] = written(date)
        return True

    def day(self, offset: int) -> str:
        """The day so many days after the first day of the year."""
        return written(days_after(self.setting.start, offset))


Make = Callable[[Case], bool]


@dataclass(frozen=True)
class Mistake:
    """One way to go wrong: the rule that is meant to find it, what happened, and how it is made."""

    code: str
    what: str
    make: Make


#: Name → mistake, in the order in which they are written.
MISTAKES: dict[str, Mistake] = {}


def _enter(code: str, what: str, make: Make) -> None:
    name = code
    while name in MISTAKES:
        name += "+"
    MISTAKES[name] = Mistake(code, what, make)


def mistake(code: str) -> Callable[[Make], Make]:
    """Put a function into the catalogue: it changes the rows and returns True, or False if the child does not lend itself."""

    def enter(function: Make) -> Make:
        _enter(code, (function.__doc__ or "").strip(), function)
        return function

    return enter


def value(code: str, what: str, table: str, where: Where | None = None, **items: Value) -> None:
    """Put a mistake into the catalogue that gives items of the first row that lends itself other values."""

    def make(case: Case) -> bool:
        for row in case.rows.get(table, []):
            if where is None or where(row, case):
                row.update({item: new if isinstance(new, str) else new(row, case) for item, new in items.items()})
                return True
        return False

    _enter(code, what, make)


def row(code: str, what: str, table: str, where: Callable[[Case], bool], **items: str | Callable[[Case], str]) -> None:
    """Put a mistake into the catalogue that adds a row to a child that lends itself."""

    def make(case: Case) -> bool:
        if not where(case):
            return False
        return case.add(table, **{item: new if isinstance(new, str) else new(case) for item, new in items.items()})

    _enter(code, what, make)


def plus(item: str, days: int) -> Value:
    """The day so many days after that of another item of the row."""
    return lambda row, _: written(days_after(day(row.get(item)) or dt.date(2000, 1, 1), days))


def in_year(offset: int) -> Value:
    """The day so many days after the first one of the year."""
    return lambda _, case: case.day(offset)


def after_year(days: int) -> Value:
    """The day so many days after the last one of the year."""
    return lambda _, case: written(days_after(case.setting.end, days))


def lasts(row: Row, least: int, most: int = 99_999) -> bool:
    """Whether an episode that ended lasted about so many days."""
    first, last = day(row["DECOM"]), day(row.get("DEC"))
    return first is not None and last is not None and least <= (last - first).days <= most
