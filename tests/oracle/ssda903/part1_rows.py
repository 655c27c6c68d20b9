"""The SSDA903 rules 101 to 234 that look at one row at a time."""

from __future__ import annotations

import datetime as dt
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
    date,
    filled,
    number,
    parse_date,
    rows,
    text,
    unreadable,
    words,
)
from oracle.ssda903.compare import Slow

ADOPTION = words("DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR")
LEAVER = words("IN_TOUCH ACTIV ACCOM")
HEALTH = words("IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE")
OTHER_OUTCOMES = words("CONVICTED HEALTH_CHECK INTERVENTION_RECEIVED INTERVENTION_OFFERED")
OUTCOMES = [*OTHER_OUTCOMES, *HEALTH]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"

ETHNICITIES = words(
    "WBRI WIRI WOTH WIRT WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"
)
ACTIVITIES = words("F1 P1 F2 P2 F4 P4 F5 P5 G4 G5 G6 0")
HOUSING = words("B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S2 T1 T2 U1 U2 V1 V2 W1 W2 X2 Y1 Y2 Z1 Z2 0")
LEGAL = words("C1 C2 D1 E1 V2 V3 V4 J1 J2 J3 L1 L2 L3")
CEASED = words("E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17 X1")
PLACES = words("A3 A4 A5 A6 K1 K2 P1 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6")
SPLIT = words("Z11 Z12 Z13 Z14")
TEMPORARY = words("T0 T1 T2 T3 T4")


def by_row(table: str, test: Callable[[Row, Window], bool], *items: str) -> OracleRule:
    """Every row of the table that fails the test, with these items."""

    def rule(tables: Tables, window: Window, _: Reference) -> Cells:
        found: Cells = set()
        for place, row in rows(tables, table):
            if test(row, window):
                found |= cells(table, place, *items)
        return found

    return rule


def wrong_date(table: str, item: str, needed: bool = False) -> Slow:
    """Not readable, or blank where it is needed."""

    def test(row: Row, _: Window) -> bool:
        return unreadable(row, item) or (needed and not filled(row, item))

    return Slow(by_row(table, test, item), [table])


def wrong_code(table: str, item: str, known: list[str], needed: bool = False) -> Slow:
    """Not on the list, or blank where it is needed."""

    def test(row: Row, _: Window) -> bool:
        if not filled(row, item):
            return needed
        return text(row, item) not in known

    return Slow(by_row(table, test, item), [table])


def _101(row: Row, window: Window) -> bool:
    known = ["M", "F", "U"] if window.year >= "2024-25" else ["1", "2"]
    return text(row, "SEX") not in known


def _104(row: Row, window: Window) -> bool:
    ended = date(row, "DUC")
    return unreadable(row, "DUC") or (ended is not None and ended < window.start)


def _105(row: Row, _: Window) -> bool:
    return number(text(row, "UASC")) not in (0, 1)


def _119(row: Row, _: Window) -> bool:
    return filled(row, "DATE_PLACED_CEASED") != filled(row, "REASON_PLACED_CEASED")


def _146(row: Row, window: Window) -> bool:
    known = [*PLACES]
    known += ["K3"] if window.year >= "2024-25" else []
    known += SPLIT if window.year >= "2025-26" else ["H5", "P2", "Z1"]
    return filled(row, "PLACE") and text(row, "PLACE") not in known


def _148(row: Row, _: Window) -> bool:
    return filled(row, "DEC") != filled(row, "REC")


def partly(items: list[str]) -> Callable[[Row, Window], bool]:
    def test(row: Row, _: Window) -> bool:
        count = sum(filled(row, item) for item in items)
        return 0 < count < len(items)

    return test


def _158(row: Row, _: Window) -> bool:
    return text(row, "INTERVENTION_RECEIVED") == "1" and filled(row, "INTERVENTION_OFFERED")


def _159(row: Row, _: Window) -> bool:
    return (
        text(row, "SUBSTANCE_MISUSE") == "1"
        and text(row, "INTERVENTION_RECEIVED") == "0"
        and not filled(row, "INTERVENTION_OFFERED")
    )


def _167(row: Row, _: Window) -> bool:
    good = filled(row, "REVIEW") and text(row, "REVIEW_CODE") in words("PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7")
    none = not filled(row, "REVIEW") and not filled(row, "REVIEW_CODE")
    return not good and not none


def _168(row: Row, _: Window) -> bool:
    upn = text(row, "UPN")
    if upn is None or upn in words("UN1 UN2 UN3 UN4 UN5"):
        return False
    if len(upn) != 13 or upn[0] not in LETTERS or upn[0] in "IOS":
        return True
    middle_is_digits = all(letter in DIGITS for letter in upn[1:12])
    return not middle_is_digits or upn[12] not in DIGITS + LETTERS


def _169(row: Row, _: Window) -> bool:
    return text(row, "LS") not in RESPITE and not filled(row, "PL_LA")


def _174(row: Row, window: Window) -> bool:
    male = "M" if window.year >= "2024-25" else "1"
    return text(row, "SEX") == male and filled(row, "MC_DOB")


def _178(row: Row, window: Window) -> bool:
    without = [*words("T0 T1 T2 T3"), *(SPLIT if window.year >= "2025-26" else ["T4", "Z1"])]
    if not filled(row, "PLACE_PROVIDER"):
        return False
    return text(row, "PLACE_PROVIDER") not in words("PR0 PR1 PR2 PR3 PR4 PR5") or text(row, "PLACE") in without


def _179(row: Row, _: Window) -> bool:
    return text(row, "LS") not in RESPITE and not filled(row, "PL_LOCATION")


def _180(row: Row, _: Window) -> bool:
    score = number(text(row, "SDQ_SCORE"))
    return filled(row, "SDQ_SCORE") and (score is None or not 0 <= score <= 40 or score != int(score))


def _181(row: Row, _: Window) -> bool:
    return any(filled(row, item) and text(row, item) not in ("0", "1") for item in OUTCOMES)


def _182(row: Row, _: Window) -> bool:
    lacks = any(not filled(row, item) for item in HEALTH)
    return lacks and filled(row, *OTHER_OUTCOMES)


def _188(row: Row, window: Window) -> bool:
    four = birthday(row, 4)
    return four is not None and four > window.end and filled(row, "SDQ_SCORE", "SDQ_REASON")


def _189(row: Row, window: Window) -> bool:
    seventeen = birthday(row, 17)
    return seventeen is not None and seventeen < window.start and filled(row, "SDQ_SCORE", "SDQ_REASON")


def _192(row: Row, _: Window) -> bool:
    return text(row, "SUBSTANCE_MISUSE") == "1" and not filled(row, "INTERVENTION_RECEIVED")


def _193(row: Row, _: Window) -> bool:
    no_misuse = text(row, "SUBSTANCE_MISUSE") in (None, "0")
    return no_misuse and filled(row, "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")


def _197a(row: Row, _: Window) -> bool:
    return filled(row, "SDQ_SCORE") and filled(row, "SDQ_REASON")


def _209(row: Row, window: Window) -> bool:
    four = birthday(row, 4)
    return text(row, "UPN") == "UN1" and four is not None and four <= dt.date(window.start.year - 1, 8, 31)


def _213(row: Row, window: Window) -> bool:
    places = [*TEMPORARY, *(SPLIT if window.year >= "2025-26" else [])]
    return text(row, "PLACE") in places and filled(row, "PLACE_PROVIDER")


def _214(row: Row, _: Window) -> bool:
    return text(row, "LS") in RESPITE and filled(row, "PL_POST", "URN")


def _217(row: Row, _: Window) -> bool:
    began = date(row, "DECOM")
    if began is None or began < dt.date(2015, 4, 1):
        return False
    return text(row, "PLACE") in ("A3", "A5") and text(row, "RNE") not in ("S", "T", "U")


def _217t(row: Row, _: Window) -> bool:
    ended = date(row, "DEC")
    return text(row, "PLACE") == "P2" and (ended is None or ended > dt.date(2023, 10, 28))


def _218(row: Row, window: Window) -> bool:
    exempt = [*words("P1 P3 R1 R2 R5"), *TEMPORARY]
    exempt += ["H5", "P2"] if window.year < "2024-25" else []
    exempt += SPLIT if window.year >= "2025-26" else ["Z1"]
    area = text(row, "PL_LA")
    abroad = area is not None and area[0] in "NWSC"
    if window.year >= "2025-26":
        abroad = area in ("CON", "NIR", "SCO", "WAL", "NUK")
    ended = date(row, "DEC")
    late = not filled(row, "DEC") or (ended is not None and ended > dt.date(2015, 3, 31))
    return not filled(row, "URN") and text(row, "PLACE") not in exempt and not abroad and late


def _222(row: Row, window: Window) -> bool:
    places = [*words("P1 P3 R1 R2 R5"), *TEMPORARY]
    places += ["H5"] if window.year < "2023-24" else []
    places += ["P2"] if window.year < "2024-25" else []
    places += SPLIT if window.year >= "2025-26" else ["Z1"]
    return has_urn(row) and text(row, "PLACE") in places


def _230(row: Row, _: Window) -> bool:
    ended = date(row, "DEC")
    late = ended is None or ended >= dt.date(2023, 10, 29)
    area = text(row, "PL_LA")
    in_england = area is not None and area[0] not in "NWS"
    return text(row, "PLACE") == "H5" and late and not has_urn(row) and in_england


def _231(row: Row, window: Window) -> bool:
    born = date(row, "DOB")
    return text(row, "UASC") == "1" and born is not None and born > add_years(window.end, -11)


def _232(row: Row, _: Window) -> bool:
    return text(row, "SEX") == "U"


def _233(row: Row, _: Window) -> bool:
    return not filled(row, "DEC") and filled(row, "REASON_PLACE_CHANGE")


# -- the provider register ---


def has_urn(row: Row) -> bool:
    return text(row, "URN") not in (None, "XXXXXXX")


def registered(row: Row, reference: Reference) -> list[Row]:
    """The rows of the register with the URN of an episode."""
    return [entry for entry in reference.providers or [] if text(entry, "URN") == text(row, "URN")]


def by_urn(test: Callable[[Row, list[Row], Window], bool], *items: str) -> OracleRule:
    """Every episode with a URN that fails the test against its rows of the register."""

    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for place, row in rows(tables, "Episodes"):
            if has_urn(row) and test(row, registered(row, reference), window):
                found |= cells("Episodes", place, *items)
        return found

    return rule


def listed(row: Row, item: str, entries: list[Row], column: str) -> bool:
    """The code of the episode stands in the list of some row of the register."""
    for entry in entries:
        known = text(entry, column)
        if known is not None and text(row, item) in known.split(","):
            return True
    return False


def _219(row: Row, entries: list[Row], _: Window) -> bool:
    return not listed(row, "PLACE", entries, "PLACE_CODES")


def _221(row: Row, entries: list[Row], window: Window) -> bool:
    places = words("K1 K2 R3 S1")
    places += ["H5"] if window.year == "2023-24" else []
    places += ["K3"] if window.year >= "2024-25" else []
    postcode = text(row, "PL_POST")
    if text(row, "LS") in RESPITE or text(row, "PLACE") not in places or postcode is None:
        return False
    for entry in entries:
        known = text(entry, "POSTCODE")
        if known is not None and known.replace(" ", "") == postcode.replace(" ", ""):
            return False
    return True


def _224(row: Row, entries: list[Row], _: Window) -> bool:
    return not listed(row, "PLACE_PROVIDER", entries, "PROVIDER_CODES")


def closures(entries: list[Row]) -> list[dt.date]:
    """The days on which a registration ended; reference data has ISO dates."""
    ends = [text(entry, "REG_END") for entry in entries]
    return [dt.date.fromisoformat(end) for end in ends if end is not None]


def _227(row: Row, entries: list[Row], _: Window) -> bool:
    began = date(row, "DECOM")
    return began is not None and any(began >= closed for closed in closures(entries))


def _228(row: Row, entries: list[Row], window: Window) -> bool:
    ended = parse_date(text(row, "DEC"))
    last = window.end if ended is None else ended
    return any(last > closed for closed in closures(entries))


ROW_RULES = {
    "101": Slow(by_row("Header", _101, "SEX"), ["Header"]),
    "102": wrong_date("Header", "DOB", needed=True),
    "103": wrong_code("Header", "ETHNIC", ETHNICITIES, needed=True),
    "104": Slow(by_row("UASC", _104, "DUC"), ["UASC"]),
    "105": Slow(by_row("Header", _105, "UASC"), ["Header", "Header.UASC"]),
    "112": wrong_date("AD1", "DATE_INT"),
    "113": wrong_date("AD1", "DATE_MATCH"),
    "114": wrong_code("AD1", "FOSTER_CARE", ["0", "1"]),
    "115": wrong_date("PlacedAdoption", "DATE_PLACED"),
    "116": wrong_date("PlacedAdoption", "DATE_PLACED_CEASED"),
    "119": Slow(by_row("PlacedAdoption", _119, "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"), ["PlacedAdoption"]),
    "120": wrong_code("PlacedAdoption", "REASON_PLACED_CEASED", words("RD1 RD2 RD3 RD4")),
    "131": wrong_code("OC3", "IN_TOUCH", words("YES NO DIED REFU NREQ RHOM"), needed=True),
    "132": wrong_code("OC3", "ACTIV", ACTIVITIES, needed=True),
    "133": wrong_code("OC3", "ACCOM", HOUSING, needed=True),
    "141": wrong_date("Episodes", "DECOM"),
    "143": wrong_code("Episodes", "RNE", words("S P L T U B")),
    "144": wrong_code("Episodes", "LS", LEGAL),
    "145": wrong_code("Episodes", "CIN", words("N1 N2 N3 N4 N5 N6 N7 N8")),
    "146": Slow(by_row("Episodes", _146, "PLACE"), ["Episodes"]),
    "147": wrong_date("Episodes", "DEC"),
    "148": Slow(by_row("Episodes", _148, "DEC", "REC"), ["Episodes"]),
    "149": wrong_code("Episodes", "REC", CEASED),
    "151": Slow(by_row("AD1", partly(ADOPTION), *ADOPTION), ["AD1"]),
    "153": Slow(by_row("OC3", partly(LEAVER), *LEAVER), ["OC3"]),
    "158": Slow(by_row("OC2", _158, "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"), ["OC2"]),
    "159": Slow(by_row("OC2", _159, "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"), ["OC2"]),
    "166": wrong_date("Reviews", "REVIEW", needed=True),
    "167": Slow(by_row("Reviews", _167, "REVIEW_CODE"), ["Reviews"]),
    "168": Slow(by_row("Header", _168, "UPN"), ["Header"]),
    "169": Slow(by_row("Episodes", _169, "PL_LA"), ["Episodes", "Episodes.PL_LA"]),
    "171": wrong_date("Header", "MC_DOB"),
    "174": Slow(by_row("Header", _174, "SEX", "MC_DOB"), ["Header"]),
    "175": wrong_code("AD1", "NB_ADOPTR", ["1", "2"]),
    "176": wrong_code("AD1", "SEX_ADOPTR", words("M1 F1 MM FF MF")),
    "177": wrong_code("AD1", "LS_ADOPTR", words("L0 L11 L12 L2 L3 L4")),
    "178": Slow(by_row("Episodes", _178, "PLACE_PROVIDER"), ["Episodes"]),
    "179": Slow(by_row("Episodes", _179, "PL_LOCATION"), ["Episodes", "Episodes.PL_LOCATION"]),
    "180": Slow(by_row("OC2", _180, "SDQ_SCORE"), ["OC2"]),
    "181": Slow(by_row("OC2", _181, *OUTCOMES), ["OC2"]),
    "182": Slow(by_row("OC2", _182, *OUTCOMES), ["OC2"]),
    "188": Slow(by_row("OC2", _188, "SDQ_SCORE", "SDQ_REASON"), ["OC2"]),
    "189": Slow(by_row("OC2", _189, "DOB", "SDQ_SCORE", "SDQ_REASON"), ["OC2"]),
    "192": Slow(by_row("OC2", _192, "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED"), ["OC2"]),
    "193": Slow(by_row("OC2", _193, "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"), ["OC2"]),
    "196": wrong_code("OC2", "SDQ_REASON", words("SDQ1 SDQ2 SDQ3 SDQ4 SDQ5")),
    "197a": Slow(by_row("OC2", _197a, "SDQ_SCORE", "SDQ_REASON"), ["OC2"]),
    "209": Slow(by_row("Header", _209, "UPN", "DOB"), ["Header"]),
    "213": Slow(by_row("Episodes", _213, "PLACE_PROVIDER"), ["Episodes"]),
    "214": Slow(by_row("Episodes", _214, "PL_POST", "URN"), ["Episodes"]),
    "217": Slow(by_row("Episodes", _217, "PLACE", "DECOM", "RNE"), ["Episodes"]),
    "217t": Slow(by_row("Episodes", _217t, "PLACE", "DECOM", "DEC"), ["Episodes"], "2023-24", "2023-24"),
    "218": Slow(by_row("Episodes", _218, "URN"), ["Episodes", "Episodes.PL_LA"]),
    "219": Slow(by_urn(_219, "URN", "PLACE"), ["Episodes", "providers"]),
    "221": Slow(by_urn(_221, "PL_POST"), ["Episodes", "providers"]),
    "222": Slow(by_row("Episodes", _222, "URN"), ["Episodes"]),
    "224": Slow(by_urn(_224, "PLACE_PROVIDER"), ["Episodes", "providers"]),
    "227": Slow(by_urn(_227, "URN", "DECOM"), ["Episodes", "providers"]),
    "228": Slow(by_urn(_228, "URN", "DEC"), ["Episodes", "providers"]),
    "230": Slow(by_row("Episodes", _230, "PLACE", "DEC", "URN"), ["Episodes", "Episodes.PL_LA"], "2023-24", "2023-24"),
    "231": Slow(by_row("Header", _231, "DOB", "UASC"), ["Header", "Header.UASC"], "2024-25"),
    "232": Slow(by_row("Header", _232, "SEX"), ["Header"], "2024-25"),
    "233": Slow(by_row("Episodes", _233, "REASON_PLACE_CHANGE", "DEC"), ["Episodes"], "2025-26"),
}
