"""What changed from one episode to the next, beside the reason for which the new one began."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.episodes import ordered
from csc_returns.validation.rules.ssda903.shared.groups import PLACEMENT_ITEMS
from csc_returns.validation.rules.ssda903.shared.values import (
    differ,
    differ_or_blank,
    one_of,
    same,
    same_and_filled,
)


def _later_episodes(data: ReturnData, reasons: Iterable[str]) -> pl.LazyFrame:
    """Episodes with one of the reasons for a new episode, but for the first of each child."""
    return data.shared(ordered).filter(pl.col("Episodes_previous").is_not_null() & one_of("RNE", reasons))


@frame_rule("434", {"Episodes": ["RNE", "LS", *PLACEMENT_ITEMS]}, reads={"Episodes": ["DECOM"]})
def not_a_change_of_status_alone(data: ReturnData) -> pl.LazyFrame:
    """Episode began with a change of legal status alone (L), but that is as before or the placement not.

    Each episode is compared with the child's one before it. Its status must differ (blank on both is let pass), and the
    placement's type, postcode, URN and provider must be the same, blank counting as a value.

    Fix: correct the reason for the new episode, or the legal status or placement of this episode or the one before.

    Example:
        | Episodes               | CHILD | DECOM      | RNE | LS   | PLACE | PL_POST   | URN        | PLACE_PROVIDER |
        |                        | A     | 01/05/2025 | S   | V2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | right                  | A     | 01/06/2025 | L   | E1   | U6    | BS1 5TR   | SC123456   | PR1            |
        | status as before       | A     | 01/07/2025 | L * | E1 * | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | another placement      | A     | 01/08/2025 | L * | C2 * | K2 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | another postcode       | A     | 02/08/2025 | L * | C1 * | K2 *  | BS1 5TS * | SC123456 * | PR1 *          |
        | another URN            | A     | 03/08/2025 | L * | C2 * | K2 *  | BS1 5TS * | SC123457 * | PR1 *          |
        | another provider       | A     | 04/08/2025 | L * | C1 * | K2 *  | BS1 5TS * | SC123457 * | PR2 *          |
        | placement blank now    | A     | 05/08/2025 | L * | C2 * | *     | BS1 5TS * | SC123457 * | PR2 *          |
        | blank before           | A     | 06/08/2025 | L * | C1 * | K2 *  | BS1 5TS * | SC123457 * | PR2 *          |
        | another reason         | A     | 07/08/2025 | P   | C1   | K2    | BS1 5TS   | SC123457   | PR2            |
        | no reason              | A     | 08/08/2025 |     | C1   | K2    | BS1 5TS   | SC123457   | PR2            |
        | the first one          | B     | 01/05/2025 | L   | V2   | U6    |           |            | PR1            |
        | both blank             | B     | 01/06/2025 | L   | E1   | U6    |           |            | PR1            |
        | status blank now       | B     | 02/06/2025 | L   |      | U6    |           |            | PR1            |
        | status blank on both   | B     | 03/06/2025 | L   |      | U6    |           |            | PR1            |
        | blank, other placement | B     | 04/06/2025 | L * | *    | K2 *  | *         | *          | PR1 *          |
        | undated comes last     | C     | 31/04/2025 | L * | V2 * | U6 *  | *         | *          | PR1 *          |
        |                        | C     | 01/06/2025 | L   | V2   | U6    |           |            | PR1            |
        | as the undated         | C     |            | L * | V2 * | U6 *  | *         | *          | PR1 *          |
        | same day, file order   | D     | 01/05/2025 | L   | V2   | U6    |           |            | PR1            |
        |                        | D     | 01/05/2025 | L * | V2 * | U6 *  | *         | *          | PR1 *          |
        | nobody's               |       | 01/05/2025 | L   | V2   | U6    |           |            | PR1            |
        | nobody's               |       | 01/06/2025 | L   | V2   | U6    |           |            | PR1            |
    """
    same_status = same_and_filled("LS", "LS_previous")
    moved = pl.any_horizontal(differ(item, f"{item}_previous") for item in PLACEMENT_ITEMS)
    return _later_episodes(data, ["L"]).filter(same_status | moved)


@frame_rule("435", {"Episodes": ["LS", *PLACEMENT_ITEMS]}, reads={"Episodes": ["RNE", "DECOM"]})
def not_a_change_of_placement_alone(data: ReturnData) -> pl.LazyFrame:
    """Episode began with another placement or carer alone (P, T), but status changed or placement did not.

    Each episode is compared with the child's one before it. Its legal status must be the same and filled on both. At least
    one of the placement's type, postcode, URN and provider must differ; one that is blank on both counts as different.

    Fix: correct the reason for the new episode, or the legal status or placement of this episode or the one before.

    Example:
        | Episodes             | CHILD | DECOM      | RNE | LS   | PLACE | PL_POST   | URN        | PLACE_PROVIDER |
        |                      | A     | 01/05/2025 | S   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | nothing changed      | A     | 01/06/2025 | P   | C2 * | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | nothing changed      | A     | 02/06/2025 | T   | C2 * | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | another placement    | A     | 03/06/2025 | P   | C2   | K2    | BS1 5TR   | SC123456   | PR1            |
        | another postcode     | A     | 04/06/2025 | P   | C2   | K2    | BS1 5TS   | SC123456   | PR1            |
        | another URN          | A     | 05/06/2025 | T   | C2   | K2    | BS1 5TS   | SC123457   | PR1            |
        | another provider     | A     | 06/06/2025 | P   | C2   | K2    | BS1 5TS   | SC123457   | PR2            |
        | another status       | A     | 07/06/2025 | P   | C1 * | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | another reason       | A     | 08/06/2025 | B   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | no reason            | A     | 09/06/2025 |     | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | status blank now     | A     | 10/06/2025 | P   | *    | K2 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | status blank on both | A     | 11/06/2025 | P   | *    | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | status blank before  | A     | 12/06/2025 | P   | C2 * | K2 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | the first one        | B     | 01/05/2025 | P   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | URN blank now        | B     | 01/06/2025 | P   | C2   | U6    | BS1 5TR   |            | PR1            |
        | URN blank on both    | B     | 02/06/2025 | P   | C2   | U6    | BS1 5TR   |            | PR1            |
        | undated comes last   | C     | 31/04/2025 | T   | C2 * | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        |                      | C     | 01/06/2025 | T   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | same day, file order | D     | 01/05/2025 | P   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        |                      | D     | 01/05/2025 | P   | C2 * | U6 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | nobody's             |       | 01/05/2025 | P   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | nobody's             |       | 01/06/2025 | P   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
    """
    other_status = differ_or_blank("LS", "LS_previous")
    stayed = pl.all_horizontal(same_and_filled(item, f"{item}_previous") for item in PLACEMENT_ITEMS)
    return _later_episodes(data, ["P", "T"]).filter(other_status | stayed)


@frame_rule("436", {"Episodes": ["RNE", "LS", *PLACEMENT_ITEMS]}, reads={"Episodes": ["DECOM"]})
def not_a_change_of_status_and_placement(data: ReturnData) -> pl.LazyFrame:
    """Episode began with a change of both status and placement (U, B), but one of the two is as before.

    Each episode is compared with the child's one before it. Its legal status must differ, and so must at least one of the
    placement's type, postcode, URN and provider. Blank counts as a value.

    Fix: correct the reason for the new episode, or the legal status or placement of this episode or the one before.

    Example:
        | Episodes             | CHILD | DECOM      | RNE | LS   | PLACE | PL_POST   | URN        | PLACE_PROVIDER |
        |                      | A     | 01/05/2025 | S   | V2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | right                | A     | 01/06/2025 | U   | E1   | K2    | BS1 5TS   | SC123457   | PR2            |
        | right                | A     | 02/06/2025 | B   | C1   | U6    | BS1 5TS   | SC123457   | PR2            |
        | another postcode     | A     | 03/06/2025 | B   | C2   | U6    | BS1 5TR   | SC123457   | PR2            |
        | another URN          | A     | 04/06/2025 | B   | C1   | U6    | BS1 5TR   | SC123456   | PR2            |
        | another provider     | A     | 05/06/2025 | B   | C2   | U6    | BS1 5TR   | SC123456   | PR1            |
        | status as before     | A     | 06/06/2025 | U * | C2 * | K2 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | placement as before  | A     | 07/06/2025 | B * | C1 * | K2 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | nothing changed      | A     | 08/06/2025 | B * | C1 * | K2 *  | BS1 5TR * | SC123456 * | PR1 *          |
        | another reason       | A     | 09/06/2025 | P   | C1   | K2    | BS1 5TR   | SC123456   | PR1            |
        | no reason            | A     | 10/06/2025 |     | C1   | K2    | BS1 5TR   | SC123456   | PR1            |
        | the first one        | B     | 01/05/2025 | B   | C2   | U6    |           |            | PR1            |
        | as before, two blank | B     | 01/06/2025 | B * | C1 * | U6 *  | *         | *          | PR1 *          |
        | URN blank before     | B     | 02/06/2025 | B   | C2   | U6    |           | XXXXXXX    | PR1            |
        | URN and status blank | B     | 03/06/2025 | B   |      | U6    |           |            | PR1            |
        | status blank on both | B     | 04/06/2025 | U * | *    | K2 *  | *         | *          | PR1 *          |
        | status blank before  | B     | 05/06/2025 | U   | C2   | U6    |           |            | PR1            |
        | undated comes last   | C     | 31/04/2025 | B * | C2 * | U6 *  | *         | *          | PR1 *          |
        |                      | C     | 01/06/2025 | B   | C2   | U6    |           |            | PR1            |
        | same day, file order | D     | 01/05/2025 | B   | C2   | U6    |           |            | PR1            |
        |                      | D     | 01/05/2025 | B * | C2 * | U6 *  | *         | *          | PR1 *          |
        | nobody's             |       | 01/05/2025 | B   | C2   | U6    |           |            | PR1            |
        | nobody's             |       | 01/06/2025 | B   | C2   | U6    |           |            | PR1            |
    """
    same_status = same("LS", "LS_previous")
    stayed = pl.all_horizontal(same(item, f"{item}_previous") for item in PLACEMENT_ITEMS)
    return _later_episodes(data, ["U", "B"]).filter(same_status | stayed)
