"""Children missing from their placement, or away without permission: the dates, and where care stood then."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import outside_window
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import birthday
from csc_returns.validation.rules.ssda903.shared.care import outside_every_period, outside_period
from csc_returns.validation.rules.ssda903.shared.episodes import in_order, initial, with_previous
from csc_returns.validation.rules.ssda903.shared.values import blank, differ, filled, none_of, one_of

#: MISSING: missing from the placement, or away from it without permission.
MISSING_OR_AWAY = ("M", "A")

#: REC: care ceased for any other reason than those listed, such as reaching 18.
ANY_OTHER_REASON = "E8"

# -- the row by itself -------------------------------------------------------------------------------------------------


@row_rule("564", "Missing", ["MISSING", "MIS_START"])
def start_missing(_: ReturnData) -> pl.Expr:
    """Child is said to be missing or away without permission, but not since when.

    M (missing) and A (away) are given with the day on which it began.

    Fix: enter the day on which the child went missing or away, or remove the row.

    Example:
        | Missing       | CHILD | MISSING | MIS_START  |
        | missing       | A     | M *     | *          |
        | away          | A     | A *     | *          |
        | small letter  | A     | m *     | *          |
        | with a start  | A     | M       | 01/06/2025 |
        | not a date    | A     | M       | 31/06/2025 |
        | unknown code  | A     | X       |            |
        | neither       | A     |         |            |
    """
    return one_of("MISSING", MISSING_OR_AWAY) & blank("MIS_START")


@row_rule("565", "Missing", ["MISSING", "MIS_START"])
def type_missing_beside_start(_: ReturnData) -> pl.Expr:
    """Start of a missing or away period is given, but not which of the two it was.

    The return tells missing (M) from away without permission (A).

    Fix: enter M or A, or clear the start if the child was neither.

    Example:
        | Missing      | CHILD | MISSING | MIS_START    |
        | no type      | A     | *       | 01/06/2025 * |
        | not a date   | A     | *       | 31/06/2025 * |
        | with a type  | A     | A       | 01/06/2025   |
        | unknown code | A     | X       | 01/06/2025   |
        | neither      | A     |         |              |
    """
    return filled("MIS_START") & blank("MISSING")


@row_rule("566", "Missing", ["MISSING", "MIS_END"])
def type_missing_beside_end(_: ReturnData) -> pl.Expr:
    """End of a missing or away period is given, but not which of the two it was.

    The return tells missing (M) from away without permission (A).

    Fix: enter M or A, or clear the end if the child was neither.

    Example:
        | Missing      | CHILD | MISSING | MIS_END      |
        | no type      | A     | *       | 01/06/2025 * |
        | not a date   | A     | *       | 31/06/2025 * |
        | with a type  | A     | M       | 01/06/2025   |
        | unknown code | A     | X       | 01/06/2025   |
        | neither      | A     |         |              |
    """
    return filled("MIS_END") & blank("MISSING")


@row_rule("567", "Missing", ["MIS_START", "MIS_END"])
def ends_before_start(_: ReturnData) -> pl.Expr:
    """Child came back before going missing or away.

    A period runs from its start to its end; both may be the same day.

    Fix: check both dates and correct the wrong one.

    Example:
        | Missing         | CHILD | MIS_START    | MIS_END      |
        | a day too early | A     | 02/06/2025 * | 01/06/2025 * |
        | same day        | A     | 02/06/2025   | 02/06/2025   |
        | a day later     | A     | 02/06/2025   | 03/06/2025   |
        | not back yet    | A     | 02/06/2025   |              |
        | no start        | A     |              | 01/06/2025   |
        | not a date      | A     | 31/06/2025   | 01/06/2025   |
    """
    return pl.col("MIS_START") > pl.col("MIS_END")


@row_rule("570", "Missing", ["MIS_START"])
def starts_after_year(data: ReturnData) -> pl.Expr:
    """Child is said to have gone missing or away after the end of the collection year.

    A period that began after the last day of the year belongs in the next return.

    Fix: correct the start, or leave the period to the next return.

    Example:
        | Missing        | CHILD | MIS_START    |
        | a day too late | A     | 01/04/2026 * |
        | last day       | A     | 31/03/2026   |
        | long ago       | A     | 31/03/2019   |
        | not a date     | A     | 31/04/2026   |
        | blank          | A     |              |
    """
    return pl.col("MIS_START") > data.end


@row_rule("571", "Missing", ["MIS_END"])
def ends_outside_year(data: ReturnData) -> pl.Expr:
    """Missing or away period ended on a day outside the collection year.

    A period that was over before the year is no part of the return, and one that ended after it was still open.

    Fix: correct the end; remove a period that ended before the year, and clear an end after it.

    Example:
        | Missing         | CHILD | MIS_END      |
        | a day too early | A     | 31/03/2025 * |
        | first day       | A     | 01/04/2025   |
        | last day        | A     | 31/03/2026   |
        | a day too late  | A     | 01/04/2026 * |
        | not a date      | A     | 31/04/2026   |
        | not back yet    | A     |              |
    """
    return outside_window("MIS_END", data)


@row_rule("586", "Missing", ["MIS_START"], reads={"Missing": ["DOB"]})
def starts_by_day_of_birth(_: ReturnData) -> pl.Expr:
    """Child is said to have gone missing or away before birth or on the day of it.

    One of the two dates is wrong.

    Fix: correct the start of the period or the date of birth.

    Example:
        | Missing           | CHILD | DOB        | MIS_START    |
        | a day before      | A     | 02/06/2025 | 01/06/2025 * |
        | on the day        | A     | 02/06/2025 | 02/06/2025 * |
        | a day later       | A     | 02/06/2025 | 03/06/2025   |
        | no start          | A     | 02/06/2025 |              |
        | no date of birth  | A     |            | 01/06/2025   |
        | not a date        | A     | 31/06/2025 | 01/06/2025   |
    """
    return pl.col("MIS_START") <= pl.col("DOB")


# -- the child's other periods -----------------------------------------------------------------------------------------


@frame_rule("574", {"Missing": ["MIS_START", "MIS_END"]})
def overlaps_previous(data: ReturnData) -> pl.LazyFrame:
    """Missing or away period comes after one of the child that is open or ended only later.

    A child must be back before going missing again, be it on the same day. A period is compared with the one before it in order
    of their ends; one without an end stands where it starts. An end that cannot be read counts as none.

    Fix: enter or correct the end of the earlier period, correct the start of this one, or remove a period entered twice.

    Example:
        | Missing                       | CHILD | MIS_START    | MIS_END      |
        |                               | A     | 01/06/2025   | 10/06/2025   |
        | starts as the other ends      | A     | 10/06/2025   | 20/06/2025   |
        | a day too early               | A     | 19/06/2025 * | 30/06/2025 * |
        | open                          | A     | 01/07/2025   |              |
        | after an open one             | A     | 02/07/2025 * | *            |
        | after one with no date as end | A     | 03/07/2025 * | 31/06/2025 * |
        | another child's               | B     | 05/07/2025   |              |
        | nobody's                      |       | 01/06/2025   |              |
        | nobody's                      |       | 02/06/2025   |              |

    Example:
        | Missing                       | CHILD | MIS_START    | MIS_END      |
        | long, holds the next          | A     | 01/06/2025 * | 30/06/2025 * |
        | short, ends first             | A     | 10/06/2025   | 12/06/2025   |
        | begins sooner, ends later     | B     | 01/06/2025 * | 20/06/2025 * |
        | open, stands at its start     | B     | 10/06/2025   |              |
        | no start                      | C     |              | 10/06/2025   |
        | no start, cannot be compared  | C     |              | 20/06/2025   |
        | no dates, stand last          | D     | *            | *            |
        | open, stands first            | D     | 10/06/2025   |              |
        | same dates                    | E     | 01/06/2025   | 10/06/2025   |
        | same dates, last in the file  | E     | 01/06/2025 * | 10/06/2025 * |
    """
    placed = data["Missing"].with_columns(pl.coalesce("MIS_END", "MIS_START").alias("_place"))
    periods = with_previous(in_order(placed, "Missing", "_place", "MIS_START"), "Missing", "MIS_END")
    previous_open = pl.col("Missing_previous").is_not_null() & pl.col("MIS_END_previous").is_null()
    return periods.filter(previous_open | (pl.col("MIS_START") < pl.col("MIS_END_previous")))


@frame_rule(
    "576",
    {"Missing": ["CHILD"]},
    reads={"Missing": ["MIS_START"], "Missing_last": ["MIS_START", "MIS_END"]},
)
def first_is_not_last_years_open(data: ReturnData) -> pl.LazyFrame:
    """Child's first missing or away period is not the one that last year's return left open.

    A period open at the end of last year goes on in this year's return, with the same start. A child who has no period at all
    this year cannot be pointed at.

    Fix: enter last year's open period with its end, or correct its start.

    Example:
        | Missing                       | CHILD | MIS_START  |
        | starts a day later            | A *   | 02/03/2025 |
        | the same                      | B     | 01/03/2025 |
        | the same, stands second       | C     | 01/06/2025 |
        |                               | C     | 01/03/2025 |
        | no start                      | D *   |            |
        | not a date                    | E *   | 31/04/2025 |
        | undated, not the first        | F     |            |
        |                               | F     | 01/03/2025 |
        | both undated, first of them   | G *   |            |
        |                               | G     |            |
        | last year's had ended         | H     | 02/03/2025 |
        | last year's end not a date    | I     | 02/03/2025 |
        | last year's start not a date  | J     | 02/03/2025 |
        | two open, one of them matches | K *   | 01/03/2025 |
        | not missing last year         | L     | 02/03/2025 |
        | nobody's                      |       | 02/03/2025 |

        | Missing_last            | CHILD | MIS_START  | MIS_END    |
        |                         | A     | 01/03/2025 |            |
        |                         | B     | 01/03/2025 |            |
        |                         | C     | 01/03/2025 |            |
        |                         | D     | 01/03/2025 |            |
        |                         | E     | 01/03/2025 |            |
        |                         | F     | 01/03/2025 |            |
        |                         | G     | 01/03/2025 |            |
        |                         | H     | 01/03/2025 | 05/03/2025 |
        |                         | I     | 01/03/2025 | 31/02/2025 |
        |                         | J     | 31/02/2025 |            |
        |                         | K     | 01/03/2025 |            |
        |                         | K     | 20/03/2025 |            |
        | not missing this year   | M     | 01/03/2025 |            |
        | nobody's                |       | 01/03/2025 |            |
    """
    first = initial(data["Missing"], "Missing", "MIS_START")
    open_last_year = data["Missing_last"].filter(blank("MIS_END") & pl.col("MIS_START").is_not_null())
    # However many of last year's periods were open, this is one finding.
    return (
        first.join(open_last_year, on="child", how="inner", suffix="_Missing_last")
        .filter(differ("MIS_START", "MIS_START_Missing_last"))
        .with_columns(finding=pl.col("Missing"))
    )


# -- the child's care --------------------------------------------------------------------------------------------------


@frame_rule("575", {"Missing": ["MIS_END"]}, reads={"Missing": ["MIS_START"], "Episodes": ["DECOM", "DEC"]})
def open_though_episode_ended(data: ReturnData) -> pl.LazyFrame:
    """Child is still missing or away, although the episode it happened in has ended.

    The episode is any that had the start among its days, the first and the last included.

    Fix: enter the day on which the child came back or on which the missing or away period ended.

    Example:
        | Missing                  | CHILD | MIS_START  | MIS_END    |
        | a day before the episode | A     | 31/05/2025 |            |
        | first day                | A     | 01/06/2025 | *          |
        | last day                 | A     | 30/06/2025 | *          |
        | a day after              | A     | 01/07/2025 |            |
        | ended                    | A     | 15/06/2025 | 20/06/2025 |
        | end not a date           | A     | 15/06/2025 | 31/06/2025 |
        | no start                 | A     |            |            |
        | start not a date         | A     | 31/06/2025 |            |
        | in two closed ones       | B     | 30/06/2025 | *          |
        | open episode             | C     | 15/06/2025 |            |
        | end of episode no date   | D     | 15/06/2025 |            |
        | episode without start    | E     | 15/06/2025 |            |
        | no episodes              | F     | 15/06/2025 |            |

        | Episodes | CHILD | DECOM      | DEC        |
        |          | A     | 01/06/2025 | 30/06/2025 |
        |          | B     | 01/06/2025 | 30/06/2025 |
        |          | B     | 30/06/2025 | 31/07/2025 |
        |          | C     | 01/06/2025 |            |
        |          | D     | 01/06/2025 | 31/06/2025 |
        |          | E     |            | 30/06/2025 |
    """
    within = pl.col("MIS_START").is_between(pl.col("DECOM"), pl.col("DEC"), closed="both")
    open_ones = data.join("Missing", "Episodes", on="child").filter(blank("MIS_END"))
    return open_ones.filter(within).select("Missing").unique()


@frame_rule("577", {"Missing": ["MIS_END"]}, reads={"Missing": ["MIS_START"], "Episodes": ["DECOM", "DEC"]})
def not_ended_with_care(data: ReturnData) -> pl.LazyFrame:
    """Missing or away period has no end though care ended, or ended at a time without care.

    Who is no longer looked after is no longer missing from care. A period of care runs through episodes of which none starts
    later than the one before it ended; it is enough that one of the child's periods of care fits. An end that cannot be read
    counts as none.

    Fix: enter the day on which the missing or away period ended, or correct it.

    Example:
        | Missing                            | CHILD | MIS_START  | MIS_END      |
        | open, care ended                   | A     | 15/06/2025 | *            |
        | end not a date                     | A     | 15/06/2025 | 31/06/2025 * |
        | ended with care                    | A     | 15/06/2025 | 31/07/2025   |
        | ended a day after care             | A     | 15/06/2025 | 01/08/2025 * |
        | ended on the first day of care     | A     | 15/05/2025 | 01/06/2025   |
        | ended a day before care            | A     | 15/05/2025 | 31/05/2025 * |
        | no start                           | A     |            |              |
        | start not a date                   | A     | 31/06/2025 | 01/08/2025   |
        | open, started with care            | B     | 01/06/2025 |              |
        | open, started a day before care    | B     | 31/05/2025 | *            |
        | ended, started before care         | B     | 31/05/2025 | 31/07/2025   |
        | no dated episode                   | C     | 31/05/2025 |              |
        | no episodes                        | D     | 31/05/2025 |              |

        | Episodes                           | CHILD | DECOM      | DEC        |
        |                                    | A     | 01/06/2025 | 30/06/2025 |
        | same period                        | A     | 30/06/2025 | 31/07/2025 |
        | end not a date                     | B     | 01/06/2025 | 31/06/2025 |
        |                                    | C     |            | 30/06/2025 |

    Example:
        | Missing                            | CHILD | MIS_START  | MIS_END      |
        | first period                       | A     | 15/04/2025 | 20/04/2025   |
        | in the gap                         | A     | 15/04/2025 | 15/05/2025 * |
        | from one into the other            | A     | 15/04/2025 | 15/06/2025   |
        | open, fits the open period         | A     | 15/06/2025 |              |
        | open, started before it            | A     | 15/04/2025 | *            |
        | within, the earlier never closed   | B     | 15/04/2025 | 15/05/2025   |

        | Episodes                           | CHILD | DECOM      | DEC        |
        | starts a day after the first ended | A     | 01/06/2025 |            |
        |                                    | A     | 01/04/2025 | 30/04/2025 |
        | open                               | B     | 01/04/2025 |            |
        | goes on from it                    | B     | 01/06/2025 | 30/06/2025 |
    """
    outside = pl.col("MIS_START").is_not_null() & outside_period("MIS_START", "MIS_END")
    return outside_every_period(data, "Missing", outside)


@frame_rule("578", {"Missing": ["MIS_START"]}, reads={"Episodes": ["DECOM", "DEC"]})
def starts_outside_care(data: ReturnData) -> pl.LazyFrame:
    """Child went missing or away before care began, on the day it ended, or later.

    A child can go missing from care only while in it. A period of care runs through episodes of which none starts later than the
    one before it ended; it is enough that one of the child's periods of care fits.

    Fix: correct the start of the missing or away period, or the dates of the episodes; remove a period that is not of care.

    Example:
        | Missing                  | CHILD | MIS_START    |
        | a day before care        | A     | 31/05/2025 * |
        | first day of care        | A     | 01/06/2025   |
        | change of episode        | A     | 30/06/2025   |
        | a day before care ended  | A     | 30/07/2025   |
        | the day care ended       | A     | 31/07/2025 * |
        | a day later              | A     | 01/08/2025 * |
        | no start                 | A     |              |
        | not a date               | A     | 31/06/2025   |
        | in the gap               | B     | 15/05/2025 * |
        | the day the first ended  | B     | 30/04/2025 * |
        | first day of the second  | B     | 01/05/2025 * |
        | the second               | B     | 01/06/2025   |
        | much later, still open   | B     | 31/03/2026   |
        | no dated episode         | C     | 31/05/2025   |
        | no episodes              | D     | 31/05/2025   |

        | Episodes    | CHILD | DECOM      | DEC        |
        |             | A     | 01/06/2025 | 30/06/2025 |
        | same period | A     | 30/06/2025 | 31/07/2025 |
        |             | B     | 01/04/2025 | 30/04/2025 |
        |             | B     | 01/06/2025 |            |
        |             | C     |            | 30/06/2025 |
    """
    outside = (pl.col("MIS_START") < pl.col("period_start")) | (pl.col("MIS_START") >= pl.col("period_end"))
    return outside_every_period(data, "Missing", outside)


@frame_rule("580", {"Episodes": ["REC"]}, reads={"Episodes": ["DEC"], "Missing": ["MIS_END", "DOB"]})
def missing_until_18_without_e8(data: ReturnData) -> pl.LazyFrame:
    """Child was missing until the 18th birthday, on which the episode ended for another reason than E8.

    Care of a child who is missing then ends because of the age, which counts as any other reason (E8). Who was born on 29
    February has that birthday on the 28th where the year has no 29th.

    Fix: set the reason to E8, or correct the end of the episode or of the missing or away period.

    Example:
        | Episodes               | CHILD | DEC        | REC  |
        | another reason         | A     | 01/06/2025 | E3 * |
        | no reason              | A     | 01/06/2025 | *    |
        | E8                     | A     | 01/06/2025 | E8   |
        | a day before           | A     | 31/05/2025 | E3   |
        | a day after            | A     | 02/06/2025 | E3   |
        | still open             | A     |            |      |
        | came back a day before | B     | 01/06/2025 | E3   |
        | still missing          | C     | 01/06/2025 | E3   |
        | no date of birth       | D     | 01/06/2025 | E3   |
        | one of two periods     | E     | 01/06/2025 | E3 * |
        | never missing          | F     | 01/06/2025 | E3   |

        | Missing                | CHILD | DOB        | MISSING | MIS_END    |
        |                        | A     | 01/06/2007 |         | 01/06/2025 |
        |                        | B     | 01/06/2007 | M       | 31/05/2025 |
        |                        | C     | 01/06/2007 | M       |            |
        |                        | D     |            | M       | 01/06/2025 |
        |                        | E     | 01/06/2007 | M       | 30/04/2025 |
        |                        | E     | 01/06/2007 | A       | 01/06/2025 |

    Example:
        | Episodes             | CHILD | DEC        | REC  |
        | born on 29 February  | A     | 28/02/2026 | E3 * |
        | a day too late       | B     | 01/03/2026 | E3   |

        | Missing              | CHILD | DOB        | MISSING | MIS_END    |
        |                      | A     | 29/02/2008 | M       | 28/02/2026 |
        |                      | B     | 29/02/2008 | M       | 01/03/2026 |
    """
    until_18 = data["Missing"].filter(pl.col("MIS_END") == birthday(18)).select("child", pl.col("MIS_END").alias("DEC"))
    return data["Episodes"].filter(none_of("REC", [ANY_OTHER_REASON])).join(until_18, on=["child", "DEC"], how="semi")


@frame_rule("581", {"Missing": ["MIS_START"]}, reads={"Episodes": ["DECOM", "DEC"]})
def starts_in_no_episode(data: ReturnData) -> pl.LazyFrame:
    """Child went missing or away on a day on which none of the child's episodes was running.

    An episode covers its first and its last day; one without an end runs on. A start that is missing or cannot be read lies in no
    episode either.

    Fix: correct the start of the missing or away period, or the dates of the episodes; remove a period that is not of care.

    Example:
        | Missing                     | CHILD | MIS_START    |
        | a day before                | A     | 31/05/2025 * |
        | first day                   | A     | 01/06/2025   |
        | last day                    | A     | 30/06/2025   |
        | a day after, gap            | A     | 01/07/2025 * |
        | in the other                | A     | 15/08/2025   |
        | long after, still open      | A     | 31/03/2026   |
        | no start                    | A     | *            |
        | not a date                  | A     | 31/06/2025 * |
        | end of episode no date      | B     | 01/07/2025   |
        | episode without start       | C     | 15/06/2025 * |
        | no episodes                 | D     | 15/06/2025   |
        | no episodes, no start       | D     |              |

        | Episodes | CHILD | DECOM      | DEC        |
        |          | A     | 01/06/2025 | 30/06/2025 |
        |          | A     | 01/08/2025 |            |
        |          | B     | 01/06/2025 | 31/06/2025 |
        |          | C     |            | 30/06/2025 |
    """
    covers = (pl.col("DECOM") <= pl.col("MIS_START")) & (
        pl.col("DEC").is_null() | (pl.col("MIS_START") <= pl.col("DEC"))
    )
    covered = data.join("Missing", "Episodes", on="child").group_by("Missing").agg(covers.any().alias("_covered"))
    return covered.filter(~pl.col("_covered"))
