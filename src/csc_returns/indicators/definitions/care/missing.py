"""Looked-after children who go missing, or are away without authorisation."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CLA, LOOKED_AFTER, SEX
from csc_returns.indicators.cohorts.cla import cla_episodes, cla_in_year, remarked_if_none
from csc_returns.indicators.dates import active_in, months_later, open_on
from csc_returns.indicators.groups import PLACED_WITH_PARENTS, RELATIVE_OR_FRIEND, one_of
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

_NEEDS = [Need("ssda903")]

#: Behind the number of children.
_NOBODY = "looked after and nobody missing in any return: was the table sent?"

_READS = ["episodes", "missing"]
_FIELDS = ("Missing.MISSING", "Missing.MIS_START", "Missing.MIS_END", "Episodes.DECOM", "Episodes.DEC", "Episodes.LS")

_MISSING, _AWAY = "M", "A"
_KINDS = {_MISSING: (_MISSING,), _AWAY: (_AWAY,), "M_or_A": (_MISSING, _AWAY)}

#: Placements in the family network: with relatives or friends who foster, and with parents.
_FAMILY_NETWORK = (*RELATIVE_OR_FRIEND, *PLACED_WITH_PARENTS)


def _first_day(scope: Scope, months: int) -> dt.date:
    """First day of the last months of the period; never before the period."""
    return max(scope.start, months_later(scope.end + dt.timedelta(days=1), -months))


@indicator(
    "cla-missing",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=_NEEDS,
    reads=_READS,
    fields=_FIELDS,
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "type",
            "M",
            ("M", "A", "M_or_A"),
            "missing (M) or away without authorisation (A): some authorities record all of it as missing",
        ),
        Variant("window_months", 12, (6, 12), "6: only the last six months of the period, on both sides"),
        Variant("show", "children", ("children", "episodes"), "episodes: how many times children went missing"),
    ],
    version=2,
)
def went_missing(
    scope: Scope,
    type: str,  # noqa: A002 - the name of the variant
    window_months: int,
    show: str,
) -> tuple[pl.LazyFrame, Unit]:
    """Looked-after children who went missing.

    Of the children looked after at any time in the period, those who were missing at any time in it.

    Counts: A child who was missing already on the first day counts, as does one who came back that day. A child counts once;
    shown by episodes, each time of being missing that touches the period does, of these children; rows that say the same in
    everything are one time. A window of six months narrows both sides to the last six months of the period.

    Example:
        | missing from | to         | counts in 2024-25 |
        | 2024-03-20   | 2024-04-01 | yes               |
        | 2024-03-20   | 2024-03-31 | no                |
        | 2025-03-31   |            | yes               |
    """
    first = _first_day(scope, window_months)
    children = remarked_if_none(scope, cla_in_year(scope, first), "missing", _NOBODY)
    spells = scope.history.missing.filter(one_of("kind", _KINDS[type]) & active_in(first, scope.end))
    spells = spells.unique(None if show == "episodes" else "child").select("child")
    met = spells.with_columns(pl.lit(value=True).alias("numerator"))
    rows = children.join(met, on="child", how="left", maintain_order="left")
    return rows, "count" if show == "episodes" else "percent"


@indicator(
    "cla-missing-family-network",
    unit="count",
    decimals=0,
    confidence="medium",
    source="own",
    needs=_NEEDS,
    reads=_READS,
    fields=(*_FIELDS, "Episodes.PLACE"),
    breakdowns=(AGE_CLA, SEX),
    limits="relatives who care for a child who is not looked after are in no return",
    version=2,
)
def missing_from_family_network(scope: Scope) -> pl.LazyFrame:
    """Looked-after children missing from a family network placement.

    Children who went missing in the period while they were fostered by a relative or friend (U1 to U3) or placed with their
    parents (P1). How often they did, and how many children lived in such a placement at any time in the period, is shown beside.

    Counts: The placement is that of the episode open on the day the child went missing; on the day of a move it is the new one.
    Being missing since before the period does not count, nor being away without authorisation. A child counts once; rows that
    say the same in everything are one time.

    Example:
        | missing from | placement that day | counts in 2024-25 |
        | 2024-04-01   | U3                 | yes               |
        | 2024-06-01   | U6                 | no                |
        | 2024-03-31   | P1                 | no                |
    """
    in_network = one_of("placement", _FAMILY_NETWORK)
    episodes = cla_episodes(scope)
    spells = scope.history.missing.filter((pl.col("kind") == _MISSING) & scope.inside("start_date")).unique()
    open_then = (
        spells.select("child", missing_from="start_date")
        .with_row_index("spell")
        .join(episodes, on="child")
        .filter(open_on(pl.col("missing_from")))
        .sort("spell", "start_date", "end_date", nulls_last=True)
        .unique("spell", keep="last", maintain_order=True)
    )
    times = open_then.filter(in_network).group_by("child").agg(pl.len().cast(pl.Int64).alias("times"))
    touching = episodes.filter(in_network & active_in(scope.start, scope.end)).select("child").unique()
    rows = touching.join(times, on="child", how="left").select(
        "child",
        pl.lit(scope.end).alias("date"),
        pl.col("times").is_not_null().alias("numerator"),
        pl.col("times").fill_null(0).alias("family network: times missing"),
        pl.lit(value=True).alias("family network: children"),
    )
    return remarked_if_none(scope, rows, "missing", _NOBODY)
