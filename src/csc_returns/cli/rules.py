"""``csc-returns rules``: the list of rules."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from csc_returns.specification import COLLECTIONS

#: A rule as a row of the list: lists for tables and fields, None where a year has no limit.
Row = dict[str, str | list[str] | None]

COLUMNS = ("code", "severity", "since", "until", "tables", "fields", "title", "collection")


class RulesFormat(enum.StrEnum):
    """How the list is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def rules(
    collection: Annotated[
        str | None, typer.Option(help=f"Rules of this collection only: {' or '.join(COLLECTIONS)}.")
    ] = None,
    year: Annotated[str | None, typer.Option(help="Rules in force in this year only, such as 2025-26.")] = None,
    output_format: Annotated[RulesFormat, typer.Option(help="How the list is written.")] = RulesFormat.TEXT,
) -> None:
    """List the rules: the DfE's, then our own (CSC...). Without a year, every version of each rule."""
    import sys

    from csc_returns.cli.console import fail, width_of
    from csc_returns.specification import whole_specification
    from csc_returns.validation.check import suggestion

    if collection is not None and collection.lower() not in COLLECTIONS:
        choices = ", ".join(COLLECTIONS)
        fail(f"Unknown collection {collection!r}: choose one of {choices}.{suggestion(collection, COLLECTIONS)}")
    chosen = collection.lower() if collection else None
    if year is not None:
        names = [chosen] if chosen else COLLECTIONS
        held = sorted({known for name in names for known in whole_specification(name).years})
        if year not in held:
            fail(f"No rules for {year!r}: years held are {held[0]} to {held[-1]}.{suggestion(year, held)}")
    listed = list(rows(chosen, year))
    if output_format == RulesFormat.JSON:
        typer.echo(_json(listed), nl=False)
    elif output_format == RulesFormat.CSV:
        typer.echo(_csv(listed), nl=False)
    else:
        typer.echo(_text(listed, width_of(sys.stdout)))


def rows(collection: str | None, year: str | None) -> Iterator[Row]:
    """The rules as rows: each version, or only the one in force in a year."""
    from csc_returns.validation.documentation import pages

    for page in pages(collection):
        for version in page.versions:
            if year is None or year in version:
                yield {
                    "code": page.code,
                    "severity": page.severity,
                    "since": version.since,
                    "until": version.until,
                    "tables": version.tables,
                    "fields": _item_names([*version.fields, *version.reads]),
                    "title": version.title,
                    "collection": page.collection,
                }


def _item_names(fields: Sequence[str]) -> list[str]:
    """The names of items without their tables, which have a column of their own, each once."""
    return list(dict.fromkeys(field.rpartition(".")[2] for field in fields))


def _json(listed: Sequence[Row]) -> str:
    import json

    lines = ",".join(f"\n    {json.dumps(row)}" for row in listed)
    return f'{{\n  "version": 1,\n  "rules": [{lines}\n  ]\n}}\n'


def _csv(listed: Sequence[Row]) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in listed:
        writer.writerow([";".join(value) if isinstance(value, list) else value for value in row.values()])
    return text.getvalue()


def _text(listed: Sequence[Row], width: int) -> str:
    from csc_returns.reports.layout import table

    header = ["Code", "Severity", "Years", "Title"]
    cells = [[str(row["code"]), str(row["severity"]), _years(row), str(row["title"])] for row in listed]
    if len({row["collection"] for row in listed if row["collection"]}) > 1:
        header.insert(1, "Collection")
        for row, line in zip(listed, cells, strict=True):
            line.insert(1, str(row["collection"] or ""))
    lines = table(cells, header, width, indent="")
    return "\n".join([*lines, "", f"{len(listed)} rules. 'csc-returns explain CODE' tells more about one."])


def _years(row: Row) -> str:
    since, until = row["since"], row["until"]
    if since is None:
        return "all"
    if until is None:
        return f"{since} on"
    return str(since) if since == until else f"{since} to {until}"
