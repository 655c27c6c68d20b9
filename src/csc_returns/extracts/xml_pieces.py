"""Cuts a large file at the start tags of its children, into pieces that can be read one by one."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

#: Bytes of a piece. Larger pieces are hardly quicker, and take more memory.
PIECE = 8 << 20

#: Bytes without a start tag after which no more is held: no child is so long.
_FAR = 1 << 19

#: Bytes that no XML may hold: a piece with one of them is for the parser to refuse.
_CONTROL = bytes({*range(32)} - {9, 10, 13})
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")

#: Bytes of UTF-8 that go on with a character.
_GO_ON = bytes(range(0x80, 0xC0))

#: Encodings in which start tags can be looked for in the bytes, and of which Python and expat have the same idea.
_LIKE_ASCII = {"utf-8", "ascii", "iso8859-1", "cp1252"}


class Uncut(Exception):  # noqa: N818 - no error: the file has to be read in another way
    """A file that cannot be read in pieces after all."""


@dataclass(frozen=True)
class Piece:
    """Whole children, or what stands in their place: begins with a start tag, ends before one or at the end of the file.

    ``data`` is UTF-8, its lines end in a line feed alone; ``line`` and ``column`` (from 1) are those in which it begins.
    Where no start tag comes for long, the piece is not ``whole``: it and those behind it are the bytes of the file as they come.
    """

    data: bytes
    line: int
    column: int
    last: bool
    whole: bool = True

    def text(self) -> str | None:
        """The characters; None if there are any that XML does not allow, or the piece is not whole."""
        if (
            not self.whole
            or len(self.data.translate(None, _CONTROL)) != len(self.data)
            or any(no in self.data for no in _NO_CHARACTERS)
        ):
            return None
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None


def can_cut(encoding: str) -> bool:
    """Whether files in an encoding can be cut."""
    return codecs.lookup(encoding).name in _LIKE_ASCII


def as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The same characters in UTF-8.

    Raises:
        Uncut: a byte is not of the encoding.
    """
    if codecs.lookup(encoding).name == "utf-8":  # whether it is will show later
        yield from chunks
        return
    for chunk in chunks:
        try:
            yield chunk.decode(encoding).encode()  # one byte is one character in all the others
        except UnicodeDecodeError as error:
            raise Uncut from error


def pieces(begin: bytes, chunks: Iterator[bytes], tag: bytes, line: int, column: int) -> Iterator[Piece]:
    """Cut.

    Args:
        begin: bytes from the first start tag on.
        chunks: those that follow.
        tag: the start tag of a child.
        line: line of the file in which ``begin`` begins.
        column: likewise, both from 1.
    """
    held, ended = begin, False
    while True:
        if not ended:
            held, ended = _filled(held, chunks, tag)
        at = held.rfind(tag, 1, PIECE + len(tag))
        if at < 0 or (ended and len(held) <= PIECE):
            at = held.find(tag, PIECE)
        if at < 0 and not ended:
            yield Piece(held, line, column, last=False, whole=False)
            yield from (Piece(chunk, 0, 0, last=False, whole=False) for chunk in chunks)
            return
        data = held if at < 0 else held[:at]
        held = held[len(data) :]
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
        yield Piece(data, line, column, last=at < 0)
        if at < 0:
            return
        line, column = end_of(data, line, column)


def _filled(held: bytes, chunks: Iterator[bytes], tag: bytes) -> tuple[bytes, bool]:
    """The bytes held and others behind them, enough for a piece unless no start tag comes; and whether the file ended."""
    taken = [held]
    length, last = len(held), held.rfind(tag, 1)
    while (length < PIECE or last < 0) and length - max(last, 0) <= _FAR:
        chunk = next(chunks, b"")
        if not chunk:
            return b"".join(taken), True
        before = taken[-1][1 - len(tag) :]  # in which the tag may begin
        found = (before + chunk).rfind(tag)
        if found >= 0:
            last = length - len(before) + found
        taken.append(chunk)
        length += len(chunk)
    return b"".join(taken), False


def end_of(data: bytes, line: int, column: int) -> tuple[int, int]:
    """Line and column behind UTF-8 that begins in a line and column and has line feeds only."""
    lines = data.count(b"\n")
    behind = data[data.rfind(b"\n") + 1 :]
    return line + lines, len(behind.translate(None, _GO_ON)) + (1 if lines else column)


def ancestors(before: bytes, tag: bytes) -> bytes | None:
    """The start tags, without attributes, of the elements in which the first child stands.

    Args:
        before: all that stands before the child in the file, in UTF-8.
        tag: its start tag.

    Returns:
        None where this cannot be told, or a document type is declared.
    """
    names: list[str] = []
    unclear: list[object] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _: names.append(name)
    parser.EndElementHandler = lambda _: names.pop()
    parser.StartDoctypeDeclHandler = lambda *what: unclear.append(what)
    try:
        parser.Parse(before + tag, False)
    except expat.ExpatError:
        return None
    if unclear or not names or f"<{names[-1]}>".encode() != tag:
        return None
    return "".join(f"<{name}>" for name in names[:-1]).encode()
