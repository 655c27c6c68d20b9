"""Elements → rows, exact places, and nothing lost, in whatever shape a supplier writes the XML."""

import io
import itertools
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csc_returns as cr
from csc_returns.extracts import xml_pass
from csc_returns.extracts.returns import NESTED_CHILD, ROW_FILE, ROW_PLACE
from csc_returns.extracts.xml_reader import read_xml
from csc_returns.specification import whole_specification

CIN = whole_specification("cin")
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate>"
    "</CollectionDetails><Source><LEA>330</LEA></Source></Header>"
)
IDENTIFIERS = "<ChildIdentifiers><LAchildID>A1</LAchildID></ChildIdentifiers>"


def read(xml):
    data = xml if isinstance(xml, bytes) else xml.encode()
    return read_xml("a.xml", lambda: io.BytesIO(data), CIN)


def message(*children, header=HEADER):
    return f"<Message>{header}<Children>{''.join(f'<Child>{child}</Child>' for child in children)}</Children></Message>"


def episode(inside):
    return message(f"{IDENTIFIERS}<CINdetails>{inside}</CINdetails>")


def plan(inside):
    return episode(f"<ChildProtectionPlans>{inside}</ChildProtectionPlans>")


def codes(found):
    return [remark.code for remark in found.remarks]


def said(found, code):
    """Lines and columns of the remarks of a code."""
    return [(remark.line, remark.column) for remark in found.remarks if remark.code == code]


def words(found, code):
    return [remark.message for remark in found.remarks if remark.code == code]


def kept(found):
    return found.unplaced.select("path", "xml").rows()


def place(found, table, row, field=ROW_PLACE):
    packed = found.places[table][field][row]
    return packed >> 32, packed & 0xFFFFFFFF


def all_places(xml, tag):
    """Line and column, from 1, of every ``<tag`` in a text: counted in another way than by the reader."""
    return [
        (number, found.start() + 1)
        for number, line in enumerate(re.split("\r\n|\r|\n", xml), start=1)
        for found in re.finditer(f"<{tag}[ />]", line)
    ]


def assert_exact(found, xml):
    """Every row and every cell stands where the text says."""
    lines = re.split("\r\n|\r|\n", xml)
    for name, table in CIN.tables.items():
        frame = found.tables[name]
        rows = [place(found, name, row) for row in range(frame.height)]
        assert sorted(rows) == all_places(xml, table.row_element or table.element), name
        for item in table.items.values():
            cells = [
                place(found, name, row, item.name) for row in range(frame.height) if frame[item.name][row] is not None
            ]
            texts = [lines[line - 1][column - 1 :] for line, column in cells]
            values = frame[item.name].drop_nulls().to_list()
            assert all(text.startswith(f"<{item.element}>{value}") for text, value in zip(texts, values, strict=True))
            assert len(set(cells)) == len(cells)


# -- places ----------------------------------------------------------------------------------------------------------------

PIECES = [
    "<ChildIdentifiers>",
    "<LAchildID>\u00e9\u00e8\u00ea</LAchildID><PersonBirthDate>2010-01-01</PersonBirthDate>",
    "</ChildIdentifiers>",
    "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity>",
    "<Disabilities><Disability>HAND</Disability> <Disability>VIS</Disability></Disabilities></ChildCharacteristics>",
    "<CINdetails>",
    "<!-- \u20ac -->  <CINreferralDate>2025-05-17</CINreferralDate>",
    "<Assessments><AssessmentActualStartDate>2025-06-01</AssessmentActualStartDate>",
    "<FactorsIdentifiedAtAssessment><AssessmentFactors>2B</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>",
    "<Section47>",
    "<S47ActualStartDate>2025-06-01</S47ActualStartDate>",
    "</Section47><Section47><ICPCnotRequired>1</ICPCnotRequired></Section47>",
    "<ChildProtectionPlans><CPPstartDate>2025-06-01</CPPstartDate><Reviews><CPPreviewDate>2025-07-01</CPPreviewDate>",
    "<CPPreviewDate>2025-08-01</CPPreviewDate></Reviews></ChildProtectionPlans>",
    "</CINdetails>",
]


def pretty(children, newline, indent="    "):
    child = ["<Child>", *(indent + piece for piece in PIECES), "</Child>"]
    return newline.join(["<Message>", HEADER, "<Children>", *child * children, "</Children>", "</Message>", ""])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", ""], ids=["LF", "CRLF", "CR", "none"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_lines_and_columns_are_exact(newline, encoding):
    xml = '<?xml version="1.0"?>' + newline + pretty(3, newline)
    found = read(xml.encode(encoding))
    assert not found.remarks
    assert found.tables["Section47"].height == 6
    assert_exact(found, xml)


def test_lines_and_columns_are_exact_where_bytes_do_not_fit():
    xml = pretty(3, "\n").replace("\u20ac", "\u00a4")
    found = read(xml.encode("latin-1"))
    assert codes(found) == ["CSC011"]
    assert said(found, "CSC011") == [(6, 1)]
    assert_exact(found, xml)


def test_lines_past_65535_are_exact():
    xml = pretty(4_200, "\n")
    found = read(xml)
    assert place(found, "Reviews", 8_399)[0] > 71_000
    assert [place(found, "CINdetails", row) for row in range(4_200)] == all_places(xml, "CINdetails")
    assert [place(found, "Reviews", row, "CPPreviewDate") for row in range(8_400)] == all_places(xml, "CPPreviewDate")


def test_line_breaks_at_the_borders_of_chunks():
    xml = "<Message>" + "\r\n" * 70_000 + HEADER + message("<CINdetails/>" * 3, header="").removeprefix("<Message>")
    for shift in range(2):
        found = read(" " * shift + xml)
        assert {place(found, "CINdetails", row)[0] for row in range(3)} == {70_001}


def test_columns_without_line_breaks():
    xml = pretty(4_000, "", indent="")
    assert "\n" not in xml
    found = read(xml)
    expected = [(1, at.start() + 1) for at in re.finditer("<CINdetails>", xml)]
    assert [place(found, "CINdetails", row) for row in range(4_000)] == expected
    assert expected[-1][1] > 1_000_000


def test_batches_make_no_difference(monkeypatch):
    xml = pretty(7, "\n")
    cut = xml[: xml.rindex("</CINdetails>")]
    whole, broken = read(xml), read(cut)
    monkeypatch.setattr(xml_pass, "_BATCH", 2)
    for one, other in ((whole, read(xml)), (broken, read(cut))):
        for name in CIN.tables:
            assert one.tables[name].equals(other.tables[name])
            assert one.places[name].equals(other.places[name])
    assert whole.tables["Section47"].height == 14
    assert broken.tables["Section47"].equals(whole.tables["Section47"][:12])


def test_findings_stand_at_the_cell_or_where_it_is_absent_at_the_row(tmp_path):
    path = tmp_path / "a.xml"
    start = "<CPPstartDate>2025-06-01</CPPstartDate>"
    path.write_text(pretty(1, "\n").replace("2025-05-17", "2025-02-30").replace(start, ""), encoding="utf-8")
    findings = cr.validate(path).findings
    unreadable = findings.filter(pl.col("rule") == "CSC203")
    assert unreadable.select("value", "line", "column", "file").rows() == [("2025-02-30", 11, 17, str(path))]
    blank = findings.filter((pl.col("field") == "CPPstartDate") & pl.col("value").is_null())
    assert set(blank.select("line", "column").rows()) == {(17, 5)}


def test_every_row_knows_its_file():
    found = read(pretty(1, "\n"))
    assert {file for places in found.places.values() for file in places[ROW_FILE]} == {"a.xml"}


# -- order and shape --------------------------------------------------------------------------------------------------------


def test_the_order_of_elements_does_not_matter():
    characteristics = "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>"
    details = "<CINdetails><ReferralNFA>0</ReferralNFA><CINreferralDate>2025-05-17</CINreferralDate></CINdetails>"
    expected = read(message(IDENTIFIERS + characteristics + details))
    assert expected.tables["CINdetails"]["LAchildID"].to_list() == ["A1"]
    for order in itertools.permutations([IDENTIFIERS, characteristics, details]):
        found = read(message("".join(order)))
        assert not found.remarks
        for name in CIN.tables:
            assert found.tables[name].equals(expected.tables[name]), name


def test_the_header_may_come_last():
    found = read(f"<Message><Children><Child>{IDENTIFIERS}</Child></Children>{HEADER}</Message>")
    assert found.local_authority == "330"
    assert found.tables["ChildIdentifiers"].height == 1
    assert set(codes(found)) == {"CSC111"}


REVIEWS = {
    "one block, many dates": (
        "<Reviews><CPPreviewDate>1</CPPreviewDate><CPPreviewDate>2</CPPreviewDate></Reviews>",
        ["1", "2"],
    ),
    "many blocks, one date each": (
        "<Reviews><CPPreviewDate>1</CPPreviewDate></Reviews><Reviews><CPPreviewDate>2</CPPreviewDate></Reviews>",
        ["1", "2"],
    ),
    "an empty block": ("<Reviews/>", [None]),
    "a block of white space": ("<Reviews>\n  </Reviews>", [None]),
    "an empty date": ("<Reviews><CPPreviewDate/></Reviews>", [""]),
    "an empty date in two tags": ("<Reviews><CPPreviewDate></CPPreviewDate></Reviews>", [""]),
    "an empty block and a full one": ("<Reviews/><Reviews><CPPreviewDate>1</CPPreviewDate></Reviews>", [None, "1"]),
    "no block": ("", []),
}


@pytest.mark.parametrize("case", REVIEWS)
def test_shapes_of_reviews(case):
    xml, dates = REVIEWS[case]
    found = read(plan(f"<CPPstartDate>2025-06-01</CPPstartDate>{xml}"))
    reviews = found.tables["Reviews"]
    assert reviews["CPPreviewDate"].to_list() == dates
    assert reviews.select("LAchildID", "CINdetailsID", "CPPID").rows() == [("A1", 1, 1)] * len(dates)
    assert codes(found).count("CSC109") == (xml.count("<Reviews") > 1)
    assert codes(found).count("CSC105") == (None in dates or "" in dates)
    assert kept(found) == []


def test_an_empty_list_that_may_be_empty_is_no_row():
    found = read(message(f"{IDENTIFIERS}<ChildCharacteristics><Disabilities/></ChildCharacteristics>"))
    assert found.tables["Disabilities"].height == 0
    assert codes(found).count("CSC105") == 1


def test_running_numbers_restart():
    plans = "<ChildProtectionPlans><Reviews><CPPreviewDate>1</CPPreviewDate></Reviews></ChildProtectionPlans>"
    details = f"<CINdetails><Assessments/><Assessments/>{plans}{plans}<Section47/></CINdetails>"
    tables = read(message(IDENTIFIERS + details + details, IDENTIFIERS.replace("A1", "B2") + details)).tables
    assert tables["CINdetails"].select("LAchildID", "CINdetailsID").rows() == [("A1", 1), ("A1", 2), ("B2", 1)]
    numbers = [("A1", 1, 1), ("A1", 1, 2), ("A1", 2, 1), ("A1", 2, 2), ("B2", 1, 1), ("B2", 1, 2)]
    assert tables["Assessments"].select("LAchildID", "CINdetailsID", "AssessmentID").rows() == numbers
    assert tables["ChildProtectionPlans"].select("LAchildID", "CINdetailsID", "CPPID").rows() == numbers
    assert tables["Reviews"].select("LAchildID", "CINdetailsID", "CPPID").rows() == numbers
    assert tables["Section47"].select("LAchildID", "CINdetailsID").rows() == [("A1", 1), ("A1", 2), ("B2", 1)]
    assert tables["Section47"][NESTED_CHILD].to_list() == [0, 0, 1]


def test_children_without_identifiers_are_not_mixed(tmp_path):
    details = "<CINdetails><CINreferralDate>2025-05-17</CINreferralDate><ReferralNFA>0</ReferralNFA></CINdetails>"
    blank = "<ChildIdentifiers><LAchildID/></ChildIdentifiers>"
    spaces = "<ChildIdentifiers><LAchildID>  </LAchildID></ChildIdentifiers>"
    nameless = message(details, details, blank + details, spaces + details)
    found = read(nameless).tables["CINdetails"]
    assert found["LAchildID"].to_list() == [None, None, "", "  "]
    assert found[NESTED_CHILD].to_list() == [0, 1, 2, 3]
    path = tmp_path / "a.xml"
    path.write_text(message(IDENTIFIERS + details * 2))
    episodes = {"8820", "8816", "8890", "8896"} & set(cr.validate(path).findings["rule"])
    assert episodes, "two open episodes of one child are found"
    path.write_text(nameless)
    assert not episodes & set(cr.validate(path).findings["rule"])


# -- nothing is lost ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", sorted(CIN.variants))
def test_variants_of_spelling_are_read(other):
    right = CIN.variants[other]
    xml = message(
        f"{IDENTIFIERS}<CINdetails><CINreferralDate>1</CINreferralDate><CINclosureDate>2</CINclosureDate>"
        "<DateOfInitialCPC>3</DateOfInitialCPC><ReasonForClosure>4</ReasonForClosure>"
        "<CINPlanDates><CINPlanStartDate>5</CINPlanStartDate></CINPlanDates><ChildProtectionPlans>"
        "<CPPstartDate>6</CPPstartDate><Reviews><CPPreviewDate>7</CPPreviewDate></Reviews></ChildProtectionPlans></CINdetails>"
    )
    assert f"<{right}>" in xml
    expected = read(xml)
    found = read(re.sub(f"<(/?){right}>", rf"<\1{other}>", xml))
    for name in CIN.tables:
        assert found.tables[name].equals(expected.tables[name]), name
    assert words(found, "CSC107") == [f"element {other} is spelled {right} in the specification"]
    assert kept(found) == []


def test_other_capitals_are_read_and_counted():
    xml = message(IDENTIFIERS, IDENTIFIERS)
    found = read(xml.replace("ChildIdentifiers", "childidentifiers").replace("Message", "MESSAGE"))
    assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == ["A1", "A1"]
    assert words(found, "CSC107") == [
        "element MESSAGE is spelled Message in the specification",
        "element childidentifiers is spelled ChildIdentifiers in the specification (2 times, the first here)",
    ]


def test_an_unknown_element_is_kept_as_it_was_sent():
    foo = '<Foo a="1 &amp; &lt;2">x &amp; y<Bar><!-- why? --><LAchildID>Z9</LAchildID></Bar>\n<?do it?> &lt;tail<Baz></Baz></Foo>'
    found = read(episode(f"<ReferralNFA>0</ReferralNFA>{foo}<CINreferralDate>2025-05-17</CINreferralDate>"))
    assert kept(found) == [("Message/Children/Child/CINdetails", foo)]
    assert found.unplaced.select("table", "row", "child", "line").rows() == [("CINdetails", 0, 0, 1)]
    assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == ["A1"]
    assert found.tables["CINdetails"].select("ReferralNFA", "CINreferralDate").rows() == [("0", "2025-05-17")]
    (remark,) = [remark for remark in found.remarks if remark.code == "CSC101"]
    assert (remark.table, remark.row) == ("CINdetails", 0)
    assert remark.message == "element Foo in Message/Children/Child/CINdetails is not in the specification"


TWO = message(IDENTIFIERS, IDENTIFIERS)
CHILD = "Message/Children/Child"
ANYWHERE = {
    "Message": (TWO.replace("<Header>", "{}<Header>"), (None, None, None)),
    "Message/Header": (TWO.replace("<Header>", "<Header>{}"), ("Header", 0, None)),
    "Message/Header/Source": (TWO.replace("<Source>", "<Source>{}"), ("Header", 0, None)),
    "Message/Children": (TWO.replace("<Children>", "<Children>{}"), (None, None, None)),
    CHILD: (TWO.replace("</Child></Children>", "{}</Child></Children>"), (None, None, 1)),
    f"{CHILD}/ChildIdentifiers": (
        TWO.replace("</ChildIdentifiers></Child></", "{}</ChildIdentifiers></Child></"),
        ("ChildIdentifiers", 1, 1),
    ),
    f"{CHILD}/CINdetails/ChildProtectionPlans/Reviews": (plan("<Reviews>{}</Reviews>"), ("ChildProtectionPlans", 0, 0)),
}


@pytest.mark.parametrize("path", ANYWHERE)
@pytest.mark.parametrize("unknown", ["<Foo></Foo>", "<Foo><Bar>1</Bar></Foo>"])
def test_unknown_elements_anywhere(path, unknown):
    around, row = ANYWHERE[path]
    assert around.count("{}") == 1
    found = read(around.replace("{}", unknown))
    assert kept(found) == [(path, unknown)]
    assert found.unplaced.select("table", "row", "child").rows() == [row]
    assert codes(found).count("CSC101") == 1
    assert set(found.tables["ChildIdentifiers"]["LAchildID"]) == {"A1"}


def test_a_misplaced_element_is_kept_and_told_where_it_belongs():
    found = read(episode("<CPPstartDate>2025-06-01</CPPstartDate><Child><Foo></Foo></Child>"))
    path = f"{CHILD}/CINdetails"
    assert kept(found) == [(path, "<CPPstartDate>2025-06-01</CPPstartDate>"), (path, "<Child><Foo></Foo></Child>")]
    assert words(found, "CSC102") == [
        f"element CPPstartDate stands in {path}; it belongs in {path}/ChildProtectionPlans",
        f"element Child stands in {path}; it belongs in Message/Children",
    ]
    assert found.tables["ChildProtectionPlans"].height == 0
    assert found.tables["CINdetails"].height == 1


def test_an_element_within_a_value():
    found = read(message("<ChildIdentifiers><LAchildID>A<b>x</b>1</LAchildID><UPN>U1</UPN></ChildIdentifiers>"))
    assert found.tables["ChildIdentifiers"].select("LAchildID", "UPN").rows() == [("1", "U1")]
    inside = f"{CHILD}/ChildIdentifiers/LAchildID"
    assert kept(found) == [(inside, "A"), (inside, "<b>x</b>")]
    assert words(found, "CSC104") == [f"text before an element inside {inside}"]


def test_text_between_elements_is_kept_with_its_place():
    lines = [
        "<Message>" + HEADER,
        "<Children>",
        "<Child>",
        "<ChildIdentifiers><LAchildID>A1</LAchildID>",
        "",
        "  see file &amp; ask  ",
        "",
        "<!-- a comment",
        "of two lines -->",
        " one more ",
        "<?an instruction",
        "of two lines?>",
        "<UPN>U1</UPN>",
        "last",
        "</ChildIdentifiers></Child>",
        "</Children></Message>",
    ]
    found = read("\n".join(lines))
    path = f"{CHILD}/ChildIdentifiers"
    assert kept(found) == [(path, "see file &amp; ask"), (path, "one more"), (path, "last")]
    assert said(found, "CSC104") == [(6, 3), (10, 2), (14, 1)]
    assert [remark.value for remark in found.remarks if remark.code == "CSC104"] == [
        "see file & ask",
        "one more",
        "last",
    ]
    assert found.unplaced["line"].to_list() == [6, 10, 14]
    assert found.tables["ChildIdentifiers"].select("LAchildID", "UPN").rows() == [("A1", "U1")]


def test_comments_instructions_and_cdata_do_not_change_values():
    found = read(
        "<!-- first --><?pi x?>"
        + message(
            "<ChildIdentifiers><LAchildID>A<!-- 0 -->1<?p q?>2<![CDATA[<&3]]>&amp;&#52;</LAchildID>"
            "<!-- <UPN>no</UPN> --><![CDATA[ ]]></ChildIdentifiers>"
        )
        + "<!-- last -->"
    )
    assert found.tables["ChildIdentifiers"].select("LAchildID", "UPN").rows() == [("A12<&3&4", None)]
    assert set(codes(found)) == {"CSC111"}
    assert kept(found) == []


@pytest.mark.parametrize("value", [" ", "\n  \n", " A1 ", "\tA1\n", "A  1", "&#13;A", "\u00a0A1\u2003"])
def test_values_are_kept_as_sent(value):
    found = read(message(f"<ChildIdentifiers><LAchildID>{value}</LAchildID><UPN/></ChildIdentifiers>"))
    expected = value.replace("&#13;", "\r")
    assert found.tables["ChildIdentifiers"].select("LAchildID", "UPN", "FormerUPN").rows() == [(expected, "", None)]


def test_a_long_value_comes_in_one_piece():
    value = "\u00e9a\n" * 30_000
    found = read(message(f"<ChildIdentifiers><LAchildID>{value}</LAchildID></ChildIdentifiers>"))
    assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == [value]


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40))
def test_any_text_is_kept_as_sent(value):
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for encoding in ("utf-8", "utf-16"):
        found = read(message(f"<ChildIdentifiers><LAchildID>{text}</LAchildID></ChildIdentifiers>").encode(encoding))
        assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == [value]


def test_an_item_given_twice():
    found = read(
        episode("\n<CINreferralDate>2025-05-17</CINreferralDate>\n <CINreferralDate>2025-06-01</CINreferralDate>")
    )
    assert found.tables["CINdetails"]["CINreferralDate"].to_list() == ["2025-05-17"]
    second = "<CINreferralDate>2025-06-01</CINreferralDate>"
    assert kept(found) == [(f"{CHILD}/CINdetails/CINreferralDate", second)]
    assert said(found, "CSC103") == [(3, 2)]
    (remark,) = [remark for remark in found.remarks if remark.code == "CSC103"]
    assert (remark.table, remark.row, remark.field, remark.value) == ("CINdetails", 0, "CINreferralDate", "2025-06-01")


def test_a_block_given_twice():
    found = read(message(f"{IDENTIFIERS}\n{IDENTIFIERS.replace('A1', 'B2')}<CINdetails/>"))
    assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == ["A1", "B2"]
    assert found.tables["CINdetails"]["LAchildID"].to_list() == ["A1"]
    assert said(found, "CSC103") == [(2, 1)]


def test_blocks_that_may_repeat_are_no_matter():
    found = read(episode("<Section47/><Section47/><Assessments/><Assessments/><CINPlanDates/><CINPlanDates/>"))
    assert not {"CSC103", "CSC108", "CSC109"} & set(codes(found))
    assert [found.tables[name].height for name in ("Section47", "Assessments", "CINplanDates")] == [2, 2, 2]


@pytest.mark.parametrize(
    ("block", "again", "times", "unplaced"),
    [
        (
            "Source",
            "<Source><LEA>331</LEA><SoftwareCode>X</SoftwareCode></Source><Source><Release>2</Release></Source>",
            " (2 times, the first here)",
            ("Message/Header/Source/LEA", "<LEA>331</LEA>"),
        ),
        (
            "CollectionDetails",
            "<CollectionDetails><Year>2025</Year></CollectionDetails>",
            "",
            ("Message/Header/CollectionDetails/Year", "<Year>2025</Year>"),
        ),
    ],
)
def test_several_blocks_in_the_header(block, again, times, unplaced):
    found = read(message(IDENTIFIERS, header=HEADER.replace("</Header>", f"{again}</Header>")))
    (row,) = found.tables["Header"].to_dicts()
    assert (row["LEA"], row["Year"]) == ("330", "2026")
    several = f"Header has several {block} blocks; of an item given twice the first is checked{times}"
    assert words(found, "CSC108") == [several]
    assert "CSC103" not in codes(found)
    assert kept(found) == [unplaced]
    if block == "Source":
        assert (row["SoftwareCode"], row["Release"]) == ("X", "2")


def test_several_headers_and_several_children_blocks():
    second = HEADER.replace("330", "331")
    found = read(
        f"<Message>{HEADER}{second}<Children><Child>{IDENTIFIERS}</Child></Children>"
        f"<Children><Child>{IDENTIFIERS.replace('A1', 'B2')}</Child></Children></Message>"
    )
    assert found.tables["Header"]["LEA"].to_list() == ["330", "331"]
    assert found.tables["ChildIdentifiers"].select("LAchildID", NESTED_CHILD).rows() == [("A1", 0), ("B2", 1)]
    assert codes(found).count("CSC103") == 1
    assert codes(found).count("CSC108") == 1
    assert found.local_authority == "330"


def test_attributes_are_kept_and_noted_once():
    xml = TWO.replace("<LAchildID>", '<LAchildID type="a &amp; b">')
    found = read(xml.replace("<Message>", '<Message version="2">'))
    assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == ["A1", "A1"]
    path = f"{CHILD}/ChildIdentifiers"
    assert found.unplaced.select("table", "row", "path", "xml").rows() == [
        (None, None, "", '<Message version="2"/>'),
        ("ChildIdentifiers", 0, path, '<LAchildID type="a &amp; b"/>'),
        ("ChildIdentifiers", 1, path, '<LAchildID type="a &amp; b"/>'),
    ]
    assert words(found, "CSC113") == [
        "element Message has an attribute version, which the specification does not know",
        "element LAchildID has an attribute type, which the specification does not know (2 times, the first here)",
    ]


def test_what_only_concerns_schemas_on_the_root_is_no_matter():
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    found = read(TWO.replace("<Message>", f'<Message {xsi} xsi:noNamespaceSchemaLocation="cin.xsd">'))
    assert set(codes(found)) == {"CSC111"}
    assert kept(found) == []


def test_empty_elements_are_noted_once_with_their_number():
    twice = "<Section47>\n<DateOfInitialCPC/></Section47><Section47><DateOfInitialCPC/></Section47>"
    found = read(episode(f"\n<CINclosureDate/>{twice}"))
    assert found.tables["CINdetails"]["CINclosureDate"].to_list() == [""]
    assert found.tables["Section47"]["DateOfInitialCPC"].to_list() == ["", ""]
    assert said(found, "CSC105") == [(2, 1), (3, 1)]
    assert [message.endswith("(2 times, the first here)") for message in words(found, "CSC105")] == [False, True]


@pytest.mark.parametrize(
    ("nfa", "icpc", "mixed"),
    [("0", "true", True), ("1", "False", True), ("0", "1", False), ("true", "FALSE", False), ("0", "x", False)],
)
def test_mixed_yes_and_no(tmp_path, nfa, icpc, mixed):
    path = tmp_path / "a.xml"
    section_47 = f"<Section47><ICPCnotRequired>{icpc}</ICPCnotRequired></Section47>"
    path.write_text(episode(f"<ReferralNFA>{nfa}</ReferralNFA>{section_47}"))
    result = cr.validate(path, rules=["CSC"])
    assert ("CSC106" in set(result.findings["rule"])) == mixed
    tables = result.returns[0].tables
    assert tables["CINdetails"]["ReferralNFA"].to_list() == [nfa]
    assert tables["Section47"]["ICPCnotRequired"].to_list() == [icpc]


def test_unreadable_values_are_kept_as_sent(tmp_path):
    path = tmp_path / "a.xml"
    values = {
        "CINreferralDate": "last week",
        "ReferralNFA": "maybe",
        "PrimaryNeedCode": "N99",
        "ReferralSource": "\u00a3",
    }
    path.write_text(episode("".join(f"<{name}>{value}</{name}>" for name, value in values.items())), encoding="utf-8")
    result = cr.validate(path)
    (row,) = result.returns[0].tables["CINdetails"].to_dicts()
    assert {name: row[name] for name in values} == values
    flagged = {name: value for name, value in result.findings.select("field", "value").rows() if name in values}
    assert flagged == values


TAGS = sorted(
    {tag for table in CIN.tables.values() for tag in (*table.path, *table.items)} | {"Foo", "reviews", "c:Child"}
)
TEXTS = ["", "", " ", "\n", "x\u00e9", "<!-- c -->", "<![CDATA[&]]>", "&lt;"]


@st.composite
def trees(draw, depth=0):
    tag = draw(st.sampled_from(TAGS))
    inside = "" if depth > 4 else "".join(draw(st.lists(trees(depth=depth + 1), max_size=3)))
    attribute = draw(st.sampled_from(["", "", "", ' a="1"']))
    return f"<{tag}{attribute}>{draw(st.sampled_from(TEXTS))}{inside}{draw(st.sampled_from(TEXTS))}</{tag}>"


def letters(xml):
    """All letters of a text but those of tags and comments, in order of the alphabet: every one must be read or kept."""
    return sorted(re.sub(r"<!--.*?-->|<[^<>]*>|\s", "", xml))


@settings(deadline=None, max_examples=80)
@given(st.lists(trees(), max_size=3), st.lists(trees(), max_size=3), st.lists(trees(), max_size=3))
def test_elements_in_any_order_lose_no_letter(top, children, child):
    xml = (
        f"<Message>{''.join(top)}{HEADER}<Children>{''.join(children)}<Child>{IDENTIFIERS}{''.join(child)}</Child></Children>"
        "</Message>"
    )
    found = read(xml)
    values = [
        value.replace("&", "&amp;").replace("<", "&lt;")
        for name, table in CIN.tables.items()
        for item in table.items
        for value in found.tables[name][item].drop_nulls()
    ]
    attributes = [piece for piece in found.unplaced["xml"] if re.fullmatch(r'<\S+ a="1"/>', piece)]
    pieces = [piece for piece in found.unplaced["xml"] if piece not in attributes]
    assert letters("".join(values + pieces)) == letters(xml.replace("<![CDATA[&]]>", "&amp;"))
    assert len(attributes) + "".join(pieces).count(' a="1"') == xml.count(' a="1"')
