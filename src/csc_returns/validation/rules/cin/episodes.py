"""An episode of need against what it contains: assessments, enquiries, conferences and plans.

A finding is an episode with everything in it that is wrong.
"""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import is_yes
from csc_returns.validation.rule import frame_rule


def _contents(data: ReturnData, table: str, where: pl.Expr) -> pl.LazyFrame:
    """The row numbers of episodes and of the rows of a table in them, where an expression on both holds."""
    return data.join("CINdetails", table, on="episode").filter(where).select("CINdetails", table)


def _one_finding_an_episode(*parts: pl.LazyFrame) -> pl.LazyFrame:
    return pl.concat(parts, how="diagonal").with_columns(finding=pl.col("CINdetails"))


def _closed_after_assessment() -> pl.Expr:
    """Closed after assessment: no further action (RC8), or passed to early help (RC9)."""
    return pl.col("ReasonForClosure").is_in(["RC8", "RC9"])


# -- closed episodes ---------------------------------------------------------------------------------------------------


@frame_rule(
    "8565",
    {
        "CINdetails": ["CINclosureDate", "DateOfInitialCPC"],
        "Assessments": ["AssessmentActualStartDate", "AssessmentAuthorisationDate"],
        "Section47": ["S47ActualStartDate", "DateOfInitialCPC"],
        "ChildProtectionPlans": ["CPPendDate"],
        "CINplanDates": ["CINPlanStartDate", "CINPlanEndDate"],
    },
)
def activity_after_closure(data: ReturnData) -> pl.LazyFrame:
    """Episode was closed before something in it started, took place or ended.

    After the day of the closure no assessment may start or be authorised, no enquiry start, no initial conference be
    held, no child in need plan start or end and no child protection plan end. The start of a child protection plan and
    its reviews are left to other rules.

    Fix: correct the closure date or the later date, or move what came later to the episode it belongs to.

    Example:
        | CINdetails              | LAchildID | CINdetailsID | CINclosureDate | DateOfInitialCPC |
        | all in it is a day late | A         | 1            | 2025-06-02 *   | 2025-06-03 *     |
        | all on the same day     | A         | 2            | 2025-06-02     | 2025-06-02       |
        | still open              | A         | 3            |                | 2025-06-03       |
        | conference alone        | B         | 1            | 2025-06-02 *   | 2025-06-03 *     |
        | one plan alone          | B         | 2            | 2025-06-02 *   | *                |
        | nothing in it           | C         | 1            | 2025-06-02     |                  |

        | Assessments | LAchildID | CINdetailsID | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | starts late | A         | 1            | 2025-06-03 *              | *                           |
        | signed late | A         | 1            | 2025-05-02 *              | 2025-06-03 *                |
        | in time     | A         | 1            | 2025-05-02                | 2025-06-02                  |
        | no dates    | A         | 1            |                           |                             |
        |             | A         | 2            | 2025-06-02                | 2025-06-02                  |
        |             | A         | 3            | 2025-06-03                | 2025-06-03                  |

        | Section47       | LAchildID | CINdetailsID | S47ActualStartDate | DateOfInitialCPC |
        | starts late     | A         | 1            | 2025-06-03 *       | *                |
        | conference late | A         | 1            | 2025-05-02 *       | 2025-06-03 *     |
        | in time         | A         | 1            | 2025-05-02         | 2025-06-02       |
        |                 | A         | 2            | 2025-06-02         | 2025-06-02       |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate | CPPendDate   |
        | ends late            | A         | 1            | 2025-05-02   | 2025-06-03 * |
        | start is not read    | A         | 1            | 2025-06-03   |              |
        |                      | A         | 2            | 2025-05-02   | 2025-06-02   |

        | CINplanDates | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        | starts late  | A         | 1            | 2025-06-03 *     | *              |
        | ends late    | A         | 1            | 2025-05-02 *     | 2025-06-03 *   |
        | in time      | A         | 1            | 2025-05-02       | 2025-06-02     |
        |              | A         | 2            | 2025-06-02       | 2025-06-02     |
        | ends late    | B         | 2            | 2025-05-02 *     | 2025-06-03 *   |
    """

    def late(*dates: str) -> pl.Expr:
        return pl.any_horizontal(pl.col(date) > pl.col("CINclosureDate") for date in dates)

    return _one_finding_an_episode(
        data["CINdetails"].filter(late("DateOfInitialCPC")).select("CINdetails"),
        _contents(data, "Assessments", late("AssessmentActualStartDate", "AssessmentAuthorisationDate")),
        _contents(data, "Section47", late("S47ActualStartDate", "DateOfInitialCPC_Section47")),
        _contents(data, "ChildProtectionPlans", late("CPPendDate")),
        _contents(data, "CINplanDates", late("CINPlanStartDate", "CINPlanEndDate")),
    )


@frame_rule("8825Q", {"CINdetails": ["ReasonForClosure"]}, reads={"Assessments": ["CINdetailsID"]})
def closed_after_assessment_without_one(data: ReturnData) -> pl.LazyFrame:
    """Episode was closed after assessment, but has no assessment.

    The reasons for closure RC8 and RC9 say that the child was assessed before the case was closed or passed to early
    help.

    Fix: add the assessment, or correct the reason for closure.

    Example:
        | CINdetails     | LAchildID | CINdetailsID | ReasonForClosure |
        |                | A         | 1            | RC8 *            |
        |                | A         | 2            | RC9 *            |
        | has one        | A         | 3            | RC8              |
        | another reason | A         | 4            | RC1              |
        | other case     | A         | 5            | rc8              |
        | still open     | A         | 6            |                  |
        | another child  | B         | 3            | RC9 *            |

        | Assessments   | LAchildID | CINdetailsID | AssessmentActualStartDate |
        | without dates | A         | 3            |                           |
    """
    return data.lacking("CINdetails", "Assessments", on="episode").filter(_closed_after_assessment())


@frame_rule(
    "2990",
    {
        "CINdetails": ["DateOfInitialCPC"],
        "ChildProtectionPlans": ["LAchildID"],
        "CINplanDates": ["LAchildID"],
        "Section47": ["LAchildID"],
    },
    reads={"CINdetails": ["ReasonForClosure"]},
)
def activity_beyond_assessment(data: ReturnData) -> pl.LazyFrame:
    """Episode was closed after assessment, but has an enquiry, an initial conference or a plan.

    The reasons for closure RC8 and RC9 say that nothing followed the assessment. An enquiry or a plan counts whatever
    its dates, a conference by its date.

    Fix: correct the reason for closure, or move what stands in this episode to the one it belongs to.

    Example:
        | CINdetails            | LAchildID | CINdetailsID | ReasonForClosure | DateOfInitialCPC |
        | everything            | A         | 1            | RC8              | 2025-05-02 *     |
        | conference alone      | A         | 2            | RC9              | 2025-05-02 *     |
        | enquiry alone         | A         | 3            | RC9              | *                |
        | protection plan alone | A         | 4            | RC8              | *                |
        | in need plan alone    | A         | 5            | RC8              | *                |
        | nothing               | A         | 6            | RC8              |                  |
        | another reason        | B         | 1            | RC1              | 2025-05-02       |
        | other case            | B         | 2            | rc9              | 2025-05-02       |
        | still open            | B         | 3            |                  | 2025-05-02       |

        | Section47      | LAchildID | CINdetailsID | S47ActualStartDate |
        |                | A *       | 1            | 2025-05-02         |
        | without a date | A *       | 3            |                    |
        |                | B         | 1            | 2025-05-02         |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | two in one finding   | A *       | 1            | 2025-05-02   |
        |                      | A *       | 1            | 2025-06-02   |
        | without a date       | A *       | 4            |              |
        |                      | B         | 2            | 2025-05-02   |

        | CINplanDates   | LAchildID | CINdetailsID | CINPlanStartDate |
        |                | A *       | 1            | 2025-05-02       |
        | without a date | A *       | 5            |                  |
        |                | B         | 3            | 2025-05-02       |
    """
    closed = _closed_after_assessment()
    return _one_finding_an_episode(
        data["CINdetails"].filter(closed & pl.col("DateOfInitialCPC").is_not_null()).select("CINdetails"),
        *(_contents(data, table, closed) for table in ("ChildProtectionPlans", "CINplanDates", "Section47")),
    )


# -- referrals that led to no further action ---------------------------------------------------------------------------


@frame_rule(
    "8831",
    {"CINdetails": ["DateOfInitialCPC"], "Assessments": ["LAchildID"], "Section47": ["LAchildID"]},
    reads={
        "CINdetails": ["ReferralNFA"],
        "Assessments": ["AssessmentActualStartDate", "AssessmentAuthorisationDate"],
        "Section47": ["S47ActualStartDate", "DateOfInitialCPC"],
    },
)
def no_further_action_with_activity(data: ReturnData) -> pl.LazyFrame:
    """Referral led to no further action, but the episode has dates of an assessment, enquiry or initial conference.

    A referral after which the child was assessed, the subject of an enquiry or of a conference led to further action.
    Assessments and enquiries without any of these dates do not count.

    Fix: set ReferralNFA to 0, or move the assessment, enquiry or conference to the episode it belongs to.

    Example:
        | CINdetails            | LAchildID | CINdetailsID | ReferralNFA | DateOfInitialCPC |
        | conference alone      | A         | 1            | 1           | 2025-05-02 *     |
        | assessments           | A         | 2            | true        | *                |
        | enquiries             | A         | 3            | 1           | *                |
        | nothing dated         | A         | 4            | 1           |                  |
        | further action        | B         | 1            | 0           | 2025-05-02       |
        | other case            | B         | 2            | TRUE        | 2025-05-02       |
        | not said              | B         | 3            |             | 2025-05-02       |

        | Assessments | LAchildID | CINdetailsID | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | started     | A *       | 2            | 2025-05-02                |                             |
        | authorised  | A *       | 2            |                           | 2025-05-02                  |
        | no dates    | A         | 2            |                           |                             |
        | no dates    | A         | 4            |                           |                             |
        |             | B         | 1            | 2025-05-02                | 2025-05-02                  |

        | Section47   | LAchildID | CINdetailsID | S47ActualStartDate | DateOfInitialCPC |
        | no dates    | A         | 1            |                    |                  |
        | started     | A *       | 3            | 2025-05-02         |                  |
        | conference  | A *       | 3            |                    | 2025-05-02       |
        | no dates    | A         | 3            |                    |                  |
        | no dates    | A         | 4            |                    |                  |
        |             | B         | 2            | 2025-05-02         | 2025-05-02       |
    """

    def without_action(*dates: str) -> pl.Expr:
        return is_yes("ReferralNFA") & pl.any_horizontal(pl.col(date).is_not_null() for date in dates)

    return _one_finding_an_episode(
        data["CINdetails"].filter(without_action("DateOfInitialCPC")).select("CINdetails"),
        _contents(data, "Assessments", without_action("AssessmentActualStartDate", "AssessmentAuthorisationDate")),
        _contents(data, "Section47", without_action("S47ActualStartDate", "DateOfInitialCPC_Section47")),
    )


@frame_rule("8832", {"CINdetails": ["ReferralNFA"], "ChildProtectionPlans": ["LAchildID"]})
def no_further_action_with_protection_plan(data: ReturnData) -> pl.LazyFrame:
    """Referral led to no further action, but the episode has a child protection plan.

    A plan follows from further action. It counts whatever its dates, and ReferralNFA however it is written.

    Fix: set ReferralNFA to 0, or move the plan to the episode it came from.

    Example:
        | CINdetails     | LAchildID | CINdetailsID | ReferralNFA |
        |                | A         | 1            | 1 *         |
        | any case       | A         | 2            | True *      |
        | no plan        | A         | 3            | 1           |
        | further action | B         | 1            | 0           |
        | not said       | B         | 2            |             |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | two in one finding   | A *       | 1            | 2025-05-02   |
        |                      | A *       | 1            | 2025-06-02   |
        | without a date       | A *       | 2            |              |
        |                      | B         | 1            | 2025-05-02   |
        |                      | B         | 2            | 2025-05-02   |
    """
    return _one_finding_an_episode(_contents(data, "ChildProtectionPlans", is_yes("ReferralNFA", any_case=True)))


@frame_rule("4000", {"CINdetails": ["ReferralNFA"], "CINplanDates": ["LAchildID"]})
def no_further_action_with_in_need_plan(data: ReturnData) -> pl.LazyFrame:
    """Referral led to no further action, but the episode has a child in need plan.

    A plan follows from further action. It counts whatever its dates.

    Fix: set ReferralNFA to 0, or move the plan to the episode it came from.

    Example:
        | CINdetails     | LAchildID | CINdetailsID | ReferralNFA |
        |                | A         | 1            | 1 *         |
        |                | A         | 2            | true *      |
        | no plan        | A         | 3            | 1           |
        | further action | B         | 1            | 0           |
        | other case     | B         | 2            | TRUE        |
        | not said       | B         | 3            |             |

        | CINplanDates       | LAchildID | CINdetailsID | CINPlanStartDate |
        | two in one finding | A *       | 1            | 2025-05-02       |
        |                    | A *       | 1            | 2025-06-02       |
        | without a date     | A *       | 2            |                  |
        |                    | B         | 1            | 2025-05-02       |
        |                    | B         | 2            | 2025-05-02       |
        |                    | B         | 3            | 2025-05-02       |
    """
    return _one_finding_an_episode(_contents(data, "CINplanDates", is_yes("ReferralNFA")))
