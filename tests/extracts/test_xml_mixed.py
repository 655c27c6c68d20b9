"""Reading in pieces and by columns gives what one pass of the parser over the whole file gives, wherever the cuts fall."""

import io
import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from test_hostile_input import GOOD, HARMFUL, NOT_A_RETURN, NOT_WELL_FORMED, READABLE

from csc_returns.extracts import xml_mixed, xml_pieces
from csc_returns.extracts.returns import Return, Unusable
from csc_returns.extracts.xml_columns import ColumnReader, Unsuited
from csc_returns.extracts.xml_pass import XmlPass
from csc_returns.extracts.xml_pieces import can_cut, end_of, pieces
from csc_returns.extracts.xml_reader import read_xml
from csc_returns.sample import write_sample
from csc_returns.specification import whole_specification

CIN = whole_specification("cin")
CLA = whole_specification("ssda903")
ONE_PASS = 1 << 60
SIZES = [1, 900, 1 << 20]


@contextmanager
def sizes(smallest, piece, far=1 << 19):
    """Files from ``smallest`` bytes on are cut, into pieces of ``piece`` bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_mixed, "SMALLEST", smallest)
        patch.setattr(xml_pieces, "PIECE", piece)
        patch.setattr(xml_pieces, "_FAR", far)
        yield


def sample(children, mistakes, seed=1):
    file = io.BytesIO()
    write_sample(file, collection="cin", year="2025-26", children=children, seed=seed, mistakes=mistakes)
    return file.getvalue()


def read(data, specification=CIN):
    try:
        return read_xml("a.xml", lambda: io.BytesIO(data), specification)
    except Unusable as unusable:
        return unusable.remark


def assert_same(data, piece, far=1 << 19, specification=CIN):
    """Read in one pass and in pieces: the same tables, places and remarks, and the same left over."""
    with sizes(ONE_PASS, piece):
        right = read(data, specification)
    with sizes(1, piece, far):
        found = read(data, specification)
    if not isinstance(right, Return):
        assert found == right
        return
    assert isinstance(found, Return), found
    for name, frame in right.tables.items():
        assert_frame_equal(found.tables[name], frame)
        assert_frame_equal(found.places[name], right.places[name])
    assert found.remarks == right.remarks
    assert_frame_equal(found.unplaced, right.unplaced)
    assert list(found.tables) == list(right.tables)


# -- samples, and other ways to write the same -----------------------------------------------------------------------------

WAYS = {
    "as written": lambda data: data,
    "Windows line ends": lambda data: data.replace(b"\n", b"\r\n"),
    "line ends of old": lambda data: data.replace(b"\n", b"\r"),
    "line ends of all kinds": lambda data: data.replace(b"\n    ", b"\r\n\r    ").replace(b">\n", b">\n\r\n"),
    "one line": lambda data: re.sub(rb">\s+<", b"><", data),
    "tabs": lambda data: data.replace(b"  ", b"\t"),
    "letters of two, three and four bytes": lambda data: data.replace(b">INV", ">Zo\u00eb \u20ac\U0001f600".encode()),
    "letters in one line": lambda data: re.sub(rb">\s+<", b"><", data).replace(b">INV", ">Zo\u00eb\U0001f600".encode()),
    "Windows-1252": lambda data: data.replace(b"UTF-8", b"windows-1252").replace(
        b">INV", ">\u20ac \u00e9".encode("cp1252")
    ),
    "blanks in tags": lambda data: data.replace(b"Sex>", b"Sex >").replace(b"<Child>", b"<Child  >", 3),
    "values in lines of their own": lambda data: re.sub(rb"<(Sex|LAchildID)>(\w+)<", rb"<\1>\n   \2\n <", data),
    "empty elements in every child": lambda data: data.replace(
        b"<Sex>", b"<FormerUPN/>\n<ExpectedPersonBirthDate></ExpectedPersonBirthDate><Sex>"
    ),
    "another spelling in every child": lambda data: data.replace(b"CINdetails", b"CINDetails").replace(
        b"Sex>", b"SEX>"
    ),
    "two spellings": lambda data: data.replace(b"<CINdetails", b"<CINDetails").replace(
        b"</CINdetails", b"</CINDetails", 3
    ),
    "small letters in the root": lambda data: data.replace(b"Message>", b"message>").replace(
        b"Children>", b"children>"
    ),
    "two blocks of children": lambda data: data.replace(b"</Child>", b"</Child></Children><Children>", 4),
    "two blocks of children in two spellings": lambda data: data.replace(
        b"</Child>", b"</Child></Children><children>", 1
    ).replace(b"</Children>\n", b"</children>\n"),
    "a comment before each child": lambda data: data.replace(b"<Child>", b"<!-- <Child> --><Child>"),
    "a child in a comment": lambda data: data.replace(b"<Child>", b"<!--<Child>", 3).replace(
        b"</Child>", b"</Child>-->", 3
    ),
    "a comment that goes on": lambda data: data.replace(b"</Child>", b"<!--</Child>", 2),
    "a child in a child": lambda data: data.replace(b"<ChildIdentifiers>", b"<Child><ChildIdentifiers>", 2),
    "an attribute on each child": lambda data: data.replace(b"<Child>", b'<Child id="1">', 3),
    "text after a child": lambda data: data.replace(b"</Child>", b"</Child> stray", 5),
    "entities": lambda data: data.replace(b">N", b">&#78;&amp;", 9),
    "CDATA": lambda data: data.replace(b">INV", b"><![CDATA[<Child>]]>INV", 5),
    "brackets": lambda data: data.replace(b">INV", b">]]>INV", 5),
    "no values": lambda data: re.sub(rb">\w+<", b"><", data),
    "cut": lambda data: data[: len(data) * 2 // 3],
    "cut behind a child": lambda data: data[: data.rindex(b"</Child>") + 8],
    "cut before a child": lambda data: data[: data.rindex(b"<Child>")],
    "bytes that do not fit": lambda data: data[:-3000] + b"\xe9" + data[-3000:],
    "a control character": lambda data: data[:-3000] + b"\x02" + data[-3000:],
    "no character": lambda data: data[:-3000] + b"\xef\xbf\xbf" + data[-3000:],
    "a mark": lambda data: b"\xef\xbb\xbf" + data,
    "a doctype": lambda data: data.replace(b"<Message>", b"<!DOCTYPE Message><Message>", 1),
    "children in the header": lambda data: data.replace(b"</Header>", b"<Child></Child></Header>", 1),
}


@pytest.mark.parametrize("piece", SIZES)
@pytest.mark.parametrize("way", WAYS)
def test_a_sample_written_in_many_ways(way, piece):
    assert_same(WAYS[way](sample(12, 0.3)), piece)


@pytest.mark.parametrize("mistakes", [0.0, 0.1, 1.0])
def test_samples(mistakes):
    for seed in range(3):
        assert_same(sample(60, mistakes, seed), 20_000)


def test_a_long_time_without_a_child():
    data = sample(12, 0.1)
    assert_same(data, 500, far=1)
    assert_same(data.replace(b"</Child>", b"<!--" + b"\r\n" * 3_000 + b"--></Child>", 5), 500, far=4_000)


# -- the hostile inputs of the other tests -------------------------------------------------------------------------------------

HOSTILE = {
    **{case: data for case, (data, *_) in NOT_A_RETURN.items()},
    **{case: data for case, (data, *_) in READABLE.items()},
    **{case: GOOD.replace(old, new, 1).encode() for case, (old, new, *_) in NOT_WELL_FORMED.items()},
    **{case: GOOD.replace("<Message>", f"{doctype}\n<Message>").encode() for case, doctype in HARMFUL.items()},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_inputs(case):
    data = HOSTILE[case]
    assert_same(data if isinstance(data, bytes) else data.encode(), 1)


# -- mutations ---------------------------------------------------------------------------------------------------------------


def looked_after(children, start="  ", end="\n"):
    """Children looked after, the root being what holds the children."""
    lines = ["<EXPSSDA903>"]
    for child in range(children):
        lines += [
            "<CHILD>",
            "<HEADER>",
            f"<CHILDID>C{child}</CHILDID>",
            "<SEX>M</SEX>",
            "<DOB>21/05/2021</DOB>",
            "<UASC>0</UASC>",
        ]
        for review in range(child % 3):
            lines += [
                "<AREVIEW>",
                f"<REVIEW>0{review + 1}/08/2025</REVIEW>",
                "<REVIEW_CODE>PN3</REVIEW_CODE>",
                "</AREVIEW>",
            ]
        if child % 4:
            lines += ["<OC2>", "<SDQ_SCORE>10</SDQ_SCORE>", "<TEETH_CHECK>1</TEETH_CHECK>", "</OC2>"]
        lines.append("</HEADER>")
        for episode in range(child % 4 + 1):
            lines += [
                "<EPISODE>",
                f"<DECOM>0{episode + 1}/12/2024</DECOM>",
                "<RNE>S</RNE>",
                "<LS>C2</LS>",
                "</EPISODE>",
            ]
        lines.append("</CHILD>")
    return "".join(f"{start}{line}{end}" for line in [*lines, "</EXPSSDA903>"]).encode()


@pytest.mark.parametrize("piece", SIZES)
def test_children_directly_below_the_root(piece):
    for data in (
        looked_after(20),
        looked_after(20, "", ""),
        looked_after(20)[:-400],
        looked_after(20).replace(b"SEX", b"Sex"),
    ):
        assert_same(data, piece, specification=CLA)
    assert shares(looked_after(20), piece, specification=CLA) == [1, 20]


BASES = [
    (GOOD.encode(), CIN),
    (sample(7, 0.0), CIN),
    (sample(7, 0.6), CIN),
    (re.sub(rb">\s+<", b"><", sample(7, 0.3)), CIN),
    (sample(7, 1.0).replace(b"\n", b"\r\n"), CIN),
    (looked_after(9), CLA),
    (looked_after(9, "", ""), CLA),
]
THINGS = [
    *[
        b"<",
        b">",
        b"/",
        b"&",
        b"]]>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<?x ?>",
        b"\r",
        b"\n",
        b"\xc3\xa9",
        b"\xc3",
        b"\0",
        b" x ",
    ],
    *[
        b"<Child>",
        b"</Child>",
        b"<child>",
        b"<Child/>",
        b"</Children>",
        b"<Children>",
        b"</Message>",
        b"<Child>\n</Child>",
    ],
    *[
        b"<CINdetails>",
        b"</CINdetails>",
        b"<CINDetails>",
        b"<CINdetails/>",
        b"<Sex/>",
        b"<Sex>",
        b"</Sex>",
        b"<Sex></SEX>",
    ],
    *[
        b"<DateOfInitialCPC>x</DateOfInitialCPC>",
        b"<Disability/>",
        b"<Disabilities></Disabilities>",
        b"<Disabilities/>",
    ],
    *[b"<Reviews><CPPreviewDate/></Reviews>", b"<ChildIdentifiers></ChildIdentifiers>", b"<Assessments></Assessments>"],
    *[b"<CHILD>", b"</CHILD>", b"<EPISODE>", b"</EPISODE>", b"<HEADER></HEADER>", b"<OC2/>", b"<AREVIEW></AREVIEW>"],
    *[b"<LAchildID>A</LAchildID>", b"<UPN> </UPN>", b"<Section47><DateOfInitialCPC/></Section47>", b"<x:Sex>M</x:Sex>"],
]


@st.composite
def mutated(draw):
    data, specification = draw(st.sampled_from(BASES))
    for _ in range(draw(st.integers(1, 4))):
        tags = [found.start() for found in re.finditer(rb"<", data)] or [0]
        at = draw(st.one_of(st.sampled_from(tags), st.integers(0, len(data))))
        end = draw(st.one_of(st.sampled_from(tags), st.integers(at, min(at + 40, len(data)))))
        what = draw(st.sampled_from(["insert", "insert", "delete", "duplicate", "move", "cut"]))
        if what == "insert":
            data = data[:at] + draw(st.sampled_from(THINGS)) + data[at:]
        elif what == "delete":
            data = data[:at] + data[max(at, end) :]
        elif what == "duplicate":
            data = data[:at] + data[at : max(at, end)] * 2 + data[max(at, end) :]
        elif what == "move":
            data = data[:at] + data[max(at, end) :] + data[at : max(at, end)]
        else:
            data = data[: max(at, end)]
    return data, specification


@given(mutated(), st.sampled_from([1, 1_500, 1 << 20]))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@example(BASES[1], 1)
def test_mutations(mutation, piece):
    data, specification = mutation
    assert_same(data, piece, specification=specification)


# -- what is read by columns ---------------------------------------------------------------------------------------------------


def shares(data, piece, specification=CIN):
    """Children that are read by the parser, and all."""
    seen = []

    class Watched(ColumnReader):
        def read(self, text, line, column):
            found = super().read(text, line, column)
            seen.append((found.odd.len(), found.begins.height))
            return found

    with sizes(1, piece), pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_mixed, "ColumnReader", Watched)
        assert isinstance(read(data, specification), Return)
    return [sum(column) for column in zip(*seen, strict=True)] if seen else [0, 0]


PLAIN = [
    "as written",
    "Windows line ends",
    "line ends of old",
    "one line",
    "tabs",
    "Windows-1252",
    "values in lines of their own",
]


@pytest.mark.parametrize("way", PLAIN)
def test_all_children_of_a_clean_return_but_the_last_are_read_by_columns(way):
    assert shares(WAYS[way](sample(40, 0.0)), 10_000) == [1, 40]


def test_what_is_the_same_in_all_children_is_read_by_columns():
    for way in ("empty elements in every child", "another spelling in every child"):
        odd, children = shares(WAYS[way](sample(40, 0.0)), 1 << 20)
        assert children == 40
        assert 2 <= odd <= 4, way  # the first and the last, and few that have the element already


def test_few_children_of_a_return_with_mistakes_are_read_by_the_parser():
    odd, children = shares(sample(300, 0.1), 1 << 20)
    assert children == 300
    assert 0 < odd < 60


def test_small_files_are_read_in_one_pass():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_mixed, "pieces", None)
        assert isinstance(read(sample(20, 0.1)), Return)


# -- cutting -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 5, 64, 100_000])
@pytest.mark.parametrize("way", ["as written", "one line", "letters in one line", "line ends of all kinds"])
def test_pieces_are_all_of_the_file_and_begin_at_a_tag(way, chunk):
    data = WAYS[way](sample(9, 0.2))
    data = data[data.index(b"<Child>") :]
    with sizes(1, 2_000):
        found = list(
            pieces(data[:50], iter([data[at : at + chunk] for at in range(50, len(data), chunk)]), b"<Child>", 7, 3)
        )
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert b"".join(piece.data for piece in found) == text
    assert len(found) > 3
    assert [piece.last for piece in found] == [False] * (len(found) - 1) + [True]
    before = b""
    for piece in found:
        assert piece.data.startswith(b"<Child>")
        lines = before.decode().split("\n")
        assert (piece.line, piece.column) == (6 + len(lines), len(lines[-1]) + (1 if len(lines) > 1 else 3))
        before += piece.data


def test_the_end_of_letters():
    assert end_of("a\u00e9\U0001f600".encode(), 2, 5) == (2, 8)
    assert end_of("a\n\u20ac".encode(), 2, 5) == (3, 2)


def test_encodings_that_can_be_cut():
    assert [can_cut(name) for name in ("utf-8", "UTF_8", "cp1252", "latin-1", "ascii", "utf-16-le", "gb18030")] == [
        True
    ] * 5 + [False] * 2


def test_a_collection_with_rows_that_only_the_pass_can_number_is_read_by_the_pass():
    table = replace(CIN.tables["CINplanDates"], keys=("LAchildID", "CPPID"))
    unsuited = replace(CIN, tables=CIN.tables | {"CINplanDates": table})
    ColumnReader(XmlPass("a.xml", CIN))
    with pytest.raises(Unsuited):
        ColumnReader(XmlPass("a.xml", unsuited))
    data = sample(9, 0.3)
    assert_same(data, 1, specification=unsuited)
    assert shares(data, 1, specification=unsuited) == [0, 0]
