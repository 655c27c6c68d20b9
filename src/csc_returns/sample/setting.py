"""What every sample is about: a collection year with its dates and codes, and who sends the return."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from csc_returns.sample.dice import Shares
from csc_returns.specification import Specification, local_authorities, period_of, specification

#: Rough shares of ethnicities, made up in the likeness of England's figures.
ETHNICITIES: dict[str, float] = {
    "WBRI": 66, "WIRI": 0.4, "WIRT": 0.3, "WOTH": 6, "WROM": 0.9, "MWBC": 3.2, "MWBA": 1.4, "MWAS": 1.5, "MOTH": 3.3,
    "AIND": 1.1, "APKN": 2.8, "ABAN": 1.3, "AOTH": 2, "BCRB": 1.8, "BAFR": 4.2, "BOTH": 1.6, "CHNE": 0.2, "OOTH": 2.6,
    "REFU": 0.6, "NOBT": 3.5,
}  # fmt: skip

#: Authorities that UPNs may come from only from this year on.
NEW_AUTHORITIES = {"942": "2023-24", "943": "2023-24"}


@dataclass(frozen=True)
class YearSetting:
    """The year and the sender of a sample of one collection."""

    year: str
    local_authority: str

    collection: ClassVar[str]

    @functools.cached_property
    def specification(self) -> Specification:
        """Tables, items and codes of the year."""
        return specification(self.collection, self.year)

    @functools.cached_property
    def start(self) -> dt.date:
        """First day of the collection year."""
        return period_of(self.year)[0]

    @functools.cached_property
    def end(self) -> dt.date:
        """Last day of the collection year."""
        return period_of(self.year)[1]

    def has(self, table: str, item: str | None = None) -> bool:
        """Whether the year has a table, or an item in it."""
        tables = self.specification.tables
        return table in tables and (item is None or item in tables[table].items)

    def codes(self, table: str, item: str) -> tuple[str, ...]:
        """Codes in force of an item."""
        return self.specification.tables[table].items[item].codes or ()

    @functools.cached_property
    def authorities(self) -> list[str]:
        """Authorities that a UPN may have come from."""
        return [code for code in sorted(local_authorities()) if self.year >= NEW_AUTHORITIES.get(code, "")]

    def shares_of(self, table: str, item: str, shares: Mapping[str, float], other: float = 0.0) -> Shares:
        """Codes in force of an item with their shares; a code that is not named has the share ``other``."""
        return Shares({code: share for code in self.codes(table, item) if (share := shares.get(code, other)) > 0})
