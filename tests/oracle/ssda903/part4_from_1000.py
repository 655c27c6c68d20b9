"""The SSDA903 rules 1000 to 3001, EPI, NoE and SW a second time: slow, from the catalogue's ``logic`` and ``reports``."""

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
    add_years,
    birthday,
    cells,
    children,
    date,
    earliest,
    filled,
    in_order,
    latest,
    partial_date,
    rows,
    rows_of,
    text,
    words,
)
from oracle.ssda903.part4 import FAR, Entry, of_a_child, same_value

CONTACT = ("IN_TOUCH", "ACTIV", "ACCOM")
ONE = dt.timedelta(days=1)
#: From this day a social worker episode needs a reason.
REASONS_SINCE = dt.date(2023, 4, 1)


# -- care leavers ---


def rule_1000(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        for _, episode in rows_of(tables, "Episodes", row) + rows_of(tables, "Episodes_last", row):
            if text(episode, "REC") == "E2":
                found |= cells("OC3", place, *CONTACT)
    return found


def one_a_start(episodes: list[Row]) -> list[Row]:
    """One episode for each DECOM: the copy with the earliest DEC, else the first."""
    kept: dict[dt.date | None, Row] = {}
    for episode in episodes:
        began = date(episode, "DECOM")
        if began not in kept or (date(episode, "DEC") or FAR) < (date(kept[began], "DEC") or FAR):
            kept[began] = episode
    return list(kept.values())


def enough_care(born: dt.date, episodes: list[Row], window: Window) -> bool:
    """Steps 2, 4 and 5 of 1001 for somebody born on a day."""
    starts = [day for day in (date(episode, "DECOM") for episode in episodes) if day is not None]
    from_14, from_16 = 0, 0
    for episode in episodes:
        began, ended = date(episode, "DECOM"), date(episode, "DEC")
        if began is not None and began == max(starts):
            ended = ended or window.end
            if text(episode, "REC") in ("E11", "E12"):
                return False
        if text(episode, "LS") in RESPITE or ended is None:
            continue
        from_14 += max(0, (ended - max(began or dt.date.min, add_years(born, 14))).days)
        from_16 += max(0, (ended - max(began or dt.date.min, add_years(born, 16))).days)
    return from_14 >= 91 and from_16 >= 1


def rule_1001(tables: Tables, window: Window, reference: Reference) -> Cells:
    if not all(tables[name] for name in ("Episodes", "Episodes_last", "OC3", "Header")):
        return set()
    stack = {"both": [*tables["Episodes"], *tables["Episodes_last"]]}
    careers = [one_a_start([row for _, row in group]) for group in children(stack, "both")]
    if all(text(episode, "LS") in RESPITE for career in careers for episode in career):
        return set()
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        episodes = one_a_start([episode for _, episode in rows_of(stack, "both", row)])
        for _, header in rows_of(tables, "Header", row):
            born, twenty = date(header, "DOB"), birthday(header, 20)
            if born is None or twenty is None or twenty <= window.end:
                continue
            if not enough_care(born, episodes, window):
                found |= cells("OC3", place, *CONTACT)
    return found


def rule_1002(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        if not rows_of(tables, "Episodes", row) and not rows_of(tables, "Episodes_last", row):
            found |= cells("OC3", place, *CONTACT)
    return found


def age_at_end(row: Row, window: Window) -> int | None:
    """17 or 18, None at any other age."""
    for age in (17, 18):
        reached, passed = birthday(row, age), birthday(row, age + 1)
        if reached is not None and passed is not None and reached <= window.end < passed:
            return age
    return None


def current_episode(tables: Tables, row: Row) -> Entry | None:
    """The episode of the child with the latest DECOM, the last in the file on a tie."""
    dated = [entry for entry in rows_of(tables, "Episodes", row) if date(entry[1], "DECOM") is not None]
    return in_order(dated)[-1] if dated else None


def rule_1007(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        current = current_episode(tables, row)
        if age_at_end(row, window) is None or current is None or not filled(row, *CONTACT):
            continue
        if date(current[1], "DEC") is None or not filled(current[1], "REC"):
            found |= cells("OC3", place, *CONTACT)
    return found


def rule_1010(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        dated = [entry for entry in rows_of(tables, "Episodes_last", row) if date(entry[1], "DECOM") is not None]
        if rows_of(tables, "Episodes", row) or not dated:
            continue
        if not filled(in_order(dated)[-1][1], "DEC"):
            found |= cells("OC3", place, *CONTACT)
    return found


def rule_1011(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        final = latest(rows_of(tables, "Episodes", row))
        if final is not None and text(final[1], "REC") == "E3" and filled(row, *CONTACT):
            found |= cells("OC3", place, *CONTACT)
    return found


def rule_1016(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        current, age = current_episode(tables, row), age_at_end(row, window)
        if current is None or age is None or not filled(row, *CONTACT):
            continue
        ended, reached = date(current[1], "DEC"), birthday(row, age)
        if ended is not None and reached is not None and ended > reached:
            found |= cells("OC3", place, *CONTACT)
    return found


def rule_3001(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC3"):
        for _, header in rows_of(tables, "Header", row):
            seventeen = birthday(header, 17)
            turns = seventeen is not None and window.start <= seventeen <= window.end
            if turns and text(row, "ACCOM") in ("Z1", "Z2"):
                found |= cells("OC3", place, "ACCOM")
    return found


def rule_1014(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, seeker in rows(tables, "UASC"):
        episodes, running = rows_of(tables, "Episodes", seeker), 0
        for _, episode in episodes:
            began, ended = date(episode, "DECOM"), date(episode, "DEC")
            if began is not None and began <= window.end and (ended is None or ended >= window.start):
                running += 1
        if not episodes or running:
            continue
        for other, leaver in rows_of(tables, "OC3", seeker):
            if filled(leaver, *CONTACT):
                found |= cells("UASC", place, "DUC") | cells("OC3", other, "ACTIV", "ACCOM", "IN_TOUCH")
    return found


# -- children without episodes ---


def rule_1012(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for name in ("PlacedAdoption", "Missing", "Reviews", "AD1", "PrevPerm", "OC2"):
        for place, row in rows(tables, name):
            if not rows_of(tables, "Episodes", row):
                found |= cells(name, place, "CHILD")
    return found


def rule_epi(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if not rows_of(tables, "Episodes", row) and not rows_of(tables, "OC3", row):
            found |= cells("Header", place, "CHILD")
    return found


def rule_noe(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Episodes"):
        began = date(row, "DECOM")
        if began is not None and began < window.start and not rows_of(tables, "Episodes_last", row):
            found |= cells("Episodes", place, "DECOM")
    return found


# -- single items and rows ---


def rule_1003(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        starts = [entry for entry in rows_of(tables, "Episodes", row) if text(entry[1], "RNE") == "S"]
        first, decided = earliest(starts), date(row, "DATE_PLACED")
        began = None if first is None else date(first[1], "DECOM")
        if first is not None and began is not None and decided is not None and decided < began:
            found |= cells("PlacedAdoption", place, "DATE_PLACED") | cells("Episodes", first[0], "DECOM", "RNE")
    return found


def rule_1004(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        if date(row, "MIS_START") is None:
            found |= cells("Missing", place, "MIS_START")
    return found


def rule_1005(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        if filled(row, "MIS_END") and date(row, "MIS_END") is None:
            found |= cells("Missing", place, "MIS_END")
    return found


def rule_1006(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Missing"):
        if text(row, "MISSING") not in (None, "M", "A"):
            found |= cells("Missing", place, "MISSING")
    return found


def rule_1008(tables: Tables, window: Window, reference: Reference) -> Cells:
    register = [text(entry, "URN") for entry in reference.providers or []]
    found: Cells = set()
    for place, row in rows(tables, "Episodes"):
        urn = text(row, "URN")
        if urn is not None and urn != "XXXXXXX" and urn not in register:
            found |= cells("Episodes", place, "URN")
    return found


def rule_1009(tables: Tables, window: Window, reference: Reference) -> Cells:
    allowed = words("CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER")
    found: Cells = set()
    for place, row in rows(tables, "Episodes"):
        if text(row, "REASON_PLACE_CHANGE") not in (None, *allowed):
            found |= cells("Episodes", place, "REASON_PLACE_CHANGE")
    return found


def rule_1015(tables: Tables, window: Window, reference: Reference) -> Cells:
    elsewhere = words("A3 A4 A5 A6 U1 U2 U3 U4 U5 U6")
    found: Cells = set()
    for place, row in rows(tables, "Episodes"):
        if text(row, "PLACE_PROVIDER") != "PR1" or text(row, "PLACE") in (None, *elsewhere):
            continue
        if text(row, "LS") not in (None, *RESPITE) and text(row, "PL_LA") != reference.local_authority:
            found |= cells("Episodes", place, "PL_LA")
    return found


# -- social workers ---


def at_end_of_march(day: dt.date | None, window: Window) -> bool:
    return day is not None and window.end - 5 * ONE <= day <= window.end


def by_start(group: list[Entry]) -> list[Entry]:
    return in_order(group, "SW_DECOM")


def rule_sw01(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if filled(episode, "DEC") or text(episode, "LS") in RESPITE or text(episode, "CHILD") is None:
            continue
        workers = [row for _, row in rows_of(tables, "SWEpisodes", episode)]
        for item in ("SW_ID", "SW_DECOM", "SW_REASON"):
            if not any(filled(row, item) for row in workers):
                found |= cells("Episodes", place, "DEC")
    return found


def rule_sw01a(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        began = date(row, "SW_DECOM")
        if began is None or (began < REASONS_SINCE and not filled(row, "SW_ID")):
            found |= cells("SWEpisodes", place, "SW_DECOM", "SW_ID")
    return found


def rule_sw01b(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        began, complete = date(row, "SW_DECOM"), filled(row, "SW_ID") and filled(row, "SW_REASON")
        if began is None or (began >= REASONS_SINCE and not complete):
            found |= cells("SWEpisodes", place, "SW_DECOM", "SW_ID", "SW_REASON")
    return found


def rule_sw02(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        if (text(row, "SW_ID") or "")[:2] not in ("SW", "XX"):
            found |= cells("SWEpisodes", place, "SW_ID")
    return found


def rule_sw03(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        if not (filled(row, "SW_ID") and filled(row, "SW_DECOM") and filled(row, "SW_REASON")):
            found |= cells("SWEpisodes", place, "SW_ID", "SW_DECOM", "SW_REASON")
    return found


def not_acceptable(item: str) -> OracleRule:
    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for place, row in rows(tables, "SWEpisodes"):
            if filled(row, item) and partial_date(text(row, item)) is None:
                found |= cells("SWEpisodes", place, item)
        return found

    return rule


def rule_sw06(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        began = date(row, "SW_DECOM")
        if began is not None and began > window.end:
            found |= cells("SWEpisodes", place, "SW_DECOM")
    return found


def rule_sw07(tables: Tables, window: Window, reference: Reference) -> Cells:
    first = window.start if window.year == "2023-24" else add_years(window.start, -1)
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        ended = date(row, "SW_DEC")
        if ended is not None and (ended < first or ended > window.end):
            found |= cells("SWEpisodes", place, "SW_DEC")
    return found


def rule_sw08(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "SWEpisodes"):
        for place, row in by_start(group)[:-1]:
            if date(row, "SW_DECOM") is not None and date(row, "SW_DEC") is None:
                found |= cells("SWEpisodes", place, "SW_DEC")
    return found


def rule_sw09(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        if same_value({"day": row.get("SW_DEC")}, {"day": row.get("SW_DECOM")}, "day"):
            found |= cells("SWEpisodes", place, "SW_DECOM", "SW_DEC")
    return found


def rule_sw10(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "SWEpisodes"):
        ordered = sorted(group, key=lambda entry: (date(entry[1], "SW_DECOM") or FAR, date(entry[1], "SW_DEC") or FAR))
        for number in range(1, len(ordered)):
            place, row = ordered[number]
            began, before = date(row, "SW_DECOM"), date(ordered[number - 1][1], "SW_DEC")
            if began is None or before is None:
                continue
            if window.year == "2023-24":
                wrong = not before - 7 * ONE <= began <= before + 7 * ONE
            else:
                wrong = text(row, "SW_REASON") != "FCONTA" and began < before - 7 * ONE
            if wrong:
                found |= cells("SWEpisodes", place, "SW_DECOM")
    return found


def rule_sw11a(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "SWEpisodes"):
        ordered = by_start(group)
        for number in range(1, len(ordered)):
            place, row = ordered[number]
            began, before = date(row, "SW_DECOM"), date(ordered[number - 1][1], "SW_DEC")
            if before is None or before > window.end - 5 * ONE:
                continue
            if began is None or not before - 5 * ONE <= began <= before + 5 * ONE:
                found |= cells("SWEpisodes", place, "SW_DEC")
    return found


def rule_sw11b(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "SWEpisodes"):
        ordered = by_start(group)
        for number in range(1, len(ordered)):
            place, row = ordered[number]
            if date(row, "SW_DECOM") is None and at_end_of_march(date(ordered[number - 1][1], "SW_DEC"), window):
                found |= cells("SWEpisodes", place, "SW_DEC")
        if len(ordered) == 1 and at_end_of_march(date(ordered[0][1], "SW_DEC"), window):
            found |= cells("SWEpisodes", ordered[0][0], "SW_DEC")
        dated = [entry for entry in group if date(entry[1], "SW_DECOM") is not None]
        dated.sort(key=lambda entry: (date(entry[1], "SW_DECOM") or FAR, -entry[0]))
        for number in range(1, len(dated)):
            place, row = dated[number]
            ended, before = date(row, "SW_DEC"), date(dated[number - 1][1], "SW_DECOM")
            if at_end_of_march(ended, window) and ended is not None and before is not None and ended > before:
                found |= cells("SWEpisodes", place, "SW_DEC")
    return found


def rule_sw12(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        began, ended = date(episode, "DECOM"), date(episode, "DEC")
        if text(episode, "LS") in RESPITE:
            continue
        if window.year != "2023-24" and ended is not None and not add_years(window.start, -1) <= ended <= window.end:
            continue
        starts, ends = text(episode, "RNE") == "S", text(episode, "REC") not in (None, "X1")
        if not starts and not ends:
            continue
        matched = False
        for _, worker in rows_of(tables, "SWEpisodes", episode):
            day = date(worker, "SW_DECOM")
            if day is not None and ends and ended is not None and day <= ended:
                matched = True
            if day is not None and starts and began is not None and day >= began:
                matched = True
        if not matched:
            found |= cells("Episodes", place, "DECOM", "DEC")
    return found


def rule_sw13(tables: Tables, window: Window, reference: Reference) -> Cells:
    allowed = words("MANAGE FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS")
    found: Cells = set()
    for place, row in rows(tables, "SWEpisodes"):
        reason, began = text(row, "SW_REASON"), date(row, "SW_DECOM")
        needed = window.year == "2023-24" or (began is not None and began >= REASONS_SINCE)
        if needed if reason is None else reason not in allowed:
            found |= cells("SWEpisodes", place, "SW_REASON")
    return found


def rule_sw14(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "SWEpisodes"):
        for place, row in by_start(group)[:-1]:
            if date(row, "SW_DEC") is None:
                found |= cells("SWEpisodes", place, "SW_DEC")
    return found


def rule_sw17(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "SWEpisodes"):
        ordered = sorted(group, key=lambda entry: date(entry[1], "SW_DECOM") or dt.date.min)
        place, row = ordered[-1]
        if filled(row, "SW_DEC"):
            found |= cells("SWEpisodes", place, "SW_DEC", "SW_DECOM")
    return found


RULES_FROM_1000: dict[str, OracleRule] = {
    "1000": rule_1000,
    "1001": rule_1001,
    "1002": rule_1002,
    "1003": rule_1003,
    "1004": rule_1004,
    "1005": rule_1005,
    "1006": rule_1006,
    "1007": rule_1007,
    "1008": rule_1008,
    "1009": rule_1009,
    "1010": rule_1010,
    "1011": rule_1011,
    "1012": rule_1012,
    "1014": rule_1014,
    "1015": rule_1015,
    "1016": rule_1016,
    "3001": rule_3001,
    "EPI": rule_epi,
    "NoE": rule_noe,
    "SW01STG1": rule_sw01,
    "SW01aSTG1": rule_sw01a,
    "SW01bSTG1": rule_sw01b,
    "SW02STG1": rule_sw02,
    "SW03STG1": rule_sw03,
    "SW04STG1": not_acceptable("SW_DECOM"),
    "SW05STG1": not_acceptable("SW_DEC"),
    "SW06STG2": rule_sw06,
    "SW07STG2": rule_sw07,
    "SW08STG2": rule_sw08,
    "SW09STG2": rule_sw09,
    "SW10STG2": rule_sw10,
    "SW11aSTG2": rule_sw11a,
    "SW11bSTG2": rule_sw11b,
    "SW12STG2": rule_sw12,
    "SW13STG1": rule_sw13,
    "SW14STG2": rule_sw14,
    "SW17STG2": rule_sw17,
}
