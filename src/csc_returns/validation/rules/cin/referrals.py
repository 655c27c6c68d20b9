"""One episode of need: its referral and closure, by themselves, against the child and beside the other episodes."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData, years_later
from csc_returns.validation.expressions import is_no, outside_window, starts_during, working_days_before
from csc_returns.validation.rule import frame_rule, row_rule

# -- the referral ------------------------------------------------------------------------------------------------------


@row_rule("8600", "CINdetails", ["CINreferralDate"])
def referral_missing_or_after_year(data: ReturnData) -> pl.Expr:
    """Episode has no referral date, or one after the collection year.

    Every episode opens with a referral, and one that comes after the last day of the year belongs to a later return.
    A referral may be any time before.

    Fix: enter the date of the referral, or leave out an episode that opened after the year.

    Example:
        | CINdetails         | CINreferralDate |
        | last day           | 2026-03-31      |
        | a day too late     | 2026-04-01 *    |
        | blank              | *               |
        | not a date         | 31/03/2026 *    |
        | before the year    | 2009-06-01      |
    """
    return pl.col("CINreferralDate").is_null() | (pl.col("CINreferralDate") > data.end)


@row_rule("8866", "CINdetails", ["CINreferralDate", "ReferralSource"])
def referral_source_missing_or_unknown(data: ReturnData) -> pl.Expr:
    """Referral from 1 April 2013 or later has no source, or a source that is not a code of the list.

    Codes are compared as they stand: a lower-case letter or a leading zero makes another code.

    Fix: enter the code of the person or service that made the referral.

    Example:
        | CINdetails       | CINreferralDate | ReferralSource |
        | a code           | 2025-05-02      | 5D             |
        | a code           | 2025-05-02      | 10             |
        | unknown          | 2025-05-02 *    | 5E *           |
        | without letter   | 2025-05-02 *    | 1 *            |
        | lower case       | 2025-05-02 *    | 1a *           |
        | leading zero     | 2025-05-02 *    | 06 *           |
        | first day        | 2013-04-01 *    | *              |
        | too long ago     | 2013-03-31      |                |
        | no referral date |                 |                |
    """
    codes = data.specification.tables["CINdetails"].items["ReferralSource"].codes or ()
    known = pl.col("ReferralSource").is_in(codes).fill_null(False)
    return (pl.col("CINreferralDate") >= dt.date(2013, 4, 1)) & ~known


@row_rule("8610", "CINdetails", ["ReferralNFA", "PrimaryNeedCode"])
def primary_need_missing(_: ReturnData) -> pl.Expr:
    """Referral led to further action, but the child's primary need is blank.

    Only a referral that ended in no further action may go without a primary need.

    Fix: enter the primary need, or mark the referral as no further action if it was.

    Example:
        | CINdetails     | ReferralNFA | PrimaryNeedCode |
        | further action | 0 *         | *               |
        | further action | false *     | *               |
        | other case     | FALSE       |                 |
        | none taken     | 1           |                 |
        | not said       |             |                 |
        | has a need     | 0           | N1              |
    """
    return is_no("ReferralNFA") & pl.col("PrimaryNeedCode").is_null()


@row_rule("8569Q", "CINdetails", ["CINreferralDate"], reads={"CINdetails": ["ReferralNFA"]})
def old_referral_without_further_action(data: ReturnData) -> pl.Expr:
    """Referral from before the collection year does not say that further action was taken.

    A referral that ended in no further action belongs to the year in which it was made. Those made on the last working
    day before the year, or later, are left alone: the decision may have fallen into the year.

    Fix: leave out the episode if no further action was taken; else set ReferralNFA to 0.

    Example:
        | CINdetails              | CINreferralDate | ReferralNFA |
        | a day too early         | 2025-03-30 *    | 1           |
        | last working day before | 2025-03-31      | 1           |
        | not said                | 2025-03-30 *    |             |
        | other case              | 2025-03-30 *    | False       |
        | further action          | 2025-03-30      | 0           |
        | further action          | 2025-03-30      | false       |
        | no referral date        |                 | 1           |

    Example in 2024-25:
        | CINdetails                     | CINreferralDate | ReferralNFA |
        | a day too early                | 2024-03-27 *    | 1           |
        | last working day before Easter | 2024-03-28      | 1           |
    """
    return (pl.col("CINreferralDate") < working_days_before(data.start, 1)) & ~is_no("ReferralNFA")


@frame_rule(
    "8606",
    {"CINdetails": ["CINreferralDate"], "ChildIdentifiers": ["PersonBirthDate", "ExpectedPersonBirthDate"]},
)
def referral_long_before_birth(data: ReturnData) -> pl.LazyFrame:
    """Referral is dated more than 280 days before the child's birth or expected birth.

    280 days is the length of a pregnancy. It is enough that one of the two dates is too far off.

    Fix: correct the date of the referral, the date of birth or the expected date of birth.

    Example:
        | ChildIdentifiers     | LAchildID | PersonBirthDate | ExpectedPersonBirthDate |
        | 281 days             | A         | 2026-02-07 *    | *                       |
        | 280 days             | B         | 2026-02-06      |                         |
        | expected in 281 days | C         | *               | 2026-02-07 *            |
        | expected in 280 days | D         |                 | 2026-02-06              |
        | one of two           | E         | 2026-02-01 *    | 2026-02-07 *            |
        | no dates             | F         |                 |                         |
        | no referral date     | G         | 2026-02-07      |                         |
        | mistyped             | H         | 9012-02-07 *    | *                       |

        | CINdetails | LAchildID | CINreferralDate |
        |            | A         | 2025-05-02 *    |
        |            | B         | 2025-05-02      |
        |            | C         | 2025-05-02 *    |
        |            | D         | 2025-05-02      |
        |            | E         | 2025-05-02 *    |
        | after      | E         | 2026-03-02      |
        |            | F         | 2025-05-02      |
        |            | G         |                 |
        |            | H         | 2025-05-02 *    |
    """
    days_to_birth = [
        (pl.col(birth) - pl.col("CINreferralDate")).dt.total_days()
        for birth in ("PersonBirthDate", "ExpectedPersonBirthDate")
    ]
    return data.join("CINdetails", "ChildIdentifiers", on="child").filter(
        pl.any_horizontal(days > 280 for days in days_to_birth)
    )


@frame_rule("8555Q", {"CINdetails": ["CINreferralDate"], "ChildIdentifiers": ["PersonDeathDate"]})
def referral_after_death(data: ReturnData) -> pl.LazyFrame:
    """Child was referred on a day after their death.

    A referral on the day of death is possible.

    Fix: correct the date of the referral or the date of death; check that the referral is this child's.

    Example:
        | ChildIdentifiers | LAchildID | PersonDeathDate |
        |                  | A         | 2025-05-01 *    |
        | no death date    | B         |                 |

        | CINdetails       | LAchildID | CINreferralDate |
        | a day later      | A         | 2025-05-02 *    |
        | same day         | A         | 2025-05-01      |
        | no referral date | A         |                 |
        |                  | B         | 2025-05-02      |
        | not among them   | C         | 2025-05-02      |
    """
    return data.join("CINdetails", "ChildIdentifiers", on="child").filter(
        pl.col("CINreferralDate") > pl.col("PersonDeathDate")
    )


# -- the closure -------------------------------------------------------------------------------------------------------


@row_rule("8620", "CINdetails", ["CINclosureDate"])
def closure_outside_year(data: ReturnData) -> pl.Expr:
    """Episode was closed before or after the collection year.

    An episode closed before the year is no part of the return; one closed after it was still open when it ended.

    Fix: correct the closure date; leave out an episode closed before the year, and clear a closure after it.

    Example:
        | CINdetails      | CINclosureDate |
        | a day too early | 2025-03-31 *   |
        | first day       | 2025-04-01     |
        | last day        | 2026-03-31     |
        | a day too late  | 2026-04-01 *   |
        | mistyped        | 9012-04-01 *   |
        | open            |                |
    """
    return outside_window("CINclosureDate", data)


@row_rule("8630", "CINdetails", ["CINreferralDate", "CINclosureDate"])
def closure_before_referral(_: ReturnData) -> pl.Expr:
    """Episode was closed earlier than its referral.

    An episode runs from the referral to the closure; it may be over on its first day.

    Fix: check both dates with the child's record and correct the wrong one.

    Example:
        | CINdetails       | CINreferralDate | CINclosureDate |
        | a day too early  | 2025-05-02 *    | 2025-05-01 *   |
        | same day         | 2025-05-02      | 2025-05-02     |
        | open             | 2025-05-02      |                |
        | no referral date |                 | 2025-05-01     |
    """
    return pl.col("CINclosureDate") < pl.col("CINreferralDate")


@row_rule("8805", "CINdetails", ["CINclosureDate", "ReasonForClosure"])
def closed_without_reason(_: ReturnData) -> pl.Expr:
    """Episode has a closure date but no reason for closure.

    The date and the reason of a closure are given together.

    Fix: enter the reason for closure, or clear the closure date if the episode is still open.

    Example:
        | CINdetails | CINclosureDate | ReasonForClosure |
        |            | 2025-05-02 *   | *                |
        | both       | 2025-05-02     | RC1              |
        | open       |                |                  |
        | no date    |                | RC1              |
    """
    return pl.col("CINclosureDate").is_not_null() & pl.col("ReasonForClosure").is_null()


@row_rule("8810", "CINdetails", ["ReasonForClosure", "CINclosureDate"])
def reason_without_closure(_: ReturnData) -> pl.Expr:
    """Episode has a reason for closure but no closure date.

    The date and the reason of a closure are given together. A closure date that is not a date counts as none.

    Fix: enter the closure date, or clear the reason if the episode is still open.

    Example:
        | CINdetails | ReasonForClosure | CINclosureDate |
        |            | RC1 *            | *              |
        | not a date | RC1 *            | 02/05/2025 *   |
        | both       | RC1              | 2025-05-02     |
        | open       |                  |                |
        | no reason  |                  | 2025-05-02     |
    """
    return pl.col("ReasonForClosure").is_not_null() & pl.col("CINclosureDate").is_null()


@frame_rule("8585Q", {"CINdetails": ["ReasonForClosure"], "ChildIdentifiers": ["PersonDeathDate"]})
def closed_by_death_without_death_date(data: ReturnData) -> pl.LazyFrame:
    """Episode was closed because the child died, but the child has no date of death.

    RC2 is the reason for closure that stands for death.

    Fix: enter the date of death, or correct the reason for closure.

    Example:
        | ChildIdentifiers | LAchildID | PersonDeathDate |
        | no death date    | A         | *               |
        | not a date       | B         | 02/05/2025 *    |
        | died             | C         | 2025-05-02      |

        | CINdetails        | LAchildID | ReasonForClosure |
        |                   | A         | RC2 *            |
        | another reason    | A         | RC1              |
        | other case        | A         | rc2              |
        | open              | A         |                  |
        |                   | B         | RC2 *            |
        |                   | C         | RC2              |
        | not among them    | D         | RC2              |
    """
    return data.join("CINdetails", "ChildIdentifiers", on="child").filter(
        (pl.col("ReasonForClosure") == "RC2") & pl.col("PersonDeathDate").is_null()
    )


@frame_rule("8775Q", {"ChildIdentifiers": ["PersonBirthDate"], "CINdetails": ["CINclosureDate"]})
def episode_beyond_age_25(data: ReturnData) -> pl.LazyFrame:
    """Person was over 25 before the year ended, and an episode is open or was closed after the 25th birthday.

    Services end by the age of 25 at the latest, on the birthday itself if need be; who was born on 29 February has that
    birthday on the 28th. Who turns 25 on the last day of the year is left alone.

    Fix: enter the date on which the episode was closed, or correct the date of birth.

    Example:
        | ChildIdentifiers           | LAchildID | PersonBirthDate |
        | a day over 25              | A         | 2001-03-30 *    |
        | turns 25 on the last day   | B         | 2001-03-31      |
        | leap day                   | C         | 2000-02-29 *    |
        | no birth date              | D         |                 |
        | mistyped                   | E         | 9999-12-31      |

        | CINdetails               | LAchildID | CINclosureDate |
        | on the birthday          | A         | 2026-03-30     |
        | a day after the birthday | A         | 2026-03-31 *   |
        | open                     | A         | *              |
        | open                     | B         |                |
        | on the birthday          | C         | 2025-02-28     |
        | a day after the birthday | C         | 2025-03-01 *   |
        | open                     | D         |                |
        | open                     | E         |                |
    """
    open_after_birthday = pl.col("CINclosureDate").is_null() | (
        pl.col("CINclosureDate") > pl.col("PersonBirthDate").dt.offset_by("25y")
    )
    return data.join("ChildIdentifiers", "CINdetails", on="child").filter(
        (pl.col("PersonBirthDate") < years_later(data.end, -25)) & open_after_birthday
    )


# -- the child's other episodes ----------------------------------------------------------------------------------------


@frame_rule("8815", {"CINdetails": ["CINclosureDate"]}, reads={"CINdetails": ["ReferralNFA"]})
def several_open_episodes(data: ReturnData) -> pl.LazyFrame:
    """Child has two or more open episodes whose referrals led to further action.

    A child has one episode of need at a time. Open referrals that ended in no further action do not count.

    Fix: enter the closure date of every episode but the current one, or remove the episode that was entered twice.

    Example:
        | CINdetails            | LAchildID | ReferralNFA | CINclosureDate |
        | two open, one finding | A         | 0           | *              |
        |                       | A         | false       | *              |
        | no further action     | A         | 1           |                |
        | closed                | A         | 0           | 2025-05-02     |
        | one open              | B         | 0           |                |
        | no further action     | B         | true        |                |
        | other case            | B         | FALSE       |                |
        | not said              | B         |             |                |
    """
    open_episodes = data["CINdetails"].filter(pl.col("CINclosureDate").is_null() & is_no("ReferralNFA"))
    return open_episodes.filter(pl.len().over("child") > 1).with_columns(finding=pl.col("child"))


@frame_rule(
    "8816",
    {"CINdetails": ["CINreferralDate"], "CINdetails_other": ["CINreferralDate"]},
    reads={"CINdetails": ["CINclosureDate", "ReferralNFA"]},
)
def open_episode_before_latest_referral(data: ReturnData) -> pl.LazyFrame:
    """Episode was left open although the child was referred again later.

    Only the episode of a child's latest referral can still be open, unless the referral ended in no further action. The
    latest referral is pointed at too: the first one where several share its date.

    Fix: enter the closure date of the earlier episode, or correct the dates of the referrals.

    Example:
        | CINdetails              | LAchildID | CINreferralDate | CINclosureDate | ReferralNFA |
        | left open               | A         | 2025-05-01 *    |                | 0           |
        | left open               | A         | 2025-04-01 *    |                | false       |
        | closed                  | A         | 2025-04-01      | 2025-04-30     | 0           |
        | no further action       | A         | 2025-04-01      |                | 1           |
        | other case              | A         | 2025-04-01      |                | False       |
        | not said                | A         | 2025-04-01      |                |             |
        | no referral date        | A         |                 |                | 0           |
        | latest                  | A         | 2025-05-02 *    | 2025-06-02     | 1           |
        | as late, not the first  | A         | 2025-05-02      |                | 0           |
        | the only one            | B         | 2025-05-01      |                | 0           |
        | no referral date        | C         |                 |                | 0           |
    """
    date = pl.col("CINreferralDate")
    latest = (
        data["CINdetails"]
        .filter(date.is_not_null())
        .sort("CINreferralDate", "CINdetails", descending=[True, False])
        .unique("child", keep="first", maintain_order=True)
        .select("child", pl.col("CINdetails").alias("CINdetails_other"), date.alias("latest"))
    )
    left_open = data["CINdetails"].filter(pl.col("CINclosureDate").is_null() & is_no("ReferralNFA"))
    return left_open.join(latest, on="child").filter(date < pl.col("latest"))


@frame_rule(
    "8820",
    {"CINdetails": ["CINreferralDate"], "CINdetails_other": ["CINreferralDate", "CINclosureDate"]},
    reads={"CINdetails": ["ReferralNFA"]},
)
def overlapping_episodes(data: ReturnData) -> pl.LazyFrame:
    """Child was referred anew while another episode was running.

    An episode runs from its referral up to the day before its closure, so that a child may be referred again on the day
    of the closure. An open one runs up to the day before the last of the year, and only if its referral is marked as
    leading to further action. The new referral and the dates of the running episode are pointed at.

    Fix: correct the dates of the two episodes, or join them if they are one.

    Example:
        | CINdetails             | LAchildID | CINreferralDate | CINclosureDate | ReferralNFA |
        | running                | A         | 2025-05-02 *    | 2025-06-02 *   | 0           |
        | before it closes       | A         | 2025-06-01 *    | 2025-07-02     | 0           |
        | running                | B         | 2025-05-02      | 2025-06-02     | 1           |
        | on the day it closes   | B         | 2025-06-02      | 2025-07-02     | 0           |
        | open                   | C         | 2025-05-02 *    | *              | FALSE       |
        | before the last day    | C         | 2026-03-30 *    | 2026-03-30     | 0           |
        | open                   | D         | 2025-05-02      |                | 0           |
        | on the last day        | D         | 2026-03-31      |                | 0           |
        | no further action      | E         | 2025-05-02      |                | 1           |
        | nothing runs           | E         | 2025-06-02      |                | 0           |
        | not said               | F         | 2025-05-02      |                |             |
        | nothing runs           | F         | 2025-06-02      |                | 0           |
        | entered twice          | G         | 2025-05-02 *    | 2025-05-03 *   | 0           |
        |                        | G         | 2025-05-02 *    | 2025-05-03 *   | 0           |
        | over on the first day  | H         | 2025-05-02      | 2025-05-02     | 0           |
        |                        | H         | 2025-05-02      | 2025-05-02     | 0           |
        | no referral date       | I         |                 |                | 0           |
        |                        | I         | 2025-05-02      | 2025-06-02     | 0           |
        | closed, no action      | J         | 2025-05-02 *    | 2025-06-02 *   | 1           |
        | before it closes       | J         | 2025-05-03 *    |                | 0           |
    """
    during = starts_during(
        "CINreferralDate",
        "CINreferralDate_other",
        "CINclosureDate_other",
        while_open=is_no("ReferralNFA_other", any_case=True) & (pl.col("CINreferralDate") < data.end),
        last_day_counts=False,
    )
    return data.pairs("CINdetails", on="child").filter(during)
