"""How often looked-after children move."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER
from csc_returns.indicators.cohorts.cla import cla_at_31_march, placement_spells, remarked_if_unseen
from csc_returns.indicators.dates import add_months, months_later
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope


@indicator(
    "cla-3plus-placements",
    unit="percent",
    decimals=0,
    confidence="medium",
    needs=[
        Need("ssda903"),
        Need("ssda903", 12, otherwise="moves of the year before are not all seen", only={"years": (2,)}),
    ],
    reads=["episodes"],
    fields=[
        "Episodes.PLACE",
        "Episodes.RNE",
        "Episodes.DECOM",
        "Episodes.DEC",
        "Episodes.REC",
        "Episodes.LS",
        "Episodes.URN",
        "Episodes.PL_POST",
        "Episodes.REASON_PLACE_CHANGE",
    ],
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "same_carer_moves",
            "ignore",
            ("ignore", "count"),
            "whether a new code with the same carer (RNE T, U) is a move",
        ),
        Variant(
            "status_only_changes",
            "ignore",
            ("ignore", "count"),
            "whether a change of the placement's status only is a move",
        ),
        Variant("temporary", "ignore", ("ignore", "count"), "whether temporary placements (T0 to T4) are counted"),
        Variant(
            "earlier_periods_in_year",
            "count",
            ("count", "ignore"),
            "placements of an earlier period of care in the year",
        ),
        Variant("years", 1, (1, 2), "2: over two years, of children looked after all that time"),
    ],
    not_by={"quarter": "a quarter is too short for three placements; rolling 12 months to its end give a figure"},
    version=2,
)
def three_or_more_placements(
    scope: Scope,
    same_carer_moves: str,
    status_only_changes: str,
    temporary: str,
    earlier_periods_in_year: str,
    years: int,
) -> pl.LazyFrame:
    """Looked-after children with three or more placements in the year.

    Of the children looked after on the last day, those who had three or more placements that were open at any time in the twelve
    months to it (1 April to 31 March). One that ended on the first of these days was not.

    Counts: A change of legal status, a change with the same carer, going missing, and temporary placements (T0 to T4) with the
    return to the placement before are no moves. Moving on elsewhere from a temporary placement is. Short breaks are left out.
    Over two years, care that began exactly two years before the last day is two years long. For a day within the year the twelve
    months begin in the year before; if its return is not there, the note says so.

    Example:
        | placements in the year                | number |
        | U6, legal status changes, U6          | 1      |
        | K2, hospital (T1), back to K2         | 1      |
        | U6, U6 with another carer, K2         | 3      |
    """
    first = months_later(scope.end + dt.timedelta(days=1), -12 * years)
    spells = placement_spells(scope, same_carer_moves, status_only_changes, temporary)  # type: ignore[arg-type]
    spells = spells.filter(
        (pl.col("start_date") <= scope.end) & (pl.col("end_date").is_null() | (pl.col("end_date") > first))
    )
    children = cla_at_31_march(scope)
    if earlier_periods_in_year == "ignore":
        spells = spells.join(children.select("child", "period"), on=["child", "period"], how="semi")
    if years > 1:
        long_enough = add_months(pl.col("start_date"), 12 * years) <= scope.end
        lasting = scope.history.periods_of_care.lazy().filter(long_enough)
        children = children.join(lasting, on=["child", "period"], how="semi")
    numbers = spells.group_by("child").agg(pl.len().alias("placements"))
    children = children.join(numbers, on="child", how="left").with_columns(
        (pl.col("placements") >= 3).alias("numerator")
    )
    if first < months_later(scope.start, -12 * (years - 1)):
        # Longer ago than the returns that are asked for above.
        return remarked_if_unseen(
            scope, children, first, "counted without placements that ended before the returns begin"
        )
    return children
