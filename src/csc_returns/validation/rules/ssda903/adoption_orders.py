"""Decisions for adoption beside the episodes that rest on them: placements for adoption, orders, and how the care ended."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import adopted
from csc_returns.validation.rules.ssda903.shared.episodes import (
    earliest,
    episodes_with_decision,
    latest,
    latest_episodes,
    ordered,
)
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTED, ADOPTION, NEW_EPISODE
from csc_returns.validation.rules.ssda903.shared.values import any_blank, any_filled, blank, filled, none_of, one_of

#: Legal status of a child under a placement order, and of one freed for adoption, which came before.
_PLACEMENT_ORDER = "E1"
_FREED = "D1"

# -- placed for adoption -----------------------------------------------------------------------------------------------


@frame_rule("551", {"Episodes": ["PLACE"]}, reads={"PlacedAdoption": ["DATE_PLACED"]})
def placed_without_decision(data: ReturnData) -> pl.LazyFrame:
    """Child is placed for adoption (A3 to A6), but a date of the decision for it is missing.

    The authority decides on adoption before it places a child with adopters. Every decision of the child must have a date; any
    text counts as one.

    Fix: enter the decision or its date, or correct the placement.

    Example:
        | Episodes            | CHILD | PLACE |
        | no decision         | A     | A3 *  |
        | no decision         | A     | A6 *  |
        | date is blank       | B     | A4 *  |
        | one of two is blank | C     | A5 *  |
        | has a date          | D     | A3    |
        | not a date          | E     | A3    |
        | another placement   | A     | U6    |
        | no placement        | B     |       |
        | nobody's            |       | A3 *  |

        | PlacedAdoption      | CHILD | DATE_PLACED |
        |                     | B     |             |
        |                     | C     | 02/05/2025  |
        |                     | C     |             |
        |                     | D     | 02/05/2025  |
        | not a date          | E     | SOON        |
        | nobody's            |       | 02/05/2025  |
    """
    decisions = data["PlacedAdoption"]
    undated = decisions.filter(blank("DATE_PLACED")).select("child")
    all_dated = decisions.join(undated, on="child", how="anti")
    return data["Episodes"].filter(one_of("PLACE", ADOPTION)).join(all_dated, on="child", how="anti")


@frame_rule("552", {"PlacedAdoption": ["DATE_PLACED"], "Episodes": ["DECOM"]}, reads={"Episodes": ["PLACE"]})
def decided_after_placement(data: ReturnData) -> pl.LazyFrame:
    """Child was placed for adoption (A3 to A6) before the decision for it was made.

    The child's latest decision is compared with the earliest placement for adoption; of several on one day the first in the file.

    Fix: correct the date of the decision, or the placement or the start of the episode.

    Example:
        | PlacedAdoption       | CHILD | DATE_PLACED  |
        | older decision       | A     | 01/05/2024   |
        | latest decision      | A     | 03/05/2025 * |
        | on the same day      | A     | 03/05/2025   |
        | not a date           | A     | 2025-06-01   |
        | no date              | A     |              |
        | on that day          | B     | 02/05/2025   |
        | the day before       | C     | 01/05/2025   |
        | no date              | D     |              |
        |                      | E     | 03/05/2025   |
        | no episode           | F     | 03/05/2025   |
        | nobody's             |       | 03/05/2025   |

        | Episodes             | CHILD | DECOM        | PLACE |
        | later placement      | A     | 01/06/2025   | A3    |
        | first placement      | A     | 02/05/2025 * | A4    |
        | on the same day      | A     | 02/05/2025   | A5    |
        | not for adoption     | A     | 01/05/2025   | U6    |
        | no placement         | A     | 01/05/2025   |       |
        | not a date           | A     | 2025-05-01   | A3    |
        |                      | B     | 02/05/2025   | A6    |
        |                      | C     | 02/05/2025   | A3    |
        |                      | D     | 02/05/2025   | A3    |
        | no start             | E     |              | A3    |
        | no decision          | G     | 02/05/2025   | A3    |
        | nobody's             |       | 02/05/2025   | A3    |
    """
    decision = latest(data["PlacedAdoption"], "PlacedAdoption", "DATE_PLACED")
    placement = earliest(data["Episodes"].filter(one_of("PLACE", ADOPTION)), "Episodes", "DECOM")
    return decision.join(placement, on="child", how="inner").filter(pl.col("DATE_PLACED") > pl.col("DECOM"))


# -- under an order ----------------------------------------------------------------------------------------------------


def _order_without_standing_decision(data: ReturnData, legal_status: str) -> pl.LazyFrame:
    """Episodes under the order of children without a decision, and reversed decisions of children with such an episode open."""
    of_order = pl.col("LS") == legal_status
    undecided = data.lacking("Episodes", "PlacedAdoption", on="child").filter(of_order)
    still_under = data["Episodes"].filter(of_order & blank("DEC"))
    was_reversed = data["PlacedAdoption"].filter(any_filled("DATE_PLACED_CEASED", "REASON_PLACED_CEASED"))
    was_reversed = was_reversed.join(still_under, on="child", how="semi")
    return pl.concat([undecided.select("Episodes"), was_reversed.select("PlacedAdoption")], how="diagonal")


@frame_rule(
    "553",
    {"Episodes": ["CHILD"], "PlacedAdoption": ["DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]},
    reads={"Episodes": ["LS", "DEC"]},
)
def placement_order_without_standing_decision(data: ReturnData) -> pl.LazyFrame:
    """Child is under a placement order (E1), but has no decision for adoption or one that was reversed.

    The court makes the order because the authority has decided on adoption, and a reversal ends it. Two findings: an episode
    under the order, open or not, of a child without any decision; and a reversed decision of a child with such an episode open.

    Fix: enter the decision, clear a reversal that did not happen, or correct the legal status or the end of the episode.

    Example:
        | Episodes             | CHILD | LS | DEC        |
        | no decision, open    | A *   | E1 |            |
        | no decision, closed  | A *   | E1 | 02/05/2025 |
        | another status       | A     | C2 |            |
        | no legal status      | A     |    |            |
        | closed first         | B     | E1 | 02/05/2025 |
        | open                 | B     | E1 |            |
        | closed               | C     | E1 | 02/05/2025 |
        | open under another   | C     | C2 |            |
        | closed, not a date   | D     | E1 | SOON       |
        | open                 | E     | E1 |            |
        | nobody's             | *     | E1 |            |

        | PlacedAdoption       | CHILD | DATE_PLACED  | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        | reversed             | B     | 01/05/2024 * | 02/06/2025 *       | RD1 *                |
        | date only            | B     | *            | 02/06/2025 *       | *                    |
        | not a date           | B     | *            | SOON *             | *                    |
        | reason only          | B     | *            | *                  | X *                  |
        | stands               | B     | 01/07/2025   |                    |                      |
        | no order is open     | C     | 01/05/2024   | 02/06/2025         | RD1                  |
        | no order is open     | D     | 01/05/2024   | 02/06/2025         | RD1                  |
        | nothing given        | E     |              |                    |                      |
        | no episode           | F     | 01/05/2024   | 02/06/2025         | RD1                  |
        | nobody's             |       | 01/05/2024   | 02/06/2025         | RD1                  |
    """
    return _order_without_standing_decision(data, _PLACEMENT_ORDER)


@frame_rule(
    "555",
    {"Episodes": ["CHILD"], "PlacedAdoption": ["DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]},
    until="2023-24",
    reads={"Episodes": ["LS", "DEC"]},
)
def freed_without_standing_decision(data: ReturnData) -> pl.LazyFrame:
    """Child is freed for adoption (D1), but has no decision for adoption or one that was reversed.

    A child was freed because the authority had decided on adoption. Two findings: an episode under the order, open or not, of a
    child without any decision; and a reversed decision of a child with such an episode open.

    Fix: enter the decision, clear a reversal that did not happen, or correct the legal status or the end of the episode.

    Example:
        | Episodes             | CHILD | LS | DEC        |
        | no decision, open    | A *   | D1 |            |
        | no decision, closed  | A *   | D1 | 02/05/2023 |
        | placement order      | A     | E1 |            |
        | no legal status      | A     |    |            |
        | open                 | B     | D1 |            |
        | closed               | C     | D1 | 02/05/2023 |
        | closed, not a date   | D     | D1 | SOON       |
        | placement order      | E     | E1 |            |
        | open                 | F     | D1 |            |
        | nobody's             | *     | D1 |            |

        | PlacedAdoption       | CHILD | DATE_PLACED  | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        | date only            | B     | 01/05/2005 * | 02/06/2023 *       | *                    |
        | not a date           | B     | *            | SOON *             | *                    |
        | reason only          | B     | *            | *                  | X *                  |
        | stands               | B     | 01/07/2023   |                    |                      |
        | no order is open     | C     | 01/05/2005   | 02/06/2023         | RD1                  |
        | no order is open     | D     | 01/05/2005   | 02/06/2023         | RD1                  |
        | another order        | E     | 01/05/2005   | 02/06/2023         | RD1                  |
        | nothing given        | F     |              |                    |                      |
        | nobody's             |       | 01/05/2005   | 02/06/2023         | RD1                  |
    """
    return _order_without_standing_decision(data, _FREED)


@frame_rule("554", {"Episodes": ["DECOM", "LS"], "PlacedAdoption": ["DATE_PLACED"]}, reads={"Episodes": ["RNE"]})
def decided_after_placement_order(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption was made after the child came under a placement order (E1).

    The authority decides before the court makes the order. Every decision of the child is compared with the first episode under
    the order (of several on one day the first in the file) in each period of care; a period begins with the child's first
    episode and with each that has the reason S.

    Fix: correct the date of the decision, or the legal status or the start of the episode.

    Example:
        | Episodes              | CHILD | DECOM        | RNE | LS   |
        | later in the period   | A     | 01/06/2025   | L   | E1   |
        | first of the period   | A     | 01/05/2025 * | L   | E1 * |
        | on the same day       | A     | 01/05/2025   | P   | E1   |
        | another status        | A     | 01/04/2025   | S   | C2   |
        | undated               | A     |              | L   | E1   |
        | not a date            | A     | 2025-04-01   | L   | E1   |
        | first period          | B     | 01/04/2025 * | P   | E1 * |
        | second period         | B     | 01/06/2025 * | S   | E1 * |
        | third period          | B     | 01/08/2025   | S   | E1   |
        | later in the second   | B     | 01/07/2025   |     | E1   |
        | no legal status       | C     | 01/05/2025   | S   |      |
        | undated               | C     |              | L   | E1   |
        |                       | D     | 01/05/2025   | S   | E1   |
        | no decision           | E     | 01/05/2025   | S   | E1   |
        | nobody's              |       | 01/05/2025   | S   | E1   |

        | PlacedAdoption        | CHILD | DATE_PLACED  |
        | a day after           | A     | 02/05/2025 * |
        | on the day            | A     | 01/05/2025   |
        | after two orders      | B     | 02/06/2025 * |
        | after the first only  | B     | 01/06/2025 * |
        |                       | C     | 02/05/2025   |
        | not a date            | D     | 2025-05-02   |
        | no date               | D     |              |
        | no episode            | F     | 02/05/2025   |
        | nobody's              |       | 02/05/2025   |
    """
    under_order = data.shared(ordered).filter(pl.col("LS") == _PLACEMENT_ORDER)
    first_under_order = earliest(under_order, "Episodes", "DECOM", per=("child", "period"))
    return (
        data.shared(episodes_with_decision)
        .filter(pl.col("DATE_PLACED") > pl.col("DECOM"))
        .join(first_under_order, on="Episodes", how="semi")
    )


@frame_rule(
    "556", {"Episodes": ["DECOM"]}, until="2023-24", reads={"Episodes": ["LS"], "PlacedAdoption": ["DATE_PLACED"]}
)
def decided_after_freed(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption was made after an episode under a freeing order (D1) began.

    The authority decided before the court freed the child. Every episode under the order is compared with all decisions of the
    child.

    Fix: correct the date of the decision, or the legal status or the start of the episode.

    Example:
        | Episodes              | CHILD | DECOM        | LS |
        | a day before          | A     | 01/05/2005 * | D1 |
        | not the first, too    | A     | 02/05/2005 * | D1 |
        | on the day            | A     | 03/05/2005   | D1 |
        | another status        | A     | 01/05/2005   | E1 |
        | no legal status       | A     | 01/05/2005   |    |
        | not a date            | A     | 2005-05-01   | D1 |
        | no start              | A     |              | D1 |
        | one of two is later   | B     | 02/05/2005 * | D1 |
        |                       | C     | 01/05/2005   | D1 |
        | no decision           | D     | 01/05/2005   | D1 |
        | nobody's              |       | 01/05/2005   | D1 |

        | PlacedAdoption        | CHILD | DATE_PLACED |
        |                       | A     | 03/05/2005  |
        |                       | B     | 01/05/2005  |
        |                       | B     | 03/05/2005  |
        | not a date            | C     | 2005-05-03  |
        | no date               | C     |             |
        | nobody's              |       | 03/05/2005  |
    """
    later = (pl.col("LS") == _FREED) & (pl.col("DATE_PLACED") > pl.col("DECOM"))
    return data.shared(episodes_with_decision).filter(later).select("Episodes").unique()


# -- the end of care ---------------------------------------------------------------------------------------------------


def _left_care_without_reversal(data: ReturnData, legal_statuses: Iterable[str]) -> pl.LazyFrame:
    """Episodes that ended the care of a child who was to be adopted and was not, beside decisions not wholly reversed."""
    was_to_be = one_of("PLACE", ADOPTION) | one_of("LS", legal_statuses)
    was_not = filled("REC") & none_of("REC", [NEW_EPISODE, *ADOPTED])
    left = was_to_be & was_not
    not_reversed = data.shared(episodes_with_decision).filter(
        left & any_blank("DATE_PLACED_CEASED", "REASON_PLACED_CEASED")
    )
    undecided = data.lacking("Episodes", "PlacedAdoption", on="child").filter(left)
    return pl.concat(
        [not_reversed.select("Episodes", "PlacedAdoption"), undecided.select("Episodes")], how="diagonal"
    ).with_columns(finding=pl.col("Episodes"))


@frame_rule(
    "557",
    {"Episodes": ["PLACE", "LS", "REC"], "PlacedAdoption": ["DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]},
    since="2024-25",
)
def left_care_without_reversal(data: ReturnData) -> pl.LazyFrame:
    """Child to be adopted left care in another way, but the decision is not shown as reversed.

    The child was placed for adoption (A3 to A6) or under a placement order (E1), and the same episode ended the care with another
    reason than adoption. The decision must then be reversed, with date and reason; any text counts. Each episode is one finding,
    with the decisions of the child that lack one of the two.

    Fix: enter when and why the decision was reversed, or correct the placement, the legal status or the end reason.

    Example:
        | Episodes               | CHILD | PLACE | LS   | REC   |
        | placed, no decision    | A     | A3 *  | *    | E4A * |
        | order, no decision     | A     | U6 *  | E1 * | E13 * |
        | placed                 | B     | A6 *  | C2 * | E4A * |
        | not a code             | B     | A4 *  | E1 * | X *   |
        | adopted                | B     | A5    | E1   | E11   |
        | adopted                | B     | A5    | E1   | E12   |
        | goes on                | B     | A3    | E1   | X1    |
        | no reason              | B     | A3    | E1   |       |
        | freed                  | B     | U6    | D1   | E4A   |
        | neither                | B     |       |      | E4A   |
        | reversed               | C     | A3    | E1   | E4A   |
        | one of two reversed    | D     | *     | E1 * | E4A * |
        | nobody's               |       | A3 *  | *    | E4A * |

        | PlacedAdoption         | CHILD | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        | nothing                | B     | *                  | *                    |
        | date only              | B     | 02/05/2025 *       | *                    |
        | reason only            | B     | *                  | RD1 *                |
        | both                   | B     | 02/05/2025         | RD1                  |
        | both, not a date       | C     | SOON               | X                    |
        | both                   | D     | 02/05/2025         | RD1                  |
        | nothing                | D     | *                  | *                    |
        | no episode             | E     |                    |                      |
        | nobody's               |       |                    |                      |
    """
    return _left_care_without_reversal(data, [_PLACEMENT_ORDER])


@frame_rule(
    "557", {"Episodes": ["PLACE", "LS", "REC"], "PlacedAdoption": ["DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]}
)
def left_care_without_reversal_until_2023_24(data: ReturnData) -> pl.LazyFrame:
    """Child to be adopted left care in another way, but the decision is not shown as reversed.

    The child was placed for adoption (A3 to A6) or under a freeing or placement order (D1, E1), and the same episode ended the
    care with another reason than adoption. The decision must then be reversed, with date and reason; any text counts. Each
    episode is one finding, with the decisions of the child that lack one of the two.

    Fix: enter when and why the decision was reversed, or correct the placement, the legal status or the end reason.

    Example:
        | Episodes               | CHILD | PLACE | LS   | REC   |
        | freed, no decision     | A     | U6 *  | D1 * | E4A * |
        | order, no decision     | A     | *     | E1 * | E4A * |
        | placed                 | B     | A6 *  | *    | E4A * |
        | freed                  | B     | *     | D1 * | E13 * |
        | adopted                | B     | A5    | D1   | E11   |
        | goes on                | B     | A3    | D1   | X1    |
        | no reason              | B     | A3    | D1   |       |
        | neither                | B     | U6    | C2   | E4A   |
        | reversed               | C     | A3    | D1   | E4A   |

        | PlacedAdoption         | CHILD | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        | nothing                | B     | *                  | *                    |
        | date only              | B     | 02/05/2023 *       | *                    |
        | reason only            | B     | *                  | RD1 *                |
        | both                   | B     | 02/05/2023         | RD1                  |
        | both                   | C     | 02/05/2023         | RD1                  |
    """
    return _left_care_without_reversal(data, [_FREED, _PLACEMENT_ORDER])


@frame_rule("558", {"Episodes": ["REC"]}, reads={"PlacedAdoption": ["DATE_PLACED_CEASED"]})
def adopted_with_every_decision_reversed(data: ReturnData) -> pl.LazyFrame:
    """Child was adopted (E11 or E12), but has several decisions for adoption and each was reversed.

    The decision that led to the adoption still stands. The child's latest episode is looked at; of several on one day the first
    in the file. Any text in the date of the reversal counts, and a single reversed decision is left alone.

    Fix: clear the reversal of the decision that led to the adoption, enter that decision, or correct the end reason.

    Example:
        | Episodes              | CHILD | DECOM      | REC   |
        | latest                | A     | 01/05/2025 | E11 * |
        | not the latest        | A     | 01/04/2025 | E12   |
        | undated               | A     |            | E11   |
        | first in the file     | B     | 01/05/2025 | E12 * |
        | second in the file    | B     | 01/05/2025 | E11   |
        | earlier               | C     | 01/04/2025 | E11   |
        | latest, not adopted   | C     | 01/05/2025 | E4A   |
        | latest, no reason     | D     | 01/05/2025 |       |
        | one stands            | E     | 01/05/2025 | E11   |
        | one decision only     | F     | 01/05/2025 | E11   |
        | no decision           | G     | 01/05/2025 | E11   |
        | undated               | H     |            | E11   |
        | nobody's              |       | 01/05/2025 | E11   |

        | PlacedAdoption        | CHILD | DATE_PLACED_CEASED |
        |                       | A     | 02/01/2025         |
        |                       | A     | 02/02/2025         |
        |                       | B     | 02/01/2025         |
        | not a date            | B     | SOON               |
        |                       | C     | 02/01/2025         |
        |                       | C     | 02/02/2025         |
        |                       | D     | 02/01/2025         |
        |                       | D     | 02/02/2025         |
        |                       | E     | 02/01/2025         |
        |                       | E     | 02/02/2025         |
        | stands                | E     |                    |
        |                       | F     | 02/01/2025         |
        |                       | H     | 02/01/2025         |
        |                       | H     | 02/02/2025         |
        | nobody's              |       | 02/01/2025         |
        | nobody's              |       | 02/02/2025         |
    """
    all_reversed = (pl.len() > 1) & filled("DATE_PLACED_CEASED").all()
    children = data["PlacedAdoption"].group_by("child").agg(all_reversed.alias("_all")).filter("_all")
    return data.shared(latest_episodes).filter(adopted()).join(children, on="child", how="semi")
