"""The SSDA903 rules 411 to 504 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

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
    same_child,
    text,
    words,
)

Entry = tuple[int, Row]

PLACEMENT = ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")
CARE_ENDS = words("E2 E3 E4A E4B E5 E6 E7 E8 E9 E11 E12 E13 E14 E15 E16 E17 E41 E45 E46 E47 E48")


def neighbours(tables: Tables) -> list[tuple[Row, int, Row]]:
    """Each episode with the one before it of the same child, by DECOM: (row before, row number, row)."""
    found = []
    for group in children(tables, "Episodes"):
        ordered = in_order(group)
        for place in range(1, len(ordered)):
            number, row = ordered[place]
            found.append((ordered[place - 1][1], number, row))
    return found


def earliest(group: list[Entry]) -> Entry | None:
    """The entry with the smallest readable DECOM; of equal ones the first in the file."""
    best = None
    for entry in group:
        day = date(entry[1], "DECOM")
        if day is not None and (best is None or day < best[0]):
            best = (day, entry)
    return None if best is None else best[1]


def latest(group: list[Entry], item: str = "DECOM") -> Entry | None:
    """The entry with the largest readable date; of equal ones the first in the file."""
    best = None
    for entry in group:
        day = date(entry[1], item)
        if day is not None and (best is None or day > best[0]):
            best = (day, entry)
    return None if best is None else best[1]


# -- placements ---


def rule_411(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "PL_LOCATION") == "IN" and text(row, "PL_LA") != reference.local_authority:
            found |= cells("Episodes", number, "PL_LOCATION")
    return found


def rule_420(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "LS") in RESPITE and text(row, "PL_LA") is not None:
            found |= cells("Episodes", number, "PL_LA")
    return found


def rule_454(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        distance = text(row, "PL_DISTANCE")
        if distance is not None and Decimal(distance) > 350 and Decimal(distance) != Decimal("999.9"):
            found |= cells("Episodes", number, "PL_DISTANCE")
    return found


# -- one child's episodes ---


def rule_426(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        statuses = [text(row, "LS") for _, row in group]
        if "V3" in statuses and "V4" in statuses:
            for number, row in group:
                if text(row, "LS") in ("V3", "V4"):
                    found |= cells("Episodes", number, "LS")
    return found


def rule_431(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        began, ended = date(row, "DECOM"), date(before, "DEC")
        if text(row, "RNE") == "S" and began is not None and ended is not None and began <= ended:
            found |= cells("Episodes", number, "RNE", "DECOM")
    return found


def rule_432(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        if text(before, "REC") in CARE_ENDS and text(row, "RNE") != "S":
            found |= cells("Episodes", number, "RNE")
    return found


def rule_433(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    never = dt.date.max
    for group in children(tables, "Episodes"):
        ordered = sorted(
            group, key=lambda entry: (date(entry[1], "DECOM") or never, date(entry[1], "DEC") or never, entry[0])
        )
        for place in range(1, len(ordered)):
            number, row = ordered[place]
            began, ended = date(row, "DECOM"), date(ordered[place - 1][1], "DEC")
            if text(row, "RNE") in ("P", "L", "T", "U", "B") and (began is None or ended is None or began != ended):
                found |= cells("Episodes", number, "RNE", "DECOM")
    return found


def rule_434(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        if text(row, "RNE") != "L":
            continue
        same_status = text(row, "LS") is not None and text(row, "LS") == text(before, "LS")
        moved = any(text(row, item) != text(before, item) for item in PLACEMENT)
        if same_status or moved:
            found |= cells("Episodes", number, "RNE", "LS", *PLACEMENT)
    return found


def rule_435(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        if text(row, "RNE") not in ("P", "T"):
            continue
        other_status = text(row, "LS") is None or text(row, "LS") != text(before, "LS")
        stayed = all(text(row, item) is not None and text(row, item) == text(before, item) for item in PLACEMENT)
        if other_status or stayed:
            found |= cells("Episodes", number, "LS", *PLACEMENT)
    return found


def rule_436(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        if text(row, "RNE") not in ("U", "B"):
            continue
        stayed = all(text(row, item) == text(before, item) for item in PLACEMENT)
        if text(row, "LS") == text(before, "LS") or stayed:
            found |= cells("Episodes", number, "RNE", "LS", *PLACEMENT)
    return found


def rule_437(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        ordered = in_order(group)
        for number, row in ordered[:-1]:
            if date(row, "DECOM") is not None and text(row, "REC") in ("E2", "E15"):
                found |= cells("Episodes", number, "REC")
    return found


def rule_501(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        began, ended = date(row, "DECOM"), date(before, "DEC")
        if began is not None and ended is not None and began < ended:
            found |= cells("Episodes", number, "DECOM", "DEC")
    return found


def rule_504(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for before, number, row in neighbours(tables):
        began, ended = date(row, "DECOM"), date(before, "DEC")
        if text(before, "REC") != "X1" or began is None or began != ended:
            continue
        if text(row, "CIN") is None or text(before, "CIN") is None or text(row, "CIN") != text(before, "CIN"):
            found |= cells("Episodes", number, "CIN")
    return found


# -- reviews, pupil numbers, old legal statuses, staying put ---


def rule_440(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Reviews"):
        held, four = date(row, "REVIEW"), birthday(row, 4)
        if text(row, "REVIEW_CODE") == "PN0" and held is not None and four is not None and held > four:
            found |= cells("Reviews", number, "DOB", "REVIEW", "REVIEW_CODE")
    return found


def rule_441(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Reviews"):
        held, four = date(row, "REVIEW"), birthday(row, 4)
        older = text(row, "REVIEW_CODE") in words("PN1 PN2 PN3 PN4 PN5 PN6 PN7")
        if older and held is not None and four is not None and held < four:
            found |= cells("Reviews", number, "DOB", "REVIEW", "REVIEW_CODE")
    return found


def rule_442(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Header"):
        for _, episode in rows_of(tables, "Episodes", row):
            if text(row, "UPN") is None and text(episode, "LS") not in RESPITE:
                found |= cells("Header", number, "UPN")
    return found


def rule_444(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Header"):
        for other_number, other in rows(tables, "Header"):
            upn = text(row, "UPN")
            known = upn is not None and upn not in ("UN1", "UN2", "UN3", "UN4", "UN5")
            if number != other_number and known and upn == text(other, "UPN"):
                found |= cells("Header", number, "UPN")
    return found


def rule_445(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        began = date(row, "DECOM")
        if text(row, "LS") == "D1" and began is not None and began > dt.date(2005, 12, 31):
            found |= cells("Episodes", number, "LS", "DECOM")
    return found


def rule_446(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        began = date(row, "DECOM")
        if text(row, "LS") == "E1" and began is not None and began < dt.date(2005, 12, 1):
            found |= cells("Episodes", number, "LS", "DECOM")
    return found


def rule_451(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "LS") == "D1" and not filled(row, "DEC") and not filled(row, "REC"):
            found |= cells("Episodes", number, "DEC", "REC", "LS")
    return found


def rule_460(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        ended = date(row, "DEC")
        if text(row, "REC") != "E17" or ended is None:
            continue
        for _, header in rows_of(tables, "Header", row):
            grown = birthday(header, 18)
            if grown is not None and ended < grown:
                found |= cells("Episodes", number, "DEC", "REC")
    return found


# -- this year's first episode and last year's final one ---


def carried_over(tables: Tables) -> list[tuple[int, Row, Row]]:
    """Number and row of each child's first episode this year, and the final one of last year."""
    found = []
    for group in children(tables, "Episodes"):
        first = earliest(group)
        if first is None:
            continue
        final = latest([entry for entry in rows(tables, "Episodes_last") if same_child(first[1], entry[1])])
        if final is not None:
            found.append((first[0], first[1], final[1]))
    return found


def farther(row: Row, last: Row) -> bool:
    """The distance moved by 0.2 miles or more, or is there for the first time."""
    now, before = text(row, "PL_DISTANCE"), text(last, "PL_DISTANCE")
    if now is None:
        return False
    return before is None or abs(Decimal(now) - Decimal(before)) >= Decimal("0.2")


def rule_452(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row, last in carried_over(tables):
        same_reason = text(row, "RNE") is not None and text(row, "RNE") == text(last, "RNE")
        if same_reason and not filled(last, "DEC") and text(row, "PL_LA") != text(last, "PL_LA"):
            found |= cells("Episodes", number, "PL_LA")
    return found


def rule_453(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row, last in carried_over(tables):
        same_reason = text(row, "RNE") is not None and text(row, "RNE") == text(last, "RNE")
        if same_reason and date(last, "DEC") is None and farther(row, last):
            found |= cells("Episodes", number, "PL_DISTANCE")
    return found


def rule_502(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        first = earliest(group)
        if first is None:
            continue
        for _, last in rows_of(tables, "Episodes_last", first[1]):
            if not filled(last, "DEC") and date(last, "DECOM") != date(first[1], "DECOM"):
                found |= cells("Episodes", first[0], "DECOM")
    return found


def differs_from_last_year(item: str) -> OracleRule:
    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for number, row, last in carried_over(tables):
            if date(last, "DEC") is None and text(row, item) != text(last, item):
                found |= cells("Episodes", number, item)
        return found

    return rule


def rule_503d(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row, last in carried_over(tables):
        now, before = text(row, "PLACE"), text(last, "PLACE")
        if date(last, "DEC") is not None or now == before:
            continue
        if window.year == "2024-25" and before == "H5" and now == "K3":
            continue
        if window.year == "2025-26" and before == "Z1" and now in ("Z11", "Z12", "Z13", "Z14"):
            continue
        found |= cells("Episodes", number, "PLACE")
    return found


def rule_503g(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row, last in carried_over(tables):
        if date(last, "DEC") is None and farther(row, last):
            found |= cells("Episodes", number, "PL_DISTANCE")
    return found


RULES: dict[str, OracleRule] = {
    "411": rule_411,
    "420": rule_420,
    "426": rule_426,
    "431": rule_431,
    "432": rule_432,
    "433": rule_433,
    "434": rule_434,
    "435": rule_435,
    "436": rule_436,
    "437": rule_437,
    "440": rule_440,
    "441": rule_441,
    "442": rule_442,
    "444": rule_444,
    "445": rule_445,
    "446": rule_446,
    "451": rule_451,
    "452": rule_452,
    "453": rule_453,
    "454": rule_454,
    "460": rule_460,
    "501": rule_501,
    "502": rule_502,
    "503A": differs_from_last_year("RNE"),
    "503B": differs_from_last_year("LS"),
    "503C": differs_from_last_year("CIN"),
    "503D": rule_503d,
    "503E": differs_from_last_year("PLACE_PROVIDER"),
    "503F": differs_from_last_year("URN"),
    "503G": rule_503g,
    "503H": differs_from_last_year("PL_LA"),
    "503J": differs_from_last_year("PL_LOCATION"),
    "504": rule_504,
}

#: Tables, derived columns and other things that a rule cannot do without; Episodes where nothing is said.
NEEDS: dict[str, list[str]] = {
    "411": ["Episodes", "Episodes.PL_LA", "Episodes.PL_LOCATION", "local_authority"],
    "420": ["Episodes", "Episodes.PL_LA"],
    "440": ["Reviews"],
    "441": ["Reviews"],
    "442": ["Header", "Episodes"],
    "444": ["Header"],
    "454": ["Episodes", "Episodes.PL_DISTANCE"],
    "460": ["Header", "Episodes"],
    **{code: ["Episodes", "Episodes_last"] for code in words("502 503A 503B 503C 503D 503E 503F")},
    **{
        code: ["Episodes", "Episodes_last", f"Episodes.{item}", f"Episodes_last.{item}"]
        for code, item in [
            ("452", "PL_LA"),
            ("453", "PL_DISTANCE"),
            ("503G", "PL_DISTANCE"),
            ("503H", "PL_LA"),
            ("503J", "PL_LOCATION"),
        ]
    },
}

#: First and last collection year of the rules that were not always in force.
SINCE = {"444": "2025-26", "454": "2025-26"}
UNTIL = {"445": "2023-24", "451": "2023-24"}
