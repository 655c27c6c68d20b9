"""Children who leave care to go home, and those who come back."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER
from csc_returns.indicators.cohorts.cla import cla_ceased, cla_episodes
from csc_returns.indicators.dates import add_months, birthday_1_march
from csc_returns.indicators.groups import LEFT_TO_OTHERS, WENT_HOME, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope
from csc_returns.validation.rules.ssda903.shared.groups import STARTED

_ALL = (*WENT_HOME, *LEFT_TO_OTHERS)

_FIELDS = ("Episodes.DEC", "Episodes.REC")

_MONTHS = (6, 12, 24)


@indicator(
    "reunification-rate",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_FIELDS,
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "codes",
            WENT_HOME,
            _ALL,
            "reasons that count: home as planned (E4A) or not (E4B), to someone without parental responsibility (E13)",
            many=True,
        )
    ],
    version=2,
)
def went_home(scope: Scope, codes: tuple[str, ...]) -> pl.LazyFrame:
    """Children leaving care to return home.

    Of the children who ceased to be looked after in the period, those who went home to parents or others with parental
    responsibility, as planned (E4A) or not (E4B). Each reason is shown beside the figure, and so are children who left to live
    with someone without parental responsibility (E13).

    Counts: A child counts once, with the last ending in the period, back in care or not.

    Example:
        | ended      | reason | counts           |
        | 2024-06-01 | E4A    | yes              |
        | 2024-06-01 | E4B    | yes              |
        | 2024-06-01 | E13    | denominator only |
    """
    each = [one_of("end_reason", (code,)).alias(f"reason: {code}") for code in _ALL]
    return cla_ceased(scope).with_columns(one_of("end_reason", codes).alias("numerator"), *each)


@indicator(
    "reunification-re-entry",
    unit="percent",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[
        Need("ssda903"),
        *(
            Need(
                "ssda903",
                months_after=months,
                otherwise=f"children without {months} months behind them are left out",
                only={"follow_up_months": (months,)},
            )
            for months in _MONTHS
        ),
    ],
    reads=["episodes"],
    fields=[*_FIELDS, "Episodes.RNE", "Episodes.DECOM", "Header.DOB"],
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant("follow_up_months", 12, _MONTHS, "how long the child is followed"),
        Variant(
            "codes",
            _ALL,
            _ALL,
            "reasons that are going home: as planned (E4A) or not (E4B), to someone without parental responsibility (E13)",
            many=True,
        ),
    ],
    not_by={"quarter": "it looks months ahead of few children; a year or rolling 12 months give a figure"},
    version=2,
)
def came_back(scope: Scope, follow_up_months: int, codes: tuple[str, ...]) -> pl.LazyFrame:
    """Children returning to care within 12 months of going home.

    Of the children who ceased to be looked after in the period and went home (E4A, E4B, E13), those who started to be looked
    after again in the 12 months behind.

    Counts: The period is the one in which they went home: with the two latest returns, the year before the last. A child counts
    once, with the last ending in the period. A start on the very day is an error of recording and does not count; exactly 12
    months later counts. Children are left out whose 12 months run past the returns, and those who are 18 by their end.

    Example:
        | went home  | started again | counts |
        | 2023-08-31 | 2024-08-31    | yes    |
        | 2023-08-31 | 2024-09-01    | no     |
        | 2023-08-31 | 2023-08-31    | no     |
    """
    home = cla_ceased(scope).filter(one_of("end_reason", codes))
    home = home.with_columns(add_months(pl.col("date"), follow_up_months).alias("until"))
    home = scope.with_child(scope.with_last_day(home, "ssda903"), "birth_date")
    starts = cla_episodes(scope).filter(one_of("new_episode_reason", (STARTED,))).select("child", again="start_date")
    met = (
        home.select("child", "date", "until")
        .join(starts, on="child")
        .filter((pl.col("again") > pl.col("date")) & (pl.col("again") <= pl.col("until")))
        .select("child", pl.lit(value=True).alias("met"))
        .unique()
    )
    over = (pl.col("until") <= pl.col("last_day")).fill_null(False)
    grown_up = (birthday_1_march(18) <= pl.col("until")).fill_null(False)
    counts = over & ~grown_up
    return (
        home.join(met, on="child", how="left")
        .with_columns(
            counts.alias("denominator"),
            (counts & pl.col("met").fill_null(False)).alias("numerator"),
            pl.when(~over)
            .then(pl.lit("left out: the months behind the end of care run past the returns"))
            .when(grown_up)
            .then(pl.lit("left out: 18 by the end of those months"))
            .alias("remark"),
        )
        .drop("birth_date")
    )
