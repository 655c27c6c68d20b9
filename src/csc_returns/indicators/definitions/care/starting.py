"""Children who start to be looked after: how old, on which order, back again, and with harm outside the home."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import (
    AGE_CLA,
    ETHNICITY_MAJOR,
    LEGAL_STATUS_GROUP,
    LOOKED_AFTER,
    SEX,
    UASC,
)
from csc_returns.indicators.cohorts.cla import cla_started
from csc_returns.indicators.dates import add_months
from csc_returns.indicators.definitions.care.flows import with_uasc
from csc_returns.indicators.groups import OUTSIDE_THE_HOME, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

_STARTS = ("Episodes.DECOM", "Episodes.RNE", "Episodes.LS")

#: Why some have no figure for a quarter.
_FEW = "few children start in a quarter; rolling 12 months to its end give a figure"

_COURT_OR_POLICE = ("C1", "C2", "E1", "L1", "L2", "L3")

_AGES = {"10-15": (10, 15), "13-17": (13, 17), "16-17": (16, 17)}

#: Years in which anyone may have been looked after before.
_CHILDHOOD = 18

_UNSEEN = "undercounted, earlier care is not seen"
_LOOKBACKS = (3, 6, 12)


@indicator(
    "cla-starting-adolescent",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=[*_STARTS, "Header.DOB", "UASC.DUC"],
    breakdowns=(SEX, ETHNICITY_MAJOR, UASC, LEGAL_STATUS_GROUP),
    variants=[
        Variant("ages", "10-15", tuple(_AGES), "ages on the first day that count"),
        Variant(
            "exclude_uasc",
            False,
            (False, True),
            "true leaves unaccompanied asylum-seeking children out of both numbers: most of them are adolescents",
        ),
        Variant(
            "legal_status",
            None,
            (None, "V2"),
            "V2 counts those alone who start under section 20; with ages 16-17 that is nearest to homeless 16 and 17 year olds",
        ),
    ],
    not_by={"quarter": _FEW},
    version=2,
)
def adolescents(scope: Scope, ages: str, exclude_uasc: bool, legal_status: str | None) -> pl.LazyFrame:
    """Adolescents starting to be looked after.

    Of the children who started to be looked after in the period, those aged 10 to 15 on the first day. Those aged 16 and over are
    shown beside them.

    Counts: A child counts once, with the first start. Without a date of birth a child is in the denominator only. A legal
    status narrows those who count, not the children whom they are a share of.

    Example:
        | born       | started    | counts           |
        | 2014-10-01 | 2024-10-01 | yes              |
        | 2014-10-02 | 2024-10-01 | denominator only |
        | 2008-10-01 | 2024-10-01 | beside it        |
    """
    youngest, oldest = _AGES[ages]
    rows = scope.age_on(with_uasc(scope, cla_started(scope)), "date")
    status = pl.lit(value=True) if legal_status is None else one_of("legal_status", (legal_status,))
    counted = pl.col("age").is_between(youngest, oldest).fill_null(False) & status
    older = (pl.col("age") >= 16).fill_null(False) & status
    rows = rows.filter(~pl.col("is_uasc")) if exclude_uasc else rows
    return rows.with_columns(counted.alias("numerator"), older.alias("age: 16 and over"))


@indicator(
    "cla-starting-court-order-by-age",
    unit="percent_distribution",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=[*_STARTS, "Header.DOB"],
    breakdowns=(SEX, ETHNICITY_MAJOR),
    variants=[
        Variant(
            "orders",
            _COURT_OR_POLICE,
            _COURT_OR_POLICE,
            "legal statuses that count; C1 alone is starts under an interim care order",
            many=True,
        )
    ],
    category="age_band",
    order=AGE_CLA.order,
)
def court_or_police_orders(scope: Scope, orders: tuple[str, ...]) -> pl.LazyFrame:
    """Children starting to be looked after under a court or police order, by age band.

    Children who started to be looked after in the period with the legal status of a court order or of police or emergency
    protection (C1, C2, E1, L1, L2, L3), by their age on the first day.

    Counts: The legal status of the first episode counts, not one that came later in the same care. A child counts once, with the
    first start in the period.

    Example:
        | born       | started    | legal status | category |
        | 2024-03-01 | 2025-02-28 | C1           | under 1  |
        | 2024-02-28 | 2025-02-28 | L2           | 1-4      |
        | 2010-06-01 | 2024-06-01 | V2           | none     |
    """
    rows = cla_started(scope).filter(one_of("legal_status", orders))
    return scope.with_child(rows, "birth_date").with_columns(AGE_CLA.category.alias("category"))


@indicator(
    "cla-re-entry",
    unit="percent",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[
        Need("ssda903"),
        Need("ssda903", 12, otherwise=_UNSEEN, only={"lookback_months": (12,)}),
        Need("ssda903", 24, otherwise=_UNSEEN, only={"lookback_months": (24,)}),
        Need("ssda903", 12 * _CHILDHOOD, otherwise=_UNSEEN, only={"lookback_months": (None,)}),
    ],
    reads=["episodes"],
    fields=["Episodes.DECOM", "Episodes.RNE", "Episodes.DEC", "Episodes.REC"],
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "lookback_months", 12, (12, 24, None), "how long before the start care must have ended; none: however long"
        )
    ],
)
def looked_after_before(scope: Scope, lookback_months: int | None) -> pl.LazyFrame:
    """Children starting to be looked after who had been looked after before.

    Of the children who started to be looked after in the period, those for whom an earlier period of care had ended in the 12
    months before.

    Counts: Exactly 12 months counts, and care that ended on the day of the new start. A child counts once, with the first start
    in the period, and what came before that one. Short breaks are no care here. Care in another authority is not seen.

    Example:
        | started    | earlier care ended | counts |
        | 2024-08-31 | 2023-08-31         | yes    |
        | 2024-08-31 | 2023-08-30         | no     |
    """
    rows = cla_started(scope)
    earlier = scope.history.periods_of_care.lazy().filter(pl.col("end_reason").is_not_null())
    pairs = rows.select("child", "date", "period").join(
        earlier.select("child", earlier_period="period", ended="end_date"), on="child"
    )
    before = (pl.col("earlier_period") < pl.col("period")) & (pl.col("ended") <= pl.col("date"))
    if lookback_months is not None:
        before &= pl.col("date") <= add_months(pl.col("ended"), lookback_months)
    met = pairs.filter(before.fill_null(False)).select("child", pl.lit(value=True).alias("numerator")).unique()
    return rows.join(met, on="child", how="left")


@indicator(
    "cla-starting-extra-familial-factor",
    unit="percent",
    decimals=0,
    confidence="low",
    source="own",
    needs=[
        Need("ssda903"),
        Need("cin"),
        *(
            Need(
                "cin",
                months,
                otherwise="assessments completed before are not seen, nor the children who had no other",
                only={"lookback_months": (months,)},
            )
            for months in _LOOKBACKS
        ),
    ],
    reads=["episodes", "assessments"],
    fields=[*_STARTS, "Assessments.AssessmentAuthorisationDate", "AssessmentFactorsList.AssessmentFactors"],
    breakdowns=(AGE_CLA, SEX),
    variants=[
        Variant("lookback_months", 6, _LOOKBACKS, "how long before the start an assessment may have been completed")
    ],
    not_by={"quarter": _FEW},
    limits="of children alone whose assessments are in the census under the same identifier; the return of children looked after "
    "has no category of need for harm outside the home",
)
def harm_outside_the_home(scope: Scope, lookback_months: int) -> pl.LazyFrame:
    """Children starting to be looked after with an extra-familial harm factor.

    Of the children who started to be looked after in the period and had an assessment completed in the six months before, those
    for whom such an assessment lists a factor of harm outside the home (10A, 11A, 12A, 13A, 24A).

    Counts: Exactly six months counts, and an assessment completed on the first day of care. An assessment without any factor
    keeps its child in the denominator. A child counts once, with the first start in the period.

    Example:
        | started    | assessment completed | factors | counts           |
        | 2024-10-01 | 2024-04-01           | 13A     | yes              |
        | 2024-10-01 | 2024-09-01           | 3B      | denominator only |
        | 2024-10-01 | 2024-03-31           | 13A     | no               |
    """
    rows = cla_started(scope)
    completed = scope.history.assessments.select("child", "assessment", "completed_date")
    listed = scope.history.factors.filter(one_of("factor", OUTSIDE_THE_HOME)).select(
        "assessment", pl.lit(value=True).alias("outside")
    )
    completed = completed.join(listed.unique(), on="assessment", how="left")
    done = pl.col("completed_date")
    recent = (done <= pl.col("date")) & (pl.col("date") <= add_months(done, lookback_months))
    found = rows.select("child", "date").join(completed, on="child").filter(recent.fill_null(False))
    by_child = found.group_by("child").agg(
        pl.col("outside").fill_null(False).any().alias("numerator"), pl.lit(value=True).alias("denominator")
    )
    return rows.join(by_child, on="child", how="left")
