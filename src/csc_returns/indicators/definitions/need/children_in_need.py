"""Children in need on a day."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import REFERRALS
from csc_returns.indicators.cohorts.cin import cin_at_31_march
from csc_returns.indicators.cohorts.cla import cla_at_31_march
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope


@indicator(
    "cin-rate-31-march",
    unit="rate_per_10000",
    decimals=0,
    confidence="high",
    needs=[
        Need("cin"),
        Need("ssda903", otherwise="children looked after are not told apart", only={"include_looked_after": (False,)}),
        Need(
            "cin",
            12,
            otherwise="assessments completed before are not seen, and more cases seem to await theirs",
            only={"include_awaiting_assessment": (False,)},
        ),
    ],
    reads=["referrals"],
    fields=[
        "CINdetails.CINreferralDate",
        "CINdetails.CINclosureDate",
        "CINdetails.ReferralNFA",
        "CINdetails.ReasonForClosure",
        "ChildIdentifiers.PersonDeathDate",
    ],
    breakdowns=REFERRALS,
    version=2,
    variants=[
        Variant("include_looked_after", True, (True, False), "children looked after are children in need too"),
        Variant(
            "include_awaiting_assessment",
            True,
            (True, False),
            "false leaves out cases that have assessments under way and none completed",
        ),
        Variant("max_age", None, (None, 17, 24), "the published counts have young people of 18 and over in them"),
    ],
)
def children_in_need(
    scope: Scope, include_looked_after: bool, include_awaiting_assessment: bool, max_age: int | None
) -> pl.LazyFrame:
    """Rate of children in need at 31 March per 10,000 children.

    Children with an open episode of need on the day, unborn children and young people of 18 and over included.

    Counts: A child counts once. Referrals without further action are no episode of need; nor are those that an assessment found
    not in need by the day. A case that closes on the day, or a child who died by then, does not count. What happened behind the
    day changes nothing: a case found not in need later was open. A child whose age is not known is in every ``max_age``.

    Example:
        | referred   | closed     | in need on 2025-03-31 |
        | 2024-12-01 |            | yes                   |
        | 2024-08-01 | 2025-03-31 | no                    |
    """
    children = cin_at_31_march(scope)
    if not include_looked_after:
        children = children.join(cla_at_31_march(scope), on="child", how="anti")
    if not include_awaiting_assessment:
        done = pl.col("completed_date").is_not_null() & (pl.col("completed_date") <= scope.end)
        begun = ~(pl.col("start_date") > scope.end).fill_null(False)
        by_referral = scope.history.assessments.filter(begun).group_by("referral").agg(done.any().alias("done"))
        children = children.join(by_referral.filter(~pl.col("done")), on="referral", how="anti")
    if max_age is not None:
        children = scope.age_on(children, scope.end).filter(pl.col("age").is_null() | (pl.col("age") <= max_age))
    return children.with_columns(pl.lit(value=True).alias("numerator"))
