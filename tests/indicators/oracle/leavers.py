"""Oracles of care leavers, and of looked-after children who are nearly that."""

from __future__ import annotations

import datetime as dt

from indicators.oracle.cla import snapshot, spells
from indicators.oracle.health_and_missing import aged, in_care_in, outcome, twelve_months
from indicators.oracle.registry import (
    Answer,
    Row,
    Rows,
    age_on,
    birthday,
    care,
    child_row,
    children,
    inside,
    looked_after_on,
    of_child,
    oracle,
    periods,
    plus_months,
)

NEITHER_HERE_NOR_KNOWN = "GHR"


def of_ages(rows: Rows, start: dt.date, end: dt.date, ages: str) -> list[Row]:
    """Those who had a birthday of these ages (such as 19-21), and what the return of its year tells of them."""
    youngest, oldest = (int(text) for text in ages.split("-"))
    found = []
    for child in children(rows):
        born = child_row(rows, child)["birth_date"]
        if born is None:
            continue
        days = [birthday(born, years) for years in range(youngest, oldest + 1)]
        days = [day for day in days if inside(day, start, end)]
        # The return of the collection year in which the birthday falls.
        told = [
            row
            for row in of_child(rows, "care_leavers", child)
            if days and plus_months(row["year_end"], -12) < days[0] <= row["year_end"]
        ]
        if not told or told[0]["in_touch"] in ("DIED", "RHOM"):
            continue
        every = sorted(
            (row for row in of_child(rows, "episodes", child) if row["start_date"] <= end),
            key=lambda row: (row["start_date"], row["end_date"] or dt.date.max),
        )
        ends = [row["end_reason"] for row in every if row["end_reason"] and inside(row["end_date"], dt.date.min, end)]
        if (ends and ends[-1] == "E3") or (every and all(row["legal_status"] in ("V3", "V4") for row in every)):
            continue
        if oldest <= 18 and looked_after_on(rows, child, days[0]):
            continue
        found.append({**told[0], "birthday": days[0]})
    return found


def turned(rows: Rows, row: Row) -> int:
    return age_on(child_row(rows, row["child"])["birth_date"], row["birthday"])


def home(rows: Rows, row: Row) -> tuple[str | None, str | None]:
    """Letter and digit of the accommodation; neither where it is not known or cannot be."""
    code = row["accommodation"]
    if code in (None, "0") or len(code) != 2 or code[0] not in "BCDEGHKRSTUVWXYZ" or code[1] not in "12":
        return None, None
    if code[0] == "Z" and turned(rows, row) == 17:
        return None, None
    return code[0], code[1]


def activity_share(name: str, ages: str, codes: tuple[str, ...]) -> None:
    @oracle(name)
    def share(rows, start, end, covered):
        found = of_ages(rows, start, end, ages)
        return Answer(sum(row["activity"] in codes for row in found), len(found))


def eet(ages: str) -> None:
    @oracle(f"care-leavers-eet-{ages}")
    def share(rows, start, end, covered, denominator):
        found = of_ages(rows, start, end, ages)
        busy = [
            row for row in found if row["activity"] and row["activity"][0] in "FP" and row["activity"][1] in "12345"
        ]
        known = [row for row in found if row["activity"] not in (None, "0")]
        return Answer(len(busy), len(known) if denominator == "activity_known" else len(found))


def health_or_parenting(ages: str) -> None:
    @oracle(f"care-leavers-neet-health-parenting-{ages}")
    def share(rows, start, end, covered, split):
        found = of_ages(rows, start, end, ages)
        answer = Answer(sum(row["activity"] in ("G4", "G6") for row in found), len(found))
        if split:
            words = {"illness or disability": "G4", "pregnancy or parenting": "G6"}
            answer.parts = {
                ("reason", word): (sum(row["activity"] == code for row in found), len(found))
                for word, code in words.items()
            }
        return answer


def suitability(ages: str) -> None:
    def answer(rows: Rows, start: dt.date, end: dt.date, digit: str, exclude: bool) -> Answer:
        met = whole = 0
        for row in of_ages(rows, start, end, ages):
            letter, suits = home(rows, row)
            if exclude and letter is not None and letter in NEITHER_HERE_NOR_KNOWN:
                continue
            whole += 1
            met += suits == digit
        return Answer(met, whole)

    @oracle(f"care-leavers-suitable-accommodation-{ages}")
    def suitable(rows, start, end, covered, exclude_abroad_deported_unknown):
        return answer(rows, start, end, "1", exclude_abroad_deported_unknown)

    @oracle(f"care-leavers-unsuitable-accommodation-{ages}")
    def unsuitable(rows, start, end, covered):
        return answer(rows, start, end, "2", True)


for _ages in ("17-18", "19-21"):
    activity_share(f"care-leavers-higher-education-{_ages}", _ages, ("F1", "P1"))
    activity_share(f"care-leavers-apprenticeship-{_ages}", _ages, ("F4", "P4"))
    eet(_ages)
    health_or_parenting(_ages)
    suitability(_ages)


KINDS = {
    "B": "Parents or relatives", "C": "Community home or the like", "D": "Semi-independent with support",
    "E": "Lodgings with support", "G": "In another country", "H": "Deported", "K": "Lodgings without support",
    "R": "Whereabouts not known", "S": "Homeless", "T": "Foyer", "U": "Independent living", "V": "Emergency bed",
    "W": "Bed and breakfast", "X": "Custody", "Y": "Any other", "Z": "Former foster carers",
}  # fmt: skip


@oracle("care-leavers-by-accommodation-type")
def by_accommodation(rows, start, end, covered):
    counts: dict[str, int] = {}
    found = of_ages(rows, start, end, "17-18") + of_ages(rows, start, end, "19-21")
    for row in found:
        letter, _ = home(rows, row)
        kind = "not known" if letter is None else f"{letter} - {KINDS[letter]}"
        counts[kind] = counts.get(kind, 0) + 1
    return Answer(len(found), len(found), categories=counts)


@oracle("care-leavers-with-former-foster-carers")
def staying_put(rows, start, end, covered):
    met = whole = 0
    for row in of_ages(rows, start, end, "18-20"):
        eighteen = birthday(child_row(rows, row["child"])["birth_date"], 18)
        if any(
            one["end_date"] == eighteen and one["end_reason"] not in (None, "X1") and one["placement"][0] == "U"
            for one in care(rows, row["child"])
        ):
            whole += 1
            met += row["accommodation"] in ("Z1", "Z2")
    return Answer(met, whole)


@oracle("care-leavers-in-touch")
def in_touch(rows, start, end, covered, ages, not_in_touch):
    found = of_ages(rows, start, end, ages)
    shown = dict.fromkeys(
        [
            "in touch",
            "not in touch",
            "not in touch, activity known",
            "refused",
            "no longer needs services",
            "not recorded",
        ],
        0,
    )
    for row in found:
        contact = row["in_touch"]
        if contact == "REFU" and not_in_touch == "NO_REFU":
            contact = "NO"
        words = {"YES": "in touch", "NO": "not in touch", "REFU": "refused", "NREQ": "no longer needs services"}
        word = words.get(contact, "not recorded")
        if contact == "NO" and row["activity"] not in (None, "0"):
            word += ", activity known"
        shown[word] += 1
    parts = {("contact", word): (number, len(found)) for word, number in shown.items()}
    return Answer(shown["in touch"], len(found), parts=parts)


def aged_16_or_17_on(rows: Rows, day: dt.date) -> list[Row]:
    found = snapshot(rows, day)
    kept = aged(rows, [row["child"] for row in found], day, 16, 17)
    return [row for row in found if row["child"] in kept]


@oracle("cla-aged-16-17")
def aged_16_17(rows, start, end, covered):
    whole = len(snapshot(rows, end))
    return Answer(len(aged_16_or_17_on(rows, end)), parts={("looked after on the day", "children"): (whole, None)})


@oracle("cla-16-17-supported-accommodation")
def supported(rows, start, end, covered, show):
    found = aged_16_or_17_on(rows, end)
    return Answer(sum(row["placement"] in ("K3", "H5", "P2") for row in found), None if show == "count" else len(found))


@oracle("cla-entering-custody")
def custody(rows, start, end, covered):
    kinds = {"sentenced": set(), "moved": set(), "placed": set()}
    for child in children(rows):
        born = child_row(rows, child)["birth_date"]
        begun = [spell[0]["episode"] for spell in spells(rows, child, False, False, False)]
        for period in periods(rows, child):
            for at, row in enumerate(period):
                before = any(each["legal_status"] != "J1" for each in period[:at])
                until = before or row["legal_status"] != "J1"
                if until and inside(row["end_date"], start, end):
                    if row["end_reason"] == "E9":
                        kinds["sentenced"].add(child)
                    if row["change_reason"] == "CUSTOD" and (born is None or age_on(born, row["end_date"]) >= 10):
                        kinds["moved"].add(child)
                if (
                    before
                    and row["placement"] == "R5"
                    and row["episode"] in begun
                    and inside(row["start_date"], start, end)
                ):
                    kinds["placed"].add(child)
    words = {
        "sentenced": "care ended with a custodial sentence",
        "moved": "placement changed because of custody",
        "placed": "placed in custody",
    }
    whole = len(set.union(*kinds.values()))
    beside = {("event", word): (len(kinds[kind]), None) for kind, word in words.items()}
    beside["looked after in the period", "children"] = (len(in_care_in(rows, start, end)), None)
    return Answer(whole, parts=beside)


@oracle("cla-convictions")
def convictions(rows, start, end, covered):
    found = aged(rows, twelve_months(rows, start, end), end, 10, 17)
    return Answer(sum(outcome(rows, child, end).get("convicted") == "1" for child in found), len(found))
