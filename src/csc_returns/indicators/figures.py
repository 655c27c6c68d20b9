"""Counts → figures: numerator, denominator and value of every row, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.indicators.groups import UNKNOWN
from csc_returns.indicators.indicator import Indicator, Unit
from csc_returns.indicators.population import TOTAL

#: Between the two parts of a breakdown, or category, that crosses a distribution with something else.
AND = ", "

_SCALE: Mapping[Unit, int] = {"percent": 100, "percent_distribution": 100, "rate_per_10000": 10_000}
_MEANS: tuple[Unit, ...] = ("mean", "months", "miles_mean", "years_mean")
_MEDIANS: tuple[Unit, ...] = ("days_median", "weeks_median", "months_median", "miles_median")


def averages(unit: Unit) -> bool:
    """Whether a unit is that of a mean or median."""
    return unit in _MEANS or unit in _MEDIANS


@dataclass(frozen=True)
class Counted:
    """What was counted for the definition of a number: its unit, its parts, and whether it has categories and a numerator."""

    number: int
    definition: Indicator
    unit: Unit
    parts: tuple[str, ...]
    distribution: bool
    has_numerator: bool


def figures(
    counted: Sequence[Counted], counts: pl.DataFrame, parts: pl.DataFrame, told: pl.DataFrame, population: pl.DataFrame
) -> pl.DataFrame:
    """All figures: ``job``, ``la``, ``breakdown``, ``category``, ``numerator``, ``denominator``, ``value``, ``unit``, ``lacks``.

    ``lacks`` says that a rate has no population. An authority without a single unit still has a figure: 0, or nothing.

    Args:
        counted: the definitions, by number.
        counts: as ``counting.counts`` gives them.
        parts: as ``counting.counts_of_parts`` gives them.
        told: ``job``, ``la`` and ``usable``: whether the returns of an authority tell enough; without it its figure is blank.
        population: as ``population_of`` gives it.
    """
    facts = _facts(counted)
    usable = told.filter("usable").select("job", "la")
    total = (pl.col("breakdown") == TOTAL) & pl.col("own").is_null()
    totals = usable.join(counts.filter(total), on=["job", "la"], how="left").with_columns(
        pl.lit(TOTAL).alias("breakdown"),
        pl.lit(TOTAL).alias("category"),
        pl.col("n", "d", "sum", "values").fill_null(0),
    )
    others = counts.filter(~total).join(usable, on=["job", "la"], how="semi")
    rows = pl.concat([totals.select(counts.columns), others]).join(facts, on="job")
    of_parts = (
        _each_part(counted)
        .join(usable, on="job")
        .join(totals.select("job", "la", "d"), on=["job", "la"])
        .join(parts, on=["job", "la", "part"], how="left")
        .join(facts, on="job")
        .select(
            "job",
            "la",
            "breakdown",
            "category",
            pl.col("n").fill_null(0).cast(pl.Float64).alias("numerator"),
            pl.when(pl.col("unit") != "count").then(pl.col("d").cast(pl.Float64)).alias("denominator"),
        )
    )
    nothing = told.filter(~pl.col("usable")).select(
        "job", "la", pl.lit(TOTAL).alias("breakdown"), pl.lit(TOTAL).alias("category")
    )
    shown = pl.concat([_numerators_and_denominators(rows), of_parts, nothing], how="diagonal").join(facts, on="job")
    return _in_order(counted, _with_population(shown, population).with_columns(_value(facts), _lacks(population)))


def _facts(counted: Sequence[Counted]) -> pl.DataFrame:
    """What the figures of each definition depend on."""
    return pl.DataFrame(
        [
            (
                one.number,
                one.unit,
                one.distribution,
                one.has_numerator,
                one.definition.of_known,
                one.definition.category,
                _SCALE.get(one.unit, 1),
                10**one.definition.decimals,
            )
            for one in counted
        ],
        schema={
            "job": pl.UInt32,
            "unit": pl.String,
            "distribution": pl.Boolean,
            "has_numerator": pl.Boolean,
            "of_known": pl.Boolean,
            "own_name": pl.String,
            "scale": pl.Int64,
            "tens": pl.Int64,
        },
        orient="row",
    )


def _each_part(counted: Sequence[Counted]) -> pl.DataFrame:
    """The parts that definitions show beside the total: column of the part, breakdown and category that it is shown as."""
    parts = [(one.number, part, *part.split(": ", 1)) for one in counted for part in one.parts]
    schema = {"job": pl.UInt32, "part": pl.String, "breakdown": pl.String, "category": pl.String}
    return pl.DataFrame(parts, schema=schema, orient="row")


def _numerators_and_denominators(rows: pl.DataFrame) -> pl.DataFrame:
    """Counts with the facts of their definition → what is divided by what."""
    place = ["job", "la", "breakdown", "category"]
    of_own = pl.col("own").is_not_null()
    rows = rows.join(
        rows.filter(~of_own).select(*place, pl.col("d").alias("whole")), on=place, how="left", nulls_equal=True
    )
    # Without categories of its own each breakdown of a distribution is one: its categories are shares of everyone.
    shares = (pl.col("unit") == "percent_distribution") & ~pl.col("distribution")
    everyone = pl.col("d").filter(pl.col("breakdown") == TOTAL).first().over("job", "la")
    known = pl.col("category") != UNKNOWN
    of_known = pl.when(known).then(pl.col("d").filter(known).sum().over("job", "la", "breakdown"))
    mean, median = pl.col("unit").is_in(_MEANS), pl.col("unit").is_in(_MEDIANS)
    counted = pl.col("unit").is_in(["count", "rate_per_10000"])
    all_of_it = of_own | shares | (pl.col("distribution") & ~pl.col("has_numerator"))
    name, own, category = pl.col("own_name"), pl.col("own"), pl.col("category")
    total = pl.col("breakdown") == TOTAL
    return rows.select(
        "job",
        "la",
        pl.when(~of_own)
        .then("breakdown")
        .when(total)
        .then(name)
        .otherwise(pl.concat_str(name, pl.lit(AND), "breakdown"))
        .alias("breakdown"),
        pl.when(~of_own)
        .then(category)
        .when(total)
        .then(own)
        .otherwise(pl.concat_str(own, pl.lit(AND), category))
        .alias("category"),
        pl.when(median)
        .then(None)
        .when(mean)
        # Sums of decimals differ in the last digit with the order of rows.
        .then(pl.col("sum").round(6))
        .when(all_of_it)
        .then("d")
        .otherwise("n")
        .cast(pl.Float64)
        .alias("numerator"),
        pl.when(mean | median)
        .then("values")
        .when(shares & pl.col("of_known"))
        .then(of_known)
        .when(shares)
        .then(everyone)
        .when(counted)
        .then(None)
        .when(of_own)
        .then("whole")
        .otherwise("d")
        .cast(pl.Float64)
        .alias("denominator"),
        "median",
    )


def _with_population(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Rates with the number of children that they are a rate of, as far as it is known."""
    known = population.with_columns(pl.col("population").cast(pl.Float64))
    rows = rows.join(known, on=["la", "breakdown", "category"], how="left")
    rate = pl.col("unit") == "rate_per_10000"
    return rows.with_columns(pl.when(rate).then("population").otherwise("denominator").alias("denominator"))


def _lacks(population: pl.DataFrame) -> pl.Expr:
    """That a rate has no denominator, in words."""
    lacks = (pl.col("unit") == "rate_per_10000") & pl.col("denominator").is_null() & pl.col("numerator").is_not_null()
    of_part = pl.col("la").is_in(population.filter(pl.col("breakdown") == TOTAL)["la"].implode())
    return (
        pl.when(lacks & of_part & (pl.col("breakdown") != TOTAL))
        .then(pl.lit("no population of this category: count only"))
        .when(lacks)
        .then(pl.lit("no population: count only"))
        .alias("lacks")
    )


def _value(facts: pl.DataFrame) -> pl.Expr:
    """The value of a row, rounded once and half away from zero; null where the denominator is 0 or not known."""
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    scale, tens = pl.col("scale"), pl.col("tens")
    # Counts are whole numbers: done in whole numbers, no half is lost to the binary fractions.
    whole, by = numerator.cast(pl.Int64, strict=False), denominator.cast(pl.Int64)
    of_counts = (whole * 2 * scale * tens + by) // (2 * by) / tens
    exact: pl.Expr = (
        pl.when(pl.col("unit") == "count")
        .then(numerator)
        .when(denominator.fill_null(0) <= 0)
        .then(None)
        .when(pl.col("unit").is_in(_MEDIANS))
        .then(_rounded(pl.col("median"), tens))
        .when(pl.col("unit").is_in(list(_SCALE)))
        .then(of_counts)
        .otherwise(_rounded(numerator / denominator, tens))
    )
    # The last round only writes 42.9 for 42.900000000000006.
    written = [pl.when(tens == ten).then(exact.round(len(str(ten)) - 1)) for ten in facts["tens"].unique().sort()]
    return pl.coalesce(*written, exact).alias("value")


def _rounded(number: pl.Expr, tens: pl.Expr) -> pl.Expr:
    """Half away from zero; what the binary fraction lost of a half is given back."""
    rounded: pl.Expr = number.sign() * ((number.abs() * tens + 0.5 + 1e-9).floor() / tens)
    return rounded


def _in_order(counted: Sequence[Counted], rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by definition and authority; the total first, then breakdowns and their categories as the definition orders them."""
    breakdowns = pl.DataFrame(
        [(one.number, name, at) for one in counted for at, name in enumerate(_breakdowns(one))],
        schema={"job": pl.UInt32, "breakdown": pl.String, "_position": pl.Int64},
        orient="row",
    )
    categories = pl.DataFrame(
        [(one.number, *each) for one in counted for each in _categories(one)],
        schema={"job": pl.UInt32, "breakdown": pl.String, "category": pl.String, "_at": pl.Int64},
        orient="row",
    )
    categories = categories.unique(["job", "breakdown", "category"], keep="first", maintain_order=True)
    return (
        rows.join(breakdowns, on=["job", "breakdown"], how="left")
        .join(categories, on=["job", "breakdown", "category"], how="left")
        .sort("job", "la", "_position", "_at", "category", nulls_last=True)
    )


def _breakdowns(one: Counted) -> Iterable[str]:
    """Breakdowns of a definition in the order in which they are shown."""
    own = one.definition.category
    names = [TOTAL, own, *(part.partition(": ")[0] for part in one.parts)]
    names += [each.name for each in one.definition.breakdowns]
    names += [f"{own}{AND}{each.name}" for each in one.definition.breakdowns]
    return dict.fromkeys(names)


def _categories(one: Counted) -> Iterable[tuple[str, str, int]]:
    """Breakdown, category and its place in the order."""
    for each in one.definition.breakdowns:
        yield from ((each.name, category, at) for at, category in enumerate(each.order))
    for at, part in enumerate(one.parts):
        breakdown, _, category = part.partition(": ")
        yield breakdown, category, at
    yield from ((one.definition.category, category, at) for at, category in enumerate(one.definition.order))
