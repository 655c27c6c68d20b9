"""Referrals: how many, from where, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CIN, REFERRALS
from csc_returns.indicators.cohorts.cin import cin_episodes_of_need, cin_referrals_in_year, found_not_in_need
from csc_returns.indicators.groups import NOT_IN_NEED, UNKNOWN, grouped
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope
from csc_returns.specification import period_of, year_of

#: Sources of referrals as the published tables put them together. Code 10 is "unknown".
SOURCES: Mapping[str, tuple[str, ...]] = {
    "individual": ("1A", "1B", "1C", "1D"),
    "school": ("2A",),
    "education service": ("2B",),
    "health service": ("3A", "3B", "3C", "3D", "3E", "3F"),
    "housing": ("4",),
    "local authority service": ("5A", "5B", "5C", "5D"),
    "police": ("6",),
    "other legal agency": ("7",),
    "other": ("8",),
    "anonymous": ("9",),
    UNKNOWN: ("10",),
}


@indicator(
    "referrals-rate",
    unit="rate_per_10000",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals"],
    fields=["CINdetails.CINreferralDate", "CINdetails.ReferralNFA"],
    breakdowns=REFERRALS,
    variants=[Variant("show", "rate", ("rate", "count"), "a count can be shown where no population is at hand")],
)
def referrals_rate(scope: Scope, show: str) -> tuple[pl.LazyFrame, Unit]:
    """Referrals per 10,000 children.

    Referrals in the period, whether or not there was further action.

    Counts: A child referred three times counts three times; several referrals of a child on one day are one.

    Example:
        | referred   | further action | counts in 2024-25 |
        | 2024-04-01 | yes            | yes               |
        | 2025-03-31 | none           | yes               |
        | 2025-04-01 | yes            | no                |
    """
    rows = cin_referrals_in_year(scope).with_columns(pl.lit(value=True).alias("numerator"))
    return rows, "rate_per_10000" if show == "rate" else "count"


@indicator(
    "referral-source",
    unit="percent_distribution",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals"],
    fields=["CINdetails.CINreferralDate", "CINdetails.ReferralSource"],
    breakdowns=[AGE_CIN],
    category="referral_source",
)
def referral_source(scope: Scope) -> pl.LazyFrame:
    """Referrals by source.

    Referrals in the period by who made them, in the groups of the published tables.

    Counts: A blank source, and one that is not in the list, stand with the unknown ones. Of several referrals of a child on one
    day, the first that names a source tells it.

    Example:
        | source | category                |
        | 1C     | individual              |
        | 2A     | school                  |
        | 5D     | local authority service |
        | 10     | not known               |
    """
    return cin_referrals_in_year(scope).with_columns(grouped("referral_source", SOURCES).alias("category"))


@indicator(
    "referrals-nfa",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals"],
    fields=["CINdetails.CINreferralDate", "CINdetails.ReferralNFA"],
    breakdowns=REFERRALS,
)
def no_further_action(scope: Scope) -> pl.LazyFrame:
    """Referrals closed with no further action.

    Of the referrals in the period, those marked as needing no further action.

    Counts: Several referrals of a child on one day are one, without further action only if all of them are. Where contacts
    are recorded apart from referrals, a figure of 0% says how cases are recorded and not how they go.

    Example:
        | referred   | further action | counts           |
        | 2024-05-01 | none           | yes              |
        | 2024-06-01 | yes            | denominator only |
    """
    return cin_referrals_in_year(scope).with_columns(pl.col("no_further_action").fill_null(False).alias("numerator"))


@indicator(
    "referrals-not-in-need",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals", "assessments"],
    fields=[
        "CINdetails.CINreferralDate",
        "CINdetails.ReferralNFA",
        "CINdetails.ReasonForClosure",
        "CINdetails.DateOfInitialCPC",
        "Assessments.AssessmentActualStartDate",
        "Section47.S47ActualStartDate",
        "CINplanDates.CINPlanStartDate",
        "ChildProtectionPlans.CPPstartDate",
    ],
    breakdowns=REFERRALS,
    version=2,
    variants=[
        Variant(
            "include_rc9",
            True,
            (True, False),
            "RC9 closes a case that goes on to early help; false leaves only those closed as not in need (RC8)",
        )
    ],
)
def not_in_need(scope: Scope, include_rc9: bool) -> pl.LazyFrame:
    """Referrals assessed and found not in need.

    Of the referrals in the period, those that went on to an assessment and were then closed RC8 or RC9, without a section 47
    enquiry, a plan or a conference.

    Counts: A referral still open counts in the denominator only. So does one that closes behind the collection year in which
    the period ends (or behind the day of a snapshot), whatever later returns say: the figure of a year is that of its return.
    Several referrals of a child on one day are one, found not in need if one of them was and none became an episode of need.

    Example:
        | assessed | closed | enquiry | counts           |
        | yes      | RC8    | no      | yes              |
        | yes      | RC8    | yes     | denominator only |
        | no       | RC8    | no      | denominator only |
        | yes      | RC7    | no      | denominator only |
    """
    reasons = NOT_IN_NEED if include_rc9 else NOT_IN_NEED[:1]
    day = ["child", "referral_date"]
    told_by = scope.end if scope.period.kind == "snapshot" else period_of(year_of(scope.end))[1]
    in_need = cin_episodes_of_need(scope, told_by).select(day)
    found = (
        found_not_in_need(scope, told_by)
        .filter(pl.col("closure_reason").is_in(reasons))
        .select(*day, pl.lit(value=True).alias("numerator"))
        .unique()
        .join(in_need, on=day, how="anti")
    )
    return cin_referrals_in_year(scope).join(found, on=day, how="left")
