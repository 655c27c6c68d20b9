"""CSV files of any make become tables, every row with the line that it stands in."""

import io

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csc_returns.extracts import csv_columns
from csc_returns.extracts.csv_reader import read_table, read_tables
from csc_returns.extracts.returns import UNPLACED, Unusable, column_of, line_of
from csc_returns.remarks import OWN
from csc_returns.specification import whole_specification

CIN = whole_specification("cin")
IDS = b"LAchildID,UPN,Sex\r\n"


def table(data, file="a.csv"):
    return read_table(file, io.BytesIO(data), CIN)


def lines(read):
    return read.places.select(line_of(pl.col("_row"))).to_series().to_list()


def codes(read):
    return [(remark.code, remark.line) for remark in read.remarks]


def return_of(**files):
    named = [(f"{name}.csv", lambda data=data: io.BytesIO(data)) for name, data in files.items()]
    return read_tables("set", named, CIN)


def refused(data, file="a.csv"):
    with pytest.raises(Unusable) as raised:
        table(data, file)
    assert raised.value.remark.file == file
    return raised.value.remark.code, raised.value.remark.line


def test_a_plain_table():
    read = table(IDS + b"A1,,F\r\nA2,U2,\r\n")
    assert read.name == "ChildIdentifiers"
    assert read.values.columns == CIN.tables["ChildIdentifiers"].columns
    assert read.values.select("LAchildID", "UPN", "Sex").rows() == [("A1", None, "F"), ("A2", "U2", None)]
    assert read.values["PersonBirthDate"].null_count() == 2
    assert read.places.rows() == [(2 << 32 | 1, "a.csv"), (3 << 32 | 1, "a.csv")]
    assert read.places.select(column_of(pl.col("_row"))).to_series().to_list() == [1, 1]
    assert read.remarks == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_behind_quoted_line_ends_and_blank_lines(end, encoding):
    text = ["", "LAchildID,UPN,Sex", 'A1,"two', 'lines",F', "", ",,", "  ", "A2,é,F", '"A3"', "A4,,"]
    read = table(end.join(text).encode(encoding))
    assert lines(read) == [3, 8, 9, 10]
    assert read.values["UPN"].to_list() == [f"two{end}lines", "é", None, None]
    assert codes(read) == [("CSC116", 9)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_lines_do_not_depend_on_where_chunks_end(monkeypatch, size):
    monkeypatch.setattr("csc_returns.extracts.encoding._CHUNK", size)
    first = IDS + b"x" * 4100 + b",,\r\n"  # the first 4,096 bytes are looked at, and are one chunk
    read = table(first + b'A1,"a\r\nb",F\r\r\nA2,c,F\nA3,,\rA4,,\r\nA5,,')
    assert lines(read) == [2, 3, 6, 7, 8, 9]
    assert read.values["UPN"].to_list() == [None, "a\r\nb", "c", None, None, None]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter):
    title = delimiter.join(["LAchildID", "UPN", "Sex"]).encode()
    read = table(title + b"\n" + delimiter.join(['"A,;|\t"', "U", "F"]).encode())
    assert read.values.select("LAchildID", "UPN", "Sex").rows() == [("A,;|\t", "U", "F")]


@pytest.mark.parametrize("name", list(CIN.tables))
def test_every_table_is_known_by_its_columns(name):
    columns = CIN.tables[name].columns
    assert table(",".join(reversed(columns)).encode(), "x.csv").name == name


@pytest.mark.parametrize(
    ("titles", "file", "name"),
    [
        ("LAchildID,CINdetailsID,DateOfInitialCPC", "data/s_section47_2026.csv", "Section47"),
        ("LAchildID,CINdetailsID,DateOfInitialCPC", "CINdetails.csv", "CINdetails"),
        ("LAchildID,CINdetailsID,AssessmentID", "Assessments.csv", "Assessments"),
        ("LAchildID", "ChildIdentifiers.csv", "ChildIdentifiers"),
        ("LAchildID,Disability", "ChildIdentifiers.csv", "Disabilities"),
        ("lachildid , DISABILITY", "x.csv", "Disabilities"),
    ],
)
def test_the_file_name_settles_what_columns_leave_open(titles, file, name):
    assert table(titles.encode(), file).name == name


def test_a_column_spelled_otherwise_is_read_and_remarked_on():
    read = table(b" lachildID,UPN,Sex\nA1,,F\n")
    assert read.values["LAchildID"].to_list() == ["A1"]
    assert codes(read) == [("CSC117", 1)]


def test_unknown_and_repeated_columns_are_kept():
    read = table(b"LAchildID,Team,UPN,Sex,UPN,My <col>\nA1,Red&Blue,U,F,V,w\nA2,,,,,\n")
    assert read.values["UPN"].to_list() == ["U", None]
    assert read.unplaced.schema == UNPLACED
    path = "Message/Children/Child/ChildIdentifiers"
    assert read.unplaced.rows() == [
        ("ChildIdentifiers", 0, path, None, "<Team>Red&amp;Blue</Team>", 2),
        ("ChildIdentifiers", 0, path, None, '<column name="UPN">V</column>', 2),
        ("ChildIdentifiers", 0, path, None, '<column name="My &lt;col&gt;">w</column>', 2),
    ]
    assert codes(read) == [("CSC115", 1)] * 3


def test_rows_of_another_length_are_read_and_their_surplus_kept():
    read = table(IDS + b"A1\nA2,U,F,more\nA3,,F\n")
    assert read.values["Sex"].to_list() == [None, "F", "F"]
    assert [(remark.code, remark.line, remark.table, remark.row) for remark in read.remarks] == [
        ("CSC116", 2, "ChildIdentifiers", 0),
        ("CSC116", 3, "ChildIdentifiers", 1),
    ]
    assert read.unplaced["xml"].to_list() == ['<column number="4">more</column>']


def test_very_many_rows_of_another_length_are_counted():
    read = table(IDS + b"A1\n" * 500)
    assert len(read.remarks) == 101
    assert "500 rows" in read.remarks[-1].message


def test_running_numbers():
    read = table(b"LAchildID,CINdetailsID,ReferralSource\nA,1,x\nA, 2.0 ,x\nA,,x\nA,one,x\n", "CINdetails.csv")
    assert read.values["CINdetailsID"].to_list() == [1, 2, None, None]
    assert read.values.schema["CINdetailsID"] == pl.Int64
    assert [(remark.code, remark.line, remark.row, remark.field) for remark in read.remarks] == [
        ("CSC204", 5, 3, "CINdetailsID")
    ]
    assert read.unplaced.select("row", "xml").rows() == [(3, '<column name="CINdetailsID">one</column>')]


def test_a_table_without_rows():
    read = table(IDS)
    assert read.values.height == 0
    assert read.values.schema["LAchildID"] == pl.String
    assert table(b"LAchildID,CINdetailsID,ReferralSource").values.schema["CINdetailsID"] == pl.Int64


def test_bytes_that_are_not_utf8_are_windows_1252():
    read = table(IDS + b"Zo\xeb,\x80,F\n")
    assert read.values.select("LAchildID", "UPN").rows() == [("Zoë", "€")]
    assert codes(read) == [("CSC114", 2)]
    assert not OWN["CSC114"].unusable


def test_nul_bytes_are_replaced():
    read = table(IDS + b"A1,,F\nA\0\0,,F\n")
    assert read.values["LAchildID"].to_list() == ["A1", "A\ufffd\ufffd"]
    assert codes(read) == [("CSC012", 3)]


def test_an_open_quote_is_told_where_it_opens_and_rows_before_it_are_read():
    read = table(IDS + b'A1,"x\ny",F\nA2,"a\nb","F\nA3,,F\n')
    assert read.values["LAchildID"].to_list() == ["A1"]
    assert codes(read) == [("CSC025", 5)]
    assert refused(IDS + b'A1,"x,F\nA2,,F\n') == ("CSC025", 2)
    assert codes(table(IDS + b'A1,,F\n"')) == [("CSC025", 3)]


def test_an_open_quote_before_endless_rows():
    read = table(IDS + b'A1,"x\ny",F\nA2,"a\nb","F\n' + b"A3,,F\n" * (csv_columns.LONGEST_CELL // 6 + 10))
    assert codes(read) == [("CSC025", 5)]
    assert read.values.height == 1


def test_an_endless_line():
    endless = b"x" * (csv_columns.LONGEST_CELL + 100_000)
    assert codes(table(IDS + b"A1,,F\n" + endless)) == [("CSC014", 3)]
    assert refused(endless) == ("CSC014", 1)
    assert refused(IDS + b'"' + endless) == ("CSC014", 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "CSC003"),
        (b"\n \r\n\r", "CSC003"),
        (b"\xef\xbb\xbf", "CSC003"),
        (b"a,b,c\n1,2,3\n", "CSC005"),
        (b"A1,U,F\n", "CSC005"),
        (b"\0\0\0", "CSC005"),
        (b"LAchildID,Name\n", "CSC005"),
    ],
)
def test_what_is_no_table_is_refused(data, code):
    assert refused(data)[0] == code


TITLES = [b"", IDS, b"Year;LEA\n", b"LAchildID\tCINdetailsID\t_child\tFoo\tReferralSource\r"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(TITLES))
@example(b'"\xff\xfe\0\r', IDS)
@example(b"\xff\xfe" + b"L\0,", b"")
def test_any_bytes_give_a_table_or_a_remark(data, title):
    try:
        read = table(title + data)
    except Unusable as unusable:
        assert unusable.remark.code in OWN
        return
    assert read.values.height == read.places.height
    assert all(remark.code in OWN for remark in read.remarks)
    above = lines(read)
    assert above == sorted(set(above))
    assert all(row < read.values.height for row in read.unplaced["row"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(st.sampled_from('a,"\r\n '), max_size=4), min_size=3, max_size=3), max_size=6))
def test_lines_are_those_of_the_file(rows):
    """Every row is read, from the line in which its first cell (written so that it is found) begins."""
    text = "LAchildID,UPN,Sex\n"
    expected = []
    for at, cells in enumerate(rows):
        expected.append(text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
        text += ",".join(f'"{cell}"' for cell in [f"row{at}", *(cell.replace('"', '""') for cell in cells[1:])]) + "\n"
    read = table(text.encode())
    assert lines(read) == expected
    assert read.values.select("UPN", "Sex").rows() == [tuple(cell or None for cell in cells[1:]) for cells in rows]


def test_a_set_becomes_one_return():
    the_return = return_of(
        header=b"Collection,Year,ReferenceDate,LEA\nCIN,2026,2026-03-31, 330 \n",
        children=IDS + b"A1,,F\n",
        notes=b"a,b\n1,2\n",
        empty=b"",
    )
    assert (the_return.collection, the_return.year, the_return.local_authority) == ("cin", None, "330")
    assert the_return.medium == "csv"
    assert set(the_return.tables) == {"Header", "ChildIdentifiers"} == set(the_return.places)
    assert [(remark.code, remark.file) for remark in the_return.remarks] == [
        ("CSC118", "notes.csv"),
        ("CSC003", "empty.csv"),
    ]


def test_a_table_in_two_files():
    the_return = return_of(a=IDS + b"A1,,F\n", b=b"LAchildID,Sex,Team\nA2,M\nA3,F,Red\n")
    assert the_return.tables["ChildIdentifiers"]["LAchildID"].to_list() == ["A1", "A2", "A3"]
    assert the_return.places["ChildIdentifiers"]["_file"].to_list() == ["a.csv", "b.csv", "b.csv"]
    assert [(remark.code, remark.row) for remark in the_return.remarks] == [
        ("CSC115", None),
        ("CSC116", 1),
        ("CSC023", None),
    ]
    assert the_return.unplaced.select("row", "xml").rows() == [(2, "<Team>Red</Team>")]


def test_a_set_without_a_table_is_refused():
    with pytest.raises(Unusable) as raised:
        return_of(notes=b"a,b\n1,2\n", empty=b"")
    assert raised.value.remark.code == "CSC005"


def test_unplaced_csv_gives_back_empty_cells_and_keeps_the_rest():
    the_return = return_of(
        ChildIdentifiers=IDS + b"A1,,F\nA2,U2,F\n",
        unplaced=b"table,row,path,child,xml\n"
        b"ChildIdentifiers,0,Message/Children/Child/ChildIdentifiers/UPN,0,<UPN/>\n"
        b"ChildIdentifiers,1,Message/Children/Child/ChildIdentifiers/UPN,1,<UPN/>\n"
        b"ChildIdentifiers,9,Message/Children/Child/ChildIdentifiers/UPN,1,<UPN/>\n"
        b"Nothing,0,x,,<UPN/>\n"
        b",,Message,,word\n",
    )
    assert the_return.tables["ChildIdentifiers"]["UPN"].to_list() == ["", "U2"]
    assert the_return.unplaced["xml"].to_list() == ["<UPN/>", "word"]
    assert the_return.unplaced["line"].to_list() == [5, 6]
    assert the_return.remarks == []
