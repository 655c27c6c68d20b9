"""Child protection plans: how many, how long, reviewed in time, and harm outside the home."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import PLANS
from csc_returns.indicators.cohorts.cin import cpp_at_31_march, cpp_ended, cpp_started
from csc_returns.indicators.dates import LENGTH_BANDS, add_months
from csc_returns.indicators.groups import OUTSIDE_THE_HOME, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope, cohort

_DATES = ("ChildProtectionPlans.CPPstartDate", "ChildProtectionPlans.CPPendDate")

_LENGTH_RULE = Variant(
    "length_rule",
    "anniversary",
    ("anniversary", "days_730"),
    "two years to the day, or 730 days: the two differ by a day where a 29 February lies between",
)

#: Months from the start of a plan to its first review at the latest, and from one review to the next.
_FIRST_REVIEW, _NEXT_REVIEW = 3, 6


def _all(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.with_columns(pl.lit(value=True).alias("numerator"))


def _two_years_or_more(plans: pl.LazyFrame, length_rule: str) -> pl.LazyFrame:
    """Plans with ``numerator``: on the day in ``date`` they had lasted two years or more."""
    begun, day = pl.col("start_date"), pl.col("date")
    lasted = add_months(begun, 24) <= day if length_rule == "anniversary" else (day - begun).dt.total_days() >= 730
    return plans.with_columns(lasted.fill_null(False).alias("numerator"))


@indicator(
    "cpp-rate-31-march",
    unit="rate_per_10000",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["protection_plans"],
    fields=_DATES,
    breakdowns=PLANS,
)
def on_a_plan(scope: Scope) -> pl.LazyFrame:
    """Children on a child protection plan at 31 March per 10,000 children.

    Children with a child protection plan that was open on the last day of the period.

    Counts: A child counts once. A plan that ends on the day is not open.

    Example:
        | began      | ended      | counts on 2025-03-31 |
        | 2025-03-31 |            | yes                  |
        | 2024-01-10 | 2025-03-31 | no                   |
    """
    return _all(cpp_at_31_march(scope))


@indicator(
    "cpp-starting-rate",
    unit="rate_per_10000",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["protection_plans"],
    fields=_DATES[:1],
    breakdowns=PLANS,
)
def plans_starting(scope: Scope) -> pl.LazyFrame:
    """Child protection plans starting in the year per 10,000 children.

    Child protection plans that began in the period.

    Counts: Each plan counts, two of one child too.

    Example:
        | began      | counts in 2024-25 |
        | 2024-04-01 | yes               |
        | 2024-03-31 | no                |
    """
    return _all(cpp_started(scope))


@indicator(
    "cpp-2-years-plus",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["protection_plans"],
    fields=_DATES,
    breakdowns=PLANS,
    variants=[
        _LENGTH_RULE,
        Variant(
            "basis",
            "at_31_march",
            ("at_31_march", "ceased_in_year"),
            "plans open on the last day, or plans that ended in the period: see cpp-2-years-plus-ceased",
        ),
    ],
)
def two_years_or_more(scope: Scope, length_rule: str, basis: str) -> pl.LazyFrame:
    """Child protection plans at 31 March that had lasted two years or more.

    Of the children on a child protection plan on the last day of the period, those whose plan began two years before or earlier.

    Counts: Exactly two years counts. A plan that ends on the day is not open. A child counts once, with the latest plan.

    Example:
        | began      | counts on 2025-03-31 |
        | 2023-03-31 | yes                  |
        | 2023-04-01 | no                   |
    """
    return _two_years_or_more(cpp_at_31_march(scope) if basis == "at_31_march" else cpp_ended(scope), length_rule)


@indicator(
    "cpp-2-years-plus-ceased",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["protection_plans"],
    fields=_DATES,
    breakdowns=PLANS,
    variants=[_LENGTH_RULE],
)
def ended_after_two_years_or_more(scope: Scope, length_rule: str) -> pl.LazyFrame:
    """Child protection plans ending in the year that had lasted two years or more.

    Of the child protection plans that ended in the period, those that ended two years after they began or later.

    Counts: Each plan counts. Exactly two years counts; a plan from 29 February has lasted two years on 28 February. A plan that
    vanished from the returns has no end that is known, and is not in the figure.

    Example:
        | began      | ended      | counts |
        | 2022-06-10 | 2024-06-10 | yes    |
        | 2022-06-11 | 2024-06-10 | no     |
    """
    return _two_years_or_more(cpp_ended(scope), length_rule)


@indicator(
    "cpp-duration-at-31-march",
    unit="percent_distribution",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["protection_plans"],
    fields=_DATES,
    breakdowns=PLANS,
    category="plan_length_band",
    order=LENGTH_BANDS,
)
def length_of_open_plans(scope: Scope) -> pl.LazyFrame:
    """Length of time on a child protection plan.

    Children on a child protection plan on the last day of the period, by how long the plan had lasted then.

    Counts: Lengths are told by the calendar: three months to the day is still up to 3 months, a year to the day is 1 year. A
    child counts once, with the latest plan.

    Example:
        | began      | band on 2025-03-31           |
        | 2024-12-31 | up to 3 months               |
        | 2024-10-01 | over 3 to 6 months           |
        | 2024-03-31 | 1 to under 2 years           |
        | 2023-03-31 | 2 years or more              |
    """
    return cpp_at_31_march(scope).with_columns(pl.col("plan_length_band").alias("category"))


@cohort
def _late(scope: Scope) -> pl.LazyFrame:
    """Open plans (``plan``) with a review that was held late, or was not held when it was due, up to the last day."""
    plans = cpp_at_31_march(scope).select("plan", "start_date")
    begun = plans.select("plan", pl.col("start_date").alias("held"), pl.lit(_FIRST_REVIEW).alias("months"))
    reviews = scope.history.plan_reviews.join(plans, on="plan")
    held = reviews.filter(pl.col("review_date").is_between("start_date", scope.end)).select(
        "plan", pl.col("review_date").alias("held"), pl.lit(_NEXT_REVIEW).alias("months")
    )
    # The start stands before a review of the same day: it has the fewer months.
    steps = pl.concat([begun, held]).sort("plan", "held", "months")
    day = pl.col("held")
    due = (
        pl.when(pl.col("months") == _FIRST_REVIEW)
        .then(add_months(day, _FIRST_REVIEW))
        .otherwise(add_months(day, _NEXT_REVIEW))
    )
    following = day.shift(-1).over("plan", order_by=["held", "months"])
    late = pl.when(following.is_null()).then(due <= scope.end).otherwise(following > due)
    return steps.with_columns(late.alias("late")).filter("late").select("plan").unique()


@indicator(
    "cpp-reviews-on-time",
    unit="percent",
    decimals=1,
    confidence="medium",
    needs=[
        Need("cin"),
        Need("cin", 12, otherwise="reviews of the year before are not seen, and plans that had them count as late"),
    ],
    reads=["protection_plans", "plan_reviews"],
    fields=(*_DATES, "Reviews.CPPreviewDate"),
    breakdowns=PLANS,
)
def reviewed_in_time(scope: Scope) -> pl.LazyFrame:
    """Child protection plans reviewed within timescales.

    Of the children whose child protection plan had been open for three months or more on the last day of the period, those whose
    first review was held within three months of the start, and each further one within six months of the review before.

    Counts: Three months to the day are in time, six likewise. A review that was due on the last day or before and was not held is
    late. Reviews before the start or behind the last day are none. A plan that began before the first of the returns counts as
    late where they do not show its early reviews; the note says how many.

    Example:
        | began      | reviews                | in time on 2025-03-31 |
        | 2024-06-10 | 2024-09-10, 2025-03-10 | yes                   |
        | 2024-06-10 | 2024-09-11, 2025-03-10 | no                    |
        | 2024-12-31 |                        | no                    |
        | 2025-01-01 |                        | not in the figure     |
    """
    late = _late(scope).with_columns(pl.lit(value=True).alias("late"))
    covered = scope.history.covered.lazy().filter(pl.col("collection") == "cin")
    returns = covered.group_by("la").agg(pl.col("first_day").min())
    plans = scope.with_child(cpp_at_31_march(scope), "la").join(late, on="plan", how="left")
    plans = plans.join(returns, on="la", how="left").drop("la")
    long_enough = (add_months(pl.col("start_date"), _FIRST_REVIEW) <= scope.end).fill_null(False)
    in_time = pl.col("late").is_null()
    unseen = long_enough & ~in_time & (pl.col("start_date") < pl.col("first_day")).fill_null(False)
    return plans.with_columns(
        long_enough.alias("denominator"),
        (long_enough & in_time).alias("numerator"),
        pl.when(unseen)
        .then(pl.lit("counted as late began before the returns, where reviews are not seen"))
        .alias("remark"),
    )


@indicator(
    "cpp-extra-familial-factor",
    unit="percent",
    decimals=1,
    confidence="medium",
    source="own",
    needs=[Need("cin"), Need("cin", 12, otherwise="undercounted, assessments completed before are not seen")],
    reads=["protection_plans", "assessments"],
    fields=(*_DATES, "Assessments.AssessmentAuthorisationDate", "AssessmentFactorsList.AssessmentFactors"),
    breakdowns=PLANS,
    variants=[
        Variant(
            "factor_set",
            OUTSIDE_THE_HOME,
            (*OUTSIDE_THE_HOME, "18B", "19B"),
            "harm outside the home: missing, sexual exploitation, trafficking, gangs, criminal exploitation; 18B and 19B add "
            "physical and sexual abuse by another child, which may be in the home too",
            many=True,
        )
    ],
)
def harm_outside_the_home(scope: Scope, factor_set: tuple[str, ...]) -> pl.LazyFrame:
    """Children on a child protection plan with an extra-familial harm factor.

    Of the children on a child protection plan on the last day of the period, those for whom an assessment of the same episode of
    need, completed by that day, lists a factor of harm outside the home.

    Counts: Any assessment of the episode counts, also one of an earlier year. A child counts once, with the latest plan.

    Example:
        | assessment completed | factors | counts on 2025-03-31 |
        | 2024-05-01           | 11A, 3B | yes                  |
        | 2024-05-01           | 3B      | no                   |
        | 2025-04-01           | 11A     | no                   |
    """
    completed = scope.history.assessments.filter((pl.col("completed_date") <= scope.end).fill_null(False))
    listed = scope.history.factors.filter(one_of("factor", factor_set)).join(
        completed.select("assessment"), on="assessment", how="semi"
    )
    met = listed.select("referral", pl.lit(value=True).alias("numerator")).unique()
    return cpp_at_31_march(scope).join(met, on="referral", how="left")
