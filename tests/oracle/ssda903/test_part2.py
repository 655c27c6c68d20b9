"""The SSDA903 rules 301 to 408 find the same cells as the slow second computation of them."""

from __future__ import annotations

import functools
import itertools
import random

import pytest
from oracle.ssda903.compare import Slow, compare
from oracle.ssda903.part2 import FIRST_RULES, FIRST_TABLES
from oracle.ssda903.part2_from_363 import LAST_RULES, LAST_TABLES
from oracle.ssda903.part2_returns import add_limits
from oracle.ssda903.returns import YEARS, Return, arguments, make_return

from csc_returns import check

NEEDS = FIRST_TABLES | LAST_TABLES
NEEDS |= {code: (*NEEDS[code], "Episodes.PL_DISTANCE") for code in ("392a", "406")}
NEEDS |= {"303": (*NEEDS["303"], "Header.UASC"), "392c": (*NEEDS["392c"], "postcodes")}
SINCE = {"347": "2023-24", "348": "2025-26"}
UNTIL = {"370": "2023-24"}
RULES = {
    code: Slow(rule, NEEDS[code], SINCE.get(code, YEARS[0]), UNTIL.get(code, YEARS[-1]))
    for code, rule in (FIRST_RULES | LAST_RULES).items()
}

#: Small returns leave rules silent, large ones give more cases at the price of one.
SEEDS = range(9)


def in_part(made: Return, chance: random.Random) -> Return:
    """Now and then some tables are not there at all, which silences the rules that need them."""
    if chance.random() < 0.5:
        return made
    lost = chance.sample(sorted(made.tables), chance.choice([1, 1, 4]))
    lost += chance.choice([[], [], ["UASC", "UASC_last"], ["Header"], ["Header_last"], ["Header", "Header_last"]])
    if chance.random() < 0.3:
        lost = [name for name in made.tables if name.endswith("_last")]
    return made._replace(tables={name: table for name, table in made.tables.items() if name not in lost})


def make(seed: int, year: str) -> Return:
    """One of three kinds in turn: small, or larger with children at the limits of the rules, in part or whole."""
    chance = random.Random(f"{seed} {year} part 2")
    if seed % 3 == 0:
        return in_part(make_return(seed + 2000, year, count=1), chance)
    made = add_limits(make_return(seed + 2000, year, count=8), chance, rounds=2)
    return in_part(made, chance) if seed % 3 == 1 else made


@functools.cache
def run(year: str) -> tuple[list[str], list[dict[str, bool]]]:
    """What differs in all random returns of a year, and which rules fire in each."""
    wrong, fired = [], []
    for seed in SEEDS:
        sentences, by_code = compare(make(seed, year), RULES)
        wrong += [f"return {seed}: {sentence}" for sentence in sentences]
        fired.append(by_code)
    return wrong, fired


@pytest.mark.parametrize("year", YEARS)
def test_the_cells_found_are_those_of_the_second_computation(year: str) -> None:
    assert run(year)[0] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_rule_in_force_fires_in_some_return_and_not_in_another(year: str) -> None:
    in_force = [code for code, slow in RULES.items() if slow.since <= year <= slow.until]
    assert [code for code in in_force if not any(fired[code] for fired in run(year)[1])] == []
    assert [code for code in in_force if all(fired[code] for fired in run(year)[1])] == []


@pytest.mark.parametrize(("code", "year"), [("347", "2022-23"), ("348", "2024-25"), ("370", "2024-25")])
def test_a_rule_that_is_not_in_force_finds_nothing(code: str, year: str) -> None:
    made = add_limits(make_return(1, year, count=4), random.Random(1))
    assert RULES[code].rule(made.tables, made.window, made.reference)
    assert check(**arguments(made), collection="ssda903", rules=[code]).is_empty()


TELL_OF_ASYLUM = ("Header", "Header_last", "UASC", "UASC_last")


def test_every_choice_of_the_tables_that_tell_of_asylum() -> None:
    made = add_limits(make_return(1, "2025-26", count=4), random.Random(1), rounds=1)
    whole: dict[str, list[dict[str, str | None]]] = dict(made.tables)
    whole["Episodes"] = [row | {"PL_DISTANCE": ("3.2", None)[place % 2]} for place, row in enumerate(whole["Episodes"])]
    for name in ("Header", "Header_last"):
        whole[name] = [{item: value for item, value in row.items() if item != "UASC"} for row in whole[name]]
    marked = whole | {name: [row | {"UASC": "0"} for row in whole[name]] for name in ("Header", "Header_last")}
    rules = {code: RULES[code] for code in ("303", "392a", "392b", "406")}
    fired = []
    for number in range(5):
        for lost in itertools.combinations(TELL_OF_ASYLUM, number):
            for tables in (whole, marked) if not {"UASC", "UASC_last"} & {*lost} else (whole,):
                kept = {name: table for name, table in tables.items() if name not in lost}
                wrong, by_code = compare(made._replace(tables=kept), rules)
                assert wrong == [], f"without {lost}"
                fired.append(by_code)
    for code in ("392a", "406"):
        assert {found[code] for found in fired} == {True, False}
