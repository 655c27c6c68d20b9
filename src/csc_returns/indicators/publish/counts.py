"""The counts among figures, numbered: the same count has the same number wherever it stands."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.figures import AND
from csc_returns.indicators.population import TOTAL

#: Counts from 1 to this are suppressed.
SMALL = 5

PERCENT = ("percent", "percent_distribution")

#: Units whose numerator counts children or events; and those whose denominator does not: a population, or nothing.
COUNTED = (*PERCENT, "rate_per_10000", "count")
_WITHOUT_PEOPLE = ("rate_per_10000", "count")

_FIGURE = ["indicator", "variant", "period_start", "period_end", "la_code"]

#: The two parts of a crossed breakdown or category. Own categories may hold a comma, those of breakdowns do not.
_CROSSED = rf"^(.+){AND}([^,]+)$"


def counts_of(measures: pl.DataFrame) -> pl.DataFrame:
    """One row a row of the figures, in their order, with its counts and their numbers.

    Columns:
        unit, total: of the row; ``total`` marks the total of the figure.
        figure, table: numbers of the figure, and of the breakdown in it.
        n, d: the counts in numerator and denominator, null where these count nobody; ``n_id``, ``d_id`` are their numbers.
        n_total, d_total, n_total_id, d_total_id: the same of the figure's total.
        n_added, d_added: what the categories of the breakdown add up to.
        of_known: whether the denominator is the number of those whose category is known.
        crossed: whether this is a row of a crossed distribution. ``across`` and ``down`` are then the two categories, and
        ``across_id``, ``across_count`` the number and count of what all rows of the category ``across`` add up to.
    """
    unit = pl.col("unit")
    rows = (
        measures.select(*_FIGURE, "breakdown", "category", "numerator", "denominator", "unit")
        .with_row_index("row")
        .with_columns(
            pl.col("row").cast(pl.Int64),
            pl.when(unit.is_in(COUNTED)).then("numerator").cast(pl.Int64).alias("n"),
            pl.when(~unit.is_in(_WITHOUT_PEOPLE)).then("denominator").cast(pl.Int64).alias("d"),
            (unit == "percent_distribution").alias("shares"),
            pl.col("breakdown").str.contains(AND, literal=True).alias("crossed"),
            ((pl.col("breakdown") == TOTAL) & (pl.col("category") == TOTAL)).alias("total"),
        )
        # Null is an authority too: that of returns which do not say whose they are.
        .with_columns(pl.col("row").first().over(_FIGURE).alias("figure"))
        .drop(*_FIGURE, "numerator", "denominator")
        .with_columns(pl.col("row").first().over("figure", "breakdown").alias("table"))
        .with_columns(pl.col("row").first().over("table", "category").alias("cell"))
        .with_columns((2 * pl.col("cell")).alias("n_id"), (2 * pl.col("cell") + 1).alias("d_id"))
    )
    totals = rows.filter("total").unique("figure")
    totals = totals.select("figure", pl.col("n", "d", "d_id").name.suffix("_total")).rename(
        {"d_id_total": "d_total_id"}
    )
    known = pl.col("d").is_not_null()
    tables = rows.group_by("table").agg(
        pl.col("n", "d").sum().name.suffix("_added"),
        pl.col("n").filter(known).sum().alias("n_known"),
        pl.col("d").min().alias("d_least"),
        pl.col("d").max().alias("d_most"),
    )
    rows = rows.join(totals, on="figure", how="left", maintain_order="left")
    rows = rows.join(tables, on="table", how="left", maintain_order="left")
    # One denominator for all, and it is everyone with a known category.
    one_for_all = (pl.col("d_least") == pl.col("d_most")) & (pl.col("n_known") == pl.col("d"))
    of_known = pl.col("shares") & ~pl.col("crossed") & ~pl.col("total") & one_for_all
    # In a distribution a category of everyone is everyone; elsewhere all may be in the numerator, which is another count.
    same = pl.col("shares") & (pl.col("n") == pl.col("d"))
    rows = (
        rows.with_columns(of_known.fill_null(value=False).alias("of_known"))
        .with_columns(
            pl.when(pl.col("d") == pl.col("d_total"))
            .then("d_total_id")
            .when("of_known")
            .then(2 * pl.col("table") + 1)
            .otherwise("d_id")
            .alias("d_id")
        )
        .with_columns(pl.when(same).then("d_id").otherwise("n_id").alias("n_id"))
    )
    rows = _with_crossed(rows, same)
    totals = rows.filter("total").unique("figure").select("figure", pl.col("n_id").alias("n_total_id"))
    return rows.join(totals, on="figure", how="left", maintain_order="left")


def _with_crossed(rows: pl.DataFrame, same: pl.Expr) -> pl.DataFrame:
    """With the categories that are crossed, and the denominators of crossed rows numbered as what they are: totals of columns."""
    plain = rows.filter(~pl.col("crossed")).unique(["table", "category"])
    of_row = plain.select(
        "figure", "breakdown", pl.col("category").alias("across"), across_id="n_id", across_count="n"
    )  # fmt: skip
    of_column = plain.select("figure", "breakdown", pl.col("category").alias("down"), down_id="d_id")
    crossed = (
        rows.filter("crossed")
        .with_columns(
            pl.col("category").str.extract(_CROSSED, 1).alias("across"),
            pl.col("category").str.extract(_CROSSED, 2).alias("down"),
            pl.col("breakdown").str.extract(_CROSSED, 1).alias("_first"),
            pl.col("breakdown").str.extract(_CROSSED, 2).alias("_second"),
        )
        .join(of_row, left_on=["figure", "_first", "across"], right_on=["figure", "breakdown", "across"], how="left")
        .join(of_column, left_on=["figure", "_second", "down"], right_on=["figure", "breakdown", "down"], how="left")
        .with_columns(pl.coalesce("down_id", pl.col("d_id").min().over("table", "down")).alias("d_id"))
        .with_columns(pl.when(same).then("d_id").otherwise("n_id").alias("n_id"))
        .select("row", "across", "down", "across_id", "across_count", "n_id", "d_id")
    )
    rows = rows.join(crossed, on="row", how="left", maintain_order="left", suffix="_crossed")
    return rows.with_columns(pl.coalesce(f"{name}_crossed", name).alias(name) for name in ("n_id", "d_id"))
