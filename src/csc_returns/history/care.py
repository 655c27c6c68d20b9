"""Being looked after, made from episodes: periods of care and placement spells."""

from __future__ import annotations

from typing import Literal

import polars as pl

from csc_returns.validation.rules.ssda903.shared.geography import same_form
from csc_returns.validation.rules.ssda903.shared.groups import NEW_EPISODE, NO_URN, STARTED, TEMPORARY

#: Reasons for a new episode with which a child comes to live elsewhere: start of care, new placement, both at once.
MOVES = ("S", "P", "B")

#: The placement (by its code) changes and the carer does not.
SAME_CARER = ("T", "U")

#: The former placement changed its status only, as the reason for change says.
STATUS_ONLY = "PLACE"


def in_order(episodes: pl.LazyFrame) -> pl.LazyFrame:
    """The episodes that count as being looked after, in the order of each child's, with ``begins_care``.

    An episode begins care where it says so, where it is the child's first that is known, and behind one that ended the care.
    Rows that say the same in everything are one episode.
    """
    said = [name for name in episodes.collect_schema().names() if name != "episode"]
    ordered = episodes.filter("counted").sort("child", "start_date", "end_date", "episode", nulls_last=True)
    ordered = ordered.unique(said, keep="first", maintain_order=True)
    ended_care = pl.col("end_reason").is_not_null() & (pl.col("end_reason") != NEW_EPISODE)
    before = pl.col("child").shift() == pl.col("child")
    begins = ~before.fill_null(False) | (pl.col("new_episode_reason") == STARTED).fill_null(False) | ended_care.shift()
    return ordered.with_columns(begins.fill_null(True).alias("begins_care"))


def with_periods(episodes: pl.LazyFrame) -> pl.LazyFrame:
    """Counted episodes in order with ``period``, the running number of the period of care that they belong to."""
    return in_order(episodes).with_columns(pl.col("begins_care").cum_sum().cast(pl.Int64).alias("period"))


def periods_of_care(episodes: pl.LazyFrame) -> pl.LazyFrame:
    """Periods of care: ``period``, ``child``, ``start_date``, ``end_date`` and ``end_reason`` (both null while it lasts).

    Where the last episode known ended with X1, and none follows, ``end_date`` is its last day and ``end_reason`` null.
    ``start_seen`` is false where the returns begin in the middle of the period, so that it began before ``start_date``.
    """
    return (
        with_periods(episodes)
        .group_by("period", maintain_order=True)
        .agg(
            pl.col("child").first(),
            pl.col("start_date").first(),
            pl.col("end_date").last(),
            pl.when(pl.col("end_reason").last() != NEW_EPISODE).then(pl.col("end_reason").last()).alias("end_reason"),
            (pl.col("new_episode_reason").first() == STARTED).fill_null(False).alias("start_seen"),
        )
    )


def placement_spells(
    episodes: pl.LazyFrame,
    *,
    same_carer_moves: Literal["ignore", "count"] = "ignore",
    status_only_changes: Literal["ignore", "count"] = "ignore",
    temporary: Literal["ignore", "count"] = "ignore",
) -> pl.LazyFrame:
    """Placement spells: ``spell``, ``child``, ``period``, ``start_date``, ``end_date``, ``placement``, ``provider``, ``urn``.

    ``placement``, ``provider`` and ``urn`` are those of the spell's last episode. ``first_episode`` and ``last_episode`` number
    the episodes with which it began and ended. An episode that does not say why it is new is no move.

    Args:
        episodes: as in the history.
        same_carer_moves: whether a change of code with the same carer makes a new spell.
        status_only_changes: whether a change for the reason PLACE, to the same place, does.
        temporary: whether T0 to T4 are spells. Where they are not, returning to the placement before carries its spell on.
    """
    ordered = with_periods(episodes)
    is_temporary = pl.col("placement").is_in(TEMPORARY)
    ordered = ordered.with_columns(is_temporary.shift(fill_value=False).alias("after_temporary"))
    if temporary == "ignore":
        ordered = ordered.filter(~is_temporary)
    first = (pl.col("period") != pl.col("period").shift()).fill_null(True)
    moves = pl.col("new_episode_reason").is_in([*MOVES, *(SAME_CARER if same_carer_moves == "count" else ())])
    came_back = pl.col("after_temporary") & _same(pl.col("placement")) & (_same_place() | _place_unknown())
    carried_on = came_back if temporary == "ignore" else pl.lit(value=False)
    if status_only_changes == "ignore":
        carried_on |= (pl.col("change_reason").shift() == STATUS_ONLY).fill_null(False) & _same_place()
    begins = first | (moves.fill_null(False) & ~carried_on)
    return (
        ordered.with_columns(begins.cum_sum().cast(pl.Int64).alias("spell"))
        .group_by("spell", maintain_order=True)
        .agg(
            pl.col("child", "period", "start_date").first(),
            pl.col("end_date", "placement", "provider", "urn").last(),
            pl.col("episode").first().alias("first_episode"),
            pl.col("episode").last().alias("last_episode"),
        )
    )


def _same(value: pl.Expr) -> pl.Expr:
    return (value == value.shift()).fill_null(False)


def _urn() -> pl.Expr:
    """The provider; null where it has no number, for then others may have none either."""
    return pl.when(pl.col("urn") != NO_URN).then(pl.col("urn"))


def _same_place() -> pl.Expr:
    """The same provider or the same postcode as in the row before."""
    return _same(_urn()) | _same(same_form(pl.col("placement_postcode")))


def _place_unknown() -> pl.Expr:
    """Neither this row nor the one before has a provider or a postcode: the code alone tells."""
    blank = _urn().is_null() & pl.col("placement_postcode").is_null()
    return blank & blank.shift(fill_value=False)
