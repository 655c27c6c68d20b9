from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from itertools import pairwise

import pytest
import typer
from typer.testing import CliRunner, Result

from csc_returns.cli.explain import explain, page_lines
from csc_returns.cli.rules import rules
from csc_returns.remarks import OWN
from csc_returns.specification import COLLECTIONS
from csc_returns.validation.docstring import Example, ExampleTable
from csc_returns.validation.documentation import NEEDED, RulePage, RuleVersion, page, pages
from csc_returns.validation.rule import all_rules, rules_in_force

KEYS = ["code", "severity", "since", "until", "tables", "fields", "title", "collection"]


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(explain)
    app.command()(rules)
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_explain_tells_in_order() -> None:
    result = call("explain", "1105")
    assert result.exit_code == 0
    text = result.stdout
    parts = [
        "1105: ",
        "Status:     in force since",
        "Severity:   error",
        "Collection: cin, children in need census",
        "What is wrong",
        "How to put it right",
        "Fields it points at",
    ]
    places = [text.index(part) for part in [*parts, "Example", "* the rule points at this value"]]
    assert places == sorted(places)
    assert "ChildProtectionPlans.CPPstartDate, CINdetails.CINreferralDate" in " ".join(text.split())
    assert "2025-05-01 *" in text


def test_explain_shows_each_version() -> None:
    text = call("explain", "4180").stdout
    assert "in force since 2022-23, changed from 2024-25" in text
    assert (
        text.index("ChildIdentifiers.Sex")
        < text.index("2022-23 to 2023-24: ")
        < text.index("ChildIdentifiers.GenderCurrent")
    )
    assert "(blank) *" in text


def test_explain_shows_what_is_flagged_of_a_whole_return() -> None:
    text = call("explain", "2883").stdout
    assert "return as a whole" in text
    assert text.index("Example, flagged") < text.index("Example, not flagged")
    assert "* the rule" not in text


def values(example: Example) -> set[str]:
    return {value for table in example.tables for row in table.rows for value in row if value}


@pytest.mark.parametrize("code", [found.code for found in pages()])
def test_every_page_fits_the_screen_in_ascii(code: str) -> None:
    lines = list(page_lines(page(code), 80))
    assert max(map(len, lines)) <= 80 or code in OWN
    drawn = {value for version in page(code).versions for example in version.examples for value in values(example)}
    assert all(line.isascii() or any(value in line for value in drawn) for line in lines) or code in OWN
    assert "" not in (lines[0], lines[-1])
    assert not any(one == two == "" for one, two in pairwise(lines))


def test_explain_of_an_own_code() -> None:
    code = next(iter(OWN))
    text = call("explain", code.lower()).stdout
    assert text.startswith(f"{code}: ")
    assert OWN[code].example.splitlines()[0] in text


def test_explain_of_an_unknown_code() -> None:
    result = call("explain", "1560")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Did you mean 1560Q?" in result.stderr


def listed(*arguments: str) -> list[dict[str, object]]:
    result = call("rules", *arguments, "--output-format", "json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["version"] == 1
    found: list[dict[str, object]] = data["rules"]
    return found


def test_rules_lists_every_version_and_our_own() -> None:
    found = listed()
    assert all(list(rule) == KEYS for rule in found)
    national = [
        (rule["code"], rule["since"], rule["until"]) for rule in found if not str(rule["code"]).startswith("CSC")
    ]
    assert national == [
        (rule.code, rule.years.since, rule.years.until) for name in COLLECTIONS for rule in all_rules(name)
    ]
    assert [rule["collection"] for rule in found if rule["collection"]] == [
        name for name in COLLECTIONS for _ in all_rules(name)
    ]
    own = [rule for rule in found if str(rule["code"]).startswith("CSC")]
    assert [rule["code"] for rule in own] == list(OWN)
    assert all([rule["since"], rule["until"], rule["tables"], rule["fields"]] == [None, None, [], []] for rule in own)


@pytest.mark.parametrize("year", ["2022-23", "2023-24", "2025-26"])
def test_rules_of_a_year_are_those_in_force(year: str) -> None:
    codes = [rule["code"] for rule in listed("--collection", "CIN", "--year", year)]
    assert codes == [*(rule.code for rule in rules_in_force("cin", year)), *OWN]


def test_rules_name_tables_and_fields() -> None:
    rule = next(rule for rule in listed("--year", "2025-26") if rule["code"] == "1105")
    assert rule["tables"] == ["ChildProtectionPlans", "CINdetails"]
    assert rule["fields"] == ["CPPstartDate", "CINreferralDate"]


def test_rules_as_csv_hold_the_same() -> None:
    header, *rows = csv.reader(io.StringIO(call("rules", "--output-format", "csv").stdout))
    assert header == KEYS
    expected = [
        [";".join(value) if isinstance(value, list) else value or "" for value in rule.values()] for rule in listed()
    ]
    assert rows == expected


def test_rules_as_text_fit_80_columns() -> None:
    text = call("rules").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii()
    assert text.splitlines()[0].split() == ["Code", "Collection", "Severity", "Years", "Title"]
    for code in ("1105", "8842Q", *OWN):
        assert f"\n{code} " in text


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_rules_of_one_collection_need_no_column_for_it(collection: str) -> None:
    lines = call("rules", "--collection", collection).stdout.splitlines()
    assert lines[0].split() == ["Code", "Severity", "Years", "Title"]
    shown = {line.split()[0] for line in lines[2:-2] if line and not line.startswith(" ")}
    assert shown == {*OWN, *(rule.code for rule in all_rules(collection))}


def test_rules_of_an_unknown_collection_or_year_are_refused() -> None:
    result = call("rules", "--collection", "ssda930")
    assert result.exit_code == 2
    assert "Did you mean ssda903?" in result.stderr
    assert call("rules", "--year", "1999-00").exit_code == 2


@pytest.mark.parametrize("written", [str.lower, str.upper, str.swapcase])
def test_a_code_is_found_in_capitals_or_not(written: Callable[[str], str]) -> None:
    for found in pages():
        assert page(written(found.code)).code == found.code


def example_page() -> RulePage:
    """A rule that compares two years and asks for everything a rule may ask for."""
    tables = [
        ExampleTable("Episodes", ["CHILD", "DECOM"], [["A", "01/04/2025"]], {(0, "DECOM")}, [""]),
        ExampleTable("Episodes_last", ["CHILD", "DECOM"], [["A", "01/05/2024"]], set(), [""]),
        ExampleTable("providers", ["URN"], [["SC001"]], set(), [""]),
        ExampleTable("postcodes", ["pcd"], [["ZZ1 1AA"]], set(), [""]),
        ExampleTable("local_authority", ["code"], [["301"]], set(), [""]),
    ]
    version = RuleVersion(
        since="2022-23",
        until=None,
        title="Invented rule.",
        detail="It is here to be shown.",
        fix="Nothing needs to be done.",
        fields=("Episodes.DECOM",),
        reads=("Episodes_last.DECOM",),
        examples=(Example(None, None, tables),),
        needs=tuple(NEEDED),
    )
    return RulePage("X1a", "ssda903", "error", (version,))


def test_explain_names_last_years_tables_and_reference_data_in_words() -> None:
    lines = list(page_lines(example_page(), 80))
    for heading in (
        "  Episodes",
        "  Last year's Episodes",
        "  The register of providers",
        "  The postcode directory",
        "  The local authority that sends the return",
    ):
        assert heading in lines
    text = " ".join("\n".join(lines).split())
    assert "Collection: ssda903, children looked after" in text
    assert "Fields it also reads: last year's Episodes.DECOM" in text
    assert "It needs: last year's return (--previous), the register of providers (--providers)" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year", "2025-27"], "Did you mean 20"),
        (["--year", "1999-00"], "years held are 2016-17 to"),
        (["--collection", "cim"], "Did you mean cin?"),
    ],
)
def test_rules_refuse_what_they_do_not_know(arguments: list[str], words: str) -> None:
    result = call("rules", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr


def test_rules_refuse_an_unknown_format() -> None:
    assert call("rules", "--output-format", "xml").exit_code == 2
