"""Small random CIN returns, thick with the days and values at which rules change their minds."""

from __future__ import annotations

import datetime as dt
import random

import polars as pl
from oracle.common import Tables, Window, add_months, add_years, window_of, words, working_days_before

YEARS = ("2022-23", "2023-24", "2024-25", "2025-26", "2026-27")

COLUMNS = {
    "Header": "Collection Year ReferenceDate",
    "ChildIdentifiers": "LAchildID UPN FormerUPN UPNunknown PersonBirthDate ExpectedPersonBirthDate GenderCurrent Sex "
    "PersonDeathDate",
    "ChildCharacteristics": "LAchildID Ethnicity",
    "Disabilities": "LAchildID Disability",
    "CINdetails": "LAchildID CINdetailsID CINreferralDate ReferralSource PrimaryNeedCode CINclosureDate "
    "ReasonForClosure DateOfInitialCPC ReferralNFA",
    "Assessments": "LAchildID CINdetailsID AssessmentID AssessmentActualStartDate AssessmentInternalReviewDate "
    "AssessmentAuthorisationDate",
    "AssessmentFactorsList": "LAchildID CINdetailsID AssessmentID AssessmentFactors",
    "CINplanDates": "LAchildID CINdetailsID CINPlanStartDate CINPlanEndDate",
    "Section47": "LAchildID CINdetailsID S47ActualStartDate InitialCPCtarget DateOfInitialCPC ICPCnotRequired",
    "ChildProtectionPlans": "LAchildID CINdetailsID CPPID CPPstartDate CPPendDate InitialCategoryOfAbuse "
    "LatestCategoryOfAbuse NumberOfPreviousCPP",
    "Reviews": "LAchildID CINdetailsID CPPID CPPreviewDate",
}

ETHNICITIES = words(
    "ABAN AIND AOTH APKN BAFR BCRB BOTH CHNE MOTH MWAS MWBA MWBC NOBT OOTH REFU WBRI WIRI WIRT WOTH WROM"
)
DISABILITIES = words("NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA")
SOURCES = words("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10")
NEEDS = [f"N{number}" for number in range(10)]
REASONS = words("RC1 RC2 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC8 RC9 RC9")
ABUSE = words("NEG PHY SAB EMO MUL")
FACTORS = words(
    "1A 1B 1C 2A 2B 2C 3A 3B 3C 4A 4B 4C 5A 5B 5C 6A 6B 6C 7A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A 14A 15A 16A 17A 18A "
    "18B 18C 19A 19B 19C 20 21 22A 23A 24A 21 21 21 21 18A 19A 18A 19A"
)
FLAGS = ["0", "1", "true", "false"]
UNREADABLE = ["2025-02-30", "31/03/2025", "2025-6-1", "soon", "20250601"]
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN_AREAS = words(
    "001 005 006 201 213 214 301 320 321 329 330 336 344 345 359 360 373 384 394 420 660 681 701 708 709 803 804 808 "
    "813 814 815 816 817 823 824 825 826 827 831 835 841 845 846 850 852 853 855 857 861 865 880 896 897 908 909 916 "
    "919 921 925 926 927 928 929 931 933 935 938 939 940 941 942 943 944 000 999"
)


class Generator:
    """One random return for a collection year."""

    def __init__(self, seed: int, year: str) -> None:
        self.random = random.Random(f"{seed} {year}")
        self.year = year
        self.noise = self.random.choice([0.0, 0.02, 0.1, 0.1, 0.3])
        self.tables: dict[str, list[dict[str, str | None]]] = {name: [] for name in COLUMNS}

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    # -- values ---

    def blank(self) -> str | None:
        return self.random.choice([None, None, "", "  "])

    def spoil(self, value: str) -> str | None:
        """A value as people send it: lower case, padded, unknown, blank."""
        return self.random.choice([value.lower(), value + " ", " " + value, "X", "99", value + "A", self.blank()])

    def code(self, known: list[str], blank: float = 0.0) -> str | None:
        if self.chance(blank):
            return self.blank()
        value = self.random.choice(known)
        return self.spoil(value) if self.chance(self.noise) else value

    def flag(self, true: float = 0.35, blank: float = 0.0) -> str | None:
        if self.chance(blank + self.noise / 3):
            return self.blank()
        if self.chance(self.noise):
            return self.random.choice(["TRUE", "True", "FALSE", "False", "2", "yes", "1 ", " 0", "tRUE"])
        return self.random.choice(["1", "true"]) if self.chance(true) else self.random.choice(["0", "false"])

    def date(self, days: list[dt.date], blank: float = 0.0) -> str | None:
        if self.chance(blank):
            return self.blank()
        if self.chance(self.noise / 3):
            return self.random.choice([*UNREADABLE, self.blank()])
        day = self.random.choice(days).isoformat()
        return f" {day} " if self.chance(self.noise / 5) else day

    def upn(self) -> str | None:
        """Mostly one with the right check letter, sometimes a spoilt one."""
        if self.chance(0.3):
            return self.blank()
        area = self.random.choice(UPN_AREAS if self.chance(0.5) else ["350", "942", "301"])
        digits = area + "".join(self.random.choice("0123456789") for _ in range(9))
        total = 0
        for position in range(2, 14):
            total += position * int(digits[position - 2])
        good = UPN_LETTERS[total % 23] + digits
        if not self.chance(0.2 + self.noise):
            return good
        letter, place = self.random.choice("AbIOSsZ"), self.random.randrange(1, 13)
        return self.random.choice(
            [
                good.lower(),
                self.random.choice(UPN_LETTERS) + digits,
                good[:-1] + letter,
                good[:place] + letter + good[place + 1 :],
                good[:2] + letter + good[3:],
                good[:4],
                good[:5],
                good[: self.random.randint(1, 12)],
                good + "1",
                good + "A",
                good + " ",
                " " + good[1:],
                good[:-1] + " ",
                good[:-1] + "\u0663",
                good[:place] + "\u00e9" + good[place + 1 :],
                "X",
            ]
        )

    # -- days ---

    def choose_days(self, window: Window) -> None:
        """A handful of days for this return, so that equal and neighbouring dates are common."""
        one = dt.timedelta(days=1)
        special = [
            window.start,
            window.end,
            working_days_before(window.start, 1),
            working_days_before(window.end, 15),
            working_days_before(window.end, 14),
            working_days_before(window.end, 45),
            working_days_before(window.end, 44),
            dt.date(2013, 4, 1),
            window.start + dt.timedelta(days=self.random.randrange(365)),
            window.start + dt.timedelta(days=self.random.randrange(365)),
        ]
        around = [day + self.random.choice([-one, dt.timedelta(0), one]) for day in special]
        inside = [day for day in around if window.start <= day <= window.end] or [window.end]
        middle = window.start + dt.timedelta(days=self.random.randrange(10, 350))
        near = [middle + dt.timedelta(days=number) for number in range(self.random.randint(2, 6))]
        if self.chance(0.4):
            self.days = near + self.random.sample(inside, min(2, len(inside)))
        else:
            self.days = near[:3] + self.random.sample(around, 4)
        early = self.random.choice(self.days)
        births = [
            dt.date(window.end.year - 6, 8, 31),
            add_years(window.end, -6),
            add_years(window.end, -25),
            add_years(early, -25),
            dt.date(window.end.year - 25, 2, 28),
            early + dt.timedelta(days=280),
            early,
            window.end,
            add_years(window.end, -self.random.randint(0, 18)),
        ]
        leap = window.end.year - 25
        leap -= leap % 4
        leap_days = [dt.date(year, 2, 29) for year in (leap, leap + 4, leap + 8, leap - 4)]
        self.births = [day + self.random.choice([-one, dt.timedelta(0), one]) for day in births]
        self.births.append(self.random.choice(leap_days))
        expected = [
            window.end - dt.timedelta(days=30),
            add_months(window.end, 9),
            early + dt.timedelta(days=280),
            window.end + dt.timedelta(days=self.random.randrange(300)),
        ]
        self.expected = [day + self.random.choice([-one, dt.timedelta(0), one]) for day in expected]

    # -- tables ---

    def header(self) -> None:
        number = int(self.year[:4]) + 1
        row: dict[str, str | None] = {"Collection": "CIN", "Year": str(number), "ReferenceDate": f"{number}-03-31"}
        if self.chance(0.25):
            row["ReferenceDate"] = self.random.choice(
                [
                    f"{number}-03-30",
                    f"{number}-02-28",
                    f"{number - 1}-03-31",
                    f"{number}-04-01",
                    "2024-02-29",
                    "31/03/2026",
                    f" {number}-03-31 ",
                    None,
                    "",
                ]
            )
        if self.chance(0.1):
            row["Year"] = self.random.choice([str(number - 1), None, "", "year", "26"])
        if not self.chance(0.04):
            self.tables["Header"].append(row)

    def child(self, identifier: str | None) -> None:
        born = self.chance(0.75)
        self.tables["ChildIdentifiers"].append(
            {
                "LAchildID": identifier,
                "UPN": self.upn(),
                "FormerUPN": self.upn() if self.chance(0.5) else None,
                "UPNunknown": self.code([f"UN{number}" for number in range(1, 9)] + ["UN7", "UN7"], blank=0.4),
                "PersonBirthDate": self.date(self.births) if born else self.blank(),
                "ExpectedPersonBirthDate": self.date(self.expected) if born == self.chance(0.07) else self.blank(),
                "GenderCurrent": self.code(["1", "2", "0", "9"], blank=self.noise / 3),
                "Sex": self.code(["M", "F", "U" if self.chance(0.3) or not born else "M"], blank=self.noise / 3),
                "PersonDeathDate": self.date([*self.days, *self.births[-4:]], blank=0.7),
            }
        )
        if self.chance(0.95):
            row = {"LAchildID": identifier, "Ethnicity": self.code(ETHNICITIES)}
            self.tables["ChildCharacteristics"].append(row)
        many = self.random.choice([0, 1, 1, 1, 2, 3, self.random.randint(4, 10)])
        for _ in range(many):
            known = ["NONE"] if many == 1 and self.chance(0.5) else DISABILITIES[0 if self.chance(0.2) else 1 :]
            if self.chance(0.15):
                known = ["NONE", "MOB"]
            self.tables["Disabilities"].append(
                {"LAchildID": identifier, "Disability": self.code(known, blank=self.noise / 3)}
            )
        for number in range(1, self.random.choice([0, 1, 1, 1, 2, 2, 3]) + 1):
            self.episode(identifier, str(number))

    def episode(self, identifier: str | None, number: str) -> None:
        keys: dict[str, str | None] = {"LAchildID": identifier, "CINdetailsID": number}
        closed = self.chance(0.5)
        self.tables["CINdetails"].append(
            keys
            | {
                "CINreferralDate": self.date(self.days),
                "ReferralSource": self.code(SOURCES, blank=self.noise / 3),
                "PrimaryNeedCode": self.code(NEEDS, blank=0.1),
                "CINclosureDate": self.date(self.days, blank=0.05) if closed else self.blank(),
                "ReasonForClosure": self.code(REASONS, blank=0.05 if closed else 0.95),
                "DateOfInitialCPC": self.date(self.days, blank=0.6),
                "ReferralNFA": self.flag(0.25),
            }
        )
        for count in range(1, self.random.choice([0, 0, 1, 1, 1, 2, 3]) + 1):
            assessment = keys | {"AssessmentID": str(count)}
            self.tables["Assessments"].append(
                assessment
                | {
                    "AssessmentActualStartDate": self.date(self.days),
                    "AssessmentInternalReviewDate": self.date(self.days, blank=0.5),
                    "AssessmentAuthorisationDate": self.date(self.days, blank=0.3),
                }
            )
            for _ in range(self.random.choice([0, 1, 1, 2, 2, 3])):
                known = self.random.choice([FACTORS, ["21"], ["1A", "18A"], FACTORS])
                self.tables["AssessmentFactorsList"].append(
                    assessment | {"AssessmentFactors": self.code(known, blank=self.noise / 3)}
                )
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
            self.tables["CINplanDates"].append(
                keys
                | {
                    "CINPlanStartDate": self.date(self.days, blank=0.03),
                    "CINPlanEndDate": self.date(self.days, blank=0.4),
                }
            )
        for _ in range(self.random.choice([0, 0, 1, 1, 2, 3])):
            self.tables["Section47"].append(
                keys
                | {
                    "S47ActualStartDate": self.date(self.days, blank=0.05),
                    "InitialCPCtarget": self.date(self.days, blank=0.3),
                    "DateOfInitialCPC": self.date(self.days, blank=0.5),
                    "ICPCnotRequired": self.flag(0.4),
                }
            )
        for count in range(1, self.random.choice([0, 0, 0, 1, 1, 2]) + 1):
            plan = keys | {"CPPID": str(count)}
            self.tables["ChildProtectionPlans"].append(
                plan
                | {
                    "CPPstartDate": self.date(self.days, blank=0.03),
                    "CPPendDate": self.date(self.days, blank=0.5),
                    "InitialCategoryOfAbuse": self.code(ABUSE, blank=self.noise / 3),
                    "LatestCategoryOfAbuse": self.code(ABUSE, blank=self.noise / 3),
                    "NumberOfPreviousCPP": self.random.choice(["0", "1", "2", "10", "-1", "1.5", "x", None, "", "00"])
                    if self.chance(self.noise)
                    else "0",
                }
            )
            for _ in range(self.random.choice([0, 0, 1, 2])):
                self.tables["Reviews"].append(plan | {"CPPreviewDate": self.date(self.days, blank=self.noise / 3)})

    def identifier(self, number: int) -> str | None:
        if self.chance(self.noise / 2):
            return self.blank()
        if self.chance(self.noise):
            odd = ["A 1", "A-1", "Zo\u00eb", "A" * 20, "A" * 21, "\u00eb" * 20, "\u00eb" * 21]
            return self.random.choice([*odd, "a1", "A1 ", "A_1", "A1", "A1"])
        return f"A{number}"

    def disturb(self) -> None:
        """Lose rows, so that others are orphans; copy rows; blank or change keys; lose a column or shuffle a table."""
        for name, table in self.tables.items():
            if name == "Header" or not table:
                continue
            if self.chance(self.noise / 2):
                table.pop(self.random.randrange(len(table)))
            if table and self.chance(self.noise / 2):
                table.append(dict(self.random.choice(table)))
            if table and self.chance(self.noise / 2):
                row = self.random.choice(table)
                key = self.random.choice([key for key in words(COLUMNS[name]) if key.endswith("ID")])
                row[key] = self.random.choice([self.blank(), "1", "2", "9", "A1"])
            if self.chance(0.2):
                self.random.shuffle(table)
            if table and self.chance(self.noise / 20):
                column = self.random.choice(words(COLUMNS[name]))
                for row in table:
                    row.pop(column, None)

    def crowd(self) -> None:
        """Up to a round fifty (or hundred) children of whom few have no known sex: the threshold of 2886Q."""
        total = self.random.choice([49, 50, 51, 99, 100, 101])
        while len(self.tables["ChildIdentifiers"]) < total:
            number = len(self.tables["ChildIdentifiers"])
            sex, gender = ("U", "0") if number in (10, 60) else ("M", "1")
            self.tables["ChildIdentifiers"].append(
                {"LAchildID": f"C{number}", "Sex": sex, "GenderCurrent": gender, "PersonBirthDate": "2015-01-01"}
            )

    def make(self, families: int) -> Tables:
        self.header()
        number = 0
        for _ in range(families):
            self.noise = self.random.choice([0.0, 0.02, 0.1, 0.1, 0.3])
            self.choose_days(window_of(self.tables, self.year))
            for _ in range(self.random.randint(1, 4)):
                number += 1
                self.child(self.identifier(number))
            self.disturb()
        if self.chance(0.04):
            self.crowd()
        return self.tables


def make_return(seed: int, year: str, families: int = 1) -> Tables:
    """The tables of a random return: table -> rows -> item -> text or None.

    A family is one to four children who share a few days. Returns of many families try more cases for each call of
    ``check``, which takes as long for a large return as for a small one.
    """
    return Generator(seed, year).make(families)


def frames(tables: Tables) -> dict[str, pl.DataFrame]:
    """The same tables as text frames, for ``csc_returns.check``."""
    made = {}
    for name, table in tables.items():
        columns = list(dict.fromkeys(column for row in table for column in row)) if table else words(COLUMNS[name])
        made[name] = pl.DataFrame(
            {column: [row.get(column) for row in table] for column in columns},
            schema=dict.fromkeys(columns, pl.String),
        )
    return made
