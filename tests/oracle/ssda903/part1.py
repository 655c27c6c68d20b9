"""The SSDA903 rules 101 to 234: those that look at several rows, tables or years, and the list of all of them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

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
    episodes_of,
    filled,
    in_order,
    number,
    rows,
    rows_of,
    same_child,
    text,
    words,
)
from oracle.ssda903.compare import Slow
from oracle.ssda903.derived import authority_at
from oracle.ssda903.part1_rows import (
    ADOPTION,
    HEALTH,
    LEAVER,
    OUTCOMES,
    ROW_RULES,
    TEMPORARY,
    has_urn,
    registered,
)

# -- decisions for adoption ---


def _117(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        known = [(at, one) for at, one in episodes_of(tables, row) if date(one, "DECOM") and text(one, "REC") != "X1"]
        latest = max(known, key=lambda entry: (date(entry[1], "DECOM"), -entry[0]), default=None)
        left = None if latest is None else date(latest[1], "DEC")
        for item in ("DATE_PLACED", "DATE_PLACED_CEASED"):
            day = date(row, item)
            if day is not None and (day > window.end or (left is not None and day > left)):
                found |= cells("PlacedAdoption", place, "DATE_PLACED", "DATE_PLACED_CEASED")
                if latest is not None:
                    found |= cells("Episodes", latest[0], "DECOM", "DEC", "REC")
    return found


def _118(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        reversed_on = date(row, "DATE_PLACED_CEASED")
        first = None
        for at, one in episodes_of(tables, row):
            if text(one, "LS") not in RESPITE and date(one, "DECOM") is not None:
                first = (at, one)
                break
        began = None if first is None else date(first[1], "DECOM")
        if reversed_on is None:
            continue
        if reversed_on < window.start or (began is not None and reversed_on < began):
            found |= cells("PlacedAdoption", place, "DATE_PLACED_CEASED")
            if first is not None:
                found |= cells("Episodes", first[0], "DECOM", "LS")
    return found


def _184(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "PlacedAdoption"):
        decided = date(row, "DATE_PLACED")
        if decided is None:
            continue
        births = [date(header, "DOB") for _, header in rows_of(tables, "Header", row)] or [None]
        for born in births:
            if born is None or decided < born:
                found |= cells("PlacedAdoption", place, "DATE_PLACED")
    return found


# -- tables that exclude each other ---


def _134(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "AD1"):
        if filled(row, *ADOPTION) and any(filled(other, *LEAVER) for _, other in rows_of(tables, "OC3", row)):
            found |= cells("AD1", place, *ADOPTION)
    return found


def _215(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, leaver in rows(tables, "OC3"):
        for at, outcome in rows_of(tables, "OC2", leaver):
            if filled(leaver, *LEAVER) and filled(outcome, *OUTCOMES):
                found |= cells("OC3", place, *LEAVER) | cells("OC2", at, *OUTCOMES)
    return found


# -- care all year ---


def continuous(tables: Tables, row: Row, window: Window) -> bool:
    """The child of the row was looked after all year, as the rules on outcomes count it."""
    somewhere = False
    for _, one in rows_of(tables, "Episodes", row):
        began, ended = date(one, "DECOM"), date(one, "DEC")
        touches = began is not None and began <= window.end and (ended is None or ended >= window.start)
        somewhere = somewhere or touches
        if text(one, "RNE") == "S" and began is not None and window.start < began <= window.end:
            return False
        if text(one, "REC") != "X1" and ended is not None and window.start <= ended < window.end:
            return False
        if text(one, "LS") in RESPITE and touches:
            return False
    return somewhere


def between(day: dt.date | None, first: dt.date, last: dt.date) -> bool:
    return day is not None and first <= day <= last


def _157(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        four, sixteen = birthday(row, 4), birthday(row, 16)
        of_age = four is not None and sixteen is not None and four <= window.start and sixteen >= window.end
        if (
            of_age
            and text(row, "SDQ_REASON") == "SDQ1"
            and not filled(row, "SDQ_SCORE")
            and continuous(tables, row, window)
        ):
            found |= cells("OC2", place, "SDQ_REASON", "DOB")
    return found


def _185(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        if filled(row, "SDQ_SCORE") and not continuous(tables, row, window):
            found |= cells("OC2", place, "SDQ_SCORE")
    return found


def _186(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        four, seventeen = birthday(row, 4), birthday(row, 17)
        of_age = four is not None and seventeen is not None and four <= window.start and seventeen > window.end
        if of_age and not filled(row, "SDQ_SCORE", "SDQ_REASON") and continuous(tables, row, window):
            found |= cells("OC2", place, "SDQ_SCORE")
    return found


def _187(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for table, items in (("OC3", LEAVER), ("AD1", ADOPTION)):
        for place, row in rows(tables, table):
            if filled(row, *items) and continuous(tables, row, window):
                found |= cells(table, place, *items)
    return found


def _190(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        if filled(row, *OUTCOMES) and not continuous(tables, row, window):
            found |= cells("OC2", place, *OUTCOMES)
    return found


def _191(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        if any(not filled(row, item) for item in HEALTH) and continuous(tables, row, window):
            found |= cells("OC2", place, *HEALTH)
    for group in children(tables, "Episodes"):
        place, first = in_order(group)[0]
        if continuous(tables, first, window) and not rows_of(tables, "OC2", first):
            found |= cells("Episodes", place, "CHILD")
    return found


def _197b(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        turning = any(between(birthday(row, age), window.start, window.end) for age in (4, 17))
        if turning and not filled(row, "SDQ_SCORE", "SDQ_REASON") and continuous(tables, row, window):
            found |= cells("OC2", place, "SDQ_REASON", "DOB")
    return found


def _198(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "OC2"):
        if filled(row, "SDQ_REASON") and not continuous(tables, row, window):
            found |= cells("OC2", place, "SDQ_REASON")
    return found


# -- the order of episodes ---


def _142(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        for place, row in in_order(group)[:-1]:
            if date(row, "DECOM") is not None and (date(row, "DEC") is None or not filled(row, "REC")):
                found |= cells("Episodes", place, "DEC", "REC")
    return found


def _199(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        pooled = [(date(row, "DECOM"), 0, place, row) for place, row in group]
        for place, row in rows_of(tables, "Episodes_last", group[0][1]):
            pooled.append((date(row, "DECOM"), 1, place, row))
        dated = [entry for entry in pooled if entry[0] is not None]
        adopted = False
        for _, late, place, row in sorted(dated, key=lambda entry: (str(entry[0]), entry[1], entry[2])):
            if adopted and late == 0:
                found |= cells("Episodes", place, "CHILD")
            adopted = adopted or text(row, "REC") in ("E11", "E12")
    return found


def pairs(tables: Tables) -> list[tuple[tuple[int, Row], tuple[int, Row]]]:
    """Each episode with the same child's next one, by DECOM."""
    found = []
    for group in children(tables, "Episodes"):
        ordered = in_order(group)
        found += list(itertools.pairwise(ordered))
    return found


def _225(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for (place, row), (_, following) in pairs(tables):
        if (
            text(row, "REC") == "X1"
            and not filled(row, "REASON_PLACE_CHANGE")
            and text(row, "PLACE") not in TEMPORARY
            and text(following, "RNE") in ("P", "B", "T", "U")
            and text(following, "PLACE") not in TEMPORARY
        ):
            found |= cells("Episodes", place, "REASON_PLACE_CHANGE")
    return found


def _226(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Episodes"):
        if text(row, "PLACE") in TEMPORARY and filled(row, "REASON_PLACE_CHANGE"):
            found |= cells("Episodes", place, "REASON_PLACE_CHANGE", "PLACE")
    for (_, before), (place, row) in pairs(tables):
        if text(row, "PLACE") in TEMPORARY and filled(before, "REASON_PLACE_CHANGE"):
            found |= cells("Episodes", place, "REASON_PLACE_CHANGE", "PLACE")
    return found


def _234(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for (place, before), (_, later) in pairs(tables):
        began = date(later, "DECOM")
        for at, header in rows_of(tables, "Header", later):
            ten = birthday(header, 10)
            custody = text(before, "REASON_PLACE_CHANGE") == "CUSTOD"
            if custody and began is not None and ten is not None and began < ten:
                found |= cells("Episodes", place, "REASON_PLACE_CHANGE") | cells("Header", at, "DOB")
    return found


def _210(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Episodes"):
        began = date(row, "DECOM")
        for at, header in rows_of(tables, "Header", row):
            if text(header, "UPN") == "UN4" and began is not None and began >= dt.date(window.end.year, 3, 24):
                found |= cells("Episodes", place, "DECOM") | cells("Header", at, "UPN")
    return found


def _229(tables: Tables, _: Window, reference: Reference) -> Cells:
    found: Cells = set()
    # Without a postcode directory the register must say where its providers are.
    if reference.postcodes is None and not any("LA_CODE_INFERRED" in entry for entry in reference.providers or []):
        return found
    for place, row in rows(tables, "Episodes"):
        if not has_urn(row):
            continue
        areas: list[str | None] = []
        for entry in registered(row, reference):
            areas.append(text(entry, "LA_CODE_INFERRED") or authority_at(text(entry, "POSTCODE"), reference))
        inside = reference.local_authority in areas
        if (text(row, "PLACE_PROVIDER") == "PR1" and not inside) or (text(row, "PLACE_PROVIDER") == "PR2" and inside):
            found |= cells("Episodes", place, "URN", "PLACE_PROVIDER")
    return found


# -- mothers ---


def _165(tables: Tables, window: Window, _: Reference) -> Cells:
    found: Cells = set()
    male, female = ("M", "F") if window.year >= "2024-25" else ("1", "2")
    for place, row in rows(tables, "Header"):
        episodes = [one for _, one in rows_of(tables, "Episodes", row) if text(one, "LS") not in RESPITE]
        if not episodes:
            continue
        in_year = False
        for one in episodes:
            began, ended = date(one, "DECOM"), date(one, "DEC") or window.end
            in_year = in_year or (began is not None and began <= window.end and ended >= window.start)
        leavers = rows_of(tables, "OC3", row)
        left = any(filled(other, *LEAVER) for _, other in leavers)
        invalid = filled(row, "MOTHER") and text(row, "MOTHER") not in ("0", "1")
        boy = filled(row, "MOTHER") and text(row, "SEX") == male
        lacking = not filled(row, "MOTHER") and text(row, "SEX") == female and not (not in_year and left)
        if invalid or boy or lacking:
            found |= cells("Header", place, "MOTHER", "SEX")
            for at, _leaver in leavers:
                found |= cells("OC3", at, *LEAVER)
    return found


# -- against last year ---


def last_headers(tables: Tables, row: Row) -> list[Row]:
    return [other for _, other in rows_of(tables, "Header_last", row)]


def _202(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if any(text(row, "SEX") != text(other, "SEX") for other in last_headers(tables, row)):
            found |= cells("Header", place, "SEX")
    return found


def _203(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if any(date(row, "DOB") != date(other, "DOB") for other in last_headers(tables, row)):
            found |= cells("Header", place, "DOB")
    return found


def _204(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if any(text(row, "ETHNIC") != text(other, "ETHNIC") for other in last_headers(tables, row)):
            found |= cells("Header", place, "ETHNIC")
    return found


def _207(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        was = any(text(other, "MOTHER") == "1" for other in last_headers(tables, row))
        if was and text(row, "MOTHER") != "1" and rows_of(tables, "Episodes", row):
            found |= cells("Header", place, "MOTHER")
    return found


def accepted(old: str | None, new: str | None) -> bool:
    """A change of the UPN that is allowed."""
    unknown = words("UN1 UN2 UN3 UN4 UN5")
    if old == new:
        return True
    if old in (None, "UN1") and new in ("UN2", "UN3", "UN4", "UN5"):
        return True
    if old is None and new == "UN1":
        return True
    return (old is None or old in unknown) and new is not None and new not in unknown


def _208(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    for place, row in rows(tables, "Header"):
        if any(not accepted(text(other, "UPN"), text(row, "UPN")) for other in last_headers(tables, row)):
            found |= cells("Header", place, "UPN")
    return found


# -- asylum seekers ---


def indicator_rows(tables: Tables, late: str) -> list[tuple[int, Row, str | None]]:
    """The rows of Header with a year's UASC indicator; without a Header those of UASC, 1 with anything but CHILD and DOB."""
    if f"Header{late}" in tables:
        return [(place, row, text(row, "UASC")) for place, row in rows(tables, f"Header{late}")]
    return [(place, row, "1" if filled(row, "SEX", "DUC") else "0") for place, row in rows(tables, f"UASC{late}")]


def indicator(tables: Tables, child: Row, late: str) -> str | None:
    """A year's indicator of the child of a row: that of its first Header row, or of any of its UASC rows."""
    known = [value for _, row, value in indicator_rows(tables, late) if same_child(child, row)]
    if f"Header{late}" in tables:
        return known[0] if known else None
    return "1" if "1" in known else "0" if known else None


def obtainable(tables: Tables, late: str) -> bool:
    """Header carries (or has been given) the indicator, or it can be rebuilt from the UASC table."""
    if f"Header{late}" in tables:
        return f"UASC{late}" in tables or any("UASC" in row for row in tables[f"Header{late}"])
    return f"UASC{late}" in tables


def _164(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    if not obtainable(tables, "") and not obtainable(tables, "_last"):
        return found
    for place, row in rows(tables, "Episodes"):
        ever = False
        for late in ("", "_last"):
            if f"Header{late}" in tables:
                for _, header in rows_of(tables, f"Header{late}", row):
                    ever = ever or text(header, "UASC") == "1"
            else:
                for _, other in rows_of(tables, f"UASC{late}", row):
                    ever = ever or filled(other, "SEX", "DOB", "DUC")
        miles = number(text(row, "PL_DISTANCE"))
        if not ever and text(row, "LS") not in RESPITE and miles is not None and (miles < 0.0 or miles > 999.9):
            found |= cells("Episodes", place, "PL_DISTANCE")
    return found


class Both:
    """One UASC row of this year beside one of the same child last year, with both years' indicators."""

    def __init__(self, row: Row, last: Row | None, now: str | None, then: str | None) -> None:
        self.row, self.last, self.now = row, last, now
        self.then = None if last is None else then

    def ended(self) -> dt.date | None:
        return date(self.row, "DUC")

    def ended_last(self) -> dt.date | None:
        return None if self.last is None else date(self.last, "DUC")


def _205a(both: Both, window: Window) -> bool:
    if both.now == "1" or both.then != "1":
        return False
    first, final = add_years(window.start, -1), add_years(window.end, -1)
    return filled(both.row, "DUC") or not between(both.ended_last(), first, final)


def _205b(both: Both, window: Window) -> bool:
    if both.now != "1" or both.then != "1" or both.last is None:
        return False
    ended, ended_last, grown = both.ended(), both.ended_last(), birthday(both.last, 18)
    at_eighteen = ended_last is not None and ended_last == grown
    in_year = between(ended, window.start, window.end)
    as_before = ended is not None and ended == ended_last
    return not at_eighteen or (not in_year and not as_before)


def _205c(both: Both, _: Window) -> bool:
    never = both.now in (None, "0") and both.then in (None, "0")
    return never and (both.ended() is not None or both.ended_last() is not None)


def asylum_rule(test: Callable[[Both, Window], bool]) -> OracleRule:
    def rule(tables: Tables, window: Window, _: Reference) -> Cells:
        found: Cells = set()
        if not obtainable(tables, "") or not obtainable(tables, "_last"):
            return found
        for place, row in rows(tables, "UASC"):
            now, then = indicator(tables, row, ""), indicator(tables, row, "_last")
            lasts = [last for _, last in rows_of(tables, "UASC_last", row)]
            if any(test(Both(row, last, now, then), window) for last in lasts or [None]):
                found |= cells("UASC", place, "DUC")
                for at, _header in rows_of(tables, "Header", row):
                    found |= cells("Header", at, "UASC")
        return found

    return rule


def _205d(tables: Tables, _: Window, __: Reference) -> Cells:
    found: Cells = set()
    if not obtainable(tables, "") or not obtainable(tables, "_last"):
        return found
    table = "Header" if "Header" in tables else "UASC"
    for place, row, now in indicator_rows(tables, ""):
        for _, other, then in indicator_rows(tables, "_last"):
            if same_child(row, other) and now == "1" and then != "1":
                found |= cells(table, place, "UASC" if table == "Header" else "CHILD")
    return found


RULES = {
    **ROW_RULES,
    "117": Slow(_117, ["Episodes", "PlacedAdoption"]),
    "118": Slow(_118, ["Episodes", "PlacedAdoption"]),
    "134": Slow(_134, ["OC3", "AD1"]),
    "142": Slow(_142, ["Episodes"]),
    "157": Slow(_157, ["OC2", "Episodes"]),
    "164": Slow(_164, ["Episodes", "Episodes.PL_DISTANCE"]),
    "165": Slow(_165, ["Header", "Episodes", "OC3"]),
    "184": Slow(_184, ["Header", "PlacedAdoption"]),
    "185": Slow(_185, ["Episodes", "OC2"]),
    "186": Slow(_186, ["Episodes", "OC2"]),
    "187": Slow(_187, ["OC3", "AD1", "Episodes"]),
    "190": Slow(_190, ["OC2", "Episodes"]),
    "191": Slow(_191, ["OC2", "Episodes"]),
    "197B": Slow(_197b, ["OC2", "Episodes"]),
    "198": Slow(_198, ["Episodes", "OC2"]),
    "199": Slow(_199, ["Episodes"]),
    "202": Slow(_202, ["Header", "Header_last"]),
    "203": Slow(_203, ["Header", "Header_last"]),
    "204": Slow(_204, ["Header", "Header_last"]),
    "205A": Slow(asylum_rule(_205a), ["UASC", "UASC_last"]),
    "205B": Slow(asylum_rule(_205b), ["UASC", "UASC_last"]),
    "205C": Slow(asylum_rule(_205c), ["UASC", "UASC_last"]),
    "205D": Slow(_205d, []),
    "207": Slow(_207, ["Episodes", "Header", "Header_last"]),
    "208": Slow(_208, ["Header", "Header_last"]),
    "210": Slow(_210, ["Header", "Episodes"]),
    "215": Slow(_215, ["OC2", "OC3"]),
    "225": Slow(_225, ["Episodes"]),
    "226": Slow(_226, ["Episodes"]),
    "229": Slow(_229, ["Episodes", "providers", "local_authority"]),
    "234": Slow(_234, ["Episodes", "Header"], "2025-26"),
}
