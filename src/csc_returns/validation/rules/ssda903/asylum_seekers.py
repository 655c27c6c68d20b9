"""Unaccompanied asylum seeking children (UASC): the end of that status, and what last year's return said."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import inside_window
from csc_returns.validation.rule import LAST, frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import birthday
from csc_returns.validation.rules.ssda903.shared.uasc import (
    NO,
    YES,
    indicator_known,
    indicator_rows,
    last_years_indicator_rows,
    uasc_in_both_years,
)
from csc_returns.validation.rules.ssda903.shared.values import (
    filled,
    none_of,
    number,
    one_of,
    same_and_filled,
)
from csc_returns.validation.rules.ssda903.shared.years import inside_last_years_window

# -- the end of the status ---------------------------------------------------------------------------------------------


@row_rule("104", "UASC", ["DUC"])
def status_end_invalid_or_before_year(data: ReturnData) -> pl.Expr:
    """End of the time as an unaccompanied asylum seeker is unreadable, or before the collection year.

    Whose status ended before the year is not an unaccompanied asylum seeker of this return. Later dates are taken.

    Fix: correct the date; leave the child out of the UASC table if the status ended before the year.

    Example:
        | UASC               | DUC          |
        | the day before     | 31/03/2025 * |
        | the first day      | 01/04/2025   |
        | after the year     | 01/04/2027   |
        | no such day        | 31/04/2025 * |
        | a word             | unknown *    |
        | still an applicant |              |
    """
    return filled("DUC") & (pl.col("DUC").is_null() | (pl.col("DUC") < data.start))


@row_rule("304", "UASC", ["DUC"], reads={"UASC": ["DOB"]})
def status_ends_after_18th_birthday(_: ReturnData) -> pl.Expr:
    """Time as an unaccompanied asylum seeker ends later than the 18th birthday.

    Only children are unaccompanied asylum seekers, so the status ends on the 18th birthday at the latest. The date of birth is
    the one in the UASC table; who was born on 29 February has that birthday on the 28th.

    Fix: enter the day of the 18th birthday, or correct the date of birth.

    Example:
        | UASC                | DOB        | DUC          |
        | the day before      | 14/05/2007 | 13/05/2025   |
        | on the birthday     | 14/05/2007 | 14/05/2025   |
        | the day after       | 14/05/2007 | 15/05/2025 * |
        | leap day            | 29/02/2008 | 28/02/2026   |
        | leap day, day after | 29/02/2008 | 01/03/2026 * |
        | no end              | 14/05/2007 |              |
        | unreadable end      | 14/05/2007 | 31/06/2025   |
        | no date of birth    |            | 15/05/2025   |
        | unreadable birth    | 31/04/2007 | 15/05/2025   |
    """
    return pl.col("DUC") > birthday(18)


@frame_rule("303", {"UASC": ["DUC"], "Header": ["UASC"]})
def status_end_of_no_asylum_seeker(data: ReturnData) -> pl.LazyFrame:
    """End of the time as an unaccompanied asylum seeker is given for a child who is not said to be one.

    The header's indicator is 1 for everyone who was an unaccompanied asylum seeker at some time in the year. In CSV files it
    follows from the UASC table.

    Fix: set the indicator to 1, or clear the end of the status.

    Example:
        | UASC                | CHILD | DUC          |
        | said to be none     | A     | 02/05/2025 * |
        | not said            | B     | 02/05/2025 * |
        | no number           | C     | 02/05/2025 * |
        | another number      | D     | 02/05/2025 * |
        | unreadable          | E     | 31/04/2025 * |
        | an asylum seeker    | F     | 02/05/2025   |
        | 1 as a number       | G     | 02/05/2025   |
        | no end              | H     |              |
        | not in the header   | I     | 02/05/2025   |
        | no child            |       | 02/05/2025   |

        | Header              | CHILD | UASC  |
        |                     | A     | 0 *   |
        |                     | B     | *     |
        |                     | C     | YES * |
        |                     | D     | 2 *   |
        |                     | E     | 0 *   |
        |                     | F     | 1     |
        |                     | G     | 1.0   |
        |                     | H     | 0     |
        | not in UASC         | J     | 0     |
        | no child            |       | 0     |

    Example:
        | UASC                | CHILD | DUC        |
        |                     | A     | 02/05/2025 |

        | Header              | CHILD |
        | so the indicator is | A     |
    """
    an_asylum_seeker = (number("UASC_Header") == 1).fill_null(False)
    return data.join("UASC", "Header", on="child").filter(filled("DUC") & ~an_asylum_seeker)


# -- this year's return and last year's ----------------------------------------------------------------------------------


def _both_years(data: ReturnData, flagged: pl.Expr) -> pl.LazyFrame:
    """Rows of this year's UASC table beside last year's for which an expression holds; all pairs of a row are one finding.

    The child's rows of the header stand below them, and not beside each pair: an identifier that many rows of all three tables
    share would give the cube of their number.
    """
    rows = data.shared(uasc_in_both_years).filter(flagged)
    headers = data.join("UASC", "Header", on="child").join(rows, on="UASC", how="semi")
    return pl.concat([rows, headers.select("UASC", "Header")], how="diagonal").with_columns(finding=pl.col("UASC"))


@frame_rule(
    "205A",
    {"UASC": ["DUC"], "Header": ["UASC"]},
    reads={"UASC_last": ["DUC"], "Header_last": ["UASC"]},
    optional=("Header", "Header_last"),
)
def no_asylum_seeker_any_more(data: ReturnData) -> pl.LazyFrame:
    """Child is no longer an unaccompanied asylum seeker, but the ends of that status do not show it.

    Last year's return should hold the day within that year on which the status ended, and this year's none.

    Fix: clear DUC, or set the indicator to 1 if the child still was one this year; check the end in last year's return.

    Example:
        | UASC                  | CHILD | DUC          |
        | a day before the year | A     | *            |
        | first day of the year | B     |              |
        | last day of the year  | C     |              |
        | a day after the year  | D     | *            |
        | had no end            | E     | *            |
        | had an unreadable end | F     | *            |
        | has an end now        | G     | 02/05/2025 * |
        | an unreadable end now | H     | 31/04/2025 * |
        | it is not said now    | I     | 02/05/2025 * |
        | still is one          | J     | 02/05/2025   |
        | was none              | K     | 02/05/2025   |
        | was not said          | L     | 02/05/2025   |
        | not in last year's    | M     | 02/05/2025   |
        | not in the header     | N     | 02/05/2025 * |
        | no child              |       | 02/05/2025   |

        | Header                | CHILD | UASC |
        |                       | A     | 0 *  |
        |                       | B     | 0    |
        |                       | C     | 0    |
        |                       | D     | 0 *  |
        |                       | E     | 0 *  |
        |                       | F     | 0 *  |
        |                       | G     | 0 *  |
        |                       | H     | 0 *  |
        |                       | I     | *    |
        |                       | J     | 1    |
        |                       | K     | 0    |
        |                       | L     | 0    |
        |                       | M     | 0    |
        | no child              |       | 0    |

        | UASC_last             | CHILD | DUC        |
        |                       | A     | 31/03/2024 |
        |                       | B     | 01/04/2024 |
        |                       | C     | 31/03/2025 |
        |                       | D     | 01/04/2025 |
        |                       | E     |            |
        |                       | F     | 31/04/2024 |
        |                       | G     | 02/05/2024 |
        |                       | H     | 02/05/2024 |
        |                       | I     | 02/05/2024 |
        |                       | J     | 02/05/2024 |
        |                       | K     |            |
        |                       | L     |            |
        |                       | N     | 02/05/2024 |
        | no child              |       |            |

        | Header_last           | CHILD | UASC |
        |                       | A     | 1    |
        |                       | B     | 1    |
        |                       | C     | 1    |
        |                       | D     | 1    |
        |                       | E     | 1    |
        |                       | F     | 1    |
        |                       | G     | 1    |
        |                       | H     | 1    |
        |                       | I     | 1    |
        |                       | J     | 1    |
        |                       | K     | 0    |
        |                       | L     |      |
        |                       | M     | 1    |
        |                       | N     | 1    |
        | no child              |       | 1    |

    Example:
        | UASC                  | CHILD | SEX | DUC        |
        | nothing entered       | A     |     | *          |
        | so still one          | B     | M   |            |
        | so still one          | C     |     | 02/05/2025 |

        | UASC_last             | CHILD | SEX | DUC        |
        |                       | A     | M   |            |
        |                       | B     | M   |            |
        |                       | C     | M   |            |
    """
    ended_then = inside_last_years_window(f"DUC_UASC{LAST}", data).fill_null(False)
    stopped = none_of("uasc", [YES]) & one_of("uasc_before", [YES])
    return _both_years(data, stopped & (filled("DUC") | ~ended_then))


@frame_rule(
    "205B",
    {"UASC": ["DUC"], "Header": ["UASC"]},
    reads={"UASC_last": ["DUC", "DOB"], "Header_last": ["UASC"]},
    optional=("Header", "Header_last"),
)
def asylum_seeker_with_wrong_ends(data: ReturnData) -> pl.LazyFrame:
    """Child is an unaccompanied asylum seeker in both years, but the ends of that status are wrong.

    Last year's return should hold the 18th birthday as the expected end (by its own date of birth, 28 February for those born
    on the 29th). This year's should hold the same day, or the day in this year on which the status ended.

    Fix: enter the day on which the status ended or will end; check the end and the date of birth in last year's return.

    Example:
        | UASC                   | CHILD | DUC          |
        | the same               | A     | 14/05/2027   |
        | ended on the first day | B     | 01/04/2025   |
        | ended on the last day  | C     | 31/03/2026   |
        | a day too early        | D     | 31/03/2025 * |
        | a day too late         | E     | 01/04/2026 * |
        | no end                 | F     | *            |
        | unreadable end         | G     | 31/04/2025 * |
        | was a day after        | H     | 15/05/2027 * |
        | had no end             | I     | 02/05/2025 * |
        | had an unreadable end  | J     | 02/05/2025 * |
        | had no date of birth   | K     | 14/05/2027 * |
        | leap day               | L     | 28/02/2026   |
        | leap day, a day later  | M     | 01/03/2026 * |
        | said to be none        | N     |              |
        | was none               | O     |              |
        | not in last year's     | P     |              |
        | no child               |       |              |

        | Header                 | CHILD | UASC |
        |                        | A     | 1    |
        |                        | B     | 1    |
        |                        | C     | 1    |
        |                        | D     | 1 *  |
        |                        | E     | 1 *  |
        |                        | F     | 1 *  |
        |                        | G     | 1 *  |
        |                        | H     | 1 *  |
        |                        | I     | 1 *  |
        |                        | J     | 1 *  |
        |                        | K     | 1 *  |
        |                        | L     | 1    |
        |                        | M     | 1 *  |
        |                        | N     | 0    |
        |                        | O     | 1    |
        |                        | P     | 1    |
        | no child               |       | 1    |

        | UASC_last              | CHILD | DOB        | DUC        |
        |                        | A     | 14/05/2009 | 14/05/2027 |
        |                        | B     | 14/05/2009 | 14/05/2027 |
        |                        | C     | 14/05/2009 | 14/05/2027 |
        |                        | D     | 14/05/2009 | 14/05/2027 |
        |                        | E     | 14/05/2009 | 14/05/2027 |
        |                        | F     | 14/05/2009 | 14/05/2027 |
        |                        | G     | 14/05/2009 | 14/05/2027 |
        |                        | H     | 14/05/2009 | 15/05/2027 |
        |                        | I     | 14/05/2009 |            |
        |                        | J     | 14/05/2009 | 31/04/2027 |
        |                        | K     |            | 14/05/2027 |
        |                        | L     | 29/02/2008 | 28/02/2026 |
        |                        | M     | 29/02/2008 | 01/03/2026 |
        |                        | N     | 14/05/2009 |            |
        |                        | O     | 14/05/2009 |            |
        | no child               |       | 14/05/2009 |            |

        | Header_last            | CHILD | UASC |
        |                        | A     | 1    |
        |                        | B     | 1    |
        |                        | C     | 1    |
        |                        | D     | 1    |
        |                        | E     | 1    |
        |                        | F     | 1    |
        |                        | G     | 1    |
        |                        | H     | 1    |
        |                        | I     | 1    |
        |                        | J     | 1    |
        |                        | K     | 1    |
        |                        | L     | 1    |
        |                        | M     | 1    |
        |                        | N     | 1    |
        |                        | O     | 0    |
        |                        | P     | 1    |
        | no child               |       | 1    |

    Example:
        | UASC                   | CHILD | DUC          |
        |                        | A     | 31/03/2025 * |

        | UASC_last              | CHILD | DOB        | DUC        |
        |                        | A     | 14/05/2009 | 14/05/2027 |
    """
    expected = (pl.col(f"DUC_UASC{LAST}") == birthday(18, f"DOB_UASC{LAST}")).fill_null(False)
    in_year = inside_window("DUC", data).fill_null(False)
    both = one_of("uasc", [YES]) & one_of("uasc_before", [YES])
    return _both_years(data, both & (~expected | ~(in_year | same_and_filled("DUC", f"DUC_UASC{LAST}"))))


@frame_rule(
    "205C",
    {"UASC": ["DUC"], "Header": ["UASC"]},
    reads={"UASC_last": ["DUC"], "Header_last": ["UASC"]},
    optional=("Header", "Header_last"),
)
def status_end_of_asylum_seeker_in_neither_year(data: ReturnData) -> pl.LazyFrame:
    """Unaccompanied asylum seeker's end of status is given for a child who is none this year and last.

    A date in either return is enough. A child who is not in last year's UASC table counts as none last year.

    Fix: clear DUC, or set the indicator to 1 if the child was an unaccompanied asylum seeker.

    Example:
        | UASC                    | CHILD | DUC          |
        | an end this year        | A     | 02/05/2025 * |
        | an end last year        | B     | *            |
        | not said in either year | C     | 02/05/2025 * |
        | not in last year's      | D     | 02/05/2025 * |
        | not in the header       | E     | 02/05/2025 * |
        | unreadable              | F     | 31/04/2025   |
        | no end                  | G     |              |
        | one this year           | H     | 02/05/2025   |
        | one last year           | I     | 02/05/2025   |
        | neither yes nor no      | J     | 02/05/2025   |

        | Header                  | CHILD | UASC |
        |                         | A     | 0 *  |
        |                         | B     | 0 *  |
        |                         | C     | *    |
        |                         | D     | 0 *  |
        |                         | F     | 0    |
        |                         | G     | 0    |
        |                         | H     | 1    |
        |                         | I     | 0    |
        |                         | J     | 2    |

        | UASC_last               | CHILD | DUC        |
        |                         | A     |            |
        |                         | B     | 02/05/2024 |
        |                         | C     |            |
        |                         | E     |            |
        |                         | F     | 31/04/2024 |
        |                         | G     |            |
        |                         | H     |            |
        |                         | I     |            |
        |                         | J     |            |

        | Header_last             | CHILD | UASC |
        |                         | A     | 0    |
        |                         | B     | 0    |
        |                         | C     |      |
        |                         | D     | 1    |
        |                         | E     | 0    |
        |                         | F     | 0    |
        |                         | G     | 0    |
        |                         | H     | 0    |
        |                         | I     | 1    |
        |                         | J     | 0    |
    """
    in_neither = _said_to_be_none("uasc") & _said_to_be_none("uasc_before")
    dated = pl.col("DUC").is_not_null() | pl.col(f"DUC_UASC{LAST}").is_not_null()
    return _both_years(data, in_neither & dated)


def _said_to_be_none(indicator: str) -> pl.Expr:
    return pl.col(indicator).is_null() | one_of(indicator, [NO])


@frame_rule(
    "205D",
    {"Header": ["UASC"], "UASC": ["CHILD"]},
    reads={"Header_last": ["UASC"], "UASC_last": ["SEX", "DUC"], "UASC": ["SEX", "DUC"]},
    optional=("Header", "UASC", "Header_last", "UASC_last"),
)
def asylum_seeker_who_was_none(data: ReturnData) -> pl.LazyFrame:
    """Child is an unaccompanied asylum seeker, and last year's return had the child as none.

    The status begins when the child arrives, so who was looked after last year as no unaccompanied asylum seeker cannot become
    one. Without a header the UASC table tells who is one, and is pointed at.

    Fix: set the indicator to 0, or take the child out of the UASC table; if last year's was wrong, explain it to the DfE.

    Example:
        | Header                  | CHILD | UASC |
        | was none                | A     | 1 *  |
        | it was not said         | B     | 1 *  |
        | was one                 | C     | 1    |
        | is none                 | D     | 0    |
        | it is not said          | E     |      |
        | not in last year's      | F     | 1    |
        | twice: once as none,    | G     | 0    |
        | once as one             | G     | 1 *  |
        | was none and one        | H     | 1 *  |
        | no child                |       | 1    |

        | Header_last             | CHILD | UASC |
        |                         | A     | 0    |
        |                         | B     |      |
        |                         | C     | 1    |
        |                         | D     | 0    |
        |                         | E     | 0    |
        |                         | G     | 0    |
        |                         | H     | 1    |
        |                         | H     | 0    |
        | no child                |       | 0    |

    Example:
        | Header                  | CHILD | UASC |
        | in this UASC table only | A     | 1 *  |
        | in both                 | B     | 1    |

        | UASC                    | CHILD |
        |                         | A     |
        |                         | B     |

        | Header_last             | CHILD |
        |                         | A     |
        |                         | B     |

        | UASC_last               | CHILD |
        |                         | B     |

    Example:
        | UASC                    | CHILD | SEX | DUC        |
        | without header          | A *   | M   |            |
        | an end                  | B *   |     | 02/05/2027 |
        | nothing entered         | C     |     |            |
        | was one                 | D     | M   |            |

        | UASC_last               | CHILD | SEX |
        |                         | A     |     |
        |                         | B     |     |
        |                         | C     |     |
        |                         | D     | M   |
    """
    known = indicator_known(data) and indicator_known(data, LAST)
    is_one = indicator_rows(data).filter(pl.lit(known) & one_of("uasc", [YES]))
    was_none = last_years_indicator_rows(data).filter(none_of("uasc_before", [YES]))
    # The rows are of Header, or without it of the UASC table: there is nothing to point at in the other one.
    at, nowhere = ("Header", "UASC") if "Header" in data.present else ("UASC", "Header")
    rows = is_one.join(was_none, on="child", how="semi").rename({"row": at})
    return rows.with_columns(pl.lit(None, pl.UInt32).alias(nowhere))
