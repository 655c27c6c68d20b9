"""Mistakes in legal status: orders that do not suit the child, the day or the placement."""

from __future__ import annotations

from csc_returns.sample.ssda903.mistakes.case import Case, lasts, value
from csc_returns.sample.ssda903.project import Row


def _old_enough(row: Row, case: Case) -> bool:
    return case.aged(12) and lasts(row, 40) and not case.breaks_only


def _long(row: Row, case: Case) -> bool:
    return lasts(row, 40) and not case.breaks_only and row["RNE"] == "S"


value("358", "Remanded under the age of ten.", "Episodes", lambda _, c: c.aged(0, 9) and not c.breaks_only, LS="J1")
value("361", "Police protection for weeks.", "Episodes", _long, LS="L1")
value("362", "An emergency protection order for weeks.", "Episodes", _long, LS="L2")
value("363", "A child assessment order for weeks.", "Episodes", _long, LS="L3")
value("364", "Held by the police for weeks.", "Episodes", _old_enough, LS="J2")
value("378", "With parents, and accommodated.", "Episodes", lambda r, _: r["PLACE"] == "P1", LS="V2")
value(
    "408",
    "Placed for adoption by an order that there is not.",
    "Episodes",
    lambda r, _: r["PLACE"] in {"A5", "A6"},
    LS="C2",
)
value("445", "A freeing order of today.", "Episodes", lambda _, c: not c.breaks_only, LS="D1")
value(
    "446",
    "A placement order before there were any.",
    "Episodes",
    lambda _, c: c.aged(12) and len(c.episodes) == 1,
    LS="E1",
    DECOM="03/03/2004",
)
value("451", "A freeing order that goes on.", "Episodes", lambda r, c: not r.get("DEC") and not c.breaks_only, LS="D1")
value(
    "553",
    "A placement order, and no decision for adoption.",
    "Episodes",
    lambda _, c: "PlacedAdoption" not in c.rows and c.aged(1, 6),
    LS="E1",
)
value(
    "555",
    "A freeing order, and no decision for adoption.",
    "Episodes",
    lambda _, c: "PlacedAdoption" not in c.rows and c.aged(1, 6),
    LS="D1",
)
value(
    "556",
    "A freeing order before the decision for adoption.",
    "Episodes",
    lambda r, c: "PlacedAdoption" in c.rows and r["LS"] in {"C1", "C2"},
    LS="D1",
)
