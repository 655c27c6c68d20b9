"""Every SSDA903 rule through real CSV files: the examples of its docstring, or of its item, written to a folder and validated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from support.example_files import write_example
from support.examples import ever_in_force, year_of

import csc_returns as cr
from csc_returns.specification import whole_specification
from csc_returns.validation.docstring import Example, ExampleTable, parse
from csc_returns.validation.rule import Rule, all_rules, own_rules

RULES = [rule for rule in (*all_rules("ssda903"), *own_rules("ssda903")) if ever_in_force(rule)]


@dataclass(frozen=True, eq=False)
class Case:
    """One folder: an example of a version of a rule."""

    rule: Rule
    number: int
    example: Example

    @property
    def marked(self) -> set[tuple[str, int, str]]:
        return {(table.name, row, column) for table in self.example.tables for row, column in table.marked}


def examples_of(rule: Rule) -> list[Example]:
    """The examples of a rule; those of a rule on one item hold its values, each of a child of its own."""
    if rule.kind != "item":
        return parse(rule.docstring).examples
    ((table, (item,)),) = rule.locates.items()
    (found,) = [
        version
        for version in whole_specification(rule.collection).tables[table].items[item].rules
        if (version.code, version.years) == (rule.code, rule.years)
    ]
    values = [*found.flagged, *found.passes]
    marked = {(row, item) for row in range(len(found.flagged))}
    rows: list[list[str | None]] = [[f"C{number}", value] for number, value in enumerate(values)]
    return [Example(None, None, [ExampleTable(table, ["CHILD", item], rows, marked)])]


CASES = [Case(rule, number, example) for rule in RULES for number, example in enumerate(examples_of(rule), start=1)]


def empty_derived(example: Example) -> bool:
    """Whether an example has a derived column without any value."""
    known = whole_specification("ssda903").tables
    return any(
        column.name in table.columns and not any(row[table.columns.index(column.name)] for row in table.rows)
        for table in example.tables
        if table.name in known
        for column in known[table.name].derived
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule.code}-{case.rule.years.since}-{case.number}")
def test_exactly_the_marked_cells_are_located_each_at_its_line(case: Case, tmp_path: Path) -> None:
    year = year_of(case.rule, case.example)
    files = write_example(case.example, tmp_path, year)
    result = cr.validate(
        files.folder,
        collection="ssda903",
        year=year,
        rules=[case.rule.code],
        previous=files.previous,
        reference=files.reference,
        local_authority=files.local_authority,
    )
    if empty_derived(case.example):
        # A file's empty column of what the tool would make says nothing: the rule waits for what it is made from.
        assert case.rule.code in {entry.code for entry in result.not_run}
        return
    found = result.findings.filter(result.findings["rule"] == case.rule.code)
    if not case.rule.locates:
        assert found.height == int(bool(case.example.flagged))
        return
    assert set(found.select("table", "row", "field").rows()) == case.marked
    assert set(found.select("table", "row", "line").rows()) == {(table, row, row + 2) for table, row, _ in case.marked}
    known = whole_specification("ssda903").tables
    assert set(found.select("table", "file").rows()) == {
        (table, str(files.folder / f"{known[table].file}.csv")) for table, _, _ in case.marked
    }


def test_every_version_of_every_rule_finds_something() -> None:
    assert {id(case.rule) for case in CASES if case.marked or case.example.flagged} == {id(rule) for rule in RULES}
