"""Mistakes in ethnicity and disabilities."""

from __future__ import annotations

from csc_returns.sample.cin.mistakes.case import Case, mistake, replace


@mistake
def ethnicity_missing(case: Case) -> bool:
    """Nobody entered the ethnicity."""
    return replace(case.characteristics, "Ethnicity", None)


@mistake
def ethnicity_unknown(case: Case) -> bool:
    """The ethnicity is written out, in lower case, or as in another list."""
    return replace(case.characteristics, "Ethnicity", case.dice.pick(["wbri", "White British", "WENG", "A1", "UNKN"]))


@mistake
def characteristics_missing(case: Case) -> bool:
    """The whole block was not exported."""
    return case.child.pop("ChildCharacteristics", None) is not None


@mistake
def disability_missing(case: Case) -> bool:
    """A child whose referral went further has no disability entry, not even NONE."""
    return bool(case.born and case.went_further()) and replace(case.characteristics, "Disabilities", None)


@mistake
def disability_unknown(case: Case) -> bool:
    """A disability is written out or in lower case."""
    if not case.born or not case.went_further():
        return False
    case.characteristics["Disabilities"] = {"Disability": [case.dice.pick(["none", "Autism", "SEN", ""])]}
    return True


@mistake
def none_beside_a_disability(case: Case) -> bool:
    """NONE was left when a disability was added."""
    if case.born is None:
        return False
    case.characteristics["Disabilities"] = {"Disability": ["NONE", case.dice.pick(["LD", "AUT"])]}
    return True


@mistake
def disability_twice(case: Case) -> bool:
    """One disability came from two systems."""
    if case.born is None or not case.disabilities:
        return False
    case.disabilities.append(case.disabilities[0])
    return True


@mistake
def empty_disabilities(case: Case) -> bool:
    """The block of disabilities stands empty."""
    if case.born is None:
        return False
    case.characteristics["Disabilities"] = {}
    return True
