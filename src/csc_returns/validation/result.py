"""What a validation run gives back: the findings, and what was checked to get them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from csc_returns.validation.findings import SEVERITIES, NotRun

if TYPE_CHECKING:
    from csc_returns.extracts.returns import Return


@dataclass(frozen=True)
class Checked:
    """What was checked of one return. ``counts`` maps words such as "children" to numbers of rows.

    ``complete`` is false when the file could not be read to its end, or not be checked at all. ``usable`` is false when it could
    not be used as it should be, which is exit status 2: also where it was read and checked in spite of that. ``year_assumed``
    says that the return does not name its year.
    """

    path: str
    collection: str | None = None
    title: str | None = None
    year: str | None = None
    year_assumed: bool = False
    period: tuple[dt.date, dt.date] | None = None
    local_authority: str | None = None
    local_authority_name: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    rules_run: int = 0
    not_run: Sequence[NotRun] = ()
    complete: bool = True
    usable: bool = True


@dataclass(frozen=True, repr=False)
class Result:
    """Findings of one or more returns (columns as in ``FINDINGS``), the returns themselves, and what was checked."""

    findings: pl.DataFrame
    returns: list[Return]
    checked: list[Checked]

    @property
    def not_run(self) -> list[NotRun]:
        """Rules that gave no answer, each with its reason, once."""
        return list(dict.fromkeys(entry for checked in self.checked for entry in checked.not_run))

    def count(self, severity: str) -> int:
        """Number of findings (not of located cells) of a severity."""
        return self.findings.filter(pl.col("severity") == severity)["finding"].n_unique()

    def __repr__(self) -> str:
        """What was found, without any child's data."""
        files = ", ".join(checked.path for checked in self.checked)
        counts = ", ".join(f"{self.count(severity)} {severity}" for severity in SEVERITIES)
        return f"<Result of {files}: {counts}>"

    def status(self, fail_on: str = "error") -> int:
        """Exit status: 2 when an input could not be used or a rule crashed, 1 when something at or above ``fail_on`` was
        found ("error", "query" or "never"), else 0.
        """
        if not all(checked.usable for checked in self.checked) or any(entry.crashed for entry in self.not_run):
            return 2
        if fail_on not in {"error", "query", "never"}:
            raise ValueError(f"fail_on is error, query or never, not {fail_on!r}.")
        counted = {"error": ["error"], "query": ["error", "query"], "never": []}[fail_on]
        return int(any(self.count(severity) for severity in counted))
