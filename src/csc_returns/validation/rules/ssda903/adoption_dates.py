"""How an adoption went: the decision, the match with the adopters, the placement and the adoption, in this order."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import adopted
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_adoption, latest
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTED, ADOPTION, ADOPTION_BY_FOSTER_CARER, STARTED
from csc_returns.validation.rules.ssda903.shared.values import one_of, same_date


@row_rule("333", "AD1", ["DATE_INT"], reads={"AD1": ["DATE_MATCH"]})
def decision_missing_or_after_match(_: ReturnData) -> pl.Expr:
    """Child was matched with adopters before the decision for adoption, or without a date of it.

    Adopters are looked for once the authority has decided. A date that cannot be read counts as none.

    Fix: correct the date of the decision or that of the match.

    Example:
        | AD1               | DATE_INT     | DATE_MATCH |
        | a day too late    | 03/05/2025 * | 02/05/2025 |
        | same day          | 02/05/2025   | 02/05/2025 |
        | a day before      | 01/05/2025   | 02/05/2025 |
        | no decision       | *            | 02/05/2025 |
        | not a date        | 2025-05-01 * | 02/05/2025 |
        | match not a date  | 03/05/2025   | 2025-05-02 |
        | no match          | 03/05/2025   |            |
        | neither           |              |            |
    """
    decision = pl.col("DATE_INT")
    return pl.col("DATE_MATCH").is_not_null() & (decision.is_null() | (decision > pl.col("DATE_MATCH")))


@frame_rule("334", {"Episodes": ["DECOM", "RNE"], "AD1": ["DATE_INT"]})
def decision_before_latest_start_of_care(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption is dated before the child last started to be looked after.

    The decision belongs to the care that ended with the adoption. That care began at the latest episode with the reason S; of
    several on one day the first in the file is meant.

    Fix: correct the date of the decision, or when or why the episode began.

    Example:
        | Episodes            | CHILD | DECOM        | RNE |
        | older start         | A     | 01/05/2024   | S   |
        | latest start        | A     | 01/05/2025 * | S * |
        | on the same day     | A     | 01/05/2025   | S   |
        | start not a date    | A     | 2025-06-01   | S   |
        | later, not a start  | A     | 01/06/2025   | P   |
        |                     | B     | 01/05/2025   | S   |
        | no start            | C     | 01/05/2025   | P   |
        | no reason           | D     | 01/05/2025   |     |
        | undated             | E     |              | S   |
        | no adoption         | F     | 01/05/2025   | S   |
        | nobody's            |       | 01/05/2025   | S   |

        | AD1                 | CHILD | DATE_INT     |
        | a day before        | A     | 30/04/2025 * |
        | on that day         | A     | 01/05/2025   |
        | not a date          | B     | 2025-04-30   |
        | no decision         | B     |              |
        | a day after         | B     | 02/05/2025   |
        |                     | C     | 30/04/2025   |
        |                     | D     | 30/04/2025   |
        |                     | E     | 30/04/2025   |
        | no episode          | G     | 30/04/2025   |
        | nobody's            |       | 30/04/2025   |
    """
    starts = data.having("Episodes", "AD1", on="child").filter(pl.col("RNE") == STARTED)
    return (
        latest(starts, "Episodes", "DECOM")
        .join(data["AD1"], on="child", how="inner")
        .filter(pl.col("DATE_INT") < pl.col("DECOM"))
    )


@frame_rule("521", {"Episodes": ["PLACE", "DECOM"], "AD1": ["DATE_INT"]})
def decision_after_placement(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption is dated after the child was placed for adoption (A3 to A6).

    A child is placed with adopters once the authority has decided. Every placement for adoption is compared.

    Fix: correct the date of the decision, or the placement or the start of the episode.

    Example:
        | Episodes          | CHILD | PLACE | DECOM        |
        | first placement   | A     | A3 *  | 01/05/2025 * |
        | next placement    | A     | A6 *  | 02/05/2025 * |
        | on that day       | A     | A4    | 03/05/2025   |
        | a day before      | B     | A4 *  | 02/05/2025 * |
        | a day before      | B     | A5 *  | 02/05/2025 * |
        | not for adoption  | B     | U6    | 02/05/2025   |
        | no placement      | B     |       | 02/05/2025   |
        | not a date        | B     | A3    | 2025-05-02   |
        | no start          | B     | A3    |              |
        |                   | C     | A3    | 02/05/2025   |
        | no adoption       | D     | A3    | 02/05/2025   |
        | nobody's          |       | A3    | 02/05/2025   |

        | AD1               | CHILD | DATE_INT     |
        |                   | A     | 03/05/2025 * |
        |                   | B     | 03/05/2025 * |
        | not a date        | C     | 2025-05-03   |
        | no decision       | C     |              |
        | no episode        | E     | 03/05/2025   |
        | nobody's          |       | 03/05/2025   |
    """
    placed = one_of("PLACE", ADOPTION)
    return data.shared(episodes_with_adoption).filter(placed & (pl.col("DATE_INT") > pl.col("DECOM")))


@frame_rule("523", {"PlacedAdoption": ["DATE_PLACED"], "AD1": ["DATE_INT"]})
def decision_on_two_days(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption has another date among the adoptions than among the decisions.

    Both tables speak of the same decision of the authority. Every decision of the child is compared, reversed ones too.

    Fix: correct the date in the table where it is wrong.

    Example:
        | PlacedAdoption    | CHILD | DATE_PLACED  |
        | a day earlier     | A     | 01/05/2025 * |
        | the same day      | A     | 02/05/2025   |
        | a day later       | A     | 03/05/2025 * |
        | the same, shorter | B     | 2/5/2025     |
        | not a date        | C     | 2025-05-01   |
        | no date           | C     |              |
        |                   | D     | 02/05/2025   |
        | no adoption       | E     | 02/05/2025   |
        | nobody's          |       | 02/05/2025   |

        | AD1               | CHILD | DATE_INT     |
        |                   | A     | 02/05/2025 * |
        |                   | B     | 02/05/2025   |
        |                   | C     | 02/05/2025   |
        | not a date        | D     | 2025-05-01   |
        | no date           | D     |              |
        | no decision       | F     | 02/05/2025   |
        | nobody's          |       | 01/05/2025   |
    """
    return data.join("PlacedAdoption", "AD1", on="child").filter(pl.col("DATE_PLACED") != pl.col("DATE_INT"))


@frame_rule("331", {"AD1": ["DATE_MATCH"], "Episodes": ["DECOM", "REC"]})
def match_after_placement(data: ReturnData) -> pl.LazyFrame:
    """Child was matched with adopters after the start of the episode that ended with adoption.

    A child is matched before moving in with the adopters. Every episode that ended with adoption (E11 or E12) is compared.

    Fix: correct the date of the match, or the start or the end reason of the episode.

    Example:
        | AD1               | CHILD | DATE_MATCH   |
        | a day too late    | A     | 02/05/2025 * |
        | same day          | A     | 01/05/2025   |
        | a day before      | A     | 30/04/2025   |
        | not a date        | A     | 2025-05-02   |
        | no match          | A     |              |
        |                   | B     | 02/05/2025 * |
        |                   | C     | 02/05/2025   |
        | no episode        | D     | 02/05/2025   |
        | nobody's          |       | 02/05/2025   |

        | Episodes          | CHILD | DECOM        | REC   |
        | adopted           | A     | 01/05/2025 * | E11 * |
        | adopted           | B     | 01/05/2025 * | E12 * |
        | adopted twice     | B     | 30/04/2025 * | E11 * |
        | in time           | B     | 02/05/2025   | E11   |
        | another reason    | C     | 01/05/2025   | X1    |
        | no reason         | C     | 01/05/2025   |       |
        | not a date        | C     | 2025-05-01   | E11   |
        | no start          | C     |              | E11   |
        | no adoption       | E     | 01/05/2025   | E11   |
        | nobody's          |       | 01/05/2025   | E11   |
    """
    return data.shared(episodes_with_adoption).filter(adopted() & (pl.col("DATE_MATCH") > pl.col("DECOM")))


@frame_rule("582", {"Episodes": ["DEC"]}, reads={"Episodes": ["REC"], "AD1": ["DATE_MATCH"]})
def adopted_on_day_of_match(data: ReturnData) -> pl.LazyFrame:
    """Child was adopted (E11 or E12) on the very day of the match with the adopters.

    After the match the child moves in, and it takes months until a court makes the order. A date that cannot be read is the same
    only if it is written the same.

    Fix: correct the date of the match or the end of the episode.

    Example:
        | Episodes           | CHILD | DEC          | REC |
        | same day           | A     | 02/05/2025 * | E11 |
        | another match fits | B     | 02/05/2025 * | E12 |
        | written shorter    | C     | 2/5/2025 *   | E11 |
        | the same text      | D     | 2025-05-02 * | E11 |
        | a day later        | E     | 03/05/2025   | E11 |
        | a day earlier      | E     | 01/05/2025   | E11 |
        | another reason     | E     | 02/05/2025   | X1  |
        | no reason          | E     | 02/05/2025   |     |
        | no end             | F     |              | E11 |
        | no adoption        | G     | 02/05/2025   | E11 |
        | nobody's           |       | 02/05/2025   | E11 |

        | AD1                | CHILD | DATE_MATCH |
        |                    | A     | 02/05/2025 |
        |                    | B     | 01/05/2025 |
        |                    | B     | 02/05/2025 |
        |                    | C     | 02/05/2025 |
        |                    | D     | 2025-05-02 |
        |                    | E     | 02/05/2025 |
        | no match           | F     |            |
        | nobody's           |       | 02/05/2025 |
    """
    same_day = adopted() & same_date("DEC", "DATE_MATCH")
    return data.shared(episodes_with_adoption).filter(same_day).select("Episodes").unique()


@frame_rule("335", {"Episodes": ["PLACE"], "AD1": ["FOSTER_CARE"]}, reads={"Episodes": ["REC"]})
def foster_carer_contradicts_placement(data: ReturnData) -> pl.LazyFrame:
    """Item on adoption by the foster carers contradicts the placement from which the child was adopted.

    A3 and A5 (A2 of old) are placements with the former foster carers, who then adopt; A4 and A6 (A1 of old) are with others.
    Only episodes that ended with adoption (E11, E12, or E1 of old) are compared.

    Fix: correct the item on foster carers (0 or 1) or the code of the placement.

    Example:
        | Episodes         | CHILD | PLACE | REC |
        | with the carers  | A     | A3 *  | E11 |
        | with the carers  | A     | A5 *  | E12 |
        | the code of old  | A     | A2 *  | E1  |
        | with others      | A     | A4    | E11 |
        | with others      | B     | A4 *  | E11 |
        | with others      | B     | A6 *  | E12 |
        | the code of old  | B     | A1 *  | E1  |
        | with the carers  | B     | A3    | E11 |
        | another one      | B     | U6    | E11 |
        | no placement     | B     |       | E11 |
        | another reason   | B     | A4    | X1  |
        | no reason        | B     | A4    |     |
        |                  | C     | A3    | E11 |
        |                  | C     | A4    | E11 |
        | no adoption      | D     | A3    | E11 |
        | nobody's         |       | A3    | E11 |

        | AD1              | CHILD | FOSTER_CARE |
        | by others        | A     | 0 *         |
        | by the carers    | B     | 1 *         |
        | not said         | C     |             |
        | not a code       | C     | FALSE       |
        | not a code       | C     | TRUE        |
        | no episode       | E     | 1           |
        | nobody's         |       | 0           |
    """
    ended_with_adoption = one_of("REC", ["E1", *ADOPTED])
    denied = one_of("PLACE", ["A2", *ADOPTION_BY_FOSTER_CARER]) & (pl.col("FOSTER_CARE") == "0")
    claimed = one_of("PLACE", ["A1", "A4", "A6"]) & (pl.col("FOSTER_CARE") == "1")
    return data.shared(episodes_with_adoption).filter(ended_with_adoption & (denied | claimed))
