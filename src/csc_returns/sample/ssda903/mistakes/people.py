"""Mistakes in who the child is: sex, birth, numbers, motherhood, asylum."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, day, in_year, mistake, plus, row, value

value("101", "The sex is a code of another system.", "Header", SEX="9")
value("102", "The birth date is a day that there is not.", "Header", DOB="31/02/2012")
value("103", "The ethnicity is a code of another system.", "Header", ETHNIC="WHIT")
value("105", "The asylum indicator is neither 0 nor 1.", "Header", UASC="2")
value("168", "The UPN lost a digit.", "Header", lambda r, _: len(r["UPN"]) == 13, UPN=lambda r, _: r["UPN"][:12])
value("232", "The sex was put down as unknown.", "Header", SEX="U")
value("209", "A child of school age is still too young to have a UPN.", "Header", lambda _, c: c.aged(7, 17), UPN="UN1")
value("442", "The UPN is blank.", "Header", lambda _, c: bool(c.episodes) and not c.breaks_only, UPN="")


@mistake("210")
def number_not_known_in_the_last_week(case: Case) -> bool:
    """Came into care in the last week of the year, and the UPN is given as not known yet."""
    if len(case.episodes) != 1 or case.from_before or not case.still_in_care or case.breaks_only:
        return False
    case.header["UPN"] = "UN4"
    case.episodes[0]["DECOM"] = written(case.setting.end.replace(day=25))
    return True


@mistake("444")
def number_of_another_child(case: Case) -> bool:
    """The UPN is that of another child."""
    other = case.memory.upn
    if not other or other.startswith("UN") or case.header["UPN"] == other:
        return False
    case.header["UPN"] = other
    return True


@mistake("301")
def born_after_the_year(case: Case) -> bool:
    """The birth date is in the year after."""
    return case.be_born(days_after(case.setting.end, 20))


@mistake("302")
def born_after_care_began(case: Case) -> bool:
    """The birth date is later than the first day in care."""
    first = day(case.episodes[0]["DECOM"]) if case.episodes else None
    return first is not None and case.aged(0, 1) and case.be_born(days_after(first, 5))


@mistake("351")
def too_old(case: Case) -> bool:
    """The birth date makes the young person older than 25."""
    return not case.episodes and case.be_born(case.setting.start.replace(year=case.setting.start.year - 26))


@mistake("352")
def came_into_care_as_an_adult(case: Case) -> bool:
    """The birth date makes the child 18 on the first day in care."""
    first = day(case.episodes[0]["DECOM"]) if case.episodes and not case.from_before else None
    return first is not None and case.aged(16) and case.be_born(days_after(first, -6600))


@mistake("386")
def adopted_as_an_adult(case: Case) -> bool:
    """The birth date makes the adopted child older than 18."""
    return "AD1" in case.rows and case.be_born(days_after(case.born, -6600))


# -- mothers -----------------------------------------------------------------------------------------------------------


def _mother(case: Case) -> bool:
    return case.header.get("MOTHER") == "1"


def _no_mother(case: Case) -> bool:
    return case.header.get("MOTHER") == "0"


value("165", "Whether she is a mother is answered by a letter.", "Header", lambda _, c: _no_mother(c), MOTHER="N")
value(
    "171",
    "The birth date of her child is a day that there is not.",
    "Header",
    lambda _, c: _mother(c),
    MC_DOB="30/02/2025",
)
value("174", "A boy has a child's birth date.", "Header", lambda _, c: not c.girl, MC_DOB=in_year(30))
value("393", "Whether she is a mother is blank.", "Header", lambda _, c: _no_mother(c), MOTHER="")
value(
    "607",
    "Whether a girl who left was a mother is blank.",
    "Header",
    lambda _, c: _no_mother(c) and not c.still_in_care,
    MOTHER="",
)
value("611", "The birth date of her child is blank.", "Header", lambda _, c: _mother(c), MC_DOB="")
value(
    "612",
    "She has a child's birth date and is no mother.",
    "Header",
    lambda _, c: _no_mother(c) and c.aged(15),
    MC_DOB=in_year(-900),
)
value(
    "620",
    "A girl of primary school age is a mother.",
    "Header",
    lambda _, c: _no_mother(c) and c.aged(3, 10),
    MOTHER="1",
    MC_DOB=in_year(10),
)
value("621", "Her child is older than she is.", "Header", lambda _, c: _mother(c), MC_DOB=plus("DOB", -30))
value("625", "Her child is born after the year.", "Header", lambda _, c: _mother(c), MC_DOB="15/08/2028")
value(
    "628",
    "Whether she is a mother is answered for a care leaver.",
    "Header",
    lambda _, c: c.girl and not c.episodes,
    MOTHER="0",
)

# -- asylum ------------------------------------------------------------------------------------------------------------

value("104", "The status as asylum seeker ended before the year.", "UASC", DUC=in_year(-50))
value("304", "The status as asylum seeker ended after the eighteenth birthday.", "UASC", DUC=plus("DUC", 40))
value(
    "406",
    "A child who sought asylum has a home in England.",
    "Episodes",
    lambda _, c: "UASC" in c.rows,
    HOME_POST=lambda _, c: c.setting.places.homes[3],
)
row(
    "231",
    "A small child is a lone asylum seeker.",
    "UASC",
    lambda c: c.aged(2, 9) and bool(c.episodes),
    SEX=lambda c: c.header["SEX"],
    DUC=lambda c: written(c.birthday(18)),
)
