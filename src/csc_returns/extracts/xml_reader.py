"""Reads the XML of a return, however it is encoded and wherever it breaks off.

The standard library's expat says what a file holds: it gives exact lines in files of any length (lxml's stop at 65,535) and
resolves nothing from outside. In large files it reads only what is unusual; ``xml_mixed`` reads the rest by columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO
from xml.parsers import expat

from csc_returns.extracts.encoding import Decoded, Encoding, sniff_encoding
from csc_returns.extracts.returns import Return, Unusable
from csc_returns.extracts.xml_mixed import feed
from csc_returns.extracts.xml_pass import Refused, XmlPass
from csc_returns.extracts.xml_pieces import Uncut
from csc_returns.extracts.xml_shared import apart, as_in_xml
from csc_returns.remarks import Remark
from csc_returns.specification import Specification

_CHUNK = 1 << 16
_START = 4096

#: A file that begins with this many blanks or NUL bytes holds nothing.
_BLANKS = 1 << 20
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"

#: The beginning of a web page, which is seldom well-formed: no doctype or root element would be reached.
_HTML = re.compile(r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL)


def read_xml(file: str, open_file: Callable[[], BinaryIO], specification: Specification) -> Return:
    """Read one XML file.

    Args:
        file: its name, for remarks.
        open_file: gives its bytes from the beginning; called again where a first reading shows broken bytes.
        specification: ``whole_specification`` of the collection.

    Raises:
        Unusable: nothing of it could be read; the remark says why.
    """
    elements = as_in_xml(specification)
    with open_file() as stream:
        first = stream.read(_START)
        if not first.strip(_BLANK):
            first += stream.read(_BLANKS)
        encoding = sniff_encoding(first)
        _look_at_start(file, first, encoding)
        reader = XmlPass(file, elements)
        override = encoding.name if encoding.shown or encoding.contradicted else None
        # expat would count a byte order mark as a column.
        chunks = _chunks(first.removeprefix(encoding.mark), stream)
        override = override and override.replace("utf-16-", "utf-16")  # as expat calls it
        trouble = _run(reader, partial(feed, reader, chunks, encoding.name, override))
    if trouble and trouble[0] == "uncut":
        with open_file() as stream:
            reader = XmlPass(file, elements)
            trouble = _run(reader, partial(reader.feed, _chunks(b"", stream), override))
    decoded: Decoded | None = None
    if trouble and trouble[0] in {"bytes", "encoding"}:
        with open_file() as stream:
            decoded = Decoded(stream, encoding.name)
            reader = XmlPass(file, elements)
            trouble = _run(reader, partial(feed, reader, (text.encode() for text in decoded), "utf-8", "utf-8"))
    if encoding.contradicted:
        reader.remark(
            "CSC114",
            f"the file says that it is {encoding.declared}, but it is {encoding.name.upper()}: read as such",
            1,
            1,
        )
    if decoded and decoded.bad_bytes:
        reader.remark(
            "CSC011",
            f"{_number(decoded.bad_bytes, 'byte')} not of the encoding of the file ({encoding.name.upper()}), the first here; "
            "read as Windows-1252",
            decoded.bad_byte_line,
            1,
        )
    if decoded and decoded.bad_characters:
        found = _number(decoded.bad_characters, "NUL or control character")
        reader.remark("CSC012", f"{found}, the first here", decoded.bad_character_line, 1)
    if trouble:
        _tell(reader, *trouble[1:])
    return apart(reader.result(), specification)


def _chunks(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield first
    while data := stream.read(_CHUNK):
        yield data


def _look_at_start(file: str, first: bytes, encoding: Encoding) -> None:
    if not first.strip(_BLANK):
        nothing = "the file holds nothing but blanks or NUL bytes" if first else "the file is empty"
        raise Unusable(Remark("CSC003", nothing, file))
    text = first.decode(encoding.name, errors="replace").lstrip("\ufeff").lstrip()
    if _HTML.match(text):
        raise Unusable(Remark("CSC006", "this is a web page (HTML), not a return", file, 1, 1))
    if not text.startswith("<"):
        raise Unusable(Remark("CSC005", "the file is not XML: it does not begin with <", file, 1, 1))


#: Errors of expat that may come from the bytes and not from the markup.
_BYTE_ERRORS = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
    )
}

#: Errors of expat that say that more was to come.
_CUT_ERRORS = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}

#: What expat says, for people.
_REASONS = {
    expat.errors.XML_ERROR_INVALID_TOKEN: "a character that may not stand here, often an & or < in a text",
    expat.errors.XML_ERROR_TAG_MISMATCH: "a closing tag that does not match the element that is open",
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "something stands behind the end of the return",
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "an entity that XML does not know, such as &nbsp;",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute stands twice in one tag",
    expat.errors.XML_ERROR_MISPLACED_XML_PI: "something stands before <?xml ...?>, which must be the first thing in the file",
    expat.errors.XML_ERROR_BAD_CHAR_REF: "a reference to a character that XML does not have, such as &#0;",
}


def _number(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


Trouble = tuple[str, str, str, int, int]


def _run(reader: XmlPass, read: Callable[[], None]) -> Trouble | None:
    """Read to the end or to what stops it: None, or (kind, code, message, line, column)."""
    try:
        read()
    except Refused as stop:
        place = stop.place or reader.place()
        return ("refused", stop.code, str(stop), *place)
    except expat.ExpatError as error:
        line, column = reader.place(error.lineno, error.offset)
        kind = "bytes" if error.code in _BYTE_ERRORS else "markup"
        if error.code in _CUT_ERRORS:
            return (kind, "CSC009", "the file breaks off before its end", line, column)
        reason = _REASONS.get(expat.ErrorString(error.code) or "", expat.ErrorString(error.code))
        return (kind, "CSC010", f"the file is not well-formed XML from here on: {reason}", line, column)
    except Uncut:
        return ("uncut", "CSC010", "the file cannot be read in its encoding", 1, 1)
    except (UnicodeError, LookupError, ValueError):  # an encoding that expat and Python do not agree on
        return ("encoding", "CSC010", "the file cannot be read in its encoding", 1, 1)
    return None


def _tell(reader: XmlPass, code: str, message: str, line: int, column: int) -> None:
    """Keep what was read before the trouble and say what it was; with nothing read the file is unusable."""
    if reader.root_seen is None or (reader.child < 0 and not any(rows.count for rows in reader.tables.values())):
        raise Unusable(Remark(code, message, reader.file, line, column))
    cut = reader.drop_open_child()
    if cut:
        message += f"; the child that begins in line {cut:,} is not whole and is not checked"
    reader.remark(code, message, line, column)
