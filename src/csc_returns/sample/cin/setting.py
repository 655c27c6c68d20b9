"""What a sample is about: its collection year with the dates, codes and working days that hold in it."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
from dataclasses import dataclass
from typing import ClassVar

from csc_returns.sample.dice import Shares
from csc_returns.sample.setting import ETHNICITIES, YearSetting
from csc_returns.specification import bank_holidays

#: Rough shares of codes, made up in the likeness of England's figures; a code that is not named gets ``OTHER``.
SHARES: dict[str, dict[str, float]] = {
    "ethnicity": ETHNICITIES,
    "disability": {
        "NONE": 0, "MOB": 12, "HAND": 4, "PC": 8, "INC": 7, "COMM": 19, "LD": 30, "HEAR": 5,
        "VIS": 5, "BEH": 18, "CON": 4,
        "AUT": 32, "DDA": 14,
    },
    "referral_source": {
        "1A": 5, "1B": 2, "1C": 0.6, "1D": 2, "2A": 18, "2B": 2.5, "3A": 1.5, "3B": 1.8, "3C": 0.8,
        "3D": 2, "3E": 4, "3F": 5,
        "4": 1.3, "5A": 6, "5B": 3, "5C": 3, "5D": 3, "6": 30, "7": 3, "8": 6, "9": 2, "10": 0.6,
    },
    "primary_need": {"N1": 57, "N2": 9, "N3": 3, "N4": 9, "N5": 14, "N6": 3, "N7": 0.5, "N8": 3, "N9": 1, "N0": 0.5},
    "category_of_abuse": {"NEG": 49, "PHY": 7, "SAB": 4, "EMO": 38, "MUL": 2},
    "assessment_factor": {
        "3B": 30, "3A": 8, "3C": 6, "4B": 25, "4A": 13, "4C": 3, "17A": 18, "16A": 15, "2B": 13,
        "2A": 5, "1B": 13, "5A": 10,
        "18A": 1, "18B": 3, "18C": 9, "6B": 7, "6A": 6, "20": 12, "14A": 6, "15A": 5, "11A": 3,
        "24A": 3, "10A": 4, "19A": 0.5,
        "19B": 2, "19C": 3, "7A": 3, "13A": 2, "21": 0,
    },
}  # fmt: skip
OTHER = 0.4

#: Codes in force that the DfE queries from a year on.
QUERIED_SINCE = {"18A": "2024-25", "19A": "2024-25"}


@dataclass(frozen=True)
class Setting(YearSetting):
    """The year and the sender of a sample of the children in need census."""

    collection: ClassVar[str] = "cin"

    @functools.cached_property
    def ethnicities(self) -> Shares:
        """Ethnicities."""
        return self._shares("ChildCharacteristics", "Ethnicity")

    @functools.cached_property
    def disabilities(self) -> Shares:
        """Disabilities, without NONE."""
        return self._shares("Disabilities", "Disability")

    @functools.cached_property
    def sources(self) -> Shares:
        """Referral sources."""
        return self._shares("CINdetails", "ReferralSource")

    @functools.cached_property
    def needs(self) -> Shares:
        """Primary needs."""
        return self._shares("CINdetails", "PrimaryNeedCode")

    @functools.cached_property
    def categories(self) -> Shares:
        """Categories of abuse."""
        return self._shares("ChildProtectionPlans", "InitialCategoryOfAbuse")

    @functools.cached_property
    def factors(self) -> Shares:
        """Assessment factors, without 21 (nothing found)."""
        return self._shares("AssessmentFactorsList", "AssessmentFactors")

    def _shares(self, table: str, item: str) -> Shares:
        list_name = self.specification.tables[table].items[item].code_list or ""
        queried = {code: 0.0 for code, since in QUERIED_SINCE.items() if self.year >= since}
        return self.shares_of(table, item, SHARES[list_name] | queried, OTHER)

    @functools.cached_property
    def _working_days(self) -> list[dt.date]:
        first, last = self.start.toordinal() - 366 * 8, self.end.toordinal() + 366 * 2
        days = (dt.date.fromordinal(day) for day in range(first, last))
        holidays = bank_holidays()
        return [day for day in days if day.weekday() < 5 and day not in holidays]

    def working_day(self, day: dt.date, count: int = 0) -> dt.date:
        """The working day ``count`` working days after (or before) the first one that is not earlier than ``day``."""
        place = bisect.bisect_left(self._working_days, day) + count
        return self._working_days[min(max(place, 0), len(self._working_days) - 1)]

    @functools.cached_property
    def last_working_day(self) -> dt.date:
        """Last working day of the year."""
        return self._working_days[bisect.bisect_right(self._working_days, self.end) - 1]
