"""Children who start and cease to be looked after, and who are looked after on a day."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CLA, LOOKED_AFTER, SEX
from csc_returns.indicators.cohorts.cla import cla_at_31_march, cla_ceased, cla_started, longest_uasc
from csc_returns.indicators.groups import (
    SPECIAL_GUARDIANSHIP,
    SPECIAL_GUARDIANSHIP_FOSTER_CARER,
    SPECIAL_GUARDIANSHIP_RELATIVE,
    one_of,
)
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

_EXCLUDE_UASC = Variant(
    "exclude_uasc", False, (False, True), "unaccompanied asylum-seeking children make the figure high where many arrive"
)
_UASC_STATUS = Variant("uasc_status", "current", ("current", "ever"), "ever has those too whose status had ended")
_EPISODES = ("Episodes.DECOM", "Episodes.RNE", "Episodes.LS", "Episodes.PLACE", "Episodes.DEC", "Episodes.REC")


def with_uasc(scope: Scope, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with ``is_uasc`` (on the day in ``date``) and ``ever_uasc``. A status that ends on the very day has ended.

    Of several rows of a child the one that lasts longest tells.
    """
    status = longest_uasc(scope.history).select("child", "ceased_date", pl.lit(value=True).alias("ever_uasc"))
    lasting = pl.col("ceased_date").is_null() | (pl.col("ceased_date") > pl.col("date"))
    return (
        rows.join(status, on="child", how="left")
        .with_columns(pl.col("ever_uasc").fill_null(False))
        .with_columns((pl.col("ever_uasc") & lasting).alias("is_uasc"))
    )


def _all(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.with_columns(pl.lit(value=True).alias("numerator"))


@indicator(
    "cla-starting-rate",
    unit="rate_per_10000",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=(*_EPISODES, "UASC.DUC"),
    breakdowns=LOOKED_AFTER,
    variants=[_EXCLUDE_UASC],
    version=2,
)
def starting(scope: Scope, exclude_uasc: bool) -> pl.LazyFrame:
    """Rate of children starting to be looked after per 10,000 children.

    Children who started to be looked after in the period (reason for new episode S), agreed short breaks left out.

    Counts: A child counts once, with the first start. One who moves between authorities starts once in each.

    Example:
        | started    | legal status | counts in 2024-25 |
        | 2024-04-01 | C1           | yes               |
        | 2024-06-01 | V4           | no                |
    """
    rows = with_uasc(scope, cla_started(scope))
    return _all(rows.filter(~pl.col("is_uasc")) if exclude_uasc else rows)


@indicator(
    "cla-rate-31-march",
    unit="rate_per_10000",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=(*_EPISODES, "UASC.DUC"),
    breakdowns=LOOKED_AFTER,
    variants=[
        _EXCLUDE_UASC,
        Variant("end_on_snapshot_counts", False, (False, True), "true counts care that ends on the very day"),
    ],
    version=2,
)
def looked_after(scope: Scope, exclude_uasc: bool, end_on_snapshot_counts: bool) -> pl.LazyFrame:
    """Rate of children looked after on 31 March per 10,000 children.

    Children with an episode open on the day, agreed short breaks left out.

    Counts: A child counts once. Care that ends on the day does not count. Young people aged 18 or over whose care is still open
    count, and the note says how many there are: they may only be in a children's home (K2) under section 20 (V2).

    Example:
        | started    | ended      | looked after on 2025-03-31 |
        | 2024-08-01 |            | yes                        |
        | 2022-02-02 | 2025-03-31 | no                         |
    """
    rows = scope.age_on(with_uasc(scope, cla_at_31_march(scope, end_on_snapshot_counts)))
    rows = rows.with_columns(pl.when(pl.col("age") >= 18).then(pl.lit("aged 18 or over")).alias("remark"))
    return _all(rows.filter(~pl.col("is_uasc")) if exclude_uasc else rows)


@indicator(
    "cla-starting-uasc-rate",
    unit="rate_per_10000",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903")],
    reads=["episodes", "uasc"],
    fields=(*_EPISODES, "UASC.DUC"),
    breakdowns=(AGE_CLA, SEX),
    variants=[_UASC_STATUS],
    version=2,
)
def starting_uasc(scope: Scope, uasc_status: str) -> pl.LazyFrame:
    """Rate of unaccompanied asylum-seeking children starting to be looked after per 10,000 children.

    Children who started to be looked after in the period and were unaccompanied asylum-seeking children on that day.

    Counts: A status that ended on the very day had ended.

    Example:
        | started    | status ended | counts |
        | 2024-10-01 | 2024-12-01   | yes    |
        | 2024-10-01 | 2024-10-01   | no     |
    """
    return _all(with_uasc(scope, cla_started(scope)).filter("is_uasc" if uasc_status == "current" else "ever_uasc"))


@indicator(
    "cla-uasc-rate-31-march",
    unit="rate_per_10000",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903")],
    reads=["episodes", "uasc"],
    fields=(*_EPISODES, "UASC.DUC"),
    breakdowns=(AGE_CLA, SEX),
    variants=[_UASC_STATUS],
    version=2,
)
def looked_after_uasc(scope: Scope, uasc_status: str) -> pl.LazyFrame:
    """Rate of unaccompanied asylum-seeking children looked after on 31 March per 10,000 children.

    Children looked after on the day who were unaccompanied asylum-seeking children then.

    Counts: A status that ended on the very day had ended.

    Example:
        | status ended | counts on 2025-03-31 |
        |              | yes                  |
        | 2025-03-31   | no                   |
    """
    return _all(with_uasc(scope, cla_at_31_march(scope)).filter("is_uasc" if uasc_status == "current" else "ever_uasc"))


@indicator(
    "cla-ceased-sgo",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_EPISODES,
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "carer_split",
            None,
            (None, "relative_or_friend", "former_foster_carer"),
            "only orders to a relative or friend (E45, E47), or to the former foster carer (E45, E46)",
        )
    ],
    version=2,
)
def ceased_with_special_guardianship(scope: Scope, carer_split: str | None) -> pl.LazyFrame:
    """Children ceasing to be looked after because of a special guardianship order.

    Of the children who ceased to be looked after in the period, those whose last episode ended with a special guardianship order.

    Counts: A child counts once, with the last ending in the period, back in care or not.

    Example:
        | ended      | reason | counts |
        | 2025-03-31 | E45    | yes    |
        | 2024-06-01 | E4A    | no     |
    """
    orders = {
        None: SPECIAL_GUARDIANSHIP,
        "relative_or_friend": SPECIAL_GUARDIANSHIP_RELATIVE,
        "former_foster_carer": SPECIAL_GUARDIANSHIP_FOSTER_CARER,
    }[carer_split]
    return cla_ceased(scope).with_columns(one_of("end_reason", orders).alias("numerator"))
