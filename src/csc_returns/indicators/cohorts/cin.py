"""Cohorts of the children in need census."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.indicators.dates import length_band, open_on
from csc_returns.indicators.groups import NOT_IN_NEED, one_of
from csc_returns.indicators.scope import Scope, cohort


@cohort
def referrals(scope: Scope, same_day: str = "collapse") -> pl.LazyFrame:
    """All referrals of the history: columns of the frame and ``date``.

    Args:
        scope: history and period.
        same_day: "collapse" makes the referrals of a child on one day one (no further action only if all say so; the rest from
            the first that says it), "keep" leaves them.
    """
    rows = scope.history.referrals.with_columns(pl.col("referral_date").alias("date"))
    if same_day == "keep":
        return rows
    others = [
        name for name in rows.collect_schema().names() if name not in {"child", "referral_date", "no_further_action"}
    ]
    return (
        rows.sort("child", "referral_date", "referral")
        .group_by("child", "referral_date", maintain_order=True)
        # A blank does not say that there was no further action; all() by itself would pass over it.
        .agg(pl.col("no_further_action").fill_null(False).all(), pl.col(others).drop_nulls().first())
    )


def cin_referrals_in_year(scope: Scope, same_day: str = "collapse") -> pl.LazyFrame:
    """Referrals of the period, those without further action included."""
    return referrals(scope, same_day).filter(scope.inside("referral_date"))


def _taken_on(scope: Scope) -> pl.LazyFrame:
    return scope.history.referrals.filter(~pl.col("no_further_action").fill_null(False))


@cohort
def found_not_in_need(scope: Scope, day: dt.date) -> pl.LazyFrame:
    """Referrals found not in need on assessment: closed RC8 or RC9 after one, without an enquiry, plan or conference.

    Args:
        scope: history and period.
        day: up to which closures are looked at: on it, a case that closes later was open, whatever later returns say of it.
    """
    history = scope.history
    more = pl.concat(
        [frame.select("referral") for frame in (history.enquiries, history.cin_plans, history.protection_plans)]
        + [history.referrals.filter(pl.col("conference_date").is_not_null()).select("referral")]
    ).unique()
    assessed = history.assessments.select("referral").unique()
    return (
        _taken_on(scope)
        .filter(one_of("closure_reason", NOT_IN_NEED) & ~(pl.col("closure_date") > day).fill_null(False))
        .join(assessed, on="referral", how="semi")
        .join(more, on="referral", how="anti")
    )


@cohort
def cin_episodes_of_need(scope: Scope, day: dt.date) -> pl.LazyFrame:
    """Referrals that became an episode of need: not those without further action, nor ``found_not_in_need`` by a day."""
    rows = _taken_on(scope).join(found_not_in_need(scope, day), on="referral", how="anti")
    return rows.with_columns(pl.col("referral_date").alias("date"))


def open_episodes_on(scope: Scope, day: dt.date) -> pl.LazyFrame:
    """Children with an episode of need open on a day, one row each (the latest referral); children who died by then are out."""
    running = cin_episodes_of_need(scope, day).filter(open_on(day, "referral_date", "closure_date"))
    living = scope.with_child(running, "death_date").filter(
        pl.col("death_date").is_null() | (pl.col("death_date") > day)
    )
    newest = living.sort("child", "referral_date", "referral").unique("child", keep="last", maintain_order=True)
    return newest.drop("death_date").with_columns(pl.lit(day).alias("date"))


@cohort
def cin_at_31_march(scope: Scope) -> pl.LazyFrame:
    """Children in need on the last day of the period: ``open_episodes_on``."""
    return open_episodes_on(scope, scope.end)


@cohort
def assessments_completed(scope: Scope) -> pl.LazyFrame:
    """Assessments completed in the period."""
    rows = scope.history.assessments.filter(scope.inside("completed_date"))
    return rows.with_columns(pl.col("completed_date").alias("date"))


@cohort
def s47_in_year(scope: Scope) -> pl.LazyFrame:
    """Section 47 enquiries that began in the period."""
    return scope.history.enquiries.filter(scope.inside("start_date")).with_columns(pl.col("start_date").alias("date"))


@cohort
def icpc_in_year(scope: Scope) -> pl.LazyFrame:
    """Initial child protection conferences held in the period, transfers in included."""
    rows = scope.history.conferences.filter(scope.inside("conference_date"))
    return rows.with_columns(pl.col("conference_date").alias("date"))


def _plans(scope: Scope) -> pl.LazyFrame:
    return scope.history.protection_plans.with_columns(
        pl.coalesce("latest_category", "initial_category").alias("category_of_abuse")
    )


@cohort
def cpp_started(scope: Scope) -> pl.LazyFrame:
    """Child protection plans that began in the period, with ``category_of_abuse`` at their beginning."""
    rows = _plans(scope).filter(scope.inside("start_date"))
    return rows.with_columns(
        pl.col("start_date").alias("date"),
        pl.coalesce("initial_category", "latest_category").alias("category_of_abuse"),
    )


@cohort
def cpp_ended(scope: Scope) -> pl.LazyFrame:
    """Child protection plans that ended in the period, with ``category_of_abuse`` and ``plan_length_band`` at their end.

    Not those that vanished from the returns: the day on which they ended is not known.
    """
    rows = _plans(scope).filter(scope.inside("end_date") & ~pl.col("vanished").fill_null(False))
    return rows.with_columns(
        pl.col("end_date").alias("date"), length_band("start_date", pl.col("end_date")).alias("plan_length_band")
    )


@cohort
def cpp_at_31_march(scope: Scope) -> pl.LazyFrame:
    """Child protection plans open on the last day of the period, one a child (the latest)."""
    running = _plans(scope).filter(open_on(scope.end)).sort("child", "start_date", "plan")
    return running.unique("child", keep="last", maintain_order=True).with_columns(
        pl.lit(scope.end).alias("date"), length_band("start_date", scope.end).alias("plan_length_band")
    )


@cohort
def pre_proceedings(scope: Scope) -> pl.LazyFrame:
    """Pre-proceedings of all time, one a child and first day; those without a first day each by itself.

    What began before the year need not say when: the return has no room for the day.
    """
    rows = scope.history.pre_proceedings.sort(pl.all(), nulls_last=True)
    dated = rows.filter(pl.col("start_date").is_not_null()).unique(
        ["child", "start_date"], keep="first", maintain_order=True
    )
    return pl.concat([dated, rows.filter(pl.col("start_date").is_null())])


@cohort
def pre_proceedings_started(scope: Scope) -> pl.LazyFrame:
    """Pre-proceedings that began in the period, one a child and first day."""
    return pre_proceedings(scope).filter(scope.inside("start_date")).with_columns(pl.col("start_date").alias("date"))
