"""Mistakes on the way to adoption."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, after_year, day, in_year, mistake, plus, row, value
from csc_returns.sample.ssda903.project import Row


def _standing(row: Row, _: Case) -> bool:
    return not row.get("DATE_PLACED_CEASED")


def _reversed(row: Row, _: Case) -> bool:
    return bool(row.get("DATE_PLACED_CEASED"))


def _couple(row: Row, _: Case) -> bool:
    return row["NB_ADOPTR"] == "2"


def _first(case: Case, *, places: tuple[str, ...] = (), legal: str = "") -> Row | None:
    return next((one for one in case.episodes if one["PLACE"] in places or one["LS"] == legal), None)


_ADOPTIVE = ("A3", "A4", "A5", "A6")

# -- the adopters ------------------------------------------------------------------------------------------------------

value("112", "The day of the decision is a day that there is not.", "AD1", DATE_INT="31/11/2024")
value("113", "The day of the match is a day that there is not.", "AD1", DATE_MATCH="00/01/2025")
value("114", "Whether the adopter was the carer is answered by a letter.", "AD1", FOSTER_CARE="Y")
value("151", "The status of the adopters is blank.", "AD1", LS_ADOPTR="")
value("175", "Three adopters.", "AD1", NB_ADOPTR="3")
value("176", "The sex of the adopters is no code.", "AD1", SEX_ADOPTR="XX")
value("177", "The status of the adopters is no code.", "AD1", LS_ADOPTR="L9")
value("331", "Matched after the placement began.", "AD1", DATE_MATCH=after_year(-3))
value("333", "Matched before the decision.", "AD1", DATE_MATCH=plus("DATE_INT", -9))
value(
    "334",
    "The decision is older than the time in care.",
    "AD1",
    lambda _, c: any(one["RNE"] == "S" for one in c.episodes),
    DATE_INT=plus("DATE_INT", -2000),
)
value(
    "335",
    "Adopted by the carer, and not placed with the carer.",
    "AD1",
    FOSTER_CARE=lambda r, _: "0" if r["FOSTER_CARE"] == "1" else "1",
)
value("511", "Two adopters, and one of them has a sex.", "AD1", _couple, SEX_ADOPTR="M1")
value("514", "A single adopter, and a couple.", "AD1", _couple, LS_ADOPTR="L0")
value("517", "Unmarried and of different sex, and two men.", "AD1", _couple, LS_ADOPTR="L3", SEX_ADOPTR="MM")
value("518", "Unmarried and of one sex, and a man and a woman.", "AD1", _couple, LS_ADOPTR="L4", SEX_ADOPTR="MF")
value("519", "Civil partners, and one person.", "AD1", LS_ADOPTR="L2", SEX_ADOPTR="M1")
value("520", "Married and of different sex, and two women.", "AD1", _couple, LS_ADOPTR="L11", SEX_ADOPTR="FF")
value("524", "Married and of one sex, and a man and a woman.", "AD1", _couple, LS_ADOPTR="L12", SEX_ADOPTR="MF")
value("521", "The decision is later than the placement.", "AD1", DATE_INT=lambda _, c: _after(c, _ADOPTIVE))
value("523", "Two dates of one decision.", "AD1", DATE_INT=plus("DATE_INT", -1))
value("582", "Matched on the day of the adoption.", "AD1", DATE_MATCH=lambda _, c: written(c.ended))
value("601", "The match is blank.", "AD1", DATE_MATCH="")
row(
    "602",
    "Adopters of a child who was not adopted.",
    "AD1",
    lambda c: bool(c.episodes) and c.aged(1, 5) and not c.all_year and "AD1" not in c.rows,
    DATE_INT=lambda c: c.day(20),
    DATE_MATCH=lambda c: c.day(90),
    FOSTER_CARE="0",
    NB_ADOPTR="2",
    SEX_ADOPTR="MF",
    LS_ADOPTR="L11",
)


def _after(case: Case, places: tuple[str, ...]) -> str:
    placed = _first(case, places=places)
    began = day(placed["DECOM"]) if placed else None
    return written(days_after(began or case.setting.end, 6))


# -- the decision ------------------------------------------------------------------------------------------------------

value("115", "The day of the decision is a day that there is not.", "PlacedAdoption", DATE_PLACED="30/02/2025")
value(
    "116",
    "The day of the reversal is a day that there is not.",
    "PlacedAdoption",
    _reversed,
    DATE_PLACED_CEASED="30/02/2025",
)
value("117", "The decision is later than the year.", "PlacedAdoption", _standing, DATE_PLACED=after_year(5))
value("118", "Reversed before the year.", "PlacedAdoption", _reversed, DATE_PLACED_CEASED=in_year(-9))
value("119", "Reversed, and nobody says why.", "PlacedAdoption", _reversed, REASON_PLACED_CEASED="")
value("120", "The reason for the reversal is no code.", "PlacedAdoption", _reversed, REASON_PLACED_CEASED="RD9")
value("184", "The decision is older than the child.", "PlacedAdoption", DATE_PLACED=plus("DOB", -30))
value("522", "Reversed before it was decided.", "PlacedAdoption", _reversed, DATE_PLACED=plus("DATE_PLACED_CEASED", 8))
value(
    "525",
    "Reversed, and adopted.",
    "PlacedAdoption",
    lambda _, c: "AD1" in c.rows,
    DATE_PLACED_CEASED=in_year(1),
    REASON_PLACED_CEASED="RD4",
)
value(
    "553",
    "Reversed, and the placement order goes on.",
    "PlacedAdoption",
    lambda r, c: _standing(r, c) and c.still_in_care and c.episodes[-1]["LS"] == "E1",
    DATE_PLACED_CEASED=after_year(-20),
    REASON_PLACED_CEASED="RD4",
)
value("563", "Reversed, and never decided.", "PlacedAdoption", _reversed, DATE_PLACED="")
value(
    "1003",
    "Decided before the child came into care.",
    "PlacedAdoption",
    lambda _, c: any(one["RNE"] == "S" for one in c.episodes),
    DATE_PLACED=lambda _, c: written(days_after(c.began, -1)),
)
value(
    "554",
    "Decided after the placement order.",
    "PlacedAdoption",
    lambda _, c: _first(c, legal="E1") is not None,
    DATE_PLACED=lambda _, c: written(days_after(day((_first(c, legal="E1") or {}).get("DECOM")) or c.born, 3)),
)
value(
    "552",
    "Decided after the child was placed.",
    "PlacedAdoption",
    lambda _, c: _first(c, places=_ADOPTIVE) is not None,
    DATE_PLACED=lambda _, c: _after(c, _ADOPTIVE),
)


@mistake("551")
def decision_lost(case: Case) -> bool:
    """Placed for adoption, and no decision is known."""
    return _first(case, places=_ADOPTIVE) is not None and case.rows.pop("PlacedAdoption", None) is not None


@mistake("557")
def left_without_being_adopted(case: Case) -> bool:
    """Went home from adopters, and the decision still stands."""
    if "AD1" not in case.rows or not case.episodes:
        return False
    del case.rows["AD1"]
    case.episodes[-1]["REC"] = "E4A"
    return True


@mistake("558")
def all_decisions_reversed(case: Case) -> bool:
    """Adopted, and both decisions were reversed."""
    if "AD1" not in case.rows or not case.rows.get("PlacedAdoption"):
        return False
    last = case.rows["PlacedAdoption"][0]
    for rows_day in (3, 9):
        case.add(
            "PlacedAdoption",
            DATE_PLACED=last["DATE_PLACED"],
            DATE_PLACED_CEASED=case.day(rows_day),
            REASON_PLACED_CEASED="RD4",
        )
    case.rows["PlacedAdoption"].pop(0)
    return True


@mistake("579")
def decided_twice(case: Case) -> bool:
    """Decided again while the first decision stands."""
    if "PlacedAdoption" not in case.rows or not case.still_in_care:
        return False
    return case.add("PlacedAdoption", DATE_PLACED=case.day(300))


@mistake("583")
def first_decision_left_open(case: Case) -> bool:
    """Decided again a year later, and the first decision was never reversed."""
    if "PlacedAdoption" not in case.rows or "AD1" in case.rows:
        return False
    first = case.rows["PlacedAdoption"][0]
    first.update({"DATE_PLACED_CEASED": "", "REASON_PLACED_CEASED": ""})
    return case.add("PlacedAdoption", DATE_PLACED=case.day(330))


@mistake("217")
def placed_with_carer_by_a_move(case: Case) -> bool:
    """Placed for adoption with the carer, by a change of carer."""
    for one in case.episodes:
        if one["PLACE"] == "A5" and one["RNE"] == "T":
            one["RNE"] = "P"
            return True
    return False


@mistake("336")
def placed_with_carer_from_elsewhere(case: Case) -> bool:
    """Placed for adoption with the carer, after a time in a children's home."""
    for one, after in case.pairs():
        if after["PLACE"] == "A5":
            one["PLACE"] = "K2"
            return True
    return False
