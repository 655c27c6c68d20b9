"""The rows of a sample as frames, for what works on tables and not on files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from csc_returns.sample.ssda903.project import Rows
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.specification import Specification, ons_code
from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import all_rules


def tables_of(children: Iterable[Rows], specification: Specification) -> dict[str, pl.DataFrame]:
    """The tables of a return, all text, with one row for each row of the children and in their order."""
    listed = list(children)
    return {
        name: pl.DataFrame(
            [[row.get(column, "") for column in table.columns] for one in listed for row in one.get(name, [])],
            schema=dict.fromkeys(table.columns, pl.String),
            orient="row",
        )
        for name, table in specification.tables.items()
    }


def reference_of(setting: Setting) -> dict[str, pl.DataFrame]:
    """Reference data that fit: ``postcodes`` and ``providers``, all text."""
    made = {}
    for name, lines in (("postcodes", setting.places.postcode_rows()), ("providers", setting.places.provider_rows())):
        columns, *values = lines
        made[name] = pl.DataFrame(values, schema=list(columns), orient="row")
    return made


def fill_own_columns(children: Sequence[Rows], setting: Setting) -> None:
    """Give the rows the columns that are made from others, as the checks make them; one that a row has already stays."""
    all_rules(setting.collection)  # importing the rules brings what makes the columns
    data = ReturnData(
        tables_of(children, setting.specification),
        setting.specification,
        reference=reference_of(setting),
        local_authority=ons_code(setting.local_authority, setting.year),
    )
    for name, table in setting.specification.tables.items():
        if table.derived:
            rows = (row for one in children for row in one.get(name, []))
            made = data[name].sort(name).select(column.name for column in table.derived).collect()
            for row, values in zip(rows, made.iter_rows(named=True), strict=True):
                for column, value in values.items():
                    row.setdefault(column, "" if value is None else str(value))
