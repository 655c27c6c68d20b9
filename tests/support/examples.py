"""The examples of a rule's docstring as what ``check`` takes."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from csc_returns.specification import whole_specification
from csc_returns.validation.docstring import Example, ExampleTable
from csc_returns.validation.rule import LAST, NEEDS, Rule

#: The newest year of which rules are known for certain: examples are of this year, or of the year nearest to it.
USUAL_YEAR = "2025-26"


def ever_in_force(rule: Rule) -> bool:
    """Whether any year has the version; one that was withdrawn before its first year ends before it begins."""
    return any(year in rule.years for year in whole_specification(rule.collection).years)


def year_of(rule: Rule, example: Example) -> str:
    """The year that an example is meant for; of a rule that was never in force, the year for which it was drawn up."""
    if not ever_in_force(rule):
        return str(rule.years.since)
    held = [year for year in whole_specification(rule.collection).years if year in rule.years]
    year = example.year or next((year for year in reversed(held) if year <= USUAL_YEAR), held[0])
    assert year in rule.years, f"the example's year {year} is outside the version's years"
    return year


@dataclass
class Given:
    """An example taken apart: this year's tables, last year's, reference data, the sender."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    previous: dict[str, pl.DataFrame] | None = None
    reference: dict[str, pl.DataFrame] | None = None
    local_authority: str | None = None


def given(example: Example, collection: str) -> Given:
    """What an example gives to ``check``; every column is text, but for lists of values on the rows of another table."""
    parts = Given()
    for table in example.tables:
        if table.name == "local_authority":
            ((parts.local_authority,),) = table.rows
        elif table.name in NEEDS:
            parts.reference = (parts.reference or {}) | {table.name: _frame(table)}
        elif table.name.endswith(LAST):
            parts.previous = (parts.previous or {}) | {table.name.removesuffix(LAST): _frame(table)}
        else:
            lists = [
                pl.col(column).map_elements(_parted, pl.List(pl.String), skip_nulls=False)
                for column in _lists(table, collection)
            ]
            parts.tables[table.name] = _frame(table).with_columns(lists)
    return parts


def _parted(cell: str | None) -> list[str]:
    return [part.strip() for part in cell.split(",")] if cell else []


def _frame(table: ExampleTable) -> pl.DataFrame:
    return pl.DataFrame(table.rows, schema=dict.fromkeys(table.columns, pl.String), orient="row")


def _lists(table: ExampleTable, collection: str) -> list[str]:
    listed = [one for one in whole_specification(collection).tables.values() if one.lists == table.name]
    return [column for one in listed for column in table.columns if column in one.items and column not in one.keys]
