"""Reads the XML of a return, however it is encoded and wherever it breaks off.

The standard library's expat does the reading: it gives exact lines in files of any length (lxml's stop at 65,535) and resolves
nothing from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from csc_returns.extracts.encoding import Decoded, Encoding, sniff_encoding
from csc_returns.extracts.returns import Return, Unusable
from csc_returns.extracts.xml_pass import Refused, XmlPass
from csc_returns.remarks import Remark
from csc_returns.specification import Specification

_CHUNK = 1 << 16


def read_xml(file: str, open_file: Callable[[], BinaryIO], specification: Specification) -> Return:
    """Read one XML file.

    Args:
        file: its name, for remarks.
        open_file: gives its bytes from the beginning; called again where a first reading shows broken bytes.
        specification: ``whole_specification`` of the collection.

    Raises:
        Unusable: nothing of it could be read; the remark says why.
    """
    with open_file() as stream:
        first = stream.read(4096)
        encoding = sniff_encoding(first)
        _look_at_start(file, first, encoding)
        reader = XmlPass(file, specification)
        override = encoding.name if encoding.contradicted and encoding.name == "utf-8" else None
        trouble = _run(reader, _chunks(first, stream), override)
    decoded: Decoded | None = None
    if trouble and trouble[0] in {"bytes", "encoding"}:
        with open_file() as stream:
            decoded = Decoded(stream, encoding.name)
            reader = XmlPass(file, specification)
            trouble = _run(reader, iter(decoded), None)
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
    return reader.result()


def _chunks(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield first
    while data := stream.read(_CHUNK):
        yield data


def _look_at_start(file: str, first: bytes, encoding: Encoding) -> None:
    text = first.decode(encoding.name, errors="replace").lstrip("\ufeff").lstrip()
    if not first or not text.strip("\0"):
        raise Unusable(Remark("CSC003", "the file is empty", file))
    if not text.startswith("<"):
        raise Unusable(Remark("CSC005", "the file is not XML: it does not begin with <", file, 1, 1))


#: Errors of expat that may come from the bytes and not from the markup.
_BYTE_ERRORS = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}


#: What expat says, for people.
_REASONS = {
    expat.errors.XML_ERROR_INVALID_TOKEN: "a character that may not stand here, often an & or < in a text",
    expat.errors.XML_ERROR_TAG_MISMATCH: "a closing tag that does not match the element that is open",
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "something stands behind the end of the return",
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "an entity that XML does not know, such as &nbsp;",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute stands twice in one tag",
}


def _number(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


Trouble = tuple[str, str, str, int, int]


def _run(reader: XmlPass, chunks: Iterator[bytes] | Iterator[str], encoding: str | None) -> Trouble | None:
    """Read to the end or to what stops it: None, or (kind, code, message, line, column)."""
    try:
        reader.feed(chunks, encoding)
    except Refused as stop:
        return ("refused", stop.code, str(stop), reader.parser.CurrentLineNumber, reader.parser.CurrentColumnNumber + 1)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        kind = "bytes" if error.code in _BYTE_ERRORS else "markup"
        if reader.ended:
            return (kind, "CSC009", "the file breaks off before its end", line, column)
        reason = _REASONS.get(expat.ErrorString(error.code) or "", expat.ErrorString(error.code))
        return (kind, "CSC010", f"the file is not well-formed XML from here on: {reason}", line, column)
    except (UnicodeError, LookupError, ValueError):  # an encoding that expat and Python do not agree on
        return ("encoding", "CSC010", "the file cannot be read in its encoding", 1, 1)
    return None


def _tell(reader: XmlPass, code: str, message: str, line: int, column: int) -> None:
    """Keep what was read before the trouble and say what it was; with nothing read the file is unusable."""
    if reader.root_seen is None or (reader.child < 0 and not reader.tables["Header"].count):
        raise Unusable(Remark(code, message, reader.file, line, column))
    cut = reader.drop_open_child()
    if cut:
        message += f"; the child that begins in line {cut:,} is not whole and is not checked"
    reader.remark(code, message, line, column)
