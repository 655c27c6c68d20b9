"""csc-returns indicators: compute the indicators of the national dashboard."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from csc_returns.history import History
    from csc_returns.indicators.engine import Job
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
            help="Returns of one or more collections, years and authorities: XML files, CSV tables, folders or zip files. "
            "301=PATH names the authority of one that does not say it.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--indicators",
            "-i",
            metavar="IDS",
            help="Which, with commas, or a pattern such as 'cla-*'; all without it.",
            show_default=False,
        ),
    ] = None,
    variants: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="[ID:]NAME=VALUE",
            help="A variant, shown beside the default: NAME=VALUE, or several with commas for one that differs in more than one "
            "choice. May be repeated.",
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
        PeriodChoice | None,
        typer.Option(help="year, its quarters, or 12 months to the end of each; year without it.", show_default=False),
    ] = None,
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
    pre_proceedings: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Local list of pre-proceedings, for years before 2026-27: CSV of child_id, dob_or_expected_dob, started, ended, "
            "outcome.",
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
    contradictions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a CSV list of what two returns say differently of one event.",
            show_default=False,
        ),
    ] = None,
    output_format: Annotated[
        MeasureFormat | None,
        typer.Option(
            "--output-format",
            "-f",
            help="Form of the figures; without it as the name of the output file ends, else table.",
            show_default=False,
        ),
    ] = None,
    output_file: Annotated[
        Path | None,
        typer.Option("--output-file", "-o", metavar="FILE", help="Write the figures to a file.", show_default=False),
    ] = None,
) -> None:
    """Compute indicators from returns.

    Exit status: 0 computed, 2 an input could not be used as it should be; what could be read is computed all the same.
    """
    from csc_returns.cli.console import Progress, fail
    from csc_returns.cli.options import authority_of_text
    from csc_returns.history import with_pre_proceedings
    from csc_returns.indicators.engine import Engine
    from csc_returns.indicators.population import population_of
    from csc_returns.indicators.publish import published

    if not paths and not list_all:
        fail("Name the returns: files, folders or zip files.")
    if publish and (children or contradictions):
        which = "--children" if children else "--contradictions"
        fail(f"--publish and {which} contradict each other: a list of children must not leave the authority.")
    if list_all and (children or contradictions):
        fail(f"--list computes nothing, so there is no list for {'--children' if children else '--contradictions'}.")
    if as_at and (period or year):
        fail(f"--as-at and {'--period' if period else '--year'} contradict each other: a snapshot is of one day.")
    form = output_format or _form_of(output_file)
    if form is MeasureFormat.PARQUET and (output_file is None or str(output_file) == "-"):
        fail("--output-format parquet needs --output-file.")
    inputs = list(dict.fromkeys(_with_authorities(paths or [])))
    read_too = [file for file in (population, postcodes, pre_proceedings) if file]
    _check_places(output_file, [children, contradictions], [*(path for path, _ in inputs), *read_too])
    history, usable = None, True
    try:
        # What can be known to be wrong is said before anything is read.
        asked = _asked(only, variants, by, period, year, as_at, list_all)
        authority = authority_of_text(local_authority) if local_authority else None
        with Progress() as progress:
            if inputs:
                history, rules, usable = _history(inputs, authority, postcodes, progress)
            if history is not None and pre_proceedings:
                history = with_pre_proceedings(history, pre_proceedings)
            if list_all:
                _list(history, asked, form, output_file)
                raise typer.Exit(0 if usable else 2)
            assert history is not None
            progress.tell("Computing")
            jobs = asked.jobs(history)
            people = population_of(population, history.authorities)
            engine = Engine(history, population=people, rules=rules, small_denominator=small_denominator)
            if children:
                found, behind = engine.measures_and_children(jobs, asked.breakdowns)
            else:
                found, behind = engine.measures(jobs, asked.breakdowns), None
    except ValueError as error:
        fail(str(error))
    for listing, rows in ((children, behind), (contradictions, history.contradictions)):
        if listing is not None and rows is not None:
            _write_csv(rows, listing)
    _write_figures(published(found) if publish else found, form, output_file)
    raise typer.Exit(0 if usable else 2)


@dataclass(frozen=True)
class _Asked:
    """What the options ask for: ``year`` is as given, ``breakdowns`` as ``Engine.measures`` takes them."""

    ids: list[str] | None
    variants: list[str]
    breakdowns: list[str] | None
    kind: PeriodKind
    year: str | None
    day: dt.date | None

    def jobs(self, history: History) -> list[Job]:
        """What to compute.

        Raises:
            ValueError: no return tells of the year, or a named indicator is not computed for such a period.
        """
        from csc_returns.indicators.periods import covered_year, snapshot
        from csc_returns.indicators.run import jobs_of
        from csc_returns.specification import year_of

        year = covered_year(history, self.year) if self.year else None
        if self.day:
            snapshot(self.day)
            covered_year(history, year_of(self.day))
        return jobs_of(history, self.ids, self.kind, year, self.day, self.variants)


def _asked(
    only: list[str] | None,
    variants: list[str] | None,
    by: list[str] | None,
    period: PeriodChoice | None,
    year: str | None,
    as_at: str | None,
    list_all: bool,
) -> _Asked:
    """What the options ask for; the list may be asked for indicators that are not computed too.

    Raises:
        ValueError: an indicator, variant, breakdown, year or day that there is not.
    """
    from csc_returns.cli.options import day_of_text
    from csc_returns.indicators.catalogue import not_computable
    from csc_returns.indicators.periods import year_of_text
    from csc_returns.indicators.run import checked_breakdowns, chosen

    ids = _parts(only) if only else None
    if ids == []:
        raise ValueError("--indicators needs at least one id or pattern.")
    not_computed = list(not_computable()) if list_all else []
    computed = [text for text in ids if not fnmatch.filter(not_computed, text.lower())] if ids else None
    wanted, _ = chosen(computed, variants or ())
    return _Asked(
        ids,
        variants or [],
        checked_breakdowns(_parts(by), wanted),
        (period or PeriodChoice.YEAR).value,
        year_of_text(year) if year is not None else None,
        day_of_text(as_at) if as_at is not None else None,
    )


def _check_places(output_file: Path | None, lists: Sequence[Path | None], read: Sequence[str]) -> None:
    """End with status 2 where one file would be written over another, or over one that is read."""
    from csc_returns.cli.console import fail, refuse_to_overwrite

    written = [file for file in (output_file, *lists) if file is not None]
    for file in written:
        refuse_to_overwrite(file, read)
    if len({file.resolve() for file in written}) < len(written):
        fail("Two of --output-file, --children and --contradictions name the same file: one would be lost.")
    if output_file is None and Path("-") in written:
        fail("A list on standard output would be mixed with the figures: give the figures an --output-file.")


def _write_csv(rows: pl.DataFrame, file: Path) -> None:
    from csc_returns.cli.console import write_report

    write_report(lambda _width, _colour: rows.write_csv(), file)


def _form_of(output_file: Path | None) -> MeasureFormat:
    """The form that the name of a file asks for."""
    ending = output_file.suffix.lower().removeprefix(".") if output_file else ""
    return MeasureFormat(ending) if ending in list(MeasureFormat) else MeasureFormat.TABLE


def _with_authorities(texts: Sequence[str]) -> list[tuple[str, str | None]]:
    """Paths, and the authority that is named before one: ``301=folder``. A file of that very name goes before."""
    from csc_returns.cli.console import fail
    from csc_returns.cli.options import authority_of_text

    found: list[tuple[str, str | None]] = []
    for text in texts:
        code, equals, path = text.partition("=")
        if not equals or not _CODE.fullmatch(code.strip()) or Path(text).exists():
            found.append((text, None))
            continue
        try:
            found.append((path, authority_of_text(code)))
        except ValueError as error:
            fail(str(error))
    return found


#: A code of an authority before a path.
_CODE = re.compile(r"\d{3}|[Ee]\d{8}")


def _write_figures(found: pl.DataFrame, output_format: MeasureFormat, output_file: Path | None) -> None:
    from csc_returns.cli.console import fail, write_report
    from csc_returns.reports import measures as reports

    if output_format is MeasureFormat.PARQUET:
        assert output_file is not None
        try:
            output_file.write_bytes(reports.as_parquet(found))
        except OSError as error:
            fail(f"{output_file} cannot be written ({error.strerror or type(error).__name__}).")
        return

    def rendered(width: int, colour: bool) -> str | Iterable[str]:
        if output_format is MeasureFormat.CSV:
            return reports.as_csv(found)
        if output_format is MeasureFormat.JSON:
            return reports.as_json(found)
        return (f"{line}\n" for line in reports.as_table(found, width, colour))

    write_report(rendered, output_file)


def _history(
    inputs: list[tuple[str, str | None]], authority: str | None, postcodes: str | None, progress: object
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
    from csc_returns.reports.doubts import doubts, without_authority
    from csc_returns.specification import authority_number
    from csc_returns.validation.result import Result
    from csc_returns.validation.validate import check_return

    assert isinstance(progress, Progress)
    progress.tell("Reading")
    returns = read([path for path, code in inputs if code is None])
    for path, code in inputs:
        if code is not None:
            of_path = read([path])
            if told := [
                one for one in of_path if one.local_authority and authority_number(one.local_authority) != code
            ]:
                raise ValueError(f"{told[0].path} says that it is of {told[0].local_authority}, not of {code}.")
            returns += [replace(one, local_authority=code) for one in of_path]
    for found in returns:
        for remark in found.remarks:
            if OWN[remark.code].unusable:
                typer.echo(f"csc-returns: {remark.file or found.path}: {remark.code} {remark.message}", err=True)
    reference = {"postcodes": read_postcodes(postcodes)} if postcodes else None
    history = build_history(returns, reference=reference, local_authority=authority)
    if history.covered.is_empty():
        raise ValueError("None of the inputs is a return whose collection year is known: nothing can be computed.")
    unnamed = without_authority(returns, history) if authority is None else ()
    for words in (*unnamed, *doubts(returns, history)):
        typer.echo(f"csc-returns: {words}", err=True)
    rules: dict[tuple[str, str, int], list[str]] = {}
    if not history.left_out.is_empty():
        progress.tell("Looking up why rows cannot be used")
        lost = set(history.left_out["path"])
        checked = [(one, check_return(one, None, authority)) for one in returns if one.path in lost]
        rules = flagging_rules(Result(findings, [one], [what]) for one, (findings, what) in checked)
    return history, rules, all(found.usable for found in returns)


def _list(history: History | None, asked: _Asked, form: MeasureFormat, output_file: Path | None) -> None:
    from csc_returns.cli.console import fail, write_report
    from csc_returns.indicators.pages import listed
    from csc_returns.indicators.periods import latest_year, periods_of, snapshot
    from csc_returns.reports.measures import list_as_csv, list_as_json, list_lines

    when = None
    if history is not None:
        year = asked.year or latest_year(history)
        when = snapshot(asked.day) if asked.day else list(periods_of(asked.kind, year))[-1]
    entries = listed(history, when)
    if asked.ids is not None:
        entries = [one for one in entries if any(fnmatch.fnmatchcase(one.id, text.lower()) for text in asked.ids)]
    if form is MeasureFormat.PARQUET:
        fail("--list is for reading: its forms are table, csv and json.")
    whole = {MeasureFormat.CSV: list_as_csv, MeasureFormat.JSON: list_as_json}.get(form)

    def rendered(width: int, _colour: bool) -> str:
        return whole(entries) if whole else "\n".join(list_lines(entries, min(width, 120))) + "\n"

    write_report(rendered, output_file)


def _parts(texts: list[str] | None) -> list[str]:
    return [part.strip() for text in texts or [] for part in text.split(",") if part.strip()]
