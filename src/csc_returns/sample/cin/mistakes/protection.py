"""Mistakes in child protection plans and their reviews."""

from __future__ import annotations

from csc_returns.sample.cin.mistakes.case import DATES, Case, day, later, mistake, replace, reviews_of


@mistake
def protection_without_start(case: Case) -> bool:
    """A child protection plan has no start."""
    return replace(case.row("ChildProtectionPlans", "CPPstartDate"), "CPPstartDate", None)


@mistake
def protection_after_the_year(case: Case) -> bool:
    """A child protection plan of the next year was exported."""
    for _, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        if "CPPendDate" not in row:
            return replace(row, "CPPstartDate", later(case.end, case.dice.number(1, 20)))
    return False


@mistake
def protection_before_referral(case: Case) -> bool:
    """A child protection plan starts before the referral."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        if date := day(episode.get("CINreferralDate")):
            return replace(row, "CPPstartDate", later(date, -case.dice.number(1, 60)))
    return False


@mistake
def protection_days_after_conference(case: Case) -> bool:
    """A child protection plan starts on the day on which it was typed in, some days after the conference."""
    for _, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        start = day(row["CPPstartDate"]) or case.start
        if start >= case.start and "CPPendDate" not in row:
            return replace(row, "CPPstartDate", later(start, -1 if start == case.end else 1))
    return False


@mistake
def protection_ends_before_it_starts(case: Case) -> bool:
    """A child protection plan ends before it starts."""
    row = case.row("ChildProtectionPlans", "CPPstartDate")
    date = day(row["CPPstartDate"]) if row else None
    return date is not None and replace(row, "CPPendDate", later(date, -case.dice.number(1, 30)))


@mistake
def protection_of_one_day(case: Case) -> bool:
    """A child protection plan that was opened by mistake was ended at once."""
    row = case.row("ChildProtectionPlans", "CPPstartDate")
    return replace(row, "CPPendDate", row["CPPstartDate"] if row else None)


@mistake
def protection_ended_last_year(case: Case) -> bool:
    """A child protection plan that ended in the year before was exported again."""
    for _, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        if (day(row["CPPstartDate"]) or case.end) < case.start:
            return replace(row, "CPPendDate", later(case.start, -1))
    return False


@mistake
def protection_ends_after_death(case: Case) -> bool:
    """A child protection plan ends after the child's death."""
    row = case.row("ChildProtectionPlans", "CPPstartDate", "CPPendDate")
    date = day(row["CPPendDate"]) if row else None
    return date is not None and replace(case.identifiers, "PersonDeathDate", later(date, -1))


@mistake
def protection_starts_after_death(case: Case) -> bool:
    """A child protection plan starts after the child's death."""
    row = case.row("ChildProtectionPlans", "CPPstartDate")
    date = day(row["CPPstartDate"]) if row else None
    return date is not None and replace(case.identifiers, "PersonDeathDate", later(date, -1))


@mistake
def plan_starts_after_death(case: Case) -> bool:
    """A child in need plan starts and ends after the child's death."""
    row = case.row("CINPlanDates", *DATES["CINPlanDates"]) or case.row("CINPlanDates", "CINPlanStartDate")
    date = day(row["CINPlanStartDate"]) if row else None
    return date is not None and replace(case.identifiers, "PersonDeathDate", later(date, -1))


@mistake
def two_open_protection_plans(case: Case) -> bool:
    """A child protection plan was entered twice."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        if "CPPendDate" not in row:
            episode["ChildProtectionPlans"].append(dict(row))
            return True
    return False


@mistake
def overlapping_protection_plans(case: Case) -> bool:
    """A child protection plan starts on the day on which another one ends."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate", "CPPendDate"):
        again = {**row, "CPPstartDate": row["CPPendDate"]}
        again.pop("CPPendDate")
        again.pop("Reviews", None)
        episode["ChildProtectionPlans"].append(again)
        return True
    return False


@mistake
def protection_during_a_plan(case: Case) -> bool:
    """A child protection plan starts while the child in need plan runs."""
    for episode, row in case.rows("ChildProtectionPlans", "CPPstartDate"):
        start = day(row["CPPstartDate"]) or case.start
        if case.setting.has("CINplanDates") and case.start <= start < case.end and "CINclosureDate" not in episode:
            referral = day(episode.get("CINreferralDate")) or start
            plan = {"CINPlanStartDate": referral.isoformat(), "CINPlanEndDate": later(start, 1)}
            episode.setdefault("CINPlanDates", []).append(plan)
            return True
    return False


@mistake
def first_category_missing(case: Case) -> bool:
    """Nobody entered the first category of abuse."""
    return replace(case.row("ChildProtectionPlans"), "InitialCategoryOfAbuse", None)


@mistake
def first_category_unknown(case: Case) -> bool:
    """The first category of abuse is not a code."""
    code = case.dice.pick(["neg", "Neglect", "ABU"])
    return replace(case.row("ChildProtectionPlans"), "InitialCategoryOfAbuse", code)


@mistake
def last_category_unknown(case: Case) -> bool:
    """The latest category of abuse is not a code."""
    return replace(case.row("ChildProtectionPlans"), "LatestCategoryOfAbuse", case.dice.pick(["emo", "Emotional", ""]))


@mistake
def plans_before_missing(case: Case) -> bool:
    """Nobody counted the earlier child protection plans."""
    return replace(case.row("ChildProtectionPlans"), "NumberOfPreviousCPP", None)


@mistake
def plans_before_unreadable(case: Case) -> bool:
    """The number of earlier child protection plans is a word, or none."""
    number = case.dice.pick(["none", "-1", "1.5", "NK"])
    return replace(case.row("ChildProtectionPlans"), "NumberOfPreviousCPP", number)


@mistake
def review_before_protection(case: Case) -> bool:
    """The initial conference was entered as the first review."""
    row = case.row("ChildProtectionPlans", "CPPstartDate")
    if row is None:
        return False
    row["Reviews"] = {"CPPreviewDate": [row["CPPstartDate"]]}
    return True


@mistake
def review_without_a_date(case: Case) -> bool:
    """A review has no date, or none that there is."""
    row = case.row("ChildProtectionPlans", "CPPstartDate")
    reviews = reviews_of(row) if row else []
    reviews[:1] = [case.dice.pick(["", "tbc", "2025-02-30"])] if reviews else []
    return bool(reviews)


@mistake
def reviews_each_in_a_block(case: Case) -> bool:
    """Every review stands in a block of its own."""
    for _, row in case.rows("ChildProtectionPlans"):
        if len(reviews := reviews_of(row)) > 1:
            row["Reviews"] = [{"CPPreviewDate": [review]} for review in reviews]
            return True
    return False
