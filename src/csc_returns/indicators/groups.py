"""Codes in the groups that the published tables show, each written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from csc_returns.validation.rules.ssda903.shared.groups import ADOPTED, ADOPTION, FOSTERING, TEMPORARY

#: What a breakdown shows where the value is blank or in no group.
UNKNOWN = "not known"

ETHNICITY: Mapping[str, tuple[str, ...]] = {
    "White": ("WBRI", "WIRI", "WIRT", "WROM", "WOTH"),
    "Mixed": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "Asian": ("AIND", "APKN", "ABAN", "AOTH", "CHNE"),
    "Black": ("BCRB", "BAFR", "BOTH"),
    "Other": ("OOTH",),
    UNKNOWN: ("REFU", "NOBT"),
}

#: Foster care by relatives or friends: U1 long term, U2 with a view to adoption, U3 other.
RELATIVE_OR_FRIEND = FOSTERING[:3]

PLACED_WITH_PARENTS = ("P1",)

PLACEMENTS: Mapping[str, tuple[str, ...]] = {
    "foster": FOSTERING,
    "placed for adoption": ADOPTION,
    "placed with parents": PLACED_WITH_PARENTS,
    "secure and children's homes": ("K1", "K2"),
    "supported or independent": ("K3", "H5", "P2"),
    "residential schools": ("S1",),
    "other residential": ("R1", "R2", "R3", "R5", "P3"),
    "other": ("Z1", "Z11", "Z12", "Z13", "Z14"),
    "temporary": TEMPORARY,
}

LEGAL_STATUSES: Mapping[str, tuple[str, ...]] = {
    "interim care order": ("C1",),
    "full care order": ("C2",),
    "placement order": ("E1", "D1"),
    "voluntary (section 20)": ("V2",),
    "detained for child protection": ("L1", "L2", "L3"),
    "youth justice": ("J1", "J2", "J3"),
}

#: Reasons for an episode to end (REC) with a special guardianship order: E43 and E44 up to 2017-18, then by kind of carer.
SPECIAL_GUARDIANSHIP = ("E43", "E44", "E45", "E46", "E47", "E48")
SPECIAL_GUARDIANSHIP_RELATIVE = ("E45", "E47")
SPECIAL_GUARDIANSHIP_FOSTER_CARER = ("E45", "E46")

#: Child arrangements (residence) order.
CHILD_ARRANGEMENTS = ("E41",)

#: Went home to parents or others with parental responsibility, as planned or not; E13 is to others without it.
WENT_HOME = ("E4A", "E4B")
LEFT_TO_OTHERS = ("E13",)

#: Care passed to another local authority in the UK.
TRANSFERRED_CARE = ("E3",)

#: What care leavers do: education (1 higher, 2 other), training or employment (4 apprenticeship, 5 other; 3 up to 2017-18).
IN_EDUCATION_EMPLOYMENT_TRAINING = ("F1", "P1", "F2", "P2", "F3", "P3", "F4", "P4", "F5", "P5")

#: Assessment factors of harm outside the home: missing, sexual exploitation, trafficking, gangs, criminal exploitation.
OUTSIDE_THE_HOME = ("10A", "11A", "12A", "13A", "24A")

#: Reasons for closure of a case of the children in need census.
ADOPTED_CIN, DIED, TRANSFERRED = "RC1", "RC2", "RC5"
PERMANENCE_ORDERS = ("RC1", "RC3", "RC4")
CEASED_FOR_OTHER_REASONS = ("RC6", "RC7")
NOT_IN_NEED = ("RC8", "RC9")
EARLY_HELP = "RC9"

__all__ = ["ADOPTED", "ADOPTION", "FOSTERING", "TEMPORARY"]


def grouped(column: str, groups: Mapping[str, Iterable[str]]) -> pl.Expr:
    """The group of a code; ``UNKNOWN`` where it is blank or in none."""
    of_code = {code: name for name, codes in groups.items() for code in codes}
    return pl.col(column).replace_strict(of_code, default=UNKNOWN, return_dtype=pl.String)


def one_of(column: str, codes: Iterable[str]) -> pl.Expr:
    """The value is one of some codes; false where it is blank."""
    return pl.col(column).is_in(list(codes)).fill_null(False)
