"""Figures as they may leave the authority: small numbers suppressed, and whatever would give them away.

Applied last, to figures that are finished. Markers: ``c`` suppressed, ``k`` above zero and rounds to it, ``z`` there is nothing
to divide by, ``x`` not available, ``u`` too few to be relied on (of which nothing here makes use).
"""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.population import TOTAL

#: Counts from 1 to this are suppressed.
SMALL = 5

SUPPRESSED, ROUNDS_TO_ZERO, NOTHING, NOT_AVAILABLE = "c", "k", "z", "x"

#: Units whose numerator counts children or events; and those whose denominator does not: a population, or nothing.
_COUNTED = ("percent", "percent_distribution", "rate_per_10000", "count")
_WITH_POPULATION = ("rate_per_10000", "count")

_FIGURE = ["indicator", "variant", "period_start", "period_end", "la_code"]


def markers(measures: pl.DataFrame) -> pl.DataFrame:
    """The figures with numerator, denominator and value as text: ``z`` or ``x`` where there is no value."""
    nothing = pl.when(pl.col("denominator") == 0).then(pl.lit(NOTHING)).otherwise(pl.lit(NOT_AVAILABLE))
    return measures.with_columns(
        text("numerator").fill_null(""), text("denominator").fill_null(""), text("value").fill_null(nothing)
    )


def text(column: str) -> pl.Expr:
    """A number as text, whole ones without a decimal point."""
    number = pl.col(column)
    whole = number == number.round(0)
    in_full = number.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(in_full).otherwise(number.cast(pl.String)).alias(column)


def published(measures: pl.DataFrame) -> pl.DataFrame:
    """Figures (columns ``MEASURES``) with small numbers suppressed; numerator, denominator and value are text.

    A count from 1 to 5 is ``c``, with the value that would reveal it. Where a single category of a breakdown is suppressed, it
    could be worked out from the total: the smallest other one goes too. Zero is shown.
    """
    rows = measures.with_row_index("_row")
    rows = rows.with_columns(
        pl.Series("_numerator", _hidden(rows, "numerator", pl.col("unit").is_in(_COUNTED))),
        pl.Series("_denominator", _hidden(rows, "denominator", ~pl.col("unit").is_in(_WITH_POPULATION))),
    )
    # A value beside a suppressed denominator tells it; so does a sum of which there are few.
    averages = ~pl.col("unit").is_in(_COUNTED)
    rows = rows.with_columns((pl.col("_numerator") | (averages & pl.col("_denominator"))).alias("_numerator"))
    rounds_to_zero = (pl.col("value") == 0) & (pl.col("numerator") > 0)
    marked = markers(rows.with_columns(rounds_to_zero.fill_null(False).alias("_zero")))
    return marked.select(
        *(
            {
                "numerator": pl.when("_numerator").then(pl.lit(SUPPRESSED)).otherwise("numerator").alias("numerator"),
                "denominator": pl.when("_denominator")
                .then(pl.lit(SUPPRESSED))
                .otherwise("denominator")
                .alias("denominator"),
                "value": pl.when(pl.col("_numerator") | pl.col("_denominator"))
                .then(pl.lit(SUPPRESSED))
                .when("_zero")
                .then(pl.lit(ROUNDS_TO_ZERO))
                .otherwise("value")
                .alias("value"),
                # Notes count rows: what they count may be small too.
                "note": pl.col("note").str.replace_all(rf"(^|; )[1-{SMALL}] ", f"${{1}}{SUPPRESSED} "),
            }.get(name, pl.col(name))
            for name in measures.columns
        )
    )


def _hidden(rows: pl.DataFrame, column: str, counts: pl.Expr) -> list[bool]:
    """Whether the count in a column is suppressed, row by row."""
    counted = rows.filter(counts & pl.col(column).is_not_null())
    small = pl.col(column).is_between(1, SMALL)
    siblings = counted.filter(pl.col("breakdown") != TOTAL).with_columns(
        _family().alias("_family"), small.alias("_small")
    )
    by = [*_FIGURE, "breakdown", "_family"]
    alone = siblings.filter((pl.col("_small").sum().over(by) == 1) & ~pl.col("_small") & (pl.col(column) > 0))
    # Of several that are as small, the first in the order shown.
    second = alone.sort(column, "_row").unique(by, keep="first", maintain_order=True)["_row"]
    first = counted.filter(small)["_row"]
    return rows["_row"].is_in(pl.concat([first, second]).implode()).to_list()


def _family() -> pl.Expr:
    """Rows of one breakdown that add up to one total: of a distribution that is crossed, those of the same second category."""
    crossed = pl.col("breakdown").str.contains(", ")
    return (
        pl.when(crossed).then(pl.col("category").str.splitn(", ", 2).struct.field("field_1")).otherwise(pl.lit(TOTAL))
    )
