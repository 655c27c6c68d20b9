"""Children aged 0 to 17, the denominator of rates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from csc_returns.extracts.local_table import LocalTable, local_table
from csc_returns.specification import authority_number

#: Columns of a population: authority, number of children and, where it is of one group only, breakdown and category.
POPULATION = pl.Schema({"la": pl.String(), "breakdown": pl.String(), "category": pl.String(), "population": pl.Int64()})

#: Breakdown and category of the row that speaks of everyone.
TOTAL = "total"

_LA_COLUMNS = ("la_code", "la", "old_la_code", "new_la_code", "area_code", "ons_code", "code")
_POPULATION_COLUMNS = ("population", "population_estimate", "children", "value")

#: 12,000 and 12000.0 are whole numbers too.
_WHOLE = r"^\d{1,3}(?:[, _]?\d{3})*(?:\.0*)?$|^\d+(?:\.0*)?$"


def population_of(given: int | str | Path | pl.DataFrame | None, authorities: Sequence[str]) -> pl.DataFrame:
    """Populations by authority: columns of ``POPULATION``.

    Args:
        given: one number for every authority; or a table, or CSV file of one, with ``la_code`` (three digits, or ONS code) and
            ``population``, perhaps ``breakdown`` and ``category`` for parts of the children; or nothing.
        authorities: for whom one number counts.

    Raises:
        ValueError: the file cannot be read, lacks a column, names an authority twice, or none of ``authorities``; or a population
            is no whole number above zero.
    """
    if given is None:
        return pl.DataFrame(schema=POPULATION)
    if isinstance(given, str | int) and (number := _number(str(given))) is not None:
        rows = [(la, TOTAL, TOTAL, number) for la in authorities]
        return pl.DataFrame(rows, schema=POPULATION, orient="row")
    if isinstance(given, int) or (isinstance(given, str) and re.fullmatch(r"[-+]?[\d.,]+(?:e\d+)?", given.strip())):
        raise ValueError(f"--population {given}: a population is a whole number above zero, such as 60000.")
    table = local_table(given, "--population")
    la, people = table.title(*_LA_COLUMNS), table.title(*_POPULATION_COLUMNS)
    if la is None or people is None:
        titles = ", ".join(name for name in table.rows.columns if name != "_row")
        raise ValueError(f"{table.name}: the table needs the columns la_code and population; it has {titles}.")
    numbers = {code: authority_number(code) or code for code in table.rows[la].drop_nulls().unique()}
    of_these = table.rows.filter(pl.col(la).replace(numbers).is_in(list(authorities)))
    if of_these.is_empty() and not any(authorities):
        raise ValueError(
            f"{table.name}: the returns do not say whose they are: name their authority with --local-authority."
        )
    if of_these.is_empty():
        raise ValueError(
            f"{table.name}: the table has no row of {', '.join(authorities)}. Name authorities by their three-digit number or "
            "ONS code."
        )
    table = LocalTable(table.name, of_these)
    table.refuse(
        ~pl.col(people).str.contains(_WHOLE).fill_null(False), people, "a population is a whole number, such as 60000"
    )
    found = table.rows.select(
        pl.col(la).replace(numbers).alias("la"),
        *(
            (pl.col(name) if table.title(name) else pl.lit(None, pl.String)).fill_null(TOTAL).alias(name)
            for name in ("breakdown", "category")
        ),
        _as_number(pl.col(people)).alias("population"),
    )
    if found.select(pl.struct("la", "breakdown", "category").is_duplicated().any()).item():
        raise ValueError(
            f"{table.name}: an authority has two rows of one kind. Keep those of one year (the middle of the year before)."
        )
    _check_categories(found, table.name)
    return found.filter(pl.col("population") > 0)


def _check_categories(found: pl.DataFrame, table: str) -> None:
    """Parts of the children must be such as figures are broken down by, written as they are there.

    Raises:
        ValueError: a breakdown or category that no indicator has.
    """
    from csc_returns.indicators.indicator import all_indicators

    known: dict[str, set[str]] = {TOTAL: {TOTAL}}
    for each in (one for indicator in all_indicators().values() for one in indicator.breakdowns):
        known.setdefault(each.name, set()).update(each.order)
    for breakdown, category in found.select("breakdown", "category").unique(maintain_order=True).rows():
        if breakdown not in known:
            raise ValueError(f"{table}: there is no breakdown {breakdown!r}; there are {', '.join(sorted(known))}.")
        if known[breakdown] and category not in known[breakdown]:
            raise ValueError(
                f"{table}: {breakdown} has no category {category!r}; it has {', '.join(sorted(known[breakdown]))}."
            )


def _number(text: str) -> int | None:
    """The number above zero that a text is, or None."""
    found = pl.select(pl.when(pl.lit(text.strip()).str.contains(_WHOLE)).then(_as_number(pl.lit(text.strip())))).item()
    return int(found) if found else None


def _as_number(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("[, _]", "").str.replace(r"\.0*$", "").cast(pl.Int64, strict=False)
