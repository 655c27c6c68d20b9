"""Who is in need, for how long, and who moves to another local authority."""

from __future__ import annotations

import dataclasses

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CIN, DISABILITY, REFERRALS
from csc_returns.indicators.cohorts.cin import cin_at_31_march, cin_episodes_of_need, icpc_in_year
from csc_returns.indicators.cohorts.cla import cla_ceased
from csc_returns.indicators.dates import add_months
from csc_returns.indicators.groups import TRANSFERRED, TRANSFERRED_CARE, one_of
from csc_returns.indicators.indicator import Need, indicator
from csc_returns.indicators.scope import Scope

_LONG = 24

#: No disability entered says that there is none, which is right for unborn children too.
_DISABLED_OR_NOT = dataclasses.replace(
    DISABILITY,
    category=pl.when(pl.col("disabled").fill_null(False))
    .then(pl.lit("disabled"))
    .otherwise(pl.lit("not disabled")),
)  # fmt: skip

_CASE = [
    "CINdetails.CINreferralDate",
    "CINdetails.CINclosureDate",
    "CINdetails.ReferralNFA",
    "CINdetails.ReasonForClosure",
]


@indicator(
    "cin-duration-2-years-plus",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals"],
    fields=_CASE,
    breakdowns=REFERRALS,
    version=2,
)
def two_years_or_more(scope: Scope) -> pl.LazyFrame:
    """Children in need at 31 March for two years or more.

    Of the children in need on the day, those whose episode of need began 24 months before or earlier.

    Counts: A referral 24 months before to the day counts. Time in an earlier episode that was closed does not.

    Example:
        | referred   | two years or more on 2025-03-31 |
        | 2023-03-31 | yes                             |
        | 2023-04-01 | no                              |
    """
    long = add_months(pl.col("referral_date"), _LONG) <= scope.end
    return cin_at_31_march(scope).with_columns(long.alias("numerator"))


@indicator(
    "cin-demographic-profile",
    unit="percent_distribution",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["referrals"],
    fields=[
        "ChildIdentifiers.PersonBirthDate",
        "ChildIdentifiers.Sex",
        "ChildCharacteristics.Ethnicity",
        "Disabilities.Disability",
    ],
    breakdowns=[_DISABLED_OR_NOT if each is DISABILITY else each for each in REFERRALS],
    of_known=True,
    version=2,
)
def demographic_profile(scope: Scope) -> pl.LazyFrame:
    """Children in need by age, sex, ethnicity and disability.

    Children in need on the day in each category, as a share of those whose category is known.

    Counts: A child counts once. Those whose category is not known are shown as a number, without a share. No disability
    entered is none.

    Example:
        | children | sex       | share |
        | 6        | male      | 60%   |
        | 4        | female    | 40%   |
        | 1        | not known |       |
    """
    return cin_at_31_march(scope)


@indicator(
    "cin-transfers-out",
    unit="count",
    decimals=0,
    confidence="medium",
    needs=[
        Need("cin"),
        Need("ssda903", otherwise="children looked after whose care passed to another authority are not seen"),
    ],
    reads=["referrals", "episodes"],
    fields=[
        "CINdetails.CINclosureDate",
        "CINdetails.ReasonForClosure",
        "CINdetails.DateOfInitialCPC",
        "Episodes.DEC",
        "Episodes.REC",
    ],
    breakdowns=[AGE_CIN],
)
def transfers_out(scope: Scope) -> pl.LazyFrame:
    """Episodes of need closed because the case moved to another local authority.

    Episodes of need that ended in the period with reason RC5. Beside them stand children whose last care in the period ended
    because another authority took it over (E3), and children who moved in: conferences that no enquiry of this authority led to.

    Counts: Each episode counts. Of those who move in, only children with such a conference are seen in the census. A child may be
    in more than one of the three.

    Example:
        | closed     | reason | counts in 2024-25 |
        | 2024-07-01 | RC5    | yes               |
        | 2024-07-01 | RC7    | no                |
    """
    closed = cin_episodes_of_need(scope, scope.end).filter(
        scope.inside("closure_date") & one_of("closure_reason", (TRANSFERRED,))
    )
    taken_over = cla_ceased(scope).filter(one_of("end_reason", TRANSFERRED_CARE))
    moved_in = icpc_in_year(scope).filter(pl.col("enquiry").is_null())
    kinds = {
        "moves: looked after, care passed on": taken_over.select("child", "date"),
        "moves: conference after moving in": moved_in.select("child", "date"),
    }
    rows = [closed.select("child", pl.col("closure_date").alias("date"), pl.lit(value=True).alias("numerator"))]
    rows += [events.with_columns(pl.lit(value=True).alias(name)) for name, events in kinds.items()]
    flags = pl.col("numerator", *kinds).fill_null(False)
    return pl.concat(rows, how="diagonal").with_columns(flags)
