"""Values of single items, where the rule needs more than the item's entry in ``schemas/ssda903/tables.yaml`` can say."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import row_rule
from csc_returns.validation.rules.ssda903.shared.values import filled, none_filled, one_of


@row_rule("167", "Reviews", ["REVIEW_CODE"], reads={"Reviews": ["REVIEW"]})
def review_without_valid_participation(data: ReturnData) -> pl.Expr:
    """How the child took part in the review is missing, is not a valid code, or stands without the date of the review.

    Date and code go together: a review has both, and the code is one of PN0 to PN7. What is written as the date counts here
    even if it cannot be read as one.

    Fix: enter the code for how the child took part, and the day of the review; take a row out that is about no review.

    Example:
        | Reviews               | REVIEW     | REVIEW_CODE |
        | first code            | 01/05/2025 | PN0         |
        | last code             | 02/05/2025 | PN7         |
        | small letters         | 03/05/2025 | pn1         |
        | no such code          | 04/05/2025 | PN8 *       |
        | no code               | 05/05/2025 | *           |
        | unreadable date       | 31/06/2025 | PN1         |
        | the same without code | 31/06/2025 | *           |
        | code without date     |            | PN1 *       |
        | bad code without date |            | XXX *       |
        | both blank            |            |             |
    """
    codes = data.specification.tables["Reviews"].items["REVIEW_CODE"].codes or ()
    return ~((filled("REVIEW") & one_of("REVIEW_CODE", codes)) | none_filled("REVIEW", "REVIEW_CODE"))


@row_rule("180", "OC2", ["SDQ_SCORE"])
def sdq_score_out_of_range(data: ReturnData) -> pl.Expr:
    """SDQ score is not a whole number from 0 to 40.

    The questionnaire gives up to 40 points. A whole number written with a decimal point (20.0) is taken.

    Fix: enter the score from the questionnaire in digits; if there is none, leave it out and give the reason in SDQ_REASON.

    Example:
        | OC2              | SDQ_SCORE |
        | lowest           | 0         |
        | highest          | 40        |
        | leading zero     | 07        |
        | decimal point    | 20.0      |
        | not whole        | 20.5 *    |
        | just too high    | 41 *      |
        | below zero       | -1 *      |
        | a word           | none *    |
        | not finite       | inf *     |
        | no number at all | NaN *     |
        | blank            |           |
    """
    item = data.specification.tables["OC2"].items["SDQ_SCORE"]
    score = pl.col("SDQ_SCORE").str.strip_chars().cast(pl.Float64, strict=False)
    valid = score.is_between(pl.lit(item.minimum), pl.lit(item.maximum)) & (score == score.floor())
    return filled("SDQ_SCORE") & ~valid.fill_null(False)


@row_rule("232", "Header", ["SEX"], since="2024-25")
def sex_not_known(_: ReturnData) -> pl.Expr:
    """Sex of the child is given as not known.

    U is a valid code, but it is rare that nobody knows the sex of a child who is looked after.

    Fix: enter M or F if the record has it; keep U only where it really is not known.

    Example:
        | Header       | SEX |
        | not known    | U * |
        | small letter | u * |
        | girl         | F   |
        | boy          | M   |
        | no such code | X   |
        | blank        |     |

    Example in 2024-25:
        | Header    | SEX |
        | not known | U * |
        | boy       | M   |
    """
    return pl.col("SEX") == "U"
