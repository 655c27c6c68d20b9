"""Rules of our own beside the DfE's: where they are listed, what they say, and when they do not run."""

from __future__ import annotations

import polars as pl
import pytest

import csc_returns as cr
from csc_returns.remarks import OWN
from csc_returns.specification import COLLECTIONS, specification, whole_specification
from csc_returns.validation.check import known_codes, run_rules
from csc_returns.validation.data import ReturnData
from csc_returns.validation.docstring import parse
from csc_returns.validation.documentation import page
from csc_returns.validation.rule import Rule, all_rules, own_rules

OURS = [rule for collection in COLLECTIONS for rule in own_rules(collection)]


def test_they_are_those_of_the_looked_after_children() -> None:
    assert [rule.code for rule in OURS] == ["CSC401", "CSC402", "CSC403", "CSC404"]
    assert {rule.collection for rule in OURS} == {"ssda903"}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_they_stand_apart_from_the_rules_of_the_dfe(collection: str) -> None:
    assert not {rule.code for rule in all_rules(collection)} & set(OWN)
    known = known_codes(collection)
    assert len(known) == len(set(known))
    assert known[-len(OWN) :] == list(OWN)


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.code)
def test_their_words_and_severity_are_those_of_the_code(rule: Rule) -> None:
    words, own = parse(rule.docstring), OWN[rule.code]
    assert (rule.title, words.title, words.detail, words.fix) == (own.title, own.title, own.detail, own.fix)
    assert rule.severity == own.severity == page(rule.code).severity


@pytest.mark.parametrize("year", whole_specification("ssda903").years)
def test_they_run_in_every_year(year: str) -> None:
    tables = {"Header": pl.DataFrame({"CHILD": ["A"]}), "OC2": pl.DataFrame({"CHILD": ["B"]})}
    found = cr.check(tables, collection="ssda903", year=year, rules=["CSC401"])
    assert found.select("rule", "severity", "table", "row", "field", "value", "message").rows() == [
        ("CSC401", "error", "OC2", 0, "CHILD", "B", OWN["CSC401"].title)
    ]


def test_without_a_header_they_are_not_run() -> None:
    data = ReturnData({"OC2": pl.DataFrame({"CHILD": ["B", "B"]})}, specification("ssda903", "2025-26"))
    outcome = run_rules(data, "ssda903", "2025-26", [rule.code for rule in OURS])
    assert {entry.code: entry.reason for entry in outcome.not_run} == {
        rule.code: "the return has no table Header" for rule in OURS
    }
    assert outcome.cells.is_empty()


def test_a_child_twice_in_two_tables_is_two_findings() -> None:
    tables = {"Header": pl.DataFrame({"CHILD": ["A", "A", "B"]}), "OC2": pl.DataFrame({"CHILD": ["A", "A", "B", "B"]})}
    found = cr.check(tables, collection="ssda903", year="2025-26", rules=["CSC402"])
    assert found.select("finding", "table", "row").rows() == [
        *((0, "Header", row) for row in (0, 1)),
        *((1, "OC2", row) for row in (0, 1)),
        *((2, "OC2", row) for row in (2, 3)),
    ]


def test_a_query_of_the_dfe_without_q_is_a_query() -> None:
    tables = {"Header": pl.DataFrame({"CHILD": ["A"], "DOB": ["02/05/2020"], "UASC": ["1"]})}
    found = cr.check(tables, collection="ssda903", year="2025-26", rules=["231", "301"])
    assert set(found["severity"]) == {"query"}
    assert page("231").severity == "query"


def test_status_of_asylum_seekers_may_be_known_of_one_year_only() -> None:
    """A header without the indicator, and no UASC table to make it from, leaves last year's word."""
    tables = {
        "Episodes": pl.DataFrame({"CHILD": ["A", "B"], "PL_DISTANCE": [1000.0, 1000.0]}),
        "Header": pl.DataFrame({"CHILD": ["A", "B"]}),
    }
    previous = {"Header": pl.DataFrame({"CHILD": ["A", "B"], "UASC": ["1", "0"]})}
    found = cr.check(tables, collection="ssda903", year="2025-26", rules=["164", "406"], previous=previous)
    assert found.select("rule", "row").rows() == [("164", 1), ("406", 0)]
