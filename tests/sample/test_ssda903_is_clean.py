"""No rule finds anything in a sample without mistakes, with or without last year's return; most do in one with many."""

from __future__ import annotations

import polars as pl
import pytest

import csc_returns as cr
from csc_returns.sample import sample_rows
from csc_returns.sample.ssda903.frames import reference_of, tables_of
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.specification import ons_code
from csc_returns.validation.rule import rules_in_force

YEARS = ["2022-23", "2023-24", "2024-25", "2025-26", "2026-27"]

#: Not to be found here: most ask for columns of the return's own (the asylum indicator, the place of a placement) where
#: samples leave them to be made from others, and 706 for orders of 2025-26, which did not ask for any.
BEYOND_TABLES = {"105", "205A", "205C", "303", "411", "706"}


def findings(
    year: str, *, children: int, seed: int, mistakes: float = 0.0, last: bool = True, sender: str = "301"
) -> pl.DataFrame:
    setting = Setting(year, sender)
    both = list(sample_rows(setting, children=children, seed=seed, mistakes=mistakes, previous=True))
    assert setting.before is not None
    return cr.check(
        tables_of((one for one, _ in both if one), setting.specification),
        collection="ssda903",
        year=year,
        previous=tables_of((other for _, other in both if other), setting.before.specification) if last else None,
        reference=reference_of(setting),
        local_authority=ons_code(sender, year),
    )


@pytest.mark.parametrize(("children", "seed", "last"), [(200, 10, True), (40, 11, False)])
@pytest.mark.parametrize(("year", "sender"), list(zip(YEARS, ["301", "881", "420", "825", "301"], strict=True)))
def test_nothing_is_found_without_mistakes(year: str, sender: str, children: int, seed: int, last: bool) -> None:
    found = findings(year, children=children, seed=seed, last=last, sender=sender)
    assert found.is_empty(), found.select("rule", "child", "field", "value").head(5).rows()


def test_nothing_is_found_in_a_large_return() -> None:
    found = findings("2025-26", children=1000, seed=99)
    assert found.is_empty(), found.select("rule", "child", "field", "value").head(5).rows()


@pytest.mark.parametrize("year", ["2016-17", "2021-22"])
def test_nothing_is_found_in_years_before_the_rules(year: str) -> None:
    setting = Setting(year, "301")
    made = [one for one, _ in sample_rows(setting, children=150, seed=1) if one]
    found = cr.check(
        tables_of(made, setting.specification), collection="ssda903", year=year, reference=reference_of(setting)
    )
    assert found.is_empty(), found.select("rule", "table", "field", "value").head(5).rows()


# Not the year before 2024-25: it writes the sex as 2024-25 does, since another code would be a change of sex (rule 202).
@pytest.mark.parametrize("following", ["2023-24", "2026-27"])
def test_last_years_return_is_without_mistakes_itself(following: str) -> None:
    setting = Setting(following, "301")
    assert setting.before is not None
    year = setting.before.year
    made = [last for _, last in sample_rows(setting, children=200, seed=2, previous=True) if last]
    found = cr.check(
        tables_of(made, setting.before.specification), collection="ssda903", year=year, reference=reference_of(setting),
        local_authority=ons_code("301", year),
    )  # fmt: skip
    assert found.is_empty(), found.select("rule", "table", "field", "value").head(5).rows()


@pytest.mark.parametrize("year", ["2022-23", "2026-27"])
def test_most_rules_find_something_in_a_sample_full_of_mistakes(year: str) -> None:
    found = set(findings(year, children=500, seed=1, mistakes=1.0)["rule"])
    in_force = {rule.code for rule in rules_in_force("ssda903", year)} - BEYOND_TABLES
    assert len(in_force - found) <= len(in_force) // 10, sorted(in_force - found)
