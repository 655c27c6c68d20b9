"""Mistakes in what is said of care leavers."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, mistake, row, value
from csc_returns.sample.ssda903.project import Row

_ANSWERS = {"IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "U1"}


def _has(case: Case, table: str) -> bool:
    return table in case.rows


value("131", "The contact is no code.", "OC3", IN_TOUCH="MAYBE")
value("132", "The activity is no code.", "OC3", ACTIV="F9")
value("133", "The accommodation is no code.", "OC3", ACCOM="S1")
value("153", "The accommodation is blank.", "OC3", ACCOM="")
value("344", "At home again, and with an activity.", "OC3", IN_TOUCH="RHOM", ACTIV="F2", ACCOM="0")
value("345", "In touch, and the activity not known.", "OC3", IN_TOUCH="YES", ACTIV="0", ACCOM="U1")
value(
    "347",
    "Lives in a foyer, without saying how suitable.",
    "OC3",
    lambda _, c: c.aged(17, 18),
    IN_TOUCH="YES",
    ACTIV="F2",
    ACCOM="T",
)
value(
    "3001",
    "Turned 17, and stays with former foster carers.",
    "OC3",
    lambda _, c: c.aged(17, 17),
    IN_TOUCH="YES",
    ACTIV="F2",
    ACCOM="Z1",
)
row("391", "Answers for a child under 17.", "OC3", lambda c: c.aged(10, 16) and not c.all_year, **_ANSWERS)
row("187", "Answers for a child in care all year.", "OC3", lambda c: c.all_year and c.aged(16), **_ANSWERS)
row("1007", "Answers for one of 17 who is still in care.", "OC3", lambda c: c.still_in_care and c.aged(17), **_ANSWERS)
row("134", "Answers for an adopted child.", "OC3", lambda c: _has(c, "AD1"), **_ANSWERS)
row(
    "1000",
    "Answers for a child who died.",
    "OC3",
    lambda c: any(one.get("REC") == "E2" for one in c.episodes),
    **_ANSWERS,
)
row(
    "1011",
    "Answers for a child whom another authority took over.",
    "OC3",
    lambda c: any(one.get("REC") == "E3" for one in c.episodes),
    **_ANSWERS,
)
row(
    "1001",
    "Answers for one who came into care days before the end of the year.",
    "OC3",
    lambda c: c.aged(15, 18) and not c.from_before and c.still_in_care and len(c.episodes) == 1,
    **_ANSWERS,
)


def _leave(case: Case, reason: str) -> bool:
    if not case.still_in_care or case.breaks_only or not case.from_before or "UASC" in case.rows:
        return False
    last = case.episodes[-1]
    last["DEC"], last["REC"], last["REASON_PLACE_CHANGE"] = written(days_after(case.setting.end, -9)), reason, ""
    case.rows.pop("OC2", None)
    return True


@mistake("1000")
def died_and_left_care(case: Case) -> bool:
    """Answers for a young person who died."""
    return case.aged(17) and _leave(case, "E2") and case.add("OC3", **_ANSWERS)


@mistake("1011")
def taken_over(case: Case) -> bool:
    """Answers for a young person whom another authority took over."""
    return case.aged(17) and _leave(case, "E3") and case.add("OC3", **_ANSWERS)


@mistake("1016")
def left_after_the_birthday(case: Case) -> bool:
    """Answers for one who left care at 17."""
    return (
        case.aged(17, 17)
        and case.birthday(17) < days_after(case.setting.end, -20)
        and _leave(case, "E5")
        and case.add("OC3", **_ANSWERS)
    )


@mistake("359")
def still_open_at_18(case: Case) -> bool:
    """The last episode is not closed at the eighteenth birthday."""
    if not case.aged(18) or not case.episodes or case.rows.get("OC3") is None:
        return False
    case.episodes[-1].update({"DEC": "", "REC": ""})
    return True


@mistake("1002")
def never_in_care(case: Case) -> bool:
    """Answers for a young person who was not in care this year or last year."""
    if case.episodes or case.last is None:
        return False
    case.last.pop("Episodes", None)
    return True


@mistake("348")
def dead_and_alive(case: Case) -> bool:
    """Said to have died last year, and in touch this year."""
    if case.last is None or "OC3" not in case.rows:
        return False
    row: Row = {**case.person, "IN_TOUCH": "DIED", "ACTIV": "0", "ACCOM": "0"}
    case.last["OC3"] = [row]
    return True


@mistake("1010")
def episodes_forgotten(case: Case) -> bool:
    """In care at the end of last year; this year there are answers and no episode."""
    if not case.from_before or not case.aged(17) or case.breaks_only:
        return False
    header = {**case.header, "MOTHER": ""}
    case.rows.clear()
    case.rows["Header"] = [header]
    return case.add("OC3", **_ANSWERS)


@mistake("1014")
def asylum_seeker_of_last_year(case: Case) -> bool:
    """An asylum record for one who left care before the year."""
    if "OC3" not in case.rows or not case.episodes or not case.from_before:
        return False
    del case.episodes[1:]
    case.episodes[0].update({"DEC": case.day(-20), "REC": "E8", "REASON_PLACE_CHANGE": ""})
    if "UASC" not in case.rows:
        case.add("UASC", SEX=case.header["SEX"], DUC=written(case.birthday(18)))
    return True
