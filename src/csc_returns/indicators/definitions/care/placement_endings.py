"""Why placements end, and what comes after."""

from __future__ import annotations

import polars as pl

from csc_returns.history.care import STATUS_ONLY
from csc_returns.indicators.breakdowns import AGE_CLA, PLACEMENT_GROUP
from csc_returns.indicators.cohorts.cla import cla_episodes, cla_in_year, placement_spells
from csc_returns.indicators.definitions.care.placement_types import CARE_ORDERS
from csc_returns.indicators.groups import PLACED_WITH_PARENTS, RELATIVE_OR_FRIEND, TEMPORARY, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope, cohort

_ALLEGATION = ("ALLEG",)
_STANDARD_OF_CARE = ("STAND",)
_APPROVAL_WITHDRAWN = ("APPRR",)
#: Asked for by the carer because of behaviour, or for something else; by the child; by the authority.
_ASKED_FOR = ("CREQB", "CREQO", "CHILD", "LAREQ")
_NOT_PLANNED = (*_ASKED_FOR, *_ALLEGATION, *_STANDARD_OF_CARE)
_OTHER = "OTHER"

_FIELDS = ("Episodes.REASON_PLACE_CHANGE", "Episodes.DEC", "Episodes.PLACE", "Episodes.LS")


@cohort
def placement_changes(scope: Scope) -> pl.LazyFrame:
    """Episodes that ended in the period and say why the placement changed: columns of ``cla_episodes``, and ``date``."""
    changes = cla_episodes(scope).filter(scope.inside("end_date") & pl.col("change_reason").is_not_null())
    return changes.with_columns(pl.col("end_date").alias("date"))


@indicator(
    "cla-placement-change-allegation",
    unit="percent",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_FIELDS,
    breakdowns=(PLACEMENT_GROUP,),
    variants=[
        Variant(
            "include_standards",
            False,
            (False, True),
            "true adds changes because of a poor standard of care (STAND) or a withdrawn approval (APPRR)",
        )
    ],
    limits="allegations after which the child stayed are not seen",
    version=2,
)
def because_of_an_allegation(scope: Scope, include_standards: bool) -> pl.LazyFrame:
    """Placement changes because of an allegation.

    Of the changes of placement in the period, those because of an allegation (ALLEG).

    Counts: A change belongs to the episode that it ended, whose placement it is shown with. Every change with a reason is in the
    denominator, a mere change of the placement's status (PLACE) too. A child may have several.

    Example:
        | ended      | reason for change | counts in 2024-25 |
        | 2024-04-01 | ALLEG             | yes               |
        | 2025-03-31 | CARPL             | denominator only  |
        | 2025-04-01 | ALLEG             | no                |
        | 2024-06-01 |                   | no                |
    """
    reasons = (*_ALLEGATION, *((*_STANDARD_OF_CARE, *_APPROVAL_WITHDRAWN) if include_standards else ()))
    return placement_changes(scope).with_columns(one_of("change_reason", reasons).alias("numerator"))


@indicator(
    "cla-unplanned-placement-endings",
    unit="percent",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_FIELDS,
    breakdowns=(AGE_CLA, PLACEMENT_GROUP),
    variants=[
        Variant(
            "reasons",
            (*_NOT_PLANNED, *_APPROVAL_WITHDRAWN),
            (*_NOT_PLANNED, *_APPROVAL_WITHDRAWN),
            "no list says which reasons are not planned; those of carer, child and authority are the surest",
            many=True,
        ),
        Variant(
            "denominator",
            "changes_less_status",
            ("changes_less_status", "all_changes", "cla_any_time"),
            "all_changes has changes of the placement's status too; cla_any_time gives changes per 100 children of the period",
        ),
    ],
    version=2,
)
def not_planned(scope: Scope, reasons: tuple[str, ...], denominator: str) -> pl.LazyFrame:
    """Placement changes that were not planned.

    Of the changes of placement in the period, those asked for by the carer (CREQB, CREQO), the child (CHILD) or the authority
    (LAREQ), or because of an allegation (ALLEG), a poor standard of care (STAND) or a withdrawn approval (APPRR).

    Counts: A change belongs to the episode that it ended. Mere changes of the placement's status (PLACE) are left out. How many
    changes have each of the reasons, and how many the reason OTHER, is shown beside. Over children looked after at any time in
    the period it may pass 100%, for a child may have several changes.

    Example:
        | ended      | reason for change | counts in 2024-25 |
        | 2024-04-01 | CREQB             | yes               |
        | 2024-06-01 | CARPL             | denominator only  |
        | 2024-06-01 | OTHER             | denominator only  |
        | 2024-06-01 | PLACE             | no                |
    """
    changes = placement_changes(scope)
    if denominator != "all_changes":
        changes = changes.filter(pl.col("change_reason") != STATUS_ONLY)
    changes = changes.with_columns(
        pl.lit(denominator != "cla_any_time").alias("denominator"),
        one_of("change_reason", reasons).alias("numerator"),
        *((pl.col("change_reason") == code).alias(f"reason: {code}") for code in (*reasons, _OTHER)),
    )
    if denominator == "cla_any_time":
        children = cla_in_year(scope).with_columns(denominator=pl.lit(value=True), numerator=pl.lit(value=False))
        return pl.concat([changes, children], how="diagonal")
    return changes


@indicator(
    "cla-placed-with-parents-breakdown",
    unit="percent",
    decimals=0,
    confidence="low",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=(*_FIELDS, "Episodes.DECOM", "Episodes.RNE", "Episodes.REC"),
    breakdowns=(AGE_CLA,),
    variants=[
        Variant(
            "reasons",
            "any",
            ("any", "unplanned_only"),
            "unplanned_only: only where the reason for change is CREQB, CREQO, CHILD, LAREQ, ALLEG or STAND",
        )
    ],
    not_by={"quarter": "a quarter has few placements with parents that end; a year or rolling 12 months give a figure"},
    limits="only placements that gave way to another one in care the same day are seen, not what happens after care has ended",
    version=2,
)
def placed_with_parents_breakdown(scope: Scope, reasons: str) -> pl.LazyFrame:
    """Placements with parents on a care order that ended in another placement.

    Of the placements with parents (P1) under an interim or full care order (C1, C2) that ended in the period, those after which
    the child lived in another placement the same day, other than with a relative or friend (U1 to U3).

    Counts: The order is that of the placement's last episode. A temporary placement (T0 to T4) with the return to the parents
    does not end it; where a temporary placement came and the child did not return, it ended on the day the temporary one began,
    in no other placement. One that ended care ended in none either, if the child did not start again that very day. A placement
    that the next return does not tell of any more has no day on which it ended, and is left out.

    Example:
        | ended      | order | the same day | counts in 2024-25 |
        | 2024-06-01 | C2    | K2           | yes               |
        | 2024-06-01 | C2    | U3           | denominator only  |
        | 2025-03-31 | C1    | left care    | denominator only  |
        | 2024-06-01 | V2    | U6           | no                |
    """
    episodes = scope.history.episodes
    last = episodes.select("legal_status", "change_reason", "vanished", last_episode="episode")
    first = episodes.select(first_placement="placement", first_episode="episode")
    spells = (
        placement_spells(scope)
        .join(first, on="first_episode", maintain_order="left")
        .join(last, on="last_episode", maintain_order="left")
    )
    next_day, next_placement = (pl.col(name).shift(-1).over("child") for name in ("start_date", "first_placement"))
    spells = spells.with_columns(
        (
            (next_day == pl.col("end_date"))
            & ~next_placement.is_in([*PLACED_WITH_PARENTS, *RELATIVE_OR_FRIEND, *TEMPORARY])
        )
        .fill_null(False)
        .alias("numerator")
    )
    if reasons == "unplanned_only":
        spells = spells.with_columns(pl.col("numerator") & one_of("change_reason", _NOT_PLANNED))
    at_home = one_of("placement", PLACED_WITH_PARENTS) & one_of("legal_status", CARE_ORDERS)
    ended = scope.inside("end_date") & ~pl.col("vanished").fill_null(False)
    return spells.filter(at_home & ended).with_columns(pl.col("end_date").alias("date"))
