"""Oracles of children looked after."""

from __future__ import annotations

import datetime as dt

from indicators.oracle.registry import (
    Answer,
    Row,
    Rows,
    care,
    children,
    inside,
    is_open,
    of_child,
    oracle,
    period_of,
    periods,
    plus_days,
    plus_months,
)


def uasc_on(rows: Rows, child: int, day: dt.date, status: str = "current") -> bool:
    return any(
        status == "ever" or row["ceased_date"] is None or row["ceased_date"] > day
        for row in of_child(rows, "uasc", child)
    )


def started(rows: Rows, start: dt.date, end: dt.date) -> list[Row]:
    """The first start of each child."""
    found = []
    for child in children(rows):
        some = [
            row
            for row in care(rows, child)
            if row["new_episode_reason"] == "S" and inside(row["start_date"], start, end)
        ]
        found += some[:1]
    return found


def ceased(rows: Rows, start: dt.date, end: dt.date) -> list[Row]:
    """The last ending of each child."""
    found = []
    for child in children(rows):
        some = [
            row
            for row in care(rows, child)
            if row["end_reason"] not in (None, "X1") and inside(row["end_date"], start, end)
        ]
        found += sorted(some, key=lambda row: row["end_date"])[-1:]
    return found


def snapshot(rows: Rows, day: dt.date, last_day: bool = False) -> list[Row]:
    found = []
    for child in children(rows):
        some = [row for row in care(rows, child) if is_open(row, day) or (last_day and row["end_date"] == day)]
        found += some[-1:]
    return found


@oracle("cla-starting-rate")
def starting(rows, start, end, covered, exclude_uasc):
    found = started(rows, start, end)
    return Answer(sum(not (exclude_uasc and uasc_on(rows, row["child"], row["start_date"])) for row in found))


@oracle("cla-rate-31-march")
def looked_after(rows, start, end, covered, exclude_uasc, end_on_snapshot_counts):
    found = snapshot(rows, end, end_on_snapshot_counts)
    return Answer(sum(not (exclude_uasc and uasc_on(rows, row["child"], end)) for row in found))


@oracle("cla-starting-uasc-rate")
def starting_uasc(rows, start, end, covered, uasc_status):
    return Answer(sum(uasc_on(rows, row["child"], row["start_date"], uasc_status) for row in started(rows, start, end)))


@oracle("cla-uasc-rate-31-march")
def looked_after_uasc(rows, start, end, covered, uasc_status):
    return Answer(sum(uasc_on(rows, row["child"], end, uasc_status) for row in snapshot(rows, end)))


@oracle("cla-ceased-sgo")
def special_guardianship(rows, start, end, covered, carer_split):
    codes = {
        None: ["E43", "E44", "E45", "E46", "E47", "E48"],
        "relative_or_friend": ["E45", "E47"], "former_foster_carer": ["E45", "E46"],
    }[carer_split]  # fmt: skip
    found = ceased(rows, start, end)
    return Answer(sum(row["end_reason"] in codes for row in found), len(found))


def settled_place(rows: Rows, episode: Row) -> str:
    """Where the child lived before a temporary placement."""
    period = next(some for some in periods(rows, episode["child"]) if episode in some)
    place = episode["placement"]
    for row in period[: period.index(episode) + 1]:
        if not row["placement"].startswith("T"):
            place = row["placement"]
    return place


@oracle("cla-family-network")
def family(
    rows, start, end, covered, family_network, section_20, adoption_by_relatives, z1_relatives, temporary, outside_care
):
    codes = {
        "kinship_foster": ["U1", "U2", "U3"], "kinship_foster_and_parents": ["U1", "U2", "U3", "P1"], "parents_only": ["P1"],
        "kinship_foster_long_term": ["U1"],
    }[family_network]  # fmt: skip
    codes = (
        codes + ["A3", "A4", "A5", "A6"] * (adoption_by_relatives == "include") + ["Z1"] * (z1_relatives == "include")
    )
    met = whole = 0
    in_care = set()
    for row in snapshot(rows, end):
        if (section_20 == "exclude" and row["legal_status"] == "V2") or (
            section_20 == "only" and row["legal_status"] != "V2"
        ):
            continue
        in_care.add(row["child"])
        whole += 1
        met += (settled_place(rows, row) if temporary == "carry_back" else row["placement"]) in codes
    if outside_care == "add_orders":
        left = [
            row
            for row in ceased(rows, start, end)
            if row["end_reason"] in ("E41", "E45", "E47") and row["child"] not in in_care
        ]
        met, whole = met + len(left), whole + len(left)
    return Answer(met, whole)


@oracle("cla-over-20-miles")
def far(rows, start, end, covered, denominator, location, boundary):
    met = whole = 0
    for row in snapshot(rows, end):
        miles = row["distance"] if row["distance"] is not None and row["distance"] < 999.9 else None
        whole += miles is not None or denominator == "all"
        over = miles is not None and (miles > 20 or (boundary == "ge_20.0" and miles == 20))
        met += over and (location == "any" or row["location"] == "OUT")
    return Answer(met, whole)


def place_of(row: Row) -> tuple[str | None, str | None]:
    """Provider and postcode. XXXXXXX is written for providers that have no number."""
    urn, postcode = row["urn"], row["placement_postcode"]
    return None if urn == "XXXXXXX" else urn, postcode and postcode.replace(" ", "").upper()


def spells(rows: Rows, child: int, same_carer: bool, status_only: bool, temporary: bool) -> list[list[Row]]:
    """Placement spells in order, each a list of its episodes."""
    found: list[list[Row]] = []
    for period in periods(rows, child):
        current: list[Row] | None = None
        was_temporary = False
        for row in period:
            if row["placement"].startswith("T") and not temporary:
                was_temporary = True
                continue
            new = current is None or row["new_episode_reason"] in ("S", "P", "B")
            new = new or (same_carer and row["new_episode_reason"] in ("T", "U"))
            if current is not None and new:
                last = current[-1]
                now, then = place_of(row), place_of(last)
                same_place = any(here is not None and here == there for here, there in zip(now, then, strict=True))
                unknown = not any(now) and not any(then)
                back = was_temporary and row["placement"] == last["placement"] and (same_place or unknown)
                miscoded = not status_only and last["change_reason"] == "PLACE" and same_place
                if back or miscoded:
                    new = False
            if new:
                current = []
                found.append(current)
            assert current is not None
            current.append(row)
            was_temporary = False
    return found


@oracle("cla-3plus-placements")
def three(rows, start, end, covered, same_carer_moves, status_only_changes, temporary, earlier_periods_in_year, years):
    # 1 April: what ended on it was not open on it.
    first = plus_months(plus_days(end, 1), -12 * years)
    met = whole = 0
    for now in snapshot(rows, end):
        period = period_of(rows, now)
        if years > 1 and plus_months(period[0]["start_date"], 24) > end:
            continue
        number = 0
        for spell in spells(
            rows, now["child"], same_carer_moves == "count", status_only_changes == "count", temporary == "count"
        ):
            if earlier_periods_in_year == "ignore" and spell[0] not in period:
                continue
            ended = spell[-1]["end_date"]
            number += spell[0]["start_date"] <= end and (ended is None or ended > first)
        whole += 1
        met += number >= 3
    return Answer(met, whole)
