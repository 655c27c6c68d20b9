"""Oracles of referrals, children in need, assessments, enquiries and plans."""

from __future__ import annotations

import datetime as dt

from indicators.oracle.registry import (
    Answer,
    Row,
    Rows,
    age_on,
    birthday,
    care,
    child_row,
    children,
    inside,
    is_open,
    looked_after_on,
    of_child,
    oracle,
    plus_days,
    plus_months,
    referral_row,
)


def referrals_of(rows: Rows, child: int, same_day: str = "collapse") -> list[Row]:
    found = sorted(of_child(rows, "referrals", child), key=lambda row: (row["referral_date"], row["referral"]))
    if same_day == "keep":
        return found
    by_day: dict[dt.date, list[Row]] = {}
    for row in found:
        by_day.setdefault(row["referral_date"], []).append(row)
    return [
        {
            "child": child,
            "referral_date": day,
            "no_further_action": all(row["no_further_action"] for row in some),
            "closure_date": next((row["closure_date"] for row in some if row["closure_date"]), None),
        }
        for day, some in by_day.items()
    ]


@oracle("re-referrals-12m")
def re_referrals(rows, start, end, covered, clock, window_months, boundary, month_arithmetic, prior_must_be_accepted,
                 numerator_excludes_nfa, same_day, count):  # fmt: skip
    def within(earlier: Row, day: dt.date) -> bool:
        since = earlier["referral_date"]
        if clock == "previous_closure":
            if earlier["closure_date"] is not None:
                since = earlier["closure_date"]
            elif not earlier["no_further_action"]:
                return True
        if window_months is None:
            return True
        limit = (
            plus_months(since, window_months)
            if month_arithmetic == "calendar"
            else plus_days(since, 365 * window_months // 12)
        )
        return day < limit if boundary == "exclusive" else day <= limit

    here: list[tuple[int, bool]] = []
    for child in children(rows):
        every = referrals_of(rows, child, same_day)
        for row in every:
            if not inside(row["referral_date"], start, end):
                continue
            before = [one for one in every if one["referral_date"] < row["referral_date"]]
            if prior_must_be_accepted:
                before = [one for one in before if not one["no_further_action"]]
            again = any(within(one, row["referral_date"]) for one in before)
            here.append((child, again and not (numerator_excludes_nfa and row["no_further_action"])))
    if count == "children":
        return Answer(len({child for child, again in here if again}), len({child for child, _ in here}))
    return Answer(sum(again for _, again in here), len(here))


def in_need(rows: Rows, row: Row, day: dt.date) -> bool:
    """As told on a day: what is closed behind it was open."""
    if row["no_further_action"]:
        return False
    if row["closure_date"] is not None and row["closure_date"] > day:
        return True
    own = [one for one in rows.get("assessments", []) if one["referral"] == row["referral"]]
    more = row["conference_date"] is not None or any(
        one["referral"] == row["referral"]
        for frame in ("enquiries", "cin_plans", "protection_plans")
        for one in rows.get(frame, [])
    )
    return not (row["closure_reason"] in ("RC8", "RC9") and own and not more)


def in_need_on(rows: Rows, child: int, day: dt.date) -> Row | None:
    died = child_row(rows, child)["death_date"]
    if died is not None and died <= day:
        return None
    found = [
        row
        for row in of_child(rows, "referrals", child)
        if in_need(rows, row, day) and is_open(row, day, "referral_date", "closure_date")
    ]
    return max(found, key=lambda row: (row["referral_date"], row["referral"])) if found else None


@oracle("cin-rate-31-march")
def children_in_need(rows, start, end, covered, include_looked_after, include_awaiting_assessment, max_age):
    number = 0
    for child in children(rows):
        case = in_need_on(rows, child, end)
        if case is None or (not include_looked_after and looked_after_on(rows, child, end)):
            continue
        own = [
            one
            for one in rows.get("assessments", [])
            if one["referral"] == case["referral"] and (one["start_date"] is None or one["start_date"] <= end)
        ]
        done = [one for one in own if one["completed_date"] is not None and one["completed_date"] <= end]
        if not include_awaiting_assessment and own and not done:
            continue
        born = child_row(rows, child)["birth_date"]
        if max_age is not None and born is not None and age_on(born, end) > max_age:
            continue
        number += 1
    return Answer(number)


def factor_oracle(name: str, *codes: str) -> None:
    @oracle(name)
    def factor(rows, start, end, covered, unit, show_share_of_assessed):
        met, any_factor = set(), set()
        for assessment in rows.get("assessments", []):
            case = referral_row(rows, assessment["referral"])
            if case is None or case["no_further_action"] or not inside(assessment["completed_date"], start, end):
                continue
            key = assessment["child"] if unit == "children" else assessment["referral"]
            listed = {one["factor"] for one in rows.get("factors", []) if one["assessment"] == assessment["assessment"]}
            if listed:
                any_factor.add(key)
            if listed & set(codes):
                met.add(key)
        return Answer(len(met), len(any_factor) if show_share_of_assessed else None)


for _id, _code in {
    "domestic-abuse-child": "3A", "domestic-abuse-parent": "3B", "domestic-abuse-person": "3C", "going-missing": "10A",
    "child-sexual-exploitation": "11A", "trafficking": "12A", "gangs": "13A", "neglect": "16A", "emotional-abuse": "17A",
    "physical-abuse-unknown": "18A", "physical-abuse-child-on-child": "18B", "physical-abuse-adult-on-child": "18C",
    "sexual-abuse-unknown": "19A", "sexual-abuse-child-on-child": "19B", "sexual-abuse-adult-on-child": "19C",
    "faith-linked-abuse": "23A", "child-criminal-exploitation": "24A",
}.items():  # fmt: skip
    factor_oracle(f"factor-rate-{_id}", _code)


# -- conferences and plans ---------------------------------------------------------------------------------------------


def plans_started(rows: Rows, start: dt.date, end: dt.date) -> list[Row]:
    return [row for row in rows.get("protection_plans", []) if inside(row["start_date"], start, end)]


def earlier_plans(rows: Rows, plan: Row) -> list[Row]:
    return [row for row in of_child(rows, "protection_plans", plan["child"]) if row["start_date"] < plan["start_date"]]


def last_end_before(rows: Rows, plan: Row) -> dt.date | None:
    ends = [
        row["end_date"]
        for row in earlier_plans(rows, plan)
        if row["end_date"] and row["end_date"] <= plan["start_date"] and not row.get("vanished")
    ]
    return max(ends, default=None)


@oracle("cpp-second-or-subsequent")
def second(rows, start, end, covered, evidence, window_months, merge_gap_days):
    met = whole = 0
    for plan in plans_started(rows, start, end):
        ended = last_end_before(rows, plan)
        if merge_gap_days and ended is not None and (plan["start_date"] - ended).days <= merge_gap_days:
            continue
        recorded = plan["previous_plans"] is not None and plan["previous_plans"] >= 1
        if window_months is None:
            seen = bool(earlier_plans(rows, plan))
        else:
            seen = ended is not None and plan["start_date"] <= plus_months(ended, window_months)
        whole += 1
        met += {"field": recorded, "returns": seen, "either": recorded or seen}[evidence]
    return Answer(met, whole)


@oracle("cpp-repeat-within-24m")
def repeat(rows, start, end, covered, window_months):
    plans = plans_started(rows, start, end)
    ends = [(plan, last_end_before(rows, plan)) for plan in plans]
    return Answer(sum(1 for plan, e in ends if e and plan["start_date"] <= plus_months(e, window_months)), len(plans))


@oracle("icpc-per-s47")
def conferences(rows, start, end, covered, method, link_window_days):
    begun = [row for row in rows.get("enquiries", []) if inside(row["start_date"], start, end)]
    if method == "linked":
        whole = [row for row in begun if plus_days(row["start_date"], link_window_days) <= covered]
        held = [
            row
            for row in whole
            if row["conference_date"] and row["conference_date"] <= plus_days(row["start_date"], link_window_days)
        ]
        return Answer(len(held), len(whole))
    days = {
        (row["child"], row["conference_date"])
        for frame in ("enquiries", "referrals")
        for row in rows.get(frame, [])
        if inside(row["conference_date"], start, end)
    }
    return Answer(len(days), len(begun))


DE_ESCALATED = ("cin_plan", "early_help", "closed", "open_no_plan")


def destination_of(  # noqa: PLR0911
    rows: Rows, plan: Row, covered: dt.date, days: int = 28, link: bool = True
) -> str | None:
    child, end, limit = plan["child"], plan["end_date"], plus_days(plan["end_date"], days)
    if limit > covered:
        return None
    for other in of_child(rows, "protection_plans", child):
        if other is not plan and end <= other["start_date"] <= plus_days(end, 1):
            return "new_cpp"
    for episode in care(rows, child) if link else []:
        if is_open(episode, end) or end <= episode["start_date"] <= limit:
            return "looked_after"
    case = referral_row(rows, plan["referral"]) or {"closure_date": None, "closure_reason": None}
    closed = case["closure_date"] is not None and end <= case["closure_date"] <= limit
    reason = case["closure_reason"] if closed else None
    person = child_row(rows, child)
    if (person["death_date"] and person["death_date"] <= limit) or reason == "RC2":
        return "died"
    if reason == "RC5":
        return "transferred"
    if reason in ("RC1", "RC3", "RC4"):
        return "permanence_order"
    if person["birth_date"] and birthday(person["birth_date"], 18) <= end and reason in ("RC6", "RC7"):
        return "aged_out"
    if any(one is not plan and end <= one["start_date"] <= limit for one in of_child(rows, "cin_plans", child)):
        return "cin_plan"
    if reason == "RC9":
        return "early_help"
    if reason in ("RC6", "RC7", "RC8"):
        return "closed"
    # Closed without a reason, or before the plan ended: the case is not open either way.
    return "closed_other" if case["closure_date"] is not None and case["closure_date"] <= limit else "open_no_plan"


@oracle("cpp-deescalation-destination")
def destination(rows, start, end, covered, destination_window_days, de_escalated_categories, plan_types, link_903):
    plans = [row for row in rows.get("protection_plans", []) if inside(row["end_date"], start, end)]
    if plan_types == "cp_and_cin":
        plans += [row for row in rows.get("cin_plans", []) if inside(row["end_date"], start, end)]
    counts: dict[str, int] = {}
    for plan in plans:
        if plan.get("vanished"):
            continue
        found = destination_of(rows, plan, covered, destination_window_days, link_903 != "none")
        if found:
            counts[found] = counts.get(found, 0) + 1
    return Answer(sum(counts.get(name, 0) for name in de_escalated_categories), sum(counts.values()), categories=counts)


@oracle("cpp-deescalation-sustained")
def sustained(rows, start, end, covered, follow_up_months, events, report_each_event):
    met = whole = 0
    had = dict.fromkeys(events, 0)
    for plan in rows.get("protection_plans", []):
        if plan.get("vanished") or not inside(plan["end_date"], start, end):
            continue
        if destination_of(rows, plan, covered) not in DE_ESCALATED:
            continue
        ended, child = plan["end_date"], plan["child"]
        until = plus_months(ended, follow_up_months)
        if until > covered:
            continue

        def follows(day, since=ended, until=until):
            return day is not None and since < day <= until

        person = child_row(rows, child)
        cases = of_child(rows, "referrals", child)
        gone = [one["closure_date"] for one in cases if one["closure_reason"] in ("RC1", "RC2", "RC5")]
        gone += [one["end_date"] for one in care(rows, child) if one["end_reason"] in ("E11", "E12")]
        gone += [person["death_date"], birthday(person["birth_date"], 18) if person["birth_date"] else None]
        if any(map(follows, gone)):
            continue
        starts, earlier = [], None
        for episode in care(rows, child):
            if earlier is None or episode["new_episode_reason"] == "S" or earlier["end_reason"] not in (None, "X1"):
                starts.append(episode["start_date"])
            earlier = episode
        days = {
            "new_cpp": [one["start_date"] for one in of_child(rows, "protection_plans", child)],
            "s47": [one["start_date"] for one in of_child(rows, "enquiries", child)],
            "looked_after": starts,
            "any_referral": [one["referral_date"] for one in cases],
            "accepted_referral": [one["referral_date"] for one in cases if not one["no_further_action"]],
        }
        whole += 1
        met += not any(follows(day) for name in events for day in days[name])
        for name in events:
            had[name] += any(follows(day) for day in days[name])
    parts = {("event", name): (number, whole) for name, number in had.items()} if report_each_event else {}
    return Answer(met, whole, parts=parts)
