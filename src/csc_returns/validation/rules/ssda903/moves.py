"""Moves from one placement to the next: their reasons, temporary placements, and adoption by foster carers."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import birthday
from csc_returns.validation.rules.ssda903.shared.episodes import ordered
from csc_returns.validation.rules.ssda903.shared.groups import (
    ADOPTION,
    ADOPTION_BY_FOSTER_CARER,
    FOSTERING,
    NEW_EPISODE,
    TEMPORARY,
)
from csc_returns.validation.rules.ssda903.shared.values import blank, differ_or_blank, filled, none_of, one_of

# -- the reason for a change of placement ------------------------------------------------------------------------------


@frame_rule("225", {"Episodes": ["REASON_PLACE_CHANGE"]}, reads={"Episodes": ["DECOM", "REC", "PLACE", "RNE"]})
def no_reason_for_move(data: ReturnData) -> pl.LazyFrame:
    """Child moved to another placement, and the episode before the move does not say why.

    When the next episode begins with a change of placement (RNE of P, B, T or U), the episode that ended with X1 holds the
    reason. Moves to and from a temporary placement (T0 to T4) need none.

    Fix: enter why the placement changed on the episode that ended, or correct the reason why the next one began.

    Example:
        | Episodes              | CHILD | DECOM      | RNE | REC | PLACE | REASON_PLACE_CHANGE |
        | moved                 | A     | 02/06/2025 | P   | X1  | U6    | *                   |
        | later in the file     | A     | 02/05/2025 | S   | X1  | U6    | *                   |
        | moved                 | A     | 02/07/2025 | B   | X1  | K2    | *                   |
        | no placement          | A     | 02/08/2025 | T   | X1  |       | *                   |
        | says why              | A     | 02/09/2025 | U   | X1  | U6    | CARPL               |
        | the status changed    | A     | 02/10/2025 | P   | X1  | U6    |                     |
        | the next says nothing | A     | 02/11/2025 | L   | X1  | U6    |                     |
        | nothing follows       | A     | 02/12/2025 |     | X1  | U6    |                     |
        | care ended            | B     | 02/05/2025 | S   | E3  | U6    |                     |
        | still open            | B     | 02/06/2025 | P   |     | U6    |                     |
        | left for some days    | B     | 02/07/2025 | P   | X1  | U6    |                     |
        | temporary             | B     | 02/08/2025 | P   | X1  | T0    |                     |
        | left again            | B     | 02/09/2025 | P   | X1  | U6    |                     |
        | temporary             | B     | 02/10/2025 | P   | X1  | T4    |                     |
        | next has no placement | B     | 02/11/2025 | P   | X1  | U6    | *                   |
        | no start, so the last | B     |            | P   |     |       |                     |
        | of another child      | C     | 02/05/2025 | S   | X1  | U6    |                     |
        | no child              |       | 02/05/2025 | S   | X1  | U6    |                     |
        | no child              |       | 02/06/2025 | P   |     | K2    |                     |
    """
    needs_reason = (pl.col("REC") == NEW_EPISODE) & none_of("PLACE", TEMPORARY)
    moves = one_of("RNE_next", ["P", "B", "T", "U"]) & none_of("PLACE_next", TEMPORARY)
    return data.shared(ordered).filter(needs_reason & moves & blank("REASON_PLACE_CHANGE"))


@frame_rule("226", {"Episodes": ["REASON_PLACE_CHANGE", "PLACE"]}, reads={"Episodes": ["DECOM"]})
def reason_around_temporary_placement(data: ReturnData) -> pl.LazyFrame:
    """Temporary placement (T0 to T4), or the episode before it, gives a reason for a change of placement.

    Going to a temporary placement and coming back from it are no changes of placement, so there is no reason to give.
    The temporary placement is flagged, also where the reason stands in the episode before it.

    Fix: clear the reason on both episodes, or correct the code of the placement.

    Example:
        | Episodes              | CHILD | DECOM      | PLACE | REASON_PLACE_CHANGE |
        | has a reason          | A     | 02/06/2025 | T0 *  | CARPL *             |
        | later in the file     | A     | 02/05/2025 | U6    |                     |
        | another placement     | A     | 02/07/2025 | U6    | CARPL               |
        | reason is before it   | A     | 02/08/2025 | T4 *  | *                   |
        | none before it        | A     | 02/09/2025 | T1    |                     |
        | no placement          | A     | 02/10/2025 |       | OTHER               |
        | not a date, near last | A     | 2025-05-02 | U6    | OTHER               |
        | no start, the last    | A     |            | T3 *  | *                   |
        | the first of a child  | B     | 02/05/2025 | T2 *  | OTHER *             |
        | of another child      | C     | 02/05/2025 | T2    |                     |
        | a reason after it     | C     | 02/06/2025 | U6    | OTHER               |
        | first of a day        | D     | 02/05/2025 | U6    | OTHER               |
        | the same day          | D     | 02/05/2025 | T1 *  | *                   |
        | no child              |       | 02/05/2025 | T2 *  | OTHER *             |
        | no child              |       | 02/06/2025 | T2    |                     |
    """
    temporary = one_of("PLACE", TEMPORARY)
    # A row without CHILD has no place in the order, but its own reason is wrong all the same.
    on_the_row = data["Episodes"].filter(temporary & filled("REASON_PLACE_CHANGE"))
    before_it = data.shared(ordered).filter(temporary & pl.col("REASON_PLACE_CHANGE_previous").is_not_null())
    return pl.concat([rows.select("Episodes") for rows in (on_the_row, before_it)]).unique()


@frame_rule(
    "234",
    {"Episodes": ["REASON_PLACE_CHANGE"], "Header": ["DOB"]},
    reads={"Episodes": ["DECOM"]},
    since="2025-26",
)
def custody_below_10(data: ReturnData) -> pl.LazyFrame:
    """Child under 10 changed placement because of custody (CUSTOD).

    Nobody is held responsible for an offence before the 10th birthday. The child's age is that on the first day of the
    episode after the move.

    Fix: correct the reason for the change of placement, the date of birth or the start of the next episode.

    Example:
        | Header           | CHILD | DOB          |
        |                  | A     | 02/06/2015 * |
        | leap day         | B     | 29/02/2016 * |
        | no date of birth | C     |              |
        | not a date       | D     | 2020-06-02   |

        | Episodes               | CHILD | DECOM      | REASON_PLACE_CHANGE |
        | next on the birthday   | A     | 01/06/2025 | CUSTOD              |
        | next on the day before | A     | 01/05/2025 | CUSTOD *            |
        | the next has no start  | A     | 02/06/2025 | CUSTOD              |
        | no start               | A     |            | CUSTOD              |
        | another reason         | B     | 01/02/2026 | CARPL               |
        | no reason              | B     | 02/02/2026 |                     |
        | next on the day before | B     | 03/02/2026 | CUSTOD *            |
        | next on the birthday   | B     | 27/02/2026 | CUSTOD              |
        | nothing follows        | B     | 28/02/2026 | CUSTOD              |
        |                        | C     | 02/05/2025 | CUSTOD              |
        |                        | C     | 02/06/2025 |                     |
        |                        | D     | 02/05/2025 | CUSTOD              |
        |                        | D     | 02/06/2025 |                     |
        | no header              | E     | 02/05/2025 | CUSTOD              |
        |                        | E     | 02/06/2025 |                     |
    """
    moves = data.shared(ordered).filter(pl.col("REASON_PLACE_CHANGE") == "CUSTOD")
    return moves.join(data["Header"].select("child", "Header", "DOB"), on="child").filter(
        pl.col("DECOM_next") < birthday(10)
    )


# -- where the child was before ----------------------------------------------------------------------------------------


@frame_rule("336", {"Episodes": ["PLACE"]}, reads={"Episodes": ["DECOM"]})
def adoption_not_from_foster_care(data: ReturnData) -> pl.LazyFrame:
    """Child is placed for adoption with the foster carer (A3 or A5), but was not with one just before.

    Only a foster carer with whom the child lives already can become the adopter, so a foster placement (U1 to U6) or
    another placement for adoption (A3 to A6) comes directly before. The first episode of a child has none to compare with.

    Fix: correct the placement (A4 and A6 stand for adopters who were not the carers), or that of the episode before.

    Example:
        | Episodes              | CHILD | DECOM      | PLACE |
        | came from a home      | A     | 02/06/2025 | A3 *  |
        | later in the file     | A     | 02/05/2025 | K2    |
        | went on               | A     | 02/07/2025 | A5    |
        | another placement     | A     | 02/08/2025 | A4    |
        | from another adoption | A     | 02/09/2025 | A3    |
        | no placement          | A     | 02/10/2025 |       |
        | came from a blank     | A     | 02/11/2025 | A5 *  |
        | first of a child      | B     | 02/05/2025 | A3    |
        | foster care           | C     | 02/05/2025 | U1    |
        | came from foster care | C     | 02/06/2025 | A5    |
        | foster care           | D     | 02/05/2025 | U6    |
        | the same day          | D     | 02/05/2025 | A3    |
        | with parents          | D     | 02/06/2025 | P1    |
        | no start, so the last | D     |            | A5 *  |
        | none is dated         | E     |            | K2    |
        | still follows another | E     | 2025-05-02 | A3 *  |
        | no child              |       | 02/05/2025 | K2    |
        | no child              |       | 02/06/2025 | A3    |
    """
    return data.shared(ordered).filter(
        one_of("PLACE", ADOPTION_BY_FOSTER_CARER)
        & none_of("PLACE_previous", (*ADOPTION, *FOSTERING))
        & pl.col("Episodes_previous").is_not_null()
    )


def _after_temporary(data: ReturnData, elsewhere: pl.Expr) -> pl.LazyFrame:
    """Episodes that follow a temporary placement, and begin without a move or are elsewhere than the one before it.

    Args:
        data: the return.
        elsewhere: that the episode is elsewhere than the second one before it (``_second_previous``); never null.
    """
    return data.shared(ordered).filter(
        pl.col("Episodes_second_previous").is_not_null()
        & one_of("PLACE_previous", TEMPORARY)
        & (none_of("RNE", ["P"]) | elsewhere)
    )


@frame_rule("383", {"Episodes": ["PLACE", "RNE", "PL_POST"]}, reads={"Episodes": ["DECOM"]}, since="2025-26")
def no_return_from_temporary_placement(data: ReturnData) -> pl.LazyFrame:
    """Child did not come back from a temporary placement (T0 to T4) to the same placement and address.

    A temporary placement is time away from a placement that is kept for the child. The next episode begins with a
    change of placement (RNE of P), has the placement and the postcode of the one before the time away, and neither is
    blank. Postcodes are compared letter by letter.

    Fix: correct the episode after the time away. If the child went elsewhere, the time away was no temporary placement.

    Example:
        | Episodes                | CHILD | DECOM      | RNE | PLACE | PL_POST   |
        | came back               | A     | 02/07/2025 | P   | U6    | AA1 1AA   |
        | later in the file       | A     | 02/05/2025 | S   | U6    | AA1 1AA   |
        | away                    | A     | 02/06/2025 | P   | T0    | AA1 1BB   |
        | away                    | A     | 02/08/2025 | P   | T4    | AA1 1BB   |
        | another placement       | A     | 02/09/2025 | P * | U5 *  | AA1 1AA * |
        | away                    | A     | 02/10/2025 | P   | T1    | AA1 1BB   |
        | another address         | A     | 02/11/2025 | P * | U5 *  | AA1 1CC * |
        | away                    | A     | 02/12/2025 | P   | T2    | AA1 1BB   |
        | not by a move           | A     | 03/12/2025 | L * | U5 *  | AA1 1CC * |
        | away                    | A     | 04/12/2025 | P   | T3    | AA1 1BB   |
        | no reason               | A     | 05/12/2025 | *   | U5 *  | AA1 1CC * |
        | not after a temporary   | A     | 06/12/2025 | L   | K2    | AA1 1DD   |
        | away at first           | B     | 02/05/2025 | P   | T0    | AA1 1BB   |
        | nothing to compare with | B     | 02/06/2025 | L   | U6    | AA1 1AA   |
        | of another child        | C     | 02/05/2025 | S   | U6    | AA1 1AA   |
        | away                    | C     | 02/06/2025 | P   | T0    |           |
        | written otherwise       | C     | 02/07/2025 | P * | U6 *  | AA11AA *  |
        | away, not dated         | C     |            | P   | T0    |           |
        | not dated, so the last  | C     | 2025-08-02 | P * | U6 *  | *         |
        | both without postcode   | D     | 02/05/2025 | S   | U6    |           |
        | away                    | D     | 02/06/2025 | P   | T0    | AA1 1BB   |
        |                         | D     | 02/07/2025 | P * | U6 *  | *         |
        | both without placement  | E     | 02/05/2025 | S   |       | AA1 1AA   |
        | away                    | E     | 02/06/2025 | P   | T0    | AA1 1BB   |
        |                         | E     | 02/07/2025 | P * | *     | AA1 1AA * |
        | from one to another     | F     | 02/05/2025 | S   | U6    | AA1 1AA   |
        | away                    | F     | 02/06/2025 | P   | T0    | AA1 1BB   |
        | still away              | F     | 02/07/2025 | P * | T1 *  | AA1 1BB * |
        | no child                |       | 02/05/2025 | S   | U6    | AA1 1AA   |
        | no child                |       | 02/06/2025 | P   | T0    | AA1 1BB   |
        | no child                |       | 02/07/2025 | P   | U5    | AA1 1CC   |
    """
    elsewhere = differ_or_blank("PLACE", "PLACE_second_previous") | differ_or_blank(
        "PL_POST", "PL_POST_second_previous"
    )
    return _after_temporary(data, elsewhere)


@frame_rule("383", {"Episodes": ["PLACE"]}, reads={"Episodes": ["DECOM", "RNE"]})
def no_return_from_temporary_placement_until_2024_25(data: ReturnData) -> pl.LazyFrame:
    """Child did not come back from a temporary placement (T0 to T4) to the same placement.

    A temporary placement is time away from a placement that is kept for the child. The next episode begins with a
    change of placement (RNE of P) and has the placement of the one before the time away, which cannot be blank.

    Fix: correct the episode after the time away. If the child went elsewhere, the time away was no temporary placement.

    Example:
        | Episodes                | CHILD | DECOM      | RNE | PLACE | PL_POST |
        | came back elsewhere     | A     | 02/07/2024 | P   | U6    | AA1 1CC |
        | later in the file       | A     | 02/05/2024 | S   | U6    | AA1 1AA |
        | away                    | A     | 02/06/2024 | P   | T0    | AA1 1BB |
        | away                    | A     | 02/08/2024 | P   | T4    | AA1 1BB |
        | another placement       | A     | 02/09/2024 | P   | U5 *  | AA1 1CC |
        | away                    | A     | 02/10/2024 | P   | T1    | AA1 1BB |
        | not by a move           | A     | 02/11/2024 | L   | U5 *  | AA1 1CC |
        | away                    | A     | 02/12/2024 | P   | T2    | AA1 1BB |
        | no reason               | A     | 03/12/2024 |     | U5 *  | AA1 1CC |
        | not after a temporary   | A     | 04/12/2024 | L   | K2    |         |
        | away                    | A     | 05/12/2024 | P   | T3    |         |
        | no postcode             | A     | 06/12/2024 | P   | K2    |         |
        | away at first           | B     | 02/05/2024 | P   | T0    |         |
        | nothing to compare with | B     | 02/06/2024 | L   | U6    |         |
        | both without placement  | C     | 02/05/2024 | S   |       |         |
        | away                    | C     | 02/06/2024 | P   | T0    |         |
        | not dated, so the last  | C     |            | P   | *     |         |
    """
    return _after_temporary(data, differ_or_blank("PLACE", "PLACE_second_previous"))
