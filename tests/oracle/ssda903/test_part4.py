"""The SSDA903 rules 561 to 3001, EPI, NoE and SW find the same cells as the slow second computation of them."""

from __future__ import annotations

import functools
import random

import pytest
from oracle.ssda903.common import words
from oracle.ssda903.compare import Slow, compare
from oracle.ssda903.part4 import RULES_TO_586
from oracle.ssda903.part4_from_601 import RULES_FROM_601
from oracle.ssda903.part4_from_1000 import RULES_FROM_1000
from oracle.ssda903.part4_returns import add_limits
from oracle.ssda903.returns import YEARS, Return, make_return

#: What rules cannot do without.
NEEDS = {
    "Episodes": "1009",
    "Header": "611 612 620 621 EPI",
    "Missing": "564 565 566 567 570 571 574 586 1004 1005 1006",
    "PlacedAdoption": "563 579 583",
    "PrevPerm": "631 633 635",
    "DoLo": "700 701 702 703 704 705 708",
    "SWEpisodes": "SW01aSTG1 SW01bSTG1 SW02STG1 SW03STG1 SW04STG1 SW05STG1 SW06STG2 SW07STG2 SW08STG2 SW09STG2 SW10STG2 "
    "SW11aSTG2 SW11bSTG2 SW13STG1 SW14STG2 SW17STG2",
    "Episodes AD1": "582 601 602",
    "Episodes DoLo": "707 709 710",
    "Episodes Episodes_last": "562 NoE",
    "Episodes Episodes_last OC3": "1002 1010",
    "Episodes Episodes_last OC3 Header": "1001",
    "Episodes Header": "607 625",
    "Episodes Header OC3": "628",
    "Episodes Missing": "575 577 578 580 581",
    "Episodes OC3": "1000 1007 1011 1016",
    "Episodes PlacedAdoption": "1003",
    "Episodes PrevPerm": "630 632 634",
    "Episodes SWEpisodes": "SW01STG1 SW12STG2",
    "Episodes UASC OC3": "1014",
    "Episodes providers": "1008",
    "Episodes Episodes.PL_LA local_authority": "1015",
    "Header Header_last": "624 626",
    "Header OC3": "3001",
    "Missing Missing_last": "576",
    "PlacedAdoption PlacedAdoption_last": "561 584",
    "DoLo DoLo_last": "706",
    "Episodes ": "1012",
}
NEEDED = {code: words(needs) for needs, codes in NEEDS.items() for code in words(codes)}
SINCE = {"1016": "2023-24", "SW01aSTG1": "2024-25", "SW01bSTG1": "2024-25", "SW17STG2": "2025-26"}
CHANGED = dict.fromkeys(words("607 612 SW07STG2 SW10STG2 SW12STG2 SW13STG1"), "2024-25")
UNTIL = dict.fromkeys(words("SW01STG1 SW03STG1 SW11aSTG2 SW14STG2"), "2023-24")


def first_year(code: str) -> str:
    """Social workers came in 2023-24, deprivation of liberty in 2026-27."""
    return SINCE.get(code, "2026-27" if code.startswith("7") else "2023-24" if code.startswith("SW") else YEARS[0])


RULES = {
    code: Slow(rule, NEEDED[code], first_year(code), UNTIL.get(code, YEARS[-1]))
    for code, rule in (RULES_TO_586 | RULES_FROM_601 | RULES_FROM_1000).items()
}

#: Small returns leave rules silent, large ones give more cases at the price of one; in some of them tables are missing.
KINDS = ("small", "in part", "whole", "whole")
SEEDS = range(len(KINDS))


def in_part(made: Return, chance: random.Random) -> Return:
    """Now and then some tables are not there at all, which silences the rules that need them."""
    if chance.random() < 0.4:
        return made
    lost = chance.sample(sorted(made.tables), chance.choice([1, 1, 4]))
    lost += chance.choice([[], ["OC3"], ["Episodes"], ["Episodes_last"], ["Header"]])
    if chance.random() < 0.3:
        lost = [name for name in made.tables if name.endswith("_last")]
    return made._replace(tables={name: table for name, table in made.tables.items() if name not in lost})


def make(seed: int, year: str) -> Return:
    """A small return, or a larger one with children at the limits of the rules, in part or whole."""
    chance, kind = random.Random(f"{seed} {year} part 4"), KINDS[seed % len(KINDS)]
    if kind == "small":
        return in_part(make_return(seed + 4000, year, count=2), chance)
    made = add_limits(make_return(seed + 4000, year, count=20), chance)
    return in_part(made, chance) if kind == "in part" else made


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


def returns_with(code: str, years: list[str]) -> list[bool]:
    """Whether a rule fires, for each return of those of the years in which it is in force."""
    slow = RULES[code]
    return [fired[code] for year in years if slow.since <= year <= slow.until for fired in run(year)[1]]


def test_every_rule_fires_in_some_return() -> None:
    assert [code for code in RULES if not any(returns_with(code, list(YEARS)))] == []


def test_every_rule_is_silent_in_some_return() -> None:
    assert [code for code in RULES if all(returns_with(code, list(YEARS)))] == []


@pytest.mark.parametrize(("code", "changed"), CHANGED.items())
def test_a_rule_that_changed_fires_before_and_after(code: str, changed: str) -> None:
    assert any(returns_with(code, [year for year in YEARS if year < changed]))
    assert any(returns_with(code, [year for year in YEARS if year >= changed]))


def test_where_all_episodes_are_short_breaks_nobody_was_looked_after_too_briefly() -> None:
    made, rule = make(2, "2025-26"), {"1001": RULES["1001"]}
    assert compare(made, rule) == ([], {"1001": True})
    tables = dict(made.tables)
    for name in ("Episodes", "Episodes_last"):
        tables[name] = [row | {"LS": "V3"} for row in made.tables[name]]
    assert compare(made._replace(tables=tables), rule) == ([], {"1001": False})
    tables["Episodes"][0]["LS"] = "C2"
    assert compare(made._replace(tables=tables), rule) == ([], {"1001": True})
