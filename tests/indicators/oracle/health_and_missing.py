"""Oracles of health and wellbeing, missing children, social workers and deprivation of liberty."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from indicators.oracle.cla import snapshot
from indicators.oracle.registry import (
    Answer,
    Row,
    Rows,
    age_on,
    care,
    child_row,
    children,
    half_up,
    inside,
    looked_after_on,
    of_child,
    oracle,
    plus_days,
    plus_months,
)


def touches(row: Row, first: dt.date, last: dt.date) -> bool:
    """Began by the last day and did not end before the first."""
    return row["start_date"] <= last and not (row["end_date"] is not None and row["end_date"] < first)


def told_once(found: list[Row]) -> list[Row]:
    """Rows that say the same in everything are one."""
    return [row for at, row in enumerate(found) if row not in found[:at]]


def in_care_in(rows: Rows, first: dt.date, last: dt.date) -> list[int]:
    return [child for child in children(rows) if any(touches(row, first, last) for row in care(rows, child))]


def twelve_months(rows: Rows, start: dt.date, end: dt.date) -> list[int]:
    """Looked after without a break from 1 April to 31 March."""
    found = []
    for child in in_care_in(rows, start, end):
        whole = True
        for row in of_child(rows, "episodes", child):
            if row["new_episode_reason"] == "S" and start < row["start_date"] <= end:
                whole = False
            if row["end_date"] is not None and start <= row["end_date"] < end and row["end_reason"] != "X1":
                whole = False
            if row["legal_status"] in ("V3", "V4") and touches(row, start, end):
                whole = False
        if whole:
            found.append(child)
    return found


def aged(rows: Rows, some: list[int], day: dt.date, youngest: int, oldest: int) -> list[int]:
    born = {child: child_row(rows, child)["birth_date"] for child in some}
    return [child for child in some if born[child] is not None and youngest <= age_on(born[child], day) <= oldest]


def outcome(rows: Rows, child: int, end: dt.date) -> Row:
    """The child's health row of the year; nothing in it where there is none."""
    return next((row for row in of_child(rows, "outcomes", child) if row["year_end"] == end), {})


def scores(rows: Rows, some: list[int], end: dt.date) -> list[int]:
    found = []
    for child in some:
        row = outcome(rows, child, end)
        if row.get("sdq_reason") is None and row.get("sdq_score") in range(41):
            found.append(row["sdq_score"])
    return found


@oracle("cla-sdq-average")
def average(rows, start, end, covered, age_range):
    youngest, oldest = (int(text) for text in age_range.split("-"))
    found = scores(rows, aged(rows, twelve_months(rows, start, end), end, youngest, oldest), end)
    if not found:
        return Answer(denominator=0)
    return Answer(denominator=len(found), value=half_up(Fraction(sum(found), len(found)), 1))


@oracle("cla-sdq-concern")
def concern(rows, start, end, covered):
    found = scores(rows, aged(rows, twelve_months(rows, start, end), end, 5, 16), end)
    bands = {("score", "normal"): range(14), ("score", "borderline"): (14, 15, 16)}
    beside = {key: (sum(score in band for score in found), len(found)) for key, band in bands.items()}
    return Answer(sum(17 <= score <= 40 for score in found), len(found), parts=beside)


@oracle("cla-sdq-completed")
def completed(rows, start, end, covered):
    some = aged(rows, twelve_months(rows, start, end), end, 5, 16)
    return Answer(len(scores(rows, some, end)), len(some))


def share_with(rows, some, end, item):
    return Answer(sum(outcome(rows, child, end).get(item) == "1" for child in some), len(some))


@oracle("cla-health-assessment")
def health_assessment(rows, start, end, covered):
    return share_with(rows, twelve_months(rows, start, end), end, "health_assessment")


@oracle("cla-immunisations")
def immunisations(rows, start, end, covered):
    return share_with(rows, twelve_months(rows, start, end), end, "immunisations")


@oracle("cla-dental-check")
def dental(rows, start, end, covered):
    return share_with(rows, twelve_months(rows, start, end), end, "teeth_check")


@oracle("cla-development-assessment")
def development(rows, start, end, covered):
    return share_with(rows, aged(rows, twelve_months(rows, start, end), end, 0, 4), end, "health_check")


@oracle("cla-substance-misuse")
def substances(rows, start, end, covered):
    return share_with(rows, twelve_months(rows, start, end), end, "substance_misuse")


@oracle("cla-missing")
def missing(rows, start, end, covered, type, window_months, show):  # noqa: A002
    first = start if window_months == 12 else plus_months(plus_days(end, 1), -window_months)
    some = in_care_in(rows, first, end)
    times = {
        child: sum(
            row["kind"] in type.split("_or_") and touches(row, first, end)
            for row in told_once(of_child(rows, "missing", child))
        )
        for child in some
    }
    if show == "episodes":
        return Answer(sum(times.values()))
    return Answer(sum(number > 0 for number in times.values()), len(some))


@oracle("cla-missing-family-network")
def missing_from_family(rows, start, end, covered):
    family = ("U1", "U2", "U3", "P1")
    met = times = lived = 0
    for child in children(rows):
        lived += any(row["placement"] in family and touches(row, start, end) for row in care(rows, child))
        number = 0
        for row in told_once(of_child(rows, "missing", child)):
            if row["kind"] == "M" and inside(row["start_date"], start, end):
                episode = looked_after_on(rows, child, row["start_date"])
                number += episode is not None and episode["placement"] in family
        met += number > 0
        times += number
    beside = {("family network", "times missing"): (times, None), ("family network", "children"): (lived, None)}
    return Answer(met, parts=beside)


@oracle("cla-3plus-social-workers")
def social_workers(rows, start, end, covered, unknown_ids):
    met = whole = 0
    for now in snapshot(rows, end):
        names = {
            row["worker"]
            for row in of_child(rows, "social_workers", now["child"])
            if row["worker"] is not None and touches(row, start, end)
        }
        if unknown_ids == "ignore":
            names = {name for name in names if name[:2] != "XX"}
        whole += 1
        met += len(names) >= 3
    return Answer(met, whole)


@oracle("cla-social-worker-change-reasons")
def change_reasons(rows, start, end, covered):
    codes = ("MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN", "SWDIED", "OTHERS")
    counts = dict.fromkeys(codes, 0)
    for now in snapshot(rows, end):
        for row in told_once(of_child(rows, "social_workers", now["child"])):
            if inside(row["start_date"], start, end) and row["reason"] in codes:
                counts[row["reason"]] += 1
    return Answer(sum(counts.values()), sum(counts.values()), categories=counts)


@oracle("cla-deprivation-of-liberty")
def liberty(rows, start, end, covered, measure):
    some = in_care_in(rows, start, end)
    found = []
    for child in some:
        orders = told_once(of_child(rows, "deprivations_of_liberty", child))
        if measure == "open_31_march":
            held = [
                row for row in orders if row["start_date"] <= end and (row["end_date"] is None or row["end_date"] > end)
            ]
        else:
            held = [row for row in orders if touches(row, start, end)]
        found.append(len(held))
    beside = {("looked after in the period", "children"): (len(some), None)}
    return Answer(sum(found) if measure == "orders" else sum(number > 0 for number in found), parts=beside)
