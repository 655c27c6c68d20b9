"""Mistakes in how a system writes its file."""

from __future__ import annotations

from csc_returns.sample.cin.mistakes.case import DATES, Case, day, mistake, replace
from csc_returns.sample.write import AS_GIVEN, STRAY, Record

DAY_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%Y%m%d")


def _dates(case: Case) -> list[tuple[Record, str]]:
    """Every date of a child that can be read: the record it stands in, and its name."""
    records = [case.identifiers, *case.episodes, *(row for element in DATES for _, row in case.rows(element))]
    return [(record, name) for record in records for name in record if "Date" in name and day(record[name])]


@mistake
def date_in_another_form(case: Case) -> bool:
    """A date was exported as people write it."""
    record, name = case.dice.pick(_dates(case) or [({}, "")])
    date = day(record.get(name))
    return date is not None and replace(record, name, date.strftime(case.dice.pick(DAY_FORMS)))


@mistake
def day_and_month_swapped(case: Case) -> bool:
    """Day and month of a date were swapped, so that there is no such day."""
    dates = [(record, name) for record, name in _dates(case) if int(record[name][8:]) > 12]
    record, name = case.dice.pick(dates or [({}, "")])
    return bool(record) and replace(record, name, f"{record[name][:4]}-{record[name][8:]}-{record[name][5:7]}")


@mistake
def year_mistyped(case: Case) -> bool:
    """The year of a date is ten years off."""
    record, name = case.dice.pick(_dates(case) or [({}, "")])
    return bool(record) and replace(record, name, f"{int(record[name][:4]) - 10}{record[name][4:]}")


@mistake
def date_with_a_time(case: Case) -> bool:
    """A date was exported with midnight behind it."""
    record, name = case.dice.pick(_dates(case) or [({}, "")])
    return bool(record) and replace(record, name, f"{record[name]}T00:00:00")


@mistake
def blank_spaces(case: Case) -> bool:
    """A code was exported with blank spaces around it."""
    value = case.characteristics.get("Ethnicity")
    return isinstance(value, str) and replace(case.characteristics, "Ethnicity", f" {value} ")


@mistake
def unknown_element(case: Case) -> bool:
    """The system exported an element of its own."""
    return bool(case.episodes) and replace(case.episodes[0], "CaseWorkerTeam", "North")


@mistake
def element_misspelt(case: Case) -> bool:
    """An element is written with capitals in the wrong places."""
    for episode in case.episodes:
        if date := episode.pop("CINclosureDate", None):
            return replace(episode, "CINClosureDate", date)
    return False


@mistake
def empty_element(case: Case) -> bool:
    """An element without a value was exported as an empty one."""
    missing = [episode for episode in case.episodes if "CINclosureDate" not in episode]
    return bool(missing) and replace(missing[0], "CINclosureDate", "")


@mistake
def value_twice(case: Case) -> bool:
    """An element that may stand once stands twice."""
    value = case.characteristics.get("Ethnicity")
    if not isinstance(value, str):
        return False
    case.characteristics["Ethnicity"] = [value, "NOBT"]
    return True


@mistake
def elements_in_another_order(case: Case) -> bool:
    """The elements of an episode stand in the order of the system's own table."""
    if not case.episodes or AS_GIVEN in case.episodes[0]:
        return False
    turned = dict(reversed(case.episodes[0].items()))
    case.episodes[0].clear()
    case.episodes[0].update({AS_GIVEN: True, **turned})
    return True


@mistake
def stray_text(case: Case) -> bool:
    """A remark was left between the elements."""
    case.identifiers[STRAY] = case.dice.pick(["check with school", "see file note", "n/a"])
    return True


@mistake
def stray_text_in_an_episode(case: Case) -> bool:
    """A remark was left between the elements of an episode."""
    return bool(case.episodes) and replace(case.episodes[-1], STRAY, "transferred from the old system")
