"""Writes a result for people, editors and programs. Reads the ``Result`` and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csc_returns.validation.result import Result

#: Names of the formats, the default first.
FORMATS = ("full", "concise", "json", "csv")

#: Findings shown for each rule in the full format, unless told otherwise.
LIMIT = 10


def render(
    result: Result,
    output_format: str = "full",
    *,
    width: int = 80,
    colour: bool = False,
    limit: int | None = LIMIT,
    statistics: bool = False,
) -> Iterator[str]:
    """A result as text, piece by piece; the pieces joined are the whole, its last line ended.

    Args:
        result: from a validation run.
        output_format: one of ``FORMATS``.
        width: columns of the screen (full, statistics).
        colour: use colours (full, statistics).
        limit: findings shown for each rule, and one line of codes for each reason not to run (full, statistics); None or 0 shows
            all.
        statistics: show numbers of findings by rule in place of the findings (full and concise).

    Raises:
        ValueError: there is no such format, or it has no statistics.
    """
    if output_format not in FORMATS:
        raise ValueError(f"There is no output format {output_format!r}: choose one of {', '.join(FORMATS)}.")
    if statistics and output_format not in ("full", "concise"):
        raise ValueError(f"Statistics are for people: use them with full or concise, not with {output_format}.")
    # Each format is imported when it is asked for: a person pays for no JSON, a program for no tables.
    if statistics:
        from csc_returns.reports.statistics import pieces as counted

        return counted(result, width=width, colour=colour, limit=limit)
    if output_format == "full":
        from csc_returns.reports.full import pieces as full

        return full(result, width=width, colour=colour, limit=limit)
    if output_format == "concise":
        from csc_returns.reports.concise import pieces as concise

        return concise(result)
    if output_format == "json":
        from csc_returns.reports.json_report import pieces as as_json

        return as_json(result)
    from csc_returns.reports.csv_report import pieces as as_csv

    return as_csv(result)
