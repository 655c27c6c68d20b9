"""Children who cease to be looked after: how many, and with which order."""

from __future__ import annotations

from functools import partial

import polars as pl

from csc_returns.indicators.breakdowns import AGE_AT_START, ETHNICITY_MAJOR, LOOKED_AFTER, SEX
from csc_returns.indicators.cohorts.cla import cla_ceased
from csc_returns.indicators.groups import (
    ADOPTED,
    CHILD_ARRANGEMENTS,
    SPECIAL_GUARDIANSHIP,
    SPECIAL_GUARDIANSHIP_FOSTER_CARER,
    SPECIAL_GUARDIANSHIP_RELATIVE,
    one_of,
)
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

_ENDS = ("Episodes.DEC", "Episodes.REC", "Episodes.LS")

#: Why some have no figure for a quarter.
_FEW = "few such orders are made in a quarter; rolling 12 months to its end give a figure"

#: What shares of those who ceased have in common.
_of_ceased = partial(
    indicator,
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_ENDS,
    breakdowns=LOOKED_AFTER,
)

#: Days in a month, on average.
_MONTH = 30.4375


@indicator(
    "cla-ceasing-rate",
    unit="rate_per_10000",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_ENDS,
    breakdowns=LOOKED_AFTER,
)
def ceasing(scope: Scope) -> pl.LazyFrame:
    """Children ceasing to be looked after per 10,000 children.

    Children who ceased to be looked after in the period, agreed short breaks left out.

    Counts: A child counts once, with the last ending in the period, back in care or not. An episode that another follows at once
    (X1) is no end of care.

    Example:
        | ended      | reason | counts in 2024-25 |
        | 2025-03-31 | E4A    | yes               |
        | 2024-06-01 | X1     | no                |
        | 2025-04-01 | E4A    | no                |
    """
    return cla_ceased(scope).with_columns(pl.lit(value=True).alias("numerator"))


@_of_ceased(
    "cla-ceased-cao",
    variants=[Variant("to_whom", "any", ("any",), "the return does not say who holds the order")],
    version=2,
)
def ceased_with_child_arrangements(scope: Scope, to_whom: str) -> pl.LazyFrame:  # noqa: ARG001 - it has one value
    """Children ceasing to be looked after because of a child arrangements (residence) order.

    Of the children who ceased to be looked after in the period, those whose last episode ended with a child arrangements order,
    whoever holds it.

    Counts: A child counts once, with the last ending in the period, back in care or not.

    Example:
        | ended      | reason | counts           |
        | 2024-04-01 | E41    | yes              |
        | 2024-06-01 | E45    | denominator only |
    """
    return cla_ceased(scope).with_columns(one_of("end_reason", CHILD_ARRANGEMENTS).alias("numerator"))


@_of_ceased(
    "cla-ceased-adopted",
    not_by={"quarter": _FEW},
    version=2,
)
def ceased_adopted(scope: Scope) -> pl.LazyFrame:
    """Children ceasing to be looked after who were adopted.

    Of the children who ceased to be looked after in the period, those whose last episode ended with adoption, opposed or not.

    Counts: A child counts once, with the last ending in the period.

    Example:
        | ended      | reason | counts           |
        | 2024-06-01 | E11    | yes              |
        | 2024-06-01 | E12    | yes              |
        | 2024-06-01 | E45    | denominator only |
    """
    return cla_ceased(scope).with_columns(one_of("end_reason", ADOPTED).alias("numerator"))


@_of_ceased(
    "cla-ceased-out-of-care-orders",
    variants=[
        Variant(
            "show",
            "percent",
            ("percent", "count", "rate_per_10000"),
            "share of those who ceased, number of children, or rate per 10,000 children of the area",
        ),
        Variant(
            "sgo_split",
            "total",
            ("total", "relative_or_friend", "former_foster_carer"),
            "of the special guardianship orders only those to a relative or friend (E45, E47), or to the former foster carer "
            "(E45, E46); adoption and child arrangements orders count as before",
        ),
    ],
    not_by={"quarter": _FEW},
    version=2,
)
def ceased_with_permanence(scope: Scope, show: Unit, sgo_split: str) -> tuple[pl.LazyFrame, Unit]:
    """Children leaving care on an order giving permanence outside care.

    Of the children who ceased to be looked after in the period, those whose last episode ended with adoption, a child
    arrangements order or a special guardianship order. Each of the three is shown beside the figure.

    Counts: A child counts once, with the last ending in the period, back in care or not. The codes of special guardianship of
    returns before 2018-19 (E43, E44) count too; they do not tell to whom it was given.

    Example:
        | ended      | reason | counts           |
        | 2025-03-31 | E48    | yes              |
        | 2024-06-01 | E41    | yes              |
        | 2024-06-01 | E4A    | denominator only |
    """
    guardianship = {
        "total": SPECIAL_GUARDIANSHIP,
        "relative_or_friend": SPECIAL_GUARDIANSHIP_RELATIVE,
        "former_foster_carer": SPECIAL_GUARDIANSHIP_FOSTER_CARER,
    }[sgo_split]
    orders = {
        "adoption": ADOPTED,
        "child arrangements": CHILD_ARRANGEMENTS,
        "special guardianship": guardianship,
    }
    each = [one_of("end_reason", codes).alias(f"order: {name}") for name, codes in orders.items()]
    rows = cla_ceased(scope).with_columns(pl.any_horizontal(each).alias("numerator"), *each)
    return (rows if show == "percent" else rows.filter("numerator")), show


@indicator(
    "adoption-decision-to-match-months",
    unit="months",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903")],
    reads=["episodes", "adoptions"],
    fields=[*_ENDS[:2], "AD1.DATE_INT", "AD1.DATE_MATCH", "PlacedAdoption.DATE_PLACED"],
    breakdowns=(AGE_AT_START, SEX, ETHNICITY_MAJOR),
    variants=[
        Variant(
            "decision_date",
            "AD1.DATE_INT",
            ("AD1.DATE_INT", "PlacedAdoption.DATE_PLACED"),
            "both hold the day of the decision, whatever the name says: the second serves where the first is blank",
        ),
        Variant("statistic", "mean", ("mean", "median"), "a few long waits move the mean much, and the median little"),
    ],
    not_by={"quarter": "few children are adopted in a quarter; a year or rolling 12 months give a figure"},
    version=2,
)
def decision_to_match(scope: Scope, decision_date: str, statistic: str) -> tuple[pl.LazyFrame, Unit]:
    """Average months from the decision that a child should be placed for adoption to matching.

    Of the children who ceased to be looked after in the period because they were adopted, the time from the decision that the
    child should be placed for adoption to the matching of child and adopters: days over 30.4375.

    Counts: The same day is 0. Where there are several decisions, the latest on the day of matching or before counts. Children
    without both dates are left out, and those whose decisions all came behind the matching. The age is that at the start of the
    period of care; it is not known where the returns begin in the middle of one.

    Example:
        | decision   | matched    | months |
        | 2023-06-10 | 2024-06-10 | 12     |
        | 2023-06-10 | 2023-06-10 | 0      |
        | 2023-06-11 | 2023-06-10 | none   |
    """
    history = scope.history
    adopted = cla_ceased(scope).filter(one_of("end_reason", ADOPTED))
    began = history.periods_of_care.lazy().filter("start_seen").select("period", care_began="start_date")
    matched = history.adoptions.group_by("child").agg(pl.col("match_date").max())
    decisions = history.adoptions if decision_date == "AD1.DATE_INT" else history.adoption_decisions
    decided = (
        decisions.select("child", "decision_date")
        .drop_nulls()
        .join(matched, on="child")
        .group_by("child")
        .agg(
            pl.col("decision_date").filter(pl.col("decision_date") <= pl.col("match_date")).max().alias("decided"),
            pl.lit(value=True).alias("has_decision"),
        )
    )
    rows = adopted.join(began, on="period", how="left").join(matched, on="child", how="left")
    rows = rows.join(decided, on="child", how="left")
    whole = pl.col("match_date").is_not_null() & pl.col("has_decision").fill_null(False)
    lasted = (pl.col("match_date") - pl.col("decided")).dt.total_days()
    rows = rows.with_columns(
        (lasted / _MONTH).alias("value"),
        pl.col("decided").is_not_null().alias("denominator"),
        pl.when(~whole)
        .then(pl.lit("left out: no date of decision or of matching"))
        .when(pl.col("decided").is_null())
        .then(pl.lit("left out: the decision came behind the matching (rule 333)"))
        .alias("remark"),
    )
    return rows, "months" if statistic == "mean" else "months_median"
