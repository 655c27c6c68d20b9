"""Broken, foreign and harmful files: never a traceback, one clear message each, and status 2 where the file is no use."""

import errno
import io
import os
import re
import socket
import tracemalloc
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csc_returns as cr
from csc_returns.extracts.returns import Unusable
from csc_returns.extracts.xml_reader import read_xml
from csc_returns.remarks import OWN
from csc_returns.specification import whole_specification

CIN = whole_specification("cin")

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>330</LEA><SoftwareCode>Kindred</SoftwareCode></Source>
  </Header>
  <Children>
    <Child>
      <ChildIdentifiers><LAchildID>A1</LAchildID><PersonBirthDate>2014-01-31</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>
      <ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2025-05-17</CINreferralDate><ReferralSource>1A</ReferralSource><ReferralNFA>0</ReferralNFA>
        <Section47><S47ActualStartDate>2025-06-01</S47ActualStartDate><ICPCnotRequired>0</ICPCnotRequired></Section47>
      </CINdetails>
    </Child>
    <Child>
      <ChildIdentifiers><LAchildID>B2</LAchildID><PersonBirthDate>2015-02-28</PersonBirthDate><Sex>M</Sex></ChildIdentifiers>
      <ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
      <CINdetails><CINreferralDate>2025-07-17</CINreferralDate><ReferralNFA>1</ReferralNFA></CINdetails>
    </Child>
  </Children>
</Message>
"""
UNUSABLE = [code for code, own in OWN.items() if own.unusable]


def write(folder, content, name="cin.xml"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def ids(result):
    return [child for found in result.returns for child in found.tables["ChildIdentifiers"]["LAchildID"]]


def codes(result):
    return set(result.findings["rule"])


def assert_unusable(result, code, says, line=None, place=None):
    """Status 2, and exactly one message of that kind, in which everything needed stands."""
    assert result.status() == 2
    told = result.findings.filter(pl.col("rule").is_in(UNUSABLE))
    assert told["rule"].to_list() == [code], told.select("rule", "message", "line").rows()
    (row,) = told.to_dicts()
    assert re.search(says, row["message"]), row["message"]
    assert row["line"] == line, (row["line"], row["message"])
    assert row["file"]
    if place is not None:
        assert row["file"] == str(place)
    assert OWN[code].fix
    assert row["message"][0].isupper() or not row["message"][0].isalpha()
    return row


def assert_read(result, children=("A1", "B2")):
    """The file was of use: everything in it was read."""
    assert result.status() in {0, 1}
    assert not codes(result) & set(UNUSABLE)
    assert ids(result) == list(children)


def test_the_sample_of_these_tests_is_read(tmp_path):
    result = cr.validate(write(tmp_path, GOOD))
    assert_read(result)
    assert not any(code.startswith("CSC0") for code in codes(result))


# -- no return at all ------------------------------------------------------------------------------------------------------

NOT_A_RETURN = {
    "empty": (b"", "CSC003", "empty", None),
    "blanks": (b"  \n\n\t ", "CSC003", "nothing but blanks", None),
    "byte order mark alone": (b"\xef\xbb\xbf", "CSC003", "nothing but blanks", None),
    "only NUL bytes": (b"\0" * 5000, "CSC003", "nothing but blanks or NUL", None),
    "text": (b"hello world", "CSC005", "does not begin with <", 1),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "CSC005", "does not begin with <", 1),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "CSC005", "does not begin with <", 1),
    "HTML": (b"<!DOCTYPE html><html><body>Log in</body></html>", "CSC006", "HTML", 1),
    "HTML in small letters": (b"<!doctype html>\n<html lang=en><p>a & b", "CSC006", "HTML", 1),
    "HTML without doctype": (b"<html>\n<body><br></html>", "CSC006", "HTML", 1),
    "HTML in capitals": (b"<HTML><BODY BGCOLOR=red></HTML>", "CSC006", "HTML", 1),
    "HTML behind a comment": (b"<!-- saved from url -->\r\n<html lang=en><br></html>", "CSC006", "HTML", 1),
    "XHTML": (
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0" "http://example.org/x.dtd">\n<html/>',
        "CSC006",
        "HTML",
        2,
    ),
    "another root": (
        b"<?xml version='1.0'?>\n\n<Foo><a/></Foo>",
        "CSC007",
        "root element is Foo.*begins with Message",
        3,
    ),
    "a root with an endless name": (b"<" + b"F" * 5000 + b"/>", "CSC007", "F{60}\\.\\.\\.;", 1),
    "children without a message": (b"<Children><Child/></Children>", "CSC007", "root element is Children", 1),
    "only an XML declaration": (b'<?xml version="1.0"?>\n', "CSC009", "breaks off", 2),
    "a lonely bracket": (b"<", "CSC009", "breaks off", 1),
    "broken in the header": (GOOD[:300].encode(), "CSC009", "breaks off", 6),
    "broken markup in the header": (GOOD.replace("<LEA>", "<LEA<").encode(), "CSC010", "not well-formed", 5),
    "a blank line first": (b"\n" + GOOD.encode(), "CSC010", "must be the first thing in the file", 2),
}


@pytest.mark.parametrize("case", NOT_A_RETURN)
def test_what_is_no_return_is_told_apart(tmp_path, case):
    content, code, says, line = NOT_A_RETURN[case]
    path = write(tmp_path, content)
    result = cr.validate(path)
    assert_unusable(result, code, says, line, path)
    assert result.findings.height == 1
    assert not result.returns


def test_a_missing_file(tmp_path):
    path = tmp_path / "cin_2026.xml"
    assert_unusable(cr.validate(path), "CSC001", "no such file", place=path)


def test_a_name_that_no_file_can_have(tmp_path):
    assert_unusable(cr.validate(f"{tmp_path}/a\0b.xml"), "CSC001", "no such file")
    assert_unusable(cr.validate(tmp_path / ("x" * 5000)), "CSC002", "cannot be opened")


def test_a_folder_with_nothing_in_it(tmp_path):
    assert_unusable(cr.validate(tmp_path), "CSC004", "no XML, CSV or zip file", place=tmp_path)


def deny(monkeypatch, names):
    """Root may read everything: so say no here."""
    opened = Path.open

    def closed(path, *args, **kwargs):
        if path.name in names:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", closed)


def test_no_permission(tmp_path, monkeypatch):
    path = write(tmp_path, GOOD)
    deny(monkeypatch, ["cin.xml"])
    assert_unusable(cr.validate(path), "CSC002", "no permission", place=path)


def test_one_closed_file_in_a_folder_does_not_keep_the_others_from_being_read(tmp_path, monkeypatch):
    write(tmp_path, GOOD, "a.xml")
    write(tmp_path, GOOD.replace("A1", "C3"), "b.xml")
    deny(monkeypatch, ["a.xml"])
    result = cr.validate(tmp_path, rules=["CSC"])
    assert_unusable(result, "CSC002", "no permission", place=tmp_path / "a.xml")
    assert ids(result) == ["C3", "B2"]


def test_a_closed_folder_does_not_keep_the_others_from_being_read(tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, GOOD)
    looked = os.scandir

    def closed(path):
        if str(path).endswith("b"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(os, "scandir", closed)
    result = cr.validate(tmp_path, rules=["CSC"])
    assert_unusable(result, "CSC002", "no permission", place=tmp_path / "b")
    assert ids(result) == ["A1", "B2"] * 2


def test_a_closed_folder_is_not_called_empty(tmp_path, monkeypatch):
    def closed(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", closed)
    assert_unusable(cr.validate(tmp_path), "CSC002", "no permission", place=tmp_path)


def test_a_disk_that_fails_while_it_is_read(tmp_path, monkeypatch):
    path = write(tmp_path, GOOD)
    opened = Path.open

    class Failing(io.RawIOBase):
        reads = 0

        def read(self, size=-1):
            self.reads += 1
            if self.reads > 1:
                raise OSError(errno.EIO, "Input/output error")
            return GOOD[:500].encode()

    times = []

    def failing(at, *args, **kwargs):
        times.append(at)
        return opened(at, *args, **kwargs) if len(times) == 1 else Failing()

    monkeypatch.setattr(Path, "open", failing)
    assert_unusable(cr.validate(path), "CSC002", "Input/output error", place=path)


# -- broken off, or not well-formed ----------------------------------------------------------------------------------------


def test_a_file_that_breaks_off_is_read_as_far_as_it_is_whole(tmp_path):
    result = cr.validate(write(tmp_path, GOOD[: GOOD.index("2015-02-28") + 6]))
    row = assert_unusable(result, "CSC009", "child that begins in line 16 is not whole and is not checked", 17)
    assert ids(result) == ["A1"]
    assert row["child"] is None
    assert set(result.returns[0].tables["CINdetails"]["LAchildID"]) == {"A1"}


def test_a_file_that_breaks_off_behind_the_last_child_loses_none(tmp_path):
    result = cr.validate(write(tmp_path, GOOD[: GOOD.index("</Children>")]))
    row = assert_unusable(result, "CSC009", "breaks off before its end", 21)
    assert "not whole" not in row["message"]
    assert ids(result) == ["A1", "B2"]


def test_a_file_that_breaks_off_within_a_letter(tmp_path):
    data = GOOD.replace("B2", "B\u00e9").encode()
    result = cr.validate(write(tmp_path, data[: data.index(b"\xa9")]))
    assert_unusable(result, "CSC009", "breaks off", 17)
    assert ids(result) == ["A1"]


def test_a_good_file_cut_anywhere_is_told_to_break_off():
    data = GOOD.replace("B2", "<![CDATA[B\u00e9]]>&amp;").replace("<Sex>M", "<!-- c --><?x y?><Sex a='b'>M").encode()
    odd = data.index(b"<![CDATA[")
    for cut in {*range(1, data.rindex(b">") + 1, 9), *range(odd, data.index(b"</ChildIdentifiers>", odd))}:
        part = data[:cut]
        try:
            found = read_xml("a.xml", lambda part=part: io.BytesIO(part), CIN)
        except Unusable as unusable:
            told = [unusable.remark.code]
        else:
            told = [remark.code for remark in found.remarks if OWN[remark.code].unusable]
            assert found.tables["ChildIdentifiers"].height == part.count(b"</Child>")
        assert told == ["CSC009"], (cut, told)


def test_a_wrong_last_tag_is_not_taken_for_a_file_that_breaks_off(tmp_path):
    result = cr.validate(write(tmp_path, GOOD.replace("</Message>", "</Messag>").rstrip()))
    assert_unusable(result, "CSC010", "closing tag that does not match", 22)
    assert ids(result) == ["A1", "B2"]


@pytest.mark.parametrize("size", [4096, 4096 + 65536, 4096 + 2 * 65536])
def test_a_wrong_last_tag_in_two_pieces_is_not_taken_for_a_file_that_breaks_off(size):
    # Newer versions of expat leave a token that comes in pieces to the very end.
    data = GOOD.replace("</Message>", "</Messag>").rstrip().encode()
    data = data.replace(b"  </Children>", b" " * (size - len(data) + 5) + b"</Children>")
    assert len(data) > size > data.rindex(b"</Mes")
    found = read_xml("a.xml", lambda: io.BytesIO(data), CIN)
    assert [remark.code for remark in found.remarks if OWN[remark.code].unusable] == ["CSC010"]


NOT_WELL_FORMED = {
    "an ampersand": ("B2", "B & 2", "an & or < in a text", 17, ["A1"]),
    "a bracket in a text": ("B2", "B < 2", "an & or < in a text", 17, ["A1"]),
    "a closing tag that does not match": ("</CINdetails>", "</CINdetail>", "closing tag that does not match", 14, []),
    "an entity of HTML": ("B2", "B&nbsp;2", "&nbsp;", 17, ["A1"]),
    "a reference to NUL": ("B2", "B&#0;2", "a character that XML does not have", 17, ["A1"]),
    "an attribute twice": ("<Sex>M", '<Sex a="1" a="2">M', "attribute stands twice", 17, ["A1"]),
    "something behind the end": ("</Message>", "</Message>\n<x/>", "behind the end", 23, ["A1", "B2"]),
    "two files in one": ("</Message>", "</Message>\n" + GOOD, "behind the end", 23, ["A1", "B2"]),
}


@pytest.mark.parametrize("case", NOT_WELL_FORMED)
def test_what_is_not_well_formed_is_named_with_its_line_and_the_rest_is_read(tmp_path, case):
    old, new, says, line, children = NOT_WELL_FORMED[case]
    result = cr.validate(write(tmp_path, GOOD.replace(old, new, 1)), rules=["CSC"])
    assert_unusable(result, "CSC010", says, line)
    assert ids(result) == children


# -- encodings -------------------------------------------------------------------------------------------------------------

ACCENTED = GOOD.replace("Kindred", "Kindr\u00ebd").replace("B2", "B\u00e9")
READABLE = {
    "UTF-8": (ACCENTED.encode(), None),
    "UTF-8 with a byte order mark": (b"\xef\xbb\xbf" + ACCENTED.encode(), None),
    "UTF-16": (ACCENTED.replace("UTF-8", "UTF-16").encode("utf-16"), None),
    "UTF-16 big-endian": (ACCENTED.replace("UTF-8", "utf-16").encode("utf-16-be"), None),
    "UTF-16 little-endian without a mark": (ACCENTED.replace("UTF-8", "UTF-16").encode("utf-16-le"), None),
    "UTF-16 that says nothing": (ACCENTED.replace(' encoding="UTF-8"', "").encode("utf-16"), None),
    "UTF-16 that says UTF-8": (ACCENTED.encode("utf-16"), "says that it is UTF-8, but it is UTF-16-LE"),
    "UTF-8 that says UTF-16": (ACCENTED.replace("UTF-8", "utf-16").encode(), "says that it is utf-16, but it is UTF-8"),
    "UTF-8 that says UTF_16": (ACCENTED.replace("UTF-8", "UTF_16").encode(), "says that it is UTF_16, but it is UTF-8"),
    "UTF-8 with a mark that says Windows-1252": (
        b"\xef\xbb\xbf" + ACCENTED.replace("UTF-8", "windows-1252").encode(),
        "but it is UTF-8",
    ),
    "UTF-32": (ACCENTED.replace("UTF-8", "UTF-32").encode("utf-32"), None),
    "Windows-1252": (ACCENTED.replace("UTF-8", "Windows-1252").encode("cp1252"), None),
    "ISO-8859-1": (ACCENTED.replace("UTF-8", "ISO-8859-1").encode("latin-1"), None),
    "gb18030": (ACCENTED.replace("UTF-8", "gb18030").encode("gb18030"), None),
    "ANSI": (ACCENTED.replace("UTF-8", "ansi").encode("cp1252"), "says that it is ansi, but it is CP1252"),
}


@pytest.mark.parametrize("case", READABLE)
def test_encodings_are_read(tmp_path, case):
    data, contradicted = READABLE[case]
    result = cr.validate(write(tmp_path, data), rules=["CSC"])
    assert_read(result, ["A1", "B\u00e9"])
    assert result.returns[0].tables["Header"]["SoftwareCode"].to_list() == ["Kindr\u00ebd"]
    told = result.findings.filter(pl.col("rule") == "CSC114")["message"].to_list()
    assert len(told) == (contradicted is not None)
    assert all(contradicted in message for message in told)


@pytest.mark.parametrize("name", ["base64", "hex", "rot13", "idna", "undefined", "zlib", "punycode", "cp037", "x-none"])
def test_what_is_no_encoding_of_a_text_is_read_all_the_same(tmp_path, name):
    result = cr.validate(write(tmp_path, GOOD.replace("UTF-8", name)), rules=["CSC"])
    assert_read(result)
    assert "CSC114" in codes(result)


@pytest.mark.parametrize(
    ("declared", "written", "number"), [("UTF-8", "cp1252", "1 byte"), ("us-ascii", "utf-8", "2 bytes")]
)
def test_bytes_that_do_not_fit_are_named_with_their_line_and_the_file_is_read(tmp_path, declared, written, number):
    data = GOOD.replace("B2", "B\u00e9").replace("UTF-8", declared).encode(written)
    result = cr.validate(write(tmp_path, data))
    assert_unusable(result, "CSC011", f"^{number} not of the encoding.*Windows-1252", 17)
    assert ids(result) == ["A1", "B\u00e9" if written == "cp1252" else "B\u00c3\u00a9"]


def test_bytes_that_do_not_fit_far_down_are_named_with_their_line(tmp_path):
    data = GOOD.encode().replace(b"  <Children>", b"\n" * 90_000 + b"  <Children>").replace(b"B2", b"B\x81\xe9")
    result = cr.validate(write(tmp_path, data), rules=["CSC"])
    assert_unusable(result, "CSC011", "^2 bytes", 90_017)
    assert ids(result) == ["A1", "B\ufffd\u00e9"]


def test_nul_bytes(tmp_path):
    result = cr.validate(write(tmp_path, GOOD.replace("B2", "B\0").replace("WBRI", "WB\x01RI")))
    assert_unusable(result, "CSC012", "^3 NUL or control characters", 10)
    assert ids(result) == ["A1", "B\ufffd"]


# -- harm ------------------------------------------------------------------------------------------------------------------

SECRET = "the-content-of-another-file"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
HARMFUL = {
    "entity bomb": f'<!DOCTYPE Message [<!ENTITY a0 "ha"> {LAUGHS}]>',
    "quadratic bomb": f'<!DOCTYPE Message [<!ENTITY a9 "{"a" * 100_000}">]>',
    "external entity": '<!DOCTYPE Message [<!ENTITY a9 SYSTEM "file://{secret}">]>',
    "parameter entity": '<!DOCTYPE Message [<!ENTITY % p SYSTEM "file://{secret}"> %p;]>',
    "entity from the network": '<!DOCTYPE Message [<!ENTITY a9 SYSTEM "http://127.0.0.1:9/x">]>',
    "document type of the network": '<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/x.dtd">',
    "public document type": '<!DOCTYPE Message PUBLIC "-//x//y" "file://{secret}">',
    "default attribute": f'<!DOCTYPE Message [<!ATTLIST Child a CDATA "{"a" * 100_000}">]>',
}


@pytest.mark.parametrize("case", HARMFUL)
def test_entities_and_outside_document_types_are_refused(tmp_path, monkeypatch, case):
    def no_network(*args, **kwargs):
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    secret = write(tmp_path, SECRET, "secret.txt")
    doctype = HARMFUL[case].replace("{secret}", str(secret))
    text = GOOD.replace("<Message>", f"{doctype}\n<Message>").replace("B2", "&a9;")
    tracemalloc.start()
    try:
        result = cr.validate(write(tmp_path, text))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert_unusable(result, "CSC013", "document type", 2)
    assert not result.returns
    assert not result.findings.filter(pl.any_horizontal(pl.col(pl.String).str.contains(SECRET))).height
    assert peak < 20_000_000


def test_a_bare_doctype_does_no_harm(tmp_path):
    assert_read(cr.validate(write(tmp_path, GOOD.replace("<Message>", "<!DOCTYPE Message>\n<Message>"))))


class Long(io.RawIOBase):
    """A file that is made while it is read: ``before``, ``piece`` again and again, ``after``."""

    def __init__(self, before, piece, times, after):
        self.left = [before, *[piece] * times, after]
        self.held = b""
        self.given = 0

    def read(self, size=-1):
        while len(self.held) < size and self.left:
            self.held += self.left.pop(0)
        data, self.held = self.held[:size], self.held[size:]
        self.given += len(data)
        return data


def long_file(at, before, piece, times, after):
    start, end = GOOD.split(at)
    return Long((start + before).encode(), piece, times, (after + end).encode())


X = b"x" * 50_000
ENDLESS = {
    "a value": ("<Sex>", X, "", "a value of Sex has more than 1,048,576 characters"),
    "a value of many lines": ("<Sex>", b"x\n" * 25_000, "", "a value of Sex has more than"),
    "a value in CDATA": ("<Sex><![CDATA[", b"]] " * 20_000, "]]>", "a value of Sex has more than"),
    "an attribute": ('<Sex a="', X, '">', "tag or comment longer"),
    "a tag": ("<Sex", X, ">", "tag or comment longer"),
    "a comment": ("<!--", X, "--><Sex>", "tag or comment longer"),
    "an instruction": ("<?x ", X, "?><Sex>", "tag or comment longer"),
    "text between elements": ("", X, "<Sex>", "more than 1,048,576 characters without an element"),
    "an unknown element": ("<Foo>", X, "</Foo><Sex>", "more than 1,048,576 characters without an element"),
    "elements in an unknown element": (
        "<Foo>",
        b"<a>" + X + b"</a>",
        "</Foo><Sex>",
        "element Foo, which has no place in Message/Children/Child/ChildIdentifiers, holds more than 1,048,576",
    ),
    "comments in an unknown element": ("<Foo>", b"<!--" + X + b"-->", "</Foo><Sex>", "element Foo, which has no place"),
    "unknown elements without end": ("", b"<a>" * 10_000, "", "nested more than 500 levels deep"),
}


@pytest.mark.parametrize("case", ENDLESS)
@pytest.mark.parametrize("broken", [False, True], ids=["good bytes", "bad bytes"])
def test_endless_content_is_refused_before_it_fills_the_memory(case, broken):
    before, piece, after, says = ENDLESS[case]
    files = []

    def opened():
        file = long_file("<Sex>M", before, piece, 20_000_000 // len(piece), after)
        if broken:  # is read a second time, as characters
            file.left[0] = file.left[0].replace(b"Kindred", b"Kindr\xe9d")
        files.append(file)
        return file

    tracemalloc.start()
    try:
        found = read_xml("a.xml", opened, CIN)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(files) == 1 + broken
    (remark,) = [remark for remark in found.remarks if remark.code == "CSC014"]
    assert says in remark.message
    assert remark.message.endswith("the child that begins in line 16 is not whole and is not checked")
    assert remark.line == 17
    assert found.tables["ChildIdentifiers"]["LAchildID"].to_list() == ["A1"]
    assert peak < 10_000_000
    assert all(file.given < 3_000_000 for file in files)


def test_many_letters_of_two_bytes_do_not_hide_an_endless_tag():
    start, end = GOOD.replace("Kindred", "Kindr\u00ebd").split("<Sex>M")
    letters = ("<!--" + "\u00e9" * 40_000 + "-->").encode() * 50
    head = start.encode("cp1252").replace(b"<Children>", b"<Children>" + letters) + b'<Sex a="'
    files = [Long(head, X, 400, end.encode()) for _ in range(2)]
    found = read_xml("a.xml", iter(files).__next__, CIN)
    assert [remark.code for remark in found.remarks if remark.code == "CSC014"] == ["CSC014"]
    assert files[1].given < len(head) + 2_000_000


def test_endless_content_has_status_2(tmp_path):
    path = write(tmp_path, GOOD.replace("<Sex>M", f"<Sex>{'x' * 3_000_000}"))
    assert_unusable(cr.validate(path), "CSC014", "Sex", 17)


def test_much_that_is_harmless_needs_no_memory():
    piece = b"<!-- " + b"x" * 90_000 + b" -->\n<?x y?>" + b" " * 10_000
    tracemalloc.start()
    try:
        found = read_xml("a.xml", lambda: long_file("<Sex>M", "", piece, 200, "<Sex>M"), CIN)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.tables["ChildIdentifiers"]["Sex"].to_list() == ["F", "M"]
    assert not found.remarks
    assert peak < 10_000_000


# -- zip files -------------------------------------------------------------------------------------------------------------


def zip_file(folder, members, name="cin.zip"):
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / name


@pytest.mark.parametrize("name", ["../cin.xml", "a/../../cin.xml", "/etc/cin.xml", "C:\\cin.xml", "..\\cin.xml"])
def test_a_zip_with_a_path_that_leads_out(tmp_path, name):
    inner = tmp_path / "inner"
    inner.mkdir()
    path = zip_file(inner, {"good.xml": GOOD, name: GOOD})
    result = cr.validate(path)
    assert_unusable(result, "CSC015", "leads out of it: nothing was unpacked", place=path)
    assert not result.returns
    assert list(tmp_path.iterdir()) == [inner]


def test_a_zip_of_huge_expansion(tmp_path):
    path = tmp_path / "cin.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("cin.xml", "w") as file:
        for _ in range(60):
            file.write(bytes(1 << 20))
    assert_unusable(cr.validate(path), "CSC016", "would unpack to 62,914,560: nothing was unpacked", place=path)


def test_a_zip_that_says_it_holds_more_than_a_disk(tmp_path):
    path = zip_file(tmp_path, {"cin.xml": GOOD})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = b"\xf0\xff\xff\xff"
    path.write_bytes(data)
    assert_unusable(cr.validate(path), "CSC016", "nothing was unpacked", place=path)


def test_a_damaged_zip(tmp_path):
    data = zip_file(tmp_path, {"cin.xml": GOOD}).read_bytes()
    assert_unusable(cr.validate(write(tmp_path, data[:-40], "cut.zip")), "CSC017", "zip file cannot be read")
    damaged = bytearray(data)
    damaged[200] ^= 0xFF
    assert_unusable(cr.validate(write(tmp_path, bytes(damaged), "damaged.zip")), "CSC017", "damaged|cannot be unpacked")


def test_a_locked_zip(tmp_path):
    data = bytearray(zip_file(tmp_path, {"cin.xml": GOOD}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert_unusable(cr.validate(write(tmp_path, bytes(data))), "CSC017", "password")


def test_a_zip_without_a_return(tmp_path):
    assert_unusable(cr.validate(zip_file(tmp_path, {"a.docx": "x"})), "CSC004", "no XML or CSV file in this zip")
    assert_unusable(cr.validate(zip_file(tmp_path, {})), "CSC004", "no XML or CSV file in this zip")


def test_a_workbook_is_not_taken_for_a_zip_of_returns(tmp_path):
    members = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", "xl/styles.xml": "<styleSheet/>"}
    path = zip_file(tmp_path, members, "cin.xml")
    assert_unusable(cr.validate(path), "CSC005", "Excel", place=path)


def test_a_broken_file_in_a_zip_does_not_keep_the_others_from_being_read(tmp_path):
    path = zip_file(tmp_path, {"a.xml": "", "b.xml": GOOD})
    result = cr.validate(path, rules=["CSC"])
    assert_unusable(result, "CSC003", "empty", place=f"{path}/a.xml")
    assert ids(result) == ["A1", "B2"]


# -- what is missing or odd within ------------------------------------------------------------------------------------------

HEADER = re.compile(r"<Header>.*</Header>", re.DOTALL)


def test_no_header(tmp_path):
    path = write(tmp_path, HEADER.sub("", GOOD))
    assert_unusable(cr.validate(path), "CSC020", "no Header, so its year is not known: name it with --year", place=path)
    result = cr.validate(path, year="2025-26")
    assert_read(result)
    told = result.findings.filter(pl.col("rule") == "CSC018")
    assert told.select("message", "line").rows() == [("The return has no Header.", 1)]


@pytest.mark.parametrize("children", ["<Children/>", "<Children></Children>", ""])
def test_no_child(tmp_path, children):
    result = cr.validate(write(tmp_path, re.sub(r"<Children>.*</Children>", children, GOOD, flags=re.DOTALL)))
    assert_unusable(result, "CSC019", "no Child", 3)


def test_neither_header_nor_child(tmp_path):
    assert_unusable(cr.validate(write(tmp_path, "<Message/>")), "CSC020", "no Header")
    assert_unusable(cr.validate(write(tmp_path, "<Message/>"), year="2025-26"), "CSC019", "no Child")


def test_an_empty_child_is_a_child(tmp_path):
    result = cr.validate(write(tmp_path, re.sub(r"<Child>.*</Child>", "<Child/>", GOOD, flags=re.DOTALL)))
    assert result.status() == 1
    told = result.findings.filter(pl.col("rule") == "CSC111")
    assert told.select("line", "column").unique().rows() == [(8, 5)]
    assert "This child has no ChildIdentifiers." in told["message"].to_list()


def test_a_child_without_identifiers_is_a_finding_at_its_place(tmp_path):
    result = cr.validate(write(tmp_path, re.sub(r"<ChildIdentifiers>.*B2.*</ChildIdentifiers>", "", GOOD)))
    assert result.status() == 1
    told = result.findings.filter(pl.col("rule") == "CSC111")
    assert told.select("message", "line", "column").rows() == [("This child has no ChildIdentifiers.", 16, 5)]


@pytest.mark.parametrize("form", ["DD/MM/YYYY", "MM/DD/YYYY"])
def test_a_shared_date_form_is_one_message(tmp_path, form):
    order = r"\3/\2/\1" if form == "DD/MM/YYYY" else r"\2/\3/\1"
    result = cr.validate(write(tmp_path, re.sub(r"(\d{4})-(\d\d)-(\d\d)", order, GOOD)))
    assert_unusable(result, "CSC021", f"^6 of 6 dates are written as {form}")
    plain = cr.validate(write(tmp_path, GOOD))
    columns = ["rule", "table", "row", "field"]
    assert result.findings.filter(pl.col("rule") != "CSC021").select(columns).equals(plain.findings.select(columns))
    assert result.checked[0].period == plain.checked[0].period
    assert "CSC203" not in codes(result)


def test_a_single_date_in_another_form_is_an_unreadable_date_at_its_row(tmp_path):
    result = cr.validate(write(tmp_path, GOOD.replace("2025-06-01", "01/06/2025")))
    assert result.status() == 1
    assert "CSC021" not in codes(result)
    told = result.findings.filter(pl.col("rule") == "CSC203")
    assert told.select("field", "value", "line", "column").rows() == [("S47ActualStartDate", "01/06/2025", 13, 20)]


@pytest.mark.parametrize(
    "date", ["", "<ReferenceDate/>", "<ReferenceDate>soon</ReferenceDate>", "<ReferenceDate>2026-02-30</ReferenceDate>"]
)
def test_a_reference_date_that_is_missing_or_unreadable(tmp_path, date):
    text = GOOD.replace("<ReferenceDate>2026-03-31</ReferenceDate>", date)
    result = cr.validate(write(tmp_path, text), rules=["CSC", "100"])  # the year is known all the same
    assert_read(result)
    told = result.findings.filter((pl.col("rule") == "100") & (pl.col("field") == "ReferenceDate"))
    assert told["line"].to_list() == [4 if date else 3]
    assert [str(day) for day in result.checked[0].period] == ["2025-04-01", "2026-03-31"]
    path = write(tmp_path, text.replace("<Year>2026</Year>", ""))
    row = assert_unusable(cr.validate(path), "CSC020", "Neither Year nor ReferenceDate of the header can be read", 3)
    assert "--year" in row["message"]
    assert_read(cr.validate(path, year="2025-26", rules=["CSC"]))


@pytest.mark.parametrize("year", ["2062", "1996", "9999", "0002"])
def test_a_year_for_which_no_specification_is_held(tmp_path, year):
    result = cr.validate(write(tmp_path, GOOD.replace("<Year>2026", f"<Year>{year}")))
    assert_unusable(result, "CSC024", "years held are 2016-17 to", 3)


@pytest.mark.parametrize("date", ["9012-05-05", "9999-12-31"])
def test_a_birth_year_far_away_is_a_finding_at_its_cell(tmp_path, date):
    result = cr.validate(write(tmp_path, GOOD.replace("2015-02-28", date)))
    assert_read(result)
    assert not any(entry.crashed for entry in result.not_run)
    told = result.findings.filter((pl.col("field") == "PersonBirthDate") & (pl.col("value") == date))
    assert told["line"].unique().to_list() == [17]


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01", "0001-02-28"])
def test_every_date_far_away(tmp_path, date):
    result = cr.validate(write(tmp_path, re.sub(r"\d{4}-\d\d-\d\d", date, GOOD)))
    assert_read(result)
    assert not any(entry.crashed for entry in result.not_run)


@pytest.mark.parametrize(
    "root",
    [
        '<Message xmlns="http://example.org/cin">',
        '<c:Message xmlns:c="http://example.org/cin">',
        '<Message xmlns="http://example.org/cin" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://example.org/cin cin.xsd">',
    ],
)
def test_a_namespace_is_noted_and_the_file_read(tmp_path, root):
    text = GOOD.replace("<Message>", root)
    if root.startswith("<c:"):
        text = re.sub(r"<(/?)(?!\?)(?!/)(?!c:)", r"<\1c:", text)
    result = cr.validate(write(tmp_path, text))
    assert_read(result)
    told = result.findings.filter(pl.col("rule").str.starts_with("CSC1"))
    assert told.select("rule", "severity", "line").rows() == [("CSC112", "note", 2)]


# -- anything at all --------------------------------------------------------------------------------------------------------


def assert_answers(data, folder, rules=("100", "CSC")):
    result = cr.validate(write(folder, data), rules=list(rules) if rules else None)
    assert result.status() in {0, 1, 2}
    assert not any(entry.crashed for entry in result.not_run)
    assert len(result.checked) == 1
    if result.status() == 2:
        assert result.findings["rule"].is_in(UNUSABLE).any()
    return result


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@settings(FUZZ, max_examples=60)
@given(
    data=st.binary(max_size=300),
    start=st.sampled_from([b"", b"<", b"<?xml ", b"<Message>", b"\xff\xfe", b"PK\x03\x04"]),
)
def test_random_bytes(tmp_path, data, start):
    assert assert_answers(start + data, tmp_path).status() == 2


def mutations():
    """Some harm done to a good file: cut, a byte changed, bytes put in, a tag taken out, a piece twice."""
    at = st.integers(0, len(GOOD) - 1)
    marks = st.sampled_from([b"<", b">", b"&", b"<a/>", b"]]>", b"\0", b"\xe9"])
    one = st.one_of(
        st.tuples(st.just("cut"), at),
        st.tuples(st.just("flip"), at, st.integers(0, 255)),
        st.tuples(st.just("insert"), at, st.one_of(st.binary(max_size=8), marks)),
        st.tuples(st.just("untag"), st.integers(0, GOOD.count("<") - 1)),
        st.tuples(st.just("again"), at, st.integers(1, 400)),
        st.tuples(st.just("encode"), st.sampled_from(["utf-16", "utf-16-be", "utf-32", "utf-8-sig"])),
    )
    return st.lists(one, min_size=1, max_size=3)


def harmed(changes):
    data = GOOD.encode()
    for kind, *what in changes:
        if kind == "encode":
            data = data.decode("latin-1").encode(what[0])
            continue
        at = min(what[0], len(data))
        if kind == "cut":
            data = data[:at]
        elif kind == "flip":
            data = data[:at] + bytes([what[1]]) + data[at + 1 :]
        elif kind == "insert":
            data = data[:at] + what[1] + data[at:]
        elif kind == "again":
            data = data[: at + what[1]] + data[at:]
        else:
            tags = list(re.finditer(rb"<[^<>]*>", data))
            if tags:
                tag = tags[what[0] % len(tags)]
                data = data[: tag.start()] + data[tag.end() :]
    return data


@settings(FUZZ, max_examples=50)
@given(changes=mutations())
def test_a_good_file_with_random_harm(tmp_path, changes):
    assert_answers(harmed(changes), tmp_path)


@settings(FUZZ, max_examples=8)
@given(changes=mutations())
def test_a_good_file_with_random_harm_under_all_rules(tmp_path, changes):
    assert_answers(harmed(changes), tmp_path, rules=None)


@settings(FUZZ, max_examples=25)
@given(
    harm=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 60),
)
def test_a_zip_with_random_harm(tmp_path, harm, cut):
    data = bytearray(zip_file(tmp_path, {"cin.xml": GOOD, "b/cin.xml": GOOD}, "good.zip").read_bytes())
    for at, byte in harm:
        data[at % len(data)] = byte
    data = bytes(data[: len(data) - cut if cut < 20 else None])
    result = cr.validate(write(tmp_path, data, "cin.zip"), rules=["CSC"])
    assert result.status() in {0, 1, 2}
    assert result.checked
