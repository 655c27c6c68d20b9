"""Details of an adoption: complete, of a child who was adopted, and dated as the adoption went."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import adopted_in_year, continuously_looked_after, rows_of
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_adoption
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTION_ITEMS, CARE_LEAVER_ITEMS
from csc_returns.validation.rules.ssda903.shared.values import any_blank, any_filled, filled

# -- complete, and of an adopted child ---------------------------------------------------------------------------------


@row_rule("151", "AD1", ADOPTION_ITEMS)
def adoption_partly_filled(_: ReturnData) -> pl.Expr:
    """Some of the six details of an adoption are given and others are blank.

    They are given together once a child is adopted. Any text counts as given, even if it is no date or code.

    Fix: enter the details that are missing, or clear all six if the child was not adopted.

    Example:
        | AD1              | DATE_INT     | DATE_MATCH   | FOSTER_CARE | NB_ADOPTR | SEX_ADOPTR | LS_ADOPTR |
        | one given        | 02/05/2025 * | *            | *           | *         | *          | *         |
        | one given        | *            | *            | *           | *         | *          | L0 *      |
        | one missing      | 02/05/2025 * | 02/06/2025 * | 0 *         | 1 *       | M1 *       | *         |
        | one missing      | *            | 02/06/2025 * | 0 *         | 1 *       | M1 *       | L0 *      |
        | any text         | SOON *       | *            | *           | *         | *          | *         |
        | all given        | 02/05/2025   | 02/06/2025   | 0           | 1         | M1         | L0        |
        | all, not a date  | 02/05/2025   | SOON         | 0           | 1         | M1         | L0        |
        | none             |              |              |             |           |            |           |
    """
    return any_filled(*ADOPTION_ITEMS) & any_blank(*ADOPTION_ITEMS)


@frame_rule(
    "601",
    {"AD1": ADOPTION_ITEMS, "Episodes": ["REC"]},
    reads={"Episodes": ["DEC"]},
)
def adopted_in_year_without_details(data: ReturnData) -> pl.LazyFrame:
    """Child was adopted during the year (E11 or E12), but a detail of the adoption is blank.

    All six details are asked for every adoption. A child without any row of details is left alone.

    Fix: enter the details that are missing, or correct why and when the episode ended.

    Example:
        | Episodes           | CHILD | REC   | DEC        |
        | first day          | A     | E11 * | 01/04/2025 |
        | last day           | B     | E12 * | 31/03/2026 |
        | earlier episode    | B     | X1    | 30/04/2025 |
        | a day too early    | C     | E11   | 31/03/2025 |
        | a day too late     | D     | E12   | 01/04/2026 |
        | another reason     | E     | E4A   | 02/05/2025 |
        | no reason          | F     |       | 02/05/2025 |
        | no end             | G     | E11   |            |
        | not a date         | H     | E11   | 2025-05-02 |
        | all given          | I     | E11   | 02/05/2025 |
        | no row of details  | J     | E11   | 02/05/2025 |
        | nobody's           |       | E11   | 02/05/2025 |

        | AD1                | CHILD | DATE_INT     | DATE_MATCH   | FOSTER_CARE | NB_ADOPTR | SEX_ADOPTR | LS_ADOPTR |
        | one missing        | A     | 02/01/2025 * | 02/02/2025 * | 0 *         | 1 *       | M1 *       | *         |
        | a date missing     | B     | *            | 02/02/2025 * | 0 *         | 1 *       | M1 *       | L0 *      |
        | none given         | B     | *            | *            | *           | *         | *          | *         |
        |                    | C     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        |                    | D     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        |                    | E     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        |                    | F     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        |                    | G     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        |                    | H     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        | all, not a date    | I     | SOON         | 02/02/2025   | 0           | 1         | M1         | L0        |
        | not among them     | K     |              | 02/02/2025   | 0           | 1         | M1         | L0        |
        | nobody's           |       |              | 02/02/2025   | 0           | 1         | M1         | L0        |
    """
    return data.shared(episodes_with_adoption).filter(adopted_in_year(data) & any_blank(*ADOPTION_ITEMS))


@frame_rule("602", {"AD1": ["CHILD"]}, reads={"AD1": ADOPTION_ITEMS, "Episodes": ["REC", "DEC"]})
def details_without_adoption_in_year(data: ReturnData) -> pl.LazyFrame:
    """Child has details of an adoption, but no episode that ended with adoption (E11 or E12) in the year.

    The details belong in the return of the year in which the child was adopted.

    Fix: remove the details, or correct why and when the child's last episode ended.

    Example:
        | AD1                | CHILD | DATE_INT   | LS_ADOPTR |
        | first day          | A     | 02/01/2025 | L0        |
        | last day           | B     | 02/01/2025 | L0        |
        | a day too early    | C *   | 02/01/2025 | L0        |
        | a day too late     | D *   | 02/01/2025 | L0        |
        | another reason     | E *   | 02/01/2025 |           |
        | no reason          | F *   |            | L0        |
        | no end             | G *   | SOON       |           |
        | not a date         | H *   | 02/01/2025 | L0        |
        | no episode         | I *   | 02/01/2025 | L0        |
        | nothing given      | J     |            |           |
        | nobody's           | *     | 02/01/2025 | L0        |

        | Episodes           | CHILD | REC | DEC        |
        | first day          | A     | E11 | 01/04/2025 |
        | last day           | B     | E12 | 31/03/2026 |
        | earlier episode    | B     | X1  | 30/04/2025 |
        | a day too early    | C     | E11 | 31/03/2025 |
        | a day too late     | D     | E12 | 01/04/2026 |
        | another reason     | E     | E4A | 02/05/2025 |
        | no reason          | F     |     | 02/05/2025 |
        | no end             | G     | E11 |            |
        | not a date         | H     | E11 | 2025-05-02 |
        | nobody's           |       | E11 | 02/05/2025 |
    """
    adoptions = data["Episodes"].filter(adopted_in_year(data))
    return data["AD1"].filter(any_filled(*ADOPTION_ITEMS)).join(adoptions, on="child", how="anti")


@frame_rule("134", {"AD1": ADOPTION_ITEMS}, reads={"OC3": CARE_LEAVER_ITEMS})
def adopted_and_care_leaver(data: ReturnData) -> pl.LazyFrame:
    """Child has details of an adoption and those of a young person who left care.

    A child who was adopted has a new family and is no care leaver. Any text counts as a detail.

    Fix: clear the details of the one that does not hold for the child.

    Example:
        | AD1                     | CHILD | DATE_INT     | DATE_MATCH   | FOSTER_CARE | NB_ADOPTR | SEX_ADOPTR | LS_ADOPTR |
        | all given               | A     | 02/01/2025 * | 02/02/2025 * | 0 *         | 1 *       | M1 *       | L0 *      |
        | one given               | A     | *            | *            | *           | *         | *          | L0 *      |
        | nothing given           | A     |              |              |             |           |            |           |
        | not a date              | B     | SOON *       | *            | *           | *         | *          | *         |
        | second has details      | C     | *            | 02/02/2025 * | *           | *         | *          | *         |
        | no details of leaving   | D     | 02/01/2025   |              |             |           |            |           |
        | no row of care leavers  | E     | 02/01/2025   |              |             |           |            |           |
        | nobody's                |       | 02/01/2025   |              |             |           |            |           |

        | OC3                     | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | in touch                | A     | YES      |       |       |
        | activity                | B     |          | F1    |       |
        | nothing given           | C     |          |       |       |
        | accommodation           | C     |          |       | B1    |
        | nothing given           | D     |          |       |       |
        | nobody's                |       | YES      | F1    | B1    |
    """
    leavers = data["OC3"].filter(any_filled(*CARE_LEAVER_ITEMS))
    return data["AD1"].filter(any_filled(*ADOPTION_ITEMS)).join(leavers, on="child", how="semi")


@frame_rule(
    "187",
    {"OC3": CARE_LEAVER_ITEMS, "AD1": ADOPTION_ITEMS},
    reads={"Episodes": ["DECOM", "RNE", "LS", "DEC", "REC"]},
)
def looked_after_all_year_and_left_care(data: ReturnData) -> pl.LazyFrame:
    """Child was looked after all year, but has details of an adoption or of leaving care.

    Such a child was neither adopted nor a care leaver during the year. The care lasted all year if an episode touches it and
    none started the care (S) after its first day, none ended it (other than X1) before its last day, and none in it was a short
    break (V3 or V4). Each row of details is a finding of its own.

    Fix: clear the details, or correct the episodes if the child did leave care.

    Example:
        | Episodes               | CHILD | DECOM      | RNE | LS | DEC        | REC |
        | all year               | A     | 02/01/2025 | S   | C2 | 30/06/2025 | X1  |
        |                        | A     | 30/06/2025 | P   | C2 |            |     |
        | started the first day  | B     | 01/04/2025 | S   | C2 |            |     |
        | ended on the last day  | C     | 02/01/2025 | S   | C2 | 31/03/2026 | E4A |
        | started a day later    | D     | 02/04/2025 | S   | C2 |            |     |
        | ended a day earlier    | E     | 02/01/2025 | S   | C2 | 30/03/2026 | E11 |
        | short breaks           | F     | 02/01/2025 | S   | V4 |            |     |
        | ended before the year  | G     | 02/01/2025 | S   | C2 | 31/03/2025 | E4A |
        | no start               | H     |            | S   | C2 |            |     |
        | nobody's               |       | 02/01/2025 | S   | C2 |            |     |

        | OC3                    | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | one given              | A     | *        | *     | B1 *  |
        | nothing given          | A     |          |       |       |
        | nothing given          | B     |          |       |       |
        | all given              | C     | YES *    | F1 *  | B1 *  |
        |                        | D     | YES      | F1    | B1    |
        |                        | F     | YES      | F1    | B1    |
        |                        | G     | YES      | F1    | B1    |
        | nobody's               |       | YES      | F1    | B1    |

        | AD1                    | CHILD | DATE_INT     | DATE_MATCH   | FOSTER_CARE | NB_ADOPTR | SEX_ADOPTR | LS_ADOPTR |
        | nothing given          | A     |              |              |             |           |            |           |
        | all given              | B     | 02/01/2025 * | 02/02/2025 * | 0 *         | 1 *       | M1 *       | L0 *      |
        | not a date             | C     | *            | SOON *       | *           | *         | *          | *         |
        |                        | D     | 02/01/2025   |              |             |           |            |           |
        |                        | E     | 02/01/2025   |              |             |           |            |           |
        |                        | H     | 02/01/2025   |              |             |           |            |           |
        | no episode             | I     | 02/01/2025   |              |             |           |            |           |
        | nobody's               |       | 02/01/2025   |              |             |           |            |           |
    """
    leavers = rows_of(data, "OC3", continuously_looked_after).filter(any_filled(*CARE_LEAVER_ITEMS))
    adoptions = rows_of(data, "AD1", continuously_looked_after).filter(any_filled(*ADOPTION_ITEMS))
    return pl.concat([leavers.select("OC3"), adoptions.select("AD1")], how="diagonal")


@frame_rule("525", {"PlacedAdoption": ["DATE_PLACED_CEASED"], "AD1": ADOPTION_ITEMS})
def adopted_after_reversed_decision(data: ReturnData) -> pl.LazyFrame:
    """Child has details of an adoption, but a decision to place the child for adoption was reversed.

    Once the decision is reversed the child is not going to be adopted. Whatever stands in the date of the reversal counts, even
    if it is no date, and a newer decision does not make up for it.

    Fix: clear the details of the adoption, or the reversal if the decision stood.

    Example:
        | PlacedAdoption     | CHILD | DATE_PLACED | DATE_PLACED_CEASED |
        | reversed           | A     | 02/05/2024  | 02/06/2025 *       |
        | a newer one stands | A     | 02/07/2025  |                    |
        | not a date         | B     | 02/05/2024  | SOON *             |
        | stands             | C     | 02/05/2024  |                    |
        | no details         | D     | 02/05/2024  | 02/06/2025         |
        | no row of details  | E     | 02/05/2024  | 02/06/2025         |
        | nobody's           |       | 02/05/2024  | 02/06/2025         |

        | AD1                | CHILD | DATE_INT     | DATE_MATCH   | FOSTER_CARE | NB_ADOPTR | SEX_ADOPTR | LS_ADOPTR |
        | all given          | A     | 02/01/2025 * | 02/02/2025 * | 0 *         | 1 *       | M1 *       | L0 *      |
        | nothing given      | A     |              |              |             |           |            |           |
        | one given          | B     | *            | *            | *           | *         | *          | L0 *      |
        | not a date         | B     | SOON *       | *            | *           | *         | *          | *         |
        |                    | C     | 02/01/2025   |              |             |           |            |           |
        | nothing given      | D     |              |              |             |           |            |           |
        | no decision        | F     | 02/01/2025   |              |             |           |            |           |
        | nobody's           |       | 02/01/2025   |              |             |           |            |           |
    """
    return data.join("PlacedAdoption", "AD1", on="child").filter(
        filled("DATE_PLACED_CEASED") & any_filled(*ADOPTION_ITEMS)
    )
