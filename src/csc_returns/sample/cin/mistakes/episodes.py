"""Mistakes in referrals and closures."""

from __future__ import annotations

import datetime as dt

from csc_returns.sample.cin.mistakes.case import DATES, Case, day, later, mistake, replace


@mistake
def no_episode(case: Case) -> bool:
    """The child was exported without any episode."""
    return bool(case.child.pop("CINdetails", None))


@mistake
def episode_twice(case: Case) -> bool:
    """The same episode was exported twice."""
    going_on = case.open()
    if not going_on:
        return False
    case.episodes.append(dict(going_on[0]))
    return True


@mistake
def opened_again_while_open(case: Case) -> bool:
    """A referral that belongs to an open episode opened another one."""
    going_on = [one for one in case.open() if day(one["CINreferralDate"]) != case.end]
    if not going_on:
        return False
    first = day(going_on[0]["CINreferralDate"]) or case.start
    second = case.dice.day(max(first + dt.timedelta(days=1), case.start), case.end)
    case.episodes.append(
        {"CINreferralDate": second.isoformat(), "ReferralSource": "6", "PrimaryNeedCode": "N1", "ReferralNFA": "0"}
    )
    return True


@mistake
def referral_missing(case: Case) -> bool:
    """An episode has no referral date."""
    return bool(case.episodes) and replace(case.episodes[0], "CINreferralDate", None)


@mistake
def referral_after_the_year(case: Case) -> bool:
    """A referral of the next year was exported."""
    return bool(case.episodes) and replace(
        case.episodes[-1], "CINreferralDate", later(case.end, case.dice.number(1, 60))
    )


@mistake
def referral_after_death(case: Case) -> bool:
    """The family was referred after the child's death."""
    further = case.went_further()
    date = day(further[-1]["CINreferralDate"]) if further else None
    return date is not None and replace(case.identifiers, "PersonDeathDate", later(date, -1))


@mistake
def source_missing(case: Case) -> bool:
    """Nobody entered who made the referral."""
    return bool(case.episodes) and replace(case.episodes[0], "ReferralSource", None)


@mistake
def source_unknown(case: Case) -> bool:
    """The source of the referral is not a code, or one with a space or in lower case."""
    return bool(case.episodes) and replace(
        case.episodes[0], "ReferralSource", case.dice.pick(["1a", "5E", "Police", "04", "3 B"])
    )


@mistake
def need_missing(case: Case) -> bool:
    """A referral went further without a primary need."""
    further = case.went_further()
    return bool(further) and replace(further[0], "PrimaryNeedCode", None)


@mistake
def need_unknown(case: Case) -> bool:
    """The primary need is not a code."""
    further = case.went_further()
    return bool(further) and replace(further[0], "PrimaryNeedCode", case.dice.pick(["n1", "N10", "1", "Neglect"]))


@mistake
def no_further_action_missing(case: Case) -> bool:
    """The flag for no further action is not there."""
    return bool(case.episodes) and replace(case.episodes[0], "ReferralNFA", None)


@mistake
def no_further_action_unreadable(case: Case) -> bool:
    """The flag for no further action is a word."""
    return bool(case.episodes) and replace(case.episodes[0], "ReferralNFA", case.dice.pick(["yes", "N", "2", "NFA"]))


@mistake
def no_further_action_long_ago(case: Case) -> bool:
    """A referral of a year long gone that led to nothing was exported again."""
    ended = [one for one in case.episodes if one.get("ReferralNFA") == "1"]
    return bool(ended) and replace(ended[0], "CINreferralDate", later(case.start, -case.dice.number(40, 300)))


@mistake
def no_further_action_after_all(case: Case) -> bool:
    """An episode with assessments and plans was marked as no further action."""
    for element in ("ChildProtectionPlans", "CINPlanDates", "Section47", "Assessments"):
        for episode, _ in case.rows(element):
            if episode.get("ReferralNFA") == "0":
                return replace(episode, "ReferralNFA", case.dice.pick(["1", "true"]))
    return False


@mistake
def no_further_action_with_a_child_protection_plan(case: Case) -> bool:
    """An episode with a child protection plan was marked as no further action."""
    for episode, _ in case.rows("ChildProtectionPlans"):
        return replace(episode, "ReferralNFA", "1")
    return False


@mistake
def no_further_action_with_a_plan(case: Case) -> bool:
    """An episode with a child in need plan was marked as no further action."""
    for episode, _ in case.rows("CINPlanDates"):
        return replace(episode, "ReferralNFA", "1")
    return False


@mistake
def closure_without_reason(case: Case) -> bool:
    """An episode was closed and nobody entered why."""
    closed = case.closed()
    return bool(closed) and replace(closed[0], "ReasonForClosure", None)


@mistake
def reason_without_closure(case: Case) -> bool:
    """The closure date was lost, the reason stayed."""
    closed = [one for one in case.closed() if one.get("ReasonForClosure") != "RC2"]
    return bool(closed) and replace(closed[-1], "CINclosureDate", None)


@mistake
def reason_unknown(case: Case) -> bool:
    """The reason for closure is not a code."""
    closed = case.closed()
    return bool(closed) and replace(closed[0], "ReasonForClosure", case.dice.pick(["rc7", "RC10", "7", "Closed"]))


@mistake
def reason_of_another_year(case: Case) -> bool:
    """The reason for closure is a code that the year does not have yet."""
    if "RC9" in case.setting.codes("CINdetails", "ReasonForClosure"):
        return False
    closed = [one for one in case.closed() if one.get("ReasonForClosure") == "RC8"]
    return bool(closed) and replace(closed[0], "ReasonForClosure", "RC9")


@mistake
def source_of_another_year(case: Case) -> bool:
    """The source of the referral is a code that the year does not have yet."""
    early = "5D" not in case.setting.codes("CINdetails", "ReferralSource")
    return early and bool(case.episodes) and replace(case.episodes[0], "ReferralSource", "5D")


@mistake
def closure_last_year(case: Case) -> bool:
    """An episode that was closed in the year before was exported again."""
    closed = [one for one in case.closed() if (day(one["CINreferralDate"]) or case.end) < case.start]
    return bool(closed) and replace(closed[0], "CINclosureDate", later(case.start, -1))


@mistake
def closure_before_referral(case: Case) -> bool:
    """An episode is closed before it was referred."""
    closed = case.closed()
    return bool(closed) and replace(
        closed[0], "CINclosureDate", later(day(closed[0]["CINreferralDate"]) or case.start, -2)
    )


@mistake
def closure_too_early(case: Case) -> bool:
    """An episode was closed while things in it still went on."""
    for episode in case.closed():
        for element, names in DATES.items():
            dates = [date for row in episode.get(element, []) for name in names if (date := day(row.get(name)))]
            if dates and max(dates) > max(case.start, day(episode["CINreferralDate"]) or case.start):
                return replace(episode, "CINclosureDate", later(max(dates), -1))
    return False


@mistake
def no_assessment_before_closure(case: Case) -> bool:
    """An episode was closed after an assessment that is not in the return."""
    for episode in case.closed():
        if episode.get("ReasonForClosure") in {"RC8", "RC9"} and episode.pop("Assessments", None):
            return True
    return False


@mistake
def closed_after_assessment_with_an_enquiry(case: Case) -> bool:
    """An episode with a section 47 enquiry or a plan was closed as if there had only been an assessment."""
    for episode in case.closed():
        if any(episode.get(element) for element in ("Section47", "ChildProtectionPlans", "CINPlanDates")):
            return replace(episode, "ReasonForClosure", "RC8")
    return False
