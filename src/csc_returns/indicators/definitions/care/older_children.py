"""Looked-after children of 16 and 17, and those who come before the law."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CLA, ETHNICITY_MAJOR, LOOKED_AFTER, SEX, UASC
from csc_returns.indicators.cohorts.cla import cla_at_31_march, cla_episodes, cla_in_year, placement_spells
from csc_returns.indicators.definitions.care.health import with_outcomes
from csc_returns.indicators.groups import PLACEMENTS, one_of
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

_EPISODES = ("Episodes.DECOM", "Episodes.DEC", "Episodes.LS", "Header.DOB")

#: Remanded to the care of the authority or to youth detention accommodation.
_REMAND = ("J1",)

_SENTENCED = ("E9",)
_MOVED_TO_CUSTODY = ("CUSTOD",)
_YOUTH_CUSTODY = ("R5",)

#: Below it nobody can be held responsible for a crime.
_AGE_OF_RESPONSIBILITY = 10

_CONVICTED = ("1",)

_ONCE_A_YEAR = "the return says once, for the whole year to 31 March, who was convicted"


def _is_aged(youngest: int, oldest: int) -> pl.Expr:
    """``age`` is from one to another; false where it is not known."""
    return pl.col("age").is_between(youngest, oldest).fill_null(False)


def _aged(scope: Scope, children: pl.LazyFrame, youngest: int, oldest: int) -> pl.LazyFrame:
    """Those who have an age, in completed years, from one to another on ``date``."""
    return scope.age_on(children).filter(_is_aged(youngest, oldest))


@indicator(
    "cla-aged-16-17",
    unit="count",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes", "children"],
    fields=_EPISODES,
    breakdowns=LOOKED_AFTER,
    limits="no return tells which of them have a pathway plan or a personal adviser",
)
def aged_16_and_17(scope: Scope) -> pl.LazyFrame:
    """Looked-after young people aged 16 and 17 (approaching leaving care).

    Children looked after on the day who are 16 or 17 then. They stand in for those who prepare to leave care, of whom the returns
    do not tell.

    Counts: Who turns 16 on the day is in; who turns 18 on it is out, and so is a child without a date of birth. Care that ends on
    the day does not count. How many children of any age are looked after on the day is shown beside.

    Example:
        | born       | looked after on 2025-03-31 | counts |
        | 2009-03-31 | yes                        | yes    |
        | 2009-04-01 | yes                        | no     |
        | 2007-04-01 | yes                        | yes    |
        | 2007-03-31 | yes                        | no     |
    """
    return scope.age_on(cla_at_31_march(scope)).with_columns(
        _is_aged(16, 17).alias("numerator"), pl.lit(value=True).alias("looked after on the day: children")
    )


@indicator(
    "cla-16-17-supported-accommodation",
    unit="percent",
    decimals=0,
    confidence="high",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes", "children"],
    fields=("Episodes.PLACE", *_EPISODES),
    breakdowns=(SEX, ETHNICITY_MAJOR, UASC),
    variants=[Variant("show", "percent", ("percent", "count"), "count gives the number of children, not their share")],
    version=2,
)
def supported_at_16_and_17(scope: Scope, show: str) -> tuple[pl.LazyFrame, Unit]:
    """Looked-after 16 and 17 year olds in supported or independent accommodation.

    Of the children looked after on the day who are 16 or 17 then, those in supported accommodation (K3) or, as it was called
    before, semi-independent (H5) or independent living (P2).

    Counts: The placement is that of the day; a temporary one (T0 to T4) is none of these. Who turns 16 on the day is in, who
    turns 18 on it is out.

    Example:
        | born       | placement on 2025-03-31 | counts           |
        | 2009-03-31 | K3                      | yes              |
        | 2008-01-01 | U6                      | denominator only |
        | 2009-04-01 | K3                      | no               |
    """
    lives_there = one_of("placement", PLACEMENTS["supported or independent"])
    rows = _aged(scope, cla_at_31_march(scope), 16, 17).with_columns(lives_there.alias("numerator"))
    return rows, "count" if show == "count" else "percent"


@indicator(
    "cla-entering-custody",
    unit="count",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=(
        "Episodes.REC",
        "Episodes.REASON_PLACE_CHANGE",
        "Episodes.PLACE",
        "Episodes.LS",
        "Episodes.DECOM",
        "Episodes.DEC",
        "Episodes.RNE",
    ),
    breakdowns=(AGE_CLA, SEX, ETHNICITY_MAJOR),
    limits="custody is seen only where a placement, the reason for its change or the end of care tells of it",
)
def entering_custody(scope: Scope) -> pl.LazyFrame:
    """Looked-after children entering custody.

    Children who, in the period, ceased to be looked after because they were sentenced to custody (E9), changed placement because
    of custody (CUSTOD), or began a placement in youth custody or prison (R5). How many had each is shown beside the total, and so
    is the number of children looked after at any time in the period.

    Counts: A child counts once, with the first such event. A child who is looked after only because of a remand (J1) did not come
    into custody from care: there must have been care under another legal status before, in the same period of care. For the same
    reason a placement in custody with which care begins does not count. CUSTOD cannot be before a child is 10, and does not count
    then. A move from one custody to another is a placement that begins, too.

    Example:
        | legal status | placement | event on 2025-03-31       | counts |
        | C2           | U6        | care ends with E9         | yes    |
        | V2, then J1  | K2, R5    | R5 begins                 | yes    |
        | J1           | R5        | care begins               | no     |
        | J1           | R5        | care ends with E9         | no     |
    """
    in_care = ~one_of("legal_status", _REMAND)
    # Care other than by remand up to the episode's end, and before it began. First, while the episodes are in order.
    episodes = cla_episodes(scope).with_columns(
        in_care.cum_max().over("period").alias("_until"),
        in_care.cum_max().shift(fill_value=False).over("period").alias("_before"),
    )
    episodes = scope.age_on(episodes, "end_date")
    old_enough = (pl.col("age") >= _AGE_OF_RESPONSIBILITY).fill_null(True)
    ended = episodes.filter(pl.col("_until") & scope.inside("end_date"))
    begun = placement_spells(scope).select(episode="first_episode")
    found = [
        ended.filter(one_of("end_reason", _SENTENCED)).select("child", date="end_date", event=pl.lit("sentenced")),
        ended.filter(one_of("change_reason", _MOVED_TO_CUSTODY) & old_enough).select(
            "child", date="end_date", event=pl.lit("moved")
        ),
        episodes.filter(pl.col("_before") & scope.inside("start_date") & one_of("placement", _YOUTH_CUSTODY))
        .join(begun, on="episode", how="semi")
        .select("child", date="start_date", event=pl.lit("placed")),
    ]
    of_child = (
        pl.concat(found)
        .group_by("child")
        .agg(
            pl.col("date").min().alias("_first"),
            (pl.col("event") == "sentenced").any().alias("event: care ended with a custodial sentence"),
            (pl.col("event") == "moved").any().alias("event: placement changed because of custody"),
            (pl.col("event") == "placed").any().alias("event: placed in custody"),
        )
    )
    looked_after = cla_in_year(scope).select("child", "date").join(of_child, on="child", how="left")
    return looked_after.with_columns(
        pl.coalesce("_first", "date").alias("date"),
        pl.col("_first").is_not_null().alias("numerator"),
        pl.lit(value=True).alias("looked after in the period: children"),
    ).drop("_first")


@indicator(
    "cla-convictions",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903", frame="outcomes")],
    reads=["episodes", "outcomes"],
    fields=("OC2.CONVICTED", *_EPISODES),
    breakdowns=(SEX, ETHNICITY_MAJOR),
    not_by={"quarter": _ONCE_A_YEAR, "rolling": _ONCE_A_YEAR, "snapshot": _ONCE_A_YEAR},
    version=2,
)
def convictions(scope: Scope) -> pl.LazyFrame:
    """Looked-after children convicted or cautioned in the year.

    Of the children looked after for the twelve months to the last day who are 10 to 17 then, those who were convicted, or got a
    youth caution or youth conditional caution, in the year.

    Counts: Who turns 10 on the day is in, who turns 18 on it is out. Care that began on the first day of the year lasts the whole
    year. A child of whom the return does not say it stays in the denominator.

    Example:
        | born       | in care since | CONVICTED | counts in 2024-25 |
        | 2015-03-31 | 2020-01-01    | 1         | yes               |
        | 2010-05-05 | 2024-04-01    | 0         | denominator only  |
        | 2015-04-01 | 2020-01-01    | 1         | no                |
        | 2010-05-05 | 2024-04-02    | 1         | no                |
    """
    children = with_outcomes(scope).filter(_is_aged(10, 17))
    return children.with_columns(one_of("convicted", _CONVICTED).alias("numerator"))
