"""Oracles of child protection plans by length and review, and of children who start and cease to be looked after."""

from __future__ import annotations

import datetime as dt
import statistics
from fractions import Fraction

from indicators.oracle.cin import plans_started
from indicators.oracle.cla import ceased, started, uasc_on
from indicators.oracle.registry import (
    Answer,
    Row,
    Rows,
    age_on,
    birthday,
    care,
    child_row,
    children,
    half_up,
    inside,
    is_open,
    of_child,
    oracle,
    periods,
    plus_months,
)

OUTSIDE = ["10A", "11A", "12A", "13A", "24A"]


def open_plans(rows: Rows, day: dt.date) -> list[Row]:
    """Plans open on a day, the latest of each child."""
    found = []
    for child in children(rows):
        some = [row for row in of_child(rows, "protection_plans", child) if is_open(row, day)]
        found += [max(some, key=lambda row: (row["start_date"], row["plan"]))] if some else []
    return found


def ended_plans(rows: Rows, start: dt.date, end: dt.date) -> list[Row]:
    ends = [row for row in rows.get("protection_plans", []) if inside(row["end_date"], start, end)]
    return [row for row in ends if not row.get("vanished")]


@oracle("cpp-rate-31-march")
def on_a_plan(rows, start, end, covered):
    return Answer(len(open_plans(rows, end)))


@oracle("cpp-starting-rate")
def plans_starting(rows, start, end, covered):
    return Answer(len(plans_started(rows, start, end)))


def long_plans(plans: list[tuple[dt.date, dt.date]], length_rule: str) -> Answer:
    if length_rule == "anniversary":
        return Answer(sum(plus_months(began, 24) <= day for began, day in plans), len(plans))
    return Answer(sum((day - began).days > 729 for began, day in plans), len(plans))


@oracle("cpp-2-years-plus")
def two_years(rows, start, end, covered, length_rule, basis):
    if basis == "ceased_in_year":
        return two_years_ended(rows, start, end, covered, length_rule)
    return long_plans([(row["start_date"], end) for row in open_plans(rows, end)], length_rule)


@oracle("cpp-2-years-plus-ceased")
def two_years_ended(rows, start, end, covered, length_rule):
    return long_plans([(row["start_date"], row["end_date"]) for row in ended_plans(rows, start, end)], length_rule)


@oracle("cpp-duration-at-31-march")
def durations(rows, start, end, covered):
    counts: dict[str, int] = {}
    plans = open_plans(rows, end)
    for row in plans:
        began = row["start_date"]
        if plus_months(began, 24) <= end:
            band = "2 years or more"
        elif plus_months(began, 12) <= end:
            band = "1 to under 2 years"
        elif plus_months(began, 6) < end:
            band = "over 6 months to under 1 year"
        elif plus_months(began, 3) < end:
            band = "over 3 to 6 months"
        else:
            band = "up to 3 months"
        counts[band] = counts.get(band, 0) + 1
    return Answer(len(plans), len(plans), categories=counts)


@oracle("cpp-reviews-on-time")
def reviews(rows, start, end, covered):
    met = whole = 0
    for plan in open_plans(rows, end):
        began = plan["start_date"]
        if plus_months(began, 3) > end:
            continue
        whole += 1
        held = sorted(
            row["review_date"]
            for row in rows.get("plan_reviews", [])
            if row["plan"] == plan["plan"] and began <= row["review_date"] <= end
        )
        limit, in_time = plus_months(began, 3), True
        for day in held:
            in_time = in_time and day <= limit
            limit = plus_months(day, 6)
        met += in_time and limit > end
    return Answer(met, whole)


@oracle("cpp-extra-familial-factor")
def plan_outside(rows, start, end, covered, factor_set):
    plans = open_plans(rows, end)
    met = 0
    for plan in plans:
        done = {
            row["assessment"]
            for row in rows.get("assessments", [])
            if row["referral"] == plan["referral"] and row["completed_date"] and row["completed_date"] <= end
        }
        met += any(row["assessment"] in done and row["factor"] in factor_set for row in rows.get("factors", []))
    return Answer(met, len(plans))


@oracle("family-order-later-child-protection")
def later_protection(rows, start, end, covered, follow_up_months):
    met = whole = 0
    for row in ceased(rows, start, end):
        until = plus_months(row["end_date"], follow_up_months)
        if row["end_reason"] not in ("E41", "E45", "E47") or until > covered:
            continue
        days = [
            one["start_date"]
            for frame in ("enquiries", "protection_plans")
            for one in of_child(rows, frame, row["child"])
        ]
        whole += 1
        met += any(row["end_date"] < day <= until for day in days)
    return Answer(met, whole)


@oracle("cla-starting-extra-familial-factor")
def start_outside(rows, start, end, covered, lookback_months):
    met = whole = 0
    for row in started(rows, start, end):
        recent = {
            one["assessment"]
            for one in of_child(rows, "assessments", row["child"])
            if one["completed_date"]
            and one["completed_date"] <= row["start_date"] <= plus_months(one["completed_date"], lookback_months)
        }
        whole += bool(recent)
        met += any(one["assessment"] in recent and one["factor"] in OUTSIDE for one in rows.get("factors", []))
    return Answer(met, whole)


@oracle("cla-starting-adolescent")
def adolescents(rows, start, end, covered, ages, exclude_uasc, legal_status):
    youngest, oldest = (int(number) for number in ages.split("-"))
    met = whole = 0
    for row in started(rows, start, end):
        day, born = row["start_date"], child_row(rows, row["child"])["birth_date"]
        if exclude_uasc and uasc_on(rows, row["child"], day):
            continue
        whole += 1
        wanted = legal_status is None or row["legal_status"] == legal_status
        met += wanted and born is not None and youngest <= age_on(born, day) <= oldest
    return Answer(met, whole)


@oracle("cla-starting-court-order-by-age")
def orders_by_age(rows, start, end, covered, orders):
    counts: dict[str, int] = {}
    for row in started(rows, start, end):
        if row["legal_status"] not in orders:
            continue
        born = child_row(rows, row["child"])["birth_date"]
        years = None if born is None else age_on(born, row["start_date"])
        if years is None or years < 0:
            band = "not known"
        elif years < 1:
            band = "under 1"
        else:
            band = "1-4" if years <= 4 else "5-9" if years <= 9 else "10-15" if years <= 15 else "16 and over"
        counts[band] = counts.get(band, 0) + 1
    return Answer(sum(counts.values()), sum(counts.values()), categories=counts)


@oracle("cla-re-entry")
def looked_after_before(rows, start, end, covered, lookback_months):
    found = started(rows, start, end)
    met = 0
    for row in found:
        every = periods(rows, row["child"])
        own = next(at for at, period in enumerate(every) if row in period)
        ends = [period[-1]["end_date"] for period in every[:own] if period[-1]["end_reason"] not in (None, "X1")]
        met += any(
            day <= row["start_date"]
            and (lookback_months is None or row["start_date"] <= plus_months(day, lookback_months))
            for day in ends
        )
    return Answer(met, len(found))


@oracle("cla-ceasing-rate")
def ceasing(rows, start, end, covered):
    return Answer(len(ceased(rows, start, end)))


def for_reasons(rows: Rows, start: dt.date, end: dt.date, *codes: str) -> Answer:
    found = ceased(rows, start, end)
    return Answer(sum(row["end_reason"] in codes for row in found), len(found))


@oracle("cla-ceased-cao")
def child_arrangements(rows, start, end, covered, to_whom):
    return for_reasons(rows, start, end, "E41")


@oracle("cla-ceased-adopted")
def adopted(rows, start, end, covered):
    return for_reasons(rows, start, end, "E11", "E12")


@oracle("cla-ceased-out-of-care-orders")
def permanence(rows, start, end, covered, show, sgo_split):
    # E43 and E44 are the special guardianship of returns before 2018-19, as in cla-ceased-sgo.
    orders = {
        "total": ["E43", "E44", "E45", "E46", "E47", "E48"],
        "relative_or_friend": ["E45", "E47"], "former_foster_carer": ["E45", "E46"],
    }[sgo_split]  # fmt: skip
    answer = for_reasons(rows, start, end, "E11", "E12", "E41", *orders)
    return answer if show == "percent" else Answer(answer.numerator)


@oracle("adoption-decision-to-match-months")
def decision_to_match(rows, start, end, covered, decision_date, statistic):
    lengths = []
    for row in ceased(rows, start, end):
        if row["end_reason"] not in ("E11", "E12"):
            continue
        own = of_child(rows, "adoptions", row["child"])
        matches = [one["match_date"] for one in own if one["match_date"]]
        told = own if decision_date == "AD1.DATE_INT" else of_child(rows, "adoption_decisions", row["child"])
        decisions = [
            one["decision_date"]
            for one in told
            if matches and one["decision_date"] and one["decision_date"] <= max(matches)
        ]
        if decisions:
            lengths.append(Fraction((max(matches) - max(decisions)).days))
    if not lengths:
        return Answer()
    days = statistics.median(lengths) if statistic == "median" else sum(lengths) / len(lengths)
    return Answer(value=half_up(days / Fraction("30.4375")))


@oracle("reunification-rate")
def went_home(rows, start, end, covered, codes):
    return for_reasons(rows, start, end, *codes)


@oracle("reunification-re-entry")
def came_back(rows, start, end, covered, follow_up_months, codes):
    met = whole = 0
    for row in ceased(rows, start, end):
        left, child = row["end_date"], row["child"]
        until, born = plus_months(left, follow_up_months), child_row(rows, child)["birth_date"]
        if row["end_reason"] not in codes or until > covered or (born and birthday(born, 18) <= until):
            continue
        whole += 1
        met += any(one["new_episode_reason"] == "S" and left < one["start_date"] <= until for one in care(rows, child))
    return Answer(met, whole)
