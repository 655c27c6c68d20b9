"""Children and episodes of this year beside last year's return."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import adopted
from csc_returns.validation.rules.ssda903.shared.episodes import earliest, first_episodes, last_years_final_episodes
from csc_returns.validation.rules.ssda903.shared.values import blank, differ, none_of

# -- children ----------------------------------------------------------------------------------------------------------


@frame_rule(
    "199",
    {"Episodes": ["CHILD"]},
    reads={"Episodes": ["DECOM", "REC"], "Episodes_last": ["DECOM", "REC"]},
    optional=("Episodes_last",),
)
def looked_after_again_once_adopted(data: ReturnData) -> pl.LazyFrame:
    """Child has another episode after an episode that ended with adoption (E11 or E12).

    Who is adopted leaves care for good; should they come into care again, they do so as a new child. Episodes go by their start,
    those that start on one day by their place in the file, and before last year's. Undated ones are left out.

    Fix: correct the reason for ending, remove the later episode, or give the child of the new family another identifier.

    Example:
        | Episodes                      | CHILD | DECOM      | REC |
        | adopted                       | A     | 01/05/2025 | E11 |
        | a day later                   | A *   | 02/05/2025 | X1  |
        | adopted again                 | A *   | 03/05/2025 | E12 |
        | before                        | A     | 30/04/2025 | X1  |
        | undated                       | A     | 31/04/2025 |     |
        | undated                       | A     |            |     |
        | same day, above               | B     | 01/05/2025 | X1  |
        | same day, adopted             | B     | 01/05/2025 | E12 |
        | same day, below               | B *   | 01/05/2025 |     |
        | adopted, undated              | C     | 31/04/2025 | E11 |
        |                               | C     | 01/06/2025 |     |
        | another reason                | D     | 01/05/2025 | E13 |
        |                               | D     | 01/06/2025 |     |
        | a day after last year's       | E *   | 02/01/2025 |     |
        | same day as last year's       | F     | 01/01/2025 | E11 |
        | before last year's            | G     | 31/12/2024 |     |
        | last year's undated           | H     | 01/06/2025 |     |
        | after the earlier of two      | I *   | 01/02/2025 |     |
        | adopted in both, this earlier | J     | 01/01/2025 | E11 |
        |                               | J *   | 01/02/2025 |     |
        | not adopted                   | K     | 01/06/2025 |     |
        | nobody's                      |       | 01/05/2025 | E11 |
        | nobody's                      |       | 01/06/2025 |     |

        | Episodes_last  | CHILD | DECOM      | REC |
        |                | E     | 01/01/2025 | E11 |
        |                | F     | 01/01/2025 | E11 |
        |                | G     | 01/01/2025 | E12 |
        | undated        | H     | 31/02/2025 | E11 |
        |                | I     | 01/03/2025 | E12 |
        | earlier, below | I     | 01/01/2025 | E12 |
        |                | J     | 01/03/2025 | E11 |
        |                | K     | 01/01/2025 | X1  |
        | no reason      | K     | 01/02/2025 |     |
        | nobody's       |       | 01/02/2025 | E11 |

    Example:
        | Episodes               | CHILD | DECOM      | REC |
        | no return of last year | A     | 01/05/2025 | E11 |
        |                        | A *   | 02/05/2025 |     |
        | another child          | B     | 02/05/2025 |     |
    """
    this_year = earliest(data["Episodes"].filter(adopted()), "Episodes", "DECOM").select(
        "child", pl.col("DECOM").alias("_adopted"), pl.col("Episodes").alias("_row")
    )
    last_year = earliest(data["Episodes_last"].filter(adopted()), "Episodes_last", "DECOM").select(
        "child", pl.col("DECOM").alias("_adopted_last"), "Episodes_last"
    )
    same_day_below = (pl.col("DECOM") == pl.col("_adopted")) & (pl.col("Episodes") > pl.col("_row"))
    after_this = ((pl.col("DECOM") > pl.col("_adopted")) | same_day_below).fill_null(False)
    after_last = (pl.col("DECOM") > pl.col("_adopted_last")).fill_null(False)
    return (
        data["Episodes"]
        .join(this_year, on="child", how="left")
        .join(last_year, on="child", how="left")
        .filter(after_this | after_last)
        .select("Episodes", pl.when(after_last).then("Episodes_last").alias("Episodes_last"))
    )


@frame_rule("207", {"Header": ["MOTHER"]}, reads={"Episodes": ["CHILD"], "Header_last": ["MOTHER"]})
def no_longer_a_mother(data: ReturnData) -> pl.LazyFrame:
    """Young person was a mother in last year's return and is none in this year's.

    A mother stays one. Only those with an episode of this year are looked at.

    Fix: enter 1 for the mother, or ask for last year's return to be put right.

    Example:
        | Header                 | CHILD | MOTHER |
        | no                     | A     | 0 *    |
        | blank                  | B     | *      |
        | any other text         | C     | 1.0 *  |
        | still a mother         | D     | 1      |
        | none last year         | E     | 0      |
        | blank last year        | F     | 0      |
        | not in last year's     | G     | 0      |
        | no episode this year   | H     | 0      |
        | twice last year        | I     | 0 *    |
        | not readable last year | J     | 0      |
        | nobody's               |       | 0      |

        | Header_last | CHILD | MOTHER |
        |             | A     | 1      |
        |             | B     | 1      |
        |             | C     | 1      |
        |             | D     | 1      |
        |             | E     | 0      |
        |             | F     |        |
        |             | H     | 1      |
        |             | I     | 1      |
        | again       | I     | 1      |
        |             | J     | Y      |
        | nobody's    |       | 1      |

        | Episodes    | CHILD | DECOM      |
        |             | A     | 01/05/2025 |
        | another one | A     | 01/06/2025 |
        | undated     | B     |            |
        |             | C     | 01/05/2025 |
        |             | D     | 01/05/2025 |
        |             | E     | 01/05/2025 |
        |             | F     | 01/05/2025 |
        |             | G     | 01/05/2025 |
        |             | I     | 01/05/2025 |
        |             | J     | 01/05/2025 |
        | nobody's    |       | 01/05/2025 |
    """
    # However many rows last year had for the child, this is one finding.
    mothers_last_year = (
        data["Header_last"].filter(pl.col("MOTHER") == "1").unique("child", keep="first", maintain_order=True)
    )
    return (
        data.having("Header", "Episodes", on="child")
        .filter(none_of("MOTHER", ["1"]))
        .join(mothers_last_year.select("child", "Header_last"), on="child", how="inner")
    )


@frame_rule("NoE", {"Episodes": ["DECOM"]}, reads={"Episodes_last": ["CHILD"]})
def began_earlier_but_not_in_last_years_return(data: ReturnData) -> pl.LazyFrame:
    """Episode began before this year, but last year's return has no episode of the child.

    What began earlier was reported last year too. Last year's episodes may have any dates.

    Fix: correct the start of the episode or the child's identifier; else find out why last year's return lacked the child.

    Example:
        | Episodes           | CHILD | DECOM        |
        | the day before     | A     | 31/03/2025 * |
        | first day of year  | A     | 01/04/2025   |
        | much earlier       | A     | 01/06/2010 * |
        | not a date         | A     | 31/02/2025   |
        | no start           | A     |              |
        | was there          | B     | 31/03/2025   |
        | was there, undated | C     | 31/03/2025   |
        | nobody's           |       | 31/03/2025 * |
        | nobody's           |       | 01/04/2025   |

        | Episodes_last | CHILD | DECOM      |
        | another start | B     | 01/05/2024 |
        | undated       | C     |            |
        | nobody's      |       | 31/03/2025 |

    Example:
        | Episodes       | CHILD | DECOM        |
        | an empty table | A     | 31/03/2025 * |

        | Episodes_last | CHILD | DECOM |
    """
    return data.lacking("Episodes", "Episodes_last", on="child").filter(pl.col("DECOM") < data.start)


# -- the first episode of this year ------------------------------------------------------------------------------------


@frame_rule("562", {"Episodes": ["DECOM"]}, reads={"Episodes_last": ["DECOM"]})
def first_does_not_continue_last_years_final(data: ReturnData) -> pl.LazyFrame:
    """First episode, begun before this year, does not start on the day on which last year's final one did.

    An episode that goes on over the turn of the year stands in both returns with one start. Last year's final episode is the
    one that starts latest.

    Fix: correct the start of the episode, and enter the episodes that last year's return had open.

    Example:
        | Episodes                   | CHILD | DECOM        |
        | a day later                | A     | 02/03/2025 * |
        | another, also before       | A     | 30/03/2025   |
        | the same                   | B     | 01/03/2025   |
        | the same, stands second    | C     | 01/06/2025   |
        |                            | C     | 01/03/2025   |
        | as the one before the last | D     | 01/02/2025 * |
        | not in last year's         | E     | 31/03/2025 * |
        | last year's undated        | F     | 01/03/2025 * |
        | last year's also undated   | G     | 01/03/2025   |
        | twice, one finding         | H     | 02/03/2025 * |
        |                            | H     | 02/03/2025   |
        | first day of the year      | I     | 01/04/2025   |
        | no start                   | J     |              |
        | not a date                 | J     | 31/02/2025   |
        | nobody's                   |       | 02/03/2025   |

        | Episodes_last | CHILD | DECOM      |
        |               | A     | 01/03/2025 |
        |               | B     | 01/03/2025 |
        |               | C     | 01/03/2025 |
        | the last      | D     | 01/03/2025 |
        | before it     | D     | 01/02/2025 |
        | undated       | F     |            |
        | undated       | G     | 31/02/2025 |
        |               | G     | 01/03/2025 |
        |               | H     | 01/03/2025 |
        |               | I     | 01/03/2025 |
        |               | J     | 01/03/2025 |
        | nobody's      |       | 01/03/2025 |
    """
    return (
        data.shared(first_episodes)
        .filter(pl.col("DECOM") < data.start)
        .join(data.shared(last_years_final_episodes), on="child", how="left", suffix="_Episodes_last")
        .filter(differ("DECOM", "DECOM_Episodes_last"))
    )


@frame_rule("502", {"Episodes": ["DECOM"]}, reads={"Episodes_last": ["DECOM", "DEC"]})
def first_does_not_continue_last_years_open(data: ReturnData) -> pl.LazyFrame:
    """First episode does not start on the day on which an episode left open last year did.

    What was open at the end of last year is this year's first episode, with the same start. Every episode that was left open
    is compared; open means that nothing stands in its end. An open one without a start that can be read differs too.

    Fix: enter the episode that last year's return left open, or correct its start.

    Example:
        | Episodes                      | CHILD | DECOM        |
        | a day later                   | A     | 02/03/2025 * |
        | not the first                 | A     | 01/06/2025   |
        | the same                      | B     | 01/03/2025   |
        | written otherwise             | C     | 1/3/2025     |
        | the same, stands second       | D     | 01/06/2025   |
        |                               | D     | 01/03/2025   |
        | last year's had ended         | E     | 02/03/2025   |
        | last year's end not a date    | F     | 02/03/2025   |
        | last year's start not a date  | G     | 01/03/2025 * |
        | last year's start blank       | H     | 01/03/2025 * |
        | two open, one of them matches | I     | 01/03/2025 * |
        | two open, neither matches     | J     | 02/03/2025 * |
        | one open, one ended           | K     | 01/03/2025   |
        | not in last year's            | L     | 01/03/2025   |
        | no start                      | M     |              |
        | not a date                    | M     | 31/04/2025   |
        | same start, first in the file | N     | 02/03/2025 * |
        |                               | N     | 02/03/2025   |
        | nobody's                      |       | 02/03/2025   |

        | Episodes_last     | CHILD | DECOM      | DEC        |
        |                   | A     | 01/03/2025 |            |
        |                   | B     | 01/03/2025 |            |
        |                   | C     | 01/03/2025 |            |
        |                   | D     | 01/03/2025 |            |
        |                   | E     | 01/03/2025 | 30/03/2025 |
        |                   | F     | 01/03/2025 | 31/02/2025 |
        |                   | G     | 31/02/2025 |            |
        |                   | H     |            |            |
        |                   | I     | 01/03/2025 |            |
        |                   | I     | 01/02/2025 |            |
        |                   | J     | 01/03/2025 |            |
        |                   | J     | 01/02/2025 |            |
        |                   | K     | 01/02/2025 | 01/03/2025 |
        |                   | K     | 01/03/2025 |            |
        |                   | M     | 01/03/2025 |            |
        |                   | N     | 01/03/2025 |            |
        | gone by this year | O     | 01/03/2025 |            |
        | nobody's          |       | 01/03/2025 |            |
    """
    # However many of last year's episodes were open, this is one finding.
    return (
        data.shared(first_episodes)
        .join(data["Episodes_last"].filter(blank("DEC")), on="child", how="inner", suffix="_Episodes_last")
        .filter(differ("DECOM", "DECOM_Episodes_last"))
        .with_columns(finding=pl.col("Episodes"))
    )
