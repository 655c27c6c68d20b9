"""``csc-returns explain CODE``: the page of one rule or indicator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from csc_returns.validation.docstring import Example, ExampleTable
    from csc_returns.validation.documentation import RulePage, RuleVersion

#: Prose is not set wider than this, however wide the screen.
_WIDEST = 100


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="Code of a rule, or name of an indicator, as reports show it; in capitals or not."
        ),
    ],
) -> None:
    """Say what a rule finds, why that is wrong and how to put it right, or what an indicator counts; with examples."""
    import sys

    from csc_returns.cli.console import width_of

    width = min(width_of(sys.stdout), _WIDEST)
    lines = _of_indicator(code, width) if "-" in code else _of_rule(code, width)  # a rule's code holds no hyphen
    typer.echo("\n".join(lines))


def _of_rule(code: str, width: int) -> Iterator[str]:
    from csc_returns.cli.console import fail
    from csc_returns.validation.documentation import UnknownCode, page

    try:
        return page_lines(page(code), width)
    except UnknownCode as error:
        fail(f"{error} csc-returns rules lists them all.")


def _of_indicator(name: str, width: int) -> Iterator[str]:
    from csc_returns.cli.console import fail
    from csc_returns.indicators.indicator import find_indicator
    from csc_returns.indicators.pages import explanation

    try:
        return explanation(find_indicator(name), width)
    except ValueError as error:
        fail(str(error))


def page_lines(page: RulePage, width: int) -> Iterator[str]:
    """The page as lines of text."""
    from csc_returns.reports.layout import prose
    from csc_returns.specification import whole_specification

    newest, *older = page.versions
    yield from prose(f"{page.code}: {page.title}", width)
    yield ""
    yield from prose(page.status, width, first="Status:     ")
    yield f"Severity:   {page.severity}"
    if page.collection:
        title = whole_specification(page.collection).title
        yield from prose(f"{page.collection}, {title[:1].lower()}{title[1:]}", width, first="Collection: ")
    yield ""
    yield from _body(newest, width)
    if page.example:
        yield from ["Example", *(f"  {line}".rstrip() for line in page.example.splitlines())]
    for version in older:
        yield from ["", "-" * min(width, 80)]
        yield from prose(f"{version.years}: {version.title}", width)
        yield ""
        yield from _body(version, width)


def _body(version: RuleVersion, width: int) -> Iterator[str]:
    from csc_returns.reports.layout import prose
    from csc_returns.validation.documentation import NEEDED

    for heading, text in (("What is wrong", version.detail), ("How to put it right", version.fix)):
        yield heading
        for number, paragraph in enumerate(text.split("\n\n")):
            yield from [""] * bool(number)
            yield from prose(paragraph, width, first="  ")
        yield ""
    if not version.fields and version.since is not None:
        yield "It speaks of the return as a whole and points at no field."
    for heading, fields in (("Fields it points at", version.fields), ("Fields it also reads", version.reads)):
        if fields:
            yield from prose(", ".join(map(_told, fields)), width, first=f"{heading}: ", indent="  ")
    if version.needs:
        yield from prose(", ".join(NEEDED[need] for need in version.needs), width, first="It needs: ", indent="  ")
    for example in version.examples:
        yield from _example(example, width)
    if any(table.marked for example in version.examples for table in example.tables):
        yield from ["", *prose("* the rule points at this value, and at nothing else here.", width)]


def _example(example: Example, width: int) -> Iterator[str]:
    year = f" in {example.year}" if example.year else ""
    verdict = {None: "", True: ", flagged", False: ", not flagged"}[example.flagged]
    yield from ["", f"Example{year}{verdict}"]
    for number, table in enumerate(example.tables):
        yield from [""] * bool(number)
        yield f"  {_heading(table)}"
        yield from _table(table, width)


def _told(name: str) -> str:
    """The name of a table (or of its field) as people say it: last year's by that word."""
    from csc_returns.validation.rule import LAST

    table, dot, field = name.partition(".")
    return f"last year's {table.removesuffix(LAST)}{dot}{field}" if table.endswith(LAST) else name


def _heading(table: ExampleTable) -> str:
    """What an example table is: a table of this year's or last year's return, or what a rule needs besides."""
    from csc_returns.validation.documentation import NEEDED

    if table.name in NEEDED:
        words = NEEDED[table.name].partition(" (")[0]
        return words[:1].upper() + words[1:]
    told = _told(table.name)
    return told[:1].upper() + told[1:] if told != table.name else told


def _table(shown: ExampleTable, width: int) -> Iterator[str]:
    """The rows of an example; of a table too wide for the screen in parts, each beginning with its first column."""
    from csc_returns.reports.layout import least_width, table

    columns = []
    for name in shown.columns:
        at = shown.columns.index(name)
        marks = [" *" if (row, name) in shown.marked else "" for row in range(len(shown.rows))]
        columns.append([name, *(f"{row[at] or '(blank)'}{mark}" for row, mark in zip(shown.rows, marks, strict=True))])
    if any(shown.remarks):
        columns.append(["Remark", *shown.remarks])
    first, *others = columns
    parts = [[first]]
    for column in others:
        if len(parts[-1]) > 1 and least_width([*parts[-1], column]) > width:
            parts.append([first])
        parts[-1].append(column)
    for number, part in enumerate(parts):
        yield from [""] * bool(number)
        header, *rows = zip(*part, strict=True)
        yield from table(rows, header, width)
