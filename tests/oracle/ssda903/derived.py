"""The columns that no file of a CSV return holds, made the slow way."""

from __future__ import annotations

import math

from oracle.ssda903.common import Reference, Row, Tables, text

#: Counties of the districts that the random returns use.
COUNTIES = {"E07000008": "E10000003", "E07000032": "E10000007"}


def entry_of(postcode: str | None, reference: Reference) -> Row | None:
    """The row of the directory, spaces and case aside."""
    if postcode is None:
        return None
    for entry in reference.postcodes or []:
        known = text(entry, "pcd")
        if known is not None and known.replace(" ", "") == postcode.upper().replace(" ", ""):
            return entry
    return None


def upper_tier(district: str) -> str | None:
    """WAL, SCO, NIR; the county of a district (None when it has none); else the code itself."""
    elsewhere = {"S": "SCO", "N": "NIR", "W": "WAL"}.get(district[0])
    if elsewhere is None and district.startswith("E07"):
        return COUNTIES.get(district)
    return elsewhere or district


def authority_at(postcode: str | None, reference: Reference) -> str | None:
    entry = entry_of(postcode, reference)
    district = None if entry is None else text(entry, "laua")
    return None if district is None else upper_tier(district)


def location_of(postcode: str | None, reference: Reference) -> str | None:
    entry = entry_of(postcode, reference)
    district = None if entry is None else text(entry, "laua")
    if district is None:
        return None
    return "IN" if upper_tier(district) == reference.local_authority else "OUT"


def distance_of(home: str | None, placement: str | None, reference: Reference) -> str | None:
    """Miles with one decimal."""
    a, b = entry_of(home, reference), entry_of(placement, reference)
    if a is None or b is None:
        return None
    grid = [text(a, "oseast1m"), text(b, "oseast1m"), text(a, "osnrth1m"), text(b, "osnrth1m")]
    if None in grid:
        return None
    east_a, east_b, north_a, north_b = (float(value) for value in grid if value is not None)
    return str(round(math.sqrt((east_a - east_b) ** 2 + (north_a - north_b) ** 2) / 1000 / 1.6093, 1))


def columns_at_hand(tables: Tables, reference: Reference) -> set[str]:
    """Derived columns that are given or can be made, as "Episodes.PL_LA" or "Header_last.UASC"."""
    found = set()
    for late in ("", "_last"):
        header, episodes = f"Header{late}", f"Episodes{late}"
        if header in tables and (f"UASC{late}" in tables or any("UASC" in row for row in tables[header])):
            found.add(f"{header}.UASC")
        for item in ("PL_LA", "PL_LOCATION", "PL_DISTANCE"):
            given = any(item in row for row in tables.get(episodes, []))
            made = reference.postcodes is not None and (item != "PL_LOCATION" or reference.local_authority is not None)
            if episodes in tables and (given or made):
                found.add(f"{episodes}.{item}")
    return found


def with_derived(tables: Tables, reference: Reference) -> Tables:
    """The tables with the derived columns filled in where they are not given and can be made."""
    at_hand, made = columns_at_hand(tables, reference), dict(tables)
    for late in ("", "_last"):
        header, episodes, asylum = f"Header{late}", f"Episodes{late}", f"UASC{late}"
        if f"{header}.UASC" in at_hand and not any("UASC" in row for row in tables[header]):
            seekers = {text(row, "CHILD") for row in tables[asylum]} - {None}
            made[header] = [{**row, "UASC": "1" if text(row, "CHILD") in seekers else "0"} for row in tables[header]]
        for item in ("PL_LA", "PL_LOCATION", "PL_DISTANCE"):
            if f"{episodes}.{item}" in at_hand and not any(item in row for row in tables[episodes]):
                filled = []
                for row in made[episodes]:
                    placement = text(row, "PL_POST")
                    value = {
                        "PL_LA": authority_at(placement, reference),
                        "PL_LOCATION": location_of(placement, reference),
                        "PL_DISTANCE": distance_of(text(row, "HOME_POST"), placement, reference),
                    }[item]
                    filled.append({**row, item: value})
                made[episodes] = filled
    return made
