"""Child protection after care: children who left care to relatives or friends on an order."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.cohorts.cla import cla_ceased
from csc_returns.indicators.dates import add_months
from csc_returns.indicators.groups import CHILD_ARRANGEMENTS, SPECIAL_GUARDIANSHIP_RELATIVE, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

_MONTHS = (12, 24, 36)


@indicator(
    "family-order-later-child-protection",
    unit="percent",
    decimals=1,
    confidence="low",
    source="own",
    needs=[
        Need("ssda903"),
        Need("cin"),
        *(
            Need(
                "cin",
                months_after=months,
                otherwise=f"children without {months} months behind them are left out",
                only={"follow_up_months": (months,)},
            )
            for months in _MONTHS
        ),
    ],
    reads=["episodes", "enquiries", "protection_plans"],
    fields=[
        "Episodes.DEC",
        "Episodes.REC",
        "Section47.S47ActualStartDate",
        "ChildProtectionPlans.CPPstartDate",
    ],
    variants=[Variant("follow_up_months", 24, _MONTHS, "how long the child is followed")],
    not_by={"quarter": "it looks years ahead of few children; a year or rolling 12 months give a figure"},
    limits="only seen while the family lives in this authority and the child keeps the identifier; relatives who took a child "
    "that was never looked after are not seen",
    version=2,
)
def later_child_protection(scope: Scope, follow_up_months: int) -> pl.LazyFrame:
    """Children who left care to family on an order and later had a section 47 enquiry or plan.

    Of the children who ceased to be looked after in the period with a child arrangements order, or a special guardianship order
    to a relative or friend (E41, E45, E47), those with a section 47 enquiry or a child protection plan that began in the 24
    months behind.

    Counts: The period is the one in which they left. A child counts once, with the last ending in the period. The day they left
    does not count; 24 months later to the day does. Children whose 24 months run past the census returns are left out.

    Example:
        | left       | reason | event                 | counts |
        | 2022-06-10 | E45    | enquiry on 2024-06-10 | yes    |
        | 2022-06-10 | E41    | plan on 2024-06-11    | no     |
    """
    orders = (*CHILD_ARRANGEMENTS, *SPECIAL_GUARDIANSHIP_RELATIVE)
    left = cla_ceased(scope).filter(one_of("end_reason", orders))
    left = left.with_columns(add_months(pl.col("date"), follow_up_months).alias("until"))
    history = scope.history
    events = pl.concat(
        [frame.select("child", day="start_date") for frame in (history.enquiries, history.protection_plans)]
    )
    met = (
        left.select("child", "date", "until")
        .join(events, on="child")
        .filter((pl.col("day") > pl.col("date")) & (pl.col("day") <= pl.col("until")))
        .select("child", pl.lit(value=True).alias("met"))
        .unique()
    )
    over = (pl.col("until") <= pl.col("last_day")).fill_null(False)
    return (
        scope.with_last_day(left, "cin")
        .join(met, on="child", how="left")
        .with_columns(
            over.alias("denominator"),
            (over & pl.col("met").fill_null(False)).alias("numerator"),
            pl.when(~over)
            .then(pl.lit("left out: the months behind the end of care run past the returns"))
            .alias("remark"),
        )
    )
