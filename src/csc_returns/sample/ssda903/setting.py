"""What a sample of children looked after is about: codes and their shares, and where the children live."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import ClassVar

from csc_returns.sample.dice import Shares
from csc_returns.sample.setting import ETHNICITIES, YearSetting
from csc_returns.sample.ssda903.places import Places, places

_NEEDS = {"N1": 65, "N2": 3, "N3": 3, "N4": 7, "N5": 14, "N6": 1.5, "N7": 0.3, "N8": 6}
_REASONS = {
    "CARPL": 45, "CLOSE": 3, "ALLEG": 2, "STAND": 2, "APPRR": 1, "CREQB": 15, "CREQO": 12, "CHILD": 6, "LAREQ": 8,
    "OTHER": 6,
}  # fmt: skip
_ACTIVITIES = {
    "F1": 6, "P1": 1, "F2": 20, "P2": 4, "F3": 15, "P3": 4, "F4": 3, "P4": 0.5, "F5": 13, "P5": 4, "G4": 10, "G5": 18,
    "G6": 6,
}  # fmt: skip
_ACCOMMODATION = {
    "B1": 14, "C1": 2, "D1": 20, "E1": 4, "K1": 2, "R2": 1, "S2": 1, "T1": 2, "U1": 35, "V2": 1, "W2": 1, "X2": 3,
    "Y1": 3,
}  # fmt: skip
_WORKER_REASONS = {
    "MANAGE": 15,
    "LEFTRL": 30,
    "ORGRST": 8,
    "TSPROC": 25,
    "ABSENC": 8,
    "CHCHAN": 1,
    "PCCHAN": 2,
    "OTHERS": 5,
}


@dataclass(frozen=True)
class Setting(YearSetting):
    """The year and the sender of a sample of children looked after."""

    collection: ClassVar[str] = "ssda903"

    @functools.cached_property
    def before(self) -> Setting | None:
        """The setting of the year before; None before the first year held."""
        years = self.specification.years
        place = years.index(self.year)
        return Setting(years[place - 1], self.local_authority) if place else None

    @functools.cached_property
    def start_before(self) -> dt.date:
        """First day of the year before."""
        return dt.date(self.start.year - 1, 4, 1)

    @functools.cached_property
    def places(self) -> Places:
        """Postcodes and providers."""
        return places(self.local_authority, self.year)

    @functools.cached_property
    def sexes(self) -> tuple[str, str]:
        """Codes of male and female."""
        return ("M", "F") if "M" in self.codes("Header", "SEX") else ("1", "2")

    @functools.cached_property
    def ethnicities(self) -> Shares:
        """Ethnicities."""
        return self.shares_of("Header", "ETHNIC", ETHNICITIES)

    @functools.cached_property
    def needs(self) -> Shares:
        """Categories of need."""
        return self.shares_of("Episodes", "CIN", _NEEDS)

    @functools.cached_property
    def reasons(self) -> Shares:
        """Reasons for a change of placement, custody and a mere change of status left out."""
        return self.shares_of("Episodes", "REASON_PLACE_CHANGE", _REASONS)

    @functools.cached_property
    def activities(self) -> Shares:
        """What care leavers do."""
        return self.shares_of("OC3", "ACTIV", _ACTIVITIES)

    @functools.cached_property
    def accommodation(self) -> Shares:
        """Where care leavers live."""
        return self.shares_of("OC3", "ACCOM", _ACCOMMODATION)

    @functools.cached_property
    def worker_reasons(self) -> Shares:
        """Why another social worker took over."""
        return self.shares_of("SWEpisodes", "SW_REASON", _WORKER_REASONS)

    @functools.cached_property
    def guardianship(self) -> tuple[str, ...]:
        """Codes of special guardianship: to a former foster carer, then to others."""
        return ("E45", "E46", "E47", "E48") if self.year >= "2018-19" else ("E43", "E43", "E44", "E44")

    @functools.cached_property
    def semi_independent(self) -> str | None:
        """Placement of those of 16 or over who need less support; None in the year in which it changed."""
        return "K3" if self.year >= "2024-25" else "H5" if self.year <= "2022-23" else None

    @functools.cached_property
    def other_places(self) -> tuple[str, ...]:
        """Codes of other placements."""
        return ("Z11", "Z12", "Z13", "Z14") if self.year >= "2025-26" else ("Z1",)
