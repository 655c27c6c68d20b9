"""Figures as they may leave the authority: small numbers suppressed, and whatever would give them away.

Applied last, to figures that are finished. Markers, as the DfE's: ``c`` suppressed; ``k`` above zero and rounds to it; ``u`` a
percentage of fewer than ``RELIABLE``; ``z`` there is nothing to divide by; ``x`` not available.

**Protected**, in each figure (one indicator, variant, period and authority): every count from 1 to ``SMALL``, numerator or
denominator, with the value that would reveal it. Zero is shown, and a category that is absent is zero to the reader. No such
count can be worked out by subtraction from what is shown: of the categories that add up to something shown, at least two are
suppressed, and more where those suppressed could only be one each; where no sibling is left the total goes too, and then a
category of each of its other breakdowns. "Add up" means:

- the categories of a breakdown to the total, in numerator and denominator; those that are known to the number known;
- the parts shown beside a figure to its numerator, its denominator, or the difference of the two. Parts that may overlap add up
  to nothing: of them too, one alone is never suppressed;
- a distribution that is crossed, both ways: to the total of the one category, and of the other.

The same number in two places is suppressed in both. Small counts in notes and of rows left out are suppressed.

**Not protected**:

- the difference of a shown numerator and denominator: 98 of 100 says that 2 are not. The DfE publishes such figures;
- the sum of suppressed siblings, which may be small, and the range that it leaves them. Where a total is small itself, its
  suppressed categories are few;
- a count that follows only from several rows and columns of a crossed distribution taken together, without any that follows
  from one;
- differences between figures: variants of one definition, indicators of which one is a part of another or has the same
  denominator, periods that overlap or follow each other (four quarters and their year), and figures published before. Whoever
  publishes several of these must compare them.
"""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.population import TOTAL

#: Counts from 1 to this are suppressed.
SMALL = 5

#: A percentage of fewer than this is of low reliability.
RELIABLE = 10

SUPPRESSED, ROUNDS_TO_ZERO, UNRELIABLE, NOTHING, NOT_AVAILABLE = "c", "k", "u", "z", "x"

_PERCENT = ("percent", "percent_distribution")

#: Units whose numerator counts children or events; and those whose denominator does not: a population, or nothing.
_COUNTED = (*_PERCENT, "rate_per_10000", "count")
_WITH_POPULATION = ("rate_per_10000", "count")

_FIGURE = ["indicator", "variant", "period_start", "period_end", "la_code"]

#: How many kinds of sums there are.
_KINDS = 7

#: More than any count; and how often ranges are narrowed.
_UNBOUNDED, _ROUNDS = 10**9, 3

#: The two parts of a crossed breakdown or category. Own categories may hold a comma, those of breakdowns do not.
_CROSSED = r"^(.+), ([^,]+)$"


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

    What is suppressed, and what is not protected, stands at the top of this module.
    """
    counts = _counts(measures)
    hidden = _hidden(counts, _sums(counts)).implode()
    # A sum beside a mean tells how many there are of it, so it goes with them.
    sums = ~pl.col("unit").is_in(_COUNTED) & pl.col("_d").is_in(hidden) & pl.col("numerator").is_not_null()
    rows = counts.with_columns(
        (pl.col("_n").is_in(hidden) | sums).fill_null(False).alias("_n_hidden"),
        pl.col("_d").is_in(hidden).fill_null(False).alias("_d_hidden"),
        ((pl.col("value") == 0) & (pl.col("numerator") > 0)).fill_null(False).alias("_zero"),
        (pl.col("unit").is_in(_PERCENT) & pl.col("denominator").is_between(1, RELIABLE - 1))
        .fill_null(False)
        .alias("_few"),
        # Notes count rows of children, and so does what is left out: these may be few as well.
        pl.col("note").str.replace_all(rf"(^|; )[1-{SMALL}] ", f"${{1}}{SUPPRESSED} "),
        pl.when(~pl.col("rows_left_out").is_between(1, SMALL)).then("rows_left_out").alias("rows_left_out"),
    )
    suppressed = pl.lit(SUPPRESSED)
    return (
        markers(rows)
        .with_columns(
            pl.when("_n_hidden").then(suppressed).otherwise("numerator").alias("numerator"),
            pl.when("_d_hidden").then(suppressed).otherwise("denominator").alias("denominator"),
            pl.when(pl.col("_n_hidden") | pl.col("_d_hidden"))
            .then(suppressed)
            .when("_few")
            .then(pl.lit(UNRELIABLE))
            .when("_zero")
            .then(pl.lit(ROUNDS_TO_ZERO))
            .otherwise("value")
            .alias("value"),
        )
        .select(measures.columns)
    )


def _counts(measures: pl.DataFrame) -> pl.DataFrame:
    """The rows with what is needed to compare them: ``n`` and ``d`` are the counts among numerators and denominators.

    ``_n`` and ``_d`` number them. The same count has the same number wherever it stands; ``_n_total`` and ``_d_total`` are the
    numbers of the figure's total, ``n_total`` and ``d_total`` its counts. ``_first`` and ``_second`` are breakdown and category
    of either part of a crossed row.
    """
    whole = (pl.col("breakdown") == TOTAL) & (pl.col("category") == TOTAL)
    people = pl.when(~pl.col("unit").is_in(_WITH_POPULATION)).then("denominator")
    # Null is an authority too: that of returns which do not say whose they are.
    rows = measures.with_row_index("_row").with_columns(
        pl.col("_row").first().over(_FIGURE).alias("_figure"),
        pl.when(pl.col("unit").is_in(_COUNTED)).then("numerator").alias("n"),
        people.alias("d"),
        pl.col("breakdown").str.contains(_CROSSED).alias("_crossed"),
        (pl.col("unit") == "percent_distribution").alias("_shares"),
    )
    cell = pl.col("_row").first().over("_figure", "breakdown", "category").cast(pl.Int64)
    rows = rows.with_columns(
        (2 * cell).alias("_n"),
        (2 * cell + 1).alias("_d"),
        pl.struct(*(pl.col(of).str.extract(_CROSSED, 1) for of in ("breakdown", "category"))).alias("_first"),
        pl.struct(*(pl.col(of).str.extract(_CROSSED, 2) for of in ("breakdown", "category"))).alias("_second"),
    )
    rows = rows.with_columns(
        pl.col(name).filter(whole).first().over("_figure").alias(f"{name}_total") for name in ("n", "d", "_d")
    )
    # Shares of those whose category is known: they alone make up the denominator.
    of_known = pl.col("n").filter(pl.col("d").is_not_null()).sum().over("_figure", "breakdown")
    alike = pl.col("d").drop_nulls().n_unique().over("_figure", "breakdown") == 1
    known = pl.col("_shares") & ~pl.col("_crossed") & alike & (of_known == pl.col("d")) & ~whole
    rows = rows.with_columns(known.fill_null(False).alias("_known")).with_columns(
        pl.when(pl.col("d") == pl.col("d_total"))
        .then("_d_total")
        .when("_known")
        .then(pl.col("_d").filter("_known").first().over("_figure", "breakdown"))
        .otherwise("_d")
        .alias("_d")
    )
    of_category = rows.filter(~pl.col("_crossed")).select(
        "_figure", pl.struct("breakdown", "category").alias("_second"), pl.col("_d").alias("_same")
    )
    rows = rows.join(
        of_category.unique(["_figure", "_second"]), on=["_figure", "_second"], how="left", maintain_order="left"
    )
    rows = rows.with_columns(pl.when("_crossed").then(pl.coalesce("_same", "_d")).otherwise("_d").alias("_d"))
    # In a distribution a category of everyone is everyone; elsewhere all may be in the numerator, which is another count.
    same = pl.col("_shares") & (pl.col("n") == pl.col("d"))
    rows = rows.with_columns(pl.when(same).then("_d").otherwise("_n").alias("_n"))
    return rows.with_columns(pl.col("_n").filter(whole).first().over("_figure").alias("_n_total"))


def _sums(counts: pl.DataFrame) -> pl.DataFrame:
    """What adds up to what: one row a ``part`` of a ``sum``, its number and ``count``.

    In each sum ``sign`` times count adds to ``rest``: nothing where the total is a part itself, with the sign -1; else the total
    that nobody shows. ``slack`` marks what is left of a denominator beside its numerator, which is shown nowhere.
    """
    plain = counts.filter(~pl.col("_crossed") & (pl.col("breakdown") != TOTAL))
    crossed = counts.filter("_crossed")
    added = pl.col("n").sum().over("_figure", "breakdown")
    difference = pl.col("d_total") - pl.col("n_total")
    plain = plain.with_columns(
        pl.when(added == pl.col("n_total"))
        .then("_n_total")
        .when((added == pl.col("d_total")) | (added == difference))
        .then("_d_total")
        .alias("_adds_to"),
        # Together with the numerator, parts of those who are not in it are everyone.
        ((added == difference) & (added != pl.col("n_total")) & (added != pl.col("d_total"))).alias("_others"),
    )
    breakdown = ["_figure", "breakdown"]
    some_known = pl.col("_known").any().over(breakdown)
    plain = plain.with_columns(
        (some_known & pl.col("d").is_null()).alias("_not_known"), pl.col("_row").first().over(breakdown).alias("_sum")
    )
    own = plain.select("_figure", pl.struct("breakdown", "category").alias("_first"), pl.col("_n").alias("_own"))
    crossed = crossed.join(
        own.unique(["_figure", "_first"]), on=["_figure", "_first"], how="left", maintain_order="left"
    )

    def sums(rows: pl.DataFrame, kind: int, part: str, count: str, total: pl.Expr, of: str = "_sum") -> pl.DataFrame:
        return rows.select(
            (_KINDS * pl.col("_sum" if of == "_sum" else "_row").first().over([*breakdown, of])).alias("sum") + kind,
            total.alias("total"),
            pl.col(part).alias("part"),
            pl.col(count).alias("count"),
        )

    denominators = plain.filter((pl.col("_d") != pl.col("_d_total").fill_null(-1)) & ~pl.col("_known"))
    all_of_them = pl.col("d").sum().over(breakdown) == pl.col("d_total")
    found = pl.concat(
        [
            sums(plain, 0, "_n", "n", pl.col("_adds_to")),
            sums(plain.filter("_others"), 0, "_n_total", "n_total", pl.col("_d_total")),
            sums(plain.filter("_known"), 1, "_n", "n", pl.col("_d")),
            # Those known and those not known are everyone.
            sums(plain.filter("_known"), 2, "_d", "d", pl.col("_d_total")),
            sums(plain.filter("_not_known"), 2, "_n", "n", pl.col("_d_total")),
            sums(denominators, 3, "_d", "d", pl.when(all_of_them).then("_d_total")),
            sums(crossed, 4, "_n", "n", pl.col("_d"), of="_second"),
            sums(crossed, 5, "_n", "n", pl.col("_own"), of="_first"),
        ]
    )
    found = found.filter((pl.col("count") > 0) & pl.col("part").ne_missing(pl.col("total")))
    found = found.unique(["sum", "part"], maintain_order=True)
    # A numerator is a part of its denominator; the rest is nowhere shown.
    inside = counts.filter((pl.col("unit") == "percent") & (pl.col("n") > 0) & (pl.col("n") <= pl.col("d")))
    inside = inside.unique("_n").with_columns((_KINDS * pl.col("_row").cast(pl.Int64) + 6).alias("sum"))
    found = found.with_columns(pl.lit(value=False).alias("slack"))
    rest_of_it = (pl.col("d") - pl.col("n")).alias("count")
    others = [
        inside.select("sum", total="_d", part="_n", count="n", slack=pl.lit(value=False)).select(found.columns),
        inside.select("sum", rest_of_it, total="_d", part=-1 - pl.col("_n"), slack=pl.lit(value=True)).select(
            found.columns
        ),
    ]
    found = pl.concat([found.with_columns(pl.col("sum").cast(pl.Int64)), *others])
    all_of_it = found.group_by("sum", "total").agg(pl.col("count").sum())
    totals = all_of_it.drop_nulls("total").select(
        "sum", pl.col("total").alias("part"), "count", sign=pl.lit(-1), slack=pl.lit(value=False)
    )
    rest = all_of_it.select("sum", pl.when(pl.col("total").is_null()).then("count").otherwise(0).alias("rest"))
    parts = found.select("sum", "part", "count", sign=pl.lit(1), slack=pl.col("slack"))
    return (
        pl.concat([parts, totals]).join(rest, on="sum", how="left").with_columns(pl.col("count", "rest").cast(pl.Int64))
    )


def _hidden(counts: pl.DataFrame, sums: pl.DataFrame) -> pl.Series:
    """The numbers of the counts to suppress: the small ones, and others until no sum gives one away."""
    small = [
        counts.filter(pl.col(count).is_between(1, SMALL)).select(pl.col(number).alias("part"))
        for number, count in (("_n", "n"), ("_d", "d"))
    ]
    hidden = pl.concat(small).to_series().unique()
    rounds = 1
    while True:
        now = sums.with_columns((pl.col("slack") | pl.col("part").is_in(hidden.implode())).alias("_hidden"))
        touched = now.filter(pl.col("_hidden") & ~pl.col("slack"))["sum"].unique()
        inside = pl.col("sum") % _KINDS == _KINDS - 1
        now = now.filter(pl.col("sum").is_in(touched.implode()) & (~inside | (rounds > 1)))
        told = now.filter(pl.col("_hidden") & ~pl.col("slack")).join(_told(now, rounds), on="part", how="semi")
        # Another of the same sum; the total only where no part is left.
        others = now.filter(~pl.col("_hidden")).sort("sign", "count", "part", descending=[True, False, False])
        others = others.unique("sum", keep="first", maintain_order=True).select("sum", "sign", "count", other="part")
        alone = now.group_by("sum").agg((pl.col("_hidden").sum() == 1).alias("_alone"))
        more = (
            told.select("sum", "part")
            .join(others, on="sum")
            .join(alone, on="sum")
            .sort("_alone", "sign", "count", "other", descending=[True, True, False, False])
            .unique("part", keep="first", maintain_order=True)["other"]
            .unique()
        )
        if not more.is_empty():
            hidden = pl.concat([hidden, more])
        elif rounds < _ROUNDS:
            # What one sum tells is seen at once; what several tell takes longer, and is looked for last.
            rounds = _ROUNDS
        else:
            return hidden


def _told(sums: pl.DataFrame, rounds: int) -> pl.DataFrame:
    """The suppressed counts (``part``) of which only one value is possible: each is one at least, and the sums hold."""
    shown = ~pl.col("_hidden")
    ranges = sums.select(
        "part",
        pl.when(shown).then("count").otherwise(pl.when("slack").then(0).otherwise(1)).alias("low"),
        pl.when(shown).then("count").otherwise(_UNBOUNDED).alias("high"),
    ).unique("part")
    plus = pl.col("sign") > 0
    low, high = (
        pl.when(plus).then("low").otherwise(-pl.col("high")),
        pl.when(plus).then("high").otherwise(-pl.col("low")),
    )
    sums = sums.select("sum", "part", "sign", "rest")
    for _ in range(rounds):
        last = ranges
        both = sums.join(ranges, on="part", how="left").with_columns(low.alias("_low"), high.alias("_high"))
        # What the others leave to each.
        both = both.with_columns(
            (pl.col("rest") - pl.col("_high").sum().over("sum") + pl.col("_high")).alias("_least"),
            (pl.col("rest") - pl.col("_low").sum().over("sum") + pl.col("_low")).alias("_most"),
        )
        ranges = (
            both.group_by("part")
            .agg(
                pl.max_horizontal("low", pl.when(plus).then("_least").otherwise(-pl.col("_most"))).max().alias("low"),
                pl.min_horizontal("high", pl.when(plus).then("_most").otherwise(-pl.col("_least"))).min().alias("high"),
            )
            .sort("part")
        )
        if ranges.equals(last):
            break
    return ranges.filter(pl.col("low") == pl.col("high"))
