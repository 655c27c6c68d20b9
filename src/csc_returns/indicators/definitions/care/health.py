"""Health and wellbeing of the children looked after for at least twelve months: what OC2 tells of them, once a year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CLA, ETHNICITY_MAJOR, LOOKED_AFTER, PLACEMENT_GROUP, SEX
from csc_returns.indicators.cohorts.cla import cla_12_months
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.periods import PeriodKind
from csc_returns.indicators.scope import Scope, cohort

#: An authority that sends OC2 for nobody has no figure, and not 0.
_NEEDS = [Need("ssda903", frame="outcomes")]

_READS = ["episodes", "outcomes"]

_ONCE_A_YEAR = "the return tells of health once a year, for the twelve months to 31 March"
_NOT_BY: Mapping[PeriodKind, str] = {"quarter": _ONCE_A_YEAR, "rolling": _ONCE_A_YEAR, "snapshot": _ONCE_A_YEAR}

#: What the percentages here have in common.
_of_outcomes = partial(
    indicator,
    unit="percent",
    decimals=0,
    confidence="high",
    needs=_NEEDS,
    reads=_READS,
    not_by=_NOT_BY,
)

_YES, _NO = "1", "0"

#: Ages on the last day at which a score is published; the return asks for it from the age of 4.
_SCORED_AGES = (5, 16)

#: Highest score of the questionnaire, and the first that is borderline and a cause for concern.
_HIGHEST, _BORDERLINE, _CONCERN = 40, 14, 17


@cohort
def with_outcomes(scope: Scope) -> pl.LazyFrame:
    """Children looked after for at least twelve months with their row of OC2 for the year, and ``age`` on its last day.

    The columns of OC2 are null for a child without a row. One that has several is in with the first of them, by their values.
    """
    of_year = scope.history.outcomes.filter(pl.col("year_end") == scope.end)
    of_year = of_year.sort(pl.all(), nulls_last=True).unique("child", keep="first", maintain_order=True)
    return scope.age_on(cla_12_months(scope).join(of_year, on="child", how="left", maintain_order="left"))


def _with_score(scope: Scope, youngest: int = _SCORED_AGES[0]) -> pl.LazyFrame:
    """Children of the ages with ``score``: null without one, where it is none of 0 to 40, or beside a reason for having none."""
    sent = pl.col("sdq_score").is_not_null()
    usable = pl.col("sdq_score").is_between(0, _HIGHEST) & pl.col("sdq_reason").is_null()
    return (
        with_outcomes(scope)
        .filter(pl.col("age").is_between(youngest, _SCORED_AGES[1]))
        .with_columns(
            pl.when(usable).then("sdq_score").alias("score"),
            pl.when(sent & ~usable)
            .then(pl.lit("with a score that is not taken: not 0 to 40, or beside a reason for no score"))
            .when(pl.col("year_end").is_null())
            .then(pl.lit("without a row of OC2 for the year"))
            .alias("remark"),
        )
    )


def _answered_yes(rows: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Children, those with a 1 in the numerator; one without 0 or 1 counts as no, and is remarked."""
    answered = pl.col(column).is_in([_YES, _NO]).fill_null(False)
    return rows.with_columns(
        (pl.col(column) == _YES).fill_null(False).alias("numerator"),
        pl.when(~answered).then(pl.lit("without an answer, counted as no")).alias("remark"),
    )


@indicator(
    "cla-sdq-average",
    unit="mean",
    decimals=1,
    confidence="high",
    needs=_NEEDS,
    reads=_READS,
    fields=["OC2.SDQ_SCORE", "OC2.SDQ_REASON", "OC2.DOB"],
    breakdowns=(AGE_CLA, SEX, ETHNICITY_MAJOR, PLACEMENT_GROUP),
    variants=[
        Variant(
            "age_range",
            "5-16",
            ("5-16", "4-16"),
            "a score is asked for from 4 to 16 on the day of the assessment, which is not collected; 5-16 is published",
        )
    ],
    not_by=_NOT_BY,
    version=2,
)
def average_score(scope: Scope, age_range: str) -> pl.LazyFrame:
    """Average Strengths and Difficulties Questionnaire score.

    The mean score of the children looked after for at least twelve months to 31 March, aged 5 to 16 on that day, who have one.

    Counts: A score of 0 is one. A child with a reason for having no score is out, as is a score that is not 0 to 40. One who
    turns 5 on the day is in, one who turns 17 is out.

    Example:
        | born       | score | reason | taken on 2025-03-31 |
        | 2020-03-31 | 0     |        | yes                 |
        | 2008-03-31 | 12    |        | no                  |
        | 2012-05-05 |       | SDQ2   | no                  |
    """
    rows = _with_score(scope, int(age_range.partition("-")[0]))
    return rows.with_columns(pl.col("score").alias("value"), pl.col("score").is_not_null().alias("denominator"))


@_of_outcomes(
    "cla-sdq-concern",
    fields=["OC2.SDQ_SCORE", "OC2.SDQ_REASON", "OC2.DOB"],
    breakdowns=LOOKED_AFTER,
    version=2,
)
def score_of_concern(scope: Scope) -> pl.LazyFrame:
    """Looked-after children whose SDQ score is a cause for concern.

    Of the children looked after for at least twelve months to 31 March, aged 5 to 16 on that day, who have a score, those whose
    score is 17 or more. How many are normal (up to 13) and borderline (14 to 16) is shown beside.

    Counts: A child with a reason for having no score is out, as is a score that is not 0 to 40.

    Example:
        | score | counts           |
        | 17    | yes              |
        | 16    | denominator only |
        |       | no               |
    """
    score = pl.col("score")
    bands = {"normal": score < _BORDERLINE, "borderline": score.is_between(_BORDERLINE, _CONCERN - 1)}
    return _with_score(scope).with_columns(
        score.is_not_null().alias("denominator"),
        (score >= _CONCERN).fill_null(False).alias("numerator"),
        *(band.fill_null(False).alias(f"score: {name}") for name, band in bands.items()),
    )


@_of_outcomes(
    "cla-sdq-completed",
    fields=["OC2.SDQ_SCORE", "OC2.SDQ_REASON", "OC2.DOB"],
    version=2,
)
def score_returned(scope: Scope) -> pl.LazyFrame:
    """Looked-after children with an SDQ score returned.

    Of the children looked after for at least twelve months to 31 March, aged 5 to 16 on that day, those who have a score.

    Counts: A score of 0 is one. A child with a reason for having no score has none, nor has one whose score is not 0 to 40.

    Example:
        | score | reason | counts           |
        | 0     |        | yes              |
        |       | SDQ5   | denominator only |
        |       |        | denominator only |
    """
    return _with_score(scope).with_columns(pl.col("score").is_not_null().alias("numerator"))


@_of_outcomes(
    "cla-health-assessment",
    fields=["OC2.HEALTH_ASSESSMENT"],
    breakdowns=LOOKED_AFTER,
    version=2,
)
def health_assessed(scope: Scope) -> pl.LazyFrame:
    """Looked-after children with an annual health assessment.

    Of the children looked after for at least twelve months to 31 March, those who had the year's health assessment as the
    return says (two of them below the age of 5).

    Counts: A child who refused did not have it, nor did one of whom the return does not say.

    Example:
        | care began | health assessment | counts in 2024-25 |
        | 2024-04-01 | 1                 | yes               |
        | 2023-06-01 | 0                 | denominator only  |
        | 2024-04-02 | 1                 | no                |
    """
    return _answered_yes(with_outcomes(scope), "health_assessment")


@_of_outcomes(
    "cla-immunisations",
    fields=["OC2.IMMUNISATIONS"],
    breakdowns=LOOKED_AFTER,
    version=2,
)
def immunised(scope: Scope) -> pl.LazyFrame:
    """Looked-after children with immunisations up to date.

    Of the children looked after for at least twelve months to 31 March, those whose immunisations were up to date then.

    Counts: A child who refused counts as not up to date, and so does one of whom the return does not say.

    Example:
        | care ended | immunisations | counts in 2024-25 |
        |            | 1             | yes               |
        | 2025-03-31 | 1             | yes               |
        | 2025-03-30 | 1             | no                |
        |            |               | denominator only  |
    """
    return _answered_yes(with_outcomes(scope), "immunisations")


@_of_outcomes(
    "cla-dental-check",
    fields=["OC2.TEETH_CHECK"],
    breakdowns=LOOKED_AFTER,
    version=2,
)
def seen_by_dentist(scope: Scope) -> pl.LazyFrame:
    """Looked-after children with a dental check.

    Of the children looked after for at least twelve months to 31 March, those whose teeth a dentist checked in the year.

    Counts: A child who refused was not seen, nor was one of whom the return does not say.

    Example:
        | teeth check | counts           |
        | 1           | yes              |
        | 0           | denominator only |
    """
    return _answered_yes(with_outcomes(scope), "teeth_check")


@_of_outcomes(
    "cla-development-assessment",
    fields=["OC2.HEALTH_CHECK", "OC2.DOB"],
    version=2,
)
def development_assessed(scope: Scope) -> pl.LazyFrame:
    """Looked-after under-fives with development assessments up to date.

    Of the children looked after for at least twelve months to 31 March, aged 0 to 4 on that day, those whose health promotion
    checks were up to date.

    Counts: A child who turns 5 on the day is out. One of whom the return does not say counts as not up to date.

    Example:
        | born       | health check | counts on 2025-03-31 |
        | 2020-04-01 | 1            | yes                  |
        | 2022-02-02 | 0            | denominator only     |
        | 2020-03-31 | 1            | no                   |
    """
    return _answered_yes(with_outcomes(scope).filter(pl.col("age").is_between(0, 4)), "health_check")


@_of_outcomes(
    "cla-substance-misuse",
    fields=["OC2.SUBSTANCE_MISUSE"],
    version=2,
)
def substance_misuse(scope: Scope) -> pl.LazyFrame:
    """Looked-after children with a substance misuse problem.

    Of the children looked after for at least twelve months to 31 March, those in whom a problem was found in the year.

    Counts: A child of whom the return does not say counts as having none.

    Example:
        | substance misuse | counts           |
        | 1                | yes              |
        | 0                | denominator only |
    """
    return _answered_yes(with_outcomes(scope), "substance_misuse")
