"""Social worker episodes one after another: gaps and overlaps, the latest one, and last year's return."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.episodes import (
    final,
    in_order,
    initial,
    with_following,
    with_previous,
)
from csc_returns.validation.rules.ssda903.shared.values import blank, differ, filled, none_of

#: Days by which a change of social worker may be off.
TOLERANCE = dt.timedelta(days=7)

#: Days before the end of the year in which a new social worker is expected at once; also how far the next may be off then.
LAST_DAYS = dt.timedelta(days=5)

#: Reason for the change: first contact with the child, or referred again.
FIRST_CONTACT = "FCONTA"


def ordered_by_start(data: ReturnData) -> pl.LazyFrame:
    """Social worker episodes in order by SW_DECOM, undated ones last; ask for it with ``data.shared``.

    Columns of SWEpisodes, ``SWEpisodes_previous``, ``SW_DEC_previous`` and ``SWEpisodes_next`` (null where there is none).
    """
    rows = in_order(data["SWEpisodes"], "SWEpisodes", "SW_DECOM")
    return with_following(with_previous(rows, "SWEpisodes", "SW_DEC"), "SWEpisodes")


# -- one left open, another begun --------------------------------------------------------------------------------------


@frame_rule("SW08STG2", {"SWEpisodes": ["SW_DEC"]}, since="2023-24", reads={"SWEpisodes": ["SW_DECOM"]})
def left_open_though_another_began(data: ReturnData) -> pl.LazyFrame:
    """Social worker episode has no last day although the child has a later one.

    One worker is responsible at a time, so all but the last episode of a child are over. An episode without a readable first day
    counts as the last; so does, of several with the same first day, the one that stands last in the file.

    Fix: enter the day on which the social worker handed over.

    Example:
        | SWEpisodes                  | CHILD | SW_DECOM   | SW_DEC       |
        | latest, open                | A     | 01/09/2025 |              |
        | left open                   | A     | 01/04/2025 | *            |
        | last day cannot be read     | A     | 01/06/2025 | 31/08/25 *   |
        | handed over                 | A     | 01/07/2025 | 01/09/2025   |
        | same first day              | B     | 01/04/2025 | *            |
        | same, last in the file      | B     | 01/04/2025 |              |
        | dated                       | C     | 01/04/2025 | *            |
        | undated, not the last       | C     |            |              |
        | not a date, counts as last  | C     | 31/04/2025 |              |
        | only one                    | D     | 01/04/2025 |              |
        | nobody's                    |       | 01/04/2025 |              |
        | nobody's                    |       | 01/09/2025 |              |
    """
    return data.shared(ordered_by_start).filter(
        pl.col("SWEpisodes_next").is_not_null() & pl.col("SW_DECOM").is_not_null() & pl.col("SW_DEC").is_null()
    )


@frame_rule(
    "SW14STG2", {"SWEpisodes": ["SW_DEC"]}, since="2023-24", until="2023-24", reads={"SWEpisodes": ["SW_DECOM"]}
)
def open_and_not_the_latest(data: ReturnData) -> pl.LazyFrame:
    """Social worker episode has no last day and is not the latest of the child.

    Only the latest episode can still be running. One without a readable first day counts as the latest; so does, of several
    with the same first day, the one that stands last in the file.

    Fix: enter the day on which the social worker handed over.

    Example:
        | SWEpisodes                   | CHILD | SW_DECOM   | SW_DEC     |
        | latest, open                 | A     | 01/09/2023 |            |
        | left open                    | A     | 01/04/2023 | *          |
        | last day cannot be read      | A     | 01/06/2023 | 31/08/23 * |
        | handed over                  | A     | 01/07/2023 | 01/09/2023 |
        | same first day               | B     | 01/04/2023 | *          |
        | same, last in the file       | B     | 01/04/2023 |            |
        | undated, not the last        | C     |            | *          |
        | dated                        | C     | 01/04/2023 | *          |
        | not a date, counts as latest | C     | 31/04/2023 |            |
        | only one                     | D     | 01/04/2023 |            |
    """
    return data.shared(ordered_by_start).filter(pl.col("SWEpisodes_next").is_not_null() & pl.col("SW_DEC").is_null())


@frame_rule(
    "SW10STG2",
    {"SWEpisodes": ["SW_DECOM"]},
    since="2024-25",
    reads={"SWEpisodes": ["SW_DEC", "SW_REASON"]},
)
def begins_long_before_previous_ended(data: ReturnData) -> pl.LazyFrame:
    """Social worker episode begins more than seven days before the previous one of the child ended.

    Two workers may overlap for a week while one hands over to the other. A worker who comes with first contact or a new
    referral (FCONTA) is left alone.

    Fix: correct the first day of this episode or the last day of the one before.

    Example:
        | SWEpisodes               | CHILD | SW_DECOM     | SW_DEC     | SW_REASON |
        |                          | A     | 01/04/2025   | 30/06/2025 | FCONTA    |
        | 8 days before            | A     | 22/06/2025 * | 31/07/2025 | MANAGE    |
        | 7 days before            | A     | 24/07/2025   | 31/08/2025 |           |
        | 8 days, no reason        | A     | 23/08/2025 * |            |           |
        | the one before is open   | A     | 24/08/2025   | 30/09/2025 | MANAGE    |
        | much later               | A     | 01/12/2025   |            | MANAGE    |
        |                          | B     | 01/04/2025   | 30/06/2025 | MANAGE    |
        | first worker             | B     | 01/05/2025   | 31/07/2025 | FCONTA    |
        | no first day             | B     |              | 31/07/2025 | MANAGE    |
        | another child's          | C     | 01/05/2025   | 31/07/2025 | MANAGE    |
        | nobody's                 |       | 01/04/2025   | 30/06/2025 | MANAGE    |
        | nobody's                 |       | 01/05/2025   | 31/07/2025 | MANAGE    |

    Example:
        | SWEpisodes                    | CHILD | SW_DECOM     | SW_DEC     | SW_REASON |
        | same first day, ends later    | A     | 01/04/2025   | 30/06/2025 | MANAGE    |
        | same first day, ends sooner   | A     | 01/04/2025   | 07/04/2025 | MANAGE    |
        | same first day, ends too late | B     | 01/04/2025 * | 30/06/2025 | MANAGE    |
        |                               | B     | 01/04/2025   | 09/04/2025 | MANAGE    |
    """
    return _with_previous_end(data).filter(
        none_of("SW_REASON", [FIRST_CONTACT]) & (pl.col("SW_DECOM") < pl.col("SW_DEC_previous") - TOLERANCE)
    )


@frame_rule("SW10STG2", {"SWEpisodes": ["SW_DECOM"]}, since="2023-24", reads={"SWEpisodes": ["SW_DEC"]})
def begins_far_from_end_of_previous(data: ReturnData) -> pl.LazyFrame:
    """Social worker episode begins more than seven days before or after the previous one of the child ended.

    One worker follows another within a week.

    Fix: correct the first day of this episode or the last day of the one before, or enter the episode between them.

    Example:
        | SWEpisodes                  | CHILD | SW_DECOM     | SW_DEC     | SW_REASON |
        |                             | A     | 01/04/2023   | 30/06/2023 | MANAGE    |
        | 8 days before               | A     | 22/06/2023 * | 31/07/2023 | FCONTA    |
        | 7 days before               | A     | 24/07/2023   | 31/08/2023 | MANAGE    |
        | 7 days after                | A     | 07/09/2023   | 30/09/2023 | MANAGE    |
        | 8 days after                | A     | 08/10/2023 * |            | MANAGE    |
        | the one before is open      | A     | 01/12/2023   | 31/12/2023 | MANAGE    |
        | no first day                | A     |              |            | MANAGE    |
        | another child's             | B     | 01/05/2023   | 31/07/2023 | MANAGE    |
    """
    gap = pl.col("SW_DECOM") - pl.col("SW_DEC_previous")
    return _with_previous_end(data).filter(gap.abs() > TOLERANCE)


def _with_previous_end(data: ReturnData) -> pl.LazyFrame:
    """Social worker episodes in order by first and last day, with the last day of the one before."""
    return with_previous(in_order(data["SWEpisodes"], "SWEpisodes", "SW_DECOM", "SW_DEC"), "SW_DEC")


# -- at the end of the year --------------------------------------------------------------------------------------------


@frame_rule(
    "SW11aSTG2", {"SWEpisodes": ["SW_DEC"]}, since="2023-24", until="2023-24", reads={"SWEpisodes": ["SW_DECOM"]}
)
def does_not_follow_on(data: ReturnData) -> pl.LazyFrame:
    """Social worker episode does not begin within five days of the end of the one before it.

    Looked at where the earlier one ended five days before the end of the year at the latest. A first day that is missing or
    cannot be read follows on nothing.

    Fix: correct the last day of the earlier episode or the first day of this one, or enter the episode between them.

    Example:
        | SWEpisodes             | CHILD | SW_DECOM   | SW_DEC       |
        |                        | A     | 01/04/2023 | 30/06/2023   |
        | 6 days before          | A     | 24/06/2023 | 31/07/2023 * |
        | 5 days before          | A     | 26/07/2023 | 31/08/2023   |
        | 5 days after           | A     | 05/09/2023 | 30/09/2023   |
        | 6 days after           | A     | 06/10/2023 | *            |
        | the one before is open | A     | 01/12/2023 | 31/12/2023   |
        | no first day           | A     |            | 31/12/2023 * |
        | not a date             | A     | 31/12/23   | *            |
        | ended just in time     | B     | 01/04/2023 | 26/03/2024   |
        | far from it            | B     | 10/04/2023 | *            |
        | ended a day later      | C     | 01/04/2023 | 27/03/2024   |
        | far from it            | C     | 10/04/2023 |              |
        | only one               | D     | 01/04/2023 | 30/06/2023   |
    """
    ended = pl.col("SW_DEC_previous")
    follows = pl.col("SW_DECOM").is_between(ended - LAST_DAYS, ended + LAST_DAYS, closed="both").fill_null(False)
    return data.shared(ordered_by_start).filter((ended <= data.end - LAST_DAYS) & ~follows)


@frame_rule("SW11bSTG2", {"SWEpisodes": ["SW_DEC"]}, since="2023-24", reads={"SWEpisodes": ["SW_DECOM"]})
def ended_in_last_days(data: ReturnData) -> pl.LazyFrame:
    """Social worker episode ended in the last days of March and no other is seen to follow.

    The last days are the 26th to the 31st. Flagged are the only episode of a child that ended then; one without a first day that
    comes after such an episode; and one that ended then, after an earlier episode of the child had begun.

    Fix: clear the last day if the worker is still responsible, or enter the next social worker with the first day.

    Example:
        | SWEpisodes              | CHILD | SW_DECOM   | SW_DEC       |
        | only one, a day early   | A     | 01/04/2025 | 25/03/2026   |
        | only one, first of them | B     | 01/04/2025 | 26/03/2026 * |
        | only one, last of them  | C     | 01/04/2025 | 31/03/2026 * |
        | only one, a day late    | D     | 01/04/2025 | 01/04/2026   |
        | only one, undated       | E     |            | 31/03/2026 * |
        | only one, open          | F     | 01/04/2025 |              |
        | only one, not a date    | G     | 01/04/2025 | 31/03/26     |
        | nobody's                |       | 01/04/2025 | 31/03/2026   |

    Example:
        | SWEpisodes                       | CHILD | SW_DECOM   | SW_DEC       |
        | earlier of two                   | A     | 01/04/2025 | 31/03/2026   |
        | later of two                     | A     | 01/06/2025 | 31/03/2026 * |
        | ended before the last days       | B     | 01/04/2025 | 30/06/2025   |
        | ended too early                  | B     | 30/06/2025 | 25/03/2026   |
        | ended in them                    | B     | 31/07/2025 | 26/03/2026 * |
        | first of one day, counts as last | C     | 01/04/2025 | 31/03/2026 * |
        | the other of that day            | C     | 01/04/2025 | 31/03/2026   |
        | earlier of two                   | D     | 27/03/2026 |              |
        | ended as the earlier began       | D     | 28/03/2026 | 27/03/2026   |

    Example:
        | SWEpisodes                    | CHILD | SW_DECOM   | SW_DEC       |
        | ended in the last days        | A     | 01/04/2025 | 31/03/2026   |
        | undated, after it             | A     |            | *            |
        | undated, after an open one    | A     |            | 31/03/2026   |
        | undated, after an undated one | A     | not known  | 30/06/2025 * |
        | ended before the last days    | B     | 01/04/2025 | 25/03/2026   |
        | undated, after it             | B     |            |              |
    """
    first_of_last = data.end - LAST_DAYS
    in_last_days = pl.col("SW_DEC").is_between(first_of_last, data.end, closed="both")
    alone = pl.col("SWEpisodes_previous").is_null() & pl.col("SWEpisodes_next").is_null()
    undated_after = pl.col("SW_DECOM").is_null() & pl.col("SW_DEC_previous").is_between(
        first_of_last, data.end, closed="both"
    )
    # Of episodes begun on the same day the one first in the file counts as the later, so these need an order of their own.
    dated = data["SWEpisodes"].filter(pl.col("CHILD").is_not_null() & pl.col("SW_DECOM").is_not_null())
    later = with_previous(
        dated.sort("child", "SW_DECOM", "SWEpisodes", descending=[False, False, True]), "SW_DECOM"
    ).filter(in_last_days & (pl.col("SW_DEC") > pl.col("SW_DECOM_previous")))
    others = data.shared(ordered_by_start).filter((alone & in_last_days) | undated_after)
    return pl.concat([others.select("SWEpisodes"), later.select("SWEpisodes")]).unique()


@frame_rule("SW17STG2", {"SWEpisodes": ["SW_DEC", "SW_DECOM"]}, since="2025-26")
def latest_has_ended(data: ReturnData) -> pl.LazyFrame:
    """Latest social worker episode of a child has a last day.

    A looked-after child always has a social worker, so the latest episode is still open. Whatever stands in the last day counts.
    The latest is the one with the latest first day, the last in the file of several; one without is the latest only if all are.

    Fix: clear the last day if the worker is still responsible, or enter the social worker who took over.

    Example:
        | SWEpisodes                | CHILD | SW_DECOM     | SW_DEC       |
        | latest, ended             | A     | 01/09/2025 * | 31/12/2025 * |
        | earlier                   | A     | 01/04/2025   | 01/09/2025   |
        | undated                   | A     |              | 31/01/2026   |
        | not a date                | B     | 01/09/2025 * | unknown *    |
        | latest, open              | C     | 01/09/2025   |              |
        | earlier                   | C     | 01/04/2025   | 01/09/2025   |
        | same first day            | D     | 01/09/2025   |              |
        | same, last in the file    | D     | 01/09/2025 * | 31/12/2025 * |
        | all undated               | E     |              | 31/12/2025   |
        | all undated, last of them | E     | 31/09/2025 * | 31/12/2025 * |
        | nobody's                  |       | 01/09/2025   | 31/12/2025   |
    """
    latest = final(data["SWEpisodes"], "SWEpisodes", "SW_DECOM", undated_first=True)
    return latest.filter(filled("SW_DEC"))


# -- last year's return ------------------------------------------------------------------------------------------------


def first_beside_last_years_open(data: ReturnData) -> pl.LazyFrame:
    """Each child's first social worker episode beside last year's final one, if that was left open.

    First and final by SW_DECOM; undated episodes come last this year, first last year. Last year's columns end in
    ``_SWEpisodes_last``, and its row number is ``SWEpisodes_last``.
    """
    final_last_year = final(data["SWEpisodes_last"], "SWEpisodes_last", "SW_DECOM", undated_first=True)
    first_this_year = initial(data["SWEpisodes"], "SWEpisodes", "SW_DECOM")
    return first_this_year.join(
        final_last_year.filter(blank("SW_DEC")), on="child", how="inner", suffix="_SWEpisodes_last"
    )


def _changed_over_the_year_end(data: ReturnData, item: str) -> pl.LazyFrame:
    """The first episodes of this year in which an item is not what last year's open episode said; blank equals blank."""
    return data.shared(first_beside_last_years_open).filter(differ(item, f"{item}_SWEpisodes_last"))


@frame_rule(
    "SW16aSTG2",
    {"SWEpisodes": ["SW_ID"]},
    since="2024-25",
    until="2023-24",
    reads={"SWEpisodes": ["SW_DECOM"], "SWEpisodes_last": ["SW_ID", "SW_DECOM", "SW_DEC"]},
)
def worker_changed_over_the_year_end(data: ReturnData) -> pl.LazyFrame:
    """First social worker of this year is not the one who was still responsible in last year's return.

    An episode open at the end of last year goes on in this year's return, with the same worker. The rule was drawn up for 2024-25
    and withdrawn before it came into force, so no year has it.

    Fix: correct the social worker's number, or enter the episode that was open at the end of last year.

    Example:
        | SWEpisodes            | CHILD | SW_ID | SW_DECOM   | SW_DEC     |
        | another one           | A     | SW2 * | 01/09/2023 | 30/06/2024 |
        | later                 | A     | SW3   | 01/07/2024 |            |
        | the same              | B     | SW1   | 01/09/2023 |            |
        | none now              | C     | *     | 01/09/2023 |            |
        | none both years       | D     |       | 01/09/2023 |            |
        | last year's had ended | E     | SW2   | 01/09/2023 |            |
        | not there last year   | F     | SW2   | 01/09/2023 |            |

        | SWEpisodes_last       | CHILD | SW_ID | SW_DECOM   | SW_DEC     |
        |                       | A     | SW1   | 01/09/2023 |            |
        |                       | B     | SW1   | 01/09/2023 |            |
        | an earlier one, open  | B     | SW9   | 01/04/2023 |            |
        | an undated one, open  | B     | SW9   |            |            |
        |                       | C     | SW1   | 01/09/2023 |            |
        |                       | D     |       | 01/09/2023 |            |
        |                       | E     | SW1   | 01/09/2023 | not a date |
        | not there this year   | G     | SW1   | 01/09/2023 |            |
    """
    return _changed_over_the_year_end(data, "SW_ID")


@frame_rule(
    "SW16bSTG2",
    {"SWEpisodes": ["SW_DECOM"]},
    since="2024-25",
    until="2023-24",
    reads={"SWEpisodes_last": ["SW_DECOM", "SW_DEC"]},
)
def start_changed_over_the_year_end(data: ReturnData) -> pl.LazyFrame:
    """First social worker episode of this year does not begin when last year's open one began.

    An episode open at the end of last year goes on in this year's return, with the same first day. The rule was drawn up for
    2024-25 and withdrawn before it came into force, so no year has it.

    Fix: correct the first day, or enter the episode that was open at the end of last year.

    Example:
        | SWEpisodes            | CHILD | SW_DECOM     | SW_DEC     |
        | a day later           | A     | 02/09/2023 * | 30/06/2024 |
        | later                 | A     | 01/07/2024   |            |
        | the same              | B     | 01/09/2023   |            |
        | none now              | C     | *            |            |
        | none both years       | D     |              |            |
        | last year's had ended | E     | 02/09/2023   |            |
        | not there last year   | F     | 02/09/2023   |            |

        | SWEpisodes_last | CHILD | SW_DECOM   | SW_DEC     |
        |                 | A     | 01/09/2023 |            |
        |                 | B     | 01/09/2023 |            |
        |                 | C     | 01/09/2023 |            |
        |                 | D     |            |            |
        |                 | E     | 01/09/2023 | not a date |
    """
    return _changed_over_the_year_end(data, "SW_DECOM")


@frame_rule(
    "SW16cSTG2",
    {"SWEpisodes": ["SW_REASON"]},
    since="2024-25",
    until="2023-24",
    reads={"SWEpisodes": ["SW_DECOM"], "SWEpisodes_last": ["SW_REASON", "SW_DECOM", "SW_DEC"]},
)
def reason_changed_over_the_year_end(data: ReturnData) -> pl.LazyFrame:
    """First social worker episode of this year has another reason than last year's open one.

    An episode open at the end of last year goes on in this year's return, with the same reason. The rule was drawn up for 2024-25
    and withdrawn before it came into force, so no year has it.

    Fix: correct the reason, or enter the episode that was open at the end of last year.

    Example:
        | SWEpisodes            | CHILD | SW_REASON | SW_DECOM   | SW_DEC     |
        | another one           | A     | LEFTRL *  | 01/09/2023 | 30/06/2024 |
        | later                 | A     | ABSENC    | 01/07/2024 |            |
        | the same              | B     | MANAGE    | 01/09/2023 |            |
        | none now              | C     | *         | 01/09/2023 |            |
        | none both years       | D     |           | 01/09/2023 |            |
        | last year's had ended | E     | LEFTRL    | 01/09/2023 |            |
        | not there last year   | F     | LEFTRL    | 01/09/2023 |            |

        | SWEpisodes_last | CHILD | SW_REASON | SW_DECOM   | SW_DEC     |
        |                 | A     | MANAGE    | 01/09/2023 |            |
        |                 | B     | MANAGE    | 01/09/2023 |            |
        |                 | C     | MANAGE    | 01/09/2023 |            |
        |                 | D     |           | 01/09/2023 |            |
        |                 | E     | MANAGE    | 01/09/2023 | not a date |
    """
    return _changed_over_the_year_end(data, "SW_REASON")
