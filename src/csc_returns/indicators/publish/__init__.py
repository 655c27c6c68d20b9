"""Figures as they may leave the authority: small numbers suppressed, and whatever would give them away.

Applied last, to figures that are finished. Markers, as the DfE's: ``c`` suppressed; ``k`` above zero and rounds to it; ``u`` a
percentage of fewer than ``RELIABLE``; ``z`` there is nothing to divide by, or no share is taken (of those not known, where
shares are of those known); ``x`` not available.

**Protected**, in each figure (one indicator, variant, period and authority): every count from 1 to ``SMALL``, numerator or
denominator, with the value that would reveal it. Zero is shown, and a category that is absent is zero to the reader. No such
count can be worked out from what is shown, by subtraction or from the range that is left to it:

- the categories of a breakdown add up to the total, in numerator and denominator; those that are known to the number known;
- the parts shown beside a figure add up to its numerator, its denominator, or the difference of the two. Parts that may overlap
  add up to nothing: of them too, one alone is never suppressed;
- a distribution that is crossed adds up both ways: to the total of the one category, and of the other. All its rows and
  columns are looked at together, and all crossings of a distribution.

The same number in two places is suppressed in both. Small counts in notes and of rows left out are suppressed.

**Not protected**:

- the difference of a shown numerator and denominator: 98 of 100 says that 2 are not. The DfE publishes such figures;
- the sum of suppressed siblings, which may be small, and the range that it leaves them. Where a total is small itself, its
  suppressed categories are few;
- differences between figures: variants of one definition, indicators of which one is a part of another or has the same
  denominator, periods that overlap or follow each other (four quarters and their year), and figures published before. Whoever
  publishes several of these must compare them.

How: ``counts.py`` numbers the counts, the same one alike wherever it stands; ``sums.py`` knows what adds up to what and what
that tells, ``crossed.py`` the same of crossed distributions.
"""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.publish import crossed, sums
from csc_returns.indicators.publish.counts import COUNTED, PERCENT, SMALL, counts_of

#: A percentage of fewer than this is of low reliability.
RELIABLE = 10

#: Figures of about so many rows are looked at together.
_ROWS_AT_ONCE = 50_000

SUPPRESSED, ROUNDS_TO_ZERO, UNRELIABLE, NOTHING, NOT_AVAILABLE = "c", "k", "u", "z", "x"


def markers(measures: pl.DataFrame) -> pl.DataFrame:
    """The figures with numerator, denominator and value as text: ``z`` or ``x`` where there is no value."""
    # A share without a denominator is none of those known, by definition.
    no_share = pl.col("unit").is_in(PERCENT) & pl.col("numerator").is_not_null() & pl.col("denominator").is_null()
    nothing = (pl.col("denominator") == 0).fill_null(value=False) | no_share
    marker = pl.when(nothing).then(pl.lit(NOTHING)).otherwise(pl.lit(NOT_AVAILABLE))
    return measures.with_columns(
        text("numerator").fill_null(""), text("denominator").fill_null(""), text("value").fill_null(marker)
    )


def text(column: str) -> pl.Expr:
    """A number as text, whole ones without a decimal point."""
    number = pl.col(column)
    whole = number == number.round(0)
    in_full = number.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(in_full).otherwise(number.cast(pl.String)).alias(column)


def published(measures: pl.DataFrame) -> pl.DataFrame:
    """Figures (columns ``MEASURES``) with small numbers suppressed; numerator, denominator and value are text.

    What is suppressed, and what is not protected, stands at the top of this package.
    """
    counts = counts_of(measures)
    # A figure stands for itself; some at a time need less memory.
    some = [_hidden(part) for _, part in counts.group_by(pl.col("figure") // _ROWS_AT_ONCE)]
    hidden = pl.concat([pl.Series("part", [], pl.Int64), *some])
    n_hidden = counts["n_id"].is_in(hidden.implode())
    d_hidden = counts["d_id"].is_in(hidden.implode())
    numerator, denominator, unit = pl.col("numerator"), pl.col("denominator"), pl.col("unit")
    rows = measures.with_columns(
        # A sum beside a mean tells how many there are of it, so it goes with them.
        (n_hidden | (~unit.is_in(COUNTED) & d_hidden & numerator.is_not_null())).alias("_n_hidden"),
        d_hidden.alias("_d_hidden"),
        ((pl.col("value") == 0) & (numerator > 0)).alias("_rounds_to_zero"),
        (unit.is_in(PERCENT) & denominator.is_between(1, RELIABLE - 1)).alias("_unreliable"),
        # Notes count rows of children, and so does what is left out: these may be few as well.
        pl.col("note").str.replace_all(rf"(^|; )[1-{SMALL}] ", f"${{1}}{SUPPRESSED} "),
        pl.when(~pl.col("rows_left_out").is_between(1, SMALL)).then("rows_left_out").alias("rows_left_out"),
    )
    hide = pl.lit(SUPPRESSED)
    value = (
        pl.when(pl.col("_n_hidden") | pl.col("_d_hidden"))
        .then(hide)
        .when("_unreliable")
        .then(pl.lit(UNRELIABLE))
        .when("_rounds_to_zero")
        .then(pl.lit(ROUNDS_TO_ZERO))
        .otherwise("value")
    )
    return (
        markers(rows)
        .with_columns(
            pl.when("_n_hidden").then(hide).otherwise("numerator").alias("numerator"),
            pl.when("_d_hidden").then(hide).otherwise("denominator").alias("denominator"),
            value.alias("value"),
        )
        .select(measures.columns)
    )


def _hidden(counts: pl.DataFrame) -> pl.Series:
    """The numbers of the counts (``counts_of``) to suppress: the small ones, and others until none can be worked out."""
    small = [
        counts.filter(pl.col(count).is_between(1, SMALL))[number].alias("part")
        for count, number in (("n", "n_id"), ("d", "d_id"))
    ]
    adding_up = sums.sums_of(counts)
    hidden = sums.closed(adding_up, pl.concat(small).unique())
    crossings = crossed.crossings_of(counts, hidden)
    while crossings:
        numbers = set(hidden)
        # Totals of rows and columns are parts of sums: where these then want more, crossings are looked at again.
        crossings = {figure: those for figure, those in crossings.items() if crossed.close(those, numbers)}
        adding_up = adding_up.filter(pl.col("figure").is_in(list(crossings)))
        hidden = sums.closed(adding_up, pl.Series("part", sorted(numbers), pl.Int64))
    return hidden
