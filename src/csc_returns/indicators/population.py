"""Children aged 0 to 17, the denominator of rates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

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
    table = given if isinstance(given, pl.DataFrame) else _read(Path(given))
    file = "" if isinstance(given, pl.DataFrame) else f" {given}"
    named = {re.sub(r"[ -]+", "_", name.strip().lower()): name for name in table.columns}
    la = next((named[name] for name in _LA_COLUMNS if name in named), None)
    people = next((named[name] for name in _POPULATION_COLUMNS if name in named), None)
    if la is None or people is None:
        raise ValueError(
            f"--population{file}: the table needs the columns la_code and population; it has {', '.join(table.columns)}."
        )
    text = pl.all().cast(pl.String).str.strip_chars().replace("", None)
    table = (
        table.select(text).with_row_index("_line", offset=2).filter(~pl.all_horizontal(pl.exclude("_line").is_null()))
    )
    number_of = {code: authority_number(code) or code for code in table[la].drop_nulls().unique()}
    table = table.with_columns(pl.col(la).replace(number_of).alias("_la")).filter(
        pl.col("_la").is_in(list(authorities))
    )
    if table.is_empty() and not any(authorities):
        raise ValueError(
            "--population: the returns do not say whose they are: name their authority with --local-authority."
        )
    if table.is_empty():
        raise ValueError(
            f"--population{file}: the table has no row of {', '.join(authorities)}. Name authorities by their "
            "three-digit number or ONS code."
        )
    wrong = table.filter(~pl.col(people).str.contains(_WHOLE).fill_null(False))
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise ValueError(
            f"--population{file}: row {row['_line']} has {row[people] or 'nothing'!r} for {row[la]}: a population is a "
            "whole number, such as 60000."
        )
    found = table.select(
        pl.col("_la").alias("la"),
        *(
            (pl.col(named[name]) if name in named else pl.lit(None, pl.String)).fill_null(TOTAL).alias(name)
            for name in ("breakdown", "category")
        ),
        _as_number(pl.col(people)).alias("population"),
    )
    if found.select(pl.struct("la", "breakdown", "category").is_duplicated().any()).item():
        raise ValueError(
            f"--population{file}: an authority has two rows of one kind. Keep those of one year (the middle of the year before)."
        )
    _check_categories(found, file)
    return found.filter(pl.col("population") > 0)


def _check_categories(found: pl.DataFrame, file: str) -> None:
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
            raise ValueError(
                f"--population{file}: there is no breakdown {breakdown!r}; there are {', '.join(sorted(known))}."
            )
        if known[breakdown] and category not in known[breakdown]:
            raise ValueError(
                f"--population{file}: {breakdown} has no category {category!r}; it has {', '.join(sorted(known[breakdown]))}."
            )


def _number(text: str) -> int | None:
    """The number above zero that a text is, or None."""
    found = pl.select(pl.when(pl.lit(text.strip()).str.contains(_WHOLE)).then(_as_number(pl.lit(text.strip())))).item()
    return int(found) if found else None


def _as_number(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("[, _]", "").str.replace(r"\.0*$", "").cast(pl.Int64, strict=False)


def _read(path: Path) -> pl.DataFrame:
    try:
        with path.open("rb") as file:
            titles = file.readline()
        separator = max(",;\t", key=lambda sign: titles.count(sign.encode()))
        return pl.read_csv(path, infer_schema=False, separator=separator, truncate_ragged_lines=True)
    except OSError as error:
        raise ValueError(f"--population: {path} cannot be read ({error.strerror or type(error).__name__}).") from None
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"--population: {path} cannot be read as a CSV table ({type(error).__name__}).") from None
