"""The shape of a national file specification once it is narrowed to one collection year."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass


def year_ending(end: int) -> str:
    """The collection year that ends in a calendar year: 2026 → "2025-26"."""
    return f"{end - 1:04d}-{end % 100:02d}"


def year_before(year: str) -> str:
    """The collection year before one: "2025-26" → "2024-25"."""
    return year_ending(int(year[:4]))


def year_of(reference_date: dt.date) -> str:
    """The collection year that ends on or contains a date: 2026-03-31 → "2025-26", 2026-04-01 → "2026-27"."""
    return year_ending(
        reference_date.year if (reference_date.month, reference_date.day) < (4, 1) else reference_date.year + 1
    )


def period_of(year: str) -> tuple[dt.date, dt.date]:
    """First and last day of a collection year: "2025-26" → (2025-04-01, 2026-03-31)."""
    start = int(year[:4])
    return dt.date(start, 4, 1), dt.date(start + 1, 3, 31)


@dataclass(frozen=True)
class Years:
    """Collection years in which something is in force, both ends included; None means no limit within those held."""

    since: str | None = None
    until: str | None = None

    def __contains__(self, year: str) -> bool:
        # Years are written "2025-26": from 1901 to 2098 they sort as text.
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@dataclass(frozen=True)
class Code:
    """One code of a code list with its label."""

    code: str
    label: str | None
    years: Years


@dataclass(frozen=True)
class ItemRule:
    """A DfE rule that concerns one item alone: which faults of the value it finds, and its words for people.

    ``finds`` holds fault kinds: blank, code, boolean, date, number, pattern, length.
    ``flagged`` and ``passes`` are example values (None is blank). ``codes`` are those it takes in the year, where they are not
    the item's. ``partial_dates`` says that it takes dates of which parts are unknown (ZZ/05/2020).
    """

    code: str
    finds: tuple[str, ...]
    years: Years
    title: str
    detail: str
    fix: str
    flagged: tuple[str | None, ...]
    passes: tuple[str | None, ...]
    pattern: str | None = None
    max_length: int | None = None
    codes: tuple[str, ...] | None = None
    codes_also: tuple[str, ...] = ()
    codes_except: tuple[str, ...] = ()
    partial_dates: bool = False


@dataclass(frozen=True)
class Item:
    """One data item: a column of a table, an element of the XML.

    ``type`` is one of string, code, date, partial_date, datetime, year, integer, boolean; ``dates`` is ``Specification.dates``.
    ``path`` is the way from the table's element to the item's, such as ("CollectionDetails", "Year").
    ``blank`` is never, conditional or allowed. ``codes`` are those in force in the year (None: not a coded item), with those of
    ``lookup``, if it has one. ``minimum`` and ``maximum`` belong to the numbers accepted. ``pattern`` matches the whole value.
    ``rules`` are the DfE's item-level rules in force in the year.
    ``covered`` names, by fault kind, a rule in ``validation/rules`` that already finds this fault.
    ``shared``: the XML holds the value once a child, on another table that has an item of this name.
    """

    name: str
    title: str
    number: str | None
    path: tuple[str, ...]
    type: str
    blank: str
    codes: tuple[str, ...] | None
    code_list: str | None
    pattern: str | None
    minimum: int | None
    many: bool
    lookup: str | None
    years: Years
    rules: tuple[ItemRule, ...]
    covered: tuple[tuple[str, str], ...]
    shared: bool = False
    maximum: int | None = None
    dates: str = "iso"

    @property
    def element(self) -> str:
        """Name of the XML element that holds the value."""
        return self.path[-1]


@dataclass(frozen=True)
class DerivedColumn:
    """A column that rules may read and no file need hold: made from other data where the return does not give it.

    ``sources`` are what it is made from, each enough alone or all together as its function says: names of tables, of reference
    data (``providers``, ``postcodes``) or ``local_authority``.
    """

    name: str
    title: str
    type: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """How rows belong together: rows with equal ``key`` (within the same ``above``, if any) have equal numbers in ``name``."""

    name: str
    key: str
    above: str | None


@dataclass(frozen=True)
class HeaderItems:
    """The table that speaks of the return as a whole, and its items: collection year, last day of the period, sender."""

    table: str
    year: str
    end: str
    sender: str


@dataclass(frozen=True)
class Table:
    """One table: rows of the XML element at ``path``, or of each ``row_element`` within it for a plain list.

    ``path`` is empty where XML has no place for the table. Tables may share an element: then ``rows_when`` names the item whose
    value, where there is one, makes a row of this one (of its ``rows_when_values`` only, if there are any).
    ``file`` names its CSV file. ``lists`` names the table on whose rows the values of this one may stand as a list.

    ``keys`` are the columns that say whose row it is, outermost first, derived running numbers included;
    ``number`` is the running number that this table itself gives to its rows, if any.
    ``lacking_rule`` is the DfE rule that finds where a required table is missing.
    ``order`` is the order of the elements inside one row, nested tables included.
    """

    name: str
    title: str
    path: tuple[str, ...]
    row_element: str | None
    parent: str | None
    keys: tuple[str, ...]
    number: str | None
    repeats: bool
    required: bool
    lacking_rule: str | None
    items: dict[str, Item]
    order: tuple[str, ...]
    years: Years
    file: str
    rows_when: str | None = None
    rows_when_values: tuple[str, ...] = ()
    lists: str | None = None
    derived: tuple[DerivedColumn, ...] = ()

    @property
    def element(self) -> str:
        """Name of the XML element of the table, or of the table itself where XML has no place for it."""
        return self.path[-1] if self.path else self.name

    @property
    def columns(self) -> list[str]:
        """Key columns, then the items that are not keys."""
        return [*self.keys, *(name for name in self.items if name not in self.keys)]


@dataclass(frozen=True)
class Specification:
    """The tables and items of one collection that are in force in one year (or, for ``year`` None, in any year).

    ``variants`` maps other spellings of an element to the right one; ``counts`` maps a word for people ("children") to the
    table whose rows it counts. ``dates`` is how dates are written: iso (YYYY-MM-DD) or uk (DD/MM/YYYY). ``any_case`` says
    that small letters mean the same as capitals. ``blank_links`` says whether rows whose key is blank belong together.
    ``header`` is None where a return names neither its year nor its sender.
    """

    collection: str
    year: str | None
    title: str
    root: str
    row_root: tuple[str, ...]
    tables: dict[str, Table]
    variants: dict[str, str]
    counts: dict[str, str]
    years: tuple[str, ...]
    dates: str
    any_case: bool
    blank_links: bool
    links: tuple[Link, ...]
    header: HeaderItems | None

    @property
    def child_key(self) -> str:
        """The item that identifies a child."""
        return self.links[0].key

    def items(self) -> Iterator[tuple[Table, Item]]:
        """Every item with its table, in the order of the file."""
        for table in self.tables.values():
            for item in table.items.values():
                yield table, item

    @functools.cached_property
    def table_names(self) -> dict[str, str]:
        """Lower-case table name, XML element or CSV file name → table name; of tables that share an element, the first."""
        names = {name.lower(): name for name in self.tables}
        for name, table in self.tables.items():
            for key in (table.element, table.file):
                names.setdefault(key.lower(), name)
        return names
