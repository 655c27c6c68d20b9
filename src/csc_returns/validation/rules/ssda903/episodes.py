"""Episodes: their dates, the reasons they begin and end, and the child's next episode."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import adopted, care_ended
from csc_returns.validation.rules.ssda903.shared.episodes import ordered
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTION, FOSTERING, TEMPORARY
from csc_returns.validation.rules.ssda903.shared.values import blank, filled, none_of, one_of

#: The first day on which an episode can have begun: the Children Act 1989 came into force.
_CHILDREN_ACT = dt.date(1991, 10, 14)

# -- dates -------------------------------------------------------------------------------------------------------------


@row_rule("353", "Episodes", ["DECOM"])
def starts_before_children_act(_: ReturnData) -> pl.Expr:
    """Episode starts before 14 October 1991.

    The Children Act 1989, under which children are looked after, came into force on that day.

    Fix: correct the date on which the episode started.

    Example:
        | Episodes      | DECOM        |
        | a day early   | 13/10/1991 * |
        | the first day | 14/10/1991   |
        | not a date    | 30/02/1991   |
        | blank         |              |
    """
    return pl.col("DECOM") < _CHILDREN_ACT


@row_rule("354", "Episodes", ["DECOM"])
def starts_after_year(data: ReturnData) -> pl.Expr:
    """Episode starts after the end of the collection year.

    What began later belongs to a later return.

    Fix: correct the date on which the episode started, or leave the episode out of this return.

    Example:
        | Episodes       | DECOM        |
        | the last day   | 31/03/2026   |
        | a day too late | 01/04/2026 * |
        | not a date     | 31/04/2026   |
        | blank          |              |
    """
    return pl.col("DECOM") > data.end


@row_rule("385", "Episodes", ["DEC"])
def ends_after_year(data: ReturnData) -> pl.Expr:
    """Episode ends after the end of the collection year.

    An episode that ended later was still open on 31 March, and is sent without an end.

    Fix: correct the date on which the episode ceased, or clear it and its reason if it ended after the year.

    Example:
        | Episodes       | DEC          |
        | the last day   | 31/03/2026   |
        | a day too late | 01/04/2026 * |
        | not a date     | 31/04/2026   |
        | open           |              |
    """
    return pl.col("DEC") > data.end


@row_rule("355", "Episodes", ["DECOM", "DEC"])
def lasts_no_time(_: ReturnData) -> pl.Expr:
    """Episode starts and ends on one and the same day.

    An episode covers at least one night, so it ends on a later day than it starts.

    Fix: correct the wrong date, or remove the episode if it did not last until the next day.

    Example:
        | Episodes      | DECOM        | DEC          |
        | same day      | 02/05/2025 * | 02/05/2025 * |
        | two spellings | 02/05/2025 * | 2/5/2025 *   |
        | a day later   | 02/05/2025   | 03/05/2025   |
        | a day earlier | 02/05/2025   | 01/05/2025   |
        | open          | 02/05/2025   |              |
        | no start      |              | 02/05/2025   |
        | no dates      |              |              |
        | not dates     | MAY 2025     | MAY 2025     |
    """
    return pl.col("DECOM") == pl.col("DEC")


@row_rule("356", "Episodes", ["DECOM"], reads={"Episodes": ["DEC"]})
def ends_before_it_starts(_: ReturnData) -> pl.Expr:
    """Episode ends on a day before it starts.

    The end cannot come first. An episode that starts and ends on one day is left to rule 355.

    Fix: check both dates with the child's record and correct the wrong one.

    Example:
        | Episodes      | DECOM        | DEC        |
        | a day earlier | 02/05/2025 * | 01/05/2025 |
        | same day      | 02/05/2025   | 02/05/2025 |
        | a day later   | 02/05/2025   | 03/05/2025 |
        | open          | 02/05/2025   |            |
        | no start      |              | 01/05/2025 |
    """
    return pl.col("DEC") < pl.col("DECOM")


# -- open and ceased ---------------------------------------------------------------------------------------------------


@frame_rule("142", {"Episodes": ["DEC", "REC"]}, reads={"Episodes": ["DECOM"]})
def open_before_a_later_episode(data: ReturnData) -> pl.LazyFrame:
    """Episode has no end date or no reason for ending although the child has a later episode.

    A child has one episode at a time, so each but the last has ended. Episodes go by their start, those that start on one
    day by their place in the file; one without a readable start comes last. An end that cannot be read counts as none.

    Fix: enter the date on which the earlier episode ceased and why, or remove an episode entered twice.

    Example:
        | Episodes            | CHILD | DECOM      | DEC          | REC  |
        | no end              | A     | 01/05/2025 | *            | X1 * |
        | the last one        | A     | 01/08/2025 |              |      |
        | no reason           | A     | 01/06/2025 | 01/07/2025 * | *    |
        | ended               | A     | 01/07/2025 | 01/08/2025   | X1   |
        | neither             | B     | 01/05/2025 | *            | *    |
        | same start, later   | B     | 01/05/2025 |              |      |
        | not a date          | C     | 01/05/2025 | 30/02/2025 * | X1 * |
        | before an undated   | C     | 01/06/2025 | *            | *    |
        | undated comes last  | C     |            |              |      |
        | undated             | D     | MAY 2025   |              |      |
        | undated, the last   | D     |            |              |      |
        | the only one        | E     | 01/05/2025 |              |      |
        | of no known child   |       | 01/05/2025 |              |      |
        | of no known child   |       | 01/06/2025 |              |      |
    """
    is_last = pl.col("Episodes_next").is_null()
    no_end = pl.col("DEC").is_null() | pl.col("REC").is_null()
    return data.shared(ordered).filter(~is_last & pl.col("DECOM").is_not_null() & no_end)


@row_rule("148", "Episodes", ["DEC", "REC"])
def end_date_or_reason_alone(_: ReturnData) -> pl.Expr:
    """Episode has an end date without a reason for ending, or the reason without the date.

    The two are given together once an episode has ended. Whatever stands in the date counts, even if it is not a date.

    Fix: enter the one that is missing, or clear both if the episode is still open.

    Example:
        | Episodes              | DEC          | REC  |
        | no reason             | 02/05/2025 * | *    |
        | no date               | *            | X1 * |
        | not a date, no reason | MAY 2025 *   | *    |
        | not a date            | MAY 2025     | X1   |
        | ended                 | 02/05/2025   | X1   |
        | open                  |              |      |
    """
    return filled("DEC") != filled("REC")


@row_rule("233", "Episodes", ["REASON_PLACE_CHANGE", "DEC"], since="2025-26")
def placement_change_of_open_episode(_: ReturnData) -> pl.Expr:
    """Episode is still open, yet a reason for the change of placement is given.

    The placement changes when the episode ends, so the reason waits for the end. Whatever stands in the date counts as an
    end, even if it is not a date.

    Fix: clear the reason for the placement change, or enter the date on which the episode ceased.

    Example:
        | Episodes     | REASON_PLACE_CHANGE | DEC        |
        | open         | CARPL *             | *          |
        | any text     | SEE NOTE *          | *          |
        | ended        | CARPL               | 02/05/2025 |
        | not a date   | CARPL               | MAY 2025   |
        | open, none   |                     |            |
        | ended, none  |                     | 02/05/2025 |
    """
    return blank("DEC") & filled("REASON_PLACE_CHANGE")


# -- leaving care ------------------------------------------------------------------------------------------------------


@row_rule("381", "Episodes", ["PLACE", "REC"])
def leaves_care_from_temporary_placement(_: ReturnData) -> pl.Expr:
    """Care ends while the child is in a temporary placement (T0 to T4).

    A temporary placement is a short time away from the usual one, to which the child returns: only X1 (a new episode begins)
    can end it.

    Fix: correct the placement or the reason for ending; add the episode in which the child was back in the usual placement.

    Example:
        | Episodes           | PLACE | REC   |
        | care ends          | T0 *  | E4A * |
        | care ends          | T4 *  | E8 *  |
        | not a known reason | T1 *  | X9 *  |
        | a new episode      | T2    | X1    |
        | open               | T3    |       |
        | another placement  | U6    | E4A   |
        | no placement       |       | E4A   |
    """
    return one_of("PLACE", TEMPORARY) & care_ended()


@row_rule("390", "Episodes", ["PLACE", "REC"])
def adopted_from_another_placement(_: ReturnData) -> pl.Expr:
    """Child is adopted, but was not in a placement for adoption (A3 to A6).

    Adoption (E11 or E12) follows a time with the adopters, in which the child is placed for adoption.

    Fix: correct the placement or the reason for ending, or add the episode in which the child was placed for adoption.

    Example:
        | Episodes               | PLACE | REC   |
        | with a foster carer    | U6 *  | E11 * |
        | no placement           | *     | E12 * |
        | not a known placement  | A7 *  | E12 * |
        | placed for adoption    | A3    | E11   |
        | placed for adoption    | A4    | E12   |
        | placed for adoption    | A5    | E11   |
        | placed for adoption    | A6    | E12   |
        | not adopted            | U6    | E13   |
        | open                   | U6    |       |
    """
    return adopted() & none_of("PLACE", ADOPTION)


@row_rule("516", "Episodes", ["REC", "PLACE"])
def guardian_was_no_foster_carer(_: ReturnData) -> pl.Expr:
    """Former foster carer becomes special guardian, but the placement was no foster one (U1 to U6).

    E45 and E46 say that a special guardianship order went to the child's former foster carer. Only the episode that ends so
    is looked at.

    Fix: correct the placement, or choose E47 or E48 if the special guardian was not the child's foster carer.

    Example:
        | Episodes               | REC   | PLACE |
        | in a children's home   | E45 * | K2 *  |
        | with parents           | E46 * | P1 *  |
        | no placement           | E46 * | *     |
        | with a foster carer    | E45   | U1    |
        | with a foster carer    | E46   | U6    |
        | another guardian       | E47   | K2    |
        | open                   |       | K2    |
    """
    return one_of("REC", ["E45", "E46"]) & none_of("PLACE", FOSTERING)
