"""Who the looked-after children are."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER
from csc_returns.indicators.cohorts.cla import cla_at_31_march
from csc_returns.indicators.indicator import Need, indicator
from csc_returns.indicators.scope import Scope


@indicator(
    "cla-number-31-march",
    unit="count",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=["Episodes.DECOM", "Episodes.DEC", "Episodes.LS"],
    breakdowns=LOOKED_AFTER,
)
def number_looked_after(scope: Scope) -> pl.LazyFrame:
    """Number of children looked after on 31 March.

    Children with an episode open on the day, agreed short breaks left out.

    Counts: A child counts once. Care that ends on the day does not count.

    Example:
        | started    | ended      | counts on 2025-03-31 |
        | 2025-03-31 |            | yes                  |
        | 2022-02-02 | 2025-03-31 | no                   |
        | 2024-05-01 | 2025-04-01 | yes                  |
    """
    return cla_at_31_march(scope).with_columns(pl.lit(value=True).alias("numerator"))


@indicator(
    "cla-demographic-profile",
    unit="percent_distribution",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes", "children", "uasc"],
    fields=["Header.DOB", "Header.SEX", "Header.ETHNIC", "Header.UASC", "UASC.DUC"],
    breakdowns=LOOKED_AFTER,
)
def demographic_profile(scope: Scope) -> pl.LazyFrame:
    """Looked-after children by age, sex, ethnicity and UASC.

    The children looked after on the day by what they are: each category of each breakdown as a share of all of them.

    Counts: Age is that on the day. A child whose sex or ethnicity is not known stays in the denominator and has a category of its
    own. Children count as unaccompanied asylum-seeking while that status lasts.

    Example:
        | born       | sex | age band on 2025-03-31 | sex    |
        | 2015-03-31 | F   | 10-15                  | female |
        | 2015-04-01 | M   | 5-9                    | male   |
    """
    return cla_at_31_march(scope)
