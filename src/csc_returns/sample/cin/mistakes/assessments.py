"""Mistakes in assessments and their factors."""

from __future__ import annotations

from csc_returns.sample.cin.mistakes.case import DATES, Case, day, later, mistake, replace


@mistake
def assessment_before_referral(case: Case) -> bool:
    """An assessment starts before the referral."""
    for episode, row in case.rows("Assessments"):
        if date := day(episode.get("CINreferralDate")):
            return replace(row, "AssessmentActualStartDate", later(date, -case.dice.number(1, 20)))
    return False


@mistake
def assessment_without_start(case: Case) -> bool:
    """An assessment has no start."""
    return replace(case.row("Assessments", "AssessmentActualStartDate"), "AssessmentActualStartDate", None)


@mistake
def assessment_ends_before_it_starts(case: Case) -> bool:
    """Start and authorisation of an assessment were swapped."""
    row = case.row("Assessments", *DATES["Assessments"])
    if row is None:
        return False
    start, end = DATES["Assessments"]
    row[start], row[end] = row[end], row[start]
    return True


@mistake
def authorised_last_year(case: Case) -> bool:
    """An assessment of the year before was exported again."""
    return replace(
        case.row("Assessments", *DATES["Assessments"]),
        "AssessmentAuthorisationDate",
        later(case.start, -case.dice.number(1, 90)),
    )


@mistake
def authorised_next_year(case: Case) -> bool:
    """An assessment that was authorised after the year has its date already."""
    return replace(
        case.row("Assessments", *DATES["Assessments"]),
        "AssessmentAuthorisationDate",
        later(case.end, case.dice.number(1, 30)),
    )


@mistake
def closed_with_an_open_assessment(case: Case) -> bool:
    """An assessment of a closed episode was never authorised."""
    for episode, row in case.rows("Assessments", "AssessmentAuthorisationDate"):
        if "CINclosureDate" in episode:
            row.pop("FactorsIdentifiedAtAssessment", None)
            return replace(row, "AssessmentAuthorisationDate", None)
    return False


@mistake
def overdue_assessment(case: Case) -> bool:
    """An assessment has been going on for far too long."""
    for episode in case.open():
        for row in episode.get("Assessments", []):
            start = day(row.get("AssessmentActualStartDate"))
            if start and case.start <= start < case.setting.working_day(case.end, -46):
                row.pop("FactorsIdentifiedAtAssessment", None)
                return replace(row, "AssessmentAuthorisationDate", None)
    return False


@mistake
def assessment_open_since_last_year(case: Case) -> bool:
    """An assessment that began before the year was never authorised."""
    for episode in case.open():
        for row in episode.get("Assessments", []):
            row.pop("FactorsIdentifiedAtAssessment", None)
            row.pop("AssessmentAuthorisationDate", None)
            return replace(row, "AssessmentActualStartDate", later(case.start, -case.dice.number(1, 40)))
    return False


@mistake
def factors_before_the_end(case: Case) -> bool:
    """An assessment that still goes on has factors already."""
    for _, row in case.rows("Assessments", "AssessmentAuthorisationDate"):
        if row.get("FactorsIdentifiedAtAssessment"):
            return replace(row, "AssessmentAuthorisationDate", None)
    return False


@mistake
def two_open_assessments(case: Case) -> bool:
    """A second assessment was started although the first one goes on."""
    for episode in case.open():
        if rows := episode.get("Assessments", []):
            start = rows[0].get("AssessmentActualStartDate", case.start.isoformat())
            rows.extend({"AssessmentActualStartDate": start} for _ in range(2))
            return True
    return False


@mistake
def overlapping_assessments(case: Case) -> bool:
    """A second assessment starts before the first one is over."""
    for episode, row in case.rows("Assessments", *DATES["Assessments"]):
        episode["Assessments"].append({**row, "AssessmentActualStartDate": row["AssessmentAuthorisationDate"]})
        return True
    return False


def _factors(case: Case) -> list[str]:
    """Factors of the first assessment that has any."""
    for _, row in case.rows("Assessments"):
        if factors := row.get("FactorsIdentifiedAtAssessment", {}).get("AssessmentFactors"):
            found: list[str] = factors
            return found
    return []


@mistake
def factors_missing(case: Case) -> bool:
    """An authorised assessment has no factors."""
    return replace(case.row("Assessments", "AssessmentAuthorisationDate"), "FactorsIdentifiedAtAssessment", None)


@mistake
def empty_factors(case: Case) -> bool:
    """The block of factors stands empty."""
    row = case.row("Assessments", "AssessmentAuthorisationDate")
    if row is None:
        return False
    row["FactorsIdentifiedAtAssessment"] = {}
    return True


@mistake
def factor_unknown(case: Case) -> bool:
    """A factor is in lower case, or one that never was."""
    factors = _factors(case)
    factors[:1] = [case.dice.pick(["8A", "3b", "4", "DV", "25A"])] if factors else []
    return bool(factors)


@mistake
def factor_twice(case: Case) -> bool:
    """A factor was ticked twice."""
    factors = _factors(case)
    factors += factors[:1]
    return bool(factors)


@mistake
def nothing_found_beside_factors(case: Case) -> bool:
    """The code for no factors stands beside a factor."""
    factors = _factors(case)
    if not factors or "21" in factors:
        return False
    factors.append("21")
    return True


@mistake
def nothing_found_and_yet_services(case: Case) -> bool:
    """The only assessment found nothing, but the episode went on."""
    for episode in case.went_further():
        rows = episode.get("Assessments", [])
        if len(rows) == 1 and "FactorsIdentifiedAtAssessment" in rows[0]:
            if episode.get("ReasonForClosure") in {"RC8", "RC9"}:
                continue
            rows[0]["FactorsIdentifiedAtAssessment"] = {"AssessmentFactors": ["21"]}
            return True
    return False


@mistake
def physical_abuse_as_of_old(case: Case) -> bool:
    """The factor for physical abuse is the one that was split."""
    factors = _factors(case)
    if not factors or factors == ["21"]:
        return False
    factors[:] = ["18A"]
    return True


@mistake
def sexual_abuse_as_of_old(case: Case) -> bool:
    """The factor for sexual abuse is the one that was split."""
    factors = _factors(case)
    if not factors or factors == ["21"]:
        return False
    factors[:] = ["19A"]
    return True


@mistake
def factor_of_another_year(case: Case) -> bool:
    """A factor is one that the year does not have yet."""
    factors = _factors(case)
    known = case.setting.codes("AssessmentFactorsList", "AssessmentFactors")
    new = [code for code in ("18B", "19C", "24A") if code not in known]
    if not factors or not new or factors == ["21"]:
        return False
    factors[:] = [new[0]]
    return True
