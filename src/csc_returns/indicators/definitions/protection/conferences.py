"""Initial child protection conferences."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import BASIC
from csc_returns.indicators.cohorts.cin import icpc_in_year, s47_in_year
from csc_returns.indicators.dates import add_days
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope


@indicator(
    "icpc-per-s47",
    unit="percent",
    decimals=1,
    confidence="medium",
    needs=[Need("cin")],
    reads=["enquiries", "referrals"],
    fields=["Section47.S47ActualStartDate", "Section47.DateOfInitialCPC", "CINdetails.DateOfInitialCPC"],
    breakdowns=BASIC,
    variants=[
        Variant(
            "method", "ratio", ("ratio", "linked"), "ratio sets two counts side by side; linked follows each enquiry"
        ),
        Variant(
            "link_window_days",
            60,
            (15, 45, 60),
            "with linked: days from the enquiry in which its conference must be held",
        ),
    ],
)
def conferences_per_enquiry(scope: Scope, method: str, link_window_days: int) -> pl.LazyFrame:
    """Initial child protection conferences as a proportion of section 47 enquiries.

    Conferences held in the period, over section 47 enquiries that began in it.

    Counts: It may pass 100%, for conferences of children who moved in have no enquiry here, and a conference may belong to an
    enquiry of the year before. Linked, it is the share of the period's enquiries that led to a conference; enquiries whose days
    run past the returns are left out.

    Example:
        | enquiry    | conference | adds to enquiries of 2024-25 | adds to conferences |
        | 2024-06-01 | 2024-06-20 | yes                          | yes                 |
        | 2024-03-20 | 2024-04-08 | no                           | yes                 |
    """
    enquiries = s47_in_year(scope)
    if method == "ratio":
        held = icpc_in_year(scope).select(
            "child", "date", denominator=pl.lit(value=False), numerator=pl.lit(value=True)
        )
        begun = enquiries.select("child", "date", denominator=pl.lit(value=True), numerator=pl.lit(value=False))
        return pl.concat([begun, held])
    limit = add_days(pl.col("start_date"), link_window_days)
    whole = (limit <= pl.col("last_day")).fill_null(False)
    return scope.with_last_day(enquiries, "cin").with_columns(
        whole.alias("denominator"),
        (whole & (pl.col("conference_date") <= limit)).fill_null(False).alias("numerator"),
        pl.when(~whole).then(pl.lit("left out: the days for a conference run past the returns")).alias("remark"),
    )
