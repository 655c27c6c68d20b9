"""csc-returns indicators: compute the indicators of the national dashboard."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from csc_returns.history import History
    from csc_returns.indicators.periods import PeriodKind


class MeasureFormat(StrEnum):
    """Forms of the figures."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class PeriodChoice(StrEnum):
    """Kinds of period."""

    YEAR = "year"
    QUARTER = "quarter"
    ROLLING = "rolling"


def indicators(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH...",
            help="Returns of one or more collections, years and authorities: XML files, CSV tables, folders or zip files.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--indicators", "-i", metavar="IDS", help="Which, with commas; all without it.", show_default=False
        ),
    ] = None,
    variants: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="[ID:]NAME=VALUE",
            help="A variant, shown beside the default; several choices of one with commas. May be repeated.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES", help="Breakdowns, with commas, or all; only totals without it.", show_default=False
        ),
    ] = None,
    period: Annotated[
        PeriodChoice, typer.Option(help="year, its quarters, or 12 months to the end of each.")
    ] = PeriodChoice.YEAR,
    year: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR", help="Collection year such as 2025-26; the latest without it.", show_default=False
        ),
    ] = None,
    as_at: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day of a snapshot, such as 2025-12-31.", show_default=False)
    ] = None,
    population: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|N",
            help="Children aged 0 to 17, for rates: a number, or CSV of la_code,population.",
            show_default=False,
        ),
    ] = None,
    small_denominator: Annotated[
        int, typer.Option(min=0, metavar="N", help="Flag percentages of fewer than this in their note.")
    ] = 10,
    local_authority: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Authority that sends the returns that do not say it.", show_default=False),
    ] = None,
    postcodes: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="ONS Postcode Directory, for distances.", show_default=False),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Suppress small numbers, for figures that leave the authority.")
    ] = False,
    list_all: Annotated[
        bool, typer.Option("--list", help="List every indicator, what it needs and whether these returns have it.")
    ] = False,
    children: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a CSV list of the children behind each numerator.", show_default=False
        ),
    ] = None,
    output_format: Annotated[
        MeasureFormat, typer.Option("--output-format", "-f", help="Form of the figures.")
    ] = MeasureFormat.TABLE,
    output_file: Annotated[
        Path | None,
        typer.Option("--output-file", "-o", metavar="FILE", help="Write the figures to a file.", show_default=False),
    ] = None,
) -> None:
    """Compute indicators from returns.

    Exit status: 0 computed, 2 an input could not be used as it should be; what could be read is computed all the same.
    """
    from csc_returns.cli.console import Progress, fail, refuse_to_overwrite, write_report
    from csc_returns.cli.options import authority_of_text
    from csc_returns.indicators.engine import Engine
    from csc_returns.indicators.population import population_of
    from csc_returns.indicators.publish import published
    from csc_returns.indicators.run import checked_breakdowns, jobs_of
    from csc_returns.reports import measures as reports

    if not paths and not list_all:
        fail("Name the returns: files, folders or zip files.")
    if publish and children:
        fail("--publish and --children contradict each other: a list of children must not leave the authority.")
    if output_format is MeasureFormat.PARQUET and (output_file is None or str(output_file) == "-"):
        fail("--output-format parquet needs --output-file.")
    history = None
    try:
        wanted = _parts(by)
        breakdowns = None if wanted == ["all"] else checked_breakdowns(wanted)
        day = _day(as_at)
        with Progress() as progress:
            refuse_to_overwrite(output_file, paths or [])
            refuse_to_overwrite(children, paths or [])
            if paths:
                authority = authority_of_text(local_authority) if local_authority else None
                history, rules, usable = _history(paths, authority, postcodes, progress)
            if list_all:
                _list(history, period.value, year, day, output_file)
                raise typer.Exit
            assert history is not None
            progress.tell("Computing")
            jobs = jobs_of(history, _parts(only) or None, period.value, year, day, variants or ())
            engine = Engine(
                history,
                population=population_of(population, history.authorities),
                rules=rules,
                small_denominator=small_denominator,
            )
            found = engine.measures(jobs, breakdowns)
            behind = engine.children(jobs) if children else None
    except ValueError as error:
        fail(str(error))
    if publish:
        found = published(found)
    if children and behind is not None:
        write_report(lambda _width, _colour: behind.write_csv(), children)
    if output_format is MeasureFormat.PARQUET:
        assert output_file is not None
        try:
            output_file.write_bytes(reports.as_parquet(found))
        except OSError as error:
            fail(f"{output_file} cannot be written ({error.strerror or type(error).__name__}).")
    else:
        write_report(lambda width, colour: _rendered(found, output_format, width, colour), output_file)
    raise typer.Exit(0 if usable else 2)


def _rendered(found: pl.DataFrame, output_format: MeasureFormat, width: int, colour: bool) -> str:
    from csc_returns.reports import measures as reports

    if output_format is MeasureFormat.CSV:
        return reports.as_csv(found)
    return reports.as_json(found) if output_format is MeasureFormat.JSON else reports.as_table(found, width, colour)


def _history(
    paths: list[str], authority: str | None, postcodes: str | None, progress: object
) -> tuple[History, dict[tuple[str, str, int], list[str]], bool]:
    """The history of the returns; which rules flagged rows that cannot be used (only returns that have any are checked); and
    whether every input could be used as it should be.

    Raises:
        ValueError: nothing could be read.
    """
    from csc_returns.cli.console import Progress
    from csc_returns.extracts.read import read
    from csc_returns.extracts.reference import read_postcodes
    from csc_returns.history import build_history
    from csc_returns.indicators.run import flagging_rules
    from csc_returns.remarks import OWN
    from csc_returns.validation.result import Result
    from csc_returns.validation.validate import check_return

    assert isinstance(progress, Progress)
    progress.tell("Reading")
    returns = read(paths)
    for found in returns:
        for remark in found.remarks:
            if OWN[remark.code].unusable:
                typer.echo(f"csc-returns: {remark.file or found.path}: {remark.code} {remark.message}", err=True)
    reference = {"postcodes": read_postcodes(postcodes)} if postcodes else None
    history = build_history(returns, reference=reference, local_authority=authority)
    if history.covered.is_empty():
        raise ValueError("None of the inputs is a return whose collection year is known: nothing can be computed.")
    if not history.contradictions.is_empty():
        number = history.contradictions.height
        typer.echo(
            f"csc-returns: {number} values of the returns contradict an earlier return; the later one is taken.",
            err=True,
        )
    rules: dict[tuple[str, str, int], list[str]] = {}
    if not history.left_out.is_empty():
        progress.tell("Looking up why rows cannot be used")
        lost = set(history.left_out["path"])
        checked = [(one, check_return(one, None, authority)) for one in returns if one.path in lost]
        rules = flagging_rules(Result(findings, [one], [what]) for one, (findings, what) in checked)
    return history, rules, all(found.usable for found in returns)


def _list(
    history: History | None, period: PeriodKind, year: str | None, day: dt.date | None, output_file: Path | None
) -> None:
    from csc_returns.cli.console import write_report
    from csc_returns.indicators.pages import listed
    from csc_returns.indicators.periods import latest_year, periods_of, snapshot
    from csc_returns.reports.measures import list_lines

    when = None
    if history is not None:
        when = snapshot(day) if day else list(periods_of(period, year or latest_year(history)))[-1]
    entries = listed(history, when)
    write_report(lambda width, _colour: "\n".join(list_lines(entries, min(width, 120))) + "\n", output_file)


def _parts(texts: list[str] | None) -> list[str]:
    return [part.strip() for text in texts or [] for part in text.split(",") if part.strip()]


def _day(text: str | None) -> dt.date | None:
    """The day of a text.

    Raises:
        ValueError: it is none.
    """
    from csc_returns.cli.options import period_of_text

    return period_of_text(f"{text}..")[0] if text else None
