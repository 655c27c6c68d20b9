"""Mistakes in columns that a return need not hold, since they can be made from others: only one that brings them has these."""

from __future__ import annotations

from csc_returns.sample.ssda903.mistakes.case import Case, mistake, value
from csc_returns.sample.ssda903.project import Row


@mistake("205A")
def asylum_of_last_year_forgotten(case: Case) -> bool:
    """The header says that the child seeks asylum no longer, and the status has lost its end."""
    if not case.beyond or "UASC" not in case.rows or "UASC" not in (case.last or {}):
        return False
    case.header["UASC"] = "0"
    case.rows["UASC"][0]["DUC"] = ""
    return True


value(
    "303",
    "The header says that the child seeks no asylum, and the status has an end.",
    "Header",
    lambda _, c: c.beyond and "UASC" in c.rows and "UASC" not in (c.last or {}),
    UASC="0",
)


def _elsewhere(row: Row, case: Case) -> bool:
    """Whether the placement is in the area of another authority of England."""
    map_ = case.setting.places
    district = {one.code: one.district for one in map_.postcodes}
    return district.get(row.get("PL_POST", ""), "") not in {"", *map(district.get, [*map_.homes[:1], *map_.welsh])}


value(
    "411",
    "In the area of another authority, and marked as inside the own one.",
    "Episodes",
    lambda r, c: c.beyond and not c.from_before and not c.breaks_only and _elsewhere(r, c),
    PL_LOCATION="IN",
)
