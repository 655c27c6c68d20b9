"""The SSDA903 rules 601 to 710 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

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
    date,
    earliest,
    filled,
    in_order,
    latest,
    number,
    partial_date,
    rows,
    rows_of,
    text,
    words,
)
from oracle.ssda903.part4 import no_later_than_birth, of_a_child, same_value, unclosed_after_care

DETAILS = words("DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR")

AUTHORITIES = words("""
    WAL SCO NUK NIR
    800 889 822 301 304 303 330 825 837 302 846 370 350 890 867 380 305 801 351 873
    823 895 896 381 909 202 908 331 306 841 830 831 878 371 835 332 840 307 308 811
    881 845 390 916 203 876 850 311 204 884 312 205 313 805 919 310 309 420 921 206
    207 886 810 382 314 340 888 208 856 383 855 209 925 341 201 821 352 806 887 826
    315 929 812 391 926 892 813 802 928 891 392 316 815 353 931 879 836 851 874 807
    354 317 870 318 372 857 333 935 343 803 373 342 893 356 355 871 394 334 933 882
    936 861 852 319 860 808 393 866 210 357 894 883 880 358 211 937 869 320 359 865
    384 335 336 212 868 872 885 344 877 213 938 816 999
""")


# -- adoption ---


def adopted_in_year(episode: Row, window: Window) -> bool:
    ended = date(episode, "DEC")
    return text(episode, "REC") in ("E11", "E12") and ended is not None and window.start <= ended <= window.end


def rule_601(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        if not adopted_in_year(episode, window):
            continue
        for other, adoption in rows_of(tables, "AD1", episode):
            if not all(filled(adoption, item) for item in DETAILS):
                found |= cells("AD1", other, *DETAILS) | cells("Episodes", place, "REC")
    return found


def rule_602(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "AD1"):
        adopted = any(adopted_in_year(episode, window) for _, episode in rows_of(tables, "Episodes", row))
        if filled(row, *DETAILS) and not adopted:
            found |= cells("AD1", place, "CHILD")
    return found


# -- mothers ---


def female(row: Row, window: Window) -> bool:
    return text(row, "SEX") == ("F" if window.year >= "2024-25" else "2")


def rule_607(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        ended = date(episode, "DEC")
        if ended is None or not window.start <= ended <= window.end or text(episode, "REC") in (None, "X1"):
            continue
        if text(episode, "LS") in RESPITE:
            continue
        for other, header in rows_of(tables, "Header", episode):
            if female(header, window) and not filled(header, "MOTHER"):
                found |= cells("Episodes", place, "DEC", "REC", "LS") | cells("Header", other, "SEX", "MOTHER")
    return found


def rule_611(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if text(row, "MOTHER") == "1" and not filled(row, "MC_DOB"):
            found |= cells("Header", place, "MOTHER", "MC_DOB")
    return found


def rule_612(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if female(row, window) and filled(row, "MC_DOB") and text(row, "MOTHER") in (None, "0"):
            found |= cells("Header", place, "SEX", "MOTHER", "MC_DOB")
    return found


def rule_620(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        eleven = birthday(row, 11)
        if text(row, "MOTHER") == "1" and eleven is not None and eleven > window.start:
            found |= cells("Header", place, "DOB", "MOTHER")
    return found


def rule_621(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        first, born = date(row, "MC_DOB"), date(row, "DOB")
        if first is not None and (born is None or first <= born):
            found |= cells("Header", place, "DOB", "MC_DOB")
    return found


def rule_624(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        for _, before in rows_of(tables, "Header_last", row):
            if filled(before, "MC_DOB") and not same_value(row, before, "MC_DOB"):
                found |= cells("Header", place, "MC_DOB")
    return found


def rule_625(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        first, last = date(row, "MC_DOB"), latest(rows_of(tables, "Episodes", row))
        if first is None:
            continue
        ended = None if last is None else date(last[1], "DEC")
        if first > window.end or (ended is not None and first > ended):
            found |= cells("Header", place, "MC_DOB")
            if last is not None:
                found |= cells("Episodes", last[0], "DEC")
    return found


def rule_626(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        first = date(row, "MC_DOB")
        for _, before in rows_of(tables, "Header_last", row):
            newly = number(text(row, "MOTHER")) == 1 and number(text(before, "MOTHER")) == 0
            if newly and first is not None and first < window.start:
                found |= cells("Header", place, "MOTHER", "MC_DOB")
    return found


def rule_628(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        leaver = any(filled(after, "IN_TOUCH", "ACTIV", "ACCOM") for _, after in rows_of(tables, "OC3", row))
        if filled(row, "MOTHER") and leaver and not rows_of(tables, "Episodes", row):
            found |= cells("Header", place, "MOTHER")
    return found


# -- previous permanence ---


def rule_630(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, episode in rows(tables, "Episodes"):
        began = date(episode, "DECOM")
        if text(episode, "RNE") != "S" or began is None or began < window.start:
            continue
        before = rows_of(tables, "PrevPerm", episode)
        if not before:
            found |= cells("Episodes", place, "RNE")
        for _, row in before:
            order = text(row, "PREV_PERM")
            bare = not filled(row, "LA_PERM") or not filled(row, "DATE_PERM")
            if order is None or (order != "Z1" and bare):
                found |= cells("Episodes", place, "RNE")
    return found


def rule_631(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PrevPerm"):
        if text(row, "PREV_PERM") not in (None, "P1", "P2", "P3", "P4", "Z1"):
            found |= cells("PrevPerm", place, "PREV_PERM")
    return found


def last_possible_day(value: str | None) -> dt.date | None:
    """A permanence date with its unknown parts filled in as 632 does; None where it is not acceptable."""
    day = partial_date(value)
    if value is None or day is None:
        return None
    known_day, known_month, _ = value.split("/")
    if known_month == "ZZ":
        return add_years(day, 1) - dt.timedelta(days=1)
    if known_day == "ZZ":
        while (day + dt.timedelta(days=1)).month == day.month:
            day += dt.timedelta(days=1)
    return day


def rule_632(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "Episodes"):
        first = earliest(group)
        began = None if first is None else date(first[1], "DECOM")
        if first is None or began is None:
            continue
        for place, row in rows_of(tables, "PrevPerm", first[1]):
            order = last_possible_day(text(row, "DATE_PERM"))
            if filled(row, "DATE_PERM") and (order is None or order >= began):
                found |= cells("PrevPerm", place, "DATE_PERM") | cells("Episodes", first[0], "DECOM")
    return found


def rule_633(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PrevPerm"):
        if text(row, "LA_PERM") not in (None, *AUTHORITIES):
            found |= cells("PrevPerm", place, "LA_PERM")
    return found


def rule_634(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PrevPerm"):
        episodes = rows_of(tables, "Episodes", row)
        last = latest(episodes)
        began = None if last is None else date(last[1], "DECOM")
        if filled(row, "PREV_PERM", "LA_PERM", "DATE_PERM") and began is not None and began < dt.date(2016, 4, 1):
            found |= cells("PrevPerm", place, "LA_PERM", "PREV_PERM", "DATE_PERM")
            for other, _ in episodes:
                found |= cells("Episodes", other, "DECOM")
    return found


def rule_635(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PrevPerm"):
        if text(row, "PREV_PERM") == "Z1" and filled(row, "LA_PERM", "DATE_PERM"):
            found |= cells("PrevPerm", place, "LA_PERM", "DATE_PERM", "PREV_PERM")
    return found


# -- deprivation of liberty ---


def rule_700(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "DoLo"):
        if date(row, "DOLO_START") is None:
            found |= cells("DoLo", place, "DOLO_START")
    return found


def rule_701(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "DoLo"):
        if filled(row, "DOLO_END") and date(row, "DOLO_END") is None:
            found |= cells("DoLo", place, "DOLO_END")
    return found


def rule_702(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "DoLo"):
        began, ended = date(row, "DOLO_START"), date(row, "DOLO_END")
        if began is not None and ended is not None and ended <= began:
            found |= cells("DoLo", place, "DOLO_START", "DOLO_END")
    return found


def rule_703(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "DoLo"):
        began = date(row, "DOLO_START")
        if began is not None and began > window.end:
            found |= cells("DoLo", place, "DOLO_START")
    return found


def rule_704(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "DoLo"):
        ended = date(row, "DOLO_END")
        if ended is not None and not window.start <= ended <= window.end:
            found |= cells("DoLo", place, "DOLO_END")
    return found


def rule_705(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "DoLo"):
        ordered = in_order(group, "DOLO_START")
        for position in range(1, len(ordered)):
            place, row = ordered[position]
            if filled(row, "DOLO_START") and date(ordered[position - 1][1], "DOLO_END") is None:
                found |= cells("DoLo", place, "DOLO_START", "DOLO_END")
    return found


def rule_706(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in of_a_child(tables, "DoLo_last"):
        _, last = sorted(group, key=lambda entry: date(entry[1], "DOLO_START") or dt.date.min)[-1]
        if not filled(last, "DOLO_START") or filled(last, "DOLO_END"):
            continue
        now = in_order(rows_of(tables, "DoLo", last), "DOLO_START")
        if now and not same_value(now[0][1], last, "DOLO_START"):
            found |= cells("DoLo", now[0][0], "DOLO_START")
    return found


def place_under_order(flagged: set[str | None], listed: bool) -> OracleRule:
    """Orders with both dates, and the episodes they touch, by whether the placement is one of some codes."""

    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for place, row in rows(tables, "DoLo"):
            if not filled(row, "DOLO_START") or not filled(row, "DOLO_END"):
                continue
            first, last = date(row, "DOLO_START"), date(row, "DOLO_END")
            for other, episode in rows_of(tables, "Episodes", row):
                began, ended = date(episode, "DECOM"), date(episode, "DEC")
                if last is None or began is None or last < began:
                    continue
                if ended is not None and (first is None or first > ended):
                    continue
                if (text(episode, "PLACE") in flagged) == listed:
                    found |= cells("DoLo", place, "DOLO_START") | cells("Episodes", other, "PLACE")
        return found

    return rule


RULES_FROM_601: dict[str, OracleRule] = {
    "601": rule_601,
    "602": rule_602,
    "607": rule_607,
    "611": rule_611,
    "612": rule_612,
    "620": rule_620,
    "621": rule_621,
    "624": rule_624,
    "625": rule_625,
    "626": rule_626,
    "628": rule_628,
    "630": rule_630,
    "631": rule_631,
    "632": rule_632,
    "633": rule_633,
    "634": rule_634,
    "635": rule_635,
    "700": rule_700,
    "701": rule_701,
    "702": rule_702,
    "703": rule_703,
    "704": rule_704,
    "705": rule_705,
    "706": rule_706,
    "707": unclosed_after_care("DoLo", "DOLO_START", "DOLO_END"),
    "708": no_later_than_birth("DoLo", "DOLO_START"),
    "709": place_under_order({"K2", "Z12", "Z13"}, listed=False),
    "710": place_under_order({"K1", "P1", "R5", "K3"}, listed=True),
}
