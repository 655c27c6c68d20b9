"""Care leavers (OC3) beside the episodes of this year's and last year's return: the history that makes a care leaver."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import birthday
from csc_returns.validation.rules.ssda903.shared.care import adopted, not_short_break, short_break
from csc_returns.validation.rules.ssda903.shared.episodes import latest
from csc_returns.validation.rules.ssda903.shared.groups import CARE_LEAVER_ITEMS
from csc_returns.validation.rules.ssda903.shared.values import blank

#: Days of care from the 14th birthday on that make a care leaver: 13 weeks.
_DAYS_FROM_14 = 91

#: Items of an episode that tell how long care lasted and how it ended.
_HISTORY_ITEMS = ("LS", "DECOM", "DEC", "REC")

# -- in which return ---------------------------------------------------------------------------------------------------


@frame_rule(
    "1000",
    {"OC3": CARE_LEAVER_ITEMS},
    reads={"Episodes": ["REC"], "Episodes_last": ["REC"]},
    optional=["Episodes_last"],
)
def care_ended_by_death(data: ReturnData) -> pl.LazyFrame:
    """Care leaver is returned whose care ended by death (E2).

    Any episode that ended so counts, of this year's return or last year's. The row is in question whether or not its details
    are filled in.

    Fix: remove the care leaver's row, or correct the reason with which the episode ended.

    Example:
        | OC3                   | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | this year             | A     | YES *    | F2 *  | B1 *  |
        | no details            | A     | *        | *     | *     |
        | last year             | B     | DIED *   | 0 *   | 0 *   |
        | another reason        | C     | YES      | F2    | B1    |
        | no reason             | D     | YES      | F2    | B1    |
        | no episodes           | E     | YES      | F2    | B1    |
        | nobody's              |       | YES      | F2    | B1    |

        | Episodes              | CHILD | DECOM      | REC |
        | not the last          | A     | 01/06/2024 | E2  |
        |                       | A     | 01/06/2025 | E4A |
        |                       | C     | 01/06/2024 | E3  |
        |                       | D     | 01/06/2024 |     |
        | nobody's              |       | 01/06/2024 | E2  |

        | Episodes_last         | CHILD | DECOM      | REC |
        | small letter          | B     | 01/06/2023 | e2  |
        | another reason        | C     | 01/06/2023 | E4A |
        | nobody's              |       | 01/06/2023 | E2  |

    Example:
        | OC3                   | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | no return of last year| A     | YES *    | F2 *  | B1 *  |
        |                       | B     | YES      | F2    | B1    |

        | Episodes              | CHILD | DECOM      | REC |
        |                       | A     | 01/06/2024 | E2  |
        |                       | B     | 01/06/2024 | X1  |
    """
    died = [data[table].filter(pl.col("REC") == "E2").select("child") for table in ("Episodes", "Episodes_last")]
    return data["OC3"].join(pl.concat(died), on="child", how="semi")


@frame_rule("1002", {"OC3": CARE_LEAVER_ITEMS}, reads={"Episodes": ["CHILD"], "Episodes_last": ["CHILD"]})
def never_looked_after(data: ReturnData) -> pl.LazyFrame:
    """Care leaver is returned who has no episode in this year's return nor in last year's.

    A care leaver was looked after before. Older returns are not looked at, so a young person who left earlier is flagged too.

    Fix: correct the child's identifier or enter the missing episodes; leave the row as it is if the care ended earlier.

    Example:
        | OC3                   | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | in neither            | A     | YES *    | F2 *  | B1 *  |
        | no details            | A     | *        | *     | *     |
        | this year             | B     | YES      | F2    | B1    |
        | last year             | C     | YES      | F2    | B1    |
        | both                  | D     | YES      | F2    | B1    |
        | nobody's              |       | YES *    | F2 *  | B1 *  |

        | Episodes              | CHILD | DECOM      |
        | no start              | B     |            |
        |                       | D     | 01/06/2024 |
        | nobody's              |       | 01/06/2024 |

        | Episodes_last         | CHILD | DECOM      |
        |                       | C     | 01/06/2023 |
        |                       | D     | 01/06/2023 |
        | nobody's              |       | 01/06/2023 |
    """
    return data.lacking("OC3", "Episodes", on="child").join(data["Episodes_last"], on="child", how="anti")


@frame_rule("1010", {"OC3": CARE_LEAVER_ITEMS}, reads={"Episodes": ["CHILD"], "Episodes_last": ["DECOM", "DEC"]})
def open_last_year_and_gone(data: ReturnData) -> pl.LazyFrame:
    """Care leaver was still looked after at the end of last year's return, but has no episode this year.

    An episode left open last year goes on in this year's return, up to the end of care. It is the last one of last year's that
    counts, the one that starts latest; open means that nothing stands in its end.

    Fix: enter this year's episodes, or remove the care leaver's row.

    Example:
        | OC3                      | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | left open                | A     | YES *    | F2 *  | B1 *  |
        | no details               | A     | *        | *     | *     |
        | goes on this year        | B     | YES      | F2    | B1    |
        | ended                    | C     | YES      | F2    | B1    |
        | end not a date           | D     | YES      | F2    | B1    |
        | same start, last in file | E     | YES *    | F2 *  | B1 *  |
        | same start, last in file | F     | YES      | F2    | B1    |
        | no start                 | G     | YES      | F2    | B1    |
        | not in last year's       | H     | YES      | F2    | B1    |
        | nobody's                 |       | YES      | F2    | B1    |

        | Episodes                 | CHILD | DECOM      |
        | no start                 | B     |            |
        | nobody's                 |       | 01/06/2024 |

        | Episodes_last            | CHILD | DECOM      | DEC        |
        | the last, open           | A     | 30/06/2024 |            |
        |                          | A     | 01/06/2023 | 30/06/2024 |
        | no start                 | A     |            | 01/07/2024 |
        |                          | B     | 01/06/2023 |            |
        | open, not the last       | C     | 01/06/2023 |            |
        |                          | C     | 30/06/2024 | 01/07/2024 |
        | no start                 | C     | 31/04/2024 |            |
        |                          | D     | 01/06/2023 | 31/04/2024 |
        |                          | E     | 01/06/2023 | 01/06/2023 |
        |                          | E     | 01/06/2023 |            |
        |                          | F     | 01/06/2023 |            |
        |                          | F     | 01/06/2023 | 01/06/2023 |
        |                          | G     | 31/04/2023 |            |
        | nobody's                 |       | 01/06/2023 |            |
    """
    gone = data.lacking("OC3", "Episodes", on="child")
    of_gone = data["Episodes_last"].join(gone, on="child", how="semi")
    left_open = latest(of_gone, "Episodes_last", "DECOM", tie="last").filter(blank("DEC"))
    return gone.join(left_open.select("child", "Episodes_last"), on="child", how="inner")


# -- enough care -------------------------------------------------------------------------------------------------------


@frame_rule(
    "1001",
    {"OC3": CARE_LEAVER_ITEMS},
    reads={"Episodes": _HISTORY_ITEMS, "Episodes_last": _HISTORY_ITEMS, "Header": ["DOB"]},
)
def too_little_care(data: ReturnData) -> pl.LazyFrame:
    """Young person under 20 was looked after too briefly to be a care leaver, or was adopted.

    A care leaver was looked after for 91 days from the 14th birthday on, at least one of them from the 16th on, short breaks
    (V3 or V4) aside, and was not adopted (E11 or E12) out of the episode that starts latest. The days are those of this year's
    and last year's return; an episode with the same start in both counts once. The date of birth is that of the header.

    Fix: correct the episodes, or remove the care leaver's row; leave it as it is if the young person was in care earlier.

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | 91 days                   | A     | YES      | F2    | B1    |
        | 90 days                   | B     | YES *    | F2 *  | B1 *  |
        | no details                | B     | *        | *     | *     |
        | until the day after 16    | C     | YES      | F2    | B1    |
        | until the 16th birthday   | D     | YES *    | F2 *  | B1 *  |
        | before the 14th birthday  | E     | YES *    | F2 *  | B1 *  |
        | 91 days in all            | F     | YES      | F2    | B1    |
        | open, 91 days             | G     | YES      | F2    | B1    |
        | open, 90 days             | H     | YES *    | F2 *  | B1 *  |
        | open, not the last        | I     | YES *    | F2 *  | B1 *  |
        | short breaks only         | J     | YES *    | F2 *  | B1 *  |
        | no legal status           | K     | YES      | F2    | B1    |
        | adopted                   | L     | YES *    | F2 *  | B1 *  |
        | adopted from short break  | M     | YES *    | F2 *  | B1 *  |
        | adopted, not the last     | N     | YES      | F2    | B1    |
        | no episodes               | O     | YES *    | F2 *  | B1 *  |
        | 20 on the last day        | P     | YES      | F2    | B1    |
        | 20 a day later            | Q     | YES *    | F2 *  | B1 *  |
        | no date of birth          | R     | YES      | F2    | B1    |
        | not a date                | S     | YES      | F2    | B1    |
        | no header                 | T     | YES      | F2    | B1    |
        | one of two headers fails  | U     | YES *    | F2 *  | B1 *  |
        | nobody's                  |       | YES      | F2    | B1    |

        | Header                    | CHILD | DOB        |
        |                           | A     | 01/06/2008 |
        |                           | B     | 01/06/2008 |
        |                           | C     | 01/06/2008 |
        |                           | D     | 01/06/2008 |
        |                           | E     | 01/06/2008 |
        |                           | F     | 01/06/2008 |
        |                           | G     | 01/06/2008 |
        |                           | H     | 01/06/2008 |
        |                           | I     | 01/06/2008 |
        |                           | J     | 01/06/2008 |
        |                           | K     | 01/06/2008 |
        |                           | L     | 01/06/2008 |
        |                           | M     | 01/06/2008 |
        |                           | N     | 01/06/2008 |
        |                           | O     | 01/06/2008 |
        |                           | P     | 31/03/2006 |
        |                           | Q     | 01/04/2006 |
        |                           | R     |            |
        |                           | S     | 31/06/2008 |
        |                           | U     | 01/06/2008 |
        |                           | U     | 01/06/2010 |
        | nobody's                  |       | 01/06/2008 |

        | Episodes                  | CHILD | DECOM      | LS | DEC        | REC |
        | in both returns           | A     | 02/04/2024 | C2 | 02/07/2024 | E4A |
        | in both returns           | B     | 03/04/2024 | C2 | 02/07/2024 | E4A |
        |                           | F     | 02/06/2025 | C2 | 01/07/2025 | E4A |
        |                           | G     | 30/12/2025 | C2 | 31/04/2026 |     |
        |                           | H     | 31/12/2025 | C2 |            |     |
        | no end                    | I     | 01/06/2024 | C2 |            |     |
        | the last, one day         | I     | 01/06/2025 | C2 | 02/06/2025 | E4A |
        |                           | J     | 01/06/2024 | V3 | 01/06/2025 | E4A |
        |                           | K     | 01/06/2024 |    | 01/06/2025 | E4A |
        |                           | L     | 01/06/2024 | C2 | 01/06/2025 | E11 |
        |                           | M     | 01/06/2024 | C2 | 01/06/2025 | X1  |
        |                           | M     | 01/06/2025 | V4 | 01/07/2025 | E12 |
        |                           | N     | 01/06/2024 | C2 | 01/06/2025 | E12 |
        |                           | N     | 01/06/2025 | C2 | 01/07/2025 | E4A |
        |                           | P     | 01/06/2025 | C2 | 02/06/2025 | E4A |
        |                           | U     | 01/06/2024 | C2 | 01/06/2025 | E4A |
        | nobody's                  |       | 01/06/2025 | C2 | 02/06/2025 | E11 |

        | Episodes_last             | CHILD | DECOM      | LS | DEC        | REC |
        | in both returns           | A     | 02/04/2024 | C2 |            |     |
        | in both returns           | B     | 03/04/2024 | C2 | 02/08/2024 | X1  |
        |                           | C     | 01/06/2023 | C2 | 02/06/2024 | E4A |
        |                           | D     | 01/06/2023 | C2 | 01/06/2024 | E4A |
        |                           | E     | 01/06/2016 | C2 | 01/06/2022 | E4A |
        | ends before it starts     | E     | 01/07/2022 | C2 | 01/06/2022 | E4A |
        |                           | F     | 02/04/2024 | C2 | 03/06/2024 | E4A |
        |                           | J     | 01/06/2023 | V4 | 01/06/2024 | X1  |

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | start not known, from 14  | A     | YES      | F2    | B1    |
        | one of two with no start  | B     | YES *    | F2 *  | B1 *  |
        | same start and end        | C     | YES *    | F2 *  | B1 *  |
        | no start, adopted         | D     | YES      | F2    | B1    |

        | Header                    | CHILD | DOB        |
        |                           | A     | 01/06/2008 |
        |                           | B     | 01/06/2008 |
        |                           | C     | 29/02/2008 |
        |                           | D     | 01/06/2008 |

        | Episodes                  | CHILD | DECOM      | LS | DEC        | REC |
        |                           | A     |            | C2 | 02/06/2024 | E4A |
        |                           | B     | 31/04/2022 | C2 | 01/09/2024 | E4A |
        | this year's stands        | C     | 01/06/2024 | V3 | 01/06/2025 | E4A |
        |                           | D     |            | C2 | 02/06/2024 | E11 |

        | Episodes_last             | CHILD | DECOM      | LS | DEC        | REC |
        | ends earlier              | B     |            | C2 | 30/08/2022 | E4A |
        |                           | C     | 01/06/2024 | C2 | 01/06/2025 | E4A |

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | all are short breaks      | A     | YES      | F2    | B1    |

        | Header                    | CHILD | DOB        |
        |                           | A     | 01/06/2008 |

        | Episodes                  | CHILD | DECOM      | LS | DEC        | REC |
        |                           | A     | 01/06/2024 | V3 |            |     |

        | Episodes_last             | CHILD | DECOM      | LS | DEC        | REC |
        |                           | A     | 01/06/2024 | V3 |            |     |

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | a short break stands      | A     | YES      | F2    | B1    |

        | Header                    | CHILD | DOB        |
        |                           | A     | 01/06/2008 |

        | Episodes                  | CHILD | DECOM      | LS | DEC        | REC |
        | ends earlier              | A     | 01/06/2024 | V3 | 02/06/2024 | E4A |

        | Episodes_last             | CHILD | DECOM      | LS | DEC        | REC |
        | same start                | A     | 01/06/2024 | C2 |            |     |

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | another child's is left   | A     | YES *    | F2 *  | B1 *  |

        | Header                    | CHILD | DOB        |
        |                           | A     | 01/06/2008 |

        | Episodes                  | CHILD | DECOM      | LS | DEC        | REC |
        |                           | A     | 01/06/2024 | V3 | 02/06/2024 | E4A |
        | ends later                | B     | 01/06/2024 | V3 | 02/06/2024 | E4A |

        | Episodes_last             | CHILD | DECOM      | LS | DEC        | REC |
        | same start, ends earlier  | B     | 01/06/2024 | C2 | 01/06/2024 | X1  |

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | no rows last year         | A     | YES      | F2    | B1    |

        | Header                    | CHILD | DOB        |
        |                           | A     | 01/06/2008 |

        | Episodes                  | CHILD | DECOM      | LS | DEC        | REC |
        |                           | A     | 01/06/2025 | C2 | 02/06/2025 | E4A |

        | Episodes_last             | CHILD | DECOM      | LS | DEC        | REC |
    """
    # Of several header rows the latest date of birth gives the fewest days: if any of them fails, this one does.
    header = data["Header"].join(data["OC3"], on="child", how="semi")
    under_20 = header.filter(birthday(20) > data.end).group_by("child").agg(pl.col("DOB").max())
    both_years = _both_years(data)
    episodes = _ended(_one_a_start(both_years.join(under_20, on="child", how="semi")), data)
    counted = episodes.filter(not_short_break()).join(under_20, on="child", how="inner")
    days = counted.group_by("child").agg(_days_from(14), _days_from(16))
    enough = days.filter((pl.col("days_from_14") >= _DAYS_FROM_14) & (pl.col("days_from_16") >= 1))
    adopted_last = episodes.filter(pl.col("latest") & adopted())
    care_leavers = enough.join(adopted_last, on="child", how="anti")
    flagged = data["OC3"].join(under_20, on="child", how="semi").join(care_leavers, on="child", how="anti")
    # A table without rows, or nothing but short breaks, tells nothing about anybody.
    return _if_any_row(flagged, data["Episodes"], data["Episodes_last"], _without_short_breaks(both_years))


def _both_years(data: ReturnData) -> pl.LazyFrame:
    """Episodes of this year and last: columns ``child``, ``_HISTORY_ITEMS``, ``year`` (0 is this one) and ``row``."""
    columns = ["child", *_HISTORY_ITEMS]
    return pl.concat(
        data[table].select(*columns, pl.lit(year).alias("year"), pl.col(table).alias("row"))
        for year, table in enumerate(("Episodes", "Episodes_last"))
    )


def _one_a_start(episodes: pl.LazyFrame) -> pl.LazyFrame:
    """One episode for each start of a child, blank starts being equal: the one with the earliest readable DEC, if any.

    Of several with that DEC it is this year's, and the first in the file.
    """
    in_order = episodes.sort("child", "DECOM", "DEC", "year", "row", nulls_last=True)
    same_child = (pl.col("child") == pl.col("child").shift()).fill_null(False)
    return in_order.filter(~(same_child & pl.col("DECOM").eq_missing(pl.col("DECOM").shift())))


def _ended(episodes: pl.LazyFrame, data: ReturnData) -> pl.LazyFrame:
    """Episodes with ``latest`` (starts last of the child's); the window's end stands in for a DEC that such a one lacks."""
    latest_start = (pl.col("DECOM") == pl.col("DECOM").max().over("child")).fill_null(False)
    lacks_end = pl.col("latest") & pl.col("DEC").is_null()
    return episodes.with_columns(latest_start.alias("latest")).with_columns(
        pl.when(lacks_end).then(pl.lit(data.end)).otherwise(pl.col("DEC")).alias("DEC")
    )


def _without_short_breaks(both_years: pl.LazyFrame) -> pl.LazyFrame:
    """Episodes other than short breaks that are left where one a start is taken; the same start may be there twice.

    To pick among tens of thousands takes long, so that is done only where a short break has the same start.
    """
    start = ["child", "DECOM"]
    short_breaks = both_years.filter(short_break())
    contested = both_years.join(short_breaks, on=start, how="semi", nulls_equal=True)
    uncontested = both_years.join(short_breaks, on=start, how="anti", nulls_equal=True)
    return pl.concat([uncontested, _one_a_start(contested).filter(not_short_break())])


def _days_from(age: int) -> pl.Expr:
    """Days of a child's episodes from a birthday on, last days not counted: ``days_from_<age>``. A blank DECOM is no limit."""
    days = (pl.col("DEC") - pl.max_horizontal("DECOM", birthday(age))).dt.total_days()
    return days.clip(lower_bound=0).sum().alias(f"days_from_{age}")


def _if_any_row(rows: pl.LazyFrame, *others: pl.LazyFrame) -> pl.LazyFrame:
    """The rows if each of the other frames has a row, else none."""
    for other in others:
        rows = rows.join(other.limit(1).select(pl.col("child").alias("_any")), how="cross").drop("_any")
    return rows
