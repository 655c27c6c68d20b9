"""No rule finds anything in a sample without mistakes, and most rules find something in one with many."""

from __future__ import annotations

from pathlib import Path

import pytest

import csc_returns as cr
from csc_returns.sample import write_sample
from csc_returns.validation.rule import rules_in_force

YEARS = ["2022-23", "2023-24", "2024-25", "2025-26", "2026-27"]


def validated(folder: Path, *, year: str, children: int, seed: int, mistakes: float) -> cr.Result:
    path = folder / "sample.xml"
    with path.open("wb") as file:
        write_sample(file, collection="cin", year=year, children=children, seed=seed, mistakes=mistakes)
    return cr.validate(path)


@pytest.mark.parametrize(("children", "seed"), [(10, 0), (300, 1)])
@pytest.mark.parametrize("year", YEARS)
def test_nothing_is_found_without_mistakes(tmp_path: Path, year: str, children: int, seed: int) -> None:
    findings = validated(tmp_path, year=year, children=children, seed=seed, mistakes=0.0).findings
    assert findings.is_empty(), findings.select("rule", "severity").unique().rows()


def test_nothing_is_found_in_a_large_return(tmp_path: Path) -> None:
    findings = validated(tmp_path, year="2025-26", children=1200, seed=1, mistakes=0.0).findings
    assert findings.is_empty(), findings.select("rule", "severity").unique().rows()


@pytest.mark.parametrize("year", ["2016-17", "2021-22"])
def test_nothing_is_found_in_years_before_the_rules(tmp_path: Path, year: str) -> None:
    assert validated(tmp_path, year=year, children=150, seed=1, mistakes=0.0).findings.is_empty()


@pytest.mark.parametrize("year", ["2022-23", "2025-26"])
def test_most_rules_find_something_in_a_sample_full_of_mistakes(tmp_path: Path, year: str) -> None:
    found = set(validated(tmp_path, year=year, children=500, seed=1, mistakes=0.5).findings["rule"].to_list())
    in_force = {rule.code for rule in rules_in_force("cin", year)}
    assert len(in_force - found) <= len(in_force) // 10, sorted(in_force - found)
