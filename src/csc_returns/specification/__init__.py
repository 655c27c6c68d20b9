"""schemas/ as one typed specification for a collection and a year."""

from csc_returns.specification.load import (
    COLLECTIONS,
    FIRST_RULE_YEAR,
    bank_holiday_years,
    bank_holidays,
    code_lists,
    data_folder,
    local_authorities,
    specification,
    whole_specification,
)
from csc_returns.specification.model import (
    Code,
    Item,
    ItemRule,
    Specification,
    Table,
    Years,
    period_of,
    year_ending,
    year_of,
)

__all__ = [
    "COLLECTIONS",
    "FIRST_RULE_YEAR",
    "Code",
    "Item",
    "ItemRule",
    "Specification",
    "Table",
    "Years",
    "bank_holiday_years",
    "bank_holidays",
    "code_lists",
    "data_folder",
    "local_authorities",
    "period_of",
    "specification",
    "whole_specification",
    "year_ending",
    "year_of",
]
