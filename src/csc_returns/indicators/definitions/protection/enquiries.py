"""Section 47 enquiries, what came before and after them, and how soon conferences are held."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CIN, BASIC
from csc_returns.indicators.cohorts.cin import icpc_in_year, s47_in_year
from csc_returns.indicators.dates import add_days, add_months, open_on, working_days_between
from csc_returns.indicators.groups import NOT_IN_NEED, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope, cohort

#: Days behind a conference in which the plan that it decides on begins.
_PLAN_AFTER_CONFERENCE = 45

#: Days behind the start of an enquiry in which the case is closed if nothing more is done.
_CLOSED_AFTER = 45

#: Working days from the start of an enquiry within which the conference should be held.
_CONFERENCE_DAYS = 15

#: Bands of the published table: fewest and most working days.
_BANDS = {"0-10": (0, 10), "11-15": (11, 15), "16-20": (16, 20), "21 or more": (21, None)}

_BEYOND = "with days behind the enquiry that run past the returns"


@indicator(
    "s47-rate",
    unit="rate_per_10000",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["enquiries"],
    fields=["Section47.S47ActualStartDate"],
    breakdowns=BASIC,
)
def enquiries_rate(scope: Scope) -> pl.LazyFrame:
    """Section 47 enquiries per 10,000 children.

    Section 47 enquiries that began in the period.

    Counts: Each enquiry counts, several about one child too.

    Example:
        | began      | counts in 2024-25 |
        | 2024-04-01 | yes               |
        | 2024-03-31 | no                |
    """
    return s47_in_year(scope).with_columns(pl.lit(value=True).alias("numerator"))


@cohort
def _enquiries_and_plans(scope: Scope) -> pl.LazyFrame:
    """Each enquiry, of any time, with each plan of its child; ``begun`` and ``plan_end`` are the days of the plan."""
    plans = scope.history.protection_plans.select(
        "child", "plan", pl.col("start_date").alias("begun"), pl.col("end_date").alias("plan_end")
    )
    enquiries = scope.history.enquiries.select("child", "enquiry", "start_date", "conference_date")
    return enquiries.filter(pl.col("start_date").is_not_null()).join(plans, on="child")


@indicator(
    "s47-to-cpp",
    unit="percent",
    decimals=1,
    confidence="medium",
    source="own",
    needs=[
        Need("cin"),
        Need(
            "cin",
            3,
            otherwise="enquiries from before the returns are not seen, though a plan may be theirs",
            only={"two_enquiries": ("first",)},
        ),
    ],
    reads=["enquiries", "protection_plans"],
    fields=[
        "Section47.S47ActualStartDate",
        "Section47.DateOfInitialCPC",
        "ChildProtectionPlans.CPPstartDate",
        "ChildProtectionPlans.CPPendDate",
    ],
    breakdowns=BASIC,
    variants=[
        Variant("window_days", 60, (30, 60, 90), "days from the enquiry in which the plan must begin"),
        Variant(
            "open_plan",
            "leave_out",
            ("leave_out", "keep"),
            "a plan that runs already did not come of the enquiry: left out of both sides, or kept in the denominator",
        ),
        Variant(
            "two_enquiries", "last", ("last", "first"), "which enquiry led to the plan where several can have done so"
        ),
    ],
)
def enquiries_to_plans(scope: Scope, window_days: int, open_plan: str, two_enquiries: str) -> pl.LazyFrame:
    """Section 47 enquiries that led to a child protection plan.

    Of the section 47 enquiries that began in the period, those whose child's plan began within 60 days, or within 45 days of the
    conference that the enquiry led to.

    Counts: Both days of a window count, and the plan may begin on the day of the enquiry. Enquiries whose windows run past the
    returns are left out, and those that began while the child had a plan. A plan belongs to one enquiry: the latest before it,
    whether or not that one is in the period.

    Example:
        | enquiry    | conference | plan began | counts           |
        | 2024-06-01 |            | 2024-07-31 | yes              |
        | 2024-06-01 |            | 2024-08-01 | denominator only |
        | 2024-06-01 | 2024-07-20 | 2024-09-03 | yes              |
    """
    start, begun = pl.col("start_date"), pl.col("begun")
    pairs = _enquiries_and_plans(scope)
    running = (begun < start) & open_on(start, "begun", "plan_end")
    under_plan = pairs.filter(running).select("enquiry").unique()
    left_out = open_plan == "leave_out"
    if left_out:
        pairs = pairs.join(under_plan, on="enquiry", how="anti")
    window_end = add_days(start, window_days)
    after_conference = add_days(pl.col("conference_date"), _PLAN_AFTER_CONFERENCE)
    by_conference = begun.is_between(pl.col("conference_date"), after_conference).fill_null(False)
    led = (
        pairs.filter((begun >= start) & ((begun <= window_end) | by_conference))
        .sort("plan", "start_date", "enquiry")
        .unique("plan", keep="last" if two_enquiries == "last" else "first", maintain_order=True)
        .select("enquiry", pl.lit(value=True).alias("led"))
        .unique()
    )
    over = pl.max_horizontal(window_end, after_conference) <= pl.col("last_day")
    rows = scope.with_last_day(s47_in_year(scope), "cin").join(led, on="enquiry", how="left")
    rows = rows.join(under_plan.with_columns(pl.lit(value=left_out).alias("planned")), on="enquiry", how="left")
    over, planned = over.fill_null(False), pl.col("planned").fill_null(False)
    return rows.with_columns(
        (over & ~planned).alias("denominator"),
        (over & ~planned & pl.col("led").fill_null(False)).alias("numerator"),
        pl.when(planned)
        .then(pl.lit("left out: the child had a plan when the enquiry began"))
        .when(~over)
        .then(pl.lit("left out: the days behind the enquiry run past the returns"))
        .alias("remark"),
    )


@indicator(
    "s47-no-further-action",
    unit="percent",
    decimals=1,
    confidence="medium",
    source="own",
    needs=[Need("cin")],
    reads=["enquiries", "referrals"],
    fields=[
        "Section47.S47ActualStartDate",
        "Section47.ICPCnotRequired",
        "Section47.DateOfInitialCPC",
        "CINdetails.CINclosureDate",
        "CINdetails.ReasonForClosure",
    ],
    breakdowns=BASIC,
    variants=[
        Variant(
            "nfa",
            "no_conference",
            ("no_conference", "no_conference_and_episode_closed_rc8"),
            "the second asks too that the episode was closed as not in need (RC8 or RC9) within 45 days",
        )
    ],
    limits="the census does not say how an enquiry ended: one that needed no conference may have had other support",
)
def no_conference(scope: Scope, nfa: str) -> pl.LazyFrame:
    """Section 47 enquiries with no initial child protection conference.

    Of the section 47 enquiries that began in the period, those marked as needing no conference.

    Counts: Enquiries that need a conference, or do not say so, and have none yet are undecided: they stay in the denominator and
    are shown beside the figure. The 45 days to closure include the day on which the enquiry began.

    Example:
        | no conference needed | conference | counts                      |
        | yes                  |            | yes                         |
        | no                   | 2024-06-20 | denominator only            |
        | no                   |            | denominator only, undecided |
    """
    start = pl.col("start_date")
    not_needed = pl.col("conference_not_required").fill_null(False)
    limit = add_days(start, _CLOSED_AFTER)
    closed = pl.col("closure_date").is_between(start, limit) & one_of("closure_reason", NOT_IN_NEED)
    strict = nfa != "no_conference"
    cases = scope.history.referrals.select("referral", "closure_date", "closure_reason")
    rows = scope.with_last_day(s47_in_year(scope), "cin").join(cases, on="referral", how="left")
    beyond = (limit > pl.col("last_day")) & pl.lit(strict)
    return rows.with_columns(
        (not_needed & closed.fill_null(False) if strict else not_needed).alias("numerator"),
        (~not_needed & pl.col("conference_date").is_null()).alias("conference: undecided"),
        pl.when(beyond).then(pl.lit(_BEYOND)).alias("remark"),
    )


@indicator(
    "s47-after-referral-without-s47",
    unit="percent",
    decimals=1,
    confidence="low",
    source="own",
    needs=[
        Need("cin"),
        Need("cin", 12, otherwise="undercounted, earlier referrals are not seen"),
        Need("cin", 24, otherwise="undercounted, earlier referrals are not seen", only={"window_months": (24,)}),
    ],
    reads=["enquiries", "referrals"],
    fields=["Section47.S47ActualStartDate", "CINdetails.CINreferralDate"],
    breakdowns=[AGE_CIN],
    variants=[Variant("window_months", 12, (12, 24), "how long before the enquiry an earlier referral is looked for")],
)
def after_referral_without_enquiry(scope: Scope, window_months: int) -> pl.LazyFrame:
    """Section 47 enquiries for children whose previous referral had no section 47.

    Of the section 47 enquiries that began in the period and whose child had been referred before within 12 months, those where
    none of these earlier referrals led to an enquiry.

    Counts: An earlier referral is one of an earlier day than the referral to which the enquiry belongs, whatever came of it. The
    months run back from the day on which the enquiry began; exactly 12 months is within.

    Example:
        | enquiry    | its referral | earlier referral | enquiry then | counts           |
        | 2024-06-10 | 2024-06-01   | 2023-06-10       | no           | yes              |
        | 2024-06-10 | 2024-06-01   | 2023-06-10       | yes          | denominator only |
        | 2024-06-10 | 2024-06-01   | 2023-06-09       | no           | no               |
    """
    history = scope.history
    with_enquiry = history.enquiries.select("referral").drop_nulls().unique()
    every = history.referrals.select("child", "referral", pl.col("referral_date").alias("earlier")).join(
        with_enquiry.with_columns(pl.lit(value=True).alias("enquired")), on="referral", how="left"
    )
    rows = s47_in_year(scope).join(history.referrals.select("referral", "referral_date"), on="referral", how="left")
    before = pl.col("earlier") < pl.coalesce("referral_date", "start_date")
    within = add_months(pl.col("earlier"), window_months) >= pl.col("start_date")
    found = (
        rows.select("child", "enquiry", "start_date", "referral_date")
        .join(every.select("child", "earlier", "enquired"), on="child")
        .filter(before & within)
        .group_by("enquiry")
        .agg(pl.col("enquired").fill_null(False).any())
    )
    return rows.join(found, on="enquiry", how="left").with_columns(
        pl.col("enquired").is_not_null().alias("denominator"), (~pl.col("enquired")).fill_null(False).alias("numerator")
    )


@indicator(
    "s47-time-from-referral",
    unit="days_median",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("cin")],
    reads=["enquiries", "referrals", "cin_plans"],
    fields=["CINdetails.CINreferralDate", "Section47.S47ActualStartDate", "CINplanDates.CINPlanStartDate"],
    breakdowns=[AGE_CIN],
    variants=[
        Variant(
            "from", "referral", ("referral", "cin_plan_start"), "the second counts from when the plan of support began"
        )
    ],
    limits="help before the referral is not in the census: only the part within social care is counted",
)
def time_from_referral(scope: Scope, from_: str) -> pl.LazyFrame:
    """Days from referral to section 47 enquiry.

    Median of the days from the referral to the start of the section 47 enquiry, for enquiries that began in the period.

    Counts: Both days are of one episode; the same day is 0 days. Counted from the child in need plan, it is the first one of the
    episode that began by then, and enquiries without one are left out.

    Example:
        | referred   | enquiry    | days |
        | 2024-06-01 | 2024-06-01 | 0    |
        | 2024-06-01 | 2024-07-01 | 30   |
    """
    rows = s47_in_year(scope).join(
        scope.history.referrals.select("referral", "referral_date"), on="referral", how="left"
    )
    begun = "referral_date"
    if from_ == "cin_plan_start":
        begun = "plan_date"
        plans = scope.history.cin_plans.select("referral", pl.col("start_date").alias("plan_date"))
        first = (
            rows.select("enquiry", "referral", "start_date")
            .join(plans, on="referral")
            .filter(pl.col("plan_date") <= pl.col("start_date"))
            .group_by("enquiry")
            .agg(pl.col("plan_date").min())
        )
        rows = rows.join(first, on="enquiry", how="left")
    words = "left out: no child in need plan began before the enquiry" if from_ != "referral" else "without a referral"
    return rows.with_columns(
        (pl.col("start_date") - pl.col(begun)).dt.total_days().alias("value"),
        pl.when(pl.col(begun).is_null()).then(pl.lit(words)).alias("remark"),
    )


@indicator(
    "icpc-rate",
    unit="rate_per_10000",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["enquiries", "referrals"],
    fields=["Section47.DateOfInitialCPC", "CINdetails.DateOfInitialCPC"],
    breakdowns=[AGE_CIN],
)
def conferences_rate(scope: Scope) -> pl.LazyFrame:
    """Initial child protection conferences per 10,000 children.

    Initial child protection conferences held in the period, those of children who moved in included.

    Counts: A conference counts once, though the return may have it with an enquiry and with the referral, or with two enquiries.

    Example:
        | held       | recorded with         | counts in 2024-25 |
        | 2024-04-01 | enquiry of March 2024 | yes               |
        | 2024-05-01 | referral              | yes               |
    """
    return icpc_in_year(scope).with_columns(pl.lit(value=True).alias("numerator"))


@indicator(
    "icpc-within-15-days",
    unit="percent",
    decimals=1,
    confidence="high",
    needs=[Need("cin")],
    reads=["enquiries"],
    fields=["Section47.S47ActualStartDate", "Section47.InitialCPCtarget", "Section47.DateOfInitialCPC"],
    breakdowns=[AGE_CIN],
    variants=[
        Variant(
            "clock_start",
            "s47_start",
            ("s47_start", "target_date"),
            "the strategy discussion, which starts the clock, is not in the census; target_date goes by the day aimed at",
        )
    ],
)
def conferences_in_time(scope: Scope, clock_start: str) -> pl.LazyFrame:
    """Initial child protection conferences held within 15 working days.

    Of the conferences held in the period that an enquiry led to, those held not more than 15 working days after it began.

    Counts: The day on which the enquiry begins is day 0. Conferences of children who moved in have no enquiry and are left out.
    One that stands with two enquiries counts from the later. With target_date, a conference is in time if it was held by the
    target date; where that is blank, 15 working days count.

    Example:
        | enquiry    | conference | working days | counts           |
        | 2024-06-03 | 2024-06-24 | 15           | yes              |
        | 2024-06-03 | 2024-06-25 | 16           | denominator only |
    """
    held = pl.col("conference_date")
    rows = (
        scope.history.enquiries.filter(scope.inside("conference_date"))
        .sort("child", "conference_date", "start_date", "enquiry")
        .unique(["child", "conference_date"], keep="last", maintain_order=True)
        .with_columns(held.alias("date"), working_days_between(pl.col("start_date"), held).alias("days"))
    )
    days = pl.col("days")
    in_time = days <= _CONFERENCE_DAYS
    if clock_start == "target_date":
        in_time = pl.coalesce(held <= pl.col("conference_target"), in_time)
    bands = [
        (days.clip(lower_bound=0).is_between(low, high) if high is not None else days >= low)
        .fill_null(False)
        .alias(f"working_days: {name}")
        for name, (low, high) in _BANDS.items()
    ]
    return rows.with_columns(
        in_time.fill_null(False).alias("numerator"),
        pl.when(days.is_null()).then(pl.lit("without the day on which the enquiry began")).alias("remark"),
        *bands,
    )
