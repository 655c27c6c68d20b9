"""Reads returns from CSV files, one a table.

A table is known by its columns, whatever its file is called. Nothing is thrown away: cells of columns that the specification
does not have, and cells behind the last column, are kept in ``Return.unplaced`` as elements of the row. The file
``unplaced.csv``, which ``csv_writer`` writes, gives back what XML can say and a table cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import BinaryIO

import polars as pl

from csc_returns.extracts.csv_table import CsvTable, read_table
from csc_returns.extracts.practice import table_named
from csc_returns.extracts.returns import UNPLACED, Return, Unusable
from csc_returns.remarks import BROKEN_OFF, Remark
from csc_returns.specification import Specification, whole_specification

__all__ = ["read_sets", "read_table", "read_tables"]

#: Name and opener of each file of a set.
Files = list[tuple[str, Callable[[], BinaryIO]]]


def read_tables(path: str, files: Files, specification: Specification) -> Return:
    """``read_sets`` for one collection."""
    return read_sets(path, files, [specification], None)[0]


def read_sets(path: str, files: Files, specifications: Sequence[Specification], asked: str | None) -> list[Return]:
    """Read the files of one set and put them together as a return for each collection, its year left open.

    Args:
        path: the folder or zip file, for remarks.
        files: name and opener of each file.
        specifications: ``whole_specification`` of each collection that tables may be of.
        asked: the one collection that is wanted, which stands first among them.

    Raises:
        Unusable: none of the files could be read.
    """
    refused: list[Remark] = []
    parts: list[CsvTable] = []
    for file, opener in files:
        try:
            with opener() as data:
                part = read_table(file, data, *specifications)
        except Unusable as unusable:
            refused.append(unusable.remark)
            continue
        if asked and part.name and part.collection != asked:
            other = next(one.title for one in specifications if one.collection == part.collection)
            message = f"the columns are those of {part.name} of the {other}, not of a {specifications[0].title}"
            refused.append(Remark("CSC008", message, file))
        else:
            parts.append(part)
    found = {part.collection for part in parts if part.name}
    if not found:
        raise Unusable(refused[0] if refused else Remark("CSC004", "there is no table of a return here", path))
    kept = [part for part in parts if not part.name]
    returns = []
    for specification in specifications:
        if specification.collection in found:
            own = [part for part in parts if part.name and part.collection == specification.collection]
            mine = kept if len(found) == 1 else [_of_root(part, specification.root) for part in kept]
            returns.append(_set(path, [*own, *mine], specification))
    for remark in refused:
        _without(returns, remark, path)
    return returns


def _without(returns: Sequence[Return], remark: Remark, path: str) -> None:
    """Say of a file that it was not read. A file with the name of a table was meant to be that table, which is now missing."""
    file = remark.file or path
    for one in returns:
        table = table_named(file, whole_specification(one.collection))
        if table and table not in one.tables and remark.code != "CSC008":
            one.in_part |= {table}
            one.remarks.append(remark)
            return
    if remark.code in {"CSC005", "CSC008"}:
        remark = Remark("CSC118", f"the file {PurePath(file).name} was left aside: {remark.message}", remark.file)
    returns[0].remarks.append(remark)


def _of_root(part: CsvTable, root: str) -> CsvTable:
    """What ``unplaced.csv`` holds of one collection, which the path of every piece begins with."""
    own = part.values["path"].fill_null("").str.split("/").list.first() == root
    return replace(part, values=part.values.filter(own), places=part.places.filter(own))


def _set(path: str, files: list[CsvTable], specification: Specification) -> Return:
    """The return of one collection."""
    remarks: list[Remark] = []
    parts: dict[str, list[CsvTable]] = {}
    for part in files:
        known = parts.setdefault(part.name, [])
        if known and part.name:
            message = (
                f"{part.name} stands in {known[0].file} too: the rows were put together, those of this file behind"
            )
            remarks.append(Remark("CSC023", message, part.file, 1))
        known.append(part)
    whole = {name: _appended(parts[name]) for name in [*specification.tables, ""] if name in parts}
    unplaced = [table.unplaced for table in whole.values()]
    tables = {name: table.values for name, table in whole.items() if name}
    if "" in whole:
        tables, kept = _restored(tables, whole[""].values)
        unplaced.append(kept)
    header = specification.header
    senders = (
        tables[header.table][header.sender] if header and header.table in tables else pl.Series([], dtype=pl.String)
    )
    return Return(
        path=path,
        collection=specification.collection,
        year=None,
        local_authority=next((code for code in senders.drop_nulls().str.strip_chars() if code), None),
        tables=tables,
        places={name: table.places for name, table in whole.items() if name},
        remarks=[*(remark for table in whole.values() for remark in table.remarks), *remarks],
        unplaced=pl.concat(unplaced),
        medium="csv",
        in_part=frozenset(
            name for name, table in whole.items() if name and any(one.code in BROKEN_OFF for one in table.remarks)
        ),
        lacking={name: (table.lacking, table.file, table.title_line) for name, table in whole.items() if name},
    )


def _appended(parts: list[CsvTable]) -> CsvTable:
    """The rows of several files of one table, one file behind the other."""
    remarks: list[Remark] = []
    unplaced: list[pl.DataFrame] = []
    above = 0
    for part in parts:
        remarks += [replace(remark, row=None if remark.row is None else remark.row + above) for remark in part.remarks]
        unplaced.append(part.unplaced.with_columns(pl.col("row") + above))
        above += part.values.height
    return replace(
        parts[0],
        values=pl.concat([part.values for part in parts], how="diagonal"),
        places=pl.concat([part.places for part in parts]),
        remarks=remarks,
        unplaced=pl.concat(unplaced),
        lacking=[name for name in parts[0].lacking if all(name in part.lacking for part in parts)],
    )


def _restored(tables: dict[str, pl.DataFrame], kept: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Make cells empty that ``unplaced.csv`` says are there but empty; what else it holds stays unplaced."""
    named = kept["xml"].fill_null("").str.extract(r"^<([^<>/\s]+)/>$")
    empty = kept.with_columns(named.alias("column"), pl.int_range(pl.len()).alias("at")).drop_nulls(
        ["column", "table", "row"]
    )
    done: list[int] = []
    for (name, item), cells in empty.group_by("table", "column"):
        frame = tables.get(str(name))
        if frame is None or frame.schema.get(str(item)) != pl.String:
            continue
        rows = pl.int_range(pl.len()).is_in(cells["row"].implode())
        column = pl.col(str(item))
        tables = tables | {str(name): frame.with_columns(pl.when(rows).then(column.fill_null("")).otherwise(column))}
        done += cells["at"].to_list()
    rest = kept.filter(~pl.int_range(pl.len()).is_in(done), pl.col("xml").is_not_null())
    return tables, rest.select(pl.col(name).cast(dtype) for name, dtype in UNPLACED.items())
