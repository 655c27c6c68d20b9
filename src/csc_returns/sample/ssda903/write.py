"""Writes the rows of children as a folder (or zip) of CSV tables or as XML, one child after the other."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from csc_returns.sample.ssda903.project import Row, Rows
from csc_returns.specification import Specification, Table, whole_specification

#: Elements that stand in the XML also when they are blank.
_ALWAYS = {"UPN", "UASC", "DEC", "REC"}


def _line(values: Iterable[str]) -> str:
    listed = list(values)
    line = ",".join(listed)
    if line.count(",") < len(listed) and not any(mark in line for mark in '"\r\n'):
        return line + "\n"
    quoted = io.StringIO()
    csv.writer(quoted, lineterminator="\n").writerow(listed)
    return quoted.getvalue()


class CsvTables:
    """CSV tables of one return, open for writing; with ``own_columns`` also those columns that are made from others."""

    def __init__(self, folder: Path, specification: Specification, stack: ExitStack, own_columns: bool = False) -> None:
        self._tables: list[tuple[str, list[str], TextIO]] = []
        for name, table in specification.tables.items():
            file = stack.enter_context((folder / f"{table.file}.csv").open("w", encoding="utf-8", newline=""))
            columns = [*table.columns, *(column.name for column in table.derived if own_columns)]
            file.write(_line(columns))
            self._tables.append((name, columns, file))

    def write(self, children: Iterable[Rows]) -> None:
        """Write the rows of some children."""
        lines: dict[str, list[str]] = {name: [] for name, _, _ in self._tables}
        for rows in children:
            for name, columns, _ in self._tables:
                for row in rows.get(name, ()):
                    lines[name].append(_line(row.get(column, "") for column in columns))
        for name, _, file in self._tables:
            file.write("".join(lines[name]))


class Xml:
    """The XML of one return, open for writing."""

    def __init__(self, file: TextIO, specification: Specification) -> None:
        self._file = file
        self._root, self._child = specification.root, specification.row_root[-1]
        self._tables = specification.tables
        header = self._tables["Header"]
        # Tables in the element of the header, and those that have an element in it.
        self._beside = [one for one in self._tables.values() if one.path == header.path]
        self._inside = {one.element: one for one in self._tables.values() if one.parent == "Header"}
        self._owner = {item.element: (one, item.name) for one in reversed(self._beside) for item in one.items.values()}
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{self._root}>\n')

    def write(self, children: Iterable[Rows]) -> None:
        """Write some children."""
        self._file.write("".join(line for rows in children for line in self._lines(rows)))

    def end(self) -> None:
        """Close the outermost element."""
        self._file.write(f"</{self._root}>\n")

    def _lines(self, rows: Rows) -> Iterator[str]:
        for place, header in enumerate(rows.get("Header", ())):
            yield f"  <{self._child}>\n    <{self._tables['Header'].element}>\n"
            yield from self._header(rows if place == 0 else {}, header)
            yield f"    </{self._tables['Header'].element}>\n"
            for row in rows.get("Episodes", ()) if place == 0 else ():
                yield from _element(self._tables["Episodes"], row, "    ")
            yield f"  </{self._child}>\n"

    def _header(self, rows: Rows, header: Row) -> Iterator[str]:
        for name in self._tables["Header"].order:
            if name in self._inside:
                for row in rows.get(self._inside[name].name, ()):
                    yield from _element(self._inside[name], row, "      ")
            elif name == "UASC":
                given = header.get("UASC", "1" if rows.get("UASC") else "0")
                yield f"      <UASC>{escape(given)}</UASC>\n"
            else:
                table, item = self._owner[name]
                # Of the tables beside the header a child may have no row, and so no elements.
                always = table.name == "Header" and (name in _ALWAYS or table.items[item].blank == "never")
                row = header if table.name == "Header" else next(iter(rows.get(table.name, ())), {})
                yield from _item(name, row.get(item, ""), always, "      ")


def _element(table: Table, row: Row, indent: str) -> Iterator[str]:
    yield f"{indent}<{table.element}>\n"
    by_element = {item.element: item for item in table.items.values()}
    for name in table.order:
        item = by_element[name]
        yield from _item(name, row.get(item.name, ""), name in _ALWAYS or item.blank == "never", indent + "  ")
    yield f"{indent}</{table.element}>\n"


def _item(name: str, value: str, always: bool, indent: str) -> Iterator[str]:
    if value or always:
        yield f"{indent}<{name}>{escape(value)}</{name}>\n"


@contextmanager
def open_return(
    path: Path | TextIO, specification: Specification, form: str, own_columns: bool = False
) -> Iterator[CsvTables | Xml]:
    """A return to be written at ``path``: ``form`` csv makes a folder (or a file that ends with .zip), xml a file.

    An open file is left open; it can hold XML only. With ``own_columns`` a folder's tables hold also the columns that are
    made from others.
    """
    with ExitStack() as stack:
        if not isinstance(path, Path):
            xml = Xml(path, specification)
            yield xml
            xml.end()
        elif form == "xml":
            xml = Xml(stack.enter_context(path.open("w", encoding="utf-8", newline="")), specification)
            yield xml
            xml.end()
        elif path.suffix.lower() == ".zip":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            with ExitStack() as files:
                yield CsvTables(folder, specification, files)
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for one in sorted(folder.iterdir()):
                    # The same bytes on every day: no date of today in the archive.
                    info = zipfile.ZipInfo(one.name, (2000, 1, 1, 0, 0, 0))
                    info.compress_type = zipfile.ZIP_DEFLATED
                    with one.open("rb") as source, archive.open(info, "w") as target:
                        while piece := source.read(1 << 20):
                            target.write(piece)
        else:
            path.mkdir(parents=True, exist_ok=True)
            # Tables of another year would be read as part of this return.
            for table in whole_specification(specification.collection).tables.values():
                (path / f"{table.file}.csv").unlink(missing_ok=True)
            yield CsvTables(path, specification, stack, own_columns)


def write_reference(folder: Path, name: str, rows: Iterable[Iterable[str]]) -> None:
    """Write reference data as a CSV table, its column names first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_text("".join(_line(row) for row in rows), encoding="utf-8", newline="")
