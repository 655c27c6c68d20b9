"""Mistakes of a whole return: a setting of the export that was wrong for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from csc_returns.sample.cin.mistakes.case import Case
from csc_returns.sample.dice import Dice
from csc_returns.sample.write import Record


def reference_date_a_day_early(header: Record, case: Case | None) -> None:
    """The header ends the year on 30 March."""
    if case is None:
        date = dt.date.fromisoformat(header["CollectionDetails"]["ReferenceDate"])
        header["CollectionDetails"]["ReferenceDate"] = (date - dt.timedelta(days=1)).isoformat()


def one_disability_a_child(_: Record, case: Case | None) -> None:
    """The export takes the first disability of a child only."""
    if case and case.born:
        del case.disabilities[1:]


def few_disability_codes(_: Record, case: Case | None) -> None:
    """The case system has a short list of disabilities."""
    if case and case.born and case.disabilities:
        short = [code if code in {"NONE", "LD", "AUT", "MOB"} else "DDA" for code in case.disabilities]
        case.disabilities[:] = dict.fromkeys(short)


def conferences_lost(_: Record, case: Case | None) -> None:
    """Conferences that led to a plan were not exported for many children."""
    if case and case.dice.chance(0.5):
        for episode, row in case.rows("Section47", "DateOfInitialCPC"):
            if episode.get("ChildProtectionPlans"):
                row.pop("DateOfInitialCPC")


def sex_lost(_: Record, case: Case | None) -> None:
    """The sex of some children was not migrated from the old system."""
    if case and case.born and case.dice.chance(0.06):
        if "Sex" in case.identifiers:
            case.identifiers["Sex"] = "U"
        else:
            case.identifiers["GenderCurrent"] = "0"


#: A mistake of a whole return sees the header first (without a case), then every child.
ReturnMistake = Callable[[Record, Case | None], None]

RETURN_MISTAKES: tuple[ReturnMistake, ...] = (
    reference_date_a_day_early,
    one_disability_a_child,
    few_disability_codes,
    conferences_lost,
    sex_lost,
)


def chosen(dice: Dice, share: float) -> list[ReturnMistake]:
    """The mistakes of this return: each with the chance that a child has to carry one."""
    return [one for one in RETURN_MISTAKES if dice.chance(share)]
