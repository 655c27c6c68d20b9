"""Short breaks (V3, V4) of a child taken together."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import end_or_window_end, short_break

#: The most days of short breaks that a child can have in a year.
_MOST_DAYS_OF_SHORT_BREAKS = 75


@frame_rule("367", {"Episodes": ["LS", "DECOM", "DEC"]})
def too_many_days_of_short_breaks(data: ReturnData) -> pl.LazyFrame:
    """Short breaks (V3) of a child come to more than 75 days in the collection year.

    A series of short breaks has a limit of 75 days. Only days of the collection year count, and a break without end runs to
    its last day. A break with no such day, or whose end cannot be read, is left aside. All breaks that count are one
    finding.

    Fix: correct the dates, or the legal status if a stay was no short break.

    Example:
        | Episodes              | CHILD | LS   | DECOM        | DEC          |
        | 40 days               | A     | V3 * | 01/05/2025 * | 10/06/2025 * |
        | 36 days               | A     | V3 * | 01/07/2025 * | 06/08/2025 * |
        | no day                | A     | V3   | 01/09/2025   | 01/09/2025   |
        | ends before it starts | A     | V3   | 01/09/2025   | 01/08/2025   |
        | end not a date        | A     | V3   | 01/09/2025   | 2025-09-02   |
        | start not a date      | A     | V3   | 2025-09-01   | 02/09/2025   |
        | no start              | A     | V3   |              | 02/09/2025   |
        | another status        | A     | V4   | 01/09/2025   | 02/09/2025   |
        | no legal status       | A     |      | 01/09/2025   | 02/09/2025   |
        | 40 days               | B     | V3   | 01/05/2025   | 10/06/2025   |
        | 35 days               | B     | V3   | 01/07/2025   | 05/08/2025   |
        | the year before       | B     | V3   | 01/01/2025   | 01/04/2025   |
        | one of 76 days        | C     | V3 * | 01/05/2025 * | 16/07/2025 * |
        | no child              |       | V3   | 01/05/2025   | 16/07/2025   |

    Example:
        | Episodes                 | CHILD | LS   | DECOM        | DEC          |
        | began before: 75 days    | A     | V3   | 01/01/2025   | 15/06/2025   |
        | began before: 76 days    | B     | V3 * | 01/01/2025 * | 16/06/2025 * |
        | open: 75 days            | C     | V3   | 15/01/2026   |              |
        | open: 76 days            | D     | V3 * | 14/01/2026 * | *            |
        | ends later: 75 days      | E     | V3   | 15/01/2026   | 01/06/2026   |
        | ends later: 76 days      | F     | V3 * | 14/01/2026 * | 01/06/2026 * |
        | after the year           | F     | V3   | 01/04/2026   | 01/06/2026   |
        | from the last day        | F     | V3   | 31/03/2026   |              |
        | series agreed as a whole | G     | V4   | 01/05/2025   | 16/07/2025   |
    """
    last_day = end_or_window_end(data, unreadable=False).clip(upper_bound=data.end)
    days = (last_day - pl.col("DECOM").clip(lower_bound=data.start)).dt.total_days().alias("_days")
    breaks = data["Episodes"].filter((pl.col("LS") == "V3") & pl.col("CHILD").is_not_null())
    counted = breaks.with_columns(days).filter(pl.col("_days") > 0)
    return counted.filter(pl.col("_days").sum().over("child") > _MOST_DAYS_OF_SHORT_BREAKS).with_columns(
        finding=pl.col("child")
    )


@frame_rule("426", {"Episodes": ["LS"]})
def both_kinds_of_short_breaks(data: ReturnData) -> pl.LazyFrame:
    """Child has short breaks entered one by one (V3) and as a whole series (V4).

    A series is reported in one of the two ways for the whole year. All such episodes of the child are one finding.

    Fix: choose V3 with each break as an episode, or V4 with the series as one, and correct the others.

    Example:
        | Episodes        | CHILD | LS   |
        | each is flagged | A     | V3 * |
        |                 | A     | V4 * |
        |                 | A     | V3 * |
        | another status  | A     | C2   |
        | no legal status | A     |      |
        | one by one      | B     | V3   |
        |                 | B     | V3   |
        | as a whole      | C     | V4   |
        | another status  | C     | C2   |
        | no child        |       | V3   |
        | no child        |       | V4   |
    """
    breaks = data["Episodes"].filter(short_break())
    return breaks.filter(pl.col("LS").n_unique().over("child") > 1).with_columns(finding=pl.col("child"))
