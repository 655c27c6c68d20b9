"""Cohorts of the children looked after return. Agreed series of short breaks (V3, V4) are in none of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import polars as pl

from csc_returns.history import History
from csc_returns.history.care import placement_spells as spells_of
from csc_returns.history.care import with_periods
from csc_returns.indicators.dates import active_in, add_months, birthday_1_march, months_later, open_on
from csc_returns.indicators.groups import TEMPORARY, TRANSFERRED_CARE, one_of
from csc_returns.indicators.scope import Scope, cohort
from csc_returns.validation.rules.ssda903.shared.groups import NEW_EPISODE, STARTED


@cohort
def cla_episodes(scope: Scope) -> pl.LazyFrame:
    """Episodes that count as being looked after, in order, with ``period`` (number of the period of care).

    ``settled_placement`` is the placement, or the one before it in the same period where it is a temporary one (T0 to T4).
    """
    settled = pl.when(~pl.col("placement").is_in(TEMPORARY)).then(pl.col("placement"))
    carried = pl.coalesce(settled.forward_fill().over("period"), "placement")
    return with_periods(scope.history.episodes).with_columns(carried.alias("settled_placement"))


@cohort
def cla_at_31_march(scope: Scope, last_day: bool = False) -> pl.LazyFrame:
    """Children looked after on the last day of the period, one row each: columns of ``cla_episodes``, the episode being the one
    open on the day.

    Args:
        scope: history and period.
        last_day: whether care that ends on the very day counts.
    """
    running = cla_episodes(scope).filter(open_on(scope.end, last_day=last_day))
    newest = running.unique("child", keep="last", maintain_order=True)
    return newest.with_columns(pl.lit(scope.end).alias("date"))


@cohort
def cla_started(scope: Scope) -> pl.LazyFrame:
    """Children who started to be looked after in the period, one row each: the first such episode."""
    starts = cla_episodes(scope).filter(
        (pl.col("new_episode_reason") == STARTED).fill_null(False) & scope.inside("start_date")
    )
    return starts.unique("child", keep="first", maintain_order=True).with_columns(pl.col("start_date").alias("date"))


@cohort
def cla_ceased(scope: Scope) -> pl.LazyFrame:
    """Children who ceased to be looked after in the period, back in care or not, one row each: the last such episode."""
    ended = pl.col("end_reason").is_not_null() & (pl.col("end_reason") != NEW_EPISODE)
    # Episodes that overlap by mistake end in another order than they began.
    ends = cla_episodes(scope).filter(ended & scope.inside("end_date")).sort("child", "end_date", maintain_order=True)
    return ends.unique("child", keep="last", maintain_order=True).with_columns(pl.col("end_date").alias("date"))


@cohort
def cla_in_year(scope: Scope, first: dt.date | None = None) -> pl.LazyFrame:
    """Children looked after at any time in the period, one row each: the last episode that touches it.

    Args:
        scope: history and period.
        first: a later day to begin with than the period's first one.
    """
    begin = first or scope.start
    # The first day of the next return stands for the end of what vanished from it: that day is no day in care.
    told = ~pl.col("vanished").fill_null(False) | (pl.col("end_date") > begin)
    newest = (
        cla_episodes(scope).filter(active_in(begin, scope.end) & told).unique("child", keep="last", maintain_order=True)
    )
    return newest.with_columns(pl.lit(scope.end).alias("date"))


@cohort
def cla_12_months(scope: Scope) -> pl.LazyFrame:
    """Children looked after through the twelve months to the last day of the period, one row each: the episode then running.

    Nothing began or ended the care in that time, and there was no short break in it. Care that began on the first of its days
    fills them all.
    """
    first = months_later(scope.end + dt.timedelta(days=1), -12)
    # What vanished from a return neither shows that the care ended nor that it went on.
    gone = pl.col("vanished").fill_null(False) & (pl.col("end_date") <= scope.end)
    every = scope.history.episodes.filter(~gone)
    began = (
        (pl.col("new_episode_reason") == STARTED) & (pl.col("start_date") > first) & (pl.col("start_date") <= scope.end)
    )
    ended = (pl.col("end_date") >= first) & (pl.col("end_date") < scope.end)
    ended &= pl.col("end_reason").is_null() | (pl.col("end_reason") != NEW_EPISODE)
    touching = (pl.col("start_date") <= scope.end) & (pl.col("end_date").is_null() | (pl.col("end_date") >= first))
    breaks = began.fill_null(False) | ended.fill_null(False) | (touching & pl.col("short_break"))
    broken = every.filter(breaks).select("child")
    last = cla_episodes(scope).filter(~gone & touching & (pl.col("start_date") <= scope.end))
    newest = last.unique("child", keep="last", maintain_order=True)
    return newest.join(broken, on="child", how="anti").with_columns(pl.lit(scope.end).alias("date"))


def remarked_if_none(scope: Scope, rows: pl.LazyFrame, frame: str, remark: str) -> pl.LazyFrame:
    """Rows of children with ``remark``: the words where the authority's returns have no row of a frame of the history at all.

    Nobody may have one, or the table was not sent: a figure of 0 should not hide that.
    """
    some = scope.with_child(getattr(scope.history, frame).select("child").unique(), "la").select("la").unique()
    tellers = scope.history.children.join(some, on="la", how="semi").select("child", pl.lit(value=True).alias("_some"))
    return (
        rows.join(tellers, on="child", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("_some").is_null()).then(pl.lit(remark)).alias("remark"))
        .drop("_some")
    )


def remarked_if_unseen(scope: Scope, rows: pl.LazyFrame, first: dt.date, remark: str) -> pl.LazyFrame:
    """Rows of children with ``remark``: the words where the authority's returns of children looked after begin behind a day."""
    covered = scope.history.covered.lazy().filter(collection="ssda903")
    late = covered.group_by("la").agg(pl.col("first_day").min()).filter(pl.col("first_day") > first)
    unseen = scope.history.children.join(late, on="la", how="semi").select("child", pl.lit(remark).alias("remark"))
    return rows.join(unseen, on="child", how="left", maintain_order="left")


@cohort
def placement_spells(
    scope: Scope,
    same_carer_moves: Literal["ignore", "count"] = "ignore",
    status_only_changes: Literal["ignore", "count"] = "ignore",
    temporary: Literal["ignore", "count"] = "ignore",
) -> pl.LazyFrame:
    """Placement spells of all time: see ``history.care.placement_spells``."""
    return spells_of(
        scope.history.episodes,
        same_carer_moves=same_carer_moves,
        status_only_changes=status_only_changes,
        temporary=temporary,
    )


@cohort
def care_leavers(scope: Scope, youngest: int, oldest: int) -> pl.LazyFrame:
    """Care leavers whose birthday of one of these ages falls in the period; ``date`` is that birthday.

    Only the return of the collection year in which the birthday falls tells of it: a later one tells of the next birthday.
    Those who died or went home to their parents for good (IN_TOUCH of DIED or RHOM) are out, and those whose care passed to
    another authority, or who had short breaks only. At 17 and 18, those still looked after on the birthday too.
    """
    rows = scope.with_child(scope.history.care_leavers, "birth_date")
    year_before = add_months(pl.col("year_end"), -12)
    ages = pl.concat(
        [rows.with_columns(birthday_1_march(years).alias("date")) for years in range(youngest, oldest + 1)]
    ).filter(scope.inside("date") & (pl.col("date") <= pl.col("year_end")) & (pl.col("date") > year_before))
    # Of several rows of one return the fullest, whatever their order.
    newest = ages.sort("child", "date", "in_touch", "activity", "accommodation", nulls_last=True).unique(
        "child", keep="first", maintain_order=True
    )
    # What comes behind the period, which later returns tell, changes nothing in it.
    begun = scope.history.episodes.filter(pl.col("start_date") <= scope.end)
    ended_by_now = pl.when(pl.col("end_date") <= scope.end).then("end_reason")
    last = (
        begun.sort("child", "start_date", "end_date", nulls_last=True)
        .group_by("child", maintain_order=True)
        .agg(ended_by_now.drop_nulls().last().alias("_last"), pl.col("short_break").all().alias("_breaks"))
    )
    gone = last.filter(one_of("_last", TRANSFERRED_CARE) | pl.col("_breaks")).select("child")
    leavers = newest.filter(~one_of("in_touch", ("DIED", "RHOM"))).join(gone, on="child", how="anti")
    if oldest <= 18:
        running = leavers.select("child", "date").join(
            cla_episodes(scope).select("child", "start_date", "end_date"), on="child"
        )
        still = running.filter(open_on(pl.col("date"))).select("child")
        leavers = leavers.join(still, on="child", how="anti")
    return leavers


def care_leavers_17_18(scope: Scope) -> pl.LazyFrame:
    """Care leavers who turned 17 or 18 in the period: see ``care_leavers``."""
    return care_leavers(scope, 17, 18)


def care_leavers_19_21(scope: Scope) -> pl.LazyFrame:
    """Care leavers who turned 19, 20 or 21 in the period: see ``care_leavers``."""
    return care_leavers(scope, 19, 21)


def longest_uasc(history: History) -> pl.LazyFrame:
    """Of the rows that say a child is (or was) an unaccompanied asylum seeker the one that lasts longest."""
    every = history.uasc.sort("child", "ceased_date", nulls_last=True)
    return every.unique("child", keep="last", maintain_order=True)
