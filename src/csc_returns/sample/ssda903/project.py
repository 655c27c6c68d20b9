"""A career → what one year's return says of it, as rows of text."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

from csc_returns.sample.dice import Dice
from csc_returns.sample.ssda903.care import Episode, birthday, written
from csc_returns.sample.ssda903.child import Career
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.sample.upn import pupil_number

#: Item → text; an item that is not named is blank.
Row: TypeAlias = dict[str, str]

#: Table → rows of one child.
Rows: TypeAlias = dict[str, list[Row]]

_HEALTH = ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT")
_BREAKS = {"V3", "V4"}

#: Added to the number of a child who is gone, so that the UPN is no other child's.
_GONE_NUMBERS = 7_000_000


def rows_of(career: Career, setting: Setting, dice: Dice, sexes: tuple[str, str]) -> Rows | None:
    """What the return of a year says of a child; None where it says nothing.

    ``sexes``: codes of male and female. Those of the year before are written as this year's, since a sex that is written
    otherwise than last year is a finding.
    """
    start, end = setting.start, setting.end
    episodes = [one for one in career.life.episodes if one.began <= end and (one.ended is None or one.ended >= start)]
    leaver = _care_leaver(career, setting, bool(episodes), dice)
    if not episodes and leaver is None:
        return None
    child: Row = {"CHILD": career.identifier}
    born: Row = {**child, "DOB": written(career.born)}
    sex = sexes[career.girl]
    rows: Rows = {"Header": [_header(career, setting, born, sex, bool(episodes))]}
    if not episodes:
        rows["OC3"] = [{**born, **(leaver or {})}]
        return rows
    rows["Episodes"] = [_episode(one, child, setting) for one in episodes]
    if reviews := [day for day in career.reviews if start <= day <= end]:
        fourth = birthday(career.born, 4)
        codes = ["PN0" if day < fourth else dice.pick(_PART) for day in reviews]
        rows["Reviews"] = [
            {**born, "REVIEW": written(day), "REVIEW_CODE": code} for day, code in zip(reviews, codes, strict=True)
        ]
    # The status ends with the eighteenth birthday, a date that is known from the start.
    if career.life.asylum:
        rows["UASC"] = [{**child, "SEX": sex, "DOB": born["DOB"], "DUC": written(birthday(career.born, 18))}]
    if _all_year(episodes, start, end):
        rows["OC2"] = [{**born, **_outcomes(career, setting, dice)}]
    if leaver is not None:
        rows["OC3"] = [{**born, **leaver}]
    _adoption(career, setting, rows, born, episodes)
    if career.earlier_order and any(one.reason_new == "S" and one.began >= start for one in episodes):
        kind, authority, day_made = career.earlier_order
        rows["PrevPerm"] = [{**born, "PREV_PERM": kind, "LA_PERM": authority, "DATE_PERM": day_made}]
    if missing := [one for one in career.missing if one[1] <= end and (one[2] is None or one[2] >= start)]:
        rows["Missing"] = [
            {**born, "MISSING": kind, "MIS_START": written(since), "MIS_END": _until(until, end)}
            for kind, since, until in missing
        ]
    if setting.has("SWEpisodes"):
        workers = [one for one in career.workers if one.began <= end and (one.ended is None or one.ended >= start)]
        if workers:
            rows["SWEpisodes"] = [
                {
                    **born,
                    "SW_ID": one.number,
                    "SW_DECOM": written(one.began),
                    "SW_DEC": _until(one.ended, end),
                    "SW_REASON": one.reason,
                }
                for one in workers
            ]
    if setting.has("DoLo") and career.liberty:
        rows["DoLo"] = [
            {**born, "DOLO_START": written(since), "DOLO_END": _until(until, end)}
            for since, until in career.liberty
            if since <= end
        ]
    return rows


_PART = ("PN1", "PN1", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN6", "PN7")


def _until(day: dt.date | None, end: dt.date) -> str:
    """An end that the return can know."""
    return written(day) if day and day <= end else ""


def _header(career: Career, setting: Setting, born: Row, sex: str, in_care: bool) -> Row:
    row = {**born, "SEX": sex, "ETHNIC": career.ethnicity}
    # School age is reckoned from the August before last.
    too_young = birthday(career.born, 4) > dt.date(setting.start.year - 1, 8, 31)
    if too_young and not career.life.asylum:
        row["UPN"] = "UN1"
    else:
        running = career.number + _GONE_NUMBERS * career.identifier.endswith("X")
        row["UPN"] = career.unknown_upn or pupil_number(setting.local_authority, running)
    if career.girl and in_care and not career.short_breaks:
        last = min(setting.end, career.left or setting.end)
        mother = career.first_child is not None and career.first_child <= last
        row["MOTHER"] = "1" if mother else "0"
        if mother and career.first_child:
            row["MC_DOB"] = written(career.first_child)
    return row


def _episode(one: Episode, child: Row, setting: Setting) -> Row:
    place = one.place
    code = place.code
    if code.startswith("Z"):
        code = code if "Z11" in setting.other_places else "Z1"
        if code == "Z1" and "Z11" in setting.other_places:
            code = "Z11"
    row = {**child, "DECOM": written(one.began), "RNE": one.reason_new, "LS": one.legal, "CIN": one.need, "PLACE": code}
    row["PLACE_PROVIDER"] = place.provider or ""
    if one.ended and one.ended <= setting.end:
        row["DEC"], row["REC"] = written(one.ended), one.reason_ended or ""
        row["REASON_PLACE_CHANGE"] = one.reason_moved or ""
    row["HOME_POST"], row["PL_POST"], row["URN"] = one.home or "", place.postcode or "", place.urn or ""
    return row


def _all_year(episodes: list[Episode], start: dt.date, end: dt.date) -> bool:
    """Whether the child was looked after all year, short breaks not counted."""
    return not any(
        (one.reason_new == "S" and start < one.began)
        or (one.ended is not None and one.ended < end and one.reason_ended != "X1")
        or one.legal in _BREAKS
        for one in episodes
    )


def _outcomes(career: Career, setting: Setting, dice: Dice) -> Row:
    born, start, end = career.born, setting.start, setting.end
    row: Row = {item: "1" if dice.chance(0.9) else "0" for item in _HEALTH}
    if birthday(born, 4) <= end and birthday(born, 17) >= start:
        if dice.chance(0.8):
            row["SDQ_SCORE"] = str(dice.small(0, 36))
        else:
            row["SDQ_REASON"] = dice.pick(["SDQ2", "SDQ3", "SDQ4", "SDQ4", "SDQ5"])
    if birthday(born, 10) <= end:
        row["CONVICTED"] = "1" if dice.chance(0.03) else "0"
    if birthday(born, 5) > end:
        row["HEALTH_CHECK"] = "1" if dice.chance(0.9) else "0"
    misuse = birthday(born, 12) <= end and dice.chance(0.06)
    row["SUBSTANCE_MISUSE"] = "1" if misuse else "0"
    if misuse:
        row["INTERVENTION_RECEIVED"] = "1" if dice.chance(0.6) else "0"
        if row["INTERVENTION_RECEIVED"] == "0":
            row["INTERVENTION_OFFERED"] = "1" if dice.chance(0.8) else "0"
    return row


def _care_leaver(career: Career, setting: Setting, in_care: bool, dice: Dice) -> Row | None:
    """Activity and accommodation of one who left care at 16 or over, this year or last year, after 13 weeks of it."""
    left, born = career.left, career.born
    last = career.life.episodes[-1]
    if left is None or left > setting.end or career.short_breaks or last.reason_ended in _NO_LEAVERS:
        return None
    if birthday(born, 17) > setting.end or left < setting.start_before or (career.first_child and not in_care):
        return None
    # While 17 or 18, only those who left before that birthday, or on it.
    if in_care and left > birthday(born, career.life.age(setting.end)):
        return None
    fourteen, sixteen = birthday(born, 14), birthday(born, 16)
    held = [one for one in career.life.episodes if one.ended and one.ended >= setting.start_before]
    days = sum((one.ended - max(one.began, fourteen)).days for one in held if one.ended and one.ended > fourteen)
    if days < 91 or left <= sixteen:
        return None
    if dice.chance(0.9):
        return {"IN_TOUCH": "YES", "ACTIV": dice.share(setting.activities), "ACCOM": dice.share(setting.accommodation)}
    return {"IN_TOUCH": dice.pick(["NO", "REFU", "NREQ", "RHOM"]), "ACTIV": "0", "ACCOM": "0"}


_NO_LEAVERS = {"E11", "E12", "E2", "E3", "E15", "X1", None}


def _adoption(career: Career, setting: Setting, rows: Rows, born: Row, episodes: list[Episode]) -> None:
    adoption = career.adoption
    if adoption is None or adoption.decided > setting.end:
        return
    if adoption.reversed and adoption.reversed < setting.start:
        return
    row = {**born, "DATE_PLACED": written(adoption.decided)}
    if adoption.reversed and adoption.reversed <= setting.end:
        row |= {"DATE_PLACED_CEASED": written(adoption.reversed), "REASON_PLACED_CEASED": adoption.reason or ""}
    rows["PlacedAdoption"] = [row]
    last = episodes[-1]
    if last.reason_ended in {"E11", "E12"} and last.ended and last.ended <= setting.end and adoption.matched:
        number, sex, legal = adoption.couple
        rows["AD1"] = [
            {
                **born, "DATE_INT": written(adoption.decided), "DATE_MATCH": written(adoption.matched),
                "FOSTER_CARE": "1" if adoption.by_carer else "0", "NB_ADOPTR": number, "SEX_ADOPTR": sex, "LS_ADOPTR": legal,
            }
        ]  # fmt: skip
