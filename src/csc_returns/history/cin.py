"""The tables of the children in need census as frames of the history."""

from __future__ import annotations

import polars as pl

from csc_returns.history.merge import Source
from csc_returns.validation.expressions import is_yes

_SEX = {"1": "M", "2": "F", "M": "M", "F": "F"}


def sex(column: str) -> pl.Expr:
    """M or F, however the year writes it; null for anything else."""
    return pl.col(column).replace_strict(_SEX, default=None, return_dtype=pl.String)


def yes_no(column: str) -> pl.Expr:
    """Whether a yes/no item is yes; null where it is blank."""
    return pl.when(pl.col(column).is_not_null()).then(is_yes(column))


def _text(name: str, item: str) -> pl.Expr:
    return pl.col(item).str.strip_chars().str.to_uppercase().alias(name)


def _children(source: Source) -> pl.LazyFrame:
    has = source.data["ChildIdentifiers"].collect_schema().names()
    sexes = [sex(column) for column in ("Sex", "GenderCurrent") if column in has]
    identified = source.rows(
        "ChildIdentifiers",
        pl.coalesce(sexes).alias("sex") if sexes else pl.lit(None, pl.String).alias("sex"),
        dates={
            "birth_date": "PersonBirthDate",
            "expected_birth_date": "ExpectedPersonBirthDate",
            "death_date": "PersonDeathDate",
        },
    )
    characters = source.rows("ChildCharacteristics", _text("ethnicity", "Ethnicity"))
    disability = source.rows("Disabilities", _text("_disability", "Disability"))
    disabled = (
        disability.filter(pl.col("_disability").is_not_null() & pl.col("_id").is_not_null())
        .group_by("_source", "_la", "_id")
        .agg((pl.col("_disability") != "NONE").any().alias("disabled"))
        .with_columns(
            pl.lit(None, pl.Int64).alias("_row"),
            pl.lit("Disabilities").alias("_table"),
            pl.lit(value=False).alias("_bad"),
            pl.lit("").alias("_absent"),
        )
    )
    return pl.concat([identified, characters, disabled], how="diagonal")


def frames(source: Source) -> dict[str, pl.LazyFrame]:
    """Frames of the history by name, with the origin of each row and the numbers that link rows within this return."""
    held = {
        "children": _children(source),
        "referrals": source.rows(
            "CINdetails",
            pl.col("episode").alias("_episode"),
            _text("referral_source", "ReferralSource"),
            _text("primary_need", "PrimaryNeedCode"),
            _text("closure_reason", "ReasonForClosure"),
            is_yes("ReferralNFA").alias("no_further_action"),
            dates={
                "referral_date": "CINreferralDate",
                "closure_date": "CINclosureDate",
                "conference_date": "DateOfInitialCPC",
            },
        ),
        "assessments": source.rows(
            "Assessments",
            pl.col("episode").alias("_episode"),
            pl.col("assessment").alias("_assessment"),
            dates={
                "start_date": "AssessmentActualStartDate",
                "review_date": "AssessmentInternalReviewDate",
                "completed_date": "AssessmentAuthorisationDate",
            },
        ),
        "factors": _factors(source),
        "enquiries": source.rows(
            "Section47",
            pl.col("episode").alias("_episode"),
            yes_no("ICPCnotRequired").alias("conference_not_required"),
            dates={
                "start_date": "S47ActualStartDate",
                "conference_target": "InitialCPCtarget",
                "conference_date": "DateOfInitialCPC",
            },
        ),
        "protection_plans": source.rows(
            "ChildProtectionPlans",
            pl.col("episode").alias("_episode"),
            pl.col("plan").alias("_plan"),
            _text("initial_category", "InitialCategoryOfAbuse"),
            _text("latest_category", "LatestCategoryOfAbuse"),
            pl.col("NumberOfPreviousCPP").cast(pl.Int64, strict=False).alias("previous_plans"),
            dates={"start_date": "CPPstartDate", "end_date": "CPPendDate"},
        ),
        "plan_reviews": source.rows("Reviews", pl.col("plan").alias("_plan"), dates={"review_date": "CPPreviewDate"}),
    }
    if "CINplanDates" in source.data.specification.tables:
        held["cin_plans"] = source.rows(
            "CINplanDates",
            pl.col("episode").alias("_episode"),
            dates={"start_date": "CINPlanStartDate", "end_date": "CINPlanEndDate"},
        )
    if "PreProceedings" in source.data.specification.tables:
        held["pre_proceedings"] = source.rows(
            "PreProceedings",
            pl.col("episode").alias("_episode"),
            yes_no("FGDMMeetingOffer").alias("meeting_offered"),
            yes_no("FGDMMeetingFac").alias("meeting_held"),
            pl.col("ReviewMeetingsCount").cast(pl.Int64, strict=False).alias("review_meetings"),
            _text("outcome", "PPOutcome"),
            dates={
                "start_date": "PPStartDate",
                "letter_before_care_date": "LBPSentDate",
                "first_meeting_date": "InitialPPMeetingDate",
                "decision_date": "StepDecisionDate",
                "court_date": "CourtAppDate",
                "letter_date": "LetterInitCPDate",
            },
        )
    return held


def _factors(source: Source) -> pl.LazyFrame:
    """One row an assessment and factor, by the number of the assessment within this return."""
    listed = source.data.listed("AssessmentFactorsList") if source.lists_factors else None
    if listed is None:
        return source.rows("Assessments", pl.col("assessment").alias("_assessment")).limit(0)
    return (
        source.rows("Assessments", pl.col("assessment").alias("_assessment"))
        .join(listed, left_on="_row", right_on=pl.col("Assessments").cast(pl.Int64), how="inner")
        .with_columns(_text("factor", "AssessmentFactors"))
        .select("_source", "_la", "_id", "_row", "_table", "_bad", "_absent", "_assessment", "factor")
    )
