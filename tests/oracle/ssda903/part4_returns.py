"""Children about whom the rules 561 to 3001, EPI, NoE and SW change their minds, for the random returns."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from oracle.ssda903.common import add_years, words
from oracle.ssda903.returns import DERIVED, ONE, UNREADABLE, Return, written

Made = dict[str, str | None]
REASONS = words("MANAGE FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS")


class Limits:
    """Adds children to a return, each at or beside a limit of some rules."""

    def __init__(self, made: Return, chance: random.Random) -> None:
        self.made, self.chance, self.window = made, chance, made.window
        self.tables = {name: list(table) for name, table in made.tables.items()}
        self.number = 0

    # -- values ---

    def pick(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def rarely(self, probability: float) -> bool:
        return self.chance.random() < probability

    def text(self, day: dt.date | None) -> str | None:
        """The day as text, now and then blank, unreadable or without leading zeros."""
        if day is None or self.rarely(0.04):
            return self.pick(None, "")
        if self.rarely(0.03):
            return self.chance.choice(UNREADABLE)
        return f"{day.day}/{day.month}/{day.year}" if self.rarely(0.1) else written(day)

    def beside(self, day: dt.date) -> dt.date:
        return day + ONE * self.pick(-1, 0, 0, 1)

    def some_day(self) -> dt.date:
        first, last = self.window.start, self.window.end
        return self.pick(first, last, *(first + ONE * self.chance.randrange((last - first).days) for _ in range(3)))

    def identifier(self) -> str | None:
        """A child nobody else is; now and then nobody at all, or the child before."""
        self.number += 1
        if self.rarely(0.04):
            return self.pick(None, "")
        return f"Q{self.number - 1 if self.rarely(0.03) else self.number}"

    def add(self, name: str, **row: str | None) -> None:
        if name in self.tables:
            self.tables[name].append(row)

    def episode(
        self, child: str | None, start: dt.date | None, end: dt.date | None, late: str = "", **values: str | None
    ) -> None:
        row: Made = {"RNE": self.pick("S", "P", "L"), "LS": self.pick("C2", "C2", "V2", "V3", None), "PLACE": "U1"}
        row["REC"] = None if end is None else self.pick("X1", "E4A", "E8", "E3", "E2", "E11")
        row |= {"CHILD": child, "DECOM": self.text(start), "DEC": self.text(end)} | values
        self.tables.get(f"Episodes{late}", []).append(row)

    def header(self, child: str | None, born: dt.date | None, late: str = "", **values: str | None) -> None:
        sex = self.pick("2", "1") if self.window.year < "2024-25" else self.pick("F", "M", "2")
        for _ in range(self.pick(0, 1, 1, 1, 1, 1, 1, 2)):
            other = born if born is None or self.rarely(0.9) else born + self.pick(-1, 1) * ONE
            self.add(f"Header{late}", **({"CHILD": child, "DOB": self.text(other), "SEX": sex} | values))

    def chain(self, child: str | None, start: dt.date, late: str = "") -> list[dt.date]:
        """Some episodes, mostly without a gap, and the days on which they begin and end."""
        days = [start]
        for number in range(count := self.pick(1, 1, 2, 3, 4)):
            end = start + ONE * self.pick(0, 1, 5, 20, 40, 90)
            shown = None if self.rarely(0.5 if number == count - 1 else 0.06) else end
            self.episode(child, start, shown, late)
            days += [start, end]
            start = end + ONE * self.pick(0, 0, 0, 0, 1, 10, -1)
        return days

    # -- children ---

    def leaver(self) -> None:
        """Care leavers by age, last episode and what is said of them."""
        child = self.identifier()
        age = self.pick(16, 17, 17, 18, 18, 19, 20)
        born = add_years(self.beside(self.pick(self.window.start, self.window.end, self.some_day())), -age)
        if self.rarely(0.1):
            born = dt.date(2008, 2, 29)
        self.header(child, born, MOTHER=self.pick("0", "1", None))
        contact = {"IN_TOUCH": self.pick("YES", "NO", None), "ACTIV": self.pick("F1", None)}
        contact["ACCOM"] = self.pick("Z1", "z2", "B1", None)
        other = born if self.rarely(0.8) else self.beside(born)
        for _ in range(self.pick(0, 1, 1, 1, 2)):
            self.add("OC3", CHILD=child, DOB=self.text(other), **contact)
        for _ in range(self.pick(0, 0, 1, 2)):
            self.add("UASC", CHILD=child, DUC=self.text(self.some_day()))
        reached = self.beside(add_years(born, age))
        kind = self.pick("none", "last", "last", "this", "this", "both", "outside")
        start, end = reached - ONE * self.pick(3, 90, 91, 400), self.pick(reached, reached, reached + 5 * ONE, None)
        reason = None if end is None or self.rarely(0.1) else self.pick("E3", "E2", "e11", "E12", "E4A", "X1")
        if kind in ("last", "both"):
            ended = self.pick(None, end)
            self.episode(child, start, ended, "_last", REC=reason if ended else None)
            if self.rarely(0.4):
                self.episode(child, start if self.rarely(0.5) else start - 300 * ONE, self.pick(None, end), "_last")
        if kind in ("this", "both"):
            self.episode(child, start, end, REC=reason)
            if self.rarely(0.4):
                self.episode(child, start if self.rarely(0.5) else start - 300 * ONE, self.pick(None, start))
        if kind == "outside":
            first = self.beside(self.pick(self.window.start - 50 * ONE, self.window.end))
            self.episode(child, first, self.pick(self.beside(self.window.start), first + 10 * ONE))
            self.add("UASC", CHILD=child, DUC=self.text(first))
            self.add("OC3", CHILD=child, DOB=self.text(born), IN_TOUCH="NO")

    def short_care(self) -> None:
        """Days in care after the 14th and 16th birthday, beside 91 and 1."""
        child, day = self.identifier(), self.window.start + ONE * self.chance.randrange(200)
        born = add_years(day, -self.pick(14, 16, 16))
        if self.rarely(0.2):
            day = dt.date(day.year, 2, 28)
            born = dt.date(2008 if day.year % 4 == 0 else 2012, 2, 29)
            day = add_years(born, 16)
        self.header(child, born)
        self.add("OC3", CHILD=child, DOB=written(born), IN_TOUCH="YES")
        length = self.pick(1, 2, 90, 91, 91, 92, 200)
        first = self.pick(day - ONE * (length - 1), day - ONE * (length - 1), day - ONE * length, day)
        late, status = self.pick("", "_last"), self.pick("C2", "C2", "C2", "V3")
        last = self.pick(first + ONE * length, first + ONE * length, None)
        adopted = self.pick("E4A", "E4A", "E4A", "E12")
        cut = first + ONE * self.chance.randrange(length)
        if self.rarely(0.5):
            self.episode(child, first, cut, late, LS="C2", REC="X1")
            self.episode(child, cut, last, "" if self.rarely(0.8) else late, LS=status, REC=adopted)
        else:
            self.episode(child, first, last, late, LS=status, REC=adopted)
        if self.rarely(0.3):
            other = self.pick(None, cut, first + ONE * length)
            self.episode(
                child, first, other, self.pick("", "_last"), LS=self.pick("C2", "V4"), REC=self.pick(adopted, "E4A")
            )
        if self.rarely(0.3):
            first = add_years(born, 15) - ONE * self.pick(95, 91, 90, 80)
            self.episode(child, first, first + ONE * self.pick(89, 90), "_last", LS="C2", REC="E4A")
        if self.rarely(0.1):
            self.episode(child, None, self.pick(None, day + 100 * ONE), self.pick("", "_last"), LS="C2")

    def missing(self) -> None:
        """Missing periods and deprivation of liberty about the days of the episodes."""
        child, start = self.identifier(), self.some_day() - ONE * self.pick(0, 0, 60, 300)
        days = self.chain(child, start) if self.rarely(0.9) else [start]
        days += [self.window.start, self.window.end]
        adult = self.beside(self.chance.choice(days))
        born = add_years(adult, -18) if self.rarely(0.6) else self.beside(self.chance.choice(days))
        if self.rarely(0.1):
            born, adult = dt.date(2008, 2, 29), self.beside(dt.date(2026, 2, 28))
        if self.rarely(0.2):
            self.episode(child, adult - 9 * ONE, adult, REC=self.pick("E8", "E3", None))
            self.add(
                "Missing", CHILD=child, DOB=written(born), MISSING="A", MIS_START=written(adult), MIS_END=written(adult)
            )
        for name, first, last in (("Missing", "MIS_START", "MIS_END"), ("DoLo", "DOLO_START", "DOLO_END")):
            open_before = self.text(self.beside(self.window.start - 9 * ONE))
            for _ in range(self.pick(0, 1, 1, 2)):
                ended = self.pick(None, None, "", "31/13/2025", self.text(self.window.start - ONE))
                began = open_before if self.rarely(0.7) else self.text(self.window.start - 20 * ONE)
                self.add(f"{name}_last", **{"CHILD": child, first: began, last: ended})
            if self.rarely(0.3):
                self.add(name, **{"CHILD": child, first: open_before, last: self.text(self.window.start + 3 * ONE)})
            for _ in range(self.pick(0, 1, 1, 2, 2, 3)):
                began = self.beside(self.chance.choice(days))
                ended = self.pick(
                    None, self.beside(began), self.beside(self.chance.choice(days)), began + ONE * self.pick(0, 5, 30)
                )
                row: Made = {"CHILD": child, "DOB": self.text(born), first: self.text(began), last: self.text(ended)}
                if self.rarely(0.1 if name == "Missing" else 0.25):
                    row[first] = None
                if name == "Missing":
                    row["MISSING"] = self.pick("M", "A", "a", "m", "", None, "X")
                self.add(name, **row)
        if self.rarely(0.2):
            self.episode(child, start, None, PLACE="K1")
            self.add("DoLo", CHILD=child, DOLO_START=self.pick(None, "soon"), DOLO_END=written(start))
        for row in self.tables.get("Episodes", [])[-3:]:
            if row.get("CHILD") == child and self.rarely(0.7):
                row["PLACE"] = self.pick("K1", "P1", "R5", "K3", "K2", "Z12", "Z13", None, "U1", "k2")

    def decisions(self) -> None:
        """Decisions to place for adoption of both years, and the adoption."""
        child, start = self.identifier(), self.some_day() - ONE * self.pick(0, 100, 300)
        days = self.chain(child, start)
        for row in self.tables.get("Episodes", [])[-2:]:
            if row.get("CHILD") == child and self.rarely(0.7):
                row["REC"] = self.pick("E11", "E12", "E11", "X1", None)
        ended = self.beside(self.pick(days[-1], days[-1], self.window.start, self.window.end))
        self.episode(child, ended - 20 * ONE, ended, REC=self.pick("E11", "E12"))
        self.chance.shuffle(days)
        for number in range(self.pick(0, 1, 2, 2, 3)):
            first = self.beside(days[number % len(days)])
            stop = self.pick(None, self.beside(self.chance.choice(days)), self.beside(first))
            row: Made = {"CHILD": child, "DATE_PLACED": self.text(first), "DATE_PLACED_CEASED": self.text(stop)}
            row["REASON_PLACED_CEASED"] = self.pick(None, "RD1", "XX") if stop is None or self.rarely(0.2) else "RD2"
            if self.rarely(0.1):
                row["DATE_PLACED"] = None
            self.add("PlacedAdoption", **row)
            if self.rarely(0.6):
                again = row["DATE_PLACED"] if self.rarely(0.6) else self.text(self.beside(first))
                late = (
                    row
                    | {"DATE_PLACED": again}
                    | self.pick({}, dict.fromkeys(["DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]))
                )
                self.add("PlacedAdoption_last", **late)
        for _ in range(self.pick(0, 1, 1, 2)):
            details: Made = {
                "CHILD": child,
                "DATE_INT": self.text(start),
                "DATE_MATCH": self.text(self.pick(ended, *days)),
            }
            details |= {"FOSTER_CARE": "0", "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L11"}
            if self.rarely(0.4):
                details[self.pick(*words("DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR"))] = None
            elif self.rarely(0.2):
                details = {"CHILD": child}
            self.add("AD1", **details)

    def mother(self) -> None:
        """Girls, and when their first child was born."""
        child = self.identifier()
        born = self.beside(add_years(self.window.start, -self.pick(11, 11, 15)))
        start = self.some_day()
        days = self.chain(child, start) if self.rarely(0.8) else [start]
        first = self.beside(self.pick(born, self.window.start, self.window.end, *days))
        shown = self.text(self.pick(None, first, first))
        mother = self.pick("1", "1", "0", None, None, "1.0", "01", "X")
        self.header(child, born if self.rarely(0.95) else None, MOTHER=mother, MC_DOB=shown)
        before = self.pick(shown, shown, self.text(first), self.text(self.beside(first)), None)
        for _ in range(self.pick(0, 1, 1, 2)):
            self.add("Header_last", CHILD=child, MOTHER=self.pick("0", "0", "0.0", "1", None, "X"), MC_DOB=before)
        if self.rarely(0.7):
            self.episode(child, start, self.beside(self.pick(self.window.start, self.window.end)), LS="C2", REC="E4A")

    def permanence(self) -> None:
        """Earlier permanence beside the first episode, and old episodes."""
        child = self.identifier()
        start = self.beside(
            self.pick(
                self.window.start, self.some_day(), dt.date(2016, 4, 1), dt.date(2016, 3, 31), dt.date(2020, 12, 31)
            )
        )
        month_end = dt.date(start.year, start.month, 1) - ONE
        if self.rarely(0.3):
            start = month_end
        for number in range(self.pick(0, 1, 1, 2)):
            self.episode(child, start - 300 * number * ONE, start, RNE=self.pick("S", "S", "P"))
        months = [f"ZZ/{day.month:02}/{day.year}" for day in (start, month_end)]
        years = [
            f"{day}/ZZ/{start.year + back}" for back in (-1, 0) for day in ("ZZ", "01", "31", f"{start.day}", "32")
        ]
        others = [
            "ZZ/ZZ/ZZZZ",
            "ZZ/ZZ/ZZ",
            "30/02/ZZZZ",
            "29/02/ZZZZ",
            "ZZ/13/2020",
            "1/2",
            "1/2/3/4",
            "zz/zz/1993",
            None,
            "",
        ]
        for _ in range(self.pick(0, 1, 1, 2)):
            when = self.pick(
                self.text(start), self.text(self.beside(start)), *months, self.pick(*years), self.pick(*others)
            )
            row: Made = {"CHILD": child, "DATE_PERM": when, "PREV_PERM": self.pick("P1", "P2", "Z1", "z1", None, "P5")}
            row["LA_PERM"] = self.pick("330", "WAL", "nuk", "940", None, "999", "0330")
            if self.rarely(0.3):
                row |= {"DATE_PERM": self.pick(None, when), "LA_PERM": self.pick(None, "816")}
            self.add("PrevPerm", **row)

    def carried_over(self) -> None:
        """Episodes from before the year, and what last year's return says of them."""
        child, start = self.identifier(), self.beside(self.window.start - ONE * self.pick(0, 1, 50))
        for number in range(self.pick(1, 1, 2)):
            self.episode(child, start + 3 * number * ONE, None)
        for number in range(self.pick(0, 1, 1, 2)):
            self.episode(child, start + ONE * self.pick(0, 0, 0, 1, -1) * (number + 1), self.pick(None, start), "_last")
        if self.rarely(0.3):
            self.add("Header", CHILD=child, DOB="01/01/2015")

    def workers(self) -> None:
        """Social workers who follow each other, or not quite."""
        child, end = self.identifier(), self.window.end
        first = self.pick(
            self.some_day(),
            dt.date(2023, 4, 1),
            dt.date(2023, 4, 1),
            end - ONE * self.pick(3, 40),
            self.window.start - ONE * self.pick(1, 300),
        )
        begin = came = self.beside(first)
        rows: list[Made] = []
        near = [end - ONE * days for days in (7, 6, 6, 5, 5, 4, 0, 0, -1)]
        edges = [self.beside(self.window.start), self.beside(add_years(self.window.start, -1))]
        for _ in range(self.pick(1, 1, 2, 2, 3, 4)):
            stop = self.pick(
                None,
                begin,
                begin + ONE * self.pick(1, 8, 30, 90),
                self.pick(*near),
                self.pick(*near),
                self.pick(*edges),
            )
            row: Made = {"CHILD": child, "SW_DECOM": self.text(begin), "SW_DEC": self.text(stop)}
            row["SW_ID"] = self.pick("SW1", "xx9", "S", "AB1", None, None, "SW4")
            row["SW_REASON"] = self.pick(None, None, "X", "fconta", *REASONS)
            if self.rarely(0.05):
                row["SW_DECOM"] = self.pick(
                    None, "ZZ/05/2025", "zz/zz/zzzz", "ZZ/ZZ/ZZ", "05/ZZ/2024", "ZZ/13/2024", "1/5/25"
                )
            if self.rarely(0.08):
                row["SW_DEC"] = self.pick("ZZ/05/2025", "05/ZZ/ZZZZ", "ZZ/ZZ/ZZ", row["SW_DECOM"], "1-4-2025")
            rows.append(row)
            after = self.pick(self.pick(-8, -7, -6), self.pick(-5, 5), self.pick(0, 0, 6, 7, 8))
            begin = self.pick(begin, begin if stop is None else stop + ONE * after, (stop or begin) + ONE * after)
        if self.rarely(0.3):
            self.chance.shuffle(rows)
        if self.rarely(0.9):
            for row in rows:
                self.add("SWEpisodes", **row)
        if self.rarely(0.2):
            self.add("SWEpisodes", **self.chance.choice(rows))
        day = self.beside(self.pick(first, begin, *edges, end))
        other = self.pick(None, day, self.beside(self.pick(begin, *edges, end)))
        self.episode(child, day, other, RNE=self.pick("S", "P"), REC=self.pick("X1", None, "E4A", "E8"))
        self.episode(child, came - 20 * ONE, self.beside(came), RNE="P", LS="C2", REC="E4A")

    def placement(self) -> None:
        """Places run by the authority, the register, and reasons for a change."""
        child, start = self.identifier(), self.some_day()
        values: Made = {
            "PLACE": self.pick("K1", "K2", "A3", "U6", None, "H5", "r3"),
            "LS": self.pick("C2", "C2", "V3", "v4", None),
        }
        values |= {
            "PLACE_PROVIDER": self.pick("PR1", "PR1", "pr1", "PR0", None),
            "PL_POST": self.pick("AB1 1AA", "CD2 2CC", "ZZ9 9ZZ", None),
        }
        values |= {
            "URN": self.pick("SC000001", "sc000002", "1000003", "9999999", "XXXXXXX", "XXXXXX", "XXXXXXXX", None)
        }
        values |= {"REASON_PLACE_CHANGE": self.pick("CARPL", "carpl", "CUSTOD", "XXX", None)}
        if any(item in row for row in self.made.tables.get("Episodes", []) for item in DERIVED):
            values |= {"PL_LA": self.pick("E06000001", "e06000001", "E06000002", "WAL", None)}
        self.episode(child, start, start + 30 * ONE, **values)


def add_limits(made: Return, chance: random.Random, count: int = 8) -> Return:
    """The return with more children, ``count`` of each kind, each at or beside a limit of some rules."""
    limits = Limits(made, chance)
    # Some rules on social workers were in force in their first year alone.
    workers = 4 if made.window.year == "2023-24" else 2
    for _ in range(count):
        for child in (
            limits.leaver,
            limits.leaver,
            limits.short_care,
            limits.missing,
            limits.decisions,
            limits.mother,
            limits.permanence,
            limits.carried_over,
            *[limits.workers] * workers,
            limits.placement,
        ):
            child()
    return made._replace(tables=limits.tables)
