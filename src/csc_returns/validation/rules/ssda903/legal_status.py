"""The legal status of an episode: its dates, and the placements and reasons it goes with."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import row_rule
from csc_returns.validation.rules.ssda903.shared.care import end_or_window_end, short_break
from csc_returns.validation.rules.ssda903.shared.groups import STARTED, TEMPORARY
from csc_returns.validation.rules.ssda903.shared.values import any_filled, none_filled, none_of, one_of

#: The longest that one short break of a series may last.
_LONGEST_SHORT_BREAK = dt.timedelta(days=17)

# -- short breaks ------------------------------------------------------------------------------------------------------


@row_rule("365", "Episodes", ["LS", "DECOM", "DEC"])
def short_break_too_long(data: ReturnData) -> pl.Expr:
    """Short break (V3) lasts more than 17 days.

    No single break of an agreed series is longer than that. An episode without end is counted to the last day of the year;
    one whose end cannot be read is left alone.

    Fix: correct the dates, or the legal status if the child's stay was not a short break.

    Example:
        | Episodes                 | LS   | DECOM        | DEC          |
        | 17 days                  | V3   | 02/05/2025   | 19/05/2025   |
        | 18 days                  | V3 * | 02/05/2025 * | 20/05/2025 * |
        | open, 17 days            | V3   | 14/03/2026   |              |
        | open, 18 days            | V3 * | 13/03/2026 * | *            |
        | end not a date           | V3   | 02/05/2025   | 31/06/2025   |
        | start not a date         | V3   | 30/02/2025   | 20/06/2025   |
        | no start                 | V3   |              | 20/06/2025   |
        | series agreed as a whole | V4   | 02/05/2025   | 20/05/2025   |
        | no legal status          |      | 02/05/2025   | 20/05/2025   |
    """
    last_day = end_or_window_end(data, unreadable=False)
    return (pl.col("LS") == "V3") & (last_day > pl.col("DECOM") + _LONGEST_SHORT_BREAK)


@row_rule("366", "Episodes", ["RNE"], reads={"Episodes": ["LS"]})
def move_during_short_break(_: ReturnData) -> pl.Expr:
    """Short break (V3) does not begin with the child's start of care (RNE of S).

    Each break is a stay by itself: the child comes from home and goes back home, without a move in between.

    Fix: set the reason for the new episode to S, or correct the legal status if this was not a short break.

    Example:
        | Episodes                 | RNE | LS |
        | moved                    | P * | V3 |
        | no reason                | *   | V3 |
        | started                  | S   | V3 |
        | series agreed as a whole | P   | V4 |
        | another status           | P   | C2 |
        | no legal status          | P   |    |
    """
    return (pl.col("LS") == "V3") & none_of("RNE", [STARTED])


@row_rule("382", "Episodes", ["LS", "PLACE"])
def temporary_placement_in_short_break(_: ReturnData) -> pl.Expr:
    """Child on a short break (V3 or V4) is in a temporary placement (T0 to T4).

    A temporary placement is time away from a longer one. A short break is too brief to have any.

    Fix: enter the placement in which the child had the short break, or correct the legal status.

    Example:
        | Episodes          | LS   | PLACE |
        |                   | V3 * | T0 *  |
        |                   | V4 * | T4 *  |
        | another placement | V3   | U6    |
        | another status    | C2   | T0    |
        | no placement      | V4   |       |
        | no legal status   |      | T0    |
    """
    return short_break() & one_of("PLACE", TEMPORARY)


@row_rule("384", "Episodes", ["PLACE", "LS"])
def long_term_fostering_in_short_break(_: ReturnData) -> pl.Expr:
    """Child on a short break (V3 or V4) is placed with a long-term foster carer (U1 or U4).

    A short break is over after some days, so no placement in it is a long-term one.

    Fix: choose the foster placement that is not long term (such as U3 or U6), or correct the legal status.

    Example:
        | Episodes          | PLACE | LS   |
        |                   | U1 *  | V3 * |
        |                   | U4 *  | V4 * |
        | another placement | U6    | V3   |
        | another status    | U4    | C2   |
        | no placement      |       | V4   |
        | no legal status   | U1    |      |
    """
    return short_break() & one_of("PLACE", ["U1", "U4"])


@row_rule("398", "Episodes", ["LS", "HOME_POST", "PL_POST"])
def postcode_in_short_break(_: ReturnData) -> pl.Expr:
    """Short break (V3 or V4) holds a postcode of the home or of the placement.

    Postcodes are there to work out how far from home a child is placed, which is not asked for short breaks.

    Fix: clear both postcodes, or correct the legal status if this was not a short break.

    Example:
        | Episodes        | LS   | HOME_POST  | PL_POST    |
        | both            | V3 * | AA1 1AA *  | AA1 2BB *  |
        | home only       | V4 * | AA1 1AA *  | *          |
        | placement only  | V3 * | *          | AA1 2BB *  |
        | any text        | V4 * | *          | UNKNOWN *  |
        | neither         | V3   |            |            |
        | another status  | C2   | AA1 1AA    | AA1 2BB    |
        | no legal status |      | AA1 1AA    |            |
    """
    return short_break() & any_filled("HOME_POST", "PL_POST")


# -- other statuses ----------------------------------------------------------------------------------------------------


@row_rule("378", "Episodes", ["PLACE", "LS"])
def accommodated_with_parents(_: ReturnData) -> pl.Expr:
    """Child placed with parents (P1) is said to be accommodated by agreement (V2).

    Accommodation by agreement with the parents (section 20) means living away from them; only a child who is subject to an
    order can be looked after at their home.

    Fix: correct the placement or the legal status. A child back home whose accommodation is over is not looked after.

    Example:
        | Episodes           | PLACE | LS   |
        |                    | P1 *  | V2 * |
        | under a care order | P1    | C2   |
        | elsewhere          | U6    | V2   |
        | no legal status    | P1    |      |
        | no placement       |       | V2   |
    """
    return (pl.col("PLACE") == "P1") & (pl.col("LS") == "V2")


@row_rule("408", "Episodes", ["PLACE", "LS"])
def placed_without_placement_order(_: ReturnData) -> pl.Expr:
    """Child is placed for adoption under a placement order (A5 or A6), but the legal status is not E1.

    A5 and A6 mean that a placement order was made, and E1 is the legal status of a child under one.

    Fix: set the legal status to E1, or choose A3 or A4 if the parents agreed to the placement.

    Example:
        | Episodes           | PLACE | LS   |
        | another status     | A5 *  | C2 * |
        | no legal status    | A6 *  | *    |
        | placement order    | A5    | E1   |
        | placement order    | A6    | E1   |
        | parents agreed     | A3    | C2   |
        | parents agreed     | A4    |      |
        | no placement       |       | C2   |
    """
    return one_of("PLACE", ["A5", "A6"]) & none_of("LS", ["E1"])


@row_rule("445", "Episodes", ["LS", "DECOM"], until="2023-24")
def freed_after_freeing_orders(_: ReturnData) -> pl.Expr:
    """Episode under a freeing order (D1) starts after 31 December 2005.

    Placement orders took the place of freeing orders at the end of December 2005.

    Fix: correct the legal status (E1 stands for a placement order) or the start of the episode.

    Example:
        | Episodes        | LS   | DECOM        |
        | a day too late  | D1 * | 01/01/2006 * |
        | the last day    | D1   | 31/12/2005   |
        | not a date      | D1   | 30/02/2006   |
        | no start        | D1   |              |
        | another status  | E1   | 01/01/2006   |
        | no legal status |      | 01/01/2006   |
    """
    return (pl.col("LS") == "D1") & (pl.col("DECOM") > dt.date(2005, 12, 31))


@row_rule("446", "Episodes", ["LS", "DECOM"])
def placement_order_too_early(_: ReturnData) -> pl.Expr:
    """Episode under a placement order (E1) starts before 1 December 2005.

    There were no placement orders before December 2005.

    Fix: correct the start of the episode or the legal status.

    Example:
        | Episodes        | LS   | DECOM        |
        | a day too early | E1 * | 30/11/2005 * |
        | the first day   | E1   | 01/12/2005   |
        | not a date      | E1   | 30/02/2005   |
        | no start        | E1   |              |
        | another status  | D1   | 30/11/2005   |
        | no legal status |      | 30/11/2005   |
    """
    return (pl.col("LS") == "E1") & (pl.col("DECOM") < dt.date(2005, 12, 1))


@row_rule("451", "Episodes", ["DEC", "REC", "LS"], until="2023-24")
def still_freed(_: ReturnData) -> pl.Expr:
    """Episode is still open under a freeing order (D1).

    Freeing orders ended long ago, so no child looked after today is under one. An end that cannot be read counts as an end.

    Fix: correct the legal status, or enter the date on which the episode ceased and why.

    Example:
        | Episodes        | DEC        | REC | LS   |
        | open            | *          | *   | D1 * |
        | ended           | 02/05/2023 | X1  | D1   |
        | no reason       | 02/05/2023 |     | D1   |
        | not a date      | MAY 2023   |     | D1   |
        | no date         |            | X1  | D1   |
        | another status  |            |     | E1   |
        | no legal status |            |     |      |
    """
    return (pl.col("LS") == "D1") & none_filled("DEC", "REC")
