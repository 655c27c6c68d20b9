"""Events that were open in one return and of which the next one, which should have them, says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from csc_returns.history.merge import Source

#: Frames of which a return must have every event that was open on its first day → the first and last day of an event.
SPANS: Mapping[str, tuple[str, str]] = {
    "referrals": ("referral_date", "closure_date"),
    "cin_plans": ("start_date", "end_date"),
    "protection_plans": ("start_date", "end_date"),
    "episodes": ("start_date", "end_date"),
}

#: What contradictions say of the end of such an event.
OPEN, NOT_THERE = "open", "not in the return"


def with_vanished(
    events: pl.DataFrame, name: str, sources: Sequence[Source], having: pl.Series, left_out: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The events with ``vanished``, those that vanished with an end; and a contradiction for each.

    An event vanished where it is open in the newest return that has it, and the next return of the authority and collection,
    which tells of later days, does not have it. It may have been closed late with a date of the year before, or go on
    under another date or another identifier of the child. Its end becomes the first day of the next return: until then it was
    open, and from then on nobody says so. Where the returns leave a time out in between, that contradicts nothing.

    A return that was not read to its end, or has no row of the frame, shows nothing by what it lacks; nor does one in which a row
    of the child could not be used.

    Args:
        events: as ``latest`` gives them.
        name: of the frame, one of ``SPANS``.
        sources: all returns.
        having: ``_source`` of all rows of the frame.
        left_out: rows that are no event, with ``_source`` and ``_id``.
    """
    start, end = SPANS[name]
    if events.is_empty():
        return events.with_columns(pl.lit(None, pl.Boolean).alias("vanished")), pl.DataFrame()
    filled = set(having.unique())
    schema = {"_source": pl.Int64, "_la": pl.String, "_first": pl.Date, "_last": pl.Date}
    days = [
        (one.number, one.la, one.data.start, one.data.end, one.broken_off) for one in sources if one.number in filled
    ]
    own = pl.DataFrame([(number, last) for number, _, _, last, _ in days], schema=["_source", "_told"], orient="row")
    later = pl.DataFrame([one[:4] for one in days if not one[4]], schema=schema, orient="row")
    place = "_place"
    events = events.with_row_index(place)
    running = events.join(own.cast({"_source": pl.Int64}), on="_source").filter(
        pl.col(end).is_null() & (pl.col(start) <= pl.col("_told"))
    )
    if name == "referrals":
        # Without further action there is nothing to close, and the next return need not have it.
        running = running.filter(~pl.col("no_further_action").fill_null(False))
    following = (
        running.select(place, "_la", "_id", "_told", pl.col("_source").alias("_earlier"))
        .join(later, on="_la")
        .filter(pl.col("_last") > pl.col("_told"))
        .sort(place, "_last", "_source")
        .unique(place, keep="first", maintain_order=True)
    )
    unusable = left_out.filter(pl.col("frame") == name).select("_source", "_id")
    gone = following.join(unusable, on=["_source", "_id"], how="anti").select(
        place,
        "_earlier",
        pl.col("_source").alias("_later"),
        pl.max_horizontal("_first", pl.col("_told").dt.offset_by("1d")).alias("_gone"),
        # Between returns that leave a time out it may have ended as it should.
        (pl.col("_first") > pl.col("_told").dt.offset_by("1d")).alias("_gap"),
    )
    events = events.join(gone, on=place, how="left", maintain_order="left").with_columns(
        pl.coalesce(end, "_gone").alias(end), pl.col("_gone").is_not_null().alias("vanished")
    )
    contradictions = events.filter(pl.col("vanished") & ~pl.col("_gap")).select(
        "child",
        pl.lit(name).alias("frame"),
        pl.col(start).alias("event_date"),
        pl.lit(end).alias("item"),
        pl.lit(OPEN).alias("earlier"),
        pl.lit(NOT_THERE).alias("later"),
        "_earlier",
        "_later",
    )
    return events.drop(place, "_earlier", "_later", "_gone", "_gap"), contradictions
