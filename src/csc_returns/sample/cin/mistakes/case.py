"""What a mistake works on: one child's record, and ways to find something in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from csc_returns.sample.cin.setting import Setting
from csc_returns.sample.dice import Dice
from csc_returns.sample.write import Record

#: Where an episode keeps what, and the dates in it.
DATES = {
    "Assessments": ("AssessmentActualStartDate", "AssessmentAuthorisationDate"),
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "Section47": ("S47ActualStartDate", "DateOfInitialCPC"),
    "ChildProtectionPlans": ("CPPstartDate", "CPPendDate"),
}


def day(text: object) -> dt.date | None:
    """A text as a date, if it is one and written as it should be."""
    try:
        date = dt.date.fromisoformat(str(text))
    except ValueError:
        return None
    return date if date.isoformat() == text else None


def later(date: dt.date, days: int) -> str:
    """The day so many days later, as text."""
    return (date + dt.timedelta(days=days)).isoformat()


@dataclass
class Memory:
    """Identifiers of a child written before, for those that are given twice."""

    identifiers: dict[str, str] = field(default_factory=dict)


@dataclass
class Case:
    """A child's record that a mistake is to be made in."""

    child: Record
    dice: Dice
    setting: Setting
    memory: Memory

    @property
    def identifiers(self) -> Record:
        """Who the child is."""
        found: Record = self.child["ChildIdentifiers"]
        return found

    @property
    def characteristics(self) -> Record:
        """Ethnicity and disabilities; made if it was lost."""
        found: Record = self.child.setdefault("ChildCharacteristics", {})
        return found

    @property
    def episodes(self) -> list[Record]:
        """All episodes."""
        found: list[Record] = self.child.get("CINdetails", [])
        return found

    @property
    def disabilities(self) -> list[str]:
        """Codes of disabilities; a new list if there are none."""
        found: list[str] = self.characteristics.setdefault("Disabilities", {}).setdefault("Disability", [])
        return found

    @property
    def born(self) -> dt.date | None:
        """Birth date."""
        return day(self.identifiers.get("PersonBirthDate"))

    @property
    def start(self) -> dt.date:
        """First day of the year."""
        return self.setting.start

    @property
    def end(self) -> dt.date:
        """Last day of the year."""
        return self.setting.end

    def rows(self, element: str, *needed: str) -> Iterator[tuple[Record, Record]]:
        """Each row of an element with its episode: rows in which the ``needed`` dates are there and can be read."""
        for episode in self.episodes:
            for row in episode.get(element, []):
                if all(day(row.get(name)) for name in needed):
                    yield episode, row

    def row(self, element: str, *needed: str) -> Record | None:
        """One row of an element, the first that has the ``needed`` dates."""
        return next((row for _, row in self.rows(element, *needed)), None)

    def went_further(self) -> list[Record]:
        """Episodes that were not ended by no further action, with a readable referral date."""
        return [one for one in self.episodes if one.get("ReferralNFA") == "0" and day(one.get("CINreferralDate"))]

    def closed(self) -> list[Record]:
        """Episodes with a closure date that can be read."""
        return [one for one in self.went_further() if day(one.get("CINclosureDate"))]

    def open(self) -> list[Record]:
        """Episodes without a closure date."""
        return [one for one in self.went_further() if "CINclosureDate" not in one]

    def weekday(self, date: dt.date, days: int) -> str:
        """A working day so many calendar days away from ``date``, or the next one after."""
        return self.setting.working_day(date + dt.timedelta(days=days)).isoformat()


Mistake = Callable[[Case], bool]

#: Name of the function → mistake, in the order in which they are written.
MISTAKES: dict[str, Mistake] = {}


def mistake(function: Mistake) -> Mistake:
    """Put a function into the catalogue."""
    MISTAKES[function.__name__] = function
    return function


def replace(record: Record | None, name: str, value: str | None) -> bool:
    """Give an element another text, or take it away."""
    if record is None:
        return False
    if value is None:
        return record.pop(name, None) is not None
    record[name] = value
    return True


def reviews_of(plan: Record) -> list[str]:
    """The reviews of a child protection plan that stand in one block."""
    block = plan.get("Reviews")
    reviews: list[str] = block.get("CPPreviewDate", []) if isinstance(block, dict) else []
    return reviews
