"""A path → the returns in it, each with its collection, year and local authority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from csc_returns.extracts.dates import iso_date, shared_date_form
from csc_returns.extracts.returns import ROW_FILE, ROW_PLACE, Return, Unusable, column_of, line_of
from csc_returns.extracts.sources import Source, os_remark, sources
from csc_returns.remarks import Remark
from csc_returns.specification import (
    COLLECTIONS,
    Specification,
    specification,
    whole_specification,
    year_ending,
    year_of,
)


def read(path: str | Sequence[str], collection: str | None = None, year: str | None = None) -> list[Return]:
    """Read every return below a path, or below several: files, folders or zip files.

    CSV tables of one folder that are named one by one are one return.

    Args:
        path: the file, folder or zip file, or several.
        collection: overrides what the content shows.
        year: likewise, such as "2025-26".

    Returns:
        One return a file or set of CSV files. What could not be read at all is a return without tables whose remarks say why.
    """
    returns: list[Return] = []
    aside: list[Unusable] = []
    for source in _joined([path] if isinstance(path, str) else path):
        if isinstance(source, Unusable):
            returns.append(nothing(source.remark, collection))
            continue
        try:
            found = _read_source(source, collection or COLLECTIONS[0])
        except Unusable as unusable:
            if source.found and unusable.remark.code == "CSC005":
                aside.append(unusable)
            else:
                returns.append(nothing(unusable.remark, collection))
            continue
        except OSError as error:  # a network drive that went away, a disk with a fault
            returns.append(nothing(os_remark(error, source.path), collection))
            continue
        for name in source.ignored:
            found.remarks.append(Remark("CSC118", f"{Path(name).name} is neither XML nor CSV and was left aside", name))
        _settle(found, year)
        returns.append(found)
    if not returns:
        return [nothing(unusable.remark, collection) for unusable in aside]
    # A list of findings or the like that lies in a folder beside the returns: no input, and no reason to complain.
    for name in (unusable.remark.file or "" for unusable in aside):
        message = f"{Path(name).name} holds no table of a return and was left aside"
        returns[0].remarks.append(Remark("CSC118", message, name))
    return returns


def _joined(paths: Sequence[str]) -> Iterator[Source | Unusable]:
    """The sources of several paths: CSV tables that were named one by one stand together with those of their folder."""
    tables: dict[Path, Source] = {}
    for path in paths:
        for source in sources(path):
            if isinstance(source, Unusable) or source.kind != "csv" or source.found:
                yield source
                continue
            together = tables.setdefault(Path(source.path).parent, source)
            if together is not source:
                together.files += source.files
                together.path = str(Path(path).parent)
    yield from tables.values()


def nothing(remark: Remark, collection: str | None) -> Return:
    """A return of which nothing could be read."""
    return Return(remark.file or "", collection or COLLECTIONS[0], None, None, {}, {}, [remark])


def _read_source(source: Source, collection: str) -> Return:
    whole = whole_specification(collection)
    if source.kind == "csv":
        from csc_returns.extracts.csv_reader import read_tables

        return read_tables(source.path, source.files, whole)
    from csc_returns.extracts.xml_reader import read_xml

    name, opener = source.files[0]
    return read_xml(name, opener, whole)


def _settle(found: Return, asked: str | None) -> None:
    """Find the year; then remark on what does not belong to it and on the return as a whole."""
    whole = whole_specification(found.collection)
    form = shared_date_form(found.tables, whole)
    if form:
        certain = "" if form.certain else "; they do not show which number is the day, so this was assumed"
        message = f"{form.number:,} of {form.of:,} dates are written {form.words} and were read so{certain}"
        found.remarks.append(Remark("CSC021", message, found.path))
        found.date_form = form
    header = found.tables.get("Header")
    shown = _year_of_header(found)
    found.year = asked or shown
    if asked and shown and asked != shown:
        found.remarks.append(
            Remark(
                "CSC022",
                f"the header is of {shown}, the option asks for {asked}: checked as {asked}",
                found.path,
                *_at_header(found),
            )
        )
    lacks_header = header is not None and header.is_empty() and found.medium == "xml"
    if found.year is None:
        reason = (
            "the return has no Header"
            if header is None or header.is_empty()
            else "neither Year nor ReferenceDate of the header can be read"
        )
        found.remarks.append(
            Remark("CSC020", f"{reason}, so its year is not known: name it with --year", found.path, *_at_header(found))
        )
        return
    if lacks_header:
        found.remarks.append(Remark("CSC018", "the return has no Header", found.path, 1, 1))
    if found.year not in whole.years:
        message = f"no specification for {found.year} is held; years held are {whole.years[0]} to {whole.years[-1]}"
        found.remarks.append(Remark("CSC024", message, found.path, *_at_header(found)))
        found.year = None
        return
    _remark_on_structure(found, specification(found.collection, found.year), whole)


def _year_of_header(found: Return) -> str | None:
    """The collection year named by the header: by Year, else by ReferenceDate."""
    header = found.tables.get("Header")
    if header is None:
        return None
    for text in header["Year"].drop_nulls():
        year = text.strip()
        if len(year) == 4 and year.isascii() and year.isdecimal() and int(year) > 1:
            return year_ending(int(year))
    date = pl.col("ReferenceDate")
    read = found.date_form.iso(date) if found.date_form else date
    for day in header.select(iso_date(read).alias("day"))["day"].drop_nulls():
        return year_of(day)
    return None


def _at_header(found: Return) -> tuple[int | None, int | None]:
    places = found.places.get("Header")
    if places is None or places.is_empty():
        return None, None
    line, column = places.select(
        line_of(pl.col(ROW_PLACE)).alias("line"), column_of(pl.col(ROW_PLACE)).alias("column")
    ).row(0)
    return line, column


def _remark_on_structure(found: Return, year: Specification, whole: Specification) -> None:
    for name, table in whole.tables.items():
        frame = found.tables.get(name)
        if frame is None:
            continue
        if name not in year.tables:
            if frame.height:
                number = "one row" if frame.height == 1 else f"{frame.height:,} rows"
                message = f"{number} of {table.element}, which is not part of {year.year}, the first here"
                found.remarks.append(_at_row(found, Remark("CSC110", message, table=name, row=0)))
            continue
        for item in table.items:
            if item in year.tables[name].items:
                continue
            rows = frame[item].is_not_null().arg_true().to_list() if item in frame.columns else []
            if rows:
                have = "one row has it" if len(rows) == 1 else f"{len(rows):,} rows have it, the first here"
                message = f"item {item} is not part of {year.year}; {have}"
                remark = Remark("CSC110", message, table=name, row=rows[0], field=item, value=frame[item][rows[0]])
                found.remarks.append(_at_row(found, remark))
    _remark_on_flags(found, year)
    empty = not any(frame.height for name, frame in found.tables.items() if name != "Header")
    if empty and found.usable and not any(remark.code == "CSC111" for remark in found.remarks):
        found.remarks.append(Remark("CSC019", "the return has no Child", found.path, *_at_header(found)))


def _remark_on_flags(found: Return, year: Specification) -> None:
    """Yes and no written in two ways."""
    flags = [
        found.tables[table.name][item.name].drop_nulls().str.to_lowercase().unique()
        for table, item in year.items()
        if item.type == "boolean" and table.name in found.tables and item.name in found.tables[table.name].columns
    ]
    values = set(pl.concat(flags)) if flags else set()
    if values & {"0", "1"} and values & {"true", "false"}:
        message = "yes and no are written both as 0 or 1 and as false or true in this file"
        found.remarks.append(Remark("CSC106", message, found.path))


def _at_row(found: Return, remark: Remark) -> Remark:
    """A remark on a row (and field) with the place where it stands."""
    places = found.places[str(remark.table)]
    packed = pl.col(remark.field) if remark.field in places.columns else pl.col(ROW_PLACE)
    file, line, column = places.select(ROW_FILE, line_of(packed).alias("line"), column_of(packed).alias("column")).row(
        remark.row or 0
    )
    return replace(remark, file=file, line=line, column=column)
