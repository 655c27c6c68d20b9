"""The header: the collection that the return says it belongs to."""

from __future__ import annotations

import polars as pl

from csc_returns.extracts.dates import iso_date
from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import row_rule


@row_rule("100", "Header", ["ReferenceDate"], reads={"Header": ["Year"]})
def reference_date_does_not_close_year(_: ReturnData) -> pl.Expr:
    """Reference date is not the 31 March on which the return's own year ends.

    The header states the year in which the collection ends, and the reference date is 31 March of that year: 2026-03-31
    for 2026. A reference date that is blank or unreadable is wrong too, as is one beside a year that cannot be read.

    Fix: set the reference date to 31 March of the collection's year, and check that the year itself is right.

    Example:
        | Header               | Year  | ReferenceDate |
        | right                | 2026  | 2026-03-31    |
        | a day early          | 2026  | 2026-03-30 *  |
        | a day late           | 2026  | 2026-04-01 *  |
        | year before          | 2026  | 2025-03-31 *  |
        | other year, agreeing | 2023  | 2023-03-31    |
        | no date              | 2026  | *             |
        | not a date           | 2026  | 31/03/2026 *  |
        | no year              |       | 2026-03-31 *  |
        | not a year           | 26    | 2026-03-31 *  |
        | nothing at all       |       | *             |
    """
    expected = iso_date(pl.col("Year").str.strip_chars() + "-03-31")
    return (pl.col("ReferenceDate") != expected).fill_null(True)
