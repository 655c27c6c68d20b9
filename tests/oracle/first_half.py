"""The CIN rules 100 to 8590 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

from __future__ import annotations

import datetime as dt
import re

from oracle.common import (
    WHOLE_RETURN,
    Cells,
    OracleRule,
    Row,
    Tables,
    Window,
    add_months,
    cells,
    date,
    in_window,
    rows,
    same_child,
    same_episode,
    same_plan,
    text,
    words,
    working_days_before,
)

DIGITS = "0123456789"
CHECK_LETTERS = dict(
    pair.split("=")
    for pair in words(
        "0=A 1=B 2=C 3=D 4=E 5=F 6=G 7=H 8=J 9=K 10=L 11=M 12=N 13=P 14=Q 15=R 16=T 17=U 18=V 19=W 20=X 21=Y 22=Z"
    )
)
UPN_AREAS = (
    "001-005, 201-213, 301-320, 330-336, 340-344, 350-359, 370-373, 380-384, 390-394, 420, 660-681, 701-708, 800-803, "
    "805-808, 810-813, 815, 816, 820-823, 825, 826, 830, 831, 835-841, 845, 846, 850-852, 855-857, 860, 861, 865-896, "
    "908, 909, 916, 919, 921, 925, 926, 928, 929, 931, 933, 935-938, 940-943"
)
ETHNICITIES = (
    "ABAN, AIND, AOTH, APKN, BAFR, BCRB, BOTH, CHNE, MOTH, MWAS, MWBA, MWBC, NOBT, OOTH, REFU, "
    "WBRI, WIRI, WIRT, WOTH, WROM"
)
DISABILITIES = "NONE, MOB, HAND, PC, INC, COMM, LD, HEAR, VIS, BEH, CON, AUT, DDA"


# -- header and identifiers ---


def rule_100(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Header"):
        year = text(row, "Year")
        expected = None
        if year is not None and re.fullmatch("[0-9]{4}", year):
            expected = f"{year}-03-31"
        given = date(row, "ReferenceDate")
        if given is None or expected is None or given.isoformat() != expected:
            found |= cells("Header", number, "ReferenceDate")
    return found


def rule_1510(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        upn = text(row, "UPN")
        if upn is None or len(upn) != 13 or any(character not in DIGITS for character in upn[1:]):
            continue
        total = 0
        for position in range(2, 14):
            total += position * int(upn[position - 1])
        if upn[0] != CHECK_LETTERS[str(total % 23)]:
            found |= cells("ChildIdentifiers", number, "UPN")
    return found


def rule_1520(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        for other_number, other in rows(tables, "ChildIdentifiers"):
            if number != other_number and text(row, "UPN") is not None and text(row, "UPN") == text(other, "UPN"):
                found |= cells("ChildIdentifiers", number, "UPN")
    return found


def rule_1530(tables: Tables, window: Window) -> Cells:
    accepted = set()
    for part in UPN_AREAS.split(", "):
        first, last = part.split("-") if "-" in part else (part, part)
        for area in range(int(first), int(last) + 1):
            accepted.add(f"{area:03}")
    if window.year <= "2022-23":
        accepted -= {"942", "943"}
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        upn = text(row, "UPN")
        if upn is not None and len(upn) == 13 and upn[1:4] not in accepted:
            found |= cells("ChildIdentifiers", number, "UPN")
    return found


def rule_1540(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        upn = text(row, "UPN")
        if upn is None:
            continue
        piece = upn[4:12]
        if piece == "" or any(character not in DIGITS for character in piece):
            found |= cells("ChildIdentifiers", number, "UPN")
    return found


def rule_1550(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        upn = text(row, "UPN")
        if upn is not None and len(upn) == 13 and upn[12] not in DIGITS + "ABCDEFGHJKLMNPQRTUVWXYZ":
            found |= cells("ChildIdentifiers", number, "UPN")
    return found


def rule_1560q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        upn = text(row, "FormerUPN")
        if upn is not None and not re.fullmatch("[A-Za-z][0-9]{11}([0-9]|[A-Za-z])", upn):
            found |= cells("ChildIdentifiers", number, "FormerUPN")
    return found


def rule_1570(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        identifier = text(row, "LAchildID")
        if window.year >= "2024-25" and identifier is not None and len(identifier) > 20:
            found |= cells("ChildIdentifiers", number, "LAchildID")
    return found


def rule_1580(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        identifier = text(row, "LAchildID")
        if window.year >= "2024-25" and identifier is not None and not identifier.isalnum():
            found |= cells("ChildIdentifiers", number, "LAchildID")
    return found


def rule_8500(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        if text(row, "LAchildID") is None:
            found |= cells("ChildIdentifiers", number, "LAchildID")
    return found


def rule_8510(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        for other_number, other in rows(tables, "ChildIdentifiers"):
            if number != other_number and same_child(row, other):
                found |= cells("ChildIdentifiers", number, "LAchildID")
    return found


def rule_8590(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        if not any(same_child(row, episode) for _, episode in rows(tables, "CINdetails")):
            found |= cells("ChildIdentifiers", number, "LAchildID")
    return found


# -- nothing before the referral ---


def before_referral(tables: Tables, table: str, item: str) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, table):
        for episode_number, episode in rows(tables, "CINdetails"):
            day, referral = date(row, item), date(episode, "CINreferralDate")
            if same_episode(row, episode) and day is not None and referral is not None and day < referral:
                found |= cells(table, number, item) | cells("CINdetails", episode_number, "CINreferralDate")
    return found


def rule_1103(tables: Tables, window: Window) -> Cells:
    return before_referral(tables, "Assessments", "AssessmentActualStartDate")


def rule_1104(tables: Tables, window: Window) -> Cells:
    return before_referral(tables, "Section47", "DateOfInitialCPC")


def rule_1105(tables: Tables, window: Window) -> Cells:
    return before_referral(tables, "ChildProtectionPlans", "CPPstartDate")


def rule_2889(tables: Tables, window: Window) -> Cells:
    return before_referral(tables, "Section47", "S47ActualStartDate")


def rule_4015(tables: Tables, window: Window) -> Cells:
    return before_referral(tables, "CINplanDates", "CINPlanStartDate")


# -- the return as a whole ---


def rule_2883(tables: Tables, window: Window) -> Cells:
    def count(table: str, item: str) -> int:
        days = [date(row, item) for _, row in rows(tables, table)]
        return len([day for day in days if day is not None and in_window(day, window)])

    plans = count("ChildProtectionPlans", "CPPstartDate")
    conferences = count("CINdetails", "DateOfInitialCPC") + count("Section47", "DateOfInitialCPC")
    return {WHOLE_RETURN} if plans > conferences else set()


def rule_2886q(tables: Tables, window: Window) -> Cells:
    item, unknown = ("GenderCurrent", "0") if window.year <= "2023-24" else ("Sex", "U")
    children = 0
    unknowns = 0
    for _, row in rows(tables, "ChildIdentifiers"):
        children += 1
        if text(row, item) in (None, unknown) and date(row, "ExpectedPersonBirthDate") is None:
            unknowns += 1
    return {WHOLE_RETURN} if children > 0 and unknowns * 100 > children * 2 else set()


def rule_2887q(tables: Tables, window: Window) -> Cells:
    codes = {text(row, "Disability") for _, row in rows(tables, "Disabilities")} - {None, "NONE"}
    return {WHOLE_RETURN} if len(codes) <= 7 else set()


def rule_2888q(tables: Tables, window: Window) -> Cells:
    counts: dict[str | None, int] = {}
    for _, row in rows(tables, "Disabilities"):
        if text(row, "Disability") not in (None, "NONE"):
            child = text(row, "LAchildID")
            counts[child] = counts.get(child, 0) + 1
    return {WHOLE_RETURN} if counts and max(counts.values()) == 1 else set()


# -- conferences ---


def rule_2884(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, episode in rows(tables, "CINdetails"):
        for other_number, enquiry in rows(tables, "Section47"):
            mine, theirs = date(episode, "DateOfInitialCPC"), date(enquiry, "DateOfInitialCPC")
            if same_child(episode, enquiry) and mine is not None and mine == theirs:
                found |= cells("CINdetails", number, "DateOfInitialCPC")
                found |= cells("Section47", other_number, "DateOfInitialCPC")
    return found


def rule_2885(tables: Tables, window: Window) -> Cells:
    def counted_enquiries(plan: Row) -> list[tuple[int, Row]]:
        return [
            (number, enquiry)
            for number, enquiry in rows(tables, "Section47")
            if same_episode(enquiry, plan) and text(enquiry, "ICPCnotRequired") not in ("1", "true")
        ]

    def own_episode(plan: Row) -> list[tuple[int, Row]]:
        return [(number, row) for number, row in rows(tables, "CINdetails") if same_episode(row, plan)]

    def passes(plan: Row) -> bool:
        start = date(plan, "CPPstartDate")
        if counted_enquiries(plan):
            return any(date(enquiry, "DateOfInitialCPC") == start for _, enquiry in counted_enquiries(plan))
        return any(date(episode, "DateOfInitialCPC") == start for _, episode in own_episode(plan))

    new_plans = []
    for number, plan in rows(tables, "ChildProtectionPlans"):
        start = date(plan, "CPPstartDate")
        if start is not None and in_window(start, window):
            new_plans.append((number, plan))

    found: Cells = set()
    for number, plan in new_plans:
        if passes(plan):
            continue
        found |= cells("ChildProtectionPlans", number, "CPPstartDate")
        if any(same_episode(plan, other) and passes(other) for _, other in new_plans):
            continue
        if counted_enquiries(plan):
            for enquiry_number, _ in counted_enquiries(plan):
                found |= cells("Section47", enquiry_number, "DateOfInitialCPC")
        else:
            for episode_number, _ in own_episode(plan):
                found |= cells("CINdetails", episode_number, "DateOfInitialCPC")
    return found


# -- what an episode holds ---


def rule_2990(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, episode in rows(tables, "CINdetails"):
        if text(episode, "ReasonForClosure") not in ("RC8", "RC9"):
            continue
        activity: Cells = set()
        for table in ("Section47", "ChildProtectionPlans", "CINplanDates"):
            for other_number, row in rows(tables, table):
                if same_episode(row, episode):
                    activity |= cells(table, other_number, "LAchildID")
        if activity or date(episode, "DateOfInitialCPC") is not None:
            found |= activity | cells("CINdetails", number, "DateOfInitialCPC")
    return found


def rule_2991q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, enquiry in rows(tables, "Section47"):
        if not any(same_episode(enquiry, assessment) for _, assessment in rows(tables, "Assessments")):
            found |= cells("Section47", number, "LAchildID")
    return found


def rule_4000(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, episode in rows(tables, "CINdetails"):
        for plan_number, plan in rows(tables, "CINplanDates"):
            if text(episode, "ReferralNFA") in ("1", "true") and same_episode(episode, plan):
                found |= cells("CINdetails", number, "ReferralNFA") | cells("CINplanDates", plan_number, "LAchildID")
    return found


def rule_4001(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, protection in rows(tables, "ChildProtectionPlans"):
        for plan_number, plan in rows(tables, "CINplanDates"):
            both_open = date(protection, "CPPendDate") is None and date(plan, "CINPlanEndDate") is None
            if same_episode(protection, plan) and both_open and date(plan, "CINPlanStartDate") is not None:
                found |= cells("ChildProtectionPlans", number, "CPPendDate")
                found |= cells("CINplanDates", plan_number, "CINPlanEndDate")
    return found


def rule_4003(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for review_number, review in rows(tables, "Reviews"):
        day = date(review, "CPPreviewDate")
        if day is None:
            continue
        for number, protection in rows(tables, "ChildProtectionPlans"):
            if not same_plan(review, protection) or date(protection, "CPPendDate") == day:
                continue
            for plan_number, plan in rows(tables, "CINplanDates"):
                start, end = date(plan, "CINPlanStartDate"), date(plan, "CINPlanEndDate")
                if same_episode(review, plan) and start is not None and end is not None and start <= day < end:
                    found |= cells("Reviews", review_number, "CPPreviewDate")
                    found |= cells("ChildProtectionPlans", number, "CPPendDate")
                    found |= cells("CINplanDates", plan_number, "CINPlanStartDate")
    return found


def rule_4004(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, plan in rows(tables, "CINplanDates"):
        for other_number, other in rows(tables, "CINplanDates"):
            both_open = date(plan, "CINPlanEndDate") is None and date(other, "CINPlanEndDate") is None
            if number != other_number and same_episode(plan, other) and both_open:
                found |= cells("CINplanDates", number, "CINPlanEndDate")
    return found


def rule_8565(tables: Tables, window: Window) -> Cells:
    dated = {
        "Assessments": ["AssessmentActualStartDate", "AssessmentAuthorisationDate"],
        "Section47": ["S47ActualStartDate", "DateOfInitialCPC"],
        "ChildProtectionPlans": ["CPPendDate"],
        "CINplanDates": ["CINPlanStartDate", "CINPlanEndDate"],
    }
    found: Cells = set()
    for number, episode in rows(tables, "CINdetails"):
        closure = date(episode, "CINclosureDate")
        if closure is None:
            continue
        own = date(episode, "DateOfInitialCPC")
        flagged = own is not None and own > closure
        for table, items in dated.items():
            for other_number, row in rows(tables, table):
                days = [date(row, item) for item in items]
                if same_episode(row, episode) and any(day is not None and day > closure for day in days):
                    flagged = True
                    found |= cells(table, other_number, *items)
        if flagged:
            found |= cells("CINdetails", number, "CINclosureDate", "DateOfInitialCPC")
    return found


def rule_8568(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "CINdetails"):
        flag = text(row, "ReferralNFA")
        if flag is None or flag.lower() not in ("1", "0", "true", "false"):
            found |= cells("CINdetails", number, "ReferralNFA")
    return found


def rule_8569q(tables: Tables, window: Window) -> Cells:
    limit = working_days_before(window.start, 1)
    found: Cells = set()
    for number, row in rows(tables, "CINdetails"):
        referral = date(row, "CINreferralDate")
        if referral is not None and referral < limit and text(row, "ReferralNFA") not in ("0", "false"):
            found |= cells("CINdetails", number, "CINreferralDate")
    return found


# -- child in need plans ---


def rule_4010(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, plan in rows(tables, "CINplanDates"):
        start = date(plan, "CINPlanStartDate")
        if start is None or start > window.end:
            found |= cells("CINplanDates", number, "CINPlanStartDate")
    return found


def rule_4011(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, plan in rows(tables, "CINplanDates"):
        start, end = date(plan, "CINPlanStartDate"), date(plan, "CINPlanEndDate")
        if start is not None and end is not None and end < start:
            found |= cells("CINplanDates", number, "CINPlanStartDate", "CINPlanEndDate")
    return found


def rule_4012q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, plan in rows(tables, "CINplanDates"):
        start, end = date(plan, "CINPlanStartDate"), date(plan, "CINPlanEndDate")
        if start is not None and end is not None and end == start:
            found |= cells("CINplanDates", number, "CINPlanStartDate", "CINPlanEndDate")
    return found


def rule_4013(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, plan in rows(tables, "CINplanDates"):
        end = date(plan, "CINPlanEndDate")
        if end is not None and not in_window(end, window):
            found |= cells("CINplanDates", number, "CINPlanEndDate")
    return found


def rule_4014(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for a_number, a in rows(tables, "CINplanDates"):
        for b_number, b in rows(tables, "CINplanDates"):
            a_start, b_start = date(a, "CINPlanStartDate"), date(b, "CINPlanStartDate")
            if a_number == b_number or not same_child(a, b) or a_start is None or b_start is None:
                continue
            b_end = date(b, "CINPlanEndDate")
            runs = a_start <= (window.end if b_end is None else b_end)
            if a_start >= b_start and runs:
                found |= cells("CINplanDates", a_number, "CINPlanStartDate")
                found |= cells("CINplanDates", b_number, "CINPlanStartDate", "CINPlanEndDate")
    return found


def rule_4016(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, plan in rows(tables, "CINplanDates"):
        for other_number, protection in rows(tables, "ChildProtectionPlans"):
            day, start = date(plan, "CINPlanStartDate"), date(protection, "CPPstartDate")
            if not same_child(plan, protection) or day is None or start is None or day < start:
                continue
            end = date(protection, "CPPendDate")
            if (end is not None and day < end) or (end is None and day <= window.end):
                found |= cells("CINplanDates", number, "CINPlanStartDate")
                found |= cells("ChildProtectionPlans", other_number, "CPPstartDate", "CPPendDate")
    return found


def rule_4017(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, protection in rows(tables, "ChildProtectionPlans"):
        for other_number, plan in rows(tables, "CINplanDates"):
            day, start = date(protection, "CPPstartDate"), date(plan, "CINPlanStartDate")
            if not same_child(plan, protection) or day is None or start is None or day < start:
                continue
            end = date(plan, "CINPlanEndDate")
            if (end is not None and day < end) or (end is None and day <= window.end):
                found |= cells("ChildProtectionPlans", number, "CPPstartDate")
                found |= cells("CINplanDates", other_number, "CINPlanStartDate", "CINPlanEndDate")
    return found


# -- death ---


def after_death(tables: Tables, table: str, item: str) -> Cells:
    found: Cells = set()
    for number, child in rows(tables, "ChildIdentifiers"):
        for other_number, row in rows(tables, table):
            death, day = date(child, "PersonDeathDate"), date(row, item)
            if same_child(child, row) and death is not None and day is not None and day > death:
                found |= cells("ChildIdentifiers", number, "PersonDeathDate") | cells(table, other_number, item)
    return found


def rule_4008(tables: Tables, window: Window) -> Cells:
    return after_death(tables, "CINplanDates", "CINPlanStartDate")


def rule_4009q(tables: Tables, window: Window) -> Cells:
    return after_death(tables, "CINplanDates", "CINPlanEndDate")


def rule_8555q(tables: Tables, window: Window) -> Cells:
    return after_death(tables, "CINdetails", "CINreferralDate")


def rule_8535q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        death, birth = date(row, "PersonDeathDate"), date(row, "PersonBirthDate")
        if death is not None and (birth is None or birth > death):
            found |= cells("ChildIdentifiers", number, "PersonDeathDate", "PersonBirthDate")
    return found


def rule_8545q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        death = date(row, "PersonDeathDate")
        if death is not None and not in_window(death, window):
            found |= cells("ChildIdentifiers", number, "PersonDeathDate")
    return found


def rule_8585q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, episode in rows(tables, "CINdetails"):
        for child_number, child in rows(tables, "ChildIdentifiers"):
            died = text(episode, "ReasonForClosure") == "RC2"
            if same_child(episode, child) and died and date(child, "PersonDeathDate") is None:
                found |= cells("CINdetails", number, "ReasonForClosure")
                found |= cells("ChildIdentifiers", child_number, "PersonDeathDate")
    return found


# -- the child ---


def rule_4180(tables: Tables, window: Window) -> Cells:
    item, codes = ("GenderCurrent", "1209") if window.year <= "2023-24" else ("Sex", "MFU")
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        if text(row, item) not in list(codes):
            found |= cells("ChildIdentifiers", number, item)
    return found


def rule_4220(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildCharacteristics"):
        if text(row, "Ethnicity") not in ETHNICITIES.split(", "):
            found |= cells("ChildCharacteristics", number, "Ethnicity")
    return found


def rule_8520(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        birth = date(row, "PersonBirthDate")
        if birth is not None and birth > window.end:
            found |= cells("ChildIdentifiers", number, "PersonBirthDate")
    return found


def rule_8525q(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        if (date(row, "PersonBirthDate") is None) == (date(row, "ExpectedPersonBirthDate") is None):
            found |= cells("ChildIdentifiers", number, "PersonBirthDate", "ExpectedPersonBirthDate")
    return found


def rule_8530q(tables: Tables, window: Window) -> Cells:
    lower, upper = window.end - dt.timedelta(days=30), add_months(window.end, 9)
    found: Cells = set()
    for number, row in rows(tables, "ChildIdentifiers"):
        expected = date(row, "ExpectedPersonBirthDate")
        if expected is not None and (expected < lower or expected > upper):
            found |= cells("ChildIdentifiers", number, "ExpectedPersonBirthDate")
    return found


def rule_8540(tables: Tables, window: Window) -> Cells:
    found: Cells = set()
    for number, child in rows(tables, "ChildIdentifiers"):
        if date(child, "PersonBirthDate") is None:
            continue
        further: Cells = set()
        for episode_number, episode in rows(tables, "CINdetails"):
            if same_child(child, episode) and text(episode, "ReferralNFA") in ("0", "false"):
                further |= cells("CINdetails", episode_number, "ReferralNFA")
        if not further:
            continue
        entries = 0
        wrong: Cells = set()
        for disability_number, disability in rows(tables, "Disabilities"):
            if same_child(child, disability):
                entries += 1
                if text(disability, "Disability") not in DISABILITIES.split(", "):
                    wrong |= cells("Disabilities", disability_number, "Disability")
        if entries == 0 or wrong:
            found |= cells("ChildIdentifiers", number, "PersonBirthDate") | wrong | further
    return found


#: In the order of the catalogue.
RULES: dict[str, OracleRule] = {
    "100": rule_100,
    "1103": rule_1103,
    "1104": rule_1104,
    "1105": rule_1105,
    "1510": rule_1510,
    "1520": rule_1520,
    "1530": rule_1530,
    "1540": rule_1540,
    "1550": rule_1550,
    "1560Q": rule_1560q,
    "1570": rule_1570,
    "1580": rule_1580,
    "2883": rule_2883,
    "2884": rule_2884,
    "2885": rule_2885,
    "2886Q": rule_2886q,
    "2887Q": rule_2887q,
    "2888Q": rule_2888q,
    "2889": rule_2889,
    "2990": rule_2990,
    "2991Q": rule_2991q,
    "4000": rule_4000,
    "4001": rule_4001,
    "4003": rule_4003,
    "4004": rule_4004,
    "4008": rule_4008,
    "4009Q": rule_4009q,
    "4010": rule_4010,
    "4011": rule_4011,
    "4012Q": rule_4012q,
    "4013": rule_4013,
    "4014": rule_4014,
    "4015": rule_4015,
    "4016": rule_4016,
    "4017": rule_4017,
    "4180": rule_4180,
    "4220": rule_4220,
    "8500": rule_8500,
    "8510": rule_8510,
    "8520": rule_8520,
    "8525Q": rule_8525q,
    "8530Q": rule_8530q,
    "8535Q": rule_8535q,
    "8540": rule_8540,
    "8545Q": rule_8545q,
    "8555Q": rule_8555q,
    "8565": rule_8565,
    "8568": rule_8568,
    "8569Q": rule_8569q,
    "8585Q": rule_8585q,
    "8590": rule_8590,
}

#: The tables that a rule reads, by the catalogue: without one of them it is silent. Without a header the year serves.
TABLES: dict[str, list[str]] = {
    "100": words("Header"),
    "1103": words("Assessments CINdetails"),
    "1104": words("Section47 CINdetails"),
    "1105": words("ChildProtectionPlans CINdetails"),
    "1510": words("ChildIdentifiers"),
    "1520": words("ChildIdentifiers"),
    "1530": words("ChildIdentifiers"),
    "1540": words("ChildIdentifiers"),
    "1550": words("ChildIdentifiers"),
    "1560Q": words("ChildIdentifiers"),
    "1570": words("ChildIdentifiers"),
    "1580": words("ChildIdentifiers"),
    "2883": words("ChildProtectionPlans CINdetails Section47"),
    "2884": words("CINdetails Section47"),
    "2885": words("ChildProtectionPlans Section47 CINdetails"),
    "2886Q": words("ChildIdentifiers"),
    "2887Q": words("Disabilities"),
    "2888Q": words("Disabilities"),
    "2889": words("Section47 CINdetails"),
    "2990": words("CINdetails ChildProtectionPlans Section47 CINplanDates"),
    "2991Q": words("Section47 Assessments"),
    "4000": words("CINdetails CINplanDates"),
    "4001": words("ChildProtectionPlans CINplanDates"),
    "4003": words("Reviews ChildProtectionPlans CINplanDates"),
    "4004": words("CINplanDates"),
    "4008": words("ChildIdentifiers CINplanDates"),
    "4009Q": words("ChildIdentifiers CINplanDates"),
    "4010": words("CINplanDates"),
    "4011": words("CINplanDates"),
    "4012Q": words("CINplanDates"),
    "4013": words("CINplanDates"),
    "4014": words("CINplanDates"),
    "4015": words("CINplanDates CINdetails"),
    "4016": words("CINplanDates ChildProtectionPlans"),
    "4017": words("ChildProtectionPlans CINplanDates"),
    "4180": words("ChildIdentifiers"),
    "4220": words("ChildCharacteristics"),
    "8500": words("ChildIdentifiers"),
    "8510": words("ChildIdentifiers"),
    "8520": words("ChildIdentifiers"),
    "8525Q": words("ChildIdentifiers"),
    "8530Q": words("ChildIdentifiers"),
    "8535Q": words("ChildIdentifiers"),
    "8540": words("ChildIdentifiers CINdetails Disabilities"),
    "8545Q": words("ChildIdentifiers"),
    "8555Q": words("CINdetails ChildIdentifiers"),
    "8565": words("CINdetails Assessments Section47 ChildProtectionPlans CINplanDates"),
    "8568": words("CINdetails"),
    "8569Q": words("CINdetails"),
    "8585Q": words("CINdetails ChildIdentifiers"),
    "8590": words("ChildIdentifiers CINdetails"),
}
