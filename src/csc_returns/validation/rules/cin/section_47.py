"""Section 47 enquiries: their start, the initial child protection conference they lead to, and their target date."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import is_no, is_yes, outside_window, starts_during, working_days_before
from csc_returns.validation.rule import frame_rule, row_rule

#: Working days from the start of an enquiry within which the initial conference is to be held.
WORKING_DAYS = 15


def _no_conference() -> pl.Expr:
    return pl.col("DateOfInitialCPC").is_null()


def _awaits_conference() -> pl.Expr:
    """The enquiry says that a conference is required, and none is given."""
    return _no_conference() & is_no("ICPCnotRequired")


def _unfinished() -> pl.Expr:
    """No conference is given, nor does the enquiry say that none is required: it may say nothing."""
    return _no_conference() & ~is_yes("ICPCnotRequired")


def _on_weekend(column: str) -> pl.Expr:
    return pl.col(column).dt.weekday() >= 6


@frame_rule("1104", {"Section47": ["DateOfInitialCPC"], "CINdetails": ["CINreferralDate"]})
def conference_before_referral(data: ReturnData) -> pl.LazyFrame:
    """Initial conference of an enquiry was held before the referral of its episode.

    The enquiry and its conference follow from the referral that opened the episode, on the same day at the earliest.

    Fix: correct the date of the conference or of the referral, or move the enquiry to the episode it came from.

    Example:
        | CINdetails | LAchildID | CINdetailsID | CINreferralDate |
        |            | A         | 1            | 2025-05-02 *    |
        |            | A         | 2            | 2025-05-02      |
        | no date    | B         | 1            |                 |

        | Section47          | LAchildID | CINdetailsID | DateOfInitialCPC |
        | a day too early    | A         | 1            | 2025-05-01 *     |
        | same day           | A         | 2            | 2025-05-02       |
        | a day later        | A         | 2            | 2025-05-03       |
        | no conference      | A         | 2            |                  |
        | nothing to compare | B         | 1            | 2025-05-01       |
        | no such episode    | A         | 3            | 2025-05-01       |
    """
    return data.join("Section47", "CINdetails", on="episode").filter(
        pl.col("DateOfInitialCPC") < pl.col("CINreferralDate")
    )


@frame_rule("2884", {"Section47": ["DateOfInitialCPC"], "CINdetails": ["DateOfInitialCPC"]})
def conference_given_twice(data: ReturnData) -> pl.LazyFrame:
    """Initial conference stands both on an episode and on an enquiry of the same child.

    A conference that an enquiry led to belongs on the enquiry, any other on the episode: never on both. The enquiry may
    stand in another episode of the child. Each episode with each enquiry of the same date is one finding.

    Fix: leave the date in one place, on the enquiry if the conference followed from it.

    Example:
        | CINdetails    | LAchildID | CINdetailsID | DateOfInitialCPC |
        |               | A         | 1            | 2025-05-16 *     |
        | blank         | A         | 2            |                  |
        | another day   | B         | 1            | 2025-05-15       |
        | another child | C         | 1            | 2025-05-16       |

        | Section47       | LAchildID | CINdetailsID | DateOfInitialCPC |
        | same episode    | A         | 1            | 2025-05-16 *     |
        | another episode | A         | 2            | 2025-05-16 *     |
        | blank           | A         | 2            |                  |
        |                 | B         | 1            | 2025-05-16       |
        | blank           | C         | 1            |                  |
    """
    return data.join("Section47", "CINdetails", on="child").filter(
        pl.col("DateOfInitialCPC") == pl.col("DateOfInitialCPC_CINdetails")
    )


@frame_rule("2889", {"Section47": ["S47ActualStartDate"], "CINdetails": ["CINreferralDate"]})
def enquiry_starts_before_referral(data: ReturnData) -> pl.LazyFrame:
    """Section 47 enquiry starts before the referral of its episode.

    The enquiry follows from the referral that opened the episode, on the same day at the earliest.

    Fix: correct the start of the enquiry or the date of the referral, or move the enquiry to the episode it came from.

    Example:
        | CINdetails | LAchildID | CINdetailsID | CINreferralDate |
        |            | A         | 1            | 2025-05-02 *    |
        |            | A         | 2            | 2025-05-02      |
        | no date    | B         | 1            |                 |

        | Section47          | LAchildID | CINdetailsID | S47ActualStartDate |
        | a day too early    | A         | 1            | 2025-05-01 *       |
        | same day           | A         | 2            | 2025-05-02         |
        | a day later        | A         | 2            | 2025-05-03         |
        | no start           | A         | 2            |                    |
        | nothing to compare | B         | 1            | 2025-05-01         |
        | no such episode    | A         | 3            | 2025-05-01         |
    """
    return data.join("Section47", "CINdetails", on="episode").filter(
        pl.col("S47ActualStartDate") < pl.col("CINreferralDate")
    )


@frame_rule(
    "2991Q",
    {"Section47": ["LAchildID"]},
    reads={"Section47": ["CINdetailsID"], "Assessments": ["LAchildID", "CINdetailsID"]},
)
def enquiry_without_assessment(data: ReturnData) -> pl.LazyFrame:
    """Section 47 enquiry stands in an episode without assessments.

    An enquiry is carried out through an assessment, so one is expected in the same episode. Its dates do not matter.

    Fix: add the assessment to the episode, or move the enquiry to the episode of the assessment; if there was none,
    confirm the query.

    Example:
        | Section47                   | LAchildID | CINdetailsID | S47ActualStartDate |
        | each enquiry by itself      | A *       | 1            | 2025-05-02         |
        |                             | A *       | 1            |                    |
        | has an assessment           | A         | 2            | 2025-06-02         |
        | no child with this ID there | B *       | 2            | 2025-06-02         |

        | Assessments      | LAchildID | CINdetailsID | AssessmentActualStartDate |
        | blank, yet there | A         | 2            |                           |
        |                  | C         | 1            | 2025-05-02                |
    """
    return data.lacking("Section47", "Assessments", on="episode")


@row_rule("8615", "Section47", ["S47ActualStartDate", "DateOfInitialCPC"])
def conference_before_start(_: ReturnData) -> pl.Expr:
    """Enquiry has an initial conference but does not start by that day.

    The conference follows from the enquiry: the start may not be blank, nor later than the conference.

    Fix: enter the start of the enquiry, or correct whichever of the two dates is wrong.

    Example:
        | Section47      | S47ActualStartDate | DateOfInitialCPC |
        | a day too late | 2025-05-17 *       | 2025-05-16 *     |
        | no start       | *                  | 2025-05-16 *     |
        | same day       | 2025-05-16         | 2025-05-16       |
        | in order       | 2025-05-02         | 2025-05-16       |
        | no conference  | 2025-05-17         |                  |
        | both blank     |                    |                  |
    """
    start, conference = pl.col("S47ActualStartDate"), pl.col("DateOfInitialCPC")
    return conference.is_not_null() & (start.is_null() | (start > conference))


@row_rule("8675Q", "Section47", ["DateOfInitialCPC", "S47ActualStartDate", "ICPCnotRequired"])
def conference_late_at_end_of_year(data: ReturnData) -> pl.Expr:
    """Enquiry is over 15 working days old at the end of the year and the conference it requires is not held yet.

    The conference is to be held within 15 working days of the start: Monday to Friday without the bank holidays of
    England and Wales. The days are counted back from the last day of the collection year, beginning with the day before
    it; for an enquiry that started on the 15th the conference may still be awaited. Only enquiries that say in so many
    words (0 or false, in small letters) that a conference is required are asked about.

    Fix: enter the date of the conference, or set ICPCnotRequired to true if none is needed; if it is late indeed,
    confirm the query.

    Example:
        | Section47            | S47ActualStartDate | DateOfInitialCPC | ICPCnotRequired |
        | a day past the limit | 2026-03-09 *       | *                | 0 *             |
        | on the limit         | 2026-03-10         |                  | 0               |
        | in words             | 2025-05-02 *       | *                | false *         |
        | capitals             | 2025-05-02         |                  | FALSE           |
        | not required         | 2025-05-02         |                  | 1               |
        | not said             | 2025-05-02         |                  |                 |
        | conference held      | 2025-05-02         | 2026-03-31       | 0               |
        | no start             |                    |                  | 0               |

    Example in 2023-24:
        | Section47            | S47ActualStartDate | DateOfInitialCPC | ICPCnotRequired |
        | a day past the limit | 2024-03-07 *       | *                | 0 *             |
        | on the limit         | 2024-03-08         |                  | 0               |
    """
    return _awaits_conference() & (pl.col("S47ActualStartDate") < working_days_before(data.end, WORKING_DAYS))


@row_rule("8715", "Section47", ["DateOfInitialCPC"])
def conference_outside_window(data: ReturnData) -> pl.Expr:
    """Initial conference of an enquiry was held on a day that is not in the collection year.

    A conference belongs to the return of the year in which it was held, first and last day included. Conferences that
    stand on the episode itself are not looked at here.

    Fix: correct the date of the conference, or leave the enquiry to the return of the other year.

    Example:
        | Section47       | DateOfInitialCPC |
        | a day too early | 2025-03-31 *     |
        | first day       | 2025-04-01       |
        | last day        | 2026-03-31       |
        | a day too late  | 2026-04-01 *     |
        | no conference   |                  |

        | CINdetails     | DateOfInitialCPC |
        | on the episode | 2025-03-31       |
    """
    return outside_window("DateOfInitialCPC", data)


@row_rule("8740", "Section47", ["S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired"])
def awaiting_enquiry_started_outside_window(data: ReturnData) -> pl.Expr:
    """Enquiry that awaits its initial conference starts on a day that is not in the collection year.

    An enquiry that says that a conference is required (0 or false, in small letters) and has none yet must have started
    between the first and the last day of the year. A blank start is left to other rules.

    Fix: enter the date of the conference, set ICPCnotRequired to true if none was needed, or correct the start.

    Example:
        | Section47       | S47ActualStartDate | DateOfInitialCPC | ICPCnotRequired |
        | a day too early | 2025-03-31 *       | *                | 0 *             |
        | first day       | 2025-04-01         |                  | 0               |
        | last day        | 2026-03-31         |                  | 0               |
        | a day too late  | 2026-04-01 *       | *                | false *         |
        | capitals        | 2025-03-31         |                  | False           |
        | not required    | 2025-03-31         |                  | 1               |
        | not said        | 2025-03-31         |                  |                 |
        | conference held | 2025-03-31         | 2025-04-11       | 0               |
        | no start        |                    |                  | 0               |
    """
    return _awaits_conference() & outside_window("S47ActualStartDate", data)


@frame_rule("8839", {"Section47": ["DateOfInitialCPC"]}, reads={"Section47": ["ICPCnotRequired"]})
def several_unfinished_enquiries(data: ReturnData) -> pl.LazyFrame:
    """Episode has more than one enquiry that is still open.

    An enquiry is open until its conference is held or ICPCnotRequired says (1 or true, in small letters) that none is
    needed; where it says nothing the enquiry is open. All open enquiries of the episode are one finding.

    Fix: enter the conference, or set ICPCnotRequired to true, on every enquiry but the current one.

    Example:
        | Section47       | LAchildID | CINdetailsID | DateOfInitialCPC | ICPCnotRequired |
        | three open      | A         | 1            | *                | 0               |
        | not said        | A         | 1            | *                |                 |
        | capitals        | A         | 1            | *                | TRUE            |
        | not required    | A         | 1            |                  | 1               |
        | conference held | A         | 1            | 2025-05-16       | 0               |
        | one open        | B         | 1            |                  | false           |
        |                 | B         | 1            |                  | true            |
        | one an episode  | C         | 1            |                  | 0               |
        |                 | C         | 2            |                  | 0               |
    """
    unfinished = data["Section47"].filter(_unfinished())
    return unfinished.filter(pl.len().over("episode") > 1).with_columns(finding=pl.col("episode"))


@frame_rule("8868", {"CINdetails": ["CINclosureDate"], "Section47": ["DateOfInitialCPC", "ICPCnotRequired"]})
def unfinished_enquiry_in_closed_episode(data: ReturnData) -> pl.LazyFrame:
    """Episode is closed though an enquiry in it is still open.

    Before the episode closes each enquiry needs the date of its conference, or ICPCnotRequired must say (1 or true, in
    small letters) that none is needed. The date that may stand on the episode itself does not count. The episode and
    all such enquiries are one finding.

    Fix: enter the conference or set ICPCnotRequired to true, or remove the closure date if the episode is still open.

    Example:
        | CINdetails | LAchildID | CINdetailsID | CINclosureDate | DateOfInitialCPC |
        | three open | A         | 1            | 2025-07-01 *   | 2025-05-16       |
        | not closed | A         | 2            |                |                  |
        | none open  | B         | 1            | 2025-07-01     |                  |
        | no enquiry | B         | 2            | 2025-07-01     |                  |

        | Section47       | LAchildID | CINdetailsID | DateOfInitialCPC | ICPCnotRequired |
        |                 | A         | 1            | *                | 0 *             |
        | not said        | A         | 1            | *                | *               |
        | capitals        | A         | 1            | *                | True *          |
        | not required    | A         | 1            |                  | true            |
        |                 | A         | 2            |                  | 0               |
        | conference held | B         | 1            | 2025-05-16       | 0               |
        | not required    | B         | 1            |                  | 1               |
        | both            | B         | 1            | 2025-05-16       | 1               |
        | no such episode | C         | 1            |                  | 0               |
    """
    return (
        data.join("Section47", "CINdetails", on="episode")
        .filter(_unfinished() & pl.col("CINclosureDate").is_not_null())
        .with_columns(finding=pl.col("CINdetails"))
    )


@row_rule("8870Q", "Section47", ["InitialCPCtarget"])
def target_on_weekend(_: ReturnData) -> pl.Expr:
    """Target date for the initial conference is on a weekend.

    The target is counted in working days, so it cannot be a Saturday or Sunday. Bank holidays are not looked at.

    Fix: count the 15 working days again and correct the target.

    Example:
        | Section47       | InitialCPCtarget |
        | Friday          | 2025-05-16       |
        | Saturday        | 2025-05-17 *     |
        | Sunday          | 2025-05-18 *     |
        | Monday          | 2025-05-19       |
        | bank holiday    | 2025-05-26       |
        | not an ISO date | 17/05/2025       |
        | blank           |                  |
    """
    return _on_weekend("InitialCPCtarget")


@row_rule("8875", "Section47", ["DateOfInitialCPC"])
def conference_on_weekend(_: ReturnData) -> pl.Expr:
    """Initial conference of an enquiry is on a weekend.

    Conferences are held on working days. Bank holidays are not looked at, nor conferences that stand on the episode
    itself.

    Fix: check the date with the minutes of the conference and correct it.

    Example:
        | Section47    | DateOfInitialCPC |
        | Friday       | 2025-05-16       |
        | Saturday     | 2025-05-17 *     |
        | Sunday       | 2025-05-18 *     |
        | Monday       | 2025-05-19       |
        | bank holiday | 2025-05-26       |
        | blank        |                  |

        | CINdetails     | DateOfInitialCPC |
        | on the episode | 2025-05-17       |
    """
    return _on_weekend("DateOfInitialCPC")


@frame_rule(
    "8890",
    {"Section47": ["S47ActualStartDate"], "Section47_other": ["S47ActualStartDate", "DateOfInitialCPC"]},
    reads={"Section47": ["ICPCnotRequired"]},
)
def enquiry_starts_during_another(data: ReturnData) -> pl.LazyFrame:
    """Section 47 enquiry starts while another one of the same episode is running.

    An episode has one enquiry at a time. The other runs from its start to its conference, both days included; without
    one, to the last day of the collection year, unless its ICPCnotRequired says (1 or true, in any letters) that none
    is needed. Two that start on one day are each found to start during the other.

    Fix: correct the dates of the two enquiries, set ICPCnotRequired to true on the one that needs no conference, or
    remove one if it was entered twice.

    Example:
        | Section47          | LAchildID | CINdetailsID | S47ActualStartDate | DateOfInitialCPC | ICPCnotRequired |
        | starts within next | A         | 1            | 2025-05-10 *       | 2025-05-20       | 0               |
        |                    | A         | 1            | 2025-05-02 *       | 2025-05-16 *     | 0               |
        | day of conference  | B         | 1            | 2025-05-16 *       |                  | 1               |
        | held all the same  | B         | 1            | 2025-05-02 *       | 2025-05-16 *     | 1               |
        | day after that     | C         | 1            | 2025-05-17         |                  | 0               |
        |                    | C         | 1            | 2025-05-02         | 2025-05-16       | 0               |
        | open to last day   | D         | 1            | 2026-03-31 *       |                  | 1               |
        |                    | D         | 1            | 2025-05-02 *       | *                | 0               |
        | year is over       | E         | 1            | 2026-04-01         |                  | 0               |
        |                    | E         | 1            | 2025-05-02         |                  | 0               |
        | open, not said     | F         | 1            | 2025-05-10 *       |                  | 0               |
        |                    | F         | 1            | 2025-05-02 *       | *                |                 |
        | other needs none   | G         | 1            | 2025-05-10         |                  | 0               |
        |                    | G         | 1            | 2025-05-03         |                  | TRUE            |
        |                    | G         | 1            | 2025-05-02         |                  | 1               |
        | both alike         | H         | 1            | 2025-05-02 *       | *                | 0               |
        |                    | H         | 1            | 2025-05-02 *       | *                | 0               |
        | other episode      | I         | 1            | 2025-05-10         |                  | 0               |
        |                    | I         | 2            | 2025-05-02         |                  | 0               |
        | no start           | J         | 1            |                    | 2025-05-16       | 0               |
        |                    | J         | 1            | 2025-05-02         |                  | 0               |
    """
    open_to_year_end = ~is_yes("ICPCnotRequired_other", any_case=True) & (pl.col("S47ActualStartDate") <= data.end)
    during = starts_during(
        "S47ActualStartDate", "S47ActualStartDate_other", "DateOfInitialCPC_other", while_open=open_to_year_end
    )
    return data.pairs("Section47", on="episode").filter(during)
