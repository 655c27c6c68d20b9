"""Oracles of referrals, assessments, the profile of children in need, enquiries, conferences and pre-proceedings."""

from __future__ import annotations

import datetime as dt
import functools
from fractions import Fraction
from statistics import median

import holidays
from indicators.oracle.cin import in_need, in_need_on, referrals_of
from indicators.oracle.cla import ceased
from indicators.oracle.registry import (
    Answer,
    Row,
    Rows,
    age_on,
    child_row,
    children,
    half_up,
    inside,
    is_open,
    of_child,
    oracle,
    plus_days,
    plus_months,
    referral_row,
)

HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2015, 2029))


@functools.cache
def working_days(first: dt.date, last: dt.date) -> int:
    """The first day is day 0."""
    days = (plus_days(first, at) for at in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def referred(rows: Rows, start: dt.date, end: dt.date) -> list[list[Row]]:
    """The referrals of the period: those of one child and day together."""
    days: dict[tuple[int, dt.date], list[Row]] = {}
    for row in sorted(rows.get("referrals", []), key=lambda row: row["referral"]):
        if inside(row["referral_date"], start, end):
            days.setdefault((row["child"], row["referral_date"]), []).append(row)
    return [*days.values()]


def within(rows: Rows, frame: str, referral: int) -> list[Row]:
    return [row for row in rows.get(frame, []) if row["referral"] == referral]


# -- referrals ---------------------------------------------------------------------------------------------------------


@oracle("referrals-rate")
def referrals_rate(rows, start, end, covered, show):
    found = [
        row for child in children(rows) for row in referrals_of(rows, child) if inside(row["referral_date"], start, end)
    ]
    return Answer(len(found))


@oracle("referral-source")
def referral_source(rows, start, end, covered):
    names = {"1": "individual", "2A": "school", "2B": "education service", "3": "health service", "4": "housing",
             "9": "anonymous", "5": "local authority service", "6": "police",
             "7": "other legal agency", "8": "other"}  # fmt: skip
    counts: dict[str, int] = {}
    for some in referred(rows, start, end):
        code = next((row["referral_source"] for row in some if row["referral_source"]), "10")
        name = "not known" if code == "10" else names.get(code) or names[code[0]]
        counts[name] = counts.get(name, 0) + 1
    return Answer(sum(counts.values()), sum(counts.values()), categories=counts)


@oracle("referrals-nfa")
def no_further_action(rows, start, end, covered):
    found = referred(rows, start, end)
    return Answer(sum(all(row["no_further_action"] for row in some) for some in found), len(found))


@oracle("referrals-not-in-need")
def not_in_need(rows, start, end, covered, include_rc9):
    def assessed_and_closed(row: Row) -> bool:
        if row["no_further_action"] or row["closure_reason"] not in (("RC8", "RC9") if include_rc9 else ("RC8",)):
            return False
        if row["closure_date"] is not None and row["closure_date"] > end:
            return False
        other = [
            one
            for name in ("enquiries", "cin_plans", "protection_plans")
            for one in within(rows, name, row["referral"])
        ]
        return bool(within(rows, "assessments", row["referral"])) and not other and row["conference_date"] is None

    found = referred(rows, start, end)
    met = [
        some
        for some in found
        if any(map(assessed_and_closed, some)) and not any(in_need(rows, row, end) for row in some)
    ]
    return Answer(len(met), len(found))


# -- assessments -------------------------------------------------------------------------------------------------------


def assessed(rows: Rows, start: dt.date, end: dt.date) -> list[Row]:
    return [row for row in rows.get("assessments", []) if inside(row["completed_date"], start, end)]


@oracle("assessments-completed")
def assessments_completed(rows, start, end, covered):
    return Answer(len(assessed(rows, start, end)))


@oracle("assessments-within-45-days")
def within_45_days(rows, start, end, covered, clock_start):
    def first_day(row: Row) -> dt.date | None:
        if clock_start == "assessment_start":
            return row["start_date"]
        case = referral_row(rows, row["referral"])
        return case["referral_date"] if case else None

    found = assessed(rows, start, end)
    met = [row for row in found if (first := first_day(row)) and working_days(first, row["completed_date"]) <= 45]
    return Answer(len(met), len(found))


@oracle("young-carer-factor-rate")
def young_carers(rows, start, end, covered):
    listed = {row["assessment"] for row in rows.get("factors", []) if row["factor"] == "7A"}
    met = {row["referral"] for row in assessed(rows, start, end) if row["assessment"] in listed}
    cases = [referral_row(rows, referral) for referral in met]
    return Answer(sum(case is not None and not case["no_further_action"] for case in cases))


# -- who is in need ----------------------------------------------------------------------------------------------------


@oracle("cin-duration-2-years-plus")
def two_years(rows, start, end, covered):
    cases = [case for child in children(rows) if (case := in_need_on(rows, child, end))]
    return Answer(sum(plus_months(case["referral_date"], 24) <= end for case in cases), len(cases))


def age_band(person: Row, day: dt.date) -> str | None:
    born, expected = person["birth_date"], person["expected_birth_date"]
    if born is None:
        return "unborn" if expected else None
    if born > day:
        return "unborn"
    years = age_on(born, day)
    return next(name for above, name in ((1, "under 1"), (5, "1-4"), (10, "5-9"), (16, "10-15"), (18, "16-17"), (999, "18+"))
                if years < above)  # fmt: skip


ETHNICITY = {"W": "White", "M": "Mixed", "A": "Asian", "C": "Asian", "B": "Black", "O": "Other"}


@oracle("cin-demographic-profile")
def demographic_profile(rows, start, end, covered):
    cases = [case for child in children(rows) if (case := in_need_on(rows, child, end))]
    parts: dict[tuple[str, str], tuple[int, int | None]] = {}
    for item in ("age_band", "sex", "ethnicity_major", "disability", "primary_need", "referral_source"):
        values = []
        for case in cases:
            person = child_row(rows, case["child"])
            ethnicity = person["ethnicity"]
            known = ethnicity not in (None, "REFU", "NOBT")
            values.append({
                "age_band": age_band(person, end),
                "sex": {"M": "male", "F": "female"}.get(person["sex"]),
                "ethnicity_major": ETHNICITY[ethnicity[0]] if known else None,
                "disability": "disabled" if person["disabled"] else "not disabled",
                "primary_need": case["primary_need"],
                "referral_source": case["referral_source"],
            }[item])  # fmt: skip
        whole = len(values) - values.count(None)
        for value in set(values):
            parts[item, value or "not known"] = values.count(value), whole if value else None
    return Answer(len(cases), len(cases), parts=parts)


@oracle("cin-transfers-out")
def transfers_out(rows, start, end, covered):
    gone = [row for row in rows.get("referrals", []) if row["closure_reason"] == "RC5" and in_need(rows, row, end)]
    own = {(row["child"], row["conference_date"]) for row in rows.get("enquiries", [])}
    came = {
        (row["child"], row["conference_date"])
        for row in rows.get("referrals", [])
        if inside(row["conference_date"], start, end)
    }
    parts = {
        ("moves", "looked after, care passed on"): (
            sum(row["end_reason"] == "E3" for row in ceased(rows, start, end)),
            None,
        ),
        ("moves", "conference after moving in"): (len(came - own), None),
    }
    return Answer(sum(inside(row["closure_date"], start, end) for row in gone), parts=parts)


# -- enquiries ---------------------------------------------------------------------------------------------------------


def enquiries(rows: Rows, start: dt.date, end: dt.date) -> list[Row]:
    return [row for row in rows.get("enquiries", []) if inside(row["start_date"], start, end)]


@oracle("s47-rate")
def enquiries_rate(rows, start, end, covered):
    return Answer(len(enquiries(rows, start, end)))


@oracle("s47-to-cpp")
def to_plan(rows, start, end, covered, window_days, open_plan, two_enquiries):
    def planned(row: Row) -> bool:
        plans = of_child(rows, "protection_plans", row["child"])
        return any(plan["start_date"] < row["start_date"] and is_open(plan, row["start_date"]) for plan in plans)

    def may_lead(row: Row, plan: Row) -> bool:
        if row["child"] != plan["child"] or plan["start_date"] < row["start_date"]:
            return False
        if open_plan == "leave_out" and planned(row):
            return False
        held = row["conference_date"]
        if plan["start_date"] <= plus_days(row["start_date"], window_days):
            return True
        return held is not None and held <= plan["start_date"] <= plus_days(held, 45)

    led = set()
    for plan in rows.get("protection_plans", []):
        some = sorted(
            (row["start_date"], row["enquiry"])
            for row in of_child(rows, "enquiries", plan["child"])
            if may_lead(row, plan)
        )
        if some:
            led.add(some[-1 if two_enquiries == "last" else 0][1])
    met = whole = 0
    for row in enquiries(rows, start, end):
        over = plus_days(row["start_date"], window_days) <= covered
        if row["conference_date"]:
            over = over and plus_days(row["conference_date"], 45) <= covered
        if over and not (open_plan == "leave_out" and planned(row)):
            whole += 1
            met += row["enquiry"] in led
    return Answer(met, whole)


@oracle("s47-no-further-action")
def no_conference(rows, start, end, covered, nfa):
    def met(row: Row) -> bool:
        if not row["conference_not_required"]:
            return False
        if nfa == "no_conference":
            return True
        case = referral_row(rows, row["referral"])
        return bool(
            case
            and case["closure_reason"] in ("RC8", "RC9")
            and inside(case["closure_date"], row["start_date"], plus_days(row["start_date"], 45))
        )

    found = enquiries(rows, start, end)
    undecided = [row for row in found if not row["conference_not_required"] and row["conference_date"] is None]
    return Answer(sum(map(met, found)), len(found), parts={("conference", "undecided"): (len(undecided), len(found))})


@oracle("s47-after-referral-without-s47")
def after_referral_without(rows, start, end, covered, window_months):
    enquired = {row["referral"] for row in rows.get("enquiries", [])}
    met = whole = 0
    for row in enquiries(rows, start, end):
        case = referral_row(rows, row["referral"])
        assert case is not None
        earlier = [
            one
            for one in of_child(rows, "referrals", row["child"])
            if one["referral_date"] < case["referral_date"]
            and plus_months(one["referral_date"], window_months) >= row["start_date"]
        ]
        whole += bool(earlier)
        met += bool(earlier) and not any(one["referral"] in enquired for one in earlier)
    return Answer(met, whole)


@oracle("s47-time-from-referral")
def time_from_referral(rows, start, end, covered, **chosen):
    days = []
    for row in enquiries(rows, start, end):
        if chosen["from"] == "referral":
            case = referral_row(rows, row["referral"])
            begun = [case["referral_date"]] if case else []
        else:
            plans = within(rows, "cin_plans", row["referral"])
            begun = [plan["start_date"] for plan in plans if plan["start_date"] <= row["start_date"]]
        if begun:
            days.append(Fraction((row["start_date"] - min(begun)).days))
    return Answer(value=half_up(median(days)) if days else None)


@oracle("icpc-rate")
def conferences(rows, start, end, covered):
    frames = ("enquiries", "referrals")
    held = {(row["child"], row["conference_date"]) for frame in frames for row in rows.get(frame, [])}
    return Answer(sum(inside(day, start, end) for _, day in held))


@oracle("icpc-within-15-days")
def in_time(rows, start, end, covered, clock_start):
    latest: dict[tuple[int, dt.date], Row] = {}
    for row in sorted(rows.get("enquiries", []), key=lambda row: (row["start_date"], row["enquiry"])):
        if inside(row["conference_date"], start, end):
            latest[row["child"], row["conference_date"]] = row
    met, days = 0, []
    for (_, held), row in latest.items():
        days.append(working_days(row["start_date"], held))
        if clock_start == "target_date" and row["conference_target"]:
            met += held <= row["conference_target"]
        else:
            met += days[-1] <= 15
    bands = {"0-10": range(11), "11-15": range(11, 16), "16-20": range(16, 21), "21 or more": range(21, 99999)}
    parts = {("working_days", name): (sum(day in band for day in days), len(days)) for name, band in bands.items()}
    return Answer(met, len(latest), parts=parts)


# -- pre-proceedings ---------------------------------------------------------------------------------------------------


#: The columns of pre-proceedings in their order: of rows that tell of the same, that with the lowest values counts.
PROCEEDINGS = (
    "referral", "child", "start_date", "letter_date", "meeting_offered", "meeting_held", "first_meeting_date",
    "review_meetings", "decision_date", "outcome", "court_date", "letter_before_care_date",
)  # fmt: skip


def pre_proceedings(rows: Rows) -> list[Row]:
    """One of each child and first day, whatever the order of the rows; those without a first day each by itself."""
    once: dict[object, Row] = {}
    ordered = sorted(
        rows.get("pre_proceedings", []), key=lambda row: [(row[name] is None, row[name]) for name in PROCEEDINGS]
    )
    for at, row in enumerate(ordered):
        once.setdefault((row["child"], row["start_date"]) if row["start_date"] else at, row)
    return [*once.values()]


@oracle("fgdm-offered")
def meeting_offered(rows, start, end, covered):
    sent = [row for row in pre_proceedings(rows) if inside(row["letter_before_care_date"], start, end)]
    return Answer(sum(row["meeting_offered"] is True for row in sent), len(sent))


@oracle("fgdm-held")
def meeting_held(rows, start, end, covered, denominator):
    begun = [row for row in pre_proceedings(rows) if inside(row["start_date"], start, end)]
    offered = [row for row in begun if row["meeting_offered"] and row["meeting_held"] is not None]
    return Answer(sum(row["meeting_held"] for row in offered), len(begun if denominator == "all_episodes" else offered))


@oracle("pre-proceedings-children")
def children_in_pre_proceedings(rows, start, end, covered, age_bands, measure, start_event):
    begin = "start_date" if start_event == "PPStartDate" else "letter_before_care_date"

    def ended(row: Row) -> dt.date | None:
        case = referral_row(rows, row["referral"]) or {}
        unknown = measure == "ended" and case.get("vanished")
        days = [row["decision_date"], row["court_date"], None if unknown else case.get("closure_date")]
        return min((day for day in days if day), default=None)

    found = [row for row in pre_proceedings(rows) if row[begin]]
    if measure == "started":
        found = [row for row in found if inside(row[begin], start, end)]
    elif measure == "ended":
        found = [row for row in found if inside(ended(row), start, end)]
    else:
        running = [row for row in found if row[begin] <= end and ((last := ended(row)) is None or last > end)]
        found = [
            *{row["child"]: row for row in sorted(running, key=lambda row: (row[begin], row["start_date"]))}.values()
        ]
    counts: dict[str, int] = {}
    for row in found:
        band = age_band(child_row(rows, row["child"]), row["start_date"]) or "not known"
        if age_bands == "under 1 incl. unborn | 1-17":
            if band in ("unborn", "under 1"):
                band = "under 1 incl. unborn"
            elif band not in ("18+", "not known"):
                band = "1-17"
        elif band == "under 1":
            band = "0"
        counts[band] = counts.get(band, 0) + 1
    return Answer(len(found), categories=counts)


@oracle("pre-proceedings-diverted")
def diverted(rows, start, end, covered, evidence, follow_up_months):
    decided = [row for row in pre_proceedings(rows) if inside(row["decision_date"], start, end)]
    if evidence == "outcome_code":
        codes = [row["outcome"] or "not recorded" for row in decided]
        return Answer(len(codes), len(codes), categories={code: codes.count(code) for code in codes})
    court = [
        row
        for row in decided
        if row["court_date"] and row["court_date"] <= plus_months(row["decision_date"], follow_up_months)
    ]
    return Answer(len(decided) - len(court), len(decided))


@oracle("pre-proceedings-duration")
def duration(rows, start, end, covered, to, statistic):
    last = "decision_date" if to == "step_decision" else "court_date"
    weeks = [
        Fraction((row[last] - row["start_date"]).days, 7)
        for row in pre_proceedings(rows)
        if inside(row[last], start, end)
    ]
    if not weeks:
        return Answer()
    return Answer(value=half_up(sum(weeks) / len(weeks) if statistic == "mean" else median(weeks)))
