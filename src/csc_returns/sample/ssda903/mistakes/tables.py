"""Mistakes between tables, and in reviews, times missing and earlier orders."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, after_year, day, in_year, lasts, mistake, plus, row, value
from csc_returns.sample.ssda903.project import Row

#: Table → rule that finds a row of a child whom the header lacks, rule that finds another birth date, rule that finds two rows.
_TABLES = {
    "AD1": ("INT01", "INT11", "INT31"), "PlacedAdoption": ("INT02", "INT12", ""), "Episodes": ("INT03", "", ""),
    "Missing": ("INT04", "INT13", ""), "OC2": ("INT05", "INT14", "INT33"), "OC3": ("INT06", "INT15", "INT34"),
    "PrevPerm": ("INT07", "INT16", "INT35"), "Reviews": ("INT08", "INT17", ""), "UASC": ("INT09", "INT18", "INT36"),
}  # fmt: skip

for _table, (_unknown, _born, _twice) in _TABLES.items():
    value(_unknown, "The child's identifier is mistyped.", _table, CHILD=lambda r, _: f"{r['CHILD']}Z")
    if _born:
        value(_born, "The birth date is a day off.", _table, DOB=plus("DOB", 1))
    if _twice:

        def _again(case: Case, table: str = _table) -> bool:
            """The row is there twice."""
            return table in case.rows and not case.rows[table].append({**case.rows[table][0]})  # type: ignore[func-returns-value]

        mistake(_twice)(_again)

value(
    "INT21",
    "The sex differs from the header's.",
    "UASC",
    SEX=lambda r, c: c.setting.sexes[r["SEX"] == c.setting.sexes[0]],
)


@mistake("INT32")
def header_twice(case: Case) -> bool:
    """The child is in the header twice."""
    case.rows["Header"].append({**case.header})
    return True


@mistake("EPI")
def header_alone(case: Case) -> bool:
    """Nothing but the header was sent."""
    header = case.header
    case.rows.clear()
    case.rows["Header"] = [header]
    return True


@mistake("1012")
def episodes_lost(case: Case) -> bool:
    """The episodes were not sent."""
    return "Reviews" in case.rows and case.rows.pop("Episodes", None) is not None


# -- reviews -----------------------------------------------------------------------------------------------------------

value("166", "The review has no date.", "Reviews", REVIEW="")
value("167", "How the child took part is no code.", "Reviews", REVIEW_CODE="PN9")
value("440", "A review of a small child, at school age.", "Reviews", lambda _, c: c.aged(6), REVIEW_CODE="PN0")
value("441", "A baby spoke at the review.", "Reviews", lambda _, c: c.aged(0, 3), REVIEW_CODE="PN1")

# -- missing -----------------------------------------------------------------------------------------------------------


def _over(row: Row, _: Case) -> bool:
    return bool(row.get("MIS_END"))


value("1004", "The first day missing is a day that there is not.", "Missing", _over, MIS_START="31/06/2025")
value("1005", "The last day missing is a day that there is not.", "Missing", _over, MIS_END="31/06/2025")
value("1006", "The kind of absence is no code.", "Missing", MISSING="X")
value("564", "The first day missing is blank.", "Missing", MIS_START="")
value("565", "The kind of absence is blank.", "Missing", MISSING="")
value("566", "The kind of absence is blank, and there is an end.", "Missing", _over, MISSING="", MIS_START="")
value("567", "Back before going missing.", "Missing", _over, MIS_END=plus("MIS_START", -2))
value("570", "Missing after the year.", "Missing", MIS_START=after_year(2), MIS_END="")
value("571", "Back after the year.", "Missing", _over, MIS_END=after_year(3))
value(
    "575",
    "Still missing from a placement that ended.",
    "Missing",
    lambda r, c: _over(r, c) and len(c.episodes) > 1 and _closed_by(r, c),
    MIS_END="",
)
value(
    "577",
    "Back after care ended.",
    "Missing",
    lambda r, c: _over(r, c) and not c.still_in_care and day(r["MIS_START"]) is not None,
    MIS_END=lambda _, c: written(days_after(c.ended, 6)),
)
value(
    "578",
    "Missing after care ended.",
    "Missing",
    lambda _, c: bool(c.episodes) and not c.still_in_care,
    MIS_START=lambda _, c: written(days_after(c.ended, 3)),
    MIS_END=lambda _, c: written(days_after(c.ended, 5)),
)
value(
    "581",
    "Missing before care began.",
    "Missing",
    lambda _, c: not c.from_before,
    MIS_START=lambda _, c: written(days_after(c.began, -3)),
)
value("586", "Missing before birth.", "Missing", MIS_START=plus("DOB", -4))


def _closed_by(row: Row, case: Case) -> bool:
    start = day(row["MIS_START"])
    return start is not None and any(
        lasts(one, 1) and (day(one["DECOM"]) or start) <= start <= (day(one["DEC"]) or start) for one in case.episodes
    )


@mistake("574")
def missing_while_missing(case: Case) -> bool:
    """Missing again before the child was back."""
    for one in case.rows.get("Missing", []):
        start, back = day(one["MIS_START"]), day(one.get("MIS_END"))
        if start and back and (back - start).days > 1 and back < days_after(case.setting.end, -9):
            return case.add(
                "Missing", MISSING="M", MIS_START=written(days_after(start, 1)), MIS_END=written(days_after(back, 2))
            )
    return False


@mistake("580")
def back_on_the_eighteenth_birthday(case: Case) -> bool:
    """Missing up to the eighteenth birthday, on which care ended for another reason."""
    last = case.episodes[-1] if case.episodes else {}
    end = day(last.get("DEC"))
    if end is None or end != case.birthday(18):
        return False
    last["REC"] = "E5"
    return case.add("Missing", MISSING="M", MIS_START=written(days_after(end, -4)), MIS_END=written(end))


# -- earlier orders ----------------------------------------------------------------------------------------------------

value("631", "The earlier order is no code.", "PrevPerm", PREV_PERM="P9", LA_PERM="302", DATE_PERM="zz/zz/2015")
value(
    "632", "The earlier order is later than care.", "PrevPerm", PREV_PERM="P2", LA_PERM="302", DATE_PERM=after_year(-5)
)
value(
    "633",
    "The authority of the earlier order is no code.",
    "PrevPerm",
    lambda _, c: c.aged(5),
    PREV_PERM="P1",
    LA_PERM="777",
    DATE_PERM=plus("DOB", 400),
)
value("635", "No earlier order, and an authority.", "PrevPerm", lambda r, _: r["PREV_PERM"] == "Z1", LA_PERM="302")
value("630", "The date of the earlier order is blank.", "PrevPerm", PREV_PERM="P2", LA_PERM="302", DATE_PERM="")


@mistake("634")
def earlier_order_of_long_ago(case: Case) -> bool:
    """An earlier order, for a child whose only episode began before such orders were asked for."""
    if len(case.episodes) != 1 or not case.aged(14) or not case.still_in_care or case.breaks_only:
        return False
    case.episodes[0]["DECOM"] = "04/05/2015"
    return case.add("PrevPerm", PREV_PERM="P1", LA_PERM="302", DATE_PERM=written(days_after(case.born, 300)))


row(
    "1012",
    "A time missing of a child without episodes.",
    "Missing",
    lambda c: not c.episodes,
    MISSING="M",
    MIS_START=lambda c: c.day(9),
    MIS_END="",
)
value("571", "Back before the year.", "Missing", _over, MIS_START=in_year(-9), MIS_END=in_year(-2))
