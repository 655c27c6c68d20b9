"""No rule finds anything in a sample without mistakes, with or without last year's return; most do in one with many."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pytest

import csc_returns as cr
from csc_returns.sample import sample_rows
from csc_returns.sample.ssda903.project import Rows
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.specification import Specification, ons_code
from csc_returns.validation.rule import rules_in_force

YEARS = ["2022-23", "2023-24", "2024-25", "2025-26", "2026-27"]

#: No return of tables can hold what these ask for: the asylum indicator of the header is made from the table of asylum
#: seekers, the place of a placement from its authority, and the return of 2025-26 has no orders that 2026-27 could lack.
BEYOND_TABLES = {"105", "205A", "205C", "303", "411", "706"}


def frames(spec: Specification, children: Iterable[Rows]) -> dict[str, pl.DataFrame]:
    listed = list(children)
    return {
        name: pl.DataFrame(
            [[row.get(column, "") for column in table.columns] for one in listed for row in one.get(name, [])],
            schema=dict.fromkeys(table.columns, pl.String),
            orient="row",
        )
        for name, table in spec.tables.items()
    }


def reference(setting: Setting) -> dict[str, pl.DataFrame]:
    made = {}
    for name, lines in (("postcodes", setting.places.postcode_rows()), ("providers", setting.places.provider_rows())):
        columns, *values = lines
        made[name] = pl.DataFrame(values, schema=list(columns), orient="row")
    return made


def findings(
    year: str, *, children: int, seed: int, mistakes: float = 0.0, last: bool = True, sender: str = "301"
) -> pl.DataFrame:
    setting = Setting(year, sender)
    both = list(sample_rows(setting, children=children, seed=seed, mistakes=mistakes, previous=True))
    assert setting.before is not None
    return cr.check(
        frames(setting.specification, [one for one, _ in both if one]),
        collection="ssda903",
        year=year,
        previous=frames(setting.before.specification, [other for _, other in both if other]) if last else None,
        reference=reference(setting),
        local_authority=ons_code(sender, year),
    )


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(("children", "seeds"), [(12, range(2)), (600, range(10, 11))])
@pytest.mark.parametrize("year", YEARS)
def test_nothing_is_found_without_mistakes(year: str, children: int, seeds: range, last: bool) -> None:
    for seed in seeds:
        found = findings(year, children=children, seed=seed, last=last)
        assert found.is_empty(), f"seed {seed}: {found.select('rule', 'child', 'field', 'value').head(5).rows()}"


def test_nothing_is_found_in_a_large_return() -> None:
    assert findings("2025-26", children=2500, seed=99).is_empty()


@pytest.mark.parametrize("sender", ["881", "420", "825"])
def test_nothing_is_found_in_the_return_of_another_authority(sender: str) -> None:
    assert findings("2025-26", children=300, seed=7, sender=sender).is_empty()


@pytest.mark.parametrize("year", ["2016-17", "2019-20", "2021-22"])
def test_nothing_is_found_in_years_before_the_rules(year: str) -> None:
    setting = Setting(year, "301")
    made = [one for one, _ in sample_rows(setting, children=300, seed=1) if one]
    found = cr.check(frames(setting.specification, made), collection="ssda903", year=year, reference=reference(setting))
    assert found.is_empty(), found.select("rule", "table", "field", "value").head(5).rows()


# Not the year before 2024-25: it writes the sex as 2024-25 does, since another code would be a change of sex (rule 202).
@pytest.mark.parametrize("following", ["2023-24", "2025-26", "2026-27"])
def test_last_years_return_is_without_mistakes_itself(following: str) -> None:
    setting = Setting(following, "301")
    assert setting.before is not None
    year = setting.before.year
    made = [last for _, last in sample_rows(setting, children=400, seed=2, previous=True) if last]
    found = cr.check(
        frames(setting.before.specification, made), collection="ssda903", year=year, reference=reference(setting),
        local_authority=ons_code("301", year),
    )  # fmt: skip
    assert found.is_empty(), found.select("rule", "table", "field", "value").head(5).rows()


@pytest.mark.parametrize("year", YEARS)
def test_most_rules_find_something_in_a_sample_full_of_mistakes(year: str) -> None:
    found = set(findings(year, children=1500, seed=1, mistakes=0.7)["rule"])
    in_force = {rule.code for rule in rules_in_force("ssda903", year)} - BEYOND_TABLES
    assert len(in_force - found) <= len(in_force) // 10, sorted(in_force - found)
