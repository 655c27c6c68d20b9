from __future__ import annotations

from itertools import pairwise

import pytest

from csc_returns.remarks import OWN
from csc_returns.specification import COLLECTIONS, whole_specification
from csc_returns.validation.documentation import NEEDED, RulePage, UnknownCode, page, pages
from csc_returns.validation.rule import LAST, NEEDS, all_rules

CODES = sorted({rule.code for rule in all_rules("cin")})


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_whole_page(code: str) -> None:
    found = page(code)
    assert found.code == code
    assert found.collection == "cin"
    assert found.severity == ("query" if code.endswith("Q") else "error")
    assert len(found.versions) == len([rule for rule in all_rules("cin") if rule.code == code])
    for version in found.versions:
        assert version.title
        assert "\n" not in version.title
        assert len(version.detail) > 20
        assert len(version.fix) > 20
        assert version.fix[0].isupper()
        assert version.since is not None
        assert version.examples
        assert all(example.tables for example in version.examples)


@pytest.mark.parametrize("code", CODES)
def test_fields_are_named_with_their_table(code: str) -> None:
    tables = whole_specification("cin").tables
    for version in page(code).versions:
        for name in (*version.fields, *version.reads):
            table, _, field = name.partition(".")
            assert field in {*tables[table].columns, "AssessmentFactors"}
        assert not set(version.fields) & set(version.reads)


@pytest.mark.parametrize("code", CODES)
def test_versions_stand_newest_first_and_do_not_overlap(code: str) -> None:
    versions = page(code).versions
    for newer, older in pairwise(versions):
        assert older.until is not None
        assert newer.since is not None
        assert older.until < newer.since


@pytest.mark.parametrize("code", sorted(OWN))
def test_own_codes_have_a_page(code: str) -> None:
    found = page(code.lower())
    assert (found.code, found.collection, found.severity) == (code, None, OWN[code].severity)
    assert (found.title, found.detail, found.fix) == (OWN[code].title, OWN[code].detail, OWN[code].fix)
    assert found.example == OWN[code].example
    assert found.status == "looked for in every year"


def test_an_item_rule_shows_its_values() -> None:
    newest, oldest = page("4180").versions
    (table,) = newest.examples[0].tables
    assert table.name == "ChildIdentifiers"
    assert table.columns == ["Sex"]
    flagged = [row[0] for at, row in enumerate(table.rows) if (at, "Sex") in table.marked]
    assert None in flagged
    assert "1" in flagged
    assert [row[0] for at, row in enumerate(table.rows) if (at, "Sex") not in table.marked] == ["M", "F", "U"]
    assert oldest.fields == ("ChildIdentifiers.GenderCurrent",)
    assert oldest.title != newest.title


def test_status_and_the_version_of_a_year() -> None:
    found = page("4180")
    assert found.status == "in force since 2022-23, changed from 2024-25"
    assert (found.versions[0].years, found.versions[1].years) == ("2024-25 onwards", "2022-23 to 2023-24")
    assert found.at("2023-24") is found.versions[1]
    assert found.at("2025-26") is found.versions[0]
    assert found.at(None) is found.versions[0]
    assert page("1570").status == "in force since 2024-25"
    ended = RulePage("1", "cin", "error", (found.versions[1],))
    assert ended.status == "ended after 2023-24"
    assert ended.at("2030-31") is found.versions[1]


def test_case_and_spaces_do_not_matter() -> None:
    assert page(" 1560q ").code == "1560Q"


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("1560", "1560Q"), ("4180Q", "4180"), ("4180q", "4180"), ("418O", "4180"), ("csc0001", "CSC001")],
)
def test_an_unknown_code_suggests_one(wrong: str, meant: str) -> None:
    with pytest.raises(UnknownCode, match=f"There is no rule '{wrong}'. Did you mean {meant}"):
        page(wrong)


def test_an_unknown_code_far_from_all_suggests_none() -> None:
    with pytest.raises(UnknownCode) as caught:
        page("zebra")
    assert str(caught.value) == "There is no rule 'zebra'."
    assert isinstance(caught.value, LookupError)
    assert isinstance(caught.value, ValueError)


def test_pages_are_those_of_every_code_once() -> None:
    codes = [found.code for found in pages("cin")]
    assert sorted(codes) == sorted([*CODES, *OWN])
    every = [found.code for found in pages()]
    assert len(every) == len(set(every))
    assert [code for code in every if code in codes] == codes
    assert {*every} == {*OWN, *(rule.code for name in COLLECTIONS for rule in all_rules(name))}


def test_what_a_rule_needs_is_told_in_words() -> None:
    assert {*NEEDS} | {"previous"} == {*NEEDED}
    for collection in COLLECTIONS:
        for rule in all_rules(collection):
            version = next(found for found in page(rule.code).versions if found.since == rule.years.since)
            assert {*rule.needs} <= {*version.needs} <= {*NEEDED}
            last_year = {table for table in rule.tables if table.endswith(LAST)} - {*rule.optional}
            assert ("previous" in version.needs) == bool(last_year)
