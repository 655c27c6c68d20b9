"""Factors identified at the end of assessments: one definition a factor."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import BASIC
from csc_returns.indicators.cohorts.cin import assessments_completed
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

#: Id of the indicator behind ``factor-rate-`` → code of the factor, and its name.
_FACTORS = {
    "domestic-abuse-child": ("3A", "domestic abuse of the child"),
    "domestic-abuse-parent": ("3B", "domestic abuse of a parent or carer"),
    "domestic-abuse-person": ("3C", "domestic abuse of another person in the home"),
    "going-missing": ("10A", "going missing"),
    "child-sexual-exploitation": ("11A", "child sexual exploitation"),
    "trafficking": ("12A", "trafficking"),
    "gangs": ("13A", "gangs"),
    "neglect": ("16A", "neglect"),
    "emotional-abuse": ("17A", "emotional abuse"),
    "physical-abuse-unknown": ("18A", "physical abuse, by whom not recorded"),
    "physical-abuse-child-on-child": ("18B", "physical abuse by a child"),
    "physical-abuse-adult-on-child": ("18C", "physical abuse by an adult"),
    "sexual-abuse-unknown": ("19A", "sexual abuse, by whom not recorded"),
    "sexual-abuse-child-on-child": ("19B", "sexual abuse by a child"),
    "sexual-abuse-adult-on-child": ("19C", "sexual abuse by an adult"),
    "faith-linked-abuse": ("23A", "abuse linked to faith or belief"),
    "child-criminal-exploitation": ("24A", "child criminal exploitation"),
}

#: First collection year of the codes that are younger than the others.
_SINCE = dict.fromkeys(("18B", "18C", "19B", "19C"), "2020-21") | {"24A": "2021-22"}

#: Codes that gave way to those of ``_SINCE``.
_GONE = dict.fromkeys(
    ("18A", "19A"),
    "from 2020-21 the factor is recorded with who did it, and from 2024-25 the general code is queried: it runs out",
)

_WORDS = """Assessment factor: {name}, episodes per 10,000 children.

Episodes of need that have an assessment completed in the period which lists factor {code}.

Counts: An episode counts once for the factor, however many of its assessments list it. Referrals without further action are not
episodes of need. With the share of assessed, the denominator is the episodes whose assessments list any factor at all; 21 (none
found) is one of them.

Example:
    | completed  | factors | counts for {code} in 2024-25 |
    | 2024-05-01 | {code}     | yes                       |
    | 2024-03-31 | {code}     | no                        |
"""


def episodes_with_factor(scope: Scope, codes: tuple[str, ...], unit: str, share: bool) -> tuple[pl.LazyFrame, Unit]:
    """Episodes (or children) with an assessment completed in the period that lists a factor; and the unit of the figure.

    Args:
        scope: history and period.
        codes: of the factors that count.
        unit: "episodes" or "children".
        share: whether the figure is the share of those with any factor, not a rate.
    """
    taken_on = scope.history.referrals.filter(~pl.col("no_further_action").fill_null(False)).select("referral")
    completed = (
        assessments_completed(scope)
        .select("assessment", "date")
        .join(scope.history.factors, on="assessment", how="inner")
    )
    listed = completed.join(taken_on, on="referral", how="semi")
    each = ["child"] if unit == "children" else ["child", "referral"]
    episodes = listed.group_by(each).agg(
        pl.col("date").filter(pl.col("factor").is_in(codes)).min().alias("first"),
        pl.col("date").min().alias("any"),
        pl.col("factor").is_in(codes).any().alias("numerator"),
    )
    rows = episodes.with_columns(pl.coalesce("first", "any").alias("date"))
    return rows, "percent" if share else "rate_per_10000"


def _define(id: str, code: str, name: str) -> None:  # noqa: A002
    @indicator(
        f"factor-rate-{id}",
        unit="rate_per_10000",
        decimals=0,
        confidence="high",
        needs=[Need("cin", since=_SINCE.get(code))],
        reads=["referrals", "assessments"],
        fields=[
            "AssessmentFactorsList.AssessmentFactors",
            "Assessments.AssessmentAuthorisationDate",
            "CINdetails.ReferralNFA",
        ],
        breakdowns=BASIC,
        limits=_GONE.get(code),
        version=2 if code in _SINCE else 1,
        variants=[
            Variant(
                "unit",
                "episodes",
                ("episodes", "children"),
                "the published counts are of episodes: a child may be in two",
            ),
            Variant("show_share_of_assessed", False, (False, True), "a share does not depend on how much is recorded"),
        ],
        docstring=_WORDS.format(name=name, code=code),
    )
    def factor_rate(scope: Scope, unit: str, show_share_of_assessed: bool) -> tuple[pl.LazyFrame, Unit]:
        return episodes_with_factor(scope, (code,), unit, show_share_of_assessed)


for _id, (_code, _name) in _FACTORS.items():
    _define(_id, _code, _name)
