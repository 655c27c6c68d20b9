"""From a path to the returns it may hold: a file, a folder, or a zip file, opened without unpacking anything to disk."""

from __future__ import annotations

import io
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from csc_returns.extracts.encoding import text_encoding
from csc_returns.extracts.returns import Unusable
from csc_returns.remarks import Remark

#: A zip file that would unpack to more than this is refused, however well it is packed.
LARGEST_UNPACKED = 4 << 30

#: Beyond ``_SMALL`` bytes, content more than this many times the size of the zip file is refused: returns pack about 30 to 1.
LARGEST_RATIO = 300
_SMALL = 50 << 20

#: Lines in which a separator shows that a file is CSV: a title for people may stand above the columns.
_FIRST_LINES = 10

#: What reading a damaged zip file, or one packed in a way that Python does not know, may raise.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)

Opener = Callable[[], BinaryIO]


@dataclass
class Source:
    """Files that make up one return: one XML file, or the CSV tables of one folder or zip file.

    ``files`` holds names as they are shown and how to open them. ``ignored`` names files beside them that are neither.
    ``found`` says that they were found in a folder or zip file, and not named by the user.
    """

    path: str
    kind: str
    files: list[tuple[str, Opener]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    found: bool = False


def sources(path: str) -> Iterator[Source | Unusable]:
    """Every return below a path, in the order of the names; what cannot be opened comes as ``Unusable``, the rest goes on."""
    try:
        yield from _sources(Path(path), path)
    except Unusable as unusable:
        yield unusable
    except OSError as error:
        yield Unusable(os_remark(error, path))


def _sources(path: Path, shown: str) -> Iterator[Source | Unusable]:
    if not shown.strip():
        raise Unusable(Remark("CSC001", "no file was named", shown))
    if path.is_dir():
        yield from _folder(path)
        return
    if path.exists() and not path.is_file():
        raise Unusable(
            Remark("CSC002", "this is a pipe or a device, which can be read once only: save it as a file first", shown)
        )
    with _open(path, shown) as file:
        first = file.read(4096)
    if first.startswith(b"PK\x03\x04") or (first.startswith(b"PK\x05\x06") and len(first) < 100):
        yield from _zip(path, shown)
    elif _is_text_table(first):
        yield Source(shown, "csv", [(shown, _opener(path, shown))])
    else:
        yield Source(shown, "xml", [(shown, _opener(path, shown))])


def _folder(folder: Path) -> Iterator[Source | Unusable]:
    found = False
    closed: list[OSError] = []
    for inner, folders, names in os.walk(folder, onerror=closed.append):
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        tables = Source(inner, "csv", found=True)
        for name in sorted(names):
            path = Path(inner, name)
            suffix = path.suffix.lower()
            if name.startswith((".", "~$")):
                continue
            if suffix in {".xml", ".zip"}:
                found = True
                yield from sources(str(path))
            elif suffix in {".csv", ".tsv", ".txt"}:
                tables.files.append((str(path), _opener(path, str(path))))
            else:
                tables.ignored.append(str(path))
        if tables.files:
            found = True
            yield tables
    for error in closed:
        yield Unusable(os_remark(error, str(error.filename or folder)))
    if not found and not closed:
        yield Unusable(Remark("CSC004", "there is no XML, CSV or zip file in this folder", str(folder)))


def _zip(path: Path, shown: str) -> Iterator[Source | Unusable]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except _DAMAGED as error:
        raise Unusable(Remark("CSC017", f"the zip file cannot be read ({type(error).__name__})", shown)) from error
    for member in members:
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or re.match("[A-Za-z]:", member.filename):
            raise Unusable(
                Remark("CSC015", "a file in the zip has a path that leads out of it: nothing was unpacked", shown)
            )
        if member.flag_bits & 1:
            raise Unusable(Remark("CSC017", "the zip file asks for a password", shown))
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise Unusable(Remark("CSC005", "this is an Excel workbook or a Word document, not a return", shown))
    unpacked = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if unpacked > LARGEST_UNPACKED or (unpacked > _SMALL and unpacked > LARGEST_RATIO * packed):
        message = f"{packed:,} bytes would unpack to {unpacked:,}: nothing was unpacked"
        raise Unusable(Remark("CSC016", message, shown))
    found = False
    tables: dict[str, Source] = {}
    ignored: list[str] = []
    for member in sorted(members, key=lambda member: member.filename):
        name = member.filename
        if name.startswith("__MACOSX") or PurePosixPath(name).name.startswith("."):
            continue
        inner = f"{shown}/{name}"
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".xml":
            found = True
            yield Source(inner, "xml", [(inner, _member_opener(path, member, shown))])
        elif suffix in {".csv", ".tsv", ".txt"}:
            found = True
            folder = str(PurePosixPath(name).parent)
            tables.setdefault(
                folder, Source(shown if folder == "." else f"{shown}/{folder}", "csv", found=True)
            ).files.append((inner, _member_opener(path, member, shown)))
        else:
            ignored.append(inner)
    for table in tables.values():
        table.ignored, ignored = ignored, []
        yield table
    if not found:
        raise Unusable(Remark("CSC004", "there is no XML or CSV file in this zip file", shown))


def _opener(path: Path, shown: str) -> Opener:
    return lambda: _open(path, shown)


def _open(path: Path, shown: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unusable(os_remark(error, shown)) from error
    except ValueError as error:  # a NUL character in the name
        raise Unusable(Remark("CSC001", "there is no such file or folder", shown)) from error


def _member_opener(path: Path, member: zipfile.ZipInfo, shown: str) -> Opener:
    def opener() -> BinaryIO:
        archive = zipfile.ZipFile(path)
        try:
            return cast("BinaryIO", io.BufferedReader(_Member(archive, archive.open(member), shown)))
        except _DAMAGED as error:
            archive.close()
            message = f"{member.filename} cannot be unpacked ({type(error).__name__})"
            raise Unusable(Remark("CSC017", message, shown)) from error

    return opener


class _Member(io.RawIOBase):
    """A file inside a zip: closes the archive with it, and says plainly when the zip is damaged."""

    def __init__(self, archive: zipfile.ZipFile, member: IO[bytes], shown: str) -> None:
        self.archive = archive
        self.member = member
        self.shown = shown

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.member.read(len(buffer))
        except _DAMAGED as error:
            raise Unusable(
                Remark("CSC017", "the zip file is damaged: a file in it cannot be unpacked", self.shown)
            ) from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self.member.close()
            self.archive.close()
        super().close()


def os_remark(error: OSError, shown: str) -> Remark:
    """What to say of a file or folder that cannot be opened or read."""
    if isinstance(error, FileNotFoundError):
        return Remark("CSC001", "there is no such file or folder", shown)
    if isinstance(error, PermissionError):
        return Remark("CSC002", "the file may not be opened: no permission, or another program holds it", shown)
    return Remark("CSC002", f"the file cannot be opened ({error.strerror or type(error).__name__})", shown)


def _is_text_table(first: bytes) -> bool:
    """Whether a file looks like CSV rather than XML: text that does not begin with <, with a separator in its first lines."""
    encoding = text_encoding(first)
    text = first.removeprefix(encoding.mark).decode(encoding.shown or "utf-8", errors="replace").lstrip()
    lines = text.split("\n", _FIRST_LINES)[:_FIRST_LINES]
    return not text.startswith("<") and any(mark in line for mark in ",;\t|" for line in lines)
