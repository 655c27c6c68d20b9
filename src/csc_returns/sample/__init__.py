"""Invented returns to try things on: nobody in them exists."""

from csc_returns.sample.cin.generate import sample_records, write_sample
from csc_returns.sample.ssda903.generate import sample_rows, write_ssda903
from csc_returns.sample.wishes import DEFAULT_LOCAL_AUTHORITY, DEFAULT_YEAR, MOST_CHILDREN, check_wishes
from csc_returns.sample.write import write_xml

__all__ = [
    "DEFAULT_LOCAL_AUTHORITY",
    "DEFAULT_YEAR",
    "MOST_CHILDREN",
    "check_wishes",
    "sample_records",
    "sample_rows",
    "write_sample",
    "write_ssda903",
    "write_xml",
]
