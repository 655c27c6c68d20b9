"""Whether looked-after children live outside their authority, and how far from home."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CLA, LOOKED_AFTER, SEX
from csc_returns.indicators.cohorts.cla import cla_at_31_march, placement_spells
from csc_returns.indicators.definitions.care.where_children_live import LOCATED, MEASURED, known_distance
from csc_returns.indicators.groups import one_of
from csc_returns.indicators.indicator import Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

_OUTSIDE = ("OUT",)
_LOCATION = ("Episodes.PL_LOCATION", "Episodes.PL_POST")

_SECURE_HOMES = ("K1",)
_YOUNG_OFFENDER_INSTITUTIONS = ("R5",)


def _remark_unless(known: pl.Expr, words: str) -> pl.Expr:
    return pl.when(~known).then(pl.lit(words)).alias("remark")


@indicator(
    "cla-placed-outside-la",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[LOCATED],
    reads=["episodes"],
    fields=_LOCATION,
    breakdowns=LOOKED_AFTER,
)
def placed_outside(scope: Scope) -> pl.LazyFrame:
    """Looked-after children placed outside the local authority boundary.

    Of the children looked after on the day, those whose placement lies outside the area of the authority that looks after them.

    Counts: A placement of which it is not known is not outside; the note says how many there are. Where the return does not hold
    the location, it is made from the postcode of the placement, which needs a postcode directory. A county and its districts are
    one area.

    Example:
        | location | counts           |
        | OUT      | yes              |
        | IN       | denominator only |
        |          | denominator only |
    """
    return cla_at_31_march(scope).with_columns(
        one_of("location", _OUTSIDE).alias("numerator"),
        _remark_unless(pl.col("location").is_not_null(), "where it is not known whether they are outside"),
    )


@indicator(
    "cla-average-distance",
    unit="miles_mean",
    decimals=1,
    confidence="medium",
    source="own",
    needs=[MEASURED],
    reads=["episodes"],
    fields=("Episodes.PL_DISTANCE", "Episodes.HOME_POST", *_LOCATION),
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant("statistic", "median", ("median", "mean"), "a few placements far away pull the mean up"),
        Variant("subset", "all", ("all", "outside_la"), "outside_la: only placements outside the authority"),
    ],
)
def average_distance(scope: Scope, statistic: str, subset: str) -> tuple[pl.LazyFrame, Unit]:
    """Average distance of placement from home.

    The median of the distances, in a straight line and in miles, between home and placement of the children looked after on the
    day.

    Counts: Children whose distance is not known are left out, and so is 999.9, which stands for such a one; the note says how
    many there are. Where the return does not hold the distance, it is made from the postcodes, which needs a postcode directory.

    Example:
        | miles | counts |
        | 0.0   | yes    |
        | 45.3  | yes    |
        | 999.9 | no     |
    """
    rows = cla_at_31_march(scope)
    if subset == "outside_la":
        rows = rows.filter(one_of("location", _OUTSIDE))
    known = known_distance().is_not_null()
    measured = rows.with_columns(
        known.alias("denominator"),
        known_distance().alias("value"),
        _remark_unless(known, "left out: without a known distance"),
    )
    return measured, "miles_mean" if statistic == "mean" else "miles_median"


@indicator(
    "cla-secure-outside-la",
    unit="count",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[LOCATED],
    reads=["episodes"],
    fields=("Episodes.PLACE", "Episodes.DECOM", "Episodes.RNE", *_LOCATION),
    breakdowns=(AGE_CLA, SEX),
    variants=[
        Variant("include", "K1", ("K1", "K1_and_R5"), "K1_and_R5 has young offender institutions and prisons (R5) too")
    ],
    version=2,
)
def secure_outside(scope: Scope, include: str) -> pl.LazyFrame:
    """Children in secure placements outside the local authority.

    Children who came to live in a secure home (K1) in the period that lies outside the area of their authority.

    Counts: A child counts once, with the first such placement. What it is and where is told by the episode with which it began;
    a change of legal status in it, or coming back to it from a temporary placement, is no new one. A placement of which it is not
    known whether it is outside does not count; the note says how many children that leaves out.

    Example:
        | placement | from       | location | counts in 2024-25 |
        | K1        | 2024-04-01 | OUT      | yes               |
        | K1        | 2024-03-31 | OUT      | no                |
        | K1        | 2024-06-01 | IN       | no                |
    """
    codes = (*_SECURE_HOMES, *(_YOUNG_OFFENDER_INSTITUTIONS if include == "K1_and_R5" else ()))
    first = scope.history.episodes.select("episode", first_placement="placement", location="location")
    begun = (
        placement_spells(scope)
        .filter(scope.inside("start_date"))
        .join(first, left_on="first_episode", right_on="episode", maintain_order="left")
        .filter(one_of("first_placement", codes) & (pl.col("location").is_null() | one_of("location", _OUTSIDE)))
        .with_columns(pl.col("start_date").alias("date"), one_of("location", _OUTSIDE).alias("numerator"))
    )
    first_of_child = begun.sort("numerator", descending=True, maintain_order=True).unique(
        "child", keep="first", maintain_order=True
    )
    return first_of_child.with_columns(
        _remark_unless(pl.col("numerator"), "left out: where it is not known whether it is outside")
    )
