"""The SSDA903 rules 411 to 560 find the same cells as the slow second computation of them."""

from __future__ import annotations

import functools
import random

import pytest
from oracle.ssda903 import part3, part3_adoption_and_health
from oracle.ssda903.common import Tables, words
from oracle.ssda903.compare import Slow, compare
from oracle.ssda903.part3_returns import add_crowd
from oracle.ssda903.returns import YEARS, Return, make_return

NEEDS = part3.NEEDS | part3_adoption_and_health.NEEDS
UNTIL = part3.UNTIL | part3_adoption_and_health.UNTIL
RULES = {
    code: Slow(rule, NEEDS.get(code, ["Episodes"]), part3.SINCE.get(code, YEARS[0]), UNTIL.get(code, YEARS[-1]))
    for code, rule in (part3.RULES | part3_adoption_and_health.RULES).items()
}

#: Small returns leave rules silent, large ones give more cases at the price of one.
SEEDS = range(5)


def random_return(seed: int, year: str) -> Return:
    """Every fourth return is small; the others hold many children, ordinary ones and some crowded onto few days."""
    made = make_return(seed + 3000, year, 30 if seed % 4 else 3)
    return add_crowd(made, random.Random(f"{seed} {year} part 3"), 50) if seed % 4 else made


@functools.cache
def run(year: str) -> tuple[list[str], list[dict[str, bool]]]:
    """What differs in all random returns of a year, and which rules fire in each."""
    wrong, fired = [], []
    for seed in SEEDS:
        sentences, by_code = compare(random_return(seed, year), RULES)
        wrong += [f"return {seed}: {sentence}" for sentence in sentences]
        fired.append(by_code)
    return wrong, fired


@pytest.mark.parametrize("year", YEARS)
def test_the_cells_found_are_those_of_the_second_computation(year: str) -> None:
    assert run(year)[0] == []


def test_every_rule_fires_in_some_return_and_not_in_another() -> None:
    seen = {code: {fired[code] for year in YEARS for fired in run(year)[1] if code in fired} for code in RULES}
    assert [code for code in RULES if seen[code] != {True, False}] == []


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("code", ["503D", "526", "557"])
def test_a_rule_that_changed_fires_in_every_year(code: str, year: str) -> None:
    assert any(fired[code] for fired in run(year)[1])


def test_a_missing_table_silences_the_rules_that_read_it_and_no_others() -> None:
    whole = random_return(1, "2025-26")
    for lost in words("Header Episodes Reviews OC2 AD1 PlacedAdoption Episodes_last PlacedAdoption_last"):
        kept = {name: table for name, table in whole.tables.items() if name != lost}
        assert compare(whole._replace(tables=kept), RULES)[0] == [], f"without {lost}"


def test_without_last_years_return_the_rules_across_years_are_silent() -> None:
    whole = random_return(1, "2023-24")
    kept = {name: table for name, table in whole.tables.items() if not name.endswith("_last")}
    assert compare(whole._replace(tables=kept), RULES)[0] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_change_of_a_placement_code_between_two_years(year: str) -> None:
    codes = words("H5 K3 Z1 Z11 Z12 Z13 Z14 U1")
    tables: Tables = {"Episodes": [], "Episodes_last": []}
    for before in codes:
        for now in codes:
            common = {"CHILD": f"{before}{now}", "DECOM": f"01/05/{int(year[:4]) - 1}"}
            tables["Episodes_last"].append({**common, "PLACE": before})
            tables["Episodes"].append({**common, "PLACE": now})
    assert compare(random_return(0, year)._replace(tables=tables), {"503D": RULES["503D"]}) == ([], {"503D": True})
