"""Reference data from files: the postcode directory of the Office for National Statistics (ONS), and the register of providers.

Both are known by the names of their columns, which differ between editions. A directory has millions of rows: only the columns
that rules read are taken from it, in one streaming pass.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePath

import polars as pl

from csc_returns.extracts.csv_columns import DELIMITERS
from csc_returns.extracts.encoding import sniff_encoding
from csc_returns.extracts.returns import Unusable
from csc_returns.extracts.sources import Opener, sources

#: The title line of a file stands within so many bytes.
_HEAD = 1 << 16


class UnusableReference(ValueError):  # noqa: N818 - named for what is wrong, as people read it
    """A file is not the reference data it was given as; the message says which columns were looked for and what to do."""


@dataclass(frozen=True)
class _Wanted:
    """One column: our name, the names that editions give it (patterns in small letters, best first), how they are told to people.

    A file may lack it if ``may_lack``; it is then blank if ``blank_without``, else the frame lacks it too.
    """

    name: str
    spellings: Sequence[str]
    shown: str
    may_lack: bool = False
    blank_without: bool = False

    def place(self, titles: Sequence[str]) -> int | None:
        """Which of some titles (in small letters) names this column."""
        fits = (titles.index(title) for pattern in self.spellings for title in titles if re.fullmatch(pattern, title))
        return next(fits, None)


#: ``pcds`` has one space, ``pcd7``/``pcd`` and ``pcd8``/``pcd2`` pad to seven and eight signs: without spaces all are equal.
_POSTCODES = (
    _Wanted("pcd", ("pcd", "pcds", "pcd7", "pcd8", "pcd2"), "pcd (pcds, pcd7, pcd8, pcd2)"),
    _Wanted("laua", ("laua", "oslaua", r"lad\d*(cd)?"), "laua (oslaua, lad25cd)"),
    _Wanted("oscty", ("oscty", "cty", r"cty\d+cd"), "oscty (cty, cty25cd)", may_lack=True, blank_without=True),
    _Wanted("oseast1m", ("oseast1m", "east1m"), "oseast1m (east1m)"),
    _Wanted("osnrth1m", ("osnrth1m", "north1m"), "osnrth1m (north1m)"),
)

_PROVIDERS = tuple(
    _Wanted(name, (name.lower(),), name, may_lack=name == "LA_CODE_INFERRED")
    for name in ("URN", "POSTCODE", "PLACE_CODES", "PROVIDER_CODES", "REG_END", "LA_CODE_INFERRED")
)


def read_postcodes(path: str | PathLike[str]) -> pl.DataFrame:
    """Read the ONS Postcode Directory, or the National Statistics Postcode Lookup, in any edition.

    Terminated postcodes are kept: a placement of years ago may stand there. Where the file has no column of counties, ``oscty``
    is blank.

    Args:
        path: the CSV file, or a zip file in which one CSV file is such a directory.

    Returns:
        Columns ``pcd``, ``laua``, ``oscty`` (ONS codes), ``oseast1m``, ``osnrth1m`` (metres), all as text.

    Raises:
        UnusableReference: the file cannot be opened, or is no postcode directory.
    """
    return _read(
        str(path),
        _POSTCODES,
        "postcode directory",
        "Give the CSV file of the ONS Postcode Directory for the United Kingdom, from the Open Geography portal of the ONS.",
    )


def read_providers(path: str | PathLike[str]) -> pl.DataFrame:
    """Read the register of providers of children's homes, fostering and adoption.

    Args:
        path: the CSV file, or a zip file in which one CSV file is such a register. Further columns are left aside.

    Returns:
        Columns ``URN``, ``POSTCODE``, ``PLACE_CODES``, ``PROVIDER_CODES`` (lists parted by commas), ``REG_END`` (a date) and,
        where the file has it, ``LA_CODE_INFERRED`` (ONS code), all as text.

    Raises:
        UnusableReference: the file cannot be opened, or is no such register.
    """
    return _read(
        str(path),
        _PROVIDERS,
        "register of providers",
        "Give a CSV file with one row a provider and these titles in its first line.",
    )


def _read(path: str, wanted: Sequence[_Wanted], what: str, advice: str) -> pl.DataFrame:
    files = [(name, opener, _title_line(opener, wanted, path)) for name, opener in _files(path, what)]
    fitting = [(name, opener, title) for name, opener, title in files if not title.lacking]
    if len(fitting) > 1:
        names = ", ".join(PurePath(name).name for name, *_ in fitting[:3])
        raise UnusableReference(
            f"{path} holds {len(fitting):,} files that could be the {what} ({names}{', ...' if len(fitting) > 3 else ''}): "
            "unpack it and name one of them."
        )
    if not fitting:
        *_, closest = min(files, key=lambda file: len(file[2].lacking))
        missing = " and no ".join(column.name for column in closest.lacking)
        looked_for = ", ".join(column.shown for column in wanted if not column.may_lack)
        raise UnusableReference(
            f"{path} is no {what}: there is no column {missing} in its first line. Columns looked for, in any order, in "
            f"capitals or not: {looked_for}. {advice}"
        )
    name, opener, title = fitting[0]
    if Path(name).is_file():
        rows = _rows(Path(name), title, path, what)
    else:  # inside a zip file: polars reads from disk, piece by piece, what would be large in memory
        with tempfile.TemporaryDirectory(prefix="csc-returns-") as folder:
            unpacked = Path(folder, "unpacked.csv")
            _unpack(opener, unpacked, path)
            rows = _rows(unpacked, title, path, what)
    lacking = [column.name for column in wanted if column.name not in rows.columns and column.blank_without]
    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in lacking).select(
        column.name for column in wanted if column.name in {*rows.columns, *lacking}
    )


def _files(path: str, what: str) -> list[tuple[str, Opener]]:
    """The files that may be meant by a path, with how to open them."""
    if Path(path).is_dir():
        raise UnusableReference(f"{path} is a folder: name the CSV file of the {what} itself.")
    files: list[tuple[str, Opener]] = []
    for source in sources(path):
        if isinstance(source, Unusable):
            raise UnusableReference(f"{path} cannot be read: {source.remark.message}. Give the {what} as a CSV file.")
        files += source.files
    return files


def _unpack(opener: Opener, target: Path, path: str) -> None:
    try:
        with opener() as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except Unusable as unusable:
        raise UnusableReference(f"{path} cannot be read: {unusable.remark.message}.") from unusable
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnusableReference(f"{path} cannot be unpacked ({reason}): unpack it and name the CSV file.") from error


@dataclass(frozen=True)
class _Title:
    """What the title line of a file says: our names of columns by their places, and which there are not."""

    delimiter: str
    encoding: str
    places: Mapping[int, str]
    lacking: Sequence[_Wanted]


def _title_line(opener: Opener, wanted: Sequence[_Wanted], path: str) -> _Title:
    try:
        with opener() as file:
            head = file.read(_HEAD)
    except Unusable as unusable:
        raise UnusableReference(f"{path} cannot be read: {unusable.remark.message}.") from unusable
    except OSError as error:
        raise UnusableReference(f"{path} cannot be read ({error.strerror or type(error).__name__}).") from error
    encoding = sniff_encoding(head).name
    line = head.decode(encoding, errors="replace").lstrip("\ufeff").partition("\n")[0].strip("\r")
    titles = [_assigned(line, delimiter, encoding, wanted) for delimiter in DELIMITERS]
    return min(titles, key=lambda title: len(title.lacking))


def _assigned(line: str, delimiter: str, encoding: str, wanted: Sequence[_Wanted]) -> _Title:
    try:
        cells = [cell.strip().lower() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:  # a cell of very many signs: no title line
        cells = []
    at = {column.name: column.place(cells) for column in wanted}
    return _Title(
        delimiter,
        encoding,
        {place: name for name, place in at.items() if place is not None},
        [column for column in wanted if at[column.name] is None and not column.may_lack],
    )


def _rows(file: Path, title: _Title, path: str, what: str) -> pl.DataFrame:
    """The wanted columns of a file, as text."""
    try:
        wide = title.encoding.startswith(("utf-16", "utf-32"))
        source = file.read_text(encoding=title.encoding).lstrip("\ufeff").encode() if wide else file
        return (
            pl.scan_csv(
                source,
                separator=title.delimiter,
                infer_schema=False,
                encoding="utf8-lossy",
                truncate_ragged_lines=True,
                with_column_names=lambda names: [title.places.get(at, f"_{at}") for at in range(len(names))],
            )
            .select(title.places.values())
            .collect(engine="streaming")
        )
    except (pl.exceptions.PolarsError, UnicodeError, OSError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise UnusableReference(
            f"{path} cannot be read as a {what} ({reason}): save it as CSV in UTF-8 again."
        ) from error
