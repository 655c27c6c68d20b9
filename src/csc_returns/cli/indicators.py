"""csc-returns indicators: compute the indicators of the national dashboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from csc_returns.extracts.returns import Return
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
    from csc_returns.cli.console import Progress, fail, refuse_to_overwrite
    from csc_returns.cli.options import authority_of_text
    from csc_returns.indicators.engine import Engine
    from csc_returns.indicators.population import population_of
    from csc_returns.indicators.publish import published

    if not paths and not list_all:
        fail("Name the returns: files, folders or zip files.")
    if publish and (children or contradictions):
        which = "--children" if children else "--contradictions"
        fail(f"--publish and {which} contradict each other: a list of children must not leave the authority.")
    if as_at and (period or year):
        fail(f"--as-at and {'--period' if period else '--year'} contradict each other: a snapshot is of one day.")
    if output_format is MeasureFormat.PARQUET and (output_file is None or str(output_file) == "-"):
        fail("--output-format parquet needs --output-file.")
    for file in (output_file, children, contradictions):
        refuse_to_overwrite(file, paths or [])
    history = None
    try:
        # What can be known to be wrong is said before anything is read.
        asked = _asked(only, variants, by, period, year, as_at)
        authority = authority_of_text(local_authority) if local_authority else None
        with Progress() as progress:
            if paths:
                history, rules, usable = _history(paths, authority, postcodes, progress)
            if list_all:
                _list(history, asked, output_file)
                raise typer.Exit
            assert history is not None
            progress.tell("Computing")
            jobs = asked.jobs(history)
            people = population_of(population, history.authorities)
            engine = Engine(history, population=people, rules=rules, small_denominator=small_denominator)
            found = engine.measures(jobs, asked.breakdowns)
            behind = engine.children(jobs) if children else None
    except ValueError as error:
        fail(str(error))
    for file, listed in ((children, behind), (contradictions, history.contradictions)):
        if file is not None and listed is not None:
            _write_csv(listed, file)
    _write_figures(published(found) if publish else found, output_format, output_file)
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
        from csc_returns.indicators.periods import covered_year
        from csc_returns.indicators.run import jobs_of

        year = covered_year(history, self.year) if self.year else None
        return jobs_of(history, self.ids, self.kind, year, self.day, self.variants)


def _asked(
    only: list[str] | None,
    variants: list[str] | None,
    by: list[str] | None,
    period: PeriodChoice | None,
    year: str | None,
    as_at: str | None,
) -> _Asked:
    """What the options ask for.

    Raises:
        ValueError: an indicator, variant, breakdown, year or day that there is not.
    """
    from csc_returns.cli.options import day_of_text
    from csc_returns.indicators.periods import year_of_text
    from csc_returns.indicators.run import checked_breakdowns, chosen

    ids = _parts(only) or None
    chosen(ids, variants or ())
    return _Asked(
        ids,
        variants or [],
        checked_breakdowns(_parts(by)),
        (period or PeriodChoice.YEAR).value,
        year_of_text(year) if year else None,
        day_of_text(as_at) if as_at else None,
    )


def _write_csv(rows: pl.DataFrame, file: Path) -> None:
    from csc_returns.cli.console import write_report

    write_report(lambda _width, _colour: rows.write_csv(), file)


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
    whole = {MeasureFormat.CSV: reports.as_csv, MeasureFormat.JSON: reports.as_json}.get(output_format)

    def rendered(width: int, colour: bool) -> str | Iterable[str]:
        return whole(found) if whole else (f"{line}\n" for line in reports.as_table(found, width, colour))

    write_report(rendered, output_file)


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
    for words in _doubts(returns, history):
        typer.echo(f"csc-returns: {words}", err=True)
    rules: dict[tuple[str, str, int], list[str]] = {}
    if not history.left_out.is_empty():
        progress.tell("Looking up why rows cannot be used")
        lost = set(history.left_out["path"])
        checked = [(one, check_return(one, None, authority)) for one in returns if one.path in lost]
        rules = flagging_rules(Result(findings, [one], [what]) for one, (findings, what) in checked)
    return history, rules, all(found.usable for found in returns)


def _doubts(returns: Sequence[Return], history: History) -> Iterator[str]:
    """What the returns together leave in doubt: two of one year, values and events of which two say different things."""
    import polars as pl

    from csc_returns.history.vanished import NOT_THERE
    from csc_returns.reports.layout import number

    of_year: dict[tuple[object, ...], list[str]] = {}
    for one in returns:
        if one.tables and one.year:
            of_year.setdefault((one.collection, one.year, one.local_authority), []).append(one.path)
    for (_, year, _), paths in of_year.items():
        if len(paths) > 1:
            yield f"{' and '.join(paths)} are returns of the same year {year}: what both tell counts once, as the later one says."
    vanished = pl.col("later") == NOT_THERE
    differ, gone = history.contradictions.filter(~vanished), history.contradictions.filter(vanished)
    more = "--contradictions FILE lists them."
    if not differ.is_empty():
        counts = _counted(differ.select(pl.format("{}.{}", "frame", "item")).to_series())
        verb = "contradicts" if differ.height == 1 else "contradict"
        yield f"{number(differ.height, 'value')} {verb} an earlier return ({counts}): the later one counts. {more}"
    if not gone.is_empty():
        yield (
            f"{number(gone.height, 'event')} that went on when a return ended {'is' if gone.height == 1 else 'are'} not in the "
            f"next one ({_counted(gone['frame'])}): taken to have ended between them. Were identifiers changed? {more}"
        )


def _counted(names: pl.Series) -> str:
    """How often each name stands there, the most frequent first."""
    counts = names.value_counts(sort=True).sort("count", names.name, descending=[True, False])
    return ", ".join(f"{count} {name}" for name, count in counts.rows())


def _list(history: History | None, asked: _Asked, output_file: Path | None) -> None:
    from csc_returns.cli.console import write_report
    from csc_returns.indicators.pages import listed
    from csc_returns.indicators.periods import latest_year, periods_of, snapshot
    from csc_returns.reports.measures import list_lines

    when = None
    if history is not None:
        year = asked.year or latest_year(history)
        when = snapshot(asked.day) if asked.day else list(periods_of(asked.kind, year))[-1]
    entries = listed(history, when)
    write_report(lambda width, _colour: "\n".join(list_lines(entries, min(width, 120))) + "\n", output_file)


def _parts(texts: list[str] | None) -> list[str]:
    return [part.strip() for text in texts or [] for part in text.split(",") if part.strip()]
