"""What care leavers do: in education, employment or training; and activity by activity, at 17 and 18 and at 19 to 21."""

from __future__ import annotations

from functools import partial

import polars as pl

from csc_returns.indicators.breakdowns import CARE_LEAVERS
from csc_returns.indicators.cohorts.cla import care_leavers_17_18, care_leavers_19_21
from csc_returns.indicators.groups import IN_EDUCATION_EMPLOYMENT_TRAINING, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope

#: Why care leavers have no figure for a quarter.
NOT_BY_QUARTER = "contact is made around the birthday, and a quarter has few of them; rolling 12 months give a figure"

#: What most percentages of care leavers have in common.
of_care_leavers = partial(
    indicator,
    unit="percent",
    decimals=0,
    needs=[Need("ssda903")],
    reads=["care_leavers", "episodes"],
    breakdowns=CARE_LEAVERS,
    not_by={"quarter": NOT_BY_QUARTER},
)

#: Activity, accommodation: not known.
NOT_KNOWN = "0"

WHOSE_ACTIVITY = Variant(
    "denominator", "all", ("all", "activity_known"), "all keeps those in it whose activity is not known"
)


def activity_known() -> pl.Expr:
    """The return tells what the care leaver does; reads ``activity``."""
    return (pl.col("activity") != NOT_KNOWN).fill_null(False)


def with_education_employment_or_training(leavers: pl.LazyFrame, denominator: str) -> pl.LazyFrame:
    """Care leavers with ``numerator``: in education, employment or training; and ``denominator`` as the variant has it."""
    return leavers.with_columns(
        (activity_known() if denominator == "activity_known" else pl.lit(value=True)).alias("denominator"),
        one_of("activity", IN_EDUCATION_EMPLOYMENT_TRAINING).alias("numerator"),
    )


@of_care_leavers(
    "care-leavers-eet-19-21",
    confidence="high",
    fields=["OC3.IN_TOUCH", "OC3.ACTIV", "OC3.DOB"],
    variants=[WHOSE_ACTIVITY],
    version=2,
)
def in_education_employment_or_training(scope: Scope, denominator: str) -> pl.LazyFrame:
    """Care leavers aged 19-21 in education, employment or training.

    Of the care leavers who turned 19, 20 or 21 in the period, those in education, training or employment, full or part time.

    Counts: Care leavers who died or went home to their parents for good are out. Someone not in touch whose activity is
    known from others counts with it.

    Example:
        | in touch | activity | counts            |
        | YES      | F2       | yes               |
        | NO       | F4       | yes               |
        | NO       |          | denominator only  |
        | DIED     |          | no                |
    """
    return with_education_employment_or_training(care_leavers_19_21(scope), denominator)


_GONE = "Care leavers who died or went home for good are out, and so are those whose care another authority took over."

#: Age group → the cohort, the birthdays as documentation names them, and whom the cohort leaves out.
AGE_GROUPS = {
    "17-18": (
        care_leavers_17_18,
        "17 or 18",
        f"{_GONE}\nSomeone who is still looked after on the birthday is no care leaver yet.",
    ),
    "19-21": (care_leavers_19_21, "19, 20 or 21", _GONE),
}

#: Studies beyond A level, full or part time.
_HIGHER_EDUCATION = ("F1", "P1")

#: Full or part time.
_APPRENTICESHIP = ("F4", "P4")

#: Neither education, training nor employment, and why.
_ILLNESS_OR_DISABILITY = ("G4",)
_PREGNANCY_OR_PARENTING = ("G6",)

_SHARE = """Care leavers aged {ages} in {name}.

Of the care leavers who turned {turned} in the period, those in {name} ({codes}), full or part time.

Counts: Someone whose activity is not known stays in the denominator. One not in touch whose activity others tell counts with it.
{left_out}

Example:
    | in touch | activity | counts           |
    | YES      | {first}       | yes              |
    | NO       | {second}       | yes              |
    | YES      | G5       | denominator only |
    | NO       |          | denominator only |
    | RHOM     |          | no               |
"""

_HEALTH_OR_PARENTING = """\
Care leavers aged {ages} not in education, employment or training through illness, disability, pregnancy or parenting.

Of the care leavers who turned {turned} in the period, those who are in no education, training or employment because of
illness or disability (G4), or of pregnancy or parenting (G6). The two are shown beside the total, unless split is false.

Counts: Someone whose activity is not known stays in the denominator.
{left_out}

Example:
    | in touch | activity | counts           |
    | YES      | G4       | yes              |
    | YES      | G6       | yes              |
    | YES      | G5       | denominator only |
    | REFU     | 0        | denominator only |
"""


@of_care_leavers(
    "care-leavers-eet-17-18",
    confidence="high",
    fields=["OC3.IN_TOUCH", "OC3.ACTIV", "OC3.DOB"],
    variants=[WHOSE_ACTIVITY],
    version=2,
)
def in_education_employment_or_training_17_18(scope: Scope, denominator: str) -> pl.LazyFrame:
    """Care leavers aged 17-18 in education, employment or training.

    Of the care leavers who turned 17 or 18 in the period, those in education, training or employment, full or part time.

    Counts: Someone who is still looked after on the birthday is no care leaver yet; care that ends on the birthday has ended.
    Care leavers who died or went home to their parents for good are out, and so are those whose care another authority took
    over. Someone not in touch whose activity is known from others counts with it.

    Example:
        | turned 18  | care ended | in touch | activity | counts in 2024-25 |
        | 2024-04-01 | 2024-04-01 | YES      | F2       | yes               |
        | 2025-03-31 | 2024-10-01 | NO       |          | denominator only  |
        | 2024-09-09 | 2024-09-10 | YES      | F2       | no                |
        | 2024-09-09 | 2024-01-01 | DIED     |          | no                |
    """
    return with_education_employment_or_training(care_leavers_17_18(scope), denominator)


def _define_share(id: str, ages: str, name: str, codes: tuple[str, ...]) -> None:  # noqa: A002
    cohort, turned, left_out = AGE_GROUPS[ages]

    @of_care_leavers(
        id,
        confidence="high",
        fields=["OC3.ACTIV", "OC3.IN_TOUCH", "OC3.DOB"],
        docstring=_SHARE.format(
            ages=ages,
            turned=turned,
            name=name,
            codes=", ".join(codes),
            first=codes[0],
            second=codes[-1],
            left_out=left_out,
        ),
        version=2,
    )
    def doing(scope: Scope) -> pl.LazyFrame:
        return cohort(scope).with_columns(one_of("activity", codes).alias("numerator"))


def _define_health_or_parenting(ages: str) -> None:
    cohort, turned, left_out = AGE_GROUPS[ages]

    @of_care_leavers(
        f"care-leavers-neet-health-parenting-{ages}",
        confidence="high",
        fields=["OC3.ACTIV", "OC3.IN_TOUCH", "OC3.DOB"],
        variants=[Variant("split", True, (True, False), "true shows illness or disability and parenting apart")],
        docstring=_HEALTH_OR_PARENTING.format(ages=ages, turned=turned, left_out=left_out),
        version=2,
    )
    def health_or_parenting(scope: Scope, split: bool) -> pl.LazyFrame:
        ill, parent = one_of("activity", _ILLNESS_OR_DISABILITY), one_of("activity", _PREGNANCY_OR_PARENTING)
        rows = cohort(scope).with_columns((ill | parent).alias("numerator"))
        if not split:
            return rows
        return rows.with_columns(
            ill.alias("reason: illness or disability"), parent.alias("reason: pregnancy or parenting")
        )


for _ages in AGE_GROUPS:
    _define_share(f"care-leavers-higher-education-{_ages}", _ages, "higher education", _HIGHER_EDUCATION)
    _define_share(f"care-leavers-apprenticeship-{_ages}", _ages, "an apprenticeship", _APPRENTICESHIP)
    _define_health_or_parenting(_ages)
