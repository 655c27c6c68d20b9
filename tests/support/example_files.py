"""The example of a rule as the files of a children looked after return."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from csc_returns.specification import Specification, specification
from csc_returns.validation.docstring import Example, ExampleTable
from csc_returns.validation.rule import LAST, NEEDS


@dataclass(frozen=True)
class Files:
    """A folder of CSV files, last year's likewise, and what else ``validate`` is given."""

    folder: Path
    previous: Path | None
    reference: dict[str, pl.DataFrame]
    local_authority: str | None


def write_example(example: Example, folder: Path, year: str) -> Files:
    """Write the tables of an example, one CSV file each, rows in their order: row n stands in line n + 2.

    Where no table of the example has a CHILD, all rows are of one child.
    """
    this_year, last_year = folder / "return", folder / "before"
    reference: dict[str, pl.DataFrame] = {}
    sender = None
    child = None if any("CHILD" in table.columns for table in example.tables) else "C1"
    for table in example.tables:
        if table.name == "local_authority":
            ((sender,),) = table.rows
        elif table.name in NEEDS:
            reference[table.name] = pl.DataFrame(
                table.rows, schema=dict.fromkeys(table.columns, pl.String), orient="row"
            )
        else:
            _write(table, last_year if table.name.endswith(LAST) else this_year, specification("ssda903", year), child)
    return Files(this_year, last_year if last_year.exists() else None, reference, sender)


def _write(table: ExampleTable, folder: Path, specification: Specification, child: str | None) -> None:
    known = specification.tables[table.name.removesuffix(LAST)]
    derived = [column.name for column in known.derived if column.name in table.columns]
    columns = [*known.columns, *derived]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{known.file}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(_cells(table, columns, child))


def _cells(table: ExampleTable, columns: list[str], child: str | None) -> Iterable[list[str | None]]:
    for row in table.rows:
        values = {"CHILD": child} | dict(zip(table.columns, row, strict=True))
        yield [values.get(column) for column in columns]
