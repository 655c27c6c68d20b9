"""The one shape of a finding, wherever it comes from: one row per located cell, cells of one finding share its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Severity = Literal["error", "query", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "query", "note")

#: Columns of a findings frame. ``row`` is the 0-based position in the table; ``line`` and ``column`` count from 1 and are
#: null where the data came from no file. ``related`` names what explains the finding besides, such as last year's row. A
#: finding about the whole return is one row with null table, row and field.
FINDINGS = pl.Schema(
    {
        "rule": pl.String(),
        "severity": pl.String(),
        "finding": pl.Int64(),
        "table": pl.String(),
        "row": pl.Int64(),
        "field": pl.String(),
        "value": pl.String(),
        "child": pl.String(),
        "message": pl.String(),
        "related": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "column": pl.Int64(),
    }
)


@dataclass(frozen=True)
class NotRun:
    """A rule that gave no answer, and why; ``crashed`` when the fault is the tool's and not the data's."""

    code: str
    reason: str
    crashed: bool = False


def no_findings() -> pl.DataFrame:
    """A findings frame without rows."""
    return pl.DataFrame(schema=FINDINGS)
