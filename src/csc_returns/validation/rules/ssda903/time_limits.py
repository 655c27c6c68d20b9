"""How long, and how often, a child can have one legal status or be in one temporary placement."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import status_runs, status_spells
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_header

# -- legal statuses ----------------------------------------------------------------------------------------------------


def _run_longer(data: ReturnData, status: str, days: int) -> pl.LazyFrame:
    """Episodes in runs of a legal status, each directly after the other, that last more than so many days."""
    runs = data.shared(status_runs).filter((pl.col("LS") == status) & (pl.col("run_days") > days))
    return runs.with_columns(finding=pl.col("run"))


@frame_rule("361", {"Episodes": ["DECOM", "LS", "DEC"]})
def police_protection_too_long(data: ReturnData) -> pl.LazyFrame:
    """Police protection (L1) goes on for more than three days.

    The police can keep a child safe for 72 hours at most. Episodes of which each begins on the day the one before it ended
    are counted together, from the first start to the last end, and are one finding. One without end runs to the last day of
    the year.

    Fix: correct the dates, or the legal status from the day on which another order was made.

    Example:
        | Episodes               | CHILD | DECOM        | LS   | DEC          |
        | 3 days                 | A     | 02/05/2025   | L1   | 05/05/2025   |
        | 4 days                 | B     | 02/05/2025 * | L1 * | 06/05/2025 * |
        | 2 days more            | C     | 04/05/2025 * | L1 * | 06/05/2025 * |
        | 2 days                 | C     | 02/05/2025 * | L1 * | 04/05/2025 * |
        | a gap                  | C     | 07/05/2025   | L1   | 09/05/2025   |
        | overlaps               | C     | 08/05/2025   | L1   | 10/05/2025   |
        | 2 days                 | D     | 02/05/2025   | L1   | 04/05/2025   |
        | another status between | D     | 04/05/2025   | C2   | 05/05/2025   |
        | again                  | D     | 05/05/2025   | L1   | 07/05/2025   |
        | no legal status        | D     | 07/05/2025   |      | 27/05/2025   |
        | again                  | D     | 27/05/2025   | L1   | 29/05/2025   |
        | another order          | E     | 02/05/2025   | L2   | 12/05/2025   |
        | no start               | F     |              | L1   | 12/05/2025   |
        | not a date             | F     | 2025-05-02   | L1   | 12/05/2025   |
        | no child               |       | 02/05/2025   | L1   | 12/05/2025   |

    Example:
        | Episodes             | CHILD | DECOM        | LS   | DEC          |
        | open, 3 days         | A     | 28/03/2026   | L1   |              |
        | open, 4 days         | B     | 27/03/2026 * | L1 * | *            |
        | end not a date       | C     | 27/03/2026 * | L1 * | 2026-03-28 * |
        | ends at its start    | D     | 02/05/2025   | L1   | 02/05/2025   |
        | the same day, 3 days | D     | 02/05/2025   | L1   | 05/05/2025   |
    """
    return _run_longer(data, "L1", 3)


@frame_rule("362", {"Episodes": ["DECOM", "LS", "DEC"]})
def emergency_protection_too_long(data: ReturnData) -> pl.LazyFrame:
    """Emergency protection order (L2) goes on for more than 21 days.

    With its longest extension the order lasts 21 days. Episodes of which each begins on the day the one before it ended are
    counted together, from the first start to the last end, and are one finding. One without end runs to the last day of the
    year.

    Fix: correct the dates, or the legal status from the day on which another order was made.

    Example:
        | Episodes               | CHILD | DECOM        | LS   | DEC          |
        | 21 days                | A     | 02/05/2025   | L2   | 23/05/2025   |
        | 22 days                | B     | 02/05/2025 * | L2 * | 24/05/2025 * |
        | 11 days more           | C     | 13/05/2025 * | L2 * | 24/05/2025 * |
        | 11 days                | C     | 02/05/2025 * | L2 * | 13/05/2025 * |
        | a gap                  | C     | 25/05/2025   | L2   | 09/06/2025   |
        | overlaps               | C     | 08/06/2025   | L2   | 20/06/2025   |
        | 11 days                | D     | 02/05/2025   | L2   | 13/05/2025   |
        | another status between | D     | 13/05/2025   | C2   | 14/05/2025   |
        | again                  | D     | 14/05/2025   | L2   | 27/05/2025   |
        | no legal status        | D     | 27/05/2025   |      | 29/05/2025   |
        | again                  | D     | 29/05/2025   | L2   | 10/06/2025   |
        | another order          | E     | 02/05/2025   | L1   | 12/06/2025   |
        | no start               | F     |              | L2   | 12/06/2025   |
        | not a date             | F     | 2025-05-02   | L2   | 12/06/2025   |
        | no child               |       | 02/05/2025   | L2   | 12/06/2025   |

    Example:
        | Episodes       | CHILD | DECOM        | LS   | DEC          |
        | open, 21 days  | A     | 10/03/2026   | L2   |              |
        | open, 22 days  | B     | 09/03/2026 * | L2 * | *            |
        | end not a date | C     | 09/03/2026 * | L2 * | 2026-03-10 * |
    """
    return _run_longer(data, "L2", 21)


def _spell_longer(data: ReturnData, status: str, days: int) -> pl.LazyFrame:
    """Episodes in spells of a legal status whose days come to more than so many."""
    spells = data.shared(status_spells).filter((pl.col("LS") == status) & (pl.col("spell_days") > days))
    return spells.with_columns(finding=pl.col("spell"))


@frame_rule("363", {"Episodes": ["LS", "DECOM", "DEC"]})
def assessment_order_too_long(data: ReturnData) -> pl.LazyFrame:
    """Child assessment order (L3) comes to more than seven days.

    Such an order lasts seven days at most. Episodes under it that touch or overlap belong together: their days are added
    up, and they are one finding. One without end runs to the last day of the year; one whose end cannot be read adds no
    days.

    Fix: correct the dates, or the legal status from the day on which the order had ended.

    Example:
        | Episodes               | CHILD | LS   | DECOM        | DEC          |
        | 7 days                 | A     | L3   | 02/05/2025   | 09/05/2025   |
        | 8 days                 | B     | L3 * | 02/05/2025 * | 10/05/2025 * |
        | 4 days more            | C     | L3 * | 06/05/2025 * | 10/05/2025 * |
        | 4 days                 | C     | L3 * | 02/05/2025 * | 06/05/2025 * |
        | a day later            | C     | L3   | 11/05/2025   | 18/05/2025   |
        | 4 days                 | D     | L3 * | 02/05/2025 * | 06/05/2025 * |
        | another status between | D     | C2   | 04/05/2025   | 05/05/2025   |
        | no legal status        | D     |      | 04/05/2025   | 05/05/2025   |
        | overlaps, 4 days       | D     | L3 * | 05/05/2025 * | 09/05/2025 * |
        | 7 days                 | E     | L3   | 02/05/2025   | 09/05/2025   |
        | no days                | E     | L3   | 09/05/2025   | 2025-05-12   |
        | goes on, a day less    | E     | L3   | 15/05/2025   | 14/05/2025   |
        | no start               | F     | L3   |              | 12/06/2025   |
        | not a date             | F     | L3   | 2025-05-02   | 12/06/2025   |
        | another order          | G     | L2   | 02/05/2025   | 12/05/2025   |
        | no child               |       | L3   | 02/05/2025   | 12/05/2025   |

    Example:
        | Episodes        | CHILD | LS   | DECOM        | DEC          |
        | open, 7 days    | A     | L3   | 24/03/2026   |              |
        | open, 8 days    | B     | L3 * | 23/03/2026 * | *            |
        | end not a date  | C     | L3 * | 02/05/2025 * | 2025-05-04 * |
        | goes on, 8 days | C     | L3 * | 02/06/2025 * | 10/06/2025 * |
    """
    return _spell_longer(data, "L3", 7)


@frame_rule("364", {"Episodes": ["LS", "DECOM", "DEC"]})
def police_detention_too_long(data: ReturnData) -> pl.LazyFrame:
    """Detention under the Police and Criminal Evidence Act (J2) comes to more than 21 days.

    A child is in such accommodation only until the court hears the case. Episodes of this status that touch or overlap
    belong together: their days are added up, and they are one finding. One without end runs to the last day of the year; one
    whose end cannot be read adds no days.

    Fix: correct the dates, or the legal status from the day on which the court decided.

    Example:
        | Episodes               | CHILD | LS   | DECOM        | DEC          |
        | 21 days                | A     | J2   | 02/05/2025   | 23/05/2025   |
        | 22 days                | B     | J2 * | 02/05/2025 * | 24/05/2025 * |
        | 11 days more           | C     | J2 * | 13/05/2025 * | 24/05/2025 * |
        | 11 days                | C     | J2 * | 02/05/2025 * | 13/05/2025 * |
        | a day later            | C     | J2   | 25/05/2025   | 15/06/2025   |
        | 11 days                | D     | J2 * | 02/05/2025 * | 13/05/2025 * |
        | another status between | D     | C2   | 04/05/2025   | 05/05/2025   |
        | no legal status        | D     |      | 04/05/2025   | 05/05/2025   |
        | overlaps, 11 days      | D     | J2 * | 12/05/2025 * | 23/05/2025 * |
        | 21 days                | E     | J2   | 02/05/2025   | 23/05/2025   |
        | no days                | E     | J2   | 23/05/2025   | 2025-05-25   |
        | no start               | F     | J2   |              | 12/06/2025   |
        | not a date             | F     | J2   | 2025-05-02   | 12/06/2025   |
        | another status         | G     | J1   | 02/05/2025   | 12/06/2025   |
        | no child               |       | J2   | 02/05/2025   | 12/06/2025   |

    Example:
        | Episodes      | CHILD | LS   | DECOM        | DEC |
        | open, 21 days | A     | J2   | 10/03/2026   |     |
        | open, 22 days | B     | J2 * | 09/03/2026 * | *   |
    """
    return _spell_longer(data, "J2", 21)


# -- temporary placements ----------------------------------------------------------------------------------------------


def _placement_longer(data: ReturnData, place: str, days: int) -> pl.LazyFrame:
    """Ended episodes in a placement that lasted more than so many days, of children whose date of birth is known."""
    long = (pl.col("PLACE") == place) & (pl.col("DEC") > pl.col("DECOM") + dt.timedelta(days=days))
    return data.shared(episodes_with_header).filter(long & pl.col("DOB").is_not_null()).select("Episodes").unique()


@frame_rule("375", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def hospital_stay_too_long(data: ReturnData) -> pl.LazyFrame:
    """Temporary stay in hospital (T1) lasts more than 42 days.

    A longer stay is a placement in its own right (R2). Only ended episodes of children with a date of birth are looked at,
    each by itself.

    Fix: correct the dates, or enter the stay as a placement in hospital instead of a temporary one.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2015 |
        | no date of birth | B     |            |
        | not a date       | C     | 2015-05-02 |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | 42 days           | A     | 02/05/2025   | T1    | 13/06/2025 |
        | 43 days           | A     | 02/05/2025 * | T1 *  | 14/06/2025 |
        | still open        | A     | 02/05/2025   | T1    |            |
        | end not a date    | A     | 02/05/2025   | T1    | 2025-06-14 |
        | no start          | A     |              | T1    | 14/06/2025 |
        | start not a date  | A     | 2025-05-02   | T1    | 14/06/2025 |
        | another placement | A     | 02/05/2025   | R2    | 14/06/2025 |
        | no placement      | A     | 02/05/2025   |       | 14/06/2025 |
        |                   | B     | 02/05/2025   | T1    | 14/06/2025 |
        |                   | C     | 02/05/2025   | T1    | 14/06/2025 |
        | no header         | D     | 02/05/2025   | T1    | 14/06/2025 |
    """
    return _placement_longer(data, "T1", 42)


@frame_rule("376", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def carers_holiday_too_long(data: ReturnData) -> pl.LazyFrame:
    """Temporary placement while the carer is on holiday (T3) lasts more than 21 days.

    After three weeks away it is a change of placement. Only ended episodes of children with a date of birth are looked at,
    each by itself.

    Fix: correct the dates, or enter the placement by the code of its kind.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2015 |
        | no date of birth | B     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | 21 days           | A     | 02/05/2025   | T3    | 23/05/2025 |
        | 22 days           | A     | 02/05/2025 * | T3 *  | 24/05/2025 |
        | still open        | A     | 02/05/2025   | T3    |            |
        | no start          | A     |              | T3    | 24/05/2025 |
        | another placement | A     | 02/05/2025   | U6    | 24/05/2025 |
        | no placement      | A     | 02/05/2025   |       | 24/05/2025 |
        |                   | B     | 02/05/2025   | T3    | 24/05/2025 |
        | no header         | C     | 02/05/2025   | T3    | 24/05/2025 |
    """
    return _placement_longer(data, "T3", 21)


@frame_rule("379", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def other_temporary_placement_too_long(data: ReturnData) -> pl.LazyFrame:
    """Temporary placement for some other reason (T4) lasts more than seven days.

    Without one of the reasons that have codes of their own, a child is away for a week at most. Only ended episodes of
    children with a date of birth are looked at, each by itself.

    Fix: correct the dates, choose the code of the reason (T0 to T3), or enter the placement by the code of its kind.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2015 |
        | no date of birth | B     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | 7 days            | A     | 02/05/2025   | T4    | 09/05/2025 |
        | 8 days            | A     | 02/05/2025 * | T4 *  | 10/05/2025 |
        | still open        | A     | 02/05/2025   | T4    |            |
        | no start          | A     |              | T4    | 10/05/2025 |
        | another placement | A     | 02/05/2025   | U6    | 10/05/2025 |
        | no placement      | A     | 02/05/2025   |       | 10/05/2025 |
        |                   | B     | 02/05/2025   | T4    | 10/05/2025 |
        | no header         | C     | 02/05/2025   | T4    | 10/05/2025 |
    """
    return _placement_longer(data, "T4", 7)


@frame_rule("377", {"Episodes": ["PLACE"]})
def carers_on_holiday_too_often(data: ReturnData) -> pl.LazyFrame:
    """Child was placed elsewhere while the carer was on holiday (T3) more than twice.

    Two holidays a year are expected. The child's episodes with this placement are counted, whatever their dates, and are
    one finding.

    Fix: correct the placement of the stays that had another reason, or join episodes that are one stay.

    Example:
        | Episodes          | CHILD | PLACE |
        | three             | A     | T3 *  |
        |                   | A     | T3 *  |
        | another placement | A     | U6    |
        | no placement      | A     |       |
        |                   | A     | T3 *  |
        | two               | B     | T3    |
        |                   | B     | T3    |
        | other reasons     | B     | T4    |
        | no child          |       | T3    |
        | no child          |       | T3    |
        | no child          |       | T3    |
    """
    holidays = data["Episodes"].filter(pl.col("PLACE") == "T3")
    return holidays.filter(pl.len().over("child") > 2).with_columns(finding=pl.col("child"))
