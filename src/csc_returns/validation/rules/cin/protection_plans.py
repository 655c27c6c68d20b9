"""Child protection plans: their dates and reviews, and plans beside the referral, the initial conference, a death."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import inside_window, is_yes, outside_window, starts_during
from csc_returns.validation.rule import frame_rule, row_rule


@frame_rule("1105", {"ChildProtectionPlans": ["CPPstartDate"], "CINdetails": ["CINreferralDate"]})
def plan_starts_before_referral(data: ReturnData) -> pl.LazyFrame:
    """Child protection plan starts before the date of its episode's referral.

    A plan follows from the referral that opened the episode it belongs to.

    Fix: correct the start of the plan or the date of the referral, or move the plan to the episode it came from.

    Example:
        | CINdetails           | LAchildID | CINdetailsID | CINreferralDate |
        |                      | A         | 1            | 2025-05-02 *    |
        |                      | A         | 2            | 2025-05-02      |
        | no date              | B         | 1            |                 |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | a day too early      | A         | 1            | 2025-05-01 * |
        | same day             | A         | 2            | 2025-05-02   |
        | no start             | A         | 2            |              |
        | no referral date     | B         | 1            | 2025-05-01   |
        | no such episode      | B         | 2            | 2025-05-01   |
    """
    return data.join("ChildProtectionPlans", "CINdetails", on="episode").filter(
        pl.col("CPPstartDate") < pl.col("CINreferralDate")
    )


@frame_rule(
    "2883",
    {},
    reads={
        "ChildProtectionPlans": ["CPPstartDate"],
        "CINdetails": ["DateOfInitialCPC"],
        "Section47": ["DateOfInitialCPC"],
    },
)
def more_plans_than_conferences(data: ReturnData) -> pl.LazyFrame:
    """Return has fewer initial conferences in the census year than child protection plans that began in it.

    A plan begins with an initial conference, so there are at least as many conferences as plans. Every row counts for
    itself: plans by their start, conferences by their date on section 47 enquiries and on episodes.

    Fix: look for plans without a conference (rule 2885 points at them) and enter the date of the conference.

    Example (flagged):
        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | first day            | A         | 1            | 2025-04-01   |
        | last day             | B         | 1            | 2026-03-31   |
        |                      | B         | 1            | 2025-06-01   |

        | CINdetails           | LAchildID | CINdetailsID | DateOfInitialCPC |
        | before the year      | A         | 1            | 2025-03-31       |
        | counts               | B         | 1            | 2026-03-31       |

        | Section47            | LAchildID | CINdetailsID | DateOfInitialCPC |
        | counts               | A         | 1            | 2025-04-01       |
        | after the year       | B         | 1            | 2026-04-01       |
        | not held             | B         | 1            |                  |

    Example (not flagged):
        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | as many plans        | A         | 1            | 2025-04-01   |
        |                      | A         | 1            | 2026-03-31   |
        | before the year      | B         | 1            | 2025-03-31   |
        | after the year       | B         | 1            | 2026-04-01   |
        | no start             | B         | 1            |              |

        | CINdetails           | LAchildID | CINdetailsID | DateOfInitialCPC |
        | whichever child      | C         | 1            | 2025-06-01       |

        | Section47            | LAchildID | CINdetailsID | DateOfInitialCPC |
        |                      | C         | 1            | 2025-06-01       |

    Example (flagged):
        | ChildProtectionPlans | CPPstartDate |
        | no conference at all | 2025-06-01   |

        | CINdetails           | DateOfInitialCPC |

        | Section47            | DateOfInitialCPC |
    """

    def in_year(table: str, date: str) -> pl.LazyFrame:
        return data[table].select(inside_window(date, data).sum().alias(table))

    counts = [
        in_year("ChildProtectionPlans", "CPPstartDate"),
        in_year("CINdetails", "DateOfInitialCPC"),
        in_year("Section47", "DateOfInitialCPC"),
    ]
    return pl.concat(counts, how="horizontal").filter(
        pl.col("ChildProtectionPlans") > pl.col("CINdetails") + pl.col("Section47")
    )


@frame_rule(
    "2885",
    {
        "ChildProtectionPlans": ["CPPstartDate"],
        "Section47": ["DateOfInitialCPC"],
        "CINdetails": ["DateOfInitialCPC"],
    },
    reads={"Section47": ["ICPCnotRequired"]},
)
def plan_starts_on_another_day_than_conference(data: ReturnData) -> pl.LazyFrame:
    """Child protection plan of this census year starts on a day on which the episode has no initial conference.

    The initial conference decides on the plan, so the plan starts that day. The conference is looked for on the
    episode's section 47 enquiries; those marked as needing no conference (1 or true) do not count. Only where no
    enquiry is left, the date on the episode itself is compared. Each plan is judged on its own and is one finding; it
    points at the dates compared too, unless another plan of the year in the episode agrees with one of them.

    Fix: correct the start of the plan or the date of the conference, or enter the conference that is missing.

    Example:
        | CINdetails                | LAchildID | CINdetailsID | DateOfInitialCPC |
        | not looked at             | A         | 1            | 2025-05-02       |
        |                           | A         | 2            |                  |
        |                           | A         | 3            |                  |

        | Section47                 | LAchildID | CINdetailsID | DateOfInitialCPC | ICPCnotRequired |
        | conference on another day | A         | 1            | 2025-05-01 *     | 0               |
        | no date                   | A         | 1            | *                | false           |
        | flag missing              | A         | 1            | 2025-05-03 *     |                 |
        | any other text            | A         | 1            | 2025-05-04 *     | True            |
        | conference not required   | A         | 1            | 2025-05-02       | 1               |
        | conference of the plan    | A         | 2            | 2025-06-02       | 0               |
        |                           | A         | 2            | 2025-07-02       | 0               |
        | agrees with one plan      | A         | 3            | 2025-04-01       | 0               |
        | no date                   | A         | 3            |                  | 0               |

        | ChildProtectionPlans      | LAchildID | CINdetailsID | CPPID | CPPstartDate |
        | a day off each of them    | A         | 1            | 1     | 2025-05-02 * |
        | before the year           | A         | 1            | 2     | 2025-03-31   |
        | after the year            | A         | 1            | 3     | 2026-04-01   |
        | no start                  | A         | 1            | 4     |              |
        | agrees                    | A         | 2            | 1     | 2025-06-02   |
        | first day, agrees         | A         | 3            | 1     | 2025-04-01   |
        | last day, does not        | A         | 3            | 2     | 2026-03-31 * |

    Example:
        | CINdetails                | LAchildID | CINdetailsID | DateOfInitialCPC |
        | agrees                    | A         | 1            | 2025-05-02       |
        | a day off                 | A         | 2            | 2025-05-03 *     |
        | no date                   | A         | 3            | *                |
        | agrees with one plan      | A         | 4            | 2025-05-02       |
        | no plan in the year       | A         | 5            | 2025-05-02       |
        | agrees with an old plan   | A         | 6            | 2025-03-31 *     |

        | Section47                 | LAchildID | CINdetailsID | DateOfInitialCPC | ICPCnotRequired |
        | conference not required   | A         | 1            | 2025-06-30       | true            |
        |                           | A         | 2            | 2025-05-02       | 1               |

        | ChildProtectionPlans      | LAchildID | CINdetailsID | CPPID | CPPstartDate |
        |                           | A         | 1            | 1     | 2025-05-02   |
        |                           | A         | 2            | 1     | 2025-05-02 * |
        |                           | A         | 3            | 1     | 2025-05-02 * |
        |                           | A         | 4            | 1     | 2025-05-02   |
        | does not agree            | A         | 4            | 2     | 2025-06-30 * |
        | before the year           | A         | 5            | 1     | 2025-03-31   |
        | before the year           | A         | 6            | 1     | 2025-03-31   |
        |                           | A         | 6            | 2     | 2025-06-30 * |
        | no such episode           | B         | 1            | 1     | 2025-05-02 * |
    """
    begun = inside_window("CPPstartDate", data)
    leads_on = ~is_yes("ICPCnotRequired")
    enquiries = data["Section47"].filter(leads_on)
    beside_enquiries = data.join("ChildProtectionPlans", "Section47", on="episode").filter(begun & leads_on)
    beside_episode = data.join("ChildProtectionPlans", "CINdetails", on="episode").filter(begun)
    without_episode = data.lacking("ChildProtectionPlans", "CINdetails", on="episode").filter(begun)
    return pl.concat(
        [
            _without_conference(beside_enquiries, "Section47"),
            _without_conference(beside_episode, "CINdetails").join(enquiries, on="episode", how="anti"),
            without_episode.join(enquiries, on="episode", how="anti"),
        ],
        how="diagonal",
    ).with_columns(finding=pl.col("ChildProtectionPlans"))


def _without_conference(pairs: pl.LazyFrame, table: str) -> pl.LazyFrame:
    """Plans that start on none of the conference dates beside them.

    The row of ``table`` that holds the date is kept only where no plan of the episode starts on any of its dates.
    """
    agrees = (pl.col("CPPstartDate") == pl.col("DateOfInitialCPC")).fill_null(False)
    return (
        pairs.with_columns(pl.when(~agrees.any().over("episode")).then(pl.col(table)))
        .filter(~agrees.any().over("ChildProtectionPlans"))
        .select("ChildProtectionPlans", "episode", table)
    )


@row_rule("8720", "ChildProtectionPlans", ["CPPstartDate"])
def plan_start_missing_or_late(data: ReturnData) -> pl.Expr:
    """Start of a child protection plan is blank or falls after the end of the census year.

    Every plan has a first day, and only plans begun by the last day of the census year belong in the return. Plans from
    earlier years are welcome.

    Fix: enter or correct the start date; remove a plan that belongs in the next return.

    Example:
        | ChildProtectionPlans | CPPstartDate |
        | blank                | *            |
        | the day after        | 2026-04-01 * |
        | the last day         | 2026-03-31   |
        | years ago            | 2019-01-01   |
    """
    return pl.col("CPPstartDate").is_null() | (pl.col("CPPstartDate") > data.end)


@row_rule("8840", "ChildProtectionPlans", ["CPPstartDate", "CPPendDate"])
def plan_of_one_day(_: ReturnData) -> pl.Expr:
    """Child protection plan has the same date as its start and its end.

    A plan is made to last until at least its first review; a plan of one day was entered wrongly.

    Fix: correct the wrong date, or remove a plan that was never carried out.

    Example:
        | ChildProtectionPlans | CPPstartDate | CPPendDate   |
        | same day             | 2025-05-02 * | 2025-05-02 * |
        | a day later          | 2025-05-02   | 2025-05-03   |
        | a day earlier        | 2025-05-02   | 2025-05-01   |
        | still open           | 2025-05-02   |              |
        | both blank           |              |              |
    """
    return pl.col("CPPstartDate") == pl.col("CPPendDate")


@frame_rule("8841", {"ChildProtectionPlans": ["CPPstartDate"], "Reviews": ["CPPreviewDate"]})
def review_not_after_plan_start(data: ReturnData) -> pl.LazyFrame:
    """Review is dated no later than the start of the child protection plan it reviews.

    A review looks back on a plan that has been running, so it comes on a later day. Every review of a plan is compared
    with the start of that plan.

    Fix: correct the date of the review or the start of the plan. Remove a review that was the initial conference.

    Example:
        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPID | CPPstartDate |
        |                      | A         | 1            | 1     | 2025-05-02 * |
        |                      | A         | 1            | 2     | 2025-04-02   |
        | no start             | A         | 2            | 1     |              |

        | Reviews              | LAchildID | CINdetailsID | CPPID | CPPreviewDate |
        | a day too early      | A         | 1            | 1     | 2025-05-01 *  |
        | same day             | A         | 1            | 1     | 2025-05-02 *  |
        | a day later          | A         | 1            | 1     | 2025-05-03    |
        | no date              | A         | 1            | 1     |               |
        | of another plan      | A         | 1            | 2     | 2025-05-01    |
        | cannot be compared   | A         | 2            | 1     | 2025-05-01    |
    """
    return data.join("ChildProtectionPlans", "Reviews", on="plan").filter(
        pl.col("CPPreviewDate") <= pl.col("CPPstartDate")
    )


@frame_rule("8915", {"ChildProtectionPlans": ["CPPstartDate"], "ChildIdentifiers": ["PersonDeathDate"]})
def plan_starts_after_death(data: ReturnData) -> pl.LazyFrame:
    """Child protection plan begins when the child had already died.

    No plan can begin after the day of death. A plan that began on that day is accepted.

    Fix: correct the date of death or the start of the plan; remove a plan that was never made.

    Example:
        | ChildIdentifiers     | LAchildID | PersonDeathDate |
        |                      | A         | 2025-06-15 *    |
        | alive                | B         |                 |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPstartDate |
        | the day after        | A         | 1            | 2025-06-16 * |
        | any episode          | A         | 2            | 9012-06-16 * |
        | same day             | A         | 1            | 2025-06-15   |
        | the day before       | A         | 1            | 2025-06-14   |
        | no start             | A         | 1            |              |
        |                      | B         | 1            | 2025-06-16   |
    """
    return data.join("ChildProtectionPlans", "ChildIdentifiers", on="child").filter(
        pl.col("CPPstartDate") > pl.col("PersonDeathDate")
    )


@frame_rule("8920", {"ChildProtectionPlans": ["CPPendDate"], "ChildIdentifiers": ["PersonDeathDate"]})
def plan_ends_after_death(data: ReturnData) -> pl.LazyFrame:
    """Child protection plan was closed some time after the child's death.

    A plan is over at the latest on the day the child died.

    Fix: check both dates; if the plan was closed late only in the records, enter the date of death as its end.

    Example:
        | ChildIdentifiers     | LAchildID | PersonDeathDate |
        |                      | A         | 2025-06-15 *    |
        | alive                | B         |                 |

        | ChildProtectionPlans | LAchildID | CINdetailsID | CPPendDate   |
        | the day after        | A         | 1            | 2025-06-16 * |
        | any episode          | A         | 2            | 2025-06-20 * |
        | same day             | A         | 1            | 2025-06-15   |
        | the day before       | A         | 1            | 2025-06-14   |
        | still open           | A         | 1            |              |
        |                      | B         | 1            | 2025-06-16   |
    """
    return data.join("ChildProtectionPlans", "ChildIdentifiers", on="child").filter(
        pl.col("CPPendDate") > pl.col("PersonDeathDate")
    )


@row_rule("8925", "ChildProtectionPlans", ["CPPstartDate", "CPPendDate"])
def plan_ends_before_it_starts(_: ReturnData) -> pl.Expr:
    """End date of a child protection plan comes ahead of its start date.

    A plan runs from its start to its end. A plan that ends on its first day is left to rule 8840.

    Fix: check both dates with the plan's record and correct the wrong one.

    Example:
        | ChildProtectionPlans | CPPstartDate | CPPendDate   |
        | a day too early      | 2025-05-02 * | 2025-05-01 * |
        | same day             | 2025-05-02   | 2025-05-02   |
        | a day later          | 2025-05-02   | 2025-05-03   |
        | still open           | 2025-05-02   |              |
        | no start             |              | 2025-05-01   |
    """
    return pl.col("CPPendDate") < pl.col("CPPstartDate")


@row_rule("8930", "ChildProtectionPlans", ["CPPendDate"])
def plan_end_outside_year(data: ReturnData) -> pl.Expr:
    """Child protection plan ended on a day that is not in the census year.

    The return holds plans that were open at some time in the year: one that ended earlier does not belong in it, and no
    plan can have ended after it.

    Fix: correct the end date, clear it if the plan was still open on the last day, or remove a plan of an earlier year.

    Example:
        | ChildProtectionPlans | CPPendDate   |
        | the day before       | 2025-03-31 * |
        | the first day        | 2025-04-01   |
        | the last day         | 2026-03-31   |
        | the day after        | 2026-04-01 * |
        | still open           |              |
    """
    return outside_window("CPPendDate", data)


@frame_rule("8935", {"ChildProtectionPlans": ["CPPendDate"]}, reads={"ChildProtectionPlans": ["LAchildID"]})
def several_open_plans(data: ReturnData) -> pl.LazyFrame:
    """More than one child protection plan of a child is still open.

    A child can be on one plan at a time, whichever episode it stands in. The open plans of a child are one finding.

    Fix: enter the end date of every plan but the current one, or remove the plan that was entered twice.

    Example:
        | ChildProtectionPlans   | LAchildID | CINdetailsID | CPPstartDate | CPPendDate |
        | three open             | A         | 1            | 2024-05-02   | *          |
        | in the same episode    | A         | 1            | 2025-05-02   | *          |
        | no start, also counted | A         | 2            |              | *          |
        | ended                  | A         | 2            | 2023-05-02   | 2023-06-30 |
        | one open               | B         | 1            | 2025-05-02   |            |
        |                        | B         | 1            | 2025-05-02   | 2025-07-01 |
    """
    open_plans = data["ChildProtectionPlans"].filter(pl.col("CPPendDate").is_null())
    return open_plans.filter(pl.len().over("child") > 1).with_columns(finding=pl.col("child"))


@frame_rule(
    "8940", {"ChildProtectionPlans": ["CPPstartDate"], "ChildProtectionPlans_other": ["CPPstartDate", "CPPendDate"]}
)
def plans_overlap(data: ReturnData) -> pl.LazyFrame:
    """Child protection plan starts before an earlier protection plan of the child is over.

    A child is on one plan at a time, whichever episode it stands in. The plan that was running covers its first and its
    last day; an open one runs to the last day of the census year. Of two plans with the same start each is flagged.

    Fix: correct the dates so that one plan ends on a day before the next starts, or remove a plan entered twice.

    Example:
        | ChildProtectionPlans   | LAchildID | CINdetailsID | CPPID | CPPstartDate | CPPendDate   |
        | running                | A         | 1            | 1     | 2025-05-01 * | 2025-05-31 * |
        | starts as it ends      | A         | 2            | 1     | 2025-05-31 * | 2025-06-15   |
        | starts a day later     | A         | 1            | 2     | 2025-06-16   | 2025-06-30   |
        | no start               | A         | 1            | 3     |              | 2025-06-30   |
        | same start, both       | B         | 1            | 1     | 2025-05-01 * | 2025-05-10 * |
        |                        | B         | 1            | 2     | 2025-05-01 * | 2025-05-10 * |
        | only plan of a child   | C         | 1            | 1     | 2025-05-01   | 2025-05-31   |

    Example:
        | ChildProtectionPlans   | LAchildID | CINdetailsID | CPPID | CPPstartDate | CPPendDate   |
        | open                   | A         | 1            | 1     | 2025-05-01 * | *            |
        | on the last day        | A         | 1            | 2     | 2026-03-31 * | 2026-03-31   |
        | open                   | B         | 1            | 1     | 2025-05-01   |              |
        | after the last day     | B         | 1            | 2     | 2026-04-01   | 2026-04-02   |
        | ended before           | B         | 1            | 3     | 2025-04-01   | 2025-04-30   |
    """
    on_or_before_end = pl.col("CPPstartDate") <= data.end
    return data.pairs("ChildProtectionPlans", on="child").filter(
        starts_during("CPPstartDate", "CPPstartDate_other", "CPPendDate_other", on_or_before_end)
    )
