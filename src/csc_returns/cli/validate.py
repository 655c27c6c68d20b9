"""csc-returns validate: check returns and report every mistake at its place."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csc_returns.configuration import FailOn
from csc_returns.specification import COLLECTIONS

if TYPE_CHECKING:
    import polars as pl

    from csc_returns.configuration import Configuration


class OutputFormat(StrEnum):
    """Forms of the report."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    CSV = "csv"


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
        typer.Option(
            metavar="NAME",
            help=f"Collection, where the content should not decide: {' or '.join(COLLECTIONS)}.",
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR",
            help="Collection year such as 2025-26, where the content should not decide.",
            show_default=False,
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="START..END",
            help="First and last day of the collection window, such as 2025-04-01..2026-03-31; either may be left out.",
            show_default=False,
        ),
    ] = None,
    local_authority: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Authority that sends the return, where it does not say: DfE number (301) or ONS code (E09000002).",
            show_default=False,
        ),
    ] = None,
    previous: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Last year's return, for rules that compare two years: a file, folder or zip file. May be repeated.",
            show_default=False,
        ),
    ] = None,
    postcodes: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="ONS Postcode Directory (CSV, or a zip file of it).", show_default=False),
    ] = None,
    providers: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Register of providers by URN (CSV, or a zip file of it).", show_default=False
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
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Lowest severity that gives exit status 1; error without it.", show_default=False),
    ] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Show counts by rule in place of the findings.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="Findings shown for a rule in the full report; 0 shows all.")
    ] = 10,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File of options in place of the csc-returns.toml found here or in a folder above.",
            show_default=False,
        ),
    ] = None,
    no_config: Annotated[bool, typer.Option("--no-config", help="Read no file of options.")] = False,
) -> None:
    """Check returns against the national file specification and the DfE's rules.

    Exit status: 0 nothing found at or above --fail-on, 1 something found, 2 an input could not be used.
    """
    from csc_returns.cli.console import Progress, complain, fail, refuse_to_overwrite, write_report
    from csc_returns.cli.options import authority_of_text, codes_of, period_of_text
    from csc_returns.reports import render
    from csc_returns.validation.validate import validate as run

    if statistics and output_format in {OutputFormat.JSON, OutputFormat.CSV}:
        fail(f"--statistics is for people: use it with --output-format full or concise, not {output_format.value}.")
    if config and no_config:
        fail("--config and --no-config contradict each other.")
    with Progress() as progress:
        try:
            standing = _standing(config, no_config)
            before = previous or standing.previous
            directory, register = postcodes or standing.postcodes, providers or standing.providers
            refuse_to_overwrite(
                output_file, [*paths, *(before or ()), *(file for file in (directory, register) if file)]
            )
            authority = local_authority or standing.local_authority
            result = run(
                paths,
                previous=before,
                reference=_reference(directory, register, progress.tell),
                collection=collection.lower() if collection else None,
                year=year,
                rules=codes_of(select if select else standing.select),
                # Who names rules here and now means them, whatever the file leaves out.
                ignore=codes_of(ignore if ignore or select else standing.ignore),
                local_authority=authority_of_text(authority) if authority else None,
                period=period_of_text(period) if period else None,
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
    raise typer.Exit(result.status((fail_on or standing.fail_on or FailOn.ERROR).value))


def _standing(config: Path | None, no_config: bool) -> Configuration:
    """The options of the file that is named, or of the nearest one; the user is told which."""
    from csc_returns.configuration import Configuration, find_configuration, read_configuration

    if no_config:
        return Configuration()
    found = read_configuration(config) if config else find_configuration(Path.cwd())
    if found.path is not None:
        typer.echo(f"csc-returns: options from {_short(found.path)}", err=True)
    return found


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _reference(
    postcodes: str | None, providers: str | None, tell: Callable[[str], None]
) -> dict[str, pl.DataFrame] | None:
    from csc_returns.extracts.reference import read_postcodes, read_providers

    found = {}
    if postcodes:
        tell("Reading the postcode directory")
        found["postcodes"] = read_postcodes(postcodes)
    if providers:
        tell("Reading the register of providers")
        found["providers"] = read_providers(providers)
    return found or None
