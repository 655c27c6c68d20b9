"""Moves and stability over more than a year."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER
from csc_returns.indicators.cohorts.cla import cla_at_31_march, placement_spells
from csc_returns.indicators.dates import add_months
from csc_returns.indicators.definitions.care.stability import three_or_more_placements
from csc_returns.indicators.groups import ADOPTION, one_of
from csc_returns.indicators.indicator import Need, indicator
from csc_returns.indicators.scope import Scope

_FIELDS = (
    "Episodes.PLACE", "Episodes.RNE", "Episodes.DECOM", "Episodes.DEC", "Episodes.REC", "Episodes.LS", "Episodes.URN",
    "Episodes.PL_POST", "Episodes.REASON_PLACE_CHANGE",
)  # fmt: skip

_UNSEEN = "left out: their care began before the returns, which see too little of it"


def _with_care_began(scope: Scope, children: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with ``care_began``, the first day of their ``period`` that the returns see, and ``start_seen`` (it began then)."""
    began = scope.history.periods_of_care.lazy().select("period", "start_seen", care_began="start_date")
    return children.join(began, on="period", how="left", maintain_order="left")


@indicator(
    "cla-3plus-placements-2-years",
    unit="percent",
    decimals=0,
    confidence="medium",
    # One return would leave out the children who moved in the year before, not only their moves.
    needs=[Need("ssda903", 12)],
    reads=["episodes"],
    fields=_FIELDS,
    breakdowns=LOOKED_AFTER,
    not_by={
        "quarter": "it looks back two years from a 31 March; rolling 12 months to the end of a quarter give a figure"
    },
    version=2,
)
def three_or_more_placements_in_two_years(scope: Scope) -> pl.LazyFrame:
    """Children looked after for two years with three or more placements.

    Of the children looked after on the last day and through the two years to it, those who had three or more placements that were
    open at any time in them.

    Counts: Placements are counted as in cla-3plus-placements: a change of legal status, a change with the same carer and a
    temporary placement with the return from it are no moves. Care that began exactly two years before is two years long. A
    placement that ended on the first day of the two years (1 April) was not open in them. Children whose care began before the
    returns, which see less than two years of it, are left out; the note says how many there are.

    Example:
        | in care since | placements since 2023-04-01 | counts on 2025-03-31 |
        | 2023-03-31    | 3                           | yes                  |
        | 2022-01-01    | 2                           | denominator only     |
        | 2023-04-01    | 3                           | no                   |
    """
    rows = three_or_more_placements(scope, "ignore", "ignore", "ignore", "count", 2)
    others = _with_care_began(scope, cla_at_31_march(scope).join(rows, on="child", how="anti"))
    unseen = others.filter(~pl.col("start_seen")).with_columns(
        denominator=pl.lit(value=False), numerator=pl.lit(value=False), remark=pl.lit(_UNSEEN)
    )
    return pl.concat([rows.with_columns(pl.lit(value=True).alias("denominator")), unseen], how="diagonal")


@indicator(
    "cla-long-term-stability",
    unit="percent",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903", 24)],
    reads=["episodes"],
    fields=(*_FIELDS, "Header.DOB"),
    breakdowns=LOOKED_AFTER,
    version=2,
)
def long_term_stability(scope: Scope) -> pl.LazyFrame:
    """Long-term placement stability.

    Of the children under 16 who are looked after on the day and have been for two and a half years without a break, those who
    have lived in the same placement for two years; or are placed for adoption, and have lived there and in the placement before
    for two years together.

    Counts: Exactly 30 months and exactly 24 months are enough. A change of legal status, a change with the same carer and a
    temporary placement with the return from it do not end a placement; a child who is in a temporary one on the day counts with
    the placement before it. Adoption by the foster carers with whom the child lives is the same placement. A child who turns 16
    on the day is out, and so is one without a date of birth. Children whose care began before the returns, which see less than
    30 months of it, are left out; the note says how many there are.

    Example:
        | in care since | last placements                    | counts on 2025-03-31 |
        | 2022-09-30    | U6 since 2023-03-31                | yes                  |
        | 2022-09-30    | U6 since 2023-04-01                | denominator only     |
        | 2022-01-01    | U4 since 2023-01-01, A6 since 2024 | yes                  |
        | 2022-10-01    | U6 since 2022-10-01                | no                   |
    """
    young = scope.age_on(cla_at_31_march(scope)).filter((pl.col("age") < 16).fill_null(False))
    children = _with_care_began(scope, young)
    first = scope.history.episodes.select(first_episode="episode", first_placement="placement")
    until_then = placement_spells(scope).filter(pl.col("start_date") <= scope.end)
    current = (
        until_then.with_columns(pl.col("start_date").shift().over("period").alias("before"))
        .unique("period", keep="last", maintain_order=True)
        .join(first, on="first_episode", how="left")
        .select("period", "first_placement", "before", lives_there_since="start_date")
    )

    def lasts(since: str, months: int) -> pl.Expr:
        return (add_months(pl.col(since), months) <= scope.end).fill_null(False)

    # An adoption that began as a placement of its own; one by the carers themselves goes on with their placement.
    for_adoption = one_of("settled_placement", ADOPTION) & one_of("first_placement", ADOPTION)
    stays = lasts("lives_there_since", 24) | (for_adoption & lasts("before", 24))
    long = lasts("care_began", 30)
    return children.join(current, on="period", how="left").with_columns(
        long.alias("denominator"),
        (long & stays).alias("numerator"),
        pl.when(~long & ~pl.col("start_seen")).then(pl.lit(_UNSEEN)).alias("remark"),
    )
