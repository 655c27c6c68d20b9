"""What one episode of need is made of, before it becomes elements of a return."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from csc_returns.sample.write import Record


def flag(value: bool) -> str:
    """A yes or no as the schema has it."""
    return "1" if value else "0"


def filled(**values: str | dt.date | Record | list[str] | list[Record] | None) -> Record:
    """A record of those values that there are, dates as text."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
        if value is not None and value != []
    }


@dataclass
class Assessment:
    """A continuous assessment."""

    start: dt.date
    review: dt.date | None
    authorised: dt.date | None
    factors: list[str] = field(default_factory=list)

    def record(self) -> Record:
        """Its elements."""
        return filled(
            AssessmentActualStartDate=self.start,
            AssessmentInternalReviewDate=self.review,
            AssessmentAuthorisationDate=self.authorised,
            FactorsIdentifiedAtAssessment={"AssessmentFactors": self.factors} if self.factors else None,
        )


@dataclass
class Plan:
    """A child in need plan."""

    start: dt.date
    end: dt.date | None

    def record(self) -> Record:
        """Its elements."""
        return filled(CINPlanStartDate=self.start, CINPlanEndDate=self.end)


@dataclass
class Enquiry:
    """A section 47 enquiry."""

    start: dt.date
    target: dt.date | None
    conference: dt.date | None
    conference_not_required: bool

    @property
    def waits(self) -> bool:
        """Whether its conference is still to come."""
        return self.conference is None and not self.conference_not_required

    def record(self) -> Record:
        """Its elements."""
        return filled(
            S47ActualStartDate=self.start,
            InitialCPCtarget=self.target,
            DateOfInitialCPC=self.conference,
            ICPCnotRequired=flag(self.conference_not_required),
        )


@dataclass
class ProtectionPlan:
    """A child protection plan."""

    start: dt.date
    end: dt.date | None
    first_category: str
    last_category: str
    plans_before: int
    reviews: list[dt.date]

    def record(self) -> Record:
        """Its elements."""
        return filled(
            CPPstartDate=self.start,
            CPPendDate=self.end,
            InitialCategoryOfAbuse=self.first_category,
            LatestCategoryOfAbuse=self.last_category,
            NumberOfPreviousCPP=str(self.plans_before),
            Reviews={"CPPreviewDate": [day.isoformat() for day in self.reviews]} if self.reviews else None,
        )


@dataclass
class Episode:
    """An episode of need, from its referral to its closure."""

    referral: dt.date
    source: str
    need: str | None
    no_further_action: bool = False
    closed: dt.date | None = None
    reason: str | None = None
    conference: dt.date | None = None
    assessments: list[Assessment] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    protection: ProtectionPlan | None = None
    pre_proceedings: list[Record] = field(default_factory=list)

    @property
    def last_event(self) -> dt.date:
        """The latest day on which anything happened."""
        days = [self.referral, self.conference]
        days += [day for assessment in self.assessments for day in (assessment.start, assessment.authorised)]
        days += [day for plan in self.plans for day in (plan.start, plan.end)]
        days += [day for enquiry in self.enquiries for day in (enquiry.start, enquiry.conference)]
        days += [self.protection.start, self.protection.end] if self.protection else []
        return max(day for day in days if day is not None)

    @property
    def has_open_ends(self) -> bool:
        """Whether something in it is still going on, so that it cannot be closed yet."""
        return (
            any(assessment.authorised is None for assessment in self.assessments)
            or any(plan.end is None for plan in self.plans)
            or any(enquiry.waits for enquiry in self.enquiries)
            or (self.protection is not None and self.protection.end is None)
        )

    def record(self) -> Record:
        """Its elements."""
        return filled(
            CINreferralDate=self.referral,
            ReferralSource=self.source,
            PrimaryNeedCode=self.need,
            CINclosureDate=self.closed,
            ReasonForClosure=self.reason,
            DateOfInitialCPC=self.conference,
            Assessments=[assessment.record() for assessment in self.assessments],
            CINPlanDates=[plan.record() for plan in self.plans],
            Section47=[enquiry.record() for enquiry in self.enquiries],
            ReferralNFA=flag(self.no_further_action),
            ChildProtectionPlans=[self.protection.record()] if self.protection else None,
            PreProceedingsandFGDM=self.pre_proceedings,
        )
