"""Decisions that a child should be placed for adoption: complete, one after the other, and dated within life and care."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import not_short_break
from csc_returns.validation.rules.ssda903.shared.episodes import earliest, in_order, latest, with_previous
from csc_returns.validation.rules.ssda903.shared.groups import NEW_EPISODE, STARTED
from csc_returns.validation.rules.ssda903.shared.values import all_filled, blank, filled, none_of


def _episodes_of_decided(data: ReturnData) -> pl.LazyFrame:
    """Episodes of the children with a decision: few of all, and three rules look for one among them."""
    return data.having("Episodes", "PlacedAdoption", on="child")


# -- one decision ------------------------------------------------------------------------------------------------------


@row_rule("119", "PlacedAdoption", ["DATE_PLACED_CEASED", "REASON_PLACED_CEASED"])
def reversal_date_or_reason_alone(_: ReturnData) -> pl.Expr:
    """Reversal of a decision for adoption has a date without a reason, or a reason without a date.

    The two are given together once a decision is reversed. Any text counts as given.

    Fix: enter the one that is missing, or clear both if the decision stands.

    Example:
        | PlacedAdoption     | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        | date only          | 02/05/2025 *       | *                    |
        | not a date         | SOON *             | *                    |
        | reason only        | *                  | RD1 *                |
        | not a code         | *                  | X *                  |
        | both               | 02/05/2025         | RD1                  |
        | both, not a date   | SOON               | RD1                  |
        | neither            |                    |                      |
    """
    return filled("DATE_PLACED_CEASED") != filled("REASON_PLACED_CEASED")


@row_rule("522", "PlacedAdoption", ["DATE_PLACED", "DATE_PLACED_CEASED"])
def reversed_before_made(_: ReturnData) -> pl.Expr:
    """Decision for adoption was reversed on a day before it was made.

    A decision may be reversed on the day it was made, and not earlier.

    Fix: check both dates with the child's record and correct the wrong one.

    Example:
        | PlacedAdoption     | DATE_PLACED  | DATE_PLACED_CEASED |
        | a day too early    | 02/05/2025 * | 01/05/2025 *       |
        | same day           | 02/05/2025   | 02/05/2025         |
        | a day later        | 02/05/2025   | 03/05/2025         |
        | stands             | 02/05/2025   |                    |
        | not a date         | 02/05/2025   | 2025-05-01         |
        | no decision        |              | 01/05/2025         |
    """
    return pl.col("DATE_PLACED_CEASED") < pl.col("DATE_PLACED")


@row_rule("563", "PlacedAdoption", ["DATE_PLACED", "REASON_PLACED_CEASED", "DATE_PLACED_CEASED"])
def reversed_without_decision(_: ReturnData) -> pl.Expr:
    """Decision for adoption was reversed, with date and reason, but has no date itself.

    Only a decision that was made can be reversed. Any text counts as given.

    Fix: enter the date of the decision, or remove the row if there was none.

    Example:
        | PlacedAdoption      | DATE_PLACED | REASON_PLACED_CEASED | DATE_PLACED_CEASED |
        | no decision         | *           | RD1 *                | 02/05/2025 *       |
        | not a date, no code | *           | X *                  | SOON *             |
        | decision not a date | SOON        | RD1                  | 02/05/2025         |
        | decision            | 01/05/2024  | RD1                  | 02/05/2025         |
        | reason only         |             | RD1                  |                    |
        | date only           |             |                      | 02/05/2025         |
        | nothing             |             |                      |                    |
    """
    return all_filled("REASON_PLACED_CEASED", "DATE_PLACED_CEASED") & blank("DATE_PLACED")


# -- the child's other decisions ---------------------------------------------------------------------------------------


@frame_rule("579", {"PlacedAdoption": ["DATE_PLACED", "DATE_PLACED_CEASED"]})
def made_before_previous_reversed(data: ReturnData) -> pl.LazyFrame:
    """Child has a new decision for adoption, but the one before was not reversed by then.

    A decision stands until it is reversed, and there is no second one beside it. A decision without a date that can be read comes
    last, and a reversal without one counts as none.

    Fix: enter when and why the decision before was reversed, or correct the dates.

    Example:
        | PlacedAdoption              | CHILD | DATE_PLACED  | DATE_PLACED_CEASED |
        | a day before the reversal   | A     | 01/06/2025 * | *                  |
        | first, stands below         | A     | 01/05/2024   | 02/06/2025         |
        | first                       | B     | 01/05/2024   | 02/06/2025         |
        | on the day of the reversal  | B     | 02/06/2025   | 01/07/2025         |
        | a day after the reversal    | B     | 02/07/2025   |                    |
        | one before is not reversed  | B     | 01/08/2025 * | 01/09/2025 *       |
        | first                       | C     | 01/05/2024   | 2025-06-02         |
        | reversal not a date         | C     | 01/06/2025 * | 02/06/2025 *       |
        | no date, before is reversed | C     |              |                    |
        | no date, before is not      | C     | *            | *                  |
        | same day, first in the file | D     | 01/05/2024   |                    |
        | same day                    | D     | 01/05/2024 * | 01/06/2025 *       |
        | not a date, sorted last     | D     | 2024-04-01   | 01/06/2025         |
        | only one                    | E     | 01/06/2025   |                    |
        | nobody's                    |       | 01/05/2024   |                    |
        | nobody's                    |       | 01/06/2025   |                    |
    """
    decisions = in_order(data["PlacedAdoption"], "PlacedAdoption", "DATE_PLACED")
    reversal = pl.col("DATE_PLACED_CEASED_previous")
    return with_previous(decisions, "PlacedAdoption", "DATE_PLACED_CEASED").filter(
        pl.col("PlacedAdoption_previous").is_not_null() & (reversal.is_null() | (pl.col("DATE_PLACED") < reversal))
    )


@frame_rule("583", {"PlacedAdoption": ["DATE_PLACED", "DATE_PLACED_CEASED"]})
def earlier_decision_not_reversed(data: ReturnData) -> pl.LazyFrame:
    """Child has a later decision for adoption, but an earlier one was not reversed.

    Only the latest decision can still stand; of several on its day, the first in the file is taken for it. A decision counts with
    any text in its date, but only a date that can be read is the latest.

    Fix: enter when and why the earlier decision was reversed, or remove a row that is there twice.

    Example:
        | PlacedAdoption       | CHILD | DATE_PLACED  | DATE_PLACED_CEASED |
        | latest               | A     | 01/06/2025   |                    |
        | earlier, stands      | A     | 01/05/2025 * | *                  |
        | earlier, reversed    | A     | 30/04/2025   | 02/05/2025         |
        | reversal not a date  | A     | 29/04/2025   | SOON               |
        | not a date           | A     | 2025-07-01 * | *                  |
        | no date              | A     |              |                    |
        | latest, first        | B     | 01/06/2025   |                    |
        | latest, second       | B     | 01/06/2025 * | *                  |
        | only dated one       | C     | 01/05/2025   |                    |
        | no date              | C     |              |                    |
        | alone                | D     | 01/05/2025   |                    |
        | alone, not a date    | E     | 2025-05-01   |                    |
        | nobody's             |       | 01/05/2025   |                    |
        | nobody's             |       | 01/06/2025   |                    |
    """
    decisions = data["PlacedAdoption"].filter(pl.col("CHILD").is_not_null() & filled("DATE_PLACED"))
    several = decisions.filter(pl.len().over("child") > 1)
    newest = latest(several, "PlacedAdoption", "DATE_PLACED")
    return several.filter(blank("DATE_PLACED_CEASED")).join(newest, on="PlacedAdoption", how="anti")


# -- the child's birth and care ----------------------------------------------------------------------------------------


@frame_rule("184", {"PlacedAdoption": ["DATE_PLACED"]}, reads={"Header": ["DOB"]})
def decided_before_birth(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption was made before the child was born, or the date of birth is not known.

    The date of birth is that of the header; without one nobody can tell that the decision came later.

    Fix: correct the date of the decision, or correct or enter the date of birth in the header.

    Example:
        | Header                   | CHILD | DOB        |
        |                          | A     | 02/05/2025 |
        | no date of birth         | B     |            |
        | not a date               | C     | 2020-05-02 |
        | two rows                 | D     | 02/05/2020 |
        | two rows                 | D     | 02/05/2025 |
        | two rows                 | E     | 02/05/2020 |
        | two rows, one undated    | E     |            |
        | nobody's                 |       | 02/05/2020 |

        | PlacedAdoption           | CHILD | DOB        | DATE_PLACED  |
        | a day before             | A     | 01/01/2025 | 01/05/2025 * |
        | on the day               | A     | 03/05/2025 | 02/05/2025   |
        | a day after              | A     |            | 03/05/2025   |
        | not a date               | A     |            | 2025-05-01   |
        | no date                  | A     |            |              |
        | not known when born      | B     | 02/05/2020 | 02/05/2025 * |
        | not known when born      | C     |            | 02/05/2025 * |
        | no date                  | C     |            |              |
        | before one of two        | D     |            | 01/05/2025 * |
        | after both               | D     |            | 02/05/2025   |
        | not known when born      | E     |            | 02/05/2025 * |
        | not in the header        | F     | 02/05/2020 | 02/05/2025 * |
        | nobody's                 |       |            | 02/05/2025 * |
    """
    # The latest birth decides; one row without a date of birth makes it unknown.
    born = pl.when(pl.col("DOB").null_count() == 0).then(pl.col("DOB").max()).alias("_born")
    births = data.having("Header", "PlacedAdoption", on="child").group_by("child").agg(born)
    born_by_then = (pl.col("DATE_PLACED") >= pl.col("_born")).fill_null(False)
    return (
        data["PlacedAdoption"]
        .join(births, on="child", how="left")
        .filter(pl.col("DATE_PLACED").is_not_null() & ~born_by_then)
    )


@frame_rule("1003", {"PlacedAdoption": ["DATE_PLACED"], "Episodes": ["DECOM", "RNE"]})
def decided_before_care(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption was made before the child started to be looked after.

    The care began at the earliest episode of the return with the reason S; of several on one day the first in the file is meant.
    A child without such an episode started in an earlier year.

    Fix: correct the date of the decision, or when or why the episode began.

    Example:
        | PlacedAdoption       | CHILD | DATE_PLACED  |
        | a day before         | A     | 30/04/2025 * |
        | on the day           | A     | 01/05/2025   |
        | not a date           | A     | 2025-04-30   |
        | no date              | A     |              |
        |                      | B     | 30/04/2025   |
        |                      | C     | 30/04/2025   |
        |                      | D     | 30/04/2025   |
        | no episode           | E     | 30/04/2025   |
        | nobody's             |       | 30/04/2025   |

        | Episodes             | CHILD | DECOM        | RNE |
        | started again        | A     | 01/06/2025   | S   |
        | first start          | A     | 01/05/2025 * | S * |
        | on the same day      | A     | 01/05/2025   | S   |
        | undated              | A     |              | S   |
        | start not a date     | A     | 2025-01-01   | S   |
        | not a start          | B     | 01/05/2025   | P   |
        | no reason            | C     | 01/05/2025   |     |
        | undated              | D     |              | S   |
        | no decision          | F     | 01/05/2025   | S   |
        | nobody's             |       | 01/05/2025   | S   |
    """
    starts = data.shared(_episodes_of_decided).filter(pl.col("RNE") == STARTED)
    first = earliest(starts, "Episodes", "DECOM")
    return data["PlacedAdoption"].join(first, on="child", how="inner").filter(pl.col("DATE_PLACED") < pl.col("DECOM"))


@frame_rule("117", {"PlacedAdoption": ["DATE_PLACED", "DATE_PLACED_CEASED"], "Episodes": ["DECOM", "DEC", "REC"]})
def decided_or_reversed_after_care(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption was made or reversed after the end of the year, or after the child left care.

    The child's latest episode whose reason for ending is not X1 tells when the care ended, if it did; of several on one day the
    first in the file is meant. It is pointed at, where there is one, whichever of the two is wrong.

    Fix: correct the date of the decision or of its reversal, or the end of the episode.

    Example:
        | PlacedAdoption         | CHILD | DATE_PLACED  | DATE_PLACED_CEASED |
        | a day after care       | A     | 03/06/2025 * | *                  |
        | on the last day        | A     | 02/06/2025   | 02/06/2025         |
        | reversed a day after   | A     | 01/05/2025 * | 03/06/2025 *       |
        | not a date             | A     | 2025-06-03   | 2025-06-03         |
        | no dates               | A     |              |                    |
        | after the year         | B     | 01/05/2025 * | 01/04/2026 *       |
        | last day of the year   | B     | 31/03/2026   | 31/03/2026         |
        | end not a date         | C     | 03/06/2025   |                    |
        | ended with X1 only     | D     | 03/06/2025   |                    |
        | after the year         | D     | 01/04/2026 * | *                  |
        | no episode             | E     | 01/04/2026 * | *                  |
        | no episode             | E     | 31/03/2026   |                    |
        | only a start undated   | F     | 03/06/2025   |                    |
        | ended on the same day  | G     | 03/06/2025 * | *                  |
        | nobody's               |       | 01/04/2026 * | *                  |
        | nobody's               |       | 03/06/2025   |                    |

        | Episodes               | CHILD | DECOM        | DEC          | REC   |
        | latest is the last     | A     | 01/05/2025 * | 02/06/2025 * | E4A * |
        | earlier                | A     | 01/04/2025   | 30/04/2025   | E4A   |
        | later, but X1          | A     | 01/06/2025   | 01/07/2025   | X1    |
        | undated                | A     |              | 01/07/2025   | E4A   |
        | open                   | B     | 01/05/2025 * | *            | *     |
        | before, closed         | B     | 01/04/2025   | 30/04/2025   | E4A   |
        |                        | C     | 01/05/2025   | 2025-06-02   | E4A   |
        |                        | D     | 01/05/2025   | 02/06/2025   | X1    |
        | undated                | F     |              | 02/06/2025   | E4A   |
        | first in the file      | G     | 01/05/2025 * | 02/06/2025 * | E4A * |
        | second in the file     | G     | 01/05/2025   | 04/06/2025   | E4A   |
        | nobody's               |       | 01/05/2025   | 02/06/2025   | E4A   |
    """
    candidates = data.shared(_episodes_of_decided).filter(none_of("REC", [NEW_EPISODE]))
    too_late = [
        (pl.col(date) > data.end) | (pl.col(date) > pl.col("DEC")) for date in ("DATE_PLACED", "DATE_PLACED_CEASED")
    ]
    return (
        data["PlacedAdoption"]
        .join(latest(candidates, "Episodes", "DECOM"), on="child", how="left")
        .filter(pl.any_horizontal(too_late))
    )


@frame_rule("118", {"PlacedAdoption": ["DATE_PLACED_CEASED"], "Episodes": ["DECOM", "LS"]})
def reversed_before_year_or_care(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption was reversed before the year, or before the child came into care.

    A decision reversed in an earlier year is no part of this return. The care is taken from the child's earliest episode that is
    no short break (V3 or V4); of several on one day the first in the file is meant. It is pointed at, where there is one,
    whichever of the two is wrong.

    Fix: correct the date of the reversal or the start of the episode; remove a decision reversed before the year.

    Example:
        | PlacedAdoption          | CHILD | DATE_PLACED_CEASED |
        | a day before care       | A     | 30/04/2025 *       |
        | on the first day        | A     | 01/05/2025         |
        | not a date              | A     | 2025-04-30         |
        | stands                  | A     |                    |
        | before the year         | B     | 31/03/2025 *       |
        | first day of the year   | B     | 01/04/2025         |
        | short breaks only       | C     | 30/04/2025         |
        | before the year         | C     | 31/03/2025 *       |
        | undated episode only    | D     | 30/04/2025         |
        | no legal status         | E     | 30/04/2025 *       |
        | no episode              | F     | 31/03/2025 *       |
        | no episode              | F     | 01/04/2025         |
        | nobody's                |       | 31/03/2025 *       |
        | nobody's                |       | 30/04/2025         |

        | Episodes                | CHILD | DECOM        | LS   |
        | later                   | A     | 01/06/2025   | E1   |
        | first                   | A     | 01/05/2025 * | C2 * |
        | on the same day         | A     | 01/05/2025   | C1   |
        | short break before      | A     | 01/04/2025   | V4   |
        | undated                 | A     |              | C2   |
        | long before             | B     | 01/05/2020 * | C2 * |
        | short break             | C     | 01/05/2025   | V3   |
        | undated                 | D     |              | C2   |
        |                         | E     | 01/05/2025 * | *    |
        | nobody's                |       | 01/05/2025   | C2   |
    """
    first = earliest(data.shared(_episodes_of_decided).filter(not_short_break()), "Episodes", "DECOM")
    reversal = pl.col("DATE_PLACED_CEASED")
    return (
        data["PlacedAdoption"]
        .join(first, on="child", how="left")
        .filter((reversal < data.start) | (reversal < pl.col("DECOM")))
    )
