from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_results import CHECKED, REFERRAL, cell, make

from csc_returns.reports import FORMATS, render
from csc_returns.validation.findings import FINDINGS, NotRun
from csc_returns.validation.result import Result

DOCS = Path(__file__).parents[2] / "docs" / "output-formats.md"
COLUMNS = ["rule", "severity", "finding", "child", "table", "row", "field", "value", "message", "file", "line"]
NASTY = 'a,"b"\n\r\t\x00\x1b\x7f\u2028\u00eb\U0001f600\\[red]'


def text_of(result: Result, output_format: str) -> str:
    return "".join(render(result, output_format))


def rows_of(result: Result) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text_of(result, "csv"), newline="")))


def nasty(value: str) -> Result:
    where = {"table": "ChildIdentifiers", "row": 0, "field": "Sex", "line": 1}
    return make(
        cell("4180", 0, child=value, value=value, message=value, file=value, **where),
        checked=[replace(CHECKED, path=value, local_authority_name=value, not_run=[NotRun("1105", value)])],
    )


# concise


def test_concise_is_one_line_a_finding_then_what_was_not_run_then_the_counts(small: Result) -> None:
    assert text_of(small, "concise").splitlines() == [
        f"cin_2026.xml:53:9: 1105 {REFERRAL}",
        "cin_2026.xml:97:1: 4010 Start of a CIN plan is blank.",
        "cin_2026.xml: 2887Q Few disability codes are in use.",
        "8842Q not run: the return has no table Reviews",
        "Found 2 errors, 1 query.",
    ]


def test_concise_stays_on_one_line_whatever_is_in_it() -> None:
    text = text_of(nasty(NASTY), "concise")
    assert len(text.splitlines()) == 3
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert r"\x1b" in text


def test_concise_names_the_only_return_when_a_finding_has_no_file() -> None:
    assert text_of(make(cell("2887Q", 0, file=None)), "concise").startswith("cin_2026.xml: 2887Q ")
    assert text_of(make(cell("2887Q", 0, file=None), checked=[CHECKED, CHECKED]), "concise").startswith("-: 2887Q ")


def test_concise_says_clean(clean: Result) -> None:
    assert text_of(clean, "concise") == "No errors and no queries found.\n"


# json


def test_json_holds_the_summary_every_finding_and_what_was_not_run(small: Result) -> None:
    data = json.loads(text_of(small, "json"))
    assert list(data) == ["version", "summary", "findings", "not_run"]
    assert data["version"] == 1
    assert {name: data["summary"][name] for name in ("errors", "queries", "notes")} == {
        "errors": 2,
        "queries": 1,
        "notes": 0,
    }
    assert data["summary"]["files"] == [
        {
            "path": "cin_2026.xml",
            "collection": "cin",
            "title": "Children in need census",
            "year": "2025-26",
            "period": ["2025-04-01", "2026-03-31"],
            "local_authority": "201",
            "local_authority_name": "City of London",
            "counts": {"children": 1200, "episodes": 1301},
            "rules_run": 87,
            "complete": True,
        }
    ]
    first, _, last = data["findings"]
    assert list(first) == ["rule", "severity", "child", "message", "file", "locations"]
    assert [list(place) for place in first["locations"]] == [
        ["table", "row", "field", "value", "child", "file", "line", "column"]
    ] * 2
    assert [(place["table"], place["row"], place["line"], place["column"]) for place in first["locations"]] == [
        ("ChildProtectionPlans", 0, 53, 9),
        ("CINdetails", 0, 52, 7),
    ]
    assert last["locations"] == []
    assert last["file"] == "cin_2026.xml"
    assert data["not_run"] == [{"code": "8842Q", "reason": "the return has no table Reviews"}]


def test_json_of_nothing_is_json(clean: Result) -> None:
    data = json.loads(text_of(clean, "json"))
    assert data["findings"] == data["not_run"] == []
    assert json.loads(text_of(make(checked=[]), "json"))["summary"]["files"] == []


def test_json_keeps_where_a_remark_without_a_table_stands() -> None:
    result = make(cell("CSC101", 0, line=7, column=3, value="Foo"), cell("CSC101", 1, line=9))
    places = [finding["locations"] for finding in json.loads(text_of(result, "json"))["findings"]]
    assert [(place["line"], place["value"]) for (place,) in places] == [(7, "Foo"), (9, None)]


@given(st.text())
def test_json_keeps_any_text_in_ascii(value: str) -> None:
    text = text_of(nasty(value), "json")
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    data = json.loads(text)
    (finding,) = data["findings"]
    assert finding["child"] == finding["message"] == finding["file"] == finding["locations"][0]["value"] == value
    assert data["not_run"][0]["reason"] == data["summary"]["files"][0]["path"] == value


# csv


def test_csv_has_a_row_for_each_cell_then_for_each_rule_not_run(small: Result) -> None:
    header, *rows = rows_of(small)
    assert header == COLUMNS
    assert [row[:3] for row in rows] == [
        ["1105", "error", "0"],
        ["1105", "error", "0"],
        ["4010", "error", "1"],
        ["2887Q", "query", "2"],
        ["8842Q", "not run", ""],
    ]
    by_name = dict(zip(COLUMNS, rows[1], strict=True))
    assert by_name["row"] == "0"
    assert by_name["value"] == "2025-05-02"
    assert rows[-1][COLUMNS.index("message")] == "the return has no table Reviews"
    assert rows[2][COLUMNS.index("child")] == "'=A1002"


def test_csv_ends_lines_with_lf_and_keeps_hostile_text() -> None:
    text = text_of(nasty('a,"b"\nc'), "csv")
    assert "\r" not in text
    assert rows_of(nasty(NASTY))[1][COLUMNS.index("value")] == NASTY


def test_csv_of_nothing_is_its_header(clean: Result) -> None:
    assert text_of(clean, "csv") == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+44",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        '"=1',
        "'=1",
        " \"' =1",
        "\u00a0=1",
        "\ufeff=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "\tx",
        "\rx",
    ],
)
def test_csv_has_no_cell_that_a_spreadsheet_would_take_for_a_formula(value: str) -> None:
    _, *rows = rows_of(nasty(value))
    assert rows[0][COLUMNS.index("value")] == "'" + value
    assert rows[1][COLUMNS.index("message")] == "'" + value


@pytest.mark.parametrize("value", ["A1", "2025-05-01", "a=b", "1-2", "'A", "\u2013x", " A"])
def test_csv_leaves_other_cells_alone(value: str) -> None:
    assert rows_of(nasty(value))[1][COLUMNS.index("value")] == value


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("=+-@\t\r\n '\",\uff1d\uff0b\uff0d\uff20\u200b\x00A1"),
            st.characters(exclude_categories=["Cs"]),
        )
    )
)
def test_no_cell_begins_like_a_formula_and_every_cell_can_be_had_back(value: str) -> None:
    for row in rows_of(nasty(value))[1:]:
        for found in row:
            assert not re.match(r"""[\s"\ufeff\u200b\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]""", found)
    found = rows_of(nasty(value))[1][COLUMNS.index("value")]
    assert found in (value, "'" + value)


# all formats


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_same_result_gives_the_same_bytes(many: Result, output_format: str) -> None:
    assert text_of(many, output_format) == text_of(many, output_format)
    assert text_of(many, output_format).endswith("\n")


@pytest.mark.parametrize("output_format", ["concise", "json", "csv"])
def test_long_results_are_whole(output_format: str, monkeypatch: pytest.MonkeyPatch, many: Result) -> None:
    from csc_returns.reports import concise, csv_report, json_report

    whole = text_of(many, output_format)
    for module in (concise, csv_report, json_report):
        monkeypatch.setattr(module, "_CHUNK", 7)
    assert text_of(many, output_format) == whole
    assert len(list(render(many, output_format))) > 5


@pytest.mark.parametrize("output_format", ["concise", "json", "csv"])
def test_many_findings_are_written_piece_by_piece(output_format: str) -> None:
    height = 100_000
    one = pl.DataFrame(
        [cell("1105", 0, child="A", table="Reviews", row=1, field="X", line=3)], schema=FINDINGS, orient="row"
    )
    frame = pl.concat([one] * height).with_columns(pl.int_range(height).alias("finding"))
    sizes = [len(piece) for piece in render(Result(frame, [], [CHECKED]), output_format)]
    assert sum(sizes) > height * 40
    assert max(sizes) < sum(sizes) * 0.6


@pytest.mark.parametrize("output_format", ["concise", "json", "csv"])
def test_the_samples_in_the_documentation_are_real(small: Result, output_format: str) -> None:
    samples = re.findall(
        rf"```{'text' if output_format == 'concise' else output_format}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL
    )
    assert text_of(small, output_format) in samples
