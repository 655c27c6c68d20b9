"""Mistakes in who a child is."""

from __future__ import annotations

import datetime as dt

from csc_returns.sample.cin.mistakes.case import Case, day, later, mistake, replace
from csc_returns.sample.upn import with_check_letter


@mistake
def identifier_missing(case: Case) -> bool:
    """The child has no number."""
    case.identifiers["LAchildID"] = ""
    return True


@mistake
def identifier_twice(case: Case) -> bool:
    """The child has the number of another child."""
    return "LAchildID" in case.memory.identifiers and replace(
        case.identifiers, "LAchildID", case.memory.identifiers["LAchildID"]
    )


@mistake
def identifier_too_long(case: Case) -> bool:
    """The number of the system stands behind the number of the child."""
    return replace(case.identifiers, "LAchildID", f"{case.identifiers.get('LAchildID')}00000000000000000")


@mistake
def identifier_with_signs(case: Case) -> bool:
    """The number was written with a hyphen or a space."""
    number = str(case.identifiers.get("LAchildID"))
    return replace(case.identifiers, "LAchildID", number[:3] + case.dice.pick("- /_") + number[3:])


def _upn(case: Case) -> str | None:
    upn = case.identifiers.get("UPN")
    return upn if isinstance(upn, str) and len(upn) == 13 and upn[1:].isdigit() else None


@mistake
def upn_check_letter_wrong(case: Case) -> bool:
    """Two digits of the UPN were swapped in typing."""
    upn = _upn(case)
    if upn is None:
        return False
    changed = upn[:11] + str((int(upn[11]) + 1) % 10) + upn[12]
    return replace(case.identifiers, "UPN", changed)


@mistake
def upn_twice(case: Case) -> bool:
    """The child has the UPN of another child."""
    return "UPN" in case.memory.identifiers and replace(case.identifiers, "UPN", case.memory.identifiers["UPN"])


@mistake
def upn_of_no_authority(case: Case) -> bool:
    """The UPN belongs to an authority that there is not."""
    upn = _upn(case)
    return upn is not None and replace(case.identifiers, "UPN", with_check_letter("999" + upn[4:]))


@mistake
def upn_with_letters(case: Case) -> bool:
    """A nought of the UPN was typed as the letter O."""
    upn = _upn(case)
    return upn is not None and replace(case.identifiers, "UPN", f"{upn[:6]}O{upn[7:]}")


@mistake
def upn_ends_wrongly(case: Case) -> bool:
    """A temporary UPN ends in a letter that is never used."""
    upn = _upn(case)
    return upn is not None and replace(case.identifiers, "UPN", upn[:12] + case.dice.pick("IOS"))


@mistake
def upn_too_short(case: Case) -> bool:
    """The UPN lost its last characters."""
    upn = _upn(case)
    return upn is not None and replace(case.identifiers, "UPN", upn[: case.dice.number(4, 12)])


@mistake
def former_upn_malformed(case: Case) -> bool:
    """The former UPN has one digit too few."""
    former = f"X{case.dice.number(10**10, 10**11 - 1)}"
    return _upn(case) is not None and replace(case.identifiers, "FormerUPN", former)


def _school_age(case: Case) -> bool:
    return bool(case.born and case.born < dt.date(case.end.year - 6, 3, 31) and case.went_further())


@mistake
def upn_missing(case: Case) -> bool:
    """A child of school age has neither a UPN nor a reason."""
    case_is_fit = _school_age(case)
    if case_is_fit:
        case.identifiers.pop("UPN", None)
        case.identifiers.pop("UPNunknown", None)
    return case_is_fit


@mistake
def too_young_for_a_upn(case: Case) -> bool:
    """A child of school age is said to be too young for a UPN."""
    case_is_fit = _school_age(case)
    if case_is_fit:
        case.identifiers.pop("UPN", None)
        case.identifiers["UPNunknown"] = "UN1"
    return case_is_fit


@mistake
def upn_reason_of_no_further_action(case: Case) -> bool:
    """The UPN is missing because of no further action, but the referral went further."""
    if not case.went_further():
        return False
    case.identifiers.pop("UPN", None)
    return replace(case.identifiers, "UPNunknown", "UN7")


@mistake
def upn_reason_unknown(case: Case) -> bool:
    """The reason for no UPN is not a code."""
    return "UPNunknown" in case.identifiers and replace(
        case.identifiers, "UPNunknown", case.dice.pick(["un4", "UN8", "4", "Unknown"])
    )


@mistake
def birth_after_the_year(case: Case) -> bool:
    """The century or the year of birth is mistyped."""
    return case.born is not None and replace(
        case.identifiers, "PersonBirthDate", later(case.end, case.dice.number(1, 300))
    )


@mistake
def both_birth_dates(case: Case) -> bool:
    """The expected date was left when the child was born."""
    return case.born is not None and replace(case.identifiers, "ExpectedPersonBirthDate", later(case.end, -5))


@mistake
def no_birth_date(case: Case) -> bool:
    """The birth date was lost."""
    return replace(case.identifiers, "PersonBirthDate", None)


@mistake
def expected_too_late(case: Case) -> bool:
    """An unborn child is expected in more than nine months."""
    return replace(case.identifiers, "ExpectedPersonBirthDate", later(case.end, case.dice.number(276, 400))) and (
        case.born is None or case.identifiers.pop("PersonBirthDate") is not None
    )


@mistake
def unborn_with_a_sex(case: Case) -> bool:
    """The sex of an unborn child is given."""
    if case.born is not None or "ExpectedPersonBirthDate" not in case.identifiers:
        return False
    return replace(case.identifiers, *(("Sex", "F") if _new_sex(case) else ("GenderCurrent", "2")))


@mistake
def older_than_twenty_five(case: Case) -> bool:
    """A parent was exported in place of the child."""
    return case.born is not None and replace(case.identifiers, "PersonBirthDate", later(case.born, -9500))


@mistake
def referred_long_before_birth(case: Case) -> bool:
    """The child was referred more than forty weeks before birth."""
    if case.born is None or not case.went_further():
        return False
    return replace(case.went_further()[0], "CINreferralDate", later(case.born, -case.dice.number(281, 400)))


def _new_sex(case: Case) -> bool:
    return case.setting.has("ChildIdentifiers", "Sex")


@mistake
def sex_missing(case: Case) -> bool:
    """Nobody entered the sex."""
    return replace(case.identifiers, "Sex" if _new_sex(case) else "GenderCurrent", None)


@mistake
def sex_in_lower_case(case: Case) -> bool:
    """The sex is a code of no year."""
    codes = ["m", "f", "Male", "X"] if _new_sex(case) else ["M", "f", "3"]
    return replace(case.identifiers, "Sex" if _new_sex(case) else "GenderCurrent", case.dice.pick(codes))


@mistake
def sex_of_another_year(case: Case) -> bool:
    """The element of another year was exported."""
    old = case.identifiers.pop("Sex" if _new_sex(case) else "GenderCurrent", None)
    other = ("GenderCurrent", case.dice.pick("12")) if _new_sex(case) else ("Sex", case.dice.pick("MF"))
    return old is not None and replace(case.identifiers, *other)


@mistake
def old_code_of_sex(case: Case) -> bool:
    """The element is new, its code is that of the element before it."""
    return _new_sex(case) and replace(case.identifiers, "Sex", case.dice.pick("1209"))


@mistake
def death_before_birth(case: Case) -> bool:
    """Death is dated before birth."""
    return case.born is not None and replace(case.identifiers, "PersonDeathDate", later(case.born, -3))


@mistake
def death_last_year(case: Case) -> bool:
    """The child died before the year began."""
    return replace(case.identifiers, "PersonDeathDate", later(case.start, -case.dice.number(1, 400)))


@mistake
def death_before_everything(case: Case) -> bool:
    """The death date is that of another person: plans start and end after it."""
    plan = case.row("ChildProtectionPlans", "CPPstartDate", "CPPendDate") or case.row(
        "CINPlanDates", "CINPlanStartDate", "CINPlanEndDate"
    )
    if plan is None:
        return False
    start = day(plan.get("CPPstartDate") or plan.get("CINPlanStartDate"))
    return start is not None and replace(case.identifiers, "PersonDeathDate", later(start, -1))


@mistake
def death_without_a_date(case: Case) -> bool:
    """An episode was closed because the child died, without the date."""
    closed = [episode for episode in case.closed() if "PersonDeathDate" not in case.identifiers]
    return bool(closed) and replace(closed[-1], "ReasonForClosure", "RC2")
