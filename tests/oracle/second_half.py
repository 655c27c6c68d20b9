"""The CIN rules 8600 to 8950Q again, slow and obvious: from the text of the catalogue, to compare with the package."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from oracle.common import (
    Cells,
    OracleRule,
    Row,
    Tables,
    Window,
    add_years,
    cells,
    date,
    factors_of,
    in_window,
    rows,
    same_child,
    same_episode,
    same_plan,
    text,
    words,
    working_days_before,
)

#: In the order of the catalogue.
RULES: dict[str, OracleRule] = {}


def rule(code: str, *tables: str, since: str = "2022-23") -> Callable[[OracleRule], OracleRule]:
    """Enter a rule: it finds nothing before the year ``since`` or where a table it reads is not there at all."""

    def enter(function: OracleRule) -> OracleRule:
        def find(given: Tables, window: Window) -> Cells:
            if window.year < since or any(name not in given for name in tables):
                return set()
            return function(given, window)

        RULES[code] = find
        return function

    return enter


CLOSURE_REASONS = words("RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9")
PRIMARY_NEEDS = words("N0 N1 N2 N3 N4 N5 N6 N7 N8 N9")
REFERRAL_SOURCES = words("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10")
ABUSE_CATEGORIES = words("NEG PHY SAB EMO MUL")
FACTORS = words("""
    1A 1B 1C 2A 2B 2C 3A 3B 3C 4A 4B 4C 5A 5B 5C 6A 6B 6C 7A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A 14A 15A 16A 17A
    18A 18B 18C 19A 19B 19C 20 21 22A 23A 24A
""")


def lower(row: Row, field: str) -> str | None:
    value = text(row, field)
    return None if value is None else value.lower()


def later_than(a: dt.date | None, b: dt.date | None) -> bool:
    return a is not None and b is not None and a > b


def outside(day: dt.date | None, window: Window) -> bool:
    return day is not None and not in_window(day, window)


def weekend(day: dt.date | None) -> bool:
    return day is not None and day.weekday() in (5, 6)


# -- referrals, assessments, enquiries: single rows ------------------------------------------------------------------------


@rule("8600", "CINdetails")
def rule_8600(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        referral = date(row, "CINreferralDate")
        if referral is None or referral > window.end:
            found |= cells("CINdetails", i, "CINreferralDate")
    return found


@rule("8606", "CINdetails", "ChildIdentifiers")
def rule_8606(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, details in rows(tables, "CINdetails"):
        referral = date(details, "CINreferralDate")
        for j, child in rows(tables, "ChildIdentifiers"):
            if not same_child(details, child) or referral is None:
                continue
            too_early = False
            for field in ("PersonBirthDate", "ExpectedPersonBirthDate"):
                birth = date(child, field)
                if birth is not None and referral < birth - dt.timedelta(days=280):
                    too_early = True
            if too_early:
                found |= cells("CINdetails", i, "CINreferralDate")
                found |= cells("ChildIdentifiers", j, "PersonBirthDate", "ExpectedPersonBirthDate")
    return found


@rule("8608", "Assessments")
def rule_8608(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        if later_than(date(row, "AssessmentActualStartDate"), date(row, "AssessmentAuthorisationDate")):
            found |= cells("Assessments", i, "AssessmentActualStartDate", "AssessmentAuthorisationDate")
    return found


@rule("8610", "CINdetails")
def rule_8610(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if row.get("ReferralNFA") in ("0", "false") and text(row, "PrimaryNeedCode") is None:
            found |= cells("CINdetails", i, "ReferralNFA", "PrimaryNeedCode")
    return found


@rule("8614", "Assessments", "AssessmentFactorsList")
def rule_8614(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        if date(row, "AssessmentAuthorisationDate") is None and len(factors_of(tables, row)) >= 1:
            found |= cells("Assessments", i, "AssessmentAuthorisationDate", "AssessmentFactors")
    return found


@rule("8615", "Section47")
def rule_8615(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Section47"):
        conference = date(row, "DateOfInitialCPC")
        start = date(row, "S47ActualStartDate")
        if conference is not None and (start is None or start > conference):
            found |= cells("Section47", i, "S47ActualStartDate", "DateOfInitialCPC")
    return found


@rule("8620", "CINdetails")
def rule_8620(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if outside(date(row, "CINclosureDate"), window):
            found |= cells("CINdetails", i, "CINclosureDate")
    return found


@rule("8630", "CINdetails")
def rule_8630(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if later_than(date(row, "CINreferralDate"), date(row, "CINclosureDate")):
            found |= cells("CINdetails", i, "CINreferralDate", "CINclosureDate")
    return found


@rule("8640", "CINdetails")
def rule_8640(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if text(row, "ReasonForClosure") is not None and row["ReasonForClosure"] not in CLOSURE_REASONS:
            found |= cells("CINdetails", i, "ReasonForClosure")
    return found


@rule("8650", "CINdetails")
def rule_8650(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if text(row, "PrimaryNeedCode") is not None and row["PrimaryNeedCode"] not in PRIMARY_NEEDS:
            found |= cells("CINdetails", i, "PrimaryNeedCode")
    return found


@rule("8670Q", "Assessments")
def rule_8670q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    limit = working_days_before(window.end, 45)
    for i, row in rows(tables, "Assessments"):
        start = date(row, "AssessmentActualStartDate")
        if date(row, "AssessmentAuthorisationDate") is None and start is not None and start < limit:
            found |= cells("Assessments", i, "AssessmentAuthorisationDate", "AssessmentActualStartDate")
    return found


@rule("8675Q", "Section47")
def rule_8675q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    limit = working_days_before(window.end, 15)
    for i, row in rows(tables, "Section47"):
        start = date(row, "S47ActualStartDate")
        if date(row, "DateOfInitialCPC") is not None or row.get("ICPCnotRequired") not in ("0", "false"):
            continue
        if start is not None and start < limit:
            found |= cells("Section47", i, "DateOfInitialCPC", "S47ActualStartDate", "ICPCnotRequired")
    return found


@rule("8696", "Assessments")
def rule_8696(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        if outside(date(row, "AssessmentAuthorisationDate"), window):
            found |= cells("Assessments", i, "AssessmentAuthorisationDate")
    return found


@rule("8715", "Section47")
def rule_8715(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Section47"):
        if outside(date(row, "DateOfInitialCPC"), window):
            found |= cells("Section47", i, "DateOfInitialCPC")
    return found


@rule("8720", "ChildProtectionPlans")
def rule_8720(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        start = date(row, "CPPstartDate")
        if start is None or start > window.end:
            found |= cells("ChildProtectionPlans", i, "CPPstartDate")
    return found


@rule("8730", "ChildProtectionPlans")
def rule_8730(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        value = text(row, "NumberOfPreviousCPP")
        if value is None or not re.fullmatch(r"[+-]?[0-9]+", value.strip()) or int(value) < 0:
            found |= cells("ChildProtectionPlans", i, "NumberOfPreviousCPP")
    return found


@rule("8736", "Assessments")
def rule_8736(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        if date(row, "AssessmentAuthorisationDate") is not None:
            continue
        start = date(row, "AssessmentActualStartDate")
        if start is None or start < window.start or start > window.end:
            found |= cells("Assessments", i, "AssessmentAuthorisationDate", "AssessmentActualStartDate")
    return found


@rule("8740", "Section47")
def rule_8740(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Section47"):
        if date(row, "DateOfInitialCPC") is not None or row.get("ICPCnotRequired") not in ("0", "false"):
            continue
        start = date(row, "S47ActualStartDate")
        if start is not None and (start < window.start or start > window.end):
            found |= cells("Section47", i, "S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired")
    return found


# -- children --------------------------------------------------------------------------------------------------------------


def unborn_other_than(tables: Tables, field: str, value: str) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildIdentifiers"):
        unborn = date(row, "PersonBirthDate") is None and date(row, "ExpectedPersonBirthDate") is not None
        if unborn and row.get(field) != value:
            found |= cells("ChildIdentifiers", i, field, "PersonBirthDate", "ExpectedPersonBirthDate")
    return found


@rule("8750", "ChildIdentifiers")
def rule_8750(tables: Tables, window: Window) -> Cells:
    if window.year <= "2023-24":
        return unborn_other_than(tables, "GenderCurrent", "0")
    return unborn_other_than(tables, "Sex", "U")


@rule("8770Q", "ChildIdentifiers", "CINdetails")
def rule_8770q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, child in rows(tables, "ChildIdentifiers"):
        birth = date(child, "PersonBirthDate")
        if birth is None or text(child, "UPN") is not None:
            continue
        if window.year <= "2023-24":
            old_enough = birth < add_years(window.end, -6)
        else:
            old_enough = birth <= dt.date(window.end.year - 6, 8, 31)
        went_further = False
        for _, details in rows(tables, "CINdetails"):
            if same_child(details, child) and lower(details, "ReferralNFA") in ("0", "false"):
                went_further = True
        reason = text(child, "UPNunknown")
        explained = reason is not None and reason.upper() in words("UN2 UN3 UN4 UN5 UN6 UN7")
        if old_enough and went_further and not explained:
            found |= cells("ChildIdentifiers", i, "UPN", "UPNunknown")
    return found


@rule("8772", "ChildIdentifiers", "CINdetails")
def rule_8772(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, child in rows(tables, "ChildIdentifiers"):
        if child.get("UPNunknown") != "UN7":
            continue
        for j, details in rows(tables, "CINdetails"):
            if same_child(child, details) and lower(details, "ReferralNFA") not in ("true", "1"):
                found |= cells("ChildIdentifiers", i, "UPNunknown") | cells("CINdetails", j, "ReferralNFA")
    return found


@rule("8775Q", "ChildIdentifiers", "CINdetails")
def rule_8775q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, child in rows(tables, "ChildIdentifiers"):
        birth = date(child, "PersonBirthDate")
        if birth is None or not birth < add_years(window.end, -25):
            continue
        for j, details in rows(tables, "CINdetails"):
            if not same_child(child, details):
                continue
            closure = date(details, "CINclosureDate")
            if closure is None or closure > add_years(birth, 25):
                found |= cells("ChildIdentifiers", i, "PersonBirthDate") | cells("CINdetails", j, "CINclosureDate")
    return found


@rule("8790", "Disabilities")
def rule_8790(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for _, row in rows(tables, "Disabilities"):
        if lower(row, "Disability") != "none":
            continue
        for j, other in rows(tables, "Disabilities"):
            if same_child(row, other) and lower(other, "Disability") != "none":
                found |= cells("Disabilities", j, "Disability")
    return found


@rule("8794", "Disabilities")
def rule_8794(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Disabilities"):
        if text(row, "LAchildID") is None or text(row, "Disability") is None:
            continue
        for j, other in rows(tables, "Disabilities"):
            if i != j and same_child(row, other) and row["Disability"] == other["Disability"]:
                found |= cells("Disabilities", i, "Disability")
    return found


# -- episodes --------------------------------------------------------------------------------------------------------------


@rule("8805", "CINdetails")
def rule_8805(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if date(row, "CINclosureDate") is not None and text(row, "ReasonForClosure") is None:
            found |= cells("CINdetails", i, "CINclosureDate", "ReasonForClosure")
    return found


@rule("8810", "CINdetails")
def rule_8810(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        if text(row, "ReasonForClosure") is not None and date(row, "CINclosureDate") is None:
            found |= cells("CINdetails", i, "ReasonForClosure", "CINclosureDate")
    return found


@rule("8815", "CINdetails")
def rule_8815(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for _, row in rows(tables, "CINdetails"):
        counted = []
        for j, other in rows(tables, "CINdetails"):
            if not same_child(row, other):
                continue
            if date(other, "CINclosureDate") is None and other.get("ReferralNFA") in ("0", "false"):
                counted.append(j)
        if len(counted) > 1:
            for j in counted:
                found |= cells("CINdetails", j, "CINclosureDate")
    return found


@rule("8816", "CINdetails")
def rule_8816(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        referral = date(row, "CINreferralDate")
        if referral is None:
            continue
        latest, latest_at = referral, i
        for j, other in rows(tables, "CINdetails"):
            day = date(other, "CINreferralDate")
            if same_child(row, other) and day is not None and day > latest:
                latest, latest_at = day, j
        still_open = date(row, "CINclosureDate") is None and row.get("ReferralNFA") in ("0", "false")
        if still_open and referral < latest:
            found |= cells("CINdetails", i, "CINreferralDate") | cells("CINdetails", latest_at, "CINreferralDate")
    return found


@rule("8820", "CINdetails")
def rule_8820(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, a in rows(tables, "CINdetails"):
        for j, b in rows(tables, "CINdetails"):
            if i == j or not same_child(a, b):
                continue
            a_start, b_start = date(a, "CINreferralDate"), date(b, "CINreferralDate")
            if a_start is None or b_start is None or a_start < b_start:
                continue
            b_end = date(b, "CINclosureDate")
            went_further = lower(b, "ReferralNFA") in ("0", "false")
            before_closure = b_end is not None and a_start < b_end
            while_open = b_end is None and went_further and a_start < window.end
            if before_closure or while_open:
                found |= cells("CINdetails", i, "CINreferralDate")
                found |= cells("CINdetails", j, "CINreferralDate", "CINclosureDate")
    return found


@rule("8825Q", "CINdetails", "Assessments")
def rule_8825q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, details in rows(tables, "CINdetails"):
        if details.get("ReasonForClosure") not in ("RC8", "RC9"):
            continue
        assessed = False
        for _, assessment in rows(tables, "Assessments"):
            if same_episode(details, assessment):
                assessed = True
        if not assessed:
            found |= cells("CINdetails", i, "ReasonForClosure")
    return found


@rule("8831", "CINdetails", "Assessments", "Section47")
def rule_8831(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, details in rows(tables, "CINdetails"):
        if details.get("ReferralNFA") not in ("1", "true"):
            continue
        dated: Cells = set()
        for j, row in rows(tables, "Assessments"):
            start, authorised = date(row, "AssessmentActualStartDate"), date(row, "AssessmentAuthorisationDate")
            if same_episode(details, row) and (start is not None or authorised is not None):
                dated |= cells("Assessments", j, "LAchildID")
        for j, row in rows(tables, "Section47"):
            start, conference = date(row, "S47ActualStartDate"), date(row, "DateOfInitialCPC")
            if same_episode(details, row) and (start is not None or conference is not None):
                dated |= cells("Section47", j, "LAchildID")
        if date(details, "DateOfInitialCPC") is not None or dated:
            found |= cells("CINdetails", i, "DateOfInitialCPC") | dated
    return found


@rule("8832", "CINdetails", "ChildProtectionPlans")
def rule_8832(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, details in rows(tables, "CINdetails"):
        if lower(details, "ReferralNFA") not in ("true", "1"):
            continue
        for j, plan in rows(tables, "ChildProtectionPlans"):
            if same_episode(details, plan):
                found |= cells("CINdetails", i, "ReferralNFA") | cells("ChildProtectionPlans", j, "LAchildID")
    return found


@rule("8839", "Section47")
def rule_8839(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for _, row in rows(tables, "Section47"):
        still_open = []
        for j, other in rows(tables, "Section47"):
            if not same_episode(row, other) or date(other, "DateOfInitialCPC") is not None:
                continue
            if other.get("ICPCnotRequired") not in ("1", "true"):
                still_open.append(j)
        if len(still_open) > 1:
            for j in still_open:
                found |= cells("Section47", j, "DateOfInitialCPC")
    return found


@rule("8840", "ChildProtectionPlans")
def rule_8840(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        start, end = date(row, "CPPstartDate"), date(row, "CPPendDate")
        if start is not None and end is not None and start == end:
            found |= cells("ChildProtectionPlans", i, "CPPstartDate", "CPPendDate")
    return found


@rule("8841", "ChildProtectionPlans", "Reviews")
def rule_8841(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, plan in rows(tables, "ChildProtectionPlans"):
        for j, review in rows(tables, "Reviews"):
            if not same_plan(plan, review):
                continue
            start, held = date(plan, "CPPstartDate"), date(review, "CPPreviewDate")
            if start is not None and held is not None and held <= start:
                found |= cells("ChildProtectionPlans", i, "CPPstartDate") | cells("Reviews", j, "CPPreviewDate")
    return found


@rule("8842Q", "Reviews")
def rule_8842q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Reviews"):
        if date(row, "CPPreviewDate") is None:
            found |= cells("Reviews", i, "CPPreviewDate")
    return found


@rule("8863Q", "Assessments")
def rule_8863q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, a in rows(tables, "Assessments"):
        for j, b in rows(tables, "Assessments"):
            if i == j or not same_episode(a, b):
                continue
            a_start, b_start = date(a, "AssessmentActualStartDate"), date(b, "AssessmentActualStartDate")
            if a_start is None or b_start is None or not a_start >= b_start:
                continue
            b_end = date(b, "AssessmentAuthorisationDate")
            if (b_end is not None and a_start <= b_end) or (b_end is None and a_start <= window.end):
                found |= cells("Assessments", i, "AssessmentActualStartDate")
                found |= cells("Assessments", j, "AssessmentActualStartDate", "AssessmentAuthorisationDate")
    return found


@rule("8866", "CINdetails")
def rule_8866(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "CINdetails"):
        referral = date(row, "CINreferralDate")
        if referral is None or referral < dt.date(2013, 4, 1):
            continue
        if row.get("ReferralSource") not in REFERRAL_SOURCES:
            found |= cells("CINdetails", i, "CINreferralDate", "ReferralSource")
    return found


@rule("8867", "CINdetails", "Assessments")
def rule_8867(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, details in rows(tables, "CINdetails"):
        if date(details, "CINclosureDate") is None:
            continue
        for j, assessment in rows(tables, "Assessments"):
            if same_episode(details, assessment) and date(assessment, "AssessmentAuthorisationDate") is None:
                found |= cells("CINdetails", i, "CINclosureDate")
                found |= cells("Assessments", j, "AssessmentAuthorisationDate")
    return found


@rule("8868", "CINdetails", "Section47")
def rule_8868(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, details in rows(tables, "CINdetails"):
        if date(details, "CINclosureDate") is None:
            continue
        for j, enquiry in rows(tables, "Section47"):
            if not same_episode(details, enquiry) or date(enquiry, "DateOfInitialCPC") is not None:
                continue
            if enquiry.get("ICPCnotRequired") not in ("1", "true"):
                found |= cells("Section47", j, "DateOfInitialCPC", "ICPCnotRequired")
                found |= cells("CINdetails", i, "CINclosureDate")
    return found


@rule("8869", "Assessments", "AssessmentFactorsList")
def rule_8869(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, assessment in rows(tables, "Assessments"):
        factors = factors_of(tables, assessment)
        if "21" in factors and any(factor != "21" for factor in factors):
            found |= cells("Assessments", i, "AssessmentFactors")
    return found


@rule("8870Q", "Section47")
def rule_8870q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Section47"):
        if weekend(date(row, "InitialCPCtarget")):
            found |= cells("Section47", i, "InitialCPCtarget")
    return found


@rule("8873Q", "Assessments", "AssessmentFactorsList", "CINdetails")
def rule_8873q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, assessment in rows(tables, "Assessments"):
        in_episode = 0
        for _, other in rows(tables, "Assessments"):
            if same_episode(assessment, other):
                in_episode += 1
        if in_episode != 1 or "21" not in factors_of(tables, assessment):
            continue
        for j, details in rows(tables, "CINdetails"):
            if same_episode(assessment, details) and details.get("ReasonForClosure") not in ("RC8", "RC9"):
                found |= cells("Assessments", i, "AssessmentFactors") | cells("CINdetails", j, "ReasonForClosure")
    return found


@rule("8875", "Section47")
def rule_8875(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Section47"):
        if weekend(date(row, "DateOfInitialCPC")):
            found |= cells("Section47", i, "DateOfInitialCPC")
    return found


@rule("8890", "Section47")
def rule_8890(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, a in rows(tables, "Section47"):
        for j, b in rows(tables, "Section47"):
            if i == j or not same_episode(a, b):
                continue
            a_start, b_start = date(a, "S47ActualStartDate"), date(b, "S47ActualStartDate")
            if a_start is None or b_start is None or not a_start >= b_start:
                continue
            b_conference = date(b, "DateOfInitialCPC")
            if b_conference is not None:
                running = a_start <= b_conference
            else:
                running = lower(b, "ICPCnotRequired") not in ("1", "true") and a_start <= window.end
            if running:
                found |= cells("Section47", i, "S47ActualStartDate")
                found |= cells("Section47", j, "S47ActualStartDate", "DateOfInitialCPC")
    return found


@rule("8896", "Assessments")
def rule_8896(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for _, row in rows(tables, "Assessments"):
        unauthorised = []
        for j, other in rows(tables, "Assessments"):
            if same_episode(row, other) and date(other, "AssessmentAuthorisationDate") is None:
                unauthorised.append(j)
        if len(unauthorised) > 1:
            for j in unauthorised:
                found |= cells("Assessments", j, "AssessmentAuthorisationDate")
    return found


@rule("8897Q", "Assessments", "AssessmentFactorsList")
def rule_8897q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        authorised = date(row, "AssessmentAuthorisationDate")
        if authorised is None or authorised < window.start:
            continue
        factors = factors_of(tables, row)
        if not factors or any(factor not in FACTORS for factor in factors):
            found |= cells("Assessments", i, "AssessmentAuthorisationDate", "AssessmentFactors")
    return found


@rule("8898", "Assessments", "AssessmentFactorsList")
def rule_8898(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        factors = factors_of(tables, row)
        if any(factors.count(factor) >= 2 for factor in factors):
            found |= cells("Assessments", i, "AssessmentFactors")
    return found


# -- child protection plans ------------------------------------------------------------------------------------------------


@rule("8905", "ChildProtectionPlans")
def rule_8905(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        if row.get("InitialCategoryOfAbuse") not in ABUSE_CATEGORIES:
            found |= cells("ChildProtectionPlans", i, "InitialCategoryOfAbuse")
    return found


@rule("8910", "ChildProtectionPlans")
def rule_8910(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        if row.get("LatestCategoryOfAbuse") not in ABUSE_CATEGORIES:
            found |= cells("ChildProtectionPlans", i, "LatestCategoryOfAbuse")
    return found


def after_death(tables: Tables, field: str) -> Cells:
    found: Cells = set()
    for i, plan in rows(tables, "ChildProtectionPlans"):
        for j, child in rows(tables, "ChildIdentifiers"):
            if same_child(plan, child) and later_than(date(plan, field), date(child, "PersonDeathDate")):
                found |= cells("ChildProtectionPlans", i, field) | cells("ChildIdentifiers", j, "PersonDeathDate")
    return found


@rule("8915", "ChildProtectionPlans", "ChildIdentifiers")
def rule_8915(tables: Tables, window: Window) -> Cells:
    return after_death(tables, "CPPstartDate")


@rule("8920", "ChildProtectionPlans", "ChildIdentifiers")
def rule_8920(tables: Tables, window: Window) -> Cells:
    return after_death(tables, "CPPendDate")


@rule("8925", "ChildProtectionPlans")
def rule_8925(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        if later_than(date(row, "CPPstartDate"), date(row, "CPPendDate")):
            found |= cells("ChildProtectionPlans", i, "CPPstartDate", "CPPendDate")
    return found


@rule("8930", "ChildProtectionPlans")
def rule_8930(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "ChildProtectionPlans"):
        if outside(date(row, "CPPendDate"), window):
            found |= cells("ChildProtectionPlans", i, "CPPendDate")
    return found


@rule("8935", "ChildProtectionPlans")
def rule_8935(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for _, row in rows(tables, "ChildProtectionPlans"):
        still_open = []
        for j, other in rows(tables, "ChildProtectionPlans"):
            if same_child(row, other) and date(other, "CPPendDate") is None:
                still_open.append(j)
        if len(still_open) > 1:
            for j in still_open:
                found |= cells("ChildProtectionPlans", j, "CPPendDate")
    return found


@rule("8940", "ChildProtectionPlans")
def rule_8940(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for i, a in rows(tables, "ChildProtectionPlans"):
        for j, b in rows(tables, "ChildProtectionPlans"):
            if i == j or not same_child(a, b):
                continue
            a_start, b_start = date(a, "CPPstartDate"), date(b, "CPPstartDate")
            if a_start is None or b_start is None or not a_start >= b_start:
                continue
            b_end = date(b, "CPPendDate")
            if (b_end is not None and a_start <= b_end) or (b_end is None and a_start <= window.end):
                found |= cells("ChildProtectionPlans", i, "CPPstartDate")
                found |= cells("ChildProtectionPlans", j, "CPPstartDate", "CPPendDate")
    return found


# -- factors queried since 2024-25 -----------------------------------------------------------------------------------------


def with_factor(tables: Tables, code: str) -> Cells:
    found: Cells = set()
    for i, row in rows(tables, "Assessments"):
        if any(factor.upper() == code for factor in factors_of(tables, row)):
            found |= cells("Assessments", i, "AssessmentFactors")
    return found


@rule("8945Q", "Assessments", "AssessmentFactorsList", since="2024-25")
def rule_8945q(tables: Tables, window: Window) -> Cells:
    return with_factor(tables, "18A")


@rule("8950Q", "Assessments", "AssessmentFactorsList", since="2024-25")
def rule_8950q(tables: Tables, window: Window) -> Cells:
    return with_factor(tables, "19A")
