"""Mistakes in placements: their type, provider, address and age of the child."""

from __future__ import annotations

from csc_returns.sample.ssda903.care import days_after, written
from csc_returns.sample.ssda903.mistakes.case import Case, Value, Where, day, lasts, mistake, value
from csc_returns.sample.ssda903.project import Row

_TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}
_FOSTER = {"U1", "U2", "U3", "U4", "U5", "U6"}


def _at(*places: str) -> Where:
    """Placements of these types."""
    return lambda row, _: row["PLACE"] in places


def _foster(row: Row, _: Case) -> bool:
    return row["PLACE"] in _FOSTER and bool(row.get("URN"))


def _ended(lowest: int, highest: int) -> Where:
    """Episodes that are over, of a child of such an age at the end of the year."""
    return lambda row, case: bool(row.get("DEC")) and case.aged(lowest, highest) and row["LS"] not in {"V3", "V4"}


def _household(row: Row, case: Case) -> str:
    return next(one for one in case.setting.places.households if one != row.get("PL_POST"))


def _outside(_: Row, case: Case) -> str:
    return case.setting.places.households[-1]


def _far(_: Row, case: Case) -> str:
    return case.setting.places.far


def _urn(place: str, provider: str) -> Value:
    return lambda _, case: next(one.urn for one in case.setting.places.of_place[place] if one.provider == provider)


def _closed(row: Row, case: Case, began_after: bool) -> bool:
    ends = case.setting.places.closed.closed
    began = day(row["DECOM"])
    return (
        row["PLACE"] == "K2"
        and ends is not None
        and began is not None
        and (began >= ends) == began_after
        and not row.get("DEC")
    )


# -- codes -------------------------------------------------------------------------------------------------------------

value("146", "The placement is no code.", "Episodes", PLACE="X9")
value("178", "The provider is no code.", "Episodes", _foster, PLACE_PROVIDER="PR9")
value("213", "A provider of a temporary placement.", "Episodes", _at(*_TEMPORARY), PLACE_PROVIDER="PR4")
value("526", "The provider is blank.", "Episodes", _foster, PLACE_PROVIDER="")
value("527", "A hospital of the authority itself.", "Episodes", _at("R2"), PLACE_PROVIDER="PR1")
value("528", "With parents, provided by another authority.", "Episodes", _at("P1", "R2"), PLACE_PROVIDER="PR2")
value("529", "Foster carers of a public body.", "Episodes", _foster, PLACE_PROVIDER="PR3")
value("530", "With parents, provided privately.", "Episodes", _at("P1"), PLACE_PROVIDER="PR4")
value("531", "With parents, provided by a charity.", "Episodes", _at("P1"), PLACE_PROVIDER="PR5")
value("550", "Parents as the provider of a foster placement.", "Episodes", _foster, PLACE_PROVIDER="PR0")
value(
    "1009",
    "The reason for the move is no code.",
    "Episodes",
    lambda r, _: bool(r.get("REASON_PLACE_CHANGE")),
    REASON_PLACE_CHANGE="MOVED",
)
value(
    "233",
    "A reason for a move, and no move yet.",
    "Episodes",
    lambda r, _: not r.get("DEC"),
    REASON_PLACE_CHANGE="CARPL",
)
value(
    "234",
    "Custody as the reason why a small child moved.",
    "Episodes",
    lambda r, c: bool(r.get("REASON_PLACE_CHANGE")) and c.aged(0, 9),
    REASON_PLACE_CHANGE="CUSTOD",
)

# -- addresses ---------------------------------------------------------------------------------------------------------

value("392c", "The postcode of the placement is not in the directory.", "Episodes", _foster, PL_POST="ZZ77 7ZZ")
value("179", "The postcode of the placement is blank.", "Episodes", _foster, PL_POST="")
value(
    "164",
    "A placement further away than the country is long.",
    "Episodes",
    lambda r, c: _foster(r, c) and bool(r["HOME_POST"]),
    PL_POST=_far,
)
value(
    "454",
    "A placement in another country than the map says.",
    "Episodes",
    lambda r, c: _foster(r, c) and bool(r["HOME_POST"]) and not r.get("DEC"),
    PL_POST=_far,
)
value(
    "169", "The placement has no postcode.", "Episodes", lambda r, c: _foster(r, c) and bool(r.get("DEC")), PL_POST=""
)
value(
    "392b",
    "The postcode of the home is blank.",
    "Episodes",
    lambda r, c: _foster(r, c) and bool(r["HOME_POST"]),
    HOME_POST="",
)
value(
    "392d",
    "Home and placement have one postcode.",
    "Episodes",
    lambda r, c: _foster(r, c) and bool(r["HOME_POST"]),
    PL_POST=lambda r, _: r["HOME_POST"],
)
value(
    "221", "A children's home at a postcode that the register does not know.", "Episodes", _at("K2"), PL_POST=_household
)
value(
    "1015",
    "A home of the authority itself stands outside.",
    "Episodes",
    _at("K2", "R1"),
    PLACE_PROVIDER="PR1",
    PL_POST=_outside,
)
value(
    "383",
    "After a few days away, the child comes back to another address.",
    "Episodes",
    lambda r, c: _before(r, c) in _TEMPORARY and c.episodes.index(r) > 1,
    PL_POST=_household,
)

# -- providers of the register -----------------------------------------------------------------------------------------

value("1008", "The provider is not in the register.", "Episodes", _foster, URN="SC999999")
value(
    "218", "The number of the provider is blank.", "Episodes", lambda r, c: _foster(r, c) and not r.get("DEC"), URN=""
)
value(
    "219",
    "A provider of homes for a foster placement.",
    "Episodes",
    _foster,
    URN=_urn("K2", "PR4"),
    PLACE_PROVIDER="PR4",
)
value(
    "222",
    "A number of a provider where there is none.",
    "Episodes",
    _at("R1", "R2", "P1", "T0", "T3"),
    URN=_urn("K2", "PR4"),
)
value(
    "224",
    "The provider is private, and the register says otherwise.",
    "Episodes",
    _foster,
    URN=_urn("U6", "PR5"),
    PLACE_PROVIDER="PR4",
)
value(
    "229",
    "A private agency is given as the authority's own.",
    "Episodes",
    _foster,
    URN=lambda _, c: c.setting.places.of_place["U6"][-1].urn,
    PLACE_PROVIDER="PR1",
)
_IN_CLOSED_HOME: dict[str, Value] = {
    "PLACE_PROVIDER": "PR4",
    "URN": lambda _, case: case.setting.places.closed.urn,
    "PL_POST": lambda _, case: case.setting.places.closed.postcode,
}
value("227", "The home had closed before.", "Episodes", lambda r, c: _closed(r, c, True), **_IN_CLOSED_HOME)
value("228", "The home closed meanwhile.", "Episodes", lambda r, c: _closed(r, c, False), **_IN_CLOSED_HOME)

# -- ages --------------------------------------------------------------------------------------------------------------

value(
    "371",
    "Supported accommodation for a child under 16.",
    "Episodes",
    _ended(3, 13),
    PLACE=lambda _, c: "K3" if c.setting.year >= "2024-25" else "H5",
)
value(
    "370",
    "Independent living for a child under 16.",
    "Episodes",
    lambda r, c: _ended(3, 13)(r, c) and c.setting.year <= "2023-24",
    PLACE="P2",
)
value("372", "Custody for a child under 10.", "Episodes", _ended(0, 9), PLACE="R5")
value("373", "A boarding school for a child under 4.", "Episodes", _ended(0, 3), PLACE="S1")
value("374", "Residential work for a child under 14.", "Episodes", _ended(3, 13), PLACE="P3")
value(
    "217t",
    "Independent living that goes on.",
    "Episodes",
    lambda r, c: not r.get("DEC") and c.setting.year == "2023-24",
    PLACE="P2",
)
value(
    "230",
    "Semi-independent living that goes on without a number.",
    "Episodes",
    lambda r, c: not r.get("DEC") and c.setting.year == "2023-24" and _foster(r, c),
    PLACE="H5",
    URN="",
)

# -- temporary placements ----------------------------------------------------------------------------------------------


def _before(row: Row, case: Case) -> str:
    place = case.episodes.index(row)
    return case.episodes[place - 1]["PLACE"] if place else ""


def _stays(code: str, place: str, days: int) -> None:
    def make(case: Case) -> bool:
        for one, after in case.pairs():
            began = day(one["DECOM"])
            if one["PLACE"] in _TEMPORARY and began and lasts(after, days + 20):
                one["PLACE"], one["DEC"] = place, written(days_after(began, days + 1))
                after["DECOM"] = one["DEC"]
                return True
        return False

    make.__doc__ = "A temporary placement lasts too long."
    mistake(code)(make)


_stays("375", "T1", 42)
_stays("376", "T3", 21)
_stays("379", "T4", 7)
value("380", "A temporary placement begins with a change of status.", "Episodes", _at(*_TEMPORARY), RNE="T")
value(
    "381",
    "The child left care from a temporary placement.",
    "Episodes",
    lambda r, _: r.get("REC", "X1") not in {"", "X1"} and r["LS"][0] != "V",
    PLACE="T2",
    PLACE_PROVIDER="",
    URN="",
)
value(
    "382",
    "A short break in a temporary placement.",
    "Episodes",
    lambda r, _: r["LS"] == "V3",
    PLACE="T2",
    PLACE_PROVIDER="",
)
value(
    "226", "A reason for the move to a temporary placement.", "Episodes", _at(*_TEMPORARY), REASON_PLACE_CHANGE="CARPL"
)


@mistake("377")
def three_holidays(case: Case) -> bool:
    """Three times elsewhere while the carers were on holiday."""
    if len(case.episodes) < 3 or case.breaks_only:
        return False
    for one in case.episodes[:3]:
        one["PLACE"] = "T3"
    return True


@mistake("225")
def reason_for_the_move_forgotten(case: Case) -> bool:
    """The reason for the move is blank."""
    for one, after in case.pairs():
        if after["RNE"] in {"P", "B", "T", "U"} and one["REASON_PLACE_CHANGE"]:
            one["REASON_PLACE_CHANGE"] = ""
            return True
    return False


# -- short breaks ------------------------------------------------------------------------------------------------------

value("214", "A provider's number for a short break.", "Episodes", lambda r, _: r["LS"] == "V3", URN="XXXXXXX")
value("384", "A short break with long-term foster carers.", "Episodes", lambda r, _: r["LS"] == "V3", PLACE="U4")
value(
    "398",
    "A home postcode for a short break.",
    "Episodes",
    lambda r, _: r["LS"] == "V3",
    HOME_POST=lambda _, c: c.setting.places.homes[5],
)
value("420", "A placement postcode for a short break.", "Episodes", lambda r, _: r["LS"] == "V3", PL_POST=_household)
