"""Item-level requirements as pandera schemas, built from the specification of a year.

Each check is named by the rule it enforces: the DfE's code where a DfE rule concerns that item alone, else one of our own
codes (CSC2nn). The schemas check text columns in which blank is null: a check on a column of another type would give an
engine error without a row.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.config import ValidationDepth, config_context

from csc_returns.extracts.dates import date_of, with_known_parts
from csc_returns.specification import Item, ItemRule, Specification, Table, local_authorities

#: Own code of each kind of fault, where no DfE rule is in force.
OWN_CODES = {
    "blank": "CSC201",
    "code": "CSC202",
    "date": "CSC203",
    "number": "CSC204",
    "boolean": "CSC205",
    "pattern": "CSC206",
    "length": "CSC206",
    "lookup": "CSC207",
}

_DATE_TIME = r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})?$"


_FAILURES = pl.Schema({"rule": pl.String(), "row": pl.Int64(), "field": pl.String()})


def faults(item: Item, rule: ItemRule | None = None) -> dict[str, pl.Expr]:
    """Kind of fault → expression that is true where the value of an item has it; a blank value is no other fault."""
    value = pl.col(item.name)
    found: dict[str, pl.Expr] = {}
    if item.blank == "never" or (rule and "blank" in rule.finds):
        found["blank"] = value.is_null()
    codes = rule.codes if rule and rule.codes is not None else item.codes
    if codes is not None:
        found["code"] = ~value.is_in(codes)
    if item.type == "boolean":
        found["boolean"] = ~value.str.to_lowercase().is_in(["0", "1", "true", "false"])
    if item.type in {"date", "partial_date"}:
        partial = item.type == "partial_date" or (rule is not None and rule.partial_dates)
        date = date_of(with_known_parts(value) if partial else value, item.dates)
        found["date"] = date.is_null() & value.is_not_null()
    if item.type == "datetime":
        found["date"] = ~value.str.strip_chars().str.contains(_DATE_TIME)
    if item.type == "integer":
        digits = value.str.strip_chars()
        # A float takes any number of digits, and is exact for numbers as small as the limits.
        number = digits.cast(pl.Float64, strict=False)
        found["number"] = ~digits.str.contains(r"^[+-]?[0-9]+$")
        if item.minimum is not None:
            found["number"] |= (number < item.minimum).fill_null(False)
        if item.maximum is not None:
            found["number"] |= (number > item.maximum).fill_null(False)
    if item.type == "year":
        found["number"] = ~value.str.strip_chars().str.contains("^[0-9]{4}$")
    if pattern := (rule.pattern if rule else None) or item.pattern:
        found["pattern"] = ~value.str.contains(f"^(?:{pattern})$")
    if rule and rule.max_length:
        found["length"] = value.str.len_chars() > rule.max_length
    if item.lookup == "local_authorities" and codes is None:
        found["lookup"] = value.str.contains("^[0-9]{3}$") & ~value.is_in(list(local_authorities()))
    return found


def item_checks(item: Item) -> Iterator[tuple[str, pl.Expr]]:
    """(code, expression true where the value is at fault): one for each DfE item rule in force, then our own."""
    taken = {kind for kind, _ in item.covered}
    for rule in item.rules:
        by_kind = faults(item, rule)
        yield rule.code, pl.any_horizontal(by_kind[kind].fill_null(False) for kind in rule.finds)
        taken.update(rule.finds)
    for kind, fault in faults(item).items():
        if kind not in taken:
            yield OWN_CODES[kind], fault.fill_null(False)


def _check(code: str, fault: pl.Expr, column: str) -> pa.Check:
    def passes(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((~fault).alias(column))

    return pa.Check(passes, name=code, ignore_na=False)


def table_schema(table: Table) -> pa.DataFrameSchema:
    """The pandera schema of one table of text columns; derived keys are allowed and not checked."""
    columns = {
        item.name: pa.Column(
            pl.String,
            checks=[_check(code, fault, item.name) for code, fault in item_checks(item)],
            nullable=True,
            required=False,
            title=item.title,
        )
        for item in table.items.values()
    }
    return pa.DataFrameSchema(columns, name=table.name, strict=False)


@functools.lru_cache(maxsize=16)
def _schemas(collection: str, year: str) -> dict[str, pa.DataFrameSchema]:
    from csc_returns.specification import specification

    return {name: table_schema(table) for name, table in specification(collection, year).tables.items()}


def schemas(specification: Specification) -> dict[str, pa.DataFrameSchema]:
    """Table name → pandera schema, for the collection and year of a specification."""
    return _schemas(specification.collection, str(specification.year))


def item_failures(schema: pa.DataFrameSchema, text: pl.DataFrame) -> pl.DataFrame:
    """What a table's values are at fault with: columns ``rule``, ``row``, ``field``.

    Args:
        schema: from ``schemas``.
        text: the collected table, text columns with blank as null.

    Raises:
        RuntimeError: pandera gave a failure that is not about a cell (a fault of ours, never of the data).
    """
    nothing = pl.DataFrame(schema=_FAILURES)
    if text.is_empty():
        return nothing
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(text, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases: pl.DataFrame = errors.failure_cases
            if cases["index"].null_count():
                raise RuntimeError(
                    f"{schema.name}: {cases.filter(pl.col('index').is_null())['failure_case'][0]}"
                ) from errors
            return cases.select(
                pl.col("check").alias("rule"),
                pl.col("index").cast(pl.Int64).alias("row"),
                pl.col("column").alias("field"),
            )
    return nothing


def failures_one_by_one(table: Table, text: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[str, Exception]]]:
    """The same as ``item_failures`` check by check, with the codes of the checks that fail themselves."""
    errors: list[tuple[str, Exception]] = []
    parts = [pl.DataFrame(schema=_FAILURES)]
    for item in table.items.values():
        for code, fault in item_checks(item):
            try:
                rows = text.select(fault.alias("fault"))["fault"].arg_true()
            except Exception as error:  # told by the caller
                errors.append((code, error))
                continue
            parts.append(
                pl.DataFrame(
                    {"rule": [code] * len(rows), "row": rows.cast(pl.Int64), "field": [item.name] * len(rows)},
                    schema=_FAILURES,
                )
            )
    return pl.concat(parts), errors
