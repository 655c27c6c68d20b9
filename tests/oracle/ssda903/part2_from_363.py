"""The SSDA903 rules 363 to 408 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

from __future__ import annotations

import datetime as dt

from oracle.ssda903.common import (
    RESPITE,
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
    rows,
    rows_of,
    text,
)
from oracle.ssda903.derived import entry_of

TEMPORARY = ("T0", "T1", "T2", "T3", "T4")


def named_children(tables: Tables, table: str) -> list[list[tuple[int, Row]]]:
    """The rows of each child; rows without CHILD are left out."""
    return [group for group in children(tables, table) if text(group[0][1], "CHILD") is not None]


def filled_end(episode: Row, window: Window) -> dt.date | None:
    """DEC; the last day of the year where the cell is empty, None where it holds something else."""
    return date(episode, "DEC") if filled(episode, "DEC") else window.end


# -- time limits of legal statuses ---


def long_spells(tables: Tables, window: Window, status: str, days: int) -> Cells:
    """Every episode of a spell of one legal status whose days add up to more than so many."""
    found: Cells = set()
    for group in named_children(tables, "Episodes"):
        spells: list[list[tuple[int, int]]] = []
        end_before: dt.date | None = None
        for place, episode in in_order(group):
            started = date(episode, "DECOM")
            if text(episode, "LS") != status or started is None:
                continue
            ended = filled_end(episode, window)
            length = 0 if ended is None else (ended - started).days
            if not spells or (end_before is not None and started > end_before):
                spells.append([])
            spells[-1].append((place, length))
            end_before = ended
        for spell in spells:
            if sum(length for _, length in spell) > days:
                for place, _ in spell:
                    found |= cells("Episodes", place, "LS", "DECOM", "DEC")
    return found


def rule_363(tables: Tables, window: Window, reference: Reference) -> Cells:
    return long_spells(tables, window, "L3", 7)


def rule_364(tables: Tables, window: Window, reference: Reference) -> Cells:
    return long_spells(tables, window, "J2", 21)


def rule_365(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started, ended = date(episode, "DECOM"), filled_end(episode, window)
        if text(episode, "LS") == "V3" and started is not None and ended is not None and (ended - started).days > 17:
            found |= cells("Episodes", place, "LS", "DECOM", "DEC")
    return found


def rule_366(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "LS") == "V3" and text(episode, "RNE") != "S":
            found |= cells("Episodes", place, "RNE")
    return found


def rule_367(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in named_children(tables, "Episodes"):
        counted, total = [], 0
        for place, episode in group:
            started, ended = date(episode, "DECOM"), filled_end(episode, window)
            if text(episode, "LS") != "V3" or started is None or ended is None:
                continue
            days = (min(ended, window.end) - max(started, window.start)).days
            if days > 0:
                counted.append(place)
                total += days
        if total > 75:
            for place in counted:
                found |= cells("Episodes", place, "LS", "DECOM", "DEC")
    return found


# -- ages and lengths of placements ---


def too_young(tables: Tables, placement: str, age: int) -> Cells:
    """Ended episodes in a placement that start before the child is so old."""
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started, ended = date(episode, "DECOM"), date(episode, "DEC")
        if text(episode, "PLACE") != placement or started is None or ended is None:
            continue
        for _, header in rows_of(tables, "Header", episode):
            old_enough = birthday(header, age)
            if old_enough is not None and started < old_enough:
                found |= cells("Episodes", place, "DECOM", "PLACE")
    return found


def too_long(tables: Tables, placement: str, days: int) -> Cells:
    """Ended episodes in a placement of more than so many days, of children whose date of birth is known."""
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        started, ended = date(episode, "DECOM"), date(episode, "DEC")
        if text(episode, "PLACE") != placement or started is None or ended is None:
            continue
        for _, header in rows_of(tables, "Header", episode):
            if date(header, "DOB") is not None and (ended - started).days > days:
                found |= cells("Episodes", place, "DECOM", "PLACE")
    return found


def rule_370(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_young(tables, "P2", 15 if window.year == "2022-23" else 16)


def rule_371(tables: Tables, window: Window, reference: Reference) -> Cells:
    if window.year == "2022-23":
        return too_young(tables, "H5", 14)
    if window.year == "2023-24":
        return too_young(tables, "H5", 16)
    return too_young(tables, "K3", 16)


def rule_372(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_young(tables, "R5", 10)


def rule_373(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_young(tables, "S1", 4)


def rule_374(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_young(tables, "P3", 14)


def rule_375(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_long(tables, "T1", 42)


def rule_376(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_long(tables, "T3", 21)


def rule_377(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in named_children(tables, "Episodes"):
        holidays = [place for place, episode in group if text(episode, "PLACE") == "T3"]
        if len(holidays) > 2:
            for place in holidays:
                found |= cells("Episodes", place, "PLACE")
    return found


def rule_378(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "PLACE") == "P1" and text(episode, "LS") == "V2":
            found |= cells("Episodes", place, "PLACE", "LS")
    return found


def rule_379(tables: Tables, window: Window, reference: Reference) -> Cells:
    return too_long(tables, "T4", 7)


# -- temporary placements and respite ---


def rule_380(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "PLACE") in TEMPORARY and text(episode, "RNE") not in ("P", "B"):
            found |= cells("Episodes", place, "PLACE", "RNE")
    return found


def rule_381(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "PLACE") in TEMPORARY and text(episode, "REC") not in (None, "X1"):
            found |= cells("Episodes", place, "PLACE", "REC")
    return found


def rule_382(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "LS") in RESPITE and text(episode, "PLACE") in TEMPORARY:
            found |= cells("Episodes", place, "LS", "PLACE")
    return found


def differs(a: Row, b: Row, item: str) -> bool:
    """Texts are not the same; a blank differs from everything."""
    return text(a, item) is None or text(b, item) is None or text(a, item) != text(b, item)


def rule_383(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in named_children(tables, "Episodes"):
        ordered = in_order(group)
        for position in range(2, len(ordered)):
            place, episode = ordered[position]
            before, home = ordered[position - 1][1], ordered[position - 2][1]
            if text(before, "PLACE") not in TEMPORARY:
                continue
            wrong = text(episode, "RNE") != "P" or differs(episode, home, "PLACE")
            if window.year <= "2024-25":
                if wrong:
                    found |= cells("Episodes", place, "PLACE")
            elif wrong or differs(episode, home, "PL_POST"):
                found |= cells("Episodes", place, "PLACE", "RNE", "PL_POST")
    return found


def rule_384(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "LS") in RESPITE and text(episode, "PLACE") in ("U1", "U4"):
            found |= cells("Episodes", place, "PLACE", "LS")
    return found


# -- ends of episodes ---


def rule_385(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        ended = date(episode, "DEC")
        if ended is not None and ended > window.end:
            found |= cells("Episodes", place, "DEC")
    return found


def rule_386(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        ended = date(episode, "DEC")
        if text(episode, "REC") not in ("E11", "E12") or ended is None:
            continue
        for _, header in rows_of(tables, "Header", episode):
            adult = birthday(header, 18)
            if adult is not None and ended >= adult:
                found |= cells("Episodes", place, "REC")
    return found


def left_too_young(tables: Tables, reasons: tuple[str, ...], age: int) -> Cells:
    """Episodes that end for such a reason before the child is so old."""
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        ended = date(episode, "DEC")
        if text(episode, "REC") not in reasons or ended is None:
            continue
        for _, header in rows_of(tables, "Header", episode):
            old_enough = birthday(header, age)
            if old_enough is not None and ended < old_enough:
                found |= cells("Episodes", place, "REC")
    return found


def rule_387(tables: Tables, window: Window, reference: Reference) -> Cells:
    return left_too_young(tables, ("E5", "E6"), 14)


def rule_388(tables: Tables, window: Window, reference: Reference) -> Cells:
    undated = dt.date(1901, 1, 1)
    found: Cells = set()
    for group in named_children(tables, "Episodes"):
        ordered = sorted(group, key=lambda entry: (date(entry[1], "DECOM") or undated, entry[0]))
        for position, (place, episode) in enumerate(ordered):
            ended, reason = date(episode, "DEC"), text(episode, "REC")
            if ended is None or reason is None:
                continue
            if position + 1 == len(ordered):
                wrong = reason == "X1"
            else:
                goes_on = ended == (date(ordered[position + 1][1], "DECOM") or undated)
                wrong = (reason == "X1" and not goes_on) or (reason != "X1" and goes_on)
            if wrong:
                found |= cells("Episodes", place, "REC")
    return found


def rule_389(tables: Tables, window: Window, reference: Reference) -> Cells:
    return left_too_young(tables, ("E7",), 16)


def rule_390(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "REC") in ("E11", "E12") and text(episode, "PLACE") not in ("A3", "A4", "A5", "A6"):
            found |= cells("Episodes", place, "PLACE", "REC")
    return found


def rule_391(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        seventeen = birthday(row, 17)
        if seventeen is not None and seventeen > window.end and filled(row, "IN_TOUCH", "ACTIV", "ACCOM"):
            found |= cells("OC3", place, "DOB", "IN_TOUCH", "ACTIV", "ACCOM")
    return found


# -- postcodes, distance and asylum seekers ---


def asylum_seekers(tables: Tables) -> tuple[set[str | None], bool]:
    """The children who are or were unaccompanied asylum seekers, this year and last; and whether any source tells."""
    seekers: set[str | None] = set()
    known = False
    for late in ("", "_last"):
        header, asylum = f"Header{late}", f"UASC{late}"
        if header in tables:
            if asylum in tables or any("UASC" in row for row in tables[header]):
                known = True
            seekers |= {text(row, "CHILD") for _, row in rows(tables, header) if text(row, "UASC") == "1"}
        elif asylum in tables:
            known = True
            seekers |= {text(row, "CHILD") for _, row in rows(tables, asylum) if filled(row, "SEX", "DOB", "DUC")}
    return seekers - {None}, known


def rule_392a(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    seekers, known = asylum_seekers(tables)
    if not known:
        return found
    for place, episode in rows(tables, "Episodes"):
        usual = text(episode, "CHILD") not in seekers and text(episode, "LS") not in RESPITE
        if usual and text(episode, "PL_DISTANCE") is None:
            found |= cells("Episodes", place, "PL_DISTANCE")
    return found


def rule_392b(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    seekers, _ = asylum_seekers(tables)
    for place, episode in rows(tables, "Episodes"):
        usual = text(episode, "CHILD") not in seekers and text(episode, "LS") not in RESPITE
        if usual and (text(episode, "HOME_POST") is None or text(episode, "PL_POST") is None):
            found |= cells("Episodes", place, "HOME_POST", "PL_POST")
    return found


def rule_392c(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        for item in ("HOME_POST", "PL_POST"):
            postcode = text(episode, item)
            if postcode is not None and entry_of(postcode, reference) is None:
                found |= cells("Episodes", place, "HOME_POST", "PL_POST")
    return found


def rule_392d(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        home = text(episode, "HOME_POST")
        if text(episode, "PLACE") != "P1" and home is not None and home == text(episode, "PL_POST"):
            found |= cells("Episodes", place, "HOME_POST", "PL_POST", "PLACE")
    return found


# -- mothers, respite, the rest ---


def rule_393(tables: Tables, window: Window, reference: Reference) -> Cells:
    female = "2" if window.year <= "2023-24" else "F"
    found: Cells = set()
    for place, header in rows(tables, "Header"):
        if text(header, "SEX") != female or text(header, "MOTHER") is not None:
            continue
        if any(text(episode, "LS") not in RESPITE for _, episode in rows_of(tables, "Episodes", header)):
            found |= cells("Header", place, "MOTHER")
    return found


def rule_398(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "LS") in RESPITE and filled(episode, "HOME_POST", "PL_POST"):
            found |= cells("Episodes", place, "LS", "HOME_POST", "PL_POST")
    return found


def rule_399(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in named_children(tables, "Episodes"):
        if any(text(episode, "LS") not in RESPITE for _, episode in group):
            continue
        nobody: list[tuple[int, Row]] = [(-1, {})]
        for place, episode in group:
            for header_place, header in rows_of(tables, "Header", episode) or nobody:
                for review_place, review in rows_of(tables, "Reviews", episode) or nobody:
                    if not filled(header, "MOTHER") and not filled(review, "REVIEW", "REVIEW_CODE"):
                        continue
                    found |= cells("Episodes", place, "LS")
                    if header_place >= 0:
                        found |= cells("Header", header_place, "MOTHER")
                    if review_place >= 0:
                        found |= cells("Reviews", review_place, "REVIEW", "REVIEW_CODE")
    return found


def rule_406(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    seekers, known = asylum_seekers(tables)
    if not known:
        return found
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "CHILD") in seekers and text(episode, "PL_DISTANCE") is not None:
            found |= cells("Episodes", place, "PL_DISTANCE")
    return found


def rule_407(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        ended = date(episode, "DEC")
        if text(episode, "REC") not in ("E45", "E46", "E47", "E48") or ended is None:
            continue
        for other, header in rows_of(tables, "Header", episode):
            adult = birthday(header, 18)
            if adult is not None and ended >= adult:
                found |= cells("Episodes", place, "DEC", "REC") | cells("Header", other, "DOB")
    return found


def rule_408(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "PLACE") in ("A5", "A6") and text(episode, "LS") != "E1":
            found |= cells("Episodes", place, "PLACE", "LS")
    return found


LAST_RULES: dict[str, OracleRule] = {
    name.removeprefix("rule_"): function for name, function in list(globals().items()) if name.startswith("rule_")
}

WITH_HEADER = ("370", "371", "372", "373", "374", "375", "376", "379", "386", "387", "389", "393", "407")

#: Tables without which a rule is not run.
LAST_TABLES: dict[str, tuple[str, ...]] = dict.fromkeys(LAST_RULES, ("Episodes",))
LAST_TABLES |= dict.fromkeys(WITH_HEADER, ("Episodes", "Header"))
LAST_TABLES |= {"391": ("OC3",), "399": ("Episodes", "Header", "Reviews")}
