"""Mistakes in episodes: their codes and dates, and how one follows another."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, after_year, day, lasts, mistake, plus, row, value
from csc_returns.sample.ssda903.project import Row


def _open(row: Row, _: Case) -> bool:
    return not row.get("DEC")


def _closed(row: Row, _: Case) -> bool:
    return bool(row.get("DEC"))


def _left(row: Row, _: Case) -> bool:
    return row.get("REC", "X1") not in {"", "X1"}


def _alone(_: Row, case: Case) -> bool:
    return len(case.episodes) == 1 and not case.breaks_only


value("141", "The first day is a day that there is not.", "Episodes", _alone, DECOM="31/04/2025")
value("143", "The reason for the new episode is no code.", "Episodes", RNE="X")
value("144", "The legal status is no code.", "Episodes", LS="C9")
value("145", "The need is a code of the census of children in need.", "Episodes", CIN="N9")
value("147", "The last day is a day that there is not.", "Episodes", _left, DEC="31/02/2026")
value("148", "The reason for the end is blank.", "Episodes", _left, REC="")
value("149", "The reason for the end is no code.", "Episodes", _left, REC="E99")
value("353", "The first day is before the law was made.", "Episodes", _alone, DECOM="02/02/1991")
value("354", "The first day is after the year.", "Episodes", _alone, DECOM=after_year(9))
value("385", "The last day is after the year.", "Episodes", _left, DEC=after_year(9))
value("355", "The last day is the first one.", "Episodes", _left, DEC=plus("DECOM", 0))
value("356", "The last day is before the first one.", "Episodes", _left, DEC=plus("DECOM", -40))
value(
    "388",
    "The child left, and another episode begins the same day.",
    "Episodes",
    lambda r, c: _closed(r, c) and r is not c.episodes[-1],
    REC="E8",
)
value(
    "387",
    "A child under 14 moved into independent living.",
    "Episodes",
    lambda r, c: _left(r, c) and c.aged(2, 13),
    REC="E5",
)
value(
    "389",
    "A child under 16 moved into care for adults.",
    "Episodes",
    lambda r, c: _left(r, c) and c.aged(2, 15),
    REC="E7",
)
value(
    "390",
    "Adopted from a foster placement.",
    "Episodes",
    lambda r, c: _left(r, c) and r["PLACE"].startswith("U") and c.aged(1, 15),
    REC="E11",
)
value("407", "Special guardianship at 18.", "Episodes", lambda r, c: _left(r, c) and c.aged(18, 18), REC="E45")
value(
    "460", "A child under 18 stayed on as an adult.", "Episodes", lambda r, c: _left(r, c) and c.aged(2, 16), REC="E17"
)
value(
    "516",
    "Guardianship to former foster carers, from a children's home.",
    "Episodes",
    lambda r, c: _left(r, c) and not r["PLACE"].startswith("U") and c.aged(2, 17),
    REC="E46",
)
value("504", "The need changes in the midst of care.", "Episodes", lambda r, _: r["RNE"] != "S", CIN="N7")
value(
    "357",
    "Care begins with a change of placement.",
    "Episodes",
    lambda r, c: r is c.episodes[0] and not c.from_before,
    RNE="P",
)
value(
    "431",
    "Care begins anew on the day of a change.",
    "Episodes",
    lambda r, c: r is not c.episodes[0] and r["RNE"] in {"P", "L"},
    RNE="S",
)
value(
    "434",
    "A change of status, and the placement changed.",
    "Episodes",
    lambda r, c: r is not c.episodes[0] and r["RNE"] == "P",
    RNE="L",
)
value(
    "435",
    "A change of placement, and the status changed.",
    "Episodes",
    lambda r, c: r is not c.episodes[0] and r["RNE"] == "L",
    RNE="P",
)
value(
    "436",
    "A change of both, and the placement is the same.",
    "Episodes",
    lambda r, c: r is not c.episodes[0] and r["RNE"] == "L",
    RNE="B",
)
value("437", "The child died, and another episode follows.", "Episodes", lambda r, c: r is not c.episodes[-1], REC="E2")
value(
    "432",
    "The child went home, and the next episode is a change.",
    "Episodes",
    lambda r, c: _closed(r, c) and r is not c.episodes[-1],
    REC="E4A",
)


@mistake("142")
def earlier_episode_left_open(case: Case) -> bool:
    """An episode before the last one has no end."""
    if len(case.episodes) < 2 or case.breaks_only:
        return False
    case.episodes[-2].update({"DEC": "", "REC": "", "REASON_PLACE_CHANGE": ""})
    return True


@mistake("433")
def days_between(case: Case) -> bool:
    """Some days lie between an episode and the next one."""
    for _, after in case.pairs():
        if after["RNE"] != "S" and lasts(after, 12):
            after["DECOM"] = written(days_after(day(after["DECOM"]) or case.born, 4))
            return True
    return False


@mistake("501")
def overlap(case: Case) -> bool:
    """An episode begins before the one before it ended."""
    for one, after in case.pairs():
        if lasts(one, 30) and after["RNE"] != "S":
            after["DECOM"] = written(days_after(day(after["DECOM"]) or case.born, -7))
            return True
    return False


@mistake("199")
def in_care_after_adoption(case: Case) -> bool:
    """Another episode after the adoption."""
    if "AD1" not in case.rows or not case.episodes:
        return False
    last = case.episodes[-1]
    began = days_after(case.ended, 5)
    later: Row = {**last, "DECOM": written(began), "RNE": "S", "LS": "V2", "PLACE": "U6", "DEC": "", "REC": ""}
    case.episodes.append(later)
    return True


# -- short breaks ------------------------------------------------------------------------------------------------------

value("365", "A short break of three weeks.", "Episodes", lambda r, _: r["LS"] == "V3", DEC=plus("DECOM", 21))
value("366", "A short break begins with a change of placement.", "Episodes", lambda r, _: r["LS"] == "V3", RNE="P")
value("426", "Short breaks of both kinds.", "Episodes", lambda r, c: r["LS"] == "V3" and len(c.episodes) > 1, LS="V4")
row(
    "399",
    "A review for a child who had short breaks only.",
    "Reviews",
    lambda c: c.breaks_only,
    REVIEW=lambda c: c.day(90),
    REVIEW_CODE="PN1",
)


@mistake("367")
def too_many_days(case: Case) -> bool:
    """Short breaks of more than 75 days in a year."""
    if not case.breaks_only or len(case.episodes) < 5:
        return False
    for one in case.episodes:
        one["DEC"] = written(days_after(day(one["DECOM"]) or case.born, 17))
    return True
