from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from report_results import CHECKED, REFERRAL, cell, make, referral

from csc_returns.reports import render
from csc_returns.reports.layout import harmless, prose, shown, table, width_of, wrap
from csc_returns.validation.findings import NotRun
from csc_returns.validation.result import Result


def full(result: Result, **options: object) -> str:
    return "".join(render(result, "full", **options))  # type: ignore[arg-type]


def test_a_rule_reads_message_then_code_then_fix_then_findings(small: Result) -> None:
    lines = full(small).splitlines()
    start = lines.index(REFERRAL)
    assert lines[start + 1] == "  1105, error, 1 finding"
    assert lines[start + 2].startswith("  What to do: ")
    header = next(at for at in range(start, len(lines)) if lines[at].split() == ["Child", "Field", "Value", "Line"])
    assert lines[header + 2].split() == ["A1001", "ChildProtectionPlans.CPPstartDate", "2025-05-01", "53"]
    assert lines[header + 3].split() == ["CINdetails.CINreferralDate", "2025-05-02", "52"]


def test_the_most_important_comes_first(many: Result) -> None:
    text = full(many)
    order = [
        "CSC009, error, 1 finding",
        "1105, error, 12 findings",
        "8500, error, 3 findings",
        "8525Q, query, 30",
        "CSC302, note, 40",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_the_cap_counts_findings_and_says_so(many: Result) -> None:
    text = full(many)
    assert "  A9 " in text
    assert "A10" not in text
    assert "  2 more not shown; --output-format csv lists all" in text
    assert "  30 more not shown; --output-format csv lists all" in text
    assert "  B0 " in full(many, limit=1)
    assert "  B1 " not in full(many, limit=1)


@pytest.mark.parametrize("limit", [0, None])
def test_without_a_cap_all_is_shown(many: Result, limit: int | None) -> None:
    text = full(many, limit=limit)
    assert "not shown" not in text
    assert all(f"  B{number} " in text for number in range(30))
    assert all(f"Remark {number}." in text for number in range(40))


@pytest.mark.parametrize("width", [80, 140])
def test_nothing_is_wider_than_the_screen_and_nothing_is_lost(width: int) -> None:
    value = "x" * 300 + "END"
    child = "C" * 60 + "Z"
    place = {"table": "ChildProtectionPlans", "row": 0, "field": "NumberOfPreviousCPP", "line": 1234567}
    result = make(
        cell("8730", 0, child=child, value=value, message="word " * 60, **place),
        not_run=[NotRun(str(code), "the return has no table " + "Reviews and " * 20) for code in range(1000, 1060)],
    )
    text = full(result, width=width, limit=0)
    assert max(map(width_of, text.splitlines())) <= width
    squeezed = "".join(text.split())
    assert text.count("x") >= 300
    assert "END" in squeezed
    assert text.count("C" * 8) >= 6
    assert "1234567" in text
    assert all(str(code) in text for code in range(1000, 1060))


def test_a_narrow_report_wraps_where_a_wide_one_does_not(small: Result) -> None:
    assert len(full(small, width=60).splitlines()) > len(full(small, width=140).splitlines())


def test_hostile_values_are_shown_and_harmless() -> None:
    hostile = "[red]\x1b[31mA\x00\r\n\u202e\x9b"
    result = make(
        cell(
            "4180",
            0,
            table="ChildIdentifiers",
            row=0,
            field="Sex",
            child=hostile,
            value=hostile,
            line=1,
            message=hostile,
        ),
        not_run=[NotRun("1105", hostile)],
        checked=[replace(CHECKED, path=hostile, local_authority_name=hostile, not_run=[NotRun("1105", hostile)])],
    )
    for statistics in (False, True):
        text = full(result, width=140, statistics=statistics)
        assert all(sign.isprintable() or sign == "\n" for sign in text)
        assert r"[red]\x1b[31mA\x00\r\n\u202e\x9b" in text


def test_blank_and_odd_values_are_told_apart() -> None:
    assert shown(None) == "(blank)"
    assert shown("(blank)") == '"(blank)"'
    assert shown("") == '""'
    assert shown("M ") == '"M "'
    assert shown("\u00a0M") == r"\xa0M"
    assert shown("M") == "M"


def test_it_is_plain_ascii_without_colour_and_the_same_text_with(many: Result) -> None:
    import re

    plain, coloured = full(many), full(many, colour=True)
    assert plain.isascii()
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_names_beyond_ascii_stay_and_only_they_are_beyond() -> None:
    result = make(
        cell("4180", 0, table="ChildIdentifiers", row=0, field="Sex", child="Zo\u00eb", value="\u00e9", line=1)
    )
    text = full(result)
    assert text.encode("cp1252")
    assert {sign for sign in text if not sign.isascii()} == {"\u00eb", "\u00e9"}


def test_several_files_are_told_apart_without_the_folders_they_share() -> None:
    files = ["/data/march/a/cin.xml", "/data/march/b/cin.xml"]
    result = make(
        cell("8500", 0, table="ChildIdentifiers", row=0, field="LAchildID", line=5, file=files[0]),
        cell("8500", 1, table="ChildIdentifiers", row=3, field="LAchildID", line=7, file=files[1]),
        cell("8500", 2, table="ChildIdentifiers", row=3, field="LAchildID", file=files[1]),
        checked=[replace(CHECKED, path=files[0]), replace(CHECKED, path=files[1], year="2024-25")],
    )
    text = full(result)
    assert "Place" in text
    assert "  a/cin.xml:5\n" in text
    assert "  b/cin.xml:7\n" in text
    assert "  b/cin.xml row 4\n" in text
    blocks = text.split("  File             ")
    assert blocks[1].startswith(files[0]) and "1 error, 0 queries, 0 notes" in blocks[1]
    assert blocks[2].startswith(files[1]) and "2 errors, 0 queries, 0 notes" in blocks[2]


def test_csv_tables_of_one_folder_are_named_within_it() -> None:
    result = make(
        cell(
            "8500", 0, table="ChildIdentifiers", row=0, field="LAchildID", line=2, file="/data/r/ChildIdentifiers.csv"
        ),
        cell("8842Q", 1, table="Reviews", row=0, field="CPPreviewDate", line=2, file="/data/r/Reviews.csv"),
        checked=[replace(CHECKED, path="/data/r")],
    )
    assert "  ChildIdentifiers.csv:2\n" in full(result)
    assert "/data/r/Reviews.csv" not in full(result)


def test_one_csv_file_of_a_folder_is_named_since_there_may_be_others() -> None:
    where = {"table": "ChildIdentifiers", "row": 0, "field": "LAchildID", "line": 2}
    result = make(
        cell("8500", 0, file="/data/r/ChildIdentifiers.csv", **where), checked=[replace(CHECKED, path="/data/r")]
    )
    assert "  ChildIdentifiers.csv:2\n" in full(result)


def test_how_a_file_is_built_comes_before_what_may_follow_from_it() -> None:
    rows = [cell("8500", number, table="ChildIdentifiers", row=number, field="LAchildID") for number in range(3)]
    text = full(make(*rows, cell("CSC123", 9, message="CINdetails has no column CINreferralDate.", line=1)))
    assert text.index("CSC123") < text.index("8500")


def test_findings_with_messages_of_their_own_show_them() -> None:
    result = make(
        cell("CSC101", 0, message="Element Foo is unknown.", line=3, value="Foo"),
        cell("CSC101", 1, message="Element Bar is unknown.", line=4, value="Bar"),
    )
    lines = full(result).splitlines()
    assert lines[lines.index("    > Element Foo is unknown.") - 1].split() == ["Foo", "3"]
    assert lines[lines.index("    > Element Bar is unknown.") - 1].split() == ["Bar", "4"]


def test_the_child_is_named_again_when_a_finding_has_another() -> None:
    place = {"table": "ChildIdentifiers", "field": "UPN", "value": "X1"}
    result = make(
        cell("1520", 0, child="A", row=0, line=1, **place), cell("1520", 0, child="B", row=1, line=2, **place)
    )
    rows = [line.split() for line in full(result).splitlines()]
    assert ["A", "ChildIdentifiers.UPN", "X1", "1"] in rows
    assert ["B", "ChildIdentifiers.UPN", "X1", "2"] in rows


def test_a_finding_about_the_whole_return_says_so(small: Result) -> None:
    assert "  This is about the return as a whole." in full(small)


def test_rules_not_run_are_grouped_by_reason() -> None:
    text = full(make(not_run=[NotRun("8842Q", "no Reviews"), NotRun("1105", "no Plans"), NotRun("4003", "no Reviews")]))
    assert "Rules not run, because\n  no Reviews:\n    8842Q, 4003\n  no Plans:\n    1105\n" in text


def test_what_was_checked(small: Result) -> None:
    text = full(small)
    for words in (
        "File             cin_2026.xml",
        "Collection       Children in need census",
        "Local authority  201 City of London",
        "Year             2025-26 (2025-04-01 to 2026-03-31)",
        "Rows             children: 1,200; episodes: 1,301",
        "Rules run        87",
        "Found            2 errors, 1 query, 0 notes",
    ):
        assert words in text
    assert text.endswith("\nFound 2 errors, 1 query.\n")


def test_a_clean_return_says_so(clean: Result) -> None:
    text = full(clean)
    assert text.endswith("\nNo errors and no queries found.\n")
    assert "cin_2026.xml" in text


def test_clean_is_never_said_of_what_was_not_checked() -> None:
    assert "But 1 rule could not be run." in full(make(not_run=[NotRun("1105", "no Plans")]))
    incomplete = full(make(checked=[replace(CHECKED, complete=False)]))
    assert "No errors and no queries found in what could be read." in incomplete
    assert "could not be read completely" in incomplete
    assert full(make(checked=[])) == "Nothing was checked.\n"


def test_the_fix_is_that_of_the_year_checked() -> None:
    where = {"table": "ChildIdentifiers", "row": 0, "line": 2, "child": "A"}
    old = make(
        cell("4180", 0, field="GenderCurrent", **where),
        checked=[replace(CHECKED, year="2022-23", period=(dt.date(2022, 4, 1), dt.date(2023, 3, 31)))],
    )
    assert "GenderCurrent with one of the codes" in " ".join(full(old).split())
    assert "in Sex with one of the codes" in " ".join(full(make(cell("4180", 0, field="Sex", **where))).split())


def test_an_undocumented_code_is_still_reported() -> None:
    text = full(make(cell("9999", 0, child="A", table="Header", row=0, field="Year", value="1", line=3)))
    assert "Message of 9999." in text
    assert "What to do" not in text


def test_the_same_result_gives_the_same_bytes(many: Result) -> None:
    assert full(many) == full(many)


def test_statistics_count_findings_not_cells(many: Result) -> None:
    for output_format in ("full", "concise"):
        text = "".join(render(many, output_format, statistics=True))
        rows = [line.split() for line in text.splitlines()]
        assert rows[0] == ["Rule", "Severity", "Findings", "Message"]
        assert [row[:3] for row in rows[2:4]] == [["CSC009", "error", "1"], ["1105", "error", "12"]]
        assert text.endswith("Found 16 errors, 30 queries, 40 notes.\n")
        assert max(map(len, text.splitlines())) <= 80


def test_data_formats_have_no_statistics_and_unknown_formats_are_refused(small: Result) -> None:
    for output_format in ("json", "csv"):
        with pytest.raises(ValueError, match="full or concise"):
            render(small, output_format, statistics=True)
    with pytest.raises(ValueError, match="full, concise, json, csv"):
        render(small, "xlsx")


def test_a_very_long_value_is_cut_and_says_so() -> None:
    assert shown("x" * 1000) == "x" * 1000
    assert shown("x" * 1001) == "x" * 1000 + " ... (1 more character)"
    where = {"table": "ChildIdentifiers", "row": 0, "field": "UPN", "line": 1}
    text = full(make(cell("1510", 0, value="x" * 1_000_000, message="y" * 100_000, child="\u4e00" * 100_000, **where)))
    assert "(999,000" in text
    assert max(map(width_of, text.splitlines())) <= 80


def test_layout_breaks_where_a_reader_would() -> None:
    assert wrap("ChildProtectionPlans.NumberOfPreviousCPP", 24) == ["ChildProtectionPlans.", "NumberOfPreviousCPP"]
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrap("\u4e00\u4e8c\u4e09", 4) == ["\u4e00\u4e8c", "\u4e09"]
    assert prose("a bb ccc", 4, first="- ") == ["- a", "  bb", "  ccc"]
    assert harmless("a\tb") == r"a\tb"
    rows = table([["\u4e00", "x"]], ["AB", "C"], 40, indent="")
    assert rows == ["AB  C", "--  -", "\u4e00  x"]


def test_a_hundred_findings_are_shown_in_order() -> None:
    cells = [part for finding in range(100) for part in referral(finding, f"K{finding:03d}", finding)]
    text = full(make(*cells), limit=0)
    places = [text.index(f"K{finding:03d}") for finding in range(100)]
    assert places == sorted(places)
