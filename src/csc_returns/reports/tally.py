"""What every text report says of a result: its rules in order of importance, and its numbers in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.remarks import FILE_REMARKS, OWN
from csc_returns.reports.layout import harmless, number
from csc_returns.validation.documentation import RulePage, UnknownCode, page
from csc_returns.validation.findings import SEVERITIES, NotRun
from csc_returns.validation.result import Result


@dataclass(frozen=True)
class RuleCount:
    """One rule of a result: how often it fired, and its message (the title where each finding has its own)."""

    code: str
    severity: str
    findings: int
    message: str
    several_messages: bool
    page: RulePage | None

    @property
    def unusable(self) -> bool:
        """Whether it says that a file could not be read as it should be."""
        return self.code in OWN and OWN[self.code].unusable


def by_rule(result: Result) -> list[RuleCount]:
    """The rules that fired, most important first.

    Files that could not be read, then errors, queries, notes; among these how a file is built, which may explain the others,
    then by number of findings and by code.
    """
    counted = (
        result.findings.group_by("rule")
        .agg(
            pl.col("severity").first(),
            pl.col("finding").n_unique().alias("findings"),
            pl.col("message").drop_nulls().unique().sort().head(2).alias("messages"),
        )
        .sort("rule")
    )
    rules = [_rule_count(*row) for row in counted.select("rule", "severity", "findings", "messages").iter_rows()]
    return sorted(
        rules,
        key=lambda rule: (
            not rule.unusable,
            [*SEVERITIES, rule.severity].index(rule.severity),
            not rule.code.startswith(FILE_REMARKS),
            -rule.findings,
            rule.code,
        ),
    )


def _rule_count(code: str, severity: str, findings: int, messages: list[str]) -> RuleCount:
    try:
        documented: RulePage | None = page(code)
    except UnknownCode:
        documented = None
    title = documented.title if documented else code
    message = messages[0] if len(messages) == 1 else title
    return RuleCount(code, severity, findings, harmless(message), len(messages) > 1, documented)


def with_related(message: pl.Expr) -> pl.Expr:
    """A message of a finding with what explains it besides, such as last year's row, in brackets behind it."""
    related = pl.col("related")
    return pl.when(related.is_null()).then(message).otherwise(pl.format("{} [{}]", message.fill_null(""), related))


def not_run(result: Result) -> list[tuple[NotRun, list[str]]]:
    """Rules not run, each with the paths of the returns for which it was not: none where that is all that were checked."""
    paths: dict[NotRun, list[str]] = {}
    for checked in result.checked:
        for entry in dict.fromkeys(checked.not_run):
            paths.setdefault(entry, []).append(checked.path)
    return [(entry, [] if len(of) == len(result.checked) else of) for entry, of in paths.items()]


def found(result: Result) -> str:
    """One line: how many errors, queries and notes, or that there are none."""
    counts = errors, queries, notes = [result.count(severity) for severity in SEVERITIES]
    if not result.checked and not errors + queries + notes:
        return "Nothing was checked."
    if errors or queries:
        return "Found " + ", ".join(text for text, count in zip(in_words(counts), counts, strict=True) if count) + "."
    line = "No errors and no queries found"
    if not all(checked.complete for checked in result.checked):
        line += " in what could be read"
    line += f" ({number(notes, 'note')})." if notes else "."
    if result.not_run:
        line += f" But {number(len({entry.code for entry in result.not_run}), 'rule')} could not be run."
    return line


def in_words(counts: Sequence[int]) -> list[str]:
    """Numbers of errors, queries and notes with their words."""
    errors, queries, notes = counts
    return [number(errors, "error"), number(queries, "query", "queries"), number(notes, "note")]
