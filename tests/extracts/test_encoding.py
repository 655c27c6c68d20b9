"""Bytes → characters, whatever a file says of its encoding."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_returns.extracts import encoding as module
from csc_returns.extracts.encoding import Decoded, sniff_encoding

DECLARATION = '<?xml version="1.0" encoding="{}"?>\n<Message/>'


def decode(data, encoding):
    decoded = Decoded(io.BytesIO(data), encoding)
    return "".join(decoded), decoded


@pytest.mark.parametrize(
    ("data", "declared", "name", "contradicted"),
    [
        (b"<Message/>", None, "utf-8", False),
        (DECLARATION.format("UTF-8").encode(), "UTF-8", "utf-8", False),
        (DECLARATION.format("utf8").encode(), "utf8", "utf-8", False),
        (DECLARATION.format("Windows-1252").encode(), "Windows-1252", "cp1252", False),
        (DECLARATION.format("ISO-8859-15").encode(), "ISO-8859-15", "iso8859-15", False),
        (DECLARATION.format("US-ASCII").encode(), "US-ASCII", "ascii", False),
        (DECLARATION.replace('"', "'").format("latin1").encode(), "latin1", "iso8859-1", False),
        (DECLARATION.format("UTF-16").encode(), "UTF-16", "utf-8", True),
        (DECLARATION.format("utf_16").encode(), "utf_16", "utf-8", True),
        (DECLARATION.format("UCS-2").encode(), "UCS-2", "utf-8", True),
        (DECLARATION.format("ansi").encode(), "ansi", "cp1252", True),
        (DECLARATION.format("base64").encode(), "base64", "cp1252", True),
        (DECLARATION.format("unicode_escape").encode(), "unicode_escape", "cp1252", True),
        (DECLARATION.format("utf-7").encode(), "utf-7", "cp1252", True),
        (b"\xef\xbb\xbf" + DECLARATION.format("UTF-8").encode(), "UTF-8", "utf-8", False),
        (b"\xef\xbb\xbf" + DECLARATION.format("latin-1").encode(), "latin-1", "utf-8", True),
        (DECLARATION.format("UTF-16").encode("utf-16"), "UTF-16", "utf-16-le", False),
        (b"\xfe\xff" + DECLARATION.format("UTF-16").encode("utf-16-be"), "UTF-16", "utf-16-be", False),
        (DECLARATION.format("UTF-16LE").encode("utf-16-le"), "UTF-16LE", "utf-16-le", False),
        (DECLARATION.format("UTF-16").encode("utf-16-be"), "UTF-16", "utf-16-be", False),
        (DECLARATION.format("UTF-8").encode("utf-16"), "UTF-8", "utf-16-le", True),
        (DECLARATION.format("UTF-32").encode("utf-32"), "UTF-32", "utf-32-le", False),
        (b"", None, "utf-8", False),
    ],
)
def test_the_encoding_shown_by_the_bytes_wins_over_the_one_declared(data, declared, name, contradicted):
    found = sniff_encoding(data)
    assert (found.declared, found.name, found.contradicted) == (declared, name, contradicted)
    assert data.removeprefix(found.mark).decode(found.name)[:1] in {"", "<"}


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20), st.binary(max_size=30))
def test_anything_declared_gives_an_encoding_that_reads_anything(name, data):
    found = sniff_encoding(DECLARATION.format(name).encode() + data)
    assert isinstance(found.contradicted, bool)
    text, _ = decode(DECLARATION.format(name).encode() + data, found.name)
    assert text.startswith("<?xml")


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=200),
    st.sampled_from(["utf-8", "cp1252", "ascii", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"]),
)
def test_any_bytes_are_read_in_any_encoding(data, encoding):
    text, decoded = decode(data, encoding)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)
    assert text.encode("utf-8", "strict") is not None
    assert (decoded.bad_bytes > 0) == (decoded.bad_byte_line > 0)
    assert (decoded.bad_characters > 0) == (decoded.bad_character_line > 0)
    if not decoded.bad_bytes and not decoded.bad_characters and encoding != "gb18030":
        assert text.encode(encoding) == data.removeprefix("\ufeff".encode(encoding) if encoding[:3] == "utf" else b"")


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(1, 7))
def test_chunks_make_no_difference(text, size):
    original = module._CHUNK
    for encoding in ("utf-8", "utf-16-le"):
        data = text.encode(encoding) + b"\xff"
        whole = decode(data, encoding)
        try:
            module._CHUNK = size
            pieces = decode(data, encoding)
        finally:
            module._CHUNK = original
        assert whole[0] == pieces[0]
        for name in ("bad_bytes", "bad_byte_line", "bad_characters", "bad_character_line"):
            assert getattr(whole[1], name) == getattr(pieces[1], name), name


def test_bytes_that_do_not_fit_are_read_as_windows_1252_and_counted():
    text, decoded = decode(b"one\ntwo \x96 caf\xe9\nthree \x81\n", "utf-8")
    assert text == "one\ntwo \u2013 caf\u00e9\nthree \ufffd\n"
    assert (decoded.bad_bytes, decoded.bad_byte_line) == (3, 2)
    assert decoded.bad_characters == 0


def test_characters_that_xml_forbids_are_replaced_and_counted():
    text, decoded = decode(b"one\n\ttwo\0\r\n\x1bthree\x7f", "utf-8")
    assert text == "one\n\ttwo\ufffd\r\n\ufffdthree\x7f"
    assert (decoded.bad_characters, decoded.bad_character_line) == (2, 2)
    assert decoded.bad_bytes == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_lines_are_counted_over_many_chunks(encoding):
    bad = b"\xff" if encoding == "utf-8" else b"\x00\xdc"  # half of a pair
    data = (
        "line\n".encode(encoding) * 50_000
        + "\0".encode(encoding)
        + "\n".encode(encoding) * 3
        + bad
        + "x".encode(encoding)
    )
    _, decoded = decode(data, encoding)
    assert (decoded.bad_character_line, decoded.bad_byte_line) == (50_001, 50_004)


def test_a_mark_is_no_text_and_one_in_the_middle_stays():
    assert decode(b"\xef\xbb\xbfa\xef\xbb\xbfb", "utf-8")[0] == "a\ufeffb"
