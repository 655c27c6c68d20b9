"""Mistakes in social workers' periods and in deprivation of liberty orders."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, after_year, day, in_year, mistake, plus, row, value
from csc_returns.sample.ssda903.project import Row


def _last(row: Row, case: Case) -> bool:
    return row is case.rows["SWEpisodes"][-1]


def _recent(row: Row, case: Case) -> bool:
    began = day(row["SW_DECOM"])
    return began is not None and began >= case.setting.start


value("SW01aSTG1", "The worker of long ago has no number.", "SWEpisodes", SW_ID="", SW_DECOM="03/03/2022")
value("SW01bSTG1", "The worker has no number.", "SWEpisodes", _recent, SW_ID="")
value(
    "SW01STG1",
    "The worker has no number.",
    "SWEpisodes",
    lambda _, c: len(c.rows["SWEpisodes"]) == 1 and c.still_in_care,
    SW_ID="",
)
value("SW02STG1", "The worker's number begins otherwise.", "SWEpisodes", SW_ID="AB12345")
value("SW03STG1", "The reason is blank.", "SWEpisodes", _recent, SW_REASON="")
value("SW04STG1", "The worker's first day is a day that there is not.", "SWEpisodes", SW_DECOM="31/09/2024")
value("SW05STG1", "The worker's last day is a day that there is not.", "SWEpisodes", SW_DEC="31/09/2025")
value("SW06STG2", "The worker begins after the year.", "SWEpisodes", _last, SW_DECOM=after_year(8))
value(
    "SW07STG2",
    "The worker ended long before the year.",
    "SWEpisodes",
    lambda r, c: not _last(r, c),
    SW_DEC=in_year(-500),
)
value(
    "SW09STG2",
    "The worker had the child for no day.",
    "SWEpisodes",
    lambda r, c: not _last(r, c),
    SW_DEC=plus("SW_DECOM", 0),
)
value(
    "SW11bSTG2",
    "The worker ended in the last days of the year, and no other is known.",
    "SWEpisodes",
    _last,
    SW_DEC=after_year(-2),
)
value("SW13STG1", "The reason is no code.", "SWEpisodes", SW_REASON="MOVED")
value("SW15STG2", "The reason is blank.", "SWEpisodes", _recent, SW_REASON="")
value("SW17STG2", "The last worker has ended.", "SWEpisodes", _last, SW_DEC=after_year(-40))
value("SW08STG2", "The worker before the last one has no end.", "SWEpisodes", lambda r, c: not _last(r, c), SW_DEC="")


@mistake("SW10STG2")
def workers_overlap(case: Case) -> bool:
    """The next worker began weeks before the last one ended."""
    rows = case.rows.get("SWEpisodes", [])
    if len(rows) < 2:
        return False
    rows[1]["SW_DECOM"], rows[1]["SW_REASON"] = written(days_after(day(rows[0]["SW_DEC"]) or case.born, -20)), "TSPROC"
    return True


@mistake("SW11aSTG2")
def weeks_without_worker(case: Case) -> bool:
    """Weeks between one worker and the next."""
    rows = case.rows.get("SWEpisodes", [])
    if len(rows) < 2:
        return False
    rows[1]["SW_DECOM"] = written(days_after(day(rows[0]["SW_DEC"]) or case.born, 20))
    return True


@mistake("SW12STG2")
def worker_unknown(case: Case) -> bool:
    """No worker is known of a child who came into care."""
    return not case.from_before and case.rows.pop("SWEpisodes", None) is not None


@mistake("SW14STG2")
def two_open_workers(case: Case) -> bool:
    """Two workers at once, neither of them ended."""
    rows = case.rows.get("SWEpisodes", [])
    if len(rows) < 2:
        return False
    rows[-2]["SW_DEC"] = ""
    return True


# -- deprivation of liberty --------------------------------------------------------------------------------------------


def _dolo(case: Case) -> bool:
    return (
        case.setting.has("DoLo")
        and case.still_in_care
        and case.from_before
        and case.aged(12)
        and "DoLo" not in case.rows
    )


row("700", "The first day of the order is blank.", "DoLo", _dolo, DOLO_START="", DOLO_END=lambda c: c.day(80))
row(
    "701",
    "The last day of the order is a day that there is not.",
    "DoLo",
    _dolo,
    DOLO_START=lambda c: c.day(60),
    DOLO_END="31/06/2026",
)
row(
    "702",
    "The order ended before it began.",
    "DoLo",
    _dolo,
    DOLO_START=lambda c: c.day(80),
    DOLO_END=lambda c: c.day(60),
)
row("703", "The order begins after the year.", "DoLo", _dolo, DOLO_START=lambda c: c.day(400), DOLO_END="")
row(
    "704",
    "The order ended before the year.",
    "DoLo",
    _dolo,
    DOLO_START=lambda c: c.day(-40),
    DOLO_END=lambda c: c.day(-4),
)
row(
    "708",
    "The order is older than the child.",
    "DoLo",
    _dolo,
    DOLO_START=lambda c: written(days_after(c.born, -9)),
    DOLO_END="",
)
row(
    "710",
    "An order for a child with parents or in secure or supported accommodation.",
    "DoLo",
    lambda c: _dolo(c) and any(one["PLACE"] in {"K1", "P1", "R5", "K3"} for one in c.episodes),
    DOLO_START=lambda c: c.day(3),
    DOLO_END=lambda c: c.day(360),
)
row(
    "709",
    "An order for a child with foster carers.",
    "DoLo",
    lambda c: _dolo(c) and c.episodes[0]["PLACE"].startswith("U"),
    DOLO_START=lambda c: c.day(3),
    DOLO_END=lambda c: c.day(12),
)
row(
    "707",
    "The order goes on after care ended.",
    "DoLo",
    lambda c: (
        c.setting.has("DoLo") and c.from_before and bool(c.episodes) and not c.still_in_care and not c.breaks_only
    ),
    DOLO_START=lambda c: c.day(3),
    DOLO_END="",
)


@mistake("705")
def order_upon_order(case: Case) -> bool:
    """Another order while the first one goes on."""
    if not _dolo(case):
        return False
    return all(case.add("DoLo", DOLO_START=case.day(first), DOLO_END="") for first in (20, 50))


@mistake("706")
def order_of_last_year_begins_otherwise(case: Case) -> bool:
    """The order that went on at the end of last year begins on another day."""
    if not case.beyond or not _dolo(case) or case.last is None:
        return False
    case.last["DoLo"] = [{**case.person, "DOLO_START": case.day(-30), "DOLO_END": ""}]
    return case.add("DoLo", DOLO_START=case.day(-20), DOLO_END="")
