"""Mistakes against last year's return: what should have stayed as it was, and did not."""

from __future__ import annotations

import datetime as dt

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, day, in_year, mistake, row, value
from csc_returns.sample.ssda903.project import Row


def _known(_: Row, case: Case) -> bool:
    return case.from_before and not case.breaks_only


def _first(row: Row, case: Case) -> bool:
    """The episode that was open at the end of last year."""
    return _known(row, case) and row is case.episodes[0]


def _foster(row: Row, case: Case) -> bool:
    return _first(row, case) and row["PLACE"].startswith("U") and bool(row.get("HOME_POST")) and bool(row.get("URN"))


def _other(texts: list[str], old: str) -> str:
    return next(one for one in texts if one != old)


# The status of a person does not change; these children are known from last year.
value(
    "202",
    "The sex differs from last year's.",
    "Header",
    _known,
    SEX=lambda r, c: c.setting.sexes[r["SEX"] == c.setting.sexes[0]],
    MOTHER="",
)
value(
    "204",
    "The ethnicity differs from last year's.",
    "Header",
    _known,
    ETHNIC=lambda r, _: _other(["WBRI", "MOTH"], r["ETHNIC"]),
)
value(
    "208",
    "The UPN differs from last year's.",
    "Header",
    lambda r, c: _known(r, c) and not r["UPN"].startswith("UN"),
    UPN="UN5",
)
value(
    "207",
    "She was a mother last year.",
    "Header",
    lambda r, c: _known(r, c) and (day(r.get("MC_DOB")) or c.setting.end) < c.setting.start,
    MOTHER="0",
    MC_DOB="",
)
value(
    "624",
    "Her child's birth date differs from last year's.",
    "Header",
    lambda r, c: _known(r, c) and (day(r.get("MC_DOB")) or c.setting.end) < c.setting.start,
    MC_DOB=in_year(-70),
)
value(
    "626",
    "A mother of long ago, who was none last year.",
    "Header",
    lambda r, c: _known(r, c) and r.get("MOTHER") == "0" and c.aged(15),
    MOTHER="1",
    MC_DOB=in_year(-70),
)
value(
    "205B",
    "The status as asylum seeker ends on another day than last year.",
    "UASC",
    lambda _, c: c.from_before,
    DUC=in_year(380),
)
row(
    "205D",
    "An asylum seeker, who was none last year.",
    "UASC",
    lambda c: c.from_before and c.aged(12) and "UASC" not in c.rows and not c.breaks_only,
    SEX=lambda c: c.header["SEX"],
    DUC=lambda c: written(c.birthday(18)),
)

value(
    "502",
    "The first day differs from last year's.",
    "Episodes",
    _first,
    DECOM=lambda r, _: written(days_after(day(r["DECOM"]) or dt.date(2020, 1, 1), -3)),
)
value(
    "503A",
    "The reason for the episode differs from last year's.",
    "Episodes",
    _first,
    RNE=lambda r, _: _other(["S", "P"], r["RNE"]),
)
value(
    "503B",
    "The legal status differs from last year's.",
    "Episodes",
    _first,
    LS=lambda r, _: _other(["C2", "V2"], r["LS"]),
)
value("503C", "The need differs from last year's.", "Episodes", _first, CIN=lambda r, _: _other(["N1", "N3"], r["CIN"]))
value(
    "503D",
    "The placement differs from last year's.",
    "Episodes",
    _foster,
    PLACE=lambda r, _: _other(["U6", "U4"], r["PLACE"]),
)
value(
    "503E",
    "The provider differs from last year's.",
    "Episodes",
    _foster,
    PLACE_PROVIDER=lambda r, _: _other(["PR4", "PR5"], r["PLACE_PROVIDER"]),
)
value(
    "503F",
    "The provider's number differs from last year's.",
    "Episodes",
    _foster,
    URN=lambda r, c: _other([one.urn for one in c.setting.places.of_place["U6"]], r["URN"]),
)
value(
    "503J",
    "The placement is in another authority than last year.",
    "Episodes",
    lambda r, c: _foster(r, c) and r["PL_POST"].startswith("ZZ1 "),
    PL_POST=lambda _, c: c.setting.places.households[-1],
)
value(
    "453",
    "The home is elsewhere than last year.",
    "Episodes",
    _foster,
    HOME_POST=lambda r, c: _other([one for one in c.setting.places.households if one != r["PL_POST"]], r["HOME_POST"]),
)
value(
    "562",
    "The first episode is older than last year's.",
    "Episodes",
    _first,
    DECOM=lambda r, _: written(days_after(day(r["DECOM"]) or dt.date(2020, 1, 1), -200)),
)


@mistake("203")
def other_birth_date(case: Case) -> bool:
    """The birth date differs from last year's."""
    return case.from_before and case.be_born(days_after(case.born, -1))


@mistake("NoE")
def unknown_last_year(case: Case) -> bool:
    """In care since before the year, and last year's return does not know the child."""
    if not case.from_before or case.last is None:
        return False
    case.last.clear()
    return True


@mistake("559")
def decision_of_last_year(case: Case) -> bool:
    """A decision for adoption of last year, which last year's return does not know."""
    return (
        "PlacedAdoption" in case.rows
        and case.from_before
        and case.last is not None
        and case.last.pop("PlacedAdoption", None) is not None
    )


def _decision(case: Case) -> Row | None:
    rows = (case.last or {}).get("PlacedAdoption", [])
    return rows[0] if rows and "PlacedAdoption" in case.rows else None


@mistake("560")
def decision_on_another_day(case: Case) -> bool:
    """The decision for adoption is a week earlier than last year."""
    if _decision(case) is None:
        return False
    now = case.rows["PlacedAdoption"][0]
    now["DATE_PLACED"] = written(days_after(day(now["DATE_PLACED"]) or case.born, -7))
    return True


@mistake("561")
def decision_repeated(case: Case) -> bool:
    """The decision for adoption had been reversed last year."""
    if (last := _decision(case)) is None:
        return False
    last.update({"DATE_PLACED_CEASED": case.day(-20), "REASON_PLACED_CEASED": "RD4"})
    return True


@mistake("584")
def decision_older_than_the_last_one(case: Case) -> bool:
    """The decision for adoption is older than the one that was reversed last year."""
    if (last := _decision(case)) is None:
        return False
    last.update({"DATE_PLACED": case.day(-25), "DATE_PLACED_CEASED": case.day(-20), "REASON_PLACED_CEASED": "RD4"})
    return True


@mistake("576")
def still_missing_last_year(case: Case) -> bool:
    """Missing at the end of last year, and found without a date."""
    if case.last is None or "Missing" not in case.rows or not case.from_before:
        return False
    if (day(case.rows["Missing"][0]["MIS_START"]) or case.setting.start) < case.setting.start:
        return False
    case.last["Missing"] = [{**case.person, "MISSING": "M", "MIS_START": case.day(-3), "MIS_END": ""}]
    return True


def _worker(case: Case) -> Row | None:
    rows, last = case.rows.get("SWEpisodes"), (case.last or {}).get("SWEpisodes")
    return rows[0] if rows and last else None


@mistake("SW16aSTG2")
def other_worker(case: Case) -> bool:
    """The worker has another number than last year."""
    return (row := _worker(case)) is not None and row.update({"SW_ID": "SW99999"}) is None


@mistake("SW16bSTG2")
def worker_since_another_day(case: Case) -> bool:
    """The worker had the child a week longer than last year."""
    if (row := _worker(case)) is None:
        return False
    row["SW_DECOM"] = written(days_after(day(row["SW_DECOM"]) or case.born, -7))
    return True


@mistake("SW16cSTG2")
def worker_for_another_reason(case: Case) -> bool:
    """The worker took over for another reason than last year."""
    if (row := _worker(case)) is None:
        return False
    row["SW_REASON"] = _other(["LEFTRL", "TSPROC"], row["SW_REASON"])
    return True
