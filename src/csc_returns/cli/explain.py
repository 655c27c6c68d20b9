"""``csc-returns explain CODE``: the page of one rule."""

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
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of a rule, such as 8873Q; upper or lower case.")],
) -> None:
    """Say what a rule finds, why that is wrong and how to put it right, with examples."""
    import sys

    from csc_returns.cli.console import fail, width_of
    from csc_returns.validation.documentation import UnknownCode, page

    try:
        found = page(code)
    except UnknownCode as error:
        fail(f"{error} csc-returns rules lists them all.")
    typer.echo("\n".join(page_lines(found, min(width_of(sys.stdout), _WIDEST))))


def page_lines(page: RulePage, width: int) -> Iterator[str]:
    """The page as lines of text."""
    from csc_returns.reports.layout import prose

    newest, *older = page.versions
    yield from prose(f"{page.code}: {page.title}", width)
    yield ""
    yield from prose(page.status, width, first="Status:    ")
    yield f"Severity:  {page.severity}"
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
            yield from prose(", ".join(fields), width, first=f"{heading}: ", indent="  ")
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
        yield f"  {table.name}"
        yield from _table(table, width)


def _table(shown: ExampleTable, width: int) -> list[str]:
    from csc_returns.reports.layout import table

    remarked = any(shown.remarks)
    rows = []
    for at, row in enumerate(shown.rows):
        marks = [" *" if (at, column) in shown.marked else "" for column in shown.columns]
        cells = [f"{value or '(blank)'}{mark}" for value, mark in zip(row, marks, strict=True)]
        rows.append([*cells, *([shown.remarks[at]] if remarked else [])])
    return table(rows, [*shown.columns, *(["Remark"] if remarked else [])], width)
