"""The history: events of children as frames, one row an event, the same whatever collection they come from.

Every frame has the column ``child``, a number that stands for one identifier in one local authority: rows of a child are joined
on it and on nothing else. Dates are ``Date``; codes are text in capitals; a blank is null. Rows without the date that makes
them an event (or with one that cannot be read) are not here: ``left_out`` names them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from csc_returns.history.care import periods_of_care, placement_spells

_DATE, _TEXT, _YES_NO, _NUMBER, _DECIMAL = pl.Date(), pl.String(), pl.Boolean(), pl.Int64(), pl.Float64()

#: Frame → its columns. ``referral``, ``assessment``, ``enquiry``, ``plan`` and ``episode`` are running numbers.
FRAMES: Mapping[str, Mapping[str, pl.DataType]] = {
    # la: three-digit DfE number, blank text where no return says it. sex: M, F or null. ethnicity: code.
    # disabled: null where no return tells. A child of two collections is one row.
    "children": {
        "child": _NUMBER,
        "la": _TEXT,
        "child_id": _TEXT,
        "birth_date": _DATE,
        "expected_birth_date": _DATE,
        "death_date": _DATE,
        "sex": _TEXT,
        "ethnicity": _TEXT,
        "disabled": _YES_NO,
        "mother": _YES_NO,
    },
    # vanished, here and below: it was open in a return, and the next one that should tell of it does not. When and how it ended
    # is not known; its last day is then the first of the next return, so that nothing counts as open that nobody reports.
    # conference_date: an initial conference that no enquiry of this authority led to (transfer in).
    "referrals": {
        "referral": _NUMBER,
        "child": _NUMBER,
        "referral_date": _DATE,
        "referral_source": _TEXT,
        "primary_need": _TEXT,
        "closure_date": _DATE,
        "closure_reason": _TEXT,
        "no_further_action": _YES_NO,
        "conference_date": _DATE,
        "vanished": _YES_NO,
    },
    # completed_date: the day of authorisation.
    "assessments": {
        "assessment": _NUMBER,
        "referral": _NUMBER,
        "child": _NUMBER,
        "start_date": _DATE,
        "review_date": _DATE,
        "completed_date": _DATE,
    },
    "factors": {"assessment": _NUMBER, "referral": _NUMBER, "child": _NUMBER, "factor": _TEXT},
    # Section 47 enquiries.
    "enquiries": {
        "enquiry": _NUMBER,
        "referral": _NUMBER,
        "child": _NUMBER,
        "start_date": _DATE,
        "conference_target": _DATE,
        "conference_date": _DATE,
        "conference_not_required": _YES_NO,
    },
    # Initial child protection conferences, one a child and day. enquiry: null for a transfer in.
    "conferences": {"referral": _NUMBER, "child": _NUMBER, "conference_date": _DATE, "enquiry": _NUMBER},
    "cin_plans": {
        "referral": _NUMBER,
        "child": _NUMBER,
        "start_date": _DATE,
        "end_date": _DATE,
        "vanished": _YES_NO,
    },
    # previous_plans: earlier child protection plans as the return counts them.
    "protection_plans": {
        "plan": _NUMBER,
        "referral": _NUMBER,
        "child": _NUMBER,
        "start_date": _DATE,
        "end_date": _DATE,
        "initial_category": _TEXT,
        "latest_category": _TEXT,
        "previous_plans": _NUMBER,
        "vanished": _YES_NO,
    },
    "plan_reviews": {"plan": _NUMBER, "child": _NUMBER, "review_date": _DATE},
    "pre_proceedings": {
        "referral": _NUMBER,
        "child": _NUMBER,
        "start_date": _DATE,
        "letter_date": _DATE,
        "meeting_offered": _YES_NO,
        "meeting_held": _YES_NO,
        "first_meeting_date": _DATE,
        "review_meetings": _NUMBER,
        "decision_date": _DATE,
        "outcome": _TEXT,
        "court_date": _DATE,
        "letter_before_care_date": _DATE,
    },
    # All episodes of the children looked after return. short_break: legal status V3 or V4. counted: no short break, and its
    # legal status and placement are codes of the list. distance: miles.
    "episodes": {
        "episode": _NUMBER,
        "child": _NUMBER,
        "start_date": _DATE,
        "new_episode_reason": _TEXT,
        "legal_status": _TEXT,
        "category_of_need": _TEXT,
        "placement": _TEXT,
        "provider": _TEXT,
        "end_date": _DATE,
        "end_reason": _TEXT,
        "change_reason": _TEXT,
        "home_postcode": _TEXT,
        "placement_postcode": _TEXT,
        "urn": _TEXT,
        "placement_la": _TEXT,
        "location": _TEXT,
        "distance": _DECIMAL,
        "short_break": _YES_NO,
        "counted": _YES_NO,
        "vanished": _YES_NO,
    },
    "statutory_reviews": {"child": _NUMBER, "review_date": _DATE, "review_code": _TEXT},
    # kind: M missing, A away without authorisation.
    "missing": {"child": _NUMBER, "kind": _TEXT, "start_date": _DATE, "end_date": _DATE},
    # decision_date: of the decision that the child should be placed for adoption; end_date: of its reversal.
    "adoption_decisions": {"child": _NUMBER, "decision_date": _DATE, "end_date": _DATE, "end_reason": _TEXT},
    "adoptions": {
        "child": _NUMBER,
        "decision_date": _DATE,
        "match_date": _DATE,
        "by_foster_carer": _TEXT,
        "adopters": _TEXT,
        "adopters_sex": _TEXT,
        "adopters_status": _TEXT,
    },
    # One row a child and collection year, which ends on year_end.
    "outcomes": {
        "child": _NUMBER,
        "year_end": _DATE,
        "sdq_score": _NUMBER,
        "sdq_reason": _TEXT,
        "convicted": _TEXT,
        "health_check": _TEXT,
        "immunisations": _TEXT,
        "teeth_check": _TEXT,
        "health_assessment": _TEXT,
        "substance_misuse": _TEXT,
        "intervention_received": _TEXT,
        "intervention_offered": _TEXT,
    },
    "care_leavers": {
        "child": _NUMBER,
        "year_end": _DATE,
        "in_touch": _TEXT,
        "activity": _TEXT,
        "accommodation": _TEXT,
    },
    # date: text, for parts of it may be unknown (ZZ).
    "previous_permanence": {"child": _NUMBER, "kind": _TEXT, "permanence_la": _TEXT, "date": _TEXT},
    # Unaccompanied asylum-seeking children, one row a child. ceased_date: null while the status lasts.
    "uasc": {"child": _NUMBER, "ceased_date": _DATE},
    "social_workers": {
        "child": _NUMBER,
        "worker": _TEXT,
        "start_date": _DATE,
        "end_date": _DATE,
        "reason": _TEXT,
    },
    "deprivations_of_liberty": {"child": _NUMBER, "start_date": _DATE, "end_date": _DATE},
}

#: Returns that were read: what each one speaks of, and whether it was not read to its end.
COVERED = pl.Schema(
    {"la": _TEXT, "collection": _TEXT, "first_day": _DATE, "last_day": _DATE, "broken_off": pl.Boolean()}
)

#: Values of one event that two returns give differently; the later one is taken. ``earlier`` of the end of an event is "open" and
#: ``later`` "not in the return" where the later return should tell of it and does not. Of the returns the last days and paths.
CONTRADICTIONS = pl.Schema(
    {
        "la": _TEXT,
        "child_id": _TEXT,
        "frame": _TEXT,
        "event_date": _DATE,
        "item": _TEXT,
        "earlier": _TEXT,
        "later": _TEXT,
        "earlier_return": _DATE,
        "later_return": _DATE,
        "earlier_path": _TEXT,
        "later_path": _TEXT,
    }
)

#: Rows of returns that are no event, or not all that an event should be: of which frame, which row of which table of which file
#: (``path``), of which days, and why.
LEFT_OUT = pl.Schema(
    {
        "la": _TEXT,
        "frame": _TEXT,
        "first_day": _DATE,
        "last_day": _DATE,
        "path": _TEXT,
        "table": _TEXT,
        "row": _NUMBER,
        "reason": _TEXT,
    }
)


@dataclass(frozen=True, repr=False)
class History:
    """Events of the children of one or more local authorities.

    ``frames`` holds one frame for each name in ``FRAMES``, also reached as attributes (``history.referrals``), lazily.
    ``covered``, ``contradictions`` and ``left_out`` have the columns of the schemas above.
    """

    frames: Mapping[str, pl.DataFrame]
    covered: pl.DataFrame
    contradictions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CONTRADICTIONS))
    left_out: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LEFT_OUT))
    #: Frames that hold rows of a local list too.
    local_lists: frozenset[str] = frozenset()

    @classmethod
    def from_rows(
        cls,
        rows: Mapping[str, Iterable[Mapping[str, object]]],
        covered: Iterable[Mapping[str, object]],
    ) -> History:
        """A history of rows given by frame and column; what is not given is null, or a frame without rows.

        A running number that is not given is counted. Children that only events name get a row without anything known.

        Raises:
            ValueError: an unknown frame or column.
        """
        frames = {}
        for name in rows:
            if name not in FRAMES:
                raise ValueError(f"A history has no frame {name!r}.")
        for name, schema in FRAMES.items():
            given = list(rows.get(name, ()))
            if unknown := {key for row in given for key in row} - set(schema):
                raise ValueError(f"{name} has no column {', '.join(sorted(unknown))}.")
            frame = (
                pl.DataFrame(given, schema=dict(schema), orient="row") if given else pl.DataFrame(schema=dict(schema))
            )
            number = next(iter(schema))
            if number != "child" and number not in OWNERS.get(name, ()) and frame[number].null_count() == frame.height:
                frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(number))
            frames[name] = frame
        named = pl.concat([frame.select("child") for frame in frames.values()]).unique().drop_nulls()
        unnamed = named.join(frames["children"], on="child", how="anti").sort("child")
        children = pl.concat([frames["children"], unnamed], how="diagonal").with_columns(pl.col("la").fill_null(""))
        children = children.with_columns(pl.col("child_id").fill_null(pl.col("child").cast(pl.String)))
        frames["children"] = children.select(FRAMES["children"].keys())
        episodes = frames["episodes"]
        short = pl.col("legal_status").is_in(["V3", "V4"]).fill_null(False)
        frames["episodes"] = episodes.with_columns(
            pl.col("short_break").fill_null(short), pl.col("counted").fill_null(~short)
        )
        if "conferences" not in rows:
            frames["conferences"] = conferences(frames["enquiries"], frames["referrals"])
        spans = pl.DataFrame(list(covered), schema=COVERED, orient="row").with_columns(pl.col("la").fill_null(""))
        return cls(frames, spans)

    def __getattr__(self, name: str) -> pl.LazyFrame:
        """The frame of that name, lazily.

        Raises:
            AttributeError: there is none.
        """
        if name not in FRAMES:
            raise AttributeError(name)
        return self.frames[name].lazy()

    @functools.cached_property
    def authorities(self) -> list[str]:
        """The local authorities whose returns were read, in order."""
        return sorted(self.covered["la"].unique())

    @functools.cached_property
    def periods_of_care(self) -> pl.DataFrame:
        """See ``care.periods_of_care``."""
        return periods_of_care(self.episodes).collect()

    @functools.cached_property
    def placements(self) -> pl.DataFrame:
        """Placement spells as the published figures count them: see ``care.placement_spells``."""
        return placement_spells(self.episodes).collect()

    def __repr__(self) -> str:
        """How much there is, without any child's data."""
        counts = ", ".join(f"{frame.height} {name}" for name, frame in self.frames.items() if frame.height)
        return f"<History of {counts or 'nothing'}>"


#: Frames whose first column is the number of another frame: nothing to count.
OWNERS: Mapping[str, tuple[str, ...]] = {
    "factors": ("assessment",),
    "conferences": ("referral",),
    "cin_plans": ("referral",),
    "pre_proceedings": ("referral",),
    "plan_reviews": ("plan",),
}


def conferences(enquiries: pl.DataFrame, referrals: pl.DataFrame) -> pl.DataFrame:
    """Initial conferences, one a child and day: those that enquiries led to, and transfers in recorded with the referral."""
    own = enquiries.lazy().select("referral", "child", "conference_date", "enquiry")
    transfers = referrals.lazy().select("referral", "child", "conference_date", pl.lit(None, pl.Int64).alias("enquiry"))
    held = pl.concat([own, transfers]).filter(pl.col("conference_date").is_not_null())
    return (
        held.unique(["child", "conference_date"], keep="first", maintain_order=True)
        .sort("child", "conference_date")
        .collect()
    )
