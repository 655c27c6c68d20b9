"""Results that several tests report."""

from __future__ import annotations

import pytest
from report_results import cell, make, referral

from csc_returns.validation.findings import NotRun
from csc_returns.validation.result import Result


@pytest.fixture
def small() -> Result:
    """The result of docs/output-formats.md: two cells, one cell, a whole return, a rule not run."""
    blank = {"table": "CINplanDates", "row": 4, "field": "CINPlanStartDate", "value": None}
    return make(
        *referral(0, "A1001", 52),
        cell("4010", 1, child="=A1002", line=97, message="Start of a CIN plan is blank.", **blank),
        cell("2887Q", 2, message="Few disability codes are in use."),
        not_run=[NotRun("8842Q", "the return has no table Reviews")],
    )


@pytest.fixture
def many() -> Result:
    """3 errors of one rule, 12 of another, 30 queries, 40 notes, 1 file that broke off."""
    cells = [part for finding in range(12) for part in referral(finding, f"A{finding}", 10 + finding)]
    cells += [
        cell("8500", 20 + number, table="ChildIdentifiers", row=number, field="LAchildID", line=number)
        for number in range(3)
    ]
    cells += [
        cell(
            "8525Q",
            40 + number,
            table="ChildIdentifiers",
            row=number,
            field="PersonBirthDate",
            line=number,
            child=f"B{number}",
        )
        for number in range(30)
    ]
    cells += [
        cell("CSC302", 100 + number, severity="note", message=f"Remark {number}.", line=number, value=f"v{number}")
        for number in range(40)
    ]
    cells += [cell("CSC009", 200, message="The file breaks off before its end.", line=999)]
    return make(*cells)


@pytest.fixture
def clean() -> Result:
    return make()
