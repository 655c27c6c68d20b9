"""Continuous assessments: their start, their authorisation, and how those of one episode follow each other."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import outside_window, starts_during, working_days_before
from csc_returns.validation.rule import frame_rule, row_rule

#: Working days within which an assessment is to be completed.
WORKING_DAYS = 45


def _unauthorised() -> pl.Expr:
    return pl.col("AssessmentAuthorisationDate").is_null()


@frame_rule("1103", {"Assessments": ["AssessmentActualStartDate"], "CINdetails": ["CINreferralDate"]})
def assessment_starts_before_referral(data: ReturnData) -> pl.LazyFrame:
    """Assessment starts before the referral of its episode.

    The referral opens the episode and the assessment follows from it, on the same day at the earliest.

    Fix: correct the start of the assessment or the date of the referral, or move the assessment to the episode it came
    from.

    Example:
        | CINdetails | LAchildID | CINdetailsID | CINreferralDate |
        |            | A         | 1            | 2025-05-02 *    |
        |            | A         | 2            | 2025-05-02      |
        | no date    | B         | 1            |                 |

        | Assessments        | LAchildID | CINdetailsID | AssessmentActualStartDate |
        | a day too early    | A         | 1            | 2025-05-01 *              |
        | same day           | A         | 2            | 2025-05-02                |
        | a day later        | A         | 2            | 2025-05-03                |
        | no start           | A         | 2            |                           |
        | nothing to compare | B         | 1            | 2025-05-01                |
        | no such episode    | A         | 3            | 2025-05-01                |
    """
    return data.join("Assessments", "CINdetails", on="episode").filter(
        pl.col("AssessmentActualStartDate") < pl.col("CINreferralDate")
    )


@row_rule("8608", "Assessments", ["AssessmentActualStartDate", "AssessmentAuthorisationDate"])
def authorised_before_start(_: ReturnData) -> pl.Expr:
    """Assessment is authorised earlier than it starts.

    A manager signs an assessment off when it is complete: on the day it starts at the earliest.

    Fix: check both dates with the record of the assessment and correct the wrong one.

    Example:
        | Assessments     | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | a day too early | 2025-05-02 *              | 2025-05-01 *                |
        | same day        | 2025-05-02                | 2025-05-02                  |
        | in order        | 2025-05-02                | 2025-05-03                  |
        | not authorised  | 2025-05-02                |                             |
        | no start        |                           | 2025-05-01                  |
    """
    return pl.col("AssessmentAuthorisationDate") < pl.col("AssessmentActualStartDate")


@frame_rule(
    "8614",
    {"Assessments": ["AssessmentAuthorisationDate", "AssessmentFactors"]},
    reads={"AssessmentFactorsList": ["AssessmentFactors"]},
)
def factors_before_authorisation(data: ReturnData) -> pl.LazyFrame:
    """Factors are given for an assessment that has no authorisation date.

    Factors are what a finished assessment found, so they go with its authorisation. What the factors are does not
    matter.

    Fix: enter the date on which the assessment was authorised, or leave the factors out until it is.

    Example:
        | Assessments      | AssessmentAuthorisationDate | AssessmentFactors |
        | one factor       | *                           | 2B *              |
        | several          | *                           | 2B, 3A *          |
        | authorised       | 2025-06-13                  | 2B                |
        | no factors yet   |                             |                   |
        | none, authorised | 2025-06-13                  |                   |

    Example:
        | Assessments      | LAchildID | CINdetailsID | AssessmentID | AssessmentAuthorisationDate | AssessmentFactors |
        |                  | A         | 1            | 1            | *                           | *                 |
        | only others have | A         | 1            | 2            |                             |                   |
        | only others have | A         | 2            | 1            |                             |                   |
        | blank entry      | A         | 2            | 2            |                             |                   |
        | authorised       | B         | 1            | 1            | 2025-06-13                  |                   |

        | AssessmentFactorsList | LAchildID | CINdetailsID | AssessmentID | AssessmentFactors |
        |                       | A         | 1            | 1            | 2B                |
        |                       | A         | 2            | 2            |                   |
        |                       | B         | 1            | 1            | 2B                |
    """
    return (
        data["Assessments"]
        .filter(_unauthorised())
        .join(data.listed("AssessmentFactorsList"), on="Assessments", how="semi")
    )


@row_rule("8670Q", "Assessments", ["AssessmentAuthorisationDate", "AssessmentActualStartDate"])
def unauthorised_after_45_working_days(data: ReturnData) -> pl.Expr:
    """Assessment has run for more than 45 working days at the end of the year and is still not authorised.

    An assessment is to be complete within 45 working days: Monday to Friday without the bank holidays of England and
    Wales. The days are counted back from the last day of the collection year, beginning with the day before it; an
    assessment that started on the 45th may still be running.

    Fix: enter the authorisation date if the assessment is complete; if it is late indeed, confirm the query.

    Example:
        | Assessments          | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | a day past the limit | 2026-01-26 *              | *                           |
        | on the limit         | 2026-01-27                |                             |
        | long ago             | 2025-05-02 *              | *                           |
        | authorised           | 2025-05-02                | 2026-03-31                  |
        | no start             |                           |                             |

    Example in 2022-23:
        | Assessments          | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | a day past the limit | 2023-01-26 *              | *                           |
        | on the limit         | 2023-01-27                |                             |
    """
    return _unauthorised() & (pl.col("AssessmentActualStartDate") < working_days_before(data.end, WORKING_DAYS))


@row_rule("8696", "Assessments", ["AssessmentAuthorisationDate"])
def authorised_outside_window(data: ReturnData) -> pl.Expr:
    """Assessment is authorised on a day that is not in the collection year.

    An assessment belongs to the return of the year in which it was authorised, first and last day included.

    Fix: correct the authorisation date, or leave the assessment to the return of the other year.

    Example:
        | Assessments     | AssessmentAuthorisationDate |
        | a day too early | 2025-03-31 *                |
        | first day       | 2025-04-01                  |
        | last day        | 2026-03-31                  |
        | a day too late  | 2026-04-01 *                |
        | not authorised  |                             |
    """
    return outside_window("AssessmentAuthorisationDate", data)


@row_rule("8736", "Assessments", ["AssessmentAuthorisationDate", "AssessmentActualStartDate"])
def unauthorised_started_outside_window(data: ReturnData) -> pl.Expr:
    """Assessment without an authorisation date does not start in the collection year.

    An assessment that is still running must have started between the first and the last day of the year. One without a
    start is wrong too.

    Fix: enter the authorisation date if the assessment is complete, otherwise enter or correct its start.

    Example:
        | Assessments     | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | a day too early | 2025-03-31 *              | *                           |
        | first day       | 2025-04-01                |                             |
        | last day        | 2026-03-31                |                             |
        | a day too late  | 2026-04-01 *              | *                           |
        | no start        | *                         | *                           |
        | authorised      | 2025-03-31                | 2025-04-01                  |
        | authorised      |                           | 2025-04-01                  |
    """
    return _unauthorised() & outside_window("AssessmentActualStartDate", data).fill_null(True)


@frame_rule(
    "8863Q",
    {
        "Assessments": ["AssessmentActualStartDate"],
        "Assessments_other": ["AssessmentActualStartDate", "AssessmentAuthorisationDate"],
    },
)
def assessment_starts_during_another(data: ReturnData) -> pl.LazyFrame:
    """Assessment starts while another one of the same episode is running.

    An episode has one assessment at a time. The other runs from its start to its authorisation, both days included, or
    to the last day of the collection year if it is not authorised. Two that start on one day are each found to start
    during the other.

    Fix: correct the dates of the two assessments, or remove one if it was entered twice.

    Example:
        | Assessments            | LAchildID | CINdetailsID | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | starts within next     | A         | 1            | 2025-05-10 *              | 2025-06-20                  |
        |                        | A         | 1            | 2025-05-02 *              | 2025-06-13 *                |
        | day next is authorised | B         | 1            | 2025-06-13 *              |                             |
        |                        | B         | 1            | 2025-05-02 *              | 2025-06-13 *                |
        | day after that         | C         | 1            | 2025-06-14                |                             |
        |                        | C         | 1            | 2025-05-02                | 2025-06-13                  |
        | open to last day       | D         | 1            | 2026-03-31 *              |                             |
        |                        | D         | 1            | 2025-05-02 *              | *                           |
        | year is over           | E         | 1            | 2026-04-01                |                             |
        |                        | E         | 1            | 2025-05-02                |                             |
        | both alike             | F         | 1            | 2025-05-02 *              | *                           |
        |                        | F         | 1            | 2025-05-02 *              | *                           |
        | other episode          | G         | 1            | 2025-05-10                |                             |
        |                        | G         | 2            | 2025-05-02                |                             |
        | no start               | H         | 1            |                           | 2025-06-13                  |
        |                        | H         | 1            | 2025-05-02                |                             |
    """
    during = starts_during(
        "AssessmentActualStartDate",
        "AssessmentActualStartDate_other",
        "AssessmentAuthorisationDate_other",
        while_open=pl.col("AssessmentActualStartDate") <= data.end,
    )
    return data.pairs("Assessments", on="episode").filter(during)


@frame_rule("8867", {"CINdetails": ["CINclosureDate"], "Assessments": ["AssessmentAuthorisationDate"]})
def unauthorised_in_closed_episode(data: ReturnData) -> pl.LazyFrame:
    """Episode is closed though an assessment in it is not authorised.

    Every assessment is to be complete before its episode closes. The episode and all such assessments are one finding.

    Fix: enter the authorisation date of each assessment, or remove the closure date if the episode is still open.

    Example:
        | CINdetails         | LAchildID | CINdetailsID | CINclosureDate |
        | two not authorised | A         | 1            | 2025-07-01 *   |
        | open               | A         | 2            |                |
        | all authorised     | B         | 1            | 2025-07-01     |
        | no assessment      | B         | 2            | 2025-07-01     |

        | Assessments     | LAchildID | CINdetailsID | AssessmentAuthorisationDate |
        |                 | A         | 1            | *                           |
        |                 | A         | 1            | *                           |
        | authorised      | A         | 1            | 2025-06-13                  |
        |                 | A         | 2            |                             |
        |                 | B         | 1            | 2025-07-02                  |
        | no such episode | C         | 1            |                             |
    """
    return (
        data.join("Assessments", "CINdetails", on="episode")
        .filter(_unauthorised() & pl.col("CINclosureDate").is_not_null())
        .with_columns(finding=pl.col("CINdetails"))
    )


@frame_rule("8896", {"Assessments": ["AssessmentAuthorisationDate"]})
def several_unauthorised_assessments(data: ReturnData) -> pl.LazyFrame:
    """Episode has more than one assessment without an authorisation date.

    One assessment is to be complete before the next begins, so one at most can be unauthorised. All that are, are one
    finding.

    Fix: enter the authorisation date of every assessment but the current one, or remove one that was entered twice.

    Example:
        | Assessments      | LAchildID | CINdetailsID | AssessmentActualStartDate | AssessmentAuthorisationDate |
        | two, one finding | A         | 1            | 2025-05-02                | *                           |
        |                  | A         | 1            |                           | *                           |
        | authorised       | A         | 1            | 2025-04-02                | 2025-04-30                  |
        | one an episode   | B         | 1            | 2025-05-02                |                             |
        |                  | B         | 2            | 2025-06-02                |                             |
        | authorised       | B         | 2            | 2025-05-02                | 2025-05-30                  |
    """
    unauthorised = data["Assessments"].filter(_unauthorised())
    return unauthorised.filter(pl.len().over("episode") > 1).with_columns(finding=pl.col("episode"))
