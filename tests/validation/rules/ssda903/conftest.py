from collections.abc import Callable

import polars as pl
import pytest

from csc_returns.specification import specification
from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import all_rules


def table_of(columns: str, *rows: str) -> pl.DataFrame:
    """A frame of text: names and values parted by blanks, ``-`` is a blank value."""
    names = columns.split()
    values = [row.split() for row in rows]
    assert all(len(row) == len(names) for row in values)
    return pl.DataFrame(
        {name: [None if row[at] == "-" else row[at] for row in values] for at, name in enumerate(names)},
        schema=dict.fromkeys(names, pl.String),
    )


@pytest.fixture
def table() -> Callable[..., pl.DataFrame]:
    return table_of


@pytest.fixture
def returned() -> Callable[..., ReturnData]:
    """A return of 2025-26: tables by name, last year's with ``_last`` behind it; reference data and the sender by keyword."""

    def build(reference=None, local_authority=None, **tables: pl.DataFrame) -> ReturnData:
        all_rules("ssda903")  # finds the functions that make derived columns
        now = {name: rows for name, rows in tables.items() if not name.endswith("_last")}
        before = {name.removesuffix("_last"): rows for name, rows in tables.items() if name.endswith("_last")}
        return ReturnData(
            now,
            specification("ssda903", "2025-26"),
            previous=before,
            reference=reference,
            local_authority=local_authority,
        )

    return build
