"""Returns of looked after children: CSV files and XML, their collection, their year and their dates."""

import zipfile
from pathlib import Path

import polars as pl
import pytest
from support.ssda903_files import EPISODES, FILES, HEADER, REVIEWS, UASC, XML, write_files

from csc_returns.extracts.read import read
from csc_returns.specification import whole_specification

S903 = whole_specification("ssda903")
CIN_IDS = "LAchildID,UPN,Sex\nC1,UN1,F\n"
CIN_XML = (
    "<Message><Header><CollectionDetails><Year>2026</Year></CollectionDetails></Header>"
    "<Children><Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers></Child></Children></Message>"
)


def one(path, **options):
    (found,) = read(str(path), **options)
    return found


def codes(found):
    return [remark.code for remark in found.remarks]


def told(found, code):
    return [remark for remark in found.remarks if remark.code == code]


def values(frame, *columns):
    return frame.select(columns).rows()


# -- CSV -------------------------------------------------------------------------------------------------------------------


def test_a_folder_of_files(tmp_path):
    found = one(write_files(tmp_path / "2025-26"))
    assert (found.collection, found.year, found.local_authority, found.medium) == ("ssda903", "2025-26", None, "csv")
    assert set(found.tables) == {"Header", "Episodes", "Reviews", "UASC", "OC3", "PrevPerm"}
    assert found.tables["Header"].columns == S903.tables["Header"].columns
    assert found.tables["Episodes"]["DEC"].to_list() == [None, "17/06/2025", None]
    assert found.tables["PrevPerm"]["DATE_PERM"].to_list() == ["zz/zz/2019"]
    assert found.remarks == []
    assert found.usable


@pytest.mark.parametrize("name", list(S903.tables))
def test_every_table_is_known_by_its_columns_in_any_order(tmp_path, name):
    titles = ",".join(reversed(S903.tables[name].columns))
    found = one(write_files(tmp_path, {"x": f"{titles}\n{',' * titles.count(',')}\n"}))
    assert list(found.tables) == [name]


def test_titles_and_identifiers_in_any_case_with_blanks_around_are_read_and_said(tmp_path):
    titles = ",".join(f" {title.title()} " for title in ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"])
    rows = REVIEWS.partition("\n")[2].replace("A1", " a1 ", 1)
    found = one(write_files(tmp_path / "2025-26", {"header": HEADER, "r": f"{titles}\n{rows}"}))
    assert found.tables["Reviews"]["CHILD"].to_list() == [" a1 ", "B2", "A1"]
    assert codes(found) == ["CSC117", "CSC119"]
    (spelled,) = told(found, "CSC117")
    assert spelled.message.endswith("Child for CHILD, Dob for DOB, Review for REVIEW, Review_Code for REVIEW_CODE")
    (remark,) = told(found, "CSC119")
    assert (remark.field, remark.message.split(" is")[0]) == ("CHILD", "the identifier of one child")


def test_small_letters_throughout_are_no_remark(tmp_path):
    files = {"header": HEADER.replace("A1", "a1"), "reviews": REVIEWS.replace("A1", "a1")}
    assert codes(one(write_files(tmp_path / "2025-26", files))) == []


def test_extra_and_nameless_columns_are_kept_and_said(tmp_path):
    lines = REVIEWS.splitlines()
    text = "\n".join([f"LA,{lines[0]},YEAR,,", *(f"330,{line},2026,,x" for line in lines[1:])])
    found = one(write_files(tmp_path / "2025-26", {"reviews": text}))
    assert codes(found) == ["CSC115"] * 3
    assert found.unplaced["xml"].to_list()[:3] == ["<LA>330</LA>", "<YEAR>2026</YEAR>", '<column number="8">x</column>']


@pytest.mark.parametrize("above", ["Children looked after\n", "Report, run on 12 May\n\n", "sep=,\n"])
def test_lines_above_the_titles_are_kept_and_said(tmp_path, above):
    path = tmp_path / "SSDA903_2025-26_reviews.csv"
    path.write_text(above + REVIEWS)
    found = one(path)
    assert found.tables["Reviews"].height == 3
    (remark,) = told(found, "CSC120")
    assert remark.line == 1
    assert found.unplaced["xml"].to_list() == [above.strip()]
    first = found.places["Reviews"]["_row"][0] >> 32
    assert first == above.count("\n") + 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path, encoding, delimiter):
    text = HEADER.replace("B2", "B\u00e9").replace(",", delimiter).replace("\n", "\r\n")
    path = tmp_path / "header_2025-26.csv"
    path.write_bytes(text.encode(encoding))
    assert one(path).tables["Header"]["CHILD"].to_list() == ["A1", "B\u00e9"]


def test_extracts_of_the_national_system_are_left_aside(tmp_path):
    extract = "CHILD_LA_ID,SEX,DOB,ETHNIC,UPN,AGE_31AUG\nA1,M,14/05/2010,WBRI,UN1,15\n"
    found = one(write_files(tmp_path / "2025-26", {**FILES, "header_pupil_premium": extract}))
    assert found.tables["Header"].height == 2
    (remark,) = told(found, "CSC118")
    assert "pupil_premium_children" in remark.message
    (alone,) = read(str(write_files(tmp_path / "alone", {"p": extract}) / "p.csv"))
    assert [(remark.code, "extract" in remark.message) for remark in alone.remarks] == [("CSC005", True)]


def test_a_value_that_is_the_name_of_a_column_is_no_title(tmp_path):
    path = tmp_path / "episodes.csv"
    path.write_text("Id,Began,Why it ended\nA1,13/04/2025,CHILD\n")
    assert codes(one(path)) == ["CSC005"]


def test_a_table_without_the_identifier_of_the_child_is_said(tmp_path):
    found = one(write_files(tmp_path / "2025-26", {"reviews": REVIEWS.replace("CHILD", "Person ID")}))
    assert codes(found) == ["CSC122", "CSC115"]
    assert found.tables["Reviews"]["CHILD"].to_list() == [None] * 3


def test_titles_with_blanks_in_place_of_underscores_are_read_and_said(tmp_path):
    titles, rows = EPISODES.split("\n", 1)
    found = one(write_files(tmp_path / "2025-26", {"x": f"{titles.replace('_', ' ').lower()}\n{rows}"}))
    assert found.tables["Episodes"]["PLACE_PROVIDER"].to_list() == ["PR1"] * 3
    (remark,) = found.remarks
    assert remark.code == "CSC117"
    assert remark.message.endswith("cin for CIN, and 8 more")


def test_a_column_that_a_table_needs_and_lacks_is_said_once(tmp_path):
    episodes = EPISODES.replace("DECOM", "Began").replace("REASON_PLACE_CHANGE", "Why")
    files = {"episodes": f"Episodes\n{episodes}", "header": HEADER}
    found = one(write_files(tmp_path / "2025-26", files))
    (remark,) = told(found, "CSC123")
    assert remark.message.startswith("Episodes has no columns DECOM, REASON_PLACE_CHANGE:")
    assert (Path(remark.file or "").name, remark.line) == ("episodes.csv", 2)


def test_a_column_in_one_of_two_files_of_a_table_is_not_lacking(tmp_path):
    files = {"a": EPISODES.replace("PLACE,", "Where,"), "b": EPISODES}
    assert told(one(write_files(tmp_path / "2025-26", files)), "CSC123") == []


def test_a_column_that_may_be_blank_throughout_is_not_lacking(tmp_path):
    blank_throughout = {name for name, item in S903.tables["Header"].items.items() if item.blank == "allowed"}
    titles = [title for title in HEADER.partition("\n")[0].split(",") if title not in blank_throughout]
    found = one(
        write_files(tmp_path / "2025-26", {"header": ",".join(titles) + "\n" + "," * (len(titles) - 1) + "x\n"})
    )
    assert told(found, "CSC123") == []


@pytest.mark.parametrize("name", ["Episodes.csv", "episodes.xlsx", "placed for adoption.csv"])
def test_a_file_with_the_name_of_a_table_that_cannot_be_read_is_refused(tmp_path, name):
    folder = write_files(tmp_path / "2025-26", {file: text for file, text in FILES.items() if file != "episodes"})
    (folder / name).write_text("A1,13/04/2025,S\n")
    found = one(folder)
    (remark,) = found.remarks
    assert (remark.code, Path(remark.file or "").name) == ("CSC005", name)
    assert found.in_part == {"PlacedAdoption" if name.startswith("placed") else "Episodes"}


def test_another_form_of_a_table_that_was_read_is_left_aside(tmp_path):
    folder = write_files(tmp_path / "2025-26", FILES)
    (folder / "Episodes.xlsx").write_bytes(b"PK")
    found = one(folder)
    (remark,) = found.remarks
    assert (remark.code, remark.message[:22]) == ("CSC118", "the file Episodes.xlsx")
    assert not found.in_part


def test_a_table_in_two_files(tmp_path):
    found = one(write_files(tmp_path / "2025-26", {"reviews": REVIEWS, "reviews (1)": REVIEWS}))
    assert found.tables["Reviews"].height == 6
    assert codes(found) == ["CSC023"]


# -- which collection ------------------------------------------------------------------------------------------------------


def test_csv_of_both_collections_in_a_folder_are_two_returns(tmp_path):
    unplaced = "table,row,path,child,xml\nHeader,0,EXPSSDA903/CHILD/HEADER/MOTHER,,<MOTHER/>\n,,Message,,word\n"
    folder = write_files(tmp_path / "2025-26", {**FILES, "children": CIN_IDS, "unplaced": unplaced})
    found = read(str(folder))
    assert [(one.collection, sorted(one.tables)) for one in found] == [
        ("cin", ["ChildIdentifiers"]),
        ("ssda903", ["Episodes", "Header", "OC3", "PrevPerm", "Reviews", "UASC"]),
    ]
    assert [one.unplaced["xml"].to_list() for one in found] == [["word"], []]
    assert found[1].tables["Header"]["MOTHER"].to_list() == ["", "0"]


def test_xml_of_each_collection_and_csv_beside_it(tmp_path):
    folder = write_files(tmp_path / "2025-26")
    (folder / "a.xml").write_text(XML)
    (folder / "b.xml").write_text(CIN_XML)
    assert [(one.collection, one.medium) for one in read(str(folder))] == [
        ("ssda903", "xml"),
        ("cin", "xml"),
        ("ssda903", "csv"),
    ]


def test_the_collection_asked_for_and_the_content_contradict_each_other(tmp_path):
    folder = write_files(tmp_path / "2025-26")
    (remark,) = one(folder, collection="cin").remarks
    assert remark.code == "CSC008"
    assert "Children looked after return" in remark.message and "Children in need census" in remark.message
    write_files(folder, {"children": CIN_IDS})
    asked = one(folder, collection="cin", year="2025-26")
    assert list(asked.tables) == ["ChildIdentifiers"]
    assert codes(asked) == ["CSC118"] * 6 + ["CSC123"]


@pytest.mark.parametrize(
    ("xml", "collection", "says"), [(XML, "cin", "SSDA903"), (CIN_XML, "ssda903", "in need census")]
)
def test_xml_of_the_other_collection_is_one_clear_message(tmp_path, xml, collection, says):
    path = tmp_path / "a.xml"
    path.write_text(xml)
    (remark,) = one(path, collection=collection).remarks
    assert (remark.code, remark.file) == ("CSC008", str(path))
    assert says in remark.message.partition(", not a ")[0]


# -- which year ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("SSDA903_2023-24_header.csv", "2023-24"),
        ("2023_24 header.csv", "2023-24"),
        ("header 2023-2024.csv", "2023-24"),
        ("2022-23/a 2023-24.csv", "2023-24"),
        ("2023-24/header.csv", "2023-24"),
        ("2023-25/header.csv", None),
        ("header_2024.csv", None),
        ("export 2023-24-05/header.csv", None),
        ("header_12023-24.csv", None),
        ("header_2014-15.csv", None),
        ("2023-24/2024-25/header.csv", "2024-25"),
    ],
)
def test_the_name_of_a_file_or_folder_says_the_year(tmp_path, name, year):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(REVIEWS)
    found = one(path)
    assert found.year == (year or "2025-26")
    assert codes(found) == ([] if year else ["CSC027"])


def test_a_zip_file_says_the_year(tmp_path):
    path = tmp_path / "903 2024-25.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tables/header.csv", HEADER)
    assert one(path).year == "2024-25"


def test_most_dates_say_the_year_and_it_is_said_to_be_assumed(tmp_path):
    found = one(write_files(tmp_path / "x", {"episodes": EPISODES, "reviews": REVIEWS}))
    assert found.year == "2025-26"
    (remark,) = told(found, "CSC027")
    assert "taken to be 2025-26, in which 6 of 7 dates" in remark.message
    assert found.usable


@pytest.mark.parametrize("files", [{"header": HEADER}, {"reviews": REVIEWS.replace("/2025", "/1925")}])
def test_without_a_date_that_shows_it_the_newest_year_is_assumed(tmp_path, files):
    found = one(write_files(tmp_path / "x", files))
    assert found.year == S903.years[-1]
    assert codes(found) == ["CSC027"]
    assert found.usable


def test_the_year_asked_for_wins(tmp_path):
    found = one(write_files(tmp_path / "2025-26"), year="2024-25")
    assert found.year == "2024-25"
    assert codes(found) == ["CSC022"]


def test_a_table_that_the_year_does_not_have_is_said(tmp_path):
    text = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\nA1,14/05/2010,SW1,01/05/2025,,MANAGE\n"
    assert codes(one(write_files(tmp_path / "2022-23", {"sw": text}))) == ["CSC110"]
    assert codes(one(write_files(tmp_path / "2023-24", {"sw": text}))) == []


# -- dates -----------------------------------------------------------------------------------------------------------------

FORMS = {
    "iso": (lambda d, m, y: f"{y}-{m}-{d}", "as YYYY-MM-DD"),
    "time": (lambda d, m, y: f"{y}-{m}-{d} 00:00:00", "with a time of day"),
    "uk time": (lambda d, m, y: f"{d}/{m}/{y} 00:00", "with other separators"),
    "dots": (lambda d, m, y: f"{d}.{m}.{y}", "with other separators"),
    "blanks": (lambda d, m, y: f" {d}/{m}/{y}", "with other separators"),
    "us": (lambda d, m, y: f"{m}/{d}/{y}", "as MM/DD/YYYY"),
    "short": (lambda d, m, y: f"{d}/{m}/{y[2:]}", "as DD/MM/YY,"),
    "us short": (lambda d, m, y: f"{m}/{d}/{y[2:]}", "as MM/DD/YY,"),
}


def in_form(text, form):
    import re

    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", lambda found: FORMS[form][0](*found.groups()), text)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_all_dates_share_is_one_message_and_read(tmp_path, form):
    from csc_returns.extracts.dates import with_usual_dates

    plain = one(write_files(tmp_path / "a" / "2025-26"))
    found = one(write_files(tmp_path / "b" / "2025-26", {name: in_form(text, form) for name, text in FILES.items()}))
    (remark,) = found.remarks
    assert remark.code == "CSC021"
    assert FORMS[form][1] in remark.message
    read_as = with_usual_dates(found.tables, S903, found.date_form)
    assert all(read_as[name].equals(plain.tables[name]) for name in plain.tables)


@pytest.mark.parametrize("table", ["reviews", "episodes"])
@pytest.mark.parametrize("form", ["iso", "time", "dots", "short"])
def test_a_form_of_one_file_alone_is_read(tmp_path, table, form):
    from csc_returns.extracts.dates import with_usual_dates

    plain = one(write_files(tmp_path / "a" / "2025-26"))
    files = FILES | {table: in_form(FILES[table], form)}
    found = one(write_files(tmp_path / "b" / "2025-26", files))
    assert codes(found) == ["CSC021"]
    read_as = with_usual_dates(found.tables, S903, found.date_form)
    assert all(read_as[name].equals(plain.tables[name]) for name in plain.tables)


def test_usual_dates_are_no_remark_even_when_all_days_are_small(tmp_path):
    rows = "".join(f"A1,14/05/2010,0{day}/0{month}/2025,PN1\n" for day in range(1, 8) for month in range(4, 9))
    found = one(write_files(tmp_path / "2025-26", {"reviews": REVIEWS.splitlines()[0] + "\n" + rows}))
    assert found.remarks == []
    assert found.date_form is None


def test_a_few_wrong_dates_are_slips(tmp_path):
    text = EPISODES.replace("13/04/2025", "2025-04-13").replace("20/05/2024", "05/20/2024")
    found = one(write_files(tmp_path / "2025-26", FILES | {"episodes": text}))
    assert found.remarks == []
    assert found.date_form is None


# -- XML -------------------------------------------------------------------------------------------------------------------


def xml(tmp_path, text):
    path = tmp_path / "903_2025-26.xml"
    path.write_text(text)
    return one(path)


def test_xml_gives_the_same_tables_as_csv(tmp_path):
    found = xml(tmp_path, XML)
    plain = one(write_files(tmp_path / "2025-26"))
    assert (found.collection, found.year, found.medium) == ("ssda903", "2025-26", "xml")
    assert found.remarks == []
    assert set(found.tables) == {name for name, table in S903.tables.items() if table.path}
    for name, frame in plain.tables.items():
        columns = frame.columns
        rows = found.tables[name].select(pl.when(pl.col(columns) != "").then(pl.col(columns)))
        assert rows.sort(columns).equals(frame.sort(columns)), name
    assert found.tables["Header"].select("CHILD", "UASC").rows() == [("A1", "1"), ("B2", "")]
    assert "UASC" not in plain.tables["Header"].columns
    assert {name for name, frame in found.tables.items() if frame.is_empty()} == {
        "OC2",
        "AD1",
        "PlacedAdoption",
        "Missing",
    }


def test_a_cell_that_xml_holds_once_points_to_where_it_stands(tmp_path):
    found = xml(tmp_path, XML)
    lines = XML.splitlines()
    for table, column in (("Reviews", "DOB"), ("OC3", "DOB"), ("UASC", "SEX"), ("OC3", "ACCOM"), ("Episodes", "PLACE")):
        for packed in found.places[table][column]:
            line, at = packed >> 32, packed & 0xFFFFFFFF
            element = "PL" if column == "PLACE" else column
            assert lines[line - 1][at - 1 :].startswith(f"<{element}>"), (table, column)


def test_items_without_the_row_they_belong_to_are_kept_and_said_once(tmp_path):
    text = XML.replace("<UASC/>", "<UASC>0</UASC><DUC>30/11/2026</DUC><DATE_MATCH/>")
    found = xml(tmp_path, text)
    assert found.tables["UASC"]["CHILD"].to_list() == ["A1"]
    (remark,) = found.remarks
    assert (remark.code, remark.line) == ("CSC121", 16)
    assert found.unplaced.select("table", "row", "path", "child", "xml").rows() == [
        ("Header", 1, "EXPSSDA903/CHILD/HEADER/DUC", 1, "<DUC>30/11/2026</DUC>"),
        ("Header", 1, "EXPSSDA903/CHILD/HEADER/DATE_MATCH", 1, "<DATE_MATCH/>"),
    ]


def test_one_child_alone_and_a_child_without_a_header(tmp_path):
    first = XML[: XML.index("</CHILD>")] + "</CHILD></EXPSSDA903>"
    assert xml(tmp_path, first).tables["Header"]["CHILD"].to_list() == ["A1"]
    start = first.index("<HEADER>")
    found = xml(tmp_path, first[:start] + first[first.index("</HEADER>") + 9 :])
    assert values(found.tables["Episodes"], "CHILD", "DECOM") == [(None, "13/04/2025")]


@pytest.mark.parametrize("value", ["1", " 1 "])
def test_what_makes_a_row_may_have_blanks_around(tmp_path, value):
    found = xml(tmp_path, XML.replace("<UASC>1</UASC>", f"<UASC>{value}</UASC>"))
    assert found.tables["UASC"].height == UASC.count("\n") - 1
