"""Results made by hand: every report reads a Result and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl

from csc_returns.validation.findings import FINDINGS, NotRun
from csc_returns.validation.result import Checked, Result

REFERRAL = "Child protection plan starts before the date of its episode's referral."

CHECKED = Checked(
    path="cin_2026.xml",
    collection="cin",
    title="Children in need census",
    year="2025-26",
    period=(dt.date(2025, 4, 1), dt.date(2026, 3, 31)),
    local_authority="201",
    local_authority_name="City of London",
    counts={"children": 1200, "episodes": 1301},
    rules_run=87,
)


def cell(rule: str, finding: int, **given: object) -> dict[str, object]:
    severity = "query" if rule.endswith("Q") else "error"
    row = dict.fromkeys(FINDINGS.names()) | {"rule": rule, "severity": severity, "finding": finding}
    return row | {"message": f"Message of {rule}.", "file": "cin_2026.xml"} | given


def make(
    *cells: dict[str, object], checked: list[Checked] | None = None, not_run: list[NotRun] | None = None
) -> Result:
    first = replace(CHECKED, not_run=not_run or [])
    return Result(pl.DataFrame(list(cells), schema=FINDINGS, orient="row"), [], [first] if checked is None else checked)


def referral(finding: int, child: str, line: int) -> list[dict[str, object]]:
    """A finding of two cells."""
    same = {"child": child, "message": REFERRAL}
    plan = {"table": "ChildProtectionPlans", "row": finding, "field": "CPPstartDate", "value": "2025-05-01"}
    episode = {"table": "CINdetails", "row": finding, "field": "CINreferralDate", "value": "2025-05-02"}
    return [
        cell("1105", finding, line=line + 1, column=9, **plan, **same),
        cell("1105", finding, line=line, column=7, **episode, **same),
    ]
