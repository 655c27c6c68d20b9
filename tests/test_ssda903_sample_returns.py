"""The committed samples of children looked after: clean ones, and ones in which each rule finds something."""

from __future__ import annotations

import functools
from pathlib import Path

import polars as pl
import pytest

import csc_returns as cr
from csc_returns.sample.ssda903.committed import CLEAN_CHILDREN, SHOWS, Show, write_all
from csc_returns.specification import data_folder
from csc_returns.validation.rule import rules_in_force

FOLDER = data_folder("sample_returns") / "ssda903"

#: Findings of our own on children who are not the same in two tables.
OWN = {"CSC401", "CSC402", "CSC403", "CSC404"}


def reference() -> dict[str, pl.DataFrame]:
    return {
        name: pl.read_csv(FOLDER / "reference" / f"{name}.csv", infer_schema_length=0)
        for name in ("postcodes", "providers")
    }


@functools.cache
def validated(path: Path, last: Path | None, year: str) -> cr.Result:
    return cr.validate(
        path, previous=last, reference=reference(), collection="ssda903", year=year, local_authority="301"
    )


@pytest.fixture(scope="module")
def shown() -> dict[str, pl.DataFrame]:
    return {
        show.name: validated(FOLDER / show.path, None if show.form == "xml" else FOLDER / show.last, show.year).findings
        for show in SHOWS
    }


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_program_writes_what_is_committed(tmp_path: Path) -> None:
    write_all(tmp_path / "ssda903")
    committed = {name: content for name, content in files(FOLDER).items() if not name.endswith(".findings.csv")}
    assert files(tmp_path / "ssda903") == committed


@pytest.mark.parametrize("last", ["clean_2024-25_last_year", None])
@pytest.mark.parametrize("name", ["clean_2025-26", "clean_2025-26.xml"])
def test_nothing_is_found_in_the_clean_returns(name: str, last: str | None) -> None:
    result = validated(FOLDER / name, FOLDER / last if last else None, "2025-26")
    assert result.findings.is_empty(), result.findings.select("rule", "child").rows()
    assert result.checked[0].counts["children"] == CLEAN_CHILDREN


def test_all_rules_run_on_the_clean_tables() -> None:
    (checked,) = validated(FOLDER / "clean_2025-26", FOLDER / "clean_2024-25_last_year", "2025-26").checked
    # CSV tables do not hold the indicator that 105 reads.
    assert {entry.code for entry in checked.not_run} <= {"105"}


@pytest.mark.parametrize("year", ["2023-24", "2025-26", "2026-27"])
def test_each_rule_finds_something_somewhere(shown: dict[str, pl.DataFrame], year: str) -> None:
    found = {code for findings in shown.values() for code in findings["rule"]}
    in_force = {rule.code for rule in rules_in_force("ssda903", year)}
    assert in_force <= found


def test_the_list_of_findings_shows_each_rule_that_no_other_return_shows() -> None:
    listed = set(pl.read_csv(FOLDER / "every_rule_2025-26.findings.csv", infer_schema_length=0)["rule"])
    elsewhere = {code for show in SHOWS for code in show.codes}
    in_force = {rule.code for rule in rules_in_force("ssda903", "2025-26")}
    assert listed >= (in_force - elsewhere) | OWN


def test_columns_that_a_return_brings_itself_are_used_and_else_do_no_harm(shown: dict[str, pl.DataFrame]) -> None:
    assert sorted(set(shown["own_columns"].select("child", "rule").rows())) == [
        ("R205A", "205A"),
        ("R303", "205C"),
        ("R303", "303"),
        ("R303", "392a"),
        ("R303", "392b"),
        ("R411", "411"),
    ]


@pytest.mark.parametrize("show", SHOWS, ids=lambda show: show.name)
def test_each_mistake_is_found_at_the_child_that_has_it(shown: dict[str, pl.DataFrame], show: Show) -> None:
    listed = pl.read_csv(FOLDER / f"{show.name}_{show.year}.mistakes.csv", infer_schema_length=0)
    assert listed.height >= max(len(show.codes), 1)
    found: dict[str, set[str]] = {}
    for rule, child in shown[show.name].select("rule", "child").rows():
        found.setdefault(child or "", set()).add(rule)
    in_force = {rule.code for rule in rules_in_force("ssda903", show.year)}
    missed = [
        (child, rule)
        for child, rule in listed.select("child", "rule").rows()
        # A child whose identifier is mistyped in one table has a letter more there.
        if rule in in_force
        and rule not in found.get(child, set()) | found.get(f"{child}Z", set()) | found.get("", set())
    ]
    assert missed == []
