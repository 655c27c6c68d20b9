"""Assessments completed: how many, how soon, and for young carers."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import BASIC, REFERRALS
from csc_returns.indicators.cohorts.cin import assessments_completed
from csc_returns.indicators.dates import working_days_between
from csc_returns.indicators.definitions.need.factors import episodes_with_factor
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

#: Working days within which an assessment should be done.
_ASSESSMENT_DAYS = 45

_YOUNG_CARER = "7A"


def _with_referral(scope: Scope) -> pl.LazyFrame:
    """Assessments completed in the period with ``referral_date``, ``primary_need`` and ``referral_source`` of their referral."""
    cases = scope.history.referrals.select("referral", "referral_date", "primary_need", "referral_source")
    return assessments_completed(scope).join(cases, on="referral", how="left")


@indicator(
    "assessments-completed",
    unit="count",
    decimals=0,
    confidence="high",
    needs=[Need("cin")],
    reads=["assessments"],
    fields=["Assessments.AssessmentAuthorisationDate"],
    breakdowns=REFERRALS,
)
def completed(scope: Scope) -> pl.LazyFrame:
    """Assessments completed.

    Assessments authorised in the period.

    Counts: Each assessment counts, several of one child too. One that is not authorised yet does not.

    Example:
        | began      | authorised | counts in 2024-25 |
        | 2024-02-20 | 2024-04-01 | yes               |
        | 2025-03-01 |            | no                |
    """
    return _with_referral(scope).with_columns(pl.lit(value=True).alias("numerator"))


@indicator(
    "assessments-within-45-days",
    unit="percent",
    decimals=1,
    confidence="medium",
    needs=[Need("cin")],
    reads=["assessments", "referrals"],
    fields=[
        "Assessments.AssessmentActualStartDate",
        "Assessments.AssessmentAuthorisationDate",
        "CINdetails.CINreferralDate",
    ],
    breakdowns=REFERRALS,
    variants=[
        Variant(
            "clock_start",
            "assessment_start",
            ("assessment_start", "referral"),
            "the 45 days are told from the referral in some descriptions and from the start of the assessment in others",
        )
    ],
)
def within_45_days(scope: Scope, clock_start: str) -> pl.LazyFrame:
    """Assessments completed within 45 working days.

    Of the assessments authorised in the period, those authorised not more than 45 working days after they began.

    Counts: The day on which the assessment begins is day 0; the 45th working day after it still counts. Weekends and the bank
    holidays of England and Wales are no working days. An assessment without a first day stays in the denominator. One that was
    authorised before it began counts as in time. The note says how many there are of both.

    Example:
        | began      | authorised | working days | counts           |
        | 2024-05-01 | 2024-07-05 | 45           | yes              |
        | 2024-05-01 | 2024-07-08 | 46           | denominator only |
    """
    begun = pl.col("start_date" if clock_start == "assessment_start" else "referral_date")
    days = working_days_between(begun, pl.col("completed_date"))
    return _with_referral(scope).with_columns(
        (days <= _ASSESSMENT_DAYS).fill_null(False).alias("numerator"),
        pl.when(begun.is_null())
        .then(pl.lit("without the day from which to count"))
        .when(pl.col("completed_date") < begun)
        .then(pl.lit("in time were authorised before the day from which to count"))
        .alias("remark"),
    )


@indicator(
    "young-carer-factor-rate",
    unit="rate_per_10000",
    decimals=0,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals", "assessments"],
    fields=[
        "AssessmentFactorsList.AssessmentFactors",
        "Assessments.AssessmentAuthorisationDate",
        "CINdetails.ReferralNFA",
    ],
    breakdowns=BASIC,
    limits="stands in for assessments of what young carers need, which no return holds",
)
def young_carers(scope: Scope) -> tuple[pl.LazyFrame, Unit]:
    """Assessment factor: young carer, episodes per 10,000 children.

    Episodes of need that have an assessment completed in the period which lists factor 7A.

    Counts: An episode counts once, however many of its assessments list the factor. Referrals without further action are not
    episodes of need.

    Example:
        | completed  | factors | counts in 2024-25 |
        | 2024-05-01 | 7A, 4B  | yes               |
        | 2024-03-31 | 7A      | no                |
    """
    return episodes_with_factor(scope, (_YOUNG_CARER,), "episodes", False)
