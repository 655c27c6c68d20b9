"""Small random SSDA903 returns of two years, thick with the days and values at which rules change their minds."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, NamedTuple

import polars as pl
from oracle.ssda903.common import Reference, Tables, Window, add_years, window_of, words

YEARS = ("2022-23", "2023-24", "2024-25", "2025-26", "2026-27")
ONE = dt.timedelta(days=1)

COLUMNS = {
    "Header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "Episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    "Reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "UASC": "CHILD SEX DOB DUC",
    "OC2": "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT "
    "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    "OC3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "AD1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
    "PlacedAdoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
    "PrevPerm": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
    "Missing": "CHILD DOB MISSING MIS_START MIS_END",
    "SWEpisodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
    "DoLo": "CHILD DOB DOLO_START DOLO_END",
}
DERIVED = ("PL_LA", "PL_LOCATION", "PL_DISTANCE")
SINCE = {"SWEpisodes": "2023-24", "DoLo": "2026-27"}

ETHNIC = words("WBRI WIRI WOTH WIRT WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT")
LEGAL = words("C1 C2 C2 D1 E1 V2 V2 J1 J2 J3 L1 L2 L3")
NEED = words("N1 N2 N3 N4 N5 N6 N7 N8")
TEMPORARY = words("T0 T1 T2 T3 T4")
OTHER = words("K1 K2 K3 P1 P3 R1 R2 R3 R5 S1 H5 P2 Z1 Z11 Z12 Z13 Z14")
FOSTER = words("U1 U2 U3 U4 U5 U6")
ADOPTIVE = words("A3 A4 A5 A6")
PROVIDER = words("PR0 PR1 PR2 PR3 PR4 PR5")
CEASED = words("E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17")
CHANGE = words("CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD CUSTOD OTHER")
TOUCH = words("YES NO DIED REFU NREQ RHOM")
ACTIVITY = words("F1 P1 F2 P2 F4 P4 F5 P5 G4 G5 G6 0 0 0 F3 P3")
HOUSING = words(
    "B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S2 T1 T1 T2 T2 U1 U2 V1 V2 W1 W2 X2 Y1 Y2 Z1 Z1 Z2 Z2 0 0 0 S1 X1"
)
PARTICIPATION = [f"PN{number}" for number in range(8)]
ADOPTERS = words("M1 F1 MM FF MF")
UNION = words("L0 L11 L12 L2 L3 L4")
WORKER_REASON = words("MANAGE FCONTA FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS")
URNS = ["SC000001", "SC000002", "1000003", "1000004", "XXXXXXX", "1000009"]
POSTCODES = [
    "AB1 1AA",
    "AB1 1AB",
    "CD2 2CC",
    "EF3 3EE",
    "GH4 4GG",
    "IJ5 5II",
    "KL66KK",
    "MN7 7MM",
    "OP8 8OO",
    "QR9 9QQ",
]
DISTRICTS = [
    "E06000001",
    "E06000001",
    "E06000002",
    "E07000008",
    "E07000032",
    "S12000033",
    "W06000015",
    "N09000003",
    "E07999999",
]
UNREADABLE = ["31/04/2025", "2025-04-01", "01/04/25", "29/02/2023", "soon", "01/04/2025 00:00:00", "1-4-2025"]


class Return(NamedTuple):
    """A return with last year's tables ("Episodes_last"), and what it is checked with."""

    tables: Tables
    window: Window
    reference: Reference


class Spell(NamedTuple):
    """An episode before the noise."""

    start: dt.date
    end: dt.date | None
    values: dict[str, str | None]


def written(day: dt.date | None) -> str | None:
    return None if day is None else day.strftime("%d/%m/%Y")


class Generator:
    """One random return for a collection year."""

    def __init__(self, seed: int, year: str) -> None:
        self.random = random.Random(f"{seed} {year}")
        self.year = year
        self.window = window_of(year)
        self.before = window_of(f"{int(year[:4]) - 1}-{year[2:4]}")
        self.noise = 0.0
        names = [name for name in COLUMNS if SINCE.get(name, "") <= year]
        self.tables: dict[str, list[dict[str, str | None]]] = {}
        for name in names:
            self.tables[name] = []
            self.tables[name + "_last"] = []
        self.columns_given = self.chance(0.65)
        self.asylum_given = self.chance(0.45)

    # -- values ---

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, *values: Any) -> Any:
        return self.random.choice(values)

    def code(self, known: list[str], blank: float = 0.0) -> str | None:
        """One of the codes; now and then a blank, a wrong code or small letters."""
        if self.chance(blank) or self.chance(self.noise / 4):
            return self.pick(None, "")
        if self.chance(self.noise / 4):
            return self.pick("X", "1", "9", "Q9", "N0", "Z1", "P1", "0")
        value = self.random.choice(known)
        return value.lower() if self.chance(self.noise / 3) else value

    def flag(self, blank: float = 0.0) -> str | None:
        if self.chance(self.noise / 4):
            return self.pick("2", "Y", "true", "01")
        return self.code(["0", "1"], blank)

    def date(self, day: dt.date | None, blank: float = 0.0) -> str | None:
        """The day as text; now and then a day beside it, another day, a blank or something unreadable."""
        if day is None:
            return self.near(self.days) if self.chance(self.noise / 5) else self.pick(None, "")
        if self.chance(blank) or self.chance(self.noise / 6):
            return self.pick(None, "")
        if self.chance(self.noise / 6):
            return self.random.choice(UNREADABLE)
        if self.chance(self.noise / 3):
            day = self.pick(day + ONE, day - ONE, self.random.choice(self.days))
        if self.chance(self.noise / 5):
            return f"{day.day}/{day.month}/{day.year}"
        return written(day)

    def near(self, days: list[dt.date]) -> str | None:
        return written(self.random.choice(days) + self.pick(-1, 0, 0, 1) * ONE)

    def inside(self, window: Window) -> dt.date:
        return window.start + ONE * self.random.randrange((window.end - window.start).days + 1)

    # -- days ---

    def birth(self, ages: list[int]) -> dt.date:
        age = self.random.choice(ages)
        anchor = self.pick(
            self.window.start,
            self.window.end,
            self.inside(self.window),
            self.inside(self.window),
            self.inside(self.before),
        )
        born = add_years(anchor + self.pick(-1, 0, 0, 1) * ONE, -age)
        if self.chance(0.15):
            leap = born.year - born.year % 4
            born = dt.date(leap, 2, 29)
        elif self.chance(0.1):
            born = dt.date(self.window.end.year - age, 8, 31) + self.pick(-1, 0, 1) * ONE
        return born

    def choose_days(self, born: dt.date) -> None:
        """The days that matter for a child: both windows, the birthdays in them, and a few at random."""
        days = [
            self.window.start,
            self.window.start,
            self.window.end,
            self.before.start,
            self.before.end,
            dt.date(self.window.end.year, 3, 24),
            *(self.inside(self.window) for _ in range(4)),
            *(self.inside(self.before) for _ in range(2)),
        ]
        if self.year in ("2023-24", "2024-25"):
            days += [dt.date(2023, 10, 28), dt.date(2023, 10, 29), dt.date(2023, 4, 1)]
        for age in (0, 4, 10, 11, 14, 16, 17, 18):
            day = add_years(born, age)
            if self.before.start - 30 * ONE <= day <= self.window.end + 30 * ONE:
                days += [day, day]
        self.days = days

    # -- episodes ---

    def placement(self, kind: str) -> dict[str, str | None]:
        """Placement, provider, postcodes and URN that mostly go together."""
        # H5 and P2 went in 2023-24, with rules of that year alone.
        other = [*OTHER, *(["H5", "H5", "H5", "P2"] if self.year == "2023-24" else [])]
        place = self.random.choice({"adopted": ADOPTIVE, "temporary": TEMPORARY, "other": other}.get(kind, FOSTER))
        without = place in (*TEMPORARY, "Z1", "Z11", "Z12", "Z13", "Z14")
        bare = without or place in ("P1", "P3", "R1", "R2", "R5")
        provider = None if without else "PR0" if place == "P1" and self.chance(0.6) else self.random.choice(PROVIDER)
        return {
            "PLACE": place,
            "PLACE_PROVIDER": provider if not self.chance(0.04 + self.noise / 3) else self.code(PROVIDER, 0.4),
            "PL_POST": self.random.choice(POSTCODES),
            "URN": None if bare != self.chance(0.6 if place == "H5" else 0.06) else self.random.choice(URNS),
        }

    def geography(self, values: dict[str, str | None]) -> dict[str, str | None]:
        """PL_LA, PL_LOCATION and PL_DISTANCE as columns."""
        authority = self.pick("E06000001", "E06000001", "E06000002", "E10000003", "WAL", "SCO", "NIR", None)
        if self.chance(0.08):
            authority = self.pick("CON", "NUK", "C1")
        where = None if authority is None else "IN" if authority == "E06000001" else "OUT"
        distance = self.pick(
            "0.0", "3.2", "3.4", "3.5", "19.9", "20.0", "349.9", "350.0", "350.1", "999.9", "1000.0", "-0.1", None
        )
        if values.get("HOME_POST") is None:
            distance = distance if self.chance(0.3) else None
        if self.chance(self.noise / 3):
            where = self.pick("IN", "OUT", None)
        return {"PL_LA": authority, "PL_LOCATION": where, "PL_DISTANCE": distance}

    def career(self, kind: str) -> list[Spell]:
        """A child's episodes over two years: mostly chains without a gap, now and then a gap or an overlap."""
        if kind == "year":
            begin = self.before.start - ONE * self.random.randrange(900)
        elif kind == "old":
            begin = self.pick(
                dt.date(2015, 3, 31),
                dt.date(2015, 4, 1),
                dt.date(2005, 12, 30),
                dt.date(2005, 12, 29),
                dt.date(2016, 4, 1),
            )
            begin += self.pick(-1, 0, 1) * ONE
        else:
            begin = self.random.choice([self.inside(self.before), self.inside(self.window), *self.days])
        spells: list[Spell] = []
        status, need, home = self.random.choice(LEGAL), self.random.choice(NEED), self.random.choice(POSTCODES)
        if kind == "respite":
            status = self.pick("V3", "V3", "V4")
        reason, placement = "S", self.placement(self.pick("foster", "foster", "other"))
        geography = self.geography({"HOME_POST": home})
        for number in range(self.pick(1, 1, 2, 2, 3, 3, 4, 5)):
            length = (
                self.pick(0, 1, 2, 3, 4, 7, 8, 17, 18, 21, 22, 42, 43, 90, 200)
                if self.chance(0.6)
                else self.random.randrange(1, 300)
            )
            later = [day for day in self.days if day > begin]
            end: dt.date | None = self.random.choice(later) if later and self.chance(0.5) else begin + ONE * length
            if kind == "old" or (kind == "year" and number == 0):
                end = self.random.choice(later) if later else end
            values: dict[str, str | None] = {
                "RNE": reason, "LS": status, "CIN": need, "HOME_POST": home, "REC": "X1", "REASON_PLACE_CHANGE": None,
                **placement, **geography,
            }  # fmt: skip
            if status in ("V3", "V4") and self.chance(0.8):
                values |= {"HOME_POST": None, "PL_POST": None, "URN": None}
            spells.append(Spell(begin, end, values))
            leave = self.chance(0.12 if kind == "year" else 0.3) or kind == "respite"
            begin = end if end is not None else begin
            if leave:
                values["REC"] = self.random.choice(CEASED)
                begin += ONE * self.pick(0, 0, 1, 1, 6, 7, 20, 100)
                reason, status, need = (
                    "S",
                    status if kind == "respite" else self.random.choice(LEGAL),
                    self.random.choice(NEED),
                )
                continue
            begin += ONE * (self.pick(-1, 1, -20) if self.chance(0.06) else 0)
            reason = self.pick("L", "P", "P", "T", "B", "U")
            if reason in "LBU" or self.chance(0.06):
                status = self.random.choice(LEGAL)
            if reason in "PTBU" or self.chance(0.06):
                back = spells[-2].values if len(spells) > 1 and self.chance(0.5) else None
                kept = ("PLACE", "PLACE_PROVIDER", "PL_POST", "URN")
                old = placement
                placement = (
                    {item: back[item] for item in kept}
                    if back
                    else self.placement(self.pick("foster", "other", "temporary"))
                )
                if reason in "TU" and not self.chance(0.2):
                    placement |= {"URN": old["URN"], "PLACE_PROVIDER": old["PLACE_PROVIDER"], "PL_POST": old["PL_POST"]}
                geography = self.geography({"HOME_POST": home}) if self.chance(0.7) else geography
                if self.chance(0.6):
                    values["REASON_PLACE_CHANGE"] = self.random.choice(CHANGE)
            if self.chance(0.06):
                need = self.random.choice(NEED)
        last = spells[-1]
        if kind == "adopted":
            last.values.update(self.placement("adopted"))
            last.values.update({"REC": self.pick("E11", "E12"), "LS": self.pick("E1", "E1", "C2")})
        elif kind != "respite" and self.chance(0.55):
            last.values["REC"] = None
            spells[-1] = last._replace(end=None)
        elif kind != "respite" or self.chance(0.85):
            last.values["REC"] = self.random.choice(CEASED)
        return spells

    def episode(self, child: str | None, spell: Spell, window: Window) -> dict[str, str | None]:
        """An episode as a return writes it: one that ends after the window is still open."""
        end, values = spell.end, spell.values
        if end is not None and end > window.end and not self.chance(0.05 + self.noise / 3):
            end, values = None, {**values, "REC": None, "REASON_PLACE_CHANGE": None}
        row: dict[str, str | None] = {"CHILD": child, "DECOM": self.date(spell.start)}
        for item in words("RNE LS CIN PLACE PLACE_PROVIDER"):
            row[item] = (
                values[item]
                if not self.chance(self.noise / 3)
                else self.code([values[item] or "", *LEGAL, *FOSTER, "T1"])
            )
        row["DEC"] = self.date(end)
        row["REC"] = values["REC"] if end is not None or self.chance(self.noise) else None
        if self.chance(self.noise / 4):
            row["REC"] = self.code([*CEASED, "X1", "X1"], 0.3)
        for item in ("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"):
            row[item] = values[item]
        if self.chance(self.noise / 2):
            row["REASON_PLACE_CHANGE"] = self.code(CHANGE, 0.3)
        for item in ("HOME_POST", "PL_POST"):
            if self.chance(self.noise / 3):
                row[item] = self.pick(None, "", "ZZ9 9ZZ", "AB11AA", "ab1 1aa", "CD 22CC", "AB1 1AA", "CD2 2CC")
        if self.chance(self.noise / 3):
            row["URN"] = self.pick(None, "SC12345", "sc000001", "XXXXXX", "1234567", "12345678", "xxxxxxx")
        for item in DERIVED:
            row[item] = values[item]
        if self.chance(self.noise / 4):
            row |= self.geography(row)
        return row

    # -- a child ---

    def add(self, name: str, row: dict[str, str | None]) -> None:
        if name in self.tables:
            self.tables[name].append(row)

    def child(self, number: int) -> None:
        self.noise = self.pick(0.0, 0.0, 0.05, 0.1, 0.1, 0.3)
        kind = self.pick("year", "year", "care", "care", "adopted", "leaver", "leaver", "asylum", "respite", "old")
        ages = {
            "leaver": [17, 18, 19, 20, 21, 25],
            "adopted": [1, 3, 5, 18],
            "asylum": [10, 11, 16, 17, 18],
            "respite": [4, 12],
        }
        born = self.birth(ages.get(kind, [0, 1, 3, 4, 4, 5, 9, 10, 10, 11, 13, 14, 15, 16, 16, 17, 17, 18, 18, 25]))
        self.choose_days(born)
        child: str | None = (
            f"A{number}" if not self.chance(0.04) else self.pick(f"a{number}", f"A{number - 1}", None, "")
        )
        birth = {"CHILD": child, "DOB": self.date(born)}
        spells = self.career(self.pick("year", "care") if kind == "asylum" else kind)
        both = self.chance(0.75)
        for late, window in (("", self.window), ("_last", self.before)):
            if late and not both:
                continue
            touching = [
                spell for spell in spells if spell.start <= window.end and (spell.end or window.end) >= window.start
            ]
            if not touching and (kind != "leaver" and self.chance(0.9)):
                continue
            noise, self.noise = self.noise, self.noise / 2 if late else self.noise
            rows = [self.episode(child, spell, window) for spell in touching if not self.chance(self.noise / 10)]
            if self.chance(self.noise / 4):
                self.random.shuffle(rows)
            if rows and self.chance(self.noise / 4):
                rows.append(dict(self.random.choice(rows)))
            self.tables["Episodes" + late] += rows
            self.person(birth, born, kind, late)
            self.health(birth, kind, late)
            self.adoption(birth, kind, late, spells)
            self.events(birth, late, window, touching)
            self.noise = noise

    def person(self, birth: dict[str, str | None], born: dt.date, kind: str, late: str) -> None:
        """Header, asylum seeking and earlier permanence."""
        year = self.before.year if late else self.year
        sexes = ["M", "F", "F", "U"] if year >= "2024-25" else ["1", "2", "2"]
        if late and self.chance(0.1):
            sexes = ["M", "F", "1", "2"]
        sex = self.sexes.setdefault((birth["CHILD"], late), self.code(sexes))
        upn = self.code(
            [*words("UN1 UN1 UN2 UN3 UN4 UN4 UN5"), "A123456789012", "H801200001001", "H80120000100B"], 0.15
        )
        if self.chance(self.noise / 2):
            upn = self.pick(
                "I123456789012",
                "A12345678901",
                "A1234567890123",
                "AB23456789012",
                "UN6",
                "a12345678901b",
                "A123456789O12",
            )
        if late and self.chance(0.6):
            upn = self.tables["Header"][-1]["UPN"] if self.tables["Header"] else upn
        mother = self.flag(0.5)
        first = (
            born + dt.timedelta(days=365 * self.pick(12, 14, 16))
            if self.chance(0.5)
            else self.random.choice([born, *self.days])
        )
        row = {
            "CHILD": birth["CHILD"],
            "SEX": sex,
            "DOB": self.date(born),
            "ETHNIC": self.code(ETHNIC[:2] if self.chance(0.8) else ETHNIC),
            "UPN": upn,
            "MOTHER": mother,
            "MC_DOB": self.date(first if mother == "1" or self.chance(0.1) else None),
        }
        asylum = (kind == "asylum" and self.chance(0.85)) or self.chance(0.04)
        if self.asylum_given:
            row["UASC"] = (
                self.pick("1", "1", "0", "2", "1.0", "01", "", "X")
                if self.chance(self.noise)
                else ("1" if asylum and self.chance(0.9 if late else 0.7) else "0")
            )
        if not self.chance(self.noise / 4):
            self.add("Header" + late, row)
            if self.chance(self.noise / 4):
                self.add(
                    "Header" + late,
                    {**row, "UPN": upn, "DOB": self.date(born), "SEX": self.code(sexes), "MOTHER": self.flag(0.3)},
                )
        if asylum:
            grown = add_years(born, 18)
            ended = self.pick(grown, grown, None, *self.days, grown + ONE, add_years(self.before.start, -1))
            if not late and self.tables["UASC"] and self.chance(0.2):
                ended = grown
            self.add(
                "UASC" + late,
                {**birth, "SEX": sex if not self.chance(self.noise) else self.code(sexes), "DUC": self.date(ended)},
            )
            if self.chance(self.noise / 5):
                self.add("UASC" + late, {**birth, "SEX": sex, "DUC": self.date(grown)})
        if self.chance(0.5):
            none = self.chance(0.4)
            order = {
                "PREV_PERM": "Z1" if none else self.code(words("P1 P2 P3 P4 Z1"), 0.1),
                "LA_PERM": None
                if none != self.chance(0.1)
                else self.pick("330", "WAL", "SCO", "NIR", "NUK", "999", "940", "000", "wal", ""),
                "DATE_PERM": None
                if none != self.chance(0.1)
                else self.pick(
                    "zz/05/2020",
                    "zz/zz/2021",
                    "ZZ/ZZ/ZZZZ",
                    "01/zz/2020",
                    "zz/13/2020",
                    "2020-01-01",
                    self.near(self.days),
                    self.date(born),
                ),
            }
            self.add("PrevPerm" + late, {**birth, **order})

    def health(self, birth: dict[str, str | None], kind: str, late: str) -> None:
        """OC2 and OC3."""
        if self.chance({"year": 0.8, "leaver": 0.1}.get(kind, 0.3)):
            misuse = self.flag(0.2)
            help_given = self.flag(0.2 if misuse == "1" else 0.9)
            score = (
                self.pick("0", "12", "40", "41", "-1", "20.0", "3.5", "x", None, None, None)
                if self.chance(0.6)
                else None
            )
            row = {
                **birth,
                "SDQ_SCORE": score,
                "SDQ_REASON": self.code(words("SDQ1 SDQ1 SDQ2 SDQ3 SDQ4 SDQ5"), 0.5),
                "CONVICTED": self.flag(0.5),
                "HEALTH_CHECK": self.flag(0.6),
                **{item: self.flag(0.06) for item in ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT")},
                "SUBSTANCE_MISUSE": misuse,
                "INTERVENTION_RECEIVED": help_given,
                "INTERVENTION_OFFERED": self.flag(0.3 if help_given == "0" else 0.9),
            }
            if self.chance(0.1):
                row = {**birth, "SDQ_SCORE": score}
            self.add("OC2" + late, row)
            if self.chance(self.noise / 4):
                self.add("OC2" + late, {**row, "SDQ_SCORE": None, "TEETH_CHECK": None})
        if self.chance(0.8 if kind == "leaver" else 0.1):
            touch = self.code(TOUCH, 0.08)
            silent = touch in ("DIED", "RHOM") and self.chance(0.7)
            row = {
                **birth,
                "IN_TOUCH": touch,
                "ACTIV": "0" if silent else self.code(ACTIVITY, 0.08),
                "ACCOM": "0" if silent else self.code(HOUSING, 0.08),
            }
            if self.chance(0.08):
                row |= {"IN_TOUCH": None, "ACTIV": None, "ACCOM": None}
            self.add("OC3" + late, row)
            if self.chance(self.noise / 4):
                self.add("OC3" + late, {**row, "IN_TOUCH": self.code(TOUCH)})

    def adoption(self, birth: dict[str, str | None], kind: str, late: str, spells: list[Spell]) -> None:
        """AD1 and PlacedAdoption."""
        starts = [spell.start for spell in spells]
        if self.chance(0.85 if kind == "adopted" else 0.06):
            decided = self.random.choice([*starts, *self.days])
            row = {
                **birth,
                "DATE_INT": self.date(decided),
                "DATE_MATCH": self.date(self.random.choice([decided, *starts, *self.days])),
                "FOSTER_CARE": self.flag(0.06),
                "NB_ADOPTR": self.code(["1", "2", "2"], 0.06),
                "SEX_ADOPTR": self.code(ADOPTERS, 0.06),
                "LS_ADOPTR": self.code(UNION, 0.06),
            }
            if self.chance(0.06):
                row = {**birth}
            self.add("AD1" + late, row)
            if self.chance(self.noise / 4):
                self.add("AD1" + late, {**row, "NB_ADOPTR": self.code(["1", "2"])})
        if self.chance(0.85 if kind == "adopted" else 0.2):
            decisions = sorted(self.random.choice([*starts, *self.days]) for _ in range(self.pick(1, 1, 1, 2, 3)))
            if late == "_last" and self.tables["PlacedAdoption"] and self.chance(0.7):
                same = [row for row in self.tables["PlacedAdoption"] if row["CHILD"] == birth["CHILD"]]
                for row in same:
                    closed = self.chance(0.3)
                    self.add(
                        "PlacedAdoption_last",
                        {**row, **({} if closed else dict.fromkeys(("DATE_PLACED_CEASED", "REASON_PLACED_CEASED")))},
                    )
                return
            for place, day in enumerate(decisions):
                ceased = self.chance(0.6 if place < len(decisions) - 1 else 0.25)
                stop = self.random.choice([day, day - ONE, *(one for one in [*decisions, *self.days] if one >= day)])
                self.add("PlacedAdoption" + late, {
                    **birth,
                    "DATE_PLACED": self.date(day, 0.03),
                    "DATE_PLACED_CEASED": self.date(stop if ceased else None),
                    "REASON_PLACED_CEASED": self.code(words("RD1 RD2 RD3 RD4"), 0.05 if ceased else 0.96),
                })  # fmt: skip

    def events(self, birth: dict[str, str | None], late: str, window: Window, spells: list[Spell]) -> None:
        """Reviews, missing periods, social workers and deprivation of liberty."""
        days = [day for day in self.days if window.start <= day <= window.end]
        days += [spell.start for spell in spells] + [spell.end for spell in spells if spell.end is not None] or [
            window.start
        ]
        days += [day + self.pick(-1, 1) * ONE for day in days[:3]]
        for _ in range(self.pick(0, 0, 1, 1, 2, 3)):
            self.add("Reviews" + late, {
                **birth,
                "REVIEW": self.date(self.random.choice(days), 0.03),
                "REVIEW_CODE": self.code([*PARTICIPATION, "PN0", "PN0"], 0.04),
            })  # fmt: skip
        for name, code, first, last in (
            ("Missing", "MISSING", "MIS_START", "MIS_END"),
            ("DoLo", None, "DOLO_START", "DOLO_END"),
        ):
            known = self.random.sample(days, min(len(days), self.pick(0, 0, 0, 2, 2, 4)))
            if name + late in self.tables:
                for place, (begin, end) in enumerate(self.in_pairs(known)):
                    row: dict[str, str | None] = {**birth}
                    if code is not None:
                        row[code] = self.code(["M", "A"], 0.04)
                    row[first] = self.date(begin, 0.03)
                    row[last] = self.date(end, 0.3 if place * 2 + 2 >= len(known) else 0.05)
                    self.add(name + late, row)
        starts = sorted(spell.start for spell in spells)
        if "SWEpisodes" + late in self.tables and starts and self.chance(0.8):
            begin = starts[0]
            worker = f"SW{self.random.randrange(10)}"
            for place in range(count := self.pick(1, 1, 2, 3)):
                later = [day for day in [*days, window.end] if day > begin]
                end = self.random.choice(later) if later and (place < count - 1 or self.chance(0.3)) else None
                known = (
                    [worker, "XX1", "SW", "SWETEST"] if not self.chance(self.noise / 3) else ["X1", None, "A123", "sw1"]
                )
                self.add("SWEpisodes" + late, {
                    **birth,
                    "SW_ID": self.pick(*known),
                    "SW_DECOM": self.date(begin, 0.03),
                    "SW_DEC": self.date(end),
                    "SW_REASON": self.code(WORKER_REASON, 0.06),
                })  # fmt: skip
                begin = (end or begin) + ONE * self.pick(0, 0, 0, 0, 1, 7, 8, -7, -8)

    def in_pairs(self, days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
        if self.chance(0.8):
            days = sorted(days)
        return list(zip(days[::2], days[1::2], strict=False))

    # -- the whole ---

    def references(self) -> Reference:
        providers = None
        if self.chance(0.8):
            providers = []
            for urn in ["SC000001", "SC000002", "1000003", "1000004", *(["SC000001"] if self.chance(0.3) else [])]:
                places = self.random.sample([*FOSTER, "K1", "K2", "K3", "R3", "S1"], self.pick(0, 3, 6, 9))
                providers.append(
                    {
                        "URN": urn,
                        "POSTCODE": self.pick(*POSTCODES[:4], "ab11aa", None),
                        "PLACE_CODES": ",".join(places) or None,
                        "PROVIDER_CODES": ",".join(self.random.sample(PROVIDER, self.pick(0, 2, 4))) or None,
                        "REG_END": self.pick(
                            None,
                            None,
                            *(
                                (self.random.choice(self.days) + self.pick(-1, 0, 0, 1) * ONE).isoformat()
                                for _ in range(3)
                            ),
                        ),
                    }
                )
            if self.chance(0.3):
                for entry in providers:
                    entry["LA_CODE_INFERRED"] = self.pick("E06000001", "E06000002", "E10000003", None)
        postcodes: list[dict[str, str | None]] | None = None
        if not self.columns_given or self.chance(0.5):
            postcodes = []
            for place, postcode in enumerate(POSTCODES[:9]):
                postcodes.append(
                    {
                        "pcd": postcode,
                        "laua": DISTRICTS[place] if not self.chance(0.05) else None,
                        "oseast1m": self.pick(
                            "400000", "400000", "405150", "432186", str(self.random.randrange(100000, 600000))
                        ),
                        "osnrth1m": self.pick("300000", "332186", str(self.random.randrange(10000, 900000)), "1200000"),
                    }
                )
            if self.chance(0.1) and not self.columns_given:
                postcodes = None
        authority = self.pick("E06000001", "E06000001", "E10000003") if self.chance(0.9) else None
        return Reference(providers, postcodes, authority)

    def make(self, count: int) -> Return:
        self.sexes: dict[tuple[str | None, str], str | None] = {}
        for number in range(1, count + 1):
            self.child(number)
        reference = self.references()
        for name in ("Episodes", "Episodes_last"):
            if not self.columns_given:
                for row in self.tables[name]:
                    for item in DERIVED:
                        row.pop(item, None)
        return Return(self.tables, self.window, reference)


def make_return(seed: int, year: str, count: int = 4) -> Return:
    """A random return of some children: table → rows → item → text or None."""
    return Generator(seed, year).make(count)


def _frame(name: str, table: list[dict[str, str | None]]) -> pl.DataFrame:
    columns = list(
        dict.fromkeys([*COLUMNS[name.removesuffix("_last")].split(), *(column for row in table for column in row)])
    )
    frame = pl.DataFrame(
        {column: [row.get(column) for row in table] for column in columns}, schema=dict.fromkeys(columns, pl.String)
    )
    return frame.cast({"PL_DISTANCE": pl.Float64}) if "PL_DISTANCE" in columns else frame


def arguments(made: Return) -> dict[str, Any]:
    """A return as what ``csc_returns.check`` takes; no previous return when none of last year's tables is there."""
    this = {name: _frame(name, table) for name, table in made.tables.items() if not name.endswith("_last")}
    last = {
        name.removesuffix("_last"): _frame(name, table) for name, table in made.tables.items() if name.endswith("_last")
    }
    reference = {}
    for name, entries in (("providers", made.reference.providers), ("postcodes", made.reference.postcodes)):
        if entries is not None:
            columns = list(entries[0])
            reference[name] = pl.DataFrame(
                {column: [entry[column] for entry in entries] for column in columns},
                schema=dict.fromkeys(columns, pl.String),
            )
    return {
        "tables": this,
        "previous": last or None,
        "reference": reference or None,
        "local_authority": made.reference.local_authority,
        "year": made.window.year,
    }
