"""Oracles of placements: what kinds there are, how far from home, why they end, how long they last."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

from indicators.oracle.cla import settled_place, snapshot, spells, three
from indicators.oracle.registry import (
    Answer,
    age_on,
    care,
    child_row,
    children,
    half_up,
    inside,
    oracle,
    period_of,
    plus_months,
)


def share_in(rows, end, codes, temporary):
    found = snapshot(rows, end)
    places = [settled_place(rows, row) if temporary == "carry_back" else row["placement"] for row in found]
    return Answer(sum(place in codes for place in places), len(found))


@oracle("cla-foster-care")
def foster(rows, start, end, covered, temporary):
    return share_in(rows, end, ("U1", "U2", "U3", "U4", "U5", "U6"), temporary)


@oracle("cla-secure-childrens-homes")
def homes(rows, start, end, covered, temporary):
    return share_in(rows, end, ("K1", "K2"), temporary)


@oracle("cla-supported-independent")
def supported(rows, start, end, covered, temporary):
    return share_in(rows, end, ("K3", "H5", "P2"), temporary)


@oracle("cla-residential-care")
def residential(rows, start, end, covered, set):  # noqa: A002
    return share_in(rows, end, set, "as_other")


@oracle("cla-placed-with-parents-care-order")
def at_home(rows, start, end, covered, orders, denominator):
    orders = ["C2"] if "C2 only" in orders else orders
    found = snapshot(rows, end)
    under_order = [row for row in found if row["legal_status"] in orders]
    met = sum(row["placement"] == "P1" for row in under_order)
    return Answer(met, len(found if denominator == "all_cla" else under_order))


@oracle("cla-number-31-march")
def number(rows, start, end, covered):
    return Answer(len(snapshot(rows, end)))


@oracle("cla-demographic-profile")
def profile(rows, start, end, covered):
    found = [row["child"] for row in snapshot(rows, end)]
    parts: dict[tuple[str, str], tuple[int, int | None]] = {}
    for child in found:
        sex = {"M": "male", "F": "female", None: "not known"}[child_row(rows, child)["sex"]]
        parts["sex", sex] = parts.get(("sex", sex), (0, 0))[0] + 1, len(found)
    return Answer(len(found), len(found), parts=parts)


@oracle("cla-foster-provider-split")
def providers(rows, start, end, covered, scope):
    names = {
        "PR0": "parents", "PR1": "own provision", "PR2": "other local authority", "PR3": "other public body",
        "PR4": "private", "PR5": "voluntary",
    }  # fmt: skip
    categories: dict[str, int] = {}
    for row in snapshot(rows, end):
        if row["provider"] is not None and (scope == "all_placements" or row["placement"][0] == "U"):
            name = names[row["provider"]]
            categories[name] = categories.get(name, 0) + 1
    whole = sum(categories.values())
    independent = categories.get("private", 0) + categories.get("voluntary", 0)
    parts = {
        ("sector", "own provision"): (categories.get("own provision", 0), whole),
        ("sector", "independent (private or voluntary)"): (independent, whole),
    }
    return Answer(whole, whole, categories=categories, parts=parts)


@oracle("cla-placed-outside-la")
def outside(rows, start, end, covered):
    found = snapshot(rows, end)
    return Answer(sum(row["location"] == "OUT" for row in found), len(found))


@oracle("cla-average-distance")
def distance(rows, start, end, covered, statistic, subset):
    miles = [
        Fraction(str(row["distance"]))
        for row in snapshot(rows, end)
        if row["distance"] not in (None, 999.9) and (subset == "all" or row["location"] == "OUT")
    ]
    if not miles:
        return Answer()
    average = median(miles) if statistic == "median" else sum(miles) / len(miles)
    return Answer(value=half_up(average, 1))


@oracle("cla-secure-outside-la")
def secure_outside(rows, start, end, covered, include):
    codes = ("K1",) if include == "K1" else ("K1", "R5")
    met = 0
    for child in children(rows):
        begun = [spell[0] for spell in spells(rows, child, False, False, False)]
        met += any(
            row["placement"] in codes and row["location"] == "OUT" and inside(row["start_date"], start, end)
            for row in begun
        )
    return Answer(met)


def changes(rows, start, end):
    return [
        row
        for child in children(rows)
        for row in care(rows, child)
        if inside(row["end_date"], start, end) and row["change_reason"] is not None
    ]


@oracle("cla-placement-change-allegation")
def allegation(rows, start, end, covered, include_standards):
    found = changes(rows, start, end)
    reasons = ("ALLEG", "STAND", "APPRR") if include_standards else ("ALLEG",)
    return Answer(sum(row["change_reason"] in reasons for row in found), len(found))


@oracle("cla-unplanned-placement-endings")
def unplanned(rows, start, end, covered, reasons, denominator):
    found = changes(rows, start, end)
    met = sum(row["change_reason"] in reasons for row in found)
    if denominator == "all_changes":
        whole = len(found)
    elif denominator == "changes_less_status":
        whole = sum(row["change_reason"] != "PLACE" for row in found)
    else:
        looked_after = {
            row["child"]
            for child in children(rows)
            for row in care(rows, child)
            if row["start_date"] <= end and (row["end_date"] is None or row["end_date"] >= start)
        }
        whole = len(looked_after)
    parts = {
        ("reason", reason): (sum(row["change_reason"] == reason for row in found), whole)
        for reason in (*reasons, "OTHER")
    }
    return Answer(met, whole, parts=parts)


@oracle("cla-placed-with-parents-breakdown")
def breakdown(rows, start, end, covered, reasons):
    not_planned = ("CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND")
    met = whole = 0
    for child in children(rows):
        every = spells(rows, child, False, False, False)
        for at, spell in enumerate(every):
            last = spell[-1]
            if last["placement"] != "P1" or last["legal_status"] not in ("C1", "C2"):
                continue
            if not inside(last["end_date"], start, end):
                continue
            whole += 1
            after = every[at + 1][0] if at + 1 < len(every) else None
            if after is None or after["start_date"] != last["end_date"]:
                continue
            elsewhere = after["placement"] not in ("P1", "U1", "U2", "U3") and after["placement"][0] != "T"
            met += elsewhere and (reasons == "any" or last["change_reason"] in not_planned)
    return Answer(met, whole)


@oracle("cla-3plus-placements-2-years")
def three_in_two_years(rows, start, end, covered):
    return three(rows, start, end, covered, "ignore", "ignore", "ignore", "ignore", years=2)


@oracle("cla-long-term-stability")
def long_term(rows, start, end, covered):
    met = whole = 0
    for now in snapshot(rows, end):
        born = child_row(rows, now["child"])["birth_date"]
        period = period_of(rows, now)
        if born is None or age_on(born, end) >= 16 or plus_months(period[0]["start_date"], 30) > end:
            continue
        whole += 1
        lived = [
            spell
            for spell in spells(rows, now["child"], False, False, False)
            if spell[0] in period and spell[0]["start_date"] <= end
        ]
        if not lived:
            continue
        stayed = plus_months(lived[-1][0]["start_date"], 24) <= end
        adoption = settled_place(rows, now)[0] == "A" and lived[-1][0]["placement"][0] == "A"
        if adoption and len(lived) > 1:
            stayed = stayed or plus_months(lived[-2][0]["start_date"], 24) <= end
        met += stayed
    return Answer(met, whole)
