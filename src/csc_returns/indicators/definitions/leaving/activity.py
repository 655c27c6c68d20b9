"""What care leavers do."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import CARE_LEAVERS
from csc_returns.indicators.cohorts.cla import care_leavers_19_21
from csc_returns.indicators.groups import IN_EDUCATION_EMPLOYMENT_TRAINING, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

#: Why care leavers have no figure for a quarter.
NOT_BY_QUARTER = "contact is made around the birthday, and a quarter has few of them; rolling 12 months give a figure"

#: Activity, accommodation: not known.
NOT_KNOWN = "0"

WHOSE_ACTIVITY = Variant(
    "denominator", "all", ("all", "activity_known"), "all keeps those in it whose activity is not known"
)


def activity_known() -> pl.Expr:
    """The return tells what the care leaver does; reads ``activity``."""
    return (pl.col("activity") != NOT_KNOWN).fill_null(False)


def with_education_employment_or_training(leavers: pl.LazyFrame, denominator: str) -> pl.LazyFrame:
    """Care leavers with ``numerator``: in education, employment or training; and ``denominator`` as the variant has it."""
    return leavers.with_columns(
        (activity_known() if denominator == "activity_known" else pl.lit(value=True)).alias("denominator"),
        one_of("activity", IN_EDUCATION_EMPLOYMENT_TRAINING).alias("numerator"),
    )


@indicator(
    "care-leavers-eet-19-21",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["care_leavers"],
    fields=["OC3.IN_TOUCH", "OC3.ACTIV", "OC3.DOB"],
    breakdowns=CARE_LEAVERS,
    variants=[WHOSE_ACTIVITY],
    not_by={"quarter": NOT_BY_QUARTER},
)
def in_education_employment_or_training(scope: Scope, denominator: str) -> pl.LazyFrame:
    """Care leavers aged 19-21 in education, employment or training.

    Of the care leavers who turned 19, 20 or 21 in the period, those in education, training or employment, full or part time.

    Counts: Care leavers who died or went home to their parents for good are out. Someone not in touch whose activity is
    known from others counts with it.

    Example:
        | in touch | activity | counts            |
        | YES      | F2       | yes               |
        | NO       | F4       | yes               |
        | NO       |          | denominator only  |
        | DIED     |          | no                |
    """
    return with_education_employment_or_training(care_leavers_19_21(scope), denominator)
