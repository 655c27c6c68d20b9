"""The strengths and difficulties questionnaire (OC2): its score, or the reason for having none, and who needs them.

It is asked for children of 4 to 16 who were looked after all year.
"""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import aged, birthday
from csc_returns.validation.rules.ssda903.shared.care import continuously_looked_after, rows_not_of, rows_of
from csc_returns.validation.rules.ssda903.shared.groups import CONTINUITY_ITEMS
from csc_returns.validation.rules.ssda903.shared.values import all_filled, any_filled, blank, filled, none_filled

# -- score and reason --------------------------------------------------------------------------------------------------


@row_rule("197a", "OC2", ["SDQ_SCORE", "SDQ_REASON"])
def score_and_reason_for_none(_: ReturnData) -> pl.Expr:
    """Child has an SDQ score, and a reason for having none as well.

    The reason explains why there is no score, so only one of the two can be right.

    Fix: keep the score and clear the reason, or clear a score that was not obtained this year.

    Example:
        | OC2            | SDQ_SCORE | SDQ_REASON |
        | both           | 12 *      | SDQ1 *     |
        | score of zero  | 0 *       | SDQ5 *     |
        | neither valid  | X *       | Y *        |
        | score alone    | 12        |            |
        | reason alone   |           | SDQ1       |
        | neither        |           |            |
    """
    return all_filled("SDQ_SCORE", "SDQ_REASON")


@frame_rule("157", {"OC2": ["SDQ_REASON", "DOB"]}, reads={"OC2": ["SDQ_SCORE"], "Episodes": CONTINUITY_ITEMS})
def said_to_be_of_wrong_age(data: ReturnData) -> pl.LazyFrame:
    """Reason for no SDQ score is the child's age (SDQ1), but the child is of the age for one.

    SDQ1 is for children too young or too old for the questionnaire. It is doubted for a child looked after all year who was at
    least 4 on the first day of the year and has the 16th birthday no earlier than on its last day.

    Fix: correct the date of birth, or enter the score or the true reason.

    Example:
        | OC2                     | CHILD | DOB          | SDQ_SCORE | SDQ_REASON |
        | 4 on the first day      | A     | 01/04/2021 * |           | SDQ1 *     |
        | 4 a day later           | A     | 02/04/2021   |           | SDQ1       |
        | 16 on the last day      | A     | 31/03/2010 * |           | SDQ1 *     |
        | 16 a day earlier        | A     | 30/03/2010   |           | SDQ1       |
        | no date of birth        | A     |              |           | SDQ1       |
        | not a date              | A     | 31/04/2015   |           | SDQ1       |
        | has a score             | A     | 01/05/2015   | 0         | SDQ1       |
        | another reason          | A     | 01/05/2015   |           | SDQ2       |
        | no reason               | A     | 01/05/2015   |           |            |
        | not all year            | B     | 01/05/2015   |           | SDQ1       |
        | no episodes             | C     | 01/05/2015   |           | SDQ1       |
        | nobody's                |       | 01/05/2015   |           | SDQ1       |

        | Episodes                | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                         | A     | 01/06/2024 | S   | C2 |            |     |
        |                         | B     | 02/04/2025 | S   | C2 |            |     |
        | nobody's                |       | 01/06/2024 | S   | C2 |            |     |
    """
    of_age = aged(4, data.start) & (birthday(16) >= data.end)
    return rows_of(data, "OC2", continuously_looked_after).filter(
        of_age & blank("SDQ_SCORE") & (pl.col("SDQ_REASON") == "SDQ1")
    )


@frame_rule("186", {"OC2": ["SDQ_SCORE"]}, reads={"OC2": ["SDQ_REASON", "DOB"], "Episodes": CONTINUITY_ITEMS})
def score_missing(data: ReturnData) -> pl.LazyFrame:
    """Child aged 4 to 16 and looked after all year has no SDQ score and no reason for lacking it.

    The questionnaire is asked for children who were at least 4 on the first day of the year and not yet 17 on its last.

    Fix: enter the score, or the reason why there is none.

    Example:
        | OC2                     | CHILD | DOB        | SDQ_SCORE | SDQ_REASON |
        | 4 on the first day      | A     | 01/04/2021 | *         |            |
        | 4 a day later           | A     | 02/04/2021 |           |            |
        | 17 after the last day   | A     | 01/04/2009 | *         |            |
        | 17 on the last day      | A     | 31/03/2009 |           |            |
        | no date of birth        | A     |            |           |            |
        | not a date              | A     | 31/04/2015 |           |            |
        | score                   | A     | 01/05/2015 | 0         |            |
        | reason                  | A     | 01/05/2015 |           | SDQ2       |
        | not all year            | B     | 01/05/2015 |           |            |
        | no episodes             | C     | 01/05/2015 |           |            |

        | Episodes                | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                         | A     | 01/06/2024 | S   | C2 | 30/06/2025 | X1  |
        |                         | A     | 30/06/2025 | L   | E1 |            |     |
        |                         | B     | 01/06/2024 | S   | C2 | 30/03/2026 | E4A |
    """
    of_age = aged(4, data.start) & (birthday(17) > data.end)
    return rows_of(data, "OC2", continuously_looked_after).filter(of_age & none_filled("SDQ_SCORE", "SDQ_REASON"))


@frame_rule("197B", {"OC2": ["SDQ_REASON", "DOB"]}, reads={"OC2": ["SDQ_SCORE"], "Episodes": CONTINUITY_ITEMS})
def reason_missing_at_edge_of_age(data: ReturnData) -> pl.LazyFrame:
    """Child who turned 4 or 17 in the year, looked after all of it, has no SDQ score and no reason.

    A child who was of the age for the questionnaire during part of the year needs at least the reason why there is no score.

    Fix: enter the reason, or the score if there is one.

    Example:
        | OC2                     | CHILD | DOB          | SDQ_SCORE | SDQ_REASON |
        | 4 before the first day  | A     | 31/03/2021   |           |            |
        | 4 on the first day      | A     | 01/04/2021 * |           | *          |
        | 4 on the last day       | A     | 31/03/2022 * |           | *          |
        | 4 after the last day    | A     | 01/04/2022   |           |            |
        | 17 before the first day | A     | 31/03/2008   |           |            |
        | 17 on the first day     | A     | 01/04/2008 * |           | *          |
        | 17 on the last day      | A     | 31/03/2009 * |           | *          |
        | 17 after the last day   | A     | 01/04/2009   |           |            |
        | born on 29 February     | A     | 29/02/2008   |           |            |
        | no date of birth        | A     |              |           |            |
        | not a date              | A     | 31/04/2021   |           |            |
        | score                   | A     | 01/05/2021   | 0         |            |
        | reason                  | A     | 01/05/2021   |           | SDQ1       |
        | short break             | B     | 01/05/2021   |           |            |
        | no episodes             | C     | 01/05/2021   |           |            |

        | Episodes                | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                         | A     | 01/06/2024 | S   | C2 |            |     |
        |                         | B     | 01/06/2024 | S   | V3 |            |     |
    """
    turns_in_year = pl.any_horizontal(birthday(age).is_between(data.start, data.end) for age in (4, 17))
    return rows_of(data, "OC2", continuously_looked_after).filter(
        turns_in_year & none_filled("SDQ_SCORE", "SDQ_REASON")
    )


# -- too young or too old ----------------------------------------------------------------------------------------------


@row_rule("188", "OC2", ["SDQ_SCORE", "SDQ_REASON"], reads={"OC2": ["DOB"]})
def too_young_for_questionnaire(data: ReturnData) -> pl.Expr:
    """Child not yet 4 on the last day of the year has an SDQ score or a reason for having none.

    The questionnaire is not for children under 4, so neither item is asked for.

    Fix: clear both items, or correct the date of birth.

    Example:
        | OC2                  | DOB        | SDQ_SCORE | SDQ_REASON |
        | 4 after the last day | 01/04/2022 | 12 *      | *          |
        | reason               | 01/04/2022 | *         | SDQ1 *     |
        | both                 | 01/04/2022 | 0 *       | SDQ1 *     |
        | neither              | 01/04/2022 |           |            |
        | 4 on the last day    | 31/03/2022 | 12        |            |
        | no date of birth     |            | 12        |            |
        | not a date           | 31/04/2025 | 12        |            |
    """
    return (birthday(4) > data.end) & any_filled("SDQ_SCORE", "SDQ_REASON")


@row_rule("189", "OC2", ["DOB", "SDQ_SCORE", "SDQ_REASON"])
def too_old_for_questionnaire(data: ReturnData) -> pl.Expr:
    """Young person who was 17 before the year began has an SDQ score or a reason for having none.

    The questionnaire is not for people of 17 and over. A 17th birthday on the first day of the year is accepted.

    Fix: clear both items, or correct the date of birth.

    Example:
        | OC2                     | DOB          | SDQ_SCORE | SDQ_REASON |
        | 17 before the first day | 31/03/2008 * | 12 *      | *          |
        | reason                  | 31/03/2008 * | *         | SDQ1 *     |
        | born on 29 February     | 29/02/2008 * | 0 *       | SDQ1 *     |
        | neither                 | 31/03/2008   |           |            |
        | 17 on the first day     | 01/04/2008   | 12        |            |
        | no date of birth        |              | 12        |            |
        | not a date              | 31/04/2000   | 12        |            |
    """
    return (birthday(17) < data.start) & any_filled("SDQ_SCORE", "SDQ_REASON")


# -- not looked after all year -----------------------------------------------------------------------------------------


@frame_rule("185", {"OC2": ["SDQ_SCORE"]}, reads={"Episodes": CONTINUITY_ITEMS})
def score_without_full_year(data: ReturnData) -> pl.LazyFrame:
    """SDQ score is given for a child who was not looked after all year.

    The questionnaire is asked for children looked after all year: an episode touches the year, and none started the care (S)
    after its first day, none ended it (other than X1) before its last day, and none in it was a short break (V3 or V4).

    Fix: clear the score, or correct the child's episodes.

    Example:
        | OC2                         | CHILD | SDQ_SCORE |
        | all year                    | A     | 12        |
        | started on the first day    | B     | 12        |
        | started a day later         | C     | 12 *      |
        | score of zero               | C     | 0 *       |
        | no score                    | C     |           |
        | ended on the first day      | D     | 12 *      |
        | ended before the last day   | E     | 12 *      |
        | ended on the last day       | F     | 12        |
        | ended without a reason      | G     | 12 *      |
        | a short break in the year   | H     | 12 *      |
        | a short break before it     | I     | 12        |
        | ended before the year       | J     | 12 *      |
        | begins after the year       | K     | 12 *      |
        | no readable start           | L     | 12 *      |
        | no readable end             | M     | 12        |
        | no episodes                 | N     | 12 *      |
        | nobody's                    |       | 12 *      |

        | Episodes                    | CHILD | DECOM      | RNE | LS | DEC        | REC |
        | a new episode               | A     | 01/06/2024 | S   | C2 | 30/06/2025 | X1  |
        |                             | A     | 30/06/2025 | L   | E1 |            |     |
        |                             | B     | 01/04/2025 | S   | C2 |            |     |
        |                             | C     | 02/04/2025 | S   | C2 |            |     |
        |                             | D     | 01/06/2024 | S   | C2 | 01/04/2025 | E4A |
        |                             | D     | 02/04/2025 | L   | C2 |            |     |
        |                             | E     | 01/06/2024 | S   | C2 | 30/03/2026 | E4A |
        |                             | F     | 01/06/2024 | S   | C2 | 31/03/2026 | E4A |
        |                             | G     | 01/06/2024 | S   | C2 | 30/06/2025 |     |
        |                             | H     | 01/06/2024 | S   | C2 |            |     |
        |                             | H     | 31/03/2026 | T   | V4 |            |     |
        |                             | I     | 01/06/2024 | S   | V3 | 31/03/2025 | X1  |
        |                             | I     | 31/03/2025 | L   | C2 |            |     |
        |                             | J     | 01/06/2024 | S   | C2 | 31/03/2025 | E4A |
        |                             | K     | 01/04/2026 | S   | C2 |            |     |
        |                             | L     | 31/04/2024 | S   | C2 |            |     |
        |                             | M     | 01/06/2024 | S   | C2 | 31/04/2025 | E4A |
        | nobody's                    |       | 01/06/2024 | S   | C2 |            |     |
    """
    return rows_not_of(data, "OC2", continuously_looked_after).filter(filled("SDQ_SCORE"))


@frame_rule("198", {"OC2": ["SDQ_REASON"]}, reads={"Episodes": CONTINUITY_ITEMS})
def reason_without_full_year(data: ReturnData) -> pl.LazyFrame:
    """Reason for no SDQ score is given for a child who was not looked after all year.

    The questionnaire is asked for children looked after all year; for others there is nothing to explain. Rule 185 says who
    was looked after all year.

    Fix: clear the reason, or correct the child's episodes.

    Example:
        | OC2                         | CHILD | SDQ_REASON |
        | all year                    | A     | SDQ2       |
        | started after the first day | B     | SDQ2 *     |
        | not a code                  | B     | X *        |
        | no reason                   | B     |            |
        | ended before the last day   | C     | SDQ2 *     |
        | no episodes                 | D     | SDQ2 *     |
        | nobody's                    |       | SDQ2 *     |

        | Episodes                    | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                             | A     | 01/06/2024 | S   | C2 |            |     |
        |                             | B     | 02/04/2025 | S   | C2 |            |     |
        |                             | C     | 01/06/2024 | S   | C2 | 30/03/2026 | E4A |
    """
    return rows_not_of(data, "OC2", continuously_looked_after).filter(filled("SDQ_REASON"))
