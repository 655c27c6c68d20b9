"""Broken, foreign and odd returns of looked after children, through the command: one clear message each, with its place."""

import json
import re
import zipfile

import pytest
from support.ssda903_files import EPISODES, FILES, HEADER, OC3, REVIEWS, XML, write_files
from typer.testing import CliRunner

from csc_returns.cli import app
from csc_returns.remarks import OWN
from csc_returns.validation.validate import validate

UNUSABLE = {code for code, own in OWN.items() if own.unusable}


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Runs the command; gives its exit status and its findings."""
    monkeypatch.chdir(tmp_path)

    def run(path, *options):
        result = CliRunner().invoke(app, ["validate", str(path), "--output-format", "json", *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.exit_code, json.loads(result.stdout)["findings"]

    return run


@pytest.fixture
def folder(tmp_path):
    def make(**files):
        return write_files(tmp_path / "903 2025-26", files)

    return make


def own(findings, *codes):
    """The findings of the reader, or those with some codes."""
    return [one for one in findings if (one["rule"] in codes if codes else one["rule"].startswith(("CSC0", "CSC1")))]


def place(finding):
    """File and line that a finding names first."""
    where = finding.get("locations") or [finding]
    file = where[0].get("file") or finding.get("file")
    return (file or "").rsplit("/", 1)[-1], where[0].get("line") or finding.get("line")


def the_one(findings, code, says, file, line):
    """Exactly one finding of the reader, and what it says and where."""
    (found,) = own(findings)
    assert found["rule"] == code, found
    assert re.search(says, found["message"]), found["message"]
    assert place(found) == (file, line)
    return found


def test_the_sample_of_these_tests_is_read_without_a_word(check, folder, tmp_path):
    status, findings = check(folder(**FILES))
    assert status in {0, 1}
    assert own(findings) == []
    path = tmp_path / "2025-26.xml"
    path.write_text(XML)
    status, findings = check(path)
    assert status in {0, 1}
    assert own(findings) == []


REFUSED = {
    "empty": (b"", "CSC003", "empty", None),
    "blank lines": (b"\n \n\r\n", "CSC003", "", None),
    "a byte order mark alone": (b"\xef\xbb\xbf", "CSC003", "", None),
    "no titles": (b"A1,M,14/05/2010,WBRI\n", "CSC005", "does not name the columns", 1),
    "an open quote in the first row": (
        b'CHILD,DOB,REVIEW,REVIEW_CODE\nA1,"14/05/2010,x,PN1\nB2,,,\n',
        "CSC025",
        "column DOB",
        2,
    ),
    "an extract of the national system": (
        b"CHILD_LA_CODE,SEX,ETHNIC_CODE,DOB,LEGAL_STATUS,POC_START,PLACEMENT_TYPE\n1,M,WBRI,,C2,,U4\n",
        "CSC005",
        "children_started_care_during_year",
        1,
    ),
    "a page of the portal": (b"<!DOCTYPE html><html>", "CSC006", "web page", 1),
    "a workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "CSC005", "", 1),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_use_is_refused_with_one_message(check, tmp_path, case):
    data, code, says, line = REFUSED[case]
    path = tmp_path / "reviews_2025-26.csv"
    path.write_bytes(data)
    status, findings = check(path)
    assert status == 2
    the_one(findings, code, says, path.name, line)


@pytest.mark.parametrize("case", ["empty", "an open quote in the first row"])
def test_one_file_that_is_no_use_does_not_keep_the_others_from_being_read(check, folder, case):
    data, code, says, line = REFUSED[case]
    status, findings = check(folder(header=HEADER, episodes=EPISODES, reviews=data))
    assert status == 2
    the_one(findings, code, says, "reviews.csv", line)


ROWS = {
    "a short row": (
        "A1,14/05/2010,15/07/2025,PN1",
        "A1,14/05/2010,15/07/2025",
        "CSC116",
        "3 cells, the title line 4",
        4,
    ),
    "a long row": ("A1,14/05/2010,15/07/2025,PN1", "A1,14/05/2010,15/07/2025,PN1,x", "CSC116", "5 cells", 4),
    "a NUL byte": ("B2,30", "B\0,30", "CSC012", "NUL", 3),
    "a control character": ("B2,30", "B\x07,30", "CSC012", "control", 3),
    "an open quote": ("19/09/2025,PN1", '19/09/2025,"PN1', "CSC025", "column REVIEW_CODE", 3),
    "a byte of Windows-1252": ("B2,30", "B\udce9,30", "CSC114", "Windows-1252", 3),
}


@pytest.mark.parametrize("case", ROWS)
def test_an_odd_row_is_named_with_its_line_and_reading_goes_on(check, folder, case):
    old, new, code, says, line = ROWS[case]
    text = REVIEWS.replace(old, new, 1)
    assert text != REVIEWS
    status, findings = check(folder(episodes=EPISODES, reviews=text.encode(errors="surrogateescape")), "--select", code)
    assert status == (2 if code in UNUSABLE else 1 if OWN[code].severity == "error" else 0)
    the_one(findings, code, says, "reviews.csv", line)


def test_quoted_line_ends_and_blank_lines_do_not_shift_lines(check, folder):
    text = REVIEWS.replace("A1,14/05/2010,28", '\n\n"A\n1",14/05/2010,28').replace("19/09/2025", "30/02/2025")
    _, findings = check(folder(header=HEADER, reviews=text))
    wrong = [one for one in findings if "30/02/2025" in json.dumps(one)]
    assert {place(one) for one in wrong} == {("reviews.csv", 6)}


ENCODED = {
    "utf-8-sig": [],
    "utf-16": [],
    "utf-16-le": [],
    "cp1252": ["CSC114"],
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings_make_no_difference(check, tmp_path, encoding, end):
    files = {name: text.replace("B2", "B\u00e9").replace("\n", end) for name, text in FILES.items()}
    status, plain = check(write_files(tmp_path / "a 2025-26", files))
    other, findings = check(
        write_files(tmp_path / "b 2025-26", {name: text.encode(encoding) for name, text in files.items()})
    )
    assert (status, len(plain)) == (other, len(findings) - len(own(findings)))
    assert {one["rule"] for one in own(findings)} == set(ENCODED[encoding])


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_separators_make_no_difference(check, tmp_path, delimiter):
    plain = check(write_files(tmp_path / "a 2025-26"))
    files = {name: text.replace(",", delimiter) for name, text in FILES.items()}
    status, findings = check(write_files(tmp_path / "b 2025-26", files))
    assert (status, [one["rule"] for one in findings]) == (plain[0], [one["rule"] for one in plain[1]])


FORMS = {"as YYYY-MM-DD": r"\3-\2-\1", "with a time of day": r"\3-\2-\1 00:00:00", "as MM/DD/YYYY": r"\2/\1/\3"}


@pytest.mark.parametrize("form", FORMS)
def test_dates_in_another_form_are_one_message_and_never_one_a_row(check, tmp_path, form):
    plain = check(write_files(tmp_path / "a 2025-26"))[1]
    files = {name: re.sub(r"(\d\d)/(\d\d)/(\d{4})", FORMS[form], text) for name, text in FILES.items()}
    status, findings = check(write_files(tmp_path / "b 2025-26", files))
    assert status == 2
    (told,) = own(findings)
    assert (told["rule"], form in told["message"]) == ("CSC021", True)
    assert [one["rule"] for one in findings if one is not told] == [one["rule"] for one in plain]


def test_a_partial_date_of_permanence_is_no_wrong_date(check, folder):
    _, findings = check(folder(**FILES))
    assert "zz/zz/2019" not in json.dumps([one for one in findings if one["rule"].startswith("CSC")])


def test_neither_year_nor_authority_is_a_reason_for_status_2(check, tmp_path):
    status, findings = check(write_files(tmp_path / "export"), "--fail-on", "never")
    assert status == 0
    (told,) = own(findings)
    assert told["rule"] == "CSC027"


def test_only_titles(check, folder):
    status, findings = check(folder(header=HEADER.splitlines()[0], episodes=EPISODES.splitlines()[0]))
    assert status == 2
    assert [one["rule"] for one in own(findings)] == ["CSC019"]


def test_a_table_with_titles_only_beside_others(check, folder):
    status, findings = check(folder(header=HEADER, episodes=EPISODES, oc3=OC3.splitlines()[0]))
    assert status in {0, 1}
    assert own(findings) == []


def test_of_a_table_that_breaks_off_rules_say_nothing_that_other_tables_depend_on(tmp_path):
    lines = EPISODES.splitlines(keepends=True)
    broken = "".join([*lines[:2], lines[2].replace(",S,", ',"S,'), *lines[3:]])
    result = validate(str(write_files(tmp_path / "2025-26", FILES | {"episodes": broken})))
    (what,) = result.checked
    reasons = {entry.code: entry.reason for entry in what.not_run}
    assert "Episodes could not be read whole" in reasons["1012"]
    assert "EPI" not in result.findings["rule"].to_list()
    assert "143" not in reasons
    assert result.status() == 2


def test_csv_beside_xml_and_the_same_again_in_a_zip(check, tmp_path):
    folder = write_files(tmp_path / "903 2025-26")
    (folder / "a.xml").write_text(XML)
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"{name}.csv", text)
    status, findings = check(folder)
    assert status in {0, 1}
    assert own(findings) == []


XML_CASES = {
    "cut": (XML[: XML.index("17/06/2025") + 4], "CSC009", "breaks off.*line 14 is not whole", 25),
    "broken": (XML.replace("F2", "F & 2"), "CSC010", "not well-formed.*line 14 is not whole", 17),
    "another root": (
        XML.replace("EXPSSDA903", "EXPORT"),
        "CSC007",
        "root element is EXPORT.*begins with EXPSSDA903",
        2,
    ),
    "no child": ("<EXPSSDA903></EXPSSDA903>", "CSC019", "no Child", None),
    "entities": ('<!DOCTYPE EXPSSDA903 [<!ENTITY a "b">]>' + XML.partition("\n")[2], "CSC013", "document type", 1),
    "bytes": (XML.replace("B2", "B\udce9"), "CSC011", "Windows-1252", 16),
}


@pytest.mark.parametrize("case", XML_CASES)
def test_xml_that_is_not_whole(check, tmp_path, case):
    text, code, says, line = XML_CASES[case]
    path = tmp_path / "2025-26.xml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    status, findings = check(path)
    assert status == 2
    the_one([one for one in findings if one["rule"] in UNUSABLE], code, says, path.name, line)


def test_the_collection_asked_for_is_another_one(check, tmp_path, folder):
    path = tmp_path / "a.xml"
    path.write_text(XML)
    status, findings = check(path, "--collection", "cin")
    assert status == 2
    the_one(findings, "CSC008", "his is a Children looked after return", "a.xml", 2)
    status, findings = check(folder(reviews=REVIEWS), "--collection", "cin")
    assert status == 2
    the_one(findings, "CSC008", "columns are those of Reviews of the Children looked after return", "reviews.csv", None)
