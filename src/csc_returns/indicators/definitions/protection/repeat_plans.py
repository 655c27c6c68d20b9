"""Second and subsequent child protection plans."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import PLANS
from csc_returns.indicators.cohorts.cin import cpp_started
from csc_returns.indicators.dates import add_months
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

#: Months behind the end of a plan in which another is a repeat.
_WINDOWS = (6, 12, 24)

_UNSEEN = "undercounted, earlier plans are not seen"


def with_plans_before(scope: Scope, plans: pl.LazyFrame) -> pl.LazyFrame:
    """Plans with ``began_before`` (whether the child had a plan that began earlier) and ``ended_before`` (the last day of the
    latest plan that had ended when this one began; null where there is none). A plan that vanished has no day of ending.
    """
    ended = pl.when(~pl.col("vanished").fill_null(False)).then("end_date")
    every = scope.history.protection_plans.select("child", pl.col("start_date").alias("_start"), ended.alias("_end"))
    before = (
        plans.select("plan", "child", "start_date")
        .join(every, on="child")
        .filter(pl.col("_start") < pl.col("start_date"))
        .group_by("plan")
        .agg(pl.col("_end").filter(pl.col("_end") <= pl.col("start_date")).max().alias("ended_before"))
        .with_columns(pl.lit(value=True).alias("began_before"))
    )
    return plans.join(before, on="plan", how="left").with_columns(pl.col("began_before").fill_null(False))


@indicator(
    "cpp-second-or-subsequent",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[
        Need("cin"),
        Need("cin", 12, otherwise=_UNSEEN, only={"evidence": ("returns", "either")}),
        Need("cin", 24, otherwise=_UNSEEN, only={"window_months": (24,), "evidence": ("returns", "either")}),
        Need(
            "cin",
            12,
            otherwise="plans that go on from an earlier return may be taken as new",
            only={"merge_gap_days": (1,)},
        ),
    ],
    reads=["protection_plans"],
    fields=[
        "ChildProtectionPlans.CPPstartDate",
        "ChildProtectionPlans.CPPendDate",
        "ChildProtectionPlans.NumberOfPreviousCPP",
    ],
    breakdowns=PLANS,
    variants=[
        Variant(
            "evidence",
            "field",
            ("field", "returns", "either"),
            "field is the number of previous plans in the return, wherever they were; returns looks for an earlier plan itself",
        ),
        Variant(
            "window_months",
            None,
            (None, 12, 24),
            "only plans that ended so long before count; for plans seen in the returns",
        ),
        Variant("merge_gap_days", 0, (0, 1), "1 takes a plan that begins the day after another ended as the same plan"),
    ],
)
def second_or_subsequent(scope: Scope, evidence: str, window_months: int | None, merge_gap_days: int) -> pl.LazyFrame:
    """Child protection plans starting that were a second or subsequent plan.

    Of the child protection plans that began in the period, those of children who had been on a plan before, however long ago.

    Counts: Each plan counts, two of one child in a year too. A plan taken over from another authority is subsequent only if its
    number of previous plans says so. A plan whose number is blank stays in the denominator. With merge_gap_days, a plan that goes
    on from another is in neither side, and the note says how many.

    Example:
        | began      | previous plans | counts |
        | 2024-10-01 | 1              | yes    |
        | 2024-06-01 | 0              | no     |
    """
    plans = with_plans_before(scope, cpp_started(scope))
    gap = (pl.col("start_date") - pl.col("ended_before")).dt.total_days()
    goes_on = (gap <= merge_gap_days).fill_null(False) & pl.lit(merge_gap_days > 0)
    recorded = (pl.col("previous_plans") >= 1).fill_null(False)
    seen = pl.col("began_before")
    if window_months is not None:
        seen = (pl.col("start_date") <= add_months(pl.col("ended_before"), window_months)).fill_null(False)
    numerator = {"field": recorded, "returns": seen, "either": recorded | seen}[evidence]
    blank = pl.col("previous_plans").is_null() & pl.lit(evidence != "returns")
    return plans.with_columns(
        (~goes_on).alias("denominator"),
        (numerator & ~goes_on).alias("numerator"),
        pl.when(goes_on)
        .then(pl.lit("left out: the plan goes on from one that ended the day before or on the day"))
        .when(blank)
        .then(pl.lit("without a number of previous plans (rule 8730)"))
        .when(pl.lit(window_months is not None and evidence == "field"))
        .then(
            pl.lit("told by the number of previous plans alone, however long ago: window_months needs evidence=returns")
        )
        .alias("remark"),
    )


@indicator(
    "cpp-repeat-within-24m",
    unit="percent",
    decimals=1,
    confidence="medium",
    source="own",
    needs=[
        Need("cin"),
        *(Need("cin", months, otherwise=_UNSEEN, only={"window_months": (months,)}) for months in _WINDOWS),
    ],
    reads=["protection_plans"],
    fields=[
        "ChildProtectionPlans.CPPstartDate",
        "ChildProtectionPlans.CPPendDate",
        "ChildProtectionPlans.NumberOfPreviousCPP",
    ],
    breakdowns=PLANS,
    variants=[Variant("window_months", 24, _WINDOWS, "how long after the end of a plan a new one is a repeat")],
)
def repeat_within_24_months(scope: Scope, window_months: int) -> pl.LazyFrame:
    """Child protection plans starting within two years of the end of a previous plan.

    Of the child protection plans that began in the period, those of children whose earlier plan had ended not more than 24 months
    before.

    Counts: Exactly 24 months counts, the same day too. A plan of another authority is not seen; the note says how many plans have
    previous ones by their number while none is in the returns.

    Example:
        | began      | earlier plan ended | repeat |
        | 2024-08-01 | 2022-08-01         | yes    |
        | 2025-01-10 | 2022-12-01         | no     |
    """
    plans = with_plans_before(scope, cpp_started(scope))
    numerator = (pl.col("start_date") <= add_months(pl.col("ended_before"), window_months)).fill_null(False)
    unseen = (pl.col("previous_plans") >= 1).fill_null(False) & ~pl.col("began_before")
    return plans.with_columns(
        numerator.alias("numerator"),
        pl.when(unseen).then(pl.lit("with an earlier plan that is not in the returns")).alias("remark"),
    )
