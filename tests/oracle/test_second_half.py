"""The CIN rules 8600 to 8950Q find the same cells as the slow second computation of them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import polars as pl
import pytest
from oracle.common import Cells, Tables, add_years, factors_of, parse_date, text, window_of
from oracle.returns import COLUMNS, YEARS, frames, make_return
from oracle.second_half import RULES

from csc_returns import check

SEEDS = range(120)

#: So many random returns are put into one, which takes no longer to check than each of them.
TOGETHER = 12


def make_returns(seeds: Sequence[int], year: str) -> Tables:
    """The children of several random returns under the header of the first."""
    together: Tables = {name: [] for name in COLUMNS} | {"Header": make_return(seeds[0], year)["Header"]}
    for seed in seeds:
        for name, table in make_return(seed, year).items():
            for row in table if name != "Header" else []:
                identifier = text(row, "LAchildID")
                together[name].append(row if identifier is None else row | {"LAchildID": f"{seed}{identifier}"})
    add_children_at_age_limits(together, year)
    return together


def add_children_at_age_limits(tables: Tables, year: str) -> None:
    """Add children without UPN born about the days that make them old enough for 8770Q and 8775Q: chance seldom does."""
    end = window_of(tables, year).end
    limits = [dt.date(end.year - 6, 8, 31), add_years(end, -6), add_years(end, -25)]
    for day in [limit + dt.timedelta(days=days) for limit in limits for days in (-1, 0, 1)]:
        child: dict[str, str | None] = {"LAchildID": f"born {day}"}
        tables["ChildIdentifiers"].append(child | {"PersonBirthDate": day.isoformat()})
        tables["CINdetails"].append(child | {"CINdetailsID": "1", "ReferralNFA": "0"})


def in_part(tables: Tables, chance: random.Random) -> Tables:
    """Now and then a table is not there at all, which silences the rules that read it."""
    if chance.random() < 0.9:
        return tables
    lost = chance.choice(sorted(tables))
    return {name: table for name, table in tables.items() if name != lost}


def with_dates(given: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same frames with columns of type Date, in which what is no date is null."""
    return {
        name: frame.with_columns(
            pl.Series(column, [parse_date(value) for value in frame[column].to_list()], pl.Date)
            for column in frame.columns
            if "Date" in column or column in ("CPPstartDate", "CPPendDate", "InitialCPCtarget")
        )
        for name, frame in given.items()
    }


def with_listed_factors(given: dict[str, pl.DataFrame], tables: Tables) -> dict[str, pl.DataFrame]:
    """The same frames with the factors as lists in the assessments instead of a table of their own."""
    listed = [factors_of(tables, row) for row in tables["Assessments"]]
    column = pl.Series("AssessmentFactors", listed, pl.List(pl.String))
    return {name: frame for name, frame in given.items() if name != "AssessmentFactorsList"} | {
        "Assessments": given["Assessments"].with_columns(column)
    }


def make_frames(tables: Tables, chance: random.Random) -> dict[str, pl.DataFrame]:
    """A return in one of the shapes in which ``check`` takes it."""
    given = frames(tables)
    if chance.random() < 0.2:
        given = with_dates(given)
    if chance.random() < 0.2 and {"Assessments", "AssessmentFactorsList"} <= tables.keys():
        given = with_listed_factors(given, tables)
    return given


def differences(seeds: Sequence[int], year: str) -> list[str]:
    """What differs in one return made of random ones, in words."""
    chance = random.Random(f"{seeds[0]} {year} shape")
    tables = in_part(make_returns(seeds, year), chance)
    found: dict[str, Cells] = {code: set() for code in RULES}
    findings = check(make_frames(tables, chance), collection="cin", year=year, rules=list(RULES))
    for rule, *cell in findings.select("rule", "table", "row", "field").rows():
        found[rule].add((cell[0], cell[1], cell[2]))
    window = window_of(tables, year)
    wrong = []
    for code, rule in RULES.items():
        expected = rule(tables, window)
        if expected != found[code]:
            missed, extra = (sorted(cells, key=str) for cells in (expected - found[code], found[code] - expected))
            wrong.append(f"{code} in returns {seeds} of {year}: not found {missed}; found besides {extra}")
    return wrong


@pytest.mark.parametrize("year", YEARS)
def test_the_cells_found_are_those_of_the_second_computation(year: str) -> None:
    groups = [SEEDS[first : first + TOGETHER] for first in range(0, len(SEEDS), TOGETHER)]
    assert [sentence for seeds in groups for sentence in differences(seeds, year)] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_rule_fires_in_some_of_the_returns_and_not_in_others(year: str) -> None:
    fired: dict[str, list[bool]] = {code: [] for code in RULES}
    for seed in SEEDS:
        tables = make_return(seed, year)
        window = window_of(tables, year)
        for code, rule in RULES.items():
            fired[code].append(bool(rule(tables, window)))
    not_in_force = ["8945Q", "8950Q"] if year < "2024-25" else []
    assert [code for code, returns in fired.items() if not any(returns)] == not_in_force
    assert [code for code, returns in fired.items() if all(returns)] == []
