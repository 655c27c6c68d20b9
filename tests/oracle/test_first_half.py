"""The CIN rules 100 to 8590 find the same cells as the slow second computation of them."""

from __future__ import annotations

import datetime as dt
import functools

import polars as pl
import pytest
from oracle.common import Cells, Tables, window_of
from oracle.first_half import RULES, TABLES
from oracle.returns import DISABILITIES, YEARS, frames, make_return

from csc_returns import check

#: Every other return is large (twelve families): more cases at the price of one. The small ones leave rules silent.
SEEDS = range(12, 18)
FAMILIES = (1, 12)
SINCE = {"1570": "2024-25", "1580": "2024-25"}


def compare(tables: Tables, year: str, codes: list[str]) -> tuple[list[str], dict[str, bool]]:
    """What differs in a return, in words, and which rules fire in it."""
    findings = check(frames(tables), collection="cin", year=year, rules=codes)
    located = findings.select("rule", "finding", "table", pl.col("row").cast(pl.Int64), "field")
    found: dict[str, Cells] = {code: set() for code in codes}
    for rule, _, *cell in located.rows():
        found[rule].add((cell[0], cell[1], cell[2]))
    twice = located.filter(located.is_duplicated())["rule"].unique().sort()
    wrong = [f"{code} gives a finding the same cell twice" for code in twice]
    window, fired = window_of(tables, year), {}
    for code in codes:
        expected = RULES[code](tables, window) if all(table in tables for table in TABLES[code]) else set()
        fired[code] = bool(expected)
        if expected != found[code]:
            missed, extra = (sorted(cells, key=str) for cells in (expected - found[code], found[code] - expected))
            wrong.append(f"{code} in {year}: not found {missed}; found besides {extra}")
    return wrong, fired


@functools.cache
def run(year: str) -> tuple[list[str], list[dict[str, bool]]]:
    wrong, fired = [], []
    for seed in SEEDS:
        sentences, by_code = compare(make_return(seed, year, FAMILIES[seed % 2]), year, list(RULES))
        wrong += [f"return {seed}: {sentence}" for sentence in sentences]
        fired.append(by_code)
    return wrong, fired


@pytest.mark.parametrize("year", YEARS)
def test_the_cells_found_are_those_of_the_second_computation(year: str) -> None:
    assert not run(year)[0]


def test_every_rule_fires_in_some_return() -> None:
    silent = [code for code in RULES if not any(found[code] for year in YEARS for found in run(year)[1])]
    assert silent == []


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("code", ["1530", "2886Q", "4180"])
def test_a_rule_that_changed_fires_in_every_year(code: str, year: str) -> None:
    assert any(found[code] for found in run(year)[1])


def test_every_rule_is_silent_in_some_return_of_its_years() -> None:
    always = [
        code
        for code in RULES
        if all(found[code] for year in YEARS if SINCE.get(code, "") <= year for found in run(year)[1])
    ]
    assert always == []


def test_a_missing_table_silences_the_rules_that_read_it_and_no_others() -> None:
    year = "2025-26"
    whole = make_return(1, year, families=3)
    for lost in whole:
        tables = {name: table for name, table in whole.items() if name != lost}
        assert compare(tables, year, list(RULES))[0] == [], f"without {lost}"


@pytest.mark.parametrize(
    ("children", "unknown", "fires"),
    [
        (0, 0, False),
        (1, 1, True),
        (49, 1, True),
        (50, 1, False),
        (51, 2, True),
        (99, 2, True),
        (100, 2, False),
        (149, 3, True),
        (150, 3, False),
    ],
)
@pytest.mark.parametrize(("year", "item", "unborn"), [("2023-24", "GenderCurrent", "0"), ("2024-25", "Sex", "U")])
def test_exactly_one_child_in_fifty_without_known_sex_passes(
    children: int, unknown: int, fires: bool, year: str, item: str, unborn: str
) -> None:
    rows: list[dict[str, str | None]] = [
        {"LAchildID": f"A{number}", item: (None, unborn)[number % 2] if number < unknown else "9"}
        for number in range(children)
    ]
    assert compare({"ChildIdentifiers": rows}, year, ["2886Q"]) == ([], {"2886Q": fires})


@pytest.mark.parametrize("codes", [0, 1, 6, 7, 8, 9])
@pytest.mark.parametrize("besides", [[], ["NONE"], ["NONE", "", None, "MOB"]])
def test_eight_different_disabilities_are_enough(codes: int, besides: list[str | None]) -> None:
    used = [*DISABILITIES[1 : codes + 1], *besides]
    tables: Tables = {"Disabilities": [{"LAchildID": "A1", "Disability": code} for code in used]}
    assert compare(tables, "2025-26", ["2887Q", "2888Q"])[0] == []


def test_rules_of_the_whole_return_on_many_small_returns() -> None:
    codes = ["2883", "2886Q", "2887Q", "2888Q"]
    compared = [compare(make_return(seed, YEARS[seed % 5]), YEARS[seed % 5], codes) for seed in range(1000, 1025)]
    assert [sentence for wrong, _ in compared for sentence in wrong] == []
    assert {code: len({fired[code] for _, fired in compared}) for code in codes} == dict.fromkeys(codes, 2)


@pytest.mark.parametrize(
    "end", ["2023-03-31", "2024-02-29", "2024-03-31", "2025-03-31", "2025-05-31", "2026-03-31", "2027-03-31"]
)
def test_every_day_from_before_the_year_to_nine_months_after_it(end: str) -> None:
    days = [(dt.date.fromisoformat(end) + dt.timedelta(days=number)).isoformat() for number in range(-380, 285)]
    child = ["PersonBirthDate", "ExpectedPersonBirthDate", "PersonDeathDate"]
    tables: Tables = {
        "Header": [{"Year": end[:4], "ReferenceDate": end}],
        "ChildIdentifiers": [dict.fromkeys(child, day) for day in days],
        "CINdetails": [{"CINreferralDate": day, "ReferralNFA": "1"} for day in days],
        "CINplanDates": [{"CINPlanStartDate": day, "CINPlanEndDate": day} for day in days],
    }
    wrong, fired = compare(tables, "2025-26", ["100", "4010", "4013", "8520", "8530Q", "8545Q", "8569Q"])
    assert wrong == []
    assert all(fired[code] for code in fired if code != "100")


@pytest.mark.parametrize("year", YEARS)
def test_twenty_letters_and_digits_are_the_most(year: str) -> None:
    identifiers = ["A" * 20, "A" * 21, "\u00eb" * 20, "\u00eb" * 21, "A-1", "A1 ", "\u0661", None]
    tables: Tables = {"ChildIdentifiers": [{"LAchildID": identifier} for identifier in identifiers]}
    in_force = year >= "2024-25"
    assert compare(tables, year, ["1570", "1580"]) == ([], {"1570": in_force, "1580": in_force})
