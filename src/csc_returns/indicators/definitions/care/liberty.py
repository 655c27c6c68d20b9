"""Deprivation of liberty orders of looked-after children. Collected from 2026-27."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CLA, PLACEMENT_GROUP, SEX
from csc_returns.indicators.cohorts.cla import cla_in_year, remarked_if_none
from csc_returns.indicators.dates import active_in, open_on
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope


@indicator(
    "cla-deprivation-of-liberty",
    unit="count",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903", since="2026-27")],
    reads=["episodes", "deprivations_of_liberty"],
    fields=["DoLo.DOLO_START", "DoLo.DOLO_END", "Episodes.DECOM", "Episodes.DEC", "Episodes.LS"],
    breakdowns=(AGE_CLA, SEX, PLACEMENT_GROUP),
    variants=[
        Variant(
            "measure",
            "any_in_year",
            ("any_in_year", "open_31_march", "orders"),
            "children with an order in force in the period, or on its last day; or the number of orders in force in it",
        )
    ],
    version=2,
)
def deprived_of_liberty(scope: Scope, measure: str) -> pl.LazyFrame:
    """Looked-after children with a deprivation of liberty order.

    Children looked after at any time in the period who had an order in force at any time in it. The number of children looked
    after in the period is shown beside.

    Counts: An order that ended on the first day of the period counts, one in force on the last day too; an order that ends on the
    very day is not in force at its end (measure open_31_march). A child counts once, an order once: rows that say the same in
    everything are one. Orders of children who were not looked after in the period are left out, and the note says so. The child
    need not have been looked after on the days of the order.

    Example:
        | from       | to         | counts in 2026-27 | in force on 2027-03-31 |
        | 2026-01-10 | 2026-04-01 | yes               | no                     |
        | 2026-01-10 | 2026-03-31 | no                | no                     |
        | 2027-03-31 |            | yes               | yes                    |
        | 2026-10-10 | 2027-03-31 | yes               | no                     |
    """
    in_force = open_on(scope.end) if measure == "open_31_march" else active_in(scope.start, scope.end)
    orders = scope.history.deprivations_of_liberty.filter(in_force)
    orders = orders.unique(None if measure == "orders" else "child").select("child")
    children = remarked_if_none(
        scope,
        cla_in_year(scope),
        "deprivations_of_liberty",
        "looked after and no such order in any return: was the table sent?",
    )
    orders = orders.with_columns(pl.lit(value=True).alias("numerator"))
    looked_after = children.join(orders, on="child", how="left", maintain_order="left")
    # With several orders a child has several rows: the first one stands for the child.
    rows = looked_after.with_columns(pl.col("child").is_first_distinct().alias("looked after in the period: children"))
    others = orders.join(children, on="child", how="anti").select(
        "child",
        pl.lit(scope.end).alias("date"),
        pl.lit("left out: the child was not looked after in the period").alias("remark"),
    )
    return pl.concat([rows, others], how="diagonal")
