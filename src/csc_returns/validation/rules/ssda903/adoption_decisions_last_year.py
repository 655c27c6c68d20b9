"""Decisions for adoption of this year's return beside those of last year's."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import SENT, ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.values import any_filled, blank, differ, filled, same_date

#: Behind the names of last year's columns where a decision stands beside one of last year.
_LAST = "_PlacedAdoption_last"


def _beside_last_years(data: ReturnData) -> pl.LazyFrame:
    """Each decision beside each of last year's of its child; all pairs of one decision are one finding."""
    pairs = data.join("PlacedAdoption", "PlacedAdoption_last", on="child")
    return pairs.with_columns(finding=pl.col("PlacedAdoption"))


@frame_rule("559", {"PlacedAdoption": ["DATE_PLACED"]}, reads={"PlacedAdoption_last": ["DATE_PLACED"]})
def decided_before_year_and_not_returned(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption dates from before the year, but last year's return has none for the child.

    A decision is first returned for the year in which it was made. A decision of last year's return whose date is blank, or
    cannot be read, counts as missing, even beside another one.

    Fix: correct the date of the decision; if it is right, last year's return lacks it.

    Example:
        | PlacedAdoption        | CHILD | DATE_PLACED  |
        | a day before the year | A     | 31/03/2025 * |
        | first day of the year | A     | 01/04/2025   |
        | not a date            | A     | 2025-03-31   |
        | no date               | A     |              |
        | date was blank        | B     | 31/03/2025 * |
        | date was not a date   | C     | 31/03/2025 * |
        | one of two was blank  | D     | 31/03/2025 * |
        | another date          | E     | 31/03/2025   |
        | nobody's              |       | 31/03/2025 * |

        | PlacedAdoption_last   | CHILD | DATE_PLACED |
        |                       | B     |             |
        |                       | C     | 2025-03-31  |
        |                       | D     | 31/03/2025  |
        |                       | D     |             |
        |                       | E     | 01/05/2024  |
        | nobody's              |       | 31/03/2025  |
    """
    last_year = data["PlacedAdoption_last"]
    undated = last_year.filter(pl.col("DATE_PLACED").is_null()).select("child")
    dated = last_year.join(undated, on="child", how="anti")
    return data["PlacedAdoption"].filter(pl.col("DATE_PLACED") < data.start).join(dated, on="child", how="anti")


@frame_rule(
    "560",
    {"PlacedAdoption": ["DATE_PLACED", "DATE_PLACED_CEASED"]},
    reads={"PlacedAdoption_last": ["DATE_PLACED", "DATE_PLACED_CEASED"]},
)
def standing_decision_redated(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption has another date than in last year's return, where it was not reversed.

    A decision that stood when last year's return was made keeps its date. The dates are compared as they were written; a blank
    one this year is another date.

    Fix: enter the date of last year's return, or add the older decision with its reversal.

    Example:
        | PlacedAdoption            | CHILD | DATE_PLACED  | DATE_PLACED_CEASED |
        | a day later               | A     | 02/05/2024 * | *                  |
        | the same                  | A     | 01/05/2024   |                    |
        | written shorter           | A     | 1/5/2024 *   | 02/06/2025 *       |
        | not a date                | A     | SOON *       | *                  |
        | no date                   | A     | *            | *                  |
        | another, but was reversed | B     | 02/05/2024   |                    |
        | any reversal counts       | C     | 02/05/2024   |                    |
        | had no date               | D     | 02/05/2024   |                    |
        | one of two stands         | E     | 02/05/2024 * | *                  |
        | equals one of two         | F     | 02/05/2024 * | *                  |
        | any date counts           | G     | 02/05/2024 * | *                  |
        | the same, not a date      | G     | SOON         |                    |
        | not returned last year    | H     | 02/05/2024   |                    |
        | nobody's                  |       | 02/05/2024   |                    |

        | PlacedAdoption_last       | CHILD | DATE_PLACED | DATE_PLACED_CEASED |
        |                           | A     | 01/05/2024  |                    |
        |                           | B     | 01/05/2024  | 01/06/2024         |
        |                           | C     | 01/05/2024  | SOON               |
        |                           | D     |             |                    |
        |                           | E     | 01/01/2024  | 01/02/2024         |
        |                           | E     | 01/05/2024  |                    |
        |                           | F     | 01/05/2024  |                    |
        |                           | F     | 02/05/2024  |                    |
        |                           | G     | SOON        |                    |
        | nobody's                  |       | 01/05/2024  |                    |
    """
    stood = filled("DATE_PLACED", _LAST) & blank("DATE_PLACED_CEASED", _LAST)
    date_as_sent = f"DATE_PLACED{SENT}"
    return data.shared(_beside_last_years).filter(stood & differ(date_as_sent, f"{date_as_sent}{_LAST}"))


@frame_rule(
    "561",
    {"PlacedAdoption": ["DATE_PLACED"]},
    reads={"PlacedAdoption_last": ["DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]},
)
def reversed_decision_returned_again(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption has the date of one that last year's return showed as reversed.

    What was reversed last year is no part of this return. A date or a reason of the reversal is enough, whatever was entered.
    Dates that cannot be read are the same if they are written the same.

    Fix: remove the decision, or correct its date if it is a new one.

    Example:
        | PlacedAdoption           | CHILD | DATE_PLACED  |
        | date and reason          | A     | 01/05/2024 * |
        | written shorter          | A     | 1/5/2024 *   |
        | a day later              | A     | 02/05/2024   |
        | no date                  | A     |              |
        | date only                | B     | 01/05/2024 * |
        | reason only              | C     | 01/05/2024 * |
        | reversal not a date      | D     | 01/05/2024 * |
        | stood                    | E     | 01/05/2024   |
        | one of two               | F     | 01/05/2024 * |
        | another was reversed     | G     | 01/05/2024   |
        | had no date              | H     |              |
        | not a date, the same     | I     | SOON *       |
        | not returned last year   | J     | 01/05/2024   |
        | nobody's                 |       | 01/05/2024   |

        | PlacedAdoption_last      | CHILD | DATE_PLACED | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        |                          | A     | 01/05/2024  | 01/06/2024         | RD1                  |
        |                          | B     | 01/05/2024  | 01/06/2024         |                      |
        |                          | C     | 01/05/2024  |                    | X                    |
        |                          | D     | 01/05/2024  | SOON               |                      |
        |                          | E     | 01/05/2024  |                    |                      |
        |                          | F     | 01/05/2024  |                    |                      |
        |                          | F     | 01/05/2024  | 01/06/2024         | RD1                  |
        |                          | G     | 01/05/2024  |                    |                      |
        |                          | G     | 01/01/2024  | 01/02/2024         | RD1                  |
        |                          | H     |             | 01/06/2024         | RD1                  |
        |                          | I     | SOON        | 01/06/2024         | RD1                  |
        | nobody's                 |       | 01/05/2024  | 01/06/2024         | RD1                  |
    """
    was_reversed = any_filled("DATE_PLACED_CEASED", "REASON_PLACED_CEASED", suffix=_LAST)
    return data.shared(_beside_last_years).filter(was_reversed & same_date("DATE_PLACED", "DATE_PLACED", _LAST))


@frame_rule(
    "584",
    {"PlacedAdoption": ["DATE_PLACED"]},
    reads={"PlacedAdoption_last": ["DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]},
)
def not_later_than_reversed_decision(data: ReturnData) -> pl.LazyFrame:
    """Decision for adoption is undated, or no later than one that last year's return showed as reversed.

    After a reversal only a new decision, of a later day, can be in this year's return. A date or a reason of the reversal is
    enough.

    Fix: enter or correct the date of the new decision, or remove one that was reversed last year.

    Example:
        | PlacedAdoption             | CHILD | DATE_PLACED  |
        | same day                   | A     | 01/05/2024 * |
        | a day before               | A     | 30/04/2024 * |
        | a day later                | A     | 02/05/2024   |
        | no date                    | A     | *            |
        | not a date                 | A     | 2024-05-01   |
        | reason only                | B     | 01/05/2024 * |
        | reversal not a date        | C     | 01/05/2024 * |
        | stood                      | D     | 01/05/2024   |
        | no date, stood             | D     |              |
        | later than one of two      | E     | 01/03/2024 * |
        | had no date                | F     |              |
        | no date, had not a date    | G     | *            |
        | had not a date             | G     | 01/05/2024   |
        | not returned last year     | H     |              |
        | nobody's                   |       |              |

        | PlacedAdoption_last        | CHILD | DATE_PLACED | DATE_PLACED_CEASED | REASON_PLACED_CEASED |
        |                            | A     | 01/05/2024  | 01/06/2024         |                      |
        |                            | B     | 01/05/2024  |                    | X                    |
        |                            | C     | 01/05/2024  | SOON               |                      |
        |                            | D     | 01/05/2024  |                    |                      |
        |                            | E     | 01/01/2024  | 01/02/2024         | RD1                  |
        |                            | E     | 01/05/2024  | 01/06/2024         | RD1                  |
        |                            | F     |             | 01/06/2024         | RD1                  |
        |                            | G     | SOON        | 01/06/2024         | RD1                  |
        | nobody's                   |       | 01/05/2024  | 01/06/2024         | RD1                  |
    """
    was_reversed = filled("DATE_PLACED", _LAST) & any_filled("DATE_PLACED_CEASED", "REASON_PLACED_CEASED", suffix=_LAST)
    no_later = (pl.col("DATE_PLACED") <= pl.col(f"DATE_PLACED{_LAST}")).fill_null(False)
    return data.shared(_beside_last_years).filter(was_reversed & (blank("DATE_PLACED") | no_later))
