"""XML → tables → CSV → tables → XML → tables, and nothing is lost on the way."""

import io
import re
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from csc_returns.extracts.csv_reader import read_tables
from csc_returns.extracts.csv_writer import write_csv
from csc_returns.extracts.returns import NESTED_CHILD, Return, Unusable
from csc_returns.extracts.xml_reader import read_xml
from csc_returns.extracts.xml_writer import write_xml
from csc_returns.specification import whole_specification

CIN = whole_specification("cin")
HEADER = "<Header><CollectionDetails><Year>2026</Year></CollectionDetails><Source><LEA>330</LEA></Source></Header>"


def from_xml(xml):
    data = xml if isinstance(xml, bytes) else xml.encode()
    return read_xml("a.xml", lambda: io.BytesIO(data), CIN)


def message(*children, header=HEADER):
    return f"<Message>{header}<Children>{''.join(f'<Child>{child}</Child>' for child in children)}</Children></Message>"


def to_xml(the_return):
    file = io.BytesIO()
    write_xml(the_return, file)
    return file.getvalue()


def through_csv(the_return):
    with tempfile.TemporaryDirectory() as folder:
        files = [(path.name, lambda path=path: path.open("rb")) for path in write_csv(the_return, Path(folder))]
        return read_tables("folder", files, CIN)


def dense(the_return):
    """Tables and what was not placed, children numbered 0, 1, 2: a Child with nothing in it leaves no trace in tables."""
    used = {child for child in the_return.unplaced["child"] if child is not None}
    for frame in the_return.tables.values():
        used |= set(frame[NESTED_CHILD]) if NESTED_CHILD in frame.columns else set()
    number = {child: at for at, child in enumerate(sorted(used))}
    tables = {
        name: frame.with_columns(pl.Series(NESTED_CHILD, [number[child] for child in frame[NESTED_CHILD]], pl.Int64))
        if NESTED_CHILD in frame.columns
        else frame
        for name, frame in the_return.tables.items()
    }
    rows = the_return.unplaced.drop("line").rows()
    return tables, Counter((*row[:3], number.get(row[3]), row[4]) for row in rows)


def assert_same(one, other):
    tables, unplaced = dense(one)
    other_tables, other_unplaced = dense(other)
    assert set(tables) == set(other_tables)
    for name, frame in tables.items():
        assert frame.schema == other_tables[name].schema, name
        assert frame.equals(other_tables[name]), (name, frame, other_tables[name])
    assert unplaced == other_unplaced


def assert_lossless(xml):
    first = from_xml(xml)
    by_csv = through_csv(first)
    assert_same(first, by_csv)
    written = to_xml(by_csv)
    assert_same(first, from_xml(written))
    assert to_xml(first) == written
    return written.decode()


CHARACTERS = {
    "id": "<ChildIdentifiers><LAchildID>A1</LAchildID></ChildIdentifiers>",
    "nobody": "<ChildIdentifiers><UPN>U1</UPN></ChildIdentifiers><CINdetails><ReferralSource>1A</ReferralSource></CINdetails>",
}


@pytest.mark.parametrize(
    "child",
    [
        CHARACTERS["id"],
        CHARACTERS["id"] * 2,
        CHARACTERS["nobody"],
        "<ChildIdentifiers><LAchildID/></ChildIdentifiers><CINdetails/>",
        "<CINdetails><Assessments/></CINdetails>",
        "<Foo/>",
        "<ChildIdentifiers><LAchildID> A 1 </LAchildID><UPN/></ChildIdentifiers>",
        '<ChildIdentifiers><LAchildID>=1+"a";\n,&#13;\t&lt;&amp;é\U0001f600</LAchildID></ChildIdentifiers>',
        "<CINdetails><ReferralSource>1</ReferralSource><ReferralSource>2</ReferralSource></CINdetails>",
        "<CINdetails>one<ReferralSource>1</ReferralSource>two<Foo><Bar a='1'/></Foo>three</CINdetails>",
        "<CINdetails><ReferralSource>a<b>1</b>c<b/>d</ReferralSource></CINdetails>",
        "<CINdetails><CPPstartDate>2025-01-01</CPPstartDate></CINdetails><Foo/><x:Foo>1</x:Foo>",
        "<CINdetails id='1'/><CINdetails id='2'><ReferralSource q='\"'/></CINdetails>",
        "<ChildCharacteristics><Disabilities>none</Disabilities></ChildCharacteristics>",
        "<ChildCharacteristics><Disabilities><Disability>HEAR</Disability><Disability/></Disabilities></ChildCharacteristics>",
        "<CINdetails><ChildProtectionPlans><Reviews/></ChildProtectionPlans></CINdetails>",
        "<CINdetails><ChildProtectionPlans><Reviews><CPPreviewDate/></Reviews></ChildProtectionPlans></CINdetails>",
        "<CINdetails><ChildProtectionPlans><Reviews><CPPreviewDate>1</CPPreviewDate></Reviews><Reviews/>"
        "<Reviews>x<CPPreviewDate>2</CPPreviewDate><Foo/></Reviews></ChildProtectionPlans></CINdetails>",
        "<CINdetails><Assessments><FactorsIdentifiedAtAssessment><AssessmentFactors>2A</AssessmentFactors>"
        "<AssessmentFactors>3A</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments><Assessments/></CINdetails>",
    ],
)
def test_a_child_comes_back_as_it_was(child):
    assert_lossless(message(CHARACTERS["id"], child, CHARACTERS["nobody"]))


@pytest.mark.parametrize(
    "xml",
    [
        message(),
        message(CHARACTERS["id"], CHARACTERS["id"], CHARACTERS["nobody"], CHARACTERS["nobody"]),
        message(CHARACTERS["id"], header=""),
        message(CHARACTERS["id"], header="<Header/>"),
        message(
            CHARACTERS["id"],
            header="<Header><Source>word</Source><CollectionDetails a='1'><Foo/></CollectionDetails></Header>",
        ),
        message(CHARACTERS["id"], header=HEADER + "<Header/>"),
        message(CHARACTERS["id"], header=HEADER.replace("</Source>", "</Source><Source><LEA>331</LEA>word</Source>")),
        "<Message>a" + HEADER + "b<Children>c<Child><ChildIdentifiers/></Child>d<Foo/></Children>e<Bar/></Message>",
        "<Message>"
        + HEADER
        + "<Children><Child id='1'><CINdetails/></Child><Child id='2'><CINdetails/></Child></Children></Message>",
    ],
)
def test_a_return_comes_back_as_it_was(xml):
    assert_lossless(xml)


def test_the_xml_is_laid_out_in_the_order_of_the_specification():
    written = assert_lossless(
        message(
            "<CINdetails><ReferralNFA>0</ReferralNFA><Section47><S47ActualStartDate>2025-05-01</S47ActualStartDate></Section47>"
            "<CINreferralDate>2025-04-01</CINreferralDate></CINdetails>"
            "<ChildIdentifiers><Sex>F</Sex><LAchildID>A&amp;1</LAchildID></ChildIdentifiers>"
        )
    )
    assert written == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Message>\n"
        "  <Header>\n"
        "    <CollectionDetails>\n"
        "      <Year>2026</Year>\n"
        "    </CollectionDetails>\n"
        "    <Source>\n"
        "      <LEA>330</LEA>\n"
        "    </Source>\n"
        "  </Header>\n"
        "  <Children>\n"
        "    <Child>\n"
        "      <ChildIdentifiers>\n"
        "        <LAchildID>A&amp;1</LAchildID>\n"
        "        <Sex>F</Sex>\n"
        "      </ChildIdentifiers>\n"
        "      <CINdetails>\n"
        "        <CINreferralDate>2025-04-01</CINreferralDate>\n"
        "        <Section47>\n"
        "          <S47ActualStartDate>2025-05-01</S47ActualStartDate>\n"
        "        </Section47>\n"
        "        <ReferralNFA>0</ReferralNFA>\n"
        "      </CINdetails>\n"
        "    </Child>\n"
        "  </Children>\n"
        "</Message>\n"
    )


def paths(node, at=()):
    for element in node:
        yield (*at, element.tag)
        yield from paths(element, (*at, element.tag))


VALUES = st.one_of(
    st.none(),
    st.just(""),
    st.sampled_from(
        ["A1", "A2", "2025-04-01", "=1", "'", " ", " x", "a,b", 'a"b', "a\nb", "a\rb", "&<>", "é", "]]>", "#N/A"]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=4),
)
# Never on both sides of an element without a trace: texts are set apart by the elements between them.
ODD = st.sampled_from(
    ["<Foo>1</Foo>", "<Foo/>", "<UPN>9</UPN>", "<Assessments2><a>b</a></Assessments2>", "<!-- c -->", "<p:q r='s'/>"]
)


def xml_text(value):
    return (
        re.sub("[\ufffe\uffff]", "", value)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
    )


@st.composite
def elements(draw, node, orders):
    """An element of the specification's tree with everything that may go wrong in it."""
    parts = []
    for child in draw(st.permutations(orders[node])) if draw(st.booleans()) else orders[node]:
        times = (
            draw(st.sampled_from([0, 1, 1, 2]))
            if child.repeats or child.kind in {"wrapper", "item"}
            else draw(st.sampled_from([0, 1, 1]))
        )
        for _ in range(times):
            if child.kind in {"item", "listed"}:
                value = draw(VALUES)
                if value is not None:
                    attribute = " a='1'" if draw(st.integers(0, 30)) == 0 else ""
                    within = draw(ODD) if draw(st.integers(0, 30)) == 0 else ""
                    parts.append(f"<{child.name}{attribute}>{within}{xml_text(value)}</{child.name}>")
            else:
                parts.append(draw(elements(child, orders)))
    if draw(st.integers(0, 9)) == 0:
        parts.append(draw(ODD))
    # Of a text at the very end of a Child the reader does not say which child it stood in.
    last = len(parts) - 1 if node.new_child else len(parts)
    if last >= 0 and draw(st.integers(0, 9)) == 0:
        parts.insert(draw(st.integers(0, last)), "loose")
    return f"<{node.name}>{''.join(parts)}</{node.name}>"


def tree():
    from csc_returns.extracts.xml_tree import element_tree

    root = element_tree(CIN)
    orders = {}

    def visit(node):
        orders[node] = list(node.children.values())
        for child in orders[node]:
            visit(child)

    visit(root)
    return root, orders


@settings(max_examples=50, deadline=None)
@given(elements(*tree()))
def test_whatever_was_sent_comes_back(xml):
    try:
        from_xml(xml)
    except Unusable:
        return
    assert_lossless(xml)


CELLS = st.one_of(st.none(), st.just(""), st.text(st.characters(exclude_categories=("Cs",)), max_size=5))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_cells_come_back_from_csv_as_they_were(rows):
    rows = [[cell and re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", cell) for cell in row] for row in rows]
    columns = ["LAchildID", "UPN", "Sex"]
    frame = pl.DataFrame(
        {name: pl.Series(name, [row[at] for row in rows], pl.String) for at, name in enumerate(columns)}
        | {NESTED_CHILD: pl.Series(range(len(rows)), dtype=pl.Int64)}
    )
    back = through_csv(Return("a", "cin", "2025-26", None, {"ChildIdentifiers": frame}, {})).tables["ChildIdentifiers"]
    assert back.select(frame.columns).equals(frame)


def tables(**frames):
    typed = {}
    for name, columns in frames.items():
        typed[name] = pl.DataFrame(columns)
    return Return("a", "cin", "2025-26", None, typed, {})


def test_rows_are_linked_by_identifier_where_children_are_not_numbered():
    written = to_xml(
        tables(
            CINdetails={"LAchildID": ["B", "A", "A"], "CINdetailsID": [1, 2, 1], "ReferralSource": ["b", "a2", "a1"]},
            ChildIdentifiers={"LAchildID": ["B", "A", None], "Sex": ["F", "M", "U"]},
        )
    )
    assert re.findall(b"<(?:LAchildID|Sex|ReferralSource)>(.*?)<", written) == [
        b"B",
        b"F",
        b"b",
        b"A",
        b"M",
        b"a1",
        b"a2",
        b"U",
    ]


@pytest.mark.parametrize(
    ("frames", "row", "said"),
    [
        ({"CINdetails": {"LAchildID": ["A", "X"], "CINdetailsID": [1, 1]}}, 1, "row 2 of CINdetails"),
        (
            {"CINdetails": {"LAchildID": ["A", None], "CINdetailsID": [1, 1]}},
            1,
            "ChildIdentifiers has no row with its LAchildID",
        ),
        (
            {
                "CINdetails": {"LAchildID": ["A"], "CINdetailsID": [1]},
                "Section47": {
                    "LAchildID": ["A", "A"],
                    "CINdetailsID": [1, 3],
                    "S47ActualStartDate": ["2025-05-01"] * 2,
                },
            },
            1,
            r"row 2 of Section47 \(CINdetailsID 3\)",
        ),
        (
            {
                "CINdetails": {"LAchildID": ["A", "A"], "CINdetailsID": [1, 1]},
                "Section47": {"LAchildID": ["A"], "CINdetailsID": [1]},
            },
            0,
            "several rows",
        ),
        ({"Disabilities": {"LAchildID": ["A"], "Disability": ["HEAR"]}}, 0, "ChildCharacteristics"),
    ],
)
def test_a_row_without_a_row_above_it_is_refused(frames, row, said):
    file = io.BytesIO()
    with pytest.raises(Unusable, match=said) as raised:
        write_xml(tables(ChildIdentifiers={"LAchildID": ["A"]}, **frames), file)
    assert raised.value.remark.code == "CSC026"
    assert raised.value.remark.row == row
    assert file.getvalue() == b""


def test_a_row_that_names_another_child_than_its_number_is_refused():
    owner = {"LAchildID": ["A", "B"], "_child": [0, 1]}
    with pytest.raises(Unusable, match="row 1 of CINdetails"):
        to_xml(tables(ChildIdentifiers=owner, CINdetails={"LAchildID": ["B"], "CINdetailsID": [1], "_child": [0]}))


def test_surplus_cells_and_unknown_columns_go_into_the_xml():
    data = b"LAchildID,UPN,My team,Assessments\nA,U,red & <blue>,x,more\n"
    the_return = read_tables("f", [("ChildIdentifiers.csv", lambda: io.BytesIO(data))], CIN)
    root = etree.fromstring(to_xml(the_return))
    assert [(element.attrib.values(), element.text) for element in root.iter("column")] == [
        (["5"], "more"),
        (["My team"], "red & <blue>"),
        (["Assessments"], "x"),
    ]
    assert {path[-2] for path in paths(root) if path[-1] == "column"} == {"ChildIdentifiers"}


def test_what_someone_spoiled_in_unplaced_csv_is_written_as_text():
    the_return = from_xml(message(CHARACTERS["id"] + "<Foo/>"))
    the_return.unplaced = the_return.unplaced.with_columns(xml=pl.lit("<Foo></Child>&\x01"))
    assert "&lt;Foo&gt;&lt;/Child&gt;&amp;\ufffd" in to_xml(the_return).decode()


def test_tables_and_items_of_other_years_are_written_when_they_hold_something():
    the_return = from_xml(message("<ChildIdentifiers><GenderCurrent>1</GenderCurrent></ChildIdentifiers>"))
    the_return.year = "2025-26"
    with tempfile.TemporaryDirectory() as folder:
        names = {path.name for path in write_csv(the_return, Path(folder))}
        title = Path(folder, "ChildIdentifiers.csv").read_bytes().splitlines()[0].decode()
        assert Path(folder, "Section47.csv").read_bytes().count(b"\r\n") == 1
    assert "PreProceedings.csv" not in names
    assert "Section47.csv" in names
    assert title.split(",") == [
        *["LAchildID", "UPN", "FormerUPN", "UPNunknown", "PersonBirthDate", "ExpectedPersonBirthDate"],
        *["GenderCurrent", "Sex", "PersonDeathDate", "_child"],
    ]
