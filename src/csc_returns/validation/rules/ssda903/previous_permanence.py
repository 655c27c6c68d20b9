"""Previous permanence: adoption or another permanent arrangement from which a child came back into care."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.episodes import first_episodes, latest_episodes
from csc_returns.validation.rules.ssda903.shared.groups import STARTED
from csc_returns.validation.rules.ssda903.shared.values import all_filled, any_filled, filled, partial_date_end

#: PREV_PERM of a child without any earlier permanent arrangement.
_NONE = "Z1"

#: The first day from which children who start to be looked after are asked about.
_FIRST_DAY = dt.date(2016, 4, 1)


@frame_rule(
    "630",
    {"Episodes": ["RNE"]},
    reads={"Episodes": ["DECOM"], "PrevPerm": ["PREV_PERM", "LA_PERM", "DATE_PERM"]},
)
def permanence_incomplete(data: ReturnData) -> pl.LazyFrame:
    """Child started to be looked after this year, but the previous permanence is missing or not complete.

    It is asked of every child who starts: Z1 if there was none, else what it was, where and when. Each of several rows of a
    child has to be complete. An episode without child identifier has no such row.

    Fix: enter the previous permanence of the child; with any code but Z1 its authority and date too.

    Example:
        | Episodes             | CHILD | RNE | DECOM      |
        | no row               | A     | S * | 01/04/2025 |
        | before the year      | A     | S   | 31/03/2025 |
        | not a start          | A     | P   | 02/05/2025 |
        | no date              | A     | S   |            |
        | not a date           | A     | S   | 31/04/2025 |
        | after the year       | A     | S * | 01/04/2026 |
        | complete             | B     | S   | 02/05/2025 |
        | none                 | C     | S   | 02/05/2025 |
        | no code              | D     | S * | 02/05/2025 |
        | no authority         | E     | S * | 02/05/2025 |
        | no date of the order | F     | S * | 02/05/2025 |
        | one of two           | G     | S * | 02/05/2025 |
        | of no known child    |       | S * | 02/05/2025 |

        | PrevPerm             | CHILD | PREV_PERM | LA_PERM | DATE_PERM  |
        |                      | B     | P1        | 301     | ZZ/05/2020 |
        |                      | C     | Z1        |         |            |
        |                      | D     |           | 301     | 02/05/2020 |
        |                      | E     | P1        |         | 02/05/2020 |
        |                      | F     | P2        | 301     |            |
        |                      | G     | Z1        |         |            |
        |                      | G     | P4        | 301     |            |
        | of no known child    |       | Z1        |         |            |
    """
    complete = (pl.col("PREV_PERM") == _NONE) | all_filled("PREV_PERM", "LA_PERM", "DATE_PERM")
    all_complete = complete.fill_null(False).all().alias("_complete")
    answered = data["PrevPerm"].group_by("child").agg(all_complete).filter("_complete")
    starts = data["Episodes"].filter((pl.col("RNE") == STARTED) & (pl.col("DECOM") >= data.start))
    return starts.join(answered, on="child", how="anti")


@frame_rule("632", {"PrevPerm": ["DATE_PERM"], "Episodes": ["DECOM"]})
def permanence_not_before_care(data: ReturnData) -> pl.LazyFrame:
    """Date of the previous permanence is not a date, or not before the child's first episode.

    Day, month and year are parted by strokes; ZZ stands for an unknown day or month and ZZZZ for an unknown year. An unknown
    part is read as the latest: the last day of the month, or a year later less a day where the month is unknown. An unknown
    year counts as 2000. A child without a readable start of an episode is left alone.

    Fix: correct the date of the order (DD/MM/YYYY) or the start of the episode.

    Example:
        | Episodes               | CHILD | DECOM        |
        | later                  | A     | 01/05/2025   |
        | the first              | A     | 10/04/2025 * |
        | same start             | A     | 10/04/2025   |
        | no date                | A     |              |
        |                        | B     | 31/05/2025 * |
        |                        | C     | 01/06/2025   |
        |                        | D     | 04/01/2021 * |
        |                        | E     | 05/01/2021   |
        |                        | F     | 31/12/2000 * |
        |                        | G     | 01/01/2001   |
        | no start               | H     |              |
        | not a date             | H     | 30/02/2025   |
        |                        | I     | 31/12/1993 * |
        |                        | J     | 10/04/2025 * |
        | of no known child      |       | 10/04/2025   |

        | PrevPerm               | CHILD | DATE_PERM    |
        | the day before         | A     | 09/04/2025   |
        | that day               | A     | 10/04/2025 * |
        | blank                  | A     |              |
        | no day, same month     | B     | ZZ/05/2025 * |
        | no day, month before   | C     | ZZ/05/2025   |
        | no month               | D     | 05/ZZ/2020 * |
        | no month               | E     | 05/zz/2020   |
        | nothing known          | F     | ZZ/ZZ/ZZZZ * |
        | nothing known          | G     | ZZ/ZZ/ZZZZ   |
        | not compared           | H     | ZZ/ZZ/ZZ     |
        | year only              | I     | ZZ/ZZ/1993 * |
        | year of two letters    | J     | ZZ/ZZ/ZZ *   |
        | no such day            | J     | 30/02/2020 * |
        | another form           | J     | 2020-02-01 * |
        | two parts              | J     | 05/2020 *    |
        | four parts             | J     | 1/5/2020/1 * |
        | one digit each         | J     | 1/5/2020     |
        | no episode             | K     | ZZ/ZZ/ZZ     |
        | of no known child      |       | ZZ/ZZ/ZZ     |
    """
    latest_possible = partial_date_end("DATE_PERM")
    return (
        data["PrevPerm"]
        .filter(filled("DATE_PERM"))
        .with_columns(latest_possible.alias("_permanence"))
        .join(data.shared(first_episodes).select("child", "Episodes", "DECOM"), on="child", how="inner")
        .filter(pl.col("_permanence").is_null() | (pl.col("_permanence") >= pl.col("DECOM")))
    )


@frame_rule("634", {"PrevPerm": ["LA_PERM", "PREV_PERM", "DATE_PERM"], "Episodes": ["DECOM"]})
def permanence_of_child_long_in_care(data: ReturnData) -> pl.LazyFrame:
    """Previous permanence is given for a child none of whose episodes started on 1 April 2016 or later.

    It is asked of children who started to be looked after from that day on. What counts is the child's latest episode with a
    readable start; all the child's episodes are pointed at.

    Fix: clear the previous permanence, or correct the start of the child's episodes.

    Example:
        | Episodes            | CHILD | DECOM        |
        | the day before      | A     | 31/03/2016 * |
        | long before         | A     | 02/05/2014 * |
        | no date             | A     | *            |
        | the first day       | B     | 01/04/2016   |
        | long before         | B     | 02/05/2014   |
        | no date             | C     |              |
        | not a date          | C     | 30/02/2014   |
        | nothing given       | D     | 02/05/2014   |
        | no row              | E     | 02/05/2014   |
        | of no known child   |       | 02/05/2014   |

        | PrevPerm            | CHILD | LA_PERM | PREV_PERM | DATE_PERM    |
        | any one item        | A     | *       | Z1 *      | *            |
        | another row         | A     | 301 *   | *         | *            |
        | any text            | A     | *       | *         | NOT KNOWN *  |
        | nothing given       | A     |         |           |              |
        | late enough         | B     | 301     | P1        | 02/05/2010   |
        | no dated episode    | C     | 301     | P1        | 02/05/2010   |
        | nothing given       | D     |         |           |              |
        | no episode          | F     | 301     | P1        | 02/05/2010   |
        | of no known child   |       | 301     | P1        | 02/05/2010   |
    """
    long_in_care = data.shared(latest_episodes).filter(pl.col("DECOM") < _FIRST_DAY)
    return (
        data.join("PrevPerm", "Episodes", on="child")
        .filter(any_filled("PREV_PERM", "LA_PERM", "DATE_PERM"))
        .join(long_in_care, on="child", how="semi")
        .select("PrevPerm", "Episodes", finding="PrevPerm")
    )


@row_rule("635", "PrevPerm", ["LA_PERM", "DATE_PERM", "PREV_PERM"])
def detail_of_no_permanence(_: ReturnData) -> pl.Expr:
    """Child had no previous permanence (Z1), yet an authority or a date of it is given.

    Authority and date belong to an order, and Z1 says that there was none.

    Fix: clear the authority and the date, or enter what kind of permanence it was.

    Example:
        | PrevPerm        | LA_PERM | DATE_PERM    | PREV_PERM |
        | both            | 301 *   | 02/05/2020 * | Z1 *      |
        | authority       | 301 *   | *            | Z1 *      |
        | date            | *       | ZZ/ZZ/ZZZZ * | Z1 *      |
        | any text        | *       | NOT KNOWN *  | Z1 *      |
        | neither         |         |              | Z1        |
        | an order        | 301     | 02/05/2020   | P1        |
        | no code         | 301     | 02/05/2020   |           |
    """
    return (pl.col("PREV_PERM") == _NONE) & any_filled("LA_PERM", "DATE_PERM")
