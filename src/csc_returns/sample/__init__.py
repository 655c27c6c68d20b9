"""Invented returns to try things on: nobody in them exists."""

from csc_returns.sample.generate import (
    DEFAULT_LOCAL_AUTHORITY,
    DEFAULT_YEAR,
    MOST_CHILDREN,
    check_wishes,
    sample_records,
    write_sample,
)
from csc_returns.sample.write import write_xml

__all__ = [
    "DEFAULT_LOCAL_AUTHORITY",
    "DEFAULT_YEAR",
    "MOST_CHILDREN",
    "check_wishes",
    "sample_records",
    "write_sample",
    "write_xml",
]
