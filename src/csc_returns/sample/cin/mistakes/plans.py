"""Mistakes in child in need plans."""

from __future__ import annotations

from csc_returns.sample.cin.mistakes.case import DATES, Case, day, later, mistake, replace, reviews_of


@mistake
def plan_without_start(case: Case) -> bool:
    """A child in need plan has no start."""
    return replace(case.row("CINPlanDates", "CINPlanStartDate"), "CINPlanStartDate", None)


@mistake
def plan_after_the_year(case: Case) -> bool:
    """A child in need plan of the next year was exported."""
    for _, row in case.rows("CINPlanDates", "CINPlanStartDate"):
        if "CINPlanEndDate" not in row:
            return replace(row, "CINPlanStartDate", later(case.end, case.dice.number(1, 30)))
    return False


@mistake
def plan_ends_before_it_starts(case: Case) -> bool:
    """Start and end of a child in need plan were swapped."""
    row = case.row("CINPlanDates", *DATES["CINPlanDates"])
    if row is None:
        return False
    row["CINPlanStartDate"], row["CINPlanEndDate"] = row["CINPlanEndDate"], row["CINPlanStartDate"]
    return True


@mistake
def plan_of_one_day(case: Case) -> bool:
    """A child in need plan that was opened by mistake was closed at once."""
    row = case.row("CINPlanDates", *DATES["CINPlanDates"])
    return replace(row, "CINPlanStartDate", row["CINPlanEndDate"] if row else None)


@mistake
def plan_ended_last_year(case: Case) -> bool:
    """A child in need plan that ended in the year before was exported again."""
    for _, row in case.rows("CINPlanDates", "CINPlanStartDate"):
        if (day(row["CINPlanStartDate"]) or case.end) < case.start:
            return replace(row, "CINPlanEndDate", later(case.start, -1))
    return False


@mistake
def plan_before_referral(case: Case) -> bool:
    """A child in need plan starts before the referral."""
    for episode, row in case.rows("CINPlanDates", "CINPlanStartDate"):
        if date := day(episode.get("CINreferralDate")):
            return replace(row, "CINPlanStartDate", later(date, -case.dice.number(1, 30)))
    return False


@mistake
def two_open_plans(case: Case) -> bool:
    """A new child in need plan was started and the old one never ended."""
    for episode, row in case.rows("CINPlanDates", "CINPlanStartDate"):
        if "CINPlanEndDate" not in row:
            episode["CINPlanDates"].append({"CINPlanStartDate": case.end.isoformat()})
            return True
    return False


@mistake
def overlapping_plans(case: Case) -> bool:
    """A child in need plan starts on the day on which another one ends."""
    for episode, row in case.rows("CINPlanDates", *DATES["CINPlanDates"]):
        if "CINclosureDate" not in episode:
            episode["CINPlanDates"].append({"CINPlanStartDate": row["CINPlanEndDate"]})
            return True
    return False


@mistake
def both_plans_open(case: Case) -> bool:
    """The child in need plan was not ended when the child protection plan began."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        if "CPPendDate" not in row and case.setting.has("CINplanDates"):
            start = day(episode.get("CINreferralDate")) or case.start
            episode.setdefault("CINPlanDates", []).append({"CINPlanStartDate": start.isoformat()})
            return True
    return False


@mistake
def plan_during_protection(case: Case) -> bool:
    """A child in need plan starts while the child protection plan runs."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        start = day(row["CPPstartDate"]) or case.start
        if case.setting.has("CINplanDates") and start < case.end:
            episode.setdefault("CINPlanDates", []).append({"CINPlanStartDate": later(start, 1)})
            return True
    return False


@mistake
def review_during_a_plan(case: Case) -> bool:
    """A child in need plan covers a review of the child protection plan."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        reviews = reviews_of(row)
        review = day(reviews[0]) if reviews else None
        if review and review < case.end and row.get("CPPendDate") != reviews[0] and case.setting.has("CINplanDates"):
            plan = {"CINPlanStartDate": later(review, -1), "CINPlanEndDate": later(review, 1)}
            episode.setdefault("CINPlanDates", []).append(plan)
            return True
    return False
