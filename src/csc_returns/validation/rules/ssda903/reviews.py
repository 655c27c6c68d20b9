"""Reviews: how the child took part at their age, and children for whom none are asked."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import birthday
from csc_returns.validation.rules.ssda903.shared.care import short_breaks_only
from csc_returns.validation.rules.ssda903.shared.values import any_filled, filled, one_of

#: From this age on, a review says how the child took part.
_TAKES_PART_FROM = 4

#: How a child of that age took part, or did not.
_PARTICIPATION = ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")


@frame_rule("399", {"Episodes": ["LS"], "Header": ["MOTHER"], "Reviews": ["REVIEW", "REVIEW_CODE"]})
def review_or_mother_in_short_breaks(data: ReturnData) -> pl.LazyFrame:
    """Child who had only short breaks (V3 or V4) has a review, or is said to be a mother or not.

    Neither is asked for such a child. One episode of another legal status, or of none, makes it be asked. All of a child is
    one finding. With a mother's item all the child's reviews are pointed at, otherwise those with a date or a code; the
    other way round with a review all the child's header rows.

    Fix: clear the item on mothers and remove the review, or correct the legal status of the episodes.

    Example:
        | Episodes           | CHILD | LS   |
        | a review           | A     | V3 * |
        |                    | A     | V4 * |
        | mother             | B     | V4 * |
        | nothing given      | C     | V3   |
        | another status     | D     | V3   |
        |                    | D     | C2   |
        | no status          | E     | V3   |
        |                    | E     |      |
        | review, no header  | F     | V3 * |
        | mother, no review  | G     | V3 * |
        | two header rows    | H     | V3 * |
        | of no known child  |       | V3   |

        | Header             | CHILD | MOTHER |
        | no mother's item   | A     | *      |
        | not a mother       | B     | 0 *    |
        |                    | C     |        |
        |                    | D     | 1      |
        |                    | E     | 1      |
        |                    | G     | 1 *    |
        | says nothing       | H     |        |
        | a mother           | H     | 1 *    |
        | no episode         | I     | 1      |
        | of no known child  |       | 1      |

        | Reviews            | CHILD | REVIEW       | REVIEW_CODE |
        | date only          | A     | 02/05/2025 * | *           |
        | not a date         | A     | MAY 2025 *   | *           |
        | code only          | A     | *            | PN1 *       |
        | nothing given      | A     |              |             |
        | nothing, a mother  | B     | *            | *           |
        | nothing given      | C     |              |             |
        |                    | D     | 02/05/2025   | PN1         |
        |                    | E     | 02/05/2025   | PN1         |
        |                    | F     | 02/05/2025 * | PN1 *       |
        | no episode         | I     | 02/05/2025   | PN1         |
        | of no known child  |       | 02/05/2025   | PN1         |
    """
    mother, review = filled("MOTHER"), any_filled("REVIEW", "REVIEW_CODE")
    children = (
        data.shared(short_breaks_only)
        .join(data["Header"].group_by("child").agg(mother.any().alias("_mother")), on="child", how="left")
        .join(data["Reviews"].group_by("child").agg(review.any().alias("_review")), on="child", how="left")
        .filter(pl.col("_mother") | pl.col("_review"))
    )
    headers = data["Header"].join(children, on="child").filter(mother | pl.col("_review"))
    reviews = data["Reviews"].join(children, on="child").filter(review | pl.col("_mother"))
    return pl.concat(
        [
            data["Episodes"].join(children, on="child").select("Episodes", finding="child"),
            headers.select("Header", finding="child"),
            reviews.select("Reviews", finding="child"),
        ],
        how="diagonal",
    )


@row_rule("440", "Reviews", ["DOB", "REVIEW", "REVIEW_CODE"])
def too_young_after_fourth_birthday(_: ReturnData) -> pl.Expr:
    """Child is said to be too young for the review (PN0), but it was after the fourth birthday.

    PN0 is for children under 4. A review on the birthday itself is left alone.

    Fix: enter how the child took part (PN1 to PN7), or correct the date of the review or of birth.

    Example:
        | Reviews                 | DOB          | REVIEW       | REVIEW_CODE |
        | the day after           | 02/05/2021 * | 03/05/2025 * | PN0 *       |
        | on the birthday         | 02/05/2021   | 02/05/2025   | PN0         |
        | leap day, the day after | 29/02/2020 * | 01/03/2024 * | PN0 *       |
        | leap day                | 29/02/2020   | 29/02/2024   | PN0         |
        | took part               | 02/05/2021   | 03/05/2025   | PN1         |
        | no code                 | 02/05/2021   | 03/05/2025   |             |
        | no date of birth        |              | 03/05/2025   | PN0         |
        | no review               | 02/05/2021   |              | PN0         |
        | not a date              | 02/05/2021   | 31/06/2025   | PN0         |
    """
    return (pl.col("REVIEW_CODE") == "PN0") & (pl.col("REVIEW") > birthday(_TAKES_PART_FROM))


@row_rule("441", "Reviews", ["DOB", "REVIEW", "REVIEW_CODE"])
def takes_part_before_fourth_birthday(_: ReturnData) -> pl.Expr:
    """Review says how the child took part (PN1 to PN7), but it was before the fourth birthday.

    A child under 4 is too young to be asked, and has the code PN0.

    Fix: set the code to PN0, or correct the date of the review or of birth.

    Example:
        | Reviews                  | DOB          | REVIEW       | REVIEW_CODE |
        | the day before           | 02/05/2021 * | 01/05/2025 * | PN1 *       |
        | the day before           | 02/05/2021 * | 01/05/2025 * | PN7 *       |
        | on the birthday          | 02/05/2021   | 02/05/2025   | PN1         |
        | leap day, the day before | 29/02/2020 * | 28/02/2024 * | PN4 *       |
        | leap day                 | 29/02/2020   | 29/02/2024   | PN4         |
        | too young                | 02/05/2021   | 01/05/2025   | PN0         |
        | not a code               | 02/05/2021   | 01/05/2025   | PN8         |
        | no code                  | 02/05/2021   | 01/05/2025   |             |
        | no date of birth         |              | 01/05/2025   | PN1         |
        | no review                | 02/05/2021   |              | PN1         |
        | not a date               | 02/05/2021   | 30/02/2025   | PN1         |
    """
    return one_of("REVIEW_CODE", _PARTICIPATION) & (pl.col("REVIEW") < birthday(_TAKES_PART_FROM))
