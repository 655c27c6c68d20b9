"""Deprivation of liberty orders: the dates, the child's other orders, last year's return, care and placement."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import outside_window
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import outside_every_period, outside_period
from csc_returns.validation.rules.ssda903.shared.episodes import final, in_order, initial, with_previous
from csc_returns.validation.rules.ssda903.shared.values import all_filled, blank, filled, none_of, one_of, same_date

#: Placements in which a child under an order is expected: children's homes, and two of the other placements.
EXPECTED_PLACEMENTS = ("K2", "Z12", "Z13")

#: Placements in which a child under an order cannot be: secure homes, at home with parents, custody, supported accommodation.
FORBIDDEN_PLACEMENTS = ("K1", "P1", "R5", "K3")

# -- the order by itself -----------------------------------------------------------------------------------------------


@row_rule("702", "DoLo", ["DOLO_START", "DOLO_END"], since="2026-27")
def ends_by_its_start(_: ReturnData) -> pl.Expr:
    """Deprivation of liberty order ends before it starts or on the same day.

    An order lasts for a day at least.

    Fix: check both dates with the order and correct the wrong one.

    Example:
        | DoLo            | CHILD | DOLO_START   | DOLO_END     |
        | a day too early | A     | 02/06/2026 * | 01/06/2026 * |
        | same day        | A     | 02/06/2026 * | 02/06/2026 * |
        | a day later     | A     | 02/06/2026   | 03/06/2026   |
        | in force        | A     | 02/06/2026   |              |
        | no start        | A     |              | 01/06/2026   |
        | not a date      | A     | 31/06/2026   | 01/06/2026   |
    """
    return pl.col("DOLO_END") <= pl.col("DOLO_START")


@row_rule("703", "DoLo", ["DOLO_START"], since="2026-27")
def starts_after_year(data: ReturnData) -> pl.Expr:
    """Deprivation of liberty order starts after the end of the collection year.

    An order made after the last day of the year belongs in the next return.

    Fix: correct the start, or leave the order to the next return.

    Example:
        | DoLo           | CHILD | DOLO_START   |
        | a day too late | A     | 01/04/2027 * |
        | last day       | A     | 31/03/2027   |
        | before         | A     | 31/03/2026   |
        | not a date     | A     | 31/04/2027   |
        | blank          | A     |              |
    """
    return pl.col("DOLO_START") > data.end


@row_rule("704", "DoLo", ["DOLO_END"], since="2026-27")
def ends_outside_year(data: ReturnData) -> pl.Expr:
    """Deprivation of liberty order ended on a day outside the collection year.

    An order that was over before the year is no part of the return, and one that ends after it is still in force.

    Fix: correct the end; remove an order that ended before the year, and clear an end after it.

    Example:
        | DoLo            | CHILD | DOLO_END     |
        | a day too early | A     | 31/03/2026 * |
        | first day       | A     | 01/04/2026   |
        | last day        | A     | 31/03/2027   |
        | a day too late  | A     | 01/04/2027 * |
        | not a date      | A     | 31/04/2027   |
        | in force        | A     |              |
    """
    return outside_window("DOLO_END", data)


@row_rule("708", "DoLo", ["DOLO_START"], since="2026-27", reads={"DoLo": ["DOB"]})
def starts_by_day_of_birth(_: ReturnData) -> pl.Expr:
    """Deprivation of liberty order starts before the child's birth or on the day of it.

    One of the two dates is wrong.

    Fix: correct the start of the order or the date of birth.

    Example:
        | DoLo             | CHILD | DOB        | DOLO_START   |
        | a day before     | A     | 02/06/2026 | 01/06/2026 * |
        | on the day       | A     | 02/06/2026 | 02/06/2026 * |
        | a day later      | A     | 02/06/2026 | 03/06/2026   |
        | no start         | A     | 02/06/2026 |              |
        | no date of birth | A     |            | 01/06/2026   |
        | not a date       | A     | 31/06/2026 | 01/06/2026   |
    """
    return pl.col("DOLO_START") <= pl.col("DOB")


# -- the child's other orders ------------------------------------------------------------------------------------------


@frame_rule("705", {"DoLo": ["DOLO_START", "DOLO_END"]}, since="2026-27")
def starts_while_previous_open(data: ReturnData) -> pl.LazyFrame:
    """Deprivation of liberty order starts although the child's order before it has no end.

    Orders follow one another by their starts, those without a readable one last. An end that cannot be read counts as none.

    Fix: enter the end of the earlier order, or remove an order entered twice.

    Example:
        | DoLo                         | CHILD | DOLO_START   | DOLO_END     |
        | after an open one            | A     | 01/06/2026 * | 30/06/2026 * |
        | open, stands first           | A     | 01/05/2026   |              |
        | after one that ended         | A     | 01/07/2026   | 31/06/2026   |
        | after one with no date       | A     | 02/07/2026 * | *            |
        | no start                     | A     |              |              |
        | overlaps one that ended      | B     | 01/05/2026   | 30/06/2026   |
        | overlaps it                  | B     | 01/06/2026   |              |
        | start not a date, filled     | B     | 31/06/2026 * | *            |
        | same start                   | C     | 01/06/2026   |              |
        | same start, last in the file | C     | 01/06/2026 * | *            |
        | another child's              | D     | 01/07/2026   |              |
        | nobody's                     |       | 01/06/2026   |              |
        | nobody's                     |       | 01/07/2026   |              |
    """
    orders = with_previous(in_order(data["DoLo"], "DoLo", "DOLO_START"), "DoLo", "DOLO_END")
    # No order starts before the one that precedes it: they are in order by their starts.
    previous_open = pl.col("DoLo_previous").is_not_null() & pl.col("DOLO_END_previous").is_null()
    return orders.filter(filled("DOLO_START") & previous_open)


@frame_rule("706", {"DoLo": ["DOLO_START"]}, since="2026-27", reads={"DoLo_last": ["DOLO_START", "DOLO_END"]})
def first_is_not_last_years_open(data: ReturnData) -> pl.LazyFrame:
    """Child's first deprivation of liberty order is not the one that last year's return left open.

    An order in force at the end of last year goes on in this year's return, with the same start. Of last year's orders the one
    with the latest start counts. A child who has no order at all this year cannot be pointed at.

    Fix: enter last year's order with its end, or correct its start.

    Example:
        | DoLo                         | CHILD | DOLO_START   |
        | starts a day later           | A     | 02/03/2026 * |
        | the same                     | B     | 01/03/2026   |
        | later one                    | C     | 01/06/2026   |
        | the same, stands second      | C     | 01/03/2026   |
        | no start                     | D     | *            |
        | not a date                   | E     | 31/04/2026 * |
        | last year's had ended        | F     | 02/03/2026   |
        | only an earlier one was open | G     | 02/03/2026   |
        | last year's had no start     | H     | 02/03/2026   |
        | no order last year           | I     | 02/03/2026   |
        | no start, last year's no day | K     | *            |
        | the same, though no day      | L     | 31/02/2026   |
        | nobody's                     |       | 02/03/2026   |

        | DoLo_last                    | CHILD | DOLO_START | DOLO_END   |
        |                              | A     | 01/03/2026 |            |
        | undated, not the last        | A     |            | 05/03/2026 |
        |                              | B     | 01/03/2026 |            |
        |                              | C     | 01/03/2026 |            |
        |                              | D     | 01/03/2026 |            |
        |                              | E     | 01/03/2026 |            |
        |                              | F     | 01/03/2026 | 05/03/2026 |
        |                              | G     | 01/01/2026 |            |
        |                              | G     | 01/03/2026 | 05/03/2026 |
        |                              | H     |            |            |
        | no order this year           | J     | 01/03/2026 |            |
        |                              | K     | 31/02/2026 |            |
        |                              | L     | 31/02/2026 |            |
        | nobody's                     |       | 01/03/2026 |            |
    """
    last_order = final(data["DoLo_last"], "DoLo_last", "DOLO_START", undated_first=True)
    open_last_year = last_order.filter(filled("DOLO_START") & blank("DOLO_END"))
    return (
        initial(data["DoLo"], "DoLo", "DOLO_START")
        .join(open_last_year, on="child", how="inner", suffix="_DoLo_last")
        .filter(~same_date("DOLO_START", "DOLO_START", "_DoLo_last"))
    )


# -- care and placement ------------------------------------------------------------------------------------------------


@frame_rule(
    "707", {"DoLo": ["DOLO_END"]}, since="2026-27", reads={"DoLo": ["DOLO_START"], "Episodes": ["DECOM", "DEC"]}
)
def not_ended_with_care(data: ReturnData) -> pl.LazyFrame:
    """Deprivation of liberty order has no end though care ended, or ended at a time without care.

    A period of care runs through episodes of which none starts later than the one before it ended; it is enough that one of the
    child's periods of care fits. An end that cannot be read counts as none.

    Fix: enter the day on which the order ended, or correct it.

    Example:
        | DoLo                            | CHILD | DOLO_START | DOLO_END     |
        | open, care ended                | A     | 15/06/2026 | *            |
        | end not a date                  | A     | 15/06/2026 | 31/06/2026 * |
        | ended with care                 | A     | 15/06/2026 | 31/07/2026   |
        | ended a day after care          | A     | 15/06/2026 | 01/08/2026 * |
        | ended on the first day of care  | A     | 15/05/2026 | 01/06/2026   |
        | ended a day before care         | A     | 15/05/2026 | 31/05/2026 * |
        | no start                        | A     |            |              |
        | start not a date                | A     | 31/06/2026 | 01/08/2026   |
        | open, started with care         | B     | 01/06/2026 |              |
        | open, started a day before care | B     | 31/05/2026 | *            |
        | no dated episode                | C     | 31/05/2026 |              |
        | no episodes                     | D     | 31/05/2026 |              |

        | Episodes                        | CHILD | DECOM      | DEC        |
        |                                 | A     | 01/06/2026 | 30/06/2026 |
        | same period                     | A     | 30/06/2026 | 31/07/2026 |
        |                                 | B     | 01/06/2026 |            |
        |                                 | C     |            | 30/06/2026 |

    Example:
        | DoLo                            | CHILD | DOLO_START | DOLO_END     |
        | in the gap                      | A     | 15/04/2026 | 15/05/2026 * |
        | fits the second period          | A     | 15/06/2026 |              |

        | Episodes                        | CHILD | DECOM      | DEC        |
        |                                 | A     | 01/04/2026 | 30/04/2026 |
        |                                 | A     | 01/06/2026 |            |
    """
    outside = pl.col("DOLO_START").is_not_null() & outside_period("DOLO_START", "DOLO_END")
    return outside_every_period(data, "DoLo", outside)


def episodes_under_order(data: ReturnData) -> pl.LazyFrame:
    """Orders with a start and an end entered, beside each episode of the child that shares a day with them.

    An episode without a readable end runs on. Columns ``DoLo``, ``Episodes`` (row numbers) and ``PLACE``.
    """
    still_running = pl.col("DEC").is_null() | (pl.col("DOLO_START") <= pl.col("DEC"))
    return (
        data.join("DoLo", "Episodes", on="child")
        .filter(all_filled("DOLO_START", "DOLO_END") & (pl.col("DOLO_END") >= pl.col("DECOM")) & still_running)
        .select("DoLo", "Episodes", "PLACE")
    )


@frame_rule(
    "709",
    {"DoLo": ["DOLO_START"], "Episodes": ["PLACE"]},
    since="2026-27",
    reads={"DoLo": ["DOLO_END"], "Episodes": ["DECOM", "DEC"]},
)
def unexpected_placement(data: ReturnData) -> pl.LazyFrame:
    """Child under a deprivation of liberty order is in a placement in which that is not expected.

    Expected are K2 (a children's home), Z12 and Z13. Only orders with an end are looked at; each episode that shares a day
    with one is a finding.

    Fix: correct the placement, or the dates of the order or the episode.

    Example:
        | DoLo                      | CHILD | DOLO_START   | DOLO_END   |
        |                           | A     | 01/06/2026 * | 30/06/2026 |
        | in force                  | A     | 01/06/2026   |            |
        | no start                  | A     |              | 30/06/2026 |
        | end not a date            | A     | 01/06/2026   | 31/06/2026 |
        | start not a date          | B     | 31/05/26 *   | 30/06/2026 |
        | start not a date          | C     | 31/05/26     | 30/06/2026 |
        | no episodes               | D     | 01/06/2026   | 30/06/2026 |

        | Episodes                  | CHILD | DECOM      | DEC        | PLACE |
        | ended a day before        | A     | 01/05/2026 | 31/05/2026 | U1    |
        | ended on the first day    | A     | 01/05/2026 | 01/06/2026 | U1 *  |
        | began on the last day     | A     | 30/06/2026 |            | K1 *  |
        | began a day later         | A     | 01/07/2026 |            | U1    |
        | no placement              | A     | 10/06/2026 | 20/06/2026 | *     |
        | expected                  | A     | 10/06/2026 | 20/06/2026 | K2    |
        | expected                  | A     | 10/06/2026 | 20/06/2026 | Z12   |
        | expected                  | A     | 10/06/2026 | 20/06/2026 | z13   |
        | not expected              | A     | 10/06/2026 | 20/06/2026 | Z11 * |
        | end not a date, runs on   | A     | 10/05/2026 | 31/05/26   | U1 *  |
        | no start                  | A     |            |            | U1    |
        | open                      | B     | 01/05/2026 |            | U1 *  |
        | closed                    | C     | 01/05/2026 | 10/06/2026 | U1    |
    """
    return data.shared(episodes_under_order).filter(none_of("PLACE", EXPECTED_PLACEMENTS))


@frame_rule(
    "710",
    {"DoLo": ["DOLO_START"], "Episodes": ["PLACE"]},
    since="2026-27",
    reads={"DoLo": ["DOLO_END"], "Episodes": ["DECOM", "DEC"]},
)
def forbidden_placement(data: ReturnData) -> pl.LazyFrame:
    """Child under a deprivation of liberty order is in a placement in which that cannot be.

    Ruled out are K1 (a secure home), K3 (supported accommodation), P1 (at home) and R5 (custody). Only orders with an end are
    looked at; each episode that shares a day with one is a finding.

    Fix: correct the placement, or the dates of the order or the episode.

    Example:
        | DoLo                      | CHILD | DOLO_START   | DOLO_END   |
        |                           | A     | 01/06/2026 * | 30/06/2026 |
        | of the same episodes      | A     | 10/06/2026 * | 20/06/2026 |
        | in force                  | A     | 01/06/2026   |            |
        | end not a date            | A     | 01/06/2026   | 31/06/2026 |
        | allowed placement         | B     | 01/06/2026   | 30/06/2026 |

        | Episodes                  | CHILD | DECOM      | DEC        | PLACE |
        | ended a day before        | A     | 01/05/2026 | 31/05/2026 | K1    |
        | ended on the first day    | A     | 01/05/2026 | 01/06/2026 | K1 *  |
        | began on the last day     | A     | 30/06/2026 |            | P1 *  |
        | began a day later         | A     | 01/07/2026 |            | P1    |
        | ruled out                 | A     | 10/06/2026 | 20/06/2026 | R5 *  |
        | ruled out                 | A     | 10/06/2026 | 20/06/2026 | k3 *  |
        | no placement              | A     | 10/06/2026 | 20/06/2026 |       |
        | not ruled out             | B     | 10/06/2026 | 20/06/2026 | U1    |
        | not ruled out             | B     | 10/06/2026 | 20/06/2026 | K2    |
    """
    return data.shared(episodes_under_order).filter(one_of("PLACE", FORBIDDEN_PLACEMENTS))
