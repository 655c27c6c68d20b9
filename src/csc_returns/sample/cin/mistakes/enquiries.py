"""Mistakes in section 47 enquiries and conferences."""

from __future__ import annotations

from csc_returns.sample.cin.mistakes.case import DATES, Case, day, later, mistake, replace


@mistake
def enquiry_before_referral(case: Case) -> bool:
    """A section 47 enquiry starts before the referral."""
    for episode, row in case.rows("Section47", "S47ActualStartDate"):
        if date := day(episode.get("CINreferralDate")):
            return replace(row, "S47ActualStartDate", case.weekday(date, -7))
    return False


@mistake
def enquiry_without_start(case: Case) -> bool:
    """A section 47 enquiry with a conference has no start."""
    return replace(case.row("Section47", *DATES["Section47"]), "S47ActualStartDate", None)


@mistake
def enquiry_after_conference(case: Case) -> bool:
    """Start and conference of an enquiry were swapped."""
    row = case.row("Section47", *DATES["Section47"])
    if row is None:
        return False
    row["S47ActualStartDate"], row["DateOfInitialCPC"] = row["DateOfInitialCPC"], row["S47ActualStartDate"]
    return True


@mistake
def enquiry_without_assessment(case: Case) -> bool:
    """The assessment beside a section 47 enquiry is not in the return."""
    return any(episode.pop("Assessments", None) for episode, _ in case.rows("Section47"))


@mistake
def conference_before_referral(case: Case) -> bool:
    """A conference is dated before the referral."""
    for episode, row in case.rows("Section47", "DateOfInitialCPC"):
        if date := day(episode.get("CINreferralDate")):
            return replace(row, "DateOfInitialCPC", case.weekday(date, -10))
    return False


@mistake
def conference_on_a_sunday(case: Case) -> bool:
    """A conference is dated on a Sunday."""
    row = case.row("Section47", "DateOfInitialCPC")
    date = day(row["DateOfInitialCPC"]) if row else None
    return date is not None and replace(row, "DateOfInitialCPC", later(date, -date.isoweekday()))


@mistake
def conference_target_on_a_saturday(case: Case) -> bool:
    """The target date of a conference was counted in calendar days."""
    row = case.row("Section47", "S47ActualStartDate")
    date = day(row["S47ActualStartDate"]) if row else None
    return date is not None and replace(row, "InitialCPCtarget", later(date, 27 - date.isoweekday()))


@mistake
def conference_in_both_places(case: Case) -> bool:
    """A conference is recorded with the enquiry and with the episode."""
    for episode, row in case.rows("Section47", "DateOfInitialCPC"):
        return replace(episode, "DateOfInitialCPC", str(row["DateOfInitialCPC"]))
    return False


@mistake
def conference_last_year(case: Case) -> bool:
    """A conference of the year before was exported again."""
    for episode, row in case.rows("Section47", "DateOfInitialCPC"):
        if not episode.get("ChildProtectionPlans"):
            return replace(row, "DateOfInitialCPC", case.weekday(case.start, -case.dice.number(6, 60)))
    return False


@mistake
def conference_missing(case: Case) -> bool:
    """A conference was held, its date was not entered."""
    return replace(case.row("Section47", "DateOfInitialCPC"), "DateOfInitialCPC", None)


@mistake
def conference_not_decided(case: Case) -> bool:
    """An enquiry of a closed episode has neither a conference nor the word that none was needed."""
    for episode, row in case.rows("Section47"):
        if "CINclosureDate" in episode:
            row.pop("DateOfInitialCPC", None)
            return replace(row, "ICPCnotRequired", "false")
    return False


@mistake
def conference_flag_missing(case: Case) -> bool:
    """An enquiry does not say whether a conference was needed."""
    return replace(case.row("Section47"), "ICPCnotRequired", None)


@mistake
def conference_flag_unreadable(case: Case) -> bool:
    """Whether a conference was needed is a word."""
    return replace(case.row("Section47"), "ICPCnotRequired", case.dice.pick(["yes", "No", "N/A"]))


@mistake
def overdue_conference(case: Case) -> bool:
    """An enquiry has been waiting for its conference for far too long."""
    for episode, row in case.rows("Section47", "S47ActualStartDate"):
        start = day(row["S47ActualStartDate"]) or case.start
        if "CINclosureDate" not in episode and start < case.setting.working_day(case.end, -16):
            row.pop("DateOfInitialCPC", None)
            return replace(row, "ICPCnotRequired", "0")
    return False


@mistake
def enquiry_open_since_last_year(case: Case) -> bool:
    """An enquiry of the year before still waits for its conference."""
    for episode, row in case.rows("Section47", "S47ActualStartDate"):
        if "CINclosureDate" not in episode:
            row.pop("DateOfInitialCPC", None)
            row["ICPCnotRequired"] = "0"
            return replace(row, "S47ActualStartDate", case.weekday(case.start, -case.dice.number(6, 90)))
    return False


@mistake
def enquiry_twice(case: Case) -> bool:
    """Two enquiries of one episode run at once."""
    for episode, row in case.rows("Section47", *DATES["Section47"]):
        episode["Section47"].append({"S47ActualStartDate": row["DateOfInitialCPC"], "ICPCnotRequired": "1"})
        return True
    return False


@mistake
def two_open_enquiries(case: Case) -> bool:
    """Two enquiries of one episode wait for a conference."""
    for episode, row in case.rows("Section47", "S47ActualStartDate"):
        if "CINclosureDate" not in episode:
            waiting = {"S47ActualStartDate": row["S47ActualStartDate"], "ICPCnotRequired": "0"}
            episode["Section47"][:] = [waiting, dict(waiting)]
            return True
    return False
