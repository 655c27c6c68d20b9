"""Returns of looked after children from XML to CSV and back, and what XML cannot carry."""

import io
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support.ssda903_files import FILES, HEADER, OC3, REVIEWS, UASC, XML, write_files

from csc_returns.extracts.csv_reader import read_tables
from csc_returns.extracts.csv_writer import write_csv
from csc_returns.extracts.read import read
from csc_returns.extracts.returns import NESTED_CHILD, Unusable
from csc_returns.extracts.xml_reader import read_xml
from csc_returns.extracts.xml_shared import as_in_xml, together
from csc_returns.extracts.xml_writer import write_xml
from csc_returns.specification import whole_specification

S903 = whole_specification("ssda903")


def from_xml(xml):
    return read_xml("a.xml", lambda: io.BytesIO(xml if isinstance(xml, bytes) else xml.encode()), S903)


def to_xml(found):
    file = io.BytesIO()
    write_xml(found, file)
    return file.getvalue().decode()


def from_folder(folder):
    files = [(path.name, lambda path=path: path.open("rb")) for path in sorted(folder.iterdir())]
    return read_tables(str(folder), files, S903)


def lost(found):
    return [(remark.code, remark.table, remark.row) for remark in together(found, S903)[1]]


def tables_of(found):
    return {
        name: frame.drop(NESTED_CHILD, strict=False).to_dict(as_series=False) for name, frame in found.tables.items()
    }


def assert_lossless(xml, folder):
    first = from_xml(xml)
    written = to_xml(first)
    assert tables_of(from_xml(written)) == tables_of(first)
    paths = write_csv(first, folder)
    assert {path.name for path in paths} - {"unplaced.csv"} == {
        f"{S903.tables[name].file}.csv" for name in first.tables
    }
    again = from_folder(folder)
    assert tables_of(again) == tables_of(first)
    assert to_xml(again) == written
    assert not lost(first) and not lost(again)
    return written


def test_xml_to_csv_and_back(tmp_path):
    written = assert_lossless(XML, tmp_path / "csv")
    titles = (tmp_path / "csv" / "episodes.csv").read_text().splitlines()[0]
    assert titles == ",".join(S903.tables["Episodes"].columns)
    # The order of the elements may be another one.
    sent, came = etree.fromstring(XML.encode()), etree.fromstring(written.encode())
    assert [sorted((e.tag, (e.text or "").strip()) for e in child.iter()) for child in sent] == [
        sorted((e.tag, (e.text or "").strip()) for e in child.iter()) for child in came
    ]


def test_the_elements_stand_in_the_order_of_the_schema(tmp_path):
    written = assert_lossless(XML, tmp_path / "csv")
    order = S903.tables["Header"].order
    for header in etree.fromstring(written.encode()).iter("HEADER"):
        places = [order.index(element.tag) for element in header]
        assert places == sorted(places)


ODD = {
    "items without their row": XML.replace("<UASC/>", "<UASC/><DUC>30/11/2026</DUC><DATE_MATCH/>"),
    "unknown elements": XML.replace("<UASC/>", "<UASC/><TEAM>Red</TEAM>").replace("<RNE>P", "<X><Y/></X><RNE>P"),
    "words between": XML.replace("<CHILD>", "some words<CHILD>").replace("</HEADER>", "more</HEADER>"),
    "elements outside": XML.replace("</EXPSSDA903>", "<FOO>1</FOO></EXPSSDA903>"),
    "one identifier for two": XML.replace("B2", "A1"),
    "no identifier": XML.replace("<CHILDID>A1</CHILDID>", ""),
    "an empty identifier": XML.replace("<CHILDID>A1</CHILDID>", "<CHILDID/>"),
    "spellings of one identifier": XML.replace("B2", " a1 "),
    "no header": re.sub(r"<HEADER>.*?</HEADER>", "", XML, count=1, flags=re.DOTALL),
    "two headers": XML.replace("</HEADER>", "</HEADER><HEADER><CHILDID>A1</CHILDID><UASC>0</UASC></HEADER>", 1),
    "an item twice": XML.replace("<ACTIV>F2</ACTIV>", "<ACTIV>F2</ACTIV><ACTIV>F4</ACTIV>"),
    "attributes": XML.replace("<HEADER>", '<HEADER a="b">').replace("<ACTIV>", '<ACTIV c="d">'),
    "markup in values": XML.replace("F2", "&lt;&amp;\u00e9").replace("us-ascii", "utf-8"),
    "no flag": XML.replace("<UASC/>", ""),
    "a flag of no": XML.replace("<UASC/>", "<UASC>0</UASC>"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_xml_to_csv_and_back(tmp_path, case):
    assert_lossless(ODD[case], tmp_path / "csv")


TAGS = sorted({match.group() for match in re.finditer(r"<(\w+)>[^<>]*</\1>|<\w+/>", XML)})


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(st.sampled_from(TAGS), st.sampled_from(["", "<DUC/>", "<ACTIV>x</ACTIV>", "<UASC>1</UASC>", "<Z/>"])),
        max_size=4,
    )
)
def test_any_change_of_elements_to_csv_and_back(tmp_path_factory, changes):
    xml = XML
    for old, new in changes:
        xml = xml.replace(old, new, 1)
    assert_lossless(xml, tmp_path_factory.mktemp("csv"))


def test_csv_to_xml_and_back(tmp_path):
    (first,) = read(str(write_files(tmp_path / "2025-26")))
    assert not lost(first)
    written = to_xml(first)
    again = from_xml(written)
    for name, frame in first.tables.items():
        rows = again.tables[name].select(frame.columns)
        assert rows.sort(frame.columns).equals(frame.sort(frame.columns)), name
    assert again.tables["Header"]["UASC"].to_list() == ["1", "0"]
    assert "<UASC>1</UASC>" in written


def test_the_files_of_a_return_from_csv_have_the_columns_of_the_specification(tmp_path):
    (first,) = read(str(write_files(tmp_path / "2025-26")))
    for path in write_csv(first, tmp_path / "csv"):
        assert path.read_bytes().replace(b"\r\n", b"\n") == FILES[path.stem].encode(), path


def returned(tmp_path, **files):
    (found,) = read(str(write_files(tmp_path / "2025-26", files)))
    return found


def test_what_xml_has_no_place_for_is_said(tmp_path):
    workers = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\nA1,14/05/2010,SW1,01/05/2025,,MANAGE\n"
    found = returned(
        tmp_path,
        header=HEADER,
        sw=workers,
        oc3=OC3 + "b2 ,30/11/2008,NO,F4,B2\nA1,14/05/2010,,F4,B2\n",
        reviews=REVIEWS.replace("B2,30/11/2008", "b2,01/12/2008"),
    )
    said = together(found, S903)[1]
    assert {(remark.code, remark.table, remark.row) for remark in said} == {
        ("CSC028", "SWEpisodes", 0),
        ("CSC028", "OC3", 1),
        ("CSC028", "OC3", 2),
        ("CSC028", "Reviews", 1),
    }
    assert all(remark.file and remark.line for remark in said)
    again = from_xml(to_xml(found))
    assert again.tables["OC3"].select("CHILD", "IN_TOUCH").rows() == [("B2", "YES")]
    assert again.tables["Reviews"].height == 3
    assert "<ACTIV>F4</ACTIV>" in to_xml(found)  # of the row that only IN_TOUCH would show


def test_without_the_table_of_asylum_seekers_nothing_is_said_of_them(tmp_path):
    assert "UASC" not in to_xml(returned(tmp_path, header=HEADER, reviews=REVIEWS))


@pytest.mark.parametrize(
    ("files", "table"),
    [
        ({"uasc": UASC}, "UASC"),
        ({"header": HEADER, "oc3": OC3.replace("B2", "C3")}, "OC3"),
        ({"header": HEADER, "reviews": REVIEWS.replace("B2", "C3")}, "Reviews"),
        ({"header": HEADER, "reviews": REVIEWS.replace("B2", "")}, "Reviews"),
    ],
)
def test_a_row_of_no_child_in_the_header_is_refused(tmp_path, files, table):
    found = returned(tmp_path, **files)
    file = io.BytesIO()
    with pytest.raises(Unusable) as raised:
        write_xml(found, file)
    assert (raised.value.remark.code, raised.value.remark.table) == ("CSC026", table)
    assert raised.value.remark.line
    assert not file.getvalue()


def test_extra_columns_of_tables_that_share_an_element_go_with_it(tmp_path):
    text = "\n".join(line + extra for line, extra in zip(OC3.splitlines(), [",TEAM", ",Red"], strict=True))
    found = returned(tmp_path, header=HEADER, oc3=text)
    again = from_xml(to_xml(found))
    assert again.unplaced.select("table", "row", "xml").rows() == [("Header", 1, "<TEAM>Red</TEAM>")]


def test_the_other_collection_is_left_as_it_is():
    census = whole_specification("cin")
    assert as_in_xml(census) is census


def test_every_item_has_one_place_in_xml():
    joined = as_in_xml(S903)
    assert set(joined.tables) == {"Header", "Episodes", "Reviews", "OC2", "PlacedAdoption", "PrevPerm", "Missing"}
    paths = [(*table.path, *item.path) for table in joined.tables.values() for item in table.items.values()]
    assert len(paths) == len(set(paths))
    assert list(joined.tables["Header"].items)[-1] == "LS_ADOPTR"
    assert pl.Series(joined.tables["Header"].order).is_in([path[-1] for path in paths]).sum() == len(
        joined.tables["Header"].items
    )
