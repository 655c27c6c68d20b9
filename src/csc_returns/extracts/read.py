"""A path → the returns in it, each with its collection, year and local authority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from csc_returns.extracts.dates import column_date_forms, date_of, shared_date_form, with_usual_dates
from csc_returns.extracts.practice import collection_of_xml, table_named, year_of_dates, year_of_names
from csc_returns.extracts.returns import ROW_FILE, ROW_PLACE, Return, Unusable, column_of, folded, line_of
from csc_returns.extracts.sources import Opener, Source, os_remark, sources
from csc_returns.remarks import Remark
from csc_returns.specification import (
    COLLECTIONS,
    HeaderItems,
    Specification,
    specification,
    whole_specification,
    year_ending,
    year_of,
)

#: Bytes in which the outermost element of an XML file is looked for.
_START = 1 << 16

#: Columns whose dates have a form of their own are named up to this many.
_FEW_COLUMNS = 4


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
            some = _read_source(source, collection)
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
            _remark_on_ignored(some[0], name)
        for found in some:
            _settle(found, year, [name for name, _ in source.files])
        returns += some
    if not returns:
        return [nothing(unusable.remark, collection) for unusable in aside]
    # A list of findings or the like that lies in a folder beside the returns: no input, and no reason to complain.
    for name in (unusable.remark.file or "" for unusable in aside):
        message = f"the file {Path(name).name} holds no table of a return and was left aside"
        returns[0].remarks.append(Remark("CSC118", message, name))
    return returns


def _remark_on_ignored(found: Return, name: str) -> None:
    """Say of a file that it was not read. Beside CSV tables, one with the name of a table that is missing was meant to be it."""
    table = table_named(name, whole_specification(found.collection)) if found.medium == "csv" else None
    if table and table not in found.tables:
        found.in_part |= {table}
        message = f"the file has the name of {table}, which no other file holds, and is neither XML nor CSV"
        found.remarks.append(Remark("CSC005", message, name))
    else:
        message = f"the file {Path(name).name} is neither XML nor CSV and was left aside"
        found.remarks.append(Remark("CSC118", message, name))


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


def _read_source(source: Source, asked: str | None) -> list[Return]:
    """The returns of one source: one, or one a collection where CSV tables of several lie together."""
    if source.kind == "csv":
        from csc_returns.extracts.csv_reader import read_sets

        order = sorted(COLLECTIONS, key=lambda name: name != asked)  # keeps the order of the others
        return read_sets(source.path, source.files, [whole_specification(name) for name in order], asked)
    from csc_returns.extracts.xml_reader import read_xml

    name, opener = source.files[0]
    collection = asked or _collection_of(opener) or COLLECTIONS[0]
    return [read_xml(name, opener, whole_specification(collection))]


def _collection_of(opener: Opener) -> str | None:
    with opener() as file:
        return collection_of_xml(file.read(_START))


def _settle(found: Return, asked: str | None, files: Sequence[str]) -> None:
    """Find the year; then remark on what does not belong to it and on the return as a whole."""
    whole = whole_specification(found.collection)
    _settle_dates(found, whole)
    if whole.header:
        _year_of_header(found, whole.header, asked)
    else:
        _year_of_name_or_dates(found, whole, asked, files)
    if found.year is None:
        return
    if found.year not in whole.years:
        message = f"no specification for {found.year} is held; years held are {whole.years[0]} to {whole.years[-1]}"
        found.remarks.append(Remark("CSC024", message, found.path, *_at_header(found)))
        found.year = None
        return
    _remark_on_identifiers(found, whole)
    _remark_on_structure(found, specification(found.collection, found.year), whole)


def _settle_dates(found: Return, whole: Specification) -> None:
    """Find the form of the dates, and say so where it is not the specification's."""
    shared = shared_date_form(found.tables, whole) if whole.dates == "iso" else None
    by_column = {} if whole.dates == "iso" else column_date_forms(found.tables, whole)
    found.date_form = shared or by_column or None
    forms = [shared] if shared else list(by_column.values())
    for words, order in dict.fromkeys((form.words, form.order) for form in forms):
        same = [form for form in forms if (form.words, form.order) == (words, order)]
        number, of = sum(form.number for form in same), sum(form.of for form in same)
        certain = all(form.certain for form in same)
        doubt = "" if certain else "; they do not show which number is the day, so this was assumed"
        columns = [f"{table}.{item}" for (table, item), form in by_column.items() if form in same]
        where = f" of {', '.join(columns)}" if len(columns) <= _FEW_COLUMNS and columns else ""
        message = f"{number:,} of {of:,} dates{where} are written {words} and were read so{doubt}"
        found.remarks.append(Remark("CSC021", message, found.path))


def _year_of_header(found: Return, items: HeaderItems, asked: str | None) -> None:
    """Settle the year by what the header says, or by what was asked for."""
    header = found.tables.get(items.table)
    lacks_header = header is not None and header.is_empty()
    shown = None if header is None else _year_in_header(header, items, found)
    found.year = asked or shown
    if asked and shown and asked != shown:
        message = f"the header is of {shown}, the option asks for {asked}: checked as {asked}"
        found.remarks.append(Remark("CSC022", message, found.path, *_at_header(found)))
    if found.year is None:
        reason = (
            f"the return has no {items.table}"
            if header is None or lacks_header
            else f"neither {items.year} nor {items.end} of the header can be read"
        )
        message = f"{reason}, so its year is not known: name it with --year"
        found.remarks.append(Remark("CSC020", message, found.path, *_at_header(found)))
    elif lacks_header and found.medium == "xml":
        found.remarks.append(Remark("CSC018", f"the return has no {items.table}", found.path, 1, 1))


def _year_in_header(header: pl.DataFrame, items: HeaderItems, found: Return) -> str | None:
    """The collection year named by the header: by its year, else by the last day of the period."""
    for text in header[items.year].drop_nulls():
        year = text.strip()
        if len(year) == 4 and year.isascii() and year.isdecimal() and int(year) > 1:
            return year_ending(int(year))
    whole = whole_specification(found.collection)
    usual = with_usual_dates({items.table: header}, whole, found.date_form)[items.table]
    for day in usual.select(date_of(pl.col(items.end), whole.dates).alias("day"))["day"].drop_nulls():
        return year_of(day)
    return None


def _year_of_name_or_dates(found: Return, whole: Specification, asked: str | None, files: Sequence[str]) -> None:
    """Settle the year of a return that does not name it: as asked for, else by the names of its files, else by its dates."""
    named = year_of_names(files, whole.years)
    found.year = asked or named
    if asked and named and asked != named:
        message = f"the name of the file or folder says {named}, the option asks for {asked}: checked as {asked}"
        found.remarks.append(Remark("CSC022", message, found.path))
    if found.year:
        return
    year, number, of = year_of_dates(with_usual_dates(found.tables, whole, found.date_form), whole)
    found.year = year or whole.years[-1]
    why = f"in which {number:,} of {of:,} dates that show it lie" if year else "the newest held, as no date shows it"
    message = f"the return does not name its year: it was taken to be {found.year}, {why} (--year names it)"
    found.remarks.append(Remark("CSC027", message, found.path))


def _at_header(found: Return) -> tuple[int | None, int | None]:
    header = whole_specification(found.collection).header
    places = found.places.get(header.table) if header else None
    if places is None or places.is_empty():
        return None, None
    line, column = places.select(
        line_of(pl.col(ROW_PLACE)).alias("line"), column_of(pl.col(ROW_PLACE)).alias("column")
    ).row(0)
    return line, column


def _remark_on_identifiers(found: Return, whole: Specification) -> None:
    """Identifiers of children with blanks around them or in several spellings, where those mean the same child."""
    key = whole.child_key
    if not whole.any_case:
        return
    ids = [
        frame.select(pl.col(key).alias("id"), pl.lit(name).alias("table"))
        .with_row_index("row")
        .drop_nulls("id")
        .unique("id", keep="first", maintain_order=True)
        for name, frame in found.tables.items()
        if key in frame.columns
    ]
    if not ids:
        return
    sent = pl.concat(ids).with_columns(folded(pl.col("id")).alias("same"))
    several = sent.unique(["same", "id"]).group_by("same").len().filter(pl.col("len") > 1)["same"]
    # A spelling that goes with another child's rows joins nothing in other tools; blanks around it are never meant.
    odd = sent.filter((pl.col("id").str.strip_chars() != pl.col("id")) | pl.col("same").is_in(several.implode()))
    if odd.is_empty():
        return
    table, row = odd.select("table", "row").row(0)
    number = odd["same"].n_unique()
    children = "the identifier of one child is" if number == 1 else f"the identifiers of {number:,} children are"
    message = (
        f"{children} written in several ways or with blanks around, the first here; both are read as the same child"
    )
    found.remarks.append(_at_row(found, Remark("CSC119", message, table=table, row=row, field=key)))


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
    _remark_on_columns(found, year)
    _remark_on_flags(found, year)
    header = whole.header.table if whole.header else None
    empty = not any(frame.height for name, frame in found.tables.items() if name != header)
    if empty and found.usable and not any(remark.code == "CSC111" for remark in found.remarks):
        found.remarks.append(Remark("CSC019", "the return has no Child", found.path, *_at_header(found)))


def _remark_on_columns(found: Return, year: Specification) -> None:
    """Columns of the year that a table needs and its CSV files do not have, the identifier of the child aside (CSC122)."""
    for name, (columns, file, line) in found.lacking.items():
        table = year.tables.get(name)
        lacking = [
            item
            for item in columns
            if table and item in table.items and item != year.child_key and table.items[item].blank != "allowed"
        ]
        if lacking and found.tables[name].height:
            word = "column" if len(lacking) == 1 else "columns"
            message = f"{name} has no {word} {', '.join(lacking)}: read as blank in every row"
            found.remarks.append(Remark("CSC123", message, file, line))


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
