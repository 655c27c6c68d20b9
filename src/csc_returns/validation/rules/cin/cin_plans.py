"""Child in need plans: their dates, and child in need plans beside protection plans, referrals and deaths."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import outside_window, starts_during
from csc_returns.validation.rule import frame_rule, row_rule


@frame_rule(
    "4001",
    {"ChildProtectionPlans": ["CPPendDate"], "CINplanDates": ["CINPlanEndDate"]},
    reads={"CINplanDates": ["CINPlanStartDate"]},
)
def both_kinds_of_plan_open(data: ReturnData) -> pl.LazyFrame:
    """Episode has an open CIN plan and an open child protection plan side by side.

    A child protection plan takes the place of a CIN plan, so one episode cannot have both open. Each pair of open plans
    is one finding. A CIN plan without a start date is not looked at here: see rule 4010.

    Fix: enter the end date of the plan that is over: most often the CIN plan, which ends when the other begins.

    Example:
        | ChildProtectionPlans  | LAchildID | CINdetailsID | CPPendDate |
        | open                  | A         | 1            | *          |
        | ended                 | A         | 1            | 2025-06-30 |
        | open                  | A         | 2            |            |
        | open                  | B         | 1            |            |

        | CINplanDates          | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        | open                  | A         | 1            | 2025-05-02       | *              |
        | ended                 | A         | 1            | 2025-04-02       | 2025-05-01     |
        | open without a start  | A         | 1            |                  |                |
        | ended                 | A         | 2            | 2025-05-02       | 2025-05-31     |
        | in another episode    | B         | 2            | 2025-05-02       |                |
    """
    return data.join("ChildProtectionPlans", "CINplanDates", on="episode").filter(
        pl.col("CPPendDate").is_null() & pl.col("CINPlanEndDate").is_null() & pl.col("CINPlanStartDate").is_not_null()
    )


@frame_rule(
    "4003",
    {
        "ChildProtectionPlans": ["CPPendDate"],
        "CINplanDates": ["CINPlanStartDate"],
        "Reviews": ["CPPreviewDate"],
    },
    reads={"CINplanDates": ["CINPlanEndDate"]},
)
def protection_review_during_cin_plan(data: ReturnData) -> pl.LazyFrame:
    """Review of a child protection plan was held in the middle of a CIN plan of the same episode.

    While the child was on a CIN plan there was no child protection plan to review. The CIN plan counts from its first
    day up to the day before it ended; CIN plans that are still open are left aside. The review that ended its own
    protection plan (same day as the plan's end) is accepted. Each review beside each such CIN plan is one finding.

    Fix: correct the date of the review or the dates of the CIN plan.

    Example:
        | ChildProtectionPlans     | LAchildID | CINdetailsID | CPPID | CPPendDate   |
        | open                     | A         | 1            | 1     | *            |
        | ended another day        | A         | 2            | 1     | 2025-06-16 * |
        | ended with the review    | A         | 3            | 1     | 2025-06-15   |
        | no CIN plan beside it    | A         | 4            | 1     | 2025-06-16   |

        | CINplanDates             | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        |                          | A         | 1            | 2025-06-01 *     | 2025-06-30     |
        | still open               | A         | 1            | 2025-05-01       |                |
        | no start                 | A         | 1            |                  | 2025-06-30     |
        |                          | A         | 2            | 2025-06-01 *     | 2025-06-30     |
        |                          | A         | 3            | 2025-06-01       | 2025-06-30     |
        | another child            | B         | 4            | 2025-06-01       | 2025-06-30     |

        | Reviews                  | LAchildID | CINdetailsID | CPPID | CPPreviewDate |
        | day before the CIN plan  | A         | 1            | 1     | 2025-05-31    |
        | its first day            | A         | 1            | 1     | 2025-06-01 *  |
        | day before it ends       | A         | 1            | 1     | 2025-06-29 *  |
        | day it ends              | A         | 1            | 1     | 2025-06-30    |
        | no date                  | A         | 1            | 1     |               |
        | no such protection plan  | A         | 1            | 2     | 2025-06-15    |
        |                          | A         | 2            | 1     | 2025-06-15 *  |
        | review that ended a plan | A         | 3            | 1     | 2025-06-15    |
        |                          | A         | 4            | 1     | 2025-06-15    |
    """
    reviews = data.join("Reviews", "ChildProtectionPlans", on="plan")
    return reviews.join(data["CINplanDates"], on="episode", how="inner").filter(
        pl.col("CPPreviewDate").is_between("CINPlanStartDate", "CINPlanEndDate", closed="left")
        & pl.col("CPPreviewDate").ne_missing(pl.col("CPPendDate"))
    )


@frame_rule("4004", {"CINplanDates": ["CINPlanEndDate"]})
def several_open_cin_plans(data: ReturnData) -> pl.LazyFrame:
    """More than one CIN plan of an episode is still open.

    A new CIN plan replaces the one before it, so an episode has one open plan at most. The open plans of an episode are
    one finding.

    Fix: enter the end date of every plan but the current one, or remove the plan that was entered twice.

    Example:
        | CINplanDates          | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        | two open, one finding | A         | 1            | 2025-05-02       | *              |
        | even without a start  | A         | 1            |                  | *              |
        | ended                 | A         | 1            | 2025-04-02       | 2025-05-01     |
        | open, other episode   | A         | 2            | 2025-05-02       |                |
        | one open              | B         | 1            | 2025-05-02       |                |
        |                       | B         | 1            | 2025-04-02       | 2025-05-02     |
    """
    open_plans = data["CINplanDates"].filter(pl.col("CINPlanEndDate").is_null())
    return open_plans.filter(pl.len().over("episode") > 1).with_columns(finding=pl.col("episode"))


@frame_rule("4008", {"ChildIdentifiers": ["PersonDeathDate"], "CINplanDates": ["CINPlanStartDate"]})
def cin_plan_starts_after_death(data: ReturnData) -> pl.LazyFrame:
    """CIN plan begins when the child had already died.

    No plan can begin after the day of death. A plan that began on that day is accepted.

    Fix: correct the date of death or the start of the plan; remove a plan that was never made.

    Example:
        | ChildIdentifiers | LAchildID | PersonDeathDate |
        |                  | A         | 2025-06-15 *    |
        | alive            | B         |                 |

        | CINplanDates     | LAchildID | CINdetailsID | CINPlanStartDate |
        | the day after    | A         | 1            | 2025-06-16 *     |
        | any episode      | A         | 2            | 9012-06-16 *     |
        | same day         | A         | 1            | 2025-06-15       |
        | the day before   | A         | 1            | 2025-06-14       |
        | no start         | A         | 1            |                  |
        |                  | B         | 1            | 2025-06-16       |
        | unknown child    |           | 1            | 2025-06-16       |
    """
    return data.join("ChildIdentifiers", "CINplanDates", on="child").filter(
        pl.col("CINPlanStartDate") > pl.col("PersonDeathDate")
    )


@frame_rule("4009Q", {"ChildIdentifiers": ["PersonDeathDate"], "CINplanDates": ["CINPlanEndDate"]})
def cin_plan_ends_after_death(data: ReturnData) -> pl.LazyFrame:
    """CIN plan was closed some time after the child's death.

    A plan is expected to end on the day the child died, or before it.

    Fix: check both dates; if the plan was closed late only in the records, enter the date of death as its end.

    Example:
        | ChildIdentifiers | LAchildID | PersonDeathDate |
        |                  | A         | 2025-06-15 *    |
        | alive            | B         |                 |

        | CINplanDates     | LAchildID | CINdetailsID | CINPlanEndDate |
        | the day after    | A         | 1            | 2025-06-16 *   |
        | any episode      | A         | 2            | 2025-06-20 *   |
        | same day         | A         | 1            | 2025-06-15     |
        | the day before   | A         | 1            | 2025-06-14     |
        | still open       | A         | 1            |                |
        |                  | B         | 1            | 2025-06-16     |
    """
    return data.join("ChildIdentifiers", "CINplanDates", on="child").filter(
        pl.col("CINPlanEndDate") > pl.col("PersonDeathDate")
    )


@row_rule("4010", "CINplanDates", ["CINPlanStartDate"])
def cin_plan_start_missing_or_late(data: ReturnData) -> pl.Expr:
    """Start of a CIN plan is blank or falls after the end of the census year.

    Every plan has a first day, and only plans begun by the last day of the census year belong in the return. Plans from
    earlier years are welcome.

    Fix: enter or correct the start date; remove a plan that belongs in the next return.

    Example:
        | CINplanDates      | CINPlanStartDate |
        | blank             | *                |
        | the day after     | 2026-04-01 *     |
        | the last day      | 2026-03-31       |
        | years ago         | 2019-01-01       |
    """
    return pl.col("CINPlanStartDate").is_null() | (pl.col("CINPlanStartDate") > data.end)


@row_rule("4011", "CINplanDates", ["CINPlanStartDate", "CINPlanEndDate"])
def cin_plan_ends_before_it_starts(_: ReturnData) -> pl.Expr:
    """End date of a CIN plan comes ahead of its start date.

    A plan runs from its start to its end. A plan that ends on its first day is left to rule 4012Q.

    Fix: check both dates with the plan's record and correct the wrong one.

    Example:
        | CINplanDates    | CINPlanStartDate | CINPlanEndDate |
        | a day too early | 2025-05-02 *     | 2025-05-01 *   |
        | same day        | 2025-05-02       | 2025-05-02     |
        | a day later     | 2025-05-02       | 2025-05-03     |
        | still open      | 2025-05-02       |                |
        | no start        |                  | 2025-05-01     |
    """
    return pl.col("CINPlanEndDate") < pl.col("CINPlanStartDate")


@row_rule("4012Q", "CINplanDates", ["CINPlanStartDate", "CINPlanEndDate"])
def cin_plan_of_one_day(_: ReturnData) -> pl.Expr:
    """CIN plan has the same date as its start and its end.

    A plan of one day is possible but rare; more often one of the dates was copied into the other.

    Fix: correct the wrong date, or remove a plan that was never carried out; leave it if it is right.

    Example:
        | CINplanDates  | CINPlanStartDate | CINPlanEndDate |
        | same day      | 2025-05-02 *     | 2025-05-02 *   |
        | a day later   | 2025-05-02       | 2025-05-03     |
        | a day earlier | 2025-05-02       | 2025-05-01     |
        | still open    | 2025-05-02       |                |
        | both blank    |                  |                |
    """
    return pl.col("CINPlanStartDate") == pl.col("CINPlanEndDate")


@row_rule("4013", "CINplanDates", ["CINPlanEndDate"])
def cin_plan_end_outside_year(data: ReturnData) -> pl.Expr:
    """CIN plan ended on a day that is not in the census year.

    The return holds plans that were open at some time in the year: one that ended earlier does not belong in it, and no
    plan can have ended after it.

    Fix: correct the end date, clear it if the plan was still open on the last day, or remove a plan of an earlier year.

    Example:
        | CINplanDates   | CINPlanEndDate |
        | the day before | 2025-03-31 *   |
        | the first day  | 2025-04-01     |
        | the last day   | 2026-03-31     |
        | the day after  | 2026-04-01 *   |
        | still open     |                |
    """
    return outside_window("CINPlanEndDate", data)


@frame_rule(
    "4014", {"CINplanDates": ["CINPlanStartDate"], "CINplanDates_other": ["CINPlanStartDate", "CINPlanEndDate"]}
)
def cin_plans_overlap(data: ReturnData) -> pl.LazyFrame:
    """CIN plan starts before an earlier CIN plan of the child is over.

    A child has one CIN plan at a time, whichever episode it stands in. The plan that was running covers its first and
    its last day; an open one runs to the last day of the census year. Of two plans with the same start each is flagged.

    Fix: correct the dates so that one plan ends on a day before the next starts, or remove a plan entered twice.

    Example:
        | CINplanDates           | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        | running                | A         | 1            | 2025-05-01 *     | 2025-05-31 *   |
        | starts as it ends      | A         | 2            | 2025-05-31 *     | 2025-06-15     |
        | starts a day later     | A         | 1            | 2025-06-16       | 2025-06-30     |
        | no start               | A         | 1            |                  | 2025-06-30     |
        | same start, both       | B         | 1            | 2025-05-01 *     | 2025-05-10 *   |
        |                        | B         | 1            | 2025-05-01 *     | 2025-05-10 *   |
        | only plan of a child   | C         | 1            | 2025-05-01       | 2025-05-31     |

    Example:
        | CINplanDates           | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        | open                   | A         | 1            | 2025-05-01 *     | *              |
        | on the last day        | A         | 1            | 2026-03-31 *     | 2026-03-31     |
        | open                   | B         | 1            | 2025-05-01       |                |
        | after the last day     | B         | 1            | 2026-04-01       | 2026-04-02     |
        | ended before           | B         | 1            | 2025-04-01       | 2025-04-30     |
    """
    on_or_before_end = pl.col("CINPlanStartDate") <= data.end
    return data.pairs("CINplanDates", on="child").filter(
        starts_during("CINPlanStartDate", "CINPlanStartDate_other", "CINPlanEndDate_other", on_or_before_end)
    )


@frame_rule("4015", {"CINplanDates": ["CINPlanStartDate"], "CINdetails": ["CINreferralDate"]})
def cin_plan_starts_before_referral(data: ReturnData) -> pl.LazyFrame:
    """CIN plan starts before the date of its episode's referral.

    A plan follows from the referral that opened the episode it belongs to.

    Fix: correct the start of the plan or the date of the referral, or move the plan to the episode it came from.

    Example:
        | CINdetails         | LAchildID | CINdetailsID | CINreferralDate |
        |                    | A         | 1            | 2025-05-02 *    |
        |                    | A         | 2            | 2025-05-02      |
        | no date            | B         | 1            |                 |

        | CINplanDates       | LAchildID | CINdetailsID | CINPlanStartDate |
        | a day too early    | A         | 1            | 2025-05-01 *     |
        | same day           | A         | 2            | 2025-05-02       |
        | no start           | A         | 2            |                  |
        | no referral date   | B         | 1            | 2025-05-01       |
        | no such episode    | B         | 2            | 2025-05-01       |
    """
    return data.join("CINplanDates", "CINdetails", on="episode").filter(
        pl.col("CINPlanStartDate") < pl.col("CINreferralDate")
    )


@frame_rule("4016", {"CINplanDates": ["CINPlanStartDate"], "ChildProtectionPlans": ["CPPstartDate", "CPPendDate"]})
def cin_plan_starts_during_protection_plan(data: ReturnData) -> pl.LazyFrame:
    """CIN plan starts when a child protection plan of the child is in force.

    A child on a protection plan has no CIN plan beside it, in whichever episode. The CIN plan may start on the day the
    protection plan ends, not on its first day; an open protection plan runs to the last day of the census year.

    Fix: correct the start of the CIN plan or the dates of the protection plan.

    Example:
        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate | CPPendDate   |
        | ended                | A         | 1            | 2025-05-01 * | 2025-05-31 * |
        | open                 | B         | 1            | 2025-05-01 * | *            |
        | no start             | C         | 1            |              | 2025-05-31   |

        | CINplanDates         | LAchildID | CINdetailsID | CINPlanStartDate |
        | the day before       | A         | 1            | 2025-04-30       |
        | its first day        | A         | 1            | 2025-05-01 *     |
        | day before its end   | A         | 2            | 2025-05-30 *     |
        | day it ends          | A         | 1            | 2025-05-31       |
        | no start             | A         | 1            |                  |
        | last day of the year | B         | 1            | 2026-03-31 *     |
        | after the year       | B         | 1            | 2026-04-01       |
        | cannot be compared   | C         | 1            | 2025-05-15       |
        | no protection plan   | D         | 1            | 2025-05-15       |
    """
    on_or_before_end = pl.col("CINPlanStartDate") <= data.end
    return data.join("CINplanDates", "ChildProtectionPlans", on="child").filter(
        starts_during("CINPlanStartDate", "CPPstartDate", "CPPendDate", on_or_before_end, last_day_counts=False)
    )


@frame_rule("4017", {"ChildProtectionPlans": ["CPPstartDate"], "CINplanDates": ["CINPlanStartDate", "CINPlanEndDate"]})
def protection_plan_starts_during_cin_plan(data: ReturnData) -> pl.LazyFrame:
    """Child protection plan starts when a CIN plan of the child has not ended.

    A CIN plan ends when the child goes onto a protection plan, in whichever episode. The protection plan may start on
    the day the CIN plan ends, not on its first day; an open CIN plan runs to the last day of the census year.

    Fix: enter the end of the CIN plan, normally the day the protection plan starts, or correct the other dates.

    Example:
        | CINplanDates         | LAchildID | CINdetailsID | CINPlanStartDate | CINPlanEndDate |
        | ended                | A         | 1            | 2025-05-01 *     | 2025-05-31 *   |
        | open                 | B         | 1            | 2025-05-01 *     | *              |
        | no start             | C         | 1            |                  | 2025-05-31     |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | the day before       | A         | 1            | 2025-04-30   |
        | its first day        | A         | 1            | 2025-05-01 * |
        | day before its end   | A         | 2            | 2025-05-30 * |
        | day it ends          | A         | 1            | 2025-05-31   |
        | no start             | A         | 1            |              |
        | last day of the year | B         | 1            | 2026-03-31 * |
        | after the year       | B         | 1            | 2026-04-01   |
        | cannot be compared   | C         | 1            | 2025-05-15   |
        | no CIN plan          | D         | 1            | 2025-05-15   |
    """
    on_or_before_end = pl.col("CPPstartDate") <= data.end
    return data.join("ChildProtectionPlans", "CINplanDates", on="child").filter(
        starts_during("CPPstartDate", "CINPlanStartDate", "CINPlanEndDate", on_or_before_end, last_day_counts=False)
    )
