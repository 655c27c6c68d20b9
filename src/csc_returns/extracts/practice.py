"""What readers know of the returns of a collection beyond its tables (``reading.yaml`` in ``schemas/``).

And what shows of which collection and year a return is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

import polars as pl

from csc_returns.extracts.dates import date_of
from csc_returns.extracts.encoding import sniff_encoding
from csc_returns.specification import Specification, data_folder, xml_roots, year_ending
from csc_returns.specification.load import read_yaml

#: What may stand before the outermost element: a declaration, comments and a document type.
_BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"\s*<(?:[^\s<>/:]*:)?([^\s<>/:]+)")

#: A collection year in a name: "2025-26", "2025_26" or "2025-2026". A year alone says too little, "2025-11-30" is a day.
_YEAR = re.compile(r"(?<!\d)(20\d\d)[-_ /](?:20)?(\d\d)(?!\d|[-_.]\d\d(?!\d))")

#: The month in which a collection year ends.
_LAST_MONTH = 3


@dataclass(frozen=True)
class Practice:
    """How the returns of a collection are met.

    ``year_dates``: table → items whose dates show the year. ``empty_elements``: they are the usual way to write a blank.
    ``extracts``: name → columns (in small letters) of tables that look like part of a return and are none.
    """

    year_dates: Mapping[str, tuple[str, ...]]
    empty_elements: bool
    extracts: Mapping[str, frozenset[str]]


@functools.cache
def practice(collection: str) -> Practice:
    """What is known of the returns of a collection."""
    there = (data_folder("schemas") / collection / "reading.yaml").is_file()
    body = read_yaml(collection, "reading.yaml") if there else {}
    return Practice(
        {table: tuple(items) for table, items in body.get("year_dates", {}).items()},
        body.get("empty_elements", False),
        {name: frozenset(map(str.lower, columns)) for name, columns in body.get("extracts", {}).items()},
    )


def collection_of_xml(first: bytes) -> str | None:
    """The collection whose outermost element a file has, from its first bytes; None where it is that of none."""
    text = first.decode(sniff_encoding(first).name, errors="replace").lstrip("\ufeff")
    while found := _BEFORE_ROOT.match(text):
        text = text[found.end() :]
    root = _ROOT.match(text)
    if root is None:
        return None
    names = {name.lower(): collection for name, collection in xml_roots().items()}
    return names.get(root.group(1).lower())


def table_named(file: str, specification: Specification) -> str | None:
    """The table that a file has the name of, but for capitals, blanks, hyphens and underscores."""
    stem = _letters(PurePath(file).stem)
    return next(
        (name for name, table in specification.tables.items() if stem in {_letters(name), _letters(table.file)}), None
    )


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter not in " -_")


def year_of_names(files: Iterable[str], years: Iterable[str]) -> str | None:
    """The one collection year among ``years`` that the names of the files say, else that of their folder or zip file."""
    held = set(years)
    paths = [Path(file).absolute() for file in files]
    zips = [part for path in paths for part in path.parents if part.suffix.lower() == ".zip"]
    nearest_first = (
        [path.stem for path in paths],
        [path.parent.name for path in paths],
        [path.stem for path in zips],
        [path.parent.name for path in zips],
    )
    for names in nearest_first:
        said = {year for name in names for year in _years(name)} & held
        if len(said) == 1:
            return said.pop()
    return None


def _years(name: str) -> Iterable[str]:
    for start, end in _YEAR.findall(name):
        if (int(start) + 1) % 100 == int(end):
            yield year_ending(int(start) + 1)


def year_of_dates(tables: Mapping[str, pl.DataFrame], specification: Specification) -> tuple[str | None, int, int]:
    """The year, among those held, in which most of the dates lie that show it; how many do, of how many.

    Args:
        tables: text, dates in the form of the specification.
        specification: ``whole_specification`` of the collection.
    """
    columns = [
        tables[table][item].alias("text")
        for table, items in practice(specification.collection).year_dates.items()
        for item in items
        if table in tables and item in tables[table].columns
    ]
    texts = pl.concat(columns) if columns else pl.Series("text", [], pl.String)
    day = pl.col("day")
    ends = (
        texts.value_counts(name="number")  # a return has far fewer days than dates
        .select(date_of(pl.col("text"), specification.dates).alias("day"), "number")
        .drop_nulls("day")
        .group_by(day.dt.year() + (day.dt.month() > _LAST_MONTH).cast(pl.Int32))
        .agg(pl.col("number").sum())
        .rows()
    )
    of = sum(number for _, number in ends)
    held = [(number, year) for end, number in ends if (year := year_ending(end)) in specification.years]
    if not held:
        return None, 0, of
    number, year = max(held)
    return year, number, of
