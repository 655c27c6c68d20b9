"""How often each rule fired."""

from __future__ import annotations

from collections.abc import Iterator

from csc_returns.reports.full import ending
from csc_returns.reports.layout import table
from csc_returns.reports.tally import by_rule
from csc_returns.validation.result import Result


def pieces(result: Result, *, width: int, colour: bool, limit: int | None) -> Iterator[str]:
    """A table of rules, most important first; then, as in the full report, what was and was not checked."""
    rows = [[rule.code, rule.severity, f"{rule.findings:,}", rule.message] for rule in by_rule(result)]
    if rows:
        yield "\n".join(table(rows, ["Rule", "Severity", "Findings", "Message"], width, indent="")) + "\n\n"
    yield from ending(result, width=width, colour=colour, limit=limit)
