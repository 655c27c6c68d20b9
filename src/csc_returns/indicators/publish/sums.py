"""What adds up to what, and which suppressed counts that tells."""

from __future__ import annotations

import polars as pl

#: Kinds of sums: of a breakdown's numerators, of those known among them, of those known and not known, of its
#: denominators; and of a row, a numerator and the rest of its denominator.
_NUMERATORS, _KNOWN, _KNOWN_OR_NOT, _DENOMINATORS, _ROW, _KINDS = range(6)

#: More than any count; and how often ranges are narrowed.
_UNBOUNDED, _ROUNDS = 10**9, 3


def sums_of(counts: pl.DataFrame) -> pl.DataFrame:
    """What adds up to what in counts (``counts_of``), but not in crossed distributions: one row a ``part`` of a ``sum``.

    In each sum ``sign`` times ``count`` adds to ``rest``: to nothing where the total is a part itself, with the sign -1; else to
    the total that nobody shows. ``part`` is the number of a count. What is left of a denominator beside its numerator is shown
    nowhere: it is a part with a negative number.
    """
    n, d, n_total, d_total = (pl.col(name) for name in ("n", "d", "n_total", "d_total"))
    n_added, d_added = pl.col("n_added"), pl.col("d_added")
    plain = counts.filter(~pl.col("crossed") & ~pl.col("total"))
    known = plain.filter("of_known")
    not_known = plain.filter(pl.col("of_known").any().over("table") & d.is_null())
    # Parts of those who are not in the numerator are everyone together with it.
    others = (n_added == d_total - n_total) & (n_added != n_total) & (n_added != d_total)
    numerators = pl.when(n_added == n_total).then("n_total_id").when((n_added == d_total) | others).then("d_total_id")
    found = [
        _sums(plain, _NUMERATORS, "n_id", n, numerators),
        _sums(plain.filter(others).unique("table"), _NUMERATORS, "n_total_id", n_total, pl.col("d_total_id")),
        _sums(known, _KNOWN, "n_id", n, pl.col("d_id")),
        _sums(known, _KNOWN_OR_NOT, "d_id", d, pl.col("d_total_id")),
        _sums(not_known, _KNOWN_OR_NOT, "n_id", n, pl.col("d_total_id")),
        _sums(
            plain.filter((pl.col("d_id") != pl.col("d_total_id")) & ~pl.col("of_known")),
            _DENOMINATORS,
            "d_id",
            d,
            pl.when(d_added == d_total).then("d_total_id"),
        ),
    ]
    inside = counts.filter((pl.col("unit") == "percent") & (n > 0) & (n <= d)).unique("n_id")
    inside = inside.with_columns(pl.col("row").alias("table"), (-1 - pl.col("n_id")).alias("rest_id"))
    found += [
        _sums(inside, _ROW, "n_id", n, pl.col("d_id")),
        _sums(inside, _ROW, "rest_id", d - n, pl.col("d_id"), nothing=True),
    ]
    parts = pl.concat(found).unique(["sum", "part"], maintain_order=True)
    added = parts.group_by("figure", "sum").agg(pl.col("total").first(), pl.col("count").sum())
    totals = added.drop_nulls("total").select("figure", "sum", part="total", count="count", sign=pl.lit(-1))
    rest = added.select("sum", pl.when(pl.col("total").is_null()).then("count").otherwise(0).alias("rest"))
    parts = parts.select("figure", "sum", "part", "count", sign=pl.lit(1))
    return pl.concat([parts, totals]).join(rest, on="sum")


def _sums(
    rows: pl.DataFrame, kind: int, part: str, count: pl.Expr, total: pl.Expr, *, nothing: bool = False
) -> pl.DataFrame:
    """The parts of one kind of sum, one a table; ``nothing`` keeps parts of which there are none."""
    found = rows.select(
        "figure",
        (_KINDS * pl.col("table") + kind).alias("sum"),
        pl.col(part).alias("part"),
        count.alias("count"),
        total.alias("total"),
    )
    # A part that is the whole hides nothing and tells nothing.
    return found.filter((pl.col("count") > (-1 if nothing else 0)) & pl.col("part").ne_missing(pl.col("total")))


def closed(sums: pl.DataFrame, hidden: pl.Series) -> pl.Series:
    """The suppressed counts, and others that have to be suppressed for no sum to tell one of them."""
    while True:
        now = sums.with_columns((pl.col("part").is_in(hidden.implode()) | (pl.col("part") < 0)).alias("hidden"))
        unknown = pl.col("hidden") & (pl.col("part") >= 0)
        now = now.filter(pl.col("sum").is_in(now.filter(unknown)["sum"].unique().implode()))
        told = now.filter(unknown).join(_told(now), on="part", how="semi")
        # Another of the same sum: of the one with nothing else suppressed, if any; the total only where no part is left.
        others = now.filter(~pl.col("hidden")).sort("sign", "count", "part", descending=[True, False, False])
        others = others.unique("sum", keep="first", maintain_order=True)
        alone = now.group_by("sum").agg((pl.col("hidden").sum() == 1).alias("alone"))
        more = (
            told.select("figure", "sum", "part")
            .join(others.select("sum", "sign", "count", other="part"), on="sum")
            .join(alone, on="sum")
            .sort("alone", "sign", "count", "other", descending=[True, True, False, False])
            .unique("part", keep="first", maintain_order=True)
        )
        if more.is_empty():
            return hidden
        hidden = pl.concat([hidden, more["other"].unique()])
        sums = sums.filter(pl.col("figure").is_in(more["figure"].unique().implode()))


def _told(sums: pl.DataFrame) -> pl.DataFrame:
    """The suppressed counts (``part``) of which only one value is possible: each is one at least, and the sums hold."""
    # Parts are places in the list of ranges: faster than a join each round.
    sums = sums.select("part", "sum", "sign", "rest", "count", "hidden", at=pl.col("part").rank("dense") - 1).sort("at")
    plus = pl.col("sign") > 0
    least, most = (
        pl.col("rest") - pl.col("_high").sum().over("sum") + pl.col("_high"),
        pl.col("rest") - pl.col("_low").sum().over("sum") + pl.col("_low"),
    )
    sums = sums.with_columns(
        pl.when(~pl.col("hidden")).then("count").when(pl.col("part") < 0).then(0).otherwise(1).alias("low"),
        pl.when(~pl.col("hidden")).then("count").otherwise(_UNBOUNDED).alias("high"),
    )
    ranges = sums.unique("at", maintain_order=True).select("part", "low", "high")
    for _ in range(_ROUNDS):
        last = ranges
        # What the others of a sum leave to each.
        sums = (
            sums.with_columns(
                pl.when(plus).then("low").otherwise(-pl.col("high")).alias("_low"),
                pl.when(plus).then("high").otherwise(-pl.col("low")).alias("_high"),
            )
            .with_columns(least.alias("_least"), most.alias("_most"))
            .with_columns(
                pl.max_horizontal("low", pl.when(plus).then("_least").otherwise(-pl.col("_most"))).alias("low"),
                pl.min_horizontal("high", pl.when(plus).then("_most").otherwise(-pl.col("_least"))).alias("high"),
            )
        )
        ranges = sums.group_by("part", maintain_order=True).agg(pl.col("low").max(), pl.col("high").min())
        if ranges.equals(last):
            break
        sums = sums.with_columns(ranges[name].gather(sums["at"]) for name in ("low", "high"))
    return ranges.filter(pl.col("low") == pl.col("high"))
