"""Every rule through real XML: the examples of its docstring, or of its item, written to a file and validated."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.cin_xml import CinFile, cin_file

import csc_returns as cr
from csc_returns.specification import ItemRule, specification, whole_specification
from csc_returns.validation.docstring import Example, ExampleTable, parse
from csc_returns.validation.rule import Rule, all_rules

#: (code, number of the example) → (table, row, why) of a row that is not put into the file. Each belongs to no row of the
#: example; in a file it must be inside one, and that one changes what is found.
NOT_IN_XML = {
    ("2885", 2): ("ChildProtectionPlans", 8, "plan without an episode: one made for it is flagged too"),
    ("4003", 1): ("Reviews", 5, "review without a plan: in one made for it, without end, it is flagged"),
    ("8585Q", 1): ("CINdetails", 6, "child unknown: one made for it has no death date, so it is flagged"),
    ("8873Q", 1): ("Assessments", 8, "no episode: one made for it has no reason, so it is flagged"),
}


@dataclass(frozen=True, eq=False)
class Case:
    """One file: an example of a version of a rule; ``header`` is the row of its table Header that becomes the header."""

    rule: Rule
    number: int
    example: Example
    year: str
    header: int = 0
    asked_year: str | None = None

    @property
    def name(self) -> str:
        return f"{self.rule.code}-{self.year}-{self.number}" + (f"-{self.header}" if self.asked_year else "")

    @property
    def left_out(self) -> list[tuple[str, int]]:
        entry = NOT_IN_XML.get((self.rule.code, self.number))
        return [entry[:2]] if entry else []

    @property
    def all_marked(self) -> set[tuple[str, int, str]]:
        return {
            (table.name, row, column)
            for table in self.example.tables
            for row, column in table.marked
            if table.name != "Header" or row == self.header
        }

    @property
    def marked(self) -> set[tuple[str, int, str]]:
        """The marked cells of the rows that are in the file."""
        return {cell for cell in self.all_marked if cell[:2] not in self.left_out}

    @property
    def flagged(self) -> bool:
        return bool(self.marked or self.example.flagged)


@dataclass(frozen=True)
class Outcome:
    file: CinFile
    path: Path
    result: cr.Result

    @property
    def cells(self) -> set[tuple[object, ...]]:
        """(table, row of the example or None, field, line, column) of every located cell."""
        located = self.result.findings.select("table", "row", "field", "line", "column").rows()
        return {(table, self.file.rows[table][row], *rest) for table, row, *rest in located if table}


def example_of(rule: ItemRule, table: str, item: str) -> Example:
    """The values of an item rule as a table."""
    values = [*rule.flagged, *rule.passes]
    marked = {(row, item) for row in range(len(rule.flagged))}
    return Example(None, None, [ExampleTable(table, [item], [[value] for value in values], marked)])


def examples_of(rule: Rule) -> list[Example]:
    if rule.kind != "item":
        return parse(rule.docstring).examples
    ((table, (item,)),) = rule.locates.items()
    (found,) = [
        version
        for version in whole_specification(rule.collection).tables[table].items[item].rules
        if (version.code, version.years) == (rule.code, rule.years)
    ]
    return [example_of(found, table, item)]


def cases_of(rule: Rule) -> list[Case]:
    years = [year for year in whole_specification(rule.collection).years if year in rule.years and year <= "2025-26"]
    cases = []
    for number, example in enumerate(examples_of(rule), start=1):
        year = example.year or years[-1]
        headers = next((len(table.rows) for table in example.tables if table.name == "Header"), 1)
        for header in range(headers):
            # A file has one header; those of rule 100 do not all say a year.
            cases.append(Case(rule, number, example, year, header, year if headers > 1 else None))
    return cases


RULES = all_rules("cin")
CASES = [case for rule in RULES for case in cases_of(rule)]

by_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def validated(case: Case, folder: Path, *, whole: bool = False) -> Outcome:
    """Write the file of a case, with the rows that are left out if it is to be ``whole``, and validate it."""
    leave_out = [] if whole else case.left_out
    file = cin_file(case.example.tables, specification("cin", case.year), header=case.header, leave_out=leave_out)
    path = folder / f"{case.name}{'-whole' if whole else ''}.xml"
    path.write_text(file.text, encoding="utf-8")
    return Outcome(file, path, cr.validate(path, rules=[case.rule.code], year=case.asked_year))


@pytest.fixture(scope="module")
def through_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Outcome]:
    return functools.cache(functools.partial(validated, folder=tmp_path_factory.mktemp("cin")))


@by_case
def test_exactly_the_marked_cells_are_located_each_at_its_place(
    case: Case, through_file: Callable[[Case], Outcome]
) -> None:
    outcome = through_file(case)
    findings = outcome.result.findings
    expected = {(*cell, *outcome.file.place(*cell)) for cell in case.marked}
    assert outcome.cells == expected
    assert set(findings.select("rule", "severity", "file").rows()) == (
        {(case.rule.code, case.rule.severity, str(outcome.path))} if case.flagged else set()
    )
    if not case.rule.locates:
        assert findings.select("table", "row", "field", "line").rows() == [(None,) * 4] * case.flagged


@by_case
def test_the_file_of_an_example_is_read_whole(case: Case, through_file: Callable[[Case], Outcome]) -> None:
    outcome = through_file(case)
    (found,) = outcome.result.returns
    assert {name: table.height for name, table in found.tables.items() if table.height} == {
        name: len(rows) for name, rows in outcome.file.rows.items() if rows
    }
    assert found.unplaced.is_empty()
    assert found.year == case.year
    assert found.whole
    # Empty elements, flags as 0 and as false, and a year asked for that is not the header's.
    expected = {"CSC105", "CSC106", *(["CSC022"] if case.asked_year else [])}
    assert {remark.code for remark in found.remarks} <= expected
    assert outcome.result.not_run == []
    written = {
        (table.name, row) for table in case.example.tables for row in range(len(table.rows)) if table.name != "Header"
    }
    mapped = [(name, row) for name, rows in outcome.file.rows.items() for row in rows if row is not None]
    assert sorted(cell for cell in mapped if cell[0] != "Header") == sorted(written - set(case.left_out))


@by_case
def test_the_places_that_the_tests_go_by_are_those_of_the_elements(
    case: Case, through_file: Callable[[Case], Outcome]
) -> None:
    file = through_file(case).file
    lines = file.text.splitlines()
    for (name, _, item), (line, column) in file.places.items():
        table = specification("cin", case.year).tables[name]
        element = table.items[item].element if item else table.row_element or table.element
        assert re.match(rf"<{element}\b", lines[line - 1][column - 1 :])
    assert len({(table, row) for table, row, item in file.places if not item}) == sum(
        row is not None for rows in file.rows.values() for row in rows
    )


@pytest.mark.parametrize(("code", "number"), NOT_IN_XML)
def test_a_row_that_is_left_out_would_change_what_is_found(code: str, number: int, tmp_path: Path) -> None:
    (case,) = [case for case in CASES if (case.rule.code, case.number) == (code, number)]
    found = {cell[:3] for cell in validated(case, tmp_path, whole=True).cells}
    assert found - case.all_marked
    table, row, _ = NOT_IN_XML[code, number]
    assert any(given.name == table and row < len(given.rows) for given in case.example.tables)


def test_every_rule_has_a_file_in_which_it_finds_something() -> None:
    assert len({rule.code for rule in RULES}) == 109
    assert {case.rule.code for case in CASES if case.flagged} == {rule.code for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.years.since}")
def test_every_version_of_every_rule_is_flagged_in_a_year_of_its_own(
    rule: Rule, through_file: Callable[[Case], Outcome]
) -> None:
    case = next(case for case in CASES if case.rule is rule and case.flagged)
    outcome = through_file(case)
    assert outcome.result.checked[0].year in rule.years
    assert outcome.result.findings["rule"].unique().to_list() == [rule.code]
