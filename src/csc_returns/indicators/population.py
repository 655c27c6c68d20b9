"""Children aged 0 to 17, the denominator of rates."""

from __future__ import annotations

from pathlib import Path

import polars as pl

#: Columns of a population: authority, number of children and, where it is of one group only, breakdown and category.
POPULATION = pl.Schema({"la": pl.String(), "breakdown": pl.String(), "category": pl.String(), "population": pl.Int64()})

#: Breakdown and category of the row that speaks of everyone.
TOTAL = "total"

_LA_COLUMNS = ("la_code", "la", "old_la_code")
_POPULATION_COLUMNS = ("population", "population_estimate")


def population_of(given: int | str | Path | pl.DataFrame | None, authorities: list[str]) -> pl.DataFrame:
    """Populations by authority: columns of ``POPULATION``.

    Args:
        given: one number for every authority; or a table, or CSV file of one, with ``la_code`` (three digits) and
            ``population``, perhaps ``breakdown`` and ``category`` for parts of the children; or nothing.
        authorities: for whom one number counts.

    Raises:
        ValueError: the file cannot be read, lacks a column, or names an authority twice.
    """
    if given is None:
        return pl.DataFrame(schema=POPULATION)
    if isinstance(given, str) and given.replace(",", "").replace("_", "").isdecimal():
        given = int(given.replace(",", "").replace("_", ""))
    if isinstance(given, int):
        rows = [(la, TOTAL, TOTAL, given) for la in authorities]
        return pl.DataFrame(rows, schema=POPULATION, orient="row")
    table = given if isinstance(given, pl.DataFrame) else _read(Path(given))
    la = next((name for name in _LA_COLUMNS if name in table.columns), None)
    number = next((name for name in _POPULATION_COLUMNS if name in table.columns), None)
    if la is None or number is None:
        raise ValueError("--population: the table needs the columns la_code and population.")
    whole = [
        (pl.col(name).cast(pl.String) if name in table.columns else pl.lit(None, pl.String))
        .fill_null(TOTAL)
        .alias(name)
        for name in ("breakdown", "category")
    ]
    try:
        found = table.select(
            pl.col(la).cast(pl.String).str.strip_chars().alias("la"),
            *whole,
            pl.col(number).cast(pl.Int64).alias("population"),
        )
    except pl.exceptions.PolarsError:
        raise ValueError("--population: a population is not a whole number.") from None
    if found.select(pl.struct("la", "breakdown", "category").is_duplicated().any()).item():
        raise ValueError(
            "--population: an authority has two rows. Keep those of one year (the middle of the year before)."
        )
    return found


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ValueError(f"--population: {path} cannot be read as a CSV table ({type(error).__name__}).") from None
