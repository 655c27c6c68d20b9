"""Whether authorities are in touch with their care leavers."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import CARE_LEAVERS
from csc_returns.indicators.cohorts.cla import care_leavers
from csc_returns.indicators.definitions.leaving.activities import NOT_BY_QUARTER, activity_known
from csc_returns.indicators.groups import one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

_AGES = {"17-18": (17, 18), "19-21": (19, 21), "22-25": (22, 25)}

#: Values of IN_TOUCH.
_IN_TOUCH, _REFUSED, _NOT_REQUIRED = ("YES",), ("REFU",), ("NREQ",)
_NOT_IN_TOUCH = {"NO": ("NO",), "NO_REFU": ("NO", *_REFUSED)}


@indicator(
    "care-leavers-in-touch",
    unit="percent",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903")],
    reads=["care_leavers", "episodes"],
    fields=["OC3.IN_TOUCH", "OC3.ACTIV", "OC3.DOB"],
    breakdowns=CARE_LEAVERS,
    variants=[
        Variant(
            "ages", "19-21", tuple(_AGES), "at 22 to 25 it is the latest contact of the year, not one at a birthday"
        ),
        Variant(
            "not_in_touch",
            "NO",
            tuple(_NOT_IN_TOUCH),
            "NO_REFU shows those who refuse contact with those whom the authority is not in touch with",
        ),
    ],
    not_by={"quarter": NOT_BY_QUARTER},
    version=2,
)
def in_touch(scope: Scope, ages: str, not_in_touch: str) -> pl.LazyFrame:
    """Care leavers the authority is in touch with.

    Of the care leavers who turned 19, 20 or 21 in the period (or had a birthday of another age group), those with whom the
    authority is in touch. Shown beside them: those it is not in touch with, those of them of whom others tell what they do, and
    those who refuse contact or need no service any more, who are neither in touch nor not.

    Counts: "Not in touch" leaves out those whose activity is known from others: published figures do so. Care leavers who died or
    went home for good are out, and so are those whose care another authority took over. At 17 and 18, someone still looked after
    on the birthday is no care leaver yet. At 22 to 25 everyone has one of these birthdays in a year, and age is the one reached
    in it.

    Example:
        | in touch | activity | counts           | shown as                              |
        | YES      | F2       | yes              | in touch                              |
        | NO       |          | denominator only | not in touch                          |
        | NO       | F4       | denominator only | not in touch, activity known          |
        | REFU     |          | denominator only | refused; not in touch with NO_REFU    |
        | NREQ     |          | denominator only | no longer needs services              |
        | RHOM     |          | no               |                                       |
    """
    touch = one_of("in_touch", _IN_TOUCH)
    not_touched = one_of("in_touch", _NOT_IN_TOUCH[not_in_touch])
    refused = one_of("in_touch", _REFUSED) & ~not_touched
    not_required = one_of("in_touch", _NOT_REQUIRED)
    return care_leavers(scope, *_AGES[ages]).with_columns(
        touch.alias("numerator"),
        touch.alias("contact: in touch"),
        (not_touched & ~activity_known()).alias("contact: not in touch"),
        (not_touched & activity_known()).alias("contact: not in touch, activity known"),
        refused.alias("contact: refused"),
        not_required.alias("contact: no longer needs services"),
        (~(touch | not_touched | refused | not_required)).alias("contact: not recorded"),
    )
