"""The SSDA903 rules 561 to 586 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

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
    earliest,
    filled,
    in_order,
    latest,
    rows,
    rows_of,
    text,
)

Entry = tuple[int, Row]
FAR = dt.date.max


def of_a_child(tables: Tables, name: str) -> list[list[Entry]]:
    """The rows of each child in file order; rows without CHILD are nobody's."""
    return [group for group in children(tables, name) if text(group[0][1], "CHILD") is not None]


def same_value(a: Row, b: Row, item: str) -> bool:
    """Both filled, with the same text or the same day."""
    if not filled(a, item) or not filled(b, item):
        return False
    day = date(a, item)
    return text(a, item) == text(b, item) or (day is not None and day == date(b, item))


def periods_of_care(tables: Tables, row: Row) -> list[tuple[dt.date, dt.date | None]]:
    """First and last day (None: open) of each chain of episodes without a gap, of the child of a row."""
    periods: list[tuple[dt.date, dt.date | None]] = []
    for _, episode in in_order(rows_of(tables, "Episodes", row)):
        began, ended = date(episode, "DECOM"), date(episode, "DEC")
        if began is None:
            continue
        before = periods[-1] if periods else None
        if before is None or (before[1] is not None and began > before[1]):
            periods.append((began, ended))
        else:
            periods[-1] = (before[0], ended)
    return periods


# -- decisions of last year, and where last year's episodes end ---


def rule_561(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        for _, before in rows_of(tables, "PlacedAdoption_last", row):
            if same_value(row, before, "DATE_PLACED") and filled(before, "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"):
                found |= cells("PlacedAdoption", place, "DATE_PLACED")
    return found


def rule_562(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "Episodes"):
        early = []
        for place, row in group:
            day = date(row, "DECOM")
            if day is not None and day < window.start:
                early.append((place, row))
        first = earliest(early)
        if first is None:
            continue
        last = latest(rows_of(tables, "Episodes_last", first[1]))
        if last is None or date(last[1], "DECOM") != date(first[1], "DECOM"):
            found |= cells("Episodes", first[0], "DECOM")
    return found


def rule_563(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        if filled(row, "REASON_PLACED_CEASED") and filled(row, "DATE_PLACED_CEASED") and not filled(row, "DATE_PLACED"):
            found |= cells("PlacedAdoption", place, "DATE_PLACED", "REASON_PLACED_CEASED", "DATE_PLACED_CEASED")
    return found


# -- missing ---


def rule_564(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        if text(row, "MISSING") in ("M", "A") and not filled(row, "MIS_START"):
            found |= cells("Missing", place, "MISSING", "MIS_START")
    return found


def rule_565(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        if filled(row, "MIS_START") and not filled(row, "MISSING"):
            found |= cells("Missing", place, "MISSING", "MIS_START")
    return found


def rule_566(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        if filled(row, "MIS_END") and not filled(row, "MISSING"):
            found |= cells("Missing", place, "MISSING", "MIS_END")
    return found


def rule_567(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        began, ended = date(row, "MIS_START"), date(row, "MIS_END")
        if began is not None and ended is not None and began > ended:
            found |= cells("Missing", place, "MIS_START", "MIS_END")
    return found


def rule_570(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        began = date(row, "MIS_START")
        if began is not None and began > window.end:
            found |= cells("Missing", place, "MIS_START")
    return found


def rule_571(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        ended = date(row, "MIS_END")
        if ended is not None and (ended < window.start or ended > window.end):
            found |= cells("Missing", place, "MIS_END")
    return found


def missing_order(entry: Entry) -> tuple[dt.date, dt.date]:
    """By the end, or the start where there is no end; then by the start; blanks last."""
    began, ended = date(entry[1], "MIS_START"), date(entry[1], "MIS_END")
    return ended or began or FAR, began or FAR


def rule_574(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "Missing"):
        ordered = sorted(group, key=missing_order)
        for number in range(1, len(ordered)):
            place, row = ordered[number]
            before, began = date(ordered[number - 1][1], "MIS_END"), date(row, "MIS_START")
            if before is None or (began is not None and began < before):
                found |= cells("Missing", place, "MIS_START", "MIS_END")
    return found


def rule_575(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        went = date(row, "MIS_START")
        if filled(row, "MIS_END") or went is None:
            continue
        for _, episode in rows_of(tables, "Episodes", row):
            began, ended = date(episode, "DECOM"), date(episode, "DEC")
            if began is not None and ended is not None and began <= went <= ended:
                found |= cells("Missing", place, "MIS_END")
    return found


def rule_576(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "Missing"):
        place, row = in_order(group, "MIS_START")[0]
        for _, before in rows_of(tables, "Missing_last", row):
            went = date(before, "MIS_START")
            if not filled(before, "MIS_END") and went is not None and went != date(row, "MIS_START"):
                found |= cells("Missing", place, "CHILD")
    return found


def outside_care(began: dt.date, ended: dt.date | None, period: tuple[dt.date, dt.date | None]) -> bool:
    """Tests a to d of 577 and 707."""
    first, last = period
    if ended is None:
        return last is not None or began < first
    return (last is not None and ended > last) or ended < first


def unclosed_after_care(table: str, start: str, end: str) -> OracleRule:
    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for place, row in rows(tables, table):
            began, periods = date(row, start), periods_of_care(tables, row)
            if began is None or not periods:
                continue
            if all(outside_care(began, date(row, end), period) for period in periods):
                found |= cells(table, place, end)
        return found

    return rule


def rule_578(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        went, periods = date(row, "MIS_START"), periods_of_care(tables, row)
        if went is None or not periods:
            continue
        if all(went < first or (last is not None and went >= last) for first, last in periods):
            found |= cells("Missing", place, "MIS_START")
    return found


def rule_580(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for _, row in rows(tables, "Missing"):
        back, adult = date(row, "MIS_END"), birthday(row, 18)
        for place, episode in rows_of(tables, "Episodes", row):
            same_day = back is not None and back == adult == date(episode, "DEC")
            if same_day and text(episode, "REC") != "E8":
                found |= cells("Episodes", place, "REC")
    return found


def rule_581(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        went, episodes, covered = date(row, "MIS_START"), rows_of(tables, "Episodes", row), False
        for _, episode in episodes:
            began, ended = date(episode, "DECOM"), date(episode, "DEC")
            if went is not None and began is not None and began <= went and (ended is None or went <= ended):
                covered = True
        if episodes and not covered:
            found |= cells("Missing", place, "MIS_START")
    return found


def no_later_than_birth(table: str, start: str) -> OracleRule:
    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for place, row in rows(tables, table):
            began, born = date(row, start), date(row, "DOB")
            if began is not None and born is not None and began <= born:
                found |= cells(table, place, start)
        return found

    return rule


# -- adoption ---


def rule_579(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "PlacedAdoption"):
        ordered = in_order(group, "DATE_PLACED")
        for number in range(1, len(ordered)):
            place, row = ordered[number]
            before, began = date(ordered[number - 1][1], "DATE_PLACED_CEASED"), date(row, "DATE_PLACED")
            if before is None or (began is not None and began < before):
                found |= cells("PlacedAdoption", place, "DATE_PLACED", "DATE_PLACED_CEASED")
    return found


def rule_582(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if text(episode, "REC") not in ("E11", "E12"):
            continue
        for _, adoption in rows_of(tables, "AD1", episode):
            if same_value({"day": episode.get("DEC")}, {"day": adoption.get("DATE_MATCH")}, "day"):
                found |= cells("Episodes", place, "DEC")
    return found


def rule_583(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "PlacedAdoption"):
        decided = [entry for entry in group if filled(entry[1], "DATE_PLACED")]
        exempt = latest(decided, "DATE_PLACED")
        if len(decided) < 2:
            continue
        for entry in decided:
            if entry is not exempt and not filled(entry[1], "DATE_PLACED_CEASED"):
                found |= cells("PlacedAdoption", entry[0], "DATE_PLACED", "DATE_PLACED_CEASED")
    return found


def rule_584(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        for _, before in rows_of(tables, "PlacedAdoption_last", row):
            if not filled(before, "DATE_PLACED") or not filled(before, "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"):
                continue
            now, then = date(row, "DATE_PLACED"), date(before, "DATE_PLACED")
            if not filled(row, "DATE_PLACED") or (now is not None and then is not None and now <= then):
                found |= cells("PlacedAdoption", place, "DATE_PLACED")
    return found


RULES_TO_586: dict[str, OracleRule] = {
    "561": rule_561,
    "562": rule_562,
    "563": rule_563,
    "564": rule_564,
    "565": rule_565,
    "566": rule_566,
    "567": rule_567,
    "570": rule_570,
    "571": rule_571,
    "574": rule_574,
    "575": rule_575,
    "576": rule_576,
    "577": unclosed_after_care("Missing", "MIS_START", "MIS_END"),
    "578": rule_578,
    "579": rule_579,
    "580": rule_580,
    "581": rule_581,
    "582": rule_582,
    "583": rule_583,
    "584": rule_584,
    "586": no_later_than_birth("Missing", "MIS_START"),
}
