"""Social workers of looked-after children: how many a child has, and why they change."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER, PLACEMENT_GROUP
from csc_returns.indicators.cohorts.cla import cla_at_31_march, remarked_if_unseen
from csc_returns.indicators.dates import active_in, months_later
from csc_returns.indicators.groups import one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope
from csc_returns.specification import period_of, whole_specification

_SINCE = "2023-24"

#: An authority without any row has not sent the table: no figure, and not 0.
_NEEDS = [Need("ssda903", since=_SINCE, frame="social_workers")]

_READS = ["episodes", "social_workers"]

#: Begins the numbers that stand for workers without registration.
_UNREGISTERED = "XX"

_UNSEEN = "looked after, whose social workers of all the twelve months the returns do not tell: undercounted"

#: How many social workers are many.
_MANY = 3

_REASONS = tuple(whole_specification("ssda903").tables["SWEpisodes"].items["SW_REASON"].codes or ())


@indicator(
    "cla-3plus-social-workers",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=_NEEDS,
    reads=_READS,
    fields=["SWEpisodes.SW_ID", "SWEpisodes.SW_DECOM", "SWEpisodes.SW_DEC", "Episodes.DECOM", "Episodes.DEC"],
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "unknown_ids",
            "distinct",
            ("distinct", "ignore"),
            "whether numbers that begin with XX, which stand for workers without registration, are workers of their own",
        )
    ],
    not_by={"quarter": "a quarter is too short for three social workers; rolling 12 months to its end give a figure"},
)
def three_or_more_social_workers(scope: Scope, unknown_ids: str) -> pl.LazyFrame:
    """Looked-after children with three or more social workers in the year.

    Of the children looked after on the last day, those who had three or more different social workers in the twelve months to it.

    Counts: A worker who comes back counts once. Workers from before the child came into care count. One whose time ended on the
    first of those days counts, one whose time ended the day before does not. A row without a number names nobody. The twelve
    months to a day in the middle of a year begin in the year before: without its return workers are missed, and the note says so.

    Example:
        | workers in the year             | number |
        | SW1, SW2, SW1                   | 2      |
        | SW1, XX7, XX8                   | 3      |
        | SW1 (to 2024-03-31), SW2, SW3   | 2      |
        | SW1 (to 2024-04-01), SW2, SW3   | 3      |
    """
    first = months_later(scope.end + dt.timedelta(days=1), -12)
    workers = scope.history.social_workers.filter(active_in(first, scope.end) & pl.col("worker").is_not_null())
    if unknown_ids == "ignore":
        workers = workers.filter(~pl.col("worker").str.starts_with(_UNREGISTERED))
    numbers = workers.group_by("child").agg(pl.col("worker").n_unique().alias("workers"))
    children = cla_at_31_march(scope).join(numbers, on="child", how="left", maintain_order="left")
    children = children.with_columns((pl.col("workers") >= _MANY).fill_null(False).alias("numerator"))
    # A return names no worker whose time ended before its first day.
    if first < period_of(_SINCE)[0]:
        return children.with_columns(pl.lit(_UNSEEN).alias("remark"))
    return remarked_if_unseen(scope, children, first, _UNSEEN)


@indicator(
    "cla-social-worker-change-reasons",
    unit="percent_distribution",
    decimals=0,
    confidence="medium",
    needs=_NEEDS,
    reads=_READS,
    fields=["SWEpisodes.SW_REASON", "SWEpisodes.SW_ID", "SWEpisodes.SW_DECOM", "Episodes.DECOM", "Episodes.DEC"],
    breakdowns=(PLACEMENT_GROUP,),
    category="reason",
    order=_REASONS,
    version=2,
)
def reasons_for_change(scope: Scope) -> pl.LazyFrame:
    """Reasons for change of social worker.

    The times that a social worker became responsible for a child in the period, of the children looked after on its last day, by
    the reason for it (SW_REASON), as shares of those with a reason.

    Counts: Each worker's start counts, so that a child may count several times, and may not have been in care yet. A start
    without a reason, or with one that is no code of the list, is left out. Rows that say the same in everything are one
    start.

    Example:
        | worker began | reason | counts in 2024-25 |
        | 2024-04-01   | LEFTRL | yes               |
        | 2025-03-31   | FCONTA | yes               |
        | 2024-03-31   | LEFTRL | no                |
        | 2024-06-01   |        | no                |
    """
    children = cla_at_31_march(scope).select("child", "placement")
    known = one_of("reason", _REASONS)
    return (
        scope.history.social_workers.filter(scope.inside("start_date"))
        .unique()
        .join(children, on="child")
        .with_columns(
            pl.col("start_date").alias("date"),
            pl.col("reason").alias("category"),
            known.alias("denominator"),
            pl.when(~known).then(pl.lit("left out: without a valid reason")).alias("remark"),
        )
    )
