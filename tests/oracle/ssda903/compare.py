"""Compares what csc_returns finds in a random return with the slow second computation of the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
from oracle.ssda903.common import Cells, OracleRule
from oracle.ssda903.derived import columns_at_hand, with_derived
from oracle.ssda903.returns import Return, arguments

from csc_returns import check


class Slow(NamedTuple):
    """A rule of the second computation.

    needs: tables ("Episodes_last"), derived columns ("Episodes.PL_LA", "Header.UASC"), reference data ("providers", "postcodes",
    "local_authority") without which the rule is silent. since, until: first and last collection year.
    """

    rule: OracleRule
    needs: Sequence[str]
    since: str = "2022-23"
    until: str = "2026-27"


def runs(slow: Slow, made: Return) -> bool:
    """The rule is in force, and all it needs is at hand."""
    if not slow.since <= made.window.year <= slow.until:
        return False
    at_hand = {*made.tables, *columns_at_hand(made.tables, made.reference)}
    at_hand |= {name for name, given in made.reference._asdict().items() if given is not None}
    return set(slow.needs) <= at_hand


def compare(made: Return, rules: Mapping[str, Slow]) -> tuple[list[str], dict[str, bool]]:
    """What differs in a return, in words, and which of the rules in force fire in it (by the second computation)."""
    in_force = [code for code, slow in rules.items() if slow.since <= made.window.year <= slow.until]
    findings = check(**arguments(made), collection="ssda903", rules=in_force)
    located = findings.select("rule", "finding", "table", pl.col("row").cast(pl.Int64), "field")
    found: dict[str, Cells] = {code: set() for code in in_force}
    for rule, _, *cell in located.rows():
        found[rule].add((cell[0], cell[1], cell[2]))
    twice = located.filter(located.is_duplicated())["rule"].unique().sort()
    wrong = [f"{code} gives a finding the same cell twice" for code in twice]
    tables, fired = with_derived(made.tables, made.reference), {}
    for code in in_force:
        slow = rules[code]
        expected = slow.rule(tables, made.window, made.reference) if runs(slow, made) else set()
        fired[code] = bool(expected)
        if expected != found[code]:
            missed, extra = (sorted(cells, key=str) for cells in (expected - found[code], found[code] - expected))
            wrong.append(f"{code} in {made.window.year}: not found {missed}; found besides {extra}")
    return wrong, fired
