"""csc-returns validate: check returns and report every mistake at its place."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class OutputFormat(StrEnum):
    """Forms of the report."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    CSV = "csv"


class FailOn(StrEnum):
    """From which severity on the exit status is 1."""

    ERROR = "error"
    QUERY = "query"
    NEVER = "never"


def validate(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Returns: XML files, CSV tables, folders or zip files.", show_default=False
        ),
    ],
    output_format: Annotated[
        OutputFormat,
        typer.Option(
            "--output-format", "-f", help="full to read, concise for one line a finding, json or csv for all data."
        ),
    ] = OutputFormat.FULL,
    output_file: Annotated[
        Path | None,
        typer.Option("--output-file", "-o", metavar="FILE", help="Write the report to a file.", show_default=False),
    ] = None,
    collection: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Collection, where the content should not decide: cin.", show_default=False),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR",
            help="Collection year such as 2025-26, where the header should not decide.",
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="CODES",
            help="Report only these rules: codes or their beginnings, with commas.",
            show_default=False,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="CODES", help="Leave these rules out: codes or their beginnings.", show_default=False
        ),
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Lowest severity that gives exit status 1.")] = FailOn.ERROR,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Show counts by rule in place of the findings.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="Findings shown for a rule in the full report; 0 shows all.")
    ] = 10,
) -> None:
    """Check returns against the national file specification and the DfE's rules.

    Exit status: 0 nothing found at or above --fail-on, 1 something found, 2 an input could not be used.
    """
    from csc_returns.cli.console import Progress, complain, fail, refuse_to_overwrite, write_report
    from csc_returns.reports import render
    from csc_returns.validation.validate import validate as run

    if statistics and output_format in {OutputFormat.JSON, OutputFormat.CSV}:
        fail(f"--statistics is for people: use it with --output-format full or concise, not {output_format.value}.")
    refuse_to_overwrite(output_file, paths)
    with Progress() as progress:
        try:
            result = run(
                paths,
                collection=collection.lower() if collection else None,
                year=year,
                rules=_codes(select),
                ignore=_codes(ignore),
                progress=progress.tell,
            )
        except ValueError as error:
            fail(str(error))
    complain(result)
    write_report(
        lambda width, colour: render(
            result, output_format.value, width=width, colour=colour, limit=limit, statistics=statistics
        ),
        output_file,
    )
    raise typer.Exit(result.status(fail_on.value))


def _codes(options: list[str] | None) -> list[str] | None:
    from csc_returns.cli.console import fail

    codes = [code.strip() for option in options or [] for code in option.split(",") if code.strip()]
    if options and not codes:
        fail("--select and --ignore need at least one code, such as 8925.")
    return codes or None
