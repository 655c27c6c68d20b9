"""The SSDA903 rules 511 to 560 a second time: slow, obvious, straight from the catalogue's ``logic`` and ``reports``."""

from __future__ import annotations

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
    words,
)
from oracle.ssda903.part3 import earliest, latest

ADOPTIVE = ("A3", "A4", "A5", "A6")
HEALTH = ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE")


# -- adopters ---


def rule_511(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "AD1"):
        if text(row, "NB_ADOPTR") == "2" and text(row, "SEX_ADOPTR") in ("M1", "F1"):
            found |= cells("AD1", number, "NB_ADOPTR", "SEX_ADOPTR")
    return found


def union_with_other_adopters(union: str, *accepted: str) -> OracleRule:
    """LS_ADOPTR is the one named, and SEX_ADOPTR is blank or none of those accepted."""

    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for number, row in rows(tables, "AD1"):
            if text(row, "LS_ADOPTR") == union and text(row, "SEX_ADOPTR") not in accepted:
                found |= cells("AD1", number, "LS_ADOPTR", "SEX_ADOPTR")
        return found

    return rule


# -- placements and who provides them ---


def rule_516(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "REC") in ("E45", "E46") and text(row, "PLACE") not in words("U1 U2 U3 U4 U5 U6"):
            found |= cells("Episodes", number, "REC", "PLACE")
    return found


def rule_526(tables: Tables, window: Window, reference: Reference) -> Cells:
    exempt = words("T0 T1 T2 T3 T4 Z1") if window.year <= "2024-25" else words("T0 T1 T2 T3 T4 Z11 Z12 Z13 Z14")
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "PLACE_PROVIDER") is None and text(row, "PLACE") not in exempt:
            found |= cells("Episodes", number, "PLACE", "PLACE_PROVIDER")
    return found


def provider_with_placement(provider: str, *places: str) -> OracleRule:
    """The provider code stands with one of these placements."""

    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for number, row in rows(tables, "Episodes"):
            if text(row, "PLACE_PROVIDER") == provider and text(row, "PLACE") in places:
                found |= cells("Episodes", number, "PLACE", "PLACE_PROVIDER")
        return found

    return rule


def rule_550(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "PLACE_PROVIDER") == "PR0" and text(row, "PLACE") != "P1":
            found |= cells("Episodes", number, "PLACE", "PLACE_PROVIDER")
    return found


# -- adoption decisions ---


def rule_521(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        began = date(row, "DECOM")
        if text(row, "PLACE") not in ADOPTIVE or began is None:
            continue
        for adoption_number, adoption in rows_of(tables, "AD1", row):
            decided = date(adoption, "DATE_INT")
            if decided is not None and decided > began:
                found |= cells("Episodes", number, "PLACE", "DECOM") | cells("AD1", adoption_number, "DATE_INT")
    return found


def rule_522(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "PlacedAdoption"):
        decided, reversed_on = date(row, "DATE_PLACED"), date(row, "DATE_PLACED_CEASED")
        if decided is not None and reversed_on is not None and reversed_on < decided:
            found |= cells("PlacedAdoption", number, "DATE_PLACED", "DATE_PLACED_CEASED")
    return found


def rule_523(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "PlacedAdoption"):
        for adoption_number, adoption in rows_of(tables, "AD1", row):
            placed, interest = date(row, "DATE_PLACED"), date(adoption, "DATE_INT")
            if placed is not None and interest is not None and placed != interest:
                found |= cells("PlacedAdoption", number, "DATE_PLACED") | cells("AD1", adoption_number, "DATE_INT")
    return found


def rule_525(tables: Tables, window: Window, reference: Reference) -> Cells:
    details = words("DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR")
    found: Cells = set()
    for number, row in rows(tables, "PlacedAdoption"):
        for adoption_number, adoption in rows_of(tables, "AD1", row):
            if filled(row, "DATE_PLACED_CEASED") and filled(adoption, *details):
                found |= cells("PlacedAdoption", number, "DATE_PLACED_CEASED")
                found |= cells("AD1", adoption_number, *details)
    return found


def rule_551(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "PLACE") in ADOPTIVE:
            decisions = rows_of(tables, "PlacedAdoption", row)
            if decisions == [] or any(not filled(decision, "DATE_PLACED") for _, decision in decisions):
                found |= cells("Episodes", number, "PLACE")
    return found


def rule_552(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        first = earliest([(number, row) for number, row in group if text(row, "PLACE") in ADOPTIVE])
        if first is None:
            continue
        decision = latest(rows_of(tables, "PlacedAdoption", first[1]), "DATE_PLACED")
        if decision is None:
            continue
        placed, began = date(decision[1], "DATE_PLACED"), date(first[1], "DECOM")
        if placed is not None and began is not None and placed > began:
            found |= cells("PlacedAdoption", decision[0], "DATE_PLACED") | cells("Episodes", first[0], "DECOM")
    return found


def order_without_decision(status: str) -> OracleRule:
    """553 (placement order) and 555 (freeing order)."""

    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for number, row in rows(tables, "Episodes"):
            if text(row, "LS") != status:
                continue
            decisions = rows_of(tables, "PlacedAdoption", row)
            if decisions == []:
                found |= cells("Episodes", number, "CHILD")
            if filled(row, "DEC"):
                continue
            for place, decision in decisions:
                if filled(decision, "DATE_PLACED_CEASED") or filled(decision, "REASON_PLACED_CEASED"):
                    items = ("DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED")
                    found |= cells("PlacedAdoption", place, *items)
        return found

    return rule


def periods_of_care(group: list[tuple[int, Row]]) -> list[list[tuple[int, Row]]]:
    """A child's episodes by DECOM, cut before every RNE = S."""
    periods: list[list[tuple[int, Row]]] = []
    for entry in in_order(group):
        if periods == [] or text(entry[1], "RNE") == "S":
            periods.append([])
        periods[-1].append(entry)
    return periods


def rule_554(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        for period in periods_of_care(group):
            first = earliest([(number, row) for number, row in period if text(row, "LS") == "E1"])
            if first is None:
                continue
            began = date(first[1], "DECOM")
            for place, decision in rows_of(tables, "PlacedAdoption", first[1]):
                placed = date(decision, "DATE_PLACED")
                if placed is not None and began is not None and placed > began:
                    found |= cells("Episodes", first[0], "DECOM", "LS")
                    found |= cells("PlacedAdoption", place, "DATE_PLACED")
    return found


def rule_556(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        began = date(row, "DECOM")
        for _, decision in rows_of(tables, "PlacedAdoption", row):
            placed = date(decision, "DATE_PLACED")
            if text(row, "LS") == "D1" and placed is not None and began is not None and placed > began:
                found |= cells("Episodes", number, "DECOM")
    return found


def rule_557(tables: Tables, window: Window, reference: Reference) -> Cells:
    orders = ("D1", "E1") if window.year <= "2023-24" else ("E1",)
    found: Cells = set()
    for number, row in rows(tables, "Episodes"):
        if text(row, "PLACE") not in ADOPTIVE and text(row, "LS") not in orders:
            continue
        if text(row, "REC") in (None, "X1", "E11", "E12"):
            continue
        decisions = rows_of(tables, "PlacedAdoption", row)
        if decisions == []:
            found |= cells("Episodes", number, "PLACE", "LS", "REC")
        for place, decision in decisions:
            if not filled(decision, "DATE_PLACED_CEASED") or not filled(decision, "REASON_PLACED_CEASED"):
                found |= cells("Episodes", number, "PLACE", "LS", "REC")
                found |= cells("PlacedAdoption", place, "DATE_PLACED_CEASED", "REASON_PLACED_CEASED")
    return found


def rule_558(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for group in children(tables, "Episodes"):
        final = latest(group)
        if final is None or text(final[1], "REC") not in ("E11", "E12"):
            continue
        ceased = [filled(decision, "DATE_PLACED_CEASED") for _, decision in rows_of(tables, "PlacedAdoption", final[1])]
        if len(ceased) > 1 and all(ceased):
            found |= cells("Episodes", final[0], "REC")
    return found


def rule_559(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "PlacedAdoption"):
        placed = date(row, "DATE_PLACED")
        if placed is None or placed >= window.start:
            continue
        then = [date(last, "DATE_PLACED") for _, last in rows_of(tables, "PlacedAdoption_last", row)]
        if then == [] or None in then:
            found |= cells("PlacedAdoption", number, "DATE_PLACED")
    return found


def rule_560(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "PlacedAdoption"):
        for _, last in rows_of(tables, "PlacedAdoption_last", row):
            standing = filled(last, "DATE_PLACED") and not filled(last, "DATE_PLACED_CEASED")
            if standing and text(row, "DATE_PLACED") != text(last, "DATE_PLACED"):
                found |= cells("PlacedAdoption", number, "DATE_PLACED", "DATE_PLACED_CEASED")
    return found


# -- outcomes ---


def continuously_looked_after(tables: Tables, row: Row, window: Window) -> bool:
    """The child of this row was looked after through the whole year."""
    start, end = window.start, window.end
    overlapping = False
    for _, episode in rows_of(tables, "Episodes", row):
        began, ended = date(episode, "DECOM"), date(episode, "DEC")
        overlaps = began is not None and began <= end and (ended is None or ended >= start)
        if overlaps:
            overlapping = True
        if text(episode, "RNE") == "S" and began is not None and start < began <= end:
            return False
        if text(episode, "REC") != "X1" and ended is not None and start <= ended < end:
            return False
        if text(episode, "LS") in RESPITE and overlaps:
            return False
    return overlapping


def rule_542(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "OC2"):
        ten = birthday(row, 10)
        if filled(row, "CONVICTED") and ten is not None and ten > window.end:
            found |= cells("OC2", number, "CONVICTED")
    return found


def rule_543(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "OC2"):
        ten = birthday(row, 10)
        matters = not filled(row, "CONVICTED") and ten is not None and ten <= window.end
        if matters and continuously_looked_after(tables, row, window):
            found |= cells("OC2", number, "DOB", "CONVICTED")
    return found


def rule_545(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "OC2"):
        five = birthday(row, 5)
        matters = not filled(row, "HEALTH_CHECK") and five is not None and five > window.end
        if matters and continuously_looked_after(tables, row, window):
            found |= cells("OC2", number, "DOB", "HEALTH_CHECK")
    return found


def rule_546(tables: Tables, window: Window, reference: Reference) -> Cells:
    found: Cells = set()
    for number, row in rows(tables, "OC2"):
        five = birthday(row, 5)
        matters = filled(row, "HEALTH_CHECK") and five is not None and five <= window.end
        if matters and continuously_looked_after(tables, row, window):
            found |= cells("OC2", number, "DOB", "HEALTH_CHECK")
    return found


def one_without_health(item: str) -> OracleRule:
    """The item is 1 and one of the four health items is blank."""

    def rule(tables: Tables, window: Window, reference: Reference) -> Cells:
        found: Cells = set()
        for number, row in rows(tables, "OC2"):
            if text(row, item) == "1" and not all(filled(row, health) for health in HEALTH):
                found |= cells("OC2", number, item, *HEALTH)
        return found

    return rule


RULES: dict[str, OracleRule] = {
    "511": rule_511,
    "514": union_with_other_adopters("L0", "M1", "F1"),
    "516": rule_516,
    "517": union_with_other_adopters("L3", "MF"),
    "518": union_with_other_adopters("L4", "MM", "FF"),
    "519": union_with_other_adopters("L2", "MM", "FF", "MF"),
    "520": union_with_other_adopters("L11", "MF"),
    "521": rule_521,
    "522": rule_522,
    "523": rule_523,
    "524": union_with_other_adopters("L12", "MM", "FF"),
    "525": rule_525,
    "526": rule_526,
    "527": provider_with_placement("PR1", "P1", "R2", "R5"),
    "528": provider_with_placement("PR2", "P1", "R2", "R5"),
    "529": provider_with_placement("PR3", *words("A3 A4 A5 A6 K1 K2 P1 U1 U2 U3 U4 U5 U6")),
    "530": provider_with_placement("PR4", "P1"),
    "531": provider_with_placement("PR5", "P1"),
    "542": rule_542,
    "543": rule_543,
    "544": one_without_health("CONVICTED"),
    "545": rule_545,
    "546": rule_546,
    "547": one_without_health("HEALTH_CHECK"),
    "550": rule_550,
    "551": rule_551,
    "552": rule_552,
    "553": order_without_decision("E1"),
    "554": rule_554,
    "555": order_without_decision("D1"),
    "556": rule_556,
    "557": rule_557,
    "558": rule_558,
    "559": rule_559,
    "560": rule_560,
}

#: Tables that a rule cannot do without; Episodes where nothing is said.
NEEDS: dict[str, list[str]] = {
    **{code: ["AD1"] for code in words("511 514 517 518 519 520 524")},
    "521": ["Episodes", "AD1"],
    "522": ["PlacedAdoption"],
    "523": ["PlacedAdoption", "AD1"],
    "525": ["PlacedAdoption", "AD1"],
    **{code: ["OC2"] for code in words("542 544 547")},
    **{code: ["OC2", "Episodes"] for code in words("543 545 546")},
    **{code: ["Episodes", "PlacedAdoption"] for code in words("551 552 553 554 555 556 557 558")},
    **{code: ["PlacedAdoption", "PlacedAdoption_last"] for code in words("559 560")},
}

#: Last collection year of the rules that are no longer in force.
UNTIL = {"555": "2023-24", "556": "2023-24"}
