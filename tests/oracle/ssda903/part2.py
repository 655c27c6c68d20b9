"""The SSDA903 rules 301 to 362 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

from __future__ import annotations

import datetime as dt

from oracle.ssda903.common import (
    Cells,
    OracleRule,
    Reference,
    Row,
    Tables,
    Window,
    birthday,
    cells,
    children,
    date,
    filled,
    in_order,
    number,
    rows,
    rows_of,
    text,
)

# -- dates of birth and asylum seekers ---


def rule_301(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        born = date(row, "DOB")
        if born is not None and born > window.end:
            found |= cells("Header", place, "DOB")
    return found


def earliest(group: list[tuple[int, Row]]) -> tuple[int, Row] | None:
    """The episode with the smallest readable DECOM, the first in the file on a tie."""
    best: tuple[int, Row] | None = None
    best_day = dt.date.max
    for place, row in group:
        day = date(row, "DECOM")
        if day is not None and (best is None or day < best_day):
            best, best_day = (place, row), day
    return best


def rule_302(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        first = earliest(group)
        if first is None:
            continue
        started = date(first[1], "DECOM")
        for place, header in rows_of(tables, "Header", first[1]):
            born = date(header, "DOB")
            if born is not None and started is not None and born > started:
                found |= cells("Episodes", first[0], "DECOM") | cells("Header", place, "DOB")
    return found


def rule_303(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, header in rows(tables, "Header"):
        if number(text(header, "UASC")) == 1:
            continue
        for other, seeker in rows_of(tables, "UASC", header):
            if filled(seeker, "DUC"):
                found |= cells("UASC", other, "DUC") | cells("Header", place, "UASC")
    return found


def rule_304(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "UASC"):
        ended, adult = date(row, "DUC"), birthday(row, 18)
        if ended is not None and adult is not None and ended > adult:
            found |= cells("UASC", place, "DUC")
    return found


# -- adoption ---


def rule_331(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "REC") not in ("E11", "E12"):
            continue
        started = date(episode, "DECOM")
        for other, adoption in rows_of(tables, "AD1", episode):
            matched = date(adoption, "DATE_MATCH")
            if matched is not None and started is not None and matched > started:
                found |= cells("AD1", other, "DATE_MATCH") | cells("Episodes", place, "DECOM", "REC")
    return found


def rule_333(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "AD1"):
        decided, matched = date(row, "DATE_INT"), date(row, "DATE_MATCH")
        if matched is None:
            continue
        if decided is None or decided > matched:
            found |= cells("AD1", place, "DATE_INT")
    return found


def rule_334(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        latest: tuple[int, Row] | None = None
        latest_day = dt.date.min
        for place, episode in group:
            day = date(episode, "DECOM")
            if text(episode, "RNE") == "S" and day is not None and (latest is None or day > latest_day):
                latest, latest_day = (place, episode), day
        if latest is None:
            continue
        for place, adoption in rows_of(tables, "AD1", latest[1]):
            decided = date(adoption, "DATE_INT")
            if decided is not None and decided < latest_day:
                found |= cells("Episodes", latest[0], "DECOM", "RNE") | cells("AD1", place, "DATE_INT")
    return found


def rule_335(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "REC") not in ("E1", "E11", "E12"):
            continue
        placement = text(episode, "PLACE")
        for other, adoption in rows_of(tables, "AD1", episode):
            carer = text(adoption, "FOSTER_CARE")
            denied = placement in ("A2", "A3", "A5") and carer == "0"
            claimed = placement in ("A1", "A4", "A6") and carer == "1"
            if denied or claimed:
                found |= cells("Episodes", place, "PLACE") | cells("AD1", other, "FOSTER_CARE")
    return found


def rule_336(tables: Tables, window: Window, reference: Reference) -> Cells:
    fostered = ("A3", "A4", "A5", "A6", "U1", "U2", "U3", "U4", "U5", "U6")
    found: Cells = set()
    for group in children(tables, "Episodes"):
        before: Row | None = None
        for place, episode in in_order(group):
            if before is not None and text(episode, "PLACE") in ("A3", "A5") and text(before, "PLACE") not in fostered:
                found |= cells("Episodes", place, "PLACE")
            before = episode
    return found


# -- care leavers ---


def rule_344(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        over = text(row, "IN_TOUCH") in ("DIED", "RHOM")
        if over and (text(row, "ACTIV") != "0" or text(row, "ACCOM") != "0"):
            found |= cells("OC3", place, "IN_TOUCH", "ACTIV", "ACCOM")
    return found


def rule_345(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        if text(row, "IN_TOUCH") == "YES" and (text(row, "ACTIV") == "0" or text(row, "ACCOM") == "0"):
            found |= cells("OC3", place, "IN_TOUCH", "ACTIV", "ACCOM")
    return found


def rule_347(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        adult = birthday(row, 18)
        if text(row, "ACCOM") == "T" and adult is not None and adult > window.start:
            found |= cells("OC3", place, "ACCOM", "DOB")
    return found


def rule_348(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        died = any(text(late, "IN_TOUCH") == "DIED" for _, late in rows_of(tables, "OC3_last", row))
        if died and text(row, "IN_TOUCH") != "DIED":
            found |= cells("OC3", place, "IN_TOUCH")
    return found


# -- ages and days of episodes ---


def rule_351(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        last = birthday(row, 25)
        if last is not None and window.start > last:
            found |= cells("Header", place, "DOB")
    return found


def rule_352(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started = date(episode, "DECOM")
        if text(episode, "RNE") != "S" or started is None:
            continue
        for _, header in rows_of(tables, "Header", episode):
            adult = birthday(header, 18)
            if adult is not None and adult <= started:
                found |= cells("Episodes", place, "DECOM", "RNE")
    return found


def rule_353(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started = date(episode, "DECOM")
        if started is not None and started < dt.date(1991, 10, 14):
            found |= cells("Episodes", place, "DECOM")
    return found


def rule_354(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started = date(episode, "DECOM")
        if started is not None and started > window.end:
            found |= cells("Episodes", place, "DECOM")
    return found


def rule_355(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started, ended = date(episode, "DECOM"), date(episode, "DEC")
        if started is not None and ended is not None and started == ended:
            found |= cells("Episodes", place, "DECOM", "DEC")
    return found


def rule_356(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started, ended = date(episode, "DECOM"), date(episode, "DEC")
        if started is not None and ended is not None and ended < started:
            found |= cells("Episodes", place, "DECOM")
    return found


def rule_357(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        first = earliest([entry for entry in group if text(entry[1], "CHILD") is not None])
        if first is None:
            continue
        started = date(first[1], "DECOM")
        if started is not None and started >= window.start and text(first[1], "RNE") != "S":
            found |= cells("Episodes", first[0], "RNE")
    return found


def rule_358(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "LS") not in ("J1", "J2", "J3"):
            continue
        started = date(episode, "DECOM")
        for other, header in rows_of(tables, "Header", episode):
            ten = birthday(header, 10)
            if started is not None and ten is not None and started < ten:
                found |= cells("Episodes", place, "DECOM", "LS") | cells("Header", other, "DOB")
    return found


def rule_359(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if filled(episode, "DEC"):
            continue
        if text(episode, "LS") == "V2" and text(episode, "PLACE") == "K2":
            continue
        for _, header in rows_of(tables, "Header", episode):
            adult = birthday(header, 18)
            if adult is not None and adult < window.end:
                found |= cells("Episodes", place, "DEC", "LS", "PLACE")
    return found


# -- police protection and emergency protection ---


def long_runs(tables: Tables, window: Window, status: str, days: int) -> Cells:
    """Every episode of a run of touching episodes of one legal status that is longer than so many days."""
    found: Cells = set()
    for group in children(tables, "Episodes"):
        if text(group[0][1], "CHILD") is None:
            continue
        runs: list[list[tuple[int, dt.date | None, dt.date]]] = []
        before: tuple[str | None, dt.date] | None = None
        for place, episode in in_order(group):
            started = date(episode, "DECOM")
            ended = date(episode, "DEC") or window.end
            if text(episode, "LS") == status:
                if before is not None and before[0] == status and started is not None and before[1] == started:
                    runs[-1].append((place, started, ended))
                else:
                    runs.append([(place, started, ended)])
            before = (text(episode, "LS"), ended)
        for run in runs:
            starts = [started for _, started, _ in run if started is not None]
            if starts and (max(ended for _, _, ended in run) - min(starts)).days > days:
                for place, _, _ in run:
                    found |= cells("Episodes", place, "DECOM", "LS", "DEC")
    return found


def rule_361(tables: Tables, window: Window, reference: Reference) -> Cells:
    return long_runs(tables, window, "L1", 3)


def rule_362(tables: Tables, window: Window, reference: Reference) -> Cells:
    return long_runs(tables, window, "L2", 21)


FIRST_RULES: dict[str, OracleRule] = {
    name.removeprefix("rule_"): function for name, function in list(globals().items()) if name.startswith("rule_")
}

#: Tables without which a rule is not run.
FIRST_TABLES: dict[str, tuple[str, ...]] = {
    "301": ("Header",),
    "302": ("Header", "Episodes"),
    "303": ("UASC", "Header"),
    "304": ("UASC",),
    "331": ("AD1", "Episodes"),
    "333": ("AD1",),
    "334": ("Episodes", "AD1"),
    "335": ("Episodes", "AD1"),
    "336": ("Episodes",),
    "344": ("OC3",),
    "345": ("OC3",),
    "347": ("OC3",),
    "348": ("OC3", "OC3_last"),
    "351": ("Header",),
    "352": ("Header", "Episodes"),
    "353": ("Episodes",),
    "354": ("Episodes",),
    "355": ("Episodes",),
    "356": ("Episodes",),
    "357": ("Episodes",),
    "358": ("Header", "Episodes"),
    "359": ("Header", "Episodes"),
    "361": ("Episodes",),
    "362": ("Episodes",),
}
