"""What a figure can be broken down by: each breakdown is an expression that names the category of a row.

An expression may read the columns that a definition gave its rows and, of the child, ``birth_date``, ``expected_birth_date``,
``sex``, ``ethnicity``, ``disabled``, ``uasc`` (whether there is a UASC record) and ``uasc_ceased``. ``date`` is the day of the
row: of the event, or of the snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from csc_returns.indicators.dates import age
from csc_returns.indicators.groups import ETHNICITY, LEGAL_STATUSES, PLACEMENTS, UNKNOWN, grouped

_DAY = pl.col("date")


@dataclass(frozen=True)
class Breakdown:
    """Name as results show it, the category of a row, columns beyond the child's that it reads, and the categories in order.

    Categories that are not in ``order`` follow in alphabetical order.
    """

    name: str
    category: pl.Expr
    reads: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


def _known(text: pl.Expr) -> pl.Expr:
    return text.fill_null(UNKNOWN)


def _bands(years: pl.Expr, limits: Sequence[tuple[int, str]]) -> pl.Expr:
    """The band of an age: each limit is the first age above the band."""
    # A date of birth behind the day is a mistake, unless the child is unborn.
    chain: Any = pl.when(years.is_null() | (years < 0)).then(pl.lit(UNKNOWN))
    for above, name in limits[:-1]:
        chain = chain.when(years < above).then(pl.lit(name))
    expression: pl.Expr = chain.otherwise(pl.lit(limits[-1][1]))
    return expression


_CIN_BANDS = ((1, "under 1"), (5, "1-4"), (10, "5-9"), (16, "10-15"), (18, "16-17"), (0, "18+"))
_CLA_BANDS = ((1, "under 1"), (5, "1-4"), (10, "5-9"), (16, "10-15"), (0, "16 and over"))

_UNBORN = pl.coalesce("birth_date", "expected_birth_date") > _DAY

AGE_CIN = Breakdown(
    "age_band",
    pl.when(_UNBORN | (pl.col("birth_date").is_null() & pl.col("expected_birth_date").is_not_null()))
    .then(pl.lit("unborn"))
    .otherwise(_bands(age(_DAY), _CIN_BANDS)),
    order=("unborn", *(name for _, name in _CIN_BANDS), UNKNOWN),
)
AGE_CLA = Breakdown("age_band", _bands(age(_DAY), _CLA_BANDS), order=(*(name for _, name in _CLA_BANDS), UNKNOWN))
#: Age when the period of care began.
AGE_AT_START = Breakdown(
    "age_at_start_of_period", _bands(age(pl.col("care_began")), _CLA_BANDS), ("care_began",), AGE_CLA.order
)
#: Age on the day of the row, year by year; for care leavers that is the age reached in the year.
SINGLE_YEAR = Breakdown("single_year_of_age", _known(pl.when(age(_DAY) >= 0).then(age(_DAY)).cast(pl.String)))
SEX = Breakdown(
    "sex",
    pl.col("sex").replace_strict({"M": "male", "F": "female"}, default=UNKNOWN, return_dtype=pl.String),
    order=("male", "female", UNKNOWN),
)
ETHNICITY_MAJOR = Breakdown("ethnicity_major", grouped("ethnicity", ETHNICITY), order=tuple(ETHNICITY))
DISABILITY = Breakdown(
    "disability",
    pl.when("disabled")
    .then(pl.lit("disabled"))
    .when(~pl.col("disabled"))
    .then(pl.lit("not disabled"))
    .otherwise(pl.lit(UNKNOWN)),
    order=("disabled", "not disabled", UNKNOWN),
)
PRIMARY_NEED = Breakdown("primary_need", _known(pl.col("primary_need")), ("primary_need",))
REFERRAL_SOURCE = Breakdown("referral_source", _known(pl.col("referral_source")), ("referral_source",))
CATEGORY_OF_ABUSE = Breakdown("category_of_abuse", _known(pl.col("category_of_abuse")), ("category_of_abuse",))
PLAN_LENGTH = Breakdown("plan_length_band", _known(pl.col("plan_length_band")), ("plan_length_band",))
DESTINATION = Breakdown("destination", _known(pl.col("destination")), ("destination",))
_UASC_ON_DAY = pl.col("uasc") & (pl.col("uasc_ceased").is_null() | (pl.col("uasc_ceased") > _DAY))
UASC = Breakdown(
    "uasc", pl.when(_UASC_ON_DAY).then(pl.lit("uasc")).otherwise(pl.lit("not uasc")), order=("uasc", "not uasc")
)
UASC_FORMERLY = Breakdown(
    "uasc_formerly",
    pl.when("uasc").then(pl.lit("uasc")).otherwise(pl.lit("never uasc")),
    order=("uasc", "never uasc"),
)
PLACEMENT_GROUP = Breakdown("placement_group", grouped("placement", PLACEMENTS), ("placement",), (*PLACEMENTS, UNKNOWN))
LEGAL_STATUS_GROUP = Breakdown(
    "legal_status_group", grouped("legal_status", LEGAL_STATUSES), ("legal_status",), (*LEGAL_STATUSES, UNKNOWN)
)
CATEGORY_OF_NEED = Breakdown("category_of_need", _known(pl.col("category_of_need")), ("category_of_need",))

#: The sets that most definitions have.
BASIC = (AGE_CIN, SEX, ETHNICITY_MAJOR)
REFERRALS = (*BASIC, DISABILITY, PRIMARY_NEED, REFERRAL_SOURCE)
PLANS = (*BASIC, DISABILITY, CATEGORY_OF_ABUSE)
LOOKED_AFTER = (AGE_CLA, SEX, ETHNICITY_MAJOR, UASC, PLACEMENT_GROUP, LEGAL_STATUS_GROUP, CATEGORY_OF_NEED)
CARE_LEAVERS = (SINGLE_YEAR, SEX, ETHNICITY_MAJOR, UASC_FORMERLY)
