"""Rows of several returns that tell of the same event become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.extracts.returns import folded
from csc_returns.history.model import FRAMES, LEFT_OUT
from csc_returns.validation.data import SENT, ReturnData

#: Where a row of a frame comes from: running number of the return, its authority, the child's identifier, table and row.
_ORIGIN = ("_source", "_la", "_id", "_row")

#: Frame → the date without which a row of it is no event; rows of the other frames need none.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "referrals": ("referral_date",),
    "cin_plans": ("start_date",),
    "protection_plans": ("start_date",),
    "plan_reviews": ("review_date",),
    "episodes": ("start_date", "legal_status", "placement"),
    "statutory_reviews": ("review_date",),
    "missing": ("start_date",),
    "adoption_decisions": ("decision_date",),
    "social_workers": ("start_date",),
    "deprivations_of_liberty": ("start_date",),
    "pre_proceedings": ("start_date",),
}


@dataclass(frozen=True)
class Source:
    """One return: ``data`` holds its tables as the rules see them, ``number`` is its place among all, the latest year last.

    ``broken_off`` says that it, or a table of it, was not read to its end.
    """

    number: int
    collection: str
    la: str
    path: str
    data: ReturnData
    broken_off: bool = False

    def rows(self, table: str, *columns: pl.Expr, dates: Mapping[str, str] | None = None) -> pl.LazyFrame:
        """Some columns of a table beside the origin of each row; ``_bad`` says whether one of the ``dates`` is unreadable.

        Args:
            table: name in the specification.
            columns: what to take.
            dates: name to give → item, for the dates to take.
        """
        key = folded(pl.col(self.data.specification.child_key))
        # Without an identifier a row still belongs to some child of this return, told apart as far as the file shows it.
        nameless = pl.format("?{}.{}", pl.lit(self.number), pl.col("child"))
        unreadable = [pl.col(f"{item}{SENT}").is_not_null() & pl.col(item).is_null() for item in (dates or {}).values()]
        return self.data[table].select(
            pl.lit(self.number, pl.Int64).alias("_source"),
            pl.lit(self.la).alias("_la"),
            pl.when(key.is_null()).then(nameless).otherwise(key).alias("_id"),
            pl.col(table).cast(pl.Int64).alias("_row"),
            pl.lit(table).alias("_table"),
            (pl.any_horizontal(unreadable) if unreadable else pl.lit(value=False)).alias("_bad"),
            *(pl.col(item).alias(name) for name, item in (dates or {}).items()),
            *columns,
        )

    def usable(self, name: str, rows: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows that are events of a frame, and those that are not (see ``LEFT_OUT``)."""
        found = rows.collect()
        needed = [column for column in _NEEDED.get(name, ()) if column in found.columns]
        blank = pl.any_horizontal(pl.col(column).is_null() for column in needed) if needed else pl.lit(value=False)
        reason = (
            pl.when("_bad").then(pl.lit("a date cannot be read")).when(blank).then(pl.lit("a needed value is blank"))
        )
        if "counted" in found.columns:
            odd = ~pl.col("counted") & ~pl.col("short_break")
            reason = reason.when(odd).then(pl.lit("a code is not in the list"))
        found = found.with_columns(reason.alias("_reason"))
        lost = found.filter(pl.col("_reason").is_not_null()).select(
            pl.lit(self.la).alias("la"),
            pl.lit(name).alias("frame"),
            pl.lit(self.data.end).alias("last_day"),
            pl.lit(self.path).alias("path"),
            pl.col("_table").alias("table"),
            pl.col("_row").alias("row"),
            pl.col("_reason").alias("reason"),
        )
        # An episode with an odd code is still one: only what counts as being looked after leaves it out.
        keep = pl.col("_reason").is_null() | (pl.col("_reason") == "a code is not in the list")
        return found.filter(keep).drop("_bad", "_table", "_reason"), lost.cast(LEFT_OUT)


def child_numbers(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A number for each identifier of each authority: ``_la``, ``_id``, ``child``, in their order."""
    if not frames:
        return pl.DataFrame(schema={"_la": pl.String, "_id": pl.String, "child": pl.Int64})
    every = pl.concat([frame.select("_la", "_id") for frame in frames.values()]).unique().sort("_la", "_id")
    return every.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("child"))


def latest(
    rows: pl.DataFrame,
    name: str,
    key: Sequence[str],
    changing: Sequence[str],
    number: str | None,
    within: str | None,
    *,
    blank_contradicts: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """One row an event, from the latest return that has it.

    Rows of one return that agree in the key stay apart: the first of one return is the first of the next, and so on, in the
    order of their other values (so that the order of rows in the files does not matter).

    Args:
        rows: with ``_source`` (later years have larger numbers), the key and the columns of the frame.
        name: of the frame.
        key: columns in which rows of the same event agree.
        changing: columns whose values may change without a contradiction.
        number: column to number the events in.
        within: column of the number that the event has within its return.
        blank_contradicts: whether a value that the later return leaves blank contradicts the earlier one.

    Returns:
        The events; contradictions (``child``, ``frame``, ``event_date``, ``item``, ``earlier``, ``later``, ``_earlier``,
        ``_later``); and, with ``number``, which number each row of each return became (``_source``, ``within``, ``number``).
    """
    values = [
        column for column in FRAMES[name] if column not in {*key, number, "la", "child_id"} and column in rows.columns
    ]
    place = [*key, "_nth"]
    ordered = rows.sort("_source", *key, *values, nulls_last=True)
    ordered = ordered.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).over("_source", *key).alias("_nth"))
    ordered = ordered.sort(*place, "_source", nulls_last=True)
    again = pl.all_horizontal(pl.col(column).eq_missing(pl.col(column).shift()) for column in place)
    again = again & (pl.int_range(pl.len()) > 0)
    ordered = ordered.with_columns(again.alias("_again"))
    if number:
        ordered = ordered.with_columns(((~pl.col("_again")).cum_sum() - 1).cast(pl.Int64).alias(number))
    event_date = next((column for column in key if column.endswith("date")), None)
    differences = []
    for column in values:
        if column in changing or column == "enquiry":
            continue
        before = pl.col(column).shift()
        differs = pl.col("_again") & before.is_not_null() & pl.col(column).ne_missing(before)
        if not blank_contradicts:
            differs &= pl.col(column).is_not_null()
        differences.append(
            ordered.lazy()
            .with_columns(before.cast(pl.String).alias("earlier"), pl.col("_source").shift().alias("_earlier"))
            .filter(differs)
            .select(
                "child",
                pl.lit(name).alias("frame"),
                (pl.col(event_date) if event_date else pl.lit(None, pl.Date)).alias("event_date"),
                pl.lit(column).alias("item"),
                "earlier",
                pl.col(column).cast(pl.String).alias("later"),
                "_earlier",
                pl.col("_source").alias("_later"),
            )
        )
    found = pl.concat(pl.collect_all(differences)) if differences else pl.DataFrame()
    newest = ordered.filter(~pl.col("_again").shift(-1, fill_value=False))
    same = ordered.select("_source", within, number) if number and within else pl.DataFrame()
    return newest, found, same


def numbered(frame: pl.DataFrame, name: str, owners: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The frame with a running number in its first column, where that is a number of its own that it does not have yet."""
    first = next(iter(FRAMES[name]))
    if first == "child" or first in owners.get(name, ()) or frame[first].null_count() < frame.height:
        return frame
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(first))
