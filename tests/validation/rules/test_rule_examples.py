"""The examples in each rule's docstring: exactly the marked cells are flagged, through the real engine."""

from __future__ import annotations

import polars as pl
import pytest
from support.examples import ever_in_force, given, year_of

from csc_returns.specification import COLLECTIONS, specification, whole_specification
from csc_returns.validation import engine
from csc_returns.validation.check import check
from csc_returns.validation.data import ReturnData
from csc_returns.validation.docstring import Example, parse
from csc_returns.validation.rule import LAST, Rule, all_rules, own_rules

WRITTEN = [rule for name in COLLECTIONS for rule in (*all_rules(name), *own_rules(name)) if rule.kind != "item"]


def run(rule: Rule, example: Example) -> pl.DataFrame:
    parts = given(example, rule.collection)
    if not ever_in_force(rule):
        # No year asks for it, so the engine is handed the rule itself.
        year = specification(rule.collection, year_of(rule, example))
        outcome = engine.run([rule], ReturnData(parts.tables, year, previous=parts.previous), own_items=False)
        assert not outcome.not_run
        return outcome.cells.filter(~pl.col("table").str.ends_with(LAST))
    return check(
        parts.tables,
        collection=rule.collection,
        year=year_of(rule, example),
        rules=[rule.code],
        previous=parts.previous,
        reference=parts.reference,
        local_authority=parts.local_authority,
    )


@pytest.mark.parametrize("rule", WRITTEN, ids=lambda rule: f"{rule.code}-{rule.years.since}")
def test_exactly_the_marked_cells_are_flagged(rule: Rule) -> None:
    text = parse(rule.docstring)
    for example in text.examples:
        found = run(rule, example)
        if not rule.locates:
            assert example.flagged is not None, "say (flagged) or (not flagged) behind Example"
            assert found.height == (1 if example.flagged else 0)
            continue
        expected = {(table.name, row, column) for table in example.tables for row, column in table.marked}
        assert set(found.select("table", "row", "field").rows()) == expected


@pytest.mark.parametrize("rule", WRITTEN, ids=lambda rule: f"{rule.code}-{rule.years.since}")
def test_examples_hold_flagged_and_unflagged_rows_and_blanks(rule: Rule) -> None:
    examples = parse(rule.docstring).examples
    if not rule.locates:
        assert {example.flagged for example in examples} == {True, False}
        return
    tables = [table for example in examples for table in example.tables if table.name in rule.tables]
    assert any(table.marked for table in tables)
    primary = [
        table for table in tables if any(name == table.name for name, _ in [(t.name, 0) for t in tables if t.marked])
    ]
    assert any(not any(at == row for at, _ in table.marked) for table in primary for row in range(len(table.rows)))


def test_fields_named_by_rules_exist() -> None:
    for rule in WRITTEN:
        whole = whole_specification(rule.collection)
        for part in (rule.locates, rule.reads):
            for role, fields in part.items():
                table = whole.tables[role.removesuffix("_other").removesuffix("_last")]
                listed = [item for other in whole.tables.values() if other.lists == table.name for item in other.items]
                derived = [column.name for column in table.derived]
                assert set(fields) <= {*table.columns, *listed, *derived}, rule.code
