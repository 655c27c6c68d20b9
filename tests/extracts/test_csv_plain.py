"""A plain CSV file that is read by columns gives what is read row by row."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csc_returns.extracts import csv_table
from csc_returns.extracts.csv_plain import is_plain, plain_rows
from csc_returns.extracts.csv_table import read_table
from csc_returns.extracts.returns import Unusable
from csc_returns.specification import whole_specification

S903 = whole_specification("ssda903")
CIN = whole_specification("cin")


def outcome(data, *specifications):
    try:
        table = read_table("a.csv", io.BytesIO(data), *specifications)
    except Unusable as unusable:
        return unusable.remark
    return (
        table.name,
        table.values.to_dict(as_series=False),
        dict(table.values.schema),
        table.places.to_dict(as_series=False),
        table.remarks,
        table.unplaced.rows(),
    )


def assert_same(monkeypatch, data, *specifications):
    """By columns, if it is plain, and row by row."""
    by_columns = outcome(data, *specifications)
    with monkeypatch.context() as patch:
        patch.setattr(csv_table, "plain_rows", lambda *_: None)
        assert by_columns == outcome(data, *specifications)


CELLS = st.text(st.sampled_from('a\u00e9"\r\n,;\t <&\u0085\u2028'), max_size=4) | st.sampled_from(
    ["A1", "", "01/02/2025"]
)
QUOTED = st.sampled_from(["never", "always", "sometimes"])
TITLES = [
    "CHILD,DOB,REVIEW,REVIEW_CODE",
    "CHILD,Team,REVIEW,,REVIEW_CODE,<x>",
    '"CHILD","REVIEW"',
    "title\nCHILD,REVIEW",
]


@settings(max_examples=400)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6),
    st.sampled_from(TITLES),
    QUOTED,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
)
@example([["A1", "", "b", "c"]] * 3, TITLES[0], "always", "\r\n", "\ufeff", True)
@example([["", "", "", ""], ["A1", " ", "", "d"]], TITLES[0], "never", "\n", "", False)
def test_rows_of_any_make(rows, titles, quoted, end, mark, last_end):
    def cell(text, at):
        whole = quoted == "always" or (quoted == "sometimes" and at % 2)
        return '"' + text.replace('"', '""') + '"' if whole else text

    lines = [",".join(cell(text, at) for at, text in enumerate(row)) for row in rows]
    data = (mark + end.join([titles, *lines]) + (end if last_end else "")).encode()
    with pytest.MonkeyPatch.context() as patch:
        assert_same(patch, data, S903)


@settings(max_examples=300)
@given(
    st.lists(st.lists(st.text(st.sampled_from('a"<& \u00e9'), max_size=3), min_size=3, max_size=3), max_size=5), QUOTED
)
def test_rows_of_the_right_width(rows, quoted):
    def cell(text, at):
        text = text.replace('"', "")
        return f'"{text},"' if quoted == "always" or (quoted == "sometimes" and at % 2) else text

    lines = [",".join(cell(text, at) for at, text in enumerate(row)) for row in rows]
    data = "\n".join(["CHILD,Team & co,REVIEW", *lines]).encode()
    assert plain_rows(data.partition(b"\n")[2], 3, ",", 2) is not None
    with pytest.MonkeyPatch.context() as patch:
        assert_same(patch, data, S903, CIN)


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_any_bytes(data):
    with pytest.MonkeyPatch.context() as patch:
        assert_same(patch, b"CHILD,REVIEW,REVIEW_CODE\n" + data, S903)


@pytest.mark.parametrize(
    "data",
    [
        b"LAchildID,CINdetailsID,ReferralSource\nA,1,x\nA,2.0,x\nA,one,x\n",
        b"LAchildID;UPN;Sex\nA1;;F\n\n;;\n  \nA2;U,1;\n",
        b"LAchildID\tUPN\tSex\nA1\t\tF\nA2\tx",
        b"Collection,Year,ReferenceDate,LEA\n,,,\n",
        b"LAchildID,UPN,Sex\n",
        b"LAchildID,UPN,Sex\n\n\n",
    ],
)
def test_files_of_the_other_collection(monkeypatch, data):
    assert_same(monkeypatch, data, CIN)


@pytest.mark.parametrize("data", [b"a\rb", b"a\0b", b"\xff\xfea\0", b"a\xe9", "a\ufffe".encode()])
def test_what_is_not_plain(data):
    assert not is_plain(data)


@pytest.mark.parametrize("rows", [b"a,b\n", b'a,"b\nc",d\n', b'a,b"c,d\n', b'a,"b""c",d\n', b'a,"b,c\n', b'a,"b" ,c\n'])
def test_rows_that_are_not_plain(rows):
    assert plain_rows(rows, 3, ",", 2) is None


def test_plain_rows_are_read_by_columns():
    cells, lines = plain_rows(b'a,b,c\r\n\r\n"d","",f\r\n,,\r\n', 3, ",", 7)
    assert cells.columns == ["0", "1", "2"]
    assert [tuple(cell or None for cell in row) for row in cells.rows()] == [("a", "b", "c"), ("d", None, "f")]
    assert lines.to_list() == [7, 9]
