"""Bytes to characters: which encoding a file is in, and reading on where its bytes do not fit."""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_CHUNK = 1 << 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:\-]+)[\"']")

#: Characters that XML does not allow, the NUL character first among them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BAD_BYTES = "csc-returns-bad-bytes"

#: Bytes that mean the same in every encoding in which a declaration could be found by its letters.
_PLAIN = b'<?xml version="1.0"?>\\u0041 +AGE- ~~ -'


@dataclass(frozen=True)
class Encoding:
    """What a file says of its encoding and what its first bytes show, of which ``mark`` (a byte order mark) is no text."""

    declared: str | None
    shown: str | None
    mark: bytes = b""

    @property
    def name(self) -> str:
        """The encoding to read with: what the bytes show, else what is declared, else UTF-8."""
        if self.shown:
            return self.shown
        declared = (self.declared or "utf-8").lower().replace("_", "-")
        if declared.startswith(("utf-16", "utf16", "ucs", "utf-32")):
            return "utf-8"  # such a file would show it: every other byte would be zero
        return _text_encoding(declared) or "cp1252"

    @property
    def contradicted(self) -> bool:
        """Whether the declaration names another encoding than the one to read with."""
        if self.declared is None:
            return False
        declared = self.declared.lower().replace("_", "-")
        if declared in {"utf-16", "utf16", "unicode", "utf-32"}:
            return not self.name.startswith(("utf-16", "utf-32"))
        try:
            return codecs.lookup(declared).name != codecs.lookup(self.name).name
        except LookupError:
            return True


def _text_encoding(declared: str) -> str | None:
    """Python's name of an encoding; None where it has none, or one that cannot be that of a file whose letters were readable.

    Python also counts base64, punycode and the like among its encodings.
    """
    try:
        name = codecs.lookup(declared).name
        return name if _PLAIN.decode(name, errors="replace") == _PLAIN.decode("ascii") else None
    except (LookupError, UnicodeError):
        return None


def sniff_encoding(first: bytes) -> Encoding:
    """The encoding of an XML file from its first bytes."""
    mark, shown = next(((bom, name) for bom, name in _BOMS if first.startswith(bom)), (b"", None))
    if shown is None and first[:4:2] == b"<?" and first[1:4:2] == b"\0\0":
        shown = "utf-16-le"
    elif shown is None and first[1:4:2] == b"<?" and first[:4:2] == b"\0\0":
        shown = "utf-16-be"
    head = first[:1000]
    found = _DECLARED.search(head.replace(b"\0", b""))
    return Encoding(found.group(1).decode("ascii") if found else None, shown, mark)


def text_encoding(first: bytes) -> Encoding:
    """The encoding of a text from its first bytes: by its mark, or because every other byte is zero."""
    found = sniff_encoding(first)
    if found.shown is None and len(first) > 1 and first.count(0) * 2 >= len(first) - 1:
        if not any(first[1::2]):
            return Encoding(None, "utf-16-le")
        if not any(first[::2]):
            return Encoding(None, "utf-16-be")
    return found


class Decoded:
    """The characters of a file in chunks, however broken its bytes.

    Bytes that do not fit are read as Windows-1252, characters that XML forbids become U+FFFD; ``bad_bytes`` and
    ``bad_characters`` count them, ``bad_byte_line`` and ``bad_character_line`` tell where the first stands.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.stream = stream
        self.encoding = encoding
        self.bad_bytes = 0
        self.bad_byte_line = 0
        self.bad_characters = 0
        self.bad_character_line = 0
        self._lines = 1

    def __iter__(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)(errors=_BAD_BYTES)
        first = True
        while True:
            data = self.stream.read(_CHUNK)
            _reading.decoded = self
            text = decoder.decode(data, final=not data)
            if first:
                text = text.removeprefix("\ufeff")
                first = not text and bool(data)
            if found := _CONTROL.search(text):
                if not self.bad_characters:
                    self.bad_character_line = self._lines + text.count("\n", 0, found.start())
                text, number = _CONTROL.subn("\ufffd", text)
                self.bad_characters += number
            self._lines += text.count("\n")
            if text:
                yield text
            if not data:
                return

    def _bad(self, error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        if not self.bad_bytes:
            self.bad_byte_line = self._lines + error.object.count(b"\n", 0, error.start)
        bad = error.object[error.start : error.end]
        self.bad_bytes += len(bad)
        return bad.decode("cp1252", errors="replace"), error.end


#: The file that a thread is decoding: the handler of bad bytes is one for the whole process.
_reading = threading.local()


def _bad_bytes(error: UnicodeError) -> tuple[str, int]:
    decoded: Decoded = _reading.decoded
    return decoded._bad(error)


codecs.register_error(_BAD_BYTES, _bad_bytes)
