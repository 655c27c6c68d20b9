"""Mistakes in the outcomes of children who were in care all year."""

from __future__ import annotations

from csc_returns.sample.ssda903.mistakes.case import Case, mistake, row, value


def _part_of_year(case: Case) -> bool:
    return bool(case.episodes) and not case.all_year


value(
    "157",
    "Said to be too young or old for a score, at an age for it.",
    "OC2",
    lambda _, c: c.aged(6, 15),
    SDQ_SCORE="",
    SDQ_REASON="SDQ1",
)
value(
    "158",
    "Help was received, and was offered too.",
    "OC2",
    SUBSTANCE_MISUSE="1",
    INTERVENTION_RECEIVED="1",
    INTERVENTION_OFFERED="1",
)
value(
    "159",
    "No help was received, and nobody says whether it was offered.",
    "OC2",
    SUBSTANCE_MISUSE="1",
    INTERVENTION_RECEIVED="0",
    INTERVENTION_OFFERED="",
)
value("180", "The score is too high.", "OC2", lambda r, _: bool(r.get("SDQ_SCORE")), SDQ_SCORE="41")
value("181", "An answer is a letter.", "OC2", TEETH_CHECK="Y")
value("182", "One of the health items is blank.", "OC2", lambda r, _: bool(r.get("CONVICTED")), IMMUNISATIONS="")
row("185", "A score for a child who came into care in the year.", "OC2", _part_of_year, SDQ_SCORE="12")
value("186", "Neither a score nor a reason.", "OC2", lambda _, c: c.aged(6, 15), SDQ_SCORE="", SDQ_REASON="")
value("188", "A score for a child under four.", "OC2", lambda _, c: c.aged(0, 3), SDQ_SCORE="9")
row(
    "189",
    "A score for one who was 17 before the year.",
    "OC2",
    lambda c: c.aged(18) and bool(c.episodes),
    SDQ_SCORE="9",
)
row("190", "Health items of a child who left in the year.", "OC2", _part_of_year, TEETH_CHECK="1", CONVICTED="0")
value(
    "192",
    "Misuse of substances, and nobody says whether there was help.",
    "OC2",
    SUBSTANCE_MISUSE="1",
    INTERVENTION_RECEIVED="",
)
value("193", "Help for a misuse that there was not.", "OC2", SUBSTANCE_MISUSE="0", INTERVENTION_RECEIVED="1")
value("196", "The reason for no score is no code.", "OC2", lambda _, c: c.aged(6, 15), SDQ_SCORE="", SDQ_REASON="SDQ9")
value("197a", "A score, and a reason for none.", "OC2", lambda r, _: bool(r.get("SDQ_SCORE")), SDQ_REASON="SDQ4")
value(
    "197B",
    "Neither a score nor a reason in the year of the fourth birthday.",
    "OC2",
    lambda _, c: c.aged(4, 4),
    SDQ_SCORE="",
    SDQ_REASON="",
)
row(
    "198", "A reason for no score, for a child who came into care in the year.", "OC2", _part_of_year, SDQ_REASON="SDQ4"
)
value("542", "A conviction is answered for a child under ten.", "OC2", lambda _, c: c.aged(0, 9), CONVICTED="0")
value("543", "A conviction is not answered.", "OC2", lambda _, c: c.aged(10), CONVICTED="")
value(
    "544", "Convicted, and a health item is blank.", "OC2", lambda _, c: c.aged(10), CONVICTED="1", HEALTH_ASSESSMENT=""
)
value("545", "The health check of a child under five is blank.", "OC2", lambda _, c: c.aged(0, 4), HEALTH_CHECK="")
value("546", "A health check of small children for an older one.", "OC2", lambda _, c: c.aged(5), HEALTH_CHECK="1")
value(
    "547",
    "Health checked, and a health item is blank.",
    "OC2",
    lambda _, c: c.aged(0, 4),
    HEALTH_CHECK="1",
    TEETH_CHECK="",
)
row("215", "A care leaver has outcomes of a child in care.", "OC2", lambda c: "OC3" in c.rows, CONVICTED="0")


@mistake("191")
def outcomes_not_sent(case: Case) -> bool:
    """No outcomes for a child who was in care all year."""
    return case.rows.pop("OC2", None) is not None
