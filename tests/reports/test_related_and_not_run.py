"""Last year's row beside a finding, and rules not run for some of several returns."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from report_results import CHECKED, cell, make, referral

from csc_returns.reports import render
from csc_returns.reports.layout import width_of
from csc_returns.validation.findings import NotRun
from csc_returns.validation.result import Result

RELATED = "last year's Episodes: DECOM 01/05/2024, REC X1 (episodes.csv:12)"
OTHER = replace(
    CHECKED,
    path="returns/ssda903",
    collection="ssda903",
    title="Children looked after return (SSDA903)",
    local_authority=None,
    local_authority_name=None,
    counts={"children": 70, "episodes": 90},
)
NO_LAST = "no return of the year before was given (--previous)"


def text_of(result: Result, output_format: str, **options: object) -> str:
    return "".join(render(result, output_format, **options))  # type: ignore[arg-type]


@pytest.fixture
def compared() -> Result:
    """A finding of two cells beside last year's row, one of one cell, and one that has no such row."""
    where = {"table": "Episodes", "row": 3, "field": "DECOM", "value": "01/06/2025", "related": RELATED}
    return make(
        *(part | {"related": RELATED} for part in referral(0, "A1", 52)),
        cell("501", 1, child="A2", line=9, message="Begins before it ended.", **where),
        cell("501", 2, child="A3", line=11, message="Begins before it ended.", **(where | {"related": None})),
    )


@pytest.fixture
def two() -> Result:
    """Two returns of two collections, of which one lacks last year's return for 80 rules."""
    silent = [NotRun(f"{number}Q" if number % 5 == 0 else str(number), NO_LAST) for number in range(500, 580)]
    both = NotRun("CSC999", "both lack it")
    return make(
        checked=[
            replace(CHECKED, path="returns/cin.xml", not_run=[both]),
            replace(OTHER, not_run=[*silent, both]),
        ]
    )


def test_full_shows_the_related_row_below_the_last_cell_of_its_finding(compared: Result) -> None:
    lines = text_of(compared, "full", width=100).splitlines()
    told = [at for at, line in enumerate(lines) if line == f"    > {RELATED}"]
    assert len(told) == 2
    assert lines[told[0] - 1].split()[0] == "A2"
    assert lines[told[0] + 1].split()[0] == "A3"
    assert lines[told[1] - 1].split()[0] == "CINdetails.CINreferralDate"


def test_full_wraps_a_related_row_and_shows_it_where_there_is_no_cell() -> None:
    text = text_of(make(cell("501", 0, child=None, related=f"{RELATED}; " * 5)), "full", width=80)
    assert text.count("DECOM 01/05/2024") + text.count("DECOM\n") >= 4
    assert max(map(width_of, text.splitlines())) <= 80


def test_full_shows_own_words_and_the_related_row_one_below_the_other() -> None:
    where = {"table": "Episodes", "row": 0, "field": "DECOM", "value": "x", "line": 1}
    result = make(cell("501", 0, message="One.", related=RELATED, **where), cell("501", 1, message="Two.", **where))
    lines = text_of(result, "full").splitlines()
    at = lines.index("    > One.")
    assert lines[at + 1] == f"    > {RELATED}"
    assert "    > Two." in lines


def test_json_has_the_key_only_where_there_is_a_related_row(compared: Result) -> None:
    findings = json.loads(text_of(compared, "json"))["findings"]
    assert [finding.get("related", "none") for finding in findings] == [RELATED, RELATED, "none"]
    hostile = ',"related":null'
    result = make(cell("501", 0, message=hostile, child=hostile, related=None))
    (finding,) = json.loads(text_of(result, "json"))["findings"]
    assert (finding["message"], finding["child"]) == (hostile, hostile)
    assert "related" not in finding


def test_csv_and_concise_say_it_in_brackets_behind_the_message(compared: Result) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(compared, "csv"))))
    assert rows[2]["message"] == f"Begins before it ended. [{RELATED}]"
    assert rows[3]["message"] == "Begins before it ended."
    lines = text_of(compared, "concise").splitlines()
    assert lines[1] == f"cin_2026.xml:9:1: 501 Begins before it ended. [{RELATED}]"
    assert lines[2] == "cin_2026.xml:11:1: 501 Begins before it ended."


def test_csv_keeps_a_formula_of_last_year_harmless() -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(make(cell("501", 0, message=None, related="=1+1")), "csv"))))
    assert rows[0]["message"] == " [=1+1]"


def test_rules_not_run_for_one_of_two_returns_name_it(two: Result) -> None:
    entries = json.loads(text_of(two, "json"))["not_run"]
    assert entries[0] == {"code": "CSC999", "reason": "both lack it"}
    assert entries[1] == {"code": "500Q", "reason": NO_LAST, "files": ["returns/ssda903"]}
    rows = [row for row in csv.DictReader(io.StringIO(text_of(two, "csv"))) if row["severity"] == "not run"]
    assert [(row["rule"], row["file"]) for row in rows[:2]] == [("CSC999", ""), ("500Q", "returns/ssda903")]
    lines = text_of(two, "concise").splitlines()
    assert lines[:2] == ["CSC999 not run: both lack it", f"returns/ssda903: 500Q not run: {NO_LAST}"]


@pytest.mark.parametrize("width", [80, 140])
def test_many_rules_not_run_take_one_line_in_the_full_report(two: Result, width: int) -> None:
    text = text_of(two, "full", width=width)
    lines = text.splitlines()
    assert max(map(width_of, lines)) <= width
    at = lines.index(f"  returns/ssda903: {NO_LAST}:")
    assert lines[at + 1].startswith("    500Q, 501, 502, ")
    assert lines[at + 1].endswith(", ... 80 in all (--limit 0)")
    assert lines[at + 2] == ""
    assert "  both lack it:\n    CSC999\n" in text
    every = text_of(two, "full", width=width, limit=0)
    assert all(str(number) in every for number in range(500, 580))
    assert "in all" not in every


@pytest.mark.parametrize("width", [80, 140])
def test_several_returns_of_two_collections_read_well(two: Result, width: int) -> None:
    text = text_of(two, "full", width=width)
    for words in (
        "  File             returns/cin.xml\n  Collection       Children in need census\n",
        "  Collection       Children looked after return (SSDA903)\n",
        "  Local authority  not known; name it with --local-authority\n",
        "  Rows             children: 70; episodes: 90\n",
    ):
        assert words in text


def test_a_return_of_no_known_year_says_so_and_an_unreadable_one_says_nothing_of_it() -> None:
    unknown = replace(OTHER, year=None, period=None, complete=False)
    text = text_of(make(checked=[unknown]), "full")
    assert "  Year             not known or not held; name it with --year\n" in text
    unread = replace(
        CHECKED,
        collection=None,
        title=None,
        year=None,
        period=None,
        local_authority=None,
        local_authority_name=None,
        counts={},
        complete=False,
    )
    text = text_of(make(checked=[unread]), "full")
    assert "not known" not in text
    assert "Collection" not in text


def test_the_fix_is_that_of_the_year_of_its_own_collection() -> None:
    where = {"table": "ChildIdentifiers", "row": 0, "line": 2, "child": "A", "field": "GenderCurrent"}
    old, new = replace(CHECKED, path="cin_2026.xml", year="2022-23"), replace(OTHER, year="2025-26")
    assert "GenderCurrent with one of the codes" in " ".join(
        text_of(make(cell("4180", 0, **where), checked=[old, new]), "full").split()
    )
