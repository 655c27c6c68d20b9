"""Re-referrals."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.indicators.breakdowns import REFERRALS
from csc_returns.indicators.cohorts.cin import cin_referrals_in_year, referrals
from csc_returns.indicators.dates import add_days, add_months
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope


@indicator(
    "re-referrals-12m",
    unit="percent",
    decimals=1,
    confidence="medium",
    needs=[
        Need("cin"),
        *(
            Need(
                "cin", months, otherwise="undercounted, earlier referrals are not seen", only={"window_months": windows}
            )
            for months, windows in ((6, (6,)), (12, (12,)), (24, (24, None)))
        ),
    ],
    reads=["referrals"],
    fields=["CINdetails.CINreferralDate", "CINdetails.ReferralNFA", "CINdetails.CINclosureDate"],
    breakdowns=REFERRALS,
    variants=[
        Variant(
            "clock",
            "previous_referral",
            ("previous_referral", "previous_closure"),
            "the published measure runs from the referral before; it may be asked for from the closure of that case",
        ),
        Variant("window_months", 12, (6, 12, 24, None), "none: at any time in the returns given"),
        Variant("boundary", "inclusive", ("inclusive", "exclusive"), "whether exactly 12 months later is still within"),
        Variant(
            "month_arithmetic", "calendar", ("calendar", "days_365"), "they differ where a 29 February lies between"
        ),
        Variant(
            "prior_must_be_accepted", False, (False, True), "true ignores earlier referrals without further action"
        ),
        Variant("numerator_excludes_nfa", False, (False, True), "true leaves out re-referrals without further action"),
        Variant("same_day", "collapse", ("collapse", "keep"), "two referrals of a child on one day are one referral"),
        Variant("count", "referrals", ("referrals", "children"), "children counts each child once"),
    ],
)
def re_referrals(
    scope: Scope,
    clock: str,
    window_months: int | None,
    boundary: str,
    month_arithmetic: str,
    prior_must_be_accepted: bool,
    numerator_excludes_nfa: bool,
    same_day: str,
    count: str,
) -> pl.LazyFrame:
    """Re-referrals: referrals within 12 months of an earlier one.

    Of all referrals in the period, those of children who had an earlier referral, whatever came of it, not more than 12 months
    before.

    Counts: A referral counts once, however many came before it. Exactly 12 months later counts; 29 February and 12 months is 28
    February. Referrals in other authorities are not seen, nor those of an unborn child that got another identifier at birth.
    A referral made while an earlier case is open counts, and the note says how many there are. With the clock from closure, an
    earlier referral without further action closes on its own day, and one that is still open always counts.

    Example:
        | referred   | referred before | re-referral |
        | 2024-05-10 | 2023-05-10      | yes         |
        | 2024-05-11 | 2023-05-10      | no          |
        | 2025-02-28 | 2024-02-29      | yes         |
    """
    action = ~pl.col("no_further_action").fill_null(False)
    earlier = referrals(scope, same_day)
    if prior_must_be_accepted:
        earlier = earlier.filter(action)
    begin = pl.col("referral_date")
    if clock == "previous_closure":
        begin = pl.coalesce("closure_date", pl.when(~action).then(begin))
    if window_months is None:
        limit = pl.lit(_FOREVER)
    elif month_arithmetic == "calendar":
        limit = add_months(begin, window_months)
    else:
        limit = add_days(begin, 365 * window_months // 12)
    # A case that was never closed has no end from which to count: what comes while it is open always counts.
    limits = earlier.select(
        "child",
        "referral_date",
        pl.when(begin.is_null()).then(pl.lit(_FOREVER)).otherwise(limit).alias("reach"),
        pl.when(action).then(pl.col("closure_date").fill_null(_FOREVER)).alias("open_until"),
    )
    here = cin_referrals_in_year(scope, same_day)
    # Of each day with a referral, how far those of earlier days reach.
    reaching = pl.col("reach", "open_until")
    days = (
        pl.concat([limits, here.select("child", "referral_date")], how="diagonal")
        .group_by("child", "referral_date")
        .agg(reaching.max())
        .sort("child", "referral_date")
        .with_columns(reaching.cum_max().forward_fill().shift().over("child"))
    )
    within = pl.col("referral_date") <= pl.col("reach")
    if boundary == "exclusive":
        within = pl.col("referral_date") < pl.col("reach")
    if numerator_excludes_nfa:
        within &= action
    rows = here.join(days, on=["child", "referral_date"], how="left").with_columns(
        within.fill_null(False).alias("numerator"),
        pl.when(pl.col("open_until") > pl.col("referral_date"))
        .then(pl.lit("made while an earlier case was open"))
        .alias("remark"),
    )
    if count == "children":
        others = [name for name in rows.collect_schema().names() if name not in {"child", "numerator", "remark"}]
        ordered = rows.sort("child", "numerator", "referral_date", descending=[False, True, False])
        rows = ordered.group_by("child", maintain_order=True).agg(
            pl.col("numerator").any(), pl.col("remark").drop_nulls().first(), pl.col(others).first()
        )
    return rows


_FOREVER = dt.date(9999, 12, 31)
