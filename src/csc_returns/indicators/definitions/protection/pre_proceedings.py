"""Pre-proceedings: the stage before an authority asks the court for a care order. Collected from 2026-27."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import AGE_CIN, ETHNICITY_MAJOR, SEX
from csc_returns.indicators.cohorts.cin import pre_proceedings, pre_proceedings_started
from csc_returns.indicators.dates import add_months, open_on
from csc_returns.indicators.indicator import Need, Unit, Variant, indicator
from csc_returns.indicators.scope import Scope

#: A whole authority may leave the items blank in their first year: then there is no figure, and not 0.
_NEEDS = [Need("cin", since="2026-27", frame="pre_proceedings")]

_READS = ["pre_proceedings"]

#: A local list tells who began, and when it ended, but of no letters.
_NEEDS_OR_LIST = [
    Need("cin", since="2026-27", frame="pre_proceedings", or_list=True),
    Need("cin", since="2026-27", frame="pre_proceedings", only={"start_event": ("LBPSentDate",)}),
]

#: The return asks for dates of its own year, so what began before may be missing.
_EARLIER = "pre-proceedings that began in an earlier year may be missing or lack dates"

_BANDS = "unborn | 0 | 1-4 | 5-9 | 10-15 | 16-17"
_TWO_BANDS = "under 1 incl. unborn | 1-17"

_FAMILY = [AGE_CIN, ETHNICITY_MAJOR]


@indicator(
    "fgdm-offered",
    unit="percent",
    decimals=1,
    confidence="medium",
    needs=_NEEDS,
    reads=_READS,
    fields=["PreProceedings.LBPSentDate", "PreProceedings.FGDMMeetingOffer"],
    breakdowns=_FAMILY,
    limits=_EARLIER,
)
def meeting_offered(scope: Scope) -> pl.LazyFrame:
    """Letters before proceedings that offered a family group decision making meeting.

    Of the letters before proceedings sent in the period, those that offered such a meeting.

    Counts: A letter that does not say so did not offer one.

    Example:
        | letter     | offer | counts in 2026-27 |
        | 2026-05-01 | yes   | yes               |
        | 2026-05-01 |       | denominator only  |
        |            | yes   | no                |
    """
    sent = pre_proceedings(scope).filter(scope.inside("letter_before_care_date"))
    return sent.with_columns(
        pl.col("letter_before_care_date").alias("date"), pl.col("meeting_offered").fill_null(False).alias("numerator")
    )


@indicator(
    "fgdm-held",
    unit="percent",
    decimals=1,
    confidence="medium",
    needs=_NEEDS,
    reads=_READS,
    fields=["PreProceedings.PPStartDate", "PreProceedings.FGDMMeetingOffer", "PreProceedings.FGDMMeetingFac"],
    breakdowns=_FAMILY,
    variants=[
        Variant(
            "denominator", "offered", ("offered", "all_episodes"), "all_episodes has those without an offer in it too"
        )
    ],
)
def meeting_held(scope: Scope, denominator: str) -> pl.LazyFrame:
    """Family group decision making meetings held after an offer in pre-proceedings.

    Of the pre-proceedings that began in the period and had an offer of a meeting, those in which it was held.

    Counts: Where the return does not say whether an offered meeting was held, it is in neither side (with all_episodes in the
    denominator). Meetings during an assessment or before a conference are not collected.

    Example:
        | offered | held | counts           |
        | yes     | yes  | yes              |
        | yes     | no   | denominator only |
        | yes     |      | no               |
        | no      | yes  | no               |
    """
    offered = pl.col("meeting_offered").fill_null(False)
    known = pl.col("meeting_held").is_not_null()
    return pre_proceedings_started(scope).with_columns(
        (offered & known if denominator == "offered" else pl.lit(value=True)).alias("denominator"),
        (offered & pl.col("meeting_held")).fill_null(False).alias("numerator"),
        pl.when(offered & ~known).then(pl.lit("with an offer do not say whether the meeting was held")).alias("remark"),
    )


@indicator(
    "pre-proceedings-children",
    unit="count",
    decimals=0,
    confidence="medium",
    source="own",
    needs=_NEEDS_OR_LIST,
    reads=_READS,
    fields=[
        "PreProceedings.PPStartDate",
        "PreProceedings.LBPSentDate",
        "PreProceedings.StepDecisionDate",
        "PreProceedings.CourtAppDate",
        "CINdetails.CINclosureDate",
        "ChildIdentifiers.PersonBirthDate",
        "ChildIdentifiers.ExpectedPersonBirthDate",
    ],
    breakdowns=[SEX, ETHNICITY_MAJOR],
    variants=[
        Variant("age_bands", _BANDS, (_BANDS, _TWO_BANDS), "which ages the figure is shown by"),
        Variant(
            "measure",
            "started",
            ("started", "active_at_date", "ended"),
            "how many begin, run on the last day of the period, or end",
        ),
        Variant(
            "start_event",
            "PPStartDate",
            ("PPStartDate", "LBPSentDate"),
            "the decision to begin, or the letter to parents",
        ),
    ],
    limits=_EARLIER,
    category="age_band",
)
def children_in_pre_proceedings(scope: Scope, age_bands: str, measure: str, start_event: str) -> pl.LazyFrame:
    """Children in pre-proceedings by age band.

    Pre-proceedings that began in the period, by the child's age on the day of the decision to begin.

    Counts: A child who enters twice in the period counts twice. A child not yet born on the day of the decision is unborn. With
    active_at_date, each child counts once who has entered by the last day of the period, and for whom there was no decision to
    step up or down, no application to court and no closure of the case by then; with ended, those for whom the first of these
    falls in the period. With LBPSentDate, those count to whose parents a letter was sent, from its day. For the years before
    2026-27 a local list will do (--pre-proceedings): its day of ending is taken as that of the decision; it knows of no letters.

    Example:
        | decision   | born       | age band |
        | 2026-05-01 | 2026-06-10 | unborn   |
        | 2026-05-01 | 2026-05-01 | 0        |
        | 2026-05-01 | 2025-05-01 | 1-4      |
    """
    begin = {"PPStartDate": "start_date", "LBPSentDate": "letter_before_care_date"}[start_event]
    # A case that vanished from the returns is not open any more; the day of its end is not known.
    known = pl.lit(value=measure != "ended") | ~pl.col("vanished").fill_null(False)
    cases = scope.history.referrals.select("referral", pl.when(known).then("closure_date").alias("closure_date"))
    rows = pre_proceedings(scope).filter(pl.col(begin).is_not_null()).join(cases, on="referral", how="left")
    rows = rows.with_columns(pl.min_horizontal("decision_date", "court_date", "closure_date").alias("end_date"))
    if measure == "started":
        rows = rows.filter(scope.inside(begin))
    elif measure == "ended":
        rows = rows.filter(scope.inside("end_date"))
    else:
        running = rows.filter(open_on(scope.end, begin)).sort("child", begin, "start_date")
        rows = running.unique("child", keep="last", maintain_order=True)
    shown = {"under 1": "0"}
    if age_bands == _TWO_BANDS:
        young, older = _TWO_BANDS.split(" | ")
        shown = dict.fromkeys(("unborn", "under 1"), young) | dict.fromkeys(("1-4", "5-9", "10-15", "16-17"), older)
    born = scope.with_child(rows, "birth_date", "expected_birth_date").with_columns(pl.col("start_date").alias("date"))
    return born.with_columns(AGE_CIN.category.replace(shown).alias("category"))


@indicator(
    "pre-proceedings-diverted",
    unit="percent",
    decimals=1,
    confidence="low",
    source="own",
    needs=_NEEDS,
    reads=_READS,
    fields=["PreProceedings.StepDecisionDate", "PreProceedings.PPOutcome", "PreProceedings.CourtAppDate"],
    breakdowns=[AGE_CIN],
    variants=[
        Variant(
            "evidence",
            "court_date",
            ("court_date", "outcome_code"),
            "nobody has said yet what the outcomes A, B and C stand for: outcome_code shows how many have each",
        ),
        Variant("follow_up_months", 3, (0, 3, 6), "months behind the decision in which an application to court counts"),
    ],
    limits=_EARLIER,
    category="outcome",
)
def diverted(scope: Scope, evidence: str, follow_up_months: int) -> pl.LazyFrame | tuple[pl.LazyFrame, Unit]:
    """Pre-proceedings that did not go to court.

    Of the pre-proceedings in which the decision to step up or down fell in the period, those without an application to court by
    three months later.

    Counts: An application exactly three months later, or ahead of the decision, is one. Decisions whose three months run past the
    returns count as they stand; the note says how many may still go to court.

    Example:
        | decision   | application | counts           |
        | 2026-06-10 |             | yes              |
        | 2026-06-10 | 2026-09-10  | denominator only |
        | 2026-06-10 | 2026-09-11  | yes              |
    """
    decided = pre_proceedings(scope).filter(scope.inside("decision_date"))
    decided = decided.with_columns(pl.col("decision_date").alias("date"))
    if evidence == "outcome_code":
        return decided.with_columns(
            pl.col("outcome").fill_null("not recorded").alias("category")
        ), "percent_distribution"
    limit = add_months(pl.col("decision_date"), follow_up_months)
    to_court = (pl.col("court_date") <= limit).fill_null(False)
    open_end = ~to_court & (limit > pl.col("last_day")).fill_null(False)
    return scope.with_last_day(decided, "cin").with_columns(
        (~to_court).alias("numerator"),
        pl.when(open_end).then(pl.lit("may still go to court: their follow-up runs past the returns")).alias("remark"),
    )


@indicator(
    "pre-proceedings-duration",
    unit="weeks_median",
    decimals=0,
    confidence="medium",
    source="own",
    needs=_NEEDS,
    reads=_READS,
    fields=["PreProceedings.PPStartDate", "PreProceedings.StepDecisionDate", "PreProceedings.CourtAppDate"],
    breakdowns=[AGE_CIN],
    variants=[
        Variant("to", "step_decision", ("step_decision", "court_application"), "the day at which the count ends"),
        Variant("statistic", "median", ("median", "mean"), "a few long ones move the mean"),
    ],
    limits=_EARLIER,
)
def duration(scope: Scope, to: str, statistic: str) -> tuple[pl.LazyFrame, Unit]:
    """Weeks from the decision to begin pre-proceedings to the decision to step up or down.

    Median of the weeks between the two decisions, for pre-proceedings in which the second fell in the period.

    Counts: Weeks are days divided by seven, rounded at the end only. Pre-proceedings without the second decision are left out.
    With court_application, those count whose application to court fell in the period.

    Example:
        | began      | decision   | weeks |
        | 2026-05-01 | 2026-05-01 | 0     |
        | 2026-05-01 | 2026-08-21 | 16    |
    """
    end = "decision_date" if to == "step_decision" else "court_date"
    ended = pre_proceedings(scope).filter(scope.inside(end))
    weeks = (pl.col(end) - pl.col("start_date")).dt.total_days() / 7
    rows = ended.with_columns(pl.col(end).alias("date"), weeks.alias("value"))
    return rows, "weeks_median" if statistic == "median" else "mean"
