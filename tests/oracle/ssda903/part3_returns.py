"""Children crowded onto a few days and values, for the random returns: there the rules 411 to 560 change their minds."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from oracle.ssda903.common import add_years, words
from oracle.ssda903.returns import (
    ADOPTERS,
    ADOPTIVE,
    CEASED,
    DERIVED,
    FOSTER,
    ONE,
    OTHER,
    POSTCODES,
    PROVIDER,
    TEMPORARY,
    UNION,
    UNREADABLE,
    URNS,
    Return,
)

Made = dict[str, str | None]

#: Pairs of these are 0.2 miles apart, or as good as, or a little less.
DISTANCES = words("0.1 0.3 10.0 10.1 10.2 10.3 349.9 350.0 350.1 350.2 350.3 999.9 1000.0")
AUTHORITIES = ["E06000001", "E06000002", "E10000003", "WAL", "SCO"]
STATUSES = ["C2", "V2", "E1", "E1", "D1", "V3", "V4"]
PLACES = [*ADOPTIVE, *ADOPTIVE, *words("P1 P1 H5 K3 Z1 Z11 Z12 Z13 Z14 R2 R5"), *FOSTER, *TEMPORARY, *OTHER]
REASONS = ["X1", "X1", "X1", "E11", "E11", "E12", "E17", "E45", "E46", "E2", "E15", "E43", "e4a", *CEASED]


class Crowd:
    """Adds children to a return; what a child's rows hold comes from very few values, so that they are often equal."""

    def __init__(self, made: Return, chance: random.Random) -> None:
        self.made, self.chance = made, chance
        self.tables = {name: [dict(row) for row in table] for name, table in made.tables.items()}

    def few(self, known: Sequence[str], blank: float = 0.3) -> list[str | None]:
        """One to three of the values, perhaps with a blank among them."""
        kept: list[str | None] = [self.chance.choice(known) for _ in range(self.chance.choice([1, 1, 2, 3]))]
        return [*kept, self.chance.choice([None, ""])] if self.chance.random() < blank else kept

    def choose_days(self) -> list[dt.date]:
        """Three to five days that lie beside each other, at the edges of the year, or where an order began or ended."""
        window, chance = self.made.window, self.chance
        length = (window.end - window.start).days
        middle = window.start + ONE * chance.randrange(length)
        edges = [window.start - ONE, window.start, window.start + ONE, window.end - ONE, window.end, window.end + ONE]
        old = [dt.date(2005, 11, 30), dt.date(2005, 12, 1), dt.date(2005, 12, 31), dt.date(2006, 1, 1)]
        inside = [middle, middle + ONE, middle + 7 * ONE]
        pools = [edges, edges, [*inside, *edges], [*inside[:2], *edges[:3]], old]
        return chance.choices(chance.choice(pools), k=chance.choice([3, 4, 5]))

    def written(self, day: dt.date) -> str:
        """The day, sometimes with one digit for a day or month below ten."""
        if self.chance.random() < 0.15:
            return f"{day.day}/{day.month}/{day.year}"
        return day.strftime("%d/%m/%Y")

    def day(self, blank: float = 0.1) -> str | None:
        """One of the child's days; now and then blank or unreadable."""
        if self.chance.random() < blank:
            return self.chance.choice([None, ""])
        if self.chance.random() < 0.06:
            return self.chance.choice(UNREADABLE)
        return self.written(self.chance.choice(self.days))

    def birth(self) -> str | None:
        """A birthday that reaches an age of interest on, before or after a day of interest."""
        if self.chance.random() < 0.1:
            return self.chance.choice([None, "29/02/2020", "29/02/2016", "29/02/2008", "31/04/2012"])
        age = self.chance.choice([4, 4, 5, 10, 18])
        day = self.chance.choice([*self.days, self.made.window.end]) + ONE * self.chance.choice([-1, 0, 0, 1])
        return self.written(add_years(day, -age))

    def episodes(self, child: str | None, ordered: bool) -> list[Made]:
        """Up to four episodes; ordered: each begins where the last one ended, mostly."""
        pools: dict[str, Sequence[str | None]] = {
            "RNE": self.few(["S", "L", "P", "T", "U", "B"], 0.15),
            "LS": self.few(STATUSES, 0.15),
            "CIN": self.few(["N1", "N2"], 0.15),
            "PLACE": self.few(PLACES, 0.15),
            "PLACE_PROVIDER": self.few(PROVIDER, 0.3),
            "REC": self.few(REASONS, 0.3),
            "HOME_POST": [POSTCODES[0]],
            "PL_POST": self.few(POSTCODES),
            "URN": self.few(URNS),
            "PL_LA": self.few(AUTHORITIES),
            "PL_LOCATION": self.few(["IN", "OUT"]),
            "PL_DISTANCE": [self.chance.choice(DISTANCES), self.chance.choice([*DISTANCES, None])],
        }
        often: list[dict[str, Sequence[str | None]]] = [
            {"PLACE": ["P1"], "PLACE_PROVIDER": PROVIDER, "LS": ["V3", "V4"]},
            {"LS": ["E1"], "REC": ["E11", "E12", "E4A"]},
            {"PLACE": FOSTER, "REC": ["E45", "E46"]},
            {"LS": ["D1", "E1"], "REC": ["E17", "X1"]},
        ]
        if self.chance.random() < 0.4:
            pools |= self.chance.choice(often)
        made: list[Made] = []
        for _ in range(self.chance.choice([1, 1, 2, 2, 3, 4])):
            row: Made = {"CHILD": child, "DECOM": self.day(0.06), "DEC": self.day(0.4)}
            row |= {item: self.chance.choice(pool) for item, pool in pools.items()}
            if ordered and made and made[-1]["DEC"] and self.chance.random() < 0.8:
                row["DECOM"] = made[-1]["DEC"]
            if row["DEC"] in (None, "") and self.chance.random() < 0.7:
                row["REC"] = row["DEC"]
            made.append(row)
        return made

    def last_year(self, this_year: list[Made]) -> list[Made]:
        """Other episodes, or those of this year with changes, open or not."""
        if self.chance.random() < 0.3:
            return self.episodes(this_year[0]["CHILD"], ordered=False)
        made = []
        for row in self.chance.choices(this_year, k=self.chance.choice([1, 1, 2])):
            old = dict(row)
            for item in self.chance.sample(sorted(old), self.chance.choice([0, 1, 2])):
                if item != "CHILD":
                    old[item] = self.chance.choice([this_year[-1][item], None])
            old["DEC"] = self.chance.choice([None, None, "", "31/04/2025", self.day()])
            if self.chance.random() < 0.3:
                old["PLACE"] = self.chance.choice(["H5", "Z1"])
                row["PLACE"] = self.chance.choice(["K3", "K3", "Z11", "Z12", "Z13", "Z14", "Z1", "H5"])
            made.append(old)
        return made

    def add(self, name: str, *table: Made) -> None:
        """Rows for a table, if the return of that year has it."""
        if name in self.tables:
            self.tables[name] += table

    def adoption(self, child: str | None, birth: str | None) -> None:
        """Decisions, adopters, and decisions of last year that mostly resemble them."""
        details: Made
        decisions: list[Made] = []
        often = self.chance.choice([0.4, 0.9])
        for _ in range(self.chance.choice([0, 1, 1, 2, 3])):
            stop = self.chance.random() < often
            decision: Made = {"CHILD": child, "DOB": birth, "DATE_PLACED": self.day()}
            decision["DATE_PLACED_CEASED"] = self.day(0.04) if stop else self.chance.choice([None, ""])
            decision["REASON_PLACED_CEASED"] = self.chance.choice(
                ["RD1", "RD4", None] if stop else [None, "", None, "RD2"]
            )
            decisions.append(decision)
        self.add("PlacedAdoption", *decisions)
        for decision in decisions:
            if self.chance.random() < 0.7:
                changed = {"DATE_PLACED": self.chance.choice([decision["DATE_PLACED"], self.day(0.3)])}
                ended = {"DATE_PLACED_CEASED": self.chance.choice([None, "", decision["DATE_PLACED_CEASED"]])}
                self.add("PlacedAdoption_last", {**decision, **changed, **ended})
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            details = {
                "DATE_INT": self.day(),
                "DATE_MATCH": self.day(),
                "FOSTER_CARE": self.chance.choice(["0", "1", None]),
                "NB_ADOPTR": self.chance.choice(["1", "2", "2", None, "02"]),
                "SEX_ADOPTR": self.chance.choice([*ADOPTERS, None, "mf", "X"]),
                "LS_ADOPTR": self.chance.choice([*UNION, "l0", None]),
            }
            if self.chance.random() < 0.2:
                kept = self.chance.choice([*details, "CHILD"])
                details = {item: value if item == kept else None for item, value in details.items()}
            self.add("AD1", {"CHILD": child, "DOB": birth} | details)

    def child(self, number: int) -> None:
        """A child in all tables that these rules read."""
        self.days = self.choose_days()
        child = f"K{number}" if self.chance.random() < 0.94 else self.chance.choice([None, "", f"k{number - 1}"])
        birth = self.birth()
        if self.chance.random() < 0.9:
            rows = self.episodes(child, ordered=self.chance.random() < 0.5)
            if self.chance.random() < 0.2:
                self.chance.shuffle(rows)
            self.add("Episodes", *rows)
            if self.chance.random() < 0.75:
                self.add("Episodes_last", *self.last_year(rows))
        elif self.chance.random() < 0.5:
            self.add("Episodes_last", *self.episodes(child, ordered=True))
        for _ in range(self.chance.choice([0, 1, 1, 1, 2])):
            upn = self.chance.choice([None, "", "UN1", "un5", "UN6", f"A12345678901{number % 5}", "a123456789011"])
            self.add("Header", {"CHILD": child, "DOB": self.chance.choice([birth, birth, self.birth()]), "UPN": upn})
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            code = self.chance.choice(["PN0", "PN0", "PN1", "pn2", "PN3", "PN4", "PN5", "PN6", "PN7", "PN8", None])
            self.add("Reviews", {"CHILD": child, "DOB": birth, "REVIEW": self.day(), "REVIEW_CODE": code})
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            outcome: Made = {"CHILD": child, "DOB": birth}
            for item in ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE"):
                outcome[item] = "1" if self.chance.random() < 0.85 else self.chance.choice([None, "", "X"])
            for item in ("CONVICTED", "HEALTH_CHECK"):
                outcome[item] = self.chance.choice(["0", "1", None, "", "2"])
            self.add("OC2", outcome)
        self.adoption(child, birth)

    def steady(self, number: int) -> None:
        """A child in care nearly all year, whose episodes begin and end about the edges of the year."""
        window = self.made.window
        self.days = [edge + step * ONE for edge in (window.start, window.end) for step in (-1, 0, 1)]
        child = f"Y{number}"
        row: Made = {
            "CHILD": child,
            "DECOM": self.day(0.05),
            "RNE": self.chance.choice(["S", "S", "P", None]),
            "LS": self.chance.choice(["C2", "C2", "C2", "V3", "V4", None]),
            "PLACE": "U1",
            "PLACE_PROVIDER": "PR1",
            "DEC": self.day(0.3),
            "REC": self.chance.choice(["X1", "X1", "E4A", "x1", None]),
        }
        self.add("Episodes", row)
        if self.chance.random() < 0.3:
            reason = self.chance.choice(["P", "S"])
            self.add("Episodes", row | {"DECOM": row["DEC"], "DEC": self.day(0.5), "RNE": reason})
        age = self.chance.choice([5, 10])
        day = add_years(window.end + ONE * self.chance.choice([-1, 0, 1]), -age)
        outcome: Made = {"CHILD": child, "DOB": self.written(day)}
        outcome["CONVICTED"] = self.chance.choice([None, "0"])
        outcome["HEALTH_CHECK"] = self.chance.choice([None, "0"])
        self.add("OC2", outcome)

    def derived_columns(self) -> None:
        """In all rows of a table or in none: as the return had them, sometimes not in one of the two years."""
        for name in ("Episodes", "Episodes_last"):
            before = self.made.tables.get(name, [])
            for item in DERIVED:
                given = not before or item in before[0]
                if not given or self.chance.random() < 0.06:
                    for row in self.tables.get(name, []):
                        row.pop(item, None)


def add_crowd(made: Return, chance: random.Random, count: int) -> Return:
    """The return with so many more children on few days, and a third as many who are in care about all year."""
    crowd = Crowd(made, chance)
    for number in range(count):
        crowd.child(number)
        if number % 3 == 0:
            crowd.steady(number)
    crowd.derived_columns()
    return made._replace(tables=crowd.tables)
