"""Children about whom the rules 301 to 408 change their minds, for the random returns: chance seldom makes them."""

from __future__ import annotations

import datetime as dt
import random

from oracle.ssda903.common import add_years
from oracle.ssda903.returns import ONE, POSTCODES, Return, written

Made = dict[str, str | None]

#: Legal status and the days beyond which it is too long.
LIMITS = {"L1": 3, "L2": 21, "L3": 7, "J2": 21, "V3": 17}
#: Placement and the days beyond which it is too long.
TEMPORARY_LIMITS = {"T1": 42, "T3": 21, "T4": 7}
#: Placement and the ages at which it may begin.
AGES = {"P2": (15, 16), "H5": (14, 16), "K3": (16,), "R5": (10,), "S1": (4,), "P3": (14,)}
#: Special guardianship orders and the age at which they end.
GUARDIANSHIP = (("E45", 18), ("E46", 18), ("E47", 18), ("E48", 18))


def add_limits(made: Return, chance: random.Random, rounds: int = 3) -> Return:
    """The return with more children, each at or beside a limit of a rule."""
    tables = {name: list(table) for name, table in made.tables.items()}
    window = made.window
    length = (window.end - window.start).days
    marked = chance.random() < 0.6 or any("UASC" in row for row in made.tables.get("Header", []))
    if marked:
        tables["Header"] = [{"UASC": chance.choice("01")} | row for row in tables.get("Header", [])]

    def some_day() -> dt.date:
        return chance.choice([window.start, window.end, window.start + ONE * chance.randrange(length)])

    def beside(day: dt.date) -> dt.date:
        return day + ONE * chance.choice([-1, 0, 1])

    def text(day: dt.date | None) -> str | None:
        """The day as text; now and then blank or unreadable."""
        if day is None or chance.random() < 0.04:
            return chance.choice([None, ""])
        return chance.choice(["2025-04-01", "31/04/2025"]) if chance.random() < 0.03 else written(day)

    def asylum() -> Made:
        """What a header says of asylum where it says anything."""
        return {"UASC": chance.choice(["0", "0", "1", "1.0", "01", "X", None])} if marked else {}

    def child(name: str, born: dt.date | None) -> str | None:
        """A child with its header, now and then with two or none, or without an identifier."""
        identifier = name if chance.random() < 0.96 else chance.choice([None, ""])
        sex = chance.choice(["1", "2"] if window.year <= "2023-24" else ["M", "F", "U"])
        for _ in range(chance.choice([0, 1, 1, 1, 1, 1, 1, 2])):
            other = born if born is None or chance.random() < 0.9 else beside(born)
            mother = chance.choice([None, None, "0", "1"])
            header: Made = {"CHILD": identifier, "SEX": sex, "DOB": text(other), "MOTHER": mother}
            tables.setdefault("Header", []).append(header | asylum())
        return identifier

    def episode(identifier: str | None, start: dt.date | None, end: dt.date | None, **values: str | None) -> Made:
        row: Made = {"CHILD": identifier, "DECOM": text(start), "DEC": text(end)}
        row |= {"RNE": chance.choice("SSPLB"), "LS": chance.choice(["C2", "V2"]), "PLACE": chance.choice(["U1", "K2"])}
        row |= {"HOME_POST": chance.choice(POSTCODES), "PL_POST": chance.choice(POSTCODES), "REC": None} | values
        row["PL_DISTANCE"] = chance.choice(["0.0", "3.2", None])
        tables.setdefault("Episodes", []).append(row)
        return row

    def chain(identifier: str | None, start: dt.date, lengths: list[int], *values: Made) -> None:
        """Episodes that mostly follow each other without a gap; the last may be open."""
        rows = []
        for place, days in enumerate(lengths):
            end = start + ONE * days
            shown = None if place + 1 == len(lengths) and chance.random() < 0.3 else end
            rows.append((start, shown, values[place % len(values)]))
            start = end + ONE * (chance.choice([-1, 1, 2]) if chance.random() < 0.15 else 0)
        if chance.random() < 0.15:
            chance.shuffle(rows)
        for begin, shown, some in rows:
            reason = {} if shown is None else {"REC": chance.choice(["X1", "X1", "X1", "E4A", "E8", None])}
            episode(identifier, begin, shown, **(reason | some))

    for number in range(rounds):
        # A legal status that lasts as long as it may, in one episode or several, with or without a gap or an overlap.
        for status, days in LIMITS.items():
            total = days + chance.choice([0, 1])
            first = chance.choice([1, total // 2])
            lengths = chance.choice([[total], [first, total - first], [first, 5, total - first], [total, -1, 1, 2]])
            begin = chance.choice([some_day(), window.end - total * ONE, window.end - (total - 1) * ONE])
            between = chance.choice([{"LS": status}, {"LS": status}, {"LS": "C2"}])
            chain(child(f"{status}{number}", add_years(begin, -12)), begin, lengths, {"LS": status}, between)
            rest = total - first
            for gap in (-1, 0, 1):
                identifier = child(f"{status}{number}{gap}", None)
                end = begin + first * ONE
                unknown = {"DEC": "soon"} if chance.random() < 0.2 else {}
                episode(identifier, begin, end, **({"LS": status} | unknown))
                episode(identifier, end + gap * ONE, end + (gap + rest) * ONE, LS=status)
        # Respite that adds up to as many days as it may, across the edges of the year.
        parts = chance.choice([[17, 17, 17, 17, 7], [17, 17, 17, 17, 8], [76], [75], [40, 36], [74, 1, 1], [75, 0, 1]])
        begin = chance.choice([window.start - 5 * ONE, window.start, some_day(), window.end - 75 * ONE])
        respite = {"LS": "V3", "RNE": chance.choice(["S", "S", "P", None])}
        chain(child(f"V{number}", add_years(begin, -8)), begin, parts, respite)
        # Temporary placements: their length, and where the child goes afterwards.
        for place, days in [*TEMPORARY_LIMITS.items(), ("T0", 5), ("T2", 5)]:
            home: Made = {"PLACE": chance.choice(["U1", "U6"]), "PL_POST": POSTCODES[0]}
            away: Made = {"PLACE": place, "RNE": chance.choice("PPBST"), "LS": chance.choice(["C2", "V3"])}
            back = home | {"RNE": chance.choice(["P", "P", "P", "B", None])}
            back |= chance.choice([{}, {}, {"PLACE": "U4"}, {"PL_POST": "AB11AA"}, {"PL_POST": None}, {"PLACE": None}])
            home |= chance.choice([{}, {}, {}, {"PLACE": None}, {"PL_POST": None}])
            if chance.random() < 0.2:
                blank = {chance.choice(["PLACE", "PL_POST"]): None}
                home, back = home | blank, home | blank | {"RNE": "P"}
            stay = days + chance.choice([0, 1])
            identifier = child(f"{place}{number}", add_years(some_day(), -7) if chance.random() < 0.9 else None)
            chain(identifier, some_day() - 60 * ONE, [30, stay, 40], home, away, back)
            if chance.random() < 0.5:
                chain(identifier, some_day(), [5] * chance.choice([1, 2, 2]), away)
        # A placement, a status or an end at an age.
        for place, age, days in [(place, age, days) for place, ages in AGES.items() for age in ages for days in (0, 1)]:
            day = some_day()
            ended = chance.choice([None, day + 20 * ONE, day + 20 * ONE, day + 20 * ONE])
            identifier = child(f"{place}{age}{number}{days}", add_years(day, -age) + days * ONE)
            episode(identifier, day, ended, PLACE=place, REC="E8" if ended else None)
        for status in ("J1", "J2", "J3"):
            day = some_day()
            episode(child(f"J{number}{status}", beside(add_years(day, -10))), day, day + ONE, LS=status)
        for reason, age in (("E5", 14), ("E6", 14), ("E7", 16), ("E11", 18), ("E12", 18), *GUARDIANSHIP):
            day = some_day()
            born = add_years(beside(day), -age) if chance.random() < 0.9 else dt.date(2008, 2, 29)
            identifier = child(f"{reason}{number}", born)
            adoption = chance.choice([{"PLACE": "A3"}, {"PLACE": "A6"}, {}])
            episode(identifier, day - 90 * ONE, day, REC=reason, **(adoption if reason in ("E11", "E12") else {}))
        for day in (window.start, window.end, some_day()):
            open_at = chance.choice([{"LS": "V2", "PLACE": "K2"}, {"LS": "V2"}, {"PLACE": "K2"}, {"LS": None}])
            identifier = child(f"O{number}{day}", beside(add_years(day, -18)))
            episode(identifier, beside(day), None, **({"RNE": "S"} | open_at))
        # People too old or not yet born, episodes at the ends of time.
        for day in (window.end, add_years(window.start, -25), dt.date(2000, 2, 29)):
            child(f"B{number}{day}", beside(day))
        for day in (window.end, window.end + ONE, dt.date(1991, 10, 13), dt.date(1991, 10, 14), window.start):
            episode(child(f"D{number}{day}", beside(day)), day, beside(day))
            status, reason = chance.choice(["V2", "C2"]), chance.choice(["P", "S", None])
            episode(child(f"E{number}{day}", None), day, beside(day), PLACE="P1", LS=status, RNE=reason)
        # Care leavers.
        for touch in ("DIED", "RHOM", "YES", "YES", None):
            born = beside(add_years(chance.choice([window.start, window.end]), -chance.choice([17, 18])))
            leaver: Made = {"CHILD": child(f"C{touch}{number}", born), "DOB": text(born), "IN_TOUCH": touch}
            leaver |= {"ACTIV": chance.choice(["0", "F1", None]), "ACCOM": chance.choice(["T", "T", "T1", "0", None])}
            if chance.random() < 0.2:
                leaver |= dict.fromkeys(["IN_TOUCH", "ACTIV", "ACCOM"])
            tables.setdefault("OC3", []).append(leaver)
            for _ in range(chance.choice([0, 1, 2])):
                late = leaver | {"IN_TOUCH": chance.choice(["DIED", "NO", None])}
                tables.setdefault("OC3_last", []).append(late)
        # Adoption: decisions about the start of care and of the placement, and where the child was before.
        for place in ("A1", "A2", "A3", "A4", "A5", "A6", "U1", "U2", "U3", "U4", "U5", "U6", "K2", None):
            day = some_day()
            identifier = child(f"A{number}{place}", add_years(day, -3))
            steps = [{"PLACE": place, "RNE": "S", "REC": chance.choice(["E1", "E11", "X1"])}]
            steps += [{"PLACE": chance.choice(["A3", "A5"]), "RNE": chance.choice("PSS"), "REC": "E12"}]
            chain(identifier, day, [chance.choice([0, 30]), 50], *steps)
            match = beside(day + chance.choice([0, 30]) * ONE)
            decided = chance.choice([beside(day), beside(match), match])
            tables.setdefault("AD1", []).append(
                {"CHILD": identifier, "DATE_INT": text(decided), "DATE_MATCH": text(match)}
                | {"FOSTER_CARE": chance.choice(["0", "1", "0", "1", None, "2"])}
            )
        # Episodes out of order in the file, or with the same start; the child is born in between.
        for offsets in ([9, 0, 5], [0, 9, 0], [5, 5, 0, 0], [0, 0, 0]):
            day = some_day()
            identifier = child(f"F{number}{offsets}", day + ONE * chance.choice([0, 1, 3, 6]))
            for offset in offsets:
                episode(identifier, day + offset * ONE, None, RNE=chance.choice(["S", "S", "P", None]))
            tables.setdefault("AD1", []).append({"CHILD": identifier, "DATE_INT": text(day + 3 * ONE)})
        # Episodes of which the start is not known, with and without one that is dated.
        for status in ("L1", "L2", "L3", "J2", "V3"):
            identifier = child(f"N{number}{status}", None)
            for start in (None, None, chance.choice([None, some_day()])):
                reason = chance.choice(["X1", "X1", "E8", None])
                place = chance.choice(["K2", "A3", "A5"])
                episode(identifier, start, chance.choice([None, some_day()]), LS=status, REC=reason, PLACE=place)
        # Children who have respite only, or nearly only; with details that belong to others.
        day = some_day()
        identifier = child(f"R{number}", add_years(day, -9))
        for status in chance.choice([["V3"], ["V4", "V3"], ["V4", "V4"], ["V3", None], ["V3", "C2"]]):
            place = chance.choice(["U1", "U4", "K2", "T1"])
            posts = dict.fromkeys(["HOME_POST", "PL_POST"]) if chance.random() < 0.6 else {}
            episode(identifier, day, day + 3 * ONE, LS=status, PLACE=place, **posts)
            day += 3 * ONE
        for _ in range(chance.choice([0, 0, 1, 2])):
            review = {"REVIEW": chance.choice([None, text(day), "soon"]), "REVIEW_CODE": chance.choice([None, "PN1"])}
            tables.setdefault("Reviews", []).append({"CHILD": identifier} | review)
        # Respite and a review of a child without header.
        episode(f"H{number}", day, None, LS="V3")
        tables.setdefault("Reviews", []).append({"CHILD": f"H{number}", "REVIEW": text(day)})
        # Asylum seekers of this year or last, with or without a postcode.
        identifier = child(f"U{number}", add_years(some_day(), -17))
        for name in chance.sample(["UASC", "UASC_last"], chance.choice([0, 1, 2])):
            details = dict.fromkeys(["SEX", "DOB", "DUC"])
            details |= {chance.choice(["SEX", "DOB", "DUC"]): chance.choice([None, "soon"])}
            tables.setdefault(name, []).append({"CHILD": identifier} | details)
            if name == "UASC_last" and chance.random() < 0.5:
                tables.setdefault("Header_last", []).append({"CHILD": identifier})
        day = some_day()
        ended = {"DOB": text(add_years(day, -18)), "DUC": text(beside(day))}
        seeker = child(f"W{number}", add_years(day, -18))
        tables.setdefault("UASC", []).append({"CHILD": seeker} | ended)
        for posts in ({}, {"HOME_POST": None}):
            episode(seeker, day, None, **posts)
        episode(identifier, day, None, PL_POST=chance.choice([None, "ZZ9 9ZZ", *POSTCODES]))
    if not any("PL_DISTANCE" in row for row in made.tables.get("Episodes", [])):
        for row in tables.get("Episodes", []):
            row.pop("PL_DISTANCE", None)
    return made._replace(tables=tables)
