"""Social worker episodes: the worker, the first and last day, the reason for the change; and the care they go with."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import outside_window
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import care_ended, not_short_break, open_at_year_end
from csc_returns.validation.rules.ssda903.shared.groups import STARTED
from csc_returns.validation.rules.ssda903.shared.values import any_blank, blank, filled, none_of, same_date
from csc_returns.validation.rules.ssda903.shared.years import last_years_window, since_last_years_start

#: Since this day every change of social worker is to be reported with its reason.
REASONS_SINCE = dt.date(2023, 4, 1)


def _unknown_reason(data: ReturnData) -> pl.Expr:
    """The reason is filled and not one of the year's codes."""
    codes = data.specification.tables["SWEpisodes"].items["SW_REASON"].codes or ()
    return filled("SW_REASON") & none_of("SW_REASON", codes)


# -- what has to be there ----------------------------------------------------------------------------------------------


@row_rule("SW01aSTG1", "SWEpisodes", ["SW_DECOM", "SW_ID"], since="2024-25")
def old_episode_incomplete(_: ReturnData) -> pl.Expr:
    """Social worker episode has no first day, or began before 1 April 2023 and does not say who the worker is.

    An episode from before that day needs the worker's number but no reason. A first day that is not a whole date counts as
    missing.

    Fix: enter the first day of the episode and the social worker's number.

    Example:
        | SWEpisodes             | CHILD | SW_DECOM     | SW_ID    | SW_REASON |
        | a day before, no one   | A     | 31/03/2023 * | *        | MANAGE    |
        | a day before, complete | A     | 31/03/2023   | SW123456 |           |
        | from the day on        | A     | 01/04/2023   |          |           |
        | no first day           | B     | *            | SW123456 * | MANAGE    |
        | no such day            | B     | 31/02/2023 * | SW123456 * | MANAGE    |
        | month unknown          | B     | 01/ZZ/2023 * | SW123456 * | MANAGE    |
        | nothing                | B     | *            | *        |           |
    """
    old_without_worker = (pl.col("SW_DECOM") < REASONS_SINCE) & blank("SW_ID")
    return pl.col("SW_DECOM").is_null() | old_without_worker


@row_rule("SW01bSTG1", "SWEpisodes", ["SW_DECOM", "SW_ID", "SW_REASON"], since="2024-25")
def new_episode_incomplete(_: ReturnData) -> pl.Expr:
    """Social worker episode has no first day, or began since 1 April 2023 and lacks the worker or the reason.

    From that day on an episode needs the worker's number and the reason for the change. A first day that is not a whole date
    counts as missing.

    Fix: enter what is missing of the first day, the social worker's number and the reason for the change.

    Example:
        | SWEpisodes           | CHILD | SW_DECOM     | SW_ID      | SW_REASON |
        | first day, no worker | A     | 01/04/2023 * | *          | MANAGE *  |
        | first day, no reason | A     | 01/04/2023 * | SW123456 * | *         |
        | neither              | A     | 02/06/2025 * | *          | *         |
        | complete             | A     | 01/04/2023   | SW123456   | MANAGE    |
        | a day before         | A     | 31/03/2023   |            |           |
        | no first day         | B     | *            | SW123456 * | MANAGE *  |
        | no such day          | B     | 31/02/2023 * | SW123456 * | MANAGE *  |
    """
    new_and_incomplete = (pl.col("SW_DECOM") >= REASONS_SINCE) & any_blank("SW_ID", "SW_REASON")
    return pl.col("SW_DECOM").is_null() | new_and_incomplete


@row_rule("SW03STG1", "SWEpisodes", ["SW_ID", "SW_DECOM", "SW_REASON"], since="2023-24", until="2023-24")
def episode_incomplete(_: ReturnData) -> pl.Expr:
    """Social worker episode does not say who the worker is, when it began or why the worker changed.

    All three are needed; the last day may be missing. A first day that was entered and cannot be read is not missing.

    Fix: enter what is missing of the social worker's number, the first day and the reason.

    Example:
        | SWEpisodes        | CHILD | SW_ID      | SW_DECOM     | SW_REASON |
        | no worker         | A     | *          | 02/06/2023 * | MANAGE *  |
        | no first day      | A     | SW123456 * | *            | MANAGE *  |
        | no reason         | A     | SW123456 * | 02/06/2023 * | *         |
        | nothing           | A     | *          | *            | *         |
        | complete          | A     | SW123456   | 02/06/2023   | MANAGE    |
        | not a date        | A     | SW123456   | 31/02/2023   | MANAGE    |
    """
    return any_blank("SW_ID", "SW_DECOM", "SW_REASON")


# -- the days ----------------------------------------------------------------------------------------------------------


@row_rule("SW06STG2", "SWEpisodes", ["SW_DECOM"], since="2023-24")
def begins_after_year(data: ReturnData) -> pl.Expr:
    """Social worker episode begins after the end of the collection year.

    A worker who took over after the last day of the year belongs in the next return.

    Fix: correct the first day, or leave the episode to the next return.

    Example:
        | SWEpisodes     | CHILD | SW_DECOM     |
        | a day too late | A     | 01/04/2026 * |
        | last day       | A     | 31/03/2026   |
        | long ago       | A     | 01/04/2011   |
        | not a date     | A     | 31/04/2026   |
        | blank          | A     |              |
    """
    return pl.col("SW_DECOM") > data.end


@row_rule("SW07STG2", "SWEpisodes", ["SW_DEC"], since="2024-25")
def ended_outside_two_years(data: ReturnData) -> pl.Expr:
    """Social worker episode ended after the collection year, or more than a year before it.

    The return holds the social workers of the year and those of the year before.

    Fix: correct the last day; leave out an episode that ended earlier, and clear a last day after the year.

    Example:
        | SWEpisodes      | CHILD | SW_DEC       |
        | a day too early | A     | 31/03/2024 * |
        | first day       | A     | 01/04/2024   |
        | last day        | A     | 31/03/2026   |
        | a day too late  | A     | 01/04/2026 * |
        | not a date      | A     | 31/04/2026   |
        | open            | A     |              |

    Example in 2024-25:
        | SWEpisodes                    | CHILD | SW_DEC       |
        | a day too early               | A     | 31/03/2023 * |
        | first day, leap day in between | A     | 01/04/2023   |
    """
    return ~since_last_years_start("SW_DEC", data)


@row_rule("SW07STG2", "SWEpisodes", ["SW_DEC"], since="2023-24")
def ended_outside_year(data: ReturnData) -> pl.Expr:
    """Social worker episode ended on a day outside the collection year.

    The return holds the social workers of the year.

    Fix: correct the last day; leave out an episode that ended before the year, and clear a last day after it.

    Example:
        | SWEpisodes      | CHILD | SW_DEC       |
        | a day too early | A     | 31/03/2023 * |
        | first day       | A     | 01/04/2023   |
        | last day        | A     | 31/03/2024   |
        | a day too late  | A     | 01/04/2024 * |
        | not a date      | A     | 31/04/2024   |
        | open            | A     |              |
    """
    return outside_window("SW_DEC", data)


@row_rule("SW09STG2", "SWEpisodes", ["SW_DECOM", "SW_DEC"], since="2023-24")
def ends_on_first_day(_: ReturnData) -> pl.Expr:
    """Social worker episode is over on the day it began.

    A worker is responsible for a child from one day to a later one; an episode of one day was entered wrongly. Dates that cannot
    be read are the same if they are written the same.

    Fix: correct the wrong date, or remove an episode that never was.

    Example:
        | SWEpisodes                | CHILD | SW_DECOM     | SW_DEC       |
        | same day                  | A     | 02/06/2025 * | 02/06/2025 * |
        | same day, written shorter | A     | 02/06/2025 * | 2/6/2025 *   |
        | unknown day, the same     | A     | ZZ/06/2025 * | ZZ/06/2025 * |
        | unknown day, another      | A     | ZZ/06/2025   | ZZ/07/2025   |
        | a day later               | A     | 02/06/2025   | 03/06/2025   |
        | a day earlier             | A     | 02/06/2025   | 01/06/2025   |
        | open                      | A     | 02/06/2025   |              |
        | no first day              | A     |              | 02/06/2025   |
        | neither                   | A     |              |              |
    """
    return same_date("SW_DECOM", "SW_DEC")


# -- the reason --------------------------------------------------------------------------------------------------------


@row_rule("SW13STG1", "SWEpisodes", ["SW_REASON"], since="2024-25", reads={"SWEpisodes": ["SW_DECOM"]})
def reason_unknown_or_missing_since_2023(data: ReturnData) -> pl.Expr:
    """Reason for the change of social worker is not a code of the list, or is missing since 1 April 2023.

    An episode that began before that day may go without a reason, but not with a wrong one.

    Fix: enter the code of the reason for the change.

    Example:
        | SWEpisodes            | CHILD | SW_DECOM   | SW_REASON |
        | unknown               | A     | 02/06/2025 | SWLAZY *  |
        | unknown, long ago     | A     | 31/03/2023 | SWLAZY *  |
        | unknown, no first day | A     |            | SWLAZY *  |
        | first day, none       | A     | 01/04/2023 | *         |
        | a day before, none    | A     | 31/03/2023 |           |
        | no first day, none    | A     |            |           |
        | not a date, none      | A     | 31/04/2025 |           |
        | a code                | A     | 02/06/2025 | FCONTA    |
        | small letters         | A     | 02/06/2025 | others    |
    """
    missing = blank("SW_REASON") & (pl.col("SW_DECOM") >= REASONS_SINCE)
    return _unknown_reason(data) | missing


@row_rule("SW13STG1", "SWEpisodes", ["SW_REASON"], since="2023-24")
def reason_unknown_or_missing(data: ReturnData) -> pl.Expr:
    """Reason for the change of social worker is missing or is not a code of the list.

    Every episode says why the worker became responsible, whenever it began.

    Fix: enter the code of the reason for the change.

    Example:
        | SWEpisodes     | CHILD | SW_DECOM   | SW_REASON |
        | unknown        | A     | 02/06/2023 | SWLAZY *  |
        | none           | A     | 02/06/2023 | *         |
        | none, long ago | A     | 31/03/2019 | *         |
        | none at all    | A     |            | *         |
        | a code         | A     | 02/06/2023 | LEFTRL    |
        | small letters  | A     | 02/06/2023 | manage    |
    """
    return _unknown_reason(data) | blank("SW_REASON")


@row_rule(
    "SW15STG2",
    "SWEpisodes",
    ["SW_REASON"],
    since="2024-25",
    until="2023-24",
    reads={"SWEpisodes": ["SW_DECOM"]},
)
def recent_episode_without_reason(data: ReturnData) -> pl.Expr:
    """Social worker episode of this year or the year before has no reason for the change.

    An episode without a readable first day counts as recent. The rule was drawn up for 2024-25 and withdrawn before it came into
    force, so no year has it.

    Fix: enter the code of the reason for the change.

    Example:
        | SWEpisodes                 | CHILD | SW_DECOM   | SW_REASON |
        | first day                  | A     | 01/04/2023 | *         |
        | a day before               | A     | 31/03/2023 |           |
        | no first day               | A     |            | *         |
        | not a date                 | A     | 31/02/2019 | *         |
        | after the year             | A     | 01/04/2025 | *         |
        | has one                    | A     | 01/04/2023 | MANAGE    |
        | has one that is not a code | A     | 01/04/2023 | SWLAZY    |
    """
    earlier = (pl.col("SW_DECOM") < last_years_window(data)[0]).fill_null(False)
    return blank("SW_REASON") & ~earlier


# -- the child's episodes of care --------------------------------------------------------------------------------------


@frame_rule(
    "SW01STG1",
    {"Episodes": ["DEC"]},
    since="2023-24",
    until="2023-24",
    reads={"Episodes": ["LS"], "SWEpisodes": ["SW_ID", "SW_DECOM", "SW_REASON"]},
)
def in_care_without_social_worker(data: ReturnData) -> pl.LazyFrame:
    """Child looked after on 31 March has no social worker's number, no first day or no reason in any row.

    Every looked-after child has a social worker. It is enough that each of the three is given once among the child's rows.
    Children in short breaks (V3, V4) are left alone.

    Fix: enter the child's social worker with the first day and the reason.

    Example:
        | Episodes                  | CHILD | LS | DEC        |
        | no social worker          | A     | C2 | *          |
        | no legal status           | A     |    | *          |
        | ended                     | A     | C2 | 30/06/2023 |
        | end cannot be read        | A     | C2 | 31/03/24   |
        | short break               | A     | V3 |            |
        | short break               | A     | V4 |            |
        | complete                  | B     | C2 |            |
        | complete in several rows  | C     | C2 |            |
        | no number                 | D     | C2 | *          |
        | no first day              | E     | C2 | *          |
        | no reason                 | F     | C2 | *          |
        | nobody's                  |       | C2 |            |

        | SWEpisodes | CHILD | SW_ID    | SW_DECOM   | SW_REASON |
        |            | B     | SW123456 | 02/06/2023 | MANAGE    |
        |            | B     |          |            |           |
        |            | C     | SW123456 |            |           |
        | not a date | C     |          | 31/02/2023 | MANAGE    |
        |            | D     |          | 02/06/2023 | MANAGE    |
        |            | E     | SW123456 |            | MANAGE    |
        |            | F     | SW123456 | 02/06/2023 |           |
    """
    given = [filled(item).any().alias(f"_{item}") for item in ("SW_ID", "SW_DECOM", "SW_REASON")]
    complete = data["SWEpisodes"].group_by("child").agg(given).filter("_SW_ID", "_SW_DECOM", "_SW_REASON")
    running = data["Episodes"].filter(open_at_year_end() & pl.col("CHILD").is_not_null())
    return running.join(complete, on="child", how="anti")


@frame_rule(
    "SW12STG2",
    {"Episodes": ["DECOM", "DEC"]},
    since="2024-25",
    reads={"Episodes": ["LS", "RNE", "REC"], "SWEpisodes": ["SW_DECOM"]},
)
def care_without_social_worker(data: ReturnData) -> pl.LazyFrame:
    """Child came into care or left it without a social worker at that time.

    Whoever came into care has a worker who began that day or later; whoever left care has one who began by that day. An episode
    that does both needs one of the two. Episodes that ended more than a year before the collection year, or after it, and short
    breaks (V3, V4) are left alone.

    Fix: enter the social worker with the first day, or correct the dates of the episode.

    Example:
        | Episodes                 | CHILD | LS | RNE | DECOM        | REC | DEC          |
        | started, worker before   | A     | C2 | S   | 02/06/2025 * |     | *            |
        | started, worker that day | A     | C2 | S   | 01/06/2025   |     |              |
        | no legal status          | A     |    | S   | 02/06/2025 * |     | *            |
        | short break              | A     | V3 | S   | 02/06/2025   |     |              |
        | short break              | A     | V4 | S   | 02/06/2025   |     |              |
        | neither start nor end    | A     | C2 | P   | 02/06/2025   | X1  | 30/06/2025   |
        | neither start nor end    | A     | C2 | P   | 02/06/2025   |     | 30/06/2025   |
        | ended, worker after      | A     | C2 | P   | 01/04/2025 * | E8  | 31/05/2025 * |
        | ended, worker that day   | A     | C2 | P   | 01/04/2025   | E8  | 01/06/2025   |
        | end without a date       | A     | C2 | P   | 01/04/2025 * | E8  | *            |
        | start not a date         | A     | C2 | S   | 31/04/2025 * |     | *            |
        | both, one matches        | A     | C2 | S   | 01/05/2025   | E8  | 31/05/2025   |
        | both, none matches       | C     | C2 | S   | 01/05/2025 * | E8  | 31/05/2025 * |
        | undated worker           | B     | C2 | S   | 02/06/2025 * |     | *            |
        | no worker at all         | D     | C2 | S   | 02/06/2025 * |     | *            |
        | no worker, X1            | D     | C2 | P   | 02/06/2025   | X1  |              |

        | SWEpisodes | CHILD | SW_DECOM   |
        |            | A     | 01/06/2025 |
        |            | B     |            |
        |            | B     | 31/06/2025 |

    Example:
        | Episodes               | CHILD | LS | RNE | DECOM        | REC | DEC          |
        | ended a day too early  | A     | C2 | S   | 01/04/2023   | E8  | 31/03/2024   |
        | ended on the first day | A     | C2 | S   | 01/04/2023 * | E8  | 01/04/2024 * |
        | ended on the last day  | A     | C2 | S   | 01/04/2023 * | E8  | 31/03/2026 * |
        | ended a day too late   | A     | C2 | S   | 01/04/2023   | E8  | 01/04/2026   |

        | SWEpisodes         | CHILD | SW_DECOM   |
        | of another child   | B     | 01/04/2024 |
    """
    in_scope = pl.col("DEC").is_null() | since_last_years_start("DEC", data)
    return _without_social_worker(data, in_scope)


@frame_rule(
    "SW12STG2",
    {"Episodes": ["DECOM", "DEC"]},
    since="2023-24",
    reads={"Episodes": ["LS", "RNE", "REC"], "SWEpisodes": ["SW_DECOM"]},
)
def care_at_any_time_without_social_worker(data: ReturnData) -> pl.LazyFrame:
    """Child came into care or left it, whenever that was, without a social worker at that time.

    Whoever came into care has a worker who began that day or later; whoever left care has one who began by that day. An episode
    that does both needs one of the two. Short breaks (V3, V4) are left alone.

    Fix: enter the social worker with the first day, or correct the dates of the episode.

    Example:
        | Episodes                 | CHILD | LS | RNE | DECOM        | REC | DEC          |
        | started, worker before   | A     | C2 | S   | 02/06/2023 * |     | *            |
        | started, worker that day | A     | C2 | S   | 01/06/2023   |     |              |
        | short break              | A     | V3 | S   | 02/06/2023   |     |              |
        | neither start nor end    | A     | C2 | P   | 02/06/2023   | X1  | 30/06/2023   |
        | ended, worker after      | A     | C2 | P   | 01/04/2023 * | E8  | 31/05/2023 * |
        | ended, worker that day   | A     | C2 | P   | 01/04/2023   | E8  | 01/06/2023   |
        | ended long ago           | A     | C2 | P   | 01/04/2011 * | E8  | 31/03/2012 * |
        | ended after the year     | B     | C2 | S   | 01/04/2023 * | E8  | 01/04/2024 * |

        | SWEpisodes | CHILD | SW_DECOM   |
        |            | A     | 01/06/2023 |
    """
    return _without_social_worker(data, pl.lit(True))


def _without_social_worker(data: ReturnData, in_scope: pl.Expr) -> pl.LazyFrame:
    """Episodes in scope, no short breaks, that start or end care and match no social worker episode of the child."""
    starts, ends = (pl.col("RNE") == STARTED).fill_null(False), care_ended()
    # That any of them began by a day, or since a day, is known from the first and the last of them.
    workers = (
        data["SWEpisodes"]
        .group_by("child")
        .agg(pl.col("SW_DECOM").min().alias("_first"), pl.col("SW_DECOM").max().alias("_last"))
    )
    matches = (ends & (pl.col("_first") <= pl.col("DEC"))) | (starts & (pl.col("_last") >= pl.col("DECOM")))
    return (
        data["Episodes"]
        .filter(not_short_break() & in_scope & (starts | ends))
        .join(workers, on="child", how="left")
        .filter(~matches.fill_null(False))
    )
