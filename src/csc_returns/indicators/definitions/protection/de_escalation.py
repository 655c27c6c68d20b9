"""Where child protection plans go when they end, and whether the child comes back."""

from __future__ import annotations

from typing import Literal

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CIN, CATEGORY_OF_ABUSE, DESTINATION, ETHNICITY_MAJOR, PLAN_LENGTH, SEX
from csc_returns.indicators.cohorts.cin import cpp_ended
from csc_returns.indicators.cohorts.cla import cla_episodes
from csc_returns.indicators.dates import add_days, add_months, birthday_1_march, length_band
from csc_returns.indicators.groups import (
    ADOPTED,
    ADOPTED_CIN,
    CEASED_FOR_OTHER_REASONS,
    DIED,
    EARLY_HELP,
    NOT_IN_NEED,
    PERMANENCE_ORDERS,
    TRANSFERRED,
    one_of,
)
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope, cohort

_DE_ESCALATED = ("cin_plan", "early_help", "closed", "open_no_plan")

_DESTINATIONS = (
    "new_cpp", "looked_after", "died", "transferred", "permanence_order", "aged_out",
    *_DE_ESCALATED, "closed_other",
)  # fmt: skip

_FIELDS = (
    "ChildProtectionPlans.CPPstartDate",
    "ChildProtectionPlans.CPPendDate",
    "CINplanDates.CINPlanStartDate",
    "CINplanDates.CINPlanEndDate",
    "CINdetails.CINclosureDate",
    "CINdetails.ReasonForClosure",
    "ChildIdentifiers.PersonDeathDate",
    "Episodes.DECOM",
    "Episodes.DEC",
)

#: How long children may be followed, and in which returns.
_MONTHS = (6, 12, 24)
_COLLECTIONS: tuple[Literal["cin"], Literal["ssda903"]] = ("cin", "ssda903")

_NO_903 = "children who became looked after are not seen, and counted by what the census says"


def _happened(plans: pl.LazyFrame, events: pl.LazyFrame, holds: pl.Expr, name: str) -> pl.LazyFrame:
    """Plans with a column that says whether an event of the child (columns with ``_event`` before them) makes ``holds`` true."""
    events = events.rename(
        {column: f"_event_{column}" for column in events.collect_schema().names() if column != "child"}
    )
    met = plans.join(events, on="child").filter(holds.fill_null(False)).select("ended_plan").unique()
    return plans.join(met.with_columns(pl.lit(value=True).alias(name)), on="ended_plan", how="left").with_columns(
        pl.col(name).fill_null(False)
    )


@cohort
def plans_with_destination(
    scope: Scope, days: int = 28, plan_types: str = "cp_only", link_903: str = "LAchildID = CHILD"
) -> pl.LazyFrame:
    """Plans that ended in the period with ``destination`` (null where the window is not over), ``end_date`` and ``limit``.

    ``last_day`` and ``last_day_of_care`` are the last days of the returns of each collection.

    Args:
        scope: history and period.
        days: length of the window behind the end of the plan.
        plan_types: whether child in need plans that end are plans too.
        link_903: "none" does not look for the child among those looked after.
    """
    plans = cpp_ended(scope).select(
        "plan",
        pl.lit(None, pl.Int64).alias("cin_plan_number"),
        "child",
        "referral",
        "date",
        "start_date",
        "end_date",
        "category_of_abuse",
        "plan_length_band",
    )
    # Numbered, so that a plan of one day is not taken for the one that follows it.
    cin_plans = scope.history.cin_plans.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("cin_plan_number"))
    if plan_types == "cp_and_cin":
        ended = cin_plans.filter(scope.inside("end_date") & ~pl.col("vanished").fill_null(False))
        plans = pl.concat(
            [
                plans,
                ended.select(
                    pl.lit(None, pl.Int64).alias("plan"),
                    "cin_plan_number",
                    "child",
                    "referral",
                    pl.col("end_date").alias("date"),
                    "start_date",
                    "end_date",
                    pl.lit(None, pl.String).alias("category_of_abuse"),
                    length_band("start_date", pl.col("end_date")).alias("plan_length_band"),
                ),
            ]
        )
    end, limit = pl.col("end_date"), pl.col("limit")
    plans = plans.sort("child", "end_date", "start_date").with_row_index("ended_plan")
    plans = plans.with_columns(add_days(end, days).alias("limit"))
    plans = scope.with_last_day(plans, "ssda903").rename({"last_day": "last_day_of_care"})
    plans = scope.with_last_day(scope.with_child(plans, "birth_date", "death_date"), "cin")
    cases = scope.history.referrals.select("referral", "closure_date", "closure_reason")
    plans = plans.join(cases, on="referral", how="left")
    begins = pl.col("_event_start_date")
    others = scope.history.protection_plans.select("child", "plan", "start_date")
    another = pl.col("_event_plan").ne_missing(pl.col("plan"))
    plans = _happened(plans, others, begins.is_between(end, add_days(end, 1)) & another, "new_cpp")
    care = cla_episodes(scope).select("child", "start_date", "end_date")
    if link_903 == "none":
        care = care.filter(pl.lit(value=False))
    still = pl.col("_event_end_date").is_null() | (pl.col("_event_end_date") > end)
    plans = _happened(plans, care, (begins <= limit) & (still | (begins >= end)), "looked_after")
    another = pl.col("_event_cin_plan_number").ne_missing(pl.col("cin_plan_number"))
    steps_down = cin_plans.select("child", "cin_plan_number", "start_date")
    plans = _happened(plans, steps_down, begins.is_between(end, limit) & another, "cin_plan")
    closed = pl.col("closure_date").is_between(end, limit).fill_null(False)
    not_open = (pl.col("closure_date") <= limit).fill_null(False)

    def for_reason(*reasons: str) -> pl.Expr:
        return closed & one_of("closure_reason", reasons)

    grown_up = (end >= birthday_1_march(18)).fill_null(False)
    died = (pl.col("death_date") <= limit).fill_null(False) | for_reason(DIED)
    destination = (
        pl.when("new_cpp").then(pl.lit("new_cpp"))
        .when("looked_after").then(pl.lit("looked_after"))
        .when(died).then(pl.lit("died"))
        .when(for_reason(TRANSFERRED)).then(pl.lit("transferred"))
        .when(for_reason(*PERMANENCE_ORDERS)).then(pl.lit("permanence_order"))
        .when(grown_up & for_reason(*CEASED_FOR_OTHER_REASONS)).then(pl.lit("aged_out"))
        .when("cin_plan").then(pl.lit("cin_plan"))
        .when(for_reason(EARLY_HELP)).then(pl.lit("early_help"))
        .when(for_reason(*CEASED_FOR_OTHER_REASONS, *NOT_IN_NEED)).then(pl.lit("closed"))
        .when(not_open).then(pl.lit("closed_other"))
        .otherwise(pl.lit("open_no_plan"))
    )  # fmt: skip
    over = limit <= pl.col("last_day")
    return plans.with_columns(pl.when(over).then(destination).alias("destination"))


@indicator(
    "cpp-deescalation-destination",
    unit="percent_distribution",
    decimals=1,
    confidence="low",
    source="own",
    needs=[Need("cin"), Need("ssda903", otherwise=_NO_903, only={"link_903": ("LAchildID = CHILD",)})],
    reads=["protection_plans", "referrals", "cin_plans", "episodes"],
    fields=_FIELDS,
    breakdowns=(AGE_CIN, SEX, ETHNICITY_MAJOR, CATEGORY_OF_ABUSE, PLAN_LENGTH),
    variants=[
        Variant("destination_window_days", 28, (0, 7, 28, 90), "days behind the end of the plan in which to look"),
        Variant(
            "de_escalated_categories",
            _DE_ESCALATED,
            _DESTINATIONS,
            "what is called de-escalated; cin_plan alone is narrow",
            many=True,
        ),
        Variant("plan_types", "cp_only", ("cp_only", "cp_and_cin"), "cp_and_cin has child in need plans that end too"),
        Variant(
            "link_903",
            "LAchildID = CHILD",
            ("LAchildID = CHILD", "none"),
            "none does not look for children looked after",
        ),
    ],
    category="destination",
    version=2,
)
def destination(
    scope: Scope,
    destination_window_days: int,
    de_escalated_categories: tuple[str, ...],
    plan_types: str,
    link_903: str,
) -> pl.LazyFrame:
    """Where a child protection plan goes when it ends.

    Child protection plans that ended in the period, by what came within 28 days, the first that fits: a new plan within a day
    (new_cpp), being looked after, death, transfer to another authority, an order for permanence, coming of age (aged_out), a
    child in need plan, early help (closed RC9), closure (RC6 to RC8), another closure (closed_other), or an open case without
    any of these (open_no_plan).
    The total shows those that de-escalated: to a child in need plan, early help, closure or an open case without a plan.

    Counts: A plan whose 28 days run past the last day of the returns is left out. One that vanished from the returns is not in
    the figure: the day of its end is not known. Early help is a lower bound: many authorities close such a case RC7. Closures
    count from the day the plan ended; a case that was closed before is closed_other. Where children looked after are not seen or
    not looked for, they stand where the census puts them, and the note says so.

    Example:
        | plan ended | what came                        | category     |
        | 2024-06-10 | child in need plan on 2024-06-10 | cin_plan     |
        | 2024-06-10 | new plan on 2024-06-11           | new_cpp      |
        | 2024-07-01 | closed RC5 on 2024-07-02         | transferred  |
    """
    plans = plans_with_destination(scope, destination_window_days, plan_types, link_903)
    known = pl.col("destination").is_not_null()
    unseen = (pl.col("limit") > pl.col("last_day_of_care")).fill_null(False)
    return plans.with_columns(
        pl.col("destination").alias("category"),
        known.alias("denominator"),
        one_of("destination", de_escalated_categories).alias("numerator"),
        pl.when(~known)
        .then(pl.lit("left out: the days behind the plan run past the returns"))
        .when(pl.lit(link_903 == "none"))
        .then(pl.lit("not looked for among children looked after"))
        .when(unseen)
        .then(
            pl.lit(
                "with days behind the plan that run past the return of children looked after: care is not seen there"
            )
        )
        .alias("remark"),
    )


@indicator(
    "cpp-deescalation-sustained",
    unit="percent",
    decimals=1,
    confidence="low",
    source="own",
    needs=[
        Need("cin"),
        *(
            Need(
                collection,
                months_after=months,
                otherwise=_NO_903
                if collection == "ssda903"
                else f"plans without {months} months behind them are left out",
                only={"follow_up_months": (months,)},
            )
            for collection in _COLLECTIONS
            for months in _MONTHS
        ),
    ],
    reads=["protection_plans", "referrals", "cin_plans", "enquiries", "episodes"],
    fields=(*_FIELDS, "Section47.S47ActualStartDate", "CINdetails.CINreferralDate"),
    breakdowns=(AGE_CIN, SEX, ETHNICITY_MAJOR, CATEGORY_OF_ABUSE, DESTINATION),
    variants=[
        Variant("follow_up_months", 12, _MONTHS, "how long the child is followed"),
        Variant(
            "events",
            ("new_cpp", "s47", "looked_after"),
            ("new_cpp", "s47", "looked_after", "any_referral", "accepted_referral"),
            "what counts as coming back: any_referral is the widest, new_cpp alone the narrowest",
            many=True,
        ),
        Variant("report_each_event", True, (True, False), "true shows how many had each event beside the figure"),
    ],
    not_by={"quarter": "it looks 12 months ahead of few plans; a year or rolling 12 months give a figure"},
    version=2,
)
def sustained(scope: Scope, follow_up_months: int, events: tuple[str, ...], report_each_event: bool) -> pl.LazyFrame:
    """De-escalated child protection plans with no return within 12 months.

    Of the plans that ended in the period and de-escalated (see cpp-deescalation-destination), those whose child had no new plan,
    no section 47 enquiry and was not looked after in the 12 months behind.

    Counts: An event on the day the plan ended is none; exactly 12 months later it is one. Plans are left out whose 12 months run
    past the returns, and those of children who died, were adopted, moved to another authority or turned 18 in that time.

    Example:
        | plan ended | event                 | sustained |
        | 2023-06-10 | enquiry on 2024-06-10 | no        |
        | 2023-09-01 | plan on 2024-09-02    | yes       |
    """
    plans = plans_with_destination(scope).filter(one_of("destination", _DE_ESCALATED))
    end, until = pl.col("end_date"), pl.col("until")
    plans = plans.with_columns(add_months(end, follow_up_months).alias("until"))

    def follows(column: str) -> pl.Expr:
        return (pl.col(column) > end) & (pl.col(column) <= until)

    history = scope.history
    happenings = {
        "new_cpp": history.protection_plans.select("child", day="start_date"),
        "s47": history.enquiries.select("child", day="start_date"),
        "looked_after": cla_episodes(scope).filter("begins_care").select("child", day="start_date"),
        "any_referral": history.referrals.select("child", day="referral_date"),
        "accepted_referral": history.referrals.filter(~pl.col("no_further_action").fill_null(False)).select(
            "child", day="referral_date"
        ),
    }
    for name in events:
        plans = _happened(plans, happenings[name], follows("_event_day"), f"had_{name}")
    adopted = cla_episodes(scope).filter(one_of("end_reason", ADOPTED)).select("child", day="end_date")
    left = history.referrals.filter(one_of("closure_reason", (ADOPTED_CIN, DIED, TRANSFERRED)))
    gone = pl.concat([adopted, left.select("child", day="closure_date")])
    plans = _happened(plans, gone, follows("_event_day"), "gone")
    plans = plans.with_columns(birthday_1_march(18).alias("grown_up"))
    censored = pl.col("gone") | (follows("death_date") | follows("grown_up")).fill_null(False)
    over = (until <= pl.col("last_day")).fill_null(False)
    counts = over & ~censored
    came_back = pl.any_horizontal(f"had_{name}" for name in events)
    each = [(counts & pl.col(f"had_{name}")).alias(f"event: {name}") for name in events if report_each_event]
    return plans.with_columns(
        counts.alias("denominator"),
        (counts & ~came_back).alias("numerator"),
        pl.when(~over)
        .then(pl.lit("left out: the months behind the plan run past the returns"))
        .when(censored)
        .then(pl.lit("left out: the child died, was adopted, moved away or turned 18"))
        .alias("remark"),
        *each,
    )
