"""Rows of several returns that tell of the same event become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.extracts.returns import NESTED_CHILD, folded
from csc_returns.history.model import FRAMES, LEFT_OUT
from csc_returns.history.pairing import with_places
from csc_returns.validation.data import SENT, ReturnData

#: In front of an identifier in ``_id``: it stands in the file, or was made here for a child who has none. No identifier of a
#: file can be taken for a made one.
NAMED, NAMELESS = "=", "?"

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
}

#: Frame → columns in which a return has one row at most for each child.
_ONE_ROW: Mapping[str, tuple[str, ...]] = {"uasc": (), "outcomes": ("year_end",), "care_leavers": ("year_end",)}

#: Frames in which the same row a second time is no second event.
_NO_TWINS = frozenset(
    {
        "episodes",
        "statutory_reviews",
        "missing",
        "adoption_decisions",
        "adoptions",
        "previous_permanence",
        "social_workers",
        "deprivations_of_liberty",
    }
)

#: Reasons for which a row is named in ``left_out`` and stays an event all the same: what needs more of it leaves it out.
ODD_CODE = "a code is not in the list"
NO_OWNER = "it belongs to one of several, and which cannot be told"


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

    @property
    def lists_factors(self) -> bool:
        """Whether the return says which factors its assessments found."""
        return {"Assessments", "AssessmentFactorsList"} <= self.data.present

    def rows(self, table: str, *columns: pl.Expr, dates: Mapping[str, str] | None = None) -> pl.LazyFrame:
        """Some columns of a table beside the origin of each row; ``_bad`` says whether one of the ``dates`` is unreadable.

        ``_id`` is null where the child has no identifier and nothing else in the file shows whose row it is. ``_absent`` names
        (with commas) columns for which the file has no item: they are blank, and the file does not say that they are.

        Args:
            table: name in the specification.
            columns: what to take.
            dates: name to give → item, for the dates to take.
        """
        key = folded(pl.col(self.data.specification.child_key))
        # Without an identifier a row still belongs to some child of this return, where it is nested in one.
        given = self.data.given.get(table)
        nested = given is not None and NESTED_CHILD in given.columns
        within = given[NESTED_CHILD].is_not_null() if given is not None and nested else pl.Series([False])
        nameless = pl.format("{}{}.{}", pl.lit(NAMELESS), pl.lit(self.number), pl.col("child"))
        nameless = pl.when(pl.lit(within) if nested else pl.lit(value=False)).then(nameless)
        unreadable = [pl.col(f"{item}{SENT}").is_not_null() & pl.col(item).is_null() for item in (dates or {}).values()]
        return self.data[table].select(
            pl.lit(self.number, pl.Int64).alias("_source"),
            pl.lit(self.la).alias("_la"),
            pl.when(key.is_null()).then(nameless).otherwise(pl.lit(NAMED) + key).alias("_id"),
            pl.col(table).cast(pl.Int64).alias("_row"),
            pl.lit(table).alias("_table"),
            (pl.any_horizontal(unreadable) if unreadable else pl.lit(value=False)).alias("_bad"),
            pl.lit(",".join(self._absent(table, columns, dates or {}))).alias("_absent"),
            *(pl.col(item).alias(name) for name, item in (dates or {}).items()),
            *columns,
        )

    def _absent(self, table: str, columns: Sequence[pl.Expr], dates: Mapping[str, str]) -> list[str]:
        """The names of those columns all of whose items the table was given without."""
        given = self.data.given.get(table)
        if given is None:
            return []
        lacking = set(self.data.table(table).items) - set(given.columns)
        made_of = {column.meta.output_name(): set(column.meta.root_names()) for column in columns}
        made_of |= {name: {item} for name, item in dates.items()}
        return [name for name, items in made_of.items() if items and items <= lacking]

    def usable(self, name: str, rows: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows that are events of a frame, and those that are not (see ``LEFT_OUT``), with ``_source`` and ``_id`` beside."""
        found = rows.collect()
        needed = [column for column in _NEEDED.get(name, ()) if column in found.columns]
        blank = pl.any_horizontal(pl.col(column).is_null() for column in needed) if needed else pl.lit(value=False)
        reason = (
            pl.when(pl.col("_id").is_null())
            .then(pl.lit("the child has no identifier"))
            .when("_bad")
            .then(pl.lit("a date cannot be read"))
            .when(blank)
            .then(pl.lit("a needed value is blank"))
        )
        if "counted" in found.columns:
            odd = ~pl.col("counted") & ~pl.col("short_break")
            reason = reason.when(odd).then(pl.lit(ODD_CODE))
        found = found.with_columns(reason.alias("_reason"))
        # A child of whom a date cannot be read is still one, as is an episode with an odd code.
        stays = (pl.col("_reason") == ODD_CODE) | ((name == "children") & pl.col("_id").is_not_null())
        keep = pl.col("_reason").is_null() | stays
        values = [column for column in FRAMES[name] if column in found.columns]
        once = ["_id", *_ONE_ROW[name]] if name in _ONE_ROW else ["_id", *values] if name in _NO_TWINS else []
        if once and found.filter(keep).select(once).is_duplicated().any():
            # In the order of their values, so that the order of rows in the files does not matter.
            found = found.sort("_id", *values, "_row", nulls_last=True)
            again = keep & ~pl.struct(once).is_first_distinct().over(keep)
            found = found.with_columns(
                pl.when(again).then(pl.lit("another row says it already")).otherwise("_reason").alias("_reason")
            )
        lost = self.left_out(name, found.filter(pl.col("_reason").is_not_null()))
        unknown = [column for column in FRAMES[name] if column not in found.columns and column not in NUMBERS]
        absent = pl.concat_str(pl.col("_absent"), pl.lit(",".join(unknown)), separator=",")
        return found.filter(keep).drop("_bad", "_reason").with_columns(absent.alias("_absent")), lost

    def left_out(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows (with ``_reason``) as ``left_out`` names them, with ``_source`` and ``_id`` beside."""
        return rows.select(
            pl.lit(self.la).alias("la"),
            pl.lit(name).alias("frame"),
            pl.lit(self.data.start).alias("first_day"),
            pl.lit(self.data.end).alias("last_day"),
            pl.lit(self.path).alias("path"),
            pl.col("_table").alias("table"),
            pl.col("_row").alias("row"),
            pl.col("_reason").alias("reason"),
            "_source",
            "_id",
        ).cast(pl.Schema(dict(LEFT_OUT) | {"_source": pl.Int64(), "_id": pl.String()}))


#: Columns that are made when returns are put together; no return has them.
NUMBERS = frozenset({"child", "la", "child_id", "referral", "assessment", "enquiry", "plan", "episode", "vanished"})


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
    lasting: Sequence[str] = (),
    end: str | None = None,
    blank_contradicts: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """One row an event, from the latest return that has it.

    Rows of one return that agree in the key stay apart, and find their like in the next return as ``with_places`` says.

    Args:
        rows: with ``_source`` (later years have larger numbers), the key and the columns of the frame.
        name: of the frame.
        key: columns in which rows of the same event agree.
        changing: columns whose values may change without a contradiction.
        number: column to number the events in.
        within: column of the number that the event has within its return.
        lasting: columns by which rows of one return that agree in the key are told apart.
        end: column of the day on which the event is over.
        blank_contradicts: whether a value that the later return leaves blank contradicts the earlier one.

    Returns:
        The events; contradictions (``child``, ``frame``, ``event_date``, ``item``, ``earlier``, ``later``, ``_earlier``,
        ``_later``); and, with ``number``, which number each row of each return became (``_source``, ``within``, ``number``).
    """
    values = [column for column in FRAMES[name] if column not in {*key, number, *_NOT_SAID} and column in rows.columns]
    place = [*key, "_nth"]
    ordered = with_places(rows, key, lasting, end, values).sort(*place, "_source", nulls_last=True)
    again = pl.all_horizontal(pl.col(column).eq_missing(pl.col(column).shift()) for column in place)
    again = again & (pl.int_range(pl.len()) > 0)
    ordered = ordered.with_columns(again.alias("_again"))
    ordered = ordered.with_columns(((~pl.col("_again")).cum_sum() - 1).cast(pl.Int64).alias("_event"))
    ordered = _carried(ordered, values)
    if number:
        ordered = ordered.with_columns(pl.col("_event").alias(number))
    event_date = next((column for column in key if column.endswith("date")), None)
    differences = []
    for column in values:
        if column in changing:
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


#: Columns of frames that no return says.
_NOT_SAID = frozenset({"la", "child_id", "enquiry", "vanished"})


def _carried(ordered: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    """The rows of each ``_event`` by return, where a return that does not say a thing leaves it as it was said before.

    That is a column for which its file has no item, and the referral (or plan) where its row cannot be used.
    """
    owners = [column for column in ("referral", "plan") if column in values]
    ordered = ordered.with_columns(pl.col(owners).forward_fill().over("_event")) if owners else ordered
    if "_absent" not in ordered.columns:
        return ordered
    absent = {name for text in ordered["_absent"].unique().drop_nulls() for name in text.split(",")} & set(values)
    if not absent or not ordered["_again"].any():
        return ordered
    at = pl.int_range(pl.len(), dtype=pl.Int64).alias("_at")
    ordered = ordered.with_columns(at, pl.col("_absent").fill_null("").str.split(",").alias("_lacks"))
    for column in sorted(absent):
        lacks = pl.col("_lacks").list.contains(column)
        said = ordered.select(pl.when(~lacks).then("_at").forward_fill().over("_event")).to_series()
        before = ordered[column].gather(said)
        ordered = ordered.with_columns(
            pl.when(lacks).then(pl.coalesce(pl.lit(before), pl.col(column))).otherwise(column).alias(column)
        )
    return ordered.drop("_at", "_lacks")


def numbered(frame: pl.DataFrame, name: str, owners: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The frame with a running number in its first column, where that is a number of its own that it does not have yet."""
    first = next(iter(FRAMES[name]))
    if first == "child" or first in owners.get(name, ()) or frame[first].null_count() < frame.height:
        return frame
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(first))
