"""Neighbouring episodes of a child: how one follows on from another, and where periods of care begin and end."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.episodes import (
    first_episodes,
    in_order,
    ordered,
    with_following,
    with_previous,
)
from csc_returns.validation.rules.ssda903.shared.groups import NEW_EPISODE, STARTED
from csc_returns.validation.rules.ssda903.shared.values import differ_or_blank, none_of, one_of, same_and_filled

#: Reasons for a new episode (RNE) of a child who is looked after already.
_CONTINUES = ("P", "L", "T", "U", "B")

#: Reasons (REC) with which a period of care ends.
_END_OF_CARE = (
    *("E2", "E3", "E4A", "E4B", "E5", "E6", "E7", "E8", "E9"),
    *("E11", "E12", "E13", "E14", "E15", "E16", "E17", "E41", "E45", "E46", "E47", "E48"),
)

# -- the start of care -------------------------------------------------------------------------------------------------


@frame_rule("357", {"Episodes": ["RNE"]}, reads={"Episodes": ["DECOM"]})
def first_episode_is_no_start(data: ReturnData) -> pl.LazyFrame:
    """Child's first episode begins in the collection year, but not as a start of care (RNE of S).

    A child whose earliest episode of the return is of this year was not looked after before. Of several episodes with
    that date the first in the file counts. A child with an episode of earlier years is not looked at.

    Fix: set the reason for the new episode to S, or add the earlier episodes of the child.

    Example:
        | Episodes              | CHILD | DECOM      | RNE |
        | later in the file     | A     | 03/05/2025 | P   |
        | first by date         | A     | 02/05/2025 | P * |
        | no reason, first day  | B     | 01/04/2025 | *   |
        | last day of last year | C     | 31/03/2025 | P   |
        | a later episode       | C     | 02/05/2025 | P   |
        | a start               | D     | 02/05/2025 | S   |
        | a later episode       | D     | 03/05/2025 | L   |
        | not a date            | E     | 2025-04-02 | S   |
        | the only date         | E     | 02/05/2025 | T * |
        | no date               | F     |            | P   |
        | the first of a day    | G     | 02/05/2025 | S   |
        | the same day          | G     | 02/05/2025 | L   |
        | after the year        | H     | 01/04/2026 | P * |
        | no child              |       | 02/05/2025 | P   |
    """
    return data.shared(first_episodes).filter((pl.col("DECOM") >= data.start) & none_of("RNE", [STARTED]))


@frame_rule("431", {"Episodes": ["RNE", "DECOM"]}, reads={"Episodes": ["DEC"]})
def start_while_in_care(data: ReturnData) -> pl.LazyFrame:
    """Episode is said to start the care (RNE of S), but the one before it ended on that day or later.

    A child whose last episode ended on the same day never left, so the care goes on and does not start again.

    Fix: give the reason for which the new episode began, or correct the date on which either of the two begins or ends.

    Example:
        | Episodes               | CHILD | RNE | DECOM        | DEC        |
        | starts as it ends      | A     | S * | 02/06/2025 * |            |
        | later in the file      | A     | S   | 02/05/2025   | 02/06/2025 |
        | before                 | B     | S   | 02/05/2025   | 02/06/2025 |
        | starts before it ends  | B     | S * | 01/06/2025 * | 03/07/2025 |
        | a day after            | B     | S   | 04/07/2025   | 05/07/2025 |
        | goes on                | B     | L   | 05/07/2025   | 06/07/2025 |
        | no reason              | B     |     | 06/07/2025   |            |
        | the one before is open | B     | S   | 07/07/2025   | 2025-07-08 |
        | end before not a date  | B     | S   | 08/07/2025   | 09/07/2025 |
        | no start               | B     | S   |              |            |
        | of another child       | C     | S   | 02/05/2025   |            |
        | the first of a day     | D     | S   | 02/05/2025   | 02/05/2025 |
        | the same day           | D     | S * | 02/05/2025 * |            |
        | no child               |       | S   | 02/05/2025   | 02/06/2025 |
        | no child               |       | S   | 02/06/2025   |            |
    """
    return data.shared(ordered).filter((pl.col("RNE") == STARTED) & (pl.col("DECOM") <= pl.col("DEC_previous")))


@frame_rule("432", {"Episodes": ["RNE"]}, reads={"Episodes": ["DECOM", "REC"]})
def no_start_after_care_ended(data: ReturnData) -> pl.LazyFrame:
    """Episode follows one with which the care ended, but does not start the care again (RNE of S).

    Once a child has left care, the next episode can only be a new start. The dates put the episodes in order and are not
    compared otherwise.

    Fix: set the reason for the new episode to S, or set the reason why the one before ceased to X1.

    Example:
        | Episodes             | CHILD | DECOM      | RNE | REC |
        | starts again         | A     | 02/07/2025 | S   |     |
        | went on              | A     | 02/06/2025 | P * | E13 |
        | later in the file    | A     | 02/05/2025 | S   | E4A |
        | care ended           | B     | 02/05/2025 | S   | E48 |
        | no reason            | B     | 02/06/2025 | *   | X1  |
        | after X1             | B     | 03/06/2025 | L   |     |
        | after no reason      | B     | 04/06/2025 | L   | E99 |
        | after no code        | B     | 05/06/2025 | L   | E1  |
        | after a code of old  | B     | 06/06/2025 | L   | E2  |
        | no date, so the last | B     |            | T * | E2  |
        | first of a day       | C     | 02/05/2025 | P   | E17 |
        | the same day         | C     | 02/05/2025 | U * | E2  |
        | of another child     | D     | 02/05/2025 | P   |     |
        | no child             |       | 02/05/2025 | S   | E2  |
        | no child             |       | 02/06/2025 | P   |     |
    """
    return data.shared(ordered).filter(one_of("REC_previous", _END_OF_CARE) & none_of("RNE", [STARTED]))


@frame_rule("433", {"Episodes": ["RNE", "DECOM"]}, reads={"Episodes": ["DEC"]})
def gap_before_continuation(data: ReturnData) -> pl.LazyFrame:
    """Episode goes on with the care (RNE of P, L, T, U or B), but the one before did not end on that day.

    Within a period of care each episode begins on the day on which the one before it ended. An episode whose start, or
    the end of the one before, is missing or cannot be read is flagged too. Episodes that begin on one day are put in order
    by their ends, those without end last.

    Fix: correct the dates so that they meet, set the reason to S if the child had left, or add the episode in between.

    Example:
        | Episodes               | CHILD | RNE | DECOM        | DEC        |
        | same day               | A     | P   | 02/06/2025   | 02/07/2025 |
        | later in the file      | A     | P   | 02/05/2025   | 02/06/2025 |
        | a day after            | A     | L * | 03/07/2025 * | 02/08/2025 |
        | a day before           | A     | T * | 01/08/2025 * | 02/09/2025 |
        | a start                | A     | S   | 05/09/2025   | 02/10/2025 |
        | no reason              | A     |     | 05/10/2025   | 02/11/2025 |
        | another reason         | A     | X   | 05/11/2025   |            |
        | the one before is open | A     | U * | 06/11/2025 * | 2025-11-07 |
        | end before not a date  | A     | B * | 07/11/2025 * | 08/11/2025 |
        | start not a date       | A     | B * | 2025-11-08 * |            |
        | no start               | A     | B * | *            |            |
        | of another child       | B     | P   | 09/11/2025   |            |
        | ends later             | C     | P   | 02/05/2025   | 04/05/2025 |
        | ends on its first day  | C     | S   | 02/05/2025   | 02/05/2025 |
        | same day               | C     | L   | 04/05/2025   |            |
        | no child               |       | P   | 02/05/2025   | 02/06/2025 |
        | no child               |       | P   | 03/06/2025   |            |
    """
    rows = with_previous(in_order(data["Episodes"], "Episodes", "DECOM", "DEC"), "Episodes", "DEC")
    return rows.filter(
        pl.col("Episodes_previous").is_not_null() & one_of("RNE", _CONTINUES) & differ_or_blank("DECOM", "DEC_previous")
    )


# -- the end of care ---------------------------------------------------------------------------------------------------


@frame_rule("388", {"Episodes": ["REC"]}, reads={"Episodes": ["DEC", "DECOM"]})
def reason_against_next_episode(data: ReturnData) -> pl.LazyFrame:
    """Reason why an episode ceased does not fit with whether another one begins on that day.

    X1 says that the child stays looked after, so the next episode begins on the very day this one ends. Any other reason
    says that the child left care, so no episode begins on that day. An episode without start is put first, and one that
    has not ended is not looked at.

    Fix: correct the reason or the dates, or add the episode that is missing.

    Example:
        | Episodes               | CHILD | DECOM      | DEC        | REC   |
        | goes on                | A     | 02/05/2025 | 02/06/2025 | X1    |
        | goes on a day later    | A     | 02/06/2025 | 02/07/2025 | X1 *  |
        | went on a day earlier  | A     | 03/07/2025 | 02/08/2025 | X1 *  |
        | left, but went on      | A     | 01/08/2025 | 02/09/2025 | E13 * |
        | any text               | A     | 02/09/2025 | 02/10/2025 | E99 * |
        | no reason              | A     | 02/10/2025 | 02/11/2025 |       |
        | left                   | A     | 02/11/2025 | 02/12/2025 | E13   |
        | no end                 | A     | 03/12/2025 |            | X1    |
        | end not a date         | A     | 04/12/2025 | 2025-12-05 | X1    |
        | nothing follows        | A     | 05/12/2025 | 06/12/2025 | X1 *  |
        | left for good          | B     | 02/05/2025 | 02/06/2025 | E3    |
        | still open             | C     | 02/06/2025 |            |       |
        | no start, so the first | C     |            | 02/06/2025 | X1    |
        | first of a day         | D     | 02/05/2025 | 02/05/2025 | E3 *  |
        | the same day           | D     | 02/05/2025 |            |       |
        | no start, so the first | E     |            | 02/06/2025 | X1 *  |
        | no start either        | E     | 2025-06-02 | 02/07/2025 | E3    |
        | no child               |       | 02/05/2025 | 02/06/2025 | X1    |

    Example:
        | Episodes               | CHILD | DECOM      | DEC | REC |
        | no end, goes on or not | A     | 02/05/2025 |     | E3  |
        | the last, not ended    | A     | 02/06/2025 |     | X1  |
    """
    rows = in_order(data["Episodes"], "Episodes", "DECOM", undated_first=True)
    says_goes_on = pl.col("REC") == NEW_EPISODE
    # A child's last episode has no next DECOM, so that nothing goes on from it.
    return with_following(rows, "DECOM").filter(
        pl.col("DEC").is_not_null() & (says_goes_on != same_and_filled("DEC", "DECOM_next"))
    )


@frame_rule("437", {"Episodes": ["REC"]}, reads={"Episodes": ["DECOM"]})
def episode_after_final_one(data: ReturnData) -> pl.LazyFrame:
    """Child died or grew out of care (REC of E2 or E15), but another episode comes after.

    With these two reasons the care is over for good. An episode without a readable start counts as the last of its child,
    so it comes after every dated one.

    Fix: correct the reason why the episode ceased, or remove the later episode if it is not this child's.

    Example:
        | Episodes            | CHILD | DECOM      | REC   |
        | nothing after       | A     | 02/06/2025 | E15   |
        | later in the file   | A     | 02/05/2025 | E2 *  |
        | first of a day      | B     | 02/05/2025 | E15 * |
        | the same day        | B     | 02/05/2025 | E2    |
        | followed by undated | C     | 02/05/2025 | E2 *  |
        | no start            | C     |            | E2    |
        | not a date          | C     | 2025-05-02 | E15   |
        | another reason      | D     | 02/05/2025 | E13   |
        | no reason           | D     | 02/06/2025 |       |
        | the last            | D     | 02/07/2025 | E2    |
        | only one of a child | E     | 02/05/2025 | E2    |
        | no child            |       | 02/05/2025 | E2    |
        | no child            |       | 02/06/2025 |       |
    """
    return data.shared(ordered).filter(
        pl.col("DECOM").is_not_null() & one_of("REC", ["E2", "E15"]) & pl.col("Episodes_next").is_not_null()
    )


# -- within a period of care -------------------------------------------------------------------------------------------


@frame_rule("501", {"Episodes": ["DECOM", "DEC"]})
def episodes_overlap(data: ReturnData) -> pl.LazyFrame:
    """Episode starts while the one before it is still running.

    A child is in one episode at a time: a new one begins on the day the one before ends, or later. Each episode is
    compared with the one directly before it. After an episode without end nothing is flagged here.

    Fix: correct the start of the later episode or the end of the earlier one, or remove an episode entered twice.

    Example:
        | Episodes               | CHILD | DECOM        | DEC          |
        | a day too early        | A     | 01/06/2025 * | 02/07/2025 * |
        | later in the file      | A     | 02/05/2025   | 02/06/2025   |
        | same day               | A     | 02/07/2025   | 02/08/2025   |
        | a day later            | A     | 03/08/2025   | 03/08/2026   |
        | open                   | A     | 02/08/2026 * | *            |
        | the one before is open | A     | 03/08/2026   | 2026-08-09   |
        | end before not a date  | A     | 04/08/2026   | 10/08/2026   |
        | no start               | A     |              | 02/06/2025   |
        | start not a date       | A     | 2025-06-01   | 02/06/2025   |
        | of another child       | B     | 02/05/2025   | 02/06/2025   |
        | first of a day         | C     | 02/05/2025   | 02/06/2025   |
        | the same day           | C     | 02/05/2025 * | 02/05/2025 * |
        | no child               |       | 02/05/2025   | 02/06/2025   |
        | no child               |       | 02/05/2025   | 02/06/2025   |
    """
    return data.shared(ordered).filter(pl.col("DECOM") < pl.col("DEC_previous"))


@frame_rule("504", {"Episodes": ["CIN"]}, reads={"Episodes": ["DECOM", "DEC", "REC"]})
def category_of_need_changes(data: ReturnData) -> pl.LazyFrame:
    """Category of need is another one than in the episode from which the care went on.

    The category of need says why the child came into care, so it stays the same until the child leaves. A blank
    category is never the same as that of the other episode, even if both are blank.

    Fix: enter the category of need from the start of the period of care in all its episodes.

    Example:
        | Episodes             | CHILD | CIN  | DECOM      | DEC        | REC |
        | another              | A     | N2 * | 02/06/2025 | 02/07/2025 | X1  |
        | later in the file    | A     | N1   | 02/05/2025 | 02/06/2025 | X1  |
        | as the one before    | A     | N2   | 02/07/2025 | 02/08/2025 | X1  |
        | blank                | A     | *    | 02/08/2025 | 02/09/2025 | X1  |
        | both blank           | A     | *    | 02/09/2025 | 02/10/2025 | X1  |
        | the one before blank | A     | N8 * | 02/10/2025 | 02/11/2025 | X1  |
        | a day later          | A     | N1   | 03/11/2025 | 02/12/2025 | E13 |
        | another reason       | A     | N2   | 02/12/2025 | 03/12/2025 |     |
        | no reason            | A     | N3   | 03/12/2025 | 2025-12-04 | X1  |
        | end not a date       | A     | N4   | 04/12/2025 |            | X1  |
        | no end               | A     | N5   | 05/12/2025 |            |     |
        | no start             | A     | N6   |            |            |     |
        | of another child     | B     | N1   | 02/05/2025 | 02/05/2025 | X1  |
        | the same day         | B     | N2 * | 02/05/2025 |            |     |
        | no child             |       | N1   | 02/05/2025 | 02/06/2025 | X1  |
        | no child             |       | N2   | 02/06/2025 |            |     |
    """
    goes_on = (pl.col("REC_previous") == NEW_EPISODE) & (pl.col("DEC_previous") == pl.col("DECOM"))
    return data.shared(ordered).filter(goes_on & differ_or_blank("CIN", "CIN_previous"))
