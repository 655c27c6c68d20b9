"""Girls who are looked after: whether they are mothers, and when their first child was born."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import inside_window
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import care_ended, looked_after, not_short_break, rows_of
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_header, latest_episodes
from csc_returns.validation.rules.ssda903.shared.values import blank

#: Code of SEX for female: that of 2024-25 on, and that of the years before.
_FEMALE = "F"
_FEMALE_UNTIL_2023_24 = "2"

# -- not said ----------------------------------------------------------------------------------------------------------


def _motherhood_not_said(data: ReturnData, female: str) -> pl.LazyFrame:
    """Header rows of girls with an episode that is no short break, in which MOTHER is blank."""
    return rows_of(data, "Header", looked_after).filter((pl.col("SEX") == female) & blank("MOTHER"))


@frame_rule("393", {"Header": ["MOTHER"]}, reads={"Header": ["SEX"], "Episodes": ["LS"]}, since="2024-25")
def motherhood_not_said(data: ReturnData) -> pl.LazyFrame:
    """It is not said whether a girl who is looked after is a mother.

    The answer is asked for every girl, of whatever age, who has an episode other than a short break (V3 or V4).

    Fix: enter 1 if the girl has a child of her own, otherwise 0; or correct her sex.

    Example:
        | Header            | CHILD | SEX | MOTHER |
        | not said          | A     | F   | *      |
        | no legal status   | B     | F   | *      |
        | no                | C     | F   | 0      |
        | yes               | D     | F   | 1      |
        | a boy             | E     | M   |        |
        | no sex            | F     |     |        |
        | the code of old   | G     | 2   |        |
        | only short breaks | H     | F   |        |
        | no episodes       | I     | F   |        |
        | no child          |       | F   |        |

        | Episodes        | CHILD | LS |
        | short break     | A     | V3 |
        | another status  | A     | C2 |
        | no legal status | B     |    |
        |                 | C     | C2 |
        |                 | D     | C2 |
        |                 | E     | C2 |
        |                 | F     | C2 |
        |                 | G     | C2 |
        |                 | H     | V3 |
        |                 | H     | V4 |
        | no child        |       | C2 |
    """
    return _motherhood_not_said(data, _FEMALE)


@frame_rule("393", {"Header": ["MOTHER"]}, reads={"Header": ["SEX"], "Episodes": ["LS"]})
def motherhood_not_said_until_2023_24(data: ReturnData) -> pl.LazyFrame:
    """It is not said whether a girl (SEX of 2) who is looked after is a mother.

    The answer is asked for every girl, of whatever age, who has an episode other than a short break (V3 or V4).

    Fix: enter 1 if the girl has a child of her own, otherwise 0; or correct her sex.

    Example:
        | Header                | CHILD | SEX | MOTHER |
        | not said              | A     | 2   | *      |
        | said                  | B     | 2   | 0      |
        | a boy                 | C     | 1   |        |
        | no sex                | D     |     |        |
        | a code of later years | E     | F   |        |
        | only short breaks     | F     | 2   |        |
        | no episodes           | G     | 2   |        |

        | Episodes        | CHILD | LS |
        | no legal status | A     |    |
        |                 | B     | C2 |
        |                 | C     | C2 |
        |                 | D     | C2 |
        |                 | E     | C2 |
        |                 | F     | V4 |
    """
    return _motherhood_not_said(data, _FEMALE_UNTIL_2023_24)


def _left_without_saying(data: ReturnData, female: str) -> pl.LazyFrame:
    """Episodes with which the care of a girl ended in the year, short breaks aside, beside Header rows without MOTHER."""
    left = inside_window("DEC", data) & care_ended() & not_short_break()
    return data.shared(episodes_with_header).filter(left & (pl.col("SEX") == female) & blank("MOTHER"))


@frame_rule("607", {"Episodes": ["DEC", "REC", "LS"], "Header": ["SEX", "MOTHER"]}, since="2024-25")
def left_without_saying_motherhood(data: ReturnData) -> pl.LazyFrame:
    """Girl left care in the year, and it is not said whether she is a mother.

    The answer is asked for every girl who left care. Episodes that end with X1, and short breaks (V3 or V4), are no end of
    care.

    Fix: enter 1 if the girl has a child of her own, otherwise 0; or correct her sex.

    Example:
        | Header          | CHILD | SEX | MOTHER |
        | not said        | A     | F * | *      |
        | said            | B     | F   | 0      |
        | a boy           | C     | M   |        |
        | no sex          | D     |     |        |
        | the code of old | E     | 2   |        |
        | did not leave   | F     | F   |        |

        | Episodes        | CHILD | DEC          | REC   | LS   |
        | the first day   | A     | 01/04/2025 * | E13 * | C2 * |
        | the last day    | A     | 31/03/2026 * | E4A * | C2 * |
        | no legal status | A     | 02/05/2025 * | E99 * | *    |
        | the day before  | A     | 31/03/2025   | E13   | C2   |
        | the day after   | A     | 01/04/2026   | E13   | C2   |
        |                 | B     | 02/05/2025   | E13   | C2   |
        |                 | C     | 02/05/2025   | E13   | C2   |
        |                 | D     | 02/05/2025   | E13   | C2   |
        |                 | E     | 02/05/2025   | E13   | C2   |
        | went on         | F     | 02/05/2025   | X1    | C2   |
        | no reason       | F     | 02/05/2025   |       | C2   |
        | short break     | F     | 02/05/2025   | E13   | V3   |
        | short breaks    | F     | 02/05/2025   | E13   | V4   |
        | no end          | F     |              | E13   | C2   |
        | not a date      | F     | 2025-05-02   | E13   | C2   |
        | no header       | G     | 02/05/2025   | E13   | C2   |
    """
    return _left_without_saying(data, _FEMALE)


@frame_rule("607", {"Episodes": ["DEC", "REC", "LS"], "Header": ["SEX", "MOTHER"]})
def left_without_saying_motherhood_until_2023_24(data: ReturnData) -> pl.LazyFrame:
    """Girl (SEX of 2) left care in the year, and it is not said whether she is a mother.

    The answer is asked for every girl who left care. Episodes that end with X1, and short breaks (V3 or V4), are no end of
    care.

    Fix: enter 1 if the girl has a child of her own, otherwise 0; or correct her sex.

    Example:
        | Header                | CHILD | SEX | MOTHER |
        | not said              | A     | 2 * | *      |
        | said                  | B     | 2   | 1      |
        | a boy                 | C     | 1   |        |
        | a code of later years | D     | F   |        |

        | Episodes      | CHILD | DEC          | REC   | LS   |
        | left          | A     | 02/05/2023 * | E13 * | C2 * |
        | went on       | A     | 02/05/2023   | X1    | C2   |
        | short break   | A     | 02/05/2023   | E13   | V3   |
        | the day after | A     | 01/04/2024   | E13   | C2   |
        | no end        | A     |              | E13   | C2   |
        |               | B     | 02/05/2023   | E13   | C2   |
        |               | C     | 02/05/2023   | E13   | C2   |
        |               | D     | 02/05/2023   | E13   | C2   |
    """
    return _left_without_saying(data, _FEMALE_UNTIL_2023_24)


# -- the first child ---------------------------------------------------------------------------------------------------


@frame_rule("625", {"Header": ["MC_DOB"], "Episodes": ["DEC"]}, reads={"Episodes": ["DECOM"]})
def first_child_born_too_late(data: ReturnData) -> pl.LazyFrame:
    """Mother's first child was born after the collection year, or after she had left care.

    Only a child born while the mother was looked after, or before, is of interest. She had left care if her latest episode
    (by its start, the first in the file of several) has an end; that end is flagged beside the birth.

    Fix: correct the child's date of birth or the end of the latest episode. Clear a birth that came later.

    Example:
        | Header                | CHILD | MC_DOB       |
        | a day after the end   | A     | 03/06/2025 * |
        | on the day of the end | B     | 02/06/2025   |
        | after the year        | C     | 01/04/2026 * |
        | the last day          | D     | 31/03/2026   |
        | after the year        | E     | 01/04/2026 * |
        | no birth              | F     |              |
        | not a date            | G     | 2026-04-01   |
        | end not a date        | H     | 03/06/2025   |
        | two of a day          | I     | 03/06/2025 * |
        | undated episode       | J     | 03/06/2025   |
        | undated only          | K     | 03/06/2025   |
        | no child              |       | 01/04/2026 * |

        | Episodes             | CHILD | DECOM      | DEC          |
        | the latest           | A     | 02/05/2025 | 02/06/2025 * |
        | an earlier one       | A     | 01/05/2025 | 02/05/2025   |
        | the latest           | B     | 02/05/2025 | 02/06/2025   |
        | an earlier one       | B     | 01/05/2025 | 02/05/2025   |
        | open                 | C     | 02/05/2025 | *            |
        | open                 | D     | 02/05/2025 |              |
        | an earlier one       | D     | 01/05/2025 | 02/05/2025   |
        |                      | F     | 02/05/2025 | 02/06/2025   |
        |                      | G     | 02/05/2025 | 02/06/2025   |
        | not a date           | H     | 02/05/2025 | 2025-06-02   |
        | the first of a day   | I     | 02/05/2025 | 02/06/2025 * |
        | the same day         | I     | 02/05/2025 | 02/07/2025   |
        | the latest dated one | J     | 02/05/2025 |              |
        | no start             | J     |            | 02/06/2025   |
        | start not a date     | K     | 2025-05-02 | 02/06/2025   |
        | no child             |       | 02/05/2025 | 02/06/2025   |
    """
    latest = data.shared(latest_episodes).select("child", "Episodes", "DEC")
    too_late = (pl.col("MC_DOB") > data.end) | (pl.col("MC_DOB") > pl.col("DEC"))
    return data["Header"].join(latest, on="child", how="left").filter(too_late)
