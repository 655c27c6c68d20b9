"""Small tables, such as those of a rule's examples, as a census file whose every row and cell has a known place.

Rows are nested as the census nests them, by their keys; a parent that the tables lack is made, with nothing in it. A row without
key columns goes to one child (and episode, ...) with all others of its kind, or to a child of its own where a child has one such
row. Every second blank cell is an empty element, the others are left out: both mean the same. In a plain list a blank is always
an empty element, since the element is the row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import count
from xml.sax.saxutils import escape

from csc_returns.specification import Specification, Table, period_of
from csc_returns.validation.docstring import ExampleTable

#: Column of factors as the examples have it: one cell with commas, on the assessment and not in a list of its own.
FACTORS = ("Assessments", "AssessmentFactors", "AssessmentFactorsList")

#: Key of the rows of a table that has no column for the child's identifier; a blank one is None.
_NO_COLUMN = ""

Place = tuple[int, int]


@dataclass
class CinFile:
    """A file as text. ``rows``: table → for each of its rows in the file the row of the table given, None for one made up.

    ``places``: (table, row given, field) → line and column of the element, with field None of the row's own element; cells
    that have no element are not in it.
    """

    text: str = ""
    rows: dict[str, list[int | None]] = field(default_factory=dict)
    places: dict[tuple[str, int, str | None], Place] = field(default_factory=dict)

    def place(self, table: str, row: int, field: str) -> Place:
        """Where a cell stands: its element, or that of its row when it has none (as the factors on an assessment)."""
        return self.places.get((table, row, field)) or self.places[table, row, None]


def cin_file(
    tables: Sequence[ExampleTable],
    specification: Specification,
    *,
    header: int = 0,
    leave_out: Collection[tuple[str, int]] = (),
) -> CinFile:
    """Nest tables into a file.

    Args:
        tables: rows of text, None for blank, with any of the columns of the specification.
        specification: of the year of the return.
        header: which row of a table Header becomes the header.
        leave_out: (table, row) of rows that do not go into the file.
    """
    given = {table.name: table for table in tables}
    nest = _Nest(specification)
    for name, table in specification.tables.items():
        if name in given and name != "Header":
            for row in range(len(given[name].rows)):
                if (name, row) not in leave_out:
                    nest.add_row(table, given[name], row)
    return _Writer(specification, nest.complete()).write(_header(given.get("Header"), header, specification))


@dataclass
class _Row:
    """One row of a table with the rows nested in it; ``row`` is its place in the table given, None when made up."""

    table: Table
    row: int | None
    cells: dict[str, str | None]
    nested: list[_Row] = field(default_factory=list)


@dataclass
class _Child:
    key: str | None
    rows: list[_Row] = field(default_factory=list)

    def has(self, table: str) -> bool:
        return any(row.table.name == table for row in self.rows)


class _Nest:
    """Gathers rows into children."""

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self.children: list[_Child] = []
        self.first: dict[tuple[str | None, ...], _Row] = {}

    def add_row(self, table: Table, given: ExampleTable, row: int) -> None:
        cells = dict(zip(given.columns, given.rows[row], strict=True))
        keys = {"LAchildID": _NO_COLUMN} | {key: cells[key] for key in table.keys if key in cells}
        unknown = set(cells) - set(table.columns) - {FACTORS[1]}
        assert not unknown, f"{table.name} has no {unknown} in {self.specification.year}"
        factors = (cells.pop(FACTORS[1], None) or "") if table.name == FACTORS[0] else ""
        added = self._add(table, keys, _Row(table, row, {name: cells[name] for name in table.items if name in cells}))
        for factor in filter(None, map(str.strip, factors.split(","))):
            added.nested.append(_Row(self.specification.tables[FACTORS[2]], None, {FACTORS[1]: factor}))

    def complete(self) -> list[_Child]:
        """The children, at least one, each with the blocks that every child has."""
        if not self.children:
            self.children.append(_Child(_NO_COLUMN))
        for number, child in enumerate(self.children):
            for name in ("ChildIdentifiers", "ChildCharacteristics"):
                if not child.has(name):
                    child.rows.append(_Row(self.specification.tables[name], None, {}))
            for row in child.rows:
                if row.table.name == "ChildIdentifiers" and "LAchildID" not in row.cells:
                    key = f"X{number}" if child.key == _NO_COLUMN else child.key
                    row.cells = ({"LAchildID": key} if key else {}) | row.cells
        return self.children

    def _add(self, table: Table, keys: dict[str, str | None], row: _Row) -> _Row:
        if table.parent:
            self._row(self.specification.tables[table.parent], keys).nested.append(row)
        else:
            self._child(table, keys["LAchildID"]).rows.append(row)
        self.first.setdefault(_key(table, keys), row)
        return row

    def _row(self, table: Table, keys: dict[str, str | None]) -> _Row:
        """The row with these keys, made if there is none."""
        return self.first.get(_key(table, keys)) or self._add(table, keys, _Row(table, None, {}))

    def _child(self, table: Table, key: str | None) -> _Child:
        """The child with a key that has room for a row of a table, made if there is none."""
        for child in self.children:
            if child.key == key and (table.repeats or not child.has(table.name)):
                return child
        self.children.append(_Child(key))
        return self.children[-1]


def _key(table: Table, keys: dict[str, str | None]) -> tuple[str | None, ...]:
    return (table.name, *(keys.get(key) for key in table.keys))


def _header(given: ExampleTable | None, row: int, specification: Specification) -> _Row:
    end = period_of(str(specification.year))[1]
    cells: dict[str, str | None] = {
        "Collection": "CIN",
        "Year": str(end.year),
        "ReferenceDate": end.isoformat(),
        "LEA": "301",
    }
    if given:
        cells |= dict(zip(given.columns, given.rows[row], strict=True))
    return _Row(specification.tables["Header"], row if given else None, cells)


class _Writer:
    """Writes children below each other, one element a line, and notes where everything stands."""

    def __init__(self, specification: Specification, children: list[_Child]) -> None:
        self.specification = specification
        self.children = children
        self.lines = ['<?xml version="1.0" encoding="UTF-8"?>']
        self.depth = 0
        self.blanks = count()
        self.file = CinFile(rows={name: [] for name in specification.tables})

    def write(self, header: _Row) -> CinFile:
        root, group, element = self.specification.row_root
        self._open(root)
        self._row(header)
        self._open(group)
        for child in self.children:
            self._open(element)
            for table in self.specification.tables.values():
                for row in child.rows:
                    if row.table is table:
                        self._row(row)
            self._close(element)
        self._close(group)
        self._close(root)
        self.file.text = "\n".join([*self.lines, ""])
        return self.file

    def _row(self, row: _Row) -> None:
        table = row.table
        place = self._open(table.element)
        self._note(row, place)
        for name in table.order:
            nested = [other for other in row.nested if other.table.element == name]
            if nested and nested[0].table.row_element:
                self._list(nested)
            else:
                for other in nested:
                    self._row(other)
            items = [item for item in table.items.values() if item.path[0] == name and item.name in row.cells]
            if items and len(items[0].path) > 1:
                self._open(name)
            for item in items:
                value = row.cells[item.name]
                if value is not None or next(self.blanks) % 2:
                    self._cell(row, item.name, self._value(item.element, value))
            if items and len(items[0].path) > 1:
                self._close(name)
        self._close(table.element)

    def _list(self, rows: list[_Row]) -> None:
        """Rows of a plain list: one element each."""
        self._open(rows[0].table.element)
        for row in rows:
            for item in row.table.items.values():
                place = self._value(item.element, row.cells.get(item.name))
                self._note(row, place)
                self._cell(row, item.name, place)
        self._close(rows[0].table.element)

    def _note(self, row: _Row, place: Place) -> None:
        self.file.rows[row.table.name].append(row.row)
        self._cell(row, None, place)

    def _cell(self, row: _Row, field: str | None, place: Place) -> None:
        if row.row is not None:
            self.file.places[row.table.name, row.row, field] = place

    def _open(self, element: str) -> Place:
        place = self._line(f"<{element}>")
        self.depth += 1
        return place

    def _close(self, element: str) -> None:
        self.depth -= 1
        self._line(f"</{element}>")

    def _value(self, element: str, value: str | None) -> Place:
        return self._line(f"<{element}/>" if value is None else f"<{element}>{escape(value)}</{element}>")

    def _line(self, text: str) -> Place:
        self.lines.append("  " * self.depth + text)
        return len(self.lines), 2 * self.depth + 1
